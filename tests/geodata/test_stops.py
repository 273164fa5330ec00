"""Stops of many sources: groups, departures, stations, bus stop points; nothing twice."""

import json
import math
import time
from datetime import date

import geopandas as gpd
import numpy as np
import pyogrio
import pytest
from hypothesis import given
from hypothesis import strategies as st
from shapely.geometry import LineString, Point

from geodata.archive import RawFile
from geodata.notes import Notes
from geodata.stations import read_bus_stops, read_station_list, read_stations
from geodata.stop_groups import group_stops, normalised_name, normalised_station
from geodata.stops import FEED_COLUMNS, empty_stops, group_points, merge_stops, read_stops_gtfs
from geodata.tables import STOP_COLUMNS

WEDNESDAY = date(2024, 6, 5)
METRE = 1 / 111_194.93  # degrees of latitude on the mean sphere


def stops_of(*rows, mode="bus"):
    """Rows of (name, metres east, metres north)."""
    lat = 36.0
    points = [Point(139 + east * METRE / math.cos(math.radians(lat)), lat + north * METRE) for _, east, north in rows]
    return gpd.GeoDataFrame({"name": [row[0] for row in rows], "mode": mode}, geometry=points, crs="EPSG:6668")


def full(table, key, departures=np.nan):
    numbers = group_stops(table)
    return table.assign(
        stop_id=[f"{key}:{i}" for i in range(len(table))],
        group_id=[f"{key}:g{number}" for number in numbers],
        operator=key,
        departures_weekday=departures,
        first_departure=np.nan,
        last_departure=np.nan,
        source=key,
    )[list(STOP_COLUMNS)]


def by_name(stops):
    return group_points(stops).set_index("name")["departures_weekday"].to_dict()


# --- groups -----------------------------------------------------------------------------------------------------------


def test_same_name_within_100_m_from_neighbour_to_neighbour():
    table = stops_of(("役場前", 0, 0), ("役場前", 90, 0), ("役場前", 180, 0), ("役場前", 281, 0), ("役場", 0, 0))
    assert group_stops(table).tolist() == [0, 0, 0, 1, 2]


def test_parents_join_what_names_do_not():
    table = stops_of(("上り", 0, 0), ("下り", 500, 0), ("別", 0, 10))
    assert group_stops(table, parents=table["name"].map({"上り": "P", "下り": "P", "別": ""})).tolist() == [0, 0, 1]


def test_modes_and_nameless_stops_stay_apart():
    table = stops_of(("駅", 0, 0), ("駅", 0, 1), ("", 0, 2), ("", 0, 3))
    table["mode"] = ["bus", "rail", "bus", "bus"]
    assert group_stops(table).nunique() == 4


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("前橋駅　4番のりば", "前橋駅"),
        ("霞ヶ関", "霞ケ関"),
        ("１丁目", "1丁目"),
        ("役場前（上り）", "役場前"),
        ("市役所 バス停", "市役所"),
    ],
)
def test_names_that_are_the_same(one, other):
    assert normalised_name(one) == normalised_name(other)


def test_station_names_do_without_their_last_character():
    assert normalised_station("高崎駅") == normalised_station("高崎")
    assert normalised_name("高崎駅") != normalised_name("高崎")


@given(st.lists(st.tuples(st.sampled_from("ab"), st.integers(0, 400), st.integers(0, 400)), min_size=1, max_size=25))
def test_groups_are_those_of_the_definition(rows):
    table = stops_of(*rows)
    got = group_stops(table).to_numpy()
    expected = list(range(len(rows)))
    for i, (name, x, y) in enumerate(rows):
        for j in range(i):
            gap = math.hypot(x - rows[j][1], y - rows[j][2])
            if abs(gap - 100) < 0.5:
                return  # too near to the edge to be sure
            if rows[j][0] == name and gap < 100 and expected[j] != expected[i]:
                expected = [expected[j] if number == expected[i] else number for number in expected]
    assert [[a == b for b in got] for a in got] == [[a == b for b in expected] for a in expected]


# --- departures -------------------------------------------------------------------------------------------------------


def test_departures_by_hand(feed_file, tmp_path):
    stops, feeds = read_stops_gtfs([feed_file(tmp_path)], notes=Notes(), day=WEDNESDAY, today=WEDNESDAY)
    assert tuple(stops.columns) == STOP_COLUMNS
    assert tuple(feeds.columns) == FEED_COLUMNS
    assert by_name(stops) == {"役場前": 2, "駅前": 2, "病院": 0}
    assert feeds.iloc[0].to_dict() == {
        "file": f"{tmp_path.name}/feed.zip",
        "agency": "架空バス",
        "first_date": "2024-04-01",
        "last_date": "2024-09-30",
        "day": "2024-06-05",
        "trips": 2.0,
        "stops": 3,
        "expired": False,
    }


def test_both_directions_and_two_operators_count_together(feed_file, tmp_path):
    back = (
        feed_file.tables["stops"]
        .replace("A,", "a,")
        .replace("B,", "b,")
        .replace("C,", "c,")
        .replace("139.00", "139.0002")
    )
    times = "trip_id,stop_id,stop_sequence\nT1,c,1\nT1,b,2\nT1,a,3\n"
    other = feed_file(tmp_path, "other.zip", stops=back, stop_times=times, agency="agency_id,agency_name\n1,別会社\n")
    stops, feeds = read_stops_gtfs([feed_file(tmp_path), other], notes=Notes(), day=WEDNESDAY)
    assert by_name(stops) == {"役場前": 2, "駅前": 3, "病院": 1}
    assert set(group_points(stops)["operator"]) == {"架空バス・別会社"}
    assert len(feeds) == 2


def test_a_loop_counts_once(feed_file, tmp_path):
    times = "trip_id,stop_id,stop_sequence\nT1,A,1\nT1,B,2\nT1,A,3\nT1,C,4\nT1,A,5\n"
    stops, _ = read_stops_gtfs([feed_file(tmp_path, stop_times=times)], notes=Notes(), day=WEDNESDAY)
    assert by_name(stops) == {"役場前": 1, "駅前": 1, "病院": 1}


def test_frequency_trips_count_as_often_as_they_run(feed_file, tmp_path):
    text = "trip_id,start_time,end_time,headway_secs\nT1,06:00:00,26:00:00,600\n"
    stops, feeds = read_stops_gtfs([feed_file(tmp_path, frequencies=text)], notes=Notes(), day=WEDNESDAY)
    assert by_name(stops)["役場前"] == 121
    assert feeds["trips"].tolist() == [121.0]


def test_without_a_calendar_the_frequency_is_unknown_not_zero(feed_file, tmp_path):
    notes = Notes()
    bare = feed_file(tmp_path, "bare.zip", drop=("calendar", "calendar_dates"))
    stops, feeds = read_stops_gtfs([bare], notes=notes)
    assert len(stops) == 3
    assert stops["departures_weekday"].isna().all()
    assert feeds["day"].isna().all()
    assert [note.level for note in notes] == ["warning"]
    assert "bare.zip" in next(iter(notes)).file


def test_a_known_frequency_wins_where_two_feeds_meet(feed_file, tmp_path):
    bare = feed_file(
        tmp_path, "bare.zip", drop=("calendar", "calendar_dates"), trips="route_id,service_id,trip_id\nR,x,T1\n"
    )
    stops, _ = read_stops_gtfs([bare, feed_file(tmp_path)], notes=Notes(), day=WEDNESDAY)
    assert by_name(stops)["役場前"] == 2


def test_unknown_services_are_noted_and_not_counted(feed_file, tmp_path):
    notes = Notes()
    trips = feed_file.tables["trips"].replace("weekday,T2", "lost,T2")
    stops, _ = read_stops_gtfs([feed_file(tmp_path, trips=trips)], notes=notes, day=WEDNESDAY, today=WEDNESDAY)
    assert by_name(stops)["役場前"] == 1
    assert "service_id" in next(iter(notes)).en


def test_expired_feed_is_named_with_its_dates(feed_file, tmp_path):
    notes = Notes()
    _, feeds = read_stops_gtfs([feed_file(tmp_path)], notes=notes, today=date(2026, 1, 10))
    assert feeds["expired"].tolist() == [True]
    assert feeds["day"].tolist() == ["2024-09-26"]
    note = next(iter(notes))
    assert "2024-04-01" in note.en
    assert "2024-09-30" in note.en


def test_feed_info_narrows_the_validity(feed_file, tmp_path):
    info = "feed_publisher_name,feed_start_date,feed_end_date\nx,20240501,20240630\n"
    _, feeds = read_stops_gtfs([feed_file(tmp_path, feed_info=info)], notes=Notes(), today=date(2026, 1, 10))
    assert feeds[["first_date", "last_date", "day"]].iloc[0].tolist() == ["2024-05-01", "2024-06-30", "2024-06-27"]


def test_all_expired_feeds_take_days_of_one_season(feed_file, tmp_path):
    def until(name, end):
        text = feed_file.tables["calendar"].replace("20240930", end)
        return feed_file(tmp_path, name, calendar=text, stops=feed_file.tables["stops"].replace("役場", name))

    raws = [until("a.zip", "20240930"), until("b.zip", "20240628"), until("c.zip", "20240630")]
    _, feeds = read_stops_gtfs(raws, notes=Notes(), today=date(2026, 1, 10))
    assert set(feeds["day"]) == {"2024-06-27"}


def test_the_same_feed_under_two_names_is_read_once(feed_file, tmp_path):
    notes = Notes()
    raws = [feed_file(tmp_path, "a.zip"), feed_file(tmp_path, "b.zip", inside="x/")]
    stops, feeds = read_stops_gtfs(raws, notes=notes, day=WEDNESDAY, today=WEDNESDAY)
    assert by_name(stops)["役場前"] == 2
    assert len(feeds) == 1
    assert "same content" in next(iter(notes)).en


@pytest.mark.parametrize(("today", "used"), [(date(2024, 6, 5), "old.zip"), (date(2026, 1, 10), "new.zip")])
def test_of_two_editions_one_is_used(feed_file, tmp_path, today, used):
    notes = Notes()
    calendar = feed_file.tables["calendar"].replace("20240401", "20241001").replace("20240930", "20250331")
    stops = feed_file.tables["stops"].replace("36.32", "36.3201")
    raws = [
        feed_file(tmp_path, "old.zip"),
        feed_file(tmp_path, "new.zip", calendar=calendar, stops=stops, drop=("calendar_dates",)),
    ]
    table, feeds = read_stops_gtfs(raws, notes=notes, today=today)
    assert by_name(table)["役場前"] == 2
    assert [file.rsplit("/", 1)[-1] for file in feeds["file"]] == [used]
    assert any(note.en.startswith("It is another edition of") and used in note.en for note in notes)


def test_one_operator_with_two_networks_keeps_both(feed_file, tmp_path):
    rename = {name: feed_file.tables[name].replace("R,", "Q,") for name in ("routes", "trips")}
    _, feeds = read_stops_gtfs([feed_file(tmp_path), feed_file(tmp_path, "b.zip", **rename)], notes=Notes())
    assert len(feeds) == 2


def test_no_feeds():
    stops, feeds = read_stops_gtfs([], notes=Notes())
    assert (len(stops), len(feeds)) == (0, 0)
    assert tuple(stops.columns) == STOP_COLUMNS


# --- several sources --------------------------------------------------------------------------------------------------


def test_p11_point_of_the_same_name_nearby_is_the_same_stop():
    known = full(stops_of(("役場前", 0, 0), ("駅前", 500, 0)), "gtfs", 12.0)
    points = full(stops_of(("役場前", 250, 0), ("役場前", 400, 0), ("学校", 0, 0)), "P11")
    merged = merge_stops([known, points])
    assert list(merged["stop_id"]) == ["gtfs:0", "gtfs:1", "P11:1", "P11:2"]
    assert merged["departures_weekday"].isna().tolist() == [False, False, True, True]


def test_identical_points_never_double():
    one = full(stops_of(("高崎", 0, 0), ("前橋", 900, 0), mode="rail"), "a")
    assert len(merge_stops([one, full(stops_of(("高崎駅", 0, 0), mode="rail"), "b"), one])) == 2
    assert len(merge_stops([empty_stops(), one])) == 2
    assert len(merge_stops([])) == 0


def rail_layer(path, rows, **columns):
    lines = [LineString([(139 + x / 1000, 36.3), (139 + x / 1000, 36.301)]) for x, *_ in rows]
    table = {"N02_001": "11", "N02_003": [row[1] for row in rows], "N02_004": [row[2] for row in rows]}
    table |= {"N02_005": [row[3] for row in rows], **columns}
    pyogrio.write_dataframe(gpd.GeoDataFrame(table, geometry=lines, crs="EPSG:6668"), path, encoding="cp932")
    path.with_suffix(".cpg").unlink(missing_ok=True)
    return RawFile(path, (), path.parent)


STATIONS = [
    (0, "高崎線", "東日本", "高崎"),
    (1, "上信線", "上信", "高崎"),
    (9, "上信線", "上信", "南高崎"),
    (90, "x", "y", "高崎"),
]


@pytest.mark.parametrize("grouped", [True, False])
def test_station_lines_are_merged(tmp_path, grouped):
    codes = {"N02_005g": ["7", "7", "8", "9"]} if grouped else {}
    stations = read_stations(rail_layer(tmp_path / "N02-23_Station.shp", STATIONS, **codes), notes=Notes())
    assert tuple(stations.columns) == STOP_COLUMNS
    assert list(stations["name"]) == ["高崎", "南高崎", "高崎"]
    assert stations["operator"].iloc[0] == "東日本・上信"
    assert set(stations["mode"]) == {"rail"}
    assert stations["departures_weekday"].isna().all()
    assert stations.geometry.iloc[0].x == pytest.approx(139.0005)
    assert stations.geometry.iloc[0].y == pytest.approx(36.3005)


def test_trams_are_trams(tmp_path):
    stations = read_stations(rail_layer(tmp_path / "N02-23_Station.shp", STATIONS[:1], N02_001=["21"]), notes=Notes())
    assert list(stations["mode"]) == ["tram"]


@pytest.mark.parametrize(
    ("columns", "operator"),
    [
        ({"P11_002": "関越交通", "P11_003_01": "1系統"}, "関越交通"),
        ({"P11_002": "1,2", "P11_003_1": "関越交通,市営", "P11_004_1": "1,2"}, "関越交通・市営"),
    ],
    ids=["2022", "2010"],
)
def test_bus_stop_editions(tmp_path, columns, operator):
    frame = gpd.GeoDataFrame(
        {"P11_001": ["役場前", "役場前", "駅前"], **{name: [value] * 3 for name, value in columns.items()}},
        geometry=[Point(139, 36.3), Point(139.0005, 36.3), Point(139.1, 36.3)],
        crs="EPSG:6668",
    )
    pyogrio.write_dataframe(frame, tmp_path / "P11-22_10.shp", encoding="cp932")
    stops = read_bus_stops(RawFile(tmp_path / "P11-22_10.shp", (), tmp_path), notes=Notes())
    assert set(stops["operator"]) == {operator}
    assert stops["group_id"].nunique() == 2
    assert stops["departures_weekday"].isna().all()


def test_station_list_with_one_point_per_line(tmp_path):
    features = [
        {
            "type": "Feature",
            "properties": {"name": name, "railname": line},
            "geometry": {"type": "Point", "coordinates": [x, 36.3]},
        }
        for name, line, x in (("高崎", "上信線", 139.0), ("高崎", "高崎線", 139.001), ("根小屋", "上信線", 139.02))
    ]
    path = tmp_path / "rail_station_points.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    stations = read_station_list(RawFile(path, (), tmp_path), notes=Notes())
    assert list(stations["name"]) == ["高崎", "根小屋"]
    assert stations["operator"].iloc[0] == "上信線・高崎線"


def test_bus_stop_list(tmp_path):
    path = tmp_path / "バス停一覧.csv"
    path.write_text(
        "バス停名,緯度,経度,事業者名\n役場前,36.3,139.0,市営\n役場前,36.3003,139.0,市営\n", encoding="cp932"
    )
    stops = read_station_list(RawFile(path, (), tmp_path), notes=Notes())
    assert list(stops["mode"]) == ["bus", "bus"]
    assert stops["group_id"].nunique() == 1


@pytest.mark.realdata
def test_buses_of_gunma(shared_data):
    folder = shared_data / "gunma"
    raws = [RawFile(path, (), folder) for path in sorted(folder.glob("gtfs/*.zip"))]
    started = time.perf_counter()
    stops, feeds = read_stops_gtfs(raws, notes=Notes(), day=date(2019, 5, 15))
    assert time.perf_counter() - started < 15  # 2 s alone; the machine may be busy
    assert len(feeds) == 38
    assert set(feeds["day"]) == {"2019-05-15"}
    assert feeds["trips"].sum() == 3675
    groups = group_points(stops)
    assert (len(stops), len(groups)) == (8864, 4738)
    assert (groups["departures_weekday"] >= 30).sum() == 945
    assert groups["departures_weekday"].notna().all()


@pytest.mark.realdata
def test_two_station_lists_give_no_station_twice(shared_data):
    lists = [
        read_station_list(RawFile(shared_data / part / "rail_station_points.geojson"), notes=Notes())
        for part in ("gunma", "japan")
    ]
    assert len(merge_stops(lists)) == len(lists[1])


@pytest.mark.parametrize("table", ["agency", "routes", "stops", "trips", "stop_times", "calendar", "calendar_dates"])
@pytest.mark.parametrize("content", ["header", "nothing"])
def test_empty_tables_never_break_the_rest(feed_file, tmp_path, table, content):
    text = feed_file.tables[table].split("\n")[0] + "\n" if content == "header" else ""
    other = {name: feed_file.tables[name].replace("T1", "U1") for name in ("trips", "stop_times")}
    whole = feed_file(tmp_path, "whole.zip", **other)
    stops, _ = read_stops_gtfs([feed_file(tmp_path, **{table: text}), whole], notes=Notes(), day=WEDNESDAY)
    assert by_name(stops)["役場前"] >= 2


def test_a_broken_feed_is_named_and_the_others_are_used(feed_file, tmp_path):
    broken = feed_file(tmp_path, "broken.zip")
    broken.path.write_bytes(broken.path.read_bytes()[:400])
    notes = Notes()
    stops, feeds = read_stops_gtfs([broken, feed_file(tmp_path)], notes=notes, day=WEDNESDAY, today=WEDNESDAY)
    assert by_name(stops)["役場前"] == 2
    assert len(feeds) == 1
    assert [note.level for note in notes if "broken.zip" in note.file] == ["warning"]
