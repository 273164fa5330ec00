"""The page Compare without a browser: areas and links, what the views show, hostile names, panels that fail."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from streamlit.testing.v1 import AppTest

from explorer.ui.compare_choice import VIEWS, GivenRegion, Question, clean_name, from_parameters, weight_key
from explorer.ui.navigation import KEPT_PREFIXES

from .conftest import HOSTILE

JAPANESE = re.compile(r"[ぁ-んァ-ヶ]")
LIMIT = "elementary_school_within_800m"
STOPS = "stop_within_300m"


def page_of(workspace: Path, monkeypatch: pytest.MonkeyPatch) -> AppTest:
    monkeypatch.setenv("EXPLORER_WORKSPACE", str(workspace))

    def script() -> None:
        from explorer.ui.compare import page
        from explorer.ui.navigation import kept_choices

        with kept_choices():
            page()

    return AppTest.from_function(script, default_timeout=120)


@pytest.fixture
def app(three_schools: Path, monkeypatch: pytest.MonkeyPatch) -> AppTest:
    app = page_of(three_schools, monkeypatch)
    app.query_params["areas"] = "10201.10203"
    app.query_params["regions"] = "両毛~10201.10203"
    app.query_params["indicators"] = f"population.{LIMIT}.{STOPS}"
    return app


@pytest.fixture
def squares(six_towns: Path, monkeypatch: pytest.MonkeyPatch) -> AppTest:
    return page_of(six_towns, monkeypatch)


def texts(app: AppTest) -> str:
    bodies = [str(element.proto.body) for element in app.get("html")]
    return "\n".join(body for body in bodies if not body.lstrip().startswith("<style"))


def show(app: AppTest, view: str, language: str = "ja", **more: str) -> AppTest:
    for key, value in {"view": view, "lang": language, **more}.items():
        app.query_params[key] = value
    app.run()
    assert not app.exception
    return app


# --- link --------------------------------------------------------------------------------------------------------------


def test_without_areas_it_says_how_to_begin_and_works_nothing_out(squares, monkeypatch):
    monkeypatch.setattr("explorer.ui.compare_answers.opened_of", None)  # whoever asked the engine would fail
    squares.run()
    assert not squares.exception
    assert "比べる地域を選ぶと" in texts(squares)
    squares.button(key="compare_all_button")


def test_one_area_is_not_enough(squares):
    show(squares, "values", areas="48201")
    assert "もう1つ以上" in texts(squares)


def test_all_municipalities_are_one_click_away(squares):
    squares.run()
    squares.button(key="compare_all_button").click().run()
    assert not squares.exception
    assert len(squares.session_state["compare_codes"]) == 6
    assert texts(squares).count('<th scope="row">') == 7  # and the median


def test_a_link_restores_everything(app):
    show(app, "composite", "en", base="10201_10203", weights=f"{STOPS}:2p5", mode="straight")
    state = app.session_state
    assert state["compare_codes"] == ["10201", "10203"]
    assert state["compare_regions"] == ["10201+10203"]
    assert state["compare_indicators"] == ["population", LIMIT, STOPS]
    assert state["compare_base"] == "10201+10203"
    assert state["compare_mode"] == "straight"
    assert state[weight_key(STOPS)] == 2.5
    wanted = {"areas": "10201.10203", "regions": "両毛~10201.10203", "base": "10201_10203", "view": "composite",
              "weights": f"{STOPS}:2p5", "lang": "en", "mode": "straight"}  # fmt: skip
    assert {key: app.query_params[key][0] if isinstance(app.query_params[key], list) else app.query_params[key]
            for key in wanted} == wanted  # fmt: skip


@pytest.mark.parametrize(
    "parameters",
    [{"areas": "<script>"}, {"areas": "99999"}, {"regions": "~~;x~;~10201"}, {"indicators": "nothing"}, {"mode": "teleport"},
     {"base": "x"}, {"view": "bad"}, {"lang": "xx"}, {"group": "<script>"}, {"weights": "a:b.:.stop_within_300m:9e9"},
     {"weights": "stop_within_300m:nan"}, {"detail": "<script>"}],
)  # fmt: skip
def test_a_bad_link_opens_the_page_as_it_is(app, parameters):
    for key, value in parameters.items():
        app.query_params[key] = value
    app.run()
    assert not app.exception
    assert "<script>" not in texts(app)


def test_codes_of_elsewhere_are_left_out_and_told(app):
    show(app, "values", areas="10201.10203.13101")
    assert "除きました: 13101" in texts(app)


@given(
    st.sets(st.sampled_from(["10201", "10203", "10204"])), st.sampled_from(list(VIEWS)),
    st.lists(st.tuples(st.text(max_size=60), st.sets(st.sampled_from(["10201", "10203"]), min_size=1)), max_size=2,
             unique_by=lambda pair: tuple(sorted(pair[1]))),
)  # fmt: skip
def test_an_address_holds_what_was_asked(codes, view, given_regions):
    regions = tuple(GivenRegion(clean_name(name), tuple(sorted(members))) for name, members in given_regions)
    question = Question(
        "en", tuple(sorted(codes)), regions, ("population", STOPS), "walk", "65_plus", "median", view, weights=((STOPS, 0.5),)
    )  # fmt: skip
    state, absent = from_parameters(question.parameters(), ["10201", "10203", "10204"], ["population", STOPS])
    assert absent == []
    assert state.get("compare_codes", []) == sorted(codes)
    assert state.get("compare_given", []) == list(regions)
    assert state["compare_indicators"] == ["population", STOPS]
    assert (state["compare_mode"], state["compare_group"], state["compare_view"]) == ("walk", "65_plus", view)
    assert state[weight_key(STOPS)] == 0.5


def test_choices_outlive_a_change_of_page():
    assert "compare_" in KEPT_PREFIXES


# --- views -------------------------------------------------------------------------------------------------------------


def test_the_table_has_values_ranks_and_differences(app):
    show(app, "values", base="10201")
    shown = texts(app)
    assert shown.count('<th scope="row">') == 4  # two towns, the region, the median
    assert "2中1位" in shown
    assert "基準" in shown
    assert "圏域・2市区町村" in shown
    assert "◐" in shown or "●" in shown or "○" in shown


def test_numbers_are_those_of_python(app, three_schools):
    import explorer
    from explorer.words import number

    found = explorer.open(three_schools).compare("10201,10203,10201+10203", [LIMIT, STOPS])
    show(app, "values")
    for row in found.rows:
        for value in row.value:
            assert f"<td>{number(value, 'ja', digits=1)}<" in texts(app)


def test_one_indicator_has_a_table_and_two_pictures(app):
    show(app, "one", detail=LIMIT, base="10201")
    table = app.dataframe[0].value
    assert table["地域"].tolist() == ["前橋市", "桐生市", "両毛"]
    assert {"値（%）", "範囲の下", "範囲の上", "差（ポイント）", "差の確かさ"} <= set(table.columns)
    assert texts(app).count('<img class="figure"') == 2
    assert app.query_params["detail"] in (LIMIT, [LIMIT])


def test_maps_stand_side_by_side(app):
    show(app, "maps")
    assert texts(app).count('<img class="figure"') == 1
    assert "人口" in texts(app)  # is not on the scale of shares


def test_without_years_that_is_said(app):
    show(app, "years")
    assert "二つ以上の年の値がありません" in texts(app)


def test_weights_move_the_composite(app):
    show(app, "composite")
    sliders = {slider.key: slider for slider in app.slider}
    assert set(sliders) == {weight_key(LIMIT), weight_key(STOPS)}  # people have no good end
    assert "人口" in app.caption[0].value
    first = app.dataframe[0].value["総合（0〜100）"].tolist()
    app.slider(key=weight_key(STOPS)).set_value(5.0).run()
    assert not app.exception
    second = app.dataframe[0].value
    assert second["順位と、その幅"].str.contains("位").any()
    assert first != second["総合（0〜100）"].tolist()
    assert app.query_params["weights"] in (f"{STOPS}:5", [f"{STOPS}:5"])


def test_all_weights_at_nothing_is_a_kind_message(app):
    show(app, "composite")
    for slider in app.slider:
        slider.set_value(0.0)
    app.run()
    assert not app.exception
    assert "重みがすべて0です。" in texts(app)


def test_a_region_is_put_together_on_the_page(app):
    show(app, "values")
    app.session_state["compare_new_codes"] = ["10203"]
    app.session_state["compare_new_name"] = "北~;部"
    app.run()
    app.button(key="compare_new_button").click().run()
    assert not app.exception
    assert app.session_state["compare_regions"] == ["10201+10203", "10203"]
    assert "北 部" in texts(app)


def test_a_theme_fills_in_its_indicators(app):
    show(app, "values")
    app.selectbox(key="compare_theme").select("school").run()
    assert not app.exception
    chosen = app.session_state["compare_indicators"]
    assert chosen[0] == LIMIT
    assert all("school" in each or "education" in each for each in chosen)


@pytest.mark.parametrize("view", ["values", "one", "maps", "composite"])
def test_the_english_page_is_english(app, view):
    show(app, view, "en")
    names = ("前橋市", "桐生市", "両毛", "・")
    shown = re.sub(r'src="[^"]*"', "", texts(app)).split('<table class="source-table">')[0]
    for name in names:
        shown = shown.replace(name, "")
    assert not JAPANESE.search(shown.split('class="credit-line"')[0].split("note-list")[0]), shown


# --- hostile names, panels that fail -----------------------------------------------------------------------------------


@pytest.mark.parametrize("view", list(VIEWS))
def test_hostile_names_are_text(squares, view):
    show(squares, view, areas="48201.48302.48304", indicators="supermarket_within_800m")
    assert "<script>" not in texts(squares)
    assert "<img src=x" not in texts(squares)
    assert not squares.code  # no panel failed


@pytest.mark.parametrize("view", ["values", "composite"])
def test_hostile_names_of_regions_are_text(app, view):
    show(app, view, regions=f"{HOSTILE}~10201.10203")
    assert "<script>" not in texts(app)
    assert "<img src=x" not in texts(app)
    assert not app.code


def test_a_town_without_data_says_why(squares):
    show(squares, "values", areas="48201.48304", indicators="supermarket_within_800m")
    assert "データなし" in texts(squares)
    assert "一覧がない" in texts(squares)


def test_where_a_view_fails_the_page_lives(app, monkeypatch):
    def broken(*_: object) -> None:
        raise RuntimeError("broken")

    monkeypatch.setattr("explorer.ui.compare_values.table_html", broken)
    show(app, "values")
    assert any("broken" in code.value for code in app.code)
    assert "credit-line" in texts(app)
