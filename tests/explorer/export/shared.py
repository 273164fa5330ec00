"""What tests of several formats compare with: the table of ``explorer indicators``."""

from __future__ import annotations

import pandas as pd

from explorer.export.selection import Selection

KEYS = ["area_code", "indicator", "group", "mode"]


def by_keys(table: pd.DataFrame) -> pd.DataFrame:
    """A long table by its keys, all of them text, in one order."""
    plain = table.assign(**{name: table[name].astype(object).fillna("").astype(str) for name in KEYS})
    return plain.set_index(KEYS).sort_index()


def wide_values(chosen: Selection) -> dict[str, pd.Series]:
    """Column of the wide table → values by code, taken from the long table in the plainest way."""
    table = by_keys(chosen.opened.indicators())["value"]
    wanted = {(column.indicator.id, column.group, column.mode): column.indicator.id for column in chosen.columns}
    found: dict[str, dict[str, float]] = {name: {} for name in wanted.values()}
    for (code, *key), value in table.items():
        name = wanted.get(tuple(key))
        if name is not None:
            found[name][code] = value
    return {name: pd.Series(values) for name, values in found.items()}
