"""Figures per area: pooled where that makes sense, and a prefecture's number never given to a town."""

from __future__ import annotations

import numpy as np
import pandas as pd

from layers.figures import FIGURE_COLUMNS, NONE, RATIO, SUM, figures_by_name, pooled_figures

CODES = ("10201", "10202", "10203")


def table(*rows: dict) -> pd.DataFrame:
    empty = {
        "numerator": np.nan,
        "denominator": np.nan,
        "as_of": "2024-03-31",
        "source": "s1",
        "note_ja": "",
        "note_en": "",
    }
    return pd.DataFrame([{**empty, **row} for row in rows])[list(FIGURE_COLUMNS)]


def fibre(code: str, covered: float, households: float) -> dict:
    share = 100 * covered / households
    row = {"name": "fibre", "area_code": code, "value": share, "numerator": covered, "denominator": households}
    return {**row, "how": RATIO, "unit": "%"}


def test_a_share_is_pooled_from_what_it_was_made_of() -> None:
    found = figures_by_name(table(fibre("10201", 90, 100), fibre("10202", 10, 300)), CODES)["fibre"]
    np.testing.assert_allclose(found.value[:2], [90, 100 / 30])
    assert list(found.reason) == ["", "", "not_published"]
    np.testing.assert_allclose(found.pooled([0, 1]).value, [25.0])
    nothing = found.pooled([0, 2])
    assert np.isnan(nothing.value[0])
    assert nothing.reason[0] == "not_published"


def test_sums_add_up_and_an_index_does_not() -> None:
    rows = [
        {"name": name, "area_code": code, "value": value, "how": how, "unit": "人"}
        for name, how in (("movers", SUM), ("index", NONE))
        for code, value in (("10201", 3.0), ("10202", 4.0))
    ]
    found = pooled_figures(figures_by_name(table(*rows), CODES[:2]), [0, 1])
    np.testing.assert_allclose(found["movers"].value, [7.0])
    assert np.isnan(found["index"].value[0])
    assert found["index"].reason[0] == "not_poolable"
    alone = pooled_figures(figures_by_name(table(*rows), CODES[:2]), [1])
    np.testing.assert_allclose(alone["index"].value, [4.0])


def test_a_prefectures_number_is_named_and_not_given_to_its_towns() -> None:
    row = {"name": "5g", "area_code": "10000", "value": 97.5, "how": NONE, "unit": "%"}
    found = figures_by_name(table(row), CODES)["5g"]
    assert np.isnan(found.value).all()
    assert "97.5 %" in found.reason[0]
    assert "都道府県" in found.reason[0]
    assert " / " in found.reason[0]


def test_the_last_row_of_a_municipality_counts_and_dates_are_those_of_the_rows_used() -> None:
    rows = [{**fibre("10201", 90, 100), "as_of": "2023"}, {**fibre("10201", 95, 100), "as_of": "2024"}]
    found = figures_by_name(table(*rows), CODES)["fibre"]
    assert found.value[0] == 95
    assert found.as_of == "2024"
