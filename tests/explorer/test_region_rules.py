"""Regions by rule, on two tiny towns, on the sample region, and by car across the border of Gunma and Tochigi."""

from __future__ import annotations

import itertools
import shutil
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import explorer
from explorer.centres import minutes_between
from explorer.commuters import Commuters
from explorer.region_file import RegionError, read_region, write_region
from explorer.region_rules import (
    by_hand,
    commuting,
    medical_area,
    medical_areas,
    self_containment,
    touching,
    within_minutes,
)
from explorer.regions import Opened
from geodata.errors import MissingSource, UnknownCode


class TestByHand:
    def test_members_in_any_order_are_one_region(self, tiny: Opened) -> None:
        one, other = by_hand(tiny, ["10203", "10201"]), by_hand(tiny, "10201 10203")
        assert one == other
        assert one.name == "前橋市・桐生市"
        assert one.text == other.text

    def test_without_members_there_is_none(self, tiny: Opened) -> None:
        with pytest.raises(UnknownCode):
            by_hand(tiny, [])


class TestTouching:
    def test_towns_side_by_side(self, tiny: Opened) -> None:
        found = touching(tiny, "10201")
        assert found.codes == ["10201", "10203"]
        assert found.rule == "touching(10201)"

    def test_is_symmetric_and_grows_with_what_it_starts_from(self, sample: Opened) -> None:
        codes = sample.municipalities["code"].tolist()
        beside = {code: set(touching(sample, code).codes) for code in codes}
        for one in codes:
            assert one in beside[one]
            for other in codes:
                assert (other in beside[one]) == (one in beside[other])
        both = touching(sample, [codes[1], codes[0]])
        assert set(both.codes) == beside[codes[0]] | beside[codes[1]]
        assert both == touching(sample, codes[:2])

    def test_an_island_touches_nobody(self, sample: Opened) -> None:
        assert touching(sample, "48401").codes == ["48401"]


class TestWithinMinutes:
    def test_is_the_table_of_minutes_cut(self, sample: Opened) -> None:
        codes = sample.municipalities["code"].tolist()
        times = dict(zip(codes, minutes_between(sample, codes, ["48201"])[:, 0], strict=True))
        for limit in (10.0, 25.0, times["48203"], 60.0):
            expected = [code for code in codes if times[code] <= limit or code == "48201"]
            assert within_minutes(sample, "48201", limit).codes == expected
        assert np.isinf(times["48401"])  # no bridge to the island

    def test_says_which_points_the_minutes_are_between(self, sample: Opened, tiny: Opened) -> None:
        assert "役所・役場" in within_minutes(sample, "48201", 30).note
        assert "population-weighted centre" in within_minutes(tiny, "10201", 30).note
        assert within_minutes(tiny, "10201", 7.5).rule == "within_minutes(10201, 7.5, drive)"

    def test_more_minutes_never_lose_a_member(self, sample: Opened) -> None:
        found = [set(within_minutes(sample, "48201", limit).codes) for limit in (5, 20, 40, 120)]
        assert all(small <= large for small, large in itertools.pairwise(found))

    @pytest.mark.parametrize("minutes", [0, -1, float("nan"), float("inf"), 601])
    def test_minutes_that_are_none_are_refused(self, tiny: Opened, minutes: float) -> None:
        with pytest.raises(RegionError, match="600"):
            within_minutes(tiny, "10201", minutes)

    def test_unknown_towns_and_modes_are_named(self, tiny: Opened) -> None:
        with pytest.raises(UnknownCode, match="10202"):
            within_minutes(tiny, "10202", 10)
        with pytest.raises(UnknownCode, match="fly"):
            within_minutes(tiny, "10201", 10, mode="fly")
        with pytest.raises(RegionError, match="one municipality"):
            within_minutes(tiny, "10201,10203", 10)


def _flows(rows: list[tuple[str, str, str, float]]) -> Commuters:
    table = pd.DataFrame(rows, columns=["origin", "destination", "purpose", "persons"]).assign(as_of="2020", source="s")
    workspace = SimpleNamespace(has_table=lambda _: True, table=lambda _: table)
    return Commuters.of(SimpleNamespace(workspace=workspace))  # type: ignore[arg-type]


class TestCommuters:
    BY_HAND = _flows(
        [
            ("a", "a", "work", 60.0),
            ("a", "b", "work", 10.0),
            ("a", "b", "school", 20.0),
            ("a", "z", "work", 10.0),
            ("a", "b", "all", 999.0),  # totals stand beside their parts
            ("b", "a", "work", 5.0),
            ("b", "b", "work", 45.0),
            ("z", "a", "work", 35.0),
        ]
    )

    def test_by_hand(self) -> None:
        flows = self.BY_HAND
        assert (flows.between("a", "b"), flows.between("b", "z"), flows.as_of) == (30.0, 0.0, "2020")
        assert flows.share_percent("a", "b") == 30.0
        assert np.isnan(flows.between("c", "a"))  # not listed is not nobody
        assert np.isnan(flows.share_percent("c", "a"))
        # a stays 60 of 100; of those who come to a (60 + 5 + 35) 60 live there
        assert flows.self_containment(["a"]) == (60.0, 60.0)
        assert flows.self_containment(["a", "b"]) == pytest.approx((100 * 140 / 150, 100 * 140 / 175))
        assert np.isnan(flows.self_containment(["a", "c"])).all()

    def test_totals_count_where_there_is_nothing_else(self) -> None:
        assert _flows([("a", "b", "all", 30.0), ("a", "a", "all", 70.0)]).share_percent("a", "b") == 30.0

    @given(st.lists(st.tuples(*[st.sampled_from("abcd")] * 2, st.just("work"), st.floats(0, 1e5)), min_size=1))
    def test_laws(self, rows) -> None:
        flows = _flows(rows)
        whole = set("abcd")
        if whole <= flows.origins and flows.persons.sum() > 0:
            assert flows.self_containment(whole) == pytest.approx((100.0, 100.0))
        for members in ("a", "ab", "abc"):
            shares = np.array(flows.self_containment(members))
            assert (
                np.isnan(shares).all()
                or ((shares[~np.isnan(shares)] >= 0) & (shares[~np.isnan(shares)] <= 100 + 1e-9)).all()
            )
            again = np.array(flows.self_containment(members[::-1]))
            np.testing.assert_array_equal(shares, again)
        for origin in sorted(flows.origins):
            total = sum(flows.share_percent(origin, goal) for goal in "abcd")
            assert np.isnan(total) or total == pytest.approx(100.0)


class TestCommuting:
    def test_is_the_share_of_the_table_cut(self, sample: Opened) -> None:
        table = sample.workspace.table("commuting")
        table = table[table["purpose"].astype(str) != "all"]
        everybody = table.groupby("origin")["persons"].sum()
        core = table[table["destination"] == "48201"].groupby("origin")["persons"].sum()
        shares = (100 * core / everybody).reindex(sample.municipalities["code"]).dropna()
        for percent in (1.0, 30.0, 50.0, 60.0):
            expected = sorted({"48201", *shares.index[shares >= percent]})
            found = commuting(sample, "48201", percent)
            assert found.codes == expected
            assert found.as_of == "2020-10-01"
            stay = self_containment(sample, found)[0]
            assert f"{stay:.1f} %" in found.note

    def test_higher_shares_never_gain_a_member(self, sample: Opened) -> None:
        found = [set(commuting(sample, "48201", percent).codes) for percent in (1, 10, 40, 99)]
        assert all(large >= small for large, small in itertools.pairwise(found))
        assert len(found[0]) > len(found[-1])

    def test_without_a_table_it_says_what_to_add(self, tiny: Opened) -> None:
        for ask in (lambda: commuting(tiny, "10201", 10), lambda: self_containment(tiny, ["10201"])):
            with pytest.raises(MissingSource, match="origin_code,destination_code"):
                ask()

    @pytest.mark.parametrize("percent", [0, -5, 101, float("nan")])
    def test_shares_that_are_none_are_refused(self, sample: Opened, percent: float) -> None:
        with pytest.raises(RegionError, match="100"):
            commuting(sample, "48201", percent)


class TestMedicalAreas:
    def test_of_a_table(self, tiny: Opened, tmp_path: Path) -> None:
        path = tmp_path / "areas.csv"
        path.write_text(
            "市区町村コード,市町村,二次医療圏\n102016,前橋市,前橋\n10203,桐生市,桐生\n10212,みどり市,桐生\n,,\n",
            "cp932",
        )
        areas = medical_areas(tiny, path)
        assert [(area.name, area.codes) for area in areas] == [("前橋", ["10201"]), ("桐生（一部）", ["10203"])]
        assert dict(areas[1].absent) == {"10212": ""}
        assert "10212" in areas[1].note
        assert medical_area(tiny, "10203", path) == areas[1]

    @pytest.mark.parametrize("layer", ["geojson", "shp"])
    def test_of_a38_as_it_is_published(self, tiny: Opened, tmp_path: Path, layer: str) -> None:
        import geopandas as gpd
        import shapely

        box = shapely.box(139, 36, 139.1, 36.1)
        folder = tmp_path / "A38-20_10_GML"
        folder.mkdir()
        primary = gpd.GeoDataFrame(
            {"A38a_001": ["10201", "10203"], "A38a_002": ["前橋市", "桐生市"], "A38a_003": ["1001", "1009"]},
            geometry=[box, box],
            crs="EPSG:6668",
        )
        secondary = gpd.GeoDataFrame(
            {"A38b_001": ["10"] * 2, "A38b_003": ["1001", "1009"], "A38b_004": ["前橋", "桐生"]},
            geometry=[box, box],
            crs=6668,
        )
        encoding = {"encoding": "cp932"} if layer == "shp" else {}
        primary.to_file(folder / f"A38-20_1_10.{layer}", **encoding)
        secondary.to_file(folder / f"A38-20_2_10.{layer}", **encoding)
        for cpg in folder.glob("*.cpg"):
            cpg.unlink()
        archive = shutil.make_archive(str(folder), "zip", folder)
        assert [(area.name, area.codes) for area in medical_areas(tiny, archive)] == [
            ("前橋", ["10201"]),
            ("桐生", ["10203"]),
        ]
        if layer == "geojson":
            assert medical_area(tiny, "10201", folder / "A38-20_1_10.geojson").name == "1001"  # no names in this layer

    def test_without_a_source_or_with_a_wrong_one_it_says_what_to_give(self, tiny: Opened, tmp_path: Path) -> None:
        with pytest.raises(MissingSource, match="A38"):
            medical_area(tiny, "10201", None)
        with pytest.raises(MissingSource, match="no such file"):
            medical_area(tiny, "10201", tmp_path / "none.csv")
        other = tmp_path / "other.csv"
        other.write_text("a,b\n1,2\n", encoding="utf-8")
        with pytest.raises(ValueError, match="medical_area"):
            medical_area(tiny, "10201", other)
        other.write_text("code,medical_area\n10203,桐生\n", encoding="utf-8")
        with pytest.raises(UnknownCode, match="10201"):
            medical_area(tiny, "10201", other)
        other.write_text("code,medical_area\n01101,札幌\n", encoding="utf-8")
        with pytest.raises(UnknownCode, match="no municipality of the study area"):
            medical_areas(tiny, other)
        broken = tmp_path / "broken.geojson"
        broken.write_text("{", encoding="utf-8")
        with pytest.raises(ValueError, match=r"broken\.geojson"):
            medical_areas(tiny, broken)
        picture = tmp_path / "map.png"
        picture.write_bytes(b"x")
        with pytest.raises(ValueError, match="A38"):
            medical_areas(tiny, picture)


def test_a_region_by_rule_survives_its_file(sample: Opened, tmp_path: Path) -> None:
    for region in (touching(sample, "48201"), within_minutes(sample, "48201", 30), commuting(sample, "48201", 30)):
        path = write_region(region, tmp_path / "rule.toml")
        assert read_region(path) == region
        assert sample.region(path).codes == region.codes


@pytest.fixture(scope="module")
def ryomo(shared_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Opened:
    """The six cities of Ryomo in Gunma and Tochigi."""
    from explorer.build import Wanted, build

    folder = tmp_path_factory.mktemp("ryomo")
    (folder / "raw").mkdir()
    for number, name in enumerate(
        ["gunma/n03_10_full.geojson", "tochigi/n03_09_full.geojson", "gunma/census2015_chome.parquet",
         "tochigi/census2015_chome.parquet", "ryomo/roads.osm.pbf"]
    ):  # fmt: skip
        source = shared_data / name
        (folder / "raw" / f"{number}_{source.name}").symlink_to(source)
    wanted = Wanted(codes=("10203", "10212", "10205", "10207", "09202", "09204"), halo_km=5)
    return explorer.open(build([folder / "raw"], folder / "workspace", wanted).workspace.path)


@pytest.mark.realdata
@pytest.mark.slow
class TestRyomo:
    """Two prefectures in one workspace."""

    def test_minutes_between_centres_equal_scipy(self, ryomo: Opened) -> None:
        from explorer.travel import Travel
        from tests.layers.access.oracle import scipy_between

        codes = ryomo.municipalities["code"].tolist()
        travel = Travel.open(ryomo.workspace.path, "drive")
        ties = travel.ties(ryomo.centres["lon"], ryomo.centres["lat"])
        slow = scipy_between(travel.network, ties, ties) / 60_000
        np.testing.assert_allclose(minutes_between(ryomo, codes, codes), slow, rtol=0, atol=1e-9)
        for limit in (20.0, 30.0, 45.0):
            expected = [code for code, time in zip(codes, slow[:, codes.index("10203")], strict=True) if time <= limit]
            assert within_minutes(ryomo, "10203", limit).codes == expected

    def test_neighbours_across_the_border_of_the_prefectures(self, ryomo: Opened) -> None:
        assert touching(ryomo, "10203").codes == ["09202", "09204", "10203", "10205", "10212"]
        assert touching(ryomo, "09202").codes == ["09202", "09204", "10203", "10205", "10207"]

    def test_centres_lie_in_their_own_city_near_the_mean_of_its_people(self, ryomo: Opened) -> None:
        from geodata.municipalities import municipality_of

        centres = ryomo.centres
        assert (
            municipality_of(centres["lon"], centres["lat"], ryomo.municipalities).tolist() == centres["code"].tolist()
        )
        assert set(centres["basis"]) == {"population_centre"}
        places = ryomo.workspace.table("places")
        for row in centres.itertuples():
            own = places[places["municipality_code"] == row.code]
            weights = own["population_total"].to_numpy(float)
            lon, lat = (np.average(side, weights=weights) for side in (own.geometry.x, own.geometry.y))
            away_km = np.hypot((row.lon - lon) * 90, (row.lat - lat) * 111)
            others = np.hypot((own.geometry.x - lon) * 90, (own.geometry.y - lat) * 111)[weights > 0]
            assert away_km <= others.min() + 0.05

    def test_the_region_has_the_people_of_its_members(self, ryomo: Opened) -> None:
        table = ryomo.region(["10203", "10212", "10205", "10207", "09202", "09204"]).indicators()
        people = table[(table["indicator"] == "population") & (table["group"] == "total")].set_index("area_code")[
            "value"
        ]
        assert people["region"] == pytest.approx(people.drop("region").sum(), abs=1e-6)
