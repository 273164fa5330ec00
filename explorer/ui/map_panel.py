"""The map: what is sent to its frame. Shapes, layers and pictures are files; only colours and labels travel each time."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import streamlit as st

from explorer.maps.colours import NO_DATA
from explorer.maps.frame_words import frame_words
from explorer.maps.legend import class_rows, legend_html
from explorer.maps.place_layer import PlaceLayer, place_layer
from explorer.maps.raster import PlaceRaster, draw_places
from explorer.ui import map_layers
from explorer.ui.card import indicator_name
from explorer.ui.choice import BASE_MAPS, PLACES, Choice
from explorer.ui.explore_layers import layer_wanted, wanted_of
from explorer.ui.served import map_frame, served
from explorer.ui.study import Study
from explorer.words import Language, one_language, value_text, word

if TYPE_CHECKING:
    from explorer.ui.explore_view import View

MAP_HEIGHT: Final = 560
# What stands above a map in the window, so that it ends above the lower edge.
_ABOVE_PX: Final = 210
_ABOVE_TWO_PX: Final = 236  # with the search and the headings of two maps
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


@dataclass(frozen=True)
class Extras:
    """What a map shows beside the values: areas around a point, a pin, where to go, the maps that move with it.

    Parameters
    ----------
    layer, legend
        Areas within reach (:func:`explorer.ui.explore_reach.layer_of`) and their block of the legend.
    pin
        Latitude, longitude and what to write beside it.
    focus
        The frame's argument: a part of the map to go to.
    sync
        Frames of one name move together.
    """

    layer: dict[str, Any] | None = None
    legend: str = ""
    pin: tuple[float, float, str] | None = None
    focus: dict[str, Any] | None = None
    sync: str = ""


def show_map(
    study: Study, view: View, selected: str | None, *, key: str = "map", extras: Extras | None = None, on_click: Any
) -> None:
    """Draw the map frame; a click calls `on_click` with ``lat``, ``lon`` and ``code`` in the session under `key`."""
    choice, extra = view.choice, extras or Extras()
    shown = what_to_show(study, view)
    arguments = {
        "shapes": served(f"{study.key}-shapes.json", study.drawing),
        "fills": shown.fills,
        "labels": shown.labels,
        "palette": shown.palette,
        "opacity": choice.opacity / 100 * (FADED if shown.places else 1.0),
        "legend": shown.legend + extra.legend,
        "layers": [*_layers(study, choice, shown.places), *([extra.layer] if extra.layer else [])],
        "pin": None if extra.pin is None else dict(zip(("lat", "lon", "label"), extra.pin, strict=True)),
        "focus": extra.focus,
        "sync": extra.sync or None,
        "reports_position": True,
        "selected": selected,
        "base_map": choice.base_map if choice.base_map in BASE_MAPS else "none",
        "credit": credit_line(study, choice),
        "language": choice.language,
        "alt": word("map_alt", choice.language, indicator=view.title),
        "words": frame_words(choice.language),
        "height": MAP_HEIGHT,
        "above": _ABOVE_TWO_PX if extra.sync else _ABOVE_PX,
    }
    stamp = hashlib.sha256(json.dumps(arguments, sort_keys=True).encode()).hexdigest()[:12]
    map_frame()(**arguments, stamp=stamp, key=key, default=None, on_change=on_click)


def what_to_show(study: Study, view: View) -> Shown:
    """Colours, labels and legend of a view."""
    choice, classes, rows = view.choice, view.classes, view.rows
    unit, language = choice.indicator.unit, choice.language
    found = classes.of(rows["value"])
    codes = rows["code"].tolist()
    fills = {code: int(index) if index >= 0 else len(classes.colours) for code, index in zip(codes, found, strict=True)}
    labels = {
        code: value_text(float(value), unit, language)
        for code, value in zip(codes, rows["value"].tolist(), strict=True)
    }
    # Of a scenario only the municipalities are known here: its places are shown by the page of scenarios.
    wants_places = choice.places_opacity is not None and not view.scenario
    layer = place_layer(study.workspace, choice.indicator, choice.mode) if wants_places else None
    places = _picture(study, choice, layer) if layer is not None else None
    legend = _legend(study, view, layer, places)
    return Shown(fills, labels, [*classes.colours, NO_DATA], legend, places)


def _picture(study: Study, choice: Choice, layer: PlaceLayer) -> PlaceRaster | None:
    """The picture of places for a choice; indicators of one service share theirs."""
    name = study.drawn_name(choice.indicator, choice.mode)
    return place_picture(study, f"{choice.indicator.id}-{name}" if name else layer.category, choice.mode, layer)


@st.cache_resource(max_entries=64, show_spinner=False, hash_funcs={Study: lambda study: study.key})
def place_picture(study: Study, name: str, mode: str, _layer: PlaceLayer) -> PlaceRaster | None:  # noqa: ARG001 - the key
    """The picture of all places for a value or category and mode; made once and kept."""
    longitude, latitude, people = study.places
    return draw_places(longitude, latitude, _layer.values, _layer.classes, people=people)


def _legend(study: Study, view: View, layer: PlaceLayer | None, places: PlaceRaster | None) -> str:
    choice, language = view.choice, view.choice.language
    counts, missing = view.classes.counts(view.rows["value"])
    rows = class_rows(view.classes, counts, missing, unit=choice.indicator.unit, language=language)
    note = word("separator", language).join([view.condition, word("legend_areas", language)])
    parts = [legend_html(indicator_name(choice), rows, note=note)]
    if layer is not None and places is not None:
        drawn = layer.rows(language, has_unreachable=places.has_unreachable, has_unknown=places.has_unknown)
        parts.append(legend_html(layer.title(language), drawn, note=word("legend_nobody", language)))
    parts.append(map_layers.legend_of(study, wanted_of(choice), language))
    return "".join(parts)


def _layers(study: Study, choice: Choice, places: PlaceRaster | None) -> list[dict[str, Any]]:
    """The layers of a choice for the frame, bottom to top, the picture of places among them where it stands."""
    base = [wanted for wanted in wanted_of(choice) if wanted[0] == "base"]
    found = map_layers.arguments(study, base, choice.language)
    for each in choice.layers:
        if each.id != PLACES:
            found += map_layers.arguments(study, layer_wanted(each, choice.indicator.category), choice.language)
        elif places is not None:
            found.append(_places_layer(study, choice, places, each.opacity / 100))
    return found


def _places_layer(study: Study, choice: Choice, places: PlaceRaster, opacity: float) -> dict[str, Any]:
    shown = study.drawn_name(choice.indicator, choice.mode)
    what = f"{choice.indicator.id}-{shown}" if shown else choice.indicator.category
    name = f"{study.key}-places-{what}-{choice.mode}.png"
    return {
        "id": PLACES, "kind": "picture", "className": "place-picture", "url": served(name, lambda: places.png),
        "bounds": places.bounds, "opacity": opacity, "looks": {}, "words": {}, "below": False,
    }  # fmt: skip


def credit_line(study: Study, choice: Choice) -> str:
    """Credit on the map itself: the boundaries, OpenStreetMap where it is used, the online base map."""
    also = {"ookla"} if (choice.indicator.drawn or "").startswith("ookla") else set()
    of_layers = map_layers.credits_of(study, wanted_of(choice), choice.language)
    lines = [" | ".join(dict.fromkeys([*credit_of(study, choice.language, also).split(" | "), *of_layers]))]
    if choice.base_map == "gsi":
        lines.append(
            "地理院タイル（国土地理院）"
            if choice.language == "ja"
            else "GSI tiles (Geospatial Information Authority of Japan)"
        )
    if choice.base_map == "osm" and "© OpenStreetMap contributors" not in lines[0]:
        lines.append("© OpenStreetMap contributors")
    return " | ".join(line for line in lines if line)


def credit_of(study: Study, language: Language, also: Collection[str] = ()) -> str:
    """Credit of what every map shows: the boundaries, OpenStreetMap where it is used; `also` further kinds of source."""
    used = [source for source in study.manifest.get("sources", []) if source.get("used", True)]
    wanted = [source for source in used if source.get("kind") in {"n03", "osm", "overpass", *also}]
    lines = (one_language(str(source.get("credit", "")), language) for source in wanted)
    return " | ".join(dict.fromkeys(line for line in lines if line))
