"""A change asked of the what-if engine beside the same change made in the raw files, and a build of them."""

from __future__ import annotations

import json
import re
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd

from explorer.live_effect import Effect
from explorer.regions import Opened

KEYS = ["area_code", "indicator", "group", "mode"]


def schools(raw: Path, change: Callable[[list[dict]], list[dict]]) -> None:
    """Write the table of schools again, with others in it."""
    path = raw / "P29-23_10.geojson"
    collection = json.loads(path.read_text(encoding="utf-8"))
    collection["features"] = change(collection["features"])
    path.write_text(json.dumps(collection, ensure_ascii=False), encoding="utf-8")


def without_stop(raw: Path, stop: str) -> None:
    """Take a stop out of the bus feed."""
    with zipfile.ZipFile(raw / "feed.zip") as archive:
        texts = {name: archive.read(name).decode() for name in archive.namelist()}
    texts["stops.txt"] = re.sub(rf"^{stop},.*\n", "", texts["stops.txt"], flags=re.MULTILINE)
    texts["stop_times.txt"] = re.sub(rf"^.*,{stop},.*\n", "", texts["stop_times.txt"], flags=re.MULTILINE)
    with zipfile.ZipFile(raw / "feed.zip", "w") as archive:
        for name, text in texts.items():
            archive.writestr(name, text)


def by_key(table: pd.DataFrame, column: str) -> pd.Series:
    return table.astype(dict.fromkeys(KEYS, str)).set_index(KEYS)[column]


def assert_same(one: pd.Series, two: pd.Series) -> None:
    pd.testing.assert_series_equal(one, two, check_names=False, rtol=0, atol=0)


def assert_is(effect: Effect, before: Opened, after: Opened) -> None:
    """The effect is the difference between two builds: in every distance, and in every indicator."""
    expected = after.conditions.distances
    assert effect.after.distances.keys() == expected.keys()
    for measure, values in expected.items():
        np.testing.assert_array_equal(effect.after.distances[measure], values, err_msg=str(measure))
        if measure not in effect.measures:
            np.testing.assert_array_equal(before.conditions.distances[measure], values, err_msg=str(measure))
    old, new = (by_key(opened.indicators(), "value") for opened in (before, after))
    told = by_key(effect.indicators, "before")
    assert_same(told, old.loc[told.index])
    assert_same(by_key(effect.indicators, "after"), new.loc[told.index])
    others = old.index.difference(told.index)
    others = others[~others.get_level_values("indicator").isin(effect.as_built)]  # only a build makes these anew
    assert_same(new.loc[others], old.loc[others])
