"""What must hold of every share of people in an indicator table."""

from __future__ import annotations

import numpy as np
import pandas as pd

# These are differences, balances or ratios to something else: they may be negative or above 100 %.
SIGNED = "change|gap|net_|completeness|target|day_night|car_use"
# Of the people of the municipality: those within a distance of a service, or in a void of public transport.
OF_PEOPLE = r"^(?!zone_|hub_|hazard_).*(_within_|transport_void_)"


def assert_shares(table: pd.DataFrame, people: pd.Series) -> None:
    """Shares lie between 0 and 100 % and are the ratio they come from; those of people are of all ``people``."""
    names = table["indicator"].astype(str)
    shares = table[(table["unit"] == "%") & table["value"].notna() & ~names.str.contains(SIGNED)]
    outside = shares.loc[~shares["value"].between(0, 100 + 1e-9), "indicator"]
    assert outside.empty, outside.unique()
    counted = shares[shares["denominator"].notna()]
    assert len(counted)
    assert np.allclose(counted["value"], 100 * counted["numerator"] / counted["denominator"])
    total = counted[(counted["group"] == "total") & counted["indicator"].astype(str).str.match(OF_PEOPLE)]
    assert np.allclose(total["denominator"], people.reindex(total["area_code"].astype(str)))
