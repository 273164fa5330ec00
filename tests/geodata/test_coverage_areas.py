"""Own polygons of coverage, and Ookla's tiles: what they tell, of which municipality, and what they leave open."""

from __future__ import annotations

import json
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from geodata.archive import RawFile
from geodata.coverage_areas import covered_places, read_coverage, sniff_coverage
from geodata.errors import MissingColumn, UnreadableFile
from geodata.notes import Notes
from geodata.ookla import ZOOM, quadkeys, read_ookla, speed_at
from geodata.recognise import recognise_file

BOX = (139.0, 36.0, 139.4, 36.4)


def raw_of(path: Path) -> RawFile:
    return RawFile(path, (), path.parent, path.stat().st_size)


def areas(*rows: tuple[str, int, shapely.Geometry]) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(
        {"technology": [row[0] for row in rows], "covered": [row[1] for row in rows]},
        geometry=[row[2] for row in rows],
        crs="EPSG:6668",
    )


FILE = areas(
    ("光回線", 1, shapely.box(139.0, 36.0, 139.1, 36.1)),
    ("5G", 1, shapely.box(139.0, 36.0, 139.05, 36.1)),
    ("5G", 0, shapely.box(139.2, 36.0, 139.3, 36.1)),
)


@pytest.mark.parametrize("suffix", [".geojson", ".gpkg", ".shp", ".kml", ".parquet"])
def test_polygons_of_every_format(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"own{suffix}"
    frame = FILE.rename(columns={"technology": "type"})
    if suffix == ".parquet":
        frame.to_parquet(path)
    elif suffix == ".kml":
        frame.drop(columns="covered").to_file(path, driver="KML", engine="pyogrio")
    else:
        frame.to_file(path, engine="pyogrio", encoding="utf-8")
    entry = recognise_file(path, root=tmp_path)[0]
    found, technologies = read_coverage(raw_of(path), notes=Notes())
    assert entry.dataset == "coverage_areas"
    assert technologies == tuple(entry.details["technologies"]) == ("fibre", "5g")
    assert found["technology"].tolist() == ["fibre", "5g", "5g"]
    if suffix != ".kml":
        assert found["covered"].tolist() == [True, True, False]


def test_the_name_of_a_file_tells_where_no_column_does(tmp_path: Path) -> None:
    path = tmp_path / "area_5G_2025.geojson"
    FILE[["geometry"]].to_file(path, engine="pyogrio")
    entry = recognise_file(path, root=tmp_path)[0]
    assert (entry.dataset, entry.details["technologies"]) == ("coverage_areas", ("5g",))
    assert set(read_coverage(raw_of(path), notes=Notes())[0]["technology"]) == {"5g"}


def test_other_polygons_and_points_are_not_taken_for_coverage(tmp_path: Path) -> None:
    park = tmp_path / "観光エリア.geojson"
    FILE.assign(technology="観光").rename(columns={"technology": "種別"}).to_file(park, engine="pyogrio")
    spots = tmp_path / "wifi.geojson"
    FILE.assign(geometry=FILE.representative_point(), name="x").to_file(spots, engine="pyogrio")
    assert recognise_file(park, root=tmp_path)[0].dataset != "coverage_areas"
    assert recognise_file(spots, root=tmp_path)[0].dataset != "coverage_areas"
    assert sniff_coverage(raw_of(park), ["種別"]) is None


def test_polygons_that_tell_no_technology_are_named(tmp_path: Path) -> None:
    path = tmp_path / "own.geojson"
    FILE.assign(technology="?").to_file(path, engine="pyogrio")
    with pytest.raises(MissingColumn, match=r"columns: technology, covered.*Expected: a column"):
        read_coverage(raw_of(path), notes=Notes())
    path.write_text('{"type": "FeatureCollection", "features": [')
    with pytest.raises(UnreadableFile):
        read_coverage(raw_of(path), notes=Notes())


def test_rows_of_no_use_are_counted_in_notes(tmp_path: Path) -> None:
    path = tmp_path / "own.geojson"
    rows = [
        *FILE.itertuples(index=False),
        ("?", 1, shapely.box(139, 36, 139.1, 36.1)),
        ("5g", 1, shapely.Point(139, 36)),
    ]
    areas(*[tuple(row) for row in rows]).to_file(path, engine="pyogrio")
    notes = Notes()
    assert len(read_coverage(raw_of(path), notes=notes)[0]) == 3
    assert [note.en[:1] for note in notes] == ["1", "1"]


def test_places_inside_outside_and_unknown() -> None:
    longitude = np.array([139.02, 139.15, 139.25, 139.35])
    latitude = np.full(4, 36.05)
    towns = np.array(["A", "A", "B", "C"], dtype=object)
    people = np.array([10.0, 5.0, 3.0, 2.0])
    fibre = FILE.assign(technology="fibre", covered=FILE["covered"] == 1)
    found = covered_places(fibre, longitude, latitude, towns, people)
    # A: inside, outside. B: a polygon says that there is none. C: nobody says anything.
    np.testing.assert_array_equal(found, np.array([1, 0, 0, np.nan], np.float32))


def test_a_neighbours_polygon_across_the_border_tells_nothing_of_a_town() -> None:
    longitude = np.linspace(139.0, 139.2, 1000)
    towns = np.where(longitude < 139.1, "A", "B").astype(object)
    polygons = areas(("fibre", 1, shapely.box(139.0, 36.0, 139.1005, 36.1))).assign(covered=True)
    found = covered_places(polygons, longitude, np.full(1000, 36.05), towns, np.ones(1000))
    assert (found[towns == "A"] == 1).all()
    assert np.isnan(found[towns == "B"]).all()


@given(
    st.floats(-179.9, 179.9), st.floats(-84.0, 84.0), st.floats(-179.9, 179.9), st.floats(-84.0, 84.0)
)  # fmt: skip
def test_tiles_of_a_zoom_hold_their_points_and_sort_like_their_texts(x: float, y: float, x2: float, y2: float) -> None:
    """Against the definition of a tile: one power of two, longitude even, latitude even in web Mercator."""
    keys = quadkeys(np.array([x, x2]), np.array([y, y2]))
    texts = [np.base_repr(key, 4).zfill(ZOOM) for key in keys]
    assert (keys[0] <= keys[1]) == (texts[0] <= texts[1])
    column = int("".join(str(int(digit) & 1) for digit in texts[0]), 2)
    row = int("".join(str(int(digit) >> 1) for digit in texts[0]), 2)
    size = 2.0**ZOOM
    assert column == int((x + 180) / 360 * size)
    north = np.degrees(np.arctan(np.sinh(np.pi * (1 - 2 * row / size))))
    south = np.degrees(np.arctan(np.sinh(np.pi * (1 - 2 * (row + 1) / size))))
    assert south - 1e-9 <= y <= north + 1e-9


def tile_texts(*points: tuple[float, float]) -> list[str]:
    keys = quadkeys(np.array([p[0] for p in points]), np.array([p[1] for p in points]))
    return [np.base_repr(key, 4).zfill(ZOOM) for key in keys]


TILES = pd.DataFrame(
    {
        "quadkey": tile_texts((139.1, 36.1), (139.2, 36.2), (10.0, 50.0)),
        "tile": "POLYGON((0 0, 1 0, 1 1, 0 0))",
        "avg_d_kbps": [95_000, 12_000, 1],
        "avg_u_kbps": [10, 10, 1],
        "avg_lat_ms": [10, 10, 1],
        "tests": [5, 4, 100],
        "devices": [2, 2, 2],
    }
)


@pytest.mark.parametrize("suffix", [".parquet", ".shp", ".csv"])
def test_speed_tests_of_every_format(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"2025-01-01_performance_fixed_tiles{suffix}"
    if suffix == ".parquet":
        TILES.to_parquet(path)
    elif suffix == ".csv":
        TILES.to_csv(path, index=False)
    else:
        gpd.GeoDataFrame(
            TILES.drop(columns="tile"), geometry=[shapely.box(139, 36, 139.1, 36.1)] * 3, crs=4326
        ).to_file(path, engine="pyogrio")
    entry = recognise_file(path, root=tmp_path)[0]
    assert (entry.dataset, entry.edition, entry.coverage) == ("ookla", "2025-01-01", "fixed")
    assert "NC" in entry.licence
    tiles = read_ookla(raw_of(path), notes=Notes(), within=BOX)
    assert len(tiles) == 2  # the one in Germany is not read
    speed = speed_at(tiles, np.array([139.1, 139.2, 139.3]), np.array([36.1, 36.2, 36.3]))
    np.testing.assert_array_equal(speed, np.array([95.0, np.nan, np.nan], np.float32))  # four tests are too few


def test_bad_speed_tests(tmp_path: Path) -> None:
    path = tmp_path / "ookla.csv"
    TILES.drop(columns="tests").to_csv(path, index=False)
    with pytest.raises(MissingColumn, match="tests"):
        read_ookla(raw_of(path), notes=Notes(), within=BOX)
    TILES.assign(quadkey=["13300", TILES["quadkey"][1], "x"]).to_csv(path, index=False)
    notes = Notes()
    assert len(read_ookla(raw_of(path), notes=notes, within=BOX)) == 1
    assert "2 rows without a quadkey" in next(iter(notes)).en


def test_recognised_details_survive_the_cache(tmp_path: Path) -> None:
    from geodata.recognised import Recognised

    path = tmp_path / "own.geojson"
    FILE.to_file(path, engine="pyogrio")
    entry = recognise_file(path, root=tmp_path)[0]
    again = Recognised.from_dict(json.loads(json.dumps(entry.as_dict())), path, tmp_path)
    assert again.dataset == "coverage_areas"
