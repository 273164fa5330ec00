"""Tables for people's programs: CSV that Excel opens in Japanese, JSON, Parquet."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from geodata.errors import ExplorerError

if TYPE_CHECKING:
    import pandas as pd

_DIGITS = "%.10g"  # sums of places are whole people but for the last of sixteen digits
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


class UnknownFormat(ExplorerError, ValueError):
    """A file name whose ending is none of those this project writes."""


def write_table(table: pd.DataFrame, out: Path | None) -> None:
    """Write to ``.csv`` (UTF-8 with BOM), ``.json`` (records) or ``.parquet``; to standard output as CSV without `out`.

    Text that a spreadsheet would run as a formula gets a leading apostrophe in CSV.

    Raises
    ------
    UnknownFormat
        Another ending.
    """
    if out is None:
        _harmless(table).to_csv(sys.stdout, index=False, lineterminator="\n", float_format=_DIGITS)
        sys.stdout.flush()  # here, where a closed pipe or a full disk can still be reported
        return
    suffix = out.suffix.lower()
    if suffix not in {".csv", ".json", ".parquet"}:
        raise UnknownFormat(
            f"{out}: 拡張子は .csv .json .parquet のどれかにしてください。 / End the name in .csv, .json or .parquet."
        )
    out.parent.mkdir(parents=True, exist_ok=True)
    if suffix == ".csv":
        _harmless(table).to_csv(out, index=False, encoding="utf-8-sig", float_format=_DIGITS)
    elif suffix == ".json":
        _plain(table).to_json(out, orient="records", force_ascii=False, indent=1)
    else:
        _plain(table).to_parquet(out, index=False)


def _plain(table: pd.DataFrame) -> pd.DataFrame:
    """Categories as text: other programs know no categories."""
    categories = table.select_dtypes("category").columns
    return table.astype(dict.fromkeys(categories, "str"))


def _harmless(table: pd.DataFrame) -> pd.DataFrame:
    plain = _plain(table)
    for column in plain.select_dtypes(["str", "object"]).columns:
        text = plain[column].astype("str")
        plain[column] = text.where(~text.str.startswith(_FORMULA_STARTS), "'" + text)
    return plain
