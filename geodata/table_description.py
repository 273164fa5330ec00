"""Descriptions of municipal tables: a short TOML beside a table says which column is what, and who published it.

The description is the provenance of the numbers: title, publisher, licence and year are required. An unknown word in it is
refused, since a misspelt ``filter`` would otherwise silently count something else.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePosixPath
from typing import Any, Final, Literal, get_args

from geodata.archive import RawFile, decode
from geodata.errors import MissingColumn, SourceError, UnreadableFile
from geodata.recognised import Recognised

SUFFIXES: Final = (".csv", ".tsv", ".txt", ".xlsx", ".xlsm", ".json")
DESCRIPTION: Final = "municipal_table"
VALUES: Final = "municipal_values"
How = Literal["ratio", "sum", "none"]
Column = str | int  # its heading, or its number counted from 1
Filter = Mapping[str, tuple[str, ...]]

_HAS_INDICATOR: Final = re.compile(r"^\s*\[\[\s*indicator\s*\]\]", re.MULTILINE)
_ID: Final = re.compile(r"[a-z][a-z0-9_]{0,59}")
_REQUIRED: Final = ("title_ja", "publisher", "licence")
_TABLE_KEYS: Final = frozenset(
    {
        *("file", "title_ja", "title_en", "publisher", "licence", "credit", "url", "year", "as_of", "level", "theme"),
        *("code", "name", "prefecture", "encoding", "header", "sheet", "missing", "filter", "indicator"),
    }
)
_INDICATOR_KEYS: Final = frozenset(
    {
        *("id", "column", "ja", "en", "unit", "better", "how", "numerator", "denominator", "per", "scale", "filter"),
        *("definition_ja", "definition_en", "limits_ja", "limits_en", "classes", "theme", "kpi", "family"),
    }
)


@dataclass(frozen=True)
class IndicatorDescription:
    """One indicator of a described table.

    Parameters
    ----------
    column
        Where the published value is; None where it follows from numerator and denominator.
    how
        How municipalities make a region: ``ratio`` (Σ numerator ÷ Σ denominator), ``sum``, or ``none`` (an index).
    per
        value = per × numerator ÷ denominator: 100 for a percentage.
    scale
        What the numbers in `column` are multiplied with: 100 where the file holds fractions of 1.
    filter
        Column → texts; only rows with one of them count.
    """

    id: str
    column: Column | None
    ja: str
    en: str
    unit: str
    better: Literal["high", "low"] | None
    how: How
    numerator: Column | None
    denominator: Column | None
    per: float
    scale: float
    filter: Filter
    definition_ja: str
    definition_en: str
    limits_ja: str
    limits_en: str
    classes: tuple[float, ...]
    theme: str
    kpi: tuple[int, ...]
    family: str

    @property
    def columns(self) -> tuple[Column, ...]:
        """All columns it reads."""
        named = (self.column, self.numerator, self.denominator)
        return tuple(column for column in (*named, *self.filter) if column is not None)


@dataclass(frozen=True)
class TableDescription:
    """What a TOML file says of the table beside it."""

    file: str  # "" for the one of the same name
    title_ja: str
    title_en: str
    publisher: str
    licence: str
    credit: str
    url: str
    as_of: str
    level: Literal["municipality", "prefecture"]
    code: Column | None
    name: Column | None
    prefecture: Column | None
    encoding: str
    header: int  # line of the column names; 0 where it is to be found
    sheet: str
    missing: tuple[str, ...]
    indicators: tuple[IndicatorDescription, ...] = field(default=())

    @property
    def told(self) -> dict[str, str]:
        """What the manifest says of the source, instead of what it says of a file of the user's own."""
        wanted = ("title_ja", "title_en", "publisher", "licence", "credit", "url")
        return {name: str(getattr(self, name)) for name in wanted}


def recognise_description(raw: RawFile) -> Recognised | None:
    """The description of a municipal table; None for any other file.

    Raises
    ------
    SourceError
        It names indicators and cannot be used as it stands.
    """
    if raw.suffix != ".toml":
        return None
    text = decode(raw.read_bytes(), raw.label)
    if not _HAS_INDICATOR.search(text):
        return None
    found = read_description(raw)
    count = len(found.indicators)
    return Recognised(
        raw,
        DESCRIPTION,
        found.as_of,
        f"{found.title_ja}（{count} 指標 / {count} indicators）",
        {"file": found.file, "told": {"licence": found.licence}, "values": found.told},
    )


def read_description(raw: RawFile) -> TableDescription:
    """Read and check a description.

    Raises
    ------
    UnreadableFile
        It is no TOML.
    MissingColumn
        Something required is not in it.
    SourceError
        A word or value in it means nothing.
    """
    try:
        content = tomllib.loads(decode(raw.read_bytes(), raw.label).replace("\r\n", "\n"))
    except tomllib.TOMLDecodeError as error:
        raise UnreadableFile(
            f"{raw.label}: TOML として読めません（{error}）。引用符と = を確かめてください。 / "
            f"It is not valid TOML ({error}). Check quotation marks and equals signs."
        ) from error
    _known_keys(raw, content, _TABLE_KEYS, "")
    missing = [key for key in _REQUIRED if not _line(content.get(key))]
    missing += [] if "year" in content or "as_of" in content else ["year"]
    missing += [] if "code" in content or "name" in content or _is_api(raw, content) else ["code"]
    if missing:
        raise MissingColumn(
            f"{raw.label}: {'、'.join(missing)} がありません。出所と市区町村の列を書いてください。 / "
            f"{', '.join(missing)} missing: say where the numbers come from and which column holds the municipality."
        )
    level = _one_of(raw, content, "level", ("municipality", "prefecture"), "municipality")
    title = _line(content["title_ja"])
    table = TableDescription(
        file=_file(raw, content),
        title_ja=title,
        title_en=_line(content.get("title_en")) or title,
        publisher=_line(content["publisher"]),
        licence=_line(content["licence"]),
        credit=_line(content.get("credit")) or f"{_line(content['publisher'])}「{title}」を加工して作成",
        url=_url(raw, content),
        as_of=_line(content.get("as_of", content.get("year"))),
        level="prefecture" if level == "prefecture" else "municipality",
        code=_column(raw, content, "code"),
        name=_column(raw, content, "name"),
        prefecture=_column(raw, content, "prefecture"),
        encoding=_encoding(raw, content),
        header=_whole(raw, content, "header"),
        sheet=_line(content.get("sheet")),
        missing=tuple(_line(mark) for mark in _list(raw, content, "missing")),
    )
    common = _filter(raw, content)
    entries = content.get("indicator")
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        raise _refused(raw, "indicator", "[[indicator]]")
    indicators = tuple(_indicator(raw, entry, common, _line(content.get("theme"))) for entry in entries)
    ids = [indicator.id for indicator in indicators]
    repeated = sorted({name for name in ids if ids.count(name) > 1})
    if repeated:
        raise SourceError(
            f"{raw.label}: id {'、'.join(repeated)} が二度あります。違う名前にしてください。 / "
            f"The id {', '.join(repeated)} occurs twice. Give each indicator its own."
        )
    return replace(table, indicators=indicators)


def _is_api(raw: RawFile, content: Mapping[str, Any]) -> bool:
    """Whether the table is e-Stat's JSON, which has its area in ``@area`` always."""
    return _line(content.get("file")).lower().endswith(".json") or raw.sibling(".json") is not None


def _indicator(raw: RawFile, entry: Mapping[str, Any], common: Filter, theme: str) -> IndicatorDescription:
    name = _line(entry.get("id"))
    if not _ID.fullmatch(name):
        raise SourceError(
            f"{raw.label}: id「{name}」は使えません。小文字の英字で始まる英数字と _ で書いてください（例 life_satisfaction）。 / "
            f"The id {name!r} cannot be used: lower-case letters, digits and _, beginning with a letter."
        )
    _known_keys(raw, entry, _INDICATOR_KEYS, name)
    if not _line(entry.get("ja")):
        raise MissingColumn(
            f"{raw.label}: 指標 {name} に ja（名前）がありません。 / The indicator {name} has no name (ja)."
        )
    how = _one_of(raw, entry, "how", get_args(How), "none")
    column, numerator, denominator = (_column(raw, entry, key) for key in ("column", "numerator", "denominator"))
    if how == "ratio" and (numerator is None or denominator is None):
        raise MissingColumn(
            f'{raw.label}: 指標 {name}: how = "ratio" には numerator と denominator の列が要ります。'
            'なければ how = "none" にしてください。 / '
            f'{name}: a ratio needs the columns of numerator and denominator, else write how = "none".'
        )  # fmt: skip
    if column is None and how != "ratio":
        raise MissingColumn(
            f"{raw.label}: 指標 {name} に column（値の列）がありません。 / The indicator {name} names no column."
        )
    unit, ja = _line(entry.get("unit")), _line(entry["ja"])
    definition = _line(entry.get("definition_ja"))
    better = _line(entry.get("better"))
    return IndicatorDescription(
        id=name,
        column=column,
        ja=ja,
        en=_line(entry.get("en")) or ja,
        unit=unit,
        better=None if not better else "low" if _one_of(raw, entry, "better", ("high", "low"), "") == "low" else "high",
        how="ratio" if how == "ratio" else "sum" if how == "sum" else "none",
        numerator=numerator,
        denominator=denominator,
        per=100.0 if unit == "%" else _number(raw, entry, "per", 1.0),
        scale=_number(raw, entry, "scale", 1.0),
        filter={**common, **_filter(raw, entry)},
        definition_ja=definition,
        definition_en=_line(entry.get("definition_en")) or definition,
        limits_ja=_line(entry.get("limits_ja")),
        limits_en=_line(entry.get("limits_en")) or _line(entry.get("limits_ja")),
        classes=tuple(sorted(_number(raw, {"classes": each}, "classes", 0.0) for each in _list(raw, entry, "classes"))),
        theme=_line(entry.get("theme")) or theme or "wellbeing",
        kpi=tuple(_whole(raw, {"kpi": each}, "kpi") for each in _list(raw, entry, "kpi")),
        family=_line(entry.get("family")) or name,
    )


def _line(value: object) -> str:
    """A text of one line without control characters; "" for none."""
    if value is None:
        return ""
    plain = "".join(letter if letter.isprintable() else " " for letter in str(value))
    return " ".join(plain.split())


def _known_keys(raw: RawFile, content: Mapping[str, Any], known: frozenset[str], where: str) -> None:
    unknown = [_line(key) for key in content if key not in known]
    if unknown:
        place_ja, place_en = (f"指標 {where} の", f" in {where}") if where else ("", "")
        raise SourceError(
            f"{raw.label}: {place_ja}「{'、'.join(unknown)}」は説明の項目にありません。書けるもの: {'、'.join(sorted(known))}。 / "
            f"Unknown key{place_en}: {', '.join(unknown)}. Keys are {', '.join(sorted(known))}."
        )


def _refused(raw: RawFile, key: str, expected: str) -> SourceError:
    return SourceError(f"{raw.label}: {key} は {expected} の形で書いてください。 / Write {key} as {expected}.")


def _one_of(raw: RawFile, content: Mapping[str, Any], key: str, options: Sequence[str], default: str) -> str:
    value = _line(content.get(key)) or default
    if value not in options:
        raise _refused(raw, key, " | ".join(f'"{option}"' for option in options))
    return value


def _column(raw: RawFile, content: Mapping[str, Any], key: str) -> Column | None:
    value = content.get(key)
    if value is None:
        return None
    if isinstance(value, int) and not isinstance(value, bool) and value >= 1:
        return value
    if not isinstance(value, str) or not heading(value):
        raise _refused(raw, key, '"列の見出し / heading"')
    return heading(value)


def heading(text: object) -> str:
    """A heading as it is compared: width of letters, line breaks and blanks make no difference."""
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", str(text))).lstrip("\ufeff")


def _list(raw: RawFile, content: Mapping[str, Any], key: str) -> list[Any]:
    value = content.get(key, [])
    if not isinstance(value, list):
        raise _refused(raw, key, "[…, …]")
    return value


def _whole(raw: RawFile, content: Mapping[str, Any], key: str) -> int:
    value = content.get(key, 0)
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise _refused(raw, key, "1, 2, 3 …")
    return value


def _number(raw: RawFile, content: Mapping[str, Any], key: str, default: float) -> float:
    value = content.get(key, default)
    if not isinstance(value, int | float) or isinstance(value, bool) or value != value or abs(value) == float("inf"):  # noqa: PLR0124 - NaN
        raise _refused(raw, key, "100")
    return float(value)


def _filter(raw: RawFile, content: Mapping[str, Any]) -> dict[str, tuple[str, ...]]:
    value = content.get("filter", {})
    if not isinstance(value, dict) or any(isinstance(wanted, dict) for wanted in value.values()):
        raise _refused(raw, "filter", '{ "列 / column" = "値 / value" }')
    return {
        heading(column): tuple(heading(text) for text in (wanted if isinstance(wanted, list) else [wanted]))
        for column, wanted in value.items()
    }


def _encoding(raw: RawFile, content: Mapping[str, Any]) -> str:
    import codecs

    name = _line(content.get("encoding"))
    try:
        codecs.lookup(name or "utf-8")
    except LookupError as error:
        raise _refused(raw, "encoding", '"utf-8" | "cp932" | "euc_jp"') from error
    return name


def _url(raw: RawFile, content: Mapping[str, Any]) -> str:
    url = _line(content.get("url"))
    if url and not re.match(r"https?://", url):
        raise _refused(raw, "url", '"https://…"')
    return url


def _file(raw: RawFile, content: Mapping[str, Any]) -> str:
    name = _line(content.get("file"))
    if "/" in name or "\\" in name:
        raise SourceError(
            f"{raw.label}: file は同じフォルダのファイル名だけを書いてください（{name}）。 / "
            f"Write as file only the name of a file in the same folder ({name})."
        )
    return name


def with_described(found: Sequence[Recognised], repeats: Mapping[Path, Path]) -> list[Recognised]:
    """The files of a scan with each table that a description names marked as such.

    A table that was known for something else stays that too; one of unknown kind is no longer unknown. A description
    without its table is a problem of the description.
    """
    result = list(found)
    for place, entry in enumerate(result):
        if entry.dataset == DESCRIPTION and not entry.problem:
            candidates = _beside(entry, found, repeats)
            if len(candidates) != 1:
                problem = _no_table(entry, candidates)
                result[place] = replace(entry, dataset=None, problem=problem)
                continue
            table = Recognised(
                candidates[0], VALUES, entry.edition, entry.coverage, {"told": entry.details["values"], "of": entry.file.label}
            )  # fmt: skip
            same = [at for at, other in enumerate(result) if other.file == table.file]
            known = result[same[0]] if same else None
            if known is not None and (known.problem or known.dataset in {None, "codes", "document", "addresses"}):
                result[same[0]] = table
            else:
                result.append(table)
    return result


def _beside(entry: Recognised, found: Sequence[Recognised], repeats: Mapping[Path, Path]) -> list[RawFile]:
    """Tables beside a description: that which it names, or those of the same name."""
    files = [other.file for other in found]
    files += [RawFile(path, (), entry.file.root, path.stat().st_size) for path in repeats if path.is_file()]
    files = [other for other in dict.fromkeys(files) if _folder(other) == _folder(entry.file)]
    wanted = entry.details["file"]
    if wanted:
        return [other for other in files if _same_name(other.name, wanted)]
    stem = PurePosixPath(entry.file.name).stem
    return [other for other in files if other.suffix in SUFFIXES and _same_name(PurePosixPath(other.name).stem, stem)]


def _same_name(one: str, other: str) -> bool:
    # A Mac writes が as か and a voicing mark.
    return unicodedata.normalize("NFC", one) == unicodedata.normalize("NFC", other)


def _folder(file: RawFile) -> tuple[object, ...]:
    if not file.members:
        return (file.path.parent,)
    inside = PurePosixPath(file.members[-1].replace("\\", "/")).parent
    return (file.path, *file.members[:-1], inside)


def _no_table(entry: Recognised, candidates: Sequence[RawFile]) -> str:
    if candidates:
        names = "、".join(candidate.name for candidate in candidates)
        return (
            f'{entry.file.label}: 同じ名前の表が複数あります（{names}）。file = "…" で一つを選んでください。 / '
            f'Several tables have this name ({names}). Choose one with file = "…".'
        )  # fmt: skip
    wanted = entry.details["file"] or f"{PurePosixPath(entry.file.name).stem}{'/'.join(SUFFIXES)}"
    return (
        f"{entry.file.label}: 説明する表 {wanted} が同じフォルダにありません。表を隣に置いてください。 / "
        f"The table that it describes, {wanted}, is not in the same folder. Put it beside the description."
    )
