"""Every page for everyone: rules of WCAG 2.1 A and AA by axe-core, both languages, light and dark, keyboard, zoom, small screens."""

from __future__ import annotations

import itertools
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest

import explorer.ui.page_script as script
from explorer.maps.colours import rgb
from explorer.ui.frame import page_title
from explorer.ui.navigation import ENTRIES
from explorer.ui.style import DARK
from explorer.words import word
from explorer.words.streamlit_own import PATTERNS, TEXTS
from explorer.words.table import WORDS

from .conftest import served
from .test_browser_explore import CHROMIUM, FRAME, NOT_OURS, browser  # noqa: F401 - a fixture

BROWSER = [pytest.mark.browser, pytest.mark.skipif(CHROMIUM is None, reason="no Chromium installed")]
RULES: Final = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]
# What lies within Streamlit and cannot be mended from outside: rule, part of the page, reason. None is needed today.
EXCEPTIONS: Final[tuple[tuple[str, str, str], ...]] = ()
AREA: Final = "48201"
TOWNS: Final = "48201.48202.48203"
SCHOOLS: Final = "elementary_school"
_POOL: Final = f"cooperate?region={TOWNS}&service={SCHOOLS}&mode=walk&limit=1000&view="
PAGES: Final = (
    f"start?area={AREA}",
    f"compare?areas={TOWNS}&view=values",
    f"{_POOL}cover",
    f"what-if?service={SCHOOLS}&mode=walk&limit=1000",
    f"future?region={TOWNS}&of=region&view=people",
    f"profile?about={AREA}",
    "indicators",
    "data",
    "guide",
)
VIEWS: Final = (
    *(f"compare?areas={TOWNS}&view={view}" for view in ("one", "maps", "years", "composite")),
    *(f"{_POOL}{view}" for view in ("uses", "capacity", "critical", "sites", "future", "near")),
    *(f"future?region={TOWNS}&of=region&view={view}" for view in ("map", "services", "zones", "moves")),
    *("data?view=missing", "data?view=add", "indicators?view=kpi"),
)  # fmt: skip
SIZES: Final = {"laptop": (1366, 768), "big screen": (1920, 1080), "projector": (1024, 768), "zoom 200 %": (683, 384)}
JAPANESE: Final = re.compile(r"[ぁ-んァ-ヶ一-龠]")
SENTENCE: Final = re.compile(r"[A-Za-z]{2,}[ -][a-z]{2,}|\b[A-Z][a-z]{3,}\b")
# Names are as in the data; words of both languages stand on both pages only here.
NAMES: Final = re.compile(
    r"言語 / Language|日本語|国土数値情報|国土交通省|総務省|定住自立圏|架空の見本\S*|見本[^\s（(]*|[^\s（(→「]*(?:市|町|村|県|小学校|中学校|病院|医院|駅|診療所)"
)
LATIN_NAMES: Final = re.compile(
    r"English|OpenStreetMap|contributors|Leaflet|Streamlit|Python|Excel|Word|Windows|Markdown|Nearest neighbou?r|https?://\S+|"
    r"CC BY[\w .-]*|ODbL|Machado|Huff|Cohen|explorer \w+|[\w./-]+\.(?:zip|geojson|csv|toml|gpkg|html|md|py|xlsx|pbf|txt)"
)
# Every text and label on the page outside of tables of data.
SAID: Final = """() => {
  const found = [document.title];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT | NodeFilter.SHOW_ELEMENT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    if (node.nodeType === Node.TEXT_NODE) {
      const hidden = 'style, script, noscript, .source-table, .note-list, code, [lang], [role=gridcell]';
      const holder = node.parentElement.closest(hidden);
      if ((!holder || holder === document.documentElement) && node.nodeValue.trim()) found.push(node.nodeValue.trim());
    } else for (const name of ['aria-label', 'placeholder', 'alt', 'title'])
      if (node.getAttribute(name) && !node.matches('iframe')) found.push(node.getAttribute(name));
  }
  return [...new Set(found)];
}"""
# The run is over, and so is work beside it, for a quarter of a second; no part of the page still waits for its program.
CALM: Final = """([language, title]) => {
  const here = document.documentElement.lang === language && document.title === title && !!document.querySelector('.page-head');
  const busy = document.querySelector('[data-test-script-state]:not([data-test-script-state=notRunning]), .job-line, .what-if-waiting, [data-stale=true], [data-testid=stSkeleton]');
  const maps = [...document.querySelectorAll('iframe[title*="explorer_map"]')];
  const drawn = maps.every((each) => each.contentDocument?.body?.dataset.drawn);
  if (!here || busy || !drawn) { window.calmSince = 0; return false; }
  window.calmSince ||= performance.now();
  return performance.now() - window.calmSince > 250;
}"""
# Pictures and drawn charts without a name, or with no table, list of values or text beside them.
CHARTS: Final = """() => {
  const wrong = [];
  const main = document.querySelector('[data-testid=stMain]');
  const tables = [...main.querySelectorAll('[data-testid=stDataFrame], table, .bars, dl')].map((each) => each.getBoundingClientRect());
  for (const each of main.querySelectorAll('img, svg[role=img], [role=img], canvas, [role="graphics-document"]')) {
    const box = each.getBoundingClientRect();
    if (each.closest('[data-testid=stDataFrame], button, a, summary, [aria-hidden=true], .st-key-guide_text') || box.width < 40) continue;
    const name = each.getAttribute('alt') || each.getAttribute('aria-label') || each.closest('[aria-label]')?.getAttribute('aria-label');
    if (!name) wrong.push('a chart without a name: ' + each.outerHTML.slice(0, 120));
    const gap = (other) => Math.max(other.top - box.bottom, box.top - other.bottom, 0);
    if (!tables.some((other) => gap(other) < 700)) wrong.push('a chart without a table near: ' + (name || each.outerHTML).slice(0, 120));
  }
  for (const each of main.querySelectorAll('iframe')) if (!each.getAttribute('aria-label')) wrong.push('a map without a name');
  return wrong;
}"""
# Rows of tables that name a municipality without its code; what the tables show is in the browser's tree of the canvas.
BARE: Final = """(names) => {
  const wrong = [];
  for (const row of document.querySelectorAll('[data-testid=stDataFrame] [role=row], [data-testid=stMain] table tr')) {
    const cells = [...row.querySelectorAll('td, th, [role=gridcell]')].map((each) => each.textContent.trim());
    for (const [code, name] of Object.entries(names))
      if (cells.includes(name) && !cells.some((text) => text.includes(code))) wrong.push('no code beside ' + cells.slice(0, 5).join(' | '));
  }
  return [...new Set(wrong)].slice(0, 3);
}"""
# The page is wider than the window, or what is pressed or read is cut off.
CUT: Final = """() => {
  const wrong = [], main = document.querySelector('[data-testid=stMain]');
  if (document.documentElement.scrollWidth > innerWidth) wrong.push('the page is wider than the window');
  if (main.scrollWidth > main.clientWidth + 1) wrong.push('its content is wider: ' + main.scrollWidth + ' > ' + main.clientWidth);
  for (const each of main.querySelectorAll('button p, h1, h2, h3, .block-finding, .card-value, .warning-box, label p')) {
    const box = each.getBoundingClientRect();
    if (box.width && (box.right > innerWidth + 1 || each.scrollWidth > each.clientWidth + 2 && getComputedStyle(each).display !== 'inline'))
      wrong.push('cut off: ' + each.textContent.slice(0, 60));
  }
  return wrong;
}"""


# What the controls of a page say.
HELD: Final = "() => [...document.querySelectorAll('[data-testid=stSidebar] input')].map(each => each.value)"


class Look:
    """One tab on the app that goes from page to page as a user does by the history, without loading anew."""

    def __init__(self, browser: Any, server: str, size: tuple[int, int] = (1366, 768), scale: float = 1) -> None:  # noqa: F811
        from axe_playwright_python.base import AXE_SCRIPT

        self.axe = AXE_SCRIPT
        self.context = browser.new_context(
            viewport={"width": size[0], "height": size[1]},
            locale="ja-JP",
            device_scale_factor=scale,
            accept_downloads=True,
        )
        self.page = self.context.new_page()
        self.errors: list[str] = []
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.page.on("console", self._heard)
        self.server = server

    def _heard(self, message: Any) -> None:
        if message.type == "error" and not any(text in message.text for text in (*NOT_OURS, "404")):
            self.errors.append(message.text)

    def open(self, path: str, language: Any = "ja") -> None:
        """A page at an address; as a new address in the same session after the first.

        An address of the page that is open, within a second of one that the page wrote, is taken for a click on its way:
        pages follow each other here, never two views of one.
        """
        name, _, query = path.partition("?")
        target = f"{'' if name == 'start' else name}?{query}{'&' if query else ''}lang={language}"
        if self.page.url == "about:blank":
            self.page.goto(f"{self.server}/{target}")
        else:
            self.page.evaluate(
                "path => { history.pushState({}, '', '/' + path); dispatchEvent(new PopStateEvent('popstate')); }",
                target,
            )
        self.settled(name, language)

    def settled(self, name: str, language: Any = "ja") -> None:
        """Wait for the page of that name to be drawn."""
        title = word("se_title", language, page=page_title("explore" if name == "start" else name, language))
        self.page.wait_for_function(CALM, arg=[language, title], timeout=90_000)

    def dark(self) -> None:
        """Dark, Streamlit's own parts too."""
        self.page.emulate_media(color_scheme="dark")
        paper = "rgb({}, {}, {})".format(*rgb(DARK["paper"]))
        self.page.wait_for_function(
            "paper => getComputedStyle(document.querySelector('.stApp')).backgroundColor === paper", arg=paper
        )

    def broken_rules(self, *, rules: list[str] | None = None, leave_out: tuple[str, ...] = ()) -> list[str]:
        """What axe-core finds on the page and in the frame of the map."""
        options = {
            "runOnly": {"type": "rule", "values": rules} if rules else {"type": "tag", "values": RULES},
            "rules": {name: {"enabled": False} for name in leave_out},
            "resultTypes": ["violations"],
            "iframes": False,  # the map's is looked at by itself
        }
        found = []
        maps = [frame for frame in self.page.frames if "explorer_map" in frame.url]
        for where in (self.page, *maps):
            if not where.evaluate("!!window.axe"):
                where.evaluate(self.axe)
            answer = where.evaluate("options => axe.run(options)", options)
            broken = [(rule["id"], node) for rule in answer["violations"] for node in rule["nodes"]]
            for rule, node in broken:
                target = json.dumps(node["target"])
                if not any(rule == name and part in target for name, part, _ in EXCEPTIONS):
                    found.append(f"{rule}: {target} {node['html'][:160]}")
        return found

    def foreign(self, language: str) -> list[str]:
        """Texts of the other language, names left out."""
        texts = self.page.evaluate(SAID)
        for frame in self.page.frames:
            if "explorer_map" in frame.url:
                texts += frame.evaluate(SAID)
        if language == "en":
            return [text for text in texts if JAPANESE.search(NAMES.sub("", text))]
        return [text for text in texts if not JAPANESE.search(text) and SENTENCE.search(LATIN_NAMES.sub("", text))]


@pytest.fixture(scope="module")
def sample_server(sample_workspace: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with served(sample_workspace, tmp_path_factory.mktemp("access_server")) as address:
        yield address


@pytest.fixture(scope="module")
def towns(sample_workspace: Path) -> dict[str, str]:
    """Names of the municipalities by their codes."""
    import geopandas as gpd

    from geodata.workspace import Workspace

    table = Workspace.open(sample_workspace).table("municipalities")
    assert isinstance(table, gpd.GeoDataFrame)
    return {str(code): str(name) for code, name in zip(table["code"], table["name"], strict=True)}


@pytest.fixture(scope="module")
def look(browser: Any, sample_server: str) -> Iterator[Look]:  # noqa: F811
    tab = Look(browser, sample_server)
    yield tab
    tab.context.close()


def wanted(language: str) -> list[str]:
    """Pages in both languages; views in one or the other by turns, to keep the time; never two of one page in a row."""
    paths = [*PAGES, *VIEWS[0 if language == "ja" else 1 :: 2]]
    by_page = {
        name: [path for path in paths if path.startswith(name)] for name in ("start", *(e.name for e in ENTRIES))
    }
    ordered = [path for round_ in itertools.zip_longest(*by_page.values()) for path in round_ if path]
    assert sorted(ordered) == sorted(paths)
    return ordered


def test_no_page_is_forgotten():
    assert {path.partition("?")[0] for path in PAGES} == {"start", *(entry.name for entry in ENTRIES[1:])}
    for language in ("ja", "en"):
        names = [path.partition("?")[0] for path in wanted(language)]
        assert all(one != other for one, other in itertools.pairwise(names)), names


@pytest.mark.parametrize("language", ["ja", "en"])
class TestEveryPage:
    pytestmark = BROWSER

    def test_keeps_the_rules_and_its_language_in_light_and_dark(self, look, language, towns):
        wrong: dict[str, list[str]] = {}
        # Colours do not depend on the language.
        colours = () if language == "ja" else ("color-contrast",)
        for path in wanted(language):
            look.page.emulate_media(color_scheme="light")
            look.open(path, language)
            found = look.broken_rules(leave_out=colours)
            found += [f"text: {text}" for text in look.foreign(language)]
            found += look.page.evaluate(CHARTS) + look.page.evaluate(BARE, towns) + look.page.evaluate(CUT)
            if not colours:
                look.dark()
                found += [f"dark: {text}" for text in look.broken_rules(rules=["color-contrast"])]
            if found:
                wrong[path] = found
        assert not wrong, json.dumps(wrong, ensure_ascii=False, indent=1)
        assert not look.errors, look.errors


class TestTheLanguageOfAnAddress:
    pytestmark = BROWSER

    @pytest.mark.parametrize("seconds", [0, 1.2])  # within a second of an address written, and after
    def test_is_that_of_the_navigation_and_of_the_next_page(self, browser, sample_server, seconds):  # noqa: F811
        tab = Look(browser, sample_server)
        tab.open(PAGES[2])
        tab.page.wait_for_timeout(seconds * 1_000)
        tab.open(PAGES[0], "en")
        links = tab.page.get_by_test_id("stTopNavLink")
        assert links.all_inner_texts() == [word(entry.title, "en") for entry in ENTRIES]
        links.nth(1).click()
        tab.settled("compare", "en")
        assert links.all_inner_texts() == [word(entry.title, "en") for entry in ENTRIES]
        tab.context.close()


class TestToolsOfATable:
    pytestmark = BROWSER

    def test_they_are_japanese_and_name_their_table(self, look):
        look.page.emulate_media(color_scheme="light")
        look.open(PAGES[0])
        look.page.locator("[data-testid=stDataFrame] canvas").first.focus()
        tools = look.page.locator("[data-testid=stElementToolbarButton] button, button[kind=elementToolbar]")
        tools.first.wait_for()
        look.page.wait_for_function(
            "() => !document.querySelector('button[kind=elementToolbar][aria-label^=Search]')", timeout=5_000
        )
        labels = tools.evaluate_all("them => them.map(each => each.getAttribute('aria-label'))")
        assert len(labels) >= 3
        assert all("の表" in label and not SENTENCE.search(label.replace("CSV", "")) for label in labels), labels


def _tab_to(page: Any, wanted: str, most: int = 60) -> None:
    """Press Tab until the focus is where it is wanted (an expression on ``at``, the focused element), seen on its way."""
    way = []
    for _ in range(most):
        page.keyboard.press("Tab")
        seen = page.evaluate(
            """() => {
              const at = document.activeElement, look = getComputedStyle(at);
              return [at.matches('body, iframe, canvas, [data-testid=stDataFrame] *') || look.outlineStyle === 'solid' && parseFloat(look.outlineWidth) >= 2, at.outerHTML.slice(0, 120)];
            }"""
        )
        assert seen[0], f"the focus is not seen: {seen[1]}"
        if page.evaluate(f"(at => {wanted})(document.activeElement)"):
            return
        way.append(seen[1])
    raise AssertionError(f"never reached by Tab: {wanted}\n" + "\n".join(way))


class TestKeyboard:
    pytestmark = BROWSER

    def test_from_the_search_to_the_file_without_a_mouse(self, browser, sample_server, towns, tmp_path):  # noqa: F811
        tab = Look(browser, sample_server)
        tab.open("start")
        page = tab.page
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.innerText") == "本文へ進む"
        page.keyboard.press("Enter")
        page.wait_for_function("document.activeElement.matches('[data-testid=stMain], [data-testid=stMain] *')")
        _tab_to(page, "at.type === 'search'", most=25)
        page.keyboard.type("48203")
        answer = page.get_by_role("button", name=f"{towns['48203']}（48203）")
        answer.wait_for()
        _tab_to(page, "at.innerText.includes('48203')", most=6)
        page.keyboard.press("Enter")
        page.locator("section.card", has_text="48203").wait_for()
        tab.settled("start")
        # Streamlit's table takes the focus and shows its rows, but chooses none by key: the card's buttons go from row to row.
        card = page.locator("section.card .card-code")
        assert card.inner_text() == "48203"
        _tab_to(page, "at.innerText.startsWith('高いほう')")
        page.keyboard.press("Enter")
        page.wait_for_function("document.querySelector('section.card .card-code')?.innerText !== '48203'")
        tab.settled("start")
        shown = card.inner_text()
        _tab_to(page, "at.tagName === 'CANVAS'", most=90)
        with page.expect_download() as waiting:
            _tab_to(page, "at.innerText === '表を保存（CSV）'", most=120)
            page.keyboard.press("Enter")
        assert waiting.value.suggested_filename.endswith(".csv")
        assert towns[shown] in Path(waiting.value.path()).read_text(encoding="utf-8-sig")
        tab.context.close()

    def test_towns_are_compared_without_a_mouse(self, browser, sample_server):  # noqa: F811
        look = Look(browser, sample_server)
        look.open("compare")
        page = look.page
        for name in ("例示野", "48301"):
            page.get_by_role("combobox", name="市区町村").focus()
            page.keyboard.type(name)
            page.get_by_role("option").first.wait_for()
            page.keyboard.press("Enter")
            page.keyboard.press("Escape")
            look.settled("compare")
        shown = page.locator("table.compare").inner_text()
        assert "48203" in shown
        assert "48301" in shown
        look.context.close()


class TestSizes:
    """Each page at 200 % zoom on a laptop, on a projector and on a big screen; the zoom is that of a newly opened page."""

    pytestmark = BROWSER

    def test_nothing_is_cut_off_and_no_page_scrolls_sideways(self, browser, sample_server):  # noqa: F811
        tab = Look(browser, sample_server, (683, 384), 2)
        wrong = {}
        for path in PAGES:
            page = tab.page
            page.set_viewport_size({"width": 683, "height": 384})
            tab.open(path)
            for name, (width, height) in SIZES.items():
                page.set_viewport_size({"width": width, "height": height})
                # The frame of the map takes a while to be as wide as its place.
                page.evaluate("new Promise(done => requestAnimationFrame(() => setTimeout(done, 120)))")
                if found := page.evaluate(CUT):
                    wrong[f"{path}, {name}"] = found
            page.set_viewport_size({"width": 683, "height": 384})
            # All pages can be gone to: by their names, or by a menu that says how many there are besides.
            ways = page.get_by_role("link", name="地図").or_(page.get_by_text(re.compile(r"ほか \d+ ページ")))
            assert ways.or_(page.get_by_role("button", name="設定欄を開く")).count(), path
        assert not wrong, json.dumps(wrong, ensure_ascii=False, indent=1)
        tab.context.close()

    @pytest.mark.parametrize("path", [PAGES[0], PAGES[2], PAGES[3]])
    def test_map_and_answer_are_in_sight_without_scrolling(self, look, path):
        look.page.emulate_media(color_scheme="light")
        look.open(path)
        frame = look.page.locator(FRAME).bounding_box()
        assert frame["y"] + frame["height"] <= 768
        assert frame["y"] <= 190  # the head takes no more
        card = look.page.locator(".card, .block-title").first.bounding_box()
        assert card["y"] < 300
        assert card["x"] + card["width"] <= 1366


class TestOneSelection:
    """What is chosen on one page is chosen on the others, and in the address."""

    pytestmark = BROWSER

    def test_it_goes_round_all_pages_and_back(self, browser, sample_server, towns):  # noqa: F811
        from playwright.sync_api import expect

        expect.set_options(timeout=30_000)
        tab = Look(browser, sample_server)
        tab.open("start")
        page = tab.page

        def go(name: str, title: str) -> None:
            page.get_by_test_id("stTopNavLink").filter(has_text=title).click()
            tab.settled(name)

        def chosen(label: str) -> Any:
            return page.get_by_role("combobox", name=label)

        # Explore: a municipality, straight lines, the elderly.
        page.get_by_role("searchbox").fill("48203")
        page.get_by_role("button", name=f"{towns['48203']}（48203）").click()
        page.locator("section.card", has_text="48203").wait_for()
        for label, option in {"測り方": "直線距離", "対象の人口": "65歳以上"}.items():
            tab.settled("start")
            _choose(page, label, option)
            expect(chosen(label)).to_have_value(option)
        expect(page).to_have_url(re.compile(r"(?=.*area=48203)(?=.*mode=straight)(?=.*group=65_plus)"))
        tab.settled("start")

        go("compare", "比較")
        expect(page.locator("table.compare, .stMultiSelect").first).to_be_visible()
        expect(chosen("対象の人口")).to_have_value("65歳以上")
        expect(chosen("測り方")).to_have_value(re.compile("直線"))
        expect(page).to_have_url(re.compile(r"(?=.*/compare)(?=.*area=48203)(?=.*group=65_plus)"))

        go("profile", "プロファイル")
        expect(page.locator("article.rce-document")).to_contain_text(f"{towns['48203']}（48203）", timeout=60_000)

        go("future", "将来")
        expect(page.locator(".block-title").first).to_contain_text(towns["48203"])
        expect(page).to_have_url(re.compile(r"(?=.*/future)(?=.*area=48203)"))

        # What-if: a school is closed; the scenario is in every address from now on.
        go("what-if", "シナリオ")
        expect(chosen("測り方")).to_have_value(re.compile("直線"))
        assert "area=48203" in page.url
        first = page.url

        go("start", "地図")
        expect(page.locator("section.card")).to_contain_text("48203")
        expect(chosen("対象の人口")).to_have_value("65歳以上")
        address, card = page.url, page.locator("section.card").inner_text()

        # A fresh browser shows the same; the history of this one leads back.
        other = Look(browser, sample_server)
        other.page.goto(address)
        other.settled("start")
        expect(other.page.locator("section.card")).to_have_text(re.compile("48203"))
        assert other.page.locator("section.card").inner_text() == card
        held = page.evaluate(f"({HELD})()")
        assert len(held) > 4
        other.page.wait_for_function(f"wanted => ({HELD})().join() === wanted.join()", arg=held)
        other.context.close()
        page.wait_for_timeout(1_100)  # within a second of an address written, one read is taken for a click on its way
        page.go_back()
        expect(page).to_have_url(first)
        tab.settled("what-if")
        assert not tab.errors
        tab.context.close()

    def test_region_year_and_scenario_go_round_too(self, browser, sample_server, towns):  # noqa: F811
        from playwright.sync_api import expect

        expect.set_options(timeout=30_000)
        tab = Look(browser, sample_server)
        page = tab.page
        tab.open(PAGES[2])
        names = [towns[code] for code in TOWNS.split(".")]

        def go(name: str, title: str) -> None:
            page.get_by_test_id("stTopNavLink").filter(has_text=title).click()
            tab.settled(name)

        # The region of Cooperate is that of Future; another year there.
        go("future", "将来")
        for name in names:
            expect(page.locator(".block-title").first).to_contain_text(name)
        slider = page.get_by_role("slider")
        before = slider.get_attribute("aria-valuetext")
        slider.focus()
        page.keyboard.press("ArrowRight")
        expect(slider).not_to_have_attribute("aria-valuetext", before)
        tab.settled("future")
        expect(page).to_have_url(re.compile(rf"(?=.*region={re.escape(TOWNS)})(?=.*year=2055)"))

        # A school closes.
        go("what-if", "シナリオ")
        page.get_by_text("地図を使わずに変更を加える").click()
        site = page.get_by_role("combobox", name="施設・停留所")
        site.wait_for()
        tab.settled("what-if")
        _open_list(site)
        page.get_by_role("option").first.click()
        tab.settled("what-if")
        page.get_by_role("button", name="変更に加える", exact=True).click()
        page.locator(".what-if-numbers").wait_for()
        expect(page).to_have_url(re.compile(r"(?=.*scenario=.*close)(?=.*year=2055)(?=.*region=)"))

        # The profile is that of the region with the scenario, and a fresh browser reads the same out of its address.
        go("profile", "プロファイル")
        article = page.locator("article.rce-document")
        expect(article).to_contain_text("シナリオ", timeout=60_000)
        for name in names:
            expect(article).to_contain_text(name)
        tab.settled("profile")
        address = page.url
        assert "scenario=" in address
        other = Look(browser, sample_server)
        other.page.goto(address)
        other.settled("profile")
        title = article.locator(".rce-title").inner_text()
        expect(other.page.locator("article.rce-document .rce-title")).to_have_text(title)
        expect(other.page.locator("article.rce-document")).to_contain_text("シナリオ")
        other.context.close()

        # Back in the future: the year is still the chosen one.
        go("future", "将来")
        expect(page).to_have_url(re.compile(rf"(?=.*region={re.escape(TOWNS)})(?=.*year=2055)"))
        assert not tab.errors
        tab.context.close()


def _open_list(box: Any) -> None:
    """Open a list by key; again where the page, drawn meanwhile, has closed it."""
    options = box.page.get_by_role("option")
    for _ in range(20):
        box.press("ArrowDown")
        box.page.wait_for_timeout(300)
        if options.count():
            return
    raise AssertionError("the list does not open")


def _choose(page: Any, label: str, option: str) -> None:
    page.get_by_role("combobox", name=label).click()
    page.get_by_role("option", name=option, exact=True).click()


def test_an_english_word_holds_no_japanese_and_a_japanese_one_is_no_english_sentence():
    both = {"language"}  # its name in both languages stands on both pages
    wrong = [
        key
        for key, (ja, en) in WORDS.items()
        if key not in both
        and (
            JAPANESE.search(NAMES.sub("", en)) or (not JAPANESE.search(ja) and SENTENCE.search(LATIN_NAMES.sub("", ja)))
        )
    ]
    assert not wrong, {key: WORDS[key] for key in wrong}


def test_streamlit_still_says_what_is_put_into_japanese():
    """A text that Streamlit no longer has is one that it says otherwise now."""
    import streamlit

    folder = Path(streamlit.__file__).parent / "static" / "static" / "js"
    said = "".join(file.read_text(encoding="utf-8") for file in folder.glob("*.js"))
    gone = [text for text in TEXTS if text not in said]
    assert len(gone) <= len(OLDER), gone
    assert set(gone) <= OLDER, set(gone) - OLDER


OLDER: Final = {  # of earlier versions that requirements still allow, or put together from parts
    "Browse files", "Drag and drop file here", "Choose an option", "Choose options", "No options to select",
    "No options to select.", "Copy to clipboard", "Remove file", "Link to heading",
    "The page that you have requested does not seem to exist. Running the app's main page.",
}  # fmt: skip


@pytest.mark.parametrize(
    ("said", "shown"),
    [("200MB per file • TOML", "1ファイル 200 MB まで・TOML"), (" • TOML, CSV", "・TOML, CSV"), ("Remove 前橋市（10201）", "前橋市（10201） を外す"),
     ("You can only select up to 12 options. Remove an option first.", "選べるのは 12 件までです。先にどれかを外してください。"),
     ("3 more", "ほか 3 ページ"), ("Press Enter to apply", "Enter で決定"),
     ("Search: 人口の表", "検索：人口の表"), ("Close fullscreen: 人口の表", "全画面を閉じる：人口の表")],
)  # fmt: skip
def test_texts_with_something_in_them_are_put_into_japanese(said, shown):
    for pattern, instead in PATTERNS:
        if re.search(pattern, said):
            assert re.sub(pattern, re.sub(r"\$(\d)", r"\\\1", instead), said).strip() == shown
            return
    raise AssertionError(said)


def test_every_own_text_of_streamlit_is_japanese_and_nothing_else_is_in_the_script():
    for text in itertools.chain(TEXTS.values(), (instead for _, instead in PATTERNS)):
        plain = text.replace("CSV", "").replace("Enter", "")
        assert JAPANESE.search(text) or not re.search("[A-Za-z]", plain), text
    assert "fetch(" not in script._SCRIPT
    assert "http" not in script._SCRIPT
