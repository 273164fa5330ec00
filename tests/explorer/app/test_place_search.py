"""The search of the map: by name, かな, Roman letters, code, old name, station, facility, position; nothing found says why."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from streamlit.testing.v1 import AppTest

from explorer.kana import folded_romaji, is_by_sound, romaji
from explorer.place_readings import READINGS, former_municipalities
from explorer.place_search import PlaceIndex, Site, Town
from explorer.ui.explore_places import index_of, study_box, town_bounds, towns_of
from explorer.ui.explore_search import found_text
from explorer.ui.study import Study
from explorer.words import word
from geodata.workspace import Workspace

from .conftest import HOSTILE, SIDE, SOUTH, WEST

ROOT = Path(__file__).parents[3]
GUNMA = [Town("10201", "前橋市", prefecture="群馬県"), Town("10202", "高崎市"), Town("10383", "南牧村"), Town("10212", "みどり市"),
         Town("10524", "大泉町"), Town("10205", "太田市"), Town("10367", "神流町")]  # fmt: skip
SITES = [
    Site("station", "前橋駅", 36.38, 139.07, "10201", "前橋市"),
    Site("station", "前橋駅", 36.381, 139.07, "10201", "前橋市"),  # of another line
    Site("facility", "前橋赤十字病院", 36.39, 139.06, "10201", "前橋市", "hospital"),
    Site("stop", "役場前", 36.3, 139.0, "10202", "高崎市"),
    Site("stop", "役場前", 36.3, 139.0001, "10202", "高崎市"),  # the pole across the street
    Site("stop", "役場前", 36.5, 139.5),
]


@pytest.fixture(scope="module")
def index() -> PlaceIndex:
    return PlaceIndex.of(GUNMA, SITES, box=(138.0, 35.5, 140.0, 37.5))


@pytest.fixture(scope="module")
def study(six_towns: Path) -> Study:
    return Study(Workspace.open(six_towns))


@pytest.fixture
def app(six_towns: Path, monkeypatch: pytest.MonkeyPatch) -> AppTest:
    monkeypatch.setenv("EXPLORER_WORKSPACE", str(six_towns))
    return AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)


@pytest.mark.parametrize(
    "query",
    ["前橋市", "前橋", "群馬県前橋市", " 前橋 ", "まえばし", "まえばしし", "マエバシ", "ﾏｴﾊﾞｼ", "maebashi", "MAEBASHI", "Ｍａｅｂａｓｈｉ",
     "10201", "１０２０１", "102016", "1020"],
)  # fmt: skip
def test_a_municipality_is_the_first_answer_to_whatever_it_is_called(index, query):
    assert index.find(query)[0].code == "10201"


@pytest.mark.parametrize(
    ("query", "code"),
    [("髙崎", "10202"), ("なんもく", "10383"), ("nanmoku", "10383"), ("みどり", "10212"), ("おおた", "10205"), ("Ota", "10205"),
     ("Ōta", "10205"), ("ohta", "10205"), ("おおいずみちょう", "10524"), ("oizumi", "10524")],
)  # fmt: skip
def test_readings_and_spellings(index, query, code):
    assert index.find(query)[0].code == code


@pytest.mark.parametrize(
    ("query", "successor"), [("大胡町", "10201"), ("大胡", "10201"), ("10304", "10201"), ("万場町", "10367")]
)
def test_an_old_name_or_code_leads_to_what_it_became(index, query, successor):
    found = index.find(query)[0]
    assert (found.kind, found.code) == ("former", successor)
    assert found.what in found_text(found, "ja")  # the day
    assert found.town in found_text(found, "ja")


def test_stations_and_facilities_come_after_municipalities_and_once_each(index):
    found = index.find("前橋")
    assert [each.kind for each in found] == ["municipality", "station", "facility"]
    assert "病院" in found_text(found[2], "ja")
    assert "Hospital" in found_text(found[2], "en")
    assert "（10201）" in found_text(found[1], "ja")
    assert [each.kind for each in index.find("前橋駅")] == ["station"]
    assert [each.code for each in index.find("役場")] == ["10202", ""]  # the one outside the study area last
    assert word("xp_outside", "ja") in found_text(index.find("役場")[1], "ja")


@pytest.mark.parametrize(
    "query", ["36.39, 139.06", "36.39,139.06", "３６．３９，１３９．０６", "36.39 139.06", "36.39、139.06"]
)
def test_a_position(index, query):
    [found] = index.find(query)
    assert (found.kind, found.lat, found.lon) == ("position", 36.39, 139.06)


@pytest.mark.parametrize(
    "query",
    [
        "",
        "   ",
        "・",
        "ない町",
        "99999",
        "1e999,abc",
        "91,181",
        "35.0,20.0",
        "139.06,36.39",
        "<script>",
        "%",
        "(",
        "\\",
    ],
)
def test_nothing_found(index, query):
    assert index.find(query) == []


def test_municipalities_without_reading_are_counted_and_said():
    index = PlaceIndex.of([Town("01202", "函館市"), Town("01203", "小樽市", "おたるし"), *GUNMA], [])
    assert index.without_reading == 1
    assert index.find("はこだて") == []
    assert index.find("otaru")[0].code == "01203"
    assert is_by_sound("はこだて")
    assert not is_by_sound("函館")


def test_every_municipality_of_gunma_is_found_by_its_reading_and_by_its_spelling():
    towns = [Town(code, f"{code}市") for code in READINGS]
    index = PlaceIndex.of(towns, [])
    for code, reading in READINGS.items():
        assert code in {found.code for found in index.find(reading)}, reading
        assert code in {found.code for found in index.find(romaji(reading))}, reading


def test_old_names_end_in_a_municipality_of_today():
    former = former_municipalities()
    assert not {each.successor for each in former.values()} & set(former)


@settings(max_examples=60)
@given(st.text(max_size=80))
def test_whatever_is_typed_does_no_harm(text):
    index = PlaceIndex.of(GUNMA, SITES)
    assert len(index.find(text)) <= 12
    assert folded_romaji(text).isascii()
    assert is_by_sound(text) in {True, False}


# --- the workspace and the page


def test_points_lie_in_the_town_that_holds_them(study):
    assert towns_of(study, [WEST + 0.01, WEST + SIDE + 0.01, 0.0], [SOUTH + 0.01, SOUTH + SIDE + 0.01, 0.0]) == [
        "48201",
        "48304",
        "",
    ]
    assert town_bounds(study, "48201") == pytest.approx((SOUTH, WEST, SOUTH + SIDE, WEST + SIDE))
    assert town_bounds(study, "99999") is None
    assert study_box(study) is None  # this workspace does not say: any position is taken


def test_names_of_the_workspace_are_found(study):
    index = index_of(study)
    assert {each.kind for each in index.find("見本")} >= {"municipality", "station", "facility"}
    assert index.find("49201") == []  # around the study area, not of it


def test_a_hostile_name_is_a_label_without_markup(app):
    app.run()
    app.text_input(key="explore_query").set_value("<script>").run()
    assert not app.exception
    labels = [button.label for button in app.button if str(button.key).startswith("explore_found_")]
    assert labels
    assert not any(re.search(r"(?<!\\)[<>\[\]*_`]", text) for text in labels)  # each sign of markup is escaped
    app.button(key="explore_found_0_button").click().run()
    assert app.session_state["area"] == "48302"
    assert HOSTILE not in "".join(str(each.proto.body) for each in app.get("html"))


def test_choosing_a_station_pins_it_and_selects_its_town(app):
    app.run()
    app.text_input(key="explore_query").set_value("見本駅").run()
    app.button(key="explore_found_0_button").click().run()
    assert app.session_state["area"] == "48201"
    assert app.session_state["explore_at"] == pytest.approx((SOUTH + 0.04, WEST + 0.01))
    assert app.session_state["explore_query"] == ""
    assert app.query_params["at"] == "36.04000,140.01000"
    south, west, north, east = app.session_state["explore_focus"]["bounds"]
    assert south < SOUTH + 0.04 < north
    assert west < WEST + 0.01 < east


def test_nothing_found_is_said_kindly_and_why_kana_do_not_help(app):
    app.run()
    app.text_input(key="explore_query").set_value("くうそう").run()
    said = [each.value for each in app.caption]
    assert word("xp_nothing_found", "ja") in said
    assert any("読みのない市区町村" in text for text in said)
    app.text_input(key="explore_query").set_value("空想").run()
    assert not any("読みのない市区町村" in each.value for each in app.caption)
