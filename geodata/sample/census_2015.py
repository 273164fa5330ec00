"""The census before: the same 250 m grid five years earlier, for the change since.

Made backwards from 2020: the towns had a little fewer people, the mountains more. The total is slightly smaller, so that
nobody takes it for the fuller source.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

import numpy as np

from geodata.sample.population import Census, draw_households, estat_text, grid_table
from geodata.sample.region import COARSE, PRIMARY_MESH, Region, generator
from geodata.sample.writing import pack

_TABLE: Final = "T000876"  # 2015, 250 m
_IN_MOUNTAINS: Final = 1.07  # people of 2015 for one of 2020 where hardly anybody lives …
_IN_TOWN: Final = 0.965  # … and from 2,000 people per km² on


def write_census_2015(folder: Path, census: Census, region: Region) -> Path:
    """``tblT000876Q5443.zip`` as downloaded from e-Stat."""
    stem = f"tbl{_TABLE}Q{PRIMARY_MESH}"
    text = estat_text(grid_table(five_years_before(census, region), level=5), _TABLE)
    return pack(folder / f"{stem}.zip", {f"{stem}.txt": text})


def five_years_before(census: Census, region: Region) -> Census:
    """People of 2015 by sex and band, drawn from those of 2020 by how densely each square is lived in."""
    random = generator(96)
    urbanity = region.settlement.urbanity.reshape(COARSE, 2, COARSE, 2).mean(axis=(1, 3)).ravel()[census.cell]
    factor = np.interp(urbanity, [50.0, 2_000.0], [_IN_MOUNTAINS, _IN_TOWN])[:, None, None]
    kept = random.binomial(census.people, np.minimum(factor, 1.0))
    people = kept + random.binomial(census.people, np.maximum(factor - 1.0, 0.0))
    lived_in = people.sum(axis=(1, 2)) > 0
    people = people[lived_in]
    return Census(census.municipality[lived_in], census.cell[lived_in], people, draw_households(random, people))
