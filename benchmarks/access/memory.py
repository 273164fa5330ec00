"""How much memory the engine takes with three modes at hand: a fresh process, one question each.

    python -m benchmarks.access.memory CASE_FOLDER TOPOLOGY_FOLDER

As the app does it, streets and topology are memory-mapped from disk; what of them was touched counts in full. Prints JSON
in megabytes.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import numpy as np

from benchmarks.access.measure import peak_megabytes, resident_megabytes

MODES = ("walk", "cycle", "drive")


def main(case_folder: Path, topology_folder: Path) -> None:
    said = {"before (Python, numpy)": resident_megabytes()}
    from benchmarks.access.case import plane_of
    from geodata.streets import Streets
    from layers.access.nearest import nearest
    from layers.access.network import StreetNetwork
    from layers.access.profiles import PROFILES
    from layers.access.topology import Topology

    streets = Streets.load(case_folder / "streets")
    topology = Topology.load(topology_folder)
    facilities = np.load(case_folder / "case.npz")["facilities"]
    plane = plane_of(streets)
    networks = {}
    for mode in MODES:
        network = StreetNetwork.from_streets(streets, PROFILES[mode], projection=plane, topology=topology)
        networks[mode] = network
        ties = {f"c{nth}": network.at_nodes(nodes) for nth, nodes in enumerate(facilities)}
        answer = nearest(network, network.at_nodes(np.arange(network.node_count)), ties)
        assert np.isfinite(answer.seconds).any()
        del answer, ties
        said[f"with {', '.join(networks)}"] = resident_megabytes()
    said["peak, while answering"] = peak_megabytes()
    print(json.dumps(said))


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
