"""``explorer region``, ``neighbours`` and ``peers`` as their users run them, on two tiny towns."""

from __future__ import annotations

import io
from pathlib import Path

import pandas as pd
import pytest

from explorer.region_file import read_region


def _csv(text: str) -> pd.DataFrame:
    return pd.read_csv(io.StringIO(text), dtype={"code": str})


def test_a_region_is_made_saved_checked_and_used(command, tiny_workspace: Path, tmp_path: Path) -> None:
    out = tmp_path / "two.toml"
    made = command(
        "region", tiny_workspace, "--codes", "10203,10201", "--name", "二市", "--name-en", "Two", "--out", out
    )
    assert made.code == 0, made.err
    assert "二市: 10201 前橋市、10203 桐生市（12,800 人" in made.out
    assert read_region(out).codes == ["10201", "10203"]
    shown = command("region", tiny_workspace, "--file", out)
    assert shown.out == out.read_text(encoding="utf-8")
    by_file = command("indicators", tiny_workspace, "--region", out)
    by_codes = command("indicators", tiny_workspace, "--region", "10201,10203")
    assert by_file.code == by_codes.code == 0
    assert by_file.out.replace("region,二市,", "region,前橋市・桐生市,") == by_codes.out
    assert command("score", tiny_workspace, "--region", out).code == 0


@pytest.mark.parametrize(
    ("options", "codes"),
    [
        (["--touching", "10201"], ["10201", "10203"]),
        (["--within", "10201", "--minutes", "60"], ["10201", "10203"]),
        (["--within", "10201", "--minutes", "0.1"], ["10201"]),
        (["--preset", "両毛"], ["10203"]),
        (["--preset", "ryomo"], ["10203"]),
    ],
)
def test_regions_by_rule(command, tiny_workspace: Path, tmp_path: Path, options: list[str], codes: list[str]) -> None:
    out = tmp_path / "region.toml"
    assert command("region", tiny_workspace, *options, "--out", out).code == 0
    assert read_region(out).codes == codes


def test_without_a_choice_published_regions_are_listed(command, tiny_workspace: Path, tmp_path: Path) -> None:
    listed = command("region", tiny_workspace)
    assert "両毛広域都市圏（一部）" in listed.out
    assert "邑楽町" in listed.out  # the source
    own = tmp_path / "own.toml"
    own.write_text('[[region]]\nname = "二市"\ncodes = ["10201", "10203"]\n', encoding="utf-8")
    assert command("region", tiny_workspace, "--presets", own).out.startswith("二市")


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--codes", "10303"], ["10303", "富士見村", "10201"]),
        (["--codes", "abc"], ["abc"]),
        (["--codes", "10201", "--touching", "10201"], ["--codes", "only one"]),
        (["--commuting", "10201"], ["通勤・通学の表", "table of commuting"]),
        (["--medical", "10201"], ["A38"]),
        (["--within", "10201", "--minutes", "0"], ["0"]),
        (["--within", "10201", "--mode", "fly"], ["fly"]),
        (["--preset", "火星"], ["火星", "0 regions"]),
        (["--file", "none.toml"], ["none.toml"]),
        (["--codes", "10201", "--out", "region.csv"], [".toml"]),
    ],
)
def test_what_cannot_be_is_refused_in_one_message(command, tiny_workspace: Path, options: list[str], words) -> None:
    command("region", tiny_workspace, *options).error(*words)


def test_a_broken_file_is_named_wherever_a_region_is_taken(command, tiny_workspace: Path, tmp_path: Path) -> None:
    broken = tmp_path / "broken.toml"
    broken.write_text('name = "空"\ncodes = []\n', encoding="utf-8")
    for line in (["region", "--file"], ["indicators", "--region"], ["score", "--region"]):
        command(line[0], tiny_workspace, line[1], broken).error("broken.toml", "no municipality")


def test_neighbours_and_peers_as_tables(command, tiny_workspace: Path, tmp_path: Path) -> None:
    table = _csv(command("neighbours", tiny_workspace, "10201").out)
    assert table["code"].tolist() == ["10203"]
    out = tmp_path / "peers.csv"
    ran = command("peers", tiny_workspace, "10201", "--out", out)
    assert ran.code == 0
    assert "[ageing_65]" in ran.err
    assert "not used" in ran.err
    saved = pd.read_csv(out, dtype={"code": str})
    assert saved["code"].tolist() == ["10201", "10203"]  # itself first, to read the others against
    assert {"distance", "population", "population_part"} <= set(saved)
    command("neighbours", tiny_workspace, "10202").error("10202")
    command("peers", tiny_workspace, "10201", "--indicators", "happiness").error("happiness")
    command("peers", tiny_workspace, "10201", "--count", "0").error("1")
