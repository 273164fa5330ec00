"""How good the data of a workspace are, municipality by municipality: merged ages, ways to the street, old timetables."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from geodata.codes import rolled_up
from geodata.errors import ExplorerError

if TYPE_CHECKING:
    from geodata.workspace import Workspace

FAR_M = 300.0  # from where people live to the street: the line of the build's own warning
_COLUMNS = ("people", "suppressed_percent", "snap_mean_m", "snap_p95_m", "far_percent")


def people_quality(workspace: Workspace) -> pd.DataFrame:
    """One row per municipality (index = code): :data:`_COLUMNS`.

    Returns
    -------
    DataFrame
        ``people``; ``suppressed_percent`` of the people whose ages were merged from other cells; ``snap_mean_m``,
        ``snap_p95_m`` metres from where people live to the nearest street on foot (mean, 95th percentile over people);
        ``far_percent`` of the people farther than 300 m. NaN where the workspace does not say.
    """
    import pyarrow.parquet as pq

    entry = workspace.manifest["tables"]["places"]
    file = workspace.file(entry["step"], entry["file"])
    wanted = [
        name
        for name in ("municipality_code", "population_total", "suppressed_share")
        if name in pq.read_schema(file).names
    ]
    table: pd.DataFrame = pq.read_table(file, columns=wanted).to_pandas()
    code = table["municipality_code"].fillna("").astype(str)
    code = code.map({each: rolled_up(each) for each in code.unique()})
    people = table["population_total"].to_numpy(float)
    snap = _snap_metres(workspace, len(table))
    suppressed = (
        table["suppressed_share"].to_numpy(float) if "suppressed_share" in table else np.full(len(table), np.nan)
    )
    rows = {}
    for name, places in code.groupby(code).groups.items():
        at = np.asarray(places)
        rows[str(name)] = _row(people[at], suppressed[at], snap[at])
    return pd.DataFrame.from_dict(rows, orient="index", columns=list(_COLUMNS)).sort_index()


def _row(people: Any, suppressed: Any, snap: Any) -> tuple[float, ...]:
    whole = people.sum()
    if whole <= 0:
        return (0.0, np.nan, np.nan, np.nan, np.nan)
    merged = 100 * (people * np.nan_to_num(suppressed)).sum() / whole if np.isfinite(suppressed).any() else np.nan
    known = np.isfinite(snap)
    if not known.any():
        return (whole, merged, np.nan, np.nan, np.nan)
    weight = people[known]
    order = np.argsort(snap[known], kind="stable")
    reached = np.searchsorted(np.cumsum(weight[order]), 0.95 * weight.sum())
    p95 = float(snap[known][order][min(reached, len(order) - 1)])
    mean = float((snap[known] * weight).sum() / max(weight.sum(), 1e-9))
    far = float(people[~(snap <= FAR_M)].sum())
    return (whole, merged, mean, p95, 100 * far / whole)


def _snap_metres(workspace: Workspace, count: int) -> Any:
    """Metres from each place to the street on foot; NaN where the workspace has no streets."""
    try:
        files = sorted(workspace.file("snapping", "xy.npy").parent.glob("walk*.snap_metres.npy"))
        found = np.load(files[0]) if files else np.full(count, np.nan)
    except (ExplorerError, OSError, ValueError):
        found = np.full(count, np.nan)
    return found if len(found) == count else np.full(count, np.nan)


def feed_table(manifest: Mapping[str, Any]) -> pd.DataFrame:
    """Timetables: file, operator, first and last day, the day that counts, trips, stops, and whether they have ended."""
    columns = ("file", "agency", "first_date", "last_date", "day", "trips", "stops", "expired")
    return pd.DataFrame(list(manifest.get("feeds", [])), columns=list(columns))
