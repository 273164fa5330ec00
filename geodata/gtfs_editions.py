"""Feeds that are the same network twice: the same file under two names, or two editions of one feed.

Counted together they would double every departure. Two feeds are editions of one if the same operators run at least
four fifths of the routes and call at four fifths of the stops of the smaller one, by identifier and, for the stops, by
position. An operator who splits a network over several feeds has other routes in each, and keeps them all.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from geodata.gtfs import Feed
    from geodata.notes import Notes

Validity = tuple["date", "date"] | None
_SHARED: Final = 0.8
_SAME_PLACE_DEGREES: Final = 0.002  # about 200 m: a pole may have been moved or measured anew


def without_copies(feeds: Sequence[Feed], notes: Notes) -> list[Feed]:
    """Leave out feeds whose tables equal those of an earlier one byte for byte."""
    seen: dict[tuple[int, ...], Feed] = {}
    for feed in feeds:
        twin = seen.setdefault(feed.fingerprint, feed)
        if twin is not feed:
            notes.warn(
                feed.label,
                f"{twin.label} と同じ内容なので使いません。",
                f"It has the same content as {twin.label} and is not used.",
            )
    return list(seen.values())


def without_old_editions(
    feeds: Sequence[Feed], validities: Sequence[Validity], notes: Notes, *, near: date
) -> list[bool]:
    """Say of each feed whether it is used: of several editions the one valid on the wanted day, else the latest.

    Parameters
    ----------
    feeds
        Feeds without exact copies.
    validities
        First and last day of each, None without a calendar.
    near
        The wanted day.
    """
    kept = [True] * len(feeds)
    for later in range(len(feeds)):
        for earlier in range(later):
            if kept[earlier] and kept[later] and _same_network(feeds[earlier], feeds[later]):
                better, worse = sorted(
                    (earlier, later), key=lambda row: _preference(validities[row], near), reverse=True
                )
                kept[worse] = False
                _note(feeds[worse], feeds[better], validities[better], notes)
    return kept


def _same_network(one: Feed, other: Feed) -> bool:
    if one.agencies != other.agencies:
        return False
    routes, other_routes = set(one.trips["route_id"]), set(other.trips["route_id"])
    if not _mostly_shared(len(routes & other_routes), len(routes), len(other_routes)):
        return False
    both = one.stops.merge(other.stops, on="stop_id", suffixes=("", "_other"))
    off = np.maximum((both["lat"] - both["lat_other"]).abs(), (both["lon"] - both["lon_other"]).abs())
    return _mostly_shared(int((off < _SAME_PLACE_DEGREES).sum()), len(one.stops), len(other.stops))


def _mostly_shared(shared: int, one: int, other: int) -> bool:
    return min(one, other) > 0 and shared >= _SHARED * min(one, other)


def _preference(validity: Validity, near: date) -> tuple[bool, bool, int]:
    if validity is None:
        return False, False, 0
    return True, validity[0] <= near <= validity[1], validity[1].toordinal()


def _note(worse: Feed, better: Feed, validity: Validity, notes: Notes) -> None:
    dates = f"{validity[0]}～{validity[1]}" if validity else "?"
    dates_en = f"{validity[0]} to {validity[1]}" if validity else "?"
    notes.warn(
        worse.label,
        f"{better.label}（有効期間 {dates}）と同じ路線の別の版なので使いません。",
        f"It is another edition of {better.label} (valid {dates_en}) and is not used.",
    )
