"""The speeds and delays behind a result, in plain words."""

from __future__ import annotations

from typing import Final

import numpy as np

from explorer.words import Language, number, word
from layers.access.profiles import PROFILES, Profile
from layers.access.segment_times import tobler_factor

# Ramps and the like go with their roads: the list is to be read.
_CLASSES_SHOWN: Final = (
    "motorway", "trunk", "primary", "secondary", "tertiary", "unclassified", "residential", "service",
)  # fmt: skip
_SLOPE_SHOWN: Final = 0.1


def speed_text(profile: Profile, language: Language, *, has_signals: bool) -> str:
    """One line: how fast on which streets, what is lost where, and whether the build changed any of it.

    Parameters
    ----------
    has_signals
        Whether the streets know traffic signals; where they do not, crossings of main roads stand for them.
    """
    parts = [_speed(profile, language), *_delays(profile, language, has_signals=has_signals)]
    if not profile.is_uniform and profile.way != "walk":
        parts.append(word("speed_door", language, speed=_plain(profile.snap_metres_per_minute, language)))
    if profile != PROFILES.get(profile.id):
        parts.append(word("profile_changed", language))
    return word("separator", language).join(parts)


def _speed(profile: Profile, language: Language) -> str:
    if profile.uses_slope:
        paces = profile.metres_per_minute * tobler_factor(np.array([_SLOPE_SHOWN, -_SLOPE_SHOWN]))
        up, down = (_plain(pace, language) for pace in paces.tolist())
        flat = _plain(profile.metres_per_minute, language)
        return word("speed_slope", language, speed=flat, slope=f"{_SLOPE_SHOWN:.0%}", up=up, down=down)
    if profile.metres_per_minute:
        kmh = _plain(profile.metres_per_minute * 0.06, language)
        return word("speed_even", language, speed=_plain(profile.metres_per_minute, language), kmh=kmh)
    speeds = [
        f"{word(f'road_{name}', language)} {_plain(profile.kmh_by_class[name] * profile.kmh_factor, language)}"
        for name in _CLASSES_SHOWN
        if name in profile.kmh_by_class
    ]
    return word("speed_classes", language, speeds=word("comma", language).join(speeds))


def _delays(profile: Profile, language: Language, *, has_signals: bool) -> list[str]:
    stops = "delay_signal" if has_signals else "delay_crossing"
    seconds = {
        stops: profile.signal_seconds if has_signals else profile.crossing_seconds,
        "delay_give_way": profile.give_way_seconds,
    }
    return [word(key, language, seconds=_plain(lost, language)) for key, lost in seconds.items() if lost > 0]


def _plain(value: float, language: Language) -> str:
    """Whole numbers without decimals, others with one."""
    return number(value, language, digits=0 if round(value, 1) == round(value) else 1)
