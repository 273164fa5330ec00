"""Finding an indicator or a KPI by what one remembers of it: words in either language, an id, a number."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from typing import Final

from layers import catalogue
from layers.catalogue import Indicator
from layers.kpi_table import CLASSES, LEVELS, Goal, Kpi

# ァ..ヶ lie 0x60 above ぁ..ゖ: whoever types hiragana finds katakana too.
_TO_HIRAGANA: Final = {code: code - 0x60 for code in range(ord("ァ"), ord("ヶ") + 1)}


def folded(text: str) -> str:
    """A text as it is compared: width, case and the two kanas make no difference.

    Examples
    --------
    >>> folded("ＫＰＩ　ｽｰﾊﾟｰ") == folded("kpi すーぱー")
    True
    """
    return unicodedata.normalize("NFKC", text).casefold().translate(_TO_HIRAGANA)


def found_in(texts: Sequence[tuple[str, str]], query: str) -> list[int]:
    """Positions of the texts that hold every word of a query, those that hold it in their name first.

    Parameters
    ----------
    texts
        Name, and all that is looked through (the name too), both :func:`folded`.
    query
        As it was typed; words are parted by blanks. An empty one finds everything in its order.
    """
    words = folded(query).split()
    found = [at for at, (_, whole) in enumerate(texts) if all(word in whole for word in words)]
    return sorted(found, key=lambda at: not all(word in texts[at][0] for word in words))


def indicator_texts(entries: Iterable[Indicator]) -> list[tuple[str, str]]:
    """What is looked through of indicators: names, ids, definitions, theme, rule, limits, numbers of the KPIs."""
    return [_both((_name(entry), *_rest(entry))) for entry in entries]


def kpi_texts(entries: Iterable[Kpi | Goal]) -> list[tuple[str, str]]:
    """What is looked through of KPIs and goals: number, names, publisher, data set, class, level, targets, remarks."""
    return [_both((_kpi_name(entry), *_kpi_rest(entry))) for entry in entries]


def _both(parts: Sequence[str]) -> tuple[str, str]:
    return folded(parts[0]), folded("\n".join(parts))


def _name(entry: Indicator) -> str:
    return f"{entry.ja}\n{entry.en}\n{entry.id}"


def _rest(entry: Indicator) -> tuple[str, ...]:
    kpis = " ".join(f"KPI{number} KPI {number}" for number in entry.kpi)
    return (
        entry.family, entry.definition_ja, entry.definition_en, *catalogue.THEMES[entry.theme], entry.rule_ja,
        entry.rule_en, entry.limits_ja, entry.limits_en, entry.unit, kpis,
    )  # fmt: skip


def _kpi_name(entry: Kpi | Goal) -> str:
    number = f"KPI{entry.number} KPI {entry.number}" if isinstance(entry, Kpi) else f"2.0 {entry.id}"
    return f"{number}\n{entry.ja}\n{entry.en}"


def _kpi_rest(entry: Kpi | Goal) -> tuple[str, ...]:
    if isinstance(entry, Goal):
        return entry.target_ja, entry.target_en, entry.source
    classes = (text for name in entry.classes for text in (name, *CLASSES[name]))
    return (
        entry.publisher, entry.publisher_en, entry.dataset, entry.unit, entry.target_ja, entry.target_en,
        entry.remark_ja, entry.remark_en, *LEVELS[entry.level], *classes,
    )  # fmt: skip
