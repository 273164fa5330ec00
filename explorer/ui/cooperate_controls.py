"""The sidebar of the page Cooperate: which municipalities, which service, by what means, for whom."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Sequence
from html import escape
from pathlib import Path

import streamlit as st

from explorer.maps.place_layer import category_name
from explorer.ui import blocks, selection
from explorer.ui import cooperate_answers as answers
from explorer.ui.cooperate_choice import (
    MINUTES,
    TOWN,
    USUAL_METRES,
    USUAL_MINUTES,
    USUAL_MODE,
    VIEWS,
    YEAR,
    Question,
    from_parameters,
    limit_key,
    limit_text,
    limits_of,
    usual_service,
)
from explorer.ui.cooperate_medical import areas_given, choose_area, show_upload
from explorer.ui.engine import opened_of
from explorer.ui.selection import Selection
from explorer.ui.study import Study
from explorer.words import Language, either, one_language, word
from geodata.errors import ExplorerError
from layers import catalogue
from layers.measures import is_in_metres

PAGE = "cooperate"
CODES = "cooperate_codes"
MESSAGE = "cooperate_message"
_NAME = "cooperate_name"
_RULES = {"touching": "co_rule_touching", "minutes": "co_rule_minutes", "commuting": "co_rule_commuting"}
_MEDICAL = "medical"
_PERCENTS = ("5", "10", "15", "20", "25", "30")


def read_link(study: Study) -> None:
    """Take over what a new address says and what was chosen on the other pages since this one was seen."""
    known = study.municipalities["code"].tolist()
    given = selection.read_address()
    if given:
        state, absent = from_parameters(given, known)
        if selection.is_step_back(given):
            state = {CODES: []} | state
        st.session_state.update(state)
        if absent:
            tell("co_codes_absent", codes=" ".join(absent))
        if state.get(CODES):
            look_at_region()
    selection.arrive(PAGE, lambda news: _take_over(study, news, has_question="view" in given))
    st.session_state.setdefault(CODES, [])
    kept = [code for code in st.session_state[CODES] if code in known]
    if kept != st.session_state[CODES]:
        st.session_state[CODES] = kept


def _take_over(study: Study, news: Selection, *, has_question: bool) -> None:
    """The region of another page; the service of an indicator, the mode and the ages where this page has them."""
    known = set(study.municipalities["code"])
    region = sorted(code for code in news.region if code in known)
    if region and region != st.session_state.get(CODES):
        st.session_state[CODES] = region
        look_at_region()
    if news.area in st.session_state.get(CODES, []) and not has_question:
        st.session_state[TOWN] = news.area
    if has_question:
        return
    indicator = catalogue.indicators().get(news.indicator)
    if indicator is not None and indicator.category in study.services:
        st.session_state["cooperate_service"] = indicator.category
    service = st.session_state.get("cooperate_service", usual_service(study.services))
    if news.mode and service and study.has_measure(service, news.mode):
        st.session_state["cooperate_mode"] = news.mode
    if news.group in study.people_groups:
        st.session_state["cooperate_group"] = news.group
    if news.year is not None:
        st.session_state[YEAR] = str(news.year)  # left alone by the view where it has no such year


def tell_choice(codes: tuple[str, ...], question: Question | None) -> None:
    """Let the other pages know what was chosen here."""
    values: dict[str, object] = {"region": codes}
    if question is not None:
        values |= {"mode": question.mode, "group": question.group}
        values |= {"area": question.town} if question.town else {}
        year = str(st.session_state.get(YEAR) or "") if question.view == "future" else ""
        values |= {"year": int(year)} if year.isdecimal() else {}
    selection.noticed(PAGE, **values)


def tell(key: str, **values: object) -> None:
    """Say something above the map after the next run."""
    st.session_state[MESSAGE] = (key, values)


def look_at_region() -> None:
    """Let the map move to the region once."""
    st.session_state["cooperate_look"] = int(st.session_state.get("cooperate_look", 0)) + 1


def toggle(code: str) -> None:
    """Add a municipality to the region or take it out."""
    codes = list(st.session_state.get(CODES, []))
    st.session_state[CODES] = [each for each in codes if each != code] if code in codes else sorted([*codes, code])


def add(code: str) -> None:
    """Add a municipality to the region, and let the map show the whole of it."""
    codes = list(st.session_state.get(CODES, []))
    if code and code not in codes:
        st.session_state[CODES] = sorted([*codes, code])
        look_at_region()


def choose_region(study: Study, language: Language) -> tuple[str, ...]:
    """Controls of the region; returns its codes, ascending."""
    _title("co_choose_region", language)
    names = dict(zip(study.municipalities["code"], study.municipalities["name"], strict=True))
    st.multiselect(
        word("co_members", language), list(names), key=CODES, placeholder=word("co_members_hint", language),
        format_func=lambda code: word("name_and_code", language, name=names[code], code=code),
    )  # fmt: skip
    _presets(study, language)
    with st.expander(word("co_by_rule", language)):
        _rule(study, names, language)
    with st.expander(word("co_file", language)):
        _file(names, language)
    return tuple(sorted(st.session_state[CODES]))


def choose_question(study: Study, language: Language, codes: tuple[str, ...], view: str) -> Question | None:
    """Controls of service, means of travel, limit and people; None where the workspace has no service."""
    _title("co_choose_service", language)
    services = study.services
    if not services:
        st.caption(word("co_no_service", language))
        return None
    service = _pick(
        word("co_service", language), services, "cooperate_service", label=lambda key: category_name(key, language),
        default=usual_service(services),
    )  # fmt: skip
    modes = [mode for mode in catalogue.MODES if mode and study.has_measure(service, mode)]
    mode = _pick(
        word("mode", language), modes, "cooperate_mode", label=lambda key: either(catalogue.MODES[key], language),
        default=USUAL_MODE if USUAL_MODE in modes else "straight",
    )  # fmt: skip
    limit = _pick(
        word("co_limit", language), limits_of(mode), limit_key(mode), label=lambda key: limit_text(mode, key, language),
        default=USUAL_METRES if is_in_metres(mode) else USUAL_MINUTES,
    )  # fmt: skip
    groups = study.people_groups
    group = _pick(
        word("group", language), groups, "cooperate_group", label=lambda key: either(catalogue.GROUPS[key], language),
        default="total",
    )  # fmt: skip
    st.session_state.setdefault("cooperate_shows_sites", True)
    st.toggle(word("show_facilities", language), key="cooperate_shows_sites")
    town = str(st.session_state.get(TOWN, "")) if view == "near" else ""
    return Question(language, codes, service, mode, limit, group, view, town if town in codes else "")


def choose_view(language: Language) -> str:
    """The questions as a row of buttons; only the chosen one is worked out."""
    return blocks.view_buttons(VIEWS, key="cooperate_view", label=word("co_views", language), language=language)


def _presets(study: Study, language: Language) -> None:
    try:
        known = answers.presets(study)
    except Exception:  # noqa: BLE001 - without presets there are three other ways to a region
        known = []
    if not known:
        return

    def label(index: int) -> str:
        preset = known[index]
        return preset.name if language == "ja" or not preset.name_en else preset.name_en

    def chosen() -> None:
        index = st.session_state["cooperate_preset"]
        if index is None:
            return
        preset = known[index]
        _set_region(preset.codes, preset.name if language == "ja" or not preset.name_en else preset.name_en)
        absent = [name or code for code, name in preset.absent.items()]
        if absent:
            tell("co_preset_absent", names=word("comma", language).join(absent))
        st.session_state["cooperate_preset"] = None

    st.selectbox(
        word("co_preset", language), range(len(known)), index=None, key="cooperate_preset", format_func=label,
        placeholder=word("co_preset_hint", language), on_change=chosen,
    )  # fmt: skip


def _rule(study: Study, names: dict[str, str], language: Language) -> None:
    rules = [*_RULES, *([_MEDICAL] if areas_given(study) else [])]
    rule = _pick(
        word("co_rule", language), rules, "cooperate_rule", default="touching", help_text=word("co_medical_how", language),
        label=lambda key: word("co_rule_medical" if key == _MEDICAL else _RULES[key], language),
    )  # fmt: skip
    town = amount = ""
    if rule == _MEDICAL:
        amount = choose_area(study, language)
    elif rule == "touching":
        st.caption(word("co_rule_touching_hint", language))
    else:
        start = next(iter(st.session_state[CODES]), next(iter(names), ""))
        town = _pick(
            word("co_rule_town", language), list(names), "cooperate_rule_town",
            label=lambda code: word("name_and_code", language, name=names[code], code=code), default=start,
        )  # fmt: skip
    if rule == "minutes":
        amount = _pick(
            word("co_rule_within", language), MINUTES, "cooperate_rule_minutes", default="30",
            label=lambda key: word("co_minutes_option", language, minutes=key),
        )  # fmt: skip
    elif rule == "commuting":
        amount = _pick(
            word("co_rule_share", language), _PERCENTS, "cooperate_rule_percent", default="10",
            label=lambda key: word("co_percent_option", language, percent=key),
        )  # fmt: skip
    st.button(
        word("co_rule_apply", language), key="cooperate_rule_button", width="stretch",
        on_click=_by_rule, args=(study, rule, town, amount, language),
    )  # fmt: skip
    show_upload(study, language, tell)


def _by_rule(study: Study, rule: str, town: str, amount: str, language: Language) -> None:
    try:
        from explorer import region_rules as rules

        opened = opened_of(study)
        if rule == "touching":
            codes = list(st.session_state.get(CODES, []))
            if not codes:
                tell("co_rule_needs_region")
                return
            found = rules.touching(opened, codes)
        elif rule == _MEDICAL:
            found = areas_given(study)[int(amount)]
            if found.absent:
                tell("co_codes_absent", codes=" ".join(found.absent))
        elif rule == "minutes":
            found = rules.within_minutes(opened, town, float(amount))
        else:
            found = rules.commuting(opened, town, float(amount))
    except ExplorerError as error:
        tell("co_message", text=one_language(str(error), language))
        return
    _set_region(found.codes, found.name if language == "ja" or not found.name_en else found.name_en)


def _file(names: dict[str, str], language: Language) -> None:
    st.file_uploader(
        word("co_file_open", language),
        type=["toml"],
        key="cooperate_upload",
        on_change=_uploaded,
        args=(names, language),
    )
    codes = sorted(st.session_state[CODES])
    st.session_state.setdefault(_NAME, "")
    name = st.text_input(word("co_region_name", language), key=_NAME, placeholder=word("co_region_name_hint", language))
    st.download_button(
        word("co_file_save", language), lambda: _region_file(names, codes, name), "region.toml", "application/toml",
        on_click="ignore", disabled=not codes, key="cooperate_region_download", width="stretch",
        help=word("co_file_save_help", language),
    )  # fmt: skip


def _region_file(names: dict[str, str], codes: Sequence[str], name: str) -> bytes:
    from explorer.region_file import SavedRegion, regions_text

    members = {code: str(names[code]) for code in codes}
    return regions_text([SavedRegion(name or "・".join(members.values()), codes=list(codes), names=members)]).encode()


def _uploaded(names: dict[str, str], language: Language) -> None:
    from explorer.region_file import read_region

    given = st.session_state.get("cooperate_upload")
    if given is None:
        return
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "region.toml"
        file.write_bytes(given.getvalue())
        try:
            region = read_region(file)
        except ExplorerError as error:
            text = str(error).replace(str(file), given.name)
            tell("co_message", text=one_language(text, language))
            return
    here = [code for code in region.codes if code in names]
    absent = [f"{region.names.get(code, '')}{code}" for code in region.codes if code not in names]
    if absent:
        tell("co_codes_absent", codes=" ".join(absent))
    if here:
        _set_region(here, region.name if language == "ja" or not region.name_en else region.name_en)


def _set_region(codes: Sequence[str], name: str) -> None:
    st.session_state[CODES] = sorted(codes)
    st.session_state[_NAME] = name
    look_at_region()


def _title(text: str, language: Language) -> None:
    st.html(f'<h2 class="side-title">{escape(word(text, language))}</h2>')


def _pick(
    title: str,
    options: Sequence[str],
    key: str,
    *,
    label: Callable[[str], str],
    default: str,
    help_text: str | None = None,
) -> str:
    """One of several; keeps what was chosen where it is still on offer, else the default, else the first."""
    if st.session_state.get(key) not in options:
        st.session_state[key] = default if default in options else options[0]
    return str(st.selectbox(title, options, key=key, format_func=label, help=help_text))
