"""What the numbers mean and where they come from, as tables to put beside them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Final

import pandas as pd

from explorer.words import LANGUAGES, Language, either, one_language, unit_word, word
from geodata.sources import PURPOSES
from layers.catalogue import GROUPS, MODES, THEMES

if TYPE_CHECKING:
    from explorer.provenance import Provenance
    from layers.catalogue import Indicator

DICTIONARY_COLUMNS: Final = (
    "item",  # column, indicator, age group, mode
    *("id", "name_ja", "name_en", "definition_ja", "definition_en", "formula", "unit", "threshold_m"),
    *("rule_ja", "rule_en", "needs_ja", "needs_en", "limits_ja", "limits_en"),
    *("theme_ja", "theme_en", "modes", "groups", "level", "better", "kpi"),
)
SOURCE_COLUMNS: Final = (
    "item",  # source, or a property of the file
    *("title_ja", "title_en", "edition", "publisher", "licence", "credit", "url", "files"),
)


def dictionary_table(indicators: Iterable[Indicator], columns: Sequence[str]) -> pd.DataFrame:
    """The data dictionary: columns of a long table, codes of age groups and modes, and every indicator.

    Returns
    -------
    DataFrame
        Columns :data:`DICTIONARY_COLUMNS`, all text.
    """
    entries = list(indicators)
    rows = [{"item": "column", "id": name, **_by_language("definition", _column_meaning(name))} for name in columns]
    rows += [_definition(indicator) for indicator in entries]
    used = {mode for indicator in entries for mode in indicator.modes}
    rows += [{"item": "mode", "id": mode, **_by_language("name", MODES[mode])} for mode in MODES if mode in used]
    rows += [{"item": "group", "id": group, **_by_language("name", names)} for group, names in GROUPS.items()]
    return pd.DataFrame(rows, columns=list(DICTIONARY_COLUMNS)).fillna("").astype(str)


def definitions_table(indicators: Iterable[Indicator]) -> pd.DataFrame:
    """Every indicator in both languages: :data:`DICTIONARY_COLUMNS` without ``item``, all text."""
    rows = [_definition(indicator) for indicator in indicators]
    return pd.DataFrame(rows, columns=list(DICTIONARY_COLUMNS)).drop(columns="item").fillna("").astype(str)


def definition_rows(indicators: Iterable[Indicator], language: Language) -> tuple[list[str], list[list[str | int]]]:
    """Heads and rows of a sheet of definitions in one language; a threshold is a number, everything else text."""
    heads = [
        word("ex_id", language), word("ex_name", language), word("ex_theme", language), word("ex_definition", language),
        word("ex_formula", language), word("ex_unit", language), word("ex_threshold", language), word("ex_rule", language),
        word("ex_needs", language), word("ex_limits", language), word("ex_mode", language), word("ex_group", language),
        word("ex_direction", language), word("ex_kpi", language),
    ]  # fmt: skip
    comma = word("comma", language)
    better = {"high": word("ex_high", language), "low": word("ex_low", language), None: ""}
    rows: list[list[str | int]] = [
        [
            each.id,
            either((each.ja, each.en), language),
            either(THEMES[each.theme], language),
            either((each.definition_ja, each.definition_en), language),
            each.formula,
            unit_word(each.unit, language),
            "" if each.threshold_m is None else each.threshold_m,
            either((each.rule_ja, each.rule_en), language),
            comma.join(either(PURPOSES[need], language) for need in each.needs),
            either((each.limits_ja, each.limits_en), language),
            comma.join(either(MODES[mode], language) for mode in each.modes if mode),
            "" if each.groups is None else comma.join(either(GROUPS[group], language) for group in each.groups),
            better[each.better],
            comma.join(map(str, each.kpi)),
        ]
        for each in indicators
    ]
    return heads, rows


def sources_table(provenance: Provenance) -> pd.DataFrame:
    """Properties of a file (area, dates, scenario, method, version …), then its sources, in both languages.

    Returns
    -------
    DataFrame
        Columns :data:`SOURCE_COLUMNS`, all text.
    """
    without = len(provenance.sources)
    pairs = [provenance.rows(language)[: -without or None] for language in LANGUAGES]
    rows = [
        {"item": f"{name_ja} / {name_en}", "title_ja": ja, "title_en": en}
        for (name_ja, ja), (name_en, en) in zip(*pairs, strict=True)
    ]
    rows += [
        {
            "item": "出典 / Source",
            "title_ja": note.titles[0],
            "title_en": note.titles[1],
            "edition": ", ".join(note.editions),
            "publisher": note.publisher,
            "licence": note.licence,
            "credit": note.credit,
            "url": note.url,
            "files": str(len(note.files)),
        }
        for note in provenance.sources
    ]
    return pd.DataFrame(rows, columns=list(SOURCE_COLUMNS)).fillna("").astype(str)


def source_rows(provenance: Provenance, language: Language) -> tuple[list[str], list[list[str | int]]]:
    """Heads and rows of a sheet of sources in one language."""
    heads = [
        word("source_title", language), word("source_edition", language), word("source_publisher", language),
        word("source_licence", language), word("source_credit", language), word("ex_url", language),
        word("ex_file_count", language),
    ]  # fmt: skip
    rows: list[list[str | int]] = [
        [
            either(note.titles, language), note.edition(language), note.publisher_in(language), note.licence_in(language),
            note.credit_in(language), note.url, len(note.files),
        ]
        for note in provenance.sources
    ]  # fmt: skip
    return heads, rows


def column_meaning(name: str, language: Language) -> str:
    """What a column of the long table holds."""
    meanings = {
        "area_code": word("ex_column_area_code", language),
        "area_name": word("ex_column_area_name", language),
        "indicator": word("ex_column_indicator", language),
        "group": word("ex_column_group", language),
        "mode": word("ex_column_mode", language),
        "value": word("ex_column_value", language),
        "unit": word("ex_column_unit", language),
        "numerator": word("ex_column_numerator", language),
        "denominator": word("ex_column_denominator", language),
        "reason": word("ex_column_reason", language),
        "official_value": word("ex_column_official_value", language),
        "official_source": word("ex_column_official_source", language),
        "value_after": word("ex_column_value_after", language),
        "numerator_after": word("ex_column_numerator_after", language),
        "denominator_after": word("ex_column_denominator_after", language),
        "reason_after": word("ex_column_reason_after", language),
        "change": word("ex_column_change", language),
        "scenario": word("ex_column_scenario", language),
    }
    return meanings[name]


def reasons_text(reasons: dict[str, str], language: Language | None = None) -> str:
    """Why columns have no value, reason by reason: ``reason: column, column``; in both languages without `language`."""
    columns: dict[str, list[str]] = {}
    for column, reason in reasons.items():
        columns.setdefault(reason if language is None else one_language(reason, language), []).append(column)
    return "\n".join(f"{reason}: {', '.join(names)}" for reason, names in columns.items())


def _column_meaning(name: str) -> tuple[str, str]:
    return column_meaning(name, "ja"), column_meaning(name, "en")


def _definition(indicator: Indicator) -> dict[str, str]:
    needs = [PURPOSES[need] for need in indicator.needs]
    return {
        "item": "indicator",
        "id": indicator.id,
        "name_ja": indicator.ja,
        "name_en": indicator.en,
        "definition_ja": indicator.definition_ja,
        "definition_en": indicator.definition_en,
        "formula": indicator.formula,
        "unit": indicator.unit,
        "threshold_m": "" if indicator.threshold_m is None else str(indicator.threshold_m),
        "rule_ja": indicator.rule_ja,
        "rule_en": indicator.rule_en,
        "needs_ja": "、".join(ja for ja, _ in needs),
        "needs_en": ", ".join(en for _, en in needs),
        "limits_ja": indicator.limits_ja,
        "limits_en": indicator.limits_en,
        **_by_language("theme", THEMES[indicator.theme]),
        "modes": " ".join(indicator.modes),
        "groups": "*" if indicator.groups is None else " ".join(indicator.groups),
        "level": indicator.level,
        "better": indicator.better or "",
        "kpi": " ".join(map(str, indicator.kpi)),
    }


def _by_language(name: str, pair: tuple[str, str]) -> dict[str, str]:
    return {f"{name}_{language}": text for language, text in zip(LANGUAGES, pair, strict=True)}
