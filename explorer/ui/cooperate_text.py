"""Sentences that all blocks of the page Cooperate share: what was asked, how it was measured, from which data."""

from __future__ import annotations

from typing import TYPE_CHECKING

from explorer.maps.place_layer import category_name
from explorer.speed_text import speed_text
from explorer.ui.source_text import counted_text, source_lines
from explorer.words import Language, either, one_language, word
from layers import catalogue

if TYPE_CHECKING:
    from explorer.ui.cooperate_choice import Question
    from explorer.ui.study import Study


def conditions_line(question: Question, *, has_limit: bool = True) -> str:
    """Service, means of travel, limit and people in one line."""
    language = question.language
    parts = [category_name(question.service, language), either(catalogue.MODES[question.mode], language)]
    parts += [question.limit_text] if has_limit else []
    return word("separator", language).join([*parts, either(catalogue.GROUPS[question.group], language)])


def method_lines(study: Study, question: Question, *, has_limit: bool = True) -> list[str]:
    """How it was measured, which facilities were counted, from which sources: for the foot of a block and of its file."""
    language = question.language
    profile = study.profiles.get(question.mode)
    lines = [word("co_conditions", language, text=conditions_line(question, has_limit=has_limit))]
    if profile is not None:
        speeds = speed_text(profile, language, has_signals=study.has_signals)
        lines.append(word("co_speeds", language, text=speeds))
    counted = counted_text(study, question.service, language)
    if counted:
        lines.append(word("co_counted", language, text=counted))
    wanted = {"population"} | ({"streets"} if profile is not None else set())
    sources = source_lines(study, question.service, wanted, language)
    lines.append(word("co_sources", language, text=" ／ ".join(sources)))
    return lines


def reason_text(reason: object, language: Language) -> str:
    """Why a value is missing, in one language; empty where nothing is missing."""
    return one_language(reason, language) if isinstance(reason, str) else ""  # NaN where nothing is missing


def names_of(study: Study) -> dict[str, str]:
    """Code → name of every municipality of the study area."""
    return dict(zip(study.municipalities["code"].astype(str), study.municipalities["name"].astype(str), strict=True))
