"""Zones of location plans out of PLATEAU city planning decisions (``urf`` CityGML).

The feature's own name tells what it is (``urf:ResidenceAttractionArea`` 居住誘導区域, ``urf:UrbanFunctionAttractionArea``
都市機能誘導区域); positions are latitude, longitude and height (EPSG:6697). Other features of city planning are counted by
name and left alone.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final
from xml.etree import ElementTree as ET

import numpy as np

from geodata.codes import municipality_code, rolled_up
from geodata.errors import UnreadableFile
from geodata.tables import CRS

if TYPE_CHECKING:
    import geopandas as gpd
    import numpy.typing as npt
    import shapely

    from geodata.archive import RawFile
    from geodata.notes import Notes

_FEATURES: Final = {"ResidenceAttractionArea": "residential", "UrbanFunctionAttractionArea": "urban_function"}
_LONGITUDES: Final = (122.0, 154.5)


def is_urf(head: str) -> bool:
    """Whether the head of a GML file declares the urban planning module of PLATEAU."""
    return "CityModel" in head and "iur/urf/" in head


def read_urf(raw: RawFile, *, notes: Notes) -> gpd.GeoDataFrame:
    """Read the zones of one ``*_urf_*.gml`` with the columns of :data:`geodata.zones.FEATURE_COLUMNS`.

    Raises
    ------
    UnreadableFile
        The XML is damaged, or a position is not latitude, longitude and height in Japan.
    """
    import geopandas as gpd

    rows: list[tuple[str, str, str, str]] = []
    shapes: list[shapely.Geometry] = []
    other: Counter[str] = Counter()
    try:
        with raw.open() as stream:
            for _, element in ET.iterparse(stream):  # noqa: S314 - expat of Python 3.11 stops entity bombs itself
                if _local(element.tag) != "cityObjectMember":
                    continue
                for feature in element:
                    kind = _FEATURES.get(_local(feature.tag))
                    if kind is None:
                        other[_local(feature.tag)] += 1
                        continue
                    shape = _shape(feature, raw)
                    if shape is not None:
                        shapes.append(shape)
                        rows.append((_city(feature), kind, _child(feature, "name"), _child(feature, "validFrom")))
                element.clear()
    except (ET.ParseError, ValueError) as error:
        if isinstance(error, UnreadableFile):
            raise
        raise UnreadableFile(
            f"{raw.label}: CityGML として読めません（{error}）。もう一度入手してください。 / "
            f"Cannot be read as CityGML ({error}). Get the file again."
        ) from error
    if other:
        found = "、".join(f"{name} {count}" for name, count in sorted(other.items()))
        notes.info(
            raw.label,
            f"誘導区域でない都市計画の地物は読みません（{found}）。",
            f"Features of city planning that are no guidance areas are not read ({found}).",
        )
    columns = dict(
        zip(("municipality_code", "kind", "name", "decided_on"), map(list, zip(*rows, strict=True)), strict=True)
    )
    if not rows:
        columns = {name: [] for name in ("municipality_code", "kind", "name", "decided_on")}
    return gpd.GeoDataFrame(columns, geometry=shapes, crs=CRS)


def _local(tag: str) -> str:
    return tag.rpartition("}")[2]


def _child(feature: ET.Element, name: str) -> str:
    found = next((part for part in feature if _local(part.tag) == name), None)
    return (found.text or "").strip()[:40] if found is not None else ""


def _city(feature: ET.Element) -> str:
    return rolled_up(municipality_code(_child(feature, "city")) or "")


def _shape(feature: ET.Element, raw: RawFile) -> shapely.Geometry | None:
    """All polygons of a feature as one; None where it has none."""
    import shapely

    polygons = []
    for polygon in (part for part in feature.iter() if _local(part.tag) == "Polygon"):
        rings: dict[str, list[npt.NDArray[np.float64]]] = {"exterior": [], "interior": []}
        for boundary in polygon:
            lines = [part for part in boundary.iter() if _local(part.tag) == "posList"]
            rings.setdefault(_local(boundary.tag), []).extend(_ring(line.text or "", raw) for line in lines)
        if rings["exterior"]:
            polygons.append(shapely.Polygon(rings["exterior"][0], rings["interior"]))
    if not polygons:
        return None
    return shapely.union_all(shapely.make_valid(np.array(polygons, dtype=object)))


def _ring(text: str, raw: RawFile) -> npt.NDArray[np.float64]:
    values = np.array(text.split(), dtype=np.float64)
    if len(values) % 3:
        raise UnreadableFile(
            f"{raw.label}: posList の数値が3の倍数（緯度・経度・高さ）ではありません。 / "
            "A posList does not hold triples of latitude, longitude and height."
        )
    latitude, longitude = values[0::3], values[1::3]
    if not ((longitude >= _LONGITUDES[0]) & (longitude <= _LONGITUDES[1])).all():
        raise UnreadableFile(
            f"{raw.label}: 座標（{latitude[0]:.4f}, {longitude[0]:.4f}）が日本の緯度・経度ではありません。 / "
            f"Positions ({latitude[0]:.4f}, {longitude[0]:.4f}) are not latitude and longitude in Japan."
        )
    return np.column_stack([longitude, latitude])
