"""The map of a scenario: sites that can be picked, what the edits do to them, and where the way becomes longer or shorter."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pandas as pd
import streamlit as st

from explorer.maps.classes import Classes
from explorer.maps.frame_words import frame_words
from explorer.maps.legend import LegendRow, legend_html
from explorer.maps.place_layer import category_name
from explorer.maps.points import FACILITY_COLOUR, STATION_COLOUR, STOP_COLOUR, points_json
from explorer.maps.raster import PlaceRaster, draw_places
from explorer.scenario_edits import Close, Edit, LineAdd, Move, Open, StopAdd, StopDrop, StreetClose, StreetOpen
from explorer.ui.map_panel import FACILITY_RADIUS, MAP_HEIGHT, STATION_RADIUS, STOP_RADIUS
from explorer.ui.served import map_frame, served
from explorer.ui.study import Study
from explorer.ui.what_if_answer import BEYOND, FARTHER, NEARER, WITHIN, Answer, Question
from explorer.words import Language, either, number, one_language, word
from geodata.kinds import KINDS

# RdBu, ColorBrewer 2.0 (Apache-2.0), marked there as colour-blind safe; strong where the limit is crossed.
CHANGE_COLOURS: Final = {FARTHER: "#f4a582", BEYOND: "#b2182b", NEARER: "#92c5de", WITHIN: "#2166ac"}
NOW_COLOURS: Final = ("#93c7a4", "#dcd9d3")  # within the limit now, beyond it: pale, so that changes stand out
LAND: Final = "#f7f6f2"
TOUCHED: Final = "#fdf0e2"
STOPS: Final = ("station", "stop", "stop30")
_MARGIN: Final = 0.004  # degrees around what the map goes to


@dataclass(frozen=True)
class View:
    """What the map shows besides the scenario."""

    language: Language
    question: Question
    title: str
    shows_now: bool
    shows_stops: bool
    base_map: str


def show_what_if_map(
    study: Study,
    view: View,
    sites: pd.DataFrame,
    stops: pd.DataFrame | None,
    edits: Sequence[Edit],
    answer: Answer | None,
    *,
    chosen: tuple[float, float] | None,
    focus: dict[str, Any] | None,
    key: str,
    on_click: Any,
) -> None:
    """Draw the map; a click leaves ``site`` (its id, where there is one), ``lat`` and ``lon`` in the session under `key`.

    Parameters
    ----------
    sites, stops
        Tables of :meth:`explorer.services.Services.sites`, of the service looked at and, where wanted, of all stops.
    chosen
        Longitude and latitude of what is picked.
    """
    language = view.language
    picture = change_picture(study, answer) if answer is not None else None
    now = now_picture(study, view.question) if view.shows_now else None
    hurt = _hurt(answer)
    arguments = {
        "shapes": served(f"{study.key}-shapes.json", study.drawing),
        "fills": {str(code): int(hurt.get(str(code), 0.0) > 0) for code in study.municipalities["code"]},
        "labels": {
            code: word("what_if_tip", language, people=number(people, language)) for code, people in hurt.items()
        },
        "palette": [LAND, TOUCHED],
        "opacity": 1.0 if view.base_map == "none" else 0.25,
        "legend": _legend(view, now, answer, edits, has_stops=stops is not None),
        "places": _now_argument(study, view.question, now),
        "changes": _inline(picture),
        "facilities": _sites_argument(study, view.question.category, sites, language),
        "stops": None if stops is None else _sites_argument(study, "stop", stops, language),
        "marks": marks_of(edits, sites, chosen),
        "focus": focus,
        "picks": True,
        "selected": None,
        "base_map": view.base_map,
        "credit": _credit(study, view),
        "language": language,
        "alt": word("what_if_map_alt", language, title=view.title),
        "words": frame_words(language),
        "height": MAP_HEIGHT,
    }
    stamp = hashlib.sha256(json.dumps(arguments, sort_keys=True).encode()).hexdigest()[:12]
    map_frame()(**arguments, stamp=stamp, key=key, default=None, on_change=on_click)


def change_picture(study: Study, answer: Answer) -> PlaceRaster | None:
    """Places whose way changes, in four colours; None where none does."""
    codes = answer.codes()
    longitude, latitude, people = study.places
    rows = np.flatnonzero((codes > 0) & (people > 0))
    return draw_places(longitude[rows], latitude[rows], codes[rows].astype(float), _four()) if rows.size else None


def change_bounds(study: Study, answer: Answer) -> tuple[float, float, float, float] | None:
    """South, west, north, east of the places that cross the limit, or else of those whose way changes."""
    longitude, latitude, people = study.places
    lived_in = people > 0
    for mask in (answer.beyond | answer.within, answer.farther | answer.nearer):
        rows = np.flatnonzero(mask & lived_in)
        if rows.size:
            lat, lon = latitude[rows], longitude[rows]
            return (
                float(lat.min()) - _MARGIN,
                float(lon.min()) - _MARGIN,
                float(lat.max()) + _MARGIN,
                float(lon.max()) + _MARGIN,
            )
    return None


@st.cache_resource(max_entries=16, show_spinner=False, hash_funcs={Study: lambda study: study.key})
def now_picture(study: Study, question: Question) -> PlaceRaster | None:
    """Which places are within the limit as things are; made once and kept."""
    if not study.has_measure(question.category, question.mode):
        return None
    longitude, latitude, people = study.places
    far = np.asarray(study.workspace.measure(question.category, question.mode), dtype=float)
    beyond = np.where(np.isnan(far), np.inf, far) > question.limit
    return draw_places(longitude, latitude, beyond.astype(float), Classes((0.5,), NOW_COLOURS), people=people)


def marks_of(edits: Sequence[Edit], sites: pd.DataFrame, chosen: tuple[float, float] | None) -> list[dict[str, object]]:
    """Signs on the map: what closes, opens, moves; streets that close; what is picked."""
    where = dict(zip(sites["site_id"], zip(sites["lon"], sites["lat"], strict=True), strict=True))
    marks: list[dict[str, object]] = []
    for edit in edits:
        if isinstance(edit, (Close, StopDrop)):
            site = edit.site if isinstance(edit, Close) else edit.stop
            if site in where:
                marks.append(_mark(where[site], "closed", "×"))
        elif isinstance(edit, Move):
            line = {"from": list(where[edit.site][::-1])} if edit.site in where else {}
            marks.append(_mark(edit.at, "moved", "→") | line)
        elif isinstance(edit, (Open, StopAdd)):
            marks.append(_mark(edit.at, "opened", "+"))
        elif isinstance(edit, StreetClose) and edit.at is not None:
            marks.append(_mark(edit.at, "other", "⛔"))
        elif isinstance(edit, StreetOpen):
            marks.append(_mark(edit.end, "other", "＝") | {"from": [edit.start[1], edit.start[0]]})
        elif isinstance(edit, LineAdd):
            marks += [_mark(at, "opened", "+") for at in edit.points]
    if chosen is not None:
        marks.append(_mark(chosen, "chosen", ""))
    return marks


def _mark(at: tuple[float, float], look: str, sign: str) -> dict[str, object]:
    return {"lon": float(at[0]), "lat": float(at[1]), "look": look, "sign": sign}


def _four() -> Classes:
    codes = (FARTHER, BEYOND, NEARER, WITHIN)
    return Classes(tuple(code + 0.5 for code in codes[:-1]), tuple(CHANGE_COLOURS[code] for code in codes))


def _hurt(answer: Answer | None) -> dict[str, float]:
    """Code → people newly beyond the limit, of the municipalities that have any."""
    if answer is None:
        return {}
    people = answer.effect.before.people["total"]
    sums = answer.effect.before.sum_over_areas(np.where(answer.beyond, people, 0.0))
    return {str(code): float(count) for code, count in zip(answer.effect.area_codes, sums, strict=True) if count > 0}


def _inline(picture: PlaceRaster | None) -> dict[str, Any] | None:
    """The picture inside the message: it is small, and a file for every scenario would never be read twice."""
    if picture is None:
        return None
    url = "data:image/png;base64," + base64.b64encode(picture.png).decode()
    return {"url": url, "bounds": picture.bounds, "opacity": 0.9}


def _now_argument(study: Study, question: Question, picture: PlaceRaster | None) -> dict[str, Any] | None:
    if picture is None:
        return None
    name = f"{study.key}-now-{question.category}-{question.mode}-{question.limit:g}.png"
    return {"url": served(name, lambda: picture.png), "bounds": picture.bounds, "opacity": 0.8}


def _sites_argument(study: Study, category: str, sites: pd.DataFrame, language: Language) -> dict[str, Any]:
    looks = {
        kind.id: {"colour": FACILITY_COLOUR, "radius": FACILITY_RADIUS, "label": either((kind.ja, kind.en), language)}
        for kind in KINDS.values()
    }
    for stop in STOPS:
        colour, radius = (STATION_COLOUR, STATION_RADIUS) if stop == "station" else (STOP_COLOUR, STOP_RADIUS)
        looks[stop] = {"colour": colour, "radius": radius, "label": word(stop, language)}
    looks[""] = {"colour": FACILITY_COLOUR, "radius": FACILITY_RADIUS, "label": word("facility", language)}
    url = served(f"{study.key}-sites-{category}.json", lambda: _site_file(sites))
    return {"url": url, "looks": looks, "words": {}}


def _site_file(sites: pd.DataFrame) -> bytes:
    kinds = [str(kind).partition(":")[0] for kind in sites["kind"]]
    texts = {"name": [str(name) for name in sites["name"]], "id": [str(site) for site in sites["site_id"]]}
    return points_json(sites["lon"].to_numpy(float), sites["lat"].to_numpy(float), kinds, texts)


def _legend(
    view: View, now: PlaceRaster | None, answer: Answer | None, edits: Sequence[Edit], *, has_stops: bool
) -> str:
    language = view.language
    blocks = []
    if answer is not None and answer.touches:
        keys = {
            BEYOND: "what_if_beyond",
            FARTHER: "what_if_farther",
            WITHIN: "what_if_within",
            NEARER: "what_if_nearer",
        }
        masks = {BEYOND: answer.beyond, FARTHER: answer.farther, WITHIN: answer.within, NEARER: answer.nearer}
        rows = [LegendRow(CHANGE_COLOURS[code], word(key, language)) for code, key in keys.items() if masks[code].any()]
        blocks.append(legend_html(word("what_if_changes", language), rows, note=view.title))
    rows = []
    if now is not None:
        pairs = zip(NOW_COLOURS, ("what_if_now_within", "what_if_now_beyond"), strict=True)
        rows = [LegendRow(colour, word(key, language)) for colour, key in pairs]
    is_stop = view.question.category in STOPS
    colour = {"station": STATION_COLOUR}.get(view.question.category, STOP_COLOUR if is_stop else FACILITY_COLOUR)
    rows.append(LegendRow(colour, category_name(view.question.category, language), is_point=True))
    if has_stops:
        rows.append(LegendRow(STOP_COLOUR, word("stop", language), is_point=True))
    signs = {Close: "#111827", StopDrop: "#111827", Open: "#15803d", StopAdd: "#15803d", Move: "#1d4ed8"}
    words = {"#111827": "what_if_sign_closed", "#15803d": "what_if_sign_opened", "#1d4ed8": "what_if_sign_moved"}
    shown = dict.fromkeys(signs[type(edit)] for edit in edits if type(edit) in signs)
    rows += [LegendRow(colour, word(words[colour], language), is_point=True) for colour in shown]
    blocks.append(legend_html(word("what_if_now", language), rows, note="" if blocks else view.title))
    return "".join(blocks)


def _credit(study: Study, view: View) -> str:
    used = [source for source in study.manifest.get("sources", []) if source.get("used", True)]
    wanted = [source for source in used if source.get("kind") in {"n03", "osm", "overpass"}]
    lines = [one_language(str(source.get("credit", "")), view.language) for source in wanted]
    base = {"gsi": "what_if_credit_gsi", "osm": "what_if_credit_osm"}.get(view.base_map)
    lines += [word(base, view.language)] if base else []
    return " | ".join(dict.fromkeys(line for line in lines if line))
