"""The layers of the map in the sidebar: several at once, their order, opacity and kinds; what is absent says why."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from html import escape
from typing import TYPE_CHECKING, Final

import streamlit as st

from explorer.ui import map_layers
from explorer.ui.blocks import label
from explorer.ui.choice import COUNTED, LAYER_OPACITIES, PLACES, LayerChoice
from explorer.words import Language, number, word
from geodata.kinds import CATEGORIES, KINDS

if TYPE_CHECKING:
    from explorer.ui.choice import Choice
    from explorer.ui.map_layers import LayerOffer
    from explorer.ui.study import Study

STATE: Final = "explore_layers"  # LayerChoice, bottom to top
_IDS: Final = "explore_layer_ids"
_AREAS: Final = frozenset({"zones", "hazards", "coverage", "speeds"})  # under which the colours must stay in sight
_BASE: Final = "base"  # chosen as a base map
_USUAL_AREA_OPACITY: Final = 80


def chosen_layers() -> tuple[LayerChoice, ...]:
    """The layers of the session, bottom to top."""
    return tuple(layer for layer in st.session_state.get(STATE, ()) if isinstance(layer, LayerChoice))


def choose_layers(study: Study, language: Language, *, has_places: bool) -> tuple[LayerChoice, ...]:
    """Draw the panel and return the layers that are wanted and there, bottom to top.

    Parameters
    ----------
    has_places
        Whether the indicator has a result per place.
    """
    offers = [offer for offer in map_layers.available(study, language) if offer.id != _BASE]
    there = {offer.id: offer for offer in offers if offer.is_there}
    titles = {PLACES: word("xp_places", language), COUNTED: word("xp_counted", language)}
    titles |= {name: offer.title for name, offer in there.items()}
    groups = {name: offer.group_title for name, offer in there.items()}
    options = [*([PLACES] if has_places else []), COUNTED, *there]
    _keep(options)
    st.multiselect(
        word("xp_layers", language), options, key=_IDS, placeholder=word("xp_layers_hint", language), on_change=_chosen,
        format_func=lambda name: _option(titles[name], groups.get(name, ""), language), select_all=False,
    )  # fmt: skip
    layers = [layer for layer in chosen_layers() if layer.id in options]
    with st.container(key="explore_layer_rows", gap="xxsmall"):
        for layer in reversed(layers):
            _row(layer, titles[layer.id], there.get(layer.id), language, count=len(layers))
    absent = [(offer.title, offer.reason) for offer in offers if not offer.is_there]
    if not has_places:
        absent.insert(0, (titles[PLACES], word("show_places_missing", language)))
    _tell_absent(absent, language)
    return tuple(layer for layer in chosen_layers() if layer.id in options)


def _option(title: str, group: str, language: Language) -> str:
    return word("xp_layer_option", language, name=title, group=group) if group not in {"", title} else title


def wanted_of(choice: Choice) -> list[map_layers.Wanted]:
    """What the layers of a choice are called where they are drawn, bottom to top; the picture of places is not among them."""
    found: list[map_layers.Wanted] = [(_BASE, 1.0)] if choice.base_map == "workspace" else []
    for layer in choice.layers:
        if layer.id != PLACES:
            found += layer_wanted(layer, choice.indicator.category)
    return found


def layer_wanted(layer: LayerChoice, category: str | None) -> list[map_layers.Wanted]:
    """A layer as :mod:`explorer.ui.map_layers` calls it; facilities of an indicator are those of the kinds that it counts."""
    share = layer.opacity / 100
    if layer.id != COUNTED:
        return [(map_layers.written(layer.id, layer.kinds), share)]
    if category in {"station", "stop", "stop30"}:
        return [("stations" if category == "station" else "stops", share)]
    kinds = CATEGORIES[category].kinds if category in CATEGORIES else tuple(KINDS)
    services = dict.fromkeys(KINDS[kind].service for kind in kinds)
    return [
        (map_layers.written(f"facility-{service}", [kind for kind in kinds if KINDS[kind].service == service]), share)
        for service in services
    ]


def _keep(options: Sequence[str]) -> None:
    """Before the list of layers is drawn: what it holds is what is chosen, whoever chose it."""
    st.session_state[STATE] = list(chosen_layers())
    st.session_state[_IDS] = [layer.id for layer in chosen_layers() if layer.id in options]


def _chosen() -> None:
    ids = list(st.session_state[_IDS])
    kept = [layer for layer in chosen_layers() if layer.id in ids]
    known = {layer.id for layer in kept}
    st.session_state[STATE] = kept + [
        LayerChoice(name, opacity=_USUAL_AREA_OPACITY if name in _AREAS else 100) for name in ids if name not in known
    ]


def _row(layer: LayerChoice, title: str, offer: LayerOffer | None, language: Language, *, count: int) -> None:
    """One layer: its settings behind its name, and two buttons for its place in the order."""
    position = [each.id for each in chosen_layers()].index(layer.id)
    with st.container(
        horizontal=True, wrap=False, vertical_alignment="center", gap="xxsmall", key=f"explore_layer_row_{layer.id}"
    ):
        shown = title if layer.opacity == 100 else word("xp_layer_faded", language, name=title, share=layer.opacity)
        with st.popover(label(shown), width="stretch", help=word("xp_layer_settings", language)):
            _settings(layer, offer, language)
        for step, sign, text in ((1, "↑", "xp_layer_up"), (-1, "↓", "xp_layer_down")):
            st.button(
                sign, key=f"explore_layer_{text}_{layer.id}_button", help=_up_or_down(text, title, language), on_click=_move,
                args=(layer.id, step), disabled=count < 2 or not 0 <= position + step < len(chosen_layers()),
            )  # fmt: skip


def _up_or_down(text: str, title: str, language: Language) -> str:
    key_up, key_down = word("xp_layer_up", language, name=title), word("xp_layer_down", language, name=title)
    return label(key_up if text == "xp_layer_up" else key_down)


def _settings(layer: LayerChoice, offer: LayerOffer | None, language: Language) -> None:
    key = f"explore_opacity_{layer.id}"
    st.session_state[key] = min(LAYER_OPACITIES, key=lambda each: abs(each - layer.opacity))
    st.segmented_control(
        word("opacity", language), LAYER_OPACITIES, key=key, format_func=lambda share: f"{share} %", required=True,
        on_change=_set, args=(layer.id, key, "opacity"),
    )  # fmt: skip
    if offer is None:
        return
    if len(offer.kinds) > 1:
        counts = {kind.id: kind for kind in offer.kinds}
        kinds_key = f"explore_kinds_{layer.id}"
        st.session_state[kinds_key] = [kind for kind in layer.kinds if kind in counts]
        st.pills(
            word("xp_kinds", language), list(counts), selection_mode="multi", key=kinds_key, on_change=_set,
            args=(layer.id, kinds_key, "kinds"), help=word("xp_kinds_help", language),
            format_func=lambda name: label(_kind_text(counts[name], language)),
        )  # fmt: skip
    if offer.note:
        st.html(f'<div class="block-note">{escape(offer.note)}</div>')


def _kind_text(kind: map_layers.KindOffer, language: Language) -> str:
    return kind.title if kind.count is None else f"{kind.title} {number(kind.count, language)}"


def _tell_absent(absent: Sequence[tuple[str, str]], language: Language) -> None:
    if not absent:
        return
    rows = "".join(f"<dt>{escape(title)}</dt><dd>{escape(reason)}</dd>" for title, reason in absent)
    head = escape(word("xp_layers_absent", language, n=len(absent)))
    st.html(f'<details class="xp-absent"><summary>{head}</summary><dl>{rows}</dl></details>')


def _move(name: str, step: int) -> None:
    layers = list(chosen_layers())
    at = [layer.id for layer in layers].index(name)
    to = at + step
    if 0 <= to < len(layers):
        layers[at], layers[to] = layers[to], layers[at]
    st.session_state[STATE] = layers


def _set(name: str, key: str, what: str) -> None:
    value = st.session_state[key]
    change: dict[str, Callable[[LayerChoice], LayerChoice]] = {
        "opacity": lambda layer: replace(layer, opacity=int(value)),
        "kinds": lambda layer: replace(layer, kinds=tuple(value or ())),
    }
    st.session_state[STATE] = [change[what](layer) if layer.id == name else layer for layer in chosen_layers()]
