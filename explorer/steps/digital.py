"""Step: published fibre and 5G figures, areas where they can be had, speed tests, and what they could stand in for."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import numpy as np
import numpy.typing as npt

from geodata.errors import ExplorerError
from geodata.kinds import CATEGORIES
from geodata.recognised import Recognised
from geodata.tables import population_column
from geodata.workspace import StepWriter, read_table
from layers.substitution import DIGITAL_SHARE, MODES, NEEDS, place_class

if TYPE_CHECKING:
    import geopandas as gpd
    import pandas as pd

Box = tuple[float, float, float, float]
Source = tuple[str, Recognised]
Values = npt.NDArray[np.float32]
Result = TypeVar("Result")
_DRAWN = ("fibre", "5g", "4g")  # Wi-Fi is no line to a home, and no indicator uses it


def run(
    writer: StepWriter,
    *,
    sources: Sequence[Source],
    folders: Mapping[str, Path],
    codes: Sequence[str],
    projection: str,
    box: Box,
) -> None:
    """Write the table ``digital`` and figures, and per place the areas, speeds and classes of substitution.

    Notes
    -----
    The table keeps every number at the level it was published for; nothing of a prefecture reaches a place.
    """
    del projection
    writer.facts |= {"used": [], "unused": {}}
    if not sources:
        return
    figures = _published(writer, _of(sources, "digital"), folders["people"], codes)
    places = read_table(folders["places"] / "places.parquet")
    areas = _areas(writer, _of(sources, "coverage_areas"), places, box)
    _speeds(writer, _of(sources, "ookla"), places, box)
    share = _digital_share(figures, areas.get("fibre"), places["municipality_code"])
    if np.isfinite(share).any():
        writer.place_values(share, DIGITAL_SHARE)
        _substitution(writer, share, folders, places["municipality_code"])


def _of(sources: Sequence[Source], dataset: str) -> list[Source]:
    return [source for source in sources if source[1].dataset == dataset]


def _read(writer: StepWriter, source: Source, read: Callable[[], Result]) -> Result | None:
    """What a reader gives, or None with the reason in the notes: one bad file costs no other."""
    identity, entry = source
    try:
        return read()
    except ExplorerError as error:
        writer.notes.warn_of(error, entry.file.label)
        writer.facts["unused"][identity] = ["読めないため使いません", "not used: it cannot be read"]
        return None


def _published(writer: StepWriter, sources: Sequence[Source], people: Path, codes: Sequence[str]) -> pd.DataFrame:
    """All tables in one, written as ``digital``, and the figures of the study area."""
    import pandas as pd

    from geodata.digital import DIGITAL_COLUMNS, read_digital, without_repeats
    from geodata.digital_figures import digital_figures

    names = _codes_by_name(read_table(people / "municipalities.parquet")) if sources else {}
    tables = []
    for source in sources:
        identity, entry = source
        table = _read(
            writer,
            source,
            lambda: read_digital(entry.file, notes=writer.notes, names=names, file=identity),  # noqa: B023 - called at once
        )
        if table is not None and len(table):
            tables.append(table)
            writer.facts["used"].append(identity)
    table = without_repeats(pd.concat(tables), writer.notes) if tables else pd.DataFrame(columns=list(DIGITAL_COLUMNS))
    figures = digital_figures(table, codes)
    if len(table):
        is_near = table["level"].ne("municipality") | table["area_code"].isin(codes)
        writer.table(table[is_near].sort_values(["indicator", "as_of", "area_code"], ignore_index=True), "digital")
    if len(figures):
        writer.figures(figures)
    return figures


def _codes_by_name(municipalities: pd.DataFrame) -> dict[str, str]:
    """Code by the name of a municipality, and by prefecture and name; a name that two bear alone is left out."""
    alone = municipalities.drop_duplicates("name", keep=False)
    whole = municipalities["prefecture_name"].astype(str) + municipalities["name"].astype(str)
    return dict(zip(alone["name"].astype(str), alone["code"].astype(str), strict=True)) | dict(
        zip(whole, municipalities["code"].astype(str), strict=True)
    )


def _areas(writer: StepWriter, sources: Sequence[Source], places: gpd.GeoDataFrame, box: Box) -> dict[str, Values]:
    """Per technology whether each place lies in an area, written as ``covered_<technology>``."""
    import geopandas as gpd
    import pandas as pd

    from geodata.coverage_areas import covered_places, read_coverage

    found = []
    for source in sources:
        identity, entry = source
        answer = _read(writer, source, lambda: read_coverage(entry.file, notes=writer.notes, within=box))  # noqa: B023 - called at once
        if answer is None:
            continue
        areas, technologies = answer
        if not set(technologies) & set(_DRAWN):
            why = ["Wi-Fi だけのため使いません", "not used: Wi-Fi only"]
        elif areas.empty:
            why = ["対象地域の外のため使いません", "not used: outside the study area"]
        else:
            found.append(areas)
            writer.facts["used"].append(identity)
            continue
        writer.facts["unused"][identity] = why
    if not found:
        return {}
    every = pd.concat(found, ignore_index=True)
    shown = every[every["covered"].to_numpy(dtype=bool)].reset_index(drop=True)
    writer.table(gpd.GeoDataFrame(shown, geometry="geometry", crs=found[0].crs), "coverage_areas")
    position = places.geometry.x.to_numpy(), places.geometry.y.to_numpy()
    towns = places["municipality_code"].to_numpy(object)
    people = places[population_column("total")].to_numpy(float)
    covered = {}
    for name in _DRAWN:
        if (every["technology"] == name).any():
            covered[name] = covered_places(every[every["technology"] == name], *position, towns, people)
            writer.place_values(covered[name], f"covered_{name}")
    if {"fibre", "5g"} <= covered.keys():
        writer.place_values(covered["fibre"] + 2 * covered["5g"], "covered_any")
    return covered


def _speeds(writer: StepWriter, sources: Sequence[Source], places: gpd.GeoDataFrame, box: Box) -> None:
    """Mean download speed of the tile of each place: the newest tests of lines at home, else of mobile phones."""
    from explorer.maps.tiles import draw_tiles
    from geodata.ookla import read_ookla, speed_at

    newest = sorted(sources, key=lambda source: (source[1].coverage != "mobile", source[1].edition), reverse=True)
    position = places.geometry.x.to_numpy(), places.geometry.y.to_numpy()
    done = False
    for source in newest:
        identity, entry = source
        if done:
            why = [
                "より新しい、または固定回線の測定を使うため使いません",
                "not used: newer tests, or those of fixed lines, are",
            ]
            writer.facts["unused"][identity] = why
            continue
        tiles = _read(writer, source, lambda: read_ookla(entry.file, notes=writer.notes, within=box))  # noqa: B023 - called at once
        speed = speed_at(tiles, *position) if tiles is not None else np.empty(0)
        if np.isfinite(speed).any():
            writer.place_values(speed, "ookla_down_mbps")
            if tiles is not None:
                picture = draw_tiles(tiles)
                (writer.folder / "speeds.png").write_bytes(picture.png)
                writer.facts["speed_bounds"] = list(picture.bounds)
            writer.facts["used"].append(identity)
            done = True
        elif tiles is not None:
            why = [
                "対象地域に測定が5回以上のタイルがないため使いません",
                "not used: no tile here has five tests or more",
            ]
            writer.facts["unused"][identity] = why


def _digital_share(figures: pd.DataFrame, fibre: Values | None, towns: pd.Series) -> Values:
    """Chance that a household at each place can use fibre: 0 or 1 by areas, else its municipality's published share."""
    from geodata.digital import FIBRE

    rows = figures[figures["name"] == FIBRE]
    published = dict(zip(rows["area_code"].astype(str), rows["value"].astype(float), strict=True))
    share = (towns.astype(str).map(published).to_numpy(float) / 100).astype(np.float32)
    return share if fibre is None else np.where(np.isnan(fibre), share, fibre)


def _substitution(writer: StepWriter, share: Values, folders: Mapping[str, Path], towns: pd.Series) -> None:
    """The class of each place for the map, per need and way of measuring; NaN where no list covers the municipality."""
    import pandas as pd

    listed = pd.read_parquet(folders["facilities"] / "facility_coverage.parquet")
    for need in NEEDS:
        rows = listed[listed["kind"].isin(CATEGORIES[need.category].kinds)]
        covered = towns.isin(rows["municipality_code"]).to_numpy(bool)
        for mode in MODES if covered.any() else ():
            file = folders["service_distances"] / f"{need.category}.{mode}.npy"
            if file.is_file():
                near = np.load(file) <= need.metres
            elif any(folders["service_distances"].glob(f"*.{mode}.npy")):  # listed, and none within the halo
                near = np.zeros(len(share), dtype=bool)
            else:
                continue
            writer.place_values(np.where(covered, place_class(near, share), np.nan), f"substitution_{need.id}.{mode}")
