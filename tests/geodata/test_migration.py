"""Tables of moves by sex and age: the normalised one, those of the statistics bureau, and what cannot be read."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import openpyxl
import pandas as pd
import pytest

from geodata.archive import RawFile
from geodata.errors import MissingColumn, UnreadableFile
from geodata.migration import GROUPS, Group, people_of_group, read_migration, read_official_net
from geodata.notes import Notes
from geodata.recognise import recognise_file

HEADER = "code,partner_code,partner_area,sex,age_group,direction,persons,as_of,source"
AGES = [f"{first}～{first + 4}歳" for first in range(0, 90, 5)] + ["90歳以上"]
YOUNG = next(group for group in GROUPS if group.id == "15_29")
WOMEN = next(group for group in GROUPS if group.id == "women_15_29")


def text(folder: Path, *lines: str, header: str = HEADER, encoding: str = "utf-8", name: str = "moves.csv") -> RawFile:
    path = folder / name
    path.write_bytes(("\r\n".join([header, *lines]) + "\r\n").encode(encoding))
    return RawFile(path, (), folder, path.stat().st_size)


def persons(table: pd.DataFrame, **wanted: object) -> float:
    for name, value in wanted.items():
        table = table[table[name] == value]
    return float(table["persons"].sum())


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp932"])
def test_normalised_table(tmp_path: Path, encoding: str) -> None:
    raw = text(
        tmp_path,
        "10201,13104,,女,15～19歳,out,30,2024,見本",
        "10201,27100,,女,15～19歳,転出,12,2024,見本",
        "102016,,tokyo_area,women,20_24,in,9,2024,見本",
        encoding=encoding,
    )
    assert recognise_file(raw.path, root=tmp_path)[0].dataset == "migration"
    table = read_migration(raw, notes=Notes())
    assert persons(table, code="10201", partner="tokyo_area", direction="out", sex="women") == 30
    assert persons(table, partner="other", direction="out") == 12
    assert persons(table, direction="in", partner="tokyo_area", age_from=20, age_to=24) == 9


def test_prefectures_beside_their_municipalities_count_once(tmp_path: Path) -> None:
    raw = text(
        tmp_path,
        "10201,00000,,total,total,out,100,2024,",
        "10201,13000,,total,total,out,40,2024,",
        "10201,13104,,total,total,out,25,2024,",
        "10201,20000,,total,total,out,60,2024,",
    )
    table = read_migration(raw, notes=Notes())
    assert persons(table, partner="tokyo_area") == 40
    assert persons(table, partner="other") == 60
    assert persons(table, partner="all") == 100


def test_wards_are_added_up_unless_their_city_is_listed(tmp_path: Path) -> None:
    lines = ["12101,,all,men,20_24,in,5,2024,", "12102,,all,men,20_24,in,7,2024,"]
    assert persons(read_migration(text(tmp_path, *lines), notes=Notes()), code="12100") == 12
    city = "12100,,all,men,20_24,in,12,2024,"
    assert persons(read_migration(text(tmp_path, *lines, city), notes=Notes()), code="12100") == 12


def test_only_the_newest_year_counts_and_bad_rows_are_told(tmp_path: Path) -> None:
    notes = Notes()
    raw = text(
        tmp_path,
        "10201,,all,men,20_24,in,5,2023,",
        "10201,,all,men,20_24,in,8,2024,",
        "10201,,all,men,若者,in,8,2024,",
        "10201,,all,men,20_24,in,X,2024,",
        "10201,,all,men,20_24,in,-3,2024,",
        "99999,,all,men,20_24,in,1,2024,",
        "10201,,all,men,20_24,sideways,1,2024,",
    )
    assert persons(read_migration(raw, notes=notes)) == 8
    said = {note.level: note.en for note in notes}
    assert "5 rows" in said["warning"]
    assert "earlier years" in said["info"]


def test_bands_must_fill_the_group() -> None:
    def rows(*bands: tuple[int, int], sex: str = "women") -> pd.DataFrame:
        return pd.DataFrame(
            [("10201", sex, first, last, 10.0) for first, last in bands],
            columns=["code", "sex", "age_from", "age_to", "persons"],
        )

    five = rows((15, 19), (20, 24), (25, 29), (30, 34))
    assert people_of_group(five, WOMEN).to_dict() == {"10201": 30.0}
    assert people_of_group(rows((15, 29)), WOMEN).to_dict() == {"10201": 10.0}
    assert people_of_group(rows((15, 19), (25, 29)), WOMEN).empty  # 20-24 is missing
    assert people_of_group(rows((10, 19), (20, 29)), WOMEN).empty  # ten-year bands do not begin at 15
    both = pd.concat([five, rows((15, 19), (20, 24), (25, 29), sex="men")])
    assert people_of_group(both, YOUNG).to_dict() == {"10201": 60.0}  # no row holds both sexes
    with_total = pd.concat([both, rows((15, 29), sex="total")])
    assert people_of_group(with_total, YOUNG).to_dict() == {"10201": 10.0}
    assert people_of_group(five, Group("x", "women", 15, 19)).to_dict() == {"10201": 10.0}


def bureau(
    path: Path,
    title: str,
    codes: tuple[str, ...] = ("00000", "10000", "10201", "12100", "12101"),
    *,
    sexes: bool = True,
) -> Path:
    """A workbook as the bureau's 表11: a title, two rows of headings, movers with Japanese and foreigners below."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append([title])
    sheet.append([])
    above: list[object] = [None] * 7
    ages: list[object] = ["国籍コード", None, "国籍", None, None, "地域コード", "地域"]
    for sex in ("総数", "男", "女") if sexes else ("総数",):
        above += [sex, *[None] * len(AGES)]
        ages += ["総数", *AGES]
    sheet.append(above)
    sheet.append(ages)
    for number, code in enumerate(codes):
        for nationality, times in (("移動者", 3), ("日本人移動者", 2), ("外国人移動者", 1)):
            row: list[object] = ["60000", None, nationality, None, None, code, "名"]
            for sex in range(3 if sexes else 1):
                values = [times * (number + 1) * (sex + 1)] * len(AGES)
                row += [sum(values), *values]
            sheet.append(row)
    book.save(path)
    return path


@pytest.mark.parametrize(
    ("title", "direction"),
    [
        ("表11-1 年齢（5歳階級）、男女別他市区町村からの転入者数（2024年）", "in"),
        ("表11-2 年齢（5歳階級）、男女別他市区町村への転出者数（2024年）", "out"),
        ("表11-3 年齢（5歳階級）、男女別転入超過数（2024年）", "net"),
    ],
)
def test_workbook_of_the_bureau(tmp_path: Path, title: str, direction: str) -> None:
    path = bureau(tmp_path / "b0110.xlsx", title)
    found = recognise_file(path, root=tmp_path)[0]
    assert (found.dataset, found.edition) == ("migration", "2024")
    table = read_migration(found.file, notes=Notes())
    assert set(table["direction"]) == {direction}
    assert set(table["code"]) == {"10201", "12100"}  # not the nation, not the prefecture
    maebashi = table[table["code"] == "10201"]
    assert persons(maebashi, sex="women", age_from=15, age_to=19) == 3 * 3 * 3
    assert persons(maebashi, sex="men", age_from=0, age_to=200) == 3 * 3 * 2 * len(AGES)
    chiba = table[table["code"] == "12100"]  # the city's own row, its ward's is a part of it
    assert persons(chiba, sex="total", age_from=90, age_to=200) == 3 * 4
    assert people_of_group(maebashi, WOMEN).to_dict() == {"10201": 81.0}
    assert set(table["as_of"]) == {"2024"}


def test_hidden_values_are_missing_and_minus_signs_are_read(tmp_path: Path) -> None:
    path = bureau(tmp_path / "net.xlsx", "転入超過数（2024年）", ("10201",))
    book = openpyxl.load_workbook(path)
    sheet = book.active
    sheet.cell(5, 9).value, sheet.cell(5, 10).value = "▲12", "X"
    book.save(path)
    notes = Notes()
    table = read_migration(RawFile(path, (), tmp_path, path.stat().st_size), notes=notes)
    assert persons(table, sex="total", age_from=0, age_to=4) == -12
    assert table[(table["sex"] == "total") & (table["age_from"] == 5)].empty
    assert "1 values" in notes.items[0].en


def test_other_layouts_are_named_with_what_was_found(tmp_path: Path) -> None:
    raw = text(tmp_path, "10201,前橋市,5", header="地域コード,地域,転入者数 15～19歳 20～24歳")
    with pytest.raises(MissingColumn, match="前橋市") as error:
        read_migration(raw, notes=Notes())
    assert "partner_code" in str(error.value)
    path = bureau(tmp_path / "x.xlsx", "年齢別人口")
    with pytest.raises(MissingColumn):  # a workbook that says neither in nor out
        read_migration(RawFile(path, (), tmp_path, path.stat().st_size), notes=Notes())
    with pytest.raises(UnreadableFile, match="no usable row"):
        read_migration(text(tmp_path, "x,,all,men,20_24,in,5,2024,"), notes=Notes())
    path = tmp_path / "broken.csv"
    path.write_bytes(b"code,sex\x81\xff\xfe\x00,age_group\n")
    with pytest.raises(UnreadableFile, match="UTF-8"):
        read_migration(RawFile(path, (), tmp_path, 9), notes=Notes())


def test_published_net_migration_of_the_newest_year(tmp_path: Path) -> None:
    header = "code,name,net_migration_2023_pct,net_migration_2024_pct"
    found = read_official_net(text(tmp_path, "10201,前橋市,0.5,0.1274", "10203,桐生市,-1,", header=header))
    assert found is not None
    year, values = found
    assert year == "2024"
    assert values.to_dict() == {"10201": 0.1274}
    assert read_official_net(text(tmp_path, "10201,1", header="code,cov_medical_pct")) is None


def test_sample_is_the_young_who_leave(sample_raw: Path) -> None:
    path = sample_raw / "migration_48_sample.csv"
    table = read_migration(RawFile(path, (), sample_raw, path.stat().st_size), notes=Notes())
    moves = {
        way: people_of_group(table[(table["direction"] == way) & (table["partner"] == "tokyo_area")], WOMEN)
        for way in ("in", "out")
    }
    assert (moves["in"] < moves["out"]).all()
    assert np.isfinite(table["persons"]).all()
