"""The same study area now and in the year chosen, side by side on one scale, moving together; per municipality and per place."""

from __future__ import annotations

import hashlib
import json
from html import escape
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd
import streamlit as st

from explorer.future_measures import (
    CHANGE,
    DENSITY,
    MEASURES,
    PEOPLE,
    Measure,
    area_classes,
    area_values,
    measures_of,
    place_classes,
)
from explorer.future_people import PeopleToCome, changed, share
from explorer.future_tables import group_name, values_frame
from explorer.maps.colours import NO_DATA
from explorer.maps.legend import class_labels
from explorer.people_by_year import TOTAL
from explorer.ui import blocks
from explorer.ui import future_answers as answers
from explorer.ui.future_ages import formats_of, mark_row, method_lines, row_chosen
from explorer.ui.future_controls import look_at, pick
from explorer.ui.future_files import save_row
from explorer.ui.future_lacking import PROJECTION, show_lacking
from explorer.ui.map_panel import credit_of
from explorer.ui.served import map_frame, served
from explorer.words import Language, number, value_digits, value_text, word

if TYPE_CHECKING:
    from explorer.maps.classes import Classes
    from explorer.ui.future_choice import Question
    from explorer.ui.study import Study

HEIGHT: Final = 430
_NOW, _THEN = "future_now_map", "future_then_map"
_TABLE: Final = "future_values_table"
_MEASURE, _PLACES = "future_measure", "future_places"
_NAMES: Final = {
    "people": "fu_measure_people",
    "density": "fu_measure_density",
    "ageing": "fu_measure_ageing",
    "ageing_75": "fu_measure_ageing_75",
    "change": "fu_measure_change",
}


def show(study: Study, people: PeopleToCome, question: Question) -> dict[str, str]:
    """The panel; returns its own parameters of the address."""
    language, year = question.language, question.year
    measure, shows_places = _choose(people, question)
    group = measure.group_or(question.group)
    now, later = (area_values(people, measure, question.group, each) for each in (people.base, year))
    classes = area_classes(people, measure, question.group)
    st.html(legend_html(people, measure, question, classes, (now, later), shows_places=shows_places))
    towns = people.codes
    selected = question.codes[0] if len(question.codes) == 1 else None
    # A change since the base year is nothing in the base year: one map says it.
    years = [year] if measure.id == CHANGE or year == people.base else [people.base, year]
    columns = st.columns(len(years), gap="small")
    for column, each in zip(columns, years, strict=True):
        with column:
            key = "fu_map_now" if each == people.base else "fu_map_then"
            st.html(f'<div class="future-map-title">{escape(word(key, language, year=each))}</div>')
            frame_key = _THEN if each == year and len(years) > 1 else _NOW
            values = later if each == year else now
            arguments = _arguments(study, people, question, measure, classes, values, each, shows_places=shows_places)
            arguments["selected"], arguments["members"] = (
                selected,
                list(question.codes) if len(question.codes) > 1 else None,
            )
            _draw(arguments, frame_key)
    if not people.is_projected:
        known = word("fu_lacks_known", language, year=people.base)
        show_lacking(study, PROJECTION, language, known=known, key="map")
    blocks.finding(_finding(people, question, measure, group))
    blocks.title(word("fu_map_table", language))
    frame = _frame(people, measure, question, now, later)
    mark_row(_TABLE, list(towns), selected)
    blocks.table(frame, key=_TABLE, formats=formats_of(frame), on_select=lambda: row_chosen(_TABLE, list(towns)))
    st.caption(word("fu_towns_hint", language))
    lines = [what_is_shown(people, measure, question, year), *method_lines(study, people, question)]
    facts = [f"population_{each}" for each in people.years[1:2]] or ["population"]
    save_row(
        f"future_{measure.id}", {word("fu_sheet_towns", language): frame}, language, lines=lines,
        facts=lambda: answers.provenance(study, facts),
    )  # fmt: skip
    blocks.note(*lines)
    return {"measure": measure.id, **({"places": "1"} if shows_places else {})}


def what_is_shown(people: PeopleToCome, measure: Measure, question: Question, year: int) -> str:
    """Measure, age group and year in a few words."""
    language = question.language
    name = word(_NAMES[measure.id], language, year=people.base)
    if measure.group:
        return word("fu_map_of_all", language, measure=name, year=year)
    return word("fu_map_of", language, measure=name, group=group_name(question.group, language), year=year)


def legend_html(
    people: PeopleToCome, measure: Measure, question: Question, classes: Classes, values: tuple[np.ndarray, np.ndarray],
    *, shows_places: bool,
) -> str:  # fmt: skip
    """One legend for both maps: classes with the number of municipalities in each year; and that of the places."""
    language, year = question.language, question.year
    (now, missing), (later, missing_later) = (classes.counts(each) for each in values)
    both = year != people.base and measure.id != CHANGE
    heading = word("fu_map_legend" if both else "fu_map_legend_one", language, base=people.base, year=year)
    labels = class_labels(classes, measure.unit, language)
    rows = list(zip(classes.colours, labels, now, later, strict=True))
    if missing or missing_later:
        rows.append((NO_DATA, word("no_data", language), missing, missing_later))
    shown = "".join(
        f'<span><i style="background:{colour}"></i>{escape(label)} <small>{_count(first, second, language, both=both)}</small></span>'
        for colour, label, first, second in reversed(rows)
    )
    text = f'<div class="future-legend"><b>{escape(heading)}</b>{shown}</div>'
    if shows_places:
        is_people = measure.id in {PEOPLE, DENSITY}
        of_places = place_classes(measure, question.group)
        title = word("fu_map_places_people" if is_people else "fu_map_places_legend", language)
        places = "".join(
            f'<span><i style="background:{colour}"></i>{escape(label)}</span>'
            for colour, label in reversed(
                list(zip(of_places.colours, class_labels(of_places, "人" if is_people else "%", language), strict=True))
            )
        )
        text += f'<div class="future-legend"><b>{escape(title)}</b>{places}</div>'
    return text


def _choose(people: PeopleToCome, question: Question) -> tuple[Measure, bool]:
    language = question.language
    left, middle, right = st.columns([0.34, 0.2, 0.46], vertical_alignment="bottom")
    with left:
        chosen = pick(
            word("fu_measure", language), measures_of(people), _MEASURE, default=PEOPLE,
            label=lambda key: word(_NAMES[key], language, year=people.base),
        )  # fmt: skip
    measure = MEASURES[chosen]
    st.session_state.setdefault(_PLACES, False)
    with middle:
        shows = bool(st.toggle(word("fu_places", language), key=_PLACES, help=word("fu_places_help", language)))
    with right, st.container():
        if measure.group and question.group != TOTAL:
            st.caption(word("fu_group_not_used", language, group=group_name(measure.group, language)))
    return measure, shows


def _arguments(
    study: Study, people: PeopleToCome, question: Question, measure: Measure, classes: Classes, values: np.ndarray, year: int,
    *, shows_places: bool,
) -> dict[str, Any]:  # fmt: skip
    language = question.language
    found = classes.of(values)
    fills = {code: int(at) if at >= 0 else len(classes.colours) for code, at in zip(people.codes, found, strict=True)}
    labels = {
        code: word("separator", language).join(
            [value_text(float(value), measure.unit, language), word("fu_map_click", language)]
        )
        for code, value in zip(people.codes, values, strict=True)
    }
    picture = answers.place_picture(study, measure.id, question.group, year) if shows_places else None
    places = None
    if picture is not None:
        name = f"{study.key}-future-{measure.id}-{question.group}-{year}.png"
        places = {"url": served(name, lambda: picture.png), "bounds": picture.bounds, "opacity": 0.9}
    return {
        "shapes": served(f"{study.key}-shapes.json", study.drawing),
        "fills": fills,
        "labels": labels,
        "palette": [*classes.colours, NO_DATA],
        "opacity": 0.2 if places else 0.85,
        "legend": "",
        "places": places,
        "facilities": None,
        "stops": None,
        "base_map": "none",
        "sync": "future",
        "credit": credit_of(study, language),
        "language": language,
        "alt": word("fu_map_alt", language, what=what_is_shown(people, measure, question, year)),
        "words": frame_words(language),
        "height": HEIGHT,
        "fixed_height": True,
    }


def frame_words(language: Language) -> dict[str, str]:
    """Words of the map frame."""
    return {
        "zoom_in": word("zoom_in", language),
        "zoom_out": word("zoom_out", language),
        "zoom_all": word("zoom_all", language),
        "failed": word("map_failed", language),
    }


def _draw(arguments: dict[str, Any], key: str) -> None:
    stamp = hashlib.sha256(json.dumps(arguments, sort_keys=True).encode()).hexdigest()[:12]
    map_frame()(**arguments, stamp=stamp, key=key, default=None, on_change=lambda: _clicked(key))


def _clicked(key: str) -> None:
    clicked = st.session_state.get(key)
    if isinstance(clicked, dict) and clicked.get("code"):
        look_at(str(clicked["code"]))


def _frame(
    people: PeopleToCome, measure: Measure, question: Question, now: np.ndarray, later: np.ndarray
) -> pd.DataFrame:
    language = question.language
    first, second = (what_is_shown(people, measure, question, each) for each in (people.base, question.year))
    digits = value_digits(measure.unit, 100.0)
    if measure.id == CHANGE:
        first, now = second, later
    return values_frame(people, now, later, (first, second), language, digits)


def _finding(people: PeopleToCome, question: Question, measure: Measure, group: str) -> str:
    """The value of the area chosen, in both years."""
    language = question.language

    def of(year: int) -> str:
        asked = people.value(question.codes, year, group)
        if measure.id == DENSITY:
            area = float(people.area_km2[people.rows(question.codes)].sum())
            value = asked / area if area > 0 else float("nan")
        elif measure.id == CHANGE:
            value = float(changed(asked, people.value(question.codes, people.base, group)))
        else:
            value = float(share(asked, people.value(question.codes, year))) if measure.group else asked
        return value_text(value, measure.unit, language, sign=measure.id == CHANGE)

    what = word(_NAMES[measure.id], language, year=people.base)
    if not measure.group:
        what = word("fu_measure_of", language, measure=what, group=group_name(group, language))
    end, year, area = of(question.year), question.year, question.area_name
    if measure.id == CHANGE or year == people.base:
        return word("fu_map_finding_one", language, area=area, what=what, year=year, end=end)
    return word(
        "fu_map_finding", language, area=area, what=what, base=people.base, start=of(people.base), year=year, end=end
    )


def _count(first: int, second: int, language: Language, *, both: bool) -> str:
    return f"{number(first, language)} → {number(second, language)}" if both else number(second, language)
