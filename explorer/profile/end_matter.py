"""End of the profile: sources with licences and credits, methods, definitions, and what the numbers cannot say."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from explorer.documents.blocks import Block, Cell, Facts, Figure, Heading, Paragraph, Side, Table
from explorer.profile.definitions import definitions
from explorer.profile.limits import limits
from explorer.profile.methods import methods
from explorer.provenance import provenance_of
from explorer.words import word

if TYPE_CHECKING:
    from explorer.profile.asked import Asked

# Indicators of what the maps show: behind them are the lists of facilities, zones and hazards.
ON_MAPS: Final = (
    "food_shop_within_800m",
    "medical_within_800m",
    "elementary_school_within_800m",
    "junior_high_school_within_800m",
    "nursery_within_800m",
    "kindergarten_within_800m",
    "elderly_welfare_within_800m",
    "post_office_within_800m",
    "bank_within_800m",
    "town_hall_within_800m",
    "branch_office_within_800m",
    "library_within_800m",
    "community_centre_within_800m",
    "station_within_800m",
    "zone_residential_share",
    "hazard_flood_people",
    "hazard_landslide_people",
)


@dataclass(frozen=True)
class Used:
    """Indicators that a document shows, in the order of its cells, and the modes in which it shows them."""

    indicators: tuple[str, ...]
    modes: tuple[str, ...]


def used_in(blocks: Iterable[Block]) -> Used:
    """What the cells of tables and key facts show."""
    shown = [cell.shown for block in blocks for cell in _cells(block) if cell.shown is not None]
    return Used(
        tuple(dict.fromkeys(each.indicator for each in shown)), tuple(dict.fromkeys(each.mode for each in shown))
    )


def end_matter(asked: Asked, blocks: Sequence[Block]) -> tuple[Block, ...]:
    """Sources, methods, definitions and limits of what the blocks before show."""
    language = asked.language
    unsure = limits(asked, used_in(blocks).indicators)
    used = used_in([*blocks, *unsure])
    return (
        Heading(word("pf_limits", language)),
        *unsure,
        Heading(word("pf_methods", language)),
        *methods(asked, used.modes),
        Heading(word("pf_definitions", language)),
        *definitions(asked, used.indicators),
        Heading(word("pf_sources", language)),
        *sources(asked, used, has_maps=any(isinstance(block, (Figure, Side)) for block in blocks)),
    )


def sources(asked: Asked, used: Used, *, has_maps: bool) -> tuple[Block, ...]:
    """A line for each licence and credit with the data sets behind the numbers, and what this document itself is.

    Parameters
    ----------
    has_maps
        Maps show facilities, zones and hazards that no cell may show.
    """
    language = asked.language
    shown = [*used.indicators, *(each for each in ON_MAPS if has_maps and asked.knows(each))]
    provenance = provenance_of(asked.opened, shown, asked.scenario)
    groups: dict[tuple[str, str], list[str]] = {}
    for note in provenance.sources:
        credit = note.credited(language)[0] or note.publisher_in(language)
        named = f"{note.title(language)} {note.edition(language)}".strip()
        groups.setdefault((note.licence_in(language), credit), []).append(named)
    between = word("pf_missing_between", language)
    # Points across the whole page: a table of them is three times as high.
    points = tuple(
        word("pf_source", language, names=between.join(names), licence=licence, credit=credit)
        for (licence, credit), names in groups.items()
    )
    key = "pf_made_from_sample" if provenance.is_sample else "pf_made_from"
    text = word(key, language, program=word("app_title", language), version=provenance.version, made=provenance.key)
    return (Paragraph(text, "note"), *(Paragraph(point, "note") for point in points))


def _cells(block: Block) -> Iterable[Cell]:
    if isinstance(block, Facts):
        return [fact.value for fact in block.facts]
    if isinstance(block, Table):
        return [cell for row in block.rows for cell in row]
    return []
