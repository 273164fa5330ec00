"""Charts: the numbers on them are those given, what is missing is said and never drawn as zero."""

from __future__ import annotations

import math
import threading

import matplotlib as mpl
import pytest

from explorer.figures.bars import Bar, bars
from explorer.figures.before_after import BeforeAfter, dumbbell, slope
from explorer.figures.lines import Line, lines
from explorer.figures.matrix import flows_matrix
from explorer.figures.radar import RadarLine, radar
from explorer.figures.stacked import Part, StackedRow, part_looks, stacked
from explorer.figures.strip import Marked, strip
from explorer.figures.style import FONT, MARKED, PLAIN, ChartFrame, font_file
from explorer.maps.colours import rgb
from tests.explorer.figures.svg import filled, pixels, texts, width_of

NAN = math.nan
HOSTILE = "<script>alert(1)</script>$\\frac{1}{2}$ & 'x'"


def frame(language="ja", unit="%", width_mm=174.0, **more) -> ChartFrame:
    title = "店まで800m以内の人" if language == "ja" else "People within 800 m of a shop"
    return ChartFrame(title, unit, language, width_mm, **more)


def every_chart(language="ja", width_mm=174.0):
    """One of each kind, with what is missing and with hostile names."""
    look = frame(language, width_mm=width_mm)
    return {
        "bars": bars([Bar("前橋市", 61.2, is_marked=True), Bar(HOSTILE, NAN)], look, reference=(50.0, HOSTILE)),
        "strip": strip([10.0, 10.0, 61.2, NAN], [Marked(HOSTILE, 61.2), Marked("桐生市", NAN)], look, better="low"),
        "lines": lines([Line(HOSTILE, [2020, 2030], [33.0, NAN]), Line("全", [], [])], look, future_from=2025),
        "stacked": stacked(
            [StackedRow(HOSTILE, (1.0, NAN)), StackedRow("全", (0.0, 0.0))], [Part("有"), Part("無")], look
        ),
        "slope": slope([BeforeAfter(HOSTILE, 3.0, 4.0), BeforeAfter("全", NAN, 4.0)], ("2020", "2050"), look),
        "dumbbell": dumbbell([BeforeAfter(HOSTILE, 3.0, 4.0), BeforeAfter("全", NAN, 4.0)], ("前", "後"), look),
        "radar": radar(["a", "b", HOSTILE], [RadarLine(HOSTILE, (1.0, NAN, 3.0))], look),
        "matrix": flows_matrix([[1.0, NAN], [0.0, 5.0]], ["a", HOSTILE], ["a", HOSTILE], look),
    }


def test_bars_are_as_long_as_their_values_and_missing_ones_are_words():
    picture = bars([Bar("a", 50.0), Bar("b", 25.0), Bar("c", NAN), Bar("d", 0.0), Bar("e", math.inf)], frame())
    assert [text for text in texts(picture) if text.endswith(" %")] == ["50.0 %", "25.0 %", "0.0 %"]
    assert {"データなし", "到達できない"} <= set(texts(picture))
    widths = [width_of(each) for each in filled(picture, PLAIN)]
    assert len(widths) == 3
    assert widths[0] == pytest.approx(2 * widths[1], rel=0.01)
    assert widths[2] == 0


def test_a_marked_bar_and_the_whole_stand_out_without_colour():
    picture = bars([Bar("a", 50.0, is_marked=True), Bar("b", 50.0), Bar("圏域", 50.0, is_whole=True)], frame())
    assert len(filled(picture, MARKED)) == len(filled(picture, PLAIN)) == 1
    grey = [0.299 * r + 0.587 * g + 0.114 * b for r, g, b in (rgb(MARKED), rgb(PLAIN))]
    assert abs(grey[0] - grey[1]) > 60
    assert b"pattern" in picture.svg()


def test_negative_values_and_ranges_are_drawn():
    picture = bars([Bar("a", -5.0, low=-8.0, high=-2.0), Bar("b", 10.0)], frame(unit="人/千人"))
    assert "−5.0 人/千人" in texts(picture)
    assert "−10" in texts(picture)
    negative, positive = (width_of(each) for each in filled(picture, PLAIN))
    assert positive == pytest.approx(2 * negative, rel=0.01)


def test_the_strip_has_a_dot_for_every_municipality_ties_included():
    picture = strip([10.0] * 5 + [90.0, NAN], [Marked("甲", 10.0), Marked("乙", 10.0)], frame())
    shown = texts(picture)
    assert {"甲 10.0 %", "乙 10.0 %"} <= set(shown)
    assert any("ほかにデータなし 1 市区町村" in text for text in shown)
    assert picture.svg().count(b"<use") >= 6 + 2
    assert "6 市区町村" in picture.alt


def test_lines_leave_a_gap_where_a_year_is_missing():
    picture = lines(
        [Line("a", [2020, 2030, 2040, 2050], [1.0, 2.0, NAN, 4.0]), Line("b", [2020, 2040], [3.0, 3.0])],
        frame(unit="人"),
    )
    shown = texts(picture)
    assert {"2020", "2030", "2040", "2050", "a 4 人", "b 3 人"} <= set(shown)
    assert picture.svg().count(b"<use") >= 3 + 2
    assert "a：2020年 1 人、2050年 4 人" in picture.alt


def test_shares_of_a_whole_add_up_and_its_amount_is_said():
    parts = [Part("多い"), Part("少ない"), Part("不明", is_unknown=True)]
    picture = stacked(
        [StackedRow("甲", (600.0, 300.0, 100.0)), StackedRow("乙", (NAN, 1.0, 1.0))], parts, frame(unit="人")
    )
    shown = texts(picture)
    assert {"60", "30", "10", "1,000 人", "多い", "少ない", "不明"} <= set(shown)
    assert shown.count("データなし") == 2  # in the row and as the whole
    # The key first, then the bar; the unknown is a pattern.
    known = [filled(picture, look.colour)[-1] for look in part_looks(parts)[:2]]
    widths = [width_of(outline) for outline in [*known, filled(picture, "url(")[-1]]]
    assert widths == pytest.approx([6 * widths[2], 3 * widths[2], widths[2]], rel=0.01)
    assert "多い 60.0 %、少ない 30.0 %、不明 10.0 %" in picture.alt


def test_parts_get_steadily_darker_or_lighter_and_the_unknown_is_crossed():
    looks = part_looks([Part("a"), Part("b"), Part("c"), Part("?", is_unknown=True)], "low")
    grey = [0.299 * r + 0.587 * g + 0.114 * b for r, g, b in (rgb(look.colour) for look in looks[:3])]
    assert grey == sorted(grey)
    assert looks[3].hatch
    assert not looks[0].hatch


def test_before_and_after_say_both_values_and_the_difference():
    rows = [BeforeAfter("甲", 61.2, 64.0, is_marked=True), BeforeAfter("乙", NAN, 5.0)]
    assert {"甲 61.2 %", "64.0 % 甲", "2020年", "2050年", "データなし：乙"} <= set(
        texts(slope(rows, ("2020年", "2050年"), frame()))
    )
    shown = texts(dumbbell(rows, ("現在", "案"), frame(), better="high"))
    assert {"+2.80 ポイント", "データなし", "現在", "案"} <= set(shown)
    assert "甲：61.2 % → 64.0 %" in dumbbell(rows, ("現在", "案"), frame()).alt


def test_the_matrix_says_its_values_and_crosses_out_what_is_missing():
    picture = flows_matrix(
        [[1200.0, NAN], [0.0, 30.0]], ["甲", "乙"], ["丙", "丁"], frame(unit="人"), row_head="住む所"
    )
    assert {"1,200", "30", "甲", "乙", "丙", "丁", "住む所 ↓"} <= set(texts(picture))
    assert "0" not in texts(picture)
    assert b"pattern" in picture.svg()
    assert "甲から丙への 1,200 人" in picture.alt
    with pytest.raises(ValueError, match="2 rows"):
        flows_matrix([[1.0]], ["a", "b"], ["c"], frame())


def test_a_radar_has_at_least_three_axes_and_few_lines():
    with pytest.raises(ValueError, match="3 or more"):
        radar(["a", "b"], [], frame())
    picture = radar(["買物", "医療", "教育"], [RadarLine("甲", (10.0, NAN, 30.0))], frame(unit="点", width_mm=85.0))
    assert {"買物", "医療", "教育", "甲", "100"} <= set(texts(picture))


@pytest.mark.parametrize("language", ["ja", "en"])
@pytest.mark.parametrize("width_mm", [85.0, 174.0])
def test_every_chart_draws_hostile_names_as_text_within_its_edges(language, width_mm):
    for name, picture in every_chart(language, width_mm).items():
        svg = picture.svg()
        assert b"<script" not in svg, name
        assert picture.alt, name
        assert any("script" in text for text in texts(picture)), name
        edge = pixels(picture)[:, [0, -1]]
        assert (edge > 120).all(), f"{name} reaches its edge"


def test_alt_texts_of_one_language_are_in_that_language():
    for name, picture in every_chart("en").items():
        said = picture.alt.replace("前橋市", "").replace("桐生市", "").replace("全", "")
        assert not any(
            "\u3040" <= sign <= "\u9fff"
            for sign in said.replace("有", "").replace("無", "").replace("前", "").replace("後", "")
        ), name


def test_a_chart_that_stands_alone_has_its_title_and_source():
    picture = bars([Bar("a", 1.0)], frame(credit="出典：見本", stands_alone=True))
    assert {"店まで800m以内の人", "出典：見本"} <= set(texts(picture))
    assert "出典：見本" in picture.svg().decode()
    inside = bars([Bar("a", 1.0)], frame(credit="出典：見本"))
    assert "出典：見本" not in texts(inside)


def test_the_same_chart_gives_the_same_bytes_in_many_threads():
    wanted = every_chart()["stacked"].svg()
    found: list[bytes] = []

    def draw():
        found.append(every_chart()["stacked"].svg())

    threads = [threading.Thread(target=draw) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [wanted] * 4
    assert every_chart()["stacked"].png() == every_chart()["stacked"].png()


def test_drawing_leaves_the_settings_of_matplotlib_alone():
    before = dict(mpl.rcParams)
    every_chart()["bars"].svg()
    assert dict(mpl.rcParams) == before
    assert font_file().name == "ipaexg.ttf"
    assert FONT.encode() in every_chart()["bars"].svg()
