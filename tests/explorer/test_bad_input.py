"""Wrong folders, options and outputs: one clear message, an exit code other than 0, and nothing overwritten."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from contextlib import contextmanager
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
BOUNDARIES = "N03-23_10_230101.geojson"
POPULATION = "population_500m_2020.csv"


# --- folders ----------------------------------------------------------------------------------------------------------


def test_an_empty_folder(region, tmp_path):
    (tmp_path / "empty").mkdir()
    region.command("build", tmp_path / "empty", "--out", region.out).error("empty", "ファイルがありません", "N03")
    region.assert_untouched()
    region.command("scan", tmp_path / "empty").error("empty", "There is no file")


def test_a_folder_that_does_not_exist(region, tmp_path):
    region.command("build", tmp_path / "typo", "--out", region.out).error(
        "typo", "フォルダがありません", "No such folder"
    )
    region.assert_untouched()
    region.command("build", tmp_path / "typo", "--out", tmp_path / "new").error("typo", "No such folder")
    assert not (tmp_path / "new").exists()


def test_no_boundaries(region):
    (region.raw / BOUNDARIES).unlink()
    region.build().error("境界がありません", "N03", "No municipality boundaries")
    region.assert_untouched()


def test_no_population(region):
    (region.raw / POPULATION).unlink()
    region.build().error("人口がありません", "e-stat.go.jp", "No population")
    region.assert_untouched()


def test_population_of_another_place(region):
    lines = (region.raw / POPULATION).read_text(encoding="utf-8").replace("\n5", "\n4")  # one degree of latitude off
    (region.raw / POPULATION).write_text(lines, encoding="utf-8")
    region.build().error("同じ地域のものか", "No municipality has both")
    region.assert_untouched()


def test_only_unknown_files(region, tmp_path):
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "写真.heic").write_bytes(b"\0\1\2")
    region.command("build", tmp_path / "other", "--out", region.out).error("写真.heic", "of unknown kind")
    region.assert_untouched()


@pytest.mark.skipif(os.name == "nt", reason="links need a privilege on Windows")
def test_links_that_go_round_in_circles(region):
    (region.raw / "loop").symlink_to(region.raw)
    (region.raw / "itself").symlink_to(region.raw / "itself")
    (region.raw / "gone.csv").symlink_to(region.raw / "nothing.csv")
    os.mkfifo(region.raw / "pipe.csv")  # reading it would wait for ever
    ran = region.build()
    for name in ("loop", "itself", "gone.csv"):
        ran.warning(f"raw/{name}", "リンク", "not followed")
    region.command("build", region.raw / "itself", "--out", region.out).error("itself", "No such folder")


def test_the_workspace_inside_the_raw_folder(region):
    inside = region.raw / "workspace"
    first = region.command("build", region.raw, "--out", inside)
    again = region.command("build", region.raw, "--out", inside)
    assert first.warnings == again.warnings
    assert "計算した段階 / steps run: なし / none" in again.out
    # Killed before it is published, it is still no raw data.
    (inside / "manifest.json").unlink()
    assert region.command("build", region.raw, "--out", inside).warnings == first.warnings


def test_the_raw_folder_as_the_workspace(region):
    before = sorted(path.name for path in region.raw.iterdir())
    region.command("build", region.raw, "--out", region.raw).error("元データのフォルダと同じ", "--out")
    assert sorted(path.name for path in region.raw.iterdir()) == before


def test_a_workspace_as_the_raw_folder(region, tmp_path):
    region.command("build", region.out, "--out", tmp_path / "new").error("これはワークスペースです", "raw files")
    region.assert_untouched()


def test_the_raw_folder_asked_for_indicators(region):
    for command in ("indicators", "app"):
        region.command(command, region.raw).error("raw", "ワークスペースではありません", "Run explorer build")


def test_a_workspace_over_something_else(region, tmp_path):
    for name in ("steps", "manifest.json"):
        folder = tmp_path / f"mine-{name}"
        folder.mkdir()
        (folder / name).mkdir() if name == "steps" else (folder / name).write_text("{}", encoding="utf-8")
        region.command("build", region.raw, "--out", folder).error(name, "--out", "no build has written")
        assert [path.name for path in folder.iterdir()] == [name]
    region.command("build", region.raw, "--out", region.raw / POPULATION).error(POPULATION, "ファイル", "a file")
    below = region.raw / POPULATION / "workspace"
    region.command("build", region.raw, "--out", below).error(POPULATION, "書き込めません", "Cannot be written")


def test_folders_of_others_in_a_workspace_stay(region):
    own = region.out / "steps" / "my notes"
    own.mkdir()
    (region.raw / "library.csv").write_text("名称,緯度,経度\n図書館,36.31,139.02\n", encoding="utf-8")
    assert region.build().code == 0
    assert own.is_dir()


# --- permissions ------------------------------------------------------------------------------------------------------


@pytest.fixture
def open_folder():
    """A folder that every user may enter, unlike those of pytest."""
    folder = Path(tempfile.mkdtemp(prefix="explorer-test-"))
    folder.chmod(0o755)
    yield folder
    for path in folder.rglob("*"):
        path.chmod(0o700)
    shutil.rmtree(folder)


@contextmanager
def as_nobody():
    """Act as a user without rights where the tests run as root, who may write everywhere."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(0)


@pytest.mark.skipif(not hasattr(os, "geteuid"), reason="no such rights on Windows")
def test_a_folder_that_may_not_be_written(region, open_folder):
    raw, closed = open_folder / "raw", open_folder / "closed"
    shutil.copytree(region.raw, raw)
    shutil.copytree(region.out, closed / "old")
    for folder in (closed / "old", closed):
        folder.chmod(0o555)
    with as_nobody():
        for out in (closed / "new", closed / "old"):
            region.command("build", raw, "--out", out).error("closed", "書き込めません", "permissions")
        region.command("indicators", closed / "old", "--out", closed / "table.csv").error("table.csv", "permissions")
        region.command("sample", closed / "sample").error("closed", "permissions")


@pytest.mark.skipif(not hasattr(os, "geteuid"), reason="no such rights on Windows")
def test_files_that_may_not_be_read(region, open_folder):
    raw = open_folder / "raw"
    shutil.copytree(region.raw, raw)
    (raw / "private").mkdir()
    (raw / "secret.csv").write_text("名称,緯度,経度\n図書館,36.31,139.02\n", encoding="utf-8")
    (raw / "private").chmod(0)
    (raw / "secret.csv").chmod(0)
    (open_folder / "workspace").mkdir()
    (open_folder / "workspace").chmod(0o777)
    with as_nobody():
        ran = region.command("build", raw, "--out", open_folder / "workspace")
    for name in ("secret.csv", "private"):
        ran.warning(f"raw/{name}", "開けません", "Cannot be opened")


# --- options ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--area", "99999"), ("99999", "5桁", "five digits")),
        (("--area", "10201,10999"), ("10999", "5桁", "five digits")),
        (("--area", "10201,10202"), ("10202", "境界がありません", "No boundary")),
        (("--area", ","), ("5桁", "no municipality code")),
        (("--area", "前橋市"), ("前橋市", "5桁", "five digits")),
        (("--prefecture", "99"), ("99", "都道府県", "no prefecture")),
        (("--prefecture", "13"), ("東京都", "N03", "No boundaries")),
        (("--day", "2026-02-30"), ("2026-02-30", "日付", "day")),
        (("--day", "明日"), ("明日", "2026-04-15")),
    ],
)
def test_codes_and_days_that_do_not_exist(region, options, words):
    region.build(*options).error(*words)
    region.assert_untouched()


@pytest.mark.parametrize("options", [("--halo-km", "-1"), ("--halo-km", "nan"), ("--halo-km", "x"), ("--nothing",)])
def test_options_that_do_not_exist(region, options):
    ran = region.build(*options)
    assert ran.code == 2
    assert options[0] in ran.err
    assert "Traceback" not in ran.err
    region.assert_untouched()


@pytest.mark.parametrize(
    ("region_codes", "words"),
    [
        ("99999", ("99999", "five digits")),
        ("10202", ("10202", "ワークスペースにありません", "Not in this workspace")),
        ("10201,10202", ("10202", "Not in this workspace")),
        (",", ("5桁", "no municipality code")),
    ],
)
def test_regions_of_codes_that_do_not_exist(region, region_codes, words):
    region.command("indicators", region.out, "--region", region_codes).error(*words)


def test_more_municipalities_than_anyone_means(region, tmp_path):
    raw = tmp_path / "japan"
    raw.mkdir()
    write_squares(raw, 201)
    region.command("build", raw, "--out", region.out).error("201", "--prefecture", "--area", "Choose")
    region.assert_untouched()
    ran = region.command("build", raw, "--out", tmp_path / "some", "--area", "01201,01203")
    assert "市区町村 / municipalities: 2" in ran.out


def write_squares(folder: Path, count: int) -> None:
    """N03 and population of many small municipalities in a row, 1 km each."""
    from geodata.mesh import code_at

    codes = [f"{1 + number // 100:02d}{201 + number % 100}" for number in range(count)]
    features, people = [], ["KEY_CODE,pop"]
    for number, code in enumerate(codes):
        west, south = 139 + (number % 20) / 80, 36 + (number // 20) / 120
        ring = [[west, south], [west + 1 / 80, south], [west + 1 / 80, south + 1 / 120], [west, south + 1 / 120]]
        features.append(
            {
                "type": "Feature",
                "properties": {"N03_001": "県", "N03_002": "", "N03_003": "", "N03_004": code, "N03_007": code},
                "geometry": {"type": "Polygon", "coordinates": [[*ring, ring[0]]]},
            }
        )
        people.append(f"{code_at([west + 0.006], [south + 0.004], 3)[0]},10")
    text = json.dumps({"type": "FeatureCollection", "features": features})
    (folder / "N03-20240101.geojson").write_text(text, encoding="utf-8")
    (folder / "population_1km_2020.csv").write_text("\n".join(people), encoding="utf-8")


# --- workspaces -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("content", ["", "[]", '{"format": 1}', "HALF", "{}", "\x00\x00\x00"])
def test_a_damaged_manifest(region, content):
    text = (region.out / "manifest.json").read_text(encoding="utf-8")
    (region.out / "manifest.json").write_text(content.replace("HALF", text[: len(text) // 2]), encoding="utf-8")
    for command in ("indicators", "app"):
        region.command(command, region.out).error("workspace", "もう一度実行", "Run explorer build again")
    ran = region.build()
    assert "計算した段階 / steps run: なし / none" in ran.out
    assert json.loads((region.out / "manifest.json").read_text(encoding="utf-8")) == json.loads(text)


def test_a_workspace_with_a_file_missing(region):
    next(region.out.glob("steps/indicators-*/indicators.parquet")).unlink()
    region.command("indicators", region.out).error("indicators.parquet", "Run explorer build again")
    assert "計算した段階 / steps run: indicators" in region.build().out
    region.assert_untouched()


def test_a_workspace_with_a_damaged_file(region):
    file = next(region.out.glob("steps/indicators-*/indicators.parquet"))
    for content in (b"", b"PAR1", file.read_bytes()[:-100], os.urandom(1000)):
        file.write_bytes(content)
        region.command("indicators", region.out).error(file.name, "壊れています", "Remove the folder", file.parent.name)
    shutil.rmtree(file.parent)
    assert region.build().code == 0
    region.assert_untouched()


def test_a_step_whose_record_a_power_cut_emptied(region):
    next(region.out.glob("steps/stops-*/step.json")).write_text("", encoding="utf-8")
    ran = region.build()
    assert "計算した段階 / steps run: stops" in ran.out
    region.assert_untouched()


# --- outputs ----------------------------------------------------------------------------------------------------------


def test_indicators_in_a_format_that_is_not_written(region, tmp_path):
    region.command("indicators", region.out, "--out", tmp_path / "x.xlsx").error("x.xlsx", ".csv .json .parquet")
    assert not (tmp_path / "x.xlsx").exists()


def test_indicators_where_a_file_or_folder_is_in_the_way(region, tmp_path):
    (tmp_path / "folder.csv").mkdir()
    region.command("indicators", region.out, "--out", tmp_path / "folder.csv").error("folder.csv", "Cannot be")
    below = region.raw / POPULATION / "table.csv"
    region.command("indicators", region.out, "--out", below).error(POPULATION, "Cannot be")


def test_a_reader_of_the_output_that_stops_early(region):
    command = [sys.executable, "-m", "explorer.cli", "indicators", str(region.out)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        process.stdout.read(10)
        process.stdout.close()
        assert process.stderr is not None
        errors = process.stderr.read().decode()
    assert "Traceback" not in errors
    assert "BrokenPipe" not in errors


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full here")
def test_output_on_a_full_disk(region):
    command = [sys.executable, "-m", "explorer.cli", "indicators", str(region.out)]
    with Path("/dev/full").open("wb") as full:
        ran = subprocess.run(command, cwd=ROOT, stdout=full, stderr=subprocess.PIPE, check=False)
    assert ran.returncode == 1
    assert ran.stderr.decode().count("\n") == 1
    assert "The disk is full" in ran.stderr.decode()


# --- faults of the program itself -------------------------------------------------------------------------------------


def test_a_fault_of_the_program_is_one_message_with_the_step(region, monkeypatch):
    import explorer.steps.drawing as step

    def fail(*_: object, **__: object) -> None:
        raise ZeroDivisionError("division by zero")

    shutil.rmtree(next(region.out.glob("steps/drawing-*")))
    monkeypatch.setattr(step, "run", fail)
    ran = region.build()
    assert ran.code == 1
    last = ran.err.splitlines()[-1]
    assert "drawing" in last
    assert "ZeroDivisionError" in last
    assert "EXPLORER_DEBUG=1" in last
    assert "Traceback" not in ran.err
    monkeypatch.setenv("EXPLORER_DEBUG", "1")
    with pytest.raises(ZeroDivisionError):
        region.build()
