"""Speed tests by tile as Ookla publishes them (Speedtest open data), added by the user: CC BY-NC-SA 4.0, never shipped.

A tile is a web-map tile of zoom 16, about 490 m wide in central Japan, named by its quadkey. Its numbers are means over the
tests that people ran there: they tell of those who tested, not of where a line can be had.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

import numpy as np

from geodata.errors import MissingColumn

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    from geodata.archive import RawFile
    from geodata.notes import Notes
    from geodata.vector import Bounds

ZOOM: Final = 16
OOKLA_COLUMNS: Final = ("quadkey", "avg_d_kbps", "avg_u_kbps", "avg_lat_ms", "tests", "devices")
FEWEST_TESTS: Final = 5  # fewer tests say more of the tester than of the place
_NEEDED: Final = ("quadkey", "avg_d_kbps", "tests")
_QUARTER: Final = {"1": "01-01", "2": "04-01", "3": "07-01", "4": "10-01"}


def is_ookla(fields: list[str]) -> bool:
    """Whether columns are those of Ookla's tiles."""
    return {"quadkey", "avg_d_kbps"} <= {str(name).lower() for name in fields}


def network_of(name: str) -> str:
    """``fixed`` or ``mobile`` by the name of the file; ``""`` where it does not say."""
    found = re.search(r"fixed|mobile", name.lower())
    return found.group() if found else ""


def edition_of(name: str) -> str:
    """Quarter of a file by its name: ``2025-01-01_performance_fixed_tiles``, ``2025q1``, ``quarter=1``.

    Examples
    --------
    >>> edition_of("2025-04-01_performance_fixed_tiles.parquet"), edition_of("gps_fixed_2024q3.zip"), edition_of("tiles.shp")
    ('2025-04-01', '2024-07-01', '')
    """
    if found := re.search(r"(20\d\d)-(\d\d)-\d\d", name):
        return found.group()
    if found := re.search(r"(20\d\d)[-_/]?q([1-4])", name.lower()):
        return f"{found.group(1)}-{_QUARTER[found.group(2)]}"
    return ""


def quadkeys(longitude: NDArray[np.float64], latitude: NDArray[np.float64], zoom: int = ZOOM) -> NDArray[np.int64]:
    """Number of the tile that each point lies in: its quadkey read as a number of base 4.

    The first digit of a quadkey is the largest square; as numbers of one zoom they sort as their texts do.

    Examples
    --------
    >>> "0" + np.base_repr(quadkeys(np.array([-90.6564]), np.array([38.4901]))[0], 4)
    '0231113112003202'
    """
    count = 1 << zoom
    sine = np.sin(np.radians(latitude))
    column = np.clip(((longitude + 180.0) / 360.0 * count).astype(np.int64), 0, count - 1)
    north = 0.5 - np.log((1 + sine) / (1 - sine)) / (4 * np.pi)
    row = np.clip((north * count).astype(np.int64), 0, count - 1)
    key = np.zeros(len(column), dtype=np.int64)
    for bit in range(zoom):
        key |= ((column >> bit) & 1) << (2 * bit)
        key |= ((row >> bit) & 1) << (2 * bit + 1)
    return key


def read_ookla(raw: RawFile, *, notes: Notes, within: Bounds) -> pd.DataFrame:
    """Read the tiles of a box.

    Parameters
    ----------
    raw
        Parquet (with WKT), shapefile or CSV.
    within
        West, south, east, north in degrees: of the whole world's tiles only these are read.

    Returns
    -------
    DataFrame
        ``tile`` (int64, see :func:`quadkeys`), ``down_mbps``, ``tests``, one row per tile.

    Raises
    ------
    MissingColumn
        A column is missing; the message names those there are.
    """
    import pandas as pd

    table = _table(raw, within)
    table.columns = [str(name).lower() for name in table.columns]
    missing = [name for name in _NEEDED if name not in table.columns]
    if missing:
        raise MissingColumn(
            f"{raw.label}: 列 {', '.join(missing)} がありません（ある列: {', '.join(table.columns)}）。 / "
            f"Column {', '.join(missing)} is missing (found: {', '.join(table.columns)})."
        )
    text = table["quadkey"].astype(str).str.strip().str.removesuffix(".0")
    numbers = table[["avg_d_kbps", "tests"]].apply(pd.to_numeric, errors="coerce")
    wrong = ~text.str.fullmatch(rf"[0-3]{{{ZOOM}}}") | numbers.isna().any(axis=1) | (numbers < 0).any(axis=1)
    if wrong.any():
        notes.warn(
            raw.label,
            f"quadkey（ズーム {ZOOM}）または数値と読めない {int(wrong.sum()):,} 行を使いません。",
            f"{int(wrong.sum()):,} rows without a quadkey of zoom {ZOOM} or without numbers are not used.",
        )
    text, numbers = text[~wrong], numbers[~wrong]
    frame = pd.DataFrame(
        {
            "tile": np.array([int(key, 4) for key in text], dtype=np.int64),
            "down_mbps": numbers["avg_d_kbps"].to_numpy(float) / 1000.0,
            "tests": numbers["tests"].to_numpy(float),
        }
    )
    low, high = _range(within)
    frame = frame[frame["tile"].between(low, high)]
    return frame.drop_duplicates("tile").sort_values("tile", ignore_index=True)


def speed_at(tiles: pd.DataFrame, longitude: NDArray[np.float64], latitude: NDArray[np.float64]) -> NDArray[np.float32]:
    """Mean download speed in Mbps of the tile that each place lies in; NaN without a tile, or with fewer than five tests."""
    known = tiles[tiles["tests"] >= FEWEST_TESTS]
    found = np.full(len(longitude), np.nan, dtype=np.float32)
    if known.empty:
        return found
    names = known["tile"].to_numpy(np.int64)
    wanted = quadkeys(longitude, latitude)
    at = np.minimum(np.searchsorted(names, wanted), len(names) - 1)
    return np.where(names[at] == wanted, known["down_mbps"].to_numpy(np.float32)[at], found).astype(np.float32)


def _range(within: Bounds) -> tuple[int, int]:
    """First and last tile of a box: north-west and south-east corner, as tiles are numbered."""
    west, south, east, north = within
    low, high = quadkeys(np.array([west, east]), np.array([north, south])).tolist()
    return low, high


def _table(raw: RawFile, within: Bounds) -> pd.DataFrame:
    if raw.suffix in {".parquet", ".geoparquet"}:
        import pyarrow.compute as pc
        import pyarrow.parquet as pq

        with raw.on_disk() as path:
            names = pq.read_schema(path).names
            wanted = [name for name in names if name.lower() in OOKLA_COLUMNS]
            key = next((name for name in wanted if name.lower() == "quadkey"), None)
            kind = pq.read_schema(path).field(key).type if key else None
            if key is None or str(kind) not in {"string", "large_string"}:
                whole: pd.DataFrame = pq.read_table(path, columns=wanted).to_pandas()
                return whole
            low, high = (np.base_repr(tile, 4).zfill(ZOOM) for tile in _range(within))
            inside = (pc.field(key) >= low) & (pc.field(key) <= high)
            near: pd.DataFrame = pq.read_table(path, columns=wanted, filters=inside).to_pandas()
            return near
    if raw.suffix in {".csv", ".txt"}:
        import io

        import pandas as pd

        from geodata.archive import decode

        return pd.read_csv(io.StringIO(decode(raw.read_bytes(), raw.label)), dtype=str)
    import pyogrio

    with raw.on_disk() as path:
        fields = [str(name) for name in pyogrio.read_info(path)["fields"] if str(name).lower() in OOKLA_COLUMNS]
        table: pd.DataFrame = pyogrio.read_dataframe(path, columns=fields, read_geometry=False)
        return table
