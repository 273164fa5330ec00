"""What the manifest says of the files that were read, data set by data set, as it is worded on screen and in exports."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from explorer.words import Language, date_text, either, one_language, word
from geodata.sources import DATASETS

Record = Mapping[str, Any]  # an entry of "sources" in the manifest
_MADE_FROM: Final = "を加工して作成"  # how credit lines of Japanese publishers end
_MOST_FILES: Final = 4
_MINISTRIES: Final = {
    "総務省統計局": "Statistics Bureau of Japan",
    "総務省": "MIC (Ministry of Internal Affairs and Communications)",
    "国土交通省": "MLIT (Ministry of Land, Infrastructure, Transport and Tourism)",
    "各市町村": "municipalities",
}


@dataclass(frozen=True)
class SourceNote:
    """A data set that was read: 38 timetables are one, not 38.

    Parameters
    ----------
    id
        Key of :data:`geodata.sources.DATASETS`, such as ``n03`` or ``gtfs``.
    purpose
        What it is for, a key of :data:`geodata.sources.PURPOSES`; ``""`` where this version does not know it.
    titles
        Japanese and English.
    publisher, licence, credit
        As the publisher writes them; those in two languages as ``日本語 / English``.
    editions
        Ascending, without repeats: years, days, or what the source says.
    url
        Page of the data set; ``""`` for own files.
    files
        Names of the files, those in a zip after ``›``.
    """

    id: str
    purpose: str
    titles: tuple[str, str]
    publisher: str
    editions: tuple[str, ...]
    licence: str
    credit: str
    url: str
    files: tuple[str, ...]

    def title(self, language: Language) -> str:
        """Name of the data set, with the number of its files where they are several."""
        own = either(self.titles, language)
        return own if len(self.files) <= 1 else word("source_count", language, title=own, n=len(self.files))

    def edition(self, language: Language) -> str:
        """One edition, two of them, or from the first to the last; ``""`` where the source says none."""
        return editions_text(self.editions, language)

    def publisher_in(self, language: Language) -> str:
        """Who publishes it."""
        return publisher_name(self.publisher, language)

    def licence_in(self, language: Language) -> str:
        """Under which conditions it may be used."""
        return one_language(self.licence, language)

    def credit_in(self, language: Language) -> str:
        """The credit line that the publisher asks for."""
        return one_language(self.credit, language)

    def credited(self, language: Language) -> tuple[str, bool]:
        """What a joint credit line names, and whether "made by processing" is to follow it.

        Credit lines that publishers write in Japanese only stand in English as the name of the data set.
        """
        credit = self.credit_in(language)
        if language == "en" and not credit.isascii() and "©" not in credit and "®" not in credit:
            return self.titles[1], True
        return credit.removesuffix(_MADE_FROM).strip(), credit.endswith(_MADE_FROM)

    def line(self, language: Language) -> str:
        """Title, edition and licence in a line."""
        named = f"{self.title(language)} {self.edition(language)}".strip()
        return " — ".join(part for part in (named, self.licence_in(language)) if part)


def publisher_name(publisher: str, language: Language) -> str:
    """A publisher in a language: by its own two names, else by those of the ministries."""
    if language == "en" and " / " not in publisher:
        for name, english in _MINISTRIES.items():  # the longer name before the one that it begins with
            publisher = publisher.replace(name, english)
        return publisher.replace("・", ", ")
    return one_language(publisher, language)


def editions_text(editions: Collection[str], language: Language) -> str:
    """Editions in a few words: both of two, else from the first to the last."""
    known = [date_text(edition, language) for edition in sorted(set(editions))]
    if len(known) > 2:
        return word("span", language, start=known[0], end=known[-1])
    return word("comma", language).join(known)


def files_text(files: Iterable[str], most: int = _MOST_FILES) -> str:
    """File names, a zip once with the number of its members that are meant; the first few where there are many."""
    counts = Counter(name.split(" › ", maxsplit=1)[0] for name in files)
    names = [f"{name} ({count})" if count > 1 else name for name, count in counts.items()]
    more = f" … (+{len(names) - most})" if len(names) > most else ""
    return ", ".join(names[:most]) + more


def used_records(manifest: Record) -> list[Record]:
    """Entries of the files that a build used."""
    return [record for record in manifest.get("sources", []) if record.get("used", True)]


def wanted_records(
    manifest: Record, *, ids: Collection[str] = (), purposes: Collection[str] = (), kinds: Collection[str] = ()
) -> list[Record]:
    """Entries of the files used that have one of these ids, purposes or kinds (``n03``, ``commuting``)."""
    return [
        record
        for record in used_records(manifest)
        if record["id"] in ids or purpose_of(record) in purposes or record.get("kind") in kinds
    ]


def purpose_of(record: Record) -> str:
    """What a file is for: population, streets and so on."""
    known = DATASETS.get(str(record.get("kind", "")))
    return known.purpose if known else ""


def source_notes(records: Iterable[Record]) -> tuple[SourceNote, ...]:
    """Entries of the manifest by data set, licence and whom to credit, in the order of the entries."""
    groups: dict[tuple[str, ...], list[Record]] = {}
    names = ("kind", "title_ja", "title_en", "publisher", "licence", "credit", "url")
    for record in records:
        groups.setdefault(tuple(str(record.get(name, "")) for name in names), []).append(record)
    return tuple(
        SourceNote(
            kind,
            purpose_of(group[0]),
            (ja or str(group[0].get("id", "")), en or ja or str(group[0].get("id", ""))),
            publisher,
            tuple(sorted({str(record["edition"]) for record in group if record.get("edition")})),
            licence,
            credit,
            url,
            tuple(str(record.get("file", "")) for record in group),
        )
        for (kind, ja, en, publisher, licence, credit, url), group in groups.items()
    )
