"""Who may use the app, where an office wants users to sign in: a TOML file for Streamlit's own sign-in (OpenID Connect).

The file holds Streamlit's section ``[auth]`` and, beside it, who is let in::

    [auth]
    redirect_uri = "https://explorer.city.example.jp/oauth2callback"
    cookie_secret = "…32 random characters or more…"
    client_id = "explorer"
    client_secret = "…"
    server_metadata_url = "https://login.city.example.jp/.well-known/openid-configuration"

    [explorer]
    allowed = ["*@city.example.jp"]   # whom; everybody whom the provider knows if this is left out
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

from geodata.errors import BadRequest

SIGN_IN_VARIABLE: Final = "EXPLORER_SIGN_IN"
_NEEDED: Final = ("redirect_uri", "cookie_secret", "client_id", "client_secret", "server_metadata_url")
_SHORTEST_SECRET: Final = 32  # characters; what signs the cookie must not be guessed


@dataclass(frozen=True)
class SignIn:
    """What the server needs to know about signing in.

    Parameters
    ----------
    secrets
        For Streamlit: its section ``auth``.
    allowed
        Patterns of mail addresses (``*`` stands for anything); empty: everybody whom the provider knows.
    """

    secrets: dict[str, Any]
    allowed: tuple[str, ...]

    def lets_in(self, user: Mapping[str, Any]) -> bool:
        """Whether a user may enter: by the mail address that the provider vouches for.

        Parameters
        ----------
        user
            Claims of the provider: ``email``, and ``email_verified`` where the provider says so.
        """
        if not self.allowed:
            return True
        if str(user.get("email_verified", True)).lower() == "false":
            return False
        mail = str(user.get("email") or "").strip().lower()
        return bool(mail) and any(fnmatchcase(mail, pattern.lower()) for pattern in self.allowed)


def read_sign_in(file: Path) -> SignIn:
    """Read and check the file.

    Raises
    ------
    BadRequest
        The file is missing or broken, a setting is missing, or the library for signing in is not installed.
    """
    try:
        found = tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise BadRequest(
            f"{file}: サインインの設定を読めません（{error}）。 / The settings for signing in cannot be read ({error})."
        ) from error
    auth = found.get("auth")
    auth = auth if isinstance(auth, dict) else {}
    missing = [name for name in _NEEDED if not str(auth.get(name, "")).strip()]
    if missing:
        names = ", ".join(missing)
        raise BadRequest(f"{file}: [auth] に {names} がありません。 / [auth] lacks {names}.")
    if len(str(auth["cookie_secret"])) < _SHORTEST_SECRET:
        raise BadRequest(
            f"{file}: cookie_secret は {_SHORTEST_SECRET} 文字以上の乱数にしてください。 / "
            f"cookie_secret must be {_SHORTEST_SECRET} random characters or more."
        )
    allowed = found.get("explorer", {}).get("allowed", [])
    if not isinstance(allowed, list) or not all(isinstance(each, str) and each.strip() for each in allowed):
        raise BadRequest(
            f"{file}: [explorer] の allowed はメールアドレスの並びです。 / allowed in [explorer] is a list of addresses."
        )
    if find_spec("authlib") is None:
        raise BadRequest(
            "サインインには authlib が要ります: pip install --require-hashes -r requirements/sign_in.txt / "
            "Signing in needs authlib: pip install --require-hashes -r requirements/sign_in.txt"
        )
    return SignIn({"auth": auth}, tuple(each.strip() for each in allowed))
