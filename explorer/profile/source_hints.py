"""Which data sets are behind a few numbers, in as few words as tell them apart: title and edition."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from explorer.provenance import provenance_of
from explorer.words import word

if TYPE_CHECKING:
    from explorer.profile.asked import Asked
    from explorer.source_notes import SourceNote

_UNDER_EVERYTHING: Final = frozenset({"boundaries", "streets", "official", "terrain"})


def source_hints(asked: Asked, named: Sequence[tuple[str, str]]) -> str:
    """``人口：国勢調査 2020；保育所：国土数値情報 P14 2023``, those with the same sources together.

    Parameters
    ----------
    named
        What a number is called, and its indicator.
    """
    groups: dict[str, list[str]] = {}
    for name, indicator in named:
        groups.setdefault(_sources(asked, indicator), []).append(name)
    language = asked.language
    parts = [
        word("pf_source_hint", language, names=word("comma", language).join(names), sources=sources)
        for sources, names in groups.items()
        if sources
    ]
    return word("pf_missing_between", language).join(parts)


def _sources(asked: Asked, indicator: str) -> str:
    """Of its own subject; that of the people only where nothing else is behind it."""
    notes = provenance_of(asked.opened, [indicator]).sources
    shown = [note for note in notes if note.purpose not in _UNDER_EVERYTHING | {"population"}]
    if not shown:  # shops come from the same file as the streets
        purpose = "streets" if asked.indicator(indicator).category else "population"
        shown = [note for note in notes if note.purpose == purpose]
    return word("comma", asked.language).join(_text(asked, note) for note in shown)


def _text(asked: Asked, note: SourceNote) -> str:
    return f"{note.title(asked.language)} {note.edition(asked.language)}".strip()
