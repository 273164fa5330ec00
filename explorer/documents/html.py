"""A document as HTML: a file of its own, or an article for a page of the app."""

from __future__ import annotations

import base64
import math
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from explorer.documents.blocks import Cell, Document, Facts, Figure, Heading, Listing, Paragraph, Side, Table
from explorer.documents.drawings import safe_svg
from explorer.documents.embedded_font import font_rule, with_font
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

if TYPE_CHECKING:
    from jinja2 import Environment

TEMPLATES: Final = Path(__file__).parent / "templates"


def html_of(document: Document, *, standalone: bool = True) -> bytes:
    """The document as HTML (UTF-8) that fetches nothing.

    Parameters
    ----------
    standalone
        A complete file, with a table of contents and rules for printing; else an ``<article>`` with a style that
        holds for it alone.

    Raises
    ------
    explorer.self_contained.PageNeedsNetwork
        Something in the page would be fetched from outside.
    """
    from explorer.self_contained import refuse_network

    page = _environment().get_template("document.html.j2")
    parts = [_part(part, document, inline=standalone) for part in placed(document)]
    sheet = _sheet("document.css")
    font = font_rule(_letters(parts))
    if standalone:
        sheet += _sheet("file.css") + font
    else:
        for figure in _figures(parts):
            figure["source"] = _address(figure.pop("drawing"), font)
    text = page.render(
        document=document,
        standalone=standalone,
        parts=parts,
        contents=[part for part in parts if part["kind"] == "heading" and part["level"] <= 2],
        sheet=sheet,
        contents_word=word("doc_contents", document.language),
        warning_word=word("doc_warning", document.language),
        no_rows_word=word("doc_no_rows", document.language),
        author=word("app_title", document.language),
        top=1 if standalone else 2,  # a page of the app has a heading of its own
    )
    refuse_network(text)
    return text.encode()


def _part(part: Placed, document: Document, *, inline: bool) -> dict[str, Any]:
    block, language = part.block, document.language
    if isinstance(block, Heading):
        return {"kind": "heading", "block": block, "level": part.level, "anchor": f"{document.name}-{part.anchor}"}
    if isinstance(block, Paragraph):
        return {"kind": "paragraph", "block": block, "leads_on": part.leads_on}
    if isinstance(block, Facts):
        return {"kind": "facts", "block": block, "columns": tile_columns(len(block.facts))}
    if isinstance(block, Listing):
        return {"kind": "listing", "block": block}
    if isinstance(block, Table):
        whole = sum(column.width for column in block.columns)
        shares = [round(100 * column.width / whole, 1) for column in block.columns]
        return {"kind": "table", "block": block, "label": word("doc_table", language, n=part.number), "shares": shares}
    if isinstance(block, Side):
        ordered = [figure for row in side_rows(block) for figure in row]
    else:
        ordered = [(block, fitted_width(block))]
    figures = [
        _figure(figure, width, part.number + at, document, inline=inline) for at, (figure, width) in enumerate(ordered)
    ]
    return {"kind": "figures", "figures": figures}


def _figure(figure: Figure, width: float, number: int, document: Document, *, inline: bool) -> dict[str, Any]:
    """A figure for the template.

    In a file the picture is part of the page: its words can be searched and selected. The app's page takes no SVG among
    its markup, so there the picture is an image with its data as address.
    """
    from lxml import etree

    root = safe_svg(figure.picture.svg(), f"{document.name}-{number}-" if inline else "", plain)
    letters = "".join(root.itertext())
    alt = alt_of(figure)
    if inline:
        for key in ("width", "height", "version"):
            root.attrib.pop(key, None)
        root.set("role", "img")
        root.set("aria-label", alt)
    etree.cleanup_namespaces(root)
    svg = etree.tostring(root, encoding="unicode")
    return {
        "svg": svg if inline else "",
        "source": "",
        "drawing": "" if inline else svg,
        "alt": alt,
        "letters": letters,
        "share": round(100 * width / TEXT_WIDTH_MM, 1),
        "caption": figure.caption,
        "note": figure.note,
        "label": word("doc_figure", document.language, n=number),
    }


def _figures(parts: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    for part in parts:
        yield from part.get("figures", ())


def _letters(parts: list[dict[str, Any]]) -> str:
    """Every character that a picture shows, once."""
    return "".join(sorted({c for figure in _figures(parts) for c in figure["letters"]}))


def _address(svg: str, font: str) -> str:
    """A picture as the address of an image; it sees no font of the page, so that it carries its own."""
    shown = with_font(svg, font) if font else svg
    return f"data:image/svg+xml;base64,{base64.b64encode(shown.encode()).decode()}"


@cache
def _environment() -> Environment:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(
        loader=FileSystemLoader(TEMPLATES), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True,
        finalize=_finalized,
    )  # fmt: skip
    environment.globals.update(word=word, value_of=_value_of)
    return environment


def _finalized(value: Any) -> Any:
    """What a template shows; markup made safe before (pictures) stays as it is."""
    return plain(value) if type(value) is str else value


def _value_of(cell: Cell) -> str:
    """The number behind a cell in full, empty where there is no data."""
    return "" if cell.shown is None or math.isnan(cell.shown.value) else repr(float(cell.shown.value))


@cache
def _sheet(name: str) -> str:
    return (TEMPLATES / name).read_text(encoding="utf-8")
