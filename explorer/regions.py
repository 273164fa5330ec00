"""Regions (圏域): any set of municipalities of the study area, across prefectures, with pooled numbers.

Every place belongs to one municipality, so the people of a region are exactly those of its members added up.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, cast

from geodata.codes import rolled_up
from geodata.errors import UnknownCode
from geodata.workspace import Workspace

if TYPE_CHECKING:
    import geopandas as gpd
    import pandas as pd

    from explorer.live import Live
    from layers.conditions import Conditions

REGION = "region"


@dataclass(frozen=True)
class Opened:
    """A workspace with its municipalities at hand."""

    workspace: Workspace

    @cached_property
    def municipalities(self) -> gpd.GeoDataFrame:
        """Municipalities of the study area, in the order of their codes."""
        import geopandas as gpd

        table = cast("gpd.GeoDataFrame", self.workspace.table("municipalities"))
        return gpd.GeoDataFrame(table[table["in_study_area"]].reset_index(drop=True))

    @cached_property
    def conditions(self) -> Conditions:
        """Places and distances, with one area per municipality."""
        from explorer.conditions import load_conditions, step_folders
        from layers.access.profiles import profiles_for

        table = self.municipalities
        return load_conditions(
            step_folders(self.workspace),
            table["code"].tolist(),
            table["area_km2"].to_numpy(float),
            profiles_for(self.workspace.manifest),
        )

    def indicators(self) -> pd.DataFrame:
        """The long table of every municipality (columns :data:`geodata.tables.INDICATOR_COLUMNS`)."""
        return self.workspace.table("indicators")

    def live(self) -> Live:
        """Answers to what-if questions: facilities opened or closed, streets cut, speeds changed."""
        return self._live

    @cached_property
    def _live(self) -> Live:
        from explorer.live import Live

        return Live(self)

    def region(self, codes: Sequence[str]) -> Region:
        """A set of municipalities as one region; wards count as their city.

        Raises
        ------
        UnknownCode
            A code is not in the study area, or none is given.
        """
        wanted = list(dict.fromkeys(rolled_up(str(code)) for code in codes))
        known = self.municipalities["code"].tolist()
        unknown = [code for code in wanted if code not in known]
        if unknown or not wanted:
            raise UnknownCode(
                f"市区町村 {'、'.join(unknown) or '(なし)'} はこのワークスペースにありません。あるもの: {'、'.join(known[:10])} など"
                f"（{len(known)} 件）。 / Not in this workspace: {', '.join(unknown) or '(none given)'}."
            )
        return Region(self, wanted)


@dataclass(frozen=True)
class Region:
    """A region: its members' numbers, and those of all of them pooled."""

    opened: Opened
    codes: list[str]

    @property
    def name(self) -> str:
        """Names of the members, joined."""
        table = self.opened.municipalities.set_index("code")
        return "・".join(table.loc[self.codes, "name"])

    def indicators(self) -> gpd.GeoDataFrame:
        """The long table of the members and, as area ``region``, of the pooled region, with shapes.

        Returns
        -------
        GeoDataFrame
            Columns :data:`geodata.tables.INDICATOR_COLUMNS` and geometry (JGD2011).
        """
        import geopandas as gpd
        import pandas as pd

        long = pd.concat([self.member_table(), self.pooled_table()], ignore_index=True)
        shapes = self.opened.municipalities.set_index("code").geometry.loc[self.codes]
        by_code = {**shapes.to_dict(), REGION: shapes.union_all()}
        return gpd.GeoDataFrame(long, geometry=long["area_code"].astype(str).map(by_code).to_numpy(), crs=shapes.crs)

    def member_table(self) -> pd.DataFrame:
        """Rows of the members."""
        table = self.opened.indicators()
        return table[table["area_code"].isin(self.codes)]

    def pooled_table(self) -> pd.DataFrame:
        """Rows of the whole region, its people and places pooled."""
        from explorer.conditions import pooled, wanted_indicators
        from layers.indicators import indicator_table

        known = self.opened.municipalities["code"].tolist()
        conditions = pooled(self.opened.conditions, [known.index(code) for code in self.codes])
        return indicator_table(conditions, [REGION], [self.name], wanted=wanted_indicators(conditions))
