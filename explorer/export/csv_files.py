"""CSV: the long table as ``explorer indicators`` writes it, with a data dictionary and the sources beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from explorer.export.definitions import dictionary_table, sources_table
from explorer.tables import write_table
from explorer.written import beside

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd

    from explorer.export.selection import Selection


def write_csv(chosen: Selection, path: Path) -> list[Path]:
    """Write ``NAME.csv``, ``NAME_dictionary.csv`` and ``NAME_sources.csv``: UTF-8 with byte order mark, for Excel.

    Numbers have ten significant digits, as those of ``explorer indicators``. Text that a spreadsheet would run as a formula
    gets an apostrophe in front; numbers stay numbers.

    Returns
    -------
    list of Path
        The files.
    """
    shown = [column.indicator for column in chosen.columns]
    tables: dict[Path, pd.DataFrame] = {
        path: chosen.long,
        path.with_name(f"{path.stem}_dictionary.csv"): dictionary_table(shown, list(chosen.long.columns)),
        path.with_name(f"{path.stem}_sources.csv"): sources_table(chosen.provenance),
    }
    for file, table in tables.items():
        with beside(file) as unfinished:
            write_table(table, unfinished)
    return list(tables)
