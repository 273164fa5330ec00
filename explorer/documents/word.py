"""A document as a Word file (OOXML) by python-docx: real headings, tables and captions, to be edited further."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any, Final

from explorer.documents.blocks import Document, Facts, Figure, Heading, Listing, Paragraph, Side, Table
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
from explorer.documents.word_parts import (
    add_field,
    describe_picture,
    repeat_head,
    same_bytes,
    set_properties,
    set_widths,
)
from explorer.documents.word_styles import new_word_file
from explorer.words import word

if TYPE_CHECKING:
    from docx.table import _Cell

_ROLE_STYLES: Final = {"text": "Normal", "lead": "Lead", "note": "Note", "warning": "Warning"}


def word_of(document: Document) -> bytes:
    """The document as .docx; the same document gives the same bytes."""
    writing = _Writing(document)
    for part in placed(document):
        writing.add(part)
    return writing.finished()


class _Writing:
    """A Word file being filled."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.file: Any = new_word_file(document.language)
        set_properties(self.file, document)
        self.file.add_paragraph(plain(document.title), style="Title")
        if document.subtitle:
            self.file.add_paragraph(plain(document.subtitle), style="Subtitle")
        self._edges()

    def add(self, part: Placed) -> None:
        """Add a block at the end."""
        block = part.block
        if isinstance(block, Heading):
            self.file.add_paragraph(plain(block.text), style=f"Heading {part.level}")
        elif isinstance(block, Paragraph):
            self._paragraph(block, leads_on=part.leads_on)
        elif isinstance(block, Listing):
            for point in block.points:
                self.file.add_paragraph(plain(point), style="List Bullet")
        elif isinstance(block, Facts):
            self._facts(block)
        elif isinstance(block, Table):
            self._table(block, part.number)
        else:
            self._figures(block, part.number)

    def finished(self) -> bytes:
        """The file."""
        out = io.BytesIO()
        self.file.save(out)
        return same_bytes(out.getvalue())

    def _edges(self) -> None:
        section = self.file.sections[0]
        if self.document.banner:
            head = section.header.paragraphs[0]
            head.text, head.style = plain(self.document.banner), "Warning"
        foot = section.footer.paragraphs[0]
        foot.text = f"{plain(self.document.foot or self.document.title)}\t"
        add_field(foot, "PAGE")
        foot.add_run(" / ")
        add_field(foot, "NUMPAGES")

    def _paragraph(self, block: Paragraph, *, leads_on: bool) -> None:
        paragraph = self.file.add_paragraph(style=_ROLE_STYLES[block.role])
        if block.role == "warning":
            paragraph.add_run(word("doc_warning", self.document.language)).bold = True
            paragraph.add_run("　")
        paragraph.add_run(plain(block.text))
        if leads_on:
            paragraph.paragraph_format.keep_with_next = True

    def _facts(self, block: Facts) -> None:
        columns = tile_columns(len(block.facts))
        rows = -(-len(block.facts) // columns)
        table = self.file.add_table(rows, columns, style="Key Facts")
        set_widths(table, [TEXT_WIDTH_MM / columns] * columns)
        for at, fact in enumerate(block.facts):
            cell = table.cell(at // columns, at % columns)
            _fill(cell, fact.label, "Fact Label")
            cell.add_paragraph(plain(fact.value.text), style="Fact Value")
            if fact.note:
                cell.add_paragraph(plain(fact.note), style="Note")
        self._after_table()

    def _table(self, block: Table, number: int) -> None:
        self._caption("doc_table", number, block.caption).paragraph_format.keep_with_next = True
        if not block.columns:
            return
        table = self.file.add_table(1 + max(len(block.rows), 1), len(block.columns), style="Explorer Table")
        whole = sum(column.width for column in block.columns)
        set_widths(table, [TEXT_WIDTH_MM * column.width / whole for column in block.columns])
        repeat_head(table)
        cells = table._cells  # noqa: SLF001  (table.cell() walks the whole table for each cell)
        for at, column in enumerate(block.columns):
            _fill(cells[at], column.head, "Table Text", right=column.align == "right")
        for at, cell in enumerate(cell for row in block.rows for cell in row):
            right = block.columns[at % len(block.columns)].align == "right"
            _fill(cells[len(block.columns) + at], cell.text, "Table Text", right=right)
        if not block.rows:
            cells[len(block.columns)].merge(cells[-1])
            _fill(table.cell(1, 0), word("doc_no_rows", self.document.language), "Table Text")
        self._after_table(block.note)

    def _figures(self, block: Figure | Side, number: int) -> None:
        rows = side_rows(block) if isinstance(block, Side) else [[(block, fitted_width(block))]]
        for row in rows:
            if len(row) == 1:
                self._figure(self.file, row[0][0], row[0][1], number)
            else:
                frame = self.file.add_table(1, len(row), style="Figures")
                set_widths(frame, [TEXT_WIDTH_MM * width / sum(w for _, w in row) for _, width in row])
                for at, (figure, width) in enumerate(row):
                    cell = frame.cell(0, at)
                    cell._element.remove(cell.paragraphs[0]._element)  # noqa: SLF001
                    self._figure(cell, figure, width, number + at)
                self._after_table()
            number += len(row)

    def _figure(self, place: Any, figure: Figure, width: float, number: int) -> None:
        from docx.shared import Mm

        paragraph = place.add_paragraph(style="Picture")
        picture = paragraph.add_run().add_picture(io.BytesIO(figure.picture.png()), width=Mm(width))
        describe_picture(picture, alt_of(figure))
        caption = self._caption("doc_figure", number, figure.caption, place)
        if figure.note:
            caption.paragraph_format.keep_with_next = True
            place.add_paragraph(plain(figure.note), style="Note")

    def _caption(self, kind: str, number: int, text: str, place: Any = None) -> Any:
        """A caption whose number Word counts itself, so that captions can be added and lists of them made."""
        language = self.document.language
        paragraph = (self.file if place is None else place).add_paragraph(style="Caption")
        before, after = word(kind, language, n="\0").split("\0")
        paragraph.add_run(before)
        add_field(paragraph, f"SEQ {'Figure' if kind == 'doc_figure' else 'Table'} \\* ARABIC", str(number))
        paragraph.add_run(word("doc_caption", language, label=after, text=plain(text)))
        return paragraph

    def _after_table(self, note: str = "") -> None:
        """A note, or a thin line of nothing: Word joins tables that touch."""
        self.file.add_paragraph(plain(note), style="Note" if note else "After Table")


def _fill(cell: _Cell, text: str, style: str, *, right: bool = False) -> None:
    from docx.enum.text import WD_ALIGN_PARAGRAPH

    paragraph = cell.paragraphs[0]
    paragraph.text = plain(text)
    paragraph._p.style = style.replace(" ", "")  # noqa: SLF001  (the id; looking the name up takes most of the time)
    if right:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
