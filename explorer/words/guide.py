"""Words of the page Guide 使い方, Japanese and English."""

from __future__ import annotations

from typing import Final

GUIDE: Final[dict[str, tuple[str, str]]] = {
    "gd_chapters": ("知りたいこと", "What do you want to do"),
    "gd_open": ("この画面を開く", "Open this page"),
    "gd_next": ("次: {title}", "Next: {title}"),
    "gd_before": ("前: {title}", "Back: {title}"),
    "gd_no_picture": ("（画面の図はありません）", "(no picture of the screen)"),
    "gd_save": ("使い方を保存（Markdown）", "Save the guide (Markdown)"),
    "gd_offline": (
        "この説明は、インターネットなしで読めます。図は架空の見本の画面です。",
        "This guide needs no internet. The pictures show the invented sample.",
    ),
}
