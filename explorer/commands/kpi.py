"""The command ``explorer kpi``: the KPIs of the government's strategy and what can be said of them here."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from explorer.commands.options import BadOption


def kpi(
    workspace: Annotated[
        Path | None, typer.Argument(help="ワークスペース（本ツールの値も並べる） / workspace, for our own figures")
    ] = None,
    area: Annotated[str, typer.Option(help="市区町村コード / municipality codes, e.g. 10201,10203")] = "",
    number: Annotated[int, typer.Option(min=0, help="KPI の番号（1〜85） / one KPI, 1-85")] = 0,
    out: Annotated[Path | None, typer.Option("--out", help=".csv .json .parquet")] = None,
) -> None:
    """総合戦略の85のKPIと地方創生2.0の目標 / the 85 KPIs and the goals (CSV on standard output without --out)."""
    import explorer
    from explorer.kpi_values import catalogue_table
    from explorer.region_file import codes_of_option
    from explorer.tables import write_table
    from layers import catalogue
    from layers.kpi import KPIS

    if number > len(KPIS):
        raise BadOption(f"--number {number}: 1 から {len(KPIS)} までです。 / The numbers are 1 to {len(KPIS)}.")
    if area and workspace is None:
        raise BadOption("--area にはワークスペースが要ります。 / --area needs a workspace.")
    if workspace is None:
        table = catalogue_table(catalogue.indicators().values())
    else:
        table = explorer.open(workspace).kpis(codes_of_option(area))
    write_table(table[table["number"] == str(number)] if number else table, out)


def add_to(cli: typer.Typer) -> None:
    """Make it a command of the program."""
    cli.command()(kpi)
