"""Where the numbers of a document, picture or file come from: sources, dates, licences, method, scenario, version.

Nothing here asks what time it is: dates are those of the sources, so that the same question gives the same bytes.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, Final

from explorer import __version__
from explorer.scenario_edits import Scenario
from explorer.source_notes import Record, SourceNote, editions_text, source_notes, used_records, wanted_records
from explorer.words import LANGUAGES, Language, either, one_language, word
from geodata.kinds import CATEGORIES
from layers.measures import STRAIGHT

if TYPE_CHECKING:
    import pandas as pd

    from explorer.regions import Opened
    from explorer.scenario_result import ScenarioResult
    from layers.catalogue import Indicator

_ALWAYS: Final = frozenset({"boundaries", "population"})  # behind every number
_TOLD_BY_LIST: Final = frozenset({"facilities", "stations", "stops", "streets"})  # needs of which only a part was used
_DAY: Final = re.compile(r"(?<!\d)((?:19|20)\d{2})(?:-(\d{2})-(\d{2}))?(?!\d)")
_WITHOUT_A_DATE: Final = date(2000, 1, 1)


@dataclass(frozen=True)
class Provenance:
    """What every document, picture and file says of itself.

    Parameters
    ----------
    titles
        The study area, Japanese and English.
    key
        Of the workspace: changes whenever anything in it changes.
    version
        Of this program.
    people_year
        Of the population; None where the source says none.
    timetable_days
        Days (``2026-04-15``) whose departures were counted, ascending; empty where no timetable is behind the numbers.
    is_sample
        Whether the study area is invented.
    scenario
        Name and digest of the scenario that the numbers are after; ``""`` for none.
    stamp
        The scenario in a sentence, in both languages; ``""`` for none.
    sources
        Data sets behind the numbers.
    """

    titles: tuple[str, str]
    key: str
    version: str
    people_year: int | None
    timetable_days: tuple[str, ...]
    is_sample: bool
    scenario: str
    stamp: str
    sources: tuple[SourceNote, ...]

    @property
    def day(self) -> date:
        """The newest day that a source names, for the dates that file formats ask for; never today."""
        texts = [*(edition for note in self.sources for edition in note.editions), *self.timetable_days]
        found = [_DAY.search(text) for text in [*texts, str(self.people_year or "")]]
        days = [
            # Held within every month: a source may name a day that no calendar has.
            date(int(match[1]), min(max(int(match[2] or 1), 1), 12), min(max(int(match[3] or 1), 1), 28))
            for match in found
            if match
        ]
        return max(days, default=_WITHOUT_A_DATE)

    def title(self, language: Language) -> str:
        """Name of the study area."""
        return either(self.titles, language)

    def credit_line(self, language: Language) -> str:
        """Sources with edition and licence, dates, scenario and version in one line, for pictures."""
        credits_text = word("ex_credits", language, credits=self._credits(language))
        facts = [word("ex_sample", language)] if self.is_sample else []
        facts += self._dates(language)
        if self.scenario:
            facts.append(word("ex_scenario_short", language, scenario=self.scenario))
        facts.append(self._made_with(language))
        return f"{credits_text} {word('separator', language).join(facts)}"

    def rows(self, language: Language) -> list[tuple[str, str]]:
        """Name and value of everything there is to say, one row per source, for the properties of a file."""
        rows = [(word("ex_area", language), self.title(language))]
        if self.is_sample:
            rows.append((word("ex_note", language), word("ex_sample", language)))
        rows += [
            (word("ex_dates", language), word("separator", language).join(self._dates(language)) or "—"),
            (
                word("ex_scenario", language),
                one_language(self.stamp, language) if self.scenario else word("ex_no_scenario", language),
            ),
            (word("ex_method", language), word("ex_method_text", language)),
            (word("ex_software", language), self._made_with(language)),
            (word("ex_key", language), self.key),
        ]
        return rows + [(word("ex_source", language), self._source(note, language)) for note in self.sources]

    def text(self, language: Language) -> str:
        """The same in lines, for metadata and the heads of files."""
        return "\n".join(f"{name}: {value}" for name, value in self.rows(language))

    def as_dict(self) -> dict[str, Any]:
        """The same for programs, in both languages; only text, numbers, lists and dictionaries."""
        return {
            "title": _both(self.titles),
            "is_invented_sample": self.is_sample,
            "workspace_key": self.key,
            "software": {"name": "regional-conditions-explorer", "version": self.version},
            "population_year": self.people_year,
            "timetable_days": list(self.timetable_days),
            "scenario": self.scenario or None,
            "scenario_note": _split(self.stamp) if self.scenario else None,
            "method": _both((word("ex_method_text", "ja"), word("ex_method_text", "en"))),
            "sources": [
                {
                    "id": note.id,
                    "title": _both(note.titles),
                    "publisher": _split(note.publisher),
                    "editions": list(note.editions),
                    "licence": _split(note.licence),
                    "credit": _split(note.credit),
                    "url": note.url,
                    "files": len(note.files),
                }
                for note in self.sources
            ],
        }

    def _dates(self, language: Language) -> list[str]:
        dates = [word("ex_people_year", language, year=self.people_year)] if self.people_year else []
        if self.timetable_days:
            dates.append(word("ex_timetable", language, days=editions_text(self.timetable_days, language)))
        return dates

    def _made_with(self, language: Language) -> str:
        return f"{word('app_title', language)} {self.version}"

    def _credits(self, language: Language) -> str:
        """Credit lines joined, those that end in "made by processing" together."""
        groups: dict[tuple[str, bool, str], set[str]] = {}
        for note in self.sources:
            named, is_processed = note.credited(language)
            if named:
                groups.setdefault((named, is_processed, note.licence_in(language)), set()).update(note.editions)
        texts: dict[bool, list[str]] = {True: [], False: []}
        for (named, is_processed, licence), editions in groups.items():
            comma = word("comma", language)
            aside = comma.join(part for part in (editions_text(editions, language), licence) if part)
            texts[is_processed].append(f"{named} [{aside}]" if aside else named)
        processed = word("ex_credit_separator", language).join(texts[True])
        first = [word("ex_processed", language, credits=processed)] if processed else []
        return " ／ ".join([*first, *texts[False]])

    @staticmethod
    def _source(note: SourceNote, language: Language) -> str:
        parts = [note.line(language), note.publisher_in(language), note.credit_in(language), note.url]
        return " — ".join(part for part in parts if part)


def provenance_of(
    opened: Opened,
    indicators: Iterable[str | Indicator] | None = None,
    scenario: ScenarioResult | Scenario | None = None,
    *,
    modes: Collection[str] | None = None,
) -> Provenance:
    """What is behind some indicators of a workspace.

    Parameters
    ----------
    indicators
        Ids or entries of the catalogue; None for everything that the workspace was built from.
    scenario
        The scenario that the numbers are after.
    modes
        Modes of travel that are shown; None for all that the indicators know.

    Raises
    ------
    UnknownCode
        There is no such indicator.
    """
    manifest = opened.workspace.manifest
    if indicators is None:
        records = used_records(manifest)
    else:
        records = _behind(opened, [_entry(opened, each) for each in indicators], modes)
    notes = source_notes(records)
    with_timetables = any(note.id == "gtfs" for note in notes)
    days = {str(feed["day"]) for feed in manifest.get("feeds", []) if feed.get("day")} if with_timetables else set()
    title = str(manifest.get("title", ""))
    asked = scenario if scenario is None or isinstance(scenario, Scenario) else scenario.scenario
    return Provenance(
        (title, str(manifest.get("title_en", title))),
        opened.workspace.key,
        __version__,
        manifest.get("population_year") or None,
        tuple(sorted(days)),
        bool(manifest.get("study_area", {}).get("is_sample")),
        asked.tag if asked is not None else "",
        asked.stamp() if asked is not None else "",
        notes,
    )


def _entry(opened: Opened, indicator: str | Indicator) -> Indicator:
    from explorer.asking import chosen

    return chosen(opened, indicator, None, None) if isinstance(indicator, str) else indicator


def _behind(opened: Opened, indicators: list[Indicator], modes: Collection[str] | None) -> list[Record]:
    """Entries of the manifest behind some indicators: people and boundaries always, of the lists those that are counted."""
    manifest = opened.workspace.manifest
    purposes, kinds, every_kind = set(_ALWAYS), set[str](), False
    ways = set[str]()
    for indicator in indicators:
        needs = set(indicator.needs)
        purposes |= needs - _TOLD_BY_LIST
        purposes |= {"official"} if indicator.official else set()
        purposes |= needs & {"stops", "stations"}
        if "facilities" in needs:
            category = CATEGORIES.get(indicator.category or "")
            kinds |= set(category.kinds) if category else set()
            every_kind |= category is None
        if "streets" in needs:
            ways.add("walk")
        ways |= {mode for mode in indicator.modes if mode and mode != STRAIGHT and (modes is None or mode in modes)}
    offered = [mode for mode in ways if opened.conditions.offers(mode)]
    if offered or "walk" in ways:
        purposes.add("streets")
    profiles = opened.conditions.profiles
    if any(mode in profiles and profiles[mode].uses_slope for mode in offered):
        purposes.add("terrain")
    ids = _sources_in(opened, "facilities", "kind", None if every_kind else kinds) if kinds or every_kind else set()
    for purpose, stops in (("stations", {"rail"}), ("stops", {"bus", "tram", "ferry", "ropeway", "demand"})):
        if purpose in purposes:
            ids |= _sources_in(opened, "stops", "mode", stops)  # lists of one's own may hold stations or stops too
    return wanted_records(manifest, ids=ids, purposes=purposes)


def _sources_in(opened: Opened, table: str, column: str, wanted: set[str] | None) -> set[str]:
    """Ids of the sources of a table's rows, of those with some values of a column or (None) of all."""
    import pyarrow.parquet as pq

    entry = opened.workspace.manifest["tables"].get(table)
    if entry is None:
        return set()
    file = opened.workspace.file(entry["step"], entry["file"])
    rows: pd.DataFrame = pq.read_table(file, columns=[column, "source"]).to_pandas()
    chosen = rows if wanted is None else rows[rows[column].astype(str).isin(wanted)]
    return set(chosen["source"].astype(str).unique())


def _both(pair: tuple[str, str]) -> dict[str, str]:
    return dict(zip(LANGUAGES, pair, strict=True))


def _split(text: str) -> dict[str, str]:
    return {language: one_language(text, language) for language in LANGUAGES}
