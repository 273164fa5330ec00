"""Every layer that the map can show of a workspace, in the order of the panel."""

from __future__ import annotations

from typing import TYPE_CHECKING

from explorer.maps.overlay_areas import coverage_overlay, hazard_overlay, speed_overlay, zone_overlay
from explorer.maps.overlay_ground import ground_overlays
from explorer.maps.overlay_lines import bus_line_overlay, rail_overlay
from explorer.maps.overlay_points import facility_overlays, station_overlay, stop_overlay

if TYPE_CHECKING:
    from explorer.maps.overlay import Overlay
    from geodata.workspace import Workspace


def overlays_of(workspace: Workspace) -> list[Overlay]:
    """All layers; those that the workspace has no data for bear the reason."""
    return [
        *ground_overlays(workspace),
        rail_overlay(workspace),
        station_overlay(workspace),
        bus_line_overlay(workspace),
        stop_overlay(workspace),
        *facility_overlays(workspace),
        zone_overlay(workspace),
        hazard_overlay(workspace),
        coverage_overlay(workspace),
        speed_overlay(workspace),
    ]
