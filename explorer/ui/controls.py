"""The sidebar: theme, indicator, threshold, mode, age group, and how the map is drawn."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from html import escape

import streamlit as st

from explorer.maps.classes import SCHEMES
from explorer.ui.choice import BASE_MAPS, DEFAULT_INDICATORS, DEFAULT_OPACITY, OPACITIES, Choice, from_parameters
from explorer.ui.study import Family, Study
from explorer.words import LANGUAGES, Language, either, number, word
from layers import catalogue

TILE_HOSTS = {"gsi": "cyberjapandata.gsi.go.jp", "osm": "tile.openstreetmap.org"}


def read_link(study: Study) -> None:
    """Once per session: take over what the address bar says."""
    if "link_read" in st.session_state:
        return
    st.session_state["link_read"] = True
    state = from_parameters(st.query_params.to_dict())
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


def choose(study: Study, language: Language) -> Choice:
    """Draw the sidebar and return what is chosen; every control offers only what the workspace has."""
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
    _title("map_settings", language)
    has_places = study.has_measure(indicator.category, mode)
    return Choice(
        language,
        indicator,
        mode,
        group,
        shows_places=_switch(
            "show_places", "shows_places", language, disabled=not has_places,
            hint="" if has_places else word("show_places_missing", language),
        ) and has_places,
        shows_facilities=_switch("show_facilities", "shows_facilities", language),
        shows_stops=_switch("show_stops", "shows_stops", language),
        **_drawing(language),  # type: ignore[arg-type]
    )  # fmt: skip


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
    by_id = {family.id: family for family in families if family.theme == theme}
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
        word("threshold", language),
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


def _drawing(language: Language) -> dict[str, object]:
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
        label=lambda key: f"{key} %",
        default=DEFAULT_OPACITY,
        how="segments",
    )
    base_map = _pick(
        word("base_map", language), list(BASE_MAPS), "base_map", label=lambda key: word(f"base_{key}", language),
        default="none",
    )  # fmt: skip
    if base_map != "none":
        st.caption(word("base_online_note", language, host=TILE_HOSTS[base_map]))
    return {"scheme": scheme, "opacity": int(opacity), "base_map": base_map}


def _title(text: str, language: Language) -> None:
    st.html(f'<h2 class="side-title">{escape(word(text, language))}</h2>')


def _switch(text: str, key: str, language: Language, *, disabled: bool = False, hint: str = "") -> bool:
    st.session_state.setdefault(key, False)
    return bool(st.toggle(word(text, language), key=key, disabled=disabled, help=hint or None))


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
