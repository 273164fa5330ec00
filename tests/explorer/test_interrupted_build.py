"""A build that is killed, interrupted, shut out or runs out of disk, at any step: the old workspace stays, and the next
build goes on to the very same result.

The builds run in processes of their own, with one function of the project wrapped so that the process kills itself
(SIGKILL, as the power cut or the task manager would) at a chosen moment of a chosen step.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
POPULATION = "population_500m_2020.csv"
BOUNDARIES = "N03-23_10_230101.geojson"

# argv: step, moment, signal, then the command.
BREAKING = """
import os, sys, time
from pathlib import Path
from geodata import workspace

step, moment, number = sys.argv[1], sys.argv[2], int(sys.argv[3])
sys.argv[1:4] = []

def stop():
    if number:
        os.kill(os.getpid(), number)
    Path(os.environ["PAUSED"]).touch()
    time.sleep(60)

def half_written(write):
    def wrapped(self, values, name):
        write(self, values, name)
        if moment == "writing" and self.folder.name.startswith("." + step + "-"):
            for file in self.folder.rglob("*.*"):
                os.truncate(file, file.stat().st_size // 2)
            stop()
    return wrapped

def moved(move):
    def wrapped(self, target):
        here = self.name.startswith("." + step)
        if here and moment == "written":
            stop()
        moved = move(self, target)
        if here and moment == "moved":
            stop()
        return moved
    return wrapped

def hashed(move):
    def wrapped(self, target):
        if self.suffix == ".half" and step == "hash":
            stop()
        return move(self, target)
    return wrapped

workspace.StepWriter.table = half_written(workspace.StepWriter.table)
workspace.StepWriter.array = half_written(workspace.StepWriter.array)
Path.rename = moved(Path.rename)
Path.replace = hashed(moved(Path.replace))

from explorer.cli import main
main()
"""


def breaking(region: Any, step: str, moment: str, number: int) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", BREAKING, step, moment, str(number)]
    command += ["build", str(region.raw), "--out", str(region.out)]
    paused = {"PAUSED": str(region.out.parent / "paused")}
    return subprocess.Popen(
        command, cwd=ROOT, env={**os.environ, **paused}, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


def change_everything(raw: Path) -> None:
    """Every file gets another content, so that every step runs again; people, schools and timetable truly change."""
    _replace(raw / POPULATION, ",100\n", ",120\n")
    _replace(raw / "P29-23_10.geojson", "36.309", "36.312")
    _replace(raw / "streets.osm", "</osm>", "\n</osm>")
    _replace(raw / BOUNDARIES, '"features"', ' "features"')
    with zipfile.ZipFile(raw / "feed.zip") as archive:
        tables = {name: archive.read(name).decode() for name in archive.namelist()}
    with zipfile.ZipFile(raw / "feed.zip", "w") as archive:
        for name, text in tables.items():
            archive.writestr(name, text.replace("停3", "停留所3"))


def _replace(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def hashes(workspace: Path) -> dict[str, str]:
    from geodata.workspace import Workspace

    return {name: entry["sha256"] for name, entry in Workspace.open(workspace).manifest["tables"].items()}


def assert_no_litter(workspace: Path) -> None:
    from geodata.workspace import Workspace

    steps = {step["folder"] for step in Workspace.open(workspace).manifest["steps"].values()}
    assert {path.name for path in (workspace / "steps").iterdir()} == steps
    known = {"manifest.json", "steps", ".build.lock", ".recognised.json", ".inputs.json"}
    assert {path.name for path in workspace.iterdir()} <= known
    assert not list(workspace.rglob("*.half"))


# One after the other: each build goes on from what the one before had finished when it was killed.
KILLS = (
    (".recognised", "written"),
    ("boundaries", "writing"),
    ("boundaries", "written"),
    ("people", "moved"),
    ("streets", "writing"),
    ("facilities", "written"),
    ("stops", "writing"),
    ("places", "writing"),
    ("snapping", "writing"),
    ("service_distances", "writing"),
    ("transport_distances", "moved"),
    ("indicators", "written"),
    ("drawing", "written"),
    ("hash", ""),
    ("manifest.json", "written"),
    ("manifest.json", "moved"),
)


@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason="SIGKILL")
def test_a_build_killed_at_any_step(region, tmp_path):
    before = region.indicators()
    change_everything(region.raw)
    for step, moment in KILLS:
        process = breaking(region, step, moment, signal.SIGKILL)
        _, errors = process.communicate(timeout=60)
        assert process.returncode == -signal.SIGKILL, f"{step} was never {moment}: {errors}"
        if (step, moment) != ("manifest.json", "moved"):
            region.assert_untouched()
            assert region.indicators().equals(before)
    ran = region.build()
    assert "計算した段階 / steps run: なし / none" in ran.out
    assert not region.indicators().equals(before)
    assert_no_litter(region.out)
    assert region.command("build", region.raw, "--out", tmp_path / "at_once").code == 0
    assert hashes(region.out) == hashes(tmp_path / "at_once")
    assert region.indicators().equals(region.indicators(tmp_path / "at_once"))


@pytest.mark.skipif(os.name == "nt", reason="SIGKILL")
def test_the_first_build_killed(region, tmp_path):
    shutil.rmtree(region.out)
    breaking(region, "stops", "writing", signal.SIGKILL).communicate(timeout=60)
    region.command("indicators", region.out).error("ワークスペースではありません", "Run explorer build")
    ran = region.build()
    assert "streets" not in ran.out.rpartition("steps run:")[2]
    assert_no_litter(region.out)


@pytest.mark.skipif(os.name == "nt", reason="SIGINT goes to the whole console there")
@pytest.mark.parametrize("step", ["boundaries", "streets", "indicators"])
def test_ctrl_c_is_one_message(region, step):
    change_everything(region.raw)
    process = breaking(region, step, "writing", signal.SIGINT)
    printed, errors = process.communicate(timeout=60)
    shown = [line for line in errors.splitlines() if not line.startswith("[")]
    assert process.returncode == 130
    assert len(shown) == 1, errors
    assert "中断しました" in shown[0]
    assert "Run it again" in shown[0]
    assert printed == ""
    region.assert_untouched()
    assert not [path for path in (region.out / "steps").iterdir() if path.name.startswith(".")]


def test_two_builds_at_once(region):
    change_everything(region.raw)
    paused = region.out.parent / "paused"
    first = breaking(region, "people", "writing", 0)
    try:
        deadline = time.monotonic() + 60
        while not paused.exists() and first.poll() is None and time.monotonic() < deadline:
            time.sleep(0.02)
        assert paused.exists()
        region.build().error("別の build が書き込み中", "Another build")
        region.assert_untouched()
        assert len(region.indicators())  # readers do not wait
    finally:
        first.kill()
        first.communicate()
    assert region.build().code == 0  # the lock of a killed build is nobody's


# --- a full disk ------------------------------------------------------------------------------------------------------


@contextmanager
def small_disk(folder: Path, kilobytes: int) -> Iterator[Path]:
    """A disk of its own, of a few kilobytes; skips the test where none may be mounted."""
    if not hasattr(os, "geteuid") or os.geteuid() != 0 or shutil.which("mount") is None:
        pytest.skip("only root may mount a small disk")
    folder.mkdir()
    options = ["-t", "tmpfs", "-o", f"size={kilobytes}k,mode=777", "tmpfs", str(folder)]
    mounted = subprocess.run(["mount", *options], capture_output=True, text=True, check=False)
    if mounted.returncode != 0:
        pytest.skip(f"no small disk can be mounted: {mounted.stderr.strip()}")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)


def fill(disk: Path, leave_kilobytes: int) -> Path:
    """Fill a disk but for some kilobytes."""
    junk = disk / "junk"
    junk.unlink(missing_ok=True)
    free = shutil.disk_usage(disk).free - leave_kilobytes * 1024
    with junk.open("wb") as stream:
        stream.write(bytes(max(free, 0)))
    return junk


def test_a_full_disk(region, tmp_path):
    from dataclasses import replace

    change_everything(region.raw)
    with small_disk(tmp_path / "disk", 8 * 1024) as disk:
        shutil.copytree(region.out, disk / "workspace")
        region = replace(region, out=disk / "workspace")
        before = region.indicators()
        for kilobytes in (0, 4, 16, 64, 120):
            junk = fill(disk, kilobytes)
            ran = region.build()
            ran.error("空きがありません", "The disk", str(region.out))
            region.assert_untouched()
            assert region.indicators().equals(before)
            assert not [path for path in (region.out / "steps").iterdir() if path.name.startswith(".")]
        junk.unlink()
        assert region.build().code == 0
        assert not region.indicators().equals(before)
        fill(disk, 0)
        region.command("indicators", region.out, "--out", disk / "table.csv").error(
            "空きがありません", "The disk is full"
        )


def test_a_full_disk_in_the_words_of_every_library(tmp_path):
    import geopandas as gpd
    import numpy as np
    import pandas as pd

    from geodata.errors import is_disk_full
    from geodata.streets import Streets

    table = pd.DataFrame({"text": [os.urandom(2000).hex() for _ in range(100)]})
    shapes = gpd.GeoDataFrame(table, geometry=gpd.points_from_xy(range(100), range(100)), crs=6668)
    nothing = Streets.empty()
    with small_disk(tmp_path / "disk", 64) as disk:
        for write in (
            lambda: table.to_parquet(disk / "table.parquet"),
            lambda: shapes.to_parquet(disk / "shapes.parquet"),
            lambda: np.save(disk / "array.npy", np.zeros(100_000)),
            lambda: table.to_csv(disk / "table.csv"),
            lambda: (disk / "text.json").write_text("x" * 100_000, encoding="utf-8"),
            lambda: (fill(disk, 0), nothing.save(disk)),
        ):
            with pytest.raises(Exception) as error:  # noqa: PT011 - of whatever class: that is what is_disk_full is for
                write()
            assert is_disk_full(error.value), repr(error.value)
            for file in disk.iterdir():
                file.unlink()


def test_no_space_for_temporary_files(region, tmp_path, monkeypatch):
    import geopandas as gpd

    gpd.read_file(region.raw / BOUNDARIES).to_file(tmp_path / "N03-23_10_230101.shp", encoding="utf-8")
    with zipfile.ZipFile(region.raw / "N03-20230101_10_GML.zip", "w") as archive:
        for part in tmp_path.glob("N03-23_10_230101.*"):
            archive.write(part, part.name)
    (region.raw / BOUNDARIES).unlink()
    with small_disk(tmp_path / "disk", 64) as disk:
        monkeypatch.setattr("tempfile.tempdir", str(disk))
        fill(disk, 0)
        region.build().error("一時フォルダ", str(disk), "temporary folder")
        region.assert_untouched()
        (disk / "junk").unlink()
        assert region.build().code == 0  # nothing of the failure was remembered
