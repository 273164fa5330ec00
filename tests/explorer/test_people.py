"""People now, later and on the move through the real build: totals kept, tables for later, bad files named and the rest built."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pytest

import explorer
from geodata.mesh import code_at
from geodata.workspace import Workspace

if TYPE_CHECKING:
    from explorer.regions import Opened

WEST, SOUTH, CELLS = 139.0, 36.3, 8  # of the tiny region


def write_projection(folder: Path, *, owner: Mapping[int, str] | None = None) -> Path:
    """Every square has 100 people in 2020; in 2050 the western town has 80 each, the eastern 20 with half of them old."""
    features = []
    for row in range(CELLS):
        for column in range(2 * CELLS):
            code = int(code_at([WEST + (column + 0.5) / 160], [SOUTH + (row + 0.5) / 240], 4)[0])
            west = column < CELLS
            people = 80.0 if west else 20.0
            old = 0.25 * people if west else 0.5 * people
            record = {"MESH_ID": str(code), "SHICODE": (owner or {}).get(column, "10201" if west else "10203")}
            record |= {
                "PTN_2020": 100.0,
                "HITOKU2050": None,
                "GASSAN2050": None,
                "PTN_2050": people,
                "PT00_2050": people,
            }
            record |= {"PTA_2050": 0.0, "PTB_2050": people - old, "PTC_2050": old, "PTD_2050": old / 2}
            features.append({"type": "Feature", "properties": record, "geometry": None})
    path = folder / "500m_mesh_2024_10.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}), encoding="utf-8")
    return path


def write_flows(folder: Path) -> None:
    moves = ["code,partner_code,sex,age_group,direction,persons,as_of,source"]
    for sex, gone in (("women", 40), ("men", 20)):
        for age in ("15_19", "20_24", "25_29"):
            moves += [f"10201,13000,{sex},{age},out,{gone},2024,t", f"10201,20000,{sex},{age},out,10,2024,t"]
            moves += [f"10201,13000,{sex},{age},in,10,2024,t", f"10201,20000,{sex},{age},in,10,2024,t"]
            moves += [f"10203,13000,{sex},{age},{way},1,2024,t" for way in ("in", "out")]
            moves += [f"10203,20000,{sex},{age},{way},0,2024,t" for way in ("in", "out")]
    (folder / "moves.csv").write_text("\n".join(moves) + "\n", encoding="utf-8")
    living = ["code,sex,age_group,persons,as_of,source"]
    living += [
        f"{code},{sex},{age},500,2020,t"
        for code in ("10201", "10203")
        for sex in ("men", "women")
        for age in ("15_19", "20_24", "25_29")
    ]
    (folder / "living.csv").write_text("\n".join(living) + "\n", encoding="utf-8")
    commuting = ["origin_code,destination_code,purpose,persons,as_of,source"]
    commuting += ["10201,10201,work,3000,2020,t", "10201,10203,work,1000,2020,t"]
    commuting += ["10203,10203,work,2000,2020,t", "10203,10201,work,400,2020,t", "10203,10201,school,100,2020,t"]
    (folder / "commuting.csv").write_text("\n".join(commuting) + "\n", encoding="utf-8")


def value(opened: Opened, indicator: str, code: str, group: str = "total") -> float:
    table = opened.indicators()
    row = table[(table["indicator"] == indicator) & (table["area_code"] == code) & (table["group"] == group)]
    assert len(row) == 1, (indicator, code)
    return float(row["value"].iloc[0])


def reason(opened: Opened, indicator: str, code: str) -> str:
    table = opened.indicators()
    return str(table[(table["indicator"] == indicator) & (table["area_code"] == code)]["reason"].iloc[0])


def test_projection_and_flows_reach_the_indicators(region) -> None:
    projection = write_projection(region.raw)
    write_flows(region.raw)
    ran = region.build()
    assert ran.code == 0
    opened = explorer.open(region.out)
    assert value(opened, "population_2050", "10201") == pytest.approx(64 * 80, rel=1e-6)
    assert value(opened, "population_2050", "10203", "65_plus") == pytest.approx(64 * 10, rel=1e-6)
    assert value(opened, "population_change_2050", "10203") == pytest.approx(-80, abs=1e-4)
    assert value(opened, "ageing_2050", "10201") == pytest.approx(25)
    assert value(opened, "people_in_halving_places_2050", "10201") == 0
    assert value(opened, "people_in_halving_places_2050", "10203") == 100
    assert value(opened, "squares_below_10_2050", "10203") == 0
    assert value(opened, "net_migration_women_15_29", "10201") == -90
    assert value(opened, "net_migration_rate_women_15_29", "10201") == pytest.approx(-60)
    assert value(opened, "tokyo_net_15_29", "10201") == -120
    assert value(opened, "women_share_of_loss_15_29", "10201") == pytest.approx(75)
    assert "fewer than 10" in reason(opened, "net_migration_rate_women_15_29", "10203")
    assert value(opened, "net_migration_women_15_29", "10203") == 0
    assert value(opened, "day_population", "10201") == pytest.approx(6400 + 500 - 1000)
    assert value(opened, "day_night_ratio", "10203") == pytest.approx(100 * 6900 / 6400)
    assert value(opened, "self_containment", "10203") == pytest.approx(80)
    assert 3.8 < value(opened, "density_inhabited", "10201") < 5  # 100 people in squares of 26 ha
    assert opened.workspace.table("commuting")["persons"].sum() == 6500
    assert set(opened.workspace.table("migration")["partner"]) == {"tokyo_area", "other", "all"}
    used = {source["file"].split("/")[-1]: source["used"] for source in opened.workspace.manifest["sources"]}
    assert [used[name] for name in (projection.name, "moves.csv", "living.csv", "commuting.csv")] == [True] * 4
    pooled = opened.region(["10201", "10203"]).pooled_table().set_index(["indicator", "group"])
    assert pooled.loc[("population_2050", "total"), "value"] == pytest.approx(64 * 100, rel=1e-6)
    assert pooled.loc[("day_night_ratio", "total"), "value"] == pytest.approx(100)
    assert pooled.loc[("net_migration_15_29", "total"), "value"] == -120
    assert "cannot be pooled" in str(pooled.loc[("self_containment", "total"), "reason"])


def test_squares_of_the_neighbour_are_the_neighbours(region) -> None:
    """Two columns of the western town are projected with the eastern: the eastern has their people."""
    write_projection(region.raw, owner={6: "10203", 7: "10203"})
    assert region.build().code == 0
    opened = explorer.open(region.out)
    assert value(opened, "population_2050", "10203") == pytest.approx(64 * 20 + 16 * 80, rel=1e-6)
    assert value(opened, "population_2050", "10201") == pytest.approx(48 * 80, rel=1e-6)
    notes = " ".join(note["en"] for note in opened.workspace.manifest["notes"])
    assert "nearest place of the same municipality" in notes
    assert "have no future people" in notes


def test_people_of_places_add_up(region) -> None:
    """Story 9: the total of a municipality over its places is that of its squares, in every year and group."""
    write_projection(region.raw)
    region.build()
    workspace = Workspace.open(region.out)
    folder = workspace.file("future", "place_values")
    code = workspace.table("places")["municipality_code"].to_numpy(dtype=object)
    for name, expected in (("people_2020_total", 6400), ("people_2050_total", 5120), ("people_2050_75_plus", 640)):
        people = np.load(folder / f"{name}.npy")
        assert people.dtype == np.float32
        assert (people >= 0).all()
        assert people[code == "10201"].sum(dtype=float) == pytest.approx(expected, rel=1e-6)


def test_without_any_of_it_there_are_reasons(tiny_workspace: Path) -> None:
    opened = explorer.open(tiny_workspace)
    assert "no projection" in reason(opened, "population_2050", "10201")
    assert "no table of migration" in reason(opened, "net_migration_15_29", "10201")
    assert "no table of commuting" in reason(opened, "day_night_ratio", "10203")


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("500m_mesh_2024_10.csv", "MESH_ID,CITY,PTN_2020,PTN_2025\n543900001,10201,5,4\n", ("SHICODE",)),
        ("moves.csv", "code,sex,age_group,direction,persons\n10201,女,若者,in,5\n", ("no usable row", "moves.csv")),
        ("commuting.csv", "常住地,従業地・通学地,人\n前橋,桐生,3\n", ("origin_code", "commuting.csv")),
    ],
)
def test_a_file_of_another_layout_is_named_and_the_rest_is_built(
    region, name: str, content: str, words: tuple[str, ...]
) -> None:
    write_projection(region.raw)
    (region.raw / name).write_text(content, encoding="utf-8")
    warnings = region.build().warnings
    assert len([line for line in warnings if all(word in line for word in words)]) == 1, warnings
    assert value(explorer.open(region.out), "population_2050", "10201") == pytest.approx(64 * 80, rel=1e-6)


def test_of_two_editions_the_newer_counts(region) -> None:
    write_projection(region.raw)
    old = [{"MESH_ID": 543900001, "CITY_CODE": "10201", "POP2010": 5.0, "POP2050": 1.0}]
    text = json.dumps({"features": [{"type": "Feature", "properties": row, "geometry": None} for row in old]})
    (region.raw / "500m_mesh_suikei.geojson").write_text('{"type": "FeatureCollection", ' + text[1:], encoding="utf-8")
    region.build()
    opened = explorer.open(region.out)
    assert value(opened, "population_2050", "10201") == pytest.approx(64 * 80, rel=1e-6)
    sources = pd.DataFrame(opened.workspace.manifest["sources"]).set_index("file")
    row = sources[sources.index.str.contains("suikei")].iloc[0]
    assert not row["used"]
    assert "newer edition" in row["reason_en"]
