"""The map on the screen as a file to keep: same colours, same legend, no network needed to open it."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from explorer.maps.classes import Classes
from explorer.maps.points import FACILITY_COLOUR, STATION_COLOUR, STOP_COLOUR
from explorer.maps.saved import MapPoints, SavedMap, saved_map_html
from explorer.ui.card import condition_line, indicator_name
from explorer.ui.choice import Choice
from explorer.ui.map_panel import credit_line, what_to_show
from explorer.ui.study import Points, Study
from explorer.words import word
from geodata.kinds import CATEGORIES


def saved_map(study: Study, choice: Choice, rows: pd.DataFrame, classes: Classes) -> bytes:
    """The chosen view as one HTML file."""
    language = choice.language
    shown = what_to_show(study, choice, rows, classes)
    return saved_map_html(
        SavedMap(
            title=f"{indicator_name(choice)} — {study.title(language)}",
            subtitle=condition_line(choice),
            credit=credit_line(study, choice),
            language=language,
            shapes=study.drawing(),
            colours={code: shown.palette[index] for code, index in shown.fills.items()},
            labels=shown.labels,
            legend=shown.legend,
            opacity=choice.opacity / 100,
            places=shown.places,
            points=_points(study, choice),
            banner=word("sample_banner", language) if study.is_sample else "",
        )
    )


def _points(study: Study, choice: Choice) -> list[MapPoints]:
    drawn = []
    if choice.shows_stops:
        is_rail = (study.stops.columns["mode"] == "rail").to_numpy(bool)
        drawn.append(_circles(study.stops, ~is_rail, STOP_COLOUR, 2.5))
        drawn.append(_circles(study.stops, is_rail, STATION_COLOUR, 5.0))
    if choice.shows_facilities:
        category = choice.indicator.category if choice.indicator.category in CATEGORIES else None
        facilities = study.facilities_of(category)
        drawn.append(_circles(facilities, facilities.columns["kind"].notna().to_numpy(bool), FACILITY_COLOUR, 4.0))
    return drawn


def _circles(points: Points, chosen: npt.NDArray[np.bool_], colour: str, radius: float) -> MapPoints:
    names = points.columns["name"].astype(object).where(points.columns["name"].notna(), "")
    return MapPoints(
        points.longitude[chosen].tolist(),
        points.latitude[chosen].tolist(),
        [str(name) for name in names[chosen]],
        colour,
        radius,
    )
