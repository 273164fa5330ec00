"""PDF of documents: tagged, with bookmarks, all fonts inside, every text found again, nothing torn apart."""

from __future__ import annotations

import io
import re
import shutil
import subprocess

import pypdf
import pytest

from explorer.documents.blocks import Column, Document, Figure, Heading, Paragraph, Table
from explorer.documents.pdf import pdf_of
from explorer.documents.placed import fitted_width
from tests.explorer.documents.sample_document import HOSTILE, picture, shown


@pytest.fixture(scope="module")
def reader(pdf) -> pypdf.PdfReader:
    return pypdf.PdfReader(io.BytesIO(pdf))


@pytest.fixture(scope="module")
def pages(reader) -> list[str]:
    return [page.extract_text() for page in reader.pages]


def squeezed(text: str) -> str:
    return re.sub(r"[\s\u200b]+", "", text)


def roles(node: object, found: list[str]) -> list[str]:
    """Names of the structure elements, in the order of reading."""
    if isinstance(node, list):
        for child in node:
            roles(child.get_object(), found)
    elif isinstance(node, dict):
        if "/S" in node:
            found.append(str(node["/S"]))
        if "/K" in node:
            roles(node["/K"].get_object(), found)
    return found


def test_every_text_is_found_again(document, pages):
    edges = re.compile(rf"^{document.banner}|{document.foot} *\d+ / \d+$")
    text = squeezed("".join(edges.sub("", page) for page in pages)).replace("〓", "")
    assert all(squeezed(cell.text) in text for cell in document.cells())
    for part in document.blocks:
        if isinstance(part, Paragraph):
            words = part.text.replace("𠮷", "").replace("\x00", "").replace("\u202e", "")
            for sentence in re.split("。|\n", words):
                assert squeezed(sentence) in text
    assert squeezed(HOSTILE) in text


def test_rare_characters_are_printed_or_named(pages):
    text = "".join(pages)
    assert "﨑・髙・辻\U000e0100・〓・≤" in text
    assert "𠮷" not in text
    assert "U+20BB7（1 か所）" in pages[-1], "a note names what 〓 stands for"


def test_a_note_on_missing_characters_only_where_some_are_missing():
    text = pypdf.PdfReader(io.BytesIO(pdf_of(Document("題", "", "x", "en", (Paragraph("plain ≥ ²"),))))).pages[0]
    assert "〓" not in text.extract_text()
    noted = pypdf.PdfReader(io.BytesIO(pdf_of(Document("題", "", "x", "en", (Paragraph("𠮷𠮷 🗾"),))))).pages[0]
    assert "U+1F5FE (1×), U+20BB7 (2×)" in noted.extract_text()


def test_paper_is_a4_with_numbered_pages(reader, pages, document):
    assert len(pages) >= 5
    for at, (page, text) in enumerate(zip(reader.pages, pages, strict=True)):
        assert float(page.mediabox.width) == pytest.approx(595.28, abs=0.1)
        assert float(page.mediabox.height) == pytest.approx(841.89, abs=0.1)
        assert f"{at + 1} / {len(pages)}" in text
        assert document.foot in text
        assert document.banner in text


def test_tags_and_what_the_file_says_of_itself(reader, document):
    catalogue = reader.trailer["/Root"]
    assert catalogue["/MarkInfo"]["/Marked"].value is True
    assert catalogue["/Lang"] == "ja-JP"
    assert catalogue["/ViewerPreferences"]["/DisplayDocTitle"].value is True
    found = roles(catalogue["/StructTreeRoot"]["/K"].get_object(), [])
    assert {"/Title", "/H1", "/H2", "/H3", "/P", "/L", "/LI", "/Table", "/TH", "/TD", "/Figure", "/Caption"} <= set(
        found
    )
    assert found.count("/Figure") >= 7
    assert found.count("/TH") == 6
    assert b"pdfuaid:part" in reader.xmp_metadata.stream.get_data()
    assert reader.metadata.title == document.title
    assert "作業フォルダー: 見本" in reader.metadata["/Keywords"]
    assert "/CreationDate" not in reader.metadata or reader.metadata["/CreationDate"].startswith("D:1970")


def test_pictures_have_alternative_texts(pdf, document, reader):
    texts: list[str] = []

    def walk(node: object) -> None:
        if isinstance(node, list):
            for child in node:
                walk(child.get_object())
        elif isinstance(node, dict):
            if node.get("/S") == "/Figure" and "/Alt" in node:
                texts.append(str(node["/Alt"]))
            if "/K" in node:
                walk(node["/K"].get_object())

    walk(reader.trailer["/Root"]["/StructTreeRoot"]["/K"].get_object())
    assert texts == [figure.picture.alt for figure in document.figures()]


def test_bookmarks_are_the_headings(reader, document):
    def titles(items: list) -> list[str]:
        return [title for item in items for title in (titles(item) if isinstance(item, list) else [item.title])]

    assert titles(reader.outline) == [block.text for block in document.blocks if isinstance(block, Heading)]


def test_heads_of_tables_are_repeated(pages):
    with_rows = [page for page in pages if re.search(r"町\d+（1\d{4}）", page)]
    assert len(with_rows) >= 3
    for page in with_rows:
        assert re.search(r"市町村\s*割合\s*順位\s*説明", page)


def test_no_heading_and_no_caption_is_left_alone_at_the_foot():
    blocks = []
    for at in range(45):
        blocks += [
            Heading(f"題{at:02}章", 1),
            Heading(f"節{at:02}節", 2),
            Paragraph("文の並びです。" * (7 * at % 53 + 3)),
        ]
        table = Table(f"数{at:02}表", (Column("名"),), ((shown("一行目", 1.0),), (shown("二行目", 2.0),)))
        blocks += [table] if at % 3 == 0 else []
    content = pdf_of(Document("題", "", "x", "ja", tuple(blocks), foot="足の行"))
    pages = [page.extract_text() for page in pypdf.PdfReader(io.BytesIO(content)).pages]
    assert len(pages) > 6
    for page in pages:
        after = re.split(r"題\d\d章|節\d\d節|表\d+　数\d\d表", page)[-1]
        assert "文の並び" in after or "一行目" in after
    assert sum(len(re.findall(r"節\d\d節", page)) for page in pages) == 45


def test_a_row_is_never_split_between_pages():
    rows = tuple((shown(f"行{at:03}始 " + "中" * (at * 13 % 230) + f" 行{at:03}終", 1.0),) for at in range(80))
    content = pdf_of(Document("題", "", "x", "ja", (Table("表", (Column("名"),), rows),)))
    for page in pypdf.PdfReader(io.BytesIO(content)).pages:
        text = squeezed(page.extract_text())
        assert re.findall(r"行(\d{3})始", text) == re.findall(r"行(\d{3})終", text)


def test_a_row_higher_than_the_paper_goes_on_over_the_page():
    rows = ((shown("始まり" + "長い" * 2500 + "終わり", 1.0), shown("x", 2.0)),)
    content = pdf_of(Document("題", "", "x", "ja", (Table("表", (Column("名"), Column("値")), rows),)))
    read = pypdf.PdfReader(io.BytesIO(content)).pages
    text = squeezed("".join(page.extract_text() for page in read))
    assert text.count("長") == 2500
    assert len(read) == 3, "about 170 lines, 60 to a page"


def test_a_picture_wider_than_the_text_is_made_smaller(pages):
    assert fitted_width(Figure(picture(300, 80), "広い")) == 174
    assert fitted_width(Figure(picture(84, 80), "狭い")) == pytest.approx(84)
    assert fitted_width(Figure(picture(100, 450), "高い")) == pytest.approx(50)
    assert "広い図" in pages[-1], "the title inside the picture"


def test_all_fonts_are_inside(pdf, tmp_path):
    if shutil.which("pdffonts") is None:
        pytest.skip("pdffonts (poppler-utils) is not installed")
    (tmp_path / "x.pdf").write_bytes(pdf)
    listed = subprocess.run(["pdffonts", tmp_path / "x.pdf"], capture_output=True, text=True, check=True).stdout
    rows = [line.split() for line in listed.splitlines()[2:]]
    assert rows
    for row in rows:
        assert row[-5:-2] == ["yes", "yes", "yes"], row  # embedded, subset, with a way back to Unicode
        assert re.search("IPAexGothic|DejaVuSans", row[0]), "no font of the system, none of last resort"
