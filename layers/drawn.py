"""How values per place are drawn: in classes of a number, or as named categories with their colours.

A layer module whose indicators name a value per place (``drawn``) may say how it looks in a ``PLACE_LOOKS`` table. Without
an entry a value of only 0 and 1 is drawn as no and yes, any other in the classes of its indicator.
"""

from __future__ import annotations

import importlib
import pkgutil
from dataclasses import dataclass
from functools import cache
from typing import Final, Literal

# Okabe and Ito, "Color Universal Design" (2008): told apart with any colour vision, and here by lightness too.
BLUE: Final = "#0072b2"
SKY: Final = "#56b4e9"
ORANGE: Final = "#e69f00"
VERMILION: Final = "#d55e00"
LIGHT_GREY: Final = "#b8bdc3"
DARK_GREY: Final = "#6b727a"


@dataclass(frozen=True)
class PlaceCategory:
    """One category: the number that stands for it, its names and its colour ``#rrggbb``."""

    code: int
    ja: str
    en: str
    colour: str


@dataclass(frozen=True)
class PlaceLook:
    """How one value per place is drawn.

    Parameters
    ----------
    ja, en
        Title of its legend.
    categories
        For a value that is the number of a category; empty for a quantity.
    unit, limits, better
        For a quantity: as in :class:`layers.catalogue.Indicator`.
    scale
        What is shown is what is stored times this.
    """

    ja: str
    en: str
    categories: tuple[PlaceCategory, ...] = ()
    unit: str = ""
    limits: tuple[float, ...] = ()
    better: Literal["high", "low"] | None = None
    scale: float = 1.0


YES_NO: Final = (
    PlaceCategory(1, "該当する", "yes", BLUE),
    PlaceCategory(0, "該当しない", "no", ORANGE),
)


@cache
def place_looks() -> dict[str, PlaceLook]:
    """Every look that the layer modules define, by the name of the value per place."""
    import layers

    found: dict[str, PlaceLook] = {}
    for info in pkgutil.iter_modules(layers.__path__):
        found |= getattr(importlib.import_module(f"layers.{info.name}"), "PLACE_LOOKS", {})
    return found
