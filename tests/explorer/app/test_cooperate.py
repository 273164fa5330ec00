"""The page Cooperate without a browser: regions and their links, what the blocks show, hostile names, blocks that fail."""

from __future__ import annotations

import io
import re
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from streamlit.testing.v1 import AppTest

from explorer.maps.flows import LABELLED, WIDEST_PX, Flow, flow_arguments, width_px
from explorer.ui import blocks, cooperate_critical, cooperate_uses
from explorer.ui.bars import BarRow, bars_html
from explorer.ui.cooperate_choice import METRES, MINUTES, VIEWS, Question, from_parameters, limits_of
from explorer.ui.cooperate_uses import NONE, OUTSIDE, long_frame, matrix_frame
from explorer.ui.navigation import KEPT, NEVER_KEPT
from explorer.ui.study import Study
from geodata.workspace import Workspace

from .conftest import HOSTILE

ROOT = Path(__file__).parents[3]
JAPANESE = re.compile(r"[ぁ-んァ-ヶ一-龠]")
SCHOOLS = "elementary_school"


@pytest.fixture(scope="module")
def study(three_schools: Path) -> Study:
    return Study(Workspace.open(three_schools))


@pytest.fixture
def towns(study: Study) -> list[str]:
    return study.municipalities["code"].tolist()


@pytest.fixture
def app(three_schools: Path, monkeypatch: pytest.MonkeyPatch) -> AppTest:
    monkeypatch.setenv("EXPLORER_WORKSPACE", str(three_schools))

    def script() -> None:
        from explorer.ui.cooperate import page
        from explorer.ui.navigation import kept_choices

        with kept_choices():
            page()

    app = AppTest.from_function(script, default_timeout=120)
    app.query_params["service"] = SCHOOLS
    app.query_params["mode"] = "walk"
    app.query_params["limit"] = "1000"
    return app


def ask(app: AppTest, codes: list[str], view: str = "cover", language: str = "ja") -> AppTest:
    """Open a link and let the map report that it is there."""
    app.query_params["region"] = ".".join(codes)
    app.query_params["view"] = view
    app.query_params["lang"] = language
    app.run()
    app.run()
    return app


def texts(app: AppTest) -> str:
    bodies = [str(element.proto.body) for element in app.get("html")]
    return "\n".join(body for body in bodies if not body.lstrip().startswith("<style"))


def shown(app: AppTest, column: str) -> pd.DataFrame:
    """The first table with a column of that name."""
    return next(table.value for table in app.dataframe if column in table.value.columns)


# --- region and link --------------------------------------------------------------------------------------------------


def test_without_a_region_it_says_how_to_begin_and_works_nothing_out(app, monkeypatch):
    monkeypatch.setattr("explorer.ui.cooperate_answers.opened_of", None)  # whoever asked the engine would fail
    app.query_params["lang"] = "ja"
    app.run()
    assert not app.exception
    assert "圏域を決めると" in texts(app)
    assert len(app.dataframe) == 0


def test_the_map_comes_before_the_answer(app, towns):
    app.query_params["region"] = ".".join(towns)
    app.run()
    assert "計算しています" in texts(app)
    assert len(app.dataframe) == 0
    app.run()
    assert "計算しています" not in texts(app)
    assert len(app.dataframe) > 0


def test_a_link_restores_region_service_and_question(app, towns):
    ask(app, towns, "uses", "en")
    assert not app.exception
    assert app.session_state["cooperate_codes"] == sorted(towns)
    assert app.session_state["cooperate_service"] == SCHOOLS
    assert app.session_state["cooperate_mode"] == "walk"
    assert app.session_state["cooperate_metres"] == "1000"
    assert app.session_state["cooperate_view"] == "uses"
    assert app.session_state["language"] == "en"
    assert app.query_params["region"] == ".".join(sorted(towns))


@pytest.mark.parametrize(
    "parameters",
    [{"region": "<script>"}, {"region": "99999"}, {"region": "x.102..."}, {"service": "nothing"}, {"mode": "teleport"},
     {"limit": "-1"}, {"limit": "1e9", "mode": "walk"}, {"view": "bad"}, {"lang": "xx"}, {"group": "<script>"}],
)  # fmt: skip
def test_a_bad_link_opens_the_page_as_it_is(app, parameters):
    for key, text in parameters.items():
        app.query_params[key] = text
    app.run()
    app.run()
    assert not app.exception
    assert app.session_state["cooperate_view"] == "cover"
    assert app.session_state["cooperate_codes"] == []


def test_codes_that_are_not_here_are_told(app, towns):
    app.query_params["region"] = f"{towns[0]}.14101"
    app.query_params["lang"] = "en"
    app.run()
    assert app.session_state["cooperate_codes"] == [towns[0]]
    assert "14100" in texts(app)  # wards count as their city


def test_choosing_members_changes_the_table(app, towns):
    ask(app, towns[:1])
    assert shown(app, "増分（ポイント）")["コード"].tolist() == ["", towns[0]]
    assert "1つだけ" in texts(app)
    app.multiselect(key="cooperate_codes").set_value(towns).run()
    assert sorted(shown(app, "増分（ポイント）")["コード"]) == ["", *towns]
    assert app.query_params["region"] == ".".join(towns)


def test_a_click_on_the_map_adds_and_takes_out(app, towns):
    from explorer.ui.cooperate import _clicked

    ask(app, towns)
    state = {"cooperate_codes": list(towns), "cooperate_map": {"code": towns[0], "click": 1}}
    import explorer.ui.cooperate as page
    import explorer.ui.cooperate_controls as controls

    class Faked:
        session_state = state

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(page, "st", Faked)
        patch.setattr(controls, "st", Faked)
        _clicked()
        assert state["cooperate_codes"] == towns[1:]
        _clicked()
        assert state["cooperate_codes"] == towns
        state["cooperate_map"] = {"drawn": True}
        _clicked()
        assert state["cooperate_codes"] == towns
        state["cooperate_map"] = {"site": "f1", "click": 2}
        _clicked()
        assert state["cooperate_site"] == "f1"


def test_the_order_of_members_makes_no_difference(app, towns):
    first = shown(ask(app, towns), "増分（ポイント）")
    app.multiselect(key="cooperate_codes").set_value(towns[::-1]).run()
    pd.testing.assert_frame_equal(shown(app, "増分（ポイント）"), first)


def test_a_rule_makes_a_region(app, towns):
    ask(app, towns[:1])
    app.button(key="cooperate_rule_button").click().run()
    assert not app.exception
    assert app.session_state["cooperate_codes"] == towns  # the tiny region's two towns touch
    assert app.session_state["cooperate_name"]


def test_a_rule_that_has_no_data_says_so_and_keeps_the_region(app, towns):
    ask(app, towns[:1])
    app.selectbox(key="cooperate_rule").set_value("commuting").run()
    app.button(key="cooperate_rule_button").click().run()
    assert not app.exception
    assert app.session_state["cooperate_codes"] == towns[:1]
    assert 'class="warning-box"' in texts(app)


def test_a_saved_region_opens_again(towns):
    from explorer.region_file import read_region
    from explorer.ui.cooperate_controls import _region_file

    names = dict.fromkeys(towns, "町")
    text = _region_file(names, towns[::-1], '圏域 "A"\n')
    assert text == _region_file(names, towns, '圏域 "A"\n')
    folder = Path(__import__("tempfile").mkdtemp())
    (folder / "r.toml").write_bytes(text)
    assert read_region(folder / "r.toml").codes == sorted(towns)


@pytest.mark.parametrize(
    ("content", "codes", "told"),
    [('name="a"\ncodes=["{0}","{1}"]', 2, ""), ('name="a"\ncodes=["{0}","14101"]', 1, "14100"), ("not toml [", 0, "TOML"),
     ('name="a"\ncodes=[]', 0, ""), ('name="a"\ncodes=["14101"]', 0, "14100")],
)  # fmt: skip
def test_an_uploaded_file_is_taken_over_or_refused(towns, content, codes, told):
    import explorer.ui.cooperate_controls as controls

    class Given(io.BytesIO):
        name = "given.toml"

    state: dict[str, object] = {"cooperate_upload": Given(content.format(*towns).encode()), "cooperate_codes": []}

    class Faked:
        session_state = state

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(controls, "st", Faked)
        controls._uploaded(dict.fromkeys(towns, "町"), "ja")
    assert len(state["cooperate_codes"]) == codes  # type: ignore[arg-type]
    message = str(state.get("cooperate_message", ""))
    assert told in message
    assert "/tmp" not in message
    assert (codes == 2) == (message == "")


@given(
    st.sets(st.sampled_from(["10201", "10203", "09202", "14101"])),
    st.sampled_from(list(VIEWS)),
    st.sampled_from(["walk", "drive", "straight"]),
    st.data(),
)
def test_question_to_link_and_back(codes, view, mode, data):
    limit = data.draw(st.sampled_from(limits_of(mode)))
    question = Question("en", tuple(sorted(codes)), "hospital", mode, limit, "65_plus", view)
    state, absent = from_parameters(question.parameters(), ["10201", "10203", "09202"])
    assert state.get("cooperate_codes", []) == sorted(codes - {"14101"})
    assert absent == (["14100"] if "14101" in codes else [])
    assert (state["cooperate_service"], state["cooperate_mode"], state["cooperate_group"]) == (
        "hospital",
        mode,
        "65_plus",
    )
    assert state["cooperate_metres" if mode in {"walk", "straight"} else "cooperate_minutes"] == limit
    assert state["cooperate_view"] == view


def test_limits_are_numbers_in_order():
    for limits in (METRES, MINUTES):
        assert list(limits) == sorted(limits, key=float)


# --- blocks -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["ja", "en"])
@pytest.mark.parametrize("view", list(VIEWS))
def test_every_question_is_answered_in_both_languages(app, towns, study, view, language):
    ask(app, towns, view, language)
    assert not app.exception
    assert 'class="block-note"' in texts(app)
    assert "Traceback" not in "\n".join(str(code.value) for code in app.code)
    if language == "en":
        left = texts(app) + "\n".join(box.label for box in [*app.selectbox, *app.toggle, *app.expander, *app.button])
        left += "\n".join(caption.value for caption in app.caption)
        left += "\n".join(str(name) for table in app.dataframe for name in table.value.columns)
        names = [
            *study.municipalities["name"],
            study.title("en"),
            *study.facilities.columns["name"].dropna(),
            "日本語",
            "言語",
        ]
        names += [
            text
            for source in study.manifest["sources"]
            for text in (source["publisher"], *source["publisher"].split(" / "))
        ]
        names += [source["credit"] for source in study.manifest["sources"]]
        for name in sorted(map(str, names), key=len, reverse=True):
            for written in (name, name.replace("<", "&lt;").replace(">", "&gt;")):
                left = left.replace(written, "")
        found = JAPANESE.search(left)
        assert found is None, left[max(0, found.start() - 80) : found.end() + 80]


def test_numbers_are_those_of_the_engine(app, towns, study):
    from explorer import cooperation
    from explorer.ui.engine import opened_of

    table = shown(ask(app, towns), "増分（ポイント）").set_index("コード")
    rows = cooperation.pooled_services(opened_of(study), towns, categories=[SCHOOLS], mode="walk", limit=1000.0)
    rows["area_code"] = rows["area_code"].replace("region", "")
    expected = rows.set_index("area_code").reindex(table.index)
    np.testing.assert_allclose(table["自前（%）"], expected["own"], atol=0.051)
    np.testing.assert_allclose(table["圏域で共用（%）"], expected["pooled"], atol=0.051)
    np.testing.assert_allclose(table["新たに使える人"], expected["gain_people"], atol=0.51)


def test_the_most_critical_facility_is_told_with_whom_it_hurts(app, towns):
    ask(app, towns, "critical")
    table = shown(app, "失う圏域の人")
    assert table["失う圏域の人"].is_monotonic_decreasing
    assert table["順位"].iloc[0] == 1
    hurt = shown(app, "圏域の市区町村")
    assert hurt["失う人（全体）"].sum() == pytest.approx(table["失う圏域の人"].iloc[0], abs=1.5)


def test_sites_are_looked_for_on_the_button_only(app, towns, monkeypatch):
    asked: list[int] = []
    from explorer.ui import cooperate_answers

    real = cooperate_answers.best_sites
    monkeypatch.setattr(cooperate_answers, "best_sites", lambda *given: (asked.append(1), real(*given))[1])
    ask(app, towns, "sites")
    assert not asked
    app.selectbox(key="cooperate_count").set_value("1")
    app.selectbox(key="cooperate_candidates").set_value("places").run()
    app.button(key="cooperate_run_button").click().run()
    assert not app.exception
    assert asked
    assert len(shown(app, "最寄りになる人")) == 1
    asked.clear()
    app.selectbox(key="cooperate_metres").set_value("500").run()
    assert not asked  # the question has changed: the old answer goes, a new one is not begun by itself


@pytest.mark.parametrize("view", list(VIEWS))
def test_a_block_that_fails_leaves_the_others(app, towns, view, monkeypatch):
    def fail(*given: object, **more: object) -> None:
        raise RuntimeError("broken on purpose")

    ask(app, towns, view)
    module = sys.modules[f"explorer.ui.cooperate_{view}"]
    monkeypatch.setattr(module, "side", fail)
    app.run()
    assert not app.exception
    assert "broken on purpose" in "\n".join(str(code.value) for code in app.code)
    assert len(app.multiselect) == 1  # the region can still be changed
    assert "出典" in texts(app)  # and the block below is there
    monkeypatch.undo()


# --- names ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("view", list(VIEWS))
def test_hostile_names_are_text_everywhere(app, towns, view):
    ask(app, towns, view)
    assert not app.exception
    assert "<script>" not in texts(app)
    assert "<img" not in texts(app)
    for element in [*app.markdown, *app.caption, *app.warning, *app.button]:
        said = getattr(element, "value", "") or getattr(element, "label", "")
        assert "](https://" not in str(said)


def test_labels_hold_no_markup():
    assert blocks.label("![x](https://a.example/x.png)") == r"\!\[x\]\(https\://a\.example/x\.png\)"
    assert blocks.label("桐生市から始める") == "桐生市から始める"


def test_bars_escape_and_leave_out_what_is_unknown():
    html = bars_html(
        [BarRow(HOSTILE, HOSTILE, (("#123456", 40.0), ("#654321", float("nan"))), HOSTILE, 120.0)], [("", HOSTILE)]
    )
    assert "<script>" not in html
    assert "<img" not in html
    assert html.count("width:") == 1
    assert "left:calc(100.00%" in html


def test_a_table_saved_runs_no_formula_and_says_what_it_shows():
    frame = pd.DataFrame({"=a": ["=1+1", None], "n": [1.5, np.nan]})
    lines = blocks.csv_bytes(frame, ['条件: "x"', "=2"]).decode("utf-8-sig").split("\r\n")
    assert lines[:3] == ["'=a,n", "'=1+1,1.5", ","]
    assert lines[4:6] == ['"条件: ""x"""', '"\'=2"']


# --- matrix and flows -------------------------------------------------------------------------------------------------


def _uses(shares: dict[tuple[str, str], float]) -> pd.DataFrame:
    rows = [(a, f"町{a}", b, f"町{b}", share * 10, share, "", "") for (a, b), share in shares.items()]
    return pd.DataFrame(
        rows, columns=["from_code", "from_name", "to_code", "to_name", "people", "share", "reason", "remark"]
    )


def test_rows_of_the_matrix_add_up_and_two_towns_of_one_name_stay_apart():
    uses = _uses({("1", "1"): 60.0, ("1", "2"): 30.0, ("1", OUTSIDE): 10.0, ("1", NONE): 0.0,
                  ("2", "1"): 0.0, ("2", "2"): 100.0, ("2", OUTSIDE): 0.0, ("2", NONE): 0.0})  # fmt: skip
    frame = matrix_frame(uses, {"1": "府中市", "2": "府中市"}, "ja")
    shares = frame.drop(columns=["コード", "住む市区町村", "人口（人）"])
    assert set(shares.columns[:2]) == {"府中市（1）", "府中市（2）"}
    assert len(shares.columns) == 4
    np.testing.assert_allclose(shares.sum(axis=1), 100.0)
    saved = long_frame(uses, {}, "en")
    assert saved["Share (%)"].sum() == 200.0
    assert set(saved["Nearest stands in (code)"]) == {"1", "2", ""}


def test_a_member_of_which_nothing_is_known_has_no_numbers():
    uses = _uses({("1", "1"): 100.0})
    unknown = pd.DataFrame([("2", "町2", NONE, "", np.nan, np.nan, "資料がない / no list", "")], columns=uses.columns)
    rows = pd.concat([uses, unknown])
    parts = cooperate_uses._parts(rows).set_index("code")
    assert np.isnan(parts.loc["2", "away"])
    assert np.isnan(parts.loc["2", "people"]) or parts.loc["2", "people"] == 0
    row = matrix_frame(rows, {}, "ja").iloc[1]
    assert row["備考"] == "資料がない"
    assert row.drop(["コード", "住む市区町村", "備考"]).isna().all()


@given(st.lists(st.floats(0, 1e6), max_size=30))
def test_flows_are_as_wide_as_their_people(people):
    flows = [Flow((139.0, 36.0), (139.1 + i / 100, 36.1), n, ("a",), f"{n}", "#000") for i, n in enumerate(people)]
    drawn = flow_arguments(flows)
    assert len(drawn) == sum(n > 0 for n in people)
    widths = [each["width"] for each in drawn]
    assert widths == sorted(widths, reverse=True)
    assert all(0 < width <= WIDEST_PX for width in widths)
    assert sum(bool(each["label"]) for each in drawn) <= LABELLED
    for each in drawn:
        assert each["path"][0] == [36.0, 139.0]
        assert len(each["path"]) == 17


def test_two_ways_between_towns_lie_apart_and_arrows_point_ahead():
    there, back = (
        flow_arguments([Flow(a, b, 5.0, ("x",), "", "#000")])[0]
        for a, b in (((139.0, 36.0), (139.5, 36.0)), ((139.5, 36.0), (139.0, 36.0)))
    )
    middle = [each["path"][8][0] for each in (there, back)]
    assert abs(middle[0] - middle[1]) > 0.05
    assert abs(there["angle"]) < 90 < abs(back["angle"])
    assert width_px(0, 0) > 0


def test_choices_outlive_a_page_without_their_widgets(app, towns):
    assert {"language", "area", "indicator"} <= set(KEPT)
    ask(app, towns, language="en")
    store = app.session_state["kept_choices"]
    assert store["cooperate_codes"] == towns
    assert store["language"] == "en"
    assert not [key for key in store if key.endswith(NEVER_KEPT)]


def test_a_message_is_told_once(app, towns):
    app.query_params["region"] = f"{towns[0]}.14101"
    app.run()
    assert "warning-box" in texts(app)
    app.run()
    app.run()
    assert "warning-box" not in texts(app)


def test_the_ranking_of_a_region_counts_its_people(study, towns, monkeypatch):
    rows = pd.DataFrame(
        {
            "site_id": ["a", "b", "c"], "municipality_code": [towns[0], "", "99999"], "rank": [1, 2, 3],
            "municipalities": [[("99999", 9.0)], [(towns[0], 5.0), ("99999", 1.0)], [("99999", 3.0)]],
        }
    )  # fmt: skip
    monkeypatch.setattr(cooperate_critical.answers, "critical", lambda *given: rows)
    question = Question("ja", (towns[0],), SCHOOLS, "walk", "1000", "total", "critical")
    found = cooperate_critical.ranking(study, question)
    assert found["site_id"].tolist() == ["b", "a"]  # c neither stands in the region nor serves it
    assert found["people_region"].tolist() == [5.0, 0.0]
