"""Lines and areas as compact files for the map: kinds once, then an entry per line or area, coordinates to about 1 m.

The files are simplified step by step until they are light enough for a browser; a short line may lose its bends, none is lost.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any, Final

import numpy as np
import numpy.typing as npt

Shapes = npt.NDArray[np.object_]

MOST_BYTES: Final = 2_000_000
FINEST_DEG: Final = 0.00005  # about 5 m
COARSEST_DEG: Final = 0.005
_LINE, _POLYGON = 1, 3  # type numbers of shapely
_BYTES_PER_POSITION: Final = 21  # [36.39582,139.05926],
_BYTES_PER_ENTRY: Final = 20


def lines_json(
    shapes: Shapes, kinds: Sequence[str], names: Sequence[str], *, texts: Sequence[str] = (), most: int = MOST_BYTES
) -> bytes:
    """``{"kinds": […], "lines": [{"k": 0, "n": "name", "p": [[lat, lon], …]}, …]}``, UTF-8.

    Parameters
    ----------
    shapes
        (n,) lines or multilines in degrees; others and missing ones are left out.
    kinds, names
        (n,) each. Names are data and are shown as text only.
    texts
        (n,) a second line of text where the pointer rests, key ``t``; empty for none at all.
    most
        Bytes that the file may have; it is simplified until it has no more.
    """
    parts, owner = _parts(shapes, _LINE)
    simple = _light_enough(parts, kinds, names, texts, owner, most)
    entries = [
        {"p": positions, **_said(kinds, names, texts, row)}
        for positions, row in zip(_positions(simple), owner.tolist(), strict=True)
        if len(positions) > 1
    ]
    return _stored("lines", entries, kinds)


def polygons_json(
    shapes: Shapes, kinds: Sequence[str], names: Sequence[str], *, texts: Sequence[str] = (), most: int = MOST_BYTES
) -> bytes:
    """``{"kinds": […], "polygons": [{"k": 0, "n": "name", "r": [[[lat, lon], …outer], …holes]}, …]}``, UTF-8.

    Parameters
    ----------
    shapes
        (n,) polygons or multipolygons in degrees, an entry for each part; others and missing ones are left out.
    kinds, names, texts, most
        As in :func:`lines_json`.
    """
    import shapely

    parts, owner = _parts(shapes, _POLYGON)
    simple = _light_enough(parts, kinds, names, texts, owner, most)
    rings, part = shapely.get_rings(simple, return_index=True)
    entries: list[dict[str, Any]] = [{"r": [], **_said(kinds, names, texts, row)} for row in owner.tolist()]
    for positions, number in zip(_positions(rings), part.tolist(), strict=True):
        entries[number]["r"].append(positions)
    return _stored("polygons", [entry for entry in entries if entry["r"]], kinds)


def _parts(shapes: Shapes, wanted: int) -> tuple[Shapes, npt.NDArray[np.intp]]:
    """Lines or polygons one by one, and the row that each belongs to."""
    import shapely

    parts, owner = shapely.get_parts(shapely.force_2d(np.asarray(shapes, dtype=object)), return_index=True)
    kept = (shapely.get_type_id(parts) == wanted) & ~shapely.is_empty(parts)
    return parts[kept], owner[kept]


def _light_enough(
    parts: Shapes,
    kinds: Sequence[str],
    names: Sequence[str],
    texts: Sequence[str],
    owner: npt.NDArray[np.intp],
    most: int,
) -> Shapes:
    """The parts simplified until the file has about `most` bytes, by the number of positions: cheaper than writing it."""
    import shapely

    said = sum(
        len(json.dumps(_said([""] * len(kinds), names, texts, row), ensure_ascii=False).encode()) + _BYTES_PER_ENTRY
        for row in owner.tolist()
    )
    is_area = bool(len(parts)) and shapely.get_type_id(parts[0]) == _POLYGON
    simple, tolerance = parts, FINEST_DEG
    while True:
        # From the last step on, and without a look at what lines cross: a tenth of the time.
        simple = np.asarray(shapely.simplify(simple, tolerance, preserve_topology=is_area), dtype=object)
        positions = int(shapely.get_num_coordinates(simple).sum()) if len(simple) else 0
        if said + positions * _BYTES_PER_POSITION <= most or tolerance >= COARSEST_DEG:
            return simple
        tolerance *= 2


def _said(kinds: Sequence[str], names: Sequence[str], texts: Sequence[str], row: int) -> dict[str, Any]:
    said: dict[str, Any] = {"k": kinds[row], "n": names[row]}
    return {**said, "t": texts[row]} if texts else said


def _positions(lines: Shapes) -> list[list[list[float]]]:
    """Latitude and longitude along each line, to about 1 m, none twice in a row."""
    import shapely

    at, line = shapely.get_coordinates(lines, return_index=True)
    at = np.round(at[:, ::-1], 5)
    keep = np.ones(len(at), dtype=bool)
    keep[1:] = (at[1:] != at[:-1]).any(axis=1) | (line[1:] != line[:-1])
    starts = np.searchsorted(line[keep], np.arange(len(lines) + 1))
    positions: list[list[float]] = at[keep].tolist()
    return [positions[start:stop] for start, stop in zip(starts[:-1].tolist(), starts[1:].tolist(), strict=True)]


def _stored(title: str, entries: list[dict[str, Any]], kinds: Sequence[str]) -> bytes:
    distinct = sorted(set(kinds))
    number = {kind: index for index, kind in enumerate(distinct)}
    rows = [{**entry, "k": number[entry["k"]]} for entry in entries]
    return json.dumps({"kinds": distinct, title: rows}, ensure_ascii=False, separators=(",", ":")).encode()
