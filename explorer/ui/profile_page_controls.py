"""The sidebar of the page Profile: which municipality or region, with which scenario; and what a link says of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import streamlit as st

from explorer.ui import selection
from explorer.ui.cooperate_text import names_of
from explorer.ui.profile_page_answers import Asked
from explorer.ui.what_if_bench import bench_of, letter_name, tell
from explorer.ui.what_if_link import link_text, take_up
from explorer.words import Language, number, word
from geodata.codes import municipality_code, rolled_up

if TYPE_CHECKING:
    from explorer.ui.selection import Selection
    from explorer.ui.study import Study
    from explorer.ui.what_if_state import Draft

CODES: Final = "profile_codes"
SCENARIO: Final = "profile_scenario"  # key of the draft whose effect is told; empty for none
_REGION: Final = "cooperate_codes"
PAGE: Final = "profile"
_ABOUT: Final = "about"  # parameter of an address: codes of the profile, where they are not the region or area chosen
NOW: Final = ""


def read_link(study: Study) -> None:
    """Take over what a new address says and what was chosen on the other pages since this one was seen."""
    known = names_of(study)
    given = selection.read_address()
    about = _codes(given.get(_ABOUT, ""), known)
    if about:
        st.session_state[CODES] = about
    elif selection.is_step_back(given):
        st.session_state[CODES] = []
    if selection.is_step_back(given) and not given.get("scenario"):
        st.session_state[SCENARIO] = NOW
    selection.arrive(PAGE, lambda news: _take_over(study, known, news, has_codes=bool(about)))
    if CODES not in st.session_state:
        area = st.session_state.get("area")
        st.session_state[CODES] = [area] if area in known else list(st.session_state.get(_REGION, []))
    kept = [code for code in st.session_state[CODES] if code in known]
    if kept != st.session_state[CODES]:
        st.session_state[CODES] = kept


def choose(study: Study, language: Language) -> Asked:
    """Controls of area and scenario; what is asked for may be about no municipality yet."""
    names = names_of(study)
    st.multiselect(
        word("pp_area", language), list(names), key=CODES, placeholder=word("pp_area_hint", language),
        format_func=lambda code: word("name_and_code", language, name=names[code], code=code),
        help=word("pp_area_help", language),
    )  # fmt: skip
    region = [code for code in st.session_state.get(_REGION, []) if code in names]
    if region and sorted(region) != sorted(st.session_state[CODES]):
        st.button(
            word("pp_take_region", language, n=number(len(region), language)), key="profile_region_button",
            width="stretch", on_click=_take, args=(region,),
        )  # fmt: skip
    draft = _choose_scenario(language)
    scenario = draft[1].scenario(letter_name(draft[0], language)) if draft is not None else None
    return Asked(tuple(sorted(st.session_state[CODES])), language, scenario)


def tell_choice(study: Study, asked: Asked) -> None:
    """Let the other pages know what was chosen here."""
    codes = asked.codes
    chosen = {"area": codes[0]} if len(codes) == 1 else {"region": codes} if codes else {}
    draft = _draft() if asked.scenario is not None else None
    text = link_text(study, draft) if draft is not None else ""
    if "codes" in selection.noticed(PAGE, codes=codes, scenario=text):
        selection.choose(**chosen)


def link_of(asked: Asked) -> dict[str, str]:
    """The page's own parameters of the address."""
    return {_ABOUT: ".".join(asked.codes)}


def _choose_scenario(language: Language) -> tuple[int, Draft] | None:
    """The draft of the page What-if whose effect is told, with its number; None where there is none, or none is chosen."""
    drafts = {draft.key: (number, draft) for number, draft in enumerate(bench_of().drafts) if draft.edits}
    if not drafts:
        return None
    if st.session_state.get(SCENARIO) not in drafts:
        st.session_state[SCENARIO] = NOW

    def label(key: str) -> str:
        if key == NOW:
            return word("pp_no_scenario", language)
        number, draft = drafts[key]
        return draft.name or letter_name(number, language)

    chosen = st.selectbox(
        word("pp_scenario", language), [NOW, *drafts], key=SCENARIO, format_func=label,
        help=word("pp_scenario_help", language),
    )  # fmt: skip
    return drafts.get(str(chosen))


def _take_over(study: Study, known: dict[str, str], news: Selection, *, has_codes: bool) -> None:
    """What was chosen elsewhere: the area or region, whichever is newer, and the scenario."""
    region = [code for code in news.region if code in known]
    area = [code for code in (news.area,) if code in known]
    newer = region if region and (not area or selection.is_newer("region", "area")) else area
    if newer and not has_codes:
        st.session_state[CODES] = newer
    if not news.scenario:
        return
    draft = take_up(study, bench_of(), news.scenario)
    if draft is None:
        tell(word("what_if_bad_link", "en" if st.session_state.get("language") == "en" else "ja"))
    else:
        st.session_state[SCENARIO] = draft.key


def _draft() -> Draft | None:
    return next((draft for draft in bench_of().drafts if draft.key == st.session_state.get(SCENARIO)), None)


def _codes(text: str, known: dict[str, str]) -> list[str]:
    given = {rolled_up(code) for part in text.split(".") if (code := municipality_code(part))}
    return sorted(given & set(known))


def _take(codes: list[str]) -> None:
    st.session_state[CODES] = sorted(codes)
