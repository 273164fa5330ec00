"""The figure and the table of layers/access/README.md say what the code does."""

import re
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from layers.access.hierarchy import Hierarchy
from layers.access.metric import Metric
from layers.access.ms import INFINITE_MS
from layers.access.part import Entries, Part

FOLDER = Path(__file__).resolve().parents[3] / "layers" / "access"
README = (FOLDER / "README.md").read_text(encoding="utf-8")
JUNCTIONS = "ABCDEFGH"
MINUTES = {"AC": 4, "CE": 3, "EG": 2, "BD": 3, "DF": 9, "FH": 2, "AB": 1, "CD": 12, "EF": 1, "GH": 6}
ORDER = "ABGHEFCD"


@pytest.fixture(scope="module")
def hierarchy():
    tail, head = (np.array([JUNCTIONS.index(street[end]) for street in MINUTES], np.int32) for end in (0, 1))
    graph = SimpleNamespace(tail=tail, head=head, junction_count=len(JUNCTIONS))
    return Hierarchy.of(graph, np.array([ORDER.index(name) for name in JUNCTIONS], np.int32))


def test_arcs_and_shortcuts_of_the_figure(hierarchy):
    minutes = np.array(list(MINUTES.values()), np.int32)
    metric = Metric.of(hierarchy, minutes, minutes, infinite=INFINITE_MS)
    lower = np.repeat(np.arange(8), np.diff(hierarchy.start))
    arcs = {ORDER[low] + ORDER[high]: int(up) for low, high, up in zip(lower, hierarchy.head, metric.up, strict=True)}
    streets = {frozenset(street) for street in MINUTES}
    assert {arc for arc in arcs if frozenset(arc) not in streets} == {"BC", "HE", "FC"}
    assert (arcs["BC"], arcs["HE"], arcs["FC"]) == (5, 8, 4)
    changed = {arc for arc, up in arcs.items() if up != MINUTES.get("".join(sorted(arc)), up)}
    assert changed == {"CD"}
    assert arcs["CD"] == 8


def test_sweep_of_the_figure(hierarchy):
    minutes = np.array(list(MINUTES.values()), np.int32)
    part = Part.whole(hierarchy, Metric.of(hierarchy, minutes, minutes, infinite=INFINITE_MS))
    here = Entries(np.array([JUNCTIONS.index("H")], np.int32), np.zeros(1, np.int64), np.zeros(1, np.int64))
    found = part.sweep_back(here, lanes=1)[part.slot, 0]
    assert dict(zip(JUNCTIONS, found.tolist(), strict=True)) == dict(
        zip(JUNCTIONS, [10, 11, 6, 11, 3, 2, 5, 0], strict=True)
    )


def test_modules_named_are_there():
    named = set(re.findall(r"`(\w+\.py)`", README))
    assert len(named) > 25
    assert {name for name in named if not (FOLDER / name).is_file()} == set()


def test_functions_named_are_there():
    code = "\n".join(path.read_text(encoding="utf-8") for path in FOLDER.glob("*.py"))
    table = README.split("## How")[0]
    named = {
        name for cell in re.findall(r"\| (`[^|]+) \|", table) for name in re.findall(r"`(?:network)?\.?(\w+)[`(]", cell)
    }
    assert {"nearest", "isochrones", "with_closed", "OdTable"} <= named
    assert {
        name for name in named if not re.search(rf"(def|class) {name}\b", code) and f"{name}.py" not in table
    } == set()
