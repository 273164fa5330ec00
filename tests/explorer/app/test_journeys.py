"""Whole journeys in a real browser, one for each question a planner comes with: from a cold link to a saved file.

The file is opened and its numbers are compared with the tables of the workspace, which no page of the app has touched.
"""

from __future__ import annotations

import io
import re
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from geodata.workspace import Workspace

from .conftest import served
from .test_browser_explore import CHROMIUM, Visit, browser  # noqa: F401 - a fixture

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium installed"),
]
REGION = ("48201", "48202", "48321", "48361")
# A change of a widget comes back as a new address; on a busy machine that takes its time.
PATIENCE_MS = 60_000
TRIALS = 6  # at a list that closes when the page is drawn

_CALM = """() => {
  const app = document.querySelector('[data-testid="stApp"]');
  const busy = app?.dataset.testScriptState !== 'notRunning' || document.querySelector('[data-stale="true"], .job-line');
  window.calmSince = busy ? 0 : (window.calmSince || performance.now());
  return !busy && performance.now() - window.calmSince > 250;
}"""


class Journey(Visit):
    """One planner's visit; nothing that goes wrong on the way is let pass."""

    def __init__(self, running: Any, server: str, path: str, folder: Path) -> None:
        self.folder = folder
        super().__init__(running, server, path)

    def _heard(self, message: Any) -> None:
        # Streamlit asks for its own addresses below the page's first, is told 404, and then asks at the root.
        if "404" not in message.text:
            super()._heard(message)

    def drawn(self, before: str | None = None) -> str:
        self.page.locator(".page-head").first.wait_for(timeout=PATIENCE_MS)
        return before or ""

    def calm(self) -> None:
        """Wait until the page has not been drawn for a moment: what unfolds would fold again, a file would be an old one's."""
        self.page.wait_for_function(_CALM, timeout=PATIENCE_MS, polling=50)

    def choose(self, label: str, option: str) -> None:
        """Choose in a list by typing; again where the page was drawn anew meanwhile, which closes the list."""
        from playwright.sync_api import TimeoutError as WaitedTooLong

        box = self.page.get_by_role("combobox", name=label).first
        found = self.page.get_by_role("option", name=option).first
        for trial in range(TRIALS):
            self.calm()
            box.click()
            box.fill(option)
            try:
                found.click(timeout=PATIENCE_MS / TRIALS)
            except WaitedTooLong:
                if trial == TRIALS - 1:
                    raise
                self.page.keyboard.press("Escape")
            else:
                return

    def view(self, name: str, address: str) -> None:
        """Press one of the buttons above the answer."""
        self.page.get_by_role("radio", name=name, exact=True).click()
        self.comes_to(address)

    def press(self, name: str) -> None:
        self.page.get_by_role("button", name=name, exact=True).first.click()

    def comes_to(self, *parts: str) -> None:
        """Wait until the address says what was chosen: it is written when the page is."""
        self.page.wait_for_url(lambda url: all(part in url for part in parts), timeout=PATIENCE_MS)

    def says(self, text: str | re.Pattern[str]) -> str:
        """Wait for a text, and return the block that holds it."""
        found = self.page.get_by_text(text).first
        found.wait_for(timeout=PATIENCE_MS)
        return str(found.inner_text())

    def saved(self, name: str, nth: int = 0) -> Path:
        """The file that a button saves."""
        button = self.page.get_by_role("button", name=name, exact=True).nth(nth)
        button.wait_for(timeout=PATIENCE_MS)
        self.calm()
        with self.page.expect_download(timeout=PATIENCE_MS) as waiting:
            button.click()
        file = self.folder / waiting.value.suggested_filename
        waiting.value.save_as(file)
        return file

    def table(self, name: str = "表を保存（CSV）", nth: int = 0) -> pd.DataFrame:
        """The table in a CSV that a button saves; codes stay text."""
        return read_csv(self.saved(name, nth))


def read_csv(file: Path) -> pd.DataFrame:
    """The table of a CSV as Excel takes it: with its mark of UTF-8, notes below an empty line."""
    content = file.read_bytes()
    assert content.startswith(b"\xef\xbb\xbf")
    text = content.decode("utf-8-sig").split("\r\n\r\n")[0]
    codes = {"コード": str, "Code": str, "area_code": str}
    return pd.read_csv(io.StringIO(text), dtype=codes)


class Truth:
    """The tables of a workspace as they lie there."""

    def __init__(self, folder: Path) -> None:
        self.workspace = Workspace.open(folder)
        self.indicators = self._plain("indicators")
        self.whole = self._plain("indicators_whole")
        self.names: dict[str, str] = dict(
            self.workspace.table("municipalities")[["code", "name"]].astype(str).to_numpy().tolist()
        )

    def _plain(self, name: str) -> pd.DataFrame:
        table = self.workspace.table(name)
        return table.astype(dict.fromkeys(("area_code", "indicator", "group", "mode"), str))

    def rows(self, indicator: str, mode: str = "", group: str = "total") -> pd.DataFrame:
        """The rows of an indicator by municipality."""
        table = self.indicators
        wanted = (table["indicator"] == indicator) & (table["mode"] == mode) & (table["group"] == group)
        return table[wanted].set_index("area_code").sort_index()

    def share(self, indicator: str, mode: str = "", group: str = "total") -> pd.Series:
        """One of the whole study area's rows."""
        table = self.whole
        wanted = (table["indicator"] == indicator) & (table["mode"] == mode) & (table["group"] == group)
        found: pd.Series = table[wanted].iloc[0]
        return found


def assert_is(shown: pd.DataFrame, rows: pd.DataFrame, head: str, digits: int) -> None:
    """Column `head` of a saved table is the value of the workspace, rounded as shown, for the same municipalities."""
    by_code = shown.set_index("コード").sort_index()
    assert by_code.index.tolist() == rows.index.tolist()
    np.testing.assert_allclose(by_code[head], rows["value"], atol=0.5 * 10**-digits + 1e-9)


@pytest.fixture(scope="module")
def sample_server(sample_workspace: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with served(sample_workspace, tmp_path_factory.mktemp("journeys")) as address:
        yield address


@pytest.fixture(scope="module")
def truth(sample_workspace: Path) -> Truth:
    return Truth(sample_workspace)


def _journeys(running: Any, server: str, folder: Path) -> Iterator[Callable[[str], Journey]]:
    journeys: list[Journey] = []

    def start(path: str) -> Journey:
        journeys.append(Journey(running, server, path, folder))
        return journeys[-1]

    yield start
    for each in journeys:
        each.close()


@pytest.fixture
def go(browser: Any, sample_server: str, tmp_path: Path) -> Iterator[Callable[[str], Journey]]:  # noqa: F811
    yield from _journeys(browser, sample_server, tmp_path)


# --- 1. Who cannot reach daily shopping? --------------------------------------------------------------------------------


def test_1_who_cannot_reach_daily_shopping(go, truth):
    page = go("explore?indicator=food_shop_beyond_500m&mode=straight")
    straight = page.table()
    page.choose("対象の人口", "65歳以上")
    page.comes_to("group=65_plus")
    page.choose("測り方", "道のり（徒歩）")
    page.comes_to("group=65_plus", "mode=walk")
    page.page.get_by_placeholder(re.compile("かな")).first.fill("まぼろしだに")
    page.page.get_by_role("button", name="幻谷村（48361）").click()
    page.comes_to("area=48361")
    walked = page.table()
    old, rows = truth.rows("food_shop_beyond_500m", "straight"), truth.rows("food_shop_beyond_500m", "walk", "65_plus")
    assert_is(straight, old, "値（%）", 1)
    assert_is(walked, rows, "値（%）", 1)
    card = page.card("幻谷村")
    assert f"{rows.loc['48361', 'numerator']:,.0f} 人" in card
    assert "一覧の充足" in card
    people = walked["該当する人（人）"]
    assert people.sum() == pytest.approx(truth.share("food_shop_beyond_500m", "walk", "65_plus")["numerator"], abs=5)
    along = truth.rows("food_shop_beyond_500m", "walk")["numerator"]
    assert (straight.set_index("コード")["該当する人（人）"] <= along + 0.5).all()


# --- 2. Pool our services -----------------------------------------------------------------------------------------------


def assert_pooled(page: Journey, truth: Truth, codes: tuple[str, ...], service: str, seconds: float) -> None:
    """The saved table of a region: own, shared, all; its people and the last of them are what the build measured."""
    pooled = page.table()
    members, whole = pooled[pooled["コード"].notna()].set_index("コード"), pooled[pooled["コード"].isna()].iloc[0]
    people = truth.rows("population").loc[list(codes), "value"]
    np.testing.assert_allclose(members["人口（人）"].sort_index(), people, atol=0.5)
    assert whole["人口（人）"] == pytest.approx(people.sum(), abs=0.5)
    assert whole["新たに使える人"] == pytest.approx(members["新たに使える人"].sum(), abs=len(codes))
    assert (members["自前（%）"] <= members["圏域で共用（%）"]).all()
    assert (members["圏域で共用（%）"] <= members["すべて（%）"]).all()
    places = truth.workspace.table("places")
    weight, near = places["population_total"].to_numpy(), truth.workspace.measure(service, "drive") <= seconds
    for code in codes:
        here = (places["municipality_code"].astype(str) == code).to_numpy()
        assert members.loc[code, "すべて（%）"] == pytest.approx(
            100 * weight[here & near].sum() / weight[here].sum(), abs=0.06
        )


def test_2_services_are_pooled(go, truth):
    page = go(f"cooperate?region={'.'.join(REGION)}&service=hospital&mode=drive&limit=15")
    assert_pooled(page, truth, REGION, "hospital", 900.0)
    page.view("誰がどこを使うか", "view=uses")
    uses = page.table()
    assert uses.groupby("住む市区町村コード")["割合（%）"].sum().tolist() == pytest.approx([100.0] * 4, abs=0.05)
    lived = uses.groupby("住む市区町村コード")["人口（人）"].sum()
    np.testing.assert_allclose(lived, truth.rows("population").loc[list(REGION), "value"], atol=0.5)


# --- 3. What if this one closes? ----------------------------------------------------------------------------------------


def close(page: Journey, name: str) -> None:
    """Close a facility without the map."""
    page.calm()
    page.page.get_by_text("地図を使わずに変更を加える").click()
    page.choose("施設・停留所", name)
    page.press("変更に加える")
    page.comes_to("close")
    page.page.locator(".what-if-numbers").wait_for(timeout=PATIENCE_MS)


def assert_closed(page: Journey, truth: Truth, indicator: str) -> None:
    """People of both files agree with one another, and "before" with what was built; nobody gains by a closure."""
    people, changed = page.table(), page.table(nth=1)
    whole, towns = people.iloc[0], people.iloc[1:].set_index("コード")
    assert whole["新たに圏外"] > 100
    assert towns["新たに圏外"].sum() == pytest.approx(whole["新たに圏外"])
    assert towns[["新たに圏内", "近くなる"]].to_numpy().sum() == 0
    keys = ["area_code", "indicator", "group", "mode"]
    both = changed.rename(columns={"コード": "area_code"}).merge(truth.indicators, on=keys, how="left")
    np.testing.assert_allclose(both["変更前"], both["value"], rtol=1e-9)
    of_it = both[(both["indicator"] == indicator) & (both["mode"] == "walk") & (both["group"] == "total")]
    lost = (of_it["変更前"] - of_it["変更後"]) / 100 * of_it["denominator"]
    assert lost.sum() == pytest.approx(whole["新たに圏外"], rel=1e-6)


def test_3_a_hospital_closes_and_opens_again(go, truth):
    page = go("what-if?service=hospital&mode=walk&limit=800")
    close(page, "本架橋総合病院")
    assert_closed(page, truth, "hospital_within_800m")
    with page.saved("シナリオを保存（TOML）").open("rb") as file:
        assert [each["do"] for each in tomllib.load(file)["edit"]] == ["close"]
    page.press("↶ 元に戻す")
    page.page.locator(".what-if-numbers").wait_for(state="detached", timeout=PATIENCE_MS)


# --- 4. A document to hand round ----------------------------------------------------------------------------------------


def assert_documented(page: Journey, truth: Truth, code: str) -> None:
    """The document on the screen, as a web page and as PDF says the people of the workspace, with unit, year and credit."""
    from pypdf import PdfReader

    name, people = truth.names[code], truth.rows("population").loc[code, "value"]
    year = truth.workspace.manifest["population_year"]
    sentence = f"{name}（{code}）の人口は {people:,.0f} 人（{year}年）"
    article = page.page.locator("article.rce-document")
    article.wait_for(timeout=PATIENCE_MS)
    assert sentence in article.inner_text()
    web = page.saved("HTML で保存").read_text(encoding="utf-8")
    assert sentence in re.sub(r"<[^>]+>", "", web)
    assert not re.search(r"""(?:src|href)=["'](?:https?:)?//""", re.sub(r"<a [^>]*>", "", web))
    reader = PdfReader(page.saved("PDF で保存"))
    text = re.sub(r"\s", "", "".join(each.extract_text() for each in reader.pages))
    assert 4 <= len(reader.pages) <= 10
    assert f"{people:,.0f}人（{year}年）" in text
    assert "出典・加工" in text
    assert [round(float(side)) for side in reader.pages[0].mediabox[2:]] == [595, 842]


def test_4_a_profile_is_handed_round(go, truth):
    assert_documented(go("profile?region=48321"), truth, "48321")


# --- 5. Neighbours and peers --------------------------------------------------------------------------------------------


def assert_compared(page: Journey, truth: Truth, codes: list[str]) -> None:
    """Every value of a saved comparison is the workspace's, with its unit, and empty with a reason where there is none."""
    table = page.table()
    table = table.assign(**{name: table[name].astype(object).fillna("") for name in ("mode", "reason")})
    towns = table[table["area_code"].isin(codes)]
    assert set(towns["area_code"]) == set(codes)
    assert towns["indicator"].nunique() >= 5
    both = towns.merge(truth.indicators, on=["area_code", "indicator", "group", "mode"], suffixes=("", "_built"))
    assert len(both) == len(towns)
    np.testing.assert_allclose(both["value"], both["value_built"], rtol=1e-9)
    assert (both["unit"] == both["unit_built"].astype(str)).all()
    assert (both["value"].notna() | (both["reason"] != "")).all()


def test_5_neighbours_and_peers_are_compared(go, truth):
    page = go("compare?areas=48201.48202.48321&view=values")
    assert_compared(page, truth, ["48201", "48202", "48321"])
    page.page.get_by_role("link", name="広域連携", exact=True).click()
    page.comes_to("/cooperate")
    page = go(f"cooperate?region={'.'.join(REGION)}&view=near&town=48201")
    near = page.table().set_index("コード")
    towns = truth.workspace.table("municipalities")
    towns = towns.set_index(towns["code"].astype(str))
    touches = set(towns.index[towns.geometry.touches(towns.geometry["48201"])])
    assert set(near.index[near["境界 km"] > 0]) == touches
    peers = page.table(nth=1)
    assert peers["コード"].iloc[0] == "48201"
    assert peers["距離"].is_monotonic_increasing


# --- 6. Does the compact-city plan work? --------------------------------------------------------------------------------


def test_6_the_compact_city_plan(go, truth):
    page = go("future?view=zones")
    assert "仮名川町（48301）" in page.says(re.compile("区域が資料にない市区町村"))
    file = page.saved("表（Excel）")
    years, towns = pd.read_excel(file, sheet_name=0), pd.read_excel(file, sheet_name=1, dtype={"コード": str})
    shares = years["居住誘導 内（%）"]
    assert shares.between(0, 100).all()
    assert (years["都市機能 内（人）"] <= years["居住誘導 内（人）"]).all()
    assert years["年"].astype(int).tolist() == list(range(2020, 2075, 5))
    then = truth.rows("zone_residential_share_2050")["value"].dropna()
    shown = towns.set_index("コード")["2050年（%）"].dropna().astype(float)
    np.testing.assert_allclose(shown.sort_index(), then, atol=0.06)


# --- 7. Public transport voids under any definition ---------------------------------------------------------------------


def test_7_transport_voids_by_definition(go, truth):
    page = go("explore?indicator=transport_void_handbook_urban&mode=straight")
    page.choose("種類", "補助金要綱")
    page.comes_to("indicator=transport_void_subsidy")
    straight = page.table()
    page.choose("測り方", "道のり（徒歩）")
    page.comes_to("mode=walk", "indicator=transport_void_subsidy")
    walked = page.table()
    assert_is(straight, truth.rows("transport_void_subsidy", "straight"), "値（%）", 1)
    assert_is(walked, truth.rows("transport_void_subsidy", "walk"), "値（%）", 1)
    assert (straight.set_index("コード")["値（%）"] <= walked.set_index("コード")["値（%）"]).all()
    saved = page.saved("地図を保存（HTML）")
    alone = page.context.browser.new_context(offline=True)
    kept = alone.new_page()
    kept.goto(saved.as_uri())
    kept.locator(".leaflet-container").wait_for(timeout=PATIENCE_MS)
    assert "補助金要綱" in kept.locator("body").inner_text()
    alone.close()


# --- 8. A region from commuting -----------------------------------------------------------------------------------------


def test_8_a_region_from_commuting(go, truth):
    page = go("cooperate")
    page.calm()
    page.page.get_by_text("規則で選ぶ", exact=True).click()
    page.choose("規則", "通勤・通学率")
    page.choose("中心の市区町村（役場）", "見本中央市")
    page.choose("中心への通勤・通学率", "30")
    page.press("この規則で選ぶ")
    page.comes_to("region=48201.")
    page.calm()
    page.page.get_by_text("ファイルから開く・保存する", exact=True).click()
    with page.saved("圏域を保存（TOML）").open("rb") as file:
        saved = tomllib.load(file)
    found = set(re.findall(r"\b48\d{3}\b", str(saved)))
    ways = truth.workspace.table("commuting").astype({"origin": str, "destination": str})
    ways = ways[ways["origin"].isin(list(truth.names))]
    to_centre = ways[ways["destination"] == "48201"].groupby("origin")["persons"].sum()
    share = 100 * to_centre / ways.groupby("origin")["persons"].sum()
    assert found == {"48201", *share[share >= 30].index}


# --- 9. Will it last? ---------------------------------------------------------------------------------------------------


def test_9_services_and_people_to_come(go, truth):
    page = go("future?view=people&year=2050")
    file = page.saved("表（Excel）")
    years = pd.read_excel(file, sheet_name=0).astype({"年": int}).set_index("年")
    towns = pd.read_excel(file, sheet_name=1, dtype={"コード": str}).set_index("コード")
    for year in range(2025, 2075, 5):
        assert years.loc[year, "総人口（人）"] == pytest.approx(truth.rows(f"population_{year}")["value"].sum(), abs=1)
    np.testing.assert_allclose(towns["2050年（人）"].sort_index(), truth.rows("population_2050")["value"], atol=0.5)
    page.view("サービス", "view=services")
    assert "財政制度等審議会" in page.says(re.compile("^目安: "))
    left = page.table("表（CSV）").set_index("年")
    assert left["圏内（人）"].add(left["圏外（人）"]).tolist() == pytest.approx(left["総人口（人）"].tolist(), abs=1)
    built = truth.share("clinic_within_800m", "walk")["numerator"]
    assert left.loc[2020, "圏内（人）"] == pytest.approx(built, rel=0.005)  # the projection's people of 2020 are scaled


# --- 10. Digital infrastructure -----------------------------------------------------------------------------------------


def test_10_digital_infrastructure_in_english(go, truth):
    page = go("explore?indicator=fibre_household_coverage&lang=en")
    page.page.get_by_text("English", exact=True).wait_for()
    shown = page.table("Save table (CSV)").set_index("Code").sort_index()
    rows = truth.rows("fibre_household_coverage")
    value = next(name for name in shown.columns if name.startswith("Value"))
    np.testing.assert_allclose(shown[value], rows["value"], atol=0.06)
    page = go("explore?indicator=5g_population_coverage")
    areas = truth.rows("5g_population_coverage")
    told = page.table()
    assert told["値（%）"].isna().tolist() == areas["value"].isna().tolist()  # a prefecture's value is no town's


# --- 11. A list of one's own --------------------------------------------------------------------------------------------


def test_11_a_list_of_ones_own_is_looked_at_before_it_goes_in(go, truth, tmp_path):
    where = truth.workspace.table("facilities").geometry.iloc[:5]
    rows = [f"移動販売{at},{point.y:.6f},{point.x:.6f}" for at, point in enumerate(where, 1)]
    file = tmp_path / "移動販売の一覧.csv"
    file.write_text("名称,緯度,経度\n" + "\n".join([*rows, "座標なし,,", "外国,10,10"]) + "\n", encoding="cp932")
    page = go("data?view=add")
    page.page.locator("input[type=file]").first.set_input_files(file)
    page.says("5 件の施設の種別が分かりません")
    page.calm()
    page.page.get_by_text("直すとよい行").click()
    page.calm()
    with page.page.expect_download(timeout=PATIENCE_MS) as waiting:
        page.page.locator("[class*=problems_download]").get_by_role("button").click()
    told = Path(waiting.value.path()).read_text(encoding="utf-8-sig")
    assert re.search(r"\b7\b.*緯度・経度がない", told)
    assert re.search(r"\b8\b.*座標が日本の外にある", told)
    assert Workspace.open(truth.workspace.path).key == truth.workspace.key  # nothing has gone in


# --- 12. The young and women --------------------------------------------------------------------------------------------


def test_12_moves_of_the_young_and_of_women(go, truth):
    page = go("future?view=moves&of=area&area=48202")
    shown = page.table("表（CSV）").set_index("区分")
    moves = truth.workspace.table("migration").astype({"code": str, "partner": str, "sex": str, "direction": str})
    ours = moves[moves["code"] == "48202"]
    women = ours[(ours["sex"] == "women") & ours["age_from"].between(20, 35)]
    for direction, head in (("in", "転入（人）"), ("out", "転出（人）")):
        assert shown.loc["女性20〜39歳", head] == women[women["direction"] == direction]["persons"].sum()
        assert shown.loc["全年齢", head] == ours[ours["direction"] == direction]["persons"].sum()


# --- 13. Where to put it ------------------------------------------------------------------------------------------------


def test_13_where_to_put_shared_facilities(go, truth):
    link = f"cooperate?region={'.'.join(REGION)}&view=sites&service=clinic&mode=drive&limit=10&candidates=town_halls"
    files = []
    for _ in range(2):
        page = go(link)
        page.press("最適な場所を探す")
        files.append(page.saved("表を保存（CSV）").read_bytes())
    assert files[0] == files[1]  # the same question, the same answer
    towns = page.table(nth=1).set_index("市区町村")
    places, near = truth.workspace.table("places"), truth.workspace.measure("clinic", "drive") <= 600.0
    weight = places["population_total"].to_numpy()
    inside = places["municipality_code"].astype(str).isin(REGION).to_numpy()
    built = 100 * weight[inside & near].sum() / weight[inside].sum()
    assert towns.loc["圏域全体", "今（%）"] == pytest.approx(built, abs=0.06)
    assert (towns["加えた後（%）"] >= towns["今（%）"]).all()
    gained = towns["新たに使える人"]
    assert gained["圏域全体"] == pytest.approx(gained.drop("圏域全体").sum(), abs=3)
    assert gained["圏域全体"] > 0


# --- 14. The catalogue of KPIs ------------------------------------------------------------------------------------------


def test_14_no_kpi_is_finer_than_published(go, truth):
    page = go("indicators?view=kpi&kpi=67")
    every = page.table("85のKPIと目標を保存（CSV）")
    assert every.loc[every["kind"] == "kpi", "number"].nunique() == 85
    ours = page.table().dropna(subset=["コード"])
    plans = truth.rows("zone_plan_exists")["value"]
    assert ours.set_index("コード")["値（市区町村）"].sort_index().tolist() == plans.tolist()
    by_town = every[every["area_code"].notna()]
    assert set(by_town["level"]) <= {"M"}
    assert set(by_town["area_code"].astype(str)) <= set(truth.names)


# --- 15. Where does this number come from? ------------------------------------------------------------------------------


def test_15_a_number_is_traced_to_its_sources(go, truth):
    page = go("indicators?indicator=food_shop_within_500m")
    shown = page.table()
    assert_is(shown, truth.rows("food_shop_within_500m", "walk"), "値（%）", 1)
    formulas = page.table("全指標の一覧を保存（CSV）").set_index("id")
    assert formulas.loc["food_shop_within_500m", "formula"] == "100 × Σ P·1[d ≤ 500 m] ÷ Σ P"
    page.page.get_by_role("link", name="地図で見る").click()
    page.comes_to("indicator=food_shop_within_500m", "mode=walk")
    on_map = page.saved("表を保存（CSV）").read_bytes()
    again = go("explore?indicator=food_shop_within_500m&mode=walk")
    assert again.saved("表を保存（CSV）").read_bytes() == on_map
    again.page.get_by_text("出典とライセンス", exact=True).click()
    again.says(re.compile("国勢調査 地域メッシュ統計"))
    future = go("future?view=people")
    assert truth.workspace.key[:16] in future.saved("表（CSV）").read_text(encoding="utf-8-sig")


def test_16_the_guide_leads_to_the_answer(go, truth):
    page = go("guide?chapter=shopping")
    page.page.get_by_role("link", name="この画面を開く").click()
    page.comes_to("indicator=food_shop_within_500m", "group=65_plus")
    assert_is(page.table(), truth.rows("food_shop_within_500m", "walk", "65_plus"), "値（%）", 1)


# --- Real Gunma ---------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def real(gunma_workspace: Path) -> Truth:
    return Truth(gunma_workspace)


@pytest.fixture(scope="module")
def gunma_server(gunma_workspace: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with served(gunma_workspace, tmp_path_factory.mktemp("gunma_journeys")) as address:
        yield address


@pytest.fixture
def through_gunma(browser: Any, gunma_server: str, tmp_path: Path) -> Iterator[Callable[[str], Journey]]:  # noqa: F811
    yield from _journeys(browser, gunma_server, tmp_path)


@pytest.mark.realdata
class TestGunma:
    """The central questions on real data."""

    together = ("10203", "10205", "10212")  # 桐生市, 太田市, みどり市

    def test_supermarkets_of_35_municipalities(self, through_gunma, real):
        shown = through_gunma("explore?indicator=supermarket_within_800m&mode=walk").table()
        assert len(shown) == 35
        assert_is(shown, real.rows("supermarket_within_800m", "walk"), "値（%）", 1)

    def test_three_towns_share_their_high_schools(self, through_gunma, real):
        link = f"cooperate?region={'.'.join(self.together)}&service=high_school&mode=drive&limit=15"
        assert_pooled(through_gunma(link), real, self.together, "high_school", 900.0)

    def test_a_school_closes(self, through_gunma, real):
        sites = real.workspace.table("facilities").astype({"kind": str, "municipality_code": str, "name": str})
        schools = sites[(sites["kind"] == "elementary_school") & (sites["municipality_code"] == "10203")]
        page = through_gunma("what-if?service=elementary_school&mode=walk&limit=800")
        close(page, min(schools["name"]))
        assert_closed(page, real, "elementary_school_within_800m")

    def test_a_profile_of_a_village_is_handed_round(self, through_gunma, real):
        assert_documented(through_gunma("profile?region=10366"), real, "10366")

    def test_towns_are_compared(self, through_gunma, real):
        codes = ["10201", "10203", "10366"]
        assert_compared(through_gunma(f"compare?areas={'.'.join(codes)}&view=values"), real, codes)
