"""The page in a real browser with no network but the app: drawn, clicked, measured, looked at pixel by pixel."""

from __future__ import annotations

import io
import shutil
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from PIL import Image

from explorer.maps.colours import NO_DATA, SURROUNDING, class_colours, rgb
from explorer.maps.symbols import FACILITY_SYMBOLS
from explorer.ui.save_panel import saved_map
from explorer.ui.study import Study
from geodata.workspace import Workspace

from .test_ui import EVERYTHING, view_of

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium installed"),
]
ARGUMENTS = [
    "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync",
    "--no-first-run",
]  # fmt: skip
FRAME = 'iframe[title*="explorer_map"]'
# Chromium remarks on the frame's permission list that Streamlit writes; not ours to mend.
# The last is Streamlit's, where a map says something at the moment in which its page is left.
NOT_OURS = ("Unrecognized feature", "allow-scripts and allow-same-origin", "for unregistered ComponentInstance")


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    playwright = pytest.importorskip("playwright.sync_api")
    with playwright.sync_playwright() as started:
        running = started.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield running
        running.close()


class Visit:
    """A page of the app, everything that went wrong on it, and every request that would have left the machine."""

    def __init__(self, browser: Any, server: str, path: str = "", size: tuple[int, int] = (1366, 768)) -> None:
        self.context = browser.new_context(
            viewport={"width": size[0], "height": size[1]}, locale="ja-JP", accept_downloads=True
        )
        self.page = self.context.new_page()
        self.errors: list[str] = []
        self.outside: list[str] = []
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.page.on("console", self._heard)
        self.context.route("**/*", lambda route: self._checked(route, server))
        self.page.goto(f"{server}/{path}")
        self.drawn()

    def _heard(self, message: Any) -> None:
        if message.type in {"error", "warning"} and not any(text in message.text for text in NOT_OURS):
            self.errors.append(message.text)

    def _checked(self, route: Any, server: str) -> None:
        if route.request.url.startswith((server, "data:", "blob:")):
            route.continue_()
        else:
            self.outside.append(route.request.url)
            route.abort()

    @property
    def frame(self) -> Any:
        return next(frame for frame in self.page.frames if "explorer_map" in frame.url)

    def drawn(self, before: str | None = None) -> str:
        body = self.page.frame_locator(FRAME).first.locator("body[data-drawn]")
        body.wait_for(state="attached", timeout=60_000)
        end = time.monotonic() + 20
        while (stamp := body.get_attribute("data-drawn")) == before and time.monotonic() < end:
            time.sleep(0.02)
        return str(stamp)

    def picture(self) -> Image.Image:
        time.sleep(0.4)  # the canvas paints on the next frame
        return Image.open(io.BytesIO(self.page.locator(FRAME).screenshot())).convert("RGB")

    def click_on(self, code: str) -> None:
        """Click inside a municipality of the fixture (squares: their middle is inside)."""
        column, row = {
            "48201": (0, 0),
            "48301": (1, 0),
            "48302": (2, 0),
            "48303": (0, 1),
            "48304": (1, 1),
            "48305": (2, 1),
        }[code]
        point = self.frame.evaluate(
            "([lat, lon]) => { const p = window.explorerMap.latLngToContainerPoint([lat, lon]); return [p.x, p.y]; }",
            [36.0 + 0.05 * row + 0.03, 140.0 + 0.05 * column + 0.03],
        )
        box = self.page.locator(FRAME).bounding_box()
        self.page.mouse.click(box["x"] + point[0], box["y"] + point[1])

    def card(self, text: str) -> str:
        card = self.page.locator("section.card", has_text=text)
        card.wait_for(timeout=20_000)
        return str(card.inner_text())

    def close(self) -> None:
        self.context.close()
        assert self.outside == []
        assert self.errors == []


@pytest.fixture
def visit(browser: Any, server: str) -> Iterator[Any]:
    visits: list[Visit] = []

    def start(path: str = "", size: tuple[int, int] = (1366, 768)) -> Visit:
        visits.append(Visit(browser, server, path, size))
        return visits[-1]

    yield start
    for each in visits:
        each.close()


def share_of(picture: Image.Image, colour: tuple[int, int, int], tolerance: int = 3) -> float:
    """Share of the pixels that have a colour."""
    counted = picture.getcolors(picture.width * picture.height) or []
    near = sum(n for n, seen in counted if all(abs(a - b) <= tolerance for a, b in zip(seen, colour, strict=True)))
    return near / (picture.width * picture.height)


def under(colour: str, opacity: float = 0.85, below: str = "#e9eef2") -> tuple[int, int, int]:
    pairs = zip(rgb(colour), rgb(below), strict=True)
    return tuple(round(a * opacity + b * (1 - opacity)) for a, b in pairs)  # type: ignore[return-value]


def test_first_page_is_drawn_in_the_colours_of_the_legend(visit):
    page = visit("?mode=straight")
    picture = page.picture()
    lowest, _, middle, upper, top = (share_of(picture, under(colour)) for colour in class_colours(5, "high"))
    # 85 %, 65.04 % and 65.0 %, 45 %, 5 % and one without data, all of one size
    assert lowest > 0.02
    assert top > 0.02
    assert middle > 0.02
    assert upper == pytest.approx(2 * top, rel=0.35)
    assert share_of(picture, under(NO_DATA)) == pytest.approx(top, rel=0.35)
    assert share_of(picture, rgb(SURROUNDING)) > 0.005
    assert "データなし" in page.frame.locator(".legend").inner_text()


def test_click_on_a_town_shows_it_in_card_table_and_address(visit):
    page = visit()
    page.click_on("48303")
    shown = page.card("例村")
    assert "48303" in shown
    page.page.wait_for_url("**area=48303**", timeout=10_000)
    page.click_on("48304")
    assert "この市区町村を含む一覧がない" in page.card("無データ町")


def test_a_stop_on_top_does_not_keep_its_town_from_being_chosen(visit):
    page = visit("?layers=stops")
    point = page.frame.evaluate(
        "() => { const p = window.explorerMap.latLngToContainerPoint([36.04, 140.06]); return [p.x, p.y]; }"
    )
    box = page.page.locator(FRAME).bounding_box()
    page.page.mouse.move(box["x"] + point[0], box["y"] + point[1])
    page.frame.locator(".leaflet-tooltip", has_text="平日 1,234 本").wait_for(timeout=5_000)
    page.page.mouse.click(box["x"] + point[0], box["y"] + point[1])
    assert "48301" in page.card("仮町")


def test_a_row_of_the_table_selects_on_the_map(visit):
    page = visit()
    table = page.page.locator('[data-testid="stDataFrame"]')
    table.wait_for(timeout=20_000)
    table.scroll_into_view_if_needed()
    table.locator("canvas").first.wait_for()
    page.page.wait_for_timeout(300)  # the grid takes clicks once it has measured itself
    box = table.bounding_box()
    page.page.mouse.click(box["x"] + 16, box["y"] + 36 + 35 * 1 + 17)  # the box at the left of the second row
    assert "48301" in page.card("仮町")
    assert page.frame.evaluate("document.body.dataset.selected") == "48301"


def test_a_change_of_indicator_keeps_the_frame_and_fetches_nothing(visit):
    page = visit("?layers=facilities,stops")
    page.frame.evaluate("window.kept = true")
    page.page.get_by_role("button", name="表を保存（CSV）").wait_for(timeout=20_000)
    stamp = page.drawn()
    asked: list[str] = []
    page.page.on("request", lambda request: asked.append(request.url))
    for text in ("1,000 m 以内", "800 m 以内"):
        page.page.get_by_role("combobox", name="距離の基準").click()
        page.page.get_by_role("option", name=text).click()
        stamp = page.drawn(stamp)
    assert page.frame.evaluate("window.kept") is True
    assert [url for url in asked if "explorer_map" in url] == []


def test_a_link_opens_the_same_view_again(visit):
    page = visit("?lang=en&indicator=supermarket_within_500m&mode=straight&group=65_plus&area=48303&layers=places")
    shown = page.card("例村")
    assert "61.0" in shown
    assert "Aged 65 and over" in shown
    assert "up to 300 m" in page.frame.locator(".legend").inner_text()
    picture = page.picture()
    near = class_colours(7, "low")
    assert share_of(picture, under(near[4], below=NO_DATA), tolerance=60) > 0
    assert page.frame.locator("img.place-picture").count() == 1


def test_hostile_names_do_nothing(visit):
    page = visit("?layers=facilities&area=48302")
    page.card("<script>")
    point = page.frame.evaluate(
        "() => { const p = window.explorerMap.latLngToContainerPoint([36.02, 140.12]); return [p.x, p.y]; }"
    )
    box = page.page.locator(FRAME).bounding_box()
    page.page.mouse.move(box["x"] + point[0], box["y"] + point[1])
    page.frame.locator(".leaflet-tooltip", has_text="onerror").wait_for(timeout=5_000)
    assert page.frame.evaluate("window.hacked") is None
    assert page.page.evaluate("window.hacked") is None


@pytest.mark.parametrize("language", ["ja", "en"])
def test_nothing_is_cut_off(visit, language):
    page = visit(f"?lang={language}&area=48201&layers=places facilities stops", (1920, 1080))
    page.page.locator('[data-testid="stDataFrame"]').wait_for(timeout=20_000)
    for size in ((1920, 1080), (1366, 768)):
        page.page.set_viewport_size({"width": size[0], "height": size[1]})
        page.page.wait_for_function(
            f"document.querySelector('{FRAME}').getBoundingClientRect().bottom <= window.innerHeight"
        )
        assert page.page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
        frame = page.page.locator(FRAME).bounding_box()
        assert frame["height"] >= 400
        assert page.frame.locator(".legend").bounding_box()["y"] >= frame["y"]
        for selector in (".page-head", ".card-value", ".card-official", ".sample-banner"):
            box = page.page.locator(selector).first.bounding_box()
            assert box["x"] >= 0
            assert box["x"] + box["width"] <= size[0]


def test_two_maps_stand_side_by_side_and_move_together(visit):
    page = visit("?map2=supermarket_minutes_median&area=48201")
    frames = page.page.locator(FRAME)
    frames.nth(1).wait_for(timeout=20_000)
    page.page.frame_locator(FRAME).nth(1).locator("body[data-drawn]").wait_for(state="attached", timeout=20_000)
    tops = [frames.nth(at).bounding_box() for at in range(2)]
    assert tops[0]["y"] == pytest.approx(tops[1]["y"], abs=1)
    assert tops[0]["height"] == pytest.approx(tops[1]["height"], abs=1)
    first, second = (frame for frame in page.page.frames if "explorer_map" in frame.url)
    first.evaluate("window.explorerMap.setView([36.03, 140.02], 13, {animate: false})")
    second.wait_for_function(
        "() => window.explorerMap.getZoom() === 13 && Math.abs(window.explorerMap.getCenter().lat - 36.03) < 0.002"
    )
    names = page.page.locator(".xp-map-title").all_inner_texts()
    assert len(names) == 2
    assert "スーパー" in names[0]


def test_a_layer_comes_goes_and_fades_in_the_same_frame(visit):
    page = visit("?layers=facilities,stops~80")
    page.frame.evaluate(
        "window.kept = true; document.querySelectorAll('canvas').forEach((each) => { each.kept = true; })"
    )
    stamp = page.drawn()
    asked: list[str] = []
    page.page.on("request", lambda request: asked.append(request.url))
    # The layer that is on top goes down.
    page.page.locator('[class*="st-key-explore_layer_xp_layer_down_stops"] button').first.click()
    stamp = page.drawn(stamp)
    page.page.locator('[class*="st-key-explore_layer_row_stops"] button').first.click()
    page.page.get_by_role("radio", name="30 %").click()
    page.drawn(stamp)
    assert page.frame.evaluate("window.kept") is True
    assert page.frame.evaluate("[...document.querySelectorAll('canvas')].every((each) => each.kept)")
    assert [url for url in asked if "explorer_map" in url] == []
    page.page.wait_for_url(
        lambda url: parse_qs(urlsplit(url).query)["layers"] == ["stops~30,facilities"], timeout=10_000
    )


def test_keyboard_alone_reaches_a_town(visit):
    page = visit()
    page.page.get_by_role("searchbox", name="場所を探す").focus()
    page.page.keyboard.type("例村")
    page.page.get_by_role("button", name="例村（48303）").wait_for(timeout=10_000)
    page.page.keyboard.press("Tab")
    page.page.keyboard.press("Enter")
    assert "48303" in page.card("例村")


def test_a_base_map_is_fetched_only_when_asked_for(browser, server):
    page = Visit(browser, server)
    assert page.outside == []
    page.page.locator('[data-testid="stDataFrame"]').wait_for(timeout=20_000)
    box = page.page.get_by_role("combobox", name="背景地図")
    box.scroll_into_view_if_needed()
    box.click()
    page.page.get_by_role("option", name="地理院タイル").click()
    page.page.get_by_text("cyberjapandata.gsi.go.jp").wait_for(timeout=10_000)
    end = time.monotonic() + 10
    while not page.outside and time.monotonic() < end:
        page.page.wait_for_timeout(100)
    assert page.outside
    assert all(url.startswith("https://cyberjapandata.gsi.go.jp/xyz/pale/") for url in page.outside)
    page.context.close()


def test_saved_map_opens_without_a_network(browser, six_towns, tmp_path):
    study = Study(Workspace.open(six_towns))
    view = view_of(study, layers=EVERYTHING)
    file = tmp_path / "map.html"
    file.write_bytes(saved_map(study, view))
    page = browser.new_page(viewport={"width": 1000, "height": 700})
    asked: list[str] = []
    errors: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto(file.as_uri())
    page.locator(".leaflet-container").wait_for()
    time.sleep(1)
    picture = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
    assert [url for url in asked if not url.startswith(("file:", "data:"))] == []
    assert errors == []
    assert page.evaluate("window.hacked") is None
    assert share_of(picture, rgb(FACILITY_SYMBOLS["supermarket"].colour), tolerance=8) > 0
    assert "架空の見本" in page.locator(".saved-banner").inner_text()
    page.close()


def test_downloads_are_what_the_screen_shows(visit, tmp_path):
    page = visit("?mode=straight")
    page.page.get_by_role("button", name="表を保存（CSV）").wait_for(timeout=20_000)
    with page.page.expect_download() as waiting:
        page.page.get_by_role("button", name="表を保存（CSV）").click()
    target = Path(tmp_path / "table.csv")
    waiting.value.save_as(target)
    lines = target.read_text(encoding="utf-8-sig").splitlines()
    assert lines[0].startswith("コード,市区町村,値（%）")
    assert lines[1].startswith("48201,見本市,85.0,1")
