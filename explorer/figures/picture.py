"""A picture made with matplotlib, as SVG (text stays text) or PNG; the same picture gives the same bytes."""

from __future__ import annotations

import io
import re
import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from matplotlib.figure import Figure

MM_PER_INCH: Final = 25.4
PRINT_DPI: Final = 200
# Settings of matplotlib are those of the whole process: two pictures written at once would undo each other's.
_SETTINGS: Final = threading.Lock()
_OUTLINES: Final = re.compile(rb' d="[^"]*"')
_FINE: Final = re.compile(rb"(\.\d\d)\d+")


@dataclass(frozen=True)
class Picture:
    """A drawn figure.

    Parameters
    ----------
    figure
        Of matplotlib, its size in inches being that on paper; not to be changed any more.
    alt
        What it shows, for those who cannot see it.
    credit
        Source, date, licence, method, scenario and version: goes into the file's metadata.
    """

    figure: Figure
    alt: str
    credit: str = ""
    _made: dict[str, bytes] = field(default_factory=dict, repr=False, compare=False)

    @property
    def width_mm(self) -> float:
        """Width on paper."""
        return float(self.figure.get_figwidth()) * MM_PER_INCH

    @property
    def height_mm(self) -> float:
        """Height on paper."""
        return float(self.figure.get_figheight()) * MM_PER_INCH

    def svg(self) -> bytes:
        """Scalable, with text as text."""
        if "svg" not in self._made:
            made = self._saved("svg", {"Date": None, "Title": self.alt, "Description": self.credit})
            # A hundredth of a point is 0.004 mm: more digits only make maps large.
            self._made["svg"] = _OUTLINES.sub(lambda outline: _FINE.sub(rb"\1", outline[0]), made)
        return self._made["svg"]

    def png(self, dpi: int = PRINT_DPI) -> bytes:
        """Pixels, `dpi` of them to the inch."""
        key = f"png{dpi}"
        if key not in self._made:
            self._made[key] = self._saved("png", {"Software": None, "Description": self.credit}, dpi=dpi)
        return self._made[key]

    def _repr_svg_(self) -> str:
        """For notebooks, with the font that its text was measured in."""
        from explorer.documents.embedded_font import with_font

        return with_font(self.svg().decode())

    def _saved(self, form: str, metadata: dict[str, Any], **options: Any) -> bytes:
        import matplotlib as mpl

        out = io.BytesIO()
        with _SETTINGS, mpl.rc_context({"svg.fonttype": "none", "svg.hashsalt": "explorer"}):
            self.figure.savefig(out, format=form, metadata=metadata, **options)
        return out.getvalue()
