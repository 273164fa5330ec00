from __future__ import annotations

import json

import geopandas as gpd
import numpy as np
import pyarrow.parquet as pq

from explorer.export.geoparquet import METADATA_KEY, write_geoparquet
from explorer.export.selection import selection
from tests.explorer.export.conftest import CODES, HOSTILE
from tests.explorer.export.shared import wide_values


def test_values_and_borders_come_back_to_the_bit(tiny, tmp_path):
    chosen = selection(tiny)
    write_geoparquet(chosen, tmp_path / "out.parquet")
    found = gpd.read_parquet(tmp_path / "out.parquet")
    assert found.crs.to_epsg() == 6668
    assert found.geometry.geom_equals(tiny.municipalities.geometry).all()
    for name, values in wide_values(chosen).items():
        np.testing.assert_array_equal(found.set_index("area_code")[name], values.loc[["10201", "10203"]])
    reasons = [json.loads(text) for text in found["reasons"]]
    assert reasons == chosen.reasons


def test_the_metadata_tell_where_it_comes_from(hostile, tmp_path):
    write_geoparquet(selection(hostile, theme="school"), tmp_path / "out.parquet")
    told = json.loads(pq.read_metadata(tmp_path / "out.parquet").metadata[METADATA_KEY])
    assert told["sources"]
    assert told["software"]["name"] == "regional-conditions-explorer"
    found = gpd.read_parquet(tmp_path / "out.parquet")
    assert found["area_code"].tolist() == list(CODES)
    assert found["area_name"].tolist() == list(HOSTILE)


def test_the_same_question_gives_the_same_bytes(tiny, tmp_path):
    for name in ("a.parquet", "b.parquet"):
        write_geoparquet(selection(tiny), tmp_path / name)
    assert (tmp_path / "a.parquet").read_bytes() == (tmp_path / "b.parquet").read_bytes()
