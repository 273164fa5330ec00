"""Access surfaces: how far it is to the nearest facility, square by square, as a Cloud-Optimised GeoTIFF.

What a pixel is, is said in :mod:`explorer.export.surface_grid`: the square of the standard grid in whose middle a place
stands. Squares in which nobody lives have no data in any band.

Bands, named in the file:

``people_<group>``
    People in the square. All squares add up to the people of the workspace (or of the region asked for), but for the
    seven digits of a float32.
``<category>.<mode>``
    Mean over the people of the square who can reach a facility: metres in a straight line and on foot along streets
    (``walk``), minutes in every other mode.
``<category>.<mode>.unreachable_share``
    Share (0–1) of the people of the square who cannot reach any: another island, or a street that leads nowhere. They are
    not in the mean, which would otherwise be infinite, and have no data where nobody can.

Without data in both of these are people without a street near, and municipalities that no list of the category covers: how
many people that are is told in the tags of the band, and no list is never a long way.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np
import numpy.typing as npt

from explorer.export.cog import Band, write_cog
from explorer.export.surface_grid import PixelGrid, divisions_of, weighted_means
from explorer.export.surface_notes import category_names, file_tags, way_tags
from geodata.errors import ExplorerError, UnknownCode
from geodata.kinds import CATEGORIES
from geodata.workspace import measure_name
from layers.catalogue import GROUPS
from layers.conditions import REASONS
from layers.measures import SECONDS_PER_MINUTE, STRAIGHT, is_in_metres

if TYPE_CHECKING:
    from explorer.members import Asked
    from explorer.regions import Opened
    from explorer.scenario_result import ScenarioResult
    from layers.conditions import Conditions

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

UNREACHABLE: Final = "unreachable_share"
ENDINGS: Final = (".tif", ".tiff")


class NoSurface(ExplorerError, LookupError):
    """Nothing is known of the way to a category here, or nobody lives where it was asked for."""


class UnknownSurfaceFormat(ExplorerError, ValueError):
    """The file name does not end as a GeoTIFF's does."""


def write_surface(
    opened: Opened,
    path: Path | str,
    *,
    categories: Sequence[str] | None = None,
    modes: Sequence[str] | None = None,
    group: str = "total",
    region: Asked | tuple[()] | None = (),
    scenario: ScenarioResult | None = None,
) -> tuple[str, ...]:
    """Write access surfaces as one Cloud-Optimised GeoTIFF (``.tif``).

    Parameters
    ----------
    categories
        Services (:data:`geodata.kinds.CATEGORIES`, ``station``, ``stop``, ``stop30``); None for all with data here.
    modes
        Modes of travel; None for the way on foot, or the straight line where there are no streets.
    group
        Age group whose people are counted and weigh the means.
    region
        Municipalities, or a saved region; none for the whole study area.
    scenario
        Show the distances after its edits.

    Returns
    -------
    tuple of str
        Names of the bands in their order.

    Raises
    ------
    UnknownCode
        There is no such category, mode, age group or municipality.
    NoSurface
        A category that was named has no data here.
    UnknownSurfaceFormat
        The name ends in something else than ``.tif``.
    """
    path = Path(path)
    if path.suffix.lower() not in ENDINGS:
        raise UnknownSurfaceFormat(
            f"{path.name}: GeoTIFF の拡張子は .tif にしてください。 / The name of a GeoTIFF ends in .tif."
        )
    surfaces = _surfaces(opened, group, region, scenario)
    pairs = surfaces.pairs(categories, modes)
    tags = file_tags(opened, surfaces.grid, group, pairs, scenario)
    names: list[str] = []

    def written() -> Iterator[Band]:
        for band in surfaces.bands(pairs):
            names.append(band.name)
            yield band

    write_cog(path, surfaces.grid, written(), 1 + 2 * len(pairs), tags)
    return tuple(names)


@dataclass(frozen=True)
class Surfaces:
    """Places of an area in squares.

    Parameters
    ----------
    conditions
        Distances of all places of the study area.
    chosen
        (n_places,) whether a place is in the area.
    longitude, latitude
        (n_chosen,) degrees.
    group
        Age group counted.
    """

    conditions: Conditions
    chosen: Bools
    longitude: Floats
    latitude: Floats
    group: str

    @cached_property
    def grid(self) -> PixelGrid:
        """Squares around the places."""
        return PixelGrid.around(self.longitude, self.latitude, divisions_of(self.longitude, self.latitude))

    @cached_property
    def people(self) -> Floats:
        """(n_chosen,) people of the group."""
        return self.conditions.people[self.group][self.chosen]

    def pairs(self, categories: Sequence[str] | None, modes: Sequence[str] | None) -> list[tuple[str, str]]:
        """The ``(category, mode)`` to show, those named in the order named.

        Raises
        ------
        UnknownCode, NoSurface
            As :func:`write_surface`.
        """
        street_mode = "walk" if self.conditions.has_streets and self.conditions.offers("walk") else STRAIGHT
        wanted_modes = list(dict.fromkeys([street_mode] if modes is None else modes))
        for mode in wanted_modes:
            self._check_mode(mode)
        named = list(dict.fromkeys(self.conditions.surveyed if categories is None else categories))
        for category in named:
            _check_category(category)
        pairs = [(category, mode) for category in named for mode in wanted_modes]
        missing = {pair: self._why_missing(*pair) for pair in pairs}
        found = [pair for pair in pairs if not missing[pair]]
        if categories is not None and len(found) < len(pairs):
            (category, mode), reason = next((pair, why) for pair, why in missing.items() if why)
            raise NoSurface(
                f"{category}（{category_names(category)[0]}）・{mode}: データがありません（{reason[0]}）。 / "
                f"No data for {category} ({mode}): {reason[1]}."
            )
        if not found:
            raise NoSurface(
                "施設・停留所の一覧が1つもないため、面データを作れません。 / "
                "No list of facilities or stops covers this area: there is no surface to write."
            )
        return found

    def bands(self, pairs: Sequence[tuple[str, str]]) -> Iterator[Band]:
        """People, then two bands for each category and mode."""
        yield self._people_band()
        for category, mode in pairs:
            yield from self._way_bands(category, mode)

    @cached_property
    def _pixel(self) -> npt.NDArray[np.int64]:
        return self.grid.pixel_of(self.longitude, self.latitude)

    @cached_property
    def _size(self) -> int:
        return self.grid.width * self.grid.height

    def _people_band(self) -> Band:
        summed = np.bincount(self._pixel, self.people, self._size)
        lived_in = np.bincount(self._pixel, minlength=self._size) > 0
        names = GROUPS[self.group]
        return Band(
            f"people_{self.group}",
            "people",
            self.grid.laid_out(np.where(lived_in, summed, np.nan)),
            {"NAME_JA": names[0], "NAME_EN": names[1], "PEOPLE": _plain(self.people.sum())},
        )

    def _way_bands(self, category: str, mode: str) -> Iterator[Band]:
        far = self._distances(category, mode)
        known, reached = ~np.isnan(far), np.isfinite(far)
        name, tags = measure_name(category, mode), way_tags(category, mode)
        means = weighted_means(self._pixel[reached], far[reached], self.people[reached], self._size)
        counts = {"REACHED": reached, "UNREACHABLE": known & ~reached, "WITHOUT_RESULT": ~known}
        counted = {f"PEOPLE_{what}": _plain(self.people[who].sum()) for what, who in counts.items()}
        yield Band(name, "m" if is_in_metres(mode) else "min", self.grid.laid_out(means), tags | counted)
        cut_off = weighted_means(self._pixel[known], (~reached[known]).astype(float), self.people[known], self._size)
        share = {"NAME_JA": f"{tags['NAME_JA']}：到達できない人の割合", "NAME_EN": f"{tags['NAME_EN']}: share of people who cannot reach any"}  # fmt: skip
        yield Band(f"{name}.{UNREACHABLE}", "1", self.grid.laid_out(cut_off), share)

    def _distances(self, category: str, mode: str) -> Floats:
        """(n_chosen,) metres or minutes; NaN without a result, also where no list covers the municipality."""
        far = np.asarray(self.conditions.distances[category, mode][self.chosen], dtype=np.float64)
        covered = self.conditions.why_missing(category, mode) == ""
        far = np.where(covered[self.conditions.area_of_place[self.chosen]], far, np.nan)
        return far if is_in_metres(mode) else far / SECONDS_PER_MINUTE

    def _why_missing(self, category: str, mode: str) -> tuple[str, str] | None:
        """Why nothing at all is known of the way; None where something is."""
        reasons = self.conditions.why_missing(category, mode)[np.unique(self.conditions.area_of_place[self.chosen])]
        if all(reasons):
            return REASONS[str(reasons[0])]
        if (category, mode) not in self.conditions.distances:
            return "この移動手段では測っていない", "not measured in this mode"
        return None

    def _check_mode(self, mode: str) -> None:
        known = [STRAIGHT, *(self.conditions.profiles if self.conditions.has_streets else ())]
        if mode not in known:
            raise UnknownCode(
                f"移動手段 {mode} はこのワークスペースにありません。あるもの: {', '.join(known)} / "
                f"No such mode of travel; there are: {', '.join(known)}."
            )


def _surfaces(
    opened: Opened, group: str, region: Asked | tuple[()] | None, scenario: ScenarioResult | None
) -> Surfaces:
    conditions = opened.conditions if scenario is None else scenario.effect.after
    if group not in conditions.people:
        known = ", ".join(conditions.people)
        raise UnknownCode(
            f"年齢区分 {group} の人口資料がありません。あるもの: {known} / No people of the group {group}; there are: {known}."
        )
    chosen = conditions.area_of_place >= 0
    if region:
        codes = opened.municipalities["code"].tolist()
        members = [codes.index(code) for code in opened.region(region).codes]
        chosen = np.isin(conditions.area_of_place, members)
    if not chosen.any():
        raise NoSurface("この範囲には人が住む地点がありません。 / Nobody lives in this area.")
    points = opened.workspace.table("places").geometry[chosen]
    return Surfaces(conditions, chosen, points.x.to_numpy(), points.y.to_numpy(), group)


def _check_category(category: str) -> None:
    known = (*CATEGORIES, "station", "stop", "stop30")
    if category not in known:
        raise UnknownCode(
            f"「{category}」という施設の区分はありません。あるもの: {', '.join(known)} / "
            f"There is no category {category!r}; there are: {', '.join(known)}."
        )


def _plain(number: float) -> str:
    return f"{number:.6f}".rstrip("0").rstrip(".")
