"""SVG pictures made safe and small for a page: names in them come from data files and must not act.

Only elements that draw are kept; nothing refers outside the picture; ids carry the picture's own prefix, for several
pictures stand in one page.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Callable

_SVG: Final = "{http://www.w3.org/2000/svg}"
_LINK: Final = "{http://www.w3.org/1999/xlink}href"
_DRAWS: Final = frozenset(
    {"svg", "g", "defs", "use", "symbol", "clipPath", "mask", "pattern", "marker", "linearGradient", "radialGradient"}
    | {"stop", "path", "rect", "circle", "ellipse", "line", "polyline", "polygon", "text", "tspan", "image"}
)
_REFERS: Final = re.compile(r"""url\(\s*["']?#([^"')]+)["']?\s*\)""")
_FETCHES: Final = re.compile(r"""url\(\s*+["']?+\s*+(?!#)|@import|javascript:""", re.IGNORECASE)
_TOO_FINE: Final = re.compile(r"(?<=\.\d\d)\d+")
_FONTS: Final = re.compile(r"(\bfont(?:-family)?:[^;]*'[^;]*)")  # matplotlib names fonts, no kind of font
_SHAPES: Final = frozenset({"d", "points", "x", "y", "width", "height"})
_DATA_PICTURE: Final = ("data:image/png;", "data:image/jpeg;")


def safe_svg(svg: bytes, prefix: str, change_text: Callable[[str], str] = str) -> Any:
    """The root element of a picture that only draws (lxml).

    Parameters
    ----------
    svg
        As matplotlib writes it.
    prefix
        Put before every id, and before what refers to one.
    change_text
        Applied to every text that the picture shows.
    """
    from lxml import etree

    root = etree.fromstring(svg, etree.XMLParser(resolve_entities=False, no_network=True, remove_comments=True))
    for element in list(root.iter()):
        name = element.tag.removeprefix(_SVG) if isinstance(element.tag, str) else ""
        if name not in _DRAWS:
            parent = element.getparent()
            if parent is not None:
                parent.remove(element)
            continue
        for key, value in element.items():
            kept = _kept(key, value, prefix)
            if kept is None:
                del element.attrib[key]
            else:
                element.set(key, kept)
        if name in {"text", "tspan"}:
            element.text = change_text(element.text or "")
    # What matplotlib's style sheet says of every element; a sheet inside a page would hold for the whole page.
    root.set("style", "stroke-linejoin:round;stroke-linecap:butt")
    return root


def _kept(key: str, value: str, prefix: str) -> str | None:
    """What stands in place of an attribute; None: it goes."""
    if key in _SHAPES:  # hundredths of a point; a map's file is a third smaller
        return _TOO_FINE.sub("", value)
    if key.lower().startswith("on") or _FETCHES.search(value):
        return None
    if key == "id":
        return prefix + value
    if key in {_LINK, "href"}:
        if value.startswith("#"):
            return f"#{prefix}{value[1:]}"
        return value if value.startswith(_DATA_PICTURE) else None
    if key == "style":
        value = _FONTS.sub(r"\1, sans-serif", value)
    return _REFERS.sub(rf"url(#{prefix}\1)", value) if prefix else value
