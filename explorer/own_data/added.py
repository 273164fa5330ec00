"""Files of the user's own that a workspace keeps: in its folder ``added``, listed, taken away, put back.

A build reads the folder like any raw folder. What is taken away lies in a hidden folder inside until the next addition of
the same name, so that it can be put back. An index tells what each file was when it came; a file without an entry (put there
by hand) counts all the same.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from explorer.own_data.names import free_name
from explorer.written import beside
from geodata.archive import file_sha256
from geodata.errors import ExplorerError, WorkspaceError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from explorer.own_data.findings import Upload
    from geodata.workspace import Workspace

FOLDER: Final = "added"
FIXED_VARIABLE: Final = "EXPLORER_FIXED"
_INDEX: Final = ".index.json"
_REMOVED: Final = ".removed"
_LOCK: Final = ".lock"


@dataclass(frozen=True)
class Added:
    """One file that the workspace keeps.

    Parameters
    ----------
    name
        In the folder.
    given
        Under which it came.
    added_at
        UTC, ISO 8601; ``""`` where the index does not know.
    what
        Data sets in it (keys of :data:`geodata.sources.DATASETS`).
    rows, used, left_out
        As told when it was added; None where that is not known.
    """

    name: str
    given: str
    size: int
    sha256: str
    added_at: str = ""
    what: list[str] = field(default_factory=list)
    rows: int | None = None
    used: int | None = None
    left_out: int | None = None


def folder_of(workspace: Path) -> Path:
    """Where a workspace keeps added files."""
    return workspace / FOLDER


def why_fixed(workspace: Path) -> str:
    """Why nothing can be added or rebuilt here, in both languages; ``""`` where it can."""
    if os.environ.get(FIXED_VARIABLE):
        return (
            "このサーバーでは追加・再構築を止めています（管理者の設定）。 / "
            "Adding and rebuilding are switched off on this server by its administrator."
        )
    if not os.access(workspace, os.W_OK | os.X_OK):
        return (
            "このワークスペースは読み取り専用です。追加・再構築するには、書き込める場所にコピーして開いてください。 / "
            "This workspace is read-only. Copy it to a place that can be written, and open the copy, to add files or rebuild."
        )
    return ""


def list_added(workspace: Path) -> list[Added]:
    """Files that are kept, by name."""
    return _listed(folder_of(workspace))


def list_removed(workspace: Path) -> list[Added]:
    """Files that were taken away and can be put back."""
    return _listed(folder_of(workspace) / _REMOVED, folder_of(workspace))


def keep(workspace: Path, upload: Upload, file: Path) -> str:
    """Keep a file that was looked at; its name in the folder. Another file of the name stays as it is.

    Raises
    ------
    WorkspaceError
        The workspace cannot be written, or keeps the same content already.
    """
    _refuse_fixed(workspace)
    folder = folder_of(workspace)
    with _changing(folder) as index:
        there = _listed(folder)
        digest = file_sha256(file)
        for each in there:
            if each.sha256 == digest:
                raise WorkspaceError(
                    f"{upload.given}: 同じ内容のファイル {each.name} が追加済みです。 / The same content is here already as {each.name}."
                )
        name = free_name(upload.name, [each.name for each in there])
        with beside(folder / name) as unfinished:
            shutil.copyfile(file, unfinished)
        counted = [each for each in upload.findings if each.used is not None]
        index[name] = asdict(
            Added(
                name, upload.given, upload.size, digest, datetime.now(UTC).isoformat(timespec="seconds"),
                sorted({each.dataset for each in upload.findings if each.is_usable}),
                sum(each.rows or 0 for each in counted) if counted else None,
                sum(each.used or 0 for each in counted) if counted else None,
                sum(each.left_out for each in counted) if counted else None,
            )
        )  # fmt: skip
    return name


def remove(workspace: Path, name: str) -> None:
    """Take a file away; it can be put back.

    Raises
    ------
    WorkspaceError
        There is no such file, or the workspace cannot be written.
    """
    _refuse_fixed(workspace)
    folder = folder_of(workspace)
    with _changing(folder):
        _known(folder, name)
        (folder / _REMOVED).mkdir(exist_ok=True)
        (folder / name).replace(folder / _REMOVED / name)


def put_back(workspace: Path, name: str) -> str:
    """Put a file that was taken away back; the name it has now.

    Raises
    ------
    WorkspaceError
        There is no such file, or the workspace cannot be written.
    """
    _refuse_fixed(workspace)
    folder = folder_of(workspace)
    with _changing(folder) as index:
        _known(folder / _REMOVED, name)
        now = free_name(name, [each.name for each in _listed(folder)])
        (folder / _REMOVED / name).replace(folder / now)
        if now != name and name in index:
            index[now] = {**index[name], "name": now}
    return now


def differs_from_build(workspace: Workspace) -> bool:
    """Whether files were added or taken away since the workspace was built."""
    from explorer.own_data.inputs import built_with

    now = sorted(each.sha256 for each in list_added(workspace.path))
    return now != sorted(built_with(workspace))


def _known(folder: Path, name: str) -> None:
    if name not in {each.name for each in _listed(folder)}:  # which also refuses names with folders in them
        raise WorkspaceError(f"{name}: 追加したファイルにありません。 / It is not among the files that were added.")


def _refuse_fixed(workspace: Path) -> None:
    why = why_fixed(workspace)
    if why:
        raise WorkspaceError(why)


def _listed(folder: Path, index_in: Path | None = None) -> list[Added]:
    if not folder.is_dir():
        return []
    index = _read_index(index_in or folder)
    found = []
    for path in sorted(folder.iterdir(), key=lambda each: each.name):
        if path.name.startswith(".") or path.is_symlink() or not path.is_file():
            continue
        status = path.stat()
        entry = index.get(path.name, {})
        if entry.get("size") == status.st_size and entry.get("sha256"):
            found.append(Added(**entry))
        else:  # put there by hand, or changed since
            found.append(Added(path.name, path.name, status.st_size, file_sha256(path)))
    return found


def _read_index(folder: Path) -> dict[str, Any]:
    try:
        content = json.loads((folder / _INDEX).read_text(encoding="utf-8"))
    except (OSError, ValueError):  # only a memory of what was told
        return {}
    fields = set(Added.__dataclass_fields__)
    is_whole = isinstance(content, dict) and all(
        isinstance(each, Mapping) and set(each) <= fields for each in content.values()
    )
    return content if is_whole else {}


@contextmanager
def _changing(folder: Path) -> Iterator[dict[str, Any]]:
    """The index, to be changed; written when all went well. One change at a time."""
    from filelock import FileLock, Timeout

    try:
        folder.mkdir(exist_ok=True)
        with FileLock(folder / _LOCK, timeout=10):
            index = _read_index(folder)
            yield index
            with beside(folder / _INDEX) as unfinished:
                unfinished.write_text(json.dumps(index, ensure_ascii=False, indent=1), encoding="utf-8")
    except Timeout:
        raise WorkspaceError(
            f"{folder}: ほかの人が変更中です。少し待って、もう一度行ってください。 / "
            "Somebody else is changing it. Wait a moment and try again."
        ) from None
    except OSError as error:
        if isinstance(error, ExplorerError):
            raise
        raise WorkspaceError(
            f"{folder}: 書き込めません（{error.strerror}）。フォルダの権限とディスクの空きを確かめてください。 / "
            f"Cannot be written ({error.strerror}). Check the permissions of the folder and the space on the disk."
        ) from error


def names_of(files: Sequence[Added]) -> list[str]:
    """Their names."""
    return [each.name for each in files]
