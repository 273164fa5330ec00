"""Of which municipalities the stop lists and the timetables of a build tell something."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    import numpy.typing as npt
    import pandas as pd

# Timetables tell of a municipality only where they serve it. In the least served towns of Gunma, all their feeds at
# hand, 2,400 people share a stop; where a neighbour's bus or an airport coach calls, 20,000: their own bus is missing.
PEOPLE_PER_STOP: Final = 5000


def surveyed_stops(stops: Path, people: pd.Series) -> dict[str, npt.NDArray[np.bool_]]:
    """Station, stop and stop30 → per municipality, whether a source tells of it; categories without source are missing.

    Parameters
    ----------
    stops
        Folder of the step ``stops``.
    people
        People by municipality code, in the order of the result.
    """
    import pandas as pd

    coverage = pd.read_parquet(stops / "stop_coverage.parquet")
    enough = coverage["stops"].isna() | (
        coverage["stops"] * PEOPLE_PER_STOP >= coverage["municipality_code"].map(people).fillna(np.inf)
    )
    return {
        str(served): people.index.isin(rows["municipality_code"][rows["enough"]])
        for served, rows in coverage.assign(enough=enough).groupby("category")
    }
