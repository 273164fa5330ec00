"""Tables of the page Future as they are shown and saved: people by year and age, municipalities, reach, zones, moves."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

from explorer.future_people import changed, peak_year, share
from explorer.people_by_year import TOTAL
from explorer.words import Language, either, one_language, word
from layers.catalogue import GROUPS
from layers.conditions import REASONS
from layers.zones_and_places import FUNCTION, RESIDENTIAL

if TYPE_CHECKING:
    from explorer.future_people import PeopleToCome
    from explorer.future_services import ReachByYear
    from explorer.future_zones import ZoneByYear

_OLD: Final = "65_plus"
MOVES: Final = {
    "all": "fu_moves_all",
    "15_29": "fu_moves_15_29",
    "men_15_29": "fu_moves_men_15_29",
    "women_15_29": "fu_moves_women_15_29",
    "men_20_24": "fu_moves_men_20_24",
    "women_20_24": "fu_moves_women_20_24",
    "women_20_39": "fu_moves_women_20_39",
}
ZONE_SHORT: Final = {RESIDENTIAL: "fu_zone_residential_short", FUNCTION: "fu_zone_function_short"}
ZONE_NAMES: Final = {RESIDENTIAL: "fu_zone_residential", FUNCTION: "fu_zone_function"}
SEXES: Final = {"women": "fu_women", "men": "fu_men"}


def group_name(group: str, language: Language) -> str:
    """What an age group is called."""
    return either(GROUPS[group], language)


def reason_text(reason: str, language: Language) -> str:
    """A reason of the layers, be it a key or a text in both languages."""
    return either(REASONS[reason], language) if reason in REASONS else one_language(reason, language)


def people_frame(
    people: PeopleToCome, codes: Sequence[str], language: Language, *, index: bool = False
) -> pd.DataFrame:
    """A row per year, a column per age group, and the change of all people since the base year.

    Parameters
    ----------
    index
        Percent of the base year instead of people.
    """
    columns: dict[str, Any] = {word("fu_column_year", language): [str(year) for year in people.years]}
    for group in people.groups:
        values = people.series(codes, group)
        if not np.isfinite(values).any():
            continue
        name = group_name(group, language)
        if index:
            columns[word("fu_column_index", language, group=name)] = share(values, values[0]).round(1)
        else:
            columns[word("fu_column_people", language, group=name)] = values.round()
    everybody = people.series(codes, TOTAL)
    if len(people.years) > 1:
        head = word("fu_column_change", language, year=people.base)
        columns[head] = changed(everybody, everybody[0]).round(1)
    for group, key in ((_OLD, "fu_column_ageing"), ("75_plus", "fu_column_ageing_75")):
        values = people.series(codes, group)
        if np.isfinite(values).any():
            columns[word(key, language)] = share(values, everybody).round(1)
    return pd.DataFrame(columns)


def towns_frame(people: PeopleToCome, codes: Sequence[str], group: str, year: int, language: Language) -> pd.DataFrame:
    """A row per municipality: people of the base year and of another, change, ageing, and the year of most people over 75."""
    rows = people.rows(codes)
    base, later = people.of_areas(people.base, group)[rows], people.of_areas(year, group)[rows]
    columns: dict[str, Any] = {
        word("column_code", language): [people.codes[row] for row in rows],
        word("column_name", language): [people.names[row] for row in rows],
        word("fu_column_of_year", language, year=people.base): base.round(),
    }
    if year != people.base:
        columns[word("fu_column_of_year", language, year=year)] = later.round()
        columns[word("fu_column_more", language)] = (later - base).round()
        columns[word("fu_column_change", language, year=people.base)] = changed(later, base).round(1)
    if _OLD in people.groups:
        for each in dict.fromkeys((people.base, year)):
            old = share(people.of_areas(each, _OLD)[rows], people.of_areas(each)[rows])
            columns[word("fu_column_ageing_of", language, year=each)] = old.round(1)
    if people.is_projected and "75_plus" in people.groups:
        peaks = [peak_year(people.years, people.series([people.codes[row]], "75_plus")) for row in rows]
        columns[word("fu_column_peak", language)] = pd.array(peaks, dtype="Int64")
    return pd.DataFrame(columns)


def values_frame(
    people: PeopleToCome, now: np.ndarray, later: np.ndarray, heads: tuple[str, str], language: Language, digits: int
) -> pd.DataFrame:
    """What two maps show: a row per municipality, the value of the base year and of the year chosen."""
    frame = pd.DataFrame(
        {word("column_code", language): list(people.codes), word("column_name", language): list(people.names)}
    )
    frame[heads[0]] = np.round(now, digits)
    if heads[1] != heads[0]:
        frame[heads[1]] = np.round(later, digits)
        frame[word("fu_column_difference", language)] = np.round(later - now, digits)
    return frame


def reach_frame(reach: ReachByYear, codes: Sequence[str], group: str, language: Language) -> pd.DataFrame:
    """A row per year: people, those within reach and beyond, and the old among those beyond."""
    people = reach.people
    within, beyond = reach.series(codes, group), reach.beyond(codes, group)
    columns: dict[str, Any] = {
        word("fu_column_year", language): [str(year) for year in people.years],
        word("fu_column_people", language, group=group_name(group, language)): people.series(codes, group).round(),
        word("fu_column_within", language): within.round(),
        word("fu_column_within_share", language): share(within, people.series(codes, group)).round(1),
        word("fu_column_beyond", language): beyond.round(),
    }
    for other in ("65_plus", "75_plus"):
        if other in people.groups and other != group:
            head = word("fu_column_beyond_of", language, group=group_name(other, language))
            columns[head] = reach.beyond(codes, other).round()
    return pd.DataFrame(columns)


def reach_towns_frame(
    reach: ReachByYear, codes: Sequence[str], group: str, year: int, language: Language
) -> pd.DataFrame:
    """A row per municipality: share within reach and people beyond, in the base year and in another."""
    people = reach.people
    rows, column = people.rows(codes), people.groups.index(group)
    columns: dict[str, Any] = {
        word("column_code", language): [people.codes[row] for row in rows],
        word("column_name", language): [people.names[row] for row in rows],
    }
    for each in dict.fromkeys((people.base, year)):
        at = people.years.index(each)
        everybody, within = people.people[rows, at, column], reach.within[rows, at, column]
        columns[word("fu_column_share_of", language, year=each)] = share(within, everybody).round(1)
        columns[word("fu_column_beyond_in", language, year=each)] = np.maximum(everybody - within, 0.0).round()
    reasons = [reason_text(str(reach.reason[row]), language) if reach.reason[row] else "" for row in rows]
    if any(reasons):
        columns[word("column_reason", language)] = reasons
    return pd.DataFrame(columns)


def zones_frame(zones: Sequence[ZoneByYear], codes: Sequence[str], group: str, language: Language) -> pd.DataFrame:
    """A row per year: people of those municipalities, and inside, outside, share and density for each kind of zone."""
    people = zones[0].people
    columns: dict[str, Any] = {word("fu_column_year", language): [str(year) for year in people.years]}
    for zone in zones:
        told = zone.told(codes)
        if not told:
            continue
        name = word(ZONE_SHORT[zone.zone], language)
        everybody, inside = people.series(told, group), zone.series(told, group)
        columns[word("fu_column_inside", language, zone=name)] = inside.round()
        columns[word("fu_column_outside", language, zone=name)] = np.maximum(everybody - inside, 0.0).round()
        columns[word("fu_column_inside_share", language, zone=name)] = share(inside, everybody).round(1)
        columns[word("fu_column_inside_density", language, zone=name)] = zone.density(told, group).round(1)
    return pd.DataFrame(columns)


def zone_towns_frame(zone: ZoneByYear, codes: Sequence[str], group: str, year: int, language: Language) -> pd.DataFrame:
    """A row per municipality: share and density in the zone, in the base year and in another."""
    people = zone.people
    rows, column = people.rows(codes), people.groups.index(group)
    columns: dict[str, Any] = {
        word("column_code", language): [people.codes[row] for row in rows],
        word("column_name", language): [people.names[row] for row in rows],
    }
    for each in dict.fromkeys((people.base, year)):
        at = people.years.index(each)
        inside, everybody = zone.inside[rows, at, column], people.people[rows, at, column]
        columns[word("fu_column_share_of", language, year=each)] = share(inside, everybody).round(1)
        area = np.where(zone.hectares[rows] > 0, zone.hectares[rows], np.nan)
        columns[word("fu_column_density_of", language, year=each)] = (inside / area).round(1)
    columns[word("column_reason", language)] = [
        reason_text(str(zone.reason[row]), language) if zone.reason[row] else "" for row in rows
    ]
    return pd.DataFrame(columns)


def moves_frame(moves: pd.DataFrame, language: Language) -> pd.DataFrame:
    """A row per group: in, out, balance, rate, balance with the Tokyo area, and what to mind."""
    names = [word(MOVES[group], language) for group in moves["group"]]
    reasons = zip(moves["is_few"], moves["reason"], moves["rate_reason"], strict=True)
    return pd.DataFrame(
        {
            word("fu_column_group", language): [
                word("fu_few_mark", language, group=name) if is_few else name
                for name, is_few in zip(names, moves["is_few"], strict=True)
            ],
            word("fu_column_in", language): moves["into"],
            word("fu_column_out", language): moves["out"],
            word("fu_column_net", language): moves["net"],
            word("fu_column_rate", language): moves["rate"].astype(float).round(1),
            word("fu_column_tokyo", language): moves["tokyo_net"],
            word("column_reason", language): [
                word("fu_few", language) if is_few else one_language(reason or rate_reason, language)
                for is_few, reason, rate_reason in reasons
            ],
        }
    )


def ages_frame(bands: pd.DataFrame, language: Language) -> pd.DataFrame:
    """A row per band of age: in, out and balance of women and of men; few people are marked."""
    columns: dict[str, Any] = {}
    wide = bands.pivot_table(
        index=["age_from", "age_to"], columns="sex", values=["into", "out", "net", "is_few"], aggfunc="first"
    )
    columns[word("fu_column_age", language)] = [
        band_name(int(first), int(last), language) for first, last in wide.index
    ]
    for sex, key in SEXES.items():
        if ("net", sex) not in wide.columns:
            continue
        name = word(key, language)
        columns[word("fu_column_in_of", language, who=name)] = wide["into", sex].astype(float).to_numpy()
        columns[word("fu_column_out_of", language, who=name)] = wide["out", sex].astype(float).to_numpy()
        columns[word("fu_column_net_of", language, who=name)] = wide["net", sex].astype(float).to_numpy()
    few = wide["is_few"].fillna(value=False).to_numpy(bool)
    columns[word("column_reason", language)] = [word("fu_few", language) if row.any() else "" for row in few]
    return pd.DataFrame(columns)


def band_name(first: int, last: int, language: Language) -> str:
    """A band of age in a few letters."""
    if last >= 150:
        return word("fu_band_open", language, first=first)
    return word("fu_band", language, first=first, last=last)
