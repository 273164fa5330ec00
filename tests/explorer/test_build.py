"""The whole path on a tiny region in the official formats: worked out by hand, rebuilt, asked through every door."""

from __future__ import annotations

import io
import json
import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import explorer
from explorer.build import build
from explorer.build_run import Wanted
from explorer.cli import main
from explorer.summary import summary_lines
from geodata.errors import UnknownCode
from geodata.tables import INDICATOR_COLUMNS


def run(arguments: list[str], monkeypatch: pytest.MonkeyPatch) -> int:
    monkeypatch.setattr("sys.argv", ["explorer", *map(str, arguments)])
    try:
        main()
    except SystemExit as stop:
        return int(stop.code or 0)
    return 0


def test_people_are_conserved_and_every_row_has_a_value_or_a_reason(tiny_workspace: Path) -> None:
    opened = explorer.open(tiny_workspace)
    table = opened.indicators()
    assert list(table.columns) == list(INDICATOR_COLUMNS)
    people = table[table["indicator"] == "population"]["value"]
    assert people.sum() == pytest.approx(8 * 16 * 100)
    assert people.tolist() == pytest.approx([6400.0, 6400.0])
    assert (table["value"].isna() == (table["reason"] != "")).all()


def test_network_is_never_shorter_than_the_straight_line(tiny_workspace: Path) -> None:
    workspace = explorer.open(tiny_workspace).workspace
    for category in ("supermarket", "elementary_school", "stop"):
        straight, walk = workspace.measure(category, "straight"), workspace.measure(category, "walk")
        assert (walk >= straight - 0.01).all()  # float32 of metres
        assert np.isfinite(walk).all()


def test_a_second_build_runs_nothing_and_one_changed_feed_runs_only_what_depends_on_it(
    tiny_raw: Path, tmp_path: Path, rewrite_feed
) -> None:
    first = build([tiny_raw], tmp_path / "ws")
    again = build([tiny_raw], tmp_path / "ws")
    assert not [result.name for result in again.results if not result.was_cached]
    assert again.workspace.key == first.workspace.key
    rewrite_feed(tiny_raw, trips=8)
    changed = build([tiny_raw], tmp_path / "ws")
    ran = {result.name for result in changed.results if not result.was_cached}
    assert ran == {*("stops", "transport_distances", "service_areas", "departures", "hubs", "scores", "indicators")}
    assert changed.workspace.key != first.workspace.key


def test_the_order_of_folders_changes_no_number(tiny_raw: Path, tmp_path: Path) -> None:
    other = tmp_path / "日本語 の フォルダ"
    other.mkdir()
    shutil.move(tiny_raw / "streets.osm", other / "streets.osm")
    one = build([tiny_raw, other], tmp_path / "one").workspace.table("indicators")
    two = build([other, tiny_raw], tmp_path / "two").workspace.table("indicators")
    pd.testing.assert_frame_equal(one, two)


def test_the_study_area_that_was_asked_for(tiny_raw: Path, tmp_path: Path) -> None:
    only = build([tiny_raw], tmp_path / "ws", Wanted(codes=("10203",)))
    assert explorer.open(only.workspace.path).municipalities["code"].tolist() == ["10203"]
    assert only.workspace.manifest["title"] == "桐生市"
    with pytest.raises(UnknownCode, match="10999"):
        build([tiny_raw], tmp_path / "ws", Wanted(codes=("10999",)))
    assert explorer.open(tmp_path / "ws").municipalities["code"].tolist() == ["10203"]


def test_a_region_pools_its_members(tiny_workspace: Path) -> None:
    region = explorer.open(tiny_workspace).region(["10201", "10203"])
    table = region.indicators()
    shares = table[(table["indicator"] == "supermarket_within_800m") & (table["mode"] == "walk")].set_index("area_code")
    members = shares.loc[["10201", "10203"], "numerator"].sum()
    assert shares.loc["region", "numerator"] == pytest.approx(members)
    assert shares.loc["region", "area_name"] == "前橋市・桐生市"
    assert table.geometry.notna().all()
    with pytest.raises(UnknownCode, match="10999"):
        explorer.open(tiny_workspace).region(["10999"])


def test_the_table_through_the_command(tiny_workspace: Path, tmp_path: Path, monkeypatch, capsys) -> None:
    assert run(["indicators", tiny_workspace, "--region", "10201,10203"], monkeypatch) == 0
    printed = pd.read_csv(io.StringIO(capsys.readouterr().out))
    assert list(printed.columns) == list(INDICATOR_COLUMNS)
    assert set(printed["area_code"]) == {"10201", "10203", "region"}
    for name in ("t.csv", "t.json", "t.parquet"):
        assert run(["indicators", tiny_workspace, "--out", tmp_path / name], monkeypatch) == 0
    assert (tmp_path / "t.csv").read_bytes().startswith(b"\xef\xbb\xbf")  # Excel needs the BOM
    rows = json.loads((tmp_path / "t.json").read_text(encoding="utf-8"))
    assert len(rows) == len(pd.read_parquet(tmp_path / "t.parquet")) == len(pd.read_csv(tmp_path / "t.csv"))
    assert run(["indicators", tiny_workspace, "--out", tmp_path / "t.xlsx"], monkeypatch) == 1
    assert ".parquet" in capsys.readouterr().err


def test_scan_says_what_is_there_and_what_is_missing(tiny_raw: Path, monkeypatch, capsys) -> None:
    (tiny_raw / "[謎].bin").write_bytes(b"?")
    assert run(["scan", tiny_raw], monkeypatch) == 0
    text = capsys.readouterr().out
    for part in ("N03", "P29", "GTFS", "OpenStreetMap", "[謎].bin", "unknown", "N02", "https://nlftp.mlit.go.jp"):
        assert part in text


def test_the_summary_can_be_checked_by_a_person(tiny_raw: Path, tmp_path: Path) -> None:
    text = "\n".join(summary_lines(build([tiny_raw], tmp_path / "ws")))
    for part in ("12,800", "スーパー 1", "小学校 3", "停留所 / stops: 8", "前橋市・桐生市"):
        assert part in text


def test_spreadsheets_run_no_formula(tmp_path: Path) -> None:
    from explorer.tables import write_table

    table = pd.DataFrame({"name": ["=cmd()", "+1", "@x", "ふつう", None], "value": [-1.0, 2.0, 3.0, 4.0, np.nan]})
    write_table(table, tmp_path / "t.csv")
    back = pd.read_csv(tmp_path / "t.csv")
    assert back["name"].tolist()[:4] == ["'=cmd()", "'+1", "'@x", "ふつう"]
    assert back["value"].tolist()[0] == -1.0
    assert back["name"].isna().tolist()[4]
