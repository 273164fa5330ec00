"""Thresholds given in files, and the commands: what they print and what they refuse."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import explorer
from explorer.threshold_counts import thresholds_of_counts
from explorer.thresholds import (
    BadThresholds,
    fitted_here,
    read_thresholds,
    threshold_table,
    thresholds_of,
    thresholds_text,
)
from explorer.viability import viability
from geodata.workspace import Workspace

from .conftest import Ran

Command = Callable[..., Ran]


def counts(path: Path, rows: int = 120) -> Path:
    """Towns of which the larger more often have a library; everybody has a post office."""
    random = np.random.default_rng(3)
    people = np.exp(random.normal(9.0, 1.0, rows)).round()
    has = random.random(rows) < 1 / (1 + (8000 / people) ** 2)
    lines = ["code,population,library,post_office"]
    lines += [
        f'{10201 + row},"{int(size):,}",{int(one) * 2},1'
        for row, (size, one) in enumerate(zip(people, has, strict=True))
    ]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def test_the_users_come_before_the_published_and_those_before_a_fit(sample_workspace: Path, tmp_path: Path) -> None:
    opened = explorer.open(sample_workspace)
    path = tmp_path / "own.toml"
    path.write_text("[clinic]\nn50 = 1000\nn80 = 2000\n[library]\nn50 = 500\nn80 = 500\n", encoding="utf-8-sig")
    own = read_thresholds(path)
    assert thresholds_of(opened, "clinic").how == "published"
    assert thresholds_of(opened, "clinic", own).n50 == 1000
    assert thresholds_of(opened, "clinic", own).how == "own"
    assert "own.toml" in viability(opened, "clinic", thresholds=own)["source_of_threshold"][0]
    table = threshold_table(opened, own=own).set_index("category")
    assert set(table.index) == set(opened.services().categories)
    assert ((table["reason"] == "") == table["n50"].notna()).all()
    assert ((table["source_of_threshold"] == "") == table["n50"].isna()).all()
    assert "Too few" in fitted_here(opened, "clinic").reason or "nothing varies" in fitted_here(opened, "clinic").reason


def test_a_service_that_no_list_covers_has_a_reason(tiny_workspace: Path) -> None:
    opened = explorer.open(tiny_workspace)
    assert "No list covers" in thresholds_of(opened, "hospital").reason
    assert "Too few" in thresholds_of(opened, "elementary_school").reason


def test_nothing_is_fitted_on_a_list_that_lacks_most_shops(
    sample_workspace: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = explorer.open(sample_workspace)
    assert "should be" not in fitted_here(opened, "drugstore").reason
    table = opened.workspace.table("completeness")
    short = table.assign(listed=table["listed"] // 4)
    whole = Workspace.table

    def changed(self: Workspace, name: str) -> pd.DataFrame:
        return short if name == "completeness" else whole(self, name)

    monkeypatch.setattr(Workspace, "table", changed)
    reason = fitted_here(opened, "drugstore").reason
    assert re.search(r"has \d+ % of the shops there should be", reason)
    assert reason.count(" / ") == 1  # Japanese / English, and no other
    assert "should be" not in fitted_here(opened, "clinic").reason


def test_counts_of_ones_own_are_fitted_and_come_back_from_toml(tmp_path: Path) -> None:
    found = thresholds_of_counts(counts(tmp_path / "counts.csv"))
    assert found["library"].how == "fitted"
    assert found["library"].n50 == pytest.approx(8000, rel=0.4)
    assert found["library"].count == 120
    assert "counts.csv" in found["library"].source
    assert "nothing varies" in found["post_office"].reason
    path = tmp_path / "own.toml"
    path.write_text(thresholds_text(found), encoding="utf-8")
    back = read_thresholds(path)
    assert list(back) == ["library"]
    assert back["library"].n80 == pytest.approx(found["library"].n80)
    assert "120 municipalities" in back["library"].source


def test_a_town_without_a_number_is_left_out(tmp_path: Path) -> None:
    path = counts(tmp_path / "counts.csv")
    with path.open("a", encoding="utf-8") as file:
        file.write("10999 ,500,,1\n10998,,3,1\n".replace("10999 ", "09201").replace("10998", "09202"))
    assert thresholds_of_counts(path)["library"].count == 120


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[clinic", "not TOML"),
        ("[clinics]\nn50 = 1\nn80 = 2\n", "no such service as clinics"),
        ("[clinic]\nn50 = 1\n", "both n50 and n80"),
        ("[clinic]\nn50 = 1\nn80 = 2\nn90 = 3\n", "both n50 and n80"),
        ("clinic = 3\n", "both n50 and n80"),
        ("[clinic]\nn50 = 3\nn80 = 2\n", "0 < n50 ≤ n80"),
        ('[clinic]\nn50 = "1"\nn80 = 2\n', "0 < n50 ≤ n80"),
        ("[clinic]\nn50 = true\nn80 = 2\n", "0 < n50 ≤ n80"),
        ("[clinic]\nn50 = nan\nn80 = inf\n", "0 < n50 ≤ n80"),
    ],
)
def test_files_that_cannot_be(tmp_path: Path, text: str, words: str) -> None:
    path = tmp_path / "own.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(BadThresholds, match=words):
        read_thresholds(path)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "no CSV"),
        ("code,population\n10201,5\n", "Columns must be"),
        ("code,clinic\n10201,5\n", "Columns must be"),
        ("code,population,clinics\n10201,5,1\n", r"Columns must be .*clinics"),
        ("code,population,clinic\nX,5,1\n", "Line 2: no municipality code"),
        ("code,population,clinic\n10201,5,1\n102016,5,1\n", "Line 3"),
        ("code,population,clinic\n10201,5,-1\n", "Line 2, clinic"),
        ("code,population,clinic\n10201,many,1\n", "Line 2, population"),
    ],
)
def test_tables_that_cannot_be(tmp_path: Path, text: str, words: str) -> None:
    path = tmp_path / "counts.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(BadThresholds, match=words):
        thresholds_of_counts(path)


class TestCommands:
    def test_viability(self, command: Command, sample_workspace: Path) -> None:
        ran = command(
            "viability", sample_workspace, "library", "--years", "2020,2050", "--group", "65_plus", "--below", "9000"
        )
        assert ran.code == 0
        table = pd.read_csv(io.StringIO(ran.out))
        assert {"people_2020", "people_2050", "people_2050_65_plus", "first_year_below"} <= set(table)
        assert (table["people_2050"] < table["people_2020"]).all()

    def test_a_region_file_and_other_formats(self, command: Command, sample_workspace: Path, tmp_path: Path) -> None:
        region = tmp_path / "two.toml"
        region.write_text('[[region]]\nname = "二町"\ncodes = ["48321", "48322"]\n', encoding="utf-8")
        out = tmp_path / "viability.parquet"
        command("viability", sample_workspace, "clinic", "--region", region, "--together", "500", "--out", out)
        table = pd.read_parquet(out)
        assert set(table["municipality_code"]) == {"48321", "48322"}
        assert set(table["location"]) <= set(explorer.open(sample_workspace).services().sites("clinic")["site_id"])
        closures = tmp_path / "closures.json"
        ran = command("cascade", sample_workspace, "clinic", "--region", region, "--steps", "1", "--out", closures)
        assert ran.code == 0
        assert pd.read_json(closures)["municipality_code"].astype(str).isin(["48321", "48322"]).all()
        ran = command("thresholds", sample_workspace, "--region", region, "--service", "clinic", "--years", "2050")
        assert "region,二町,2050" in ran.out

    def test_cascade_says_beside_the_table_what_was_done(
        self, command: Command, sample_workspace: Path, tmp_path: Path
    ) -> None:
        ran = command("cascade", sample_workspace, "clinic", "--years", "2050", "--steps", "3", "--minutes", "10")
        assert ran.code == 0
        assert len(pd.read_csv(io.StringIO(ran.out))) == 3
        assert "3 close; threshold 3,500 people" in ran.err
        assert "stopped at the number of steps" in ran.err
        out, moves = tmp_path / "closures.csv", tmp_path / "moves.csv"
        ran = command("cascade", sample_workspace, "library", "--below", "9000", "--out", out, "--moves", moves)
        assert out.read_bytes().startswith(b"\xef\xbb\xbf")
        assert f"{len(pd.read_csv(out))} close" in ran.out
        assert set(pd.read_csv(moves)["site_id"]) == set(pd.read_csv(out)["site_id"])

    def test_thresholds(self, command: Command, sample_workspace: Path, tmp_path: Path) -> None:
        ran = command("thresholds", sample_workspace, "--service", "clinic,library")
        assert pd.read_csv(io.StringIO(ran.out))["category"].tolist() == ["clinic", "library"]
        ran = command("thresholds", "--counts", counts(tmp_path / "counts.csv"), "--toml")
        path = tmp_path / "own.toml"
        path.write_text(ran.out, encoding="utf-8")
        ran = command(
            "thresholds", sample_workspace, "--region", "48321,48322", "--thresholds", path, "--service", "library", "--years", "2050"
        )  # fmt: skip
        table = pd.read_csv(io.StringIO(ran.out))
        assert table["area_code"].astype(str).tolist() == ["48321", "48322", "region"]
        assert table["n50"].notna().all()
        ran = command("viability", sample_workspace, "library", "--thresholds", path, "--years", "2050")
        assert pd.read_csv(io.StringIO(ran.out))["n50"].notna().all()

    @pytest.mark.parametrize(
        ("asked", "words"),
        [
            (["viability", "W", "casino"], "casino"),
            (["viability", "W", "clinic", "--years", "2031"], "2031"),
            (["viability", "W", "clinic", "--years", "soon"], "2030,2050"),
            (["viability", "W", "clinic", "--group", "young"], "young"),
            (["viability", "W", "clinic", "--region", "13101"], "13101"),
            (["viability", "W", "clinic", "--mode", "teleport"], "teleport"),
            (["cascade", "W", "clinic", "--below", "few"], "n50, n80, a number"),
            (["cascade", "W", "library"], "no threshold"),
            (["cascade", "W", "clinic", "--below", "none"], "give one of them"),
            (["cascade", "W", "clinic", "--metres", "800"], "minutes in other modes"),
            (["cascade", "W", "clinic", "--mode", "teleport", "--minutes", "5"], "teleport"),
            (["thresholds"], "--counts"),
            (["thresholds", "W", "--region", "13101"], "13101"),
            (["thresholds", "W", "--thresholds", "none.toml"], "none.toml"),
            (["thresholds", "--counts", "none.csv"], "none.csv"),
        ],
    )
    def test_refused_in_one_message(
        self, command: Command, sample_workspace: Path, asked: list[str], words: str
    ) -> None:
        command(*(sample_workspace if word == "W" else word for word in asked)).error(words)

    def test_no_projection(self, command: Command, tiny_workspace: Path) -> None:
        command("cascade", tiny_workspace, "elementary_school", "--below", "500", "--years", "2050").error(
            "no projection"
        )
        ran = command("viability", tiny_workspace, "elementary_school", "--mode", "straight")
        assert ran.code == 0
        assert "no projection of population has been read" in ran.out
