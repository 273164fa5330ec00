"""Municipality codes in all the shapes sources write them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geodata.codes import (
    DESIGNATED_CITIES,
    WARD_TO_CITY,
    check_digit,
    municipality_code,
    municipality_kind,
    parse_codes,
    parse_prefecture,
    rolled_up,
)
from geodata.errors import UnknownCode


@pytest.mark.parametrize(
    ("code", "digit"),
    [("01100", "2"), ("13101", "6"), ("16201", "9"), ("42201", "1"), ("27140", "3"), ("14130", "5")],
)
def test_check_digits_of_the_ministry(code: str, digit: str) -> None:
    assert check_digit(code) == digit


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        ("10201", "10201"),
        ("102016", "10201"),
        (102016, "10201"),
        (1100, "01100"),
        ("1100.0", "01100"),
        (11002, "01100"),
        ("１０２０１", "10201"),
        (" 10201 ", "10201"),
        ("48201", "48201"),
    ],
)
def test_every_spelling_of_a_code(raw: object, code: str) -> None:
    assert municipality_code(raw) == code


@pytest.mark.parametrize(
    "raw", ["", None, "所属未定地", "99201", "102017", "10006", "010006", "123", "1234567", "nan", float("nan")]
)
def test_what_is_no_code_is_none(raw: object) -> None:
    assert municipality_code(raw) is None


@given(st.integers(1, 47), st.integers(100, 799))
def test_five_and_six_digits_agree(prefecture: int, rest: int) -> None:
    code = f"{prefecture:02d}{rest:03d}"
    assert municipality_code(code + check_digit(code)) == code


def test_wards_roll_up_to_their_city() -> None:
    assert rolled_up("12106") == "12100"
    assert rolled_up("22140") == "22130"  # 浜松 after 2024
    assert rolled_up("27128") == "27100"
    assert rolled_up("27141") == "27140"  # 堺 is not 大阪
    assert rolled_up("13101") == "13101"  # special wards are municipalities
    assert set(WARD_TO_CITY.values()) == set(DESIGNATED_CITIES)
    assert len(DESIGNATED_CITIES) == 20


def test_kind_of_municipality() -> None:
    kinds = [municipality_kind(code) for code in ("12100", "13101", "10201", "10344")]
    assert kinds == ["designated_city", "special_ward", "city", "town_or_village"]


def test_codes_typed_by_a_user() -> None:
    assert parse_codes("10201,10203 １０２０２、12101") == ["10201", "10203", "10202", "12100"]
    with pytest.raises(UnknownCode, match="前橋"):
        parse_codes("前橋")
    assert parse_prefecture("10") == parse_prefecture("群馬県") == "10"
    assert parse_prefecture("1") == "01"
    with pytest.raises(UnknownCode):
        parse_prefecture("99")


@pytest.mark.realdata
def test_wards_of_the_national_code_list_are_all_in_the_table(shared_data) -> None:
    import json

    entries = json.loads((shared_data / "japan" / "local-gov-code-index.json").read_text(encoding="utf-8"))
    wards = [entry for entry in entries if entry["type"] == "ward"]
    for ward in wards:
        code = municipality_code(ward["code"])
        assert code is not None
        assert rolled_up(code) == municipality_code(ward["city_code"])
    assert len(wards) == 171
