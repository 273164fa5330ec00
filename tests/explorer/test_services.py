"""Who can use which site: the numbers are those of the build, and its laws hold."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import explorer
from explorer.services import Services
from geodata.errors import UnknownCode
from layers.measures import STRAIGHT, is_in_metres

CATEGORIES = ("supermarket", "clinic", "elementary_school", "stop")
MODES = ("straight", "walk", "drive", "walk_elderly")


@pytest.fixture(scope="module")
def services(sample_workspace: Path) -> Services:
    return explorer.open(sample_workspace).services()


def filled(distance: np.ndarray) -> np.ndarray:
    """Nowhere and no street are farther than anything."""
    return np.where(np.isnan(distance), np.inf, distance)


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("category", CATEGORIES)
class TestUse:
    def test_nearest_is_what_the_build_wrote(self, services: Services, category: str, mode: str) -> None:
        found = services.nearest(category, mode)
        built = services.opened.conditions.distances[category, mode]
        np.testing.assert_array_equal(found.distance, built)
        assert ((found.site >= 0) == np.isfinite(found.distance)).all()
        assert found.site.max() < len(services.sites(category))

    def test_own_is_never_nearer_and_lies_in_the_own_municipality(
        self, services: Services, category: str, mode: str
    ) -> None:
        own, nearest = services.nearest_own(category, mode), services.nearest(category, mode)
        assert (filled(own.distance) >= filled(nearest.distance)).all()
        has = own.site >= 0
        assert (services.sites(category)["area"].to_numpy()[own.site[has]] == services.area_of_place[has]).all()
        at_home = has & (services.sites(category)["area"].to_numpy()[nearest.site] == services.area_of_place)
        np.testing.assert_array_equal(own.distance[at_home], nearest.distance[at_home])

    def test_ranks_ascend_and_the_first_is_the_nearest(self, services: Services, category: str, mode: str) -> None:
        ranked, nearest = services.ranked(category, mode, 3), services.nearest(category, mode)
        np.testing.assert_array_equal(ranked.distance[:, 0], nearest.distance)
        step = 1e-3 if is_in_metres(mode) else 0.0  # the straight line below which no way falls is each site's own
        assert (filled(ranked.distance)[:, 1:] >= filled(ranked.distance)[:, :-1] - step).all()
        second = np.arange(len(services.sites(category))) != ranked.site[0, 0]
        without = services.nearest_of(category, mode, second)
        mine = (ranked.site[:, 0] == ranked.site[0, 0]) & (ranked.site[:, 1] >= 0)
        np.testing.assert_allclose(without.distance[mine], ranked.distance[mine, 1], rtol=1e-6)

    def test_pairs_within_a_limit_hold_whoever_has_one_so_near(
        self, services: Services, category: str, mode: str
    ) -> None:
        limit = (
            300.0 if category == "stop" else 900.0
        )  # a quarter of an hour by car from every stop: half the pairs there are
        pairs = services.within(category, mode, limit)
        assert (np.diff(pairs.place) >= 0).all()
        near = np.zeros(len(services.area_of_place), dtype=bool)
        near[pairs.place] = True
        np.testing.assert_array_equal(near, filled(services.nearest(category, mode).distance) <= limit)
        assert len(np.unique(np.stack([pairs.place, pairs.site]), axis=1).T) == len(pairs.place)
        sites = services.sites(category)
        anywhere = services.within_of_points(sites["lon"], sites["lat"], mode, limit)
        np.testing.assert_array_equal(anywhere.site, pairs.site)
        np.testing.assert_array_equal(anywhere.distance, pairs.distance)


def test_nobody_may_use_anything_and_everybody_everything(services: Services) -> None:
    count = (len(services.area_codes), len(services.sites("clinic")))
    nothing = services.nearest_usable("clinic", "walk", np.zeros(count, dtype=bool))
    assert not np.isfinite(nothing.distance).any()
    assert (nothing.site == -1).all()
    everything = services.nearest_usable("clinic", "walk", np.ones(count, dtype=bool))
    np.testing.assert_array_equal(everything.distance, services.nearest("clinic", "walk").distance)


def test_sites_outside_the_study_area_are_known_as_such(services: Services) -> None:
    sites = services.sites("clinic")
    inside = sites["municipality_code"].isin(services.area_codes)
    assert ((sites["area"] >= 0) == inside).all()
    assert sites["site_id"].is_unique


def test_limits_are_in_what_the_mode_counts_in(services: Services) -> None:
    assert services.limit_of(STRAIGHT, metres=800) == 800
    assert services.limit_of("walk", minutes=10) == 800
    assert services.limit_of("drive", minutes=10) == 600
    for wrong in ({"mode": STRAIGHT, "minutes": 5}, {"mode": "drive", "metres": 800}):
        mode = wrong.pop("mode")
        with pytest.raises(ValueError, match="しきい値"):
            services.limit_of(str(mode), **wrong)  # type: ignore[arg-type]


def test_what_does_not_exist_is_named(services: Services) -> None:
    with pytest.raises(UnknownCode, match="nonsense"):
        services.sites("nonsense")
    with pytest.raises(UnknownCode, match="teleport"):
        services.nearest("clinic", "teleport")


def test_to_no_points_nobody_has_a_way(tiny_workspace: Path) -> None:
    services = explorer.open(tiny_workspace).services()
    assert services.modes[0] == STRAIGHT
    found = services.nearest_of_points([], [], STRAIGHT)
    assert not np.isfinite(found.distance).any()
