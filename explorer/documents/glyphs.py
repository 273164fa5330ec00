"""Characters that the fonts of printed documents can show, and what stands in for the others.

IPAex Gothic has 12,000 characters, 﨑 (U+FA11) and 髙 among them, and the forms chosen by a variation selector
(辻 with U+E0100); DejaVu Sans adds signs. What neither has (𠮷, U+20BB7) becomes 〓, the printers' mark for a missing
type, and the document ends with a note that names the code points: nothing is left out in silence.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from functools import cache
from pathlib import Path
from typing import Final

from explorer.figures.style import FALLBACK, FONT, font_file

GETA: Final = "〓"
FONTS: Final = (FONT, FALLBACK)  # in the order in which a character is looked for
_LONG_RUN: Final = re.compile(r"(?!https?://|www\.)(?<![!-~])[!-~]{30,}")  # typst breaks addresses of pages itself
_MAY_BREAK: Final = "\u200b"


class Lettering:
    """Puts texts into characters that the fonts have, and counts those they lack.

    Attributes
    ----------
    missing
        How often each character was replaced.
    """

    def __init__(self) -> None:
        self.missing: Counter[str] = Counter()

    def printable(self, text: str) -> str:
        """The text with 〓 for each character that no font has, and places to break in very long words.

        Examples
        --------
        >>> lettering = Lettering()
        >>> lettering.printable("﨑・髙・𠮷"), dict(lettering.missing)
        ('﨑・髙・〓', {'𠮷': 1})
        """
        known = _covered()
        lacking = [c for c in text if ord(c) not in known and not _shows_nothing(c)]
        self.missing.update(lacking)
        if lacking:
            text = "".join(GETA if c in lacking else c for c in text)
        return _LONG_RUN.sub(lambda run: _MAY_BREAK.join(run[0]), text)


def font_folders() -> list[str]:
    """Folders of the fonts, which come with packages of Python: nothing is taken from the system."""
    return sorted({str(path.parent) for path in _font_files()})


def _font_files() -> tuple[Path, Path]:
    import matplotlib as mpl

    return font_file(), Path(mpl.get_data_path()) / "fonts" / "ttf" / "DejaVuSans.ttf"


@cache
def _covered() -> frozenset[int]:
    from matplotlib.ft2font import FT2Font

    return frozenset().union(*(FT2Font(str(path)).get_charmap() for path in _font_files()))


def _shows_nothing(character: str) -> bool:
    """Joiners, selectors of forms, line breaks: they need no glyph."""
    return (
        unicodedata.category(character) in {"Cf", "Zl", "Zp"}
        or character in "\n\t\u00a0"
        or "\ufe00" <= character <= "\ufe0f"
        or "\U000e0100" <= character <= "\U000e01ef"
    )
