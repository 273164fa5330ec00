"""Fibre and 5G figures per area out of the tables that were read, each edition apart from the others.

The fibre survey changed its method for the end of fiscal year 2023: every figure says on which side of the break it stands.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
import pandas as pd

from geodata.digital import COVERED, FIBRE, FIVE_G, HOUSEHOLDS, NATION, NOT_COVERED
from geodata.notes import in_both_languages

WITHOUT: Final = "fibre_households_without"  # the figure made of the households of a table
METHOD_BREAK: Final = "2024-03"  # of the fibre survey: the end of fiscal year 2023
BREAK_NOTE: Final = (
    "2023年度末（2024年3月）から算出方法が変わったため、それより前の値とは比べられない",
    "the method changed for the end of fiscal year 2023 (March 2024): not comparable with earlier values",
)
OLD_METHOD: Final = ("この値は変更前の方法による", "this value was made by the old method")


def digital_figures(table: pd.DataFrame, codes: Sequence[str]) -> pd.DataFrame:
    """Figures of some municipalities, and of their prefectures and the nation beside them.

    Parameters
    ----------
    table
        Columns :data:`DIGITAL_COLUMNS`, no repeats.
    codes
        Municipalities of the study area.

    Returns
    -------
    DataFrame
        Columns ``layers.figures.FIGURE_COLUMNS``. The newest edition that has towns (else the newest) bears the plain
        name; each earlier one is a figure of its own, ``fibre_household_coverage@2023-03-31``. A prefecture and the
        nation keep their newest number beside the plain one, with its own date.
    """
    areas = {*codes, *(f"{code[:2]}000" for code in codes), NATION}
    ours = table[table["area_code"].isin(areas)]
    counts = ours.pivot_table(index=["area_code", "as_of"], columns="indicator", values="value", aggfunc="first")
    parts = []
    for name in (FIBRE, FIVE_G):
        rows = _with_counts(ours[ours["indicator"] == name], counts if name == FIBRE else counts.iloc[:0])
        parts += _editions(rows, name)
        if name == FIBRE:
            missing = rows["denominator"] - rows["numerator"]
            parts += _editions(rows.assign(value=missing, unit="世帯", how="sum")[missing.notna()], WITHOUT)
    columns = ["name", "area_code", "value", "numerator", "denominator", "how", "unit", "as_of", "source"]
    empty = pd.DataFrame(columns=[*columns, "note_ja", "note_en"])
    return pd.concat(parts, ignore_index=True)[list(empty.columns)] if parts else empty


def _with_counts(rows: pd.DataFrame, counts: pd.DataFrame) -> pd.DataFrame:
    at = pd.MultiIndex.from_frame(rows[["area_code", "as_of"]])
    found = counts.reindex(index=at, columns=[HOUSEHOLDS, COVERED, NOT_COVERED])
    total, covered, lacking = (found[name].to_numpy(float) for name in (HOUSEHOLDS, COVERED, NOT_COVERED))
    covered = np.where(np.isfinite(covered), covered, total - lacking)
    covered = np.where(np.isfinite(covered), covered, total * rows["value"].to_numpy(float) / 100)
    notes = [_notes_of(row.indicator, row.as_of, row.method_note) for row in rows.itertuples()]
    return rows.assign(
        numerator=np.where(np.isfinite(total), covered, np.nan),
        denominator=total,
        how="ratio",
        source=rows["file"],
        note_ja=[ja for ja, _ in notes],
        note_en=[en for _, en in notes],
    )


def _notes_of(indicator: object, as_of: object, method_note: object) -> tuple[str, str]:
    ja, en = in_both_languages(str(method_note))
    if indicator != FIBRE:
        return ja, en
    old = OLD_METHOD if str(as_of) < METHOD_BREAK else ("", "")
    return "; ".join(filter(None, (ja, old[0], BREAK_NOTE[0]))), "; ".join(filter(None, (en, old[1], BREAK_NOTE[1])))


def _editions(rows: pd.DataFrame, name: str) -> list[pd.DataFrame]:
    if rows.empty:
        return []
    is_town = rows["level"] == "municipality"
    newest = (rows[is_town] if is_town.any() else rows)["as_of"].max()
    above = rows[~is_town].sort_values("as_of").drop_duplicates("area_code", keep="last")
    parts = [pd.concat([rows[is_town & (rows["as_of"] == newest)], above]).assign(name=name)]
    older = sorted(set(rows["as_of"]) - {newest})
    return [*parts, *(rows[rows["as_of"] == date].assign(name=f"{name}@{date or 'unknown'}") for date in older)]
