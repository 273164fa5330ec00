"""Facilities by the people for whom they are the nearest: a map, a list that falls below first on top, and one looked at closely."""

from __future__ import annotations

import hashlib
import json
import re
from html import escape
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd
import streamlit as st

from explorer.future_people import CAREFUL_FROM, PeopleToCome
from explorer.future_tables import reason_text
from explorer.maps.legend import LegendRow, legend_html
from explorer.maps.place_layer import category_name
from explorer.maps.points import points_json
from explorer.maps.symbols import Symbol
from explorer.ui import blocks, navigation
from explorer.ui import future_answers as answers
from explorer.ui.future_ages import formats_of, future_from, mark_row, short_heads
from explorer.ui.future_chart import Curve, Frame, chart_html
from explorer.ui.future_choice import HIGH_THRESHOLD, OWN_THRESHOLD, Asked, Question
from explorer.ui.future_map import frame_words
from explorer.ui.map_panel import credit_of
from explorer.ui.served import map_frame, served
from explorer.words import Language, either, number, one_language, word
from geodata.kinds import KINDS

if TYPE_CHECKING:
    from explorer.ui.study import Study
    from layers.service_thresholds import Thresholds

SITE: Final = "future_site"
_MAP: Final = "future_sites_map"
_TABLE: Final = "future_sites_table"
_HEIGHT: Final = 420
_YEAR: Final = re.compile(r"^people_(\d{4})$")
_SOON_UNTIL: Final = 2040
_MOST_POINTS: Final = 6000
_WIDTHS: Final = (112, 136, 72, 60, 60)  # pixels: name, municipality, first year below, two years
# Sooner is darker and has more corners; who stays above is a blue circle. Distinct in grey print too.
_LOOKS: Final = {
    "now": (Symbol("triangle", "#b02020", 7.0), "fu_sites_now"),
    "soon": (Symbol("diamond", "#d6451f", 6.5), "fu_sites_soon"),
    "later": (Symbol("square", "#a97400", 6.0), "fu_sites_later"),
    "stays": (Symbol("circle", "#1d6fb8", 6.0), "fu_sites_stays"),
    "above": (Symbol("pentagon", "#1d6fb8", 6.0), "fu_sites_above"),
    "unknown": (Symbol("cross", "#76828f", 5.5), "fu_sites_unknown"),
}


def sites_of(study: Study, question: Question, asked: Asked) -> pd.DataFrame:
    """Facilities of the area asked for, those that fall below first on top."""
    rows = answers.viability(study, asked.service, asked.mode, question.codes, limit_of(study, asked))
    last = years_of(rows)[-1] if years_of(rows) else None
    by = ["first_year_below", *([f"people_{last}"] if last else []), "site_id"]
    return rows.sort_values(by, na_position="last", ignore_index=True)


def limit_of(study: Study, asked: Asked) -> float | None:
    """People below which a facility is told of; None: n50 of the service."""
    if asked.threshold == OWN_THRESHOLD:
        return asked.own
    if asked.threshold == HIGH_THRESHOLD:
        n80 = answers.thresholds(study, asked.service).n80
        return None if np.isnan(n80) else float(n80)
    return None


def show_sites(study: Study, people: PeopleToCome, question: Question, asked: Asked) -> None:
    """Map, list, and the facility looked at."""
    language = question.language
    service = category_name(asked.service, language)
    blocks.title(word("fu_will_title", language, service=service))
    rows = sites_of(study, question, asked)
    if rows.empty:
        blocks.empty(word("fu_no_sites", language, service=service))
        return
    limit = _limit_shown(study, asked)
    _say(study, rows, people, question, asked, limit)
    left, right = st.columns([0.52, 0.48], gap="small")
    with left:
        _map(study, rows, people, question, asked)
    with right:
        blocks.title(word("fu_sites_title", language))
        frame = short_heads(sites_frame(rows, language, year=question.year), language)
        ids = rows["site_id"].astype(str).tolist()
        mark_row(_TABLE, ids, st.session_state.get(SITE))
        widths = dict(zip(map(str, frame.columns), _WIDTHS, strict=False))
        blocks.table(frame, key=_TABLE, formats=formats_of(frame), widths=widths, on_select=lambda: _row_chosen(ids))
        st.caption(word("fu_sites_hint", language))
    with st.container():
        _one(rows, people, question, asked, limit, study)


def years_of(rows: pd.DataFrame) -> list[int]:
    """Years of which the table knows people, ascending."""
    years = [int(found.group(1)) for name in rows.columns if (found := _YEAR.match(str(name)))]
    return sorted(year for year in years if rows[f"people_{year}"].notna().any())


def sites_frame(
    rows: pd.DataFrame, language: Language, *, year: int | None = None, is_saved: bool = False
) -> pd.DataFrame:
    """The list as shown (the base year and one other) or saved (all years, with ids and positions)."""
    known = years_of(rows)
    shown = known if is_saved else [each for each in dict.fromkeys((known[0], year)) if each in known] if known else []
    columns: dict[str, Any] = {
        word("fu_column_site", language): [site_name(row, language) for row in blocks.records(rows)],
        word("fu_column_town", language): [_town(row, language) for row in blocks.records(rows)],
        word("fu_column_first_year", language): rows["first_year_below"].astype("Int64"),
    }
    for each in shown:
        columns[word("fu_column_of_year", language, year=each)] = rows[f"people_{each}"].round()
    if is_saved:
        columns[word("fu_column_together", language, metres=f"{answers.TOGETHER_M:g}")] = rows["facilities_together"]
        columns[word("fu_column_id", language)] = rows["site_id"].astype(str)
        columns[word("fu_column_lon", language)] = rows["lon"].round(6)
        columns[word("fu_column_lat", language)] = rows["lat"].round(6)
    said = [_remark(row, language) for row in blocks.records(rows)]
    if any(said):
        columns[word("column_reason", language)] = said
    return pd.DataFrame(columns).reset_index(drop=True)


def site_name(row: Any, language: Language) -> str:
    """Name of a facility; its kind where it has none."""
    kind = KINDS.get(str(row["kind"]))
    name = str(row["name"] or "")
    return name or (either((kind.ja, kind.en), language) if kind else word("facility", language))


def look_of(row: dict[str, Any], years: list[int]) -> str:
    """When a facility falls below, as a key of the looks."""
    first = row["first_year_below"]
    if not years or pd.isna(row[f"people_{years[0]}"]):
        return "unknown"
    if pd.notna(first):
        return "now" if int(first) <= years[0] else "soon" if int(first) <= _SOON_UNTIL else "later"
    if row["reason"] == "" or pd.isna(row["limit"]):
        return "unknown"
    return "stays" if len(years) > 1 and pd.notna(row[f"people_{years[-1]}"]) else "above"


def _limit_shown(study: Study, asked: Asked) -> float:
    limit = limit_of(study, asked)
    return answers.thresholds(study, asked.service).n50 if limit is None else limit


def _say(
    study: Study, rows: pd.DataFrame, people: PeopleToCome, question: Question, asked: Asked, limit: float
) -> None:
    """How many fall below and when; the threshold, who says it and where from."""
    language, years = question.language, years_of(rows)
    found = answers.thresholds(study, asked.service)
    if np.isnan(limit):
        blocks.empty(word("fu_no_threshold", language, why=reason_text(found.reason, language)))
        return
    places = rows.drop_duplicates("location")
    first = places["first_year_below"]
    already = first <= years[0] if years else first.isna()
    shown = {
        "places": number(len(places), language), "sites": number(len(rows), language), "limit": number(limit, language),
        "base": people.base, "already": number(int(already.fillna(value=False).sum()), language),
    }  # fmt: skip
    if people.is_projected:
        later = (first > years[0]).fillna(value=False)
        shown |= {"last": years[-1], "later": number(int(later.sum()), language)}
        blocks.finding(word("fu_will_finding", language, **shown))
    else:
        blocks.finding(word("fu_will_now", language, **shown))
    st.caption(_threshold_text(found, asked, limit, language))


def _threshold_text(found: Thresholds, asked: Asked, limit: float, language: Language) -> str:
    how = "own" if asked.threshold == OWN_THRESHOLD else found.how
    labels = {"published": "fu_how_published", "fitted": "fu_how_fitted", "own": "fu_how_own"}
    source = word("fu_how_own", language) if how == "own" else one_language(found.source, language)
    return blocks.label(
        word("fu_threshold_text", language, n=number(limit, language), how=word(labels[how], language), source=source)
    )


def _map(study: Study, rows: pd.DataFrame, people: PeopleToCome, question: Question, asked: Asked) -> None:
    language, years = question.language, years_of(rows)
    records = blocks.records(rows.assign(limit=_limit_shown(study, asked)).head(_MOST_POINTS))
    looks = [look_of(row, years) for row in records]
    words = {
        key: word(text, language).format(year=people.base if key in {"now", "above"} else _SOON_UNTIL)
        for key, (_, text) in _LOOKS.items()
    }
    content = points_json(
        np.array([row["lon"] for row in records], float), np.array([row["lat"] for row in records], float), looks,
        {"name": [_tip(row, years, language) for row in records], "id": [str(row["site_id"]) for row in records]},
    )  # fmt: skip
    stamp = hashlib.sha256(content).hexdigest()[:16]
    layer = {
        "id": "sites", "kind": "points", "opacity": 1.0, "words": {}, "below": False,
        "url": served(f"{study.key}-future-sites-{stamp}.json", lambda: content),
        "looks": {
            key: {"shape": look.shape, "path": look.path, "colour": look.colour, "radius": look.radius, "label": words[key]}
            for key, (look, _) in _LOOKS.items()
        },
    }  # fmt: skip
    chosen = next((row for row in records if row["site_id"] == st.session_state.get(SITE)), None)
    arguments = {
        "shapes": served(f"{study.key}-shapes.json", study.drawing),
        "fills": {code: 0 if code in (question.codes or people.codes) else 1 for code in people.codes},
        "labels": {},
        "palette": ["#cfe1f2", "#f1f2f3"],
        "opacity": 0.6,
        "legend": legend_html(
            word("fu_sites_legend", language),
            [
                LegendRow(look.colour, words[key], number(looks.count(key), language), is_point=True, look=look)
                for key, (look, _) in _LOOKS.items()
                if key in looks
            ],
        ),
        "places": None,
        "facilities": None,
        "stops": None,
        "layers": [layer],
        "picks": True,
        "spots": [] if chosen is None else [_spot(chosen, years, language)],
        "members": list(question.codes) or None,
        "selected": None,
        "base_map": "none",
        "credit": credit_of(study, language),
        "language": language,
        "alt": word("fu_sites_alt", language, service=category_name(asked.service, language)),
        "words": frame_words(language),
        "height": _HEIGHT,
        "fixed_height": True,
    }
    if question.codes:
        arguments["focus"] = _focus(study, question.codes)
    digest = hashlib.sha256(json.dumps(arguments, sort_keys=True).encode()).hexdigest()[:12]
    map_frame()(**arguments, stamp=digest, key=_MAP, default=None, on_change=_clicked)


def _one(
    rows: pd.DataFrame, people: PeopleToCome, question: Question, asked: Asked, limit: float, study: Study
) -> None:
    """The facility looked at: its people by year against the threshold, and the way to the other pages."""
    language = question.language
    chosen = rows[rows["site_id"].astype(str) == str(st.session_state.get(SITE))]
    if chosen.empty:
        return
    row = blocks.records(chosen)[0]
    town = _town(row, language)
    title = word("fu_site_title", language, name=site_name(row, language), town=town)
    blocks.title(title)
    left, right = st.columns([0.6, 0.4], gap="medium")
    years = years_of(rows)
    with left:
        if len(years) > 1:
            curves = [Curve(word("fu_site_people", language), tuple(float(row[f"people_{year}"]) for year in years))]
            if np.isfinite(limit):
                curves.append(Curve(word("fu_site_limit", language), (limit,) * len(years)))
            look = Frame(title, "人", language, question.year, future_from(people), CAREFUL_FROM)
            st.html(chart_html(years, curves, look))
        else:
            st.html(f'<div class="card">{escape(_tip(row, years, language))}</div>')
    with right, st.container(key="future_links"):
        navigation.page_link(
            "what-if", word("fu_site_close", language), scenario=closing_text(study, str(row["site_id"])),
            service=asked.service, mode=asked.mode,
        )  # fmt: skip
        codes = question.codes or (str(row["municipality_code"]),)
        navigation.page_link(
            "cooperate",
            word("fu_site_last", language),
            region=codes,
            view="future",
            service=asked.service,
            mode=asked.mode,
        )


def closing_text(study: Study, site: str) -> str:
    """The scenario that closes one facility, as the address of the page What-if holds it."""
    from explorer.scenario_edits import Close
    from explorer.ui import what_if_link
    from explorer.ui.what_if_state import Draft

    return what_if_link.link_text(study, Draft(edits=(Close(site),)))


def _town(row: dict[str, Any], language: Language) -> str:
    name, code = str(row["municipality_name"]), str(row["municipality_code"])
    return word("name_and_code", language, name=name, code=code) if code else name


def _clicked() -> None:
    clicked = st.session_state.get(_MAP)
    if isinstance(clicked, dict) and clicked.get("site"):
        st.session_state[SITE] = str(clicked["site"])


def _row_chosen(ids: list[str]) -> None:
    picked = st.session_state[_TABLE]["selection"]["rows"]
    st.session_state[SITE] = ids[picked[0]] if picked and picked[0] < len(ids) else None


def _remark(row: dict[str, Any], language: Language) -> str:
    parts = [word("fu_site_border", language)] if row["at_border"] else []
    why = str(row["people_reason"] or "") or (str(row["reason"] or "") if pd.isna(row["first_year_below"]) else "")
    parts += [one_language(part, language) for part in why.split("; ") if part]
    return word("separator", language).join(parts)


def _tip(row: dict[str, Any], years: list[int], language: Language) -> str:
    if not years:
        return site_name(row, language)
    return word(
        "fu_site_tip", language, name=site_name(row, language), town=str(row["municipality_name"]), base=years[0],
        start=number(row[f"people_{years[0]}"], language), last=years[-1], end=number(row[f"people_{years[-1]}"], language),
    )  # fmt: skip


def _spot(row: dict[str, Any], years: list[int], language: Language) -> dict[str, Any]:
    return {
        "id": str(row["site_id"]), "lat": round(float(row["lat"]), 6), "lon": round(float(row["lon"]), 6), "sign": "★",
        "lines": [_tip(row, years, language)], "colour": "#111827", "chosen": True, "order": 0,
    }  # fmt: skip


def _focus(study: Study, codes: tuple[str, ...]) -> dict[str, Any] | None:
    """The area asked for and a little around it, once for every area."""
    box = study.centres.loc[list(codes), ["west", "south", "east", "north"]].dropna()
    if box.empty:
        return None
    west, south, east, north = box["west"].min(), box["south"].min(), box["east"].max(), box["north"].max()
    edge = 0.1 * max(east - west, north - south, 0.05)
    return {
        "key": ".".join(codes),
        "bounds": [south - edge, west - edge, north + edge, east + edge],
        "always": True,
        "clear": True,
    }
