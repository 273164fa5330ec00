"""What is compared: municipalities, and regions of several of them, each with a name and a key."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from explorer.region_file import SUFFIX, SavedRegion, read_regions, region_codes
from explorer.words import Language, either, word
from geodata.codes import parse_codes
from geodata.errors import ExplorerError

if TYPE_CHECKING:
    from explorer.regions import Opened

FEWEST: Final = 2
MOST: Final = 60
JOIN: Final = "+"  # between the codes of a region
_NAMED: Final = 2  # members that the name of a nameless region lists

AskedArea = str | Path | SavedRegion | Sequence[str]


class AreasError(ExplorerError, ValueError):
    """Too few areas to compare, or too many to read."""


@dataclass(frozen=True)
class Area:
    """A municipality, or a region of several pooled.

    Parameters
    ----------
    key
        The code; of a region its codes joined by ``+``, so that a table names it without a file beside it.
    names
        Japanese and English.
    codes
        Of the members; the municipality's own.
    """

    key: str
    names: tuple[str, str]
    codes: tuple[str, ...]
    is_region: bool = False

    def name(self, language: Language) -> str:
        """Without the code, for pictures."""
        return either(self.names, language)

    def label(self, language: Language) -> str:
        """With the code for a municipality, with the number of members for a region."""
        if self.is_region:
            return word("cmp_region_label", language, name=self.name(language), n=len(self.codes))
        return word("name_and_code", language, name=self.name(language), code=self.key)


def areas_of(opened: Opened, asked: str | Sequence[AskedArea]) -> tuple[Area, ...]:
    """Areas to compare, in the order given, each once.

    Parameters
    ----------
    asked
        Codes of municipalities, ``+`` between those of a region, saved regions, and paths of region files (all regions of a
        file); as a sequence, or as one text with commas between them. A sequence of codes within the sequence is a region.

    Raises
    ------
    AreasError
        Fewer than two, or more than sixty.
    UnknownCode
        A municipality is not in the study area.
    RegionError
        The file of a region cannot be used.
    """
    found = every_area(opened, asked)
    if not FEWEST <= len(found) <= MOST:
        raise AreasError(
            f"{len(found)} 件: 比べる市区町村・圏域は{FEWEST}〜{MOST}件にしてください（10201,10202,10203+10212 のように書きます）。 / "
            f"Compare {FEWEST} to {MOST} municipalities or regions, not {len(found)} (written as 10201,10202,10203+10212)."
        )
    return found


def every_area(opened: Opened, asked: str | Sequence[AskedArea]) -> tuple[Area, ...]:
    """The same without a limit to their number.

    Raises
    ------
    UnknownCode
        A municipality is not in the study area.
    RegionError
        The file of a region cannot be used.
    """
    parts: Sequence[AskedArea] = asked.replace("、", ",").split(",") if isinstance(asked, str) else asked
    areas: dict[tuple[str, bool], Area] = {}
    for part in parts:
        if isinstance(part, str) and not part.strip():
            continue
        for area in _areas(opened, part):
            areas.setdefault((area.key, area.is_region), area)
    return tuple(areas.values())


def _areas(opened: Opened, part: AskedArea) -> list[Area]:
    if isinstance(part, SavedRegion):
        return [_region(opened, part)]
    if isinstance(part, Path) or (isinstance(part, str) and part.strip().lower().endswith(SUFFIX)):
        return [_region(opened, region) for region in read_regions(part.strip() if isinstance(part, str) else part)]
    if isinstance(part, str) and JOIN not in part:
        codes, _ = region_codes(opened, parse_codes(part))
        names = _names(opened)
        return [Area(code, (names[code], names[code]), (code,)) for code in codes]
    listed = parse_codes(part.replace(JOIN, ",")) if isinstance(part, str) else list(part)
    return [_region(opened, listed)]


def _region(opened: Opened, asked: SavedRegion | list[str]) -> Area:
    codes, _ = region_codes(opened, asked)
    members = tuple(sorted(codes))
    if isinstance(asked, SavedRegion):
        names = asked.name or asked.name_en, asked.name_en or asked.name
    else:
        names = _joined(opened, members, "ja"), _joined(opened, members, "en")
    return Area(JOIN.join(members), names, members, is_region=True)


def _joined(opened: Opened, codes: tuple[str, ...], language: Language) -> str:
    """Names of the first members of a region without a name, the others counted."""
    names = _names(opened)
    shown = "・".join(names[code] for code in codes[:_NAMED])
    more = len(codes) - _NAMED
    return word("cmp_and_others", language, names=shown, n=more) if more > 0 else shown


def _names(opened: Opened) -> dict[str, str]:
    table = opened.municipalities
    return dict(zip(table["code"].astype(str), table["name"].astype(str), strict=True))
