"""Pairs of a candidate and a place that gains by it: searched no farther than they can be of use, places thinned out to fit."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import numpy.typing as npt

from explorer.siting_candidates import PLACES, CannotPlace, place_rows

if TYPE_CHECKING:
    import pandas as pd

    from explorer.regions import Opened
    from explorer.siting_problem import Question
    from layers.siting import Gains

SPACINGS_M: Final = (0, 250, 500, 1_000, 2_000, 4_000)
_PAIRS_OF_PLACES: Final = 8_000_000  # for inhabited places, thinned out until they fit: some ten seconds
_MOST_PAIRS: Final = 60_000_000  # for all other candidates: about 1 GB
_PAIRS_AT_ONCE: Final = 4_000_000
_SAMPLE: Final = 24  # candidates from which the number of pairs is estimated

Floats = npt.NDArray[np.float64]


def gains_of(
    opened: Opened,
    question: Question,
    candidates: pd.DataFrame,
    places: npt.NDArray[np.int64],
    base: Floats,
    people: Floats,
    cap: float,
    notes: list[str],
) -> tuple[pd.DataFrame, Gains]:
    """Candidates, inhabited places thinned out as far as needed, and their gains.

    Parameters
    ----------
    places, people, base
        (n,) rows of the places to serve, how many live there, and how far what exists is.
    cap
        A way counts as this long at most.
    notes
        Is added to.

    Raises
    ------
    CannotPlace
        There are more pairs than the memory of a usual computer holds.
    """
    from layers.siting import Gains

    services = opened.services()
    known = np.minimum(base, cap)
    cover = question.objective == "cover" and question.limit is not None
    if cover:
        bands = [(np.flatnonzero(base > float(question.limit or 0.0)), float(question.limit or 0.0))]
    else:
        bands = _bands(known)

    def asked(rows: npt.NDArray[np.int64]) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64], Floats]:
        """Candidate, place (rows of this problem) and gain of the pairs of some candidates."""
        chosen = candidates.iloc[rows]
        parts = []
        for here, limit in bands:
            found = services.within_of_points(chosen["lon"], chosen["lat"], question.mode, limit, places=places[here])
            place = np.searchsorted(places, found.place)
            gain = np.ones(len(place)) if cover else known[place] - found.distance.astype(np.float64)
            kept = gain > 0
            parts.append((rows[found.site[kept]], place[kept].astype(np.int64), gain[kept]))
        return _joined(parts)

    sample = np.unique(np.linspace(0, len(candidates) - 1, min(_SAMPLE, len(candidates))).astype(np.int64))
    each = max(1.0, len(asked(sample)[1]) / len(sample))
    if isinstance(question.candidates, str) and question.candidates == PLACES:
        candidates = _thinned(opened, question, candidates, each, people, places, notes)
    elif each * len(candidates) > _MOST_PAIRS:
        raise CannotPlace(
            f"候補地 {len(candidates):,} 件 × 人の住む場所 {len(places):,} か所は大きすぎます。圏域を小さくするか、候補を減らしてください。 / "
            f"{len(candidates):,} candidates for {len(places):,} places are too many. Choose a smaller region or fewer candidates."
        )
    step = max(16, int(_PAIRS_AT_ONCE / each))
    parts = [asked(np.arange(first, min(first + step, len(candidates)))) for first in range(0, len(candidates), step)]
    return candidates, Gains.of_pairs(people, len(candidates), *_joined(parts))


def _bands(known: Floats) -> list[tuple[npt.NDArray[np.int64], float]]:
    """Places by how far what they have is, each band with the longest way that could be any use to it.

    Few places are far from everything; searched by themselves, they do not make the search long for all the others.
    """
    cuts = np.unique(np.quantile(known, [0.5, 0.9, 0.99, 1.0], method="higher"))
    band = np.searchsorted(cuts, known)
    return [(np.flatnonzero(band == number), float(cut)) for number, cut in enumerate(cuts)]


def _joined(
    parts: list[tuple[npt.NDArray[np.int64], npt.NDArray[np.int64], Floats]],
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64], Floats]:
    return (
        np.concatenate([part[0] for part in parts]),
        np.concatenate([part[1] for part in parts]),
        np.concatenate([part[2] for part in parts]),
    )


def _thinned(
    opened: Opened,
    question: Question,
    candidates: pd.DataFrame,
    pairs_each: float,
    people: Floats,
    places: npt.NDArray[np.int64],
    notes: list[str],
) -> pd.DataFrame:
    """One place in each square of some side, the one with most people; the smallest side that the computer can do with."""
    from geodata.projection import PlaneProjection

    xy = PlaneProjection(opened.workspace.manifest["projection"], 0.0).to_plane(candidates["lon"], candidates["lat"])
    here = people[np.searchsorted(places, place_rows(candidates))]
    sides = SPACINGS_M if question.spacing_m is None else (question.spacing_m,)
    for side in sides:
        kept = np.arange(len(candidates))
        if side > 0:
            square = np.floor(xy / side)
            order = np.lexsort((kept, -here, square[:, 1], square[:, 0]))
            first = np.append(True, (np.diff(square[order], axis=0) != 0).any(axis=1))
            kept = np.sort(order[first])
        if len(kept) * pairs_each <= _PAIRS_OF_PLACES or side == sides[-1]:
            break
    if len(kept) < len(candidates):
        notes.append(
            f"人の住む場所 {len(candidates):,} か所のうち、{side:,.0f}m 四方ごとに最も人の多い {len(kept):,} か所を候補としました。 / "
            f"Of {len(candidates):,} inhabited places the one with most people in each {side:,.0f} m square is a candidate: {len(kept):,}."
        )
    return candidates.iloc[kept].reset_index(drop=True)
