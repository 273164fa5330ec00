"""Thresholds fitted on a table of one's own: facilities of each municipality, for example of 経済センサス, and its people."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from explorer.thresholds import STOPS, BadThresholds
from geodata.codes import municipality_code
from geodata.kinds import CATEGORIES
from layers.service_thresholds import NoFit, Thresholds, fitted_thresholds, without

if TYPE_CHECKING:
    import pandas as pd

_CODE: Final = "code"
_PEOPLE: Final = "population"
_LAYOUT: Final = "code,population,clinic,library,…"


def thresholds_of_counts(path: Path) -> dict[str, Thresholds]:
    """N50 and N80 of every service of a table, labelled as fitted on it; where none can be fitted, with the reason.

    Parameters
    ----------
    path
        CSV with ``code``, ``population`` and a column per service (its id, such as ``clinic``) with the number of facilities; a
        municipality without a number is left out of the fit of that service.

    Raises
    ------
    BadThresholds
        A column is missing or unknown, a code is none or comes twice, a number is none or below 0.
    """
    return _fitted(_read(path), path.name)


def _fitted(table: pd.DataFrame, name: str) -> dict[str, Thresholds]:
    found = {}
    for category in table.columns[2:]:
        known = table[table[category].notna()]
        try:
            found[category] = fitted_thresholds(
                known[_PEOPLE].to_numpy(float), known[category].to_numpy(float) > 0, f"表 {name}", f"table {name}"
            )
        except NoFit as error:
            found[category] = without(str(error))
    return found


def _read(path: Path) -> pd.DataFrame:
    import pandas as pd

    table = _text(path)
    services = [name for name in table.columns if name not in {_CODE, _PEOPLE}]
    unknown = [name for name in services if name not in CATEGORIES and name not in STOPS]
    if not {_CODE, _PEOPLE} <= set(table.columns) or unknown or not services:
        raise BadThresholds(
            f"{path}: 列は {_LAYOUT} の形にしてください{_those(unknown)}。 / "
            f"Columns must be code, population and services by their id{_those(unknown)}."
        )
    table = table[[_CODE, _PEOPLE, *services]]
    codes = [municipality_code(text) for text in table[_CODE]]
    for row, code in enumerate(codes, 2):
        if code is None or code in codes[: row - 2]:
            raise BadThresholds(
                f"{path} {row}行目: 市区町村コード {table[_CODE].iloc[row - 2]} が正しくないか、2回目です。 / "
                f"Line {row}: no municipality code, or one that comes twice."
            )
    numbers = table[[_PEOPLE, *services]].apply(lambda column: column.str.replace(",", "").str.strip())
    values = numbers.apply(lambda column: pd.to_numeric(column, errors="coerce"))
    wrong = (numbers != "") & (values.isna() | (values < 0))
    if wrong.any().any():
        row, column = next((row, name) for name in wrong for row in range(len(wrong)) if wrong[name].iloc[row])
        raise BadThresholds(
            f"{path} {row + 2}行目 {column}: {table[column].iloc[row]} は0以上の数ではありません。 / "
            f"Line {row + 2}, {column}: not a number of 0 or more."
        )
    values.insert(0, _CODE, codes)
    return pd.DataFrame(values)


def _text(path: Path) -> pd.DataFrame:
    import io

    import pandas as pd

    raw = path.read_bytes()
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = raw.decode(
            "cp932", errors="replace"
        )  # what Excel writes in Japan; other bytes spoil a name, which is said
    try:
        return pd.read_csv(io.StringIO(text), dtype=str, keep_default_na=False)
    except (pd.errors.ParserError, pd.errors.EmptyDataError) as error:
        raise BadThresholds(
            f"{path}: CSV として読めません（{' '.join(str(error).split())}）。{_LAYOUT} の形にしてください。 / "
            "This is no CSV: write code,population and a column per service."
        ) from error


def _those(names: list[str]) -> str:
    return f" ({', '.join(names)})" if names else ""
