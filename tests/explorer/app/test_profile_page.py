"""The page Profile without a browser: links, languages, downloads, what was chosen on other pages, a document that fails."""

from __future__ import annotations

import io
import re
import zipfile
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from explorer.documents.blocks import Document, Heading, Paragraph
from explorer.scenario_edits import Close
from explorer.ui.navigation import KEPT_PREFIXES, NEVER_KEPT
from explorer.ui.profile_page_answers import document_of, file_of, fragment_of
from explorer.ui.profile_page_controls import CODES, SCENARIO
from explorer.ui.study import Study
from explorer.ui.what_if_state import Bench, Draft
from geodata.workspace import Workspace

from .conftest import HOSTILE

TOWNS = ("10201", "10203")
JAPANESE = re.compile(r"[ぁ-んァ-ヶ一-龠]")


@pytest.fixture(scope="module")
def study(three_schools: Path) -> Study:
    return Study(Workspace.open(three_schools))


def _script() -> None:
    from explorer.ui.navigation import kept_choices
    from explorer.ui.profile_page import page

    with kept_choices():
        page()


@pytest.fixture
def app(three_schools: Path, monkeypatch: pytest.MonkeyPatch) -> AppTest:
    monkeypatch.setenv("EXPLORER_WORKSPACE", str(three_schools))
    for kept in (document_of, fragment_of, file_of):  # else a test would see the document that another has broken
        kept.clear()
    return AppTest.from_function(_script, default_timeout=120)


def ask(app: AppTest, codes: str = "", language: str = "ja", **parameters: str) -> AppTest:
    for name, text in {"region": codes, "lang": language, **parameters}.items():
        if text:
            app.query_params[name] = text
    app.run()
    assert not app.exception
    return app


def texts(app: AppTest) -> str:
    bodies = [str(element.proto.body) for element in app.get("html")]
    return "\n".join(body for body in bodies if not body.lstrip().startswith("<style"))


def article(app: AppTest) -> str:
    return texts(app).partition('<article class="rce-document"')[2]


def test_without_an_area_it_says_how_to_begin_and_makes_nothing(app, monkeypatch):
    monkeypatch.setattr("explorer.ui.profile_page_answers.opened_of", None)
    ask(app)
    assert "選ぶ" in texts(app)
    assert not article(app)
    assert "region" not in app.query_params


@pytest.mark.parametrize(("codes", "name"), [("10201", "前橋市"), ("10203.10201", "桐生市")])
def test_a_link_shows_the_document_of_an_area_and_stays_in_the_address(app, codes, name):
    ask(app, codes)
    assert name in article(app)
    assert app.query_params["region"] == ".".join(sorted(codes.split(".")))
    assert app.session_state[CODES] == sorted(codes.split("."))
    assert [button.proto.label for button in app.get("download_button")] == ["PDF で保存", "Word で保存", "HTML で保存"]


def test_the_document_is_in_the_language_of_the_page(app):
    ask(app, "10201", "en")
    shown = re.sub(r"(?s)<style>.*?</style>|<[^>]+>", "", article(app).partition("</article>")[0])
    for name in ("前橋市", "桐生市", "群馬県", "見本スーパー", "見本バス"):
        shown = shown.replace(name, "")
    assert "Maebashi" not in shown
    assert app.query_params["lang"] == "en"
    assert "Save as PDF" in [button.proto.label for button in app.get("download_button")]


@pytest.mark.parametrize("codes", ["<script>", "99999", "x.102...", "1" * 5000])
def test_a_bad_link_opens_the_page(app, codes):
    ask(app, codes)
    assert not article(app)


def test_it_begins_with_what_was_chosen_on_the_other_pages(app):
    app.session_state["area"] = "10203"
    ask(app)
    assert app.session_state[CODES] == ["10203"]
    assert "桐生市" in article(app)


def test_the_region_of_the_page_cooperate_is_taken_over_with_a_click(app):
    app.session_state["cooperate_codes"] = list(TOWNS)
    ask(app, "10201")
    app.button(key="profile_region_button").click().run()
    assert app.session_state[CODES] == list(TOWNS)
    assert app.query_params["region"] == ".".join(TOWNS)
    assert not [button for button in app.button if button.key == "profile_region_button"]


def test_a_scenario_of_the_page_what_if_is_told_of_and_is_in_the_address(app, study):
    school = str(study.workspace.table("facilities").query("kind == 'elementary_school'")["facility_id"].iloc[0])
    draft = Draft("閉校", edits=(Close(school),))
    app.session_state["what_if_bench"] = Bench([draft])
    ask(app, "10201")
    assert "閉校" not in article(app)
    app.selectbox(key=SCENARIO).select(draft.key).run()
    assert not app.exception
    assert "閉校" in article(app)
    assert app.query_params["scenario"] == f"build~{study.key[:8]}!name~閉校!close~{school}"
    assert app.query_params["about"] == "10201"
    fresh = AppTest.from_function(_script, default_timeout=120)
    fresh.query_params.update(app.query_params)
    fresh.run()
    assert "閉校" in article(fresh)


@pytest.mark.parametrize(
    "broken", [{"edits": "close~nothing", "build": "00000000"}, {"scenario": "build~1!close~f1"}, {"scenario": "x"}]
)
def test_a_broken_scenario_in_a_link_is_told_and_the_document_is_there(app, broken):
    ask(app, "10201", **broken)
    assert article(app)
    assert app.get("html")
    assert "what-if-error" in texts(app)


@pytest.mark.parametrize(("form", "start"), [("pdf", b"%PDF-"), ("docx", b"PK"), ("html", b"<!DOCTYPE html>")])
def test_files_are_the_same_document(study, form, start):
    content = file_of(study, ("10201",), "ja", None, form)
    assert content.startswith(start)
    if form == "docx":
        text = zipfile.ZipFile(io.BytesIO(content)).read("word/document.xml").decode()
        assert "前橋市" in text


def test_a_document_that_fails_leaves_the_page_alive(app, monkeypatch):
    def broken(*_args: object, **_options: object) -> Document:
        raise ZeroDivisionError

    monkeypatch.setattr("explorer.profile.document.profile_document", broken)
    ask(app, "10203", "en")
    assert not article(app)
    assert "The rest of the page still works" in texts(app)
    assert "credit-line" in texts(app)


def test_hostile_names_are_text(app, monkeypatch):
    def hostile(*_args: object, **_options: object) -> Document:
        return Document(
            HOSTILE, HOSTILE, "profile-10201-ja", "ja", (Heading(HOSTILE), Paragraph(HOSTILE)), foot=HOSTILE
        )

    monkeypatch.setattr("explorer.profile.document.profile_document", hostile)
    ask(app, "10201.10203")
    assert "<script>" not in texts(app)
    assert "<img" not in texts(app)
    assert "&lt;script&gt;" in article(app)
    assert "profile-contents" in texts(app)


def test_choices_outlive_a_change_of_page_and_clicks_do_not():
    assert any(CODES.startswith(prefix) for prefix in KEPT_PREFIXES)
    assert not CODES.endswith(NEVER_KEPT)
    assert "profile_region_button".endswith(NEVER_KEPT)
    assert "profile_pdf_download".endswith(NEVER_KEPT)
