"""The invented census: people by sex and age and households per 250 m square, and the e-Stat tables made of them.

Every person is drawn once, at 250 m; everything else is a sum, so that 250 m, 500 m and municipalities agree to the
last person.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd
from scipy import ndimage
from scipy.spatial import cKDTree

from geodata.sample.names import MunicipalitySpec
from geodata.sample.region import COARSE, PRIMARY_MESH, SIZE, Floats, Integers, Region, cell_of, generator
from geodata.sample.streets import ROAD_CLASSES, StreetWeb

# Five-year bands of Japan in 2020 (10,000 people; 国勢調査, rounded), 15–19 split at 18; the last is 95 and over.
BANDS: Final = (0, 5, 10, 15, 18, 20, 25, 30, 35, 40, 45, 50, 55, 60, 65, 70, 75, 80, 85, 90, 95)
_NATION: Final = (
    454,
    511,
    538,
    340,
    231,
    632,
    648,
    672,
    755,
    847,
    979,
    868,
    794,
    745,
    824,
    919,
    704,
    541,
    374,
    181,
    60,
)
_WOMEN: Final = (
    0.488, 0.488, 0.487, 0.487, 0.488, 0.488, 0.487, 0.488, 0.490, 0.492, 0.493, 0.496, 0.501, 0.507, 0.516, 0.530,
    0.556, 0.592, 0.650, 0.725, 0.815,
)  # fmt: skip
# People living in households of 1 … 7 and more, where families are young and where people are old.
_IN_SIZES_YOUNG: Final = (0.135, 0.235, 0.245, 0.240, 0.095, 0.033, 0.017)
_IN_SIZES_OLD: Final = (0.150, 0.335, 0.215, 0.150, 0.080, 0.045, 0.025)
_SUPPRESSED_BELOW: Final = 10  # people; e-Stat hides the ages of squares with few people
_CLUSTERING: Final = 0.8  # spread (log) of people between neighbouring squares: villages are lumpy
_EMPTY_BELOW: Final = 1.0  # expected people of a square that is drawn empty
LABELS: Final = tuple(
    "　" + label
    for label in (
        "人口（総数）", "人口（総数）　男", "人口（総数）　女",
        *(f"{group}人口　{sex}" for group in (
            "０～１４歳", "１５歳以上", "１５～６４歳", "１８歳以上", "２０歳以上", "６５歳以上", "７５歳以上", "８５歳以上",
            "９５歳以上", "外国人",
        ) for sex in ("総数", "男", "女")),
        "世帯総数", "一般世帯数", *(f"{size}人世帯数　一般世帯数" for size in "１２３４５６"), "７人以上世帯数　一般世帯数",
        "親族のみの世帯数　一般世帯数", "核家族世帯数　一般世帯数", "核家族以外の世帯数　一般世帯数",
        "６歳未満世帯員のいる世帯数　一般世帯数", "６５歳以上世帯員のいる世帯数　一般世帯数",
        "世帯主の年齢が２０～２９歳の１人世帯数　一般世帯数", "高齢単身世帯数　一般世帯数", "高齢夫婦世帯数　一般世帯数",
    )
)  # fmt: skip
_AGE_GROUPS: Final = ((0, 15), (15, 200), (15, 65), (18, 200), (20, 200), (65, 200), (75, 200), (85, 200), (95, 200))
_NEVER_HIDDEN: Final = (0, 1, 2, 33, 34)  # totals, men, women, households


@dataclass
class Census:
    """The drawn people. Rows are pairs of municipality and 250 m square; a border square has several."""

    municipality: Integers  # (k,) index into the specs
    cell: Integers  # (k,) row · 320 + column of the 250 m square, row 0 in the south
    people: Integers  # (k, 2, 21) men and women by band
    households: Integers  # (k, 7) by size


def take_census(region: Region, web: StreetWeb) -> Census:
    """Draw everybody: where (near streets), how old (older in the mountains), in which households."""
    weight = region.settlement.people * _near_streets(web)
    square = (np.arange(SIZE)[:, None] // 2) * COARSE + np.arange(SIZE)[None, :] // 2
    random = generator(70)
    parts = []
    for index, spec in enumerate(region.specs):
        inside = region.settlement.municipality == index
        expected = np.bincount(square[inside], weight[inside], COARSE * COARSE)
        expected *= spec.people / expected.sum() * random.lognormal(0, _CLUSTERING * (expected < 150), len(expected))
        expected[expected < _EMPTY_BELOW] = 0
        drawn = random.multinomial(spec.people, expected / expected.sum())
        cells = np.flatnonzero(drawn)
        people = _ages(random, drawn[cells], spec, region, cells)
        parts.append((np.full(len(cells), index), cells, people, draw_households(random, people)))
    return Census(*(np.concatenate([part[field] for part in parts]) for field in range(4)))


def _near_streets(web: StreetWeb) -> Floats:
    """Root of the length of ordinary streets around each raster cell: nobody lives far from every street."""
    ordinary = [
        ROAD_CLASSES.index(name)
        for name in ("residential", "unclassified", "tertiary", "secondary", "primary", "trunk", "pedestrian")
    ]
    used = np.isin(web.road_class, ordinary)
    middle = cell_of((web.x[web.tail] + web.x[web.head])[used] / 2, (web.y[web.tail] + web.y[web.head])[used] / 2)
    length = np.bincount(middle[0] * SIZE + middle[1], web.metres[used], SIZE * SIZE).reshape(SIZE, SIZE)
    return np.asarray(np.sqrt(ndimage.gaussian_filter(length, 0.8, truncate=1.3)))


def _ages(
    random: np.random.Generator, total: Integers, spec: MunicipalitySpec, region: Region, cells: Integers
) -> Integers:
    """Men and women by band: the nation tilted towards old age where the municipality and the square are remote."""
    urbanity = region.settlement.urbanity.reshape(COARSE, 2, COARSE, 2).mean(axis=(1, 3)).ravel()[cells]
    remote = np.clip(1 - np.log10(1 + urbanity) / 3.6, 0, 1) - 0.35
    tilt = 0.034 * (spec.old - 0.30) + 0.010 * remote + 0.005 * random.standard_normal(len(cells))
    age = np.array(BANDS) + 2.5
    share = np.array(_NATION) * np.exp(tilt[:, None] * (age - 45))
    women = np.array(_WOMEN)
    both = np.stack([share * (1 - women), share * women], axis=1).reshape(len(cells), -1)
    both /= both.sum(axis=1, keepdims=True)
    return random.multinomial(total, both).reshape(len(cells), 2, len(BANDS))


def draw_households(random: np.random.Generator, people: Integers) -> Integers:
    """Households of 1 … 7 people that hold everybody exactly."""
    total = people.sum(axis=(1, 2))
    old = people[:, :, BANDS.index(65) :].sum(axis=(1, 2)) / total
    lean = np.clip((old - 0.2) / 0.3, 0, 1)[:, None]
    share = (1 - lean) * np.array(_IN_SIZES_YOUNG) + lean * np.array(_IN_SIZES_OLD)
    living = random.multinomial(total, share / share.sum(axis=1, keepdims=True))
    size = np.arange(1, 8)
    households = living // size
    left = (living - households * size).sum(axis=1)
    households[:, 1] += left // 2
    households[:, 0] += left % 2
    return np.asarray(households)


def grid_table(census: Census, *, level: int) -> pd.DataFrame:
    """The fifty columns of the 2020 grid table, one row per populated square.

    Parameters
    ----------
    level
        5 for 250 m, 4 for 500 m.

    Returns
    -------
    Index: grid code as text, ascending. Columns 0 … 49: counts, nothing hidden yet.
    """
    columns = _fifty(census)
    row, column = np.divmod(census.cell, COARSE)
    if level == 4:
        row, column = row // 2, column // 2
    table = pd.DataFrame(columns).groupby(grid_code(row, column, level=level)).sum()
    return table.sort_index()


def _fifty(census: Census) -> Integers:
    """All counts per census row, (k, 50)."""
    random = generator(71)
    bands = np.array(BANDS)
    groups = [census.people]
    groups += [census.people[:, :, (bands >= low) & (bands < high)] for low, high in _AGE_GROUPS]
    counts = [
        np.column_stack([group.sum(axis=(1, 2)), group[:, 0].sum(axis=1), group[:, 1].sum(axis=1)]) for group in groups
    ]
    foreign = random.binomial(census.people.sum(axis=2), 0.019)
    counts.append(np.column_stack([foreign.sum(axis=1), foreign]))
    return np.column_stack([*counts, _household_columns(random, census)])


def _household_columns(random: np.random.Generator, census: Census) -> Integers:
    sizes, people = census.households, census.people.sum(axis=1)
    total, single, pairs = sizes.sum(axis=1), sizes[:, 0], sizes[:, 1]
    shared = total - single
    kin = random.binomial(shared, 0.975)
    nuclear = random.binomial(kin, 0.86)
    old_single = np.minimum(single, random.binomial(people[:, 14:].sum(axis=1), 0.19))
    young_single = np.minimum(single - old_single, random.binomial(people[:, 5:7].sum(axis=1), 0.16))
    old_pairs = np.minimum(pairs, random.binomial(people[:, 14:].sum(axis=1), 0.18))
    with_old = np.minimum(total, old_single + old_pairs + random.binomial(people[:, 14:].sum(axis=1), 0.30))
    with_infant = np.minimum(shared, random.binomial(people[:, 0], 0.78))
    return np.column_stack(
        [
            total,
            total,
            sizes,
            kin,
            nuclear,
            shared - nuclear,
            with_infant,
            with_old,
            young_single,
            old_single,
            old_pairs,
        ]
    )


def grid_code(row: Integers, column: Integers, *, level: int) -> np.ndarray:
    """Codes (JIS X 0410) of squares of the primary mesh, counted from its south-west corner."""
    halves = level - 3
    digits = []
    for _ in range(halves):
        digits.append(1 + column % 2 + 2 * (row % 2))
        row, column = row // 2, column // 2
    code = np.full(len(row), int(PRIMARY_MESH))
    for value in (row // 10, column // 10, row % 10, column % 10, *digits[::-1]):
        code = code * 10 + value
    return code.astype(str)


def estat_text(table: pd.DataFrame, table_id: str) -> bytes:
    """The table as e-Stat ships it: cp932, CRLF, two header rows, few people hidden behind ``*``.

    A hidden square (HTKSYORI 2) shows people and households only; its details are added to a neighbour (HTKSYORI 1)
    that it names in HTKSAKI and that lists it in GASSAN.
    """
    codes = table.index.to_numpy(dtype=str)
    values = table.to_numpy()
    target = merge_targets(codes, values[:, 0])
    hidden = target >= 0
    merged = values.copy()
    detail = np.setdiff1d(np.arange(values.shape[1]), _NEVER_HIDDEN)
    np.add.at(merged, (target[hidden][:, None], detail[None, :]), values[hidden][:, detail])
    gassan = pd.Series(codes[hidden]).groupby(target[hidden]).agg(";".join).to_dict()
    names = ["KEY_CODE", "HTKSYORI", "HTKSAKI", "GASSAN", *(f"{table_id}{at:03d}" for at in range(1, len(LABELS) + 1))]
    lines = [",".join(names), ",".join(["", "", "", "", *LABELS])]
    for row, (code, goal, counts) in enumerate(zip(codes.tolist(), target.tolist(), merged.tolist(), strict=True)):
        if goal >= 0:
            shown = ["*"] * len(counts)
            for column in _NEVER_HIDDEN:
                shown[column] = str(counts[column])
            lines.append(",".join([code, "2", codes[goal], "", *shown]))
        else:
            lines.append(",".join([code, "1" if row in gassan else "0", "", gassan.get(row, ""), *map(str, counts)]))
    return ("\r\n".join(lines) + "\r\n").encode("cp932")


def merge_targets(codes: np.ndarray, people: Integers) -> Integers:
    """Row that each hidden square is merged into, -1 for squares that stay open.

    The nearest open square of the same secondary mesh (10 km) takes it, the one with more people among equals. A
    square whose secondary mesh has no open one stays open.
    """
    position = np.column_stack(_position(codes))
    block = np.array([code[:6] for code in codes])
    few = people < _SUPPRESSED_BELOW
    target = np.full(len(codes), -1)
    for mesh in np.unique(block[few]):
        hidden, open_rows = np.flatnonzero(few & (block == mesh)), np.flatnonzero(~few & (block == mesh))
        if len(open_rows) == 0:
            continue
        count = min(8, len(open_rows))
        distance, near = cKDTree(position[open_rows]).query(position[hidden], k=count, p=np.inf)
        distance, near = np.asarray(distance).reshape(-1, count), np.asarray(near).reshape(-1, count)
        best = np.argmin(distance * 1e6 - people[open_rows][near], axis=1)
        target[hidden] = open_rows[near[np.arange(len(hidden)), best]]
    return target


def _position(codes: np.ndarray) -> tuple[Integers, Integers]:
    digits = np.array([list(code[4:]) for code in codes], dtype=np.int64)
    row, column = digits[:, 0] * 10 + digits[:, 2], digits[:, 1] * 10 + digits[:, 3]
    for half in digits[:, 4:].T:
        row, column = row * 2 + (half - 1) // 2, column * 2 + (half - 1) % 2
    return row, column
