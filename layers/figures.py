"""Figures: numbers per area that are known beforehand, published by somebody or measured on the map.

A share of households with fibre, the area of a zone, migrants of a year: nothing of the kind follows from adding people up
over places. Each figure knows how it pools into a region; what a publisher gives for prefectures only is never shown as the
number of a town.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    import pandas as pd

Floats = npt.NDArray[np.float64]

RATIO: Final = "ratio"  # pooled: scale × Σ numerator ÷ Σ denominator
SUM: Final = "sum"  # pooled: Σ value
NONE: Final = "none"  # cannot be pooled: an index, a median, a year
HOW: Final = (RATIO, SUM, NONE)
FIGURE_COLUMNS: Final = (
    "name",  # of the figure, snake_case; an earlier edition is a figure of its own: name@2023-03-31
    "area_code",  # municipality, or PP000 for a prefecture and 00000 for the nation
    "value",
    "numerator",  # what `value` was made from, where known
    "denominator",
    "how",  # one of HOW
    "unit",
    "as_of",  # date or year of the number
    "source",  # id of the source in the manifest, "" where this project measured it
    "note_ja",  # what a reader must know: a break in method, an estimate …
    "note_en",
)
# A table of figures may also have a column ``reason``: why a value is missing, where more is known than that it is.


@dataclass(frozen=True, eq=False)
class Figures:
    """One figure for all areas.

    Parameters
    ----------
    value, numerator, denominator
        (n_areas,) NaN where there is none.
    reason
        (n_areas,) why a value is missing: a key of :data:`layers.conditions.REASONS` or a text ``ja / en``; ``""`` where
        there is one.
    how
        One of :data:`HOW`.
    scale
        value = scale × numerator ÷ denominator, where `how` is ratio: 100 for a percentage.
    unit, as_of, source, note_ja, note_en
        As in :data:`FIGURE_COLUMNS`; `as_of` holds all the dates that occur, joined by 、.
    """

    value: Floats
    numerator: Floats
    denominator: Floats
    reason: npt.NDArray[np.str_]
    how: str = NONE
    scale: float = 1.0
    unit: str = ""
    as_of: str = ""
    source: str = ""
    note_ja: str = ""
    note_en: str = ""

    def pooled(self, members: Sequence[int]) -> Figures:
        """The figure of one region made of some areas: (1,) each.

        A region has a value only where every member has one, and where pooling makes sense.
        """
        rows = list(members)
        known = np.isfinite(self.value[rows])
        value = numerator = denominator = np.nan
        reason = next((str(self.reason[row]) for row in rows if self.reason[row] != ""), "")
        if known.all() and rows:
            numerator, denominator = self.numerator[rows].sum(), self.denominator[rows].sum()
            if self.how == SUM:
                value = float(self.value[rows].sum())
            elif self.how == RATIO and denominator > 0:
                value = float(self.scale * numerator / denominator)
            elif len(rows) == 1:
                value = float(self.value[rows[0]])
            if not np.isfinite(value):
                reason = "not_poolable"
        elif not reason:
            reason = "not_published"
        return replace(
            self,
            value=np.array([value], dtype=np.float64),
            numerator=np.array([numerator], dtype=np.float64),
            denominator=np.array([denominator], dtype=np.float64),
            reason=np.array([reason], dtype=np.str_),
        )


def figures_by_name(table: pd.DataFrame, codes: Sequence[str]) -> dict[str, Figures]:
    """Figures of some municipalities out of a table with :data:`FIGURE_COLUMNS`.

    A municipality without a row of its own has no value. Where its prefecture has one, the reason names that number: it is
    what there is, and it is the prefecture's.
    """
    return {str(name): _figures(rows, codes) for name, rows in table.groupby("name", sort=True)}


def _figures(rows: pd.DataFrame, codes: Sequence[str]) -> Figures:
    by_code = rows.drop_duplicates("area_code", keep="last").set_index(rows["area_code"].astype(str).name)
    by_code.index = by_code.index.astype(str)
    own = by_code.reindex(list(codes))
    first = rows.iloc[0]
    value, numerator, denominator = (own[name].to_numpy(np.float64) for name in ("value", "numerator", "denominator"))
    known = own["reason"].fillna("").astype(str) if "reason" in own else [""] * len(codes)
    reasons = [
        "" if np.isfinite(number) else why or _why(code, by_code)
        for code, number, why in zip(codes, value, known, strict=True)
    ]
    with np.errstate(invalid="ignore", divide="ignore"):  # nothing of something: no scale to be told from it
        ratio = value * denominator / numerator
    scales = ratio[np.isfinite(ratio)]
    # The publisher's rounding is in each ratio: percentages differ from fractions by a factor of a hundred, not by a hair.
    scale = 100.0 if str(first["unit"]) == "%" else float(np.round(np.median(scales), 6)) if scales.size else 1.0
    return Figures(
        value,
        numerator,
        denominator,
        np.array(reasons, dtype=np.str_),
        str(first["how"]),
        scale,
        str(first["unit"]),
        "、".join(sorted({str(date) for date in own["as_of"].dropna() if str(date)})) or str(first["as_of"]),
        str(first["source"]),
        str(first["note_ja"]),
        str(first["note_en"]),
    )


def _why(code: str, by_code: pd.DataFrame) -> str:
    """Why a municipality has no number: the prefecture's or the nation's, if that is all there is."""
    for level, ja, en in ((f"{code[:2]}000", "都道府県", "the prefecture"), ("00000", "全国", "the nation")):
        if level not in by_code.index:
            continue
        row = by_code.loc[level].to_dict()
        if np.isfinite(float(row["value"])):
            number = f"{float(row['value']):g} {row['unit']}"
            when_ja, when_en = (f"{comma}{row['as_of']}" if str(row["as_of"]) else "" for comma in ("、", ", "))
            return (
                f"市区町村別の値は資料にない（{ja}の値: {number}{when_ja}） / "
                f"the source has no value for municipalities ({en}: {number}{when_en})"
            )
    return "not_published"


def pooled_figures(figures: Mapping[str, Figures], members: Sequence[int]) -> dict[str, Figures]:
    """All figures of one region."""
    return {name: figure.pooled(members) for name, figure in figures.items()}
