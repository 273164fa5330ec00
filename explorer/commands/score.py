"""Commands for scores, single indicators and what could be wrong: ``explorer score``, ``indicator``, ``confidence``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from explorer.commands.options import BadOption, Group, Out, RegionCodes, WorkspaceFolder


def score(
    workspace: Annotated[Path | None, typer.Argument(help="ワークスペース / workspace folder")] = None,
    mode: Annotated[str, typer.Option(help="移動手段 / mode of travel: walk, drive, cycle …")] = "walk",
    group: Group = "total",
    region: RegionCodes = "",
    weights: Annotated[
        Path | None,
        typer.Option(
            "--weights",
            help="重みと目標・下限の TOML（--settings の形） / weights and anchors, as --settings prints them",
        ),
    ] = None,
    settings: Annotated[  # noqa: FBT002 - a switch of the command line
        bool,
        typer.Option(
            "--settings", help="重みと目標・下限を出典とともに表示する / print weights and anchors with sources"
        ),
    ] = False,
    variation: Annotated[
        float, typer.Option(min=0.0, max=99.0, help="重みを動かす幅（%） / how much each weight may be off, percent")
    ] = 20.0,
    out: Out = None,
) -> None:
    """生活利便スコア: 分野ごと・全体・重みを動かしたときの幅と順位 / accessibility scores: parts, whole, range and ranks."""
    import explorer
    from explorer.region_file import codes_of_option
    from explorer.tables import write_table
    from layers.score_rules import read_settings, settings_text

    rules = read_settings(weights) if weights is not None else None
    if settings:
        typer.echo(settings_text(rules), nl=False)
        return
    if workspace is None:
        raise BadOption(
            "ワークスペースを指定してください（--settings のほかは必要です）。 / Name the workspace folder."
        )
    table = explorer.open(workspace).scores(
        mode=mode,
        group=group,
        settings=rules,
        region=codes_of_option(region),
        variation=variation / 100.0,
    )
    write_table(table, out)


def indicator(
    workspace: WorkspaceFolder,
    indicator_id: Annotated[
        str, typer.Argument(metavar="INDICATOR", help="指標の番号 / id, e.g. supermarket_within_800m")
    ],
    threshold: Annotated[
        int | None, typer.Option(help="しきい値（m） / threshold in metres in place of the indicator's own")
    ] = None,
    mode: Annotated[str | None, typer.Option(help="移動手段（なければすべて） / mode; all without it")] = None,
    group: Annotated[str | None, typer.Option(help="年齢区分（なければすべて） / age group; all without it")] = None,
    region: RegionCodes = "",
    out: Out = None,
) -> None:
    """1つの指標を任意のしきい値で / one indicator, with any threshold (CSV on standard output without --out)."""
    import explorer
    from explorer.region_file import codes_of_option
    from explorer.tables import write_table

    table = explorer.open(workspace).indicator(
        indicator_id, threshold=threshold, mode=mode, group=group, region=codes_of_option(region)
    )
    write_table(table, out)


def confidence(
    workspace: WorkspaceFolder,
    indicator_id: Annotated[
        str, typer.Argument(metavar="INDICATOR", help="指標の番号 / id, e.g. supermarket_within_800m")
    ],
    mode: Annotated[str | None, typer.Option(help="移動手段 / mode of travel")] = None,
    group: Group = "total",
    out: Out = None,
) -> None:
    """値の確からしさ: 秘匿、道路までの距離、資料の年、しきい値±20%、別の人口 / what could be wrong with each value."""
    import explorer
    from explorer.tables import write_table

    write_table(explorer.open(workspace).confidence(indicator_id, mode, group), out)


def add_to(cli: typer.Typer) -> None:
    """Make these commands of the program."""
    for function in (score, indicator, confidence):
        cli.command()(function)
