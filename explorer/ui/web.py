"""What the server adds to every answer: rules for the browser, and which names it answers to."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

TILES: Final = (
    "https://cyberjapandata.gsi.go.jp",
    "https://tile.openstreetmap.org",
)  # only where the user chooses them
LOCAL_NAMES: Final = ("localhost", "127.0.0.1", "::1")
# What a page may load and whom it may talk to: this server, and tiles as pictures. Streamlit's code needs inline styles,
# a worker from a blob, and code made from text (its charts).
_POLICY: Final = "; ".join(
    [
        "default-src 'self'",
        "script-src 'self' 'unsafe-inline' 'unsafe-eval' blob:",
        "style-src 'self' 'unsafe-inline'",
        f"img-src 'self' data: blob: {' '.join(TILES)}",
        "font-src 'self' data:",
        "connect-src 'self' data: blob:",
        "worker-src 'self' blob:",
        "frame-src 'self' data: blob:",
        "media-src 'self' data: blob:",
        "object-src 'none'",
        "base-uri 'self'",
        "form-action 'self'",
        "frame-ancestors 'self'",
    ]
)
HEADERS: Final = {
    "content-security-policy": _POLICY,
    "x-content-type-options": "nosniff",
    "x-frame-options": "SAMEORIGIN",
    "referrer-policy": "same-origin",  # a link to a publisher does not tell what was looked at
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=()",
}
_MISPLACED: Final = (
    "この名前では開けません。逆プロキシの後ろで使うときは、起動時に --host 名前 を付けてください。 / "
    "Not served under this name. Behind a reverse proxy, start the app with --host NAME."
)


class RulesForBrowsers:
    """Adds :data:`HEADERS` to every answer, and refuses other names than those the server was told.

    A page of a stranger whose name has been pointed at this machine could otherwise read what the app shows.

    Parameters
    ----------
    hosts
        Names under which the app may be asked for; empty: any.
    """

    def __init__(self, app: ASGIApp, hosts: Sequence[str] = ()) -> None:
        self._app = app
        self._hosts = frozenset(name.lower() for name in hosts)
        self._headers = [(name.encode(), value.encode()) for name, value in HEADERS.items()]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] not in {"http", "websocket"}:
            await self._app(scope, receive, send)
            return
        if self._hosts and _host(scope) not in self._hosts:
            await _refuse(scope, receive, send)
            return
        if scope["type"] == "websocket":
            await self._app(scope, receive, send)
            return

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                present = {name for name, _ in message["headers"]}
                message["headers"] = [*message["headers"], *(each for each in self._headers if each[0] not in present)]
            await send(message)

        await self._app(scope, receive, with_headers)


def _host(scope: Scope) -> str:
    """Name that the browser asked for, without its port."""
    text = next((value for name, value in scope["headers"] if name == b"host"), b"").decode("latin-1").lower()
    if text.startswith("["):  # [::1]:8501
        return text[1:].partition("]")[0]
    return text.partition(":")[0]


async def _refuse(scope: Scope, receive: Receive, send: Send) -> None:
    from starlette.responses import PlainTextResponse
    from starlette.websockets import WebSocket

    if scope["type"] == "websocket":
        await WebSocket(scope, receive, send).close(code=1008)
    else:
        await PlainTextResponse(_MISPLACED, status_code=400)(scope, receive, send)
