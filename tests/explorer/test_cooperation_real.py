"""Cooperation across a prefecture border on real data, against a plain, slow recomputation by scipy.

両毛: 桐生, みどり, 太田, 館林 in Gunma with 足利 and 佐野 in Tochigi. The kit has schools of Gunma and bus stops of most of them,
convenience stores and stations of all.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
import pytest
from scipy.spatial import cKDTree

import explorer
from explorer import cooperation
from explorer.criticality import critical
from explorer.regions import Opened
from geodata.projection import PlaneProjection
from layers.access.ms import INFINITE_MS
from tests.explorer.test_criticality import assert_equals_closing
from tests.layers.access.oracle import scipy_nearest

pytestmark = [pytest.mark.realdata, pytest.mark.slow]

KIRYU_MIDORI = ["10203", "10212"]
RYOMO = ["10203", "10205", "10207", "10212", "09202", "09204"]


@pytest.fixture(scope="module")
def opened(ryomo_workspace: Path) -> Opened:
    return explorer.open(ryomo_workspace)


@dataclass(frozen=True)
class Plain:
    """What the tables of a workspace say, and the nearest site of every place found without the services."""

    opened: Opened
    category: str
    mode: str

    @cached_property
    def home(self) -> np.ndarray:
        return self.opened.workspace.table("places")["municipality_code"].astype(str).to_numpy()

    @cached_property
    def people(self) -> np.ndarray:
        return self.opened.workspace.table("places")["population_total"].to_numpy(float)

    @cached_property
    def stands_in(self) -> np.ndarray:
        return self.opened.services().sites(self.category)["municipality_code"].to_numpy(str)

    @cached_property
    def places_xy(self) -> np.ndarray:
        points = self.opened.workspace.table("places").geometry
        return PlaneProjection(self.opened.workspace.manifest["projection"], 0.0).to_plane(points.x, points.y)

    def nearest(self, usable: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Distance as the build keeps it and row of the nearest usable site, -1 for none."""
        rows = np.flatnonzero(usable)
        services = self.opened.services()
        if self.mode == "straight":
            plane = PlaneProjection(self.opened.workspace.manifest["projection"], 0.0)
            sites = services.sites(self.category).iloc[rows]
            metres, row = cKDTree(plane.to_plane(sites["lon"], sites["lat"])).query(self.places_xy)
            return metres.astype(np.float32), rows[row]
        profile = services._profiles[self.mode]
        ties = services._places.ties(profile), services._points.take(services._rows(self.category)[rows]).ties(profile)
        ms, row = scipy_nearest(services._network(self.mode), *ties)
        seconds = np.where(ms < INFINITE_MS, ms / 1000, np.inf).astype(np.float32)
        return seconds, np.where(row >= 0, rows[np.maximum(row, 0)], -1)


CASES = [
    ("elementary_school", "straight", 800.0, KIRYU_MIDORI),
    ("elementary_school", "drive", 300.0, KIRYU_MIDORI),
    ("stop", "straight", 300.0, KIRYU_MIDORI),
    ("stop", "walk_elderly", 600.0, KIRYU_MIDORI),
    ("convenience", "drive", 600.0, RYOMO),
    ("station", "straight", 800.0, RYOMO),
]


@pytest.mark.parametrize(("category", "mode", "limit", "codes"), CASES)
def test_coverage_and_matrix(opened: Opened, category: str, mode: str, limit: float, codes: list[str]) -> None:
    plain = Plain(opened, category, mode)
    every, used = plain.nearest(np.ones(len(plain.stands_in), bool))
    shared, _ = plain.nearest(np.isin(plain.stands_in, codes))
    table = cooperation.pooled_services(opened, codes, categories=[category], mode=mode, limit=limit)
    table = table.set_index("area_code")
    matrix = cooperation.uses(opened, codes, category, mode, outside_by_name=True).set_index(["from_code", "to_code"])
    expected = np.zeros(4)
    for code in codes:
        here = plain.home == code
        own_sites = plain.stands_in == code
        own = plain.nearest(own_sites)[0] if own_sites.any() else np.full(len(here), np.inf)
        counts = np.array([plain.people[here & (far <= limit)].sum() for far in (own, shared, every)])
        columns = ["people", "own_people", "pooled_people", "all_people"]
        assert table.loc[code, columns].tolist() == pytest.approx([plain.people[here].sum(), *counts], abs=1e-6)
        expected += [plain.people[here].sum(), *counts]
        row = matrix.loc[code]["people"]
        assert row.sum() == pytest.approx(plain.people[here].sum())
        assert row["none"] == pytest.approx(plain.people[here & (used < 0)].sum())
        for to in set(row.index) - {"none", "outside"}:
            to_there = here & (used >= 0) & (plain.stands_in[np.maximum(used, 0)] == to)
            # Sites that are equally near may stand on both sides of a border.
            assert row[to] == pytest.approx(plain.people[to_there].sum(), abs=1.0)
    assert table.loc["region", columns].tolist() == pytest.approx(expected.tolist(), abs=1e-6)
    assert table.loc["region", "gain_people"] > 0


def test_across_the_border_schools_are_unknown_where_no_list_is(opened: Opened) -> None:
    """Only Gunma's schools are in the kit: the people of 足利 and 佐野 are not said to have none."""
    table = cooperation.pooled_services(opened, RYOMO, categories=["elementary_school"]).set_index("area_code")
    assert table.loc[["09202", "09204", "region"], "reason"].str.contains("一覧").all()
    assert table.loc[["09202", "09204", "region"], ["own", "pooled", "all", "gain_people"]].isna().all(axis=None)
    assert table.loc["10205", "own"] > 20
    assert "足利市、佐野市" in table.loc["10205", "remark"]
    lost = critical(opened, "elementary_school", "drive", 900)
    codes = {code for row in lost["municipalities"] for code, _ in row}
    assert "10205" in codes
    assert not codes & {"09202", "09204"}
    assert lost["people_lost_unlisted"].max() > lost["people_lost"].max()


def test_no_station_answers_for_another(opened: Opened) -> None:
    """Both prefectures number their stations from 0, in files of one name."""
    stops = opened.workspace.table("stops")
    assert stops["stop_id"].is_unique
    apart = stops.assign(lon=stops.geometry.x, lat=stops.geometry.y).groupby("group_id")[["lon", "lat"]].agg(np.ptp)
    assert apart.to_numpy().max() < 0.02  # degrees: poles of one stop


@pytest.mark.parametrize(
    ("category", "mode", "limit"),
    [("convenience", "drive", 600.0), ("station", "straight", 800.0), ("stop", "walk", 300.0)],
)
def test_criticality_is_closing(opened: Opened, category: str, mode: str, limit: float) -> None:
    assert_equals_closing(opened, category, mode, limit, some=3)


def test_the_most_critical_shop_hurts_another_prefecture_as_scipy_says(opened: Opened) -> None:
    """Closed in the plain search too: the people and the towns that lose are the same."""
    plain = Plain(opened, "convenience", "drive")
    table = critical(opened, "convenience", "drive", 600)
    worst = table.sort_values("people_lost_elsewhere", ascending=False).iloc[0]
    sites = opened.services().sites("convenience")
    before, _ = plain.nearest(np.ones(len(sites), bool))
    after, _ = plain.nearest((sites["site_id"] != worst["site_id"]).to_numpy())
    lost = (before <= 600) & (after > 600)
    by_code = {code: plain.people[lost & (plain.home == code)].sum() for code in RYOMO}
    assert dict(worst["municipalities"]) == pytest.approx({code: people for code, people in by_code.items() if people})
    assert worst["people_lost_elsewhere"] > 0
