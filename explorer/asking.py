"""One indicator of an open workspace, with any threshold, and what its options may be."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from geodata.errors import ExplorerError, UnknownCode
from layers import catalogue
from layers.indicators import block_table, blocks_of, stacked_blocks

REGION: Final = "region"

if TYPE_CHECKING:
    import pandas as pd

    from explorer.regions import Opened
    from layers.catalogue import Indicator


class BadThreshold(ExplorerError, ValueError):
    """A threshold for an indicator that has none, or one that is no distance."""


def indicator_rows(
    opened: Opened,
    indicator_id: str,
    *,
    threshold: int | None = None,
    mode: str | None = None,
    group: str | None = None,
    region: Sequence[str] = (),
) -> pd.DataFrame:
    """Rows of one indicator: of every municipality, or of a region's members and the region pooled.

    Parameters
    ----------
    threshold
        Metres in place of the indicator's own.
    mode, group
        Only this mode and age group; None for all.
    region
        Codes of municipalities.

    Returns
    -------
    DataFrame
        Columns :data:`geodata.tables.INDICATOR_COLUMNS`.

    Raises
    ------
    UnknownCode
        There is no such indicator, mode, age group or municipality.
    BadThreshold
        The indicator has no threshold in metres, or the new one is not above 0.
    """
    indicator = chosen(opened, indicator_id, mode, group)
    if threshold is not None:
        indicator = with_threshold(indicator, threshold)
    towns = opened.municipalities
    modes = None if mode is None else [mode]
    groups = None if group is None else [group]
    codes, names = towns["code"].tolist(), towns["name"].tolist()
    blocks = blocks_of(opened.conditions, [indicator], modes, groups)
    if region:
        asked = opened.region(region)
        whole = blocks_of(opened.pooled_conditions(tuple(asked.codes)), [indicator], modes, groups)
        members = [codes.index(code) for code in asked.codes]
        blocks = stacked_blocks([blocks, whole], [members, [0]])
        codes, names = [*asked.codes, REGION], [*(names[row] for row in members), asked.name]
    table = block_table(blocks, codes, names)
    return table if indicator.base else _with_published(table, opened.indicators())


def _with_published(table: pd.DataFrame, stored: pd.DataFrame) -> pd.DataFrame:
    """The published values that stand beside the same rows in the workspace."""
    keys = ["area_code", "indicator", "group", "mode"]
    wanted = stored[(stored["indicator"] == table["indicator"].iloc[0]) & stored["official_value"].notna()]
    found = wanted.set_index([wanted[key].astype(str) for key in keys])
    at = found.index.get_indexer(list(zip(*(table[key].astype(str) for key in keys), strict=True)))
    there = at >= 0
    value, source = (
        table["official_value"].to_numpy(copy=True),
        table["official_source"].astype(object).to_numpy(copy=True),
    )
    value[there] = found["official_value"].to_numpy()[at[there]]
    source[there] = found["official_source"].astype(str).to_numpy()[at[there]]
    return table.assign(official_value=value, official_source=source)


def chosen(opened: Opened, indicator_id: str, mode: str | None, group: str | None) -> Indicator:
    """The indicator of an id, checked to know this mode and age group.

    Raises
    ------
    UnknownCode
        It does not.
    """
    known = opened.catalogue
    if indicator_id not in known:
        near = "、".join(difflib.get_close_matches(indicator_id, known, 5, 0.4))
        raise UnknownCode(
            f"指標 {indicator_id} はありません。近いもの: {near or '（なし）'} / No such indicator. Close: {near or '(none)'}."
        )
    indicator = known[indicator_id]
    modes = [name for name in indicator.modes if opened.conditions.offers(name)]
    _among(mode, modes, "移動手段", "mode", indicator_id)
    _among(group, list(indicator.groups or opened.conditions.people), "年齢区分", "age group", indicator_id)
    return indicator


def with_threshold(indicator: Indicator, metres: int) -> Indicator:
    """The indicator with another limit of distance.

    Raises
    ------
    BadThreshold
        It has none, or the new one is not above 0.
    """
    try:
        return catalogue.at_threshold(indicator, metres)
    except ValueError:
        pass
    if indicator.threshold_m is None:
        raise BadThreshold(
            f"{indicator.id}: この指標にメートルのしきい値はありません。 / This indicator has no threshold in metres."
        )
    raise BadThreshold(f"--threshold {metres}: 0より大きいメートルにしてください。 / Give metres above 0.")


def _among(wanted: str | None, known: Sequence[str], ja: str, en: str, indicator_id: str) -> None:
    if wanted is not None and wanted not in known:
        names = "、".join(name or '""' for name in known)
        raise UnknownCode(
            f"{indicator_id}: {ja} {wanted!r} はありません。あるもの: {names} / There is no {en} {wanted!r}. Known: {names}."
        )
