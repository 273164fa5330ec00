"""One question, any format: what ``explorer export`` and :meth:`explorer.regions.Opened.export` do."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

from explorer.export.addresses import is_postgres_address
from explorer.export.selection import Selection, selection
from geodata.errors import ExplorerError

if TYPE_CHECKING:
    from explorer.members import Asked
    from explorer.regions import Opened, Region
    from explorer.scenario_edits import Scenario
    from explorer.scenario_result import ScenarioResult
    from explorer.words import Language

ENDINGS: Final = (".csv", ".xlsx", ".geojson", ".gpkg", ".parquet", ".tif")
IN_FOLDER: Final = "indicators"  # name of the files of a folder
SCHEMA: Final = "explorer"


class UnknownExport(ExplorerError, ValueError):
    """A name whose ending is none of those this project writes."""


def export(
    opened: Opened,
    target: Path | str,
    *,
    region: Region | Asked | None = None,
    indicators: Sequence[str] = (),
    theme: str = "",
    group: str | None = None,
    mode: str | None = None,
    scenario: ScenarioResult | Scenario | Path | str | None = None,
    language: Language = "ja",
    places: bool = False,
    schema: str = SCHEMA,
) -> list[Path]:
    """Write what is chosen; the ending of the name decides the format.

    Every file carries sources, dates, licences, method, scenario and version; the same question gives the same bytes.

    Parameters
    ----------
    target
        ``.csv`` (with dictionary and sources beside it), ``.xlsx``, ``.geojson``, ``.gpkg`` (with styles for QGIS),
        ``.parquet`` (GeoParquet), ``.tif`` (Cloud-Optimised GeoTIFF of distances); a folder, for a file of each kind; or the
        address of a PostGIS database, ``postgresql://…``.
    region, indicators, theme, group, mode, scenario, language
        As :func:`explorer.export.selection.selection`.
    places
        In a GeoPackage also the points that people are counted at.
    schema
        Of the database.

    Returns
    -------
    list of Path
        The files; none for a database.

    Raises
    ------
    UnknownExport
        Another ending.
    UnknownCode, ScenarioError
        As :func:`explorer.export.selection.selection`.
    NotWritable
        The file cannot be written where it should stand; one that was there is as it was.
    """
    is_database = isinstance(target, str) and is_postgres_address(target)
    path = Path() if is_database else Path(target)
    writers = {} if is_database else _writers(path, places=places)
    chosen = selection(
        opened,
        region=region,
        indicators=indicators,
        theme=theme,
        group=group,
        mode=mode,
        scenario=scenario,
        language=language,
    )
    if is_database:
        _to_database(chosen, str(target), schema)
        return []
    return [file for each, write in writers.items() for file in write(chosen, each)]


def _writers(path: Path, *, places: bool) -> dict[Path, Callable[[Selection, Path], list[Path]]]:
    """File → what writes it, checked before anything is worked out."""
    if path.is_dir() or not path.suffix:
        return {path / f"{IN_FOLDER}{ending}": _writer(ending, places=places) for ending in ENDINGS}
    if path.suffix.lower() not in ENDINGS:
        endings = " ".join(ENDINGS)
        raise UnknownExport(
            f"{path.name}: 拡張子は {endings} のどれかにしてください（フォルダなら全部、postgresql:// ならデータベース）。 / "
            f"End the name in one of {endings}; a folder takes all of them, postgresql:// a database."
        )
    return {path: _writer(path.suffix.lower(), places=places)}


def _writer(ending: str, *, places: bool) -> Callable[[Selection, Path], list[Path]]:
    if ending == ".csv":
        from explorer.export.csv_files import write_csv

        return write_csv
    if ending == ".xlsx":
        from explorer.export.workbook import write_workbook

        return write_workbook
    if ending == ".geojson":
        from explorer.export.geojson import write_geojson

        return write_geojson
    if ending == ".gpkg":
        from explorer.export.geopackage import write_geopackage

        return lambda chosen, path: write_geopackage(chosen, path, places=places)
    if ending == ".parquet":
        from explorer.export.geoparquet import write_geoparquet

        return write_geoparquet
    return _to_surface


def _to_surface(chosen: Selection, path: Path) -> list[Path]:
    """Distances to what the chosen indicators measure; of all services when none was named."""
    from explorer.export.surfaces import write_surface

    named = dict.fromkeys(indicator.category for indicator in chosen.indicators if indicator.category)
    if chosen.is_chosen and not named:
        raise UnknownExport(
            f"{path.name}: 選んだ指標には、地点ごとの距離がありません。 / "
            "The chosen indicators have no distances by point to draw."
        )
    write_surface(
        chosen.opened,
        path,
        categories=[name for name in named if name] if chosen.is_chosen else None,
        modes=None if chosen.mode is None else [chosen.mode],
        group=chosen.group or "total",
        region=() if chosen.region is None else chosen.region.codes,
        scenario=chosen.scenario,
    )
    return [path]


def _to_database(chosen: Selection, address: str, schema: str) -> None:
    from explorer.export.postgis import write_postgis

    write_postgis(
        chosen.opened,
        address,
        schema=schema,
        values=chosen.long,
        region=() if chosen.region is None else chosen.region.codes,
        scenario=chosen.scenario,
    )
