"""Bus lines of a workspace: which stops a line serves, and what is left of them when it is dropped, thinned out or added."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from geodata.errors import UnknownCode
from layers.transport import KEY_DEPARTURES

if TYPE_CHECKING:
    import pandas as pd

    from geodata.workspace import Workspace

Route = tuple[str, str]  # feed and route_id
_TABLE = "stop_lines"


class StopsAfter(NamedTuple):
    """Group of stops → departures a weekday after a change (NaN: unknown), and the poles that no line serves any more."""

    departures: dict[str, float]
    unserved: list[str]


@dataclass(frozen=True, eq=False)
class StopLines:
    """Lines by stop.

    Parameters
    ----------
    table
        :data:`geodata.gtfs_lines.LINE_COLUMNS`; None in a workspace of an older build.
    stops
        The table ``stops`` of the workspace.
    """

    table: pd.DataFrame | None
    stops: pd.DataFrame

    @classmethod
    def of(cls, workspace: Workspace) -> StopLines:
        """Those of a workspace."""
        stops = workspace.table("stops")
        table = workspace.table(_TABLE) if _TABLE in workspace.manifest["tables"] else None
        return cls(None if table is None else table[table["stop_id"].isin(stops["stop_id"])], stops)

    @cached_property
    def lines(self) -> pd.DataFrame:
        """Every line.

        Returns
        -------
        DataFrame
            ``line`` (``feed:route_id``), ``feed``, ``route_id``, ``name``, ``operator``, ``stops`` (groups of them),
            ``departures`` (a weekday, both directions, at its busiest stop; NaN: unknown).
        """
        table = self._by_group
        found = table.groupby(["feed", "route_id"], sort=False, as_index=False).agg(
            name=("route_name", "first"),
            operator=("operator", "first"),
            stops=("group_id", "nunique"),
            departures=("departures_weekday", "max"),
        )
        found.insert(0, "line", found["feed"] + ":" + found["route_id"])
        return found

    def routes(self, line: str) -> list[Route]:
        """Routes that a line is: ``feed:route_id``, or ``feed:name`` for all routes of this name.

        Raises
        ------
        UnknownCode
            There is no such line, or this workspace knows no lines.
        """
        lines = self.lines
        rows = lines[lines["line"] == line]
        if rows.empty:
            rows = lines[lines["feed"] + ":" + lines["name"] == line]
        if rows.empty:
            some = "、".join(
                f"{row.line}（{row.name_}）" for row in lines.rename(columns={"name": "name_"}).head(3).itertuples()
            )
            raise UnknownCode(
                f"路線 {line} はこのワークスペースにありません。表 {_TABLE} の feed:route_id か feed:route_name を"
                f"指定してください（例: {some or '時刻表がありません'}）。 / No such line: {line}. Give feed:route_id or "
                f"feed:route_name of the table {_TABLE}."
            )
        return list(zip(rows["feed"], rows["route_id"], strict=True))

    def busiest(self, routes: Sequence[Route]) -> float:
        """Departures a weekday of some routes together at the stop that they serve most; 0 where unknown."""
        rows = self._by_group[self._is_of(self._by_group, routes)]
        by_group = rows.groupby("group_id")["departures_weekday"].sum()
        return float(by_group.max()) if len(by_group) else 0.0

    def positions(self, routes: Sequence[Route]) -> pd.DataFrame:
        """Stops of some routes: ``stop_id``, ``group_id``, ``name``, ``lon``, ``lat``."""
        import pandas as pd

        table = self._known
        ids = table["stop_id"][self._is_of(table, routes)]
        rows = self.stops[self.stops["stop_id"].isin(ids)]
        return pd.DataFrame(
            {
                **{name: rows[name].astype(str).to_numpy() for name in ("stop_id", "group_id", "name")},
                "lon": rows.geometry.x.to_numpy(),
                "lat": rows.geometry.y.to_numpy(),
            }
        )

    @staticmethod
    def kind_of(departures: float) -> str:
        """How a stop with so many departures a weekday is counted."""
        return "stop30" if departures >= KEY_DEPARTURES else "stop"

    def after(self, factors: Mapping[Route, float], added: Mapping[str, float]) -> StopsAfter:
        """Departures where routes run `factors` times as often (0: not at all), and groups of stops have some `added`.

        As a build counts them from feeds in which the lines run so: a pole without any line is gone; a group is of unknown
        frequency where no feed with a calendar serves it.
        """
        table = self._known
        routes = list(zip(table["feed"], table["route_id"], strict=True))
        factor = np.array([factors.get(route, 1.0) for route in routes], dtype=float)
        touched = set(table["group_id"][factor != 1.0])
        here = table["group_id"].isin(touched).to_numpy()
        rows, times = table[here], factor[here]
        left = rows[times > 0].assign(factor=times[times > 0])
        unserved = sorted(set(rows["stop_id"]) - set(left["stop_id"]) - self._served_by_new(rows, added))
        once = left.drop_duplicates(["group_id", "feed", "route_id"])
        counted = (once["departures_weekday"] * once["factor"]).groupby(once["group_id"]).sum(min_count=1)
        departures = {group: float("nan") for group in touched} | {
            str(group): float(value) for group, value in counted.items()
        }
        now = self.stops.drop_duplicates("group_id").set_index("group_id")["departures_weekday"].astype(float)
        for group, more in added.items():
            known = departures.get(group, float(now.get(group, np.nan)))
            departures[group] = more if np.isnan(known) else known + more  # unknown: at least these
        return StopsAfter(departures, unserved)

    def _served_by_new(self, rows: pd.DataFrame, added: Mapping[str, float]) -> set[str]:
        """Poles of groups that a new line serves."""
        return set(rows["stop_id"][rows["group_id"].isin(list(added))])

    @property
    def _known(self) -> pd.DataFrame:
        if self.table is None:
            raise UnknownCode(
                f"このワークスペースには路線の表（{_TABLE}）がありません。explorer build をもう一度実行すると作られます。 / "
                f"This workspace has no table of lines ({_TABLE}). Run explorer build again to make it."
            )
        return self.table

    @cached_property
    def _by_group(self) -> pd.DataFrame:
        """A row per group of stops and line."""
        return self._known.drop_duplicates(["group_id", "feed", "route_id"])

    def _is_of(self, table: pd.DataFrame, routes: Sequence[Route]) -> pd.Series:
        import pandas as pd

        found: pd.Series = pd.Series(False, index=table.index)
        for feed, route in routes:
            found |= (table["feed"] == feed) & (table["route_id"] == route)
        return found
