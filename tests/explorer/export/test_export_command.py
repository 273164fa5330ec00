"""Through the real command, as its users run it."""

from __future__ import annotations

import csv
from pathlib import Path

import geopandas as gpd
import openpyxl
import pytest


def test_the_ending_decides_the_format(tiny_workspace, command, tmp_path):
    for name in ("out.csv", "out.xlsx", "out.geojson", "out.gpkg", "out.parquet"):
        ran = command("export", tiny_workspace, "--to", tmp_path / name, "--theme", "school", "--mode", "walk")
        assert ran.code == 0, ran.err
        assert name in ran.out
        assert (tmp_path / name).is_file()
    found = gpd.read_file(tmp_path / "out.geojson").set_index("area_code")["elementary_school_within_800m"]
    assert found.tolist() == (
        gpd.read_parquet(tmp_path / "out.parquet").set_index("area_code")["elementary_school_within_800m"].tolist()
    )


def test_csv_is_what_explorer_indicators_writes(tiny_workspace, command, tmp_path):
    command("export", tiny_workspace, "--to", tmp_path / "a.csv", "--region", "10201,10203")
    command("indicators", tiny_workspace, "--out", tmp_path / "b.csv", "--region", "10201,10203")
    assert (tmp_path / "a.csv").read_bytes() == (tmp_path / "b.csv").read_bytes()


def test_indicators_group_region_scenario_and_language(tiny_workspace, command, tmp_path):
    (tmp_path / "scenario.toml").write_text(
        'name = "閉校"\n[[edit]]\ndo = "close"\nsite = "f000000"\n', encoding="utf-8"
    )
    ran = command(
        "export", tiny_workspace, "--to", tmp_path / "out.xlsx", "--indicators", "elementary_school_within_800m、population",
        "--group", "total", "--region", "10201,10203", "--scenario", tmp_path / "scenario.toml", "--lang", "en",
    )  # fmt: skip
    assert ran.code == 0, ran.err
    book = openpyxl.load_workbook(tmp_path / "out.xlsx")
    assert book.sheetnames[0] == "Values"
    rows = list(book["Values"].iter_rows(min_row=4, values_only=True))
    assert rows[0][3:7] == (
        "elementary_school_within_800m", "elementary_school_within_800m_after", "population", "population_after",
    )  # fmt: skip
    assert [row[0] for row in rows[1:]] == ["10201", "10203", "region"]
    assert rows[3][5] == pytest.approx(rows[1][5] + rows[2][5])


def test_an_existing_file_is_replaced_and_a_failing_write_leaves_it(tiny_workspace, command, tmp_path, monkeypatch):
    path = tmp_path / "out.csv"
    path.write_text("old", encoding="utf-8")

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as broken:
        broken.setattr("explorer.export.csv_files.write_table", full)
        command("export", tiny_workspace, "--to", path).error("ディスク")
    assert path.read_text(encoding="utf-8") == "old"
    assert [each.name for each in tmp_path.iterdir()] == ["out.csv"]
    assert command("export", tiny_workspace, "--to", path, "--indicators", "population").code == 0
    with path.open(encoding="utf-8-sig", newline="") as file:
        assert len(list(csv.reader(file))) == 3


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--to", "out.shp"], [".gpkg", "out.shp"]),
        (["--to", "out.csv", "--indicators", "shool_within"], ["shool_within"]),
        (["--to", "out.csv", "--theme", "shop"], ["shopping"]),
        (["--to", "out.csv", "--mode", "fly"], ["drive"]),
        (["--to", "out.csv", "--group", "old"], ["65_plus"]),
        (["--to", "out.csv", "--region", "99999"], ["99999"]),
        (["--to", "out.csv", "--lang", "fr"], ["ja"]),
        (["--to", "out.tif", "--indicators", "population"], ["out.tif"]),
        (["--to", "file/out.csv"], ["out.csv"]),
        (["--to", "file/out.gpkg"], ["out.gpkg"]),
        (["--to", "folder.xlsx/"], ["folder.xlsx"]),
    ],
)
def test_what_cannot_be_is_one_kind_message(tiny_workspace, command, tmp_path, monkeypatch, options, said):
    monkeypatch.chdir(tmp_path)
    Path("file").write_text("", encoding="utf-8")
    Path("folder.xlsx").mkdir()
    if "folder.xlsx/" in options:
        Path("folder.xlsx/indicators.csv").mkdir()
    command("export", tiny_workspace, *options).error(*said)
    assert not list(tmp_path.rglob(".*"))


def test_python_gives_the_same(tiny, tmp_path):
    region = tiny.region(["10201"])
    (first,) = region.export(tmp_path / "a.gpkg", theme="school")
    (second,) = tiny.export(tmp_path / "b.gpkg", region=["10201"], theme="school")
    assert first.read_bytes() == second.read_bytes()


def test_an_address_is_never_shown_with_its_password(tiny_workspace, command):
    ran = command("export", tiny_workspace, "--to", "postgresql://me:secret@localhost:1/nowhere")
    assert "secret" not in ran.out + ran.err
    assert ran.code != 0
