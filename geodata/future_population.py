"""Projected people by grid square (国土数値情報 メッシュ別将来推計人口): totals and age groups, every five years to 2070.

Three editions are told apart by their columns:

- **2024** (R6国政局推計, from the census of 2020): ``PTN_2020``, then for 2025 … 2070 ``HITOKU2025``, ``GASSAN2025``, ``PTN_2025``,
  ``PT00_2025`` (total), ``PT01`` … ``PT20`` (five-year ages), ``PTA`` (0–14), ``PTB`` (15–64), ``PTC`` (65+), ``PTD`` (75+), ``PTE``
  (80+); the CSV also has women, ``PF01`` …;
- **2018** (H30国政局推計, from 2015): the same, with ``PT0_2020`` and ``PT5_2020`` without the leading zero;
- **2017** (H29国政局推計, from 2010): ``POP2010`` … ``POP2050``, totals only.

**Suppressed squares** (秘匿). ``HITOKU`` is ``*`` where the ages of a square with few people are hidden: its ``PT00`` and ages are 0,
and its people are in the ages of the square that ``GASSAN`` names, whose own ``HITOKU`` is ``@``. ``PTN`` is the total before that,
given for every square. So totals are always ``PTN``, and the ages of each group of merged squares are dealt out again in proportion to
``PTN``: no square is empty that is not, and every group keeps its sum. Where the square named by ``GASSAN`` is not in the file, the
ages follow the composition of all other squares of the municipality; a note counts them.

``SHICODE`` names the municipality that a square was projected with: the sum over its squares is the projection of
国立社会保障・人口問題研究所 for the municipality, within rounding. Few squares name two (``03201_03202``).
"""

from __future__ import annotations

import io
import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import numpy.typing as npt

from geodata import mesh
from geodata.archive import RawFile, decode
from geodata.codes import municipality_code, rolled_up
from geodata.errors import MissingColumn, UnreadableFile, is_disk_full
from geodata.notes import Notes

if TYPE_CHECKING:
    import pandas as pd

Floats = npt.NDArray[np.float64]

GROUPS: Final = ("total", "0_14", "15_64", "65_plus", "75_plus", "women_20_39")
_COLUMN: Final = re.compile(r"^(PTN|POP|HITOKU|GASSAN|PT[A-D]|PF0?[5-8])_?(20\d\d)$", re.IGNORECASE)
_LETTERS: Final = {"PTA": "0_14", "PTB": "15_64", "PTC": "65_plus", "PTD": "75_plus"}
_MUNICIPALITY_COLUMNS: Final = ("SHICODE", "CITY_CODE")
_SUPPRESSED: Final = "*"
_WHOLE_AGES: Final = ("0_14", "15_64", "65_plus")  # these add up to the total


@dataclass(frozen=True, eq=False)
class Projection:
    """One file of projected people.

    Parameters
    ----------
    level
        Grid level of all squares (3 = 1 km, 4 = 500 m, 5 = 250 m).
    codes
        int64 (n,), code of each square.
    owners
        object (n,), tuple of the municipalities that each square was projected with, wards rolled up to their city.
    base_year
        Year that the projection starts from.
    people
        ``(year, group)`` → (n,) people, the base year (total only) among them; groups of :data:`GROUPS`.
    """

    level: int
    codes: npt.NDArray[np.int64]
    owners: npt.NDArray[np.object_]
    base_year: int
    people: dict[tuple[int, str], Floats]

    @property
    def years(self) -> tuple[int, ...]:
        """All years, the base year first."""
        return tuple(sorted({year for year, _ in self.people}))

    @property
    def prefectures(self) -> frozenset[str]:
        """Prefectures of the municipalities named."""
        return frozenset(code[:2] for owner in self.owners for code in owner)


def is_projection(columns: list[str]) -> bool:
    """Whether these are the columns of a projection by grid square, of any edition."""
    upper = {name.strip().upper() for name in columns}
    return "MESH_ID" in upper and any(re.match(r"^(PTN|PT00|PT0|POP)_?20\d\d$", name) for name in upper)


def read_projection(raw: RawFile, *, notes: Notes) -> Projection:
    """Read one file; shapes are not looked at, since the code of a square says where it is.

    Parameters
    ----------
    raw
        GeoJSON, shapefile, GML, GeoPackage or CSV (UTF-8 or cp932).
    notes
        Receives rows left out, suppressed squares whose partner is missing, ages that cannot be told.

    Raises
    ------
    MissingColumn
        No column of codes, of municipalities, or of people.
    UnreadableFile
        Not such a file, or without usable rows.
    """
    table = _read(raw)
    if not len(table):
        raise UnreadableFile(
            f"{raw.label}: 地物が 1 件もありません。もう一度入手してください。 / It holds no squares. Get it again."
        )
    names = {str(name).strip().upper(): str(name) for name in table.columns}
    municipality = next((names[name] for name in _MUNICIPALITY_COLUMNS if name in names), None)
    totals = _totals(names)
    if "MESH_ID" not in names or municipality is None or len(totals) < 2:
        raise MissingColumn(_missing(raw, list(names)))
    codes, level = mesh.parse_known(table[names["MESH_ID"]].to_numpy(dtype=object))
    owners = _owners(table[municipality])
    people = {(year, "total"): _numbers(table[names[column]]) for year, column in totals.items()}
    keep = _usable(raw, codes, level, owners, np.stack(list(people.values())), notes)
    if not keep.any():
        raise UnreadableFile(
            f"{raw.label}: 使える行がありません（メッシュコード・市区町村コード・人口を確かめてください）。 / "
            "It has no usable row: check the grid codes, municipality codes and people."
        )
    people = {key: values[keep] for key, values in people.items()}
    base_year = min(totals)
    ages = _Ages(raw, table[keep].reset_index(drop=True), names, codes[keep], owners[keep], notes)
    for year in sorted(totals):
        people |= {(year, group): values for group, values in ages.of(year, people[year, "total"]).items()}
    ages.tell()
    return Projection(int(level[keep][0]), codes[keep], owners[keep], base_year, people)


def _totals(names: dict[str, str]) -> dict[int, str]:
    """Year → upper-case name of the column of totals without suppression."""
    found: dict[int, str] = {}
    for name in names:
        match = _COLUMN.match(name)
        if match and match.group(1) in {"PTN", "POP"}:
            found.setdefault(int(match.group(2)), name)
    return found


def _wanted(name: str) -> bool:
    upper = name.strip().upper()
    return upper in {"MESH_ID", *_MUNICIPALITY_COLUMNS} or _COLUMN.match(upper) is not None


def _read(raw: RawFile) -> pd.DataFrame:
    readers: dict[str, Callable[[RawFile], pd.DataFrame]] = {
        ".geojson": _read_json,
        ".json": _read_json,
        ".csv": _read_csv,
        ".txt": _read_csv,
    }
    try:
        return readers.get(raw.suffix, _read_vector)(raw)
    except (UnreadableFile, MissingColumn):
        raise
    except Exception as error:
        if is_disk_full(error):
            raise
        raise UnreadableFile(
            f"{raw.label}: 読み込めません（{error}）。壊れているか途中で切れています。もう一度ダウンロードしてください。 / "
            f"Cannot be read ({error}). It is damaged or cut off; download it again."
        ) from error


def _read_json(raw: RawFile) -> pd.DataFrame:
    """Properties of the features. A prefecture has millions of numbers: many times faster than through GDAL."""
    import pandas as pd

    content = raw.read_bytes()
    table = _read_lines(content)
    if table is not None:
        return table
    features = json.loads(decode(content, raw.label))["features"]
    properties = [feature["properties"] for feature in features]
    names = [name for name in (properties[0] if properties else ()) if _wanted(name)]
    return pd.DataFrame({name: [row.get(name) for row in properties] for name in names})


def _read_lines(content: bytes) -> pd.DataFrame | None:
    """The same of a file with one feature in each line, as they are published, on all cores; None where it is not so."""
    import pyarrow as pa
    import pyarrow.json as pj

    lines = [line.strip().rstrip(b",") for line in content.split(b"\n") if b'"MESH_ID"' in line]
    if len(lines) < 2 or content.count(b'"MESH_ID"') != len(lines):
        return None
    try:
        first = json.loads(lines[0])["properties"]
        types = {
            name: pa.float64() if _is_count(name) else pa.string() if isinstance(value, str | None) else pa.int64()
            for name, value in first.items()
            if _wanted(name)
        }
        schema = pa.schema([("properties", pa.struct(list(types.items())))])
        options = pj.ParseOptions(explicit_schema=schema, unexpected_field_behavior="ignore")
        found = pj.read_json(pa.BufferReader(b"\n".join(lines)), parse_options=options)
    except (ValueError, KeyError, TypeError, AttributeError, pa.ArrowException):
        return None  # read the slow way, which says what is wrong
    if found.num_rows != len(lines):
        return None
    table: pd.DataFrame = found.combine_chunks().flatten().rename_columns(list(types)).to_pandas()
    return table


def _is_count(name: str) -> bool:
    match = _COLUMN.match(name.strip())
    return match is not None and match.group(1).upper() not in {"HITOKU", "GASSAN"}


def _read_csv(raw: RawFile) -> pd.DataFrame:
    import pandas as pd

    text = decode(raw.read_bytes(), raw.label)
    table = pd.read_csv(io.StringIO(text), usecols=_wanted, dtype=str, keep_default_na=False, skipinitialspace=True)
    return table.replace("", None)


def _read_vector(raw: RawFile) -> pd.DataFrame:
    import pyogrio

    with raw.on_disk() as path:
        fields = [str(name) for name in pyogrio.read_info(path)["fields"]]
        columns = [name for name in fields if _wanted(name)]
        table: pd.DataFrame = pyogrio.read_dataframe(path, columns=columns, read_geometry=False)
    return table


def _missing(raw: RawFile, found: list[str]) -> str:
    listed = ", ".join(found[:12])
    return (
        f"{raw.label}: メッシュ別将来推計人口の列（MESH_ID、SHICODE、PTN_2020 と PTN_2025 など）がありません（ある列: {listed}）。"
        "国土数値情報の元のファイルを置いてください。 / "
        f"Columns of a projection by grid square (MESH_ID, SHICODE, PTN_2020, PTN_2025 …) are missing (found: {listed}). "
        "Put the file as it was published."
    )


def _numbers(column: pd.Series) -> Floats:
    import pandas as pd

    if column.dtype.kind in "fiu":
        return column.to_numpy(dtype=float)
    text = column.astype("str").str.strip().str.replace(",", "")
    return pd.to_numeric(text, errors="coerce").to_numpy(dtype=float)


def _owners(column: pd.Series) -> npt.NDArray[np.object_]:
    """Municipalities of each square; an empty tuple where none can be read."""
    known: dict[object, tuple[str, ...]] = {}
    found = np.empty(len(column), dtype=object)
    for row, value in enumerate(column):
        if value not in known:
            parts = [municipality_code(part) for part in re.split(r"[_,;・ /]+", str(value)) if part]
            known[value] = tuple(dict.fromkeys(rolled_up(part) for part in parts if part))
        found[row] = known[value]
    return found


def _usable(
    raw: RawFile,
    codes: npt.NDArray[np.int64],
    level: npt.NDArray[np.int64],
    owners: npt.NDArray[np.object_],
    totals: Floats,
    notes: Notes,
) -> npt.NDArray[np.bool_]:
    """Rows that count; the others are counted in a note each."""
    import pandas as pd

    finest = int(np.bincount(level).argmax()) if (level > 0).any() else 0
    has_owner = np.array([bool(owner) for owner in owners], dtype=bool)
    keep = np.ones(len(codes), dtype=bool)
    for wrong, ja, en in (
        (level == 0, "メッシュコードではない行", "rows without a grid code"),
        (level != finest, "ほかの大きさのメッシュの行", "rows of squares of another size"),
        (~has_owner, "市区町村コードと読めない行", "rows without a municipality code"),
        (
            ~(np.isfinite(totals) & (totals >= 0)).all(axis=0),
            "総数が数でない、または負の行",
            "rows whose totals are not numbers or negative",
        ),
        (pd.Series(codes).duplicated().to_numpy(), "同じメッシュの2行目以降", "repeated squares (the first is kept)"),
    ):
        newly = wrong & keep
        if newly.any():
            notes.warn(
                raw.label, f"{ja} {int(newly.sum()):,} 件を使いません。", f"{int(newly.sum()):,} {en} are not used."
            )
        keep &= ~wrong
    return keep


class _Ages:
    """The ages of the squares of one file, with those of suppressed squares dealt out again."""

    def __init__(
        self,
        raw: RawFile,
        table: pd.DataFrame,
        names: dict[str, str],
        codes: npt.NDArray[np.int64],
        owners: npt.NDArray[np.object_],
        notes: Notes,
    ) -> None:
        import pandas as pd

        self._raw, self._table, self._names, self._notes = raw, table, names, notes
        self._row_of = pd.Index(codes)
        self._owner = pd.factorize(np.array([owner[0] for owner in owners], dtype=object))[0]
        self._orphans = 0
        self._merged = 0

    def of(self, year: int, total: Floats) -> dict[str, Floats]:
        """People of each age group of a year per square; those of the whole ages add up to the total."""
        published = self._published(year)
        if not published:
            return {}
        root = self._roots(year, total)
        at_home = root >= 0
        in_group = np.bincount(root[at_home], total[at_home], len(total))
        part = np.zeros(len(total))
        np.divide(total, in_group[root], out=part, where=at_home & (in_group[root] > 0))
        dealt = {group: np.where(at_home, values[root] * part, 0.0) for group, values in published.items()}
        return _summing_up(dealt, total, self._owner)

    def tell(self) -> None:
        """Write down how many squares were suppressed and how many of them could not be followed."""
        if self._merged:
            self._notes.info(
                self._raw.label,
                f"年齢が秘匿されたメッシュ（のべ {self._merged:,} 件・年）の年齢別人口は、合算先の年齢別人口を人口の比で戻しました。",
                f"Ages of suppressed squares ({self._merged:,} squares and years) were dealt out again, by people, from the "
                "squares that they were merged into.",
            )
        if self._orphans:
            self._notes.warn(
                self._raw.label,
                f"秘匿メッシュのうち、のべ {self._orphans:,} 件・年は合算先がこのファイルにありません。"
                "年齢は市区町村の構成比で推計しました。",
                f"{self._orphans:,} suppressed squares and years are merged into squares that are not in this file; "
                "their ages follow the composition of the municipality.",
            )

    def _published(self, year: int) -> dict[str, Floats]:
        """Age groups that the file has for a year, as published."""
        columns = {group: [f"{name}_{year}"] for name, group in _LETTERS.items()}
        columns["women_20_39"] = [f"PF{band:02d}_{year}" for band in range(5, 9)]
        unpadded = [f"PF{band}_{year}" for band in range(5, 9)]
        if not set(columns["women_20_39"]) <= self._names.keys():
            columns["women_20_39"] = unpadded
        return {
            group: np.maximum(
                np.nan_to_num(np.sum([_numbers(self._table[self._names[name]]) for name in wanted], axis=0)), 0.0
            )
            for group, wanted in columns.items()
            if set(wanted) <= self._names.keys()
        }

    def _roots(self, year: int, total: Floats) -> npt.NDArray[np.int64]:
        """Row that holds each square's ages: its own, that of the square it is merged into, or −1 if that is not here."""
        import pandas as pd

        rows = np.arange(len(total))
        mark, goal = (
            next((self._names[name] for name in (f"{word}{year}", f"{word}_{year}") if name in self._names), None)
            for word in ("HITOKU", "GASSAN")
        )
        if mark is None or goal is None:
            return rows
        hidden = self._table[mark].astype(object).fillna("").astype("str").str.strip().to_numpy(object) == _SUPPRESSED
        if not hidden.any():
            return rows
        targets, _ = mesh.parse_known(self._table[goal].to_numpy(dtype=object)[hidden])
        found = self._row_of.get_indexer(pd.Index(targets))
        # A square that is itself hidden holds no ages: nobody can be told from it.
        found = np.where((found >= 0) & ~hidden[found], found, -1)
        root = rows.copy()
        root[hidden] = found
        lived_in = hidden & (total > 0)
        self._merged += int((lived_in & (root >= 0)).sum())
        self._orphans += int((lived_in & (root < 0)).sum())
        return root


def _summing_up(ages: dict[str, Floats], total: Floats, owner: npt.NDArray[np.intp]) -> dict[str, Floats]:
    """The ages scaled to the total of each square; squares without ages take the composition of their municipality."""
    if not set(_WHOLE_AGES) <= ages.keys():
        return {group: np.minimum(values, total) for group, values in ages.items()}
    whole = np.sum([ages[group] for group in _WHOLE_AGES], axis=0)
    lost = (whole <= 0) & (total > 0)
    municipality_whole = np.bincount(owner, whole)
    everybody = whole.sum()
    scaled = {}
    for group, values in ages.items():
        with np.errstate(invalid="ignore", divide="ignore"):
            share = np.bincount(owner, values) / municipality_whole
            share = np.where(municipality_whole > 0, share, values.sum() / everybody if everybody > 0 else np.nan)
            own = np.where(whole > 0, values / whole, 0.0)
        scaled[group] = total * np.where(lost, share[owner], own)
    return scaled
