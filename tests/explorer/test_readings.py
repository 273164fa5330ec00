"""Readings of municipalities from their source to the search of the map."""

from __future__ import annotations

import pandas as pd

from explorer.ui.explore_places import index_of
from explorer.ui.study import Study
from geodata.workspace import Workspace


def test_a_table_of_readings_makes_municipalities_found_by_kana(region) -> None:
    before = Workspace.open(region.out).table("municipalities")
    assert (before["reading"] == "").all()
    code = Study(Workspace.open(region.out)).municipalities["code"].iloc[0]
    rows = [[code, "ﾃｽﾄﾉﾖﾐｼ"], ["01100", "ｻｯﾎﾟﾛｼ"]]
    pd.DataFrame(rows, columns=["団体コード", "市区町村名（カナ）"]).to_csv(
        region.raw / "code.csv", index=False, encoding="cp932"
    )
    ran = region.build()
    assert ran.code == 0
    workspace = Workspace.open(region.out)
    after = workspace.table("municipalities").set_index("code")["reading"]
    assert after[code] == "てすとのよみし"
    assert (after.drop(code) == "").all()
    source = next(each for each in workspace.manifest["sources"] if each["kind"] == "readings")
    assert source["used"]
    assert source["publisher"] == "総務省"
    found = index_of(Study(workspace)).find("てすとのよみ")
    assert [each.code for each in found] == [code]
