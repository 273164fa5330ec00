"""Files that are there whole or not at all: written beside their name, then renamed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

from geodata.errors import ExplorerError, NoSpace, is_disk_full


class NotWritable(ExplorerError, OSError):
    """A file that was asked for cannot be written where it should stand."""


@contextmanager
def beside(path: Path) -> Iterator[Path]:
    """A name beside `path`, with the same ending, to write to; when all went well the file takes the name `path`.

    A file of that name stays as it was until then, and for good if anything goes wrong.

    Raises
    ------
    NotWritable
        The folder cannot be made or written to, or a folder has that name.
    NoSpace
        The disk is full.
    """
    unfinished = path.with_name(f".{uuid4().hex[:8]}-{path.name}")
    try:
        _check_writable(path, unfinished)
        yield unfinished
        unfinished.replace(path)
    except Exception as error:
        if is_disk_full(error):
            raise NoSpace(
                f"{path}: ディスクに空きがないため書けません。空きを作ってもう一度実行してください。 / "
                "The disk is full. Free some space and run again."
            ) from error
        raise
    finally:
        for left in path.parent.glob(f"{unfinished.name}*"):  # SQLite keeps a journal beside its file
            left.unlink(missing_ok=True)


def _check_writable(path: Path, unfinished: Path) -> None:
    if path.is_dir():
        raise NotWritable(
            f"{path}: 同じ名前のフォルダがあるため書けません。 / A folder has this name: the file cannot be written."
        )
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        unfinished.touch(exist_ok=False)
        unfinished.unlink()
    except OSError as error:
        if is_disk_full(error):
            raise
        raise NotWritable(
            f"{path}: 書けません（{error.strerror}）。フォルダの名前と権限を確かめてください。 / "
            f"Cannot be written ({error.strerror}). Check the folder and its permissions."
        ) from error
