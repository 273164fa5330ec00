"""The map of a region: its members' colours, who goes where, numbered places, and the facilities of the service."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
import pandas as pd

from explorer.maps.classes import Classes
from explorer.maps.colours import NO_DATA
from explorer.maps.frame_words import frame_words
from explorer.maps.legend import LegendRow, class_rows, legend_html
from explorer.maps.overlay import AreaLook
from explorer.maps.place_layer import category_name
from explorer.maps.points import FACILITY_COLOUR, STATION_COLOUR, STOP_COLOUR, points_json
from explorer.ui.cooperate_choice import Question
from explorer.ui.map_panel import MAP_HEIGHT, credit_of
from explorer.ui.served import map_frame, served
from explorer.ui.study import Study
from explorer.words import Language, either, value_text, word
from geodata.kinds import CATEGORIES, KINDS

MAP_KEY: Final = "cooperate_map"
MEMBER: Final = "#cfe1f2"  # members where the question colours none
OTHER: Final = "#f1f2f3"
MEMBER_OUTLINE: Final = "#0b3d6e"
FLOW: Final = "#134e4a"
FLOW_OUT: Final = "#a16207"  # to facilities outside the region
_RADIUS: Final = 4.0
_MOST_POINTS: Final = 4000  # more would hide what the page is about


@dataclass(frozen=True)
class Dots:
    """Facilities in colours of their own: positions, the look of each (a key of `looks`) and what to say of it."""

    name: str
    longitude: Sequence[float]
    latitude: Sequence[float]
    look: Sequence[str]
    texts: Sequence[str]
    looks: Mapping[str, dict[str, Any]]


@dataclass(frozen=True)
class Drawing:
    """What a question puts on the map.

    Parameters
    ----------
    fills
        Code → number of a colour in `palette`; members without one are drawn as members.
    labels
        Code → plain text shown when the pointer rests on a municipality.
    legend
        HTML of :func:`explorer.maps.legend.legend_html`.
    flows, spots
        As the map frame takes them (:func:`explorer.maps.flows.flow_arguments`).
    """

    fills: Mapping[str, int] = field(default_factory=dict)
    palette: tuple[str, ...] = ()
    labels: Mapping[str, str] = field(default_factory=dict)
    legend: str = ""
    flows: Sequence[dict[str, Any]] = ()
    spots: Sequence[dict[str, Any]] = ()
    dots: Dots | None = None


def classed(
    codes: Sequence[str], values: Sequence[float], classes: Classes, *, unit: str, heading: str, hint: str,
    language: Language,
) -> Drawing:  # fmt: skip
    """Members in the colours of a value, with its legend."""
    numbers = pd.Series(np.asarray(values, dtype=float))
    found = classes.of(numbers)
    fills = {code: int(at) if at >= 0 else len(classes.colours) for code, at in zip(codes, found, strict=True)}
    labels = {code: value_text(float(value), unit, language) for code, value in zip(codes, numbers, strict=True)}
    counts, missing = classes.counts(numbers)
    rows = class_rows(classes, counts, missing, unit=unit, language=language)
    legend = legend_html(heading, rows, note=hint)
    return Drawing(fills, (*classes.colours, NO_DATA), labels, legend)


def show_region_map(
    study: Study, language: Language, codes: Sequence[str], question: Question | None, drawing: Drawing, *,
    is_answered: bool,
    shows_sites: bool, look: int, on_click: Any,
) -> None:  # fmt: skip
    """Draw the map frame; a click is in ``st.session_state[MAP_KEY]``: ``code`` of a municipality or ``site``."""
    names = dict(zip(study.municipalities["code"], study.municipalities["name"], strict=True))
    palette = [*drawing.palette, MEMBER, OTHER]
    member, other = len(palette) - 2, len(palette) - 1
    fills = {code: drawing.fills.get(code, member) if code in codes else other for code in names}
    hints = {code: word("co_click_in" if code not in codes else "co_click_out", language) for code in names}
    labels = {  # what is known of a municipality, and what a click does
        code: word("separator", language).join(filter(None, [drawing.labels.get(code, ""), hints[code]]))
        for code in names
    }
    dots = drawing.dots
    points = _dots_argument(study, dots) if dots else _sites_argument(study, question) if shows_sites else None
    arguments = {
        "shapes": served(f"{study.key}-shapes.json", study.drawing),
        "fills": fills,
        "labels": labels,
        "palette": palette,
        "opacity": 0.85,
        "legend": drawing.legend + _own_legend(question, language, has_members=bool(codes), has_sites=dots is None and points is not None),
        "places": None,
        "facilities": points,
        "stops": None,
        "selected": None,
        "members": list(codes),
        "flows": list(drawing.flows),
        "spots": list(drawing.spots),
        "focus": _focus(study, codes, look, question.view if question is not None and is_answered else ""),
        "base_map": "none",
        "credit": credit_of(study, language),
        "language": language,
        "alt": word("co_map_alt", language, n=len(codes)),
        "words": frame_words(language),
        "height": MAP_HEIGHT,
    }  # fmt: skip
    stamp = hashlib.sha256(json.dumps(arguments, sort_keys=True).encode()).hexdigest()[:12]
    map_frame()(**arguments, stamp=stamp, key=MAP_KEY, default=None, on_change=on_click)


def _own_legend(question: Question | None, language: Language, *, has_members: bool, has_sites: bool) -> str:
    rows = (
        [LegendRow("", word("co_legend_members", language), look=AreaLook("#ffffff", MEMBER_OUTLINE, 2.6))]
        if has_members
        else []
    )
    rows += [] if has_members else [LegendRow(OTHER, word("co_not_member", language))]
    if question is not None and has_sites:
        colour = {"station": STATION_COLOUR}.get(
            question.service, STOP_COLOUR if _is_stop(question.service) else FACILITY_COLOUR
        )
        rows.append(LegendRow(colour, category_name(question.service, language), is_point=True))
    return legend_html(word("co_legend", language), rows)


def _is_stop(service: str) -> bool:
    return service in {"station", "stop", "stop30"}


def _focus(study: Study, codes: Sequence[str], look: int, view: str) -> dict[str, Any] | None:
    """The region and a little around it, each time it came from elsewhere than a click on the map.

    Again for each question: its legend takes another part of the map.
    """
    if not look or not codes:
        return None
    box = study.centres.loc[list(codes), ["west", "south", "east", "north"]].dropna()
    if box.empty:
        return None
    west, south, east, north = box["west"].min(), box["south"].min(), box["east"].max(), box["north"].max()
    edge = 0.12 * max(east - west, north - south, 0.05)
    bounds = [south - edge, west - edge, north + edge, east + edge]
    return {"key": f"{look}-{view}", "bounds": bounds, "always": True, "clear": True}


def _sites_argument(study: Study, question: Question | None) -> dict[str, Any] | None:
    if question is None:
        return None
    service, language = question.service, question.language
    if _is_stop(service):
        points = study.stops
        if service == "station":
            is_one = (points.columns["mode"] == "rail").to_numpy(bool)
        elif service == "stop30":
            departures = pd.to_numeric(points.columns["departures_weekday"], errors="coerce").to_numpy(float)
            is_one = departures >= 30
        else:
            is_one = (points.columns["mode"] != "rail").to_numpy(bool)
        longitude, latitude = points.longitude[is_one], points.latitude[is_one]
        columns, kinds = points.columns[is_one], points.columns["mode"][is_one]
    else:
        points = study.facilities_of(service)
        longitude, latitude, columns, kinds = points.longitude, points.latitude, points.columns, points.columns["kind"]
    if len(longitude) > _MOST_POINTS:
        return None
    colour = STATION_COLOUR if service == "station" else STOP_COLOUR if _is_stop(service) else FACILITY_COLOUR
    looks = {
        kind: {"colour": colour, "radius": _RADIUS, "label": either((KINDS[kind].ja, KINDS[kind].en), language)}
        for kind in (CATEGORIES[service].kinds if service in CATEGORIES else ())
    }
    looks[""] = {"colour": colour, "radius": _RADIUS, "label": category_name(service, language)}
    texts = [str(text) for text in columns["name"].astype(object).where(columns["name"].notna(), "")]
    made = lambda: points_json(longitude, latitude, [str(kind) for kind in kinds], {"name": texts})  # noqa: E731
    return {"url": served(f"{study.key}-cooperate-{service}.json", made), "looks": looks, "words": {}}


def _dots_argument(study: Study, dots: Dots) -> dict[str, Any]:
    content = points_json(
        np.asarray(dots.longitude, float), np.asarray(dots.latitude, float), list(dots.look), {"name": list(dots.texts)}
    )
    stamp = hashlib.sha256(content).hexdigest()[:16]
    return {
        "url": served(f"{study.key}-{dots.name}-{stamp}.json", lambda: content),
        "looks": dict(dots.looks),
        "words": {},
    }
