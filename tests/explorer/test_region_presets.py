"""Published regions: every code is that of its municipality, parts are called parts, users add theirs."""

from __future__ import annotations

from pathlib import Path

import pytest

import explorer
from explorer.region_file import RegionError, SavedRegion, read_regions, regions_text, write_region
from explorer.region_presets import FOLDER_VARIABLE, TABLE, all_presets, presets
from geodata.codes import PREFECTURES


def test_the_table_is_written_as_the_program_writes_it() -> None:
    assert TABLE.read_bytes() == regions_text(read_regions(TABLE)).encode("utf-8")


def test_each_region_says_who_published_its_members_and_when() -> None:
    regions = all_presets()
    assert len({region.name for region in regions}) == len(regions)
    for region in regions:
        assert region.source
        assert region.as_of[:2] == "20"
        assert region.kind in {"連携中枢都市圏", "定住自立圏", "広域の協議会"}
        assert len(region.codes) >= 4
        assert list(region.names) == region.codes
        assert region.name_en


@pytest.mark.realdata
def test_codes_and_names_agree_with_the_register(shared_data: Path) -> None:
    import json

    register = json.loads((shared_data / "japan" / "local-gov-code-index.json").read_text(encoding="utf-8"))
    names = {entry["code"][:5]: entry["city_name"] for entry in register if entry["type"] == "city"}
    for region in all_presets():
        assert {code: names[code] for code in region.codes} == dict(region.names), region.name
        assert all(code[:2] in PREFECTURES for code in region.codes)


def test_a_region_partly_in_the_workspace_is_called_a_part(tiny_workspace: Path) -> None:
    opened = explorer.open(tiny_workspace)
    (ryomo,) = presets(opened)
    assert ryomo.name == "両毛広域都市圏（一部）"
    assert ryomo.name_en.endswith("(part)")
    assert ryomo.codes == ["10203"]
    assert len(ryomo.absent) == 10
    assert ryomo.note.startswith("11 市町村のうち 10 はワークスペースにない: 09202 足利市、")
    assert " / Of 11 members 10 are not in the workspace: 09202," in ryomo.note
    assert opened.region(ryomo).codes == ["10203"]


def test_users_add_files_and_folders(tiny_workspace: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    opened = explorer.open(tiny_workspace)
    own = SavedRegion("二市", codes=["10201", "10203"], names={"10201": "前橋市"})
    path = write_region([own, SavedRegion("よそ", codes=["01202"])], tmp_path / "own.toml")
    for extra in ([path], [tmp_path]):
        found = presets(opened, extra)
        assert [region.name for region in found] == ["二市", "両毛広域都市圏（一部）"]  # whole ones first
        assert found[0].names == {"10201": "前橋市", "10203": "桐生市"}
        assert not found[0].absent
    monkeypatch.setenv(FOLDER_VARIABLE, str(tmp_path))
    assert presets(opened)[0] == own
    monkeypatch.setenv(FOLDER_VARIABLE, str(tmp_path / "none"))
    with pytest.raises(RegionError, match="none"):
        presets(opened)
