"""Scenarios as files: the same scenario gives the same bytes, and what cannot be is refused with file and edit."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from explorer.scenario_edits import EDITS, Close, LineThin, Open, Scenario
from explorer.scenario_file import read_scenario, scenario_from, scenario_text, write_scenario
from geodata.errors import ScenarioError

words = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=12).map(str.strip).filter(bool)
points = st.tuples(st.floats(120, 155, allow_nan=False), st.floats(20, 46, allow_nan=False))
numbers = st.floats(0.01, 20, allow_nan=False)
ENTRIES = {
    **dict.fromkeys(("site", "stop", "line", "kind", "service", "road_class", "name", "id"), words),
    **dict.fromkeys(
        ("sites", "stops", "municipalities"), st.lists(words, min_size=1, max_size=3, unique=True).map(tuple)
    ),
    **dict.fromkeys(("at", "start", "end"), points),
    **dict.fromkeys(("along", "area", "points"), st.lists(points, min_size=3, max_size=4, unique=True).map(tuple)),
    "streets": st.sets(st.integers(0, 10**6), min_size=1, max_size=3).map(lambda rows: tuple(sorted(rows))),
    **dict.fromkeys(("factor", "radius_m", "departures"), numbers),
}
# Of names that exclude each other, one.
ONE_OF = {
    "restrict": [("service",), ("sites",)],
    "share": [("service",), ("sites", "municipalities")],
    "stop_add": [("departures",), ("line",)],
    "line_add": [("stops",), ("points",)],
    "street_close": [("along",), ("area",), ("streets",), ("at", "radius_m")],
}


@st.composite
def edits(draw):
    kind = EDITS[draw(st.sampled_from(sorted(EDITS)))]
    choices = ONE_OF.get(kind.do, [()])
    chosen = draw(st.sampled_from(choices))
    excluded = {name for each in choices for name in each} - set(chosen)
    names = [entry.name for entry in fields(kind) if entry.name not in excluded]
    values = {name: draw(ENTRIES[name]) for name in names}
    if kind.do == "street_open":
        values["end"] = draw(points.filter(lambda point: point != values["start"]))
    return kind(**values)


scenarios = st.builds(Scenario, words, st.one_of(st.just(""), words), st.lists(edits(), max_size=4).map(tuple), words)


@given(scenarios)
def test_what_was_written_is_read_again_and_written_the_same(scenario: Scenario) -> None:
    text = scenario_text(scenario)
    again = scenario_from(text)
    assert again == scenario
    assert scenario_text(again) == text
    assert again.digest == scenario.digest


@given(scenarios, st.randoms())
def test_the_digest_knows_the_edits_and_not_their_order(scenario: Scenario, random) -> None:
    shuffled = list(scenario.edits)
    random.shuffle(shuffled)
    other = Scenario("another name", edits=tuple(shuffled))
    assert other.digest == scenario.digest
    more = Scenario("", edits=(*scenario.edits, Close("f999999")))
    assert more.digest != scenario.digest


def test_a_file_as_people_write_it(tmp_path: Path) -> None:
    file = tmp_path / "三町の診療所.toml"
    file.write_text(
        '\ufeff# ひとりで書いたもの\nname_en = "One clinic"\n[[edit]]\nsite = "f000001"\ndo = "close"\n'
        '[[edit]]\ndo = "open"\nkind = "clinic"\nat = [139, 36.3]\n',
        encoding="utf-8",
    )
    scenario = read_scenario(file)
    assert scenario.name == "三町の診療所"  # as the file, where it does not say
    assert scenario.edits == (Close("f000001"), Open("clinic", (139.0, 36.3)))
    write_scenario(scenario, tmp_path / "deep" / "again.toml")
    assert read_scenario(tmp_path / "deep" / "again.toml").edits == scenario.edits
    text = (tmp_path / "deep" / "again.toml").read_text(encoding="utf-8")
    assert 'do = "close"  # 閉める / close' in text


def test_the_stamp_names_the_scenario_and_what_it_changes() -> None:
    scenario = Scenario("三町案", "Three towns", (Close("f1", "町立診療所"), Close("f2"), LineThin("a:1", 0.5, "本線")))
    assert scenario.stamp() == (
        f"シナリオ「三町案」（閉める 2、路線の本数を変える: 本線、{scenario.digest}） / "
        f"Scenario “Three towns” (close × 2, run a line less or more often × 1, {scenario.digest})"
    )
    assert "変更なし" in Scenario("").stamp()


GOOD = '[[edit]]\ndo = "close"\nsite = "f1"\n'


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("name = ", ["TOML"]),
        ("nam = 1", ["nam", "name_en"]),
        ("name = 1", ["name", "文字"]),
        ("edit = 1", ["[[edit]]"]),
        ("edit = [1]", ["[[edit]]"]),
        ('[[edit]]\nsite = "f1"', ["1番目", "Edit 1", "do", "close"]),
        (GOOD + '[[edit]]\ndo = "explode"', ["2番目", "Edit 2", "explode", "street_close"]),
        (GOOD + '[[edit]]\ndo = "close"', ["2番目", "site"]),
        ('[[edit]]\ndo = "close"\nsite = ""', ["site"]),
        ('[[edit]]\ndo = "close"\nsite = 5', ["site", '"…"']),
        ('[[edit]]\ndo = "close"\nsite = "f1"\nat = [139.0, 36.0]', ["at", "site, name"]),
        ('[[edit]]\ndo = "open"\nkind = "clinic"', ["at"]),
        ('[[edit]]\ndo = "open"\nkind = "clinic"\nat = [36.3, 139.0]', ["[経度, 緯度]", "longitude"]),
        ('[[edit]]\ndo = "open"\nkind = "clinic"\nat = [139.0]', ["[経度, 緯度]"]),
        ('[[edit]]\ndo = "open"\nkind = "clinic"\nat = [nan, 36.0]', ["[経度, 緯度]"]),
        ('[[edit]]\ndo = "open"\nkind = "clinic"\nat = "前橋"', ["前橋"]),
        ('[[edit]]\ndo = "line_thin"\nline = "a:1"\nfactor = 0', ["factor", "0 より大きく"]),
        ('[[edit]]\ndo = "line_thin"\nline = "a:1"\nfactor = inf', ["factor"]),
        ('[[edit]]\ndo = "line_thin"\nline = "a:1"\nfactor = true', ["factor"]),
        ('[[edit]]\ndo = "restrict"', ["service", "sites"]),
        ('[[edit]]\ndo = "restrict"\nservice = "clinic"\nsites = ["f1"]', ["service", "sites"]),
        ('[[edit]]\ndo = "restrict"\nsites = ["f1", "f1"]', ["f1", "2回"]),
        ('[[edit]]\ndo = "restrict"\nsites = "f1"', ["sites", "["]),
        ('[[edit]]\ndo = "stop_add"\nat = [139.0, 36.0]', ["departures", "line"]),
        ('[[edit]]\ndo = "stop_add"\nat = [139.0, 36.0]\ndepartures = -1', ["departures", "0 以上"]),
        ('[[edit]]\ndo = "line_add"\ndepartures = 10', ["stops", "points"]),
        ('[[edit]]\ndo = "street_close"', ["along", "streets"]),
        ('[[edit]]\ndo = "street_close"\nat = [139.0, 36.0]', ["radius_m"]),
        ('[[edit]]\ndo = "street_close"\nalong = [[139.0, 36.0]]', ["along", "2 点"]),
        ('[[edit]]\ndo = "street_close"\narea = [[139.0, 36.0], [139.1, 36.0]]', ["area", "3 点"]),
        ('[[edit]]\ndo = "street_close"\nstreets = [1.5]', ["streets"]),
        ('[[edit]]\ndo = "street_open"\nstart = [139.0, 36.0]\nend = [139.0, 36.0]', ["start", "end"]),
    ],
)
def test_what_cannot_be_is_refused_with_file_and_edit(tmp_path: Path, text: str, words: list[str]) -> None:
    file = tmp_path / "plan.toml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(ScenarioError) as caught:
        read_scenario(file)
    message = str(caught.value)
    assert message.startswith(f"{file}: ")
    ja, _, en = message.partition(" / ")
    assert ja.endswith("。"), message
    assert en.endswith("."), message
    for word in words:
        assert word in message


def test_files_that_are_none(tmp_path: Path) -> None:
    with pytest.raises(ScenarioError, match=r"nowhere\.toml"):
        read_scenario(tmp_path / "nowhere.toml")
    with pytest.raises(ScenarioError):
        read_scenario(tmp_path)
    file = tmp_path / "sjis.toml"
    file.write_bytes('name = "前橋"'.encode("cp932"))
    with pytest.raises(ScenarioError, match="UTF-8"):
        read_scenario(file)
    with pytest.raises(ScenarioError, match="sjis"):
        write_scenario(Scenario("x"), file / "under_a_file.toml")
