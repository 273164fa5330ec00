"""What the chapters on cooperation ask of the engine, worked out once for the whole study area and kept while it is open.

A batch makes a profile of every municipality: which facilities are critical, and who lives in whose catchment, is the same
question for all of them. Tables are plain frames, so that one process can work them out (:meth:`StudyAnswers.prepare`) and
hand :attr:`StudyAnswers.tables` to others.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Final, NamedTuple

from explorer.service_limits import default_limit

if TYPE_CHECKING:
    import pandas as pd

    from explorer.regions import Opened
    from explorer.services import Services

    Tables = dict[tuple[str, ...], pd.DataFrame]

_KEY: Final = "_profile_study_answers"
_COVERAGE: Final = ("coverage",)  # key of the table of all municipalities
# One service for every part of daily life, and those that towns talk about sharing; a profile has room for six.
SHARED_SERVICES: Final = ("food_shop", "medical", "hospital", "nursery", "elementary_school", "high_school", "library")
MOST_SERVICES: Final = 6
TOGETHER_M: Final = 500.0  # facilities this close share their people: a town has the service whichever of them stays
# What a walk should reach, twice, and what people travel for: the first of each that the workspace has sites of.
_CRITICAL: Final = (
    (("supermarket", "food_shop", "convenience"), "walk"),
    (("medical", "elementary_school", "nursery"), "walk"),
    (("hospital", "high_school", "library"), "drive"),
)
_LASTING: Final = ("clinic", "hospital", "supermarket", "food_shop", "convenience", "pharmacy", "bank", "nursery")
MOST_LASTING: Final = 4


class Question(NamedTuple):
    """A service, how people go to it, and how far is still within reach (metres or seconds)."""

    category: str
    mode: str
    limit: float


@dataclass(frozen=True, eq=False)
class StudyAnswers:
    """Answers about the whole study area of an open workspace.

    Parameters
    ----------
    tables
        What has been worked out: key of the question → table. Nobody may change them.
    """

    opened: Opened
    tables: Tables = field(default_factory=dict)

    @property
    def services(self) -> Services:
        """The engine, which keeps the nearest sites itself."""
        return self.opened.services()

    @property
    def mode(self) -> str:
        """Between towns people drive; without streets a straight line is all there is."""
        return self._mode("drive")

    def shared(self) -> list[Question]:
        """The services that are told of own and of others' facilities."""
        present = [name for name in SHARED_SERVICES if name in self.services.categories][:MOST_SERVICES]
        return [self._question(name, self.mode) for name in present]

    def low_lists(self, codes: Sequence[str]) -> dict[str, float]:
        """Services whose lists hold too few of the shops there should be, here or in the study area, with their percentage.

        What is nearest, shared or critical says nothing then.
        """
        from explorer.completeness_text import completeness_share

        table = self.table("completeness")
        found = {}
        for category in {*SHARED_SERVICES, *(name for names, _ in _CRITICAL for name in names)}:
            if table is None or category not in self.services.categories:
                continue
            shares = [completeness_share(table, category, where) for where in (codes, self.services.area_codes)]
            low = [share.percent for share in shares if share is not None and share.is_low]
            if low:
                found[category] = low[0]
        return dict(sorted(found.items()))

    def told(self, codes: Sequence[str]) -> list[Question]:
        """Those of :meth:`shared` whose lists are good enough here."""
        low = self.low_lists(codes)
        return [each for each in self.shared() if each.category not in low]

    def critical_questions(self, codes: Sequence[str] = ()) -> list[Question]:
        """The services whose facilities are told one by one; fewer where there are no lists good enough."""
        there = set(self.services.categories) - set(self.low_lists(codes or self.services.area_codes))
        found = [(next((name for name in names if name in there), ""), mode) for names, mode in _CRITICAL]
        return [self._question(name, self._mode(mode)) for name, mode in found if name]

    def lasting(self) -> list[str]:
        """Services with sites and a threshold of people, of which catchments are followed over time."""
        from explorer.thresholds import thresholds_of

        there: list[str] = [name for name in _LASTING if name in self.services.categories]
        return [name for name in there if thresholds_of(self.opened, name).n50 > 0][:MOST_LASTING]

    def table(self, name: str) -> pd.DataFrame | None:
        """A table of the workspace, read once; None where it has none."""
        workspace = self.opened.workspace
        return self._once(("table", name), lambda: workspace.table(name)) if workspace.has_table(name) else None

    @cached_property
    def names(self) -> dict[str, str]:
        """Code → name of every municipality of the study area and around it."""
        table = self.table("municipalities")
        assert table is not None, "every workspace has municipalities"
        return dict(zip(table["code"].astype(str), table["name"].astype(str), strict=True))

    def coverage(self, codes: Sequence[str]) -> pd.DataFrame:
        """Coverage with own, pooled and all facilities by service and age group, of one municipality or of a region.

        Columns of :func:`explorer.cooperation.gain_by_group`. For one municipality, where :meth:`prepare` has asked for all of
        them at once, ``pooled`` is that of the whole study area.
        """
        if len(codes) == 1 and _COVERAGE in self.tables:
            return self.tables[_COVERAGE]
        return self._once((*_COVERAGE, *codes), lambda: self._coverage(codes))

    def _coverage(self, codes: Sequence[str]) -> pd.DataFrame:
        import pandas as pd

        from explorer.cooperation import POOLED_COLUMNS, gain_by_group

        parts = [
            gain_by_group(self.opened, list(codes), categories=[each.category], mode=each.mode, limit=each.limit)
            for each in self.told(self.services.area_codes)
        ]
        return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=list(POOLED_COLUMNS))

    def uses(self, category: str) -> pd.DataFrame:
        """Whose facilities the people of every municipality are nearest to: :func:`explorer.cooperation.uses`."""
        from explorer.cooperation import uses

        def found() -> pd.DataFrame:
            return uses(self.opened, self.services.area_codes, category, self.mode, outside_by_name=True)

        return self._once(("uses", category, self.mode), found)

    def critical(self, question: Question) -> pd.DataFrame:
        """Every facility of a service by whom its closure would hurt: :func:`explorer.criticality.critical`."""
        from explorer.criticality import critical

        return self._once(
            ("critical", question.category, question.mode, str(question.limit)),
            lambda: critical(self.opened, question.category, question.mode, question.limit),
        )

    def catchments(self, category: str) -> pd.DataFrame:
        """People of every catchment over time: :func:`explorer.viability.viability`, neighbouring sites together."""
        from explorer.viability import viability

        return self._once(
            ("catchments", category, self.mode),
            lambda: viability(self.opened, category, self.mode, together=TOGETHER_M),
        )

    def stops(self) -> pd.DataFrame:
        """Stops and stations with the municipality that they stand in, all poles of a stop as one.

        A stop is where its first pole is, as in the counts of the indicators ``bus_stops_…``.
        """
        from geodata.municipalities import municipality_of

        def found() -> pd.DataFrame:
            stops = self.opened.workspace.table("stops").drop_duplicates(["group_id", "mode"])
            columns = ["group_id", "name", "mode", "departures_weekday", "geometry"]
            where = municipality_of(stops.geometry.x, stops.geometry.y, self.opened.municipalities)
            return stops[columns].assign(municipality_code=where.astype(str)).reset_index(drop=True)

        return self._once(("stops",), found)

    def prepare(self) -> StudyAnswers:
        """Work out everything that the chapters of any municipality ask for."""
        self.stops()
        everywhere = self.services.area_codes
        self._once(_COVERAGE, lambda: self._coverage(everywhere))
        for question in self.told(everywhere):
            self.uses(question.category)
        for question in self.critical_questions():
            self.critical(question)
        if has_projection(self.opened):
            for category in self.lasting():
                self.catchments(category)
        return self

    def _question(self, category: str, mode: str) -> Question:
        return Question(category, mode, default_limit(self.services, category, mode))

    def _mode(self, wanted: str) -> str:
        modes = self.services.modes
        return wanted if wanted in modes else "walk" if "walk" in modes else modes[0]

    def _once(self, key: tuple[str, ...], answer: Callable[[], pd.DataFrame]) -> pd.DataFrame:
        if key not in self.tables:
            self.tables[key] = answer()
        return self.tables[key]


def study_answers(opened: Opened, tables: Tables | None = None) -> StudyAnswers:
    """The answers kept with an open workspace.

    Parameters
    ----------
    tables
        What another process has worked out for the same workspace, to begin with.
    """
    kept = vars(opened)  # frozen, but as with cached properties nothing that it is changes
    if _KEY not in kept:
        kept[_KEY] = StudyAnswers(opened)
    answers: StudyAnswers = kept[_KEY]
    answers.tables.update(tables or {})
    return answers


def has_projection(opened: Opened) -> bool:
    """Whether the workspace knows people of later years."""
    from explorer.people_by_year import PeopleByYear

    return bool(PeopleByYear(opened).projected)
