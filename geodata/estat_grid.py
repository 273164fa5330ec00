"""Grid statistics of e-Stat (地域メッシュ統計): people by age per square, suppressed squares given their ages back.

The text (``tblT001102Q5240.txt``: cp932, comma-separated) has two header rows, codes and Japanese labels; columns are
found by their labels, so the tables of 2005 … 2020 at 1 km, 500 m, 250 m and 125 m are all read alike.

**Suppressed squares.** Where few people live, only the total is published. ``HTKSYORI`` is 2 there, the detailed
columns hold ``*``, and the ages of those people are counted in the square named by ``HTKSAKI``, whose row has
``HTKSYORI`` 1 and lists in ``GASSAN`` the squares it has taken in. That square's *ages* are then those of the whole
merge group, while its *total* is its own.

Rule: each square keeps its published total. The ages of a merge group are dealt out to its squares in proportion to
their totals, so both the total of every square and every age group of every merge group stay exactly as published.
``suppressed_share`` is 1 for a square whose ages were suppressed, and for the square that took them in the share of
the merge group's people that live in the others; 0 elsewhere.

Ages need not add up to the total: people of unknown age (年齢不詳) are in the total only.

Source: 総務省統計局「地域メッシュ統計」利用上の注意 (秘匿処理); e-Stat 統計GIS 定義書.
"""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Final

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd

from geodata import mesh
from geodata.archive import RawFile, decode
from geodata.errors import MissingColumn, UnreadableFile
from geodata.population_labels import find_group_columns
from geodata.tables import CRS, population_column

if TYPE_CHECKING:
    from geodata.notes import Notes

# Census year of the tables of people and households, by table id (e-Stat 統計GIS; T0011x0–2 in the old and new datum).
TABLE_YEARS: Final = (
    {"T000608": 2010, "T000609": 2010, "T000649": 2010}
    | {"T000846": 2015, "T000847": 2015, "T000876": 2015}
    | {f"T0011{number:02d}": 2020 for number in (0, 1, 2, 40, 41, 42, 92, 96)}
    | {"T001225": 2020, "T001231": 2020}
)
HEADER_ROWS: Final = 2
_SUPPRESSED: Final = 2
_NONE: Final = {"-": "0", "－": "0", "‐": "0"}


def read_estat_grid(raw: RawFile, *, notes: Notes) -> gpd.GeoDataFrame:
    """Cells of a grid text of e-Stat, with every age group that the table has.

    Parameters
    ----------
    raw
        The ``tblT…txt``, of one primary mesh or of a prefecture.
    notes
        Receives rows left out (by line) and squares whose merge partner lies in another file.

    Returns
    -------
    GeoDataFrame
        One row per square, polygon in EPSG:6668, `municipality_code` missing, people as float64. See the module for
        the rule of suppressed squares.

    Raises
    ------
    MissingColumn
        No `KEY_CODE`, or no label for the total.
    UnreadableFile
        The file is empty or not such a table.
    """
    table, labels = _read_text(raw)
    columns = _columns(raw, list(table.columns), labels)
    people = {group: _numbers(table, numbers) for group, numbers in columns.items()}
    codes = table["KEY_CODE"].str.strip()
    keep = _usable(raw, codes, people["total"], notes)
    suppression = (
        table.reindex(columns=["HTKSYORI", "HTKSAKI"]).fillna("").loc[keep].apply(lambda text: text.str.strip())
    )
    people = {group: values[keep] for group, values in people.items()}
    codes = codes[keep].reset_index(drop=True)
    root = _roots(raw, codes, suppression.reset_index(drop=True), notes)
    share = _deal_out_ages(people, root) if len(people) > 1 else np.zeros(len(codes))
    _note_unknown(raw, people, notes)
    return gpd.GeoDataFrame(
        {
            "cell_id": codes.astype("str"),
            "municipality_code": pd.array([pd.NA] * len(codes), dtype="str"),
            **{population_column(group): values for group, values in people.items()},
            "suppressed_share": share,
        },
        geometry=mesh.polygons(codes.to_numpy(dtype=object)),
        crs=CRS,
    )


def _read_text(raw: RawFile) -> tuple[pd.DataFrame, list[str]]:
    text = decode(raw.read_bytes(), raw.label)
    try:
        table = pd.read_csv(io.StringIO(text), dtype="str", keep_default_na=False, skipinitialspace=True)
    except (pd.errors.EmptyDataError, pd.errors.ParserError) as error:
        raise UnreadableFile(
            f"{raw.label}: 地域メッシュ統計の表として読めません（{error}）。e-Stat から取り直してください。 / "
            f"Not readable as a grid table of e-Stat ({error}). Download it again."
        ) from error
    table.columns = [str(column).strip() for column in table.columns]
    if "KEY_CODE" not in table.columns:
        raise MissingColumn(_missing(raw, "KEY_CODE", list(table.columns)))
    labels = [str(label) for label in table.iloc[0]] if len(table) else []
    return table.iloc[1:], labels


def _columns(raw: RawFile, codes: list[str], labels: list[str]) -> dict[str, list[int]]:
    columns = find_group_columns(labels)
    if "total" not in columns:
        raise MissingColumn(
            _missing(raw, "人口（総数）", [label.strip() for label in labels if label.strip()] or codes)
        )
    return columns


def _missing(raw: RawFile, wanted: str, found: list[str]) -> str:
    listed = ", ".join(found[:12])
    return (
        f"{raw.label}: 列「{wanted}」がありません。見つかった列: {listed}。人口の表（T001142 など）を置いてください。 / "
        f"Column {wanted} is missing; found: {listed}. Put a table of population (such as T001142) into the folder."
    )


def _numbers(table: pd.DataFrame, columns: list[int]) -> npt.NDArray[np.float64]:
    """Sum of columns as numbers; NaN for `*` and whatever else is not a number."""
    total = np.zeros(len(table))
    for number in columns:
        text = table.iloc[:, number].str.strip().str.replace(",", "").replace(_NONE)
        total = total + pd.to_numeric(text, errors="coerce").to_numpy(dtype=float)
    return total


def _usable(raw: RawFile, codes: pd.Series, total: npt.NDArray[np.float64], notes: Notes) -> npt.NDArray[np.bool_]:
    """Rows with a grid code, seen for the first time, and a total that can be; the others are named by line."""
    is_code = mesh.levels(codes.to_numpy(dtype=object)) > 0
    is_first = ~codes.duplicated().to_numpy()
    is_count = np.isfinite(total) & (total >= 0)
    for wrong, ja, en in (
        (~is_code, "メッシュコードではない行を除きました", "Rows without a grid code were left out"),
        (
            is_code & ~is_first,
            "同じメッシュコードの 2 行目以降を除きました",
            "Repeated grid codes: the first row is kept",
        ),
        (
            is_code & is_first & ~is_count,
            "人口が数でない行または負の行を除きました",
            "Rows whose population is not a number or negative were left out",
        ),
    ):
        if wrong.any():
            lines = (np.flatnonzero(wrong) + HEADER_ROWS + 1).tolist()
            notes.warn(raw.label, f"{ja}（{listed(lines, '行')}）。", f"{en} ({listed(lines, 'line')}).")
    return is_code & is_first & is_count


def listed(numbers: list[int], unit: str, at_most: int = 8) -> str:
    """``行 3, 17, 21 ほか 5`` / ``line 3, 17, 21 and 5 more``: the first few numbers of a list, for a message."""
    rest = len(numbers) - at_most
    shown = ", ".join(f"{number:,}" for number in numbers[:at_most])
    more = (
        ("" if rest <= 0 else f" ほか {rest:,}")
        if unit in {"行", "レコード"}
        else ("" if rest <= 0 else f" and {rest:,} more")
    )
    return f"{unit} {shown}{more}"


def _roots(raw: RawFile, codes: pd.Series, suppression: pd.DataFrame, notes: Notes) -> npt.NDArray[np.int64]:
    """Row number of the square whose row holds each square's ages: its own, HTKSAKI's, or −1 if that is not here."""
    is_suppressed = (suppression["HTKSYORI"] == str(_SUPPRESSED)).to_numpy()
    targets = codes.where(~is_suppressed, suppression["HTKSAKI"])
    root = pd.Index(codes).get_indexer(pd.Index(targets))
    orphans = int((root < 0).sum())
    if orphans:
        notes.warn(
            raw.label,
            f"秘匿メッシュ {orphans:,} 件の合算先がこのファイルにありません。年齢はファイル全体の構成比で推計しました。",
            f"{orphans:,} suppressed squares are merged into squares that are not in this file; "
            "their ages are estimated by the composition of the whole file.",
        )
    return np.asarray(root, dtype=np.int64)


def _deal_out_ages(people: dict[str, npt.NDArray[np.float64]], root: npt.NDArray[np.int64]) -> npt.NDArray[np.float64]:
    """Share the ages of every merge group among its squares, in place; returns the suppressed share."""
    total = people["total"]
    at_home = root >= 0
    group_total = np.bincount(root[at_home], weights=total[at_home], minlength=len(total))
    is_merged = np.bincount(root[at_home], minlength=len(total)) > 1
    own_part = np.ones(len(total))
    pooled = at_home & is_merged[root]
    own_part[pooled] = _ratio(total[pooled], group_total[root[pooled]])
    for group in people.keys() - {"total"}:
        published = people[group]
        dealt = np.where(at_home, published[root] * own_part, np.nan)
        known = np.isfinite(dealt)
        dealt[~known] = total[~known] * _ratio(dealt[known].sum(), total[known].sum())
        people[group] = dealt
    share = np.where(pooled, 1 - own_part, 0.0)
    share[root != np.arange(len(root))] = 1.0
    return np.where(total > 0, share, 0.0)


def _ratio(part: npt.ArrayLike, whole: npt.ArrayLike) -> npt.NDArray[np.float64]:
    part, whole = np.asarray(part, dtype=float), np.asarray(whole, dtype=float)
    ratio: npt.NDArray[np.float64] = np.zeros(np.broadcast(part, whole).shape)
    np.divide(part, whole, out=ratio, where=whole > 0)
    return ratio


def _note_unknown(raw: RawFile, people: dict[str, npt.NDArray[np.float64]], notes: Notes) -> None:
    parts = [people[group].sum() for group in ("0_14", "15_64", "65_plus") if group in people]
    if len(parts) < 3:
        return
    unknown = float(people["total"].sum() - sum(parts))
    if unknown >= 0.5:
        notes.info(
            raw.label,
            f"年齢不詳 {unknown:,.0f} 人は総数にのみ含まれます。",
            f"{unknown:,.0f} people of unknown age are in the total only.",
        )
