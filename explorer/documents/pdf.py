"""A document as PDF by typst: A4, tagged (PDF/UA-1), with bookmarks, page numbers and embedded fonts.

The texts go to typst as data, beside a template that is the same for every document: no text is ever markup.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any, Final

from explorer.documents.blocks import Cell, Document, Facts, Figure, Heading, Listing, Paragraph, Side, Table
from explorer.documents.drawings import safe_svg
from explorer.documents.glyphs import FONTS, Lettering, font_folders
from explorer.documents.placed import (
    TEXT_WIDTH_MM,
    Placed,
    alt_of,
    fitted_width,
    placed,
    plain,
    side_rows,
    tile_columns,
)
from explorer.words import word

TEMPLATE: Final = Path(__file__).parent / "templates" / "document.typ"


def pdf_of(document: Document) -> bytes:
    """The document as PDF; the same document gives the same bytes.

    A character that no font has is printed as 〓; the document then ends with a note that names it.
    """
    import typst

    printing = _Printing(document)
    content = printing.content()
    files: Any = {
        "main.typ": TEMPLATE.read_bytes(),
        "document.json": json.dumps(content, ensure_ascii=False).encode(),
        **printing.pictures,
    }
    return bytes(
        typst.compile(
            files, format="pdf", font_paths=_fonts(), ignore_system_fonts=True, pdf_standards=["ua-1"], timestamp=0
        )
    )


@cache
def _fonts() -> Any:
    import typst

    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=font_folders())


class _Printing:
    """A document on its way to typst: its content as plain values, its pictures as files."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.pictures: dict[str, bytes] = {}
        self._lettering = Lettering()

    def content(self) -> dict[str, Any]:
        document, language = self.document, self.document.language
        parts = [self._part(part) for part in placed(document)]
        content = {
            "name": plain(document.title) or document.name,  # of the file: no font is asked
            "title": self._text(document.title or document.name),
            "subtitle": self._text(document.subtitle),
            "foot": self._text(document.foot or document.title),
            "banner": self._text(document.banner),
            "author": word("app_title", language),
            "keywords": [plain(f"{name}: {text}") for name, text in document.about],
            "language": language,
            "fonts": FONTS,
            "warning": word("doc_warning", language),
            "no_rows": word("doc_no_rows", language),
            "parts": parts,
        }
        if self._lettering.missing:
            parts.append({"kind": "paragraph", "role": "note", "text": self._missing_note(), "leads_on": False})
        return content

    def _text(self, text: str) -> str:
        return self._lettering.printable(plain(text))

    def _missing_note(self) -> str:
        language = self.document.language
        characters = (
            word("doc_missing_one", language, code=f"{ord(character):04X}", n=count)
            for character, count in sorted(self._lettering.missing.items())
        )
        return word("doc_missing_note", language, characters=", ".join(characters))

    def _part(self, part: Placed) -> dict[str, Any]:
        block = part.block
        if isinstance(block, Heading):
            return {"kind": "heading", "level": part.level, "text": self._text(block.text)}
        if isinstance(block, Paragraph):
            return {
                "kind": "paragraph",
                "role": block.role,
                "text": self._text(block.text),
                "leads_on": part.leads_on,
            }
        if isinstance(block, Listing):
            return {"kind": "listing", "points": [self._text(point) for point in block.points]}
        if isinstance(block, Facts):
            facts = [
                {"label": self._text(fact.label), "value": self._cell(fact.value), "note": self._text(fact.note)}
                for fact in block.facts
            ]
            return {"kind": "facts", "columns": tile_columns(len(facts)), "facts": facts}
        if isinstance(block, Table):
            return self._table(block, part.number)
        rows = side_rows(block) if isinstance(block, Side) else [[(block, fitted_width(block))]]
        numbers = iter(range(part.number, part.number + sum(map(len, rows))))
        drawn = [[self._figure(figure, width, next(numbers)) for figure, width in row] for row in rows]
        return {"kind": "figures", "rows": drawn}

    def _table(self, table: Table, number: int) -> dict[str, Any]:
        return {
            "kind": "table",
            "caption": self._caption("doc_table", number, table.caption),
            "heads": [self._text(column.head) for column in table.columns],
            "aligns": [column.align for column in table.columns],
            "widths": [column.width for column in table.columns],
            "rows": [[self._cell(cell) for cell in row] for row in table.rows],
            "breaks": [_is_higher_than_half_a_page(row, table) for row in table.rows],
            "note": self._text(table.note),
        }

    def _figure(self, figure: Figure, width: float, number: int) -> dict[str, Any]:
        from lxml import etree

        file = f"figure-{number}.svg"
        root = safe_svg(figure.picture.svg(), "", self._text)
        self.pictures[file] = etree.tostring(root)
        return {
            "file": file,
            "width": width,
            "alt": alt_of(figure),
            "caption": self._caption("doc_figure", number, figure.caption),
            "note": self._text(figure.note),
        }

    def _caption(self, kind: str, number: int, text: str) -> str:
        language = self.document.language
        return self._text(word("doc_caption", language, label=word(kind, language, n=number), text=text))

    def _cell(self, cell: Cell) -> str:
        return self._text(cell.text)


def _is_higher_than_half_a_page(row: tuple[Cell, ...], table: Table) -> bool:
    """Rows are kept whole, but not one that may be higher than the paper."""
    whole = sum(column.width for column in table.columns)
    widths = [max(TEXT_WIDTH_MM * column.width / whole - 3.2, 3.0) for column in table.columns]
    return any(
        len(cell.text) * 2.9 / width + cell.text.count("\n") > 30 for cell, width in zip(row, widths, strict=True)
    )
