"""What tables of moves between municipalities have in common: codes, counts, ages and sexes as publishers write them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from typing import Final

from geodata.codes import municipality_code, rolled_up

TOKYO_AREA: Final = ("11", "12", "13", "14")  # 東京圏: Saitama, Chiba, Tokyo, Kanagawa
TOTAL: Final = "total"
_SEXES: Final = {
    **dict.fromkeys(("total", "all", "both", "総数", "男女計", "計", "男女"), TOTAL),
    **dict.fromkeys(("men", "male", "m", "男", "男性"), "men"),
    **dict.fromkeys(("women", "female", "f", "w", "女", "女性"), "women"),
}
_BAND: Final = re.compile(r"^(\d{1,2})\s*(?:歳)?\s*[~〜\-‐–−_ー]\s*(\d{1,2})\s*歳?$")
_OPEN_BAND: Final = re.compile(r"^(\d{1,2})\s*歳?\s*(?:以上|\+|_plus|~|〜)$")


def plain(text: object) -> str:
    """A cell in half-width characters without blanks at its ends."""
    return unicodedata.normalize("NFKC", str(text)).replace("\u3000", " ").strip()


def sex_of(text: object) -> str | None:
    """``total``, ``men``, ``women``, or None where a cell names none.

    Examples
    --------
    >>> sex_of("女"), sex_of("男女計"), sex_of("female"), sex_of("不詳") is None
    ('women', 'total', 'women', True)
    """
    return _SEXES.get(plain(text).lower())


def age_of(text: object) -> tuple[int, int] | None:
    """First and last year of an age band; the last of an open one is 200, and the total is 0–200.

    Examples
    --------
    >>> age_of("１５～１９歳"), age_of("20_24"), age_of("90歳以上"), age_of("総数")
    ((15, 19), (20, 24), (90, 200), (0, 200))
    >>> age_of("年齢不詳") is None
    True
    """
    cell = plain(text).lower()
    if cell in {"total", "all", "総数", "計", "全年齢"}:
        return 0, 200
    if match := _BAND.match(cell):
        return int(match.group(1)), int(match.group(2))
    if match := _OPEN_BAND.match(cell):
        return int(match.group(1)), 200
    return None


def count_of(text: object) -> float | None:
    """People in a cell: ``1,234`` is 1234, ``-`` nobody; None where it is hidden or no number.

    Examples
    --------
    >>> count_of("1,234"), count_of("-"), count_of("▲12"), count_of("X") is None, count_of("") is None
    (1234.0, 0.0, -12.0, True, True)
    """
    cell = plain(text).replace(",", "").replace("▲", "-").replace("△", "-").replace("−", "-")
    if cell in {"-", "‐", "–", "—", "―"}:
        return 0.0
    try:
        number = float(cell)
    except ValueError:
        return None
    return number if abs(number) < 1e12 else None


def town_of(text: object) -> str | None:
    """Municipality of a cell, wards rolled up to their city; the code may be followed by a name (``10201_前橋市``)."""
    cell = plain(text)
    match = re.match(r"^(\d{4,6})(?:\.0)?(?:\D.*)?$", cell)
    code = municipality_code(match.group(1)) if match else None
    return rolled_up(code) if code else None


def area_digits(text: object) -> str | None:
    """Five digits at the beginning of a cell, whatever they stand for: a municipality, a prefecture, the nation."""
    match = re.match(r"^(\d{5})\d?(?:\.0)?(?:\D.*)?$", plain(text))
    return match.group(1) if match else None


def code_columns(rows: Sequence[Sequence[str]]) -> list[int]:
    """Columns in which most filled cells begin with a five-digit code, from the left."""
    width = max((len(row) for row in rows), default=0)
    found = []
    for column in range(width):
        cells = [row[column] for row in rows if len(row) > column and row[column].strip()]
        codes = sum(town_of(cell) is not None or _is_wide(cell) for cell in cells)
        if len(cells) >= max(1, len(rows) // 2) and codes >= 0.6 * len(cells):
            found.append(column)
    return found


def _is_wide(text: str) -> bool:
    """A code of the nation, of a prefecture, or of "elsewhere"."""
    digits = area_digits(text)
    return digits is not None and (digits.endswith("000") or digits[:2] == "99")
