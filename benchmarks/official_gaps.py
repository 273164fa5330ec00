"""Every walking-area coverage beside the published one, and for public transport which timetable each number hangs on.

    python -m benchmarks.official_gaps WORKSPACE

Printed are Markdown tables: all indicators with a published counterpart (how many municipalities have both values, median
gap, median absolute gap, or why we have none), the five widest gaps of each, and all municipalities for public transport.

In the last one stand, the widest gaps first: our share (station 800 m or stop 300 m, straight line), the
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
from layers import catalogue
from layers.transport import is_station

if TYPE_CHECKING:
    import pandas as pd

INDICATOR = "transport_station_800m_or_stop_300m"
STATION_M, STOP_M = 800, 300
Mask = npt.NDArray[np.bool_]


def main() -> None:
    workspace = Workspace.open(sys.argv[1])
    indicators = workspace.table("indicators")
    print(
        "| indicator | people | published | ours too | median gap | median absolute gap | why there is no value of ours |"
    )
    print("|---|---|---:|---:|---:|---:|---|")
    for row in coverage_gaps(indicators).itertuples(index=False, name="Coverage"):
        print(
            f"| `{row.indicator}` | {row.group} | {row.published} | {row.both} | {_points(row.median)} "
            f"| {_points(row.absolute).lstrip('+')} | {row.reason} |"
        )
    print()
    facilities = workspace.table("facilities")
    for indicator, rows in widest_gaps(indicators).groupby("indicator", sort=False):
        kinds = _kinds_of(str(indicator))
        if kinds:
            print(f"### {indicator}\n\n| code | municipality | ours % | published % | gap | sites listed in it |")
            print("|---|---|---:|---:|---:|---:|")
        for row in rows.itertuples(index=False, name="Wide") if kinds else ():
            listed = facilities["kind"].isin(kinds) & (facilities["municipality_code"] == row.code)
            print(
                f"| {row.code} | {row.name} | {row.ours:.1f} | {row.published:.1f} | {row.gap:+.1f} | {int(listed.sum())} |"
            )
        if kinds:
            print()
    print(f"### {INDICATOR}\n")
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


def coverage_gaps(indicators: pd.DataFrame) -> pd.DataFrame:
    """One row per indicator with a published share, in a straight line: how many have both, and how far apart they are.

    Parameters
    ----------
    indicators
        The table of a workspace (:data:`geodata.tables.INDICATOR_COLUMNS`).

    Returns
    -------
    DataFrame
        Columns indicator, group, published, both (numbers of municipalities), median and absolute (points; medians of the
        gaps and of their absolute values, ours less published), reason (the commonest one of those without ours).
    """
    import pandas as pd

    rows = []
    for (indicator, group), part in _published_shares(indicators).groupby(["indicator", "group"], observed=True):
        gap = (part["value"] - part["official_value"]).dropna()
        reasons = part.loc[part["value"].isna(), "reason"].astype(str).str.split(" / ").str[-1]
        why = f"{len(reasons)}: {reasons.mode().iloc[0]}" if len(reasons) else ""
        rows.append((str(indicator), str(group), len(part), len(gap), gap.median(), gap.abs().median(), why))
    told = {name for name, *_ in rows}
    for known in catalogue.indicators().values():
        if known.official and known.unit == "%" and known.id not in told:
            why = f"no row: no published value here, or the population at hand has no group {known.official_group}"
            rows.append((known.id, known.official_group, 0, 0, float("nan"), float("nan"), why))
    columns = ["indicator", "group", "published", "both", "median", "absolute", "reason"]
    return pd.DataFrame(rows, columns=columns).sort_values(["both", "indicator"], ascending=[False, True])


def widest_gaps(indicators: pd.DataFrame, count: int = 5) -> pd.DataFrame:
    """The municipalities farthest from their published share, per indicator: indicator, code, name, ours, published, gap."""
    both = _published_shares(indicators).dropna(subset=["value"])
    table = both.assign(
        indicator=both["indicator"].astype(str),
        code=both["area_code"].astype(str),
        name=both["area_name"].astype(str),
        ours=both["value"],
        published=both["official_value"],
        gap=both["value"] - both["official_value"],
    )
    order = table["gap"].abs().sort_values(ascending=False, kind="stable").index
    columns = ["indicator", "code", "name", "ours", "published", "gap"]
    return table.loc[order, columns].groupby("indicator", sort=True).head(count).sort_values("indicator", kind="stable")


def _published_shares(indicators: pd.DataFrame) -> pd.DataFrame:
    return indicators[indicators["official_value"].notna() & (indicators["unit"].astype(str) == "%")]


def _kinds_of(indicator: str) -> tuple[str, ...]:
    """Kinds of facility behind an indicator; none for public transport, which has a table of its own."""
    from geodata.kinds import CATEGORIES

    category = catalogue.get(indicator).category
    return CATEGORIES[category].kinds if category in CATEGORIES else ()


def _points(value: float) -> str:
    return "–" if np.isnan(value) else f"{value:+.1f}"


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
