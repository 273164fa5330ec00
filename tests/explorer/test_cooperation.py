"""Pooled services: against a plain recomputation, its laws, reasons in place of numbers, commands."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.spatial.distance import cdist

import explorer
from explorer import cooperation
from explorer.regions import Opened
from explorer.service_limits import USUAL_SERVICES, BadLimit, default_limit
from geodata.errors import UnknownCode
from tests.explorer.towns import CATEGORY, LIMITS, Town, members_of, towns

law = settings(max_examples=60)
PARTS = ("0_14", "15_64", "65_plus")
SHARES = ["own", "pooled", "all"]
PEOPLE = ["own_people", "pooled_people", "all_people", "gain_people"]


@st.composite
def regions(draw: st.DrawFn) -> tuple[Town, list[str]]:
    town = draw(towns())
    return town, draw(members_of(town))


def pooled(town: Town, codes: list[str], **options: object) -> pd.DataFrame:
    table = cooperation.pooled_services(town, codes, categories=[CATEGORY], **options)
    return table.set_index("area_code")


def plain_distance(town: Town, sites: np.ndarray) -> np.ndarray:
    """From every place to the nearest of some sites, the slow way."""
    return cdist(town.place_xy, town.site_xy[sites]).min(axis=1, initial=np.inf)


def filled(distance: np.ndarray) -> np.ndarray:
    """Without a street, nothing is within reach."""
    return np.where(np.isnan(distance), np.inf, distance)


# ---------------------------------------------------------------------------------------------------------------------
# Laws on towns drawn at random


@law
@given(regions(), st.sampled_from(LIMITS), st.sampled_from(["total", "65_plus"]))
def test_coverage_is_a_plain_recomputation(case: tuple[Town, list[str]], limit: float, group: str) -> None:
    """Own, pooled and all, sites around the study area included; members add up to the region."""
    town, codes = case
    found = pooled(town, codes, limit=limit, group=group)
    members = [town.codes.index(code) for code in codes]
    every = plain_distance(town, np.ones(len(town.site_xy), bool)) <= limit
    shared = plain_distance(town, np.isin(town.area_of_site, members)) <= limit
    people = town.people[group]
    for area in members:
        here = town.area_of_place == area
        own = plain_distance(town, town.area_of_site == area) <= limit
        row, total = found.loc[town.codes[area]], people[here].sum()
        assert row["people"] == total
        if total == 0:
            assert row["reason"].startswith("人口がない")
            assert row[SHARES + PEOPLE].isna().all()
            continue
        counts = [people[here & mask].sum() for mask in (own, shared, every)]
        assert row[PEOPLE].tolist() == [*counts, counts[1] - counts[0]]
        assert row[SHARES].tolist() == pytest.approx([100 * count / total for count in counts])
        assert row["gain"] == pytest.approx(row["pooled"] - row["own"])
    region = found.loc["region"]
    if region["people"] == 0:
        assert region["reason"]
    else:
        np.testing.assert_allclose(region[PEOPLE].astype(float), found.drop("region")[PEOPLE].sum().astype(float))


@law
@given(regions(), st.sampled_from(LIMITS))
def test_own_is_within_pooled_and_pooled_within_all(case: tuple[Town, list[str]], limit: float) -> None:
    found = pooled(*case, limit=limit).dropna(subset=SHARES)
    assert (found["own_people"] <= found["pooled_people"]).all()
    assert (found["pooled_people"] <= found["all_people"]).all()
    assert (found["gain_people"] >= 0).all()


@law
@given(regions(), st.sampled_from(LIMITS), st.data())
def test_who_joins_never_lowers_anothers_coverage(
    case: tuple[Town, list[str]], limit: float, data: st.DataObject
) -> None:
    town, codes = case
    larger = list(dict.fromkeys([*codes, data.draw(st.sampled_from(town.codes))]))
    before, after = pooled(town, codes, limit=limit).loc[codes], pooled(town, larger, limit=limit).loc[codes]
    known = before["reason"] == ""
    assert (after["pooled_people"] >= before["pooled_people"])[known].all()
    pd.testing.assert_frame_equal(after[["own", "all"]], before[["own", "all"]])


@law
@given(regions(), st.sampled_from(LIMITS))
def test_the_gain_adds_up_over_members_and_ages(case: tuple[Town, list[str]], limit: float) -> None:
    town, codes = case
    table = cooperation.gain_by_group(town, codes, categories=[CATEGORY], limit=limit)
    gain = table.pivot_table(index="area_code", columns="group", values="gain_people", dropna=False)
    assert set(gain.columns) == set(town.people)
    members = gain.drop(index="region").fillna(0.0)
    np.testing.assert_allclose(members[list(PARTS)].sum(axis=1), members["total"], atol=1e-9)
    np.testing.assert_allclose(members.sum(), gain.loc["region"].fillna(0.0), atol=1e-9)


@law
@given(regions(), st.sampled_from(LIMITS), st.randoms())
def test_the_order_of_municipalities_changes_nothing(case: tuple[Town, list[str]], limit: float, random) -> None:
    town, codes = case
    other = list(codes)
    random.shuffle(other)
    for table in (
        lambda asked: cooperation.pooled_services(town, asked, categories=[CATEGORY], limit=limit),
        lambda asked: cooperation.uses(town, asked, CATEGORY, "straight", outside_by_name=True),
        lambda asked: cooperation.border_dependence(town, asked, categories=[CATEGORY]),
        lambda asked: cooperation.capacity(town, asked, categories=[CATEGORY]),
        lambda asked: cooperation.floating(town, asked, CATEGORY, "straight", limit),
    ):
        pd.testing.assert_frame_equal(table(codes), table(other))


@law
@given(regions(), st.sampled_from([None, *LIMITS]), st.data())
def test_rows_of_the_matrix_are_whole(case: tuple[Town, list[str]], limit: float | None, data: st.DataObject) -> None:
    town, codes = case
    pooled_only, apart = data.draw(st.booleans()), data.draw(st.booleans())
    table = cooperation.uses(
        town, codes, CATEGORY, "straight", pooled_only=pooled_only, limit=limit, outside_by_name=apart
    )
    members = [town.codes.index(code) for code in codes]
    usable = np.isin(town.area_of_site, members) if pooled_only else np.ones(len(town.site_xy), bool)
    beyond = ~(plain_distance(town, usable) <= (np.inf if limit is None else limit)) | ~usable.any()
    for code, rows in table.groupby("from_code"):
        here = (town.area_of_place == town.codes.index(str(code))) & (town.people["total"] > 0)
        if not here.any():
            assert rows["reason"].tolist() == ["人口がない / nobody lives here"]
            assert rows[["people", "share"]].isna().all(axis=None)
            continue
        assert rows["share"].sum() == pytest.approx(100)
        assert rows["people"].sum() == pytest.approx(town.people["total"][here].sum())
        by_code = rows.set_index("to_code")["people"]
        assert by_code["none"] == pytest.approx(town.people["total"][here & beyond].sum())
        assert set(codes) <= set(by_code.index)
        if pooled_only:
            assert by_code["outside"] == 0


def test_the_matrix_names_whose_site_is_nearest() -> None:
    """By hand: town B has none, uses A's and a site beyond the study area; one place is nearest to that of C."""
    town = Town(
        ["10201", "10202", "10203"],
        np.array([[0.0, 0], [100, 0], [900, 0], [500, 0]]),
        np.array([0, 1, 1, 1]),
        {"total": np.array([5.0, 1, 2, 4])},
        np.array([[0.0, 0], [1000, 0], [520, 0]]),
        np.array([0, -1, 2]),
        np.full(3, np.nan),
    )
    table = cooperation.uses(town, ["10202", "10201"], CATEGORY, "straight").set_index(["from_code", "to_code"])
    assert table["people"].to_dict() == {
        ("10201", "10201"): 5, ("10201", "10202"): 0, ("10201", "outside"): 0, ("10201", "none"): 0,
        ("10202", "10201"): 1, ("10202", "10202"): 0, ("10202", "outside"): 6, ("10202", "none"): 0,
    }  # fmt: skip
    named = cooperation.uses(town, ["10201", "10202"], CATEGORY, "straight", outside_by_name=True)
    named = named[named["from_code"] == "10202"].set_index("to_code")
    assert named["people"].to_dict() == {"10201": 1, "10202": 0, "10203": 4, "99999": 2, "outside": 0, "none": 0}
    assert named.loc["10203", "to_name"] == "10203町"
    border = cooperation.border_dependence(town, ["10201", "10202"], categories=[CATEGORY]).set_index("area_code")
    columns = ["outside", "members", "outside_region", "none"]
    assert border.loc["10202", columns].tolist() == pytest.approx([100, 100 / 7, 600 / 7, 0])
    assert border.loc["region", columns].tolist() == pytest.approx([700 / 12, 100 / 12, 600 / 12, 0])
    assert border.loc["region", "outside_people"] == 7


@law
@given(regions())
def test_border_dependence_is_what_the_matrix_says(case: tuple[Town, list[str]]) -> None:
    town, codes = case
    border = cooperation.border_dependence(town, codes, categories=[CATEGORY]).set_index("area_code")
    for code, rows in cooperation.uses(town, codes, CATEGORY, "straight").groupby("from_code"):
        if rows["reason"].iloc[0]:
            assert border.loc[code, "reason"] == rows["reason"].iloc[0]
            assert np.isnan(border.loc[code, "outside"])
            continue
        elsewhere = rows[~rows["to_code"].isin([code, "none"])]
        assert border.loc[code, "outside"] == pytest.approx(elsewhere["share"].sum())
        assert border.loc[code, "outside_people"] == pytest.approx(elsewhere["people"].sum())


@law
@given(regions(), st.sampled_from(LIMITS[1:]))
def test_what_is_shared_out_is_all_there_is(case: tuple[Town, list[str]], limit: float) -> None:
    """Pooled: people's mean supply times people is the capacity of the region's sites that its people reach."""
    town, codes = case
    row = cooperation.floating(town, codes, CATEGORY, "straight", limit).set_index("area_code").loc["region"]
    members = [town.codes.index(code) for code in codes]
    places, sites = np.isin(town.area_of_place, members), np.isin(town.area_of_site, members)
    near = cdist(town.place_xy, town.site_xy) <= limit
    reached = ((near & places[:, np.newaxis]) * town.people["total"][:, np.newaxis]).sum(axis=0) > 0
    supply = np.nan_to_num(town.capacity)
    if row["reason"]:
        assert row["people"] == 0 or np.isnan(town.capacity).all()
        assert np.isnan(row["pooled_mean"])
        return
    assert row["pooled_mean"] * row["people"] / 1000 == pytest.approx(supply[sites & reached].sum())
    assert row["alone_none"] >= row["pooled_none"] - 1e-9
    assert row["pooled_none"] >= row["all_none"] - 1e-9
    assert ("不明" in row["remark"]) == bool(np.isnan(town.capacity).any())


# ---------------------------------------------------------------------------------------------------------------------
# Reasons in place of numbers


@pytest.fixture
def town() -> Town:
    """Three towns in a row, a clinic in the first and one in the third; the second has people and none."""
    return Town(
        ["10201", "10202", "10203"],
        np.array([[0.0, 0], [400, 0], [1000, 0]]),
        np.array([0, 1, 2]),
        {"total": np.array([10.0, 20, 30]), "65_plus": np.array([1.0, 2, 3])},
        np.array([[0.0, 0], [1000, 0]]),
        np.array([0, 2]),
        np.array([10.0, np.nan]),
    )


def test_capacity_by_hand(town: Town) -> None:
    table = cooperation.capacity(town, town.codes, categories=[CATEGORY]).set_index("area_code")
    assert table.loc["10201", ["sites", "sites_known", "capacity", "per_1000"]].tolist() == [1, 1, 10, 1000]
    assert table.loc["10202", ["sites", "capacity", "per_1000", "reason"]].tolist() == [0, 0, 0, ""]  # none: known
    assert np.isnan(table.loc["10203", "capacity"])
    assert table.loc["10203", "reason"].startswith("施設の規模")
    assert table.loc["region", ["sites", "sites_known", "capacity"]].tolist() == [2, 1, 10]
    assert table.loc["region", "per_1000"] == pytest.approx(10 / 60 * 1000)
    assert "2か所のうち1か所の規模が不明" in table.loc["region", "remark"]


def test_floating_by_hand(town: Town) -> None:
    """10 beds are shared by the 30 people within 500 m once the towns pool them, by 10 before."""
    table = cooperation.floating(town, ["10201", "10202"], CATEGORY, "straight", 500).set_index("area_code")
    columns = ["alone_mean", "pooled_mean", "alone_none", "pooled_none"]
    assert table.loc["10201", columns].tolist() == pytest.approx([1000, 1000 / 3, 0, 0])
    assert table.loc["10202", columns].tolist() == pytest.approx([0, 1000 / 3, 100, 0])
    assert table.loc["region", columns].tolist() == pytest.approx([1000 / 3, 1000 / 3, 200 / 3, 0])
    sites = cooperation.floating(town, town.codes, CATEGORY, "straight", 500, supply="sites").set_index("area_code")
    assert sites["unit"].unique().tolist() == ["sites"]
    assert sites.loc["10203", "alone_mean"] == pytest.approx(1000 / 30)


def test_a_member_that_no_list_covers_has_a_reason_and_the_others_a_remark(town: Town) -> None:
    town = replace(town, surveyed=np.array([True, False, True]))
    table = pooled(town, town.codes, limit=500)
    assert table.loc["10202", "reason"].startswith("この市区町村を含む一覧がない")
    assert "10202町" in table.loc["region", "reason"]
    assert table.loc[["10202", "region"], SHARES + PEOPLE + ["gain"]].isna().all(axis=None)
    assert table.loc["10201", "own"] == 100
    assert "10202町" in table.loc["10201", "remark"]
    matrix = cooperation.uses(town, town.codes, CATEGORY, "straight")
    assert matrix.groupby("from_code")["share"].sum(min_count=1).isna().tolist() == [False, True, False]
    both = pooled(town, ["10201", "10203"], limit=500)
    assert (both["reason"] == "").all()
    assert (both["remark"] == "").all()


def test_a_service_without_sites_has_a_reason(town: Town) -> None:
    none = replace(town, site_xy=np.empty((0, 2)), area_of_site=np.empty(0, int), capacity=np.empty(0))
    for table in (
        cooperation.pooled_services(none, town.codes, categories=[CATEGORY]),
        cooperation.border_dependence(none, town.codes, categories=[CATEGORY]),
        cooperation.capacity(none, town.codes, categories=[CATEGORY]),
        cooperation.floating(none, town.codes, CATEGORY, "straight"),
        cooperation.uses(none, town.codes, CATEGORY, "straight"),
    ):
        assert len(table) >= 3
        assert table["reason"].str.contains("no site of this service").all()
        numbers = table.select_dtypes("number").drop(columns=["limit"], errors="ignore")
        if "area_code" in table:
            assert (numbers.pop("people") > 0).all()
        assert numbers.isna().all(axis=None)
    unread = cooperation.pooled_services(town, town.codes, categories=["park"])
    assert unread["reason"].str.contains("資料がない").all()


def test_what_cannot_be_asked_is_refused(town: Town) -> None:
    for call, words in (
        (lambda: pooled(town, town.codes, mode="drive"), "drive"),
        (lambda: pooled(town, town.codes, group="85_plus"), "85_plus"),
        (lambda: cooperation.pooled_services(town, town.codes, categories=["cafe"]), "cafe"),
        (lambda: cooperation.uses(town, town.codes, "cafe", "straight"), "cafe"),
        (lambda: cooperation.uses(town, town.codes, CATEGORY, "teleport"), "teleport"),
    ):
        with pytest.raises(UnknownCode, match=words):
            call()
    for limit in (-1.0, float("nan")):
        with pytest.raises(BadLimit, match="しきい値"):
            pooled(town, town.codes, limit=limit)
        with pytest.raises(BadLimit, match="しきい値"):
            cooperation.uses(town, town.codes, CATEGORY, "straight", limit=limit)


# ---------------------------------------------------------------------------------------------------------------------
# A workspace, and the commands


@pytest.fixture(scope="module")
def opened(sample_workspace: Path) -> Opened:
    return explorer.open(sample_workspace)


@pytest.mark.parametrize("mode", ["straight", "walk"])
def test_all_is_the_indicator_of_the_build(opened: Opened, mode: str) -> None:
    """Open coverage of every usual service is the published indicator of that service, threshold and age group."""
    codes = opened.municipalities["code"].tolist()
    table = cooperation.pooled_services(opened, codes, mode=mode, group="65_plus")
    assert set(table["category"]) == set(USUAL_SERVICES)
    built = opened.indicators()
    built = built[(built["group"] == "65_plus") & (built["mode"] == mode)]
    for category, rows in table.groupby("category"):
        metres = default_limit(opened.services(), str(category), mode)
        values = built[built["indicator"] == f"{category}_within_{metres:.0f}m"].set_index("area_code")["value"]
        members = rows[rows["area_code"] != "region"]
        np.testing.assert_allclose(members["all"], values.loc[members["area_code"]], rtol=1e-12)


@pytest.mark.parametrize("mode", ["straight", "walk", "drive", "walk_elderly"])
def test_place_by_place_own_pooled_all(opened: Opened, mode: str) -> None:
    """On streets too: more sites are never farther, for any place of the members."""
    services, members = opened.services(), [0, 3, 4]
    for category in ("hospital", "stop"):
        sites = services.sites(category)["area"].to_numpy()
        usable = np.isin(np.arange(10), members)[:, np.newaxis] & np.isin(sites, members)
        far = [
            services.nearest_own(category, mode).distance,
            services.nearest_usable(category, mode, usable).distance,
            services.nearest(category, mode).distance,
        ]
        own, shared, every = (filled(each[np.isin(services.area_of_place, members)]) for each in far)
        assert (own >= shared).all()
        assert (shared >= every).all()
        assert (own > shared).any()


def test_beds_are_shared_among_who_reaches_them(opened: Opened) -> None:
    codes = opened.municipalities["code"].tolist()
    table = cooperation.floating(opened, codes, "hospital", "drive", 1800).set_index("area_code")
    beds = cooperation.capacity(opened, codes, categories=["hospital"]).set_index("area_code")
    assert (table["unit"] == "beds").all()
    assert table.loc["region", "pooled_mean"] == pytest.approx(beds.loc["region", "per_1000"], rel=1e-9)
    apart = (table["alone_mean"] - table["pooled_mean"]).abs().drop("region")
    assert (apart > 0.1).any()
    np.testing.assert_allclose(table["pooled_mean"], table["all_mean"])  # no hospital of the sample lies around it


def test_commands(sample_workspace: Path, command: Callable[..., object], tmp_path: Path) -> None:
    region = ("--region", "48301,48302")
    ran = command("pooled", sample_workspace, *region, "--service", "hospital,stop", "--mode", "drive", "--minutes", 20)
    table = pd.read_csv(io.StringIO(ran.out), dtype={"area_code": str})
    assert table["area_code"].tolist() == ["48301", "48302", "region"] * 2
    assert (table["limit"] == 1200).all()
    for show, column in (
        ("groups", "gain_people"),
        ("border", "outside"),
        ("capacity", "per_1000"),
        ("floating", "pooled_mean"),
    ):
        ran = command("pooled", sample_workspace, *region, "--service", "hospital", "--show", show)
        assert column in pd.read_csv(io.StringIO(ran.out)).columns, show
    ran = command("uses", sample_workspace, "hospital", *region, "--mode", "walk", "--out", tmp_path / "uses.csv")
    assert ran.code == 0, ran.err
    assert (tmp_path / "uses.csv").read_bytes().startswith(b"\xef\xbb\xbf")
    table = pd.read_csv(tmp_path / "uses.csv", dtype={"from_code": str})
    assert table.groupby("from_code")["share"].sum().tolist() == pytest.approx([100, 100])


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("pooled",), ("--region",)),
        (("pooled", "--region", "10201"), ("10201",)),
        (("pooled", "--region", "48301", "--service", "cafe"), ("cafe",)),
        (("pooled", "--region", "48301", "--mode", "rocket"), ("rocket",)),
        (("pooled", "--region", "48301", "--minutes", "5"), ("straight",)),
        (("pooled", "--region", "48301", "--metres", "5", "--minutes", "5"), ("--metres", "--minutes")),
        (("pooled", "--region", "48301", "--metres", "-5"), ("--metres",)),
        (("uses", "hospital", "--region", "48301", "--group", "old"), ("old",)),
        (("uses", "other_school", "--mode", "boat", "--region", "48301"), ("boat",)),
        (("critical", "cafe"), ("cafe",)),
        (("critical", "hospital", "--minutes", "nan"), ("--minutes",)),
    ],
)
def test_bad_options_are_one_message(
    sample_workspace: Path, command: Callable[..., object], arguments: tuple[str, ...], words: tuple[str, ...]
) -> None:
    name, *rest = arguments
    command(name, sample_workspace, *rest).error(*words)
