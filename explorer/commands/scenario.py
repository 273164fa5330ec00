"""The command ``explorer scenario``: what a scenario does, in words and as tables; two or three side by side."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from explorer.commands.options import BadOption, WorkspaceFolder, names_in

if TYPE_CHECKING:
    import pandas as pd

    from explorer.scenario_comparison import Comparison
    from explorer.scenario_result import ScenarioResult

_SHOWN: Final = 10  # rows of each list
_ORDER_OF_VERDICTS: Final = {"worse": 0, "gone": 1, "better": 2, "new": 3, "other": 4}
_VERDICTS: Final = {
    "worse": "悪化 / worse",
    "better": "改善 / better",
    "gone": "値なしに / gone",
    "new": "新たに値 / new",
    "other": "変化 / changed",
}


def scenario(
    workspace: WorkspaceFolder,
    files: Annotated[
        list[Path],
        typer.Argument(metavar="FILE.toml…", help="シナリオ（複数なら並べて比べる） / scenarios, side by side"),
    ],
    mode: Annotated[
        str,
        typer.Option(
            help="移動手段（なければすべて計算し、徒歩で示す） / only this mode; without it all, shown on foot"
        ),
    ] = "",
    service: Annotated[str, typer.Option(help="サービスを絞る / only these services, e.g. clinic,library")] = "",
    limit: Annotated[
        float,
        typer.Option(help="しきい値（m、時間で数える手段では秒） / limit in metres, in seconds for modes of time"),
    ] = 0.0,
    out: Annotated[
        Path | None, typer.Option("--out", help="表（CSV）とシナリオを書き出すフォルダ / folder for tables (CSV)")
    ] = None,
) -> None:
    """もし…なら: 閉じる・開く・移す・共同で使う・バスを減らすと、誰が届かなくなるか / what if: who newly loses reach."""
    import explorer
    from explorer.scenario import compare_scenarios
    from explorer.scenario_file import read_scenario

    if limit < 0:
        raise BadOption("--limit は 0 より大きい数にしてください。 / --limit must be above 0.")
    if out is not None and out.is_file():
        raise BadOption(
            f"{out}: ファイルがあります。--out にはフォルダを指定してください。 / Name a folder, not a file."
        )
    scenarios = [read_scenario(file) for file in files]
    asked = names_in(service)
    comparison = compare_scenarios(
        explorer.open(workspace), scenarios, modes=[mode] if mode else None, categories=asked or None
    )
    for result in comparison.results:
        typer.echo(summary(result, limit or None))
    if len(comparison.results) > 1:
        typer.echo(side_by_side(comparison, limit or None))
    if out is not None:
        written = write_tables(comparison, out, limit or None)
        typer.echo(f"{out}: {len(written)} ファイルを書き出しました。 / {len(written)} files written.")


def summary(result: ScenarioResult, limit: float | None = None) -> str:
    """What a scenario does, in lines to be read."""
    from layers.catalogue import MODES

    lines = [result.stamp()]
    if result.scenario.note:
        lines.append(result.scenario.note)
    for number, edit in enumerate(result.scenario.edits, 1):
        where = result.places.loc[result.places["edit"] == number, "municipality_name"].drop_duplicates()
        named = f"（{'→'.join(filter(None, where))}）" if any(where) else ""
        about = result.places.loc[result.places["edit"] == number, "about"]
        lines.append(f"  {number}. {edit.ja} / {edit.en}: {about.iloc[0] if len(about) else edit.about}{named}")
    lines += [f"  注意 / note: {ja} / {en}" for ja, en in result.notes]
    if not result.measures and result.changed.empty:
        lines.append("何も変わりません。 / Nothing changes.")
        return "\n".join(lines) + "\n"
    mode = result.main_mode
    told: dict[str, list[str]] = {}  # services that come to the same are told together
    for category in [name for name, way in result.measures if way == mode]:
        found = _of_service(result, category, mode, limit)
        if found:
            told.setdefault("\n".join(found), []).append(category)
    for text, categories in told.items():
        lines += ["", "・".join(map(_service_name, categories)) + f"、{MODES[mode][0]}", text]
    if not told:
        lines += ["", f"人の届く・届かないは変わりません（{MODES[mode][0]}）。 / Nobody's reach changes."]
    lines += _of_indicators(result)
    left = len(result.only_a_build)
    if left:
        lines.append(
            f"作り直し（explorer build）でだけ変わる指標が {left} 件あり、上には含みません。 / "
            f"{left} indicators that only a build makes anew are not among these."
        )
    lines.append(f"計算 {result.seconds:.2f} 秒 / worked out in {result.seconds:.2f} s")
    return "\n".join(lines) + "\n"


def _of_service(result: ScenarioResult, category: str, mode: str, limit: float | None) -> list[str]:
    from explorer.scenario_comparison import headline
    from layers.measures import is_in_metres

    found = headline(result, category, mode, limit)
    hurt = result.most_hurt(category, mode, limit)
    if hurt.empty:
        return []
    at = f"{found['limit']:,.0f} {'m' if is_in_metres(mode) else '秒 / s'}"
    beyond, aged, elsewhere = (_people(found[f"newly_beyond{part}"]) for part in ("", "_65_plus", "_elsewhere"))
    aside = f"うち65歳以上 / aged 65+: {aged}、ほかの市区町村の人 / of other municipalities: {elsewhere}"
    lines = [f"  {at} に新たに届かなくなる人 / newly beyond: {beyond}（{aside}）"]
    if found["newly_within"]:
        lines.append(f"  新たに届くようになる人 / newly within: {_people(found['newly_within'])}")
    unit = "m" if is_in_metres(mode) else "秒 / s"
    for row in hurt.head(_SHOWN).to_dict("records"):
        told = [f"届かなくなる / newly beyond {_people(row['newly_beyond'])}"]
        if row["newly_within"]:
            told.append(f"届くようになる / newly within {_people(row['newly_within'])}")
        if row["farther"]:
            extra = "行ける所がなくなる人を含む / some reach none" if row["extra"] == float("inf") else ""
            extra = extra or f"平均 / mean +{row['extra']:,.0f} {unit}"
            told.append(f"遠くなる / farther {_people(row['farther'])}（{extra}）")
        if row["nearer"]:
            told.append(f"近くなる / nearer {_people(row['nearer'])}")
        lines.append(f"    {row['area_name']}{' *' if row['elsewhere'] else ''}: {'、'.join(told)}")
    if hurt["elsewhere"].any():
        lines.append("    * 変更のない市区町村 / no edit is in this municipality")
    return lines


def _of_indicators(result: ScenarioResult) -> list[str]:
    changed = result.changed
    lines = ["", f"変わる指標の値 / values of indicators that change: {len(changed):,}"]
    ours = changed[(changed["group"] == "total") & changed["mode"].isin([result.main_mode, ""])]
    shares = ours[ours["unit"] == "%"]
    told = ours if shares.empty else shares  # minutes and people are of other sizes than shares
    ordered = told.assign(size=told["change"].abs(), order=told["verdict"].map(_ORDER_OF_VERDICTS))
    largest = ordered.sort_values(["order", "size"], ascending=[True, False]).head(_SHOWN).to_dict("records")
    return lines + [
        f"    {row['area_name']} {row['name']} {row['before']:.2f} → {row['after']:.2f} {row['unit']}"
        f"（{_VERDICTS[row['verdict']]}）"
        for row in largest
    ]


def side_by_side(comparison: Comparison, limit: float | None = None) -> str:
    """People newly beyond reach by municipality, a column per scenario."""
    table = comparison.most_hurt(limit=limit)
    lines = ["並べて / side by side: 新たに届かなくなる人 / people newly beyond reach"]
    lines += [f"  ({number}) {label}" for number, label in enumerate(comparison.labels, 1)]
    for row in table.head(_SHOWN).to_dict("records"):
        lines.append(f"    {row['area_name']}: " + " | ".join(_people(row[label]) for label in comparison.labels))
    totals = " | ".join(_people(table[label].sum()) for label in comparison.labels)
    return "\n".join([*lines, f"    計 / total: {totals}"]) + "\n"


def write_tables(comparison: Comparison, folder: Path, limit: float | None = None) -> list[Path]:
    """Write the tables of each scenario into a folder of its own, and those side by side; every row names its scenario.

    Returns
    -------
    list of Path
        The files.
    """
    from explorer.scenario_file import write_scenario
    from explorer.tables import write_table

    written: list[Path] = []
    for number, result in enumerate(comparison.results, 1):
        inside = folder / _file_name(number, result.scenario.name)
        mode = result.main_mode
        names = [name for name, way in result.measures if way == mode]
        tables = {
            "edits": result.places,
            "indicators": result.changed,
            "newly_beyond": result.newly_beyond,
            "longer_ways": result.longer_ways,
            "municipalities": result.most_hurt(limit=limit),
            **{f"places_{name}_{mode}": result.hurt_places(name, mode, limit) for name in names},
        }
        write_scenario(result.scenario, inside / "scenario.toml")
        written.append(inside / "scenario.toml")
        for name, table in tables.items():
            write_table(_stamped(table, result.scenario.tag), inside / f"{name}.csv")
            written.append(inside / f"{name}.csv")
    if len(comparison.results) > 1:
        for name, table in (
            ("comparison", comparison.summary),
            ("comparison_indicators", comparison.indicators),
            ("comparison_municipalities", comparison.most_hurt(limit=limit)),
        ):
            write_table(table, folder / f"{name}.csv")
            written.append(folder / f"{name}.csv")
    return written


def _stamped(table: pd.DataFrame, tag: str) -> pd.DataFrame:
    stamped = table.copy()
    stamped.insert(0, "scenario", tag)
    return stamped


def _file_name(number: int, name: str) -> str:
    """A folder name that every system can hold."""
    plain = re.sub(r"[^\w\-]+", "_", name, flags=re.UNICODE).strip("_")[:40]
    return f"{number}_{plain}" if plain else str(number)


def _service_name(category: str) -> str:
    from geodata.kinds import CATEGORIES

    known = CATEGORIES.get(category)
    ja, en = (known.ja, known.en) if known else _STOPS.get(category, (category, category))
    return f"{ja} / {en}"


def _people(count: object) -> str:
    value = float(str(count))
    if value != value:  # noqa: PLR0124 - NaN
        return "不明 / unknown"
    return f"{value:,.0f} 人" if value >= 1 or value == 0 else "1 人未満"


_STOPS: Final = {
    "station": ("駅", "Station"),
    "stop": ("バス停", "Bus stop"),
    "stop30": ("バス停（1日30本以上）", "Bus stop with 30 or more departures a day"),
}


def add_to(cli: typer.Typer) -> None:
    """Make this a command of the program."""
    cli.command()(scenario)
