"""Shared borders: a case worked out by hand, laws on random partitions of a rectangle, lines drawn apart, the real Ryomo."""

from __future__ import annotations

import itertools
from collections import Counter
from pathlib import Path

import geopandas as gpd
import numpy as np
import pyproj
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from explorer.borders import borders_of, shared_borders
from geodata.projection import choose_projection

WEST, SOUTH, STEP = 139.0, 36.3, 0.05
ELLIPSOID = pyproj.Geod(ellps="GRS80")


def _table(shapes: dict[str, shapely.Geometry]) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame({"code": list(shapes)}, geometry=list(shapes.values()), crs="EPSG:6668")


def _shared(table: gpd.GeoDataFrame):
    return shared_borders(table, choose_projection(tuple(table.total_bounds)).crs)


def _cell(column: int, row: int) -> shapely.Polygon:
    west, south = round(WEST + column * STEP, 6), round(SOUTH + row * STEP, 6)
    return shapely.box(west, south, round(west + STEP, 6), round(south + STEP, 6))


def _km(line: shapely.Geometry) -> float:
    return ELLIPSOID.geometry_length(line) / 1000


def test_squares_side_by_side_share_a_meridian_and_corners_share_nothing() -> None:
    table = _table({"a": _cell(0, 0), "b": _cell(1, 0), "c": _cell(0, 1), "d": _cell(1, 1), "e": _cell(3, 0)})
    found = _shared(table).set_index(["code_a", "code_b"])["km"]
    assert set(found.index) == {("a", "b"), ("a", "c"), ("b", "d"), ("c", "d")}
    # 0.05 degrees of a meridian and of a parallel on GRS80, by pyproj's inverse problem (5.548 and 4.488 km).
    meridian = ELLIPSOID.inv(WEST + STEP, SOUTH, WEST + STEP, SOUTH + STEP)[2] / 1000
    parallel = ELLIPSOID.inv(WEST, SOUTH + STEP, WEST + STEP, SOUTH + STEP)[2] / 1000
    assert found["a", "b"] == pytest.approx(meridian, rel=1e-9)
    assert found["a", "c"] == pytest.approx(parallel, rel=1e-9)
    assert 5.547 < meridian < 5.549
    assert 4.486 < parallel < 4.490


def test_one_side_fixed_is_the_same_border_from_both_sides() -> None:
    borders = _shared(_table({"a": _cell(0, 0), "b": _cell(1, 0), "c": _cell(2, 0)}))
    assert borders_of(borders, "b").index.tolist() == ["a", "c"]
    assert borders_of(borders, "a").loc["b", "km"] == borders_of(borders, "b").loc["a", "km"]
    assert borders_of(borders, "z").empty


@st.composite
def partitions(draw) -> gpd.GeoDataFrame:
    """Up to six municipalities of 4 × 3 cells; some cells may belong to nobody, members need not be connected."""
    owner = draw(st.lists(st.sampled_from(["", "a", "b", "c", "d", "e", "f"]), min_size=12, max_size=12))
    cells: dict[str, list[shapely.Polygon]] = {}
    for at, code in enumerate(owner):
        if code:
            cells.setdefault(code, []).append(_cell(at % 4, at // 4))
    return _table({code: shapely.union_all(parts) for code, parts in (cells or {"a": [_cell(0, 0)]}).items()})


@settings(max_examples=40)
@given(partitions(), st.randoms())
def test_borders_are_symmetric_complete_and_in_no_order(table: gpd.GeoDataFrame, random) -> None:
    found = _shared(table)
    assert (found["code_a"] < found["code_b"]).all()
    assert not found.duplicated(["code_a", "code_b"]).any()
    assert (found["km"] > 0).all()
    assert not found["is_approximate"].any()
    rows = list(range(len(table)))
    random.shuffle(rows)
    again = _shared(table.iloc[rows])
    assert again.equals(found)
    # Everybody's outline = each shared border twice + the outline of all together.
    outlines = sum(_km(line) for line in table.geometry.boundary)
    together = _km(table.geometry.union_all().boundary)
    assert outlines == pytest.approx(2 * found["km"].sum() + together, rel=1e-6)


@settings(max_examples=25)
@given(partitions())
def test_codes_exchanged_exchange_the_borders(table: gpd.GeoDataFrame) -> None:
    """The length does not depend on which of the two comes first."""
    names = dict(zip(table["code"], sorted(table["code"], reverse=True), strict=True))
    turned = _shared(table.assign(code=table["code"].map(names)))
    pairs = {
        frozenset((names[a], names[b])): km for a, b, km in _shared(table)[["code_a", "code_b", "km"]].itertuples(index=False)
    }  # fmt: skip
    again = {frozenset((a, b)): km for a, b, km in turned[["code_a", "code_b", "km"]].itertuples(index=False)}
    assert again.keys() == pairs.keys()
    assert all(again[pair] == pytest.approx(km, rel=1e-9) for pair, km in pairs.items())


def test_lines_drawn_apart_count_where_they_run_beside_each_other() -> None:
    """A border whose two sides were simplified apart: about 10 to 20 m between them, and a strip of 200 m is no border."""
    wavy = [(WEST + STEP + 1e-4 * (-1) ** row, SOUTH + row * STEP / 10) for row in range(11)]
    left = shapely.Polygon([(WEST, SOUTH), *wavy, (WEST, SOUTH + STEP)])
    gap = shapely.box(WEST + STEP + 2e-3, SOUTH, WEST + 2 * STEP, SOUTH + STEP)
    found = _shared(_table({"a": left, "b": _cell(1, 0)}))
    assert found["is_approximate"].tolist() == [True]
    assert found["km"].item() == pytest.approx(5.55 + 0.1, abs=0.15)  # corners reach 100 m beyond, on one side each
    assert _shared(_table({"a": left, "b": gap})).empty


def test_a_corner_between_others_is_no_border_however_sharp() -> None:
    """Two wedges that meet in a point run beside each other for kilometres before it."""
    tip = (WEST, SOUTH)
    left = shapely.Polygon([tip, (WEST - 0.1, SOUTH + 0.001), (WEST - 0.1, SOUTH + 0.05)])
    right = shapely.Polygon([tip, (WEST - 0.1, SOUTH - 0.001), (WEST - 0.1, SOUTH - 0.05)])
    assert _shared(_table({"a": left, "b": right})).empty


def test_one_municipality_and_islands_have_no_border() -> None:
    assert _shared(_table({"a": _cell(0, 0)})).empty
    assert _shared(_table({"a": _cell(0, 0), "b": _cell(2, 0)})).empty


@pytest.mark.realdata
def test_borders_across_the_prefectures_equal_the_segments_that_both_sides_have(shared_data: Path) -> None:
    """Gunma and Tochigi: every segment that two municipalities have in common, added up one by one."""
    from geodata.archive import RawFile
    from geodata.municipalities import concatenate, read_boundaries
    from geodata.notes import Notes

    files = [shared_data / "gunma" / "n03_10_full.geojson", shared_data / "tochigi" / "n03_09_full.geojson"]
    table = concatenate([read_boundaries(RawFile(file, size=file.stat().st_size), notes=Notes()) for file in files])
    ryomo = table[table["code"].isin(["10203", "10212", "10205", "10207", "09202", "09204"])].reset_index(drop=True)
    found = _shared(ryomo).set_index(["code_a", "code_b"])["km"]
    owners: dict[tuple[tuple[float, float], ...], list[str]] = {}
    for code, shape in zip(ryomo["code"], ryomo.geometry, strict=True):
        for ring in shapely.get_rings(shapely.get_parts(shape)):
            points = shapely.get_coordinates(ring)
            for start, end in itertools.pairwise(points):
                owners.setdefault(tuple(sorted((tuple(start), tuple(end)))), []).append(code)
    slow: Counter[tuple[str, str]] = Counter()
    for (start, end), codes in owners.items():
        if len(set(codes)) == 2:
            slow[tuple(sorted(set(codes)))] += ELLIPSOID.inv(*start, *end)[2] / 1000  # type: ignore[index]
    assert set(found.index) == set(slow)
    np.testing.assert_allclose(found.to_numpy(), [slow[pair] for pair in found.index], rtol=1e-9)
    assert ("09202", "10203") in found.index  # Ashikaga and Kiryu, across the prefectures
    assert ("10207", "10212") not in found.index
