"""Tables that an officer would fill in: rates of car use, and published numbers of shops."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import pandas as pd

from geodata.sample.region import PREFECTURE_CODE, Region
from geodata.sample.writing import csv

_SOURCE: Final = "架空の見本 / invented sample"
_KINDS: Final = {"supermarket": 1.04, "convenience": 1.08, "drugstore": 1.12}  # published shops per listed one


def write_shopping(folder: Path, region: Region, facilities: pd.DataFrame) -> list[Path]:
    """``car_use_48_sample.csv`` and ``shop_counts_48_sample.csv``.

    Three municipalities have rates of their own, the others take the prefecture's; the cities have published numbers of
    shops, somewhat more than the lists hold, and the towns none.
    """
    rates = [(f"{PREFECTURE_CODE}000", "65_74", 86.0), (f"{PREFECTURE_CODE}000", "75_plus", 54.0)]
    for spec in region.specs[:3]:  # the more rural, the more people drive
        rates += [
            (spec.code, "65_74", round(80.0 + 15 * spec.old, 1)),
            (spec.code, "75_plus", round(45.0 + 20 * spec.old, 1)),
        ]
    shops = [
        (
            spec.code,
            kind,
            round(_KINDS[kind] * int(((facilities["kind"] == kind) & (facilities["municipality"] == at)).sum())),
        )
        for at, spec in enumerate(region.specs)
        if spec.is_city
        for kind in _KINDS
    ]
    files = []
    for name, columns, rows in (
        ("car_use", ["code", "group", "rate"], rates),
        ("shop_counts", ["code", "kind", "count"], shops),
    ):
        path = folder / f"{name}_{PREFECTURE_CODE}_sample.csv"
        path.write_bytes(csv(pd.DataFrame(rows, columns=columns).assign(as_of="2024", source=_SOURCE)))
        files.append(path)
    return files
