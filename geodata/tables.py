"""Columns of the workspace tables: the words that every part of the project shares."""

from __future__ import annotations

from typing import Final

CRS: Final = "EPSG:6668"  # JGD2011, geographic; all tables are kept in it

MUNICIPALITY_COLUMNS: Final = (
    "code",  # 5-digit JIS code, text
    "name",
    "reading",  # kana where a source has it, else empty
    "prefecture_code",
    "prefecture_name",
    "kind",  # designated_city, city, town, village, special_ward
    "area_km2",
    "in_study_area",
    "geometry",
)
# Age groups in the order they are shown; a source has `total` and any of the others.
AGE_GROUPS: Final = ("total", "0_4", "0_14", "15_64", "65_plus", "75_plus", "85_plus", "women_20_39")
POPULATION_PREFIX: Final = "population_"  # population_total, population_65_plus …
CELL_COLUMNS: Final = (
    "cell_id",  # grid code or KEY_CODE
    "municipality_code",  # known for small areas, missing for grid cells
    "population_total",  # … and population_<group> for each group the source has
    "suppressed_share",  # share of the cell's people whose ages were suppressed and merged here from other cells
    "geometry",
)
PLACE_COLUMNS: Final = (
    "place_id",  # 0 … n-1, the row number
    "cell_id",
    "municipality_code",
    "population_total",  # … population_<group>; float, sums to the cell
    "suppressed_share",
    "geometry",  # point
)
FACILITY_COLUMNS: Final = (
    "facility_id",
    "service",
    "kind",
    "name",
    "municipality_code",  # by position; missing outside every boundary
    "capacity",
    "capacity_unit",
    "traits",  # what the source says beyond the kind (geodata.kinds.TRAITS), words divided by blanks
    "source",  # id of the source in the manifest
    "as_of",
    "geometry",
)
STOP_COLUMNS: Final = (
    "stop_id",
    "group_id",
    "name",
    "mode",  # rail, bus (also ferry, tram, demand where the feed says so)
    "operator",
    "departures_weekday",  # both directions, per stop group; missing = frequency unknown, which is not zero
    "first_departure",  # of that day and group, seconds since midnight of the service day (25:10 = 90,600); missing =
    "last_departure",  # unknown, or no departure on the day
    "source",
    "geometry",
)
HUB_COLUMNS: Final = (  # candidates of 小さな拠点
    "hub_id",
    "municipality_code",
    "score",  # of seven services within 500 m, weighted
    "services",  # those at hand: stop,post_office,…
    "people_within_500m",
    "near_kind",  # of a facility within 500 m that tells people where it is
    "near_name",
    # … people_20min_<group>: who reaches this candidate first, within 20 minutes by car
    "geometry",  # point: the place
)
ZONE_COLUMNS: Final = (
    "municipality_code",
    "kind",  # plan, residential (居住誘導区域), urban_function (都市機能誘導区域)
    "name",  # of a hub; "" where the source has none
    "decided_on",  # date of decision; as the source writes it where no calendar has such a day
    "source",
    "area_km2",
    "geometry",
)
HAZARD_COLUMNS: Final = (
    "municipality_code",
    "hazard",  # key of geodata.hazards.HAZARDS: flood, flood_3m, landslide …
    "area_km2",  # of the municipality
    "geometry",
)
INDICATOR_COLUMNS: Final = (
    "area_code",
    "area_name",
    "indicator",
    "group",
    "mode",
    "value",
    "unit",
    "numerator",
    "denominator",
    "reason",
    "official_value",
    "official_source",
)


def population_column(group: str) -> str:
    """Column that holds the people of an age group: ``population_65_plus`` for ``65_plus``."""
    return POPULATION_PREFIX + group
