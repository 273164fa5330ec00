"""What can be said of an indicator without any value: definition, limits with their sources, data it needs, methods, sources."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import Final

from explorer.source_notes import Record, source_notes, wanted_records
from explorer.speed_text import speed_text
from explorer.ui.foot import sources_html
from explorer.ui.source_text import counted_text
from explorer.ui.study import Study
from explorer.words import Language, either, joined, number, unit_word, word
from geodata.kinds import CATEGORIES
from geodata.sources import DATASETS, PURPOSES, WHERE_TO_GET
from layers import catalogue
from layers.access.profiles import PROFILES
from layers.catalogue import Indicator
from layers.kpi import by_number

_NUMBERS: Final = ("人", "世帯", "か所", "種類", "市区町村")
_STREET_ONLY: Final = frozenset(PROFILES)


def meaning(indicator: Indicator, language: Language) -> str:
    """What kind of value it is, and which way is good: two short sentences."""
    unit = unit_word(indicator.unit, language)
    if indicator.unit == "%" and "− 1)" in indicator.formula:
        kind = word("ip_meaning_change", language)
    elif indicator.unit == "%":
        kind = word("ip_meaning_people" if indicator.formula.startswith("100 × Σ P") else "ip_meaning_share", language)
    elif indicator.unit == "分":
        kind = word("ip_meaning_minutes", language)
    elif indicator.unit in _NUMBERS:
        kind = word("ip_meaning_number", language, unit=unit)
    else:
        kind = word("ip_meaning_other", language, unit=unit)
    return joined((kind, direction(indicator, language)), language)


def direction(indicator: Indicator, language: Language) -> str:
    """Which end is good for the people, if either."""
    keys = {"high": "ip_high", "low": "ip_low"}
    return word(keys.get(indicator.better or "", "ip_neither"), language)


def about_html(indicator: Indicator, language: Language) -> str:
    """Definition, formula, limits, rule, what it cannot say and the rest of the catalogue's entry."""
    prefecture = indicator.level == "prefecture"
    lines = [
        ("definition", either((indicator.definition_ja, indicator.definition_en), language)),
        ("formula", indicator.formula),
        ("ip_unit", unit_word(indicator.unit, language)),
        ("ip_direction", direction(indicator, language)),
        ("ip_limits_set", _limits(indicator, language)),
        ("rule_source", either((indicator.rule_ja, indicator.rule_en), language)),
        ("limits", either((indicator.limits_ja, indicator.limits_en), language)),
        ("ip_groups", _groups(indicator, language)),
        ("ip_level_is", word("ip_level_is_prefecture" if prefecture else "ip_level_is_municipality", language)),
        ("ip_classes", word("comma", language).join(f"{limit:g}" for limit in indicator.classes)),
        ("ip_kpis", _kpis(indicator, language)),
        ("ip_official_column", indicator.official or ""),
        ("ip_identity", indicator.id),
    ]
    rows = "".join(f"<dt>{escape(word(key, language))}</dt><dd>{_lines(text)}</dd>" for key, text in lines if text)
    return f'<div class="card ip-about"><dl>{rows}</dl></div>'


def inputs_html(study: Study, indicator: Indicator, language: Language) -> str:
    """Each kind of data that it needs: which of it this workspace has, and where the rest is to be had."""
    rows = [
        [escape(either(PURPOSES[purpose], language)), _here(study, indicator, purpose, language), _where(purpose, language)]
        for purpose in purposes_of(indicator)
    ]  # fmt: skip
    return _table([word(key, language) for key in ("ip_input", "ip_here", "ip_where")], rows)


def methods_html(study: Study, indicator: Indicator, language: Language) -> str:
    """Each way of measuring: how, and whether this workspace has it."""
    computed = set(study.modes(indicator.id))
    rows = [
        [
            escape(either(catalogue.MODES[mode], language)), escape(_how(study, mode, language)),
            escape(word("ip_yes" if mode in computed else "ip_no", language)),
        ]
        for mode in indicator.modes
    ]  # fmt: skip
    return _table([word(key, language) for key in ("ip_method_mode", "ip_method_how", "ip_method_computed")], rows)


def sources_of(study: Study, indicator: Indicator) -> list[Record]:
    """Entries of the manifest behind an indicator, each once."""
    found = [record for purpose in purposes_of(indicator) for record in _records(study, indicator, purpose)]
    return list({id(record): record for record in found}.values())


def used_html(study: Study, indicator: Indicator, language: Language) -> str:
    """The data sets behind it, with publisher, edition, licence and credit line."""
    return sources_html([dict(record) for record in sources_of(study, indicator)], language)


def purposes_of(indicator: Indicator) -> list[str]:
    """Boundaries and people always; streets where every way of measuring is along them; and what the entry names."""
    streets = ["streets"] if set(indicator.modes) <= _STREET_ONLY else []
    return list(dict.fromkeys(["boundaries", "population", *indicator.needs, *streets]))


def _records(study: Study, indicator: Indicator, purpose: str) -> Sequence[Record]:
    """Entries of one purpose; of lists of facilities only those whose facilities are counted."""
    if purpose == "facilities":
        frame = study.facilities.columns
        kinds = CATEGORIES[indicator.category].kinds if indicator.category in CATEGORIES else None
        ids = frame["source"] if kinds is None else frame.loc[frame["kind"].isin(list(kinds)), "source"]
        return wanted_records(study.manifest, ids=set(ids.astype(str)))
    if purpose in {"stations", "stops"}:
        is_rail = study.stops.columns["mode"].astype(str) == "rail"
        ids = study.stops.columns.loc[is_rail if purpose == "stations" else ~is_rail, "source"]
        return wanted_records(study.manifest, ids=set(ids.astype(str)), purposes={purpose})
    return wanted_records(study.manifest, purposes={purpose})


def _here(study: Study, indicator: Indicator, purpose: str, language: Language) -> str:
    notes = source_notes(_records(study, indicator, purpose))
    if not notes:
        return f'<span class="ip-absent">{escape(word("ip_here_no", language))}</span>'
    named = word("comma", language).join(f"{note.title(language)} {note.edition(language)}".strip() for note in notes)
    text = word("ip_here_yes", language, sources=named)
    counted = counted_text(study, indicator.category, language) if purpose == "facilities" else ""
    return escape(text) + (f'<div class="card-small">{escape(counted)}</div>' if counted else "")


def _where(purpose: str, language: Language) -> str:
    sets = [DATASETS[name] for name in WHERE_TO_GET.get(purpose, ())]
    if not sets:
        return escape(word("ip_here_own", language))
    return "<br>".join(
        f'{escape(either((each.ja, each.en), language))}: <span class="ip-address">{escape(each.url)}</span>'
        for each in sets
    )


def _how(study: Study, mode: str, language: Language) -> str:
    if mode not in PROFILES:
        return word("method_straight" if mode == "straight" else "method_none", language)
    profile = study.profiles.get(mode, PROFILES[mode])
    way = word(f"method_{profile.way}", language)
    return word("separator", language).join((way, speed_text(profile, language, has_signals=study.has_signals)))


def _limits(indicator: Indicator, language: Language) -> str:
    own = f"{number(indicator.threshold_m, language)} m" if indicator.threshold_m is not None else ""
    presets = [f"{preset.value:,g}: {either((preset.ja, preset.en), language)}" for preset in indicator.presets]
    return "\n".join([own, *presets]).strip()


def _groups(indicator: Indicator, language: Language) -> str:
    if indicator.groups is None:
        return word("ip_groups_all", language)
    return word("comma", language).join(either(catalogue.GROUPS[group], language) for group in indicator.groups)


def _kpis(indicator: Indicator, language: Language) -> str:
    kpis = (by_number(each) for each in indicator.kpi)
    return "\n".join(
        word("ip_kpi_item", language, number=kpi.number, name=either((kpi.ja, kpi.en), language)) for kpi in kpis
    )


def _lines(text: str) -> str:
    return "<br>".join(escape(line) for line in text.split("\n"))


def _table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """An HTML table; cells are HTML already."""
    head = "".join(f'<th scope="col">{escape(text)}</th>' for text in heads)
    body = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in rows)
    return f'<table class="source-table"><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>'


def credits_of(study: Study, indicator: Indicator, language: Language) -> list[str]:
    """Sources of an indicator for the lines below a saved table."""
    return [note.line(language) for note in source_notes(sources_of(study, indicator))]
