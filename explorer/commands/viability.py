"""Commands on whether services last: ``explorer viability``, ``explorer cascade``, ``explorer thresholds``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from explorer.commands.options import BadOption, WorkspaceFolder, names_in, region_in

if TYPE_CHECKING:
    from explorer.cascades import CascadeResult
    from explorer.regions import Opened
    from layers.service_thresholds import Thresholds

_NO_THRESHOLD: Final = "none"
Category = Annotated[
    str, typer.Argument(metavar="SERVICE", help="サービス / service: clinic, library, elementary_school …")
]
Mode = Annotated[str, typer.Option(help="移動手段 / mode of travel: drive, walk, straight …")]
RegionCodes = Annotated[
    str,
    typer.Option(
        "--region",
        "--area",
        help="この市区町村（コードか圏域ファイル）にある施設だけ / facilities of these codes (10201,10203) or of a region file",
    ),
]
Years = Annotated[str, typer.Option(help="年（コンマ区切り、なければすべて） / years, e.g. 2030,2050; all without it")]
OwnThresholds = Annotated[
    Path | None,
    typer.Option("--thresholds", help="しきい値の TOML（explorer thresholds --toml の形） / thresholds, TOML"),
]
Out = Annotated[Path | None, typer.Option("--out", help=".csv .json .parquet")]


def viability(
    workspace: WorkspaceFolder,
    category: Category,
    mode: Mode = "drive",
    region: RegionCodes = "",
    group: Annotated[str, typer.Option(help="年齢区分も示す / age groups to show too, e.g. 65_plus,75_plus")] = "",
    years: Years = "",
    below: Annotated[float | None, typer.Option(help="この人数を下回る年（なければ n50） / people, else n50")] = None,
    together: Annotated[
        float,
        typer.Option(min=0.0, help="この距離（m）以内の施設は1か所と数える / facilities this close are one location"),
    ] = 0.0,
    thresholds: OwnThresholds = None,
    out: Out = None,
) -> None:
    """施設ごとの利用圏の人口（今と2070年まで）と、しきい値を下回る年 / people of each catchment to 2070, first year below."""
    import explorer
    from explorer.tables import write_table
    from explorer.viability import viability as table_of

    table = table_of(
        explorer.open(workspace),
        category,
        mode,
        codes=region_in(region),
        groups=names_in(group),
        years=_years(years),
        threshold=below,
        together=together,
        thresholds=_own(thresholds),
    )
    write_table(table, out)


def cascade(
    workspace: WorkspaceFolder,
    category: Category,
    mode: Mode = "drive",
    region: RegionCodes = "",
    years: Years = "",
    below: Annotated[
        str,
        typer.Option(help="n50、n80、人数、none（大きさによらず最小から） / n50, n80, people, or none: the smallest"),
    ] = "n50",
    steps: Annotated[int | None, typer.Option(min=1, help="閉まる数の上限 / closures at most")] = None,
    minutes: Annotated[float | None, typer.Option(min=0.0, help="届く範囲（分） / reach in minutes")] = None,
    metres: Annotated[float | None, typer.Option(min=0.0, help="届く範囲（m） / reach in metres")] = None,
    group: Annotated[str, typer.Option(help="年齢区分 / age group: total, 65_plus …")] = "total",
    with_border: Annotated[  # noqa: FBT002 - a switch of the command line
        bool, typer.Option("--with-border", help="域外の人も使いうる施設も閉める / close those at the border too")
    ] = False,
    moves: Annotated[
        Path | None, typer.Option("--moves", help="誰がどこへ移るかの表 / table of who goes where")
    ] = None,
    thresholds: OwnThresholds = None,
    out: Out = None,
) -> None:
    """最も弱い施設が閉まり、人が次に近い施設へ移り、また…の一覧 / the weakest closes, its people move on, and again."""
    import explorer
    from explorer.tables import write_table
    from explorer.viability import cascade as close_in_turn

    opened = explorer.open(workspace)
    done = close_in_turn(
        opened,
        category,
        mode,
        codes=region_in(region),
        years=_years(years),
        below=_below(below),
        steps=steps,
        limit=_limit(opened, category, mode, minutes, metres),
        group=group,
        with_border=with_border,
        thresholds=_own(thresholds),
    )
    write_table(done.closures, out)
    if moves is not None:
        write_table(done.moves, moves)
    # Beside a table on standard output nothing else may stand there.
    typer.echo(_summary(done), err=out is None)


def thresholds(
    workspace: Annotated[Path | None, typer.Argument(help="ワークスペース / workspace folder")] = None,
    region: Annotated[
        str,
        typer.Option(
            "--region", help="単独と圏域でどのしきい値を超えるか / codes: what each passes alone and together"
        ),
    ] = "",
    service: Annotated[str, typer.Option(help="サービス（コンマ区切り） / services; all without it")] = "",
    years: Years = "",
    counts: Annotated[
        Path | None,
        typer.Option(
            "--counts", help="市区町村別の人口と施設数の CSV から推定 / fit on a CSV: code,population,clinic,…"
        ),
    ] = None,
    own: OwnThresholds = None,
    toml: Annotated[  # noqa: FBT002 - a switch of the command line
        bool, typer.Option("--toml", help="TOML で表示する / print as TOML, to be copied and changed")
    ] = False,
    out: Out = None,
) -> None:
    """サービスが50%・80%の市区町村にある人口と、圏域で超えるもの / towns' sizes at which services are found, alone and pooled."""
    import explorer
    from explorer.tables import write_table
    from explorer.threshold_counts import thresholds_of_counts
    from explorer.thresholds import as_table, thresholds_of, thresholds_text
    from explorer.viability import pooled_thresholds

    given = {**(thresholds_of_counts(counts) if counts is not None else {}), **(_own(own) or {})}
    if workspace is None and not given:
        raise BadOption("ワークスペースか --counts を指定してください。 / Name the workspace folder, or --counts.")
    if workspace is None and region:
        raise BadOption("--region にはワークスペースが必要です。 / --region needs a workspace.")
    wanted = names_in(service) or None
    if workspace is not None and region:
        opened = explorer.open(workspace)
        codes = region_in(region) or []
        write_table(pooled_thresholds(opened, codes, categories=wanted, years=_years(years), thresholds=given), out)
        return
    if workspace is None:
        found = {name: each for name, each in given.items() if wanted is None or name in wanted}
    else:
        opened = explorer.open(workspace)
        names = wanted or list(dict.fromkeys([*opened.services().categories, *given]))
        found = {name: thresholds_of(opened, name, given) for name in names}
    if toml:
        typer.echo(thresholds_text(found), nl=False)
        return
    write_table(as_table(found), out)


def add_to(cli: typer.Typer) -> None:
    """Make these commands of the program."""
    for function in (viability, cascade, thresholds):
        cli.command()(function)


def _summary(done: CascadeResult) -> str:
    import math

    ja, en = f"{len(done.closures)} 件が閉まる", f"{len(done.closures)} close"
    if not math.isnan(done.threshold):
        source_ja, _, source_en = done.source_of_threshold.partition(" / ")
        ja += f"。しきい値 {done.threshold:,.0f} 人（{source_ja}）"
        en += f"; threshold {done.threshold:,.0f} people ({source_en})"
    if not done.is_stable:
        ja, en = f"{ja}。回数の上限まで", f"{en}; stopped at the number of steps"
    if done.kept_open:
        ja += f"。域外の人も使いうる {done.kept_open} 件は利用者が分からないため閉めない（--with-border で閉める）"
        en += f"; {done.kept_open} that people beyond the study area may use stay open (--with-border closes them)"
    return f"{ja}。 / {en}."


def _years(text: str) -> list[int] | None:
    names = names_in(text)
    if not all(name.isdecimal() for name in names):
        raise BadOption(f"--years {text}: 年は 2030,2050 の形で書いてください。 / Write years as 2030,2050.")
    return [int(name) for name in names] or None


def _below(text: str) -> float | str | None:
    if text in {"n50", "n80"}:
        return text
    if text == _NO_THRESHOLD:
        return None
    try:
        return float(text.replace(",", ""))
    except ValueError:
        raise BadOption(
            f"--below {text}: n50、n80、人数、none のどれかにしてください。 / Give n50, n80, a number of people, or none."
        ) from None


def _limit(opened: Opened, category: str, mode: str, minutes: float | None, metres: float | None) -> float | None:
    if minutes is None and metres is None:
        return None
    services = opened.services()
    services.nearest(category, mode)  # kept; says which services and modes there are, if these are none
    try:
        return services.limit_of(mode, metres=metres, minutes=minutes)
    except ValueError as error:
        raise BadOption(str(error)) from error


def _own(path: Path | None) -> dict[str, Thresholds] | None:
    from explorer.thresholds import read_thresholds

    return read_thresholds(path) if path is not None else None
