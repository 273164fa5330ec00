"""Where the numbers of a view come from, and which facilities its lists hold."""

from __future__ import annotations

from collections.abc import Collection

from explorer.source_notes import source_notes, wanted_records
from explorer.ui.study import Study
from explorer.words import Language, either, number, word
from geodata.kinds import CATEGORIES, KINDS


def source_lines(
    study: Study, category: str | None, wanted: Collection[str], language: Language, *, kinds: Collection[str] = ()
) -> list[str]:
    """Data sets behind a category, and those of certain purposes (population, streets, …), one line each.

    Parameters
    ----------
    category
        Key of :data:`geodata.kinds.CATEGORIES` or station, stop, stop30; None for no facilities.
    wanted
        Purposes of data sets, as :attr:`geodata.sources.Dataset.purpose`.
    kinds
        Kinds of data sets, as the manifest names them (``n03``, ``commuting``).
    """
    question = ("source_lines", category, frozenset(wanted), frozenset(kinds), language)
    return list(study.kept(question, lambda: _source_lines(study, category, wanted, language, kinds)))


def _source_lines(
    study: Study, category: str | None, wanted: Collection[str], language: Language, kinds: Collection[str]
) -> list[str]:
    shown = CATEGORIES[category].kinds if category in CATEGORIES else ()
    frame = study.facilities.columns
    ids = set(frame.loc[frame["kind"].isin(list(shown)), "source"].astype(str)) if shown else set()
    if category in {"station", "stop", "stop30"}:
        ids |= set(study.stops.columns["source"].astype(str))
    records = wanted_records(study.manifest, ids=ids, purposes=wanted, kinds=kinds)
    return [note.line(language) for note in source_notes(records)]


def counted_text(study: Study, category: str | None, language: Language) -> str:
    """Which facilities the lists hold and which kinds they do not: a share is only as complete as the lists."""
    present, missing = study.kinds_counted(category)
    comma = word("comma", language)
    text = comma.join(f"{_kind_name(kind, language)} {number(count, language)}" for kind, count in present)
    if not missing:
        return text
    lacking = word("kinds_missing", language, kinds=comma.join(_kind_name(kind, language) for kind in missing))
    return word("separator", language).join(part for part in (text, lacking) if part)


def _kind_name(kind: str, language: Language) -> str:
    return either((KINDS[kind].ja, KINDS[kind].en), language)
