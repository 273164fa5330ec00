"""How the numbers were made: places, nearest by street, modes with their speeds, regions, ranks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from explorer.documents.blocks import Block, Paragraph
from explorer.speed_text import speed_text
from explorer.words import either, joined, number, word
from layers.catalogue import MODES
from layers.measures import STRAIGHT

if TYPE_CHECKING:
    from explorer.profile.asked import Asked


def methods(asked: Asked, modes: Sequence[str]) -> tuple[Block, ...]:
    """What was counted how, and the speed of each mode that the document shows."""
    language = asked.language
    manifest = asked.opened.workspace.manifest
    halo = number(float(manifest["study_area"].get("halo_km") or 0), language)
    texts = [word("pf_method_places", language), word("pf_method_nearest", language, halo=halo)]
    texts.append(word("pf_method_region" if asked.is_region else "pf_method_rank", language, n=len(asked.study_codes)))
    points = [text for mode in modes if (text := _mode_text(asked, mode))]
    speeds = (Paragraph(word("pf_modes", language) + word("pf_missing_between", language).join(points), "note"),)
    return (Paragraph(joined(texts, language), "note"), *(speeds if points else ()))


def _mode_text(asked: Asked, mode: str) -> str:
    language = asked.language
    if mode == STRAIGHT:
        return word("pf_mode", language, name=either(MODES[mode], language), how=word("pf_straight_how", language))
    profile = asked.opened.conditions.profiles.get(mode)
    if profile is None:
        return ""
    has_signals = bool(asked.opened.workspace.manifest.get("has_signals"))
    how = speed_text(profile, language, has_signals=has_signals)
    return word("pf_mode", language, name=either(MODES[mode], language), how=how)
