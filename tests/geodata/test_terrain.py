"""Elevations of points: interpolation and smoothing by hand, holes, edges, tiles, projections, files that are no model."""

import zipfile

import numpy as np
import pytest
import rasterio
from hypothesis import given
from hypothesis import strategies as st
from pyproj import Transformer

from geodata.archive import RawFile
from geodata.errors import UnreadableFile, WrongCrs
from geodata.notes import Notes
from geodata.terrain import SMOOTHING_METRES, read_elevations, sample

WEST, NORTH, CELL = 139.0, 36.1, 0.001  # cells of some 111 by 90 m
PLANE = "EPSG:6677"


def write(path, values, *, crs="EPSG:6668", transform=None, **options):
    bands = np.atleast_3d(np.asarray(values)).transpose(2, 0, 1)
    transform = rasterio.Affine(CELL, 0, WEST, 0, -CELL, NORTH) if transform is None else transform
    shape = {"count": bands.shape[0], "height": bands.shape[1], "width": bands.shape[2], "dtype": bands.dtype}
    with rasterio.open(path, "w", driver="GTiff", crs=crs, transform=transform, **shape, **options) as raster:
        raster.write(bands)
    return RawFile(path)


def centre(column, row):
    return WEST + (np.asarray(column) + 0.5) * CELL, NORTH - (np.asarray(row) + 0.5) * CELL


def test_an_even_slope_is_kept(tmp_path):
    """10 m of rise per cell eastward and 1 m per cell southward, at any place between the cells."""
    row, column = np.mgrid[0:20, 0:30]
    model = write(tmp_path / "dem.tif", (10.0 * column + row).astype(np.float32))
    rng = np.random.default_rng(0)
    at_column, at_row = rng.uniform(1, 28, 50), rng.uniform(1, 18, 50)
    assert sample(model, *centre(at_column, at_row)) == pytest.approx(10 * at_column + at_row, abs=1e-3)


def test_a_single_peak_is_spread_over_the_disc(tmp_path):
    """A cell 9 m above a plain, of 10 m: only the centre of the disc of 30 m stands on it, one of nine points."""
    values = np.zeros((21, 21), np.float32)
    values[10, 10] = 9
    spot = rasterio.Affine(10, 0, 0, 0, -10, 210)
    model = write(tmp_path / "dem.tif", values, crs=PLANE, transform=spot)
    lon, lat = Transformer.from_crs(PLANE, "EPSG:6668", always_xy=True).transform([105.0], [105.0])
    assert SMOOTHING_METRES == 30
    assert sample(model, np.array(lon), np.array(lat)) == pytest.approx([1.0], abs=0.01)


def test_holes_and_what_lies_outside_are_unknown(tmp_path):
    values = np.full((10, 10), 5, np.int16)
    values[4:7, 4:7] = -9999
    model = write(tmp_path / "dem.tif", values, nodata=-9999)
    lon, lat = centre([5, 0, 9.4, 9.6, -1], [5, 0, 9.4, 5, 5])
    np.testing.assert_array_equal(sample(model, lon, lat), [np.nan, 5, 5, np.nan, np.nan])
    beside = sample(model, *centre([3.0], [5.0]))  # the hole begins half a cell away
    assert beside == pytest.approx([5])


def test_scale_and_offset_are_applied(tmp_path):
    model = write(tmp_path / "dem.tif", np.full((5, 5), 1000, np.int16))
    with rasterio.open(model.path, "r+") as raster:
        raster.scales, raster.offsets = (0.1,), (20.0,)
    assert sample(model, *centre([2.0], [2.0])) == pytest.approx([120])


@given(st.integers(0, 2**32 - 1))
def test_tiles_give_what_the_whole_gives(tmp_path_factory, seed):
    """Two tiles side by side leave no gap between them, and agree with the whole away from the seam."""
    rng = np.random.default_rng(seed)
    folder = tmp_path_factory.mktemp("tiles")
    values = rng.uniform(0, 100, (12, 20)).astype(np.float32)
    whole = write(folder / "whole.tif", values)
    shifted = rasterio.Affine(CELL, 0, WEST + 10 * CELL, 0, -CELL, NORTH)
    tiles = [
        write(folder / "west.tif", values[:, :10]),
        write(folder / "east.tif", values[:, 10:], transform=shifted),
    ]
    column, row = rng.uniform(-0.4, 19.4, 100), rng.uniform(-0.4, 11.4, 100)
    expected = sample(whole, *centre(column, row))
    found = read_elevations(tiles, *centre(column, row), notes=Notes())
    assert found.used == [True, True]
    assert np.isfinite(found.metres).all()
    away = np.abs(column - 9.5) > 2
    assert found.metres[away] == pytest.approx(expected[away], abs=1e-3)


def test_the_finest_model_that_knows_a_point_counts(tmp_path):
    coarse = write(tmp_path / "coarse.tif", np.full((10, 10), 1, np.float32))
    fine_cells = rasterio.Affine(CELL / 10, 0, WEST, 0, -CELL / 10, NORTH)
    fine = write(tmp_path / "fine.tif", np.full((50, 50), 2, np.float32), transform=fine_cells)
    found = read_elevations([coarse, fine], *centre([1.0, 8.0, 99.0], [1.0, 8.0, 0.0]), notes=Notes())
    np.testing.assert_array_equal(found.metres, np.float32([2, 1, np.nan]))
    assert found.used == [True, True]


def test_large_models_are_read_in_parts(tmp_path, monkeypatch):
    rng = np.random.default_rng(1)
    model = write(tmp_path / "dem.tif", rng.uniform(0, 100, (60, 70)).astype(np.float32))
    points = centre(rng.uniform(-0.5, 69.5, 300), rng.uniform(-0.5, 59.5, 300))
    at_once = sample(model, *points)
    monkeypatch.setattr("geodata.terrain._BLOCK", 16)
    assert sample(model, *points) == pytest.approx(at_once, rel=1e-12)


def test_what_is_no_elevation_model(tmp_path):
    five = np.ones((5, 5), np.float32)
    picture = write(tmp_path / "photo.tif", np.ones((5, 5, 3), np.uint8))
    people = write(tmp_path / "people.tif", five * 20_000)
    with rasterio.open(tmp_path / "nowhere.tif", "w", driver="GTiff", height=5, width=5, count=1, dtype="uint8",
                       transform=rasterio.Affine(2, 0, 0, 0, -2, 9)) as raster:  # fmt: skip
        raster.write(np.ones((1, 5, 5), np.uint8))
    half = tmp_path / "half.tif"
    half.write_bytes(write(tmp_path / "whole.tif", np.ones((500, 500), np.float32)).path.read_bytes()[:-400_000])
    point = centre([2.0], [2.0])
    for model, error, message in (
        (picture, UnreadableFile, "3 bands"),
        (people, UnreadableFile, "no elevations in metres"),
        (RawFile(tmp_path / "nowhere.tif"), WrongCrs, "does not say where"),
        (RawFile(half), UnreadableFile, "cannot be read"),
    ):
        with pytest.raises(error, match=message):
            sample(model, *centre([300.0], [480.0]) if model.path == half else point)
    notes = Notes()
    found = read_elevations([picture, people, write(tmp_path / "dem.tif", five)], *point, notes=notes)
    assert found.metres.tolist() == [1]
    assert found.used == [False, False, True]
    assert [note.file.rpartition("/")[2] for note in notes] == ["photo.tif", "people.tif"]


def test_no_models_and_no_points(tmp_path):
    assert np.isnan(read_elevations([], *centre([1.0], [1.0]), notes=Notes()).metres).all()
    model = write(tmp_path / "dem.tif", np.ones((5, 5), np.float32))
    assert sample(model, np.empty(0), np.empty(0)).shape == (0,)


@pytest.mark.realdata
def test_osaka_from_its_zip(shared_data):
    """Peaks as everybody knows them: Mt. Kongō 1,125 m (the map ends below its top), Osaka castle's hill some 30 m."""
    archive = shared_data / "dem" / "osaka.zip"
    with zipfile.ZipFile(archive) as names:
        member = next(name for name in names.namelist() if name.endswith(".tif"))
    lon, lat = np.array([135.5258, 135.18]), np.array([34.6873, 34.6873])
    castle, _ = sample(RawFile(archive, (member,)), lon, lat)
    assert 15 < castle < 60


@pytest.mark.realdata
def test_porto_alegre(shared_data):
    """A model without a value for "nothing there": Morro Santana 311 m lies east of it, the lake at its foot is near 0."""
    model = RawFile(shared_data / "peers" / "porto_alegre" / "poa_elevation.tif")
    lake, _ = sample(model, np.array([-51.245, -50.0]), np.array([-30.04, -30.04]))
    assert 0 <= lake < 15
