"""The map as one HTML file that opens without a network: folium, with every script, style and picture inside.

The export fails rather than writing a file that would draw an empty frame on a closed network.
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from html import escape
from pathlib import Path
from typing import Any, Final

from explorer.maps.colours import NO_DATA, OUTLINE, SURROUNDING
from explorer.maps.raster import PlaceRaster
from explorer.self_contained import refuse_network

ASSETS: Final = Path(__file__).parent / "assets"
# In the order in which they need each other; the last one stands for the frame.
_LAYER_CODE: Final = ("geometry.js", "symbols.js", "canvas_layer.js", "layer_kinds.js", "tip.js", "saved_layers.js")
_MEDIA: Final = {".png": "image/png", ".svg": "image/svg+xml"}


@dataclass(frozen=True)
class MapPoints:
    """Circles on the saved map: positions in degrees, labels (plain text), one colour and radius in pixels."""

    longitude: Sequence[float]
    latitude: Sequence[float]
    labels: Sequence[str]
    colour: str
    radius: float


@dataclass(frozen=True)
class SavedMap:
    """What goes into the file.

    Parameters
    ----------
    title, subtitle, credit
        Plain text; escaped here.
    shapes
        GeoJSON from :func:`explorer.maps.shapes.drawing_geojson`.
    colours
        ``#rrggbb`` by municipality code; others are drawn as "no data".
    labels
        Text by code, shown when the pointer rests on a municipality.
    legend
        HTML from :func:`explorer.maps.legend.legend_html`.
    layers
        What else lies on the map, bottom to top, from :func:`explorer.maps.layer_choice.saved_layers`; drawn by the same code
        as on the screen.
    """

    title: str
    subtitle: str
    credit: str
    language: str
    shapes: bytes
    colours: Mapping[str, str]
    labels: Mapping[str, str]
    legend: str
    opacity: float = 0.85
    places: PlaceRaster | None = None
    points: Sequence[MapPoints] = field(default_factory=tuple)
    banner: str = ""
    layers: Sequence[Mapping[str, Any]] = field(default_factory=tuple)


def saved_map_html(content: SavedMap) -> bytes:
    """One self-contained HTML file (UTF-8).

    Raises
    ------
    explorer.self_contained.PageNeedsNetwork
        Something in the file would be fetched from the network.
    """
    figure = _folium_map(content).get_root()
    text = _named_in_order(figure, str(figure.render()))
    text = text.replace("<head>", f'<head>\n<title>{escape(content.title)}</title><meta charset="utf-8" />', 1)
    text = text.replace("<html>", f'<html lang="{escape(content.language)}" class="always-light">', 1)
    refuse_network(text)
    return text.encode()


def _named_in_order(figure: Any, text: str) -> str:
    """The page with ids that count up in place of random ones, so that the same map gives the same bytes."""
    ids: list[str] = []
    waiting = [figure]
    while waiting:
        part = waiting.pop(0)
        ids.append(part._id)  # noqa: SLF001 - branca has no other name for it
        waiting += list(part._children.values())  # noqa: SLF001
        waiting += [
            each
            for each in (getattr(part, "header", None), getattr(part, "html", None), getattr(part, "script", None))
            if each
        ]
    numbers = {name: f"{count:032x}" for count, name in enumerate(dict.fromkeys(ids), 1)}
    return re.sub(r"[0-9a-f]{32}", lambda found: numbers.get(found[0], found[0]), text)


def _folium_map(content: SavedMap) -> Any:
    import folium
    from branca.element import Element

    shapes = json.loads(content.shapes)
    saved = folium.Map(tiles=None, prefer_canvas=True, zoom_snap=0.25, attribution_control=False)
    saved.default_js, saved.default_css = [], []  # stock folium loads these from content delivery networks
    root: Any = saved.get_root()
    # folium's own scripts run after the map's; Leaflet must be there before, so it goes into the head as text.
    root.header.add_child(Element(_inlined_leaflet()), name="leaflet_inside")
    root.header.add_child(Element(f"<style>{_style()}</style>"), name="map_style")
    if content.places is not None:
        south, west, north, east = content.places.bounds
        picture = "data:image/png;base64," + base64.b64encode(content.places.png).decode()
        overlay = folium.raster_layers.ImageOverlay(
            picture,
            bounds=[[south, west], [north, east]],
            opacity=content.opacity,
            pixelated=True,
            mercator_project=False,
        )
        overlay.add_to(saved)
    _shape_layer(content, shapes).add_to(saved)
    for points in content.points:
        if points.longitude:
            _point_layer(points).add_to(saved)
    west, south, east, north = shapes.get("bbox", [122.0, 24.0, 146.0, 46.0])
    saved.fit_bounds([[south, west], [north, east]], padding_top_left=(10, 80), padding_bottom_right=(10, 30))
    root.html.add_child(Element(_frame_html(content)), name="frame")
    if content.layers:
        root.header.add_child(Element(_drawing_code()), name="layer_code")
        root.html.add_child(Element(_layers_html(content.layers, saved.get_name())), name="layers")
    return saved


def _drawing_code() -> str:
    """The code that draws the layers on the screen, as scripts of the page."""
    scripts = [(ASSETS / name).read_text(encoding="utf-8") for name in _LAYER_CODE]
    return "".join(f"<script>{script.replace('</script', '<' + chr(92) + '/script')}</script>" for script in scripts)


def _layers_html(layers: Sequence[Mapping[str, Any]], map_name: str) -> str:
    """The layers with their data as JSON, and the call that draws them once the map is there."""
    specs = []
    for layer in layers:
        spec = {name: value for name, value in layer.items() if name != "content"}
        if layer["kind"] == "picture":
            spec["url"] = "data:image/png;base64," + base64.b64encode(layer["content"]).decode()
        else:
            spec["data"] = json.loads(layer["content"])
        specs.append(spec)
    # Names of shops are data: no "<" of theirs may end the script.
    text = json.dumps(specs, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")
    return (
        f'<script type="application/json" id="saved-layers">{text}</script>'
        f'<script>window.addEventListener("load", () => SavedLayers.draw(window["{map_name}"]));</script>'
    )


def _shape_layer(content: SavedMap, shapes: dict[str, Any]) -> Any:
    import folium

    fill_opacity = content.opacity * (0.25 if content.places is not None else 1.0)
    for feature in shapes["features"]:
        code = feature["id"]
        # The tooltip puts texts into the page as markup, so they are escaped here, once.
        feature["properties"] = {
            "name": escape(f"{feature['properties']['name']} ({code})"),
            "value": escape(content.labels.get(code, "")),
            "fill": content.colours.get(code, NO_DATA) if feature["properties"]["inside"] else SURROUNDING,
            "inside": feature["properties"]["inside"],
        }

    def style(feature: dict[str, Any]) -> dict[str, Any]:
        inside = feature["properties"]["inside"] == 1
        return {
            "fillColor": feature["properties"]["fill"],
            "fillOpacity": fill_opacity if inside else 1.0,
            "color": OUTLINE if inside else "#b4bec8",
            "weight": 0.9 if inside else 0.5,
        }

    return folium.GeoJson(
        shapes, style_function=style, tooltip=folium.GeoJsonTooltip(["name", "value"], labels=False, sticky=True)
    )


def _point_layer(points: MapPoints) -> Any:
    import folium

    features = [
        {
            "type": "Feature",
            "properties": {"label": escape(label)},
            "geometry": {"type": "Point", "coordinates": [round(longitude, 5), round(latitude, 5)]},
        }
        for longitude, latitude, label in zip(points.longitude, points.latitude, points.labels, strict=True)
    ]
    marker = folium.CircleMarker(
        radius=points.radius, color="#ffffff", weight=0.8, fill=True, fill_color=points.colour, fill_opacity=0.95
    )
    return folium.GeoJson(
        {"type": "FeatureCollection", "features": features},
        marker=marker,
        tooltip=folium.GeoJsonTooltip(["label"], labels=False),
    )


def _frame_html(content: SavedMap) -> str:
    banner = f'<div class="saved-banner">{escape(content.banner)}</div>' if content.banner else ""
    return (
        f'<div class="saved-head">{banner}<b>{escape(content.title)}</b><span>{escape(content.subtitle)}</span></div>'
        f'<div class="legend saved-legend">{content.legend}</div><div class="saved-credit">{escape(content.credit)}</div>'
    )


@cache
def _inlined_leaflet() -> str:
    script = (ASSETS / "leaflet" / "leaflet.js").read_text(encoding="utf-8")
    script = re.sub(r"//# sourceMappingURL=.*", "", script).replace("</script", "<\\/script")
    sheet = (ASSETS / "leaflet" / "leaflet.css").read_text(encoding="utf-8")
    return f"<style>{inlined_pictures(sheet, ASSETS / 'leaflet')}</style>\n<script>{script}</script>"


def inlined_pictures(sheet: str, folder: Path) -> str:
    """A style sheet with its pictures as data addresses."""

    def as_data(found: re.Match[str]) -> str:
        name = found.group(1)
        if name.startswith(("data:", "#")):
            return found.group(0)
        data = base64.b64encode((folder / name).read_bytes()).decode()
        return f"url(data:{_MEDIA[Path(name).suffix]};base64,{data})"

    return re.sub(r"""url\(\s*["']?([^"')]+)["']?\s*\)""", as_data, sheet)


def _style() -> str:
    sheet = (ASSETS / "map.css").read_text(encoding="utf-8")
    return (
        sheet
        + """
.is-over-layer .foliumtooltip { display: none; }
html, body { height: 100%; margin: 0; }
.folium-map { background: #e9eef2; font-family: "Noto Sans JP", "Noto Sans CJK JP", "Hiragino Sans", "Yu Gothic UI", Meiryo, sans-serif; }
.saved-head { position: absolute; z-index: 1000; top: 10px; left: 54px; right: 10px; padding: 6px 12px; background: rgba(255,255,255,.94);
  border: 1px solid #ccd3da; border-radius: 6px; font: 14px "Noto Sans JP", "Noto Sans CJK JP", "Yu Gothic UI", Meiryo, sans-serif; color: #1f2933; }
.saved-head span { margin-left: 12px; font-size: 12px; color: #4a5560; }
.saved-banner { color: #5b3200; font-weight: 700; }
.saved-legend { position: absolute; z-index: 1000; right: 10px; bottom: 34px; }
.saved-credit { position: absolute; z-index: 1000; right: 10px; bottom: 6px; padding: 1px 6px; font-size: 11px; background: rgba(255,255,255,.9);
  font-family: "Noto Sans JP", "Noto Sans CJK JP", Meiryo, sans-serif; }
"""
    )
