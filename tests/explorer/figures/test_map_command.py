"""The command ``explorer map``: values, classes and legend are those of the table; errors are kind."""

from __future__ import annotations

import io
import json
import re

import numpy as np
import pytest
from PIL import Image

import explorer
from explorer.figures.ground import ground_of
from explorer.figures.indicator_map import indicator_map
from explorer.maps.colours import NO_DATA, class_colours
from explorer.self_contained import refuse_network
from explorer.words import value_text
from tests.explorer.figures.svg import filled, texts

INDICATOR = "elementary_school_within_800m"


def values_of(opened, indicator=INDICATOR, mode="walk"):
    table = opened.indicators()
    rows = table[(table["indicator"] == indicator) & (table["mode"] == mode) & (table["group"] == "total")]
    return rows.assign(code=rows["area_code"].astype(str)).set_index("code")["value"].astype(float)


def test_colours_and_counts_are_those_of_the_table(sample):
    made = indicator_map(sample, INDICATOR)
    values = values_of(sample)
    limits, colours = sample.catalogue[INDICATOR].classes, class_colours(5, "high")
    assert made.fills == {
        code: NO_DATA if np.isnan(value) else colours[int((np.array(limits) <= value).sum())]
        for code, value in values.items()
    }
    picture = made.picture()
    for row in made.rows:
        assert int(row.count) == sum(colour == row.colour for colour in made.fills.values())
        assert row.label in texts(picture)
    least = value_text(values.min(), "%", "ja")
    assert least in picture.alt
    assert any("架空" in text for text in texts(picture))  # invented data says so
    assert {colour for colour in set(made.fills.values()) if not filled(picture, colour)} <= {NO_DATA}


def test_a_region_colours_its_members_only(sample):
    made = indicator_map(sample, INDICATOR, codes=["48201", "48202"], area="見本圏域", language="en")
    assert set(made.fills) == {"48201", "48202"}
    assert any("見本圏域" in text for text in texts(made.picture()))
    assert sum(int(row.count) for row in made.rows) == 2
    page = made.html().decode()
    shapes = json.loads(re.search(r'\{"bbox".*?\n|geo_json_\w+_add\((\{.*\})\);', page)[1])
    inside = {each["id"] for each in shapes["features"] if each["properties"]["inside"] == 1}
    assert inside == {"48201", "48202"}


def test_places_take_the_place_of_the_colours_of_municipalities_on_paper(sample):
    picture = indicator_map(sample, INDICATOR, shows_places=True).picture(width_mm=100)
    shown = texts(picture)
    assert "300 m 以内" in shown
    assert "80 % 以上" not in shown
    assert b"<image" in picture.svg()


def test_files_are_written_and_the_same_question_gives_the_same_bytes(command, tiny_workspace, tmp_path):
    for ending in ("png", "svg", "html"):
        files = [tmp_path / f"{number}.{ending}" for number in (1, 2)]
        for file in files:
            assert command("map", tiny_workspace, INDICATOR, "--out", file, "--places", "--lang", "en").code == 0
        assert files[0].read_bytes() == files[1].read_bytes(), ending
    with Image.open(tmp_path / "1.png") as image:
        assert image.size[0] == round(174 / 25.4 * 200)
        assert "Regional Conditions Explorer" in image.text["Description"]
    page = (tmp_path / "1.html").read_text(encoding="utf-8")
    refuse_network(page)
    assert "Regional Conditions Explorer" in page
    assert re.search(r"map_0{20,}\d+", page)


def test_an_indicator_without_any_value_says_why(tiny):
    unknown = next(
        row
        for row in tiny.indicators().itertuples()
        if row.indicator == "hospital_within_800m" and row.mode == "straight"
    )
    assert np.isnan(unknown.value)
    made = indicator_map(tiny, "hospital_within_800m", mode="straight")
    shown = "".join(texts(made.picture()))
    assert "値がない理由" in shown
    assert set(made.fills.values()) == {NO_DATA}


@pytest.mark.parametrize(
    ("more", "words"),
    [
        (["nope_within_3m", "--out", "a.png"], ["nope_within_3m"]),
        ([INDICATOR, "--out", "a.bmp"], [".png", ".svg", ".html"]),
        ([INDICATOR, "--out", "a.png", "--mode", "fly"], ["fly", "walk"]),
        ([INDICATOR, "--out", "a.png", "--group", "99"], ["99", "total"]),
        ([INDICATOR, "--out", "a.png", "--scheme", "nice"], ["nice", "quantile"]),
        ([INDICATOR, "--out", "a.png", "--lang", "fr"], ["fr"]),
        ([INDICATOR, "--out", "a.png", "--region", "13101"], ["13101"]),
        (["population_density", "--out", "a.png", "--places"], ["population_density"]),
    ],
)
def test_what_cannot_be_drawn_is_refused_kindly(command, tiny_workspace, tmp_path, monkeypatch, more, words):
    monkeypatch.chdir(tmp_path)
    command("map", tiny_workspace, *more).error(*words)
    assert not list(tmp_path.iterdir())


def test_values_after_a_scenario_are_drawn(command, tiny_workspace, tmp_path):
    opened = explorer.open(tiny_workspace)
    school = opened.workspace.table("facilities")
    gone = school[school["kind"] == "elementary_school"].iloc[0]
    file = tmp_path / "scenario.toml"
    file.write_text(
        'name = "閉校"\n[[edit]]\ndo = "close"\nsite = "' + str(gone["facility_id"]) + '"\n', encoding="utf-8"
    )
    result = opened.scenario(file)
    made = indicator_map(opened, INDICATOR, scenario=result, shows_places=True)
    after = result.before_after
    after = after[(after["indicator"] == INDICATOR) & (after["mode"] == "walk") & (after["group"] == "total")]
    expected = after.set_index(after["area_code"].astype(str))["after"].astype(float)
    found = made.table["value"]
    assert found.loc["10201"] == pytest.approx(expected.loc["10201"])
    assert found.loc["10201"] < values_of(opened).loc["10201"]
    assert any("閉校" in text for text in texts(made.picture()))
    assert made.layer is not None
    assert len(made.layer.values) == len(ground_of(opened).places)
    assert Image.open(io.BytesIO(made.picture().png(50))).size[0] > 0
