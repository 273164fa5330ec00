"""What stands far behind the head of a file: names after a long coast, grid codes of another region."""

from __future__ import annotations

import json
from pathlib import Path

from geodata.recognise import recognise_file
from geodata.recognise_tables import HEAD_BYTES


def test_geojson_whose_first_shape_is_longer_than_the_head(tmp_path: Path):
    coast = [[139.0 + number * 1e-6, 36.0 + number * 1e-6] for number in range(12_000)]
    feature = {
        "type": "Feature",
        "geometry": {"type": "Polygon", "coordinates": [[*coast, [139.0, 36.1], coast[0]]]},
        "properties": {"A50_001": "12", "A50_003": "12100", "A50_006": 2},
    }
    path = tmp_path / "zone.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": [feature]}), encoding="utf-8")
    assert path.stat().st_size > HEAD_BYTES
    assert [entry.dataset for entry in recognise_file(path, root=tmp_path)] == ["a50"]


def test_grid_of_several_regions_names_them_all(tmp_path: Path):
    rows = [
        f"{primary}{number // 100 % 8}{number % 8}{number % 10}{number % 9}1,5"
        for primary in (5239, 5439)
        for number in range(9000)
    ]
    path = tmp_path / "people_2020.csv"
    path.write_text("KEY_CODE,pop\n" + "\n".join(rows) + "\n", encoding="utf-8")
    found = recognise_file(path, root=tmp_path)[0]
    assert found.dataset == "grid_csv"
    assert "5239" in found.coverage
    assert "5439" in found.coverage
