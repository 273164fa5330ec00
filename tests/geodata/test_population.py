"""Readers of population: worked by hand, laws of suppression, what publishers really ship, and bad input."""

from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from geodata.archive import RawFile, expand
from geodata.errors import MissingColumn, SourceError, UnreadableFile
from geodata.estat_grid import read_estat_grid
from geodata.grid_csv import read_grid_csv
from geodata.notes import Notes
from geodata.population import sniff_population
from geodata.population_labels import find_group_columns
from geodata.small_areas import read_small_areas

CODES = ["5339359924", "5339359923", "5339359922", "5339359921"]
LABELS = "　人口（総数）,　０～１４歳人口　総数,　１５～６４歳人口　総数,　６５歳以上人口　総数,　７５歳以上人口　総数"


def estat_text(*rows: str, labels: str = LABELS) -> str:
    ids = ",".join(f"T0011420{number:02d}" for number in range(1, labels.count(",") + 2))
    return "\r\n".join([f"KEY_CODE,HTKSYORI,HTKSAKI,GASSAN,{ids}", f",,,,{labels}", *rows, ""])


def as_file(folder: Path, text: str | bytes, name: str = "tblT001142Q5339.txt", encoding: str = "cp932") -> RawFile:
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode(encoding))
    return RawFile(path, root=folder)


class TestEstatGrid:
    def test_ages_of_a_suppressed_square_come_back_from_where_they_were_counted(self, tmp_path):
        # 10 people, ages hidden, merged into a square of 30: its row holds the ages of all 40.
        raw = as_file(
            tmp_path,
            estat_text(
                f"{CODES[0]},2,{CODES[1]},,10,*,*,*,*",
                f"{CODES[1]},1,,{CODES[0]},30,4,20,16,8",
                f"{CODES[2]},0,,,50,5,30,15,5",
            ),
        )
        cells = read_estat_grid(raw, notes=Notes())
        assert cells["population_total"].tolist() == [10, 30, 50]
        assert cells["population_0_14"].tolist() == [1, 3, 5]
        assert cells["population_15_64"].tolist() == [5, 15, 30]
        assert cells["population_65_plus"].tolist() == [4, 12, 15]
        assert cells["population_75_plus"].tolist() == [2, 6, 5]
        assert cells["suppressed_share"].tolist() == [1, 0.25, 0]

    def test_cell_table_is_as_agreed(self, tmp_path):
        cells = read_estat_grid(as_file(tmp_path, estat_text(f"{CODES[0]},0,,,10,1,2,7,3")), notes=Notes())
        assert cells.crs == "EPSG:6668"
        assert cells["cell_id"].tolist() == [CODES[0]]
        assert cells["municipality_code"].isna().all()
        assert cells.geometry.iloc[0].bounds == pytest.approx((139.746875, 35.6604167, 139.75, 35.6625), abs=1e-6)
        assert cells["population_65_plus"].dtype == np.float64

    def test_labels_of_2015_without_brackets_and_blanks(self, tmp_path):
        labels = "　人口総数,　人口総数　男,　０～１４歳人口総数,　６５歳以上人口総数,　６５歳以上人口総数　男"
        cells = read_estat_grid(
            as_file(tmp_path, estat_text(f"{CODES[0]},0,,,9,5,1,3,2", labels=labels)), notes=Notes()
        )
        people = cells.filter(like="population_").iloc[0].to_dict()
        assert people == {"population_total": 9, "population_0_14": 1, "population_65_plus": 3}

    def test_five_year_bands_make_up_groups(self):
        women = [f"　{age}～{age + 4}歳人口　女" for age in (20, 25, 30, 35)]
        old = ["　６５～６９歳人口　総数", "　７０～７４歳人口　総数", "　７５歳以上人口　総数"]
        found = find_group_columns(["　人口（総数）", "　０～４歳人口　総数", *women, *old])
        assert found == {
            "total": [0],
            "0_4": [1],
            "65_plus": [6, 7, 8],
            "75_plus": [8],
            "women_20_39": [2, 3, 4, 5],
        }

    def test_bands_with_a_gap_make_up_nothing(self):
        assert "65_plus" not in find_group_columns(["人口総数", "６５～６９歳人口　総数", "７５歳以上人口　総数"])

    def test_people_of_unknown_age_stay_in_the_total(self, tmp_path):
        notes = Notes()
        cells = read_estat_grid(as_file(tmp_path, estat_text(f"{CODES[0]},0,,,12,1,2,7,3")), notes=notes)
        assert cells["population_total"].tolist() == [12]
        assert [note.ja for note in notes] == ["年齢不詳 2 人は総数にのみ含まれます。"]

    def test_partner_in_another_file_is_said(self, tmp_path):
        notes = Notes()
        rows = [f"{CODES[0]},2,5439359924,,10,*,*,*,*", f"{CODES[1]},0,,,50,10,30,10,5"]
        cells = read_estat_grid(as_file(tmp_path, estat_text(*rows)), notes=notes)
        assert cells["population_0_14"].tolist() == [2, 10]
        assert cells["suppressed_share"].tolist() == [1, 0]
        assert any("合算先" in note.ja and note.level == "warning" for note in notes)

    def test_bad_rows_are_left_out_and_named_by_line(self, tmp_path):
        notes = Notes()
        rows = [
            "abc,0,,,10,1,2,7,3",
            f"{CODES[0]},0,,,-5,1,2,7,3",
            f"{CODES[1]},0,,,x,1,2,7,3",
            f"{CODES[2]},0,,,8,1,2,5,3",
        ]
        cells = read_estat_grid(as_file(tmp_path, estat_text(*rows, rows[-1])), notes=notes)
        assert cells["cell_id"].tolist() == [CODES[2]]
        said = " ".join(note.ja for note in notes)
        assert "行 3）" in said
        assert "行 4, 5）" in said
        assert "行 7）" in said
        assert all("tblT001142Q5339.txt" in note.file for note in notes)

    def test_dash_is_none(self, tmp_path):
        cells = read_estat_grid(as_file(tmp_path, estat_text(f"{CODES[0]},0,,,3,-,1,2,-")), notes=Notes())
        assert cells["population_0_14"].tolist() == [0]

    def test_utf8_with_mark_is_read_too(self, tmp_path):
        text = estat_text(f"{CODES[0]},0,,,3,0,1,2,1")
        assert len(read_estat_grid(as_file(tmp_path, text, encoding="utf-8-sig"), notes=Notes())) == 1

    @pytest.mark.parametrize(
        ("content", "error", "says"),
        [
            (b"", UnreadableFile, "地域メッシュ統計の表"),
            (b"\x81\x00\xff\xfe\x00\x00", UnreadableFile, "文字コード"),
            ("a,b\r\n1,2\r\n", MissingColumn, "KEY_CODE"),
            (estat_text(labels="　世帯総数"), MissingColumn, "人口（総数）"),
            ("KEY_CODE,HTKSYORI\r\n", MissingColumn, "人口（総数）"),
        ],
    )
    def test_unusable_files_say_what_is_wrong(self, tmp_path, content, error, says):
        with pytest.raises(error, match=says) as raised:
            read_estat_grid(as_file(tmp_path, content), notes=Notes())
        assert "tblT001142Q5339.txt" in str(raised.value)

    @settings(max_examples=40)
    @given(
        totals=st.lists(st.integers(0, 500), min_size=4, max_size=4),
        partners=st.lists(st.integers(0, 3), min_size=4, max_size=4),
        ages=st.lists(st.tuples(*[st.integers(0, 400)] * 4), min_size=4, max_size=4),
    )
    def test_totals_and_ages_are_conserved(self, tmp_path_factory, totals, partners, ages):
        """Every total per square, and every age group over all squares, is what was published."""
        is_target = [partner == number for number, partner in enumerate(partners)]
        hidden = [not own and is_target[partner] for own, partner in zip(is_target, partners, strict=True)]
        rows = [
            f"{code},2,{CODES[partner]},,{total},*,*,*,*" if hide else f"{code},0,,,{total},{','.join(map(str, age))}"
            for code, partner, total, age, hide in zip(CODES, partners, totals, ages, hidden, strict=True)
        ]
        raw = as_file(tmp_path_factory.mktemp("grid"), estat_text(*rows))
        cells = read_estat_grid(raw, notes=Notes())
        assert cells["population_total"].tolist() == totals
        root = np.array(
            [partner if hide else number for number, (partner, hide) in enumerate(zip(partners, hidden, strict=True))]
        )
        lived_in = (
            np.bincount(root, weights=totals, minlength=4) > 0
        )  # ages without any people are a fault of the source
        for place, group in enumerate(("0_14", "15_64", "65_plus", "75_plus")):
            published = sum(age[place] for age, hide, ok in zip(ages, hidden, lived_in, strict=True) if not hide and ok)
            found = cells[f"population_{group}"].to_numpy()[lived_in[root]].sum()
            assert found == pytest.approx(published, rel=1e-12)


class TestGridCsv:
    @pytest.mark.parametrize(
        "text",
        [
            "KEY_CODE,pop\n533935992,12\n",
            "code,population\n533935992.0,12.0\n",
            "メッシュコード\t人口\n５３３９３５９９２\t１２\n",
            'mesh_code;population_total\n"533935992";"12"\n',
        ],
    )
    def test_ways_of_writing_the_same_square(self, tmp_path, text):
        cells = read_grid_csv(as_file(tmp_path, text, "mesh.csv", "utf-8"), notes=Notes())
        assert cells["cell_id"].tolist() == ["533935992"]
        assert cells["population_total"].tolist() == [12]

    def test_levels_mix_and_ages_are_read(self, tmp_path):
        text = "メッシュコード,総人口,65歳以上人口\n53393599,100,30\n5339359824,7,2\n"
        cells = read_grid_csv(as_file(tmp_path, text, "mesh.csv"), notes=Notes())
        assert cells["population_65_plus"].tolist() == [30, 2]
        large, small = shapely.area(cells.geometry.to_numpy())
        assert large / small == pytest.approx(16)

    def test_rows_left_out_are_named_by_line(self, tmp_path):
        text = "code,pop\n533935992,12\n12,3\n533935991,nan\n533935991,-1\n533935992,5\n5339359924,4\n"
        notes = Notes()
        cells = read_grid_csv(as_file(tmp_path, text, "mesh.csv"), notes=notes)
        assert cells["population_total"].tolist() == [12]
        said = [note.ja for note in notes]
        assert len(said) == 4
        assert "メッシュコードではない行を除きました（行 3）" in said[0]
        assert "負の行を除きました（行 4, 5）" in said[1]
        assert "同じメッシュコードの 2 行目以降を除きました（行 6）" in said[2]
        assert "二重計上" in said[3]
        assert "行 7" in said[3]

    def test_empty_and_wrong_tables_are_refused(self, tmp_path):
        with pytest.raises(UnreadableFile, match="空"):
            read_grid_csv(as_file(tmp_path, "", "mesh.csv"), notes=Notes())
        with pytest.raises(MissingColumn, match="name, address"):
            read_grid_csv(as_file(tmp_path, "name,address\na,b\n", "mesh.csv"), notes=Notes())


def small_area_records(**changes) -> gpd.GeoDataFrame:
    square = shapely.box(139.0, 36.0, 139.01, 36.01)
    records = gpd.GeoDataFrame(
        {
            "KEY_CODE": ["102010010", "102010010", "10", "102010020"],
            "KEN": ["10"] * 4,
            "CITY": ["201", "201", "204", "201"],
            "HCODE": [8101, 8101, 8101, 8154],
            "KIHON1": ["0010", "0010", "0000", "0020"],
            "JINKO": [100, 20, 5, 0],
        },
        geometry=[shapely.affinity.translate(square, step * 0.02) for step in range(4)],
        crs="EPSG:4612",
    )
    return records.assign(**changes)


def as_parquet(folder: Path, records: gpd.GeoDataFrame) -> RawFile:
    path = folder / "census2015_chome.parquet"
    records.to_parquet(path)
    return RawFile(path, root=folder)


class TestSmallAreas:
    def test_records_of_one_area_are_joined_and_empty_water_is_dropped(self, tmp_path):
        cells = read_small_areas(as_parquet(tmp_path, small_area_records()), notes=Notes())
        assert cells["cell_id"].tolist() == ["102010010", "10204-10"]
        assert cells["municipality_code"].tolist() == ["10201", "10204"]
        assert cells["population_total"].tolist() == [120, 5]
        assert cells.geometry.iloc[0].geom_type == "MultiPolygon"
        assert cells.crs == "EPSG:6668"

    def test_water_with_people_stays(self, tmp_path):
        records = small_area_records(JINKO=[100, 20, 5, 3])
        assert read_small_areas(as_parquet(tmp_path, records), notes=Notes())["population_total"].sum() == 128

    def test_columns_of_2020(self, tmp_path):
        records = small_area_records().rename(columns={"KEN": "PREF"}).assign(PREF=10, CITY=[201, 201, 204, 201])
        cells = read_small_areas(as_parquet(tmp_path, records), notes=Notes())
        assert cells["municipality_code"].tolist() == ["10201", "10204"]

    def test_missing_and_negative_people_are_named(self, tmp_path):
        notes = Notes()
        records = small_area_records(JINKO=[100.0, np.nan, -5.0, 0.0])
        cells = read_small_areas(as_parquet(tmp_path, records), notes=notes)
        assert cells["population_total"].tolist() == [100]
        (note,) = notes
        assert note.level == "warning"
        assert "2 件" in note.ja
        assert "10204-10" in note.ja
        assert "census2015_chome.parquet" in note.file

    def test_missing_column_is_named(self, tmp_path):
        with pytest.raises(MissingColumn, match="JINKO"):
            read_small_areas(as_parquet(tmp_path, small_area_records().drop(columns="JINKO")), notes=Notes())
        with pytest.raises(MissingColumn, match="KEN"):
            read_small_areas(as_parquet(tmp_path, small_area_records().drop(columns="KEN")), notes=Notes())

    def test_no_records_is_refused(self, tmp_path):
        with pytest.raises(SourceError, match=r"census2015_chome\.parquet"):
            read_small_areas(as_parquet(tmp_path, small_area_records().iloc[:0]), notes=Notes())

    def test_shapefile_in_cp932_without_cpg(self, tmp_path):
        records = small_area_records().assign(MOJI=["岩神町１丁目"] * 4)
        records.to_file(tmp_path / "r2ka10.shp", encoding="cp932")
        (tmp_path / "r2ka10.cpg").unlink()
        raw = RawFile(tmp_path / "r2ka10.shp", root=tmp_path)
        assert read_small_areas(raw, notes=Notes())["population_total"].tolist() == [120, 5]
        source = sniff_population(raw)
        assert source is not None
        assert (source.format, source.year, source.row_count) == ("small_areas", 2020, 4)
        assert source.prefecture_codes == ("10",)


class TestSniffing:
    def test_estat_grid(self, tmp_path):
        raw = as_file(tmp_path, estat_text(f"{CODES[0]},0,,,12,1,2,7,3"))
        source = sniff_population(raw)
        assert source is not None
        assert (source.format, source.year, source.levels, source.primary_meshes) == (
            "estat_grid",
            2020,
            (5,),
            ("5339",),
        )
        assert source.groups == ("total", "0_14", "15_64", "65_plus", "75_plus")

    def test_grid_csv_needs_codes_that_are_grid_codes(self, tmp_path):
        grid = sniff_population(as_file(tmp_path, "code,population\n533935992,3\n", "mesh_2020.csv"))
        assert grid is not None
        assert (grid.format, grid.year, grid.levels) == ("grid_csv", 2020, (4,))
        assert sniff_population(as_file(tmp_path, "code,population\n10201,3\n", "town.csv")) is None

    @pytest.mark.parametrize("content", [b"", b"\xff\xfe\x00", b"a", b"\x00" * 50, "緯度,経度\n35,139\n".encode()])
    @pytest.mark.parametrize("name", ["x.csv", "x.txt", "x.parquet", "x.shp", "x.pdf"])
    def test_anything_else_is_not_a_population_source(self, tmp_path, content, name):
        assert sniff_population(as_file(tmp_path, content, name)) is None

    def test_shapefile_with_a_broken_table_is_not_one(self, tmp_path):
        (tmp_path / "a.dbf").write_bytes(b"\x03" * 40)
        assert sniff_population(as_file(tmp_path, b"", "a.shp")) is None


@pytest.mark.realdata
class TestRealData:
    @pytest.mark.parametrize(("prefecture", "code", "people"), [("gunma", "10", 1_973_115), ("kagawa", "37", 976_263)])
    def test_small_areas_hold_the_official_population_in_both_formats(self, shared_data, prefecture, code, people):
        archive = shared_data / prefecture / f"A002005212015DDSWC{code}.zip"
        shapefile = next(raw for raw in expand(archive, root=shared_data) if raw.suffix == ".shp")
        tables = [
            read_small_areas(raw, notes=Notes())
            for raw in (shapefile, RawFile(shared_data / prefecture / "census2015_chome.parquet", root=shared_data))
        ]
        for table in tables:
            assert table["population_total"].sum() == people
            assert table["cell_id"].is_unique
        assert tables[0]["cell_id"].tolist() == tables[1]["cell_id"].tolist()
        source = sniff_population(shapefile)
        assert source is not None
        assert (source.year, source.prefecture_codes) == (2015, (code,))

    def test_estat_grid_of_chiba(self, shared_data):
        notes = Notes()
        raw = RawFile(shared_data / "chiba" / "tblT001102Q5240.txt", root=shared_data)
        cells = read_estat_grid(raw, notes=notes)
        assert (len(cells), cells["population_total"].sum()) == (4397, 115_588)
        text = raw.read_bytes().decode("cp932").splitlines()
        table = pd.read_csv(raw.path, encoding="cp932", skiprows=[1], na_values="*")
        assert len(text) == 4399
        # Every age group in the sum as published: what is hidden in one row is counted in another.
        assert cells["population_0_14"].sum() == pytest.approx(table["T001102004"].sum(), rel=1e-12)
        assert cells["population_85_plus"].sum() == pytest.approx(table["T001102025"].sum(), rel=1e-12)
        assert (cells["suppressed_share"] == 1).sum() >= 1661 - (cells["population_total"] == 0).sum()
        assert not [note for note in notes if note.level == "warning"]

    def test_plain_grid_of_south_kanto(self, shared_data):
        raw = RawFile(shared_data / "chiba" / "census2020_500m_south_kanto.csv", root=shared_data)
        cells = read_grid_csv(raw, notes=Notes())
        assert (len(cells), cells["population_total"].sum()) == (53_147, 41_059_887)
