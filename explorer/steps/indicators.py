"""Step: the long indicator table of every municipality of the study area."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from explorer.conditions import load_conditions, pooled
from explorer.own_indicators import own_of_steps
from geodata.errors import ExplorerError
from geodata.official import CENSUS_SOURCE, COVERAGE_SOURCE, read_census_municipality, read_official_coverage
from geodata.recognised import Recognised
from geodata.workspace import StepWriter, read_table
from layers import catalogue
from layers.access.profiles import Profile
from layers.indicators import Official, indicator_table

if TYPE_CHECKING:
    import pandas as pd

READERS = {
    "official_coverage": (read_official_coverage, COVERAGE_SOURCE),
    "census_municipality": (read_census_municipality, CENSUS_SOURCE),
}
WHOLE = "study_area"  # area code of the whole
WIDE_GAP = 15.0  # points between our share and the published one, at the median
FEWEST_TO_JUDGE = 5  # municipalities with both


def run(
    writer: StepWriter, *, folders: Mapping[str, Path], official: Sequence[Recognised], profiles: Sequence[Profile]
) -> None:
    """Write ``indicators`` with the published values beside ours, and ``indicators_whole`` of the whole study area.

    A wide gap to the published values in most municipalities is a warning.
    """
    municipalities = read_table(folders["people"] / "municipalities.parquet")
    study = municipalities[municipalities["in_study_area"]].reset_index(drop=True)
    in_force = {profile.id: profile for profile in profiles}
    conditions = load_conditions(folders, study["code"].tolist(), study["area_km2"].to_numpy(float), in_force)
    published = _read_official(official, writer)
    known = catalogue.indicators(own_of_steps(folders))
    table = indicator_table(
        conditions,
        study["code"].tolist(),
        study["name"].tolist(),
        wanted=known.values(),
        official=published,
    )
    writer.table(table, "indicators")
    # Medians and scores of the whole cannot be put together from those of its municipalities.
    whole = pooled(conditions, range(len(study)))
    writer.table(indicator_table(whole, [WHOLE], [""], wanted=known.values()), "indicators_whole")
    _warn_of_gaps(table, known, writer)


def _read_official(sources: Sequence[Recognised], writer: StepWriter) -> Official | None:
    values, names = {}, {}
    for source in sources:
        reader, name = READERS[str(source.dataset)]
        try:
            table = reader(source.file, notes=writer.notes)
        except ExplorerError as error:
            writer.notes.warn_of(error, source.file.label)
            continue
        for column in table.columns:
            values[column] = table[column]
            names[column] = name
    return Official(values, names) if values else None


def _warn_of_gaps(table: pd.DataFrame, known: Mapping[str, catalogue.Indicator], writer: StepWriter) -> None:
    """Say it where our shares are far from the published ones nearly everywhere: a list is short of most of its kind."""
    both = table[(table["unit"] == "%") & table["value"].notna() & table["official_value"].notna()]
    for name, rows in both.groupby("indicator", observed=True):
        gap = float((rows["value"] - rows["official_value"]).median())
        if len(rows) < FEWEST_TO_JUDGE or abs(gap) < WIDE_GAP:
            continue
        indicator = known[str(name)]
        low = gap < 0
        writer.notes.warn(
            "",
            f"「{indicator.ja}」は公表値より{abs(gap):.0f}ポイント{'低く' if low else '高く'}出ています"
            f"（{len(rows)} 市区町村の中央値）。取り込んだ一覧が{'足りない' if low else '公表値と違う'}可能性があります。",
            f"“{indicator.en}” is {abs(gap):.0f} points {'below' if low else 'above'} the published value (median of "
            f"{len(rows)} municipalities): the lists at hand {'lack many' if low else 'differ'}.",
        )
