"""Heavy things for the map, served once each as a file: shapes, points, place pictures.

Streamlit serves the folder of a declared component; the map frame lies in one such folder and these files in another
beside it, so the same relative address works behind any base path. A file is named after the workspace's key and what
it holds: it never changes, and a browser keeps it.

The folder goes when the server ends. If it was killed, the next server that starts on this machine clears it away.
"""

from __future__ import annotations

import atexit
import re
import shutil
import tempfile
import threading
import time
from collections.abc import Callable, Collection
from functools import cache
from pathlib import Path
from typing import Any, Final

import streamlit.components.v1 as components
from filelock import FileLock, Timeout

ASSETS: Final = Path(__file__).parents[1] / "maps" / "assets"
_PREFIX: Final = "explorer-map-"
_LOCK_FILE: Final = ".in-use"
_YOUNG_SECONDS: Final = 60.0
_MAKING: Final = threading.Lock()
_BEING_MADE: Final[dict[str, threading.Lock]] = {}
_LOCKS: Final[dict[Path, FileLock]] = {}
_DECLARED: Final[list[tuple[Path, str]]] = []  # folder and component of the files, as soon as a page has asked for one


@cache
def map_frame() -> Any:
    """The map component: a frame with Leaflet and the drawing code of this project, from the package's own files."""
    return components.declare_component("explorer_map", path=str(ASSETS))


# Streamlit puts the module that declares a component before its name.
FRAME_COMPONENT: Final = f"{__name__}.explorer_map"


def served(name: str, make: Callable[[], bytes]) -> str:
    """Address of a file as seen from the map frame; made on first use.

    Parameters
    ----------
    name
        File name; must differ whenever the content differs, and begin with the key of the workspace.
    make
        Returns the content.
    """
    folder, component = _folder()
    file = folder / name
    if not file.exists():
        with _MAKING:
            lock = _BEING_MADE.setdefault(name, threading.Lock())
        with lock:  # who wants another file does not wait for this one
            if not file.exists():
                unfinished = folder / f".{name}"
                unfinished.write_bytes(make())
                unfinished.replace(file)
    return f"../{component}/{name}"


def forget_others(keys: Collection[str]) -> None:
    """Remove the files of all workspaces but those with these keys."""
    folder, _ = _folder()
    for file in list(folder.iterdir()):  # a file that is being made begins with a dot
        key = re.match(r"[0-9a-f]+", file.name)
        if key is not None and key.group() not in keys:
            file.unlink(missing_ok=True)


def served_file(component: str, name: str) -> tuple[Path, bool] | None:
    """A file that the map asks for.

    Parameters
    ----------
    component
        Name of a component's folder, as in its address.
    name
        Path inside the folder.

    Returns
    -------
    tuple
        The file, and whether it never changes under its name; None where it is none of these files.
    """
    if component == FRAME_COMPONENT:
        folder, forever = ASSETS, False
    elif _DECLARED and component == _DECLARED[0][1]:
        folder, forever = _DECLARED[0][0], True
    else:
        return None
    file = file_inside(folder, name)
    return None if file is None else (file, forever)


def file_inside(folder: Path, name: str) -> Path | None:
    """A file that lies in a folder, by its path inside; None where there is none, or where the path leads elsewhere."""
    parts = name.split("/")
    if any(part in {"", ".."} or part.startswith(".") or "\\" in part or ":" in part for part in parts):
        return None
    file = folder.joinpath(*parts)
    # A link that leads out of the folder is none of ours.
    if not file.is_file() or not file.resolve().is_relative_to(folder.resolve()):
        return None
    return file


def remove_files() -> None:
    """Remove everything: the server ends."""
    while _DECLARED:
        files, _ = _DECLARED.pop()
        _LOCKS.pop(files.parent).release()
        shutil.rmtree(files.parent, ignore_errors=True)


def _folder() -> tuple[Path, str]:
    if not _DECLARED:
        with _MAKING:
            if not _DECLARED:
                _DECLARED.append(_declared())
    return _DECLARED[0]


def _declared() -> tuple[Path, str]:
    _clear_abandoned()
    folder = Path(tempfile.mkdtemp(prefix=_PREFIX))
    lock = FileLock(folder / _LOCK_FILE)  # beside the files: it is nobody's to fetch
    lock.acquire()
    files = folder / "files"
    files.mkdir()
    _LOCKS[folder] = lock
    return files, components.declare_component("explorer_map_files", path=str(files)).name


def _clear_abandoned() -> None:
    """Remove folders whose server is gone: nobody holds their lock."""
    for folder in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*"):
        file = folder / _LOCK_FILE
        try:
            if time.time() - file.stat().st_mtime < _YOUNG_SECONDS:
                continue  # its server may be about to lock it
            with FileLock(file, timeout=0):
                pass
        except (Timeout, OSError):
            continue
        shutil.rmtree(folder, ignore_errors=True)


atexit.register(remove_files)
