"""A tiny GTFS feed that tests vary."""

import zipfile

import pytest

from geodata.archive import RawFile

TABLES = {
    "agency": "agency_id,agency_name\n1,架空バス\n",
    "routes": "route_id,agency_id,route_type\nR,1,3\n",
    "stops": "stop_id,stop_name,stop_lat,stop_lon\nA,役場前,36.30,139.00\nB,駅前,36.31,139.00\nC,病院,36.32,139.00\n",
    "trips": "route_id,service_id,trip_id\nR,weekday,T1\nR,weekday,T2\nR,holiday,T3\n",
    "stop_times": "trip_id,arrival_time,departure_time,stop_id,stop_sequence\n"
    + "".join(
        f"{trip},{hour}:00:00,{hour}:00:00,{stop},{number}\n"
        for trip, hour in (("T1", "8"), ("T2", "24"), ("T3", "9"))
        for number, stop in enumerate("ABC")
    ),
    "calendar": "service_id,monday,tuesday,wednesday,thursday,friday,saturday,sunday,start_date,end_date\n"
    "weekday,1,1,1,1,1,0,0,20240401,20240930\nholiday,0,0,0,0,0,1,1,20240401,20240930\n",
    "calendar_dates": "service_id,date,exception_type\nweekday,20240503,2\nholiday,20240503,1\n",
}


def _feed_file(folder, name="feed.zip", *, inside="", encoding="utf-8", drop=(), **tables):
    """A feed zip; keyword arguments replace tables."""
    path = folder / name
    with zipfile.ZipFile(path, "w") as archive:
        for table, text in {**TABLES, **tables}.items():
            if table not in drop:
                archive.writestr(f"{inside}{table}.txt", text.encode(encoding))
    return RawFile(path, (), folder, path.stat().st_size)


@pytest.fixture
def feed_file():
    """Function that writes a feed zip; its attribute `tables` holds the texts of the unchanged feed."""
    _feed_file.tables = TABLES
    return _feed_file
