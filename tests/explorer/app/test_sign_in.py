"""Signing in: what the settings may be, and the whole way through an invented provider of OpenID Connect."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from benchmarks.app.client import User
from explorer.serve import Serving
from explorer.sign_in import SignIn, read_sign_in
from geodata.errors import BadRequest

from .conftest import free_port, served
from .test_server import port_of

pytest.importorskip("authlib", reason="signing in is optional")
httpx = pytest.importorskip("httpx")
jose = pytest.importorskip("joserfc.jwt")
GOOD = """
[auth]
redirect_uri = "https://explorer.example/oauth2callback"
cookie_secret = "0123456789abcdef0123456789abcdef"
client_id = "explorer"
client_secret = "secret"
server_metadata_url = "https://login.example/.well-known/openid-configuration"
"""


def settings(folder: Path, text: str) -> Path:
    file = folder / "sign_in.toml"
    file.write_text(text, encoding="utf-8")
    return file


def test_whom_the_settings_let_in(tmp_path: Path):
    everybody = read_sign_in(settings(tmp_path, GOOD))
    assert everybody.secrets["auth"]["client_id"] == "explorer"
    assert "explorer" not in everybody.secrets  # who is let in is not Streamlit's
    assert everybody.lets_in({})
    some = read_sign_in(settings(tmp_path, f'{GOOD}\n[explorer]\nallowed = ["*@City.example", "one@other.example"]'))
    assert some.lets_in({"email": "Taro@city.example", "email_verified": True})
    assert some.lets_in({"email": "one@other.example"})
    assert not some.lets_in({"email": "two@other.example"})
    assert not some.lets_in({"email": "x@city.example.evil.example"})
    assert not some.lets_in({"email": "taro@city.example", "email_verified": False})
    assert not some.lets_in({"email": ""})
    assert not some.lets_in({"name": "*@city.example"})
    assert SignIn({}, ("*",)).lets_in({"email": "a@b.example"})


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("[auth", "読めません"),
        ("", "redirect_uri, cookie_secret"),
        (GOOD.replace('client_secret = "secret"', 'client_secret = " "'), "client_secret"),
        (GOOD.replace("0123456789abcdef0123456789abcdef", "short"), "32 文字以上"),
        (f'{GOOD}\n[explorer]\nallowed = "all"', "allowed"),
    ],
)
def test_settings_that_would_not_work_are_told_before_the_start(tmp_path: Path, text: str, told: str):
    with pytest.raises(BadRequest, match=told):
        Serving(sign_in=settings(tmp_path, text)).check()


def test_missing_settings_are_told(tmp_path: Path):
    with pytest.raises(BadRequest, match="読めません"):
        read_sign_in(tmp_path / "nothing.toml")


@dataclass
class Provider:
    """An invented provider: hands a code to whoever asks, and says who that is."""

    port: int = 0
    mails: dict[str, str] = field(default_factory=dict)  # by code
    nonces: dict[str, str] = field(default_factory=dict)
    key: Any = None

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def about(self) -> dict[str, Any]:
        return {
            "issuer": self.address, "authorization_endpoint": f"{self.address}/authorize",
            "token_endpoint": f"{self.address}/token", "jwks_uri": f"{self.address}/keys",
            "response_types_supported": ["code"], "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["RS256"],
        }  # fmt: skip

    def keys(self) -> dict[str, Any]:
        return {"keys": [self.key.as_dict(private=False) | {"use": "sig", "alg": "RS256"}]}

    def token(self, code: str) -> dict[str, Any]:
        now, mail = int(time.time()), self.mails[code]
        claims = {
            "iss": self.address, "aud": "explorer", "sub": mail, "email": mail, "email_verified": True, "name": mail,
            "nonce": self.nonces[code], "iat": now, "exp": now + 600,
        }  # fmt: skip
        signed = jose.encode({"alg": "RS256", "kid": self.key.kid}, claims, self.key)
        return {"access_token": "x", "token_type": "Bearer", "expires_in": 600, "id_token": signed}


@pytest.fixture(scope="module")
def provider() -> Iterator[Provider]:
    from joserfc.jwk import RSAKey

    found = Provider(key=RSAKey.generate_key(2048, {"kid": "one"}))

    class Answers(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._say(found.keys() if self.path == "/keys" else found.about())

        def do_POST(self) -> None:
            asked = parse_qs(self.rfile.read(int(self.headers["content-length"])).decode())
            self._say(found.token(asked["code"][0]))

        def _say(self, what: dict[str, Any]) -> None:
            body = json.dumps(what).encode()
            self.send_response(200)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Answers) as listening:
        found.port = listening.server_address[1]
        thread = threading.Thread(target=listening.serve_forever, daemon=True)
        thread.start()
        yield found
        listening.shutdown()
        thread.join()


@pytest.fixture(scope="module")
def guarded(six_towns: Path, provider: Provider, tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """Port of an app that asks its users to sign in."""
    folder = tmp_path_factory.mktemp("sign_in")
    port = free_port()
    text = GOOD.replace("https://explorer.example", f"http://127.0.0.1:{port}").replace(
        "https://login.example", provider.address
    )
    file = settings(folder, f'{text}\n[explorer]\nallowed = ["*@city.example"]')
    with served(six_towns, folder, "--sign-in", str(file), port=port) as address:
        yield port_of(address)


def shown(user: User) -> str:
    """All texts and buttons of a page."""
    kinds = {each.WhichOneof("type"): each for each in user.elements.values()}
    buttons = [each.button.label for each in user.elements.values() if each.WhichOneof("type") == "button"]
    return " ".join([user.text(), *buttons, *sorted(str(kind) for kind in kinds)])


def signed_in(port: int, provider: Provider, mail: str) -> User:
    """The way of a browser: button, provider, back with a code, cookie, page."""
    visitor = User(port)
    visitor.open()
    visitor.press("サインイン")
    assert visitor.redirect
    visitor.close()
    with httpx.Client(base_url=f"http://127.0.0.1:{port}", trust_env=False) as browser:
        sent = browser.get(visitor.redirect)
        assert sent.status_code in {302, 307}
        to = urlsplit(sent.headers["location"])
        assert f"{to.scheme}://{to.netloc}" == provider.address
        asked = {name: values[0] for name, values in parse_qs(to.query).items()}
        assert asked["redirect_uri"] == f"http://127.0.0.1:{port}/oauth2callback"
        code = f"code-{mail}"
        provider.mails[code], provider.nonces[code] = mail, asked["nonce"]
        back = browser.get("/oauth2callback", params={"code": code, "state": asked["state"]})
        assert back.status_code in {302, 307}
        return with_cookies(port, browser)


def with_cookies(port: int, browser: Any) -> User:
    """A page opened by a browser, which shows the token that it has as a cookie."""
    browser.get("/_stcore/health")
    cookies = "; ".join(f"{name}={value}" for name, value in browser.cookies.items())
    headers = {"Cookie": cookies, "Origin": f"http://127.0.0.1:{port}"}
    user = User(port, headers=headers, token=browser.cookies.get("_streamlit_xsrf", ""))
    user.open()
    return user


def test_who_has_not_signed_in_is_asked_to_and_sees_nothing(guarded: int):
    for page in ("", "compare", "data"):
        user = User(guarded, page, "area=48201")
        user.open()
        said = shown(user)
        assert "利用にサインインが必要です" in said
        assert "サインイン" in said
        assert "component_instance" not in said
        assert "48201" not in said
        assert not [name for name in user.hashes if name]  # not even the names of the pages
        user.close()


def test_whoever_the_settings_let_in_works_and_others_are_told(guarded: int, provider: Provider):
    user = signed_in(guarded, provider, "taro@city.example")
    assert set(user.map_arguments()["labels"]) >= {"48201"}
    assert "サインアウト" in shown(user)
    user.close()
    other = signed_in(guarded, provider, "jiro@elsewhere.example")
    said = shown(other)
    assert "component_instance" not in said
    assert "48201" not in said
    assert "jiro@elsewhere.example" in said
    assert "サインアウト" in said
    other.close()


def test_a_cookie_that_nobody_signed_is_worth_nothing(guarded: int):
    forged = "2|1:0|10:1700000000|15:_streamlit_user|44:eyJlbWFpbCI6ICJ0YXJvQGNpdHkuZXhhbXBsZSJ9|" + "0" * 64
    with httpx.Client(base_url=f"http://127.0.0.1:{guarded}", trust_env=False) as browser:
        browser.cookies.set("_streamlit_user", forged)
        user = with_cookies(guarded, browser)
    assert "利用にサインインが必要です" in shown(user)
    user.close()


def test_without_settings_nobody_is_asked(server: str):
    user = User(port_of(server))
    user.open()
    assert "サインイン" not in shown(user)
    user.close()
