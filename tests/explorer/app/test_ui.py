"""The page's logic without a browser: choices, card, ranks, table, link, words, states with nothing to show."""

from __future__ import annotations

import re
import string
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from explorer.comparison.ranks import rank_of, ranks
from explorer.families import common_name, families_of
from explorer.maps.classes import Classes, make_classes
from explorer.ui.card import Credits, area_card, whole_card
from explorer.ui.choice import Choice, LayerChoice, from_parameters, layers_from, layers_text
from explorer.ui.explore_view import View, first_view
from explorer.ui.foot import notes_html, sources_html
from explorer.ui.save_panel import saved_map
from explorer.ui.study import Study
from explorer.ui.table_panel import table_csv, table_frame
from explorer.words import number, one_language, value_text, word
from explorer.words.table import PARTS, UNITS, WORDS
from geodata.workspace import Workspace
from layers import catalogue

ROOT = Path(__file__).parents[3]
JAPANESE = re.compile(r"[ぁ-んァ-ヶ一-龠]")
INDICATOR = "supermarket_within_800m"


@pytest.fixture
def app(six_towns: Path, monkeypatch: pytest.MonkeyPatch) -> AppTest:
    monkeypatch.setenv("EXPLORER_WORKSPACE", str(six_towns))
    return AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)


@pytest.fixture(scope="module")
def study(six_towns: Path) -> Study:
    return Study(Workspace.open(six_towns))


def choice_of(**changes: object) -> Choice:
    base = {
        "language": "ja", "indicator": catalogue.get(INDICATOR), "mode": "straight", "group": "total", "scheme": "fixed",
        "opacity": 85, "base_map": "none",
    }  # fmt: skip
    return Choice(**{**base, **changes})  # type: ignore[arg-type]


def view_of(study: Study, **changes: object) -> View:
    return first_view(study, choice_of(**changes))


EVERYTHING = (LayerChoice("places"), LayerChoice("facilities"), LayerChoice("stations"), LayerChoice("stops"))


def texts(app: AppTest) -> str:
    return "\n".join(str(element.proto.body) for element in app.get("html"))


def search(app: AppTest, text: str) -> None:
    """Type into the search and choose the first answer."""
    app.text_input(key="explore_query").set_value(text).run()
    app.button(key="explore_found_0_button").click().run()


def card(app: AppTest) -> str:
    return next(str(element.proto.body) for element in app.get("html") if 'class="card"' in str(element.proto.body))


# --- the page ---------------------------------------------------------------------------------------------------------


def test_first_page_shows_shopping_and_says_that_it_is_a_sample(app):
    app.run()
    assert not app.exception
    assert word("se_sample", "ja") in texts(app)
    assert app.session_state["indicator"] == INDICATOR
    assert app.session_state["mode"] == "walk"
    assert "対象地域全体" in card(app)


def test_second_run_adds_the_table(app):
    app.run()
    assert len(app.dataframe) == 0
    app.run()
    assert app.dataframe[0].value["コード"].tolist() == ["48201", "48301", "48302", "48303", "48304", "48305"]


def test_a_link_restores_the_view(app):
    for key, text in {"lang": "en", "indicator": "supermarket_within_500m", "mode": "straight", "group": "65_plus",
                      "area": "48303", "classes": "equal", "layers": "places stops", "opacity": "60"}.items():  # fmt: skip
        app.query_params[key] = text
    app.run()
    assert not app.exception
    shown = card(app)
    assert "例村" in shown
    assert "61.0" in shown  # 65.0 − 1 for 65 and over − 3 for 500 m
    assert "Aged 65 and over" in shown
    assert app.session_state["scheme"] == "equal"
    assert app.session_state["opacity"] == "60"
    assert [layer.id for layer in app.session_state["explore_layers"]] == ["places", "stops", "stations"]
    assert app.query_params["layers"] == "places,stops,stations"


@pytest.mark.parametrize(
    "parameters",
    [{"indicator": "nothing"}, {"mode": "teleport"}, {"group": "<script>"}, {"area": "99999"}, {"lang": "xx"},
     {"opacity": "-5"}, {"classes": "bad"}, {"layers": "bad"}, {"base": "osm"}],
)  # fmt: skip
def test_a_bad_link_opens_the_page_as_it_is(app, parameters):
    for key, text in parameters.items():
        app.query_params[key] = text
    app.run()
    assert not app.exception
    assert app.session_state["indicator"] == INDICATOR
    assert app.session_state["base_map"] == "none"  # a link never goes online by itself
    assert "対象地域全体" in card(app)


def test_the_address_bar_follows_the_choice(app):
    app.run()
    search(app, "48301")
    assert app.query_params["area"] == "48301"
    assert app.query_params["indicator"] == INDICATOR
    app.selectbox(key="indicator").set_value("supermarket_within_1000m").run()
    assert app.query_params["indicator"] == "supermarket_within_1000m"
    assert "base" not in app.query_params


def test_choosing_in_the_search_box_marks_the_row_and_shows_the_card(app):
    app.run()
    search(app, "例村")
    assert app.session_state["table"]["selection"]["rows"] == [3]
    assert "例村" in card(app)
    assert "48303" in card(app)


def test_the_threshold_follows_a_change_of_indicator_and_back(app):
    app.run()
    app.selectbox(key="indicator").set_value("supermarket_within_500m").run()
    app.selectbox(key="family").set_value("supermarket_minutes_median").run()
    assert not app.exception
    app.selectbox(key="family").set_value("supermarket_within").run()
    assert app.session_state["indicator"] in {f"supermarket_within_{limit}m" for limit in (500, 800, 1000)}


def test_every_indicator_and_mode_can_be_shown(app, study):
    app.run()
    for family in study.families:
        for member in family.members:
            fresh = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)
            fresh.query_params["indicator"] = member.id
            fresh.query_params["layers"] = "places facilities stops"
            fresh.run()
            assert not fresh.exception, member.id
            assert not fresh.warning, member.id


def test_modes_come_plain_first_and_show_their_speeds(app):
    app.query_params["indicator"] = "supermarket_minutes_median"
    app.query_params["layers"] = "places"
    app.run()
    assert app.selectbox(key="mode").options == ["道のり（徒歩）", "自動車", "高齢者の徒歩"]
    assert "80 m/分（4.8 km/h）" in card(app)
    app.selectbox(key="mode").set_value("drive").run()
    assert "幹線どうしの交差点ごとに 10 秒" in card(app)
    assert not app.exception
    app.selectbox(key="mode").set_value("walk_elderly").run()
    assert "50 m/分" in card(app)
    assert "既定値から変更した設定" in card(app)


def test_no_workspace_says_what_to_do_in_both_languages(tmp_path, monkeypatch):
    monkeypatch.setenv("EXPLORER_WORKSPACE", str(tmp_path / "missing"))
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60).run()
    assert not app.exception
    assert [element.value for element in app.subheader] == [
        "ワークスペースがまだありません",
        "There is no workspace yet",
    ]
    assert "explorer build" in app.code[0].value


def test_a_rebuilt_workspace_is_picked_up_without_a_restart(tmp_path, monkeypatch, request):
    from geodata.workspace import MANIFEST

    source = request.getfixturevalue("six_towns")
    import shutil

    workspace = tmp_path / "workspace"
    shutil.copytree(source, workspace)
    monkeypatch.setenv("EXPLORER_WORKSPACE", str(workspace))
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60).run()
    assert "架空の見本県" in texts(app)
    manifest = workspace / MANIFEST
    manifest.write_text(manifest.read_text(encoding="utf-8").replace("架空の見本県", "あたらしい県"), encoding="utf-8")
    assert "あたらしい県" in texts(app.run())


def test_a_panel_that_fails_leaves_the_rest(app, monkeypatch):
    monkeypatch.setattr("explorer.ui.explore.show_map", lambda *_args, **_kwargs: 1 / 0)
    app.run()
    assert not app.exception
    assert word("panel_failed", "ja") in texts(app)
    assert "ZeroDivisionError" in app.code[0].value
    assert "対象地域全体" in card(app)


# --- the card ---------------------------------------------------------------------------------------------------------


def _card(study: Study, code: str, **changes: object) -> str:
    choice = choice_of(**changes)
    rows = study.values(choice.indicator.id, choice.mode, choice.group)
    classes = make_classes(rows["value"], choice.scheme, fixed=choice.indicator.classes, better=choice.indicator.better)
    position = rows["code"].tolist().index(code)
    official = study.values(choice.indicator.id, "straight", "total")["official_value"]
    return area_card(
        rows, position, choice, classes, Credits("2020", ["店舗一覧"]), elsewhere=float(official.iloc[position])
    )


def test_card_has_number_people_official_and_difference(study):
    shown = _card(study, "48201")
    assert "85.0" in shown
    assert "総人口 1,000 人のうち 850 人" in shown
    assert "80.0 %" in shown
    assert "+5.0 ポイント" in shown
    assert "5 市区町村中 1 位" in shown
    assert "800 m" in shown
    assert "100 × Σ P" in shown


def test_card_keeps_the_official_value_apart_where_the_method_differs(study):
    shown = _card(study, "48201", mode="walk")
    assert "公式値は直線距離・総人口で 80.0 %" in shown
    assert "+3.0" not in shown


def test_card_gives_the_reason_where_there_is_no_number(study):
    shown = _card(study, "48304")
    assert "データなし" in shown
    assert "この市区町村を含む一覧がない" in shown
    assert "位" not in shown.split("定義と出典", maxsplit=1)[0].replace("単位", "")
    assert "no list covers this municipality" in _card(study, "48304", language="en")


def test_names_are_inert(study):
    from .conftest import HOSTILE

    for shown in (_card(study, "48302"), saved_map(study, view_of(study, layers=EVERYTHING)).decode()):
        assert HOSTILE not in shown
        assert "&lt;script&gt;" in shown or "\\u0026lt;script" in shown


def _view(study: Study) -> tuple[Choice, pd.DataFrame, Classes]:
    view = view_of(study, layers=EVERYTHING)
    return view.choice, view.rows, view.classes


def test_whole_card_is_of_the_study_area_and_needs_no_choice(study):
    choice, rows, classes = _view(study)
    whole = study.whole(choice.indicator.id, choice.mode, choice.group)
    known = rows[np.isfinite(rows["value"])]
    assert whole["numerator"] == pytest.approx(known["numerator"].sum())
    assert whole["value"] == pytest.approx(100 * known["numerator"].sum() / known["denominator"].sum())
    shown = whole_card(rows, whole, choice, classes, Credits("2020", []))
    assert "対象地域全体" in shown
    assert f"{whole['value']:.1f}" in shown
    assert "card-people" in shown


def test_a_rate_of_change_is_not_told_as_a_share_of_people(study):
    choice, rows, classes = _view(study)
    falling = pd.Series({"value": -20.0, "numerator": 80.0, "denominator": 100.0, "reason": ""})
    assert "card-people" not in whole_card(rows, falling, choice, classes, Credits("2020", []))


def test_whole_card_gives_the_reason_where_there_is_no_value(study):
    choice, rows, classes = _view(study)
    none = pd.Series({"value": np.nan, "numerator": np.nan, "denominator": np.nan, "reason": "資料がない / no source"})
    nowhere = rows.assign(value=np.nan, numerator=np.nan, denominator=np.nan)
    for known in (nowhere, rows[rows["value"].notna()]):  # nobody has a value; all have, but medians are no sum
        assert "資料がない" in whole_card(known, none, choice, classes, Credits("2020", []))


def test_municipalities_with_a_value_are_told_together_where_the_whole_has_none(study):
    choice, rows, classes = _view(study)
    none = pd.Series({"value": np.nan, "numerator": np.nan, "denominator": np.nan, "reason": ""})
    shown = whole_card(rows, none, choice, classes, Credits("2020", []))
    known = rows[rows["value"].notna()]
    assert word("xp_known_of", "ja", known=5, n=6) in shown
    assert f"{100 * known['numerator'].sum() / known['denominator'].sum():.1f}" in shown
    assert word("whole_area", "ja") not in shown  # five towns are not the whole area
    assert "無データ町（48304）" in shown
    assert "この市区町村を含む一覧がない" in shown


def test_every_reason_of_a_missing_value_is_told(study):
    choice, rows, classes = _view(study)
    none = pd.Series({"value": np.nan, "numerator": np.nan, "denominator": np.nan, "reason": ""})
    other = rows.assign(
        value=rows["value"].where(rows["code"] != "48305"),
        reason=rows["reason"].where(rows["code"] != "48305", "島は調べていない / islands were not surveyed"),
    )
    shown = whole_card(other, none, choice, classes, Credits("2020", []))
    assert "この市区町村を含む一覧がない" in shown
    assert "島は調べていない" in shown


# --- ranks ------------------------------------------------------------------------------------------------------------


def test_equal_as_shown_is_equal_in_rank():
    rank = rank_of([90.0, 65.04, 65.0, np.nan, 10.0], 2, "%", "high")
    assert (rank.place, rank.count, rank.tied) == (2, 4, 2)


def test_low_is_first_where_low_is_good_and_missing_has_no_rank():
    assert ranks([5.0, np.nan, 1.0], "分", "low").tolist()[::2] == [2.0, 1.0]
    assert rank_of([5.0, np.nan, 1.0], 1, "分", "low") is None
    assert rank_of([5.0, 9.0], 1, "人", None).place == 1


# --- the table --------------------------------------------------------------------------------------------------------


def test_table_has_units_in_its_heads_and_leaves_missing_empty(study):
    frame = table_frame(view_of(study))
    assert list(frame.columns) == [
        "コード", "市区町村", "値（%）", "順位", "該当する人（人）", "全体（人）", "公式値（%）", "差", "備考",
    ]  # fmt: skip
    assert np.isnan(frame["値（%）"].iloc[4])
    assert frame["備考"].iloc[4] == "この市区町村を含む一覧がない"
    assert frame["差"].iloc[0] == 5.0


def test_csv_opens_in_excel_and_runs_no_formula(study):
    view = view_of(study)
    text = table_csv(replace(view, rows=view.rows.assign(name=["=1+1", "+x", "-x", "@x", "ふつう", "a,b"])))
    assert text.startswith(b"\xef\xbb\xbf")
    lines = text.decode("utf-8-sig").splitlines()
    assert [line.split(",")[1] for line in lines[1:5]] == ["'=1+1", "'+x", "'-x", "'@x"]
    assert '"a,b"' in lines[6]
    assert ",," in lines[5]  # missing stays empty, never 0


# --- notes and sources ------------------------------------------------------------------------------------------------


def test_warnings_come_first_and_files_cannot_inject(study):
    shown = notes_html(study.manifest["notes"], "ja")
    assert shown.index("注意") < shown.index("参考です")
    assert "<script>" not in shown
    assert "データの注意点はありません" in notes_html([], "ja")


def test_sources_name_licence_credit_and_what_was_not_used(study):
    shown = sources_html(study.manifest["sources"], "en")
    for text in ("Administrative areas", "CC BY 4.0", "© OpenStreetMap contributors", "n03.zip", "not used"):
        assert text in shown
    hostile = [{"kind": "x", "title_ja": "x", "url": "javascript:alert(1)", "used": True}]
    assert "javascript:" not in sources_html(hostile, "ja")


# --- words ------------------------------------------------------------------------------------------------------------


def test_every_word_exists_in_both_languages_with_the_same_places_to_fill():
    for key, (ja, en) in {**WORDS, **UNITS}.items():
        assert ja.strip() or key == "separator", key
        assert en.strip() or key == "separator", key
        fields = [{name for _, name, _, _ in string.Formatter().parse(text) if name} for text in (ja, en)]
        assert fields[0] == fields[1] or key == "rank_tied", key


def test_english_has_no_japanese_and_japanese_is_japanese():
    for key, (ja, en) in WORDS.items():
        assert not JAPANESE.search(en), key
        stripped = re.sub(r"\{[^}]*\}|[\W\d_]|KPI", "", ja)
        assert not stripped or JAPANESE.search(ja), key


def test_no_page_has_a_word_of_another():
    assert sum(map(len, PARTS)) == len(WORDS)


def test_every_word_is_used_and_every_used_word_exists():
    code = "\n".join(
        path.read_text(encoding="utf-8") for path in (ROOT / "explorer").rglob("*.py") if path.parent.name != "words"
    )
    used = set(re.findall(r'word\(\s*"([a-z_0-9]+)"', code))
    assert used <= set(WORDS), used - set(WORDS)
    unused = {key for key in WORDS if f'"{key}"' not in code and f"'{key}'" not in code}
    made_up = ("scheme_", "base_", "method_", "road_", "xp_second_")  # put together from a choice
    assert {key for key in unused if not key.startswith(made_up)} == set()


@pytest.mark.parametrize(
    ("value", "unit", "language", "text"),
    [(1234.4, "人", "ja", "1,234 人"), (5.25, "分", "en", "5.2 min"), (float("nan"), "%", "ja", "データなし"),
     (float("inf"), "分", "en", "Cannot be reached"), (12.34, "人/km²", "ja", "12.3 人/km²"), (1234.5, "人/km²", "en", "1,234 people/km²"),
     (18.75, "時", "ja", "18:45"), (25 + 1 / 6, "時", "en", "25:10"), (6.999, "時", "en", "7:00"), (12.34, "本/日", "ja", "12.3 本/日")],
)  # fmt: skip
def test_values_as_text(value, unit, language, text):
    assert value_text(value, unit, language) == text


def test_numbers_have_true_minus_and_no_negative_zero():
    assert number(-3.25, "ja", digits=1) == "−3.2"
    assert number(-0.01, "ja", digits=1) == "0.0"
    assert number(0.01, "en", digits=1, sign=True) == "±0.0"


@pytest.mark.parametrize(
    ("text", "ja", "en"),
    [("駅がない。 / No station.", "駅がない。", "No station."), ("CC BY 4.0", "CC BY 4.0", "CC BY 4.0"),
     ("規約（互換）/ e-Stat terms", "規約（互換）", "e-Stat terms"), ("A（一部 / partly）", "A（一部）", "A (partly)")],
)  # fmt: skip
def test_bilingual_texts_are_told_apart(text, ja, en):
    assert (one_language(text, "ja"), one_language(text, "en")) == (ja, en)


def test_no_japanese_on_the_english_page_but_names(app, study):
    app.query_params["lang"] = "en"
    app.query_params["area"] = "48301"
    app.run()
    app.run()
    shown = texts(app) + "\n".join(box.label for box in [*app.selectbox, *app.toggle, *app.expander])
    shown = re.sub(r"<(style|script)>.*?</\1>", "", shown, flags=re.DOTALL)
    shown = re.sub(r'src="data:[^"]*"', "", shown)
    names = [
        *study.municipalities["name"],
        study.title("en"),
        *(source["credit"] for source in study.manifest["sources"]),
        "日本語",
        "言語",
    ]
    for name in sorted(names, key=len, reverse=True):
        shown = shown.replace(str(name), "")
    shown = shown.replace("見本", "")  # publisher of the fixture
    left = JAPANESE.search(shown)
    assert left is None, shown[max(0, left.start() - 60) : left.end() + 60]


# --- links and names --------------------------------------------------------------------------------------------------


def test_choice_to_link_and_back():
    layers = (LayerChoice("places", opacity=50), LayerChoice("facility-medical", ("hospital", "clinic")))
    choice = choice_of(scheme="quantile", opacity=40, layers=layers, base_map="workspace")
    state = from_parameters(choice.parameters("48301"))
    assert state == {
        "language": "ja", "indicator": INDICATOR, "mode": "straight", "group": "total", "area": "48301", "scheme": "quantile",
        "opacity": "40", "explore_layers": list(layers), "base_map": "workspace", "explore_two": False, "explore_reach": False,
    }  # fmt: skip


@pytest.mark.parametrize("text", ["", "~~", "<script>", "a:b:c", ",,,", "x~999999", "x" * 5000])
def test_layers_that_cannot_be_read_are_left_out(text):
    assert layers_from(text) in ((), (LayerChoice("x", opacity=100),))


def test_old_links_of_layers_are_read():
    assert [layer.id for layer in layers_from("facilities stops")] == ["facilities", "stops", "stations"]
    assert layers_from(layers_text(EVERYTHING)) == EVERYTHING


@pytest.mark.parametrize("layer", ["stops", "places", "facilities", "rail", "stations"])
def test_a_layer_that_stands_alone_is_restored_alone(layer):
    assert layers_from(layers_text((LayerChoice(layer),))) == (LayerChoice(layer),)


def test_families_are_named_by_what_their_members_share():
    assert common_name(["空白（要綱: 駅1,000m）", "空白（都市部: 駅500m）"]) == "空白"
    assert common_name(["People within 500 m of: Shop", "People within 800 m of: Shop"]) == "People within … m of: Shop"
    assert common_name(["one"]) == "one"


def test_every_family_of_the_catalogue_has_distinct_choices():
    for family in families_of(catalogue.indicators().values()):
        for language in ("ja", "en"):
            assert family.name(language).strip("… ")
            labels = {str(member.threshold_m or family.variant(member, language)) for member in family.members}
            assert len(labels) == len(family.members), family.id


def test_tables_round_their_numbers():
    """Streamlit's "%,d" cuts the digits off: 336,153.99999999994 people became 336,153."""
    pages = (ROOT / "explorer" / "ui").glob("*.py")
    assert [path.name for path in pages if re.search(r"%,?d\b", path.read_text(encoding="utf-8"))] == []
