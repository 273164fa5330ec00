"""The command ``explorer compare``: 2 to 60 municipalities or regions side by side."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final, Literal

import typer

from explorer.commands.options import BadOption, WorkspaceFolder, names_in

if TYPE_CHECKING:
    import pandas as pd

    from explorer.comparison.compared import Comparison

_TABLES: Final = ("values", "composite", "years")


def compare(
    workspace: WorkspaceFolder,
    areas: Annotated[
        str,
        typer.Option(
            help="2〜60の市区町村・圏域（圏域は + でつなぐか .toml） / municipalities and regions, e.g. "
            "10201,10202,10203+10212,region.toml"
        ),
    ],
    indicators: Annotated[
        str, typer.Option(help="指標の番号（コンマ区切り） / ids of indicators, divided by commas")
    ] = "",
    theme: Annotated[
        str,
        typer.Option(help="指標の代わりに分野（main は主な指標） / a theme in place of indicators; main goes across"),
    ] = "",
    mode: Annotated[str | None, typer.Option(help="測り方 / how distance is measured: straight, walk, drive …")] = None,
    group: Annotated[str, typer.Option(help="年齢区分 / age group: total, 65_plus, 75_plus …")] = "total",
    base: Annotated[
        str | None,
        typer.Option(help="差の基準（比べる地域の1つ。なければ中央値） / base of differences; without it the median"),
    ] = None,
    weights: Annotated[str, typer.Option(help="総合の重み / weights of a composite: indicator=2,indicator=1")] = "",
    variation: Annotated[
        float, typer.Option(min=0.0, max=99.0, help="重みを動かす幅（%） / how much each weight may be off, percent")
    ] = 20.0,
    table: Annotated[
        str, typer.Option(help="どの表か: values、composite（総合）、years（年ごと） / which table")
    ] = "values",
    lang: Annotated[str, typer.Option(help="文書の言語 / language of the document: ja, en")] = "ja",
    out: Annotated[
        Path | None,
        typer.Option("--out", help=".csv .json .parquet（表 / table）; .html .pdf .docx（文書 / document）"),
    ] = None,
) -> None:
    """市区町村・圏域を並べて比べる: 値、順位、差の確かさ、変化、重みつきの総合 / municipalities and regions side by side."""
    import explorer
    from explorer.comparison.compared import MAIN, compare_areas, usual_of_theme
    from explorer.documents.written import FORMATS
    from explorer.tables import write_table

    language = _language(lang)
    is_document = out is not None and out.suffix.lower().removeprefix(".") in FORMATS
    if table not in _TABLES:
        raise BadOption(f"--table {table}: {'、'.join(_TABLES)} のどれかです。 / One of {', '.join(_TABLES)}.")
    given = _weights(weights)
    if indicators and theme:
        raise BadOption("--indicators と --theme は片方だけにしてください。 / Give --indicators or --theme, not both.")
    opened = explorer.open(workspace)
    wanted = names_in(indicators) or (list(given) if given and not theme else usual_of_theme(opened, theme or MAIN))
    found = compare_areas(
        opened, areas, wanted, mode=mode, group=group, base=base, weights=given or None, variation=variation / 100.0
    )
    if is_document:
        from explorer.comparison.document import comparison_document
        from explorer.documents.written import write_document

        assert out is not None
        write_document(comparison_document(found, language), out)
        return
    write_table(_table(found, table), out)


def _table(found: Comparison, table: str) -> pd.DataFrame:
    if table == "composite":
        return found.composite_table()
    return found.years_table() if table == "years" else found.table()


def _language(text: str) -> Literal["ja", "en"]:
    if text not in {"ja", "en"}:
        raise BadOption(f"--lang {text}: ja か en にしてください。 / Write ja or en.")
    return "en" if text == "en" else "ja"


def _weights(text: str) -> dict[str, float]:
    found: dict[str, float] = {}
    for part in names_in(text):
        name, _, weight = part.partition("=")
        try:
            found[name.strip()] = float(weight)
        except ValueError:
            raise BadOption(
                f"--weights {part}: 指標=重み の形で書いてください（例 stop_within_300m=2）。 / "
                "Write weights as indicator=weight, such as stop_within_300m=2."
            ) from None
    return found


def add_to(cli: typer.Typer) -> None:
    """Make this a command of the program."""
    cli.command()(compare)
