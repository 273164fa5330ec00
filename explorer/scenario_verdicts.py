"""Whether an indicator gets better or worse by a change."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import numpy.typing as npt
    import pandas as pd

    from layers.catalogue import Indicator


def indicators_with_verdict(table: pd.DataFrame, known: Mapping[str, Indicator]) -> pd.DataFrame:
    """Indicators before and after, with their names and what to think of it.

    Parameters
    ----------
    table
        :attr:`explorer.live_effect.Effect.indicators`.
    known
        The catalogue.

    Returns
    -------
    DataFrame
        ``area_code``, ``indicator``, ``name``, ``name_en``, ``group``, ``mode``, ``unit``, ``before``, ``after``,
        ``change`` and ``verdict``: better, worse, same, other (where more is neither), gone (no value any more), new.
    """
    ids = list(dict.fromkeys(table["indicator"].astype(str)))
    told = table.assign(
        name=table["indicator"].map({name: known[name].ja for name in ids}),
        name_en=table["indicator"].map({name: known[name].en for name in ids}),
        unit=table["indicator"].map({name: known[name].unit for name in ids}),
        verdict=_verdict(table, known),
    )
    order = ["area_code", "indicator", "name", "name_en", "group", "mode", "unit"]
    return told[[*order, "before", "after", "change", "verdict"]]


def _verdict(table: pd.DataFrame, known: Mapping[str, Indicator]) -> npt.NDArray[np.object_]:
    """Whether each row gets better."""
    before, after = table["before"].to_numpy(float), table["after"].to_numpy(float)
    better = np.array([known[str(name)].better or "" for name in table["indicator"]], dtype=object)
    rises, falls = after > before, after < before
    choices = [
        (np.isnan(before) & np.isnan(after)) | (before == after),
        np.isnan(after),
        np.isnan(before),
        (better == "high") & rises | (better == "low") & falls,
        (better == "high") & falls | (better == "low") & rises,
    ]
    return np.select(choices, ["same", "gone", "new", "better", "worse"], "other").astype(object)
