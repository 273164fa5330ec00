"""The sample document in each format, made once."""

from __future__ import annotations

import pytest

from explorer.documents.blocks import Document
from explorer.documents.html import html_of
from explorer.documents.pdf import pdf_of
from explorer.documents.word import word_of
from tests.explorer.documents.sample_document import sample


@pytest.fixture(scope="session")
def document() -> Document:
    return sample()


@pytest.fixture(scope="session")
def pdf(document) -> bytes:
    return pdf_of(document)


@pytest.fixture(scope="session")
def page(document) -> str:
    return html_of(document).decode()


@pytest.fixture(scope="session")
def docx_bytes(document) -> bytes:
    return word_of(document)
