"""What a file of a known kind holds, read by the reader that a build uses: rows, columns, kinds, places on a map."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from explorer.own_data.findings import HEAD_ROWS, MOST_CELLS, MOST_POINTS, MOST_VERTICES, Finding
from geodata.notes import Notes
from geodata.table_rows import WORKBOOKS, rows_of, sheets_of

if TYPE_CHECKING:
    import geopandas as gpd
    import pandas as pd

    from explorer.own_data.check import Place
    from geodata.archive import RawFile
    from geodata.point_headers import Columns
    from geodata.recognised import Recognised
    from geodata.scan import Scan

_TEXTS: Final = (".csv", ".tsv", ".txt")
_ZONES: Final = frozenset({"own_zones", "a50", "a55", "plateau_urf"})
_ROLES: Final = ("latitude", "longitude", "both", "mesh", "name", "capacity", "line", "operator", "subjects", "floor")
_HEADER_ROWS: Final = 10  # as the reader of lists looks for its header
_SIMPLE_DEGREES: Final = 0.0003  # about 30 m: what a small map shows
_SAME_SPOT: Final = 5  # decimals of a degree: about a metre


def read_contents(finding: Finding, entry: Recognised, found: Scan, place: Place, notes: Notes) -> None:
    """Fill in what the file holds; other data sets of publishers are recognised only, their readers run in the build.

    Raises
    ------
    ExplorerError
        The reader refuses the file.
    """
    raw = entry.file
    if raw.suffix in _TEXTS:
        finding.encoding = encoding_of(raw.read_bytes())
    if raw.suffix in (*_TEXTS, *WORKBOOKS):
        _head_of_table(finding, raw)
    if entry.dataset in {"points", "addresses"}:
        _points(finding, raw, place, notes)
    elif entry.dataset in _ZONES:
        from geodata.zones import read_zones

        _areas(finding, raw, read_zones(entry, notes=notes), "kind", place, notes)
    elif entry.dataset == "coverage_areas":
        from geodata.coverage_areas import read_coverage

        _areas(finding, raw, read_coverage(raw, notes=notes)[0], "technology", place, notes)
    elif entry.dataset in _TABLES:
        _TABLES[entry.dataset](finding, entry, found, place, notes)


def encoding_of(content: bytes) -> str:
    """Name of the encoding as :func:`geodata.archive.decode` reads it."""
    if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return "UTF-16"
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        return "Shift_JIS (cp932)"
    return "UTF-8 (BOM)" if content.startswith(b"\xef\xbb\xbf") else "UTF-8"


def _head_of_table(finding: Finding, raw: RawFile) -> None:
    """Headings and the first rows of the sheet that is read; which columns, for lists of places."""
    from geodata.point_headers import find_columns

    sheets = rows_of(raw, limit=_HEADER_ROWS + HEAD_ROWS)
    for rows in sheets:
        for at, (_, cells) in enumerate(rows[:_HEADER_ROWS]):
            columns = find_columns(cells)
            if columns.is_point_list:
                finding.head = [cells, *(body for _, body in rows[at + 1 : at + 1 + HEAD_ROWS])]
                if finding.dataset in {"points", "addresses"}:
                    _name_columns(finding, cells, columns)
                return
    if sheets:
        finding.head = [cells for _, cells in sheets[0][: HEAD_ROWS + 1]]


def _name_columns(finding: Finding, cells: Sequence[str], columns: Columns) -> None:
    taken = {role: place for role in _ROLES if (place := getattr(columns, role)) is not None}
    if "latitude" in taken and "longitude" in taken:
        for unread in ("both", "mesh"):
            taken.pop(unread, None)
    finding.columns = [(role, cells[place]) for role, place in taken.items()]
    finding.columns += [("kind", cells[place]) for place in columns.kinds]
    read = {*taken.values(), *columns.kinds}
    finding.others = [cell for place, cell in enumerate(cells) if place not in read and cell.strip()]


def take_rows_as_given(finding: Finding, raw: RawFile) -> None:
    """Keep the lines that are not used as they stand, with all their cells, so that they can be corrected in one place."""
    if not finding.problems or raw.suffix not in (*_TEXTS, *WORKBOOKS):
        return
    wanted: dict[str, set[int]] = {}
    for problem in finding.problems:
        wanted.setdefault(problem.file, set()).add(problem.line)
    if raw.suffix in WORKBOOKS:
        sheets = {f"{finding.file}「{sheet.title}」": sheet.rows for sheet in sheets_of(raw)}
        if len(sheets) == 1:
            sheets[finding.file] = next(iter(sheets.values()))
    else:
        sheets = {finding.file: [row for rows in rows_of(raw) for row in rows]}
    for file, lines in wanted.items():
        rows = sheets.get(file, [])
        heads = next((cells for _, cells in rows[:_HEADER_ROWS] if _is_heading(cells, finding)), None)
        if heads is None:
            continue
        finding.rows_as_given.append((file, 0, heads[:MOST_CELLS]))
        finding.rows_as_given += [(file, line, cells[:MOST_CELLS]) for line, cells in rows if line in lines]


def _is_heading(cells: list[str], finding: Finding) -> bool:
    from geodata.point_headers import find_columns

    return cells in finding.head[:1] or find_columns(cells).is_point_list


def _points(finding: Finding, raw: RawFile, place: Place, notes: Notes) -> None:
    from geodata.point_lists import read_points

    table = read_points(raw, notes=notes)
    if not finding.head:
        _head_of_features(finding, raw)
    known = table["kind"].notna().to_numpy(bool)
    line = table["line_number"].to_numpy()
    x, y = table.geometry.x.to_numpy(), table.geometry.y.to_numpy()
    inside = _inside(x, y, place)
    file = raw.label
    notes.unused_lines(file, line[~inside], "outside_area", table["name"][~inside])
    repeated = _repeats(table, x, y) & known & inside
    notes.unused_lines(file, line[repeated], "repeated", table["name"][repeated])
    counts = known & inside & ~repeated
    finding.unknown_kind = int((~known & inside).sum())
    finding.used = int(counts.sum())
    finding.rows = len(table) + _left_out(notes)
    kinds = table["kind"][counts].value_counts()
    finding.kinds = {str(kind): int(count) for kind, count in kinds.items()}
    shown = np.flatnonzero(inside if finding.used == 0 else counts)
    if len(shown) > MOST_POINTS:
        shown = shown[np.linspace(0, len(shown) - 1, MOST_POINTS).astype(int)]
    names = table["name"].fillna("").astype(str).to_numpy()
    kind = table["kind"].fillna("").astype(str).to_numpy()
    finding.points = [(round(float(x[at]), 6), round(float(y[at]), 6), kind[at], names[at][:60]) for at in shown]


def _left_out(notes: Notes) -> int:
    """Rows that the reader dropped before it returned its table."""
    dropped = {"no_coordinates", "bad_mesh", "outside_japan", "closed", "no_position", "empty_shape"}
    return sum(each.what in dropped for each in notes.lines or ())


def _repeats(table: pd.DataFrame, x: Any, y: Any) -> Any:
    """Rows whose kind, name and position another row above has."""
    import pandas as pd

    key = pd.DataFrame({"x": x.round(_SAME_SPOT), "y": y.round(_SAME_SPOT)})
    key["kind"], key["name"] = table["kind"].to_numpy(), table["name"].to_numpy()
    return key.duplicated().to_numpy(bool)


def _inside(x: Any, y: Any, place: Place) -> Any:
    if place.box is None:
        return np.ones(len(x), dtype=bool)
    west, south, east, north = place.box
    return (x >= west) & (x <= east) & (y >= south) & (y <= north)


def _head_of_features(finding: Finding, raw: RawFile) -> None:
    """Attributes of the first features of a vector file, in the encoding that the reader finds."""
    from geodata.point_headers import find_columns
    from geodata.vector import read_vector

    table = read_vector(raw, notes=Notes())
    table = table.drop(columns=table.geometry.name).head(HEAD_ROWS).astype("string").fillna("")
    names = [str(name) for name in table.columns]
    finding.head = [names, *([str(cell) for cell in row] for row in table.to_numpy())]
    if finding.dataset == "points":
        _name_columns(finding, names, find_columns(names))
    elif finding.dataset == "own_zones" and finding.coverage in names:  # there the column that names the zones
        finding.columns = [("zone", finding.coverage)]
        finding.coverage = ""


def _areas(finding: Finding, raw: RawFile, table: gpd.GeoDataFrame, column: str, place: Place, notes: Notes) -> None:
    import shapely

    if finding.dataset != "plateau_urf":  # CityGML, which has a reader of its own
        _head_of_features(finding, raw)
    bounds = table.geometry.bounds.to_numpy()
    inside = np.ones(len(table), dtype=bool)
    if place.box is not None and len(table):
        west, south, east, north = place.box
        inside = (bounds[:, 0] <= east) & (bounds[:, 2] >= west) & (bounds[:, 1] <= north) & (bounds[:, 3] >= south)
    if (~inside).any():
        notes.warn(
            finding.file,
            f"対象地域とその周囲の外にある {int((~inside).sum()):,} 件は計算に入りません。",
            f"{int((~inside).sum()):,} lie beyond the study area and its surroundings and do not count.",
        )
    finding.used = int(inside.sum())
    finding.rows = len(table) + len({each.line for each in notes.lines or ()})
    counts = table[column][inside].value_counts()
    finding.kinds = {str(kind): int(count) for kind, count in counts.items()}
    vertices = 0
    for kind, shape in zip(table[column][inside], table.geometry.to_numpy()[inside], strict=True):
        for part in shapely.get_parts(shapely.simplify(shape, _SIMPLE_DEGREES)):
            if shapely.get_dimensions(part) != 2 or vertices > MOST_VERTICES:
                continue
            rings = [part.exterior, *part.interiors]
            drawn = [[(round(x, 5), round(y, 5)) for x, y in shapely.get_coordinates(ring).tolist()] for ring in rings]
            vertices += sum(map(len, drawn))
            finding.shapes.append((str(kind), drawn))


def _digital(finding: Finding, entry: Recognised, found: Scan, place: Place, notes: Notes) -> None:
    from geodata.digital import read_digital

    del found
    names = {name: code for code, name in (place.names or {}).items()}
    _by_code(finding, read_digital(entry.file, notes=notes, names=names), "area_code", notes)


def _car_use(finding: Finding, entry: Recognised, found: Scan, place: Place, notes: Notes) -> None:
    from geodata.car_use import read_car_use

    del found, place
    _counted(finding, len(read_car_use(entry.file, notes=notes)), notes)


def _shop_counts(finding: Finding, entry: Recognised, found: Scan, place: Place, notes: Notes) -> None:
    from geodata.shop_counts import read_shop_counts

    del found, place
    _counted(finding, len(read_shop_counts(entry.file, notes=notes)), notes)


def _readings(finding: Finding, entry: Recognised, found: Scan, place: Place, notes: Notes) -> None:
    from geodata.municipal_readings import read_readings

    del found, place
    _counted(finding, len(read_readings(entry.file, notes=notes)), notes)


def _municipal(finding: Finding, entry: Recognised, found: Scan, place: Place, notes: Notes) -> None:
    """A table with its description, which lies beside it."""
    from geodata.codes import PREFECTURES
    from geodata.municipal_tables import KnownAreas, read_municipal_table
    from geodata.table_description import read_description

    described = next(each for each in found.of("municipal_table") if each.file.label == entry.details["of"])
    description = read_description(described.file)
    names = place.names or {}
    known = KnownAreas([(name, PREFECTURES.get(code[:2], ""), code) for code, name in names.items()])
    values = read_municipal_table(description, entry.file, known=known, notes=notes)
    finding.kinds = {each.ja: int((values["id"] == each.id).sum()) for each in description.indicators}
    mine = values["area_code"].isin(list(names)) if names else values["area_code"].notna()
    _counted(finding, int(mine.sum()), notes, of=len(values))


def _by_code(finding: Finding, table: pd.DataFrame, column: str, notes: Notes) -> None:
    _counted(finding, len(table[table[column].notna()]), notes)


def _counted(finding: Finding, used: int, notes: Notes, *, of: int | None = None) -> None:
    finding.used = used
    finding.rows = (used if of is None else of) + len({each.line for each in notes.lines or ()})


_TABLES: Final[dict[str, Callable[[Finding, Recognised, Any, Any, Notes], None]]] = {
    "digital": _digital,
    "car_use": _car_use,
    "shop_counts": _shop_counts,
    "readings": _readings,
    "municipal_values": _municipal,
}
