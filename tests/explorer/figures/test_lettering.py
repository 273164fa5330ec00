"""Text on pictures and where labels go: small cases worked out by hand, and laws."""

from __future__ import annotations

import doctest
import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from explorer.figures import lettering, scales
from explorer.figures.lettering import drawable, lines_within, shortened, width_mm
from explorer.figures.scales import scale_for, spread


@pytest.mark.parametrize("module", [lettering, scales])
def test_examples_of_the_documentation(module):
    assert doctest.testmod(module).failed == 0


def test_rare_characters_of_names_are_kept_where_the_font_has_them():
    assert drawable("﨑髙辻󠄀") == "﨑髙辻"
    assert drawable("\U00020bb7") == "〓"  # beyond both fonts
    assert drawable("\ufa19") == "\ufa19"  # 神 in its older form is not turned into the newer one
    assert drawable("か\u3099\u0000\n") == "が  "
    assert drawable("≧≥") == "≧≥"  # the second comes from the other font


def test_text_is_as_wide_as_its_em_squares():
    assert width_mm("市町村", 10) == pytest.approx(3 * 10 * 25.4 / 72, rel=0.02)
    assert width_mm("市町村", 5) == pytest.approx(width_mm("市町村", 10) / 2)
    assert width_mm("", 10) == 0


def test_text_is_cut_with_an_ellipsis():
    assert shortened("前橋市", 100) == "前橋市"
    cut = shortened("とても長い名前の圏域", 15)
    assert cut.endswith("…")
    assert width_mm(cut) <= 15


def test_lines_break_between_words_and_not_before_closing_or_after_opening_marks():
    assert lines_within("two words", width_mm("two wor")) == ["two", "words"]
    lines = lines_within("人口（徒歩）、面積", width_mm("人口（") + 0.1)
    assert lines[0] == "人口"
    assert not any(line[0] in "）、" or line[-1] == "（" for line in lines)
    assert "".join(lines) == "人口（徒歩）、面積"
    assert len(lines_within("長い文" * 40, 20, most=2)) == 2


@given(st.lists(st.floats(0, 100), min_size=1, max_size=12))
def test_labels_keep_their_order_and_never_cover_each_other_where_they_fit(wanted):
    placed = spread(wanted, [5.0] * len(wanted), 0.0, 100.0)
    order = sorted(range(len(wanted)), key=lambda at: (wanted[at], at))
    gaps = [placed[b] - placed[a] for a, b in itertools.pairwise(order)]
    assert all(gap >= 5.0 - 1e-6 for gap in gaps)
    assert min(placed) >= 2.5 - 1e-6
    assert max(placed) <= 97.5 + 1e-6


@pytest.mark.parametrize("values", [[], [float("nan")], [0.0], [5.0, 5.0], [-3.0, 4.0], [1e6, 2.0], [99.0, 100.0]])
def test_a_scale_holds_its_values_and_has_round_ticks(values):
    scale = scale_for(values, 0.0, 100.0, unit="%")
    assert scale.high > scale.low
    assert all(scale.low <= value <= scale.high for value in values if value == value)  # noqa: PLR0124 - NaN
    assert len(scale.labels("ja")) == len(set(scale.labels("ja"))) == len(scale.ticks) >= 2


def test_shares_do_not_go_beyond_everybody():
    assert scale_for([99.0], 0.0, 100.0, unit="%").high == 100.0
