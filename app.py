"""The app's page list. Started by ``explorer app``."""

import streamlit as st

from explorer.ui.explore import page as explore

st.set_page_config(
    page_title="地域の生活条件エクスプローラー", page_icon="🗾", layout="wide", initial_sidebar_state="expanded"
)
st.navigation([st.Page(explore, title="地図 / Map", url_path="explore", default=True)], position="hidden").run()
