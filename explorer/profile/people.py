"""People now and in the years of the projection, by age; women of 20 to 39; the year in which half of the people are left."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

import numpy as np

from explorer.documents.blocks import Block, Cell, Column, Figure, Heading, Paragraph, Table
from explorer.people_by_year import PeopleByYear
from explorer.profile.asked import without_unit
from explorer.profile.indicator_table import Wanted, nothing_known
from explorer.provenance import provenance_of
from explorer.words import either, joined, number, value_text, word
from layers.catalogue import GROUPS
from layers.future import YEARS

if TYPE_CHECKING:
    from explorer.figures.picture import Picture
    from explorer.profile.asked import Asked

AGES: Final = ("total", "0_14", "15_64", "65_plus", "75_plus")
TABLE_YEARS: Final = (2030, 2040, 2050, 2060, 2070)
HEIGHT_MM: Final = 46.0
CAREFUL_FROM: Final = 2055  # from here on the publisher carries the assumptions of 2050 on


def chapter(asked: Asked) -> tuple[Block, ...]:
    """Sentences, a table of people by age and year, and the same as lines."""
    language = asked.language
    head = Heading(word("pf_people", language))
    years = known_years(asked)
    if not years:
        wanted = [Wanted(f"population_{year}") for year in TABLE_YEARS[:1]]
        subject = word("pf_people_subject", language)
        today = [Paragraph(text) for text in today_sentences(asked)]
        return (head, *today, Paragraph(nothing_known(asked, subject, wanted)))
    blocks: list[Block] = [Paragraph(joined(sentences(asked, years), language))]
    blocks.append(_table(asked, years))
    picture = _lines(asked, years)
    if picture is not None:
        note = word("pf_people_source", language, base=base_year(asked))
        blocks.append(Figure(picture, word("pf_people_figure", language), note))
    return (head, *blocks)


def known_years(asked: Asked) -> list[int]:
    """Years of the projection with people of this area."""
    years = [year for year in YEARS if asked.knows(f"population_{year}")]
    return [year for year in years if np.isfinite(asked.value(f"population_{year}"))]


def base_year(asked: Asked) -> int:
    """The year that changes are measured from."""
    return PeopleByYear(asked.opened).now


def base_people(asked: Asked) -> float:
    """People of the base year, in the projection's own series; NaN where it is not known."""
    for year in (2030, 2040, 2050, 2070):
        row = asked.row(f"population_change_{year}")
        if row is not None and np.isfinite(row.denominator):
            return row.denominator
    return float("nan")


def half_year(base: float, people: Sequence[tuple[int, float]]) -> int | None:
    """The first year in which no more than half of the people of the base year are left; None where there is none.

    Examples
    --------
    >>> half_year(1000.0, [(2030, 800.0), (2040, 500.0), (2050, 300.0)])
    2040
    """
    if not base > 0:
        return None
    return next((year for year, count in people if count <= base / 2), None)


def sentences(asked: Asked, years: Sequence[int]) -> list[str]:
    """What the projection says of all people, of the old, of women of 20 to 39, and when half of the people are left."""
    language = asked.language
    found = []
    change = asked.value("population_change_2050")
    if np.isfinite(change):
        shown = {"base": base_year(asked), "people": asked.text("population_2050")}
        shown["change"] = asked.text("population_change_2050", sign=True)
        found.append(word("pf_people_2050", language, **shown))
    found += _half(asked, years)
    if np.isfinite(asked.value("ageing_2050")) and np.isfinite(asked.value("ageing_75_2050")):
        old, oldest = asked.text("ageing_2050"), asked.text("ageing_75_2050")
        found.append(word("pf_people_old", language, old=old, oldest=oldest))
    found += today_sentences(asked)
    women = "women_20_39_2050"
    if asked.knows(women) and np.isfinite(asked.value(women)):
        found.append(word("pf_women_2050", language, women=asked.text(women)))
    return found


def today_sentences(asked: Asked) -> list[str]:
    """Women of 20 to 39 today, where the population source has them."""
    if not (asked.knows("women_20_39") and np.isfinite(asked.value("women_20_39"))):
        return []
    shown = {"women": asked.text("women_20_39"), "share": asked.text("women_20_39_share")}
    return [word("pf_women_now", asked.language, **shown)]


def _half(asked: Asked, years: Sequence[int]) -> list[str]:
    base = base_people(asked)
    if not base > 0:
        return []
    year = half_year(base, [(each, asked.value(f"population_{each}")) for each in years])
    shown = {"base": base_year(asked), "last": years[-1], "year": year}
    return [word("pf_half_never" if year is None else "pf_half", asked.language, **shown)]


def _table(asked: Asked, years: Sequence[int]) -> Table:
    language = asked.language
    chosen = [year for year in TABLE_YEARS if year in years] or list(years)[:5]
    base = base_year(asked)
    columns = [Column(word("pf_column_age", language), width=1.6)]
    columns += [Column(word("pf_year", language, year=year), "right") for year in [base, *chosen]]
    rows = []
    for group in AGES:
        now = base_people(asked) if group == "total" else _base_of(asked, group)
        cells = [without_unit(asked.cell(f"population_{year}", group), "人", language) for year in chosen]
        if any(cell.shown is not None and np.isfinite(cell.shown.value) for cell in cells):
            own = number(now, language) if np.isfinite(now) else "—"
            rows.append((Cell(either(GROUPS[group], language)), Cell(own), *cells))
    changes = [f"population_change_{year}" for year in chosen]
    cells = [asked.cell(each, sign=True) if asked.knows(each) else _change(asked, each) for each in changes]
    rows.append((Cell(word("pf_change_row", language, year=base)), Cell("—"), *cells))
    note = word("pf_people_note", language, base=base, careful=CAREFUL_FROM)
    return Table(word("pf_people_table", language), tuple(columns), tuple(rows), note)


def _change(asked: Asked, change: str) -> Cell:
    """Change since the base year in a year for which there is no indicator."""
    year = int(change.rpartition("_")[2])
    percent = 100 * (asked.value(f"population_{year}") / base_people(asked) - 1) if base_people(asked) else float("nan")
    return Cell(value_text(percent, "%", asked.language, sign=True) if np.isfinite(percent) else "—")


def _base_of(asked: Asked, group: str) -> float:
    """People of an age group in the base year: the projection does not hold it, the population source has its share."""
    by_year = PeopleByYear(asked.opened)
    rows = [asked.study_codes.index(code) for code in asked.codes]
    inside = np.isin(asked.opened.conditions.area_of_place, rows)
    return float(by_year.people(by_year.now, group)[inside].sum())


def _lines(asked: Asked, years: Sequence[int]) -> Picture | None:
    from explorer.figures.lines import Line, lines
    from explorer.figures.style import ChartFrame

    language, base = asked.language, base_year(asked)
    drawn = []
    for group in AGES:
        now = base_people(asked) if group == "total" else _base_of(asked, group)
        values = [now, *(asked.value(f"population_{year}", group) for year in years)]
        if np.isfinite(values).sum() > 1:
            drawn.append(Line(either(GROUPS[group], language), [base, *years], values))
    if not drawn:
        return None
    title = word("pf_people_figure", language)
    credit = provenance_of(asked.opened, [f"population_{years[0]}"]).credit_line(language)
    return lines(
        drawn,
        ChartFrame(title=title, unit="人", language=language, credit=credit),
        future_from=years[0],
        height_mm=HEIGHT_MM,
    )
