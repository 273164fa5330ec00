"""Imports run one way: geodata ← layers ← explorer ← app.py; heavy and page-only libraries stay where they belong."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("geodata", "layers", "explorer")
FILES = sorted(path for package in PACKAGES for path in (ROOT / package).rglob("*.py"))


def imported(path: Path) -> set[str]:
    """Modules that a file imports anywhere, type-checking blocks included."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            assert node.level == 0, f"{path}: relative import"
            names.add(node.module)
    return names


def tops(path: Path) -> set[str]:
    return {name.split(".")[0] for name in imported(path)}


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_each_module_imports_only_what_lies_before_it(path: Path) -> None:
    package = path.relative_to(ROOT).parts[0]
    forbidden = set(PACKAGES[PACKAGES.index(package) + 1 :]) | {"app", "tests", "benchmarks"}
    assert not tops(path) & forbidden


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_streamlit_and_folium_stay_in_their_rooms(path: Path) -> None:
    room = path.relative_to(ROOT).parts[:2]
    if room != ("explorer", "ui"):
        assert not tops(path) & {"streamlit", "streamlit_folium"}
        if room != ("explorer", "maps"):
            assert "folium" not in tops(path)


def test_app_is_the_page_list_and_nothing_else() -> None:
    assert tops(ROOT / "app.py") <= {"streamlit", "explorer", "__future__"}


@pytest.mark.parametrize(
    "heavy",
    [
        "osmnx",
        "streamlit",
        "folium",
        "mapclassify",
        "numba",
        "scipy",
        "rasterio",
        "osmium",
        "matplotlib",
        "typst",
        "docx",
        "xlsxwriter",
        "adbc_driver_postgresql",
    ],
)
def test_heavy_libraries_are_not_loaded_at_start_up(heavy: str) -> None:
    code = f"import sys, explorer.cli, explorer.build; sys.exit({heavy!r} in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False).returncode == 0
