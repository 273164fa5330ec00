"""From a question about sites to arrays: whom to serve, what they have, and what each candidate would give them."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from explorer.siting_candidates import CannotPlace, candidates_of
from explorer.siting_pairs import gains_of
from geodata.errors import UnknownCode
from geodata.kinds import CATEGORIES
from layers.measures import STRAIGHT

if TYPE_CHECKING:
    from explorer.regions import Opened
    from layers.siting import Gains

Objective = Literal["cover", "travel"]
OBJECTIVES: Final = ("cover", "travel")
# A way longer than this, or none at all, counts as this long, so that one hamlet behind the mountains does not decide alone.
HORIZON_MINUTES: Final = 120.0
HORIZON_STRAIGHT_M: Final = 50_000.0

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, kw_only=True)
class Question:
    """What is asked for; see :func:`explorer.siting.best_sites`."""

    category: str | None
    k: int
    mode: str
    limit: float | None = None
    objective: Objective = "cover"
    candidates: str | Path | pd.DataFrame = "schools"
    group: str = "total"
    year: int | None = None
    existing: bool = True
    beyond: tuple[str, float] | None = None
    spacing_m: float | None = None
    seconds: float = 30.0

    def checked(self) -> None:
        """Refuse what cannot be before anything is worked out.

        Raises
        ------
        CannotPlace
            A number of sites, limit or aim that cannot be.
        """
        if isinstance(self.k, bool) or self.k != int(self.k) or self.k < 1:
            raise CannotPlace(
                f"箇所数は1以上の整数で指定してください（指定: {self.k}）。 / The number of sites must be 1 or more, not {self.k}."
            )
        if self.objective not in OBJECTIVES:
            raise CannotPlace(
                f"目的は cover（圏内の人を最も多く）か travel（移動の合計を最も少なく）です（指定: {self.objective}）。 / "
                f"The objective is cover or travel, not {self.objective}."
            )
        needed = self.objective == "cover"
        for limit in [self.limit] if needed or self.limit is not None else []:
            if limit is None or not (math.isfinite(limit) and limit > 0):
                raise CannotPlace(
                    f"どこまでを圏内とするか（分またはm）を0より大きい数で指定してください（指定: {limit}）。 / "
                    f"Say how far counts as covered, in minutes or metres above 0 (given: {limit})."
                )
        if self.category is None and self.existing:
            raise CannotPlace(
                "今ある施設を数えるには、どのサービスかを指定してください（例 clinic）。新しい施設だけなら existing=False（--from-nothing）です。 / "
                "Name the service whose facilities count as existing (such as clinic), or start from nothing."
            )


@dataclass(frozen=True, eq=False)
class Problem:
    """Arrays over the places of a region where anybody counted lives.

    Parameters
    ----------
    codes
        Members, ascending.
    places
        (n,) rows of the places, ascending.
    people, area
        (n,) people to serve, and index into `codes`.
    base
        (n,) how far what exists is, in what the mode counts in; infinity where nothing is.
    without_street
        People per member who are not counted, since their places have no street.
    candidates
        :data:`explorer.siting_candidates.COLUMNS`, one row per candidate.
    gains
        What each candidate gives each of the places.
    notes
        What the reader should know, both languages.
    """

    opened: Opened
    question: Question
    codes: tuple[str, ...]
    places: npt.NDArray[np.int64]
    people: Floats
    area: npt.NDArray[np.int64]
    base: Floats
    without_street: Floats
    candidates: pd.DataFrame
    gains: Gains
    notes: tuple[str, ...]

    @cached_property
    def area_of_candidate(self) -> npt.NDArray[np.int64]:
        """Index into `codes` of each candidate; -1 outside the region."""
        return pd.Index(self.codes).get_indexer(pd.Index(self.candidates["municipality_code"]))

    def distances(self, rows: npt.NDArray[np.integer]) -> Floats:
        """(n, sites) from every place to some candidates; infinity beyond the horizon."""
        far = np.full((len(self.places), len(rows)), np.inf)
        if not len(rows):
            return far
        chosen = self.candidates.iloc[rows]
        found = self.opened.services().within_of_points(
            chosen["lon"], chosen["lat"], self.question.mode, horizon(self.opened, self.question), places=self.places
        )
        far[np.searchsorted(self.places, found.place), found.site] = found.distance
        return far


def horizon(opened: Opened, question: Question) -> float:
    """The longest way that is told from none, in what the mode counts in; never below the limit."""
    longest = (
        HORIZON_STRAIGHT_M
        if question.mode == STRAIGHT
        else opened.services().limit_of(question.mode, minutes=HORIZON_MINUTES)
    )
    return max(longest, question.limit or 0.0)


def per_unit(opened: Opened, mode: str) -> float:
    """What the mode counts in, for each minute (each metre for straight lines)."""
    return 1.0 if mode == STRAIGHT else opened.services().limit_of(mode, minutes=1.0)


def problem_of(opened: Opened, codes: list[str], question: Question) -> Problem:
    """Put a question into arrays.

    Raises
    ------
    CannotPlace
        Nobody to serve, no candidates, or fewer than sites.
    UnknownCode
        No such municipality, service, mode, age group or year.
    """
    question.checked()
    services = opened.services()
    members = tuple(sorted(codes))
    if question.mode not in services.modes:
        raise UnknownCode(
            f"移動手段 {question.mode} はこのワークスペースにありません。あるもの: {'、'.join(services.modes)} / "
            f"No such mode of travel; there are: {', '.join(services.modes)}."
        )
    notes: list[str] = []
    people, area = _people(opened, members, question, notes)
    on_street = services.places_on_street(question.mode)
    without = np.bincount(area[~on_street & (area >= 0)], people[~on_street & (area >= 0)], len(members))
    if without.sum() > 0:
        notes.append(
            f"道路が近くにない {without.sum():,.0f} 人は数えていません。 / {without.sum():,.0f} people without a street near are not counted."
        )
    asked = np.where(on_street, people, 0.0)
    if question.beyond is not None:
        asked = _beyond(opened, members, question.beyond, question.mode, area, asked, notes)
    places = np.flatnonzero(asked > 0)
    if not len(places):
        raise CannotPlace(
            "対象になる人がいません（圏域に人が住んでいないか、全員がすでに圏内か、道路がありません）。 / "
            "There is nobody to serve: no people live in the region, all have it within reach, or there are no streets."
        )
    base = _base(opened, members, question, notes)[places]
    candidates = _on_streets(opened, candidates_of(opened, members, question.candidates, asked), question, notes)
    cap = horizon(opened, question)
    candidates, gains = gains_of(opened, question, candidates, places, base, asked[places], cap, notes)
    if question.k > len(candidates):
        raise CannotPlace(
            f"候補地は {len(candidates)} 件で、{question.k} か所は選べません。箇所数を減らすか、候補を増やしてください。 / "
            f"There are {len(candidates)} candidates, too few for {question.k} sites."
        )
    return Problem(
        opened=opened,
        question=question,
        codes=members,
        places=places,
        people=asked[places],
        area=area[places],
        base=base,
        without_street=without.astype(np.float64),
        candidates=candidates,
        gains=gains,
        notes=tuple(notes),
    )


def _people(
    opened: Opened, members: tuple[str, ...], question: Question, notes: list[str]
) -> tuple[Floats, npt.NDArray[np.int64]]:
    """People of every place that count, 0 outside the region; and the member each place lies in, -1 outside."""
    services = opened.services()
    number = np.full(len(services.area_codes) + 1, -1)
    number[[services.area_codes.index(code) for code in members]] = np.arange(len(members))
    area = number[services.area_of_place]
    people = _of_group(opened, question)
    people = np.where(area >= 0, people, 0.0)
    unknown = np.isnan(people)
    if unknown.any():
        towns = [members[each] for each in np.unique(area[unknown])]
        if np.nansum(people) == 0:
            raise CannotPlace(
                f"{question.year}年の人口がこの圏域（{'、'.join(towns)}）にありません。 / "
                f"People of {question.year} are not known in this region ({', '.join(towns)})."
            )
        notes.append(
            f"{question.year}年の人口が分からない市区町村の人は数えていません: {'、'.join(towns)} / "
            f"People of {question.year} are not known, and not counted, in {', '.join(towns)}."
        )
    return np.nan_to_num(people), area


def _of_group(opened: Opened, question: Question) -> Floats:
    if question.year is None:
        people = opened.conditions.people
        if question.group not in people:
            raise UnknownCode(
                f"年齢区分 {question.group} の人口はこのワークスペースにありません。あるもの: {'、'.join(people)} / "
                f"No such age group here: {question.group}; there are: {', '.join(people)}."
            )
        return np.asarray(people[question.group], dtype=np.float64)
    name = f"people_{question.year}_{question.group}"
    values = opened.conditions.place_values.get(name)
    if values is None:
        there = [each.split("_", 2)[1:] for each in opened.conditions.place_values if re.match(r"people_\d{4}_", each)]
        years, groups = (", ".join(sorted({each[part] for each in there})) or "–" for part in (0, 1))
        raise UnknownCode(
            f"{question.year}年・{question.group} の将来人口はこのワークスペースにありません。年: {years}。年齢区分: {groups} / "
            f"No projection for {question.year} and {question.group} here. Years: {years}; age groups: {groups}."
        )
    return np.asarray(values, dtype=np.float64)


def _beyond(
    opened: Opened,
    members: tuple[str, ...],
    beyond: tuple[str, float],
    mode: str,
    area: npt.NDArray[np.int64],
    people: Floats,
    notes: list[str],
) -> Floats:
    """People farther from a service than some distance. Where no list tells of it nobody knows who they are."""
    service, limit = beyond
    if not (math.isfinite(limit) and limit > 0):
        raise CannotPlace(
            f"圏外とする距離は0より大きい数にしてください（指定: {limit}）。 / The distance beyond which people count must be above 0, not {limit}."
        )
    far = opened.services().nearest(service, mode).distance
    unlisted = _unlisted(opened, members, service, mode)
    if unlisted.all():
        raise CannotPlace(
            f"この圏域には {service} の一覧がなく、圏外の人が分かりません。一覧を加えて explorer build をやり直してください。 / "
            f"No list of {service} covers this region, so nobody knows who is beyond its reach. Add one and build again."
        )
    if unlisted.any():
        names = "、".join(code for code, lacks in zip(members, unlisted, strict=True) if lacks)
        notes.append(
            f"{service} の一覧がない市区町村の人は数えていません: {names} / People of towns without a list of {service} are not counted: {names}."
        )
    _tell_of_thin_lists(opened, members, service, notes)
    return np.where((far > limit) & (area >= 0) & ~unlisted[area], people, 0.0)


def _tell_of_thin_lists(opened: Opened, members: tuple[str, ...], service: str, notes: list[str]) -> None:
    """Shops of which a list holds far fewer than there must be: whoever seems to be without one may have one."""
    if service not in CATEGORIES or not opened.workspace.has_table("completeness"):
        return
    table = opened.workspace.table("completeness")
    kinds, towns = (table[name].astype(str) for name in ("kind", "municipality_code"))
    thin = table[kinds.isin(CATEGORIES[service].kinds) & towns.isin(members) & table["is_low"].astype(bool)]
    if len(thin):
        names = "、".join(sorted(set(thin["municipality_code"].astype(str))))
        listed, expected = (float(thin[name].sum()) for name in ("listed", "yardstick"))
        notes.append(
            f"{service} の一覧は店が足りません（{names}: 目安 約{expected:,.0f} 店のうち {listed:,.0f} 店）。今ある店を見落として選んでいるおそれがあります。 / "
            f"The list of {service} lacks shops ({names}: {listed:,.0f} of about {expected:,.0f}), so that people may have one that is not seen here."
        )


def _unlisted(opened: Opened, members: tuple[str, ...], service: str, mode: str) -> npt.NDArray[np.bool_]:
    """(n_members,) whether no list tells of a service there."""
    reason = opened.conditions.why_missing(service, mode)
    codes = opened.services().area_codes
    return np.array([bool(reason[codes.index(code)]) for code in members])


def _base(opened: Opened, members: tuple[str, ...], question: Question, notes: list[str]) -> Floats:
    """How far what exists is, for every place."""
    services = opened.services()
    if question.category is not None and question.category not in services.categories:
        services.sites(question.category)  # says what there is
    if not question.existing or question.category is None:
        return np.full(len(services.area_of_place), np.inf)
    _tell_of_thin_lists(opened, members, question.category, notes)
    lacks = _unlisted(opened, members, question.category, question.mode)
    unlisted = [code for code, lacking in zip(members, lacks, strict=True) if lacking]
    if unlisted:
        notes.append(
            f"{question.category} の一覧がそろっていない市区町村があり、今ある施設を見落としている可能性があります: {'、'.join(unlisted)} / "
            f"No complete list of {question.category} here, so that existing ones may be missing: {', '.join(unlisted)}."
        )
    return services.nearest(question.category, question.mode).distance.astype(np.float64)


def _on_streets(opened: Opened, candidates: pd.DataFrame, question: Question, notes: list[str]) -> pd.DataFrame:
    found = opened.services().on_street(candidates["lon"], candidates["lat"], question.mode)
    if found.all():
        return candidates
    lost = candidates[~found]
    names = "、".join(
        f"{row.site_id} {row.name_}".strip() for row in lost.head(5).rename(columns={"name": "name_"}).itertuples()
    )
    if not found.any():
        raise CannotPlace(
            f"どの候補地の近くにも {question.mode} で使える道路がありません（{names} など {len(lost)} 件）。位置を確かめてください。 / "
            f"None of the {len(lost)} candidates has a street for {question.mode} near ({names}). Check their positions."
        )
    notes.append(
        f"近くに道路のない候補地 {len(lost)} 件を除きました: {names} / {len(lost)} candidates without a street near are left out: {names}."
    )
    return candidates[found].reset_index(drop=True)
