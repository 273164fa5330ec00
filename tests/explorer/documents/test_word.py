"""Word files of documents: real headings, tables, captions and fields, every text found again."""

from __future__ import annotations

import io
import zipfile

import docx
import pytest
from docx.oxml.ns import qn

from explorer.documents.blocks import Document, Facts, Heading, Listing, Paragraph, Table
from explorer.documents.word import word_of
from tests.explorer.documents.sample_document import HOSTILE, RARE


@pytest.fixture(scope="module")
def file(docx_bytes):
    return docx.Document(io.BytesIO(docx_bytes))


def of_style(file, name: str) -> list[str]:
    return [paragraph.text for paragraph in file.paragraphs if paragraph.style.name == name]


def test_headings_are_headings(file, document):
    found = [(p.style.name, p.text) for p in file.paragraphs if p.style.name.startswith("Heading")]
    assert [text for _, text in found] == [block.text for block in document.blocks if isinstance(block, Heading)]
    assert [style for style, _ in found] == [f"Heading {level}" for level in (1, 2, 3, 1, 1, 2)]
    assert of_style(file, "Title") == [document.title]


def test_texts_are_found_again(file, document):
    for block in document.blocks:
        if isinstance(block, Paragraph) and block.role == "text":
            assert block.text.replace("\x00", "").replace("\u202e", "") in of_style(file, "Normal")
        if isinstance(block, Listing):
            assert of_style(file, "List Bullet") == list(block.points)
    assert of_style(file, "Warning")[0].startswith("注意　気をつける文です。")
    assert RARE in of_style(file, "Normal")
    assert HOSTILE in of_style(file, "Heading 2")


def test_tables_are_tables_with_a_head_on_each_page(file, document):
    long, empty = (table for table in file.tables if table.style.name == "Explorer Table")
    wanted = next(block for block in document.blocks if isinstance(block, Table))
    texts = [cell.text for cell in long._cells]
    columns = len(wanted.columns)
    assert texts[:columns] == [column.head for column in wanted.columns]
    assert texts[columns:] == [cell.text for row in wanted.rows for cell in row]
    heads = [row._tr.trPr.find(qn("w:tblHeader")) is not None for row in long.rows]
    assert heads == [True] + [False] * len(wanted.rows)
    assert all(row._tr.trPr.find(qn("w:cantSplit")) is not None for row in long.rows)
    assert empty.cell(1, 0).text == "該当する行はありません。"


def test_key_facts(file, document):
    facts = next(block for block in document.blocks if isinstance(block, Facts)).facts
    table = next(table for table in file.tables if table.style.name == "Key Facts")
    tiles = [[paragraph.text for paragraph in cell.paragraphs] for cell in table._cells]
    assert tiles[: len(facts)] == [[f.label, f.value.text, *([f.note] if f.note else [])] for f in facts]


def test_pictures_say_what_they_show(file, document, docx_bytes):
    described = [element.get("descr") for element in file.element.body.iter(qn("wp:docPr"))]
    assert described == [figure.picture.alt for figure in document.figures()]
    widths = [int(element.get("cx")) / 36000 for element in file.element.body.iter(qn("wp:extent"))]
    assert max(widths) <= 174.001
    names = zipfile.ZipFile(io.BytesIO(docx_bytes)).namelist()
    assert sum(name.endswith(".png") for name in names) == len(list(document.figures()))


def test_captions_are_numbered_by_word_itself(file):
    captions = [
        p for p in file.element.body.iter(qn("w:p")) if "SEQ" in "".join(i.text for i in p.iter(qn("w:instrText")))
    ]
    texts = ["".join(t.text for t in p.iter(qn("w:t"))) for p in captions]
    assert texts[0].startswith("図1　推移")
    assert [text[:2] for text in texts] == ["図1", "図2", "図3", "図4", "図5", "図6", "表1", "表2", "図7"]


def test_page_numbers_banner_and_foot(file, document):
    section = file.sections[0]
    codes = [i.text.strip() for i in section.footer._element.iter(qn("w:instrText"))]
    assert codes == ["PAGE", "NUMPAGES"]
    assert document.foot in section.footer.paragraphs[0].text
    assert section.header.paragraphs[0].text == document.banner
    assert (round(section.page_width.mm), round(section.page_height.mm)) == (210, 297)


def test_properties_tell_what_it_is_and_no_time(file, document, docx_bytes):
    properties = file.core_properties
    assert properties.title == document.title[:255]
    assert properties.author == "地域の生活条件エクスプローラー"
    assert properties.language == "ja"
    assert properties.comments == "\n".join(f"{name}: {text}" for name, text in document.about)
    assert properties.created is None
    assert properties.modified is None
    packed = zipfile.ZipFile(io.BytesIO(docx_bytes))
    assert packed.testzip() is None
    assert {info.date_time for info in packed.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_fonts_are_japanese_with_others_to_fall_back_on(file, docx_bytes):
    fonts = file.styles["Normal"].element.rPr.rFonts
    assert fonts.get(qn("w:eastAsia")) == "游ゴシック"
    for name in ("Heading 1", "Caption", "Table Text", "Title"):
        assert set(file.styles[name].element.rPr.rFonts.keys()) == {
            qn(f"w:{n}") for n in ("ascii", "hAnsi", "cs", "eastAsia")
        }
    listed = zipfile.ZipFile(io.BytesIO(docx_bytes)).read("word/fontTable.xml").decode()
    assert "IPAexGothic, MS Gothic" in listed


@pytest.mark.parametrize(("language", "tag"), [("ja", "ja-JP"), ("en", "en-GB")])
def test_the_language_is_set(language, tag):
    file = docx.Document(io.BytesIO(word_of(Document("T", "", "x", language, ()))))
    assert file.styles.element.find(f".//{qn('w:rPrDefault')}//{qn('w:lang')}").get(qn("w:val")) == tag


def test_elements_stand_in_the_order_that_word_asks_for(file):
    order = [
        "pStyle",
        "keepNext",
        "keepLines",
        "pBdr",
        "shd",
        "tabs",
        "spacing",
        "ind",
        "contextualSpacing",
        "jc",
        "outlineLvl",
    ]
    for properties in file.styles.element.iter(qn("w:pPr")):
        names = [child.tag.split("}")[1] for child in properties]
        known = [order.index(name) for name in names if name in order]
        assert known == sorted(known), names
