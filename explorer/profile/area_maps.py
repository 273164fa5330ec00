"""Maps: where the area lies, services by kind, people beyond reach, zones and hazards where there are any."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, cast

import numpy as np

from explorer.documents.blocks import Block, Figure, Heading, Paragraph, Side
from explorer.provenance import provenance_of
from explorer.words import either, joined, number, word
from geodata.hazards import HAZARDS
from geodata.kinds import CATEGORIES
from layers.catalogue import MODES
from layers.measures import STRAIGHT, is_in_metres

if TYPE_CHECKING:
    from collections.abc import Sequence

    import geopandas as gpd
    import pandas as pd

    from explorer.figures.maps import MapDrawing, PointLayer, ZoneLayer
    from explorer.figures.picture import Picture
    from explorer.profile.asked import Asked

HEIGHT_MM: Final = 62.0
TALL_MM: Final = 82.0  # with a long legend below
_FILL: Final = "#9ecae1"


@dataclass(frozen=True)
class _Mark:
    """How a group of services is drawn: kinds of facility, a name, and a symbol that differs in shape and lightness."""

    kinds: tuple[str, ...]
    label: str
    marker: str
    colour: str


# Shape first: the map is read in grey too.
_MARKS: Final = (
    _Mark(CATEGORIES["food_shop"].kinds, "pf_mark_food", "o", "#1d5fa8"),
    _Mark(("hospital", "clinic"), "pf_mark_medical", "P", "#b5382a"),
    _Mark(("nursery", "kindergarten", "elementary_school", "junior_high_school"), "pf_mark_school", "^", "#3f7f3f"),
    _Mark(("elderly_welfare",), "pf_mark_care", "v", "#8a5a00"),
    _Mark(("post_office", "bank"), "pf_mark_post", "s", "#c77c11"),
    _Mark(("town_hall", "branch_office", "library", "community_centre"), "pf_mark_administration", "D", "#5b4a8a"),
)
# What people beyond reach are shown for: the first that is measured and whose lists are not known to lack many.
MAIN_SERVICES: Final = ("food_shop", "medical", "stop", "elementary_school", "nursery", "station")
_LIMIT_M: Final = {"stop": 300, "station": 800}
_USUAL_LIMIT_M: Final = 800
_ZONES: Final = {
    "residential": ("pf_zone_residential", "#8fbf8f", ""),
    "urban_function": ("pf_zone_function", "#3f6fb0", "///"),
}


def chapter(asked: Asked) -> tuple[Block, ...]:
    """The maps that there is something to show on, two to a line."""
    figures = [_where(asked), _zones(asked), _services(asked)]
    has_partner = sum(figure is not None for figure in figures) % 2 == 1
    figures.append(_beyond(asked, has_partner=has_partner))
    shown = [figure for figure in figures if figure is not None]
    pairs = [shown[at : at + 2] for at in range(0, len(shown), 2)]
    blocks: list[Block] = [Side(tuple(pair)) if len(pair) > 1 else pair[0] for pair in pairs]
    missing = _not_shown(asked, zones=figures[1], services=figures[2], beyond=figures[3])
    if missing:
        blocks.append(Paragraph(missing, "note"))
    return (Heading(word("pf_maps", asked.language)), *blocks)


def main_service(asked: Asked) -> tuple[str, str] | None:
    """Service and mode of the map of people beyond reach; None where no distance is known."""
    distances = asked.opened.conditions.distances
    for mode in ("walk", STRAIGHT):
        for category in MAIN_SERVICES:
            indicator = f"{category}_within_{_LIMIT_M.get(category, _USUAL_LIMIT_M)}m"
            measured = (category, mode) in distances and asked.knows(indicator)
            if measured and np.isfinite(asked.value(indicator, mode=mode)) and not asked.lists_lack(indicator):
                return category, mode
    return None


def _draw(asked: Asked, drawing: MapDrawing) -> Picture:
    """The map without its source line, which stands at the end of the document and in the picture's own metadata."""
    from explorer.figures.maps import draw_map

    return replace(draw_map(asked.opened, replace(drawing, credit="")), credit=drawing.credit)


def _where(asked: Asked) -> Figure:
    from explorer.figures.maps import MapDrawing
    from explorer.figures.style import HALF_WIDTH_MM
    from explorer.maps.legend import LegendRow

    language = asked.language
    title = word("pf_map_where", language, name=asked.short_name)
    drawing = MapDrawing(
        language=language,
        subject=title,
        codes=tuple(_around(asked)),
        fills=dict.fromkeys(asked.codes, _FILL),
        legend=(LegendRow(_FILL, asked.short_name),),
        width_mm=HALF_WIDTH_MM,
        height_mm=HEIGHT_MM,
        credit=provenance_of(asked.opened, ["population_density"]).credit_line(language),
    )
    return Figure(_draw(asked, drawing), title)


def _around(asked: Asked) -> list[str]:
    """The area and the municipalities that share a border with it."""
    from explorer.borders import borders_of

    found = {
        other
        for code in asked.codes
        for other, row in borders_of(asked.opened.borders, code).iterrows()
        if float(row["km"]) > 0
    }
    return [code for code in asked.study_codes if code in asked.codes or code in found]


def _facilities(asked: Asked) -> pd.DataFrame:
    """Facilities in the area: kind, lon, lat."""
    import pandas as pd

    if not asked.opened.workspace.has_table("facilities"):
        return pd.DataFrame(columns=["kind", "lon", "lat"])
    table = cast("gpd.GeoDataFrame", asked.opened.workspace.table("facilities"))
    inside = table[table["municipality_code"].astype(object).isin(list(asked.codes))]
    points = inside.geometry
    kinds = inside["kind"].astype(str).to_numpy()
    return pd.DataFrame({"kind": kinds, "lon": points.x.to_numpy(), "lat": points.y.to_numpy()})


def _services(asked: Asked) -> Figure | None:
    from explorer.figures.maps import MapDrawing, PointLayer
    from explorer.figures.style import HALF_WIDTH_MM

    language = asked.language
    table = _facilities(asked)
    layers = []
    for mark in _MARKS:
        rows = table[table["kind"].isin(list(mark.kinds))]
        if len(rows):
            lon, lat = rows["lon"].to_numpy(float), rows["lat"].to_numpy(float)
            label = word(mark.label, language)
            layers.append(PointLayer(lon, lat, label, marker=mark.marker, colour=mark.colour, size=3.0))
    layers += _stations(asked)
    if not layers:
        return None
    title = word("pf_map_services", language)
    drawing = MapDrawing(
        language=language,
        subject=title,
        codes=asked.codes,
        points=tuple(layers),
        width_mm=HALF_WIDTH_MM,
        height_mm=TALL_MM,
        credit=provenance_of(asked.opened).credit_line(language),
    )
    return Figure(_draw(asked, drawing), title)


def _stations(asked: Asked) -> list[PointLayer]:
    """Railway stations in the area."""
    from explorer.figures.maps import PointLayer
    from geodata.municipalities import municipality_of

    if not asked.opened.workspace.has_table("stops"):
        return []
    stops = cast("gpd.GeoDataFrame", asked.opened.workspace.table("stops"))
    rail = stops[stops["mode"].astype(str) == "rail"]
    code = np.asarray(municipality_of(rail.geometry.x, rail.geometry.y, asked.opened.municipalities), dtype=object)
    here = rail[np.isin(code.astype(str), list(asked.codes))].drop_duplicates("group_id")
    if here.empty:
        return []
    label = word("station", asked.language)
    lon, lat = here.geometry.x.to_numpy(float), here.geometry.y.to_numpy(float)
    return [PointLayer(lon, lat, label, marker="*", colour="#111111", size=4.0)]


def _beyond(asked: Asked, *, has_partner: bool) -> Figure | None:
    from explorer.figures.maps import MapDrawing
    from explorer.figures.style import HALF_WIDTH_MM, TEXT_WIDTH_MM
    from explorer.maps.legend import place_rows
    from explorer.maps.raster import place_classes

    main = main_service(asked)
    if main is None:
        return None
    language, (category, mode) = asked.language, main
    assert is_in_metres(mode)
    conditions = asked.opened.conditions
    rows = [asked.study_codes.index(code) for code in asked.codes]
    inside = np.isin(conditions.area_of_place, rows)
    metres = np.where(inside, conditions.distances[category, mode].astype(float), np.nan)
    limit = _LIMIT_M.get(category, _USUAL_LIMIT_M)
    indicator = f"{category}_within_{limit}m"
    service = _service_name(asked, category)
    title = word("pf_map_beyond", language, service=service, mode=either(MODES[mode], language))
    row = asked.row(indicator, mode=mode)
    assert row is not None
    beyond = number(row.denominator - row.numerator, language)
    note = word("pf_map_beyond_note", language, metres=number(limit, language), people=beyond)
    classes = place_classes(mode)
    has_unreachable = bool(np.isposinf(metres).any())
    drawing = MapDrawing(
        language=language,
        subject=title,
        codes=asked.codes,
        places=(metres, classes),
        place_rows=tuple(place_rows(classes, unit="m", language=language, has_unreachable=has_unreachable)),
        place_title=word("pf_map_distance", language),
        told=note,
        width_mm=HALF_WIDTH_MM if has_partner else TEXT_WIDTH_MM,
        height_mm=TALL_MM,
        credit=provenance_of(asked.opened, [indicator], modes=[mode]).credit_line(language),
    )
    return Figure(_draw(asked, drawing), title, note)


def _service_name(asked: Asked, category: str) -> str:
    if category in CATEGORIES:
        return either((CATEGORIES[category].ja, CATEGORIES[category].en), asked.language)
    return word("station" if category == "station" else "stop", asked.language)


def _zones(asked: Asked) -> Figure | None:
    from explorer.figures.maps import MapDrawing
    from explorer.figures.style import HALF_WIDTH_MM

    layers = [*_hazard_layers(asked), *_zone_layers(asked)]
    if not layers:
        return None
    language = asked.language
    title = word("pf_map_zones", language)
    drawing = MapDrawing(
        language=language,
        subject=title,
        codes=asked.codes,
        zones=tuple(layers),
        width_mm=HALF_WIDTH_MM,
        height_mm=HEIGHT_MM,
        credit=provenance_of(asked.opened).credit_line(language),
    )
    return Figure(_draw(asked, drawing), title, word("pf_map_zones_note", language))


def _inside(asked: Asked, name: str) -> gpd.GeoDataFrame | None:
    if not asked.opened.workspace.has_table(name):
        return None
    table = cast("gpd.GeoDataFrame", asked.opened.workspace.table(name))
    return cast("gpd.GeoDataFrame", table[table["municipality_code"].astype(str).isin(list(asked.codes))])


def _zone_layers(asked: Asked) -> list[ZoneLayer]:
    from explorer.figures.maps import ZoneLayer

    table = _inside(asked, "zones")
    found: list[ZoneLayer] = []
    if table is None:
        return found
    for kind, (label, colour, hatch) in _ZONES.items():
        rows = table[table["kind"].astype(str) == kind]
        if len(rows):
            found.append(ZoneLayer(rows.geometry, word(label, asked.language), face=colour, hatch=hatch))
    return found


def _hazard_layers(asked: Asked) -> list[ZoneLayer]:
    """Two at most, of different causes: more cannot be told apart."""
    from explorer.figures.maps import ZoneLayer

    table = _inside(asked, "hazards")
    found: list[ZoneLayer] = []
    if table is None:
        return found
    for kind, colour, hatch in (("flood", "#a8cbe6", "..."), ("landslide", "#d9a86c", "xxx")):
        rows = table[table["hazard"].astype(str) == kind]
        if len(rows):
            label = either(HAZARDS[kind][:2], asked.language)
            found.append(ZoneLayer(rows.geometry, label, face=colour, hatch=hatch))
    return found


def _not_shown(asked: Asked, **figures: Figure | None) -> str:
    """Which maps there is nothing to draw on."""
    keys = {"services": "pf_no_map_services", "beyond": "pf_no_map_beyond", "zones": "pf_no_map_zones"}
    texts: Sequence[str] = [word(keys[name], asked.language) for name, figure in figures.items() if figure is None]
    return joined(texts, asked.language)
