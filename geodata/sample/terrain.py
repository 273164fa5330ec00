"""Mountains, plains and valleys, grown as rivers would have cut them.

The height of a cell above the cell it drains to is uplift / (upstream area ^ 0.45): the steady state of the
stream-power law (Whipple and Tucker 1999). Flow is then found again on the new heights, a few times over. Every
drop reaches the sea, valleys branch like real ones and divides make believable municipal boundaries.
"""

from __future__ import annotations

import heapq
from typing import Final

import numpy as np
from scipy import ndimage

from geodata.sample.region import (
    CELL_HEIGHT_M,
    CELL_WIDTH_M,
    COARSE,
    SIZE,
    Floats,
    Integers,
    Mask,
    Terrain,
    cell_centre,
    generator,
)

HIGHEST_M: Final = 1_480.0
_CONCAVITY: Final = 0.45  # exponent of upstream area in the stream-power law, as measured in many ranges
_ROUNDS: Final = 5
_MAIN_CENTRE_KM: Final = (45.0, 37.0)
_MAIN_RADII_KM: Final = (25.5, 20.5)
# Islands: centre (km), radii (km). The first carries the island town, the others are empty islets.
_ISLANDS: Final = (
    ((76.5, 22.5), (4.4, 2.7)),
    ((80.9, 26.6), (1.0, 0.7)),
    ((70.5, 57.0), (1.1, 0.6)),
    ((29.5, 13.0), (0.9, 0.7)),
)
_NEIGHBOURS: Final = ((-1, -1), (-1, 0), (-1, 1), (0, -1), (0, 1), (1, -1), (1, 0), (1, 1))


def make_terrain() -> Terrain:
    """Heights, coast and drainage of the invented prefecture (deterministic)."""
    rough, gentle = (noise(topic, wavelength_km) for topic, wavelength_km in ((1, 9.0), (2, 16.0)))
    offshore = _offshore(rough, gentle)
    land = _without_specks(offshore < 1)
    coarse = _block_mean(offshore) < 1
    coarse &= _block_mean(land.astype(float)) > 0
    uplift = _block_mean(_uplift(gentle, rough))
    height, receiver, drained = _erode(coarse, uplift)
    elevation = _refine(height, land)
    rise_y, rise_x = np.gradient(elevation, CELL_HEIGHT_M, CELL_WIDTH_M)
    slope = ndimage.gaussian_filter(np.hypot(rise_x, rise_y), 0.7)
    return Terrain(elevation, land, slope, coarse, receiver, drained)


def noise(topic: int, wavelength_km: float) -> Floats:
    """Fractal noise of unit variance whose largest features have the given wavelength."""
    white = generator(topic).standard_normal((SIZE, SIZE))
    frequency_y = np.fft.fftfreq(SIZE, CELL_HEIGHT_M / 1000)[:, None]
    frequency_x = np.fft.rfftfreq(SIZE, CELL_WIDTH_M / 1000)[None, :]
    frequency = np.hypot(frequency_y, frequency_x)
    amplitude = (frequency**2 + (1 / wavelength_km) ** 2) ** -1.05
    surface = np.fft.irfft2(np.fft.rfft2(white) * amplitude, (SIZE, SIZE))
    return np.asarray((surface - surface.mean()) / surface.std())


def _kilometres() -> tuple[Floats, Floats]:
    x, y = cell_centre(np.arange(SIZE), np.arange(SIZE))
    return x[None, :] / 1000, y[:, None] / 1000


def _offshore(rough: Floats, gentle: Floats) -> Floats:
    """Below 1 on land: distance from a centre in radii, made irregular; the smallest over all islands."""
    x, y = _kilometres()
    (centre_x, centre_y), (radius_x, radius_y) = _MAIN_CENTRE_KM, _MAIN_RADII_KM
    main = np.hypot((x - centre_x) / radius_x, (y - centre_y) / radius_y) + 0.075 * gentle + 0.035 * rough
    bay = np.exp(-(((x - 68.0) / 5.0) ** 2) - ((y - 39.0) / 4.0) ** 2)
    fields = [main + 0.55 * bay]
    for (island_x, island_y), (width, depth) in _ISLANDS:
        fields.append(np.hypot((x - island_x) / width, (y - island_y) / depth) + 0.16 * rough)
    return np.asarray(np.minimum.reduce(fields))


def _without_specks(land: Mask) -> Mask:
    """Drop islets of under twelve cells and fill lakes: neither helps a sample."""
    labels, _ = ndimage.label(land)
    sizes = np.bincount(labels.ravel())
    sizes[0] = 0
    return np.asarray(ndimage.binary_fill_holes((sizes >= 12)[labels]))


def _uplift(gentle: Floats, rough: Floats) -> Floats:
    """High in the north-west, nearly nothing in the south-eastern plain, hilly between."""
    x, y = _kilometres()
    inland = ((_MAIN_CENTRE_KM[0] - x) * 0.62 + (y - _MAIN_CENTRE_KM[1]) * 0.78) / 20.0 + 0.10 * gentle
    ramp = np.clip((inland + 0.12) / 0.75, 0, 1)
    mountain = ramp * ramp * (3 - 2 * ramp)
    hills = 0.10 * np.clip(rough - 0.75, 0, None)
    island = np.where(x > 71.5, 0.30, 0.0)
    return np.asarray(0.012 + mountain + hills + island)


def _block_mean(values: Floats) -> Floats:
    return np.asarray(values.reshape(COARSE, 2, COARSE, 2).mean(axis=(1, 3)))


def _erode(land: Mask, uplift: Floats) -> tuple[Floats, Integers, Floats]:
    """Steady-state heights (m), receivers and upstream cell counts on the coarse grid."""
    flat_land = land.ravel()
    start = ndimage.distance_transform_edt(land) * (0.2 + uplift) + generator(3).random((COARSE, COARSE))
    order, receiver = _flood(start.ravel(), flat_land)
    height = np.zeros(COARSE * COARSE)
    area = np.zeros(COARSE * COARSE)
    push = np.maximum(uplift.ravel(), 1e-4)
    for _ in range(_ROUNDS):
        area = _accumulate(order, receiver, flat_land)
        height = _climb(order, receiver, push / area**_CONCAVITY)
        receiver = _steepest(height.reshape(COARSE, COARSE), flat_land)
        order = np.argsort(height, kind="stable")
        order = order[flat_land[order]]
    area = _accumulate(order, receiver, flat_land)
    return (
        (height * (HIGHEST_M / height.max())).reshape(COARSE, COARSE),
        receiver,
        area.reshape(COARSE, COARSE),
    )


def _flood(height: Floats, land: Mask) -> tuple[Integers, Integers]:
    """Priority flood from the coast inland (Barnes and others 2014): order of cells and where each drains to."""
    receiver = np.arange(height.size)
    seen = ~land
    coast = land & ~ndimage.binary_erosion(land.reshape(COARSE, COARSE)).ravel()
    heap = [(float(height[cell]), int(cell)) for cell in np.flatnonzero(coast)]
    seen = seen | coast
    heapq.heapify(heap)
    order = []
    while heap:
        level, cell = heapq.heappop(heap)
        order.append(cell)
        for row_step, column_step in _NEIGHBOURS:
            other = cell + row_step * COARSE + column_step
            if not seen[other]:
                seen[other] = True
                receiver[other] = cell
                heapq.heappush(heap, (max(level, float(height[other])), other))
    return np.array(order), receiver


def _accumulate(order: Integers, receiver: Integers, land: Mask) -> Floats:
    area = land.astype(float).tolist()
    target = receiver.tolist()
    for cell in order[::-1].tolist():
        if target[cell] != cell:
            area[target[cell]] += area[cell]
    return np.asarray(np.maximum(np.array(area), 1.0))


def _climb(order: Integers, receiver: Integers, rise: Floats) -> Floats:
    step = np.where((receiver - np.arange(receiver.size)) % COARSE == 0, 0.9, 1.1)  # north-south neighbours are nearer
    rises = (rise * step).tolist()
    height = [0.0] * receiver.size
    target = receiver.tolist()
    for cell in order.tolist():
        below = target[cell]
        height[cell] = rises[cell] + (height[below] if below != cell else 0.0)
    return np.array(height)


def _steepest(height: Floats, land: Mask) -> Integers:
    """The neighbour with the steepest descent; the cell itself where none is lower."""
    own = np.arange(height.size).reshape(height.shape)
    best = own.copy()
    best_drop = np.zeros_like(height)
    padded = np.pad(np.where(land.reshape(height.shape), height, np.inf), 1, constant_values=np.inf)
    for row_step, column_step in _NEIGHBOURS:
        other = padded[1 + row_step : 1 + row_step + COARSE, 1 + column_step : 1 + column_step + COARSE]
        drop = (height - other) / np.hypot(row_step * 2 * CELL_HEIGHT_M, column_step * 2 * CELL_WIDTH_M)
        better = drop > best_drop
        best[better] = (own + row_step * COARSE + column_step)[better]
        best_drop[better] = drop[better]
    return best.ravel()


def _refine(height: Floats, land: Mask) -> Floats:
    """Heights on the raster: smoothed hillsides, at least a metre above the sea on land."""
    smooth = ndimage.gaussian_filter(height, 0.8)
    fine = ndimage.gaussian_filter(ndimage.zoom(smooth, 2, order=1, grid_mode=True, mode="nearest"), 0.9)
    texture = noise(4, 1.2) * np.clip(fine / 60, 0, 6)
    return np.where(land, np.maximum(fine + texture, 1.0), 0.0)
