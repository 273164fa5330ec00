"""Future population of the 500 m squares to 2070, in the columns of the 2024 edition of the national projection.

Five-year cohorts age, die, are born and move: young people leave the mountains, a little into the city. Survival and
birth rates are rounded national levels of 2020; nothing here is a forecast of anything.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd

from geodata.sample.population import Census, grid_code, merge_targets
from geodata.sample.region import COARSE, HEIGHT_DEGREES, PREFECTURE_CODE, SOUTH, WEST, Floats, Region
from geodata.sample.writing import metadata, pack

YEARS: Final = tuple(range(2025, 2071, 5))
_SURVIVAL: Final = np.array(
    [0.999, 0.999, 0.999, 0.998, 0.997, 0.997, 0.996, 0.995, 0.993, 0.990, 0.984, 0.975, 0.961, 0.940, 0.907, 0.850, 0.745, 0.580, 0.390]
)  # fmt: skip
_LAST_SURVIVAL: Final = 0.22
_BIRTHS_PER_ADULT: Final = 0.100  # children of five years per person of 20–39
_MOVERS: Final = np.array([0, 0, 0, 0.5, 1.0, 0.7, 0.3, 0.15] + [0.05] * 12)  # who moves, by five-year band


def project(census: Census, region: Region) -> tuple[np.ndarray, list[str], Floats, Floats]:
    """Mesh codes, municipality codes, people of 2020 and people by year and band.

    Returns
    -------
    Codes (k,), municipality codes (k,), (k, 20) people of 2020 by five-year band (the last is 95 and over), and
    (k, 10, 20) people of 2025 … 2070.
    """
    row, column = np.divmod(census.cell, COARSE)
    codes = grid_code(row // 2, column // 2, level=4)
    total = census.people.sum(axis=(1, 2))
    bands = np.delete(census.people.sum(axis=1), 4, axis=1).astype(float)
    bands[:, 3] += census.people[:, :, 4].sum(axis=1)  # 15–17 and 18–19 are one band
    frame = pd.DataFrame(bands).groupby(codes).sum()
    owner = pd.DataFrame({"code": codes, "municipality": census.municipality, "people": total})
    owner = owner.groupby(["code", "municipality"])["people"].sum().reset_index().sort_values(["code", "people"])
    main = owner.drop_duplicates("code", keep="last").set_index("code")["municipality"].loc[frame.index]
    old = np.array([spec.old for spec in region.specs])[main]
    leaving = np.clip(0.05 + 0.42 * (old - 0.3), -0.03, 0.35)
    start = frame.to_numpy()
    steps, now = [], start
    for _ in YEARS:
        now = _five_years(now, leaving)
        steps.append(now)
    return frame.index.to_numpy(dtype=str), [region.specs[index].code for index in main], start, np.stack(steps, axis=1)


def _five_years(now: Floats, leaving: Floats) -> Floats:
    later = np.empty_like(now)
    later[:, 1:] = now[:, :-1] * _SURVIVAL
    later[:, -1] += now[:, -1] * _LAST_SURVIVAL
    later[:, 0] = now[:, 4:8].sum(axis=1) * _BIRTHS_PER_ADULT
    return np.asarray(later * (1 - leaving[:, None] * _MOVERS))


def columns_of(codes: np.ndarray, people: Floats, year: int) -> dict[str, list[str]]:
    """The columns of one year as JSON: suppression, total, twenty bands, five groups and their shares.

    A square with few people shows its total in ``PTN`` only: its ages are added to those of the square named in ``GASSAN``.
    """
    true_total = people.sum(axis=1)
    target = merge_targets(codes, np.round(true_total).astype(np.int64))
    hidden = np.flatnonzero((target >= 0) & (true_total > 0))
    people = people.copy()
    np.add.at(people, target[hidden], people[hidden])
    people[hidden] = 0.0
    mark, goal = np.full(len(codes), "null", dtype=object), np.full(len(codes), "null", dtype=object)
    mark[target[hidden]], mark[hidden] = '"@"', '"*"'
    goal[hidden] = [f'"{code}"' for code in codes[target[hidden]]]
    total = people.sum(axis=1)
    groups = {
        "A": people[:, :3].sum(axis=1),
        "B": people[:, 3:13].sum(axis=1),
        "C": people[:, 13:].sum(axis=1),
        "D": people[:, 15:].sum(axis=1),
        "E": people[:, 16:].sum(axis=1),
    }
    columns = {f"PTN_{year}": true_total, f"PT00_{year}": total}
    columns |= {f"PT{band + 1:02d}_{year}": people[:, band] for band in range(20)}
    columns |= {f"PT{letter}_{year}": values for letter, values in groups.items()}
    columns |= {f"RT{letter}_{year}": values / np.maximum(total, 1e-9) for letter, values in groups.items()}
    texts = {name: _decimals(values) for name, values in columns.items()}
    return {f"HITOKU{year}": mark.tolist(), f"GASSAN{year}": goal.tolist(), **texts}


def _decimals(values: Floats) -> list[str]:
    return [f"{value:.4f}" for value in values.tolist()]


def write_future(folder: Path, census: Census, region: Region) -> Path:
    """``500m_mesh_2024_48_GEOJSON.zip``."""
    codes, municipality, start, future = project(census, region)
    stem = f"500m_mesh_2024_{PREFECTURE_CODE}"
    columns = {"PTN_2020": _decimals(start.sum(axis=1))}
    for at, year in enumerate(YEARS):
        columns |= columns_of(codes, future[:, at], year)
    text = _features(codes, municipality, columns)
    head = (
        f'{{\n"type": "FeatureCollection",\n"name": "{stem}",\n'
        '"crs": { "type": "name", "properties": { "name": "urn:ogc:def:crs:EPSG::6668" } },\n"features": [\n'
    )
    members = {
        f"{stem}_GEOJSON/{stem}.geojson": (head + ",\n".join(text) + "\n]\n}\n").encode(),
        f"{stem}_GEOJSON/KS-META-{stem}.xml": metadata("国土数値情報 500mメッシュ別将来推計人口データ形式"),
    }
    return pack(folder / f"{stem}_GEOJSON.zip", members)


def _features(codes: np.ndarray, municipality: list[str], columns: dict[str, list[str]]) -> list[str]:
    """One line per square; written by template, for a million numbers through a JSON encoder take seconds."""
    fields = ", ".join(f'"{name}": %s' for name in columns)
    template = (
        '{ "type": "Feature", "properties": { "MESH_ID": "%s", "SHICODE": "%s", '
        + fields
        + ' }, "geometry": { "type": "Polygon", "coordinates": %s } }'
    )
    rows = zip(codes.tolist(), municipality, zip(*columns.values(), strict=True), strict=True)
    return [template % (code, town, *row, _ring(code)) for code, town, row in rows]


def _ring(code: str) -> str:
    """Coordinates of a 500 m square."""
    row = (int(code[4]) * 10 + int(code[6])) * 2 + (int(code[8]) - 1) // 2
    column = (int(code[5]) * 10 + int(code[7])) * 2 + (int(code[8]) - 1) % 2
    south, west = SOUTH + row * HEIGHT_DEGREES / 160, WEST + column / 160
    north, east = SOUTH + (row + 1) * HEIGHT_DEGREES / 160, WEST + (column + 1) / 160
    ring = [(west, south), (east, south), (east, north), (west, north), (west, south)]
    return json.dumps([[[round(lon, 9), round(lat, 9)] for lon, lat in ring]])
