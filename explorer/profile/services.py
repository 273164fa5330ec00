"""The four domains of services: how many people have them at hand, how that compares, and how far the lists can be trusted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from explorer.completeness_text import kinds_text
from explorer.documents.blocks import Block, Figure, Heading, Paragraph, Side
from explorer.profile.indicator_table import Wanted, indicator_blocks, known, label, official_row
from explorer.provenance import provenance_of
from explorer.words import either, joined, number, one_language, value_text, word
from geodata.kinds import CATEGORIES, KINDS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from explorer.profile.asked import Asked
    from explorer.rows import Row
    from explorer.words import Language

_FEWEST_ON_A_STRIP: Final = 3
_MOST_MARKED: Final = 6


@dataclass(frozen=True)
class Domain:
    """A group of services: its title (a key of the words), and the indicators shown, the first of them in words too."""

    title: str
    wanted: tuple[Wanted, ...]


DOMAINS: Final = (
    Domain(
        "pf_domain_shopping",
        (
            Wanted("food_shop_within_800m"),
            Wanted("commercial_within_800m"),
            Wanted("food_shop_minutes_median"),
            Wanted("food_shop_beyond_15min", mode="drive"),
            Wanted("food_far_places_2020", "65_plus"),
            Wanted("food_hard_places_2020", "65_plus"),
        ),
    ),
    Domain(
        "pf_domain_medical",
        (
            Wanted("medical_within_800m"),
            Wanted("medical_rule_within_800m"),
            Wanted("medical_within_800m", "75_plus"),
            Wanted("pharmacy_within_800m"),
            Wanted("hospital_minutes_median", mode="drive"),
        ),
    ),
    Domain(
        "pf_domain_care",
        (
            Wanted("nursery_within_800m"),
            Wanted("elementary_school_within_800m"),
            Wanted("junior_high_school_minutes_median"),
            Wanted("high_school_minutes_median", mode="drive"),
            Wanted("home_care_within_800m", "65_plus"),
            Wanted("elderly_welfare_within_800m", "65_plus"),
        ),
    ),
    Domain(
        "pf_domain_post",
        (
            Wanted("post_office_within_800m"),
            Wanted("bank_within_800m"),
            Wanted("library_minutes_median", mode="drive"),
            Wanted("town_hall_minutes_median", mode="drive"),
            Wanted("community_centre_within_800m"),
        ),
    ),
)


def chapter(asked: Asked) -> tuple[Block, ...]:
    """A section for each domain, and where the area stands on the main indicator of each."""
    language = asked.language
    how = [word("pf_services_how", language), *([] if asked.is_region else [word("pf_rank_how", language)])]
    blocks: list[Block] = [Heading(word("pf_services", language))]
    blocks.append(Paragraph(joined(how, language), "note"))
    for domain in DOMAINS:
        blocks += _section(asked, domain)
    return (*blocks, *_strips(asked))


def _section(asked: Asked, domain: Domain) -> list[Block]:
    title = word(domain.title, asked.language)
    blocks: list[Block] = [Heading(title, 2)]
    unsaid = [each for each in domain.wanted if asked.knows(each.indicator) and asked.lists_lack(each.indicator)]
    wanted = [each for each in domain.wanted if each not in unsaid]
    shown = known(asked, wanted)
    if shown and shown[0] == wanted[0]:
        blocks.append(Paragraph(coverage_sentence(asked, shown[0])))
    blocks += [Paragraph(text, "warning") for text in too_few(asked, unsaid)]
    caption = word("pf_domain_table", asked.language, domain=title)
    if not unsaid or shown:
        blocks += indicator_blocks(asked, caption, wanted, subject=title, explains_ranks=False)
    published = published_text(asked, [each for each in domain.wanted if each not in shown])
    blocks += [Paragraph(published)] if published else []
    partial = [text for each in _categories(asked, shown) if (text := _no_list(asked, each))]
    return [*blocks, *(Paragraph(text, "note") for text in dict.fromkeys(partial))]


def coverage_sentence(asked: Asked, wanted: Wanted) -> str:
    """People within the limit and beyond it, in words: correct for none, all, and everything between."""
    row = asked.row(wanted.indicator, wanted.group, wanted.mode)
    assert row is not None
    language = asked.language
    category = CATEGORIES[row.indicator.category or ""]
    values = {
        "name": asked.short_name,
        "service": either((category.ja, category.en), language),
        "metres": number(row.indicator.threshold_m or np.nan, language),
        "method": _method(row.mode, language),
        "share": value_text(row.value, "%", language),
        "people": number(row.numerator, language),
        "beyond": number(row.denominator - row.numerator, language),
    }
    return word(_how_many(row.numerator, row.denominator), language, **values)


def _how_many(within: float, everybody: float) -> str:
    if round(within) == 0:
        return "pf_within_none"
    return "pf_within_all" if round(everybody - within) == 0 else "pf_within_some"


def _method(mode: str, language: Language) -> str:
    return word("method_walk" if mode == "walk" else "method_straight", language)


def too_few(asked: Asked, unsaid: Sequence[Wanted]) -> list[str]:
    """Why numbers are left out: the lists behind them hold far too few shops."""
    texts = []
    for each in unsaid[:1]:
        share = asked.lists_lack(each.indicator)
        assert share is not None
        key = "pf_lists_low_published" if share.is_published else "pf_lists_low"
        kinds = kinds_text(asked.indicator(each.indicator).category, asked.language)
        digits = 1 if 0 < share.percent < 10 else 0  # one shop of hundreds is not "about 0 %"
        texts.append(word(key, asked.language, kinds=kinds, share=number(share.percent, asked.language, digits=digits)))
    return texts


def published_text(asked: Asked, wanted: Sequence[Wanted]) -> str:
    """Official values of indicators for which there is none of ours to show."""
    language = asked.language
    rows = [row for each in wanted if asked.knows(each.indicator) and (row := official_row(asked, each)) is not None]
    if not rows:
        return ""
    shown = [
        word("pf_published_part", language, name=asked.label(row.indicator.id), value=_published(row, language))
        for row in {row.indicator.official: row for row in reversed(rows)}.values()
    ]
    sources = dict.fromkeys(one_language(row.official_source, language) for row in rows)
    named = word("pf_reasons_between", language).join(source for source in sources if source)
    parts = word("pf_missing_between", language).join(shown)
    return word("pf_published", language, name=asked.short_name, parts=parts, sources=named or "—")


def _published(row: Row, language: Language) -> str:
    return value_text(row.official_value, row.indicator.unit, language)


def _categories(asked: Asked, shown: Sequence[Wanted]) -> list[str | None]:
    return list(dict.fromkeys(asked.indicator(each.indicator).category for each in shown))


def _no_list(asked: Asked, category: str | None) -> str:
    found = asked.opened.workspace.manifest.get("categories", {}).get(category or "", {})
    if not found.get("missing") or not found.get("present"):
        return ""
    language = asked.language
    comma = word("comma", language)
    named = {
        part: comma.join(either((KINDS[kind].ja, KINDS[kind].en), language) for kind in found[part])
        for part in ("present", "missing")
    }
    service = CATEGORIES[category or ""]
    return word("pf_kinds_missing", language, service=either((service.ja, service.en), language), **named)


def _strips(asked: Asked) -> tuple[Block, ...]:
    """All municipalities on the main indicator of each domain, the area marked, two to a line."""
    figures = [figure for domain in DOMAINS if (figure := _strip(asked, domain)) is not None]
    if not figures:
        return ()
    pairs = [figures[at : at + 2] for at in range(0, len(figures), 2)]
    sides = [Side(tuple(pair)) if len(pair) > 1 else pair[0] for pair in pairs]
    return (Heading(word("pf_strips", asked.language), 2), *sides)


def _strip(asked: Asked, domain: Domain) -> Figure | None:
    from explorer.figures.strip import Marked, strip
    from explorer.figures.style import HALF_WIDTH_MM, ChartFrame

    main = domain.wanted[0]
    values = asked.study_values(main.indicator, main.group, main.mode)
    if int(values.notna().sum()) < _FEWEST_ON_A_STRIP or not known(asked, [main]) or asked.lists_lack(main.indicator):
        return None
    entry = asked.indicator(main.indicator)
    marked = [Marked(asked.names[code], float(values[code])) for code in asked.codes[:_MOST_MARKED]]
    if asked.is_region:
        whole = word("pf_whole_region", asked.language)
        marked = [Marked(whole, asked.value(main.indicator)), *marked[: _MOST_MARKED - 1]]
    credit = provenance_of(asked.opened, [main.indicator]).credit_line(asked.language)
    title = label(asked, main)
    frame = ChartFrame(title, entry.unit, asked.language, width_mm=HALF_WIDTH_MM, credit=credit)
    return Figure(strip(values.tolist(), marked, frame, better=entry.better), title)
