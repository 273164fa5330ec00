"""Lines by stop: over the lines of a group the departures add up to those of the group."""

from __future__ import annotations

import zipfile
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from geodata.archive import RawFile
from geodata.gtfs_lines import LINE_COLUMNS
from geodata.notes import Notes
from geodata.stops import read_timetables

WEDNESDAY = date(2024, 6, 5)
STOPS = ("A", "B", "C", "D")


def feed(folder: Path, name: str, trips: list[tuple[str, str, str]], *, calendar: bool = True) -> RawFile:
    """A feed whose trips are (route, service, stops in their order)."""
    tables = {
        "agency.txt": "agency_id,agency_name\na,町営バス\n",
        "stops.txt": "stop_id,stop_name,stop_lat,stop_lon\n"
        + "".join(f"{stop},{stop}前,36.{30 + number},139.0\n" for number, stop in enumerate(STOPS)),
        "routes.txt": "route_id,agency_id,route_short_name,route_long_name,route_type\nr1,a,1,本線,3\nr2,a,,支線,3\nr3,a,3,3,3\n",
        "trips.txt": "route_id,service_id,trip_id\n"
        + "".join(f"{route},{service},t{number}\n" for number, (route, service, _) in enumerate(trips)),
        "stop_times.txt": "trip_id,arrival_time,departure_time,stop_id,stop_sequence\n"
        + "".join(
            f"t{number},08:0{place}:00,08:0{place}:00,{stop},{place}\n"
            for number, (_, _, order) in enumerate(trips)
            for place, stop in enumerate(order)
        ),
    }
    if calendar:
        tables["calendar.txt"] = (
            "service_id,monday,tuesday,wednesday,thursday,friday,saturday,sunday,start_date,end_date\n"
            "平日,1,1,1,1,1,0,0,20240401,20250331\n土日,0,0,0,0,0,1,1,20240401,20250331\n"
        )
    path = folder / name
    with zipfile.ZipFile(path, "w") as archive:
        for file, text in tables.items():
            archive.writestr(file, text)
    return RawFile(path)


def test_who_stops_where_and_how_often(tmp_path: Path) -> None:
    trips = [("r1", "平日", "AB"), ("r1", "平日", "BA"), ("r2", "平日", "ABC"), ("r3", "土日", "CD")]
    found = read_timetables([feed(tmp_path, "f.zip", trips)], notes=Notes(), day=WEDNESDAY, today=WEDNESDAY)
    assert list(found.lines.columns) == list(LINE_COLUMNS)
    table = found.lines.set_index(["stop_id", "route_id"])
    assert table["departures_weekday"].to_dict() == {
        ("f:A", "r1"): 1,  # the trip back ends there
        ("f:A", "r2"): 1,
        ("f:B", "r1"): 1,
        ("f:B", "r2"): 1,
        ("f:C", "r2"): 0,  # it ends there, and calls all the same
        ("f:C", "r3"): 0,  # not on this day
        ("f:D", "r3"): 0,
    }
    assert table["route_name"].loc["f:A"].tolist() == ["1 本線", "支線"]
    assert table.loc[("f:D", "r3"), "route_name"] == "3"  # both names the same
    assert set(table["operator"]) == {"町営バス"}
    assert set(table["feed"]) == {"f"}


def test_without_a_calendar_the_departures_are_unknown(tmp_path: Path) -> None:
    found = read_timetables([feed(tmp_path, "f.zip", [("r1", "平日", "AB")], calendar=False)], notes=Notes())
    assert found.lines["departures_weekday"].isna().all()
    assert len(found.lines) == 2


def test_no_feed_gives_an_empty_table_of_the_same_columns() -> None:
    assert list(read_timetables([], notes=Notes()).lines.columns) == list(LINE_COLUMNS)


trip = st.tuples(
    st.sampled_from(["r1", "r2", "r3"]),
    st.sampled_from(["平日", "土日"]),
    st.lists(st.sampled_from(STOPS), min_size=2, max_size=5).map("".join),
)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(trip, min_size=1, max_size=8), st.lists(trip, min_size=1, max_size=8))
def test_lines_add_up_to_the_departures_of_the_stop(tmp_path: Path, one: list, other: list) -> None:
    raws = [feed(tmp_path, "f.zip", one), feed(tmp_path, "g.zip", other)]
    found = read_timetables(raws, notes=Notes(), day=WEDNESDAY, today=WEDNESDAY)
    lines = found.lines.drop_duplicates(["group_id", "feed", "route_id"])
    summed = lines.groupby("group_id")["departures_weekday"].sum()
    stops = found.stops.drop_duplicates("group_id").set_index("group_id")["departures_weekday"]
    assert summed.to_dict() == stops.to_dict()
    assert set(found.lines["stop_id"]) == set(found.stops["stop_id"])


@pytest.mark.realdata
def test_lines_of_a_city_add_up(shared_data: Path) -> None:
    raws = [RawFile(path) for path in sorted((shared_data / "gunma" / "gtfs").glob("*.zip"))[:8]]
    found = read_timetables(raws, notes=Notes(), today=date(2024, 6, 5))
    lines = found.lines.drop_duplicates(["group_id", "feed", "route_id"])
    summed = lines.groupby("group_id")["departures_weekday"].sum(min_count=1)
    stops = found.stops.drop_duplicates("group_id").set_index("group_id")["departures_weekday"]
    assert len(lines) > len(stops) > 100
    np.testing.assert_array_equal(summed.reindex(stops.index).to_numpy(), stops.to_numpy())
