"""Profiles through a whole build: what is offered, what is stored, what a changed number moves, and bad files."""

from __future__ import annotations

import tomllib
from pathlib import Path

import numpy as np
import pytest
import rasterio

import explorer
from explorer.build import build
from layers.access.profile_file import read_profiles, write_profiles
from layers.access.profiles import PROFILES, WALK, profiles_for

from .conftest import CELLS, SOUTH, WEST


def write_terrain(folder: Path, *, metres_per_degree_east: float) -> None:
    """A plane that rises eastward, well beyond both towns."""
    step, west, north = 0.001, WEST - 0.3, SOUTH + CELLS / 240 + 0.3
    columns, rows = 900, 700
    heights = np.tile(100 + (np.arange(columns) + 0.5) * step * metres_per_degree_east, (rows, 1)).astype(np.float32)
    with rasterio.open(
        folder / "dem.tif", "w", driver="GTiff", width=columns, height=rows, count=1, dtype="float32", crs="EPSG:6668",
        transform=rasterio.Affine(step, 0, west, 0, -step, north),
    ) as raster:  # fmt: skip
        raster.write(heights, 1)


def test_without_elevations_no_slopes_and_the_manifest_says_why(region):
    manifest = explorer.open(region.out).workspace.manifest
    assert list(profiles_for(manifest)) == [name for name in PROFILES if name != "walk_slope"]
    (left,) = manifest["profiles_left_out"]
    assert left["profile"]["id"] == "walk_slope"
    assert "標高データ" in left["reason_ja"]
    assert any("坂を考慮" in note["ja"] for note in manifest["notes"])
    assert "walk_slope" not in set(region.indicators()["mode"].astype(str))


def test_on_a_plain_slopes_change_nothing(region):
    write_terrain(region.raw, metres_per_degree_east=0)
    assert region.build().code == 0
    workspace = explorer.open(region.out).workspace
    assert profiles_for(workspace.manifest) == PROFILES
    assert next(source for source in workspace.manifest["sources"] if source["kind"] == "dem")["used"]
    for category in ("supermarket", "stop"):
        metres, seconds = workspace.measure(category, "walk"), workspace.measure(category, "walk_slope")
        assert seconds == pytest.approx(metres * 0.75, abs=0.2)  # chains are rounded one by one


def test_up_a_slope_takes_longer_than_down(region):
    """10 % upward to the east: who lives west of the shop climbs at 56 m/min, who lives east comes down at 80."""
    write_terrain(region.raw, metres_per_degree_east=9000)
    assert region.build().code == 0
    workspace = explorer.open(region.out).workspace
    metres, seconds = workspace.measure("supermarket", "walk"), workspace.measure("supermarket", "walk_slope")
    places = workspace.table("places")
    shop = WEST + 0.012
    far_west = (places.geometry.x < shop - 0.006).to_numpy()
    far_east = (places.geometry.x > shop + 0.04).to_numpy()
    assert far_west.any()
    pace = metres * 60 / seconds
    assert np.median(pace[far_west]) < 75
    assert np.median(pace[far_east]) > 79
    assert pace.min() > 50


def test_a_terrain_model_of_another_place_is_not_used(region):
    with rasterio.open(
        region.raw / "dem.tif", "w", driver="GTiff", width=9, height=9, count=1, dtype="float32", crs="EPSG:6668",
        transform=rasterio.Affine(0.01, 0, 20, 0, -0.01, 50),
    ) as raster:  # fmt: skip
        raster.write(np.ones((1, 9, 9), np.float32))
    assert region.build().code == 0
    manifest = explorer.open(region.out).workspace.manifest
    source = next(source for source in manifest["sources"] if source["kind"] == "dem")
    assert not source["used"]
    assert "対象地域の外" in source["reason_ja"]
    assert "walk_slope" not in profiles_for(manifest)


def test_a_picture_is_no_terrain_model(region):
    with rasterio.open(
        region.raw / "air.tif", "w", driver="GTiff", width=900, height=700, count=3, dtype="uint8", crs="EPSG:6668",
        transform=rasterio.Affine(0.001, 0, WEST - 0.3, 0, -0.001, SOUTH + 0.4),
    ) as raster:  # fmt: skip
        raster.write(np.ones((3, 700, 900), np.uint8))
    region.build().warning("air.tif", "3 バンド")


def test_edited_speeds_are_stored_and_used(region, tmp_path, command):
    file = tmp_path / "modes.toml"
    file.write_text("[walk_elderly]\nmetres_per_minute = 30\n[cycle]\nuse = false\n", encoding="utf-8")
    before = explorer.open(region.out).workspace.measure("supermarket", "walk_elderly").copy()
    ran = region.build("--profiles", file)
    assert ran.code == 0
    assert "高齢者の徒歩（設定変更 / changed）" in ran.out
    workspace = explorer.open(region.out).workspace
    stored = profiles_for(workspace.manifest)
    assert stored["walk_elderly"].metres_per_minute == 30
    assert "cycle" not in stored
    assert workspace.measure("supermarket", "walk_elderly") == pytest.approx(
        2 * before, abs=0.2
    )  # chains are rounded one by one
    assert not workspace.has_measure("supermarket", "cycle")
    assert "cycle" not in set(region.indicators()["mode"].astype(str))
    printed = tmp_path / "printed.toml"
    printed.write_text(command("profiles", region.out).out, encoding="utf-8")
    assert read_profiles(printed) == {**{name: PROFILES[name] for name in PROFILES if name != "cycle"}, **stored}


def test_minutes_on_foot_follow_an_edited_speed(tiny_raw, tmp_path):
    file = tmp_path / "modes.toml"
    file.write_text("[walk]\nmetres_per_minute = 40\n", encoding="utf-8")

    def median(profiles):
        workspace = build([tiny_raw], tmp_path / "ws", profiles=list(profiles.values())).workspace
        table = explorer.open(workspace.path).region(["10201"]).pooled_table()
        row = (table["indicator"] == "supermarket_minutes_median") & (table["mode"] == "walk")
        share = (table["indicator"] == "supermarket_within_800m") & (table["mode"] == "walk")
        return table.loc[row, "value"].to_numpy(), table.loc[share, "value"].to_numpy()

    minutes, share = median({"walk": WALK})
    slow_minutes, slow_share = median({"walk": read_profiles(file)["walk"]})
    assert slow_minutes == pytest.approx(2 * minutes)
    assert slow_share == pytest.approx(share)  # 800 m stay 800 m


def test_only_what_depends_on_profiles_runs_again(tiny_raw, tmp_path):
    build([tiny_raw], tmp_path / "ws")
    changed = [*PROFILES.values()][:3]
    ran = {
        result.name for result in build([tiny_raw], tmp_path / "ws", profiles=changed).results if not result.was_cached
    }
    assert "indicators" in ran
    assert not ran & {"people", "streets", "facilities", "stops", "places", "density", "future", "flows", "hazards"}


def test_defaults_through_the_command(command):
    ran = command("profiles")
    assert ran.code == 0
    assert ran.out == write_profiles()
    assert set(tomllib.loads(ran.out)) == set(PROFILES)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"[walk]\nmetres_per_minute = -3\n", ("modes.toml", "line 2", "1〜1000", "-3")),
        (b"[drive.kmh_by_class]\nautobahn = 3\n", ("modes.toml", "line 2", "autobahn", "motorway")),
        (b"[walk\n", ("modes.toml", "TOML", "line 1")),
        (b"\x83\x82\x81[", ("modes.toml", "UTF-8")),
    ],
)
def test_bad_files_leave_everything_as_it_was(region, tmp_path, content, words):
    file = tmp_path / "modes.toml"
    file.write_bytes(content)
    region.build("--profiles", file).error(*words)
    region.build("--profiles", tmp_path / "nowhere.toml").error("nowhere.toml", "読めません")
    region.assert_untouched()
