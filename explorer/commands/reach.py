"""Commands for single questions: ``explorer isochrone``, ``explorer route``, ``explorer times``."""

from __future__ import annotations

import math
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final, Literal

import typer

from explorer.commands.options import BadOption, Mode, WorkspaceFolder

if TYPE_CHECKING:
    import geopandas as gpd

    from geodata.notes import Notes

_MOST_MINUTES: Final = 600.0


def isochrone(
    workspace: WorkspaceFolder,
    origin: Annotated[
        str,
        typer.Option(
            "--from", help="出発地: 緯度,経度 または施設・停留所の番号 / start: LAT,LON or the id of a facility or stop"
        ),
    ] = "",
    destination: Annotated[
        str,
        typer.Option("--to", help="目的地（そこへ来られる範囲。診療圏など） / goal: the area from which it is reached"),
    ] = "",
    mode: Mode = "walk",
    minutes: Annotated[str, typer.Option(help="分（コンマ区切り） / minutes, separated by commas")] = "5,10,15",
    out: Annotated[Path | None, typer.Option("--out", help="書き出し先 / .geojson")] = None,
) -> None:
    """一定時間で行ける範囲と、そこに住む人数 / the area within some minutes and the people in it."""
    from explorer.travel import Travel
    from layers.catalogue import GROUPS

    if bool(origin) == bool(destination):
        raise BadOption("--from か --to のどちらか一つを指定してください。 / Give one of --from and --to.")
    cuts = parse_minutes(minutes)
    check_geojson(out)
    travel = Travel.open(workspace, mode)
    point = travel.point(origin or destination)
    areas = travel.areas(point, cuts, "from" if origin else "to")
    typer.echo(f"{point.name}（{travel.profile.ja} / {travel.profile.en}）")
    groups = [name for name in areas.columns if name.startswith("people_")]
    for _, row in areas.iloc[::-1].iterrows():
        people = "、".join(f"{GROUPS[name.removeprefix('people_')][0]} {row[name]:,.0f}人" for name in groups)
        typer.echo(f"{row['minutes']:g}分 / min: {row['area_km2']:.2f} km²、{people}")
    typer.echo(
        "人数は対象地域の中に住む人を、それぞれの場所からの時間で数えています。 / "
        "People of the study area, counted by the time of each place."
    )
    if travel.reaches_edge(areas):
        typer.echo(
            "範囲が道路データの端に達しています。その先は含みません。 / "
            "The area reaches the edge of the street data; what lies beyond is not in it."
        )
    if out is not None:
        write_geojson(areas, out)


def route(
    workspace: WorkspaceFolder,
    origin: Annotated[
        str, typer.Option("--from", help="出発地: 緯度,経度 または施設・停留所の番号 / start: LAT,LON or an id")
    ],
    destination: Annotated[str, typer.Option("--to", help="目的地 / goal")],
    mode: Mode = "drive",
    out: Annotated[Path | None, typer.Option("--out", help="書き出し先 / .geojson")] = None,
) -> None:
    """最も早い道のりの時間と距離 / time and length of the quickest way."""
    from explorer.travel import Travel

    check_geojson(out)
    travel = Travel.open(workspace, mode)
    found = travel.route(travel.point(origin), travel.point(destination))
    row = found.iloc[0]
    typer.echo(f"{row['origin']} → {row['destination']}（{travel.profile.ja} / {travel.profile.en}）")
    typer.echo(f"{row['minutes']:.1f}分 / min、{row['km']:.2f} km")
    if out is not None:
        write_geojson(found, out)


def times(
    workspace: WorkspaceFolder,
    origins: Annotated[Path, typer.Argument(help="出発地の一覧（名称・緯度・経度） / list with name, lat, lon")],
    destinations: Annotated[Path, typer.Argument(help="目的地の一覧 / list with name, lat, lon")],
    mode: Mode = "drive",
    out: Annotated[Path | None, typer.Option("--out", help=".csv .json .parquet")] = None,
) -> None:
    """地点どうしの所要時間の表 / travel times between all points of two lists (CSV on standard output without --out)."""
    from explorer.tables import write_table
    from explorer.travel import Travel, read_chosen_points
    from geodata.notes import Notes

    travel = Travel.open(workspace, mode)
    notes = Notes()
    lists = [read_chosen_points(path, notes) for path in (origins, destinations)]
    _tell(notes)
    write_table(travel.times(*lists), out)


def add_to(cli: typer.Typer) -> None:
    """Make these commands of the program."""
    for function in (isochrone, route, times):
        cli.command()(function)


def parse_minutes(text: str) -> list[float]:
    """Minutes of an option, ascending.

    Raises
    ------
    BadOption
        None, or one that is no number above 0 up to 600.
    """
    try:
        cuts = sorted({float(part) for part in text.replace("、", ",").split(",") if part.strip()})
    except ValueError:
        cuts = []
    if not cuts or not all(0 < cut <= _MOST_MINUTES and math.isfinite(cut) for cut in cuts):
        raise BadOption(
            f"--minutes {text}: 0より大きく {_MOST_MINUTES:,.0f} までの数をコンマで区切ってください（例 5,10,15）。 / "
            f"Write numbers above 0 and up to {_MOST_MINUTES:,.0f}, separated by commas, like 5,10,15."
        )
    return cuts


def check_geojson(out: Path | None) -> None:
    """Refuse another ending before the work is done.

    Raises
    ------
    BadOption
        The name does not end in .geojson.
    """
    if out is not None and out.suffix.lower() != ".geojson":
        raise BadOption(f"{out}: 拡張子は .geojson にしてください。 / End the name in .geojson.")


def write_geojson(shapes: gpd.GeoDataFrame, out: Path) -> None:
    """Write shapes in degrees (JGD2011, equal to WGS 84 within a metre), with the method as a member of its own."""
    import json

    import shapely

    out.parent.mkdir(parents=True, exist_ok=True)
    # Seven decimals are a centimetre; a line keeps all its points.
    mode: Literal["valid_output", "pointwise"] = (
        "valid_output" if (shapes.geom_type == "MultiPolygon").all() else "pointwise"
    )
    rounded = shapes.set_geometry(shapely.set_precision(shapes.geometry.to_numpy(), 1e-7, mode), crs=shapes.crs)
    collection = json.loads(rounded.to_json(drop_id=True))
    collection.pop("crs", None)
    collection |= {"method": shapes.attrs["method"]}
    out.write_text(json.dumps(collection, ensure_ascii=False), encoding="utf-8")


def _tell(notes: Notes) -> None:
    """Remarks on the lists, where they do not end up in the table."""
    for note in notes:
        typer.echo(f"[{note.file}] {note.ja} / {note.en}", err=True)
