"""Moves by sex and age and commuting of the invented region, in the normalised tables that the explorer reads.

The young leave the mountains for the sample city and for the Tokyo area, women a little more than men; cities draw commuters by
their size and lose them with distance. Rounded orders of magnitude, nothing of it is a statistic.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd

from geodata.sample.population import BANDS, Census
from geodata.sample.region import PREFECTURE_CODE, Floats, Region, generator
from geodata.sample.writing import csv

_SOURCE: Final = "架空の見本 / invented sample"
_YEAR: Final = "2024"
_CENSUS_YEAR: Final = "2020-10-01"
_SEXES: Final = ("men", "women")
_AGES: Final = (*(f"{first}_{first + 4}" for first in range(0, 95, 5)), "95歳以上")
# Moves out within a year per person by five-year band, and the part of them that goes to the Tokyo area.
_MOBILITY: Final = np.array([0.030, 0.020, 0.013, 0.040, 0.135, 0.110, 0.065, 0.040, 0.028, 0.022] + [0.015] * 10)
_TO_TOKYO: Final = np.array([0.12, 0.12, 0.14, 0.40, 0.42, 0.33, 0.24, 0.20, 0.18] + [0.15] * 11)
_YOUNG: Final = slice(3, 6)  # 15-29
_DECAY_KM: Final = 9.0  # distance over which commuting falls to a third
_OUTSIDE: Final = "13101"  # where the few long-distance commuters go


def write_flows(folder: Path, region: Region, census: Census) -> list[Path]:
    """Moves, people by sex and age, and commuters."""
    people = _people(census, len(region.specs))
    return [
        _write_moves(folder, region, people),
        _write_people(folder, region, people),
        _write_commuters(folder, region, people),
    ]


def _people(census: Census, count: int) -> Floats:
    """People by municipality, sex and five-year band, (n, 2, 20); 15–17 and 18–19 are one."""
    bands = np.zeros((count, 2, len(BANDS)))
    np.add.at(bands, census.municipality, census.people)
    whole = np.delete(bands, 4, axis=2)
    whole[:, :, 3] += bands[:, :, 4]
    return whole


def _write_moves(folder: Path, region: Region, people: Floats) -> Path:
    random = generator(110)
    old = np.array([spec.old for spec in region.specs])
    pull = np.where(people.sum(axis=(1, 2)) > 100_000, 1.06, 1.0) - 0.55 * np.clip(old - 0.3, 0, None)
    rows = []
    for at, spec in enumerate(region.specs):
        for sex, name in enumerate(_SEXES):
            leaving = people[at, sex] * _MOBILITY
            leaving[_YOUNG] *= (1.05 if name == "women" else 1.0) * (1 + 0.5 * max(old[at] - 0.3, 0))
            coming = people[at, sex] * _MOBILITY * pull[at]
            coming[_YOUNG] *= (0.78 if name == "women" else 0.85) * pull[at]
            for direction, moves, tokyo in (("out", leaving, _TO_TOKYO), ("in", coming, 0.7 * _TO_TOKYO)):
                with_tokyo, with_others = random.poisson(moves * tokyo), random.poisson(moves * (1 - tokyo))
                for band, age in enumerate(_AGES):
                    parts = (("tokyo_area", with_tokyo[band]), ("other", with_others[band]))
                    rows += [
                        (spec.code, area, name, age, direction, int(count), _YEAR, _SOURCE) for area, count in parts
                    ]
    columns = ["code", "partner_area", "sex", "age_group", "direction", "persons", "as_of", "source"]
    path = folder / f"migration_{PREFECTURE_CODE}_sample.csv"
    path.write_bytes(csv(pd.DataFrame(rows, columns=columns)))
    return path


def _write_people(folder: Path, region: Region, people: Floats) -> Path:
    rows = [
        (spec.code, name, age, int(people[at, sex, band]), _CENSUS_YEAR, _SOURCE)
        for at, spec in enumerate(region.specs)
        for sex, name in enumerate(_SEXES)
        for band, age in enumerate(_AGES)
    ]
    path = folder / f"people_by_age_{PREFECTURE_CODE}_sample.csv"
    path.write_bytes(csv(pd.DataFrame(rows, columns=["code", "sex", "age_group", "persons", "as_of", "source"])))
    return path


def _write_commuters(folder: Path, region: Region, people: Floats) -> Path:
    """Workers and pupils by a gravity model: towards places of work, which cities have more of, less with distance."""
    settlement = region.settlement
    kilometres = np.hypot(
        settlement.seat_x[:, None] - settlement.seat_x, settlement.seat_y[:, None] - settlement.seat_y
    ) / 1000  # fmt: skip
    island = np.array([spec.name.startswith("仮島") for spec in region.specs])
    kilometres = kilometres + 60.0 * (island[:, None] != island)
    drawn = people.sum(axis=(1, 2)) ** 1.15
    weight = drawn * np.exp(-kilometres / _DECAY_KM) * np.where(np.eye(len(drawn), dtype=bool), 2.2, 1.0)
    share = weight / weight.sum(axis=1, keepdims=True)
    random = generator(111)
    rows = []
    for purpose, going in (
        ("work", 0.74 * people[:, :, 3:14].sum(axis=(1, 2))),
        ("school", 0.85 * people[:, :, 3].sum(axis=1)),
    ):
        for at, spec in enumerate(region.specs):
            counts = random.multinomial(int(going[at]), share[at])
            far = random.poisson(0.004 * going[at])
            rows += [
                (spec.code, other.code, purpose, int(count), _CENSUS_YEAR, _SOURCE)
                for other, count in zip(region.specs, counts, strict=True)
                if count
            ]
            rows.append((spec.code, _OUTSIDE, purpose, int(far), _CENSUS_YEAR, _SOURCE))
    columns = ["origin_code", "destination_code", "purpose", "persons", "as_of", "source"]
    path = folder / f"commuting_{PREFECTURE_CODE}_sample.csv"
    path.write_bytes(csv(pd.DataFrame(rows, columns=columns)))
    return path
