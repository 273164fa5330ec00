"""People to come, worked out by hand: four places of two towns, two squares of 2020 and 2050."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from layers import catalogue
from layers.conditions import AreaValues, Conditions
from layers.figures import FIGURE_COLUMNS, figures_by_name, pooled_figures

CODES = ("10201", "10203")
VALUES = {
    "people_2020_total": [100.0, 100.0, 50.0, 0.0],
    "people_2050_total": [80.0, 40.0, 25.0, 0.0],
    "people_2050_65_plus": [20.0, 30.0, 20.0, 0.0],
    "people_2050_75_plus": [10.0, 14.0, 10.0, 0.0],
}


def conditions(values: Mapping[str, object] = VALUES) -> Conditions:
    return Conditions(
        area_of_place=np.array([0, 0, 1, 1]),
        area_km2=np.array([2.0, 5.0]),
        people={"total": np.array([90.0, 110.0, 50.0, 1.0])},
        distances={},
        surveyed={},
        place_values={name: np.array(people, np.float32) for name, people in values.items()},
    )


def values(indicator: str, given: Conditions | None = None, group: str = "total") -> AreaValues:
    return catalogue.compute(catalogue.get(indicator), given or conditions(), "", group)


def test_people_and_change_within_the_projection() -> None:
    np.testing.assert_allclose(values("population_2050").value, [120, 25])
    np.testing.assert_allclose(values("population_2050", group="65_plus").value, [50, 20])
    change = values("population_change_2050")
    np.testing.assert_allclose(change.value, [-40, -50])  # against 200 and 50 of the projection, not of the census
    np.testing.assert_allclose(change.denominator, [200, 50])


def test_ageing() -> None:
    old = values("ageing_2050")
    np.testing.assert_allclose(old.value, [100 * 50 / 120, 80])
    np.testing.assert_allclose(values("ageing_75_2050").value, [20, 40])
    np.testing.assert_allclose(old.numerator, [50, 20])


def test_people_where_half_are_lost() -> None:
    """Exactly half counts, as does more; the place that loses a fifth does not."""
    np.testing.assert_allclose(values("people_in_halving_places_2050").value, [50, 100])


def test_an_older_edition_starts_in_its_own_year() -> None:
    older = conditions(
        {"people_2015_total": [200.0, 0, 100, 0], "people_2020_total": [1, 1, 1, 1], **_only("people_2050")}
    )
    np.testing.assert_allclose(values("population_change_2050", older).value, [-40, -75])


def _only(start: str) -> dict[str, object]:
    return {name: people for name, people in VALUES.items() if name.startswith(start)}


def test_reasons() -> None:
    assert "no projection" in values("population_2050", conditions({})).reason[0]
    assert "does not have this year" in values("population_2055").reason[0]
    assert "no such group" in values("women_20_39_2050").reason[0]
    assert "does not have this year" in values("women_20_39_2030").reason[0]
    partly = conditions({**VALUES, "people_2050_total": [80, 40, np.nan, np.nan]})
    found = values("population_change_2050", partly)
    assert found.value[0] == pytest.approx(-40)
    assert np.isnan(found.value[1])
    assert "does not cover" in found.reason[1]
    nobody = values("ageing_2050", conditions({**VALUES, "people_2050_total": [1, 1, 0, 0]}))
    assert np.isnan(nobody.value[1])
    assert "nobody is projected" in nobody.reason[1]


def squares(*rows: tuple[str, float, float]) -> pd.DataFrame:
    filled = {"how": "ratio", "unit": "%", "as_of": "2050", "source": "s", "note_ja": "", "note_en": ""}
    return pd.DataFrame(
        [
            {
                "name": "squares_below_10_2050",
                "area_code": code,
                "value": 100 * few / all_,
                "numerator": few,
                "denominator": all_,
            }
            | filled
            for code, few, all_ in rows
        ],
        columns=list(FIGURE_COLUMNS),
    )


def test_squares_pool_by_their_number() -> None:
    figures = figures_by_name(squares(("10201", 1, 4), ("10203", 5, 6)), CODES)
    np.testing.assert_allclose(
        values("squares_below_10_2050", replace(conditions(), figures=figures)).value, [25, 500 / 6]
    )
    whole = replace(
        conditions(),
        area_of_place=np.zeros(4, np.int64),
        area_km2=np.array([7.0]),
        figures=pooled_figures(figures, [0, 1]),
    )
    np.testing.assert_allclose(values("squares_below_10_2050", whole).value, [60])
    assert "no projection" in values("squares_below_10_2050").reason[0]


people = st.lists(st.integers(0, 1000), min_size=4, max_size=4)


@settings(max_examples=50)
@given(people, people, people)
def test_region_is_the_sum_of_its_members(start: list[int], later: list[int], older: list[int]) -> None:
    given = conditions({"people_2020_total": start, "people_2050_total": later, "people_2050_65_plus": older})
    whole = replace(given, area_of_place=np.zeros(4, np.int64), area_km2=np.array([7.0]))
    for name in ("population_2050", "population_change_2050", "ageing_2050", "people_in_halving_places_2050"):
        members, region = values(name, given), values(name, whole)
        for part in ("numerator", "denominator"):
            ours, theirs = np.nansum(getattr(members, part)), np.nansum(getattr(region, part))
            if not (members.reason != "").any():
                assert ours == pytest.approx(theirs)
    halved = values("people_in_halving_places_2050", given).value
    assert ((halved >= 0) & (halved <= 100) | np.isnan(halved)).all()
