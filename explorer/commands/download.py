"""The command ``explorer download``: official files from their publishers, and shops from OpenStreetMap on request."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final, Self

import typer

from explorer.commands.options import names_in
from geodata.errors import BadRequest, DownloadError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from geodata.download import Manners, Outcome
    from geodata.download_plan import Item, Plan
    from geodata.overpass_query import Area

_STATES: Final = {
    "kept": ("すでにあります", "already here"),
    "found": ("置いてあるものを使います", "the file that lies here is used"),
    "fetched": ("取得しました", "fetched"),
    "missing": ("公表元にありません", "not published"),
    "failed": ("取得できません", "failed"),
}


def download(
    folder: Annotated[Path, typer.Argument(help="元データのフォルダ / folder for the raw files")],
    prefecture: Annotated[
        list[str] | None, typer.Option(help="都道府県（複数可） / prefectures, e.g. 10 or 09,10")
    ] = None,
    only: Annotated[
        str, typer.Option(help="目的か資料だけ / purposes or data sets only, e.g. boundaries,population,p04")
    ] = "",
    *,
    plan: Annotated[
        bool, typer.Option("--plan", help="計画と URL を表示して終わる / show the plan with all addresses and stop")
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", help="確認しない / do not ask")] = False,
    save_list: Annotated[
        Path | None,
        typer.Option(help="URL の一覧を書き出す（curl -K で使える） / write the list of addresses for curl -K"),
    ] = None,
    proxy: Annotated[
        str, typer.Option(help="プロキシ（なければ HTTPS_PROXY） / proxy, else HTTPS_PROXY of the environment")
    ] = "",
    mirror: Annotated[
        str,
        typer.Option(help="庁内のサーバー / inner server: BASE (asked for BASE/HOST/PATH) or a URL with {name} in it"),
    ] = "",
    max_mb: Annotated[float, typer.Option(min=0.001, help="1ファイルの上限 MB / largest file, MB")] = 4000.0,
    shops: Annotated[
        str, typer.Option(help="店などを OpenStreetMap から: overpass / places of interest of OpenStreetMap instead")
    ] = "",
    box: Annotated[str, typer.Option(help="--shops の範囲 / area of --shops: west,south,east,north (degrees)")] = "",
    overpass: Annotated[
        str, typer.Option(help="Overpass API のアドレス / address of the Overpass API")
    ] = "https://overpass-api.de/api",
) -> None:
    """公表元から資料を取得する（計画を示して確認） / fetch the official files from their publishers, after showing a plan."""
    from geodata.codes import parse_prefecture
    from geodata.download import Manners
    from geodata.download_plan import make_plan
    from geodata.workspace import is_workspace

    if is_workspace(folder):
        raise BadRequest(
            f"{folder}: これはワークスペースです。元データ用のフォルダを指定してください。 / "
            "This is a workspace. Name a folder for raw files."
        )
    codes = [parse_prefecture(part) for text in prefecture or [] for part in names_in(text)]
    manners = Manners(proxy=proxy, mirror=mirror, max_bytes=int(max_mb * 1e6))
    if shops:
        area = _shop_area(shops, codes, box, folder)
        _print_shop_plan(area, overpass, folder)
        if not plan:
            _confirm(yes=yes)
            _fetch_shops(area, folder, overpass, manners)
        return
    planned = make_plan(codes, names_in(only))
    _print_plan(planned, folder, manners)
    if save_list is not None:
        write_curl_list(planned.items, manners, save_list)
    if plan:
        return
    _confirm(yes=yes)
    _finish(_run(planned.items, folder, manners))


def add_to(cli: typer.Typer) -> None:
    """Make this a command of the program."""
    cli.command()(download)


def write_curl_list(items: Iterable[Item], manners: Manners, path: Path) -> None:
    """Addresses and file names in the form that ``curl -K`` reads, for somebody else to fetch."""
    lines = [
        "# curl -K で取得できます。取得したファイルは展開せずに1つのフォルダへ。 / for curl -K; keep the files zipped"
    ]
    for item in items:
        lines += [
            f"# {item.known.ja} {item.edition} / {item.licence}",
            f'url = "{manners.address(item)}"',
            f'output = "{item.name}"',
        ]
    path.write_text("\n".join([*lines, ""]), encoding="utf-8")


def _print_plan(plan: Plan, folder: Path, manners: Manners) -> None:
    from geodata.sources import DATASETS, PURPOSES

    typer.echo(f"取得の計画 / plan → {folder}")
    purpose = ""
    for item in plan.items:
        if item.known.purpose != purpose:
            purpose = item.known.purpose
            typer.echo(f"\n■ {PURPOSES[purpose][0]} / {PURPOSES[purpose][1]}")
        detail = (f"（{item.ja}）", f" ({item.en})") if item.ja else ("", "")
        here = "  ✓ フォルダにあります / in the folder" if (folder / item.name).is_file() else ""
        typer.echo(f"{item.name}  {_size(item.size)}{here}")
        typer.echo(f"  {item.known.ja}{detail[0]} {item.edition} / {item.known.en}{detail[1]}")
        typer.echo(f"  {item.licence}")
        typer.echo(f"  {manners.address(item)}")
    if plan.by_hand:
        typer.echo("\n■ 手で入手するもの / to be got by hand")
    for entry in plan.by_hand:
        typer.echo(f"{DATASETS[entry.dataset].ja} / {DATASETS[entry.dataset].en}: {entry.page}")
        typer.echo(f"  {entry.ja} / {entry.en}")
    unknown = plan.of_unknown_size
    here_already = sum((folder / item.name).is_file() for item in plan.items)
    if here_already:
        typer.echo(
            f"\nうち {here_already} 件はフォルダにあり、無傷なら取り直しません。 / "
            f"{here_already} of them are in the folder and are kept if they are whole."
        )
    typer.echo(
        f"\n合計 {len(plan.items)} ファイル、大きさの分かる {len(plan.items) - unknown} 件で {plan.known_bytes / 1e6:,.1f} MB、"
        f"大きさの公表がないもの {unknown} 件 / {len(plan.items)} files: {plan.known_bytes / 1e6:,.1f} MB in "
        f"{len(plan.items) - unknown} of known size, {unknown} of unknown size"
    )


def _size(size: int | None) -> str:
    return "大きさ不明 / size unknown" if size is None else f"{size / 1e6:,.1f} MB"


def _confirm(*, yes: bool) -> None:
    """Ask at a terminal; elsewhere nothing is fetched without --yes."""
    if yes:
        return
    if not sys.stdin.isatty():
        raise BadRequest(
            "取得するには --yes を付けてください（端末ではないので確認できません）。 / "
            "Add --yes to fetch (there is no terminal to ask at)."
        )
    if not typer.confirm("取得しますか / Fetch these files?"):
        raise typer.Exit


def _run(items: Sequence[Item], folder: Path, manners: Manners) -> list[Outcome]:
    from geodata.download import download as fetch

    outcomes = []
    with _Ticker() as ticker:
        for outcome in fetch(items, folder, manners, ticker.tick):
            ticker.clear()
            outcomes.append(outcome)
            ja, en = _STATES[outcome.state]
            size = f" {outcome.size / 1e6:,.1f} MB" if outcome.size else ""
            typer.echo(f"[{len(outcomes)}/{len(items)}] {outcome.item.name}: {ja} / {en}{size}")
            if outcome.message:
                typer.echo(f"  {outcome.message}")
    return outcomes


def _shop_area(shops: str, prefectures: Sequence[str], box: str, folder: Path) -> Area:
    from geodata.overpass_query import box_area, prefecture_area

    if shops != "overpass":
        raise BadRequest(
            f"--shops {shops}: overpass を指定してください（Overture Maps の places は parquet をフォルダに置けば読みます）。 / "
            "Write overpass (a parquet file of Overture Maps places is read when put into the folder)."
        )
    if bool(box) == bool(prefectures):
        raise BadRequest(
            "--shops には --prefecture か --box のどちらか一つが要ります。 / --shops needs one of --prefecture and --box."
        )
    return box_area(box) if box else prefecture_area(prefectures, folder)


def _print_shop_plan(area: Area, server: str, folder: Path) -> None:
    from geodata.sources import DATASETS

    known = DATASETS["overpass"]
    west, south, east, north = area.box
    typer.echo(
        f"取得の計画 / plan → {folder}\n"
        f"{known.ja} / {known.en}: 大きさ不明 / size unknown\n"
        f"  {west:.3f},{south:.3f},{east:.3f},{north:.3f}  {known.licence}  {known.credit}\n"
        f"  {server}"
    )


def _fetch_shops(area: Area, folder: Path, server: str, manners: Manners) -> None:
    from geodata.overpass_query import fetch_places

    path, count = fetch_places(area, folder, server=server, proxy=manners.proxy)
    typer.echo(f"{path.name}: {count:,} 件を書き出しました。 / {count:,} places written.")


def _finish(outcomes: Sequence[Outcome]) -> None:
    """Say what came of it; an error if a file that exists could not be fetched, or nothing came at all."""
    counts = {state: sum(outcome.state == state for outcome in outcomes) for state in _STATES}
    parts = [f"{ja} {counts[state]} 件" for state, (ja, _) in _STATES.items() if counts[state]]
    parts_en = [f"{counts[state]} {en}" for state, (_, en) in _STATES.items() if counts[state]]
    typer.echo(f"{'、'.join(parts)} / {', '.join(parts_en)}")
    if counts["failed"] or counts["missing"] == len(outcomes):
        raise DownloadError(
            "取得できなかったファイルがあります（上の一覧）。もう一度実行すると、残りだけを取得します。 / "
            "Some files could not be fetched (see the list above). Run it again to fetch only what is left."
        )


class _Ticker:
    """One line that tells how far a file has come, at a terminal only."""

    def __enter__(self) -> Self:
        self.is_shown = sys.stderr.isatty()
        return self

    def __exit__(self, *_: object) -> None:
        self.clear()

    def tick(self, item: Item, done: int, total: int | None) -> None:
        """A part of the file has come."""
        if self.is_shown:
            share = f" ({100 * done / total:.0f} %)" if total else ""
            typer.echo(f"\r\033[K{item.name} {done / 1e6:,.1f} MB{share}", nl=False, err=True)

    def clear(self) -> None:
        """Make room for a line that stays."""
        if self.is_shown:
            typer.echo("\r\033[K", nl=False, err=True)
