"""Times from places to facilities that were made elsewhere: a matrix, or rows of origin, destination, minutes.

Many studies begin with such a table, from a routing service or a timetable. It answers the same questions through the
same code as the street network does.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from layers.access.ms import INFINITE_MS, LONGEST_MS, to_ms
from layers.access.pairs import Pairs

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, eq=False)
class OdTable:
    """Times between k places and f facilities.

    Parameters
    ----------
    place_count, facility_count
        k and f.
    pairs
        All pairs with a way between them, sorted by facility; a pair that is absent is not reached.
    """

    place_count: int
    facility_count: int
    pairs: Pairs

    @classmethod
    def of_matrix(cls, minutes: npt.ArrayLike) -> OdTable:
        """From a matrix.

        Parameters
        ----------
        minutes
            (k, f), from each place (row) to each facility (column); infinity or NaN where there is no way.

        Raises
        ------
        ValueError
            It is not a matrix, or a time is negative.
        """
        given = np.asarray(minutes, dtype=np.float64)
        if given.ndim != 2:
            raise ValueError(f"A matrix of places by facilities is needed, not an array of {given.ndim} dimensions.")
        facility, place = np.nonzero(~np.isnan(given.T))
        return cls._of(given.shape[0], given.shape[1], place, facility, given[place, facility])

    @classmethod
    def of_rows(cls, rows: pd.DataFrame, places: npt.ArrayLike, facilities: npt.ArrayLike) -> OdTable:
        """From a long table.

        Parameters
        ----------
        rows
            Columns `origin`, `destination`, `minutes`; one row per pair. Pairs without a row, or with infinite or
            missing minutes, are not reached.
        places, facilities
            The identifiers, in the order in which people, supply and results are given.

        Raises
        ------
        ValueError
            A column is missing, an identifier is unknown or stands twice, a pair stands twice, or a time is negative.
        """
        import pandas as pd

        missing = [name for name in ("origin", "destination", "minutes") if name not in rows.columns]
        if missing:
            raise ValueError(
                f"The table has no column {', '.join(missing)}; it has {', '.join(map(str, rows.columns))}."
            )
        place = _numbers(pd.Index(np.asarray(places)), rows["origin"], "origin")
        facility = _numbers(pd.Index(np.asarray(facilities)), rows["destination"], "destination")
        twice = pd.DataFrame({"place": place, "facility": facility}).duplicated().to_numpy()
        if twice.any():
            first = rows.iloc[int(np.argmax(twice))]
            raise ValueError(f"The pair {first['origin']} → {first['destination']} stands twice in the table.")
        minutes = rows["minutes"].to_numpy(dtype=np.float64)
        known = ~np.isnan(minutes)
        order = np.flatnonzero(known)[np.lexsort((place[known], facility[known]))]
        return cls._of(np.size(places), np.size(facilities), place[order], facility[order], minutes[order])

    @classmethod
    def _of(
        cls,
        place_count: int,
        facility_count: int,
        place: npt.NDArray[np.integer],
        facility: npt.NDArray[np.integer],
        minutes: npt.NDArray[np.float64],
    ) -> OdTable:
        ms = to_ms(minutes * 60.0, what="times of the table")
        reached = ms < INFINITE_MS
        pairs = Pairs(place[reached].astype(np.int32), facility[reached].astype(np.int32), ms[reached])
        return cls(place_count, facility_count, pairs)

    def take_facilities(self, rows: npt.NDArray[np.integer]) -> OdTable:
        """The same places with some of the facilities, in the order named; one may be named several times.

        Raises
        ------
        ValueError
            There is no such facility.
        """
        if rows.size and (rows.min() < 0 or rows.max() >= self.facility_count):
            raise ValueError(f"Facility {rows.max()} is out of range: the table has {self.facility_count:,}.")
        start = np.searchsorted(self.pairs.facility, np.arange(self.facility_count + 1))
        count = np.diff(start)[rows]
        nth = np.arange(count.sum()) - np.repeat(np.cumsum(count) - count, count)
        at = np.repeat(start[:-1][rows], count) + nth
        facility = np.repeat(np.arange(rows.size, dtype=np.int32), count)
        return OdTable(self.place_count, rows.size, Pairs(self.pairs.place[at], facility, self.pairs.ms[at]))

    def within(self, limit_ms: int) -> Pairs:
        """The pairs within a limit, itself still within."""
        near = self.pairs.ms <= min(limit_ms, LONGEST_MS)
        return Pairs(self.pairs.place[near], self.pairs.facility[near], self.pairs.ms[near])


def _numbers(index: pd.Index, named: pd.Series, what: str) -> npt.NDArray[np.intp]:
    import pandas as pd

    if not index.is_unique:
        raise ValueError(f"{what}: the identifier {index[index.duplicated()][0]} stands twice in the list.")
    found = index.get_indexer(pd.Index(named))
    if (found < 0).any():
        raise ValueError(
            f"{what}: {named.iloc[int(np.argmax(found < 0))]} is not among the {index.size:,} in the list."
        )
    return found
