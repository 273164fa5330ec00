"""The what-if page in a real browser with no network but the app: clicks on the map, forms by keyboard, files, names."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import explorer
from explorer.maps.colours import rgb
from explorer.scenario_file import read_scenario
from explorer.ui.what_if_answer import BEYOND
from explorer.ui.what_if_map import CHANGE_COLOURS

from .conftest import served
from .test_browser_explore import CHROMIUM, FRAME, Visit, browser, share_of  # noqa: F401 - `browser` is a fixture

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium installed"),
]
SCHOOLS = "elementary_school"
ADDRESS = f"what-if?service={SCHOOLS}&mode=walk&limit=1000"
WHERE = {"f000000": (36.31, 139.03), "f000001": (36.31, 139.02), "f000002": (36.31, 139.01)}


class WhatIf(Visit):
    """A visit to the page; Streamlit itself looks for its files below the page's address first, which is no error of ours."""

    def _heard(self, message: Any) -> None:
        if "/_stcore/" not in message.location.get("url", ""):
            super()._heard(message)

    def ready(self) -> WhatIf:
        """Wait until the background work is over."""
        self.page.locator(".card-hint, .what-if-numbers").first.wait_for()
        self.page.locator(".what-if-waiting").wait_for(state="detached", timeout=90_000)
        time.sleep(0.5)
        return self

    def click_at(self, lat: float, lon: float) -> None:
        point = self.frame.evaluate(
            "([lat, lon]) => { const p = window.explorerMap.latLngToContainerPoint([lat, lon]); return [p.x, p.y]; }",
            [lat, lon],
        )
        box = self.page.locator(FRAME).bounding_box()
        self.page.mouse.click(box["x"] + point[0], box["y"] + point[1])

    def press(self, name: str) -> None:
        self.page.get_by_role("button", name=name, exact=True).click()

    def numbers(self, timeout: int = 20_000) -> str:
        shown = self.page.locator(".what-if-numbers")
        shown.wait_for(timeout=timeout)
        return str(shown.inner_text())


@pytest.fixture(scope="module")
def school_server(three_schools: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Address of the app on a workspace with streets, a school of which has a hostile name."""
    with served(three_schools, tmp_path_factory.mktemp("school_server")) as address:
        yield address


@pytest.fixture
def visit(browser: Any, school_server: str) -> Iterator[Any]:  # noqa: F811
    visits: list[WhatIf] = []

    def start(path: str = ADDRESS, size: tuple[int, int] = (1366, 768)) -> WhatIf:
        visits.append(WhatIf(browser, school_server, path, size))
        return visits[-1].ready()

    yield start
    for each in visits:
        each.close()


@pytest.fixture(scope="module")
def closed(three_schools: Path) -> tuple[int, int]:
    """People newly beyond 1,000 m, and those whose way becomes longer, when the third school closes."""
    opened = explorer.open(three_schools)
    effect = opened.live().after(closed=["f000000"])
    people = opened.conditions.people["total"]
    before, after = (
        np.nan_to_num(at.distances[SCHOOLS, "walk"], nan=np.inf, posinf=np.inf) for at in (effect.before, effect.after)
    )
    return round(people[effect.newly_beyond(SCHOOLS, "walk", 1000.0)].sum()), round(people[after > before].sum())


def counts(text: str) -> list[int]:
    return [int(found.replace(",", "")) for found in re.findall(r"([\d,]+) 人\n", text)]


def test_a_school_closed_by_click_shows_the_people_of_the_engine_and_undo_takes_it_back(visit, closed):
    page = visit()
    empty = page.drawn()
    page.click_at(*WHERE["f000000"])
    page.card("第3小学校")
    assert "最も近い施設です" in page.card("第3小学校")
    page.press("閉める")
    assert counts(page.numbers())[:2] == list(closed)
    drawn = page.drawn(empty)
    assert page.frame.locator("img.changes-picture").count() == 1
    assert page.frame.locator(".mark-closed").count() == 1
    assert share_of(page.picture(), rgb(CHANGE_COLOURS[BEYOND]), tolerance=40) > 0.001
    page.page.wait_for_url("**scenario=*close*", timeout=10_000)
    page.press("↶ 元に戻す")
    page.drawn(drawn)
    page.frame.locator(".mark-closed").wait_for(state="detached", timeout=10_000)
    page.page.locator(".what-if-numbers").wait_for(state="detached", timeout=10_000)


def test_the_same_by_form_with_the_keyboard(visit, closed):
    page = visit()
    form = page.page.get_by_text("地図を使わずに変更を加える")
    form.scroll_into_view_if_needed()
    form.click()
    site = page.page.get_by_role("combobox", name="施設・停留所")
    site.wait_for()
    options = page.page.get_by_role("option")
    for _ in range(20):  # the form unfolds, and what is drawn meanwhile closes the list
        site.press("ArrowDown")
        time.sleep(0.5)
        if options.count():
            break
    options.first.wait_for()
    page.page.keyboard.type("第3小学校")
    page.page.get_by_role("option", name="第3小学校").wait_for()
    page.page.keyboard.press("Enter")
    add = page.page.get_by_role("button", name="変更に加える", exact=True)
    add.wait_for()
    for _ in range(50):
        if add.is_enabled():
            break
        time.sleep(0.1)
    add.focus()
    page.page.keyboard.press("Enter")
    assert counts(page.numbers())[:2] == list(closed)


def test_a_school_moves_to_where_the_map_is_clicked(visit):
    page = visit()
    page.click_at(*WHERE["f000002"])
    page.card("第1小学校")
    page.press("移す")
    page.page.get_by_text("移転先を地図で押してください").wait_for()
    stamp = page.drawn()
    page.click_at(36.305, 139.045)
    page.numbers()
    page.drawn(stamp)
    assert page.frame.locator(".mark-moved").count() == 1
    page.page.wait_for_url("**scenario=*move*", timeout=10_000)


def test_an_empty_place_opens_what_the_page_is_about(visit):
    page = visit()
    page.click_at(36.305, 139.06)
    page.page.get_by_text("この位置").wait_for()
    page.press("ここに開く")
    assert "新たに圏内" in page.numbers()


def test_a_link_opens_the_same_scenario(visit, closed):
    page = visit()
    page.click_at(*WHERE["f000000"])
    page.press("閉める")
    page.numbers()
    page.page.wait_for_url("**scenario=*close*", timeout=10_000)
    again = visit(page.page.url.split("/", maxsplit=3)[3])
    assert counts(again.numbers())[:2] == list(closed)


def test_a_bad_file_gives_a_message_and_keeps_the_edits_and_a_good_one_is_taken(visit, tmp_path):
    page = visit()
    page.click_at(*WHERE["f000000"])
    page.press("閉める")
    before = page.numbers()
    bad = tmp_path / "bad.toml"
    bad.write_text(
        'name = "<img src=x onerror=window.hacked=1>"\n[[edit]]\ndo = "close"\nsite = "f9"\n', encoding="utf-8"
    )
    page.page.locator('input[type="file"]').set_input_files(bad)
    error = page.page.locator(".what-if-error")
    error.wait_for(timeout=20_000)
    assert "f9" in error.inner_text()
    assert page.numbers() == before
    with page.page.expect_download() as waiting:
        page.press("シナリオを保存（TOML）")
    saved = tmp_path / "saved.toml"
    waiting.value.save_as(saved)
    assert [edit.site for edit in read_scenario(saved).edits] == ["f000000"]
    page.page.locator('input[type="file"]').set_input_files(saved)
    page.page.get_by_text("シナリオ B").first.wait_for(timeout=20_000)
    page.page.get_by_text("シナリオを並べて比べる").wait_for(timeout=20_000)


@pytest.mark.parametrize("seconds", [0.1, 0.5])
def test_a_file_given_while_the_answer_is_being_drawn_arrives(visit, tmp_path, seconds):
    page = visit()
    bad = tmp_path / "bad.toml"
    bad.write_text('name = "x"\n[[edit]]\ndo = "close"\nsite = "f9"\n', encoding="utf-8")
    page.click_at(*WHERE["f000000"])
    page.card("第3小学校")
    page.press("閉める")
    time.sleep(seconds)
    page.page.locator('input[type="file"]').set_input_files(bad)
    page.page.locator(".what-if-error").wait_for(timeout=20_000)


def test_downloads_bear_the_scenario(visit, tmp_path):
    page = visit()
    page.click_at(*WHERE["f000000"])
    page.press("閉める")
    page.numbers()
    save = page.page.get_by_role("button", name="表を保存（CSV）")
    save.nth(1).wait_for(timeout=20_000)
    for row in (0, 1):
        with page.page.expect_download() as waiting:
            save.nth(row).click()
        file = tmp_path / f"{row}.csv"
        waiting.value.save_as(file)
        text = file.read_text(encoding="utf-8-sig")
        assert "第3小学校" in text.splitlines()[-3]
        assert "シナリオ" in text.splitlines()[-3]


def test_hostile_names_do_nothing_and_fetch_nothing(visit):
    page = visit()
    page.click_at(*WHERE["f000001"])
    page.card("<script>")
    page.press("閉める")
    page.numbers()
    page.page.get_by_text("閉める：<script>").wait_for()
    assert page.frame.evaluate("window.hacked") is None
    assert page.page.evaluate("window.hacked") is None  # and `close` finds no request to outside.example


@pytest.mark.parametrize(("language", "close"), [("ja", "閉める"), ("en", "Close")])
def test_the_answer_is_in_sight_without_scrolling(visit, language, close):
    page = visit(f"{ADDRESS}&lang={language}")
    page.click_at(*WHERE["f000000"])
    page.press(close)
    page.numbers()
    assert page.page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    frame = page.page.locator(FRAME).bounding_box()
    assert frame["y"] + frame["height"] <= 768
    box = page.page.locator(".what-if-numbers").bounding_box()
    assert box["x"] + box["width"] <= 1366
    assert box["y"] + box["height"] <= 768
