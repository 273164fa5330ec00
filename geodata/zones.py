"""Zones of location optimisation plans (立地適正化計画): what each publisher's file says, as one table of features.

Four kinds of file hold them, and their codes contradict each other, so the columns decide which code list is meant:

- 国土数値情報 A50: ``A50_006`` 1 = the plan's whole area, 2 = 居住誘導区域, 3 = 都市機能誘導区域;
- raw 都市計画決定GISデータ (and A55 in that style): ``AreaCode`` 31 = 居住誘導区域, 32 = 都市機能誘導区域;
- PLATEAU city planning decisions (``urf`` CityGML), see :mod:`geodata.zones_citygml`;
- anybody's own polygons with a column whose values name the zones.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from datetime import date
from typing import TYPE_CHECKING, Final

import numpy as np

from geodata.codes import municipality_code, rolled_up
from geodata.errors import MissingColumn, UnreadableFile
from geodata.tables import CRS

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import geopandas as gpd
    import pandas as pd

    from geodata.archive import RawFile
    from geodata.notes import Notes
    from geodata.recognised import Recognised

PLAN: Final = "plan"
RESIDENTIAL: Final = "residential"
URBAN_FUNCTION: Final = "urban_function"
KINDS: Final[dict[str, tuple[str, str]]] = {
    PLAN: ("立地適正化計画区域", "location plan area"),
    RESIDENTIAL: ("居住誘導区域", "residential guidance area"),
    URBAN_FUNCTION: ("都市機能誘導区域", "urban function guidance area"),
}
# What a reader gives; `municipality_code` is "" where the file does not say it, `decided_on` as text.
FEATURE_COLUMNS: Final = ("municipality_code", "kind", "name", "decided_on", "geometry")

_A50: Final = {"1": PLAN, "2": RESIDENTIAL, "3": URBAN_FUNCTION}
_DECISIONS: Final = {"31": RESIDENTIAL, "32": URBAN_FUNCTION}
_WORDS: Final = {"立地適正化計画": PLAN, "居住誘導": RESIDENTIAL, "都市機能誘導": URBAN_FUNCTION}
# "residential" alone may be a land use of OpenStreetMap: only whole names count.
_ENGLISH: Final = {
    "location plan area": PLAN,
    "residential guidance area": RESIDENTIAL,
    "habitation guidance area": RESIDENTIAL,
    "urban function guidance area": URBAN_FUNCTION,
}
_ENCODINGS: Final = ("utf-8", "cp932", "unicode-escape")
_MENTIONS: Final = (b"guidance", *(word.encode(code) for word in ("居住誘導", "都市機能誘導") for code in _ENCODINGS))
_CODE_COLUMNS: Final = ("municipality_code", "citycode", "code", "市区町村コード", "行政区域コード", "団体コード")
_NAME_COLUMNS: Final = ("zone_name", "name", "名称", "区域名", "区域名称", "areaname")
_DATE_COLUMNS: Final = ("decided_on", "fndate", "indate", "決定日", "設定年月日", "date")
_SAMPLE_ROWS: Final = 2000


def read_zones(source: Recognised, *, notes: Notes) -> gpd.GeoDataFrame:
    """Read the zones of one file.

    Parameters
    ----------
    source
        A file of the data sets ``a50``, ``a55``, ``plateau_urf`` or ``own_zones``.
    notes
        Receives what was left out (empty shapes, codes without a meaning) with counts, and dates that cannot be.

    Returns
    -------
    GeoDataFrame
        :data:`FEATURE_COLUMNS`, EPSG:6668, one row per feature; wards are rolled up to their city. Empty where the file
        is of another theme of city planning: then it holds no zone of a location plan.

    Raises
    ------
    MissingColumn
        No column that could tell the zones; the message names those that are there.
    SourceError
        The file cannot be read.
    """
    if source.dataset == "plateau_urf":
        from geodata.zones_citygml import read_urf

        return read_urf(source.file, notes=notes)
    lowered = {str(name).lower(): str(name) for name in source.details.get("fields", ())}
    if "a50_006" in lowered:
        return _read_a50(source.file, notes)
    if "areacode" in lowered:
        return _read_decisions(source.file, lowered["areacode"], notes)
    return _read_by_words(source.file, notes)


def kinds_in(text: object) -> tuple[str, ...]:
    """The zones that a value names; none where it means the outside of one.

    Examples
    --------
    >>> kinds_in("居住誘導区域"), kinds_in("都市機能誘導区域（中心拠点）"), kinds_in("居住誘導区域外"), kinds_in(None)
    (('residential',), ('urban_function',), (), ())
    """
    if not isinstance(text, str):
        return ()
    value = unicodedata.normalize("NFKC", text).strip()
    english = _ENGLISH.get(value.lower().replace("_", " "))
    if english:
        return (english,)
    if re.search(r"区域外|対象外|除外|誘導外", value):
        return ()
    found = [kind for word, kind in _WORDS.items() if word in value]
    # "立地適正化計画 居住誘導区域" is the zone within the plan.
    return tuple(kind for kind in found if kind != PLAN or len(found) == 1)


def zone_column(raw: RawFile) -> str | None:
    """The column of a polygon file whose values name zones of location plans, or None: attributes only are read."""
    import pyogrio

    attributes = raw.sibling(".dbf") if raw.suffix == ".shp" else raw
    if raw.suffix in {".parquet", ".geoparquet"} or attributes is None or not _mentions_zones(attributes):
        return None
    with raw.on_disk() as path:
        for layer, kind in pyogrio.list_layers(path):
            if kind is not None and not any(word in str(kind) for word in ("Polygon", "Unknown", "Collection")):
                continue
            table = pyogrio.read_dataframe(path, layer=layer, read_geometry=False, max_features=_SAMPLE_ROWS)
            column = _naming_column(table)
            if column is not None and _has_polygons(path, str(layer)):
                return column
    return None


def _mentions_zones(raw: RawFile) -> bool:
    """Whether the names of zones occur anywhere in the file: most files of points are told apart without a parser."""
    content = raw.read_bytes()
    return any(word in content for word in _MENTIONS)


def _has_polygons(path: object, layer: str) -> bool:
    import pyogrio

    first = pyogrio.read_dataframe(path, layer=layer, columns=[], max_features=5)
    return bool(first.geometry.geom_type.isin(("Polygon", "MultiPolygon", "GeometryCollection")).any())


def _naming_column(table: pd.DataFrame) -> str | None:
    """The column with the most values that name a zone: among equals, the first."""
    counts = {str(name): sum(bool(kinds_in(value)) for value in table[name].unique()) for name in table.columns}
    best = max(counts, key=lambda name: counts[name], default=None)
    return best if best is not None and counts[best] else None


def _read_a50(raw: RawFile, notes: Notes) -> gpd.GeoDataFrame:
    from geodata.vector import read_vector

    table = read_vector(raw, notes=notes, required=("A50_003", "A50_006"))
    kinds = _by_code(table["A50_006"], _A50, "A50_006", raw, notes)
    return _features(
        table,
        kinds,
        codes=table["A50_003"],
        names=_column(table, "A50_007"),
        dates=_column(table, "A50_005"),
        raw=raw,
        notes=notes,
    )


def _read_decisions(raw: RawFile, column: str, notes: Notes) -> gpd.GeoDataFrame:
    """都市計画決定GISデータ: a file of another theme has other codes, and is not read any further."""
    import pyogrio

    from geodata.vector import read_vector

    with raw.on_disk() as path:
        codes = pyogrio.read_dataframe(path, columns=[column], read_geometry=False)[column]
    if not any(_plain(code) in _DECISIONS for code in codes.unique()):
        return _nothing()
    table = read_vector(raw, notes=notes, required=(column,))
    kinds = [(_DECISIONS[code],) if (code := _plain(value)) in _DECISIONS else () for value in table[column]]
    other = Counter(_plain(value) for value, kind in zip(table[column], kinds, strict=True) if not kind)
    if other:
        found = "、".join(f"{code}: {count}" for code, count in sorted(other.items()))
        notes.info(
            raw.label,
            f"{column} が 31（居住誘導区域）・32（都市機能誘導区域）でない {other.total()} 件は使いません（{found}）。",
            f"{other.total()} features whose {column} is neither 31 nor 32 are not used ({found}).",
        )
    names = _first_column(table, ("areaname", "name", "名称"))
    return _features(
        table, kinds, codes=_first_column(table, ("citycode",)), names=names,
        dates=_first_column(table, ("fndate", "indate")), raw=raw, notes=notes,
    )  # fmt: skip


def _read_by_words(raw: RawFile, notes: Notes) -> gpd.GeoDataFrame:
    """Read zones by the words among the values, in whichever column and layer they stand."""
    import geopandas as gpd
    import pandas as pd
    import pyogrio

    from geodata.vector import read_vector

    with raw.on_disk() as path:
        layers = [str(layer) for layer, _ in pyogrio.list_layers(path)]
    parts, seen = [], []
    for layer in layers:
        table = read_vector(raw, notes=notes, layer=layer if len(layers) > 1 else None)
        column = _naming_column(table.drop(columns=table.geometry.name))
        seen += [str(name) for name in table.columns if name != table.geometry.name]
        if column is None:
            continue
        kinds = [kinds_in(value) for value in table[column]]
        unnamed = sum(not kind for kind in kinds)
        numbers = notes.feature_numbers(raw.label, len(table))
        nameless = [number for number, kind in zip(numbers, kinds, strict=True) if not kind]
        if unnamed:
            notes.unused_lines(raw.label, nameless, "unnamed_zone")
            notes.info(
                raw.label,
                f"「{column}」が区域の名でない {unnamed} 件は使いません。",
                f"{unnamed} features whose “{column}” names no zone are not used.",
            )
        names = _first_column(table, [name for name in _NAME_COLUMNS if name != column.lower()])
        parts.append(
            _features(
                table, kinds, codes=_first_column(table, _CODE_COLUMNS), names=names,
                dates=_first_column(table, _DATE_COLUMNS), raw=raw, notes=notes,
            )
        )  # fmt: skip
    if not parts:
        raise MissingColumn(
            f"{raw.label}: 区域の種類を示す列がありません（ある列: {', '.join(seen) or 'なし'}）。"
            "AreaCode（31・32）か、値に「居住誘導区域」「都市機能誘導区域」を持つ列が必要です。 / "
            f"No column tells the kind of zone (found: {', '.join(seen) or 'none'}). Expected AreaCode (31, 32), or a column "
            "whose values name 居住誘導区域 or 都市機能誘導区域."
        )
    return gpd.GeoDataFrame(pd.concat(parts, ignore_index=True), geometry="geometry", crs=CRS)


def _by_code(
    codes: pd.Series, meaning: dict[str, str], column: str, raw: RawFile, notes: Notes
) -> list[tuple[str, ...]]:
    """Kinds by a code list; codes of another list are named, and of no use."""
    plain = [_plain(code) for code in codes]
    strange = Counter(code for code in plain if code not in meaning)
    if strange:
        found = "、".join(f"{code or '空欄'}: {count}" for code, count in sorted(strange.items()))
        expected = "、".join(f"{code}={KINDS[kind][0]}" for code, kind in meaning.items())
        notes.warn(
            raw.label,
            f"{column} が想定外の {strange.total()} 件は使いません（あった値: {found}、想定: {expected}）。",
            f"{strange.total()} features with an unknown {column} are not used (found {found}; expected "
            f"{', '.join(f'{code} = {KINDS[kind][1]}' for code, kind in meaning.items())}).",
        )
    if codes.size and strange.total() == codes.size:
        raise UnreadableFile(
            f"{raw.label}: {column} に区域の番号（{'・'.join(meaning)}）がありません。版を確かめてください。 / "
            f"Column {column} holds none of the codes {', '.join(meaning)}. Check the edition."
        )
    return [(meaning[code],) if code in meaning else () for code in plain]


def _features(
    table: gpd.GeoDataFrame,
    kinds: Sequence[tuple[str, ...]],
    *,
    codes: Iterable[object] | None,
    names: Iterable[object] | None,
    dates: Iterable[object] | None,
    raw: RawFile,
    notes: Notes,
) -> gpd.GeoDataFrame:
    import geopandas as gpd
    import shapely

    count = len(table)
    is_area = table.geometry.geom_type.isin(("Polygon", "MultiPolygon", "GeometryCollection")).to_numpy(dtype=bool)
    if not is_area.all():
        numbers = np.array(notes.feature_numbers(raw.label, count))
        notes.unused_lines(raw.label, numbers[~is_area], "not_an_area")
        notes.warn(
            raw.label,
            f"面でない図形 {int((~is_area).sum())} 件は区域ではないので使いません。",
            f"{int((~is_area).sum())} shapes that are points or lines are no zones; they are not used.",
        )
    municipality = [rolled_up(municipality_code(code) or "") for code in codes] if codes is not None else [""] * count
    name = [_text(value) for value in names] if names is not None else [""] * count
    day = _dates(dates, count, raw, notes)
    rows = [(row, kind) for row, found in enumerate(kinds) if is_area[row] for kind in found]
    at = np.array([row for row, _ in rows], dtype=np.int64)
    return gpd.GeoDataFrame(
        {
            "municipality_code": [municipality[row] for row in at],
            "kind": [kind for _, kind in rows],
            "name": ["" if name[row] == KINDS[kind][0] else name[row] for row, kind in rows],
            "decided_on": [day[row] for row in at],
        },
        geometry=shapely.force_2d(table.geometry.to_numpy()[at]),
        crs=CRS,
    )


def _dates(dates: Iterable[object] | None, count: int, raw: RawFile, notes: Notes) -> list[str]:
    """Dates as ``2019-03-29``; those that no calendar has stay as they are written, with a note."""
    written = [_plain(value) for value in dates] if dates is not None else [""] * count
    impossible = sorted({text for text in written if text and _as_date(text) is None})
    if impossible:
        shown = "、".join(impossible[:5])
        notes.info(
            raw.label,
            f"日付として読めない決定日があります（{shown}）。文字のまま示します。",
            f"Dates of decision that cannot be ({shown}); they are shown as written.",
        )
    return [_as_date(text) or text for text in written]


def _as_date(text: str) -> str | None:
    digits = re.fullmatch(r"(\d{4})[-/年.]?(\d{1,2})[-/月.]?(\d{1,2})日?(?:T.*)?", text)
    if digits is None:
        return None
    try:
        return date(*map(int, digits.groups())).isoformat()
    except ValueError:
        return None


def _plain(value: object) -> str:
    """A code as text: no blanks, full-width digits, decimals or leading zeros."""
    text = _text(value).removesuffix(".0")
    return text.lstrip("0") if text.isdigit() else text


def _text(value: object) -> str:
    if value is None or value != value:  # noqa: PLR0124 - NaN of whichever type
        return ""
    return unicodedata.normalize("NFKC", str(value)).strip()


def _column(table: pd.DataFrame, name: str) -> pd.Series | None:
    return _first_column(table, (name.lower(),))


def _first_column(table: pd.DataFrame, names: Sequence[str]) -> pd.Series | None:
    lowered = {str(column).lower(): column for column in table.columns}
    return next((table[lowered[name]] for name in names if name in lowered), None)


def _nothing() -> gpd.GeoDataFrame:
    import geopandas as gpd

    return gpd.GeoDataFrame({name: [] for name in FEATURE_COLUMNS[:-1]}, geometry=[], crs=CRS)
