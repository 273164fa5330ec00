"""Buttons that save what a view shows: its tables as CSV and Excel, its chart as PNG and SVG. Made when they are pressed."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Final

import streamlit as st

from explorer.ui import future_answers as answers
from explorer.ui.blocks import csv_bytes
from explorer.words import Language, word

if TYPE_CHECKING:
    import pandas as pd

    from explorer.figures.picture import Picture
    from explorer.provenance import Provenance

_XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
Draw = Callable[[str], "Picture"]  # takes the source line


def save_row(
    name: str,
    sheets: Mapping[str, pd.DataFrame],
    language: Language,
    *,
    lines: Sequence[str],
    facts: Callable[[], Provenance],
    draw: Draw | None = None,
) -> None:
    """The buttons of a view.

    Parameters
    ----------
    name
        Of the files, without their ending.
    sheets
        Name of each sheet and its table; the first one is the CSV.
    lines
        What the tables show.
    facts
        Sources, dates and version: they stand in every file.
    draw
        Makes the chart; None where there is none.
    """
    first = next(iter(sheets.values()))

    def csv() -> bytes:
        return csv_bytes(first, [*lines, *facts().text(language).split("\n")])

    def xlsx() -> bytes:
        from explorer.future_workbook import workbook_bytes

        return workbook_bytes(sheets, lines, facts(), language)

    def picture(form: str) -> Callable[[], bytes]:
        assert draw is not None
        made = draw
        return lambda: answers.picture_bytes(lambda: made(facts().credit_line(language)), form)

    files: list[tuple[str, Callable[[], bytes], str, str]] = [
        (word("fu_save_csv", language), csv, "csv", "text/csv"),
        (word("fu_save_xlsx", language), xlsx, "xlsx", _XLSX),
    ]
    if draw is not None:
        files.append((word("fu_save_png", language), picture("png"), "png", "image/png"))
        files.append((word("fu_save_svg", language), picture("svg"), "svg", "image/svg+xml"))
    columns = st.columns([*([0.18] * len(files)), 1.0 - 0.18 * len(files)], gap="small")
    for column, (label, make, ending, kind) in zip(columns, files, strict=False):
        column.download_button(
            label, make, f"{name}.{ending}", kind, on_click="ignore", key=f"future_{ending}_download", width="stretch"
        )
