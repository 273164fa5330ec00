"""Regions, comparison and answers over a workspace; the ``explorer`` command and the pages of the app.

>>> import explorer
>>> workspace = explorer.open("workspace")  # doctest: +SKIP
>>> workspace.region(["10201", "10203"]).indicators()  # doctest: +SKIP
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from explorer.regions import Opened

__version__ = "0.1.0"


def open(path: Path | str) -> Opened:  # noqa: A001 - explorer.open("workspace") is how people say it
    """Open a workspace for questions: tables, indicators, regions.

    Raises
    ------
    WorkspaceError
        The folder holds no finished workspace.
    """
    from explorer.regions import Opened
    from geodata.workspace import Workspace

    return Opened(Workspace.open(path))
