"""What the page Future is asked: area and age group in the sidebar, view and year above the answer, and how a link says it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from html import escape
from typing import TYPE_CHECKING, Final

import streamlit as st

from explorer.ui import blocks, selection
from explorer.ui.future_choice import AREA, REGION, SCOPES, STUDY, USUAL_YEAR, VIEWS, Question, from_parameters
from explorer.words import Language, either, word
from layers.catalogue import GROUPS

if TYPE_CHECKING:
    from explorer.future_people import PeopleToCome
    from explorer.ui.selection import Selection
    from explorer.ui.study import Study

PAGE: Final = "future"
SCOPE, TOWN, CODES = "future_scope", "future_area", "future_codes"
YEAR, GROUP, VIEW = "future_year", "future_group", "future_view"
_MOVED: Final = "future_moved"  # the area was chosen inside the fragment: the sidebar has to follow
_ABSENT: Final = "future_absent"


def take_link(study: Study) -> None:
    """Take over what an address says, and what was chosen on other pages since this one ran last."""
    given = selection.read_address()
    selection.arrive(PAGE, _take)
    st.session_state.update(from_parameters(given))
    known = study.municipalities["code"].astype(str).tolist()
    st.session_state.setdefault(SCOPE, STUDY)
    st.session_state.setdefault(CODES, [])
    absent = [code for code in st.session_state[CODES] if code not in known]
    if absent:
        st.session_state[_ABSENT] = absent
        st.session_state[CODES] = [code for code in st.session_state[CODES] if code in known]
    if st.session_state.get(TOWN) not in known:
        st.session_state[TOWN] = known[0] if known else None


def absent_codes() -> list[str]:
    """Municipalities that a link named and this workspace does not have; told once."""
    found: list[str] = st.session_state.pop(_ABSENT, [])
    return found


def choose_area(study: Study, language: Language) -> tuple[tuple[str, ...], str]:
    """Controls of the area; returns its codes (none: the whole study area) and what it is called."""
    st.html(f'<h2 class="side-title">{escape(word("fu_choose_area", language))}</h2>')
    table = study.municipalities
    names = dict(zip(table["code"].astype(str), table["name"].astype(str), strict=True))
    scope = st.radio(
        word("fu_scope", language), list(SCOPES), key=SCOPE, format_func=lambda key: word(SCOPES[key], language)
    )

    def called(code: str) -> str:
        return word("name_and_code", language, name=names[code], code=code)

    if scope == AREA:
        code = str(st.selectbox(word("fu_area", language), list(names), key=TOWN, format_func=called))
        return (code,), called(code)
    if scope == REGION:
        st.multiselect(
            word("fu_region", language), list(names), key=CODES, format_func=called,
            placeholder=word("fu_area_hint", language),
        )  # fmt: skip
        codes = tuple(sorted(st.session_state[CODES]))
        if not codes:
            st.caption(word("fu_region_empty", language))
        elif len(codes) == 1:
            return codes, called(codes[0])
        else:
            return codes, _region_name([names[code] for code in codes], language)
    return (), study.title(language)


def choose_group(people: PeopleToCome, language: Language) -> str:
    """The age group that maps, services and zones are about."""
    return pick(
        word("fu_group", language), people.known_groups(), GROUP, default="total",
        label=lambda key: either(GROUPS[key], language),
    )  # fmt: skip


def choose_view(language: Language) -> str:
    """The views as a row of buttons; only the chosen one is worked out."""
    return blocks.view_buttons(VIEWS, key=VIEW, label=word("fu_views", language), language=language)


def choose_year(people: PeopleToCome, language: Language) -> int:
    """The year, on a slider that the arrow keys move; the only one there is without a projection."""
    years = list(people.years)
    if len(years) < 2:
        st.caption(word("fu_only_year", language, year=years[0]))
        return years[0]
    st.session_state[YEAR] = year_kept(people)
    return int(
        st.select_slider(
            f"{word('fu_year', language)} — {word('fu_year_help', language)}", years, key=YEAR,
            label_visibility="collapsed", format_func=lambda year: word("fu_map_then", language, year=year),
        )
    )  # fmt: skip


def year_kept(people: PeopleToCome) -> int:
    """The year chosen before; where it is none of these, the usual one."""
    years = people.years
    kept = st.session_state.get(YEAR)
    return int(kept) if kept in years else USUAL_YEAR if USUAL_YEAR in years else years[-1]


def look_at(code: str) -> None:
    """Another municipality was chosen on a map or in a table."""
    st.session_state[SCOPE], st.session_state[TOWN] = AREA, code
    st.session_state[_MOVED] = True


def sidebar_is_behind() -> bool:
    """Whether the area was chosen elsewhere than in the sidebar since that was drawn."""
    return bool(st.session_state.pop(_MOVED, False))


def tell(question: Question, own: dict[str, str]) -> None:
    """Tell the other pages what was chosen here, and write the address."""
    scope = st.session_state[SCOPE]
    chosen: dict[str, object] = {"group": question.group, "year": question.year}
    if scope == AREA:
        chosen["area"] = st.session_state[TOWN]
    if scope == REGION:
        chosen["region"] = tuple(sorted(st.session_state[CODES]))
    if own.get("mode"):
        chosen["mode"] = own["mode"]
    selection.noticed(PAGE, **chosen)
    shown = {"of": scope, "view": question.view, "year": str(question.year), "group": question.group, **own}
    if scope == AREA:
        shown["area"] = str(st.session_state[TOWN])
    if scope == REGION:
        shown["region"] = ".".join(sorted(st.session_state[CODES]))
    selection.write_address(shown)


def pick(title: str, options: Sequence[str], key: str, *, label: Callable[[str], str], default: str) -> str:
    """One of several; keeps what was chosen where it is still on offer, else the default, else the first."""
    if st.session_state.get(key) not in options:
        st.session_state[key] = default if default in options else options[0]
    return str(st.selectbox(title, list(options), key=key, format_func=label))


def _region_name(names: Sequence[str], language: Language) -> str:
    most = 3
    text = "・".join(names[:most])
    if len(names) > most:
        text = word("fu_and_more", language, names=text)
    return word("fu_region_name", language, names=text, n=len(names))


def _take(news: Selection) -> None:
    if news.region:
        st.session_state[CODES] = list(news.region)
        st.session_state[SCOPE] = REGION
    if news.area and not (news.region and selection.is_newer("region", "area")):
        st.session_state[TOWN] = news.area
        st.session_state[SCOPE] = AREA
    for key, value in ((YEAR, news.year), (GROUP, news.group), ("future_mode", news.mode)):
        if value:
            st.session_state[key] = value
