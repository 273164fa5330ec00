"""The user guide cannot go stale: its words are on the pages, its pictures look like them, its commands exist.

``EXPLORER_GUIDE_PICTURES=write pytest tests/explorer/app/test_guide.py`` takes the pictures anew; with ``all`` every
picture is compared with its page. Otherwise one of each page is, in one language: that tells what has changed, and takes
less than a minute.
"""

from __future__ import annotations

import io
import json
import os
import re
import tomllib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import numpy as np
import pytest
from PIL import Image, ImageFilter
from streamlit.testing.v1 import AppTest

from explorer.guide.contents import FOLDER, Chapter, chapters, file_of, introduction, running, running_of
from explorer.scenario_edits import Close
from explorer.ui.navigation import ENTRIES
from explorer.ui.study import Study
from explorer.ui.what_if_link import link_text
from explorer.ui.what_if_state import Draft
from explorer.words import LANGUAGES, WORDS
from geodata.workspace import Workspace
from layers import catalogue

from .conftest import served
from .test_browser_explore import CHROMIUM, browser  # noqa: F401 - a fixture

WHAT = os.environ.get("EXPLORER_GUIDE_PICTURES", "")
SIZE = (1366, 768)
WIDTH = 1000  # of the pictures in the guide
COLOURS = 128
MOST_BYTES, MOST_BYTES_TOGETHER = 150_000, 2_500_000
# What the pictures show beyond what the guide's own links say: places of the sample.
REGION = "48201.48202.48321.48361"
SHOWN: dict[str, dict[str, str]] = {
    "start": {"area": "48321"},
    "reach": {"at": "36.29554,143.33091"},
    "shopping": {"area": "48361"},
    "pool": {"region": REGION},
    "profile": {"region": "48321"},
    "compare": {"areas": "48201.48202.48203.48321"},
    "void": {"area": "48361"},
    "future": {"area": "48361"},
    "flows": {"area": "48202"},
    "siting": {"region": REGION, "service": "clinic", "mode": "drive", "limit": "10"},
    "kpi": {"kpi": "67"},
    "audit": {"area": "48321"},
}
# Light and dark are compared on a coarse net: fonts differ from machine to machine. Mean difference (of 255) over the net:
# another font gives up to 8, a page that stays empty 10 and more.
GRID = (48, 27)
MOST_DIFFERENCE = 9.0
# What a picture shows is told by the words in it, kept when it is taken. With another font at most 7 % of them differ, as
# lines move over the edge; of the words of two chapters at least 18 % do.
WORDS_FILE = Path(__file__).parent / "guide_pictures.json"
LEAST_ALIKE = 0.87

PICTURED = [chapter.key for chapter in chapters("ja") if chapter.pictures]
# One chapter of each page of the app, languages in turn.
USUAL = [
    *(("start", "ja"), ("reach", "en"), ("compare", "ja"), ("pool", "en"), ("closure", "ja"), ("profile", "en")),
    *(("future", "ja"), ("kpi", "en"), ("own", "ja")),
]
LOOKED_AT = [(key, language) for key in PICTURED for language in LANGUAGES] if WHAT else USUAL


def chapter_of(key: str, language: str) -> Chapter:
    return next(chapter for chapter in chapters(language) if chapter.key == key)  # type: ignore[arg-type]


# --- without a browser ------------------------------------------------------------------------------------------------


def test_both_languages_have_the_same_chapters_about_the_same_pages():
    shapes = [
        [
            (each.key, each.page, each.parameters, [p.file.name[:-7] for p in each.pictures])
            for each in chapters(language)
        ]
        for language in LANGUAGES
    ]
    assert shapes[0] == shapes[1]
    assert len(shapes[0]) > 15


@pytest.mark.parametrize("language", list(LANGUAGES))
def test_every_word_of_the_screen_that_it_quotes_is_a_word_of_the_screen(language):
    place = 0 if language == "ja" else 1
    known = [pair[place].strip() for pair in WORDS.values()]
    plain = {text for text in known if "{" not in text}
    made = [re.compile(re.sub(r"\\\{\w+\\\}", ".+", re.escape(text))) for text in known if "{" in text]
    for chapter in chapters(language):
        for quoted in chapter.words:
            assert quoted in plain or any(form.fullmatch(quoted) for form in made), (chapter.key, quoted)


@pytest.mark.parametrize("language", list(LANGUAGES))
def test_every_page_and_indicator_that_it_links_to_exists(language):
    pages = {entry.name for entry in ENTRIES}
    for chapter in chapters(language):
        assert chapter.page in pages | {""}
        indicator = dict(chapter.parameters).get("indicator")
        assert indicator is None or indicator in catalogue.indicators()


@pytest.mark.parametrize("language", list(LANGUAGES))
def test_every_command_that_it_shows_exists(language):
    import typer

    from explorer.cli import cli

    commands = typer.main.get_command(cli).commands  # type: ignore[attr-defined]
    lines = re.findall(
        r"^(?:\S*[/\\])?explorer ([a-z]+)((?: .*)?)$", "\n".join(each.text for each in chapters(language)), re.MULTILINE
    )
    assert {name for name, _ in lines} >= {"download", "scan", "build", "app"}
    for name, rest in lines:
        offered = {option for each in commands[name].params for option in each.opts}
        assert set(re.findall(r"--[a-z-]+", rest.partition("#")[0])) <= offered, name


@pytest.mark.parametrize("language", list(LANGUAGES))
def test_english_has_no_japanese_and_each_table_row_names_a_chapter(language):
    text = "\n".join([introduction(language), *(each.text for each in chapters(language))])
    if language == "en":
        assert not re.search("[ぁ-んァ-ヶ]", text)
    titles = [each.title for each in chapters(language)]
    rows = re.findall(r"^\|[^|\n]+\|[^|\n]+\| ([^|\n]+) \|$", chapter_of("pages", language).text, re.MULTILINE)
    assert len(rows) > 10
    assert {row for row in rows[1:] if row not in titles} == set()


@pytest.mark.skipif(WHAT == "write", reason="the pictures are being taken")
def test_pictures_are_there_and_small():
    files = [picture.file for language in LANGUAGES for each in chapters(language) for picture in each.pictures]
    assert sorted(files) == sorted((FOLDER / "pictures").glob("*.png"))
    sizes = [file.stat().st_size for file in files]
    assert max(sizes) <= MOST_BYTES
    assert sum(sizes) <= MOST_BYTES_TOGETHER


@pytest.mark.parametrize("language", list(LANGUAGES))
def test_bold_words_are_bold_in_every_viewer(language):
    """A mark after a Japanese bracket and before a letter closes nothing: the stars would be seen."""
    from markdown_it import MarkdownIt

    for file in (file_of(language), running_of(language)):
        shown = MarkdownIt("commonmark").enable("table").render(file.read_text(encoding="utf-8"))
        assert not re.search(r"\*\*", re.sub(r"<code.*?</code>", "", shown, flags=re.DOTALL)), file.name


def _script() -> None:
    from explorer.ui.guide_page import page
    from explorer.ui.navigation import kept_choices

    with kept_choices():
        page()


@pytest.fixture
def app(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> AppTest:
    monkeypatch.setenv("EXPLORER_WORKSPACE", str(tmp_path / "none"))
    monkeypatch.setattr("explorer.ui.guide_page.page_link", lambda *_args, **_changes: None)
    return AppTest.from_function(_script, default_timeout=60)


@pytest.mark.parametrize("language", list(LANGUAGES))
def test_the_page_shows_every_chapter_without_a_workspace(app, language):
    app.query_params.update({"lang": language, "chapter": "closed"})
    app.run()
    assert not app.exception
    assert app.header[0].value == chapter_of("closed", language).title
    assert "explorer download DATA" in "\n".join(each.value for each in app.markdown)
    app.button(key="guide_next_button").click().run()
    assert app.header[0].value == chapter_of("windows", language).title
    assert app.query_params["chapter"] == "windows"
    assert len(app.radio(key="guide_chapter").options) == len(chapters(language)) + 1


@pytest.mark.parametrize("language", list(LANGUAGES))
def test_what_names_another_chapter_leads_there(app, language):
    app.query_params.update({"lang": language, "chapter": "pages"})
    app.run()
    shown = "\n".join(each.value for each in app.markdown)
    links = re.findall(r"\[([^\]]+)\]\(guide\?lang=(\w+)&chapter=([a-z-]+)\)", shown)
    assert len(links) > 15
    assert all(chapter_of(key, language).title == title and told == language for title, told, key in links)
    app.query_params.update({"lang": language, "chapter": "windows"})
    app.run()
    assert "chapter=running)" in "\n".join(each.value for each in app.markdown)
    app.query_params.update({"lang": language, "chapter": "running"})
    app.run()
    assert not app.exception
    assert app.header[0].value == running(language).title
    assert "--base-path" in "\n".join(each.value for each in app.markdown)


def test_guide_and_pictures_are_in_the_package():
    settings = tomllib.loads((FOLDER.parents[1] / "pyproject.toml").read_text(encoding="utf-8"))
    patterns = settings["tool"]["setuptools"]["package-data"]["explorer.guide"]
    packed = {file for pattern in patterns for file in FOLDER.glob(pattern)}
    assert {file for file in FOLDER.rglob("*") if file.suffix in {".md", ".png"}} == packed
    assert {running_of(language) for language in LANGUAGES} <= packed


@pytest.mark.parametrize("language", list(LANGUAGES))
def test_every_file_that_it_links_to_lies_beside_it(language):
    targets = re.findall(r"\]\(([^)#\s]+)\)", file_of(language).read_text(encoding="utf-8"))
    assert len(targets) > 15
    assert [each for each in targets if not (FOLDER / each).is_file()] == []


def test_a_bad_link_opens_the_first_chapter(app):
    app.query_params.update({"chapter": "<script>"})
    app.run()
    assert not app.exception
    assert app.header[0].value == chapters("ja")[0].title


# --- in the browser ---------------------------------------------------------------------------------------------------

in_browser = [pytest.mark.browser, pytest.mark.skipif(CHROMIUM is None, reason="no Chromium installed")]


@pytest.fixture(scope="module")
def guide_server(sample_workspace: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with served(sample_workspace, tmp_path_factory.mktemp("guide_server")) as address:
        yield address


@pytest.fixture(scope="module")
def address_of(sample_workspace: Path) -> Any:
    """The address of the page of a chapter, on the sample."""
    study = Study(Workspace.open(sample_workspace))
    clinics = study.workspace.table("facilities").query("kind == 'hospital'").sort_values("facility_id")
    near = clinics[clinics["municipality_code"].astype(str) == "48202"]
    closed = str(near["facility_id"].iloc[0])
    scenario = link_text(study, Draft("", edits=(Close(closed),)))

    def address(chapter: Chapter, language: str) -> str:
        shown = {**dict(chapter.parameters), **SHOWN.get(chapter.key, {})}
        if chapter.key == "closure":
            shown |= {"service": "hospital", "mode": "drive", "limit": "15", "scenario": scenario}
        return f"{chapter.page}?{urlencode({'lang': language, **shown})}"

    return address


_SETTLED = """() => {
  const app = document.querySelector('[data-testid="stApp"]');
  const there = document.querySelector('.credit-line');  // the foot, drawn last
  const busy = !app || !there || app.dataset.testScriptState !== 'notRunning' || document.querySelector('[data-stale="true"], .job-line, .what-if-waiting, [data-testid="stSkeleton"]');
  window.calmSince = busy ? 0 : (window.calmSince || performance.now());
  return !busy && performance.now() - window.calmSince > 900;
}"""


def settle(page: Any) -> None:
    """Wait until the page has been still for a while, its map drawn."""
    page.wait_for_function(_SETTLED, timeout=60_000, polling=100)
    for frame in page.frames:
        if "explorer_map" in frame.url:
            frame.locator("body[data-drawn]").wait_for(state="attached", timeout=30_000)


def text_of(page: Any) -> str:
    """Everything that the page says, to eyes or to a screen reader."""
    return str(
        page.evaluate(
            """() => [document.body.innerText, ...[...document.querySelectorAll('[aria-label], [placeholder]')]
                .flatMap(e => [e.getAttribute('aria-label') || '', e.getAttribute('placeholder') || ''])].join('\\n')"""
        )
    )


_IN_SIGHT = """() => {
  const found = [];
  const seen = box => box.width > 1 && box.height > 1 && box.bottom > 0 && box.top < innerHeight;
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walk.nextNode(); node; node = walk.nextNode()) {
    const range = document.createRange();
    range.selectNodeContents(node);
    if (!['STYLE', 'SCRIPT'].includes(node.parentElement.tagName) && seen(range.getBoundingClientRect())) found.push(node.data);
  }
  document.querySelectorAll('input').forEach(e => seen(e.getBoundingClientRect()) && found.push(e.value));
  return found.join('\\n');
}"""


def words_in_sight(page: Any) -> list[str]:
    """The words that stand inside the window, in no order."""
    return sorted(set(str(page.evaluate(_IN_SIGHT)).split()))


def alike(one: Iterable[str], other: Iterable[str]) -> float:
    """Share of the words of both that are in each of them."""
    first, second = set(one), set(other)
    return len(first & second) / len(first | second)


def taken(page: Any) -> Image.Image:
    page.mouse.move(5, 5)
    return Image.open(io.BytesIO(page.screenshot())).convert("RGB")


def difference(one: Image.Image, other: Image.Image) -> float:
    """How far two pictures are from each other in where they are light and dark, 0 to 255."""
    grids = [
        np.asarray(
            each.convert("L").resize((480, 270), Image.Resampling.BOX).filter(ImageFilter.GaussianBlur(6)).resize(GRID)
        )
        for each in (one, other)
    ]
    return float(np.abs(grids[0].astype(float) - grids[1].astype(float)).mean())


def write(picture: Image.Image, file: Path) -> None:
    small = picture.resize((WIDTH, round(WIDTH * picture.height / picture.width)), Image.Resampling.LANCZOS)
    file.parent.mkdir(exist_ok=True)
    small.quantize(COLOURS, method=Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE).save(file, optimize=True)


@pytest.mark.browser
@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium installed")
@pytest.mark.parametrize(("key", "language"), LOOKED_AT)
def test_the_page_shows_the_words_and_looks_like_the_picture(browser, guide_server, address_of, key, language):  # noqa: F811
    context = browser.new_context(viewport={"width": SIZE[0], "height": SIZE[1]}, locale="ja-JP")
    page = context.new_page()
    chapter = chapter_of(key, language)
    page.goto(f"{guide_server}/{address_of(chapter, language)}")
    settle(page)
    said = text_of(page)
    assert [quoted for quoted in chapter.words_of_picture if quoted not in said] == []
    now, words = taken(page), words_in_sight(page)
    file = chapter.pictures[0].file
    known = json.loads(WORDS_FILE.read_text(encoding="utf-8")) if WORDS_FILE.is_file() else {}
    if WHAT == "write":
        write(now, file)
        lines = json.dumps(dict(sorted((known | {file.stem: " ".join(words)}).items())), ensure_ascii=False, indent=0)
        WORDS_FILE.write_text(f"{lines}\n", encoding="utf-8")
    else:
        assert difference(now, Image.open(file)) < MOST_DIFFERENCE, f"{file.name} no longer looks like the page"
        before = known[file.stem].split()
        told = f"{file.name}: new {sorted(set(words) - set(before))}, gone {sorted(set(before) - set(words))}"
        assert alike(words, before) > LEAST_ALIKE, told
    context.close()


@pytest.mark.skipif(WHAT == "write", reason="the pictures are being taken")
def test_pictures_of_other_chapters_would_be_noticed():
    words = {name: text.split() for name, text in json.loads(WORDS_FILE.read_text(encoding="utf-8")).items()}
    assert set(words) == {f"{key}-{language}" for key in PICTURED for language in LANGUAGES}
    nearest = max((alike(words[one], words[other]), one, other) for one in words for other in words if one < other)
    assert nearest[0] < LEAST_ALIKE, nearest
