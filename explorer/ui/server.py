"""The app's server process: ``python -m explorer.ui.server --port 8501``, workspace in ``EXPLORER_WORKSPACE``.

Listens on this machine only, tells nobody, and does the slow imports before the first visitor comes.
"""

from __future__ import annotations

import argparse
import importlib
import threading
from pathlib import Path
from typing import Final

from explorer.ui.style import FONTS

APP_FILE: Final = Path(__file__).resolve().parents[2] / "app.py"
# What the first page needs; imported while the browser is still starting (0.9 s otherwise added to the first page).
_WARM: Final = ("pandas", "pyarrow.parquet", "shapely", "PIL.Image", "explorer.ui.explore", "layers.catalogue")
# What only some choices need (other classes, a saved map): imported when the first page should be there.
_LATER: Final = ("mapclassify", "folium")
_LATER_SECONDS: Final = 15.0
OPTIONS: Final = {
    "server.headless": "true",  # opens no browser by itself
    "server.fileWatcherType": "none",
    "browser.gatherUsageStats": "false",
    "client.toolbarMode": "minimal",
    "client.showErrorDetails": "none",
    "theme.base": "light",
    "theme.font": FONTS,
    "theme.primaryColor": "#1d5fa8",
    "theme.backgroundColor": "#ffffff",
    "theme.secondaryBackgroundColor": "#f3f5f7",
    "theme.textColor": "#1f2933",
}


def main(arguments: list[str] | None = None) -> None:
    """Serve the app until interrupted."""
    parser = argparse.ArgumentParser(prog="explorer app")
    parser.add_argument("--port", type=int, default=8501)
    parser.add_argument("--address", default="127.0.0.1", help="address to listen on; this machine only by default")
    parsed = parser.parse_args(arguments)
    for name in _WARM:
        importlib.import_module(name)
    importlib.import_module("layers.catalogue").indicators()
    for name in _LATER:
        later = threading.Timer(_LATER_SECONDS, importlib.import_module, [name])
        later.daemon = True
        later.start()
    from streamlit.web.cli import main as streamlit

    options = OPTIONS | {"server.address": parsed.address, "server.port": str(parsed.port)}
    streamlit.main(["run", str(APP_FILE), *(f"--{name}={value}" for name, value in options.items())])


if __name__ == "__main__":
    main()
