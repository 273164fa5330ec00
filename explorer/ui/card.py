"""The card beside the map: one municipality's number with everything a planner must be able to say about it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

import numpy as np
import pandas as pd

from explorer.maps.classes import Classes
from explorer.ui.choice import Choice
from explorer.ui.ranking import rank_of, whole_value
from explorer.ui.strip import strip_html
from explorer.words import Language, either, number, one_language, value_digits, value_text, word
from layers import catalogue
from layers.access.profiles import PROFILES


@dataclass(frozen=True)
class Credits:
    """What the card says of the data: population year, a line per source, facilities counted, speeds of the mode."""

    population_year: str
    lines: Sequence[str]
    counted: str = ""
    speeds: str = ""


def area_card(
    rows: pd.DataFrame, position: int, choice: Choice, classes: Classes, data: Credits, *, elsewhere: float = math.nan
) -> str:
    """Card of one municipality as HTML; every text from data is escaped.

    Parameters
    ----------
    rows
        Values of all municipalities (:meth:`explorer.ui.study.Study.values`).
    position
        Row of the chosen municipality.
    elsewhere
        Official value of the same indicator in a straight line for all people, for choices that have none of their own.
    """
    row = rows.iloc[position]
    language, unit = choice.language, choice.indicator.unit
    value = float(row["value"])
    head = f'<div class="card-name">{escape(row["name"])}<span class="card-code">{escape(row["code"])}</span></div>'
    parts = [head, _value_block(value, unit, language)]
    if np.isfinite(value):
        parts += [_people(row, choice), _rank(rows, position, choice)]
    else:
        parts.append(_reason(row, language))
    parts += [_official(row, choice, elsewhere), _strip(rows, value, classes, choice), _method(choice, data)]
    return _card(parts, choice)


def whole_card(rows: pd.DataFrame, choice: Choice, classes: Classes, data: Credits) -> str:
    """Card while nothing is chosen: the study area as a whole, and what to do next."""
    language, unit = choice.language, choice.indicator.unit
    value, numerator, denominator = whole_value(rows, unit)
    parts = [f'<div class="card-name">{escape(word("whole_area", language))}</div>']
    if np.isfinite(value):
        parts.append(_value_block(value, unit, language))
        if unit == "%":
            row = pd.Series({"numerator": numerator, "denominator": denominator})
            parts.append(_people(row, choice))
    parts.append(f'<div class="card-hint">{escape(word("click_hint", language))}</div>')
    parts += [_strip(rows, value, classes, choice), _method(choice, data)]
    return _card(parts, choice)


def indicator_name(choice: Choice) -> str:
    """Name of the chosen indicator, as the catalogue gives it."""
    return either((choice.indicator.ja, choice.indicator.en), choice.language)


def condition_line(choice: Choice) -> str:
    """Mode and age group in words, for captions."""
    parts = [either(catalogue.MODES[choice.mode], choice.language)] if choice.mode else []
    return word("separator", choice.language).join([*parts, either(catalogue.GROUPS[choice.group], choice.language)])


def _card(parts: list[str], choice: Choice) -> str:
    title = f'<div class="card-indicator">{escape(indicator_name(choice))}</div>'
    condition = f'<div class="card-condition">{escape(condition_line(choice))}</div>'
    return f'<section class="card" aria-live="polite">{title}{condition}{"".join(parts)}</section>'


def _value_block(value: float, unit: str, language: Language) -> str:
    shown = value_text(value, unit, language)
    figure, _, unit_text = shown.partition(" ") if np.isfinite(value) else (shown, "", "")
    css = "card-value" if np.isfinite(value) else "card-value card-missing"
    return f'<div class="{css}">{escape(figure)}<span class="card-unit">{escape(unit_text)}</span></div>'


def _people(row: pd.Series, choice: Choice) -> str:
    numerator, denominator = float(row["numerator"]), float(row["denominator"])
    if choice.indicator.unit != "%" or not (np.isfinite(numerator) and np.isfinite(denominator)):
        return ""
    language = choice.language
    text = word(
        "people_of", language, group=either(catalogue.GROUPS[choice.group], language),
        numerator=number(numerator, language), denominator=number(denominator, language),
    )  # fmt: skip
    return f'<div class="card-people">{escape(text)}</div>'


def _rank(rows: pd.DataFrame, position: int, choice: Choice) -> str:
    rank = rank_of(rows["value"], position, choice.indicator.unit, choice.indicator.better)
    if rank is None:
        return ""
    language = choice.language
    order = word("rank_from_high" if rank.from_high else "rank_from_low", language)
    key = "rank_tied" if rank.tied > 1 else "rank_text"
    text = word(key, language, n=rank.count, rank=rank.place, tied=rank.tied, order=order)
    return f'<div class="card-rank">{escape(text)}</div>'


def _reason(row: pd.Series, language: Language) -> str:
    reason = one_language(str(row["reason"]), language) or word("reason_unknown", language)
    return (
        f'<div class="card-reason"><b>{escape(word("reason", language))}</b>'
        f"<div>{escape(reason)}</div></div>"
    )  # fmt: skip


def _official(row: pd.Series, choice: Choice, elsewhere: float) -> str:
    language, unit = choice.language, choice.indicator.unit
    published, value = float(row["official_value"]), float(row["value"])
    if not np.isfinite(published) and np.isfinite(elsewhere):
        text = word("official_elsewhere", language, value=value_text(elsewhere, unit, language))
        return f'<div class="card-official card-small">{escape(text)}</div>'
    if not np.isfinite(published):
        return f'<div class="card-official card-small">{escape(word("official_none", language))}</div>'
    lines = [(word("official", language), value_text(published, unit, language))]
    if np.isfinite(value):
        digits = value_digits(unit, value)
        gap = number(value - published, language, digits=digits, sign=True)
        points = word("points_unit", language) if unit == "%" else value_text(0.0, unit, language).partition(" ")[2]
        lines.append((word("official_difference", language), f"{gap} {points}"))
    table = "".join(f"<dt>{escape(name)}</dt><dd>{escape(text)}</dd>" for name, text in lines)
    source = one_language(str(row["official_source"]), language)
    return (
        f'<div class="card-official"><dl>{table}</dl><div class="card-small">{escape(source)}<br>'
        f"{escape(word('official_why', language))}</div></div>"
    )


def _strip(rows: pd.DataFrame, value: float, classes: Classes, choice: Choice) -> str:
    image = strip_html(rows["value"], value, classes, unit=choice.indicator.unit, language=choice.language)
    if not image:
        return ""
    title = escape(word("distribution", choice.language))
    return f'<div class="card-strip"><div class="card-small">{title}</div>{image}</div>'


def _method(choice: Choice, data: Credits) -> str:
    language, indicator = choice.language, choice.indicator
    lines = [
        ("definition", either((indicator.definition_ja, indicator.definition_en), language)),
        ("formula", indicator.formula),
        ("method_used", _method_text(choice, data.population_year)),
        ("rule_source", either((indicator.rule_ja, indicator.rule_en), language)),
    ]
    if indicator.threshold_m is not None:
        lines.insert(1, ("threshold_used", f"{number(indicator.threshold_m, language)} m"))
    if data.speeds:
        lines.insert(-1, ("profile_used", data.speeds))
    if data.counted:
        lines.append(("facilities_counted", data.counted))
    rows = "".join(f"<dt>{escape(word(key, language))}</dt><dd>{escape(text)}</dd>" for key, text in lines if text)
    sources = "<br>".join(escape(line) for line in data.lines)
    rows += f"<dt>{escape(word('data_used', language))}</dt><dd>{sources}</dd>" if sources else ""
    return f'<details class="card-method" open><summary>{escape(word("method", language))}</summary><dl>{rows}</dl></details>'


def _method_text(choice: Choice, year: str) -> str:
    language = choice.language
    way = PROFILES[choice.mode].way if choice.mode in PROFILES else choice.mode or "none"
    method = word(f"method_{way}", language)
    people = word("population_of", language, year=year) if year else ""
    return word("separator", language).join(part for part in (method, people) if part)
