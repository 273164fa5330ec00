"""Two sources of the same thing: one is used by the stated order, the other named."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geodata.archive import RawFile
from geodata.choice import PopulationSeries, choose_boundaries, choose_population, series_of
from geodata.recognised import Recognised


def n03(name: str, codes: dict[str, int], fineness: int, edition: str = "2021") -> Recognised:
    details = {"codes_by_prefecture": codes, "bytes_per_code": fineness}
    return Recognised(RawFile(Path(name)), "n03", edition, "", details)


def test_the_fuller_then_finer_then_newer_boundaries_win_per_prefecture() -> None:
    country = n03("japan.geojson", {"09": 25, "10": 34}, 900)
    full = n03("gunma.geojson", {"10": 35}, 100_000)
    choice = choose_boundaries([country, full])
    assert [(source.file.name, prefectures) for source, prefectures in choice.used] == [
        ("japan.geojson", ["09"]),
        ("gunma.geojson", ["10"]),
    ]
    finer = choose_boundaries([n03("a", {"10": 35}, 10), n03("b", {"10": 35}, 20)])
    assert [source.file.name for source, _ in finer.used] == ["b"]
    assert [left.source.file.name for left in finer.unused] == ["a"]
    newer = choose_boundaries([n03("a", {"10": 35}, 10, "2024"), n03("b", {"10": 35}, 10, "2021")])
    assert [source.file.name for source, _ in newer.used] == ["a"]


def series(name: str, year: int, cells: dict[str, list[float]], groups: int = 1) -> PopulationSeries:
    rows = [(code, people) for code, values in cells.items() for people in values]
    columns = {f"population_{number}": [people for _, people in rows] for number in range(1, groups)}
    frame = gpd.GeoDataFrame(
        {"cell_id": range(len(rows)), "population_total": [people for _, people in rows], **columns},
        geometry=[shapely.Point(0, 0)] * len(rows),
    )
    source = Recognised(RawFile(Path(name)), "grid_csv", str(year), "", {"year": year})
    return PopulationSeries([source], frame, np.array([code for code, _ in rows], dtype=object))


def test_population_fuller_then_newer_then_ages_then_finer() -> None:
    codes = ["10201", "10202"]
    full_2015 = series("a", 2015, {"10201": [100.0], "10202": [100.0]})
    part_2020 = series("b", 2020, {"10201": [100.0]})
    full_2020 = series("c", 2020, {"10201": [99.0], "10202": [98.0]})
    ages_2020 = series("d", 2020, {"10201": [99.0], "10202": [98.0]}, groups=3)
    fine_2020 = series("e", 2020, {"10201": [49.0, 50.0], "10202": [98.0]}, groups=3)
    assert choose_population([full_2015, part_2020], codes) == {"10": 0}
    assert choose_population([full_2015, part_2020, full_2020], codes) == {"10": 2}
    assert choose_population([full_2020, ages_2020], codes) == {"10": 1}
    assert choose_population([ages_2020, fine_2020], codes) == {"10": 1}


def test_each_prefecture_takes_its_own_best() -> None:
    both = series("a", 2015, {"10201": [100.0], "09201": [100.0]})
    one = series("b", 2020, {"10201": [100.0]})
    assert choose_population([both, one], ["10201", "09201"]) == {"10": 1, "09": 0}
    assert choose_population([one], ["09201"]) == {}


def test_files_of_one_series_complement_each_other() -> None:
    def grid(mesh: str, table: str) -> Recognised:
        details = {"table": table, "levels": [5]}
        return Recognised(RawFile(Path(f"tbl{table}Q{mesh}.txt")), "estat_grid", "2020", "", details)

    assert series_of(grid("5240", "T001142")) == series_of(grid("5340", "T001142"))
    assert series_of(grid("5240", "T001142")) != series_of(grid("5240", "T001141"))


def test_people_outside_every_municipality_do_not_count() -> None:
    people = series("a", 2020, {"10201": [1.0], "": [5.0]}).people_by_municipality()
    pd.testing.assert_series_equal(people, pd.Series({"10201": 1.0}), check_names=False, check_index_type=False)
