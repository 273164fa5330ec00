"""The long indicator table: every indicator of the catalogue, for every area, age group and mode."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, cast

import numpy as np
import numpy.typing as npt
import pandas as pd

from geodata.tables import INDICATOR_COLUMNS
from layers import catalogue
from layers.conditions import AS_BUILT, REASONS, AreaValues, Conditions
from layers.counting.questions import Measure


@dataclass(frozen=True, eq=False)
class Block:
    """One indicator in one mode for one age group, over all areas.

    Parameters
    ----------
    reads
        The ``(category, mode)`` whose distances the values were made from, the missing ones that were asked for too; with
        an empty category the values of places and figures.
    """

    indicator: catalogue.Indicator
    mode: str
    group: str
    values: AreaValues
    reads: frozenset[Measure]


@dataclass(frozen=True)
class Official:
    """Published values to show beside ours: column of the official table → value per area code, and who published it."""

    values: dict[str, pd.Series]
    sources: dict[str, str]


def indicator_table(
    conditions: Conditions,
    area_codes: Sequence[str],
    area_names: Sequence[str],
    *,
    wanted: Iterable[catalogue.Indicator],
    official: Official | None = None,
    modes: Collection[str] | None = None,
    groups: Collection[str] | None = None,
) -> pd.DataFrame:
    """Compute indicators for all areas.

    Parameters
    ----------
    conditions
        Places and distances; its areas are in the order of `area_codes`.
    area_codes, area_names
        (n_areas,) how the areas are called.
    wanted
        Entries of the catalogue to compute.
    official
        Published values by area code, if a source has them.
    modes, groups
        Only these modes and age groups; None for all.

    Returns
    -------
    DataFrame
        Columns :data:`geodata.tables.INDICATOR_COLUMNS`, one row per area × indicator × mode × age group. ``value`` is
        NaN where there is none and ``reason`` says why, in Japanese and English.
    """
    return _assemble(blocks_of(conditions, wanted, modes, groups), area_codes, area_names, official)


def block_table(blocks: Sequence[Block], area_codes: Sequence[str], area_names: Sequence[str]) -> pd.DataFrame:
    """Blocks as the table that :func:`indicator_table` gives, without published values."""
    return _assemble(blocks, area_codes, area_names, None)


def stacked_blocks(parts: Sequence[Sequence[Block]], rows: Sequence[Sequence[int]]) -> list[Block]:
    """The same blocks over the areas of several conditions, one after the other: of each the areas in `rows`."""
    return [
        Block(
            blocks[0].indicator,
            blocks[0].mode,
            blocks[0].group,
            AreaValues(
                *(
                    np.concatenate(
                        [getattr(block.values, name)[list(take)] for block, take in zip(blocks, rows, strict=True)]
                    )
                    for name in ("value", "numerator", "denominator", "reason")
                )
            ),
            blocks[0].reads,
        )
        for blocks in zip(*parts, strict=True)
    ]


def blocks_of(
    conditions: Conditions,
    wanted: Iterable[catalogue.Indicator],
    modes: Collection[str] | None = None,
    groups: Collection[str] | None = None,
) -> list[Block]:
    """Compute indicators in all their modes, for all age groups, or in some of them."""
    return _computed(
        conditions,
        (
            (indicator, mode, group)
            for indicator in wanted
            for mode in indicator.modes
            if conditions.offers(mode) and (modes is None or mode in modes)
            for group in (conditions.people if indicator.groups is None else indicator.groups)
            if groups is None or group in groups
        ),
    )


def as_built(blocks: Iterable[Block], changed: Collection[Measure]) -> list[Block]:
    """The blocks that were made from values of places and figures alone, as the build left them.

    Some of these follow from facilities or stops too (their number in a zone, the area around them): a what-if question
    leaves them as they are, and only a build tells what becomes of them.
    """
    return [
        block
        for block in blocks
        if block.reads.isdisjoint(changed) and any(category == AS_BUILT for category, _ in block.reads)
    ]


def affected(blocks: Iterable[Block], changed: Collection[Measure]) -> list[Block]:
    """The blocks that were made from any of the changed distances; all others hold as they are.

    Nobody declares what an indicator reads: it is what it looked at when it was computed. Given the same distances it
    looks at the same, so that one which saw nothing that changed would come out the same again.
    """
    return [block for block in blocks if not block.reads.isdisjoint(changed)]


def recomputed(blocks: Iterable[Block], conditions: Conditions) -> list[Block]:
    """The same indicators, modes and age groups under other conditions."""
    return _computed(conditions, ((block.indicator, block.mode, block.group) for block in blocks))


def change_table(before: Sequence[Block], after: Sequence[Block], area_codes: Sequence[str]) -> pd.DataFrame:
    """Values before and after a change, block by block.

    Returns
    -------
    DataFrame
        ``area_code``, ``indicator``, ``group``, ``mode``, ``before``, ``after`` and ``change`` (after − before), one row
        per block × area; NaN where there is no value, and in ``change`` where either is missing.
    """
    old, new = (_joined([block.values.value for block in blocks]) for blocks in (before, after))
    return pd.DataFrame({**_labels(before, area_codes), "before": old, "after": new, "change": new - old})


def _computed(conditions: Conditions, asked: Iterable[tuple[catalogue.Indicator, str, str]]) -> list[Block]:
    watched, seen = conditions.watched()
    blocks = []
    for indicator, mode, group in asked:
        seen.clear()
        values = catalogue.compute(indicator, watched, mode, group)
        blocks.append(Block(indicator, mode, group, values, frozenset(seen)))
    return blocks


def _assemble(
    blocks: Sequence[Block], codes: Sequence[str], names: Sequence[str], official: Official | None
) -> pd.DataFrame:
    columns: dict[str, Any] = {
        **_labels(blocks, codes),
        "area_name": _tiled(names, len(blocks)),
        "value": _joined([block.values.value for block in blocks]),
        "unit": _repeated([block.indicator.unit for block in blocks], len(codes)),
        "numerator": _joined([block.values.numerator for block in blocks]),
        "denominator": _joined([block.values.denominator for block in blocks]),
        "reason": _spelled([block.values.reason for block in blocks]),
        **_published(blocks, codes, official),
    }
    return pd.DataFrame({name: columns[name] for name in INDICATOR_COLUMNS})


def _labels(blocks: Sequence[Block], codes: Sequence[str]) -> dict[str, pd.Categorical]:
    return {
        "area_code": _tiled(codes, len(blocks)),
        "indicator": _repeated([block.indicator.id for block in blocks], len(codes)),
        "group": _repeated([block.group for block in blocks], len(codes)),
        "mode": _repeated([block.mode for block in blocks], len(codes)),
    }


def _published(blocks: Sequence[Block], codes: Sequence[str], official: Official | None) -> dict[str, Any]:
    """Published values beside those of the people they count in a straight line (or of no distance), and their source."""
    values = np.full((len(blocks), len(codes)), np.nan)
    sources = [""] * len(blocks)
    for row, block in enumerate(blocks):
        column = block.indicator.official
        group = block.indicator.official_group
        if official and column in official.values and block.group == group and block.mode in {"", "straight"}:
            values[row] = official.values[column].reindex(list(codes)).to_numpy(float)
            sources[row] = official.sources.get(column, "")
    categories, numbers = _numbered([*sources, ""])
    numbers = np.where(np.isfinite(values), numbers[:-1, np.newaxis], numbers[-1])
    source = _categorical(numbers.ravel(), categories).remove_unused_categories()
    return {"official_value": values.ravel(), "official_source": source}


def _numbered(texts: Sequence[str]) -> tuple[pd.Index, npt.NDArray[np.intp]]:
    """The different texts in alphabetical order, and for each text its number among them."""
    different = sorted(set(texts))
    number = {text: position for position, text in enumerate(different)}
    return pd.Index(different), np.array([number[text] for text in texts], dtype=np.intp)


def _categorical(numbers: npt.NDArray[np.intp], categories: pd.Index) -> pd.Categorical:
    labelled: pd.Categorical = pd.Categorical.from_codes(numbers, categories=categories)
    return labelled


def _repeated(texts: Sequence[str], times: int) -> pd.Categorical:
    """Each text several times in a row."""
    categories, numbers = _numbered(texts)
    return _categorical(np.repeat(numbers, times), categories)


def _tiled(texts: Sequence[str], times: int) -> pd.Categorical:
    """All texts, several times over."""
    categories, numbers = _numbered(texts)
    return _categorical(np.tile(numbers, times), categories)


def _joined(arrays: Sequence[npt.NDArray[Any]]) -> npt.NDArray[Any]:
    return np.concatenate(arrays) if arrays else np.empty(0)


def _spelled(reasons: Sequence[npt.NDArray[np.str_]]) -> pd.Categorical:
    """Reasons as the user reads them, in Japanese and English: keys of :data:`layers.conditions.REASONS`, or such texts."""
    keys = cast("list[str]", [key for part in reasons for key in part.tolist()])
    texts = {key: " / ".join(REASONS[key]) if key in REASONS else key for key in set(keys)}
    categories, numbers = _numbered(list(map(texts.__getitem__, keys)))
    return _categorical(numbers, categories)
