"""The long indicator table: every indicator of the catalogue, for every area, age group and mode."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from geodata.tables import INDICATOR_COLUMNS
from layers import catalogue
from layers.conditions import REASONS, AreaValues, Conditions


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
    blocks: list[dict[str, object]] = []
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
) -> dict[str, object]:
    published = np.full(len(area_codes), np.nan)
    column = indicator.official if group == "total" and mode in {"", "straight"} else None
    if official is not None and column in official.values:
        published = official.values[column].reindex(list(area_codes)).to_numpy(float)
    return {
        "indicator": indicator.id,
        "group": group,
        "mode": mode,
        "unit": indicator.unit,
        "values": values,
        "published": published,
        "source": official.sources.get(column or "", "") if official is not None else "",
    }


def _assemble(blocks: list[dict[str, object]], codes: Sequence[str], names: Sequence[str]) -> pd.DataFrame:
    count = len(codes)

    def repeated(key: str) -> pd.Categorical:
        return pd.Categorical([str(block[key]) for block in blocks]).repeat(count)

    def column(name: str) -> np.ndarray:
        arrays = [getattr(block["values"], name) for block in blocks]
        return np.concatenate(arrays) if arrays else np.empty(0)

    published = np.concatenate([block["published"] for block in blocks]) if blocks else np.empty(0)
    reasons = pd.Categorical(column("reason"))
    frame = pd.DataFrame(
        {
            "area_code": pd.Categorical(np.tile(np.asarray(codes, dtype=object), len(blocks))),
            "area_name": pd.Categorical(np.tile(np.asarray(names, dtype=object), len(blocks))),
            "indicator": repeated("indicator"),
            "group": repeated("group"),
            "mode": repeated("mode"),
            "value": column("value"),
            "unit": repeated("unit"),
            "numerator": column("numerator"),
            "denominator": column("denominator"),
            "reason": reasons.rename_categories({key: _spelled(key) for key in reasons.categories}),
            "official_value": published,
            "official_source": np.where(np.isfinite(published), repeated("source").astype(object), ""),
        }
    )
    return frame[list(INDICATOR_COLUMNS)]


def _spelled(reason: str) -> str:
    ja, en = REASONS.get(reason, ("", ""))
    return f"{ja} / {en}" if ja else ""
