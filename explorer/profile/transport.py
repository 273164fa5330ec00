"""Public transport: who is near it, how often it comes, who is left out under every definition, and where the stops are."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

import numpy as np

from explorer.documents.blocks import Block, Cell, Fact, Facts, Figure, Paragraph, Side
from explorer.profile.regional_blocks import (
    chapter_of,
    credit,
    known,
    share_and_people,
    short_mode,
    unknown,
    value_table,
    within_sentence,
)
from explorer.profile.study_answers import study_answers
from explorer.words import either, joined, word
from layers.catalogue import GROUPS
from layers.departures import FREQUENCY_CLASSES, FrequencyClass

if TYPE_CHECKING:
    import pandas as pd

    from explorer.figures.maps import PointLayer
    from explorer.profile.asked import Asked
    from explorer.words import Language

ANY: Final = "transport_station_800m_or_stop_300m"
KEY: Final = "transport_station_800m_or_stop30_300m"
FIRST, LAST, LATE = "first_departure_median", "last_departure_median", "last_departure_from_21h"
UNKNOWN_SHARE: Final = "departures_unknown_share"
# One definition for every pair of distances; the others in the catalogue have the same distances under another name.
VOIDS: Final = {
    "transport_void_subsidy": "pr_void_subsidy",
    "transport_void_handbook_rural": "pr_void_rural",
    "transport_void_handbook_urban": "pr_void_urban",
    "transport_void_key_rural": "pr_void_key_rural",
}
_STRAIGHT: Final = "straight"
_OLD: Final = ("65_plus", "75_plus")
_PICTURE_MM: Final = 85.0
_MAP_MM: Final = 58.0
# From the busiest to none: dark to pale, so that the order holds in grey; unknown is hollow.
_LOOKS: Final = {
    "60_plus": ("#08306b", "o", 2.6),
    "30_59": ("#2171b5", "o", 2.4),
    "10_29": ("#6baed6", "o", 2.2),
    "1_9": ("#e6550d", "^", 2.4),
    "none": ("#7f2704", "x", 2.6),
    "unknown": ("#737373", "+", 2.4),
}


def chapter(asked: Asked) -> tuple[Block, ...]:
    """The chapter on public transport."""
    title = word("pr_transport", asked.language)
    blocks = [*_facts(asked), *_sentences(asked)]
    if not blocks:
        return chapter_of(title, [unknown(asked, title, asked.reason(ANY))])
    return chapter_of(title, [*blocks, *_voids(asked), *_pictures(asked)])


def _facts(asked: Asked) -> list[Block]:
    labels = {ANY: "pr_near_any", KEY: "pr_near_key", "departures_median": "pr_departures_median"}
    facts = [
        Fact(word(labels[name], asked.language), asked.cell(name), asked.rank_note(name))
        for name in known(asked, labels)
    ]
    return [Facts(tuple(facts))] if facts else []


def _sentences(asked: Asked) -> list[Block]:
    language = asked.language
    texts = []
    if known(asked, [ANY]):
        by = within_sentence(short_mode(asked.mode(ANY), language), language)
        texts.append(
            word("pr_near_sentence", language, name=asked.short_name, mode=by, any=share_and_people(asked, ANY))
        )
        if known(asked, [KEY]):
            texts.append(word("pr_key_sentence", language, frequent=share_and_people(asked, KEY)))
    if known(asked, ["departures_median"]) and asked.value("departures_median") <= 0:
        texts.append(word("pr_departures_zero", language))
    if len(known(asked, [FIRST, LAST])) == 2:
        texts.append(word("pr_hours_sentence", language, first=asked.text(FIRST), last=asked.text(LAST)))
        if known(asked, [LATE]):
            texts.append(word("pr_late_sentence", language, late=share_and_people(asked, LATE)))
    if known(asked, [UNKNOWN_SHARE]) and asked.value(UNKNOWN_SHARE) > 0:
        texts.append(word("pr_unknown_departures", language, share=share_and_people(asked, UNKNOWN_SHARE)))
    return [Paragraph(joined(texts, language))] if texts else []


def _voids(asked: Asked) -> list[Block]:
    language = asked.language
    names = known(asked, VOIDS)
    if not names:
        return []
    modes = [mode for mode in ("walk", _STRAIGHT) if known(asked, names, mode)]
    rows = []
    for name in names:
        people = f"{name}_people"
        cells = [cell for mode in modes for cell in (asked.cell(name, mode=mode), asked.cell(people, mode=mode))]
        rows.append([Cell(word(VOIDS[name], language)), *cells])
    heads = [word("pr_definition", language)]
    for mode in modes:
        by = short_mode(mode, language)
        heads += [word("pr_share_by", language, mode=by), word("pr_people_by", language, mode=by)]
    note = word("pr_void_note", language)
    return [value_table(word("pr_void_caption", language, name=asked.short_name), heads, rows, first=2.6, note=note)]


def _pictures(asked: Asked) -> list[Block]:
    figures = [figure for figure in (_classes(asked), _map(asked)) if figure is not None]
    if len(figures) == 1:
        return [figures[0]]
    return [Side(tuple(figures))] if figures else []


def _classes(asked: Asked) -> Figure | None:
    """People by departures within walking reach: a bar for everybody, and for the old."""
    from explorer.figures.stacked import Part, StackedRow, stacked
    from explorer.figures.style import ChartFrame

    language = asked.language
    rows = [
        StackedRow(either(GROUPS[group], language), amounts)
        for group in ("total", *_OLD)
        if (amounts := _amounts(asked, group)) is not None
    ]
    if not rows:
        return None
    parts = [
        Part(either((each.ja, each.en), language), "" if each.id == "unknown" else _LOOKS[each.id][0],
             is_unknown=each.id == "unknown")
        for each in FREQUENCY_CLASSES
    ]  # fmt: skip
    caption = word("pr_classes_caption", language)
    frame = ChartFrame(title=caption, unit="人", language=language, width_mm=_PICTURE_MM, credit=credit(asked))
    return Figure(stacked(rows, parts, frame), caption, word("pr_classes_note", language))


def _amounts(asked: Asked, group: str) -> tuple[float, ...] | None:
    """People in each class of frequency; None where a class is not known, or there is nobody."""
    rows = [asked.row(f"departures_{each.id}_share", group) for each in FREQUENCY_CLASSES]
    amounts = [np.nan if row is None else row.numerator for row in rows]
    return tuple(amounts) if np.isfinite(amounts).all() and sum(amounts) > 0 else None


def _map(asked: Asked) -> Figure | None:
    """Bus stops by class of frequency, and stations."""
    from explorer.figures.maps import MapDrawing, draw_map

    layers = point_layers(asked)
    if not layers:
        return None
    caption = word("pr_stops_caption", asked.language)
    drawing = MapDrawing(
        language=asked.language,
        subject=caption,
        codes=asked.codes,
        points=tuple(layers),
        width_mm=_PICTURE_MM,
        height_mm=_MAP_MM,
    )
    return Figure(replace(draw_map(asked.opened, drawing), credit=credit(asked)), caption)


def point_layers(asked: Asked) -> list[PointLayer]:
    """Stops of the area by class of frequency, rarest first, so that the busiest lie on top; then the stations."""
    from explorer.figures.maps import PointLayer
    from layers.transport import is_station

    stops = _stops_of(asked)
    station = is_station(stops["mode"]).to_numpy()
    departures = stops["departures_weekday"].to_numpy(float)
    sure = np.zeros(len(stops), dtype=bool)
    layers = []
    for each in reversed(FREQUENCY_CLASSES):
        chosen = stops[each.holds(departures, sure) & (stops["mode"] == "bus").to_numpy()]
        if len(chosen):
            colour, marker, size = _LOOKS[each.id]
            layers.append(_layer(PointLayer, chosen, _stop_label(each, asked.language), marker, colour, size))
    if station.any():
        layers.append(_layer(PointLayer, stops[station], word("pr_station", asked.language), "s", "#111111", 3.4))
    return layers


def _layer(
    kind: type[PointLayer], stops: pd.DataFrame, label: str, marker: str, colour: str, size: float
) -> PointLayer:
    return kind(
        stops.geometry.x.to_numpy(), stops.geometry.y.to_numpy(), label, marker=marker, colour=colour, size=size
    )


def _stop_label(each: FrequencyClass, language: Language) -> str:
    return word("pr_stop_class", language, name=either((each.ja, each.en), language))


def _stops_of(asked: Asked) -> pd.DataFrame:
    """Stops that stand in the area, one row for all poles of a stop."""
    stops = study_answers(asked.opened).stops()
    return stops[stops["municipality_code"].isin(asked.codes)]
