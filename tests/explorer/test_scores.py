"""``explorer score``, ``indicator`` and ``confidence`` on the sample, through the build and the commands."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import explorer
from explorer.asking import BadThreshold
from explorer.confidence import COLUMNS
from explorer.regions import Opened
from geodata.errors import UnknownCode
from layers import catalogue
from layers.score_rules import PARTS, BadScoreSettings

TWO = ["48201", "48321"]


def printed(text: str) -> pd.DataFrame:
    return pd.read_csv(io.StringIO(text), dtype={"area_code": str, "code": str}, keep_default_na=True)


class TestScore:
    def test_the_table_is_that_of_the_indicators(self, sample: Opened) -> None:
        table = sample.scores(mode="drive", group="65_plus").set_index("area_code")
        stored = sample.indicators()
        rows = stored[(stored["mode"] == "drive") & (stored["group"] == "65_plus")]
        named = {"overall": "score_overall", "low": "score_overall_low", "high": "score_overall_high"}
        for column, name in {**named, **{part: f"score_{part}" for part in PARTS}}.items():
            expected = rows[rows["indicator"] == name].set_index("area_code")["value"]
            np.testing.assert_allclose(table[column], expected.loc[table.index], err_msg=column)

    def test_every_town_has_a_whole_within_its_range_and_rank(self, sample: Opened) -> None:
        table = sample.scores()
        assert table["overall"].between(table["low"], table["high"]).all()
        assert table["rank"].between(table["rank_best"], table["rank_worst"]).all()
        assert sorted(table["rank"]) == list(range(1, len(table) + 1))
        assert (table["missing"] == "").all()
        assert (table["high"] - table["low"] > 0.5).all()

    def test_no_variation_no_range(self, sample: Opened) -> None:
        table = sample.scores(variation=0.0)
        np.testing.assert_allclose(table["low"], table["high"])
        np.testing.assert_array_equal(table["rank_best"], table["rank_worst"])

    def test_region_is_the_mean_over_people(self, sample: Opened) -> None:
        table = sample.scores(region=TWO)
        assert table["area_code"].tolist() == [*TWO, "region"]
        members = table.iloc[:2]
        mean = (members["overall"] * members["people"]).sum() / members["people"].sum()
        assert table["overall"].iloc[2] == pytest.approx(mean)
        assert table["people"].iloc[2] == pytest.approx(members["people"].sum())
        assert np.isnan(table["rank"].iloc[2])

    def test_a_neighbour_changes_nobodys_score(self, sample: Opened) -> None:
        alone, together = sample.scores(region=TWO[:1]), sample.scores(region=[*TWO, "48202"])
        assert alone[[*PARTS, "overall"]].iloc[0].tolist() == together[[*PARTS, "overall"]].iloc[0].tolist()
        np.testing.assert_allclose(alone[["low", "high"]].iloc[0], together[["low", "high"]].iloc[0], rtol=1e-12)

    def test_only_one_part_weighs(self, sample: Opened) -> None:
        table = sample.scores(weights={**dict.fromkeys(PARTS, 0.0), "school": 2.0})
        np.testing.assert_allclose(table["overall"], table["school"])
        assert "shopping" not in table

    @pytest.mark.parametrize(
        ("options", "error"),
        [
            ({"mode": "fly"}, UnknownCode),
            ({"mode": "straight"}, UnknownCode),
            ({"group": "old"}, UnknownCode),
            ({"region": ["99999"]}, UnknownCode),
            ({"weights": {"shoping": 1.0}}, BadScoreSettings),
            ({"variation": 1.0}, BadScoreSettings),
        ],
    )
    def test_what_cannot_be_is_refused(self, sample: Opened, options: dict, error: type[Exception]) -> None:
        with pytest.raises(error, match=" / "):
            sample.scores(**options)

    def test_the_command(self, command: Callable, sample_workspace: Path, tmp_path: Path) -> None:
        settings = command("score", "--settings")
        file = tmp_path / "weights.toml"
        file.write_text(settings.out.replace("shopping = 1.0", "shopping = 9.0"), encoding="utf-8")
        plain = printed(command("score", sample_workspace, "--region", ",".join(TWO)).out)
        own = printed(command("score", sample_workspace, "--region", ",".join(TWO), "--weights", file).out)
        assert plain["area_code"].tolist() == [*TWO, "region"]
        np.testing.assert_allclose(own["shopping"], plain["shopping"])
        expected = (plain["overall"] * 8 + plain["shopping"] * 8) / 16
        np.testing.assert_allclose(own["overall"], expected)
        command("score").error("ワークスペース")
        file.write_text("[weights]\nshoping = 1\n", encoding="utf-8")
        command("score", sample_workspace, "--weights", file).error("shoping")
        command("score", sample_workspace, "--weights", tmp_path / "none.toml").error("none.toml")

    def test_places_are_drawn_by_their_score(self, sample: Opened) -> None:
        values = sample.conditions.place_values["score_overall.walk"]
        conditions = sample.conditions
        mean = conditions.sum_over_areas(values * conditions.people["total"]) / conditions.total("total")
        np.testing.assert_allclose(mean, sample.scores()["overall"], rtol=1e-5)
        assert np.nanmin(values) >= 0
        assert np.nanmax(values) <= 100

    def test_what_if_follows(self, sample: Opened) -> None:
        """Scores and shares are of the distances, not of what was drawn: a new shop counts at once."""
        places = sample.workspace.table("places")
        shops = sample.conditions.distances["food_shop", "walk"]
        far = int(np.argmax(np.where(np.isfinite(shops), shops, 0)))
        point = places.geometry.iloc[far]
        effect = sample.live().after(opened=[("supermarket", point.x, point.y)], modes=["walk"])
        table = effect.indicators
        rows = table[(table["indicator"] == "score_shopping") & (table["group"] == "total")]
        assert (rows["change"] >= 0).all()
        assert rows["change"].max() > 0
        for name in ("score_overall", "score_gini", "all_services_within_15min"):
            assert (table["indicator"] == name).any(), name


class TestTiny:
    def test_missing_parts_are_named_and_the_known_ones_counted(self, tiny_workspace: Path) -> None:
        table = explorer.open(tiny_workspace).scores()
        assert table["overall"].isna().all()
        assert table["overall_known"].notna().all()
        assert table["missing"].str.contains("医療").all()
        assert table["missing"].str.contains("Medical care").all()
        assert table["medical"].isna().all()
        assert table["shopping"].notna().all()

    def test_towns_built_alone_have_the_same_scores(self, tiny_workspace: Path, tmp_path: Path) -> None:
        from explorer.build import build
        from explorer.build_run import Wanted

        both = explorer.open(tiny_workspace).scores().set_index("area_code")
        raw = tiny_workspace.parent / "raw"
        build([raw], tmp_path / "alone", Wanted(codes=("10201",)))
        alone = explorer.open(tmp_path / "alone").scores().set_index("area_code")
        # The plane that distances are measured in follows the study area: metres agree to a few parts in a million.
        columns = ["shopping", "school", "transport", "overall_known"]
        np.testing.assert_allclose(
            alone.loc["10201", columns].astype(float), both.loc["10201", columns].astype(float), rtol=1e-5
        )


class TestIndicator:
    def test_its_own_threshold_gives_the_stored_rows(self, sample: Opened) -> None:
        found = sample.indicator("medical_within_800m", mode="straight", group="total")
        stored = sample.indicators()
        rows = stored[
            (stored["indicator"] == "medical_within_800m")
            & (stored["mode"] == "straight")
            & (stored["group"] == "total")
        ].reset_index(drop=True)
        pd.testing.assert_frame_equal(found.astype(str), rows.astype(str))

    def test_any_threshold_of_a_region_pools_its_members(self, sample: Opened) -> None:
        found = sample.indicator("supermarket_within_800m", threshold=650, mode="walk", group="65_plus", region=TWO)
        assert found["area_code"].tolist() == [*TWO, "region"]
        assert set(found["indicator"]) == {"supermarket_within_650m"}
        numerator, denominator = found["numerator"].to_numpy(), found["denominator"].to_numpy()
        assert numerator[2] == pytest.approx(numerator[:2].sum())
        assert denominator[2] == pytest.approx(denominator[:2].sum())
        conditions = sample.conditions
        near = np.asarray(conditions.distances["supermarket", "walk"]) <= np.float32(650)
        counted = conditions.sum_over_areas(np.where(near, conditions.people["65_plus"], 0.0))
        codes = sample.municipalities["code"].tolist()
        assert numerator[0] == pytest.approx(counted[codes.index(TWO[0])])

    def test_all_modes_and_groups_without_a_choice(self, sample: Opened) -> None:
        found = sample.indicator("supermarket_within_800m", threshold=650)
        assert set(found["mode"]) == {"straight", "walk"}
        assert set(found["group"]) == set(sample.conditions.people)

    def test_the_command(self, command: Callable, sample_workspace: Path, tmp_path: Path) -> None:
        ran = command("indicator", sample_workspace, "supermarket_within_800m", "--threshold", 650, "--mode", "walk")
        assert printed(ran.out)["indicator"].unique().tolist() == ["supermarket_within_650m"]
        asked = ("indicator", sample_workspace)
        command(*asked, "supermarket_within_80m").error("supermarket_within_800m")
        command(*asked, "population", "--threshold", 650).error("population")
        command(*asked, "supermarket_within_800m", "--threshold", 0).error("0")
        command(*asked, "supermarket_within_800m", "--mode", "drive").error("drive", "walk")
        command(*asked, "supermarket_within_800m", "--group", "old").error("old")
        command(*asked, "supermarket_within_800m", "--region", "10201").error("10201")
        out = tmp_path / "one.json"
        command(*asked, "supermarket_within_800m", "--threshold", 650, "--out", out)
        assert len(json.loads(out.read_text(encoding="utf-8"))) > 10

    def test_a_threshold_where_there_is_none(self, sample: Opened) -> None:
        with pytest.raises(BadThreshold):
            sample.indicator("supermarket_minutes_median", threshold=500)


class TestConfidence:
    def test_all_columns_for_every_town(self, sample: Opened) -> None:
        table = sample.confidence("supermarket_within_800m", "walk", "65_plus")
        assert tuple(table.columns) == COLUMNS
        assert table["code"].tolist() == sample.municipalities["code"].tolist()

    def test_the_range_is_that_of_the_thresholds(self, sample: Opened) -> None:
        table = sample.confidence("supermarket_within_800m", "walk", "65_plus")
        asked = {"mode": "walk", "group": "65_plus"}
        low = sample.indicator("supermarket_within_800m", threshold=640, **asked)["value"]
        high = sample.indicator("supermarket_within_800m", threshold=960, **asked)["value"]
        np.testing.assert_allclose(table["value_low"], low)
        np.testing.assert_allclose(table["value_high"], high)
        assert table["value"].between(table["value_low"], table["value_high"]).all()
        assert (table["value_high"] > table["value_low"]).any()

    def test_a_value_that_falls_with_the_threshold_still_has_low_below_high(self, sample: Opened) -> None:
        for name, indicator in sample.catalogue.items():
            if indicator.threshold_m is not None and indicator.better == "low" and "walk" in indicator.modes:
                table = sample.confidence(name, "walk", "total").dropna(subset=["value"])
                assert (table["value_low"] <= table["value"]).all()
                assert (table["value"] <= table["value_high"]).all()

    def test_suppressed_people_by_hand(self, sample: Opened) -> None:
        places = sample.workspace.table("places")
        people = places["population_total"]
        merged = (people * places["suppressed_share"]).groupby(places["municipality_code"]).sum()
        share = 100 * merged / people.groupby(places["municipality_code"]).sum()
        table = sample.confidence("supermarket_within_800m", "walk", "total").set_index("code")
        np.testing.assert_allclose(table["suppressed_share"], share.loc[table.index])
        assert table["suppressed_share"].max() > 1

    def test_way_to_the_street_by_hand(self, sample: Opened) -> None:
        table = sample.confidence("food_shop_minutes_median", "drive", "75_plus").set_index("code")
        doors = sample.conditions.profiles["drive"].doors
        metres = np.load(sample.workspace.file("snapping", f"{doors}.snap_metres.npy"))
        places = sample.workspace.table("places")
        here = (places["municipality_code"] == "48201").to_numpy() & np.isfinite(metres)
        people = places["population_75_plus"].to_numpy()[here]
        assert table.loc["48201", "snap_mean_m"] == pytest.approx(np.average(metres[here], weights=people), rel=1e-5)
        order = np.argsort(metres[here])
        reached = np.cumsum(people[order]) >= 0.95 * people.sum() * (1 - 1e-12)
        assert table.loc["48201", "snap_p95_m"] == pytest.approx(metres[here][order][reached][0], rel=1e-6)

    def test_straight_lines_need_no_street(self, sample: Opened) -> None:
        table = sample.confidence("supermarket_within_800m", "straight", "total")
        assert table["snap_mean_m"].isna().all()
        assert table["suppressed_share"].notna().all()

    def test_the_other_grid_moves_values_a_little(self, sample: Opened) -> None:
        """The sample ships 250 m and 500 m squares of the same people."""
        table = sample.confidence("supermarket_within_800m", "walk", "total")
        gap = (table["other_value"] - table["value"]).abs()
        assert table["other_value"].notna().all()
        assert gap.max() > 0.01
        assert gap.median() < 3
        assert (table["other_population_year"] == table["population_year"]).all()

    def test_the_other_grid_is_never_added_to_the_people(self, sample: Opened) -> None:
        other = sample.doubts.other
        assert other is not None
        np.testing.assert_allclose(other.total("total"), sample.conditions.total("total"), rtol=0.02)

    def test_years_of_lists_and_boundaries(self, sample: Opened) -> None:
        table = sample.confidence("elementary_school_within_800m", "walk", "total")
        schools = sample.workspace.table("facilities").query("kind == 'elementary_school'")
        years = schools["as_of"].str[:4].astype(float)
        assert table["oldest_year"].min() == years.min()
        assert table["newest_year"].max() == years.max()
        mismatch = table["boundary_year"] - table["population_year"]
        np.testing.assert_array_equal(table["boundary_mismatch_years"], mismatch)

    def test_without_a_second_population_or_list_it_is_unknown_not_zero(self, tiny_workspace: Path) -> None:
        table = explorer.open(tiny_workspace).confidence("elementary_school_within_800m")
        assert table["other_value"].isna().all()
        assert table["completeness"].isna().all()
        assert table["value_low"].notna().all()
        assert table["boundary_year"].eq(2023).all()
        assert table["oldest_year"].eq(2023).all()

    def test_the_command(self, command: Callable, sample_workspace: Path) -> None:
        ran = command("confidence", sample_workspace, "supermarket_within_800m", "--group", "65_plus")
        assert tuple(printed(ran.out).columns) == COLUMNS
        command("confidence", sample_workspace, "nothing_at_all").error("nothing_at_all")

    def test_every_indicator_has_an_answer(self, sample: Opened) -> None:
        for name, indicator in sample.catalogue.items():
            if "_within_" in name and not name.startswith(("supermarket", "all_services")):
                continue
            mode = next(mode for mode in indicator.modes if sample.conditions.offers(mode))
            group = "total" if indicator.groups is None else indicator.groups[0]
            assert len(sample.confidence(name, mode, group)) == len(sample.municipalities), name


class TestCard:
    def test_the_line_says_what_is_known(self, sample: Opened) -> None:
        from explorer.ui.confidence_text import confidence_text

        indicator = catalogue.get("supermarket_within_800m")
        table = sample.confidence("supermarket_within_800m", "walk", "total")
        row = {str(name): value for name, value in table.iloc[0].items()}
        ja, en = (confidence_text(row, indicator, language) for language in ("ja", "en"))
        assert f"しきい値±20%で {row['value_low']:.1f}〜{row['value_high']:.1f} %" in ja
        assert f"threshold ±20%: {row['value_low']:.1f}–{row['value_high']:.1f} %" in en
        assert f"道路まで平均 {row['snap_mean_m']:.0f} m" in ja
        assert "別の人口資料（2020年）" in ja
        assert "秘匿合算" in ja

    def test_nothing_is_said_of_a_missing_value_or_an_unknown_part(self, tiny_workspace: Path) -> None:
        from explorer.ui.confidence_text import confidence_text

        opened = explorer.open(tiny_workspace)
        row = {str(name): value for name, value in opened.confidence("hospital_within_800m").iloc[0].items()}
        assert confidence_text(row, catalogue.get("hospital_within_800m"), "ja") == ""
        own = opened.confidence("elementary_school_within_800m", "straight").iloc[0]
        text = confidence_text(
            {str(k): v for k, v in own.items()}, catalogue.get("elementary_school_within_800m"), "en"
        )
        assert text.startswith("threshold ±20%")
        assert "street" not in text
        assert "nan" not in text
        assert "None" not in text

    def test_old_lists_are_said(self, sample: Opened) -> None:
        from explorer.ui.confidence_text import confidence_text

        table = sample.confidence("supermarket_within_800m", "walk", "total").iloc[0]
        row = {str(name): value for name, value in table.items()}
        row |= {"population_year": 2020.0, "oldest_year": 2011.0, "newest_year": 2014.0}
        row |= {"boundary_year": 2026.0, "boundary_mismatch_years": 6.0}
        text = confidence_text(row, catalogue.get("supermarket_within_800m"), "ja")
        assert "人口は2020年、一覧は2011–2014年" in text
        assert "境界は2026年" in text

    def test_the_card_bears_it_for_a_threshold_that_is_tried_out(self, sample_workspace: Path) -> None:
        from explorer.ui.card import Credits
        from explorer.ui.choice import Choice
        from explorer.ui.confidence_text import with_confidence
        from explorer.ui.study import Study
        from geodata.workspace import Workspace

        study = Study(Workspace.open(sample_workspace))
        tried = catalogue.at_threshold(catalogue.get("supermarket_within_800m"), 650)
        shown = {"scheme": "fixed", "opacity": 85, "base_map": "none"}
        choice = Choice(language="ja", indicator=tried, mode="walk", group="total", **shown)  # type: ignore[arg-type]
        data = with_confidence(Credits("2020", []), study, choice, "48201")
        table = explorer.open(sample_workspace).confidence("supermarket_within_800m", "walk", "total")
        assert "しきい値±20%" in data.confidence
        assert f"{table['value_high'].iloc[0]:.1f}" not in data.confidence
