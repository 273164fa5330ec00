"""The commands ``explorer check``, ``explorer add`` and ``explorer rebuild``: one's own lists and zones without a browser."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from explorer.commands.options import WorkspaceFolder
from geodata.errors import BadRequest, SourceError, UnknownCode

if TYPE_CHECKING:
    from explorer.own_data.check import Place
    from explorer.own_data.findings import Upload

Files = Annotated[list[Path], typer.Argument(metavar="FILE…", help="一覧・区域・表 / lists, zones, tables")]
KindOf = Annotated[
    str, typer.Option(help="一覧の施設の種別 / kind of the facilities listed, e.g. supermarket, library, bus_stop")
]
_SHOWN: Final = 20


def check(
    files: Files,
    workspace: Annotated[
        Path | None, typer.Option(help="対象のワークスペース / the workspace that they are meant for")
    ] = None,
    kind: KindOf = "",
    out: Annotated[
        Path | None, typer.Option("--out", help="使えない行の一覧 .csv / every line that is not used, as .csv")
    ] = None,
) -> None:
    """手元のファイルを、保存せずに確かめる / look at files of your own without keeping them: what they are, what is wrong."""
    from explorer.own_data.report import lines_to_correct
    from explorer.own_data.staging import staged
    from explorer.tables import write_table

    with staged([(path.name, _there(path)) for path in files], _kind(kind)) as stage:
        uploads = _looked(stage.folder, stage.given, workspace)
    _print(uploads)
    if out is not None:
        write_table(lines_to_correct(uploads, "ja"), out)
    if not any(upload.is_usable for upload in uploads):
        raise SourceError("使えるファイルがありません。 / None of the files can be used.")


def add(workspace: WorkspaceFolder, files: Files, kind: KindOf = "") -> None:
    """手元のファイルを確かめて、ワークスペースに加える / look at files of your own and keep them in the workspace."""
    from explorer.own_data.added import keep
    from explorer.own_data.staging import staged

    with staged([(path.name, _there(path)) for path in files], _kind(kind)) as stage:
        uploads = _looked(stage.folder, stage.given, workspace)
        _print(uploads)
        usable = [upload for upload in uploads if upload.is_usable]
        for upload in usable:
            typer.echo(f"+ {keep(workspace, upload, stage.folder / upload.name)}")
    if not usable:
        raise SourceError(
            "使えるファイルがないため、何も加えていません。 / None of the files can be used; nothing was added."
        )
    typer.echo(f"次に explorer rebuild {workspace} で計算に入れます。 / They count after: explorer rebuild {workspace}")


def rebuild(
    workspace: WorkspaceFolder,
    folders: Annotated[
        list[Path] | None,
        typer.Argument(
            help="元データのフォルダ（移したとき） / raw folders, where they are not those of the last build"
        ),
    ] = None,
) -> None:
    """ワークスペースを同じ条件で作り直す / build the workspace again as it was, with the files that were added."""
    from explorer.own_data.rebuild import cancel, job_of, start, wait
    from explorer.progress import STEP_NAMES
    from geodata.errors import WorkspaceError

    start(workspace, folders or ())
    shown = ""
    try:
        while (job := job_of(workspace)) is not None and job.is_under_way:
            if job.step != shown and job.step in STEP_NAMES:
                shown = job.step
                typer.echo(f"[{job.share:4.0%}] {' / '.join(STEP_NAMES[shown])}")
            time.sleep(0.1)
    except KeyboardInterrupt:
        cancel(workspace)
        wait(workspace, 30)
        raise
    job = wait(workspace, 10)
    if job is None or job.phase != "done":
        told = (
            job.message
            if job is not None and job.message
            else "作り直しが途中で終わりました。 / The rebuild ended half-way."
        )
        raise WorkspaceError(told)
    typer.echo(f"作り直しました（{job.told_at - job.started_at:.0f} 秒、注意 {job.warnings} 件）。 / Rebuilt.")


def _there(path: Path) -> Path:
    if not path.is_file() or path.is_symlink():
        raise SourceError(
            f"{path}: ファイルがありません（フォルダやリンクは指定できません）。 / No such file (folders and links will not do)."
        )
    return path


def _kind(kind: str) -> str:
    from geodata.kind_words import BUS_STOP, STATION
    from geodata.kinds import KINDS

    known = [*KINDS, STATION, BUS_STOP]
    if kind and kind not in known:
        raise BadRequest(f"--kind {kind}: {'、'.join(known)} のどれかです。 / Give one of {', '.join(known)}.")
    return kind


def _looked(folder: Path, given: dict[str, str], workspace: Path | None) -> list[Upload]:
    from explorer.own_data.apart import check_apart

    return check_apart(folder, given, _place(workspace))


def _place(workspace: Path | None) -> Place:
    from explorer.own_data.check import Place

    if workspace is None:
        return Place()
    import explorer

    opened = explorer.open(workspace)
    table = opened.municipalities
    try:
        names = dict(zip(table["code"].astype(str), table["name"].astype(str), strict=True))
    except KeyError as error:
        raise UnknownCode(f"{workspace}: 市区町村の表がありません。 / has no table of municipalities.") from error
    return Place.of(opened.workspace.manifest, names)


def _print(uploads: list[Upload]) -> None:
    from geodata.line_problems import PROBLEMS
    from geodata.sources import DATASETS

    for upload in uploads:
        for each in upload.findings:
            known = DATASETS.get(each.dataset)
            what = f"{known.ja} / {known.en}" if known else "?"
            typer.echo(f"{each.file}: {what}" + (f"  [{each.encoding}]" if each.encoding else ""))
            if each.refusal:
                typer.echo(f"  ✗ {each.refusal}")
            elif each.used is not None:
                typer.echo(f"  {each.used:,} / {each.rows or 0:,} 件を使えます / rows can be used")
            if each.unknown_kind:
                typer.echo(
                    f"  種別が分からない {each.unknown_kind:,} 件: --kind で指定 / of unknown kind: choose one with --kind"
                )
            for problem in each.problems[:_SHOWN]:
                text = PROBLEMS[problem.what]
                typer.echo(
                    f"  {problem.line} 行目 / line {problem.line}: {text.ja} → {text.do_ja} / {text.en} → {text.do_en}"
                )
            if len(each.problems) > _SHOWN:
                typer.echo(
                    f"  … 全 {sum(each.counts.values()):,} 件は --out で / all {sum(each.counts.values()):,} with --out"
                )


def add_to(cli: typer.Typer) -> None:
    """Make them commands of the program."""
    cli.command()(check)
    cli.command()(add)
    cli.command()(rebuild)
