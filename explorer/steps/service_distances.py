"""Step: distances and times from every place to the nearest facility of each category."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from explorer.steps.distances import measure, rows_by
from geodata.kinds import CATEGORIES, KINDS
from geodata.projection import PlaneProjection
from geodata.workspace import StepWriter, read_table


def run(writer: StepWriter, *, facilities: Path, snapping: Path, streets: Path, projection: str) -> None:
    """Write a distance array per category and mode; facilities far from every street become a warning."""
    table = read_table(facilities / "facilities.parquet")
    if table.empty:
        return
    xy = PlaneProjection(projection, 0.0).to_plane(table.geometry.x, table.geometry.y)
    kinds = table["kind"].to_numpy(dtype=object)
    categories = rows_by(kinds, {name: category.kinds for name, category in CATEGORIES.items()})
    ties = measure(
        writer, sites_xy=xy, categories=categories, snapping=snapping, streets=streets, projection=projection
    )
    if "walk" in ties:
        _warn_of_far(writer, table, ~ties["walk"].is_attached)


def _warn_of_far(writer: StepWriter, table: object, far: np.ndarray) -> None:
    lost = table[far]  # type: ignore[index]
    for source, rows in lost.groupby("source"):
        names = "、".join(
            f"{KINDS[row.kind].ja}「{row.name or '名称なし'}」"
            for row in rows.head(5).itertuples(index=False, name="Row")
        )
        writer.notes.warn(
            str(source),
            f"{len(rows)} 施設が道路から1km以上離れています（海の上、または道路データの範囲外）: {names} など。"
            "座標を確かめてください。道のりの計算には使いません。",
            f"{len(rows)} facilities lie more than 1 km from any street (in the sea, or beyond the street data). "
            "Check their coordinates. They are not used for street distances.",
        )
