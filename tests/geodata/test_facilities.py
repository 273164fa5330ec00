"""国土数値情報 facilities: code tables of each edition, capacities, closed schools."""

import geopandas as gpd
import pyogrio
import pytest
from shapely.geometry import Point

from geodata.archive import RawFile
from geodata.errors import MissingColumn
from geodata.facilities import (
    READ_COLUMNS,
    read_medical,
    read_offices,
    read_parks,
    read_schools,
    read_welfare,
)
from geodata.kinds import KINDS
from geodata.ksj import SCHOOL_KINDS, WELFARE_MAJOR_KINDS, WELFARE_MIDDLE_KINDS, WELFARE_OLD_KINDS, edition_year
from geodata.notes import Notes
from geodata.recognise import recognise_file


def write(path, rows, suffix=".geojson"):
    """A KSJ layer with a point per row, in cp932 without .cpg if it is a shapefile."""
    frame = gpd.GeoDataFrame(rows, geometry=[Point(139 + i / 100, 36.3) for i in range(len(rows))], crs="EPSG:6668")
    target = path.with_suffix(suffix)
    pyogrio.write_dataframe(frame, target, **({"encoding": "cp932"} if suffix == ".shp" else {}))
    target.with_suffix(".cpg").unlink(missing_ok=True)
    return RawFile(target, (), path.parent, target.stat().st_size)


def test_every_kind_exists():
    used = {*WELFARE_MAJOR_KINDS.values(), *WELFARE_MIDDLE_KINDS.values(), *WELFARE_OLD_KINDS.values()}
    used |= {kind for kinds in SCHOOL_KINDS.values() for kind in kinds}
    assert used <= set(KINDS)


@pytest.mark.parametrize("suffix", [".geojson", ".shp"])
def test_medical_2020(tmp_path, suffix):
    rows = [
        {"P04_001": 1, "P04_002": "中央　病院", "P04_008": 200, "P04_010": 9},
        {"P04_001": 2, "P04_002": "北医院", "P04_008": 0, "P04_010": 9},
        {"P04_001": 3, "P04_002": "歯科", "P04_008": 9999, "P04_010": 9},
        {"P04_001": 7, "P04_002": "?", "P04_008": -1, "P04_010": 9},
    ]
    notes = Notes()
    table = read_medical(write(tmp_path / "P04-20_10", rows, suffix), notes=notes)
    assert tuple(table.columns) == READ_COLUMNS
    assert list(table["kind"]) == ["hospital", "clinic", "dentist"]
    assert list(table["name"]) == ["中央 病院", "北医院", "歯科"]
    assert table["capacity"].tolist()[:2] == [200.0, 0.0]
    assert table["capacity"].isna().tolist() == [False, False, True]  # unknown is missing, no beds is 0
    assert list(table["capacity_unit"]) == ["beds", "beds", ""]
    assert set(table["as_of"]) == {"2020"}
    assert set(table["service"]) == {"medical"}
    assert "1 of 4" in next(iter(notes)).en


def test_medical_2014_has_its_beds_two_columns_earlier(tmp_path):
    rows = [{"P04_001": 1, "P04_002": "病院", "P04_006": 55, "P04_008": 9}]
    assert read_medical(write(tmp_path / "P04-14_02", rows), notes=Notes())["capacity"].tolist() == [55.0]


def test_offices(tmp_path):
    rows = [{"P05_002": str(code), "P05_003": f"n{code}"} for code in range(1, 6)]
    table = read_offices(write(tmp_path / "P05-22_10", rows), notes=Notes())
    assert list(table["kind"]) == ["town_hall", "branch_office", "other_government", *["community_centre"] * 2]


def test_schools_2023(tmp_path):
    rows = [
        {"P29_001": "10201", "P29_003": code, "P29_004": f"学校{i}", "P29_007": closed}
        for i, (code, closed) in enumerate(
            [("16001", "1"), ("16001", "2"), ("16011", "0"), ("16013", "0"), ("16014", "1"), ("16003", "9")]
        )
    ]
    notes = Notes()
    table = read_schools(write(tmp_path / "P29-23_10", rows), notes=notes)
    expected = {"elementary_school": 2, "junior_high_school": 2, "high_school": 1, "kindergarten": 1, "nursery": 1}
    assert table["kind"].value_counts().to_dict() == expected
    assert "学校1" not in set(table["name"])
    assert table["name"].tolist().count("学校4") == 2
    assert ["1 closed" in note.en for note in notes] == [True, False]


def test_schools_2013_stand_one_column_further_right(tmp_path):
    rows = [{"P29_001": "10201", "P29_002": "16", "P29_003": "16012", "P29_004": "16001", "P29_005": "北小学校"}] * 3
    table = read_schools(write(tmp_path / "P29-13_10", rows, ".shp"), notes=Notes())
    assert set(table["kind"]) == {"elementary_school"}
    assert set(table["name"]) == {"北小学校"}


def test_welfare_2023(tmp_path):
    codes = {"0204": "elderly_welfare", "0504": "nursery", "0513": "child_welfare", "0301": "disability_welfare"}
    codes |= {"9907": "elderly_welfare", "9911": "disability_welfare", "0101": "other_welfare", "9999": "other_welfare"}
    rows = [
        {
            "P14_001": "群馬県",
            "P14_003": "10201",
            "P14_005": code[:2],
            "P14_006": code,
            "P14_007": code + "00",
            "P14_008": f"施設{code}",
        }
        for code in codes
    ]
    table = read_welfare(write(tmp_path / "P14-23_10", rows), notes=Notes())
    assert list(table["kind"]) == list(codes.values())
    assert list(table["name"]) == [f"施設{code}" for code in codes]
    assert table["capacity"].isna().all()


def test_welfare_2015_has_other_codes(tmp_path):
    rows = [
        {"P14_001": "群馬県", "P14_002": "前橋市", "P14_004": "19", "P14_005": code, "P14_006": "1", "P14_007": name}
        for code, name in [("19001", "老人ホーム"), ("19008", "児童館"), ("19008", "北保育所"), ("19019", "南園")]
    ]
    table = read_welfare(write(tmp_path / "P14-15_10", rows, ".shp"), notes=Notes())
    assert list(table["kind"]) == ["elderly_welfare", "child_welfare", "nursery", "nursery"]
    assert list(table["name"]) == ["老人ホーム", "児童館", "北保育所", "南園"]


def test_welfare_without_codes_is_said_so(tmp_path):
    with pytest.raises(MissingColumn, match="P14-23_10"):
        read_welfare(write(tmp_path / "P14-23_10", [{"P14_001": "群馬県", "P14_008": "施設"}]), notes=Notes())


def test_missing_column(tmp_path):
    with pytest.raises(MissingColumn, match="P05_003"):
        read_offices(write(tmp_path / "P05-22_10", [{"P05_002": "1"}]), notes=Notes())


def test_within_limits_what_is_read(tmp_path):
    rows = [{"P05_002": "1", "P05_003": f"n{i}"} for i in range(5)]
    table = read_offices(write(tmp_path / "P05-22", rows, ".shp"), notes=Notes(), within=(139.005, 36.0, 139.025, 37.0))
    assert list(table["name"]) == ["n1", "n2"]
    nothing = read_offices(write(tmp_path / "P05-22", rows, ".shp"), notes=Notes(), within=(130.0, 30.0, 131.0, 31.0))
    assert len(nothing) == 0
    assert tuple(nothing.columns) == READ_COLUMNS


@pytest.mark.parametrize(
    ("members", "path", "year"),
    [
        (("P29-23_10.geojson",), "P29-23_GML.zip", 2023),
        ((), "P11-10_02-jgd-g_BusStop.shp", 2010),
        (("UTF-8\\N02-23_Station.shp",), "rail.zip", 2023),
        ((), "hospital.csv", None),
    ],
)
def test_edition(tmp_path, members, path, year):
    assert edition_year(RawFile(tmp_path / path, members)) == year


@pytest.mark.realdata
def test_schools_of_gunma(shared_data):
    path = shared_data / "gunma/P29-23_10.geojson"
    table = read_schools(RawFile(path), notes=Notes())
    assert len(table) == 1_010 + 5  # 3 義務教育学校 and 2 中等教育学校 count as both of their kinds
    assert table["kind"].value_counts().to_dict()["elementary_school"] == 303 + 3


def test_medical_subjects_become_a_trait(tmp_path):
    def row(kind, subjects):
        return {"P04_001": kind, "P04_002": "n", "P04_004": subjects, "P04_008": 0, "P04_010": 9}

    rows = [row(1, "内科　外科"), row(2, "眼科"), row(2, None), row(3, "内科"), row(2, "消化器内科")]
    notes = Notes()
    table = read_medical(write(tmp_path / "P04-20_10", rows), notes=notes)
    yes, no = "medicine_or_surgery", "-medicine_or_surgery"
    assert list(table["traits"]) == [yes, no, "", "", yes]  # a dentist has neither
    assert ["1 of 4 hospitals" in note.en for note in notes] == [True]


def test_medical_without_subjects_tells_nothing(tmp_path):
    rows = [{"P04_001": 1, "P04_002": "病院", "P04_003": "住所"}]
    table = read_medical(write(tmp_path / "P04-14_02", rows), notes=Notes())
    assert list(table["traits"]) == [""]


@pytest.mark.parametrize(
    ("middle", "minor", "name", "trait"),
    [
        ("0204", "020400", "デイ", "care_at_home"),
        ("9910", "991007", "ヘルパーステーション", "care_at_home"),
        ("9910", "991007", "グループホームさくら", "-care_at_home"),
        ("9910", "991001", "特養", "-care_at_home"),
        ("9910", None, "何か", ""),  # 介護保険等の施設 of an unknown 小分類 may be either
        ("9910", "991000", "何か", ""),
        ("0201", "020101", "養護", "-care_at_home"),
        ("0504", "050401", "保育所", ""),  # not for the elderly
    ],
)
def test_care_at_home_by_the_code_lists(tmp_path, middle, minor, name, trait):
    row = {"P14_001": "群馬県", "P14_003": "10201", "P14_005": middle[:2], "P14_006": middle, "P14_008": name}
    other = {**row, "P14_006": "0204", "P14_007": "020400"}
    raw = write(tmp_path / "P14-23_10", [{**row, "P14_007": minor}, other])
    table = read_welfare(raw, notes=Notes())
    assert table["traits"][0] == trait


def test_care_at_home_is_unknown_in_the_older_editions(tmp_path):
    rows = [{"P14_001": "群馬県", "P14_004": "19", "P14_005": "19001", "P14_006": "1", "P14_007": "デイサービス"}]
    assert list(read_welfare(write(tmp_path / "P14-15_10", rows, ".shp"), notes=Notes())["traits"]) == [""]


def test_parks(tmp_path):
    rows = [
        {"P13_001": "a", "P13_003": "中央公園", "P13_004": "5", "P13_008": 12000},
        {"P13_001": "b", "P13_003": "北公園", "P13_004": "2", "P13_008": 0},
    ]
    raw = write(tmp_path / "P13-11_10", rows, ".shp")
    table = read_parks(raw, notes=Notes())
    assert tuple(table.columns) == READ_COLUMNS
    assert list(table["kind"]) == ["park", "park"]
    assert list(table["name"]) == ["中央公園", "北公園"]
    assert table["capacity"].tolist()[0] == 12000.0
    assert table["capacity"].isna().tolist() == [False, True]
    assert list(table["capacity_unit"]) == ["m2", ""]
    assert [entry.dataset for entry in recognise_file(raw.path, root=tmp_path)] == ["p13"]


def test_parks_without_names_are_said_so(tmp_path):
    with pytest.raises(MissingColumn, match="P13_003"):
        read_parks(write(tmp_path / "P13-11_10", [{"P13_001": "a"}]), notes=Notes())
