"""Published values that our numbers are held against: the city monitoring sheet and the census by municipality."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Final

from geodata.archive import RawFile, decode
from geodata.codes import municipality_code
from geodata.errors import MissingColumn, UnreadableFile
from geodata.notes import Notes

if TYPE_CHECKING:
    import pandas as pd

COVERAGE_COLUMNS: Final = ("cov_medical_pct", "cov_commercial_pct", "cov_station_stop_pct")
# Taken where the table has them. The sheet has holes here: near-zero and blank values are not reality.
MORE_COVERAGE_COLUMNS: Final = ("cov_welfare_pct", "cov_nursery_0_4_pct", "cov_park_pct")
COVERAGE_SOURCE: Final = "国土交通省「都市モニタリングシート」R6"
CENSUS_SOURCE: Final = "総務省「国勢調査」2020"


def read_official_coverage(raw: RawFile, *, notes: Notes) -> pd.DataFrame:
    """Official walking coverage in percent, by municipality code; blank cells are missing, not 0."""
    table = _read(raw, ("code", *COVERAGE_COLUMNS))
    more = tuple(column for column in MORE_COVERAGE_COLUMNS if column in table)
    return _by_code(table, "code", (*COVERAGE_COLUMNS, *more), raw, notes)


def read_census_municipality(raw: RawFile, *, notes: Notes) -> pd.DataFrame:
    """Census population by municipality code in a column ``population``.

    The table lists designated cities and their wards: both are kept by code, never added up.
    """
    table = _read(raw, ("JCODE", "ALL")).rename(columns={"ALL": "population"})
    return _by_code(table, "JCODE", ("population",), raw, notes)


def _read(raw: RawFile, required: tuple[str, ...]) -> pd.DataFrame:
    import pandas as pd

    try:
        table = pd.read_csv(io.StringIO(decode(raw.read_bytes(), raw.label)), dtype=str)
    except (pd.errors.ParserError, pd.errors.EmptyDataError) as error:
        raise UnreadableFile(
            f"{raw.label}: CSV として読めません（{error}）。もう一度入手してください。 / "
            f"It is not valid CSV ({error}). Get the file again."
        ) from error
    missing = [column for column in required if column not in table.columns]
    if missing:
        raise MissingColumn(
            f"{raw.label}: 列 {'、'.join(missing)} がありません（ある列: {'、'.join(table.columns[:10])}）。 / "
            f"Column {', '.join(missing)} is missing (found: {', '.join(table.columns[:10])})."
        )
    return table


def _by_code(table: pd.DataFrame, key: str, columns: tuple[str, ...], raw: RawFile, notes: Notes) -> pd.DataFrame:
    import pandas as pd

    codes = [municipality_code(value) for value in table[key]]
    wrong = [index for index, code in enumerate(codes) if code is None]
    if wrong:
        lines = "、".join(str(index + 2) for index in wrong[:10])
        notes.warn(
            raw.label,
            f"市区町村コードと読めない行 {len(wrong)} 件を使いません（{lines} 行目など）。",
            f"{len(wrong)} rows without a municipality code are not used (lines {lines} …).",
        )
    numbers = {column: pd.to_numeric(table[column].str.replace(",", ""), errors="coerce") for column in columns}
    frame = pd.DataFrame(numbers).assign(code=pd.Series(codes, dtype="str"))
    return frame[frame["code"].notna()].drop_duplicates("code").set_index("code")
