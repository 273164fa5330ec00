"""Who commutes where between municipalities, as the workspace's table of commuting lists it; shares and self-containment."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from geodata.errors import MissingSource

if TYPE_CHECKING:
    from collections.abc import Collection

    import pandas as pd

    from explorer.regions import Opened


@dataclass(frozen=True, eq=False)
class Commuters:
    """People who work or go to school, by where they live and where they go.

    Parameters
    ----------
    persons
        Index (origin, destination), people; a municipality's own included. Destinations may lie anywhere in Japan.
    as_of
        Latest day or year that the table names, or empty.
    """

    persons: pd.Series
    as_of: str

    @classmethod
    def of(cls, opened: Opened) -> Commuters:
        """The table of a workspace; work and school added up, totals only where nothing else is listed.

        Raises
        ------
        MissingSource
            The workspace has no table of commuting.
        """
        table = opened.workspace.table("commuting") if opened.workspace.has_table("commuting") else None
        if table is None or table.empty:
            raise MissingSource(
                "通勤・通学の表がワークスペースにありません。国勢調査の従業地・通学地集計（または origin_code,destination_code,purpose,persons の CSV）を"
                "加えて explorer build をやり直してください。 / "
                "The workspace has no table of commuting. Add the census table of places of work and schooling (or a CSV with "
                "origin_code,destination_code,purpose,persons) and run explorer build again."
            )
        purpose = table["purpose"].astype(str)
        both = table[purpose != "all"] if (purpose != "all").any() else table
        keys = [both[side].astype(str) for side in ("origin", "destination")]
        dates = both["as_of"].dropna().astype(str)
        return cls(both.groupby(keys)["persons"].sum().sort_index(), max(dates, default=""))

    @property
    def origins(self) -> set[str]:
        """Municipalities whose commuters are listed."""
        return set(self.persons.index.get_level_values(0))

    def between(self, origin: str, destination: str) -> float:
        """People who go from one municipality to another: 0 where the origin is listed without them, NaN where it is not listed."""
        if origin not in self.origins:
            return float("nan")
        return float(self.persons.get((origin, destination), 0.0))

    def share_percent(self, origin: str, destination: str) -> float:
        """Share of the origin's commuters (its own included) who go to the destination, %; NaN where there are none."""
        everybody = float(self.persons.loc[origin].sum()) if origin in self.origins else 0.0
        return 100 * self.between(origin, destination) / everybody if everybody > 0 else float("nan")

    def self_containment(self, codes: Collection[str]) -> tuple[float, float]:
        """Share of the members' commuters who stay in the region, and of those who come to it that live in it, both in %.

        The first needs every member among the origins, else it is NaN; the second counts the origins that the table lists.
        """
        members = set(codes)
        lives = self.persons.index.get_level_values(0).isin(members)
        works = self.persons.index.get_level_values(1).isin(members)
        inside = float(self.persons[lives & works].sum())
        residents, jobs = float(self.persons[lives].sum()), float(self.persons[works].sum())
        is_whole = members <= self.origins
        nan = float("nan")
        return (
            100 * inside / residents if is_whole and residents > 0 else nan,
            100 * inside / jobs if is_whole and jobs > 0 else nan,
        )
