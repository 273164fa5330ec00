"""A document as a file: HTML, PDF or Word, by the ending of its name."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from explorer.documents.blocks import Document
from explorer.written import beside
from geodata.errors import ExplorerError

FORMATS: Final = ("html", "pdf", "docx")
_ENDINGS: Final = ", ".join(f".{form}" for form in FORMATS)


class UnknownDocumentFormat(ExplorerError, ValueError):
    """A document was asked for in a format that it cannot be written in."""


def document_bytes(document: Document, form: str) -> bytes:
    """The document as a complete file in one of `FORMATS`; the same document gives the same bytes.

    Raises
    ------
    UnknownDocumentFormat
        `form` is none of `FORMATS`.
    """
    if form == "html":
        from explorer.documents.html import html_of

        return html_of(document)
    if form == "pdf":
        from explorer.documents.pdf import pdf_of

        return pdf_of(document)
    if form == "docx":
        from explorer.documents.word import word_of

        return word_of(document)
    raise UnknownDocumentFormat(
        f"「{form}」の形式では書き出せません。{_ENDINGS} のいずれかにしてください。"
        f" / Documents cannot be written as {form!r}. Choose one of {_ENDINGS}."
    )


def write_document(document: Document, path: str | Path) -> None:
    """Write a document in the format that the ending of `path` says (.html, .pdf, .docx).

    The file is complete or not there: it is written beside and renamed.

    Raises
    ------
    UnknownDocumentFormat
        The ending is none of these.
    NotWritable, NoSpace
        The file cannot be written there.
    """
    path = Path(path)
    content = document_bytes(document, path.suffix.lower().removeprefix("."))
    with beside(path) as unfinished:
        unfinished.write_bytes(content)
