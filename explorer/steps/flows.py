"""Step: who moves in and out, who commutes, and how many people there are by day: tables and figures per municipality."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from geodata.commuting import COMMUTING_COLUMNS, DAY_NIGHT_COLUMNS, day_and_night, read_commuting
from geodata.errors import ExplorerError
from geodata.migration import (
    ALL,
    GROUPS,
    LIVING,
    MIGRATION_COLUMNS,
    OTHER,
    TOKYO,
    people_of_group,
    read_migration,
    read_official_net,
)
from geodata.recognised import Recognised
from geodata.workspace import StepWriter

if TYPE_CHECKING:
    import pandas as pd

Sources = Sequence[tuple[str, Recognised]]


def run(
    writer: StepWriter,
    *,
    sources: Sources,
    folders: Mapping[str, Path],
    codes: Sequence[str],
    projection: str,
    box: tuple[float, float, float, float],
) -> None:
    """Write the tables ``commuting`` and ``migration`` (all municipalities that the sources list) and the figures."""
    del projection, box
    import pandas as pd

    writer.facts["used"] = []
    rows = [
        *_commuting(writer, [each for each in sources if each[1].dataset == "commuting"], folders, codes),
        *_migration(writer, [each for each in sources if each[1].dataset == "migration"], codes),
        *_official(writer, [each for each in sources if each[1].dataset == "official_coverage"], codes),
    ]
    if rows:
        writer.figures(pd.DataFrame(rows))


def _read_all(writer: StepWriter, sources: Sources, read: Callable[..., Any]) -> list[tuple[str, Any]]:
    """What each file holds; those that cannot be used are named."""
    found = []
    for name, source in sources:
        try:
            found.append((name, read(source.file, notes=writer.notes)))
        except ExplorerError as error:
            writer.notes.warn_of(error, source.file.label)
            continue
        writer.facts["used"].append(name)
    return found


def _joined(tables: Sequence[tuple[str, pd.DataFrame]], columns: Sequence[str], keys: Sequence[str]) -> pd.DataFrame:
    """All tables in one; of what two files tell, the later date counts."""
    import pandas as pd

    filled = [table.assign(source=name) for name, table in tables if len(table)]
    if not filled:
        return pd.DataFrame(columns=list(columns))
    whole = pd.concat(filled, ignore_index=True).sort_values("as_of", kind="stable")
    return whole.drop_duplicates(list(keys), keep="last").sort_values(list(keys), kind="stable").reset_index(drop=True)


def _commuting(
    writer: StepWriter, sources: Sources, folders: Mapping[str, Path], codes: Sequence[str]
) -> list[dict[str, Any]]:
    found = _read_all(writer, sources, read_commuting)
    flows = _joined([(name, both[0]) for name, both in found], COMMUTING_COLUMNS, ("origin", "destination", "purpose"))
    published = _joined([(name, both[1]) for name, both in found], DAY_NIGHT_COLUMNS, ("code",))
    rows: list[dict[str, Any]] = []
    if len(flows):
        writer.table(flows, "commuting")
        day = day_and_night(flows, _people(folders["places"], codes))
        rows += _of_commuters(day.dropna(), str(flows["as_of"].max()), str(flows["source"].iloc[0]))
        _warn_of_one_side(writer, flows)
    if len(published):
        told = published[published["code"].isin(codes)].set_index("code").astype({"night": float, "day": float})
        rows = [
            row
            for row in rows
            if row["name"] not in {"day_population", "day_night_ratio"} or row["area_code"] not in told.index
        ]
        rows += _of_day(told, str(published["as_of"].max()), str(published["source"].iloc[0]), (
            "国勢調査の公表値", "as published by the census",
        ))  # fmt: skip
    return rows


def _people(folder: Path, codes: Sequence[str]) -> pd.Series:
    import pandas as pd

    places = pd.read_parquet(folder / "places.parquet", columns=["municipality_code", "population_total"])
    return places.groupby("municipality_code")["population_total"].sum().reindex(list(codes)).fillna(0.0)


def _warn_of_one_side(writer: StepWriter, flows: pd.DataFrame) -> None:
    """A list of one prefecture's people knows who leaves it, and not who comes from outside."""
    homes, goals = ({code[:2] for code in flows[name]} for name in ("origin", "destination"))
    if goals - homes:
        writer.notes.info(
            "",
            "通勤・通学の表に出発地のない都道府県からの流入は数えられていません。県境に近い市区町村の昼間人口は少なめに出ます。",
            "The table of commuting lists no origins in some prefectures: those who come from there are not counted, and "
            "people by day are too few near their border.",
        )


def _row(name: str, code: str, value: float, **more: Any) -> dict[str, Any]:
    empty = {"numerator": np.nan, "denominator": np.nan, "how": "sum", "unit": "人", "as_of": "", "source": ""}
    return {"name": name, "area_code": code, "value": float(value), **empty, "note_ja": "", "note_en": "", **more}


def _of_commuters(table: pd.DataFrame, as_of: str, source: str) -> list[dict[str, Any]]:
    rows = _of_day(
        table, as_of, source, ("常住人口＋流入−流出で計算", "computed: residents + those who come − those who go")
    )
    dated = {"as_of": as_of, "source": source}
    for code, one in table.iterrows():
        rows += [_row(f"commuters_{name}", str(code), one[name], **dated) for name in ("into", "out", "within")]
        if one["commuters"] <= 0:
            continue
        for name, part in (
            ("commuting_out_share", "out"),
            ("self_containment", "within"),
            ("largest_destination_share", "to_largest"),
        ):
            rows.append(
                _row(
                    name,
                    str(code),
                    100.0 * one[part] / one["commuters"],
                    numerator=float(one[part]),
                    denominator=float(one["commuters"]),
                    how="none",
                    unit="%",
                    **dated,
                )
            )
    return rows


def _of_day(table: pd.DataFrame, as_of: str, source: str, note: tuple[str, str]) -> list[dict[str, Any]]:
    rows = []
    dated = {"as_of": as_of, "source": source, "note_ja": note[0], "note_en": note[1]}
    for code, one in table.iterrows():
        rows.append(_row("day_population", str(code), one["day"], **dated))
        if one["night"] > 0:
            parts = {"numerator": float(one["day"]), "denominator": float(one["night"]), "how": "ratio", "unit": "%"}
            rows.append(_row("day_night_ratio", str(code), 100.0 * one["day"] / one["night"], **parts, **dated))
    return rows


def _migration(writer: StepWriter, sources: Sources, codes: Sequence[str]) -> list[dict[str, Any]]:
    found = _read_all(writer, sources, read_migration)
    keys = [name for name in MIGRATION_COLUMNS if name not in {"persons", "as_of", "source"}]
    moves = _joined(found, MIGRATION_COLUMNS, keys)
    if not len(moves):
        return []
    writer.table(moves, "migration")
    own = moves[moves["code"].isin(codes)]
    rows = []
    for group in GROUPS:
        for direction in ("in", "out", "net", LIVING):
            told = own[own["direction"] == direction]
            of_partner = {name: people_of_group(told[told["partner"] == name], group) for name in (ALL, TOKYO, OTHER)}
            if of_partner[ALL].empty and not of_partner[TOKYO].empty and not of_partner[OTHER].empty:
                of_partner[ALL] = (of_partner[TOKYO] + of_partner[OTHER]).dropna()
            for partner in (ALL, TOKYO):
                dated = {"as_of": str(told["as_of"].max()), "source": str(told["source"].iloc[0])} if len(told) else {}
                name = f"moves_{direction}_{group.id}_{partner}"
                rows += [_row(name, str(code), people, **dated) for code, people in of_partner[partner].items()]
    return rows


def _official(writer: StepWriter, sources: Sources, codes: Sequence[str]) -> list[dict[str, Any]]:
    """The published net migration beside ours, where the table of published values has it."""
    rows = []
    for name, source in sources:
        try:
            told = read_official_net(source.file)
        except ExplorerError:
            continue  # the step of the indicators says what is wrong with this table
        if told is None:
            continue
        writer.facts["used"].append(name)
        year, values = told
        rows += [
            _row("net_migration_official", str(code), value, how="none", unit="%", as_of=year, source=name)
            for code, value in values.items()
            if code in set(codes) and np.isfinite(value)
        ]
    return rows
