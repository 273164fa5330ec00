"""A small web server for tests of downloads: it serves bytes under the publishers' paths and misbehaves on request."""

from __future__ import annotations

import re
import socket
import threading
import time
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest


@dataclass
class Served:
    """One file of the server and how it is served."""

    content: bytes
    etag: str = '"v1"'
    ranges: bool = True
    type: str = "application/zip"
    breaks_at: list[int] = field(default_factory=list)  # for each coming answer: bytes of its body before it breaks
    statuses: list[int] = field(default_factory=list)  # for each coming answer: an error instead
    says_length: bool = True
    pauses: float = 0.0  # seconds after every 64 KiB


@dataclass
class Request:
    path: str
    headers: dict[str, str]
    started: float
    ended: float = 0.0


class _Quiet(ThreadingHTTPServer):
    def handle_error(self, *_: object) -> None:
        pass  # a client that hangs up is what some tests are about


class FileServer:
    """Files by path (with query); everything that was asked is kept."""

    def __init__(self) -> None:
        self.files: dict[str, Served] = {}
        self.requests: list[Request] = []
        self.posts: list[str] = []
        self.answer_to_posts = b"{}"
        self.status_of_posts = 200
        handler = type("Handler", (_Handler,), {"files": self})
        self.http = _Quiet(("127.0.0.1", 0), handler)
        self.http.daemon_threads = True
        self.address = f"http://127.0.0.1:{self.http.server_address[1]}"
        threading.Thread(target=self.http.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()

    def keep_to_this_machine(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Let the test reach this machine only, whatever the environment says of proxies."""
        for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy"):
            monkeypatch.delenv(name, raising=False)
        connect = socket.socket.connect

        def connect_here(one: socket.socket, address: tuple[str, int]) -> None:
            assert address[0] in {"127.0.0.1", "localhost"}, f"a test asked for {address}"
            connect(one, address)

        monkeypatch.setattr(socket.socket, "connect", connect_here)

    def asked(self, part: str = "") -> list[Request]:
        return [request for request in self.requests if part in request.path]

    def close(self) -> None:
        self.http.shutdown()
        self.http.server_close()


class _Handler(BaseHTTPRequestHandler):
    files: FileServer
    protocol_version = "HTTP/1.1"

    def log_message(self, *_: object) -> None:
        pass

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        self.files.posts.append(body)
        self._send(self.files.status_of_posts, {"Content-Type": "application/json"}, self.files.answer_to_posts)

    def do_GET(self) -> None:
        # Through a proxy the whole address is asked for.
        path = re.sub(r"^http://([^/]+)", "", self.path) if self.path.startswith("http://127.") else self.path
        request = Request(path, dict(self.headers), time.monotonic())
        self.files.requests.append(request)
        try:
            self._answer(self.files.files.get(path))
        finally:
            request.ended = time.monotonic()

    def _answer(self, served: Served | None) -> None:
        if served is None:
            self._send(404, {}, b"not here")
        elif served.statuses and (status := served.statuses.pop(0)) != 200:
            self._send(status, {}, b"busy")
        else:
            self._send_file(served)

    def _send_file(self, served: Served) -> None:
        headers = {"Content-Type": served.type}
        if served.etag:
            headers["ETag"] = served.etag
        body, status = served.content, 200
        wanted = re.fullmatch(r"bytes=(\d+)-", self.headers.get("Range", ""))
        if wanted and served.ranges and self.headers.get("If-Range", served.etag) == served.etag:
            start = int(wanted.group(1))
            if start >= len(body):
                self._send(416, {"Content-Range": f"bytes */{len(body)}"}, b"")
                return
            headers["Content-Range"] = f"bytes {start}-{len(body) - 1}/{len(body)}"
            body, status = body[start:], 206
        self._send(status, headers, body, served)

    def _send(self, status: int, headers: dict[str, str], body: bytes, served: Served | None = None) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        if served is None or served.says_length:
            self.send_header("Content-Length", str(len(body)))
        self.send_header("Connection", "close")
        self.end_headers()
        self.close_connection = True
        breaks_at = served.breaks_at.pop(0) if served is not None and served.breaks_at else None
        for start in range(0, len(body[:breaks_at]), 65_536):
            self.wfile.write(body[:breaks_at][start : start + 65_536])
            time.sleep(served.pauses if served is not None else 0.0)
