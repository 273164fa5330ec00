"""Vector files as publishers ship them: encodings, coordinate systems, empty and invalid geometries."""

import json
import zipfile

import geopandas as gpd
import pyogrio
import pytest
from hypothesis import given
from hypothesis import strategies as st
from shapely.geometry import LineString, Point, Polygon

from geodata.archive import RawFile, expand
from geodata.dbf import dbf_encoding
from geodata.errors import MissingColumn, UnreadableFile, WrongCrs
from geodata.notes import Notes
from geodata.vector import read_vector

SQUARE = Polygon([(139.0, 36.0), (139.1, 36.0), (139.1, 36.1), (139.0, 36.1)])
BOW_TIE = Polygon([(139.0, 36.0), (139.1, 36.1), (139.1, 36.0), (139.0, 36.1)])


def raw(path):
    return RawFile(path, (), path.parent, path.stat().st_size)


def shapefile(folder, frame, *, name="layer", encoding="cp932", keep=(".shp", ".shx", ".dbf", ".prj")):
    """Write a shapefile, then take away the parts that publishers forget."""
    folder.mkdir(exist_ok=True)
    pyogrio.write_dataframe(frame, folder / f"{name}.shp", encoding=encoding)
    for part in folder.glob(f"{name}.*"):
        if part.suffix not in keep:
            part.unlink()
    return folder / f"{name}.shp"


def places(crs="EPSG:6668", names=("前橋市", "高崎市ソ表"), points=((139.06, 36.39), (139.0, 36.32))):
    return gpd.GeoDataFrame({"NAME": list(names)}, geometry=[Point(p) for p in points], crs=crs)


def geojson(path, features, **extra):
    rows = [{"type": "Feature", "properties": properties, "geometry": geometry} for properties, geometry in features]
    path.write_text(json.dumps({"type": "FeatureCollection", **extra, "features": rows}), encoding="utf-8")
    return path


@pytest.mark.parametrize("encoding", ["cp932", "utf-8"])
def test_dbf_without_cpg_is_read_in_its_true_encoding(tmp_path, encoding):
    path = shapefile(tmp_path / "a", places(), encoding=encoding)
    table = read_vector(raw(path), notes=Notes())
    assert list(table["NAME"]) == ["前橋市", "高崎市ソ表"]  # ソ and 表 end in a back-slash byte in cp932
    assert table.crs.to_epsg() == 6668


def test_language_byte_zero_does_not_matter(tmp_path):
    path = shapefile(tmp_path / "a", places())
    dbf = path.with_suffix(".dbf")
    content = bytearray(dbf.read_bytes())
    content[29] = 0
    dbf.write_bytes(content)
    assert list(read_vector(raw(path), notes=Notes())["NAME"]) == ["前橋市", "高崎市ソ表"]


def test_a_cpg_that_lies_is_not_believed(tmp_path):
    path = shapefile(tmp_path / "a", places())
    path.with_suffix(".cpg").write_text("UTF-8")
    assert list(read_vector(raw(path), notes=Notes())["NAME"]) == ["前橋市", "高崎市ソ表"]


def test_shapefile_in_a_zip_with_back_slash_paths(tmp_path):
    path = shapefile(tmp_path / "a", places())
    target = tmp_path / "P99-20_GML.zip"
    with zipfile.ZipFile(target, "w") as archive:
        for part in path.parent.iterdir():
            info = zipfile.ZipInfo("x")
            info.filename = f"P99-20\\Shift-JIS\\{part.name}"
            archive.writestr(info, part.read_bytes())
    found = [member for member in expand(target, root=tmp_path) if member.suffix == ".shp"]
    table = read_vector(found[0], notes=Notes())
    assert list(table["NAME"]) == ["前橋市", "高崎市ソ表"]


def test_shift_jis_geojson(tmp_path):
    path = geojson(tmp_path / "a.geojson", [({"name": "x"}, {"type": "Point", "coordinates": [139.0, 36.0]})])
    path.write_bytes(path.read_text().replace('"x"', '"前橋"').encode("cp932"))
    assert read_vector(raw(path), notes=Notes())["name"].iloc[0] == "前橋"


@given(st.lists(st.text(st.characters(min_codepoint=0x3041, max_codepoint=0x30F6), min_size=2, max_size=8), min_size=3))
def test_kana_are_recognised_in_either_encoding(texts):
    for encoding in ("utf-8", "cp932"):
        cells = [text.encode(encoding, "ignore")[:40].ljust(40) for text in texts]
        field = b"NAME".ljust(11, b"\0") + b"C" + bytes(4) + bytes([40]) + bytes(15)
        header = bytes([3, 0, 0, 0]) + len(cells).to_bytes(4, "little") + (65).to_bytes(2, "little")
        header += (41).to_bytes(2, "little") + bytes(20) + field + b"\r"
        assert dbf_encoding(header + b"".join(b" " + cell for cell in cells)) == encoding


def test_a_character_cut_by_the_field_width_spoils_only_itself(tmp_path):
    names = ("あ" * 40, "前橋市")
    path = shapefile(tmp_path / "a", places(names=names), encoding="cp932")
    dbf = path.with_suffix(".dbf")
    dbf.write_bytes(dbf.read_bytes().replace("あ".encode("cp932") * 40, "あ".encode("cp932") * 39 + b"\x82 "))
    assert dbf_encoding(dbf.read_bytes()) == "cp932"


def test_missing_crs_is_assumed_where_the_values_are_degrees_in_japan(tmp_path):
    path = shapefile(tmp_path / "a", places(), keep=(".shp", ".shx", ".dbf"))
    notes = Notes()
    assert read_vector(raw(path), notes=notes).crs.to_epsg() == 6668
    assert "JGD2011" in next(iter(notes)).ja


def test_projected_coordinates_without_crs_say_what_to_do(tmp_path):
    path = shapefile(tmp_path / "a", places().to_crs("EPSG:6677"), keep=(".shp", ".shx", ".dbf"))
    with pytest.raises(WrongCrs, match=r"layer\.shp.*\.prj"):
        read_vector(raw(path), notes=Notes())


def test_projected_crs_on_degrees_is_a_contradiction(tmp_path):
    path = shapefile(tmp_path / "a", places().set_crs("EPSG:6677", allow_override=True))
    with pytest.raises(WrongCrs, match=r"layer\.shp"):
        read_vector(raw(path), notes=Notes())


def test_geographic_crs_on_metres_is_a_contradiction(tmp_path):
    path = geojson(tmp_path / "a.geojson", [({}, {"type": "Point", "coordinates": [-73000.0, 43000.0]})])
    with pytest.raises(WrongCrs, match=r"a\.geojson"):
        read_vector(raw(path), notes=Notes())


@pytest.mark.parametrize("crs", ["EPSG:4612", "EPSG:4326", "EPSG:6668"])
def test_modern_datums_are_one(tmp_path, crs):
    table = read_vector(raw(shapefile(tmp_path / "a", places(crs))), notes=Notes())
    assert table.geometry.iloc[0].x == pytest.approx(139.06, abs=1e-9)


@pytest.mark.parametrize(("crs", "metres"), [("EPSG:6677", 0.01), ("EPSG:4301", 20.0)])
def test_other_systems_are_converted(tmp_path, crs, metres):
    path = shapefile(tmp_path / "a", places().to_crs(crs))
    table = read_vector(raw(path), notes=Notes())
    assert table.geometry.iloc[0].distance(Point(139.06, 36.39)) * 111_000 < metres


def test_swapped_points_are_turned_round(tmp_path):
    notes = Notes()
    features = [({}, {"type": "Point", "coordinates": c}) for c in ([36.39, 139.06], [139.0, 36.3])]
    table = read_vector(raw(geojson(tmp_path / "a.geojson", features)), notes=notes)
    assert [(p.x, p.y) for p in table.geometry] == [(139.06, 36.39), (139.0, 36.3)]
    assert "1 点" in next(iter(notes)).ja


def test_swapped_areas_are_refused(tmp_path):
    ring = [[36.0, 139.0], [36.1, 139.0], [36.1, 139.1], [36.0, 139.0]]
    path = geojson(tmp_path / "a.geojson", [({}, {"type": "Polygon", "coordinates": [ring]})])
    with pytest.raises(WrongCrs, match="exchanged"):
        read_vector(raw(path), notes=Notes())


def test_points_far_outside_are_dropped_with_a_count(tmp_path):
    spots = ([139.0, 36.0], [139.1, 36.0], [139.2, 36.1], [0.0, 0.0])
    notes = Notes()
    path = geojson(tmp_path / "a.geojson", [({}, {"type": "Point", "coordinates": spot}) for spot in spots])
    assert len(read_vector(raw(path), notes=notes)) == 3
    assert "1 of 4" in next(iter(notes)).en


def test_empty_geometries_are_counted_and_invalid_ones_repaired(tmp_path):
    notes = Notes()
    frame = gpd.GeoDataFrame({"a": [1, 2, 3]}, geometry=[SQUARE, BOW_TIE, None], crs="EPSG:6668")
    pyogrio.write_dataframe(frame, tmp_path / "a.geojson")
    table = read_vector(raw(tmp_path / "a.geojson"), notes=notes)
    assert len(table) == 2
    assert table.geometry.is_valid.all()
    assert [("1 of 3" in note.en, "1 invalid" in note.en) for note in notes] == [(True, False), (False, True)]


def test_missing_column_names_what_is_there(tmp_path):
    with pytest.raises(MissingColumn, match=r"layer\.shp.*P04_001.*NAME"):
        read_vector(raw(shapefile(tmp_path / "a", places())), notes=Notes(), required=["P04_001"])


def test_required_columns_are_found_in_any_case(tmp_path):
    table = read_vector(raw(shapefile(tmp_path / "a", places())), notes=Notes(), required=["Name"])
    assert "Name" in table.columns


@pytest.mark.parametrize("keep_most", [True, False])
@pytest.mark.parametrize("part", [".shp", ".dbf"])
def test_truncated_shapefile(tmp_path, part, keep_most):
    path = shapefile(tmp_path / "a", places())
    broken = path.with_suffix(part)
    broken.write_bytes(broken.read_bytes()[: -10 if keep_most else 20])
    with pytest.raises(UnreadableFile, match=r"layer\.shp"):
        read_vector(raw(path), notes=Notes())


@pytest.mark.parametrize("part", [".shx", ".dbf"])
def test_missing_part_is_named(tmp_path, part):
    path = shapefile(tmp_path / "a", places())
    path.with_suffix(part).unlink()
    with pytest.raises(UnreadableFile, match=part):
        read_vector(raw(path), notes=Notes())


@pytest.mark.parametrize("name", ["a.geojson", "a.gpkg", "a.parquet", "a.gml"])
def test_not_what_the_name_says(tmp_path, name):
    (tmp_path / name).write_bytes(b"<html>404 Not Found</html>")
    with pytest.raises(UnreadableFile, match=name):
        read_vector(raw(tmp_path / name), notes=Notes())


def test_within_reads_only_what_touches(tmp_path):
    path = shapefile(tmp_path / "a", places())
    table = read_vector(raw(path), notes=Notes(), within=(139.05, 36.35, 139.1, 36.4))
    assert list(table["NAME"]) == ["前橋市"]
    assert len(read_vector(raw(path), notes=Notes(), within=(130.0, 30.0, 131.0, 31.0))) == 0


def test_geoparquet_and_geopackage(tmp_path):
    places().to_parquet(tmp_path / "a.parquet")
    pyogrio.write_dataframe(places(), tmp_path / "a.gpkg")
    for name in ("a.parquet", "a.gpkg"):
        assert list(read_vector(raw(tmp_path / name), notes=Notes())["NAME"]) == ["前橋市", "高崎市ソ表"]


def test_lines_stay_lines(tmp_path):
    frame = gpd.GeoDataFrame({"a": [1]}, geometry=[LineString([(139, 36), (139.1, 36)])], crs="EPSG:6668")
    table = read_vector(raw(shapefile(tmp_path / "a", frame)), notes=Notes())
    assert table.geometry.iloc[0].geom_type == "LineString"


@pytest.mark.parametrize("name", ["a.geojson", "a.gpkg", "a.parquet", "a.shp"])
def test_only_wanted_columns_are_read(tmp_path, name):
    frame = places().assign(OTHER=1)
    if name == "a.parquet":
        frame.to_parquet(tmp_path / name)
    else:
        pyogrio.write_dataframe(frame, tmp_path / name)
    table = read_vector(raw(tmp_path / name), notes=Notes(), columns=lambda column: column == "NAME")
    assert [column for column in table.columns if column != table.geometry.name] == ["NAME"]


@pytest.mark.realdata
def test_published_files_open(shared_data):
    census = next(m for m in expand(shared_data / "gunma/A002005212015DDSWC10.zip") if m.suffix == ".shp")
    table = read_vector(census, notes=Notes(), required=["KEY_CODE", "JINKO"])
    assert len(table) == 2506
    assert int(table["JINKO"].sum()) == 1_973_115
    assert "前橋市" in set(table["GST_NAME"])
    notes = Notes()
    assert len(read_vector(raw(shared_data / "japan/n03-21_210101_designated_city_s0001.geojson"), notes=notes)) == 1739
    assert "12 of 1,751" in next(iter(notes)).en
    tokyo = next(m for m in expand(shared_data / "osm_small/sabae.zip") if m.name == "sabae_aed_tokyo.shp")
    table = read_vector(tokyo, notes=Notes())
    # The file gives its positions in JGD2000 too; the shift between the datums is about 450 m.
    assert (table.geometry.x - table["longitude"]).abs().median() * 90_000 < 20
    assert (table.geometry.y - table["latitude"]).abs().median() * 111_000 < 20
