"""Files put side by side in a folder of their own to be looked at, under the names under which they would be kept."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from explorer.own_data.limits import refuse_oversized
from explorer.own_data.names import free_name, name_of_kind, safe_name
from geodata.errors import NoSpace, is_disk_full

_NAMED_BY_KIND = frozenset({".csv", ".tsv", ".txt", ".xlsx", ".xlsm", ".geojson", ".json"})


@dataclass
class Staged:
    """A folder with files to look at, and the names under which they came."""

    folder: Path
    given: dict[str, str] = field(default_factory=dict)

    def put(self, name: str, content: bytes | Path, kind: str = "") -> Path:
        """Put one file in; its name tells the kind of facility where one is chosen.

        Raises
        ------
        UnsafeArchive
            It is larger than this takes.
        NoSpace
            The disk for temporary files is full.
        """
        refuse_oversized(name, len(content) if isinstance(content, bytes) else content.stat().st_size)
        safe = safe_name(name)
        if kind and PurePosixPath(safe).suffix.lower() in _NAMED_BY_KIND:
            safe = name_of_kind(safe, kind)
        target = self.folder / free_name(safe, list(self.given))
        try:
            if isinstance(content, bytes):
                target.write_bytes(content)
            else:
                shutil.copyfile(content, target)
        except OSError as error:
            if not is_disk_full(error):
                raise
            raise NoSpace(
                "一時フォルダのディスクに空きがないため、ファイルを確かめられません。空きを作ってください。 / "
                "The disk of the folder for temporary files is full: the file cannot be looked at. Free some space."
            ) from error
        self.given[target.name] = name
        return target


@contextmanager
def staged(files: Sequence[tuple[str, bytes | Path]] = (), kind: str = "") -> Iterator[Staged]:
    """A folder with these files, gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="explorer-check-") as folder:
        stage = Staged(Path(folder))
        for name, content in files:
            stage.put(name, content, kind)
        yield stage
