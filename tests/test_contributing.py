"""The example layer of CONTRIBUTING.md is code that works."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np

from layers.conditions import Conditions

TEXT = (Path(__file__).resolve().parent.parent / "CONTRIBUTING.md").read_text(encoding="utf-8")


def test_the_example_layer_computes_what_it_says() -> None:
    (code,) = re.findall(r"```python\n(from layers.*?)```", TEXT, flags=re.DOTALL)
    layer: dict = {}
    exec(code, layer)
    here = Conditions(
        area_of_place=np.array([0, 0]),
        area_km2=np.array([1.0]),
        people={"75_plus": np.array([30.0, 10.0])},
        distances={
            ("food_shop", "walk"): np.array([900, 400], np.float32),
            ("stop", "walk"): np.array([600, 900], np.float32),
        },
        surveyed={"food_shop": np.array([True]), "stop": np.array([True])},
    )
    (indicator,) = layer["INDICATORS"]
    np.testing.assert_allclose(layer["compute"](indicator, here, "walk", "75_plus").value, [75.0])
