"""Behind a reverse proxy: a real nginx in front, the app below a path of its own."""

from __future__ import annotations

import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from benchmarks.app.client import User

from .conftest import free_port, served
from .test_browser_explore import CHROMIUM, Visit, browser  # noqa: F401 - `browser` is a fixture
from .test_server import ask, port_of

NGINX = shutil.which("nginx", path="/usr/sbin:/usr/local/sbin:/usr/bin:/usr/local/bin")
pytestmark = pytest.mark.skipif(NGINX is None, reason="no nginx installed")
BASE = "/explorer"
GUIDE = Path(__file__).parents[3] / "explorer" / "guide"


@dataclass(frozen=True)
class Proxied:
    """An app behind a proxy: the proxy's port, and that of the app itself."""

    port: int
    inner: int

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"


def settings_of_the_guide() -> str:
    """The part of nginx.conf that the guide tells administrators to write; the test runs just that."""
    text = (GUIDE / "running_ja.md").read_text(encoding="utf-8")
    return text.split("```nginx\n")[1].split("```")[0]


@pytest.fixture(scope="module")
def proxied(six_towns: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Proxied]:
    folder = tmp_path_factory.mktemp("nginx")
    with served(six_towns, folder, "--base-path", BASE, "--host", "explorer.example") as address:
        inner, port = port_of(address), free_port()
        location = settings_of_the_guide().replace("127.0.0.1:8501", f"127.0.0.1:{inner}")
        (folder / "nginx.conf").write_text(
            f"""daemon off; pid {folder}/nginx.pid; error_log {folder}/error.log;
            events {{}}
            http {{
              access_log off; client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy;
              fastcgi_temp_path {folder}/f; uwsgi_temp_path {folder}/u; scgi_temp_path {folder}/s;
              server {{ listen 127.0.0.1:{port}; server_name explorer.example; {location} }}
            }}""",
            encoding="utf-8",
        )
        process = subprocess.Popen([str(NGINX), "-p", str(folder), "-c", str(folder / "nginx.conf")])
        try:
            end = time.monotonic() + 20
            while time.monotonic() < end:
                with socket.socket() as probe:
                    if probe.connect_ex(("127.0.0.1", port)) == 0:
                        break
                time.sleep(0.05)
            yield Proxied(port, inner)
        finally:
            process.terminate()
            process.wait(timeout=20)


def test_the_app_answers_below_its_path_only(proxied: Proxied):
    assert ask(proxied.address, f"{BASE}/_stcore/health")[0] == 200
    assert ask(proxied.address, "/_stcore/health")[0] in {403, 404}
    assert ask(proxied.address, f"{BASE}/")[0] == 200


def test_a_session_and_the_files_of_the_map_go_through_the_proxy(proxied: Proxied):
    for headers in ({}, {"Host": "explorer.example", "Origin": "https://explorer.example"}):
        user = User(proxied.port, "", "", BASE, headers)
        user.open()
        assert not user.failures()
        file = str(user.map_arguments()["shapes"]).removeprefix("..")
        status, told, _ = ask(proxied.address, f"{BASE}/component{file}", Accept_Encoding="gzip")
        assert status == 200
        assert "immutable" in told["cache-control"]
        assert told["content-encoding"] == "gzip"
        assert ask(proxied.address, f"{BASE}/component/explorer.ui.served.explorer_map/index.html")[0] == 200
        user.close()


def test_strangers_are_refused_behind_the_proxy_too(proxied: Proxied):
    assert ask(proxied.address, f"{BASE}/", Host="evil.example")[0] == 400
    with pytest.raises(Exception, match=r"HTTP 4\d\d"):
        User(proxied.port, "", "", BASE, {"Host": "evil.example"})
    with pytest.raises(Exception, match=r"HTTP 403"):
        User(proxied.port, "", "", BASE, {"Host": "explorer.example", "Origin": "https://evil.example"})


@pytest.mark.browser
@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium installed")
def test_pages_files_up_and_down_work_in_a_browser_behind_the_proxy(browser: Any, proxied: Proxied, tmp_path: Path):  # noqa: F811 - the fixture
    visit = Visit(browser, proxied.address, BASE.strip("/"))  # without its last slash: led to the page, map drawn
    page = visit.page
    lost: list[str] = []
    page.on("response", lambda answer: lost.append(f"{answer.status} {answer.url}") if answer.status >= 400 else None)
    assert page.url.startswith(f"{proxied.address}{BASE}/")
    with page.expect_download() as started:
        page.get_by_role("button", name="表を保存").click()
    table = tmp_path / "table.csv"
    started.value.save_as(table)
    assert "48201" in table.read_text(encoding="utf-8-sig")
    page.get_by_role("link", name="比較", exact=True).first.click()
    page.wait_for_url(f"{proxied.address}{BASE}/compare**")
    page.get_by_role("link", name="地図", exact=True).first.click()
    visit.drawn()
    assert lost == []
    # A link into the app: Streamlit asks for its own addresses below the page's first, is told 404, and asks at the base.
    page.goto(f"{proxied.address}{BASE}/data?view=add")
    page.locator("input[type=file]").set_input_files(
        {"name": "店.csv", "mimeType": "text/csv", "buffer": "名称,緯度,経度\n見本店,36.02,140.02\n".encode()}
    )
    page.get_by_text("1 件の施設の種別が分かりません").wait_for(timeout=60_000)
    assert [each for each in lost if "/data/_stcore/" not in each] == []
    visit.errors = [each for each in visit.errors if "404" not in each]
    visit.close()
