"""The card beside the map: one municipality's number with everything a planner must be able to say about it."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from html import escape

import numpy as np
import pandas as pd

from explorer.comparison.ranks import rank_of
from explorer.completeness_text import WHOLE, Completeness
from explorer.maps.classes import Classes
from explorer.ui.card_partial import Partial, partial_of
from explorer.ui.choice import Choice
from explorer.ui.strip import strip_html
from explorer.words import Language, either, number, one_language, unit_word, value_digits, value_text, word
from layers import catalogue
from layers.access.profiles import PROFILES

_MOST_NAMED = 4


@dataclass(frozen=True)
class Credits:
    """What the card says of the data: population year, a line per source, facilities counted, speeds of the mode."""

    population_year: str
    lines: Sequence[str]
    counted: str = ""
    speeds: str = ""
    completeness: Mapping[str, Completeness] = field(default_factory=dict)
    confidence: str = field(default="", kw_only=True)


def area_card(
    rows: pd.DataFrame,
    position: int,
    choice: Choice,
    classes: Classes,
    data: Credits,
    *,
    elsewhere: float = math.nan,
    beside: str = "",
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
    beside
        HTML of what stands right below the value: the second map's.
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
    parts.append(beside)
    complete = data.completeness.get(str(row["code"]))
    parts.append(_few_shops(complete, language))
    parts += [
        _official(row, choice, elsewhere),
        _confidence(data, language),
        _strip(rows, value, classes, choice),
        _method(choice, data, complete),
    ]
    return _card(parts, choice)


def whole_card(
    rows: pd.DataFrame, whole: pd.Series, choice: Choice, classes: Classes, data: Credits, *, wanted: str = ""
) -> str:
    """Card while nothing is chosen: the study area as a whole (:meth:`Study.whole`), and what to do next.

    Where it has no value because some municipalities have none, those that have one are told together, as what they are.

    Parameters
    ----------
    wanted
        HTML for an indicator without any value: which data would bring it.
    """
    language, unit = choice.language, choice.indicator.unit
    value = float(whole["value"])
    partial = partial_of(rows, choice.indicator)
    if np.isfinite(value):
        parts = [_whole_name(word("whole_area", language)), _value_block(value, unit, language), _people(whole, choice)]
    elif partial is not None:
        parts, value = _partial(partial, rows, whole, choice), partial.value
    else:
        parts = [_whole_name(word("whole_area", language))]
        if not rows["value"].notna().any():
            parts += [_value_block(value, unit, language), _reason(whole, language), wanted]
        elif whole["reason"]:
            parts.append(_reason(whole, language))
    complete = data.completeness.get(WHOLE)
    parts.append(_few_shops(complete, language))
    parts.append(f'<div class="card-hint">{escape(word("click_hint", language))}</div>')
    parts += [_strip(rows, value, classes, choice), _method(choice, data, complete)]
    return _card(parts, choice)


def _whole_name(text: str) -> str:
    return f'<div class="card-name">{escape(text)}</div>'


def _partial(partial: Partial, rows: pd.DataFrame, whole: pd.Series, choice: Choice) -> list[str]:
    """Municipalities that have a value, together, never called the whole; and why the others have none."""
    language = choice.language
    parts = []
    if np.isfinite(partial.value):
        parts = [
            _whole_name(word("xp_together", language, n=number(partial.known, language))),
            _value_block(partial.value, choice.indicator.unit, language),
            _people(pd.Series({"value": partial.value, "numerator": partial.numerator, "denominator": partial.denominator}), choice),
        ]  # fmt: skip
    counted = word("xp_known_of", language, known=number(partial.known, language), n=number(partial.count, language))
    missing = rows[~np.isfinite(rows["value"])]
    names = [
        word("name_and_code", language, name=name, code=code)
        for name, code in zip(missing["name"], missing["code"], strict=True)
    ]
    shown = word("comma", language).join(names[:_MOST_NAMED]) + (
        word("xp_and_more", language) if len(names) > _MOST_NAMED else ""
    )
    why = [text for text in dict.fromkeys(missing["reason"].astype(str)) if text] or [str(whole["reason"])]
    reason = " ".join(one_language(text, language) for text in why[:_MOST_NAMED])
    parts.append(
        f'<div class="card-reason"><b>{escape(counted)}</b><div>{escape(word("xp_without_value", language, names=shown))}</div>'
        f"<div>{escape(reason)}</div></div>"
    )
    return parts


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
    if choice.indicator.unit != "%" or not math.isclose(
        float(row["value"]) * denominator, 100 * numerator, rel_tol=1e-6
    ):
        return ""  # a rate of change is no share of people
    language = choice.language
    if choice.indicator.counted != "人":  # households, km²: whoever counts them, they are no people
        unit = unit_word(choice.indicator.counted, language)
        shares = {"numerator": number(numerator, language), "denominator": number(denominator, language)}
        text = word("counted_of", language, unit=unit, **shares)
        return f'<div class="card-people">{escape(text)}</div>'
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


def _few_shops(complete: Completeness | None, language: Language) -> str:
    """Where the lists lack many shops the number above is not to be trusted: said beside it, not only below."""
    if complete is None or not complete.is_low:
        return ""
    title = escape(word("list_completeness", language))
    return f'<div class="card-reason"><b>{title}</b><div>{escape(complete.text)}</div></div>'


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


def _confidence(data: Credits, language: Language) -> str:
    if not data.confidence:
        return ""
    title = escape(word("confidence", language))
    return f'<div class="card-confidence card-small"><b>{title}</b> {escape(data.confidence)}</div>'


def _strip(rows: pd.DataFrame, value: float, classes: Classes, choice: Choice) -> str:
    image = strip_html(rows["value"], value, classes, unit=choice.indicator.unit, language=choice.language)
    if not image:
        return ""
    title = escape(word("distribution", choice.language))
    return f'<div class="card-strip"><div class="card-small">{title}</div>{image}</div>'


def _method(choice: Choice, data: Credits, complete: Completeness | None) -> str:
    language, indicator = choice.language, choice.indicator
    lines = [
        ("definition", either((indicator.definition_ja, indicator.definition_en), language)),
        ("formula", indicator.formula),
        ("method_used", _method_text(choice, data.population_year)),
        ("limits", either((indicator.limits_ja, indicator.limits_en), language)),
        ("rule_source", either((indicator.rule_ja, indicator.rule_en), language)),
    ]
    if indicator.threshold_m is not None:
        lines.insert(1, ("threshold_used", f"{number(indicator.threshold_m, language)} m"))
    if data.speeds:
        lines.insert(-1, ("profile_used", data.speeds))
    if data.counted:
        lines.append(("facilities_counted", data.counted))
    if complete is not None and not complete.is_low:
        lines.append(("list_completeness", complete.text))
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
