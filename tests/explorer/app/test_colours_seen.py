"""Colours as they are seen: text on its ground, classes by eyes that lack a kind of cone, and printed in grey."""

from __future__ import annotations

import itertools
import re
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt
import pytest

from explorer.maps.colours import class_colours
from explorer.ui import compare_style, cooperate_cover, cooperate_uses, style, what_if_map, what_if_style
from explorer.ui.style import DARK, LIGHT, THEME_OPTIONS, variables_css

# Machado, Oliveira and Fernandes (2009), A Physiologically-based Model for Simulation of Color Vision Deficiency, IEEE
# TVCG 15(6), table 1 at severity 1.0; on linear sRGB.
EYES: Final = {
    "protanopia": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
    "deuteranopia": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]],
    "tritanopia": [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]],
}
TEXT: Final = 4.5  # WCAG 2.1, 1.4.3
PART: Final = 3.0  # 1.4.11: edges of controls, focus
# CIE76: 2.3 is just noticeable side by side; classes are told apart across a legend's distance.
LEAST_DIFFERENCE: Final = 7.0
LEAST_LIGHTNESS: Final = 4.0  # in grey, of 100

Floats = npt.NDArray[np.float64]


def linear(colour: str) -> Floats:
    parts = np.array([int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)])
    return np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)


def luminance(colour: str) -> float:
    return float(linear(colour) @ [0.2126, 0.7152, 0.0722])


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def lab(parts: Floats) -> Floats:
    """CIELAB (D65) of linear sRGB."""
    to_xyz = [[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.0721750], [0.0193339, 0.1191920, 0.9503041]]
    white = (np.array(to_xyz) @ np.clip(parts, 0, 1)) / np.array([0.95047, 1.0, 1.08883])
    root = np.where(white > 216 / 24389, np.cbrt(white), (24389 / 27 * white + 16) / 116)
    return np.array([116 * root[1] - 16, 500 * (root[0] - root[1]), 200 * (root[1] - root[2])])


def seen(colour: str, eye: str) -> Floats:
    return lab(np.array(EYES[eye]) @ linear(colour))


def difference(one: str, other: str, eye: str) -> float:
    return float(np.linalg.norm(seen(one, eye) - seen(other, eye)))


def test_contrast_is_that_of_the_standard():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("colours", [LIGHT, DARK], ids=["light", "dark"])
def test_text_can_be_read_on_every_ground(colours):
    grounds = ("paper", "soft", "accent-soft", "warn-soft", "danger-soft")
    for text, ground in itertools.product(("ink", "faint", "accent"), grounds):
        assert contrast(colours[text], colours[ground]) >= TEXT, (text, ground)
    for kind in ("warn", "danger"):
        assert contrast(colours[kind], colours[f"{kind}-soft"]) >= TEXT
        assert contrast(colours[kind], colours["paper"]) >= TEXT
        assert contrast(colours[f"{kind}-line"], colours["paper"]) >= PART
    for ground in ("paper", "soft", "accent-soft"):
        assert contrast(colours["edge"], colours[ground]) >= PART
        assert contrast(colours["accent"], colours[ground]) >= PART  # focus


def test_light_and_dark_name_the_same_colours_and_streamlit_has_them_too():
    assert LIGHT.keys() == DARK.keys()
    assert THEME_OPTIONS["theme.light.textColor"] == LIGHT["ink"]
    assert THEME_OPTIONS["theme.dark.backgroundColor"] == DARK["paper"]
    for name, value in DARK.items():
        assert f"--{name}:{value}" in variables_css()


def test_styles_use_only_colours_that_are_there_and_no_fixed_black_or_white():
    sheets = style.PAGE_STYLE + compare_style.COMPARE_STYLE + what_if_style.WHAT_IF_STYLE
    used = set(re.findall(r"var\(--([a-z-]+)\)", sheets))
    assert used <= set(LIGHT), used - set(LIGHT)
    rules = sheets.replace(variables_css(), "")
    assert not re.findall(r"background(?:-color)?: ?(?:#fff\b|#ffffff|white)", rules)
    folder = Path(style.__file__).parent
    for file in folder.glob("*.py"):
        named = set(re.findall(r"var\(--([a-z-]+)\)", file.read_text(encoding="utf-8")))
        assert named <= set(LIGHT), (file.name, named - set(LIGHT))


@pytest.mark.parametrize("better", ["high", "low", None])
@pytest.mark.parametrize("count", range(2, 8))
def test_neighbouring_classes_are_told_apart_by_everybody_and_in_grey(count, better):
    colours = class_colours(count, better)
    for one, other in itertools.pairwise(colours):
        for eye in EYES:
            assert difference(one, other, eye) >= LEAST_DIFFERENCE, (one, other, eye)
        grey = abs(lab(linear(one))[0] - lab(linear(other))[0])
        assert grey >= LEAST_LIGHTNESS, (one, other)


@pytest.mark.parametrize(
    "colours",
    [
        tuple(what_if_map.CHANGE_COLOURS.values()),
        (cooperate_cover.OWN, cooperate_cover.GAINED),
        (cooperate_uses.OWN, cooperate_uses.OTHERS, cooperate_uses.BEYOND, cooperate_uses.NOTHING),
    ],
    ids=["changes", "cover", "uses"],
)
def test_parts_of_a_bar_and_changes_on_the_map_are_told_apart_by_everybody(colours):
    for one, other in itertools.combinations(colours, 2):
        for eye in EYES:
            assert difference(one, other, eye) >= LEAST_DIFFERENCE, (one, other, eye)
