"""People inside and outside the zones of location plans by year: share, density, and each municipality that has zones."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from explorer.future_people import CAREFUL_FROM, PeopleToCome, share
from explorer.future_pictures import zones_picture
from explorer.future_tables import ZONE_NAMES, group_name, zone_towns_frame, zones_frame
from explorer.ui import blocks
from explorer.ui import future_answers as answers
from explorer.ui.future_ages import (
    ALL_YEARS,
    formats_of,
    future_from,
    mark_row,
    method_lines,
    row_chosen,
    short_heads,
)
from explorer.ui.future_chart import NARROW, Curve, Frame, chart_html
from explorer.ui.future_files import save_row
from explorer.ui.future_lacking import PROJECTION, ZONES, show_lacking
from explorer.words import value_text, word
from layers.zones_and_places import RESIDENTIAL

if TYPE_CHECKING:
    from explorer.future_zones import ZoneByYear
    from explorer.ui.future_choice import Question
    from explorer.ui.study import Study

_TABLE = "future_zone_towns_table"
_WIDTHS = (56, 84, 86, 98, 86, 98)  # pixels
_YEAR_WIDTHS = (50, 106, 112, 128, 128, 106, 112, 128, 128)


def show(study: Study, people: PeopleToCome, question: Question) -> dict[str, str]:
    """The panel; it has no parameters of its own."""
    language = question.language
    title = word("fu_zones_title", language, group=group_name(question.group, language))
    blocks.title(title)
    found = [zone for zone in answers.zones(study).values() if zone.told(question.codes)]
    if not found:
        known = (
            word("fu_lacks_zones_some", language, names=_names(people, list(question.codes), question))
            if question.codes
            else ""
        )
        show_lacking(study, ZONES, language, known=known, key="zones")
        return {}
    residential = next((zone for zone in found if zone.zone == RESIDENTIAL), found[0])
    told = residential.told(question.codes)
    if residential.zone == RESIDENTIAL:
        blocks.finding(zones_finding(residential, told, question))
    if len(told) < len(people.rows(question.codes)):
        st.caption(word("fu_zones_partly", language, n=len(told), names=_names(people, told, question)))
    name = word(ZONE_NAMES[residential.zone], language)
    codes = list(question.codes) if len(question.codes) > 1 else list(people.codes)
    frame = zones_frame(found, question.codes, question.group, language)
    towns_frame = zone_towns_frame(residential, codes, question.group, question.year, language)
    left, right = st.columns([0.4, 0.6], gap="medium")
    with left:
        if people.is_projected:
            st.html(_chart(people, question, found, title))
        else:
            show_lacking(study, PROJECTION, language, key="zones")
    with right:
        blocks.title(word("fu_zones_towns", language, zone=name, group=group_name(question.group, language)))
        mark_row(_TABLE, codes, question.codes[0] if len(question.codes) == 1 else None)
        widths = dict(zip(map(str, towns_frame.columns), _WIDTHS, strict=False))
        blocks.table(
            towns_frame,
            key=_TABLE,
            formats=formats_of(towns_frame),
            widths=widths,
            on_select=lambda: row_chosen(_TABLE, codes),
        )
        st.caption(word("fu_towns_hint", language))
    blocks.title(word("fu_years_title", language))
    shown = short_heads(frame, language)
    year_widths = dict(zip(map(str, shown.columns), _YEAR_WIDTHS, strict=False))
    blocks.table(shown, key="future_zones_table", formats=formats_of(shown), widths=year_widths, most_height=ALL_YEARS)
    without = [code for code in people.codes if code in (question.codes or people.codes) and code not in told]
    lines = [
        title, word("fu_zones_note", language), *method_lines(study, people, question)[:-1],
        word("fu_lacks_zones_some", language, names=_names(people, without, question)) if without else "",
        word("fu_sources", language, text=" ／ ".join(
            answers.source_text(study, {"population", "future_population", "zones"}, language))),
    ]  # fmt: skip
    lines = [line for line in lines if line]
    save_row(
        "future_zones",
        {word("fu_sheet_years", language): frame, word("fu_sheet_towns", language): towns_frame}, language, lines=lines,
        facts=lambda: answers.provenance(study, ["zone_residential_share", "zone_residential_share_2050"]),
        draw=(lambda credit: zones_picture(found, question.codes, question.group, title, language, credit=credit))
        if people.is_projected else None,
    )  # fmt: skip
    blocks.note(*lines[1:])
    return {}


def _chart(people: PeopleToCome, question: Question, zones: list[ZoneByYear], title: str) -> str:
    """Share of the people in each kind of zone, of the municipalities that have it."""
    language, curves = question.language, []
    for zone in zones:
        towns = zone.told(question.codes)
        shares = share(zone.series(towns, question.group), people.series(towns, question.group))
        curves.append(Curve(word(ZONE_NAMES[zone.zone], language), tuple(shares)))
    look = Frame(title, "%", language, question.year, future_from(people), CAREFUL_FROM, width=NARROW)
    return chart_html(people.years, curves, look)


def zones_finding(zone: ZoneByYear, told: list[str], question: Question) -> str:
    """People in the residential zone in the base year and in the year chosen."""
    language, people = question.language, zone.people
    inside, everybody = zone.series(told, question.group), people.series(told, question.group)
    shares = share(inside, everybody)

    def said(at: int) -> tuple[str, str]:
        return value_text(float(inside[at]), "人", language), value_text(float(shares[at]), "%", language)

    start, start_share = said(0)
    if question.year == people.base:
        return word("fu_zones_finding_now", language, base=people.base, start=start, start_share=start_share)
    end, end_share = said(people.years.index(question.year))
    return word(
        "fu_zones_finding", language, base=people.base, start=start, start_share=start_share, year=question.year, end=end,
        end_share=end_share,
    )  # fmt: skip


def _names(people: PeopleToCome, codes: list[str], question: Question) -> str:
    names = dict(zip(people.codes, people.names, strict=True))
    shown = (word("name_and_code", question.language, name=names[code], code=code) for code in codes)
    return word("comma", question.language).join(shown)
