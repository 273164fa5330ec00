"""The feeds: a city operator, community buses and the railway, as GTFS-JP; and the bus stops as P11."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geodata.sample.rail import RailLine
from geodata.sample.region import PREFECTURE_CODE, Floats, latitude, longitude
from geodata.sample.transit import BusLine, BusNetwork
from geodata.sample.writing import CRS, csv, pack, shapefile

FIRST_DAY: Final = "20260401"
LAST_DAY: Final = "20280331"
_HOLIDAYS: Final = (
    "20260429", "20260504", "20260505", "20260506", "20260720", "20260811", "20260921", "20260922", "20260923",
    "20261012", "20261103", "20261123", "20261229", "20261230", "20261231", "20270101", "20270111", "20270211",
    "20270223", "20270322", "20270429", "20270503", "20270504", "20270505", "20270719", "20270811", "20270920",
    "20270923", "20271011", "20271103", "20271123", "20271229", "20271230", "20271231", "20280103", "20280110",
    "20280211", "20280223", "20280320",
)  # fmt: skip
_POLE_OFFSET_M: Final = 7.0
_CITY: Final = ("見本中央交通株式会社", "9480001000001", "https://example.com/mihon-chuo-kotsu")
_COMMUNITY: Final = ("かくうコミュニティバス協議会", "9480001000002", "https://example.com/kakuu-community")
_RAIL_URL: Final = "https://example.com/mihon-rail"
_KANA: Final = {
    "見": "み", "本": "ほん", "例": "れい", "田": "た", "仮": "かり", "屋": "や", "架": "か", "橋": "はし", "試": "し",
    "川": "がわ", "空": "くう", "谷": "や", "想": "そう", "野": "の", "作": "さく", "原": "はら", "型": "かた", "沢": "さわ",
    "雛": "ひな", "木": "ぎ", "模": "も", "山": "やま", "写": "うつし", "井": "い", "標": "しめ", "範": "はん", "上": "かみ",
    "下": "しも", "東": "ひがし", "西": "にし", "南": "みなみ", "北": "きた", "中": "なか", "新": "しん", "元": "もと",
    "大": "おお", "小": "こ", "奥": "おく", "外": "そと", "内": "うち", "駅": "えき", "央": "おう", "浜": "はま", "示": "じ",
    "里": "さと", "台": "だい", "町": "まち", "村": "むら", "幻": "まぼろし", "島": "しま", "名": "な", "浦": "うら",
    "入": "いり", "口": "ぐち", "公": "こう", "民": "みん", "館": "かん", "前": "まえ", "学": "がっ", "校": "こう",
    "団": "だん", "地": "ち", "丁": "ちょう", "目": "め", "二": "に", "三": "さん", "神": "じん", "社": "じゃ", "郵": "ゆう",
    "便": "びん", "局": "きょく", "役": "やく", "場": "ば", "一": "いっ", "区": "く", "番": "ばん", "市": "し",
}  # fmt: skip


def write_feeds(folder: Path, network: BusNetwork, rail: list[RailLine]) -> list[Path]:
    """Three feeds valid from 1 April 2026 to 31 March 2028."""
    return [
        _write_buses(folder / "gtfs_mihon_chuo_kotsu.zip", network, community=False),
        _write_buses(folder / "gtfs_kakuu_community_bus.zip", network, community=True),
        _write_rail(folder / "gtfs_mihon_rail.zip", rail),
    ]


def clock(minutes: Floats) -> np.ndarray:
    """``HH:MM:SS`` of minutes after midnight; hours go past 24 on the same service day."""
    whole = np.asarray(np.round(minutes), dtype=np.int64)
    return np.char.add(
        np.char.add(np.char.zfill((whole // 60).astype(str), 2), ":"),
        np.char.add(np.char.zfill((whole % 60).astype(str), 2), ":00"),
    )


def departures(count: int, *, first: float = 6.1, last: float = 21.6) -> Floats:
    """`count` departures in minutes after midnight, closer together at 7–9 and 17–19."""
    hour = np.linspace(first, last, 400)
    demand = 1 + 1.3 * np.exp(-(((hour - 7.8) / 0.9) ** 2)) + 1.0 * np.exp(-(((hour - 17.8) / 1.2) ** 2))
    filled = np.cumsum(demand) / demand.sum()
    return np.round(np.interp((np.arange(count) + 0.5) / count, filled, hour) * 60)


def _write_buses(path: Path, network: BusNetwork, *, community: bool) -> Path:
    name, agency_id, url = _COMMUNITY if community else _CITY
    lines = [line for line in network.lines if line.community == community]
    used = sorted({group for line in lines for group in line.groups})
    stops = _bus_stops(network, used, agency_id, with_parents=not community)
    routes = pd.DataFrame(
        {
            "route_id": [f"R{at:03d}" for at in range(len(lines))],
            "agency_id": agency_id,
            "route_short_name": [str(at + 1) for at in range(len(lines))],
            "route_long_name": [f"{line.origin}～{line.destination}" for line in lines],
            "route_type": 3,
            "jp_parent_route_id": [line.name for line in lines],
        }
    )
    services = ("平日",) if community else ("平日", "土日祝")
    trips, times = _trips(lines, services, agency_id)
    tables = {
        "agency": _agency(agency_id, name, url),
        "agency_jp": pd.DataFrame([{"agency_id": agency_id, "agency_official_name": name, "agency_zip_number": "0000000", "agency_address": "架空の見本県見本中央市", "agency_president_pos": "", "agency_president_name": ""}]),
        "stops": stops, "routes": routes, "trips": trips, "stop_times": times,
        **_calendar(services), "feed_info": _feed_info(),
        "translations": _translations(stops),
        "fare_attributes": _fares(agency_id), "fare_rules": pd.DataFrame({"fare_id": "F200", "route_id": routes["route_id"]}),
        "office_jp": pd.DataFrame([{"office_id": "O1", "office_name": "見本営業所", "office_url": url, "office_phone": ""}]),
        "shapes": _shapes(lines),
    }  # fmt: skip
    headway = [line for line in lines if line.by_headway]
    if headway:
        tables["frequencies"] = _frequencies(lines)
    return pack(path, {f"{title}.txt": csv(table, bom=community) for title, table in tables.items()})


def _bus_stops(network: BusNetwork, used: list[int], agency_id: str, *, with_parents: bool) -> pd.DataFrame:
    """A parent (停留所) and two poles (標柱) each; community stops are two poles of one name without a parent."""
    rows = []
    for index in used:
        group = network.groups[index]
        parent = f"S{index:04d}_{agency_id}"
        if with_parents:
            rows.append((parent, "", group.name, group.x, group.y, 1, "", ""))
        for pole, side in ((1, 1.0), (2, -1.0)):
            x = group.x + side * group.normal[0] * _POLE_OFFSET_M
            y = group.y + side * group.normal[1] * _POLE_OFFSET_M
            rows.append(
                (f"{parent}_{pole:02d}", "", group.name, x, y, 0, parent if with_parents else "", f"{pole:02d}")
            )
    table = pd.DataFrame(
        rows,
        columns=["stop_id", "stop_code", "stop_name", "x", "y", "location_type", "parent_station", "platform_code"],
    )
    table.insert(3, "stop_lat", np.round(latitude(table["y"].to_numpy()), 6))
    table.insert(4, "stop_lon", np.round(longitude(table["x"].to_numpy()), 6))
    table.insert(5, "zone_id", table["stop_id"].where(table["location_type"] == 0, ""))
    return table.drop(columns=["x", "y"])


def _trips(lines: list[BusLine], services: tuple[str, ...], agency_id: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    trips, times = [], []
    for at, line in enumerate(lines):
        for direction in (0, 1):
            order = line.groups if direction == 0 else line.groups[::-1]
            minutes = line.minutes if direction == 0 else line.minutes[-1] - line.minutes[::-1]
            stops = [f"S{group:04d}_{agency_id}_{direction + 1:02d}" for group in order]
            for service in services:
                count = line.weekday if service == "平日" else max(2, round(line.weekday * 0.65))
                starts = departures(1 if line.by_headway else count, last=_last_hour(line.weekday))
                ids = [f"{service}_{at:03d}_{direction}_{number:03d}" for number in range(len(starts))]
                trips.append(
                    pd.DataFrame(
                        {
                            "route_id": f"R{at:03d}",
                            "service_id": service,
                            "trip_id": ids,
                            "trip_headsign": line.destination if direction == 0 else line.origin,
                            "direction_id": direction,
                            "shape_id": f"H{at:03d}_{direction}",
                            "jp_office_id": "O1",
                        }
                    )
                )
                times.append(_stop_times(ids, starts, minutes, stops))
    return pd.concat(trips, ignore_index=True), pd.concat(times, ignore_index=True)


def _last_hour(weekday: int) -> float:
    """Busy lines run until after midnight, rare ones stop in the early evening."""
    return 23.85 if weekday >= 40 else 22.0 if weekday >= 15 else 18.8


def _stop_times(ids: list[str], starts: Floats, minutes: Floats, stops: list[str]) -> pd.DataFrame:
    at = clock((starts[:, None] + minutes[None, :]).ravel())
    return pd.DataFrame(
        {
            "trip_id": np.repeat(ids, len(stops)),
            "arrival_time": at,
            "departure_time": at,
            "stop_id": np.tile(stops, len(ids)),
            "stop_sequence": np.tile(np.arange(1, len(stops) + 1), len(ids)),
        }
    )


def _frequencies(lines: list[BusLine]) -> pd.DataFrame:
    rows = [
        {"trip_id": f"平日_{at:03d}_{direction}_000", "start_time": "07:00:00", "end_time": "19:00:00", "headway_secs": 6_000, "exact_times": 1}
        for at, line in enumerate(lines)
        if line.by_headway
        for direction in (0, 1)
    ]  # fmt: skip
    return pd.DataFrame(rows)


def _agency(agency_id: str, name: str, url: str) -> pd.DataFrame:
    return pd.DataFrame(
        [
            {
                "agency_id": agency_id,
                "agency_name": f"{name}(架空)",
                "agency_url": url,
                "agency_timezone": "Asia/Tokyo",
                "agency_lang": "ja",
                "agency_phone": "",
            }
        ]
    )


def _calendar(services: tuple[str, ...]) -> dict[str, pd.DataFrame]:
    days = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
    week = {"平日": (1, 1, 1, 1, 1, 0, 0), "土日祝": (0, 0, 0, 0, 0, 1, 1)}
    rows = [
        {
            "service_id": service,
            **dict(zip(days, week[service], strict=True)),
            "start_date": FIRST_DAY,
            "end_date": LAST_DAY,
        }
        for service in services
    ]
    exceptions = [
        {"service_id": service, "date": day, "exception_type": 2 if service == "平日" else 1}
        for day in _HOLIDAYS
        for service in services
    ]
    return {"calendar": pd.DataFrame(rows), "calendar_dates": pd.DataFrame(exceptions)}


def _feed_info() -> pd.DataFrame:
    return pd.DataFrame(
        [
            {
                "feed_publisher_name": "架空の見本県 見本地域データ(invented sample)",
                "feed_publisher_url": "https://example.com/",
                "feed_lang": "ja",
                "feed_start_date": FIRST_DAY,
                "feed_end_date": LAST_DAY,
                "feed_version": "sample-1",
            }
        ]
    )


def _translations(stops: pd.DataFrame) -> pd.DataFrame:
    names = stops["stop_name"].drop_duplicates()
    kana = ["".join(_KANA.get(letter, letter) for letter in name) for name in names]
    return pd.DataFrame(
        {
            "table_name": "stops",
            "field_name": "stop_name",
            "language": "ja-Hrkt",
            "translation": kana,
            "record_id": "",
            "record_sub_id": "",
            "field_value": names.to_numpy(),
        }
    )


def _fares(agency_id: str) -> pd.DataFrame:
    return pd.DataFrame(
        [
            {
                "fare_id": "F200",
                "price": 200,
                "currency_type": "JPY",
                "payment_method": 0,
                "transfers": 0,
                "agency_id": agency_id,
            }
        ]
    )


def _shapes(lines: list[BusLine]) -> pd.DataFrame:
    parts = []
    for at, line in enumerate(lines):
        for direction in (0, 1):
            track = line.shape if direction == 0 else line.shape[::-1]
            parts.append(
                pd.DataFrame(
                    {
                        "shape_id": f"H{at:03d}_{direction}",
                        "shape_pt_lat": np.round(latitude(track[:, 1]), 6),
                        "shape_pt_lon": np.round(longitude(track[:, 0]), 6),
                        "shape_pt_sequence": np.arange(1, len(track) + 1),
                    }
                )
            )
    return pd.concat(parts, ignore_index=True)


def _write_rail(path: Path, rail: list[RailLine]) -> Path:
    agencies = list(dict.fromkeys(line.operator for line in rail))
    stops, trips, times = {}, [], []
    for at, line in enumerate(rail):
        for station in line.stations:
            stops[station.group] = {
                "stop_id": station.group,
                "stop_name": station.name,
                "stop_lat": round(float(latitude(station.y)), 6),
                "stop_lon": round(float(longitude(station.x)), 6),
                "location_type": 0,
            }
        along = np.array([station.along_m for station in line.stations])
        minutes = np.round((along - along[0]) / 1000 / 50 * 60 + np.arange(len(along)) * 0.8)
        for direction in (0, 1):
            order = [station.group for station in line.stations][:: 1 if direction == 0 else -1]
            run = minutes if direction == 0 else minutes[-1] - minutes[::-1]
            for service in ("平日", "土日祝"):
                count = (38 if at == 0 else 17) - (8 if service == "土日祝" and at == 0 else 0)
                starts = departures(count, first=5.4, last=23.6)
                ids = [f"{service}_{at}_{direction}_{number:03d}" for number in range(count)]
                trips.append(
                    pd.DataFrame(
                        {"route_id": f"L{at}", "service_id": service, "trip_id": ids, "direction_id": direction}
                    )
                )
                times.append(_stop_times(ids, starts, run, order))
    tables = {
        "agency": pd.concat([_agency(f"A{at}", name, _RAIL_URL) for at, name in enumerate(agencies)], ignore_index=True),
        "stops": pd.DataFrame(list(stops.values())),
        "routes": pd.DataFrame({"route_id": [f"L{at}" for at in range(len(rail))], "agency_id": [f"A{agencies.index(line.operator)}" for line in rail], "route_short_name": "", "route_long_name": [line.name for line in rail], "route_type": 2}),
        "trips": pd.concat(trips, ignore_index=True), "stop_times": pd.concat(times, ignore_index=True),
        **_calendar(("平日", "土日祝")), "feed_info": _feed_info(),
    }  # fmt: skip
    return pack(path, {f"{title}.txt": csv(table) for title, table in tables.items()})


def write_p11(folder: Path, network: BusNetwork) -> Path:
    """``P11-22_48_SHP.zip``: one point per stop group, up to 35 lines and their kinds in columns."""
    served = [group for group in network.groups if group.routes]
    lists = [list(dict.fromkeys(group.routes))[:35] for group in served]
    kinds = ["3" if group.community else "1" for group in served]
    columns: dict[str, object] = {
        "P11_001": [group.name for group in served],
        "P11_002": [(_COMMUNITY if group.community else _CITY)[0] for group in served],
    }
    for at in range(35):
        columns[f"P11_003_{at + 1:02d}"] = [routes[at] if at < len(routes) else None for routes in lists]
    for at in range(35):
        columns[f"P11_004_{at + 1:02d}"] = [
            kind if at < len(routes) else None for kind, routes in zip(kinds, lists, strict=True)
        ]
    columns["P11_005"] = None
    lonlat = np.column_stack(
        [longitude(np.array([group.x for group in served])), latitude(np.array([group.y for group in served]))]
    )
    frame = gpd.GeoDataFrame(columns, geometry=shapely.points(np.round(lonlat, 8)), crs=CRS)
    empty = [name for name in columns if frame[name].isna().all()]
    frame[empty] = frame[empty].astype(object)
    stem = f"P11-22_{PREFECTURE_CODE}"
    return pack(
        folder / f"{stem}_SHP.zip", {f"{stem}_SHP/{name}": content for name, content in shapefile(frame, stem).items()}
    )
