from __future__ import annotations

import json
from importlib.metadata import version

import pytest

from explorer import __version__
from explorer.provenance import provenance_of
from explorer.scenario_edits import Close, Scenario
from explorer.source_notes import editions_text, files_text, source_notes
from geodata.errors import UnknownCode

RECORD = {
    "id": "a", "kind": "n03", "title_ja": "境界", "title_en": "Borders", "publisher": "国土交通省", "edition": "2024-01-01",
    "licence": "CC BY 4.0", "credit": "「境界」（国土交通省）を加工して作成", "url": "https://example.jp", "file": "a.zip",
}  # fmt: skip


def test_the_version_is_the_same_everywhere(tiny):
    assert provenance_of(tiny).version == __version__ == version("regional-conditions-explorer")


def test_files_of_a_data_set_are_one_source():
    records = [RECORD | {"edition": edition, "file": f"{edition}.zip"} for edition in ("2021", "2019", "2020")]
    (note,) = source_notes(records)
    assert note.editions == ("2019", "2020", "2021")
    assert note.line("ja") == "境界（3 件） 2019〜2021 — CC BY 4.0"
    assert note.line("en") == "Borders (3 files) 2019 to 2021 — CC BY 4.0"
    assert files_text(note.files, most=2) == "2021.zip, 2019.zip … (+1)"
    assert editions_text(["2020", "2015"], "en") == "2015, 2020"


@pytest.mark.parametrize("other", [{"licence": "非商用 / non-commercial"}, {"credit": "X"}, {"title_ja": "Y"}])
def test_what_differs_in_licence_credit_or_name_is_another_source(other):
    assert len(source_notes([RECORD, RECORD | other])) == 2


def test_only_what_was_used_is_named(tiny):
    used = {each["kind"] for each in tiny.workspace.manifest["sources"] if each["used"]}
    assert {note.id for note in provenance_of(tiny).sources} == used


@pytest.mark.parametrize(
    ("indicator", "kinds"),
    [
        ("population", {"n03", "grid_csv"}),
        ("elementary_school_within_800m", {"n03", "grid_csv", "osm", "p29"}),
        ("supermarket_within_800m", {"n03", "grid_csv", "osm"}),
        ("stop_within_300m", {"n03", "grid_csv", "osm", "gtfs"}),
    ],
)
def test_sources_are_those_behind_the_indicators(tiny, indicator, kinds):
    facts = provenance_of(tiny, [indicator])
    assert {note.id for note in facts.sources} == kinds
    assert bool(facts.timetable_days) == ("gtfs" in kinds)


def test_a_straight_line_needs_no_streets(tiny):
    facts = provenance_of(tiny, ["elementary_school_within_800m"], modes=["straight"])
    assert {note.id for note in facts.sources} == {"n03", "grid_csv", "p29"}


def test_an_unknown_indicator_is_named(tiny):
    with pytest.raises(UnknownCode, match="no_such_thing"):
        provenance_of(tiny, ["no_such_thing"])


def test_the_credit_line_joins_what_was_processed(tiny):
    facts = provenance_of(tiny, ["elementary_school_within_800m"])
    ja, en = facts.credit_line("ja"), facts.credit_line("en")
    assert ja.startswith("出典：")
    assert ja.count("を加工して作成") == 1
    assert "© OpenStreetMap contributors [ODbL 1.0]" in ja
    assert "人口 2020年" in ja
    assert __version__ in ja
    assert "National Land Numerical Information P29" in en
    assert not any("ぁ" <= character <= "龠" for character in en)
    assert "\n" not in ja + en


def test_a_scenario_is_named_with_its_digest(tiny):
    scenario = Scenario("閉校", "School closes", edits=(Close("f000000"),))
    facts = provenance_of(tiny, scenario=scenario)
    assert facts.scenario == scenario.tag
    assert scenario.tag in facts.credit_line("ja")
    assert "School closes" in facts.text("en")
    assert "閉校" in dict(facts.rows("ja"))["シナリオ"]


def test_it_says_the_same_tomorrow(tiny, monkeypatch):
    facts = provenance_of(tiny)
    assert facts == provenance_of(tiny)
    assert facts.day.isoformat() == "2025-03-27"  # the timetable's day, the newest of all
    told = facts.as_dict()
    assert json.loads(json.dumps(told)) == told
    assert [source["id"] for source in told["sources"]] == [note.id for note in facts.sources]


def test_invented_data_always_say_so(sample):
    for facts in (provenance_of(sample), provenance_of(sample, ["population"])):
        assert facts.is_sample
        assert "架空の見本" in facts.credit_line("ja")
        assert "Invented sample, not a real place" in facts.credit_line("en")
        assert "架空の見本（実在の地域ではない）" in facts.text("ja")
