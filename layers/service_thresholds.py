"""At which population a service is found: N50 and N80, the sizes of town of which 50 % and 80 % have at least one.

Published sizes are few (:data:`PUBLISHED`). Others are fitted, ``Pr(at least one) = 1 ÷ (1 + exp(−(a + b·ln population)))``
over municipalities, by maximum likelihood (Newton's method); ``N_q = exp((ln(q ÷ (1 − q)) − a) ÷ b)``, its standard error by the
delta method. A fit describes the list it was made from: services that the list leaves out make N50 and N80 too large.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import numpy.typing as npt

from geodata.errors import ExplorerError

Floats = npt.NDArray[np.float64]

FEWEST_MUNICIPALITIES: Final = 20  # below, a curve of two numbers says nothing (default of this tool)
FEWEST_OF_EACH: Final = 5  # with the service, and without it (default of this tool)
SURE: Final = 1.96  # standard errors: two-sided 95 %
_ROUNDS: Final = 100
_CONVERGED: Final = 1e-12
_HALVINGS: Final = 40


class NoFit(ExplorerError, ValueError):
    """No thresholds can be fitted; the message says why."""


@dataclass(frozen=True)
class Thresholds:
    """Population at which a service is found in 50 % and in 80 % of municipalities.

    Parameters
    ----------
    n50, n80
        People; NaN where there is none.
    how
        ``own`` (given by the user), ``published``, ``fitted``, or empty where there is none.
    source_ja, source_en
        Where they come from.
    reason
        Why one of them or both are missing, else empty.
    count, present
        Fitted: municipalities, and those of them with the service.
    log_error_50, log_error_80
        Fitted: standard errors of ln n50 and ln n80; else NaN.
    """

    n50: float
    n80: float
    how: str
    source_ja: str = ""
    source_en: str = ""
    reason: str = ""
    count: int = 0
    present: int = 0
    log_error_50: float = math.nan
    log_error_80: float = math.nan

    @property
    def source(self) -> str:
        """Where they come from, in both languages; empty without thresholds."""
        return f"{self.source_ja} / {self.source_en}" if self.how else ""

    def chance(self, people: float) -> float:
        """Percentage of municipalities of this size that have the service, by the logistic curve through n50 and n80.

        NaN where one of them is missing. Nobody: 0.

        Examples
        --------
        >>> found = Thresholds(3500, 5500, "published")
        >>> round(found.chance(3500), 6), round(found.chance(5500), 6)
        (50.0, 80.0)
        """
        if not (0 < self.n50 < self.n80) or math.isnan(people):
            return math.nan
        if people <= 0:
            return 0.0
        slope = _logit(0.8) / math.log(self.n80 / self.n50)
        return 100.0 / (1.0 + math.exp(min(slope * math.log(self.n50 / people), 700.0)))


def without(reason: str) -> Thresholds:
    """No thresholds, and why."""
    return Thresholds(math.nan, math.nan, "", reason=reason)


# 資料Ⅳ-0-4「市町村の人口規模とサービス施設の立地確率」 names this pair in its note; the other numbers of the chart cannot be told
# apart with certainty in the text of the document and are left out. There it is the smallest size at which the share of
# municipalities with at least one exceeds 50 % and 80 %, not a fitted curve.
PUBLISHED: Final = {
    "clinic": Thresholds(
        3500.0,
        5500.0,
        "published",
        "財政制度等審議会「歴史的転機における財政」参考資料 Ⅳ-0-4（2023-05-29）、一般診療所",
        "Fiscal System Council, reference material IV-0-4 (2023-05-29), general clinics",
    )
}


@dataclass(frozen=True)
class LogisticFit:
    """Presence by the logarithm of the population.

    Parameters
    ----------
    intercept, slope
        a and b.
    covariance
        (2, 2), of both.
    count, present
        Municipalities, and those with the service.
    """

    intercept: float
    slope: float
    covariance: Floats
    count: int
    present: int

    def size_at(self, share: float) -> float:
        """Population at which the share (0-1) of municipalities that have it is reached."""
        return math.exp(min((_logit(share) - self.intercept) / self.slope, 700.0))

    def log_error_at(self, share: float) -> float:
        """Standard error of the logarithm of :meth:`size_at`, by the delta method."""
        gradient = np.array([-1.0, -(_logit(share) - self.intercept) / self.slope]) / self.slope
        return float(np.sqrt(gradient @ self.covariance @ gradient))


def fit_presence(population: npt.ArrayLike, is_present: npt.ArrayLike) -> LogisticFit:
    """Fit presence on the logarithm of the population.

    Parameters
    ----------
    population
        (n,) people of each municipality; those without people, or unknown, are left out.
    is_present
        bool (n,), whether it has the service at least once.

    Raises
    ------
    NoFit
        Too few municipalities, all or none of them with the service, a list in which size alone decides, or a presence that
        does not grow with the population beyond chance.
    """
    people, present = np.asarray(population, dtype=np.float64), np.asarray(is_present, dtype=np.bool_)
    counted = people > 0
    size, has = np.log(people[counted]), present[counted]
    _check_variation(size, has)
    middle, spread = float(size.mean()), float(size.std())
    scaled = (size - middle) / spread
    (start, slope), inverse = _maximum_likelihood(np.column_stack([np.ones_like(scaled), scaled]), has.astype(float))
    # Back from scaled sizes: a + b·x = (a' − b'·middle ÷ spread) + (b' ÷ spread)·x.
    back = np.array([[1.0, -middle / spread], [0.0, 1.0 / spread]])
    intercept, slope = (float(each) for each in back @ np.array([start, slope]))
    covariance = back @ inverse @ back.T
    error = math.sqrt(covariance[1, 1])
    if slope < SURE * error:
        raise NoFit(
            f"{len(size)} 市区町村では、人口が多いほど施設があるとは言えません（傾き {slope:.2f}、標準誤差 {error:.2f}）。 / "
            f"Among {len(size)} municipalities presence does not grow with the population beyond chance "
            f"(slope {slope:.2f}, standard error {error:.2f})."
        )
    return LogisticFit(intercept, slope, covariance, len(size), int(has.sum()))


def fitted_thresholds(population: npt.ArrayLike, is_present: npt.ArrayLike, ja: str, en: str) -> Thresholds:
    """N50 and N80 of given municipalities, labelled as fitted.

    Parameters
    ----------
    ja, en
        What was fitted on: the list and its extent.

    Raises
    ------
    NoFit
        See :func:`fit_presence`; or n50 lies outside the municipalities, where the curve is no more than drawn on.
    """
    fit = fit_presence(population, is_present)
    people = np.asarray(population, dtype=np.float64)
    low, high = float(people[people > 0].min()), float(people[people > 0].max())
    n50, n80 = fit.size_at(0.5), fit.size_at(0.8)
    if not low <= n50 <= high:
        raise NoFit(
            f"50%の人口 {n50:,.0f} 人が、推定に使った市区町村の人口（{low:,.0f}〜{high:,.0f} 人）の外にあります。 / "
            f"The size for 50 %, {n50:,.0f} people, is outside the municipalities fitted on ({low:,.0f} to {high:,.0f})."
        )
    found = Thresholds(
        n50,
        n80,
        "fitted",
        f"推定（ロジスティック回帰、{ja}、{fit.count} 市区町村うち {fit.present} に存在）",
        f"fitted (logistic regression, {en}, {fit.count} municipalities, {fit.present} with one)",
        count=fit.count,
        present=fit.present,
        log_error_50=fit.log_error_at(0.5),
        log_error_80=fit.log_error_at(0.8),
    )
    if n80 <= high:
        return found
    return replace(
        found,
        n80=math.nan,
        log_error_80=math.nan,
        reason=f"80%の人口は、推定に使った最大の市区町村（{high:,.0f} 人）より大きく、分かりません。 / "
        f"The size for 80 % is beyond the largest municipality fitted on ({high:,.0f} people), so it is not known.",
    )


def _check_variation(size: Floats, has: npt.NDArray[np.bool_]) -> None:
    count, present = len(size), int(has.sum())
    if count and present in {0, count}:
        ja, en = ("どこにもない", "None") if present == 0 else ("すべてにある", "All")
        raise NoFit(
            f"{count} 市区町村の{ja}ので、人口による違いを推定できません。 / {en} of the {count} municipalities have one: nothing varies."
        )
    if count < FEWEST_MUNICIPALITIES or min(present, count - present) < FEWEST_OF_EACH:
        raise NoFit(
            f"推定するには市区町村が足りません（{count} のうち {present} に存在。{FEWEST_MUNICIPALITIES} 以上、"
            f"ある・ないがそれぞれ {FEWEST_OF_EACH} 以上必要）。 / Too few municipalities for a fit: {count}, of which {present} "
            f"have one; it takes {FEWEST_MUNICIPALITIES}, and {FEWEST_OF_EACH} with and without."
        )
    if size[~has].max() <= size[has].min():
        below, above = math.exp(size[~has].max()), math.exp(size[has].min())
        raise NoFit(
            f"人口 {below:,.0f} 人以下にはなく {above:,.0f} 人以上にはあり、はっきり分かれるため曲線が定まりません。 / "
            f"None up to {below:,.0f} people and all from {above:,.0f} have one: no curve can be fitted to a clean cut."
        )
    if size.std() == 0 or size[has].max() <= size[~has].min():
        raise NoFit("人口が多いほど施設があるとは言えません。 / Presence does not grow with the population.")


def _maximum_likelihood(columns: Floats, has: Floats) -> tuple[Floats, Floats]:
    """Coefficients and the inverse of the information, by Newton's method with halved steps.

    The log-likelihood is concave and, as neither outcome is cut off from the other, has its maximum at finite numbers.
    """
    found = np.zeros(columns.shape[1])
    likelihood = _log_likelihood(columns @ found, has)
    for _ in range(_ROUNDS):
        chance = _expit(columns @ found)
        information = columns.T @ (columns * (chance * (1 - chance))[:, np.newaxis])
        step = np.linalg.solve(information, columns.T @ (has - chance))
        for _ in range(_HALVINGS):
            better = _log_likelihood(columns @ (found + step), has)
            if better >= likelihood:
                found, likelihood = found + step, better
                break
            step /= 2
        if np.abs(step).max() < _CONVERGED * (1 + np.abs(found).max()):
            break
    chance = _expit(columns @ found)
    inverse = np.linalg.inv(columns.T @ (columns * (chance * (1 - chance))[:, np.newaxis]))
    return found, np.asarray(inverse, dtype=np.float64)


def _log_likelihood(score: Floats, has: Floats) -> float:
    return float(np.sum(has * score - np.logaddexp(0.0, score)))


def _expit(score: Floats) -> Floats:
    return np.exp(-np.logaddexp(0.0, -score))


def _logit(share: float) -> float:
    return math.log(share / (1.0 - share))
