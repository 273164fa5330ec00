"""Step: junctions, chains and the hierarchy over them, the same for every mode."""

from __future__ import annotations

from pathlib import Path

from geodata.streets import Streets
from geodata.workspace import StepWriter
from layers.access.topology import Topology


def run(writer: StepWriter, *, streets: Path) -> None:
    """Write the topology (folder ``topology``); nothing where there are no streets."""
    arrays = Streets.load(streets / "streets")
    if arrays.segment_count == 0:
        return
    topology = Topology.of(arrays)
    topology.save(writer.folder / "topology")
    writer.facts |= {
        "junctions": topology.graph.junction_count,
        "chains": topology.graph.chain_count,
        "arcs": topology.hierarchy.arc_count,
    }
