"""KPIs in a profile: values of the table of KPIs, each with what differs."""

from __future__ import annotations

import numpy as np
import pytest

from explorer.profile import kpis
from explorer.profile.asked import asked_about
from layers.kpi import KPIS, indicators_of

from .chapters import column, rows, said, table


@pytest.mark.parametrize("codes", [["48201"], ["48202", "48301"]])
def test_values_are_those_of_the_table_of_kpis(sample, codes):
    asked = asked_about(sample, codes, "ja")
    long = sample.kpis(codes)
    long = long[(long["area_code"] == asked.area_code) & long["value"].notna()]
    blocks = kpis.chapter(asked)
    found = table(blocks, "国のKPI")
    numbers = [text for text in column(found, "番号") if text.isdigit()]
    assert set(numbers) == set(long.loc[long["kind"] == "kpi", "number"])
    assert numbers == sorted(numbers, key=int)
    for row in found.rows:
        if row[0].text.isdigit():
            shown = row[3].shown
            same = long[(long["number"] == row[0].text) & (long["indicator"] == shown.indicator)]
            np.testing.assert_array_equal(same["value"].to_numpy(), [shown.value])
            assert set(same["mode"]) == {shown.mode}


def test_the_nations_number_is_named_as_the_nations(sample):
    found = table(kpis.chapter(asked_about(sample, ["48201"], "en")), "National KPIs")
    plans = next(row for row in rows(found) if row[0] == "67")
    assert plans[2] == "568 municipalities (2024-03, the nation's, not this area's own)"
    assert plans[4] == "Municipalities with a location plan. The KPI counts municipalities."


def test_the_nearest_indicators_answer_their_kpis(sample):
    by_number = {kpi.number: kpi for kpi in KPIS}
    for number, indicator in kpis._NEAREST.items():
        assert indicator in {each.id for each in indicators_of(by_number[number], sample.catalogue.values())}


def test_without_any_figure_there_is_a_sentence(tiny, monkeypatch):
    monkeypatch.setattr(kpis, "_ENTRIES", ())
    blocks = kpis.chapter(asked_about(tiny, ["10203"], "ja"))
    assert len(blocks) == 2
    assert "分かりません" in said(blocks)
