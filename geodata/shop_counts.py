"""Published numbers of shops by municipality, as the user gives them: ``code,kind,count,as_of,source``.

They are the yardstick for how complete a list of shops is: 経済センサス, 商業統計 or a directory say how many supermarkets a
town has. One row per municipality and kind:

- ``code``: municipality, 5 or 6 digits
- ``kind``: a kind of :data:`geodata.kinds.KINDS` by id (``supermarket``, ``convenience``, ``drugstore`` …) or Japanese name
- ``count``: number of shops
- ``as_of``, ``source``: year and where it is from (may be empty)
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from geodata.archive import RawFile
from geodata.keyed_csv import numbers_of, read_keyed_csv, without_bad
from geodata.kinds import KINDS
from geodata.notes import Notes

if TYPE_CHECKING:
    import pandas as pd

REQUIRED: Final = ("code", "kind", "count")
OPTIONAL: Final = ("as_of", "source")
_BY_NAME: Final = {**{kind.ja: kind.id for kind in KINDS.values()}, **{kind: kind for kind in KINDS}}


def read_shop_counts(raw: RawFile, *, notes: Notes) -> pd.DataFrame:
    """Published numbers of shops.

    Returns
    -------
    DataFrame
        ``municipality_code``, ``kind``, ``count``, ``as_of``, ``source``; the last row of a municipality and kind counts.

    Raises
    ------
    UnreadableFile, MissingColumn
        It is not such a table.
    """
    from geodata.codes import municipality_code

    table = read_keyed_csv(raw, REQUIRED, OPTIONAL)
    table["municipality_code"] = [municipality_code(value) for value in table["code"]]
    table["known"] = table["kind"].map(_BY_NAME)
    table["count"] = numbers_of(table, "count")
    for bad, what in (
        ("municipality_code", ("市区町村コードと読めない", "without a municipality code")),
        ("known", ("店舗の種類が分からない", "of an unknown kind of shop")),
    ):
        table = without_bad(table, table[bad].isna().to_numpy(dtype=bool), raw, what, notes=notes)
    wrong = ~(table["count"] >= 0).to_numpy(dtype=bool)
    table = without_bad(table, wrong, raw, ("店舗数が数値でない", "whose count is no number"), notes=notes)
    table["kind"] = table["known"]
    table = table.drop_duplicates(["municipality_code", "kind"], keep="last", ignore_index=True)
    return table[["municipality_code", "kind", "count", *OPTIONAL]]
