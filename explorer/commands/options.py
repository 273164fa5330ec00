"""Options that several commands share, and those that hold several things in one text: names, a region."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from geodata.errors import ExplorerError

if TYPE_CHECKING:
    from explorer.members import Asked

WorkspaceFolder = Annotated[Path, typer.Argument(help="ワークスペース / workspace folder")]
Mode = Annotated[str, typer.Option(help="移動手段 / mode of travel: walk, drive, cycle …")]
Group = Annotated[str, typer.Option(help="年齢区分 / age group: total, 65_plus, 75_plus …")]
Out = Annotated[Path | None, typer.Option("--out", help=".csv .json .parquet")]
RegionCodes = Annotated[
    str,
    typer.Option(
        "--region",
        "--area",
        help="圏域: 市区町村コードか .toml のファイル / a region: codes, e.g. 10201,10203, or a .toml file",
    ),
]


class BadOption(ExplorerError, ValueError):
    """An option that cannot be what it says."""


def names_in(text: str) -> list[str]:
    """Names between commas, Japanese ones too."""
    return [name.strip() for name in text.replace("、", ",").split(",") if name.strip()]


def region_in(text: str) -> Asked | None:
    """Codes of municipalities, or the region file that a text names; None without any.

    Raises
    ------
    ExplorerError
        It is neither.
    """
    from geodata.codes import parse_codes

    if not text.strip():
        return None
    return Path(text) if text.lower().endswith(".toml") else parse_codes(text)
