"""Names of the files of profiles: known before a profile is made, so that a finished one is found again."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

    from explorer.words import Language

_CODES_IN_NAME: Final = 6  # file names have an end


def document_name(codes: Sequence[str], language: Language, scenario: str = "") -> str:
    """Name of a profile without the ending of its format: ASCII letters, digits and hyphens.

    Parameters
    ----------
    codes
        One municipality, or the members of a region; regions of many members are named by a hash of their codes.
    scenario
        Digest of the scenario that it tells the effect of.

    Examples
    --------
    >>> document_name(["10201"], "ja"), document_name(["10203", "10201"], "en", "a1b2c3d4")
    ('profile-10201-ja', 'profile-10203-10201-en-a1b2c3d4')
    """
    if len(codes) <= _CODES_IN_NAME:
        members = "-".join(codes)
    else:
        members = f"region-{len(codes)}-{hashlib.sha256(','.join(codes).encode()).hexdigest()[:8]}"
    return "-".join(["profile", members, language, *([scenario] if scenario else [])])
