"""Recognise tables by their first rows: grids and lists as text or workbook, code tables, and GTFS feeds."""

from __future__ import annotations

import io
import re
import unicodedata
from typing import Final

from geodata.archive import RawFile, decode, is_gtfs_archive, open_zip, stored_name
from geodata.codes import PREFECTURES
from geodata.digital_headings import (
    HEADER_ROWS,
    date_of,
    find_headings,
    found_and_expected,
    is_about_fibre,
    is_named_fibre,
)
from geodata.errors import MissingColumn, SourceError, UnreadableFile
from geodata.ksj_names import iso_date, ksj_edition, prefecture_detail, prefecture_text
from geodata.municipal_readings import looks_like_readings
from geodata.ookla import edition_of, is_ookla, network_of
from geodata.point_headers import find_columns
from geodata.recognised import Recognised
from geodata.table_rows import rows_of

HEAD_BYTES: Final = 256 * 1024
FLOW_HEAD_ROWS: Final = 30
_MEASURED_OFFICIALLY: Final = "cov_medical_pct"
_OWN_TABLES: Final = (
    ("car_use", frozenset({"code", "group", "rate"}), re.compile(r"car[_-]?use|車の?利用率|自動車の?利用率")),
    ("shop_counts", frozenset({"code", "kind", "count"}), re.compile(r"shop[_-]?counts?")),
)
_EMPTY: Final = "空のファイルです（0 バイト）。もう一度入手してください。 / The file is empty (0 bytes). Get it again."


def recognise_feed(raw: RawFile) -> Recognised:
    """A zip with the tables of GTFS: operators and dates."""
    with open_zip(raw) as archive:
        names = {stored_name(info).rsplit("/", 1)[-1].lower(): info for info in archive.infolist()}
        if not is_gtfs_archive(list(names)):
            return Recognised(raw, None)
        dates: list[str] = []
        for member, columns in (("calendar.txt", ("start_date", "end_date")), ("calendar_dates.txt", ("date",))):
            if member in names:
                dates += _column_values(decode(archive.read(names[member]), raw.label), columns)
        agency = (
            _column_values(decode(archive.read(names["agency.txt"]), raw.label), ("agency_name",))
            if "agency.txt" in names
            else []
        )
    days = sorted(date for date in dates if re.fullmatch(r"\d{8}", date))
    period = f"{iso_date(days[0])} – {iso_date(days[-1])}" if days else "暦なし / no calendar"
    return Recognised(
        raw,
        "gtfs",
        edition=iso_date(days[0]) if days else "",
        coverage=f"{'・'.join(dict.fromkeys(agency))} {period}".strip(),
        details={"agencies": sorted(set(agency)), "first": days[0] if days else "", "last": days[-1] if days else ""},
    )


def _column_values(text: str, columns: tuple[str, ...]) -> list[str]:
    import csv

    rows = csv.DictReader(io.StringIO(text))
    return [value.strip() for row in rows for key in columns if (value := row.get(key) or "").strip()]


def recognise_population(raw: RawFile, rows: int | None) -> Recognised | None:
    """A population source with its year, age groups and coverage, or None."""
    from geodata.population import sniff_population

    source = sniff_population(raw)
    if source is None:
        return None
    where = [PREFECTURES.get(code, code) for code in source.prefecture_codes]
    where = where or [f"1次メッシュ {'・'.join(source.primary_meshes[:6])}"]
    table = re.match(r"tbl(T\d{6})", raw.name, re.IGNORECASE)
    groups = "・".join(source.groups)
    return Recognised(
        raw,
        source.format,
        str(source.year or ""),
        f"{'・'.join(where[:4])}（{groups}）",
        {
            "rows": rows if rows is not None else source.row_count,
            "year": source.year,
            "levels": list(source.levels),
            "groups": list(source.groups),
            "prefectures": list(source.prefecture_codes),
            "table": table.group(1).upper() if table else "",
        },
    )


def recognise_text(raw: RawFile) -> Recognised:
    """CSV, TSV or text: official values, census, grids, code tables, lists of places, or none of these."""
    head = unicodedata.normalize("NFKC", decode_head(raw))
    header = (
        [cell.strip().strip('"').lstrip("﻿") for cell in re.split(r"[,\t]", head.splitlines()[0])]
        if head.strip()
        else []
    )
    lowered = {cell.lower() for cell in header}
    if _MEASURED_OFFICIALLY in lowered and "code" in lowered:
        return Recognised(raw, "official_coverage", coverage=_row_text(head))
    if {"JCODE", "ALL"} <= set(header):
        return Recognised(raw, "census_municipality", edition=_first_year(head))
    if {"code", "indicator", "value", "as_of"} <= lowered:
        return Recognised(raw, "digital", coverage=_row_text(head))
    if is_ookla(header):
        return Recognised(raw, "ookla", edition_of(raw.name), network_of(raw.name))
    if found := recognise_fibre_table(raw):
        return found
    if {"stop_id", "stop_lat"} <= lowered or {"trip_id", "stop_sequence"} <= lowered:
        raise SourceError(_loose_gtfs(raw))
    own = _own_table(raw, lowered, head)
    if own is not None:
        return own
    if found := recognise_readings(raw):
        return found
    if found := _projection(raw, header) or recognise_flows(raw):  # before other tables of grid codes
        return found
    return _grid(raw) or _code_table(raw, lowered) or recognise_points(raw) or _plain_text(raw)


def _grid(raw: RawFile) -> Recognised | None:
    """People by grid code; or, where the codes belong to places with names, the list of these places."""
    try:
        return recognise_population(raw, None)
    except MissingColumn:
        if listing := recognise_points(raw):
            return listing
        raise


def recognise_fibre_table(raw: RawFile) -> Recognised | None:
    """A table of fibre coverage by municipality, under whatever titles; one that only its name tells of is a problem."""
    try:
        sheets = [[cells for _, cells in rows] for rows in rows_of(raw, limit=HEADER_ROWS)]
    except UnreadableFile:
        return None  # a text may be anything, and a workbook that cannot be opened has been reported already
    canonical = {"code", "households", "covered", "rate"}
    for rows in sheets:
        said = is_about_fibre(raw.name, rows) or any(
            canonical <= {cell.strip().lower() for cell in row} for row in rows
        )
        if said and (headings := find_headings(rows)):
            return Recognised(raw, "digital", headings.date or date_of(raw.name))
    if is_named_fibre(raw.name) and not any(find_columns(row).is_point_list for rows in sheets for row in rows):
        raise MissingColumn(found_and_expected(raw.label, sheets[0] if sheets else []))
    return None


def recognise_readings(raw: RawFile) -> Recognised | None:
    """The table of codes and readings of municipalities, as text or workbook."""
    return Recognised(raw, "readings") if looks_like_readings(raw) else None


def _own_table(raw: RawFile, header: set[str], head: str) -> Recognised | None:
    """Small tables that the user fills in, by their columns or by their name: the reader says what is wrong with them."""
    name = unicodedata.normalize("NFKC", raw.name).lower()
    for dataset, columns, named in _OWN_TABLES:
        if columns <= header or named.match(name):
            return Recognised(raw, dataset, coverage=_row_text(head))
    return None


def _projection(raw: RawFile, header: list[str]) -> Recognised | None:
    """Projected people by grid square as CSV."""
    from geodata.future_population import is_projection

    if not is_projection(header):
        return None
    details = {"fields": header[:60], **prefecture_detail(raw)}
    return Recognised(raw, "mesh_r6", ksj_edition(raw.name), prefecture_text(raw.name), details)


def recognise_flows(raw: RawFile) -> Recognised | None:
    """A table of moves by sex and age, or of commuting, as text or workbook."""
    from geodata.commuting import looks_like_commuting
    from geodata.migration import looks_like_migration

    try:
        sheets = [[cells for _, cells in rows] for rows in rows_of(raw, limit=FLOW_HEAD_ROWS)]
    except UnreadableFile:
        return None
    for rows in sheets[:1]:
        dataset = "migration" if looks_like_migration(rows) else "commuting" if looks_like_commuting(rows) else None
        if dataset:
            return Recognised(raw, dataset, _first_year("".join(cell for row in rows for cell in row)))
    return None


def _loose_gtfs(raw: RawFile) -> str:
    if raw.members:
        return (
            f"{raw.label}: この zip は GTFS ですが、stops.txt か stop_times.txt がありません。もう一度入手してください。 / "
            "This zip is a GTFS feed without its stops.txt or stop_times.txt. Get it again."
        )
    return f"{raw.label}: GTFS を展開したファイルです。zip のまま置いてください。 / An unpacked GTFS file. Put the zip itself."


def _plain_text(raw: RawFile) -> Recognised:
    return Recognised(raw, "document" if raw.suffix == ".txt" else None)


def _code_table(raw: RawFile, header: set[str]) -> Recognised | None:
    markers = {"lgcode", "code_dantai", "団体コード", "code_muni"}
    return Recognised(raw, "codes") if header & markers else None


def _row_text(head: str) -> str:
    return f"{max(len(head.splitlines()) - 1, 0):,} 行"


def _first_year(head: str) -> str:
    match = re.search(r"(20\d\d)年", head)
    return match.group(1) if match else ""


def recognise_points(raw: RawFile) -> Recognised | None:
    """A list with coordinates (facilities, stations, stops), or one with addresses only."""
    from geodata.point_lists import sniff_point_list

    listing = sniff_point_list(raw)
    if listing is None:
        return None
    return Recognised(
        raw,
        "points" if listing.has_coordinates else "addresses",
        edition=ksj_edition(raw.name),
        coverage=f"{'・'.join(listing.kinds) or '種別不明 / kind unknown'}",
        details={"rows": listing.rows, "kinds": list(listing.kinds)},
    )


def decode_head(raw: RawFile) -> str:
    """The first part of a text file, cut at a whole character."""
    content = raw.read_bytes(HEAD_BYTES)
    for trim in range(4):
        try:
            return decode(content[: len(content) - trim], raw.label)
        except SourceError:
            continue
    return decode(content, raw.label)
