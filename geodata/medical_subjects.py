"""診療科目 of 国土数値情報 P04: one text out of several columns, and whether it has internal medicine or surgery.

The handbook counts hospitals and clinics with 内科 or 外科 as those of everyday life. What that means for joined names
is not written there, so it is decided here and said beside the number: see :func:`is_medicine_or_surgery`.
"""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import pandas as pd

COLUMN_CHARACTERS: Final = 127  # full-width characters that a text column of a shapefile (254 bytes of cp932) holds
# Departments that bear 内科 or 外科 in their name and are not the medicine of everyday illness: bones, looks, teeth, the
# mind. Until 2008 they stood beside 内科 and 外科 as departments of their own (医療法施行令 第3条の2 before its change).
NOT_GENERAL_MEDICINE: Final = ("整形外科", "形成外科", "美容外科", "口腔外科", "心療内科")
_BETWEEN: Final = re.compile(r"[\s、,，・･/／;；|]+")
_IN_BRACKETS: Final = re.compile(r"\(.*?\)|\[.*?\]|[()\[\]]")


def subjects_of(table: pd.DataFrame) -> pd.Series:
    """診療科目 of each row of P04 as one text, missing where it is blank.

    The 2020 edition cuts one text after 127 characters over three columns, in the middle of a word if need be, older ones
    over two: what follows a full column goes on without a gap. Columns that hold codes are none of them.
    """
    last = 6 if "P04_010" in table else 5
    columns = [name for name in (f"P04_{number:03d}" for number in range(4, last + 1)) if name in table]
    text = table["P04_001"].astype("object").map(lambda _: "")
    before = text
    for column in columns:
        part = table[column].astype("string").fillna("").astype("object")
        part = part.map(lambda value: "" if value.isascii() else value)
        goes_on = (before.str.len() >= COLUMN_CHARACTERS) | (part == "") | (text == "")
        text = text + part.where(goes_on, "\u3000" + part)
        before = part
    text = text.astype("string").str.strip()
    return text.where(text != "")


def is_medicine_or_surgery(subjects: str) -> bool:
    """Whether a list of 診療科目 has internal medicine or surgery.

    A subject counts that is 内科 or 外科, or joined with a part of the body, a disease or a method (消化器内科, 心臓血管外科,
    内科（循環器）): since 2008 such a name stands in place of the plain one (医療法施行令 第3条の2). What
    :data:`NOT_GENERAL_MEDICINE` lists does not count.

    Examples
    --------
    >>> is_medicine_or_surgery("消化器内科　皮膚科"), is_medicine_or_surgery("整形外科　リハビリテーション科")
    (True, False)
    """
    words = (_IN_BRACKETS.sub("", word) for word in _BETWEEN.split(unicodedata.normalize("NFKC", subjects)))
    return any(word.endswith(("内科", "外科")) and not word.endswith(NOT_GENERAL_MEDICINE) for word in words)
