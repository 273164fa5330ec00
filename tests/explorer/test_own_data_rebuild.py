"""A rebuild runs beside those who use the workspace; however it ends, the workspace is whole, the old one or the new."""

from __future__ import annotations

import errno
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

import explorer
from explorer.own_data import rebuild
from explorer.own_data.added import differs_from_build, folder_of, put_back, remove
from explorer.own_data.gaps import coverage, find_gaps, reasons_of
from explorer.own_data.inputs import FILE, inputs_of
from explorer.own_data.quality import feed_table, people_quality
from geodata.errors import MissingSource, WorkspaceError
from geodata.workspace import Workspace

from .conftest import Region, assert_whole, write_population

LIBRARIES = "名称,緯度,経度\n中央図書館,36.31,139.01\n分館,36.32,139.03\n"
ROOT = Path(__file__).resolve().parents[2]


def add_libraries(workspace: Path) -> None:
    folder_of(workspace).mkdir(exist_ok=True)
    (folder_of(workspace) / "図書館.csv").write_text(LIBRARIES, encoding="utf-8")


def begin(workspace: Path) -> rebuild.Job:
    """Start, and wait until the process itself has the workspace."""
    rebuild.start(workspace)
    end = time.monotonic() + 60
    while time.monotonic() < end:
        job = rebuild.job_of(workspace)
        if job is not None and job.phase == "running":
            return job
        time.sleep(0.02)
    raise AssertionError(rebuild.job_of(workspace))


def finish(workspace: Path) -> rebuild.Job:
    job = rebuild.wait(workspace, 120)
    assert job is not None
    assert not job.is_under_way
    return job


@pytest.fixture
def own(region: Region) -> Region:
    """The tiny region, told where its raw files are now."""
    assert inputs_of(Workspace.open(region.out)).is_known
    (region.out / FILE).write_text(
        (region.out / FILE).read_text(encoding="utf-8").replace(*_paths(region)), encoding="utf-8"
    )
    return region


def _paths(region: Region) -> tuple[str, str]:
    import json

    (before,) = inputs_of(Workspace.open(region.out)).folders
    return json.dumps(str(before))[1:-1], json.dumps(str(region.raw))[1:-1]


def test_added_files_count_after_a_rebuild_and_taking_them_away_gives_the_same_bytes_as_before(own):
    path = own.out
    before, manifest = explorer.open(path).indicators(), (path / "manifest.json").read_bytes()
    add_libraries(path)
    assert differs_from_build(Workspace.open(path))
    rebuild.start(path)
    with pytest.raises(WorkspaceError):
        rebuild.start(path)
    job = finish(path)
    assert (job.phase, job.share, job.key) == ("done", 1.0, Workspace.open(path).key)
    assert not differs_from_build(Workspace.open(path))
    with_them = explorer.open(path).indicators()
    rows = with_them["indicator"].astype(str).str.startswith("library_within") & with_them["value"].notna()
    assert rows.any()
    assert (before.loc[before["indicator"].astype(str).str.startswith("library_within"), "value"].isna()).all()
    remove(path, "図書館.csv")
    rebuild.start(path)
    assert finish(path).phase == "done"
    assert explorer.open(path).indicators().equals(before)
    assert (path / "manifest.json").read_bytes() == manifest
    put_back(path, "図書館.csv")
    assert own.build().code == 0  # the command reads what was added, too
    assert explorer.open(path).indicators().equals(with_them)


@pytest.mark.parametrize("ending", ["cancelled", "killed"])
def test_a_job_that_ends_early_leaves_the_workspace_and_the_next_one_goes_on(own, ending):
    add_libraries(own.out)
    job = begin(own.out)
    if ending == "cancelled":
        rebuild.cancel(own.out)
    else:
        os.kill(rebuild._CHILDREN[str(own.out.resolve())].pid, signal.SIGKILL)
    assert finish(own.out).phase == ("stopped" if ending == "cancelled" else "killed")
    own.assert_untouched()
    assert rebuild.job_of(own.out).id == job.id
    if ending == "killed":
        rebuild.start(own.out)
        assert finish(own.out).phase == "done"
        assert_whole(own.out)


def test_the_job_ends_with_the_server_that_began_it(own):
    write_population(own.raw, people=120)
    code = "import sys,time;from pathlib import Path;from explorer.own_data import rebuild;rebuild.start(Path(sys.argv[1]));print('begun',flush=True);time.sleep(60)"
    server = subprocess.Popen([sys.executable, "-c", code, str(own.out)], cwd=ROOT, stdout=subprocess.PIPE)
    assert server.stdout is not None
    assert server.stdout.readline() == b"begun\n"
    server.kill()
    server.wait()
    server.stdout.close()
    assert finish(own.out).phase in {"stopped", "killed"}  # killed where it had not even taken the lock
    own.assert_untouched()


def test_what_a_failed_build_says_is_told_and_nothing_changes(own):
    (own.raw / "population_500m_2020.csv").unlink()
    rebuild.start(own.out)
    job = finish(own.out)
    assert job.phase == "failed"
    assert "人口がありません" in job.message
    assert " / No population" in job.message
    own.assert_untouched()


def test_a_workspace_from_elsewhere_is_rebuilt_from_a_folder_that_is_named(region):
    elsewhere = region.raw.with_name("moved")
    region.raw.rename(elsewhere)
    shutil.copy(region.out / FILE, region.out / "kept")
    (region.out / FILE).unlink()
    with pytest.raises(MissingSource, match="記録されていません"):
        rebuild.start(region.out)
    with pytest.raises(MissingSource, match="not there"):
        rebuild.start(region.out, [region.raw])
    rebuild.start(region.out, [elsewhere])
    assert finish(region.out).phase == "done"
    assert inputs_of(Workspace.open(region.out)).folders == (elsewhere.resolve(),)
    old, new = explorer.open(region.out).indicators(), region.indicators()
    assert old.equals(new)


def test_a_fixed_workspace_is_not_rebuilt(region, monkeypatch):
    monkeypatch.setenv("EXPLORER_FIXED", "1")
    with pytest.raises(WorkspaceError, match="switched off"):
        rebuild.start(region.out)
    assert not (region.out / rebuild.FOLDER).exists()


def test_a_job_that_is_stopped_in_its_first_moment_says_so(own, monkeypatch):
    from explorer.own_data import rebuild_process

    class Stopped:
        def __init__(self, **_: object) -> None: ...

        def start(self) -> None:
            raise KeyboardInterrupt

    (own.out / rebuild.FOLDER).mkdir()
    monkeypatch.setattr(rebuild_process.threading, "Thread", Stopped)
    monkeypatch.setattr(sys, "argv", ["", str(own.out), '{"id": "1", "folders": []}'])
    rebuild_process.main()
    job = rebuild.job_of(own.out)
    assert job is not None
    assert job.phase == "stopped"


def test_a_full_disk_is_a_message_and_the_workspace_stays(own, monkeypatch):
    def no_space(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(rebuild.subprocess, "Popen", no_space)
    with pytest.raises(WorkspaceError, match="space on the disk"):
        rebuild.start(own.out)
    assert_whole(own.out)


def test_the_command_rebuilds(own, command):
    ran = command("rebuild", own.out)
    assert ran.code == 0, ran.err
    assert "作り直しました" in ran.out


def test_what_is_missing_is_told_with_what_it_would_bring(tiny_workspace):
    workspace = Workspace.open(tiny_workspace)
    table = workspace.table("indicators")
    known = set(table.loc[table["value"].notna(), "indicator"].astype(str))
    gaps = {gap.id: gap for gap in find_gaps(workspace.manifest, known, reasons_of(table))}
    from layers import catalogue

    entries = catalogue.indicators()
    lacking = [each for each in entries if each not in known]
    assert gaps["zones"].datasets == ("a50",)
    assert gaps["zones"].brings["compact_city"] > 0
    assert gaps["kinds:p04"].kinds == ("hospital", "clinic", "dentist")
    assert gaps["kinds:p04"].brings["medical"] > 0
    assert "elementary_school" not in {kind for gap in gaps.values() for kind in gap.kinds}
    assert sum(gap.count for gap in gaps.values()) <= len(lacking)
    assert gaps["ages"].count > 0
    counts = coverage(table)
    assert list(counts.index) == ["10201", "10203"]
    assert counts["school"].min() > 0
    assert counts["future"].max() == 0
    assert int(counts.to_numpy().max(axis=0).sum()) <= len(entries)


def test_quality_per_municipality_by_hand(tiny_workspace):
    found = people_quality(Workspace.open(tiny_workspace))
    assert found["people"].tolist() == [6400.0, 6400.0]  # 64 cells of 100 people each
    assert (found["snap_mean_m"] < found["snap_p95_m"]).all()
    assert found["far_percent"].tolist() == [0.0, 0.0]
    feeds = feed_table(Workspace.open(tiny_workspace).manifest)
    assert feeds["expired"].tolist() == [True]
