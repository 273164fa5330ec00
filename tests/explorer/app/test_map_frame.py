"""The map frame alone in a real browser: layers, two maps together, keys, narrow and dark, hostile names."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from PIL import Image

from explorer.maps.frame_words import frame_words
from explorer.maps.legend import LegendRow, legend_html

from .map_frame_page import ASSETS, Files, FramePage, frame_server
from .test_browser_explore import CHROMIUM, browser  # noqa: F401 - `browser` is a fixture

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium installed"),
]
HOSTILE = "<script>window.hacked=1</script><img src=x onerror=window.hacked=1>"
RED, BLUE, GREEN, BLACK = "#d00000", "#0000d0", "#00a000", "#000000"
CIRCLE = "M 1 0 A 1 1 0 1 1 -1 0 A 1 1 0 1 1 1 0 Z"
SQUARE, TRIANGLE = "M -1 -1 H 1 V 1 H -1 Z", "M 0 -1 L 1 1 L -1 1 Z"
STOP = {
    "lat": [36.03],
    "lon": [140.03],
    "kinds": ["bus"],
    "kind": [0],
    "name": ["役場前"],
    "departures": ["1,234"],
    "id": ["s1"],
}


def town(code: str, name: str, west: float, *, inside: int = 1) -> dict[str, Any]:
    """A square municipality of 0.1 degrees."""
    ring = [[west, 36.0], [west + 0.1, 36.0], [west + 0.1, 36.1], [west, 36.1], [west, 36.0]]
    geometry = {"type": "Polygon", "coordinates": [ring]}
    return {"type": "Feature", "id": code, "properties": {"name": name, "inside": inside}, "geometry": geometry}


def zone(south: float, west: float, *, size: float = 0.04, kind: int = 0, name: str = "") -> dict[str, Any]:
    """A square polygon of a layer."""
    north, east = south + size, west + size
    return {"k": kind, "n": name, "r": [[[south, west], [south, east], [north, east], [north, west]]]}


def covering(name: str, colour: str, **more: Any) -> dict[str, Any]:
    """A layer of one polygon in the middle of the first town."""
    polygons = {"kinds": ["a"], "polygons": [zone(36.03, 140.03)]}
    look = {"fill": colour, "edge": "", "width": 0, "hatch": "", "label": name}
    return {"id": name, "kind": "polygons", "data": polygons, "looks": {"a": look}, **more}


@pytest.fixture(scope="module")
def files() -> Iterator[Files]:
    with frame_server() as served:
        towns = [town("10201", "前橋市", 140.0), town("10202", HOSTILE, 140.1), town("11", "隣の市", 140.2, inside=0)]
        served.put("towns.json", {"type": "FeatureCollection", "bbox": [140, 36, 140.2, 36.1], "features": towns})
        served.put("stops.json", STOP)
        yield served


@pytest.fixture
def asked(files: Files) -> Iterator[list[str]]:
    """Files that the browser asked for in this test."""
    files.asked.clear()
    yield files.asked
    for name in ("late.json",):
        files.content.pop(name, None)


@pytest.fixture
def start(browser: Any, files: Files) -> Iterator[Any]:  # noqa: F811
    """Open a tab with frames; nothing may have gone wrong in it at the end."""
    contexts: list[Any] = []
    pages: list[FramePage] = []

    def open_page(context: Any = None, **more: Any) -> FramePage:
        sizes = more.pop("sizes", {"map": (700, 500)})
        if context is None:
            context = browser.new_context(viewport={"width": 1366, "height": 768}, **more)
            contexts.append(context)
        pages.append(FramePage(context, files, sizes))
        return pages[-1]

    yield open_page
    errors = [error for page in pages for error in page.errors]
    for context in contexts:
        context.close()
    assert errors == []


def args(**changes: Any) -> dict[str, Any]:
    """Arguments of the frame for two towns."""
    rows = [LegendRow(RED, "80 % 以上", "1"), LegendRow(BLUE, "20 % 未満", "1")]
    base = {
        "shapes": "../files/towns.json", "fills": {"10201": 0, "10202": 1}, "labels": {"10201": "85.0 %"},
        "palette": ["#ffffd9", "#081d58"], "opacity": 1.0, "legend": legend_html("割合", rows), "places": None,
        "facilities": None, "stops": None, "selected": None, "base_map": "none", "credit": "国土数値情報", "language": "ja",
        "alt": "2市の地図", "words": frame_words("ja"), "height": 500, "fixed_height": True,
    }  # fmt: skip
    return {**base, **changes}


def stops(**more: Any) -> dict[str, Any]:
    look = {"path": SQUARE, "colour": "#7c3aed", "radius": 6, "label": "停留所"}
    words = {"departures": "平日 {n} 本", "departures_unknown": "本数不明", "name": "バス停"}
    return {"id": "stops", "kind": "points", "url": "../files/stops.json", "looks": {"": look}, "words": words, **more}


def colour_at(page: FramePage, lat: float, lon: float, name: str = "map") -> tuple[int, ...]:
    return page.picture(name).getpixel(page.pixel_of(lat, lon, name))  # type: ignore[return-value]


def is_like(found: tuple[int, ...], colour: str, tolerance: int = 4) -> bool:
    wanted = [int(colour[at : at + 2], 16) for at in (1, 3, 5)]
    return all(abs(a - b) <= tolerance for a, b in zip(found, wanted, strict=True))


def count_draws(page: FramePage) -> None:
    """Count in the frame how often any canvas is drawn."""
    page.frame().evaluate(
        "() => { window.draws = []; const before = CanvasLayer.prototype.redraw; CanvasLayer.prototype.redraw = function () {"
        " window.draws.push(this.options.pane); return before.call(this); }; }"
    )


def draws(page: FramePage) -> list[str]:
    return list(page.frame().evaluate("window.draws.splice(0)"))


def tooltip(page: FramePage) -> str:
    shown = page.frame().locator(".leaflet-tooltip")
    shown.wait_for(timeout=5_000)
    return str(shown.inner_text())


def test_layers_lie_as_listed_and_a_new_order_draws_nothing(start):
    page = start()
    two = [covering("red", RED), covering("blue", BLUE)]
    page.draw(args(layers=two))
    assert is_like(colour_at(page, 36.05, 140.05), BLUE)
    count_draws(page)
    page.draw(args(layers=two[::-1]))
    assert is_like(colour_at(page, 36.05, 140.05), RED)
    assert draws(page) == []
    page.draw(args(layers=two[:1]))
    assert is_like(colour_at(page, 36.05, 140.05), RED)
    assert draws(page) == []
    page.draw(args(layers=[]))
    assert is_like(colour_at(page, 36.05, 140.05), "#ffffd9")
    assert page.frame().locator(".leaflet-pane[data-layer]").count() == 0


def test_opacity_is_live_and_draws_nothing(start):
    page = start()
    page.draw(args(layers=[covering("red", RED)]))
    count_draws(page)
    page.draw(args(layers=[covering("red", RED, opacity=0.5)], opacity=0.5))
    land = (0xF7 + 0xFF) / 2, (0xF8 + 0xFF) / 2, (0xF9 + 0xD9) / 2
    mixed = [(a + int(RED[at : at + 2], 16)) / 2 for a, at in zip(land, (1, 3, 5), strict=True)]
    assert colour_at(page, 36.05, 140.05) == pytest.approx(mixed, abs=3)
    assert draws(page) == []


def test_a_base_lies_under_the_colours_and_borders_over_what_covers_areas(start):
    page = start()
    page.draw(args(layers=[covering("water", BLUE, below=True)]))
    assert is_like(colour_at(page, 36.05, 140.05), "#ffffd9")
    page.draw(args(layers=[covering("water", BLUE, below=True)], opacity=0.0))
    assert is_like(colour_at(page, 36.05, 140.05), BLUE)
    level = (
        "(name) => Number((explorerMap.getPane(name) || document.querySelector(`[data-layer=${name}]`)).style.zIndex)"
    )
    page.draw(args(layers=[covering("zone", RED), stops()]))
    zone_level, borders, top = (page.frame().evaluate(level, name) for name in ("zone", "borders", "stops"))
    assert zone_level < borders < top


def test_a_change_of_colours_neither_fetches_nor_draws_layers(start, asked):
    page = start()
    page.draw(args(layers=[stops()]))
    assert sorted(asked) == ["stops.json", "towns.json"]
    count_draws(page)
    page.draw(args(layers=[stops()], fills={"10201": 1, "10202": 0}))
    assert is_like(colour_at(page, 36.08, 140.08), "#081d58")
    page.draw(args(layers=[]))
    page.draw(args(layers=[stops(opacity=0.4)]))
    assert len(asked) == 2  # shown again from what is there
    assert set(draws(page)) - {"fills"} == {page.frame().evaluate(
        "() => Object.entries(explorerMap.getPanes()).find(([, pane]) => pane.dataset.layer === 'stops')[0]"
    )}  # fmt: skip


def test_other_looks_are_drawn_without_fetching_and_a_kind_without_look_is_not_drawn(start, asked):
    page = start()
    page.draw(args(layers=[stops()]))
    other = {"bus": {"path": CIRCLE, "colour": GREEN, "radius": 8, "label": "停留所"}}
    page.draw(args(layers=[stops(looks=other)]))
    assert is_like(colour_at(page, 36.03, 140.03), GREEN, 16)
    page.draw(args(layers=[stops(looks={})]))
    assert is_like(colour_at(page, 36.03, 140.03), "#ffffd9")
    assert asked.count("stops.json") == 1


def _grey(page: FramePage, lat: float, lon: float, reach: int) -> np.ndarray[Any, Any]:
    x, y = page.pixel_of(lat, lon)
    box = (x - reach, y - reach, x + reach, y + reach)
    return np.asarray(page.picture().convert("L").crop(box), dtype=float)


def test_symbols_of_one_colour_differ_by_shape_in_grey(start):
    page = start()
    kinds = ["circle", "square", "triangle", "hollow"]
    data = {
        "lat": [36.05] * 4,
        "lon": [140.02, 140.04, 140.06, 140.08],
        "kinds": kinds,
        "kind": [0, 1, 2, 3],
        "name": [""] * 4,
    }
    looks = {
        name: {"path": path, "colour": BLACK, "radius": 7, "label": name}
        for name, path in zip(kinds, (CIRCLE, SQUARE, TRIANGLE, SQUARE), strict=True)
    }
    looks["hollow"]["hollow"] = True
    page.draw(args(layers=[{"id": "p", "kind": "points", "data": data, "looks": looks}]))
    seen = [_grey(page, 36.05, lon, 9) for lon in data["lon"]]
    ink = [float((each < 90).sum()) for each in seen]
    assert ink[1] > ink[0] > ink[2] > 30  # square, circle, triangle of one size
    assert ink[3] < 0.7 * ink[1]
    assert all(np.abs(a - b).mean() > 8 for at, a in enumerate(seen) for b in seen[at + 1 :])


def test_symbols_grow_with_the_scale(start):
    page = start()
    page.draw(args(layers=[stops(looks={"": {"path": SQUARE, "colour": BLACK, "radius": 6, "label": "x"}})]))
    dark = []
    for zoom in (9, 12, 14):
        page.frame().evaluate("(zoom) => explorerMap.setView([36.03, 140.03], zoom, {animate: false})", zoom)
        dark.append(int((_grey(page, 36.03, 140.03, 14) < 90).sum()))
    assert dark[0] < dark[1] < dark[2]


def test_hatches_differ_in_grey(start):
    page = start()
    names = ["", "diagonal", "cross", "dots", "falling", "level"]
    corners = [(36.03, 140.0), (36.03, 140.05), (36.03, 140.1), (36.03, 140.15), (36.08, 140.0), (36.08, 140.05)]
    polygons = [zone(*corner, kind=at) for at, corner in enumerate(corners)]
    looks = {
        name or "plain": {"fill": "#ffffff", "edge": "#555555", "width": 1, "hatch": name, "label": name}
        for name in names
    }
    data = {"kinds": [name or "plain" for name in names], "polygons": polygons}
    page.draw(args(layers=[{"id": "z", "kind": "polygons", "data": data, "looks": looks}]))
    seen = [_grey(page, south + 0.02, west + 0.02, 24) for south, west in corners]
    inked = [float((each < 160).mean()) for each in seen]
    assert inked[0] == 0
    assert all(0.02 < share < 0.7 for share in inked[1:])
    # Moved along its lines a hatch falls on itself, moved across them it does not; dots and crosses have no such way.
    lean = [
        np.abs(each[2:, 2:] - each[:-2, :-2]).mean() / np.abs(each[2:, :-2] - each[:-2, 2:]).mean() for each in seen[1:]
    ]
    assert lean[0] > 2
    assert lean[3] < 0.5
    assert [lean[1], lean[2], lean[4]] == pytest.approx([1, 1, 1], abs=0.3)
    assert np.abs(seen[5][:, 2:] - seen[5][:, :-2]).mean() < 0.1 * np.abs(seen[5][2:] - seen[5][:-2]).mean()
    assert inked[2] > 1.5 * inked[3]


def test_a_hole_stays_open_and_a_dashed_line_has_its_casing(start):
    page = start()
    outer = zone(36.02, 140.02, size=0.06)
    outer["r"].append([[36.04, 140.04], [36.04, 140.06], [36.06, 140.06], [36.06, 140.04]])
    ring = {
        "id": "z",
        "kind": "polygons",
        "data": {"kinds": ["a"], "polygons": [outer]},
        "looks": {"a": {"fill": RED, "label": ""}},
    }
    rail = {
        "id": "rail", "kind": "lines", "data": {"kinds": ["jr"], "lines": [{"k": 0, "n": "両毛線", "p": [[36.01, 139.9], [36.01, 140.3]]}]},
        "looks": {"jr": {"colour": "#ffffff", "casing": BLACK, "width": 4, "dash": "8 8", "label": "鉄道"}},
    }  # fmt: skip
    page.draw(args(layers=[ring, rail]))
    assert is_like(colour_at(page, 36.03, 140.03), RED)
    assert is_like(colour_at(page, 36.05, 140.05), "#ffffd9")
    x, y = page.pixel_of(36.01, 140.05)
    along = [page.picture().getpixel((x + step, y)) for step in range(24)]
    assert any(is_like(each, "#ffffff", 20) for each in along)
    assert any(is_like(each, BLACK, 20) for each in along)
    page.point(36.01, 140.05)
    assert tooltip(page).split("\n") == ["両毛線", "鉄道"]


def test_a_picture_is_laid_over_the_map(start, files):
    stream = io.BytesIO()
    Image.new("RGB", (4, 4), GREEN).save(stream, "PNG")
    url = files.put("picture.png", stream.getvalue())
    page = start()
    page.draw(args(layers=[{"id": "flood", "kind": "picture", "url": url, "bounds": [36.02, 140.02, 36.08, 140.08]}]))
    assert is_like(colour_at(page, 36.05, 140.05), GREEN)
    page.draw(args(places={"url": url, "bounds": [36.02, 140.12, 36.08, 140.18], "opacity": 0.8}))
    assert page.frame().locator("img.place-picture").count() == 1
    assert page.frame().locator("img.flood-picture").count() == 0


def test_what_lies_under_the_pointer_is_told_and_a_click_chooses_the_town_below(start):
    page = start()
    page.draw(args(layers=[covering("誘導区域", RED), stops()]))
    page.point(36.03, 140.03)
    assert tooltip(page).split("\n") == ["役場前", "停留所", "平日 1,234 本"]
    page.point(36.06, 140.06)
    assert tooltip(page).split("\n")[0] == "誘導区域"
    assert "前橋市 (10201)" in tooltip(page)
    assert "85.0 %" in tooltip(page)
    page.point(36.03, 140.03, click=True)
    page.page.wait_for_function("() => reported.map.some((value) => value.code === '10201')")
    assert page.frame().evaluate("document.body.dataset.selected") == "10201"


def test_a_click_reports_its_position_and_the_town_or_none(start):
    page = start()
    page.draw(args(reports_position=True))
    page.point(36.05, 140.02, click=True)
    page.point(36.02, 139.994, click=True)
    page.page.wait_for_function("() => reported.map.filter((value) => value.click).length === 2")
    first, second = page.reported()
    assert (first["lat"], first["lon"]) == pytest.approx((36.05, 140.02), abs=0.001)
    assert (first["code"], first["click"]) == ("10201", 1)
    assert (second["code"], second["click"]) == (None, 2)


def test_pages_that_edit_get_the_point_under_the_pointer(start):
    page = start()
    page.draw(
        args(
            picks=True,
            stops={"url": "../files/stops.json", "looks": {"": {"colour": RED, "radius": 4, "label": ""}}, "words": {}},
        )
    )
    page.point(36.0301, 140.0301, click=True)
    page.point(36.05, 140.15, click=True)
    page.page.wait_for_function("() => reported.map.filter((value) => value.click).length === 2")
    first, second = page.reported()
    assert first["site"] == "s1"
    assert "site" not in second
    assert "code" not in second


def test_a_pin_bears_its_label_as_text(start):
    page = start()
    page.draw(args(pin={"lat": 36.05, "lon": 140.05, "label": HOSTILE}))
    assert page.frame().locator(".pin-label").inner_text() == HOSTILE
    page.draw(args())
    assert page.frame().locator(".pin").count() == 0


def test_a_layer_that_cannot_be_read_is_named_and_the_rest_lives(start, files, asked):
    page = start()
    files.put("broken.json", b"{not json")
    lost = [
        stops(id="lost", url="../files/late.json", words={"name": "病院"}),
        stops(id="broken", url="../files/broken.json", words={"layer_failed": "学校の一覧を読めません。"}),
        {
            "id": "gone",
            "kind": "picture",
            "url": "../files/gone.png",
            "bounds": [36, 140, 36.1, 140.1],
            "words": {"name": HOSTILE},
        },
    ]
    page.draw(args(layers=[covering("red", RED), *lost, stops()]))
    told = page.frame().locator("#messages")
    lines = told.inner_text().split("\n")
    assert any("「病院」を読み込めませんでした" in line for line in lines)
    assert "学校の一覧を読めません。" in lines
    assert any(HOSTILE in line for line in lines)
    assert is_like(colour_at(page, 36.06, 140.06), RED)
    files.put("late.json", STOP)  # there now: asked for again with the next drawing
    page.draw(args(layers=[covering("red", RED), lost[0], stops()]))
    told.wait_for(state="hidden", timeout=5_000)


def test_another_file_of_a_layer_leaves_no_hole_meanwhile(start, files):
    page = start()
    page.draw(args(layers=[stops()]))
    page.page.route("**/files/slow.json", lambda route: None)  # never answered
    page.page.evaluate(
        "(args) => draw('map', args)", {**args(layers=[stops(url="../files/slow.json")]), "stamp": "slow"}
    )
    page.page.wait_for_timeout(200)
    assert is_like(colour_at(page, 36.03, 140.03), "#7c3aed", 16)


def test_hostile_names_never_run(start, files):
    page = start()
    bad = {**STOP, "name": [HOSTILE], "departures": [HOSTILE]}
    line = {"k": 0, "n": HOSTILE, "t": HOSTILE, "p": [[36.02, 140.0], [36.02, 140.2]]}
    look = {"colour": RED, "width": 3, "label": HOSTILE}
    flow = {
        "path": [[36.08, 140.02], [36.08, 140.18]], "width": 6, "colour": RED, "arrow_at": [36.08, 140.1], "angle": 0,
        "lines": [HOSTILE], "label": HOSTILE, "label_at": [36.08, 140.1],
    }  # fmt: skip
    page.draw(args(
        layers=[stops(url=None, data=bad), {"id": "l", "kind": "lines", "data": {"kinds": ["a"], "lines": [line]}, "looks": {"a": look}}],
        flows=[flow], labels={"10202": HOSTILE}, credit=HOSTILE, alt=HOSTILE,
        spots=[{"lat": 36.06, "lon": 140.06, "colour": RED, "sign": HOSTILE, "id": "x", "lines": [HOSTILE]}],
        marks=[{"lat": 36.04, "lon": 140.16, "look": "closed", "sign": HOSTILE}],
    ))  # fmt: skip
    for place in ((36.03, 140.03), (36.02, 140.06), (36.05, 140.15), (36.06, 140.06), (36.08, 140.05)):
        page.point(*place)
        page.frame().locator(".leaflet-tooltip", has_text="onerror").first.wait_for(timeout=5_000)
    assert page.frame().evaluate("window.hacked") is None
    assert page.frame().locator("img[src=x], script[src=x]").count() == 0


TWO = {"left": (500, 400), "right": (500, 400)}


def _pair(page: FramePage, name: str = "pair") -> None:
    page.draw(args(sync=name), "left")
    page.draw(args(sync=name, fills={"10201": 1, "10202": 0}, labels={"10201": "別の値"}), "right")


def _settle(page: FramePage) -> None:
    page.page.wait_for_timeout(400)  # longer than the animation of a zoom


def test_two_maps_of_a_page_move_together(start):
    page = start(sizes=TWO)
    _pair(page)
    box = page.page.locator("#left").bounding_box()
    page.page.mouse.move(box["x"] + 200, box["y"] + 300)
    page.page.mouse.down()
    page.page.mouse.move(box["x"] + 260, box["y"] + 330, steps=6)
    page.page.mouse.up()
    _settle(page)
    assert page.view("right") == pytest.approx(page.view("left"), abs=1e-6)
    page.frame("right").get_by_role("button", name="拡大").click()
    _settle(page)
    assert page.view("left") == pytest.approx(page.view("right"), abs=1e-6)
    view = page.view("left")
    _settle(page)
    assert page.view("left") == view  # at rest, nobody chases anybody
    page.draw(args(), "right")  # without the name it goes its own way
    page.frame("left").evaluate("explorerMap.panBy([90, 0], {animate: false})")
    _settle(page)
    assert page.view("right") == pytest.approx(view, abs=1e-6)


def test_a_map_that_comes_later_takes_over_the_view(start):
    page = start(sizes=TWO)
    page.draw(args(sync="pair"), "left")
    page.frame("left").evaluate("explorerMap.setView([36.07, 140.03], 13, {animate: false})")
    page.draw(args(sync="pair", legend=""), "right")
    _settle(page)
    assert page.view("right") == pytest.approx((36.07, 140.03, 13), abs=1e-6)


def test_the_pointer_is_shown_in_the_other_map(start):
    page = start(sizes=TWO)
    _pair(page)
    page.point(36.05, 140.05, "left")
    cross = page.frame("right").locator(".cross")
    cross.wait_for(timeout=5_000)
    told = page.frame("right").locator(".leaflet-tooltip", has_text="別の値")
    told.wait_for(timeout=5_000)
    box = cross.bounding_box()
    outer = page.page.locator("#right").bounding_box()
    x, y = page.pixel_of(36.05, 140.05, "right")
    middle = (box["x"] + box["width"] / 2 - outer["x"], box["y"] + box["height"] / 2 - outer["y"])
    assert middle == pytest.approx((x, y), abs=2)
    page.page.mouse.move(1300, 700)
    cross.wait_for(state="detached", timeout=5_000)


def test_two_tabs_do_not_disturb_each_other(start):
    first = start(sizes=TWO)
    _pair(first)
    second = start(context=first.page.context, sizes=TWO)
    _pair(second)
    before = second.view("left")
    first.frame("left").evaluate("explorerMap.setView([36.07, 140.03], 14, {animate: false})")
    _settle(first)
    assert first.view("right") == pytest.approx((36.07, 140.03, 14), abs=1e-6)
    assert second.view("left") == before
    assert second.view("right") == pytest.approx(before, abs=1e-6)


def _contrast(page: FramePage, selector: str) -> float:
    """Contrast of an element's text with its own ground (WCAG 2)."""
    ink, ground = (
        page.frame()
        .locator(selector)
        .first.evaluate(
            "(node) => { let at = node; while (getComputedStyle(at).backgroundColor === 'rgba(0, 0, 0, 0)') at = at.parentElement;"
            " const parts = (text) => text.match(/[0-9.]+/g).slice(0, 3).map(Number);"
            " return [parts(getComputedStyle(node).color), parts(getComputedStyle(at).backgroundColor)]; }"
        )
    )

    def light(colour: list[float]) -> float:
        linear = [(c / 255 / 12.92) if c / 255 <= 0.04045 else ((c / 255 + 0.055) / 1.055) ** 2.4 for c in colour]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    low, high = sorted((light(ink), light(ground)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_is_readable_in_light_and_dark(start, scheme):
    page = start(color_scheme=scheme)
    page.draw(args(layers=[stops(id="lost", url="../files/nothing.json")], legend=legend_html("割合", [], note="注")))
    sea = page.picture().getpixel((350, 490))
    assert (sum(sea) < 150) is (scheme == "dark")
    page.point(36.05, 140.05)
    tooltip(page)
    for selector in (
        ".legend-title", ".legend-note", ".legend-toggle", ".leaflet-tooltip .tip-value", ".leaflet-control-scale-line",
        ".leaflet-control-attribution", ".zoom-in", "#messages p",
    ):  # fmt: skip
        assert _contrast(page, selector) >= 4.5, selector


def test_a_look_may_differ_on_a_dark_ground(start):
    look = {"fill": RED, "label": "", "dark": {"fill": GREEN}}
    for scheme, colour in (("light", RED), ("dark", GREEN)):
        page = start(color_scheme=scheme)
        page.draw(args(layers=[covering("a", RED, looks={"a": look})]))
        assert is_like(colour_at(page, 36.05, 140.05), colour)


def test_the_map_is_used_with_keys_alone(start):
    page = start()
    page.draw(args())
    page.page.keyboard.press("Tab")
    focused = "() => document.activeElement.id"
    assert page.frame().evaluate(focused) == "map"
    ring = page.frame().evaluate("() => getComputedStyle(document.getElementById('map')).outlineStyle")
    assert ring == "solid"
    before = page.view()
    page.page.keyboard.press("ArrowRight")
    _settle(page)
    assert page.view()[1] > before[1]
    page.page.keyboard.press("+")
    _settle(page)
    assert page.view()[2] > before[2]
    page.page.keyboard.press("-")
    page.page.keyboard.press("ArrowLeft")
    _settle(page)
    page.frame().evaluate("explorerMap.panTo([36.05, 140.05], {animate: false})")
    assert "前橋市 (10201)" in page.frame().locator("#spoken").inner_text()
    page.page.keyboard.press("Enter")
    page.page.wait_for_function("() => reported.map.some((value) => value.code === '10201')")
    for name in ("拡大", "縮小", "全体を表示", "凡例"):
        page.page.keyboard.press("Tab")
        assert (
            page.frame().evaluate(
                "() => document.activeElement.getAttribute('aria-label') || document.activeElement.innerText"
            )
            == name
        )
    page.page.keyboard.press("Enter")
    assert page.frame().locator(".legend-body").is_hidden()
    page.page.keyboard.press("Space")
    assert page.frame().locator(".legend-body").is_visible()


def _long_legend() -> str:
    rows = [LegendRow(RED, f"かなり長い名前の階級 {number}", "12 市区町村") for number in range(30)]
    return legend_html("とても長い凡例の題名", rows, note="注記")


@pytest.mark.parametrize("size", [(700, 400), (480, 400), (350, 400)])
def test_the_legend_leaves_the_map_its_room(start, size):
    page = start(sizes={"map": size})
    page.draw(args(legend=_long_legend()))
    legend = page.frame().locator(".legend")
    if size[0] < 420:
        assert page.frame().locator(".legend-body").is_hidden()  # folded where there is little room
        page.frame().get_by_role("button", name="凡例").click()
    box = legend.bounding_box()
    assert box["width"] * box["height"] < 0.5 * size[0] * size[1]
    outer = page.page.locator("#map").bounding_box()
    assert box["x"] >= outer["x"]
    assert box["y"] >= outer["y"]
    body = page.frame().locator(".legend-body")
    assert body.evaluate("(node) => node.scrollHeight > node.clientHeight")
    body.focus()
    page.page.keyboard.press("End")
    page.page.wait_for_timeout(300)
    assert body.evaluate("(node) => node.scrollTop > 0")


def test_an_empty_legend_takes_no_room(start):
    page = start()
    page.draw(args(legend=""))
    assert page.frame().locator(".legend").is_hidden()


def test_calm_where_the_reader_wants_no_motion(start):
    page = start(reduced_motion="reduce")
    page.draw(args())
    assert page.frame().evaluate("explorerMap.options.zoomAnimation") is False
    assert page.frame().evaluate("explorerMap.options.inertia") is False


@pytest.mark.parametrize("language", ["ja", "en"])
def test_nothing_for_axe_to_find(start, language):
    axe = pytest.importorskip("axe_playwright_python.base")
    page = start()
    page.draw(
        args(language=language, words=frame_words(language), layers=[stops(id="lost", url="../files/nothing.json")])
    )
    frame = page.frame()
    frame.evaluate(axe.AXE_FILE_PATH.read_text(encoding="utf-8"))
    found = frame.evaluate(
        "async () => (await axe.run(document)).violations.map((each) => [each.id, each.nodes.map((n) => n.html)])"
    )
    assert found == []
    assert frame.evaluate("document.documentElement.lang") == language


def test_the_frame_loads_every_script_and_only_those():
    index = (ASSETS / "index.html").read_text(encoding="utf-8")
    scripts = {file.name for file in ASSETS.glob("*.js")} - {"saved_layers.js"}  # of the saved map alone
    assert all(f'src="{name}"' in index for name in scripts)
    assert index.count("<script") == len(scripts) + 1  # and Leaflet
