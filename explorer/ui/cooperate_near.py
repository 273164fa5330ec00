"""Neighbours and peers: what lies beside a member, and which municipalities are statistically like it.

Neighbours are shown in three measures side by side; peers by one distance with all the parts that it is made of.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import pandas as pd
import streamlit as st

from explorer.maps.legend import LegendRow, legend_html
from explorer.speed_text import speed_text
from explorer.ui import blocks
from explorer.ui import cooperate_answers as answers
from explorer.ui.cooperate_choice import PEER_SPOT, TOWN
from explorer.ui.cooperate_controls import add
from explorer.ui.cooperate_map import Drawing
from explorer.ui.cooperate_near_tables import DISTANCE_DIGITS, basis_words, neighbour_frame, peer_frame
from explorer.ui.cooperate_text import names_of, reason_text
from explorer.ui.frame import guarded
from explorer.ui.source_text import source_lines
from explorer.words import Language, either, number, value_text, word

if TYPE_CHECKING:
    from explorer.compare import Order
    from explorer.ui.cooperate_choice import Question
    from explorer.ui.study import Study

_BY: Final = "cooperate_near_by"
_ORDERS: Final = {
    "border": "co_near_by_border", "minutes": "co_near_by_minutes", "commuters": "co_near_by_commuters",
    "code": "co_near_by_code",
}  # fmt: skip
_WIDTHS: Final = (138, 66, 58, 58, 58)  # pixels: name, border, minutes, commuters there and back, beside the map
PEER: Final = "#6d28d9"


def drawing(study: Study, question: Question) -> Drawing:
    """The peers numbered, nearest first; the pointer on a municipality tells what the table of neighbours says of it."""
    language = question.language
    town = town_of(study, question)
    labels = {row["code"]: _label(row, language) for row in blocks.records(answers.neighbours(study, town, "border"))}
    labels[town] = word("co_near_here", language)
    rows = answers.peers(study, town)
    rows = rows[(rows["code"] != town) & rows["distance"].notna()]
    spots = [
        _spot(row, at, study, language)
        for at, row in enumerate(blocks.records(rows), 1)
        if row["code"] in study.centres.index and study.centres.loc[row["code"], ["lon", "lat"]].notna().all()
    ]
    name = names_of(study)[town]
    legend = legend_html(
        word("co_near_legend", language, name=name),
        [LegendRow(PEER, word("co_near_legend_row", language), is_point=True)] if spots else [],
        note=word("co_near_legend_note", language),
    )
    return Drawing(labels=labels, legend=legend, spots=spots)


def side(study: Study, question: Question) -> None:
    """Whose neighbours, and the neighbours in three measures; a chosen row can be added to the region."""
    language = question.language
    names = names_of(study)
    town_of(study, question)  # the choice below begins with it
    st.selectbox(
        word("co_near_town", language), question.codes, key=TOWN,
        format_func=lambda code: word("name_and_code", language, name=names[code], code=code),
    )  # fmt: skip
    town = str(st.session_state[TOWN])
    blocks.title(word("co_near_title", language, name=names[town]))
    st.session_state[_BY] = _order()
    st.selectbox(
        word("co_near_by", language), list(_ORDERS), key=_BY, format_func=lambda key: word(_ORDERS[key], language)
    )
    by = _order()
    rows = answers.neighbours(study, town, by)
    if rows.empty:
        blocks.empty(word("co_near_alone", language))
        return
    shares = rows[rows["border_km"] > 0]
    blocks.finding(word("co_near_finding", language, n=number(len(shares), language), name=names[town]))
    frame = neighbour_frame(rows, question.codes, language)
    said = set(rows["reason"])
    if len(said) == 1 and any(said):  # the same for all, as where there is no table of commuting: not only far right
        st.caption(blocks.label(reason_text(said.pop(), language)))
    key = f"cooperate_neighbours_{town}_{by}_{language}_table"  # rows of another table are other municipalities
    widths = dict(zip(map(str, frame.columns), _WIDTHS, strict=False))
    blocks.table(frame, key=key, formats=_formats(frame), widths=widths, on_select=_chosen)
    _add_button(rows["code"].tolist(), key, "neighbours", question, names)


def below(study: Study, question: Question) -> None:
    """Peers with the parts of their distance, what could not be compared and why; files; what the numbers mean."""
    language = question.language
    town, names = town_of(study, question), names_of(study)
    name = word("name_and_code", language, name=names[town], code=town)
    with guarded(language):
        rows = answers.neighbours(study, town, _order())
        lines = neighbour_lines(study, rows, name, language)
        saved = neighbour_frame(rows, question.codes, language, is_saved=True)
        blocks.download(saved, f"neighbours_{town}", language, lines=lines)
        blocks.note(word("co_near_method", language), *lines)
    with guarded(language):
        _peers(study, question, town, name)


def town_of(study: Study, question: Question) -> str:
    """The member looked at: the chosen one while it is a member, else the most populous."""
    if st.session_state.get(TOWN) not in question.codes:
        people = study.centres["people"].fillna(0.0)
        st.session_state[TOWN] = max(question.codes, key=lambda code: float(people.get(code, 0.0)))
    return str(st.session_state[TOWN])


def neighbour_lines(study: Study, rows: pd.DataFrame, name: str, language: Language) -> list[str]:
    """How the minutes were measured, and the sources: for the foot of the table and of its file."""
    lines = [word("co_near_of", language, name=name)]
    basis = basis_words(rows["minutes_basis"], language)
    if basis:
        lines.append(word("co_near_basis", language, text=basis))
    profile = study.profiles.get("drive")
    if profile is not None:
        speeds = speed_text(profile, language, has_signals=study.has_signals)
        lines.append(word("co_speeds", language, text=speeds))
    kinds = {"n03", "osm", "commuting"}
    return [*lines, _sources(study, kinds, {"population", "streets"}, language)]


def peer_lines(study: Study, rows: pd.DataFrame, name: str, language: Language) -> list[str]:
    """Which indicators, which could not be used and why, and the sources."""
    indicators = answers.indicators(study)
    comma = word("comma", language)
    used = comma.join(either((indicators[each].ja, indicators[each].en), language) for each in rows.attrs["used"])
    lines = [word("co_near_of", language, name=name), word("co_peers_used", language, text=used)]
    for each, why in rows.attrs["missing"].items():
        known = indicators.get(each)
        title = either((known.ja, known.en), language) if known else each
        lines.append(word("co_peers_missing", language, name=title, why=either(why, language)))
    kinds = {"n03", "commuting", "mesh_r6", "municipal_values"}
    return [*lines, _sources(study, kinds, {"population"}, language)]


def _peers(study: Study, question: Question, town: str, name: str) -> None:
    language = question.language
    blocks.title(word("co_peers_title", language, name=names_of(study)[town]))
    rows = answers.peers(study, town)
    lines = peer_lines(study, rows, name, language)
    if len(rows) < 2:
        blocks.empty(word("co_near_alone", language))
    else:
        indicators = answers.indicators(study)
        frame = peer_frame(rows, indicators, language)
        key = f"cooperate_peers_{town}_{language}_table"
        blocks.table(frame, key=key, formats=_formats(frame), on_select=_chosen)
        left, right, _ = st.columns([0.3, 0.2, 0.5], gap="small")
        with left:
            _add_button(rows["code"].tolist(), key, "peers", question, names_of(study))
        with right:
            saved = peer_frame(rows, indicators, language, is_saved=True)
            blocks.download(saved, f"peers_{town}", language, lines=[word("co_peers_method", language), *lines])
    blocks.note(word("co_peers_method", language), *lines)


def _add_button(codes: list[str], table: str, which: str, question: Question, names: dict[str, str]) -> None:
    """Add the municipality of the chosen row; without one the button tells what to do."""
    language = question.language
    state: Any = st.session_state.get(table)
    picked = list(state["selection"]["rows"]) if state else []
    code = codes[picked[0]] if picked and picked[0] < len(codes) else ""
    is_member = code in question.codes
    key = "co_near_add" if code and not is_member else "co_near_member" if code else "co_near_pick"
    text = blocks.label(word(key, language, name=names[code])) if code else word(key, language)
    st.button(
        text, key=f"cooperate_add_{which}_button", disabled=not code or is_member, width="stretch",
        on_click=add, args=(code,),
    )  # fmt: skip


def _order() -> Order:
    by: Order = st.session_state.get(_BY, "border")
    return by if by in _ORDERS else "border"


def _chosen() -> None:
    """A row was chosen: the run that follows reads it from the table's state."""


def _sources(study: Study, kinds: set[str], wanted: set[str], language: Language) -> str:
    lines = source_lines(study, None, wanted, language, kinds=kinds)
    return word("co_sources", language, text=" ／ ".join(lines))


def _label(row: dict[str, Any], language: Language) -> str:
    return word("separator", language).join(
        [
            word("co_near_tip_border", language, km=number(row["border_km"], language, digits=1)),
            value_text(row["minutes"], "分", language),
            word("co_near_tip_commuters", language, out=number(row["commuters_out"], language), back=number(row["commuters_in"], language)),
        ]
    )  # fmt: skip


def _spot(row: dict[str, Any], at: int, study: Study, language: Language) -> dict[str, Any]:
    lon, lat = study.centres.loc[row["code"], ["lon", "lat"]].astype(float)
    distance = word("co_peers_tip", language, distance=number(row["distance"], language, digits=DISTANCE_DIGITS))
    return {
        "id": f"{PEER_SPOT}{row['code']}", "lat": round(lat, 6), "lon": round(lon, 6), "sign": str(at),
        "lines": [str(row["name"]), distance], "colour": PEER, "chosen": False, "order": at,
    }  # fmt: skip


def _formats(frame: pd.DataFrame) -> dict[str, str]:
    """Counts without decimals, parts with their sign, the rest with as many decimals as were kept."""
    digits: dict[str, int] = frame.attrs["digits"]
    signed: list[str] = frame.attrs["signed"]
    return {name: f"{'%+' if name in signed else '%,'}.{n}f" for name, n in digits.items()}
