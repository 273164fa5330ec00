"""The page Cooperate in a real browser with no network but the app: clicked, linked, looked at."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from .conftest import served
from .test_browser_explore import CHROMIUM, FRAME, Visit, browser  # noqa: F401 - a fixture

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium installed"),
]
BOTH = "10201.10203"
LINK = f"cooperate?region={BOTH}&service=elementary_school&mode=walk&limit=1000"


@pytest.fixture(scope="module")
def schools_server(three_schools: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Address of the app on a workspace with streets, a school of which has a hostile name."""
    with served(three_schools, tmp_path_factory.mktemp("schools_server")) as address:
        yield address


class Region(Visit):
    """A visit of the page Cooperate."""

    def _heard(self, message: Any) -> None:
        # Streamlit asks for its own addresses below the page's first, is told 404, and then asks at the root.
        if "404" not in message.text:
            super()._heard(message)

    def click_town(self, code: str) -> None:
        """Click inside a town of the tiny region: two squares side by side."""
        lon = {"10201": 139.012, "10203": 139.062}[code]
        point = self.frame.evaluate(
            "([lat, lon]) => { const p = window.explorerMap.latLngToContainerPoint([lat, lon]); return [p.x, p.y]; }",
            [36.325, lon],
        )
        box = self.page.locator(FRAME).bounding_box()
        self.page.mouse.click(box["x"] + point[0], box["y"] + point[1])

    def answer(self) -> str:
        found = self.page.locator(".block-finding, .card-reason").first
        found.wait_for(timeout=60_000)
        return str(found.inner_text())

    def members(self) -> list[str]:
        return list(self.page.locator("[data-tag]").all_inner_texts())


@pytest.fixture
def visit(browser: Any, schools_server: str) -> Iterator[Any]:  # noqa: F811
    visits: list[Region] = []

    def start(path: str = "cooperate", size: tuple[int, int] = (1366, 768)) -> Region:
        visits.append(Region(browser, schools_server, path, size))
        return visits[-1]

    yield start
    for each in visits:
        each.close()


def test_a_region_is_clicked_together_and_is_in_the_address(visit):
    page = visit("cooperate?service=elementary_school&mode=walk&limit=1000")
    assert page.members() == []
    page.click_town("10201")
    page.page.wait_for_url("**region=10201&**", timeout=20_000)
    assert "1つだけ" in page.answer()
    page.click_town("10203")
    page.page.wait_for_url(f"**region={BOTH}&**", timeout=20_000)
    page.page.locator(".block-finding").wait_for(timeout=60_000)
    assert [text.split("（")[0] for text in page.members()] == ["前橋市", "桐生市"]
    page.click_town("10203")  # a second click takes it out again
    page.page.wait_for_url("**region=10201&**", timeout=20_000)


def test_a_link_restores_region_service_and_question(visit):
    page = visit(f"{LINK}&view=uses&lang=en")
    assert "own municipality" in page.answer()
    assert len(page.members()) == 2
    assert page.page.locator(".bars").inner_text().count("%") == 2
    page.page.wait_for_url(f"**region={BOTH}**view=uses**", timeout=10_000)


def test_pages_keep_language_and_region(visit):
    page = visit(f"{LINK}&lang=en")
    page.answer()
    page.page.get_by_role("link", name="Explore").click()
    page.page.wait_for_url("**indicator=**", timeout=20_000)
    assert "lang=en" in page.page.url
    page.page.get_by_role("link", name="Cooperate").click()
    page.page.wait_for_url(f"**/cooperate?**region={BOTH}**", timeout=20_000)
    assert "lang=en" in page.page.url
    page.page.locator("[data-tag]").nth(1).wait_for(timeout=20_000)  # the address comes before the widgets
    assert len(page.members()) == 2


def test_a_row_of_the_list_marks_the_place_on_the_map(visit):
    page = visit(f"{LINK}&view=critical")
    page.answer()
    table = page.page.locator('[data-testid="stDataFrame"]').first
    table.wait_for(timeout=20_000)
    chosen = page.frame.locator(".spot-chosen")
    chosen.wait_for(timeout=20_000)
    first = chosen.inner_text()
    time.sleep(1)
    box = table.bounding_box()
    page.page.mouse.click(box["x"] + 16, box["y"] + 36 + 35 + 17)  # the box at the left of the second row
    end = time.monotonic() + 15
    while chosen.inner_text() == first and time.monotonic() < end:
        page.page.wait_for_timeout(100)
    assert chosen.count() == 1


@pytest.mark.parametrize("view", ["cover", "uses", "critical"])
def test_hostile_names_do_nothing(visit, view):
    page = visit(f"{LINK}&view={view}")
    page.answer()
    page.page.wait_for_timeout(1500)
    assert page.frame.evaluate("window.hacked") is None
    assert page.page.evaluate("window.hacked") is None


@pytest.mark.parametrize("language", ["ja", "en"])
@pytest.mark.parametrize("view", ["cover", "uses", "capacity", "critical", "future"])
def test_nothing_is_cut_off(visit, view, language):
    page = visit(f"{LINK}&view={view}&lang={language}")
    page.answer()
    page.page.wait_for_timeout(500)
    assert page.page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    frame = page.page.locator(FRAME).bounding_box()
    assert frame["height"] >= 400
    assert frame["y"] + frame["height"] <= 768
    for selector in (".page-head", ".block-finding", ".bars", '[data-testid="stButtonGroup"]'):
        for element in page.page.locator(f"[data-testid=stMain] {selector}").all():
            box = element.bounding_box()
            assert box["x"] >= 0
            assert box["x"] + box["width"] <= 1366


def test_sites_are_found_on_the_button(visit):
    page = visit(f"{LINK}&view=sites&lang=en")
    page.page.get_by_role("combobox", name="Candidates").click()
    page.page.get_by_role("option", name="Every inhabited place").click()
    page.page.get_by_role("button", name="Find the best sites").click()
    page.page.locator(".block-finding").first.wait_for(timeout=60_000)
    page.frame.locator(".spot").first.wait_for(timeout=20_000)
    assert "within the limit" in page.answer()


def test_a_region_is_saved_as_a_file(visit, tmp_path):
    page = visit(LINK)
    page.answer()
    page.page.get_by_text("ファイルから開く・保存する").click()
    button = page.page.get_by_role("button", name="圏域を保存（TOML）")
    button.wait_for(timeout=10_000)
    with page.page.expect_download() as waiting:
        button.click()
    waiting.value.save_as(tmp_path / "region.toml")
    text = (tmp_path / "region.toml").read_text(encoding="utf-8")
    assert '"10201",  # 前橋市' in text
    assert '"10203",  # 桐生市' in text


def test_a_change_of_service_keeps_the_frame(visit):
    page = visit(LINK)
    page.answer()
    page.frame.evaluate("window.kept = true")
    stamp = page.drawn()
    page.page.get_by_role("combobox", name="基準").click()
    page.page.get_by_role("option", name="500 m 以内", exact=True).click()
    page.drawn(stamp)
    assert page.frame.evaluate("window.kept") is True
