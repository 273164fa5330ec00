"""What a stored measure counts in: one array per category and mode, of metres where lengths matter, of seconds elsewhere.

The handbooks draw circles of 300, 500 and 800 m, so straight lines and streets on foot are kept in metres; a profile of one
speed makes minutes of them. All other modes have speeds that change from street to street, and only their time says
something.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from layers.access.profiles import Profile

STRAIGHT: Final = "straight"
IN_METRES: Final = (STRAIGHT, "walk")
SECONDS_PER_MINUTE: Final = 60.0


def is_in_metres(mode: str) -> bool:
    """Whether measures of a mode are stored in metres; the others are in seconds."""
    return mode in IN_METRES


def per_minute(mode: str, profiles: Mapping[str, Profile]) -> float:
    """How much of a stored measure makes one minute: metres walked, or 60 seconds.

    Raises
    ------
    KeyError
        The mode is stored in metres and has no profile: a straight line takes no time.
    """
    return profiles[mode].metres_per_minute if is_in_metres(mode) else SECONDS_PER_MINUTE
