"""HTML of documents: every text is text, cells carry their values, nothing is fetched."""

from __future__ import annotations

import base64
import math

import pytest
from lxml import etree, html

from explorer.documents.blocks import Facts, Table
from explorer.documents.drawings import safe_svg
from explorer.documents.html import html_of
from explorer.self_contained import PageNeedsNetwork, refuse_network
from tests.explorer.documents.sample_document import HOSTILE, RARE, ROWS


@pytest.fixture(scope="module")
def tree(page):
    return html.fromstring(page.encode())


def test_cells_carry_their_values_in_full(tree, document):
    written = [cell for cell in document.cells() if cell.shown]
    found = tree.findall(".//data")
    assert [item.text for item in found] == [cell.text for cell in written]
    for item, cell in zip(found, written, strict=True):
        assert item.attrib["data-indicator"], item.attrib["data-area"] == ("shop_500m", "10201")
        assert item.attrib["data-group"], item.attrib["data-mode"] == ("total", "walk")
        if math.isnan(cell.shown.value):
            assert item.attrib["value"] == ""
        else:
            assert float(item.attrib["value"]) == cell.shown.value


def test_tables_are_tables(tree, document):
    tables = [block for block in document.blocks if isinstance(block, Table)]
    long, empty = tree.findall(".//table")
    assert [th.text for th in long.findall("thead/tr/th")] == [column.head for column in tables[0].columns]
    assert {th.get("scope") for th in long.findall("thead/tr/th")} == {"col"}
    assert {th.get("scope") for th in long.findall("tbody/tr/th")} == {"row"}
    cells = [[cell.text_content() for cell in row] for row in long.findall("tbody/tr")]
    assert cells == [[cell.text for cell in row] for row in tables[0].rows]
    assert len(cells) == ROWS
    assert empty.find("tbody/tr/td").text == "該当する行はありません。"
    assert [caption.text for caption in tree.iter("caption")] == ["表1　長い表", "表2　空の表"]


def test_hostile_texts_stay_texts(tree, page):
    assert tree.find(".//script") is None
    assert "<script" not in page
    assert tree.findtext(".//h1").endswith(HOSTILE)
    assert tree.findtext(".//title").endswith(HOSTILE)
    assert [point.text for point in tree.findall(".//li")][-1] == HOSTILE
    assert RARE in [paragraph.text for paragraph in tree.iter("p")]
    assert not [key for element in tree.iter() for key in element.attrib if key.startswith("on")]


def test_headings_contents_and_anchors(tree):
    levels = [int(element.tag[1]) for element in tree.iter("h1", "h2", "h3", "h4")]
    assert levels == [1, 2, 3, 4, 2, 2, 3]
    targets = [link.get("href") for link in tree.findall(".//nav//a")]
    assert len(targets) == 5
    ids = [element.get("id") for element in tree.iter() if element.get("id")]
    assert len(ids) == len(set(ids)), "several pictures, no id twice"
    assert {target[1:] for target in targets} <= set(ids)
    assert tree.getroottree().getroot().get("lang") == "ja"


def test_pictures_are_part_of_the_page_with_their_texts(tree, document):
    pictures = tree.findall(".//figure")
    figures = list(document.figures())
    assert len(pictures) == len(figures)
    for picture, figure in zip(pictures, figures, strict=True):
        drawn = picture.find("svg")
        assert drawn.get("role") == "img"
        assert drawn.get("aria-label") == figure.picture.alt
        assert figure.caption in picture.findtext("figcaption")
    assert "高﨑市" in "".join(pictures[1].find("svg").itertext())
    prefixes = {use.get("xlink:href") or use.get("href") for use in tree.iter("use")}
    ids = {element.get("id") for element in tree.iter() if element.get("id")}
    assert prefixes
    assert {prefix[1:] for prefix in prefixes} <= ids


def test_key_facts_name_label_value_and_place(tree, document):
    facts = next(block for block in document.blocks if isinstance(block, Facts))
    tiles = tree.findall(".//dl/div")
    assert [tile.findtext("dt") for tile in tiles] == [fact.label for fact in facts.facts]
    assert [tile.find("dd").text_content() for tile in tiles] == [fact.value.text for fact in facts.facts]


def test_nothing_is_fetched(page):
    refuse_network(page)
    assert "url(" in page, "the letters of the pictures are inside"
    with pytest.raises(PageNeedsNetwork, match=r"外部を参照します.* / .*would fetch"):
        refuse_network(page.replace("<body>", '<body><img srcset="https://example.org/x.png">'))


@pytest.mark.parametrize(
    "part",
    ['<svg><image xlink:href="http://x/y.png"/></svg>', '<svg><use href="http://x/y#z"/></svg>',
     '<p style="background:url(//x/y.png)">', '<style>a{b:url("http://x")}</style>', '<object data="x.svg"></object>'],
)  # fmt: skip
def test_ways_to_fetch_are_known(part):
    with pytest.raises(PageNeedsNetwork):
        refuse_network(part)
    refuse_network('<style>a{b:url("data:font/woff;base64,AA")}</style><svg><use href="#a"/></svg>')


def test_article_for_the_app_has_its_own_style_and_pictures_as_images(document):
    text = html_of(document, standalone=False).decode()
    tree = html.fragment_fromstring(text)
    assert tree.tag == "article"
    assert tree.find(".//h1") is None
    assert tree.find(".//h2") is not None
    sheet = tree.findtext("style")
    rules = [line for line in sheet.splitlines() if "{" in line and not line.startswith("@")]
    assert all(line.strip().startswith(".rce-document") for line in rules)
    images = tree.findall(".//img")
    assert [image.get("alt") for image in images] == [figure.picture.alt for figure in document.figures()]
    drawn = base64.b64decode(images[0].get("src").removeprefix("data:image/svg+xml;base64,"))
    root = etree.fromstring(drawn)
    assert root.get("viewBox")
    texts = list(root.iter("{http://www.w3.org/2000/svg}text"))
    assert texts
    assert all("sans-serif" in text.get("style") for text in texts), "where the font is not installed, never a serif"


def test_a_picture_only_draws():
    hostile = b"""<?xml version="1.0"?><!DOCTYPE svg [<!ENTITY e "x">]>
    <svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" onload="alert(1)" viewBox="0 0 9 9">
    <style>* {fill: url(http://x)}</style><script>alert(1)</script><foreignObject><b>x</b></foreignObject>
    <a xlink:href="javascript:alert(1)"><text>t</text></a><image xlink:href="https://x/y.png"/>
    <image xlink:href="data:image/png;base64,AA"/><defs><clipPath id="c"><path d="M 1.23456 2"/></clipPath></defs>
    <g clip-path="url(#c)" style="fill:url('https://x')"><use xlink:href="#c"/></g><text>\xe9\xab\x98&lt;</text></svg>"""
    root = safe_svg(hostile, "p1-", str.upper)
    text = etree.tostring(root, encoding="unicode")
    for gone in ("alert", "script", "foreign", "https://x", "http://x", "onload", "<style", "<a "):
        assert gone not in text
    assert 'id="p1-c"' in text
    assert 'url(#p1-c)"' in text
    assert 'href="#p1-c"' in text
    assert "data:image/png;base64,AA" in text
    assert "M 1.23 2" in text
    assert "高&lt;" in text
