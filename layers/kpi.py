"""What may be said of a KPI in an area: its official value at the level where it is published, and our own beside it.

A municipality never gets the prefecture's or the nation's number as its own: such a number comes with its owner's name. Our
own figure is shown for municipalities only where something is published for them, or where this software computes it from
what lies in them (class b); else there is a reason.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from geodata.codes import PREFECTURES, PREFECTURES_EN
from layers.catalogue import Indicator
from layers.kpi_table import CLASSES, FINENESS, GOALS, KPIS, LEVELS, Goal, Kpi, Level, Published

__all__ = [
    "CLASSES",
    "GOALS",
    "KPIS",
    "LEVELS",
    "Goal",
    "Kpi",
    "Published",
    "Shown",
    "by_number",
    "indicators_of",
    "level_of",
    "published_for",
    "why_no_figure",
    "why_too_fine",
]

NATION = "00000"


@dataclass(frozen=True)
class Shown:
    """A published value as it may be shown in an area: whose it is, and whether it is the area's own."""

    published: Published
    is_own: bool
    of_ja: str
    of_en: str


def by_number(number: int) -> Kpi:
    """The KPI of a number of the deck.

    Raises
    ------
    KeyError
        There are 85.
    """
    if not 1 <= number <= len(KPIS):
        raise KeyError(number)
    return KPIS[number - 1]


def level_of(area_code: str) -> Level:
    """Level of an area: the nation, a prefecture, a municipality, or a region of several."""
    if area_code == NATION:
        return "N"
    if not area_code.isdigit():
        return "R"
    return "P" if area_code.endswith("000") else "M"


def published_for(kpi: Kpi, area_code: str) -> Shown | None:
    """The published value of the area itself, else that of the prefecture or nation it lies in, named as theirs."""
    within = [area_code] if area_code == NATION else [area_code, f"{area_code[:2]}000", NATION]
    for code in dict.fromkeys(within):
        for each in kpi.latest:
            if each.area_code == code:
                return Shown(each, code == area_code, *_owner(code, own=code == area_code))
    return None


def _owner(code: str, *, own: bool) -> tuple[str, str]:
    if own:
        return ("全国の値", "the nation's") if code == NATION else ("この地域の値", "of this area")
    if code == NATION:
        return "全国の値（この地域の値ではない）", "the nation's, not this area's own"
    return (
        f"{PREFECTURES[code[:2]]}の値（この地域の値ではない）",
        f"that of {PREFECTURES_EN[code[:2]]}, not this area's own",
    )


def indicators_of(kpi: Kpi, catalogue: Iterable[Indicator]) -> list[Indicator]:
    """Indicators of a catalogue that answer a KPI."""
    return [indicator for indicator in catalogue if kpi.number in indicator.kpi]


def why_too_fine(kpi: Kpi, level: Level) -> str:
    """Why our own figure must not be shown at a level (``ja / en``); "" where it may.

    It may where the KPI is published as fine as that, or where this software computes it (class b, or a proxy of class b).
    """
    if FINENESS[level] <= FINENESS[kpi.level] or "b" in kpi.classes or kpi.proxy in {"b", "a1"}:
        return ""
    ja, en = LEVELS[kpi.level]
    return (
        f"{ja}の値しか公表されていないため、より細かくは示さない / published for the {en} only, so not shown any finer"
    )


_NOT_YET = "まだ計算していない: 候補は通勤の圏域から求める / not computed yet: candidates follow from commuting regions"
_WHY_NONE: dict[str, str] = {
    "a1": "表がまだ取り込まれていない（公表元から入手し、説明の TOML を添えて置く） / no table has been read: get it from its publisher, with a description",
    "a2": "公表は一覧の形だけ（表にして説明の TOML に kpi = [{number}] と書けば並べて示す） / published as a list: make it a table with kpi = [{number}] in its description",
    "b": "このワークスペースにはこの指標の元になる資料がない / this workspace lacks the data that it follows from",
    "c": "集計値だけが公表され、本ツールでは計算できない / published as an aggregate only; this software cannot compute it",
    "d": "公開データがない / no open data",
}  # fmt: skip


def why_no_figure(kpi: Kpi) -> str:
    """Why this software has no figure of its own for a KPI, ``ja / en``."""
    if kpi.number in {37, 38}:
        return _NOT_YET
    return _WHY_NONE[kpi.classes[0]].format(number=kpi.number)
