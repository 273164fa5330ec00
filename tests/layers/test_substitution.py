"""Physical access × fibre × old age, and people outside coverage areas: cases by hand, and laws."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from layers import catalogue
from layers.conditions import REASONS, AreaValues, Conditions
from layers.digital import FIBRE_TARGET
from layers.drawn import place_looks
from layers.figures import Figures
from layers.substitution import CERTAIN, CLASSES, DIGITAL_SHARE, NEEDS, place_class

NAN = float("nan")
IDS = [f"substitution_shopping_{name}" for name in CLASSES]


def conditions(
    *,
    share: list[float] | None = None,
    metres: list[float] | None = None,
    people: dict[str, list[float]] | None = None,
    area: list[int] | None = None,
    surveyed: list[bool] | None = None,
    **others: object,
) -> Conditions:
    """Town A: 100 people near a shop and 300 far. Town B: 50 near, 150 far."""
    groups = people or {"total": [100.0, 300.0, 50.0, 150.0], "75_plus": [10.0, 90.0, 5.0, 60.0]}
    places = np.array(area or [0, 0, 1, 1])
    towns = int(places.max()) + 1
    known = np.array(surveyed or [True] * towns)
    return Conditions(
        area_of_place=places,
        area_km2=np.ones(towns),
        people={group: np.array(counts) for group, counts in groups.items()},
        distances={
            (category, "straight"): np.array(metres or [100.0, 600.0, 500.0, np.inf], np.float32)
            for category in ("food_shop", "medical")
        },
        surveyed={"food_shop": known, "medical": known},
        place_values={} if share is None else {DIGITAL_SHARE: np.array(share, np.float32)},
        **others,  # type: ignore[arg-type]
    )


def values(indicator: str, given: Conditions, group: str = "total", mode: str = "straight") -> AreaValues:
    return catalogue.compute(catalogue.get(indicator), given, mode, group)


def test_classes_by_areas_on_a_map() -> None:
    town = conditions(share=[1.0, 0.0, 0.0, 1.0])
    expected = {
        "both": [25, 0],
        "physical_only": [0, 25],
        "digital_only": [0, 75],
        "neither": [75, 0],
        "unknown": [0, 0],
    }
    for name, value in expected.items():
        np.testing.assert_allclose(values(f"substitution_shopping_{name}", town).value, value, err_msg=name)
    old = values("substitution_shopping_neither", town, "75_plus")
    np.testing.assert_allclose(old.numerator, [90, 0])
    np.testing.assert_allclose(old.denominator, [100, 65])
    among = values("substitution_shopping_digital_only_75_plus", town, "75_plus")
    np.testing.assert_allclose(among.value, [NAN, 100 * 60 / 150])
    assert list(among.reason) == ["nobody_in_class", ""]


def test_a_published_share_counts_people_in_proportion() -> None:
    town = conditions(share=[0.9, 0.9, NAN, NAN])
    np.testing.assert_allclose(values("substitution_shopping_both", town).value, [22.5, NAN], rtol=1e-6)
    np.testing.assert_allclose(values("substitution_shopping_neither", town).numerator, [30, NAN], rtol=1e-6)
    assert values("substitution_shopping_neither", town).reason[1] == "no_digital_access"
    np.testing.assert_allclose(values("substitution_shopping_unknown", town).value, [0, 100])


def test_without_a_list_of_shops_everybody_is_unknown() -> None:
    town = conditions(share=[1.0] * 4, surveyed=[True, False])
    assert list(values("substitution_shopping_both", town).reason) == ["", "not_surveyed"]
    np.testing.assert_allclose(values("substitution_shopping_unknown", town).value, [0, 100])
    nobody = conditions(share=[1.0] * 4, people={"total": [0.0] * 4})
    assert set(values("substitution_shopping_unknown", nobody).reason) == {"no_people"}
    assert set(values("substitution_shopping_both", nobody, "75_plus").reason) == {"no_group"}


def test_without_any_digital_source_the_unknown_are_all() -> None:
    assert set(values("substitution_shopping_both", conditions()).reason) == {"no_digital_access"}
    np.testing.assert_allclose(values("substitution_shopping_unknown", conditions()).value, [100, 100])


def test_any_other_threshold_can_be_asked_for() -> None:
    wide = catalogue.at_threshold(catalogue.get("substitution_shopping_neither"), 800)
    assert wide.id == "substitution_shopping_neither_800m"
    assert "800m" in wide.ja
    found = catalogue.compute(wide, conditions(share=[0.0] * 4), "straight", "total")
    np.testing.assert_allclose(found.value, [0, 75])


shares = st.one_of(st.just(NAN), st.floats(0, 1, width=32))
drawn_towns = st.integers(1, 30).flatmap(
    lambda n: st.tuples(
        st.lists(shares, min_size=n, max_size=n),
        st.lists(st.one_of(st.floats(0, 3000, width=32), st.just(np.inf), st.just(NAN)), min_size=n, max_size=n),
        st.lists(st.integers(0, 1000), min_size=n, max_size=n),
        st.lists(st.integers(0, 2), min_size=n, max_size=n),
        st.lists(st.floats(0, 3000, width=32), min_size=n, max_size=n),
    )
)


def numerators(name: str, given: Conditions) -> np.ndarray:
    found = values(name, given)
    return np.where(found.reason == "", found.numerator, 0.0)


@given(drawn_towns)
def test_the_classes_add_up_to_everybody_and_pool(drawn: tuple[list, ...]) -> None:
    share, metres, people, area, _ = drawn
    towns = conditions(share=share, metres=metres, people={"total": [float(n) for n in people]}, area=[*area[:-1], 2] if len(area) > 1 else [0])  # fmt: skip
    whole = sum(numerators(name, towns) for name in IDS)
    np.testing.assert_allclose(whole, towns.total("total"), atol=1e-6)
    percent = [values(name, towns) for name in IDS]
    all_there = np.logical_and.reduce([found.reason == "" for found in percent])
    np.testing.assert_allclose(sum(found.value for found in percent)[all_there], 100.0, atol=1e-6)
    region = conditions(share=share, metres=metres, people={"total": [float(n) for n in people]}, area=[0] * len(area))
    for name in IDS:
        np.testing.assert_allclose(numerators(name, region)[0], numerators(name, towns).sum(), atol=1e-6)


@given(drawn_towns)
def test_another_shop_makes_nobody_poorer(drawn: tuple[list, ...]) -> None:
    share, metres, people, area, nearer = drawn
    people_of = {"total": [float(n) for n in people]}
    before = conditions(share=share, metres=metres, people=people_of, area=[0] * len(area))
    after_metres = np.fmin(metres, nearer).tolist()
    after = conditions(share=share, metres=after_metres, people=people_of, area=[0] * len(area))
    for poor in ("digital_only", "neither"):
        assert (
            numerators(f"substitution_shopping_{poor}", after)
            <= numerators(f"substitution_shopping_{poor}", before) + 1e-6
        )
    unknown = "substitution_shopping_unknown"
    np.testing.assert_allclose(numerators(unknown, after), numerators(unknown, before))


@given(drawn_towns)
def test_more_fibre_moves_people_to_better_classes_only(drawn: tuple[list, ...]) -> None:
    share, metres, people, area, _ = drawn
    people_of = {"total": [float(n) for n in people]}
    before = conditions(share=share, metres=metres, people=people_of, area=[0] * len(area))
    more = [min(1.0, each + 0.1) for each in share]
    after = conditions(share=more, metres=metres, people=people_of, area=[0] * len(area))
    for without in ("physical_only", "neither"):
        name = f"substitution_shopping_{without}"
        assert numerators(name, after) <= numerators(name, before) + 1e-4


@given(st.lists(st.tuples(st.booleans(), shares), min_size=1, max_size=20))
def test_every_place_is_drawn_in_a_category_that_agrees_with_its_class(drawn: list[tuple[bool, float]]) -> None:
    near = np.array([each for each, _ in drawn])
    share = np.array([each for _, each in drawn], dtype=np.float32)
    classes = place_class(near, share)
    codes = {each.code for each in place_looks()["substitution_shopping"].categories}
    assert set(classes.tolist()) <= codes
    np.testing.assert_array_equal(np.isin(classes, (0, 1, 4)), near)
    np.testing.assert_array_equal(np.isin(classes, (0, 2)), share >= CERTAIN)
    np.testing.assert_array_equal(np.isin(classes, (1, 3)), share == 0)


def test_looks_have_distinct_colours_and_every_drawn_substitution_has_one() -> None:
    looks = place_looks()
    assert {f"substitution_{need.id}" for need in NEEDS} <= looks.keys()
    for name, look in looks.items():
        assert len({each.colour for each in look.categories}) == len(look.categories), name
        assert len({each.code for each in look.categories}) == len(look.categories), name


# People outside areas, and figures


def areas(fibre: list[float] | None = None, five_g: list[float] | None = None, **others: list[float]) -> Conditions:
    given = {"covered_fibre": fibre, "covered_5g": five_g, **others}
    base = conditions()
    place_values = {name: np.array(value, np.float32) for name, value in given.items() if value is not None}
    return Conditions(base.area_of_place, base.area_km2, base.people, {}, {}, place_values=place_values)


def test_people_outside_areas() -> None:
    town = areas([1, 0, 1, 1], [0, 0, 1, 0])
    np.testing.assert_allclose(values("without_fibre", town, mode="").value, [75, 0])
    np.testing.assert_allclose(values("without_5g", town, mode="").value, [100, 75])
    both = values("without_fibre_and_5g", town, mode="")
    np.testing.assert_allclose(both.numerator, [300, 0])
    old = values("without_fibre", town, "75_plus", mode="")
    np.testing.assert_allclose(old.value, [90, 0])


def test_unknown_areas_have_a_reason_and_are_never_zero() -> None:
    town = areas([1, 0, NAN, NAN])
    found = values("without_fibre", town, mode="")
    assert list(found.reason) == ["", "no_coverage_areas_here"]
    assert np.isnan(found.value[1])
    assert set(values("without_fibre_and_5g", town, mode="").reason) == {"no_coverage_areas"}
    assert {"no_coverage_areas_here", "no_coverage_areas", "no_speed_tests", "few_speed_tests"} <= REASONS.keys()


@given(drawn_towns)
def test_nobody_is_without_either_who_has_one(drawn: tuple[list, ...]) -> None:
    share, _, people, area, nearer = drawn
    count = len(area)
    fibre = np.array([float(each > 0.5) for each in share], np.float32)
    five_g = np.array([float(each > 900) for each in nearer], np.float32)
    town = Conditions(
        np.zeros(count, np.int64), np.ones(1), {"total": np.array(people, float)}, {}, {},
        place_values={"covered_fibre": fibre, "covered_5g": five_g},
    )  # fmt: skip
    either, no_fibre, no_5g = (
        numerators(name, town)[0] for name in ("without_fibre_and_5g", "without_fibre", "without_5g")
    )
    total = float(sum(people))
    assert max(0.0, no_fibre + no_5g - total) - 1e-9 <= either <= min(no_fibre, no_5g) + 1e-9  # Fréchet


def test_speed_tests_over_people() -> None:
    town = areas(ookla_down_mbps=[20.0, 100.0, 50.0, NAN])
    below = values("ookla_below_30mbps", town, mode="")
    np.testing.assert_allclose(below.value, [25, NAN])
    assert below.reason[1] == "few_speed_tests"  # 50 of 200 people
    np.testing.assert_allclose(values("ookla_down_median", town, mode="").value, [100, NAN])


def figures(value: list[float], reason: list[str]) -> Figures:
    empty = np.full(len(value), np.nan)
    return Figures(np.array(value), empty, empty, np.array(reason), "ratio", 100.0, "%")


def test_published_figures_and_the_gap_to_the_target() -> None:
    why = "市区町村別の値は資料にない（都道府県の値: 99 %） / x"
    town = conditions(figures={"fibre_household_coverage": figures([99.0, NAN], ["", why])})
    np.testing.assert_allclose(values("fibre_target_gap", town, mode="").value, [FIBRE_TARGET - 99, NAN])
    assert values("fibre_household_coverage", town, mode="").reason[1] == why
    assert set(values("fibre_households_without", town, mode="").reason) == {"no_households"}
    assert set(values("5g_population_coverage", town, mode="").reason) == {"no_digital_source"}
    assert catalogue.get("5g_population_coverage").level == "prefecture"


@pytest.mark.parametrize(
    "indicator", [each for each in catalogue.indicators().values() if each.theme == "digital"], ids=lambda each: each.id
)
def test_every_entry_says_what_it_cannot(indicator: catalogue.Indicator) -> None:
    assert indicator.limits_ja
    assert indicator.limits_en
    assert "digital" in indicator.needs
    assert "  " not in indicator.definition_en
