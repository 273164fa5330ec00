"""Where to put it: the best sites for the region together, against each municipality on its own. Run on a button."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

import pandas as pd
import streamlit as st

from explorer.maps.legend import LegendRow, legend_html
from explorer.maps.place_layer import category_name
from explorer.ui import blocks
from explorer.ui import cooperate_answers as answers
from explorer.ui.cooperate_critical import town_text
from explorer.ui.cooperate_map import Drawing
from explorer.ui.cooperate_text import conditions_line, method_lines, reason_text
from explorer.ui.frame import guarded
from explorer.words import Language, number, unit_word, value_text, word

if TYPE_CHECKING:
    from explorer.siting import Siting
    from explorer.siting_price import Price
    from explorer.ui.cooperate_choice import Question
    from explorer.ui.study import Study

REGION: Final = "region"
_ASKED: Final = "cooperate_sites_asked"
_COUNTS: Final = ("1", "2", "3", "4", "5", "6", "8", "10")
_CANDIDATES: Final = {
    "schools": "co_candidates_schools", "town_halls": "co_candidates_town_halls", "hubs": "co_candidates_hubs",
    "places": "co_candidates_places",
}  # fmt: skip
_SAME: Final = "same"
_OBJECTIVES: Final = {"cover": "co_objective_cover", "travel": "co_objective_travel"}
_WAYS: Final = {
    "alone": ("co_column_way_alone", "co_column_way_alone_mean"),
    "alone_open": ("co_column_way_open", "co_column_way_open_mean"),
    "together": ("co_column_way_together", "co_column_way_together_mean"),
}
TOGETHER: Final = "#15803d"
ALONE: Final = "#7e22ce"


def drawing(study: Study, question: Question) -> Drawing:
    """The sites chosen together, numbered, and those that the members would choose alone."""
    language = question.language
    asked = _asked(question)
    if asked is None:
        return Drawing()
    siting = answers.best_sites(study, *asked)
    spots = _spots(siting.sites, TOGETHER, "together", question)
    rows = [LegendRow(TOGETHER, word("co_sites_together", language), is_point=True)]
    price = _price(study, asked)
    if price is not None and len(price.alone):
        spots = _spots(price.alone, ALONE, "alone", question) + spots
        rows.append(LegendRow(ALONE, word("co_sites_alone", language), is_point=True))
    legend = legend_html(word("co_sites_legend", language), rows, note=conditions_line(question))
    return Drawing(legend=legend, spots=spots)


def side(study: Study, question: Question) -> None:
    """What to look for, the button, and the answer in words."""
    language = question.language
    blocks.title(word("co_sites_title", language, service=category_name(question.service, language)))
    st.caption(conditions_line(question))
    settings = _settings(study, question)
    wanted = (question.codes, question.service, question.mode, question.limit, question.group, *settings)
    pressed = st.button(word("co_sites_run", language), key="cooperate_run_button", type="primary", width="stretch")
    if pressed:
        st.session_state[_ASKED] = wanted
    asked = _asked(question)
    if asked is None or asked != wanted:
        st.session_state[_ASKED] = None
        blocks.note(word("co_sites_begin", language))
        return
    bar = st.progress(0.0, text=word("co_sites_step_together", language)) if pressed else None
    try:
        siting = answers.best_sites(study, *asked)
        if bar is not None:
            bar.progress(0.5, text=word("co_sites_step_alone", language))
        with guarded(language):
            _say(siting, _price(study, asked), question)
    except Exception:
        st.session_state[_ASKED] = None  # so that the map does not ask again
        raise
    finally:
        if bar is not None:
            bar.empty()


def below(study: Study, question: Question) -> None:
    """Sites and municipalities as tables."""
    language = question.language
    asked = _asked(question)
    lines = method_lines(study, question)
    if asked is not None:
        siting = answers.best_sites(study, *asked)
        with guarded(language):
            blocks.title(word("co_sites_table", language))
            frame = sites_frame(siting.sites, language)
            blocks.table(frame, key="cooperate_sites_table", formats=_formats(frame))
            blocks.download(frame, f"sites_{question.service}", language, lines=lines)
        with guarded(language):
            blocks.title(word("co_sites_towns", language))
            frame = towns_frame(siting.municipalities, language)
            blocks.table(frame, key="cooperate_towns_table", formats=_formats(frame))
            blocks.download(frame, f"sites_by_town_{question.service}", language, lines=lines)
        price = _price(study, asked)
        if price is not None:
            with guarded(language):
                blocks.title(word("co_price_title", language))
                frame = price_frame(price.table, question_aim(price), language)
                blocks.table(frame, key="cooperate_price_table", formats=_formats(frame))
                blocks.download(
                    frame, f"price_{question.service}", language, lines=[reason_text(price.rule, language), *lines]
                )
                blocks.note(reason_text(price.rule, language))
        lines = [*(reason_text(text, language) for text in siting.notes), *lines]
    blocks.note(word("co_sites_method", language), *lines)


def sites_frame(sites: pd.DataFrame, language: Language) -> pd.DataFrame:
    """The chosen sites, best first."""
    frame = pd.DataFrame(
        {
            word("column_rank", language): sites["order"],
            word("co_column_site", language): sites["name"].where(sites["name"].astype(str) != "", sites["site_id"]),
            word("co_column_town", language): [town_text(row, language) for row in blocks.records(sites)],
            word("co_column_served", language): sites["people_served"].round(),
            word("co_column_served_elsewhere", language): sites["served_elsewhere"].round(),
            word("co_column_lon", language): sites["lon"].round(6),
            word("co_column_lat", language): sites["lat"].round(6),
        }
    )
    return frame.reset_index(drop=True)


def towns_frame(rows: pd.DataFrame, language: Language) -> pd.DataFrame:
    """What the sites do for each member."""
    is_whole = rows["area_code"] == REGION
    return pd.DataFrame(
        {
            word("column_name", language): rows["area_name"].where(~is_whole, word("co_region", language)),
            word("co_column_people", language): rows["people"].round(),
            word("co_column_before", language): rows["share_before"].round(1),
            word("co_column_after", language): rows["share_after"].round(1),
            word("co_column_gain_people", language): rows["covered_gain"].round(),
        }
    ).reset_index(drop=True)


def _settings(study: Study, question: Question) -> tuple[int, str, str]:
    language = question.language
    known = [_SAME, *(name for name in _CANDIDATES if name != "hubs" or study.workspace.has_table("hubs"))]
    left, right = st.columns([0.34, 0.66], gap="small")
    with left:
        count = _pick(word("co_sites_count", language), _COUNTS, "cooperate_count", "3", lambda key: key)
    with right:
        candidates = _pick(
            word("co_candidates", language), known, "cooperate_candidates", "schools",
            lambda key: word("co_candidates_same", language, service=category_name(question.service, language))
            if key == _SAME else word(_CANDIDATES[key], language),
        )  # fmt: skip
    objective = _pick(
        word("co_objective", language), list(_OBJECTIVES), "cooperate_objective", "cover",
        lambda key: word(_OBJECTIVES[key], language),
    )  # fmt: skip
    return int(count), f"facilities:{question.service}" if candidates == _SAME else candidates, objective


def _pick(title: str, options: Sequence[str], key: str, default: str, label: Any) -> str:
    if st.session_state.get(key) not in options:
        st.session_state[key] = default if default in options else options[0]
    return str(st.selectbox(title, options, key=key, format_func=label))


def _asked(question: Question) -> tuple[Any, ...] | None:
    """What the button was last pressed for, if it is still what the page asks."""
    asked = st.session_state.get(_ASKED)
    now = (question.codes, question.service, question.mode, question.limit, question.group)
    return asked if isinstance(asked, tuple) and asked[: len(now)] == now else None


def _price(study: Study, asked: tuple[Any, ...]) -> Price | None:
    return answers.price(study, *asked) if len(asked[0]) > 1 else None


def _say(siting: Siting, price: Price | None, question: Question) -> None:
    language = question.language
    share = 100 * siting.covered_people / siting.people if siting.people > 0 else float("nan")
    before = 100 * siting.covered_before / siting.people if siting.people > 0 else float("nan")
    if siting.sites.empty:
        blocks.empty(" ".join(reason_text(text, language) for text in siting.notes))
        return
    blocks.finding(
        word("co_sites_finding", language, n=number(len(siting.sites), language), limit=question.limit_text,
             people=number(siting.covered_people - siting.covered_before, language), before=value_text(before, "%", language),
             after=value_text(share, "%", language))
    )  # fmt: skip
    if price is not None:
        _compare(price, question)
    st.caption(reason_text(siting.how, language))


def _compare(price: Price, question: Question) -> None:
    """Alone against together: in a sentence, and for each municipality."""
    language = question.language
    whole = price.table.iloc[-1]
    key = "co_price_cover" if question_aim(price) == "cover" else "co_price_travel"
    if key == "co_price_cover":
        text = word(key, language, together=number(whole["covered_together"], language), alone=number(whole["covered_alone"], language),
                    lost=number(whole["people_lost"], language), open=number(whole["covered_alone_open"], language))  # fmt: skip
    else:
        people = max(float(whole["people"]), 1.0)
        unit = "m" if question.mode == "straight" else "分"
        means = {
            name: number(whole[f"travel_{name}"] / people, language, digits=1)
            for name in ("together", "alone", "alone_open")
        }
        text = word(key, language, together=means["together"], alone=means["alone"], open=means["alone_open"],
                    unit=unit_word(unit, language))  # fmt: skip
    blocks.finding(text)


def question_aim(price: Price) -> str:
    """What the sites were chosen for: cover or travel."""
    return str(price.together.question.objective)


def price_frame(table: pd.DataFrame, aim: str, language: Language) -> pd.DataFrame:
    """Alone and together for each member and the region."""
    is_whole = table["area_code"] == REGION
    columns: dict[str, pd.Series] = {
        word("column_name", language): table["area_name"].where(~is_whole, word("co_region", language)),
        word("co_column_people", language): table["people"].round(),
        word("co_column_sites_alone", language): table["sites_alone"],
        word("co_column_sites_together", language): table["sites_together"],
    }
    people = table["people"].where(table["people"] > 0)
    for way, (share, mean) in _WAYS.items():
        if aim == "cover":
            columns[word(share, language)] = (100 * table[f"covered_{way}"] / people).round(1)
        else:
            columns[word(mean, language)] = (table[f"travel_{way}"] / people).round(1)
    if aim == "cover":
        columns[word("co_column_price", language)] = table["people_lost"].round()
    return pd.DataFrame(columns).reset_index(drop=True)


def _spots(sites: pd.DataFrame, colour: str, prefix: str, question: Question) -> list[dict[str, Any]]:
    language = question.language
    spots = []
    for at, row in enumerate(blocks.records(sites), 1):
        name = str(row.get("name") or row.get("site_id") or "")
        served = float(row.get("people_served", float("nan")))
        said = word("co_sites_tip", language, people=number(served, language)) if served >= 0 else ""
        spots.append(
            {
                "id": f"{prefix}:{row.get('site_id', at)}", "lat": round(float(row["lat"]), 6), "lon": round(float(row["lon"]), 6),
                "sign": str(row.get("order", at)), "lines": [name, str(row.get("municipality_name", "")), said],
                "colour": colour, "chosen": False, "order": at,
            }
        )  # fmt: skip
    return spots


def _formats(frame: pd.DataFrame) -> dict[str, str]:
    def of(name: str) -> str:
        return "%,.1f" if "%" in name else "%.5f" if not (frame[name] % 1 == 0).all() else "%,.0f"

    return {str(name): of(str(name)) for name in frame.columns if pd.api.types.is_numeric_dtype(frame[name])}
