"""The card beside the map, and the buttons that walk along the distribution: what a click on the strip would do, by keyboard too."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import streamlit as st

from explorer.completeness_text import completeness_lines
from explorer.speed_text import speed_text
from explorer.ui import explore_guide
from explorer.ui.card import Credits, area_card, whole_card
from explorer.ui.confidence_text import with_confidence
from explorer.ui.explore_pair import pair_html
from explorer.ui.source_text import counted_text, source_lines
from explorer.words import word

if TYPE_CHECKING:
    import pandas as pd

    from explorer.ui.choice import Choice
    from explorer.ui.explore_view import View
    from explorer.ui.study import Study


def show_card(study: Study, first: View, second: View | None, area: str | None) -> None:
    """The way along the distribution, and the card of the chosen municipality or of the whole."""
    _walk(first, area)
    st.html(card_html(study, first, second, area))


def card_html(study: Study, first: View, second: View | None, area: str | None) -> str:
    """The card as HTML; with two maps their values side by side."""
    choice, rows = first.choice, first.rows
    data = credits_of(study, choice)
    if area is None:
        whole = study.whole(choice.indicator.id, choice.mode, choice.group)
        return whole_card(rows, whole, choice, first.classes, data, wanted=_wanted(study, first))
    data = with_confidence(data, study, choice, area)
    position = rows["code"].tolist().index(area)
    official = study.values(choice.indicator.id, "straight", "total")["official_value"]
    beside = "" if second is None else pair_html(first, second, position)
    if not rows["value"].notna().any():
        beside += _wanted(study, first)
    return area_card(
        rows, position, choice, first.classes, data, elsewhere=float(official.iloc[position]), beside=beside
    )


def credits_of(study: Study, choice: Choice) -> Credits:
    """Sources behind this indicator: boundaries and people always, streets, terrain and facilities where used."""
    profile = study.profiles.get(choice.mode)
    category = choice.indicator.category
    wanted = {"population"} | ({"streets"} if profile else set())
    wanted |= {"terrain"} if profile and profile.uses_slope else set()
    wanted |= set(choice.indicator.needs) - {"facilities", "stations", "stops", "streets", "terrain"}  # told above
    lines = source_lines(study, category, wanted, choice.language)
    year = study.manifest.get("population_year")
    speeds = speed_text(profile, choice.language, has_signals=study.has_signals) if profile else ""
    complete = completeness_lines(study.completeness, category, choice.language)
    counted = counted_text(study, category, choice.language)
    return Credits(str(year) if year else "", lines, counted, speeds, complete)


def neighbours(rows: pd.DataFrame, area: str | None) -> tuple[str | None, str | None]:
    """Codes of the municipalities with the next lower and the next higher value; of the lowest and highest while none is chosen.

    Those without a value have no place in the distribution; equal values go by code.
    """
    known = rows[np.isfinite(rows["value"].to_numpy(float))]
    ordered = known.sort_values(["value", "code"], kind="stable")["code"].tolist()
    if not ordered:
        return None, None
    if area not in ordered:
        return ordered[0], ordered[-1]
    at = ordered.index(area)
    return (ordered[at - 1] if at > 0 else None), (ordered[at + 1] if at + 1 < len(ordered) else None)


def _walk(first: View, area: str | None) -> None:
    language = first.choice.language
    lower, higher = neighbours(first.rows, area)
    words = (
        ("lower", word("xp_lowest" if area is None else "xp_lower", language), lower),
        ("higher", word("xp_highest" if area is None else "xp_higher", language), higher),
    )
    with st.container(horizontal=True, gap="xsmall", key="explore_walk"):
        for name, text, code in words:
            st.button(text, key=f"explore_{name}_button", on_click=_go, args=(code,), disabled=code is None)
        st.button(
            word("xp_clear", language), key="explore_clear_button", on_click=_go, args=(None,), disabled=area is None
        )
        explore_guide.show_again(language)


def _go(code: str | None) -> None:
    st.session_state["area"] = code


def _wanted(study: Study, first: View) -> str:
    """Which data an indicator without any value needs, which of it is here, and where the rest is to be had."""
    if first.rows["value"].notna().any():
        return ""
    from explorer.ui.indicators_page_about import inputs_html

    return f'<div class="xp-inputs">{inputs_html(study, first.choice.indicator, first.choice.language)}</div>'
