"""Compact city: people, density and facilities inside the zones of the location plan, their change, hazards, people later."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from explorer.documents.blocks import Block, Cell, Paragraph
from explorer.profile.regional_blocks import (
    chapter_of,
    counted_number,
    known,
    reason_text,
    share_and_people,
    unknown,
    value_table,
)
from explorer.words import either, joined, number, word
from layers.catalogue import THEMES

if TYPE_CHECKING:
    from explorer.profile.asked import Asked

SHARE: Final = "zone_residential_share"
CHANGE: Final = "zone_residential_share_change"
DENSITY: Final = "zone_residential_density"
FUNCTION: Final = "zone_function_share"
AREA: Final = "zone_residential_area_share"
_YEARS: Final = (2030, 2040, 2050)
_THEMES: Final = ("shopping", "medical", "welfare", "childcare", "school", "post_bank", "administration")
_HAZARDS: Final = {
    "flood": "pr_hazard_flood",
    "flood_3m": "pr_hazard_flood_3m",
    "landslide": "pr_hazard_landslide",
    "landslide_special": "pr_hazard_landslide_special",
    "tsunami": "pr_hazard_tsunami",
}


def chapter(asked: Asked) -> tuple[Block, ...]:
    """The chapter on zones of the location plan (立地適正化計画) and hazards."""
    language = asked.language
    title = word("pr_compact", language)
    if not known(asked, [SHARE, FUNCTION]):
        what = word("pr_zones_what", language)
        return chapter_of(title, [unknown(asked, what, asked.reason(SHARE)), *_members(asked), *_hazards(asked)])
    blocks = [*_people(asked), *_over_time(asked), *_facilities(asked), *_hazards(asked)]
    return chapter_of(title, blocks)


def _people(asked: Asked) -> list[Block]:
    language = asked.language
    texts = []
    if known(asked, [SHARE]):
        text = word("pr_zone_people", language, name=asked.short_name, share=share_and_people(asked, SHARE))
        has_area = known(asked, [AREA])
        text += word("pr_zone_area", language, area=asked.text(AREA)) if has_area else word("pr_zone_stop", language)
        texts.append(text)
    if known(asked, [FUNCTION]):
        texts.append(word("pr_zone_function_people", language, share=share_and_people(asked, FUNCTION)))
    if known(asked, [CHANGE]):
        texts.append(_change(asked))
    return [Paragraph(joined(texts, language))]


def _members(asked: Asked) -> list[Block]:
    """Of a region without a value of its own, the members that have zones."""
    language = asked.language
    rows = {code: asked.row_of(code, SHARE) for code in asked.codes} if asked.is_region else {}
    parts = [
        word("pr_zone_member", language, name=asked.named(code), share=asked.cell_of(code, SHARE).text)
        for code, row in rows.items()
        if row is not None and row.is_known
    ]
    return [Paragraph(word("pr_zone_members", language, parts=word("pr_comma", language).join(parts)))] if parts else []


def _change(asked: Asked) -> str:
    value = asked.value(CHANGE)
    if round(value, 2) == 0:
        return word("pr_zone_same", asked.language)
    return word("pr_zone_change", asked.language, change=asked.text(CHANGE, sign=True))


def _over_time(asked: Asked) -> list[Block]:
    """Share and density in the zone before, now and as projected."""
    language = asked.language
    columns = [("zone_residential_share_before", "", word("pr_before_census", language))]
    columns += [(SHARE, DENSITY, word("pr_now", language))]
    columns += [
        (f"zone_residential_share_{year}", f"zone_residential_density_{year}", word("pr_year", language, year=year))
        for year in _YEARS
    ]
    columns = [each for each in columns if known(asked, [each[0]])]
    if len(columns) < 2:
        return []
    rows = [
        [Cell(word("pr_zone_row_share", language)), *(asked.cell(share) for share, _, _ in columns)],
        [Cell(word("pr_zone_row_people", language)), *(Cell(counted_number(asked, share)) for share, _, _ in columns)],
    ]
    if known(asked, [DENSITY]):
        cells = [asked.cell(density) if density else Cell(word("pr_dash", language)) for _, density, _ in columns]
        rows.append([Cell(word("pr_zone_row_density", language)), *cells])
    caption = word("pr_zone_caption", language, name=asked.short_name)
    heads = [word("pr_zone_residential", language), *(head for _, _, head in columns)]
    return [value_table(caption, heads, rows, first=1.6, note=word("pr_zone_note", language))]


def _facilities(asked: Asked) -> list[Block]:
    """Share of the facilities inside the zones, one column per service."""
    language = asked.language
    themes = [name for name in _THEMES if known(asked, [f"zone_residential_facilities_{name}"])]
    if not themes:
        return []
    rows = []
    for zone, key in (("residential", "pr_zone_residential"), ("function", "pr_zone_function")):
        names = [f"zone_{zone}_facilities_{theme}" for theme in themes]
        if known(asked, names):
            rows.append([Cell(word(key, language)), *(asked.cell(name) for name in names)])
    counts = [asked.row(f"zone_residential_facilities_{theme}") for theme in themes]
    cells = [Cell(number(np.nan if row is None else row.denominator, language)) for row in counts]
    rows.append([Cell(word("pr_facilities_all", language)), *cells])
    heads = [word("pr_facilities_inside", language), *(either(THEMES[theme], language) for theme in themes)]
    caption = word("pr_facilities_caption", language, name=asked.short_name)
    return [value_table(caption, heads, rows, first=1.7, numbers={len(heads) - 1: 1.3})]


def _hazards(asked: Asked) -> list[Block]:
    """People in zones of hazards, of everybody and of those inside the residential zone."""
    language = asked.language
    names = [name for name in _HAZARDS if known(asked, [f"hazard_{name}_people"])]
    if not names:
        why = reason_text(asked.reason("hazard_flood_people"), language)
        return [unknown(asked, word("pr_hazards_what", language), why)]
    inside = [name for name in names if known(asked, [f"zone_residential_hazard_{name}_people"])]
    heads = [word("pr_hazard", language), word("pr_hazard_share", language), word("pr_people_heads", language)]
    heads += [word("pr_hazard_in_zone", language), word("pr_people_heads", language)] if inside else []
    rows = []
    for name in names:
        everybody, zone = f"hazard_{name}_people", f"zone_residential_hazard_{name}_people"
        row = [Cell(word(_HAZARDS[name], language)), asked.cell(everybody), Cell(counted_number(asked, everybody))]
        row += [asked.cell(zone), Cell(counted_number(asked, zone))] if inside else []
        rows.append(row)
    lacking = [word(_HAZARDS[name], language) for name in _HAZARDS if name not in names]
    note = word("pr_hazard_note", language)
    if lacking:
        missing = word("pr_hazard_lacking", language, names=word("pr_comma", language).join(lacking))
        note = joined([missing, note], language)
    return [value_table(word("pr_hazard_caption", language, name=asked.short_name), heads, rows, note=note)]
