"""Numbers that cannot be defended are said to be doubtful: far from the published ones, or without streets."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from explorer.build import build
from explorer.steps.indicators import _warn_of_gaps
from explorer.tables import write_table
from geodata.workspace import StepWriter
from layers import catalogue


def _gaps(tmp_path: Path, ours: list[float], published: list[float]) -> list[str]:
    table = pd.DataFrame(
        {"indicator": "commercial_within_800m", "unit": "%", "value": ours, "official_value": published}
    )
    writer = StepWriter(tmp_path)
    _warn_of_gaps(table, catalogue.indicators(), writer)
    return [note.ja for note in writer.notes]


def test_shares_far_below_the_published_ones_are_a_warning(tmp_path: Path):
    notes = _gaps(tmp_path, [5.0, 10.0, 20.0, 30.0, 0.0], [60.0, 61.0, 72.0, 83.0, 4.0])
    assert len(notes) == 1
    assert "52ポイント低く" in notes[0]


def test_one_wide_gap_among_many_narrow_ones_is_none(tmp_path: Path):
    assert _gaps(tmp_path, [31.0, 50.0, 60.0, 70.0, 80.0], [94.0, 51.0, 62.0, 73.0, 84.0]) == []
    assert _gaps(tmp_path, [10.0, 10.0], [80.0, 80.0]) == []  # two municipalities are too few to judge a list by


def test_people_far_from_the_streets_at_hand_are_a_warning(tiny_raw: Path, tmp_path: Path):
    text = (tiny_raw / "streets.osm").read_text(encoding="utf-8")
    whole = build([tiny_raw], tmp_path / "whole")
    start, end = text.index('<way id="5"'), text.index("</osm>")
    (tiny_raw / "streets.osm").write_text(text[:start] + text[end:], encoding="utf-8")
    cut = build([tiny_raw], tmp_path / "cut")
    said = [[note for note in report.warnings if "道路から300m以上" in note.ja] for report in (whole, cut)]
    assert [len(notes) for notes in said] == [0, 1]


def test_people_are_whole_numbers_in_csv(tmp_path: Path):
    write_table(pd.DataFrame({"value": [149451.99999999985, 28.9123456789]}), tmp_path / "table.csv")
    assert (tmp_path / "table.csv").read_text(encoding="utf-8-sig").split() == ["value", "149452", "28.91234568"]
