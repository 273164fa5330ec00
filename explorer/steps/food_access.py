"""Step: how likely each place has no food shop within 500 m, rates of car use, and how complete the lists of shops are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from explorer.car_rates import write_car_use
from explorer.shop_completeness import write_completeness
from geodata.car_use import read_car_use
from geodata.errors import ExplorerError
from geodata.projection import PlaneProjection
from geodata.recognised import Recognised
from geodata.shop_counts import read_shop_counts
from geodata.workspace import StepWriter, read_table
from layers.figures import FIGURE_COLUMNS
from layers.food_access import DEFINITIONS, place_value
from layers.food_grid import far_by_counts_of, far_by_positions, squares_of

if TYPE_CHECKING:
    import pandas as pd


def run(
    writer: StepWriter,
    *,
    sources: Sequence[tuple[str, Recognised]],
    folders: Mapping[str, Path],
    codes: Sequence[str],
    projection: str,
    box: tuple[float, float, float, float],
) -> None:
    """Write ``food_far_*`` and ``car_use_*`` per place, figures, and the table ``completeness``.

    Facts: ``used``, and for each kind of shop the share of the yardstick that the lists hold (``completeness``).
    """
    import pandas as pd

    del box
    places = read_table(folders["places"] / "places.parquet")
    facilities = read_table(folders["facilities"] / "facilities.parquet")
    coverage = pd.read_parquet(folders["facilities"] / "facility_coverage.parquet")
    names = _names(folders["people"], codes)
    writer.facts |= {"used": [], "unused": {}}
    _write_far(writer, places, facilities, set(coverage["kind"]), PlaneProjection(projection, 0.0))
    shops = _tables(writer, sources, "shop_counts")
    figures = [
        write_completeness(writer, shops, folders["municipal_tables"], places, facilities, coverage, names),
        write_car_use(writer, _tables(writer, sources, "car_use"), places, names),
    ]
    writer.figures(pd.concat(figures, ignore_index=True)[list(FIGURE_COLUMNS)])


def _names(people: Path, codes: Sequence[str]) -> dict[str, str]:
    """Municipality code → name, for the study area."""
    import pyarrow.parquet as pq

    table = pq.read_table(people / "municipalities.parquet", columns=["code", "name"]).to_pandas()
    names = dict(zip(table["code"].astype(str), table["name"].astype(str), strict=True))
    return {code: names[code] for code in codes}


def _tables(writer: StepWriter, sources: Sequence[tuple[str, Recognised]], dataset: str) -> pd.DataFrame | None:
    """All tables of a data set with the id of their source; what a later file says of the same thing counts."""
    import pandas as pd

    parts = []
    for identity, source in sources:
        if source.dataset != dataset:
            continue
        try:
            read = read_car_use if dataset == "car_use" else read_shop_counts
            table = read(source.file, notes=writer.notes)
        except ExplorerError as error:
            writer.notes.warn_of(error, source.file.label)
            writer.facts["unused"][identity] = ["読めないため使いません", "not used: cannot be read"]
            continue
        parts.append(table.assign(source_id=identity))
        writer.facts["used"].append(identity)
    return pd.concat(parts, ignore_index=True) if parts else None


def _write_far(
    writer: StepWriter,
    places: pd.DataFrame,
    facilities: pd.DataFrame,
    listed: set[str],
    plane: PlaneProjection,
) -> None:
    """Probabilities per place, by positions and by counts of shops, under each definition."""
    if not any(listed & set(kinds) for kinds in DEFINITIONS.values()):
        return
    squares = squares_of(places.geometry.x.to_numpy(), places.geometry.y.to_numpy(), plane)
    x, y = facilities.geometry.x.to_numpy(), facilities.geometry.y.to_numpy()
    kind = facilities["kind"].to_numpy(dtype=object)
    before: tuple[npt.NDArray[np.intp], npt.NDArray[np.float64], npt.NDArray[np.float64]] | None = None
    for year, kinds in DEFINITIONS.items():
        if not listed & set(kinds):
            continue
        rows = np.flatnonzero(np.isin(kind, list(kinds)))
        if before is None or not np.array_equal(before[0], rows):
            by_position = far_by_positions(squares, plane.to_plane(x[rows], y[rows]) if rows.size else np.empty((0, 2)))
            before = rows, by_position, far_by_counts_of(squares, x[rows], y[rows])
        writer.place_values(before[1][squares.of_place], place_value("cells", year))
        writer.place_values(before[2][squares.of_place], place_value("counts", year))
