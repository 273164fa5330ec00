"""Ways between points that a user chooses, in one mode of a workspace: areas within minutes, routes, tables of times."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from explorer.networks import open_networks
from explorer.steps.snapping import SNAP_LIMIT_M, load_ties
from geodata.errors import ExplorerError, UnknownCode
from geodata.projection import PlaneProjection
from geodata.tables import AGE_GROUPS, CRS, population_column
from geodata.workspace import Workspace
from layers.access.attach import Attachment, attach
from layers.access.profiles import Profile, profiles_for

if TYPE_CHECKING:
    import geopandas as gpd

    from geodata.notes import Notes
    from layers.access.isochrone import Direction
    from layers.access.network import StreetNetwork

_POSITION: Final = re.compile(r"\s*([-+]?\d+(?:\.\d*)?)\s*[,、\s]\s*([-+]?\d+(?:\.\d*)?)\s*")
_MOST_PAIRS: Final = 4_000_000  # rows; a spreadsheet opens a million


class NotAPoint(ExplorerError, ValueError):
    """Neither a position in the study area nor the id of a facility or stop there."""


class NoWay(ExplorerError, LookupError):
    """No street near a point, or no way between two."""


class TooManyPairs(ExplorerError, ValueError):
    """A table of times that nobody could open."""


@dataclass(frozen=True)
class Point:
    """A point by name (what the user wrote, or the name of the facility) and position in degrees."""

    name: str
    lon: float
    lat: float


@dataclass(frozen=True)
class Travel:
    """One mode of travel in a workspace."""

    workspace: Workspace
    profile: Profile

    @classmethod
    def open(cls, path: Path | str, mode: str) -> Travel:
        """Open a workspace for a mode.

        Raises
        ------
        UnknownCode
            The workspace does not hold the mode.
        WorkspaceError
            The folder is no workspace.
        NoWay
            It has no streets.
        """
        workspace = Workspace.open(path)
        profiles = profiles_for(workspace.manifest)
        if mode not in profiles:
            known = "、".join(f"{profile.id}（{profile.ja}）" for profile in profiles.values())
            raise UnknownCode(
                f"移動手段 {mode} はこのワークスペースにありません。あるもの: {known} / "
                f"No such mode of travel; there are: {', '.join(profiles)}."
            )
        travel = cls(workspace, profiles[mode])
        if not (workspace.file("network", "") / "topology").is_dir():
            raise NoWay(
                f"{path}: 道路データがありません。OpenStreetMap の抽出（.osm.pbf）を加えて explorer build をやり直してください。 / "
                "There are no streets. Add an OpenStreetMap extract (.osm.pbf) and run explorer build again."
            )
        return travel

    @cached_property
    def network(self) -> StreetNetwork:
        """Streets as the mode sees them."""
        folders = (self.workspace.file("streets", ""), self.workspace.file("network", ""))
        return open_networks(*folders, self.workspace.manifest["projection"]).of(self.profile)

    @cached_property
    def places(self) -> Attachment:
        """Ties of all places."""
        return load_ties(self.workspace.file("snapping", ""), self.profile)

    def point(self, text: str) -> Point:
        """The point that a user means: ``36.39,139.06`` (latitude first), or the id of a facility or stop.

        Raises
        ------
        NotAPoint
            It is neither, or lies outside the study area and its halo.
        """
        found = _POSITION.fullmatch(unicodedata.normalize("NFKC", text))
        if found is None:
            return self._site(text.strip())
        lat, lon = (float(part) for part in found.groups())
        self._check_inside(text, lon, lat)
        return Point(text, lon, lat)

    def ties(self, lon: npt.ArrayLike, lat: npt.ArrayLike) -> Attachment:
        """Ties of points to the streets of the mode, with the snap limit of the build."""
        xy = PlaneProjection(self.workspace.manifest["projection"], 0.0).to_plane(lon, lat)
        return attach(self.network, xy, limit_metres=SNAP_LIMIT_M)

    def tie(self, point: Point) -> Attachment:
        """The tie of one point.

        Raises
        ------
        NoWay
            No street lies within the limit.
        """
        ties = self.ties([point.lon], [point.lat])
        if not ties.is_attached[0]:
            raise NoWay(
                f"{point.name}: {SNAP_LIMIT_M:,.0f}m 以内に{self.profile.ja}で使える道路がありません。 / "
                f"No street for this mode ({self.profile.en}) within {SNAP_LIMIT_M:,.0f} m."
            )
        return ties

    def areas(self, point: Point, minutes: Sequence[float], direction: Direction = "from") -> gpd.GeoDataFrame:
        """Areas reached within some minutes, with the people in each.

        People are counted over places of the study area by the times of the places themselves, not by polygon.

        Returns
        -------
        GeoDataFrame
            As :func:`layers.access.isochrone.isochrones`, with ``name`` for ``origin`` and ``people_<group>``.
        """
        from layers.access.isochrone import isochrones

        ties = self.tie(point)
        frame = isochrones(self.network, ties, minutes=minutes, direction=direction)
        seconds = self._seconds_of_places(ties, direction)
        table = self.workspace.table("places")
        for group in AGE_GROUPS:
            if population_column(group) in table.columns:
                people = table[population_column(group)].to_numpy(np.float64)
                frame[f"people_{group}"] = [float(people[seconds <= cut * 60].sum()) for cut in frame["minutes"]]
        frame["origin"] = point.name
        return frame.rename(columns={"origin": "name"}).drop(columns="reason")

    def reaches_edge(self, areas: gpd.GeoDataFrame) -> bool:
        """Whether areas go as far as the streets at hand, so that they might go farther."""
        west, south, east, north = areas.to_crs(self.network.projection).total_bounds
        low, high = self.network.node_xy.min(axis=0), self.network.node_xy.max(axis=0)
        return bool(west <= low[0] or south <= low[1] or east >= high[0] or north >= high[1])

    def route(self, origin: Point, destination: Point) -> gpd.GeoDataFrame:
        """The quickest way from one point to another.

        Returns
        -------
        GeoDataFrame
            EPSG:6668, one row: ``origin``, ``destination``, ``mode``, ``minutes``, ``km``, ``geometry`` from door to door.

        Raises
        ------
        NoWay
            There is none.
        """
        import geopandas as gpd
        import shapely

        from layers.access.path import path

        found = path(self.network, self.tie(origin), self.tie(destination))
        if found is None:
            raise NoWay(
                f"{origin.name} → {destination.name}: {self.profile.ja}で行ける道がありません（別の島、または一方通行）。 / "
                f"There is no way for this mode ({self.profile.en}): another island, or one-way streets."
            )
        # Where both points are the same the line has no length.
        line = shapely.LineString(found.xy if len(found.xy) > 1 else np.repeat(found.xy, 2, axis=0))
        row = {
            "origin": origin.name,
            "destination": destination.name,
            "mode": self.profile.id,
            "minutes": found.seconds / 60,
            "km": found.metres / 1000,
        }
        shapes = gpd.GeoSeries([line], crs=self.network.projection).to_crs(CRS)
        frame = gpd.GeoDataFrame([row], geometry=shapes)
        frame.attrs["method"] = {
            "ja": f"{self.profile.ja}で最も早い道のり。地点から道路までは徒歩。",
            "en": f"Quickest way ({self.profile.en}); between points and streets on foot.",
        }
        return frame

    def times(self, origins: gpd.GeoDataFrame, destinations: gpd.GeoDataFrame) -> pd.DataFrame:
        """Minutes between all points of two lists.

        Parameters
        ----------
        origins, destinations
            Points with ``name``.

        Returns
        -------
        DataFrame
            ``origin_row``, ``origin``, ``destination_row``, ``destination``, ``minutes`` (two decimals; missing without a
            way) and ``reason`` (``no_street``, ``unreachable`` or empty), origin by origin.
        """
        from layers.access.matrix import travel_times

        pairs = len(origins) * len(destinations)
        if pairs > _MOST_PAIRS:
            raise TooManyPairs(
                f"{len(origins):,} × {len(destinations):,} = {pairs:,} 組は多すぎます（{_MOST_PAIRS:,} 組まで）。分けて実行してください。 / "
                f"{pairs:,} pairs are too many (up to {_MOST_PAIRS:,}). Divide the lists."
            )
        ends = [self.ties(points.geometry.x, points.geometry.y) for points in (origins, destinations)]
        minutes = travel_times(self.network, *ends).ravel() / 60
        reason = np.where(np.isnan(minutes), "no_street", np.where(np.isinf(minutes), "unreachable", ""))
        names = [points["name"].to_numpy(dtype=object) for points in (origins, destinations)]
        rows = np.indices((len(origins), len(destinations))).reshape(2, -1)
        return pd.DataFrame(
            {
                "origin_row": rows[0] + 1,
                "origin": names[0][rows[0]],
                "destination_row": rows[1] + 1,
                "destination": names[1][rows[1]],
                "minutes": np.where(np.isfinite(minutes), minutes, np.nan).round(2),
                "reason": reason,
            }
        )

    def _seconds_of_places(self, ties: Attachment, direction: Direction) -> npt.NDArray[np.float64]:
        from layers.access.matrix import travel_times
        from layers.access.nearest import nearest

        if direction == "from":
            seconds: npt.NDArray[np.float64] = travel_times(self.network, ties, self.places)[0]
            return seconds
        return nearest(self.network, self.places, {"here": ties}).seconds[:, 0]

    def _site(self, identity: str) -> Point:
        for table, column in (("facilities", "facility_id"), ("stops", "stop_id"), ("stops", "group_id")):
            if not self.workspace.has_table(table):
                continue
            rows = self.workspace.table(table)
            found = rows[rows[column].astype("str") == identity]
            if len(found):
                first = found.iloc[0]
                name = str(first["name"]) if pd.notna(first["name"]) and first["name"] else identity
                return Point(name, first.geometry.x, first.geometry.y)
        raise NotAPoint(
            f"{identity}: 緯度,経度（例 36.39,139.06）でも、このワークスペースの施設・停留所の番号でもありません。 / "
            "Neither latitude,longitude (like 36.39,139.06) nor the id of a facility or stop of this workspace."
        )

    def _check_inside(self, text: str, lon: float, lat: float) -> None:
        west, south, east, north = self.workspace.manifest["steps"]["people"]["facts"]["box"]
        if west <= lon <= east and south <= lat <= north:
            return
        turned = west <= lat <= east and south <= lon <= north
        ja = "緯度と経度が逆です。緯度を先に書いてください。" if turned else "対象地域とその周囲の外です。"
        en = (
            "Longitude and latitude are exchanged: latitude comes first."
            if turned
            else "Outside the study area and its halo."
        )
        raise NotAPoint(
            f"{text}: {ja}範囲は緯度 {south:.2f}〜{north:.2f}、経度 {west:.2f}〜{east:.2f}。 / "
            f"{en} Latitude {south:.2f} to {north:.2f}, longitude {west:.2f} to {east:.2f}."
        )


def read_chosen_points(path: Path, notes: Notes) -> gpd.GeoDataFrame:
    """Points of a user's list (CSV in UTF-8 or Shift_JIS, Excel, GeoJSON) with columns of name, latitude and longitude.

    Raises
    ------
    SourceError
        It cannot be read, or has no coordinates.
    NotAPoint
        It has no usable row.
    """
    from geodata.archive import RawFile
    from geodata.errors import UnreadableFile
    from geodata.point_lists import read_points

    if not path.is_file():
        raise UnreadableFile(f"{path}: ファイルがありません。 / There is no such file.")
    points = read_points(RawFile(path, size=path.stat().st_size), notes=notes, kind="chosen")
    if points.empty:
        ja, en = notes.reasons()
        raise NotAPoint(f"{path}: 使える地点がありません。{ja} / No usable point.{en}")
    points["name"] = points["name"].where(points["name"] != "", [str(row) for row in range(1, len(points) + 1)])
    return points
