"""Railways and bus lines as layers of the map."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from explorer.maps.lines_file import lines_json
from explorer.maps.overlay import LineLook, Names, Overlay, OverlayKind
from explorer.maps.overlay_points import frequency_names
from explorer.maps.overlay_tables import columns, shapes, texts, why_absent
from layers.departures import FREQUENCY_CLASSES

if TYPE_CHECKING:
    import numpy.typing as npt

    from geodata.workspace import Workspace

RAIL_NAMES: Final[dict[str, Names]] = {
    "shinkansen": ("新幹線", "Shinkansen"),
    "rail": ("鉄道", "Railway"),
    "subway": ("地下鉄", "Underground railway"),
    "tram": ("路面電車・新交通など", "Tram, monorail and the like"),
}
RAIL_LOOKS: Final[dict[str, LineLook]] = {
    "shinkansen": LineLook("#ffffff", 2.2, "14 6", casing="#2f5d8a", dark=("#10161d", "#7fb2e5")),
    "rail": LineLook(
        "#ffffff", 1.6, "7 7", casing="#4b5563", dark=("#10161d", "#a8b3bf")
    ),  # black and white, as on Japanese maps
    "subway": LineLook("#6b7280", 2.4, "2 3"),
    "tram": LineLook("#6b7280", 1.8),
}
NO_RAIL: Final = (
    "鉄道の線がありません。国土数値情報 N02（鉄道）、または鉄道を含む OpenStreetMap の抽出を加えて作り直してください。",
    "No railway lines. Add N02 of KSJ, or an OpenStreetMap extract that holds railways, and build again.",
)
NO_BUS: Final = (
    "バス路線の線がありません。GTFS（時刻表）を加えて作り直してください。",
    "No bus lines. Add GTFS feeds and build again.",
)
BUS_BYTES: Final = 1_200_000  # hundreds of lines that overlap: detail below a street's width is not seen
# Width by class of frequency, one hue; the dashes tell lines that follow no street.
_BUS_COLOURS: Final = {
    "60_plus": ("#7345de", 3.4),
    "30_59": ("#7c4fe6", 2.6),
    "10_29": ("#8b5cf6", 1.9),
    "1_9": ("#9a6ff5", 1.3),
    "none": ("#8b8fa3", 1.0),
    "unknown": ("#8b8fa3", 1.6),
}


def rail_overlay(workspace: Workspace) -> Overlay:
    """Tracks of railways, trams and the like."""
    names = ("鉄道路線", "Railway lines")
    if not workspace.has_table("rail_lines"):
        reason = why_absent(workspace, NO_RAIL)
        return Overlay(id="rail", group="transport", names=names, form="lines", reason=reason)
    counts = columns(workspace, "rail_lines", ["kind"])["kind"].value_counts()
    kinds = tuple(OverlayKind(kind, RAIL_NAMES[kind], look) for kind, look in RAIL_LOOKS.items() if kind in counts)
    return Overlay(
        id="rail",
        group="transport",
        names=names,
        form="lines",
        kinds=kinds,
        make=partial(rail_file, workspace),
        sources=("n02", "n02_lines", "osm"),
        reason=None if kinds else NO_RAIL,
    )


def rail_file(workspace: Workspace) -> bytes:
    """Tracks with the name of their line and operator."""
    table = columns(workspace, "rail_lines", ["kind", "name", "operator"])
    named = texts(table["name"])
    return lines_json(shapes(workspace, "rail_lines"), texts(table["kind"]), named, texts=texts(table["operator"]))


def bus_line_overlay(workspace: Workspace) -> Overlay:
    """Lines of buses by departures a day; along the road where the feed draws them, else straight from stop to stop."""
    names = ("バス路線", "Bus lines")
    if not workspace.has_table("bus_lines"):
        reason = why_absent(workspace, NO_BUS, "gtfs")
        return Overlay(id="bus_lines", group="transport", names=names, form="lines", reason=reason)
    counts = pd.Series(
        bus_line_kinds(columns(workspace, "bus_lines", ["departures_weekday", "is_shape"]))
    ).value_counts()
    kinds = []
    for each in FREQUENCY_CLASSES:
        ja, en = frequency_names(each.id, each.ja, each.en)
        straight = (f"{ja}（停留所を直線で結ぶ）", f"{en} (straight from stop to stop)")
        colour, width = _BUS_COLOURS[each.id]
        for name, names_of_kind, dash in ((each.id, (ja, en), ""), (f"{each.id}-straight", straight, "5 4")):
            if name in counts:
                look = LineLook(colour, width, dash)
                kinds.append(OverlayKind(name, names_of_kind, look, int(counts[name]), choice=each.id))
    return Overlay(
        id="bus_lines",
        group="transport",
        names=names,
        form="lines",
        kinds=tuple(kinds),
        make=partial(_bus_line_file, workspace),
        sources=("gtfs",),
        reason=None if kinds else NO_BUS,
        note=(
            "破線は停留所を順に直線で結んだもので、実際に走る道ではありません（10 km を超える区間は描きません）。本数は1系統の1日の便数（両方向）。",
            "Dashed: stops joined by straight lines, not the road taken; none over more than 10 km. Departures: trips of the line a day, both directions.",
        ),
    )


def bus_line_kinds(table: pd.DataFrame) -> npt.NDArray[np.object_]:
    """Class of frequency of each line, with ``-straight`` where the line follows no road."""
    trips = pd.to_numeric(table["departures_weekday"], errors="coerce").to_numpy(dtype=float)
    sure = np.zeros(len(table), dtype=bool)
    kinds = np.full(len(table), "unknown", dtype=object)
    for each in FREQUENCY_CLASSES:
        kinds[each.holds(trips, sure)] = each.id
    straight = ~table["is_shape"].astype(bool).to_numpy()
    kinds[straight] = kinds[straight] + "-straight"
    return kinds


def _bus_line_file(workspace: Workspace) -> bytes:
    table = columns(workspace, "bus_lines", ["route_name", "operator", "departures_weekday", "is_shape"])
    return lines_json(
        shapes(workspace, "bus_lines"),
        bus_line_kinds(table).tolist(),
        texts(table["route_name"]),
        texts=texts(table["operator"]),
        most=BUS_BYTES,
    )
