"""The access engine of this project, through its public functions, every street node a place."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from benchmarks.access.bound import stream_once
from benchmarks.access.case import CUTOFF_MINUTES, NEAREST
from benchmarks.access.checks import whole_ms
from benchmarks.access.engines import Asked
from layers.access.network import StreetNetwork
from layers.access.profiles import PROFILES
from layers.access.topology import Topology

if TYPE_CHECKING:
    from benchmarks.access.case import Case
    from layers.access.attach import Attachment

_TOPOLOGIES: dict[int, Topology | None] = {}  # shared by the modes of one case


@dataclass
class Prepared:
    case: Case
    network: StreetNetwork

    @cached_property
    def places(self) -> Attachment:
        """Every street node."""
        return self.network.at_nodes(np.arange(self.case.streets.node_count))

    @cached_property
    def categories(self) -> dict[str, Attachment]:
        return {f"c{nth}": self.network.at_nodes(nodes) for nth, nodes in enumerate(self.case.facilities)}


def prepare(case: Case, mode: str) -> Prepared:
    """The network with the case's own milliseconds (delays are in them), customised."""
    network = network_of(case, mode)
    _ = network.metric, network.links, network.arcs
    return Prepared(case, network)


def network_of(case: Case, mode: str) -> StreetNetwork:
    topology = _TOPOLOGIES.setdefault(id(case), None) or Topology.of(case.streets)
    _TOPOLOGIES[id(case)] = topology
    network = StreetNetwork.from_streets(case.streets, PROFILES[mode], projection=case.projection, topology=topology)
    nothing = np.zeros(network.segment_count)
    return replace(
        network,
        seconds_forward=np.maximum(case.ms_forward[mode], 0) / 1000,
        seconds_backward=np.maximum(case.ms_backward[mode], 0) / 1000,
        delay_forward=nothing,
        delay_backward=nothing,
    )


def _nearest(prepared: Prepared) -> Asked:
    from layers.access.nearest import nearest

    def run() -> Any:
        return nearest(prepared.network, places, categories)

    places, categories = prepared.places, prepared.categories
    return Asked(run, lambda found: whole_ms(found.seconds).T, warm=True, note="which facility, too")


def _k_nearest(prepared: Prepared) -> Asked:
    from layers.access.ranked import k_nearest

    places, facilities = prepared.places, prepared.categories["c0"]

    def run() -> Any:
        return k_nearest(prepared.network, places, facilities, k=NEAREST)

    return Asked(run, lambda found: whole_ms(found.seconds), warm=True, note="which facilities, too")


def _within_walk(prepared: Prepared) -> Asked:
    return _within(prepared, prepared.places)


def _within_drive(prepared: Prepared) -> Asked:
    return _within(prepared, prepared.network.at_nodes(prepared.case.origins))


def _within(prepared: Prepared, places: Attachment) -> Asked:
    from layers.access.opportunities import opportunities_within

    categories = prepared.categories

    def run() -> Any:
        return opportunities_within(prepared.network, places, categories, minutes=CUTOFF_MINUTES)

    def answer(found: Any) -> Any:
        return np.rint(np.nan_to_num(found.count)).astype(
            np.int32
        )  # NaN: no street of this mode, so nothing is reached

    return Asked(run, answer, warm=True)


def _matrix(prepared: Prepared) -> Asked:
    from layers.access.matrix import travel_times

    network, case = prepared.network, prepared.case
    origins, destinations = network.at_nodes(case.origins), network.at_nodes(case.destinations)
    return Asked(lambda: travel_times(network, origins, destinations), whole_ms, warm=True)


def _set_up(prepared: Prepared) -> Asked:
    """Chains, order and hierarchy: once per network, for all modes."""
    return Asked(lambda: Topology.of(prepared.case.streets), _sizes, warm=True)


def _sizes(topology: Any) -> Any:
    return np.array([topology.hierarchy.junction_count, topology.hierarchy.arc_count], np.int32)


def _customise(prepared: Prepared) -> Asked:
    """The times of one mode on the hierarchy."""

    def run() -> Any:
        return replace(prepared.network).metric  # a copy has nothing worked out yet

    return Asked(run, lambda metric: np.array([metric.up.size], np.int32), warm=True)


def _bound(prepared: Prepared) -> Asked:
    """One pass over memory: what no way of finding the nearest could do without."""
    network, places = prepared.network, prepared.places
    hierarchy = network.topology.hierarchy
    ends = network.leaving(places)
    read = (hierarchy.parent, hierarchy.start, hierarchy.head, network.metric.down, ends.junction, ends.ms)
    lanes = len(prepared.case.facilities)

    def run() -> Any:
        return stream_once(read, hierarchy.junction_count, len(places), lanes)

    return Asked(run, lambda _: np.zeros(1, np.int32), warm=True)


QUESTIONS = {
    "nearest_walk": _nearest,
    "nearest_drive": _nearest,
    "k_nearest": _k_nearest,
    "within_walk": _within_walk,
    "within_drive": _within_drive,
    "matrix": _matrix,
    "bound": _bound,
    "set_up": _set_up,
    "customise": _customise,
}
