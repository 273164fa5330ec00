"""Build steps of single subjects: each reads its sources and adds values per place and figures per area.

A subject's step is ``explorer.steps.<name>``: ``run(writer, *, sources, folders, codes, projection, box)``. What it writes
with ``writer.place_values`` and ``writer.figures`` reaches the layers as ``conditions.place_values`` and
``conditions.figures``. The fact ``used`` lists the ids of the sources that it used, ``unused`` the others with a reason.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True)
class Subject:
    """A step of the build: its name, the data sets it reads, and the steps whose folders it is given.

    One that travels along streets is given the modes in force too, as ``profiles``.
    """

    name: str
    datasets: tuple[str, ...]
    after: tuple[str, ...] = ("people", "places")
    travels: bool = False


_STREETS: Final = ("streets", "network", "snapping")

SUBJECTS: Final[tuple[Subject, ...]] = (
    Subject(
        "service_areas",
        (),
        ("people", "places", "facilities", "stops", "service_distances", "transport_distances"),
    ),
    Subject("hazards", ("a31b", "a31", "a33", "a40")),
    Subject(
        "zones",
        ("a50", "a55", "plateau_urf", "own_zones", "small_areas", "estat_grid", "grid_csv"),
        after=("people", "places", "facilities", "streets", "hazards"),
    ),
    Subject("other_population", ("small_areas", "estat_grid", "grid_csv"), after=("people", "places", "streets")),
    Subject(
        "scores",
        (),
        ("people", "places", "facilities", "stops", "network", "service_distances", "transport_distances"),
        travels=True,
    ),
    Subject("departures", (), ("people", "places", "stops", *_STREETS), travels=True),
    Subject("density", ()),
    Subject("future", ("mesh_r6",)),
    Subject("flows", ("migration", "commuting", "official_coverage")),
    Subject(
        "hubs",
        (),
        (
            "people",
            "places",
            "facilities",
            "stops",
            *_STREETS,
            "service_distances",
            "transport_distances",
            "future",
            "zones",
        ),
        travels=True,
    ),
    Subject("municipal_tables", ("municipal_table", "municipal_values"), ("people",)),
    Subject("food_access", ("car_use", "shop_counts"), ("people", "places", "facilities", "municipal_tables")),
    Subject(
        "digital",
        ("digital", "coverage_areas", "ookla"),
        after=("people", "places", "facilities", "service_distances"),
    ),
)
