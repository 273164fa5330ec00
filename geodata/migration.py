"""Who moves in and out, by sex and age (住民基本台帳人口移動報告), and with the Tokyo area.

Read are

- a normalised table ``code,partner_code,sex,age_group,direction,persons,as_of,source``: ``partner_code`` is a municipality, a prefecture
  (``13000``), or in a column ``partner_area`` the words ``tokyo_area``, ``other``, ``all``; ``direction`` is ``in``, ``out`` or ``net``;
  the same columns without ``direction`` and partner give the people of each sex and age, which rates are made of;
- the yearly tables by municipality, sex and five-year age (表11-1 転入者数, 11-2 転出者数, 11-3 転入超過数), as workbook or CSV, by their
  headings: ages in one row, sexes above them, codes in one column. Other layouts are named with what was found.

The Tokyo area is Saitama, Chiba, Tokyo and Kanagawa (codes 11–14).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from geodata.archive import RawFile
from geodata.errors import MissingColumn, UnreadableFile
from geodata.flow_tables import TOKYO_AREA, TOTAL, age_of, area_digits, code_columns, count_of, plain, sex_of, town_of
from geodata.notes import Notes
from geodata.table_rows import rows_of

if TYPE_CHECKING:
    import pandas as pd

MIGRATION_COLUMNS: Final = ("code", "partner", "sex", "age_from", "age_to", "direction", "persons", "as_of", "source")
ALL, TOKYO, OTHER = "all", "tokyo_area", "other"
LIVING: Final = "living"  # as a direction: people of the age, who move nowhere
_DIRECTIONS: Final = {
    **dict.fromkeys(("in", "転入", "転入者", "転入者数"), "in"),
    **dict.fromkeys(("out", "転出", "転出者", "転出者数"), "out"),
    **dict.fromkeys(("net", "転入超過", "転入超過数"), "net"),
}
_PARTNERS: Final = {
    **dict.fromkeys(("", "all", "total", "総数", "全国"), ALL),
    **dict.fromkeys(("tokyo_area", "東京圏"), TOKYO),
    **dict.fromkeys(("other", "その他", "東京圏以外"), OTHER),
}
_NORMALISED: Final = frozenset({"code", "sex", "age_group", "persons"})
_AGE_COLUMNS: Final = 6  # fewer ages in a row are no table by age
_HEAD_ROWS: Final = 30
_NET, _IN, _OUT = "転入超過", "転入者", "転出者"


@dataclass(frozen=True)
class Group:
    """Movers that are looked at together: sex and ages (both included)."""

    id: str
    sex: str
    first: int
    last: int


GROUPS: Final = (
    Group("all", TOTAL, 0, 200),
    Group("15_29", TOTAL, 15, 29),
    Group("men_15_29", "men", 15, 29),
    Group("women_15_29", "women", 15, 29),
    Group("men_20_24", "men", 20, 24),
    Group("women_20_24", "women", 20, 24),
    Group("women_20_39", "women", 20, 39),
)


def looks_like_migration(rows: Sequence[Sequence[str]]) -> bool:
    """Whether the first rows of a table are those of moves (or people) by sex and age."""
    header = {plain(cell).lower() for cell in rows[0]} if rows else set()
    if header >= _NORMALISED:
        return True
    text = " ".join(plain(cell) for row in rows for cell in row)
    return any(word in text for word in (_NET, _IN, _OUT)) and _age_row(rows) is not None


def read_migration(raw: RawFile, *, notes: Notes) -> pd.DataFrame:
    """Read one file into :data:`MIGRATION_COLUMNS`.

    `partner` is ``all``, ``tokyo_area`` or ``other``; `direction` is in, out, net, or living for people who live there. Wards are
    added up to their city unless the city has rows of its own.

    Raises
    ------
    MissingColumn
        A layout that is not known; the message says what was found.
    UnreadableFile
        No usable row.
    """
    import pandas as pd

    sheets = rows_of(raw)
    if not sheets:
        raise UnreadableFile(f"{raw.label}: 空のファイルです。 / The file is empty.")
    rows = [cells for _, cells in sheets[0]]
    header = [plain(cell).lower() for cell in rows[0]]
    if set(header) >= _NORMALISED:
        found = list(_normalised(raw, rows, header, notes))
    else:
        found = [row for sheet in sheets for row in _published(raw, [cells for _, cells in sheet], notes)]
    if not found:
        raise UnreadableFile(
            f"{raw.label}: 使える行がありません（市区町村コード・性別・年齢・人数を確かめてください）。 / "
            "It has no usable row: check codes, sexes, ages and counts."
        )
    table = pd.DataFrame(found, columns=["raw_code", *MIGRATION_COLUMNS])
    table = _newest(raw, table, notes)
    table = _prefectures_or_towns(table)
    city = table["raw_code"] == table["code"]
    has_city = table["code"].isin(set(table.loc[city, "code"]))
    keys = [name for name in MIGRATION_COLUMNS if name not in {"persons", "as_of", "source"}]
    kept = table[city | ~has_city].groupby(keys, sort=True, as_index=False)
    tidy: pd.DataFrame = kept.agg({"persons": "sum", "as_of": "max", "source": "first"})
    return tidy.reindex(columns=list(MIGRATION_COLUMNS))


_Row = tuple[str, str, str, str, int, int, str, float, str, str]


def _normalised(raw: RawFile, rows: list[list[str]], header: list[str], notes: Notes) -> Iterable[_Row]:
    at = {name: column for column, name in enumerate(header)}
    has_direction = "direction" in at
    left = 0
    for row in dict.fromkeys(tuple(row) for row in rows[1:]):
        cells = {name: row[column].strip() if len(row) > column else "" for name, column in at.items()}
        code, people = town_of(cells["code"]), count_of(cells["persons"])
        sex, age = sex_of(cells["sex"]), age_of(cells["age_group"])
        direction = _DIRECTIONS.get(plain(cells.get("direction", "")).lower()) if has_direction else LIVING
        partner = _partner(cells.get("partner_area", ""), cells.get("partner_code", ""))
        if people is not None and people < 0 and direction != "net":
            people = None
        if code is None or people is None or sex is None or age is None or direction is None or partner is None:
            left += 1
        else:
            digits = area_digits(cells["code"]) or code
            yield digits, code, partner, sex, *age, direction, people, cells.get("as_of", ""), cells.get("source", "")
    if left:
        notes.warn(
            raw.label,
            f"市区町村・性別・年齢・方向・人数のどれかが読めない {left:,} 行を使いません。",
            f"{left:,} rows whose code, sex, age, direction or count cannot be read are not used.",
        )


def _partner(area: str, code: str) -> str | None:
    """Where people come from or go to; a prefecture's row as ``13000``, a municipality's as ``13101``."""
    digits = area_digits(code)
    if digits and digits != "00000":
        return digits
    word = plain(area).lower() or plain(code).lower()
    return ALL if digits else _PARTNERS.get(word)


def _prefectures_or_towns(table: pd.DataFrame) -> pd.DataFrame:
    """Partners as all, Tokyo area and other; where prefectures are listed beside their municipalities, only the prefectures."""
    is_code = table["partner"].str.fullmatch(r"\d{5}")
    whole = is_code & table["partner"].str.endswith("000")
    if whole.any():
        table = table[~is_code | whole]
        is_code = is_code[table.index]
    tokyo = table["partner"].str[:2].isin(TOKYO_AREA)
    partner = table["partner"].where(~is_code, tokyo.map({True: TOKYO, False: OTHER}))
    return table.assign(partner=partner)


def _newest(raw: RawFile, table: pd.DataFrame, notes: Notes) -> pd.DataFrame:
    """Rows of the last year of a file that holds several."""
    years = table["as_of"].str.extract(r"(\d{4})", expand=False).fillna("")
    last = years.max()
    if last and (years != last).any():
        notes.info(
            raw.label,
            f"{last}年の値を使い、それより前の {int((years != last).sum()):,} 行は使いません。",
            f"The values of {last} are used, and {int((years != last).sum()):,} rows of earlier years are not.",
        )
        newest: pd.DataFrame = table[years == last]
        return newest
    return table


def _age_row(rows: Sequence[Sequence[str]]) -> int | None:
    for at, row in enumerate(rows[:_HEAD_ROWS]):
        if sum(age_of(cell) not in {None, (0, 200)} for cell in row) >= _AGE_COLUMNS:
            return at
    return None


def _published(raw: RawFile, rows: list[list[str]], notes: Notes) -> Iterable[_Row]:
    """Rows of a table with ages side by side, as the statistics bureau publishes it."""
    at = _age_row(rows)
    title = " ".join(plain(cell) for row in rows[: (at or 0) + 1] for cell in row) + " " + raw.name
    direction = "net" if _NET in title else "in" if _IN in title else "out" if _OUT in title else None
    if at is None or direction is None or (_IN in title and _OUT in title and _NET not in title):
        raise _unknown(raw, rows)
    body = [row for row in rows[at + 1 :] if any(area_digits(cell) for cell in row)]
    columns = _sexes_and_ages(rows, at)
    codes = code_columns(body)
    codes = [column for column in codes if column < min(columns, default=0)]
    if not body or not columns or not codes:
        raise _unknown(raw, rows)
    year = re.search(r"(20\d\d)年", title)
    movers = any(plain(cell) == "移動者" for row in body for cell in row)
    hidden = 0
    for row in body:
        if movers and not any(plain(cell) == "移動者" for cell in row):
            continue  # 日本人移動者, 外国人移動者 are parts of them
        digits = next(
            (found for column in reversed(codes) if len(row) > column and (found := area_digits(row[column]))), None
        )
        code = town_of(digits) if digits else None
        if code is None or digits is None:
            continue  # the nation, prefectures, three largest cities together
        for column, (sex, age) in columns.items():
            people = count_of(row[column]) if len(row) > column else None
            if people is None or (people < 0 and direction != "net"):
                hidden += 1
                continue
            yield digits, code, ALL, sex, *age, direction, people, year.group(1) if year else "", ""
    if hidden:
        notes.warn(
            raw.label,
            f"数でない、または負の {hidden:,} 個の値を使いません。",
            f"{hidden:,} values that are hidden, not numbers or negative are not used.",
        )


def _sexes_and_ages(rows: list[list[str]], at: int) -> dict[int, tuple[str, tuple[int, int]]]:
    """Column → sex and age band. The sex stands above, over merged cells; a block without one is the total."""
    ages = {column: age for column, cell in enumerate(rows[at]) if (age := age_of(cell)) is not None}
    found: dict[int, tuple[str, tuple[int, int]]] = {}
    for column, age in ages.items():
        sex = None
        for above in range(at - 1, -1, -1):
            row = rows[above]
            said = [sex_of(row[left]) for left in range(min(column, len(row) - 1), -1, -1)]
            sex = next((each for each in said if each), None)
            if sex:
                break
        found[column] = (sex or TOTAL, age)
    # Of columns that say the same only the first counts: a rate or a share beside the numbers repeats the headings.
    return {
        column: key for column, key in found.items() if list(found.values()).index(key) == list(found).index(column)
    }


def _unknown(raw: RawFile, rows: list[list[str]]) -> MissingColumn:
    found = "、".join(cell.strip() for row in rows[:10] for cell in row if cell.strip())[:300]
    return MissingColumn(
        f"{raw.label}: 人口移動の表の並びが分かりません（見つかった見出し: {found}）。"
        "code,partner_code,sex,age_group,direction,persons,as_of,source の CSV に直してください。 / "
        f"The layout of this table of migration is not known (headings found: {found}). "
        "Bring it into a CSV with code,partner_code,sex,age_group,direction,persons,as_of,source."
    )


def people_of_group(table: pd.DataFrame, group: Group) -> pd.Series:
    """Persons of a group by municipality, out of rows of one direction and partner; only where its ages can be made up exactly.

    A band that is the group itself is taken as it is; else the bands inside it must fill it without a gap. Both sexes are
    added up where no row holds the two together.
    """
    import pandas as pd

    rows = table[table["sex"] == group.sex]
    if rows.empty and group.sex == TOTAL:
        rows = table[table["sex"] != TOTAL]
    exact = rows[(rows["age_from"] == group.first) & (rows["age_to"] == group.last)]
    if not exact.empty:
        return exact.groupby("code")["persons"].sum()
    inside = rows[(rows["age_from"] >= group.first) & (rows["age_to"] <= group.last)]
    bands = _filling(
        sorted({(int(a), int(b)) for a, b in zip(inside["age_from"], inside["age_to"], strict=True)}), group
    )
    if not bands:
        return pd.Series(dtype=float, name="persons")
    wanted = pd.MultiIndex.from_tuples(bands)
    kept = inside[pd.MultiIndex.from_arrays([inside["age_from"], inside["age_to"]]).isin(wanted)]
    return kept.groupby("code")["persons"].sum()


def _filling(bands: list[tuple[int, int]], group: Group) -> list[tuple[int, int]]:
    """Bands that follow each other from the first to the last year of the group, the narrowest first; empty if they do not."""
    chosen: list[tuple[int, int]] = []
    start = group.first
    while start <= group.last:
        following = [band for band in bands if band[0] == start]
        if not following:
            return []
        chosen.append(min(following, key=lambda band: band[1]))
        start = chosen[-1][1] + 1
    return chosen if chosen and chosen[-1][1] == group.last else []


def read_official_net(raw: RawFile) -> tuple[str, pd.Series] | None:
    """Year and published net migration (% of the people) by municipality; None where the table of published values has none.

    The column is called ``net_migration_2024_pct``, with its year.
    """
    import pandas as pd

    rows = [cells for _, cells in rows_of(raw)[0]]
    header = [plain(cell).lower() for cell in rows[0]]
    named = [
        (column, match.group(1))
        for column, name in enumerate(header)
        if (match := re.fullmatch(r"net_migration_(\d{4})_pct", name))
    ]
    if not named or "code" not in header:
        return None
    column, year = max(named, key=lambda pair: pair[1])
    at = header.index("code")
    found = {
        code: people
        for row in rows[1:]
        if len(row) > max(column, at) and (code := town_of(row[at])) and (people := count_of(row[column])) is not None
    }
    return year, pd.Series(found, dtype=float)
