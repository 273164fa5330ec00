"""Look of pictures for paper: a font with Japanese, sizes in millimetres, calm colours that stay apart in grey.

Only the object-oriented half of matplotlib is used, never pyplot and never its settings: pictures may be drawn in several
threads and processes at once. The font is that of the package matplotlib_fontja, taken as a file: importing the package
would change the settings of matplotlib for the whole process.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Final

from explorer.figures.picture import MM_PER_INCH
from layers.drawn import BLUE, DARK_GREY, ORANGE, SKY, VERMILION

if TYPE_CHECKING:
    from matplotlib.figure import Figure
    from matplotlib.font_manager import FontProperties

    from explorer.words import Language

FONT: Final = "IPAexGothic"
FALLBACK: Final = "DejaVu Sans"  # comes with matplotlib; has signs such as ≥ that IPAexGothic lacks
TEXT_WIDTH_MM: Final = 174.0  # A4 less two margins of 18 mm
HALF_WIDTH_MM: Final = 85.0  # two pictures side by side

# Points. Below 6 pt nothing is legible on paper.
BASE: Final = 8.5
SMALL: Final = 7.5
TINY: Final = 6.5
TITLE: Final = 10.5
MM_PER_POINT: Final = MM_PER_INCH / 72

INK: Final = "#1f2933"
FAINT: Final = "#4a5560"  # 7:1 on white
GRID: Final = "#d5dbe1"
PLAIN: Final = "#9fb3c8"  # bars and dots of those that are not meant
MARKED: Final = "#1d5fa8"  # of those that are
# Lines are told apart by marker and dash as well, so the order of colours carries nothing alone.
SERIES: Final = (BLUE, VERMILION, DARK_GREY, ORANGE, SKY)
MARKERS: Final = ("o", "s", "^", "D", "v", "P", "X", "<")


@dataclass(frozen=True)
class ChartFrame:
    """What every chart has beside its numbers.

    Parameters
    ----------
    title
        What is shown; goes into the text for those who cannot see it. Drawn only where the chart stands alone.
    unit
        Of the values, as in the catalogue (``%``, ``人``).
    width_mm
        On paper.
    credit
        Source line; drawn only where the chart stands alone, always in the file's metadata.
    stands_alone
        A file of its own, with title and source line inside. In a document the caption says these.
    """

    title: str
    unit: str
    language: Language
    width_mm: float = TEXT_WIDTH_MM
    credit: str = ""
    stands_alone: bool = False


def new_figure(width_mm: float, height_mm: float) -> Figure:
    """An empty white figure of a size on paper."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(width_mm / MM_PER_INCH, height_mm / MM_PER_INCH), facecolor="white")
    FigureCanvasAgg(figure)
    return figure


def font(size: float) -> FontProperties:
    """The font of all pictures, `size` in points. It has one weight: nothing is ever bold."""
    from matplotlib.font_manager import FontProperties

    _register_font()
    return FontProperties(family=[FONT, FALLBACK], size=size)


def font_file() -> Path:
    """The TrueType file of the font."""
    package = find_spec("matplotlib_fontja")
    assert package is not None, "matplotlib-fontja is a dependency"
    assert package.origin is not None
    return Path(package.origin).parent / "fonts" / "ipaexg.ttf"


@cache
def _register_font() -> None:
    from matplotlib import font_manager

    if not any(entry.name == FONT for entry in font_manager.fontManager.ttflist):
        font_manager.fontManager.addfont(font_file())
