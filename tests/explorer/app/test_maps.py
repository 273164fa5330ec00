"""Classes, colours, legend, shapes, place pictures: small cases worked out by hand."""

from __future__ import annotations

import hashlib
import io
import json
from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from explorer.maps.classes import SCHEMES, Classes, make_classes, rounded_limit
from explorer.maps.colours import NO_DATA, UNREACHABLE, class_colours, rgb
from explorer.maps.legend import LegendRow, class_labels, class_rows, legend_html
from explorer.maps.points import points_json
from explorer.maps.raster import degrees, draw_places, mercator, place_classes
from explorer.maps.saved import ASSETS, MapPoints, SavedMap, saved_map_html
from explorer.maps.shapes import drawing_geojson
from explorer.self_contained import PageNeedsNetwork, refuse_network

FIXED = (20.0, 40.0, 60.0, 80.0)


def test_a_value_on_a_limit_belongs_to_the_upper_class_of_a_share_and_the_lower_of_a_time():
    share = make_classes([20.0], "fixed", fixed=FIXED, better="high")
    assert share.of([19.99, 20.0, 80.0, np.nan]).tolist() == [0, 1, 4, -1]
    time = make_classes([5.0], "fixed", fixed=(5.0, 10.0), better="low")
    assert time.of([5.0, 5.01, 10.0, np.inf]).tolist() == [0, 1, 1, 2]


def test_counts_add_up_with_the_missing():
    counts, missing = make_classes([], "fixed", fixed=FIXED, better="high").counts([1, 25, 25, np.nan, 99])
    assert counts == [1, 2, 0, 0, 1]
    assert missing == 1


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("values", [[], [np.nan], [5.0], [5.0, 5.0, 5.0], [0.0, 100.0], [0.0] * 30 + [1.0, 2.0, 3.0]])
def test_poor_data_still_gets_classes(scheme, values):
    classes = make_classes(values, scheme, fixed=FIXED, better="high")
    assert len(classes.colours) == len(classes.limits) + 1
    counts, missing = classes.counts(values)
    assert sum(counts) + missing == len(values)


@settings(max_examples=40)
@given(st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=60), st.sampled_from(SCHEMES[1:]))
def test_limits_ascend_and_every_value_has_one_class(values, scheme):
    classes = make_classes(values, scheme, fixed=(), better=None)
    assert list(classes.limits) == sorted(set(classes.limits))
    assert sum(classes.counts(values)[0]) == len(values)


def test_quantiles_hold_about_equal_counts():
    counts, _ = make_classes(np.arange(100.0), "quantile", fixed=FIXED, better="high").counts(np.arange(100.0))
    assert max(counts) - min(counts) <= 2


@pytest.mark.parametrize(("scheme", "name"), [("quantile", "Quantiles"), ("equal", "EqualInterval")])
def test_limits_are_those_of_mapclassify(scheme, name):
    import mapclassify

    rng = np.random.default_rng(3)
    for values in (rng.gamma(2.0, 900.0, 35), rng.uniform(0, 100, 7), np.array([1.0, 2.0, 5.0])):
        count = min(5, values.size)
        bins = getattr(mapclassify, name)(values, k=count).bins[:-1]
        wanted = sorted({rounded_limit(float(limit), float(np.ptp(values))) for limit in bins})
        found = make_classes(values, scheme, fixed=(), better=None).limits
        assert list(found) == [limit for limit in wanted if values.min() < limit <= values.max()]


def test_good_is_blue_and_bad_is_yellow_whichever_end_is_good():
    assert class_colours(5, "high") == class_colours(5, "low")[::-1]
    red, _, blue = rgb(class_colours(5, "high")[-1])
    assert blue > red


@pytest.mark.parametrize("better", ["high", "low", None])
@pytest.mark.parametrize("count", range(2, 10))
def test_colours_get_steadily_darker_so_that_a_grey_print_reads_the_same(better, count):
    lightness = [0.299 * r + 0.587 * g + 0.114 * b for r, g, b in map(rgb, class_colours(count, better))]
    steps = np.diff(lightness if better == "low" else lightness[::-1])
    assert (steps > 4).all()
    assert len(set(class_colours(count, better))) == count


def test_legend_says_exactly_the_limits():
    high = make_classes([1.0], "fixed", fixed=FIXED, better="high")
    assert class_labels(high, "%", "ja") == ["20 % 未満", "20〜40 %", "40〜60 %", "60〜80 %", "80 % 以上"]
    low = make_classes([1.0], "fixed", fixed=(5.0, 10.0), better="low")
    assert class_labels(low, "分", "en") == ["up to 5 min", "5–10 min", "over 10 min"]
    assert class_labels(low, "%", "ja")[0] == "5 % 以下"
    assert class_labels(Classes((1000.0, 20000.0), ("#000000",) * 3), "人", "ja")[1] == "1,000〜20,000 人"
    falls = Classes((-50.0, -30.0), ("#000000",) * 3)
    assert class_labels(falls, "%", "en") == ["below −50 %", "−50 to −30 %", "−30 % or more"]


def test_legend_counts_and_no_data_row():
    classes = make_classes([1.0], "fixed", fixed=FIXED, better="high")
    rows = class_rows(classes, [1, 0, 2, 0, 0], 3, unit="%", language="ja")
    assert rows[0] == LegendRow(classes.colours[-1], "80 % 以上", "0")
    assert rows[-1] == LegendRow(NO_DATA, "データなし", "3")
    assert class_rows(classes, [1, 0, 2, 0, 0], 0, unit="%", language="ja")[-1].colour != NO_DATA


def test_legend_escapes():
    assert "<script>" not in legend_html("<script>", [LegendRow("#fff", "<b>", "<i>")], note="<script>")


def _places(values: list[float]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    count = len(values)
    return np.full(count, 140.0), 36.0 + 0.01 * np.arange(count), np.array(values)


def test_place_picture_has_each_class_colour_and_is_clear_where_nobody_lives():
    longitude, latitude, metres = _places([100, 400, np.inf, np.nan, 9000, 50])
    raster = draw_places(longitude, latitude, metres, place_classes("walk"), people=np.array([1, 1, 1, 1, 1, 0.0]))
    assert raster is not None
    assert raster.has_unreachable
    picture = Image.open(io.BytesIO(raster.png)).convert("RGBA")
    seen = {colour for _, colour in picture.getcolors(100_000) if colour[3]}
    colours = place_classes("walk").colours
    expected = {colours[0], colours[1], colours[-1], UNREACHABLE, NO_DATA}
    assert seen == {(*rgb(colour), 255) for colour in expected}
    assert (
        sum(count for count, colour in picture.getcolors(100_000) if colour[3] == 0)
        > 0.5 * picture.width * picture.height
    )


@pytest.mark.parametrize("latitude", [24.0, 36.0, 45.5])
def test_place_lies_where_leaflet_will_draw_it(latitude):
    """Leaflet stretches the picture evenly in Mercator: the pixel at a place's Mercator position must have its colour."""
    longitude, latitudes = np.array([140.0, 141.0, 140.5]), np.array([latitude, latitude + 1.5, latitude + 0.7])
    raster = draw_places(longitude, latitudes, np.array([100.0, 9000.0, np.inf]), place_classes("straight"))
    assert raster is not None
    south, west, north, east = raster.bounds
    picture = Image.open(io.BytesIO(raster.png)).convert("RGBA")
    (left, right), (bottom, top) = mercator(np.array([west, east]), np.array([south, north]))
    x, y = mercator(longitude, latitudes)
    column = ((x - left) / (right - left) * picture.width).astype(int)
    row = ((top - y) / (top - bottom) * picture.height).astype(int)
    colours = [place_classes("straight").colours[0], place_classes("straight").colours[-1], UNREACHABLE]
    assert [picture.getpixel((int(c), int(r)))[:3] for c, r in zip(column, row, strict=True)] == [
        rgb(c) for c in colours
    ]


def test_neighbouring_places_leave_no_pin_holes():
    step_m = 100.0
    columns, rows = np.meshgrid(np.arange(40), np.arange(40))
    latitude = 36.0 + rows.ravel() * step_m / 111_000
    longitude = 140.0 + columns.ravel() * step_m / (111_320 * np.cos(np.radians(36.0)))
    raster = draw_places(longitude, latitude, np.full(longitude.size, 10.0), place_classes("walk"))
    alpha = np.asarray(Image.open(io.BytesIO(raster.png)).convert("RGBA"))[4:-4, 4:-4, 3]
    assert (alpha == 255).all()


def test_no_places_no_picture():
    nothing = np.empty(0)
    assert draw_places(nothing, nothing, nothing, place_classes("walk")) is None


def test_mercator_round_trip():
    x, y = mercator(np.array([139.7]), np.array([35.6]))
    assert degrees(float(x[0]), float(y[0])) == pytest.approx((139.7, 35.6))


def test_a_whole_country_stays_within_a_browser_sized_picture():
    raster = draw_places(np.array([123.0, 145.8]), np.array([24.0, 45.5]), np.array([1.0, 2.0]), place_classes("walk"))
    assert max(Image.open(io.BytesIO(raster.png)).size) <= 4100


def _towns(shapes: list, inside: list[bool] | None = None) -> gpd.GeoDataFrame:
    count = len(shapes)
    return gpd.GeoDataFrame(
        {"code": [f"4820{i}" for i in range(count)], "name": "町", "in_study_area": inside or [True] * count},
        geometry=shapes, crs="EPSG:6668",
    )  # fmt: skip


def test_drawing_keeps_shared_borders_and_leaves_out_what_has_no_shape():
    wiggle = [(0.5 + 0.001 * (i % 2), i / 400) for i in range(401)]
    left = shapely.Polygon([(0, 0), *wiggle, (0, 1)])
    right = shapely.Polygon([(1, 0), *wiggle, (1, 1)])
    drawing = json.loads(drawing_geojson(_towns([left, right, None, shapely.Polygon()], [True, False, True, True])))
    assert [feature["id"] for feature in drawing["features"]] == ["48200", "48201"]
    assert [feature["properties"]["inside"] for feature in drawing["features"]] == [1, 0]
    drawn = [shapely.from_geojson(json.dumps(feature["geometry"])) for feature in drawing["features"]]
    assert drawn[0].intersection(drawn[1]).area < 1e-6
    assert shapely.union_all(drawn).area == pytest.approx(1.0, abs=1e-4)
    assert drawing["bbox"][2] == pytest.approx(0.5, abs=0.01)


def test_drawing_of_overlapping_shapes_does_not_fail():
    drawing = json.loads(drawing_geojson(_towns([shapely.box(0, 0, 1, 1), shapely.box(0.9, 0, 2, 1)])))
    assert len(drawing["features"]) == 2


def test_drawing_of_nothing():
    assert json.loads(drawing_geojson(_towns([])))["features"] == []


def test_points_without_position_are_left_out():
    data = json.loads(points_json(np.array([140.0, np.nan]), np.array([36.0, 36.0]), ["a", "b"], {"name": ["x", "y"]}))
    assert data == {"lat": [36.0], "lon": [140.0], "kinds": ["a"], "kind": [0], "name": ["x"]}


def test_shipped_assets_are_the_published_ones():
    listed = dict(reversed(line.split("  ")) for line in (ASSETS / "SHA256SUMS").read_text().splitlines())
    shipped = {str(path.relative_to(ASSETS)) for path in (ASSETS / "leaflet").rglob("*") if path.is_file()}
    assert set(listed) == shipped
    assert {name: hashlib.sha256((ASSETS / name).read_bytes()).hexdigest() for name in listed} == listed
    assert "leaflet/LICENSE" in listed


def test_the_map_frame_names_no_outside_address_but_the_tiles_of_choice():
    text = "".join(file.read_text() for file in ASSETS.glob("*.*"))
    hosts = {part.split("/")[0] for part in text.split("https://")[1:]}
    assert hosts == {"cyberjapandata.gsi.go.jp", "tile.openstreetmap.org"}
    assert "http://" not in text


def _saved(**changes: object) -> bytes:
    content = {
        "title": "題<script>", "subtitle": "x", "credit": "© OpenStreetMap contributors", "language": "ja",
        "shapes": drawing_geojson(_towns([shapely.box(139, 36, 140, 37)])), "colours": {"48200": "#123456"},
        "labels": {"48200": "72.3 %"}, "legend": legend_html("凡例", []),
    }  # fmt: skip
    return saved_map_html(SavedMap(**{**content, **changes}))


def test_saved_map_is_one_file_with_everything_inside():
    text = _saved(points=[MapPoints([139.5], [36.5], ["</script><script>alert(1)</script>"], "#c2410c", 4.0)]).decode()
    assert "L.map(" in text
    assert "#123456" in text
    assert "<script>alert(1)" not in text
    assert "題<script>" not in text
    assert "cdn." not in text


@pytest.mark.parametrize(
    "part",
    ['<script src="https://cdn.example.com/x.js"></script>', '<link rel="stylesheet" href="//cdn.example.com/x.css">',
     "<style>@import 'https://example.com/x.css';</style>", "<style>a{background:url(https://example.com/x.png)}</style>",
     '<img src="http://example.com/x.png">', '<script src="x.js"></script>'],
)  # fmt: skip
def test_a_map_that_would_need_the_network_is_refused(part):
    with pytest.raises(PageNeedsNetwork):
        refuse_network(f"<html>{part}</html>")


def test_links_and_data_are_no_reason_to_refuse():
    refuse_network(
        '<a href="https://example.com/">x</a><img src="data:image/png;base64,AA"><script>"@import url(http://x)"</script>'
    )


def test_place_picture_is_quick_enough_for_a_prefecture():
    rng = np.random.default_rng(1)
    import time

    longitude, latitude = rng.uniform(138.5, 139.7, 250_000), rng.uniform(36.0, 37.0, 250_000)
    metres = rng.uniform(0, 6000, 250_000)
    started = time.perf_counter()
    draw_places(longitude, latitude, metres, place_classes("walk"))
    assert time.perf_counter() - started < 5  # about 0.5 s on a laptop; the limit leaves room for a busy machine


def test_assets_are_beside_the_code():
    assert (Path(ASSETS) / "index.html").is_file()
