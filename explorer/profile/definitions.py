"""Definition, formula and rule of every indicator that the document shows; those with the same formula and rule together."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from explorer.documents.blocks import Block, Paragraph
from explorer.words import either, word
from layers.catalogue import THEMES

_YEAR: Final = re.compile(r"(?<!\d)20\d\d(?!\d)")
_NAMED_THEMES: Final = 2
_MOST_GROUPS: Final = 9  # about a third of a page: a profile is to have eight at most
_PLACE: Final = "\0"  # where a year stood

if TYPE_CHECKING:
    from explorer.profile.asked import Asked
    from explorer.words import Language
    from layers.catalogue import Indicator


def definitions(asked: Asked, indicators: Sequence[str]) -> tuple[Block, ...]:
    """A paragraph for each theme, or for several that count in the same way: names, what is counted, formula, rule.

    The first that the document shows are defined; how many others there are, and where they are defined, is said.
    """
    language = asked.language
    by_themes: dict[tuple[str, ...], dict[str, list[str]]] = {}
    groups = list(_groups([asked.indicator(each) for each in indicators], language).items())
    for (_, rule), group in groups[:_MOST_GROUPS]:
        text = word("pf_definition", language, names=_names(group, language), what=_what(group, language))
        by_themes.setdefault(_themes(group), {}).setdefault(rule, []).append(text)
    order = {theme: number for number, theme in enumerate(THEMES)}
    paragraphs = [
        Paragraph(_theme_text(themes, by_themes[themes], language), "note")
        for themes in sorted(by_themes, key=lambda themes: [order[theme] for theme in themes])
    ]
    others = sum(len(group) for _, group in groups[_MOST_GROUPS:])
    if others:
        paragraphs.append(Paragraph(word("pf_other_definitions", language, n=others), "note"))
    return (Paragraph(word("pf_symbols", language), "note"), *paragraphs)


def _theme_text(themes: tuple[str, ...], by_rule: dict[str, list[str]], language: Language) -> str:
    """Definitions of a theme, each rule said once after those that follow it."""
    between = word("pf_definitions_between", language)
    parts = [
        word("pf_definitions_of_rule", language, definitions=between.join(texts), rule=rule)
        for rule, texts in by_rule.items()
    ]
    named = (
        word("pf_several_themes", language)
        if len(themes) > _NAMED_THEMES
        else word("pf_joined", language).join(either(THEMES[theme], language) for theme in themes)
    )
    return word("pf_definitions_of_theme", language, theme=named) + between.join(parts)


def _groups(entries: Sequence[Indicator], language: Language) -> dict[tuple[str, str], list[Indicator]]:
    """Entries with the same formula and rule; those whose formulas differ only in the year too."""
    groups: dict[tuple[str, str], list[Indicator]] = {}
    for entry in entries:
        formula = _YEAR.sub(_PLACE, entry.formula)
        rule = _short(either((entry.rule_ja, entry.rule_en), language))
        groups.setdefault((formula, rule), []).append(entry)
    return groups


def _themes(group: Sequence[Indicator]) -> tuple[str, ...]:
    """Themes of a group, in the order of the catalogue."""
    return tuple(theme for theme in THEMES if any(entry.theme == theme for entry in group))


def _short(rule: str) -> str:
    """Whose rule it is, without what it says: the definition says that."""
    for mark in ("。", ": ", "; "):
        rule = rule.partition(mark)[0]
    return rule


def _names(group: Sequence[Indicator], language: Language) -> str:
    """Names, those that differ only in the year as one name with all years."""
    years: dict[str, list[str]] = {}
    for entry in group:
        name = either((entry.ja, entry.en), language)
        year = _YEAR.search(name)
        pattern = name.replace(year[0], _PLACE, 1) if year else name
        years.setdefault(pattern, []).extend([year[0]] if year else [])
    between = word("pf_joined", language)
    names = (name.replace(_PLACE, between.join(dict.fromkeys(found))) for name, found in years.items())
    return word("comma", language).join(names)


def _what(group: Sequence[Indicator], language: Language) -> str:
    """The first sentence of the first definition, and the formula of all."""
    first = group[0]
    text = _opening(either((first.definition_ja, first.definition_en), language), language)
    return word("pf_definition_formula", language, text=text, formula=first.formula)


def _opening(text: str, language: Language) -> str:
    """The first sentence, with its full stop."""
    head = text.partition("。" if language == "ja" else ". ")[0]
    stop = "。" if language == "ja" else "."
    return head if head.endswith(stop) else head + stop
