"""Grid codes: known values, and round trips between codes and positions."""

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from geodata import mesh
from geodata.errors import BadRow


def test_tokyo_tower_is_in_the_published_square():
    # JIS X 0410 as given by the jismesh package: 35.658581, 139.745433 → 53393599
    codes = [int(mesh.code_at(139.745433, 35.658581, level)) for level in (1, 2, 3)]
    assert codes == [5339, 533935, 53393599]


def test_quarters_count_from_the_south_west():
    west, south = mesh.south_west([53393599])
    eighth_lon, eighth_lat = 45 / 3600 / 8, 30 / 3600 / 8
    corners = [(1, 1), (7, 1), (1, 7), (7, 7)]  # in eighths of the square: SW, SE, NW, NE
    found = [int(mesh.code_at(west[0] + i * eighth_lon, south[0] + j * eighth_lat, 4)) for i, j in corners]
    assert found == [533935991, 533935992, 533935993, 533935994]


def test_south_west_corner_by_hand():
    # 5339 35 99 2 4: 53/1.5 + 3/12 + 9/120 ; 100 + 39 + 5/8 + 9/80 + 1/160, then NE of that: + 1/480 and + 1/320
    longitude, latitude = mesh.south_west(["5339359924"])
    assert latitude[0] == pytest.approx(53 / 1.5 + 3 / 12 + 9 / 120 + 1 / 480, abs=1e-12)
    assert longitude[0] == pytest.approx(139 + 5 / 8 + 9 / 80 + 1 / 160 + 1 / 320, abs=1e-12)


def test_sizes_of_all_levels():
    width, height = mesh.size_degrees([1, 2, 3, 4, 5, 6])
    assert width * 3600 == pytest.approx([3600, 450, 45, 22.5, 11.25, 5.625])
    assert height * 3600 == pytest.approx([2400, 300, 30, 15, 7.5, 3.75])


def test_neighbours_share_their_corners_exactly():
    west, east = mesh.polygons([533935991, 533935992])
    assert west.bounds[2] == east.bounds[0]
    assert shapely.union(west, east).equals(shapely.box(west.bounds[0], west.bounds[1], east.bounds[2], east.bounds[3]))


def test_mixed_levels_and_ways_of_writing():
    values = ["5339", "533935", "53393599", "533935992.0", "5339359924", "53393599241", "", "abc", None, np.nan]
    assert mesh.levels(values).tolist() == [1, 2, 3, 4, 5, 6, 0, 0, 0, 0]


@pytest.mark.parametrize(
    "wrong",
    [
        "12345",  # five digits do not exist
        "533995",  # second part runs to 7
        "533935990",  # quarters run from 1
        "533935995",  # a 2 km square of another scheme
        "10393599",  # 10/1.5 = 6.7° N
        "53993599",  # 199° E
        "-53393599",
        "533935.5",
        "533935992411",
    ],
)
def test_wrong_codes_are_named_with_their_row(wrong):
    with pytest.raises(BadRow, match="行 1"):
        mesh.parse_codes(["53393599", wrong])


def test_parent_is_the_beginning_of_the_code():
    assert mesh.parents(["53393599241", "5339359924"], 4).tolist() == [533935992, 533935992]
    with pytest.raises(ValueError, match="coarser"):
        mesh.parents(["5339"], 3)


def test_points_outside_japan_and_unknown_levels_are_refused():
    with pytest.raises(ValueError, match="outside"):
        mesh.code_at(2.35, 48.85, 3)
    with pytest.raises(ValueError, match="level"):
        mesh.code_at(139.7, 35.6, 7)


places = st.tuples(st.floats(122.0, 154.9), st.floats(20.0, 45.9))


@given(place=places, level=st.integers(1, 6))
def test_square_holds_the_point_it_was_found_for(place, level):
    code = mesh.code_at(*place, level)
    assert mesh.levels(code).tolist() == [level]
    west, south, east, north = mesh.polygons(code)[0].bounds
    slack = 1e-9
    assert west - slack <= place[0] <= east + slack
    assert south - slack <= place[1] <= north + slack


@given(place=places, level=st.integers(1, 6))
def test_corner_and_centre_find_the_same_code(place, level):
    code = mesh.code_at(*place, level)
    for positions in (mesh.south_west(code), mesh.centres(code)):
        assert mesh.code_at(*positions, level).tolist() == [int(code)]


@given(place=places, level=st.integers(2, 6))
def test_parent_holds_the_child(place, level):
    code = mesh.code_at(*place, level)
    parent = mesh.parents(code, level - 1)
    assert parent.tolist() == [int(mesh.code_at(*place, level - 1))]
    assert shapely.covers(mesh.polygons(parent), mesh.polygons(code)).all()
