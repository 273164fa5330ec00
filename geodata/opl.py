"""The ways of an OSM file as arrays, by way of OPL, the line format that osmium writes in C++.

A Python object per node and way costs seconds on a prefecture; osmium writes the wanted ways with the coordinates of
their nodes to a temporary text file, one way to a line, and the parser below turns its bytes into arrays. Coordinates
stay what they are in OSM: integers of 1e-7 degree.

    w4781368 Toneway=no,highway=tertiary Nn30603990x9.5417275y47.1822323,n1681715657x9.5421211y47.1825536

The format is described in osmium's manual (OPL, "object per line").
"""

# ruff: noqa: ANN001, ANN202 - numba infers the types of its kernels, and takes arrays one by one
from __future__ import annotations

import ctypes
import re
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import osmium
from numba import njit

MISSING_E7 = np.iinfo(np.int32).min  # a node that the file names but does not hold
_ESCAPED = re.compile(r"%([0-9a-fA-F]+)%")


@dataclass(frozen=True, eq=False)
class OplWays:
    """Ways in file order; the nodes of way i are `ref[first_ref[i]:first_ref[i + 1]]`."""

    content: bytes
    way_id: npt.NDArray[np.int64]
    tags_start: npt.NDArray[np.int64]
    tags_stop: npt.NDArray[np.int64]
    first_ref: npt.NDArray[np.int64]
    ref: npt.NDArray[np.int64]
    lon_e7: npt.NDArray[np.int32]
    lat_e7: npt.NDArray[np.int32]

    def tag_text(self, way: int) -> bytes:
        """The tags of a way as they stand in the file, to be read with :func:`parse_tags`."""
        return self.content[self.tags_start[way] : self.tags_stop[way]]


def write_opl(source: Any, entities: Any, steps: tuple[Any, ...], form: str) -> bytes:
    """OPL text of the entities of an osmium file that pass some osmium handlers and filters."""
    with tempfile.TemporaryDirectory(prefix="explorer-") as folder:
        target = Path(folder) / "part.opl"
        writer = osmium.SimpleWriter(osmium.io.File(str(target), form))
        try:
            with osmium.io.Reader(source, entities) as reader:
                osmium.apply(reader, *steps, writer)
            writer.close()
        except BaseException:
            # The destructor of a writer that failed (disk full) ends the whole process; it must never run.
            ctypes.pythonapi.Py_IncRef(ctypes.py_object(writer))
            raise
        return target.read_bytes()


def read_nodes(source: Any) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int32], npt.NDArray[np.int32]]:
    """Ids, longitudes and latitudes (1e-7 degree) of all nodes of an osmium file, ordered by id."""
    ids, lon_e7, lat_e7 = parse_nodes(write_opl(source, osmium.osm.NODE, (), "opl,add_metadata=none"))
    order = np.argsort(ids, kind="stable")
    return ids[order], lon_e7[order], lat_e7[order]


def parse_ways(content: bytes) -> OplWays:
    """Arrays of all way lines in OPL text written with node locations."""
    buffer = np.frombuffer(content, dtype=np.uint8)
    return OplWays(content, *_parse_ways(buffer, *_count(buffer)))


def parse_nodes(content: bytes) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int32], npt.NDArray[np.int32]]:
    """Ids, longitudes and latitudes (1e-7 degree) of all node lines."""
    rows = re.findall(rb"^n(-?\d+).* x(-?[\d.]+) y(-?[\d.]+)$", content, flags=re.MULTILINE)
    ids = np.array([int(row[0]) for row in rows], dtype=np.int64)
    degrees = np.array([(float(row[1]), float(row[2])) for row in rows], dtype=np.float64).reshape(-1, 2)
    fixed = np.rint(degrees * 1e7).astype(np.int32)
    return ids, fixed[:, 0], fixed[:, 1]


def parse_tags(text: bytes) -> dict[str, str]:
    """Tags of one object; OPL writes special characters as ``%hex%``."""
    tags: dict[str, str] = {}
    for pair in text.decode("utf-8", errors="replace").split(","):
        key, found, value = pair.partition("=")
        if found:
            tags[_unescape(key)] = _unescape(value)
    return tags


def _unescape(text: str) -> str:
    return _ESCAPED.sub(lambda match: chr(int(match[1], 16)), text) if "%" in text else text


@njit(cache=True)
def _count(buffer):  # type: ignore[no-untyped-def]
    """Lines, and an upper bound of the node references (commas inside tags are counted too)."""
    lines = 0
    commas = 0
    for byte in buffer:
        if byte == 10:
            lines += 1
        elif byte == 44:
            commas += 1
    return lines + 1, commas + lines + 1


@njit(cache=True)
def _integer(buffer, at):  # type: ignore[no-untyped-def]
    """The signed integer at a position, and the position after it."""
    negative = buffer[at] == 45
    if negative:
        at += 1
    value = np.int64(0)
    while at < buffer.size and 48 <= buffer[at] <= 57:
        value = value * 10 + (buffer[at] - 48)
        at += 1
    return (-value if negative else value), at


@njit(cache=True)
def _degrees_e7(buffer, at):  # type: ignore[no-untyped-def]
    """The decimal number at a position in units of 1e-7 (MISSING_E7 where there is none), and the position after it."""
    start = at
    negative = at < buffer.size and buffer[at] == 45
    if negative:
        at += 1
    value = np.int64(0)
    while at < buffer.size and 48 <= buffer[at] <= 57:
        value = value * 10 + (buffer[at] - 48)
        at += 1
    decimals = 0
    if at < buffer.size and buffer[at] == 46:
        at += 1
        while at < buffer.size and 48 <= buffer[at] <= 57:
            if decimals < 7:
                value = value * 10 + (buffer[at] - 48)
                decimals += 1
            at += 1
    if at == start:
        return np.int64(MISSING_E7), at
    for _ in range(7 - decimals):
        value *= 10
    return (-value if negative else value), at


@njit(cache=True)
def _parse_ways(buffer, max_ways, max_refs):  # type: ignore[no-untyped-def]
    way_id = np.empty(max_ways, np.int64)
    tags_start = np.zeros(max_ways, np.int64)
    tags_stop = np.zeros(max_ways, np.int64)
    first_ref = np.zeros(max_ways + 1, np.int64)
    ref = np.empty(max_refs, np.int64)
    lon_e7 = np.empty(max_refs, np.int32)
    lat_e7 = np.empty(max_refs, np.int32)
    ways = 0
    refs = 0
    at = 0
    while at < buffer.size:
        if buffer[at] != 119:  # not a "w" line
            while at < buffer.size and buffer[at] != 10:
                at += 1
            at += 1
            continue
        way_id[ways], at = _integer(buffer, at + 1)
        while at < buffer.size and buffer[at] != 10:
            letter = buffer[at + 1] if buffer[at] == 32 and at + 1 < buffer.size else np.uint8(0)
            at += 1
            if letter == 84:  # "T"
                tags_start[ways] = at + 1
                while at < buffer.size and buffer[at] != 32 and buffer[at] != 10:
                    at += 1
                tags_stop[ways] = at
            elif letter == 78:  # "N"
                at += 1
                while at < buffer.size and buffer[at] == 110:
                    ref[refs], at = _integer(buffer, at + 1)
                    lon_e7[refs], at = _degrees_e7(buffer, at + 1)
                    lat_e7[refs], at = _degrees_e7(buffer, at + 1)
                    refs += 1
                    if at < buffer.size and buffer[at] == 44:
                        at += 1
        at += 1
        ways += 1
        first_ref[ways] = refs
    return (
        way_id[:ways],
        tags_start[:ways],
        tags_stop[:ways],
        first_ref[: ways + 1],
        ref[:refs],
        lon_e7[:refs],
        lat_e7[:refs],
    )
