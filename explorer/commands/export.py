"""The command ``explorer export``: tables, maps' data and distances as files or into a database, for other programs."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from explorer.commands.options import BadOption, RegionCodes, WorkspaceFolder, names_in, region_in


def export(
    workspace: WorkspaceFolder,
    to: Annotated[
        str,
        typer.Option(
            "--to",
            metavar="FILE|FOLDER|postgresql://…",
            help="書き出し先 / where to: .csv .xlsx .geojson .gpkg .parquet .tif, a folder for all of them, a PostGIS database",
        ),
    ],
    region: RegionCodes = "",
    indicators: Annotated[
        str,
        typer.Option(
            help="指標のID（コンマ区切り、なければ全部） / ids of indicators, separated by commas; all without"
        ),
    ] = "",
    theme: Annotated[str, typer.Option(help="分野の指標すべて / all indicators of a theme: shopping, medical …")] = "",
    group: Annotated[str, typer.Option(help="年齢区分 / age group: total, 65_plus …; all without")] = "",
    mode: Annotated[str, typer.Option(help="移動手段 / mode: straight, walk, drive …; all without")] = "",
    scenario: Annotated[
        Path | None, typer.Option(help="シナリオの後の値も並べる / also the values after a scenario: .toml")
    ] = None,
    lang: Annotated[str, typer.Option(help="表や凡例の言語 / language of sheets and legends: ja, en")] = "ja",
    *,
    places: Annotated[
        bool, typer.Option("--places", help=".gpkg に人のいる地点も入れる / in a .gpkg also the points with people")
    ] = False,
    schema: Annotated[str, typer.Option(help="データベースのスキーマ / schema of the database")] = "explorer",
) -> None:
    """Excel・QGIS・データベースなどのために書き出す / write indicators and layers for spreadsheets, QGIS, databases."""
    import explorer
    from explorer.export.addresses import without_password

    if lang not in {"ja", "en"}:
        raise BadOption(f"--lang {lang}: ja か en を指定してください。 / Give ja or en.")
    written = explorer.open(workspace).export(
        to,
        region=region_in(region),
        indicators=names_in(indicators),
        theme=theme,
        group=group or None,
        mode=mode or None,
        scenario=scenario,
        language="en" if lang == "en" else "ja",
        places=places,
        schema=schema,
    )
    for file in written:
        size = file.stat().st_size
        typer.echo(f"{file}（{size / 1e6:,.1f} MB）" if size >= 1e5 else f"{file}（{size / 1e3:,.1f} kB）")
    if not written:
        typer.echo(f"{without_password(to)} ({schema})")


def add_to(cli: typer.Typer) -> None:
    """Make this a command of the program."""
    cli.command()(export)
