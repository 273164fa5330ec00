"""Answers of the page Future, each worked out when first asked for and kept as long as the workspace stays the same."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import TYPE_CHECKING, Any, Final, TypeVar

import streamlit as st

from explorer.source_notes import source_notes, wanted_records
from explorer.ui.drawing_lock import DRAWING
from explorer.ui.engine import opened_of, warming_of
from explorer.ui.study import Study
from layers.measures import is_in_metres

if TYPE_CHECKING:
    import pandas as pd

    from explorer.figures.picture import Picture
    from explorer.future_people import PeopleToCome
    from explorer.future_services import ReachByYear
    from explorer.future_zones import ZoneByYear
    from explorer.maps.raster import PlaceRaster
    from explorer.provenance import Provenance
    from explorer.words import Language
    from layers.service_thresholds import Thresholds

_BY_KEY: Any = {Study: lambda study: study.key}
_Answer = TypeVar("_Answer")
TOGETHER_M: Final = 500.0  # facilities this close share their people, as on the page Cooperate


def kept(most: int) -> Callable[[Callable[..., _Answer]], Callable[..., _Answer]]:
    """Keep answers of a function of the study and plain values; nobody may change what it returns."""
    return st.cache_resource(max_entries=most, show_spinner=False, hash_funcs=_BY_KEY)


@kept(2)
def people_of(study: Study) -> PeopleToCome:
    """People of every municipality by year and age group."""
    from explorer.future_people import people_to_come

    return people_to_come(opened_of(study))


def warm(study: Study, service: str, mode: str) -> None:
    """Begin in the background with what the view of services would wait for."""

    def work() -> None:
        services = opened_of(study).services()
        if service in services.categories and mode in services.modes:
            services.nearest(service, mode)

    if service:
        warming_of(study.key).start(("future", service, mode), work)


@kept(48)
def reach(study: Study, service: str, mode: str, limit: str) -> ReachByYear:
    """People within reach of a service by year."""
    from explorer.future_services import reach_by_year

    opened = opened_of(study)
    wanted = opened.services().limit_of(mode, **{"metres" if is_in_metres(mode) else "minutes": float(limit)})
    return reach_by_year(opened, people_of(study), service, mode, wanted)


@kept(64)
def thresholds(study: Study, service: str) -> Thresholds:
    """People that a service needs."""
    from explorer.thresholds import thresholds_of

    return thresholds_of(opened_of(study), service)


@kept(32)
def viability(study: Study, service: str, mode: str, codes: tuple[str, ...], threshold: float | None) -> pd.DataFrame:
    """People of the catchment of each facility, or of several side by side, and the first year below a threshold."""
    from explorer.viability import viability as lasting

    return lasting(
        opened_of(study), service, mode, codes=list(codes) or study.municipalities["code"].astype(str).tolist(),
        threshold=threshold, together=TOGETHER_M,
    )  # fmt: skip


@kept(2)
def zones(study: Study) -> dict[str, ZoneByYear]:
    """People in each kind of zone by year."""
    from explorer.future_zones import zones_by_year

    return zones_by_year(opened_of(study), people_of(study))


@kept(32)
def moves(study: Study, codes: tuple[str, ...]) -> tuple[pd.DataFrame, pd.DataFrame, str]:
    """Moves by group, by sex and age, and their year."""
    from explorer.future_migration import latest_year, moves_by_age, moves_of

    opened = opened_of(study)
    return moves_of(opened, codes), moves_by_age(opened, codes), latest_year(opened)


@kept(48)
def place_picture(study: Study, measure: str, group: str, year: int) -> PlaceRaster | None:
    """The picture of all places for one measure, age group and year."""
    from explorer.future_measures import MEASURES, place_classes, place_values
    from explorer.maps.raster import draw_places
    from explorer.people_by_year import PeopleByYear

    longitude, latitude, people = study.places
    asked = MEASURES[measure]
    values = place_values(PeopleByYear(opened_of(study)), asked, group, year)
    return draw_places(longitude, latitude, values, place_classes(asked, group), people=people)


def provenance(study: Study, indicators: Collection[str]) -> Provenance:
    """What is behind the numbers of a view, by indicators that stand for them."""
    from explorer.provenance import provenance_of

    opened = opened_of(study)
    return provenance_of(opened, [each for each in indicators if each in opened.catalogue])


def source_text(study: Study, purposes: Collection[str], language: Language) -> list[str]:
    """Data sets of some purposes with edition, licence and credit, a line each."""
    notes = source_notes(wanted_records(study.manifest, purposes=purposes))
    return [" — ".join(filter(None, [note.line(language), note.credit_in(language)])) for note in notes]


def picture_bytes(draw: Callable[[], Picture], form: str) -> bytes:
    """A chart as a file; drawn when the button is pressed."""
    with DRAWING:
        picture = draw()
        return picture.svg() if form == "svg" else picture.png()
