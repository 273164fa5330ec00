"""Which services the handbook counts together, within which radii, and the areas within these radii.

Source: 国土交通省「都市構造の評価に関するハンドブック」(2014; 2018). Stations 800 m and stops 300 m are the defaults of the ministry's
own tool too; the others were not compared with the text yet.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from geodata.kinds import CATEGORIES

HANDBOOK_JA: Final = "国土交通省「都市構造の評価に関するハンドブック」"
HANDBOOK_EN: Final = "MLIT, Handbook on the Evaluation of Urban Structure"
FACILITY_M: Final = 800
STATION_M: Final = 800
STOP_M: Final = 300
_TRANSPORT: Final = {
    "station": ("鉄道駅", "railway station"),
    "stop": ("バス停", "bus stop"),
    "stop30": ("1日30本以上のバス停", "bus stop with 30 or more departures a day"),
}


@dataclass(frozen=True)
class Bundle:
    """Services that somebody must have all of.

    Parameters
    ----------
    ja, en
        What tells it from the other bundles.
    facilities
        Categories of facilities (:data:`geodata.kinds.CATEGORIES`).
    stop
        Stops that count: ``stop30`` of key lines (基幹的公共交通路線), ``stop`` of any.
    groups
        As in :class:`layers.catalogue.Indicator`.
    """

    id: str
    ja: str
    en: str
    facilities: tuple[str, ...]
    stop: str
    facility_m: int = FACILITY_M
    station_m: int = STATION_M
    stop_m: int = STOP_M
    groups: tuple[str, ...] | None = None

    def name(self, category: str, language: int) -> str:
        """Japanese (0) or English (1) name of a category of the bundle."""
        if category in _TRANSPORT:
            return _TRANSPORT[category][language]
        known = CATEGORIES[category]
        return (known.ja, known.en)[language]

    def listed(self, language: int) -> str:
        """All services with their radii, in Japanese (0) or English (1)."""
        names = [self.name(category, language) for category in self.facilities]
        station, stop = self.name("station", language), self.name(self.stop, language)
        if language == 0:
            facilities = "・".join(f"{name}{self.facility_m}m" for name in names)
            return f"{facilities}・公共交通（{station}{self.station_m}mまたは{stop}{self.stop_m}m）"
        facilities = ", ".join(f"{name} {self.facility_m} m" for name in names)
        return f"{facilities}, public transport ({station} {self.station_m} m or {stop} {self.stop_m} m)"

    @property
    def formula(self) -> str:
        """The condition in symbols."""
        near = " ∧ ".join(f"d_{category} ≤ {self.facility_m} m" for category in self.facilities)
        return f"{near} ∧ (d_station ≤ {self.station_m} m ∨ d_{self.stop} ≤ {self.stop_m} m)"


_BY_RULE: Final = ("medical_rule", "home_care", "commercial")
_ANY: Final = ("medical", "elderly_welfare", "commercial")
BUNDLES: Final[dict[str, Bundle]] = {
    bundle.id: bundle
    for bundle in (
        Bundle(
            "daily_services_800m",
            "内科・外科、通所・訪問系、基幹的公共交通",
            "internal medicine or surgery, day and home care, key public transport",
            _BY_RULE,
            "stop30",
        ),
        Bundle(
            "daily_services_any_transport_800m",
            "内科・外科、通所・訪問系、すべての公共交通",
            "internal medicine or surgery, day and home care, any public transport",
            _BY_RULE,
            "stop",
        ),
        Bundle(
            "daily_services_all_kinds_800m",
            "病院・診療所と高齢者福祉施設のすべて、基幹的公共交通",
            "any hospital or clinic, any facility for the elderly, key public transport",
            _ANY,
            "stop30",
        ),
        Bundle(
            "daily_services_all_kinds_any_transport_800m",
            "病院・診療所と高齢者福祉施設のすべて、すべての公共交通",
            "any hospital or clinic, any facility for the elderly, any public transport",
            _ANY,
            "stop",
        ),
        Bundle(
            "daily_services_elderly_500m",
            "高齢者の徒歩圏500m",
            "walking area of the elderly, 500 m",
            _BY_RULE,
            "stop30",
            facility_m=500,
            station_m=500,
            groups=("65_plus", "75_plus", "85_plus"),
        ),
    )
}


@dataclass(frozen=True)
class ServiceArea:
    """The area within the walking distance of any site of one service.

    Parameters
    ----------
    limits_m
        Category of distances → radius in metres; within any of them is within.
    """

    id: str
    theme: str
    ja: str
    en: str
    limits_m: Mapping[str, int]
    needs: tuple[str, ...]
    limit_ja: str = ""
    limit_en: str = ""

    def within(self, language: int) -> str:
        """``最寄りの商業施設から800m以内``, or in English ``800 m of the nearest: commercial facility``."""
        names = {
            name: _TRANSPORT[name][language]
            if name in _TRANSPORT
            else (CATEGORIES[name].ja, CATEGORIES[name].en)[language]
            for name in self.limits_m
        }
        if language == 0:
            return "、または".join(f"最寄りの{names[name]}から{metres}m以内" for name, metres in self.limits_m.items())
        return " or ".join(f"{metres} m of the nearest: {names[name]}" for name, metres in self.limits_m.items())

    def limits(self, language: int) -> str:
        """What cannot be known of this service."""
        return (self.limit_ja, self.limit_en)[language]


def _of_facilities(category: str, theme: str, ja: str, en: str, *limits: str) -> ServiceArea:
    return ServiceArea(category, theme, ja, en, {category: FACILITY_M}, ("facilities",), *limits)


SERVICE_AREAS: Final[dict[str, ServiceArea]] = {
    area.id: area
    for area in (
        _of_facilities(
            "medical_rule",
            "medical",
            "内科・外科のある病院・診療所800m",
            "hospital or clinic with internal medicine or surgery, 800 m",
        ),
        _of_facilities("medical", "medical", "病院・診療所800m", "any hospital or clinic, 800 m"),
        _of_facilities(
            "home_care",
            "welfare",
            "通所系・訪問系・小規模多機能の高齢者福祉施設800m",
            "day and home care for the elderly, 800 m",
        ),
        _of_facilities("elderly_welfare", "welfare", "高齢者福祉施設800m", "any facility for the elderly, 800 m"),
        _of_facilities(
            "commercial",
            "shopping",
            "スーパー・百貨店・コンビニ800m",
            "supermarket, department or convenience store, 800 m",
            "売場面積は分からない。",
            "Floor space is unknown.",
        ),
        _of_facilities("nursery", "childcare", "保育所・こども園800m", "nursery, 800 m"),
        _of_facilities(
            "park",
            "leisure",
            "公園800m",
            "park, 800 m",
            "公園は一つの点で表す。",
            "A park is one point; the gate of a large one may be nearer.",
        ),
        ServiceArea(
            "key_transport",
            "transport",
            "基幹的公共交通: 駅800m・1日30本以上のバス停300m",
            "key public transport: station 800 m, bus stop with 30 or more departures 300 m",
            {"station": STATION_M, "stop30": STOP_M},
            ("stations", "stops"),
        ),
        ServiceArea(
            "any_transport",
            "transport",
            "すべての公共交通: 駅800m・バス停300m",
            "any public transport: station 800 m, bus stop 300 m",
            {"station": STATION_M, "stop": STOP_M},
            ("stations", "stops"),
        ),
    )
}


def area_figure(service: str) -> str:
    """Name of the figure with the hectares within the radius of a service."""
    return f"service_area_{service}_ha"


def people_figure(service: str, group: str) -> str:
    """Name of the figure with the people of a group within the radius of a service."""
    return f"service_area_{service}_people_{group}"
