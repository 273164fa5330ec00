"""The benchmark of the access engine, without its peers: made-up streets, comparison of answers, the table."""

import json

import numpy as np
import pandas as pd
import pytest

from benchmarks import official_gaps
from benchmarks.access import bars, plot, report
from benchmarks.access.case import CATEGORIES, FACILITIES, UNREACHED, Case, make_case, west_share
from benchmarks.access.checks import compare, whole_ms
from benchmarks.access.engines import ours, scipy_peer
from benchmarks.access.streetlike import make_streets


@pytest.fixture(scope="module")
def case():
    return make_case("tiny", make_streets(1_500))


def test_the_same_streets_every_time():
    one, other = make_streets(3_000), make_streets(3_000)
    assert np.array_equal(one.tail, other.tail)
    assert np.array_equal(one.node_lon, other.node_lon)
    assert not np.array_equal(one.node_lon[:50], make_streets(3_000, seed=4).node_lon[:50])


def test_made_up_streets_look_like_streets():
    streets = make_streets(20_000)
    degree = np.bincount(np.concatenate([streets.tail, streets.head]), minlength=streets.node_count)
    assert abs(streets.node_count - 20_000) < 1_000
    assert 0.7 < (degree == 2).mean() < 0.9  # bends, as in OpenStreetMap
    assert degree.max() <= 4
    assert 10 < np.median(streets.metres) < 60


def test_a_part_keeps_only_its_own_streets():
    streets = make_streets(2_000)
    half = west_share(streets, 0.5)
    assert 0.4 < half.node_count / streets.node_count < 0.5
    assert half.node_lon.max() <= np.quantile(streets.node_lon, 0.5)


def test_answers_that_agree_and_that_do_not():
    answer = np.array([[1_000, UNREACHED], [0, 7]])
    assert compare(answer, answer.copy()).is_equal
    later = np.array([[1_003, UNREACHED], [0, 7]])
    assert compare(answer, later, tolerance=3).is_equal
    late = compare(answer, later)
    assert (late.different, late.largest, late.is_equal) == (1, 3, False)
    lost = compare(answer, [[1_000, 5], [0, 7]], tolerance=10**9)
    assert lost.different == 1
    assert "DIFFER in 1 of 4" in str(lost)
    assert not compare([], []).is_equal  # nothing compared is no agreement
    with pytest.raises(ValueError, match="different shapes"):
        compare([1], [1, 2])


def test_seconds_become_whole_milliseconds():
    assert whole_ms([0.0, 1.0004, np.inf, np.nan]).tolist() == [0, 1000, UNREACHED, UNREACHED]


def test_a_case_comes_back_from_disk(case, tmp_path):
    case.save(tmp_path)
    again = Case.load(tmp_path)
    assert again.facilities.shape == (CATEGORIES, FACILITIES)
    assert np.array_equal(again.ms_backward["drive"], case.ms_backward["drive"])
    assert (case.ms_backward["drive"] < 0).any()  # one-way streets
    assert again.two_way_segments("walk") is not None
    assert again.two_way_segments("drive") is None


@pytest.mark.parametrize(
    "question", ["nearest_walk", "nearest_drive", "k_nearest", "within_walk", "within_drive", "matrix"]
)
def test_ours_and_scipy_agree_to_the_millisecond(case, question):
    mode = "drive" if question in {"nearest_drive", "within_drive", "matrix"} else "walk"
    answers = []
    for engine in (ours, scipy_peer):
        asked = engine.QUESTIONS[question](engine.prepare(case, mode))
        answers.append((asked.answer(asked.run()), asked.part))
    (one, _), (other, part) = answers
    agreement = compare(one[part], other)
    assert agreement.is_equal, str(agreement)


def test_the_exponent_of_a_straight_line():
    assert plot.exponent({10: 1.0, 100: 10.0, 1000: 100.0}) == pytest.approx(1.0)
    assert np.isnan(plot.exponent({10: 1.0}))


def test_a_table_is_written_even_of_a_run_in_which_everything_failed(tmp_path):
    folder = tmp_path / "Gunma"
    folder.mkdir()
    (folder / "scipy_peer.json").write_text(json.dumps({"questions": {"matrix": {"error": "MemoryError: too large"}}}))
    report.write(tmp_path, tmp_path / "RESULTS.md")
    text = (tmp_path / "RESULTS.md").read_text(encoding="utf-8")
    assert "MemoryError: too large" in text
    assert text.count("not measured") >= len(bars.BARS)


def test_gaps_to_published_coverage():
    """Three municipalities with a published share: two have ours, one has a reason; other units and ages stay out."""
    columns = ["area_code", "area_name", "indicator", "group", "unit", "value", "reason", "official_value"]
    missing = "資料がない / no source has been read"
    rows = [
        ("10201", "A", "commercial_within_800m", "total", "%", 50.0, "", 60.0),
        ("10203", "B", "commercial_within_800m", "total", "%", 50.0, "", 47.0),
        ("10204", "C", "commercial_within_800m", "total", "%", np.nan, missing, 80.0),
        ("10205", "D", "commercial_within_800m", "total", "%", 50.0, "", np.nan),
        ("10201", "A", "population", "total", "人", 90.0, "", 100.0),
    ]
    table = pd.DataFrame(rows, columns=columns)
    found = official_gaps.coverage_gaps(table).set_index("indicator")
    shop = found.loc["commercial_within_800m"]
    assert (shop.published, shop.both, shop["median"], shop.absolute) == (3, 2, -3.5, 6.5)
    assert shop.reason == "1: no source has been read"
    assert "population" not in found.index
    assert found.loc["nursery_within_800m", "reason"].endswith("0_4")
    widest = official_gaps.widest_gaps(table, count=1)
    assert widest[["indicator", "code", "gap"]].to_numpy().tolist() == [["commercial_within_800m", "10201", -10.0]]
