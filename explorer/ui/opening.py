"""Opens the workspace for the pages: once per process, and again as soon as a new build has replaced it."""

from __future__ import annotations

import os
import threading
from pathlib import Path
from typing import Final

import streamlit as st

from explorer.ui.served import forget_others
from explorer.ui.study import Study
from geodata.workspace import MANIFEST, Workspace

WORKSPACE_VARIABLE: Final = "EXPLORER_WORKSPACE"
_CHANGING: Final = threading.Lock()
_LAST_KEYS: Final[list[str]] = []


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
    study = Study(Workspace.open(path))
    _forget_older(study.key)
    return study


def _forget_older(key: str) -> None:
    """Clear away the map's files of the build before the last: a page that was open at the change still shows the last."""
    with _CHANGING:
        _LAST_KEYS.append(key)
        del _LAST_KEYS[:-2]
        forget_others(_LAST_KEYS)
