"""What municipalities of Gunma and across its border gain by sharing: coverage, who uses whose, critical facilities.

    explorer build ../shared/data/gunma ../shared/data/tochigi ../shared/data/japan --out WORKSPACE
    python -m benchmarks.cooperation WORKSPACE --out benchmarks/COOPERATION.md

Every number of covered people is worked out again by scipy (Dijkstra over the same streets), and each closure that is told is
asked of the what-if engine; where two answers differ one of them is wrong, and the script stops. The matrices are held against
scipy in ``tests/explorer/test_cooperation_real.py``.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import numpy as np
import pandas as pd

import explorer
from explorer import cooperation
from explorer.criticality import critical
from explorer.region_rules import touching
from explorer.regions import Opened
from explorer.service_limits import service_name
from geodata.projection import PlaneProjection
from layers.access.ms import INFINITE_MS
from layers.measures import is_in_metres
from tests.layers.access.oracle import scipy_nearest

# Service, mode, limit in what the mode counts in.
Asked = tuple[str, str, float]
SCHOOL: Asked = ("elementary_school", "walk", 2000.0)
SHOP: Asked = ("convenience", "drive", 600.0)
STOP: Asked = ("stop", "walk", 300.0)
STATION: Asked = ("station", "walk", 800.0)
SERVICES = (SCHOOL, SHOP, STOP)
CORES = ["10201", "10202"]
KIRYU_MIDORI = ["10203", "10212"]
RYOMO = ["10203", "10205", "10207", "10212", "09202", "09204"]


@dataclass
class Plain:
    """The nearest site of every place by scipy."""

    opened: Opened
    checked: int = 0
    known: dict[tuple[str, str, bytes], np.ndarray] = field(default_factory=dict)

    @cached_property
    def places(self) -> pd.DataFrame:
        return self.opened.workspace.table("places")

    @cached_property
    def plane(self) -> PlaneProjection:
        return PlaneProjection(self.opened.workspace.manifest["projection"], 0.0)

    def nearest(self, category: str, mode: str, usable: np.ndarray) -> np.ndarray:
        key = (category, mode, usable.tobytes())
        if key not in self.known:
            self.known[key] = self._nearest(category, mode, np.flatnonzero(usable))
        return self.known[key]

    def _nearest(self, category: str, mode: str, rows: np.ndarray) -> np.ndarray:
        from scipy.spatial import cKDTree

        services = self.opened.services()
        if not rows.size:
            return np.full(len(self.places), np.inf)
        profile = services._profiles[mode]  # noqa: SLF001 - the same streets and doors, another search
        sites = services._points.take(services._rows(category)[rows])  # noqa: SLF001
        ms, _ = scipy_nearest(services._network(mode), services._places.ties(profile), sites.ties(profile))  # noqa: SLF001
        seconds = np.where(ms < INFINITE_MS, ms / 1000, np.inf)
        if not is_in_metres(mode):
            return seconds.astype(np.float32)
        table, points = services.sites(category).iloc[rows], self.places.geometry
        line, _ = cKDTree(self.plane.to_plane(table["lon"], table["lat"])).query(
            self.plane.to_plane(points.x, points.y)
        )
        return np.maximum(seconds * profile.metres_per_minute / 60, line).astype(np.float32)

    def check(self, table: pd.DataFrame, codes: list[str]) -> None:
        """Stop where a share of people is not what scipy says."""
        home, people = (
            self.places["municipality_code"].astype(str).to_numpy(),
            self.places["population_total"].to_numpy(),
        )
        for row in table[(table["area_code"] != "region") & (table["reason"] == "")].itertuples():
            stands_in = self.opened.services().sites(row.category)["municipality_code"].to_numpy(str)
            usable = {
                "own_people": stands_in == row.area_code,
                "pooled_people": np.isin(stands_in, codes),
                "all_people": np.ones(len(stands_in), bool),
            }
            for column, mask in usable.items():
                far = self.nearest(row.category, row.mode, mask)
                expected = people[(home == row.area_code) & (far <= row.limit)].sum()
                if not np.isclose(getattr(row, column), expected, rtol=1e-9, atol=1e-6):
                    raise SystemExit(f"{row.category} {row.area_code} {column}: {getattr(row, column)} and {expected}")
                self.checked += 1


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("workspace", type=Path)
    parser.add_argument("--out", type=Path)
    given = parser.parse_args()
    opened = explorer.open(given.workspace)
    plain = Plain(opened)
    around = touching(opened, CORES).codes
    # Members, services, the one whose matrix is shown, those whose facilities are ranked.
    regions = {
        "前橋・高崎と隣接する市町村": (around, SERVICES, SCHOOL, (SCHOOL, SHOP)),
        "桐生・みどり": (KIRYU_MIDORI, SERVICES, SCHOOL, (SCHOOL, STOP)),
        "両毛（県境をまたぐ）": (RYOMO, (*SERVICES, STATION), SHOP, (SHOP, STATION)),
    }
    body = [line for name, asked in regions.items() for line in _region(opened, plain, name, *asked)]
    text = "\n".join([*_head(opened, plain), *body, *_times(opened)]) + "\n"
    if given.out is None:
        print(text, end="")
    else:
        given.out.write_text(text, encoding="utf-8")


def _head(opened: Opened, plain: Plain) -> Iterator[str]:
    people = sum(opened.conditions.total("total"))
    yield "# Cooperation on real data: what is gained together, who uses whose, what must not close"
    yield ""
    yield "Generated; do not edit."
    yield ""
    yield "    explorer build ../shared/data/gunma ../shared/data/tochigi ../shared/data/japan --out WORKSPACE"
    yield "    python -m benchmarks.cooperation WORKSPACE --out benchmarks/COOPERATION.md"
    yield ""
    yield (
        f"Gunma and Tochigi, {people:,.0f} people (2015 census) at {len(plain.places):,} places; elementary schools of Gunma "
        "(P29, 2023; none of Tochigi in the kit), convenience stores of OpenStreetMap 2014 (about 3 % of all: a test of the method, "
        "not of the towns), bus stops of 41 feeds of 2018–2019, streets of 2017."
    )
    yield ""
    yield (
        f"All {plain.checked} numbers of covered people below equal a plain recomputation by scipy over the same streets. Own: facilities of the "
        "own municipality; pooled: of any member; all: every facility, those around the region too. –: not known, since no "
        "list covers a municipality."
    )
    yield ""


def _region(
    opened: Opened,
    plain: Plain,
    name: str,
    codes: list[str],
    asked: tuple[Asked, ...],
    matrix: Asked,
    ranked: tuple[Asked, ...],
) -> Iterator[str]:
    yield from (f"## {name}", "")
    for category, mode, limit in asked:
        table = cooperation.pooled_services(opened, codes, categories=[category], mode=mode, limit=limit)
        plain.check(table, codes)
        border = cooperation.border_dependence(opened, codes, categories=[category], mode=mode)
        yield f"### {_service(category)}, {_limit(mode, limit)}"
        yield ""
        yield "| municipality | people | own % | pooled % | all % | people gained | nearest outside own municipality % |"
        yield "|---|---:|---:|---:|---:|---:|---:|"
        for row, outside in zip(table.itertuples(), border["outside"], strict=True):
            label = "**region**" if row.area_code == "region" else row.area_name
            shares = " | ".join(_number(value, 1) for value in (row.own, row.pooled, row.all))
            yield f"| {label} | {row.people:,.0f} | {shares} | {_number(row.gain_people, 0)} | {_number(outside, 1)} |"
        yield ""
    yield from _matrix(opened, codes, *matrix[:2])
    for each in ranked:
        yield from _critical(opened, codes, *each)


def _matrix(opened: Opened, codes: list[str], category: str, mode: str) -> Iterator[str]:
    table = cooperation.uses(opened, codes, category, mode)
    to = table[["to_code", "to_name"]].drop_duplicates().set_index("to_code")["to_name"].str.split(" / ").str[0]
    used = table.groupby("to_code")["share"].max()
    shown = [code for code in to.index if used[code] > 0]
    yield f"### Who uses whose {service_name(category)[1].lower()} ({mode}), % of people"
    yield ""
    yield "| people of | " + " | ".join(to[code] for code in shown) + " |"
    yield "|---|" + "---:|" * len(shown)
    for name, rows in table.groupby("from_name", sort=False):
        share = rows.set_index("to_code")["share"]
        yield f"| {name} | " + " | ".join(_number(share.get(code, np.nan), 1) for code in shown) + " |"
    yield ""


def _critical(opened: Opened, codes: list[str], category: str, mode: str, limit: float) -> Iterator[str]:
    table = critical(opened, category, mode, limit, codes=codes)
    name_of = opened.municipalities.set_index("code")["name"]
    yield f"### Ten most critical: {_service(category)}, {_limit(mode, limit)}"
    yield ""
    yield "| rank | facility | stands in | people who lose reach | of them elsewhere | whose |"
    yield "|---:|---|---|---:|---:|---|"
    for row in table.head(10).itertuples():
        whose = "、".join(f"{name_of[code]} {people:,.0f}" for code, people in row.municipalities if people >= 0.5)
        yield (
            f"| {row.rank} | {row.name or row.site_id} | {row.municipality_name} | {row.people_lost:,.0f} "
            f"| {row.people_lost_elsewhere:,.0f} | {whose} |"
        )
    yield ""
    worst = table.sort_values("people_lost_elsewhere", ascending=False).iloc[0]
    if worst["people_lost_elsewhere"] < 1:
        return
    effect = opened.live().after(closed=[worst["site_id"]], categories=[category], modes=[mode])
    lost = effect.newly_beyond(category, mode, limit)
    by_area = opened.conditions.sum_over_areas(np.where(lost, opened.conditions.people["total"], 0.0))
    told = dict(worst["municipalities"])
    if told != {code: by_area[area] for area, code in enumerate(effect.area_codes) if code in told}:
        raise SystemExit(f"{worst['site_id']}: criticality and its closure differ")
    neighbours = "、".join(
        f"{name_of[code]} {people:,.0f}人" for code, people in told.items() if code != worst["municipality_code"]
    )
    yield (
        f"Closing {worst['name'] or worst['site_id']} ({worst['municipality_name']}) as a scenario gives the same numbers: beyond reach "
        f"in neighbouring municipalities are {neighbours}; at home {told.get(worst['municipality_code'], 0.0):,.0f}人."
    )
    yield ""


def _times(opened: Opened) -> Iterator[str]:
    yield from ("## How long it takes", "")
    yield "Best of five in one process, networks ready; two cores that other work shared. One closure is a question to the what-if engine."
    yield ""
    yield "| service | mode | facilities | all closures, s | one closure, s |"
    yield "|---|---|---:|---:|---:|"
    live = opened.live()
    for category, mode in (("elementary_school", "walk"), ("elementary_school", "drive"), ("stop", "walk")):
        table = critical(opened, category, mode, 600.0)
        whole = min(_seconds(lambda c=category, m=mode: critical(opened, c, m, 600.0)) for _ in range(5))
        ids = table["site_id"].head(6)
        one = min(
            _seconds(lambda c=category, m=mode, name=name: live.after(closed=[name], categories=[c], modes=[m]))
            for name in ids
        )
        yield f"| {category} | {mode} | {len(table):,} | {whole:.2f} | {one:.2f} |"


def _seconds(work) -> float:  # noqa: ANN001
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def _service(category: str) -> str:
    return service_name(category)[0]


def _limit(mode: str, limit: float) -> str:
    return f"{limit:,.0f} m on foot" if is_in_metres(mode) else f"{limit / 60:g} minutes by car"


def _number(value: float, digits: int) -> str:
    return "–" if np.isnan(value) else f"{value:,.{digits}f}"


if __name__ == "__main__":
    main()
