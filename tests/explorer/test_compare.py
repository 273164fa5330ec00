"""Neighbours in three measures and peers with their parts: by hand on two towns, against plain tables on the sample."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from types import SimpleNamespace

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from explorer.borders import borders_of
from explorer.centres import minutes_between
from explorer.compare import DEFAULT_INDICATORS, NEIGHBOUR_COLUMNS, NothingToCompare, neighbours, peers
from explorer.regions import Opened
from geodata.errors import UnknownCode


class TestNeighbours:
    def test_two_towns_of_four_kilometres(self, tiny: Opened) -> None:
        row = neighbours(tiny, "10201").iloc[0]
        assert (row["code"], row["name"]) == ("10203", "桐生市")
        assert row["border_km"] == pytest.approx(3.70, abs=0.01)  # a thirtieth of a degree of the meridian
        # A town's width, 0.05 degrees or 4.49 km, at 20 km/h is 13.5 minutes; to and from the street up to 70 m on foot.
        assert 13.4 < row["minutes"] < 13.5 + 2 * 70 / 80
        assert row["minutes_basis"] == "population_centre→population_centre"
        assert row["people"] == pytest.approx(6400.0)
        assert np.isnan(row["commuters_out"])
        assert np.isnan(row["commuters_in_percent"])
        assert "通勤・通学の表がない / commuters" in row["reason"]

    def test_each_measure_is_that_of_its_table(self, sample: Opened) -> None:
        codes = sample.municipalities["code"].tolist()
        flows = sample.workspace.table("commuting")
        flows = flows[flows["purpose"].astype(str) != "all"].groupby(["origin", "destination"])["persons"].sum()
        for code in ("48201", "48361"):
            found = neighbours(sample, code, by="code")
            assert tuple(found) == NEIGHBOUR_COLUMNS
            assert found["code"].tolist() == [each for each in codes if each != code]
            shared = borders_of(sample.borders, code)["km"].reindex(found["code"]).fillna(0)
            np.testing.assert_array_equal(found["border_km"], shared)
            there = minutes_between(sample, [code], found["code"])[0]
            np.testing.assert_array_equal(found["minutes"], np.where(np.isinf(there), np.nan, there))
            for row in found.itertuples():
                assert row.commuters_out == flows.get((code, row.code), 0.0)
                assert row.commuters_in == flows.get((row.code, code), 0.0)
                assert row.commuters_out_percent == pytest.approx(100 * row.commuters_out / flows[code].sum())
                assert row.commuters_in_percent == pytest.approx(100 * row.commuters_in / flows[row.code].sum())

    def test_what_is_one_way_turns_round_with_the_towns(self, sample: Opened) -> None:
        codes = sample.municipalities["code"].tolist()
        tables = {code: neighbours(sample, code, by="code").set_index("code") for code in codes}
        for one in codes:
            for other in codes:
                if one == other:
                    continue
                here, there = tables[one].loc[other], tables[other].loc[one]
                assert here["border_km"] == there["border_km"]
                assert here["commuters_out"] == there["commuters_in"]
                assert here["commuters_out_percent"] == there["commuters_in_percent"]
                np.testing.assert_equal(here["minutes"], there["minutes_back"])

    def test_an_island_is_missing_minutes_with_the_reason_and_comes_last(self, sample: Opened) -> None:
        found = neighbours(sample, "48201", by="minutes")
        assert found["code"].iloc[-1] == "48401"
        assert np.isnan(found["minutes"].iloc[-1])
        assert found["reason"].iloc[-1] == "所要時間: 道がつながっていない / minutes: no way on the streets"
        assert (found["reason"].iloc[:-1] == "").all()
        assert found["minutes"].iloc[:-1].is_monotonic_increasing
        by_border = neighbours(sample, "48201")
        assert by_border["border_km"].is_monotonic_decreasing
        by_commuters = neighbours(sample, "48201", by="commuters")
        assert (by_commuters["commuters_out"] + by_commuters["commuters_in"]).is_monotonic_decreasing
        pd.testing.assert_frame_equal(neighbours(sample, "48201", count=3), by_border.head(3))

    def test_what_cannot_be_asked_is_refused(self, tiny: Opened) -> None:
        with pytest.raises(UnknownCode, match="10202"):
            neighbours(tiny, "10202")
        with pytest.raises(UnknownCode, match="one municipality"):
            neighbours(tiny, "10201,10203")
        with pytest.raises(UnknownCode, match="fly"):
            neighbours(tiny, "10201", mode="fly")
        with pytest.raises(NothingToCompare, match="1 or more"):
            neighbours(tiny, "10201", count=0)


@dataclass
class Town:
    """As much of a workspace as peers need: a few municipalities with values."""

    values: dict[str, dict[str, float]]
    units: dict[str, str]
    people: dict[str, str] | None = None

    @cached_property
    def municipalities(self) -> gpd.GeoDataFrame:
        codes = sorted({code for column in self.values.values() for code in column})
        return gpd.GeoDataFrame(
            {"code": codes, "name": [f"町{code}" for code in codes]}, geometry=[shapely.Point(0, 0)] * len(codes)
        )

    @property
    def catalogue(self):
        return {
            each: SimpleNamespace(ja=each, en=each, unit=self.units.get(each, "%"), modes=("",)) for each in self.values
        }

    def indicators(self) -> pd.DataFrame:
        rows = [
            (code, each, "total", "", value, "資料がない / no source" if np.isnan(value) else "")
            for each, column in self.values.items()
            for code, value in column.items()
        ]
        return pd.DataFrame(rows, columns=["area_code", "indicator", "group", "mode", "value", "reason"])


NAN = float("nan")


class TestPeers:
    def test_by_hand(self) -> None:
        """Ageing 20, 30, 40 has a standard deviation of 8.165; people 1, 10, 100 thousand are one decade apart each."""
        town = Town(
            {
                "age": {"10201": 20.0, "10202": 30.0, "10203": 40.0},
                "people": {"10201": 1e3, "10202": 1e4, "10203": 1e5},
            },
            {"people": "人"},
        )
        found = peers(town, "10201", ["age", "people"])  # type: ignore[arg-type]
        one = 10 / np.std([20, 30, 40])
        assert found["code"].tolist() == ["10202", "10203"]
        assert found["age_part"].tolist() == pytest.approx([one, 2 * one])
        assert found["people_part"].tolist() == pytest.approx([one, 2 * one])  # decades are as evenly spaced
        assert found["distance"].tolist() == pytest.approx([one, 2 * one])
        assert found["people"].tolist() == [1e4, 1e5]
        itself = peers(town, "10201", ["age"], with_itself=True).iloc[0]  # type: ignore[arg-type]
        assert (itself["code"], itself["distance"], itself["age_part"]) == ("10201", 0.0, 0.0)

    def test_a_missing_value_is_no_zero_and_no_distance(self) -> None:
        town = Town(
            {"a": {"10201": 1.0, "10202": NAN, "10203": 9.0}, "b": {"10201": 1.0, "10202": 1.0, "10203": 5.0}}, {}
        )
        found = peers(town, "10201", ["a", "b"])  # type: ignore[arg-type]
        assert found["code"].tolist() == ["10203", "10202"]
        assert np.isnan(found["distance"].iloc[1])
        assert np.isnan(found["a_part"].iloc[1])
        assert found["b_part"].iloc[1] == 0.0
        assert found["reason"].tolist() == ["", "データなし: a / no data: a"]

    def test_what_has_no_value_here_is_left_out_by_name(self) -> None:
        town = Town({"a": {"10201": NAN, "10202": 1.0}, "b": {"10201": 1.0, "10202": 2.0}}, {})
        found = peers(town, "10201", ["a", "b"])  # type: ignore[arg-type]
        assert found.attrs["used"] == ["b"]
        assert found.attrs["missing"] == {"a": ("資料がない", "no source")}
        assert "a" not in found
        with pytest.raises(NothingToCompare, match="a"):
            peers(town, "10201", ["a"])  # type: ignore[arg-type]

    def test_where_all_are_alike_nothing_is_apart(self) -> None:
        town = Town({"a": dict.fromkeys(["10201", "10202", "10203"], 0.1 + 0.2)}, {})
        found = peers(town, "10201", ["a"])  # type: ignore[arg-type]
        assert found["distance"].tolist() == [0.0, 0.0]

    @settings(max_examples=40)
    @given(
        st.lists(
            st.tuples(*[st.one_of(st.just(NAN), st.integers(0, 50).map(float))] * 3), min_size=2, max_size=7
        ),
        st.randoms(),
    )  # fmt: skip
    def test_laws(self, rows, random) -> None:
        codes = [f"102{row:02d}" for row in range(1, len(rows) + 1)]
        values = {each: {code: row[at] for code, row in zip(codes, rows, strict=True)} for at, each in enumerate("abc")}
        shuffled = list(codes)
        random.shuffle(shuffled)
        turned = {each: {code: values[each][code] for code in shuffled} for each in "cab"}
        tables = {}
        for code in codes:
            if all(np.isnan(values[each][code]) for each in "abc"):
                with pytest.raises(NothingToCompare):
                    peers(Town(values, {}), code, list("abc"))  # type: ignore[arg-type]
                continue
            tables[code] = peers(Town(values, {}), code, list("abc"), None).set_index("code")  # type: ignore[arg-type]
            again = peers(Town(turned, {}), code, list("cab"), None).set_index("code")  # type: ignore[arg-type]
            np.testing.assert_allclose(
                again["distance"].reindex(tables[code].index), tables[code]["distance"], atol=1e-12
            )
            found = tables[code]
            parts = found[[f"{each}_part" for each in found.attrs["used"]]].to_numpy(float)
            np.testing.assert_allclose(found["distance"] ** 2 * parts.shape[1], (parts**2).sum(axis=1))
            assert found["distance"].dropna().is_monotonic_increasing
            assert (found["reason"] != "").equals(found["distance"].isna())
        for one, here in tables.items():
            for other, there in tables.items():
                if one != other and here.attrs["used"] == there.attrs["used"]:
                    assert here.loc[other, "distance"] == pytest.approx(there.loc[one, "distance"], nan_ok=True)

    def test_defaults_say_which_are_missing(self, sample: Opened, tiny: Opened) -> None:
        found = peers(sample, "48321")
        assert found.attrs["used"] == [
            "population",
            "population_density",
            "ageing_65",
            "population_change_2050",
            "day_night_ratio",
        ]
        assert set(found.attrs["missing"]) == {"fiscal_strength", "primary_industry_share", "habitable_land_share"}
        table = sample.indicators()
        rows = table[(table["indicator"] == "ageing_65") & (table["group"] == "total")].set_index("area_code")["value"]
        ageing = rows.reindex(found["code"]).to_numpy(float)
        np.testing.assert_array_equal(found["ageing_65"], ageing)
        np.testing.assert_allclose(found["ageing_65_part"], (ageing - rows["48321"]) / np.std(rows.to_numpy(float)))
        assert len(found) == 9
        few = peers(tiny, "10201")
        assert few.attrs["used"] == ["population", "population_density"]
        assert set(few.attrs["used"]) | set(few.attrs["missing"]) == set(DEFAULT_INDICATORS)
        assert all(ja and en for ja, en in few.attrs["missing"].values())

    def test_modes_and_age_groups_of_an_indicator(self, sample: Opened) -> None:
        table = sample.indicators()
        for mode, group, stored in ((None, "total", "walk"), ("straight", "65_plus", "straight")):
            found = peers(sample, "48201", ["supermarket_within_800m"], mode=mode, group=group).set_index("code")
            rows = table[(table["indicator"] == "supermarket_within_800m") & (table["mode"] == stored)]
            rows = rows[rows["group"] == group].set_index("area_code")["value"]
            np.testing.assert_array_equal(found["supermarket_within_800m"], rows.reindex(found.index))

    def test_what_cannot_be_asked_is_refused(self, tiny: Opened) -> None:
        for ask, words in (
            (lambda: peers(tiny, "10202"), "10202"),
            (lambda: peers(tiny, "10201", ["happiness"]), "happiness"),
            (lambda: peers(tiny, "10201", []), "none given"),
        ):
            with pytest.raises(UnknownCode, match=words):
                ask()
        with pytest.raises(NothingToCompare):
            peers(tiny, "10201", ["ageing_65"])
        with pytest.raises(NothingToCompare, match="1 or more"):
            peers(tiny, "10201", count=-1)
