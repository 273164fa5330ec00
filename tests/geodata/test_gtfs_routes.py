"""Where bus lines run: along shapes where the feed draws them, else from stop to stop, and never one for the other."""

from __future__ import annotations

import zipfile
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from geodata.archive import RawFile
from geodata.gtfs_routes import ROUTE_COLUMNS, shape_points
from geodata.notes import Notes
from geodata.stops import read_timetables

WEDNESDAY = date(2024, 6, 5)
STOPS = {"A": (36.30, 139.0), "B": (36.31, 139.0), "C": (36.32, 139.0), "D": (36.90, 139.0)}


def routes(
    folder: Path, trips: list[tuple[str, str, str]], shapes: str | None = None, *, kind: int = 3, calendar: bool = True
):
    """Lines of a feed whose trips are (route, shape, stops in their order)."""
    tables = {
        "agency.txt": "agency_id,agency_name\na,町営バス\n",
        "stops.txt": "stop_id,stop_name,stop_lat,stop_lon\n" + "".join(f"{name},{name}前,{lat},{lon}\n" for name, (lat, lon) in STOPS.items()),
        "routes.txt": f"route_id,agency_id,route_short_name,route_long_name,route_type\nr1,a,1,本線,{kind}\nr2,a,,支線,{kind}\n",
        "trips.txt": "route_id,service_id,trip_id,shape_id\n" + "".join(f"{route},s,t{n},{shape}\n" for n, (route, shape, _) in enumerate(trips)),
        "stop_times.txt": "trip_id,arrival_time,departure_time,stop_id,stop_sequence\n"
        + "".join(f"t{n},08:0{at}:00,08:0{at}:00,{stop},{at}\n" for n, (_, _, order) in enumerate(trips) for at, stop in enumerate(order)),
    }  # fmt: skip
    if calendar:
        tables["calendar.txt"] = (
            "service_id,monday,tuesday,wednesday,thursday,friday,saturday,sunday,start_date,end_date\ns,1,1,1,1,1,0,0,20240401,20250331\n"
        )
    if shapes is not None:
        tables["shapes.txt"] = shapes
    path = folder / "f.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for file, text in tables.items():
            archive.writestr(file, text)
    return read_timetables([RawFile(path)], notes=Notes(), day=WEDNESDAY, today=WEDNESDAY).routes


DRAWN = "shape_id,shape_pt_lat,shape_pt_lon,shape_pt_sequence\nx,36.30,139.0,1\nx,36.30,139.01,2\nx,36.31,139.0,10\n"


def test_a_line_without_shapes_goes_straight_from_stop_to_stop(tmp_path):
    found = routes(tmp_path, [("r1", "", "ABC"), ("r1", "", "CBA"), ("r2", "", "AB")])
    assert list(found.columns) == list(ROUTE_COLUMNS)
    table = found.set_index("route_id")
    assert table["departures_weekday"].to_dict() == {"r1": 2, "r2": 1}  # trips, both directions
    assert not table["is_shape"].any()
    assert table["route_name"].to_dict() == {"r1": "1 本線", "r2": "支線"}
    line = table.geometry["r1"]  # there and back are one line
    assert line.geom_type == "LineString"
    assert line.length == pytest.approx(0.02)


def test_a_line_with_shapes_follows_them_in_the_order_of_their_numbers(tmp_path):
    found = routes(tmp_path, [("r1", "x", "AB")], DRAWN).iloc[0]
    assert found["is_shape"]
    assert found.geometry.length == pytest.approx(0.01 + np.hypot(0.01, 0.01))


def test_trips_that_no_shape_draws_are_a_line_of_their_own(tmp_path):
    found = routes(tmp_path, [("r1", "x", "AB"), ("r1", "gone", "BC")], DRAWN)
    assert found["is_shape"].tolist() == [True, False]
    assert found["departures_weekday"].tolist() == [2, 2]  # those of the line


@pytest.mark.parametrize(
    "shapes",
    [
        "",
        "shape_id\nx\n",
        DRAWN.replace("36.30", "no").replace("36.31", "no"),
        DRAWN.replace("139.0", "0.0"),
        "\x00\x01\xff",
        '"',
    ],
)
def test_a_broken_drawing_costs_nobody_the_line(tmp_path, shapes):
    found = routes(tmp_path, [("r1", "x", "AB")], shapes)
    assert found["is_shape"].tolist() == [False]


def test_an_express_coach_is_not_drawn_across_the_country(tmp_path):
    found = routes(tmp_path, [("r1", "", "ABD"), ("r2", "", "AD")])
    assert found["route_id"].tolist() == ["r1"]
    assert found.geometry.iloc[0].length == pytest.approx(0.01)


def test_railways_are_no_bus_lines(tmp_path):
    assert routes(tmp_path, [("r1", "", "ABC")], kind=2).empty


def test_without_a_calendar_the_frequency_is_unknown(tmp_path):
    assert routes(tmp_path, [("r1", "", "ABC")], calendar=False)["departures_weekday"].isna().all()


def test_no_feed_no_line():
    assert list(read_timetables([], notes=Notes()).routes.columns) == list(ROUTE_COLUMNS)
    assert shape_points(None).empty
