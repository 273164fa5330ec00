"""A sheet of paper in millimetres, from its upper left corner: what charts are drawn on.

Charts are laid out in millimetres, text measured before anything is placed, so that nothing overlaps or is cut off.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final, Literal

from explorer.figures.lettering import drawable, lines_within
from explorer.figures.picture import Picture
from explorer.figures.style import BASE, FAINT, INK, MM_PER_POINT, TINY, TITLE, ChartFrame, font, new_figure

if TYPE_CHECKING:
    from explorer.words import Language

LEADING: Final = 1.35  # from line to line, in units of the size
_MIDDLE: Final = 0.36  # from the baseline to the middle of digits and kanji, in units of the size
_GAP_MM: Final = 1.5
Align = Literal["left", "center", "right"]
Dashes = Literal["-", "--", "-.", ":"] | tuple[float, tuple[float, ...]]


class Sheet:
    """A figure with a place for every millimetre; x to the right, y downwards."""

    def __init__(self, width_mm: float, height_mm: float, language: Language) -> None:
        from matplotlib.transforms import Affine2D

        self.width, self.height, self.language = width_mm, height_mm, language
        self.figure = new_figure(width_mm, height_mm)
        to_share = Affine2D().scale(1 / width_mm, -1 / height_mm).translate(0, 1)
        self.transform = to_share + self.figure.transFigure
        self.top, self.bottom = 0.0, height_mm

    @classmethod
    def for_chart(cls, frame: ChartFrame, body_mm: float) -> Sheet:
        """A sheet for a chart of some height; with title and source line around it where it stands alone.

        The chart lies between :attr:`top` and :attr:`bottom`.
        """
        if not frame.stands_alone:
            return cls(frame.width_mm, body_mm, frame.language)
        inner = frame.width_mm - 2 * _GAP_MM
        head = lines_within(frame.title, inner, TITLE)
        foot = lines_within(frame.credit, inner, TINY) if frame.credit else []
        head_mm = len(head) * TITLE * MM_PER_POINT * LEADING + 2 * _GAP_MM
        foot_mm = len(foot) * TINY * MM_PER_POINT * LEADING + 2 * _GAP_MM
        sheet = cls(frame.width_mm, head_mm + body_mm + foot_mm, frame.language)
        sheet.top, sheet.bottom = head_mm, head_mm + body_mm
        sheet.lines_of_text(_GAP_MM, _GAP_MM, head, size=TITLE)
        sheet.lines_of_text(_GAP_MM, sheet.bottom + _GAP_MM, foot, size=TINY, colour=FAINT)
        return sheet

    def text(
        self,
        x: float,
        y: float,
        text: str,
        *,
        size: float = BASE,
        colour: str = INK,
        align: Align = "left",
        halo: bool = False,
    ) -> None:
        """One line of text with its middle at height `y`. With a halo it stands clear of what lies beneath."""
        shown = drawable(text)
        if not shown.strip():
            return
        baseline = y + _MIDDLE * size * MM_PER_POINT
        if halo:
            self._written(x, baseline, shown, size, "white", align).set_path_effects(_halo())
        self._written(x, baseline, shown, size, colour, align)

    def text_upwards(self, x: float, foot: float, text: str, *, size: float = BASE, colour: str = INK) -> None:
        """One line of text that runs upwards from `foot`, with its middle at `x`."""
        self.figure.text(
            x + _MIDDLE * size * MM_PER_POINT, foot, drawable(text), transform=self.transform, fontproperties=font(size),
            color=colour, rotation=90, rotation_mode="anchor", ha="left", va="baseline", parse_math=False, zorder=5,
        )  # fmt: skip

    def lines_of_text(
        self,
        x: float,
        top: float,
        lines: Sequence[str],
        *,
        size: float = BASE,
        colour: str = INK,
        align: Align = "left",
    ) -> float:
        """Lines of text below `top`; returns where the next would begin."""
        step = size * MM_PER_POINT * LEADING
        for row, line in enumerate(lines):
            self.text(x, top + (row + 0.5) * step, line, size=size, colour=colour, align=align)
        return top + len(lines) * step

    def box(
        self,
        x: float,
        y: float,
        width: float,
        height: float,
        *,
        face: str,
        edge: str = "none",
        line: float = 0.4,
        hatch: str = "",
        alpha: float = 1.0,
        over: float = 1.0,
    ) -> None:
        """A rectangle with its upper left corner at (x, y); `line` in points, `over` lifts it above others."""
        from matplotlib.patches import Rectangle

        self.add(
            Rectangle(
                (x, y), width, height, facecolor=face, edgecolor=edge, linewidth=line if edge != "none" else 0,
                hatch=hatch or None, alpha=alpha, hatch_linewidth=0.5, zorder=over,
            )
        )  # fmt: skip

    def line(
        self,
        x: Sequence[float],
        y: Sequence[float],
        *,
        colour: str = INK,
        width: float = 0.6,
        dashes: Dashes = "-",
        over: float = 1.0,
    ) -> None:
        """A line through points; `width` in points of type."""
        from matplotlib.lines import Line2D

        self.add(Line2D(list(x), list(y), color=colour, linewidth=width, linestyle=dashes, zorder=over))

    def marks(
        self,
        x: Sequence[float],
        y: Sequence[float],
        *,
        marker: str = "o",
        size: float = 4.0,
        face: str = INK,
        edge: str = "white",
        line: float = 0.5,
        over: float = 2.0,
    ) -> None:
        """Marks of one kind; `size` and `line` in points."""
        from matplotlib.lines import Line2D

        self.add(
            Line2D(
                list(x), list(y), linestyle="none", marker=marker, markersize=size, markerfacecolor=face,
                markeredgecolor=edge, markeredgewidth=line, zorder=over,
            )
        )  # fmt: skip

    def shape(
        self,
        corners: Sequence[tuple[float, float]],
        *,
        face: str,
        edge: str = "none",
        line: float = 0.4,
        over: float = 1.0,
    ) -> None:
        """A polygon."""
        from matplotlib.patches import Polygon

        self.add(Polygon(list(corners), facecolor=face, edgecolor=edge, linewidth=line, zorder=over))

    def add(self, artist: Any) -> None:
        """Any artist of matplotlib whose coordinates are millimetres of this sheet."""
        artist.set_transform(self.transform)
        self.figure.add_artist(artist)

    def picture(self, alt: str, credit: str) -> Picture:
        """The finished picture."""
        return Picture(self.figure, " ".join(alt.split()), credit)

    def _written(self, x: float, y: float, text: str, size: float, colour: str, align: Align) -> Any:
        return self.figure.text(
            x, y, text, transform=self.transform, fontproperties=font(size), color=colour, ha=align, va="baseline",
            parse_math=False, zorder=5,
        )  # fmt: skip


def _halo() -> list[Any]:
    from matplotlib.patheffects import Stroke

    return [Stroke(linewidth=1.6, foreground="white", alpha=0.85)]
