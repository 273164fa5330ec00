"""Words of the frame around all pages: navigation, what an address said that is not here, a panel that failed."""

from __future__ import annotations

from typing import Final

SELECTION: Final[dict[str, tuple[str, str]]] = {
    "nav_explore": ("地図", "Explore"),
    "nav_compare": ("比較", "Compare"),
    "nav_cooperate": ("広域連携", "Cooperate"),
    "nav_what_if": ("シナリオ", "What-if"),
    "nav_future": ("将来", "Future"),
    "nav_profile": ("プロファイル", "Profile"),
    "nav_indicators": ("指標", "Indicators"),
    "nav_data": ("データ", "Data"),
    "nav_guide": ("使い方", "Guide"),
    "se_sample": ("架空の見本（地名も数値も実在しません）", "Invented sample: no name or number is real"),
    "se_link_partly": (
        "リンクにある次のものは、このワークスペースにないか、読めません：{names}。それ以外を表示しています。",
        "The link names what this workspace does not have, or what cannot be read: {names}. Everything else is shown.",
    ),
    "se_detail_how": (
        "下の文字をコピーして（右上のボタン）、管理者や開発者に送ってください。",
        "Copy the text below (button at its top right) and send it to whoever looks after this app.",
    ),
    "se_detail_page": ("ページ", "Page"),
    "se_detail_with": ("実行環境", "Running with"),
    "se_detail_what": ("何が起きたか", "What happened"),
    "se_map": ("地図", "Map"),
    "se_title": ("{page}｜地域の生活条件エクスプローラー", "{page} | Regional Living Conditions Explorer"),
}
