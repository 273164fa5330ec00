"""Street networks of a workspace, one per mode: loaded where they are asked for, kept for who asks next."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from threading import Lock

from geodata.streets import Streets
from layers.access.network import StreetNetwork
from layers.access.profiles import Profile
from layers.access.topology import Topology


class Networks:
    """The networks of one workspace. Any number of threads may ask.

    Parameters
    ----------
    streets, network
        Folders of the build steps of these names.
    projection
        CRS in metres.
    """

    def __init__(self, streets: Path, network: Path, projection: str) -> None:
        self.streets = Streets.load(streets / "streets")
        self.topology = Topology.load(network / "topology") if self.streets.segment_count else None
        self.projection = projection
        self._made: dict[str, StreetNetwork] = {}
        self._lock = Lock()

    def of(self, profile: Profile) -> StreetNetwork:
        """The network of a mode."""
        with self._lock:
            made = self._made.get(profile.id)
            if made is None or made.profile != profile:
                made = self._make(profile)
                self._made[profile.id] = made
            return made

    def _make(self, profile: Profile) -> StreetNetwork:
        alike = sorted(self._made.values(), key=lambda network: network.profile.doors != profile.doors)
        if alike:
            return alike[0].for_mode(self.streets, profile)
        return StreetNetwork.from_streets(self.streets, profile, projection=self.projection, topology=self.topology)


@lru_cache(maxsize=1)
def open_networks(streets: Path, network: Path, projection: str) -> Networks:
    """The networks of a build or workspace; folders of steps are named by their content and never change."""
    return Networks(streets, network, projection)
