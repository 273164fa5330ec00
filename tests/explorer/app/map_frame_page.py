"""A page that speaks Streamlit's component protocol to the map frame, and nothing else: the frame alone in a browser."""

from __future__ import annotations

import io
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from PIL import Image

ASSETS = Path(__file__).parents[3] / "explorer" / "maps" / "assets"
TYPES = {
    ".html": "text/html; charset=utf-8", ".js": "text/javascript", ".css": "text/css", ".png": "image/png",
    ".json": "application/json",
}  # fmt: skip
PARENT = """<!doctype html><html lang="ja"><head><meta charset="utf-8"><title>page</title>
<style>body{margin:0;display:flex}iframe{border:0}</style></head><body><script>
window.wanted = {}; window.reported = {}; window.ready = {};
function add(name, width, height) {
  const frame = document.createElement("iframe");
  frame.id = name; frame.title = "map " + name; frame.width = width; frame.height = height; frame.src = "/frame/index.html";
  window.reported[name] = [];
  document.body.appendChild(frame);
}
function draw(name, args) {
  window.wanted[name] = args;
  if (window.ready[name]) post(name);
}
function post(name) {
  const frame = document.getElementById(name);
  frame.contentWindow.postMessage({type: "streamlit:render", args: window.wanted[name]}, "*");
}
window.addEventListener("message", (event) => {
  const frame = [...document.querySelectorAll("iframe")].find((each) => each.contentWindow === event.source);
  if (!frame || !event.data.isStreamlitMessage) return;
  if (event.data.type === "streamlit:componentReady") { window.ready[frame.id] = true; if (window.wanted[frame.id]) post(frame.id); }
  if (event.data.type === "streamlit:setComponentValue") window.reported[frame.id].push(event.data.value);
});
</script></body></html>"""


class Files:
    """What the server hands out under ``/files/``, and how often each was asked for."""

    def __init__(self) -> None:
        self.address = ""
        self.content: dict[str, bytes] = {}
        self.asked: list[str] = []

    def put(self, name: str, content: bytes | dict[str, Any]) -> str:
        """Address of a file as the frame sees it."""
        self.content[name] = content if isinstance(content, bytes) else json.dumps(content).encode()
        return f"../files/{name}"


@contextmanager
def frame_server() -> Iterator[Files]:
    """Serve the frame, the page around it and files put there."""
    files = Files()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            path = self.path.split("?")[0]
            content = None
            if path == "/":
                content, path = PARENT.encode(), "/index.html"
            elif path.startswith("/frame/"):
                file = ASSETS / path.removeprefix("/frame/")
                content = file.read_bytes() if file.is_file() else None
            elif path.startswith("/files/"):
                files.asked.append(path.removeprefix("/files/"))
                content = files.content.get(path.removeprefix("/files/"))
            self.send_response(404 if content is None else 200)
            self.send_header("Content-Type", TYPES.get(Path(path).suffix, "text/plain"))
            self.end_headers()
            self.wfile.write(content or b"")

        def log_message(self, *arguments: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    files.address = f"http://127.0.0.1:{server.server_port}/"
    try:
        yield files
    finally:
        server.shutdown()
        server.server_close()


class FramePage:
    """One tab with one or more map frames in it."""

    def __init__(self, context: Any, files: Files, sizes: dict[str, tuple[int, int]]) -> None:
        self.page = context.new_page()
        self.errors: list[str] = []
        self.stamp = 0
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.page.goto(files.address)
        for name, (width, height) in sizes.items():
            self.page.evaluate("([name, width, height]) => add(name, width, height)", [name, width, height])

    def frame(self, name: str = "map") -> Any:
        """The frame's own document."""
        return self.page.locator(f"#{name}").element_handle().content_frame()

    def draw(self, args: dict[str, Any], name: str = "map") -> None:
        """Send arguments as the page does and wait until they are drawn."""
        self.stamp += 1
        self.page.evaluate("([name, args]) => draw(name, args)", [name, {**args, "stamp": str(self.stamp)}])
        body = self.page.frame_locator(f"#{name}").locator(f'body[data-drawn="{self.stamp}"]')
        body.wait_for(state="attached", timeout=20_000)

    def picture(self, name: str = "map") -> Image.Image:
        """What is seen of the frame."""
        self.frame(name).evaluate(
            "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"
        )
        return Image.open(io.BytesIO(self.page.locator(f"#{name}").screenshot())).convert("RGB")

    def pixel_of(self, lat: float, lon: float, name: str = "map") -> tuple[int, int]:
        """Where a place is in the frame, pixels."""
        x, y = self.frame(name).evaluate(
            "([lat, lon]) => { const p = explorerMap.latLngToContainerPoint([lat, lon]); return [p.x, p.y]; }",
            [lat, lon],
        )
        return round(x), round(y)

    def point(self, lat: float, lon: float, name: str = "map", *, click: bool = False) -> None:
        """Move the pointer to a place, and click there where wanted."""
        box = self.page.locator(f"#{name}").bounding_box()
        x, y = self.pixel_of(lat, lon, name)
        self.page.mouse.move(box["x"] + x, box["y"] + y)
        if click:
            self.page.mouse.click(box["x"] + x, box["y"] + y)

    def reported(self, name: str = "map") -> list[dict[str, Any]]:
        """What the frame told the page, without "drawn"."""
        told = self.page.evaluate("(name) => window.reported[name]", name)
        return [value for value in told if "drawn" not in value]

    def view(self, name: str = "map") -> tuple[float, float, float]:
        """Centre and zoom."""
        return tuple(  # type: ignore[return-value]
            self.frame(name).evaluate(
                "() => { const c = explorerMap.getCenter(); return [c.lat, c.lng, explorerMap.getZoom()]; }"
            )
        )
