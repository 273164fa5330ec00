"""A profile read back out of its files: the numbers in HTML, Word and PDF are those of the table of indicators."""

from __future__ import annotations

import io
import math
import re
from html.parser import HTMLParser
from typing import TYPE_CHECKING

import docx
import pypdf
import pytest

from explorer.documents.html import html_of
from explorer.documents.pdf import pdf_of
from explorer.documents.word import word_of
from explorer.profile.document import profile_document
from explorer.words import unit_word, value_text

if TYPE_CHECKING:
    from explorer.documents.blocks import Document
    from explorer.regions import Opened

CODE = "48201"
LANGUAGES = ("ja", "en")
MOST_PAGES = 8


class Values(HTMLParser):
    """The values that a page marks as such, with the text shown."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[dict[str, str], str]] = []
        self._open = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._open = tag == "data"
        if self._open:
            self.found.append(({key: value or "" for key, value in attrs}, ""))

    def handle_endtag(self, tag: str) -> None:
        self._open = self._open and tag != "data"

    def handle_data(self, data: str) -> None:
        if self._open:
            attributes, text = self.found[-1]
            self.found[-1] = (attributes, text + data)


@pytest.fixture(scope="module", params=LANGUAGES)
def profile(request: pytest.FixtureRequest, sample: Opened) -> Document:
    return profile_document(sample, [CODE], request.param)


def numeral(text: str) -> str:
    """The number at the head of a text, without a sign of direction."""
    return text.split(" ", maxsplit=1)[0].lstrip("+±")


def test_html_marks_the_values_of_the_table(profile: Document, sample: Opened) -> None:
    reader = Values()
    reader.feed(html_of(profile).decode())
    assert len(reader.found) > 80
    table = sample.rows()
    for attributes, text in reader.found:
        row = table.row(
            attributes["data-area"], attributes["data-indicator"], attributes["data-group"], attributes["data-mode"]
        )
        assert row is not None, attributes
        if math.isfinite(row.value):
            assert float(attributes["value"]) == row.value
            unit = sample.catalogue[attributes["data-indicator"]].unit
            assert numeral(text) == numeral(value_text(row.value, unit, profile.language)), (attributes, text)
            assert text.endswith((unit_word(unit, profile.language), *"0123456789"))


def test_word_and_pdf_hold_the_same_texts(profile: Document) -> None:
    wanted = [cell.text for cell in profile.cells() if cell.shown is not None and math.isfinite(cell.shown.value)]
    assert len(wanted) > 80
    written = docx.Document(io.BytesIO(word_of(profile)))
    cells = {cell.text.strip() for table in written.tables for row in table.rows for cell in row.cells}
    in_word = "\n".join(cells)
    pages = pypdf.PdfReader(io.BytesIO(pdf_of(profile))).pages
    in_pdf = re.sub(r"\s", "", "".join(page.extract_text() for page in pages))
    for text in wanted:
        assert text in in_word, text
        assert re.sub(r"\s", "", text) in in_pdf, text


def test_where_everything_is_known_it_has_eight_pages_at_most(profile: Document) -> None:
    pages = pypdf.PdfReader(io.BytesIO(pdf_of(profile))).pages
    assert MOST_PAGES / 2 <= len(pages) <= MOST_PAGES
