"""Commands for where to put something: ``explorer sites``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from explorer.commands.options import BadOption, Group, Mode, Out, WorkspaceFolder

if TYPE_CHECKING:
    import pandas as pd

    from explorer.services import Services
    from explorer.siting import Siting

Region = Annotated[
    str,
    typer.Option(
        "--region",
        "--area",
        help="圏域: 市区町村コード、または圏域ファイル / codes (10201,10203) or the file of a region",
    ),
]


def sites(
    workspace: WorkspaceFolder,
    region: Region,
    service: Annotated[
        str,
        typer.Option("--service", help="サービス（今ある施設を数える） / service whose facilities exist, e.g. clinic"),
    ] = "",
    count: Annotated[int, typer.Option("--sites", help="箇所数 / how many sites")] = 3,
    mode: Mode = "drive",
    minutes: Annotated[
        float | None, typer.Option(help="何分以内を圏内とするか / minutes that count as covered")
    ] = None,
    metres: Annotated[float | None, typer.Option(help="何m以内（直線・徒歩） / metres, straight or on foot")] = None,
    objective: Annotated[
        str,
        typer.Option(
            help="cover: 圏内の人を最多に / travel: 移動の合計を最少に（p-median） / most people or shortest ways"
        ),
    ] = "cover",
    candidates: Annotated[
        str,
        typer.Option(
            help="候補地 / schools, town_halls, community_centres, hubs, places, facilities:<service>, or a list (.csv .xlsx .geojson)"
        ),
    ] = "schools",
    group: Group = "total",
    year: Annotated[int | None, typer.Option(help="将来の年 / year of the projection, e.g. 2050")] = None,
    from_nothing: Annotated[  # noqa: FBT002 - a switch of the command line
        bool, typer.Option("--from-nothing", help="今ある施設を数えない / as if there were none yet")
    ] = False,
    for_beyond: Annotated[
        str,
        typer.Option(
            "--for-beyond", help="このサービスが圏外の人だけ（移動販売など） / only people beyond reach of this service"
        ),
    ] = "",
    beyond_metres: Annotated[float | None, typer.Option(help="--for-beyond の m / its metres")] = None,
    beyond_minutes: Annotated[float | None, typer.Option(help="--for-beyond の分 / its minutes")] = None,
    alone: Annotated[  # noqa: FBT002
        bool, typer.Option("--alone", help="単独と共同を比べる表を出す / compare each town alone with all together")
    ] = False,
    split: Annotated[
        str, typer.Option(help="単独の箇所数: people（人口）, each（同数）, 10203=2,10212=1 / sites of each town alone")
    ] = "people",
    by_town: Annotated[  # noqa: FBT002
        bool, typer.Option("--by-town", help="市町村ごとの表を出す / the table of municipalities in place of the sites")
    ] = False,
    spacing: Annotated[
        float | None, typer.Option(help="places を間引く間隔（m） / thin places out to one in each square of this side")
    ] = None,
    seconds: Annotated[float, typer.Option(min=0.0, help="厳密解を探す秒数 / how long the solver may search")] = 30.0,
    out: Out = None,
) -> None:
    """どこに置くか: 候補から最良の k か所を選ぶ / where to put it: the best sites (CSV on standard output without --out)."""
    import explorer
    from explorer.region_file import codes_of_option
    from explorer.siting import best_sites, price_of_not_cooperating
    from explorer.tables import write_table

    opened = explorer.open(workspace)
    services = opened.services()
    asked: dict[str, Any] = {
        "k": count,
        "mode": mode,
        "limit": limit_of(services, mode, metres, minutes, needed=objective == "cover"),
        "objective": objective,
        "candidates": candidates,
        "group": group,
        "year": year,
        "existing": bool(service) and not from_nothing,
        "spacing_m": spacing,
        "seconds": seconds,
    }
    if for_beyond:
        far = limit_of(services, mode, beyond_metres, beyond_minutes, needed=False)
        asked["beyond"] = (for_beyond, asked["limit"] if far is None else far)
    codes = codes_of_option(region)
    if alone:
        price = price_of_not_cooperating(opened, codes, service or None, split=split_of(split), **asked)
        _tell(price.together)
        typer.echo(price.rule, err=True)
        write_table(price.table, out)
        return
    found = best_sites(opened, codes, service or None, **asked)
    _tell(found)
    write_table(found.municipalities if by_town else _shown(found), out)


def add_to(cli: typer.Typer) -> None:
    """Make this command of the program."""
    cli.command()(sites)


def limit_of(
    services: Services, mode: str, metres: float | None, minutes: float | None, *, needed: bool
) -> float | None:
    """A limit of the command line in what the mode counts in, None without one.

    Raises
    ------
    BadOption
        None where one is needed, two, or one that the mode does not count in.
    """
    if metres is None and minutes is None and not needed:
        return None
    if (metres is None) == (minutes is None) or not 0 < (metres or minutes or 0.0) < 1e7:
        raise BadOption(
            "--minutes か --metres のどちらか一つを、0より大きい数で指定してください（例 --minutes 20）。 / "
            "Give one of --minutes and --metres, above 0 (such as --minutes 20)."
        )
    if mode not in services.modes:
        return minutes or metres  # the question itself says which modes there are
    try:
        return services.limit_of(mode, metres=metres, minutes=minutes)
    except ValueError as error:
        raise BadOption(str(error)) from error


def split_of(text: str) -> str | dict[str, int]:
    """``people``, ``each``, or codes with numbers.

    Raises
    ------
    BadOption
        Something else.
    """
    if "=" not in text:
        return text
    try:
        return {code.strip(): int(number) for code, number in (part.split("=") for part in text.split(","))}
    except ValueError:
        raise BadOption(
            f"--split {text}: people か each、または 10203=2,10212=1 の形で書いてください。 / Write people, each, or 10203=2,10212=1."
        ) from None


def _shown(found: Siting) -> pd.DataFrame:
    """The sites, each with how the choice was made: a table goes further than what was printed beside it."""
    table = found.sites.copy()
    table["method"], table["gap_percent"] = found.method, 100.0 * found.gap
    return table


def _tell(found: Siting) -> None:
    """What a table alone does not say, on standard error."""
    typer.echo(found.how, err=True)
    if found.question.limit is not None:
        typer.echo(
            f"圏内の人 / covered: {found.covered_before:,.0f} → {found.covered_people:,.0f}（{found.people:,.0f} 人中 / of {found.people:,.0f} people）",
            err=True,
        )
    for note in found.notes:
        typer.echo(note, err=True)
