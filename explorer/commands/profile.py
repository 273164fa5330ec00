"""The command ``explorer profile``: documents about municipalities and regions, one or all of them."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from explorer.commands.options import BadOption, WorkspaceFolder, names_in

if TYPE_CHECKING:
    from explorer.profile.batch import BatchResult
    from explorer.regions import Opened
    from explorer.scenario_edits import Scenario
    from explorer.words import Language

_BOTH = "both"


class _Language(StrEnum):
    ja = "ja"
    en = "en"
    both = _BOTH


def profile(
    workspace: WorkspaceFolder,
    out: Annotated[
        Path, typer.Option("--out", help="書き出し先のファイルかフォルダ / file (.pdf .html .docx) or folder")
    ],
    area: Annotated[str, typer.Option("--area", help="市区町村コード / code of one municipality, e.g. 10201")] = "",
    region: Annotated[
        str,
        typer.Option(
            "--region",
            help="圏域: 市区町村コードか .toml のファイル / a region: codes, e.g. 10201,10203, or a .toml file",
        ),
    ] = "",
    every: Annotated[  # noqa: FBT002 - a switch of the command line
        bool,
        typer.Option("--all", help="すべての市区町村を1件ずつ、一覧のページも / one for each municipality, and a list"),
    ] = False,
    formats: Annotated[
        str, typer.Option("--format", help="pdf、html、docx（コンマで複数） / pdf, html, docx (several by comma)")
    ] = "",
    lang: Annotated[
        _Language, typer.Option("--lang", help="日本語・英語・両方 / Japanese, English, both")
    ] = _Language.ja,
    scenario: Annotated[
        Path | None, typer.Option("--scenario", help="効果を載せるシナリオ / a scenario file whose effect it tells")
    ] = None,
    processes: Annotated[
        int | None,
        typer.Option("--processes", min=1, max=64, help="--all で同時に作る数 / how many at once with --all"),
    ] = None,
) -> None:
    """地域プロファイル: 市区町村・圏域の文書（移動手段の設定は profiles） / documents about municipalities and regions (for modes of travel: `explorer profiles`)."""
    import explorer
    from explorer.scenario_file import read_scenario

    if sum((bool(area.strip()), bool(region.strip()), every)) != 1:
        raise BadOption(
            "--area、--region、--all のどれか1つを指定してください。 / Give one of --area, --region and --all."
        )
    if len(names_in(area)) > 1:
        raise BadOption(
            f"--area {area}: 市区町村は1つです。いくつかを1つの圏域とするときは --region、1件ずつ全部は --all です。 / "
            "One municipality. Use --region for several as a region, --all for one document each."
        )
    wanted = _formats(formats, out, is_all=every)
    languages: tuple[Language, ...] = (
        ("ja", "en") if lang.value == _BOTH else ("en",) if lang.value == "en" else ("ja",)
    )
    opened = explorer.open(workspace)
    asked = read_scenario(scenario) if scenario is not None else None
    if every:
        _batch(opened, out, wanted, languages, asked, processes)
        return
    path = Path(region) if region.strip().lower().endswith(".toml") else None
    _one(opened, path or area or region, out, wanted, languages, asked)


def _one(
    opened: Opened,
    area: str | Path,
    out: Path,
    formats: tuple[str, ...],
    languages: tuple[Language, ...],
    scenario: Scenario | None,
) -> None:
    """Documents about one area: to the file named, or into the folder."""
    from explorer.documents.written import write_document
    from explorer.profile.document import profile_document

    is_file = _is_file(out)
    if is_file and len(formats) * len(languages) > 1:
        raise BadOption(
            f"--out {out}: 形式や言語が複数のときは、ファイルではなくフォルダを指定してください。 / "
            "Name a folder, not a file, for several formats or languages."
        )
    result = opened.scenario(scenario) if scenario is not None else None
    for language in languages:
        document = profile_document(opened, area, language, scenario=result)
        for form in formats:
            path = out if is_file else out / f"{document.name}.{form}"
            write_document(document, path)
            typer.echo(f"{path} に書き出しました。 / Written to {path}.")


def _batch(
    opened: Opened,
    folder: Path,
    formats: tuple[str, ...],
    languages: tuple[Language, ...],
    scenario: Scenario | None,
    processes: int | None,
) -> None:
    from explorer.profile.batch import Batch, make_profiles
    from explorer.progress import CountedLines

    if scenario is not None:
        from explorer.scenario import question_of

        question_of(opened, scenario)  # one message for a scenario that cannot be, not one for each municipality
    batch = Batch(folder, formats, languages, scenario=scenario, processes=processes)
    try:
        result = make_profiles(opened, batch, CountedLines())
    except KeyboardInterrupt:
        typer.echo(
            f"できた分は {folder} に残っています。同じコマンドで続きを作ります。 / "
            f"What is finished stays in {folder}. The same command makes the rest.",
            err=True,
        )
        raise
    _tell(opened, result)


def _tell(opened: Opened, result: BatchResult) -> None:
    from explorer.profile.batch import area_name

    typer.echo(
        f"作成 {result.made}、作成済み {result.kept}、失敗 {len(result.failures)}。一覧: {result.index} / "
        f"{result.made} made, {result.kept} there already, {len(result.failures)} failed. List: {result.index}"
    )
    for failure in result.failures:
        named = f"{area_name(opened, failure.job.codes)} ({failure.job.language})"
        typer.echo(f"{named}: {' '.join(failure.reason.splitlines())}", err=True)
    if result.failures:
        raise typer.Exit(1)


def _formats(text: str, out: Path, *, is_all: bool) -> tuple[str, ...]:
    """Formats asked for; without any that of the file, else PDF.

    Raises
    ------
    BadOption
        One is unknown, the file's ending says another, or a file is named for all municipalities.
    """
    from explorer.documents.written import FORMATS

    ending = out.suffix.lower().removeprefix(".") if _is_file(out) else ""
    if is_all and ending in FORMATS:
        raise BadOption(f"--out {out}: --all ではフォルダを指定してください。 / Name a folder with --all.")
    wanted = tuple(dict.fromkeys(name.lower().removeprefix(".") for name in names_in(text)))
    unknown = [name for name in wanted if name not in FORMATS]
    if unknown or (ending and not is_all and ending not in FORMATS):
        raise BadOption(
            f"{'--format ' + '、'.join(unknown) if unknown else f'--out {out}'}: この形式では書き出せません。"
            f"{'、'.join(FORMATS)} のどれかにしてください。 / Not a format of documents. Choose among {', '.join(FORMATS)}."
        )
    if ending and wanted and not is_all and wanted != (ending,) and len(wanted) == 1:
        raise BadOption(
            f"--out {out}: 拡張子と --format {wanted[0]} が合いません。 / Its ending and --format {wanted[0]} differ."
        )
    return wanted or ((ending,) if ending and not is_all else ("pdf",))


def _is_file(out: Path) -> bool:
    """Whether a path is meant as a file: it has an ending and is no folder."""
    return bool(out.suffix) and not out.is_dir()


def add_to(cli: typer.Typer) -> None:
    """Make it a command of the program."""
    cli.command()(profile)
