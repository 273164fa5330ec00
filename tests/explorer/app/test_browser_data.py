"""A list of one's own, from the file to the map: looked at, added, built in, seen on the map, taken away."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import explorer
from explorer.own_data.added import list_removed
from explorer.own_data.inputs import FILE
from explorer.own_data.rebuild import job_of
from tests.explorer.conftest import SOUTH, WEST, write_tiny

from .conftest import served
from .test_browser_explore import CHROMIUM, Visit, browser  # noqa: F401 - a fixture

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium installed"),
]
SCRIPT = "<script>window.hacked=1</script>"


class Working(Visit):
    """A visit of the page Data."""

    def _heard(self, message: Any) -> None:
        # Streamlit asks for its own addresses below the page's first, is told 404, and then asks at the root.
        if "404" not in message.text:
            super()._heard(message)

    def drawn(self, before: str | None = None) -> str:
        self.page.locator(".credit-line").wait_for(timeout=60_000)
        return before or ""

    def view(self, name: str) -> None:
        self.page.get_by_role("radio", name=name).or_(
            self.page.get_by_role("button", name=name, exact=True)
        ).first.click()

    def rebuilt(self, workspace: Path) -> None:
        before = job_of(workspace)  # whose end the page may still tell
        self.view("作り直す")
        self.page.get_by_role("button", name="作り直しを始める").click()
        while (job := job_of(workspace)) is None or job.is_under_way or (before is not None and job.id == before.id):
            self.page.wait_for_timeout(100)
        assert job.phase == "done"
        self.page.get_by_text("作り直しが終わりました").wait_for(timeout=60_000)


@pytest.fixture(scope="module")
def own_workspace(tiny_workspace: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("own_data")
    shutil.copytree(tiny_workspace, folder / "workspace")
    raw = write_tiny(folder / "raw")
    record = json.loads((folder / "workspace" / FILE).read_text(encoding="utf-8"))
    (folder / "workspace" / FILE).write_text(json.dumps(record | {"folders": [str(raw)]}), encoding="utf-8")
    return folder / "workspace"


@pytest.fixture(scope="module")
def own_server(own_workspace: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with served(own_workspace, tmp_path_factory.mktemp("data_server")) as address:
        yield address


def test_a_list_is_added_built_in_seen_on_the_map_and_taken_away(browser, own_server, own_workspace, tmp_path):  # noqa: F811
    before = explorer.open(own_workspace).indicators()
    assert before.loc[before["indicator"] == "library_within_800m", "value"].isna().all()
    rows = [f"分館{at},{SOUTH + 0.004 * at:.4f},{WEST + 0.012 * at:.4f},03-0000" for at in range(1, 6)]
    text = f"名称,緯度,経度,電話{SCRIPT}\n" + "\n".join([*rows, f"{SCRIPT},,139,1", "=1+1,10,10,1"]) + "\n"
    file = tmp_path / "施設の一覧.csv"
    file.write_text(text, encoding="cp932")
    visit = Working(browser, own_server, "data?view=add&lang=ja")
    page = visit.page
    page.locator("input[type=file]").set_input_files(file)
    page.get_by_text("5 件の施設の種別が分かりません").wait_for(timeout=60_000)
    page.locator("[data-test-script-state=notRunning]").wait_for()
    locked = page.get_by_role("button", name="加えられるファイルがありません")
    assert locked.is_disabled()
    assert locked.locator("p").evaluate("text => getComputedStyle(text).color") != "rgb(255, 255, 255)"  # on white
    page.get_by_text("直すとよい行").click()
    with page.expect_download() as waiting:
        page.locator("[class*=problems_download]").get_by_role("button").click()
    saved = Path(waiting.value.path()).read_text(encoding="utf-8-sig")
    assert re.search(r"施設の一覧\.csv,7,緯度・経度がない", saved)
    assert re.search(r"施設の一覧\.csv,8,座標が日本の外にある", saved)
    page.get_by_role("combobox", name="この一覧の施設の種別").click()
    page.keyboard.type("図書館")
    page.get_by_role("option", name="図書館").click()
    page.get_by_text("7 件のうち 5 件を使えます").wait_for(timeout=60_000)
    visit.frame.locator("body[data-drawn]").wait_for(timeout=30_000)
    page.get_by_role("button", name="この 1 ファイルを加える").click()
    page.get_by_text("まだ計算に入っていません").wait_for(timeout=30_000)
    visit.rebuilt(own_workspace)
    added = explorer.open(own_workspace).indicators()
    libraries = added[(added["indicator"] == "library_within_800m") & added["value"].notna()]
    assert set(libraries["area_code"].astype(str)) == {"10201", "10203"}
    visit.view("資料を加える")
    page.get_by_text("計算に入っています").wait_for(timeout=30_000)
    page.get_by_role("button", name="取り除く").click()
    page.get_by_role("button", name="元に戻す").wait_for(timeout=30_000)
    assert [each.name for each in list_removed(own_workspace)] == ["図書館_施設の一覧.csv"]
    page.goto(f"{own_server}/explore?indicator=library_within_800m&mode=straight&area=10201&lang=ja")
    value = libraries[
        (libraries["area_code"] == "10201") & (libraries["mode"] == "straight") & (libraries["group"] == "total")
    ]
    page.get_by_text(f"{value['value'].iloc[0]:.1f}").first.wait_for(timeout=60_000)
    assert page.evaluate("window.hacked") is None
    visit.close()
