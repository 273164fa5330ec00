"""Layers of the map: every kind has a look that can be told apart, files hold what tables hold, absent layers say why."""

from __future__ import annotations

import base64
import json
import re
import shutil
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from typer.testing import CliRunner

from explorer.cli import cli
from explorer.maps.layer_choice import chosen_layers, layer_argument, text_of, wanted_of
from explorer.maps.legend import legend_blocks_html, sign_svg
from explorer.maps.lines_file import lines_json, polygons_json
from explorer.maps.overlay import GROUPS, AreaLook, LineLook, Overlay, OverlayKind
from explorer.maps.overlay_areas import HAZARD_LOOKS, TECHNOLOGIES, ZONES
from explorer.maps.overlay_lines import bus_line_kinds
from explorer.maps.overlay_points import SERVICES, stop_kinds
from explorer.maps.overlays import overlays_of
from explorer.maps.symbols import (
    DARK_GROUND,
    FACILITY_SYMBOLS,
    LIGHT_GROUND,
    OTHER_STOP_SYMBOL,
    OTHER_SYMBOL,
    SHAPES,
    STATION_SYMBOLS,
    STOP_SYMBOLS,
    Symbol,
    contrast,
)
from explorer.maps.tiles import SPEEDS, draw_tiles
from explorer.ui import map_layers
from explorer.ui.study import Study
from explorer.words import LANGUAGES
from geodata.coverage_areas import TECHNOLOGIES as KNOWN_TECHNOLOGIES
from geodata.hazards import HAZARDS
from geodata.kinds import KINDS
from geodata.ookla import quadkeys
from geodata.workspace import Workspace
from layers.departures import FREQUENCY_CLASSES

from .conftest import HOSTILE

JAPANESE = re.compile(r"[぀-ヿ一-鿿]")
SYMBOLS = {**FACILITY_SYMBOLS, **STOP_SYMBOLS, **STATION_SYMBOLS, "?": OTHER_SYMBOL, "ship": OTHER_STOP_SYMBOL}


@pytest.fixture(scope="module")
def six(six_towns: Path) -> Study:
    return Study(Workspace.open(six_towns))


@pytest.fixture(scope="module")
def whole(sample_workspace: Path) -> Study:
    return Study(Workspace.open(sample_workspace))


def content(study: Study, identifier: str) -> dict:
    """The files of a wanted layer, parsed, by the id of the frame's layer."""
    saved = map_layers.saved_layers(study, [(identifier, 1.0)], "ja")
    return {layer["id"]: json.loads(layer["content"]) for layer in saved}


# Looks


def test_every_kind_of_facility_has_a_look_of_its_own():
    assert set(FACILITY_SYMBOLS) == set(KINDS)
    assert len({symbol.shape for symbol in FACILITY_SYMBOLS.values()}) == len(KINDS)  # told apart in grey print too
    assert set(SERVICES) == {kind.service for kind in KINDS.values()}


def test_kinds_of_one_service_share_their_colour_and_services_do_not():
    colours: dict[str, set[str]] = {}
    for kind, symbol in FACILITY_SYMBOLS.items():
        colours.setdefault(KINDS[kind].service, set()).add(symbol.colour)
    assert all(len(found) == 1 for found in colours.values())
    assert len(set.union(*colours.values())) == len(colours)


def test_stops_get_larger_with_the_frequency_and_unknown_is_hollow():
    assert set(STOP_SYMBOLS) == {each.id for each in FREQUENCY_CLASSES}
    circles = [STOP_SYMBOLS[name] for name in ("1_9", "10_29", "30_59", "60_plus")]
    assert [symbol.shape for symbol in circles] == ["circle"] * 4
    assert sorted(symbol.radius for symbol in circles) == [symbol.radius for symbol in circles]
    assert {STOP_SYMBOLS["none"].shape, STOP_SYMBOLS["unknown"].shape} == {"cross", "ring"}


@pytest.mark.parametrize("name", SYMBOLS)
def test_symbols_stand_out_from_paper_and_from_the_dark(name):
    for ground in (LIGHT_GROUND, DARK_GROUND):
        assert contrast(SYMBOLS[name].colour, ground) >= 3


def test_edges_of_areas_stand_out_and_kinds_differ_without_colour():
    looks = [look for table in (ZONES, TECHNOLOGIES) for _, look in table.values()] + list(HAZARD_LOOKS.values())
    for look in looks:
        assert contrast(look.edge, LIGHT_GROUND) >= 3
        assert contrast(look.edge, DARK_GROUND) >= 3
        assert not look.fill  # the colours of the municipalities stay to be seen
    assert len({(look.hatch, look.width) for _, look in ZONES.values()}) == len(ZONES)
    assert len({look.hatch for look in HAZARD_LOOKS.values()}) == len(HAZARD_LOOKS)  # widths alone are hard to tell
    assert set(HAZARD_LOOKS) == set(HAZARDS)
    assert set(TECHNOLOGIES) == set(KNOWN_TECHNOLOGIES)


@pytest.mark.parametrize("shape", SHAPES)
def test_outlines_are_closed_and_lie_within_their_box(shape):
    rings = SHAPES[shape].split("M")[1:]
    assert all(ring.endswith("Z") for ring in rings)
    outlines = [shapely.Polygon([tuple(map(float, point.split())) for point in ring[:-1].split("L")]) for ring in rings]
    assert all(outline.is_valid for outline in outlines)
    assert np.abs([outline.bounds for outline in outlines]).max() <= 1.2
    # Holes run against the outline that they lie in, so that both fill rules leave them open.
    for hole in outlines[1:]:
        inside = [outline for outline in outlines if outline is not hole and outline.contains(hole)]
        if len(inside) == 1:
            assert hole.exterior.is_ccw != inside[0].exterior.is_ccw


# Files


def test_lines_file_holds_every_line_with_its_name():
    shapes = np.array(
        [
            shapely.LineString([(139, 36), (139.1, 36)]),
            None,
            shapely.MultiLineString([[(1, 2), (3, 4)], [(5, 6), (7, 9)]]),
        ],
        dtype=object,
    )
    found = json.loads(lines_json(shapes, ["b", "a", "a"], ["x", "y", HOSTILE], texts=["1", "2", "3"]))
    assert found["kinds"] == ["a", "b"]
    assert [(line["k"], line["n"], line["t"]) for line in found["lines"]] == [
        (1, "x", "1"),
        (0, HOSTILE, "3"),
        (0, HOSTILE, "3"),
    ]
    assert found["lines"][0]["p"] == [[36.0, 139.0], [36.0, 139.1]]


def test_polygons_file_has_outer_ring_then_holes_and_leaves_nothing_out():
    holed = shapely.box(139, 36, 140, 37).difference(shapely.box(139.4, 36.4, 139.6, 36.6))
    shapes = np.array(
        [shapely.MultiPolygon([shapely.box(0, 0, 1, 1), shapely.box(2, 2, 3, 3)]), holed, shapely.Polygon()],
        dtype=object,
    )
    found = json.loads(polygons_json(shapes, ["a", "b", "c"], ["", "穴", ""]))
    assert [len(polygon["r"]) for polygon in found["polygons"]] == [1, 1, 2]
    assert found["polygons"][2]["n"] == "穴"
    assert [36.0, 140.0] in found["polygons"][2]["r"][0]


def test_files_are_simplified_until_they_are_light():
    rng = np.random.default_rng(0)
    wild = [
        shapely.LineString(np.column_stack([np.linspace(139, 140, 3000), 36 + rng.normal(0, 2e-4, 3000)]))
        for _ in range(5)
    ]
    full = lines_json(np.array(wild, dtype=object), ["a"] * 5, [""] * 5)
    light = lines_json(np.array(wild, dtype=object), ["a"] * 5, [""] * 5, most=50_000)
    assert len(full) > 150_000
    assert len(light) <= 50_000
    assert len(json.loads(light)["lines"]) == 5


def test_facilities_of_a_service_are_all_in_its_file(whole):
    table = whole.facilities.columns["kind"]
    for service in SERVICES:
        kinds = [kind for kind in KINDS if KINDS[kind].service == service]
        offer = next(offer for offer in map_layers.available(whole, "ja") if offer.id == f"facility-{service}")
        assert {kind.id: kind.count for kind in offer.kinds} == table[table.isin(kinds)].value_counts().to_dict()
        if offer.is_there:
            data = content(whole, offer.id)[offer.id]
            assert len(data["lat"]) == table.isin(kinds).sum() == len(data["name"])


def test_stops_are_classed_by_departures_and_stations_are_apart(six):
    data = content(six, "stops")["stops"]
    assert [data["kinds"][kind] for kind in data["kind"]] == ["60_plus", "unknown"]
    assert data["departures"] == ["1,234", ""]
    stations = content(six, "stations")["stations"]
    assert stations["name"] == ["見本駅"]


def test_a_frequency_that_is_not_known_is_not_zero():
    table = pd.DataFrame(
        {"mode": ["bus"] * 4 + ["ferry", "rail", "zeppelin"], "departures_weekday": [0, 29, 30, np.nan, 5, 5, 5]}
    )
    assert stop_kinds(table).tolist() == ["none", "10_29", "30_59", "unknown", "ferry", "rail", "other"]


def test_bus_lines_say_whether_they_follow_a_road():
    table = pd.DataFrame({"departures_weekday": [0, 31, np.nan], "is_shape": [True, False, False]})
    assert bus_line_kinds(table).tolist() == ["none", "30_59-straight", "unknown-straight"]


def test_speed_tiles_are_one_pixel_each():
    from io import BytesIO

    from PIL import Image

    west, south = 139.0, 36.0
    longitude, latitude = np.array([west, west + 360 / 65536, west]), np.array([south, south, south + 0.02])
    tiles = pd.DataFrame({"tile": quadkeys(longitude, latitude), "down_mbps": [10.0, 500.0, 150.0], "tests": [9, 9, 2]})
    picture = draw_tiles(tiles)
    image = Image.open(BytesIO(picture.png))
    assert image.size == (2, 1)  # the third has too few tests
    assert ["#{:02x}{:02x}{:02x}".format(*image.getpixel((x, 0))[:3]) for x in (0, 1)] == [SPEEDS[0][1], SPEEDS[-1][1]]
    lowest, left, highest, right = picture.bounds
    assert lowest <= south <= highest
    assert left <= west < west + 360 / 65536 <= right


# What a workspace offers


def test_the_sample_shows_everything_but_speed_tests(whole):
    absent = {offer.id: offer.reason for offer in map_layers.available(whole, "ja") if not offer.is_there}
    assert set(absent) == {"speeds"}
    assert "Ookla" in absent["speeds"]
    rail = content(whole, "rail")["rail"]
    assert len({line["n"] for line in rail["lines"]}) == 2
    assert rail["kinds"] == ["rail"]
    lines = whole.workspace.table("bus_lines")
    kinds = next(offer.kinds for offer in map_layers.available(whole, "ja") if offer.id == "bus_lines")
    assert sum(kind.count or 0 for kind in kinds) == len(lines)
    zones = content(whole, "zones")["zones"]
    assert len(zones["polygons"]) == shapely.get_num_geometries(whole.workspace.table("zones").geometry).sum()
    coverage = content(whole, "coverage")["coverage"]
    assert set(coverage["kinds"]) == set(whole.workspace.table("coverage_areas")["technology"])


def test_files_of_the_sample_are_light(whole):
    wanted = [(offer.id, 1.0) for offer in map_layers.available(whole, "ja") if offer.is_there]
    sizes = {layer["id"]: len(layer["content"]) for layer in map_layers.saved_layers(whole, wanted, "ja")}
    assert max(sizes.values()) <= 2_000_000
    assert {"base-roads", "base-streams", "base-rail"} <= set(sizes)


def test_an_older_workspace_opens_and_says_why(six):
    offers = {offer.id: offer for offer in map_layers.available(six, "ja")}
    assert "explorer build" in offers["base"].reason
    assert "explorer build" in offers["rail"].reason
    assert "A50" in offers["zones"].reason
    assert not offers["facility-school"].is_there
    assert offers["facility-shopping"].note.startswith("一覧がない種類")
    assert offers["facility-shopping"].credit == "店舗一覧"
    assert map_layers.arguments(six, [("base", 1.0), ("zones", 1.0), ("no such", 1.0)], "ja") == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_layer_has_its_words_in_both_languages(whole, six, language):
    for study in (whole, six):
        for offer in map_layers.available(study, language):
            texts = [offer.title, offer.group_title, *[kind.title for kind in offer.kinds]]
            assert all(texts)
            assert offer.group in GROUPS
            told = [*texts, offer.note, offer.reason]
            if language == "en":
                assert not [text for text in told if JAPANESE.search(text)]
            else:
                assert not [text for text in (offer.note, offer.reason) if text and not JAPANESE.search(text)]


def test_overlays_of_the_same_id_never_share_a_file(whole):
    ids = [part.id for part in overlays_of(whole.workspace)]
    assert len(ids) == len(set(ids))


# What is wanted


def test_only_the_chosen_kinds_are_drawn_from_the_same_file(whole):
    every = map_layers.arguments(whole, [("facility-medical", 0.5)], "ja")[0]
    some = map_layers.arguments(whole, [("facility-medical:hospital.clinic", 2.0)], "ja")[0]
    assert every["url"] == some["url"]
    assert list(some["looks"]) == ["hospital", "clinic"]
    assert (every["opacity"], some["opacity"]) == (0.5, 1.0)
    assert some["looks"]["hospital"]["label"] == "病院"


def test_layers_keep_their_order_and_the_base_lies_below(whole):
    wanted = [("base", 0.9), ("zones", 0.8), ("stops", 1.0)]
    found = map_layers.arguments(whole, wanted, "en")
    assert [layer["id"] for layer in found] == ["base-streams", "base-roads", "base-rail", "zones", "stops"]
    assert [layer["below"] for layer in found] == [True, True, True, False, False]
    titles = [block.title for block in map_layers.legend_rows(whole, wanted, "en")]
    assert titles == ["Stops by departures", "Zones of location plans"]  # the topmost first, the base not at all


def test_straight_and_drawn_lines_of_a_class_are_one_choice():
    kinds = tuple(
        OverlayKind(name, ("j", "e"), LineLook("#000000", 1.0), count, choice="a")
        for name, count in (("a", 2), ("a-straight", 3))
    )
    overlay = Overlay("lines", "transport", ("j", "e"), "lines", kinds)
    assert [(kind.id, kind.count) for kind in overlay.choices()] == [("a", 5)]
    assert [kind.id for kind in overlay.of_kinds(["a"]).kinds] == ["a", "a-straight"]
    chosen = chosen_layers([overlay], wanted_of("lines:a~40"))
    assert list(layer_argument(*chosen[0], "en")["looks"]) == ["a", "a-straight"]


@pytest.mark.parametrize("text", ["", "base", "base~80,stops:60_plus.30_59", "zones:plan~5"])
def test_addresses_come_back_as_they_were(text):
    assert text_of(wanted_of(text)) == text


def test_hostile_addresses_are_passed_over(six):
    for text in ("~,,:~x", "stops:<script>~1e9", "stops~-5", "x" * 10_000, "stops:." * 500):
        assert all(0 <= layer["opacity"] <= 1 for layer in map_layers.arguments(six, wanted_of(text), "ja"))


# Legend and saved map


def test_the_legend_draws_what_the_map_draws_and_escapes_names(six):
    html = map_layers.legend_of(six, [("facility-shopping", 1.0), ("stops", 1.0)], "ja")
    assert f'd="{FACILITY_SYMBOLS["supermarket"].path}"' in html
    assert html.index("停留所") < html.index("スーパー")
    kind = OverlayKind(HOSTILE, (HOSTILE, HOSTILE), Symbol("circle", "#123456"), 3)
    overlay = Overlay("x", "facilities", (HOSTILE, HOSTILE), "points", (kind,), note=(HOSTILE, HOSTILE))
    from explorer.maps.layer_choice import legend_blocks

    text = legend_blocks_html(legend_blocks([overlay], "ja"))
    assert HOSTILE not in text
    assert "&lt;" in text


@pytest.mark.parametrize(
    ("look", "part"),
    [(LineLook("#111111", 2.0, "6 4", casing="#eeeeee"), 'stroke-dasharray="6 4"'), (AreaLook("", "#222222", hatch="dots"), "<circle"),
     (AreaLook("#333333", "#222222"), 'fill="#333333"'), (AreaLook("", "#222222", hatch="cross"), "<path")],
)  # fmt: skip
def test_lines_and_hatches_have_a_sign(look, part):
    assert part in sign_svg(look)


def test_a_saved_map_holds_the_layers_of_the_screen(whole, tmp_path):
    out = tmp_path / "map.html"
    wanted = "base~70,zones:residential,stops:60_plus.30_59~80,facility-shopping:supermarket"
    ran = CliRunner().invoke(
        cli, ["map", str(whole.workspace.path), "supermarket_within_800m", "--out", str(out), "--layers", wanted]
    )
    assert ran.exit_code == 0, ran.output
    text = out.read_text(encoding="utf-8")
    stored = json.loads(re.search(r'id="saved-layers">(.*?)</script>', text, re.DOTALL)[1])
    assert stored == [
        {**{name: value for name, value in layer.items() if name != "content"}, "data": json.loads(layer["content"])}
        for layer in map_layers.saved_layers(whole, wanted_of(wanted), "ja")
    ]
    assert "居住誘導区域" in text


def test_names_in_a_saved_map_stay_text(six):
    from explorer.maps.saved import SavedMap, saved_map_html

    layers = map_layers.saved_layers(six, [("facility-shopping", 1.0)], "ja")
    page = saved_map_html(
        SavedMap(
            title="x",
            subtitle="",
            credit="",
            language="ja",
            shapes=six.drawing(),
            colours={},
            labels={},
            legend="",
            layers=layers,
        )
    ).decode()
    assert HOSTILE not in page
    assert HOSTILE in re.search(r'id="saved-layers">(.*?)</script>', page, re.DOTALL)[1].replace(
        "\\u003c", "<"
    ).replace('\\"', '"')


def test_a_picture_is_saved_inside():
    from explorer.maps.saved import _layers_html

    layer = {"id": "speeds", "kind": "picture", "opacity": 1.0, "bounds": [1, 2, 3, 4], "content": b"png"}
    assert "data:image/png;base64," + base64.b64encode(b"png").decode() in _layers_html([layer], "map_1")


@pytest.mark.parametrize(
    ("layers", "out", "told"),
    [
        ("base,nothing", "m.html", "nothing"),
        ("speeds", "m.html", "Ookla"),
        ("zones:x", "m.html", "residential"),
        ("base", "m.png", ".html"),
    ],
)
def test_the_command_says_which_layers_there_are(command, whole, tmp_path, layers, out, told):
    ran = command("map", whole.workspace.path, "supermarket_within_800m", "--out", tmp_path / out, "--layers", layers)
    assert ran.code != 0
    assert told in ran.error("--layers")


@pytest.mark.browser
@pytest.mark.skipif(not shutil.which("chromium"), reason="no chromium here")
def test_a_saved_map_draws_its_layers_without_a_network(whole, tmp_path):
    from playwright.sync_api import sync_playwright

    from explorer.maps.saved import SavedMap, saved_map_html

    wanted = [("base", 0.9), ("zones", 0.8), ("facility-medical", 1.0)]
    page_file = tmp_path / "map.html"
    content_of_map = SavedMap(
        title="x", subtitle="", credit="", language="ja", shapes=whole.drawing(), colours={}, labels={},
        legend=map_layers.legend_of(whole, wanted, "ja"), layers=map_layers.saved_layers(whole, wanted, "ja"),
    )  # fmt: skip
    page_file.write_bytes(saved_map_html(content_of_map))
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1200, "height": 700})
        asked, failed = [], []
        page.on("request", lambda request: asked.append(request.url))
        page.on("pageerror", lambda error: failed.append(str(error)))
        page.goto(page_file.as_uri())
        page.wait_for_function("document.body.dataset.layers === '5'")
        opacities = page.evaluate(
            "[...document.querySelectorAll('.leaflet-pane canvas')].map((each) => each.parentElement.style.opacity).filter(Boolean)"
        )
        # The colour of the symbols is on the canvas of the topmost layer; many small ones are see-through, so not to the digit.
        found = page.evaluate(
            "(() => { const all = [...document.querySelectorAll('.leaflet-pane canvas')].filter((e) => e.parentElement.style.opacity);"
            " const c = all[all.length - 1]; const d = c.getContext('2d').getImageData(0, 0, c.width, c.height).data; let n = 0;"
            " for (let i = 0; i < d.length; i += 4) if (d[i + 3] > 90 && d[i] < 60 && Math.abs(d[i + 1] - 119) < 40 && Math.abs(d[i + 2] - 187) < 40) n += 1; return n; })()"
        )
        browser.close()
    assert not failed
    assert [address for address in asked if not address.startswith(("file:", "data:", "blob:"))] == []
    assert opacities == ["0.9", "0.9", "0.9", "0.8", "1"]
    assert found > 500


@pytest.mark.realdata
def test_gunma_has_a_base_of_roads_and_says_what_it_lacks(gunma_workspace):
    study = Study(Workspace.open(gunma_workspace))
    offers = {offer.id: offer for offer in map_layers.available(study, "ja")}
    assert offers["base"].is_there
    assert "N02" in offers["rail"].reason
    sizes = [
        len(layer["content"])
        for layer in map_layers.saved_layers(study, [("base", 1), ("bus_lines", 1), ("stops", 1)], "ja")
    ]
    assert max(sizes) <= 2_000_000
    lines = gpd.GeoDataFrame(study.workspace.table("bus_lines"))
    assert {True, False} == set(lines["is_shape"])
