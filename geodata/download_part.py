"""A file on its way: ``NAME.part`` with the version that the server had when it began, in ``NAME.part.json``."""

from __future__ import annotations

import json
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from geodata.errors import NoSpace, is_disk_full

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import requests

PART: Final = ".part"


class Part:
    """A file on its way, and the version of it that the server had when it began."""

    def __init__(self, path: Path) -> None:
        self.path = path.with_name(path.name + PART)
        self.note = path.with_name(path.name + PART + ".json")

    @property
    def size(self) -> int:
        """Bytes that have come."""
        return self.path.stat().st_size if self.path.is_file() else 0

    def noted(self) -> dict[str, str]:
        """Address and version that were noted; nothing where the note is lost or damaged."""
        try:
            noted = json.loads(self.note.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}
        return {key: text for key, text in noted.items() if isinstance(text, str)} if isinstance(noted, dict) else {}

    def version_of(self, url: str) -> str:
        """What ``If-Range`` takes: a strong ETag, else Last-Modified; empty where the part cannot be gone on with."""
        noted = self.noted()
        if noted.get("url") != url:
            return ""
        etag = noted.get("etag", "")
        return etag if etag and not etag.startswith("W/") else noted.get("last_modified", "")

    def begin(self, response: requests.Response | None, url: str) -> None:
        """Note the version before the first byte is written; None for a body that cannot be resumed."""
        self.drop()
        if response is None:
            return
        noted = {
            "url": url,
            "etag": response.headers.get("ETag", ""),
            "last_modified": response.headers.get("Last-Modified", ""),
        }
        with disk_space(self.note):
            self.note.write_text(json.dumps(noted), encoding="utf-8")

    def drop(self) -> None:
        """Forget the part and its note."""
        self.path.unlink(missing_ok=True)
        self.note.unlink(missing_ok=True)

    def goes_on(self, response: requests.Response, start: int) -> bool:
        """Whether the body is the rest of the version that the part is of."""
        if response.status_code not in {206, 416}:
            return True  # errors say nothing about the part, and with the whole file it begins anew
        etag, noted = response.headers.get("ETag", ""), self.noted().get("etag", "")
        same = not etag or not noted or etag == noted
        return same and response.headers.get("Content-Range", "").startswith(f"bytes {start}-")


@contextmanager
def disk_space(path: Path) -> Iterator[None]:
    """Say of a full disk what to do; what came is kept.

    Raises
    ------
    NoSpace
        The disk is full.
    """
    try:
        yield
    except OSError as error:
        if not is_disk_full(error):
            raise
        raise NoSpace(
            f"{path.parent}: ディスクに空きがありません。空きを作ってもう一度実行すると続きから始まります。 / "
            "The disk is full. Free some space and run it again to go on."
        ) from error
