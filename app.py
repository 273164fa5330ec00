"""The app's page list. Started by ``explorer app``."""

import streamlit as st

from explorer.ui.gate import may_enter
from explorer.ui.navigation import kept_choices, pages

st.set_page_config(
    page_title="地域の生活条件エクスプローラー", page_icon="🗾", layout="wide", initial_sidebar_state="auto"
)
if may_enter():
    with kept_choices():
        st.navigation(pages(), position="top").run()
