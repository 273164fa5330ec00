"""Tables of a workspace for the layers of the map: columns as they are stored, shapes without the cost of geopandas."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd

if TYPE_CHECKING:
    from collections.abc import Sequence

    from explorer.maps.overlay import Names
    from geodata.workspace import Workspace

Shapes = npt.NDArray[np.object_]

BASE_STEP: Final = "base_map"  # came together with the tables of bus lines, tracks and areas of coverage
OLDER: Final = (
    "この機能より前に作られたワークスペースです。explorer build で作り直すと表示できます。",
    "The workspace is older than this layer. Build it again to see it.",
)


def columns(workspace: Workspace, table: str, wanted: Sequence[str]) -> pd.DataFrame:
    """Columns of a table without its shapes; one that the table lacks is empty text, one row per row of the table."""
    import pyarrow.parquet as pq

    entry = workspace.manifest["tables"][table]
    file = workspace.file(entry["step"], entry["file"])
    present = set(pq.read_schema(file).names)
    read: pd.DataFrame = pq.read_table(file, columns=[name for name in wanted if name in present]).to_pandas()
    return read.assign(**{name: "" for name in wanted if name not in present})


def shapes(workspace: Workspace, table: str) -> Shapes:
    """Shapes of a table, (n,), in degrees."""
    import pyarrow.parquet as pq
    import shapely

    entry = workspace.manifest["tables"][table]
    file = workspace.file(entry["step"], entry["file"])
    stored = pq.read_table(file, columns=["geometry"]).to_pandas()["geometry"]
    found: Shapes = shapely.from_wkb(stored.to_numpy(dtype=object))
    return found


def texts(column: pd.Series[Any]) -> list[str]:
    """A column as text, missing values as empty text."""
    return [str(value) for value in column.astype(object).where(column.notna(), "")]


def why_absent(workspace: Workspace, reason: Names, *datasets: str) -> Names:
    """Why there is no table: the workspace is older than the table though it has a source for it, else `reason`.

    Parameters
    ----------
    workspace
        The workspace without the table.
    reason
        What to say where its source is missing.
    datasets
        The kinds of source that the table is made from; without any, every older workspace may have had one.
    """
    if BASE_STEP in workspace.manifest["steps"]:
        return reason
    used = {source.get("kind") for source in workspace.manifest.get("sources", []) if source.get("used", True)}
    return OLDER if not datasets or used & set(datasets) else reason


def sources_of(column: pd.Series[Any]) -> tuple[str, ...]:
    """Ids of the sources that rows of a table come from."""
    return tuple(sorted({str(value) for value in column.dropna()}))
