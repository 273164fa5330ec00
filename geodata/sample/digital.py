"""Fibre and 5G figures in the normalised table ``code,name,as_of,indicator,value,unit,source,method_note``."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd

from geodata.sample.region import PREFECTURE_CODE, PREFECTURE_NAME, Region
from geodata.sample.writing import csv

_SOURCE: Final = "架空の見本 / invented sample"
_NOTE: Final = "架空の値。実在の調査の結果ではない / invented value, not the result of any survey"


def write_digital(folder: Path, region: Region) -> Path:
    """``digital_48_sample.csv``: fibre by municipality and prefecture, 5G by prefecture."""
    people = np.array([spec.people for spec in region.specs])
    fibre = np.array([round(99.95 - 22.0 * max(0.0, spec.old - 0.35) ** 1.6, 2) for spec in region.specs])
    prefecture = f"{PREFECTURE_CODE}000"
    rows = [
        (spec.code, spec.name, "2024-03-31", "fibre_household_coverage", value, "%")
        for spec, value in zip(region.specs, fibre, strict=True)
    ]
    rows.append(
        (
            prefecture,
            PREFECTURE_NAME,
            "2024-03-31",
            "fibre_household_coverage",
            round(float(np.average(fibre, weights=people)), 2),
            "%",
        )
    )
    rows.append((prefecture, PREFECTURE_NAME, "2025-03-31", "5g_population_coverage", 96.4, "%"))
    rows.append((prefecture, PREFECTURE_NAME, "2024-03-31", "5g_population_coverage", 94.1, "%"))
    frame = pd.DataFrame(rows, columns=["code", "name", "as_of", "indicator", "value", "unit"])
    path = folder / f"digital_{PREFECTURE_CODE}_sample.csv"
    path.write_bytes(csv(frame.assign(source=_SOURCE, method_note=_NOTE)))
    return path
