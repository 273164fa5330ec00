"""The page Future: laws of its numbers against the indicators and viability, links, empty states, files, hostile names."""

from __future__ import annotations

import io
import json
import re
import zipfile
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

import explorer
from explorer.future_measures import MEASURES, area_classes, area_values, measures_of, round_limits
from explorer.future_migration import moves_by_age, moves_of
from explorer.future_people import PeopleToCome, changed, peak_year, people_to_come, share
from explorer.future_pictures import moves_picture, people_picture, reach_picture, zones_picture
from explorer.future_services import ReachByYear, reach_by_year
from explorer.future_tables import moves_frame, people_frame, reach_frame, towns_frame, zones_frame
from explorer.future_workbook import sheet_name, workbook_bytes
from explorer.future_zones import ZoneByYear, zones_by_year
from explorer.people_by_year import TOTAL
from explorer.provenance import provenance_of
from explorer.regions import Opened
from explorer.ui.future_chart import Curve, Frame, chart_html, round_ticks
from explorer.ui.future_choice import from_parameters
from explorer.ui.future_lacking import PROJECTION, ZONES, lacking_html
from explorer.ui.study import Study
from explorer.viability import catchment_totals, viability
from explorer.words import number
from geodata.workspace import Workspace
from layers.zones_and_places import FUNCTION, RESIDENTIAL

from .conftest import HOSTILE

JAPANESE = re.compile(r"[ぁ-んァ-ヶ一-龠]")
REGION = ["48301", "48302", "48321"]


@pytest.fixture(scope="module")
def people(sample: Opened) -> PeopleToCome:
    return people_to_come(sample)


@pytest.fixture(scope="module")
def clinics(sample: Opened, people: PeopleToCome) -> ReachByYear:
    return reach_by_year(sample, people, "clinic", "walk", 800.0)


@pytest.fixture(scope="module")
def zones(sample: Opened, people: PeopleToCome) -> dict[str, ZoneByYear]:
    return zones_by_year(sample, people)


def indicator(opened: Opened, name: str, group: str, codes: tuple[str, ...], mode: str = "") -> pd.DataFrame:
    table = opened.indicators()
    rows = table[(table["indicator"] == name) & (table["group"] == group) & (table["mode"] == mode)]
    return rows.set_index("area_code").reindex(codes)


# --- the numbers ------------------------------------------------------------------------------------------------------


class TestPeople:
    def test_years_of_the_projection_are_the_indicators(self, sample: Opened, people: PeopleToCome) -> None:
        for year in people.years[1:]:
            for group in ("total", "0_14", "15_64", "65_plus", "75_plus"):
                shown = indicator(sample, f"population_{year}", group, people.codes)["value"]
                np.testing.assert_allclose(people.of_areas(year, group), shown, rtol=1e-6)
        for year in (2030, 2050):
            old = share(people.of_areas(year, "65_plus"), people.of_areas(year))
            np.testing.assert_allclose(
                old, indicator(sample, f"ageing_{year}", TOTAL, people.codes)["value"], rtol=1e-6
            )
            change = changed(people.of_areas(year), people.of_areas(people.base))
            wanted = indicator(sample, f"population_change_{year}", TOTAL, people.codes)["value"]
            np.testing.assert_allclose(change, wanted, rtol=1e-5, atol=1e-6)

    def test_a_region_is_the_sum_of_its_members_and_all_of_them_the_study_area(self, people: PeopleToCome) -> None:
        for group in people.known_groups():
            parts = [people.series([code], group) for code in people.codes]
            np.testing.assert_allclose(np.sum(parts, axis=0), people.series((), group), rtol=1e-12)
            pair = people.series(REGION, group)
            np.testing.assert_array_equal(
                pair, people.people[people.rows(REGION), :, people.groups.index(group)].sum(axis=0)
            )

    def test_people_are_those_of_the_file_of_the_publisher(self, people: PeopleToCome, sample_raw: Path) -> None:
        (file,) = sample_raw.glob("500m_mesh_2024_*.zip")
        with zipfile.ZipFile(file) as archive:
            (name,) = (each for each in archive.namelist() if each.endswith("json"))
            squares = pd.DataFrame([each["properties"] for each in json.loads(archive.read(name))["features"]])
        sums = squares.groupby(squares["SHICODE"].astype(str)).sum(numeric_only=True).reindex(people.codes)
        ages = {"0_14": "PTA", "15_64": "PTB", "65_plus": "PTC", "75_plus": "PTD"}
        for year in people.years:
            np.testing.assert_allclose(people.of_areas(year), sums[f"PTN_{year}"], rtol=1e-6)
        for year in people.years[1:]:  # squares of few people have their ages in one beside them, maybe in another town
            for group, column in ages.items():
                assert people.value((), year, group) == pytest.approx(sums[f"{column}_{year}"].sum(), rel=1e-6)

    def test_ages_add_up_to_all_in_every_year(self, people: PeopleToCome) -> None:
        ages = sum(people.series((), group) for group in ("0_14", "15_64", "65_plus"))
        np.testing.assert_allclose(ages, people.series((), TOTAL), rtol=1e-6)

    def test_what_a_later_year_lacks_is_not_known_and_never_nobody(self, people: PeopleToCome) -> None:
        series = people.series((), "85_plus")
        assert series[0] > 0
        assert np.isnan(series[1:]).all()
        assert "85_plus" not in people.known_groups()
        assert np.isnan(people.series((), "women_20_39")).all()

    def test_year_of_most_people(self, people: PeopleToCome) -> None:
        values = people.series((), "75_plus")
        assert people.years[int(np.argmax(values))] == peak_year(people.years, values)
        assert peak_year([2020, 2030], [1.0, np.nan]) is None
        assert peak_year([2020], [1.0]) is None

    def test_maps_have_classes_of_their_own_that_hold_for_all_years(self, people: PeopleToCome) -> None:
        assert measures_of(people) == list(MEASURES)
        for measure in MEASURES.values():
            classes = area_classes(people, measure, TOTAL)
            for year in people.years:
                values = area_values(people, measure, TOTAL, year)
                assert sum(classes.counts(values)[0]) == len(people.codes), measure.id
        area = people.of_areas(2050) / people.area_km2
        np.testing.assert_array_equal(area_values(people, MEASURES["density"], TOTAL, 2050), area)
        assert round_limits(np.array([np.nan, 5.0])) == ()


class TestServices:
    def test_within_reach_and_beyond_are_everybody(self, people: PeopleToCome, clinics: ReachByYear) -> None:
        for group in people.known_groups():
            both = clinics.series((), group) + clinics.beyond((), group)
            np.testing.assert_allclose(both, people.series((), group), rtol=1e-9)

    def test_the_base_year_is_the_indicator_as_far_as_the_people_are_the_same(
        self, sample: Opened, people: PeopleToCome, clinics: ReachByYear
    ) -> None:
        rows = sample.indicator("clinic_within_800m", mode="walk", group=TOTAL).set_index("area_code")
        ours = share(clinics.within[:, 0, 0], people.of_areas(people.base))
        np.testing.assert_allclose(ours, rows.reindex(people.codes)["value"], atol=0.35)

    def test_a_wider_limit_reaches_no_fewer(self, sample: Opened, people: PeopleToCome, clinics: ReachByYear) -> None:
        wider = reach_by_year(sample, people, "clinic", "walk", 1500.0)
        assert (wider.within[:, :, 0] >= clinics.within[:, :, 0]).all()

    def test_who_reaches_any_clinic_at_all_is_in_a_catchment(self, sample: Opened, people: PeopleToCome) -> None:
        everywhere = reach_by_year(sample, people, "clinic", "drive", 1e9)
        totals = catchment_totals(sample, "clinic", "drive", years=list(people.years))
        np.testing.assert_allclose(everywhere.series((), TOTAL), totals["inside"] + totals["outside"], rtol=1e-6)
        np.testing.assert_allclose(everywhere.beyond((), TOTAL), totals["unreached"], atol=1e-3)

    def test_without_a_list_there_is_a_reason_and_no_zero(self, tiny: Opened) -> None:
        found = reach_by_year(tiny, people_to_come(tiny), "hospital", "walk", 800.0)
        assert found.told(()) == []
        assert np.isnan(found.within).all()
        assert (found.reason != "").all()


class TestZones:
    def test_shares_are_the_indicators(
        self, sample: Opened, people: PeopleToCome, zones: dict[str, ZoneByYear]
    ) -> None:
        zone = zones[RESIDENTIAL]
        told = zone.told(())
        for year in (2030, 2050):
            at = people.years.index(year)
            rows = indicator(sample, f"zone_residential_share_{year}", TOTAL, people.codes)
            ours = share(zone.inside[:, at, 0], people.of_areas(year))
            np.testing.assert_allclose(ours, rows["value"], rtol=1e-6)
            dense = indicator(sample, f"zone_residential_density_{year}", TOTAL, tuple(told))["value"]
            np.testing.assert_allclose([zone.density([code], TOTAL)[at] for code in told], dense, rtol=1e-6)
        assert 0 < len(told) < len(people.codes)
        assert (zones[FUNCTION].series(told, TOTAL) <= zone.series(told, TOTAL)).all()

    def test_a_municipality_without_zones_has_a_reason(
        self, people: PeopleToCome, zones: dict[str, ZoneByYear]
    ) -> None:
        zone = zones[RESIDENTIAL]
        without = [code for code in people.codes if code not in zone.told(())]
        assert np.isnan(zone.series(without, TOTAL)).all()
        assert all(zone.reason[people.rows([code])[0]] for code in without)


class TestMoves:
    def test_bands_of_age_add_up_to_all(self, sample: Opened) -> None:
        for codes in ([], ["48361"], REGION):
            moves, bands = moves_of(sample, codes).set_index("group"), moves_by_age(sample, codes)
            for name in ("into", "out", "net"):
                assert bands[name].sum() == moves.loc["all", name]
            young = bands[(bands["sex"] == "women") & bands["age_from"].between(15, 25)]
            assert young["net"].sum() == moves.loc["women_15_29", "net"]

    def test_few_people_are_marked_and_have_no_rate(self, sample: Opened) -> None:
        rows = moves_of(sample, ["48361"])
        few = rows[rows["is_few"]]
        assert len(few)
        assert few["rate"].isna().all()
        assert (few["into"] + few["out"] < 10).all()
        frame = moves_frame(rows, "ja")
        assert frame["区分"].str.endswith("※").tolist() == rows["is_few"].tolist()

    def test_without_a_table_there_is_a_reason(self, tiny: Opened) -> None:
        rows = moves_of(tiny, [])
        assert rows["net"].isna().all()
        assert (rows["reason"] != "").all()
        assert moves_by_age(tiny, []).empty


# --- tables, charts, files --------------------------------------------------------------------------------------------


def test_tables_show_what_is_known_and_leave_the_rest_empty(people, clinics, zones):
    frame = people_frame(people, (), "ja")
    assert frame["総人口（人）"].iloc[0] == round(people.value((), 2020))
    assert frame["85歳以上（人）"].isna().sum() == len(people.years) - 1
    index = people_frame(people, (), "en", index=True)
    assert (index[[name for name in index if "index" in name]].iloc[0] == 100).all()
    towns = towns_frame(people, REGION, TOTAL, 2050, "ja")
    assert towns["コード"].tolist() == REGION
    reach = reach_frame(clinics, (), TOTAL, "en")
    assert ((reach["Reached"] + reach["Beyond"] - reach["All people (people)"]).abs() <= 1).all()
    zoned = zones_frame(list(zones.values()), (), TOTAL, "en")
    assert zoned["Residential in (%)"].between(0, 100).all()


def test_charts_tell_in_words_what_they_draw_and_run_nothing():
    frame = Frame(HOSTILE, "人", "ja", 2030, 2030)
    html = chart_html([2020, 2030], [Curve(HOSTILE, (1000.0, np.nan)), Curve("x", (np.nan, np.nan))], frame)
    assert "<script>" not in html
    assert "1,000 人" in html
    assert html.count("<img") == 1
    assert "prefers-color-scheme:dark" in _svg_of(html)
    assert "NaN" not in _svg_of(html)
    assert "nan" not in _svg_of(html)
    assert "<script>" not in _svg_of(html)


@pytest.mark.parametrize(("low", "high"), [(0, 0), (0, 1), (-320, 15), (31.5, 112.0), (0, 12_000_000)])
def test_ticks_hold_all_values(low, high):
    ticks = round_ticks(low, high)
    assert ticks[0] <= low
    assert ticks[-1] >= high
    assert 2 <= len(ticks) <= 8


def test_files_bear_their_sources(sample, people, clinics, zones):
    facts = provenance_of(sample, ["population_2050"])
    credit = facts.credit_line("ja")
    pictures = [
        people_picture(people, (), "題", "ja", credit=credit),
        people_picture(people, REGION, "題", "en", credit=credit, index=True),
        reach_picture(clinics, (), TOTAL, "題", "ja", credit=credit),
        zones_picture(list(zones.values()), (), TOTAL, "題", "ja", credit=credit),
        moves_picture(moves_of(sample, []), "題", "ja", credit=credit),
    ]
    for picture in pictures:
        assert picture.png().startswith(b"\x89PNG")
        assert credit[:20] in picture.svg().decode()
    sheets = {
        f"{HOSTILE}": pd.DataFrame({"=1+1": ["=cmd", HOSTILE], "人": [1.0, np.nan]}),
        "年": people_frame(people, (), "ja"),
    }
    content = workbook_bytes(sheets, ["=1"], facts, "ja")
    assert content == workbook_bytes(sheets, ["=1"], facts, "ja")
    parts = zipfile.ZipFile(io.BytesIO(content))
    assert not any("<f>" in parts.read(name).decode() for name in parts.namelist() if "worksheets" in name)
    assert len(sheet_name(HOSTILE)) <= 31


def test_a_card_says_which_file_is_missing_and_where_it_is_from(three_schools):
    study = Study(Workspace.open(three_schools))
    for dataset, name in ((PROJECTION, "500m_mesh_2024_10_SHP.zip"), (ZONES, "A50-20_10_GML.zip")):
        for language in ("ja", "en"):
            card = lacking_html(study, dataset, language, known=HOSTILE)
            assert name in card
            assert 'href="https://' in card
            assert "<script>" not in card


# --- the page ---------------------------------------------------------------------------------------------------------


def _script() -> None:
    from explorer.ui import selection
    from explorer.ui.future import page
    from explorer.ui.navigation import kept_choices

    with kept_choices():
        selection.begin("future")
        page()


@pytest.fixture
def app(sample_workspace: Path, monkeypatch: pytest.MonkeyPatch) -> AppTest:
    return _app(sample_workspace, monkeypatch)


@pytest.fixture
def without(three_schools: Path, monkeypatch: pytest.MonkeyPatch) -> AppTest:
    return _app(three_schools, monkeypatch)


def _app(workspace: Path, monkeypatch: pytest.MonkeyPatch) -> AppTest:
    monkeypatch.setenv("EXPLORER_WORKSPACE", str(workspace))
    # A link to another page needs the app's list of pages, which a script for tests does not have.
    monkeypatch.setattr("explorer.ui.navigation.page_link", lambda *_args, **_more: None)
    return AppTest.from_function(_script, default_timeout=120)


def ask(app: AppTest, **parameters: str) -> AppTest:
    for name, text in parameters.items():
        app.query_params[name] = text
    app.run()
    assert not app.exception
    assert not app.warning, [each.value for each in app.warning]
    return app


def texts(app: AppTest) -> str:
    bodies = [str(element.proto.body) for element in app.get("html")]
    shown = [body for body in bodies if not body.lstrip().startswith("<style")]
    return "\n".join([*shown, *(each.value for each in app.caption)])


def test_the_page_says_what_becomes_of_the_people(app, people):
    ask(app)
    end = number(people.value((), 2050), "ja")
    assert end in texts(app)
    assert "予測や目標ではない" in texts(app)
    assert app.query_params["year"] == ["2050"] or app.query_params["year"] == "2050"


@pytest.mark.parametrize("view", ["people", "map", "services", "zones", "moves"])
@pytest.mark.parametrize("language", ["ja", "en"])
def test_every_view_in_both_languages(app, view, language):
    ask(app, view=view, lang=language)
    shown = re.sub(r"(?s)<[^>]+>", " ", texts(app))
    assert len(shown) > 200
    if language == "en":
        heads = [str(name) for table in app.dataframe for name in table.value.columns]
        assert not [name for name in heads if JAPANESE.search(name)]


def test_a_link_restores_the_view(app, people):
    ask(
        app, lang="en", of="region", region="48321.48301", view="services", year="2040", group="75_plus", service="hospital",
        mode="drive", limit="30", below="7000",
    )  # fmt: skip
    state = app.session_state
    assert (state["future_scope"], sorted(state["future_codes"])) == ("region", ["48301", "48321"])
    assert (state["future_year"], state["future_group"], state["future_view"]) == (2040, "75_plus", "services")
    assert (state["future_service"], state["future_mode"], state["future_minutes"]) == ("hospital", "drive", "30")
    assert (state["future_threshold"], state["future_own"]) == ("own", 7000)
    before = dict(app.query_params)
    app.run()
    assert dict(app.query_params) == before
    assert "7,000" in texts(app)


@pytest.mark.parametrize("text", ["<script>", "99999", "nan", "-1", "1" * 3000, "²"])
def test_a_bad_link_opens_the_page(app, text):
    ask(app, of=text, region=text, area=text, year=text, group=text, view=text, measure=text, below=text, limit=text)
    assert app.session_state["future_scope"] == "study"
    given = dict.fromkeys(("of", "view", "measure", "mode", "limit", "places", "below"), text)
    assert set(from_parameters(given)) <= ({"future_threshold", "future_own"} if text == "99999" else set())


def test_a_municipality_chosen_elsewhere_is_looked_at_and_one_chosen_here_is_told(app):
    from explorer.ui.selection import Selection

    ask(app, area="48321", of="area")
    assert app.session_state["future_area"] == "48321"
    app.selectbox(key="future_area").select("48361").run()
    found: Selection = app.session_state["selection"]
    assert found.area == "48361"


def test_lists_of_too_few_shops_are_told_beside_the_number_and_not_asked_about_first(sample, monkeypatch):
    from explorer.ui.future_reach import _trusted, few_shops

    study = Study(Workspace.open(sample.workspace.path))
    held = study.completeness.assign(listed=1.0, yardstick=100.0, share=1.0, is_low=True, basis="national_rate")
    assert few_shops(study, "clinic", (), "ja") == ""
    monkeypatch.setattr(Study, "completeness", property(lambda _: held))
    for language, text in (("ja", "約 1 % しか"), ("en", "about 1 % of")):
        assert text in few_shops(study, "food_shop", ("48201",), language)
    assert "food_shop" in study.services
    assert "food_shop" not in _trusted(study)


def test_a_published_rate_of_moves_has_its_source_and_files(app, monkeypatch):
    def known(self: Study, indicator: str, mode: str, group: str) -> pd.DataFrame:
        del mode, group
        assert indicator == "net_migration_official"
        return pd.DataFrame({"code": self.municipalities["code"].astype(str), "value": [-0.5, *[np.nan] * 9]})

    nothing = pd.DataFrame({"net": [np.nan], "is_few": [False]})
    monkeypatch.setattr("explorer.ui.future_answers.moves", lambda *_: (nothing, pd.DataFrame(), ""))
    monkeypatch.setattr(Study, "values", known)
    ask(app, view="moves", lang="ja")
    assert "1 市区町村について" in texts(app)
    assert "出典: " in texts(app)
    assert app.get("download_button")


def test_the_year_changes_what_is_said(app, people):
    ask(app, of="area", area="48301")
    app.select_slider(key="future_year").set_value(2070).run()
    assert not app.exception
    assert number(people.value(["48301"], 2070), "ja") in texts(app)


@pytest.mark.parametrize("view", ["people", "map", "services", "zones", "moves"])
def test_without_a_projection_it_shows_what_is_known_and_how_to_get_the_rest(without, view):
    ask(without, view=view, lang="ja")
    shown = texts(without)
    wanted = {"zones": "A50-20_10_GML.zip", "moves": "e-Stat"}.get(view, "500m_mesh_2024_10_SHP.zip")
    assert wanted in shown
    assert "「データ」のページ" in shown
    assert "<script>" not in shown


def test_a_facility_is_looked_at_and_hostile_names_are_text(without):
    ask(without, view="services", service="elementary_school")
    shown = texts(without)
    assert "<script>" not in shown
    sites = next(table.value for table in without.dataframe if "施設" in table.value.columns)
    assert any(HOSTILE in name for name in sites["施設"])
    study = Study(Workspace.open(Path(_workspace_of(without))))
    site = next(iter(study.workspace.table("facilities").query("kind == 'elementary_school'")["facility_id"]))
    without.session_state["future_site"] = str(site)
    without.run()
    assert not without.exception
    assert without.query_params["site"] in (str(site), [str(site)])
    assert "<script>" not in texts(without)


def _workspace_of(app: AppTest) -> str:
    import os

    del app
    return os.environ["EXPLORER_WORKSPACE"]


def test_the_list_of_facilities_is_that_of_viability(app, sample):
    ask(app, view="services", service="clinic", mode="drive", limit="15", of="area", area="48301")
    table = next(each.value for each in app.dataframe if "施設" in each.value.columns)
    rows = viability(sample, "clinic", "drive", codes=["48301"], together=500.0)
    assert len(table) == len(rows)
    assert sorted(table["下回る年"].dropna()) == sorted(rows["first_year_below"].dropna())
    assert sorted(table["2050年"]) == sorted(rows["people_2050"].round())


def test_a_panel_that_fails_leaves_the_page_alive(app, monkeypatch):
    def broken(*_args: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("explorer.ui.future_ages.show", broken)
    app.query_params["view"] = "people"
    app.run()
    assert not app.exception
    assert 'class="warning-box"' in texts(app)
    assert "ZeroDivisionError" in app.code[0].value
    assert "credit-line" in texts(app)


def _svg_of(html: str) -> str:
    import base64

    found = re.search(r"base64,([^\"]+)", html)
    assert found is not None
    return base64.b64decode(found.group(1)).decode()


def test_a_region_across_sources_is_summed_like_the_engine_does(sample, people):
    region = explorer.open(sample.workspace.path).region(REGION)
    table = region.pooled_table()
    for year in (2030, 2070):
        rows = table[(table["indicator"] == f"population_{year}") & (table["group"] == TOTAL)]
        assert people.value(REGION, year) == pytest.approx(float(rows["value"].iloc[0]), rel=1e-9)
