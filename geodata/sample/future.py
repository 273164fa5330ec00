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

from geodata.sample.population import Census, grid_code
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


def columns_of(people: Floats, year: int) -> dict[str, Floats]:
    """The numeric columns of one year: total, twenty bands, five groups and their shares."""
    total = people.sum(axis=1)
    groups = {
        "A": people[:, :3].sum(axis=1),
        "B": people[:, 3:13].sum(axis=1),
        "C": people[:, 13:].sum(axis=1),
        "D": people[:, 15:].sum(axis=1),
        "E": people[:, 16:].sum(axis=1),
    }
    columns = {f"PTN_{year}": total, f"PT00_{year}": total}
    columns |= {f"PT{band + 1:02d}_{year}": people[:, band] for band in range(20)}
    columns |= {f"PT{letter}_{year}": values for letter, values in groups.items()}
    return columns | {f"RT{letter}_{year}": values / np.maximum(total, 1e-9) for letter, values in groups.items()}


def write_future(folder: Path, census: Census, region: Region) -> Path:
    """``500m_mesh_2024_48_GEOJSON.zip``."""
    codes, municipality, start, future = project(census, region)
    stem = f"500m_mesh_2024_{PREFECTURE_CODE}"
    names, values = ["PTN_2020"], [start.sum(axis=1)]
    for at, year in enumerate(YEARS):
        for name, column in columns_of(future[:, at], year).items():
            names.append(name)
            values.append(column)
    text = _features(codes, municipality, names, np.column_stack(values))
    head = (
        f'{{\n"type": "FeatureCollection",\n"name": "{stem}",\n'
        '"crs": { "type": "name", "properties": { "name": "urn:ogc:def:crs:EPSG::6668" } },\n"features": [\n'
    )
    members = {
        f"{stem}_GEOJSON/{stem}.geojson": (head + ",\n".join(text) + "\n]\n}\n").encode(),
        f"{stem}_GEOJSON/KS-META-{stem}.xml": metadata("国土数値情報 500mメッシュ別将来推計人口データ形式"),
    }
    return pack(folder / f"{stem}_GEOJSON.zip", members)


def _features(codes: np.ndarray, municipality: list[str], names: list[str], values: Floats) -> list[str]:
    """One line per square; written by template, for a million numbers through a JSON encoder take seconds."""
    fields = []
    for name in names:
        if name.startswith("PTN_") and name != "PTN_2020":
            year = name[-4:]
            fields.append(f'"HITOKU{year}": null, "GASSAN{year}": null')
        fields.append(f'"{name}": %.3f')
    template = (
        '{ "type": "Feature", "properties": { "MESH_ID": "%s", "SHICODE": "%s", '
        + ", ".join(fields)
        + ' }, "geometry": { "type": "Polygon", "coordinates": %s } }'
    )
    return [
        template % (code, town, *row, _ring(code))
        for code, town, row in zip(codes.tolist(), municipality, values.tolist(), strict=True)
    ]


def _ring(code: str) -> str:
    """Coordinates of a 500 m square."""
    row = (int(code[4]) * 10 + int(code[6])) * 2 + (int(code[8]) - 1) // 2
    column = (int(code[5]) * 10 + int(code[7])) * 2 + (int(code[8]) - 1) % 2
    south, west = SOUTH + row * HEIGHT_DEGREES / 160, WEST + column / 160
    north, east = SOUTH + (row + 1) * HEIGHT_DEGREES / 160, WEST + (column + 1) / 160
    ring = [(west, south), (east, south), (east, north), (west, north), (west, south)]
    return json.dumps([[[round(lon, 9), round(lat, 9)] for lon, lat in ring]])
