"""Probabilities of no shop within 500 m: the published diagram, shapes measured another way, chance, and laws."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import example, given, settings
from hypothesis import strategies as st

from geodata.mesh import code_at
from geodata.projection import PlaneProjection, choose_projection
from layers.food_grid import (
    Squares,
    area_in_circle,
    counts_around,
    far_by_counts,
    far_by_counts_of,
    far_by_positions,
    share_outside,
    square_at,
    squares_of,
)

WIDTH, HEIGHT = 563.0, 462.0
# Diagram of the published method (農林水産政策研究所 食料品アクセスマップ): shares of nine squares of 500 m outside one circle.
DIAGRAM = [[0.939, 0.828, 1.000], [0.385, 0.028, 0.955], [0.598, 0.259, 0.989]]


def test_the_published_diagram_is_the_factor_of_one_point():
    """One point 113 m east and 93 m north of the corner of a true square at 36.2° N gives all nine shares."""
    found = share_outside([113.1], [93.0], 563.1, 461.9)[0].reshape(3, 3)[::-1]
    np.testing.assert_allclose(found, DIAGRAM, atol=0.001)
    # Squares of 500 × 500 m cannot: the circle would have to be larger than it is.
    covered = (1 - np.array(DIAGRAM)).sum()
    assert np.pi * 500**2 / covered == pytest.approx(563.1 * 461.9, rel=0.001)


def plane() -> PlaneProjection:
    return choose_projection((138.9, 36.2, 139.2, 36.5))


def squares(rows: int = 3, columns: int = 3) -> Squares:
    lat = (36 * 240 + 80 + np.repeat(np.arange(rows), columns) + 0.5) / 240
    lon = 100 + (39 * 160 + 8 + np.tile(np.arange(columns), rows) + 0.5) / 160
    return squares_of(lon, lat, plane())


def grid(count: int, width: float, height: float) -> tuple[np.ndarray, np.ndarray]:
    middle = (np.arange(count) + 0.5) / count
    return np.tile(middle * width, count), np.repeat(middle * height, count)


def test_squares_are_standard_grid_squares():
    random = np.random.default_rng(1)
    lon, lat = random.uniform(138.9, 139.2, 200), random.uniform(36.2, 36.5, 200)
    row, column = square_at(lon, lat)
    assert len(set(zip(row, column, strict=True))) == len(set(code_at(lon, lat, 4)))
    found = squares_of(lon, lat, plane())
    np.testing.assert_array_equal(found.row[found.of_place], row)
    width, height = found.size
    np.testing.assert_allclose(width, 561, atol=3)  # 22.5″ at 36.35° N
    np.testing.assert_allclose(height, 462.3, atol=0.5)
    xy = plane().to_plane(lon, lat)
    shapes = shapely.polygons(found.corners)[found.of_place]
    assert shapely.distance(shapes, shapely.points(xy)).max() < 0.01


@given(st.floats(0, WIDTH), st.floats(0, HEIGHT), st.floats(100, 700))
@example(0.0, 437.0, 436.96877382308173)  # its square and that of an array of it differ in the last digit
def test_rectangles_in_a_circle_are_measured_as_shapes_are(x, y, radius):
    circle = shapely.buffer(shapely.Point(0, 0), radius, quad_segs=256)
    for column in (-1, 0, 1):
        for row in (-1, 0, 1):
            box = shapely.box(column * WIDTH - x, row * HEIGHT - y, (column + 1) * WIDTH - x, (row + 1) * HEIGHT - y)
            found = area_in_circle(*np.array(box.bounds).reshape(4, 1), radius)[0]
            assert found == pytest.approx(circle.intersection(box).area, abs=1e-4 * radius**2)


def test_the_whole_circle_lies_in_the_squares_around_its_centre():
    x, y = np.array([WIDTH / 2]), np.array([HEIGHT / 2])
    covered = (1 - share_outside(x, y, WIDTH, HEIGHT, 400.0)).sum() * WIDTH * HEIGHT
    assert covered == pytest.approx(np.pi * 400**2)


def test_counts_are_what_chance_gives():
    """Residents and shops thrown at random into their squares: the share without a shop within 500 m."""
    random = np.random.default_rng(7)
    throws = 60_000
    for counts in ([0, 0, 0, 0, 1, 0, 0, 0, 0], [1, 0, 0, 2, 0, 1, 0, 0, 0], [0, 1, 3, 0, 1, 0, 2, 0, 0]):
        x, y = random.uniform(0, WIDTH, throws), random.uniform(0, HEIGHT, throws)
        far = np.ones(throws, dtype=bool)
        for square, number in enumerate(counts):
            for _ in range(number):
                shop_x = random.uniform(0, WIDTH, throws) + (square % 3 - 1) * WIDTH
                shop_y = random.uniform(0, HEIGHT, throws) + (square // 3 - 1) * HEIGHT
                far &= np.hypot(shop_x - x, shop_y - y) > 500
        expected = far_by_counts(np.array([counts]), WIDTH, HEIGHT)[0]
        assert far.mean() == pytest.approx(expected, abs=4 * np.sqrt(0.25 / throws))


def test_counts_of_no_shop_are_certainly_far():
    np.testing.assert_array_equal(far_by_counts(np.zeros((2, 9), dtype=int), WIDTH, HEIGHT), 1.0)


counts_of_squares = st.lists(st.integers(0, 40), min_size=9, max_size=9)


@given(counts_of_squares, st.integers(0, 8))
def test_one_more_shop_never_raises_the_probability(counts, where):
    more = np.array(counts)
    more[where] += 1
    before, after = far_by_counts(np.array([counts, more]), WIDTH, HEIGHT)
    assert 0 <= after <= before <= 1


def test_counts_around_know_their_neighbours():
    here = squares()
    lon, lat = plane().to_degrees(here.corners[4].mean(axis=0)[np.newaxis])
    counts = counts_around(here, np.repeat(lon, 3), np.repeat(lat, 3))
    assert counts.sum() == 27  # the middle square is a neighbour of all nine, and of itself
    np.testing.assert_array_equal(counts.argmax(axis=1), np.arange(9)[::-1])
    far = far_by_counts_of(here, np.repeat(lon, 3), np.repeat(lat, 3))
    assert far.argmin() == 4
    assert (far < 1).all()


points = st.lists(st.tuples(st.floats(-900, 2400), st.floats(-900, 2200)), max_size=12)


def shops(here: Squares, offsets: list[tuple[float, float]]) -> np.ndarray:
    return here.corners[0, 0] + np.array(offsets, dtype=float).reshape(-1, 2)


@settings(max_examples=40)
@given(points)
def test_positions_are_what_a_fine_net_of_points_gives(offsets):
    here = squares()
    xy = shops(here, offsets)
    far = far_by_positions(here, xy)
    for square in range(9):
        south_west, south_east, _, north_west = here.corners[square]
        u, v = grid(60, 1.0, 1.0)
        x = south_west + u[:, np.newaxis] * (south_east - south_west) + v[:, np.newaxis] * (north_west - south_west)
        distance = np.hypot(*np.moveaxis(x[:, np.newaxis] - xy, 2, 0)) if len(xy) else np.full((3600, 1), np.inf)
        assert far[square] == pytest.approx((distance.min(axis=1) > 500).mean(), abs=0.006)


@settings(max_examples=60)
@given(points, st.tuples(st.floats(-900, 2400), st.floats(-900, 2200)))
def test_another_shop_never_raises_the_uncovered_share(offsets, another):
    here = squares()
    before = far_by_positions(here, shops(here, offsets))
    after = far_by_positions(here, shops(here, [*offsets, another]))
    assert (after <= before + 1e-9).all()
    assert ((after >= 0) & (before <= 1)).all()


def test_one_shop_by_position_is_the_diagram():
    here = squares()
    xy = here.corners[4, 0] + np.array([[113.1, 93.0]])
    found = far_by_positions(here, xy).reshape(3, 3)[::-1]
    # Drawn at 36.36° N the squares are 2 m narrower than those of the diagram.
    np.testing.assert_allclose(found, DIAGRAM, atol=0.01)


def test_without_shops_everybody_is_far():
    np.testing.assert_array_equal(far_by_positions(squares(), np.empty((0, 2))), 1.0)
