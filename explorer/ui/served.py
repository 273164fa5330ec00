"""Heavy things for the map, served once each as a file: shapes, points, place pictures.

Streamlit serves the folder of a declared component; the map frame lies in one such folder and these files in another
beside it, so the same relative address works behind any base path. A file is named after the workspace's key and what
it holds: it never changes, and a browser keeps it.
"""

from __future__ import annotations

import atexit
import shutil
import tempfile
import threading
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any, Final

import streamlit.components.v1 as components

_ASSETS: Final = Path(__file__).parents[1] / "maps" / "assets"
_LOCK: Final = threading.Lock()


@cache
def map_frame() -> Any:
    """The map component: a frame with Leaflet and the drawing code of this project, from the package's own files."""
    return components.declare_component("explorer_map", path=str(_ASSETS))


def served(name: str, make: Callable[[], bytes]) -> str:
    """Address of a file as seen from the map frame; made on first use.

    Parameters
    ----------
    name
        File name; must differ whenever the content differs.
    make
        Returns the content.
    """
    folder, component = _folder()
    file = folder / name
    if not file.exists():
        with _LOCK:
            if not file.exists():
                unfinished = folder / f".{name}"
                unfinished.write_bytes(make())
                unfinished.replace(file)
    return f"../{component}/{name}"


@cache
def _folder() -> tuple[Path, str]:
    folder = Path(tempfile.mkdtemp(prefix="explorer-map-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    declared = components.declare_component("explorer_map_files", path=str(folder))
    return folder, declared.name
