"""Reading pictures back: texts and shapes of an SVG."""

from __future__ import annotations

import io
import xml.etree.ElementTree as ET

import numpy as np
from PIL import Image

NAMESPACE = "{http://www.w3.org/2000/svg}"


def texts(picture) -> list[str]:
    """Every text of a picture, in the order drawn."""
    root = ET.fromstring(picture.svg())
    return ["".join(each.itertext()).strip() for each in root.iter(f"{NAMESPACE}text")]


def filled(picture, colour: str) -> list[str]:
    """Outlines filled with a colour."""
    root = ET.fromstring(picture.svg())
    return [
        path.attrib["d"] for path in root.iter(f"{NAMESPACE}path") if f"fill: {colour}" in path.attrib.get("style", "")
    ]


def width_of(outline: str) -> float:
    """Width of an outline in points."""
    numbers = [float(each) for each in outline.replace("L", " ").replace("M", " ").replace("z", " ").split()]
    return max(numbers[0::2]) - min(numbers[0::2])


def pixels(picture, dpi: int = 100) -> np.ndarray:
    """The picture as red, green, blue."""
    return np.asarray(Image.open(io.BytesIO(picture.png(dpi))).convert("RGB"))


def share_of(picture, colour: tuple[int, int, int], tolerance: int = 3) -> float:
    """Share of the pixels that have a colour."""
    near = (np.abs(pixels(picture).astype(int) - np.array(colour)) <= tolerance).all(axis=2)
    return float(near.mean())
