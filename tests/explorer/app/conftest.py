"""An invented workspace of six square municipalities with everything the page must cope with, and a server for it."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from geodata.workspace import StepWriter, publish, run_step
from layers.access.profiles import DRIVE, WALK, WALK_ELDERLY

SLOW = replace(WALK_ELDERLY, metres_per_minute=50.0, snap_metres_per_minute=50.0)  # changed from the default
WEST, SOUTH, SIDE = 140.0, 36.0, 0.05
HOSTILE = "<script>window.hacked=1</script><img src=x onerror=window.hacked=1>"
NAMES = {
    "48201": "見本市", "48301": "仮町", "48302": HOSTILE, "48303": "例村", "48304": "無データ町", "48305": "島村",
}  # fmt: skip
VALUES = {"48201": 85.0, "48301": 65.04, "48302": 45.0, "48303": 65.0, "48304": np.nan, "48305": 5.0}
PEOPLE = 1000.0
REASON = "この市区町村を含む一覧がない / no list covers this municipality"
LIMITS_M = (500, 800, 1000)


def _municipalities() -> gpd.GeoDataFrame:
    boxes = [
        shapely.box(WEST + column * SIDE, SOUTH + row * SIDE, WEST + (column + 1) * SIDE, SOUTH + (row + 1) * SIDE)
        for row in range(2)
        for column in range(3)
    ]
    around = shapely.box(WEST - SIDE, SOUTH, WEST, SOUTH + 2 * SIDE)
    codes = [*NAMES, "49201"]
    return gpd.GeoDataFrame(
        {
            "code": codes,
            "name": [*NAMES.values(), "隣の市"],
            "reading": "",
            "prefecture_code": [code[:2] for code in codes],
            "prefecture_name": "架空の見本県",
            "kind": "city",
            "area_km2": 20.0,
            "in_study_area": [True] * 6 + [False],
        },
        geometry=[*boxes, around],
        crs="EPSG:6668",
    )


def _places(municipalities: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    x, y = np.meshgrid(WEST + np.arange(150) * 0.001 + 0.0005, SOUTH + np.arange(100) * 0.001 + 0.0005)
    column, row = ((x.ravel() - WEST) / SIDE).astype(int), ((y.ravel() - SOUTH) / SIDE).astype(int)
    return gpd.GeoDataFrame(
        {
            "place_id": np.arange(x.size),
            "cell_id": "c",
            "municipality_code": municipalities["code"].to_numpy()[row * 3 + column],
            "population_total": 6 * PEOPLE / x.size,
            "population_65_plus": 2 * PEOPLE / x.size,
            "suppressed_share": 0.0,
        },
        geometry=gpd.points_from_xy(x.ravel(), y.ravel()),
        crs="EPSG:6668",
    )


def _facilities() -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(
        {
            "facility_id": [0, 1, 2],
            "service": ["shopping", "shopping", "medical"],
            "kind": ["supermarket", "supermarket", "clinic"],
            "name": ["見本スーパー", HOSTILE, None],
            "municipality_code": ["48201", "48302", "48201"],
            "capacity": np.nan,
            "capacity_unit": "",
            "source": "shops",
            "as_of": "2024",
        },
        geometry=gpd.points_from_xy([WEST + 0.02, WEST + 0.12, WEST + 0.03], [SOUTH + 0.02] * 3),
        crs="EPSG:6668",
    )


def _stops() -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(
        {
            "stop_id": ["r", "a", "b"],
            "group_id": ["r", "a", "b"],
            "name": ["見本駅", "役場前", "終点"],
            "mode": ["rail", "bus", "bus"],
            "operator": "見本交通",
            "departures_weekday": [40.0, 1234.0, np.nan],
            "source": "gtfs",
        },
        geometry=gpd.points_from_xy([WEST + 0.01, WEST + 0.06, WEST + 0.11], [SOUTH + 0.04] * 3),
        crs="EPSG:6668",
    )


def _indicators() -> pd.DataFrame:
    rows = []
    for limit in LIMITS_M:
        for mode in ("straight", "walk"):
            for group in ("total", "65_plus"):
                for code, base in VALUES.items():
                    value = base - (2 if mode == "walk" else 0) - (1 if group == "65_plus" else 0) + (limit - 800) / 100
                    people = PEOPLE if group == "total" else PEOPLE / 3
                    official = 80.0 if (mode, group, limit, code) == ("straight", "total", 800, "48201") else np.nan
                    rows.append(_row(code, f"supermarket_within_{limit}m", group, mode, value, "%", people, official))
    for code, minutes in {
        "48201": 4.0,
        "48301": 12.0,
        "48302": 31.0,
        "48303": 8.0,
        "48304": np.nan,
        "48305": 20.0,
    }.items():
        for mode, factor in (("walk", 1), ("drive", 0.5), ("walk_elderly", 2)):
            rows.append(_row(code, "supermarket_minutes_median", "total", mode, minutes * factor, "分", PEOPLE, np.nan))
        rows.append(_row(code, "population", "total", "", PEOPLE, "人", np.nan, np.nan))
    return pd.DataFrame(rows)


def _whole(indicators: pd.DataFrame) -> pd.DataFrame:
    """All towns together: shares from their people, minutes none."""
    keys = ["indicator", "group", "mode", "unit"]
    rows = indicators[indicators["value"].notna()].groupby(keys)[["numerator", "denominator"]].sum().reset_index()
    share = rows["unit"] == "%"
    rows["value"] = np.where(share, 100 * rows["numerator"] / rows["denominator"].where(share), np.nan)
    rows["reason"] = np.where(share, "", "まとめられない / cannot be pooled")
    return rows.assign(area_code="study_area", area_name="", official_value=np.nan, official_source="")


def _row(
    code: str, indicator: str, group: str, mode: str, value: float, unit: str, people: float, official: float
) -> dict:
    return {
        "area_code": code, "area_name": NAMES[code], "indicator": indicator, "group": group, "mode": mode, "value": value,
        "unit": unit, "numerator": value / 100 * people if unit == "%" else people,
        "denominator": np.nan if np.isnan(value) else people, "reason": REASON if np.isnan(value) else "",
        "official_value": official, "official_source": "都市モニタリングシート" if np.isfinite(official) else "",
    }  # fmt: skip


def _source(identity: str, kind: str, title: tuple[str, str], credit: str, *, used: bool = True) -> dict:
    return {
        "id": identity, "kind": kind, "title_ja": title[0], "title_en": title[1], "publisher": "見本 / Sample",
        "edition": "2024", "licence": "CC BY 4.0", "credit": credit, "url": "https://example.com/", "file": f"{identity}.zip",
        "used": used, "reason_ja": "" if used else "使いません", "reason_en": "" if used else "not used",
    }  # fmt: skip


def make_workspace(root: Path, *, key: str = "1") -> Path:
    """Write the workspace; another `key` makes another edition of it."""
    municipalities = _municipalities()
    places = _places(municipalities)
    metres = np.hypot((places.geometry.x - WEST - 0.02) * 90_000, (places.geometry.y - SOUTH - 0.02) * 111_000)
    metres = metres.to_numpy(np.float32)
    metres[:20] = np.inf
    metres[20:40] = np.nan

    def write(writer: StepWriter) -> None:
        tables = {
            "municipalities": municipalities, "places": places, "facilities": _facilities(), "stops": _stops(),
            "indicators": _indicators(), "indicators_whole": _whole(_indicators()),
        }  # fmt: skip
        for name, table in tables.items():
            writer.table(table, name)
        writer.facts["measures"] = [f"supermarket.{mode}" for mode in ("straight", "walk", "drive")]
        for name in writer.facts["measures"]:
            writer.array(metres, name)

    (root / "steps").mkdir(parents=True, exist_ok=True)
    manifest = {
        "title": "架空の見本県（6市区町村）",
        "study_area": {"codes": list(NAMES), "is_sample": True, "halo_km": 20.0},
        "population_year": 2020,
        "profiles": [profile.as_dict() for profile in (WALK, DRIVE, SLOW)],
        "has_signals": False,
        "summary": {"municipalities": 6, "people": 6 * PEOPLE},
        "sources": [
            _source("n03", "n03", ("行政区域", "Administrative areas"), "「国土数値情報」を加工して作成"),
            _source("osm", "osm", ("道路", "Streets"), "© OpenStreetMap contributors"),
            _source("shops", "points", ("店舗一覧", "List of shops"), "店舗一覧"),
            _source("extra", "a50", ("区域", "Zones"), "区域", used=False),
        ],
        "notes": [
            {"level": "info", "file": "b.zip", "ja": "参考です。", "en": "For information."},
            {"level": "warning", "file": HOSTILE, "ja": "期限切れです。", "en": "Out of date."},
        ],
        "edition": key,
    }  # fmt: skip
    return publish(root, manifest, [run_step(root, "all", key, write)]).path


@pytest.fixture(scope="session")
def six_towns(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_workspace(tmp_path_factory.mktemp("six") / "workspace")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def served(workspace: Path, folder: Path, *arguments: str, port: int = 0, **environment: str) -> Iterator[str]:
    """Address of the app on a workspace, served as users run it; its log goes into the folder."""
    port, log = port or free_port(), folder / "log.txt"
    with log.open("w") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "explorer.ui.server", "--port", str(port), *arguments],
            env={**os.environ, "EXPLORER_WORKSPACE": str(workspace), **environment},
            stdout=output,
            stderr=subprocess.STDOUT,
            cwd=Path(__file__).parents[3],
        )
        try:
            base = arguments[arguments.index("--base-path") + 1] if "--base-path" in arguments else ""
            wait_until_healthy(port, process, log, base=base)
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()
            process.wait(timeout=20)


@pytest.fixture(scope="session")
def server(six_towns: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with served(six_towns, tmp_path_factory.mktemp("server")) as address:
        yield address


def wait_until_healthy(port: int, process: subprocess.Popen, log: Path, seconds: float = 60, *, base: str = "") -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if process.poll() is not None:
            break
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}{base}/_stcore/health", timeout=2) as answer:
                if answer.status == 200:
                    return
        except OSError:
            time.sleep(0.2)
    raise RuntimeError(f"the app did not start:\n{log.read_text()}")


@pytest.fixture(scope="session")
def three_schools(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A built workspace with streets, bus stops and three schools, one of which is called something hostile."""
    import json

    from explorer.build import build
    from tests.explorer.conftest import write_tiny

    folder = tmp_path_factory.mktemp("three_schools")
    raw = write_tiny(folder / "raw")
    schools = raw / "P29-23_10.geojson"
    schools.write_text(
        schools.read_text(encoding="utf-8").replace(
            "第2小学校", json.dumps(HOSTILE + " ![x](https://outside.example/x.png)")[1:-1]
        ),
        encoding="utf-8",
    )
    build([raw], folder / "workspace")
    return folder / "workspace"
