"""``explorer isochrone``, ``explorer route`` and ``explorer times`` on the tiny region, as its users run them."""

import io
import json
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
import shapely

HERE = "36.3151,139.0251"  # in the middle of the western town, 100 people on each 500 m cell


def test_areas_and_people_by_minutes(command, tiny_workspace, tmp_path):
    out = tmp_path / "areas.geojson"
    ran = command("isochrone", tiny_workspace, "--from", HERE, "--minutes", "10,5", "--out", out)
    assert ran.code == 0, ran.err
    assert "徒歩 / Walking" in ran.out
    assert "端に達しています" not in ran.out
    assert ran.out.index("5分 / min: ") < ran.out.index("10分 / min: ")
    collection = json.loads(out.read_text(encoding="utf-8"))
    assert "crs" not in collection
    assert set(collection["method"]) == {"ja", "en"}
    wide, near = (feature["properties"] for feature in collection["features"])
    assert (wide["minutes"], near["minutes"]) == (10, 5)
    assert wide["mode"] == "walk"
    assert wide["name"] == HERE
    # On a grid of streets the diamond of 800 m holds 1.28 km² (and some 100 m beside the streets); 400 people a km².
    assert 1.2 < wide["area_km2"] < 1.6
    assert 0.2 < wide["people_total"] / wide["area_km2"] / 400 < 1.5
    shapes = gpd.read_file(out).geometry
    assert shapes.is_valid.all()
    assert shapes.iloc[0].buffer(1e-6).contains(shapes.iloc[1])
    assert shapes.iloc[1].contains(shapely.Point(139.0251, 36.3151))


def test_people_are_those_whose_places_are_near_enough(command, tiny_workspace, tmp_path):
    out = tmp_path / "areas.geojson"
    ran = command("isochrone", tiny_workspace, "--to", HERE, "--minutes", "600", "--mode", "drive", "--out", out)
    assert "端に達しています" in ran.out
    people = json.loads(out.read_text(encoding="utf-8"))["features"][0]["properties"]["people_total"]
    assert people == pytest.approx(128 * 100)


def test_from_a_facility_or_a_stop_by_its_id(command, tiny_workspace):
    import explorer

    workspace = explorer.open(tiny_workspace).workspace
    shop = workspace.table("facilities").query("name == '見本スーパー'").iloc[0]
    assert "見本スーパー（" in command("isochrone", tiny_workspace, "--to", shop["facility_id"]).out
    stop = workspace.table("stops").iloc[0]
    assert f"{stop['name']}（" in command("isochrone", tiny_workspace, "--from", stop["stop_id"]).out


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--from", "35.0,135.0"], ["35.0,135.0", "対象地域とその周囲の外", "Outside"]),
        (["--from", "139.0251,36.3151"], ["緯度と経度が逆", "exchanged"]),
        (["--from", "nowhere"], ["nowhere", "施設・停留所の番号"]),
        (["--from", HERE, "--mode", "fly"], ["fly", "walk", "drive"]),
        (["--from", HERE, "--minutes", "5,x"], ["--minutes 5,x"]),
        (["--from", HERE, "--minutes", "0"], ["--minutes 0"]),
        (["--from", HERE, "--minutes", "nan"], ["--minutes nan"]),
        (["--from", HERE, "--minutes", ""], ["--minutes"]),
        (["--from", HERE, "--out", "area.kml"], ["area.kml", ".geojson"]),
        (["--from", HERE, "--to", HERE], ["--from", "--to"]),
        ([], ["--from", "--to"]),
        (["--from", "36.2,138.9"], ["1,000m", "道路がありません"]),
    ],
)
def test_what_cannot_be_asked_is_said_in_one_line(command, tiny_workspace, options, words):
    command("isochrone", tiny_workspace, *options).error(*words)


def test_of_a_folder_that_is_no_workspace(command, tmp_path):
    command("isochrone", tmp_path, "--from", HERE).error("ワークスペースではありません")


def test_the_quickest_way(command, tiny_workspace, tmp_path):
    out = tmp_path / "way.geojson"
    ran = command("route", tiny_workspace, "--from", HERE, "--to", "36.3,139.0", "--mode", "walk", "--out", out)
    assert ran.code == 0, ran.err
    found = json.loads(out.read_text(encoding="utf-8"))["features"][0]
    line = shapely.geometry.shape(found["geometry"])
    assert line.geom_type == "LineString"
    assert line.coords[0] == pytest.approx((139.0251, 36.3151))
    assert line.coords[-1] == pytest.approx((139.0, 36.3))
    assert found["properties"]["km"] == pytest.approx(found["properties"]["minutes"] * 0.08, rel=1e-3)
    # On a grid of streets: 0.0251° east and 0.0151° north are 2.25 and 1.68 km.
    assert found["properties"]["km"] == pytest.approx(2.25 + 1.68, abs=0.15)
    assert f"{found['properties']['minutes']:.1f}分" in ran.out


def test_a_way_to_where_one_stands(command, tiny_workspace, tmp_path):
    out = tmp_path / "way.geojson"
    assert command("route", tiny_workspace, "--from", HERE, "--to", HERE, "--out", out).code == 0
    assert "LineString" in out.read_text(encoding="utf-8")


def test_a_way_that_is_not_there(command, tiny_workspace):
    command("route", tiny_workspace, "--from", HERE, "--to", "36.2,138.9").error("36.2,138.9", "道路がありません")
    command("route", tiny_workspace, "--from", HERE, "--to", "x1").error("x1")


def points(path: Path, rows: list[tuple[str, float, float]], encoding: str = "utf-8-sig") -> Path:
    text = "名称,緯度,経度\n" + "".join(f"{name},{lat},{lon}\n" for name, lat, lon in rows)
    path.write_bytes(text.encode(encoding))
    return path


def test_times_between_two_lists(command, tiny_workspace, tmp_path):
    homes = points(tmp_path / "homes.csv", [("公民館", 36.3151, 139.0251), ("山の上", 36.2, 138.9)], "cp932")
    goals = points(tmp_path / "goals.csv", [("公民館", 36.3151, 139.0251), ("店", 36.31, 139.012)])
    out = tmp_path / "times.csv"
    assert command("times", tiny_workspace, homes, goals, "--mode", "walk", "--out", out).code == 0
    table = pd.read_csv(out)
    assert table.columns.tolist() == ["origin_row", "origin", "destination_row", "destination", "minutes", "reason"]
    assert table["origin"].tolist() == ["公民館", "公民館", "山の上", "山の上"]
    assert table["destination_row"].tolist() == [1, 2, 1, 2]
    assert table["minutes"].iloc[0] < 2  # to the street and back
    assert 20 < table["minutes"].iloc[1] < 30
    assert table["minutes"].iloc[2:].isna().all()
    assert table["reason"].fillna("").tolist() == ["", "", "no_street", "no_street"]


def test_times_on_standard_output_without_formulas(command, tiny_workspace, tmp_path):
    goals = points(tmp_path / "goals.csv", [("=1+1", 36.3151, 139.0251)])
    ran = command("times", tiny_workspace, goals, goals)
    assert ran.code == 0, ran.err
    assert pd.read_csv(io.StringIO(ran.out))["origin"].tolist() == ["'=1+1"]


def test_rows_without_a_position_are_named(command, tiny_workspace, tmp_path):
    goals = tmp_path / "goals.csv"
    goals.write_text("name,lat,lon\na,36.3151,139.0251\nb,,\n", encoding="utf-8")
    ran = command("times", tiny_workspace, goals, goals)
    assert ran.code == 0
    assert "座標がない" in ran.err
    assert "3 行目" in ran.err
    assert len(ran.out.splitlines()) == 2


def test_lists_that_cannot_be_used(command, tiny_workspace, tmp_path):
    good = points(tmp_path / "good.csv", [("店", 36.31, 139.012)])
    command("times", tiny_workspace, good, tmp_path / "none.csv").error("none.csv", "ファイルがありません")
    empty = points(tmp_path / "empty.csv", [])
    command("times", tiny_workspace, empty, good).error("empty.csv", "使える地点がありません")
    no_columns = tmp_path / "other.csv"
    no_columns.write_text("a,b\n1,2\n", encoding="utf-8")
    command("times", tiny_workspace, no_columns, good).error("other.csv", "緯度・経度の列")
    command("times", tiny_workspace, good, good, "--out", tmp_path / "x.docx").error(".docx", ".csv")


def test_too_many_pairs_are_refused(command, tiny_workspace, tmp_path):
    many = points(tmp_path / "many.csv", [("x", 36.31, 139.012)] * 2001)
    command("times", tiny_workspace, many, many).error("2,001 × 2,001", "多すぎます")
