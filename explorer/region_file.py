"""Regions as small text files (TOML) that can be mailed, read and compared line by line.

A file holds one region or several, each under ``[[region]]``, so that files can simply be put one after another::

    [[region]]
    name = "両毛"
    name_en = "Ryomo"
    as_of = "2026-11-23"
    codes = [
        "09202",  # 足利市
        "10203",  # 桐生市
    ]

Only ``name`` and ``codes`` are needed. The same content always gives the same bytes: codes ascending, one to a line, with
the name of the municipality as a comment; no time of writing.
"""

from __future__ import annotations

import json
import re
import tomllib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from geodata.codes import municipality_code, parse_codes, rolled_up
from geodata.errors import ExplorerError, UnknownCode
from geodata.former_codes import formerly, what_became_of

if TYPE_CHECKING:
    from explorer.regions import Opened

SUFFIX: Final = ".toml"
_HEAD: Final = """\
# 圏域 / regions — 生活条件エクスプローラー / Regional conditions explorer
# codes は5桁の市区町村コード（行政区はその市として数えます）。# の後の名前は読む人のためのもので、使いません。
# Codes have five digits (wards count as their city); the names after # are for readers only.
"""
_MOST_BYTES: Final = 4 * 1024**2
_TEXTS: Final = ("name", "name_en", "kind", "as_of", "rule", "source", "note")
_CODE_LINE: Final = re.compile(r"""^\s*["']?(\d{4,6})["']?\s*,?\s*#\s*(.+?)\s*$""")
_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")


class RegionError(ExplorerError, ValueError):
    """A region that cannot be: without municipalities, or a file of regions that cannot be used."""


@dataclass(frozen=True)
class SavedRegion:
    """A set of municipalities with a name.

    Parameters
    ----------
    name, name_en
        Shown to people; one of the two is enough.
    codes
        Municipality codes; kept ascending, once each, wards as their city. In whatever order they come, it is one region.
    note
        Anything a reader should know.
    as_of
        Day or year of the membership, as text.
    rule
        How the members were found (``touching(10203)``); empty where somebody chose them.
    kind, source
        What sort of region it is (連携中枢都市圏), and who published its members.
    names
        Code → name of the municipality: comments of the file.
    absent
        Of a preset: members that the workspace does not hold, code → name. They are not in `codes`.

    Raises
    ------
    RegionError
        There is no municipality in it, or one of `codes` is no municipality code.
    """

    name: str
    name_en: str = ""
    codes: list[str] = field(default_factory=list)
    note: str = ""
    as_of: str = ""
    rule: str = ""
    kind: str = ""
    source: str = ""
    names: Mapping[str, str] = field(default_factory=dict, compare=False, repr=False)
    absent: Mapping[str, str] = field(default_factory=dict, compare=False, repr=False)

    def __post_init__(self) -> None:
        codes = sorted({rolled_up(_code(raw, self.name or self.name_en)) for raw in self.codes})
        if not codes:
            raise RegionError(_empty(self.name or self.name_en))
        object.__setattr__(self, "codes", codes)

    @property
    def text(self) -> str:
        """The region as it stands in a file, without the head of the file."""
        lines = ["[[region]]"]
        lines += [f"{key} = {_quoted(value)}" for key in _TEXTS if (value := getattr(self, key)) or key == "name"]
        lines.append("codes = [")
        for code in self.codes:
            name = _CONTROL.sub(" ", self.names.get(code, "")).strip()
            lines.append(f'    "{code}",' + (f"  # {name}" if name else ""))
        return "\n".join([*lines, "]", ""])


def regions_text(regions: Sequence[SavedRegion]) -> str:
    """Regions as the text of a file, in the order given."""
    return "\n".join([_HEAD, *(region.text for region in regions)])


def write_region(region: SavedRegion | Sequence[SavedRegion], path: Path | str) -> Path:
    """Write one region or several to a file (UTF-8); the same regions always give the same bytes.

    Raises
    ------
    RegionError
        The name does not end in ``.toml``, or there is no region.
    """
    out = Path(path)
    regions = [region] if isinstance(region, SavedRegion) else list(region)
    if out.suffix.lower() != SUFFIX:
        raise RegionError(
            f"{out}: 圏域のファイルの拡張子は .toml にしてください。 / End the name of the file in .toml."
        )
    if not regions:
        raise RegionError(f"{out}: 書き出す圏域がありません。 / There is no region to write.")
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_bytes(regions_text(regions).encode("utf-8"))
    return out


def read_region(path: Path | str) -> SavedRegion:
    """Read a file that holds one region.

    Raises
    ------
    RegionError
        It cannot be read, or holds several regions; see :func:`read_regions`.
    """
    regions = read_regions(path)
    if len(regions) > 1 or Path(path).is_dir():
        names = "、".join(region.name or region.name_en for region in regions[:10])
        raise RegionError(
            f"{path}: 圏域が {len(regions)} 件あります（{names}）。1つだけのファイルを指定してください。 / "
            f"It holds {len(regions)} regions; name a file with one."
        )
    return regions[0]


def read_regions(path: Path | str) -> list[SavedRegion]:
    """All regions of a file, or of the ``.toml`` files of a folder (by file name).

    Raises
    ------
    RegionError
        A file is not there, is not TOML in UTF-8, has an unknown key, a region without municipalities, a code that is none,
        or a code twice. The message names file and line.
    """
    source = Path(path)
    if source.is_dir():
        files = sorted(file for file in source.iterdir() if file.suffix.lower() == SUFFIX and file.is_file())
        if not files:
            raise RegionError(
                f"{source}: フォルダに圏域のファイル（.toml）がありません。 / The folder holds no file of regions (.toml)."
            )
        return [region for file in files for region in read_regions(file)]
    text = _text_of(source)
    try:
        content = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise RegionError(
            f'{source}: TOML として読めません（{error}）。コードは引用符で囲み（"09202"）、行の終わりにコンマを付けてください。 / '
            f'Not valid TOML ({error}). Put codes in quotes ("09202") and a comma after each.'
        ) from error
    if "region" in content:
        found = content.pop("region")
        tables = [found] if isinstance(found, dict) else found
        _check_keys(source, content, known=())
    else:  # a single region without its heading
        tables = [content] if content else []
    if not isinstance(tables, list) or not tables or not all(isinstance(table, dict) for table in tables):
        raise RegionError(
            f"{source}: 圏域がありません。[[region]] の下に name と codes を書いてください。 / "
            "It holds no region. Write name and codes under [[region]]."
        )
    names = {code: found.group(2) for line in text.splitlines() if (found := _CODE_LINE.match(line))
             and (code := municipality_code(found.group(1)))}  # fmt: skip
    return [_region_of(source, table, text, names) for table in tables]


def region_codes(opened: Opened, asked: Sequence[str] | SavedRegion | Path | str) -> tuple[list[str], str]:
    """Codes of a region of a workspace, and its name if it has one.

    Parameters
    ----------
    asked
        Codes, a saved region, or the path of its file; a text that is no path is read as codes divided by commas.

    Raises
    ------
    UnknownCode
        A municipality is not in the study area: the message says what became of a code of another edition.
    RegionError
        The file cannot be used.
    """
    where = ""
    if isinstance(asked, str):
        is_file = asked.lower().endswith(SUFFIX) or Path(asked).is_file()
        asked = Path(asked) if is_file else parse_codes(asked)
    if isinstance(asked, Path):
        where, asked = f"{asked}: ", read_region(asked)
    saved = asked if isinstance(asked, SavedRegion) else None
    listed = asked.codes if isinstance(asked, SavedRegion) else asked
    codes = list(dict.fromkeys(rolled_up(str(code)) for code in listed))
    known = opened.municipalities["code"].tolist()
    unknown = [code for code in codes if code not in known]
    if unknown or not codes:
        named = dict(saved.names) if saved is not None else {}
        raise UnknownCode(_not_here(where or (f"{saved.name}: " if saved is not None else ""), unknown, known, named))
    return codes, (saved.name or saved.name_en) if saved is not None else ""


def codes_of_option(text: str) -> list[str]:
    """Codes of a ``--region`` option: codes divided by commas, or the path of a region file; none for an empty text."""
    if not text.strip():
        return []
    return read_region(text).codes if text.lower().endswith(SUFFIX) else parse_codes(text)


def _not_here(where: str, unknown: Sequence[str], known: Sequence[str], names: Mapping[str, str]) -> str:
    """One message for codes that a workspace lacks, with what became of those of another edition."""
    shown = "、".join(f"{code}{names.get(code, '')}" for code in unknown) or "(なし)"
    ja = [
        f"{where}市区町村 {shown} はこのワークスペースにありません。あるもの: {'、'.join(known[:10])} など（{len(known)} 件）。"
    ]
    en = [f"Not in this workspace: {', '.join(unknown) or '(none given)'}."]
    for code in unknown:
        became = what_became_of(code)
        before = [old for old in formerly(code) if old in known]
        if became[0]:
            ja.append(f"{became[0]}。")
            en.append(f"{became[1]}.")
        elif before:
            ja.append(f"{code} の前のコード {'、'.join(before)} がワークスペースにあります（境界の年が古い）。")
            en.append(f"The workspace has older boundaries: {', '.join(before)} in place of {code}.")
    if unknown and len(ja) == 1:
        ja.append("隣の都道府県なら、その資料も加えて explorer build をやり直してください。")
        en.append("If it lies in another prefecture, build the workspace with that prefecture's files too.")
    return f"{''.join(ja)} / {' '.join(en)}"


def _text_of(path: Path) -> str:
    if not path.is_file():
        raise RegionError(f"{path}: 圏域のファイルがありません。 / There is no such file of a region.")
    if path.stat().st_size > _MOST_BYTES:
        raise RegionError(f"{path}: 大きすぎます。圏域のファイルではありません。 / Too large to be a file of regions.")
    try:
        return path.read_bytes().decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        raise RegionError(
            f"{path}: UTF-8 のテキストではありません。メモ帳などで文字コードを UTF-8 にして保存し直してください。 / "
            "Not text in UTF-8. Save it again as UTF-8."
        ) from error


def _region_of(path: Path, table: dict[str, Any], text: str, names: Mapping[str, str]) -> SavedRegion:
    label = str(table.get("name") or table.get("name_en") or "")
    where = f"{path}（{label}）" if label else str(path)
    _check_keys(Path(where), table, known=(*_TEXTS, "codes"))
    codes = table.get("codes")
    if not isinstance(codes, list):
        raise RegionError(
            f'{where}: codes がありません。codes = ["10201", "10203"] のように書いてください。 / '
            'There are no codes. Write them as codes = ["10201", "10203"].'
        )
    if not label:
        raise RegionError(
            f'{where}: name がありません。name = "両毛" のように書いてください。 / There is no name = "…".'
        )
    found = [_code(raw, where, _line_of(text, raw)) for raw in codes]
    twice = [code for code, count in Counter(found).items() if count > 1]
    if twice:
        lines = "、".join(str(line) for line in _lines_of(text, twice[0]))
        raise RegionError(
            f"{where}: {twice[0]}{names.get(twice[0], '')} が2回以上あります（{lines} 行目）。1つを消すか、正しいコードに直してください。 / "
            f"{twice[0]} is listed more than once (lines {lines}). Remove one, or correct it."
        )
    texts: dict[str, Any] = {
        "name": "",
        **{key: str(table[key]) for key in _TEXTS if key in table},
    }  # dates are text too
    if not found:
        raise RegionError(_empty(where))
    kept = {code: names[code] for code in found if code in names}
    return SavedRegion(**texts, codes=found, names=kept)


def _check_keys(path: Path, table: Mapping[str, Any], known: Sequence[str]) -> None:
    unknown = [key for key in table if key not in known]
    if unknown:
        usable = "、".join(known) or "[[region]]"
        raise RegionError(
            f"{path}: 知らない項目 {'、'.join(unknown[:5])} があります。使えるもの: {usable} / "
            f"Unknown entries: {', '.join(unknown[:5])}. Those in use: {usable.replace('、', ', ')}."
        )


def _code(raw: object, where: str, line: int = 0) -> str:
    code = municipality_code(raw) if isinstance(raw, (str, int)) and not isinstance(raw, bool) else None
    if code is None:
        at = f" {line} 行目:" if line else ""
        raise RegionError(
            f"{where}:{at} 「{raw}」は市区町村コード（5桁、例 10201）ではありません。 / "
            f"{raw!r} is not a municipality code (five digits, such as 10201)."
        )
    return code


def _lines_of(text: str, code: object) -> list[int]:
    """Lines of a file that hold a code, from 1."""
    wanted = re.compile(rf"(?<!\d){re.escape(str(code))}\d?(?!\d)")
    return [line for line, content in enumerate(text.splitlines(), 1) if wanted.search(content.split("#")[0])]


def _line_of(text: str, raw: object) -> int:
    return next(iter(_lines_of(text, raw)), 0)


def _empty(where: str) -> str:
    return (
        f"{where or '圏域'}: 市区町村が1つもありません。codes に5桁のコードを書いてください。 / "
        "The region has no municipality. Write five-digit codes under codes."
    )


def _quoted(text: str) -> str:
    """A TOML basic string; its escapes are those of JSON but for DEL."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
