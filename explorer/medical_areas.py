"""Secondary medical areas (二次医療圏) out of a file of the user: 国土数値情報 A38, or a table of municipalities.

A38 (2020) holds the primary areas, which are the municipalities, with the code of their secondary area (``A38a_001``, ``A38a_003``),
and the secondary areas with their names (``A38b_003``, ``A38b_004``). A table has the columns ``code`` and ``medical_area`` (name),
or 市区町村コード and 二次医療圏; any other columns are left alone.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from geodata.codes import rolled_up
from geodata.errors import MissingColumn, MissingSource, UnknownCode, UnreadableFile

if TYPE_CHECKING:
    from explorer.region_file import SavedRegion
    from explorer.regions import Opened
    from geodata.archive import RawFile

KIND: Final = "二次医療圏"
_CODE_HEADINGS: Final = ("code", "市区町村コード", "団体コード", "行政区域コード", "市町村コード")
_NAME_HEADINGS: Final = ("medical_area", "二次医療圏", "二次医療圏名", "二次医療圏名称")
_PRIMARY: Final = ("A38a_001", "A38a_003")
_SECONDARY: Final = ("A38b_003", "A38b_004")
_VECTORS: Final = (".shp", ".geojson", ".json", ".gpkg")
_TABLES: Final = (".csv", ".tsv", ".txt", ".xlsx")
_NO_SOURCE: Final = (
    "二次医療圏の資料が指定されていません。国土数値情報 A38（A38-20_GML.zip など）か、code,medical_area の CSV を指定してください。 / "
    "No source of secondary medical areas is given. Name the file of 国土数値情報 A38, or a CSV with code,medical_area."
)


def medical_areas(opened: Opened, source: Path | str | None) -> list[SavedRegion]:
    """Every secondary medical area with a municipality in the study area, by its lowest code.

    Parameters
    ----------
    source
        Zip or layer of A38, or a CSV or XLSX with ``code`` and ``medical_area``.

    Raises
    ------
    MissingSource
        No source is given, or the file is not there.
    SourceError
        It cannot be read, or has not the columns.
    UnknownCode
        None of its municipalities is in the study area.
    """
    from explorer.region_file import SavedRegion

    if source is None:
        raise MissingSource(_NO_SOURCE)
    path = Path(source)
    if not path.is_file():
        raise MissingSource(f"{path}: ファイルがありません。 / There is no such file.")
    area_of = _read(path)
    towns = opened.municipalities
    names = dict(zip(towns["code"].astype(str), towns["name"].astype(str), strict=True))
    members: dict[str, list[str]] = {}
    for code, area in area_of.items():
        members.setdefault(area, []).append(code)
    regions = []
    for area, codes in members.items():
        here = [code for code in codes if code in names]
        if not here:
            continue
        outside = sorted(set(codes) - set(here))
        note = (
            f"ワークスペースにない市区町村 {len(outside)}: {'、'.join(outside)} / Not in the workspace: {', '.join(outside)}"
            if outside
            else ""
        )
        part = "（一部）" if outside else ""
        regions.append(
            SavedRegion(
                f"{area}{part}", "", here, note, rule=f"medical_area({area})", kind=KIND, source=path.name,
                names={code: names[code] for code in here}, absent=dict.fromkeys(outside, ""),
            )
        )  # fmt: skip
    if not regions:
        raise UnknownCode(
            f"{path}: 対象地域の市区町村がどれも載っていません。 / It lists no municipality of the study area."
        )
    return sorted(regions, key=lambda region: (region.codes[0], region.name))


def medical_area(opened: Opened, code: str, source: Path | str | None) -> SavedRegion:
    """The secondary medical area of a municipality.

    Raises
    ------
    MissingSource, SourceError
        As :func:`medical_areas`.
    UnknownCode
        The municipality is not in the study area, or the source does not list it.
    """
    from explorer.region_file import region_codes

    codes, _ = region_codes(opened, code)
    for region in medical_areas(opened, source):
        if codes[0] in region.codes:
            return region
    raise UnknownCode(
        f"{source}: {codes[0]} の二次医療圏が載っていません。 / It does not say which medical area {codes[0]} belongs to."
    )


def _read(path: Path) -> dict[str, str]:
    """Municipality → name of its secondary area."""
    from geodata.archive import RawFile, expand

    if path.suffix.lower() == ".zip":
        files = [raw for raw in expand(path) if raw.suffix in (*_VECTORS, *_TABLES)]
        layers = [raw for raw in files if raw.suffix in _VECTORS]
        if layers:
            return _of_a38(path, layers)
    else:
        files = [RawFile(path, size=path.stat().st_size)]
        if path.suffix.lower() in _VECTORS:
            return _of_a38(path, files)
    tables = [raw for raw in files if raw.suffix in _TABLES]
    if not tables:
        raise MissingColumn(
            f"{path}: 二次医療圏の資料（A38 の図形、または CSV・XLSX の表）ではありません。 / "
            "Neither shapes of A38 nor a table (CSV, XLSX) of medical areas."
        )
    return _of_table(tables[0])


def _of_a38(path: Path, layers: list[RawFile]) -> dict[str, str]:
    code_of: dict[str, str] = {}
    name_of: dict[str, str] = {}
    # The zip has the same layers in several formats; text is sure in GeoJSON.
    for raw in sorted(layers, key=lambda layer: (layer.suffix != ".geojson", layer.label)):
        for wanted, found in ((_PRIMARY, code_of), (_SECONDARY, name_of)):
            if not found:
                found.update(_pairs(raw, wanted))
    if not code_of:
        raise MissingColumn(
            f"{path}: 一次医療圏の図形（列 {'、'.join(_PRIMARY)}）がありません。A38 の zip を元のまま指定してください。 / "
            f"No layer has the columns {', '.join(_PRIMARY)} (primary areas). Name the zip of A38 as it was published."
        )
    return {code: name_of.get(area, area) for code, area in sorted(_by_municipality(code_of).items())}


def _pairs(raw: RawFile, columns: tuple[str, str]) -> dict[str, str]:
    """What two columns of a layer say of each other; empty where it has not both. Shapes are left on disk: they are large."""
    import pyogrio
    from pyogrio.errors import DataSourceError

    from geodata.dbf import dbf_encoding

    dbf = raw.sibling(".dbf") if raw.suffix == ".shp" else None
    encoding = dbf_encoding(dbf.read_bytes()) if dbf is not None else None
    try:
        with raw.on_disk() as file:
            if not set(columns) <= set(pyogrio.read_info(file, encoding=encoding)["fields"]):
                return {}
            table = pyogrio.read_dataframe(file, columns=list(columns), encoding=encoding, read_geometry=False)
    except DataSourceError as error:
        raise UnreadableFile(
            f"{raw.label}: 図形のファイルとして読めません。もう一度入手してください。 / Cannot be read as shapes. Get it again."
        ) from error
    texts = [table[column].astype(str).str.strip() for column in columns]
    return {first: second for first, second in zip(*texts, strict=True) if first and second}


def _of_table(raw: RawFile) -> dict[str, str]:
    from geodata.flow_tables import plain
    from geodata.table_rows import rows_of

    sheets = rows_of(raw)
    rows = [cells for _, cells in sheets[0]] if sheets else []
    header = [plain(cell).lower() for cell in rows[0]] if rows else []
    at = [
        next((header.index(name) for name in names if name in header), None)
        for names in (_CODE_HEADINGS, _NAME_HEADINGS)
    ]
    code_at, name_at = at
    if code_at is None or name_at is None:
        raise MissingColumn(
            f"{raw.label}: 列 code と medical_area（市区町村コードと二次医療圏）がありません。見つかった見出し: {'、'.join(header[:12])} / "
            f"There are no columns code and medical_area; found: {', '.join(header[:12])}."
        )
    last = max(code_at, name_at)
    cells = [(row[code_at], plain(row[name_at])) for row in rows[1:] if len(row) > last]
    return _by_municipality({code: area for code, area in cells if area})


def _by_municipality(area_of: dict[str, str]) -> dict[str, str]:
    """Codes in their five digits, wards as their city; what is no municipality is left out."""
    from geodata.codes import municipality_code

    found: dict[str, str] = {}
    for raw, area in area_of.items():
        code = municipality_code(raw)
        if code is not None:
            found.setdefault(rolled_up(code), area)
    return found
