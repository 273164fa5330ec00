"""Which column holds which age group: Japanese labels of e-Stat, and the plain names people give their own tables."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING, Final

from geodata.tables import AGE_GROUPS, POPULATION_PREFIX

if TYPE_CHECKING:
    from collections.abc import Sequence

_TOTAL: Final = frozenset(
    {
        "人口(総数)",
        "人口総数",
        "総人口",
        "人口",
        "人口(人)",
        "pop",
        "population",
        "total",
        "pop_total",
        "totalpop",
        "jinko",
    }
)
_RANGES: Final = {"0_4": (0, 4), "0_14": (0, 14), "15_64": (15, 64), "65_plus": (65, None), "75_plus": (75, None)} | {
    "85_plus": (85, None)
}
# 「０～１４歳人口　総数」「０～１４歳人口総数」「６５歳以上人口　総数」「２０～２４歳人口　女」 after normalising
_AGE_LABEL: Final = re.compile(r"(?:総数)?(\d+)(?:~(\d+)歳|歳以上)(?:の?人口)?(総数|男女計|男|女)?$")


def normalise_label(label: str) -> str:
    """Full-width forms to ASCII, all white space out, one kind of wave dash, lower case."""
    text = unicodedata.normalize("NFKC", label).replace("〜", "~").replace("－", "-")
    return re.sub(r"\s+", "", text).lower().lstrip("#")


def find_group_columns(labels: Sequence[str]) -> dict[str, list[int]]:
    """Columns whose sum is the people of each age group.

    A group is taken from its own column (``６５歳以上人口　総数``) if there is one, else from the five-year bands that
    make it up, if all of them are there (women 20–39: the four bands of women).

    Parameters
    ----------
    labels
        One label per column; order and unknown columns do not matter.

    Returns
    -------
    dict
        Group → column numbers, in the order of :data:`geodata.tables.AGE_GROUPS`; without the groups not found.
    """
    plain = [normalise_label(label) for label in labels]
    bands = _bands(plain)
    found: dict[str, list[int]] = {}
    for group in AGE_GROUPS:
        columns = _named(plain, group) or _from_bands(bands, group)
        if columns:
            found[group] = columns
    return found


def _named(plain: list[str], group: str) -> list[int]:
    own = {POPULATION_PREFIX + group, "pop_" + group} | (set(_TOTAL) if group == "total" else set())
    return [number for number, label in enumerate(plain) if label in own][:1]


def _bands(plain: list[str]) -> dict[tuple[int, int | None, str], int]:
    """(first age, last age or None, sex) → column."""
    bands: dict[tuple[int, int | None, str], int] = {}
    for number, label in enumerate(plain):
        match = _AGE_LABEL.match(label)
        if match:
            sex = {"男": "male", "女": "female"}.get(match[3] or "", "all")
            bands.setdefault((int(match[1]), int(match[2]) if match[2] else None, sex), number)
    return bands


def _from_bands(bands: dict[tuple[int, int | None, str], int], group: str) -> list[int]:
    if group == "women_20_39":
        return _tiling(bands, 20, 39, "female")
    if group not in _RANGES:
        return []
    first, last = _RANGES[group]
    return _tiling(bands, first, last, "all")


def _tiling(bands: dict[tuple[int, int | None, str], int], first: int, last: int | None, sex: str) -> list[int]:
    """Columns of bands that cover the ages without gap or overlap, the widest first; empty if there are none."""
    widest = sorted((band for band in bands if band[2] == sex), key=lambda band: -(band[1] or 999))
    columns: list[int] = []
    age = first
    while True:
        fits = (band for band in widest if band[0] == age and (last is None or (band[1] or 999) <= last))
        band = next(fits, None)
        if band is None:
            return []
        columns.append(bands[band])
        if band[1] == last:
            return columns
        if band[1] is None:
            return []
        age = band[1] + 1
