"""What the access engine is held against: textbook searches, scipy, and networks drawn at random.

Three answers to one question, each with less in common with the engine than the one before:

1. `ways_between`: Dijkstra over the junctions, on the engine's own milliseconds. Must be equal to the last digit.
2. `scipy_between`, `scipy_nearest`: the same by scipy, for real networks.
3. `seconds_between`: float64 seconds over the raw segments, cut at every tied point. No junctions, no chains, no
   rounding. Must be equal up to half a millisecond for each chain.
"""

import heapq
import itertools
import math
from dataclasses import replace
from typing import NamedTuple

import numpy as np
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from geodata.archive import RawFile
from geodata.notes import Notes
from geodata.osm import read_osm
from geodata.projection import choose_projection
from geodata.streets import Streets
from layers.access.attach import Attachment, attach
from layers.access.ends import direct
from layers.access.ms import INFINITE_MS
from layers.access.network import StreetNetwork
from layers.access.profiles import DRIVE, WALK, WALK_SLOPE
from layers.access.segment_times import tobler_factor

from .conftest import build

LIMIT = 500.0

# ---------------------------------------------------------------------------------------------------------------------
# Networks and points, drawn at random

law = settings(max_examples=100, suppress_health_check=[HealthCheck.too_slow])
coordinate = st.integers(0, 6).map(lambda steps: steps * 50.0)
position = st.one_of(coordinate, st.floats(-40, 340, allow_nan=False))
points = st.lists(st.tuples(position, position), max_size=6).map(lambda rows: np.array(rows, float).reshape(-1, 2))


@st.composite
def drawings(draw):
    """Up to ten nodes with one-ways, parallel and zero-length segments, loops, closed segments and islands."""
    nodes = draw(st.lists(st.tuples(coordinate, coordinate), min_size=1, max_size=10))
    end = st.integers(0, len(nodes) - 1)
    rights = st.sampled_from([0, 1, 2, 3, 3])
    return nodes, draw(st.lists(st.tuples(end, end, rights), max_size=18))


# What follows draws a seed and leaves the rest to numpy: hypothesis alone draws small and empty things so often that
# hardly any place reaches anything.
MODES = (DRIVE, WALK, DRIVE, WALK_SLOPE)  # by car more can go wrong
seeds = st.integers(0, 2**32 - 1).map(np.random.default_rng)


@st.composite
def networks(draw, profiles=MODES):
    """Networks on foot, with slopes, or by car with time lost at some nodes; before anything is closed."""
    rng, profile = draw(seeds), draw(st.sampled_from(profiles))
    count, segments = draw(st.integers(1, 12)), draw(st.integers(0, 24))
    nodes = [(float(x), float(y)) for x, y in rng.integers(0, 7, (count, 2)) * 50]
    rights = rng.choice([0, 1, 2, 3, 3, 3, 3, 3], segments).tolist()
    streets = [
        (*ends, right) for ends, right in zip(rng.integers(0, count, (segments, 2)).tolist(), rights, strict=True)
    ]
    nodes, pieces = with_bends(rng, nodes, streets)
    network = build(nodes, pieces, profile=profile, road_class=str(rng.choice(["residential", "tertiary"])))
    if profile.uses_slope:
        return with_hills(network, rng.integers(0, 30, len(nodes)).astype(float))
    if profile.has_delays:
        lost = rng.choice([0.0, 0.0, 8.0, 12.3456], (2, len(pieces)))
        return replace(network, delay_forward=lost[0], delay_backward=lost[1])
    return network


def with_bends(rng, nodes, segments):
    """Streets drawn in up to three pieces, some of them against the others: chains of several links."""
    nodes, pieces = list(nodes), []
    for tail, head, rights in segments:
        (x, y), (x_end, y_end) = nodes[tail], nodes[head]
        parts = int(rng.choice([1, 1, 1, 2, 3]))
        stops = [tail, *range(len(nodes), len(nodes) + parts - 1), head]
        nodes += [(x + (x_end - x) * i / parts, y + (y_end - y) * i / parts) for i in range(1, parts)]
        for here, there in itertools.pairwise(stops):
            if rng.random() < 0.5:
                pieces.append((here, there, rights))
            else:
                pieces.append((there, here, {0: 0, 1: 2, 2: 1, 3: 3}[rights]))
    return nodes, pieces


def with_hills(network: StreetNetwork, heights: np.ndarray) -> StreetNetwork:
    """Times up and down slopes, by the heights of nodes."""
    rise = heights[network.head] - heights[network.tail]
    steepest = network.profile.steepest_slope
    slope = np.divide(rise, network.metres, out=np.zeros_like(rise), where=network.metres > 0)
    up, down = tobler_factor(np.clip(slope, -steepest, steepest)), tobler_factor(np.clip(-slope, -steepest, steepest))
    return replace(
        network, seconds_forward=network.seconds_forward / up, seconds_backward=network.seconds_backward / down
    )


@st.composite
def ties(draw, network):
    """Points tied anywhere: on nodes, between, twice on one spot, at some distance from the street, and not at all."""
    rng, count = draw(seeds), draw(st.sampled_from([0, 1, 3, 6, 6, 6]))
    usable = np.flatnonzero(network.topology.graph.link_of_segment >= 0)
    if not usable.size:
        return network.at_nodes(np.arange(min(count, network.node_count)))
    # On a few streets, so that some meet. Thousandths: nearer to a node than float64 tells on the segment's other
    # side, one is on the node.
    segment = rng.choice(np.append(rng.choice(usable, 5), -1), count).astype(np.int32)
    share = np.where(
        rng.random(count) < 0.6, rng.choice([0.0, 0.25, 0.5, 1.0], count), rng.integers(1, 999, count) / 1000
    )
    fraction = np.where(segment >= 0, share, np.nan)
    snap = np.where(segment >= 0, rng.choice([0.0, 0.0, 10.0, 33.3], count), np.nan)
    return Attachment(
        on_street(network, segment, fraction) + [[0.0, 1.0]] * snap[:, np.newaxis], segment, fraction, snap
    )


def on_street(network: StreetNetwork, segment: np.ndarray, fraction: np.ndarray) -> np.ndarray:
    """Places on streets, metres; NaN without a street."""
    tail, head = network.node_xy[network.tail[segment]], network.node_xy[network.head[segment]]
    return tail + fraction[:, np.newaxis] * (head - tail)


class Scene(NamedTuple):
    """A network, some of its segments perhaps closed after people and shops had settled on them."""

    network: StreetNetwork
    places: Attachment
    facilities: Attachment


@st.composite
def scenes(draw, profiles=MODES):
    """Networks with places and facilities, and in half of them some streets closed."""
    network = draw(networks(profiles))
    places, facilities = draw(ties(network)), draw(ties(network))
    return Scene(
        network.with_closed(draw(st.one_of(st.just(np.empty(0, np.int64)), some_segments(network)))), places, facilities
    )


def some_segments(network, *, min_size=0):
    """Numbers of a few segments."""
    if not network.segment_count:
        return st.just(np.empty(0, np.int64))
    number = st.integers(0, network.segment_count - 1)
    return st.lists(number, min_size=min_size, max_size=3).map(lambda rows: np.array(rows, dtype=np.int64))


# ---------------------------------------------------------------------------------------------------------------------
# 1. Junctions, in whole milliseconds


class Ways(NamedTuple):
    """Of the quickest way from each place (row) to each facility (column): milliseconds, and the least metres."""

    ms: np.ndarray
    metres: np.ndarray


def ways_between(network: StreetNetwork, places: Attachment, facilities: Attachment) -> Ways:
    """Dijkstra over the junctions; of equally quick ways the shortest. Pairs without a way: INFINITE_MS, infinity."""
    links = junction_links(network)
    leaving, arriving = network.leaving(places), network.arriving(facilities)
    from_tail, to_tail = chain_metres(network, places), chain_metres(network, facilities)
    ms = np.full((len(places), len(facilities)), INFINITE_MS, np.int64)
    metres = np.full(ms.shape, np.inf)

    def offer(place: int, facility: int, cost: tuple[int, float]) -> None:
        ms[place, facility], metres[place, facility] = min((ms[place, facility], metres[place, facility]), cost)

    for place in range(len(places)):
        start = [(int(leaving.ms[place, end]), from_tail[place, end]) for end in range(2)]
        reached = search_pairs(links, dict_of_least(zip(leaving.junction[place].tolist(), start, strict=True)))
        for facility, end in itertools.product(range(len(facilities)), range(2)):
            step = int(arriving.ms[facility, end])
            if step < INFINITE_MS and int(arriving.junction[facility, end]) in reached:
                so_far = reached[int(arriving.junction[facility, end])]
                offer(place, facility, (so_far[0] + step, so_far[1] + to_tail[facility, end]))
    for place, facility, time in zip(*direct(network, leaving, arriving), strict=True):
        apart = abs(position_on_chain(network, places, place) - position_on_chain(network, facilities, facility))
        if time < INFINITE_MS:
            snaps = places.snap_metres[place] + facilities.snap_metres[facility]
            offer(int(place), int(facility), (int(time), apart + snaps))
    return Ways(ms, metres)


def junction_links(network: StreetNetwork) -> dict[int, list[tuple[int, tuple[int, float]]]]:
    """Open arcs that leave each junction: where to, milliseconds and metres."""
    arcs, graph = network.arcs, network.topology.graph
    length = [float(network.metres[graph.link_segment[a:b]].sum()) for a, b in itertools.pairwise(graph.link_start)]
    links: dict[int, list[tuple[int, tuple[int, float]]]] = {}
    for junction in range(graph.junction_count):
        for arc in range(arcs.start[junction], arcs.start[junction + 1]):
            if arcs.out_ms[arc] < INFINITE_MS:
                step = (int(arcs.out_ms[arc]), length[graph.arc_chain[arc]])
                links.setdefault(junction, []).append((int(arcs.head[arc]), step))
    return links


def search_pairs(links, starts: dict[int, tuple[int, float]]) -> dict[int, tuple[int, float]]:
    """Dijkstra on milliseconds, then metres, from several starts."""
    done: dict[int, tuple[int, float]] = {}
    queue = [(ms, metres, junction) for junction, (ms, metres) in starts.items() if ms < INFINITE_MS]
    heapq.heapify(queue)
    while queue:
        ms, metres, here = heapq.heappop(queue)
        if here in done:
            continue
        done[here] = (ms, metres)
        for there, (step, length) in links.get(here, []):
            heapq.heappush(queue, (ms + step, metres + length, there))
    return done


def dict_of_least(pairs) -> dict[int, tuple[int, float]]:
    """The lowest cost of each key."""
    least: dict[int, tuple[int, float]] = {}
    for key, cost in pairs:
        least[key] = min(least.get(key, cost), cost)
    return least


def position_on_chain(network: StreetNetwork, tied: Attachment, row: int) -> float:
    """Metres from the tail of the chain to a point, on the street."""
    graph = network.topology.graph
    link = int(graph.link_of_segment[tied.segment[row]])
    before = graph.link_segment[graph.link_start[graph.chain_of_link[link]] : link]
    share = 1 - tied.fraction[row] if graph.link_reversed[link] else tied.fraction[row]
    return float(network.metres[before].sum() + share * network.metres[tied.segment[row]])


def chain_metres(network: StreetNetwork, tied: Attachment) -> np.ndarray:
    """Metres between doors and both ends of their chains, (k, 2); infinity without a street."""
    graph, found = network.topology.graph, np.full((len(tied), 2), np.inf)
    for row in np.flatnonzero(tied.is_attached):
        chain = graph.chain_of_link[graph.link_of_segment[tied.segment[row]]]
        whole = float(network.metres[graph.link_segment[graph.link_start[chain] : graph.link_start[chain + 1]]].sum())
        to_tail = position_on_chain(network, tied, int(row))
        found[row] = np.array([to_tail, whole - to_tail]) + tied.snap_metres[row]
    return found


def seconds_of(ms: np.ndarray, is_place_tied: np.ndarray) -> np.ndarray:
    """Milliseconds (k, …) as the engine answers: seconds, infinity where there is no way, NaN for who has no street."""
    seconds = np.where(ms < INFINITE_MS, ms / 1000.0, np.inf)
    seconds[~is_place_tied] = np.nan
    return seconds


def lowest_row(ms: np.ndarray) -> np.ndarray:
    """Row of the nearest facility, the lowest among equals, (k,); -1 where there is none."""
    if not ms.shape[1]:
        return np.full(len(ms), -1)
    return np.where(ms.min(axis=1) < INFINITE_MS, ms.argmin(axis=1), -1)


# ---------------------------------------------------------------------------------------------------------------------
# 2. The same by scipy


def scipy_between(network: StreetNetwork, places: Attachment, facilities: Attachment) -> np.ndarray:
    """Milliseconds from every place to every facility, int64; INFINITE_MS where there is no way."""
    leaving, arriving = network.leaving(places), network.arriving(facilities)
    arcs, n, k = network.arcs, network.arcs.start.size - 1, len(places)
    graph = csr_of(
        n + k,
        (np.repeat(np.arange(n), np.diff(arcs.start)), arcs.head, arcs.out_ms),
        (np.repeat(n + np.arange(k), 2), leaving.junction.ravel(), leaving.ms.ravel()),
    )
    reached = dijkstra(graph, indices=n + np.arange(k))[:, :n] if k else np.empty((0, n))
    found = np.full((k, len(facilities)), np.inf)
    for facility in np.flatnonzero(arriving.is_tied):
        for end in range(2):
            if arriving.ms[facility, end] < INFINITE_MS:
                over = reached[:, arriving.junction[facility, end]] + arriving.ms[facility, end]
                found[:, facility] = np.minimum(found[:, facility], over)
    place, facility, ms = direct(network, leaving, arriving)
    np.minimum.at(found, (place, facility), ms)
    return np.where(np.isfinite(found), found, INFINITE_MS).astype(np.int64)


_ROWS = 2**20


def scipy_nearest(network: StreetNetwork, places: Attachment, facilities: Attachment) -> tuple[np.ndarray, np.ndarray]:
    """Milliseconds to the nearest facility and its row, the lowest among equals: one search backwards from all.

    Times are multiplied by 2²⁰ and the rows of facilities added, which float64 holds exactly up to 99 days.
    """
    leaving, arriving = network.leaving(places), network.arriving(facilities)
    arcs, n = network.arcs, network.arcs.start.size - 1
    row = np.repeat(np.arange(len(facilities)), 2)
    end_ms = arriving.ms.ravel().astype(np.int64)
    graph = csr_of(
        n + 1,
        (np.repeat(np.arange(n), np.diff(arcs.start)), arcs.head, scaled(arcs.in_ms)),
        (np.full(row.size, n), arriving.junction.ravel(), np.where(end_ms < INFINITE_MS, end_ms * _ROWS + row, -1)),
    )
    reached = dijkstra(graph, indices=n)[:n]
    ends = np.where(leaving.ms < INFINITE_MS, leaving.ms.astype(np.float64) * _ROWS, np.inf)
    best = (reached[leaving.junction] + ends).min(axis=1) if n else np.full(len(places), np.inf)
    place, facility, ms = direct(network, leaving, arriving)
    np.minimum.at(best, place, ms.astype(np.float64) * _ROWS + facility)
    known = np.isfinite(best)
    code = np.where(known, best, 0.0).astype(np.int64)
    return np.where(known, code // _ROWS, INFINITE_MS), np.where(known, code % _ROWS, -1)


def scaled(ms: np.ndarray) -> np.ndarray:
    """Milliseconds times 2²⁰; -1 where closed."""
    return np.where(ms < INFINITE_MS, ms.astype(np.int64) * _ROWS, -1)


def csr_of(count: int, *arcs: tuple[np.ndarray, np.ndarray, np.ndarray]) -> csr_array:
    """Arcs (tail, head, cost) as a matrix. Written by hand: parallel arcs are not added up, arcs of no length stay."""
    tail, head, cost = (np.concatenate([part[i] for part in arcs]).astype(np.int64) for i in range(3))
    is_open = (cost >= 0) & (cost != INFINITE_MS)
    tail, head, cost = tail[is_open], head[is_open], cost[is_open]
    order = np.argsort(tail, kind="stable")
    start = np.zeros(count + 1, np.int32)
    np.cumsum(np.bincount(tail, minlength=count), out=start[1:])
    return csr_array((cost[order].astype(np.float64), head[order].astype(np.int32), start), shape=(count, count))


# ---------------------------------------------------------------------------------------------------------------------
# 3. Raw segments, in float64 seconds


def spot(network: StreetNetwork, segment: int, fraction: float) -> object:
    """A point on a street, by name: a node at either end, else segment and fraction."""
    if fraction == 0:
        return int(network.tail[segment])
    return int(network.head[segment]) if fraction == 1 else (segment, fraction)


def cut_streets(network: StreetNetwork, *tied: Attachment) -> dict[object, list[tuple[object, float]]]:
    """Links between the points that streets are cut at: their ends, and wherever something is tied."""
    links: dict[object, list[tuple[object, float]]] = {}
    for segment in range(network.segment_count):
        cuts = {0.0, 1.0}
        for points in tied:
            cuts |= {float(fraction) for fraction in points.fraction[points.segment == segment]}
        for low, high in itertools.pairwise(sorted(cuts)):
            west, east = spot(network, segment, low), spot(network, segment, high)
            if network.is_open_forward[segment]:
                lost = float(network.delay_forward[segment]) if high == 1 else 0.0
                seconds = (high - low) * float(network.seconds_forward[segment])
                links.setdefault(west, []).append((east, seconds + lost))
            if network.is_open_backward[segment]:
                lost = float(network.delay_backward[segment]) if low == 0 else 0.0
                seconds = (high - low) * float(network.seconds_backward[segment])
                links.setdefault(east, []).append((west, seconds + lost))
    return links


def seconds_between(network: StreetNetwork, places: Attachment, facilities: Attachment) -> np.ndarray:
    """Cost from every place (row) to every facility (column), by a search on streets cut at every tied point."""
    links = cut_streets(network, places, facilities)
    costs = np.full((len(places), len(facilities)), np.nan)
    snap = network.profile.snap_seconds
    for row in np.flatnonzero(places.is_attached):
        reached = search(links, spot(network, int(places.segment[row]), float(places.fraction[row])))
        costs[row] = math.inf
        for column in np.flatnonzero(facilities.is_attached):
            goal = spot(network, int(facilities.segment[column]), float(facilities.fraction[column]))
            doors = snap(places.snap_metres[[row]]) + snap(facilities.snap_metres[[column]])
            costs[row, column] = reached.get(goal, math.inf) + float(doors[0])
    return costs


def search(links: dict[object, list[tuple[object, float]]], start: object) -> dict[object, float]:
    """Dijkstra, as in the textbook."""
    done: dict[object, float] = {}
    queue: list[tuple[float, int, object]] = [(0.0, 0, start)]
    pushed = 0
    while queue:
        cost, _, here = heapq.heappop(queue)
        if here in done:
            continue
        done[here] = cost
        for there, step in links.get(here, []):
            pushed += 1
            heapq.heappush(queue, (cost + step, pushed, there))
    return done


def rounding(network: StreetNetwork) -> float:
    """Seconds by which whole milliseconds may differ: half of one for each chain passed, and for both ends."""
    return 0.0005 * (network.topology.graph.junction_count + 4)


def raw_between_nodes(network: StreetNetwork, nodes: np.ndarray) -> np.ndarray:
    """float64 seconds between street nodes, by scipy on the segments as they are."""
    forward, backward = network.is_open_forward, network.is_open_backward
    tail = np.concatenate([network.tail[forward], network.head[backward]])
    head = np.concatenate([network.head[forward], network.tail[backward]])
    there, back = network.seconds_forward + network.delay_forward, network.seconds_backward + network.delay_backward
    cost = np.concatenate([there[forward], back[backward]])
    order = np.argsort(tail, kind="stable")
    start = np.zeros(network.node_count + 1, np.int32)
    np.cumsum(np.bincount(tail, minlength=network.node_count), out=start[1:])
    graph = csr_array((cost[order], head[order], start), shape=(network.node_count, network.node_count))
    return dijkstra(graph, indices=nodes)[:, nodes]


# ---------------------------------------------------------------------------------------------------------------------
# Real streets


def read_streets(path) -> tuple[Streets, str]:
    """Streets of an extract, and the plane they are measured in."""
    streets = read_osm(RawFile(path), notes=Notes()).streets
    bounds = (streets.node_lon.min(), streets.node_lat.min(), streets.node_lon.max(), streets.node_lat.max())
    return streets, choose_projection(bounds).crs


def beside_streets(network: StreetNetwork, rng: np.random.Generator, count: int) -> Attachment:
    """Points within some 30 m of nodes."""
    nodes = rng.integers(0, network.node_count, count)
    return attach(network, network.node_xy[nodes] + rng.normal(0, 30, (count, 2)), limit_metres=LIMIT)
