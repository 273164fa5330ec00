"""Scenarios and the edits that they consist of: what a planner would change, in words that a file can hold.

An edit says what is done to what, nothing of what comes of it: :mod:`explorer.scenario` works that out. Positions are
longitude and latitude in degrees; ids are those of the tables ``facilities`` and ``stops``; a line is ``feed:route_id`` or
``feed:name`` as in the table ``stop_lines``.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import ClassVar, Final

Point = tuple[float, float]  # longitude, latitude


@dataclass(frozen=True)
class Edit:
    """One change. `do` is how a file calls it, `ja` and `en` how texts do."""

    do: ClassVar[str]
    ja: ClassVar[str]
    en: ClassVar[str]

    def __init_subclass__(cls, *, do: str, ja: str, en: str) -> None:
        cls.do, cls.ja, cls.en = do, ja, en

    @property
    def about(self) -> str:
        """What the edit is about, in a few words: the name where there is one, else the id."""
        given = {entry.name: getattr(self, entry.name) for entry in fields(self)}
        for name in ("name", "site", "stop", "line", "service", "road_class", "kind"):
            if given.get(name):
                return str(given[name])
        return ""


@dataclass(frozen=True)
class Close(Edit, do="close", ja="閉める", en="close"):
    """A facility (or stop) is gone. `name` is checked where given: ids are those of one build."""

    site: str = ""
    name: str = ""


@dataclass(frozen=True)
class Open(Edit, do="open", ja="開く", en="open"):
    """A new facility. `id` is what other edits of the scenario may call it."""

    kind: str = ""
    at: Point = (0.0, 0.0)
    name: str = ""
    id: str = ""


@dataclass(frozen=True)
class Move(Edit, do="move", ja="移す", en="move"):
    """A facility is somewhere else."""

    site: str = ""
    at: Point = (0.0, 0.0)
    name: str = ""


@dataclass(frozen=True)
class Restrict(Edit, do="restrict", ja="自市区町村の住民だけが使う", en="for own residents only"):
    """The sites of a service (all of them, or those named) serve only the people of their own municipality."""

    service: str = ""
    sites: tuple[str, ...] = ()


@dataclass(frozen=True)
class Share(Edit, do="share", ja="ほかの市区町村にも開く", en="share with others"):
    """Restricted sites serve some municipalities too, or (none named) everybody again."""

    service: str = ""
    sites: tuple[str, ...] = ()
    municipalities: tuple[str, ...] = ()


@dataclass(frozen=True)
class StopDrop(Edit, do="stop_drop", ja="バス停をなくす", en="drop a stop"):
    """A bus stop is gone: a pole (``stop_id``), or all poles of it (``group_id``)."""

    stop: str = ""
    name: str = ""


@dataclass(frozen=True)
class StopAdd(Edit, do="stop_add", ja="バス停を設ける", en="add a stop"):
    """A new bus stop with so many departures on a weekday, or as many as the busiest stop of a line has of it."""

    at: Point = (0.0, 0.0)
    departures: float | None = None
    line: str = ""
    name: str = ""


@dataclass(frozen=True)
class LineDrop(Edit, do="line_drop", ja="路線を廃止する", en="drop a line"):
    """A bus line no longer runs. Stops that no other line serves are gone with it."""

    line: str = ""
    name: str = ""


@dataclass(frozen=True)
class LineThin(Edit, do="line_thin", ja="路線の本数を変える", en="run a line less or more often"):
    """A bus line runs `factor` times as often (0.5: half as often; 2: twice)."""

    line: str = ""
    factor: float = 1.0
    name: str = ""


@dataclass(frozen=True)
class LineAdd(Edit, do="line_add", ja="路線を設ける", en="add a line"):
    """A new bus line: so many departures a weekday (both directions) at each of some stops, and at some new ones."""

    departures: float = 0.0
    stops: tuple[str, ...] = ()
    points: tuple[Point, ...] = ()
    name: str = ""


@dataclass(frozen=True)
class StreetClose(Edit, do="street_close", ja="道路を閉じる", en="close a street"):
    """Streets are closed to all: those that touch a line or an area, within a radius of a point, or by their numbers."""

    along: tuple[Point, ...] = ()
    area: tuple[Point, ...] = ()
    at: Point | None = None
    radius_m: float | None = None
    streets: tuple[int, ...] = ()
    name: str = ""


@dataclass(frozen=True)
class StreetOpen(Edit, do="street_open", ja="道路を通す", en="open a street"):
    """A new street between two points of the streets, straight, for all modes: a bridge, a missing piece of road.

    `road_class` tells how fast cars go on it.
    """

    start: Point = (0.0, 0.0)
    end: Point = (0.0, 0.0)
    road_class: str = "residential"
    name: str = ""


@dataclass(frozen=True)
class Speed(Edit, do="speed", ja="道路の速さを変える", en="change the speed"):
    """Cars go `factor` times as fast on the roads of a class."""

    road_class: str = ""
    factor: float = 1.0


EDITS: Final[Mapping[str, type[Edit]]] = {
    kind.do: kind
    for kind in (
        *(Close, Open, Move, Restrict, Share),
        *(StopDrop, StopAdd, LineDrop, LineThin, LineAdd),
        *(StreetClose, StreetOpen, Speed),
    )
}


@dataclass(frozen=True)
class Scenario:
    """Several edits together, under a name.

    Parameters
    ----------
    edits
        Their order does not matter: all are done at once.
    note
        Who made it, when and why, as text.
    source
        The file it was read from, for messages.
    """

    name: str
    name_en: str = ""
    edits: tuple[Edit, ...] = ()
    note: str = ""
    source: str = ""

    @property
    def digest(self) -> str:
        """Eight hexadecimal digits that are the same for the same edits, in whatever order they stand."""
        return hashlib.sha256("\n".join(sorted(map(repr, self.edits))).encode()).hexdigest()[:8]

    @property
    def tag(self) -> str:
        """Name and digest, for a column of a table."""
        return f"{self.name} [{self.digest}]"

    def stamp(self) -> str:
        """Short text for exports: name, what is changed, and the digest of the edits."""
        counts: dict[str, list[Edit]] = {}
        for edit in self.edits:
            counts.setdefault(edit.do, []).append(edit)
        parts = [
            f"{some[0].ja} {len(some)}" if len(some) > 1 else f"{some[0].ja}: {some[0].about or 1}"
            for some in counts.values()
        ]
        parts_en = [f"{some[0].en} × {len(some)}" for some in counts.values()]
        return (
            f"シナリオ「{self.name}」（{'、'.join(parts) or '変更なし'}、{self.digest}） / "
            f"Scenario “{self.name_en or self.name}” ({', '.join(parts_en) or 'no change'}, {self.digest})"
        )

    def where(self, number: int | None = None) -> tuple[str, str]:
        """How messages name an edit (from 0) of this scenario, in Japanese and English; None: the whole."""
        file = f"{self.source or self.name}: "
        return (file, "") if number is None else (f"{file}{number + 1}番目の変更: ", f"edit {number + 1}: ")
