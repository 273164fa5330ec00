"""Words of the layers of the map, Japanese and English."""

from __future__ import annotations

from typing import Final

MAP_LAYERS: Final[dict[str, tuple[str, str]]] = {
    "ml_group_base": ("下絵", "Ground"),
    "ml_group_transport": ("公共交通", "Public transport"),
    "ml_group_facilities": ("施設", "Facilities"),
    "ml_group_zones": ("都市計画の区域", "Planning zones"),
    "ml_group_hazards": ("災害のおそれのある区域", "Hazard areas"),
    "ml_group_digital": ("デジタル", "Digital"),
    "ml_base": ("道路・鉄道・水面（このワークスペースから）", "Roads, railways and water (from this workspace)"),
}
