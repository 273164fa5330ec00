"""Numbers, dates and names of units as the two languages write them."""

from __future__ import annotations

import math

import pytest

from explorer.source_notes import editions_text, publisher_name
from explorer.words import UNITS, date_text, number, unit_word, value_text
from geodata.sources import DATASETS
from layers.catalogue import indicators
from layers.kpi import KPIS


@pytest.mark.parametrize(
    ("text", "ja", "en"),
    [
        ("2025-03-01", "2025年3月1日", "1 March 2025"),
        ("2024-12-31", "2024年12月31日", "31 December 2024"),
        ("2025-03", "2025年3月", "March 2025"),
        ("2025", "2025", "2025"),
        ("2015, 2020", "2015, 2020", "2015, 2020"),
        ("2025-13-01", "2025-13-01", "2025-13-01"),
        ("20250301", "20250301", "20250301"),
        ("v2025-03", "v2025-03", "v2025-03"),
    ],
)
def test_days_and_months_are_written_as_the_language_does_and_the_rest_stays(text, ja, en):
    assert (date_text(text, "ja"), date_text(text, "en")) == (ja, en)


def test_editions_of_a_source_run_from_the_first_to_the_last_by_the_calendar():
    days = ["2026-04-01", "2025-10-15", "2025-09-30"]
    assert editions_text(days, "ja") == "2025年9月30日〜2026年4月1日"
    assert editions_text(days, "en") == "30 September 2025 to 1 April 2026"
    assert editions_text(["2020", "2015"], "ja") == "2015、2020"


@pytest.mark.parametrize("language", ["ja", "en"])
def test_numbers_have_separators_and_a_true_minus_sign(language):
    assert number(1234567.891, language, digits=1) == "1,234,567.9"
    assert number(-0.04, language, digits=1) == "0.0"
    assert number(-1234, language) == "−1,234"
    assert "-" not in value_text(-65.4, "%", language, sign=True)
    assert value_text(25 + 10 / 60, "時", language) == "25:10"
    assert value_text(math.nan, "人", language) == {"ja": "データなし", "en": "No data"}[language]


def test_every_unit_has_a_word_in_both_languages_and_things_counted_have_no_decimals():
    units = {each.unit for each in (*indicators().values(), *KPIS)}
    assert units <= UNITS.keys(), units - UNITS.keys()
    assert value_text(568.0, "市町村", "ja") == "568 市町村"
    assert value_text(568.0, "市町村", "en") == "568 municipalities"
    assert unit_word("団体", "en") == "public bodies"


def test_every_publisher_has_an_english_name():
    for known in DATASETS.values():
        assert publisher_name(known.publisher, "en").isascii(), known.publisher
        assert publisher_name(known.publisher, "ja") in known.publisher
    assert publisher_name("国土交通省・総務省", "en").startswith("MLIT (Ministry of Land")
    assert publisher_name("各事業者 / the operators", "en") == "the operators"
