"""Zones of the location plan and hazards in a profile."""

from __future__ import annotations

from explorer.profile import compact_city
from explorer.profile.asked import asked_about

from .chapters import rows, said, table, tables


def test_people_in_the_zones_now_before_and_later(sample):
    asked = asked_about(sample, ["48201"], "ja")
    blocks = compact_city.chapter(asked)
    share, people, density = rows(table(blocks, "居住誘導区域の人口"))
    names = ["zone_residential_share_before", "zone_residential_share"]
    names += [f"zone_residential_share_{year}" for year in (2030, 2040, 2050)]
    assert share[1:] == [asked.text(name) for name in names]
    assert people[2] == f"{asked.row('zone_residential_share').numerator:,.0f}"
    assert density[1] == "—"
    assert "+1.48 ポイント変わりました" in said(blocks).replace("ポイント 変", "ポイント変")


def test_a_region_with_a_member_without_zones_names_those_that_have_them(sample):
    text = said(compact_city.chapter(asked_about(sample, ["48202", "48301"], "ja")))
    asked = asked_about(sample, ["48202"], "ja")
    assert f"架空浜市（48202） {asked.text('zone_residential_share')}。" in text
    assert "48301" not in text


def test_hazards_without_data_are_named_and_not_shown_as_none(sample):
    blocks = compact_city.chapter(asked_about(sample, ["48201"], "en"))
    found = table(blocks, "People in hazard zones")
    assert "Tsunami" not in [row[0] for row in rows(found)]
    assert "No data (which does not mean that there is no zone): Tsunami." in found.note


def test_without_zones_and_hazards_two_sentences_and_no_table(tiny):
    blocks = compact_city.chapter(asked_about(tiny, ["10201"], "en"))
    assert len(blocks) == 3
    assert not tables(blocks)
