"""Layers that somebody wants to see: written as text, looked up among what a workspace has, told to the map and its legend.

A wanted layer is ``id`` or ``id:kind.kind`` with its opacity (0 to 1), bottom to top: ``("facility-medical:hospital.clinic", 0.9)``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from explorer.maps.legend import LegendBlock, overlay_block
from explorer.maps.overlay import Overlay, look_arguments
from explorer.words import Language, either, one_language, word

Wanted = tuple[str, float]


def parsed(identifier: str) -> tuple[str, tuple[str, ...]]:
    """A layer's id and the chosen kinds (empty: all) of ``id:kind.kind``.

    Examples
    --------
    >>> parsed("facility-medical:hospital.clinic"), parsed("stops")
    (('facility-medical', ('hospital', 'clinic')), ('stops', ()))
    """
    switch, _, kinds = identifier.partition(":")
    return switch, tuple(kind for kind in kinds.split(".") if kind)


def written(switch: str, kinds: Iterable[str] = ()) -> str:
    """``id:kind.kind``, the counterpart of :func:`parsed`.

    Examples
    --------
    >>> written("facility-medical", ("hospital", "clinic")), written("stops")
    ('facility-medical:hospital.clinic', 'stops')
    """
    chosen = ".".join(kinds)
    return f"{switch}:{chosen}" if chosen else switch


def wanted_of(text: str) -> list[Wanted]:
    """Layers as they stand in an address or a command: ``id~opacity`` divided by commas, opacity in per cent.

    What is no number counts as 100.

    Examples
    --------
    >>> wanted_of("base~80,stops:60_plus.30_59,zones~x")
    [('base', 0.8), ('stops:60_plus.30_59', 1.0), ('zones', 1.0)]
    """
    found = []
    for part in text.split(","):
        identifier, _, percent = part.strip().partition("~")
        if identifier:
            found.append((identifier, min(int(percent), 100) / 100 if percent.isdecimal() else 1.0))
    return found


def text_of(wanted: Sequence[Wanted]) -> str:
    """The counterpart of :func:`wanted_of`.

    Examples
    --------
    >>> text_of([("base", 0.8), ("stops:60_plus", 1.0)])
    'base~80,stops:60_plus'
    """
    return ",".join(
        identifier if opacity >= 1 else f"{identifier}~{round(100 * opacity)}" for identifier, opacity in wanted
    )


def by_switch(overlays: Iterable[Overlay]) -> dict[str, list[Overlay]]:
    """Overlays that are switched on and off together, in the order of the panel."""
    found: dict[str, list[Overlay]] = {}
    for overlay in overlays:
        found.setdefault(overlay.switch, []).append(overlay)
    return found


def chosen_layers(overlays: Iterable[Overlay], wanted: Sequence[Wanted]) -> list[tuple[Overlay, float]]:
    """The wanted layers that are there, with the chosen kinds only and their opacity; others are passed over."""
    known = by_switch(overlays)
    found = []
    for identifier, opacity in wanted:
        switch, kinds = parsed(identifier)
        for overlay in known.get(switch, []):
            chosen = overlay.of_kinds(kinds)
            if overlay.reason is None and (chosen.kinds or not overlay.kinds):
                found.append((chosen, min(max(float(opacity), 0.0), 1.0)))
    return found


def layer_argument(overlay: Overlay, opacity: float, language: Language) -> dict[str, Any]:
    """A layer as the map frame takes it, but for the address of its file (``url``)."""
    argument: dict[str, Any] = {
        "id": overlay.id,
        "kind": overlay.form,
        "opacity": opacity,
        "below": overlay.is_below,
        "looks": {kind.id: look_arguments(kind, either(kind.names, language)) for kind in overlay.kinds},
        "words": {"name": either(overlay.names, language), **_templates(overlay, language)},
    }
    return {**argument, "bounds": list(overlay.bounds)} if overlay.bounds else argument


def legend_blocks(overlays: Sequence[Overlay], language: Language) -> list[LegendBlock]:
    """A block of the legend for each layer, the topmost first; the quiet base below the colours has none."""
    return [overlay_block(overlay, language) for overlay in reversed(overlays) if not overlay.is_below]


def credit_lines(manifest: Mapping[str, Any], overlays: Sequence[Overlay], language: Language) -> list[str]:
    """Credit lines of what the layers show, each once."""
    wanted = {source for overlay in overlays for source in overlay.sources}
    used = [
        each
        for each in manifest.get("sources", [])
        if each.get("used", True) and {each.get("id"), each.get("kind")} & wanted
    ]
    lines = (one_language(str(each.get("credit", "")), language) for each in used)
    return [line for line in dict.fromkeys(lines) if line]


def saved_layers(chosen: Sequence[tuple[Overlay, float]], language: Language) -> list[dict[str, Any]]:
    """Layers for a saved map: their arguments, and the bytes of their file as ``content``."""
    return [{**layer_argument(part, opacity, language), "content": part.make()} for part, opacity in chosen]


def _templates(overlay: Overlay, language: Language) -> dict[str, str]:
    if overlay.id != "stops":
        return {}
    return {"departures": word("departures", language), "departures_unknown": word("departures_unknown", language)}
