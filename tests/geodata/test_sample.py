"""The sample region: official formats, sums that agree, streets in one piece, the same bytes every time."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import geopandas as gpd
import numpy as np
import osmium
import pandas as pd
import pyogrio
import pytest
import rasterio
import shapely
from scipy import sparse
from scipy.sparse import csgraph

from geodata.sample import write_sample
from geodata.sample.names import MUNICIPALITIES

PEOPLE = {spec.code: spec.people for spec in MUNICIPALITIES}
FEEDS = ("gtfs_mihon_chuo_kotsu.zip", "gtfs_kakuu_community_bus.zip", "gtfs_mihon_rail.zip")


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("sample")
    write_sample(folder)
    return folder


def member(path: Path, name: str) -> bytes:
    with zipfile.ZipFile(path) as archive:
        return archive.read(next(entry for entry in archive.namelist() if entry.endswith(name)))


def vector(path: Path, name: str) -> gpd.GeoDataFrame:
    return pyogrio.read_dataframe(io.BytesIO(member(path, name)))


def shapes(path: Path, stem: str, folder: Path, encoding: str) -> gpd.GeoDataFrame:
    """A shapefile of a zip, unpacked without .cpg; `stem` may begin with its folder."""
    target = folder / Path(stem).name
    for suffix in (".shp", ".shx", ".dbf", ".prj"):
        target.with_suffix(suffix).write_bytes(member(path, stem + suffix))
    return pyogrio.read_dataframe(target.with_suffix(".shp"), encoding=encoding)


def grid(path: Path, name: str) -> pd.DataFrame:
    text = member(path, name)
    assert text.count(b"\r\n") == text.count(b"\n")
    return pd.read_csv(io.BytesIO(text), encoding="cp932", skiprows=[1], dtype=str, keep_default_na=False)


def feed(path: Path) -> dict[str, pd.DataFrame]:
    with zipfile.ZipFile(path) as archive:
        return {
            name: pd.read_csv(archive.open(name), dtype=str, encoding="utf-8-sig", keep_default_na=False)
            for name in archive.namelist()
        }


class Streets(osmium.SimpleHandler):
    """Collects what the tests look at: street segments, points of interest, other lines."""

    def __init__(self) -> None:
        super().__init__()
        self.position: dict[int, tuple[float, float]] = {}
        self.tail: list[int] = []
        self.head: list[int] = []
        self.metres = 0.0
        self.classes: dict[str, int] = {}
        self.bridges: list[dict[str, str]] = []
        self.tunnels = self.oneways = self.private = self.signals = 0
        self.kinds: dict[str, int] = {}
        self.names: list[str] = []
        self.lines: dict[str, list[list[int]]] = {"natural": [], "waterway": [], "railway": []}
        self.ids: list[tuple[str, int]] = []

    def node(self, node: osmium.osm.Node) -> None:
        self.ids.append(("node", node.id))
        self.position[node.id] = (node.location.lon, node.location.lat)
        self.signals += node.tags.get("highway") == "traffic_signals"
        for key in ("shop", "amenity", "railway"):
            if key in node.tags:
                self.kinds[node.tags[key]] = self.kinds.get(node.tags[key], 0) + 1
                self.names.append(node.tags["name"])

    def way(self, way: osmium.osm.Way) -> None:
        self.ids.append(("way", way.id))
        refs = [node.ref for node in way.nodes]
        for key in self.lines:
            if key in way.tags:
                self.lines[key].append(refs)
        if "highway" not in way.tags:
            return
        self.tail += refs[:-1]
        self.head += refs[1:]
        self.classes[way.tags["highway"]] = self.classes.get(way.tags["highway"], 0) + len(refs) - 1
        self.oneways += way.tags.get("oneway") == "yes"
        self.private += way.tags.get("access") == "private"
        self.tunnels += way.tags.get("tunnel") == "yes"
        if way.tags.get("bridge") == "yes":
            self.bridges.append(dict(way.tags))


@pytest.fixture(scope="module")
def streets(sample: Path) -> Streets:
    handler = Streets()
    handler.apply_file(str(sample / "mihon-48-sample.osm.pbf"))
    return handler


@pytest.fixture(scope="module")
def boundaries(sample: Path) -> gpd.GeoDataFrame:
    return vector(sample / "N03-20240101_48_GML.zip", "N03-20240101_48.geojson")


@pytest.mark.slow
def test_the_same_bytes_every_time(sample: Path, tmp_path: Path) -> None:
    seen: list[tuple[str, float]] = []
    files = write_sample(tmp_path / "again", progress=lambda step, share: seen.append((step, share)))
    assert [path.name for path in files] == sorted(path.name for path in sample.iterdir())
    assert [path.name for path in files if path.read_bytes() != (sample / path.name).read_bytes()] == []
    shares = [share for _, share in seen]
    assert shares == sorted(shares)
    assert shares[0] == 0
    assert shares[-1] == 1


def test_everything_says_that_it_is_invented(sample: Path, boundaries: gpd.GeoDataFrame) -> None:
    assert "架空の見本" in (sample / "README.txt").read_text(encoding="utf-8")
    assert set(boundaries["N03_001"]) == {"架空の見本県"}
    assert set(boundaries["N03_007"].str[:2]) == {"48"}
    for path in sample.glob("*_GML.zip"):
        with zipfile.ZipFile(path) as archive:
            notes = [name for name in archive.namelist() if "KS-META" in name]
            assert all("架空" in archive.read(name).decode() for name in notes)


def test_boundaries_have_the_columns_of_2024_and_cover_the_land_once(
    sample: Path, boundaries: gpd.GeoDataFrame, tmp_path: Path
) -> None:
    assert list(boundaries.columns[:6]) == ["N03_001", "N03_002", "N03_003", "N03_004", "N03_005", "N03_007"]
    assert boundaries.crs.to_epsg() == 6668
    assert boundaries.is_valid.all()
    assert shapely.coverage_is_valid(boundaries.geometry.to_numpy())
    assert boundaries["N03_007"].nunique() == 10
    assert boundaries["N03_007"].duplicated().any(), "islands are features of their own"
    parts = boundaries.to_crs(6933).area / 1e6
    assert 1_400 < parts.sum() < 1_700
    united = shapely.area(shapely.union_all(boundaries.to_crs(6933).geometry.to_numpy())) / 1e6
    assert united == pytest.approx(parts.sum(), abs=0.01)
    same = shapes(sample / "N03-20240101_48_GML.zip", "N03-20240101_48", tmp_path, "utf-8")
    assert same["N03_004"].tolist() == boundaries["N03_004"].tolist()
    with zipfile.ZipFile(sample / "N03-20240101_48_GML.zip") as archive:
        assert not any(name.endswith(".cpg") for name in archive.namelist())


def test_grids_add_up_to_the_municipalities(sample: Path) -> None:
    fine = grid(sample / "tblT001142Q5443.zip", "tblT001142Q5443.txt")
    half = grid(sample / "tblT001141H5443.zip", "tblT001141H5443.txt")
    assert list(fine.columns) == [
        "KEY_CODE",
        "HTKSYORI",
        "HTKSAKI",
        "GASSAN",
        *(f"T001142{at:03d}" for at in range(1, 51)),
    ]
    assert fine["KEY_CODE"].str.fullmatch(r"5443[0-7]{2}\d{2}[1-4]{2}").all()
    assert half["KEY_CODE"].str.fullmatch(r"5443[0-7]{2}\d{2}[1-4]").all()
    total = fine["T001142001"].astype(int)
    assert total.sum() == half["T001141001"].astype(int).sum() == sum(PEOPLE.values())
    summed = total.groupby(fine["KEY_CODE"].str[:9]).sum()
    assert summed.to_dict() == half.set_index("KEY_CODE")["T001141001"].astype(int).to_dict()
    assert PEOPLE["48201"] >= 200_000
    assert (fine["T001142002"].astype(int) + fine["T001142003"].astype(int) == total).all()


@pytest.mark.parametrize(("table", "letter"), [("T001142", "Q"), ("T001141", "H")])
def test_suppressed_squares_are_merged_into_the_one_they_name(sample: Path, table: str, letter: str) -> None:
    frame = grid(sample / f"tbl{table}{letter}5443.zip", f"tbl{table}{letter}5443.txt").set_index("KEY_CODE")
    hidden, targets = frame[frame["HTKSYORI"] == "2"], frame[frame["HTKSYORI"] == "1"]
    assert len(hidden) > 100
    assert set(hidden["HTKSAKI"]) == set(targets.index)
    assert (hidden[f"{table}004"] == "*").all()
    assert (hidden[f"{table}035"] != "*").all(), "households stay visible"
    assert (frame[frame["HTKSYORI"] != "2"] != "*").all(axis=None)
    listed = {source: code for code, row in targets.iterrows() for source in row["GASSAN"].split(";")}
    assert listed == hidden["HTKSAKI"].to_dict()
    open_rows = frame[frame["HTKSYORI"] != "2"]
    ages = open_rows[[f"{table}004", f"{table}010", f"{table}019"]].astype(int).sum(axis=1)
    assert ages.sum() == frame[f"{table}001"].astype(int).sum(), "ages of hidden squares are in their targets"
    merged = hidden.groupby("HTKSAKI")[f"{table}001"].agg(lambda values: values.astype(int).sum())
    own = open_rows[f"{table}001"].astype(int)
    assert (ages == own.add(merged, fill_value=0)[own.index]).all()
    older = open_rows[[f"{table}019", f"{table}022", f"{table}025", f"{table}028"]].astype(int).to_numpy()
    assert (np.diff(older, axis=1) <= 0).all(), "65+ ⊇ 75+ ⊇ 85+ ⊇ 95+"


def test_the_mountains_are_older_than_the_city(sample: Path, boundaries: gpd.GeoDataFrame) -> None:
    frame = grid(sample / "tblT001141H5443.zip", "tblT001141H5443.txt")
    frame = frame[frame["HTKSYORI"] != "2"]
    digits = frame["KEY_CODE"].str
    row = (digits[4].astype(int) * 10 + digits[6].astype(int)) * 2 + (digits[8].astype(int) - 1) // 2
    column = (digits[5].astype(int) * 10 + digits[7].astype(int)) * 2 + (digits[8].astype(int) - 1) % 2
    centre = shapely.points(143 + (column + 0.5) / 160, 36 + (row + 0.5) / 240)
    share = {}
    for code in ("48201", "48361"):
        inside = shapely.contains(
            shapely.union_all(boundaries[boundaries["N03_007"] == code].geometry.to_numpy()), centre
        )
        people = frame[inside][["T001141004", "T001141010", "T001141019"]].astype(int).sum()
        share[code] = people["T001141019"] / people.sum()
    assert 0.20 < share["48201"] < 0.30
    assert share["48361"] > 0.42


def test_streets_are_one_piece_per_land_mass(streets: Streets) -> None:
    nodes, index = np.unique(np.array(streets.tail + streets.head), return_inverse=True)
    tail, head = index[: len(streets.tail)], index[len(streets.tail) :]
    place = np.array([streets.position[node] for node in nodes])
    assert 90_000 < len(nodes) < 160_000
    _, piece = csgraph.connected_components(
        sparse.csr_matrix((np.ones(len(tail)), (tail, head)), shape=(len(nodes), len(nodes))), directed=False
    )
    for on_land in (place[:, 0] < 143.79, place[:, 0] >= 143.79):
        counts = np.bincount(piece[on_land])
        assert counts.max() / counts.sum() > 0.95
    step = (place[head] - place[tail]) * (89_783, 110_955)
    metres = np.hypot(step[:, 0], step[:, 1])
    assert 5_000 < metres.sum() / 1000 < 11_000
    assert metres.min() > 0.5
    assert metres.max() < 1_500


def test_streets_show_what_a_router_has_to_mind(streets: Streets) -> None:
    expected = {
        "motorway",
        "motorway_link",
        "trunk",
        "primary",
        "secondary",
        "tertiary",
        "unclassified",
        "residential",
        "service",
        "track",
        "footway",
        "steps",
        "path",
    }
    assert expected <= set(streets.classes)
    assert len(streets.bridges) > 100
    assert all("layer" in tags for tags in streets.bridges)
    assert streets.tunnels >= 2
    assert streets.oneways > 20
    assert streets.private >= 1
    assert 300 < streets.signals < 1000
    assert streets.ids == sorted(streets.ids), "ids ascend, nodes before ways"
    assert len(set(streets.ids)) == len(streets.ids)
    referenced = {node for lines in streets.lines.values() for line in lines for node in line} | set(streets.tail)
    assert referenced <= set(streets.position)


def test_coast_has_land_on_its_left_and_is_closed(streets: Streets) -> None:
    area = 0.0
    for line in streets.lines["natural"]:
        x, y = np.array([streets.position[node] for node in line]).T
        area += float(np.sum(x[:-1] * y[1:] - x[1:] * y[:-1]))
    ends = [line[at] for line in streets.lines["natural"] for at in (0, -1)]
    assert all(ends.count(node) % 2 == 0 for node in set(ends))
    assert area > 0, "counter-clockwise"
    assert len(streets.lines["waterway"]) > 5
    assert len(streets.lines["railway"]) == 2


def test_shops_follow_people(streets: Streets, sample: Path) -> None:
    people = sum(PEOPLE.values())
    assert 4_500 < people / streets.kinds["supermarket"] < 7_000
    assert 2_000 < people / streets.kinds["convenience"] < 3_000
    assert {
        "chemist",
        "greengrocer",
        "butcher",
        "department_store",
        "general",
        "hospital",
        "pharmacy",
        "post_office",
        "bank",
        "library",
        "fuel",
        "townhall",
        "school",
        "kindergarten",
        "station",
    } <= set(streets.kinds)
    assert not any("<" in name for name in streets.names)


@pytest.mark.parametrize(
    ("archive", "stem", "columns", "encoding"),
    [
        ("P04-20_48_GML.zip", "P04-20_48", [f"P04_{at:03d}" for at in range(1, 11)], "cp932"),
        ("P14-23_48_GML.zip", "P14-23_48", [f"P14_{at:03d}" for at in range(1, 11)], "cp932"),
        ("P29-23_48_GML.zip", "P29-23_48", [f"P29_{at:03d}" for at in range(1, 10)], "cp932"),
        ("P11-22_48_SHP.zip", "P11-22_48", ["P11_001", "P11_002", "P11_003_01"], "cp932"),
        ("N02-23_GML.zip", "UTF-8/N02-23_Station", ["N02_001", "N02_002", "N02_003", "N02_004", "N02_005", "N02_005c", "N02_005g"], "utf-8"),
        ("N02-23_GML.zip", "Shift-JIS/N02-23_Station", ["N02_001", "N02_002"], "cp932"),
        ("A50-20_48_GML.zip", "A50-20_48201", [f"A50_{at:03d}" for at in range(1, 8)], "cp932"),
    ],
)  # fmt: skip
def test_shapefiles_have_the_official_columns(
    sample: Path, tmp_path: Path, archive: str, stem: str, columns: list[str], encoding: str
) -> None:
    frame = shapes(sample / archive, stem, tmp_path, encoding)
    assert list(frame.columns)[: len(columns)] == columns
    assert frame.crs.to_epsg() in {6668, 4326} or "JGD" in frame.crs.name
    text = "".join(str(value) for value in frame.iloc[0].drop("geometry"))
    assert "�" not in text


def test_archives_are_packed_in_the_ways_that_publishers_use(sample: Path) -> None:
    assert all("\\" in name for name in zipfile.ZipFile(sample / "P29-23_48_GML.zip").namelist())
    inner = zipfile.ZipFile(io.BytesIO(member(sample / "P05-22_48_GML.zip", ".zip")))
    assert "P05-22_48_SHP/P05-22_48.shp" in inner.namelist()
    folders = {name.split("/")[0] for name in zipfile.ZipFile(sample / "N02-23_GML.zip").namelist() if "/" in name}
    assert folders == {"UTF-8", "Shift-JIS"}


def test_facilities_stand_on_land_in_their_municipality(sample: Path, boundaries: gpd.GeoDataFrame) -> None:
    medical = vector(sample / "P04-20_48_GML.zip", "P04-20_48.geojson")
    joined = gpd.sjoin(medical, boundaries[["N03_004", "geometry"]], how="left")
    assert len(joined) == len(medical)
    assert joined["N03_004"].notna().mean() > 0.995
    agree = [town in address for town, address in zip(joined["N03_004"].fillna("-"), joined["P04_003"], strict=True)]
    assert np.mean(agree) > 0.97
    assert set(medical["P04_001"]) == {1, 2, 3}
    assert (medical.loc[medical["P04_001"] == 1, "P04_008"] >= 20).all(), "a hospital has 20 beds or more (医療法)"


def test_zones_lie_within_each_other(sample: Path) -> None:
    for code in ("48201", "48202", "48203"):
        zones = vector(sample / "A50-20_48_GML.zip", f"A50-20_{code}.geojson")
        whole = {
            kind: shapely.union_all(group.geometry.dropna().to_numpy()) for kind, group in zones.groupby("A50_006")
        }
        assert set(whole) == {"1", "2", "3"}
        for inner, outer in (("3", "2"), ("2", "1")):
            assert 0 < whole[inner].area < whole[outer].area
            assert whole[inner].difference(whole[outer]).area < 1e-6 * whole[inner].area
    assert vector(sample / "A50-20_48_GML.zip", "A50-20_48201.geojson").geometry.isna().sum() == 1


def test_stations_of_one_name_share_a_group(sample: Path) -> None:
    stations = vector(sample / "N02-23_GML.zip", "UTF-8/N02-23_Station.geojson")
    assert set(stations.geom_type) == {"LineString"}
    assert not stations[["N02_005", "N02_005g"]].drop_duplicates()["N02_005"].duplicated().any()
    assert stations["N02_005g"].nunique() < len(stations)
    assert stations["N02_005"].value_counts()["見本中央"] == 2


@pytest.mark.parametrize("name", FEEDS)
def test_feeds_hold_together(sample: Path, name: str) -> None:
    tables = feed(sample / name)
    times, trips, stops = tables["stop_times.txt"], tables["trips.txt"], tables["stops.txt"]
    assert set(times["stop_id"]) <= set(stops["stop_id"])
    assert set(times["trip_id"]) == set(trips["trip_id"])
    assert set(trips["route_id"]) <= set(tables["routes.txt"]["route_id"])
    assert set(trips["service_id"]) <= set(tables["calendar.txt"]["service_id"])
    assert not times.duplicated(["trip_id", "stop_sequence"]).any()
    hours, minutes = (times["departure_time"].str.split(":").str[at].astype(int) for at in (0, 1))
    clock = hours * 60 + minutes
    assert (clock.groupby(times["trip_id"], sort=False).diff().dropna() >= 0).all()
    assert set(tables["calendar.txt"]["start_date"]) == {"20260401"}
    assert tables["feed_info.txt"]["feed_end_date"].tolist() == ["20280331"]
    assert stops["stop_lat"].astype(float).between(36.0, 36.667).all()
    assert stops["stop_lon"].astype(float).between(143.0, 144.0).all()


def test_feeds_differ_in_what_a_reader_has_to_mind(sample: Path) -> None:
    city, community = feed(sample / FEEDS[0]), feed(sample / FEEDS[1])
    assert (city["stop_times.txt"]["departure_time"] > "24:00:00").any()
    assert set(city["stops.txt"]["location_type"]) == {"0", "1"}
    assert set(community["stops.txt"]["location_type"]) == {"0"}
    assert "frequencies.txt" in community
    assert member(sample / FEEDS[1], "stops.txt").startswith(b"\xef\xbb\xbf")
    assert not member(sample / FEEDS[0], "stops.txt").startswith(b"\xef\xbb\xbf")
    assert {"agency_jp.txt", "translations.txt", "feed_info.txt", "fare_attributes.txt", "calendar_dates.txt"} <= set(
        city
    )
    weekday = city["trips.txt"][city["trips.txt"]["service_id"] == "平日"]
    assert weekday.groupby("route_id").size().max() >= 60, "30 or more departures each way on the trunk lines"
    assert weekday.groupby("route_id").size().min() < 30


def test_stops_stand_at_the_streets(sample: Path, streets: Streets) -> None:
    stops = feed(sample / FEEDS[0])["stops.txt"]
    nodes = np.array([streets.position[node] for node in set(streets.tail + streets.head)]) * (89_783, 110_955)
    poles = stops[["stop_lon", "stop_lat"]].astype(float).to_numpy() * (89_783, 110_955)
    nearest = shapely.STRtree(shapely.points(nodes)).nearest(shapely.points(poles))
    assert np.hypot(*(nodes[nearest] - poles).T).max() < 30


def test_terrain_is_high_in_the_mountains_and_without_data_on_the_sea(sample: Path) -> None:
    with rasterio.open(sample / "dem_48_sample.tif") as raster:
        heights = raster.read(1, masked=True)
        assert raster.crs.to_epsg() == 6668
        assert raster.shape == (640, 640)
        assert raster.bounds.left == pytest.approx(143)
        assert raster.bounds.top == pytest.approx(36 + 2 / 3)
    assert 900 < heights.max() < 2_000
    assert heights.min() >= 0
    assert heights.mask.mean() > 0.5


def test_future_population_starts_from_the_census_and_shrinks_most_in_the_mountains(sample: Path) -> None:
    mesh = vector(sample / "500m_mesh_2024_48_GEOJSON.zip", "500m_mesh_2024_48.geojson")
    assert mesh["PTN_2020"].sum() == pytest.approx(sum(PEOPLE.values()), abs=5)
    assert mesh["MESH_ID"].str.len().eq(9).all()
    groups = mesh["PTA_2050"] + mesh["PTB_2050"] + mesh["PTC_2050"]
    assert np.abs(groups - mesh["PT00_2050"]).max() < 0.01
    hidden = mesh[mesh["HITOKU2050"] == "*"]
    assert len(hidden) > 50
    assert (hidden["PT00_2050"] == 0).all()
    assert hidden["PTN_2050"].between(0.0001, 9.5001).all()
    by_id = mesh.set_index("MESH_ID")
    assert set(by_id["HITOKU2050"].loc[hidden["GASSAN2050"]]) == {"@"}, (
        "ages of hidden squares are in the one they name"
    )
    merged = hidden.groupby("GASSAN2050")["PTN_2050"].sum()
    shown = by_id.loc[merged.index, "PTN_2050"] + merged
    assert np.abs(shown - by_id.loc[merged.index, "PT00_2050"]).max() < 0.02
    assert {"HITOKU2025", "GASSAN2025", "PT01_2070", "PT20_2070", "RTE_2070"} <= set(mesh.columns)
    by_town = mesh.groupby("SHICODE")[["PTN_2020", "PTN_2050"]].sum()
    kept = by_town["PTN_2050"] / by_town["PTN_2020"]
    assert kept["48361"] < kept["48201"] < 1
    half = grid(sample / "tblT001141H5443.zip", "tblT001141H5443.txt")
    assert set(half["KEY_CODE"]) == set(mesh["MESH_ID"])


def test_digital_table(sample: Path) -> None:
    table = pd.read_csv(sample / "digital_48_sample.csv", dtype={"code": str})
    assert list(table.columns) == ["code", "name", "as_of", "indicator", "value", "unit", "source", "method_note"]
    fibre = table[table["indicator"] == "fibre_household_coverage"]
    assert set(PEOPLE) | {"48000"} == set(fibre["code"])
    assert fibre["value"].between(50, 100).all()
    assert set(table.loc[table["indicator"] == "5g_population_coverage", "code"]) == {"48000"}
    assert table["source"].str.contains("架空").all()
