"""Projected people by grid square: editions, suppressed squares, and squares that go to places without losing anybody."""

from __future__ import annotations

import json
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from geodata import mesh
from geodata.archive import RawFile
from geodata.errors import MissingColumn, UnreadableFile
from geodata.future_places import Today, inhabited_squares, spread_projection
from geodata.future_population import Projection, read_projection
from geodata.notes import Notes
from geodata.projection import choose_projection
from geodata.recognise import recognise_file

WEST, SOUTH = 139.0, 36.3
CODES = mesh.code_at([WEST + (k + 0.5) / 160 for k in range(4)], [SOUTH + 0.5 / 240] * 4, 4)
PLANE = choose_projection((138.9, 36.2, 139.2, 36.4))


def square(at: int, ages: tuple[float, float, float, float], **more: object) -> dict[str, object]:
    """One row of 2025 only: ages 0–14, 15–64, 65+, 75+."""
    total = sum(ages[:3])
    row = {
        "MESH_ID": str(CODES[at]),
        "SHICODE": "10201",
        "PTN_2020": total + 10,
        "HITOKU2025": None,
        "GASSAN2025": None,
    }
    row |= {"PTN_2025": total, "PT00_2025": total}
    row |= dict(zip(("PTA_2025", "PTB_2025", "PTC_2025", "PTD_2025"), ages, strict=True))
    return row | more


def geojson(
    folder: Path, rows: list[dict[str, object]], name: str = "500m_mesh_2024_10.geojson", newline: str = "\n"
) -> RawFile:
    shape = {"type": "Polygon", "coordinates": [[[139, 36], [140, 36], [140, 37], [139, 36]]]}
    lines = [json.dumps({"type": "Feature", "properties": row, "geometry": shape}) for row in rows]
    head = '{"type": "FeatureCollection",\n"features": [\n'
    path = folder / name
    path.write_text(head + f",{newline}".join(lines) + "\n]}\n", encoding="utf-8")
    return RawFile(path, (), folder, path.stat().st_size)


def merged() -> list[dict[str, object]]:
    """Square 1 (4 people) is hidden in square 0 (16 people): the ages of 20 people stand in square 0."""
    return [
        square(0, (2, 10, 8, 4), HITOKU2025="@", PTN_2025=16.0, PT00_2025=20.0),
        square(1, (0, 0, 0, 0), HITOKU2025="*", GASSAN2025=str(CODES[0]), PTN_2025=4.0),
        square(2, (30, 50, 20, 10)),
    ]


@pytest.mark.parametrize("newline", ["\n", " "])  # one feature in a line, and all in one
def test_ages_of_a_hidden_square_are_dealt_out_again(tmp_path: Path, newline: str) -> None:
    notes = Notes()
    one = read_projection(geojson(tmp_path, merged(), newline=newline), notes=notes)
    assert (one.level, one.base_year, one.years) == (4, 2020, (2020, 2025))
    np.testing.assert_allclose(one.people[2025, "total"], [16, 4, 100])
    np.testing.assert_allclose(one.people[2025, "65_plus"], [6.4, 1.6, 20])
    np.testing.assert_allclose(one.people[2025, "0_14"], [1.6, 0.4, 30])
    np.testing.assert_allclose(one.people[2025, "75_plus"], [3.2, 0.8, 10])
    assert list(one.owners) == [("10201",)] * 3
    assert [note.level for note in notes] == ["info"]
    assert "1" in notes.items[0].en


def test_partner_that_is_not_in_the_file_leaves_the_composition_of_the_municipality(tmp_path: Path) -> None:
    rows = merged()
    rows[1]["GASSAN2025"] = str(CODES[3])
    rows[0] |= {
        "HITOKU2025": None,
        "PT00_2025": 16.0,
        "PTA_2025": 1.6,
        "PTB_2025": 8.0,
        "PTC_2025": 6.4,
        "PTD_2025": 3.2,
    }
    notes = Notes()
    one = read_projection(geojson(tmp_path, rows), notes=notes)
    share = (6.4 + 20) / 116
    np.testing.assert_allclose(one.people[2025, "65_plus"], [6.4, 4 * share, 20])
    np.testing.assert_allclose(one.people[2025, "total"], [16, 4, 100])
    assert [note.level for note in notes] == ["warning"]
    assert "not in this file" in notes.items[0].en


def test_squares_that_are_hidden_in_each_other_lose_nobody(tmp_path: Path) -> None:
    rows = merged()
    rows[0] |= {"HITOKU2025": "*", "GASSAN2025": str(CODES[1])}
    one = read_projection(geojson(tmp_path, rows), notes=Notes())
    ages = sum(one.people[2025, group] for group in ("0_14", "15_64", "65_plus"))
    np.testing.assert_allclose(ages, one.people[2025, "total"])


counts = st.floats(0, 500).map(lambda value: round(value, 3))


@settings(max_examples=40)
@given(
    st.lists(st.tuples(counts, counts, counts), min_size=4, max_size=4),
    st.lists(st.sampled_from([None, 0, 1, 2, 3, 9]), min_size=4, max_size=4),
)
def test_dealing_out_keeps_every_sum(tmp_path_factory: pytest.TempPathFactory, ages, goals) -> None:
    """Whatever is hidden where: ages are not negative and add up to PTN, older people are fewer, whole groups keep their ages."""
    rows = [square(at, (*three, three[2] / 2)) for at, three in enumerate(ages)]
    for at, goal in enumerate(goals):
        if goal is None or goal == at:
            continue
        rows[at] |= {"HITOKU2025": "*", "GASSAN2025": str(CODES[goal]) if goal < 4 else "599999999"}
        for name in ("PTA_2025", "PTB_2025", "PTC_2025", "PTD_2025"):
            if goal < 4:
                rows[goal][name] = rows[goal][name] + rows[at][name]  # type: ignore[operator]
            rows[at][name] = 0.0
    one = read_projection(geojson(tmp_path_factory.mktemp("hidden"), rows), notes=Notes())
    total = one.people[2025, "total"]
    whole = sum(one.people[2025, group] for group in ("0_14", "15_64", "65_plus"))
    shown = [row for row in rows if row["HITOKU2025"] is None]
    if sum(float(row[name]) for row in shown for name in ("PTA_2025", "PTB_2025", "PTC_2025")) <= 0:  # type: ignore[arg-type]
        assert (np.isnan(whole) | (total == whole)).all()  # nobody's age is known
        return
    assert all((values >= 0).all() for values in one.people.values())
    np.testing.assert_allclose(whole, total, rtol=1e-9, atol=1e-9)
    assert (one.people[2025, "75_plus"] <= one.people[2025, "65_plus"] + 1e-9).all()


def test_edition_of_2018_has_unpadded_names_and_starts_in_2015(tmp_path: Path) -> None:
    row = {"MESH_ID": int(CODES[0]), "SHICODE": 10201, "PTN_2015": 50.0, "HITOKU2020": "", "GASSAN2020": ""}
    row |= {"PTN_2020": 40.0, "PT0_2020": 40.0, "PT5_2020": 1.0, "PTA_2020": 4.0, "PTB_2020": 20.0, "PTC_2020": 16.0}
    one = read_projection(geojson(tmp_path, [row]), notes=Notes())
    assert (one.base_year, one.years) == (2015, (2015, 2020))
    np.testing.assert_allclose(one.people[2020, "65_plus"], [16])
    assert (2020, "75_plus") not in one.people


def test_edition_of_2017_has_totals_only(tmp_path: Path) -> None:
    rows = [{"MESH_ID": int(CODES[0]), "CITY_CODE": 10201, "POP2010": 50.0, "POP2050": 20.0}]
    one = read_projection(geojson(tmp_path, rows, "500m_mesh_suikei.geojson"), notes=Notes())
    assert {key: float(values[0]) for key, values in one.people.items()} == {
        (2010, "total"): 50.0,
        (2050, "total"): 20.0,
    }


def test_csv_has_sexes(tmp_path: Path) -> None:
    rows = [square(at, (10, 20, 10, 5)) | {f"PF{band:02d}_2025": float(band) for band in range(1, 21)} for at in (0, 1)]
    path = tmp_path / "500m_mesh_2024_10.csv"
    pd.DataFrame(rows).to_csv(path, index=False, encoding="cp932")
    found = recognise_file(path, root=tmp_path)[0]
    assert (found.dataset, found.edition, found.details["prefectures"]) == ("mesh_r6", "2024", ["10"])
    one = read_projection(found.file, notes=Notes())
    np.testing.assert_allclose(one.people[2025, "women_20_39"], [5 + 6 + 7 + 8] * 2)
    np.testing.assert_allclose(one.people[2025, "total"], [40, 40])


def test_shapefile_gives_the_same_as_geojson(tmp_path: Path) -> None:
    rows = merged()
    frame = gpd.GeoDataFrame(rows, geometry=mesh.polygons(CODES[:3]), crs="EPSG:6668")
    frame.to_file(tmp_path / "500m_mesh_2024_10.shp", encoding="cp932")
    found = recognise_file(tmp_path / "500m_mesh_2024_10.shp", root=tmp_path)[0]
    assert found.dataset == "mesh_r6"
    one, other = (read_projection(raw, notes=Notes()) for raw in (found.file, geojson(tmp_path, rows)))
    assert one.people.keys() == other.people.keys()
    for key, values in one.people.items():
        np.testing.assert_allclose(values, other.people[key])


def test_wards_and_two_municipalities_are_read(tmp_path: Path) -> None:
    rows = [square(0, (1, 1, 1, 0), SHICODE="12101"), square(1, (1, 1, 1, 0), SHICODE="10201_10203")]
    one = read_projection(geojson(tmp_path, rows), notes=Notes())
    assert list(one.owners) == [("12100",), ("10201", "10203")]


def test_bad_rows_are_counted_and_the_others_kept(tmp_path: Path) -> None:
    rows = [
        *merged(),
        square(3, (1, 1, 1, 0), MESH_ID="123"),
        square(3, (1, 1, 1, 0), SHICODE="所属未定地"),
        square(3, (1, 1, 1, 0), PTN_2025=-4.0),
        square(3, (1, 1, 1, 0), PTN_2025=None),
        square(2, (9, 9, 9, 0)),
        square(3, (1, 1, 1, 0), MESH_ID=str(mesh.parents(CODES[3:4], 3)[0])),
    ]
    notes = Notes()
    one = read_projection(geojson(tmp_path, rows), notes=notes)
    assert len(one.codes) == 3
    said = " ".join(note.en for note in notes if note.level == "warning")
    for words in (
        "1 rows without a grid code",
        "1 rows without a municipality",
        "2 rows whose totals",
        "1 repeated",
        "another size",
    ):
        assert words in said


def test_another_layout_is_named(tmp_path: Path) -> None:
    with pytest.raises(MissingColumn, match="PTN_2025") as error:
        read_projection(geojson(tmp_path, [{"MESH_ID": "1", "CITY": "10201", "PTN_2020": 1.0}]), notes=Notes())
    assert "found" in str(error.value)
    raw = geojson(tmp_path, merged())
    raw.path.write_text(raw.path.read_text()[:-120])
    with pytest.raises(UnreadableFile, match="途中で切れ"):
        read_projection(raw, notes=Notes())
    with pytest.raises(UnreadableFile, match="no usable row"):
        read_projection(geojson(tmp_path, [square(0, (1, 1, 1, 0), SHICODE="0")]), notes=Notes())
    with pytest.raises(UnreadableFile):
        read_projection(geojson(tmp_path, []), notes=Notes())


def projection(people: list[float], owners: list[tuple[str, ...]], later: list[float] | None = None) -> Projection:
    values = {(2020, "total"): np.array(people), (2050, "total"): np.array(later or people)}
    towns = np.empty(len(owners), dtype=object)
    towns[:] = owners
    return Projection(4, CODES[: len(people)], towns, 2020, values)


def places(columns: list[float], towns: list[str], people: list[float]) -> Today:
    lon, lat = np.array([WEST + column / 160 for column in columns]), np.full(len(columns), SOUTH + 0.5 / 240)
    return Today(lon, lat, PLANE.to_plane(lon, lat), np.array(towns, dtype=object), np.array(people))


A, B, C = "10201", "10203", "10204"


def test_people_go_to_places_of_the_municipality_that_the_square_was_projected_with() -> None:
    """Square 0 belongs to A and holds two places of A and one of B; square 1 belongs to B and holds none of B."""
    one = projection([100, 50, 30], [(A,), (B,), (A, B)])
    today = places([0.2, 0.4, 0.6, 2.2, 2.6], [A, A, B, A, B], [10, 30, 99, 10, 20])
    spread = spread_projection(one, today, codes=[A, B], known=[A, B], plane=PLANE)
    np.testing.assert_allclose(spread.people(one.people[2020, "total"]), [25, 75, 50, 10, 20])
    assert spread.moved.tolist() == [1]
    assert spread.left_out.size == 0


def test_an_older_code_goes_to_whoever_lives_in_the_square_and_a_neighbours_square_to_nobody() -> None:
    one = projection([100, 50, 40], [("10999",), (C,), (A,)])
    today = places([0.2, 0.6, 1.5, 2.5], [A, B, B, A], [10, 30, 5, 7])
    spread = spread_projection(one, today, codes=[A, B], known=[A, B, C], plane=PLANE)
    found = spread.people(one.people[2020, "total"])
    np.testing.assert_allclose(found, [25, 75, 0, 40])
    alone = spread_projection(one, today, codes=[A], known=[A, B, C], plane=PLANE)
    assert alone.covered.tolist()[0] is True


def test_nothing_is_known_of_a_municipality_that_the_projection_leaves_out() -> None:
    one = projection([100], [(A,)])
    today = places([0.2, 2.5], [A, B], [10, 20])
    spread = spread_projection(one, today, codes=[A, B], known=[A, B], plane=PLANE)
    found = spread.people(one.people[2020, "total"])
    assert found[0] == 100
    assert np.isnan(found[1])


def test_squares_of_a_municipality_without_any_place_are_left_out_and_told() -> None:
    one = projection([100, 7], [(A,), (B,)])
    spread = spread_projection(one, places([0.2], [A], [10]), codes=[A, B], known=[A, B], plane=PLANE)
    assert spread.left_out.tolist() == [1]


town = st.sampled_from([A, B])


@settings(max_examples=60)
@given(
    st.lists(
        st.tuples(st.floats(0, 1000), st.lists(town, min_size=1, max_size=2, unique=True)), min_size=4, max_size=4
    ),
    st.lists(st.tuples(st.floats(0.01, 3.99), town, st.floats(0.1, 50)), min_size=1, max_size=12),
)
def test_every_municipality_keeps_the_sum_of_its_squares(squares, homes) -> None:
    """Story 9: the total by municipality is that of the projection; squares of two municipalities go to those two."""
    one = projection([people for people, _ in squares], [tuple(owner) for _, owner in squares])
    today = places(*([list(column) for column in zip(*homes, strict=True)]))
    spread = spread_projection(one, today, codes=[A, B], known=[A, B], plane=PLANE)
    found = spread.people(one.people[2020, "total"])
    placed = np.setdiff1d(np.arange(4), spread.left_out)
    assert np.nansum(found) == pytest.approx(one.people[2020, "total"][placed].sum())
    assert (found[np.isfinite(found)] >= 0).all()
    for code in (A, B):
        only = [at for at in placed if one.owners[at] == (code,)]
        shared = [at for at in placed if code in one.owners[at] and len(one.owners[at]) == 2]
        least = one.people[2020, "total"][only].sum()
        mine = np.nansum(found[today.municipality == code])
        assert least - 1e-6 <= mine <= least + one.people[2020, "total"][shared].sum() + 1e-6
    np.testing.assert_allclose(np.bincount(spread.square, spread.share, 4)[placed], 1.0)


def test_one_kilometre_squares_count_once_and_where_most_people_live() -> None:
    """Two 500 m squares make one 1 km square of A and B (A has more people), the other two one of B."""
    one = projection([20, 12, 3, 0.5], [(A,), (B,), (B,), (B,)], later=[4, 5, 0.5, 0.2])
    today = places([0.5, 1.5, 2.5, 3.5], [A, B, B, B], [1, 1, 1, 1])
    parents = mesh.parents(CODES, 3)
    assert parents[0] == parents[1] != parents[2] == parents[3]
    spread = spread_projection(one, today, codes=[A, B], known=[A, B], plane=PLANE)
    least = {"below_10": 10.0, "empty": 1.0}
    found = inhabited_squares(one, spread, today, year=2050, codes=[A, B], least=least)
    assert {name: counts.tolist() for name, counts in found.items()} == {
        "inhabited": [1, 1],
        "below_10": [1, 1],
        "empty": [0, 1],
    }


def test_sample_is_read_and_every_municipality_keeps_its_total(sample_raw: Path) -> None:
    archive = sample_raw / "500m_mesh_2024_48_GEOJSON.zip"
    found = next(entry for entry in recognise_file(archive, root=sample_raw) if entry.dataset == "mesh_r6")
    one = read_projection(found.file, notes=Notes())
    with found.file.open() as stream:
        rows = [feature["properties"] for feature in json.load(stream)["features"]]
    for year in (2020, 2050, 2070):
        by_town = pd.Series([row[f"PTN_{year}"] for row in rows]).groupby([row["SHICODE"] for row in rows]).sum()
        ours = pd.Series(one.people[year, "total"]).groupby([owner[0] for owner in one.owners]).sum()
        np.testing.assert_allclose(ours, by_town)
    old = sum(row["PTC_2050"] for row in rows)
    assert one.people[2050, "65_plus"].sum() == pytest.approx(old, rel=1e-3)
    assert shapely.is_valid(mesh.polygons(one.codes)).all()
