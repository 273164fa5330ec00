"""Commands for regions and comparison: ``explorer region``, ``explorer neighbours``, ``explorer peers``."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from explorer.commands.options import BadOption, WorkspaceFolder, names_in

if TYPE_CHECKING:
    from explorer.region_file import SavedRegion
    from explorer.regions import Opened

Code = Annotated[str, typer.Argument(metavar="CODE", help="市区町村コード / code of a municipality, e.g. 10203")]
Mode = Annotated[str, typer.Option(help="移動手段 / mode of travel: drive, walk …")]
Table = Annotated[Path | None, typer.Option("--out", help=".csv .json .parquet")]


class _Order(StrEnum):
    border = "border"
    minutes = "minutes"
    commuters = "commuters"
    code = "code"


def region(
    workspace: WorkspaceFolder,
    codes: Annotated[
        str, typer.Option("--codes", "--region", help="市区町村コード / codes, e.g. 10203,10212,09202")
    ] = "",
    file: Annotated[Path | None, typer.Option("--file", help="圏域のファイルを確かめる / check a region file")] = None,
    preset: Annotated[
        str, typer.Option("--preset", help="公表された圏域の名前（の一部） / (part of) the name of a published region")
    ] = "",
    presets: Annotated[
        Path | None, typer.Option("--presets", help="自前の圏域のファイルかフォルダ / own regions: a file or folder")
    ] = None,
    touching: Annotated[
        str, typer.Option("--touching", help="これらと、境を接する市区町村 / these codes and all that touch them")
    ] = "",
    within: Annotated[
        str,
        typer.Option("--within", help="ここの中心へ --minutes 分以内 / within --minutes of the centre of this code"),
    ] = "",
    minutes: Annotated[float, typer.Option(help="--within の分 / minutes for --within")] = 30.0,
    mode: Mode = "drive",
    commuting: Annotated[
        str, typer.Option("--commuting", help="ここへ --percent %% 以上が通う / --percent of commuters go to this code")
    ] = "",
    percent: Annotated[float, typer.Option(help="--commuting の % / percent for --commuting")] = 10.0,
    medical: Annotated[
        str, typer.Option("--medical", help="この市区町村の二次医療圏 / the secondary medical area of this code")
    ] = "",
    source: Annotated[
        Path | None,
        typer.Option(
            "--source", help="--medical の資料: A38 の zip か code,medical_area の CSV / source for --medical"
        ),
    ] = None,
    name: Annotated[str, typer.Option(help="圏域の名前 / name of the region")] = "",
    name_en: Annotated[str, typer.Option(help="英語の名前 / its name in English")] = "",
    out: Annotated[Path | None, typer.Option("--out", help="書き出し先 / .toml")] = None,
) -> None:
    """圏域を選ぶ・作る・保存する（指定がなければ公表された圏域の一覧） / choose, make and save a region; lists published ones without a choice."""
    from dataclasses import replace

    import explorer
    from explorer import region_file, region_presets, region_rules

    asked = [codes, file, preset, touching, within, commuting, medical]
    if sum(bool(each) for each in asked) > 1:
        raise BadOption(
            "--codes、--file、--preset、--touching、--within、--commuting、--medical は1つだけ指定してください。 / "
            "Give only one of --codes, --file, --preset, --touching, --within, --commuting and --medical."
        )
    opened = explorer.open(workspace)
    own = [presets] if presets is not None else []
    if not any(asked):
        _list(region_presets.presets(opened, own))
        return
    if codes:
        found = region_rules.by_hand(opened, codes)
    elif file is not None:
        found = region_file.read_region(file)
        opened.region(file)  # refuses codes that the workspace lacks
    elif preset:
        found = _preset(region_presets.presets(opened, own), preset)
    elif touching:
        found = region_rules.touching(opened, touching)
    elif within:
        found = region_rules.within_minutes(opened, within, minutes, mode)
    elif commuting:
        found = region_rules.commuting(opened, commuting, percent)
    else:
        found = region_rules.medical_area(opened, medical, source)
    found = replace(
        found, name=name or ("" if name_en else found.name), name_en=name_en or ("" if name else found.name_en)
    )
    if out is None:
        typer.echo(region_file.regions_text([found]), nl=False)
        return
    region_file.write_region(found, out)
    typer.echo(_described(opened, found))
    typer.echo(f"{out} に保存しました。 / Saved to {out}.")


def neighbours(
    workspace: WorkspaceFolder,
    code: Code,
    mode: Mode = "drive",
    by: Annotated[_Order, typer.Option("--by", help="並べ方 / order of the rows")] = _Order.border,
    count: Annotated[int | None, typer.Option(help="件数 / only the first so many")] = None,
    out: Table = None,
) -> None:
    """隣の市区町村: 境界の長さ・所要時間・通勤 / neighbours by shared border, travel time and commuting (CSV without --out)."""
    import explorer
    from explorer.compare import neighbours as neighbours_of
    from explorer.tables import write_table

    write_table(neighbours_of(explorer.open(workspace), code, mode=mode, by=by.value, count=count), out)


def peers(
    workspace: WorkspaceFolder,
    code: Code,
    indicators: Annotated[
        str, typer.Option("--indicators", help="指標の番号（コンマ区切り） / ids of indicators, separated by commas")
    ] = "",
    count: Annotated[int, typer.Option(help="件数 / how many")] = 10,
    mode: Annotated[str | None, typer.Option(help="移動手段 / mode of travel of the indicators")] = None,
    group: Annotated[str, typer.Option(help="年齢区分 / age group: total, 65_plus …")] = "total",
    out: Table = None,
) -> None:
    """統計的に似た市区町村: 標準化した距離とその内訳 / statistically similar municipalities with the parts of the distance (CSV without --out)."""
    import explorer
    from explorer.compare import peers as peers_of
    from explorer.tables import write_table

    wanted = names_in(indicators)
    table = peers_of(explorer.open(workspace), code, wanted or None, count, mode=mode, group=group, with_itself=True)
    write_table(table, out)
    for each, (ja, en) in table.attrs["missing"].items():
        typer.echo(f"[{each}] 使いませんでした: {ja} / not used: {en}", err=True)


def add_to(cli: typer.Typer) -> None:
    """Make these commands of the program."""
    for function in (region, neighbours, peers):
        cli.command()(function)


def _list(found: list[SavedRegion]) -> None:
    if not found:
        typer.echo(
            "この地域を含む公表された圏域は、表にありません。 / The table has no published region with a member here."
        )
    for each in found:
        typer.echo(f"{each.name or each.name_en}（{each.kind or '—'}、{each.as_of or '—'}）: {_members(each)}")
        if each.absent:
            typer.echo(f"  {each.note}")
        if each.source:
            typer.echo(f"  出典 / source: {each.source}")


def _preset(found: list[SavedRegion], text: str) -> SavedRegion:
    from geodata.errors import UnknownCode

    chosen = [each for each in found if text in each.name or text.lower() in each.name_en.lower()]
    exact = [each for each in chosen if text in {each.name, each.name_en}]
    if len(exact or chosen) == 1:
        return (exact or chosen)[0]
    names = "、".join(each.name or each.name_en for each in (chosen or found)[:20]) or "(なし)"
    raise UnknownCode(
        f"--preset {text}: 当てはまる圏域が {len(chosen)} 件あります。選べるもの: {names} / "
        f"{len(chosen)} regions match. Those at hand are listed by `explorer region WORKSPACE`."
    )


def _members(found: SavedRegion) -> str:
    return "、".join(f"{code} {found.names.get(code, '')}".strip() for code in found.codes)


def _described(opened: Opened, found: SavedRegion) -> str:
    """Name, members and people of a region in a line."""
    import numpy as np

    towns = opened.municipalities["code"].astype(str)
    conditions = opened.conditions
    inside = np.isin(conditions.area_of_place, np.flatnonzero(towns.isin(found.codes)))
    people = float(conditions.people["total"][inside].sum())
    return f"{found.name or found.name_en}: {_members(found)}（{people:,.0f} 人 / people）"
