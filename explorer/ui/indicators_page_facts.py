"""The catalogue beside a workspace: which indicators have values there, and which of them match what is asked. No streamlit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np

from explorer.catalogue_page import coverage_rows
from explorer.catalogue_search import found_in, indicator_texts, kpi_texts
from explorer.families import Family, families_of
from explorer.own_indicators import own_indicators
from explorer.ui.study import Study
from layers import catalogue
from layers.catalogue import Indicator
from layers.kpi import GOALS, KPIS, Goal, Kpi, indicators_of

SOME: Final = "some"
NONE: Final = "none"
STRATEGY: Final = "kpi"
GOAL: Final = "goal"
USUAL_METRES: Final = 800  # general walking area of MLIT's handbook on urban structure
Entry = Kpi | Goal


@dataclass(frozen=True)
class Fact:
    """What a workspace knows of an indicator.

    Parameters
    ----------
    municipalities
        How many have a value in any mode and age group.
    reason
        The one given most often where there is none, in Japanese and English; ``""`` where none is given.
    has_official
        Whether a published value stands beside any of ours.
    is_computed
        Whether the workspace has rows of it at all, be it with reasons only.
    """

    indicator: Indicator
    municipalities: int
    reason: str
    has_official: bool
    is_computed: bool


@dataclass(frozen=True)
class Filters:
    """What the list of indicators is narrowed down to; ``""`` and False for everything."""

    query: str = ""
    theme: str = ""
    unit: str = ""
    level: str = ""
    values: str = ""  # SOME or NONE
    is_official: bool = False


@dataclass(frozen=True)
class KpiFilters:
    """What the list of KPIs and goals is narrowed down to; ``""`` and False for everything."""

    query: str = ""
    kind: str = ""  # STRATEGY or GOAL
    class_name: str = ""
    level: str = ""
    is_answered: bool = False


class Catalogue:
    """Every indicator, KPI and goal, with what a workspace knows of them. Read-only; one per workspace."""

    def __init__(self, study: Study) -> None:
        self.of = len(study.municipalities)
        self.facts = _facts(study)
        self.families = families_of(fact.indicator for fact in self.facts.values())
        self._texts = indicator_texts(fact.indicator for fact in self.facts.values())

    @cached_property
    def family_of(self) -> Mapping[str, Family]:
        """Family of each indicator, by id."""
        return {member.id: family for family in self.families for member in family.members}

    @cached_property
    def entries(self) -> dict[str, Entry]:
        """KPIs and goals by the name they have in links."""
        entries: list[Entry] = [*KPIS, *GOALS]
        return {key_of(entry): entry for entry in entries}

    @cached_property
    def _kpi_texts(self) -> list[tuple[str, str]]:
        return kpi_texts(self.entries.values())

    def found(self, filters: Filters) -> list[Fact]:
        """Indicators that match, in the order of the catalogue, those that hold the words in their names first."""
        facts = list(self.facts.values())
        return [facts[at] for at in found_in(self._texts, filters.query) if _matches(facts[at], filters)]

    def found_kpis(self, filters: KpiFilters) -> list[Entry]:
        """KPIs and goals that match."""
        entries = list(self.entries.values())
        found = (entries[at] for at in found_in(self._kpi_texts, filters.query))
        return [entry for entry in found if self._kpi_matches(entry, filters)]

    def answering(self, entry: Entry) -> list[Fact]:
        """Indicators that answer a KPI or tell of the subject of a goal."""
        if isinstance(entry, Kpi):
            ids = [indicator.id for indicator in indicators_of(entry, (f.indicator for f in self.facts.values()))]
        else:
            ids = [name for name in entry.indicators if name in self.facts]
        return [self.facts[name] for name in ids]

    def _kpi_matches(self, entry: Entry, filters: KpiFilters) -> bool:
        is_kpi = isinstance(entry, Kpi)
        if (filters.kind and filters.kind != (STRATEGY if is_kpi else GOAL)) or (
            filters.is_answered and not self.answering(entry)
        ):
            return False
        if not isinstance(entry, Kpi):
            return not filters.class_name and filters.level in {"", "N"}
        return (not filters.class_name or filters.class_name in entry.classes) and filters.level in {"", entry.level}


def key_of(entry: Entry) -> str:
    """Name of a KPI or goal in links: its number, or the id of the goal."""
    return str(entry.number) if isinstance(entry, Kpi) else entry.id


def by_family(found: Sequence[Fact]) -> list[tuple[Fact, ...]]:
    """Indicators that differ only in their limit or variant together, in the order of the first of each."""
    groups: dict[str, list[Fact]] = {}
    for fact in found:
        groups.setdefault(fact.indicator.family, []).append(fact)
    return [tuple(group) for group in groups.values()]


def usual(group: Sequence[Fact]) -> Fact:
    """The one to begin with: of those with values the handbooks' usual limit, else the first."""
    known = [fact for fact in group if fact.municipalities] or list(group)
    return next((fact for fact in known if fact.indicator.threshold_m == USUAL_METRES), known[0])


def _matches(fact: Fact, filters: Filters) -> bool:
    indicator = fact.indicator
    return (
        filters.theme in {"", indicator.theme}
        and filters.unit in {"", indicator.unit}
        and filters.level in {"", indicator.level}
        and filters.values in {"", SOME if fact.municipalities else NONE}
        and (fact.has_official or not filters.is_official)
    )


def _facts(study: Study) -> dict[str, Fact]:
    import pyarrow.parquet as pq

    entries = catalogue.indicators(own_indicators(study.workspace))
    entry = study.manifest["tables"]["indicators"]
    columns = ["indicator", "area_code", "value", "reason", "official_value"]
    table = pq.read_table(study.workspace.file(entry["step"], entry["file"]), columns=columns).to_pandas()
    computed = set(table["indicator"].astype(str).unique())
    official = set(table.loc[np.isfinite(table["official_value"].to_numpy(float)), "indicator"].astype(str).unique())
    rows = coverage_rows(table, list(entries), len(study.municipalities)).to_dict("records")
    return {
        str(row["indicator"]): Fact(
            entries[str(row["indicator"])], int(row["municipalities"]), str(row["reason"]),
            row["indicator"] in official, row["indicator"] in computed,
        )
        for row in rows
    }  # fmt: skip
