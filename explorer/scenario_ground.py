"""What scenarios can name in a workspace: sites and their names, lines, municipalities."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from explorer.scenario_stops import StopLines

if TYPE_CHECKING:
    import numpy.typing as npt

    from explorer.regions import Opened as OpenedWorkspace
    from explorer.scenario_edits import Point


class Ground:
    """What edits can name in a workspace; made once for all scenarios."""

    def __init__(self, opened: OpenedWorkspace) -> None:
        self.opened = opened
        self.live = opened.live()
        self.sites = self.live.sites
        facilities, stops = (opened.workspace.table(name) for name in ("facilities", "stops"))
        names = [*facilities["name"].astype(object).fillna(""), *stops["name"].astype(object).fillna("")]
        self.names: npt.NDArray[np.object_] = np.array([str(name) for name in names], dtype=object)
        self.facility_count = len(facilities)
        self.lines = StopLines.of(opened.workspace)
        self._municipalities: Any = opened.workspace.table("municipalities")
        table = self._municipalities
        self.name_of = dict(zip(table["code"].astype(str), table["name"].astype(str), strict=True))

    @cached_property
    def place_positions(self) -> npt.NDArray[np.float64]:
        """(n_places, 2), longitude and latitude of the places."""
        table: Any = self.opened.workspace.table("places")
        return np.stack([table.geometry.x.to_numpy(), table.geometry.y.to_numpy()], axis=1)

    def codes_at(self, points: Iterable[Point]) -> list[str]:
        """Municipality of each position, halo included; empty in the sea and beyond."""
        from geodata.municipalities import municipality_of

        given = list(points)
        if not given:
            return []
        lon, lat = np.array(given, dtype=float).T
        return [str(code or "") for code in municipality_of(lon, lat, self._municipalities)]

    def own_codes(self, rows: npt.NDArray[np.int64]) -> list[str]:
        """Municipality that each site of the workspace stands in."""
        return self.codes_at(zip(self.sites.lon[rows].tolist(), self.sites.lat[rows].tolist(), strict=True))

    def hint_to(self, name: str) -> tuple[str, str]:
        """Which ids a name has here, to end a message with, in Japanese and English."""
        wanted = plain(name)
        rows = [row for row, each in enumerate(self.names) if wanted and plain(each) == wanted][:3]
        if not rows:
            return "。表 facilities・stops の id を確かめてください", "; see the tables facilities and stops"
        ids = ", ".join(str(self.sites.ids[row]) for row in rows)
        return f"。「{name}」は {ids} です", f"; “{name}” is {ids}"


def plain(name: str) -> str:
    """A name without what differs between editions: full width, blanks, case."""
    return "".join(unicodedata.normalize("NFKC", str(name)).split()).casefold()
