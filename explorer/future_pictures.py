"""Charts of people to come as pictures to save: title, units and where the numbers come from are on them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

import numpy as np

from explorer.future_people import share
from explorer.future_tables import MOVES, ZONE_NAMES, group_name
from explorer.words import Language, word

if TYPE_CHECKING:
    import pandas as pd

    from explorer.figures.picture import Picture
    from explorer.future_people import PeopleToCome
    from explorer.future_services import ReachByYear
    from explorer.future_zones import ZoneByYear

_HEIGHT_MM: Final = 80.0


def people_picture(
    people: PeopleToCome, codes: Sequence[str], title: str, language: Language, *, credit: str, index: bool = False
) -> Picture:
    """Lines of every age group, in people or in percent of the base year."""
    series = []
    for group in people.known_groups(codes):
        values = people.series(codes, group)
        series.append((group_name(group, language), share(values, values[0]) if index else values))
    return _lines(people, series, "%" if index else "人", title, language, credit, from_zero=not index)


def reach_picture(
    reach: ReachByYear, codes: Sequence[str], group: str, title: str, language: Language, *, credit: str
) -> Picture:
    """People within reach, and beyond."""
    series = [
        (word("fu_within", language), reach.series(codes, group)),
        (word("fu_beyond", language), reach.beyond(codes, group)),
    ]
    return _lines(reach.people, series, "人", title, language, credit)


def zones_picture(
    zones: Sequence[ZoneByYear], codes: Sequence[str], group: str, title: str, language: Language, *, credit: str
) -> Picture:
    """Share of the people who live in each kind of zone."""
    people, series = zones[0].people, []
    for zone in zones:
        told = zone.told(codes)
        if told:
            values = share(zone.series(told, group), people.series(told, group))
            series.append((word(ZONE_NAMES[zone.zone], language), values))
    return _lines(people, series, "%", title, language, credit)


def moves_picture(moves: pd.DataFrame, title: str, language: Language, *, credit: str) -> Picture:
    """Balance of moves by group, a bar each."""
    from explorer.figures.bars import Bar, bars
    from explorer.figures.style import ChartFrame

    items = [
        Bar(word(MOVES[group], language), float(net)) for group, net in zip(moves["group"], moves["net"], strict=True)
    ]
    return bars(items, ChartFrame(title, "人", language, credit=credit, stands_alone=True))


def _lines(
    people: PeopleToCome,
    series: Sequence[tuple[str, np.ndarray]],
    unit: str,
    title: str,
    language: Language,
    credit: str,
    *,
    from_zero: bool = True,
) -> Picture:
    from explorer.figures.lines import Line, lines
    from explorer.figures.style import ChartFrame

    drawn = [Line(label, people.years, values.tolist()) for label, values in series]
    frame = ChartFrame(title, unit, language, credit=credit, stands_alone=True)
    future = people.years[1] if people.is_projected and len(people.years) > 1 else None
    return lines(drawn, frame, future_from=future, from_zero=from_zero, height_mm=_HEIGHT_MM)
