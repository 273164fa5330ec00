"""Neighbours and peers, closures in turn, medical areas of a file: on the page Cooperate, against the Python answers."""

from __future__ import annotations

import io
from pathlib import Path
from typing import ClassVar

import numpy as np
import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from explorer import cascades, compare
from explorer import viability as lasting
from explorer.ui import blocks, cooperate_answers, cooperate_near, cooperate_near_tables
from explorer.ui.cooperate_cascade import closure_frame, totals
from explorer.ui.cooperate_choice import Question, from_parameters
from explorer.ui.engine import opened_of
from explorer.ui.study import Study
from geodata.workspace import Workspace

from .conftest import HOSTILE
from .test_cooperate import ask, shown, texts

CLINIC = "clinic"


def app_on(workspace: Path, monkeypatch: pytest.MonkeyPatch, service: str = CLINIC) -> AppTest:
    monkeypatch.setenv("EXPLORER_WORKSPACE", str(workspace))

    def script() -> None:
        from explorer.ui.cooperate import page
        from explorer.ui.navigation import kept_choices

        with kept_choices():
            page()

    app = AppTest.from_function(script, default_timeout=120)
    app.query_params["service"] = service
    app.query_params["mode"] = "drive"
    app.query_params["limit"] = "15"
    return app


@pytest.fixture
def app(sample_workspace: Path, monkeypatch: pytest.MonkeyPatch) -> AppTest:
    return app_on(sample_workspace, monkeypatch)


@pytest.fixture(scope="module")
def study(sample_workspace: Path) -> Study:
    return Study(Workspace.open(sample_workspace))


@pytest.fixture
def towns(study: Study) -> list[str]:
    return study.municipalities["code"].tolist()[1:4]


def small_town(study: Study) -> str:
    """A municipality whose clinics close quickly, so that the tests are quick too."""
    return str(study.centres["people"].idxmin())


# --- neighbours and peers ---------------------------------------------------------------------------------------------


def test_the_most_populous_member_is_looked_at_first(app, towns, study):
    ask(app, towns, "near")
    assert not app.exception
    assert app.selectbox(key="cooperate_near_town").value == study.centres["people"].loc[towns].idxmax()
    app.run()
    assert app.query_params["town"] == app.selectbox(key="cooperate_near_town").value


@pytest.mark.parametrize("by", ["border", "minutes", "commuters", "code"])
def test_neighbours_are_those_of_the_engine_in_the_order_asked_for(app, towns, study, by):
    app.query_params["town"] = towns[1]
    ask(app, towns, "near")
    assert app.selectbox(key="cooperate_near_town").value == towns[1]
    app.selectbox(key="cooperate_near_by").set_value(by).run()
    expected = compare.neighbours(opened_of(study), towns[1], by=by)
    table = shown(app, "境界 km")
    assert [name[-6:-1] for name in table["市区町村"]] == expected["code"].tolist()
    assert table["市区町村"].iloc[0] == f"{expected['name'].iloc[0]}（{expected['code'].iloc[0]}）"
    for head, name in (("境界 km", "border_km"), ("車 分", "minutes"), ("車で来る 分", "minutes_back"),
                       ("通う人", "commuters_out"), ("来る人", "commuters_in")):  # fmt: skip
        np.testing.assert_allclose(table[head], expected[name], atol=0.51 if "人" in head else 0.051)
    assert expected["commuters_in"].sum() > 0  # or nothing above was compared
    assert [text == "はい" for text in table["圏域の市区町村"]] == expected["code"].isin(towns).tolist()


def test_peers_are_those_of_the_engine_with_the_parts_of_their_distance(app, towns, study):
    app.query_params["town"] = towns[0]
    ask(app, towns, "near")
    expected = compare.peers(opened_of(study), towns[0], with_itself=True)
    table = shown(app, "距離")
    assert table["市区町村"].iloc[0].endswith(f"（{towns[0]}）")
    np.testing.assert_allclose(table["距離"], expected["distance"], atol=0.0051)
    used, catalogue = expected.attrs["used"], opened_of(study).catalogue
    assert len(used) > 2
    parts = []
    for each in used:
        part = table[f"{catalogue[each].ja}の差（標準偏差）"]
        np.testing.assert_allclose(part, expected[f"{each}_part"], atol=0.0051)
        value = next(head for head in table.columns if head.startswith(f"{catalogue[each].ja}（"))
        np.testing.assert_allclose(table[value], expected[each], atol=0.51)
        parts.append(part)
    np.testing.assert_allclose(np.sqrt(np.mean(np.square(parts), axis=0)), table["距離"], atol=0.02)
    for each, (why, _) in expected.attrs["missing"].items():
        assert why in texts(app), each


def test_a_chosen_row_is_added_to_the_region(app, towns, study):
    app.query_params["town"] = towns[0]
    ask(app, towns[:1], "near")
    button = app.button(key="cooperate_add_neighbours_button")
    assert button.disabled
    first = compare.neighbours(opened_of(study), towns[0])["code"].iloc[0]
    key = f"cooperate_neighbours_{towns[0]}_border_ja_table"
    app.session_state[key] = {"selection": {"rows": [0], "columns": [], "cells": []}}
    app.run()
    button = app.button(key="cooperate_add_neighbours_button")
    assert not button.disabled
    button.click().run()
    assert not app.exception
    assert app.session_state["cooperate_codes"] == sorted([towns[0], first])
    assert app.selectbox(key="cooperate_near_town").value == towns[0]  # who is looked at stays
    app.run()
    assert app.button(key="cooperate_add_neighbours_button").disabled  # it is a member now


def test_a_member_that_leaves_is_no_longer_looked_at(app, towns):
    app.query_params["town"] = towns[0]
    ask(app, towns, "near")
    app.multiselect(key="cooperate_codes").set_value(towns[1:]).run()
    assert not app.exception
    assert app.selectbox(key="cooperate_near_town").value in towns[1:]


def test_without_commuting_and_projection_it_says_what_is_missing(three_schools, monkeypatch):
    app = app_on(three_schools, monkeypatch, "elementary_school")
    codes = Study(Workspace.open(three_schools)).municipalities["code"].tolist()
    for language, told, unused in (
        ("ja", "通勤・通学の表がない", "使えなかった指標"),
        ("en", "no table of commuting", "Not used"),
    ):
        ask(app, codes, "near", language)
        assert not app.exception
        assert told in texts(app) + "".join(caption.value for caption in app.caption)
        assert unused in texts(app)
        app = app_on(three_schools, monkeypatch, "elementary_school")
    table = cooperate_near_tables.neighbour_frame(
        compare.neighbours(opened_of(Study(Workspace.open(three_schools))), codes[0]), codes, "ja"
    )
    assert table["通う人"].isna().all()  # not known is not nobody


def _neighbours(name: str) -> pd.DataFrame:
    return pd.DataFrame(
        [
            (
                "00001",
                name,
                1.26,
                True,
                np.nan,
                3.0,
                "town_hall→population_centre",
                5.0,
                1.0,
                np.nan,
                2.0,
                9.0,
                "無い / none",
            )
        ],
        columns=list(compare.NEIGHBOUR_COLUMNS),
    )


@pytest.mark.parametrize("language", ["ja", "en"])
def test_hostile_names_stay_text_and_files_run_no_formula(language):
    rows = _neighbours("=1+1")
    saved = cooperate_near_tables.neighbour_frame(rows, [], language, is_saved=True)
    assert b"'=1+1" in blocks.csv_bytes(saved)
    shown_ = cooperate_near_tables.neighbour_frame(rows, ["00001"], language)
    assert shown_.iloc[0, 0].startswith("=1+1")
    assert shown_.iloc[0].isna().sum() == 2
    remark = {"ja": ("およそ", "無い"), "en": ("approximate", "none")}[language]
    assert all(text in shown_.iloc[0, -1] for text in remark)
    assert not set("はいえ無") & set("".join(map(str, shown_.columns))) or language == "ja"


def test_a_hostile_town_is_text_on_the_page(six_towns, monkeypatch):
    app = app_on(six_towns, monkeypatch, "supermarket")
    frame = _neighbours(HOSTILE)
    peers = pd.DataFrame(
        {
            "code": ["48302"],
            "name": [HOSTILE],
            "distance": [0.5],
            "reason": [""],
            "population": [1.0],
            "population_part": [0.5],
        }
    )
    peers.attrs = {"used": ["population"], "missing": {HOSTILE: ("無い", "none")}, "code": "48302"}
    monkeypatch.setattr(cooperate_answers, "neighbours", lambda *given: frame)
    monkeypatch.setattr(cooperate_answers, "peers", lambda *given: pd.concat([peers, peers]))
    monkeypatch.setattr(
        cooperate_answers, "indicators", lambda study: __import__("layers.catalogue", fromlist=["x"]).indicators(())
    )
    ask(app, ["48302"], "near")
    assert not app.exception
    assert not app.code  # no panel failed
    assert "<script>" not in texts(app)
    assert "<img" not in texts(app)
    assert "&lt;script&gt;" in texts(app)
    assert [table for table in app.dataframe if HOSTILE in str(table.value.iloc[0, 0])]


def test_link_to_a_member_and_back(towns):
    question = Question("ja", tuple(towns), CLINIC, "drive", "15", "total", "near", towns[1])
    state, _ = from_parameters(question.parameters(), towns)
    assert (state["cooperate_near_town"], state["cooperate_view"]) == (towns[1], "near")
    assert "cooperate_near_town" not in from_parameters({"town": "<script>"}, towns)[0]


def test_a_place_drawn_for_a_peer_is_no_facility(monkeypatch):
    from explorer.ui import cooperate

    class Faked:
        session_state: ClassVar[dict[str, object]] = {
            "cooperate_map": {"site": f"{cooperate_near.PEER_SPOT}10203", "click": 1}
        }

    monkeypatch.setattr(cooperate, "st", Faked)
    cooperate._clicked()
    assert "cooperate_site" not in Faked.session_state


# --- will it last, and closures in turn -------------------------------------------------------------------------------


def test_facilities_side_by_side_share_their_people(app, study):
    code = small_town(study)
    ask(app, [code], "future")
    assert not app.exception
    rows = lasting.viability(opened_of(study), CLINIC, "drive", codes=[code], together=500.0)
    rows = rows.sort_values(["first_year_below", "people_2070", "site_id"], na_position="last")
    table = shown(app, "500 m以内の施設数")
    assert table["500 m以内の施設数"].tolist() == rows["facilities_together"].tolist()
    np.testing.assert_allclose(table["2050年（人）"], rows["people_2050"], atol=0.51)
    places = rows.drop_duplicates("location")
    sums = shown(app, "圏域の施設の商圏人口の合計").set_index("年")["圏域の施設の商圏人口の合計"]
    assert sums["2050"] == pytest.approx(places["people_2050"].sum(), abs=0.51)


def test_what_lies_at_the_border_is_said_in_words(study):
    from explorer.ui.cooperate_future import viability_frame

    rows = lasting.viability(opened_of(study), CLINIC, "drive", together=500.0).head(3).copy()
    rows["at_border"] = [True, False, False]
    rows["location"] = rows["site_id"]
    for language, said in (("ja", "対象地域の外"), ("en", "beyond the study area")):
        frame = viability_frame(rows, language)
        assert sum(said in text for text in frame.iloc[:, -1]) == 1


def test_closures_are_worked_out_on_the_button_and_are_those_of_the_engine(app, study, monkeypatch):
    asked: list[int] = []
    real = cooperate_answers.cascade
    monkeypatch.setattr(cooperate_answers, "cascade", lambda *given: (asked.append(1), real(*given))[1])
    code = small_town(study)
    ask(app, [code], "future")
    assert not asked
    select = app.selectbox(key="cooperate_cascade_year")
    assert select.options[0] == "2020"
    assert "2070" in select.options
    select.set_value("2040").run()
    assert not asked
    app.button(key="cooperate_cascade_button").click().run()
    assert asked
    assert not app.exception
    opened = opened_of(study)
    limit = opened.services().limit_of("drive", minutes=15.0)
    expected = cascades.cascade(opened, CLINIC, "drive", codes=[code], years=[2040], limit=limit)
    assert len(expected.closures) > 0
    table = shown(app, "閉まる時の人")
    assert table["順"].tolist() == expected.closures["step"].tolist()
    np.testing.assert_allclose(table["閉まる時の人"], expected.closures["people"], atol=0.51)
    np.testing.assert_allclose(table["新たに使えない人"], expected.closures["people_newly_beyond"], atol=0.51)
    np.testing.assert_allclose(table["遠くなる（平均 分）"], expected.closures["extra_distance_mean"] / 60, atol=0.051)
    for name, row in zip(expected.closures["to_name"], table["移る先（人）"], strict=True):
        assert row.startswith(str(name)) or not name
    sums = totals(expected, (code,))
    assert sums["before"] - sums["closed"] == sums["left"]
    assert f"{int(sums['closed'])} が閉まり {int(sums['left'])} が残ります" in texts(app)
    asked.clear()
    app.selectbox(key="cooperate_cascade_year").set_value("2050").run()
    assert not asked  # another year: not by itself
    assert "閉まる時の人" not in [head for each in app.dataframe for head in each.value.columns]


def test_all_who_move_are_in_the_saved_list(study):
    code = small_town(study)
    found = cascades.cascade(opened_of(study), CLINIC, "drive", codes=[code], years=[2050])
    names = dict(zip(study.municipalities["code"], study.municipalities["name"], strict=True))
    frame = closure_frame(found, names, "drive", "en", is_saved=True)
    assert frame["Id"].tolist() == found.closures["site_id"].tolist()
    assert set(frame["Year of the people"]) == {2050}
    for step, text in zip(frame["Order"], frame["Where to (people)"], strict=True):
        moves = found.moves[(found.moves["step"] == step) & (found.moves["to_site_id"] != "")]
        sums = moves.groupby("to_site_id")["people"].sum()
        assert text.count(" (") >= (sums >= 0.51).sum()


def test_without_a_threshold_there_is_no_button_but_the_reason(app, towns):
    app.query_params["service"] = "library"
    ask(app, towns, "future")
    assert not app.exception
    assert "基準の人口がないため" in texts(app)
    assert not [button for button in app.button if button.key == "cooperate_cascade_button"]


def test_without_a_projection_only_the_present_year_is_on_offer(app, study, monkeypatch):
    monkeypatch.setattr(cooperate_answers, "cascade_years", lambda study: ([2020], False))
    ask(app, [small_town(study)], "future")
    assert app.selectbox(key="cooperate_cascade_year").options == ["2020"]
    assert "将来推計人口がワークスペースにない" in texts(app)


def test_a_cascade_that_fails_leaves_the_rest(app, study, monkeypatch):
    def fail(*given: object) -> None:
        raise RuntimeError("broken on purpose")

    monkeypatch.setattr(cooperate_answers, "cascade", fail)
    ask(app, [small_town(study)], "future")
    app.button(key="cooperate_cascade_button").click().run()
    assert not app.exception
    assert "broken on purpose" in "\n".join(str(code.value) for code in app.code)
    assert len(shown(app, "500 m以内の施設数")) > 0
    app.run()
    assert not app.code  # and it is not tried again by itself


# --- secondary medical areas ------------------------------------------------------------------------------------------


class Given(io.BytesIO):
    name = "areas.csv"


def _upload(study: Study, content: str) -> tuple[dict[str, object], list[tuple]]:
    from explorer.ui import cooperate_medical

    state: dict[str, object] = {"cooperate_medical_upload": Given(content.encode()) if content else None}
    told: list[tuple] = []

    class Faked:
        session_state = state

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(cooperate_medical, "st", Faked)
        cooperate_medical._uploaded(study, "ja", lambda key, **values: told.append((key, values)))
    return state, told


def test_medical_areas_are_no_rule_until_a_file_gives_them(app, towns, study):
    ask(app, towns)
    rule = app.selectbox(key="cooperate_rule")
    assert "二次医療圏" not in rule.options
    assert "code" in rule.help  # how to give them
    assert "medical_area" in rule.help
    content = f"code,medical_area\n{towns[0]},{HOSTILE}\n{towns[1]},{HOSTILE}\n{towns[2]},北\n10203,{HOSTILE}\n"
    state, told = _upload(study, content)
    assert not told
    assert state["cooperate_rule"] == "medical"  # what has been given is looked at
    app.session_state["cooperate_medical_areas"] = state["cooperate_medical_areas"]
    app.run()
    app.selectbox(key="cooperate_rule").set_value("medical").run()
    assert not app.exception
    assert "二次医療圏" in app.selectbox(key="cooperate_rule").options
    areas = app.selectbox(key="cooperate_medical_area").options
    assert len(areas) == 2
    assert "2 市区町村" in areas[0]
    app.button(key="cooperate_rule_button").click().run()
    assert not app.exception
    assert app.session_state["cooperate_codes"] == sorted(towns[:2])
    assert "<script>" not in texts(app)
    assert "10203" in texts(app)  # a member that the workspace does not have is told


@pytest.mark.parametrize(
    ("content", "said"),
    [("a,b\n1,2\n", "code"), ("", ""), ("code,medical_area\n99999,x\n", "対象地域"), ("\x00\x01", "")],
)
def test_a_file_without_medical_areas_is_refused(study, content, said):
    state, told = _upload(study, content)
    assert state["cooperate_medical_areas"] == ("", [])
    if content:
        ((key, values),) = told
        assert key == "co_message"
        assert said in values["text"]
        assert "/tmp" not in values["text"]
    else:
        assert not told
