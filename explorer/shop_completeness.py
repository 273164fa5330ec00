"""How complete the lists of shops are: the table, its figures, and what the user must be told."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np

from geodata.kinds import KINDS
from geodata.workspace import FIGURES, StepWriter
from layers.completeness import (
    COMPLETENESS,
    COMPLETENESS_COLUMNS,
    LOW_PERCENT,
    NAMES,
    NATIONAL_SHOPS,
    PUBLISHED,
    expected_shops,
    is_low,
)
from layers.figures import FIGURE_COLUMNS, RATIO
from layers.municipal_tables import figure_name

if TYPE_CHECKING:
    import pandas as pd

_NAMED: Final = 8  # municipalities that a note names
_SURELY_SOME: Final = 10.0  # shops to be expected, from which on a missing list is worth a warning
_NATIONAL_NOTE: Final = (
    "公表数の表がない市区町村は、全国平均の人口あたり店舗数による粗い目安",
    "where no published number is given, a rough yardstick: the national number of shops per person",
)


class _Published(NamedTuple):
    """A published number of shops, who published it, when, and the id of the source in the manifest."""

    shops: float
    source: str
    as_of: str
    source_id: str


def write_completeness(
    writer: StepWriter,
    published: pd.DataFrame | None,
    described: Path,
    places: pd.DataFrame,
    facilities: pd.DataFrame,
    coverage: pd.DataFrame,
    names: Mapping[str, str],
) -> pd.DataFrame:
    """Table ``completeness`` and its figures; warnings where the lists hold too little."""
    import pandas as pd

    people = places["population_total"].groupby(places["municipality_code"].astype(str)).sum()
    known = published_shops(published, described)
    found = facilities.groupby(["kind", "municipality_code"]).size().to_dict() if len(facilities) else {}
    surveyed = set(zip(coverage["kind"], coverage["municipality_code"], strict=True))
    rows = []
    for kind in NATIONAL_SHOPS:
        for code in names:
            listed, given = int(found.get((kind, code), 0)), known.get((code, kind))
            yardstick = float(expected_shops(kind, people.get(code, 0.0))) if given is None else given.shops
            share = 100.0 * listed / yardstick if yardstick > 0 else np.nan
            low = is_low(listed, yardstick, is_published=given is not None)
            basis = ("national_rate", "", "2021") if given is None else ("published", given.source, given.as_of)
            rows.append((code, kind, listed, yardstick, *basis, (kind, code) in surveyed, share, low))
    table = pd.DataFrame(rows, columns=list(COMPLETENESS_COLUMNS))
    writer.table(table, "completeness")
    writer.facts["completeness"] = _warn_of_few(writer, table, names)
    sure = table[table["is_surveyed"] & (table["yardstick"] > 0)]
    return pd.DataFrame(
        {
            "name": [COMPLETENESS.format(kind=kind) for kind in sure["kind"]],
            "area_code": sure["municipality_code"].to_numpy(),
            "value": sure["share"].to_numpy(float),
            "numerator": sure["listed"].to_numpy(float),
            "denominator": sure["yardstick"].to_numpy(float),
            "how": RATIO,
            "unit": "%",
            "as_of": sure["as_of"].to_numpy(),
            "source": [
                known[code, kind].source_id if (code, kind) in known else ""
                for code, kind in _rows(sure, ("municipality_code", "kind"))
            ],
            "note_ja": _NATIONAL_NOTE[0],
            "note_en": _NATIONAL_NOTE[1],
        },
        columns=list(FIGURE_COLUMNS),
    )


def published_shops(table: pd.DataFrame | None, folder: Path) -> dict[tuple[str, str], _Published]:
    """(municipality, kind) → published number: of a described table of municipalities, or of the user's own, which wins."""
    import pandas as pd

    found: dict[tuple[str, str], _Published] = {}
    if (folder / FIGURES).is_file():
        figures = pd.read_parquet(folder / FIGURES)
        for kind in NATIONAL_SHOPS:
            rows = figures[(figures["name"] == figure_name(PUBLISHED.format(kind=kind))) & figures["value"].notna()]
            for code, count, source, when in _rows(rows, ("area_code", "value", "source", "as_of")):
                found[str(code), kind] = _Published(float(count), "", str(when), str(source))
    if table is not None:
        columns = ("municipality_code", "kind", "count", "source", "as_of", "source_id")
        for code, kind, count, who, when, source in _rows(table, columns):
            found[str(code), str(kind)] = _Published(float(count), str(who), str(when), str(source))
    return found


def _rows(table: pd.DataFrame, columns: Sequence[str]) -> Iterator[tuple[Any, ...]]:
    return zip(*(table[name] for name in columns), strict=True)


def _warn_of_few(writer: StepWriter, table: pd.DataFrame, names: Mapping[str, str]) -> dict[str, dict[str, float]]:
    """Share of the yardstick per kind over the study area, for kinds with any list; warnings where the lists are poor."""
    result = {}
    for kind, every in table.groupby("kind", sort=False):
        rows = every[every["is_surveyed"]]
        name_ja, name_en = KINDS[str(kind)].ja, NAMES[str(kind)][1]
        if rows.empty:
            expected = float(every["yardstick"].sum())
            if expected >= _SURELY_SOME and table["is_surveyed"].any():
                writer.notes.warn(
                    "",
                    f"「{name_ja}」の一覧がありません（目安では {expected:,.0f} 件あるはず）。買物の指標は実際より悪く出ます。",
                    f"There is no list of {name_en} (about {expected:,.0f} are to be expected): people far from shops are "
                    "overstated.",
                )
            continue
        listed, yardstick = float(rows["listed"].sum()), float(rows["yardstick"].sum())
        share = 100.0 * listed / yardstick if yardstick > 0 else math.nan
        result[str(kind)] = {"listed": listed, "yardstick": round(yardstick, 1), "share": round(share, 1)}
        if is_low(listed, yardstick, is_published=False):
            by_rate = (rows["basis"] != "published").any()
            ja = "全国平均の人口あたり店舗数からの目安" if by_rate else "公表数"
            en = "are to be expected at the national rate per person" if by_rate else "are published"
            writer.notes.warn(
                "",
                f"「{name_ja}」の一覧は {listed:,.0f} 件で、{ja} {yardstick:,.0f} 件の約 {share:.0f} % です。"
                "一覧が足りないため、買物の指標（店まで遠い人、食料品アクセス困難人口など）は実際より悪く出ます。",
                f"The lists hold {listed:,.0f} {name_en} where {yardstick:,.0f} {en} (about {share:.0f} %): they lack many, and "
                "people far from shops are overstated.",
            )
        low = rows[rows["is_low"]].sort_values(["share", "yardstick"], ascending=[True, False])
        if len(low):
            text = "、".join(f"{names[code]} {part:.0f} %" for code, part in _first(low))
            more = " …" if len(low) > _NAMED else ""
            writer.notes.info(
                "",
                f"「{name_ja}」の一覧が目安の {LOW_PERCENT:.0f} % に届かない市区町村 {len(low)}: {text}{more}。",
                f"{len(low)} municipalities where the lists hold less than {LOW_PERCENT:.0f} % of the {name_en}: {text}{more}.",
            )
    return result


def _first(rows: pd.DataFrame) -> list[tuple[str, float]]:
    head = rows.head(_NAMED)
    return list(zip(head["municipality_code"].astype(str), head["share"].astype(float), strict=True))
