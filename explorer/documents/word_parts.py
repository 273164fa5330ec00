"""What python-docx does not do itself: fields, repeated heads, alt texts, properties without dates, the same bytes."""

from __future__ import annotations

import io
import zipfile
from typing import Any, Final

from explorer.documents.blocks import Document
from explorer.documents.placed import plain
from explorer.words import word

_ZIP_DATE: Final = (1980, 1, 1, 0, 0, 0)  # the earliest that a zip can hold


def set_properties(file: Any, document: Document) -> None:
    """Title, author and what the document says about itself; no dates, for the same question gives the same file."""
    properties = file.core_properties
    properties.title, properties.subject = plain(document.title)[:255], plain(document.subtitle)[:255]
    properties.author = properties.last_modified_by = word("app_title", document.language)
    properties.language, properties.keywords = document.language, document.name
    root = properties._element  # noqa: SLF001
    for element in list(root):
        if element.tag.endswith(("}created", "}modified")):
            root.remove(element)
    properties.comments = "-"
    description = next(element for element in root if element.tag.endswith("}description"))
    description.text = "\n".join(plain(f"{name}: {text}") for name, text in document.about)  # may be longer than 255


def add_field(paragraph: Any, code: str, shown: str = "1") -> None:
    """A field that Word works out itself (PAGE, NUMPAGES, SEQ …); `shown` until it does."""
    for kind, text in (("begin", ""), ("", code), ("separate", ""), ("shown", shown), ("end", "")):
        run = paragraph.add_run(text if kind == "shown" else "")
        if kind == "":
            add_element(run._r, "w:instrText", text=f" {text} ")  # noqa: SLF001
        elif kind != "shown":
            add_element(run._r, "w:fldChar", **{"w:fldCharType": kind})  # noqa: SLF001


def repeat_head(table: Any) -> None:
    """First row repeated on each page; no row split between pages."""
    for at, row in enumerate(table.rows):
        properties = row._tr.get_or_add_trPr()  # noqa: SLF001
        add_element(properties, "w:cantSplit")
        if at == 0:
            add_element(properties, "w:tblHeader")


def set_widths(table: Any, widths: list[float]) -> None:
    """Fixed widths of columns in mm: Word and others then draw the same."""
    from docx.shared import Mm

    table.autofit = False
    for column, width in zip(table.columns, widths, strict=True):
        column.width = Mm(width)
    for at, cell in enumerate(table._cells):  # noqa: SLF001
        cell.width = Mm(widths[at % len(widths)])


def describe_picture(picture: Any, alt: str) -> None:
    """Alternative text of a picture."""
    picture._inline.docPr.set("descr", alt)  # noqa: SLF001


def same_bytes(content: bytes) -> bytes:
    """The same package without the time at which it was packed."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as packed, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as again:
        for name in packed.namelist():
            info = zipfile.ZipInfo(name, _ZIP_DATE)
            info.compress_type, info.external_attr = zipfile.ZIP_DEFLATED, 0o600 << 16
            again.writestr(info, packed.read(name))
    return out.getvalue()


def new_element(tag: str, text: str = "", **attributes: str) -> Any:
    """An element of OOXML; names such as ``w:shd``."""
    from docx.oxml.ns import qn
    from docx.oxml.parser import OxmlElement

    element = OxmlElement(tag)
    for name, value in attributes.items():
        element.set(qn(name), value)
    if text:
        element.text = text
        element.set(qn("xml:space"), "preserve")
    return element


def add_element(parent: Any, tag: str, text: str = "", **attributes: str) -> Any:
    """A new element at the end of another."""
    element = new_element(tag, text, **attributes)
    parent.append(element)
    return element
