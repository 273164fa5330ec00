"""What may open, close or move: facilities and stops of a workspace by their ids, and the categories they count in."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Final

import numpy as np
import numpy.typing as npt

from explorer.steps.distances import Rows
from explorer.steps.service_distances import rows_by_category as facility_rows
from explorer.steps.transport_distances import rows_by_category as stop_rows
from geodata.errors import UnknownCode
from geodata.kinds import CATEGORIES, KINDS, TRAITS
from layers.transport import KEY_DEPARTURES

if TYPE_CHECKING:
    import geopandas as gpd

Opened = tuple[str, float, float]  # kind, longitude, latitude (degrees, JGD2011)
# Stops by what they are called here: which categories of distances a new one counts in.
STOP_CATEGORIES: Final = {"station": ("station",), "stop": ("stop",), "stop30": ("stop", "stop30")}
KEY_STOP: Final = "stop30"
ONLY: Final = "only:"  # before a category: a site that is there already and counts in this category too from now on


@dataclass(frozen=True, eq=False)
class Sites:
    """Facilities and stops in one numbering.

    Parameters
    ----------
    ids
        (s,) ``facility_id`` or ``stop_id``; empty for what was opened in a question.
    group_ids
        (s,) ``group_id`` of stops, else empty: closing a group closes all its poles.
    lon, lat
        float64 (s,), degrees.
    members
        Category → rows of the sites that count in it.
    kinds
        (s,) kind of facility, with ``:trait`` for each trait that it has, or the narrowest of :data:`STOP_CATEGORIES`.
    """

    ids: npt.NDArray[np.object_]
    group_ids: npt.NDArray[np.object_]
    lon: npt.NDArray[np.float64]
    lat: npt.NDArray[np.float64]
    members: Mapping[str, Rows]
    kinds: npt.NDArray[np.object_]

    @classmethod
    def of(cls, facilities: gpd.GeoDataFrame, stops: gpd.GeoDataFrame) -> Sites:
        """The facilities of a workspace, and after them its stops, each in the categories that the build counted it in."""
        of_stops = {name: rows + len(facilities) for name, rows in stop_rows(stops).items()}
        kinds = [*_kinds_with_traits(facilities), *[""] * len(stops)]
        for name in STOP_CATEGORIES:  # the narrowest comes last
            for row in of_stops.get(name, ()):
                kinds[row] = name
        return cls(
            ids=np.array([*facilities["facility_id"], *stops["stop_id"]], dtype=object),
            group_ids=np.array([*[""] * len(facilities), *stops["group_id"]], dtype=object),
            lon=np.concatenate([facilities.geometry.x, stops.geometry.x]),
            lat=np.concatenate([facilities.geometry.y, stops.geometry.y]),
            members={**facility_rows(facilities), **of_stops},
            kinds=np.array(kinds, dtype=object),
        )

    def __len__(self) -> int:
        """Number of sites."""
        return int(self.lon.size)

    @cached_property
    def _rows_of(self) -> dict[str, list[int]]:
        found: dict[str, list[int]] = {}
        for row, names in enumerate(zip(self.ids, self.group_ids, strict=True)):
            for name in dict.fromkeys(names):
                if name:
                    found.setdefault(name, []).append(row)
        return found

    def has(self, name: str) -> bool:
        """Whether there is a facility, stop or group of stops with this id."""
        return name in self._rows_of

    def rows(self, ids: Iterable[str]) -> Rows:
        """Rows of facilities, stops or groups of stops.

        Raises
        ------
        UnknownCode
            There is none with this id.
        """
        wanted = list(ids)
        unknown = [str(name) for name in wanted if name not in self._rows_of]
        if unknown:
            some = "、".join(list(self._rows_of)[:3])
            raise UnknownCode(
                f"施設・停留所 {'、'.join(unknown)} はこのワークスペースにありません。表 facilities の facility_id、または表 stops の"
                f" stop_id・group_id を指定してください（例: {some}）。 / No such facility or stop: {', '.join(unknown)}. "
                "Give a facility_id of the table facilities, or a stop_id or group_id of the table stops."
            )
        return np.unique(np.array([row for name in wanted for row in self._rows_of[name]], dtype=np.int64))

    def groups(self, group_ids: Iterable[str]) -> Rows:
        """Rows of the poles of some groups of stops; unknown groups have none."""
        return np.flatnonzero(np.isin(self.group_ids.astype(str), [name for name in group_ids if name]))

    def with_departures(self, departures: Mapping[str, float]) -> tuple[npt.NDArray[np.object_], Rows, Rows]:
        """What the kinds are once groups of stops have other departures a weekday, who leaves stop30, and who joins it."""
        nobody = np.empty(0, np.int64)
        if not departures:
            return self.kinds, nobody, nobody
        bus = np.zeros(len(self), dtype=bool)
        bus[self.members.get("stop", nobody)] = True
        rows = self.groups(departures)
        rows = rows[bus[rows]]
        often = np.array([departures[self.group_ids[row]] >= KEY_DEPARTURES for row in rows], dtype=bool)
        was = self.kinds[rows] == KEY_STOP
        kinds = self.kinds.copy()
        kinds[rows] = np.where(often, KEY_STOP, "stop")
        return kinds, rows[was & ~often], rows[~was & often]

    def with_opened(self, opened: Sequence[Opened]) -> Sites:
        """These sites, and after them new ones."""
        rows = np.arange(len(self), len(self) + len(opened))
        added: dict[str, list[int]] = {}
        for row, (kind, _, _) in zip(rows.tolist(), opened, strict=True):
            for category in categories_of(kind):
                added.setdefault(category, []).append(row)
        nobody = np.full(len(opened), "", dtype=object)
        new = {
            name: np.concatenate([self.members.get(name, np.empty(0, np.int64)), numbers])
            for name, numbers in added.items()
        }
        return replace(
            self,
            ids=np.concatenate([self.ids, nobody]),
            group_ids=np.concatenate([self.group_ids, nobody]),
            lon=np.concatenate([self.lon, [float(lon) for _, lon, _ in opened]]),
            lat=np.concatenate([self.lat, [float(lat) for _, _, lat in opened]]),
            members={**self.members, **new},
            kinds=np.concatenate([self.kinds, np.array([kind for kind, _, _ in opened], dtype=object)]),
        )


def categories_of(kind: str) -> list[str]:
    """Categories in which a facility of a kind (``clinic``, or ``clinic:medicine_or_surgery``), or a stop, counts."""
    if kind.startswith(ONLY):
        return [kind.removeprefix(ONLY)]
    plain, *traits = kind.split(":")
    return [
        *STOP_CATEGORIES.get(kind, ()),
        *(
            name
            for name, category in CATEGORIES.items()
            if plain in category.kinds and (not category.trait or category.trait in traits)
        ),
    ]


def _kinds_with_traits(facilities: gpd.GeoDataFrame) -> list[str]:
    """Kind of each facility, and after it the traits that it has: moved, it counts in the same categories as before."""
    return [
        ":".join([str(kind), *(word for word in str(traits or "").split() if word in TRAITS)])
        for kind, traits in zip(facilities["kind"], facilities["traits"], strict=True)
    ]


def is_in_japan(lon: float, lat: float) -> bool:
    """Whether a position in degrees can be in Japan; NaN is not."""
    return 120 <= lon <= 155 and 20 <= lat <= 46


def checked(kind: str, lon: float, lat: float) -> Opened:
    """What is to open, as long as it can be.

    Raises
    ------
    UnknownCode
        A kind that does not exist.
    ValueError
        A position that cannot be.
    """
    plain, *traits = kind.split(":")
    if (plain not in KINDS or not set(traits) <= TRAITS.keys()) and kind not in STOP_CATEGORIES:
        raise UnknownCode(
            f"施設の種類 {kind} はありません。あるもの: {'、'.join([*KINDS, *STOP_CATEGORIES])} / "
            f"No such kind of facility: {kind}."
        )
    if not is_in_japan(lon, lat):
        raise ValueError(
            f"位置（経度 {lon}, 緯度 {lat}）は日本の中にありません。（種類, 経度, 緯度）の順に指定してください。 / "
            f"Longitude {lon}, latitude {lat} is not in Japan. Give (kind, longitude, latitude)."
        )
    return kind, float(lon), float(lat)
