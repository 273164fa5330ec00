"""Makes the region step by step and hands it to the writers."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Final

from geodata.sample.boundaries import municipality_polygons, write_boundaries
from geodata.sample.census_2015 import write_census_2015
from geodata.sample.digital import write_coverage_areas, write_digital
from geodata.sample.elevation import write_elevation
from geodata.sample.facilities import place_facilities
from geodata.sample.flows import write_flows
from geodata.sample.future import write_future
from geodata.sample.gtfs import write_feeds, write_p11
from geodata.sample.hazards import write_hazards
from geodata.sample.ksj import write_facility_sets
from geodata.sample.land import trace_rivers
from geodata.sample.motorway import add_motorway
from geodata.sample.municipal_tables import write_municipal_tables
from geodata.sample.names import MUNICIPALITIES
from geodata.sample.openstreetmap import write_openstreetmap
from geodata.sample.population import Census, estat_text, grid_table, take_census
from geodata.sample.rail import build_rail, write_n02
from geodata.sample.region import PREFECTURE_NAME, PRIMARY_MESH, Region
from geodata.sample.settlement import settle
from geodata.sample.shopping import write_shopping
from geodata.sample.streets import StreetWeb, build_streets
from geodata.sample.terrain import make_terrain
from geodata.sample.transit import plan_buses
from geodata.sample.writing import DISCLAIMER, pack
from geodata.sample.zones import write_zones

_GRIDS: Final = (("T001142", "Q", 5), ("T001141", "H", 4))  # e-Stat table, letter, level: 250 m and 500 m
_README: Final = (
    f"{PREFECTURE_NAME}(全国地方公共団体コードにない 48)の入力データ一式です。\r\n"
    "国土数値情報、e-Stat、OpenStreetMap、GTFS-JP と同じ形式・文字コード・列名で書かれています。\r\n"
    "A raw folder in the formats of the official publishers, for an invented prefecture (code 48).\r\n"
)


def write_all(folder: Path, progress: Callable[[str, float], None]) -> list[Path]:
    """Write every file of the sample; see :func:`geodata.sample.write_sample`."""
    progress("地形と集落 / terrain and settlements", 0.0)
    region = make_region()
    progress("道路 / streets", 0.15)
    web = make_streets(region)
    progress("人口と境界 / people and boundaries", 0.40)
    census = take_census(region, web)
    polygons = municipality_polygons(region)
    rail = build_rail(region)
    files = [write_boundaries(folder, region, polygons), *write_grids(folder, census)]
    files.append(write_census_2015(folder, census, region))
    progress("将来人口 / future population", 0.55)
    files += [write_future(folder, census, region), write_elevation(folder, region.terrain)]
    files += write_flows(folder, region, census)
    progress("施設 / facilities", 0.70)
    facilities = place_facilities(region, web)
    files += write_facility_sets(folder, region, facilities)
    files += write_municipal_tables(folder, region)
    files += write_shopping(folder, region, facilities)
    files += [write_zones(folder, region, polygons, rail), write_digital(folder, region), write_n02(folder, rail)]
    files.append(write_coverage_areas(folder, region, polygons))
    files += write_hazards(folder, region)
    progress("バスと鉄道 / buses and trains", 0.80)
    network = plan_buses(region, web, rail)
    files += [*write_feeds(folder, network, rail), write_p11(folder, network)]
    progress("地図 / map", 0.90)
    files.append(write_openstreetmap(folder, region, web, facilities, polygons, rail))
    readme = folder / "README.txt"
    readme.write_bytes((DISCLAIMER + "\r\n" + _README).encode())
    progress("完了 / done", 1.0)
    return [*files, readme]


def make_region() -> Region:
    """Terrain, settlements and rivers."""
    terrain = make_terrain()
    rivers, names = trace_rivers(terrain)
    return Region(MUNICIPALITIES, terrain, settle(terrain, MUNICIPALITIES), rivers, names)


def make_streets(region: Region) -> StreetWeb:
    """Streets and the motorway."""
    return add_motorway(build_streets(region), region)


def write_grids(folder: Path, census: Census) -> list[Path]:
    """The 2020 census grids, 250 m and 500 m, each in its zip as downloaded from e-Stat."""
    files = []
    for table_id, letter, level in _GRIDS:
        stem = f"tbl{table_id}{letter}{PRIMARY_MESH}"
        text = estat_text(grid_table(census, level=level), table_id)
        files.append(pack(folder / f"{stem}.zip", {f"{stem}.txt": text}))
    return files
