"""Styles as QGIS keeps them (QML): classes in the colours of the app, points by kind, zones, labels.

The structure is what QGIS 3.28 and later write: ``renderer-v2`` with ranges or categories, and a symbol for each.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Final
from xml.etree import ElementTree as ET

from explorer.maps.colours import NO_DATA, OUTLINE, rgb

if TYPE_CHECKING:
    from explorer.maps.classes import Classes

_VERSION: Final = "3.28.0"
_DOCTYPE: Final = "<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>\n"
NO_VALUE: Final = -1e30  # stands for "no data" in the expression of the renderer: NULL itself belongs to no range


@dataclass(frozen=True)
class Category:
    """One value of a column with how it is drawn.

    Parameters
    ----------
    shape
        Of points: a shape that QGIS knows (circle, square, triangle, diamond, pentagon, star, cross_fill …).
    pattern
        Of areas: ``solid`` or a hatch of Qt (``b_diagonal``, ``f_diagonal``, ``dense6`` …).
    """

    value: str
    label: str
    colour: str
    shape: str = "circle"
    size: float = 2.0
    pattern: str = "solid"


def graduated_style(
    column: str,
    classes: Classes,
    labels: Sequence[str],
    ends: tuple[float, float],
    *,
    no_data: str,
    aliases: Mapping[str, str],
) -> str:
    """Areas coloured by the classes of the app; those without a value grey, with a row of the legend.

    QGIS gives a value to the first range that holds it, ends included. So the ranges stand best end first as in the app's
    legend: a limit then belongs to the same class as there.

    Parameters
    ----------
    labels
        Of the classes, lowest first.
    ends
        Lowest and highest value that there can be.
    """
    root, renderer = _style("graduatedSymbol", f'coalesce("{column}", {NO_VALUE!r})', aliases)
    renderer.set("graduatedMethod", "GraduatedColor")
    limits = [min(ends[0], *classes.limits), *classes.limits, max(ends[1], *classes.limits)]
    if not classes.limits:
        limits = list(ends)
    rows = list(zip(pairwise(limits), classes.colours, labels, strict=True))
    if classes.closed == "left":
        rows.reverse()
    ranges, symbols = ET.SubElement(renderer, "ranges"), ET.SubElement(renderer, "symbols")
    for number, ((low, high), colour, label) in enumerate(rows):
        _range(ranges, low, high, number, label)
        _area_symbol(symbols, str(number), colour)
    _range(ranges, NO_VALUE, NO_VALUE, len(rows), no_data)
    _area_symbol(symbols, str(len(rows)), NO_DATA)
    source = ET.SubElement(renderer, "source-symbol")
    _area_symbol(source, "0", NO_DATA)
    method = ET.SubElement(renderer, "classificationMethod", id="Custom")  # limits set by hand
    ET.SubElement(method, "symmetricMode", enabled="0", symmetrypoint="0", astride="0")
    ET.SubElement(method, "labelFormat", format="%1 - %2", labelprecision="4", trimtrailingzeroes="1")
    _labels(root, "area_name")
    return _written(root)


def point_style(
    column: str, categories: Sequence[Category], *, other: str, aliases: Mapping[str, str], labels: str = ""
) -> str:
    """Points by the values of a column: each its own shape and colour, so that they differ in grey too."""
    root, renderer = _style("categorizedSymbol", column, aliases)
    shown = [*categories, Category("", other, NO_DATA)]
    rows, symbols = ET.SubElement(renderer, "categories"), ET.SubElement(renderer, "symbols")
    for number, category in enumerate(shown):
        _category(rows, category, number)
        _point_symbol(symbols, str(number), category)
    if labels:
        _labels(root, labels, smallest_scale=25_000)
    return _written(root)


def area_style(column: str, categories: Sequence[Category], *, other: str, aliases: Mapping[str, str]) -> str:
    """Areas by the values of a column, hatched, so that what lies below stays in sight."""
    root, renderer = _style("categorizedSymbol", column, aliases)
    shown = [*categories, Category("", other, NO_DATA, pattern="b_diagonal")]
    rows, symbols = ET.SubElement(renderer, "categories"), ET.SubElement(renderer, "symbols")
    for number, category in enumerate(shown):
        _category(rows, category, number)
        _area_symbol(symbols, str(number), category.colour, pattern=category.pattern, outline=category.colour)
    return _written(root)


def people_style(column: str, colour: str, aliases: Mapping[str, str]) -> str:
    """Small points of one colour, the larger the more people."""
    root, renderer = _style("singleSymbol", "", aliases)
    symbols = ET.SubElement(renderer, "symbols")
    layer = _point_symbol(symbols, "0", Category("", "", colour, size=1.0))
    properties = _option(layer.find("data_defined_properties"), "", "Map")
    _option(properties, "name", "QString", "")
    sizes = _option(properties, "properties", "Map")
    size = _option(sizes, "size", "Map")
    _option(size, "active", "bool", "true")
    _option(size, "expression", "QString", f'0.3 + 0.12 * sqrt(coalesce("{column}", 0))')
    _option(size, "type", "int", "3")
    _option(properties, "type", "QString", "collection")
    return _written(root)


def plain_style(aliases: Mapping[str, str]) -> str:
    """Only an outline: for the border of a region."""
    root, renderer = _style("singleSymbol", "", aliases)
    symbols = ET.SubElement(renderer, "symbols")
    _area_symbol(symbols, "0", "#ffffff", pattern="no", outline=OUTLINE, width=0.8)
    return _written(root)


def _style(kind: str, column: str, aliases: Mapping[str, str]) -> tuple[ET.Element, ET.Element]:
    root = ET.Element("qgis", version=_VERSION, styleCategories="Symbology|Labeling|Fields", labelsEnabled="0")
    renderer = ET.SubElement(
        root, "renderer-v2", type=kind, symbollevels="0", enableorderby="0", forceraster="0", referencescale="-1"
    )
    if column:
        renderer.set("attr", column)
    named = ET.SubElement(root, "aliases")
    for number, (field, name) in enumerate(aliases.items()):
        ET.SubElement(named, "alias", field=field, name=name, index=str(number))
    return root, renderer


def _range(ranges: ET.Element, low: float, high: float, number: int, label: str) -> None:
    ET.SubElement(
        ranges, "range", lower=repr(low), upper=repr(high), symbol=str(number), label=label, render="true"
    )  # fmt: skip


def _category(rows: ET.Element, category: Category, number: int) -> None:
    ET.SubElement(
        rows, "category", value=category.value, symbol=str(number), label=category.label, render="true", type="string"
    )


def _area_symbol(
    symbols: ET.Element,
    name: str,
    colour: str,
    *,
    pattern: str = "solid",
    outline: str = OUTLINE,
    width: float = 0.2,
) -> None:
    symbol = _symbol(symbols, name, "fill")
    _layer(
        symbol,
        "SimpleFill",
        {
            "color": _rgba(colour),
            "outline_color": _rgba(outline),
            "outline_style": "solid",
            "outline_width": repr(width),
            "outline_width_unit": "MM",
            "joinstyle": "bevel",
            "style": pattern,
        },
    )


def _point_symbol(symbols: ET.Element, name: str, category: Category) -> ET.Element:
    symbol = _symbol(symbols, name, "marker")
    return _layer(
        symbol,
        "SimpleMarker",
        {
            "name": category.shape,
            "color": _rgba(category.colour),
            "outline_color": _rgba("#ffffff"),
            "outline_style": "solid",
            "outline_width": "0.2",
            "outline_width_unit": "MM",
            "size": repr(category.size),
            "size_unit": "MM",
            "scale_method": "diameter",
            "angle": "0",
            "offset": "0,0",
        },
    )


def _symbol(symbols: ET.Element, name: str, kind: str) -> ET.Element:
    return ET.SubElement(
        symbols, "symbol", name=name, type=kind, alpha="1", clip_to_extent="1", force_rhr="0", is_animated="0", frame_rate="10"
    )  # fmt: skip


def _layer(symbol: ET.Element, kind: str, properties: Mapping[str, str]) -> ET.Element:
    layer = ET.SubElement(symbol, "layer", {"class": kind, "pass": "0", "locked": "0", "enabled": "1"})
    options = _option(layer, "", "Map")
    for name, value in properties.items():
        _option(options, name, "QString", value)
    ET.SubElement(layer, "data_defined_properties")
    return layer


def _option(parent: ET.Element | None, name: str, kind: str, value: str | None = None) -> ET.Element:
    if parent is None:
        raise ValueError("no element to put an option into")
    option = ET.SubElement(parent, "Option", {"name": name} if name else {})
    option.set("type", kind)
    if value is not None:
        option.set("value", value)
    return option


def _labels(root: ET.Element, column: str, smallest_scale: int = 0) -> None:
    """Names on the map; of points only from a scale on at which they have room."""
    root.set("labelsEnabled", "1")
    labeling = ET.SubElement(root, "labeling", type="simple")
    settings = ET.SubElement(labeling, "settings", calloutType="simple")
    style = ET.SubElement(
        settings,
        "text-style",
        fieldName=column,
        isExpression="0",
        fontSize="8",
        fontSizeUnit="Point",
        fontFamily="Noto Sans CJK JP",
        textColor=_rgba("#1f2933"),
        textOpacity="1",
    )
    ET.SubElement(
        style, "text-buffer", bufferDraw="1", bufferSize="0.8", bufferSizeUnits="MM", bufferColor=_rgba("#ffffff"), bufferOpacity="1"
    )  # fmt: skip
    ET.SubElement(
        settings, "rendering", scaleVisibility=str(int(smallest_scale > 0)), scaleMin=str(smallest_scale), scaleMax="0"
    )


def _rgba(colour: str) -> str:
    return ",".join(map(str, (*rgb(colour), 255)))


def _written(root: ET.Element) -> str:
    ET.indent(root, " ")
    return _DOCTYPE + ET.tostring(root, encoding="unicode") + "\n"
