"""The app's server process: ``python -m explorer.ui.server --port 8501``, workspace in ``EXPLORER_WORKSPACE``.

Listens on this machine only unless told otherwise, tells nobody, and does the slow imports before the first visitor comes.
"""

from __future__ import annotations

import argparse
import gc
import importlib
import logging
import os
import sys
import threading
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from explorer.ui.sending import send_in_one_piece, send_without_delay
from explorer.ui.style import FONTS, THEME_OPTIONS

if TYPE_CHECKING:
    from streamlit import App

APP_FILE: Final = Path(__file__).resolve().parents[2] / "app.py"
UPLOAD_MEGABYTES: Final = 100
LOCAL_ADDRESSES: Final = frozenset({"127.0.0.1", "::1", "localhost"})
# What the first page needs; imported while the browser is still starting (0.9 s otherwise added to the first page).
_WARM: Final = ("pandas", "pyarrow.parquet", "shapely", "PIL.Image", "explorer.ui.explore", "layers.catalogue")
# What only some choices need (other classes, a saved map): imported when the first page should be there.
_LATER: Final = ("mapclassify", "folium")
_REST_SECONDS, _REST_SHARE = 10.0, 0.02  # the server is at rest when it works less than this share of that time
OPTIONS: Final[dict[str, Any]] = {
    "server.headless": True,  # opens no browser by itself
    "server.fileWatcherType": "none",
    "server.maxUploadSize": UPLOAD_MEGABYTES,
    "server.enableXsrfProtection": True,
    "server.enableCORS": True,
    "browser.gatherUsageStats": False,
    "client.toolbarMode": "minimal",
    "client.showErrorDetails": "none",
    "client.showErrorLinks": False,  # they lead to a search engine outside
    "client.allowedOrigins": [],  # no cloud of Streamlit's may steer the page
    # Streamlit's welcome asks a server outside for this machine's address; `explorer app` has said where to look.
    "logger.hideWelcomeMessage": True,
    "logger.enableRich": False,
    # A full collection after every click holds up all users: with a workspace open it takes as long as the page itself.
    "runner.postScriptGC": False,
    "runner.magicEnabled": False,
    "theme.font": FONTS,
    **THEME_OPTIONS,
}


def main(arguments: list[str] | None = None) -> None:
    """Serve the app until interrupted."""
    parsed = _parser().parse_args(arguments)
    _warm()
    from starlette.middleware import Middleware
    from streamlit import App

    from explorer.ui.failure import say_failure
    from explorer.ui.web import LOCAL_NAMES, RulesForBrowsers
    from explorer.ui.web_files import SentFiles

    base_path = parsed.base_path.strip("/")
    is_local = parsed.address in LOCAL_ADDRESSES
    hosts = [*LOCAL_NAMES, *parsed.host] if is_local or parsed.host else []
    options = OPTIONS | {
        "server.address": parsed.address,
        "server.port": parsed.port,
        "server.baseUrlPath": base_path,
    }
    app = App(
        APP_FILE,
        secrets=_secrets(parsed.sign_in),
        on_script_error=say_failure,
        lifespan=_tidy,
        middleware=[Middleware(RulesForBrowsers, hosts=hosts), Middleware(SentFiles, base_path=base_path)],
    )
    send_in_one_piece()
    send_without_delay()
    sys.argv = [str(APP_FILE)]  # whose folder Streamlit puts first among those of modules
    app.run(config=options)


@asynccontextmanager
async def _tidy(_: App) -> AsyncIterator[None]:
    """Leave no files behind, also when the server is told to end by a signal, which runs nothing else."""
    yield
    from explorer.ui.served import remove_files

    remove_files()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="explorer app")
    parser.add_argument("--port", type=int, default=8501)
    parser.add_argument("--address", default="127.0.0.1", help="address to listen on; this machine only by default")
    parser.add_argument("--base-path", default="", help="path behind a reverse proxy, such as /explorer")
    parser.add_argument("--host", action="append", default=[], help="name that browsers use, behind a reverse proxy")
    parser.add_argument("--sign-in", type=Path, default=None, help="TOML file with the provider that users sign in at")
    return parser


def _warm() -> None:
    for name in _WARM:
        importlib.import_module(name)
    importlib.import_module("layers.catalogue").indicators()
    _rehearse()
    threading.Thread(target=_import_at_rest, name="explorer-later", daemon=True).start()
    # What is loaded now stays: the collector need not look through it again and again.
    gc.collect()
    gc.freeze()


def _rehearse() -> None:
    """Run the first page once for nobody, so that the first visitor does not wait for what all visitors use."""
    from streamlit.testing.v1 import AppTest

    said = logging.getLogger("streamlit")
    before = said.level
    said.setLevel(logging.CRITICAL)  # that nobody is there
    with suppress(Exception):  # whatever it is, the page tells those who come
        AppTest.from_file(str(APP_FILE), default_timeout=60).run()
    said.setLevel(before)


def _import_at_rest() -> None:
    """Import what only some choices need, three seconds of work, when nobody waits for anything."""
    spent = -1.0
    while spent < 0 or spent > _REST_SECONDS * _REST_SHARE:
        before = time.process_time()
        time.sleep(_REST_SECONDS)
        spent = time.process_time() - before
    for name in _LATER:
        importlib.import_module(name)


def _secrets(file: Path | None) -> dict[str, Any] | None:
    if file is None:
        return None
    from explorer.sign_in import SIGN_IN_VARIABLE, read_sign_in

    os.environ[SIGN_IN_VARIABLE] = str(file)  # for the gate of every session
    return read_sign_in(file).secrets


if __name__ == "__main__":
    main()
