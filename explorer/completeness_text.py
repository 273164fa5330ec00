"""One plain line on how complete the lists of shops behind an indicator are, for each municipality and for all of them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from explorer.words import Language, either, number, word
from geodata.kinds import CATEGORIES, KINDS
from layers.completeness import NATIONAL_SHOPS, is_low

if TYPE_CHECKING:
    import pandas as pd

WHOLE = ""
_WORDS = {  # (for all municipalities, against published numbers) → word
    (False, True): "list_completeness_here_published",
    (False, False): "list_completeness_here_expected",
    (True, True): "list_completeness_whole_published",
    (True, False): "list_completeness_whole_expected",
}


@dataclass(frozen=True)
class Completeness:
    """The line, and whether the lists hold too little to trust the indicator."""

    text: str
    is_low: bool


@dataclass(frozen=True)
class Share:
    """Percent of the shops that there should be, whether that number is published, and whether the lists hold too few."""

    percent: float
    is_published: bool
    is_low: bool


def completeness_lines(table: pd.DataFrame, category: str | None, language: Language) -> Mapping[str, Completeness]:
    """Municipality code → line, for the kinds of a category that have a yardstick; :data:`WHOLE` → that of the study area.

    Kinds are added up: a list of 30 convenience stores where 880 of them, 360 supermarkets and 280 drugstores are to be
    expected makes 2 % of the food shops. Where no list covers any of the kinds there is no line: there is no value either.

    Parameters
    ----------
    table
        Columns of :data:`layers.completeness.COMPLETENESS_COLUMNS`.
    """
    rows = _listed_kinds(table, category)
    if rows.empty:
        return {}
    named = kinds_text(category, language)
    lines = {str(code): _line(part, named, language) for code, part in rows.groupby("municipality_code")}
    lines[WHOLE] = _line(rows, named, language, whole=True)
    return {code: line for code, line in lines.items() if line is not None}


def completeness_share(table: pd.DataFrame, category: str | None, codes: Collection[str]) -> Share | None:
    """How much of a category the lists hold in some municipalities together; None without a list or a yardstick.

    Parameters
    ----------
    table
        Columns of :data:`layers.completeness.COMPLETENESS_COLUMNS`.
    """
    rows = _listed_kinds(table, category)
    return _share(rows[rows["municipality_code"].astype(str).isin(list(codes))])


def completeness_shares(
    table: pd.DataFrame, category: str | None, areas: Sequence[Collection[str]]
) -> list[Share | None]:
    """The same for several areas, each a set of municipalities."""
    rows = _listed_kinds(table, category)
    if rows.empty:
        return [None] * len(areas)
    grouped = rows.assign(is_published=rows["basis"] == "published").groupby(rows["municipality_code"].astype(str))
    sums = grouped.agg({"listed": "sum", "yardstick": "sum", "is_published": "all"})
    by_code = {
        str(code): (float(listed), float(due), bool(published))
        for code, listed, due, published in sums.itertuples(name=None)
    }
    found = [[by_code[code] for code in codes if code in by_code] for codes in areas]
    return [
        _share_of(sum(row[0] for row in each), sum(row[1] for row in each), is_published=all(row[2] for row in each))
        for each in found
    ]


def kinds_text(category: str | None, language: Language) -> str:
    """The kinds of a category that have a yardstick, in words."""
    return word("comma", language).join(
        either((KINDS[kind].ja, KINDS[kind].en), language) for kind in _measurable(category)
    )


def _measurable(category: str | None) -> list[str]:
    return [kind for kind in CATEGORIES[category].kinds if kind in NATIONAL_SHOPS] if category in CATEGORIES else []


def _listed_kinds(table: pd.DataFrame, category: str | None) -> pd.DataFrame:
    """Rows of the kinds of a category, in the municipalities where a list covers any of them."""
    rows = table[table["kind"].isin(_measurable(category))]
    surveyed = rows[rows["is_surveyed"].astype(bool)]["municipality_code"].unique()
    return rows[rows["municipality_code"].isin(surveyed)]


def _share(rows: pd.DataFrame) -> Share | None:
    is_published = bool((rows["basis"] == "published").all())
    return _share_of(float(rows["listed"].sum()), float(rows["yardstick"].sum()), is_published=is_published)


def _share_of(listed: float, yardstick: float, *, is_published: bool) -> Share | None:
    if yardstick <= 0:
        return None
    low = is_low(listed, yardstick, is_published=is_published)
    return Share(100.0 * listed / yardstick, is_published=is_published, is_low=low)


def _line(rows: pd.DataFrame, named: str, language: Language, *, whole: bool = False) -> Completeness | None:
    share = _share(rows)
    if share is None:
        return None
    shown = number(share.percent, language)
    text = word(_WORDS[whole, share.is_published], language, kinds=named, share=shown)
    return Completeness(text + (word("list_completeness_low", language) if share.is_low else ""), share.is_low)
