"""The page Data without a browser: four views in two languages, files looked at, kept, taken away, put back."""

from __future__ import annotations

import re
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from explorer.own_data.added import list_added, list_removed
from explorer.ui import data_page_here, data_page_missing

from .conftest import HOSTILE

JAPANESE = re.compile(r"[ぁ-んァ-ヶ一-龠]")
VIEWS = ("here", "missing", "add", "rebuild")
HEADER = "名称,緯度,経度,=1+1\n"


@dataclass
class Given:
    """What Streamlit's uploader hands over."""

    name: str
    content: bytes
    file_id: str = "1"

    @property
    def size(self) -> int:
        return len(self.content)

    def getvalue(self) -> bytes:
        return self.content


def _script() -> None:
    from explorer.ui.data_page import page
    from explorer.ui.navigation import kept_choices

    with kept_choices():
        page()


@pytest.fixture
def workspace(six_towns: Path, tmp_path: Path) -> Path:
    copied = tmp_path / "workspace"
    shutil.copytree(six_towns, copied)
    return copied


@pytest.fixture
def app(workspace: Path, monkeypatch: pytest.MonkeyPatch) -> AppTest:
    monkeypatch.setenv("EXPLORER_WORKSPACE", str(workspace))
    for kept in (data_page_here._covered, data_page_here._quality, data_page_missing._gaps):
        kept.clear()
    return AppTest.from_function(_script, default_timeout=120)


@pytest.fixture
def give(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Files in the uploader; the look runs in this process, which is quicker."""
    from explorer.own_data.check import check_files

    def put(*files: Given) -> None:
        monkeypatch.setattr("explorer.ui.data_page_add.st.file_uploader", lambda *_, **__: list(files))

    monkeypatch.setattr("explorer.own_data.apart.check_apart", check_files)
    return put


def show(app: AppTest, view: str = "", language: str = "ja") -> AppTest:
    app.query_params["lang"] = language
    if view:
        app.query_params["view"] = view
    app.run()
    assert not app.exception
    return app


def texts(app: AppTest) -> str:
    bodies = [str(element.proto.body) for element in app.get("html")]
    return "\n".join(body for body in bodies if not body.lstrip().startswith("<style"))


def button(app: AppTest, key: str) -> Any:
    return next(each for each in app.button if each.key == key)


@pytest.mark.parametrize("language", ["ja", "en"])
@pytest.mark.parametrize("view", VIEWS)
def test_every_view_stands_in_both_languages_and_markup_in_names_stays_text(app, view, language):
    show(app, view, language)
    shown = texts(app)
    assert app.query_params["view"] == view
    assert "could not be shown" not in shown
    assert "表示できませんでした" not in shown
    assert "<script>" not in shown
    if language == "en" and view in {"missing", "add", "rebuild"}:
        own = re.sub(r"<code>.*?</code>|架空の見本県|（6市区町村）|メッシュコード", "", shown)
        own = re.sub(r'<div class="(credit-line|page-head|note-list)".*', "", own)
        own = re.sub(r"<dt>(Publisher|Licence)</dt><dd>.*?</dd>", "", own)  # names of institutions
        own = re.sub(r"<table class=\"source-table\">.*?</table>", "", own, flags=re.DOTALL)
        assert not JAPANESE.search(own), JAPANESE.search(own)


def test_what_is_here_tells_sources_remarks_and_coverage(app):
    show(app)
    shown = texts(app)
    for text in ("行政区域", "CC BY 4.0", "© OpenStreetMap contributors", "期限切れです。", "使いません"):
        assert text in shown
    assert shown.index("期限切れです。") < shown.index("参考です。")  # warnings first
    tables = [element.value for element in app.dataframe]
    coverage = next(table for table in tables if any(str(name).startswith("買物") for name in table.columns))
    assert coverage["コード"].tolist() == ["48201", "48301", "48302", "48303", "48304", "48305"]
    shopping = next(name for name in coverage.columns if str(name).startswith("買物"))
    assert coverage[shopping].tolist() == [4, 4, 4, 4, 0, 4]  # three limits and the median minutes


def test_remarks_are_searched(app):
    show(app)
    app.text_input(key="data_search").input("期限").run()
    shown = texts(app)
    assert "期限切れです。" in shown
    assert '<div class="note-row"><span class="note-level info">' not in shown


def test_a_remark_of_dozens_of_files_is_folded_and_stays_text():
    from explorer.ui.foot import notes_html

    text = "期限切れ: " + "、".join(f"<b>{at}.zip" for at in range(60))
    html = notes_html([{"level": "warning", "file": "", "ja": text, "en": text}], "ja")
    assert "<details><summary>期限切れ: &lt;b&gt;0.zip" in html
    assert "&lt;b&gt;59.zip</details>" in html
    assert "<b>" not in html


def test_a_panel_that_fails_leaves_the_others(app, monkeypatch):
    monkeypatch.setattr(data_page_here, "coverage", None)
    show(app)
    assert "この部分を表示できませんでした" in texts(app)
    assert "使っている資料" in texts(app)


def test_a_file_is_looked_at_kept_taken_away_and_put_back(app, give, workspace):
    text = HEADER + f"{HOSTILE},36.01,140.01,=2+2\nだめ,,140,0\n"
    give(Given("<b>一覧</b>.csv", text.encode("cp932")))
    show(app, "add")
    shown = texts(app)
    assert "Shift_JIS (cp932)" in shown
    assert "種別が分かりません" in shown
    assert "緯度・経度がない" in shown
    assert "<script>" not in shown
    assert "<b>一覧" not in shown
    assert button(app, "data_keep_button").disabled
    app.selectbox(key="data_kind_upload_1").set_value("library").run()
    assert "2 件のうち 1 件を使えます" in texts(app)
    assert list_added(workspace) == []
    give()
    button(app, "data_keep_button").click().run()
    assert not app.exception
    (kept,) = list_added(workspace)
    assert kept.name.startswith("図書館")
    assert not set(kept.name) & set("<>/\\")
    assert "まだ計算に入っていません" in texts(app)
    button(app, "data_remove_0_button").click().run()
    assert list_added(workspace) == []
    button(app, "data_back_0_button").click().run()
    assert list_added(workspace) == [kept]
    assert list_removed(workspace) == []


def test_files_that_cannot_be_used_are_told_and_not_kept(app, give, workspace):
    give(
        Given("空.csv", b"", "1"),
        Given("図.png", b"\x89PNG" + bytes(50), "2"),
        Given("大.csv", b"x" * 101_000_000, "3"),
    )
    show(app, "add", "en")
    shown = texts(app)
    assert shown.count("Cannot be used") == 3
    assert "at most 100 MB" in shown
    assert button(app, "data_keep_button").disabled
    assert not (workspace / "added").exists()


def test_a_fixed_workspace_offers_nothing_and_says_why(app, give, monkeypatch):
    monkeypatch.setenv("EXPLORER_FIXED", "1")
    give(Given("図書館.csv", (HEADER + "一,36.01,140.01,\n").encode()))
    show(app, "add")
    assert "管理者の設定" in texts(app)
    assert button(app, "data_keep_button").disabled
    show(app, "rebuild")
    assert "管理者の設定" in texts(app)
    assert not [each for each in app.button if each.key == "data_rebuild_button"]


def test_without_a_known_raw_folder_one_is_asked_for(app, tmp_path):
    show(app, "rebuild")
    assert "記録がありません" in texts(app)
    assert button(app, "data_rebuild_button").disabled
    app.text_input(key="data_folder").input("/no/such/folder").run()
    assert "フォルダがありません" in texts(app)
    app.text_input(key="data_folder").input(str(tmp_path)).run()
    assert not button(app, "data_rebuild_button").disabled
