"""People of each area added up over its places: within distances, as means and percentiles, for all age groups at once."""
