"""The second map: another indicator, mode, age group or year, or the state after the scenario that was chosen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

import pandas as pd
import streamlit as st

from explorer.ui import navigation, selection
from explorer.ui.choice import Choice, Second
from explorer.ui.engine import opened_of
from explorer.ui.explore_view import TODAY, YEAR, View, second_view, shared_classes, stem_of
from explorer.ui.study import Study
from explorer.words import Language, either, word
from layers import catalogue

SCENARIO: Final = "scenario"
_WHAT: Final = "explore_second_what"
_ID: Final = "explore_second"


def years_of(study: Study, indicator: str) -> dict[int, str]:
    """The same indicator in other years: year → id, of those that have values; today's under the year of the people."""
    stem = stem_of(indicator)
    known = {member.id for family in study.families for member in family.members if study.is_known(member.id)}
    found = {int(other[2]): name for name in known if stem and (other := YEAR.fullmatch(name)) and other[1] == stem}
    year = study.manifest.get("population_year")
    if found and TODAY.get(stem) in known and year:
        found.setdefault(int(year), TODAY[stem])
    return dict(sorted(found.items())) if len(found) > 1 else {}


def choose_second(study: Study, choice: Choice) -> Second | None:
    """Draw the controls of the second map; None while it is off, or shows nothing yet."""
    language = choice.language
    st.session_state.setdefault("explore_two", False)
    if not st.toggle(word("xp_two", language), key="explore_two", help=word("xp_two_help", language)):
        return None
    years = years_of(study, choice.indicator.id)
    _from_link(study, years)
    whats = ["indicator", *(["year"] if years else []), SCENARIO]
    if st.session_state.get(_WHAT) not in whats:
        st.session_state[_WHAT] = "year" if years else "indicator"
    words = {name: word(f"xp_second_{name}", language) for name in whats}  # xp_second_indicator, _year, _scenario
    what = st.segmented_control(
        word("xp_second", language), whats, key=_WHAT, format_func=words.__getitem__, required=True
    )
    if what == SCENARIO:
        return Second(choice.indicator, choice.mode, choice.group, is_scenario=True)
    indicator = _year(study, choice, years) if what == "year" else _indicator(study, choice)
    modes = study.modes(indicator.id)
    mode = (
        _one_of(word("mode", language), modes, "explore_second_mode", choice.mode, catalogue.MODES, language)
        if modes
        else ""
    )
    groups = study.groups(indicator.id, mode)
    group = _one_of(word("group", language), groups, "explore_second_group", choice.group, catalogue.GROUPS, language)
    return Second(indicator, mode, group)


def view_of(study: Study, first: View, second: Second) -> View | None:
    """What the second map shows; where the scenario says nothing that can be shown, why, and None."""
    return _after(study, first) if second.is_scenario else second_view(study, first, second)


def _from_link(study: Study, years: dict[int, str]) -> None:
    """A link names the indicator only: whether that is another year is for the page to see."""
    wanted = st.session_state.get(_ID)
    if wanted == SCENARIO:
        st.session_state[_WHAT] = SCENARIO
        del st.session_state[_ID]
    elif wanted is not None and not study.is_known(str(wanted)):
        del st.session_state[_ID]
    elif wanted is not None and _WHAT not in st.session_state:
        by_id = {name: year for year, name in years.items()}
        st.session_state[_WHAT] = "year" if wanted in by_id else "indicator"
        if wanted in by_id:
            st.session_state["explore_second_year"] = by_id[wanted]


def _year(study: Study, choice: Choice, years: dict[int, str]) -> catalogue.Indicator:
    here = next((year for year, name in years.items() if name == choice.indicator.id), 0)
    if st.session_state.get("explore_second_year") not in years:
        st.session_state["explore_second_year"] = next((year for year in reversed(years) if year != here), here)
    year = st.selectbox(
        word("xp_year", choice.language), list(years), key="explore_second_year",
        format_func=lambda each: word("xp_year_option", choice.language, year=each),
    )  # fmt: skip
    return _found(study, years[int(year)])


def _indicator(study: Study, choice: Choice) -> catalogue.Indicator:
    language = choice.language
    offered = [member for family in study.families for member in family.members if study.is_known(member.id)]
    names = {
        member.id: word("xp_theme_indicator", language, theme=either(catalogue.THEMES[member.theme], language), name=either((member.ja, member.en), language))
        for member in sorted(offered, key=lambda member: list(catalogue.THEMES).index(member.theme))
    }  # fmt: skip
    if st.session_state.get(_ID) not in names:
        st.session_state[_ID] = choice.indicator.id if choice.indicator.id in names else next(iter(names))
        _differ(study, choice)
    picked = st.selectbox(word("indicator", language), list(names), key=_ID, format_func=names.__getitem__)
    return _found(study, str(picked))


def _differ(study: Study, choice: Choice) -> None:
    """Two equal maps say nothing: to begin with, another group of people where there is one, else another mode."""
    groups = [group for group in study.groups(choice.indicator.id, choice.mode) if group != choice.group]
    modes = [mode for mode in study.modes(choice.indicator.id) if mode != choice.mode]
    if groups:
        st.session_state["explore_second_group"] = "65_plus" if "65_plus" in groups else groups[0]
    elif modes:
        st.session_state["explore_second_mode"] = modes[0]


def _one_of(
    title: str, options: Sequence[str], key: str, usual: str, names: dict[str, tuple[str, str]], language: Language
) -> str:
    if st.session_state.get(key) not in options:
        st.session_state[key] = usual if usual in options else options[0]
    if len(options) == 1:
        return options[0]
    return str(st.selectbox(title, options, key=key, format_func=lambda each: either(names[each], language)))


def _found(study: Study, name: str) -> catalogue.Indicator:
    return next(member for family in study.families for member in family.members if member.id == name)


def _after(study: Study, first: View) -> View | None:
    from explorer.ui.what_if_link import draft_of

    choice, language = first.choice, first.choice.language
    text = selection.current().scenario
    draft = draft_of(study, text) if text else None
    if draft is None or not draft.edits:
        st.info(word("xp_no_scenario", language))
        navigation.page_link("what-if", word("xp_to_what_if", language))
        return None
    name = draft.name or word("xp_scenario", language)
    table, only_a_build = _effect(study.key, text, study, name)
    if choice.indicator.id in only_a_build:
        st.warning(word("xp_scenario_needs_build", language))
        return None
    rows = changed_rows(first.rows, table, choice.indicator.id, choice.mode, choice.group)
    return View(replace(choice), rows, shared_classes(first, choice, rows), scenario=name)


def changed_rows(rows: pd.DataFrame, table: pd.DataFrame, indicator: str, mode: str, group: str) -> pd.DataFrame:
    """Rows of a map with the values after a change; what the change cannot touch stays as it is.

    Parameters
    ----------
    table
        As :attr:`explorer.live_effect.Effect.indicators`.
    """
    asked = (table["indicator"] == indicator) & (table["mode"] == mode) & (table["group"] == group)
    after = table.loc[asked].set_index("area_code")["after"]
    changed = rows.copy()
    touched = changed["code"].isin(after.index)
    changed.loc[touched, "value"] = changed.loc[touched, "code"].map(after).astype(float)
    # Numbers of people behind a share are told by the effect as shares only; official values are of things as they are.
    share = (changed["numerator"] / changed["denominator"] * 100 - rows["value"]).abs() < 1e-6
    changed.loc[touched & share, "numerator"] = changed["value"] * changed["denominator"] / 100
    changed.loc[touched & ~share, ["numerator", "denominator"]] = float("nan")
    changed["official_value"] = float("nan")
    return changed


@st.cache_resource(max_entries=8, show_spinner=False)
def _effect(study_key: str, text: str, _study: Study, name: str) -> tuple[pd.DataFrame, frozenset[str]]:
    """Values of all indicators that a scenario touches, and those that only a build makes anew; kept by what it says."""
    from explorer.scenario import run_scenario
    from explorer.ui.what_if_link import draft_of

    del study_key
    draft = draft_of(_study, text)
    if draft is None:  # checked by who asks
        raise ValueError(text)
    result = run_scenario(opened_of(_study), draft.scenario(name))
    return result.effect.indicators, frozenset(indicator.id for indicator in result.only_a_build)
