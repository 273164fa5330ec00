"""What the panels of the what-if page share: the drafts of the session, tables of sites, answers that are kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, Any

import pandas as pd
import streamlit as st

from explorer.scenario_edits import Scenario
from explorer.ui.engine import opened_of
from explorer.ui.study import Study
from explorer.ui.what_if_answer import Answer
from explorer.ui.what_if_map import View
from explorer.ui.what_if_state import LETTERS, Bench
from explorer.words import Language, either, word
from geodata.kinds import KINDS

if TYPE_CHECKING:
    from explorer.regions import Opened
    from explorer.scenario_result import ScenarioResult
    from layers.catalogue import Indicator


@dataclass(frozen=True)
class Desk:
    """Everything a panel needs to draw itself."""

    study: Study
    opened: Opened
    view: View
    bench: Bench

    @property
    def language(self) -> Language:
        """Language of the page."""
        return self.view.language

    def scenario(self, number: int | None = None) -> Scenario:
        """A draft as a scenario, with its letter for a name where it has none."""
        row = self.bench.current if number is None else number
        return self.bench.drafts[row].scenario(letter_name(row, self.language))


def bench_of() -> Bench:
    """The drafts of this session."""
    if not isinstance(st.session_state.get("what_if_bench"), Bench):
        st.session_state["what_if_bench"] = Bench()
    bench: Bench = st.session_state["what_if_bench"]
    return bench


def letter_name(number: int, language: Language) -> str:
    """What a draft without a name is called."""
    return word("what_if_scenario_letter", language, letter=LETTERS[number % len(LETTERS)])


@st.cache_resource(max_entries=32, show_spinner=False, hash_funcs={Study: lambda study: study.key})
def sites_of(study: Study, category: str) -> pd.DataFrame:
    """Sites of a service, halo included (:meth:`explorer.services.Services.sites`)."""
    return opened_of(study).services().sites(category)


def answer_for(desk: Desk, number: int | None = None) -> Answer | None:
    """What a draft does to the service looked at; None where it has no edits.

    Raises
    ------
    ExplorerError
        The scenario names what the workspace does not have, or contradicts itself.
    """
    scenario = desk.scenario(number)
    if not scenario.edits:
        return None
    question = desk.view.question
    kept = _result(desk.study.key, repr(scenario.edits), (question.category,), (question.mode,), scenario, desk)
    return Answer(question, kept)


def indicators_for(desk: Desk, number: int | None = None) -> tuple[pd.DataFrame, list[Indicator]]:
    """Every indicator that a draft can touch, in all modes and before and after, and those that only a build makes anew."""
    scenario = desk.scenario(number)
    return _indicators(desk.study.key, repr(scenario.edits), scenario, desk)


# Kept by what the edits say. Two kinds of edit may have the same fields: repr() tells them apart.
@st.cache_resource(max_entries=24, show_spinner=False)
def _result(
    study_key: str,
    edits_text: str,
    categories: tuple[str, ...],
    modes: tuple[str, ...],
    _scenario: Scenario,
    _desk: Desk,
) -> ScenarioResult:
    from explorer.scenario import run_scenario

    del study_key, edits_text
    return run_scenario(_desk.opened, _scenario, categories=categories, modes=modes)


@st.cache_resource(max_entries=24, show_spinner=False)
def _indicators(
    study_key: str, edits_text: str, _scenario: Scenario, _desk: Desk
) -> tuple[pd.DataFrame, list[Indicator]]:
    from explorer.scenario import run_scenario

    del study_key, edits_text
    result = run_scenario(_desk.opened, _scenario)
    return result.effect.indicators, result.only_a_build


def names_of(study: Study) -> dict[str, str]:
    """Code → name of the municipalities of the study area."""
    table = study.municipalities
    return dict(zip(table["code"].astype(str), table["name"].astype(str), strict=True))


def kind_name(kind: str, language: Language) -> str:
    """What a site is, from its kind (traits after a colon are left out)."""
    plain = kind.partition(":")[0]
    if plain in KINDS:
        return either((KINDS[plain].ja, KINDS[plain].en), language)
    known = {"station": word("station", language), "stop": word("stop", language), "stop30": word("stop30", language)}
    return known.get(plain, plain)


def site_label(row: Mapping[Any, Any], names: dict[str, str], language: Language) -> str:
    """Name, kind, municipality and id of a site for a list to search in."""
    place = names.get(str(row["municipality_code"]), str(row["municipality_code"]))
    name = str(row["name"]) or kind_name(str(row["kind"]), language)
    return word("what_if_site_label", language, name=name, place=place, site=row["site_id"])


def tell(text: str) -> None:
    """Say something at the head of the page in the next run."""
    st.session_state["what_if_message"] = text


def message() -> None:
    """What was left to say; text, not markup."""
    text = st.session_state.pop("what_if_message", "")
    if text:
        show_error(text)


def show_error(text: str) -> None:
    """A message that may hold names from a file: shown as text, since Markdown could fetch a picture."""
    st.html(f'<div class="what-if-error" role="alert">{escape(text)}</div>')
