"""Blocks with what all writers need: anchors, heading levels without gaps, numbers of figures and tables, clean text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import zip_longest
from typing import Final

from explorer.documents.blocks import Block, Document, Figure, Heading, Listing, Paragraph, Side, Table

TEXT_WIDTH_MM: Final = 174.0  # A4 with margins of 18 mm
GUTTER_MM: Final = 5.0
PICTURE_HEIGHT_MM: Final = 225.0  # leaves room on the page for caption and note
# XML and PDF cannot hold control characters and lone surrogates; marks of direction would turn the text around a name.
_NOT_TEXT: Final = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]")


def plain(text: str) -> str:
    r"""Text without what no document can hold: control characters, lone surrogates, marks that turn the direction.

    Examples
    --------
    >>> plain("a\x00b\u202ec\n")
    'abc\n'
    """
    return _NOT_TEXT.sub("", text.replace("\r\n", "\n"))


@dataclass(frozen=True)
class Placed:
    """A block at its place.

    Parameters
    ----------
    level
        Of a heading: never more than one below the heading before, as readers of the outline expect. Else 0.
    anchor
        Of a heading: ``part-1``, ``part-2`` …
    number
        Of a figure or table, counted from 1 for each kind; of figures side by side that of the first. Else 0.
    leads_on
        Of a paragraph: a list follows that it introduces, so the two are not parted by the end of a page.
    """

    block: Block
    level: int = 0
    anchor: str = ""
    number: int = 0
    leads_on: bool = False


def placed(document: Document) -> Iterator[Placed]:
    """The blocks of a document in order, with levels, anchors and numbers.

    Raises
    ------
    ValueError
        A row of a table has another number of cells than the table has columns.
    """
    level = headings = figures = tables = 0
    for block, following in zip_longest(document.blocks, document.blocks[1:]):
        if isinstance(block, Heading):
            if not plain(block.text).strip():
                continue  # an outline has no place for it
            level, headings = min(block.level, level + 1), headings + 1
            yield Placed(block, level=level, anchor=f"part-{headings}")
        elif isinstance(block, Table):
            if any(len(row) != len(block.columns) for row in block.rows):
                raise ValueError(f"{block.caption}: a row has another number of cells than the table has columns")
            tables += 1
            yield Placed(block, number=tables)
        elif isinstance(block, Figure | Side):
            yield Placed(block, number=figures + 1)
            figures += 1 if isinstance(block, Figure) else len(block.figures)
        elif isinstance(block, Paragraph):
            yield Placed(block, leads_on=isinstance(following, Listing))
        else:
            yield Placed(block)


def tile_columns(count: int) -> int:
    """Key facts side by side: rows of up to four without a lonely last one.

    Examples
    --------
    >>> [tile_columns(count) for count in (1, 2, 3, 4, 5, 6, 7, 8, 9)]
    [1, 2, 3, 4, 3, 3, 4, 4, 3]
    """
    if count <= 4:
        return max(count, 1)
    return min((4, 3), key=lambda columns: -count % columns)


def side_rows(side: Side) -> list[list[tuple[Figure, float]]]:
    """Figures side by side, in rows as wide as the text: each figure with its width in mm.

    A row takes figures as long as they need not shrink below four fifths.
    """
    rows: list[list[Figure]] = []
    for figure in side.figures:
        if rows and _row_width([*rows[-1], figure]) * 0.8 <= TEXT_WIDTH_MM:
            rows[-1].append(figure)
        else:
            rows.append([figure])
    return [_fitted(row) for row in rows]


def fitted_width(figure: Figure) -> float:
    """Width of a figure in mm, such that it is neither wider than the text nor higher than a page."""
    return _fitted([figure])[0][1]


def alt_of(figure: Figure) -> str:
    """What the picture shows, for those who cannot see it; its caption where the picture does not say."""
    return plain(figure.picture.alt).strip() or plain(figure.caption).strip() or "–"


def _row_width(row: list[Figure]) -> float:
    return sum(figure.picture.width_mm for figure in row) + GUTTER_MM * (len(row) - 1)


def _fitted(row: list[Figure]) -> list[tuple[Figure, float]]:
    room = TEXT_WIDTH_MM - GUTTER_MM * (len(row) - 1)
    height = max(figure.picture.height_mm for figure in row)
    scale = min(1.0, room / sum(figure.picture.width_mm for figure in row), PICTURE_HEIGHT_MM / height)
    return [(figure, figure.picture.width_mm * scale) for figure in row]
