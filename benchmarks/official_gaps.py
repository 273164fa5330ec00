"""Our share of people near a station or stop beside the published one, and which timetable each number hangs on.

    python -m benchmarks.official_gaps WORKSPACE

Printed is a Markdown table, the widest gaps first: our share (station 800 m or stop 300 m, straight line), the
published one (都市モニタリングシート R6: stations of 2023, stops of 2022, people of 2020), the gap in points, the change of
people from our census to 2020, the share near a station alone, and the feed without which our share falls most, with
the share that is left. Distances are measured anew here, from the positions of places and stops, not taken from the
workspace: where the two differ, one of them is wrong, and the script stops.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from geodata.projection import PlaneProjection
from geodata.workspace import Workspace
from layers.transport import is_station

if TYPE_CHECKING:
    import pandas as pd

INDICATOR = "transport_station_800m_or_stop_300m"
STATION_M, STOP_M = 800, 300
Mask = npt.NDArray[np.bool_]


def main() -> None:
    workspace = Workspace.open(sys.argv[1])
    print("| code | municipality | ours % | published % | gap | people 2015→2020 | stations alone % | without feed % |")
    print("|---|---|---:|---:|---:|---:|---:|---|")
    for row in gaps(workspace).itertuples(index=False, name="Gap"):
        gap = "–" if np.isnan(row.gap) else f"{row.gap:+.1f}"
        ours = row.reason.split(" / ")[-1] if np.isnan(row.ours) else f"{row.ours:.1f}"
        print(
            f"| {row.code} | {row.name} | {ours} | {row.published:.1f} | {gap} | {row.change:+.1f} % "
            f"| {row.stations:.1f} | {row.without} |"
        )


def gaps(workspace: Workspace) -> pd.DataFrame:
    """One row per municipality that has a published share, the widest gap first, those without ours last."""
    import pandas as pd

    table = workspace.table("indicators")
    table = table[table["group"].astype(str) == "total"]
    shares = table[(table["indicator"] == INDICATOR) & (table["mode"] == "straight") & table["official_value"].notna()]
    people = table[table["indicator"] == "population"].set_index("area_code")
    reach = Reach(workspace)
    rows = []
    for row in shares.itertuples(index=False):
        code = str(row.area_code)
        share, stations, without = reach.of(code)
        if np.isfinite(row.value) and abs(share - row.value) > 0.01:
            raise SystemExit(f"{code}: {row.value} in the workspace, {share} measured anew")
        change = 100 * (people.loc[code, "official_value"] / people.loc[code, "value"] - 1)
        gap = row.value - row.official_value
        rows.append((code, row.area_name, row.value, row.official_value, gap, change, stations, without, row.reason))
    columns = ["code", "name", "ours", "published", "gap", "change", "stations", "without", "reason"]
    frame = pd.DataFrame(rows, columns=columns).astype({"reason": "str", "name": "str"})
    return frame.reindex(frame["gap"].abs().sort_values(ascending=False, na_position="last").index)


class Reach:
    """Places, stations and stops of a workspace as points in its plane."""

    def __init__(self, workspace: Workspace) -> None:
        places, stops = workspace.table("places"), workspace.table("stops")
        plane = PlaneProjection(workspace.manifest["projection"], 0.0)
        self.places_xy = plane.to_plane(places.geometry.x, places.geometry.y)
        self.people = places["population_total"].to_numpy(dtype=float)
        self.code = places["municipality_code"].to_numpy(dtype=object)
        self.stops_xy = plane.to_plane(stops.geometry.x, stops.geometry.y)
        self.station: Mask = is_station(stops["mode"]).to_numpy()
        self.bus: Mask = (stops["mode"] == "bus").to_numpy()
        files = {source["id"]: source["file"].rsplit("/", 1)[-1] for source in workspace.manifest["sources"]}
        self.file = stops["source"].map(files).to_numpy(dtype=object)

    def of(self, code: str) -> tuple[float, float, str]:
        """Share of a municipality, that of its stations alone, and the feed that it hangs on most, with what is left."""
        here = self.code == code
        xy, people = self.places_xy[here], self.people[here]
        near_station = _near(xy, self.stops_xy[self.station], STATION_M)

        def share(stops: Mask) -> float:
            near = near_station | _near(xy, self.stops_xy[stops], STOP_M)
            return float(100 * people[near].sum() / people.sum())

        (west, south), (east, north) = xy.min(axis=0) - STOP_M, xy.max(axis=0) + STOP_M
        x, y = self.stops_xy.T
        around = self.bus & (x >= west) & (x <= east) & (y >= south) & (y <= north)
        left = {name: share(around & (self.file != name)) for name in sorted(set(self.file[around]))}
        least = min(left, key=lambda name: left[name], default="")
        without = f"{least}: {left[least]:.1f}" if least else "–"
        return share(self.bus), float(100 * people[near_station].sum() / people.sum()), without


def _near(xy: npt.NDArray[np.float64], sites: npt.NDArray[np.float64], metres: float) -> Mask:
    from scipy.spatial import cKDTree

    if not len(sites):
        return np.zeros(len(xy), dtype=bool)
    near: Mask = cKDTree(sites).query(xy)[0] <= metres
    return near


if __name__ == "__main__":
    main()
