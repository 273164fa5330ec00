"""Ids of stops: two prefectures deliver their stations under one file name, and no station may answer for another."""

from __future__ import annotations

import geopandas as gpd
import pandas as pd

from explorer.steps.stops import _told_apart


def stations(*names: str) -> gpd.GeoDataFrame:
    ids = [f"stations:n{number}" for number in range(len(names))]
    points = gpd.points_from_xy(range(len(names)), range(len(names)))
    return gpd.GeoDataFrame({"stop_id": ids, "group_id": ids, "name": names}, geometry=points, crs="EPSG:6668")


def test_ids_of_a_second_file_of_the_same_name_are_its_own() -> None:
    gunma, tochigi = stations("桐生", "新桐生"), stations("足利", "佐野", "小山")
    other = _told_apart(tochigi, [gunma], "ab12cd34ef")
    both = pd.concat([gunma, other])
    for column in ("stop_id", "group_id"):
        assert both[column].is_unique
    assert (other["stop_id"] == other["group_id"]).all()  # a station is its own group
    assert other["stop_id"].tolist() == [f"ab12cd34ef:stations:n{number}" for number in range(3)]
    third = _told_apart(tochigi.iloc[[2]], [gunma], "ab12cd34ef")
    assert third["stop_id"].tolist() == ["stations:n2"]  # nobody has it yet
