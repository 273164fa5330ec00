"""Railway stations (N02) and bus stops (P11) of 国土数値情報, and lists of stations or stops from elsewhere."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geodata.kind_words import BUS_STOP
from geodata.ksj import clean_text, read_ksj
from geodata.point_lists import read_points
from geodata.stop_groups import STATION_REACH_M, group_stops, joined, near_groups, normalised_station
from geodata.stops import empty_stops
from geodata.tables import CRS, STOP_COLUMNS

if TYPE_CHECKING:
    from geodata.archive import RawFile
    from geodata.notes import Notes
    from geodata.vector import Bounds

# RailwayClassCd: 11 普通鉄道JR, 12 普通鉄道, 13 鋼索鉄道, 14 懸垂式鉄道, 15 跨座式鉄道, 16 案内軌条式鉄道, 17 無軌条鉄道,
# 21 軌道 (trams), 22 懸垂式モノレール, 23 跨座式モノレール, 24 案内軌条式, 25 浮上式
_TRAM: Final = "21"
_NO_TIMETABLE: Final = dict.fromkeys(("departures_weekday", "first_departure", "last_departure"), np.nan)
_P11_COLUMNS: Final = re.compile(r"P11_00[123]", re.IGNORECASE)


def read_stations(raw: RawFile, *, notes: Notes, within: Bounds | None = None) -> gpd.GeoDataFrame:
    """Read the stations of N02: one row per station, lines merged by the group code N02_005g.

    Editions without group code (before 2020) are merged where the same name lies within 300 m, which is how the
    code itself is defined. The position is the middle of the station's platforms. Departures are unknown.

    Returns
    -------
    GeoDataFrame
        `STOP_COLUMNS`; mode is rail, or tram where all lines are 軌道.
    """
    required = ("N02_003", "N02_004", "N02_005")
    table = read_ksj(raw, notes=notes, required=required, within=within)
    classes = table["N02_001"].astype("string").str.strip() if "N02_001" in table else pd.Series("", index=table.index)
    stations = gpd.GeoDataFrame(
        {
            "name": clean_text(table["N02_005"]).fillna(""),
            "operator": clean_text(table["N02_004"]).fillna(""),
            "tram": (classes == _TRAM).to_numpy(dtype=bool, na_value=False),
        },
        geometry=table.geometry.to_numpy(),
        crs=CRS,
    )
    code = clean_text(table["N02_005g"]) if "N02_005g" in table else pd.Series(pd.NA, index=table.index, dtype="string")
    return _merged_stations(stations, code.reset_index(drop=True), raw)


def read_station_list(raw: RawFile, *, notes: Notes) -> gpd.GeoDataFrame:
    """Read a list of stations, or of bus stops, from CSV, XLSX or GeoJSON.

    Stations given once per line are merged (same name within 300 m), bus stops within 100 m. Departures are unknown.
    """
    points = read_points(raw, notes=notes)
    if (points["kind"] == BUS_STOP).any():
        return _bus_stops(points[points["kind"] == BUS_STOP], raw)
    stations = gpd.GeoDataFrame(
        {"name": points["name"], "operator": points["operator"].where(points["operator"] != "", points["line"])},
        geometry=points.geometry.to_numpy(),
        crs=CRS,
    ).assign(tram=False)
    return _merged_stations(stations, pd.Series(pd.NA, index=stations.index, dtype="string"), raw)


def read_bus_stops(raw: RawFile, *, notes: Notes, within: Bounds | None = None) -> gpd.GeoDataFrame:
    """Read the bus stops of P11 (editions 2010 and 2022): one row per point, grouped by name within 100 m.

    P11 says where stops are, not how often buses come: departures are unknown. Points of different operators at
    one place are one group.
    """
    # 2022 has 35 columns of lines and 35 of classes that are not needed; 2010 names its operators in P11_003_*.
    table = read_ksj(raw, notes=notes, required=("P11_001",), within=within, columns=_P11_COLUMNS.match)
    operators = _operators_2010(table)
    if operators is None:
        operators = clean_text(table["P11_002"]).fillna("") if "P11_002" in table else pd.Series("", index=table.index)
    points = gpd.GeoDataFrame(
        {"name": clean_text(table["P11_001"]).fillna(""), "operator": operators},
        geometry=table.geometry.to_numpy(),
        crs=CRS,
    )
    return _bus_stops(points.drop_duplicates(["name", "operator", "geometry"]), raw)


def _operators_2010(table: gpd.GeoDataFrame) -> pd.Series | None:
    """Operators of the 2010 edition, in which P11_002 is a class code and P11_003_1 names the operators."""
    column = next((name for name in ("P11_003_1", "P11_003_01") if name in table), None)
    classes = table["P11_002"].astype("string").str.fullmatch(r"[\d,\s]*") if "P11_002" in table else None
    if column is None or classes is None or classes.fillna(value=True).mean() < 0.5:
        return None
    columns = [name for name in table.columns if re.fullmatch(r"P11_003_\d+", str(name))]
    operators = [
        joined(part.strip() for text in row for part in text.split(","))
        for row in table[columns].astype("string").fillna("").itertuples(index=False, name=None)
    ]
    return pd.Series(operators, index=table.index, dtype="str")


def _bus_stops(points: gpd.GeoDataFrame, raw: RawFile) -> gpd.GeoDataFrame:
    if len(points) == 0:
        return empty_stops()
    key = _key(raw)
    stops = points.reset_index(drop=True).assign(mode="bus")
    numbers = group_stops(stops)
    stops = stops.assign(
        stop_id=key + ":" + stops.index.astype("str"),
        group_id=key + ":g" + numbers.astype("str"),
        **_NO_TIMETABLE,
        source=raw.label,
    )
    return stops[list(STOP_COLUMNS)]


def _merged_stations(stations: gpd.GeoDataFrame, code: pd.Series, raw: RawFile) -> gpd.GeoDataFrame:
    if len(stations) == 0:
        return empty_stops()
    points = stations.geometry.to_numpy()
    lon, lat = shapely.get_x(points), shapely.get_y(points)
    names = stations["name"].map(normalised_station)
    nearby = pd.Series(near_groups(lon, lat, names, reach_m=STATION_REACH_M), index=stations.index)
    group = ("g" + code).where(code.notna(), "n" + nearby.astype("string"))
    frame = pd.DataFrame(
        {
            "name": stations["name"],
            "operator": stations["operator"],
            "tram": stations["tram"],
            "lon": lon,
            "lat": lat,
        }
    )
    merged = frame.groupby(group, sort=False).agg(
        {"name": "first", "operator": joined, "tram": "all", "lon": "mean", "lat": "mean"}
    )
    identifiers = _key(raw) + ":" + merged.index.astype("str")
    table = pd.DataFrame(
        {
            "stop_id": identifiers,
            "group_id": identifiers,
            "name": merged["name"].to_numpy(),
            "mode": np.where(merged["tram"], "tram", "rail"),
            "operator": merged["operator"].to_numpy(),
            **_NO_TIMETABLE,
            "source": raw.label,
        }
    ).astype(dict.fromkeys(("stop_id", "group_id", "name", "mode", "operator", "source"), "str"))
    return gpd.GeoDataFrame(table, geometry=gpd.points_from_xy(merged["lon"], merged["lat"]), crs=CRS)[
        list(STOP_COLUMNS)
    ]


def _key(raw: RawFile) -> str:
    return raw.name.rsplit(".", 1)[0]
