"""Travel times between chosen points: every origin to every destination.

Up to 64 origins go through one sweep together (:mod:`layers.access.swept`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from layers.access.ends import direct
from layers.access.ms import to_seconds
from layers.access.parallel import run_chunks, spans
from layers.access.sweeps import WIDE
from layers.access.swept import Sweep

if TYPE_CHECKING:
    from layers.access.attach import Attachment
    from layers.access.network import StreetNetwork


def travel_times(network: StreetNetwork, origins: Attachment, destinations: Attachment) -> npt.NDArray[np.float64]:
    """Seconds from every origin to every destination, from door to door.

    Parameters
    ----------
    network
        Streets of one mode.
    origins, destinations
        Ties of o and d points.

    Returns
    -------
    ndarray
        float64 (o, d); infinity where there is no way, NaN where an end has no street.
    """
    leaving, arriving = network.leaving(origins), network.arriving(destinations)
    sweep = Sweep.of(network, arriving, is_backward=False)
    times = np.empty((len(leaving), len(arriving)))

    def of_origins(span: tuple[int, int]) -> None:
        origins = leaving.take(slice(*span))
        ms = sweep.times(origins).T
        origin, destination, beside = direct(network, origins, arriving)
        np.minimum.at(ms, (origin, destination), beside)
        times[slice(*span)] = to_seconds(ms)

    run_chunks(of_origins, spans(len(leaving), WIDE))
    times[~leaving.is_tied], times[:, ~arriving.is_tied] = np.nan, np.nan
    return times
