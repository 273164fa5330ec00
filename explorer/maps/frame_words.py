"""Words of the map frame in the language of the page, the same on every page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from explorer.words import word

if TYPE_CHECKING:
    from explorer.words import Language


def frame_words(language: Language) -> dict[str, str]:
    """What the frame's argument ``words`` holds: buttons, the fold of the legend, messages, help for the keyboard."""
    return {
        "zoom_in": word("zoom_in", language),
        "zoom_out": word("zoom_out", language),
        "zoom_all": word("zoom_all", language),
        "failed": word("map_failed", language),
        "legend": word("mf_legend", language),
        "layer_failed": word("mf_layer_failed", language, name="{name}"),  # the frame puts the layer's name in
        "keys": word("mf_keys", language),
    }
