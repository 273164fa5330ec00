"""The page Compare in a real browser with no network but the app."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from .conftest import served
from .test_browser_explore import CHROMIUM, Visit, browser  # noqa: F401 - a fixture

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium installed"),
]
LINK = "compare?areas=48201.48301.48303.48304&indicators=supermarket_within_800m"
SENTENCE = re.compile(r"[A-Za-z]{3,} [a-z]{2,} [a-z]{2,}")


@pytest.fixture(scope="module")
def compare_server(six_towns: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with served(six_towns, tmp_path_factory.mktemp("compare_server")) as address:
        yield address


class Compared(Visit):
    """A visit of the page Compare: it has no map to wait for."""

    def _heard(self, message: Any) -> None:
        # Streamlit asks for its own addresses below the page's first, is told 404, and then asks at the root.
        if "404" not in message.text:
            super()._heard(message)

    def drawn(self, before: str | None = None) -> str:
        self.page.locator(".credit-line").wait_for(timeout=60_000)
        return str(before)

    def main(self) -> str:
        return str(self.page.locator("[data-testid=stMain]").inner_text())


@pytest.fixture
def visit(browser: Any, compare_server: str) -> Iterator[Any]:  # noqa: F811
    visits: list[Compared] = []

    def start(path: str) -> Compared:
        visits.append(Compared(browser, compare_server, path))
        return visits[-1]

    yield start
    for each in visits:
        each.close()


def test_towns_are_chosen_and_stand_side_by_side(visit):
    page = visit("compare")
    assert "比べる地域を選ぶと" in page.main()
    page.page.get_by_role("button", name="6市区町村をすべて比べる").click()
    page.page.locator("table.compare").wait_for(timeout=60_000)
    page.page.wait_for_url("**areas=48201.48301.48302**", timeout=20_000)
    assert page.page.locator("table.compare tbody tr").count() == 7
    assert page.page.evaluate("window.hacked") is None  # one of the towns has a hostile name
    assert page.page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    page.page.get_by_text("English").click()
    page.page.get_by_text("Each cell: value, rank").wait_for(timeout=20_000)


def test_a_link_restores_the_view_and_the_page_is_japanese(visit):
    page = visit(f"{LINK}&view=one")
    page.page.locator("img.figure").nth(1).wait_for(timeout=60_000)
    assert not SENTENCE.search(page.main()), SENTENCE.search(page.main())
    for picture in page.page.locator("img.figure").all():
        assert picture.evaluate("image => image.complete && image.naturalWidth > 100")
        assert picture.get_attribute("alt")
    page.page.get_by_text("重みを付けて総合").click()
    page.page.get_by_role("slider").wait_for(timeout=20_000)
    page.page.wait_for_url("**view=composite**", timeout=20_000)
