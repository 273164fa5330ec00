"""Ages and density of today by hand."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
import shapely
from pyproj import Geod

from explorer.steps.density import square_km2
from geodata import mesh
from layers import catalogue
from layers.conditions import AreaValues, Conditions
from layers.figures import FIGURE_COLUMNS, figures_by_name


def conditions() -> Conditions:
    return Conditions(
        area_of_place=np.array([0, 0, 1]),
        area_km2=np.array([4.0, 5.0]),
        people={
            "total": np.array([300.0, 100.0, 0.0]),
            "65_plus": np.array([60.0, 60.0, 0.0]),
            "75_plus": np.array([30.0, 30.0, 0.0]),
            "0_14": np.array([40.0, 0.0, 0.0]),
        },
        distances={},
        surveyed={},
        place_values={
            "inhabited_km2": np.array([0.02, 0.02, 0.0], np.float32),
            "density_1km": np.array([1000.0, 200.0, 0.0], np.float32),
        },
    )


def values(indicator: str, given: Conditions | None = None, group: str = "total") -> AreaValues:
    return catalogue.compute(catalogue.get(indicator), given or conditions(), "", group)


def test_ages() -> None:
    found = values("ageing_65")
    assert found.value[0] == 30
    assert (found.numerator[0], found.denominator[0]) == (120, 400)
    assert np.isnan(found.value[1])
    assert found.reason[1] == "no_people"
    assert values("ageing_75").value[0] == 15
    assert values("children_0_14").value[0] == 10
    assert set(values("ageing_85").reason) == {"no_group"}


def test_density_of_inhabited_land_and_around_people() -> None:
    assert values("density_inhabited").value[0] == pytest.approx(400 / 4)  # 400 people on 4 ha
    assert values("density_inhabited", group="65_plus").value[0] == pytest.approx(30)
    assert values("density_lived").value[0] == pytest.approx((300 * 1000 + 100 * 200) / 400)
    assert values("density_lived", group="65_plus").value[0] == pytest.approx(600)
    assert values("density_inhabited").reason[1] == "no_people"
    assert values("density_lived", replace(conditions(), place_values={})).reason[0] == "no_source"


def test_women_of_a_table_where_the_grid_has_none() -> None:
    assert set(values("women_20_39").reason) == {"no_group"}
    empty = {"numerator": np.nan, "denominator": np.nan, "how": "sum", "unit": "人", "as_of": "2020", "source": "s"}
    rows = [
        {**empty, "name": name, "area_code": "10201", "value": people, "note_ja": "", "note_en": ""}
        for name, people in (("moves_living_women_20_39_all", 40.0), ("moves_living_all_all", 400.0))
    ]
    figures = figures_by_name(pd.DataFrame(rows, columns=list(FIGURE_COLUMNS)), ("10201", "10203"))
    given = replace(conditions(), figures=figures)
    assert values("women_20_39", given).value[0] == 40
    assert values("women_20_39_share", given).value[0] == 10
    assert list(values("women_20_39_share", given).reason) == ["", "not_published"]
    own = replace(given, people={**given.people, "women_20_39": np.array([30.0, 10.0, 0.0])})
    assert values("women_20_39_share", own).value[0] == 10
    assert values("women_20_39", own).value[0] == 40


@pytest.mark.parametrize("latitude", [26.2, 36.3, 43.1])
@pytest.mark.parametrize("level", [3, 6])
def test_area_of_a_square_is_that_on_the_ellipsoid(latitude: float, level: int) -> None:
    """Against geodesic polygons with points along the parallels, which are no geodesics."""
    code = mesh.code_at([139.0], [latitude], level)
    outline = shapely.segmentize(mesh.polygons(code)[0], 1e-5 if level == 6 else 2e-4)
    exact = abs(Geod(ellps="GRS80").geometry_area_perimeter(outline)[0]) / 1e6
    assert square_km2(code)[0] == pytest.approx(exact, rel=1e-7)
