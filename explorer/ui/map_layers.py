"""The layers of the map: what a workspace offers, and what the map frame and the legend are told of those that are wanted.

A wanted layer is written ``id`` or ``id:kind.kind`` with its opacity (0 to 1), bottom to top: ``("facility-medical:hospital.clinic",
0.9)``. That is also how it stands in an address.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from explorer.maps.layer_choice import (
    Wanted,
    by_switch,
    chosen_layers,
    credit_lines,
    layer_argument,
    legend_blocks,
    parsed,
    text_of,
    wanted_of,
    written,
)
from explorer.maps.layer_choice import saved_layers as layers_with_content
from explorer.maps.legend import LegendBlock, legend_blocks_html
from explorer.maps.overlay import Overlay
from explorer.maps.overlays import overlays_of
from explorer.ui.served import served
from explorer.ui.study import Study
from explorer.words import Language, either, word

__all__ = [
    "KindOffer", "LayerOffer", "Wanted", "arguments", "available", "credits_of", "legend_of", "legend_rows", "parsed", "saved_layers",
    "text_of", "wanted_of", "written",
]  # fmt: skip

_KEPT: Final[dict[str, tuple[Overlay, ...]]] = {}
_MOST_KEPT: Final = 4  # workspaces: the one in use, and those it was rebuilt from while somebody still looks at them
_LOCK: Final = threading.Lock()


@dataclass(frozen=True)
class KindOffer:
    """A kind of thing on a layer: its id, its name, and how many there are (None: not counted)."""

    id: str
    title: str
    count: int | None


@dataclass(frozen=True)
class LayerOffer:
    """A layer for the panel.

    Parameters
    ----------
    id
        Stays the same over workspaces; stands in addresses.
    title, group_title
        In the language asked for.
    group
        One of :data:`explorer.maps.overlay.GROUPS`, in that order.
    kinds
        What it consists of; a layer of one kind has no choice of kinds to show.
    credit
        Credit line of its sources.
    reason
        Why the workspace cannot show it; empty where it can.
    note
        What the reader must know of it; may be empty.
    """

    id: str
    title: str
    group: str
    group_title: str
    kinds: tuple[KindOffer, ...]
    credit: str
    reason: str
    note: str

    @property
    def is_there(self) -> bool:
        """Whether it can be shown."""
        return not self.reason


def available(study: Study, language: Language) -> list[LayerOffer]:
    """Every layer that the program knows, in the order of the panel; those that this workspace lacks say why."""
    offers: list[LayerOffer] = []
    for switch, parts in by_switch(_overlays(study)).items():
        there = [part for part in parts if part.reason is None]
        shown = there or parts[:1]
        kinds = {kind.chosen_as: kind for part in there for kind in part.choices()}
        offers.append(
            LayerOffer(
                id=switch,
                title=_title(switch, shown[0], language),
                group=shown[0].group,
                group_title=group_title(shown[0].group, language),
                kinds=tuple(KindOffer(name, either(kind.names, language), kind.count) for name, kind in kinds.items()),
                credit=" | ".join(credit_lines(study.manifest, there, language)),
                reason="" if there else either(parts[0].reason or ("", ""), language),
                note=" ".join(either(part.note, language) for part in there if part.note),
            )
        )
    return offers


def arguments(study: Study, wanted: Sequence[Wanted], language: Language) -> list[dict[str, Any]]:
    """What the map frame draws for the wanted layers, bottom to top; unknown and absent layers are passed over."""
    return [
        {**layer_argument(part, opacity, language), "url": served(_file_name(study, part), part.make)}
        for part, opacity in _chosen(study, wanted)
    ]


def legend_rows(study: Study, wanted: Sequence[Wanted], language: Language) -> list[LegendBlock]:
    """A block of the legend for each wanted layer, the topmost first; the quiet base below the colours has none."""
    return legend_blocks([part for part, _ in _chosen(study, wanted)], language)


def legend_of(study: Study, wanted: Sequence[Wanted], language: Language) -> str:
    """The blocks of :func:`legend_rows` as HTML, everything escaped; empty without layers."""
    return legend_blocks_html(legend_rows(study, wanted, language))


def credits_of(study: Study, wanted: Sequence[Wanted], language: Language) -> list[str]:
    """Credit lines of what the wanted layers show, each once."""
    return credit_lines(study.manifest, [part for part, _ in _chosen(study, wanted)], language)


def saved_layers(study: Study, wanted: Sequence[Wanted], language: Language) -> list[dict[str, Any]]:
    """The same layers for a saved map: like :func:`arguments`, with the files' bytes (``content``) in place of addresses."""
    return layers_with_content(_chosen(study, wanted), language)


def group_title(group: str, language: Language) -> str:
    """Heading of a group of layers."""
    titles = {
        "base": word("ml_group_base", language),
        "transport": word("ml_group_transport", language),
        "facilities": word("ml_group_facilities", language),
        "zones": word("ml_group_zones", language),
        "hazards": word("ml_group_hazards", language),
        "digital": word("ml_group_digital", language),
    }
    return titles[group]


def _title(switch: str, part: Overlay, language: Language) -> str:
    return word("ml_base", language) if switch == "base" else either(part.names, language)


def _overlays(study: Study) -> tuple[Overlay, ...]:
    with _LOCK:
        if study.key not in _KEPT:
            while len(_KEPT) >= _MOST_KEPT:
                del _KEPT[next(iter(_KEPT))]
            _KEPT[study.key] = tuple(overlays_of(study.workspace))
        return _KEPT[study.key]


def _chosen(study: Study, wanted: Sequence[Wanted]) -> list[tuple[Overlay, float]]:
    return chosen_layers(_overlays(study), wanted)


def _file_name(study: Study, part: Overlay) -> str:
    return f"{study.key}-layer-{part.id}.{'png' if part.form == 'picture' else 'json'}"
