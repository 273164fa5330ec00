"""Colours of the maps: palettes that survive colour blindness and grey print, frozen here with their source.

Good for the people is blue, bad is yellow, on the municipality map and on the place map alike, so the two read as one.
"""

from __future__ import annotations

from typing import Final, Literal

Better = Literal["high", "low"] | None

# YlGnBu, nine classes. Source: ColorBrewer 2.0, C. Brewer, Apache-2.0; marked there as colour-blind safe.
YELLOW_TO_BLUE: Final = (
    "#ffffd9", "#edf8b1", "#c7e9b4", "#7fcdbb", "#41b6c4", "#1d91c0", "#225ea8", "#253494", "#081d58",
)  # fmt: skip
# Purples-to-red PuRd, nine classes. Source: ColorBrewer 2.0, Apache-2.0. For amounts that are neither good nor bad.
AMOUNT: Final = (
    "#f7f4f9", "#e7e1ef", "#d4b9da", "#c994c7", "#df65b0", "#e7298a", "#ce1256", "#980043", "#67001f",
)  # fmt: skip
NO_DATA: Final = "#c4c7cb"
UNREACHABLE: Final = "#d7301f"  # ColorBrewer OrRd; stands apart from every class in hue and in lightness
SELECTED: Final = "#d7301f"
SURROUNDING: Final = "#f7f8f9"  # land around the study area, as in the map frame
OUTLINE: Final = "#4a5560"


def class_colours(count: int, better: Better) -> tuple[str, ...]:
    """Colours of ``count`` classes, from the lowest values to the highest.

    Parameters
    ----------
    count
        Number of classes, 1 to 12.
    better
        ``high``: the highest class is the good one and blue; ``low``: the lowest; None: a palette without judgement.
    """
    if better is None:
        return sampled(AMOUNT[1:8], count)
    colours = sampled(YELLOW_TO_BLUE[1:8], count)
    return colours if better == "high" else colours[::-1]


def sampled(palette: tuple[str, ...], count: int) -> tuple[str, ...]:
    """``count`` colours evenly along a palette, both ends included, mixed between its steps where needed."""
    if count <= 1:
        return (palette[len(palette) // 2],)
    steps = [index * (len(palette) - 1) / (count - 1) for index in range(count)]
    return tuple(_mixed(palette[int(at)], palette[min(int(at) + 1, len(palette) - 1)], at - int(at)) for at in steps)


def rgb(colour: str) -> tuple[int, int, int]:
    """Red, green and blue (0 to 255) of ``#rrggbb``."""
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def _mixed(first: str, second: str, share: float) -> str:
    pairs = zip(rgb(first), rgb(second), strict=True)
    return "#" + "".join(f"{round(a + (b - a) * share):02x}" for a, b in pairs)
