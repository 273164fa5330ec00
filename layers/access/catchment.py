"""Floating catchment areas: supply within reach, shared with everybody else who reaches it.

Two steps. For each facility the ratio of its supply to the people in its catchment, R_j = S_j ÷ Σ_i P_i f(t_ij); for
each place the sum of the ratios in its own, A_i = Σ_j R_j f(t_ij), supply per head.

=========================  ===================================================================================
f                          paper
=========================  ===================================================================================
1 within the catchment     2SFCA: Luo and Wang, Environment and Planning B 30 (2003)
weights by zone            E2SFCA: Luo and Qi, Health & Place 15 (2009); :data:`layers.access.decay.LUO_QI_SLOW`
Gaussian                   Gaussian 2SFCA: Dai, Health & Place 16 (2010); :class:`layers.access.decay.Gaussian`
=========================  ===================================================================================

What is shared out is all there is: Σ_i P_i A_i is the supply of the facilities that anybody reaches.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from layers.access.decay import Decay, Steps
from layers.access.gravity import not_negative
from layers.access.pairs import limit_in_ms, pairs_within

if TYPE_CHECKING:
    from collections.abc import Iterable

    from layers.access.attach import Attachment
    from layers.access.network import StreetNetwork
    from layers.access.od_table import OdTable
    from layers.access.pairs import Pairs

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Catchment:
    """Supply per head at k places, from f facilities.

    Parameters
    ----------
    access
        A (k,), supply per head; 0 where nothing is reached, NaN where the place has no street within the snap limit.
    ratio
        R (f,), supply per (weighted) head of those who reach the facility; NaN where nobody does.
    demand
        Σ P f(t) (f,), (weighted) people who reach the facility.
    supply_reached, supply_unreached
        Supply of the facilities that somebody reaches, and of the others, whose supply is in nobody's access.
    people_without_street
        People of the places without a street, who share in nothing.
    """

    access: Floats
    ratio: Floats
    demand: Floats
    supply_reached: float
    supply_unreached: float
    people_without_street: float


def floating_catchment(
    network: StreetNetwork,
    places: Attachment,
    people: npt.ArrayLike,
    facilities: Attachment,
    supply: npt.ArrayLike,
    *,
    minutes: float | None = None,
    weights: Decay | None = None,
    threads: int | None = None,
) -> Catchment:
    """Supply per head at each place, shared among all who reach it.

    Parameters
    ----------
    network
        Streets of one mode.
    places
        Ties of k places.
    people
        P (k,), 0 or more.
    facilities
        Ties of f facilities.
    supply
        S (f,), 0 or more (doctors, beds, places in a nursery).
    minutes
        Size of the catchment, itself within; needed where `weights` has no end of its own.
    weights
        f(t); 1 everywhere within the catchment when not given.
    threads
        As in :func:`layers.access.parallel.run_chunks`.

    Raises
    ------
    ValueError
        People or supply do not fit, the catchment has no end, or its size is negative.
    """
    heads = not_negative(people, len(places), "people")
    amounts = not_negative(supply, len(facilities), "supply")
    decay, limit_ms = _rule(minutes, weights)
    # From the facilities, because a block then holds everybody who reaches them, and one pass does for both steps.
    blocks = pairs_within(network, places, facilities, limit_ms=limit_ms, from_facilities=True, threads=threads)
    tied = places.is_attached
    return _share_out(blocks, np.where(tied, heads, 0.0), amounts, decay, tied, float(heads[~tied].sum()))


def floating_catchment_from_table(
    times: OdTable,
    people: npt.ArrayLike,
    supply: npt.ArrayLike,
    *,
    minutes: float | None = None,
    weights: Decay | None = None,
) -> Catchment:
    """The same from a table of times made elsewhere; see :func:`floating_catchment`."""
    heads = not_negative(people, times.place_count, "people")
    amounts = not_negative(supply, times.facility_count, "supply")
    decay, limit_ms = _rule(minutes, weights)
    return _share_out([times.within(limit_ms)], heads, amounts, decay, np.ones(heads.size, np.bool_), 0.0)


def _rule(minutes: float | None, weights: Decay | None) -> tuple[Decay, int]:
    """Decay and limit of the catchment."""
    ends = [end for end in (minutes, None if weights is None else weights.limit_minutes) if end is not None]
    end = min(ends, default=np.inf)
    if not np.isfinite(end):
        raise ValueError("A catchment needs its size in minutes, or weights that end somewhere.")
    return weights or Steps((float(end),), (1.0,)), limit_in_ms(end)


def _share_out(
    blocks: Iterable[Pairs],
    people: Floats,
    supply: Floats,
    decay: Decay,
    tied: npt.NDArray[np.bool_],
    people_without_street: float,
) -> Catchment:
    """Both steps; each block holds all pairs of each facility that it names."""
    from layers.access.tally import add_to

    access, demand = np.zeros(people.size), np.zeros(supply.size)
    ratio = np.full(supply.size, np.nan)
    for block in blocks:
        weight = decay(block.ms / 60_000)
        add_to(demand, block.facility, people[block.place] * weight)
        named = np.unique(block.facility)
        named = named[demand[named] > 0]
        ratio[named] = supply[named] / demand[named]
        add_to(access, block.place, np.nan_to_num(ratio[block.facility]) * weight)
    access[~tied] = np.nan
    reached = ~np.isnan(ratio)
    return Catchment(
        access, ratio, demand, float(supply[reached].sum()), float(supply[~reached].sum()), people_without_street
    )
