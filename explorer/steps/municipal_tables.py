"""Step: tables by municipality that the user has described become figures, and indicators of this workspace."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from explorer.own_indicators import write_own
from geodata.codes import PREFECTURES
from geodata.errors import ExplorerError
from geodata.municipal_tables import NATION, KnownAreas, read_municipal_table
from geodata.recognised import Recognised
from geodata.table_description import (
    DESCRIPTION,
    VALUES,
    IndicatorDescription,
    TableDescription,
    heading,
    read_description,
)
from geodata.workspace import StepWriter, read_table
from layers import catalogue
from layers.catalogue import Indicator
from layers.figures import FIGURE_COLUMNS
from layers.municipal_tables import INDICATORS, LAYER, NEEDS, figure_name

if TYPE_CHECKING:
    import pandas as pd

_FROM_A_TABLE: Final = {indicator.id: indicator for indicator in INDICATORS}
_SHOWN: Final = 5


def run(
    writer: StepWriter,
    *,
    sources: Sequence[tuple[str, Recognised]],
    folders: Mapping[str, Path],
    codes: Sequence[str],
    projection: str,
    box: tuple[float, float, float, float],
) -> None:
    """Write the figures of all described tables, their indicators, and the list ``municipal_indicators``."""
    import pandas as pd

    del projection, box
    tables = {source.details["of"]: (identity, source) for identity, source in sources if source.dataset == VALUES}
    descriptions = [(identity, source) for identity, source in sources if source.dataset == DESCRIPTION]
    known = _known_areas(folders["people"])
    kept: dict[str, str] = {}
    used: list[str] = []
    unused: dict[str, list[str]] = {}
    own: list[Indicator] = []
    figures: list[pd.DataFrame] = []
    listed: list[dict[str, str]] = []
    for identity, source in descriptions:
        table_identity, table = tables.get(source.file.label, ("", None))
        if table is None:
            continue
        try:
            description = _acceptable(read_description(source.file), source.file.label, kept, writer)
            values = read_municipal_table(description, table.file, known=known, notes=writer.notes)
        except ExplorerError as error:
            writer.notes.warn_of(error, table.file.label)
            values = None
        if values is None or values.empty:
            for each in (identity, table_identity):
                unused[each] = ["説明どおりに読めないため使いません", "not used: it cannot be read as described"]
            continue
        for indicator in description.indicators:
            rows = values[values["id"] == indicator.id]
            if not rows.empty:
                kept[indicator.id] = source.file.label
                figures.append(_figures(rows, indicator, description, codes, table_identity))
                _tell_of_gaps(rows, indicator, description, codes, known, table.file.label, writer)
                listed.append(_listed(indicator, description, table_identity))
                if indicator.id not in _FROM_A_TABLE:
                    own.append(_indicator(indicator, description))
        used += [identity, table_identity]
    write_own(writer, own)
    if figures:
        writer.figures(pd.concat(figures, ignore_index=True))
        writer.table(pd.DataFrame(listed), "municipal_indicators")
    writer.facts |= {"used": used, "unused": unused, "indicators": list(kept)}


def _known_areas(people: Path) -> KnownAreas:
    table = read_table(people / "municipalities.parquet")
    names = table["name"].astype(str).map(heading)
    prefectures = [PREFECTURES.get(str(code)[:2], "") for code in table["code"]]
    return KnownAreas(list(zip(names, prefectures, table["code"].astype(str), strict=True)))


def _acceptable(
    description: TableDescription, label: str, kept: Mapping[str, str], writer: StepWriter
) -> TableDescription:
    """The description without the indicators that cannot be: an id that is taken, a theme that does not exist."""
    possible = []
    for indicator in description.indicators:
        if indicator.id in kept:
            problem = (
                f"id は {kept[indicator.id]} で使われているため使いません。別の id にしてください。",
                f"is already the id of an indicator of {kept[indicator.id]}: choose another.",
            )
        elif indicator.id in catalogue.indicators() and indicator.id not in _FROM_A_TABLE:
            problem = (
                "id は本ツールの指標と同じため使いません。別の id にしてください。",
                "is the id of an indicator of this program: choose another.",
            )
        elif indicator.id in _FROM_A_TABLE and (indicator.how != "ratio" or indicator.unit != "%"):
            problem = (
                'id は本ツールの就業率です。how = "ratio"、unit = "%" と numerator・denominator を書いてください。',
                "is an employment rate of this program: it needs how = ratio, unit = % and both columns.",
            )
        elif indicator.theme not in catalogue.THEMES:
            themes = "、".join(catalogue.THEMES)
            problem = (
                f"theme「{indicator.theme}」はありません。あるもの: {themes}。",
                f"has no known theme: {themes}.",
            )
        else:
            possible.append(indicator)
            continue
        writer.notes.warn(label, f"指標 {indicator.id}: {problem[0]}", f"{indicator.id} {problem[1]}")
    return replace(description, indicators=tuple(possible))


def _figures(
    rows: pd.DataFrame,
    indicator: IndicatorDescription,
    description: TableDescription,
    codes: Sequence[str],
    source: str,
) -> pd.DataFrame:
    """Figures of the study area, its prefectures and the nation: a table of all Japan is not carried along."""
    wanted = {*codes, *(f"{code[:2]}000" for code in codes), NATION}
    here = rows[rows["area_code"].isin(wanted)]
    return here.assign(
        name=figure_name(indicator.id),
        how=indicator.how,
        unit=indicator.unit,
        as_of=description.as_of,
        source=source,
        note_ja="",
        note_en="",
    )[[*FIGURE_COLUMNS, "reason"]]


def _tell_of_gaps(
    rows: pd.DataFrame,
    indicator: IndicatorDescription,
    description: TableDescription,
    codes: Sequence[str],
    known: KnownAreas,
    label: str,
    writer: StepWriter,
) -> None:
    have = set(rows["area_code"][rows["value"].notna()])
    if description.level == "prefecture":
        lacking = sorted({f"{code[:2]}000" for code in codes} - have)
        names = {f"{code}000": name for code, name in PREFECTURES.items()}
    else:
        lacking = [code for code in codes if code not in have]
        names = {code: name for name, _, code in known.rows}
    if lacking:
        shown = "、".join(f"{names.get(code, '')}（{code}）" for code in lacking[:_SHOWN])
        more = " …" if len(lacking) > _SHOWN else ""
        writer.notes.info(
            label,
            f"「{indicator.ja}」: {len(lacking)} 地域の値が表にありません: {shown}{more}。",
            f"“{indicator.en}”: the table has no value for {len(lacking)} areas: {shown}{more}.",
        )


def _listed(indicator: IndicatorDescription, description: TableDescription, source: str) -> dict[str, str]:
    return {
        "indicator": indicator.id,
        "name_ja": indicator.ja,
        "name_en": indicator.en,
        "unit": indicator.unit,
        "how": indicator.how,
        "level": description.level,
        "as_of": description.as_of,
        "source": source,
        **description.told,
    }


def _indicator(described: IndicatorDescription, table: TableDescription) -> Indicator:
    """The catalogue entry of an indicator that only this workspace has."""
    column = described.column if described.column is not None else f"{described.numerator} ÷ {described.denominator}"
    parts = f"{described.numerator} ÷ {described.denominator}"
    edition = f"（{table.as_of}）" if table.as_of else ""
    return Indicator(
        id=described.id,
        family=described.family,
        theme=described.theme,
        ja=described.ja,
        en=described.en,
        definition_ja=described.definition_ja or f"{table.publisher}「{table.title_ja}」の「{column}」。",
        definition_en=described.definition_en or f"“{column}” of “{table.title_en}”, {table.publisher}.",
        formula=f"{described.per:g} × {parts}" if described.column is None else f"公表値 / as published: {column}",
        unit=described.unit,
        modes=("",),
        classes=described.classes,
        better=described.better,
        rule_ja=f"{table.publisher}「{table.title_ja}」{edition}",
        rule_en=f"{table.publisher}, “{table.title_en}” {table.as_of}".strip(),
        limits_ja=described.limits_ja or "利用者が取り込んだ表の値で、本ツールは計算していません。",
        limits_en=described.limits_en or "A value of a table that the user has added; not computed by this tool.",
        needs=NEEDS,
        level=table.level,
        groups=("total",),
        kpi=described.kpi,
        layer=LAYER,
    )
