"""Pages that open without a network: what they would load from outside themselves is refused, not left to fail."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import Final

from geodata.errors import ExplorerError

_LOADS: Final = frozenset({"src", "srcset", "poster", "background", "xlink:href", "data", "action", "formaction"})
_LOADS_BY_HREF: Final = frozenset({"link", "image", "use", "feimage", "base"})
_FETCHED_BY_STYLE: Final = re.compile(r"""@import|url\(\s*+["']?+\s*+(?!data:|#)""", re.IGNORECASE)


class PageNeedsNetwork(ExplorerError, RuntimeError):
    """A page to be saved would still fetch a script, style or picture."""


def refuse_network(text: str) -> None:
    """Raise if a page loads a script, style, picture or frame from outside itself; links to click are fine.

    Raises
    ------
    PageNeedsNetwork
        With the first addresses found.
    """
    reader = _LoadedParts()
    reader.feed(text)
    reader.close()
    if reader.found:
        raise PageNeedsNetwork(
            f"保存するページが外部を参照します：{reader.found[:3]}。"
            f" / The page to be saved would fetch from outside itself: {reader.found[:3]}"
        )


class _LoadedParts(HTMLParser):
    """Collects what a page would load. Text inside scripts is data (names of shops …) and is not looked at."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self._in_style = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._in_style = tag == "style"
        for name, value in attrs:
            address = (value or "").strip()
            if name in _LOADS or (name == "href" and tag in _LOADS_BY_HREF):
                if address and not address.startswith(("data:", "#")):
                    self.found.append(address)
            elif name == "style" and _FETCHED_BY_STYLE.search(address):
                self.found.append(address[:80])

    def handle_endtag(self, tag: str) -> None:
        if tag == "style":
            self._in_style = False

    def handle_data(self, data: str) -> None:
        if self._in_style and _FETCHED_BY_STYLE.search(data):
            self.found.append(data[:80])
