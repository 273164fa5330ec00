"""The map: what is sent to its frame. Shapes, points and pictures are files; only colours and labels travel each time."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pandas as pd
import streamlit as st

from explorer.maps.classes import Classes
from explorer.maps.colours import NO_DATA
from explorer.maps.legend import LegendRow, class_rows, legend_html, place_rows
from explorer.maps.points import FACILITY_COLOUR, STATION_COLOUR, STOP_COLOUR, points_json
from explorer.maps.raster import PlaceRaster, draw_places, place_classes
from explorer.ui.card import condition_line, indicator_name
from explorer.ui.choice import Choice
from explorer.ui.served import map_frame, served
from explorer.ui.study import Points, Study
from explorer.words import Language, either, one_language, value_text, word
from geodata.kinds import CATEGORIES, KINDS
from layers import catalogue
from layers.measures import is_in_metres

MAP_HEIGHT: Final = 560
STATION_RADIUS: Final = 5.0
STOP_RADIUS: Final = 3.0
FACILITY_RADIUS: Final = 4.5
FADED: Final = 0.25  # opacity of the municipality colours under the place picture, relative to the chosen one


@dataclass(frozen=True)
class Shown:
    """What the map, its legend and the saved map have in common."""

    fills: dict[str, int]
    labels: dict[str, str]
    palette: list[str]
    legend: str
    places: PlaceRaster | None


def show_map(
    study: Study, choice: Choice, rows: pd.DataFrame, classes: Classes, selected: str | None, *, on_click: Any
) -> None:
    """Draw the map frame; a click on a municipality calls `on_click` with the code in ``st.session_state["map"]``."""
    shown = what_to_show(study, choice, rows, classes)
    arguments = {
        "shapes": served(f"{study.key}-shapes.json", study.drawing),
        "fills": shown.fills,
        "labels": shown.labels,
        "palette": shown.palette,
        "opacity": choice.opacity / 100 * (FADED if shown.places else 1.0),
        "legend": shown.legend,
        "places": _places_argument(study, choice, shown.places),
        "facilities": _facilities_argument(study, choice) if choice.shows_facilities else None,
        "stops": _stops_argument(study, choice.language) if choice.shows_stops else None,
        "selected": selected,
        "base_map": choice.base_map,
        "credit": credit_line(study, choice),
        "language": choice.language,
        "alt": word("map_alt", choice.language, indicator=indicator_name(choice)),
        "words": _frame_words(choice.language),
        "height": MAP_HEIGHT,
    }
    stamp = hashlib.sha256(json.dumps(arguments, sort_keys=True).encode()).hexdigest()[:12]
    map_frame()(**arguments, stamp=stamp, key="map", default=None, on_change=on_click)


def what_to_show(study: Study, choice: Choice, rows: pd.DataFrame, classes: Classes) -> Shown:
    """Colours, labels and legend of a choice."""
    unit, language = choice.indicator.unit, choice.language
    found = classes.of(rows["value"])
    codes = rows["code"].tolist()
    fills = {code: int(index) if index >= 0 else len(classes.colours) for code, index in zip(codes, found, strict=True)}
    labels = {
        code: value_text(float(value), unit, language)
        for code, value in zip(codes, rows["value"].tolist(), strict=True)
    }
    places = place_picture(study, choice.indicator.category, choice.mode) if choice.shows_places else None
    return Shown(fills, labels, [*classes.colours, NO_DATA], _legend(choice, rows, classes, places), places)


@st.cache_resource(max_entries=64, show_spinner=False, hash_funcs={Study: lambda study: study.key})
def place_picture(study: Study, category: str | None, mode: str) -> PlaceRaster | None:
    """The picture of all places for a category and mode; made once and kept."""
    assert category is not None
    longitude, latitude, people = study.places
    return draw_places(longitude, latitude, study.measure(category, mode), place_classes(mode), people=people)


def _legend(choice: Choice, rows: pd.DataFrame, classes: Classes, places: PlaceRaster | None) -> str:
    language = choice.language
    counts, missing = classes.counts(rows["value"])
    title = f"{indicator_name(choice)}"
    blocks = [
        legend_html(
            title,
            class_rows(classes, counts, missing, unit=choice.indicator.unit, language=language),
            note=word("separator", language).join([condition_line(choice), word("legend_areas", language)]),
        )
    ]
    if places is not None:
        blocks.append(_place_legend(choice, places))
    points = _point_rows(choice)
    if points:
        blocks.append(legend_html(word("legend_points", language), points))
    return "".join(blocks)


def _place_legend(choice: Choice, places: PlaceRaster) -> str:
    language = choice.language
    title = word(
        "legend_places", language, category=category_name(choice.indicator.category, language),
        mode=either(catalogue.MODES[choice.mode], language),
    )  # fmt: skip
    rows = place_rows(
        place_classes(choice.mode), unit="m" if is_in_metres(choice.mode) else "分", language=language,
        has_unreachable=places.has_unreachable,
    )  # fmt: skip
    return legend_html(title, rows, note=word("legend_nobody", language))


def _point_rows(choice: Choice) -> list[LegendRow]:
    language = choice.language
    rows = []
    category = choice.indicator.category
    if choice.shows_facilities and category in CATEGORIES:
        rows.append(LegendRow(FACILITY_COLOUR, category_name(category, language), is_point=True))
    elif choice.shows_facilities:
        rows.append(LegendRow(FACILITY_COLOUR, word("facility", language), is_point=True))
    if choice.shows_stops:
        rows.append(LegendRow(STATION_COLOUR, word("station", language), is_point=True))
        rows.append(LegendRow(STOP_COLOUR, word("stop", language), is_point=True))
    return rows


def category_name(category: str | None, language: Language) -> str:
    """Name of what an indicator measures the way to."""
    if category is None:
        return ""
    known = CATEGORIES.get(category)
    return either((known.ja, known.en), language) if known else word(category, language)


def _places_argument(study: Study, choice: Choice, places: PlaceRaster | None) -> dict[str, Any] | None:
    if places is None:
        return None
    name = f"{study.key}-places-{choice.indicator.category}-{choice.mode}.png"
    return {"url": served(name, lambda: places.png), "bounds": places.bounds, "opacity": choice.opacity / 100}


def _facilities_argument(study: Study, choice: Choice) -> dict[str, Any]:
    category = choice.indicator.category if choice.indicator.category in CATEGORIES else None
    url = served(
        f"{study.key}-facilities-{category or 'all'}.json", lambda: _facility_file(study.facilities_of(category))
    )
    looks = {
        kind.id: {
            "colour": FACILITY_COLOUR,
            "radius": FACILITY_RADIUS,
            "label": either((kind.ja, kind.en), choice.language),
        }
        for kind in KINDS.values()
    }
    looks[""] = {"colour": FACILITY_COLOUR, "radius": FACILITY_RADIUS, "label": word("facility", choice.language)}
    return {"url": url, "looks": looks, "words": {}}


def _facility_file(points: Points) -> bytes:
    kinds = _texts(points.columns["kind"])
    return points_json(points.longitude, points.latitude, kinds, {"name": _texts(points.columns["name"])})


def _stops_argument(study: Study, language: Language) -> dict[str, Any]:
    return {
        "url": served(f"{study.key}-stops.json", lambda: _stop_file(study.stops)),
        "looks": {
            "rail": {"colour": STATION_COLOUR, "radius": STATION_RADIUS, "label": word("station", language)},
            "": {"colour": STOP_COLOUR, "radius": STOP_RADIUS, "label": word("stop", language)},
        },
        "words": {
            "departures": word("departures", language),
            "departures_unknown": word("departures_unknown", language),
        },
    }


def _stop_file(points: Points) -> bytes:
    counts = pd.to_numeric(points.columns["departures_weekday"], errors="coerce").to_numpy(float)
    departures = ["" if np.isnan(count) else f"{count:,.0f}" for count in counts.tolist()]
    texts = {"name": _texts(points.columns["name"]), "departures": departures}
    return points_json(points.longitude, points.latitude, _texts(points.columns["mode"]), texts)


def _texts(column: pd.Series) -> list[str]:
    return [str(text) for text in column.astype(object).where(column.notna(), "")]


def credit_line(study: Study, choice: Choice) -> str:
    """Credit on the map itself: the boundaries, OpenStreetMap where it is used, the online base map."""
    used = [source for source in study.manifest.get("sources", []) if source.get("used", True)]
    wanted = [source for source in used if source.get("kind") in {"n03", "osm", "overpass"}]
    lines = list(dict.fromkeys(one_language(str(source.get("credit", "")), choice.language) for source in wanted))
    if choice.base_map == "gsi":
        lines.append(
            "地理院タイル（国土地理院）"
            if choice.language == "ja"
            else "GSI tiles (Geospatial Information Authority of Japan)"
        )
    if choice.base_map == "osm":
        lines.append("© OpenStreetMap contributors")
    return " | ".join(dict.fromkeys(line for line in lines if line))


def _frame_words(language: Language) -> dict[str, str]:
    return {
        "zoom_in": word("zoom_in", language),
        "zoom_out": word("zoom_out", language),
        "zoom_all": word("zoom_all", language),
        "failed": word("map_failed", language),
    }
