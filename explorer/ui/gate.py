"""Signing in, where the server was started with ``--sign-in``; without it everybody enters."""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path

import streamlit as st

from explorer.sign_in import SIGN_IN_VARIABLE, SignIn, read_sign_in
from explorer.ui.navigation import session_language
from explorer.words import word


def may_enter() -> bool:
    """Whether to show the app; where not, the page says how to get in."""
    file = os.environ.get(SIGN_IN_VARIABLE, "")
    if not file:
        return True
    language = session_language()
    if not st.user.is_logged_in:
        st.header(word("app_title", language), anchor=False)
        st.text(word("rn_sign_in_why", language))
        st.button(word("rn_sign_in", language), on_click=st.login, key="sign_in_button", type="primary")
        return False
    user = {str(key): value for key, value in st.user.to_dict().items()}
    entered = _settings(file).lets_in(user)
    if not entered:
        st.header(word("app_title", language), anchor=False)
        st.text(word("rn_not_allowed", language, name=str(user.get("email") or user.get("name") or "?")))
    with st.sidebar if entered else st.container():
        st.button(word("rn_sign_out", language), on_click=st.logout, key="sign_out_button")
    return entered


@cache
def _settings(file: str) -> SignIn:
    return read_sign_in(Path(file))
