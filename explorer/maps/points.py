"""Facilities and stops as compact files for the map: drawn as circles on one canvas, names kept as plain text."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np
import numpy.typing as npt

FACILITY_COLOUR: Final = "#c2410c"
STATION_COLOUR: Final = "#111827"
STOP_COLOUR: Final = "#7c3aed"


def points_json(
    longitude: npt.NDArray[np.float64],
    latitude: npt.NDArray[np.float64],
    kinds: Sequence[str],
    texts: Mapping[str, Sequence[str]],
) -> bytes:
    """Points as columns: ``lat``, ``lon`` (to 1 m), ``kind`` (index into ``kinds``) and one list per text.

    Names are data, not markup: they are written as they are, and the map shows them as text only.

    Parameters
    ----------
    longitude, latitude
        Degrees, shape (n,); points without a position are left out.
    kinds
        (n,) what decides colour and size.
    texts
        Lists of (n,) texts to show when the pointer rests on a point, by name; missing text is empty.
    """
    placed: list[int] = np.flatnonzero(np.isfinite(longitude) & np.isfinite(latitude)).tolist()
    distinct = sorted({kinds[row] for row in placed})
    index = {kind: number for number, kind in enumerate(distinct)}
    columns: dict[str, object] = {
        "lat": np.round(latitude[placed], 5).tolist(),
        "lon": np.round(longitude[placed], 5).tolist(),
        "kinds": distinct,
        "kind": [index[kinds[row]] for row in placed],
    }
    columns |= {name: [values[row] for row in placed] for name, values in texts.items()}
    return json.dumps(columns, ensure_ascii=False, separators=(",", ":")).encode()
