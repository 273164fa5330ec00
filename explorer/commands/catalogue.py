"""``explorer catalogue``: what is computed, by which definition, and where a workspace has values."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from geodata.errors import ExplorerError


class UnknownTheme(ExplorerError, ValueError):
    """A theme that the catalogue has not."""


def show_catalogue(
    workspaces: Annotated[
        list[Path] | None, typer.Argument(help="値の有無を見るワークスペース / workspaces to look for values in")
    ] = None,
    theme: Annotated[str, typer.Option(help="分野 / theme: shopping, transport …")] = "",
    out: Annotated[Path | None, typer.Option("--out", help=".md .csv .json .parquet")] = None,
) -> None:
    """指標の定義・計算式・しきい値・出典の一覧 / definitions, formulae, thresholds and sources of all indicators.

    .md に書き出すとページになる。ワークスペースを指定すると値の有無の表。 / Written to .md it is a page, with workspaces the table
    of where there are values.
    """
    import explorer
    from explorer.catalogue_page import catalogue_table, coverage_page, coverage_table, page
    from explorer.tables import write_table
    from layers import catalogue

    if theme and theme not in catalogue.THEMES:
        raise UnknownTheme(
            f"--theme {theme}: 分野がありません。あるもの: {'、'.join(catalogue.THEMES)} / No such theme."
        )
    opened = [explorer.open(folder) for folder in workspaces or []]
    if out is not None and out.suffix.lower() == ".md":
        text = coverage_page(opened, out.name) if opened else page(out.name)
        out.parent.mkdir(parents=True, exist_ok=True)
        out.write_text(text, encoding="utf-8")
        return
    entries = [entry for entry in catalogue.indicators().values() if not theme or entry.theme == theme]
    table = catalogue_table(entries)
    for each in opened:
        title = each.workspace.manifest["title"]
        found = coverage_table(each).set_index("indicator").reindex(table["id"])
        table[f"{title}: municipalities"] = found["municipalities"].to_numpy()
        table[f"{title}: reason"] = found["reason"].to_numpy()
    if out is not None:
        write_table(table, out)
        return
    for row in table.to_dict("records"):
        typer.echo(f"{row['id']}  {row['name_ja']} / {row['name_en']}  [{row['unit']}]")
        for name, value in row.items():
            if str(name).endswith(": municipalities"):
                reason = row[f"{str(name).removesuffix('municipalities')}reason"]
                typer.echo(f"    {name} {value}{f' — {reason}' if not value else ''}")


def add_to(cli: typer.Typer) -> None:
    """Make this a command of the program."""
    cli.command("catalogue")(show_catalogue)
