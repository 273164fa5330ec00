"""What part of the plane a map shows, and where on the sheet."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import numpy.typing as npt

from explorer.figures.sheet import Sheet

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_MARGIN: Final = 1.07  # of the extent of what is shown
_LEAST_MM: Final = 2_000.0  # metres: the smallest ground that a frame shows
Bounds = tuple[float, float, float, float]


@dataclass(frozen=True)
class View:
    """A frame on a sheet through which a part of the plane is seen.

    Parameters
    ----------
    sheet
        On which it lies.
    left, top, width, height
        Of the frame, millimetres on the sheet.
    centre
        Of what is shown, metres in the plane.
    metres_per_mm
        The scale: 100 is 1 : 100,000. The same in both directions.
    """

    sheet: Sheet
    left: float
    top: float
    width: float
    height: float
    centre: tuple[float, float]
    metres_per_mm: float

    @cached_property
    def bounds(self) -> Bounds:
        """West, south, east, north of what is shown, metres."""
        half_width, half_height = self.width * self.metres_per_mm / 2, self.height * self.metres_per_mm / 2
        x, y = self.centre
        return x - half_width, y - half_height, x + half_width, y + half_height

    @cached_property
    def axes(self) -> Axes:
        """Axes of matplotlib over the frame, in metres; nothing of them is drawn but what is added."""
        sheet = self.sheet
        place = (
            self.left / sheet.width,
            1 - (self.top + self.height) / sheet.height,
            self.width / sheet.width,
            self.height / sheet.height,
        )
        axes = sheet.figure.add_axes(place, zorder=1.5)
        west, south, east, north = self.bounds
        axes.set_xlim(west, east)
        axes.set_ylim(south, north)
        axes.set_axis_off()
        return axes

    def add(self, artist: Any) -> None:
        """Add an artist of matplotlib whose coordinates are metres; cut off at the frame."""
        artist.set_transform(self.axes.transData)
        artist.set_clip_path(self.axes.patch)
        self.axes.add_artist(artist)

    def on_sheet(self, x: float, y: float) -> tuple[float, float]:
        """Where a point of the plane lies on the sheet, millimetres."""
        west, _, _, north = self.bounds
        return self.left + (x - west) / self.metres_per_mm, self.top + (north - y) / self.metres_per_mm

    def shows(self, xy: npt.NDArray[np.float64]) -> npt.NDArray[np.bool_]:
        """Which points (n, 2) lie within the frame."""
        west, south, east, north = self.bounds
        inside: npt.NDArray[np.bool_] = (
            (xy[:, 0] >= west) & (xy[:, 0] <= east) & (xy[:, 1] >= south) & (xy[:, 1] <= north)
        )
        return inside


def scale_to_fit(bounds: Bounds, width_mm: float, height_mm: float) -> float:
    """Metres to the millimetre at which some ground fits into a frame, with a margin."""
    west, south, east, north = bounds
    wide, high = max(east - west, _LEAST_MM), max(north - south, _LEAST_MM)
    return max(wide / width_mm, high / height_mm) * _MARGIN


def natural_height(bounds: Bounds, width_mm: float, *, least: float, most: float) -> float:
    """Height of a frame of some width that some ground fills, between two shares of the width."""
    west, south, east, north = bounds
    wide, high = max(east - west, _LEAST_MM), max(north - south, _LEAST_MM)
    return width_mm * min(max(high / wide, least), most)


def middle(bounds: Bounds) -> tuple[float, float]:
    """The point in the middle of some ground."""
    return (bounds[0] + bounds[2]) / 2, (bounds[1] + bounds[3]) / 2
