"""Lists as municipalities publish them: headers, encodings, bad rows, kinds, and what is never taken."""

import json
import zipfile

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geodata.archive import RawFile
from geodata.errors import MissingColumn, UnreadableFile, UnsafeArchive
from geodata.kind_words import BUS_STOP, STATION, kind_of, kind_of_file
from geodata.kinds import KINDS
from geodata.notes import Notes
from geodata.point_headers import find_columns
from geodata.point_lists import read_points, sniff_point_list


def raw(path):
    return RawFile(path, (), path.parent, path.stat().st_size)


def text(path, content, encoding="utf-8"):
    path.write_bytes(content.encode(encoding))
    return raw(path)


def workbook(path, *sheets):
    book = openpyxl.Workbook()
    book.remove(book.active)
    for title, rows in sheets:
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(row)
    book.save(path)
    return raw(path)


def positions(table):
    return [(point.x, point.y) for point in table.geometry]


@pytest.mark.parametrize(
    "header",
    [
        "名称,緯度,経度",
        "施設名,lat,lng",
        "name,latitude,longitude",
        "施設　名称,緯　度,経　度",
        "施設名称（正式）,緯度(世界測地系),経度(世界測地系)",
        "名称_カナ,Ｙ,Ｘ",
        '"#property","latitude","longitude"',
    ],
)
def test_headers_in_two_languages(tmp_path, header):
    table = read_points(text(tmp_path / "library.csv", f"{header}\n中央図書館,34.34,134.04\n"), notes=Notes())
    if "名称_カナ" in header:
        order = [(134.04, 34.34)]
        assert positions(table) == order
        assert list(table["name"]) == [""]
    else:
        assert positions(table) == [(134.04, 34.34)]
        assert list(table["name"]) == ([""] if "#" in header else ["中央図書館"])
    assert list(table["kind"]) == ["library"]
    assert list(table["service"]) == ["administration"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp932"])
@pytest.mark.parametrize(("suffix", "mark"), [(".csv", ","), (".tsv", "\t"), (".csv", ";")])
def test_encodings_and_delimiters(tmp_path, encoding, suffix, mark):
    content = f"名称{mark}緯度{mark}経度\n表図書館{mark}34.34{mark}134.04\n"
    table = read_points(text(tmp_path / f"library{suffix}", content, encoding), notes=Notes())
    assert list(table["name"]) == ["表図書館"]


@pytest.mark.parametrize(
    "cell",
    ["34.34,134.04", "(34.34、134.04)", "134.04 34.34", "３４．３４，１３４．０４", "34°20′24″ 134°02′24″"],
)
def test_both_coordinates_in_one_column(tmp_path, cell):
    table = read_points(text(tmp_path / "library.csv", f'名称,緯度経度\nx,"{cell}"\n'), notes=Notes())
    assert positions(table)[0] == pytest.approx((134.04, 34.34))


@pytest.mark.parametrize("cell", ["３４．３４", " 34.34 ", "34度20分24秒", "34°20'24\"", "北緯34.34", "N34.34"])
def test_numbers_as_people_write_them(tmp_path, cell):
    quoted = cell.replace('"', '""')
    table = read_points(text(tmp_path / "library.csv", f'名称,緯度,経度\nx,"{quoted}",134.04\n'), notes=Notes())
    assert positions(table)[0] == pytest.approx((134.04, 34.34))


def test_bad_rows_are_reported_by_line_and_the_rest_kept(tmp_path):
    rows = [
        "名称,緯度,経度",
        "a,34.34,134.04",
        "b,,",
        "c,不明,134.04",
        "d,0,0",
        "e,134.05,34.35",
        "f,nan,134",
        "g,48.8,2.3",
    ]
    notes = Notes()
    table = read_points(text(tmp_path / "library.csv", "\n".join(rows)), notes=notes)
    assert list(table["name"]) == ["a", "e"]
    assert positions(table)[1] == (134.05, 34.35)
    said = " | ".join(note.en for note in notes)
    assert "3 of 7 rows have no coordinates, or no numbers and were left out (line 3, 4, 7)" in said
    assert "2 of 7 rows lie outside Japan and were left out (line 5, 8)" in said
    assert "exchanged in 1 rows; turned round (line 6)" in said
    assert all("library.csv" in note.file for note in notes)


def test_only_the_first_ten_lines_are_listed(tmp_path):
    notes = Notes()
    read_points(text(tmp_path / "library.csv", "名称,緯度,経度\n" + "x,,\n" * 25), notes=notes)
    assert "25 of 25" in next(iter(notes)).en
    assert "(line 2, 3, 4, 5, 6, 7, 8, 9, 10, 11 …)" in next(iter(notes)).en


def test_lines_are_those_of_the_file_even_with_line_breaks_in_cells(tmp_path):
    notes = Notes()
    read_points(text(tmp_path / "library.csv", '名称,緯度,経度\n"二\n行",34.3,134.0\nx,,\n'), notes=notes)
    assert "line 4" in next(iter(notes)).en


def test_short_rows_and_blank_lines(tmp_path):
    notes = Notes()
    table = read_points(text(tmp_path / "library.csv", "名称,緯度,経度\n\na,34.3,134.0\n,,\nb\n"), notes=notes)
    assert list(table["name"]) == ["a"]
    assert "1 of 2 rows" in next(iter(notes)).en


def test_titles_above_the_header(tmp_path):
    content = "高松市 図書館一覧,,\n令和6年4月1日現在,,\n名称,緯度,経度\na,34.3,134.0\n"
    assert len(read_points(text(tmp_path / "library.csv", content), notes=Notes())) == 1


def test_workbooks(tmp_path):
    rows = [
        ["図書館一覧"],
        ["名称", "緯度", "経度", "定員"],
        ["中央", 34.34, 134.04, 30],
        ["東", "34.35", "134.05", None],
        ["西", None, None, 1],
    ]
    notes = Notes()
    file = workbook(tmp_path / "library_20240401.xlsx", ("説明", [["この表は"]]), ("一覧", rows))
    table = read_points(file, notes=notes)
    assert list(table["name"]) == ["中央", "東"]
    assert table["capacity"].isna().tolist() == [False, True]
    assert list(table["capacity_unit"]) == ["persons", ""]
    assert set(table["as_of"]) == {"2024-04-01"}
    assert "line 5" in next(iter(notes)).en
    assert "一覧" in next(iter(notes)).file
    assert sniff_point_list(file).kinds == ("library",)


def test_geojson(tmp_path):
    features = [
        {
            "type": "Feature",
            "properties": {"name": "甲", "amenity": kind},
            "geometry": {"type": "Point", "coordinates": [134, y]},
        }
        for kind, y in (("pharmacy", 34.3), ("clinic", 34.4))
    ]
    path = tmp_path / "osm2014_poi.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    assert sniff_point_list(raw(path)).rows == 2
    table = read_points(raw(path), notes=Notes())
    assert list(table["kind"]) == ["pharmacy", "clinic"]
    assert set(table["as_of"]) == {"2014"}


def test_areas_become_points(tmp_path):
    ring = [[134.0, 34.0], [134.2, 34.0], [134.2, 34.2], [134.0, 34.0]]
    feature = {"type": "Feature", "properties": {}, "geometry": {"type": "Polygon", "coordinates": [ring]}}
    path = tmp_path / "school_elementary.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": [feature]}))
    assert read_points(raw(path), notes=Notes()).geometry.iloc[0].geom_type == "Point"


def test_medical_institutions(tmp_path):
    rows = [
        "名称,緯度,経度,種別,病床数,診療科目",
        "大病院,34.3,134.0,病院,232,内科、歯科",
        "十九床,34.3,134.0,有床診療所,19,外科",
        "二十床,34.3,134.0,,20,外科",
        "無床,34.3,134.0,無床診療所,,内科",
        "歯,34.3,134.0,診療所,,歯科、小児歯科",
        "歯二,34.3,134.0,歯科,,歯科",
        "歯と内科,34.3,134.0,診療所,,歯科、内科",
        "小病院（休止中）,34.3,134.0,病院,30,内科",
    ]
    notes = Notes()
    table = read_points(text(tmp_path / "hospital.csv", "\n".join(rows)), notes=notes).set_index("name")
    assert table["kind"].to_dict() == {
        "大病院": "hospital",
        "十九床": "clinic",
        "二十床": "hospital",
        "無床": "clinic",
        "歯": "dentist",
        "歯二": "dentist",
        "歯と内科": "clinic",
    }
    assert table.loc["大病院", "capacity_unit"] == "beds"
    assert "closed" in next(iter(notes)).en


def test_kind_column_goes_before_the_file_name_and_unknown_words_fall_back(tmp_path):
    rows = "名称,緯度,経度,種別\na,34.3,134.0,保育所\nb,34.3,134.0,幼稚園\nc,34.3,134.0,その他\n"
    assert list(read_points(text(tmp_path / "library.csv", rows), notes=Notes())["kind"]) == [
        "nursery",
        "kindergarten",
        "library",
    ]


def test_unknown_kind_is_missing_with_a_note(tmp_path):
    notes = Notes()
    table = read_points(text(tmp_path / "park_and_ride.csv", "名称,緯度,経度\na,34.3,134.0\n"), notes=notes)
    assert table["kind"].isna().all()
    assert list(table["service"]) == [""]
    assert "not known" in next(iter(notes)).en
    assert list(read_points(raw(tmp_path / "park_and_ride.csv"), notes=Notes(), kind="fuel")["kind"]) == ["fuel"]


def test_a_wholesale_market_is_no_shop(tmp_path):
    file = text(tmp_path / "market.csv", "名称,緯度,経度\n中央卸売市場,34.3,134.0\n朝市,34.3,134.0\n")
    assert read_points(file, notes=Notes())["kind"].isna().tolist() == [True, False]


def test_addresses_only_is_said_never_silent(tmp_path):
    content = "施設名称１,施設所在地１,施設電話番号,営業者名,業種\nあ店,高松市１,087,架空太郎,飲食店営業\n"
    file = text(tmp_path / "food_licences.csv", content, "cp932")
    found = sniff_point_list(file)
    assert (found.has_coordinates, found.rows) == (False, 1)
    notes = Notes()
    table = read_points(file, notes=notes)
    assert len(table) == 0
    assert "kind" in table.columns
    note = next(iter(notes))
    assert note.level == "warning"
    assert "1 rows): needs geocoding; not used" in note.en


def test_names_of_persons_and_telephone_numbers_are_never_taken(tmp_path):
    content = "名称,緯度,経度,電話番号,代表者名,営業者名,開設者\n甲,34.3,134.0,087-000,架空太郎,架空花子,架空次郎\n"
    table = read_points(text(tmp_path / "pharmacy.csv", content), notes=Notes())
    everything = table.astype(str).to_csv()
    assert "架空" not in everything
    assert "087" not in everything
    assert find_columns(["営業者名", "代表者名", "施設管理者名称", "法人の名称"]).name is None


def test_neither_coordinates_nor_addresses(tmp_path):
    file = text(tmp_path / "library.csv", "番号,氏名\n1,x\n")
    assert sniff_point_list(file) is None
    with pytest.raises(MissingColumn, match=r"library\.csv"):
        read_points(file, notes=Notes())


@pytest.mark.parametrize("name", ["library.xlsx", "library.xls"])
def test_workbooks_that_cannot_be_read(tmp_path, name):
    (tmp_path / name).write_bytes(b"PK\x03\x04 cut off")
    if name.endswith(".xls"):
        assert sniff_point_list(raw(tmp_path / name)) is None
    else:  # somebody wanted it read
        with pytest.raises(UnreadableFile, match="パスワード"):
            sniff_point_list(raw(tmp_path / name))
    with pytest.raises(UnreadableFile, match=name):
        read_points(raw(tmp_path / name), notes=Notes())


def test_a_workbook_that_is_a_zip_bomb(tmp_path):
    with zipfile.ZipFile(tmp_path / "library.xlsx", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", bytes(65 * 1024**2))
    with pytest.raises(UnsafeArchive, match=r"library\.xlsx"):
        read_points(raw(tmp_path / "library.xlsx"), notes=Notes())


def test_undecodable_text(tmp_path):
    (tmp_path / "library.csv").write_bytes(b"name,lat,lon\n\xff\xff\x81,34,134\n")
    with pytest.raises(UnreadableFile, match=r"library\.csv"):
        read_points(raw(tmp_path / "library.csv"), notes=Notes())


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("grid.csv", "KEY_CODE,pop\n533900001,12\n"),
        ("tblT001102Q5240.txt", "KEY_CODE,HTKSYORI,HTKSAKI,GASSAN,T001102001\n,,,,人口\n5240000011,0,,,5\n"),
        ("population.csv", "code,name,value\n10201,前橋市,1\n"),
        (
            "P29-23_10.geojson",
            '{"type":"FeatureCollection","crs":{"type":"name","properties":{"name":"x"}},"features":[{"type":"Feature","properties":{"P29_001":"10201"},"geometry":{"type":"Point","coordinates":[139,36]}}]}',
        ),
        (
            "areas.geojson",
            '{"type":"FeatureCollection","features":[{"type":"Feature","properties":{},"geometry":{"type":"Polygon","coordinates":[]}}]}',
        ),
        ("empty.csv", ""),
        ("roads.osm.pbf", "x"),
    ],
)
def test_other_files_are_no_point_lists(tmp_path, name, content):
    assert sniff_point_list(text(tmp_path / name, content)) is None


def test_sniffing_a_long_list_reads_its_head_only(tmp_path):
    line = "中央図書館,34.34,134.04\n"
    file = text(tmp_path / "library.csv", "名称,緯度,経度\n" + line * 20_000)
    assert sniff_point_list(file).rows == pytest.approx(20_000, rel=0.05)


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("hospital.csv", "hospital"),
        ("nursery_school.xlsx", "nursery"),
        ("middle_school.xlsx", "junior_high_school"),
        ("primary_school.xlsx", "elementary_school"),
        ("osm2014_convenience.geojson", "convenience"),
        ("rail_station_points.geojson", STATION),
        ("gas_station.csv", "fuel"),
        ("バス停一覧.csv", BUS_STOP),
        ("branch.xlsx", "branch_office"),
        ("歯科診療所一覧.csv", "dentist"),
        ("自動車学校.csv", None),
        ("population_2020.csv", None),
        ("marketing_report.csv", None),
        ("bankruptcy.csv", None),
    ],
)
def test_kinds_of_file_names(name, kind):
    assert kind_of_file(name) == kind


@given(st.text(max_size=40))
def test_any_text_gives_a_kind_that_exists_or_none(word):
    assert kind_of(word) in {None, STATION, BUS_STOP, *KINDS}


@pytest.mark.realdata
def test_lists_of_takamatsu(shared_data):
    folder = shared_data / "kagawa/takamatsu"
    notes = Notes()
    medical = read_points(raw(folder / "hospital.csv"), notes=notes)
    assert medical["kind"].value_counts().to_dict() == {"clinic": 356, "dentist": 229, "hospital": 33}
    assert "1 of 628" in next(iter(notes)).en
    notes = Notes()
    assert len(read_points(raw(folder / "food_licences_20260731.xlsx"), notes=notes)) == 0
    assert "7,350 rows" in next(iter(notes)).en
    for name, kind, rows in (
        ("library.xlsx", "library", 5),
        ("nursery_school.xlsx", "nursery", 118),
        ("elderly_welfare_facility.csv", "elderly_welfare", 47),
        ("community_center.xlsx", "community_centre", 52),
    ):
        table = read_points(raw(folder / name), notes=Notes())
        assert (set(table["kind"]), len(table)) == ({kind}, rows)
    assert sniff_point_list(raw(folder / "population_0066_202602.xlsx")) is None


@pytest.mark.realdata
def test_convenience_stores_of_japan(shared_data):
    table = read_points(raw(shared_data / "japan/osm2014_convenience.geojson"), notes=Notes())
    assert len(table) == 12_471  # one of 12,472 calls itself closed
    assert set(table["kind"]) == {"convenience"}


def test_subjects_and_floor_space_become_traits(tmp_path):
    lines = [
        "名称,種別,診療科目,売場面積,緯度,経度",
        "中央病院,病院,内科、眼科,,34.1,134.1",
        "眼科医院,診療所,眼科,,34.1,134.2",
        "東医院,診療所,,,34.1,134.3",
        '大スーパー,スーパー,,"1,500㎡",34.1,134.4',
        "小スーパー,スーパー,,1499.5,34.1,134.5",
        "どこか,スーパー,,不明,34.1,134.6",
        "図書館,図書館,内科,9000,34.1,134.7",
    ]
    table = read_points(text(tmp_path / "一覧.csv", "\n".join(lines) + "\n"), notes=Notes())
    assert table["traits"].tolist() == [
        "medicine_or_surgery",
        "-medicine_or_surgery",
        "",
        "large_floor",
        "-large_floor",
        "",
        "",
    ]


def test_lists_without_such_columns_tell_nothing(tmp_path):
    table = read_points(text(tmp_path / "clinic.csv", "名称,緯度,経度\n東医院,34.1,134.1\n"), notes=Notes())
    assert table["traits"].tolist() == [""]


@pytest.mark.realdata
def test_subjects_of_takamatsu(shared_data):
    """628 institutions, one without coordinates; most of what is no dentist has medicine or surgery."""
    table = read_points(raw(shared_data / "kagawa/takamatsu/hospital.csv"), notes=Notes())
    medical = table[table["kind"].isin(["hospital", "clinic"])]
    assert (medical["traits"] != "").mean() > 0.95
    assert 0.5 < (medical["traits"] == "medicine_or_surgery").mean() < 0.9
    assert set(table.loc[table["kind"] == "dentist", "traits"]) == {""}
