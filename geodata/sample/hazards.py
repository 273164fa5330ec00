"""Hazard areas of the invented region: floods along its rivers (A31b) and landslides above its villages (A33)."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from typing import Final

import geopandas as gpd
import numpy as np
import shapely
import shapely.affinity

from geodata.sample.boundaries import to_degrees
from geodata.sample.region import PREFECTURE_CODE, PREFECTURE_NAME, PRIMARY_MESH, Region, cell_of, generator
from geodata.sample.writing import CRS, metadata, pack, shapefile

_EDITION: Final = "23"
# Half-widths (m) of the flooded plain at the mouth of a river by depth rank: 1 under 0.5 m, 2 under 3 m, 3 under 5 m.
_HALF_WIDTHS: Final = {1: 650.0, 2: 400.0, 3: 150.0}
_STEEP: Final = 0.10  # rise over run from which on a village has a slope above it
_PHENOMENA: Final = (1, 2, 3)  # 急傾斜地の崩壊, 土石流, 地すべり


def write_hazards(folder: Path, region: Region) -> list[Path]:
    """``A31b-23_10_5443_SHP.zip`` and ``A33-23_48_SHP.zip``; no tsunami."""
    return [_write_floods(folder, region), _write_landslides(folder, region)]


def _write_floods(folder: Path, region: Region) -> Path:
    """The largest flood assumed, one feature per depth rank: the deeper ones lie inside and are cut out of the others."""
    plain = {
        rank: shapely.union_all([_along(river, width) for river in region.rivers])
        for rank, width in _HALF_WIDTHS.items()
    }
    ranks = sorted(plain)
    shapes = [shapely.difference(plain[rank], plain[rank + 1]) if rank + 1 in plain else plain[rank] for rank in ranks]
    stem = f"A31b-20-{_EDITION}_10_{PRIMARY_MESH}"
    frame = gpd.GeoDataFrame(
        {"A31b_201": np.array(ranks, dtype="int32")},
        geometry=to_degrees(np.array([shapely.simplify(shape, 15) for shape in shapes], dtype=object)),
        crs=CRS,
    )
    members = {f"20_想定最大規模/{name}": content for name, content in shapefile(frame, stem).items()}
    members[f"KS-META-A31b-{_EDITION}.xml"] = metadata("国土数値情報 洪水浸水想定区域（1次メッシュ単位）")
    return pack(folder / f"A31b-{_EDITION}_10_{PRIMARY_MESH}_SHP.zip", members)


def _along(river: np.ndarray, width: float) -> shapely.Geometry:
    """A plain that widens downstream: nothing at the spring, the full width at the mouth."""
    cuts = np.linspace(0, len(river) - 1, 7).astype(int)
    parts = [
        shapely.buffer(shapely.LineString(river[start : end + 1]), width * (number + 1) / 6, quad_segs=4)
        for number, (start, end) in enumerate(pairwise(cuts))
        if end > start
    ]
    return shapely.union_all(parts)


def _write_landslides(folder: Path, region: Region) -> Path:
    """Warning areas beside villages on slopes; a third of each, towards the slope, is a special one."""
    random = generator(95)
    x, y = region.settlement.hamlet_x, region.settlement.hamlet_y
    steep = np.flatnonzero(region.terrain.slope[cell_of(x, y)] >= _STEEP)
    turn = random.uniform(0, 2 * np.pi, len(steep))
    reach = random.uniform(90, 220, len(steep))
    shapes, classes, kinds, names = [], [], [], []
    for number, (hamlet, angle, length) in enumerate(zip(steep, turn, reach, strict=True)):
        outline = shapely.box(-0.5, 0.0, 0.5, 1.0)
        for zone, size in ((1, 1.0), (2, 0.55)):
            area = shapely.affinity.scale(outline, length * size, length * size, origin=(0, 0))
            area = shapely.affinity.rotate(area, angle, origin=(0, 0), use_radians=True)
            shapes.append(shapely.affinity.translate(area, x[hamlet], y[hamlet]))
            classes.append(zone)
            kinds.append(_PHENOMENA[number % 3])
            names.append(f"{region.settlement.hamlet_name[hamlet]}{number + 1}")
    frame = gpd.GeoDataFrame(
        {
            "A33_001": np.array(kinds, dtype="int32"),
            "A33_002": np.array(classes, dtype="int32"),
            "A33_003": PREFECTURE_CODE,
            "A33_004": [f"{PREFECTURE_CODE}-{at:04d}" for at in range(len(shapes))],
            "A33_005": names,
            "A33_006": PREFECTURE_NAME,
            "A33_007": "2022/03/31",
            "A33_008": np.zeros(len(shapes), dtype="int32"),
        },
        geometry=to_degrees(np.array(shapes, dtype=object)),
        crs=CRS,
    )
    stem = f"A33-{_EDITION}_{PREFECTURE_CODE}Polygon"
    members = shapefile(frame, stem)
    members[f"KS-META-A33-{_EDITION}_{PREFECTURE_CODE}.xml"] = metadata("国土数値情報 土砂災害警戒区域")
    return pack(folder / f"A33-{_EDITION}_{PREFECTURE_CODE}_SHP.zip", members)
