"""How much a facility counts by the time it takes to get there: decay functions f(t), t in minutes.

Each is 1 for what is at the door (or in the first zone) and never rises with t. Their parameters belong to a place, a
purpose and a year: those of a paper are a start, not a measurement of one's own region.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]


class Decay(ABC):
    """A decay function."""

    @property
    def limit_minutes(self) -> float:
        """Time above which f is 0; infinity where it never is."""
        return np.inf

    @abstractmethod
    def _weigh(self, minutes: Floats) -> Floats:
        """f(t) for times of 0 or more within the limit."""

    def __call__(self, minutes: npt.ArrayLike) -> Floats:
        """f(t) of an array of minutes; infinite times weigh nothing.

        Raises
        ------
        ValueError
            A time is negative or NaN.
        """
        given = np.asarray(minutes, dtype=np.float64)
        if not (given >= 0).all():
            raise ValueError("Times must be 0 minutes or more.")
        within = np.isfinite(given) & (given <= self.limit_minutes)
        return np.where(within, self._weigh(np.where(within, given, 0.0)), 0.0)


def _must_be_positive(name: str, value: float) -> None:
    if not (np.isfinite(value) and value > 0):
        raise ValueError(f"{name} must be above 0 and finite, not {value}.")


@dataclass(frozen=True)
class Exponential(Decay):
    """Negative exponential: f(t) = exp(−β t).

    Wilson, *A family of spatial interaction models* (Environment and Planning 3, 1971), where it follows from maximal
    entropy; Handy and Niemeier (1997) for its use in accessibility.

    Parameters
    ----------
    rate
        β per minute, above 0. At 1/β minutes f is 0.37.
    """

    rate: float

    def __post_init__(self) -> None:
        _must_be_positive("rate", self.rate)

    def _weigh(self, minutes: Floats) -> Floats:
        return np.exp(-self.rate * minutes)


@dataclass(frozen=True)
class Gaussian(Decay):
    """Gaussian that ends at 0: f(t) = (exp(−½ (t/t₀)²) − exp(−½)) / (1 − exp(−½)) for t ≤ t₀, else 0.

    Dai, *Black residential segregation, disparities in spatial access to health care facilities, and late-stage breast
    cancer diagnosis in metropolitan Detroit* (Health & Place 16, 2010), the decay of the Gaussian 2SFCA.

    Parameters
    ----------
    reach_minutes
        t₀, the size of the catchment, above 0.
    """

    reach_minutes: float

    def __post_init__(self) -> None:
        _must_be_positive("reach_minutes", self.reach_minutes)

    @property
    def limit_minutes(self) -> float:
        """The size of the catchment."""
        return self.reach_minutes

    def _weigh(self, minutes: Floats) -> Floats:
        edge = np.exp(-0.5)
        weight: Floats = (np.exp(-0.5 * (minutes / self.reach_minutes) ** 2) - edge) / (1 - edge)
        return np.maximum(weight, 0.0)


@dataclass(frozen=True)
class InversePower(Decay):
    """Inverse power: f(t) = max(t, t₁)^−α ÷ t₁^−α.

    Hansen, *How accessibility shapes land use* (Journal of the American Institute of Planners 25, 1959). The power has
    no bound near 0, so times below t₁ count as t₁; with the usual t₁ of one minute f(t) = t^−α from there on.

    Parameters
    ----------
    power
        α, above 0.
    least_minutes
        t₁, above 0.
    """

    power: float
    least_minutes: float = 1.0

    def __post_init__(self) -> None:
        _must_be_positive("power", self.power)
        _must_be_positive("least_minutes", self.least_minutes)

    def _weigh(self, minutes: Floats) -> Floats:
        weight: Floats = (np.maximum(minutes, self.least_minutes) / self.least_minutes) ** -self.power
        return weight


@dataclass(frozen=True)
class Linear(Decay):
    """Linear: f(t) = 1 − t/t₀ for t ≤ t₀, else 0.

    Black and Conroy, *Accessibility measures and the social evaluation of urban structure* (Environment and Planning A
    9, 1977): the area under the cumulative curve of opportunities up to t₀, divided by t₀.

    Parameters
    ----------
    reach_minutes
        t₀, above 0.
    """

    reach_minutes: float

    def __post_init__(self) -> None:
        _must_be_positive("reach_minutes", self.reach_minutes)

    @property
    def limit_minutes(self) -> float:
        """Where the line meets 0."""
        return self.reach_minutes

    def _weigh(self, minutes: Floats) -> Floats:
        weight: Floats = 1.0 - minutes / self.reach_minutes
        return weight


@dataclass(frozen=True)
class LogLogistic(Decay):
    """Log-logistic: f(t) = 1 / (1 + (t/m)^k), flat near the door, steep around m, with a long tail.

    Hilbers and Verroen, *Het beoordelen van de bereikbaarheid van lokaties* (TNO 1993), in the form 1 / (1 + exp(a +
    b ln t)) with b = k and a = −k ln m; Geurs and Ritsema van Eck, *Accessibility measures* (RIVM 2001).

    Parameters
    ----------
    half_minutes
        m, where f is one half, above 0.
    steepness
        k, above 0.
    """

    half_minutes: float
    steepness: float

    def __post_init__(self) -> None:
        _must_be_positive("half_minutes", self.half_minutes)
        _must_be_positive("steepness", self.steepness)

    def _weigh(self, minutes: Floats) -> Floats:
        weight: Floats = 1.0 / (1.0 + (minutes / self.half_minutes) ** self.steepness)
        return weight


@dataclass(frozen=True)
class Steps(Decay):
    """Zones: f(t) = w₁ for t ≤ m₁, w₂ for m₁ < t ≤ m₂ …, 0 beyond the last.

    Luo and Qi, *An enhanced two-step floating catchment area (E2SFCA) method* (Health & Place 15, 2009). One step of
    weight 1 is the plain catchment of Luo and Wang (2003).

    Parameters
    ----------
    minutes
        Upper ends of the zones, ascending, themselves within.
    weights
        One for each zone, not rising, none negative.
    """

    minutes: tuple[float, ...]
    weights: tuple[float, ...]

    def __post_init__(self) -> None:
        ends, weights = np.asarray(self.minutes, float), np.asarray(self.weights, float)
        if ends.shape != weights.shape or ends.size == 0:
            raise ValueError(f"Each zone needs one weight: {ends.size} zones, {weights.size} weights.")
        if not (np.isfinite(ends).all() and ends[0] >= 0 and (np.diff(ends) > 0).all()):
            raise ValueError(f"Zones must end at ascending minutes of 0 or more, not {self.minutes}.")
        if not (np.isfinite(weights).all() and (weights >= 0).all() and (np.diff(weights) <= 0).all()):
            raise ValueError(f"Weights must be 0 or more and must not rise, not {self.weights}.")

    @property
    def limit_minutes(self) -> float:
        """The end of the last zone."""
        return float(self.minutes[-1])

    def _weigh(self, minutes: Floats) -> Floats:
        weights = np.asarray(self.weights, dtype=np.float64)
        return np.asarray(weights[np.searchsorted(np.asarray(self.minutes), minutes, side="left")])


# Luo and Qi (2009): zones 0–10, 10–20 and 20–30 minutes by car with two sets of weights from a Gaussian. The
# first set falls slowly, the second sharply.
LUO_QI_SLOW: Final = Steps((10.0, 20.0, 30.0), (1.0, 0.68, 0.22))
LUO_QI_SHARP: Final = Steps((10.0, 20.0, 30.0), (1.0, 0.42, 0.09))
