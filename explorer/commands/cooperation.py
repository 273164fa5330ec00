"""Commands for regions that share services: ``explorer pooled``, ``explorer uses``, ``explorer critical``."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Final

import typer

from explorer.commands.options import BadOption, Group, Out, WorkspaceFolder, names_in, region_in

if TYPE_CHECKING:
    import pandas as pd

    from explorer.members import Asked
    from explorer.regions import Opened

_LONGEST_MINUTES: Final = 600.0
_LONGEST_M: Final = 500_000.0

Codes = Annotated[
    str,
    typer.Option(
        "--region", help="圏域: 市区町村コード、または圏域ファイル / codes 10203,10212 or a region file .toml"
    ),
]
Mode = Annotated[str, typer.Option(help="移動手段 / mode of travel: straight, walk, drive …")]
Metres = Annotated[float | None, typer.Option(help="しきい値（m。直線・徒歩） / limit in metres (straight, walk)")]
Minutes = Annotated[float | None, typer.Option(help="しきい値（分） / limit in minutes (modes along streets)")]
Service = Annotated[
    str, typer.Argument(metavar="SERVICE", help="サービス / service, e.g. hospital, elementary_school, stop")
]


class Show(StrEnum):
    """What ``explorer pooled`` tells."""

    coverage = "coverage"
    groups = "groups"
    border = "border"
    capacity = "capacity"
    floating = "floating"


def pooled(
    workspace: WorkspaceFolder,
    region: Codes = "",
    service: Annotated[
        str, typer.Option(help="サービス（コンマ区切り。なければ主なもの） / services; the usual ones without")
    ] = "",
    mode: Mode = "straight",
    metres: Metres = None,
    minutes: Minutes = None,
    group: Group = "total",
    show: Annotated[
        Show,
        typer.Option(
            help="カバー率・年齢別・越境依存・規模・共有した供給量 / coverage, by age, border dependence, capacity, catchments"
        ),
    ] = Show.coverage,
    out: Out = None,
) -> None:
    """圏域で共有すると何が増えるか: 自前・共有・全施設のカバー率 / coverage alone, pooled and open, and the gain."""
    import pandas as pd

    import explorer
    from explorer import cooperation
    from explorer.service_limits import default_limit, usual_services
    from explorer.tables import write_table

    opened = explorer.open(workspace)
    asked = _region(region)
    categories = names_in(service) or None
    limit = _limit(opened, mode, metres, minutes)
    if show is Show.coverage:
        table = cooperation.pooled_services(opened, asked, categories=categories, mode=mode, limit=limit, group=group)
    elif show is Show.groups:
        table = cooperation.gain_by_group(opened, asked, categories=categories, mode=mode, limit=limit)
    elif show is Show.border:
        table = cooperation.border_dependence(opened, asked, categories=categories, mode=mode, group=group)
    elif show is Show.capacity:
        table = cooperation.capacity(opened, asked, categories=categories, group=group)
    else:
        wanted = categories or usual_services(opened.services())
        for each in wanted:
            default_limit(opened.services(), each, mode)  # all are right before the first is worked out
        parts = [cooperation.floating(opened, asked, each, mode, limit, group=group) for each in wanted]
        table = pd.concat(parts, ignore_index=True)
    write_table(table, out)


def uses(
    workspace: WorkspaceFolder,
    service: Service,
    region: Codes = "",
    mode: Mode = "drive",
    metres: Metres = None,
    minutes: Minutes = None,
    group: Group = "total",
    pooled_only: Annotated[  # noqa: FBT002 - a switch of the command line
        bool, typer.Option("--pooled-only", help="圏域の施設だけを使う / only sites of the region")
    ] = False,
    by_name: Annotated[  # noqa: FBT002
        bool, typer.Option("--by-name", help="圏域外を市区町村別に / sites outside by their municipality")
    ] = False,
    out: Out = None,
) -> None:
    """誰がどこの施設を使うか: 最寄りの施設がある市区町村 / who uses whose: people by municipality of their nearest site."""
    import explorer
    from explorer import cooperation
    from explorer.tables import write_table

    opened = explorer.open(workspace)
    limit = _limit(opened, mode, metres, minutes)
    table = cooperation.uses(
        opened, _region(region), service, mode, group, pooled_only=pooled_only, limit=limit, outside_by_name=by_name
    )
    write_table(table, out)


def critical(
    workspace: WorkspaceFolder,
    service: Service,
    region: Codes = "",
    mode: Mode = "drive",
    metres: Metres = None,
    minutes: Minutes = None,
    group: Group = "total",
    top: Annotated[int, typer.Option(min=0, help="上位いくつか（0はすべて） / how many; 0 for all")] = 0,
    out: Out = None,
) -> None:
    """一つだけ閉じたら誰が困るか: 施設ごとに届かなくなる人 / who loses reach if one facility closes, most critical first."""
    import explorer
    from explorer.criticality import critical as table_of
    from explorer.service_limits import default_limit
    from explorer.tables import write_table

    opened = explorer.open(workspace)
    limit = _limit(opened, mode, metres, minutes)
    if limit is None:
        limit = default_limit(opened.services(), service, mode)
    codes = _region(region) if region else None
    table = table_of(opened, service, mode, limit, codes=codes, group=group)
    if top:
        table = table.head(top)
    if out is None or out.suffix.lower() != ".json":
        table = _flat(opened, table)
    write_table(table, out)


def add_to(cli: typer.Typer) -> None:
    """Make these commands of the program."""
    for function in (pooled, uses, critical):
        cli.command()(function)


def _region(text: str) -> Asked:
    asked = region_in(text)
    if asked is None:
        raise BadOption(
            "--region に市区町村コード（例 10203,10212）か圏域ファイルを指定してください。 / "
            "Give --region municipality codes like 10203,10212, or a region file."
        )
    return asked


def _limit(opened: Opened, mode: str, metres: float | None, minutes: float | None) -> float | None:
    """The limit that was asked for, in what the mode counts in."""
    if metres is None and minutes is None:
        return None
    if metres is not None and minutes is not None:
        raise BadOption("--metres と --minutes はどちらか一つです。 / Give one of --metres and --minutes.")
    for name, value, most in (("--metres", metres, _LONGEST_M), ("--minutes", minutes, _LONGEST_MINUTES)):
        if value is not None and not 0 < value <= most:
            raise BadOption(
                f"{name} {value:g}: 0より大きく {most:,.0f} までの数にしてください。 / "
                f"Give a number above 0 and up to {most:,.0f}."
            )
    from explorer.service_limits import check_mode

    services = opened.services()
    check_mode(services, mode)
    try:
        return services.limit_of(mode, metres=metres, minutes=minutes)
    except ValueError as error:
        raise BadOption(str(error)) from None


def _flat(opened: Opened, table: pd.DataFrame) -> pd.DataFrame:
    """Lists of municipalities as text, since a cell of a table holds no list of pairs."""
    name_of = dict(zip(opened.municipalities["code"], opened.municipalities["name"], strict=True))
    flat = table.copy()
    flat["municipalities"] = [
        "; ".join(f"{code} {name_of[code]} {people:.0f}" for code, people in losing)
        for losing in table["municipalities"]
    ]
    return flat
