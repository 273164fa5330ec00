"""Step: distances and times from every place to the nearest facility of each category."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Unpack

import pandas as pd

from explorer.steps.distances import OnStreets, Rows, measure, rows_by
from geodata.kinds import CATEGORIES, KINDS, has_trait
from geodata.projection import PlaneProjection
from geodata.workspace import StepWriter, read_table
from layers.access.profiles import WALK


def run(
    writer: StepWriter, *, facilities: Path, codes: Sequence[str], projection: str, **on_streets: Unpack[OnStreets]
) -> None:
    """Write a distance array per category and mode; facilities far from every street become a warning."""
    table = read_table(facilities / "facilities.parquet")
    if table.empty:
        return
    xy = PlaneProjection(projection, 0.0).to_plane(table.geometry.x, table.geometry.y)
    ties = measure(writer, sites_xy=xy, categories=rows_by_category(table), projection=projection, **on_streets)
    on_foot = ties.get(WALK.doors)
    if on_foot is not None:
        # In a neighbouring municipality the street data may end: only here, or outside all land, is it a mistake.
        here = table["municipality_code"].isna() | table["municipality_code"].isin(codes)
        _warn_of_far(writer, table[~on_foot.is_attached & here.to_numpy()])


def rows_by_category(facilities: pd.DataFrame) -> dict[str, Rows]:
    """Rows of the facilities that count in each category; categories without any are left out."""
    kinds = facilities["kind"].to_numpy(dtype=object)
    found = rows_by(kinds, {name: category.kinds for name, category in CATEGORIES.items()})
    traits = facilities["traits"].fillna("").to_numpy(dtype=object)
    for name, category in CATEGORIES.items():
        if category.trait and name in found:
            rows = found.pop(name)
            rows = rows[[has_trait(words, category.trait) for words in traits[rows]]]
            if rows.size:
                found[name] = rows
    return found


def _warn_of_far(writer: StepWriter, lost: pd.DataFrame) -> None:
    for source, rows in lost.groupby("source"):
        first = rows.head(5)
        names = "、".join(
            f"{KINDS[kind].ja}「{name}」"
            for kind, name in zip(first["kind"].astype(str), first["name"].fillna("名称なし").astype(str), strict=True)
        )
        writer.notes.warn(
            str(source),
            f"{len(rows)} 施設が道路から1km以上離れています（海の上、または道路データの範囲外）: {names} など。"
            "座標を確かめてください。道のりの計算には使いません。",
            f"{len(rows)} facilities lie more than 1 km from any street (in the sea, or beyond the street data). "
            "Check their coordinates. They are not used for street distances.",
        )
