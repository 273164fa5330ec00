"""One search for everything on the map: municipalities by name, reading, code or old name; stations, facilities, stops; positions.

>>> index = PlaceIndex.of([Town("10201", "前橋市", "まえばしし")], [])
>>> [found.name for found in index.find("maeba")], [found.name for found in index.find("大胡")]
(['前橋市'], ['大胡町'])
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np

from explorer.kana import folded, folded_romaji, romaji
from explorer.place_readings import READINGS, former_municipalities
from geodata.codes import municipality_code, rolled_up

Kind = Literal["municipality", "former", "station", "facility", "stop", "position"]
KINDS: Final[tuple[Kind, ...]] = ("position", "municipality", "former", "station", "facility", "stop")
_POSITION: Final = re.compile(r"\s*([-+]?\d{1,2}(?:\.\d+)?)\s*[,、\s]\s*([-+]?\d{1,3}(?:\.\d+)?)\s*")
_ENDINGS: Final = ("し", "まち", "ちょう", "むら", "そん", "く")  # 町 and 村 are read in two ways: either finds it
_BOTH_WAYS: Final = {"まち": "ちょう", "ちょう": "まち", "むら": "そん", "そん": "むら"}
_EXACT, _STARTS, _HOLDS = 0, 1, 2
_LEAST_ROMAN: Final = 2


@dataclass(frozen=True)
class Town:
    """A municipality of the study area."""

    code: str
    name: str
    reading: str = ""
    prefecture: str = ""


@dataclass(frozen=True)
class Site:
    """A station, stop or facility: what it is called, what kind of facility, where it is."""

    kind: Kind
    name: str
    lat: float
    lon: float
    code: str = ""  # of the municipality it lies in
    town: str = ""
    what: str = ""  # kind of facility (geodata.kinds)


@dataclass(frozen=True)
class Found:
    """One answer.

    Parameters
    ----------
    kind
        What was found.
    name
        Its name; of a position the text that was typed.
    code, town
        The municipality: itself, the one that it became part of, or the one it lies in; empty outside the study area.
    lat, lon
        Of a site or position, degrees; NaN for municipalities.
    what
        Kind of facility, or the day from which a former municipality was part of another.
    """

    kind: Kind
    name: str
    code: str = ""
    town: str = ""
    lat: float = math.nan
    lon: float = math.nan
    what: str = ""


@dataclass(frozen=True)
class _Entry:
    found: Found
    keys: tuple[str, ...]  # folded: each may be what is asked for
    romans: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()


@dataclass(frozen=True)
class PlaceIndex:
    """Names ready to be searched; made once per workspace.

    Parameters
    ----------
    without_reading
        Municipalities of which no reading is known: かな and Roman letters do not find them.
    """

    entries: tuple[_Entry, ...]
    prefectures: tuple[str, ...] = ()  # folded: 群馬県前橋市 is 前橋市
    box: tuple[float, float, float, float] | None = None  # west, south, east, north: positions are looked for in here
    without_reading: int = 0

    @classmethod
    def of(
        cls, towns: Iterable[Town], sites: Iterable[Site], *, box: tuple[float, float, float, float] | None = None
    ) -> PlaceIndex:
        """Make an index. Sites of one kind and name in one municipality that lie close together are one answer."""
        known = {town.code: town for town in towns}
        entries = [_town_entry(town) for town in known.values()]
        entries += [
            _Entry(Found("former", former.name, successor, known[successor].name, what=former.since), (folded(former.name),), codes=(code,))
            for code, former in former_municipalities().items()
            if (successor := rolled_up(former.successor)) in known
        ]  # fmt: skip
        entries += [
            _Entry(Found(site.kind, site.name, site.code, site.town, site.lat, site.lon, site.what), _site_keys(site))
            for site in _once_each(sites)
        ]
        prefectures = tuple({folded(town.prefecture) for town in known.values()} - {""})
        unread = sum(not _reading(town) for town in known.values())
        return cls(tuple(sorted(entries, key=lambda entry: KINDS.index(entry.found.kind))), prefectures, box, unread)

    def find(self, query: str, limit: int = 12) -> list[Found]:
        """What a text may mean, the likeliest first: whole names before beginnings before parts, municipalities before sites.

        Parameters
        ----------
        query
            A name or part of one in any writing, a reading in kana or Roman letters, a code of five or six digits or its
            beginning, or ``latitude, longitude``.
        limit
            Most answers.
        """
        position = self._position(query)
        if position is not None:
            return [position]
        plain = unicodedata.normalize("NFKC", query).strip()
        if plain.isdigit():
            return self._by_code(plain)[:limit]
        wanted, roman = folded(query), folded_romaji(query) if _is_roman(plain) else ""
        for prefecture in self.prefectures:
            wanted = wanted.removeprefix(prefecture) or wanted
        if not wanted:
            return []
        hits: list[tuple[int, bool, int, int, int]] = []
        for number, entry in enumerate(self.entries):
            rank = min((_rank(wanted, key) for key in entry.keys), default=_HOLDS + 1)
            if rank > _HOLDS and len(roman) >= _LEAST_ROMAN:
                rank = min((_rank(roman, key) for key in entry.romans), default=rank)
            if rank <= _HOLDS:
                found = entry.found
                hits.append((rank, not found.code, KINDS.index(found.kind), len(found.name), number))
        return [self.entries[hit[-1]].found for hit in sorted(hits)[:limit]]

    def _by_code(self, digits: str) -> list[Found]:
        whole = municipality_code(digits)
        asked = {digits, *([whole, rolled_up(whole)] if whole else [])}
        exact = [entry.found for entry in self.entries if asked & set(entry.codes)]
        return exact or [e.found for e in self.entries if any(code.startswith(digits) for code in e.codes)]

    def _position(self, query: str) -> Found | None:
        found = _POSITION.fullmatch(unicodedata.normalize("NFKC", query))
        if found is None:
            return None
        lat, lon = (float(part) for part in found.groups())
        if self.box is not None and not (self.box[0] <= lon <= self.box[2] and self.box[1] <= lat <= self.box[3]):
            return None
        return Found("position", f"{lat:.5f}, {lon:.5f}", lat=lat, lon=lon)


def _is_roman(text: str) -> bool:
    """Roman letters, with marks of length (Ōta) or without."""
    return "".join(sign for sign in unicodedata.normalize("NFKD", text) if not unicodedata.combining(sign)).isascii()


def _reading(town: Town) -> str:
    return folded(town.reading or READINGS.get(town.code, ""))


def _town_entry(town: Town) -> _Entry:
    reading = _reading(town)
    readings = (reading, _other_ending(reading)) if reading else ()
    names = (folded(town.name), *readings)
    keys = tuple(dict.fromkeys(key for name in names for key in (name, _stem(name)) if key))
    romans = tuple(dict.fromkeys(roman for each in readings if each for roman in (romaji(_stem(each)), romaji(each))))
    return _Entry(Found("municipality", town.name, town.code, town.name), keys, romans, (town.code,))


def _stem(name: str) -> str:
    """前橋 of 前橋市: what people type. A name of one character keeps its ending (津市)."""
    ending = next((end for end in ("市", "町", "村", "区", *_ENDINGS) if name.endswith(end)), "")
    return name.removesuffix(ending) if len(name) > len(ending) + 1 else name


def _other_ending(reading: str) -> str:
    ending = next((end for end in _BOTH_WAYS if reading.endswith(end)), "")
    return reading.removesuffix(ending) + _BOTH_WAYS[ending] if ending else ""


def _site_keys(site: Site) -> tuple[str, ...]:
    name = folded(site.name)
    if site.kind != "station":
        return (name,)
    return (name.removesuffix("駅") + "駅", name.removesuffix("駅"))


def _rank(wanted: str, key: str) -> int:
    if wanted == key:
        return _EXACT
    if key.startswith(wanted):
        return _STARTS
    return _HOLDS if wanted in key else _HOLDS + 1


def _once_each(sites: Iterable[Site]) -> Sequence[Site]:
    """One of several poles of a stop, or of the platforms of several lines at a station."""
    kept: dict[tuple[object, ...], Site] = {}
    for site in sites:
        if not site.name.strip() or not (np.isfinite(site.lat) and np.isfinite(site.lon)):
            continue
        near = () if site.kind == "station" else (round(site.lat, 2), round(site.lon, 2))
        kept.setdefault((site.kind, folded(site.name), site.code, site.what, *near), site)
    return list(kept.values())
