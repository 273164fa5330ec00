"""What a document is made of. A document is written once, as blocks; HTML, PDF and Word are three ways to draw them.

All text is plain: the writers escape it. A document has one language.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from explorer.figures.picture import Picture
    from explorer.words import Language

Role = Literal["text", "lead", "note", "warning"]
Align = Literal["left", "right"]


@dataclass(frozen=True)
class Shown:
    """The value of the table of indicators that a text in the document shows; value NaN where there is no data."""

    indicator: str
    area_code: str
    group: str
    mode: str
    value: float


@dataclass(frozen=True)
class Cell:
    """A cell of a table or a key fact: the text, and the value of an indicator that it is, if it is one."""

    text: str
    shown: Shown | None = None


@dataclass(frozen=True)
class Heading:
    """A heading; level 1 opens a chapter, 2 and 3 lie within. It never stands alone at the foot of a page."""

    text: str
    level: Literal[1, 2, 3] = 1


@dataclass(frozen=True)
class Paragraph:
    """Sentences. A lead stands at the head of a document, a note is small, a warning has a frame."""

    text: str
    role: Role = "text"


@dataclass(frozen=True)
class Fact:
    """A number to be seen first: what it is, the value with its unit, and where it stands among others."""

    label: str
    value: Cell
    note: str = ""


@dataclass(frozen=True)
class Facts:
    """Key facts side by side."""

    facts: tuple[Fact, ...]


@dataclass(frozen=True)
class Column:
    """Head of a column; `width` is a share relative to the others."""

    head: str
    align: Align = "left"
    width: float = 1.0


@dataclass(frozen=True)
class Table:
    """A table with a head that is repeated on each page; the first column names the rows."""

    caption: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    note: str = ""


@dataclass(frozen=True)
class Figure:
    """A picture with its caption, source line, and a text for those who cannot see it (``picture.alt``)."""

    picture: Picture
    caption: str
    note: str = ""


@dataclass(frozen=True)
class Side:
    """Figures side by side, on paper and on a wide screen."""

    figures: tuple[Figure, ...]


@dataclass(frozen=True)
class Listing:
    """Points in a list."""

    points: tuple[str, ...]


Block = Heading | Paragraph | Facts | Table | Figure | Side | Listing


@dataclass(frozen=True)
class Document:
    """A document.

    Parameters
    ----------
    title, subtitle
        At its head; the title is also that of the file.
    name
        For files: letters of ASCII, digits and hyphens, such as ``profile-10201-ja``.
    foot
        Line at the foot of every page: what this is, of which workspace, by which version.
    about
        Name and text of what the file's properties hold: workspace, scenario, version of the program.
    banner
        A warning on every page (invented data); empty for none.
    """

    title: str
    subtitle: str
    name: str
    language: Language
    blocks: tuple[Block, ...]
    foot: str = ""
    about: tuple[tuple[str, str], ...] = ()
    banner: str = ""

    def cells(self) -> Iterator[Cell]:
        """All cells of tables and key facts, in the order of the document."""
        for block in self.blocks:
            if isinstance(block, Facts):
                yield from (fact.value for fact in block.facts)
            elif isinstance(block, Table):
                for row in block.rows:
                    yield from row

    def figures(self) -> Iterator[Figure]:
        """All figures, in the order of the document."""
        for block in self.blocks:
            if isinstance(block, Figure):
                yield block
            elif isinstance(block, Side):
                yield from block.figures
