"""Which services a region is looked at for, their names, and the limits when nobody sets one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from geodata.errors import ExplorerError, UnknownCode
from geodata.kinds import CATEGORIES
from layers.measures import is_in_metres

if TYPE_CHECKING:
    from collections.abc import Sequence

    from explorer.services import Services

STOPS: Final[dict[str, tuple[str, str]]] = {
    "station": ("鉄道駅", "Railway station"),
    "stop": ("バス停", "Bus stop"),
    "stop30": ("バス停（1日30本以上）", "Bus stop with 30 or more departures a day"),
}
# One or two for every part of daily life, in the order of the themes; all others can be asked for by name.
USUAL_SERVICES: Final = (
    *("food_shop", "supermarket", "convenience"),
    *("medical", "hospital", "clinic", "pharmacy"),
    *("station", "stop", "stop30"),
    *("elderly_welfare", "nursery", "elementary_school", "junior_high_school", "high_school"),
    *("post_office", "bank", "town_hall", "library", "community_centre", "fuel", "park"),
)
# 国土交通省「都市構造の評価に関するハンドブック」(2014; 2018): general walking area, and that of bus stops.
WALKING_M: Final = 800.0
STOP_M: Final = 300.0
# Settings of this project without an official source, editable everywhere: the "15-minute city", and half an hour for what
# a town of some size has one of.
MINUTES: Final = 15.0
FAR_MINUTES: Final = 30.0
_FAR: Final = ("hospital", "high_school", "special_needs_school", "higher_education", "department_store", "library")


class BadLimit(ExplorerError, ValueError):
    """A limit that is no distance and no time."""


def limit_or_default(services: Services, category: str, mode: str, limit: float | None) -> float:
    """The limit that was asked for, or without one that of :func:`default_limit`.

    Raises
    ------
    UnknownCode
        No such service, or a mode that the workspace does not have.
    BadLimit
        The limit is negative or not a number: with it everybody would seem to be beyond reach.
    """
    usual = default_limit(services, category, mode)
    if limit is not None:
        check_limit(limit)
    return usual if limit is None else float(limit)


def check_limit(limit: float) -> None:
    """Refuse a limit that cannot be.

    Raises
    ------
    BadLimit
        It is negative or not a number.
    """
    if not limit >= 0:
        raise BadLimit(
            f"しきい値 {limit}: 0以上の数（直線・徒歩は m、ほかは秒）にしてください。 / "
            f"Limit {limit}: give a number of 0 or more (metres in a straight line and on foot, else seconds)."
        )


def default_limit(services: Services, category: str, mode: str) -> float:
    """The limit of a service where nobody sets one, in what the mode counts in (metres or seconds).

    Raises
    ------
    UnknownCode
        No such service, or a mode that the workspace does not have.
    """
    check_category(category)
    check_mode(services, mode)
    if is_in_metres(mode):
        return STOP_M if category in {"stop", "stop30"} else WALKING_M
    return services.limit_of(mode, minutes=FAR_MINUTES if category in _FAR else MINUTES)


def usual_services(services: Services) -> list[str]:
    """Those of :data:`USUAL_SERVICES` that have a site in the workspace."""
    present = set(services.categories)
    return [category for category in USUAL_SERVICES if category in present]


def asked_services(services: Services, categories: Sequence[str] | None) -> list[str]:
    """The services that were asked for, each once; the usual ones without.

    Raises
    ------
    UnknownCode
        There is no such service at all. One that exists and has no site is not refused: it gets a reason.
    """
    if categories is None:
        return usual_services(services)
    for category in categories:
        check_category(category)
    return list(dict.fromkeys(categories))


def check_category(category: str) -> None:
    """Refuse what is no service.

    Raises
    ------
    UnknownCode
        There is no such service.
    """
    if category not in CATEGORIES and category not in STOPS:
        known = "、".join([*CATEGORIES, *STOPS])
        raise UnknownCode(
            f"サービス {category} はありません。あるもの: {known} / There is no service {category}. Known: {known}."
        )


def check_mode(services: Services, mode: str) -> None:
    """Refuse a mode that the workspace does not have.

    Raises
    ------
    UnknownCode
        There is no such mode.
    """
    if mode not in services.modes:
        raise UnknownCode(
            f"移動手段 {mode} はこのワークスペースにありません。あるもの: {'、'.join(services.modes)} / "
            f"No such mode of travel; there are: {', '.join(services.modes)}."
        )


def service_name(category: str) -> tuple[str, str]:
    """Name of a service, Japanese and English."""
    if category in STOPS:
        return STOPS[category]
    found = CATEGORIES.get(category)
    return (found.ja, found.en) if found is not None else (category, category)
