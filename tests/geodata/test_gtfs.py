"""One feed at a time: tables as publishers ship them, service days, the ordinary weekday."""

import zipfile
from datetime import date, timedelta

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geodata.archive import RawFile
from geodata.errors import MissingColumn, UnreadableFile
from geodata.gtfs import read_feed
from geodata.gtfs_calendar import ordinary_weekday, service_days
from geodata.notes import Notes


def boardings(feed):
    stops, trips = feed.stops["stop_id"].to_numpy(), feed.trips["trip_id"].to_numpy()
    return sorted(zip(trips[feed.trip], stops[feed.stop], strict=True))


ALL = [(trip, stop) for trip in ("T1", "T2", "T3") for stop in ("A", "B")]


def test_last_stop_is_no_boarding_and_times_past_midnight_are_of_the_same_day(feed_file, tmp_path):
    feed = read_feed(feed_file(tmp_path), notes=Notes())
    assert boardings(feed) == ALL
    assert feed.agencies == ("架空バス",)
    assert set(feed.trips["mode"]) == {"bus"}


@pytest.mark.parametrize(
    "variant",
    [{"encoding": "utf-8-sig"}, {"encoding": "cp932"}, {"inside": "feed/"}, {"inside": "a\\b\\"}],
    ids=["bom", "cp932", "folder", "back-slash"],
)
def test_variants_of_the_zip(feed_file, tmp_path, variant):
    feed = read_feed(feed_file(tmp_path, **variant), notes=Notes())
    assert boardings(feed) == ALL
    assert list(feed.stops["name"]) == ["役場前", "駅前", "病院"]


def test_a_zip_in_a_zip(feed_file, tmp_path):
    inner = feed_file(tmp_path)
    with zipfile.ZipFile(tmp_path / "all.zip", "w") as archive:
        archive.write(inner.path, "sub/feed.zip")
    assert boardings(read_feed(RawFile(tmp_path / "all.zip", ("sub/feed.zip",)), notes=Notes())) == ALL


def test_blanks_quotes_and_odd_headers(feed_file, tmp_path):
    stops = '"stop_id", Stop_Name ,stop_lat,stop_lon,zone_id\n"A", "役場前" ,36.30, 139.00,\nB,駅前,36.31,139.00,\nC,病院,36.32,139.00,\n'
    assert boardings(read_feed(feed_file(tmp_path, stops=stops), notes=Notes())) == ALL


def test_rows_given_twice_count_once(feed_file, tmp_path):
    notes = Notes()
    times = feed_file.tables["stop_times"] + "T1,8:00:00,8:00:00,A,0\n"
    stops = feed_file.tables["stops"] + "A,役場前,36.30,139.00\n"
    feed = read_feed(feed_file(tmp_path, stop_times=times, stops=stops), notes=notes)
    assert boardings(feed) == ALL
    assert sum("given twice" in note.en for note in notes) == 2


def test_stops_without_position_take_their_parents_or_are_left_out(feed_file, tmp_path):
    stops = (
        "stop_id,stop_name,stop_lat,stop_lon,location_type,parent_station\n"
        "P,役場,36.30,139.00,1,\nA,役場前,,,0,P\nB,駅前,,,0,\nC,病院,36.32,139.00,,\n"
    )
    notes = Notes()
    feed = read_feed(feed_file(tmp_path, stops=stops), notes=notes)
    assert list(feed.stops["stop_id"]) == ["A", "C"]
    assert feed.stops["lat"].tolist() == [36.30, 36.32]
    assert [note.en for note in notes] == ["stops.txt: 1 stops without a position in Japan were left out (駅前)."]


def test_swapped_positions_are_turned_round(feed_file, tmp_path):
    notes = Notes()
    stops = feed_file.tables["stops"].replace("36.30,139.00", "139.00,36.30")
    assert read_feed(feed_file(tmp_path, stops=stops), notes=notes).stops["lat"].tolist() == [36.30, 36.31, 36.32]
    assert "exchanged" in next(iter(notes)).en


def test_stops_no_trip_ever_serves_are_left_out(feed_file, tmp_path):
    notes = Notes()
    stops = feed_file.tables["stops"] + "D,廃止,36.40,139.00\n"
    assert len(read_feed(feed_file(tmp_path, stops=stops), notes=notes).stops) == 3
    assert "no trip ever stops" in next(iter(notes)).en


def test_no_pick_up_is_no_boarding(feed_file, tmp_path):
    times = "trip_id,stop_id,stop_sequence,pickup_type\nT1,A,1,0\nT1,B,2,1\nT1,C,3,\nT2,A,1,2\nT2,B,2,\n"
    assert boardings(read_feed(feed_file(tmp_path, stop_times=times), notes=Notes())) == [("T1", "A"), ("T2", "A")]


def test_sequence_is_a_number_not_a_text(feed_file, tmp_path):
    times = "trip_id,stop_id,stop_sequence\nT1,C,10\nT1,B,9\nT1,A,1\n"
    assert boardings(read_feed(feed_file(tmp_path, stop_times=times), notes=Notes())) == [("T1", "A"), ("T1", "B")]


def test_unknown_trips_and_stops_are_counted(feed_file, tmp_path):
    notes = Notes()
    times = feed_file.tables["stop_times"] + "T9,8:00:00,8:00:00,A,0\nT1,8:00:00,8:00:00,Z,9\n"
    assert boardings(read_feed(feed_file(tmp_path, stop_times=times), notes=notes)) == ALL
    assert "2 rows" in next(iter(notes)).en


def test_frequencies_say_how_often_a_trip_runs(feed_file, tmp_path):
    text = "trip_id,start_time,end_time,headway_secs\nT1,06:00:00,10:00:00,1800\nT1,24:00:00,25:00:00,1200\n"
    runs = read_feed(feed_file(tmp_path, frequencies=text), notes=Notes()).trips.set_index("trip_id")["runs"]
    assert runs.to_dict() == {"T1": 8 + 3, "T2": 1, "T3": 1}


@pytest.mark.parametrize(
    ("route_type", "mode"),
    [("3", "bus"), ("2", "rail"), ("0", "tram"), ("4", "ferry"), ("109", "rail"), ("715", "demand")],
)
def test_modes(feed_file, tmp_path, route_type, mode):
    feed = read_feed(feed_file(tmp_path, routes=f"route_id,agency_id,route_type\nR,1,{route_type}\n"), notes=Notes())
    assert set(feed.trips["mode"]) == {mode}


@pytest.mark.parametrize("table", ["stops", "trips", "stop_times"])
def test_missing_table_is_named(feed_file, tmp_path, table):
    with pytest.raises(UnreadableFile, match=rf"feed\.zip.*{table}\.txt"):
        read_feed(feed_file(tmp_path, drop=(table,)), notes=Notes())


def test_missing_column_is_named(feed_file, tmp_path):
    with pytest.raises(MissingColumn, match=r"feed\.zip.*stops\.txt.*stop_lat"):
        read_feed(feed_file(tmp_path, stops="stop_id,stop_name\nA,x\n"), notes=Notes())


def test_truncated_zip(feed_file, tmp_path):
    whole = feed_file(tmp_path)
    whole.path.write_bytes(whole.path.read_bytes()[:500])
    with pytest.raises(UnreadableFile, match=r"feed\.zip"):
        read_feed(whole, notes=Notes())


def test_rows_longer_than_the_header_are_refused_by_name(feed_file, tmp_path):
    with pytest.raises(UnreadableFile, match=r"trips\.txt"):
        read_feed(feed_file(tmp_path, trips=feed_file.tables["trips"] + 'R,weekday,"T4\n'), notes=Notes())


# --- service days -----------------------------------------------------------------------------------------------------


def weekly(**services):
    """calendar.txt rows: name="1111100 20240401 20240930"."""
    rows = []
    for name, text in services.items():
        flags, start, end = text.split()
        days = dict(
            zip(("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"), flags, strict=True)
        )
        rows.append({"service_id": name, "start_date": start, "end_date": end, **days})
    return pd.DataFrame(rows, dtype="str")


def changes(*rows):
    return pd.DataFrame(rows, columns=["service_id", "date", "exception_type"], dtype="str")


AROUND = date(2024, 6, 1)


def test_weekly_pattern_and_exceptions():
    days = service_days(
        weekly(w="1111100 20240401 20240930"), changes(("w", "20240503", "2"), ("w", "20240504", "1")), around=AROUND
    )
    runs = {day: days.active[0, days.position(day)] for day in (date(2024, 5, 2), date(2024, 5, 3), date(2024, 5, 4))}
    assert runs == {date(2024, 5, 2): True, date(2024, 5, 3): False, date(2024, 5, 4): True}
    assert days.span == (date(2024, 4, 1), date(2024, 9, 30))


def test_exceptions_may_reach_beyond_the_calendar():
    days = service_days(weekly(w="1111100 20240401 20240430"), changes(("w", "20240601", "1")), around=AROUND)
    assert days.span == (date(2024, 4, 1), date(2024, 6, 1))


def test_only_calendar_dates():
    listed = [date(2024, 6, 3) + timedelta(days=i) for i in range(28) if i % 7 < 5]
    days = service_days(None, changes(*(("s", day.strftime("%Y%m%d"), "1") for day in listed)), around=AROUND)
    assert ordinary_weekday(days, np.array([5.0]), wanted=AROUND) == date(2024, 6, 4)


def test_no_calendar_at_all():
    assert service_days(None, None, around=AROUND) is None
    assert service_days(weekly(), changes(), around=AROUND) is None


def test_bad_dates_are_ignored():
    days = service_days(weekly(w="1111100 2024xx01 20240930", v="1111111 20240601 20240602"), None, around=AROUND)
    assert days.span == (date(2024, 6, 1), date(2024, 6, 2))


def test_feeds_until_2099_stay_small():
    days = service_days(weekly(w="1111111 20000101 20991231"), None, around=AROUND)
    assert days.active.shape[1] < 8000
    assert ordinary_weekday(days, np.array([1.0]), wanted=AROUND) == date(2024, 5, 30)


def test_a_holiday_in_midweek_is_not_chosen():
    calendar = weekly(w="1111100 20240401 20240930", h="0000011 20240401 20240930")
    days = service_days(calendar, changes(("w", "20240605", "2"), ("h", "20240605", "1")), around=AROUND)
    assert ordinary_weekday(days, np.array([40.0, 20.0]), wanted=date(2024, 6, 5)) == date(2024, 6, 4)


def test_an_extra_service_on_one_day_is_not_chosen():
    days = service_days(weekly(w="1111100 20240401 20240930"), changes(("extra", "20240605", "1")), around=AROUND)
    assert ordinary_weekday(days, np.array([40.0, 30.0]), wanted=date(2024, 6, 5)) == date(2024, 6, 4)


def test_expired_feed_gives_a_day_inside_it():
    days = service_days(weekly(w="1111100 20180401 20180930"), None, around=AROUND)
    assert ordinary_weekday(days, np.array([3.0]), wanted=AROUND) == date(2018, 9, 27)


@pytest.mark.parametrize(("flags", "weekday"), [("1000100", {0, 4}), ("0000001", {6}), ("0100100", {1})])
def test_buses_that_run_on_few_days_only(flags, weekday):
    days = service_days(weekly(w=f"{flags} 20240401 20240930"), None, around=AROUND)
    assert ordinary_weekday(days, np.array([3.0]), wanted=AROUND).weekday() in weekday


def test_nothing_ever_runs():
    days = service_days(weekly(w="0000000 20240401 20240930"), None, around=AROUND)
    assert ordinary_weekday(days, np.array([3.0]), wanted=AROUND) is None


@given(
    start=st.dates(date(2015, 1, 1), date(2026, 1, 1)),
    length=st.integers(14, 400),
    wanted=st.dates(date(2014, 1, 1), date(2030, 1, 1)),
    holidays=st.sets(st.integers(0, 400), max_size=5),
)
def test_the_chosen_day_lies_inside_and_is_an_ordinary_one(start, length, wanted, holidays):
    end = start + timedelta(days=length)
    off = changes(*(("w", (start + timedelta(days=i)).strftime("%Y%m%d"), "2") for i in holidays if i <= length))
    days = service_days(weekly(w=f"1111111 {start:%Y%m%d} {end:%Y%m%d}"), off, around=wanted)
    chosen = ordinary_weekday(days, np.array([7.0]), wanted=wanted)
    assert start <= chosen <= end
    assert chosen.weekday() in {1, 2, 3} or len(holidays) >= 4
    assert (chosen - start).days not in holidays
