"""Tables of a scenario as shown and as saved: people by municipality and age, indicators before and after, scenarios side by side.

No streamlit in here. Numbers travel as numbers into the files; on the screen they are written as each unit wants it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from explorer.words import Language, either, number, one_language, unit_word, value_digits, value_text, word
from geodata.tables import AGE_GROUPS
from layers import catalogue

if TYPE_CHECKING:
    from explorer.scenario_edits import Scenario
    from layers.catalogue import Indicator

MOST_ROWS: Final = 400  # on the screen; the file has all


def people_frame(table: pd.DataFrame, language: Language, *, shortened: bool = True) -> pd.DataFrame:
    """People newly beyond and within the limit, by municipality and age, and all of them in the first row.

    Parameters
    ----------
    table
        Of :meth:`explorer.ui.what_if_answer.Answer.by_municipality`.
    shortened
        Whole people, and only municipalities with any; else the numbers as worked out, all municipalities touched.
    """
    groups = [group for group in AGE_GROUPS if f"beyond_{group}" in table.columns]
    columns = {f"beyond_{group}": _beyond_head(group, language) for group in groups}
    columns |= {
        "within_total": word("what_if_within", language),
        "farther": word("what_if_column_farther", language),
        "nearer": word("what_if_column_nearer", language),
    }
    shown = table
    if shortened:
        counted = ["beyond_total", "within_total", "farther", "nearer"]
        shown = table[(table[counted].round() > 0).any(axis=1)]
    sums = pd.DataFrame([{"code": "", "name": word("what_if_all_areas", language), **table[list(columns)].sum()}])
    both = pd.concat([sums, shown[["name", "code", *columns]]], ignore_index=True)[["name", "code", *columns]]
    if shortened:
        both[list(columns)] = both[list(columns)].astype(float).round().astype(int)
    heads = {"name": word("column_name", language), "code": word("column_code", language)}
    return both.rename(columns=heads | columns)


def _beyond_head(group: str, language: Language) -> str:
    if group == "total":
        return word("what_if_beyond", language)
    return word("what_if_of_them", language, group=either(catalogue.GROUPS[group], language))


def indicator_frame(
    rows: pd.DataFrame,
    names: Mapping[str, str],
    indicators: Mapping[str, Indicator],
    language: Language,
    *,
    with_modes: bool = True,
) -> pd.DataFrame:
    """Indicators before and after, as text with units, in the order of the rows."""
    shown = rows.head(MOST_ROWS)
    units = [indicators[str(name)].unit for name in shown["indicator"]]
    cells: dict[str, Sequence[object]] = {
        word("column_name", language): [names.get(str(code), str(code)) for code in shown["area_code"]],
        word("indicator", language): [_indicator_name(indicators[str(name)], language) for name in shown["indicator"]],
        word("what_if_before", language): _values(shown["before"], units, language),
        word("what_if_after", language): _values(shown["after"], units, language),
        word("what_if_change", language): [
            change_text(float(change), unit, language) for change, unit in zip(shown["change"], units, strict=True)
        ],
        word("what_if_judged", language): [_judged(int(good), language) for good in shown["good"]],
    }
    if with_modes:
        cells |= {
            word("mode", language): [either(catalogue.MODES[str(mode)], language) for mode in shown["mode"]],
            word("group", language): [either(catalogue.GROUPS[str(group)], language) for group in shown["group"]],
        }
    return pd.DataFrame(cells)


def indicator_file(
    rows: pd.DataFrame, names: Mapping[str, str], indicators: Mapping[str, Indicator], language: Language
) -> pd.DataFrame:
    """The same with numbers as they are, ids, and units in a column of their own."""
    units = [indicators[str(name)].unit for name in rows["indicator"]]
    return pd.DataFrame(
        {
            word("column_code", language): rows["area_code"].astype(str),
            word("column_name", language): [names.get(str(code), "") for code in rows["area_code"]],
            "indicator": rows["indicator"].astype(str),
            word("indicator", language): [_indicator_name(indicators[str(key)], language) for key in rows["indicator"]],
            "mode": rows["mode"].astype(str),
            "group": rows["group"].astype(str),
            word("what_if_unit", language): [unit_word(unit, language) for unit in units],
            word("what_if_before", language): rows["before"],
            word("what_if_after", language): rows["after"],
            word("what_if_change", language): rows["change"],
        }
    )


def side_by_side(
    tables: Mapping[str, pd.DataFrame],
    area_code: str,
    indicators: Mapping[str, Indicator],
    language: Language,
    *,
    as_text: bool = True,
    mode: str | None = None,
) -> pd.DataFrame:
    """One municipality: every indicator that any of the scenarios changes, now and in each of them.

    Parameters
    ----------
    tables
        Head of the column → rows of :attr:`explorer.live_effect.Effect.indicators` (all rows, unchanged ones too).
    mode
        Only this mode (and what has none), and all people; None for every mode and age group.
    """
    keys = ["indicator", "mode", "group"]
    before: dict[tuple[str, ...], float] = {}
    after: dict[str, dict[tuple[str, ...], float]] = {}
    for head, table in tables.items():
        rows = table[table["area_code"].astype(str) == area_code]
        if mode is not None:
            rows = rows[rows["mode"].isin([mode, ""]) & (rows["group"] == "total")]
        index = list(zip(*(rows[key].astype(str) for key in keys), strict=True))
        before |= dict(zip(index, rows["before"].tolist(), strict=True))
        after[head] = dict(zip(index, rows["after"].tolist(), strict=True))
    changed = [
        key for key, old in before.items() if any(_differs(old, values.get(key, old)) for values in after.values())
    ]
    changed.sort(
        key=lambda key: -max(_relative(before[key], values.get(key, before[key])) for values in after.values())
    )
    lines = []
    for key in changed:
        indicator = indicators[key[0]]
        values = {word("what_if_now", language): before[key]}
        values |= {head: values_of.get(key, before[key]) for head, values_of in after.items()}
        cells = {
            head: value_text(value, indicator.unit, language) if as_text else value for head, value in values.items()
        }
        lines.append(
            {
                word("indicator", language): _indicator_name(indicator, language),
                **(_condition(key, language) if mode is None else {}),
                **({} if as_text else {word("what_if_unit", language): unit_word(indicator.unit, language)}),
                **cells,
            }
        )
    return pd.DataFrame(lines)


def people_side_by_side(tables: Mapping[str, pd.DataFrame], language: Language) -> pd.DataFrame:
    """People newly beyond the limit in each scenario, by municipality; all of them first.

    Parameters
    ----------
    tables
        Head of the column → table of :meth:`explorer.ui.what_if_answer.Answer.by_municipality`.
    """
    parts = {head: table.set_index(["name", "code"])["beyond_total"] for head, table in tables.items()}
    joined = pd.DataFrame(parts).fillna(0.0).round().astype(int)
    joined = joined[(joined > 0).any(axis=1)]
    joined = joined.loc[joined.max(axis=1).sort_values(ascending=False, kind="stable").index].reset_index()
    sums = {head: round(float(table["beyond_total"].sum())) for head, table in tables.items()}
    first = pd.DataFrame([{"name": word("what_if_all_areas", language), "code": "", **sums}])
    both = pd.concat([first, joined], ignore_index=True)
    return both.rename(columns={"name": word("column_name", language), "code": word("column_code", language)})


def stamped(frame: pd.DataFrame, stamp: str, language: Language) -> pd.DataFrame:
    """A table for a file, with what scenario and question it answers in its last column, so that no row is ever without."""
    return frame.assign(**{word("what_if_scenario", language): one_language(stamp, language)})


def file_stem(scenario: Scenario) -> str:
    """Name of a file for a scenario: letters that every system takes, and the digest of the edits."""
    safe = "".join(letter if letter.isalnum() or letter in "-_" else "_" for letter in scenario.name)[:40].strip("_")
    return f"{safe or 'scenario'}_{scenario.digest}"


def change_text(change: float, unit: str, language: Language) -> str:
    """A change with its sign; shares in points."""
    if np.isnan(change):
        return "—"
    if unit == "%":
        return f"{number(change, language, digits=2, sign=True)} {word('points_unit', language)}"
    if unit == "時":
        return f"{number(change * 60, language, digits=0, sign=True)} {unit_word('分', language)}"
    digits = max(value_digits(unit, change), 0 if abs(change) >= 10 else 1 if abs(change) >= 1 else 2)
    return f"{number(change, language, digits=digits, sign=True)} {unit_word(unit, language)}"


def _condition(key: tuple[str, ...], language: Language) -> dict[str, str]:
    """Mode and age group of an indicator, under the heads of their columns."""
    return {
        word("mode", language): either(catalogue.MODES[key[1]], language),
        word("group", language): either(catalogue.GROUPS[key[2]], language),
    }


def _values(values: pd.Series[float], units: Sequence[str], language: Language) -> list[str]:
    return [value_text(float(value), unit, language) for value, unit in zip(values, units, strict=True)]


def _indicator_name(indicator: Indicator, language: Language) -> str:
    return either((indicator.ja, indicator.en), language)


def _judged(good: int, language: Language) -> str:
    return {1: word("what_if_better", language), -1: word("what_if_worse", language)}.get(good, "")


def _differs(one: float, other: float) -> bool:
    return one != other and not (np.isnan(one) and np.isnan(other))


def _relative(one: float, other: float) -> float:
    if np.isnan(one) != np.isnan(other):
        return np.inf
    return abs(other - one) / max(abs(one), 1e-9) if _differs(one, other) else 0.0
