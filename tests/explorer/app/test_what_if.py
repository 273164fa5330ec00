"""The what-if page without a browser: edits by form, numbers of the engine, undo, links, files, names that would do harm."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from streamlit.testing.v1 import AppTest

import explorer
from explorer.scenario import run_scenario
from explorer.scenario_edits import Close, Edit, LineThin, Move, Open, Restrict, Scenario, Speed, StopDrop, StreetClose
from explorer.scenario_file import scenario_text
from explorer.ui import what_if_controls
from explorer.ui.selection import Selection
from explorer.ui.study import Study
from explorer.ui.what_if_answer import Answer, Question, changed_indicators, served_by
from explorer.ui.what_if_bench import Desk
from explorer.ui.what_if_files import take_over
from explorer.ui.what_if_link import link_text, take_up
from explorer.ui.what_if_map import View, marks_of
from explorer.ui.what_if_panel import edit_html, edit_text
from explorer.ui.what_if_state import MOST_DRAFTS, Bench, Draft, edits_from_link, edits_to_link
from explorer.ui.what_if_tables import change_text, file_stem, people_frame, people_side_by_side, side_by_side
from explorer.words import word
from geodata.errors import ScenarioError
from geodata.workspace import Workspace

from .conftest import HOSTILE

SCHOOLS = "elementary_school"
JAPANESE = re.compile(r"[ぁ-んァ-ヶ一-龠]")


@pytest.fixture(scope="module")
def opened(three_schools: Path) -> explorer.Opened:
    return explorer.open(three_schools)


@pytest.fixture(scope="module")
def study(three_schools: Path) -> Study:
    return Study(Workspace.open(three_schools))


@pytest.fixture
def app(three_schools: Path, monkeypatch: pytest.MonkeyPatch) -> AppTest:
    monkeypatch.setenv("EXPLORER_WORKSPACE", str(three_schools))

    def script() -> None:
        from explorer.ui.what_if import page

        page()

    app = AppTest.from_function(script, default_timeout=60)
    app.query_params["service"] = SCHOOLS
    app.query_params["mode"] = "walk"
    app.query_params["limit"] = "1000"
    return app


def desk_of(opened: explorer.Opened, study: Study, bench: Bench | None = None, language: str = "ja") -> Desk:
    view = View(language, Question(SCHOOLS, "walk", 1000.0), "t", False, False, "none")  # type: ignore[arg-type]
    return Desk(study, opened, view, bench or Bench())


def answer_of(opened: explorer.Opened, *edits: Edit, limit: float = 1000.0) -> Answer:
    result = run_scenario(opened, Scenario("t", edits=edits), categories=[SCHOOLS], modes=["walk"])
    return Answer(Question(SCHOOLS, "walk", limit), result)


def bodies(app: AppTest) -> list[str]:
    return [str(element.proto.body).strip() for element in app.get("html")]


def texts(app: AppTest) -> str:
    return "\n".join(body for body in bodies(app) if not body.startswith("<style"))


def numbers(app: AppTest) -> str:
    return next((body for body in bodies(app) if '"what-if-numbers"' in body), "")


def close_by_form(app: AppTest, site: str) -> AppTest:
    app.selectbox(key="what_if_site").set_value(site).run()
    return app.button(key="what_if_add_button").click().run()


def bench(app: AppTest) -> Bench:
    return app.session_state["what_if_bench"]


# --- the page ---------------------------------------------------------------------------------------------------------


def test_first_page_says_what_to_do_and_shows_no_result(app):
    app.run()
    assert not app.exception
    assert "地図の施設を押すと" in texts(app)
    assert numbers(app) == ""
    assert app.session_state["what_if_category"] == SCHOOLS


def test_a_school_closed_by_form_has_the_numbers_of_the_engine(app, opened):
    app.run()
    close_by_form(app, "f000000")
    assert not app.exception
    effect = opened.live().after(closed=["f000000"])
    people = opened.conditions.people["total"]
    beyond = people[effect.newly_beyond(SCHOOLS, "walk", 1000.0)].sum()
    before, after = (x.distances[SCHOOLS, "walk"] for x in (effect.before, effect.after))
    farther = people[np.nan_to_num(after, nan=np.inf) > np.nan_to_num(before, nan=np.inf)].sum()
    assert beyond > 0
    shown = re.findall(r"<b>([\d,]+) 人</b>", numbers(app))
    assert [int(text.replace(",", "")) for text in shown[:2]] == [round(beyond), round(farther)]
    table = next(frame.value for frame in app.dataframe if "新たに圏外" in frame.value.columns)
    assert table["新たに圏外"][0] == round(beyond)
    assert table["遠くなる"][0] == round(farther)


def test_the_table_of_indicators_is_that_of_the_engine(app, opened):
    app.run()
    close_by_form(app, "f000000")
    changed = opened.live().after(closed=["f000000"]).indicators
    wanted = changed[(changed["mode"].isin(["walk", ""])) & (changed["group"] == "total")]
    differs = (wanted["change"].abs() > 1e-9) | (wanted["before"].isna() != wanted["after"].isna())
    table = next(frame.value for frame in app.dataframe if "変更前" in frame.value.columns)
    assert len(table) == int(differs.sum()) > 0


def test_undo_gives_the_same_page_and_redo_the_same_answer(app):
    app.run()
    before = texts(app)
    close_by_form(app, "f000000")
    closed = re.sub(r"計算 [\d.]+ 秒", "", numbers(app))
    app.button(key="what_if_undo_button").click().run()
    assert bench(app).draft.edits == ()
    assert texts(app) == before
    app.button(key="what_if_redo_button").click().run()
    assert bench(app).draft.edits == (Close("f000000", "第3小学校"),)
    assert re.sub(r"計算 [\d.]+ 秒", "", numbers(app)) == closed


def test_what_is_picked_on_the_map_can_be_closed_and_taken_back(app):
    app.run()
    app.session_state["what_if_picked"] = {"site": "f000002", "lon": 139.01, "lat": 36.31}
    app.run()
    assert "第1小学校" in texts(app)
    app.button(key="what_if_close_button").click().run()
    assert bench(app).draft.edits == (Close("f000002", "第1小学校"),)
    assert "何もない所を押すと" in texts(app)  # nothing is picked any more
    app.button(key=f"what_if_remove_{bench(app).draft.key}_0_button").click().run()
    assert bench(app).draft.edits == ()


def test_an_empty_place_can_be_opened_and_brings_people_within(app, opened):
    app.run()
    app.session_state["what_if_picked"] = {"site": None, "lon": 139.06, "lat": 36.305}
    app.run()
    assert app.selectbox(key="what_if_kind").value == SCHOOLS  # the service looked at comes first
    app.button(key="what_if_open_button").click().run()
    effect = opened.live().after(opened=[(SCHOOLS, 139.06, 36.305)])
    within = opened.conditions.people["total"][effect.newly_within(SCHOOLS, "walk", 1000.0)].sum()
    assert within > 0
    assert f"<b>{within:,.0f} 人</b>" in numbers(app)


def test_a_stop_is_dropped_with_all_its_poles(app):
    app.query_params["service"] = "stop"
    app.run()
    app.session_state["what_if_picked"] = {"site": "feed:s3", "lon": 139.032, "lat": 36.305}
    app.run()
    app.button(key="what_if_close_button").click().run()
    assert not app.exception
    (edit,) = bench(app).draft.edits
    assert isinstance(edit, StopDrop)
    assert "新たに圏外" in texts(app)


@pytest.mark.parametrize(
    "do", ["close", "open", "move", "restrict", "share", "stop_drop", "stop_add", "line_drop", "line_thin", "street_close", "speed"]
)  # fmt: skip
def test_every_form_can_be_opened(app, do):
    app.run()
    app.selectbox(key="what_if_do").set_value(do).run()
    assert not app.exception
    assert word("panel_failed", "ja") not in "".join(box.value for box in app.warning)


def test_a_line_is_thinned_out_by_form(app, opened):
    line = str(opened.scenario_ground.lines.lines["line"].iloc[0])
    app.query_params["service"] = "stop"
    app.run()
    app.selectbox(key="what_if_do").set_value("line_thin").run()
    app.selectbox(key="what_if_line").set_value(line).run()
    app.button(key="what_if_add_button").click().run()
    assert not app.exception
    (edit,) = bench(app).draft.edits
    assert (edit.line, edit.factor) == (line, 0.5)


def test_streets_are_closed_by_form(app):
    app.run()
    app.selectbox(key="what_if_do").set_value("street_close").run()
    app.number_input(key="what_if_lat").set_value(36.31).run()
    app.number_input(key="what_if_lon").set_value(139.02).run()
    app.button(key="what_if_add_button").click().run()
    assert bench(app).draft.edits == (StreetClose(at=(139.02, 36.31), radius_m=100.0),)
    assert not app.exception


def test_two_scenarios_stand_side_by_side(app):
    app.run()
    close_by_form(app, "f000000")
    app.button(key="what_if_copy_button").click().run()
    close_by_form(app, "f000002")
    assert [len(draft.edits) for draft in bench(app).drafts] == [1, 2]
    both = next(frame.value for frame in app.dataframe if "シナリオ A" in frame.value.columns)
    assert both["シナリオ B"][0] > both["シナリオ A"][0] > 0


def test_a_link_restores_the_edits(app, study):
    app.query_params["edits"] = "close~f000000!open~elementary_school~139.06000~36.30500"
    app.query_params["build"] = study.key[:8]
    app.run()
    assert bench(app).draft.edits == (Close("f000000", "第3小学校"), Open(SCHOOLS, (139.06, 36.305)))
    now = f"build~{study.key[:8]}!close~f000000!open~elementary_school~139.06000~36.30500"
    assert app.query_params["scenario"] == now
    assert "edits" not in app.query_params  # that is how earlier versions wrote it


def test_a_step_back_is_a_step_back_in_the_draft(app, study):
    draft = Draft()
    for site in ("f000000", "f000002"):
        draft.add(Close(site))
    known = Bench([draft])
    assert take_up(study, known, f"build~{study.key[:8]}!close~f000000") is draft
    assert [edit.site for edit in draft.edits] == ["f000000"]
    assert len(known.drafts) == 1
    assert take_up(study, known, link_text(study, Draft(name="a~b!c", edits=(Close("f000001"),)))).name == "a b c"
    assert len(known.drafts) == 2


@pytest.mark.parametrize(
    ("edits", "build"),
    [("close~f000000", "other"), ("close~nothing", None), ("open~castle~139~36", None), ("<script>", None), ("~" * 900, None)],
)  # fmt: skip
def test_a_link_that_does_not_fit_changes_nothing_and_says_so(app, study, edits, build):
    app.query_params["edits"] = edits
    app.query_params["build"] = build or study.key[:8]
    app.run()
    assert not app.exception
    assert bench(app).draft.edits == ()
    assert "リンクの変更は復元できませんでした" in texts(app)


def test_hostile_names_are_text_everywhere(app):
    app.run()
    app.session_state["what_if_picked"] = {"site": "f000001", "lon": 139.02, "lat": 36.31}
    app.run()
    app.button(key="what_if_close_button").click().run()
    shown = texts(app)
    assert "&lt;script&gt;" in shown
    assert "<script>" not in shown
    assert "<img" not in re.sub(r'src="data:[^"]*"', "", shown)
    markdown = [str(e.value) for kind in (app.markdown, app.caption, app.warning, app.info, app.error) for e in kind]
    assert not any("outside.example" in text for text in markdown)  # Markdown would fetch the picture
    assert not any("outside.example" in button.label for button in app.button)


def test_no_japanese_on_the_english_page_but_names(app, study):
    app.query_params["lang"] = "en"
    app.run()
    close_by_form(app, "f000000")
    widgets = [*app.selectbox, *app.toggle, *app.expander, *app.button, *app.text_input]
    shown = texts(app) + "\n".join(box.label for box in widgets)
    shown = re.sub(r"<style>.*?</style>", "", shown, flags=re.DOTALL)
    names = [*study.municipalities["name"], study.title("en"), "第3小学校", "日本語", "言語"]
    names += [source.get("credit", "") for source in study.manifest["sources"]]
    names += [str(note["file"]) for note in study.manifest["notes"]]
    shown = shown.split('class="source-table"', maxsplit=1)[0]
    for name in sorted(map(str, names), key=len, reverse=True):
        shown = shown.replace(name, "") if name else shown
    left = JAPANESE.search(shown.partition('<div class="note-list"')[0])
    assert left is None, shown[max(0, left.start() - 60) : left.end() + 60]


def test_a_mode_chosen_on_another_page_is_followed_before_the_page_is_seen_first(study, monkeypatch):
    state: dict[str, object] = {}
    monkeypatch.setattr("streamlit.session_state", state)
    what_if_controls.follow(study, Selection(mode="straight"))
    assert state["what_if_mode"] == "straight"


def test_a_panel_that_fails_leaves_the_rest(app, monkeypatch):
    monkeypatch.setattr("explorer.ui.what_if.show_people", lambda *_: 1 / 0)
    app.run()
    close_by_form(app, "f000000")
    assert not app.exception
    assert any(word("panel_failed", "ja") in str(each.proto.body) for each in app.get("html"))
    assert numbers(app)
    assert any("変更前" in frame.value.columns for frame in app.dataframe)


def test_a_workspace_that_answers_nothing_still_has_a_page(six_towns, monkeypatch):
    monkeypatch.setenv("EXPLORER_WORKSPACE", str(six_towns))

    def script() -> None:
        from explorer.ui.what_if import page

        page()

    app = AppTest.from_function(script, default_timeout=60)
    app.run()
    assert not app.exception


# --- files ------------------------------------------------------------------------------------------------------------


def test_a_saved_scenario_is_read_again(opened, study):
    draft = Draft(name="統廃合", edits=(Close("f000000", "第3小学校"), Move("f000002", (139.05, 36.305), "第1小学校")))
    desk = desk_of(opened, study)
    assert take_over(desk, "a.toml", scenario_text(draft.scenario()).encode()) == ""
    assert desk.bench.draft.edits == draft.edits
    assert desk.bench.draft.name == "統廃合"


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.toml", b"\xff\xfe\x00"),
        ("a.toml", b"name = "),
        ("a.toml", b'name = "x"\n[[edit]]\ndo = "close"\nsite = "f999999"\n'),
        ("a.toml", b'name = "x"\n[[edit]]\ndo = "explode"\n'),
        ("a.toml", b'name = "x"\n[[edit]]\ndo = "close"\nsite = "f000000"\n[[edit]]\ndo = "close"\nsite = "f000000"\n'),
    ],
)
def test_a_file_that_cannot_be_used_is_refused_and_the_edits_stay(opened, study, name, content):
    mine = Bench([Draft(edits=(Close("f000000", "第3小学校"),))])
    desk = desk_of(opened, study, mine)
    with pytest.raises(ScenarioError) as error:
        take_over(desk, name, content)
    assert " / " in str(error.value)
    assert [draft.edits for draft in mine.drafts] == [(Close("f000000", "第3小学校"),)]


@pytest.mark.parametrize(("name", "size"), [("a.csv", 10), ("a.toml", 2_000_000)])
def test_other_files_are_refused(opened, study, name, size):
    desk = desk_of(opened, study)
    assert take_over(desk, name, b"#" * size) == word("what_if_wrong_type", "ja")
    assert desk.bench.draft.edits == ()


def test_a_fourth_scenario_has_no_room(opened, study):
    mine = Bench([Draft(edits=(Close(f"f00000{row}"),)) for row in range(MOST_DRAFTS)])
    text = scenario_text(Scenario("x", edits=(Close("f000000"),))).encode()
    assert take_over(desk_of(opened, study, mine), "a.toml", text) == word("what_if_full", "ja", n=MOST_DRAFTS)
    assert len(mine.drafts) == MOST_DRAFTS


def test_names_of_files_are_plain():
    stem = file_stem(Scenario("../../etc: <b>統合</b>", edits=(Close("a"),)))
    assert re.fullmatch(r"[\w-]+", stem)
    assert "統合" in stem


# --- drafts and links -------------------------------------------------------------------------------------------------

SITES = {f"f{row}": f"名{row}" for row in range(5)}
points = st.tuples(
    st.floats(121, 154).map(lambda value: round(value, 5)), st.floats(21, 45).map(lambda value: round(value, 5))
)
linked = st.one_of(
    st.sampled_from(sorted(SITES)).map(lambda site: Close(site, SITES[site])),
    st.sampled_from(sorted(SITES)).map(lambda site: StopDrop(site, SITES[site])),
    st.tuples(st.sampled_from(sorted(SITES)), points).map(lambda pair: Move(pair[0], pair[1], SITES[pair[0]])),
    st.tuples(st.sampled_from(["clinic", "park"]), points).map(lambda pair: Open(*pair)),
)
other = st.one_of(
    st.tuples(st.sampled_from("ab"), st.floats(0.1, 2)).map(lambda pair: LineThin(*pair)),
    st.sampled_from(["trunk", "primary"]).map(lambda road: Speed(road, 0.5)),
    st.just(Restrict("clinic")),
)


@given(st.lists(st.one_of(linked, other), max_size=8))
def test_undo_after_undo_comes_back_to_the_start(edits):
    draft = Draft()
    seen = [draft.edits]
    for edit in edits:
        draft.add(edit)
        if draft.edits != seen[-1]:
            seen.append(draft.edits)
    for wanted in reversed(seen[:-1]):
        draft.undo()
        assert draft.edits == wanted
    assert not draft.past
    for wanted in seen[1:]:
        draft.redo()
        assert draft.edits == wanted


@given(st.lists(linked, min_size=1, max_size=6))
def test_edits_to_link_and_back(edits):
    draft = Draft()
    for edit in edits:
        draft.add(edit)
    text = edits_to_link(draft.edits)
    assert text is not None
    assert edits_from_link(text, SITES) == draft.edits


@given(st.lists(linked, max_size=3), other)
def test_an_address_holds_all_edits_or_none(edits, more):
    assert edits_to_link((*edits, more)) is None


@given(st.text(max_size=60))
def test_any_text_as_a_link_is_edits_or_none(text):
    found = edits_from_link(text, SITES)
    assert found is None or edits_to_link(found) is not None


def test_one_site_has_one_edit():
    draft = Draft()
    for edit in (Close("f1"), Move("f1", (139.0, 36.0)), Close("f2")):
        draft.add(edit)
    assert draft.edits == (Move("f1", (139.0, 36.0)), Close("f2"))


def test_an_empty_draft_gives_way_to_a_file_and_a_full_one_does_not():
    mine = Bench()
    assert mine.start(Draft(edits=(Close("f1"),)))
    assert len(mine.drafts) == 1
    assert mine.start(Draft(edits=(Close("f2"),)))
    assert (len(mine.drafts), mine.current) == (2, 1)
    mine.drop()
    assert [draft.edits for draft in mine.drafts] == [(Close("f1"),)]
    mine.drop()
    assert [draft.edits for draft in mine.drafts] == [()]


# --- answers and tables -----------------------------------------------------------------------------------------------


def test_sum_over_municipalities_is_the_whole(opened):
    answer = answer_of(opened, Close("f000000"))
    table = answer.by_municipality(["一", "二"])
    assert table["beyond_total"].sum() == pytest.approx(answer.people(answer.beyond))
    assert table["farther"].sum() == pytest.approx(answer.people(answer.farther))
    assert table["beyond_total"].is_monotonic_decreasing
    shown = people_frame(table, "ja", shortened=False)
    assert shown[word("what_if_beyond", "ja")][0] == pytest.approx(answer.people(answer.beyond))


def test_places_are_in_one_colour_each(opened):
    answer = answer_of(opened, Close("f000000"), Open(SCHOOLS, (139.06, 36.305)))
    codes = answer.codes()
    assert ((codes > 0) == (answer.farther | answer.nearer)).all()
    assert (codes[answer.beyond] == 2).all()
    assert (codes[answer.within] == 4).all()
    assert {1, 2, 3, 4} >= set(codes[codes > 0].tolist()) >= {2, 4}


def test_people_are_served_once(opened):
    nearest = opened.services().nearest(SCHOOLS, "walk").site
    people = opened.conditions.people["total"]
    counted = served_by(nearest, people, 3)
    assert counted.sum() == pytest.approx(people[nearest >= 0].sum())
    assert served_by(np.array([-1, 0, 2, 2], np.int32), np.array([1.0, 2.0, 3.0, 4.0]), 4).tolist() == [
        2.0,
        0.0,
        7.0,
        0.0,
    ]


def test_changed_indicators_are_ordered_by_size_and_judged(opened):
    effect = opened.live().after(closed=["f000000"])
    rows = changed_indicators(effect.indicators, opened.catalogue)
    assert (rows["size"].fillna(0).diff().dropna() <= 1e-12).all()
    shares = rows[rows["indicator"].astype(str).str.startswith("elementary_school_within")]
    assert len(shares)
    assert (shares["good"] == -1).all()  # closing makes nothing better
    assert (rows["change"].isna() | (rows["change"].abs() > 0)).all()


def test_nothing_changed_is_an_empty_table(opened):
    effect = opened.live().after(closed=["f000000"])
    same = effect.indicators.assign(after=effect.indicators["before"], change=0.0)
    assert changed_indicators(same, opened.catalogue).empty


def test_side_by_side_has_a_column_for_each_and_only_what_differs(opened):
    one, two = (opened.live().after(closed=sites).indicators for sites in (["f000000"], ["f000000", "f000002"]))
    code = str(one["area_code"].iloc[0])
    table = side_by_side({"A": one, "B": two}, code, opened.catalogue, "ja", as_text=False)
    assert {"A", "B", "現状"} <= set(table.columns)
    assert ((table["A"] != table["現状"]) | (table["B"] != table["現状"])).all()
    assert list(side_by_side({"A": one, "B": two}, code, opened.catalogue, "ja")["指標"]) == list(table["指標"])


def test_people_side_by_side_adds_up(opened):
    one, two = (answer_of(opened, *edits) for edits in ([Close("f000000")], [Close("f000000"), Close("f000002")]))
    tables = {"A": one.by_municipality(["一", "二"]), "B": two.by_municipality(["一", "二"])}
    shown = people_side_by_side(tables, "ja")
    assert shown["A"][0] == round(one.people(one.beyond))
    assert shown["B"][0] == round(two.people(two.beyond))


@pytest.mark.parametrize(
    ("change", "unit", "text"),
    [(-1.234, "%", "−1.23 ポイント"), (5.06, "分", "+5.1 分"), (0.034, "分", "+0.03 分"), (float("nan"), "%", "—"), (-120.0, "人", "−120 人")],
)  # fmt: skip
def test_changes_as_text(change, unit, text):
    assert change_text(change, unit, "ja") == text


@pytest.mark.parametrize(
    "edit",
    [Close("f1", HOSTILE), Open("clinic", (139.0, 36.0), HOSTILE), Move("f1", (139.0, 36.0), HOSTILE), StopDrop("s", HOSTILE),
     LineThin("feed:1", 0.5, HOSTILE)],
)  # fmt: skip
def test_edits_in_the_list_are_inert(edit):
    shown = edit_html(edit, "ja")
    assert "<script>" not in shown
    assert "<img" not in shown
    assert "&lt;script&gt;" in shown


def test_edits_in_words():
    assert edit_text(Close("f1", "第一小学校"), "ja") == "閉める：第一小学校"
    assert edit_text(Open("clinic", (139.0, 36.0)), "en") == "Open: Clinic"
    assert edit_text(LineThin("feed:1", 0.5, "循環線"), "ja") == "路線の本数を変える：循環線 × 0.5"
    assert edit_text(StreetClose(at=(139.0, 36.0), radius_m=200.0), "en") == "Close a street: within 200 m"


def test_marks_stand_where_the_edits_are():
    sites = pd.DataFrame({"site_id": ["f1", "f2"], "lon": [139.0, 139.1], "lat": [36.0, 36.1]})
    marks = marks_of(
        [Close("f1"), Move("f2", (139.2, 36.2)), Open("clinic", (139.3, 36.3)), Close("gone")], sites, None
    )
    assert [(mark["look"], mark["lon"], mark["lat"]) for mark in marks] == [
        ("closed", 139.0, 36.0), ("moved", 139.2, 36.2), ("opened", 139.3, 36.3),
    ]  # fmt: skip
    assert marks[1]["from"] == [36.1, 139.1]
