"""Step: projected people of each place, 2025–2070, and what becomes of the 1 km squares that are lived in today."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np

from geodata.errors import ExplorerError
from geodata.future_places import Spread, Today, inhabited_squares, spread_projection
from geodata.future_population import Projection, read_projection
from geodata.projection import PlaneProjection
from geodata.recognised import Recognised
from geodata.workspace import StepWriter, read_table

if TYPE_CHECKING:
    import numpy.typing as npt

FATE_YEARS: Final = (2050, 2070)  # of the inhabited squares
FEW: Final = 10.0  # people in a square: below, its ages are suppressed in the census
_EMPTY: Final = 1.0
_OTHER = (
    "同じ将来人口を示す別の資料（新しい版、より細かいメッシュ）を使うため、合算しません",
    "not added up: a newer edition or finer squares give the same people",
)


def run(
    writer: StepWriter,
    *,
    sources: Sequence[tuple[str, Recognised]],
    folders: Mapping[str, Path],
    codes: Sequence[str],
    projection: str,
    box: tuple[float, float, float, float],
) -> None:
    """Write ``people_<year>_<group>`` per place (the base year as total only) and the figures of inhabited squares."""
    del box
    found = _read(writer, sources)
    chosen = _chosen(found, codes)
    writer.facts["used"] = [found[index][0] for index in sorted(set(chosen.values()))]
    writer.facts["unused"] = {
        name: list(_OTHER) for index, (name, _) in enumerate(found) if index not in chosen.values()
    }
    if not chosen:
        return
    import pandas as pd

    plane = PlaneProjection(projection, 0.0)
    today = _today(folders["places"], plane)
    known = _known(folders["people"])
    values: dict[tuple[int, str], npt.NDArray[np.float64]] = {}
    figures = []
    for index in sorted(set(chosen.values())):
        name, one = found[index]
        served = [code for code in codes if chosen.get(code[:2]) == index]
        spread = spread_projection(one, today, codes=served, known=known, plane=plane)
        for key, people in one.people.items():
            part = spread.people(people)
            values[key] = np.where(np.isnan(part), values.get(key, np.nan), part)
        figures += _squares(one, spread, today, served, name)
        _tell(writer, one, spread, today, name)
    for (year, group), people in sorted(values.items()):
        writer.place_values(people, f"people_{year}_{group}")
    base = min(year for year, _ in values)
    if base < 2050 and (2050, "total") in values:
        start, later = values[base, "total"], values[2050, "total"]
        with np.errstate(invalid="ignore", divide="ignore"):
            writer.place_values(np.where(start > 0, 100 * (later / start - 1), np.nan), "people_change_2050")
    if figures:
        writer.figures(pd.DataFrame(figures))
    writer.facts["years"] = sorted({year for year, _ in values})


def _read(writer: StepWriter, sources: Sequence[tuple[str, Recognised]]) -> list[tuple[str, Projection]]:
    """Every file that can be read; the others are named."""
    found: list[tuple[str, Projection]] = []
    for name, source in sources:
        try:
            found.append((name, read_projection(source.file, notes=writer.notes)))
        except ExplorerError as error:
            writer.notes.warn_of(error, source.file.label)
    return found


def _chosen(found: Sequence[tuple[str, Projection]], codes: Sequence[str]) -> dict[str, int]:
    """For each prefecture of the study area the number of its source: the newest edition, then the finest squares."""
    chosen: dict[str, int] = {}
    for prefecture in sorted({code[:2] for code in codes}):
        serving = [index for index, (_, one) in enumerate(found) if prefecture in one.prefectures]
        if serving:
            chosen[prefecture] = max(serving, key=lambda index: _worth(found[index][1], codes, prefecture))
    return chosen


def _worth(one: Projection, codes: Sequence[str], prefecture: str) -> tuple[int, int, int]:
    """Newest base year, then most municipalities of the study area, then finest squares."""
    own = {code for code in codes if code[:2] == prefecture}
    covered = {code for owner in one.owners for code in owner} & own
    return one.base_year, len(covered), one.level


def _today(folder: Path, plane: PlaneProjection) -> Today:
    import shapely

    places = read_table(folder / "places.parquet")
    degrees = shapely.get_coordinates(places.geometry.to_numpy())
    return Today(
        degrees[:, 0],
        degrees[:, 1],
        plane.to_plane(degrees[:, 0], degrees[:, 1]),
        places["municipality_code"].to_numpy(dtype=object),
        places["population_total"].to_numpy(dtype=float),
    )


def _known(folder: Path) -> set[str]:
    """Municipalities that have a boundary around here."""
    import pandas as pd

    tables = [pd.read_parquet(folder / f"{name}.parquet", columns=["code"]) for name in ("municipalities", "ring")]
    return {str(code) for table in tables for code in table["code"]}


def _squares(
    one: Projection, spread: Spread, today: Today, codes: Sequence[str], source: str
) -> list[dict[str, object]]:
    rows: list[dict[str, object]] = []
    covered = set(today.municipality[spread.covered].tolist())
    for year in FATE_YEARS:
        if (year, "total") not in one.people:
            continue
        least = {"below_10": FEW, "empty": _EMPTY}
        counts = inhabited_squares(one, spread, today, year=year, codes=codes, least=least)
        for name in least:
            for at, code in enumerate(codes):
                inhabited = int(counts["inhabited"][at])
                if code not in covered or not inhabited:
                    continue
                rows.append(
                    {
                        "name": f"squares_{name}_{year}",
                        "area_code": code,
                        "value": 100.0 * counts[name][at] / inhabited,
                        "numerator": float(counts[name][at]),
                        "denominator": float(inhabited),
                        "how": "ratio",
                        "unit": "%",
                        "as_of": str(year),
                        "source": source,
                        "note_ja": "将来推計人口メッシュから数えた推計",
                        "note_en": "projection, counted from the projected grid squares",
                    }
                )
    return rows


def _tell(writer: StepWriter, one: Projection, spread: Spread, today: Today, source: str) -> None:
    """How the projection's base year compares with today's people, who was moved, and who could not be placed."""
    base = spread.people(one.people[one.base_year, "total"])
    ours = float(today.people[spread.covered].sum())
    theirs = float(np.nansum(base))
    if ours > 0:
        gap = 100 * (theirs / ours - 1)
        writer.notes.info(
            source,
            f"将来推計人口の{one.base_year}年の人口は {theirs:,.0f} 人で、この地域の人口資料の {ours:,.0f} 人と {gap:+.1f}% 違います。"
            "推計は国勢調査に合わせて伸縮していません。増減は推計の中で比べています。",
            f"The projection starts with {theirs:,.0f} people in {one.base_year}; the population source has {ours:,.0f} "
            f"({gap:+.1f}%). Nothing is scaled: changes are measured within the projection.",
        )
    people = one.people[one.base_year, "total"]
    moved, lost = float(people[spread.moved].sum()), float(people[spread.left_out].sum())
    if moved >= 0.5:
        writer.notes.info(
            source,
            f"人の住む地点がないメッシュ {len(spread.moved):,} 件の将来人口（{one.base_year}年に {moved:,.0f} 人）は、"
            "同じ市区町村の最寄りの地点に置きました。",
            f"The people of {len(spread.moved):,} squares without an inhabited place ({moved:,.0f} in {one.base_year}) are put "
            "at the nearest place of the same municipality.",
        )
    if len(spread.left_out):
        writer.notes.warn(
            source,
            f"対応する市区町村・地点のないメッシュ {len(spread.left_out):,} 件（{one.base_year}年に {lost:,.0f} 人）は含みません。",
            f"{len(spread.left_out):,} squares of municipalities that are unknown here are left out ({lost:,.0f} people in "
            f"{one.base_year}).",
        )
    no_place = np.setdiff1d(np.arange(len(today.people)), spread.place)
    gone = float(today.people[no_place][spread.covered[no_place]].sum())
    if gone >= 0.5:
        writer.notes.info(
            source,
            f"将来推計人口のメッシュがない、または別の市区町村に入れられている地点（現在 {gone:,.0f} 人）の将来人口は 0 人です。",
            f"Places in squares that the projection leaves out or counts for another municipality ({gone:,.0f} people today) "
            "have no future people.",
        )
