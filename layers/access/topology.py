"""What all modes share: the graph of the streets and the hierarchy over it. Made once per network, kept on disk."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from geodata.errors import WorkspaceError
from geodata.streets import Streets
from layers.access.graph import StreetGraph

if TYPE_CHECKING:
    from pathlib import Path

    from layers.access.hierarchy import Hierarchy


@dataclass(frozen=True, eq=False)
class Topology:
    """A street graph and its hierarchy, both without times."""

    graph: StreetGraph
    hierarchy: Hierarchy

    @classmethod
    def of(cls, streets: Streets) -> Topology:
        """Contract the streets, order the junctions and find the shortcuts: about a second for a prefecture."""
        from layers.access.hierarchy import Hierarchy
        from layers.access.ordering import nested_dissection

        graph = StreetGraph.of(streets)
        return cls(graph, Hierarchy.of(graph, nested_dissection(graph)))

    def save(self, folder: Path) -> None:
        """Write one .npy file per array into a folder, which is made if absent."""
        folder.mkdir(parents=True, exist_ok=True)
        self.graph.save(folder)
        self.hierarchy.save(folder)

    @classmethod
    def load(cls, folder: Path) -> Topology:
        """Open what :meth:`save` wrote, memory-mapped and read-only.

        Raises
        ------
        WorkspaceError
            An array is absent or damaged.
        """
        from layers.access.hierarchy import Hierarchy

        try:
            return cls(StreetGraph.load(folder), Hierarchy.load(folder))
        except (OSError, ValueError) as error:
            raise WorkspaceError(
                f"{folder}: 道路網の階層を読めません（{error}）。explorer build をやり直してください。 / "
                f"The hierarchy of the streets cannot be read ({error}). Run explorer build again."
            ) from error
