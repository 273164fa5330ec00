"""The comparison as a document of blocks: HTML, PDF and Word are three ways to draw it."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

import numpy as np

from explorer.comparison import pictures, texts
from explorer.documents.blocks import (
    Block,
    Cell,
    Column,
    Document,
    Figure,
    Heading,
    Listing,
    Paragraph,
    Shown,
    Table,
)
from explorer.provenance import provenance_of
from explorer.words import either, number, one_language, unit_word, value_text, word

if TYPE_CHECKING:
    from explorer.comparison.compared import Comparison
    from explorer.comparison.composite import Composite
    from explorer.comparison.measured import Measured
    from explorer.comparison.years import YearRow
    from explorer.provenance import Provenance
    from explorer.words import Language

_FEW: Final = 5  # areas that fit side by side in a table
_COLUMNS: Final = 4  # indicators side by side where areas are many
_MANY: Final = 12
_KEYS_IN_NAME: Final = 4  # file names have an end


def comparison_document(comparison: Comparison, language: Language) -> Document:
    """Areas side by side: values with ranks, each indicator with bars and strip, maps, change, composite, sources."""
    source = provenance_of(
        comparison.opened, [row.indicator for row in comparison.rows], modes={row.mode for row in comparison.rows}
    )
    credit = source.credit_line(language)
    blocks: list[Block] = [Paragraph(word("cmp_lead", language), "lead"), *_areas(comparison, language)]
    blocks += _overview(comparison, language)
    for number_, row in enumerate(comparison.rows):
        blocks += _indicator(comparison, number_, row, language, credit)
    blocks += [*_maps(comparison, language, credit), *_years(comparison, language, credit)]
    if comparison.composite is not None:
        blocks += _composite(comparison, comparison.composite, language, credit)
    blocks += _closing(comparison, source, language)
    title = source.title(language)
    return Document(
        title=word("cmp_title", language),
        subtitle=word("cmp_subtitle", language, area=title, n=len(comparison.areas), m=len(comparison.rows)),
        name=document_name(comparison, language),
        language=language,
        blocks=tuple(blocks),
        foot=word("cmp_foot", language, area=title, program=word("app_title", language), version=source.version),
        about=tuple(source.rows(language)),
        banner=word("sample_banner", language) if source.is_sample else "",
    )


def document_name(comparison: Comparison, language: Language) -> str:
    """Name for files, of ASCII; many areas by a hash of their keys."""
    keys = [area.key.replace("+", "_") for area in comparison.areas]
    if len(keys) <= _KEYS_IN_NAME and sum(map(len, keys)) <= 40:
        return "-".join(["comparison", *keys, language])
    digest = hashlib.sha256(",".join(keys).encode()).hexdigest()[:8]
    return f"comparison-{len(keys)}-areas-{digest}-{language}"


def _areas(comparison: Comparison, language: Language) -> list[Block]:
    towns = comparison.opened.municipalities.set_index("code")["name"].astype(str)
    rows = []
    listed = comparison.areas
    if len(listed) > _MANY:  # codes stand beside the names in all tables: only who is in a region is to be told
        listed = tuple(area for area in listed if area.is_region)
    if not listed:
        return []
    for area in listed:
        members = word("comma", language).join(
            word("name_and_code", language, name=towns[code], code=code) for code in area.codes
        )
        rows.append((Cell(area.name(language)), Cell(area.key if not area.is_region else members)))
    columns = Column(word("cmp_area", language), width=1.0), Column(word("cmp_codes", language), width=2.4)
    return [
        Heading(word("cmp_areas_title", language)),
        Table(word("cmp_areas_caption", language), columns, tuple(rows)),
    ]


def _overview(comparison: Comparison, language: Language) -> list[Block]:
    blocks: list[Block] = [Heading(word("cmp_values_title", language))]
    caption, note = word("cmp_values_caption", language), texts.how_to_read(comparison, language)[0]
    if len(comparison.areas) <= _FEW:
        columns = [Column(word("indicator", language), width=2.0)]
        columns += [Column(area.name(language), "right") for area in comparison.areas]
        rows = [
            (Cell(word("cmp_with_conditions", language, name=texts.name_of(row, language), text=texts.conditions_of(row, language))),
             *(_value(comparison, row, at, language) for at in range(len(comparison.areas))))
            for row in comparison.rows
        ]  # fmt: skip
        return [*blocks, Table(caption, tuple(columns), tuple(rows), note)]
    count = math.ceil(len(comparison.rows) / _COLUMNS)
    for group in (chunk.tolist() for chunk in np.array_split(np.arange(len(comparison.rows)), count)):
        columns = [Column(word("cmp_area", language), width=1.3)]
        columns += [Column(texts.name_of(comparison.rows[number_], language), "right") for number_ in group]
        rows = [
            (
                Cell(area.label(language)),
                *(_value(comparison, comparison.rows[number_], at, language) for number_ in group),
            )
            for at, area in enumerate(comparison.areas)
        ]
        is_last = group[-1] == len(comparison.rows) - 1
        blocks.append(Table(caption, tuple(columns), tuple(rows), note if is_last else ""))
    return blocks


def _value(comparison: Comparison, row: Measured, at: int, language: Language) -> Cell:
    rank = texts.rank_of_area(row.ranks[at], language)
    value = texts.value_of(row, at, language)
    text = word("cmp_value_rank", language, value=value, rank=rank) if rank else value
    return Cell(text, _shown(comparison, row, at))


def _shown(comparison: Comparison, row: Measured, at: int) -> Shown:
    return Shown(row.indicator.id, comparison.areas[at].key, row.group, row.mode, float(row.value[at]))


def _indicator(comparison: Comparison, number_: int, row: Measured, language: Language, credit: str) -> list[Block]:
    name = texts.name_of(row, language)
    conditions = texts.conditions_of(row, language)
    blocks: list[Block] = [Heading(name, 2)]
    definition = either((row.indicator.definition_ja, row.indicator.definition_en), language)
    blocks.append(Paragraph(f"{definition} {word('cmp_measured', language, text=conditions)}"))
    if not np.isfinite(row.value).any():
        reasons = dict.fromkeys(texts.reason_of(row, at, language) for at in range(len(comparison.areas)))
        return [
            *blocks,
            Paragraph(word("cmp_no_value", language, reason=word("comma", language).join(reasons)), "note"),
        ]
    caption = word("cmp_bars_caption", language, name=name)
    note = texts.range_source(row, language)
    blocks.append(Figure(pictures.bars_picture(comparison, row, language, credit=credit), caption, note))
    if np.isfinite(row.towns).sum() > 1:
        caption = word("cmp_strip_caption", language, name=name)
        blocks.append(Figure(pictures.strip_picture(comparison, row, language, credit=credit), caption))
    blocks.append(_difference_table(comparison, number_, row, language))
    limits = either((row.indicator.limits_ja, row.indicator.limits_en), language)
    if limits:
        blocks.append(Paragraph(word("cmp_limits", language, text=limits), "note"))
    return blocks


def _difference_table(comparison: Comparison, number_: int, row: Measured, language: Language) -> Table:
    found = comparison.differences[number_]
    found = comparison.differences[number_]
    unit = row.indicator.unit
    shown, of_difference = unit_word(unit, language), unit_word(found.unit, language)
    columns = (
        Column(word("cmp_area", language), width=1.6),
        Column(word("column_value", language, unit=shown), "right", 0.9),
        Column(word("cmp_value_range", language), "right", 1.2),
        Column(word("cmp_rank_head", language), "right", 0.9),
        Column(word("cmp_difference_unit", language, unit=of_difference), "right", 1.0),
        Column(word("cmp_difference_range", language), "right", 1.3),
        Column(word("cmp_certainty", language), width=1.4),
    )
    rows = tuple(
        (
            Cell(area.label(language)),
            Cell(texts.bare(float(row.value[at]), unit, language), _shown(comparison, row, at)),
            Cell(texts.range_of(row.ranges.low[at], row.ranges.high[at], unit, language)),
            Cell(texts.rank_of_area(row.ranks[at], language)),
            Cell("" if at == comparison.base else texts.bare(float(found.value[at]), found.unit, language, sign=True)),
            Cell(texts.range_of(found.low[at], found.high[at], found.unit, language, sign=True)),
            Cell(texts.reason_of(row, at, language) or word(texts.SHORT_CERTAINTY[found.certainty[at]], language)),
        )
        for at, area in enumerate(comparison.areas)
    )
    caption = word(
        "cmp_difference_caption", language, name=texts.name_of(row, language), base=_base(comparison, row, language)
    )
    return Table(caption, columns, rows)


def _base(comparison: Comparison, row: Measured, language: Language) -> str:
    value = row.median if comparison.base is None else float(row.value[comparison.base])
    shown = value_text(value, row.indicator.unit, language)
    return word("cmp_base_value", language, base=texts.base_of(comparison, language), value=shown)


def _maps(comparison: Comparison, language: Language, credit: str) -> list[Block]:
    picture = pictures.maps_picture(comparison, language, credit=credit)
    if picture is None:
        return []
    return [Heading(word("cmp_maps_title", language)), Figure(picture, word("cmp_maps_caption", language))]


def _years(comparison: Comparison, language: Language, credit: str) -> list[Block]:
    blocks: list[Block] = [Heading(word("cmp_years_title", language))]
    if not comparison.years:
        return [*blocks, Paragraph(word("cmp_no_years", language))]
    for row in comparison.years:
        name = texts.series_name(row, language)
        blocks.append(Heading(name, 2))
        caption = word("cmp_years_caption", language, name=name, first=row.years[0], last=row.years[-1])
        note = word("cmp_index_note", language, year=row.years[0]) if row.unit == "人" else ""
        if len(comparison.areas) <= pictures.MOST_SLOPES:
            blocks.append(Figure(pictures.slope_picture(comparison, row, language, credit=credit), caption, note))
        if len(comparison.areas) <= pictures.MOST_LINES and len(row.points) > 2:
            caption = word("cmp_lines_caption", language, name=name)
            blocks.append(Figure(pictures.lines_picture(comparison, row, language, credit=credit), caption, note))
        blocks.append(_years_table(comparison, row, language))
    return blocks


def _years_table(comparison: Comparison, row: YearRow, language: Language) -> Table:
    shown = _spread_points(row)
    columns = [Column(word("cmp_area", language), width=1.6)]
    columns += [Column(word("cmp_year", language, year=row.points[at].year), "right") for at in shown]
    rows = tuple(
        (Cell(area.label(language)),
         *(Cell(texts.bare(float(row.points[point].value[at]), row.unit, language),
                Shown(row.points[point].indicator, area.key, row.group, "", float(row.points[point].value[at]))
                if row.points[point].indicator else None)
           for point in shown))
        for at, area in enumerate(comparison.areas)
    )  # fmt: skip
    note = word("cmp_mixed_sources", language) if row.mixes_sources else ""
    return Table(
        word("cmp_years_table", language, name=texts.series_name(row, language), unit=unit_word(row.unit, language)),
        tuple(columns),
        rows,
        note,
    )


def _spread_points(row: YearRow, most: int = 6) -> list[int]:
    """Years that fit side by side: the first, the last, and some between at even steps."""
    count = len(row.points)
    if count <= most:
        return list(range(count))
    return sorted({round(at) for at in np.linspace(0, count - 1, most).tolist()})


def _composite(comparison: Comparison, found: Composite, language: Language, credit: str) -> list[Block]:
    blocks: list[Block] = [Heading(word("cmp_composite_title", language))]
    blocks.append(Paragraph(word("cmp_composite_of", language, text=texts.weights_text(found, language))))
    if not np.isfinite(found.value).any():
        return [*blocks, Paragraph(word("cmp_no_composite", language)), *_composite_notes(found, language)]
    picture = pictures.composite_picture(comparison, found, language, credit=credit)
    blocks.append(
        Figure(picture, word("cmp_composite_caption", language, percent=number(100 * found.variation, language)))
    )
    heads = ("cmp_area", "cmp_composite", "cmp_composite_range", "cmp_composite_rank")
    columns = [Column(word(key, language), "left" if key == "cmp_area" else "right") for key in heads]
    columns[0] = Column(word("cmp_area", language), width=1.5)
    order = np.argsort(np.where(np.isfinite(found.rank), found.rank, np.inf), kind="stable").tolist()
    rows = tuple(
        (
            Cell(comparison.areas[at].label(language)),
            Cell(value_text(float(found.value[at]), "点", language)),
            Cell(texts.range_of(found.low[at], found.high[at], "点", language)),
            Cell(texts.rank_range(found, at, language) or one_language(found.reason[at], language)),
        )
        for at in order
    )
    blocks.append(Table(word("cmp_composite_table", language, n=len(comparison.areas)), tuple(columns), rows))
    if pictures.can_draw_radar(comparison, found):
        picture = pictures.radar_picture(comparison, found, language, credit=credit)
        blocks.append(Figure(picture, word("cmp_radar_caption", language)))
    return [*blocks, *_composite_notes(found, language)]


def _composite_notes(found: Composite, language: Language) -> list[Block]:
    return [Listing(tuple(texts.how_composite(found, language)))]


def _closing(comparison: Comparison, source: Provenance, language: Language) -> list[Block]:
    rows: Sequence[tuple[str, str]] = source.rows(language)
    columns = Column(word("cmp_about_what", language)), Column(word("cmp_about_text", language), width=3.5)
    return [
        Heading(word("cmp_reading_title", language)),
        Listing(tuple(texts.how_to_read(comparison, language))),
        Heading(word("cmp_sources_title", language)),
        Table(word("cmp_sources_caption", language), columns, tuple((Cell(name), Cell(text)) for name, text in rows)),
        Paragraph(source.credit_line(language), "note"),
    ]
