"""Text on pictures: which characters can be drawn, how wide text is, where lines break."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from functools import cache, lru_cache
from typing import Final

from explorer.figures.style import BASE, FALLBACK, MM_PER_POINT, font_file

GETA: Final = "〓"  # what Japanese printers set for a character they do not have
_MEASURED_AT: Final = 100.0
_ON_PIXELS: Final = 1.012  # fitted to pixels, letters come out this much wider than their outlines
_ELLIPSIS: Final = "…"
_SELECTORS: Final = re.compile("[\ufe00-\ufe0f\U000e0100-\U000e01ef]")
_MARKED_KANA: Final = re.compile("[\u3041-\u30ff][\u3099\u309a]")
# Pieces that stay together: words of letters and digits with their marks, else single characters.
_PIECES: Final = re.compile(r"[!-\u024f\u2010-\u2015\u2018-\u201f]+\s*|\s+|.", re.DOTALL)
_NOT_FIRST: Final = "、。，．・：；）」』】〕〉》ー〜ぁぃぅぇぉっゃゅょァィゥェォッャュョ々％"
_NOT_LAST: Final = "（「『【〔〈《"


def drawable(text: str) -> str:
    r"""The text as the fonts can draw it.

    Variation selectors, which ask for a form of a character that the font does not have, go; a character that neither font
    has becomes 〓, and line ends and other controls a blank.

    Examples
    --------
    >>> drawable("辻󠄀市 𠮷田村"), drawable("a\tb")
    ('辻市 〓田村', 'a b')
    """
    known = _known()
    # Kana and their marks are joined; all of NFC would also turn the 神 of some names into 神.
    plain = _MARKED_KANA.sub(lambda pair: unicodedata.normalize("NFC", pair[0]), _SELECTORS.sub("", text))
    return "".join(sign if ord(sign) in known else _instead(sign) for sign in plain)


def width_mm(text: str, size: float = BASE) -> float:
    """How wide a line of text is on paper; `size` in points."""
    return _ems(text) * size * MM_PER_POINT * _ON_PIXELS


def shortened(text: str, most_mm: float, size: float = BASE) -> str:
    """The text, cut with an ellipsis where it is wider than `most_mm`."""
    plain = drawable(text)
    if width_mm(plain, size) <= most_mm:
        return plain
    # Credit lines are hundreds of characters too long: measured again for each one less, they cost a second a document.
    fitting = bisect_right(range(len(plain)), most_mm, key=lambda count: width_mm(plain[:count] + _ELLIPSIS, size))
    return plain[: max(fitting - 1, 0)].rstrip() + _ELLIPSIS


def lines_within(text: str, most_mm: float, size: float = BASE, *, most: int = 99) -> list[str]:
    """The text broken into lines no wider than `most_mm`.

    Lines break between words, in Japanese between any two characters, but not before a closing mark or after an opening
    one. What does not fit into `most` lines is cut with an ellipsis.
    """
    lines, line = [], ""
    for piece in _PIECES.findall(drawable(text)):
        if line and width_mm((line + piece).rstrip(), size) > most_mm:
            kept = _kept(line, piece)
            lines.append(kept.rstrip())
            line = line[len(kept) :]
        line += piece if line else piece.lstrip()
    lines.append(line.rstrip())
    lines = [shortened(each, most_mm, size) for each in lines]  # a word without a break is cut
    if len(lines) > most:
        rest = "".join(lines[most - 1 :])
        lines = [*lines[: most - 1], shortened(rest, most_mm - 0.1, size)]
    return [each for each in lines if each]


def _kept(line: str, coming: str) -> str:
    """What stays on a line: a character goes along with the closing marks after it, an opening mark with what follows."""
    kept = line
    if coming in _NOT_FIRST:
        kept = line.rstrip(_NOT_FIRST)[:-1]
    return kept.rstrip(_NOT_LAST) or line


@lru_cache(maxsize=8192)
def _ems(text: str) -> float:
    """Width of a text in units of its size; outlines scale, so one measurement serves every size."""
    from matplotlib.font_manager import get_font
    from matplotlib.ft2font import LoadFlags

    face = get_font(_files())  # one per thread
    face.set_size(_MEASURED_AT, 72)
    face.set_text(drawable(text), 0.0, flags=LoadFlags.NO_HINTING)
    return float(face.get_width_height()[0]) / 64 / _MEASURED_AT


@cache
def _files() -> tuple[str, str]:
    from matplotlib import font_manager

    return str(font_file()), str(font_manager.fontManager.findfont(FALLBACK))


def _instead(sign: str) -> str:
    return " " if unicodedata.category(sign).startswith(("C", "Z")) else GETA


@cache
def _known() -> frozenset[int]:
    from matplotlib.ft2font import FT2Font

    return frozenset(code for file in _files() for code in FT2Font(file).get_charmap() if code >= 0x20)
