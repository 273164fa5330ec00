"""The page Indicators and KPIs without a browser: search, filters, ranks and gaps, links, languages, levels, hostile names."""

from __future__ import annotations

import io
import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from streamlit.testing.v1 import AppTest

from explorer.catalogue_search import folded, found_in, indicator_texts, kpi_texts
from explorer.ui import blocks
from explorer.ui import indicators_page_about as about
from explorer.ui import indicators_page_kpi as kpi_panel
from explorer.ui import indicators_page_list as list_panel
from explorer.ui.indicators_page_facts import Catalogue, Filters, KpiFilters, by_family, key_of, usual
from explorer.ui.indicators_page_values import Asked, frame_of, official_line, why_missing
from explorer.ui.study import Study
from geodata.sources import WHERE_TO_GET
from geodata.workspace import Workspace
from layers import catalogue as entries
from layers.kpi import KPIS, Kpi

from .conftest import HOSTILE, NAMES, VALUES

JAPANESE = re.compile(r"[ぁ-んァ-ヶ一-龠]")
SHOP = "supermarket_within_800m"


@pytest.fixture(scope="module")
def study(six_towns: Path) -> Study:
    return Study(Workspace.open(six_towns))


@pytest.fixture(scope="module")
def catalogue(study: Study) -> Catalogue:
    return Catalogue(study)


def _script() -> None:
    from explorer.ui.indicators_page import page
    from explorer.ui.navigation import kept_choices

    with kept_choices():
        page()


@pytest.fixture
def ways(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, dict[str, object]]]:
    """Links to other pages that were drawn, and what they carry."""
    drawn: list[tuple[str, dict[str, object]]] = []
    monkeypatch.setattr(
        "explorer.ui.indicators_page_one.page_link", lambda page, _label, **changes: drawn.append((page, changes))
    )
    return drawn


@pytest.fixture
def app(six_towns: Path, monkeypatch: pytest.MonkeyPatch, ways: list[tuple[str, dict[str, object]]]) -> AppTest:
    monkeypatch.setenv("EXPLORER_WORKSPACE", str(six_towns))
    return AppTest.from_function(_script, default_timeout=60)


def visit(app: AppTest, **parameters: str) -> AppTest:
    app.query_params.update({"lang": "ja", **parameters})
    app.run()
    assert not app.exception
    return app


def texts(app: AppTest) -> str:
    bodies = [str(element.proto.body) for element in app.get("html")]
    return "\n".join(body for body in bodies if not body.lstrip().startswith("<style"))


def options(app: AppTest) -> list[str]:
    return [str(each) for each in app.selectbox(key="indicators_shown").options]


# --- search -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "query",
    [
        "スーパー 800",
        "ｽｰﾊﾟｰ　８００ｍ",
        "すーぱー 800m",
        "SUPERMARKET 800 m",
        "supermarket_within_800m",
        "買物 スーパー 800",
    ],
)
def test_an_indicator_is_found_by_any_way_of_writing_it(catalogue, query):
    assert SHOP in [fact.indicator.id for fact in catalogue.found(Filters(query))]


@given(st.text(max_size=12))
def test_every_search_ends_and_finds_what_holds_all_words(query):
    texts = indicator_texts(list(entries.indicators().values())[:60])
    for at in found_in(texts, query):
        assert all(word in texts[at][1] for word in folded(query).split())
    assert found_in(texts, "") == list(range(60))


@given(st.text(max_size=20))
def test_folding_twice_is_folding_once(text):
    assert folded(folded(text)) == folded(text)


def test_names_come_before_definitions():
    texts = [("b", "b\na in its definition"), ("a", "a")]
    assert found_in(texts, "a") == [1, 0]


def test_a_kpi_is_found_by_its_number_and_in_both_languages(catalogue):
    for query in ("KPI 25", "kpi25", "光ファイバ", "household fibre"):
        assert "25" in [key_of(entry) for entry in catalogue.found_kpis(KpiFilters(query))]
    assert len(kpi_texts(KPIS)) == 85


# --- what the workspace knows -----------------------------------------------------------------------------------------


def test_every_indicator_and_every_kpi_is_on_the_page(catalogue):
    assert set(catalogue.facts) == set(entries.indicators())
    assert len(catalogue.found(Filters())) == len(entries.indicators())
    found = catalogue.found_kpis(KpiFilters())
    assert [entry.number for entry in found if isinstance(entry, Kpi)] == list(range(1, 86))


def test_municipalities_with_a_value_are_counted_and_the_reason_is_kept(catalogue):
    fact = catalogue.facts[SHOP]
    assert (fact.municipalities, catalogue.of) == (5, 6)
    assert fact.reason.endswith("no list covers this municipality")
    assert fact.has_official
    assert not catalogue.facts["population_density"].is_computed


def test_filters_part_the_catalogue(catalogue):
    some, none = (len(catalogue.found(Filters(values=each))) for each in ("some", "none"))
    assert some + none == len(catalogue.facts)
    for theme in entries.THEMES:
        assert {fact.indicator.theme for fact in catalogue.found(Filters(theme=theme))} <= {theme}
    assert sum(len(catalogue.found(Filters(theme=theme))) for theme in entries.THEMES) == len(catalogue.facts)
    assert {fact.indicator.level for fact in catalogue.found(Filters(level="prefecture"))} == {"prefecture"}
    assert all(fact.has_official for fact in catalogue.found(Filters(is_official=True)))


def test_families_are_whole_and_begin_with_the_usual_limit(catalogue):
    groups = by_family(catalogue.found(Filters()))
    assert sum(map(len, groups)) == len(catalogue.facts)
    assert len(groups) == len(catalogue.families)
    shops = next(group for group in groups if group[0].indicator.family == "supermarket_within")
    assert usual(shops).indicator.threshold_m == 800


def test_the_saved_catalogue_is_that_of_the_command_with_where_there_are_values(catalogue):
    saved = blocks.csv_bytes(list_panel.saved_frame(catalogue, list(catalogue.facts.values())))
    table = pd.read_csv(io.BytesIO(saved), keep_default_na=False).set_index("id")
    assert saved.startswith(b"\xef\xbb\xbf")
    assert len(table) == len(catalogue.facts)
    assert (table.loc[SHOP, "municipalities_with_values"], table.loc[SHOP, "municipalities"]) == (5, 6)
    assert table.loc[SHOP, "reason_ja"] == "この市区町村を含む一覧がない"


# --- one indicator ----------------------------------------------------------------------------------------------------


def asked_of(mode: str = "straight", language: str = "ja", indicator: str = SHOP) -> Asked:
    return Asked(entries.get(indicator), mode, "total", "48303", language)  # type: ignore[arg-type]


def test_values_have_ranks_with_ties_and_gaps_to_official_values(study):
    rows = study.values(SHOP, "straight", "total")
    frame = frame_of(asked_of(), rows).set_index("コード")
    assert list(frame.index) == list(NAMES)
    # 65.04 and 65.0 are the same as shown: both are second of five.
    assert frame["順位"].to_dict() == {
        "48201": "5中1位", "48301": "5中2位（同順位2）", "48302": "5中4位", "48303": "5中2位（同順位2）", "48304": "", "48305": "5中5位",
    }  # fmt: skip
    assert np.isnan(frame.loc["48304", "値（%）"])
    assert frame.loc["48304", "備考"] == "この市区町村を含む一覧がない"
    known = rows[["value", "official_value"]].dropna()
    assert np.allclose(frame["差"].dropna(), (known["value"] - known["official_value"]).round(1))
    gap = (known["value"] - known["official_value"]).abs().median()
    assert f"{gap:.1f} ポイント（{len(known)} 市区町村）" in official_line(study, asked_of(), rows)


def test_where_another_mode_has_official_values_it_is_told(study):
    rows = study.values(SHOP, "walk", "total")
    assert not rows["official_value"].notna().any()
    assert "直線距離" in official_line(study, asked_of("walk"), rows)


def test_reasons_are_counted(study):
    rows = study.values(SHOP, "straight", "total")
    assert why_missing(rows, "en") == ["No value for 1 municipalities: no list covers this municipality"]


@pytest.mark.parametrize("language", ["ja", "en"])
def test_every_entry_can_be_told_in_both_languages(study, language):
    for indicator in entries.indicators().values():
        markup = about.about_html(indicator, language) + about.methods_html(study, indicator, language)
        assert about.meaning(indicator, language)
        assert indicator.formula.split(" ")[0] in markup.replace("&lt;", "<").replace("&gt;", ">").replace(
            "&#x27;", "'"
        )
        if language == "en":
            told = about.meaning(indicator, "en") + about.direction(indicator, "en")
            assert not JAPANESE.search(told)


def test_every_input_is_here_or_has_a_place_to_get_it(study):
    for indicator in entries.indicators().values():
        markup = about.inputs_html(study, indicator, "ja")
        rows = markup.count("<tr>") - 1
        assert rows == len(about.purposes_of(indicator))
        assert markup.count("あり: ") + markup.count(">なし<") == rows
        for purpose in about.purposes_of(indicator):
            if purpose in WHERE_TO_GET:
                assert "https://" in markup


# --- the page ---------------------------------------------------------------------------------------------------------


def test_the_first_view_shows_an_indicator_with_values(app):
    visit(app)
    assert "スーパーの徒歩圏人口割合（800m）" in texts(app)
    assert "6 市区町村のうち 5 に値があります。" in texts(app)
    assert "なし" in texts(app)
    assert [button.proto.label for button in app.get("download_button")] == [
        "全指標の一覧を保存（CSV）",
        "表を保存（CSV）",
    ]


def test_a_link_restores_the_view_and_the_address_keeps_it(app):
    given = {
        "q": "スーパー",
        "values": "some",
        "indicator": "supermarket_within_500m",
        "mode": "walk",
        "group": "65_plus",
        "area": "48303",
    }
    visit(app, lang="en", **given)
    assert "Supermarket: people within 500 m" in texts(app)
    assert "例村 (48303)" in texts(app)
    assert app.text_input(key="indicators_query").value == "スーパー"
    assert {name: app.query_params[name] for name in given} == given
    fresh = AppTest.from_function(_script, default_timeout=60)
    fresh.query_params.update(app.query_params)
    fresh.run()
    assert texts(fresh) == texts(app)


@pytest.mark.parametrize("bad", [HOSTILE, "x" * 5000, "☃", "' OR 1=1"])
def test_a_bad_link_opens_the_page(app, bad):
    visit(app, q=bad, indicator=bad, theme=bad, kpi=bad, area=bad, view=bad)
    assert "<script>window" not in texts(app)
    assert "当てはまるものがありません" in texts(app)
    app.button(key="indicators_clear_button").click().run()
    assert len(options(app)) == len(entries.indicators())


def test_typing_narrows_the_list_and_what_is_shown_stays(app):
    visit(app, indicator=SHOP)
    app.text_input(key="indicators_query").set_value("診療所").run()
    assert not app.exception
    assert 1 < len(options(app)) < 60
    assert app.selectbox(key="indicators_shown").value == SHOP
    app.selectbox(key="indicators_theme").select("medical").run()
    assert "医療" in str(app.dataframe[0].value["分野"].unique())


def test_the_map_and_the_comparison_are_told_what_is_chosen(app, ways):
    visit(app, indicator="supermarket_within_500m", mode="walk", group="65_plus")
    wanted = {"indicator": "supermarket_within_500m", "mode": "walk", "group": "65_plus"}
    assert ways[-2:] == [("explore", wanted), ("compare", wanted)]


def test_an_indicator_that_the_workspace_has_not_says_so(app):
    visit(app, indicator="population_density")
    assert "このワークスペースでは計算されていません" in texts(app)
    assert "人口密度" in texts(app)


def test_hostile_names_are_text(app):
    visit(app, indicator=SHOP, area="48302")
    assert HOSTILE not in texts(app)
    assert "&lt;script&gt;" in texts(app)


def test_a_panel_that_fails_leaves_the_page_alive(app, monkeypatch):
    def broken(*_args: object) -> str:
        raise ZeroDivisionError

    monkeypatch.setattr("explorer.ui.indicators_page_about.inputs_html", broken)
    visit(app, lang="en")
    assert "The rest of the page still works" in texts(app)
    assert "Definition and how to read it" in texts(app)


# --- KPIs -------------------------------------------------------------------------------------------------------------


def test_a_kpi_is_never_shown_finer_than_published(catalogue, app):
    """Whatever is published for the nation bears the nation's name in every municipality."""
    for entry in catalogue.entries.values():
        markup = kpi_panel.one_html(entry, "48303", "ja")
        if isinstance(entry, Kpi) and entry.latest:
            assert "全国の値（この地域の値ではない）" in markup
    visit(app, view="kpi", kpi="67", area="48303")
    assert "全国の値（この地域の値ではない）" in texts(app)


def test_links_of_kpis_open_only_on_a_click(catalogue):
    for entry in catalogue.entries.values():
        markup = kpi_panel.one_html(entry, "", "en")
        assert "<img" not in markup
        assert markup.count("<a ") == markup.count('target="_blank" rel="noreferrer">https://')
        if isinstance(entry, Kpi):
            assert entry.url in markup


@pytest.mark.parametrize("number", range(1, 86, 7))
def test_every_kpi_opens_in_both_languages(app, number):
    kpi = KPIS[number - 1]
    visit(app, view="kpi", kpi=str(number))
    assert kpi.ja in texts(app).replace("&#x27;", "'").replace("&amp;", "&")
    app.session_state["language"] = "en"
    app.run()
    assert not app.exception
    assert app.query_params["kpi"] == str(number)
    assert "Published level" in texts(app)


def test_kpis_narrow_down_by_class_level_and_whether_we_answer(catalogue):
    by_class = catalogue.found_kpis(KpiFilters(class_name="d"))
    assert by_class
    assert all("d" in entry.classes for entry in by_class if isinstance(entry, Kpi))
    assert {
        entry.level for entry in catalogue.found_kpis(KpiFilters(kind="kpi", level="P")) if isinstance(entry, Kpi)
    } == {"P"}
    assert all(catalogue.answering(entry) for entry in catalogue.found_kpis(KpiFilters(is_answered=True)))
    assert not [entry for entry in catalogue.found_kpis(KpiFilters(kind="goal")) if isinstance(entry, Kpi)]


def test_the_saved_kpis_are_those_of_the_command(catalogue):
    from explorer.kpi_values import KPI_COLUMNS

    saved = pd.read_csv(
        io.BytesIO(blocks.csv_bytes(kpi_panel.saved_frame(catalogue))), dtype=str, keep_default_na=False
    )
    assert tuple(saved.columns) == KPI_COLUMNS
    assert saved.loc[saved["kind"] == "kpi", "number"].nunique() == 85
    assert (saved["value"] == "").all()


def test_from_a_goal_to_its_indicator(app):
    visit(app, view="kpi", kpi="kgi_shop_nearby")
    assert "目標の達成度そのものではありません" in texts(app)
    assert VALUES  # the fixture has no food shops: no figure, and a reason instead
    assert "card-reason" in texts(app)
