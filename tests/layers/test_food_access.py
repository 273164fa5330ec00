"""Food access, people beyond reach and completeness of lists, on cases worked out by hand."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from explorer.conditions import pooled
from layers import catalogue, food_access
from layers.completeness import COMPLETENESS, NATIONAL_PEOPLE, NATIONAL_SHOPS, expected_shops, is_low
from layers.conditions import AreaValues, Conditions
from layers.figures import RATIO, Figures
from layers.food_access import CAR_USE, OLDER, OLDER_OF_ALL, UNDIVIDED, YOUNGER, place_value

FAR = np.array([0.0, 0.25, 1.0, 0.5], np.float32)


def conditions(**changes: object) -> Conditions:
    """Town A: 100 people at 300 m and 300 at 900 m from a shop. Town B: 50 at 700 m, 50 whom no road connects."""
    shop = {
        "straight": np.array([300, 900, 700, 5000], np.float32),
        "walk": np.array([600, 1200, 900, np.nan], np.float32),
        "drive": np.array([60, 120, 1200, np.inf], np.float32),
    }
    base = Conditions(
        area_of_place=np.array([0, 0, 1, 1]),
        area_km2=np.array([2.0, 5.0]),
        people={
            "total": np.array([100.0, 300.0, 50.0, 50.0]),
            "65_plus": np.array([20.0, 90.0, 50.0, 10.0]),
            "75_plus": np.array([10.0, 30.0, 25.0, 10.0]),
        },
        distances={(kind, mode): far for kind in ("supermarket", "food_shop") for mode, far in shop.items()}
        | {("drugstore", "straight"): np.array([900, 400, 900, 5000], np.float32)},
        surveyed={kind: np.array([True, True]) for kind in ("supermarket", "drugstore", "food_shop")},
        place_values={place_value("cells", "2020"): FAR, place_value("counts", "2020"): FAR / 2},
    )
    return replace(base, **changes)  # type: ignore[arg-type]


def values(indicator: str, mode: str = "straight", group: str = "total", **changes: object) -> AreaValues:
    return catalogue.compute(catalogue.get(indicator), conditions(**changes), mode, group)


def test_people_beyond_reach_are_counted():
    share, people = (values(f"supermarket_beyond_{name}", group="65_plus") for name in ("500m", "people_500m"))
    np.testing.assert_allclose(people.value, [90, 60])
    np.testing.assert_allclose(share.value, [100 * 90 / 110, 100])
    np.testing.assert_allclose(share.numerator, people.value)
    np.testing.assert_allclose(people.denominator, [110, 60])
    np.testing.assert_allclose(values("supermarket_beyond_people_1000m", "walk").value, [300, 50])
    np.testing.assert_allclose(values("food_shop_beyond_people_15min", "drive").value, [0, 100])
    np.testing.assert_allclose(values("food_shop_beyond_15min", "drive").value, [0, 100])


def test_beyond_and_within_are_everybody():
    for mode in ("straight", "walk"):
        for metres in (500, 1000):
            beyond, within = (values(f"supermarket_{side}_{metres}m", mode) for side in ("beyond", "within"))
            np.testing.assert_allclose(beyond.value + within.value, 100)


def test_any_other_threshold_may_be_asked_for():
    for name, expected in (("supermarket_beyond_500m", [75, 50]), ("supermarket_beyond_people_500m", [300, 50])):
        other = catalogue.at_threshold(catalogue.get(name), 800)
        assert other.id == name.replace("500", "800")
        assert "800m超" in other.ja
        found = catalogue.compute(other, conditions(), "straight", "total")
        np.testing.assert_allclose(found.value, expected)


def test_a_town_with_no_shop_is_wholly_beyond_and_one_without_a_list_has_no_value():
    nowhere = {("supermarket", "straight"): np.full(4, np.inf, np.float32)}
    here = conditions(
        distances=nowhere,
        surveyed={"supermarket": np.array([True, False])},
        place_values={place_value("cells", "2020"): np.ones(4, np.float32)},
    )
    for name in ("supermarket_beyond_500m", "food_far_places_2020", "food_far_cells_2020"):
        found = catalogue.compute(catalogue.get(name), here, "straight", "total")
        assert found.value[0] == 100
        assert np.isnan(found.value[1])
        assert list(found.reason) == ["", "not_surveyed"]


def test_distance_condition_by_each_way():
    np.testing.assert_allclose(values("food_far_people_cells_2020").value, [75, 75])
    np.testing.assert_allclose(values("food_far_cells_2020").value, [100 * 75 / 400, 75])
    np.testing.assert_allclose(values("food_far_people_counts_2020").value, [37.5, 37.5])
    np.testing.assert_allclose(values("food_far_people_cells_2020", group="75_plus").value, [7.5, 30])
    # The drugstore 400 m from the second place counts since 2020, and not before.
    np.testing.assert_allclose(values("food_far_people_places_2020").value, [0, 100])
    np.testing.assert_allclose(values("food_far_people_places_2015").value, [300, 100])
    np.testing.assert_allclose(values("food_far_people_places_2015", "walk").value, [400, 100])


def test_why_there_is_none():
    assert set(values("food_far_cells_2020", place_values={}).reason) == {"no_source"}
    assert set(values("food_far_places_2020", surveyed={}, distances={}).reason) == {"no_source"}
    assert set(values("food_far_places_2020", group="85_plus").reason) == {"no_group"}
    assert set(values("food_hard_places_2020", group="85_plus").reason) == {"no_group"}
    assert set(values("food_hard_cells_2020", group="65_plus").reason) == {"no_car_use"}
    assert set(values(CAR_USE.id, "", "75_plus").reason) == {"no_car_use"}
    streetless = values("food_far_places_2020", "walk", has_streets=False)
    assert set(streetless.reason) == {"no_streets"}


def rates(**changes: float) -> dict[str, np.ndarray]:
    found = {YOUNGER: [0.9, 0.9, 0.8, 0.8], OLDER_OF_ALL: [0.5] * 4, OLDER: [0.5] * 4, UNDIVIDED: [0.7] * 4}
    return {name: np.array(each, np.float32) for name, each in (found | changes).items()}


def test_without_a_car_each_age_has_its_own_rate():
    known = {**conditions().place_values, **rates()}
    found = values("food_hard_people_cells_2020", group="65_plus", place_values=known)
    # Town A: (90 − 30) × 0.1 + 30 × 0.5 = 21 at 0.25; town B: 25 × 0.2 + 25 × 0.5 = 17.5 at 1, 10 × 0.5 at 0.5
    np.testing.assert_allclose(found.value, [5.25, 20.0], rtol=1e-6)
    share = values("food_hard_cells_2020", group="65_plus", place_values=known)
    np.testing.assert_allclose(share.value, [100 * 5.25 / 110, 100 * 20 / 60], rtol=1e-6)
    np.testing.assert_allclose(
        values("food_hard_people_cells_2020", group="75_plus", place_values=known).value, [3.75, 15], rtol=1e-6
    )
    np.testing.assert_allclose(
        values("food_hard_people_places_2015", "walk", "75_plus", place_values=known).value, [20, 17.5], rtol=1e-6
    )
    one_age = {name: people for name, people in conditions().people.items() if name != "75_plus"}
    undivided = values("food_hard_people_cells_2020", group="65_plus", place_values=known, people=one_age)
    np.testing.assert_allclose(undivided.value, [90 * 0.3 * 0.25, 50 * 0.3 + 10 * 0.3 * 0.5], rtol=1e-6)


def test_a_region_with_one_unknown_rate_has_no_value():
    known = {**conditions().place_values, **rates(**{OLDER: [0.5, 0.5, np.nan, np.nan]})}
    here = conditions(place_values=known)
    indicator = catalogue.get("food_hard_people_cells_2020")
    assert list(catalogue.compute(indicator, here, "straight", "75_plus").reason) == ["", "no_car_use"]
    assert list(catalogue.compute(indicator, pooled(here, [0, 1]), "straight", "75_plus").reason) == ["no_car_use"]


PEOPLE = [i.id for i in food_access.INDICATORS if i.unit == "人" and i.family.startswith("food")]
shares = st.lists(st.floats(0, 1, width=32), min_size=4, max_size=4)


@given(shares, shares, st.lists(st.floats(0, 3000, width=32), min_size=4, max_size=4))
def test_laws(far, use, metres):
    """Regions are the sum of their towns; without a car are no more than in all; on foot no fewer than in a line."""
    known = {
        place_value(way, year): np.array(far, np.float32) for way in ("cells", "counts") for year in ("2015", "2020")
    }
    known |= {name: np.array(use, np.float32) for name in (YOUNGER, OLDER_OF_ALL, OLDER, UNDIVIDED)}
    line = np.array(metres, np.float32)
    distances = {("supermarket", "straight"): line, ("supermarket", "walk"): np.float32(1.3) * line}
    here = conditions(place_values=known, distances=distances)
    region = pooled(here, [0, 1])
    for name in PEOPLE:
        indicator = catalogue.get(name)
        for mode in indicator.modes:
            for group in indicator.groups or ():
                towns, whole = (catalogue.compute(indicator, each, mode, group).value for each in (here, region))
                assert whole[0] == pytest.approx(towns.sum(), abs=1e-9)
                assert (towns >= -1e-9).all()
                assert (towns <= here.total(group) + 1e-6).all()
                if name.startswith("food_hard"):
                    every = catalogue.get(name.replace("food_hard", "food_far"))
                    assert (towns <= catalogue.compute(every, here, mode, group).value + 1e-6).all()
    on_foot, straight = (
        values("food_far_people_places_2020", mode, distances=distances).value for mode in ("walk", "straight")
    )
    assert (on_foot >= straight).all()


def test_completeness_is_shops_over_the_yardstick():
    name = COMPLETENESS.format(kind="supermarket")
    own = Figures(
        np.array([50.0, 20.0]), np.array([2.0, 1.0]), np.array([4.0, 5.0]), np.array(["", ""]), RATIO, 100.0, "%"
    )
    found = values(name, "", figures={name: own})
    np.testing.assert_allclose(found.value, [50, 20])
    region = catalogue.compute(catalogue.get(name), pooled(conditions(figures={name: own}), [0, 1]), "", "total")
    np.testing.assert_allclose(region.value, [100 * 3 / 9])
    partly = values(name, "", figures={name: own}, surveyed={"supermarket": np.array([True, False])})
    assert list(partly.reason) == ["", "not_surveyed"]
    assert np.isnan(partly.value[1])


def test_the_national_rate():
    for kind, shops in NATIONAL_SHOPS.items():
        assert expected_shops(kind, NATIONAL_PEOPLE) == pytest.approx(shops)
    assert expected_shops("convenience", 10_000.0) == pytest.approx(4.467, abs=0.001)


@pytest.mark.parametrize(
    ("listed", "yardstick", "is_published", "low"),
    [
        (30, 881, False, True),
        (0, 0.9, False, False),  # a village: none is no surprise
        (0, 0.9, True, True),  # but one is published
        (0, 3.1, False, True),  # chance would do it in 4.5 % of such towns
        (0, 2.9, False, False),
        (2, 4, True, False),  # half is not less than half
        (1, 4, True, True),
        (5, 0, True, False),
        (500, 880, False, False),
    ],
)
def test_few_shops_are_low_where_chance_cannot_explain_it(listed, yardstick, is_published, low):
    assert is_low(listed, yardstick, is_published=is_published) is low


def test_names_within_a_family_can_be_told_apart():
    from explorer.families import Family

    by_family: dict[str, list[catalogue.Indicator]] = {}
    for indicator in food_access.INDICATORS:
        by_family.setdefault(indicator.family, []).append(indicator)
    for name, members in by_family.items():
        family = Family(name, "shopping", tuple(members))
        for language in ("ja", "en"):
            variants = [family.variant(member, language) for member in members]
            assert len(set(variants)) == len(variants), variants
