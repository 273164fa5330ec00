"""Accessibility scores of an open workspace with weights and anchors of one's own: parts, whole, range and ranks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from explorer.asking import REGION
from geodata.errors import UnknownCode
from layers.score_counting import VARIATION, scores, why_not_all
from layers.score_rules import BadScoreSettings, ScoreSettings, is_number

if TYPE_CHECKING:
    import pandas as pd

    from explorer.regions import Opened
    from layers.conditions import Conditions


def score_table(
    opened: Opened,
    *,
    mode: str = "walk",
    group: str = "total",
    weights: Mapping[str, float] | None = None,
    settings: ScoreSettings | None = None,
    region: Sequence[str] = (),
    variation: float = VARIATION,
) -> pd.DataFrame:
    """Scores per municipality, or of a region's members and the region pooled.

    Parameters
    ----------
    mode
        A mode along streets.
    group
        Age group.
    weights
        Part → weight, the others 1; in place of those of `settings`.
    settings
        Weights and anchors (:func:`layers.score_rules.read_settings`); None for the defaults.
    region
        Codes of municipalities; none for all of the study area.
    variation
        How much each weight may be off for the range, as a share.

    Returns
    -------
    DataFrame
        ``area_code``, ``area_name``, ``people``, a column for each part (0–100, NaN without a list), ``overall`` (NaN
        where a part is missing), ``overall_known``, ``low`` and ``high`` (the overall score when each weight is off),
        ``rank``, ``rank_best`` and ``rank_worst`` among the municipalities of the table (NaN for the pooled region),
        ``missing`` (which parts have no list, in both languages).

    Raises
    ------
    UnknownCode
        There is no such mode, age group or municipality.
    BadScoreSettings
        Weights or a variation that cannot be.
    """
    import pandas as pd

    rules = settings or ScoreSettings()
    if weights is not None:
        rules = ScoreSettings({**dict.fromkeys(rules.parts, 1.0), **weights}, rules.parts)
    if not (is_number(variation) and 0 <= variation < 1):
        raise BadScoreSettings(f"{variation!r}: 重みの幅は0以上1未満です。 / The variation is 0 or more and below 1.")
    conditions = opened.conditions
    _check(mode, conditions.profiles, "移動手段", "mode")
    _check(group, conditions.people, "年齢区分", "age group")
    towns = opened.municipalities
    asked = opened.region(region) if region else None
    codes = towns["code"].tolist() if asked is None else asked.codes
    rows = [towns["code"].tolist().index(code) for code in codes]
    table = _rows(conditions, rules, mode, group, codes, towns["name"].iloc[rows].tolist(), rows, variation)
    if asked is None:
        return table
    pooled = _rows(
        opened.pooled_conditions(tuple(asked.codes)), rules, mode, group, [REGION], [asked.name], [0], variation
    )
    pooled[["rank", "rank_best", "rank_worst"]] = np.nan
    return pd.concat([table, pooled], ignore_index=True)


def _rows(
    conditions: Conditions,
    rules: ScoreSettings,
    mode: str,
    group: str,
    codes: Sequence[str],
    names: Sequence[str],
    rows: Sequence[int],
    variation: float,
) -> pd.DataFrame:
    import pandas as pd

    found = scores(conditions, mode, group, rules).of(rows)
    low, high = found.range(variation)
    rank, best, worst = found.rank_range(variation)
    return pd.DataFrame(
        {
            "area_code": list(codes),
            "area_name": list(names),
            "people": found.people,
            **{part.id: found.parts[number] for number, part in enumerate(rules.counted)},
            "overall": found.overall,
            "overall_known": found.overall_known,
            "low": low,
            "high": high,
            "rank": rank,
            "rank_best": best,
            "rank_worst": worst,
            "missing": why_not_all(conditions, rules.counted, mode)[list(rows)],
        }
    )


def _check(wanted: str, known: Mapping[str, object], ja: str, en: str) -> None:
    if wanted not in known:
        names = "、".join(known)
        raise UnknownCode(f"{ja} {wanted} はありません。あるもの: {names} / There is no {en} {wanted}. Known: {names}.")
