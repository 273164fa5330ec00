"""Which source tells the zones of a municipality, and its zones in one piece each.

Two sources are never added up. For each municipality one is used: with a 居住誘導区域 before without, then the user's own,
then the newest plan (the later of its edition and its date of decision), then the one with more kinds of zone; the others
are named. Files of one data set and edition that lie together (one zip, one folder) are one source: extracts that overlap
hold the same feature several times, and what is united counts once.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import numpy as np

from geodata.areas import area_km2
from geodata.errors import ExplorerError
from geodata.tables import CRS, ZONE_COLUMNS
from geodata.zones import KINDS, PLAN, RESIDENTIAL, URBAN_FUNCTION, read_zones

if TYPE_CHECKING:
    from collections.abc import Sequence

    import geopandas as gpd
    import pandas as pd
    import shapely

    from geodata.notes import Notes
    from geodata.recognised import Recognised

OUTSIDE_WARNING: Final = 0.01  # share of 都市機能誘導区域 outside 居住誘導区域 from which on the user is told
_SLIVER_KM2: Final = 1e-4  # 100 m²: what remains where two outlines of the same border differ


@dataclass
class Zones:
    """The zones of the study area.

    Parameters
    ----------
    table
        :data:`geodata.tables.ZONE_COLUMNS`, one row per municipality, kind and name, EPSG:6668.
    used
        Ids of the sources of the rows.
    unused
        Id → why another source was left aside, in both languages.
    """

    table: gpd.GeoDataFrame
    used: list[str] = field(default_factory=list)
    unused: dict[str, tuple[str, str]] = field(default_factory=dict)

    def united(self, kind: str) -> dict[str, shapely.Geometry]:
        """Municipality code → everything of one kind as one shape, overlaps once."""
        import shapely

        own = self.table[self.table["kind"] == kind]
        return {
            str(code): shapely.union_all(rows.geometry.to_numpy())
            for code, rows in own.groupby("municipality_code", sort=True)
        }


@dataclass(frozen=True)
class _Group:
    """Files that complete one another: ids, label of the first, newest year or date, the features."""

    ids: tuple[str, ...]
    label: str
    is_own: bool
    edition: str
    features: gpd.GeoDataFrame  # with `source`

    def rank(self, code: str) -> tuple[bool, bool, str, int]:
        mine = self.features[self.features["municipality_code"] == code]
        kinds = set(mine["kind"])
        newest = max([self.edition, *mine["decided_on"]])
        return RESIDENTIAL in kinds, self.is_own, newest, len(kinds)

    def km2(self, code: str) -> float:
        """Area of the guidance areas that it has in a municipality, overlaps once."""
        import shapely

        rows = (self.features["municipality_code"] == code) & (self.features["kind"] != PLAN)
        mine = self.features.loc[rows, "geometry"]
        return float(area_km2([shapely.union_all(mine.to_numpy())])[0])


def find_zones(sources: Sequence[tuple[str, Recognised]], municipalities: gpd.GeoDataFrame, *, notes: Notes) -> Zones:
    """Read all zone files and choose one source for each municipality of the study area.

    Parameters
    ----------
    sources
        Id and file, in any order.
    municipalities
        `code`, `name` and `geometry` (EPSG:6668) of the study area.
    notes
        Receives files that cannot be read, sources left aside, and 都市機能誘導区域 that leave the 居住誘導区域.
    """
    unused: dict[str, tuple[str, str]] = {}
    groups = _groups(sources, municipalities, unused, notes)
    chosen: dict[str, int] = {}
    for code in municipalities["code"]:
        having = [at for at, group in enumerate(groups) if (group.features["municipality_code"] == code).any()]
        if having:
            chosen[str(code)] = max(having, key=lambda at: groups[at].rank(str(code)))
    _tell_what_own_zones_replace(groups, chosen, municipalities, notes)
    table = _dissolved(groups, chosen)
    used = sorted(set(table["source"]))
    for at, group in enumerate(groups):
        if at in chosen.values():
            used += [identity for identity in group.ids if identity not in used]
        else:
            _leave_aside(group, groups, chosen, unused, notes)
    zones = Zones(table, sorted(set(used)), {key: why for key, why in unused.items() if key not in used})
    _warn_of_functions_outside(zones, municipalities, notes)
    return zones


def _groups(
    sources: Sequence[tuple[str, Recognised]],
    municipalities: gpd.GeoDataFrame,
    unused: dict[str, tuple[str, str]],
    notes: Notes,
) -> list[_Group]:
    import geopandas as gpd
    import pandas as pd

    parts: dict[tuple[str, str, str], list[tuple[str, Recognised, gpd.GeoDataFrame]]] = {}
    for identity, source in sorted(sources, key=lambda pair: (pair[1].file.label, pair[0])):
        try:
            features = read_zones(source, notes=notes)
        except ExplorerError as error:
            notes.warn_of(error, source.file.label)
            unused[identity] = ("区域として読めないため使いません", "not used: its zones cannot be read")
            continue
        if features.empty:
            unused[identity] = (
                "立地適正化計画の区域を含まないため使いません",
                "not used: it holds no zones of location plans",
            )
            continue
        features = _placed(features, municipalities, source, notes)
        if features.empty:
            unused[identity] = ("対象地域の外のため使いません", "not used: outside the study area")
            continue
        own = source.dataset == "own_zones"  # each list of the user stands for itself
        where = source.file.path if own or source.file.members else source.file.path.parent
        key = (str(source.dataset), source.edition, where.as_posix())
        parts.setdefault(key, []).append((identity, source, features.assign(source=identity)))
    groups = []
    for (dataset, edition, _), files in parts.items():
        whole = gpd.GeoDataFrame(pd.concat([part for _, _, part in files], ignore_index=True), crs=CRS)
        ids = tuple(identity for identity, _, _ in files)
        groups.append(_Group(ids, files[0][1].file.label, dataset == "own_zones", edition, whole))
    return groups


def _placed(
    features: gpd.GeoDataFrame, municipalities: gpd.GeoDataFrame, source: Recognised, notes: Notes
) -> gpd.GeoDataFrame:
    """Features of the study area; those that do not say whose they are are cut at the borders of municipalities."""
    import geopandas as gpd
    import pandas as pd

    codes = set(municipalities["code"])
    said = features["municipality_code"] != ""
    mine = features[features["municipality_code"].isin(codes)]
    if said.all():
        return mine.reset_index(drop=True)
    free = features[~said].drop(columns="municipality_code")
    cut = gpd.overlay(
        free, municipalities[["code", "geometry"]].rename(columns={"code": "municipality_code"}), keep_geom_type=True
    )
    cut = cut[area_km2(cut.geometry.to_numpy()) > _SLIVER_KM2] if len(cut) else cut
    if len(cut):
        notes.info(
            source.file.label,
            f"市区町村コードのない区域 {len(free)} 件は、境界で市区町村に分けました。",
            f"{len(free)} zones without a municipality code were divided at the boundaries.",
        )
    columns = list(features.columns)
    return gpd.GeoDataFrame(pd.concat([mine, cut[columns]], ignore_index=True), geometry="geometry", crs=CRS)


def _dissolved(groups: Sequence[_Group], chosen: dict[str, int]) -> gpd.GeoDataFrame:
    import geopandas as gpd
    import shapely

    rows: list[tuple[str, str, str, str, str]] = []
    shapes = []
    for code, at in chosen.items():
        features = groups[at].features
        mine = features[features["municipality_code"] == code]
        for (kind, name), same in mine.groupby(["kind", "name"], sort=True):
            merged = shapely.union_all(same.geometry.to_numpy())
            parts = shapely.get_parts(merged)
            areas = parts[shapely.get_dimensions(parts) == 2]
            if areas.size:
                decided = max(same["decided_on"])
                rows.append((code, str(kind), str(name), str(decided), str(same["source"].iloc[0])))
                shapes.append(shapely.multipolygons(areas) if len(areas) > 1 else areas[0])
    columns = {column: [row[at] for row in rows] for at, column in enumerate(ZONE_COLUMNS[:-2])}
    order = list(KINDS)
    areas_km2 = area_km2(shapes) if shapes else np.zeros(0)
    table = gpd.GeoDataFrame({**columns, "area_km2": areas_km2}, geometry=shapes, crs=CRS)
    table = table.sort_values(
        ["municipality_code", "kind", "name"], key=lambda own: own.map(order.index) if own.name == "kind" else own
    )
    return table.reset_index(drop=True)


def _leave_aside(
    group: _Group,
    groups: Sequence[_Group],
    chosen: dict[str, int],
    unused: dict[str, tuple[str, str]],
    notes: Notes,
) -> None:
    """Name the source that is used instead, once per group."""
    codes = sorted(set(group.features["municipality_code"]))
    instead = "、".join(dict.fromkeys(groups[chosen[code]].label for code in codes if code in chosen))
    ja = f"同じ市区町村（{'、'.join(codes[:5])}）の区域を {instead} から取るため使いません"
    en = f"not used: the zones of {', '.join(codes[:5])} are taken from {instead}"
    for identity in group.ids:
        unused[identity] = (ja, en)
    notes.info(group.label, f"{ja}。", f"{en}.")


def _tell_what_own_zones_replace(
    groups: Sequence[_Group], chosen: dict[str, int], municipalities: pd.DataFrame, notes: Notes
) -> None:
    """Zones of the user's own take the place of a published plan: say where, as a border crossed by accident does it too."""
    names = dict(zip(municipalities["code"], municipalities["name"], strict=True))
    for code, at in chosen.items():
        published = [each for each in groups if not each.is_own and (each.features["municipality_code"] == code).any()]
        if not groups[at].is_own or not published:
            continue
        other = max(published, key=lambda each: each.rank(code))
        own_km2, other_km2 = groups[at].km2(code), other.km2(code)
        notes.warn(
            groups[at].label,
            f"{names[code]}（{code}）の区域はこのファイルの {own_km2:.2f} km² とし、{other.label} の {other_km2:.2f} km² は"
            "使いません。隣の市区町村に少しだけかかっているときは、区域を境界で切るか、市区町村コードの列を加えてください。",
            f"{names[code]} ({code}): its zones are the {own_km2:.2f} km² of this file instead of the {other_km2:.2f} km² of "
            f"{other.label}. If it only touches this municipality, cut it at the border or add a column of municipality codes.",
        )


def _warn_of_functions_outside(zones: Zones, municipalities: pd.DataFrame, notes: Notes) -> None:
    """都市機能誘導区域 are to lie within 居住誘導区域 (都市再生特別措置法 第81条); tell where they do not."""
    import shapely

    names = dict(zip(municipalities["code"], municipalities["name"], strict=True))
    residential = zones.united(RESIDENTIAL)
    for code, function in zones.united(URBAN_FUNCTION).items():
        if code not in residential:
            continue
        whole = float(area_km2([function])[0])
        outside = float(area_km2([shapely.difference(function, residential[code])])[0])
        if outside > OUTSIDE_WARNING * whole:
            notes.warn(
                "",
                f"{names[code]}（{code}）: 都市機能誘導区域 {whole:.2f} km² のうち {outside:.2f} km²"
                f"（{100 * outside / whole:.1f}%）が居住誘導区域の外にあります。計画の図と資料の年次を確かめてください。",
                f"{names[code]} ({code}): {outside:.2f} km² of {whole:.2f} km² ({100 * outside / whole:.1f} %) of the urban "
                "function guidance areas lie outside the residential guidance area. Check the plan and the edition.",
            )
