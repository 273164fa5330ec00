"""Files of documents: by ending, complete or not there, the same each time."""

from __future__ import annotations

import dataclasses
import hashlib
import os
import subprocess
import sys
from pathlib import Path

import pytest

from explorer.documents.blocks import Cell, Column, Document, Facts, Figure, Heading, Listing, Paragraph, Side, Table
from explorer.documents.placed import placed, plain, side_rows
from explorer.documents.written import FORMATS, UnknownDocumentFormat, document_bytes, write_document
from explorer.figures.picture import Picture
from tests.explorer.documents.sample_document import picture

ROOT = Path(__file__).resolve().parents[3]


def test_the_ending_chooses_the_format(tmp_path, document, pdf):
    write_document(document, tmp_path / "a" / "x.PDF")
    assert (tmp_path / "a" / "x.PDF").read_bytes() == pdf
    assert [path.name for path in (tmp_path / "a").iterdir()] == ["x.PDF"]


@pytest.mark.parametrize("name", ["x.doc", "x", "x.pdf.zip"])
def test_an_unknown_ending_is_told_in_both_languages(tmp_path, document, name):
    with pytest.raises(UnknownDocumentFormat, match=r"書き出せません。.* / Documents cannot be written as"):
        write_document(document, tmp_path / name)
    assert list(tmp_path.iterdir()) == []


def test_what_cannot_be_written_leaves_the_old_file(tmp_path, document):
    old = tmp_path / "x.html"
    old.write_text("old", encoding="utf-8")
    torn = Table("表", (Column("a"), Column("b")), ((Cell("1"),),))
    with pytest.raises(ValueError, match="another number of cells"):
        write_document(dataclasses.replace(document, blocks=(torn,)), old)
    assert old.read_text(encoding="utf-8") == "old"
    assert [path.name for path in tmp_path.iterdir()] == ["x.html"]


def test_two_processes_write_the_same_bytes(page, pdf, docx_bytes):
    other = subprocess.run(
        [sys.executable, "-m", "tests.explorer.documents.sample_document"],
        cwd=ROOT, capture_output=True, text=True, check=True, env={**os.environ, "PYTHONHASHSEED": "7", "TZ": "Asia/Tokyo"},
    )  # fmt: skip
    here = [hashlib.sha256(content).hexdigest() for content in (page.encode(), pdf, docx_bytes)]
    assert other.stdout.split() == here


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("language", ["ja", "en"])
def test_a_document_of_nothing_is_a_document(form, language):
    assert document_bytes(Document("題", "", "nothing", language, ()), form)


@pytest.mark.parametrize("form", FORMATS)
def test_empty_and_enormous_blocks_are_no_trouble(form):
    wordless = Picture(picture(60, 400).figure, alt="")
    blocks = (
        Heading(""), Paragraph(""), Listing(()), Facts(()), Side(()), Table("", (), ()), Figure(wordless, ""),
        Side((Figure(wordless, ""), Figure(wordless, ""))), Paragraph("警告。" * 3000, "warning"),
        Table("高い行", (Column("a"), Column("b", width=9)), ((Cell("長い" * 3000), Cell("終わりの欄")),)),
    )  # fmt: skip
    assert document_bytes(Document("", "", "little", "ja", blocks), form)


def test_levels_of_headings_leave_no_gap():
    levels = [1, 3, 3, 2, 3, 1]
    blocks = tuple(Heading("見出し", level) for level in [3, *levels])
    parts = list(placed(Document("題", "", "x", "ja", blocks)))
    assert [part.level for part in parts] == [1, 1, 2, 3, 2, 3, 1]
    assert len({part.anchor for part in parts}) == len(parts)


def test_text_without_what_no_file_can_hold():
    assert plain("a\x00\x1b\ud800b\u202ec\r\nd\te") == "abc\nd\te"


def test_figures_side_by_side_fit_the_text(document):
    for block in document.blocks:
        if hasattr(block, "figures"):
            rows = side_rows(block)
            assert sum(map(len, rows)) == len(block.figures)
            for row in rows:
                assert sum(width for _, width in row) + 5 * (len(row) - 1) <= 174.0001
