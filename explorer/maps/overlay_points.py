"""Facilities by kind, stations, and stops by how often public transport comes, as layers of the map."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from explorer.maps.overlay import Names, Overlay, OverlayKind
from explorer.maps.overlay_tables import columns, shapes, sources_of, texts
from explorer.maps.points import points_json
from explorer.maps.symbols import (
    FACILITY_SYMBOLS,
    OTHER_STOP_SYMBOL,
    OTHER_SYMBOL,
    STATION_SYMBOLS,
    STOP_SYMBOLS,
)
from geodata.kinds import KINDS
from layers.departures import FREQUENCY_CLASSES
from layers.transport import RAIL_MODES

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt

    from geodata.workspace import Workspace

SERVICES: Final[dict[str, Names]] = {
    "shopping": ("買い物", "Shopping"),
    "medical": ("医療", "Medical care"),
    "welfare": ("福祉", "Welfare"),
    "childcare": ("保育", "Childcare"),
    "school": ("学校", "Schools"),
    "post_bank": ("郵便・金融", "Post and banks"),
    "administration": ("行政・文化", "Administration and culture"),
    "energy": ("給油", "Fuel"),
    "leisure": ("公園", "Parks"),
}
NO_LIST: Final = (
    "一覧がありません。施設の一覧（国土数値情報・CSV など）を加えて作り直してください。",
    "No list. Add a list of such facilities (KSJ, CSV …) and build again.",
)
NO_STATIONS: Final = (
    "駅の一覧がありません。国土数値情報 N02（鉄道）を加えて作り直してください。",
    "No list of stations. Add N02 (railways) of KSJ and build again.",
)
NO_STOPS: Final = (
    "停留所の一覧がありません。GTFS または国土数値情報 P11 を加えて作り直してください。",
    "No list of stops. Add GTFS feeds or P11 of KSJ and build again.",
)
_OTHER_MODES: Final[dict[str, Names]] = {
    "ferry": ("船", "Ship"),
    "demand": ("デマンド交通", "Demand transport"),
    "other": ("その他の乗り物", "Other transport"),
}


def facility_overlays(workspace: Workspace) -> list[Overlay]:
    """A layer per service of daily life, its kinds told apart by their outline; kinds that no source lists are left out."""
    known = workspace.has_table("facilities")
    table = columns(workspace, "facilities", ["kind", "source"]) if known else pd.DataFrame(columns=["kind", "source"])
    unknown = set(table["kind"].astype(str)) - KINDS.keys()
    found = [
        _facility_overlay(workspace, service, names, [kind for kind in KINDS if KINDS[kind].service == service], table)
        for service, names in SERVICES.items()
    ]
    if unknown:
        others = ("その他", "Others")
        found.append(_facility_overlay(workspace, "other", others, sorted(unknown), table))
    return found


def _facility_overlay(
    workspace: Workspace, service: str, names: Names, kinds: Sequence[str], table: pd.DataFrame
) -> Overlay:
    own = table[table["kind"].isin(kinds).to_numpy(dtype=bool)]
    counts = own["kind"].value_counts().to_dict()
    there = [kind for kind in kinds if counts.get(kind)]
    lacking = [kind for kind in kinds if not counts.get(kind) and kind in KINDS]
    note = (
        "一覧がない種類: " + "、".join(KINDS[kind].ja for kind in lacking),
        "No list for: " + ", ".join(KINDS[kind].en for kind in lacking),
    )
    return Overlay(
        id=f"facility-{service}",
        group="facilities",
        names=names,
        form="points",
        kinds=tuple(
            OverlayKind(kind, _kind_names(kind), FACILITY_SYMBOLS.get(kind, OTHER_SYMBOL), int(counts[kind]))
            for kind in there
        ),
        make=partial(_facility_file, workspace, tuple(there)),
        sources=sources_of(own["source"]),
        reason=None if there else NO_LIST,
        note=note if there and lacking else None,
    )


def _kind_names(kind: str) -> Names:
    return (KINDS[kind].ja, KINDS[kind].en) if kind in KINDS else (kind, kind)


def _facility_file(workspace: Workspace, kinds: tuple[str, ...]) -> bytes:
    table = columns(workspace, "facilities", ["kind", "name"])
    wanted = table["kind"].isin(kinds).to_numpy(dtype=bool)
    chosen = table[wanted]
    x, y = _positions(workspace, "facilities", wanted)
    return points_json(x, y, texts(chosen["kind"]), {"name": texts(chosen["name"])})


def stop_overlay(workspace: Workspace) -> Overlay:
    """Bus stops by departures on an ordinary weekday, one point per pole; ships and the like as a kind of their own."""
    if not workspace.has_table("stops"):
        return _absent("stops", ("停留所（平日の本数別）", "Stops by departures"), NO_STOPS)
    table = columns(workspace, "stops", ["mode", "departures_weekday", "source"])
    table = table[~_is_station(table)]
    counts = pd.Series(stop_kinds(table)).value_counts()
    kinds = [
        OverlayKind(each.id, frequency_names(each.id, each.ja, each.en), STOP_SYMBOLS[each.id], int(counts[each.id]))
        for each in FREQUENCY_CLASSES
        if each.id in counts
    ]
    kinds += [
        OverlayKind(mode, names, OTHER_STOP_SYMBOL, int(counts[mode]))
        for mode, names in _OTHER_MODES.items()
        if mode in counts
    ]
    return Overlay(
        id="stops",
        group="transport",
        names=("停留所（平日の本数別）", "Stops by departures"),
        form="points",
        kinds=tuple(kinds),
        make=partial(_stop_file, workspace),
        sources=sources_of(table["source"]),
        reason=None if kinds else NO_STOPS,
        note=(
            "本数は両方向・全系統の合計。時刻表のない停留所は「本数不明」で、0本ではありません。",
            "Departures of all lines in both directions. Without a timetable the frequency is unknown, not 0.",
        ),
    )


def frequency_names(identifier: str, ja: str, en: str) -> Names:
    """As a legend says it: numbers are those of a weekday."""
    if identifier == "unknown":
        return ja, en[:1].upper() + en[1:]
    return f"平日 {ja}", "No departure" if identifier == "none" else f"{en} on weekdays"


def stop_kinds(table: pd.DataFrame) -> npt.NDArray[np.object_]:
    """Kind of each row of the stops: class of frequency for buses, else rail, tram, or another means of transport."""
    departures = pd.to_numeric(table["departures_weekday"], errors="coerce").to_numpy(dtype=float)
    sure = np.zeros(len(table), dtype=bool)
    kinds = np.full(len(table), "unknown", dtype=object)
    for each in FREQUENCY_CLASSES:
        kinds[each.holds(departures, sure)] = each.id
    mode = table["mode"].astype(str).to_numpy(dtype=object)
    is_other = ~np.isin(mode, [*RAIL_MODES, "bus"])
    kinds[is_other] = np.where(np.isin(mode[is_other], list(_OTHER_MODES)), mode[is_other], "other")
    is_rail = np.isin(mode, RAIL_MODES)
    kinds[is_rail] = mode[is_rail]
    return kinds


def _stop_file(workspace: Workspace) -> bytes:
    table = columns(workspace, "stops", ["mode", "name", "departures_weekday"])
    wanted = ~_is_station(table)
    chosen = table[wanted]
    counts = pd.to_numeric(chosen["departures_weekday"], errors="coerce").to_numpy(dtype=float)
    departures = ["" if np.isnan(count) else f"{count:,.0f}" for count in counts.tolist()]
    x, y = _positions(workspace, "stops", wanted)
    named = {"name": texts(chosen["name"]), "departures": departures}
    return points_json(x, y, stop_kinds(chosen).tolist(), named)


def station_overlay(workspace: Workspace) -> Overlay:
    """Stations of railways and stops of trams."""
    names = ("駅", "Stations")
    if not workspace.has_table("stops"):
        return _absent("stations", names, NO_STATIONS)
    table = columns(workspace, "stops", ["mode", "source"])
    table = table[_is_station(table)]
    counts = table["mode"].value_counts()
    titles = {"rail": ("鉄道駅", "Railway station"), "tram": ("路面電車の停留場", "Tram stop")}
    kinds = tuple(
        OverlayKind(mode, titles[mode], STATION_SYMBOLS[mode], int(counts[mode]))
        for mode in RAIL_MODES
        if mode in counts
    )
    return Overlay(
        id="stations",
        group="transport",
        names=names,
        form="points",
        kinds=kinds,
        make=partial(_station_file, workspace),
        sources=sources_of(table["source"]),
        reason=None if kinds else NO_STATIONS,
    )


def _station_file(workspace: Workspace) -> bytes:
    table = columns(workspace, "stops", ["mode", "name", "operator"])
    wanted = _is_station(table)
    x, y = _positions(workspace, "stops", wanted)
    chosen = table[wanted]
    return points_json(
        x, y, texts(chosen["mode"]), {"name": texts(chosen["name"]), "operator": texts(chosen["operator"])}
    )


def _is_station(table: pd.DataFrame) -> npt.NDArray[np.bool_]:
    return table["mode"].isin(RAIL_MODES).to_numpy(dtype=bool)


def _positions(
    workspace: Workspace, table: str, wanted: npt.NDArray[np.bool_]
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    import shapely

    points = shapes(workspace, table)[wanted]
    return shapely.get_x(points), shapely.get_y(points)


def _absent(identifier: str, names: Names, reason: Names) -> Overlay:
    return Overlay(id=identifier, group="transport", names=names, form="points", reason=reason)
