"""Words about long work and about the server, Japanese and English."""

from __future__ import annotations

from typing import Final

RUNNING: Final[dict[str, tuple[str, str]]] = {
    "rn_working": ("計算しています…", "Working…"),
    "rn_queued": ("ほかの利用者の計算が終わるのを待っています…", "Waiting for other users' work to finish…"),
    "rn_line": ("{what}（{seconds} 秒経過）", "{what} ({seconds} s so far)"),
    "rn_stop": ("中止", "Stop"),
    "rn_stopped": ("中止しました。画面はそのまま使えます。", "Stopped. The page can be used as before."),
    "rn_start": ("計算する", "Work it out"),
    "rn_sign_in": ("サインイン", "Sign in"),
    "rn_sign_out": ("サインアウト", "Sign out"),
    "rn_sign_in_why": (
        "このサーバーでは、利用にサインインが必要です。",
        "This server asks its users to sign in.",
    ),
    "rn_not_allowed": (
        "{name} には利用が許可されていません。管理者に連絡してください。",
        "{name} is not allowed to use it. Ask the administrator.",
    ),
    "rn_page_failed": (
        "画面を表示できませんでした。ほかの画面は使えます。もう一度開いても同じときは、下の詳細を管理者に送ってください。",
        "This page could not be shown; the others still work. If it happens again, send the detail below to the administrator.",
    ),
}
