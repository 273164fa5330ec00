"""800 m must be 800 m, within 0.1 %, wherever a study area lies."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geodata.projection import GEOD, TOLERANCE, choose_projection, scale_error

PREFECTURES = {
    "gunma with halo": (138.2, 35.8, 139.9, 37.2),
    "hokkaido": (139.3, 41.3, 145.9, 45.6),
    "nagasaki with its islands": (128.1, 31.9, 130.5, 34.8),
    "sanin to kansai": (131.6, 33.8, 136.0, 36.0),
    "okinawa with all islands": (122.9, 24.0, 131.4, 27.9),
}


@pytest.mark.parametrize("bounds", PREFECTURES.values(), ids=PREFECTURES)
def test_metres_are_metres(bounds) -> None:
    projection = choose_projection(bounds)
    assert projection.worst_scale_error <= TOLERANCE
    assert projection.worst_scale_error == pytest.approx(scale_error(projection.crs, bounds))


@given(st.floats(138.3, 139.8), st.floats(35.9, 37.1), st.floats(0, 360))
def test_eight_hundred_metres_anywhere_in_gunma(lon: float, lat: float, azimuth: float) -> None:
    projection = choose_projection(PREFECTURES["gunma with halo"])
    end_lon, end_lat, _ = GEOD.fwd(lon, lat, azimuth, 800.0)
    start, end = projection.to_plane([lon, end_lon], [lat, end_lat])
    assert np.hypot(*(end - start)) == pytest.approx(800.0, rel=TOLERANCE)


def test_there_and_back() -> None:
    projection = choose_projection(PREFECTURES["gunma with halo"])
    lon, lat = projection.to_degrees(projection.to_plane([139.06], [36.39]))
    assert (lon[0], lat[0]) == pytest.approx((139.06, 36.39), abs=1e-9)


def test_web_mercator_would_fail() -> None:
    assert scale_error("EPSG:3857", PREFECTURES["gunma with halo"]) > 0.2


@pytest.mark.parametrize(("south", "west"), [(26.0, 127.5), (36.0, 138.8), (43.0, 141.0)])
def test_circle_of_800_metres_in_the_plane_is_one_on_the_ground(south: float, west: float) -> None:
    """A study area of 100 km with its halo of 20 km at 26°, 36° and 43° N, at its corners and its middle."""
    bounds = (west - 0.25, south - 0.2, west + 1.25, south + 1.1)
    projection = choose_projection(bounds)
    azimuth = np.arange(0.0, 360.0, 5.0)
    for lon in (bounds[0], west + 0.5, bounds[2]):
        for lat in (bounds[1], south + 0.45, bounds[3]):
            centre = projection.to_plane([lon], [lat])
            ring = centre + 800.0 * np.column_stack([np.sin(np.radians(azimuth)), np.cos(np.radians(azimuth))])
            ring_lon, ring_lat = projection.to_degrees(ring)
            start = np.full_like(azimuth, lon), np.full_like(azimuth, lat)
            metres = GEOD.inv(*start, ring_lon, ring_lat)[2]
            np.testing.assert_allclose(metres, 800.0, rtol=TOLERANCE)
