"""What is within reach of a point: choices, the areas for the map, the card, the table of the nearest facilities."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd
import streamlit as st

from explorer.maps.legend import legend_html
from explorer.reach_point import Reached, ReachEngine
from explorer.speed_text import speed_text
from explorer.ui import blocks
from explorer.ui.choice import REACH_MINUTES, ReachChoice
from explorer.ui.engine import warming_of
from explorer.ui.explore_search import AT, AT_NAME
from explorer.ui.source_text import source_lines
from explorer.ui.study import Study
from explorer.words import Language, either, number, one_language, word
from geodata.errors import ExplorerError
from geodata.kinds import KINDS
from layers import catalogue

if TYPE_CHECKING:
    from collections.abc import Mapping

ON: Final = "explore_reach"
_MODE: Final = "explore_reach_mode"
_MINUTES: Final = "explore_reach_minutes"
_WARM: Final = "explore_reach"
_PLAIN_MODES: Final = ("walk", "cycle", "drive")
# Nearest first: dark to light of one hue, with outlines; told apart in grey print and by colour-blind readers.
_FILLS: Final = ("#6a1b9a8c", "#ab47bc73", "#ce93d85e", "#ead1ee52", "#f3e5f54d", "#f3e5f54d")
_EDGE: Final = "#4a148c"
_SHOWN_GROUPS: Final = ("total", "65_plus", "75_plus", "0_14")


@st.cache_resource(max_entries=2, show_spinner=False, hash_funcs={Study: lambda study: study.key})
def engine_of(study: Study) -> ReachEngine:
    """What answers about points; one for all sessions."""
    return ReachEngine(study.workspace)


def modes_of(study: Study) -> list[str]:
    """Modes along streets, the plain three first."""
    found = engine_of(study).modes
    return sorted(found, key=lambda mode: (mode not in _PLAIN_MODES, found.index(mode)))


def warm(study: Study) -> None:
    """Make in the background what the first click would wait for."""
    plain = [mode for mode in modes_of(study) if mode in _PLAIN_MODES]
    warming_of(study.key).start(_WARM, lambda: engine_of(study).warm(plain))


def is_warm(study: Study) -> bool:
    """Whether an answer takes no longer than a click may; until then the page does without it, and lives."""
    return warming_of(study.key).is_done(_WARM)


@st.fragment(run_every=1.0)
def _wait_until_warm(study: Study, language: Language) -> None:
    """Say that the answer is coming, and draw the page anew as soon as it can be given."""
    st.caption(word("xp_reach_coming", language))
    if is_warm(study):
        st.rerun()


def choose_reach(study: Study, language: Language) -> ReachChoice | None:
    """Draw the switch and its choices; None while it is off or the workspace has no streets."""
    modes = modes_of(study)
    st.session_state.setdefault(ON, False)
    is_on = st.toggle(
        word("xp_reach", language), key=ON, disabled=not modes,
        help=word("xp_reach_help", language) if modes else word("xp_reach_no_streets", language),
    )  # fmt: skip
    if not is_on or not modes:
        return None
    warm(study)
    if st.session_state.get(_MODE) not in modes:
        st.session_state[_MODE] = modes[0]
    choices = list(REACH_MINUTES)
    wanted = st.session_state.get(_MINUTES)
    if isinstance(wanted, tuple) and wanted not in choices:
        choices.insert(0, wanted)  # of a link
    if wanted not in choices:
        st.session_state[_MINUTES] = choices[0]
    mode = st.selectbox(
        word("xp_reach_mode", language), modes, key=_MODE, format_func=lambda each: _mode_name(each, language)
    )
    minutes = st.selectbox(
        word("xp_reach_minutes", language), choices, key=_MINUTES,
        format_func=lambda each: word("xp_minutes", language, minutes=word("comma", language).join(map(str, each))),
    )  # fmt: skip
    return ReachChoice(str(mode), tuple(minutes), st.session_state.get(AT))


def answer(study: Study, reach: ReachChoice) -> Reached:
    """The answer about the point; kept.

    Raises
    ------
    ExplorerError
        The point is outside the study area, or has no street near.
    """
    at = reach.at
    if at is None:
        raise ValueError(reach)
    return _answer(study, round(at[0], 5), round(at[1], 5), reach.mode, reach.minutes)


@st.cache_resource(max_entries=64, show_spinner=False, hash_funcs={Study: lambda study: study.key})
def _answer(study: Study, lat: float, lon: float, mode: str, minutes: tuple[int, ...]) -> Reached:
    return engine_of(study).ask(lat, lon, mode, minutes)


def layer_of(reached: Reached, language: Language) -> dict[str, Any]:
    """The areas as a layer of the map, the largest at the bottom."""
    kinds = [f"m{band.minutes:g}" for band in reached.bands]
    looks = {
        kind: {"fill": fill, "edge": _EDGE, "width": 1.6, "hatch": "", "label": _within(band.minutes, language)}
        for kind, fill, band in zip(kinds, _FILLS, reached.bands, strict=False)
    }
    polygons = []
    for minutes, shape in zip(reached.shapes["minutes"].tolist(), reached.shapes.geometry, strict=True):
        for part in getattr(shape, "geoms", [shape]):
            if not part.is_empty:
                rings = [part.exterior, *part.interiors]
                outlines = [[[round(y, 5), round(x, 5)] for x, y in ring.simplify(0.00004).coords] for ring in rings]
                polygons.append(
                    {
                        "k": kinds.index(f"m{minutes:g}"),
                        "n": word("xp_reach_from", language, name=name_of(reached, language)),
                        "r": outlines,
                    }
                )
    return {
        "id": "reach", "kind": "polygons", "data": {"kinds": kinds, "polygons": polygons}, "opacity": 1.0, "looks": looks,
        "words": {}, "below": False,
    }  # fmt: skip


def bounds_of(reached: Reached) -> tuple[float, float, float, float]:
    """South, west, north, east of the largest area, the point itself within it."""
    west, south, east, north = (float(side) for side in reached.shapes.total_bounds)
    lat, lon = reached.point.lat, reached.point.lon
    if not all(map(np.isfinite, (west, south, east, north))):
        return lat, lon, lat, lon
    return min(south, lat), min(west, lon), max(north, lat), max(east, lon)


def legend_of(reached: Reached, language: Language) -> str:
    """Block of the legend."""
    from explorer.maps.legend import LegendRow

    rows = [
        LegendRow(fill[:7], _within(band.minutes, language), word("xp_people", language, n=number(band.people["total"], language)))
        for fill, band in zip(_FILLS, reached.bands, strict=False)
    ]  # fmt: skip
    return legend_html(
        word("xp_reach_legend", language, mode=either((reached.profile.ja, reached.profile.en), language)), rows
    )


def name_of(reached: Reached, language: Language) -> str:
    """What the point is called: the facility that was chosen, else its position."""
    given = str(st.session_state.get(AT_NAME) or "")
    return given or word("xp_point", language, lat=f"{reached.point.lat:.5f}", lon=f"{reached.point.lon:.5f}")


def show_reach(study: Study, reach: ReachChoice, language: Language) -> Reached | None:
    """The card; None where there is no answer (yet), with the reason."""
    if reach.at is None:
        blocks.empty(word("xp_reach_click", language))
        return None
    if not is_warm(study):
        _wait_until_warm(study, language)
        return None
    try:
        reached = answer(study, reach)
    except ExplorerError as error:
        st.html(
            f'<div class="card-reason" role="alert"><b>{escape(word("xp_reach_none", language))}</b><div>{escape(one_language(str(error), language))}</div></div>'
        )
        return None
    st.html(card_html(study, reached, language))
    return reached


def card_html(study: Study, reached: Reached, language: Language) -> str:
    """People and ground within each time, how it was measured, and from what data."""
    groups = [group for group in _SHOWN_GROUPS if group in reached.bands[0].people]
    heads = [word("xp_time", language), *(either(catalogue.GROUPS[group], language) for group in groups), "km²"]
    rows = [
        [_within(band.minutes, language), *(number(band.people[group], language) for group in groups), number(band.area_km2, language, digits=2)]
        for band in reached.bands
    ]  # fmt: skip
    lines = [
        word("xp_reach_people_note", language),
        word("xp_reach_snap", language, metres=number(reached.snap_metres, language)),
        *([word("xp_reach_goes_on", language)] if reached.goes_on else []),
        word("xp_reach_speed", language, text=speed_text(reached.profile, language, has_signals=study.has_signals)),
        word("xp_reach_data", language, text=word("comma", language).join(source_lines(study, None, {"population", "streets"}, language))),
    ]  # fmt: skip
    head = "".join(f'<th scope="col">{escape(text)}</th>' for text in heads)
    body = "".join(
        f'<tr><th scope="row">{escape(row[0])}</th>' + "".join(f"<td>{escape(text)}</td>" for text in row[1:]) + "</tr>"
        for row in rows
    )
    mode = either((reached.profile.ja, reached.profile.en), language)
    return (
        f'<section class="card xp-reach" aria-live="polite"><div class="card-indicator">{escape(word("xp_reach_title", language, mode=mode))}</div>'
        f'<div class="card-name">{escape(name_of(reached, language))}</div>'
        f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
        + "".join(f'<div class="card-small">{escape(line)}</div>' for line in lines)
        + "</section>"
    )


def nearest_frame(reached: Reached, language: Language) -> pd.DataFrame:
    """The nearest facility of each kind: service, kind, name, minutes (missing where none can be reached), remark."""
    rows: list[Mapping[str, object]] = []
    for site in reached.nearest:
        kind = KINDS.get(site.kind)
        service = (
            either(catalogue.THEMES[kind.service], language)
            if kind and kind.service in catalogue.THEMES
            else word("xp_transport" if not kind else "xp_other", language)
        )
        is_reached = np.isfinite(site.minutes)
        rows.append(
            {
                word("xp_service", language): service,
                word("xp_kind", language): either((kind.ja, kind.en), language)
                if kind
                else word("station" if site.kind == "station" else "stop", language),
                word("xp_name", language): site.name or (word("xp_no_name", language) if is_reached else ""),
                word("xp_minutes_column", language): round(site.minutes, 1) if is_reached else np.nan,
                word("column_reason", language): "" if is_reached else word("xp_no_way", language),
            }
        )
    return pd.DataFrame(rows)


def show_nearest(reached: Reached, language: Language) -> None:
    """The table of the nearest facilities, with its download; kinds without any list are told."""
    blocks.title(word("xp_nearest", language, mode=either((reached.profile.ja, reached.profile.en), language)))
    frame = nearest_frame(reached, language)
    blocks.table(frame, key="reach_nearest_table", formats={word("xp_minutes_column", language): "%,.1f"})
    told = [name_of(reached, language), word("xp_nearest_note", language)]
    missing = missing_kinds(reached)
    if missing:
        names = word("comma", language).join(either((KINDS[kind].ja, KINDS[kind].en), language) for kind in missing)
        told.append(word("xp_kinds_without_list", language, kinds=names))
    blocks.download(frame, "nearest", language, lines=told, key="reach_nearest")
    blocks.note(*told[1:])


def missing_kinds(reached: Reached) -> Sequence[str]:
    """Kinds of which the workspace has no facility at all."""
    there = {site.kind for site in reached.nearest}
    return [kind for kind in KINDS if kind not in there]


def _within(minutes: float, language: Language) -> str:
    return word("xp_within_minutes", language, minutes=f"{minutes:g}")


def _mode_name(mode: str, language: Language) -> str:
    return either(catalogue.MODES[mode], language)
