"""The font of pictures inside a page: only the characters that they use, so the page looks the same on every machine."""

from __future__ import annotations

import base64
import io

from explorer.figures.style import FONT, font_file


def font_rule(text: str) -> str:
    """A rule of CSS with the characters of `text` as a font inside (WOFF); empty text gives none.

    The licence of the IPA fonts allows a part of the font within a document that shows these characters.
    """
    if not text:
        return ""
    from fontTools import subset
    from fontTools.ttLib import TTFont

    options = subset.Options(flavor="woff", layout_features=[], hinting=False)
    out = io.BytesIO()
    with TTFont(font_file(), lazy=True, recalcTimestamp=False) as font:
        subsetter = subset.Subsetter(options)
        subsetter.populate(text=text)
        subsetter.subset(font)
        font.flavor = "woff"
        font.save(out, reorderTables=None)
    data = base64.b64encode(out.getvalue()).decode()
    return f'@font-face {{ font-family: "{FONT}"; src: url("data:font/woff;base64,{data}") format("woff"); }}\n'


def with_font(svg: str, rule: str = "") -> str:
    """A picture that carries its font: as an image it sees none of the page's, in a notebook there is none.

    Parameters
    ----------
    rule
        Of :func:`font_rule`; without it one for the characters of the picture is made.
    """
    start = svg.index("<svg")
    end = svg.index(">", start) + 1
    return f"{svg[:end]}<style>{rule or font_rule(''.join(sorted(set(svg))))}</style>{svg[end:]}"
