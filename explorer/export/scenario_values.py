"""Values after a scenario beside those before, row by row of the long table."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from explorer.conditions import pooled
from explorer.regions import REGION
from layers.indicators import block_table, blocks_of

if TYPE_CHECKING:
    from explorer.export.selection import Selection

SCENARIO_COLUMNS: Final = (
    "value_after",
    "numerator_after",
    "denominator_after",
    "reason_after",
    "change",  # value_after − value; NaN where either is missing
    "scenario",  # name and digest
)
ONLY_A_BUILD: Final = (
    "シナリオの後の値はビルドし直さないと分からない（施設の周囲や停留所の数を地図上で測る指標） / "
    "only a new build tells the value after the scenario: it is measured on the map around sites"
)
_KEYS: Final = ["area_code", "indicator", "group", "mode"]


def with_scenario(table: pd.DataFrame, selection: Selection) -> pd.DataFrame:
    """The long table with :data:`SCENARIO_COLUMNS`: everything anew under the distances after the scenario.

    What the scenario does not touch comes out the same to the last bit; what only a build can tell has no value after it,
    with that reason.
    """
    result = selection.scenario
    if result is None:
        raise ValueError("no scenario")
    after = _after(selection)
    at = pd.MultiIndex.from_frame(after[_KEYS].astype(str)).get_indexer(
        pd.MultiIndex.from_frame(table[_KEYS].astype(str))
    )
    found = after.iloc[at]
    only_a_build = [indicator.id for indicator in result.only_a_build]
    unknown = table["indicator"].isin(only_a_build).to_numpy() | (at < 0)  # -1: a row that only the build could make
    columns = {
        f"{name}_after": np.where(unknown, np.nan, found[name].to_numpy(float))
        for name in ("value", "numerator", "denominator")
    }
    reason = np.where(unknown, ONLY_A_BUILD, found["reason"].astype(object).to_numpy())
    return table.assign(
        **columns,
        reason_after=pd.Categorical(reason),
        change=columns["value_after"] - table["value"].to_numpy(float),
        scenario=pd.Categorical([result.scenario.tag] * len(table)),
    )


def _after(selection: Selection) -> pd.DataFrame:
    """The long table of the same indicators after the scenario: of all municipalities, and of the region."""
    result = selection.scenario
    if result is None:
        raise ValueError("no scenario")
    towns = selection.opened.municipalities
    codes, names = towns["code"].tolist(), towns["name"].tolist()
    modes = None if selection.mode is None else [selection.mode, ""]
    groups = None if selection.group is None else [selection.group]
    conditions = result.effect.after
    table = block_table(blocks_of(conditions, selection.indicators, modes, groups), codes, names)
    if selection.region is None:
        return table
    whole = pooled(conditions, [codes.index(code) for code in selection.region.codes])
    blocks = blocks_of(whole, selection.indicators, modes, groups)
    return pd.concat([table, block_table(blocks, [REGION], [selection.region.name])], ignore_index=True)
