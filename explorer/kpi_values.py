"""The KPIs as a table: what each is, what is published, and our own figure for municipalities and the pooled region."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from explorer.regions import REGION
from geodata.codes import rolled_up
from layers.catalogue import Indicator
from layers.kpi import (
    CLASSES,
    GOALS,
    KPIS,
    LEVELS,
    Goal,
    Kpi,
    indicators_of,
    level_of,
    published_for,
    why_no_figure,
    why_too_fine,
)

if TYPE_CHECKING:
    import pandas as pd

    from explorer.regions import Opened

KPI_COLUMNS: Final = (
    "kind",  # kpi of the strategy, or goal of 地方創生2.0基本構想
    "number",  # of the KPI; text, "" for goals
    "name_ja",
    "name_en",
    "class",  # a1 a2 b c d, several joined by +
    "class_meaning",
    "level",  # at which the official value is published: N P M R S
    "level_meaning",
    "unit",
    "target_ja",
    "target_en",
    "published_value",  # official, of the area that published_of names
    "published_of",
    "published_as_of",
    "published_source",
    "area_code",
    "area_name",
    "indicator",  # of this software
    "indicator_ja",
    "indicator_en",
    "mode",
    "group",
    "value",  # our own figure, not the official one
    "value_unit",
    "reason",  # why there is no figure of our own
    "remark",
    "publisher",
    "dataset",
    "link",
)
ENTRIES: Final[tuple[Kpi | Goal, ...]] = (*KPIS, *GOALS)
FEW: Final = 4  # regions of more municipalities are named by their number


def catalogue_table(catalogue: Iterable[Indicator]) -> pd.DataFrame:
    """All KPIs and goals without any area: definitions, targets, published values, and which indicators answer them."""
    entries = list(catalogue)
    return _frame([_without_values(each, entries) for each in ENTRIES])


def kpi_table(opened: Opened, codes: Sequence[str] = ()) -> pd.DataFrame:
    """All KPIs and goals with our figures for some municipalities and the region that they make.

    Parameters
    ----------
    opened
        A workspace.
    codes
        Municipalities; none takes the whole study area.

    Returns
    -------
    DataFrame
        Columns :data:`KPI_COLUMNS`: per KPI one row for each indicator that answers it and each area, or one row with the
        reason where there is none. With several municipalities the region is an area of its own (``region``).

    Raises
    ------
    UnknownCode
        A municipality is not in the study area.
    """
    import pandas as pd

    from layers.indicators import indicator_table

    region = opened.region(list(codes) or opened.municipalities["code"].tolist())
    entries = list(opened.catalogue.values())
    tables = [region.member_table()]
    areas = {code: name for code, name in _names(opened).items() if code in region.codes}
    if len(region.codes) > 1:
        wanted = {each.id for entry in ENTRIES for each in _answering(entry, entries)}
        pooled = opened.pooled_conditions(tuple(region.codes))
        name = region.name if len(region.codes) <= FEW else f"{len(region.codes)} 市区町村 / municipalities"
        areas[REGION] = name
        tables.append(indicator_table(pooled, [REGION], [name], wanted=[each for each in entries if each.id in wanted]))
    long = pd.concat(tables, ignore_index=True)
    rows = {str(key): found for key, found in long.groupby(long["indicator"].astype(str))}
    return _frame([_with_values(each, entries, rows, areas) for each in ENTRIES])


def _names(opened: Opened) -> dict[str, str]:
    table = opened.municipalities
    return {rolled_up(str(code)): str(name) for code, name in zip(table["code"], table["name"], strict=True)}


def _answering(entry: Kpi | Goal, catalogue: Sequence[Indicator]) -> list[Indicator]:
    if isinstance(entry, Kpi):
        return indicators_of(entry, catalogue)
    return [indicator for indicator in catalogue if indicator.id in entry.indicators]


def _without_values(entry: Kpi | Goal, catalogue: Sequence[Indicator]) -> list[dict[str, Any]]:
    answering = _answering(entry, catalogue)
    shared = _described(entry, "00000")
    if not answering:
        return [{**shared, "reason": _reason(entry)}]
    return [{**shared, **_indicator(indicator)} for indicator in answering]


def _with_values(
    entry: Kpi | Goal, catalogue: Sequence[Indicator], rows: Mapping[str, pd.DataFrame], areas: Mapping[str, str]
) -> list[dict[str, Any]]:
    answering = [indicator for indicator in _answering(entry, catalogue) if indicator.id in rows]
    if not answering:
        code, name = list(areas.items())[-1]  # the region where there is one
        return [{**_described(entry, code), "area_code": code, "area_name": name, "reason": _reason(entry)}]
    found = []
    for indicator in answering:
        table = rows[indicator.id]
        mode, group = (_usual(table, name, first) for name, first in (("mode", indicator.modes[0]), ("group", "total")))
        chosen = table[(table["mode"] == mode) & (table["group"] == group)].set_index("area_code")
        chosen.index = chosen.index.astype(str)
        for code, name in areas.items():
            if code in chosen.index:
                row = chosen.loc[code].to_dict()
                own = _own(entry, code, float(row["value"]), str(row["reason"]))
                area = {"area_code": code, "area_name": name, "mode": mode, "group": group}
                found.append({**_described(entry, code), **_indicator(indicator), **area, **own})
    return found


def _own(entry: Kpi | Goal, code: str, value: float, reason: str) -> dict[str, Any]:
    """Our figure, unless it would be finer than what is published."""
    too_fine = why_too_fine(entry, level_of(code)) if isinstance(entry, Kpi) else ""
    if too_fine:
        return {"value": float("nan"), "reason": reason or too_fine}
    return {"value": value, "reason": reason}


def _usual(table: pd.DataFrame, column: str, wanted: str) -> str:
    """The value wanted where the table has it, else its first."""
    there = table[column].astype(str)
    return wanted if (there == wanted).any() else str(there.iloc[0])


def _indicator(indicator: Indicator) -> dict[str, Any]:
    return {
        "indicator": indicator.id,
        "indicator_ja": indicator.ja,
        "indicator_en": indicator.en,
        "value_unit": indicator.unit,
    }


def _reason(entry: Kpi | Goal) -> str:
    if isinstance(entry, Kpi):
        return why_no_figure(entry)
    return "本ツールに当たる指標がない / no indicator of this software answers it"


def _described(entry: Kpi | Goal, area_code: str) -> dict[str, Any]:
    """What is the same for every indicator: the KPI, and what is published for the area or above it."""
    shared = {"name_ja": entry.ja, "name_en": entry.en, "target_ja": entry.target_ja, "target_en": entry.target_en}
    if isinstance(entry, Goal):
        return {"kind": "goal", "number": "", **shared, "published_source": entry.source, "level": "N"}
    shown = published_for(entry, area_code)
    published: dict[str, Any] = {}
    remarks = [(entry.remark_ja, entry.remark_en)]
    if shown is not None:
        remarks.append((shown.published.note_ja, shown.published.note_en))
        published = {
            "published_value": shown.published.value,
            "published_of": f"{shown.of_ja} / {shown.of_en}",
            "published_as_of": shown.published.as_of,
            "published_source": shown.published.source,
        }
    return {
        "kind": "kpi",
        "number": str(entry.number),
        **shared,
        "class": "+".join(entry.classes),
        "class_meaning": " / ".join(CLASSES[entry.classes[0]]),
        "level": entry.level,
        "level_meaning": " / ".join(LEVELS[entry.level]),
        "unit": entry.unit,
        "remark": "; ".join(f"{ja} / {en}" for ja, en in remarks if ja),
        "publisher": f"{entry.publisher} / {entry.publisher_en}",
        "dataset": entry.dataset,
        "link": entry.url,
        **published,
    }


def _frame(parts: Iterable[list[dict[str, Any]]]) -> pd.DataFrame:
    import pandas as pd

    frame = pd.DataFrame([row for part in parts for row in part]).reindex(columns=list(KPI_COLUMNS))
    numbers = ["published_value", "value"]
    texts = [column for column in KPI_COLUMNS if column not in numbers]
    return frame.assign(
        **{name: frame[name].astype(object).where(frame[name].notna(), "") for name in texts},
        **{n: frame[n].astype(float) for n in numbers},
    )
