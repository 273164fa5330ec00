"""The sidebar: theme, indicator, threshold, mode, age group, and how the map is drawn."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from html import escape

import streamlit as st

from explorer.families import Family
from explorer.maps.classes import SCHEMES
from explorer.ui import map_layers
from explorer.ui.choice import (
    BASE_MAPS,
    DEFAULT_INDICATORS,
    DEFAULT_OPACITY,
    OPACITIES,
    OWN_BASE,
    Choice,
    ReachChoice,
    Second,
    from_parameters,
)
from explorer.ui.explore_layers import choose_layers
from explorer.ui.explore_search import AT, GO_TO_POINT
from explorer.ui.selection import Selection
from explorer.ui.study import Study
from explorer.words import LANGUAGES, Language, either, number, word
from layers import catalogue

TILE_HOSTS = {"gsi": "cyberjapandata.gsi.go.jp", "osm": "tile.openstreetmap.org"}


def read_link(study: Study, given: Mapping[str, str]) -> None:
    """Take over what a new address says; nothing where it is the one that this session wrote."""
    if given:
        state = from_parameters(given)
        st.session_state[GO_TO_POINT] = state.get(AT) is not None
        _show(study, state)


def take(study: Study, news: Selection) -> None:
    """Take over what was chosen on other pages; an indicator that is not in this workspace is passed over."""
    state: dict[str, object] = {}
    if news.indicator in {member.id for family in study.families for member in family.members}:
        state["indicator"] = news.indicator
    state |= {name: value for name in ("mode", "group", "area") if (value := getattr(news, name))}
    _show(study, state)


def _show(study: Study, state: dict[str, object]) -> None:
    indicator = str(state.get("indicator", ""))
    for family in study.families:
        if indicator in {member.id for member in family.members}:
            state |= {"theme": family.theme, "family": family.id}
    st.session_state.update(state)


def choose_language() -> Language:
    """Switch between Japanese and English."""
    language = _pick(
        "言語 / Language",
        list(LANGUAGES),
        "language",
        label=lambda key: LANGUAGES["en" if key == "en" else "ja"],
        default="ja",
        how="segments",
    )
    return "en" if language == "en" else "ja"


def choose(
    study: Study, language: Language, *, extra: Callable[[Study, Choice], tuple[Second | None, ReachChoice | None]]
) -> tuple[Choice, Second | None, ReachChoice | None]:
    """Draw the sidebar and return what is chosen; every control offers only what the workspace has.

    Parameters
    ----------
    extra
        Draws what stands between the layers and the look of the map, knowing what is chosen above.
    """
    _title("choose_indicator", language)
    indicator = _choose_indicator(study, language)
    modes = study.modes(indicator.id)
    mode = modes[0]
    if len(modes) > 1:
        mode = _pick(
            word("mode", language), modes, "mode", label=lambda key: either(catalogue.MODES[key], language),
            default="walk",
        )  # fmt: skip
    groups = study.groups(indicator.id, mode)
    group = _pick(
        word("group", language),
        groups,
        "group",
        label=lambda key: either(catalogue.GROUPS[key], language),
        default="total",
    )
    layers = choose_layers(study, language, has_places=study.can_draw(indicator, mode))
    second_place = st.container()
    drawing = _drawing(study, language)
    choice = Choice(language, indicator, mode, group, layers=layers, **drawing)  # type: ignore[arg-type]
    with second_place:
        return choice, *extra(study, choice)


def _choose_indicator(study: Study, language: Language) -> catalogue.Indicator:
    families = study.families
    start = _default_family(study)
    themes = list(dict.fromkeys(family.theme for family in families))
    theme = _pick(
        word("theme", language),
        themes,
        "theme",
        label=lambda key: either(catalogue.THEMES[key], language),
        default=start.theme,
    )
    of_theme = [family for family in families if family.theme == theme]
    # What has no value anywhere comes last: it is there to say why, not to be found first.
    by_id = {family.id: family for family in sorted(of_theme, key=lambda family: not study.has_values(family))}
    name = _pick(
        word("indicator", language),
        list(by_id),
        "family",
        label=lambda key: _family_label(study, by_id[key], language),
        default=start.id,
    )
    family = by_id[name]
    members = {member.id: member for member in family.members}
    if len(members) == 1:
        return family.members[0]
    chosen = _pick(
        word("threshold" if family.members[0].threshold_m is not None else "variant", language),
        list(members),
        "indicator",
        label=lambda key: _threshold_label(family, members[key], language),
        default=_usual_threshold(family),
    )
    return members[chosen]


def _threshold_label(family: Family, member: catalogue.Indicator, language: Language) -> str:
    if member.threshold_m is None:
        return family.variant(member, language)
    return word("threshold_option", language, metres=number(member.threshold_m, language))


def _usual_threshold(family: Family) -> str:
    """The limit chosen before where the family has it, so that 500 m stays 500 m on a change of service.

    Else the handbooks' usual one: 800 m, or the shortest where 800 m is not among them (300 m for bus stops).
    """
    before = catalogue.indicators().get(str(st.session_state.get("indicator") or ""))
    by_metres = {member.threshold_m: member.id for member in family.members if member.threshold_m is not None}
    if not by_metres:
        return family.members[0].id
    wanted = before.threshold_m if before is not None else None
    shortest = by_metres[min(by_metres)]
    return by_metres.get(wanted or 800) or by_metres.get(800, shortest)


def _family_label(study: Study, family: Family, language: Language) -> str:
    name = family.name(language)
    return name if study.has_values(family) else word("option_no_data", language, name=name)


def _default_family(study: Study) -> Family:
    """What the first page shows: daily shopping where the lists of shops are whole, else the next service that is."""
    filled = [family for family in study.families if study.has_values(family)]
    whole = [family for family in filled if not study.kinds_counted(family.members[0].category)[1]]
    for wanted in DEFAULT_INDICATORS:
        for family in whole:
            if wanted in {member.id for member in family.members}:
                return family
    return (filled or study.families)[0]


def _drawing(study: Study, language: Language) -> dict[str, object]:
    _title("map_settings", language)
    scheme = _pick(
        word("scheme", language),
        list(SCHEMES),
        "scheme",
        label=lambda key: word(f"scheme_{key}", language),
        default="fixed",
    )
    # Four steps in buttons: Streamlit's slider costs the first page a third of a second of script.
    opacity = _pick(
        word("opacity", language),
        OPACITIES,
        "opacity",
        label=lambda key: f"{key}%",
        default=DEFAULT_OPACITY,
        how="segments",
    )
    has_base = any(offer.id == "base" and offer.is_there for offer in map_layers.available(study, language))
    names = {name: word(f"base_{name}", language) for name in BASE_MAPS} | {
        OWN_BASE: word("xp_base_workspace", language)
    }
    options = ["none", *([OWN_BASE] if has_base else []), *BASE_MAPS[1:]]
    base_map = _pick(word("base_map", language), options, "base_map", label=names.__getitem__, default="none")
    if base_map in TILE_HOSTS:
        st.caption(word("base_online_note", language, host=TILE_HOSTS[base_map]))
    return {"scheme": scheme, "opacity": int(opacity), "base_map": base_map}


def _title(text: str, language: Language) -> None:
    st.html(f'<h2 class="side-title">{escape(word(text, language))}</h2>')


def _pick(
    title: str, options: Sequence[str], key: str, *, label: Callable[[str], str], default: str, how: str = "list"
) -> str:
    """One of several; keeps what was chosen where it is still on offer, else the default, else the first."""
    if st.session_state.get(key) not in options:
        st.session_state[key] = default if default in options else options[0]
    if how == "segments":
        picked = st.segmented_control(
            title,
            options,
            key=key,
            format_func=label,
            required=True,
            label_visibility="collapsed" if key == "language" else "visible",
        )
    else:
        picked = st.selectbox(title, options, key=key, format_func=label)
    return str(picked if picked is not None else options[0])
