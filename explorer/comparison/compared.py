"""Municipalities and regions side by side: the one answer that page, command and Python show.

>>> import explorer
>>> found = explorer.open("workspace").compare("10201,10202,10203+10212", ["stop_within_300m"])  # doctest: +SKIP
>>> found.table()  # doctest: +SKIP
"""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from explorer.comparison.areas import Area, AreasError, AskedArea, areas_of, every_area
from explorer.comparison.composite import Composite, composite
from explorer.comparison.measured import MEDIAN, Differences, Measured, measure
from explorer.comparison.ranges import bases_of, lists_of, merged_ages
from explorer.comparison.years import YearRow, year_rows
from geodata.errors import ExplorerError, UnknownCode
from layers import catalogue
from layers.score_counting import VARIATION

if TYPE_CHECKING:
    import pandas as pd

    from explorer.families import Family
    from explorer.regions import Opened
    from layers.catalogue import Indicator

MOST_INDICATORS: Final = 60
WALKING_AREA_M: Final = 800
MAIN: Final = "main"
# One or two of each theme that people ask about first; of those only what has values is taken.
MAIN_INDICATORS: Final[tuple[str, ...]] = (
    "population",
    "ageing_65",
    "food_shop_within_800m",
    "supermarket_within_800m",
    "medical_within_800m",
    "stop_within_300m",
    "station_within_800m",
    "nursery_within_800m",
    "elementary_school_within_800m",
    "post_office_within_800m",
    "score_overall",
    "zone_residential_share",
    "fibre_household_coverage",
    "population_change_2050",
)
COLUMNS: Final = (
    "area_code",
    "area_name",
    "indicator",
    "indicator_name",
    "group",
    "mode",
    "value",
    "unit",
    "reason",
    "range_low",
    "range_high",
    "range_from",  # which other choices the range is made of, in both languages
    "rank",
    "rank_of",
    "rank_tied",  # how many share the rank, the area itself included
    "rank_1_is",  # highest or lowest
    "study_median",
    "base",  # code of the base area, or median
    "difference",
    "difference_unit",
    "difference_low",
    "difference_high",
    "certainty",  # see explorer.comparison.measured.Differences
    "ages_merged_percent",
    "list_completeness_percent",
)
RANGE_BASES: Final = {
    "threshold_minus": ("しきい値−20%", "limit −20 %"),
    "threshold_plus": ("しきい値+20%", "limit +20 %"),
    "other_people": ("別の人口資料", "the other population source"),
}


class BadComparison(ExplorerError, ValueError):
    """No indicator to compare, or more than anybody can read."""


@dataclass(frozen=True, eq=False)
class Comparison:
    """Areas side by side.

    Parameters
    ----------
    rows
        One per indicator, in the order asked.
    base
        Position of the area from which differences are taken; None for the median of the study area's municipalities.
    composite
        With the user's weights; None where none were given.
    group
        The age group asked for; an indicator that is not made for it is shown for all people.
    """

    opened: Opened
    areas: tuple[Area, ...]
    rows: tuple[Measured, ...]
    group: str
    base: int | None = None
    composite: Composite | None = None

    @cached_property
    def differences(self) -> tuple[Differences, ...]:
        """From the base, one per indicator."""
        return tuple(row.differences(self.base) for row in self.rows)

    @cached_property
    def years(self) -> tuple[YearRow, ...]:
        """What of the indicators compared is known of several years, and always the people."""
        return year_rows(self.opened, self.areas, [row.indicator for row in self.rows], self.group)

    @property
    def is_ranked_among_regions(self) -> bool:
        """Whether all areas are regions: then ranks are among them, else among the municipalities of the study area."""
        return all(area.is_region for area in self.areas)

    def with_weights(self, weights: Mapping[str, float], variation: float = VARIATION) -> Comparison:
        """The same areas and indicators with a composite."""
        return Comparison(
            self.opened, self.areas, self.rows, self.group, self.base, composite(self.rows, weights, variation)
        )

    def table(self) -> pd.DataFrame:
        """Indicators × areas, one row each (columns :data:`COLUMNS`); numbers are NaN where there is none."""
        import pandas as pd

        lines = [line for number, _ in enumerate(self.rows) for line in self._lines(number)]
        frame = pd.DataFrame(lines, columns=list(COLUMNS))
        whole = ["rank", "rank_of", "rank_tied"]
        return frame.astype(dict.fromkeys(whole, "Int64"))

    def composite_table(self) -> pd.DataFrame:
        """A row per area: ``area_code``, ``area_name``, a column per part (0–100), ``composite``, ``composite_low``,
        ``composite_high``, ``rank`` among the areas compared, ``rank_best``, ``rank_worst``, ``missing``.

        Raises
        ------
        BadComparison
            There are no weights.
        """  # noqa: D205 - a list of columns is longer than a line
        import pandas as pd

        if self.composite is None:
            raise BadComparison(
                "重みがありません。--weights 指標=2,指標=1 のように指定してください。 / "
                "There are no weights. Give them as --weights id=2,id=1."
            )
        found = self.composite
        columns: dict[str, Any] = {
            "area_code": [area.key for area in self.areas],
            "area_name": [area.name("ja") for area in self.areas],
            **{each.id: found.parts[row] for row, each in enumerate(found.indicators)},
            "composite": found.value, "composite_low": found.low, "composite_high": found.high,
            "rank": found.rank, "rank_best": found.best, "rank_worst": found.worst, "missing": list(found.reason),
        }  # fmt: skip
        return pd.DataFrame(columns).astype(dict.fromkeys(["rank", "rank_best", "rank_worst"], "Int64"))

    def years_table(self) -> pd.DataFrame:
        """``area_code``, ``area_name``, ``series``, ``indicator``, ``group``, ``year``, ``value``, ``unit``, ``is_projected``, ``reason``."""
        import pandas as pd

        lines = [
            (area.key, area.name("ja"), row.series, point.indicator, row.group, point.year, float(point.value[number]),
             row.unit, point.is_projected, point.reason[number])
            for row in self.years for number, area in enumerate(self.areas) for point in row.points
        ]  # fmt: skip
        columns = [
            "area_code",
            "area_name",
            "series",
            "indicator",
            "group",
            "year",
            "value",
            "unit",
            "is_projected",
            "reason",
        ]
        return pd.DataFrame(lines, columns=columns)

    def _lines(self, number: int) -> list[tuple[Any, ...]]:
        row, difference = self.rows[number], self.differences[number]
        merged = merged_ages(self.opened, self.areas, row.group)
        bases = [RANGE_BASES[name] for name in bases_of(row.ranges)]
        from_what = f"{'、'.join(ja for ja, _ in bases)} / {', '.join(en for _, en in bases)}" if bases else ""
        base = MEDIAN if self.base is None else self.areas[self.base].key
        lines = []
        for at, area in enumerate(self.areas):
            rank = row.ranks[at]
            is_known = bool(np.isfinite(row.ranges.low[at]))
            lines.append((
                area.key, area.name("ja"), row.indicator.id, row.indicator.ja, row.group, row.mode,
                row.value[at], row.indicator.unit, row.reason[at], row.ranges.low[at], row.ranges.high[at],
                from_what if is_known else "",
                None if rank is None else rank.place, None if rank is None else rank.count,
                None if rank is None else rank.tied,
                "" if rank is None else "highest" if rank.from_high else "lowest",
                row.median, base, difference.value[at], difference.unit, difference.low[at], difference.high[at],
                difference.certainty[at], merged[at],
                np.nan if (listed := row.lists[at]) is None else listed.percent,
            ))  # fmt: skip
        return lines


def compare_areas(
    opened: Opened,
    areas: str | Sequence[AskedArea],
    indicators: Sequence[str],
    *,
    mode: str | None = None,
    group: str = "total",
    base: str | None = None,
    weights: Mapping[str, float] | None = None,
    variation: float = VARIATION,
) -> Comparison:
    """Two to sixty municipalities or regions side by side.

    Parameters
    ----------
    areas
        See :func:`explorer.comparison.areas.areas_of`.
    indicators
        Ids, in the order wanted.
    mode
        How distance is measured, for the indicators that know the mode; for the others, and with None for all, along streets
        on foot where they are known so, else their first.
    group
        Age group, for the indicators made for it; the others are of all people.
    base
        Code (or codes joined by ``+``, or the name) of the area from which differences are taken; None for the median
        of the study area's municipalities.
    weights
        Id of an indicator → weight, for a composite (:mod:`explorer.comparison.composite`).
    variation
        How much each weight may be off, as a share.

    Raises
    ------
    AreasError
        Fewer than two areas or more than sixty, or a base that is none of them.
    BadComparison
        No indicator, or more than sixty.
    BadWeights
        Weights that cannot be.
    UnknownCode
        There is no such municipality, indicator, mode or age group.
    """
    found = areas_of(opened, areas)
    wanted = list(dict.fromkeys(indicators))
    if not 1 <= len(wanted) <= MOST_INDICATORS:
        raise BadComparison(
            f"指標が {len(wanted)} 件です。1〜{MOST_INDICATORS} 件を指定してください。 / "
            f"{len(wanted)} indicators: name 1 to {MOST_INDICATORS}."
        )
    entries = [_entry(opened, each) for each in wanted]
    _check(opened, mode, group)
    rows = tuple(measure(opened, found, entry, *asked_as(opened, entry, mode, group)) for entry in entries)
    compared = Comparison(opened, found, rows, group, _base(opened, found, base))
    return compared if weights is None else compared.with_weights(weights, variation)


def asked_as(opened: Opened, indicator: Indicator, mode: str | None, group: str) -> tuple[str, str]:
    """The mode and age group in which an indicator is shown where these are asked for."""
    rows = opened.rows()
    every = rows.modes(indicator.id, group)
    if not every:
        known = [each for each in catalogue.GROUPS if rows.modes(indicator.id, each)]
        group = known[0] if known else "total"
    return (mode if mode in rows.modes(indicator.id, group) else rows.usual_mode(indicator.id, group)), group


def usual_of_theme(opened: Opened, theme: str = MAIN, most: int = 12) -> list[str]:
    """Ids of what is first looked at in a theme: one indicator of each family that has values.

    Of a family that differs in its limit the 800 m one, else the first. Shares of people within a limit come before the
    others, and what rests on lists that lack most shops is left to those who ask for it by name; otherwise the order is
    that of the catalogue. The theme ``main`` goes across the themes (:data:`MAIN_INDICATORS`).

    Raises
    ------
    UnknownCode
        There is no such theme.
    """
    from explorer.families import families_of

    if theme not in {MAIN, *catalogue.THEMES}:
        raise UnknownCode(
            f"分野 {theme} はありません。あるもの: {'、'.join([MAIN, *catalogue.THEMES])} / "
            f"There is no theme {theme}. Known: {', '.join([MAIN, *catalogue.THEMES])}."
        )
    known = with_values(opened)
    if theme == MAIN:
        main = [opened.catalogue[each] for each in MAIN_INDICATORS if each in known]
        return [each.id for each in main if not _lists_lack(opened, each)][:most]
    entries = [each for each in opened.catalogue.values() if each.theme == theme and each.id in known]
    usual = [usual_member(family) for family in families_of(entries)]
    usual.sort(key=lambda each: not (each.threshold_m is not None and each.unit == "%" and each.better == "high"))
    return [each.id for each in usual if not _lists_lack(opened, each)][:most] or [each.id for each in usual][:most]


def _lists_lack(opened: Opened, indicator: Indicator) -> bool:
    """Whether the lists of shops of the study area hold too few to say anything of an indicator."""
    _, whole = lists_of(opened, (), indicator)
    return whole is not None and whole.is_low


def usual_member(family: Family) -> Indicator:
    """The 800 m one of a family that differs in its limit (the handbooks' walking area), else the first."""
    return next((each for each in family.members if each.threshold_m == WALKING_AREA_M), family.members[0])


def with_values(opened: Opened) -> set[str]:
    """Ids of the indicators of which any municipality has a value."""
    table = opened.rows().table
    return {str(name) for name in table.loc[np.isfinite(table["value"]), "indicator"].unique()}


def _entry(opened: Opened, indicator: str) -> Indicator:
    known = opened.catalogue
    if indicator not in known:
        near = "、".join(difflib.get_close_matches(indicator, known, 5, 0.4))
        raise UnknownCode(
            f"指標 {indicator} はありません。近いもの: {near or '（なし）'} / No such indicator. Close: {near or '(none)'}."
        )
    return known[indicator]


def _check(opened: Opened, mode: str | None, group: str) -> None:
    table = opened.rows().table
    for wanted, column, ja, en in ((mode, "mode", "移動手段", "mode"), (group, "group", "年齢区分", "age group")):
        if wanted is None:
            continue
        known = [str(each) for each in table[column].unique()]
        if wanted not in known:
            names = "、".join(each for each in known if each)
            raise UnknownCode(
                f"{ja} {wanted} はありません。あるもの: {names} / There is no {en} {wanted}. Known: {names}."
            )


def _base(opened: Opened, areas: Sequence[Area], base: str | None) -> int | None:
    if base is None or base == MEDIAN:
        return None
    for row, area in enumerate(areas):
        if base in {area.key, *area.names}:
            return row
    try:
        keys = [(area.key, area.is_region) for area in every_area(opened, base)]
    except ExplorerError:
        keys = []
    for row, area in enumerate(areas):
        if keys == [(area.key, area.is_region)]:
            return row
    names = "、".join(f"{area.key} {area.name('ja')}" for area in areas[:10])
    raise AreasError(
        f"基準 {base}: 比べる地域の中にありません。比べているもの: {names} / The base {base} is none of the areas compared: {names}."
    )
