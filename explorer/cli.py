"""The ``explorer`` command: sample, download, scan, build, indicators, profiles, app."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Any, Final, NoReturn

import typer
from typer.core import TyperGroup

from explorer.commands import (
    catalogue,
    compare,
    cooperation,
    download,
    export,
    kpi,
    maps,
    own_data,
    profile,
    reach,
    region,
    scenario,
    score,
    siting,
    viability,
)
from geodata.errors import ExplorerError, is_disk_full

DEBUG_VARIABLE: Final = "EXPLORER_DEBUG"
INTERRUPTED: Final = 130  # what shells say of a program stopped by Ctrl+C: 128 + SIGINT


class _Commands(TyperGroup):
    """Says something when it is interrupted; typer on its own ends without a word."""

    def invoke(self, ctx: Any) -> Any:
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt:
            fail("中断しました。もう一度実行すると続きから始まります。 / Stopped. Run it again to go on.", INTERRUPTED)


cli = typer.Typer(
    cls=_Commands,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="生活条件エクスプローラー / Regional conditions explorer",
)

Folders = Annotated[list[Path], typer.Argument(help="元データのフォルダ / folders with the raw files")]


@cli.command()
def sample(folder: Annotated[Path, typer.Argument(help="書き出し先 / where to write")]) -> None:
    """架空の見本地域の元データを書き出す / write the raw files of the invented sample region."""
    from geodata.sample import write_sample

    written = write_sample(folder)
    print(f"架空の見本地域: {len(written)} ファイルを {folder} に書き出しました。 / {len(written)} files written.")


@cli.command()
def scan(folders: Folders) -> None:
    """フォルダの中身と、足りない資料を表示する / say what each file is and what is missing."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    from explorer.scan_report import document_count, file_rows, missing_rows
    from geodata.scan import scan as scan_folders

    found = scan_folders(folders)
    console = Console(width=None if sys.stdout.isatty() else 200, highlight=False)
    table = Table("ファイル / file", "種類 / kind", "版 / edition", "範囲 / coverage", "利用条件 / licence")
    for row in file_rows(found):
        table.add_row(*(Text(cell) for cell in row))  # Text: a file name with [brackets] is not markup
    console.print(table)
    console.print(f"説明書・付属ファイル / documents: {document_count(found)}")
    missing = missing_rows(found)
    if missing:
        lacking = Table(
            "足りない資料 / missing", "使えない項目 / layers", "入手先 / where to get it", title="不足 / Missing"
        )
        for lack in missing:
            lacking.add_row(*(Text(cell) for cell in lack))
        console.print(lacking)
        console.print("多くは explorer download で取得できます。 / explorer download fetches most of these.")
    if not found.found:
        fail(f"{'、'.join(map(str, folders))}: ファイルがありません。 / There is no file here.")


@cli.command()
def build(
    folders: Folders,
    out: Annotated[Path, typer.Option("--out", help="ワークスペース / workspace folder")],
    prefecture: Annotated[str, typer.Option(help="都道府県 / prefecture, e.g. 10")] = "",
    area: Annotated[str, typer.Option(help="市区町村コード / municipality codes, e.g. 10201,10202")] = "",
    halo_km: Annotated[
        float, typer.Option(min=0.0, max=200.0, help="周囲の幅 / ring around the study area, km")
    ] = 20.0,
    day: Annotated[str, typer.Option(help="時刻表の日 / timetable day, YYYY-MM-DD")] = "",
    profiles: Annotated[
        Path | None, typer.Option(help="移動手段の設定 / modes of travel, a TOML file as `explorer profiles` prints it")
    ] = None,
) -> None:
    """元データからワークスペースを作る / build a workspace from raw folders."""
    from explorer.build import build as build_workspace
    from explorer.build_run import Wanted
    from explorer.progress import Lines
    from explorer.summary import print_summary
    from geodata.codes import parse_codes, parse_prefecture
    from layers.access.profile_file import read_profiles
    from layers.access.profiles import PROFILES

    wanted = Wanted(
        parse_prefecture(prefecture) if prefecture else "", tuple(parse_codes(area)) if area else (), halo_km
    )
    modes = read_profiles(profiles) if profiles is not None else PROFILES
    progress = Lines()
    try:
        report = build_workspace(folders, out, wanted, day=_day(day), profiles=list(modes.values()), progress=progress)
    finally:
        progress.close()
    print_summary(report)


@cli.command()
def indicators(
    workspace: Annotated[Path, typer.Argument(help="ワークスペース / workspace folder")],
    region: Annotated[
        str,
        typer.Option(
            help="圏域: 市区町村コードか .toml のファイル / a region: codes, e.g. 10201,10203, or a .toml file"
        ),
    ] = "",
    out: Annotated[Path | None, typer.Option("--out", help=".csv .json .parquet")] = None,
) -> None:
    """指標の表を書き出す / write the indicator table (CSV on standard output without --out)."""
    import explorer
    from explorer.tables import write_table

    opened = explorer.open(workspace)
    if region:
        import pandas as pd

        asked = opened.region(region)
        table = pd.concat([asked.member_table(), asked.pooled_table()], ignore_index=True)
    else:
        table = opened.indicators()
    write_table(table, out)


@cli.command()
def profiles(
    workspace: Annotated[
        Path | None, typer.Argument(help="このワークスペースの設定 / those of this workspace, else the defaults")
    ] = None,
) -> None:
    """移動手段の速度と待ち時間を TOML で表示する（文書は profile） / print speeds and delays of all modes of travel as TOML (for documents: `explorer profile`)."""
    from geodata.workspace import Workspace
    from layers.access.profile_file import write_profiles
    from layers.access.profiles import PROFILES, Profile, profiles_for, profiles_left_out

    chosen: Mapping[str, Profile] = PROFILES
    if workspace is not None:
        manifest = Workspace.open(workspace).manifest
        chosen = profiles_for(manifest) | profiles_left_out(manifest)
    print(write_profiles(chosen), end="")


@cli.command()
def app(
    workspace: Annotated[Path | None, typer.Argument(help="ワークスペース / workspace folder")] = None,
    port: Annotated[int, typer.Option(min=1, max=65535)] = 8501,
    address: Annotated[
        str,
        typer.Option(
            help="待ち受ける番地。0.0.0.0 でほかの機器にも開く / address to listen on; 0.0.0.0 opens it to others"
        ),
    ] = "127.0.0.1",
    base_path: Annotated[
        str, typer.Option(help="逆プロキシの下のパス / path behind a reverse proxy, e.g. /explorer")
    ] = "",
    host: Annotated[
        list[str] | None,
        typer.Option(help="ブラウザが使う名前（逆プロキシの名前） / name that browsers use, that of the proxy"),
    ] = None,
    sign_in: Annotated[
        Path | None, typer.Option(help="サインインの設定（TOML） / settings for signing in, a TOML file")
    ] = None,
) -> None:
    """ブラウザで開く / open the app (on the sample region without a workspace)."""
    from explorer.serve import Serving, serve

    serve(workspace, Serving(port, address, base_path, tuple(host or ()), sign_in))


for _subject in (
    catalogue,
    compare,
    cooperation,
    download,
    export,
    kpi,
    maps,
    own_data,
    profile,
    reach,
    region,
    scenario,
    score,
    siting,
    viability,
):
    _subject.add_to(cli)


def _day(text: str) -> date | None:
    if not text:
        return None
    try:
        return datetime.strptime(text, "%Y-%m-%d").date()  # noqa: DTZ007 - a calendar day has no time zone
    except ValueError:
        fail(f"--day {text}: 日付は 2026-04-15 の形で書いてください。 / Write the day as 2026-04-15.")


def fail(message: str, code: int = 1) -> NoReturn:
    """Print one message and end."""
    print("エラー / error:", " ".join(message.splitlines()), file=sys.stderr)
    raise SystemExit(code)


def main() -> None:
    """Run the command; errors are one message, not a traceback, unless EXPLORER_DEBUG asks for it."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):  # Japanese text also on a Windows console in cp1252, or piped
            stream.reconfigure(encoding="utf-8", errors="replace")
    try:
        cli()
    except ExplorerError as error:
        fail(str(error))
    except Exception as error:
        if os.environ.get(DEBUG_VARIABLE):
            raise
        fail(_unforeseen(error))


def _unforeseen(error: Exception) -> str:
    if is_disk_full(error):
        return "ディスクに空きがありません。空きを作ってもう一度実行してください。 / The disk is full. Free some space and run again."
    if isinstance(error, OSError) and error.filename is not None:
        return (
            f"{error.filename}: 読み書きできません（{error.strerror}）。パスと権限を確かめてください。 / "
            f"Cannot be read or written ({error.strerror}). Check the path and the permissions."
        )
    # A build goes on from its finished steps, so running it again soon comes to the same place.
    where = "".join(f"{note}: " for note in getattr(error, "__notes__", ()))
    return (
        f"{where}プログラムの想定外の問題です（{type(error).__name__}: {error}）。"
        f"環境変数 {DEBUG_VARIABLE}=1 を付けてもう一度実行し、表示を開発者に送ってください。 / "
        f"A fault of this program. Run again with {DEBUG_VARIABLE}=1 and send what it prints to the developers."
    )


if __name__ == "__main__":
    main()
