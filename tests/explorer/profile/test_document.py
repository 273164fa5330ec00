"""The whole profile: its numbers are those of the tables, its words of one language, and little data is no accident."""

from __future__ import annotations

import math
import re
from functools import cache
from typing import TYPE_CHECKING

import pytest

import explorer
from explorer.documents.blocks import Cell, Document, Facts, Figure, Heading, Listing, Paragraph, Side, Table
from explorer.profile.document import profile_document

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from explorer.regions import Opened

JAPANESE = re.compile("[ぁ-んァ-ヶ一-龠々〇]+")
NO_TEXT = re.compile(r"\bnan\b|\bNone\b(?! [a-z])|\binf\b|NaT|\{[a-z_]*\}")


def texts(document: Document) -> Iterator[str]:
    """All text but what is on pictures."""
    yield from (document.title, document.subtitle, document.foot)
    for block in document.blocks:
        yield from _texts_of(block)


def _texts_of(block: object) -> Iterator[str]:
    if isinstance(block, Heading | Paragraph):
        yield block.text
    elif isinstance(block, Facts):
        yield from (text for fact in block.facts for text in (fact.label, fact.value.text, fact.note))
    elif isinstance(block, Table):
        yield from (block.caption, block.note, *(column.head for column in block.columns))
        yield from (cell.text for row in block.rows for cell in row)
    elif isinstance(block, Listing):
        yield from block.points
    elif isinstance(block, Figure):
        yield from (block.caption, block.note, block.picture.alt)
    elif isinstance(block, Side):
        for figure in block.figures:
            yield from _texts_of(figure)


def assert_equals_tables(document: Document, opened: Opened, codes: list[str]) -> int:
    """Every cell that shows an indicator has the value of the table; how many there are."""
    wanted = opened.rows(), (opened.rows(codes) if len(codes) > 1 else opened.rows())
    shown = [cell.shown for cell in document.cells() if cell.shown is not None]
    for each in shown:
        rows = wanted[1] if each.area_code == "region" else wanted[0]
        row = rows.row(each.area_code, each.indicator, each.group, each.mode)
        assert row is not None
        assert row.value == each.value or (math.isnan(row.value) and math.isnan(each.value)), each
    return len(shown)


def assert_well_written(document: Document) -> None:
    for block in document.blocks:
        if isinstance(block, Paragraph):
            assert block.text.strip(), "an empty paragraph"
        if isinstance(block, Table):
            assert block.rows
            assert all(len(row) == len(block.columns) for row in block.rows), block.caption
            assert any(_has_number(row) for row in block.rows), f"a table of nothing: {block.caption}"
    for text in texts(document):
        assert not NO_TEXT.search(text), text
    heads = [block for block in document.blocks if isinstance(block, Heading)]
    assert heads[0].level == 1


def _has_number(row: tuple[Cell, ...]) -> bool:
    return any(cell.text and cell.text not in {"データなし", "No data", "—"} for cell in row[1:])


@pytest.fixture(scope="module")
def made(sample: Opened) -> object:
    """Documents of the sample, each made once."""

    @cache
    def make(codes: tuple[str, ...], language: str) -> Document:
        return profile_document(sample, list(codes), language)  # type: ignore[arg-type]

    return make


CASES = [(("48201",), "ja"), (("48401",), "en"), (("48202", "48203"), "en")]


@pytest.mark.parametrize(("codes", "language"), CASES)
def test_numbers_are_those_of_the_tables(made: object, sample: Opened, codes: tuple[str, ...], language: str) -> None:
    document = made(codes, language)  # type: ignore[operator]
    assert assert_equals_tables(document, sample, list(codes)) > 30
    assert_well_written(document)
    assert document.banner


def test_an_english_profile_has_no_japanese_but_names(made: object, sample: Opened) -> None:
    names = {str(name) for name in [*sample.municipalities["name"], *sample.municipalities["prefecture_name"]]}
    sites = {str(name) for table in ("facilities", "stops") for name in sample.workspace.table(table)["name"].dropna()}
    for codes, language in CASES[1:]:
        for text in texts(made(codes, language)):  # type: ignore[operator]
            rest = text
            found = sorted(names | {site for site in sites if site and site in text}, key=len, reverse=True)
            for name in (*found, "内科", "外科"):  # the catalogue quotes subjects as the law names them
                rest = rest.replace(name, "")
            assert not JAPANESE.search(rest), rest


def test_a_japanese_profile_has_no_english_sentences(made: object) -> None:
    for text in texts(made(*CASES[0])):  # type: ignore[operator]
        assert not re.search(r"[a-z]{2,} [a-z]{2,} [a-z]{2,} [a-z]{2,}", text), text


def test_sections_of_a_profile_in_order(made: object) -> None:
    document = made(*CASES[0])  # type: ignore[operator]
    heads = [block.text for block in document.blocks if isinstance(block, Heading) and block.level == 1]
    first, last = (
        ["基本の数値", "人口の今とこれから", "地域の地図", "生活サービス"],
        ["数値から言えないこと", "方法", "指標の定義", "出典・加工"],
    )
    assert heads[:4] == first
    assert heads[-4:] == last
    assert document.name == "profile-48201-ja"


def test_indicators_that_are_shown_are_defined_or_counted(made: object, sample: Opened) -> None:
    document = made(*CASES[0])  # type: ignore[operator]
    notes = [block.text for block in document.blocks if isinstance(block, Paragraph) and block.role == "note"]
    whole = "\n".join(notes)
    shown = {cell.shown.indicator for cell in document.cells() if cell.shown is not None}
    # Names that differ only in the year stand there once, with all years.
    missing = [
        each for each in shown if not all(part in whole for part in re.split(r"20\d\d", sample.catalogue[each].ja))
    ]
    (told,) = re.findall(r"このほか(\d+)指標", whole)
    assert 0 < len(missing) <= int(told) < len(shown)
    assert "population" not in missing


def test_the_same_question_gives_the_same_document(sample: Opened, made: object) -> None:
    again = profile_document(sample, "48401", "en")
    before = made(*CASES[1])  # type: ignore[operator]
    assert list(texts(again)) == list(texts(before))
    assert [figure.picture.svg() for figure in again.figures()][:2] == [
        figure.picture.svg() for figure in before.figures()
    ][:2]


@pytest.mark.parametrize("language", ["ja", "en"])
def test_little_data_makes_a_short_profile_that_says_what_is_not_known(tiny: Opened, language: str) -> None:
    document = profile_document(tiny, "10203", language)  # type: ignore[arg-type]
    assert_equals_tables(document, tiny, ["10203"])
    assert_well_written(document)
    paragraphs = [block.text for block in document.blocks if isinstance(block, Paragraph)]
    nothing = "示せる値がありません" if language == "ja" else "The data holds no value for"
    assert sum(nothing in text for text in paragraphs) >= 2
    assert sum(text.text in {"データなし", "No data"} for text in document.cells()) == 0
    assert not document.banner


def test_a_name_that_could_do_harm_stays_text(tiny_workspace: Path) -> None:
    """A town named by an attacker: nothing of it is read as a template or lost."""
    opened = explorer.open(tiny_workspace)
    name = '<b>{0}{name}"=1+1\u202e'
    opened.municipalities.loc[opened.municipalities["code"] == "10201", "name"] = name
    document = profile_document(opened, "10201", "ja")
    assert document.title == f"地域プロファイル {name}（10201）"
    assert any(name in text for text in texts(document))
