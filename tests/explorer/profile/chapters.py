"""Texts of chapters, and what holds for all of them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

import numpy as np

from explorer.documents.blocks import Block, Cell, Facts, Figure, Heading, Listing, Paragraph, Side, Table

JAPANESE = re.compile("[ぁ-んァ-ヶ一-龠々〆〇]")
NOT_FOR_PEOPLE = re.compile(r"\b(nan|None|inf|NaN|Infinity|<NA>)\b|\{|\}|Row\(|Cell\(")


def texts(blocks: Sequence[Block]) -> Iterator[str]:
    """Everything that a reader sees or hears."""
    for block in blocks:
        if isinstance(block, Heading | Paragraph):
            yield block.text
        elif isinstance(block, Listing):
            yield from block.points
        elif isinstance(block, Facts):
            for fact in block.facts:
                yield from (fact.label, fact.value.text, fact.note)
        elif isinstance(block, Table):
            yield from (block.caption, block.note, *(column.head for column in block.columns))
            yield from (cell.text for row in block.rows for cell in row)
        elif isinstance(block, Figure):
            yield from (block.caption, block.note, block.picture.alt)
        elif isinstance(block, Side):
            yield from texts(block.figures)


def said(blocks: Sequence[Block]) -> str:
    """The sentences of the paragraphs."""
    return "\n".join(block.text for block in blocks if isinstance(block, Paragraph))


def tables(blocks: Sequence[Block]) -> dict[str, Table]:
    """Tables by caption."""
    return {block.caption: block for block in blocks if isinstance(block, Table)}


def table(blocks: Sequence[Block], start: str) -> Table:
    """The one table whose caption begins so."""
    found = [each for caption, each in tables(blocks).items() if caption.startswith(start)]
    assert len(found) == 1, list(tables(blocks))
    return found[0]


def rows(found: Table) -> list[list[str]]:
    """Texts of a table."""
    return [[cell.text for cell in row] for row in found.rows]


def column(found: Table, head: str) -> list[str]:
    """Texts of one column."""
    at = [each.head for each in found.columns].index(head)
    return [row[at].text for row in found.rows]


def cells(blocks: Sequence[Block]) -> Iterator[Cell]:
    """Cells of tables and key facts."""
    for block in blocks:
        if isinstance(block, Facts):
            yield from (fact.value for fact in block.facts)
        elif isinstance(block, Table):
            yield from (cell for row in block.rows for cell in row)


def assert_readable(blocks: Sequence[Block], opened, language: str) -> None:
    """A chapter begins with its heading, has no empty or ragged table, and speaks one language."""
    assert isinstance(blocks[0], Heading)
    assert blocks[0].level == 1
    assert len(blocks) > 1, "a heading alone"
    for block in blocks:
        if isinstance(block, Table):
            assert block.rows, block.caption
            assert all(len(row) == len(block.columns) for row in block.rows), block.caption
            lacking = [cell for row in block.rows for cell in row if cell.text in {"データなし", "No data"}]
            assert len(lacking) * 2 <= len(block.rows) * (len(block.columns) - 1), block.caption
    everything = list(texts(blocks))
    for text in everything:
        assert not NOT_FOR_PEOPLE.search(text), text
        assert "  " not in text, text
        assert "。。" not in text, text
        assert ".." not in text.replace("...", ""), text
    if language == "en":
        names = names_in(opened)
        for text in everything:
            assert not JAPANESE.search(without(text, names)), text
    else:
        for text in (block.text for block in blocks if isinstance(block, Paragraph)):
            assert JAPANESE.search(text), text


def names_in(opened) -> list[str]:
    """Names of municipalities and facilities, longest first."""
    found = set(opened.workspace.table("municipalities")["name"].astype(str))
    found |= set(opened.workspace.table("facilities")["name"].dropna().astype(str))
    found |= set(opened.workspace.table("stops")["name"].dropna().astype(str))
    return sorted(found - {""}, key=len, reverse=True)


def without(text: str, names: Sequence[str]) -> str:
    for name in names:
        text = text.replace(name, "")
    return text


def assert_shown(blocks: Sequence[Block], asked) -> None:
    """What a cell says that it shows is the value of the table of indicators."""
    for cell in cells(blocks):
        if cell.shown is not None:
            row = asked.row(cell.shown.indicator, cell.shown.group, cell.shown.mode)
            if cell.shown.area_code != asked.area_code:
                row = asked.row_of(cell.shown.area_code, cell.shown.indicator, cell.shown.group, cell.shown.mode)
            assert row is not None
            np.testing.assert_array_equal(cell.shown.value, row.value)
