"""Indicators of one workspace: they travel through JSON whole, and never reach another workspace."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from explorer.own_indicators import own_of_steps, write_own
from geodata.workspace import StepWriter
from layers import catalogue
from layers.catalogue import Preset

OWN = replace(
    catalogue.get("population"),
    id="happiness",
    family="happiness",
    theme="wellbeing",
    kpi=(24,),
    classes=(1.0, 2.0),
    presets=(Preset(3.0, "基準", "rule"),),
    groups=("total",),
    layer="municipal_tables",
)


def test_an_indicator_comes_back_as_it_was_written(tmp_path: Path) -> None:
    write_own(StepWriter(tmp_path), [OWN])
    assert own_of_steps({"municipal_tables": tmp_path}) == (OWN,)


def test_a_step_without_any_has_none(tmp_path: Path) -> None:
    assert own_of_steps({"people": tmp_path}) == ()


def test_the_catalogue_knows_them_only_where_they_are_handed_over() -> None:
    assert catalogue.indicators((OWN,))["happiness"] is OWN
    assert "happiness" not in catalogue.indicators()
    other = replace(OWN, ja="別の表")
    assert catalogue.indicators((other,))["happiness"].ja == "別の表"
    assert catalogue.indicators((OWN,))["happiness"].ja == OWN.ja
    assert [each.id for each in catalogue.available(["population", "happiness"], (OWN,))] == ["population", "happiness"]
    assert [each.id for each in catalogue.available(["population", "happiness"])] == ["population"]


def test_an_id_of_the_catalogue_is_refused() -> None:
    with pytest.raises(ValueError, match="population"):
        catalogue.indicators((replace(OWN, id="population"),))
