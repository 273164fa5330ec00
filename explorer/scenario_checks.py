"""What a scenario means in one workspace: every id, position and line found, contradictions named.

What comes out are the arguments of :meth:`explorer.live.Live.after`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from explorer import scenario_edits as edits
from explorer.live_links import NewStreet
from explorer.scenario_findings import Findings, both_languages
from explorer.scenario_serving import serving_of
from geodata.errors import UnknownCode
from geodata.streets import ROAD_CLASS_INDEX, ROAD_CLASSES

if TYPE_CHECKING:
    import numpy.typing as npt
    import pandas as pd
    from shapely.geometry.base import BaseGeometry

    from explorer.scenario_edits import Edit, Scenario
    from explorer.scenario_ground import Ground


@dataclass(frozen=True, eq=False)
class Question:
    """A scenario in terms of one workspace.

    Parameters
    ----------
    arguments
        What :meth:`explorer.live.Live.after` is asked.
    places
        ``edit`` (number from 1), ``do``, ``about``, ``site``, ``lon``, ``lat``, ``municipality_code``: where the edits are;
        a site that moves has a row where it was and one where it will be.
    notes
        What the user should know of it, in Japanese and English.
    """

    arguments: Mapping[str, Any]
    places: pd.DataFrame
    notes: tuple[tuple[str, str], ...]


def ask(ground: Ground, scenario: Scenario) -> Question:
    """Look up everything that a scenario names.

    Raises
    ------
    ScenarioError
        Something does not exist here, or edits contradict each other; file and edit are named.
    """
    return _Asking(ground, scenario).question()


class _Asking(Findings):
    """One scenario being looked up: a method for each kind of edit."""

    def question(self) -> Question:
        import pandas as pd

        for number, edit in enumerate(self.scenario.edits):
            if not isinstance(edit, edits.Restrict | edits.Share):
                getattr(self, f"_{edit.do}")(number, edit)
        departures = self._departures()
        serving = serving_of(self)
        columns = ["edit", "do", "about", "site", "lon", "lat"]
        places = pd.DataFrame(self.places, columns=columns)
        codes = self.ground.codes_at(zip(places["lon"], places["lat"], strict=True))
        self._check_on_land(places, codes)
        arguments = {
            "closed": self.closed,
            "opened": self.new,
            "moved": self.moved,
            "closed_streets": np.unique(np.concatenate(self.streets)) if self.streets else None,
            "opened_streets": self.new_streets,
            "speed_factor": self.speeds or None,
            "departures": departures or None,
            "serving": serving or None,
        }
        return Question(arguments, places.assign(municipality_code=codes), tuple(self.notes))

    def _close(self, number: int, edit: edits.Close) -> None:
        rows = self.rows(number, edit.site, edit.name)
        self.take_rows(number, rows, edit.site)
        self.closed.append(edit.site)
        self.placed(number, edit, edit.site, rows)

    def _open(self, number: int, edit: edits.Open) -> None:
        self.check_new(number, edit.kind, edit.at)
        self.once(number, ("open", edit.kind, edit.at), f"{edit.kind} {edit.at}")
        if edit.id:
            if edit.id in self.called or self.ground.sites.has(edit.id):
                self.wrong(
                    number,
                    f"id「{edit.id}」はほかの施設が使っています。別の id を付けてください",
                    f"the id {edit.id!r} is taken; choose another",
                )
            self.called[edit.id] = len(self.new)
        self.new.append((edit.kind, *edit.at))
        self.places.append((number + 1, edit.do, edit.about, edit.id, *edit.at))

    def _move(self, number: int, edit: edits.Move) -> None:
        self.check_new(number, "stop", edit.at)
        rows = self.rows(number, edit.site, edit.name)
        self.take_rows(number, rows, edit.site)
        self.moved[edit.site] = edit.at
        self.placed(number, edit, edit.site, rows)
        self.places.append((number + 1, edit.do, edit.about, edit.site, *edit.at))

    def _stop_drop(self, number: int, edit: edits.StopDrop) -> None:
        rows = self.rows(number, edit.stop, edit.name, stops_only=True)
        self.take_rows(number, rows, edit.stop)
        self.closed.append(edit.stop)
        group = self.ground.sites.group_ids[rows[0]]
        if edit.stop != group and self.ground.sites.rows([group]).size > rows.size:
            self.notes.append(
                (
                    f"{edit.stop} は停留所 {group} の乗り場の一つで、残る乗り場の本数は停留所全体のままとします",
                    f"{edit.stop} is one pole of the stop {group}; the others keep the departures of the whole stop",
                )
            )
        self.placed(number, edit, edit.stop, rows)

    def _stop_add(self, number: int, edit: edits.StopAdd) -> None:
        departures = edit.departures
        if edit.line:
            departures = self.ground.lines.busiest(self._line(number, edit.line))
        assert departures is not None
        kind = self.ground.lines.kind_of(departures)
        self.check_new(number, kind, edit.at)
        self.once(number, ("stop_add", edit.at), f"stop {edit.at}")
        self.new.append((kind, *edit.at))
        self.places.append((number + 1, edit.do, edit.about, "", *edit.at))

    def _line_drop(self, number: int, edit: edits.LineDrop) -> None:
        self._line_times(number, edit, edit.line, 0.0)

    def _line_thin(self, number: int, edit: edits.LineThin) -> None:
        self._line_times(number, edit, edit.line, edit.factor)

    def _line_add(self, number: int, edit: edits.LineAdd) -> None:
        self.once(number, ("line_add", edit), edit.about or "line_add")
        for stop in edit.stops:
            rows = self.rows(number, stop, stops_only=True)
            for group in dict.fromkeys(self.ground.sites.group_ids[rows]):
                self.added[group] = self.added.get(group, 0.0) + edit.departures
            self.placed(number, edit, stop, rows[:1])
        for point in edit.points:
            kind = self.ground.lines.kind_of(edit.departures)
            self.check_new(number, kind, point)
            self.new.append((kind, *point))
            self.places.append((number + 1, edit.do, edit.about, "", *point))

    def _street_close(self, number: int, edit: edits.StreetClose) -> None:
        import shapely

        shape: BaseGeometry
        if edit.streets:
            try:
                shape_rows = self.ground.live.streets.checked(edit.streets)
            except ValueError as error:
                raise self.error(number, *both_languages(error)) from error
            self._streets(number, edit, shape_rows)
            return
        if edit.at is not None:
            assert edit.radius_m is not None
            shape = self.ground.live.streets.circle(edit.at, edit.radius_m)
        else:
            shape = shapely.Polygon(edit.area) if edit.area else shapely.LineString(edit.along)
        if not shape.is_valid:
            self.wrong(
                number,
                "area の線が交差しています。周りを順に一回りする点を書いてください",
                "the outline of area crosses itself",
            )
        self._streets(number, edit, self.ground.live.streets.touching(shape))

    def _streets(self, number: int, edit: edits.StreetClose, rows: npt.NDArray[np.int64]) -> None:
        if not rows.size:
            self.wrong(
                number,
                "そこに道路はありません。位置か範囲を確かめてください",
                "there is no street; check the position, or widen the shape",
            )
        self.streets.append(rows)
        lon, lat = self.ground.live.streets.middle_of(rows)
        self.places.append((number + 1, edit.do, edit.about, "", lon, lat))

    def _street_open(self, number: int, edit: edits.StreetOpen) -> None:
        self._class_known(number, edit.road_class)
        self.once(number, ("street_open", *sorted((edit.start, edit.end))), "street")
        try:
            self.ground.live.check_new_street(NewStreet(edit.start, edit.end, edit.road_class))
        except ValueError as error:
            raise self.error(number, *both_languages(error)) from error
        self.new_streets.append(NewStreet(edit.start, edit.end, edit.road_class))
        self.places += [(number + 1, edit.do, edit.about, "", *point) for point in (edit.start, edit.end)]
        self.notes.append(
            (
                "新しい道路には両端だけから入れるものとします（途中の家や交差点はつながりません）",
                "a new street is entered at its two ends only: no house beside it, no crossing",
            )
        )

    def _class_known(self, number: int, road_class: str) -> None:
        if road_class not in ROAD_CLASS_INDEX:
            self.wrong(
                number,
                f"道路の種類 {road_class} はありません。あるもの: {'、'.join(ROAD_CLASSES)}",
                f"no such road class: {road_class}; known: {', '.join(ROAD_CLASSES)}",
            )

    def _speed(self, number: int, edit: edits.Speed) -> None:
        self._class_known(number, edit.road_class)
        self.once(number, ("speed", edit.road_class), edit.road_class)
        self.speeds[edit.road_class] = edit.factor

    def _line(self, number: int, line: str) -> list[tuple[str, str]]:
        try:
            return self.ground.lines.routes(line)
        except UnknownCode as error:
            raise self.error(number, *both_languages(error)) from error

    def _line_times(self, number: int, edit: Edit, line: str, factor: float) -> None:
        routes = self._line(number, line)
        for route in routes:
            self.once(number, ("line", route), line)
            self.factors[route] = factor
        stops = self.ground.lines.positions(routes)
        codes = self.ground.codes_at(zip(stops["lon"], stops["lat"], strict=True))
        for row in stops.assign(code=codes).drop_duplicates("code").itertuples():  # one in each municipality
            self.places.append((number + 1, edit.do, edit.about, line, float(str(row.lon)), float(str(row.lat))))

    def _departures(self) -> dict[str, float]:
        """Departures of the groups that lines of the scenario serve; stops that no line serves any more are closed."""
        if not self.factors and not self.added:
            return {}
        after = self.ground.lines.after(self.factors, self.added)
        gone = [stop for stop in after.unserved if stop not in set(self.closed)]
        self.closed += gone
        if gone:
            self.notes.append(
                (
                    f"路線の廃止で、どの便も停まらなくなる乗り場 {len(gone)} か所はなくなったものとします",
                    f"{len(gone)} poles are served by no line any more and count as gone",
                )
            )
        return dict(after.departures)

    def _check_on_land(self, places: pd.DataFrame, codes: list[str]) -> None:
        """Refuse what is to open or to move outside every municipality of the workspace."""
        for row, code in zip(places.itertuples(), codes, strict=True):
            is_new = row.do in {"open", "stop_add", "line_add"} or (
                row.do == "move" and self.moved.get(str(row.site)) == (row.lon, row.lat)
            )
            if not code and is_new:
                self.wrong(
                    int(str(row.edit)) - 1,
                    f"位置（経度 {row.lon}, 緯度 {row.lat}）はこのワークスペースのどの市区町村の中でもありません",
                    f"longitude {row.lon}, latitude {row.lat} is in no municipality of this workspace",
                )
