"""Projected people from grid squares to places: every square's people go to places of its municipality, nobody is lost.

Inside a square the projection knows nothing, so the people of every age group and year are spread like the people of today: in
proportion to the total of the places that lie in the square **and** belong to a municipality that the square was projected with
(``SHICODE``). A square without such a place gives its people to the nearest place of its municipality. So the sum over the places of a
municipality is the sum over its squares, which is the projection of 国立社会保障・人口問題研究所; nothing is scaled to the census.

A square whose municipality no boundary knows (an older code) goes to whatever places lie in it.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from geodata import mesh
from geodata.future_population import Projection
from geodata.projection import PlaneProjection

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

_CODE_SPAN: Final = 100_000  # five digits of a municipality behind the code of a square


@dataclass(frozen=True, eq=False)
class Today:
    """The places that people live at today.

    Parameters
    ----------
    longitude, latitude
        (n_places,) degrees.
    plane
        (n_places, 2) metres in the plane of the study area.
    municipality
        object (n_places,), code.
    people
        (n_places,) all people.
    """

    longitude: Floats
    latitude: Floats
    plane: Floats
    municipality: npt.NDArray[np.object_]
    people: Floats


@dataclass(frozen=True, eq=False)
class Spread:
    """Which share of which square goes to which place.

    Parameters
    ----------
    square, place
        (n_links,) rows of the projection and of the places.
    share
        (n_links,); they add up to 1 over the links of each square that has any.
    covered
        bool (n_places,): the place's municipality is in the projection.
    moved
        Rows of squares without a place of theirs, whose people were given to the nearest place.
    left_out
        Rows of squares of the study area that no place could be found for.
    """

    square: Ints
    place: Ints
    share: Floats
    covered: npt.NDArray[np.bool_]
    moved: Ints
    left_out: Ints

    def people(self, values: Floats) -> Floats:
        """Per place, NaN where the projection says nothing of its municipality."""
        found = np.bincount(self.place, values[self.square] * self.share, len(self.covered))
        return np.where(self.covered, found, np.nan)


def spread_projection(
    projection: Projection, today: Today, *, codes: Collection[str], known: Collection[str], plane: PlaneProjection
) -> Spread:
    """Link squares to places.

    Parameters
    ----------
    codes
        Municipalities of the study area.
    known
        Municipalities that have a boundary here; those of the study area among them.
    plane
        The plane of `today.plane`.
    """
    study, bounded = set(codes), set(known) | set(codes)
    owners = [tuple(code for code in owner if code in bounded) for owner in projection.owners]
    of_place = mesh.code_at(today.longitude, today.latitude, projection.level)
    town_of_place = today.municipality.astype(np.int64)
    strangers = np.array([not owner for owner in owners], dtype=bool)
    keys, rows = _pairs(projection.codes, owners, study)
    square = _look_up(keys, rows, of_place * _CODE_SPAN + town_of_place)
    order = np.flatnonzero(strangers)
    anyone = _look_up(projection.codes[order], order, of_place)
    square = np.where(square >= 0, square, anyone)
    inside = np.flatnonzero((square >= 0) & (today.people > 0))
    total = np.bincount(square[inside], today.people[inside], len(projection.codes))
    own = np.array([bool(study.intersection(owner)) for owner in owners], dtype=bool)
    prefectures = {code[:2] for code in study}
    lost = strangers & np.array([any(code[:2] in prefectures for code in owner) for owner in projection.owners])
    homeless = np.flatnonzero(own & (total <= 0))
    nearest = _nearest_own(
        projection.codes[homeless], [next(filter(study.__contains__, owners[row])) for row in homeless], today, plane
    )
    found = nearest >= 0
    towns = {code for row in np.flatnonzero(own) for code in owners[row]}
    towns |= set(today.municipality[inside[strangers[square[inside]]]].tolist())
    return Spread(
        np.concatenate([square[inside], homeless[found]]),
        np.concatenate([inside, nearest[found]]),
        np.concatenate([today.people[inside] / total[square[inside]], np.ones(int(found.sum()))]),
        np.isin(today.municipality, list(towns)),
        homeless[found],
        np.concatenate([homeless[~found], np.flatnonzero(lost & (total <= 0))]),
    )


def _pairs(codes: Ints, owners: Sequence[tuple[str, ...]], study: set[str]) -> tuple[Ints, Ints]:
    """Keys of square and municipality, and the row of the square."""
    first = np.array([int(owner[0]) if owner else -1 for owner in owners], dtype=np.int64)
    is_own = np.array([bool(owner) and owner[0] in study for owner in owners], dtype=bool)
    rows = [np.flatnonzero(is_own)]
    keys = [codes[rows[0]] * _CODE_SPAN + first[rows[0]]]
    several = [(row, code) for row, owner in enumerate(owners) for code in owner[1:] if code in study]
    if several:
        rows.append(np.array([row for row, _ in several], dtype=np.int64))
        keys.append(codes[rows[1]] * _CODE_SPAN + np.array([int(code) for _, code in several], dtype=np.int64))
    return np.concatenate(keys), np.concatenate(rows)


def _look_up(keys: Ints, rows: Ints, asked: Ints) -> Ints:
    """Row of each asked key, −1 where it is not there."""
    if not keys.size:
        return np.full(len(asked), -1, dtype=np.int64)
    order = np.argsort(keys, kind="stable")
    at = np.minimum(np.searchsorted(keys[order], asked), len(keys) - 1)
    return np.where(keys[order][at] == asked, rows[order][at], -1)


def _nearest_own(squares: Ints, towns: Sequence[str], today: Today, plane: PlaneProjection) -> Ints:
    """Nearest place of the same municipality to the middle of each square, −1 where it has no place."""
    from scipy.spatial import cKDTree

    nearest = np.full(len(squares), -1, dtype=np.int64)
    if not len(squares):
        return nearest
    middle = plane.to_plane(*mesh.centres(squares))
    town = np.array(towns, dtype=object)
    for code in dict.fromkeys(towns):
        homes = np.flatnonzero((today.municipality == code) & (today.people > 0))
        if homes.size:
            asked = np.flatnonzero(town == code)
            _, at = cKDTree(today.plane[homes]).query(middle[asked])
            nearest[asked] = homes[np.asarray(at)]
    return nearest


def inhabited_squares(
    projection: Projection, spread: Spread, today: Today, *, year: int, codes: Sequence[str], least: Mapping[str, float]
) -> dict[str, npt.NDArray[np.int64]]:
    """Count 1 km squares (3次メッシュ) that are lived in when the projection starts, and what becomes of them.

    A 1 km square belongs to the municipality with most of its people in the base year, so that no square is counted twice
    and a region's count is the sum over its members.

    Parameters
    ----------
    year
        Year to look at.
    codes
        Municipalities in the order of the result.
    least
        Name → number of people that a square falls below.

    Returns
    -------
    ``inhabited`` (at least one person in the base year) and the names of `least`, each (n_municipalities,).
    """
    import pandas as pd

    at = spread.place
    frame = pd.DataFrame(
        {
            "square": mesh.parents(projection.codes, 3)[spread.square],
            "municipality": today.municipality[at],
            "base": projection.people[projection.base_year, "total"][spread.square] * spread.share,
            "later": projection.people[year, "total"][spread.square] * spread.share,
        }
    )
    parts = frame.groupby(["square", "municipality"], sort=True)[["base", "later"]].sum().reset_index()
    whole = parts.groupby("square")[["base", "later"]].sum()
    main = parts.sort_values(["square", "base"]).drop_duplicates("square", keep="last").set_index("square")
    owner = pd.Index(list(codes)).get_indexer(pd.Index(main["municipality"].loc[whole.index]))
    lived_in = (whole["base"].to_numpy() >= 1) & (owner >= 0)
    later = whole["later"].to_numpy()

    def counted(where: npt.NDArray[np.bool_]) -> Ints:
        return np.bincount(owner[lived_in & where], minlength=len(codes)).astype(np.int64)

    found = {"inhabited": counted(np.ones(len(later), dtype=bool))}
    return found | {name: counted(later < limit) for name, limit in least.items()}
