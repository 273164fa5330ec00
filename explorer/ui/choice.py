"""What the user has chosen on the map, and how it is written into the address bar so that a link restores the view."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from explorer.maps.classes import SCHEMES, Scheme
from explorer.words import LANGUAGES, Language
from layers.catalogue import Indicator

BASE_MAPS: Final = ("none", "gsi", "osm")
OWN_BASE: Final = "workspace"  # roads, railways and water of the workspace: needs no network
OPACITIES: Final = ("40", "60", "85", "100")  # per cent
DEFAULT_OPACITY: Final = "85"
LAYER_OPACITIES: Final = (30, 50, 80, 100)
PLACES: Final = "places"  # the result of each place, as a picture
COUNTED: Final = "facilities"  # the facilities that the indicator counts, whichever they are
REACH_MINUTES: Final = ((5, 10, 15), (10, 20, 30), (15, 30, 45), (30, 60))
DEFAULT_INDICATORS: Final = (
    "supermarket_within_800m",
    "food_shop_within_800m",
    "medical_within_800m",
    "stop_within_300m",
)
_MOST_LAYERS: Final = 12
_LAYER: Final = re.compile(r"([\w-]{1,40})(?::([\w.-]{1,400}))?(?:~(\d{1,3}))?")
_REACH: Final = re.compile(r"([\w-]{1,40})(?::(\d{1,3}(?:\.\d{1,3}){0,5}))?")
_OLD_LAYERS: Final = {"places": (PLACES,), "facilities": (COUNTED,), "stops": ("stops", "stations")}


@dataclass(frozen=True)
class LayerChoice:
    """A layer that is shown: its id, its kinds (none: all), its opacity in per cent."""

    id: str
    kinds: tuple[str, ...] = ()
    opacity: int = 100


@dataclass(frozen=True)
class Second:
    """What the second map shows: another indicator, mode or age group, or the same after the scenario chosen."""

    indicator: Indicator
    mode: str
    group: str
    is_scenario: bool = False

    def parameters(self) -> dict[str, str]:
        """For the address bar."""
        if self.is_scenario:
            return {"map2": "scenario"}
        modes = {"mode2": self.mode} if self.mode else {}
        return {"map2": self.indicator.id, **modes, "group2": self.group}


@dataclass(frozen=True)
class ReachChoice:
    """The area around a point: how one goes, how many minutes, from where (latitude, longitude; None: not chosen yet)."""

    mode: str
    minutes: tuple[int, ...]
    at: tuple[float, float] | None = None

    def parameters(self) -> dict[str, str]:
        """For the address bar."""
        where = {} if self.at is None else {"at": f"{self.at[0]:.5f},{self.at[1]:.5f}"}
        return {"reach": f"{self.mode}:{'.'.join(map(str, self.minutes))}", **where}


@dataclass(frozen=True)
class Choice:
    """Everything that decides what the page shows, apart from the selected municipality.

    Parameters
    ----------
    layers
        Bottom to top.
    """

    language: Language
    indicator: Indicator
    mode: str
    group: str
    scheme: Scheme
    opacity: int
    base_map: str
    layers: tuple[LayerChoice, ...] = ()

    @property
    def places_opacity(self) -> int | None:
        """Per cent of the picture of places; None where it is not shown."""
        return next((layer.opacity for layer in self.layers if layer.id == PLACES), None)

    def parameters(self, area: str | None) -> dict[str, str]:
        """For the address bar; what is left at its default is left out."""
        return {
            "lang": self.language,
            "indicator": self.indicator.id,
            **({"mode": self.mode} if self.mode else {}),
            "group": self.group,
            **({"area": area} if area else {}),
            **({"classes": self.scheme} if self.scheme != "fixed" else {}),
            **({"layers": layers_text(self.layers)} if self.layers else {}),
            **({"opacity": str(self.opacity)} if str(self.opacity) != DEFAULT_OPACITY else {}),
            **({"base": self.base_map} if self.base_map != "none" else {}),
        }


def layers_text(layers: Sequence[LayerChoice]) -> str:
    """Layers in an address, bottom to top.

    Examples
    --------
    >>> layers_text([LayerChoice("rail", opacity=80), LayerChoice("stops", ("60_plus",))])
    'rail~80,stops:60_plus'
    """
    parts = []
    for layer in layers:
        kinds = f":{'.'.join(layer.kinds)}" if layer.kinds else ""
        parts.append(f"{layer.id}{kinds}" + (f"~{layer.opacity}" if layer.opacity != 100 else ""))
    # "stops" alone is how links of earlier versions ask for stops and stations.
    return "stops~100" if parts == ["stops"] else ",".join(parts)


def layers_from(text: str) -> tuple[LayerChoice, ...]:
    """Layers of an address; those of links of earlier versions (``places facilities stops``) too. What is no layer is left out.

    Examples
    --------
    >>> layers_from("rail~80,stops:60_plus.30_59")
    (LayerChoice(id='rail', kinds=(), opacity=80), LayerChoice(id='stops', kinds=('60_plus', '30_59'), opacity=100))
    >>> [layer.id for layer in layers_from("places stops")]
    ['places', 'stops', 'stations']
    """
    if re.fullmatch(r"(places|facilities|stops)(\s+(places|facilities|stops))*", text.strip()):
        return tuple(LayerChoice(name) for old in dict.fromkeys(text.split()) for name in _OLD_LAYERS[old])
    found: dict[str, LayerChoice] = {}
    for part in text.split(","):
        match = _LAYER.fullmatch(part.strip())
        if match is None or match[1] in found or len(found) >= _MOST_LAYERS:
            continue
        opacity = min(max(int(match[3]), 10), 100) if match[3] else 100
        found[match[1]] = LayerChoice(match[1], tuple(kind for kind in (match[2] or "").split(".") if kind), opacity)
    return tuple(found.values())


def reach_from(parameters: Mapping[str, str]) -> ReachChoice | None:
    """The area around a point that an address asks for; None where it asks for none that can be read.

    Examples
    --------
    >>> reach_from({"reach": "walk:15", "at": "36.39,139.06"})
    ReachChoice(mode='walk', minutes=(15,), at=(36.39, 139.06))
    """
    match = _REACH.fullmatch(parameters.get("reach", ""))
    if match is None:
        return None
    minutes = tuple(sorted({int(text) for text in (match[2] or "").split(".") if text and 0 < int(text) <= 120}))
    try:
        lat, lon = (float(part) for part in parameters.get("at", "").split(","))
    except ValueError:
        return ReachChoice(match[1], minutes or REACH_MINUTES[0])
    at = (lat, lon) if math.isfinite(lat) and math.isfinite(lon) and abs(lat) <= 90 and abs(lon) <= 180 else None
    return ReachChoice(match[1], minutes or REACH_MINUTES[0], at)


def from_parameters(parameters: Mapping[str, str]) -> dict[str, object]:
    """State of the controls from a link. What cannot be read is left out: a bad link opens the page as it is.

    A link never switches an online base map on: going online is the reader's own decision.
    """
    state: dict[str, object] = {}
    if parameters.get("lang") in LANGUAGES:
        state["language"] = parameters["lang"]
    for key in ("indicator", "mode", "group", "area"):
        if parameters.get(key):
            state[key] = parameters[key]
    if parameters.get("classes") in SCHEMES:
        state["scheme"] = parameters["classes"]
    if "layers" in parameters:
        state["explore_layers"] = list(layers_from(parameters["layers"]))
    if parameters.get("opacity") in OPACITIES:
        state["opacity"] = parameters["opacity"]
    if parameters.get("base") == OWN_BASE:
        state["base_map"] = OWN_BASE
    second = parameters.get("map2", "")
    state["explore_two"] = bool(second)
    if second:
        names = {
            "explore_second": second,
            "explore_second_mode": parameters.get("mode2"),
            "explore_second_group": parameters.get("group2"),
        }
        state |= {key: text for key, text in names.items() if text}
    reach = reach_from(parameters)
    state["explore_reach"] = reach is not None
    if reach is not None:
        state |= {"explore_reach_mode": reach.mode, "explore_reach_minutes": reach.minutes, "explore_at": reach.at}
    return state
