"""Who goes where to work and to school, municipality by municipality, and people by day and by night.

Read are a normalised table (``origin_code,destination_code,purpose,persons,as_of,source``; purpose ``work``, ``school`` or ``all``)
and tables of the census on places of work and schooling (国勢調査 従業地・通学地集計) as far as their headings tell: a column of codes
under 「常住地」, another under 「従業地・通学地」 or 「従業・通学市区町村」, and counts under 「就業者」, 「通学者」 or 「総数」; or, for day and
night, one column of codes with 「夜間人口」 and 「昼間人口」. Their layout differs by year: what cannot be told is named, with what was found.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

import numpy as np

from geodata.archive import RawFile
from geodata.errors import MissingColumn, UnreadableFile
from geodata.flow_tables import area_digits, code_columns, count_of, plain, town_of
from geodata.notes import Notes
from geodata.table_rows import rows_of

if TYPE_CHECKING:
    import pandas as pd

COMMUTING_COLUMNS: Final = ("origin", "destination", "purpose", "persons", "as_of", "source")
DAY_NIGHT_COLUMNS: Final = ("code", "night", "day", "as_of", "source")
_NORMALISED: Final = frozenset({"origin_code", "destination_code", "persons"})
_DAY_NIGHT: Final = frozenset({"code", "night", "day"})
_PURPOSES: Final = {
    **dict.fromkeys(("work", "就業", "通勤", "従業", "就業者", "commute"), "work"),
    **dict.fromkeys(("school", "通学", "通学者", "study"), "school"),
    **dict.fromkeys(("", "all", "total", "総数", "通勤・通学", "従業・通学"), "all"),
}
_HEAD_ROWS: Final = 40
_LONGEST_HEADING: Final = 30  # characters; what is longer is a title
_WORK, _SCHOOL, _ALL = "work", "school", "all"


def looks_like_commuting(rows: Sequence[Sequence[str]]) -> bool:
    """Whether the first rows of a table are those of commuting, or of people by day and night."""
    header = {plain(cell).lower() for cell in rows[0]} if rows else set()
    if header >= _NORMALISED or header >= _DAY_NIGHT:
        return True
    if "key_code" in header or len(header) < 1:  # grid squares
        return False
    text = " ".join(plain(cell) for row in rows for cell in row)
    by_place = "常住地" in text and ("従業地" in text or "従業・通学" in text or "従業通学" in text)
    return by_place or ("夜間人口" in text and "昼間人口" in text)


def read_commuting(raw: RawFile, *, notes: Notes) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Read one file.

    Returns
    -------
    Commuters with :data:`COMMUTING_COLUMNS` and people by day and night with :data:`DAY_NIGHT_COLUMNS`; one of them is empty.
    `persons` are at least 0; wards of designated cities are added up to their city; `source` is ``""`` where no column says it.

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
        flows = _normalised(rows, header)
    elif set(header) >= _DAY_NIGHT:
        return pd.DataFrame(columns=list(COMMUTING_COLUMNS)), _day_night(raw, rows[1:], header, notes)
    else:
        head = _head(rows)
        texts = _column_texts(rows[:head], max(len(row) for row in rows))
        if any("昼間人口" in text for text in texts) and any("夜間人口" in text for text in texts):
            return pd.DataFrame(columns=list(COMMUTING_COLUMNS)), _day_night(
                raw, rows[head:], _named(raw, rows, head, texts), notes
            )
        flows = _census(raw, rows, head, texts)
    return _tidy(raw, flows, notes), pd.DataFrame(columns=list(DAY_NIGHT_COLUMNS))


def _normalised(rows: list[list[str]], header: list[str]) -> list[tuple[str, str, str, str, str, str]]:
    at = {name: header.index(name) for name in header}

    def cell(row: list[str], name: str) -> str:
        return row[at[name]].strip() if name in at and len(row) > at[name] else ""

    return [
        (
            cell(row, "origin_code"),
            cell(row, "destination_code"),
            _PURPOSES.get(plain(cell(row, "purpose")).lower(), _ALL),
            cell(row, "persons"),
            cell(row, "as_of"),
            cell(row, "source"),
        )
        for row in rows[1:]
    ]


def _head(rows: list[list[str]]) -> int:
    """Number of rows before the first with a code and a count."""
    for at, row in enumerate(rows[:_HEAD_ROWS]):
        codes = sum(area_digits(cell) is not None for cell in row)
        if codes and any(count_of(cell) is not None and area_digits(cell) is None for cell in row if cell.strip()):
            return at
    return min(len(rows), _HEAD_ROWS)


def _column_texts(head: list[list[str]], width: int) -> list[str]:
    """All headings above each column; a heading over merged cells counts for those to its right, up to the next."""
    texts = [""] * width
    for row in head:
        filled = [plain(cell) for cell in row]
        if sum(bool(cell) for cell in filled) < 2:  # a title, not headings
            continue
        last = ""
        for column in range(width):
            last = (filled[column] if column < len(filled) else "") or last
            texts[column] += f" {last}"
    return texts


def _unknown(raw: RawFile, rows: list[list[str]]) -> MissingColumn:
    found = "、".join(cell.strip() for row in rows[:12] for cell in row if cell.strip())[:300]
    return MissingColumn(
        f"{raw.label}: 通勤・通学の表の並びが分かりません（見つかった見出し: {found}）。"
        "origin_code,destination_code,purpose,persons,as_of,source の CSV に直してください。 / "
        f"The layout of this table of commuting is not known (headings found: {found}). "
        "Bring it into a CSV with origin_code,destination_code,purpose,persons,as_of,source."
    )


def _census(
    raw: RawFile, rows: list[list[str]], head: int, texts: list[str]
) -> list[tuple[str, str, str, str, str, str]]:
    body = rows[head:]
    codes = code_columns(body)
    homes = [column for column in codes if "常住" in texts[column]]
    goals = [column for column in codes if any(word in texts[column] for word in ("従業", "通学"))]
    goals = [column for column in goals if column not in homes[:1]]
    if not homes or not goals:
        raise _unknown(raw, rows)
    counts = _count_columns(texts, body, skip=set(codes))
    if not counts:
        raise _unknown(raw, rows)
    found = []
    home = ""
    for row in body:
        filled = [*row, *[""] * (len(texts) - len(row))]
        home = filled[homes[0]].strip() or home  # written once for all its rows
        found += [(home, filled[goals[0]], purpose, filled[column], "", "") for column, purpose in counts]
    return found


def _count_columns(texts: list[str], body: list[list[str]], skip: set[int]) -> list[tuple[int, str]]:
    """Columns of workers and of pupils of both sexes, or one of all."""
    found: dict[str, int] = {}
    for column, text in enumerate(texts):
        cells = [row[column] for row in body if len(row) > column and row[column].strip()]
        if column in skip or not cells or sum(count_of(cell) is not None for cell in cells) < 0.6 * len(cells):
            continue
        words = text.split()
        if any(word in {"男", "女"} for word in words):
            continue
        shown = " ".join(word for word in words if len(word) <= _LONGEST_HEADING)
        if not any(key in shown for key in ("就業者", "通学者", "総数", "人口", "value")):
            continue
        workers, pupils = "就業者" in shown, "通学者" in shown
        found.setdefault(_ALL if workers == pupils else _WORK if workers else _SCHOOL, column)
    if _WORK in found and _SCHOOL in found:
        return [(found[_WORK], _WORK), (found[_SCHOOL], _SCHOOL)]
    return [(column, purpose) for purpose, column in found.items()][:1]


def _named(raw: RawFile, rows: list[list[str]], head: int, texts: list[str]) -> list[str]:
    """Header of a table of day and night in the normalised words."""
    codes = code_columns(rows[head:])
    if not codes:
        raise _unknown(raw, rows)
    names = [""] * len(texts)
    names[codes[0]] = "code"
    for name, word in (("night", "夜間人口"), ("day", "昼間人口")):
        at = next(
            (column for column, text in enumerate(texts) if word in text and "比率" not in text and not names[column]),
            None,
        )
        if at is None:
            raise _unknown(raw, rows)
        names[at] = name
    return names


def _day_night(raw: RawFile, rows: list[list[str]], header: list[str], notes: Notes) -> pd.DataFrame:
    import pandas as pd

    at = {name: header.index(name) for name in ("code", "night", "day")}
    extra = {name: header.index(name) for name in ("as_of", "source") if name in header}
    found: list[tuple[object, ...]] = []
    left = 0
    for row in rows:
        filled = [*row, *[""] * (len(header) - len(row))]
        code, night, day = town_of(filled[at["code"]]), count_of(filled[at["night"]]), count_of(filled[at["day"]])
        if code is None or night is None or day is None or night < 0 or day < 0:
            left += code is not None
            continue
        found.append(
            (code, night, day, *(filled[extra[name]].strip() if name in extra else "" for name in ("as_of", "source")))
        )
    _note_left(raw, left, notes)
    if not found:
        raise UnreadableFile(f"{raw.label}: 使える行がありません。 / It has no usable row.")
    # Wards are listed beside their city: both have its code here, and only the first, the city, counts.
    return pd.DataFrame(found, columns=list(DAY_NIGHT_COLUMNS)).drop_duplicates("code").reset_index(drop=True)


def _tidy(raw: RawFile, flows: list[tuple[str, str, str, str, str, str]], notes: Notes) -> pd.DataFrame:
    """Usable rows, each pair of municipalities and purpose once."""
    import pandas as pd

    found, left, elsewhere = [], 0, 0.0
    homes, goals = ({area_digits(row[at]) for row in flows} for at in (0, 1))
    for home, goal, purpose, persons, as_of, source in dict.fromkeys(flows):
        origin, destination, people = town_of(home), town_of(goal), count_of(persons)
        if origin is None or _is_total(goal):
            continue  # totals of prefectures and of the nation stand among the municipalities
        if _is_part(home, origin, homes) or _is_part(goal, destination, goals):
            continue  # a ward that stands beside its city
        if people is None or people < 0:
            left += 1
        elif destination is None:
            elsewhere += people
        else:
            found.append((origin, destination, purpose, people, as_of, source))
    _note_left(raw, left, notes)
    if elsewhere >= 1:
        notes.info(
            raw.label,
            f"行き先の市区町村が分からない {elsewhere:,.0f} 人（不詳・外国など）は含みません。",
            f"{elsewhere:,.0f} people whose destination is unknown or abroad are left out.",
        )
    if not found:
        raise UnreadableFile(
            f"{raw.label}: 使える行がありません（市区町村コードと人数を確かめてください）。 / "
            "It has no usable row: check the municipality codes and counts."
        )
    table = pd.DataFrame(found, columns=list(COMMUTING_COLUMNS))
    keys = ["origin", "destination", "purpose"]
    return table.groupby(keys, sort=True, as_index=False).agg({"persons": "sum", "as_of": "max", "source": "first"})


def _is_part(text: str, town: str | None, listed: set[str | None]) -> bool:
    """Whether a row is a ward's while its city has rows of its own."""
    return town is not None and area_digits(text) != town and town in listed


def _is_total(text: str) -> bool:
    digits = area_digits(text)
    return digits is not None and digits.endswith("000") and digits[:2] != "99"


def _note_left(raw: RawFile, count: int, notes: Notes) -> None:
    if count:
        notes.warn(
            raw.label,
            f"人数が数でない、または負の {count:,} 行を使いません。",
            f"{count:,} rows whose counts are hidden, not numbers or negative are not used.",
        )


def day_and_night(flows: pd.DataFrame, night: pd.Series) -> pd.DataFrame:
    """People by day and what they are made of, per municipality.

    Parameters
    ----------
    flows
        Commuters (:data:`COMMUTING_COLUMNS`). Where a pair has work or school, ``all`` is not added to them.
    night
        People who live in each municipality, by code.

    Returns
    -------
    DataFrame
        Index as `night`: ``night``, ``into`` (from other municipalities), ``out``, ``day`` = night + into − out, ``commuters`` (everybody
        with a known destination, the own municipality included), ``within``, ``to_largest`` (to the most frequent other
        destination). Rows are NaN but for `night` where no commuter from or to the municipality is listed.
    """
    import pandas as pd

    both = flows[flows["purpose"] != _ALL] if (flows["purpose"] != _ALL).any() else flows
    pairs = both.groupby(["origin", "destination"])["persons"].sum().reset_index()
    own = pairs["origin"] == pairs["destination"]
    out = pairs[~own].groupby("origin")["persons"].sum()
    into = pairs[~own].groupby("destination")["persons"].sum()
    listed = night.index.isin(pairs["origin"])
    frame = pd.DataFrame(
        {
            "night": night.astype(float),
            "into": into.reindex(night.index).fillna(0.0),
            "out": out.reindex(night.index).fillna(0.0),
            "commuters": pairs.groupby("origin")["persons"].sum().reindex(night.index).fillna(0.0),
            "within": pairs[own].groupby("origin")["persons"].sum().reindex(night.index).fillna(0.0),
            "to_largest": pairs[~own].groupby("origin")["persons"].max().reindex(night.index).fillna(0.0),
        }
    )
    frame["day"] = frame["night"] + frame["into"] - frame["out"]
    frame.loc[~listed, [name for name in frame if name != "night"]] = np.nan
    return frame
