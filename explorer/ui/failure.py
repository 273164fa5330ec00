"""What a page shows when something unforeseen ends it: plain words and a detail to send, in place of Streamlit's own."""

from __future__ import annotations

from explorer.ui.frame import show_detail, warn
from explorer.ui.navigation import session_language
from explorer.words import one_language, word
from geodata.errors import ExplorerError


def say_failure(error: Exception) -> bool:
    """Say that the page has failed; for ``App(on_script_error=…)``.

    Returns
    -------
    bool
        Always true: Streamlit need not say it, too.
    """
    language = session_language()
    if isinstance(error, ExplorerError):
        warn(one_language(str(error), language))
        return True
    warn(word("rn_page_failed", language))
    show_detail(error, language)
    return True
