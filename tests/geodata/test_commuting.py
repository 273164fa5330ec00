"""Commuting: the normalised table, tables of the census, people by day; those who leave are those who arrive."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geodata.archive import RawFile
from geodata.commuting import COMMUTING_COLUMNS, day_and_night, read_commuting
from geodata.errors import MissingColumn, UnreadableFile
from geodata.notes import Notes
from geodata.recognise import recognise_file

HEADER = "origin_code,destination_code,purpose,persons,as_of,source"
A, B, C = "10201", "10203", "10204"


def text(folder: Path, *lines: str, name: str = "od.csv", encoding: str = "utf-8") -> RawFile:
    path = folder / name
    path.write_bytes(("\r\n".join(lines) + "\r\n").encode(encoding))
    return RawFile(path, (), folder, path.stat().st_size)


def pairs(table: pd.DataFrame) -> dict[tuple[str, str, str], float]:
    return {
        tuple(row[:3]): row[3] for row in table[["origin", "destination", "purpose", "persons"]].itertuples(index=False)
    }


def test_normalised_table(tmp_path: Path) -> None:
    notes = Notes()
    raw = text(
        tmp_path,
        HEADER,
        f'{A},{A},work,"1,000",2020,s',
        f"{A},{B},通勤,300,2020,s",
        f"{A},{B},school,50,2020,s",
        f"{A},00000,work,1300,2020,s",
        f"{A},99998,work,20,2020,s",
        f"{B},{A},work,X,2020,s",
        f"{B},{A},work,-,2020,s",
        f"{B},12101,work,5,2020,s",
        f"{B},12102,work,6,2020,s",
    )
    assert recognise_file(raw.path, root=tmp_path)[0].dataset == "commuting"
    flows, day = read_commuting(raw, notes=notes)
    assert day.empty
    assert list(flows.columns) == list(COMMUTING_COLUMNS)
    assert pairs(flows) == {
        (A, A, "work"): 1000,
        (A, B, "work"): 300,
        (A, B, "school"): 50,
        (B, A, "work"): 0,
        (B, "12100", "work"): 11,
    }
    assert {note.level: note.en.split()[0] for note in notes} == {"warning": "1", "info": "20"}


@pytest.mark.parametrize("encoding", ["cp932", "utf-8-sig"])
def test_table_of_the_census(tmp_path: Path, encoding: str) -> None:
    """Titles above, the home written once for all its rows, men and women beside the totals."""
    raw = text(
        tmp_path,
        "第3表,常住地による従業・通学市区町村，男女別15歳以上就業者数及び15歳以上通学者数（2020年）,,,,,",
        ",,,,15歳以上就業者数,15歳以上就業者数,15歳以上通学者数,15歳以上通学者数",
        "常住地コード,常住地,従業・通学市区町村コード,従業・通学市区町村,総数,男,総数,男",
        f"{A},前橋市,{A},自市,700,400,90,50",
        f",,{B},桐生市,30,20,4,2",
        f"{B},桐生市,{A},前橋市,60,30,-,-",
        encoding=encoding,
    )
    found = recognise_file(raw.path, root=tmp_path)[0]
    assert (found.dataset, found.edition) == ("commuting", "2020")
    flows, _ = read_commuting(raw, notes=Notes())
    assert pairs(flows) == {
        (A, A, "work"): 700,
        (A, B, "work"): 30,
        (B, A, "work"): 60,
        (A, A, "school"): 90,
        (A, B, "school"): 4,
        (B, A, "school"): 0,
    }


def test_people_by_day_as_published(tmp_path: Path) -> None:
    raw = text(
        tmp_path,
        "常住地又は従業地・通学地別人口（2020年）,,,",
        "地域コード,地域,夜間人口（人）,昼間人口（人）,昼夜間人口比率（％）",
        "10000,群馬県,1939110,1939000,100",
        f"{A},前橋市,332149,350000,105.4",
        f"{B},桐生市,106445,102000,95.8",
    )
    assert recognise_file(raw.path, root=tmp_path)[0].dataset == "commuting"
    flows, day = read_commuting(raw, notes=Notes())
    assert flows.empty
    assert day[["code", "night", "day"]].values.tolist() == [[A, 332149, 350000], [B, 106445, 102000]]


def test_unknown_layouts_are_named(tmp_path: Path) -> None:
    raw = text(tmp_path, "常住地別 従業地・通学地", "市,人", "前橋市,3", "桐生市,4")
    with pytest.raises(MissingColumn, match="前橋市") as error:
        read_commuting(raw, notes=Notes())
    assert "origin_code" in str(error.value)
    with pytest.raises(UnreadableFile, match="no usable row"):
        read_commuting(text(tmp_path, HEADER, "x,y,work,5,2020,s"), notes=Notes())
    with pytest.raises(UnreadableFile):
        read_commuting(text(tmp_path, "", ""), notes=Notes())


def frame(*rows: tuple[str, str, str, float]) -> pd.DataFrame:
    return pd.DataFrame([(*row, "2020", "s") for row in rows], columns=list(COMMUTING_COLUMNS))


def test_day_population_by_hand() -> None:
    flows = frame(
        (A, A, "work", 70),
        (A, B, "work", 20),
        (A, B, "school", 10),
        (B, A, "work", 5),
        (B, B, "work", 5),
        (A, C, "work", 4),
    )
    found = day_and_night(flows, pd.Series({A: 200.0, B: 50.0, C: 9.0}))
    assert found.loc[A, ["into", "out", "day", "commuters", "within", "to_largest"]].tolist() == [
        5,
        34,
        171,
        104,
        70,
        30,
    ]
    assert found.loc[B, ["into", "out", "day"]].tolist() == [30, 5, 75]
    assert found.loc[C].drop("night").isna().all()  # nobody's way from there is listed


def test_all_is_not_added_to_work_and_school() -> None:
    flows = frame((A, B, "work", 20), (A, B, "school", 10), (A, B, "all", 30), (B, A, "work", 1))
    assert day_and_night(flows, pd.Series({A: 100.0, B: 100.0})).loc[A, "out"] == 30
    assert day_and_night(frame((A, B, "all", 30), (B, A, "all", 1)), pd.Series({A: 100.0})).loc[A, "out"] == 30


codes = st.sampled_from([A, B, C])


@given(st.lists(st.tuples(codes, codes, st.sampled_from(["work", "school"]), st.integers(0, 500)), max_size=20))
def test_in_a_closed_set_those_who_leave_arrive(rows: list[tuple[str, str, str, int]]) -> None:
    """Σ in = Σ out, and as many people by day as by night, whoever goes where."""
    every = [(code, code, "work", 1) for code in (A, B, C)]
    night = pd.Series({A: 5_000.0, B: 3_000.0, C: 100.0})
    found = day_and_night(frame(*every, *rows), night)
    assert found["into"].sum() == found["out"].sum()
    assert found["day"].sum() == pytest.approx(night.sum())
    assert ((found["within"] + found["out"]) == found["commuters"]).all()
    assert (found["to_largest"] <= found["out"]).all()
