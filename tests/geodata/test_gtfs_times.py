"""Times of a feed: past midnight, gaps between time points, headways."""

from datetime import date

import numpy as np
import pandas as pd
import pytest

from geodata.gtfs import read_feed
from geodata.gtfs_times import departure_seconds, headway_runs, seconds_of
from geodata.notes import Notes
from geodata.stops import read_stops_gtfs

WEDNESDAY = date(2024, 6, 5)
HEAD = "trip_id,arrival_time,departure_time,stop_id,stop_sequence\n"
HOUR = 3600.0


def by_name(stops, column):
    return stops.drop_duplicates("group_id").set_index("name")[column].to_dict()


def read(feed_file, tmp_path, **tables):
    return read_stops_gtfs([feed_file(tmp_path, **tables)], notes=Notes(), day=WEDNESDAY, today=WEDNESDAY)[0]


def test_hours_go_past_midnight_and_what_is_no_time_is_unknown():
    found = seconds_of(pd.Series(["7:05:00", " 25:10:30 ", "", "07:05", "7:05:00"]))
    np.testing.assert_array_equal(found, [25_500, 90_630, np.nan, np.nan, 25_500])


def test_gaps_are_spread_between_the_time_points_of_the_same_trip_only():
    times = pd.DataFrame(
        {"arrival_time": ["", "", "8:20:00", "", ""], "departure_time": ["8:00:00", "", "8:30:00", "", "9:00:00"]}
    )
    trip = np.array([0, 0, 0, 1, 1])
    found = departure_seconds(times, np.arange(5), trip)
    np.testing.assert_array_equal(found, [8 * HOUR, 8.25 * HOUR, 8.5 * HOUR, np.nan, 9 * HOUR])


def test_arrival_stands_in_where_no_departure_is_given():
    times = pd.DataFrame({"arrival_time": ["8:00:00", "8:10:00"], "departure_time": ["", "8:11:00"]})
    found = departure_seconds(times, np.arange(2), np.zeros(2, int))
    np.testing.assert_array_equal(found, [8 * HOUR, 8 * HOUR + 660])


def test_headways_shift_the_first_and_the_last_run():
    """Every 20 minutes from 6:00 to 7:00 (6:00, 6:20, 6:40) and every hour from 20:00 to 22:00 (20:00, 21:00)."""
    trips = pd.DataFrame({"trip_id": ["T", "U"]})
    rows = pd.DataFrame(
        {
            "trip_id": ["T", "T"],
            "start_time": ["6:00:00", "20:00:00"],
            "end_time": ["7:00:00", "22:00:00"],
            "headway_secs": ["1200", "3600"],
        }
    )
    runs, first, last = headway_runs(trips, rows, np.array([8 * HOUR, 9 * HOUR]))
    assert runs.tolist() == [5.0, 1.0]
    assert first.tolist() == [-2 * HOUR, 0.0]
    assert last.tolist() == [13 * HOUR, 0.0]


def test_first_and_last_departure_of_a_stop(feed_file, tmp_path):
    """T1 leaves at 8, T2 at 24 o'clock of the same service day; T3 runs on holidays; nobody boards at the end."""
    stops = read(feed_file, tmp_path)
    assert by_name(stops, "first_departure") == pytest.approx(
        {"役場前": 8 * HOUR, "駅前": 8 * HOUR, "病院": np.nan}, nan_ok=True
    )
    assert by_name(stops, "last_departure") == pytest.approx(
        {"役場前": 24 * HOUR, "駅前": 24 * HOUR, "病院": np.nan}, nan_ok=True
    )
    assert by_name(stops, "departures_weekday")["病院"] == 0


def test_headways_of_a_feed_reach_its_stops(feed_file, tmp_path):
    frequencies = "trip_id,start_time,end_time,headway_secs\nT1,06:00:00,07:00:00,1200\n"
    times = HEAD + "T1,8:00:00,8:00:00,A,0\nT1,8:05:00,8:05:00,B,1\nT1,8:10:00,8:10:00,C,2\n"
    stops = read(feed_file, tmp_path, stop_times=times, frequencies=frequencies)
    assert by_name(stops, "departures_weekday")["駅前"] == 3
    assert by_name(stops, "first_departure")["駅前"] == 6 * HOUR + 300
    assert by_name(stops, "last_departure")["駅前"] == 6 * HOUR + 2400 + 300


def test_feed_without_times_still_tells_how_often(feed_file, tmp_path):
    times = "trip_id,stop_id,stop_sequence\n" + "".join(
        f"{t},{s},{n}\n" for t in ("T1", "T2") for n, s in enumerate("ABC")
    )
    stops = read(feed_file, tmp_path, stop_times=times)
    assert by_name(stops, "departures_weekday")["役場前"] == 2
    assert stops[["first_departure", "last_departure"]].isna().all(axis=None)


def test_feed_without_calendar_knows_neither_number_nor_times(feed_file, tmp_path):
    stops = read(feed_file, tmp_path, drop=("calendar", "calendar_dates"))
    assert stops[["departures_weekday", "first_departure", "last_departure"]].isna().all(axis=None)


def test_row_without_a_time_is_no_error(feed_file, tmp_path):
    times = HEAD + "T1,abc,xyz,A,0\nT1,8:05:00,8:05:00,B,1\nT1,8:10:00,8:10:00,C,2\n"
    feed = read_feed(feed_file(tmp_path, stop_times=times), notes=Notes())
    np.testing.assert_array_equal(feed.seconds, [np.nan, 8 * HOUR + 300])


@pytest.mark.realdata
def test_day_of_gunma(shared_data):
    """Buses of Gunma start between 4 and 9 and none leaves a stop before its first one."""
    from geodata.archive import RawFile

    folder = shared_data / "gunma"
    raws = [RawFile(path, (), folder) for path in sorted(folder.glob("gtfs/*.zip"))]
    stops, _ = read_stops_gtfs(raws, notes=Notes(), day=date(2019, 5, 15))
    groups = stops.drop_duplicates("group_id")
    runs = groups["departures_weekday"] > 0
    first, last = groups["first_departure"][runs], groups["last_departure"][runs]
    assert first.notna().all()
    assert groups["first_departure"][~runs].isna().all()
    assert (first <= last).all()
    assert ((first == last) == (groups["departures_weekday"][runs] == 1)).mean() > 0.98  # two at one minute are rare
    assert first.min() >= 4 * HOUR
    assert 6.5 * HOUR < first.median() < 8.5 * HOUR
    assert 17 * HOUR < last.median() < 20.5 * HOUR
    assert last.max() < 27 * HOUR
