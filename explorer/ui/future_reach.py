"""Services to come: who has one within reach if nothing closes, and for how many people each facility is the nearest."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import streamlit as st

from explorer.completeness_text import completeness_share, kinds_text
from explorer.future_people import CAREFUL_FROM, PeopleToCome, share
from explorer.future_pictures import reach_picture
from explorer.future_tables import group_name, reach_frame, reach_towns_frame, reason_text
from explorer.maps.place_layer import category_name
from explorer.speed_text import speed_text
from explorer.ui import blocks
from explorer.ui import future_answers as answers
from explorer.ui.cooperate_choice import limit_text, limits_of
from explorer.ui.frame import guarded, warn
from explorer.ui.future_ages import ALL_YEARS, formats_of, future_from, short_heads
from explorer.ui.future_chart import NARROW, Curve, Frame, chart_html
from explorer.ui.future_choice import (
    OWN_THRESHOLD,
    THRESHOLDS,
    USUAL_THRESHOLD,
    Asked,
    Question,
    limit_key,
    usual_service,
)
from explorer.ui.future_controls import pick
from explorer.ui.future_files import save_row
from explorer.ui.future_lacking import PROJECTION, show_lacking
from explorer.ui.future_sites import SITE, show_sites, sites_frame, sites_of
from explorer.ui.source_text import counted_text, source_lines
from explorer.words import Language, either, number, value_text, word
from layers import catalogue
from layers.measures import is_in_metres

if TYPE_CHECKING:
    from explorer.future_services import ReachByYear
    from explorer.ui.study import Study

_SERVICE, _MODE, _THRESHOLD, _OWN = "future_service", "future_mode", "future_threshold", "future_own"
_USUAL_OWN = 5000
_WIDTHS: dict[Language, tuple[int, ...]] = {  # pixels
    "ja": (48, 74, 70, 76, 70, 96, 96),
    "en": (48, 80, 74, 94, 74, 172, 172),
}


def show(study: Study, people: PeopleToCome, question: Question) -> dict[str, str]:
    """The panel; returns its own parameters of the address."""
    language = question.language
    if not study.services:
        blocks.empty(word("fu_no_service", language))
        return {}
    asked = _choose(study, language)
    answers.warm(study, asked.service, asked.mode)
    lines = method_lines(study, people, question, asked)
    with guarded(language):
        _reach(study, people, question, asked)
    with guarded(language):
        show_sites(study, people, question, asked)
    with guarded(language):
        _save(study, question, asked, lines)
    blocks.note(*lines)
    if not people.is_projected:
        known = word("fu_lacks_known", language, year=people.base)
        show_lacking(study, PROJECTION, language, known=known, key="services")
    below = str(int(asked.own)) if asked.threshold == OWN_THRESHOLD else asked.threshold
    site = str(st.session_state.get(SITE) or "")
    return {
        "service": asked.service, "mode": asked.mode, "limit": asked.limit, "below": below,
        **({"site": site} if site else {}),
    }  # fmt: skip


def method_lines(study: Study, people: PeopleToCome, question: Question, asked: Asked) -> list[str]:
    """What was asked, what stays as it is, how fast people are, which facilities were counted, from which sources."""
    language = question.language
    mode = either(catalogue.MODES[asked.mode], language)
    parts = [
        category_name(asked.service, language),
        mode,
        asked.limit_text(language),
        group_name(question.group, language),
    ]
    lines = [
        word("fu_asked", language, text=word("separator", language).join([question.area_name, *parts])),
        word("fu_reach_note", language, base=people.base),
        word("fu_will_note", language, metres=f"{answers.TOGETHER_M:g}"),
    ]
    if people.is_projected:
        lines.append(word("fu_no_forecast", language, careful=CAREFUL_FROM))
    profile = study.profiles.get(asked.mode)
    if profile is not None:
        lines.append(speed_text(profile, language, has_signals=study.has_signals))
    lines.append(counted_text(study, asked.service, language))
    purposes = {"population", "future_population"} | ({"streets"} if profile is not None else set())
    sources = source_lines(study, asked.service, purposes, language)
    return [*filter(None, lines), word("fu_sources", language, text=" ／ ".join(sources))]


def _choose(study: Study, language: Language) -> Asked:
    """Service, means of travel, limit and threshold in a row."""
    columns = st.columns([0.24, 0.2, 0.16, 0.24, 0.16], gap="small")
    with columns[0]:
        service = pick(
            word("fu_service", language), study.services, _SERVICE, default=usual_service(_trusted(study)),
            label=lambda key: category_name(key, language),
        )  # fmt: skip
    modes = [mode for mode in catalogue.MODES if mode and study.has_measure(service, mode)]
    with columns[1]:
        mode = pick(
            word("mode", language), modes, _MODE, default="walk" if "walk" in modes else "straight",
            label=lambda key: either(catalogue.MODES[key], language),
        )  # fmt: skip
    with columns[2]:
        limit = pick(
            word("fu_limit", language), limits_of(mode), limit_key(mode), default="800" if is_in_metres(mode) else "15",
            label=lambda key: limit_text(mode, key, language),
        )  # fmt: skip
    with columns[3]:
        threshold = pick(
            word("fu_threshold", language), list(THRESHOLDS), _THRESHOLD, default=USUAL_THRESHOLD,
            label=lambda key: word(THRESHOLDS[key], language),
        )  # fmt: skip
    st.session_state.setdefault(_OWN, _USUAL_OWN)
    with columns[4], st.container():
        if threshold == OWN_THRESHOLD:
            st.number_input(word("fu_threshold_number", language), min_value=1, step=500, key=_OWN)
    return Asked(service, mode, limit, threshold, float(st.session_state[_OWN]))


def _trusted(study: Study) -> list[str]:
    """Services whose lists hold enough shops to say something; all of them where none does."""

    def found() -> list[str]:
        towns = study.municipalities["code"].astype(str).tolist()
        shares = {name: completeness_share(study.completeness, name, towns) for name in study.services}
        return [name for name, held in shares.items() if held is None or not held.is_low] or list(study.services)

    return list(study.kept("future_trusted", found))


def _reach(study: Study, people: PeopleToCome, question: Question, asked: Asked) -> None:
    """Within reach and beyond by year, as a chart and its table."""
    language, service = question.language, category_name(asked.service, question.language)
    limit = asked.limit_text(language)
    title = word("fu_reach_title", language, service=service, limit=limit, group=group_name(question.group, language))
    blocks.title(title)
    found = answers.reach(study, asked.service, asked.mode, asked.limit)
    told = found.told(question.codes)
    if not told:
        rows = people.rows(question.codes)
        blocks.empty(reason_text(str(found.reason[rows[0]]), language))
        return
    blocks.finding(reach_finding(found, told, question, asked))
    with st.container():
        few = few_shops(study, asked.service, question.codes, language)
        if few:
            warn(few)
    if len(told) < len(people.rows(question.codes)):
        st.caption(word("fu_reach_partly", language, n=len(told)))
    frame = reach_frame(found, told, question.group, language)
    if people.is_projected:
        left, right = st.columns([0.46, 0.54], gap="small")
        with left:
            curves = [
                Curve(word("fu_within", language), tuple(found.series(told, question.group))),
                Curve(word("fu_beyond", language), tuple(found.beyond(told, question.group))),
            ]
            look = Frame(title, "人", language, question.year, future_from(people), CAREFUL_FROM, width=NARROW)
            st.html(chart_html(people.years, curves, look))
        with right:
            frame = short_heads(frame, language)
            widths = dict(zip(map(str, frame.columns), _WIDTHS[language], strict=False))
            blocks.table(
                frame, key="future_reach_table", formats=formats_of(frame), widths=widths, most_height=ALL_YEARS
            )
    else:
        blocks.table(frame, key="future_reach_table", formats=formats_of(frame))
    if len(people.rows(question.codes)) > 1:
        with st.expander(word("fu_sheet_towns", language)):
            towns = reach_towns_frame(found, question.codes, question.group, question.year, language)
            blocks.table(towns, key="future_reach_towns_table", formats=formats_of(towns))


def few_shops(study: Study, service: str, codes: tuple[str, ...], language: Language) -> str:
    """What lists of too few shops do to the numbers; empty where they hold enough, or nobody can say."""
    towns = codes or tuple(study.municipalities["code"].astype(str))
    share_listed = completeness_share(study.completeness, service, towns)
    if share_listed is None or not share_listed.is_low:
        return ""
    basis = "fu_few_shops_published" if share_listed.is_published else "fu_few_shops_expected"
    shown = number(share_listed.percent, language)
    return word(basis, language, kinds=kinds_text(service, language), share=shown)


def reach_finding(found: ReachByYear, told: list[str], question: Question, asked: Asked) -> str:
    """People beyond reach in the base year and in the year chosen."""
    language, people = question.language, found.people
    beyond, everybody = found.beyond(told, question.group), people.series(told, question.group)
    shares = share(beyond, everybody)

    def said(at: int) -> tuple[str, str]:
        return value_text(float(beyond[at]), "人", language), value_text(float(shares[at]), "%", language)

    start, start_share = said(0)
    service, limit = category_name(asked.service, language), asked.limit_text(language)
    if question.year == people.base:
        return word(
            "fu_reach_finding_now", language, service=service, limit=limit, base=people.base, start=start,
            start_share=start_share,
        )  # fmt: skip
    end, end_share = said(people.years.index(question.year))
    return word(
        "fu_reach_finding", language, service=service, limit=limit, base=people.base, start=start, start_share=start_share,
        year=question.year, end=end, end_share=end_share,
    )  # fmt: skip


def _save(study: Study, question: Question, asked: Asked, lines: list[str]) -> None:
    language = question.language
    found = answers.reach(study, asked.service, asked.mode, asked.limit)
    told = found.told(question.codes)
    sheets = {}
    if told:
        sheets[word("fu_sheet_years", language)] = reach_frame(found, told, question.group, language)
        sheets[word("fu_sheet_towns", language)] = reach_towns_frame(
            found, question.codes, question.group, question.year, language
        )
    rows = sites_of(study, question, asked)
    if not rows.empty:
        sheets[word("fu_sheet_sites", language)] = sites_frame(rows, language, is_saved=True)
    if not sheets:
        return
    service = category_name(asked.service, language)
    title = word(
        "fu_reach_title",
        language,
        service=service,
        limit=asked.limit_text(language),
        group=group_name(question.group, language),
    )
    wanted = [
        each.id
        for each in catalogue.indicators().values()
        if each.category == asked.service and asked.mode in each.modes
    ][:1]
    years = [f"population_{year}" for year in found.people.years[1:2]]
    can_draw = bool(told) and np.isfinite(found.series(told, question.group)).sum() > 1
    save_row(
        f"future_{asked.service}", sheets, language, lines=lines,
        facts=lambda: answers.provenance(study, [*wanted, *years]),
        draw=(lambda credit: reach_picture(found, told, question.group, title, language, credit=credit)) if can_draw else None,
    )  # fmt: skip
