"""Small towns drawn at random, in a plane of metres, for laws of cooperation: what a workspace answers, without a build."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from functools import cached_property
from types import SimpleNamespace

import numpy as np
import pandas as pd
from hypothesis import strategies as st

from explorer.service_points import Points
from explorer.services import Services
from layers.conditions import Conditions

CATEGORY = "clinic"
LIMITS = (0.0, 300.0, 500.0, 2000.0)


@dataclass(frozen=True, eq=False)
class Town:
    """Places, sites and municipalities; what an open workspace offers of them."""

    codes: list[str]
    place_xy: np.ndarray
    area_of_place: np.ndarray
    people: dict[str, np.ndarray]
    site_xy: np.ndarray
    area_of_site: np.ndarray
    capacity: np.ndarray
    surveyed: np.ndarray = field(default_factory=lambda: np.empty(0, bool))

    @cached_property
    def municipalities(self) -> pd.DataFrame:
        return pd.DataFrame({"code": self.codes, "name": [f"{code}町" for code in self.codes]})

    @cached_property
    def conditions(self) -> Conditions:
        count = len(self.codes)
        surveyed = self.surveyed if self.surveyed.size else np.ones(count, bool)
        return Conditions(self.area_of_place, np.ones(count), self.people, {}, {CATEGORY: surveyed})

    @cached_property
    def workspace(self) -> SimpleNamespace:
        stops = pd.DataFrame({"stop_id": [], "group_id": []}, dtype=object)
        return SimpleNamespace(table=lambda name: stops if name == "stops" else self.municipalities)

    def region(self, codes: list[str]) -> SimpleNamespace:
        return SimpleNamespace(codes=list(codes))

    @cached_property
    def _services(self) -> Services:
        return TownServices(self)

    def services(self) -> Services:
        return self._services


class TownServices(Services):
    """The services of a workspace in straight lines, from arrays."""

    def __init__(self, town: Town) -> None:
        self.opened = town
        self._lock, self._kept = threading.RLock(), {}
        self.area_codes, self.area_of_place, self.modes = town.codes, town.area_of_place, ["straight"]
        rows = np.arange(len(town.site_xy))
        self._sites = SimpleNamespace(members={CATEGORY: rows} if rows.size else {})
        self._points, self._places = (Points(xy, None) for xy in (town.site_xy, town.place_xy))
        self._plane = SimpleNamespace(to_plane=lambda lon, lat: np.column_stack([lon, lat]).astype(float))
        code = np.append(np.array(town.codes, object), "99999")[town.area_of_site]
        self._table = pd.DataFrame(
            {
                "site_id": [f"f{row}" for row in rows],
                "name": "",
                "kind": CATEGORY,
                "municipality_code": code,
                "area": town.area_of_site,
                "lon": town.site_xy[:, 0],
                "lat": town.site_xy[:, 1],
                "capacity": town.capacity,
                "capacity_unit": np.where(np.isnan(town.capacity), "", "beds"),
            }
        )


@st.composite
def towns(draw: st.DrawFn) -> Town:
    """One to five municipalities on a coarse grid, so that much is equally far; some sites stand outside all of them."""
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    count, places = draw(st.integers(1, 5)), draw(st.integers(1, 40))
    sites = draw(st.integers(1, 12))
    ages = {name: rng.integers(0, 4, places) * rng.choice([0.25, 1.0], places) for name in ("0_14", "15_64", "65_plus")}
    ages = {"total": sum(ages.values()), **ages}
    empty = rng.random(count) < 0.15  # municipalities without people
    area = rng.integers(-1, count, places)
    for people in ages.values():
        people[(area >= 0) & empty[area]] = 0.0
    return Town(
        [f"{10201 + number}" for number in range(count)],
        rng.integers(0, 8, (places, 2)) * 100.0,
        area,
        ages,
        rng.integers(0, 8, (sites, 2)) * 100.0,
        rng.integers(-1, count, sites),
        rng.choice([np.nan, 0.0, 5.0, 20.0], sites),
    )


def members_of(town: Town) -> st.SearchStrategy[list[str]]:
    """Some municipalities of a town, in any order."""
    return st.lists(st.sampled_from(town.codes), min_size=1, unique=True)
