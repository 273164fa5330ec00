"""What every engine is asked, on the same nodes, arcs and whole milliseconds.

The milliseconds of a street segment are those of the product's own profile (by car with the delays at its end), rounded once
per segment and handed to every engine, ours too. So all engines must agree to the millisecond, and they are compared
on the same problem, not on their readings of it.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np
import numpy.typing as npt

from geodata.projection import choose_projection
from geodata.streets import Streets

if TYPE_CHECKING:
    from pathlib import Path

MODES: Final = ("walk", "drive")
CATEGORIES: Final = 10
FACILITIES: Final = 200
NEAREST: Final = 5
CUTOFF_MINUTES: Final = (10.0, 20.0, 30.0)
ORIGINS: Final = 1_000
UNREACHED: Final = np.iinfo(np.int32).max
_CLOSED: Final = -1

Int32s = npt.NDArray[np.int32]


class Arcs(NamedTuple):
    """Directed arcs in CSR form: those of node i are `head[start[i]:start[i + 1]]`, `ms` milliseconds long."""

    start: Int32s
    head: Int32s
    ms: Int32s


@dataclass(frozen=True, eq=False)
class Case:
    """One network and the questions about it.

    Parameters
    ----------
    name
        As in the table.
    streets
        All streets; every engine's nodes are the nodes of `streets`, bends included.
    ms_forward, ms_backward
        By mode: int32 (m,), milliseconds from tail to head and back; -1 where closed.
    facilities
        int32 (CATEGORIES, FACILITIES), street nodes.
    origins, destinations
        int32 (ORIGINS,), street nodes.
    farthest_seconds
        By question, the longest time of any answer, where it is known already: pandana must be told how far to look.
    """

    name: str
    streets: Streets
    ms_forward: dict[str, Int32s]
    ms_backward: dict[str, Int32s]
    facilities: Int32s
    origins: Int32s
    destinations: Int32s
    farthest_seconds: dict[str, float] = field(default_factory=dict)

    @property
    def projection(self) -> str:
        """CRS in metres for the whole network."""
        return plane_of(self.streets)

    def segments(self, mode: str) -> tuple[Int32s, Int32s, Int32s]:
        """Tail, head and milliseconds of every arc that the mode may use, in the direction of travel."""
        tail, head = np.asarray(self.streets.tail), np.asarray(self.streets.head)
        forward, backward = self.ms_forward[mode], self.ms_backward[mode]
        ahead, back = forward != _CLOSED, backward != _CLOSED
        return (
            np.concatenate([tail[ahead], head[back]]),
            np.concatenate([head[ahead], tail[back]]),
            np.concatenate([forward[ahead], backward[back]]),
        )

    def two_way_segments(self, mode: str) -> tuple[Int32s, Int32s, Int32s] | None:
        """The segments once each, where all of the mode's are as long both ways; None where not."""
        forward, backward = self.ms_forward[mode], self.ms_backward[mode]
        if not np.array_equal(forward, backward):
            return None
        is_open = forward != _CLOSED
        return self.streets.tail[is_open], self.streets.head[is_open], forward[is_open]

    def arcs(self, mode: str, *, reverse: bool = False) -> Arcs:
        """CSR of the mode's arcs; reversed ones lead from facilities to places."""
        source, target, ms = self.segments(mode)
        if reverse:
            source, target = target, source
        order = np.argsort(source, kind="stable")
        start = np.zeros(self.streets.node_count + 1, np.int32)
        np.cumsum(np.bincount(source, minlength=self.streets.node_count), out=start[1:])
        return Arcs(start, target[order], ms[order])

    def save(self, folder: Path) -> None:
        """Write everything to a folder."""
        self.streets.save(folder / "streets")
        np.savez(
            folder / "case.npz",
            facilities=self.facilities,
            origins=self.origins,
            destinations=self.destinations,
            **{f"{mode}_forward": self.ms_forward[mode] for mode in MODES},
            **{f"{mode}_backward": self.ms_backward[mode] for mode in MODES},
        )
        (folder / "case.json").write_text(json.dumps({"name": self.name, "farthest_seconds": self.farthest_seconds}))

    @classmethod
    def load(cls, folder: Path) -> Case:
        """Read what :meth:`save` wrote."""
        stored, said = np.load(folder / "case.npz"), json.loads((folder / "case.json").read_text())
        return cls(
            name=said["name"],
            streets=Streets(**{name: np.load(folder / "streets" / f"{name}.npy") for name in vars(Streets.empty())}),
            ms_forward={mode: stored[f"{mode}_forward"] for mode in MODES},
            ms_backward={mode: stored[f"{mode}_backward"] for mode in MODES},
            facilities=stored["facilities"],
            origins=stored["origins"],
            destinations=stored["destinations"],
            farthest_seconds=said["farthest_seconds"],
        )


def remember_farthest(folder: Path, question: str, answer: Int32s) -> None:
    """Store the longest time of an answer with a case."""
    said = json.loads((folder / "case.json").read_text())
    said["farthest_seconds"][question] = float(answer[answer != UNREACHED].max(initial=0)) / 1000
    (folder / "case.json").write_text(json.dumps(said))


def plane_of(streets: Streets) -> str:
    """CRS in metres for a network, as a build chooses it."""
    lon, lat = streets.node_lon, streets.node_lat
    return choose_projection((float(lon.min()), float(lat.min()), float(lon.max()), float(lat.max()))).crs


def make_case(name: str, streets: Streets, *, seed: int = 1) -> Case:
    """The questions about a network: facilities, origins and destinations drawn at random from its nodes.

    Drawn are nodes that can be left and reached by car and on foot within the largest piece, and that no other node
    shares its coordinates with: pandana puts facilities on nodes by their coordinates.
    """
    from layers.access.network import project
    from layers.access.profiles import PROFILES
    from layers.access.segment_times import segment_times

    step = np.diff(
        project(streets.node_lon, streets.node_lat, plane_of(streets))[[streets.tail, streets.head]], axis=0
    )[0]
    metres = np.hypot(step[:, 0], step[:, 1])
    forward, backward = {}, {}
    for mode in MODES:
        profile = PROFILES[mode]
        times = segment_times(streets, profile, metres)
        # On foot without delays: both ways of a segment then take the same time, and peers may use undirected graphs.
        ahead, back = (0.0, 0.0) if mode == "walk" else (times.delay_forward, times.delay_backward)
        forward[mode] = _whole_ms(times.seconds_forward + ahead, (streets.flags & profile.forward) != 0)
        backward[mode] = _whole_ms(times.seconds_backward + back, (streets.flags & profile.backward) != 0)
    nothing = np.empty(0, np.int32)
    case = Case(name, streets, forward, backward, nothing, nothing, nothing)
    nodes = np.flatnonzero(_largest_piece(case, "walk") & _largest_piece(case, "drive") & _is_alone(streets))
    random = np.random.default_rng(seed)
    origins, destinations = (random.choice(nodes, ORIGINS, replace=nodes.size < ORIGINS) for _ in range(2))
    facilities = [random.choice(nodes, FACILITIES, replace=nodes.size < FACILITIES) for _ in range(CATEGORIES)]
    return Case(
        name,
        streets,
        forward,
        backward,
        facilities=np.array(facilities, np.int32),
        origins=origins.astype(np.int32),
        destinations=destinations.astype(np.int32),
    )


def _whole_ms(seconds: npt.NDArray[np.float64], is_open: npt.NDArray[np.bool_]) -> Int32s:
    return np.where(is_open, np.rint(seconds * 1000), _CLOSED).astype(np.int32)


def _largest_piece(case: Case, mode: str) -> npt.NDArray[np.bool_]:
    """Nodes of the largest strong component of a mode."""
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import connected_components

    arcs = case.arcs(mode)
    count = case.streets.node_count
    links = csr_array((np.ones(arcs.head.size, np.int8), arcs.head, arcs.start), shape=(count, count))
    _, piece = connected_components(links, directed=True, connection="strong")
    largest: npt.NDArray[np.bool_] = piece == np.bincount(piece).argmax()
    return largest


def _is_alone(streets: Streets) -> npt.NDArray[np.bool_]:
    place = np.asarray(streets.node_lon) + 1j * np.asarray(streets.node_lat)
    _, number, count = np.unique(place, return_inverse=True, return_counts=True)
    alone: npt.NDArray[np.bool_] = count[number] == 1
    return alone


def west_share(streets: Streets, share: float) -> Streets:
    """The streets of the westernmost `share` of the nodes; segments that cross the edge are cut off."""
    limit = np.quantile(streets.node_lon, share)
    west = np.asarray(streets.node_lon) <= limit
    return streets.select(west[streets.tail] & west[streets.head])
