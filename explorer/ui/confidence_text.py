"""What could be wrong with the number on the card, in a few plain words."""

from __future__ import annotations

import math
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from explorer.words import Language, number, value_digits, value_text, word

if TYPE_CHECKING:
    from explorer.confidence import Confidence
    from explorer.ui.card import Credits
    from explorer.ui.choice import Choice
    from explorer.ui.study import Study
    from layers.catalogue import Indicator

_OLD_YEARS: Final = 5  # a list that much older or newer than the people is worth a word


def with_confidence(data: Credits, study: Study, choice: Choice, code: str) -> Credits:
    """The same credits with what could be wrong with the value of a municipality; kept, so that a click waits for nothing."""
    from explorer.confidence import NEEDS

    if not study.manifest.get("steps", {}).keys() >= NEEDS:
        return data
    asked = _confidence(str(study.workspace.path), study.key)
    table = asked.table_of(choice.indicator, choice.mode, choice.group)
    rows = table[table["code"] == code]
    if rows.empty:
        return data
    row = {str(name): value for name, value in rows.iloc[0].items()}
    return replace(data, confidence=confidence_text(row, choice.indicator, choice.language))


@lru_cache(maxsize=2)
def _confidence(path: str, key: str) -> Confidence:
    """Of the workspace in a folder; its key changes when it is built anew."""
    del key
    from explorer.confidence import Confidence
    from explorer.regions import Opened
    from geodata.workspace import Workspace

    return Confidence(Opened(Workspace.open(Path(path))))


def confidence_text(row: dict[str, Any], indicator: Indicator, language: Language) -> str:
    """One line of what is known: range under the threshold ±20 %, way to the street, merged ages, years, other people.

    Parameters
    ----------
    row
        A row of :meth:`explorer.confidence.Confidence.table`.
    """
    if not _is_known(row["value"]):
        return ""
    unit = indicator.unit
    parts = []
    if _is_known(row["value_low"]):
        low = number(row["value_low"], language, digits=value_digits(unit, row["value_low"]))
        parts.append(word("confidence_range", language, low=low, high=value_text(row["value_high"], unit, language)))
    if _is_known(row["other_value"]):
        year = f"{row['other_population_year']:.0f}" if _is_known(row["other_population_year"]) else "?"
        shown = value_text(row["other_value"], unit, language)
        parts.append(word("confidence_other", language, year=year, value=shown))
    if _is_known(row["snap_mean_m"]):
        mean, far = (number(row[name], language) for name in ("snap_mean_m", "snap_p95_m"))
        parts.append(word("confidence_snap", language, mean=mean, far=far))
    if row["suppressed_share"] > 0:
        parts.append(word("confidence_suppressed", language, share=number(row["suppressed_share"], language, digits=1)))
    parts += _years(row, language)
    return word("separator", language).join(parts)


def _years(row: dict[str, Any], language: Language) -> list[str]:
    """Years of lists and boundaries where they are far from that of the people."""
    people = row["population_year"]
    found = []
    ends = [year for year in (row["oldest_year"], row["newest_year"]) if _is_known(year)]
    if ends and _is_known(people) and max(abs(year - people) for year in ends) >= _OLD_YEARS:
        shown = "–".join(dict.fromkeys(f"{year:.0f}" for year in ends))
        found.append(word("confidence_years", language, people=f"{people:.0f}", lists=shown))
    if _is_known(row["boundary_mismatch_years"]) and abs(row["boundary_mismatch_years"]) >= _OLD_YEARS:
        year = f"{row['boundary_year']:.0f}"
        found.append(word("confidence_boundary", language, people=f"{people:.0f}", boundary=year))
    return found


def _is_known(value: float) -> bool:
    return math.isfinite(value)
