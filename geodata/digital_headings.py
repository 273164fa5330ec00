"""Which column of a table of fibre coverage is what, by its heading, and of when the table is."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

HEADER_ROWS: Final = 12  # titles and remarks above the header
# Exact headings after `_plain`: what stands in brackets (units, letters of formulae) is cut off first.
_WORDS: Final[dict[str, tuple[str, ...]]] = {
    "code": ("code", "コード", "団体コード", "市区町村コード", "市町村コード", "地方公共団体コード", "全国地方公共団体コード", "自治体コード", "地域コード", "都道府県コード又は市区町村コード"),
    "name": ("name", "市区町村名", "市町村名", "市区町村", "市町村", "団体名", "自治体名", "自治体"),
    "prefecture": ("prefecture", "都道府県名", "都道府県"),
    "households": ("households", "世帯数", "総世帯数", "全世帯数", "世帯数総数"),
    "covered": ("covered", "整備世帯数", "整備済世帯数", "整備済み世帯数", "利用可能世帯数", "推計利用可能世帯数", "カバー世帯数", "光ファイバ整備世帯数", "光ファイバ利用可能世帯数"),
    "uncovered": ("uncovered", "not_covered", "未整備世帯数", "未カバー世帯数", "利用不可世帯数", "光ファイバ未整備世帯数"),
    "rate": ("rate", "coverage", "整備率", "世帯整備率", "世帯カバー率", "カバー率", "利用可能率", "利用可能世帯率"),
    "as_of": ("as_of", "時点", "基準日", "調査時点", "年月", "年度", "調査年月"),
    "method": ("method", "method_note", "備考", "注", "注記"),
}  # fmt: skip
EXPECTED: Final = (
    "code（または市区町村名）, households（世帯数）, covered（整備世帯数）, rate（整備率）, as_of",
    "code (or 市区町村名), households (世帯数), covered (整備世帯数), rate (整備率), as_of",
)
# Not 光 alone: 日光市 and 観光 are no fibre.
_FIBRE: Final = re.compile(
    r"光(?:回線|ブロード|サービス|通信|整備|世帯|$)|ファイバ|ftth|fib(?:re|er)|ブロードバンド|broadband", re.IGNORECASE
)
_OTHER: Final = re.compile(r"普及率|加入|契約|5g|４g|lte|モバイル|携帯|catv|ケーブル|adsl|増減|前年", re.IGNORECASE)
_ERAS: Final = {"令和": 2018, "r": 2018, "平成": 1988, "h": 1988}


@dataclass(frozen=True)
class Headings:
    """Row number of the header and the column of each part; None where the table has none."""

    row: int
    date: str  # of the table as a whole, from its titles; "" where they do not say
    code: int | None = None
    name: int | None = None
    prefecture: int | None = None
    households: int | None = None
    covered: int | None = None
    uncovered: int | None = None
    rate: int | None = None
    as_of: int | None = None
    method: int | None = None

    def cell(self, cells: Sequence[str], part: str) -> str:
        """Text of a part in a row, ``""`` where there is none."""
        column: int | None = getattr(self, part)
        return cells[column].strip() if column is not None and column < len(cells) else ""


def find_headings(rows: Sequence[Sequence[str]]) -> Headings | None:
    """The header of a fibre table among the first rows; None where no row names areas and what they have."""
    for at, cells in enumerate(rows[:HEADER_ROWS]):
        found = {part: column for part in _WORDS if (column := _column(cells, part)) is not None}
        knows_where = "code" in found or "name" in found
        knows_what = "rate" in found or ("households" in found and {"covered", "uncovered"} & found.keys())
        if knows_where and knows_what:
            titles = [cell for row in rows[:at] for cell in row if cell.strip()]
            return Headings(at, next((date for title in titles if (date := date_of(title))), ""), **found)
    return None


def is_about_fibre(name: str, rows: Sequence[Sequence[str]]) -> bool:
    """Whether the name of a file, its titles or its headings speak of fibre or broadband."""
    cells = (cell for row in rows[:HEADER_ROWS] for cell in row)
    return bool(
        _FIBRE.search(name) or any(_FIBRE.search(cell.replace("観光", "").replace("日光", "")) for cell in cells)
    )


def is_named_fibre(name: str) -> bool:
    """Whether the name of a file alone says that it must be a fibre table."""
    return bool(
        re.search(r"光ファイバ|ブロードバンド.*整備|ftth|fib(?:re|er)[_-]?(?:household|coverage)", name, re.IGNORECASE)
    )


def found_and_expected(label: str, rows: Sequence[Sequence[str]]) -> str:
    """The message for a table in no known layout."""
    widest = max(rows[:HEADER_ROWS], key=lambda cells: sum(bool(cell.strip()) for cell in cells), default=[])
    found = "、".join(cell.strip().replace("\n", "") for cell in widest if cell.strip())[:200] or "—"
    return (
        f"{label}: 光ファイバ整備率の表として読める見出しがありません（ある見出し: {found}）。必要: {EXPECTED[0]}。"
        f"見出しを直した CSV を置いてください。 / No headings of a fibre table (found: {found}). Expected: {EXPECTED[1]}. "
        "Save it as a CSV with such headings."
    )


def _plain(heading: str) -> str:
    text = unicodedata.normalize("NFKC", heading).strip().lower()
    return re.sub(r"[\s・_　]|\([^)]*\)|%|/", "", text) if not text.isascii() else text


def _column(cells: Sequence[str], part: str) -> int | None:
    """The column that bears one of the words of a part: as it stands, else at the end of a heading that says fibre.

    Of several that could be meant the one that says fibre is taken, and none where no one does.
    """
    plain = [_plain(cell) for cell in cells]
    exact = [at for at, text in enumerate(plain) if text in _WORDS[part]]
    if part in {"code", "name", "prefecture", "as_of", "method"}:
        return exact[0] if exact else None
    words = tuple(word for word in _WORDS[part] if not word.isascii())
    ends = [at for at, text in enumerate(plain) if text.endswith(words)]
    if part in {"households", "covered"}:  # 整備世帯数 ends in 世帯数, 未整備世帯数 in 整備世帯数
        longer = {"households": ("整備", "カバー", "可能", "不可"), "covered": ("未", "不可")}[part]
        ends = [at for at in ends if not any(word in plain[at] for word in longer)]
    # What stands in brackets may be a unit, or say that another network is meant.
    meant = [
        [at for at in found if not _OTHER.search(unicodedata.normalize("NFKC", cells[at]))] for found in (exact, ends)
    ]
    for found in (*([at for at in each if _FIBRE.search(cells[at])] for each in meant), *meant):
        if len(found) == 1:
            return found[0]
    return None


def number_of(text: str) -> float:
    """A number as tables write it (full width, thousands separators, ``%``); NaN where there is none.

    Examples
    --------
    >>> number_of("９９．８４％"), number_of("1,234")
    (99.84, 1234.0)
    """
    plain = unicodedata.normalize("NFKC", text).replace(",", "").strip().rstrip("%").strip()
    try:
        number = float(plain)
    except ValueError:
        return float("nan")
    return number if abs(number) < 1e15 else float("nan")


def date_of(text: str) -> str:
    """ISO date that a text gives, the end of the fiscal year or month where it says no more; ``""`` where it gives none.

    Examples
    --------
    >>> date_of("令和５年度末"), date_of("2024年3月末"), date_of("2023/3/31"), date_of("FY2023"), date_of("fibre_202403.csv")
    ('2024-03-31', '2024-03-31', '2023-03-31', '2024-03-31', '2024-03-31')
    """
    plain = unicodedata.normalize("NFKC", text).strip().lower().replace("元年", "1年")
    plain = _western(plain)
    year = r"((?:19|20)\d\d)"
    if found := re.search(rf"{year}\s*年度|fy\s*{year}|^{year}$", plain):
        return f"{int(next(filter(None, found.groups()))) + 1}-03-31"
    if found := re.search(
        rf"(?<!\d){year}[-/.年_]?\s*(1[0-2]|0?[1-9])(?:[-/.月_]?\s*([12]\d|3[01]|0?[1-9])(?!\d))?", plain
    ):
        month, day = int(found.group(2)), found.group(3)
        return f"{found.group(1)}-{month:02}-{int(day) if day else _last_day(int(found.group(1)), month):02}"
    return ""


def _western(text: str) -> str:
    """Years of Japanese eras as western ones: 令和5 and r5 → 2023."""
    for era, start in _ERAS.items():
        for found in reversed(list(re.finditer(rf"(?<![a-z]){era}(\d{{1,2}})(?=\D|$)", text))):
            text = text[: found.start()] + str(start + int(found.group(1))) + text[found.end() :]
    return text


def _last_day(year: int, month: int) -> int:
    import calendar

    return calendar.monthrange(year, month)[1]
