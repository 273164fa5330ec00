"""A composite with weights of the user's own, and how far its order depends on the weights.

Each indicator becomes a part from 0 to 100: s = 100 × (v − L) ÷ (H − L), held within 0 and 100, where L and H are the 5th and the
95th percentile of the municipalities of the study area (linear between neighbours; the lowest and the highest value where these
two are equal), and 100 − s where low values are the good ones. L and H do not depend on what is compared: adding an area
changes nobody's parts. The composite is Σ w·s ÷ Σ w. Ranks under other weights are those of the accessibility scores
(:class:`layers.score_counting.Scores`): each weight may be off by up to 20 %.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import numpy.typing as npt

from geodata.errors import ExplorerError, UnknownCode
from layers.score_counting import VARIATION, Scores
from layers.score_rules import is_number

if TYPE_CHECKING:
    from explorer.comparison.measured import Measured
    from layers.catalogue import Better, Indicator

Floats = npt.NDArray[np.float64]
ENDS: Final = (5.0, 95.0)  # percentiles that become 0 and 100


class BadWeights(ExplorerError, ValueError):
    """Weights that cannot be, or for an indicator neither end of which is good."""


@dataclass(frozen=True, eq=False)
class Composite:
    """A composite of some indicators over the areas compared.

    Parameters
    ----------
    indicators
        Those with a weight above 0, in the order compared.
    weights
        (n_indicators,) adding up to 1.
    parts
        (n_indicators, n_areas) 0–100; NaN without a value.
    ends
        (n_indicators, 2) the values that are 0 and 100 of the part (the better end is 100).
    value, low, high
        (n_areas,) the composite, and its lowest and highest where each weight is off by up to `variation`; NaN where a part
        is missing.
    rank, best, worst
        (n_areas,) 1 = highest, among the areas compared that have a composite, equals sharing a rank. Under no weights
        within the variation does an area leave the ranks from best to worst: for every pair it is known exactly whether one
        can, and must, be above the other. With three areas or more the ends may need different weights for different pairs,
        so that no single set of weights reaches them.
    reason
        (n_areas,) which indicators have no value, in both languages; ``""`` where none is missing.
    left_out
        Indicators that are the same everywhere and tell nothing apart.
    """

    indicators: tuple[Indicator, ...]
    weights: Floats
    parts: Floats
    ends: Floats
    value: Floats
    low: Floats
    high: Floats
    rank: Floats
    best: Floats
    worst: Floats
    reason: tuple[str, ...]
    variation: float
    left_out: tuple[Indicator, ...] = ()


def composite(rows: Sequence[Measured], weights: Mapping[str, float], variation: float = VARIATION) -> Composite:
    """The weighted mean of parts from 0 to 100.

    Parameters
    ----------
    rows
        The indicators compared.
    weights
        Id of an indicator → weight of 0 or more; those not named, or with 0, are not part of it.
    variation
        How much each weight may be off, as a share.

    Raises
    ------
    BadWeights
        A weight below 0 or no number, all of them 0, an indicator without a good end, a variation of 1 or more, or
        no indicator that tells the municipalities apart.
    UnknownCode
        A weight for an indicator that is not compared.
    """
    used = _used(rows, weights, variation)
    scaled = [(row, _ends(row.towns, row.indicator.better)) for row in used]
    telling = [(row, ends) for row, ends in scaled if ends is not None]
    if not telling:
        names = "、".join(row.indicator.ja for row in used), ", ".join(row.indicator.en for row in used)
        raise BadWeights(
            f"{names[0]}: 値のある市区町村がないか、どこも同じ値なので、点数にできません。 / "
            f"{names[1]}: no values, or the same everywhere: nothing to make a score of."
        )
    parts = np.array([_part(row.value, ends) for row, ends in telling])
    given = np.array([float(weights[row.indicator.id]) for row, _ in telling])
    scores = Scores(parts, given / given.sum(), np.full(parts.shape[1], np.nan))
    low, high = scores.range(variation)
    rank, best, worst = scores.rank_range(variation)
    return Composite(
        tuple(row.indicator for row, _ in telling), scores.weights, parts, np.array([ends for _, ends in telling]),
        scores.overall, low, high, rank, best, worst, _reasons([row.indicator for row, _ in telling], parts), variation,
        tuple(row.indicator for row, ends in scaled if ends is None),
    )  # fmt: skip


def can_weigh(indicator: Indicator) -> bool:
    """Whether one end of an indicator is good for the people, so that it can be part of a composite."""
    return indicator.better is not None


def _used(rows: Sequence[Measured], weights: Mapping[str, float], variation: float) -> list[Measured]:
    if not (is_number(variation) and 0 <= variation < 1):
        raise BadWeights(f"{variation!r}: 重みの幅は0以上1未満です。 / The variation is 0 or more and below 1.")
    known = {row.indicator.id: row for row in rows}
    unknown = [name for name in weights if name not in known]
    if unknown:
        raise UnknownCode(
            f"重み {'、'.join(unknown)}: 比べる指標の中にありません。比べているもの: {'、'.join(known)} / "
            f"Weights for indicators that are not compared: {', '.join(unknown)}. Compared: {', '.join(known)}."
        )
    for name, weight in weights.items():
        if not (is_number(weight) and weight >= 0):
            raise BadWeights(
                f"重み {name} = {weight!r}: 0以上の数にしてください。 / The weight must be a number of 0 or more."
            )
    used = [row for row in rows if weights.get(row.indicator.id, 0.0) > 0]
    if not used:
        raise BadWeights("重みがすべて0です。 / All weights are 0.")
    neither = [row.indicator for row in used if not can_weigh(row.indicator)]
    if neither:
        ja, en = "、".join(each.ja for each in neither), ", ".join(each.en for each in neither)
        raise BadWeights(
            f"{ja}: 高いほうと低いほうのどちらがよいか決まっていない指標なので、重みを付けられません。 / "
            f"{en}: neither high nor low values are the good ones, so it cannot be weighed."
        )
    return used


def _ends(towns: Floats, better: Better) -> tuple[float, float] | None:
    """Values of 0 and 100 points; None where all are the same, or none is known."""
    known = towns[np.isfinite(towns)]
    if known.size == 0 or known.min() == known.max():
        return None
    low, high = np.percentile(known, ENDS)
    if low == high:
        low, high = known.min(), known.max()
    return (float(high), float(low)) if better == "low" else (float(low), float(high))


def _part(value: Floats, ends: tuple[float, float]) -> Floats:
    worst, best = ends
    return np.clip(100.0 * (value - worst) / (best - worst), 0.0, 100.0)


def _reasons(indicators: Sequence[Indicator], parts: Floats) -> tuple[str, ...]:
    reasons = []
    for column in parts.T:
        missing = [each for each, part in zip(indicators, column, strict=True) if np.isnan(part)]
        ja, en = "、".join(each.ja for each in missing), ", ".join(each.en for each in missing)
        reasons.append(f"値のない指標がある: {ja} / no value of: {en}" if missing else "")
    return tuple(reasons)
