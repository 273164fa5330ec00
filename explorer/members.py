"""Members of a region in the order of their codes, and why a service cannot be told of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import numpy.typing as npt

from explorer.service_limits import check_category
from layers.conditions import REASONS

if TYPE_CHECKING:
    from pathlib import Path

    from explorer.region_file import SavedRegion
    from explorer.regions import Opened

    Asked = Sequence[str] | SavedRegion | Path | str  # what Opened.region takes

NO_SITE: Final = (
    "一覧はあるが、この種類の施設が周囲を含めて一つもない / the lists have no site of this service, here or around"
)


@dataclass(frozen=True)
class Members:
    """Members of a region.

    Parameters
    ----------
    area
        (n,) their positions among the areas of the workspace, ascending: whatever order they were named in.
    codes, names
        In the same order.
    name
        Of the region; without one of its own, those of the members joined.
    area_count
        Areas of the workspace.
    """

    area: npt.NDArray[np.int64]
    codes: list[str]
    names: list[str]
    name: str
    area_count: int

    @classmethod
    def of(cls, opened: Opened, codes: Asked) -> Members:
        """The members of a region; wards count as their city.

        Raises
        ------
        UnknownCode
            A code is not in the study area, or none is given.
        """
        table = opened.municipalities
        region = opened.region(codes)
        rows = np.flatnonzero(table["code"].isin(region.codes).to_numpy())
        names = table["name"].iloc[rows].tolist()
        title = getattr(region, "title", "") or "・".join(names)
        return cls(rows.astype(np.int64), table["code"].iloc[rows].tolist(), names, title, len(table))

    @property
    def mask(self) -> npt.NDArray[np.bool_]:
        """Bool (area_count,), which areas are members."""
        return np.isin(np.arange(self.area_count), self.area)


@dataclass(frozen=True)
class Known:
    """What can be told of a service.

    Parameters
    ----------
    reasons
        (n,) why nothing can be told of a member, ``ja / en``; ``""`` where it can.
    region
        The same of all of them together.
    remark
        What a reader of the members that can be told of must know: ``""``, or that sites of others are not listed.
    """

    reasons: list[str]
    region: str
    remark: str

    @property
    def told(self) -> npt.NDArray[np.bool_]:
        """Bool (n,)."""
        return np.array([not reason for reason in self.reasons], dtype=bool)


def known_of(opened: Opened, members: Members, category: str, mode: str, people: npt.NDArray[np.float64]) -> Known:
    """What can be told of a service in a region.

    Parameters
    ----------
    people
        (n,) of the members.

    Raises
    ------
    UnknownCode
        There is no such service.
    """
    check_category(category)
    conditions = opened.conditions
    if category not in opened.services().categories:
        is_listed = category in conditions.surveyed and bool(conditions.surveyed[category].any())
        reason = NO_SITE if is_listed else _spelled("no_source")
        return Known([reason] * len(members.codes), reason, "")
    keys = conditions.why_missing(category, mode)[members.area]
    reasons = [_spelled(key) if key else "" for key in keys.tolist()]
    unlisted = [name for name, reason in zip(members.names, reasons, strict=True) if reason]
    region = remark = ""
    if unlisted:
        names = "、".join(unlisted)
        region = f"施設の一覧に含まれない市区町村がある: {names} / the lists do not cover: {names}"
        remark = (
            f"{names} の施設は一覧になく、数えていない（実際はこの値以上） / "
            f"sites in {names} are in no list and not counted: at least this"
        )
    reasons = [
        reason or ("" if count > 0 else _spelled("no_people"))
        for reason, count in zip(reasons, people.tolist(), strict=True)
    ]
    return Known(reasons, region or ("" if people.sum() > 0 else _spelled("no_people")), remark)


def _spelled(key: str) -> str:
    return " / ".join(REASONS[key])
