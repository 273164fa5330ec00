"""A tiny region in the official formats: two towns of 4 × 4 km, a grid of streets, people, schools, a shop, one bus line."""

from __future__ import annotations

import json
import re
import shutil
import sys
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    import pandas as pd

    from explorer.regions import Opened

WEST, SOUTH = 139.0, 36.3
CELLS = 8  # 500 m cells a side in each town


def _square(west: float, south: float, east: float, north: float) -> list[list[list[float]]]:
    return [[[west, south], [east, south], [east, north], [west, north], [west, south]]]


def _collection(features: list[dict]) -> str:
    return json.dumps({"type": "FeatureCollection", "features": features}, ensure_ascii=False)


def write_boundaries(folder: Path) -> Path:
    width, height = CELLS / 160, CELLS / 240
    towns = [("10201", "前橋市", WEST), ("10203", "桐生市", WEST + width)]
    features = [
        {
            "type": "Feature",
            "properties": {"N03_001": "群馬県", "N03_002": None, "N03_003": None, "N03_004": name, "N03_007": code},
            "geometry": {"type": "Polygon", "coordinates": _square(west, SOUTH, west + width, SOUTH + height)},
        }
        for code, name, west in towns
    ]
    path = folder / "N03-23_10_230101.geojson"
    path.write_text(_collection(features), encoding="utf-8")
    return path


def write_population(folder: Path, people: int = 100) -> Path:
    from geodata.mesh import code_at

    lines = ["KEY_CODE,pop"]
    for row in range(CELLS):
        for column in range(2 * CELLS):
            code = code_at([WEST + (column + 0.5) / 160], [SOUTH + (row + 0.5) / 240], 4)[0]
            lines.append(f"{code},{people}")
    path = folder / "population_500m_2020.csv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def write_streets(folder: Path) -> Path:
    """Residential streets every 250 m or so over both towns, as OSM XML."""
    columns, rows = 4 * CELLS + 1, 2 * CELLS + 1
    nodes, ways = [], []
    for row in range(rows):
        for column in range(columns):
            number = row * columns + column + 1
            lon, lat = WEST + column / 320 + 1e-4, SOUTH + row / 480 + 1e-4
            nodes.append(f'<node id="{number}" version="1" lat="{lat:.7f}" lon="{lon:.7f}"/>')
    lines = [[row * columns + column + 1 for column in range(columns)] for row in range(rows)]
    lines += [[row * columns + column + 1 for row in range(rows)] for column in range(columns)]
    for number, line in enumerate(lines, 1):
        refs = "".join(f'<nd ref="{ref}"/>' for ref in line)
        ways.append(f'<way id="{number}" version="1">{refs}<tag k="highway" v="residential"/></way>')
    shop = (
        f'<node id="900001" version="1" lat="{SOUTH + 0.01:.7f}" lon="{WEST + 0.012:.7f}">'
        '<tag k="shop" v="supermarket"/><tag k="name" v="見本スーパー"/></node>'
    )
    path = folder / "streets.osm"
    path.write_text(
        f'<?xml version="1.0" encoding="UTF-8"?>\n<osm version="0.6">{"".join(nodes)}{shop}{"".join(ways)}</osm>\n',
        encoding="utf-8",
    )
    return path


def write_schools(folder: Path) -> Path:
    features = [
        {
            "type": "Feature",
            "properties": {
                "P29_001": "10201",
                "P29_002": f"B110{number}",
                "P29_003": "16001",
                "P29_004": f"第{number}小学校",
                "P29_005": "",
                "P29_006": 3,
                "P29_007": 0,
                "P29_008": 0,
                "P29_009": None,
            },
            "geometry": {"type": "Point", "coordinates": [WEST + 0.01 * number, SOUTH + 0.01]},
        }
        for number in range(1, 4)
    ]
    path = folder / "P29-23_10.geojson"
    path.write_text(_collection(features), encoding="utf-8")
    return path


def write_feed(folder: Path, *, calendar: bool = True, trips: int = 20) -> Path:
    stops = ["stop_id,stop_name,stop_lat,stop_lon"]
    stops += [f"s{i},停{i},{SOUTH + 0.005},{WEST + 0.005 + i * 0.009}" for i in range(8)]
    times, trip_lines = ["trip_id,arrival_time,departure_time,stop_id,stop_sequence"], ["route_id,service_id,trip_id"]
    for trip in range(trips):
        trip_lines.append(f"r1,平日,t{trip}")
        order = range(8) if trip % 2 else range(7, -1, -1)
        for sequence, stop in enumerate(order):
            clock = f"{7 + trip // 2:02d}:{sequence * 5:02d}:00"
            times.append(f"t{trip},{clock},{clock},s{stop},{sequence + 1}")
    tables = {
        "agency.txt": "agency_id,agency_name,agency_url,agency_timezone\na1,見本バス,http://example.com,Asia/Tokyo\n",
        "stops.txt": "\n".join(stops) + "\n",
        "routes.txt": "route_id,agency_id,route_short_name,route_long_name,route_type\nr1,a1,1,本線,3\n",
        "trips.txt": "\n".join(trip_lines) + "\n",
        "stop_times.txt": "\n".join(times) + "\n",
    }
    if calendar:
        tables["calendar.txt"] = (
            "service_id,monday,tuesday,wednesday,thursday,friday,saturday,sunday,start_date,end_date\n"
            "平日,1,1,1,1,1,0,0,20240401,20250331\n"
        )
    path = folder / "feed.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for name, text in tables.items():
            archive.writestr(name, text)
    return path


def write_tiny(folder: Path) -> Path:
    """All files of the tiny region."""
    folder.mkdir(parents=True, exist_ok=True)
    for write in (write_boundaries, write_population, write_streets, write_schools, write_feed):
        write(folder)
    return folder


@pytest.fixture
def tiny_raw(tmp_path: Path) -> Path:
    return write_tiny(tmp_path / "raw")


@pytest.fixture
def rewrite_feed() -> Callable[..., Path]:
    """Write the bus feed again, with other trips."""
    return write_feed


@pytest.fixture(scope="session")
def tiny_workspace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A built workspace of the tiny region; tests read it only."""
    from explorer.build import build

    folder = tmp_path_factory.mktemp("tiny")
    build([write_tiny(folder / "raw")], folder / "workspace")
    return folder / "workspace"


@dataclass(frozen=True)
class Ran:
    """What a command of the explorer printed, and how it ended."""

    code: int
    out: str
    err: str

    def error(self, *words: str) -> str:
        """Check that it was refused with one message in two languages, holding these words, and return it."""
        shown = [line for line in self.err.splitlines() if not line.startswith("[")]  # all but the progress
        assert self.code != 0, f"not refused:\n{self.out}{self.err}"
        assert len(shown) == 1, f"not one message:\n{self.err}"
        assert shown[0].startswith("エラー / error: "), shown
        return _speaks(shown[0].removeprefix("エラー / error: "), words)

    def warning(self, *words: str) -> str:
        """Check that it was done all the same, with one warning that holds these words, and return that warning."""
        found = [line for line in self.warnings if all(word in line for word in words)]
        assert len(found) == 1, f"not one warning with {words}: {self.warnings}"
        return _speaks(found[0], words)

    @property
    def warnings(self) -> list[str]:
        """Warnings of a finished command, in the order of its summary."""
        assert self.code == 0, self.err
        assert all(line.startswith("[") for line in self.err.splitlines()), f"more than the progress:\n{self.err}"
        return [line.removeprefix("  - ") for line in self.out.splitlines() if line.startswith("  - ")]


def _speaks(message: str, words: tuple[str, ...]) -> str:
    """A message is Japanese and English, holds some words, and none that only a programmer knows."""
    ja, _, en = message.partition(" / ")
    assert re.search("[ぁ-んァ-ヶ一-龠]{3}", ja), f"no Japanese: {message}"
    assert re.search("[A-Za-z]{2,} [a-z]{2,}", en), f"no English: {message}"
    for word in words:
        assert word in message, f"{word!r} is not in: {message}"
    for word in ("Traceback", "想定外", "object has no attribute", "NoneType", "0x"):
        assert word not in message, message
    return message


@pytest.fixture(scope="module")
def tiny(tiny_workspace: Path) -> Opened:
    import explorer

    return explorer.open(tiny_workspace)


@pytest.fixture(scope="module")
def sample(sample_workspace: Path) -> Opened:
    import explorer

    return explorer.open(sample_workspace)


@pytest.fixture
def command(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Callable[..., Ran]:
    """Run ``explorer …`` in this process, as its users do."""
    from explorer.cli import main

    monkeypatch.delenv("EXPLORER_DEBUG", raising=False)

    def run(*arguments: object) -> Ran:
        monkeypatch.setattr(sys, "argv", ["explorer", *map(str, arguments)])
        capsys.readouterr()
        code: object = 0
        try:
            main()
        except SystemExit as end:
            code = end.code
        printed = capsys.readouterr()
        return Ran(int(str(code or 0)), printed.out, printed.err)

    return run


@dataclass(frozen=True)
class Region:
    """The tiny region with a workspace built from it, for a test to break."""

    raw: Path
    out: Path
    command: Callable[..., Ran]
    manifest: bytes

    def build(self, *options: object) -> Ran:
        """Build it again into the workspace that is there."""
        return self.command("build", self.raw, "--out", self.out, *options)

    def indicators(self, path: Path | None = None) -> pd.DataFrame:
        """The indicator table of the workspace, which must open."""
        import explorer

        return explorer.open(path or self.out).indicators()

    def assert_untouched(self) -> None:
        """The workspace is the one that was there before, down to the last byte of its tables."""
        assert (self.out / "manifest.json").read_bytes() == self.manifest
        assert_whole(self.out)


def assert_whole(workspace: Path) -> None:
    """Every table of a workspace is there, with the content that its manifest tells; nothing else lies about."""
    from geodata.archive import file_sha256
    from geodata.workspace import Workspace

    opened = Workspace.open(workspace)
    for entry in opened.manifest["tables"].values():
        assert file_sha256(opened.file(entry["step"], entry["file"])) == entry["sha256"]


@pytest.fixture
def region(tiny_workspace: Path, tmp_path: Path, command: Callable[..., Ran]) -> Region:
    """A copy of the tiny region and its workspace; a build of it runs only the steps that the test's change touches."""
    raw, out = tmp_path / "raw", tmp_path / "workspace"
    shutil.copytree(tiny_workspace.parent / "raw", raw)
    shutil.copytree(tiny_workspace, out)
    return Region(raw, out, command, (out / "manifest.json").read_bytes())
