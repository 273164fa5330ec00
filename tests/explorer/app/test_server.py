"""The server as users start it: who may ask it what, what it sends, what it leaves behind."""

from __future__ import annotations

import asyncio
import gzip
import inspect
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.runtime.app_session import AppSession, AppSessionState
from streamlit.runtime.forward_msg_queue import ForwardMsgQueue

from benchmarks.app.client import User
from explorer.serve import Serving
from explorer.ui import sending, web_files
from explorer.ui import server as app_server
from explorer.ui.served import ASSETS
from explorer.ui.web import HEADERS
from explorer.ui.web_files import program_folder
from geodata.errors import BadRequest, PortTaken

from .conftest import VALUES, free_port, make_workspace, served, wait_until_healthy

ROOT = Path(__file__).parents[3]
FRAME = "/component/explorer.ui.served.explorer_map/"


def ask(address: str, path: str, **headers: str) -> tuple[int, dict[str, str], bytes]:
    """Status, headers (small letters) and body of an answer."""
    request = urllib.request.Request(address + path, headers={k.replace("_", "-"): v for k, v in headers.items()})
    try:
        with urllib.request.urlopen(request, timeout=20) as answer:
            return answer.status, {k.lower(): v for k, v in answer.headers.items()}, answer.read()
    except urllib.error.HTTPError as error:
        return error.code, {k.lower(): v for k, v in error.headers.items()}, error.read()


def port_of(address: str) -> int:
    return int(address.rsplit(":", 1)[1])


def file_of_map(user: User) -> str:
    return str(user.map_arguments()["shapes"]).removeprefix("..")


@pytest.fixture(scope="module")
def visitor(server: str) -> User:
    user = User(port_of(server))
    user.open()
    return user


def test_every_answer_carries_rules_for_the_browser(server: str, visitor: User):
    for path in (
        "/",
        "/compare",
        FRAME + "index.html",
        FRAME + "map.js",
        f"/component{file_of_map(visitor)}",
        "/nothing",
    ):
        _, headers, _ = ask(server, path)
        assert {name: headers.get(name) for name in HEADERS} == HEADERS, path
    policy = HEADERS["content-security-policy"]
    outside = re.findall(r"https?://[^ ;]+", policy)
    assert outside == ["https://cyberjapandata.gsi.go.jp", "https://tile.openstreetmap.org"]
    assert [part.split()[0] for part in policy.split("; ") if "http" in part] == ["img-src"]


def test_files_of_the_map_are_packed_once_and_kept_for_good(server: str, visitor: User):
    path = f"/component{file_of_map(visitor)}"
    status, headers, packed = ask(server, path, Accept_Encoding="gzip")
    assert (status, headers["content-encoding"]) == (200, "gzip")
    assert "immutable" in headers["cache-control"]
    _, plain_headers, plain = ask(server, path)
    assert "content-encoding" not in plain_headers
    assert gzip.decompress(packed) == plain
    assert headers["etag"] == plain_headers["etag"]
    status, _, body = ask(server, path, If_None_Match=headers["etag"])
    assert (status, body) == (304, b"")


def test_the_program_of_the_page_is_packed_once_and_kept_for_good(server: str):
    _, _, page = ask(server, "/")
    [path] = re.findall(rb'src="\.(/static/js/index\.[^"]+\.js)"', page)
    status, headers, packed = ask(server, path.decode(), Accept_Encoding="gzip")
    assert (status, headers["content-encoding"]) == (200, "gzip")
    assert "immutable" in headers["cache-control"]
    _, _, plain = ask(server, path.decode())
    assert gzip.decompress(packed) == plain == (program_folder() / "js" / Path(path.decode()).name).read_bytes()
    assert ask(server, path.decode(), If_None_Match=headers["etag"])[0] == 304
    _, headers, _ = ask(server, "/static/js/index.of-another-version.js")
    assert "immutable" not in headers.get("cache-control", "")  # a page of Streamlit's takes its place


def test_a_file_is_read_anew_when_it_has_changed_and_memory_is_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(web_files, "_MOST", 2)
    monkeypatch.setattr(web_files, "_KEPT", type(web_files._KEPT)())
    files = [tmp_path / f"{name}.js" for name in "abc"]
    for file in files:
        file.write_text("x" * 2000, encoding="utf-8")
        assert web_files.packed(file) is web_files.packed(file)
    assert list(web_files._KEPT) == files[1:]
    files[2].write_text("y" * 2001, encoding="utf-8")
    assert web_files.packed(files[2]).plain == b"y" * 2001


def test_the_page_of_the_map_comes_with_its_scripts_and_styles_in_it(server: str):
    _, _, page = ask(server, FRAME + "index.html")
    text = page.decode()
    assert not re.findall(r"<script src|<link", text)
    for name in ("leaflet/leaflet.js", "leaflet/leaflet.css", "map.css", "map.js", "legend.js"):
        assert (ASSETS / name).read_text(encoding="utf-8") in text, name
    assert (
        text.index("leaflet")
        < text.index((ASSETS / "map.js").read_text(encoding="utf-8"))
        < text.index('<div id="map"')
    )


def test_a_part_of_the_maps_page_that_has_changed_is_read_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(web_files, "ASSETS", tmp_path)
    (tmp_path / "map.js").write_text("let a = 1; // \\1", encoding="utf-8")
    (tmp_path / "index.html").write_text('<script src="map.js"></script>', encoding="utf-8")
    assert web_files.packed(tmp_path / "index.html").plain == b"<script>\nlet a = 1; // \\1</script>"
    (tmp_path / "map.js").write_text("let a = 22;", encoding="utf-8")
    assert b"22" in web_files.packed(tmp_path / "index.html").plain


def test_connections_send_without_delay(monkeypatch: pytest.MonkeyPatch):
    from streamlit.web.server.starlette import starlette_server

    monkeypatch.setattr(starlette_server, "_bind_socket", starlette_server._bind_socket)
    sending.send_without_delay()
    listening, _ = starlette_server._bind_server_socket("127.0.0.1", "127.0.0.1", 0, 1)
    with listening, socket.create_connection(listening.getsockname()):
        listening.setblocking(True)
        accepted, _ = listening.accept()
        with accepted:
            assert accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)


class _Session:
    """As much of a session of Streamlit's as the sending looks at."""

    def __init__(self) -> None:
        self._browser_queue = ForwardMsgQueue()
        self._state = AppSessionState.APP_IS_RUNNING
        self.asked = 0

    def _message_enqueued_callback(self) -> None:
        self.asked += 1

    def say(self, text: str) -> None:
        message = ForwardMsg()
        message.session_event.script_compilation_exception.message = text
        self._browser_queue.enqueue(message)


def test_what_a_run_says_is_held_until_it_ends_but_not_for_long(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(AppSession, "flush_browser_queue", AppSession.flush_browser_queue)
    sending.send_in_one_piece()
    now = [100.0]
    monkeypatch.setattr(sending, "monotonic", lambda: now[0])

    def flushed(session: _Session) -> int:
        return len(AppSession.flush_browser_queue(session))

    async def run() -> None:
        session = _Session()
        assert flushed(session) == 0  # nothing said yet: the time does not run
        now[0] += 1.0
        session.say("one")
        assert flushed(session) == 0
        await asyncio.sleep(0.05)
        assert session.asked == 1  # the server looks again by itself
        session.say("two")
        session._state = AppSessionState.APP_NOT_RUNNING
        assert flushed(session) == 2  # the run has ended
        session._state = AppSessionState.APP_IS_RUNNING  # a long run
        session.say("three")
        assert flushed(session) == 0
        now[0] += sending.HOLD_SECONDS + 0.001
        assert flushed(session) == 1
        session.say("four")
        assert flushed(session) == 1  # from now on as soon as it is said

    asyncio.run(run())


def test_the_server_sends_in_one_piece(server: str):
    """With the session of the version of Streamlit that is installed: its parts are where they are looked for."""
    session = inspect.getsource(AppSession)
    for part in ("self._browser_queue", "self._state", "self._message_enqueued_callback"):
        assert f"{part} = " in session or f"{part}: " in session
    user = User(port_of(server))
    user.open()
    assert user.map()
    user.close()


def test_the_rehearsal_opens_the_workspace_and_minds_no_broken_one(
    six_towns: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    from explorer.ui.opening import _opened, open_study

    monkeypatch.setenv("EXPLORER_WORKSPACE", str(tmp_path))
    app_server._rehearse()
    monkeypatch.setenv("EXPLORER_WORKSPACE", str(six_towns))
    _opened.clear()
    app_server._rehearse()
    assert open_study().__dict__.keys() & {"families"}


def test_code_of_the_map_is_asked_for_again_but_not_sent_again(server: str, visitor: User):
    _, headers, _ = ask(server, FRAME + "map.js")
    assert headers["cache-control"] == "no-cache"
    assert headers["content-type"].startswith(("text/javascript", "application/javascript"))
    assert ask(server, FRAME + "map.js", If_None_Match=headers["etag"])[0] == 304


@pytest.mark.parametrize(
    "path",
    [
        FRAME, FRAME.rstrip("/"), FRAME + "leaflet/", FRAME + "..", FRAME + "../served.py", FRAME + "%2e%2e/legend.py",
        FRAME + "..%2f..%2fserved.py", FRAME + "%2fetc/passwd", FRAME + "..%5cserved.py", FRAME + "leaflet/../../legend.py",
        "/component/../app.py", "/component/explorer.ui.served.explorer_map_files/", "/component/", "/static/../app.py",
        "/static/js/..%2f..%2f..%2f__init__.py", "/static/%2e%2e/%2e%2e/__init__.py", "/static/js/", "/static//etc/passwd",
        "/component/explorer.ui.served.explorer_map_files/.in-use", "/media/../../app.py", "/app.py", "/.streamlit/secrets.toml",
    ],
)  # fmt: skip
def test_no_folder_is_listed_and_none_left(server: str, visitor: User, path: str):
    with socket.create_connection(("127.0.0.1", port_of(server)), timeout=20) as connection:  # as it is: no tidying
        connection.sendall(f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n".encode())
        answer = b"".join(iter(lambda: connection.recv(65536), b"")).decode("utf-8", "replace")
    assert "import streamlit" not in answer
    assert "root:" not in answer
    assert "from __future__" not in answer
    assert "map.js</a>" not in answer
    status = int(answer.split()[1])
    assert status in {400, 404, 301, 307} or "<title>Streamlit</title>" in answer  # unknown pages are the app's own


@pytest.mark.parametrize("host", ["evil.example", "evil.example:8501", "127.0.0.1.evil.example", "", "[::2]:80"])
def test_a_strangers_name_for_this_machine_is_refused(server: str, host: str):
    status, _, body = ask(server, "/", Host=host)
    assert status == 400
    assert "--host" in body.decode()
    with pytest.raises(Exception, match=r"HTTP 4\d\d"):
        User(port_of(server), headers={"Host": host or "x"})


def test_a_page_of_a_stranger_cannot_talk_to_the_app(server: str):
    with pytest.raises(Exception, match=r"HTTP 403"):
        User(port_of(server), headers={"Origin": "https://evil.example"})
    _, headers, _ = ask(server, "/_stcore/health", Origin="https://evil.example")
    assert headers.get("access-control-allow-origin") in {None, "null", server}


def test_uploads_need_the_token_of_the_page(server: str):
    request = urllib.request.Request(f"{server}/_stcore/upload_file/x/y", data=b"x", method="PUT")
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(request, timeout=20)
    assert refused.value.code in {400, 403}
    refused.value.close()


@pytest.fixture(scope="module")
def other(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, str]]:
    """A workspace of its own that tests may build anew, and a second server beside the first."""
    folder = tmp_path_factory.mktemp("other")
    workspace = make_workspace(folder / "workspace", key="other")
    with served(workspace, folder) as address:
        yield workspace, address


def test_two_servers_at_once_show_each_its_own(server: str, other: tuple[Path, str]):
    address = other[1]
    here, there = User(port_of(server)), User(port_of(address))
    here.open()
    there.open()
    files = file_of_map(here), file_of_map(there)
    assert files[0] != files[1]
    assert ask(server, f"/component{files[1]}")[0] == 404
    assert ask(address, f"/component{files[1]}")[0] == 200
    here.close()
    there.close()


def test_a_new_build_is_shown_without_a_restart_and_the_files_of_older_ones_go(other: tuple[Path, str]):
    workspace, address = other
    user = User(port_of(address))
    files = []
    for key in ("1", "2", "3"):
        make_workspace(workspace, key=key)
        user.open()
        files.append(file_of_map(user))
    assert len(set(files)) == 3
    told = user.map_arguments()["labels"]
    assert set(told) == set(VALUES)
    statuses = [ask(address, f"/component{file}")[0] for file in files]
    assert statuses == [404, 200, 200]  # a page that was open at the last change may still ask for the one before
    user.close()


def test_a_broken_workspace_is_told_in_plain_words_and_a_mended_one_is_shown(other: tuple[Path, str]):
    """A workspace that breaks under the app: no English sentence of Streamlit's, no link to a search engine."""
    workspace, address = other
    user = User(port_of(address))
    user.open()
    assert not user.failures()
    manifest = workspace / "manifest.json"
    whole = manifest.read_text(encoding="utf-8")
    manifest.write_text(whole[:100], encoding="utf-8")
    user.open()
    assert not any(each.WhichOneof("type") == "exception" for each in user.elements.values())
    assert "48201" not in user.text()
    assert user.text().strip()
    manifest.write_text(whole, encoding="utf-8")
    user.open()
    assert not user.failures()
    assert set(user.map_arguments()["labels"]) == set(VALUES)
    user.close()


@pytest.mark.skipif(os.name != "posix", reason="signals of POSIX")
def test_a_server_that_ends_leaves_no_process_and_no_files(six_towns: Path, tmp_path: Path):
    """Killed, it can clear nothing away: the next one does, which says that others can open it, and ends as told."""
    port, log, temporary = free_port(), tmp_path / "log.txt", tmp_path / "temporary"
    temporary.mkdir()
    environment = {**os.environ, "TMPDIR": str(temporary), "PYTHONUNBUFFERED": "1"}
    first = start_app(six_towns, port, log, environment)
    User(port).open()
    left = list(temporary.glob("explorer-map-*"))
    assert len(left) == 1
    end(first, signal.SIGKILL)
    os.utime(left[0] / ".in-use", (time.time() - 3600,) * 2)
    second = start_app(six_towns, port, log, environment, "--address", "0.0.0.0")
    User(port).open()
    assert not left[0].exists()
    assert len(list(temporary.glob("explorer-map-*"))) == 1
    said = log.read_text(encoding="utf-8")
    assert "ほかの機器からも開けます" in said
    assert "other machines can open it" in said
    assert f"http://127.0.0.1:{port} " in said
    assert ask(f"http://127.0.0.1:{port}", "/", Host=f"office.example:{port}")[0] == 200  # any name that leads here
    end(second, signal.SIGTERM)
    assert not list(temporary.glob("explorer-map-*"))


def start_app(
    workspace: Path, port: int, log: Path, environment: dict[str, str], *arguments: str
) -> subprocess.Popen[bytes]:
    """The command ``explorer app``, ready to answer."""
    with log.open("w") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "explorer.cli", "app", str(workspace), "--port", str(port), *arguments],
            stdout=output, stderr=subprocess.STDOUT, cwd=ROOT, env=environment,
        )  # fmt: skip
    try:
        wait_until_healthy(port, process, log)
    except RuntimeError:
        process.kill()
        raise
    return process


def end(process: subprocess.Popen[bytes], way: signal.Signals) -> None:
    """End it; nothing that it has started is left."""
    started = psutil.Process(process.pid).children(recursive=True)
    process.send_signal(way)
    process.wait(timeout=20)
    assert not [each for each in started if each.is_running() and each.status() != psutil.STATUS_ZOMBIE]


def test_it_listens_on_this_machine_only_unless_told_otherwise(server: str):
    listening = [
        each.laddr.ip
        for each in psutil.net_connections("inet")
        if each.status == psutil.CONN_LISTEN and each.laddr.port == port_of(server)
    ]
    assert listening == ["127.0.0.1"]
    assert not Serving().is_open_to_others
    assert Serving(address="0.0.0.0").is_open_to_others


@pytest.mark.parametrize("path", ["/a b", "/a/../b", "/東京", "/x?y", "/a//b"])
def test_a_base_path_that_no_proxy_could_use_is_refused(path: str):
    with pytest.raises(BadRequest, match="--base-path"):
        Serving(base_path=path).check()


def test_an_address_of_another_machine_and_a_taken_port_are_told():
    with pytest.raises(BadRequest, match="この機器の番地ではありません"):
        Serving(address="192.0.2.1").check()
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(PortTaken, match=str(port)):
            Serving(port=port).check()
