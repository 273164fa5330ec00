"""Standard grid squares of Japan (地域メッシュ, JIS X 0410): codes ↔ positions, for whole arrays at once.

A code grows by digits: ``ppuu`` (level 1, 40′ × 1°, about 80 km), ``qv`` (level 2, 10 km), ``rw`` (level 3, 1 km), then
one digit 1–4 (SW, SE, NW, NE) for each halving: level 4 (500 m), 5 (250 m), 6 (125 m). Positions are counted here in
whole units of the finest square, 3.75″ of latitude and 5.625″ of longitude, so that neighbouring squares share their
corners exactly.

Source: JIS X 0410:2002 地域メッシュコード; 総務省統計局「地域メッシュ統計の特質・沿革」.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from geodata.errors import BadRow

Codes = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

DIGITS_OF_LEVEL: Final = {1: 4, 2: 6, 3: 8, 4: 9, 5: 10, 6: 11}
_UNITS_PER_DEGREE_LAT: Final = 960  # level 6: 3.75″
_UNITS_PER_DEGREE_LON: Final = 640  # level 6: 5.625″
_UNITS: Final = np.array([0, 640, 80, 8, 4, 2, 1])  # side of a square of level 0 (none), 1 … 6 in those units
_LEVEL_OF_DIGITS: Final = np.array([0, 0, 0, 0, 1, 0, 2, 0, 3, 4, 5, 6])
_FIRST_ROWS: Final = (30, 68)  # first two digits: 沖ノ鳥島 (20.4° N) … 択捉島 (45.6° N)
_FIRST_COLUMNS: Final = (22, 54)  # next two digits: 与那国島 (122.9° E) … 南鳥島 (154.0° E)
_ROUNDING: Final = 1e-7  # of a unit, about 10 µm: a corner that went through floating point still finds its square


def levels(values: npt.ArrayLike) -> npt.NDArray[np.int64]:
    """Level 1–6 of each code, 0 where the value is not a code of a square in Japan.

    Parameters
    ----------
    values
        Codes as text or whole numbers, any mix of levels; ``"533945263.0"`` is read as ``533945263``.
    """
    return _parse(values)[1]


def parse_known(values: npt.ArrayLike) -> tuple[Codes, npt.NDArray[np.int64]]:
    """Codes as whole numbers and their levels; level 0 (and any number) where a value is not a code."""
    return _parse(values)


def parse_codes(values: npt.ArrayLike) -> Codes:
    """Whole numbers of grid codes.

    Raises
    ------
    BadRow
        A value is not a code of level 1–6 in Japan; the message names the first such row (counted from 0).
    """
    codes, level = _parse(values)
    bad = np.flatnonzero(level == 0)
    if len(bad):
        found = np.asarray(values, dtype=object).ravel()[bad[0]]
        raise BadRow(
            f"行 {bad[0]}: 「{found}」は地域メッシュコードではありません（4, 6, 8, 9, 10, 11 桁の JIS X 0410）。 / "
            f"Row {bad[0]}: {found!r} is not a grid code (JIS X 0410 has 4, 6, 8, 9, 10 or 11 digits)."
        )
    return codes


def south_west(values: npt.ArrayLike) -> tuple[Floats, Floats]:
    """Longitude and latitude of the south-west corner of each square, degrees (JGD2011)."""
    column, row, _ = _position(values)
    return 100 + column / _UNITS_PER_DEGREE_LON, row / _UNITS_PER_DEGREE_LAT


def size_degrees(level: npt.ArrayLike) -> tuple[Floats, Floats]:
    """Width (longitude) and height (latitude) in degrees of squares of the given levels."""
    units = _UNITS[np.asarray(level)]
    return units / _UNITS_PER_DEGREE_LON, units / _UNITS_PER_DEGREE_LAT


def polygons(values: npt.ArrayLike) -> npt.NDArray[np.object_]:
    """Each square as a shapely polygon in degrees; neighbours share their corners bit for bit."""
    column, row, level = _position(values)
    side = _UNITS[level]
    return shapely.box(
        100 + column / _UNITS_PER_DEGREE_LON,
        row / _UNITS_PER_DEGREE_LAT,
        100 + (column + side) / _UNITS_PER_DEGREE_LON,
        (row + side) / _UNITS_PER_DEGREE_LAT,
    )


def centres(values: npt.ArrayLike) -> tuple[Floats, Floats]:
    """Longitude and latitude of the middle of each square, degrees."""
    column, row, level = _position(values)
    half = _UNITS[level] / 2
    return 100 + (column + half) / _UNITS_PER_DEGREE_LON, (row + half) / _UNITS_PER_DEGREE_LAT


def code_at(longitude: npt.ArrayLike, latitude: npt.ArrayLike, level: int) -> Codes:
    """Code of the square of a level that holds each point; a point on an edge belongs to the north or east.

    Raises
    ------
    ValueError
        The level is not 1–6, or a point lies outside the squares of Japan.

    Examples
    --------
    >>> int(code_at(139.745433, 35.658581, 3))
    53393599
    """
    if level not in DIGITS_OF_LEVEL:
        raise ValueError(f"メッシュの次数は 1–6 です: {level} / The level of a grid square is 1–6, not {level}.")
    column = np.floor((np.asarray(longitude, dtype=float) - 100) * _UNITS_PER_DEGREE_LON + _ROUNDING).astype(np.int64)
    row = np.floor(np.asarray(latitude, dtype=float) * _UNITS_PER_DEGREE_LAT + _ROUNDING).astype(np.int64)
    first_row, first_column = row // 640, column // 640
    if not np.all(_is_in_japan(first_row, first_column)):
        raise ValueError("日本の地域メッシュの外の座標です。 / A point lies outside the grid squares of Japan.")
    code = first_row * 100 + first_column
    for deeper, base in zip(range(2, level + 1), (8, 10, 2, 2, 2), strict=False):
        up, right = row // _UNITS[deeper] % base, column // _UNITS[deeper] % base
        code = code * 100 + up * 10 + right if base > 2 else code * 10 + 1 + right + 2 * up
    return code


def parents(values: npt.ArrayLike, level: int) -> Codes:
    """Code of the square of a coarser (or the same) level that holds each square.

    Raises
    ------
    ValueError
        A square is coarser than the level asked for.
    """
    codes = parse_codes(values)
    surplus = _digits(codes) - DIGITS_OF_LEVEL[level]
    if np.any(surplus < 0):
        raise ValueError(f"{level} 次より粗いメッシュがあります。 / A square is coarser than level {level}.")
    return codes // 10**surplus


def _parse(values: npt.ArrayLike) -> tuple[Codes, npt.NDArray[np.int64]]:
    """Codes as whole numbers (0 where unusable) and their levels (0 where not a code)."""
    array = np.asarray(values)
    if array.dtype.kind not in "iu":
        numbers = pd.to_numeric(pd.Series(array.ravel(), dtype=object), errors="coerce").to_numpy(dtype=float)
        whole = np.isfinite(numbers) & (numbers == np.floor(numbers)) & (numbers >= 0) & (numbers < 1e12)
        array = np.where(whole, np.nan_to_num(numbers, posinf=0, neginf=0), 0)
    codes = np.clip(array.ravel().astype(np.int64), 0, 10**12)
    digits = _digits(codes)
    level = _LEVEL_OF_DIGITS[np.where(digits < len(_LEVEL_OF_DIGITS), digits, 0)]
    return codes, np.where(_has_valid_digits(codes, digits, level), level, 0)


def _has_valid_digits(codes: Codes, digits: Codes, level: Codes) -> npt.NDArray[np.bool_]:
    head = codes // 10 ** np.maximum(digits - 4, 0)
    valid = (level > 0) & _is_in_japan(head // 100, head % 100)
    second = codes // 10 ** np.maximum(digits - 6, 0) % 100
    valid &= (level < 2) | ((second // 10 < 8) & (second % 10 < 8))
    for deeper in (4, 5, 6):
        quarter = codes // 10 ** np.maximum(digits - DIGITS_OF_LEVEL[deeper], 0) % 10
        valid &= (level < deeper) | ((quarter >= 1) & (quarter <= 4))
    return valid


def _is_in_japan(first_row: Codes, first_column: Codes) -> npt.NDArray[np.bool_]:
    return (
        (first_row >= _FIRST_ROWS[0])
        & (first_row <= _FIRST_ROWS[1])
        & (first_column >= _FIRST_COLUMNS[0])
        & (first_column <= _FIRST_COLUMNS[1])
    )


def _digits(codes: Codes) -> npt.NDArray[np.int64]:
    return np.searchsorted(10 ** np.arange(13, dtype=np.int64), codes, side="right")


def _position(values: npt.ArrayLike) -> tuple[Codes, Codes, npt.NDArray[np.int64]]:
    """Column and row of the south-west corner in units of the finest square, and the level."""
    codes = parse_codes(values)
    digits = _digits(codes)
    level = _LEVEL_OF_DIGITS[digits]
    head = codes // 10 ** (digits - 4)
    row, column = head // 100 * 640, head % 100 * 640
    for deeper in range(2, 7):
        has = level >= deeper
        part = codes // 10 ** np.maximum(digits - DIGITS_OF_LEVEL[deeper], 0) % (100 if deeper < 4 else 10)
        up, right = (part // 10, part % 10) if deeper < 4 else ((part - 1) // 2, (part - 1) % 2)
        row += np.where(has, up * _UNITS[deeper], 0)
        column += np.where(has, right * _UNITS[deeper], 0)
    return column, row, level
