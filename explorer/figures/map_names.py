"""Names on a map: set where there is room, the most wanted first, never over each other."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from explorer.figures.ground import Ground
from explorer.figures.lettering import width_mm
from explorer.figures.map_view import View
from explorer.figures.style import FAINT, INK, MM_PER_POINT, SMALL, TINY

Box = tuple[float, float, float, float]  # left, top, right, bottom on the sheet, mm
_CLEAR_MM: Final = 0.4
_INSET_MM: Final = 0.6
_POINTS_KEPT_CLEAR: Final = 300


class Names:
    """Boxes that are taken on one map, and the names that found a place."""

    def __init__(self, view: View, taken: Iterable[Box] = ()) -> None:
        self._view = view
        self._taken = list(taken)

    def keep_clear(self, points: npt.NDArray[np.float64]) -> None:
        """Let no name cover points (n, 2) on the sheet, unless there are too many to go round."""
        if len(points) <= _POINTS_KEPT_CLEAR:
            self._taken += [(x - 0.6, y - 0.6, x + 0.6, y + 0.6) for x, y in points.tolist()]

    def place(
        self,
        at: tuple[float, float],
        text: str,
        *,
        size: float = TINY,
        colour: str = INK,
        shifts: Iterable[tuple[float, float]],
        halo: bool = True,
    ) -> bool:
        """Write a text with its middle at a point of the sheet or, where that is taken, at the first free shift."""
        half, high = width_mm(text, size) / 2 + _CLEAR_MM, size * MM_PER_POINT * 0.55 + _CLEAR_MM
        view = self._view
        for right, down in shifts:
            at_x, at_y = at[0] + right * (half + 0.8), at[1] + down * (high * 2)
            box = (at_x - half, at_y - high, at_x + half, at_y + high)
            is_within = (
                box[0] >= view.left + _INSET_MM
                and box[2] <= view.left + view.width - _INSET_MM
                and box[1] >= view.top + _INSET_MM
                and box[3] <= view.top + view.height - _INSET_MM
            )
            if is_within and not any(_overlap(box, other) for other in self._taken):
                view.sheet.text(at_x, at_y, text, size=size, colour=colour, align="center", halo=halo)
                self._taken.append(box)
                return True
        return False


_AROUND: Final = ((0, 0), (0, -0.8), (0, 0.8), (0.7, 0), (-0.7, 0), (0.7, -0.8), (-0.7, -0.8), (0.7, 0.8), (-0.7, 0.8))
_BESIDE: Final = ((1, 0), (-1, 0), (0, -1), (0, 1))


def name_areas(
    names: Names,
    view: View,
    ground: Ground,
    chosen: npt.NDArray[np.intp],
    filled: Collection[str],
    *,
    with_others: bool,
) -> None:
    """Names of municipalities: those meant first, then by how large they are on the map.

    Parameters
    ----------
    chosen
        Rows of the municipalities that the map is about.
    filled
        Codes of those with a colour, on which text needs a halo.
    with_others
        Whether the others are named too.
    """
    meant = set(chosen.tolist())
    rows, points, sizes = _middles(view, ground)
    order = sorted(range(len(rows)), key=lambda at: (rows[at] not in meant, -sizes[at], ground.codes[rows[at]]))
    size = SMALL if len(meant) <= 3 else TINY
    for at in order:
        row = rows[at]
        is_meant = row in meant
        if not (is_meant or with_others):
            continue
        names.place(
            view.on_sheet(*points[at]),
            ground.names[row],
            size=size if is_meant else TINY,
            colour=INK if is_meant else FAINT,
            shifts=_AROUND,
            halo=is_meant or ground.codes[row] in filled,
        )


def name_points(names: Names, labels: Iterable[tuple[float, float, str]]) -> None:
    """Names beside points, where there is room."""
    for x, y, text in labels:
        names.place((x, y), text, shifts=_BESIDE)


def name_arrows(names: Names, labels: Iterable[tuple[float, float, str]]) -> None:
    """Texts on arrows; the largest flows come first."""
    for x, y, text in labels:
        names.place((x, y), text, shifts=_AROUND)


def _middles(view: View, ground: Ground) -> tuple[list[int], list[tuple[float, float]], list[float]]:
    """A point inside the part of each municipality that the map shows, and the size of that part."""
    import shapely

    shapes = ground.shapes(view.metres_per_mm * 4)  # coarse is enough
    boxes = shapely.bounds(shapes)
    west, south, east, north = view.bounds
    near = np.flatnonzero((boxes[:, 2] > west) & (boxes[:, 0] < east) & (boxes[:, 3] > south) & (boxes[:, 1] < north))
    seen = shapely.clip_by_rect(shapes[near], west, south, east, north)
    rows: list[int] = []
    points: list[tuple[float, float]] = []
    sizes: list[float] = []
    for row, shape in zip(near.tolist(), seen, strict=True):
        largest = _largest_part(shape)
        if largest is None:
            continue
        inside = shapely.centroid(largest)
        if not shapely.contains(largest, inside):
            inside = shapely.point_on_surface(largest)
        rows.append(row)
        points.append((float(inside.x), float(inside.y)))
        sizes.append(float(shapely.area(largest)))
    return rows, points, sizes


def _largest_part(shape: Any) -> Any:
    import shapely

    parts = shapely.get_parts(shape)
    parts = parts[shapely.get_type_id(parts) == 3]
    return parts[int(np.argmax(shapely.area(parts)))] if len(parts) else None


def _overlap(one: Box, other: Box) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]
