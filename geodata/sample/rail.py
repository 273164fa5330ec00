"""Two railway lines: a main line along the plain and a branch up the valley; written as N02."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Final

import geopandas as gpd
import numpy as np
import shapely
import shapely.ops
from scipy.spatial import cKDTree

from geodata.sample import paths
from geodata.sample.boundaries import to_degrees
from geodata.sample.region import COARSE, Floats, Region, cell_centre, cell_of
from geodata.sample.settlement import coarse_mean, travel_graph
from geodata.sample.terrain import noise
from geodata.sample.writing import CRS, geojson, metadata, pack, shapefile

_STATION_EVERY_M: Final = (1_700.0, 3_300.0)  # in the city, outside
_PLATFORM_M: Final = 160.0
# Line, operator, 鉄道区分, 事業者種別, seats it serves in order (indices into MUNICIPALITIES).
_LINES: Final = (
    ("架空本線", "見本旅客鉄道", "11", "2", (5, 2, 0, 1)),
    ("仮名川線", "見本高原鉄道", "12", "5", (0, 3, 6)),
)


@dataclass
class Station:
    """A station on one line."""

    name: str
    code: str
    group: str  # stations of one name share it across lines
    x: float
    y: float
    along_m: float  # from the start of the line


@dataclass
class RailLine:
    """One line: its track in planar metres and its stations in order."""

    name: str
    operator: str
    railway_class: str  # N02_001
    operator_class: str  # N02_002
    track: Floats
    stations: list[Station]


def build_rail(region: Region) -> list[RailLine]:
    """Tracks that avoid slopes, stations at the seats and every few kilometres between."""
    cost = 1 + 45 * coarse_mean(region.terrain.slope) + 0.8 * (region.terrain.drained_cells > 220)
    graph = travel_graph(region.terrain, cost * np.exp(0.22 * coarse_mean(noise(64, 5.0))))
    settlement = region.settlement
    row, column = cell_of(settlement.seat_x - 350, settlement.seat_y - 420)
    seats = (row // 2) * COARSE + column // 2
    lines: list[RailLine] = []
    groups: dict[str, str] = {}
    for name, operator, railway_class, operator_class, served in _LINES:
        cells = [int(seats[served[0]])]
        for start, end in pairwise(served):
            cells += paths.chain(paths.tree(graph, int(seats[start]))[1], int(seats[end]))[1:]
        track = _smooth(np.array(cells))
        stations = _stations(region, track, [region.specs[seat].name for seat in served], groups, len(lines))
        lines.append(RailLine(name, operator, railway_class, operator_class, track, stations))
    return lines


def _smooth(cells: np.ndarray) -> Floats:
    x, y = cell_centre(2 * (cells // COARSE) + 0.5, 2 * (cells % COARSE) + 0.5)
    line = np.column_stack([x, y])
    for _ in range(6):
        line[1:-1] = 0.5 * line[1:-1] + 0.25 * (line[:-2] + line[2:])
    return line


def _stations(
    region: Region, track: Floats, towns: list[str], groups: dict[str, str], line_number: int
) -> list[Station]:
    settlement = region.settlement
    line = shapely.LineString(track)
    at_towns = [
        line.project(shapely.Point(settlement.seat_x[index] - 350, settlement.seat_y[index] - 420))
        for index in range(len(region.specs))
        if region.specs[index].name in towns
    ]
    names = dict(zip(at_towns, [spec.name for spec in region.specs if spec.name in towns], strict=True))
    marks = sorted(at_towns)
    for start, end in pairwise(sorted(at_towns)):
        middle = line.interpolate((start + end) / 2)
        density = region.settlement.urbanity[cell_of(np.array([middle.x]), np.array([middle.y]))][0]
        gap = _STATION_EVERY_M[0] if density > 1_200 else _STATION_EVERY_M[1]
        count = max(0, round((end - start) / gap) - 1)
        marks += [start + (end - start) * (part + 1) / (count + 1) for part in range(count)]
    tree = cKDTree(np.column_stack([settlement.hamlet_x, settlement.hamlet_y]))
    stations, used = [], set()
    for number, mark in enumerate(sorted(marks)):
        point = line.interpolate(mark)
        name = (
            _town_station(names[mark])
            if mark in names
            else settlement.hamlet_name[int(tree.query((point.x, point.y))[1])]
        )
        name = name if name not in used else f"新{name}"
        used.add(name)
        group = groups.setdefault(name, f"{48_0001 + len(groups):06d}")
        stations.append(
            Station(name, f"{48_1000 + 100 * line_number + number:06d}", group, point.x, point.y, float(mark))
        )
    return stations


def _town_station(name: str) -> str:
    return name[:-1]


def write_n02(folder: Path, lines: list[RailLine]) -> Path:
    """``N02-23_GML.zip`` with the sub-folders ``UTF-8/`` and ``Shift-JIS/``; stations are pieces of track."""
    sections, stations = _sections(lines), _platforms(lines)
    members: dict[str, bytes] = {}
    for stem, frame in (("N02-23_RailroadSection", sections), ("N02-23_Station", stations)):
        for name, content in shapefile(frame, stem, encoding="CP932").items():
            members[f"Shift-JIS/{name}"] = content
        for name, content in shapefile(frame, stem, encoding="UTF-8", with_cpg=True).items():
            members[f"UTF-8/{name}"] = content
        members[f"UTF-8/{stem}.geojson"] = geojson(frame, stem)
    members["KS-META-N02-23.xml"] = metadata("国土数値情報 鉄道データ形式")
    return pack(folder / "N02-23_GML.zip", members)


def _attributes(line: RailLine) -> dict[str, str]:
    return {
        "N02_001": line.railway_class,
        "N02_002": line.operator_class,
        "N02_003": line.name,
        "N02_004": line.operator,
    }


def _sections(lines: list[RailLine]) -> gpd.GeoDataFrame:
    geometry = to_degrees(np.array([shapely.LineString(line.track) for line in lines]))
    return gpd.GeoDataFrame([_attributes(line) for line in lines], geometry=geometry, crs=CRS)


def _platforms(lines: list[RailLine]) -> gpd.GeoDataFrame:
    rows, pieces = [], []
    for line in lines:
        track = shapely.LineString(line.track)
        for station in line.stations:
            rows.append(
                {**_attributes(line), "N02_005": station.name, "N02_005c": station.code, "N02_005g": station.group}
            )
            start = max(0.0, station.along_m - _PLATFORM_M / 2)
            pieces.append(shapely.ops.substring(track, start, start + _PLATFORM_M))
    return gpd.GeoDataFrame(rows, geometry=to_degrees(np.array(pieces)), crs=CRS)
