"""What was found so far of a scenario in one workspace, and how an edit is refused: file, number and reason."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NoReturn

import numpy as np

from explorer.live_sites import checked
from explorer.scenario_ground import plain
from geodata.errors import ScenarioError, UnknownCode

if TYPE_CHECKING:
    import numpy.typing as npt

    from explorer.live_links import NewStreet
    from explorer.scenario_edits import Edit, Point, Scenario
    from explorer.scenario_ground import Ground


@dataclass
class Findings:
    """One scenario being looked up; edits are numbered from 0."""

    ground: Ground
    scenario: Scenario
    closed: list[str] = field(default_factory=list)
    new: list[tuple[str, float, float]] = field(default_factory=list)
    moved: dict[str, Point] = field(default_factory=dict)
    speeds: dict[str, float] = field(default_factory=dict)
    streets: list[npt.NDArray[np.int64]] = field(default_factory=list)
    new_streets: list[NewStreet] = field(default_factory=list)
    factors: dict[tuple[str, str], float] = field(default_factory=dict)  # feed and route → times as often
    added: dict[str, float] = field(default_factory=dict)  # group of stops → more departures
    taken: dict[object, int] = field(default_factory=dict)  # what an edit has dealt with already → its number
    called: dict[str, int] = field(default_factory=dict)  # id that an edit gives to a new site → position in `new`
    places: list[tuple[int, str, str, str, float, float]] = field(default_factory=list)
    notes: list[tuple[str, str]] = field(default_factory=list)

    def rows(self, number: int, site: str, name: str = "", *, stops_only: bool = False) -> npt.NDArray[np.int64]:
        """Rows of a site, which must exist and, where the edit gives its name, be called so."""
        ground = self.ground
        what = ("バス停", "stop") if stops_only else ("施設・停留所", "facility or stop")
        try:
            rows = ground.sites.rows([site])
        except UnknownCode:
            rows = np.empty(0, np.int64)
        if not rows.size or (stops_only and rows[0] < ground.facility_count):
            hint_ja, hint_en = ground.hint_to(name)
            self.wrong(
                number,
                f"{what[0]} {site}{f'（{name}）' if name else ''}はこのワークスペースにありません{hint_ja}",
                f"no such {what[1]}: {site}{hint_en}",
            )
        if name and plain(name) not in {plain(ground.names[row]) for row in rows}:
            hint_ja, hint_en = ground.hint_to(name)
            self.wrong(
                number,
                f"{site} はこのワークスペースでは「{ground.names[rows[0]]}」で、「{name}」ではありません"
                f"（id は作り直すと変わることがあります）{hint_ja}",
                f"{site} is “{ground.names[rows[0]]}” in this workspace, not “{name}” (ids may change with a build)"
                f"{hint_en}",
            )
        return rows

    def check_new(self, number: int, kind: str, at: Point) -> None:
        """Refuse to open what cannot be, or where it cannot be."""
        try:
            checked(kind, *at)
        except (UnknownCode, ValueError) as error:
            raise self.error(number, *both_languages(error)) from error

    def placed(self, number: int, edit: Edit, site: str, rows: npt.NDArray[np.int64]) -> None:
        """Note where a site is that an edit is about."""
        sites = self.ground.sites
        about = str(self.ground.names[rows[0]]) or edit.about
        self.places.append((number + 1, edit.do, about, site, float(sites.lon[rows[0]]), float(sites.lat[rows[0]])))

    def take_rows(self, number: int, rows: npt.NDArray[np.int64], site: str) -> None:
        """Refuse a second edit of the same sites."""
        for row in rows.tolist():
            self.once(number, ("site", row), site)

    def once(self, number: int, what: object, shown: str) -> None:
        """Refuse a second edit of the same thing; `shown` is how messages name it."""
        if what in self.taken:
            self.contradicts(number, self.taken[what], shown)
        self.taken[what] = number

    def contradicts(self, number: int, other: int, shown: str) -> NoReturn:
        """Refuse two edits of one thing.

        Raises
        ------
        ScenarioError
            Always; it names both.
        """
        first, second = sorted((number, other))
        one, two = self.scenario.edits[first].do, self.scenario.edits[second].do
        self.wrong(
            second,
            f"{first + 1}番目の変更（{one}）と同じもの（{shown}）についての変更（{two}）です。どちらか一方にしてください",
            f"it ({two}) is about the same thing ({shown}) as edit {first + 1} ({one}); keep one of them",
        )

    def wrong(self, number: int, ja: str, en: str) -> NoReturn:
        """Refuse an edit.

        Raises
        ------
        ScenarioError
            Always.
        """
        raise self.error(number, ja, en)

    def error(self, number: int, ja: str, en: str) -> ScenarioError:
        """What is wrong with an edit (from 0), with the file and the number that it has there."""
        where_ja, where_en = self.scenario.where(number)
        return ScenarioError(f"{where_ja}{ja.rstrip('。')}。 / {where_en[:1].upper()}{where_en[1:]}{en.rstrip('.')}.")


def both_languages(error: Exception) -> tuple[str, str]:
    """The text of an error in Japanese and English."""
    ja, _, en = str(error).partition(" / ")
    return ja.strip(), en.strip()
