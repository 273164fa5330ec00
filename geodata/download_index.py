"""``downloads.json``: what was fetched into a folder, from where, when, whole or not, under which licence."""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

INDEX_NAME: Final = "downloads.json"
_FORMAT: Final = 1


@dataclass(frozen=True)
class Entry:
    """One file of the folder.

    Parameters
    ----------
    url
        Address at the publisher.
    sha256, size
        Content; size in bytes.
    fetched_at
        ISO 8601 with time zone; empty for a file that already lay there.
    licence, credit, edition
        As in :data:`geodata.sources.DATASETS` for this edition.
    """

    url: str
    sha256: str
    size: int
    fetched_at: str
    licence: str
    credit: str
    edition: str


def read_index(folder: Path) -> dict[str, Entry]:
    """Entries by file name; none where there is no index, or one that cannot be read.

    A lost index loses nothing: files that are there are then looked at again.
    """
    try:
        files = json.loads((folder / INDEX_NAME).read_text(encoding="utf-8"))["files"]
        return {str(name): Entry(**entry) for name, entry in files.items()}
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return {}


def write_index(folder: Path, entries: dict[str, Entry]) -> None:
    """Replace the index at once: a killed run leaves the old one or the new one."""
    content = {"format": _FORMAT, "files": {name: asdict(entry) for name, entry in sorted(entries.items())}}
    temporary = folder / f".{INDEX_NAME}.{os.getpid()}"
    temporary.write_text(json.dumps(content, ensure_ascii=False, indent=1), encoding="utf-8")
    temporary.replace(folder / INDEX_NAME)
