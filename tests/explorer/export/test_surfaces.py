"""Access surfaces: what a pixel is, what it holds, and that the file is what GIS programs expect of it."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import numpy as np
import pytest
import rasterio

import explorer
from explorer.export.surface_grid import PixelGrid, divisions_of, weighted_means
from explorer.export.surfaces import NoSurface, UnknownSurfaceFormat, write_surface
from explorer.regions import Opened
from geodata import mesh
from geodata.errors import UnknownCode

WAYS = [("food_shop", "walk"), ("food_shop", "drive"), ("elementary_school", "straight")]


@pytest.fixture(scope="module")
def written(tiny: Opened, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, tuple[str, ...]]:
    path = tmp_path_factory.mktemp("surfaces") / "ways.tif"
    names = write_surface(
        tiny, path, categories=["food_shop", "elementary_school"], modes=["walk", "drive", "straight"]
    )
    return path, names


def read(path: Path) -> dict[str, np.ndarray]:
    with rasterio.open(path) as file:
        return {name: file.read(number).astype(float) for number, name in enumerate(file.descriptions, 1)}


def by_hand(opened: Opened, path: Path, category: str, mode: str) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """People, mean way and share without way, pixel by pixel: rasterio says which pixel, nothing is vectorised."""
    table = opened.workspace.table("places")
    far = opened.workspace.measure(category, mode)
    with rasterio.open(path) as file:
        pixels = [file.index(point.x, point.y) for point in table.geometry]
        shape = file.shape
    found: dict[tuple[int, int], list[tuple[float, float]]] = {}
    for pixel, people, way in zip(pixels, table["population_total"], far, strict=True):
        found.setdefault(pixel, []).append((float(people), float(way)))
    bands = [np.full(shape, np.nan) for _ in range(3)]
    for pixel, rows in found.items():
        bands[0][pixel] = sum(people for people, _ in rows)
        reached = [(people, way) for people, way in rows if np.isfinite(way)]
        known = [(people, way) for people, way in rows if not np.isnan(way)]
        if reached:
            bands[1][pixel] = sum(people * way for people, way in reached) / sum(people for people, _ in reached)
        if known:
            cut_off = sum(people for people, way in known if np.isinf(way))
            bands[2][pixel] = cut_off / sum(people for people, _ in known)
    if mode == "drive":
        bands[1] /= 60
    return bands[0], bands[1], bands[2]


def test_is_a_valid_cloud_optimised_geotiff(written: tuple[Path, tuple[str, ...]]) -> None:
    from rio_cogeo.cogeo import cog_validate

    assert cog_validate(written[0], strict=True, quiet=True) == (True, [], [])
    with rasterio.open(written[0]) as file:
        assert file.crs.to_epsg() == 6668
        assert set(file.dtypes) == {"float32"}
        assert np.isnan(file.nodata)
        assert file.compression.name == "deflate"
        assert file.tags(ns="IMAGE_STRUCTURE")["PREDICTOR"] == "3"


@pytest.mark.parametrize(("category", "mode"), WAYS)
def test_holds_what_a_slow_loop_finds(
    tiny: Opened, written: tuple[Path, tuple[str, ...]], category: str, mode: str
) -> None:
    bands = read(written[0])
    people, way, cut_off = by_hand(tiny, written[0], category, mode)
    for name, expected in (
        ("people_total", people),
        (f"{category}.{mode}", way),
        (f"{category}.{mode}.unreachable_share", cut_off),
    ):
        np.testing.assert_allclose(bands[name], expected, rtol=1e-6, err_msg=name)


def test_people_are_conserved(tiny: Opened, written: tuple[Path, tuple[str, ...]]) -> None:
    people = read(written[0])["people_total"]
    assert np.nansum(people) == pytest.approx(tiny.conditions.people["total"].sum(), rel=1e-6)
    assert np.nanmin(people) > 0  # nobody is no data, never 0


def test_no_band_is_ever_infinite(written: tuple[Path, tuple[str, ...]]) -> None:
    for name, band in read(written[0]).items():
        assert not np.isinf(band).any(), name


def test_bands_say_what_they_are(written: tuple[Path, tuple[str, ...]]) -> None:
    path, names = written
    with rasterio.open(path) as file:
        assert file.descriptions == names
        assert names[:3] == ("people_total", "food_shop.walk", "food_shop.walk.unreachable_share")
        units = dict(zip(file.descriptions, file.units, strict=True))
        assert (units["people_total"], units["food_shop.walk"], units["food_shop.drive"]) == ("people", "m", "min")
        walk = file.tags(2)
        assert "食料品店" in walk["NAME_JA"]
        assert "food shop" in walk["NAME_EN"]
        counted = [float(walk[f"PEOPLE_{what}"]) for what in ("REACHED", "UNREACHABLE", "WITHOUT_RESULT")]
        assert sum(counted) == pytest.approx(float(file.tags(1)["PEOPLE"]))


def test_says_where_it_comes_from(tiny: Opened, written: tuple[Path, tuple[str, ...]]) -> None:
    with rasterio.open(written[0]) as file:
        tags = file.tags()
    assert tags["WORKSPACE_KEY"] == tiny.workspace.key
    assert explorer.__version__ in tags["TIFFTAG_SOFTWARE"]
    assert "国勢調査" in tags["PROVENANCE_JA"] or "人口" in tags["PROVENANCE_JA"]
    assert "OpenStreetMap" in tags["PROVENANCE_EN"]
    assert "OpenStreetMap" in tags["TIFFTAG_COPYRIGHT"]
    assert "100m" in tags["PIXEL_JA"]


def test_same_question_same_bytes(tiny: Opened, tmp_path: Path) -> None:
    for name in ("one.tif", "two.tif"):
        write_surface(tiny, tmp_path / name, categories=["food_shop"])
    assert (tmp_path / "one.tif").read_bytes() == (tmp_path / "two.tif").read_bytes()
    assert {path.name for path in tmp_path.iterdir()} == {"one.tif", "two.tif"}


def test_a_region_holds_its_people_in_pixels_that_match(
    tiny: Opened, written: tuple[Path, tuple[str, ...]], tmp_path: Path
) -> None:
    write_surface(tiny, tmp_path / "part.tif", categories=["food_shop"], region=["10203"])
    table = tiny.workspace.table("places")
    own = table.loc[table["municipality_code"] == "10203", "population_total"].sum()
    with rasterio.open(tmp_path / "part.tif") as part, rasterio.open(written[0]) as whole:
        assert np.nansum(part.read(1).astype(float)) == pytest.approx(own, rel=1e-6)
        window = whole.window(*part.bounds)
        at = (round(window.row_off), round(window.col_off))
        assert (window.row_off, window.col_off) == pytest.approx(at, abs=1e-6)  # whole pixels apart
        both = whole.read(2)[at[0] : at[0] + part.height, at[1] : at[1] + part.width]
        lived_in = ~np.isnan(part.read(1))
        np.testing.assert_array_equal(part.read(2)[lived_in], both[lived_in])


def test_without_a_choice_all_categories_with_data(tiny: Opened, tmp_path: Path) -> None:
    names = write_surface(tiny, tmp_path / "all.tif")
    assert names[0] == "people_total"
    assert {name.split(".")[1] for name in names[1:]} == {"walk"}
    assert {"elementary_school", "stop", "supermarket"} <= {name.split(".")[0] for name in names[1:]}


def test_a_scenario_shows_the_ways_after_it(tiny: Opened, tmp_path: Path) -> None:
    facilities = tiny.workspace.table("facilities")
    shop = facilities.loc[facilities["kind"] == "supermarket", "facility_id"].iloc[0]
    (tmp_path / "close.toml").write_text(f'name = "閉店"\n[[edit]]\ndo = "close"\nsite = "{shop}"\n', encoding="utf-8")
    result = tiny.scenario(tmp_path / "close.toml")
    write_surface(tiny, tmp_path / "after.tif", categories=["food_shop"], scenario=result)
    after = read(tmp_path / "after.tif")
    lived_in = ~np.isnan(after["people_total"])
    assert np.isnan(after["food_shop.walk"]).all()  # the only shop is gone: no mean …
    np.testing.assert_array_equal(after["food_shop.walk.unreachable_share"][lived_in], 1.0)  # … and nobody reaches any
    with rasterio.open(tmp_path / "after.tif") as file:
        assert "閉店" in file.tags()["SCENARIO"]


@pytest.mark.parametrize(
    ("asked", "error", "word"),
    [
        ({"categories": ["hospital"]}, NoSurface, "hospital"),  # no list of hospitals here
        ({"categories": ["nonsense"]}, UnknownCode, "nonsense"),
        ({"modes": ["fly"]}, UnknownCode, "fly"),
        ({"group": "85_plus"}, UnknownCode, "85_plus"),
        ({"region": ["99999"]}, UnknownCode, "99999"),
    ],
)
def test_what_is_not_here_is_named(
    tiny: Opened, tmp_path: Path, asked: dict, error: type[Exception], word: str
) -> None:
    with pytest.raises(error, match=word) as found:
        write_surface(tiny, tmp_path / "x.tif", **asked)
    assert " / " in str(found.value)
    assert not list(tmp_path.iterdir())


def test_another_ending_is_refused(tiny: Opened, tmp_path: Path) -> None:
    with pytest.raises(UnknownSurfaceFormat, match=r"\.tif"):
        write_surface(tiny, tmp_path / "x.png")


def test_an_old_file_stays_when_writing_fails(tiny: Opened, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import rasterio.shutil

    (tmp_path / "x.tif").write_bytes(b"old")

    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(rasterio.shutil, "copy", full)
    with pytest.raises(OSError, match="空き"):
        write_surface(tiny, tmp_path / "x.tif", categories=["food_shop"])
    assert [path.name for path in tmp_path.iterdir()] == ["x.tif"]
    assert (tmp_path / "x.tif").read_bytes() == b"old"


@pytest.mark.parametrize("level", [4, 5, 6])
def test_pixels_divide_the_standard_grid(level: int) -> None:
    """The pixels of a net are whole parts of the 500 m squares; those of 125 m squares are the squares themselves."""
    divisions = {4: 5, 5: 6, 6: 4}[level]
    longitude, latitude = mesh.south_west(["5438231011"[: mesh.DIGITS_OF_LEVEL[4]]])
    step = np.arange(divisions) + 0.5
    x, y = np.meshgrid(longitude + step / 160 / divisions, latitude + step / 240 / divisions)
    assert divisions_of(x.ravel(), y.ravel()) == divisions
    grid = PixelGrid.around(x.ravel(), y.ravel(), divisions)
    assert (grid.width, grid.height) == (divisions, divisions)
    assert grid.corner == pytest.approx((longitude[0], latitude[0] + 1 / 240))
    assert sorted(grid.pixel_of(x.ravel(), y.ravel())) == list(range(divisions**2))
    assert grid.pixel_of(x[-1:, 0], y[-1:, 0]).tolist() == [0]  # rows run from the north
    if level == 6:
        width, height = mesh.size_degrees([6])
        assert grid.size == pytest.approx((width[0], height[0]))


def test_means_are_weighted_by_people() -> None:
    means = weighted_means(np.array([0, 0, 2]), np.array([100.0, 200.0, 5.0]), np.array([3.0, 1.0, 0.0]), 3)
    np.testing.assert_array_equal(means, [125.0, np.nan, np.nan])  # nobody weighs nothing: no data


def test_no_list_is_not_a_long_way(tiny: Opened, tmp_path: Path) -> None:
    """Where no list covers a municipality its squares have no data, though the next facility could be measured."""
    covered = tiny.municipalities["code"].to_numpy() != "10203"
    part = Opened(tiny.workspace)
    part.__dict__["conditions"] = dataclasses.replace(
        tiny.conditions, surveyed={**tiny.conditions.surveyed, "food_shop": covered}
    )
    write_surface(part, tmp_path / "x.tif", categories=["food_shop"])
    table = tiny.workspace.table("places")
    outside = (table["municipality_code"] == "10203").to_numpy()
    with rasterio.open(tmp_path / "x.tif") as file:
        row, column = rasterio.transform.rowcol(file.transform, table.geometry.x, table.geometry.y)
        bands = file.read()[:, np.asarray(row, dtype=int), np.asarray(column, dtype=int)]
        without = float(file.tags(2)["PEOPLE_WITHOUT_RESULT"])
    assert (np.isnan(bands[1]) == outside).all()
    assert (np.isnan(bands[2]) == outside).all()
    assert not np.isnan(bands[0]).any()
    assert without == pytest.approx(table.loc[outside, "population_total"].sum())
