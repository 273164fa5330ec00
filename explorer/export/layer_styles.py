"""Which styles a GeoPackage brings along: indicators in the classes of the app, facilities by kind, stops, zones."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from explorer.comparison.compared import MAIN_INDICATORS
from explorer.export.qgis_style import Category, area_style, graduated_style, people_style, plain_style, point_style
from explorer.maps.classes import Classes, make_classes
from explorer.maps.legend import class_labels
from explorer.maps.points import STATION_COLOUR, STOP_COLOUR
from explorer.words import either, word
from geodata.hazards import HAZARDS
from geodata.kinds import KINDS
from geodata.zones import KINDS as ZONE_KINDS
from geodata.zones import PLAN, RESIDENTIAL, URBAN_FUNCTION
from layers.catalogue import GROUPS, MODES

if TYPE_CHECKING:
    import numpy.typing as npt
    import pandas as pd

    from explorer.export.selection import Selection, WideColumn
    from explorer.words import Language

# Okabe and Ito (2008), told apart by colour-blind readers; shapes differ within a service, so grey print works too.
_SERVICE_COLOURS: Final = {
    "shopping": "#d55e00",
    "medical": "#cc79a7",
    "welfare": "#009e73",
    "childcare": "#e69f00",
    "school": "#0072b2",
    "post_bank": "#56b4e9",
    "administration": "#4b5563",
    "energy": "#111827",
    "leisure": "#65a30d",
}
_SHAPES: Final = ("circle", "square", "triangle", "diamond", "pentagon", "star", "hexagon", "cross_fill")
_ALL_STYLES: Final = 40  # up to so many indicators, each has a style of its own; else only the main ones


@dataclass(frozen=True)
class LayerStyle:
    """A named style of a layer; QGIS opens the layer in the default one and offers the others."""

    layer: str
    name: str
    qml: str
    description: str
    is_default: bool


def styles_of(chosen: Selection, layers: Mapping[str, pd.DataFrame]) -> list[LayerStyle]:
    """Styles of the layers that a file has."""
    language = chosen.language
    styles = _indicator_styles(chosen, layers)
    for name, qml in (
        ("region", plain_style({})),
        ("facilities", _facilities(layers["facilities"], language) if "facilities" in layers else ""),
        ("stops", _stops(language)),
        ("zones", _zones(language)),
        ("hazards", _hazards(layers["hazards"], language) if "hazards" in layers else ""),
        ("places", people_style("population_total", "#0072b2", {})),
    ):
        if name in layers:
            styles.append(LayerStyle(name, word("ex_style", language), qml, "", is_default=True))
    return styles


def app_classes(chosen: Selection, column: WideColumn) -> Classes:
    """Classes of an indicator as the app draws it: the catalogue's limits, over all municipalities shown."""
    values = chosen.wide[column.indicator.id].to_numpy(float)[: len(chosen.codes)]
    return make_classes(values, "fixed", fixed=column.indicator.classes, better=column.indicator.better)


def styled_columns(chosen: Selection) -> list[WideColumn]:
    """Indicators that get a style: all of a few, else those that comparisons start with, and the first of other themes."""
    columns = [column for column in chosen.columns if chosen.wide[column.indicator.id].notna().any()]
    if len(columns) <= _ALL_STYLES:
        return columns or list(chosen.columns[:1])
    main = [column for column in columns if column.indicator.id in MAIN_INDICATORS]
    themes = {column.indicator.theme for column in main}
    first = {column.indicator.theme: column for column in reversed(columns)}
    return [
        column
        for column in columns
        if column in main or (first[column.indicator.theme] is column and column.indicator.theme not in themes)
    ]


def style_name(column: WideColumn, language: Language) -> str:
    """Indicator, mode and age group."""
    parts = [either((column.indicator.ja, column.indicator.en), language)]
    parts += [either(MODES[column.mode], language)] if column.mode else []
    parts += [either(GROUPS[column.group], language)] if column.group != "total" else []
    return word("separator", language).join(parts)


def _indicator_styles(chosen: Selection, layers: Mapping[str, pd.DataFrame]) -> list[LayerStyle]:
    language = chosen.language
    aliases = _aliases(chosen)
    styles: list[LayerStyle] = []
    for column in styled_columns(chosen):
        indicator, classes = column.indicator, app_classes(chosen, column)
        labels = class_labels(classes, indicator.unit, language)
        name = style_name(column, language)
        definition = either((indicator.definition_ja, indicator.definition_en), language)
        shown = {indicator.id: name}
        if chosen.scenario:
            shown[f"{indicator.id}_after"] = word("ex_after", language, name=name)
        for field, title in shown.items():
            values = layers["municipalities"][field].to_numpy(float)
            qml = graduated_style(
                field,
                classes,
                labels,
                _ends(values, indicator.unit),
                no_data=word("no_data", language),
                aliases=aliases,
            )
            styles.append(LayerStyle("municipalities", title, qml, definition, is_default=not styles))
    return styles


def _aliases(chosen: Selection) -> dict[str, str]:
    """Names of the columns that QGIS shows in place of the ids."""
    language = chosen.language
    names = {"area_code": word("column_code", language), "area_name": word("column_name", language)}
    names |= {"prefecture_name": word("ex_prefecture", language)}
    for column in chosen.columns:
        name = style_name(column, language)
        names[column.indicator.id] = name
        if chosen.scenario:
            names[f"{column.indicator.id}_after"] = word("ex_after", language, name=name)
    return names


def _ends(values: npt.NDArray[np.float64], unit: str) -> tuple[float, float]:
    """Lowest and highest value that the ranges must hold: 0 and 100 for shares, else those that there are."""
    known = values[np.isfinite(values)]
    low, high = (float(known.min()), float(known.max())) if known.size else (0.0, 0.0)
    return (min(low, 0.0), max(high, 100.0)) if unit == "%" else (min(low, 0.0), high)


def _facilities(table: pd.DataFrame, language: Language) -> str:
    present = set(table["kind"].astype(str))
    categories, count = [], dict[str, int]()
    for kind in KINDS.values():
        place = count.get(kind.service, 0)
        count[kind.service] = place + 1
        if kind.id in present:
            categories.append(
                Category(
                    kind.id,
                    either((kind.ja, kind.en), language),
                    _SERVICE_COLOURS.get(kind.service, "#4b5563"),
                    _SHAPES[place % len(_SHAPES)],
                    2.4,
                )
            )
    return point_style("kind", categories, other=word("ex_other", language), aliases={}, labels="name")


def _stops(language: Language) -> str:
    categories = [
        Category("rail", word("ex_station", language), STATION_COLOUR, "square", 3.0),
        Category("bus", word("ex_stop", language), STOP_COLOUR, "circle", 1.4),
    ]
    return point_style("mode", categories, other=word("ex_other", language), aliases={}, labels="name")


def _zones(language: Language) -> str:
    looks = {URBAN_FUNCTION: ("#d7301f", "f_diagonal"), RESIDENTIAL: ("#2b8cbe", "b_diagonal"), PLAN: ("#4b5563", "no")}
    categories = [
        Category(kind, either(ZONE_KINDS[kind], language), colour, pattern=pattern)
        for kind, (colour, pattern) in looks.items()
    ]
    return area_style("kind", categories, other=word("ex_other", language), aliases={})


def _hazards(table: pd.DataFrame, language: Language) -> str:
    present = set(table["hazard"].astype(str))
    colours = ("#2171b5", "#084594", "#8c510a", "#bf812d", "#6a51a3", "#54278f")
    patterns = ("dense5", "dense4", "f_diagonal", "b_diagonal", "cross", "diagonal_x")
    categories = [
        Category(name, either(HAZARDS[name][:2], language), colours[at % 6], pattern=patterns[at % 6])
        for at, name in enumerate(HAZARDS)
        if name in present
    ]
    return area_style("hazard", categories, other=word("ex_other", language), aliases={})
