"""The map page without a browser: links that restore everything, two maps, years and scenarios, the area within reach, first steps."""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from explorer.ui.choice import LayerChoice, Second, reach_from
from explorer.ui.explore_layers import layer_wanted
from explorer.ui.explore_pair import difference, pair_html
from explorer.ui.explore_two import changed_rows, years_of
from explorer.ui.explore_view import are_alike, first_view, second_view
from explorer.ui.map_panel import Extras
from explorer.ui.save_panel import saved_map
from explorer.ui.study import Study
from explorer.ui.table_panel import table_frame
from explorer.words import word
from geodata.workspace import Workspace
from layers import catalogue

from .test_ui import choice_of, texts, view_of

ROOT = Path(__file__).parents[3]
REACHED = 120.0  # seconds that the streets of a tiny region may take to be read on a busy machine


@pytest.fixture(scope="module")
def study(six_towns: Path) -> Study:
    return Study(Workspace.open(six_towns))


@pytest.fixture(scope="module")
def whole(sample_workspace: Path) -> Study:
    return Study(Workspace.open(sample_workspace))


def opened(workspace: Path, monkeypatch: pytest.MonkeyPatch, **parameters: str) -> AppTest:
    """The page of a link, once its map is there."""
    monkeypatch.setenv("EXPLORER_WORKSPACE", str(workspace))
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)
    for key, text in parameters.items():
        app.query_params[key] = text
    app.run()
    return app.run()


# --- links


def test_a_link_restores_layers_their_order_opacity_and_kinds_and_the_second_map(six_towns, monkeypatch):
    link = {
        "lang": "ja", "indicator": "supermarket_within_500m", "mode": "walk", "group": "65_plus", "area": "48301",
        "layers": "stops:60_plus.10_29~30,places~50,facility-shopping", "opacity": "40", "classes": "quantile",
        "map2": "supermarket_minutes_median", "mode2": "drive", "group2": "total",
    }  # fmt: skip
    app = opened(six_towns, monkeypatch, **link)
    assert not app.exception
    assert app.session_state["explore_layers"] == [
        LayerChoice("stops", ("60_plus", "10_29"), 30), LayerChoice("places", opacity=50), LayerChoice("facility-shopping"),
    ]  # fmt: skip
    assert {name: app.query_params[name] for name in link} == link
    again = opened(six_towns, monkeypatch, **{name: app.query_params[name] for name in link})
    assert {name: again.query_params[name] for name in link} == link


def test_layers_are_moved_and_faded_and_the_address_says_so(six_towns, monkeypatch):
    app = opened(six_towns, monkeypatch, layers="stations,stops")
    app.button(key="explore_layer_xp_layer_up_stations_button").click().run()
    assert app.query_params["layers"] == "stops,stations"
    app.button(key="explore_layer_xp_layer_down_stations_button").click().run()
    assert app.query_params["layers"] == "stations,stops"


@pytest.mark.parametrize(
    "link",
    [
        {"layers": "<script>", "at": "1e999,abc", "map2": "nope", "reach": "walk:0"},
        {"layers": "rail,base,zones", "area": "99999", "reach": "teleport:10", "at": "1,1", "map2": "scenario"},
        {"map2": "<b>", "mode2": "x", "group2": "y", "scenario": "!!!", "at": "nan,nan"},
        {"layers": "stops:" + ".".join(["x"] * 99), "reach": "walk:" + "9" * 50, "at": ","},
    ],
)
def test_a_broken_link_opens_the_page(six_towns, monkeypatch, link):
    app = opened(six_towns, monkeypatch, **link)
    assert not app.exception
    assert word("panel_failed", "ja") not in texts(app)
    assert "card-value" in texts(app)


@pytest.mark.parametrize("text", ["", "walk:", ":10", "walk:1000.x", "a" * 60, "walk:10:10"])
def test_what_is_no_reach_is_left_out(text):
    found = reach_from({"reach": text, "at": "999,999"})
    assert found is None or found.at is None


def test_a_municipality_that_a_new_build_no_longer_has_is_let_go(six_towns, monkeypatch):
    app = opened(six_towns, monkeypatch, area="48301")
    app.session_state["area"] = "47999"
    app.run()
    assert not app.exception
    assert app.session_state["area"] is None
    assert word("whole_area", "ja") in texts(app)


# --- two maps


def test_like_things_share_colours_and_have_a_difference_unlike_ones_do_not(study):
    first = view_of(study)
    elderly = second_view(study, first, Second(first.choice.indicator, "walk", "65_plus"))
    assert elderly.classes is first.classes
    assert difference(first, elderly).iloc[0] == pytest.approx(-3.0)  # 65 and over −1, along streets −2
    minutes = second_view(study, first, Second(catalogue.get("supermarket_minutes_median"), "walk", "total"))
    assert difference(first, minutes) is None
    assert word("xp_no_difference", "ja") in pair_html(first, minutes, 0)
    assert "右の値（分）" in table_frame(first, minutes).columns
    assert "右−左" in table_frame(first, elderly).columns
    assert "右−左" not in table_frame(first, minutes).columns


def test_shares_of_different_things_are_not_subtracted():
    shops, old = catalogue.get("supermarket_within_800m"), catalogue.get("ageing_75")
    assert shops.unit == old.unit
    assert not are_alike(choice_of(indicator=shops), choice_of(indicator=old, mode=""))


def test_years_of_one_indicator_make_a_pair_with_a_difference(whole):
    years = years_of(whole, "ageing_75")
    assert len(years) >= 3
    assert years[2020] == "ageing_75"
    assert years_of(whole, years[max(years)]) == years
    assert years_of(whole, "supermarket_within_800m") == {}
    first = first_view(whole, choice_of(indicator=catalogue.get("ageing_75"), mode=""))
    later = second_view(whole, first, Second(catalogue.get(years[max(years)]), "", "total"))
    assert later.classes is first.classes
    change = difference(first, later)
    assert change.notna().all()
    assert change.median() > 0  # the sample ages


def test_the_page_shows_two_years_side_by_side(sample_workspace, monkeypatch):
    app = opened(sample_workspace, monkeypatch, indicator="population", map2="population_2050", area="48202")
    assert not app.exception
    assert app.session_state["explore_second_what"] == "year"
    assert texts(app).count('class="xp-map-title"') == 2
    assert word("xp_difference", "ja") in texts(app)
    assert "右−左" in app.dataframe[0].value.columns
    app.selectbox(key="explore_second_year").set_value(2030).run()
    assert app.query_params["map2"] == "population_2030"


def test_without_a_scenario_the_right_map_says_what_to_do(six_towns, monkeypatch):
    app = opened(six_towns, monkeypatch, map2="scenario")
    assert [each.value for each in app.info] == [word("xp_no_scenario", "ja")]
    assert app.query_params["map2"] == "scenario"


def test_values_after_a_scenario_take_the_place_of_those_it_touches(study):
    rows = study.values("supermarket_within_800m", "walk", "total")
    table = pd.DataFrame(
        {"indicator": "supermarket_within_800m", "mode": "walk", "group": "total", "area_code": ["48201", "48301"], "after": [50.0, np.nan]}
    )  # fmt: skip
    after = changed_rows(rows, table, "supermarket_within_800m", "walk", "total").set_index("code")
    before = rows.set_index("code")
    assert after.loc["48201", "value"] == 50.0
    assert after.loc["48201", "numerator"] == pytest.approx(0.5 * before.loc["48201", "denominator"])
    assert np.isnan(after.loc["48301", "value"])
    assert after.loc["48303", "value"] == before.loc["48303", "value"]
    assert after["official_value"].isna().all()  # published values are of things as they are
    assert rows["value"].iloc[0] != 50.0  # the workspace's own table is left alone


# --- layers


def test_facilities_of_an_indicator_are_those_of_the_kinds_it_counts():
    assert layer_wanted(LayerChoice("facilities", opacity=50), "supermarket") == [
        ("facility-shopping:supermarket", 0.5)
    ]
    assert layer_wanted(LayerChoice("facilities"), "stop") == [("stops", 1.0)]
    assert layer_wanted(LayerChoice("facilities"), "station") == [("stations", 1.0)]


def test_a_saved_map_holds_the_area_within_reach(study):
    polygon = {"k": 0, "n": "</script><b>", "r": [[[36.0, 140.0], [36.0, 140.1], [36.1, 140.1]]]}
    layer = {
        "id": "reach", "kind": "polygons", "data": {"kinds": ["m10"], "polygons": [polygon]}, "opacity": 1.0, "words": {},
        "looks": {"m10": {"fill": "#6a1b9a8c", "edge": "#4a148c", "width": 1.6, "hatch": "", "label": "10 分"}}, "below": False,
    }  # fmt: skip
    text = saved_map(study, view_of(study), Extras(layer, "<div>reach legend</div>")).decode()
    assert '"id": "reach"' in text or '"id":"reach"' in text
    assert "reach legend" in text
    assert "</script><b>" not in text


# --- the area within reach


def _until(app: AppTest, text: str) -> str:
    end = time.monotonic() + REACHED
    while text not in texts(app) and time.monotonic() < end:
        time.sleep(0.2)
        app.run()
    return texts(app)


def test_a_link_to_a_point_shows_who_is_within_reach_and_what_is_near(tiny_workspace, monkeypatch):
    places = Workspace.open(tiny_workspace).table("places")
    lived_in = places[places["population_total"] > 0].iloc[0].geometry
    at = f"{lived_in.y:.5f},{lived_in.x:.5f}"
    app = opened(tiny_workspace, monkeypatch, reach="walk:5.10.15", at=at)
    assert not app.exception
    within = word("xp_within_minutes", "ja", minutes="10")
    assert within in _until(app, within)
    assert app.query_params["reach"] == "walk:5.10.15"
    assert app.query_params["at"] == at
    names = [word("xp_name", "ja"), word("xp_minutes_column", "ja")]
    assert any(set(names) <= set(each.value.columns) for each in app.dataframe)
    south, west, north, east = app.session_state["explore_focus"]["bounds"]  # the map goes to the area of a link
    assert south <= lived_in.y <= north
    assert west <= lived_in.x <= east
    app.session_state["explore_at"] = (0.0, 0.0)
    app.run()
    assert not app.exception
    assert word("xp_reach_none", "ja") in texts(app)


def test_without_streets_the_switch_is_off_and_says_why(six_towns, monkeypatch):
    app = opened(six_towns, monkeypatch, reach="walk:10", at="36.02,140.02")
    switch = app.toggle(key="explore_reach")
    assert switch.disabled
    assert switch.help == word("xp_reach_no_streets", "ja")
    assert "reach" not in app.query_params


# --- first steps


def test_first_steps_are_shown_on_the_sample_to_who_comes_without_a_link(six_towns, monkeypatch):
    app = opened(six_towns, monkeypatch)
    assert word("xp_guide_1", "ja") in texts(app)
    app.button(key="explore_guide_close_button").click().run()
    assert word("xp_guide_1", "ja") not in texts(app)
    app.button(key="explore_guide_again_button").click().run()
    assert word("xp_guide_1", "ja") in texts(app)


def test_a_link_and_a_real_study_area_come_without_first_steps(six_towns, tiny_workspace, monkeypatch):
    assert word("xp_guide_1", "ja") not in texts(opened(six_towns, monkeypatch, area="48201"))
    assert word("xp_guide_1", "ja") not in texts(opened(tiny_workspace, monkeypatch))


def test_scenario_titles_name_it(study):
    view = replace(view_of(study), scenario="閉店")
    assert "「閉店」の後" in view.title
