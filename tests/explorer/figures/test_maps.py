"""Maps for paper: true scale, places on the shapes, colours of the legend, nothing crashes on missing shapes."""

from __future__ import annotations

import math
import re
import xml.etree.ElementTree as ET
from dataclasses import replace

import geopandas as gpd
import numpy as np
import pytest
import shapely
from pyproj import Geod

import explorer
from explorer.figures.ground import ground_of
from explorer.figures.maps import Arrow, MapDrawing, PointLayer, ZoneLayer, draw_map, small_multiples
from explorer.maps.classes import Classes
from explorer.maps.colours import NO_DATA, rgb
from explorer.maps.legend import LegendRow
from explorer.maps.raster import paint_places
from tests.explorer.figures.svg import NAMESPACE, filled, pixels, share_of, texts, width_of

BLUE, YELLOW = "#225ea8", "#edf8b1"
HOSTILE = "<script>alert(1)</script>$\\frac{1}{2}$"


def marks(picture, colour: str) -> list[tuple[float, float]]:
    """Where marks of a colour stand, points from the upper left corner; those of the legend have another size."""
    root = ET.fromstring(picture.svg())
    found = [each for each in root.iter(f"{NAMESPACE}use") if f"fill: {colour}" in each.attrib.get("style", "")]
    return [(float(each.attrib["x"]), float(each.attrib["y"])) for each in found]


def test_the_scale_bar_is_as_long_as_the_ground_says(sample):
    box = sample.municipalities.total_bounds
    middle = (box[1] + box[3]) / 2
    lon = np.array([box[0] + 0.1 * (box[2] - box[0]), box[0] + 0.6 * (box[2] - box[0])])
    points = PointLayer(lon, [middle, middle], "点", colour="#010203", size=4.0)
    picture = draw_map(sample, MapDrawing("ja", points=(points,)))
    (x0, y0), (x1, y1) = marks(picture, "#010203")[:2]
    metres = Geod(ellps="GRS80").inv(lon[0], middle, lon[1], middle)[2]
    metres_per_point = metres / math.hypot(x1 - x0, y1 - y0)
    label = next(text for text in texts(picture) if re.fullmatch(r"[\d.]+ km", text))
    half = max(width_of(each) for each in filled(picture, "#1f2933") if each.count("L") == 3)
    assert 2 * half * metres_per_point == pytest.approx(1000 * float(label.split()[0]), rel=0.01)


def test_classes_are_drawn_in_their_colours_and_counted_in_the_legend(tiny):
    drawing = MapDrawing(
        "ja", fills={"10201": BLUE, "10203": YELLOW}, legend=(LegendRow(BLUE, "多い", "1"), LegendRow(YELLOW, "少ない", "1")),
        legend_title="人の割合", subject="人の割合", shows_names=False, shows_roads=False,
    )  # fmt: skip
    picture = draw_map(tiny, drawing)
    shares = [share_of(picture, rgb(colour)) for colour in (BLUE, YELLOW)]
    assert min(shares) > 0.1
    assert shares[0] == pytest.approx(shares[1], rel=0.05)  # two squares of one size
    assert {"多い", "少ない", "人の割合"} <= set(texts(picture))
    assert texts(picture).count("1") == 2
    assert "多い 1、少ない 1" in picture.alt
    assert picture.alt.startswith("地図：人の割合。")


def test_a_municipality_without_data_is_hatched_as_its_legend_says(tiny):
    drawing = MapDrawing("ja", fills={"10201": BLUE, "10203": NO_DATA}, legend=(LegendRow(NO_DATA, "データなし", "1"),))
    svg = draw_map(tiny, drawing).svg()
    assert svg.count(b"url(#h") >= 2


def test_places_lie_on_the_shapes_and_only_in_the_municipalities_meant(tiny):
    places = ground_of(tiny).places
    west = places[:, 0] < np.median(places[:, 0])
    classes = Classes((1.0,), ("#0000ff", "#ff0000"), "right")
    drawing = MapDrawing(
        "ja", places=(np.where(west, 0.0, 2.0), classes), shows_names=False, shows_roads=False, width_mm=80
    )
    both = pixels(draw_map(tiny, drawing)).astype(int)
    blue, red = ((np.abs(both - np.array(colour)) < 4).all(axis=2) for colour in ((0, 0, 255), (255, 0, 0)))
    assert blue.any()
    assert red.any()
    assert np.flatnonzero(blue.any(axis=0)).max() < np.flatnonzero(red.any(axis=0)).min() + 3
    one = pixels(draw_map(tiny, replace(drawing, codes=("10201",)))).astype(int)
    assert not (np.abs(one - np.array((255, 0, 0))) < 4).all(axis=2).any()


def test_a_place_is_painted_where_it_is():
    classes = Classes((1.0,), ("#0000ff", "#ff0000"), "right")
    xy = np.array([[0.0, 0.0], [1000.0, 500.0], [np.nan, 0.0]])
    picture = paint_places(xy, np.array([0.0, np.inf, 2.0]), classes)
    assert picture is not None
    west, south, east, north = picture.bounds
    rows, columns, _ = picture.pixels.shape
    assert (east - west) / columns == pytest.approx((north - south) / rows) == pytest.approx(50.0)
    for (x, y), colour in zip(xy[:2], ((0, 0, 255), (215, 48, 31)), strict=True):
        row, column = int((north - y) / 50), int((x - west) / 50)
        assert tuple(picture.pixels[row, column, :3]) == colour
    assert (picture.has_unreachable, picture.has_unknown) == (True, False)
    assert paint_places(np.empty((0, 2)), np.empty(0), classes) is None


def test_points_are_counted_within_the_frame_only(tiny):
    west, south, _, _ = tiny.municipalities.total_bounds
    layer = PointLayer(
        [west + 0.01, west + 0.02, 150.0, np.nan], [south + 0.01, south + 0.01, 36.0, 36.0], "学校", marker="s"
    )
    shown = texts(draw_map(tiny, MapDrawing("ja", points=(layer,))))
    assert "2" in shown
    assert "4" not in shown


def test_every_layer_together_with_hostile_names_is_text(sample):
    opened = explorer.open(sample.workspace.path)  # its names are changed below
    ground = ground_of(opened)
    codes, names, _inside, _shapes = ground._drawn
    names[:] = [HOSTILE] * len(names)
    zone = gpd.GeoSeries([shapely.box(*opened.municipalities.total_bounds)], crs="EPSG:6668").scale(0.3, 0.3)
    drawing = MapDrawing(
        "en", title=HOSTILE, fills={codes[0]: BLUE}, legend=(LegendRow(BLUE, HOSTILE, "1"),), legend_title=HOSTILE,
        zones=(ZoneLayer(zone, HOSTILE, face="#56b4e9"),), arrows=(Arrow(codes[0], codes[1], 10.0, HOSTILE), Arrow("x", "y", 1.0)),
        arrow_label=HOSTILE, note=HOSTILE, credit=HOSTILE * 9,
        points=(PointLayer([140.0], [36.0], HOSTILE, names=(HOSTILE,)),),
    )  # fmt: skip
    for picture in (draw_map(opened, drawing), draw_map(opened, replace(drawing, width_mm=85.0))):
        assert b"<script" not in picture.svg()
        assert any("script" in text for text in texts(picture))


@pytest.mark.parametrize("codes", [(), ("10201",), ("99999",), ("10201", "99999")])
def test_municipalities_without_a_shape_do_not_crash(tiny, codes):
    assert draw_map(tiny, MapDrawing("ja", codes=codes, fills={"99999": BLUE, "10201": BLUE})).svg()


def test_a_workspace_without_any_shape_gives_an_empty_frame(tiny):
    opened = explorer.open(tiny.workspace.path)
    ground_of(opened).__dict__["_drawn"] = ([], [], np.empty(0, bool), np.empty(0, object))
    assert draw_map(opened, MapDrawing("ja", title="何もない")).svg()


def test_an_island_is_drawn_alone(sample):
    picture = draw_map(sample, MapDrawing("ja", codes=("48401",), fills={"48401": BLUE}, shows_names=False))
    assert share_of(picture, rgb(BLUE)) > 0.1


def test_roads_are_named_in_the_legend_only_where_there_are_any(sample, tiny):
    words = "灰色の線は主な道路"
    rows = (LegendRow(BLUE, "多い", "1"),)
    assert words in texts(draw_map(sample, MapDrawing("ja", legend=rows)))
    assert words not in texts(draw_map(sample, MapDrawing("ja", legend=rows, shows_roads=False)))
    assert words not in texts(draw_map(tiny, MapDrawing("ja", legend=rows)))  # residential streets only


def test_small_maps_have_one_scale_and_one_legend(sample):
    towns = sample.municipalities["code"].tolist()[:4]
    rows = (LegendRow(BLUE, "多い", "4"),)
    drawings = [
        MapDrawing(
            "ja",
            title=f"地図{code}",
            codes=(code,),
            fills={code: BLUE},
            legend=rows,
            legend_title="凡例",
            credit="出典",
        )
        for code in towns
    ]
    picture = small_multiples(sample, drawings, 2)
    shown = texts(picture)
    assert all(f"地図{code}" in shown for code in towns)
    assert shown.count("多い") == shown.count("凡例") == shown.count("出典") == shown.count("N") == 1
    assert len({text for text in shown if text.endswith(" km")}) == 1
    assert len(filled(picture, BLUE)) == 4 + 1
    assert "4 枚" in picture.alt


def test_shapes_are_simplified_once_for_all_maps(tiny, monkeypatch):
    opened = explorer.open(tiny.workspace.path)
    calls = []
    simplify = shapely.coverage_simplify
    monkeypatch.setattr(shapely, "coverage_simplify", lambda *args, **more: calls.append(1) or simplify(*args, **more))
    for _ in range(3):
        draw_map(opened, MapDrawing("ja"))
    assert len(calls) <= 2
    assert ground_of(opened) is ground_of(opened)
    assert ground_of(explorer.open(tiny.workspace.path)) is not ground_of(opened)


def test_the_same_map_gives_the_same_bytes(tiny):
    layer = PointLayer([139.01], [36.31], "点", names=("名",))
    drawing = MapDrawing("ja", title="題", fills={"10201": BLUE, "10203": NO_DATA}, points=(layer,), credit="出典")
    first, second = draw_map(tiny, drawing), draw_map(explorer.open(tiny.workspace.path), drawing)
    assert first.svg() == second.svg()
    assert first.png() == second.png()
    assert b"<dc:date>" not in first.svg()


def test_a_map_may_be_given_a_height(tiny):
    picture = draw_map(tiny, MapDrawing("ja", title="題", credit="出典", width_mm=85.0, height_mm=90.0))
    assert picture.height_mm == pytest.approx(90.0, abs=0.1)
    assert picture.width_mm == pytest.approx(85.0)
