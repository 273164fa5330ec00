"""Steps appear whole or not at all, are run once per key, and readers keep what they have open."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from geodata.errors import WorkspaceError
from geodata.workspace import StepWriter, Workspace, locked, publish, run_step, step_key


def numbers(value: int):
    def write(writer: StepWriter) -> None:
        writer.table(pd.DataFrame({"x": [value]}), "numbers")
        writer.array(np.array([value], np.float32), "shop.walk")
        writer.facts["measures"] = ["shop.walk"]
        writer.notes.warn("a.csv", "注意", "careful")

    return write


def test_a_step_runs_once_per_key(tmp_path: Path) -> None:
    first = run_step(tmp_path, "numbers", "k1", numbers(1))
    again = run_step(tmp_path, "numbers", "k1", numbers(2))
    assert (first.was_cached, again.was_cached) == (False, True)
    assert pd.read_parquet(again.folder / "numbers.parquet")["x"].tolist() == [1]
    assert [note.en for note in again.notes] == ["careful"]  # a cached step still warns


def test_a_step_that_dies_leaves_nothing(tmp_path: Path) -> None:
    def dies(writer: StepWriter) -> None:
        writer.table(pd.DataFrame({"x": [1]}), "numbers")
        raise RuntimeError

    with pytest.raises(RuntimeError):
        run_step(tmp_path, "numbers", "k1", dies)
    assert list((tmp_path / "steps").iterdir()) == []


def test_the_manifest_names_tables_measures_and_hashes(tmp_path: Path) -> None:
    workspace = publish(tmp_path, {"title": "t"}, [run_step(tmp_path, "numbers", "k1", numbers(7))])
    assert workspace.table("numbers")["x"].tolist() == [7]
    assert workspace.has_measure("shop", "walk")
    assert workspace.measure("shop", "walk").tolist() == [7.0]
    assert len(workspace.manifest["tables"]["numbers"]["sha256"]) == 64
    assert Workspace.open(tmp_path).key == workspace.key


def test_who_has_the_old_workspace_open_goes_on_reading_it(tmp_path: Path) -> None:
    keys = [step_key("numbers", number) for number in range(3)]
    old = publish(tmp_path, {}, [run_step(tmp_path, "numbers", keys[0], numbers(1))])
    new = publish(tmp_path, {}, [run_step(tmp_path, "numbers", keys[1], numbers(2))])
    assert old.table("numbers")["x"].tolist() == [1]
    assert new.table("numbers")["x"].tolist() == [2]
    assert old.key != new.key
    publish(tmp_path, {}, [run_step(tmp_path, "numbers", keys[2], numbers(3))])
    assert {folder.name for folder in (tmp_path / "steps").iterdir()} == {f"numbers-{keys[1]}", f"numbers-{keys[2]}"}


def test_one_build_at_a_time(tmp_path: Path) -> None:
    with locked(tmp_path), pytest.raises(WorkspaceError, match="Another build"), locked(tmp_path):
        pass
    with locked(tmp_path):  # free again
        pass


def test_what_is_no_workspace_is_told(tmp_path: Path) -> None:
    with pytest.raises(WorkspaceError, match="Not a workspace"):
        Workspace.open(tmp_path)
    (tmp_path / "manifest.json").write_text(json.dumps({"format": 0}), encoding="utf-8")
    with pytest.raises(WorkspaceError, match="another version"):
        Workspace.open(tmp_path)


def test_keys_depend_on_everything() -> None:
    keys = {step_key("a", 1), step_key("a", 2), step_key("b", 1), step_key("a", 1, 1), step_key("a", [1])}
    assert len(keys) == 5
    assert step_key("a", {"x": 1, "y": 2}) == step_key("a", {"y": 2, "x": 1})
