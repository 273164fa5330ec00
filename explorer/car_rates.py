"""Rates of car use per place and as figures, from the table that the user gives."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

import numpy as np

from geodata.codes import PREFECTURES
from geodata.workspace import StepWriter
from layers.figures import FIGURE_COLUMNS, NONE
from layers.food_access import OLDER, OLDER_OF_ALL, RATE, UNDIVIDED, YOUNGER

if TYPE_CHECKING:
    import pandas as pd

_NAMED: Final = 8  # municipalities that a note names
_GIVEN: Final = ("利用者の表の値", "as the user's table gives it")


def write_car_use(
    writer: StepWriter, rates: pd.DataFrame | None, places: pd.DataFrame, names: Mapping[str, str]
) -> pd.DataFrame:
    """Rates per place (0-1) and as published figures; where only the prefecture has one, a note says it is estimated."""
    import pandas as pd

    if rates is None:
        return pd.DataFrame(columns=list(FIGURE_COLUMNS))
    given = {
        (str(code), str(group)): float(rate) / 100.0
        for code, group, rate in zip(rates["area_code"], rates["group"], rates["rate"], strict=True)
    }
    chosen = {code: rates_of(code, given) for code in names}
    estimated = sorted(code for code, (_, is_estimate) in chosen.items() if is_estimate)
    if estimated:
        prefectures = "・".join(PREFECTURES[code] for code in sorted({code[:2] for code in estimated}))
        shown = "、".join(names[code] for code in estimated[:_NAMED]) + (" …" if len(estimated) > _NAMED else "")
        writer.notes.warn(
            "",
            f"車の利用率は {len(estimated)} 市区町村で{prefectures}の率をあてはめた推計です: {shown}。",
            f"Car use of {len(estimated)} municipalities is estimated with the rate of the prefecture: {shown}.",
        )
    writer.facts["car_use_estimated"] = estimated
    of_place = pd.Index(list(names)).get_indexer(pd.Index(places["municipality_code"].astype(str)))
    for name in (YOUNGER, OLDER_OF_ALL, OLDER, UNDIVIDED):
        values = np.array([*(chosen[code][0].get(name, np.nan) for code in names), np.nan])
        writer.place_values(values[of_place], name)
    return pd.DataFrame(
        {
            "name": [RATE.format(group=group) for group in rates["group"]],
            "area_code": rates["area_code"].to_numpy(),
            "value": rates["rate"].to_numpy(float),
            "numerator": np.nan,
            "denominator": np.nan,
            "how": NONE,
            "unit": "%",
            "as_of": rates["as_of"].to_numpy(),
            "source": rates["source_id"].to_numpy(),
            "note_ja": _GIVEN[0],
            "note_en": _GIVEN[1],
        },
        columns=list(FIGURE_COLUMNS),
    )


def rates_of(code: str, given: Mapping[tuple[str, str], float]) -> tuple[dict[str, float], bool]:
    """Rates of a municipality by the name of their place value, and whether any is the prefecture's.

    Its own rates come first, both age groups before the undivided; then the prefecture's.
    """
    chosen: dict[str, float] = {}
    is_estimate = False
    for area in (code, f"{code[:2]}000"):
        younger, older, all_ages = (given.get((area, group)) for group in ("65_74", "75_plus", "65_plus"))
        found: dict[str, float] = {}
        if younger is not None and older is not None:
            found |= {YOUNGER: younger, OLDER_OF_ALL: older}
        elif all_ages is not None:
            found |= {YOUNGER: all_ages, OLDER_OF_ALL: all_ages}
        if all_ages is not None:
            found[UNDIVIDED] = all_ages
        if YOUNGER in chosen:
            found = {}
        if older is not None and OLDER not in chosen:
            found[OLDER] = older
        is_estimate |= area != code and bool(found)
        chosen |= found
    return chosen, is_estimate
