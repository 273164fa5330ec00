"""Opens the workspace for the pages: once per process, and again as soon as a new build has replaced it."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

import streamlit as st

from explorer.ui.study import Study
from geodata.workspace import MANIFEST, Workspace

WORKSPACE_VARIABLE: Final = "EXPLORER_WORKSPACE"


def open_study() -> Study:
    """The study that the app was started with.

    Raises
    ------
    WorkspaceError
        There is no workspace, or it cannot be used.
    """
    path = Path(os.environ.get(WORKSPACE_VARIABLE, "workspace"))
    manifest = path / MANIFEST
    # The manifest is replaced last by a build: its time and size tell a new workspace from the old one.
    stamp = (manifest.stat().st_mtime_ns, manifest.stat().st_size) if manifest.is_file() else (0, 0)
    return _opened(str(path), stamp)


@st.cache_resource(max_entries=2, show_spinner=False)
def _opened(path: str, stamp: tuple[int, int]) -> Study:
    del stamp  # part of the key only
    return Study(Workspace.open(path))
