"""Share of older people who can use a car, as the user gives it: ``code,group,rate,as_of,source``.

農林水産政策研究所 counts as 食料品アクセス困難人口 those who live 500 m or more from a shop *and* cannot use a car. It takes
the second from microdata of 家計調査 that are not published by municipality, so that nobody but the user can give it: from
a survey of the town, or the prefecture's rate of 全国家計構造調査. One row per area and age group:

- ``code``: municipality (5 or 6 digits), or ``PP000`` for a prefecture
- ``group``: ``65_74`` and ``75_plus``, or ``65_plus``
- ``rate``: percent of the people of that age who can use a car, 0 to 100
- ``as_of``, ``source``: year and where it is from (may be empty)
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from geodata.archive import RawFile
from geodata.errors import BadRow
from geodata.keyed_csv import area_code, numbers_of, read_keyed_csv, without_bad
from geodata.notes import Notes

if TYPE_CHECKING:
    import pandas as pd

REQUIRED: Final = ("code", "group", "rate")
OPTIONAL: Final = ("as_of", "source")
CAR_GROUPS: Final = ("65_74", "75_plus", "65_plus")


def read_car_use(raw: RawFile, *, notes: Notes) -> pd.DataFrame:
    """Rates of car use.

    Returns
    -------
    DataFrame
        ``area_code`` (municipality or PP000), ``group``, ``rate`` (percent), ``as_of``, ``source``; the last row of an
        area and group counts.

    Raises
    ------
    UnreadableFile, MissingColumn
        It is not such a table.
    BadRow
        All rates are 1 or less: these are shares, not percent.
    """
    table = read_keyed_csv(raw, REQUIRED, OPTIONAL)
    table["area_code"] = [area_code(value) for value in table["code"]]
    table["rate"] = numbers_of(table, "rate")
    bad_code = table["area_code"].isna() | (table["area_code"] == "00000")
    table = without_bad(
        table,
        bad_code.to_numpy(dtype=bool),
        raw,
        ("市区町村または都道府県のコードと読めない", "without a code of a municipality or prefecture"),
        notes=notes,
    )
    table = without_bad(
        table,
        ~table["group"].isin(CAR_GROUPS).to_numpy(dtype=bool),
        raw,
        (f"年齢区分が {'・'.join(CAR_GROUPS)} のどれでもない", f"whose group is none of {', '.join(CAR_GROUPS)}"),
        notes=notes,
    )
    table = without_bad(
        table,
        ~table["rate"].between(0, 100).to_numpy(dtype=bool),
        raw,
        ("率が 0〜100 の数値でない", "whose rate is no number from 0 to 100"),
        notes=notes,
    )
    if len(table) and table["rate"].max() <= 1:
        raise BadRow(
            f"{raw.label}: 列 rate がすべて 1 以下です（{int(table['line'].iloc[0])} 行目は {table['rate'].iloc[0]:g}）。"
            "百分率（0〜100）で書いてください。 / "
            f"All of column rate is 1 or less (line {int(table['line'].iloc[0])}: {table['rate'].iloc[0]:g}). "
            "Write percent, 0 to 100."
        )
    table = table.drop_duplicates(["area_code", "group"], keep="last", ignore_index=True)
    return table[["area_code", "group", "rate", *OPTIONAL]]
