"""What facilities, stops and stations look like on the map: an outline and a colour for every kind.

All kinds of one service share a hue and each kind has an outline of its own, so that a page printed in grey, or seen by somebody
who cannot tell red from green, still tells them apart. Every colour stands out at least 3 : 1 (WCAG 2.2, 1.4.11) from white
paper and from the dark ground; that leaves a band of lightness in which nine hues of ColorBrewer's and Tol's qualitative
palettes were chosen.

Outlines are SVG path data between −1 and 1, y downwards. Holes run against their outline, so that both fill rules show them.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from geodata.kinds import KINDS

Ring = tuple[tuple[float, float], ...]

LIGHT_GROUND: Final = "#ffffff"
DARK_GROUND: Final = "#10161d"

SERVICE_COLOURS: Final[dict[str, str]] = {
    "shopping": "#d55e00",  # vermilion of Okabe and Ito
    "medical": "#0077bb",  # blue of Tol's "vibrant"
    "welfare": "#9061c2",
    "childcare": "#d6487e",
    "school": "#008f6b",
    "post_bank": "#a0672c",
    "administration": "#64748b",
    "energy": "#8a7a00",
    "leisure": "#4d8b31",
}
STOP_COLOUR: Final = "#8b5cf6"
STATION_COLOUR: Final = "#5f6e82"
OTHER_COLOUR: Final = "#b4533a"


def _regular(corners: int, *, radius: float = 1.0, start: float = -90.0) -> Ring:
    """Corners of a regular polygon, clockwise on the screen, the first at `start` degrees from the right."""
    angles = [math.radians(start + 360.0 * index / corners) for index in range(corners)]
    return tuple((radius * math.cos(angle), radius * math.sin(angle)) for angle in angles)


def _star(points: int, inner: float) -> Ring:
    angles = [math.radians(-90.0 + 180.0 * index / points) for index in range(2 * points)]
    return tuple(
        ((1.0 if index % 2 == 0 else inner) * math.cos(angle), (1.0 if index % 2 == 0 else inner) * math.sin(angle))
        for index, angle in enumerate(angles)
    )


def _box(west: float, north: float, east: float, south: float) -> Ring:
    return ((west, north), (east, north), (east, south), (west, south))


def _scaled(ring: Ring, by: float, *, down: float = 0.0) -> Ring:
    return tuple((x * by, y * by + down) for x, y in ring)


def _turned(ring: Ring, degrees: float) -> Ring:
    cosine, sine = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
    return tuple((x * cosine - y * sine, x * sine + y * cosine) for x, y in ring)


def _plus(arm: float, reach: float = 1.0) -> Ring:
    quarter = ((-arm, -reach), (arm, -reach), (arm, -arm))
    return tuple(point for turn in range(4) for point in _turned(quarter, 90.0 * turn))


_CIRCLE: Final = _regular(24, radius=0.95)
_SQUARE: Final = _box(-0.85, -0.85, 0.85, 0.85)
_TRIANGLE: Final = _scaled(_regular(3), 1.08, down=0.22)
_DIAMOND: Final = _regular(4, radius=1.08)
_PENTAGON: Final = _regular(5, radius=1.05)
_HEXAGON: Final = _regular(6, radius=1.02, start=0.0)
_HOUSE: Final = ((0.0, -1.0), (1.0, -0.15), (0.72, -0.15), (0.72, 0.9), (-0.72, 0.9), (-0.72, -0.15), (-1.0, -0.15))
_HEART: Final = (
    (0.0, 1.0), (-0.75, 0.25), (-1.0, -0.2), (-0.95, -0.6), (-0.6, -0.85), (-0.25, -0.8), (0.0, -0.5),
    (0.25, -0.8), (0.6, -0.85), (0.95, -0.6), (1.0, -0.2), (0.75, 0.25),
)  # fmt: skip
_DROP: Final = (
    (0.0, -1.05), (0.4, -0.45), (0.68, 0.1), (0.72, 0.45), (0.55, 0.8), (0.25, 0.98), (-0.25, 0.98), (-0.55, 0.8),
    (-0.72, 0.45), (-0.68, 0.1), (-0.4, -0.45),
)  # fmt: skip
_DOME: Final = tuple((math.cos(math.radians(a)), 0.55 + 1.25 * math.sin(math.radians(a))) for a in range(180, 361, 15))
_BOOK: Final = ((0.0, -0.55), (1.0, -0.85), (1.0, 0.55), (0.0, 0.9), (-1.0, 0.55), (-1.0, -0.85))
_FLAG: Final = ((-0.8, -1.0), (0.95, -0.45), (-0.5, 0.15), (-0.5, 1.0), (-0.8, 1.0))
_ARROW: Final = ((0.0, -1.0), (0.85, 0.0), (0.38, 0.0), (0.38, 1.0), (-0.38, 1.0), (-0.38, 0.0), (-0.85, 0.0))
_TREE: Final = (
    (0.0, -1.05), (0.6, -0.2), (0.35, -0.2), (0.9, 0.55), (0.22, 0.55), (0.22, 1.0), (-0.22, 1.0), (-0.22, 0.55),
    (-0.9, 0.55), (-0.35, -0.2), (-0.6, -0.2),
)  # fmt: skip
_HOURGLASS: Final = ((-0.9, -0.9), (0.9, -0.9), (0.25, 0.0), (0.9, 0.9), (-0.9, 0.9), (-0.25, 0.0))
_CROWN: Final = ((-1.0, -0.8), (-0.45, -0.1), (0.0, -0.95), (0.45, -0.1), (1.0, -0.8), (0.85, 0.85), (-0.85, 0.85))
# 〒, the sign of the post in Japan, as on the maps of 国土地理院.
_POST: Final = _box(-0.85, -0.95, 0.85, -0.62)
_POST_STEM: Final = (
    (-0.95, -0.3),
    (0.95, -0.3),
    (0.95, 0.05),
    (0.2, 0.05),
    (0.2, 1.0),
    (-0.2, 1.0),
    (-0.2, 0.05),
    (-0.95, 0.05),
)


def _path(outlines: Sequence[Ring], holes: Sequence[Ring] = ()) -> str:
    rings = [*outlines, *(tuple(reversed(hole)) for hole in holes)]
    return "".join("M" + "L".join(f"{_short(x)} {_short(y)}" for x, y in ring) + "Z" for ring in rings)


def _short(number: float) -> str:
    return f"{round(number, 2) + 0.0:g}"


SHAPES: Final[dict[str, str]] = {
    "circle": _path([_CIRCLE]),
    "ring": _path([_CIRCLE], [_scaled(_CIRCLE, 0.52)]),
    "double_circle": _path([_CIRCLE, _scaled(_CIRCLE, 0.36)], [_scaled(_CIRCLE, 0.68)]),
    "circle_plus": _path([_CIRCLE], [_plus(0.2, 0.68)]),
    "square": _path([_SQUARE]),
    "square_ring": _path([_SQUARE], [_scaled(_SQUARE, 0.5)]),
    "double_square": _path([_SQUARE, _scaled(_SQUARE, 0.34)], [_scaled(_SQUARE, 0.68)]),
    "square_cross": _path([_SQUARE], [_turned(_plus(0.17, 0.72), 45.0)]),
    "triangle": _path([_TRIANGLE]),
    "triangle_ring": _path([_TRIANGLE], [_scaled(_regular(3), 0.42, down=0.2)]),
    "triangle_down": _path([_turned(_TRIANGLE, 180.0)]),
    "diamond": _path([_DIAMOND]),
    "diamond_ring": _path([_DIAMOND], [_scaled(_DIAMOND, 0.48)]),
    "pentagon": _path([_PENTAGON]),
    "pentagon_ring": _path([_PENTAGON], [_scaled(_PENTAGON, 0.48)]),
    "hexagon": _path([_HEXAGON]),
    "hexagon_ring": _path([_HEXAGON], [_scaled(_HEXAGON, 0.5)]),
    "star": _path([_star(5, 0.45)]),
    "star_four": _path([_star(4, 0.38)]),
    "plus": _path([_plus(0.34)]),
    "cross": _path([_turned(_plus(0.3, 1.1), 45.0)]),
    "bar": _path([_box(-1.05, -0.45, 1.05, 0.45)]),
    "column": _path([_box(-0.45, -1.05, 0.45, 1.05)]),
    "house": _path([_HOUSE]),
    "heart": _path([_HEART]),
    "drop": _path([_DROP]),
    "dome": _path([_DOME]),
    "book": _path([_BOOK], [((-0.09, -0.3), (0.09, -0.3), (0.09, 0.62), (-0.09, 0.62))]),
    "flag": _path([_FLAG]),
    "arrow": _path([_ARROW]),
    "tree": _path([_TREE]),
    "hourglass": _path([_HOURGLASS]),
    "crown": _path([_CROWN]),
    "post": _path([_POST, _POST_STEM]),
    "station": _path([_box(-1.0, -0.7, 1.0, 0.7)], [_box(-0.55, -0.28, 0.55, 0.28)]),
}


@dataclass(frozen=True)
class Symbol:
    """Outline, colour and size (radius in pixels at the scale of a town) of one kind of point."""

    shape: str
    colour: str
    radius: float = 5.5

    @property
    def path(self) -> str:
        """SVG path data between −1 and 1."""
        return SHAPES[self.shape]


_KIND_SHAPES: Final[dict[str, str]] = {
    "supermarket": "square",
    "department_store": "square_ring",
    "convenience": "diamond",
    "drugstore": "triangle",
    "fresh_food": "circle",
    "general_store": "triangle_down",
    "marketplace": "dome",
    "hospital": "plus",
    "clinic": "circle_plus",
    "dentist": "hexagon",
    "pharmacy": "bar",
    "elderly_welfare": "house",
    "child_welfare": "heart",
    "disability_welfare": "diamond_ring",
    "other_welfare": "hexagon_ring",
    "nursery": "star",
    "kindergarten": "star_four",
    "elementary_school": "pentagon",
    "junior_high_school": "flag",
    "high_school": "arrow",
    "special_needs_school": "pentagon_ring",
    "higher_education": "crown",
    "other_school": "hourglass",
    "post_office": "post",
    "bank": "ring",
    "town_hall": "double_circle",
    "branch_office": "double_square",
    "other_government": "square_cross",
    "community_centre": "triangle_ring",
    "library": "book",
    "fuel": "drop",
    "park": "tree",
}
FACILITY_SYMBOLS: Final[dict[str, Symbol]] = {
    kind: Symbol(shape, SERVICE_COLOURS[KINDS[kind].service]) for kind, shape in _KIND_SHAPES.items()
}
OTHER_SYMBOL: Final = Symbol("column", OTHER_COLOUR)  # a kind of an own list that this table does not know yet

# By class of layers.departures.FREQUENCY_CLASSES: the more departures the larger; a cross where nothing stops on a weekday, an
# empty ring where nobody knows.
STOP_SYMBOLS: Final[dict[str, Symbol]] = {
    "60_plus": Symbol("circle", "#7345de", 6.0),
    "30_59": Symbol("circle", "#7c4fe6", 4.8),
    "10_29": Symbol("circle", "#8b5cf6", 3.7),
    "1_9": Symbol("circle", "#9a6ff5", 2.7),
    "none": Symbol("cross", "#8b5cf6", 3.6),
    "unknown": Symbol("ring", "#8b5cf6", 4.2),
}
STATION_SYMBOLS: Final[dict[str, Symbol]] = {
    "rail": Symbol("station", STATION_COLOUR, 6.0),
    "tram": Symbol("bar", STATION_COLOUR, 5.0),
}
OTHER_STOP_SYMBOL: Final = Symbol("diamond", "#0e8390", 4.5)  # ships, ropeways, demand transport


def contrast(first: str, second: str) -> float:
    """Contrast of two colours by WCAG 2.2, 1 (none) to 21.

    Examples
    --------
    >>> round(contrast("#ffffff", "#000000"))
    21
    """
    bright, dark = sorted((_luminance(first), _luminance(second)), reverse=True)
    return (bright + 0.05) / (dark + 0.05)


def _luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
