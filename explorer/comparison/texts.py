"""What page and document say of a comparison, in the same words: names, ranks, differences, how certain they are."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

import numpy as np

from explorer.comparison.compared import RANGE_BASES
from explorer.comparison.ranges import bases_of
from explorer.words import either, number, one_language, value_digits, value_text, word
from layers import catalogue

if TYPE_CHECKING:
    from explorer.comparison.compared import Comparison
    from explorer.comparison.composite import Composite
    from explorer.comparison.measured import Measured
    from explorer.comparison.ranks import Rank
    from explorer.comparison.years import YearRow
    from explorer.words import Language

CERTAINTY: Final = {
    "apart": "cmp_apart",
    "same_direction": "cmp_same_direction",
    "overlap": "cmp_overlap",
    "no_range": "cmp_no_range",
    "lists_lack": "cmp_lists_lack",
    "base": "cmp_base",
    "": "cmp_nothing",
}
SHORT_CERTAINTY: Final = {
    "apart": "cmp_apart_short",
    "same_direction": "cmp_same_direction_short",
    "overlap": "cmp_overlap_short",
    "no_range": "cmp_no_range_short",
    "lists_lack": "cmp_lists_lack_short",
    "base": "cmp_base",
    "": "cmp_nothing",
}


def name_of(row: Measured, language: Language) -> str:
    """Name of the indicator."""
    return either((row.indicator.ja, row.indicator.en), language)


def conditions_of(row: Measured, language: Language) -> str:
    """How distance is measured and of whom, in one line."""
    parts = [either(catalogue.MODES[row.mode], language)] if row.mode else []
    return word("separator", language).join([*parts, either(catalogue.GROUPS[row.group], language)])


def value_of(row: Measured, at: int, language: Language) -> str:
    """The value of an area with its unit, or "no data"."""
    return value_text(float(row.value[at]), row.indicator.unit, language)


def range_of(low: float, high: float, unit: str, language: Language, *, sign: bool = False) -> str:
    """From where to where, without the unit; ``""`` where it is not known."""
    if not (np.isfinite(low) and np.isfinite(high)):
        return ""
    ends = (bare(float(each), unit, language, sign=sign) for each in (low, high))
    return word("cmp_range", language, **dict(zip(("low", "high"), ends, strict=True)))


def bare(value: float, unit: str, language: Language, *, sign: bool = False) -> str:
    """A number without its unit, for columns that say it in their heads; "no data" without a value, with a sign ``""``."""
    if sign and not np.isfinite(value):
        return ""
    if unit == "時" and not sign:
        return value_text(value, unit, language)
    return number(value, language, digits=value_digits(unit, value), sign=sign)


def rank_of_area(rank: Rank | None, language: Language, *, long: bool = False) -> str:
    """``35中3位``, ties said; ``""`` without a rank. Long: with the order, in a sentence."""
    if rank is None:
        return ""
    if long:
        order = word("rank_from_high" if rank.from_high else "rank_from_low", language)
        key = "cmp_rank_long_tied" if rank.tied > 1 else "cmp_rank_long"
        return word(key, language, rank=rank.place, n=rank.count, tied=rank.tied, order=order)
    return word(
        "cmp_rank_tied" if rank.tied > 1 else "cmp_rank", language, rank=rank.place, n=rank.count, tied=rank.tied
    )


def base_of(comparison: Comparison, language: Language) -> str:
    """What differences are taken from."""
    if comparison.base is None:
        return word("cmp_study_median", language)
    return comparison.areas[comparison.base].name(language)


def range_source(row: Measured, language: Language) -> str:
    """Which other calculations the range of an indicator is made of; that there are none."""
    names = [either(RANGE_BASES[name], language) for name in bases_of(row.ranges)]
    if not names:
        return word("cmp_range_from_nothing", language)
    return word("cmp_range_from", language, names=word("comma", language).join(names))


def weights_text(composite: Composite, language: Language) -> str:
    """The indicators of a composite with the share of each in the whole."""
    return word("comma", language).join(
        word(
            "cmp_weight",
            language,
            name=either((each.ja, each.en), language),
            share=number(100 * share, language, digits=1),
        )
        for each, share in zip(composite.indicators, composite.weights.tolist(), strict=True)
    )


def rank_range(composite: Composite, at: int, language: Language) -> str:
    """The rank of an area by the composite, and between which ranks it stays; ``""`` without a composite."""
    if not np.isfinite(composite.rank[at]):
        return ""
    rank, best, worst = (int(each[at]) for each in (composite.rank, composite.best, composite.worst))
    if best == worst:
        return word("cmp_rank_fixed", language, rank=rank)
    return word("cmp_rank_range", language, rank=rank, best=best, worst=worst)


def series_name(row: YearRow, language: Language) -> str:
    """Name of a series of years: that of its indicator without the year."""
    from explorer.families import common_name

    return common_name([either((row.indicator.ja, row.indicator.en), language)]).split(
        "（" if language == "ja" else " ("
    )[0]


def reason_of(row: Measured, at: int, language: Language) -> str:
    """Why an area has no value, in one language; ``""`` where it has one."""
    if np.isfinite(row.value[at]):
        return ""
    return one_language(row.reason[at], language) or word("reason_unknown", language)


def how_to_read(comparison: Comparison, language: Language) -> list[str]:
    """What a reader must know of ranks, differences and ranges."""
    lines = [word("cmp_how_region_ranks" if comparison.is_ranked_among_regions else "cmp_how_ranks", language)]
    lines.append(word("cmp_how_difference", language, base=base_of(comparison, language)))
    lines += [word("cmp_how_range", language), word("cmp_how_no_range", language)]
    lacking = lacking_lists(comparison.rows, language)
    return [*lines, lacking] if lacking else lines


def lacking_lists(rows: Sequence[Measured], language: Language) -> str:
    """Names of the indicators whose lists of shops lack most, in a sentence; ``""`` where none does."""
    names = [name_of(row, language) for row in rows if row.lacks_lists]
    return word("cmp_lists_lack_names", language, names=word("comma", language).join(names)) if names else ""


def how_composite(composite: Composite, language: Language) -> list[str]:
    """How a composite is made, and what its range of ranks means."""
    percent = number(100 * composite.variation, language)
    lines = [word("cmp_how_composite", language), word("cmp_how_rank_range", language, percent=percent)]
    if composite.left_out:
        names = [either((each.ja, each.en), language) for each in composite.left_out]
        lines.append(word("cmp_left_out", language, names=word("comma", language).join(names)))
    return lines
