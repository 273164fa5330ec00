"""A workspace whose names are what a spreadsheet, a page or a parser could take for something else."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

import explorer
from explorer.regions import Opened
from geodata.workspace import Workspace

HOSTILE = ("=cmd|'/c calc'!A1,\"x\"", "<script>alert(1)</script>\n2行目 & 'q'")
CODES = ("01100", "01202")  # Sapporo and Hakodate: a number would lose the zero


@pytest.fixture(scope="session")
def hostile_workspace(tiny_workspace: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("hostile") / "workspace"
    shutil.copytree(tiny_workspace, folder)
    workspace = Workspace.open(folder)
    codes = dict(zip(("10201", "10203"), CODES, strict=True))
    names = dict(zip(CODES, HOSTILE, strict=True))
    _rewrite(workspace, "indicators", lambda table: table.assign(
        area_code=table["area_code"].astype(str).map(codes).astype("category"),
        area_name=table["area_code"].astype(str).map(codes).map(names).astype("category"),
    ))  # fmt: skip
    _rewrite(workspace, "municipalities", lambda table: table.assign(
        code=table["code"].map(codes), name=table["code"].map(codes).map(names)
    ))  # fmt: skip
    _rewrite(workspace, "facilities", lambda table: table.assign(
        name=["-2+3", "@x", '"]]><b>'] + ["+1"] * (len(table) - 3)
    ))  # fmt: skip
    return folder


@pytest.fixture
def hostile(hostile_workspace: Path) -> Opened:
    return explorer.open(hostile_workspace)


def _rewrite(workspace: Workspace, name: str, change: Callable[[pd.DataFrame], pd.DataFrame]) -> None:
    entry = workspace.manifest["tables"][name]
    change(workspace.table(name)).to_parquet(workspace.file(entry["step"], entry["file"]))
