"""診療科目 of P04: cut over columns, and what counts as internal medicine or surgery."""

from __future__ import annotations

import pandas as pd
import pytest

from geodata.medical_subjects import COLUMN_CHARACTERS, is_medicine_or_surgery, subjects_of


@pytest.mark.parametrize(
    "subjects",
    [
        "内科",
        "外科",
        "小児科　内科",
        "消化器内科",
        "心臓血管外科",
        "脳神経外科　整形外科",
        "内科（循環器）　皮膚科",
        "内科・小児科",
        "糖尿病・代謝内科",
        "整形外科、外科",
        "ペインクリニック内科",
        "内 科　外科",
    ],
)
def test_medicine_or_surgery(subjects: str) -> None:
    assert is_medicine_or_surgery(subjects)


@pytest.mark.parametrize(
    "subjects",
    [
        "整形外科",
        "整形外科　リハビリテーション科",
        "形成外科　美容外科",
        "歯科口腔外科",
        "心療内科　精神科",
        "小児科",
        "胃腸科",
        "院内処方あり",
        "",
    ],
)
def test_other_departments_alone(subjects: str) -> None:
    assert not is_medicine_or_surgery(subjects)


def medical(*columns: str | None, edition: int = 2020) -> pd.DataFrame:
    beds = {"P04_007": 4, "P04_008": 0, "P04_009": 9, "P04_010": 9} if edition == 2020 else {"P04_006": 0, "P04_008": 9}
    texts = {f"P04_{number:03d}": [text] for number, text in enumerate(columns, 4)}
    return pd.DataFrame({"P04_001": [1], **texts, **{name: [value] for name, value in beds.items()}})


def test_word_cut_at_the_end_of_a_column_is_one_word() -> None:
    """内 is the last character that the first column holds, 科 the first of the second."""
    text = "皮膚科　" * 30 + "耳鼻咽喉科　内科　眼科"
    first, second = text[:COLUMN_CHARACTERS], text[COLUMN_CHARACTERS:]
    assert (first[-1], second) == ("内", "科　眼科")
    assert not is_medicine_or_surgery(f"{first}　{second}")
    assert subjects_of(medical(first, second, None)).tolist() == [text]
    assert is_medicine_or_surgery(text)


def test_columns_that_are_not_full_are_words_of_their_own() -> None:
    """整形 in a short column does not join 外科 of the next."""
    assert subjects_of(medical("整形", "外科", None)).tolist() == ["整形　外科"]


def test_three_full_columns() -> None:
    text = "皮膚科　" * 80 + "外科"
    parts = [text[start : start + 127] for start in (0, 127, 254)]
    assert subjects_of(medical(*parts)).tolist() == [text]
    assert is_medicine_or_surgery(text)


def test_codes_and_blanks_are_no_subjects() -> None:
    """2014 has a code for the founder where 2020 has the second part of the text."""
    assert subjects_of(medical("内科", "4", edition=2014)).tolist() == ["内科"]
    assert subjects_of(medical(None, "　", None)).isna().tolist() == [True]
    assert subjects_of(pd.DataFrame({"P04_001": [1, 2]})).isna().tolist() == [True, True]
