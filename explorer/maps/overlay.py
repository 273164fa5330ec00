"""What the map can show besides the colours of the municipalities: points, lines, areas and pictures, each with its looks.

An overlay says what it is, of which kinds it consists, whose data it rests on, and how its file is made; where a workspace cannot
show it, it says why. Its file holds all kinds at once; which of them are drawn is decided by the looks that go with it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, Literal

from explorer.maps.symbols import Symbol

Form = Literal["points", "lines", "polygons", "picture"]
Hatch = Literal["", "diagonal", "falling", "level", "cross", "dots"]
Names = tuple[str, str]  # Japanese, English

GROUPS: Final = ("base", "transport", "facilities", "zones", "hazards", "digital")


@dataclass(frozen=True)
class LineLook:
    """How a line is drawn.

    Parameters
    ----------
    colour, width, dash
        Width in pixels at the scale of a town; dashes as in SVG.
    casing
        Colour of a somewhat wider line below, should there be one.
    dark
        Colour, and casing if there is one, on a dark ground where they differ.
    from_zoom
        Not drawn on smaller scales than this zoom of web maps.
    """

    colour: str
    width: float
    dash: str = ""
    casing: str = ""
    dark: tuple[str, ...] = ()
    from_zoom: float = 0.0

    def arguments(self) -> dict[str, Any]:
        """As the map frame takes it."""
        look: dict[str, Any] = {"colour": self.colour, "width": self.width, "dash": self.dash}
        if self.casing:
            look["casing"] = self.casing
        if self.dark:
            look["dark"] = dict(zip(("colour", "casing"), self.dark, strict=False))
        return {**look, "min_zoom": self.from_zoom} if self.from_zoom else look


@dataclass(frozen=True)
class AreaLook:
    """Fill (empty: none), edge, width of the edge in pixels, and strokes of the colour of the edge that also show in grey.

    `dark` holds fill and edge on a dark ground where they differ.
    """

    fill: str
    edge: str
    width: float = 1.4
    hatch: Hatch = ""
    dark: tuple[str, ...] = ()

    def arguments(self) -> dict[str, Any]:
        """As the map frame takes it."""
        look: dict[str, Any] = {"fill": self.fill, "edge": self.edge, "width": self.width, "hatch": self.hatch}
        return {**look, "dark": dict(zip(("fill", "edge"), self.dark, strict=True))} if self.dark else look


Look = Symbol | LineLook | AreaLook


@dataclass(frozen=True)
class OverlayKind:
    """One kind of thing on an overlay.

    Parameters
    ----------
    id
        As it stands in the file of the overlay.
    names
        Japanese and English.
    count
        How many of them there are; None where they are not counted.
    choice
        Kinds with the same choice are chosen together, and the legend shows the first of them; empty: the kind alone.
    """

    id: str
    names: Names
    look: Look
    count: int | None = None
    choice: str = ""

    @property
    def chosen_as(self) -> str:
        """What the kind is chosen by."""
        return self.choice or self.id


def _nothing() -> bytes:
    return b"{}"


@dataclass(frozen=True)
class Overlay:
    """Something that can be laid over the map.

    Parameters
    ----------
    id
        Of the overlay, and part of the name of its file.
    group
        One of :data:`GROUPS`.
    kinds
        In the order of the legend.
    make
        The content of the file: see :mod:`explorer.maps.points`, :mod:`explorer.maps.lines_file`; a PNG for a picture.
    sources
        Sources of the manifest whose credit lines it needs: their ids, or their kind where all of that kind are meant.
    reason
        Why the workspace cannot show it; None where it can.
    note
        What the reader of the map must know of it.
    offer
        Overlays with the same offer are switched on and off together.
    is_below
        Whether it lies under the colours of the municipalities.
    bounds
        South, west, north, east of a picture, in degrees.
    """

    id: str
    group: str
    names: Names
    form: Form
    kinds: tuple[OverlayKind, ...] = ()
    make: Callable[[], bytes] = _nothing
    sources: tuple[str, ...] = ()
    reason: Names | None = None
    note: Names | None = None
    offer: str = ""
    is_below: bool = False
    bounds: tuple[float, float, float, float] | None = None

    @property
    def switch(self) -> str:
        """What it is switched on by: its offer, or itself."""
        return self.offer or self.id

    def of_kinds(self, chosen: Sequence[str]) -> Overlay:
        """The same with the chosen kinds only; all of them where none is chosen."""
        if not chosen:
            return self
        return replace(self, kinds=tuple(kind for kind in self.kinds if kind.chosen_as in chosen))

    def choices(self) -> tuple[OverlayKind, ...]:
        """The first kind of each choice, with the number of things of all its kinds."""
        found: dict[str, OverlayKind] = {}
        for kind in self.kinds:
            first = found.get(kind.chosen_as)
            counted = None if kind.count is None else kind.count + ((first.count or 0) if first else 0)
            found[kind.chosen_as] = replace(first or kind, count=counted)
        return tuple(found.values())


def look_arguments(kind: OverlayKind, label: str) -> dict[str, Any]:
    """The look of a kind as the map frame takes it.

    Examples
    --------
    >>> look_arguments(OverlayKind("rail", ("鉄道", "Railway"), LineLook("#333333", 2.0)), "鉄道")
    {'colour': '#333333', 'width': 2.0, 'dash': '', 'label': '鉄道'}
    """
    if isinstance(kind.look, Symbol):
        symbol = kind.look
        drawn: dict[str, Any] = {
            "shape": symbol.shape, "path": symbol.path, "colour": symbol.colour, "radius": symbol.radius
        }  # fmt: skip
    else:
        drawn = kind.look.arguments()
    return {**drawn, "label": label}
