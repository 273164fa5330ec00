"""The point that stands for a municipality: town halls before people, of several the nearest, none where there is neither."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import geopandas as gpd
import numpy as np
import pytest
import shapely

import explorer
from explorer.centres import basis_text, centres, minutes_between
from explorer.compare import neighbours
from explorer.region_file import RegionError
from explorer.region_rules import within_minutes
from explorer.regions import Opened
from geodata.projection import choose_projection

HALL = ("H1", "town_hall", "役場", "10201")


def _opened(places: list[tuple[str, float, float, float]], facilities: list[tuple]) -> SimpleNamespace:
    """As much of a workspace as centres need: places (code, lon, lat, people), facilities (id, kind, name, code, lon, lat)."""

    def table(columns: list[str], rows: list[tuple]) -> gpd.GeoDataFrame:
        points = [shapely.Point(row[-2:]) for row in rows]
        data = {name: [row[at] for row in rows] for at, name in enumerate(columns)}
        return gpd.GeoDataFrame(data, geometry=points, crs="EPSG:6668")

    tables = {
        "places": table(
            ["municipality_code", "population_total"], [(code, people, lon, lat) for code, lon, lat, people in places]
        ),
        "facilities": table(["facility_id", "kind", "name", "municipality_code"], facilities),
    }
    towns = gpd.GeoDataFrame({"code": ["10201", "10203"], "name": ["前橋市", "桐生市"]})
    projection = choose_projection((139.0, 36.3, 139.2, 36.4)).crs
    workspace = SimpleNamespace(table=tables.get, manifest={"projection": projection})
    return SimpleNamespace(workspace=workspace, municipalities=towns)


PEOPLE = [
    ("10201", 139.00, 36.3, 10.0),
    ("10201", 139.03, 36.3, 20.0),
    ("10201", 139.04, 36.3, 0.0),
    ("10203", 139.1, 36.3, 0.0),
]


def test_it_is_the_inhabited_place_nearest_to_the_mean_of_people() -> None:
    found = centres(_opened(PEOPLE, [])).set_index("code")
    # The mean lies at 139.02, between two places; nobody lives at 139.04.
    assert found.loc["10201", ["lon", "lat", "basis"]].tolist() == [139.03, 36.3, "population_centre"]
    assert found.loc["10203", "basis"] == ""
    assert np.isnan(found.loc["10203", ["lon", "lat"]].to_numpy(float)).all()


def test_a_town_hall_comes_first_and_of_several_the_nearest_to_people() -> None:
    far, near, twin = ((*("H2", *HALL[1:]), 139.2, 36.3), (*HALL, 139.01, 36.3), (*("H0", *HALL[1:]), 139.01, 36.3))
    clinic = ("C1", "clinic", "診療所", "10201", 139.02, 36.3)
    hall_without_people = ("H9", "town_hall", "桐生市役所", "10203", 139.15, 36.35)
    outside = ("H8", "town_hall", "県外", None, 139.02, 36.3)
    opened = _opened(PEOPLE, [far, near, clinic, hall_without_people, outside, twin])
    found = centres(opened).set_index("code")
    assert found.loc["10201", ["lon", "basis", "label"]].tolist() == [139.01, "town_hall", "役場"]
    assert found.loc["10203", ["lon", "basis", "label"]].tolist() == [139.15, "town_hall", "桐生市役所"]
    turned = _opened(PEOPLE[::-1], [twin, hall_without_people, outside, clinic, near, far])
    assert centres(turned).set_index("code").equals(found)  # in whatever order the tables come


def test_words_name_each_kind_of_point_once() -> None:
    assert basis_text(["population_centre", "town_hall", "town_hall"])[1] == (
        "town hall, inhabited place nearest to the population-weighted centre"
    )


@pytest.fixture
def half_empty(tiny_workspace: Path) -> Opened:
    """The tiny region as if nobody lived in its second town, and it had no hall."""
    opened = explorer.open(tiny_workspace)
    found = opened.centres.copy()
    found.loc[1, ["lon", "lat"]] = np.nan
    found.loc[1, "basis"] = ""
    opened.__dict__["centres"] = found
    return opened


def test_a_municipality_without_people_has_no_minutes_and_says_so(half_empty) -> None:
    assert half_empty.centres["basis"].tolist() == ["population_centre", ""]
    minutes = minutes_between(half_empty, ["10201", "10203"], ["10203", "10201"])
    np.testing.assert_array_equal(np.isnan(minutes), [[True, False], [True, True]])
    found = within_minutes(half_empty, "10201", 60)
    assert found.codes == ["10201"]
    assert "10203 桐生市" in found.note
    with pytest.raises(RegionError, match="10203 桐生市"):
        within_minutes(half_empty, "10203", 60)
    row = neighbours(half_empty, "10201").iloc[0]
    assert np.isnan(row["minutes"])
    assert "neither a town hall nor people" in row["reason"]
    assert row["border_km"] > 3
    row = neighbours(half_empty, "10203").iloc[0]
    assert np.isnan([row["minutes"], row["minutes_back"]]).all()
    assert row["minutes_basis"] == ""
