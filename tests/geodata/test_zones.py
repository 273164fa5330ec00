"""Zones of location plans: four kinds of file, codes that contradict each other, and one source per municipality."""

from __future__ import annotations

import re
from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
import shapely
from pyproj import Geod

from geodata.areas import area_km2
from geodata.errors import MissingColumn, SourceError, UnreadableFile
from geodata.notes import Notes
from geodata.recognise import recognise_file
from geodata.recognised import Recognised
from geodata.zone_choice import find_zones
from geodata.zones import kinds_in, read_zones

WEST, SOUTH = 139.0, 36.3


def square(column: float, row: float, size: float = 1.0) -> shapely.Polygon:
    """A square of 0.01° · size, counted from the corner of the two towns below."""
    west, south = WEST + 0.01 * column, SOUTH + 0.01 * row
    return shapely.box(west, south, west + 0.01 * size, south + 0.01 * size)


def towns() -> gpd.GeoDataFrame:
    """Two towns of 0.05° side by side."""
    return gpd.GeoDataFrame(
        {"code": ["10201", "10203"], "name": ["前橋市", "桐生市"]},
        geometry=[square(0, 0, 5), square(5, 0, 5)],
        crs="EPSG:6668",
    )


def a50(path: Path, rows: list[tuple[str, object, str, int, object]]) -> Path:
    """Municipality code, kind, name, date, geometry."""
    gpd.GeoDataFrame(
        {
            "A50_001": "10",
            "A50_003": [row[0] for row in rows],
            "A50_005": [row[3] for row in rows],
            "A50_006": [row[1] for row in rows],
            "A50_007": [row[2] for row in rows],
        },
        geometry=[row[4] for row in rows],
        crs="EPSG:6668",
    ).to_file(path, driver="GeoJSON")
    return path


def decisions(path: Path, codes: list[int], shapes: list[shapely.Geometry], city: str = "10201") -> Path:
    gpd.GeoDataFrame(
        {"AreaType": "立地適正化計画", "AreaCode": codes, "Citycode": city, "FNDate": "20230401"},
        geometry=shapes,
        crs="EPSG:6668",
    ).to_file(path, encoding="cp932")
    return path


def recognised(path: Path) -> Recognised:
    entries = [entry for entry in recognise_file(path, root=path.parent) if entry.dataset != "document"]
    assert len(entries) == 1, entries
    return entries[0]


def found(*paths: Path, notes: Notes | None = None, municipalities: gpd.GeoDataFrame | None = None):
    sources = [(path.name, recognised(path)) for path in paths]
    return find_zones(
        sources, towns() if municipalities is None else municipalities, notes=Notes() if notes is None else notes
    )


@pytest.mark.parametrize("south", [26.0, 36.0, 43.0])
def test_areas_are_those_of_the_geodesic(south: float) -> None:
    """In the south, the middle and the north: an area on the ellipsoid, worked out along geodesics."""
    shape = shapely.segmentize(shapely.box(139.0, south, 139.1, south + 0.1), 0.001)
    geodesic = abs(Geod(ellps="GRS80").geometry_area_perimeter(shape)[0]) / 1e6
    assert area_km2([shape])[0] == pytest.approx(geodesic, rel=1e-5)


def test_a50_codes_wards_and_dates(tmp_path: Path) -> None:
    path = a50(
        tmp_path / "A50-20_12101.geojson",
        [
            ("12101", 1, "", 20190399, square(0, 0, 3)),
            ("12101", "2", "居住誘導区域", 20190329, square(0, 0, 2)),
            ("12100", 3.0, "駅周辺", 20190329, square(0, 0)),
        ],
    )
    notes = Notes()
    table = read_zones(recognised(path), notes=notes)
    assert list(table["kind"]) == ["plan", "residential", "urban_function"]
    assert set(table["municipality_code"]) == {"12100"}  # the ward is of the city
    assert list(table["name"]) == ["", "", "駅周辺"]  # a name that only repeats the kind is none
    assert list(table["decided_on"]) == ["20190399", "2019-03-29", "2019-03-29"]
    assert ["20190399" in note.ja for note in notes] == [True]


def test_empty_shapes_and_unknown_codes_are_counted_and_the_rest_goes_on(tmp_path: Path) -> None:
    rows = [
        ("10201", 2, "", 20200331, square(0, 0)),
        ("10201", 3, "", 20200331, None),
        ("10201", 9, "", 20200331, square(1, 0)),
    ]
    notes = Notes()
    table = read_zones(recognised(a50(tmp_path / "A50-20_10201.geojson", rows)), notes=notes)
    assert list(table["kind"]) == ["residential"]
    warnings = [note.ja for note in notes if note.level == "warning"]
    assert any("図形が空の 1 件" in text for text in warnings)
    assert any("9: 1" in text and "2=居住誘導区域" in text for text in warnings)


def test_a50_with_codes_of_another_list_is_refused(tmp_path: Path) -> None:
    """31 and 32 are the codes of the planning decisions: under A50_006 they mean nothing."""
    path = a50(tmp_path / "A50-20_10201.geojson", [("10201", 31, "", 20200331, square(0, 0))])
    with pytest.raises(UnreadableFile, match="A50_006"):
        read_zones(recognised(path), notes=Notes())


def test_planning_decisions_have_codes_of_their_own(tmp_path: Path) -> None:
    """2 and 3 are zones in A50; in the planning decisions they are something else."""
    path = decisions(tmp_path / "10201.shp", [31, 32, 2, 3], [square(at, 0) for at in range(4)])
    entry = recognised(path)
    assert entry.dataset == "a55"
    notes = Notes()
    table = read_zones(entry, notes=notes)
    assert list(table["kind"]) == ["residential", "urban_function"]
    assert set(table["decided_on"]) == {"2023-04-01"}
    assert any("2: 1、3: 1" in note.ja for note in notes)


def test_planning_decisions_of_another_theme_hold_no_zones(tmp_path: Path) -> None:
    path = decisions(tmp_path / "yoto.shp", [1, 2, 3], [square(at, 0) for at in range(3)])
    assert read_zones(recognised(path), notes=Notes()).empty
    zones = found(path)
    assert zones.table.empty
    assert zones.used == []
    assert "含まない" in zones.unused["yoto.shp"][0]


def kml(frame: gpd.GeoDataFrame) -> str:
    """As a map drawn by hand is exported: longitude, latitude and height, with blanks between positions."""
    marks = []
    for name, shape in zip(frame["Name"], frame.geometry, strict=True):
        ring = " ".join(f"{x},{y},0" for x, y in shape.exterior.coords)
        marks.append(
            f"<Placemark><name>{name}</name><Polygon><outerBoundaryIs><LinearRing><coordinates>{ring}</coordinates>"
            "</LinearRing></outerBoundaryIs></Polygon></Placemark>"
        )
    body = "".join(marks)
    return f'<?xml version="1.0" encoding="UTF-8"?><kml xmlns="http://www.opengis.net/kml/2.2"><Document>{body}</Document></kml>'


@pytest.mark.parametrize("suffix", [".geojson", ".shp", ".gpkg", ".kml"])
def test_own_zones_are_told_by_their_values(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"zones{suffix}"
    frame = gpd.GeoDataFrame(
        {"Name": ["居住誘導区域", "都市機能誘導区域（駅前）", "居住誘導区域外", "公園"]},
        geometry=[square(at, 0) for at in range(4)],
        crs="EPSG:4326",
    )
    if suffix == ".kml":
        path.write_text(kml(frame), encoding="utf-8")
    else:
        frame.to_file(path, **({"encoding": "cp932"} if suffix == ".shp" else {}))
    entry = recognised(path)
    assert entry.dataset == "own_zones"
    notes = Notes()
    table = read_zones(entry, notes=notes)
    assert list(table["kind"]) == ["residential", "urban_function"]
    assert any("2 件は使いません" in note.ja for note in notes)
    assert set(found(path).table["municipality_code"]) == {"10201"}


def test_shapes_of_something_else_are_no_zones(tmp_path: Path) -> None:
    """`residential` is a land use of OpenStreetMap, and a point with the word is a facility."""
    land_use = tmp_path / "landuse.geojson"
    gpd.GeoDataFrame({"kind": ["residential"]}, geometry=[square(0, 0)], crs="EPSG:4326").to_file(land_use)
    points = tmp_path / "points.geojson"
    gpd.GeoDataFrame(
        {"区域": ["居住誘導区域"], "name": ["公園"]}, geometry=[shapely.Point(WEST, SOUTH)], crs="EPSG:4326"
    ).to_file(points)
    assert recognised(land_use).dataset != "own_zones"
    assert recognised(points).dataset != "own_zones"


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("居住誘導区域", ("residential",)),
        ("立地適正化計画　居住誘導区域", ("residential",)),
        ("立地適正化計画区域", ("plan",)),
        ("都市機能誘導区域・居住誘導区域", ("residential", "urban_function")),
        ("urban_function_guidance_area", ("urban_function",)),
        ("都市機能誘導区域外", ()),
        ("居住調整区域", ()),
        (3, ()),
    ],
)
def test_words_for_zones(text: object, kinds: tuple[str, ...]) -> None:
    assert kinds_in(text) == kinds


def urf(path: Path, body: str) -> Path:
    path.write_text(
        '<?xml version="1.0" encoding="UTF-8"?><core:CityModel xmlns:core="http://www.opengis.net/citygml/2.0" '
        'xmlns:gml="http://www.opengis.net/gml" xmlns:urf="https://www.geospatial.jp/iur/urf/3.1">'
        f"{body}</core:CityModel>",
        encoding="utf-8",
    )
    return path


def urf_area(tag: str, positions: str) -> str:
    return (
        f"<core:cityObjectMember><urf:{tag}><gml:name>駅前</gml:name><urf:validFrom>2023-04-01</urf:validFrom>"
        "<urf:city>10201</urf:city><urf:lod1MultiSurface><gml:MultiSurface><gml:surfaceMember><gml:Polygon><gml:exterior>"
        f"<gml:LinearRing><gml:posList>{positions}</gml:posList></gml:LinearRing></gml:exterior></gml:Polygon>"
        f"</gml:surfaceMember></gml:MultiSurface></urf:lod1MultiSurface></urf:{tag}></core:cityObjectMember>"
    )


RING = "36.30 139.00 0 36.30 139.01 0 36.31 139.01 0 36.31 139.00 0 36.30 139.00 0"


def test_plateau_city_planning_decisions(tmp_path: Path) -> None:
    body = "".join(
        urf_area(tag, RING) for tag in ("ResidenceAttractionArea", "UrbanFunctionAttractionArea", "UseDistrict")
    )
    entry = recognised(urf(tmp_path / "54390000_urf_6697_op.gml", body))
    assert entry.dataset == "plateau_urf"
    notes = Notes()
    table = read_zones(entry, notes=notes)
    assert list(table["kind"]) == ["residential", "urban_function"]
    difference = shapely.symmetric_difference(table.geometry.iloc[0], square(0, 0))  # latitude comes first in the file
    assert difference.area < 1e-12
    assert list(table["decided_on"]) == ["2023-04-01"] * 2
    assert any("UseDistrict 1" in note.ja for note in notes)


@pytest.mark.parametrize(
    "body",
    [
        "<broken>",
        urf_area("ResidenceAttractionArea", "139.0 36.3 0 139.1 36.3 0"),
        urf_area("ResidenceAttractionArea", "36 139"),
    ],
)
def test_a_damaged_citygml_is_named(tmp_path: Path, body: str) -> None:
    path = urf(tmp_path / "a_urf_6697.gml", body)
    notes = Notes()
    zones = found(path, notes=notes)
    assert zones.table.empty
    assert [note.level for note in notes] == ["warning"]


def test_another_layout_is_named_with_what_was_found_and_expected(tmp_path: Path) -> None:
    path = tmp_path / "A55-22_10201.geojson"
    gpd.GeoDataFrame({"A55_001": ["x"], "A55_002": ["y"]}, geometry=[square(0, 0)], crs="EPSG:6668").to_file(path)
    with pytest.raises(MissingColumn, match=r"A55_001.*AreaCode"):
        read_zones(recognised(path), notes=Notes())
    good = a50(tmp_path / "A50-20_10201.geojson", [("10201", 2, "", 20200331, square(0, 0))])
    notes = Notes()
    zones = found(path, good, notes=notes)
    assert list(zones.table["kind"]) == ["residential"]
    assert "A55-22_10201.geojson" in zones.unused
    assert any("A55_001" in note.ja for note in notes if note.level == "warning")


def test_overlapping_extracts_do_not_double_an_area(tmp_path: Path) -> None:
    zone, hub = square(0, 0, 2), square(0, 0)
    rows = [("10201", 2, "", 20200331, zone), ("10201", 3, "駅前", 20200331, hub)]
    once = found(a50(tmp_path / "A50-20_a.geojson", rows))
    twice = found(*(a50(tmp_path / f"A50-20_{name}.geojson", rows) for name in "ab"))
    assert len(twice.table) == 2
    np.testing.assert_allclose(twice.table["area_km2"], once.table["area_km2"])
    assert twice.used == ["A50-20_a.geojson", "A50-20_b.geojson"]


def test_one_source_for_each_municipality_the_newest_or_the_users_own(tmp_path: Path) -> None:
    old = a50(
        tmp_path / "A50-20_10.geojson",
        [("10201", 2, "", 20200331, square(0, 0)), ("10203", 2, "", 20200331, square(5, 0))],
    )
    new = decisions(tmp_path / "10201.shp", [31], [square(0, 0, 2)])
    notes = Notes()
    zones = found(old, new, notes=notes)
    assert dict(zip(zones.table["municipality_code"], zones.table["source"], strict=True)) == {
        "10201": "10201.shp",
        "10203": "A50-20_10.geojson",
    }
    other_way = found(new, old)
    assert other_way.table.drop(columns="geometry").equals(zones.table.drop(columns="geometry"))
    own = tmp_path / "own.geojson"
    gpd.GeoDataFrame({"kind": ["居住誘導区域"]}, geometry=[square(0, 0, 3)], crs="EPSG:4326").to_file(own)
    notes = Notes()
    mine = found(old, new, own, notes=notes)
    (told,) = [note for note in notes.items if note.level == "warning" and note.file.endswith("own.geojson")]
    assert re.search(r"10201.*8\.97 km².*3\.99 km²", told.ja)
    assert re.search(r"10201.*8\.97 km².*3\.99 km²", told.en)
    assert set(mine.table["source"]) == {"own.geojson", "A50-20_10.geojson"}
    assert "own.geojson から取る" in mine.unused["10201.shp"][0]


def test_zones_without_a_code_are_divided_at_the_border(tmp_path: Path) -> None:
    path = tmp_path / "own.geojson"
    across = shapely.box(WEST + 0.03, SOUTH, WEST + 0.07, SOUTH + 0.01)
    gpd.GeoDataFrame({"区域": ["居住誘導区域"]}, geometry=[across], crs="EPSG:6668").to_file(path)
    zones = found(path)
    assert list(zones.table["municipality_code"]) == ["10201", "10203"]
    assert zones.table["area_km2"].sum() == pytest.approx(area_km2([across])[0], rel=1e-6)


def test_functions_outside_the_residential_area_are_told_with_their_area(tmp_path: Path) -> None:
    def warnings(hub: shapely.Geometry) -> list[str]:
        notes = Notes()
        rows = [("10201", 2, "", 20200331, square(0, 0, 2)), ("10201", 3, "", 20200331, hub)]
        found(a50(tmp_path / "A50-20_10201.geojson", rows), notes=notes)
        return [note.ja for note in notes if note.level == "warning"]

    assert warnings(square(1, 0)) == []
    half_outside = warnings(square(1.5, 0))
    assert len(half_outside) == 1
    assert "前橋市（10201）" in half_outside[0]
    assert "50.0%" in half_outside[0]


def test_an_empty_file_is_named(tmp_path: Path) -> None:
    path = tmp_path / "A50-20_10201.geojson"
    path.write_text('{"type": "FeatureCollection", "features": []}', encoding="utf-8")
    with pytest.raises(SourceError):
        read_zones(recognised(path), notes=Notes())
