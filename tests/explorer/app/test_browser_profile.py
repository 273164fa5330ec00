"""The page Profile in a real browser with no network but the app: pictures are drawn, files are saved, links restore it."""

from __future__ import annotations

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


class Reading(Visit):
    """A visit of the page Profile."""

    def _heard(self, message: Any) -> None:
        # Streamlit asks for its own addresses below the page's first, is told 404, and then asks at the root.
        if "404" not in message.text:
            super()._heard(message)

    def drawn(self, before: str | None = None) -> str:
        self.page.locator(".credit-line").wait_for(timeout=60_000)
        return before or ""

    def article(self) -> Any:
        found = self.page.locator("article.rce-document")
        found.wait_for(timeout=60_000)
        return found


@pytest.fixture(scope="module")
def schools_server(three_schools: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with served(three_schools, tmp_path_factory.mktemp("profile_server")) as address:
        yield address


@pytest.fixture
def visit(browser: Any, schools_server: str) -> Iterator[Any]:  # noqa: F811
    visits: list[Reading] = []

    def start(path: str) -> Reading:
        visits.append(Reading(browser, schools_server, path))
        return visits[-1]

    yield start
    for each in visits:
        each.close()


def test_a_document_is_shown_with_its_pictures_and_saved_as_three_files(visit, tmp_path):
    page = visit("profile?region=10201&lang=ja")
    article = page.article()
    assert "前橋市（10201）" in article.inner_text()
    pictures = article.locator("img")
    assert pictures.count() > 0
    for at in range(pictures.count()):
        size = pictures.nth(at).evaluate(
            "async (each) => { await each.decode(); return [each.naturalWidth, each.alt]; }"
        )
        assert size[0] > 50
        assert size[1]
    assert page.page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    for label, start in {"PDF": b"%PDF-", "Word": b"PK", "HTML": b"<!DOCTYPE html>"}.items():
        with page.page.expect_download(timeout=60_000) as waiting:
            page.page.get_by_role("button", name=f"{label} で保存").click()
        saved = tmp_path / waiting.value.suggested_filename
        waiting.value.save_as(saved)
        assert saved.name.startswith("profile-10201-ja.")
        assert saved.read_bytes().startswith(start)


def test_a_chapter_is_jumped_to_and_the_language_changes_the_document(visit):
    page = visit("profile?region=10201.10203&lang=ja")
    page.article()
    chapters = page.page.locator(".profile-contents a")
    last = chapters.nth(chapters.count() - 1)
    heading = page.page.get_by_role("heading", name=last.inner_text(), exact=True)
    last.click()
    page.page.wait_for_function(
        "text => [...document.querySelectorAll('article h3')].some(h => h.innerText === text && h.getBoundingClientRect().top < 760)",
        arg=heading.inner_text(),
    )  # fmt: skip
    page.page.get_by_text("English", exact=True).click()
    page.page.locator('article.rce-document[lang="en"]').wait_for(timeout=60_000)
    page.page.wait_for_url("**region=10201.10203**", timeout=10_000)
    assert "lang=en" in page.page.url
