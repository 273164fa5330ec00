"""The sidebar of the page Compare: which areas, which indicators, measured how, from which base."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Sequence
from html import escape
from pathlib import Path
from typing import Final

import streamlit as st

from explorer.comparison.areas import MOST
from explorer.comparison.compared import MAIN, MAIN_INDICATORS, usual_member
from explorer.completeness_text import completeness_share
from explorer.ui import blocks, selection
from explorer.ui.compare_choice import (
    AUTO,
    MEDIAN,
    MOST_INDICATORS,
    VIEWS,
    GivenRegion,
    Question,
    clean_name,
    from_parameters,
)
from explorer.ui.cooperate_text import names_of
from explorer.ui.selection import Selection
from explorer.ui.study import Study
from explorer.words import Language, either, number, one_language, word
from geodata.errors import ExplorerError
from geodata.kinds import CATEGORIES
from layers import catalogue

CODES: Final = "compare_codes"
GIVEN: Final = "compare_given"  # regions that were put together or opened
REGIONS: Final = "compare_regions"  # keys of those that are compared
INDICATORS: Final = "compare_indicators"
THEME: Final = "compare_theme"
MESSAGE: Final = "compare_message"
PAGE: Final = "compare"
_FOLLOWED: Final = "compare_followed"  # what came from other pages: kind → the value put into a list
_NEW: Final = "compare_new_codes"
_NEW_NAME: Final = "compare_new_name"
_REGION: Final = "cooperate_codes"
_USUAL_COUNT: Final = 6  # indicators that a theme begins with


def read_link(study: Study) -> None:
    """Take over what a new address says and what was chosen on the other pages since this one was seen."""
    towns = study.municipalities["code"].tolist()
    given = selection.read_address()
    if given:
        state, absent = from_parameters(given, towns, list(_known(study)))
        if selection.is_step_back(given):
            state = {CODES: [], REGIONS: []} | state
        st.session_state.update(state)
        if absent:
            tell("cmp_codes_absent", codes=" ".join(absent))
    is_whole = any(name in given for name in ("view", "areas", "regions", "indicators"))
    selection.arrive(PAGE, lambda news: None if is_whole else _take_over(study, news))
    for key in (CODES, GIVEN, REGIONS):
        st.session_state.setdefault(key, [])
    kept = [code for code in st.session_state[CODES] if code in towns]
    if kept != st.session_state[CODES]:
        st.session_state[CODES] = kept


def _take_over(study: Study, news: Selection) -> None:
    """The municipality and the region of another page beside what is compared here, its indicator among those shown.

    What came that way before gives place to it; what the user put in here stays.
    """
    names = names_of(study)
    followed: dict[str, str] = st.session_state.setdefault(_FOLLOWED, {})
    if news.area in names:
        _follow(CODES, "area", news.area, followed)
        st.session_state[CODES] = sorted(st.session_state[CODES])
    codes = tuple(code for code in news.region if code in names)
    if len(codes) > 1:
        region = GivenRegion(clean_name(str(st.session_state.get("cooperate_name", ""))), codes)
        st.session_state[GIVEN] = [each for each in st.session_state.get(GIVEN, []) if each.key != region.key] + [
            region
        ]
        _follow(REGIONS, "region", region.key, followed)
    known = _known(study)
    if news.indicator in known:
        if not st.session_state.get(INDICATORS):
            st.session_state[INDICATORS] = _usual(study, MAIN)
        if len(st.session_state[INDICATORS]) < MOST_INDICATORS or news.indicator in st.session_state[INDICATORS]:
            _follow(INDICATORS, "indicator", news.indicator, followed)
        st.session_state["compare_detail"] = news.indicator
    if news.mode in catalogue.MODES:
        st.session_state["compare_mode"] = news.mode
    if news.group in catalogue.GROUPS:
        st.session_state["compare_group"] = news.group


def _follow(key: str, name: str, value: str, followed: dict[str, str]) -> None:
    """Put a value at the end of a list, in place of the one that followed from another page before."""
    before = list(st.session_state.get(key, []))
    if value in before:
        return
    st.session_state[key] = [each for each in before if each != followed.get(name)] + [value]
    followed[name] = value


def tell_choice(question: Question) -> None:
    """Let the other pages know what was chosen here."""
    of_one = question.detail if question.view == "one" else ""
    changed = selection.noticed(PAGE, group=question.group, own_mode=question.mode, own_detail=of_one)
    if changed.get("own_mode", AUTO) != AUTO:
        selection.choose(mode=question.mode)
    if changed.get("own_detail"):
        selection.choose(indicator=of_one)


def tell(key: str, **values: object) -> None:
    """Say something at the head of the page after the next run."""
    st.session_state[MESSAGE] = (key, values)


def choose_areas(study: Study, language: Language) -> tuple[tuple[str, ...], tuple[GivenRegion, ...]]:
    """Controls of the areas; the municipalities ascending, the regions in the order they were added."""
    _title("cmp_choose_areas", language)
    names = names_of(study)
    labels = _town_labels(study, language)
    st.multiselect(
        word("cmp_towns", language), list(names), key=CODES, placeholder=word("cmp_towns_hint", language),
        format_func=lambda code: labels[code],
    )  # fmt: skip
    given = {region.key: region for region in st.session_state[GIVEN]}
    if given:
        st.session_state[REGIONS] = [key for key in st.session_state[REGIONS] if key in given]
        st.multiselect(
            word("cmp_regions", language), list(given), key=REGIONS, placeholder=word("cmp_regions_hint", language),
            format_func=lambda key: _region_label(given[key], names, language),
        )  # fmt: skip
    with st.expander(word("cmp_add_region", language)):
        _add_region(names, labels, language)
    regions = tuple(given[key] for key in st.session_state[REGIONS] if key in given)
    return tuple(sorted(st.session_state[CODES])), regions


def choose_indicators(study: Study, language: Language) -> tuple[str, ...]:
    """Controls of the indicators: a theme fills the list, which may then be changed at will."""
    _title("cmp_choose_indicators", language)
    entries = _known(study)
    if not entries:
        return ()
    themes = [MAIN, *dict.fromkeys(each.theme for each in entries.values())]
    if not [each for each in st.session_state.get(INDICATORS, []) if each in entries] and THEME not in st.session_state:
        st.session_state[INDICATORS] = _usual(study, MAIN)
    st.session_state[INDICATORS] = [each for each in st.session_state.get(INDICATORS, []) if each in entries]

    def fill() -> None:
        st.session_state[INDICATORS] = _usual(study, str(st.session_state[THEME]))

    _pick(
        word("cmp_theme", language), themes, THEME, default=MAIN, on_change=fill,
        label=lambda key: word("cmp_theme_main", language) if key == MAIN else either(catalogue.THEMES[key], language),
    )  # fmt: skip
    st.multiselect(
        word("cmp_indicators", language), list(entries), key=INDICATORS, max_selections=MOST_INDICATORS,
        placeholder=word("cmp_indicators_hint", language),
        format_func=lambda key: either((entries[key].ja, entries[key].en), language),
    )  # fmt: skip
    return tuple(st.session_state[INDICATORS])


def choose_question(
    study: Study, language: Language, codes: tuple[str, ...], regions: tuple[GivenRegion, ...], indicators: tuple[str, ...],
    view: str,
) -> Question:  # fmt: skip
    """Controls of means of travel, people and base."""
    modes = [mode for mode in catalogue.MODES if mode and any(mode in study.modes(each) for each in indicators)]
    mode = _pick(
        word("mode", language), [AUTO, *modes], "compare_mode", default=AUTO,
        label=lambda key: word("cmp_mode_auto", language) if key == AUTO else either(catalogue.MODES[key], language),
    )  # fmt: skip
    groups = [group for group in catalogue.GROUPS if any(group in study.groups(each, way)
              for each in indicators for way in study.modes(each))] or ["total"]  # fmt: skip
    group = _pick(
        word("group", language), groups, "compare_group", default="total",
        label=lambda key: either(catalogue.GROUPS[key], language), help_text=word("cmp_group_help", language),
    )  # fmt: skip
    names = names_of(study)
    bases = {code: word("name_and_code", language, name=names[code], code=code) for code in codes}
    bases |= {region.key: _region_label(region, names, language) for region in regions}
    base = _pick(
        word("cmp_base_choice", language), [MEDIAN, *bases], "compare_base", default=MEDIAN,
        label=lambda key: word("cmp_study_median", language) if key == MEDIAN else bases[key],
    )  # fmt: skip
    detail = str(st.session_state.get("compare_detail", ""))
    return Question(
        language, codes, regions, indicators, mode, group, base, view,
        detail if detail in indicators else next(iter(indicators), ""),
    )  # fmt: skip


def choose_view(language: Language) -> str:
    """The views as a row of buttons; only the chosen one is worked out."""
    return blocks.view_buttons(VIEWS, key="compare_view", label=word("cmp_views", language), language=language)


def begin_buttons(study: Study, language: Language) -> None:
    """Quick ways to a comparison where none is asked for yet."""
    names = names_of(study)
    region = [code for code in st.session_state.get(_REGION, []) if code in names]
    if len(region) > 1:
        st.button(
            word("cmp_begin_members", language, n=number(len(region), language)), key="compare_members_button",
            on_click=_set_codes, args=(region,),
        )  # fmt: skip
    if 1 < len(names) <= MOST:
        st.button(
            word("cmp_begin_all", language, n=number(len(names), language)), key="compare_all_button",
            on_click=_set_codes, args=(list(names),),
        )  # fmt: skip


def _known(study: Study) -> dict[str, catalogue.Indicator]:
    """Indicators of which some municipality has a value, by id, in the order of the catalogue."""
    return {member.id: member for family in study.families for member in family.members if study.is_known(member.id)}


def _usual(study: Study, theme: str) -> list[str]:
    known = _known(study)
    lacking = _lists_lack(study)
    if theme == MAIN:
        return [each for each in MAIN_INDICATORS if each in known and known[each].category not in lacking][
            :_USUAL_COUNT
        ]
    families = [family for family in study.families if family.theme == theme and study.has_values(family)]
    usual = [usual_member(family) for family in families]
    usual.sort(key=lambda each: not (each.threshold_m is not None and each.unit == "%" and each.better == "high"))
    whole = [each.id for each in usual if each.id in known and each.category not in lacking]
    return (whole or [each.id for each in usual if each.id in known])[:_USUAL_COUNT]


def _lists_lack(study: Study) -> set[str]:
    """Categories whose lists hold too few shops to say anything: they are compared only by those who ask for them."""
    return study.kept("lists_lack", lambda: _lacking(study))


def _lacking(study: Study) -> set[str]:
    towns = study.municipalities["code"].astype(str).tolist()
    shares = {name: completeness_share(study.completeness, name, towns) for name in CATEGORIES}
    return {name for name, share in shares.items() if share is not None and share.is_low}


def _town_labels(study: Study, language: Language) -> dict[str, str]:
    """Name, reading where there is one, and code: the box is searched by any of them."""
    table = study.municipalities
    readings = table["reading"].fillna("").astype(str)
    return {
        str(code): word("cmp_town_with_reading", language, name=name, reading=reading, code=code)
        if reading.strip()
        else word("name_and_code", language, name=name, code=code)
        for code, name, reading in zip(table["code"], table["name"], readings, strict=True)
    }


def _region_label(region: GivenRegion, names: dict[str, str], language: Language) -> str:
    name = region.name or "・".join(names[code] for code in region.codes[:2]) + ("…" if len(region.codes) > 2 else "")
    return word("cmp_region_label", language, name=name, n=len(region.codes))


def _add_region(names: dict[str, str], labels: dict[str, str], language: Language) -> None:
    st.session_state.setdefault(_NEW, [])
    st.session_state.setdefault(_NEW_NAME, "")
    st.multiselect(
        word("cmp_new_members", language), list(names), key=_NEW, placeholder=word("cmp_towns_hint", language),
        format_func=lambda code: labels[code],
    )  # fmt: skip
    st.text_input(word("cmp_new_name", language), key=_NEW_NAME, placeholder=word("cmp_new_name_hint", language))
    st.button(
        word("cmp_new_add", language), key="compare_new_button", width="stretch", on_click=_added,
        disabled=not st.session_state[_NEW],
    )  # fmt: skip
    region = tuple(sorted(code for code in st.session_state.get(_REGION, []) if code in names))
    if region:
        st.button(
            word("cmp_take_region", language, n=number(len(region), language)), key="compare_region_button",
            width="stretch", on_click=_add, args=(GivenRegion(clean_name(str(st.session_state.get("cooperate_name", ""))), region),),
        )  # fmt: skip
    st.file_uploader(
        word("cmp_file", language), type=["toml"], key="compare_upload", on_change=_uploaded, args=(names, language)
    )


def _added() -> None:
    codes = tuple(sorted(st.session_state[_NEW]))
    if codes:
        _add(GivenRegion(clean_name(str(st.session_state[_NEW_NAME])), codes))
        st.session_state[_NEW], st.session_state[_NEW_NAME] = [], ""


def _add(region: GivenRegion) -> None:
    given = [each for each in st.session_state.get(GIVEN, []) if each.key != region.key]
    st.session_state[GIVEN] = [*given, region]
    keys = [each for each in st.session_state.get(REGIONS, []) if each != region.key]
    st.session_state[REGIONS] = [*keys, region.key]


def _uploaded(names: dict[str, str], language: Language) -> None:
    from explorer.region_file import read_regions

    given = st.session_state.get("compare_upload")
    if given is None:
        return
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "region.toml"
        file.write_bytes(given.getvalue())
        try:
            regions = read_regions(file)
        except ExplorerError as error:
            tell("cmp_message", text=one_language(str(error).replace(str(file), given.name), language))
            return
    absent = sorted({code for region in regions for code in region.codes if code not in names})
    if absent:
        tell("cmp_codes_absent", codes=" ".join(absent))
    for region in regions:
        here = tuple(code for code in region.codes if code in names)
        name = region.name if language == "ja" or not region.name_en else region.name_en
        if here:
            _add(GivenRegion(clean_name(name), here))


def _set_codes(codes: Sequence[str]) -> None:
    st.session_state[CODES] = sorted(codes)


def _title(text: str, language: Language) -> None:
    st.html(f'<h2 class="side-title">{escape(word(text, language))}</h2>')


def _pick(
    title: str, options: Sequence[str], key: str, *, label: Callable[[str], str], default: str,
    help_text: str | None = None, on_change: Callable[[], None] | None = None,
) -> str:  # fmt: skip
    """One of several; keeps what was chosen where it is still on offer, else the default."""
    if st.session_state.get(key) not in options:
        st.session_state[key] = default if default in options else options[0]
    return str(st.selectbox(title, options, key=key, format_func=label, help=help_text, on_change=on_change))
