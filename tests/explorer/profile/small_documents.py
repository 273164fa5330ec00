"""Documents for tests of batches: small, quick, and of modules, so that another process finds them."""

from __future__ import annotations

import os

from explorer.documents.blocks import Document, Heading, Paragraph
from explorer.profile.names import document_name
from geodata.errors import UnknownCode


def small(opened, codes, language, *, scenario=None):
    names = opened.municipalities.set_index("code")["name"]
    text = "、".join(f"{code} {names[code]}" for code in codes)
    blocks = (Heading("章" if language == "ja" else "Chapter"), Paragraph(text))
    return Document(text, "", document_name(codes, language), language, blocks)


def without_48303(opened, codes, language, *, scenario=None):
    if "48303" in codes:
        raise UnknownCode("ここには<b>道路</b>がありません。 / There is no <b>street</b> here.")
    if "48304" in codes:
        raise ZeroDivisionError
    return small(opened, codes, language)


def ends_its_process_at_48303(opened, codes, language, *, scenario=None):
    if "48303" in codes:
        os._exit(9)  # as the system does when memory runs out
    return small(opened, codes, language)


def ends_its_process(opened, codes, language, *, scenario=None):
    os._exit(9)
