"""Single facilities: whose closure would be felt most, what there is of them per head, and how long their catchments last."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from explorer.documents.blocks import Block, Cell, Paragraph
from explorer.profile.regional_blocks import (
    ONE_PERSON,
    limit_text,
    reason_text,
    service_text,
    unknown,
    value_table,
)
from explorer.profile.study_answers import TOGETHER_M, StudyAnswers, has_projection, study_answers
from explorer.words import either, joined, number, one_language, word
from geodata.kinds import KINDS
from layers.future import NO_SOURCE

if TYPE_CHECKING:
    import pandas as pd

    from explorer.profile.asked import Asked
    from explorer.profile.study_answers import Question

MOST_SITES: Final = 3
FEWEST_PEOPLE: Final = 9.5  # people are spread over places: a handful says nothing
MOST_CAPACITIES: Final = 5
_UNITS: Final = {"beds": "pr_unit_beds", "m2": "pr_unit_m2", "persons": "pr_unit_persons"}
_REGION: Final = "region"


def critical_blocks(asked: Asked) -> list[Block]:
    """The facilities by how many people here would have none within the limit if that one alone closed."""
    answers = study_answers(asked.opened)
    language = asked.language
    rows, quiet = [], []
    has_ages = "65_plus" in asked.opened.services().people
    for question in answers.critical_questions(asked.codes):
        felt = felt_here(answers.critical(question), asked.codes).head(MOST_SITES)
        if felt.empty:
            quiet.append(_service(asked, question))
        for at, site in enumerate(felt.to_dict("records")):
            row = [_service(asked, question) if at == 0 else "", number(site["rank_here"], language)]
            row += [_site(asked, site), number(site["people_here"], language)]
            row += [number(_elsewhere(site), language)]
            row += [number(site["people_lost_65_plus"], language)] if has_ages else []
            rows.append([Cell(text) for text in row])
    blocks: list[Block] = []
    if rows:
        heads = [word("pr_service_limit", language), word("pr_order", language), word("pr_site", language)]
        heads += [word("pr_lost_here", language), word("pr_lost_elsewhere", language)]
        heads += [word("pr_lost_old", language)] if has_ages else []
        caption = word("pr_critical_caption", language, name=asked.short_name)
        note = word("pr_critical_note", language)
        blocks.append(value_table(caption, heads, rows, first=2.7, texts={1: 0.5, 2: 3.2}, note=note))
    if quiet:
        names = word("pr_comma", language).join(quiet)
        blocks.append(Paragraph(word("pr_critical_none", language, services=names, name=asked.short_name)))
    return blocks


def felt_here(table: pd.DataFrame, codes: tuple[str, ...]) -> pd.DataFrame:
    """Facilities that people of some municipalities would miss, most first; equal numbers share a rank.

    Returns
    -------
    DataFrame
        The columns of `table` and ``people_here`` (who live in one of them and would have none within the limit) and
        ``rank_here``; only facilities that :data:`FEWEST_PEOPLE` or more would miss.
    """
    here = [sum(people for code, people in losing if code in codes) for losing in table["municipalities"]]
    found = table.assign(people_here=np.asarray(here, dtype=float))
    found = found[found["people_here"] >= FEWEST_PEOPLE]
    found = found.sort_values(["people_here", "rank", "site_id"], ascending=[False, True, True], ignore_index=True)
    return found.assign(rank_here=found["people_here"].round().rank(method="min", ascending=False).astype(int))


def _elsewhere(site: dict[Any, Any]) -> float:
    """Who would lose it and does not live here."""
    people = float(site["people_lost"]) - float(site["people_here"])
    return people if people >= ONE_PERSON else 0.0


def _service(asked: Asked, question: Question) -> str:
    language = asked.language
    limit = limit_text(question.mode, question.limit, language)
    return word("pr_service_within", language, service=service_text(question.category, language), limit=limit)


def _site(asked: Asked, site: dict[Any, Any]) -> str:
    """Name of a facility and where it stands; its kind where the list gives no name."""
    language = asked.language
    kind = KINDS.get(str(site["kind"]))
    name = str(site["name"] or "") or (either((kind.ja, kind.en), language) if kind else word("facility", language))
    town = str(site["municipality_name"] or "")
    if not town:
        return name
    code = str(site["municipality_code"])
    where = town if code in asked.codes else word("pr_town_code", language, town=town, code=code)
    return word("pr_site_in", language, name=name, town=where)


def capacity_blocks(asked: Asked) -> list[Block]:
    """Beds, places, floor space per 1,000 people, where a list tells them."""
    from explorer.cooperation import capacity

    language = asked.language
    answers = study_answers(asked.opened)
    categories = [question.category for question in answers.told(asked.codes)]
    table = capacity(asked.opened, list(asked.codes), categories=categories)
    whole = table[table["area_code"] == (_REGION if asked.is_region else asked.area_code)]
    whole = whole[whole["per_1000"].notna() & whole["unit"].isin(list(_UNITS))].head(MOST_CAPACITIES)
    if whole.empty:
        return [Paragraph(word("pr_capacity_unknown", language), role="note")]
    rows = []
    for row in whole.to_dict("records"):
        line = [
            word("pr_capacity_of", language, service=service_text(row["category"], language),
                 unit=word(_UNITS[row["unit"]], language)),
            number(row["sites"], language),
            number(row["capacity"], language),
            number(row["per_1000"], language, digits=1),
        ]  # fmt: skip
        if asked.is_region:
            line += [_of_members(asked, table, row)]
        rows.append([Cell(text) for text in line])
    heads = [word("pr_capacity_what", language), word("pr_capacity_sites", language)]
    heads += [word("pr_capacity_amount", language), word("pr_capacity_per_1000", language)]
    heads += [word("pr_capacity_members", language)] if asked.is_region else []
    remarks = dict.fromkeys(
        word("pr_remark_of", language, service=service_text(row["category"], language),
             remark=reason_text(row["remark"], language))
        for row in whole.to_dict("records") if row["remark"]
    )  # fmt: skip
    note = joined([word("pr_capacity_note", language), *remarks], language)
    caption = word("pr_capacity_caption", language, name=asked.short_name)
    return [value_table(caption, heads, rows, note=note)]


def _of_members(asked: Asked, table: pd.DataFrame, row: dict[Any, Any]) -> str:
    """From the least to the most of the members, each with its own."""
    same = (table["category"] == row["category"]) & (table["unit"] == row["unit"]) & (table["area_code"] != _REGION)
    values = table.loc[same, "per_1000"].dropna()
    if values.empty:
        return word("pr_dash", asked.language)
    low, high = (number(float(value), asked.language, digits=1) for value in (values.min(), values.max()))
    return low if low == high else word("pf_range", asked.language, low=low, high=high)


def lasting_blocks(asked: Asked) -> list[Block]:
    """Places of a service whose catchment falls below the size of town that usually has it, by year."""
    language = asked.language
    answers = study_answers(asked.opened)
    if not has_projection(asked.opened):
        return [unknown(asked, word("pr_lasting_what", language), NO_SOURCE)]
    found = [line for category in answers.lasting() if (line := _lasting(asked, answers, category)) is not None]
    if not found:
        return []
    heads = [word("pr_service", language), word("pr_lasting_n50", language), word("pr_lasting_places", language)]
    years = _years(asked)
    heads += [word("pr_lasting_below", language, year=year) for year in years]
    note = word("pr_lasting_note", language, metres=number(TOGETHER_M, language), last=years[-1])
    caption = word("pr_lasting_caption", language, name=asked.short_name)
    sources = dict.fromkeys(source for _, source in found if source)
    named = [word("pr_lasting_source", language, source=source) for source in sources]
    note = joined([note, *named], language)
    return [value_table(caption, heads, [[Cell(text) for text in line] for line, _ in found], note=note)]


def _years(asked: Asked) -> list[int]:
    """Now, the middle and the end of the projection."""
    from explorer.people_by_year import PeopleByYear

    shown = PeopleByYear(asked.opened).projected
    wanted = [shown[0], *(year for year in (2030, 2050) if shown[0] < year < shown[-1]), shown[-1]]
    return list(dict.fromkeys(wanted))


def _lasting(asked: Asked, answers: StudyAnswers, category: str) -> tuple[list[str], str] | None:
    """A row of the table and the source of the threshold; None where nothing of it stands here or is known."""
    table = answers.catchments(category)
    here = table[table["municipality_code"].isin(asked.codes)].drop_duplicates("location")
    years = _years(asked)
    if here.empty or here[[f"people_{year}" for year in years]].isna().any(axis=None):
        return None
    limit = float(here["n50"].iloc[0])
    language = asked.language
    line = [service_text(category, language), number(limit, language), number(len(here), language)]
    line += [number(int((here[f"people_{year}"] < limit).sum()), language) for year in years]
    return line, one_language(str(here["source_of_threshold"].iloc[0]), language)
