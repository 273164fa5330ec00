"""Scores, the 15-minute share and inequality: cases worked out by hand, and laws that hold for any places and people."""

from __future__ import annotations

from dataclasses import replace
from itertools import product
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from layers import catalogue
from layers.conditions import Conditions
from layers.score_counting import Scores, place_scores, scores
from layers.score_rules import PARTS, Anchor, BadScoreSettings, ScoreSettings, read_settings, settings_text

CATEGORIES = tuple(name for part in PARTS.values() for name in part.categories)
NEAR, FAR = 100.0, 10_000.0


def town(
    metres: dict[str, list[float]] | None = None,
    *,
    people: list[float] | None = None,
    areas: list[int] | None = None,
    lists: dict[str, list[bool]] | None = None,
    **more: object,
) -> Conditions:
    """Two places of one town with everything at hand, but for what is said of single categories (metres on foot)."""
    count = len(people) if people is not None else 2
    area_of_place = np.array(areas if areas is not None else [0] * count)
    area_count = int(area_of_place.max()) + 1
    walk = {name: np.full(count, NEAR, np.float32) for name in CATEGORIES}
    walk |= {name: np.array(far, np.float32) for name, far in (metres or {}).items()}
    base = Conditions(
        area_of_place=area_of_place,
        area_km2=np.ones(area_count),
        people={"total": np.array(people or [100.0, 100.0]), "65_plus": np.array(people or [100.0, 100.0]) / 4},
        distances={(name, "walk"): far for name, far in walk.items()}
        | {(name, "walk_elderly"): far / np.float32(1.0) for name, far in walk.items()}  # seconds at 60 m/min
        | {(name, "drive"): far / np.float32(10.0) for name, far in walk.items()},
        surveyed={name: np.ones(area_count, bool) for name in CATEGORIES}
        | {name: np.array(where) for name, where in (lists or {}).items()},
    )
    return replace(base, **more)  # type: ignore[arg-type]


def value(indicator: str, conditions: Conditions, mode: str = "walk", group: str = "total") -> np.ndarray:
    return catalogue.compute(catalogue.get(indicator), conditions, mode, group).value


def reason(indicator: str, conditions: Conditions, mode: str = "walk") -> list[str]:
    return catalogue.compute(catalogue.get(indicator), conditions, mode, "total").reason.tolist()


class TestByHand:
    def test_a_part_is_linear_between_target_and_floor(self) -> None:
        """Shops: 500 m = 6.25 min gives 100, 2,400 m = 30 min gives 0, half-way 1,450 m gives 50."""
        shops = {"food_shop": [500.0, 1450.0, 2400.0, np.inf, np.nan]}
        found = value("score_shopping", town(shops, people=[1.0] * 5, areas=[0, 1, 2, 3, 4]))
        np.testing.assert_allclose(found, [100, 50, 0, 0, 0], atol=1e-4)

    def test_mean_over_people_not_over_places(self) -> None:
        found = value("score_shopping", town({"food_shop": [500.0, 2400.0]}, people=[30.0, 10.0]))
        np.testing.assert_allclose(found, [75.0])

    def test_driving_has_its_own_anchors_in_seconds(self) -> None:
        """5 min give 100, 30 min 0: 1,050 s is half-way."""
        conditions = town()
        distances = {**conditions.distances, ("food_shop", "drive"): np.array([300, 1050], np.float32)}
        np.testing.assert_allclose(value("score_shopping", replace(conditions, distances=distances), "drive"), [75.0])

    def test_the_better_of_station_and_stop_counts(self) -> None:
        """Station: 800 m to 2,400 m. Stop: 300 m to 1,000 m."""
        conditions = town({"station": [1600.0, 1600.0], "stop": [650.0, 370.0]}, areas=[0, 1])
        np.testing.assert_allclose(value("score_transport", conditions), [50.0, 90.0], rtol=1e-6)

    def test_the_whole_is_the_mean_of_eight_parts(self) -> None:
        conditions = town({"food_shop": [FAR, FAR], "elementary_school": [2400.0, 2400.0]})
        np.testing.assert_allclose(value("score_overall", conditions), [(0 + 50 + 6 * 100) / 8], rtol=1e-6)

    def test_the_range_of_weights_by_hand(self) -> None:
        """One part 0, seven 100: lowest when the 0 has 1.2 and the others 0.8, highest the other way."""
        conditions = town({"food_shop": [FAR, FAR]})
        np.testing.assert_allclose(value("score_overall_low", conditions), [100 * 5.6 / 6.8])
        np.testing.assert_allclose(value("score_overall_high", conditions), [100 * 8.4 / 9.2])

    def test_weights_of_ones_own(self) -> None:
        rules = ScoreSettings({"shopping": 3.0, "medical": 1.0})
        found = scores(town({"food_shop": [FAR, FAR]}), "walk", "total", rules)
        np.testing.assert_allclose(found.overall, [25.0])
        assert found.parts.shape == (2, 1)

    def test_all_services_within_fifteen_minutes(self) -> None:
        """1,200 m on foot. The nearest of two alternatives counts; one service beyond is enough to be out."""
        conditions = town(
            {"food_shop": [1200.0, 1201.0], "nursery": [FAR, FAR], "post_office": [np.nan, np.inf]}, people=[60.0, 40.0]
        )
        np.testing.assert_allclose(value("all_services_within_15min", conditions), [60.0])
        np.testing.assert_allclose(value("all_services_within_20min", conditions), [100.0])
        np.testing.assert_allclose(value("all_services_within_10min", conditions), [0.0])
        np.testing.assert_allclose(value("all_services_within_15min", conditions, "drive"), [100.0])  # 120 s

    def test_gini_palma_and_the_worst_fifth(self) -> None:
        """Two parts of the people have 0 and 100. Half and half: G = 0.5. The best tenth has 100, the worst 40 % none."""
        rest = {name: [FAR, NEAR] for name in CATEGORIES}
        conditions = town(rest)
        np.testing.assert_allclose(value("score_gini", conditions), [0.5])
        assert reason("score_palma", conditions) == ["worst_off_zero"]
        mixed = town(rest, people=[20.0, 80.0])
        np.testing.assert_allclose(value("score_gini", mixed), [0.2])
        np.testing.assert_allclose(value("score_palma", mixed), [2.0])  # 100 ÷ (half of the worst 40 % have 0)
        old = replace(mixed, people={"total": np.array([20.0, 80.0]), "65_plus": np.array([6.0, 4.0])})
        np.testing.assert_allclose(value("score_worst_fifth", old, group="65_plus"), [60.0])

    def test_who_shares_the_worst_score_shares_the_fifth(self) -> None:
        """40 of 100 people have the lowest score: half of each of them is in the worst fifth."""
        conditions = town({name: [FAR, FAR, NEAR] for name in CATEGORIES}, people=[10.0, 30.0, 60.0])
        old = replace(conditions, people={"total": np.array([10.0, 30.0, 60.0]), "65_plus": np.array([8.0, 0.0, 2.0])})
        np.testing.assert_allclose(value("score_worst_fifth", old, group="65_plus"), [40.0])

    def test_gap_of_minutes(self) -> None:
        conditions = town({"food_shop": [80.0, 800.0, 1600.0]}, people=[20.0, 60.0, 20.0])
        np.testing.assert_allclose(value("minutes_gap_shopping", conditions), [19.0])

    def test_out_of_reach_is_infinitely_far_for_the_gap(self) -> None:
        conditions = town({"food_shop": [80.0, np.inf]}, people=[85.0, 15.0])
        assert np.isnan(value("minutes_gap_shopping", conditions)).all()
        assert reason("minutes_gap_shopping", conditions) == ["unreachable_for_tenth"]
        fewer = town({"food_shop": [80.0, np.inf]}, people=[95.0, 5.0])
        np.testing.assert_allclose(value("minutes_gap_shopping", fewer), [0.0])

    def test_nobody_has_anything(self) -> None:
        conditions = town({name: [np.inf, np.inf] for name in CATEGORIES})
        np.testing.assert_allclose(value("score_overall", conditions), [0.0])
        assert reason("score_gini", conditions) == ["score_all_zero"]
        assert reason("score_palma", conditions) == ["score_all_zero"]


class TestMissing:
    def test_a_part_without_a_list_is_never_zero(self) -> None:
        conditions = town(areas=[0, 1], lists={"medical": [True, False]})
        np.testing.assert_array_equal(value("score_medical", conditions), [100.0, np.nan])
        np.testing.assert_array_equal(value("score_overall", conditions), [100.0, np.nan])
        np.testing.assert_array_equal(value("score_overall_known", conditions), [100.0, 100.0])
        assert reason("score_medical", conditions) == ["", "not_surveyed"]
        text = reason("score_overall", conditions)[1]
        assert text == "資料のない分野がある: 医療 / no list of: Medical care"
        for name in ("all_services_within_15min", "score_gini", "score_worst_fifth", "score_overall_low"):
            assert reason(name, conditions) == ["", text], name
        assert reason("score_gini_known", conditions) == ["", ""]

    def test_any_list_of_alternatives_will_do_but_stops_and_stations_are_both_needed(self) -> None:
        conditions = town(areas=[0, 1], lists={"bank": [False, False], "stop": [True, False]})
        assert reason("score_post_bank", conditions) == ["", ""]
        assert reason("score_transport", conditions) == ["", "not_surveyed"]

    def test_nothing_known(self) -> None:
        nothing = {name: [False] for name in CATEGORIES}
        conditions = town(lists=nothing)
        for name in catalogue.indicators():
            if catalogue.get(name).theme == "score":
                found = catalogue.compute(catalogue.get(name), conditions, "walk", "65_plus")
                assert np.isnan(found.value).all(), name
                assert all(found.reason), name

    def test_no_streets_no_group_no_people(self) -> None:
        conditions = town(has_streets=False)
        assert reason("score_overall", conditions) == ["no_streets"]
        empty = town(people=[0.0, 0.0])
        for name in (
            "score_overall",
            "score_shopping",
            "score_gini",
            "all_services_within_15min",
            "minutes_gap_school",
        ):
            assert reason(name, empty) == ["no_people"], name
        lacking = catalogue.compute(catalogue.get("score_gini"), town(), "walk", "75_plus")
        assert lacking.reason.tolist() == ["no_group"]

    def test_places_of_a_town_without_a_list_have_no_score(self) -> None:
        conditions = town(areas=[0, 1], lists={"medical": [True, False]})
        np.testing.assert_array_equal(place_scores(conditions, "walk"), [100, np.nan])
        np.testing.assert_array_equal(place_scores(conditions, "walk", known_only=True), [100, 100])


@st.composite
def towns(draw: st.DrawFn, places: int = 6, areas: int = 2) -> Conditions:
    far = st.one_of(st.floats(0, 6000, width=32), st.just(np.inf))
    metres = {name: draw(st.lists(far, min_size=places, max_size=places)) for name in CATEGORIES}
    people = draw(st.lists(st.floats(0.1, 1000), min_size=places, max_size=places))
    return town(metres, people=people, areas=[number % areas for number in range(places)])


SCORES = ("score_overall", "score_overall_low", "score_overall_high", *(f"score_{part}" for part in PARTS))


class TestLaws:
    @given(towns())
    @settings(max_examples=40)
    def test_between_0_and_100_and_gini_between_0_and_1(self, conditions: Conditions) -> None:
        for name in SCORES:
            for mode in ("walk", "drive"):
                found = value(name, conditions, mode)
                assert ((found >= 0) & (found <= 100)).all(), (name, mode)
        gini = value("score_gini", conditions)
        assert ((gini >= 0) & (gini <= 1) | np.isnan(gini)).all()
        palma = value("score_palma", conditions)
        assert ((palma >= 1 - 1e-9) | np.isnan(palma)).all()

    @given(towns(), st.sampled_from(CATEGORIES), st.integers(0, 5))
    @settings(max_examples=40)
    def test_another_facility_never_lowers(self, before: Conditions, category: str, place: int) -> None:
        nearer = before.distances[category, "walk"].copy()
        nearer[place] = min(nearer[place], np.float32(50.0))
        after = before.replacing({(category, "walk"): nearer})
        for name in (*SCORES, "all_services_within_15min", "all_services_within_30min"):
            assert (value(name, after) >= value(name, before) - 1e-9).all(), name
        fresh = replace(before, distances=after.distances)
        for name in (*SCORES, "all_services_within_15min", "score_gini", "minutes_gap_shopping"):
            np.testing.assert_array_equal(value(name, after), value(name, fresh))  # live answers are those of a build

    @given(towns())
    @settings(max_examples=25)
    def test_a_neighbour_changes_nobody(self, both: Conditions) -> None:
        alone = replace(
            both, area_of_place=np.where(both.area_of_place == 0, 0, -1), area_km2=np.ones(1),
            surveyed={name: where[:1] for name, where in both.surveyed.items()},
        )  # fmt: skip
        for name in (*SCORES, "score_gini", "score_palma", "all_services_within_15min", "minutes_gap_medical"):
            assert value(name, both)[0] == pytest.approx(value(name, alone)[0], nan_ok=True), name
        mine = both.area_of_place == 0
        np.testing.assert_array_equal(place_scores(both, "walk")[mine], place_scores(alone, "walk")[mine])

    @given(towns(), st.permutations(range(6)))
    @settings(max_examples=25)
    def test_the_order_of_places_does_not_matter(self, conditions: Conditions, order: list[int]) -> None:
        shuffled = replace(
            conditions, area_of_place=conditions.area_of_place[order],
            people={group: people[order] for group, people in conditions.people.items()},
            distances={measure: far[order] for measure, far in conditions.distances.items()},
        )  # fmt: skip
        for name in (*SCORES, "score_gini", "score_palma", "all_services_within_15min", "minutes_gap_transport"):
            np.testing.assert_allclose(value(name, shuffled), value(name, conditions), rtol=1e-9, atol=1e-12)

    @given(towns())
    @settings(max_examples=25)
    def test_a_region_is_the_mean_over_its_people(self, conditions: Conditions) -> None:
        from explorer.conditions import pooled

        people = conditions.total("total")
        for name in ("score_overall", "score_shopping", "all_services_within_20min"):
            whole = value(name, pooled(conditions, [0, 1]))[0]
            assert whole == pytest.approx((value(name, conditions) * people).sum() / people.sum()), name

    @given(towns())
    @settings(max_examples=25)
    def test_slower_walkers_are_no_better_off(self, conditions: Conditions) -> None:
        """The same ways at 60 instead of 80 m/min: metres taken for seconds are those at 60 m/min."""
        for name in (*SCORES, "all_services_within_15min"):
            assert (value(name, conditions, "walk_elderly") <= value(name, conditions) + 1e-4).all(), name

    @given(towns())
    @settings(max_examples=25)
    def test_the_mean_of_places_is_the_score_of_the_town(self, conditions: Conditions) -> None:
        places = place_scores(conditions, "walk").astype(float)
        people = conditions.people["total"]
        mean = conditions.sum_over_areas(places * people) / conditions.total("total")
        np.testing.assert_allclose(mean, value("score_overall", conditions), rtol=1e-5, atol=1e-4)

    @given(towns())
    @settings(max_examples=40)
    def test_gini_is_the_mean_difference_of_all_pairs(self, conditions: Conditions) -> None:
        score = place_scores(conditions, "walk").astype(float)
        for area, gini in enumerate(value("score_gini", conditions)):
            mine = conditions.area_of_place == area
            s, p = score[mine], conditions.people["total"][mine]
            if np.isnan(gini):
                assert (s == 0).all()
                continue
            pairs = (np.abs(s[:, None] - s) * p[:, None] * p).sum() / (2 * p.sum() * (p * s).sum())
            assert gini == pytest.approx(pairs, abs=1e-5)

    def test_everybody_alike_is_no_inequality(self) -> None:
        conditions = town({name: [700.0, 700.0, 700.0] for name in CATEGORIES}, people=[1.0, 20.0, 300.0])
        np.testing.assert_allclose(value("score_gini", conditions), [0.0], atol=1e-12)
        np.testing.assert_allclose(value("score_palma", conditions), [1.0])
        np.testing.assert_allclose(value("score_worst_fifth", conditions, group="65_plus"), [20.0])
        np.testing.assert_allclose(value("minutes_gap_school", conditions), [0.0])


class TestRangeOfWeights:
    @given(
        st.lists(st.floats(0, 100), min_size=2, max_size=6),
        st.lists(st.floats(0.1, 5), min_size=6, max_size=6),
        st.floats(0, 0.9),
    )
    @settings(max_examples=100)
    def test_exactly_the_extremes_over_all_corners(self, parts: list[float], weights: list[float], play: float) -> None:
        mine = np.array(weights[: len(parts)]) / sum(weights[: len(parts)])
        low, high = Scores(np.array(parts)[:, None], mine, np.ones(1)).range(play)
        corners = [
            np.dot(mine * factors, parts) / np.dot(mine, factors)
            for factors in product((1 - play, 1 + play), repeat=len(parts))
        ]
        assert low[0] == pytest.approx(min(corners), abs=1e-9)
        assert high[0] == pytest.approx(max(corners), abs=1e-9)

    def test_no_play_no_range(self) -> None:
        found = Scores(np.array([[10.0], [90.0]]), np.array([0.5, 0.5]), np.ones(1))
        low, high = found.range(0.0)
        assert low[0] == pytest.approx(50.0) == high[0]

    def test_ranks_stay_where_nothing_can_change_them(self) -> None:
        """A is best in all; B and C swap with the weights; D has a part missing."""
        parts = np.array([[90.0, 60.0, 20.0, 99.0], [90.0, 20.0, 62.0, np.nan]])
        rank, best, worst = Scores(parts, np.array([0.5, 0.5]), np.ones(4)).rank_range()
        np.testing.assert_array_equal(rank, [1, 3, 2, np.nan])
        np.testing.assert_array_equal(best, [1, 2, 2, np.nan])
        np.testing.assert_array_equal(worst, [1, 3, 3, np.nan])


class TestSettings:
    def test_what_is_printed_can_be_read_again(self, tmp_path: Path) -> None:
        file = tmp_path / "weights.toml"
        file.write_text(settings_text(), encoding="utf-8")
        again = read_settings(file)
        assert again.weights == ScoreSettings().weights
        for name, part in PARTS.items():
            for category, ways in part.ways.items():
                for way, anchor in ways.items():
                    found = again.parts[name].ways[category][way]
                    assert (found.target, found.floor) == (anchor.target, anchor.floor)

    def test_changed_anchors_and_weights(self, tmp_path: Path) -> None:
        file = tmp_path / "weights.toml"
        text = "[weights]\nmedical = 0\n[anchors.shopping.food_shop.walk]\nfloor = 10\n"
        file.write_text(text, encoding="utf-8-sig")  # Windows editors put a mark before the text
        rules = read_settings(file)
        assert rules.parts["shopping"].ways["food_shop"]["walk"].floor == 10
        assert len(rules.counted) == len(PARTS) - 1
        found = scores(town({"food_shop": [650.0, 650.0]}), "walk", "total", rules)
        assert found.parts[0, 0] == pytest.approx(50.0)  # 8.125 min between 6.25 and 10

    @pytest.mark.parametrize(
        ("text", "words"),
        [
            ("[weights]\nshoping = 1\n", "shoping"),
            ("[weights]\nshopping = -1\n", "-1"),
            ("[weights]\nshopping = true\n", "True"),
            ("[weights]\nshopping = nan\n", "nan"),
            ('[weights]\nshopping = "much"\n', "much"),
            ("weights = 3\n", "weights"),
            ("[anchors]\nshopping = 3\n", "shopping"),
            ("[anchors.shopping.food_shop.fly]\nfloor = 3\n", "fly"),
            ("[anchors.shopping.bank.walk]\nfloor = 3\n", "bank"),
            ("[anchors.shopping.food_shop.walk]\nfloor = 3\n", "floor"),  # below its target
            ("[anchors.shopping.food_shop.walk]\ntarget = -3\n", "target"),
            ("[anchors.shopping.food_shop.walk]\nfloors = 3\n", "floors"),
            ("[more]\n", "more"),
            ("not toml", "TOML"),
            ("[weights]\n" + "".join(f"{name} = 0\n" for name in PARTS), "0"),
        ],
    )
    def test_what_cannot_be_is_named(self, tmp_path: Path, text: str, words: str) -> None:
        file = tmp_path / "weights.toml"
        file.write_text(text, encoding="utf-8")
        with pytest.raises(BadScoreSettings, match=words) as error:
            read_settings(file)
        assert " / " in str(error.value)

    def test_a_file_in_another_encoding(self, tmp_path: Path) -> None:
        file = tmp_path / "weights.toml"
        file.write_bytes("# 重み\n[weights]\n".encode("cp932"))
        with pytest.raises(BadScoreSettings, match=r"weights\.toml"):
            read_settings(file)

    def test_every_anchor_says_where_it_is_from(self) -> None:
        for part in PARTS.values():
            for ways in part.ways.values():
                assert set(ways) == {"walk", "cycle", "drive"}
                for anchor in ways.values():
                    assert isinstance(anchor, Anchor)
                    assert "既定値・変更可" in anchor.ja or "下限" in anchor.ja
                    assert ("default, editable" in anchor.en) == ("既定値・変更可" in anchor.ja)
