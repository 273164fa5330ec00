"""Public transport in a profile: sentences and classes against the table of indicators."""

from __future__ import annotations

import numpy as np
import pytest

from explorer.documents.blocks import Side
from explorer.profile import transport
from explorer.profile.asked import asked_about

from .chapters import column, rows, said, table


@pytest.mark.parametrize("code", ["10201", "10203"])
def test_the_stops_on_the_map_are_those_that_the_indicators_count(tiny, code):
    asked = asked_about(tiny, [code], "ja")
    counts = {layer.label: len(layer.lon) for layer in transport.point_layers(asked)}
    for each, name in (("10_29", "バス停 10〜29本"), ("1_9", "バス停 1〜9本"), ("unknown", "バス停 本数不明")):
        assert counts.get(name, 0) == asked.value(f"bus_stops_{each}_count")
    assert sum(counts.values()) > 0


def test_stops_of_the_sample_on_the_map_are_those_that_the_indicators_count(sample):
    for code in ("48201", "48401"):
        asked = asked_about(sample, [code], "en")
        layers = {layer.label: len(layer.lon) for layer in transport.point_layers(asked)}
        for each in transport.FREQUENCY_CLASSES:
            counted = asked.value(f"bus_stops_{each.id}_count")
            assert layers.get(f"Stop: {each.en}", 0) == (0 if np.isnan(counted) else counted), (code, each.id)


def test_people_in_voids_stand_by_definition_as_in_the_table(sample):
    asked = asked_about(sample, ["48202"], "ja")
    found = table(transport.chapter(asked), "公共交通空白")
    assert column(found, "道のり: 割合") == [asked.text(name, mode="walk") for name in transport.VOIDS]
    assert column(found, "直線: 人数") == [asked.text(f"{name}_people", mode="straight") for name in transport.VOIDS]
    assert len(rows(found)) == 4


def test_unknown_departures_are_a_class_of_their_own_and_never_none(sample):
    asked = asked_about(sample, ["48201"], "ja")
    blocks = transport.chapter(asked)
    side = next(block for block in blocks if isinstance(block, Side))
    unknown = asked.text("departures_unknown_share")
    assert f"本数不明 {unknown}" in side.figures[0].picture.alt
    assert asked.value("departures_unknown_share") > 0
    assert "0本という意味ではありません" in said(blocks)


def test_a_median_of_no_departures_is_said_in_words(sample):
    asked = asked_about(sample, ["48201"], "ja")
    assert asked.value("departures_median") == 0
    assert "便数が分かる人の半数以上は、徒歩圏に便がありません。" in said(transport.chapter(asked))
