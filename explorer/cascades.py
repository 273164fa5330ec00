"""The weakest closes, its people move on, and again: who closes when, where its people go, and who is left without."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from explorer.people_by_year import TOTAL, PeopleByYear
from explorer.service_sites import sites_of, standing_in
from explorer.thresholds import thresholds_of
from geodata.errors import ExplorerError
from layers.service_thresholds import Thresholds
from layers.viability import Cascade, Closure, Nearest, catchments, close_in_turn, is_newly_beyond

if TYPE_CHECKING:
    from explorer.members import Asked
    from explorer.regions import Opened
    from explorer.services import Services

Floats = npt.NDArray[np.float64]
CLOSURE_COLUMNS: Final = (
    *("step", "year", "site_id", "name", "kind", "municipality_code", "municipality_name", "lon", "lat"),
    *("people", "people_moved", "people_newly_beyond", "people_without", "extra_distance_mean"),
    *("to_site_id", "to_name", "to_municipality_code", "to_people", "at_border"),
)
MOVE_COLUMNS: Final = ("step", "year", "site_id", "to_site_id", "from_code", "people", "people_newly_beyond")


class BadCascade(ExplorerError, ValueError):
    """A chain of closures that cannot be worked out as asked for."""


@dataclass(frozen=True, eq=False)
class CascadeResult:
    """Closures in turn.

    Parameters
    ----------
    closures
        One row each, :data:`CLOSURE_COLUMNS`: ``people`` of its catchment when it closes, of them ``people_moved`` to another
        facility (most of them, ``to_people``, to ``to_site_id``) and ``people_newly_beyond`` reach (within the limit before, and
        no longer; without a limit: reach none), ``people_without``: all people of the year without any within reach after it;
        ``extra_distance_mean`` in what the mode counts in, over those who move.
    moves
        Who goes where, :data:`MOVE_COLUMNS`: per closure, receiving facility (empty: none) and municipality of the people.
    sites
        All facilities: columns of :meth:`explorer.services.Services.sites`, ``at_border``, ``is_open`` at the end,
        ``people_before``, ``people_after`` in the last year.
    threshold, source_of_threshold
        What was closed below; NaN without.
    is_stable
        Whether nobody is left that would close.
    kept_open
        Facilities inside the chosen municipalities that were left open since people beyond the study area may use them.
    """

    closures: pd.DataFrame
    moves: pd.DataFrame
    sites: pd.DataFrame
    threshold: float
    source_of_threshold: str
    is_stable: bool
    kept_open: int
    result: Cascade


def cascade(
    opened: Opened,
    category: str,
    mode: str = "drive",
    *,
    codes: Asked | None = None,
    years: Sequence[int] | None = None,
    below: float | str | None = "n50",
    steps: int | None = None,
    limit: float | None = None,
    group: str = TOTAL,
    with_border: bool = False,
    thresholds: Mapping[str, Thresholds] | None = None,
) -> CascadeResult:
    """The weakest facility closes, its people move on to the next nearest, and again, until none is too weak.

    Each closure is one search of the access engine, some hundredths of a second for a prefecture. Stops close pole by pole.

    Parameters
    ----------
    codes
        Only facilities that stand in these municipalities close; None: all of the study area. Those around it never do.
    years
        Gone through in the order of time, in each until it is stable; None: all that are known.
    below
        ``n50`` or ``n80`` of the service, a number of people, or None: the smallest closes whatever its size (needs `steps`).
    steps
        Closures at most; None: until stable.
    limit
        Reach, in what the mode counts in (:meth:`explorer.services.Services.limit_of`); None: to reach any at all.
    group
        Age group whose people are counted.
    with_border
        Close also those that people beyond the study area may use, whose catchments are known in part only.

    Raises
    ------
    BadCascade
        No threshold for this service, or no end: neither a threshold nor a number of steps.
    UnknownCode
        A service, mode, municipality, age group or year that the workspace does not have.
    """
    people = PeopleByYear(opened)
    people.checked_groups([group])
    asked = _years_with(people, group, years)
    least, source = _closing_size(opened, category, below, steps, thresholds)
    sites = sites_of(opened, category)
    services = opened.services()
    start = services.nearest(category, mode)
    eligible = standing_in(opened, sites, codes) & (sites["area"].to_numpy() >= 0)
    at_border = sites["at_border"].to_numpy()
    columns = people.columns(asked, group)

    def among(is_open: npt.NDArray[np.bool_]) -> Nearest:
        found = services.nearest_of(category, mode, is_open)
        return Nearest(found.site, found.distance)

    done = close_in_turn(
        Nearest(start.site, start.distance),
        among,
        columns,
        ids=sites["site_id"].tolist(),
        may_close=eligible if with_border else eligible & ~at_border,
        threshold=least,
        most=len(sites) if steps is None else steps,
    )
    last = columns[:, [-1]]
    sites = sites.assign(
        is_open=done.is_open,
        people_before=catchments(start.site, last, len(sites)).people[:, 0],
        people_after=catchments(done.nearest.site, last, len(sites)).people[:, 0],
    )
    reach = np.inf if limit is None else float(limit)
    return CascadeResult(
        closures=_closure_table(done, sites, columns, asked, start.distance, reach),
        moves=_move_table(done, sites, columns, asked, services, reach),
        sites=sites,
        threshold=np.nan if least is None else least,
        source_of_threshold=source,
        is_stable=done.is_stable,
        kept_open=0 if with_border else int((eligible & at_border).sum()),
        result=done,
    )


def _years_with(people: PeopleByYear, group: str, years: Sequence[int] | None) -> list[int]:
    """The years asked for, or all of which people of the group are known; one without would silently close nothing."""
    asked = people.checked_years(None if years is None else list(years))
    known = [year for year in asked if not np.isnan(people.people(year, group)).all()]
    unknown = [year for year in asked if year not in known]
    if unknown and (years is not None or not known):
        ja, _, en = people.why_missing(unknown[0], group).partition(" / ")
        raise BadCascade(
            f"{unknown[0]}年の {group}: {ja}。年か年齢区分を変えてください。 / {unknown[0]}, {group}: {en}."
        )
    return known


def _closing_size(
    opened: Opened,
    category: str,
    below: float | str | None,
    steps: int | None,
    thresholds: Mapping[str, Thresholds] | None,
) -> tuple[float | None, str]:
    """People below which a facility closes, and who says so."""
    if steps is not None and steps < 1:
        raise BadCascade(f"回数 {steps}: 1以上にしてください。 / Give 1 step or more, not {steps}.")
    if below is None:
        if steps is None:
            raise BadCascade(
                "しきい値も回数もないと、最後の1件まで閉まります。どちらかを指定してください。 / "
                "Without a threshold and a number of steps everything would close: give one of them."
            )
        return None, ""
    if isinstance(below, str):
        if below not in {"n50", "n80"}:
            raise BadCascade(f"{below}: n50、n80、人数のどれかにしてください。 / Give n50, n80 or a number of people.")
        found = thresholds_of(opened, category, thresholds)
        size = found.n50 if below == "n50" else found.n80
        if np.isnan(size):
            ja, _, en = found.reason.partition(" / ")
            raise BadCascade(
                f"{category} のしきい値がありません（{ja.rstrip('。')}）。人数で指定するか、しきい値のファイルを渡してください。 / "
                f"{category} has no threshold ({en.rstrip('.')}). Give a number of people or a file of thresholds."
            )
        return size, found.source
    if not 0 < below < np.inf:
        raise BadCascade(f"{below} 人: 0 より大きい人数にしてください。 / Give a number of people above 0.")
    return float(below), "指定の人数 / as given"


def _closure_table(
    done: Cascade,
    sites: pd.DataFrame,
    people: Floats,
    years: Sequence[int],
    distance: npt.NDArray[np.floating],
    limit: float,
) -> pd.DataFrame:
    """One row per closure: :data:`CLOSURE_COLUMNS`.

    Parameters
    ----------
    people
        (n_places, n_years).
    distance
        (n_places,) before the first closure.
    limit
        Reach; infinity for any at all.
    """
    far = np.array(distance, copy=True)
    site = sites.to_dict("records")
    rows = []
    for step, closure in enumerate(done.closures, 1):
        now = people[:, closure.column]
        far[closure.places] = closure.after
        here = site[closure.site]
        size, moved, beyond = _sizes(closure, now, limit)
        main, main_people = _main_receiver(closure, now, sites["site_id"].to_numpy(dtype=object))
        rows.append(
            {
                **here,
                "step": step,
                "year": years[closure.column],
                "people": size,
                "people_moved": moved,
                "people_newly_beyond": beyond,
                "people_without": now[~_within(far, limit)].sum(),
                "extra_distance_mean": _extra(closure, now),
                "to_site_id": "" if main is None else site[main]["site_id"],
                "to_name": "" if main is None else site[main]["name"],
                "to_municipality_code": "" if main is None else site[main]["municipality_code"],
                "to_people": main_people,
            }
        )
    return pd.DataFrame(rows, columns=list(CLOSURE_COLUMNS))


def _move_table(
    done: Cascade, sites: pd.DataFrame, people: Floats, years: Sequence[int], services: Services, limit: float
) -> pd.DataFrame:
    """Who goes where, per closure, receiving facility and municipality of the people: :data:`MOVE_COLUMNS`."""
    ids = sites["site_id"].to_numpy(dtype=object)
    codes = np.array([*services.area_codes, ""], dtype=object)  # -1: outside the study area, last
    parts = []
    for step, closure in enumerate(done.closures, 1):
        now = people[closure.places, closure.column]
        moved = pd.DataFrame(
            {
                "to_site_id": np.where(closure.to >= 0, ids[closure.to], ""),
                "from_code": codes[services.area_of_place[closure.places]],
                "people": now,
                "people_newly_beyond": np.where(is_newly_beyond(closure, limit), now, 0.0),
            }
        )
        summed = moved.groupby(["to_site_id", "from_code"], sort=True).sum().reset_index()
        summed.insert(0, "site_id", ids[closure.site])
        summed.insert(0, "year", years[closure.column])
        summed.insert(0, "step", step)
        parts.append(summed[summed["people"] > 0])
    filled = [part for part in parts if len(part)]
    return pd.concat(filled, ignore_index=True) if filled else pd.DataFrame(columns=list(MOVE_COLUMNS))


def _sizes(closure: Closure, now: Floats, limit: float) -> tuple[float, float, float]:
    """People of the catchment, those of them who find another site, and those newly beyond reach."""
    own = now[closure.places]
    moved = own[closure.to >= 0].sum()
    return float(own.sum()), float(moved), float(own[is_newly_beyond(closure, limit)].sum())


def _extra(closure: Closure, now: Floats) -> float:
    """Mean of what the way grows by, over the people who find another site; NaN where nobody does."""
    found = closure.to >= 0
    own = now[closure.places][found]
    added = closure.after[found].astype(np.float64) - closure.before[found]
    return float((own * added).sum() / own.sum()) if own.sum() > 0 else np.nan


def _main_receiver(closure: Closure, now: Floats, ids: npt.NDArray[np.object_]) -> tuple[int | None, float]:
    """The site that most of the people go to, the lower id of several alike, and how many."""
    found = closure.to >= 0
    if not found.any():
        return None, 0.0
    sums = np.round(np.bincount(closure.to[found], now[closure.places][found], len(ids)), 6)
    best = min(np.flatnonzero(sums == sums.max()), key=lambda row: ids[row])
    return (int(best), float(sums[best])) if sums[best] > 0 else (None, 0.0)


def _within(distance: npt.NDArray[np.floating], limit: float) -> npt.NDArray[np.bool_]:
    return np.asarray(np.isfinite(distance) & (distance <= limit))
