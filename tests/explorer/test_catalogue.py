"""The catalogue as a whole: complete entries, a value or a reason everywhere, and pages that are what the program says."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from explorer.catalogue_page import catalogue_table, coverage_page, coverage_table, page
from explorer.regions import Opened
from explorer.ui.study import Study
from geodata.sources import PURPOSES
from layers import catalogue
from layers.drawn import place_looks
from tests.explorer.shares import assert_shares

LAYERS = Path(catalogue.__file__).parent
ENTRIES = list(catalogue.indicators().values())


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.id)
def test_an_entry_says_everything_a_reader_must_know(entry: catalogue.Indicator) -> None:
    assert re.fullmatch(r"[a-z0-9_]+", entry.id)
    for text in (entry.definition_ja, entry.rule_ja, entry.limits_ja):
        assert re.search(r"[ぁ-んァ-ヶ一-龠]", text), entry.id
    for text in (entry.en, entry.definition_en, entry.rule_en, entry.limits_en):
        assert re.search(r"[A-Za-z]{3}", text), entry.id
        assert not re.search(r"[ぁ-んァ-ヶ]", text), text
    assert entry.formula
    assert not re.search(r"[ぁ-んァ-ヶ一-龠]", entry.formula), "symbols, to be read in both languages"
    assert entry.unit
    assert entry.theme in catalogue.THEMES
    assert list(entry.classes) == sorted(set(entry.classes))
    assert set(entry.modes) <= set(catalogue.MODES)
    assert entry.modes
    assert set(entry.needs) <= set(PURPOSES)
    assert entry.groups is None or set(entry.groups) <= set(catalogue.GROUPS)
    if entry.threshold_m is not None:
        assert entry.presets, "who set this threshold?"
        assert entry.presets[0].value == entry.threshold_m


def test_every_entry_has_a_value_or_a_reason_in_every_municipality_of_the_sample(sample: Opened) -> None:
    table = sample.indicators()
    assert set(table["indicator"].astype(str)) == set(sample.catalogue)
    counts = table.groupby(["indicator", "mode", "group"], observed=True)["area_code"].nunique()
    assert (counts == len(sample.municipalities)).all()
    has_value, reason = np.isfinite(table["value"].to_numpy(float)), table["reason"].astype(str)
    silent = table.loc[~has_value & (reason == ""), "indicator"].astype(str).unique()
    assert not silent.size, silent
    both = table.loc[has_value & (reason != ""), "indicator"].astype(str).unique()
    assert not both.size, both
    untranslated = reason[(reason != "") & ~reason.str.contains(" / ")].unique()
    assert not untranslated.size, untranslated


def test_most_of_the_catalogue_has_values_on_the_sample(sample: Opened) -> None:
    """The sample ships every kind of input: what has no value there would be seen nowhere."""
    found = coverage_table(sample).set_index("indicator")
    empty = found.index[found["municipalities"] == 0].tolist()
    assert len(empty) <= 0.1 * len(found), [(name, found.loc[name, "reason"]) for name in empty]


def test_shares_are_shares(sample: Opened) -> None:
    places = sample.workspace.table("places")
    assert_shares(sample.indicators(), places["population_total"].groupby(places["municipality_code"]).sum())


def test_what_is_drawn_at_places_fits_its_legend(sample: Opened) -> None:
    """Without a look of its own a value per place is yes or no, or goes into the classes of its indicator: same unit."""
    study, looks, drawn = Study(sample.workspace), place_looks(), 0
    for entry, mode in [(each, mode) for each in ENTRIES for mode in each.modes]:
        name = study.drawn_name(entry, mode)
        if name is None:
            continue
        drawn += 1
        values = study.place_value(name)
        known = values[np.isfinite(values)]
        if entry.drawn in looks:
            look = looks[entry.drawn]
            codes = [category.code for category in look.categories]
            assert np.isin(known, codes).all() if codes else look.limits, entry.id
            shown, classes = known * look.scale, look.limits
        elif np.isin(known, (0, 1)).all():
            continue
        else:
            assert entry.unit in {"点", "分"}, (
                f"{entry.id} in {entry.unit} is drawn as {name} without a look of its own"
            )
            shown, classes = known, entry.classes
        if classes and len(known):
            assert (shown >= classes[0]).any(), entry.id
            assert (shown < classes[-1]).any(), entry.id
    assert drawn > 50


def test_a_region_is_its_members(sample: Opened) -> None:
    """People and kilometres behind a share are those of the members added up, for every indicator that pools."""
    codes = sample.municipalities["code"].tolist()
    region = sample.region(codes)
    keys = ["indicator", "mode", "group"]
    members = region.member_table()
    whole = region.pooled_table().set_index(keys)
    assert set(whole.index.get_level_values(0).astype(str)) == set(sample.catalogue)
    # The worst-off fifth is a region's own: not the fifths of its members together.
    own = members["indicator"].astype(str).str.startswith("score_worst_fifth")
    shares = members[(members["unit"].astype(str) == "%") & ~own]
    grouped = shares.groupby(keys, observed=True)[["numerator", "denominator"]]
    sums = grouped.sum()[(grouped.count() == len(codes)).all(axis=1)]
    pooled = whole.loc[sums.index, ["numerator", "denominator", "value"]].dropna()
    assert len(pooled) > 100
    for name in ("numerator", "denominator"):
        np.testing.assert_allclose(pooled[name], sums.loc[pooled.index, name], rtol=1e-6, atol=1e-6)


def test_the_page_is_what_the_program_says() -> None:
    """Made anew with `explorer catalogue --out layers/INDICATORS.md`."""
    assert (LAYERS / "INDICATORS.md").read_text(encoding="utf-8") == page()


def test_the_table_of_coverage_is_what_the_sample_has(sample: Opened) -> None:
    """Made anew with `explorer catalogue SAMPLE_WORKSPACE GUNMA_WORKSPACE --out layers/COVERAGE.md`."""
    written = (LAYERS / "COVERAGE.md").read_text(encoding="utf-8").splitlines()
    expected = coverage_page([sample]).splitlines()
    rows = {line.split(" | ")[0]: line.split(" | ")[1].rstrip(" |") for line in written if line.startswith("| ")}
    assert rows == {
        line.split(" | ")[0]: line.split(" | ")[1].rstrip(" |") for line in expected if line.startswith("| ")
    }


def test_the_command_lists_all_or_one_theme(command, sample_workspace: Path, tmp_path: Path) -> None:
    ran = command("catalogue", sample_workspace, "--theme", "transport")
    assert ran.code == 0
    assert "stop_within_300m" in ran.out
    assert "supermarket_within_800m" not in ran.out
    assert command("catalogue", "--out", tmp_path / "all.csv").code == 0
    assert pd.read_csv(tmp_path / "all.csv")["id"].tolist() == catalogue_table(ENTRIES)["id"].tolist()
    command("catalogue", "--theme", "nonsense").error("nonsense", "shopping", "No such theme")


def test_a_threshold_of_ones_own() -> None:
    base = catalogue.get("supermarket_within_800m")
    own = catalogue.at_threshold(base, 650)
    assert (own.id, own.threshold_m, own.base) == ("supermarket_within_650m", 650, "supermarket_within_800m")
    assert "650m" in own.ja
    assert "800" not in own.ja + own.en + own.definition_ja + own.definition_en + own.formula
    assert catalogue.at_threshold(own, 800).id == base.id
    for metres in (0, -5):
        with pytest.raises(ValueError, match="m"):
            catalogue.at_threshold(base, metres)
    with pytest.raises(ValueError, match="population"):
        catalogue.at_threshold(catalogue.get("population"), 100)
