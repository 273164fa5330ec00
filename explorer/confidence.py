"""What could be wrong with a value: merged ages, the way to the street, old data, lists with gaps, and what else is chosen.

Nothing of this is in the indicator table: it is worked out when asked for, and kept. See README, "Confidence".
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from explorer.asking import chosen
from explorer.steps.other_population import OTHER
from geodata.errors import WorkspaceError
from geodata.kinds import CATEGORIES
from geodata.tables import AGE_GROUPS
from layers import catalogue
from layers.conditions import Conditions
from layers.counting.questions import Spread
from layers.counting.score_questions import Percentiles
from layers.measures import STRAIGHT

if TYPE_CHECKING:
    from explorer.regions import Opened
    from layers.catalogue import Indicator

Floats = npt.NDArray[np.float64]
COLUMNS: Final = (
    "code",
    "name",
    "value",
    "reason",
    "value_low",  # under the threshold −20 % and +20 %
    "value_high",
    "suppressed_share",  # percent of the people whose ages were merged here from other cells
    "snap_mean_m",  # metres from where people live to the street, mean over people
    "snap_p95_m",
    "no_street_share",  # percent of the people with no street within 1 km
    "population_year",
    "boundary_year",
    "boundary_mismatch_years",  # boundary year − population year
    "oldest_year",  # of the lists of facilities or stops behind the value, those in the municipality
    "newest_year",
    "completeness",  # percent of the facilities that there should be
    "other_value",  # with the people of the other population
    "other_population_year",
)
VARIATION: Final = 0.2
NARROWER, WIDER, OTHER_PEOPLE = "threshold_minus", "threshold_plus", "other_people"  # names of variants
# Steps of the build without which a workspace has values and cannot say more of them.
NEEDS: Final = frozenset({"people", "places", "facilities", "stops", "network", "snapping", "service_distances"})
_YEAR: Final = re.compile(r"(?<!\d)((?:19|20)\d{2})(?!\d)|(?<!\d)((?:19|20)\d{2})(?=\d{4}(?!\d))")
_SNAP: Final = "snap_of"
_STOP_MODES: Final = ("rail", "tram", "bus", "ferry", "demand")


@dataclass(frozen=True, eq=False)
class _Dated:
    """Facilities or stops with the years of their lists: kind, row of the municipality (-1 elsewhere), year or NaN."""

    kind: npt.NDArray[np.object_]
    town: npt.NDArray[np.integer]
    year: Floats

    def ends(self, kinds: Collection[str], towns: int) -> tuple[Floats, Floats]:
        """First and last year of some kinds in each municipality; of all where it has none."""
        wanted = np.isin(self.kind, list(kinds)) & np.isfinite(self.year)
        if not wanted.any():
            return np.full(towns, np.nan), np.full(towns, np.nan)
        first, last = np.full(towns, np.inf), np.full(towns, -np.inf)
        here = wanted & (self.town >= 0)
        np.minimum.at(first, self.town[here], self.year[here])
        np.maximum.at(last, self.town[here], self.year[here])
        none = ~np.isfinite(first)
        return np.where(none, self.year[wanted].min(), first), np.where(none, self.year[wanted].max(), last)


@dataclass
class Confidence:
    """Answers for an open workspace what could be wrong with its values. Parts are worked out once and kept."""

    opened: Opened
    _answers: dict[tuple[str, str, str], pd.DataFrame] = field(default_factory=dict)
    _snaps: dict[tuple[str, str], tuple[Floats, Floats, Floats]] = field(default_factory=dict)
    _years_of: dict[str, tuple[Floats, Floats]] = field(default_factory=dict)
    _other_regions: dict[tuple[str, ...], Conditions] = field(default_factory=dict)

    def table(self, indicator_id: str, mode: str | None, group: str) -> pd.DataFrame:
        """What could be wrong with an indicator, per municipality.

        Returns
        -------
        DataFrame
            Columns :data:`COLUMNS`, a row per municipality in the order of the codes; NaN where it does not apply or is
            not known.

        Raises
        ------
        UnknownCode
            There is no such indicator, mode or age group.
        """
        indicator = chosen(self.opened, indicator_id, mode, group)
        if mode is None:
            mode = "walk" if "walk" in indicator.modes and self.opened.conditions.offers("walk") else indicator.modes[0]
        return self.table_of(indicator, mode, group).copy()

    def table_of(self, indicator: Indicator, mode: str, group: str) -> pd.DataFrame:
        """What could be wrong with an indicator of the catalogue or one with another threshold; not to be changed."""
        key = (indicator.id, mode, group)
        if key not in self._answers:
            self._answers[key] = self._table(indicator, mode, group)
        return self._answers[key]

    def _table(self, indicator: Indicator, mode: str, group: str) -> pd.DataFrame:
        conditions = self.opened.conditions
        towns = self.opened.municipalities
        own = catalogue.compute(indicator, conditions, mode, group)
        asked = self.variants(indicator, mode, group)
        low, high = _range(own.value, asked)
        snap = self._snap(mode, group)
        years = self._years(indicator)
        columns: dict[str, Any] = {
            "code": towns["code"].to_numpy(),
            "name": towns["name"].to_numpy(),
            "value": own.value,
            "reason": own.reason,
            "value_low": low,
            "value_high": high,
            "suppressed_share": self.suppressed,
            **dict(zip(("snap_mean_m", "snap_p95_m", "no_street_share"), snap, strict=True)),
            "population_year": self._population_year,
            "boundary_year": self._boundary_year,
            "boundary_mismatch_years": self._boundary_year - self._population_year,
            **dict(zip(("oldest_year", "newest_year"), years, strict=True)),
            "completeness": self._completeness(indicator),
            "other_value": asked.get(OTHER_PEOPLE, np.full(len(towns), np.nan)),
            "other_population_year": self._other_year,
        }
        return pd.DataFrame(columns)[list(COLUMNS)]

    def variants(
        self, indicator: Indicator, mode: str, group: str, codes: tuple[str, ...] = ()
    ) -> Mapping[str, Floats]:
        """What an indicator would be with other choices that are as good as those made.

        Parameters
        ----------
        codes
            Municipalities pooled into one region; none for every municipality of its own.

        Returns
        -------
        Mapping
            :data:`NARROWER` and :data:`WIDER` → the value with a limit of distance 20 % smaller and larger, for an indicator
            that has one; :data:`OTHER_PEOPLE` → the value with the people of the other population, where there is one of
            this age group. (n_areas,) each; NaN where there is no value.
        """
        conditions = self.opened.pooled_conditions(codes) if codes else self.opened.conditions
        found: dict[str, Floats] = {}
        if indicator.threshold_m is not None:
            for name, factor in ((NARROWER, 1 - VARIATION), (WIDER, 1 + VARIATION)):
                varied = catalogue.at_threshold(indicator, round(indicator.threshold_m * factor))
                found[name] = catalogue.compute(varied, conditions, mode, group).value
        other = self._pooled_other(codes) if codes else self.other
        if other is not None and group in other.people:
            found[OTHER_PEOPLE] = catalogue.compute(indicator, other, mode, group).value
        return found

    def _pooled_other(self, codes: tuple[str, ...]) -> Conditions | None:
        """The other population of a region as one area; kept."""
        from explorer.conditions import pooled

        if self.other is None:
            return None
        if codes not in self._other_regions:
            known = self.opened.municipalities["code"].tolist()
            self._other_regions[codes] = pooled(self.other, [known.index(code) for code in codes])
        return self._other_regions[codes]

    def _snap(self, mode: str, group: str) -> tuple[Floats, Floats, Floats]:
        """Mean and 95th percentile of the metres to the street, and percent without one; NaN for straight lines."""
        conditions = self.opened.conditions
        profile = conditions.profiles.get(mode)
        doors = profile.doors if profile is not None and mode != STRAIGHT else ""
        if (doors, group) not in self._snaps:
            nothing = np.full(conditions.area_count, np.nan)
            found = nothing, nothing, nothing
            if doors and group in conditions.people:
                found = self._measured(doors, group)
            self._snaps[doors, group] = found
        return self._snaps[doors, group]

    def _measured(self, doors: str, group: str) -> tuple[Floats, Floats, Floats]:
        metres = np.load(self.opened.workspace.file("snapping", f"{doors}.snap_metres.npy")).astype(np.float32)
        measure = (_SNAP, doors)
        conditions = self.opened.conditions.replacing({measure: np.where(np.isfinite(metres), metres, np.inf)})
        near, weighted = conditions.answers(Spread(measure), group)[:2]
        (far,) = conditions.answers(Percentiles((measure,), (0.95,)), group)
        with np.errstate(invalid="ignore", divide="ignore"):
            without = 100.0 * (1 - near / conditions.total(group))
            return weighted / near, np.where(np.isfinite(far), far, np.nan), np.clip(without, 0.0, 100.0)

    @cached_property
    def suppressed(self) -> Floats:
        """Percent of all people whose ages were suppressed in their own cell and merged into another."""
        import pyarrow.parquet as pq

        conditions = self.opened.conditions
        file = self.opened.workspace.file("places", "places.parquet")
        share = pq.read_table(file, columns=["suppressed_share"])["suppressed_share"].to_numpy()
        total = conditions.total("total")
        with np.errstate(invalid="ignore", divide="ignore"):
            merged: Floats = conditions.sum_over_areas(np.nan_to_num(share) * conditions.people["total"])
            return np.where(total > 0, 100.0 * merged / total, np.nan)

    @property
    def _population_year(self) -> float:
        return float(self.opened.workspace.manifest.get("population_year") or np.nan)

    @cached_property
    def _boundary_year(self) -> float:
        """Year of the newest boundaries used; NaN where no file says one."""
        years = [
            _year(source["edition"]) or _year(source["file"])
            for source in self.opened.workspace.manifest["sources"]
            if source["kind"] == "n03" and source["used"]
        ]
        return max((year for year in years if year), default=np.nan)

    def _years(self, indicator: Indicator) -> tuple[Floats, Floats]:
        """Years of the oldest and newest list behind the value: of what lies in each municipality, else of all."""
        category = indicator.category or ""
        if category not in self._years_of:
            dated = self._dated_facilities if category in CATEGORIES else self._dated_stops
            wanted = CATEGORIES[category].kinds if category in CATEGORIES else _STOP_MODES
            self._years_of[category] = dated.ends(wanted if category else (), self.opened.conditions.area_count)
        return self._years_of[category]

    @cached_property
    def _dated_facilities(self) -> _Dated:
        table = self._read("facilities", ["kind", "municipality_code", "source", "as_of"])
        own = pd.to_numeric(table["as_of"].astype(str).str.extract(r"^(\d{4})")[0], errors="coerce")
        year: Floats = np.asarray(own.fillna(table["source"].map(self._year_of_source)), dtype=np.float64)
        town = pd.Index(self.opened.municipalities["code"]).get_indexer(pd.Index(table["municipality_code"]))
        return _Dated(table["kind"].astype(str).to_numpy(object), town, year)

    @cached_property
    def _dated_stops(self) -> _Dated:
        """Stops lie in no municipality of the table: their years are those of all."""
        table = self._read("stops", ["mode", "source"])
        year: Floats = np.asarray(table["source"].map(self._year_of_source), dtype=np.float64)
        return _Dated(table["mode"].astype(str).to_numpy(object), np.full(len(table), -1), year)

    @cached_property
    def _year_of_source(self) -> dict[str, float]:
        return {
            str(source["id"]): float(_year(source["edition"]) or np.nan)
            for source in self.opened.workspace.manifest["sources"]
        }

    def _read(self, table: str, columns: list[str]) -> pd.DataFrame:
        import pyarrow.parquet as pq

        entry = self.opened.workspace.manifest["tables"].get(table)
        if entry is None:
            return pd.DataFrame(columns=columns)
        found: pd.DataFrame = pq.read_table(
            self.opened.workspace.file(entry["step"], entry["file"]), columns=columns
        ).to_pandas()
        return found

    def _completeness(self, indicator: Indicator) -> Floats:
        """Percent listed of the facilities that there should be, over the kinds of the indicator that have a yardstick."""
        codes = self.opened.municipalities["code"].tolist()
        share = np.full(len(codes), np.nan)
        if indicator.category not in CATEGORIES:
            return share
        kinds = CATEGORIES[indicator.category].kinds
        for row, code in enumerate(codes):
            known = [self._shops[code, kind] for kind in kinds if (code, kind) in self._shops]
            yardstick = sum(should for _, should in known)
            if yardstick > 0:
                share[row] = 100.0 * sum(listed for listed, _ in known) / yardstick
        return share

    @cached_property
    def _shops(self) -> dict[tuple[str, str], tuple[float, float]]:
        """Municipality and kind → shops listed, and how many there should be."""
        if not self.opened.workspace.has_table("completeness"):
            return {}
        table = self._read("completeness", ["municipality_code", "kind", "listed", "yardstick"])
        rows = table[table["yardstick"] > 0].itertuples(index=False)
        return {(str(code), str(kind)): (float(listed), float(should)) for code, kind, listed, should in rows}

    @cached_property
    def other(self) -> Conditions | None:
        """The same places with the people of the other population; None where there is only one."""
        conditions = self.opened.conditions
        people = {
            group: np.asarray(conditions.place_values[OTHER + group], dtype=np.float64)
            for group in AGE_GROUPS
            if OTHER + group in conditions.place_values
        }
        return replace(conditions, people=people) if people else None

    @cached_property
    def _other_year(self) -> float:
        import json

        try:
            file = self.opened.workspace.file("other_population", "step.json")
        except WorkspaceError:  # made before there was this step
            return np.nan
        facts: Mapping[str, Any] = json.loads(file.read_text(encoding="utf-8"))["facts"]
        return float(facts.get("other_population_year") or np.nan)


def _range(own: Floats, variants: Mapping[str, Floats]) -> tuple[Floats, Floats]:
    """Lowest and highest value with the threshold 20 % smaller and larger, and as it is; NaN without a threshold."""
    if NARROWER not in variants:
        return np.full(own.shape, np.nan), np.full(own.shape, np.nan)
    values = [variants[NARROWER], own, variants[WIDER]]
    return np.min(values, axis=0), np.max(values, axis=0)


def _year(text: object) -> int | None:
    """The first year in a text: ``2018-10-08``, ``N03-20240101``, ``n03_10_2020``."""
    found = _YEAR.search(str(text))
    return int(found.group(1) or found.group(2)) if found else None
