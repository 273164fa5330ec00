"""Regions by rule: touching neighbours, minutes by car, commuting, secondary medical areas (:mod:`explorer.medical_areas`).

Every function gives a region of the study area with the rule, its date and what a reader must know written into it, so that the
saved file tells how it came about. What cannot be told for a municipality never makes it a member, and is said in the note.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Final

import numpy as np

from explorer.centres import basis_text, minutes_between
from explorer.commuters import Commuters
from explorer.medical_areas import medical_area, medical_areas
from explorer.region_file import RegionError, SavedRegion, region_codes

if TYPE_CHECKING:
    from explorer.regions import Opened

__all__ = ["by_hand", "commuting", "medical_area", "medical_areas", "self_containment", "touching", "within_minutes"]

_MOST_MINUTES: Final = 600.0
_SHOWN: Final = 10


def by_hand(
    opened: Opened, codes: Sequence[str] | str, name: str = "", name_en: str = "", note: str = ""
) -> SavedRegion:
    """A region of chosen municipalities, ready to be saved; without a name it has those of its members.

    Raises
    ------
    UnknownCode
        A municipality is not in the study area, or none is given.
    """
    chosen, _ = region_codes(opened, codes)
    names = _names(opened)
    label = name or name_en or "・".join(names[code] for code in sorted(chosen))
    return SavedRegion(label, name_en, chosen, note, names=_only(names, chosen))


def touching(opened: Opened, codes: Sequence[str] | str) -> SavedRegion:
    """Some municipalities and all of the study area that share a border of some length with one of them.

    Raises
    ------
    UnknownCode
        A municipality is not in the study area, or none is given.
    """
    chosen, _ = region_codes(opened, codes)
    borders = opened.borders
    beside = borders["code_a"].isin(chosen) | borders["code_b"].isin(chosen)
    found = {*chosen, *borders.loc[beside, "code_a"], *borders.loc[beside, "code_b"]}
    names = _names(opened)
    core = [names[code] for code in sorted(chosen)]
    approximate = borders.loc[beside, "is_approximate"].any()
    note = (
        f"{_EDITIONS[0]} / {_EDITIONS[1]}"
        if approximate
        else "点だけで接する市区町村は含まない。 / Touching in a point only does not count."
    )
    return SavedRegion(
        f"{'・'.join(core)}と隣接市区町村",
        f"{', '.join(core)} and all that touch",
        sorted(found),
        note,
        _edition_of_boundaries(opened),
        f"touching({','.join(sorted(chosen))})",
        names=_only(names, found),
    )


def within_minutes(opened: Opened, code: str, minutes: float, mode: str = "drive") -> SavedRegion:
    """All municipalities from whose centre a municipality's own is reached within some minutes.

    The centre is the town hall where the workspace lists one, else the population-weighted centre
    (:mod:`explorer.centres`); the note says which. One-way streets count as they lie: it is the way to `code`.

    Parameters
    ----------
    minutes
        Above 0, up to 600; the limit itself is within.
    mode
        A mode of travel of the workspace.

    Raises
    ------
    UnknownCode
        The municipality or the mode is not in the workspace.
    NoWay
        The workspace has no streets.
    RegionError
        The minutes are none, or the municipality has no centre.
    """
    (core,) = _one(opened, code)
    if not (math.isfinite(minutes) and 0 < minutes <= _MOST_MINUTES):
        raise RegionError(
            f"{minutes} 分: 0より大きく {_MOST_MINUTES:g} までの数にしてください。 / "
            f"Minutes must be above 0 and up to {_MOST_MINUTES:g}."
        )
    centres = opened.centres
    names = _names(opened)
    basis = dict(zip(centres["code"], centres["basis"], strict=True))
    known = centres["code"].tolist()
    times = minutes_between(opened, known, [core], mode)[:, 0]
    if not basis[core] or np.isnan(times).all():
        raise RegionError(
            f"{core} {names[core]}: 役所も人の住む場所もないか、近くに道路がないため、所要時間を測れません。 / "
            "It has neither a town hall nor people, or no street near them: no travel time can be told."
        )
    found = {core, *(each for each, time in zip(known, times, strict=True) if time <= minutes)}
    unknown = [each for each, time in zip(known, times, strict=True) if np.isnan(time) and each != core]
    ja, en = basis_text([basis[each] for each in known if basis[each]])
    notes = [(f"{names[core]}までの時間。起終点: {ja}。", f"Time to {names[core]}; between: {en}.")]
    notes += _left_out("所要時間が分からず含めない", "Not included for want of a travel time", unknown, names)
    return SavedRegion(
        f"{names[core]}から{_number(minutes)}分圏",
        f"Within {_number(minutes)} minutes of {names[core]}",
        sorted(found),
        _joined(notes),
        "",
        f"within_minutes({core}, {_number(minutes)}, {mode})",
        names=_only(names, found),
    )


def commuting(opened: Opened, code: str, percent: float) -> SavedRegion:
    """A municipality and all of the study area of whose commuters some share goes there.

    The share is that of the outline of cooperation regions (連携中枢都市圏構想推進要綱): commuters to work and school to the centre ÷
    all who live in the municipality and work or go to school, its own included. The note tells how self-contained the region is.

    Parameters
    ----------
    percent
        Above 0, up to 100; the outline has 10. The limit itself counts.

    Raises
    ------
    UnknownCode
        The municipality is not in the study area.
    MissingSource
        The workspace has no table of commuting.
    RegionError
        The share is none.
    """
    (core,) = _one(opened, code)
    if not (math.isfinite(percent) and 0 < percent <= 100):
        raise RegionError(
            f"{percent} %: 0より大きく100までの数にしてください。 / The share must be above 0 and up to 100 percent."
        )
    flows = Commuters.of(opened)
    names = _names(opened)
    shares = {each: flows.share_percent(each, core) for each in names if each != core}
    found = {core, *(each for each, share in shares.items() if share >= percent)}
    unknown = [each for each, share in shares.items() if math.isnan(share)]
    residents, jobs = flows.self_containment(found)
    notes = [
        (
            f"圏域内で働き学ぶ人 {_percent(residents)}、圏域へ通う人のうち圏域に住む人 {_percent(jobs)}。",
            f"Self-containment: {_percent(residents)} of residents stay, {_percent(jobs)} of those who come live here.",
        ),
        *_left_out("通勤・通学の表になく含めない", "Not in the table, not included", unknown, names),
    ]
    return SavedRegion(
        f"{names[core]}への通勤・通学{_number(percent)}%圏",
        f"{_number(percent)} % commuting area of {names[core]}",
        sorted(found),
        _joined(notes),
        flows.as_of,
        f"commuting({core}, {_number(percent)}%)",
        names=_only(names, found),
    )


def self_containment(opened: Opened, codes: Sequence[str] | SavedRegion) -> tuple[float, float]:
    """Share of a region's commuters who stay in it, and of those who come that live in it, %: see :class:`Commuters`.

    Raises
    ------
    UnknownCode
        A municipality is not in the study area.
    MissingSource
        The workspace has no table of commuting.
    """
    return Commuters.of(opened).self_containment(region_codes(opened, codes)[0])


_EDITIONS: Final = (
    "境界の線が隣どうしで一致しない（版や簡略化の違い）。隣接は100m以内に並ぶ線で判断した。",
    "Boundaries do not coincide (another edition, or simplified): lines within 100 m of each other count as shared.",
)


def _one(opened: Opened, code: str) -> list[str]:
    codes, _ = region_codes(opened, code)
    if len(codes) != 1:
        raise RegionError(f"{code}: 中心となる市区町村を1つ指定してください。 / Name one municipality as the centre.")
    return codes


def _names(opened: Opened) -> dict[str, str]:
    table = opened.municipalities
    return dict(zip(table["code"].astype(str), table["name"].astype(str), strict=True))


def _only(names: Mapping[str, str], codes: Iterable[str]) -> dict[str, str]:
    return {code: names[code] for code in sorted(codes)}


def _left_out(ja: str, en: str, codes: Sequence[str], names: Mapping[str, str]) -> list[tuple[str, str]]:
    if not codes:
        return []
    shown = "、".join(f"{code} {names[code]}" for code in codes[:_SHOWN]) + (" …" if len(codes) > _SHOWN else "")
    return [(f"{ja}: {shown}。", f"{en}: {len(codes)}.")]


def _joined(notes: Sequence[tuple[str, str]]) -> str:
    return f"{''.join(ja for ja, _ in notes)} / {' '.join(en for _, en in notes)}"


def _edition_of_boundaries(opened: Opened) -> str:
    """Edition that all boundaries in use have in common; empty where they differ or do not tell."""
    sources = opened.workspace.manifest["sources"]
    editions = {source["edition"] for source in sources if source["kind"] == "n03" and source["used"]}
    return str(editions.pop()) if len(editions) == 1 else ""


def _number(value: float) -> str:
    return f"{value:g}"


def _percent(value: float) -> str:
    return "—" if math.isnan(value) else f"{value:.1f} %"
