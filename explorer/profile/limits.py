"""What the numbers of the document cannot say: limits of the catalogue, warnings of the build, how sure main values are."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from explorer.documents.blocks import Block, Cell, Column, Listing, Paragraph, Table
from explorer.words import either, joined, number, value_digits, value_text, word

if TYPE_CHECKING:
    from explorer.profile.asked import Asked
    from explorer.words import Language

_MOST_LIMITS: Final = 8
_ALIKE: Final = 10  # characters
_MOST_NOTES: Final = 6
_MOST_CHARACTERS: Final = 220
_FEWEST_CHARACTERS: Final = 40
_SURE: Final = (
    "food_shop_within_800m",
    "medical_within_800m",
    "stop_within_300m",
    "nursery_within_800m",
    "elementary_school_within_800m",
)
_MOST_SURE: Final = 4


def limits(asked: Asked, indicators: Sequence[str]) -> tuple[Block, ...]:
    """Points, the warnings of the build, and a small table of how far values depend on choices."""
    language = asked.language
    own = (word("pf_limit_use", language), word("pf_limit_missing", language))
    blocks: list[Block] = [Listing(own)]
    blocks.append(
        Paragraph(word("pf_limits_of", language) + joined(common_limits(asked, indicators), language), "note")
    )
    notes = build_warnings(asked)
    if notes:
        blocks.append(Paragraph(word("pf_build_warnings", language) + joined(notes, language), "note"))
    return (*blocks, *_sure_table(asked))


def common_limits(asked: Asked, indicators: Sequence[str]) -> list[str]:
    """Sentences that the catalogue says of these indicators, those of many indicators first; each once."""
    language = asked.language
    counts: Counter[str] = Counter()
    for each in indicators:
        entry = asked.indicator(each)
        counts.update(set(_sentences(either((entry.limits_ja, entry.limits_en), language), language)))
    chosen: list[str] = []
    # Those of the same number in the order of their length, so that the fuller of two that begin alike is kept.
    for text in sorted(counts, key=lambda text: (-counts[text], -len(text))):
        if not any(other.startswith(text[:_ALIKE]) for other in chosen):
            chosen.append(text)
    return chosen[:_MOST_LIMITS]


def _sentences(text: str, language: Language) -> list[str]:
    end = "。" if language == "ja" else ". "
    parts = [part.strip().removesuffix(".") for part in text.split(end)]
    stop = "。" if language == "ja" else "."
    return [part + stop for part in parts if part]


def build_warnings(asked: Asked) -> list[str]:
    """Warnings of the build in the language of the document; long lists of files are cut."""
    notes = asked.opened.workspace.manifest.get("notes", [])
    texts = [str(note[asked.language]).strip() for note in notes if note.get("level") == "warning"]
    shown = [_cut(text) for text in dict.fromkeys(texts)]
    more = len(shown) - _MOST_NOTES
    if more > 0:
        shown = [*shown[:_MOST_NOTES], word("pf_more_warnings", asked.language, n=more)]
    return shown


def _cut(text: str) -> str:
    """The text up to where a long list in it begins, or the last sentence that fits."""
    if len(text) <= _MOST_CHARACTERS:
        return text
    start = text[:_MOST_CHARACTERS]
    ends = (start.rpartition(mark)[0] for mark in ("。", ". ", ": ", "、", ", "))
    whole = next((end for end in ends if len(end) >= _FEWEST_CHARACTERS), start.rstrip())
    return f"{whole} …"


def _sure_table(asked: Asked) -> tuple[Block, ...]:
    """How main values change with the threshold, how far it is to the street, how old the lists are."""
    if asked.is_region:
        return ()
    language = asked.language
    there = [
        each for each in _SURE if asked.knows(each) and np.isfinite(asked.value(each)) and not asked.lists_lack(each)
    ]
    rows = []
    for each in there[:_MOST_SURE]:
        table = asked.opened.confidence(each)
        row = {str(key): value for key, value in table[table["code"] == asked.area_code].iloc[0].items()}
        rows.append((Cell(asked.label(each)), asked.cell(each), *_sure(row, asked.indicator(each).unit, language)))
    if not rows:
        return ()
    heads = (
        ("pf_column_indicator", 3.4),
        ("pf_column_value", 1.1),
        ("pf_column_threshold", 1.5),
        ("pf_column_snap", 1.5),
        ("pf_column_years", 1.3),
    )
    columns = tuple(
        Column(word(key, language), "left" if at == 0 else "right", width) for at, (key, width) in enumerate(heads)
    )
    return (Table(word("pf_sure_table", language), columns, tuple(rows)),)


def _sure(row: dict[str, Any], unit: str, language: Language) -> tuple[Cell, Cell, Cell]:
    span = "—"
    if np.isfinite(row["value_low"]):
        low = number(row["value_low"], language, digits=value_digits(unit, row["value_low"]))
        span = word("pf_range", language, low=low, high=value_text(row["value_high"], unit, language))
    snap = f"{number(row['snap_mean_m'], language)} m" if np.isfinite(row["snap_mean_m"]) else "—"
    ends = [f"{row[name]:.0f}" for name in ("oldest_year", "newest_year") if np.isfinite(row[name])]
    years = "–".join(dict.fromkeys(ends)) or "—"
    return Cell(span), Cell(snap), Cell(years)
