"""Where to put it: the answers against a plain recomputation, laws of regions and orders, bad input, the command."""

from __future__ import annotations

import io
import itertools
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import explorer
from explorer.regions import Opened
from explorer.siting import Siting, best_sites, mobile_stops, price_of_not_cooperating
from explorer.siting_candidates import CannotPlace
from explorer.siting_price import shared_out
from explorer.siting_problem import Question, problem_of
from geodata.errors import UnknownCode

TOWNS = ["48301", "48302", "48321"]
SMALL = ["48361"]


def members(opened: Opened, codes: list[str]) -> np.ndarray:
    services = opened.services()
    return np.isin(services.area_of_place, [services.area_codes.index(code) for code in codes])


def reached(opened: Opened, sites: pd.DataFrame, mode: str) -> np.ndarray:
    """(n_places, sites) how far each site is from each place: one question per site, with no pairs and no limit."""
    services = opened.services()
    return np.stack(
        [services.nearest_of_points([row.lon], [row.lat], mode).distance for row in sites.itertuples()], axis=1
    )


def same(one: Siting, other: Siting) -> None:
    pd.testing.assert_frame_equal(one.sites, other.sites)
    pd.testing.assert_frame_equal(one.municipalities, other.municipalities)
    assert (one.method, one.gap, one.how) == (other.method, other.gap, other.how)


# ---------------------------------------------------------------------------------------------------------------------
# Against a plain recomputation


@pytest.mark.parametrize("objective", ["cover", "travel"])
@pytest.mark.parametrize("existing", [True, False])
def test_the_choice_is_the_best_of_all_pairs_of_candidates(sample: Opened, objective: str, *, existing: bool) -> None:
    """Every pair of the schools of a town tried out, from the distances of each school alone."""
    codes, limit = TOWNS, 300.0
    found = best_sites(sample, codes, "clinic", k=2, mode="drive", limit=limit, objective=objective, existing=existing)
    schools = pd.concat(
        [sample.services().sites(kind) for kind in ("elementary_school", "junior_high_school", "high_school")]
    )
    schools = schools[schools["municipality_code"].isin(codes)].reset_index(drop=True)
    here = members(sample, codes)
    people = sample.conditions.people["total"][here]
    far = reached(sample, schools, "drive")[here]
    now = sample.conditions.distances["clinic", "drive"][here] if existing else np.full(len(people), np.inf)
    assert found.candidate_count == len(schools)

    def worth(chosen: tuple[int, ...]) -> float:
        nearest = np.minimum(now, far[:, list(chosen)].min(axis=1))
        if objective == "cover":
            return float(people[nearest <= limit].sum())
        return -float((people * np.minimum(nearest, 7200.0)).sum() / 60.0)

    pairs = list(itertools.combinations(range(len(schools)), 2))
    best = max(map(worth, pairs))
    assert len({round(worth(pair), 3) for pair in pairs}) > 10  # the pairs do differ
    assert (found.method, found.gap) == ("exact", 0.0)
    assert (found.covered_people if objective == "cover" else -found.travel) == pytest.approx(best, rel=1e-6)


def test_tables_say_whom_the_sites_serve(sample: Opened) -> None:
    found = best_sites(sample, TOWNS, "clinic", k=3, mode="walk", limit=1000.0)
    here = members(sample, TOWNS)
    people = np.where(here, sample.conditions.people["total"], 0.0)
    now = sample.conditions.distances["clinic", "walk"]
    far = reached(sample, found.sites, "walk")
    nearest = np.minimum(now, far.min(axis=1))
    is_new = far.min(axis=1) < now
    sites, towns = found.sites, found.municipalities.set_index("area_code")
    assert found.people == pytest.approx(people.sum())
    assert found.covered_before == pytest.approx(people[now <= 1000].sum())
    assert found.covered_people == pytest.approx(people[nearest <= 1000].sum())
    assert sites["added"].sum() == pytest.approx(found.covered_people - found.covered_before)
    np.testing.assert_allclose(sites["people_within"], [people[column <= 1000].sum() for column in far.T])
    served = [people[is_new & (far.argmin(axis=1) == row) & (nearest <= 1000)].sum() for row in range(len(sites))]
    np.testing.assert_allclose(sites["people_served"], served)
    assert (sites["served_elsewhere"] <= sites["people_served"]).all()
    assert towns.loc["region", "covered_gain"] == pytest.approx(towns.iloc[:-1]["covered_gain"].sum())
    np.testing.assert_allclose(towns["share_after"], 100 * towns["covered_after"] / towns["people"])
    places = found.site_of_place >= 0
    np.testing.assert_array_equal(places, is_new & (people > 0))
    np.testing.assert_array_equal(found.distance[people > 0], nearest[people > 0])
    assert np.isnan(found.distance[people == 0]).all()


def test_future_people_and_ages_count_as_their_places_say(sample: Opened) -> None:
    here = members(sample, TOWNS)
    found = best_sites(sample, TOWNS, "clinic", k=1, mode="drive", limit=300.0, year=2050, group="65_plus")
    people = sample.conditions.place_values["people_2050_65_plus"][here].astype(float)
    assert found.people == pytest.approx(people.sum())
    assert found.people != pytest.approx(sample.conditions.people["65_plus"][here].sum(), rel=0.01)


def test_mobile_stops_serve_only_people_beyond_the_shops(sample: Opened) -> None:
    found = mobile_stops(sample, TOWNS, "food_shop", k=4, beyond=1000.0, limit=300.0, group="75_plus")
    far = sample.conditions.distances["food_shop", "walk"] > 1000
    people = np.where(members(sample, TOWNS) & far, sample.conditions.people["75_plus"], 0.0)
    near = reached(sample, found.sites, "walk")
    assert found.people == pytest.approx(people.sum())
    assert found.covered_people == pytest.approx(people[(near <= 300).any(axis=1)].sum())
    assert found.sites["people_served"].sum() == pytest.approx(found.covered_people)
    assert (found.sites["kind"] == "place").all()
    named = {*sample.workspace.table("facilities")["name"], *sample.workspace.table("stops")["name"], ""}
    assert set(found.sites["near"]) <= named
    assert (found.sites["near"] != "").any()


def test_inhabited_places_are_thinned_out_by_squares_and_it_is_said(sample: Opened) -> None:
    whole = best_sites(
        sample, SMALL, None, k=2, mode="straight", limit=800.0, candidates="places", existing=False, spacing_m=0
    )
    thin = best_sites(
        sample, SMALL, None, k=2, mode="straight", limit=800.0, candidates="places", existing=False, spacing_m=1000
    )
    assert whole.candidate_count > 4 * thin.candidate_count
    assert not any("1,000m" in note for note in whole.notes)
    assert any("1,000m" in note and "1,000 m square" in note for note in thin.notes)
    assert whole.covered_people >= thin.covered_people


# ---------------------------------------------------------------------------------------------------------------------
# Laws


def test_the_order_of_municipalities_and_of_candidates_makes_no_difference(sample: Opened) -> None:
    asked = {"k": 3, "mode": "drive", "limit": 300.0}
    same(*(best_sites(sample, codes, "clinic", **asked) for codes in (TOWNS, TOWNS[::-1])))
    schools = sample.services().sites("elementary_school")[["name", "lon", "lat"]].iloc[:20]
    mixed = schools.sample(frac=1.0, random_state=3)
    same(*(best_sites(sample, TOWNS, "clinic", candidates=table, **asked) for table in (schools, mixed)))
    same(*(best_sites(sample, TOWNS, "clinic", **asked) for _ in range(2)))


def test_more_sites_and_what_exists_never_cover_less(sample: Opened) -> None:
    found = [best_sites(sample, TOWNS, "clinic", k=k, mode="drive", limit=300.0) for k in (1, 2, 4)]
    covered = [each.covered_people for each in found]
    assert covered == sorted(covered)
    nothing = best_sites(sample, TOWNS, "clinic", k=2, mode="drive", limit=300.0, existing=False)
    assert nothing.covered_before == 0.0
    assert nothing.covered_people <= covered[1]


@pytest.mark.parametrize("objective", ["cover", "travel"])
@pytest.mark.parametrize("seconds", [0.0, 30.0])
def test_together_is_never_worse_than_alone(sample: Opened, objective: str, seconds: float) -> None:
    price = price_of_not_cooperating(
        sample, TOWNS, "clinic", k=4, mode="drive", limit=300.0, objective=objective, seconds=seconds
    )
    table = price.table.set_index("area_code")
    region, towns = table.loc["region"], table.drop(index="region")
    less, more = ("covered_alone", "covered_together") if objective == "cover" else ("travel_together", "travel_alone")
    opened = "covered_alone_open" if objective == "cover" else "travel_alone_open"
    assert region[less] * (1 - 1e-6) <= region[opened] <= region[more] * (1 + 1e-6)
    assert region["sites_alone"] == towns["sites_alone"].sum() == 4
    assert (towns["covered_alone_open"] >= towns["covered_alone"] - 1e-9).all()
    assert (towns["travel_alone_open"] <= towns["travel_alone"] + 1e-6).all()
    for column in ("people", "covered_before", "covered_together", "people_lost", "travel_lost"):
        assert region[column] == pytest.approx(towns[column].sum())
    assert price.people_lost == region["people_lost"]
    assert price.travel_lost == region["travel_lost"]
    assert set(price.alone["chosen_by"]) <= set(TOWNS)
    assert (price.alone["municipality_code"] == price.alone["chosen_by"]).all()


def test_alone_is_what_the_town_finds_by_itself(sample: Opened) -> None:
    """Its own sites for its own people, as if the question had been asked for that town only."""
    split = {"48301": 1, "48302": 2}
    asked = {"mode": "drive", "limit": 300.0}
    price = price_of_not_cooperating(sample, TOWNS, "clinic", k=3, split=split, **asked)
    table = price.table.set_index("area_code")
    for code, count in split.items():
        alone = best_sites(sample, [code], "clinic", k=count, **asked)
        assert table.loc[code, "covered_alone"] == pytest.approx(alone.covered_people)
        chosen = price.alone[price.alone["chosen_by"] == code]
        assert list(chosen["site_id"]) == list(alone.sites["site_id"])
    assert table.loc["48321", "covered_alone"] == table.loc["48321", "covered_before"]


def test_a_town_without_a_site_of_its_own_says_what_its_ways_count_as(sample: Opened) -> None:
    asked = {"k": 1, "mode": "drive", "limit": 300.0}
    price = price_of_not_cooperating(sample, TOWNS, None, existing=False, split={"48302": 1}, **asked)
    row = price.table.set_index("area_code").loc["48301"]
    assert row["travel_alone"] == pytest.approx(120 * row["people"])
    assert any("120 minutes each" in note and "48301" in note for note in price.together.notes)
    there = price_of_not_cooperating(sample, TOWNS, "clinic", split={"48302": 1}, **asked)
    assert not any("120 minutes" in note for note in there.together.notes)


def test_sites_are_shared_out_by_people_with_the_largest_remainders(tiny: Opened) -> None:
    """Two towns of 6,400 people each: of 3 sites the lower code has the odd one."""
    problem = problem_of(
        tiny, ["10203", "10201"], Question(category=None, k=3, mode="straight", limit=500.0, existing=False)
    )
    assert shared_out(problem, "people").tolist() == [2, 1]
    assert shared_out(problem, {"10203": 3}).tolist() == [0, 3]


def test_pairs_of_some_places_are_those_of_all(sample: Opened) -> None:
    services = sample.services()
    site = services.sites("hospital").iloc[:5]
    rows = np.flatnonzero(members(sample, TOWNS))
    for mode, limit in (("straight", 2000.0), ("walk", 2000.0), ("drive", 400.0)):
        whole = services.within_of_points(site["lon"], site["lat"], mode, limit)
        part = services.within_of_points(site["lon"], site["lat"], mode, limit, places=rows)
        kept = np.isin(whole.place, rows)
        assert kept.any()
        for one, other in zip(whole, part, strict=True):
            np.testing.assert_array_equal(one[kept], other)


def test_sites_that_exist_already_add_nothing_and_it_is_said(sample: Opened) -> None:
    found = best_sites(sample, TOWNS, "clinic", k=2, mode="drive", limit=300.0, candidates="facilities:clinic")
    assert found.sites.empty
    assert found.covered_people == found.covered_before > 0
    assert any("further ones would serve nobody" in note for note in found.notes)


def test_what_is_not_proven_says_how_much_better_it_could_be(sample: Opened) -> None:
    for objective, words in (("cover", "more people"), ("travel", "person-minutes")):
        found = best_sites(
            sample, TOWNS, None, k=4, mode="drive", limit=300.0, existing=False, seconds=0.0, objective=objective
        )
        best = best_sites(sample, TOWNS, None, k=4, mode="drive", limit=300.0, existing=False, objective=objective)
        assert best.choice.value <= found.choice.value * (1 + found.gap) * (1 + 1e-9)
        if found.method == "greedy":
            assert words in found.how
            assert found.gap > 0


# ---------------------------------------------------------------------------------------------------------------------
# Bad input


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"k": 0}, "1以上"),
        ({"k": -1}, "1以上"),
        ({"k": 1000}, "選べません"),
        ({"limit": None}, "圏内"),
        ({"limit": 0.0}, "圏内"),
        ({"limit": float("nan")}, "圏内"),
        ({"objective": "best"}, "cover"),
        ({"category": None}, "existing"),
        ({"candidates": pd.DataFrame({"name": ["x"]})}, "lon"),
        ({"candidates": pd.DataFrame({"lon": [36.2], "lat": [143.5]})}, "日本の中"),
        ({"candidates": pd.DataFrame({"lon": [150.0], "lat": [30.0]}), "k": 1}, "道路がありません"),
        ({"candidates": "facilities:high_school", "codes": SMALL, "k": 1}, "1件もありません"),
        ({"beyond": ("food_shop", 0.0)}, "0より大きい"),
    ],
)
def test_what_cannot_be_is_refused_with_one_message(sample: Opened, options: dict[str, object], words: str) -> None:
    asked = {"codes": TOWNS, "category": "clinic", "k": 2, "mode": "drive", "limit": 300.0, **options}
    with pytest.raises(CannotPlace) as caught:
        best_sites(sample, asked.pop("codes"), asked.pop("category"), **asked)
    message = str(caught.value)
    assert words in message
    assert len(message.splitlines()) == 1
    assert " / " in message


@pytest.mark.parametrize(
    "options",
    [
        {"codes": []},
        {"codes": ["99999"]},
        {"category": "opera"},
        {"mode": "rocket"},
        {"group": "babies"},
        {"year": 1999},
        {"candidates": "castles"},
        {"candidates": "facilities:opera"},
        {"beyond": ("opera", 5.0)},
    ],
)
def test_unknown_names_are_refused_with_what_there_is(sample: Opened, options: dict[str, object]) -> None:
    asked = {"codes": TOWNS, "category": "clinic", "k": 2, "mode": "drive", "limit": 300.0, **options}
    with pytest.raises(UnknownCode, match=" / "):
        best_sites(sample, asked.pop("codes"), asked.pop("category"), **asked)


@pytest.mark.parametrize("split", [{"48301": 1}, {"48301": 2, "99999": 1}, {"48301": 4, "48302": -1}, "each", "fair"])
def test_sites_that_cannot_be_shared_out(sample: Opened, split: object) -> None:
    k = 4 if split == "each" else 3
    with pytest.raises(CannotPlace, match=" / "):
        price_of_not_cooperating(sample, TOWNS, "clinic", k=k, split=split, mode="drive", limit=300.0)


def test_a_candidate_without_a_street_is_named_and_left_out(sample: Opened) -> None:
    school = sample.services().sites("elementary_school").iloc[:3][["name", "lon", "lat"]]
    sea = pd.DataFrame({"name": ["沖の候補"], "lon": [150.0], "lat": [30.0]})
    asked = {"k": 2, "mode": "drive", "limit": 600.0}
    found = best_sites(sample, TOWNS, "clinic", candidates=pd.concat([school, sea], ignore_index=True), **asked)
    assert found.candidate_count == 3
    assert any("沖の候補" in note and "without a street" in note for note in found.notes)


def test_a_list_that_lacks_shops_is_told(tiny: Opened, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = {"k": 1, "beyond": 500.0, "limit": 300.0}
    assert not any("lacks shops" in note for note in mobile_stops(tiny, ["10201"], "food_shop", **asked).notes)
    table, read = tiny.workspace.table("completeness"), type(tiny.workspace).table
    row = table.index[(table["municipality_code"] == "10201") & (table["kind"] == "supermarket")]
    table.loc[row, ["listed", "yardstick", "is_low"]] = [1, 9, True]
    monkeypatch.setattr(
        type(tiny.workspace), "table", lambda self, name: table if name == "completeness" else read(self, name)
    )
    notes = mobile_stops(tiny, ["10201"], "food_shop", **asked).notes
    assert any("10201: 1 of about 9" in note for note in notes)


def test_a_town_without_people_is_no_hindrance_and_a_region_of_such_is_refused(tiny: Opened) -> None:
    conditions = tiny.conditions
    empty = conditions.area_of_place == 1
    people = {group: np.where(empty, 0.0, values) for group, values in conditions.people.items()}
    from dataclasses import replace

    changed = explorer.open(tiny.workspace.path)
    changed.__dict__["conditions"] = replace(conditions, people=people)
    asked = {"k": 1, "mode": "drive", "limit": 120.0, "existing": False}
    found = best_sites(changed, ["10201", "10203"], None, **asked)
    row = found.municipalities.set_index("area_code").loc["10203"]
    assert row["people"] == 0
    assert np.isnan(row["share_after"])
    assert " / " in row["reason"]
    with pytest.raises(CannotPlace, match="対象になる人がいません"):
        best_sites(changed, ["10203"], None, candidates="places", **asked)


# ---------------------------------------------------------------------------------------------------------------------
# The command


def test_command_writes_sites_towns_and_the_price(command: Callable, sample_workspace: Path, tmp_path: Path) -> None:
    asked = ["sites", sample_workspace, "--region", "48301,48302", "--service", "clinic", "--sites", 2, "--minutes", 5]
    ran = command(*asked)
    assert ran.code == 0, ran.err
    table = pd.read_csv(io.StringIO(ran.out), dtype={"municipality_code": str})
    assert len(table) == 2
    assert (table["method"] == "exact").all()
    assert "exact: no choice is better" in ran.err
    towns = pd.read_csv(io.StringIO(command(*asked, "--by-town").out))
    assert list(towns["area_code"]) == ["48301", "48302", "region"]
    out = tmp_path / "price.csv"
    ran = command(*asked, "--alone", "--split", "48301=1,48302=1", "--out", out)
    assert ran.code == 0, ran.err
    assert list(pd.read_csv(out)["sites_alone"]) == [1, 1, 2]
    assert out.read_bytes().startswith(b"\xef\xbb\xbf")


def test_command_for_mobile_shops_and_a_list_of_ones_own(
    command: Callable, sample: Opened, sample_workspace: Path, tmp_path: Path
) -> None:
    ran = command(
        *("sites", sample_workspace, "--region", "48361", "--for-beyond", "food_shop", "--beyond-metres", 1000),
        *("--mode", "walk", "--metres", 300, "--sites", 3, "--candidates", "places"),
    )
    assert ran.code == 0, ran.err
    assert len(pd.read_csv(io.StringIO(ran.out))) == 3
    schools = sample.services().sites("elementary_school").iloc[:4]
    path = tmp_path / "候補.csv"
    schools.rename(columns={"name": "名称", "lat": "緯度", "lon": "経度"})[["名称", "緯度", "経度"]].to_csv(
        path, index=False
    )
    ran = command("sites", sample_workspace, "--region", "48301", "--sites", 1, "--minutes", 10, "--candidates", path)
    assert ran.code == 0, ran.err
    assert pd.read_csv(io.StringIO(ran.out))["name"].isin(schools["name"]).all()


@pytest.mark.parametrize(
    ("options", "word"),
    [
        (["--minutes", 5, "--metres", 300], "--minutes"),
        ([], "--minutes"),
        (["--metres", 300], "m"),
        (["--minutes", 5, "--candidates", "no.csv"], "no.csv"),
        (["--minutes", 5, "--service", "opera"], "opera"),
        (["--minutes", 5, "--sites", 0], "1"),
        (["--minutes", 5, "--alone", "--split", "48301=x"], "--split"),
    ],
)
def test_command_refuses_with_one_message(
    command: Callable, sample_workspace: Path, options: list[object], word: str
) -> None:
    command("sites", sample_workspace, "--region", "48301", *options).error(word)
