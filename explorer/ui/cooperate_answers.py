"""Answers about a region, each worked out when it is first asked for and kept as long as the workspace stays the same."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final, Literal, TypeVar

import pandas as pd
import streamlit as st

from explorer.ui.cooperate_choice import Question
from explorer.ui.engine import opened_of, warming_of
from explorer.ui.study import Study
from layers.measures import is_in_metres

if TYPE_CHECKING:
    from explorer.cascades import CascadeResult
    from explorer.compare import Order
    from explorer.region_file import SavedRegion
    from explorer.siting import Siting
    from explorer.siting_price import Price
    from explorer.siting_problem import Objective
    from layers.catalogue import Indicator

_BY_KEY: Any = {Study: lambda study: study.key}
_Answer = TypeVar("_Answer")
TOGETHER_M: Final = 500.0  # facilities this close share their people: a town has the service whichever of them stays


def kept(most: int) -> Callable[[Callable[..., _Answer]], Callable[..., _Answer]]:
    """Keep answers of a function of the study and plain values; nobody may change what it returns."""
    return st.cache_resource(max_entries=most, show_spinner=False, hash_funcs=_BY_KEY)


def limit_of(study: Study, mode: str, limit: str) -> float:
    """A limit in what the mode counts in."""
    services = opened_of(study).services()
    return services.limit_of(mode, **{"metres" if is_in_metres(mode) else "minutes": float(limit)})


def warm(study: Study, question: Question) -> None:
    """Begin in the background with what the first answer would wait for."""

    def work() -> None:
        services = opened_of(study).services()
        services.nearest(question.service, question.mode)
        services.nearest_own(question.service, question.mode)

    if question.service:
        warming_of(study.key).start(("cooperate", question.service, question.mode), work)


@kept(2)
def presets(study: Study) -> list[SavedRegion]:
    """Known regions of which the workspace has a member."""
    from explorer.region_presets import presets as known

    return known(opened_of(study))


@kept(256)
def pooled(study: Study, codes: tuple[str, ...], service: str, mode: str, limit: str, group: str) -> pd.DataFrame:
    """Coverage of members and region: own, pooled, all."""
    from explorer.cooperation import pooled_services

    opened = opened_of(study)
    return pooled_services(
        opened, list(codes), categories=[service], mode=mode, limit=limit_of(study, mode, limit), group=group
    )


@kept(64)
def gain_by_group(study: Study, codes: tuple[str, ...], service: str, mode: str, limit: str) -> pd.DataFrame:
    """The gain and the people behind it by age."""
    from explorer.cooperation import gain_by_group as by_group

    limit_ = limit_of(study, mode, limit)
    return by_group(opened_of(study), list(codes), categories=[service], mode=mode, limit=limit_)


@kept(256)
def uses(study: Study, codes: tuple[str, ...], service: str, mode: str, group: str) -> pd.DataFrame:
    """Who uses whose sites."""
    from explorer.cooperation import uses as matrix

    return matrix(opened_of(study), list(codes), service, mode, group)


@kept(64)
def uses_by_name(study: Study, codes: tuple[str, ...], service: str, mode: str, group: str) -> pd.DataFrame:
    """The same with the municipalities outside the region by name."""
    from explorer.cooperation import uses as matrix

    return matrix(opened_of(study), list(codes), service, mode, group, outside_by_name=True)


@kept(128)
def border_dependence(study: Study, codes: tuple[str, ...], service: str, mode: str, group: str) -> pd.DataFrame:
    """Share of each member's people whose nearest site lies beyond the border of their municipality."""
    from explorer.cooperation import border_dependence as dependence

    return dependence(opened_of(study), list(codes), categories=[service], mode=mode, group=group)


@kept(64)
def capacity(study: Study, codes: tuple[str, ...], service: str, group: str) -> pd.DataFrame:
    """Beds, doctors, places per head, alone and pooled."""
    from explorer.cooperation import capacity as per_head

    return per_head(opened_of(study), list(codes), categories=[service], group=group)


@kept(64)
def floating(
    study: Study,
    codes: tuple[str, ...],
    service: str,
    mode: str,
    limit: str,
    group: str,
    supply: Literal["capacity", "sites"],
) -> pd.DataFrame:
    """The same shared by everybody who reaches a facility; `supply`: capacity, or number of facilities."""
    from explorer.cooperation import floating as shared

    wanted = limit_of(study, mode, limit)
    return shared(opened_of(study), list(codes), service, mode, wanted, group=group, supply=supply)


@kept(32)
def critical(study: Study, service: str, mode: str, limit: str, group: str) -> pd.DataFrame:
    """Facilities by whom their closure alone would hurt; the same for every region."""
    from explorer.criticality import critical as ranking

    return ranking(opened_of(study), service, mode, limit_of(study, mode, limit), group=group)


@kept(32)
def best_sites(
    study: Study, codes: tuple[str, ...], service: str, mode: str, limit: str, group: str, k: int, candidates: str,
    objective: Objective,
) -> Siting:  # fmt: skip
    """Where k more sites would serve most."""
    from explorer.siting import best_sites as best

    wanted = limit_of(study, mode, limit)
    return best(
        opened_of(study), list(codes), service, k=k, mode=mode, limit=wanted, objective=objective, candidates=candidates,
        group=group,
    )  # fmt: skip


@kept(32)
def price(
    study: Study, codes: tuple[str, ...], service: str, mode: str, limit: str, group: str, k: int, candidates: str,
    objective: Objective,
) -> Price:  # fmt: skip
    """The same with each municipality on its own."""
    from explorer.siting import price_of_not_cooperating

    wanted = limit_of(study, mode, limit)
    return price_of_not_cooperating(
        opened_of(study), list(codes), service, k=k, mode=mode, limit=wanted, objective=objective, candidates=candidates,
        group=group,
    )  # fmt: skip


@kept(32)
def viability(study: Study, service: str, mode: str, codes: tuple[str, ...]) -> pd.DataFrame:
    """People of the catchment of each facility, or of several side by side, now and in years to come."""
    from explorer.viability import viability as lasting

    return lasting(opened_of(study), service, mode, codes=list(codes), together=TOGETHER_M)


@kept(2)
def cascade_years(study: Study) -> tuple[list[int], bool]:
    """Years that people are known of, now first, and whether there is a projection."""
    from explorer.people_by_year import PeopleByYear

    people = PeopleByYear(opened_of(study))
    return people.known, bool(people.projected)


@kept(32)
def cascade(
    study: Study, codes: tuple[str, ...], service: str, mode: str, limit: str, year: int
) -> CascadeResult:  # fmt: skip
    """The region's weakest facility closes, and again, at the people of one year."""
    from explorer.cascades import cascade as in_turn

    wanted = limit_of(study, mode, limit)
    return in_turn(opened_of(study), service, mode, codes=list(codes), years=[year], limit=wanted)


@kept(64)
def neighbours(study: Study, code: str, by: Order) -> pd.DataFrame:
    """Borders, minutes by car and commuters between a municipality and every other."""
    from explorer.compare import neighbours as beside

    return beside(opened_of(study), code, by=by)


@kept(64)
def peers(study: Study, code: str) -> pd.DataFrame:
    """A municipality, first, and those that are statistically most like it."""
    from explorer.compare import peers as alike

    return alike(opened_of(study), code, with_itself=True)


@kept(2)
def indicators(study: Study) -> dict[str, Indicator]:
    """The catalogue with the indicators of the workspace's own tables."""
    return opened_of(study).catalogue
