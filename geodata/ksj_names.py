"""What the file names of 国土数値情報 say: data set, edition, prefecture (``P29-23_10.geojson``, ``N03-20240101``)."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, Final

from geodata.archive import RawFile
from geodata.codes import PREFECTURES

KSJ_NAME: Final = re.compile(r"^([A-Z]\d{2}[a-z]?\d?)-(\d{2,8})", re.IGNORECASE)
_FLOOD: Final = re.compile(r"A31b-(?:\d{2}-)?(\d{2})_\d{2}_\d{4}", re.IGNORECASE)  # A31b-20-23_10_5438
_PREFECTURE_IN_NAME: Final = re.compile(r"_(\d{2})(?=[_.\-]|$)")


def ksj_edition(name: str) -> str:
    """``2024-01-01`` from N03-20240101, ``2023`` from P29-23; ``""`` where the name says nothing."""
    flood = _FLOOD.search(name)
    if flood is not None:
        return f"20{flood.group(1)}"
    match = re.search(r"[A-Za-z]\d{2}[a-z]?\d?-(\d{8}|\d{2})(?:_(\d{6}))?(?!\d)", name)
    if match is None:
        year = re.search(r"(?<!\d)(20[0-4]\d)(?!\d)", name)
        return year.group(1) if year else ""
    digits = match.group(1)
    if len(digits) == 8:
        return iso_date(digits)
    return f"20{digits}"


def prefecture_detail(raw: RawFile) -> dict[str, Any]:
    """The prefecture in the name, as an entry of ``details``."""
    code = prefecture_in(raw.name)
    return {"prefectures": [code]} if code else {}


def prefecture_in(name: str) -> str | None:
    """Two-digit code of the prefecture in a file name, or None."""
    if _FLOOD.search(name):  # its numbers tell who manages the rivers, and the grid square
        return None
    for code in _PREFECTURE_IN_NAME.findall(Path(name).stem):
        if code in PREFECTURES:
            return str(code)
    return None


def prefecture_text(name: str) -> str:
    """Name of the prefecture in a file name, or ``""``."""
    code = prefecture_in(name)
    return PREFECTURES[code] if code else ""


def iso_date(day: str) -> str:
    """``2024-01-01`` from ``20240101``."""
    return f"{day[:4]}-{day[4:6]}-{day[6:8]}"
