"""The base map that a workspace has of its own: roads by class, railways and water in quiet greys below the colours."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from explorer.maps.overlay import AreaLook, LineLook, Names, Overlay, OverlayKind
from explorer.maps.overlay_tables import BASE_STEP

if TYPE_CHECKING:
    from geodata.workspace import Workspace

BASE: Final = "base"
NO_BASE: Final = (
    "この版より前に作られたワークスペースです。explorer build で作り直すと、道路・鉄道・水面が下絵になります。",
    "The workspace is older than this feature. Build it again to have roads, railways and water as a base.",
)
NOTHING_DRAWN: Final = (
    "道路のデータがありません。地域を含む OpenStreetMap の抽出（.osm.pbf）を加えて作り直してください。",
    "There is no street data. Add an OpenStreetMap extract (.osm.pbf) of the region and build again.",
)
# Quiet greys: seen on land and through the colours above, never stronger than a border. Small roads come with the scale of a town.
ROAD_LOOKS: Final[dict[str, tuple[Names, LineLook]]] = {
    "motorway": (("高速道路", "Motorway"), LineLook("#8a94a1", 2.6, dark=("#6d7a88",))),
    "trunk": (("国道など", "Trunk road"), LineLook("#98a1ad", 2.0, dark=("#606c79",))),
    "primary": (("主要地方道など", "Primary road"), LineLook("#a5adb8", 1.4, dark=("#55616d",))),
    "secondary": (("県道など", "Secondary road"), LineLook("#b2b9c2", 0.9, dark=("#4d5863",), from_zoom=9.0)),
}
WATER_LOOKS: Final[dict[str, tuple[Names, AreaLook]]] = {
    "water": (("川・湖", "River or lake"), AreaLook("#c3d5e2", "#a3bfd4", 0.6, dark=("#1d3142", "#31506a"))),
}
STREAM_LOOKS: Final[dict[str, tuple[Names, LineLook]]] = {
    "river": (("川", "River"), LineLook("#a3bfd4", 1.2, dark=("#31506a",))),
    "coast": (("海岸線", "Coast"), LineLook("#7f95a8", 1.0, dark=("#4c6478",))),
}
RAIL_LOOK: Final = LineLook("#8a8f98", 1.2, "6 3", dark=("#7d8894",))


def ground_overlays(workspace: Workspace) -> list[Overlay]:
    """Water, roads and railways, bottom to top; switched on and off together."""
    facts = workspace.manifest["steps"].get(BASE_STEP, {}).get("facts")
    if facts is None:
        return [_absent(NO_BASE)]
    counts: dict[str, dict[str, int]] = facts["drawn"]
    found = [
        _part(workspace, "base-water", ("水面", "Water"), "polygons", WATER_LOOKS, counts.get("water", {})),
        _part(
            workspace,
            "base-streams",
            ("川・海岸線", "Rivers and coast"),
            "lines",
            STREAM_LOOKS,
            counts.get("streams", {}),
        ),
        _part(workspace, "base-roads", ("道路", "Roads"), "lines", ROAD_LOOKS, counts.get("roads", {})),
        _part(workspace, "base-rail", ("鉄道", "Railways"), "lines", _RAIL, counts.get("rail", {})),
    ]
    there = [part for part in found if part.kinds]
    return there or [_absent(NOTHING_DRAWN)]


_RAIL: Final[dict[str, tuple[Names, LineLook]]] = dict.fromkeys(
    ("shinkansen", "rail", "subway", "tram"), (("鉄道", "Railway"), RAIL_LOOK)
)


def _part(
    workspace: Workspace,
    identifier: str,
    names: Names,
    form: str,
    looks: dict[str, tuple[Names, AreaLook]] | dict[str, tuple[Names, LineLook]],
    counts: dict[str, int],
) -> Overlay:
    file = identifier.removeprefix("base-") + ".json"
    return Overlay(
        id=identifier,
        group="base",
        names=names,
        form="polygons" if form == "polygons" else "lines",
        kinds=tuple(OverlayKind(kind, own, look) for kind, (own, look) in looks.items() if counts.get(kind)),
        make=lambda: workspace.file(BASE_STEP, file).read_bytes(),
        sources=("osm", "n02", "n02_lines") if identifier == "base-rail" else ("osm",),
        offer=BASE,
        is_below=True,
    )


def _absent(reason: Names) -> Overlay:
    return Overlay(id="base-roads", group="base", names=("下絵", "Base"), form="lines", reason=reason, offer=BASE)
