"""Answers of the e-Stat API (getStatsData) as rows: JSON with ``STATISTICAL_DATA``, a value per combination of codes.

Columns are named as in the answer (``@area``, ``@cat01``, ``@time``, ``$``), and beside each stands one with the names of the
codes under the title of the classification (``男女別``), so that a description may ask for either.
Source: e-Stat API 仕様 (https://www.e-stat.go.jp/api/api-info/e-stat-manual3-0).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final

from geodata.archive import RawFile
from geodata.errors import MissingColumn, UnreadableFile
from geodata.table_rows import Row

AREA: Final = "@area"
VALUE: Final = "$"


def rows_of_api(raw: RawFile, text: str) -> list[Row]:
    """Header and rows of an answer; the number of a row is its place in the list of values, counted from 1.

    Raises
    ------
    UnreadableFile
        It is no JSON, or the service answered with an error.
    MissingColumn
        It is another JSON than that of getStatsData.
    """
    try:
        content = json.loads(text)
    except ValueError as error:
        raise UnreadableFile(
            f"{raw.label}: JSON として読めません（{error}）。もう一度取得してください。 / Not valid JSON ({error}). Get it again."
        ) from error
    answer = content.get("GET_STATS_DATA", content) if isinstance(content, dict) else {}
    result = answer.get("RESULT", {}) if isinstance(answer, dict) else {}
    data = answer.get("STATISTICAL_DATA") if isinstance(answer, dict) else None
    if not isinstance(data, dict):
        told = str(result.get("ERROR_MSG", "")) if isinstance(result, dict) else ""
        raise MissingColumn(
            f"{raw.label}: STATISTICAL_DATA がありません。e-Stat API の getStatsData の応答か確かめてください。{told} / "
            f"No STATISTICAL_DATA: is this an answer of getStatsData of the e-Stat API? {told}"
        )
    values = _list(_get(data, "DATA_INF", "VALUE"))
    codes = [key for key in dict.fromkeys(key for value in values for key in value) if key.startswith("@")]
    names = _names(data)
    titled = [code for code in codes if code[1:] in names]
    header = [*codes, *(names[code[1:]][0] for code in titled), VALUE]
    rows = [
        [
            *(str(value.get(code, "")) for code in codes),
            *(names[code[1:]][1].get(str(value.get(code, "")), "") for code in titled),
            str(value.get(VALUE, "")),
        ]
        for value in values
    ]
    return [(0, header), *enumerate(rows, start=1)]


def _names(data: Mapping[str, Any]) -> dict[str, tuple[str, dict[str, str]]]:
    """Id of a classification → its title, and the name of each code."""
    found = {}
    for entry in _list(_get(data, "CLASS_INF", "CLASS_OBJ")):
        classes = _list(entry.get("CLASS"))
        found[str(entry.get("@id", ""))] = (
            str(entry.get("@name", "")),
            {str(each.get("@code", "")): str(each.get("@name", "")) for each in classes},
        )
    return found


def _get(data: Mapping[str, Any], *path: str) -> Any:
    value: Any = data
    for name in path:
        value = value.get(name) if isinstance(value, dict) else None
    return value


def _list(value: Any) -> list[dict[str, Any]]:
    """The service writes a list of one as the thing itself."""
    every = value if isinstance(value, list) else [] if value is None else [value]
    return [each for each in every if isinstance(each, dict)]
