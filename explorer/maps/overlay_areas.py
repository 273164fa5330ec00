"""Zones of location plans, hazard areas, areas of fibre and mobile phones, and speed tests, as layers of the map.

Areas lie over the colours of the municipalities, so they have an edge and strokes and no fill: what is below stays readable, and
kinds differ in grey print too.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

from explorer.maps.lines_file import polygons_json
from explorer.maps.overlay import AreaLook, Names, Overlay, OverlayKind
from explorer.maps.overlay_tables import columns, shapes, texts, why_absent
from explorer.maps.tiles import SPEEDS
from geodata.hazards import DATASETS as HAZARD_DATASETS
from geodata.hazards import HAZARDS
from geodata.zones import PLAN, RESIDENTIAL, URBAN_FUNCTION

if TYPE_CHECKING:
    from geodata.workspace import Workspace

ZONES: Final[dict[str, tuple[Names, AreaLook]]] = {
    PLAN: (("立地適正化計画の区域", "Area of the location plan"), AreaLook("", "#5f6e82", 2.2)),
    RESIDENTIAL: (("居住誘導区域", "Habitation guidance area"), AreaLook("", "#00856f", 1.6, "diagonal")),
    URBAN_FUNCTION: (("都市機能誘導区域", "Urban function guidance area"), AreaLook("", "#c2410c", 1.8, "cross")),
}
HAZARD_LOOKS: Final[dict[str, AreaLook]] = {
    "flood": AreaLook("", "#2477b8", 1.2, "dots"),
    "flood_3m": AreaLook("", "#2b63c9", 1.6, "level"),
    "landslide": AreaLook("", "#a16207", 1.2, "diagonal"),
    "landslide_special": AreaLook("", "#c0392b", 1.6, "cross"),
    "tsunami": AreaLook("", "#0e7f8c", 1.4, "falling"),
}
TECHNOLOGIES: Final[dict[str, tuple[Names, AreaLook]]] = {
    "fibre": (("光ファイバ", "Fibre"), AreaLook("", "#0f7f5f", 1.4, "diagonal")),
    "5g": (("5G", "5G"), AreaLook("", "#b0478f", 1.6, "dots")),
    "4g": (("4G", "4G"), AreaLook("", "#7a6ad8", 1.2, "")),
    "wifi": (("Wi-Fi", "Wi-Fi"), AreaLook("", "#a06a10", 1.4, "cross")),
}
NO_ZONES: Final = (
    "区域のデータがありません。国土数値情報 A50（立地適正化計画）または自分の区域（GeoJSON など）を加えて作り直してください。",
    "No zones. Add A50 of KSJ (location plans) or your own zones (GeoJSON …) and build again.",
)
NO_HAZARDS: Final = (
    "区域のデータがありません。国土数値情報 A31・A33・A40 を加えて作り直してください。",
    "No hazard areas. Add A31, A33 or A40 of KSJ and build again.",
)
NO_COVERAGE: Final = (
    "サービスエリアのデータがありません。エリアの図形（GeoJSON・KML など）を加えて作り直してください。",
    "No service areas. Add polygons of them (GeoJSON, KML …) and build again.",
)
NO_SPEEDS: Final = (
    "速度の測定がありません。Ookla の公開データ（タイル）を加えて作り直してください。",
    "No speed tests. Add the open tiles of Ookla and build again.",
)


def zone_overlay(workspace: Workspace) -> Overlay:
    """Guidance areas of 立地適正化計画 and the plan's own area, as their municipalities drew them."""
    names = ("立地適正化計画の区域", "Zones of location plans")
    kinds = _kinds(workspace, "zones", "kind", ZONES)
    return Overlay(
        id="zones",
        group="zones",
        names=names,
        form="polygons",
        kinds=kinds,
        make=partial(_file, workspace, "zones", "kind", "name", "decided_on"),
        sources=("a50", "a55", "plateau_urf", "own_zones"),
        reason=None if kinds else NO_ZONES,
    )


def hazard_overlay(workspace: Workspace) -> Overlay:
    """Hazard areas, cut at the borders of the municipalities of the study area."""
    looks = {name: ((ja, en[:1].upper() + en[1:]), HAZARD_LOOKS[name]) for name, (ja, en, _) in HAZARDS.items()}
    kinds = _kinds(workspace, "hazards", "hazard", looks)
    return Overlay(
        id="hazards",
        group="hazards",
        names=("災害のおそれのある区域", "Hazard areas"),
        form="polygons",
        kinds=kinds,
        make=partial(_file, workspace, "hazards", "hazard"),
        sources=HAZARD_DATASETS,
        reason=None if kinds else NO_HAZARDS,
        note=(
            "色のない所が安全とは限りません（調べていない区域を含みます）。",
            "No mark does not mean safe: it may not have been surveyed.",
        ),
    )


def coverage_overlay(workspace: Workspace) -> Overlay:
    """Areas where fibre or mobile phones can be had."""
    kinds = _kinds(workspace, "coverage_areas", "technology", TECHNOLOGIES)
    return Overlay(
        id="coverage",
        group="digital",
        names=("光ファイバ・携帯のエリア", "Fibre and mobile areas"),
        form="polygons",
        kinds=kinds,
        make=partial(_file, workspace, "coverage_areas", "technology"),
        sources=("coverage_areas",),
        reason=None if kinds else why_absent(workspace, NO_COVERAGE, "coverage_areas"),
    )


def speed_overlay(workspace: Workspace) -> Overlay:
    """Mean download speed of the tests in each tile."""
    names = ("回線速度の測定（下り）", "Download speed tests")
    facts = workspace.manifest["steps"].get("digital", {}).get("facts", {})
    bounds = facts.get("speed_bounds")
    if not bounds:
        reason = why_absent(workspace, NO_SPEEDS, "ookla")
        return Overlay(id="speeds", group="digital", names=names, form="picture", reason=reason)
    return Overlay(
        id="speeds",
        group="digital",
        names=names,
        form="picture",
        kinds=tuple(
            OverlayKind(f"from_{low:g}", _speed_names(index), AreaLook(colour, colour))
            for index, (low, colour) in enumerate(SPEEDS)
        ),
        make=lambda: workspace.file("digital", "speeds.png").read_bytes(),
        sources=("ookla",),
        note=(
            "測定した人の平均で、使えるかどうかではありません。",
            "Means of those who tested; it does not say where a line can be had.",
        ),
        bounds=(bounds[0], bounds[1], bounds[2], bounds[3]),
    )


def _speed_names(index: int) -> Names:
    low = SPEEDS[index][0]
    if index + 1 == len(SPEEDS):
        return (f"{low:g} Mbps 以上", f"{low:g} Mbps or more")
    high = SPEEDS[index + 1][0]
    return (f"{low:g}〜{high:g} Mbps", f"{low:g}–{high:g} Mbps")


def _kinds(
    workspace: Workspace, table: str, column: str, looks: dict[str, tuple[Names, AreaLook]]
) -> tuple[OverlayKind, ...]:
    """Kinds of which the table has an area: a municipality without any has a row with an empty shape."""
    if not workspace.has_table(table):
        return ()
    import shapely

    found = columns(workspace, table, [column])[column].astype(str)
    counts = found[~shapely.is_empty(shapes(workspace, table))].value_counts()
    return tuple(
        OverlayKind(kind, names, look, int(counts[kind])) for kind, (names, look) in looks.items() if kind in counts
    )


def _file(workspace: Workspace, table: str, kind: str, name: str = "", text: str = "") -> bytes:
    read = columns(workspace, table, [kind, *[each for each in (name, text) if each]])
    empty = [""] * len(read)
    return polygons_json(
        shapes(workspace, table),
        texts(read[kind]),
        texts(read[name]) if name else empty,
        texts=texts(read[text]) if text else (),
    )
