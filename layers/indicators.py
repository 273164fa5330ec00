"""The long indicator table: every indicator of the catalogue, for every area, age group and mode."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from geodata.tables import INDICATOR_COLUMNS
from layers import catalogue
from layers.conditions import REASONS, AreaValues, Conditions


@dataclass(frozen=True)
class _Block:
    """One indicator in one mode for one age group, over all areas."""

    indicator: str
    group: str
    mode: str
    unit: str
    values: AreaValues
    published: npt.NDArray[np.float64]
    source: str


@dataclass(frozen=True)
class Official:
    """Published values to show beside ours: column of the official table → value per area code, and who published it."""

    values: dict[str, pd.Series]
    sources: dict[str, str]


def indicator_table(
    conditions: Conditions,
    area_codes: Sequence[str],
    area_names: Sequence[str],
    *,
    wanted: Sequence[catalogue.Indicator],
    official: Official | None = None,
) -> pd.DataFrame:
    """Compute indicators for all areas.

    Parameters
    ----------
    conditions
        Places and distances; its areas are in the order of `area_codes`.
    area_codes, area_names
        (n_areas,) how the areas are called.
    wanted
        Entries of the catalogue to compute.
    official
        Published values by area code, if a source has them.

    Returns
    -------
    DataFrame
        Columns :data:`geodata.tables.INDICATOR_COLUMNS`, one row per area × indicator × mode × age group. ``value`` is
        NaN where there is none and ``reason`` says why, in Japanese and English.
    """
    blocks: list[_Block] = []
    for indicator in wanted:
        for mode in indicator.modes:
            for group in conditions.people:
                values = catalogue.compute(indicator, conditions, mode, group)
                blocks.append(_block(indicator, mode, group, values, area_codes, official))
    return _assemble(blocks, area_codes, area_names)


def _block(
    indicator: catalogue.Indicator,
    mode: str,
    group: str,
    values: AreaValues,
    area_codes: Sequence[str],
    official: Official | None,
) -> _Block:
    published = np.full(len(area_codes), np.nan)
    column = indicator.official if group == "total" and mode in {"", "straight"} else None
    if official is not None and column in official.values:
        published = official.values[column].reindex(list(area_codes)).to_numpy(float)
    source = official.sources.get(column or "", "") if official is not None else ""
    return _Block(indicator.id, group, mode, indicator.unit, values, published, source)


def _assemble(blocks: list[_Block], codes: Sequence[str], names: Sequence[str]) -> pd.DataFrame:
    def repeated(texts: list[str]) -> pd.Series:
        return pd.Series(np.repeat(np.asarray(texts, dtype=object), len(codes)), dtype="category")

    def tiled(texts: Sequence[str]) -> pd.Series:
        return pd.Series(np.tile(np.asarray(texts, dtype=object), len(blocks)), dtype="category")

    def joined(arrays: list[npt.NDArray[Any]]) -> npt.NDArray[Any]:
        return np.concatenate(arrays) if arrays else np.empty(0)

    published = joined([block.published for block in blocks])
    sources = repeated([block.source for block in blocks]).astype(object).to_numpy(dtype=object)
    reasons = pd.Series(joined([block.values.reason for block in blocks]).astype(object)).map(_spelled)
    frame = pd.DataFrame(
        {
            "area_code": tiled(codes),
            "area_name": tiled(names),
            "indicator": repeated([block.indicator for block in blocks]),
            "group": repeated([block.group for block in blocks]),
            "mode": repeated([block.mode for block in blocks]),
            "value": joined([block.values.value for block in blocks]),
            "unit": repeated([block.unit for block in blocks]),
            "numerator": joined([block.values.numerator for block in blocks]),
            "denominator": joined([block.values.denominator for block in blocks]),
            "reason": reasons.astype("category"),
            "official_value": published,
            "official_source": pd.Series(np.where(np.isfinite(published), sources, "")).astype("category"),
        }
    )
    return frame[list(INDICATOR_COLUMNS)]


def _spelled(reason: str) -> str:
    ja, en = REASONS.get(reason, ("", ""))
    return f"{ja} / {en}" if ja else ""
