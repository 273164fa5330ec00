"""What a user waits for, in Chromium: from the action to the frame in which the answer has been painted."""

from __future__ import annotations

import shutil
import statistics
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
SIZE = {"width": 1366, "height": 768}  # the laptop of an office
PATIENCE_MS = 120_000
_FRAME = "iframe[title*='explorer_map']"
# What an answer is told by: another stamp of the map's drawing, a text in a place, another text in a place, or both of them.
_TOLD = """
  const frame = () => document.querySelector("iframe[title*='explorer_map']");
  const stamp = () => frame()?.contentDocument?.body?.dataset.drawn || null;
  const told = {
    drawn: (before) => stamp() !== null && stamp() !== before && stamp(),
    text: (place, text) => [...document.querySelectorAll(place)].some((each) => each.innerText.includes(text)),
    numbers: (place, text, before) => {
      const shown = document.querySelector(place);
      return shown && shown.innerText !== text && stamp() !== before;
    },
  };
"""
_DRAWN = f"before => {{ {_TOLD} return told.drawn(before); }}"
_PAINTED = "() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => done(true))))"
# Timed within the page: from the moment the mouse goes down to the frame after the one in which the answer is there.
_WATCH = f"""([kind, given]) => {{ {_TOLD}
  window.benchmarked = new Promise((done) => {{
    let begin = null;
    const down = (event) => {{ begin ??= event.view.performance.timeOrigin + event.timeStamp; }};
    for (const view of [window, frame()?.contentWindow]) view?.addEventListener("pointerdown", down, {{capture: true}});
    const end = () => done((performance.timeOrigin + performance.now() - begin) / 1000);
    const look = () => requestAnimationFrame(begin !== null && told[kind](...given) ? () => requestAnimationFrame(end) : look);
    look();
  }});
}}"""
_TELLS = "([place, text]) => [...document.querySelectorAll(place)].some(each => each.innerText.includes(text))"
_TAKEN = "() => window.benchmarked"
_RESTS = "() => document.querySelector('.stApp')?.dataset.testScriptState === 'notRunning'"
# Into the middle of the map, where no legend lies; null keeps the scale.
_SHOW = "([lat, lon, zoom]) => { const m = window.explorerMap; m.setView([lat, lon], zoom ?? m.getZoom(), {animate: false}); }"
_POINT = "([lat, lon]) => { const p = window.explorerMap.latLngToContainerPoint([lat, lon]); return [p.x, p.y]; }"


class Page:
    """A page of the app in a browser that has never been here."""

    def __init__(self, running: Any, address: str) -> None:
        self.context = running.new_context(viewport=SIZE, locale="ja-JP")
        self.page = self.context.new_page()
        self.address = address

    def open_map(self, page: str = "", **parameters: str) -> float:
        """Seconds from asking for an address to the painted map."""
        begin = time.perf_counter()
        self.page.goto(f"{self.address}/{page}?{urlencode(parameters)}", wait_until="commit")
        self.drawn(None)
        return time.perf_counter() - begin

    def open_text(self, text: str) -> float:
        """Seconds from asking for the address to the painted text."""
        begin = time.perf_counter()
        self.page.goto(self.address, wait_until="commit")
        self.page.wait_for_function(_TELLS, arg=["body", text], polling="raf", timeout=PATIENCE_MS)
        self.page.evaluate(_PAINTED)
        return time.perf_counter() - begin

    def drawn(self, before: str | None) -> str:
        """Wait until the map shows something else than before."""
        found = self.page.wait_for_function(_DRAWN, arg=before, polling="raf", timeout=PATIENCE_MS)
        self.page.evaluate(_PAINTED)
        return str(found.json_value())

    def calm(self) -> None:
        """Wait until the page has nothing more to do, as a user who looks at the answer."""
        self.page.wait_for_timeout(500)
        self.page.wait_for_function(_RESTS, timeout=PATIENCE_MS)
        self.page.wait_for_timeout(200)

    def choose_next(self, name: str) -> float:
        """Choose the option after the present one of a list; seconds from the click on it until the map shows it."""
        self.calm()
        before = self.drawn(None)
        self.page.get_by_role("combobox", name=name).first.click()
        offers = self.page.get_by_role("option")
        offers.first.wait_for()
        self.page.wait_for_timeout(300)  # the list unfolds
        present = [offers.nth(at).get_attribute("aria-selected") == "true" for at in range(offers.count())]
        chosen = offers.nth((present.index(True) + 1) % len(present) if any(present) else 0)
        chosen.scroll_into_view_if_needed()
        chosen.hover()
        box = chosen.bounding_box()
        return self._timed("drawn", before)(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)

    def offers(self, name: str) -> bool:
        """Whether there is a list of that name."""
        self.calm()
        return bool(self.page.get_by_role("combobox", name=name).count())

    def card(self, code: str, lat: float, lon: float, zoom: int | None = None) -> float:
        """Click a municipality; seconds until its card is painted."""
        self.calm()
        return self._timed("text", "section.card", code)(*self._at(lat, lon, zoom))

    def close_site(self, lat: float, lon: float) -> float:
        """What-if: choose the site at a point, close it; seconds from the button to the painted numbers and map."""
        self.calm()
        self.page.mouse.click(*self._at(lat, lon, 14))
        button = self.page.get_by_role("button", name="閉める", exact=True).first
        button.wait_for()
        self.calm()
        before, numbers = self.drawn(None), self._numbers()
        box = button.bounding_box()
        timed = self._timed("numbers", ".what-if-numbers", numbers, before)
        return timed(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)

    def ready(self) -> None:
        """What-if: wait until the work in the background is over."""
        self.page.locator(".card-hint, .what-if-numbers").first.wait_for(timeout=PATIENCE_MS)
        self.page.locator(".what-if-waiting").wait_for(state="detached", timeout=PATIENCE_MS)

    def close(self) -> None:
        self.context.close()

    def _timed(self, kind: str, *told_by: Any) -> Callable[[float, float], float]:
        """Click at a point of the window; seconds from the mouse going down to the painted answer."""

        def click(x: float, y: float) -> float:
            self.page.evaluate(_WATCH, [kind, list(told_by)])
            self.page.mouse.click(x, y)
            return float(self.page.wait_for_function(_TAKEN, timeout=PATIENCE_MS).json_value())

        return click

    def _numbers(self) -> str:
        shown = self.page.locator(".what-if-numbers")
        return str(shown.first.inner_text()) if shown.count() else ""

    def _at(self, lat: float, lon: float, zoom: int | None = None) -> tuple[float, float]:
        frame = next(each for each in self.page.frames if "explorer_map" in each.url)
        frame.evaluate(_SHOW, [lat, lon, zoom])
        self.page.wait_for_timeout(300)
        x, y = frame.evaluate(_POINT, [lat, lon])
        box = self.page.locator(_FRAME).bounding_box()
        return box["x"] + x, box["y"] + y


@contextmanager
def browser() -> Iterator[Any]:
    """Chromium without a window."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as started:
        running = started.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
        )
        try:
            yield running
        finally:
            running.close()


def times_of(actions: Sequence[Callable[[], float]]) -> dict[str, Any]:
    """Actions one after the other: median and slowest seconds, how many."""
    taken = [action() for action in actions]
    return {"seconds": statistics.median(taken), "slowest": max(taken), "runs": len(taken)}
