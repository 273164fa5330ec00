"""Facilities from 国土数値情報: medical (P04), welfare (P14), schools (P29), offices and halls (P05), parks (P13).

Every reader returns the same columns: service, kind, name, capacity, capacity_unit, traits, as_of, geometry (point,
EPSG:6668). Codes that the tables of :mod:`geodata.ksj` do not know are left out with a count, never guessed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import geopandas as gpd
import numpy as np
import pandas as pd

from geodata.errors import MissingColumn
from geodata.kinds import KINDS
from geodata.ksj import (
    CARE_AT_HOME_MIDDLE,
    CARE_AT_HOME_MINOR,
    CARE_UNTOLD_MIDDLE,
    CLOSED_SCHOOL,
    MEDICAL_KINDS,
    OFFICE_KINDS,
    RESIDENTIAL_WORDS,
    SCHOOL_KINDS,
    WELFARE_MAJOR_KINDS,
    WELFARE_MIDDLE_KINDS,
    WELFARE_OLD_KINDS,
    clean_text,
    code_text,
    edition_year,
    read_ksj,
)
from geodata.medical_subjects import is_medicine_or_surgery, subjects_of
from geodata.tables import CRS

if TYPE_CHECKING:
    from geodata.archive import RawFile
    from geodata.notes import Notes
    from geodata.vector import Bounds

READ_COLUMNS: Final = ("service", "kind", "name", "capacity", "capacity_unit", "traits", "as_of", "geometry")
_UNKNOWN_CAPACITY: Final = 9999  # written by KSJ where the number is not known
_MEDICINE: Final = "medicine_or_surgery"
_CARE: Final = "care_at_home"


def read_medical(raw: RawFile, *, notes: Notes, within: Bounds | None = None) -> gpd.GeoDataFrame:
    """Hospitals, clinics and dentists (P04, editions 2010, 2014 and 2020); capacity is the number of beds.

    Where the subjects of examination (診療科目) are told, so is the trait ``medicine_or_surgery``
    (:mod:`geodata.medical_subjects`). Rows with blank subjects tell nothing.

    Raises
    ------
    MissingColumn
        P04_001 (classification) or P04_002 (name) is not there.
    """
    table = read_ksj(raw, notes=notes, required=("P04_001", "P04_002"), within=within)
    # 2020 splits the subjects over three columns, so the beds moved from P04_006 to P04_008.
    beds = next((column for mark, column in (("P04_010", "P04_008"), ("P04_008", "P04_006")) if mark in table), None)
    kinds = code_text(table["P04_001"]).map(MEDICAL_KINDS)
    capacity = _capacity(table[beds]) if beds in table else None
    traits = _medical_traits(table, kinds)
    found = facility_table(
        table, kinds, table["P04_002"], raw=raw, notes=notes, capacity=capacity, unit="beds", traits=traits
    )
    asked = found["kind"].isin(["hospital", "clinic"])
    blank = int((asked & (found["traits"] == "")).sum())
    if blank:
        notes.info(
            raw.label,
            f"診療科目の分からない病院・診療所 {blank:,} 件は、内科・外科の指標では数えません（全 {int(asked.sum()):,} 件）。",
            f"{blank:,} of {int(asked.sum()):,} hospitals and clinics tell no subjects and do not count where internal "
            "medicine or surgery is asked for.",
        )
    return found


def _medical_traits(table: gpd.GeoDataFrame, kinds: pd.Series) -> pd.Series:
    told = [
        "" if not text else _MEDICINE if is_medicine_or_surgery(text) else f"-{_MEDICINE}"
        for text in subjects_of(table).fillna("")
    ]
    return pd.Series(told, index=table.index, dtype="object").where(kinds.isin(["hospital", "clinic"]), "")


def read_parks(raw: RawFile, *, notes: Notes, within: Bounds | None = None) -> gpd.GeoDataFrame:
    """City parks (P13, edition 2011), one point each; capacity is the area in m² where it is known.

    Source of the columns: data set page of P13 (P13_003 name, P13_004 kind of park, P13_008 area opened, m²).

    Raises
    ------
    MissingColumn
        P13_003 (name) is not there.
    """
    table = read_ksj(raw, notes=notes, required=("P13_003",), within=within)
    kinds = pd.Series("park", index=table.index)
    area = pd.to_numeric(code_text(table["P13_008"]), errors="coerce").astype(float) if "P13_008" in table else None
    known = None if area is None else area.where((area > 0) & (area != _UNKNOWN_CAPACITY))
    return facility_table(table, kinds, table["P13_003"], raw=raw, notes=notes, capacity=known, unit="m2")


def read_offices(raw: RawFile, *, notes: Notes, within: Bounds | None = None) -> gpd.GeoDataFrame:
    """Town halls, branch offices, other offices and community centres (P05, editions 2010 and 2022)."""
    table = read_ksj(raw, notes=notes, required=("P05_002", "P05_003"), within=within)
    kinds = code_text(table["P05_002"]).map(OFFICE_KINDS)
    return facility_table(table, kinds, table["P05_003"], raw=raw, notes=notes)


def read_schools(raw: RawFile, *, notes: Notes, within: Bounds | None = None) -> gpd.GeoDataFrame:
    """Schools, kindergartens and こども園 (P29, editions 2013, 2021 and 2023) that are not closed.

    A school that is two kinds at once (義務教育学校, 中等教育学校) gives two rows. In the 2013 edition the columns
    stand one place further right (P29_004 is the kind, P29_005 the name), so the kind is looked for by its values.
    """
    table = read_ksj(raw, notes=notes, required=("P29_001", "P29_003", "P29_004"), within=within)
    kind_column, name_column = _school_columns(table, raw)
    codes = code_text(table[kind_column])
    closed = code_text(table["P29_007"]) == CLOSED_SCHOOL if name_column == "P29_004" and "P29_007" in table else None
    if closed is not None and closed.any():
        count = int(closed.sum())
        notes.info(raw.label, f"休校中の {count:,} 校を除きました。", f"{count:,} closed schools (休校) were left out.")
        table, codes = table[~closed.fillna(value=False)], codes[~closed.fillna(value=False)]
    both = int(codes.map(lambda code: len(SCHOOL_KINDS.get(code, ())), na_action="ignore").eq(2).sum())
    if both:
        notes.info(
            raw.label,
            f"義務教育学校・中等教育学校 {both:,} 校は、二つの学校種の両方として数えます。",
            f"{both:,} combined schools (義務教育学校, 中等教育学校) count as both of their kinds.",
        )
    kinds = codes.map(SCHOOL_KINDS, na_action="ignore").explode()
    rows = table.loc[kinds.index]
    return facility_table(rows, kinds, rows[name_column], raw=raw, notes=notes)


def read_welfare(raw: RawFile, *, notes: Notes, within: Bounds | None = None) -> gpd.GeoDataFrame:
    """Welfare facilities and nurseries (P14); editions 2021/2023 and 2011/2015 have different code tables.

    保育所等, 地域型保育事業所 and 認可外保育施設 are nurseries; the rest follows the law each facility stands under. Facilities
    for the elderly have the trait ``care_at_home`` by their 中分類 and 小分類 (:data:`geodata.ksj.CARE_AT_HOME_MINOR`); the
    older editions do not tell it.
    """
    table = read_ksj(raw, notes=notes, required=("P14_001",), within=within)
    middle = _column_of_codes(table, r"\d{4}", WELFARE_MIDDLE_PREFIXES)
    if middle is not None:
        codes = code_text(table[middle], 4)
        kinds = codes.map(WELFARE_MIDDLE_KINDS).fillna(codes.str[:2].map(WELFARE_MAJOR_KINDS))
        name_column = "P14_008"
        if name_column not in table:
            raise MissingColumn(_no_welfare_codes(table, raw))
        traits = _care_traits(codes, table, name_column).where(kinds == "elderly_welfare", "")
        return facility_table(table, kinds, table[name_column], raw=raw, notes=notes, traits=traits)
    old = _column_of_codes(table, r"190\d\d", ("190",))
    if old is None:
        raise MissingColumn(_no_welfare_codes(table, raw))
    names = table[_old_name_column(table, old, raw)]
    kinds = code_text(table[old], 5).map(WELFARE_OLD_KINDS)
    # 2011 keeps day nurseries under 児童福祉施設; their names tell them apart.
    day_nursery = (kinds == "child_welfare") & clean_text(names).str.contains("保育|こども園", na=False)
    kinds = kinds.mask(day_nursery, "nursery")
    return facility_table(table, kinds, names, raw=raw, notes=notes)


WELFARE_MIDDLE_PREFIXES: Final = ("01", "02", "03", "04", "05", "06", "99")


def facility_table(
    table: gpd.GeoDataFrame,
    kinds: pd.Series,
    names: pd.Series,
    *,
    raw: RawFile,
    notes: Notes,
    capacity: pd.Series | None = None,
    unit: str = "",
    traits: pd.Series | None = None,
    as_of: str | None = None,
) -> gpd.GeoDataFrame:
    """Put columns of one source together as facilities; rows without a known kind are left out with a count."""
    known = kinds.isin(KINDS).to_numpy()
    unknown = int((~known).sum())
    if unknown:
        notes.warn(
            raw.label,
            f"種別の分からない {unknown:,} 件を除きました（全 {len(known):,} 件）。",
            f"{unknown:,} of {len(known):,} rows have an unknown kind and were left out.",
        )
    year = edition_year(raw)
    kept = kinds[known].astype(str)
    amounts = np.full(len(kept), np.nan) if capacity is None else capacity.to_numpy(dtype=float)[known]
    columns = {
        "service": kept.map({kind.id: kind.service for kind in KINDS.values()}).to_numpy(dtype=object),
        "kind": kept.to_numpy(dtype=object),
        "name": clean_text(names[known]).fillna("").to_numpy(dtype=object),
        "capacity": amounts,
        "capacity_unit": np.where(np.isnan(amounts), "", unit).astype(object),
        "traits": "" if traits is None else traits.to_numpy(dtype=object)[known],
        "as_of": as_of if as_of is not None else (str(year) if year else ""),
    }
    frame = pd.DataFrame(columns).astype({column: "str" for column in columns if column != "capacity"})
    return gpd.GeoDataFrame(frame, geometry=table.geometry.to_numpy()[known], crs=CRS)[list(READ_COLUMNS)]


def _capacity(values: pd.Series) -> pd.Series:
    """Capacities; 0 beds is a true answer for a clinic, negative and 9999 mean that the number is not known."""
    numbers = pd.to_numeric(code_text(values), errors="coerce").astype(float)
    return numbers.where((numbers >= 0) & (numbers != _UNKNOWN_CAPACITY))


def _care_traits(middle: pd.Series, table: gpd.GeoDataFrame, name_column: str) -> pd.Series:
    """通所系・訪問系・小規模多機能 or not, by the codes of 2021 and 2023; blank where they do not tell."""
    minor = (
        code_text(table["P14_007"], 6) if "P14_007" in table else pd.Series(pd.NA, index=table.index, dtype="string")
    )
    names = clean_text(table[name_column]).fillna("")
    lives_there = names.str.contains("|".join(RESIDENTIAL_WORDS), regex=True)
    is_care = middle.isin(CARE_AT_HOME_MIDDLE) | (minor.isin(CARE_AT_HOME_MINOR) & ~lives_there)
    told = ~middle.isin(CARE_UNTOLD_MIDDLE) | minor.str.fullmatch(r"9910(?!00)\d\d").fillna(value=False)
    care = pd.Series(np.where(is_care.fillna(value=False), _CARE, f"-{_CARE}"), index=table.index)
    return care.where(told.fillna(value=False), "")


def _school_columns(table: gpd.GeoDataFrame, raw: RawFile) -> tuple[str, str]:
    for kind, name in (("P29_003", "P29_004"), ("P29_004", "P29_005")):
        if name not in table:
            continue
        is_code = code_text(table[kind]).str.fullmatch(r"160\d\d").fillna(value=False)
        name_is_code = code_text(table[name]).str.fullmatch(r"\d*").fillna(value=True)
        if table.empty or (is_code.mean() > 0.5 and name_is_code.mean() < 0.5):
            return kind, name
    raise MissingColumn(
        f"{raw.label}: 学校分類コード（16001 など）の列が P29_003 にも P29_004 にも見つかりません。 / "
        "No column of school classification codes (16001 …) in P29_003 or P29_004."
    )


def _column_of_codes(table: gpd.GeoDataFrame, pattern: str, prefixes: tuple[str, ...]) -> str | None:
    """Find the first P14 column in which nearly all values are codes of the pattern."""
    for column in sorted(str(name) for name in table.columns if str(name).startswith("P14_")):
        if table.empty:
            return column
        codes = code_text(table[column])
        if table[column].dtype.kind in "iuf":  # a leading zero is lost in number columns
            codes = codes.str.zfill(4)
        fits = codes.str.fullmatch(pattern).fillna(value=False) & codes.str.startswith(prefixes).fillna(value=False)
        if fits.mean() > 0.9:
            return column
    return None


def _old_name_column(table: gpd.GeoDataFrame, code_column: str, raw: RawFile) -> str:
    after = sorted(str(name) for name in table.columns if str(name).startswith("P14_") and str(name) > code_column)
    for column in after:
        if not code_text(table[column]).fillna("0").str.fullmatch(r"[\d-]*").mean() > 0.5:
            return column
    raise MissingColumn(_no_welfare_codes(table, raw))


def _no_welfare_codes(table: gpd.GeoDataFrame, raw: RawFile) -> str:
    found = ", ".join(str(column) for column in table.columns)
    return (
        f"{raw.label}: 福祉施設の分類コード（P14_006 の 0201 など、または 19001 など）と名称の列が見つかりません（ある列: {found}）。 / "
        f"No columns of welfare classification codes (0201 …, or 19001 …) and names (found: {found})."
    )
