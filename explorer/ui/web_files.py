"""Files that browsers ask for, sent small and kept: those of the map, and the program of the page itself (Streamlit's).

Streamlit opens, reads and packs a file anew for every visitor, which takes 20 ms of the server for each of the hundred
files of a first page, and lets no browser keep those of a component. Here each is read and packed once. Those that never
change under their name (:mod:`explorer.ui.served`, Streamlit's own, named after what is in them) are kept by the browser
for good; the page of the map frame, with its scripts and styles in it, is asked for again, but sent only if it has changed.
"""

from __future__ import annotations

import gzip
import hashlib
import mimetypes
import re
import threading
from collections import OrderedDict
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from explorer.ui.served import ASSETS, file_inside, served_file

if TYPE_CHECKING:
    from collections.abc import Iterable

    from starlette.types import ASGIApp, Receive, Scope, Send

_PACKED: Final = {".json", ".js", ".css", ".html", ".svg", ".txt"}
_FOREVER: Final = "public, max-age=31536000, immutable"
_ASK_AGAIN: Final = "no-cache"
_MOST: Final = 512  # files in memory
_KEPT: Final[OrderedDict[Path, Packed]] = OrderedDict()
_CHANGING: Final = threading.Lock()
_PART: Final = re.compile(r'<link rel="stylesheet" href="([\w./]+)" />|<script src="([\w./]+)"></script>')


@dataclass(frozen=True)
class Packed:
    """A file as it is sent.

    Parameters
    ----------
    plain, small
        Its content, and the same packed where that makes it smaller.
    tag
        Changes with the content.
    states
        The files that it was made of, with their times (ns) and sizes (bytes) then.
    """

    plain: bytes
    small: bytes | None
    tag: str
    states: dict[Path, tuple[int, int]]


class SentFiles:
    """Answers for the files of the map frame and of the page's program.

    Parameters
    ----------
    base_path
        Path under which the app is served, without slashes around it.
    """

    def __init__(self, app: ASGIApp, base_path: str = "") -> None:
        self._app = app
        start = f"/{base_path}/" if base_path else "/"
        self._components, self._program = f"{start}component/", f"{start}static/"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        found = None
        if scope["type"] == "http" and scope["method"] in {"GET", "HEAD"}:
            found = self._find(str(scope.get("path", "")))
        if found is None:
            await self._app(scope, receive, send)  # Streamlit says what is wrong
            return
        await _send(found[0], scope, receive, send, forever=found[1])

    def _find(self, path: str) -> tuple[Path, bool] | None:
        """A file, and whether it never changes under its name."""
        if path.startswith(self._program):
            file = file_inside(program_folder(), path[len(self._program) :])
            return None if file is None else (file, True)
        if path.startswith(self._components):
            component, _, name = path[len(self._components) :].partition("/")
            return served_file(component, name)
        return None


def program_folder() -> Path:
    """Where Streamlit keeps what browsers load from ``static/``."""
    import streamlit

    return Path(streamlit.__file__).parent / "static" / "static"


def packed(file: Path) -> Packed:
    """A file, read and packed once; again when it has changed."""
    return kept(file) or _pack(file)


def kept(file: Path) -> Packed | None:
    """The same, where it is in memory already."""
    found = _KEPT.get(file)
    return found if found is not None and found.states == _states(found.states) else None


def _states(files: Iterable[Path]) -> dict[Path, tuple[int, int]]:
    found = {}
    for file in files:
        state = file.stat()
        found[file] = (state.st_mtime_ns, state.st_size)
    return found


def _pack(file: Path) -> Packed:
    parts = _parts(file)
    states = _states([file, *parts])
    plain = _whole(file, parts) if parts else file.read_bytes()
    small = gzip.compress(plain, 6, mtime=0) if file.suffix in _PACKED and len(plain) > 1000 else None
    found = Packed(plain, small, f'"{hashlib.sha256(plain).hexdigest()[:20]}"', states)
    with _CHANGING:
        _KEPT[file] = found
        while len(_KEPT) > _MOST:
            _KEPT.popitem(last=False)
    return found


def _parts(page: Path) -> list[Path]:
    """Scripts and styles of the map frame's page; nothing for any other file."""
    if page != ASSETS / "index.html":
        return []
    return [page.parent / (style or script) for style, script in _PART.findall(page.read_text(encoding="utf-8"))]


def _whole(page: Path, parts: list[Path]) -> bytes:
    """The page with its parts in it: one answer instead of seventeen."""
    ahead = iter(parts)

    def put_in(tag: re.Match[str]) -> str:
        name = "style" if tag[1] else "script"
        return f"<{name}>\n{next(ahead).read_text(encoding='utf-8')}</{name}>"

    return _PART.sub(put_in, page.read_text(encoding="utf-8")).encode()


async def _send(file: Path, scope: Scope, receive: Receive, send: Send, *, forever: bool) -> None:
    from starlette.concurrency import run_in_threadpool
    from starlette.responses import Response

    # What is in memory is sent at once: a thread for it would cost more than the sending.
    content = kept(file)
    if content is None:
        content = await run_in_threadpool(packed, file)
    asked = {name: value for name, value in scope["headers"] if name in {b"if-none-match", b"accept-encoding"}}
    headers = {
        "etag": content.tag,
        "cache-control": _FOREVER if forever else _ASK_AGAIN,
        "vary": "Accept-Encoding",
    }
    if content.tag.encode() in asked.get(b"if-none-match", b""):
        await Response(status_code=304, headers=headers)(scope, receive, send)
        return
    body = content.plain
    if content.small is not None and b"gzip" in asked.get(b"accept-encoding", b""):
        body, headers["content-encoding"] = content.small, "gzip"
    kind = mimetypes.guess_type(file.name)[0] or "application/octet-stream"
    await Response(body, media_type=kind, headers=headers)(scope, receive, send)
