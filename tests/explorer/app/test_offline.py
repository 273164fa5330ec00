"""No request leaves the machine: neither of the browser on any page, nor of the server."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psutil
import pytest

from benchmarks.app.client import User
from explorer.ui.navigation import ENTRIES
from explorer.words import word

from .conftest import served
from .test_browser_explore import CHROMIUM, browser  # noqa: F401 - `browser` is a fixture
from .test_server import port_of

# A module that Python loads before any other: whoever asks for an address outside this machine is written down, and refused.
GUARD = """
import os, socket, sys
LOCAL = ("127.", "::1", "localhost", "0.0.0.0")
def audit(event, arguments):
    if event in ("socket.connect", "socket.getaddrinfo", "socket.gethostbyname", "socket.sendto"):
        where = arguments[1] if event in ("socket.connect", "socket.sendto") else arguments
        host = where[0] if isinstance(where, tuple) else where
        if isinstance(host, bytes):
            host = host.decode()
        if isinstance(host, str) and not host.startswith(LOCAL) and not host.startswith("/") and host:
            with open(os.environ["OUTSIDE_LOG"], "a") as log:
                log.write(f"{event} {where}\\n")
            raise OSError("no network in this test")
sys.addaudithook(audit)
"""
MAIN = '[data-testid="stMainBlockContainer"]'


@pytest.fixture(scope="module")
def guarded_server(three_schools: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path]]:
    """A server that writes down every address outside that it asks for.

    It listens for other machines, too: there Streamlit's welcome would ask a server outside for this machine's address.
    """
    folder = tmp_path_factory.mktemp("guard")
    (folder / "sitecustomize.py").write_text(GUARD, encoding="utf-8")
    log = folder / "outside.txt"
    log.touch()
    path = os.pathsep.join(filter(None, [str(folder), os.environ.get("PYTHONPATH", "")]))
    with served(three_schools, folder, "--address", "0.0.0.0", PYTHONPATH=path, OUTSIDE_LOG=str(log)) as address:
        yield address, log


def test_the_guard_itself_works(tmp_path: Path):
    (tmp_path / "sitecustomize.py").write_text(GUARD, encoding="utf-8")
    log = tmp_path / "outside.txt"
    code = "import urllib.request\ntry: urllib.request.urlopen('http://outside.example/')\nexcept OSError: pass"
    environment = {**os.environ, "PYTHONPATH": str(tmp_path), "OUTSIDE_LOG": str(log)}
    subprocess.run([sys.executable, "-c", code], env=environment, check=True)
    assert "outside.example" in log.read_text()


def test_the_server_asks_nobody(guarded_server: tuple[str, Path]):
    address, log = guarded_server
    user = User(port_of(address))
    user.open()
    for page in [name for name in user.hashes if name]:
        user.go(page)
        assert not user.failures(), page
    user.close()
    assert log.read_text() == ""
    for process in psutil.process_iter(["pid", "cmdline"]):
        if f"--port {port_of(address)}" in " ".join(process.info["cmdline"] or []):
            remote = {each.raddr.ip for each in process.net_connections("inet") if each.raddr}
            assert remote <= {"127.0.0.1"}


@pytest.mark.browser
@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium installed")
def test_no_page_asks_for_anything_outside(browser: Any, guarded_server: tuple[str, Path]):  # noqa: F811 - the fixture
    address, log = guarded_server
    context = browser.new_context(locale="ja-JP", viewport={"width": 1366, "height": 768})
    page = context.new_page()
    outside: list[str] = []
    refused: list[str] = []  # what the page wanted and its own rules forbid

    def check(route: Any) -> None:
        if urlsplit(route.request.url).netloc == urlsplit(address).netloc:
            route.continue_()
        else:
            outside.append(route.request.url)
            route.abort()

    context.route("**/*", check)
    page.on("websocket", lambda each: None if f":{port_of(address)}/" in each.url else outside.append(each.url))
    page.on("console", lambda each: refused.append(each.text) if "Content Security Policy" in each.text else None)
    page.goto(f"{address}/guide?lang=en")
    page.locator(f"{MAIN} h1, {MAIN} h2").first.wait_for()
    calm(page)
    page.goto(f"{address}/")
    for entry in ENTRIES:  # by the links at the top: nothing is loaded anew but what the page itself wants
        page.get_by_role("link", name=word(entry.title, "ja"), exact=True).first.click()
        page.wait_for_url(f"{address}/{'' if entry is ENTRIES[0] else entry.name}**")
        calm(page)
        for view in views(page):
            choice = page.locator(f"{MAIN} [role=radio]").get_by_text(view, exact=True)
            if choice.count():  # a choice may take others away
                choice.first.click()
                calm(page)
    context.close()
    assert outside == []
    assert refused == []
    assert log.read_text() == ""


def views(page: Any) -> list[str]:
    """What the segmented choices of a page offer, without those that ask for nothing new."""
    return [text.strip() for text in page.locator(f"{MAIN} [role=radio]").all_inner_texts() if text.strip()]


def calm(page: Any) -> None:
    """Wait until the script behind the page has ended, which begins a moment after the click."""
    page.wait_for_timeout(150)
    page.wait_for_function("() => document.querySelector('.stApp')?.dataset.testScriptState === 'notRunning'")
