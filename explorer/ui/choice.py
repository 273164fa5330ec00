"""What the user has chosen, and how it is written into the address bar so that a link restores the view."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from explorer.maps.classes import SCHEMES, Scheme
from explorer.words import LANGUAGES, Language
from layers.catalogue import Indicator

BASE_MAPS: Final = ("none", "gsi", "osm")
OPACITIES: Final = ("40", "60", "85", "100")  # per cent
DEFAULT_OPACITY: Final = "85"
DEFAULT_INDICATORS: Final = (
    "supermarket_within_800m",
    "food_shop_within_800m",
    "medical_within_800m",
    "stop_within_300m",
)


@dataclass(frozen=True)
class Choice:
    """Everything that decides what the page shows, apart from the selected municipality."""

    language: Language
    indicator: Indicator
    mode: str
    group: str
    scheme: Scheme
    opacity: int
    shows_places: bool
    shows_facilities: bool
    shows_stops: bool
    base_map: str

    def parameters(self, area: str | None) -> dict[str, str]:
        """For the address bar; what is left at its default is left out."""
        layers = [
            name
            for name, is_on in (
                ("places", self.shows_places),
                ("facilities", self.shows_facilities),
                ("stops", self.shows_stops),
            )
            if is_on
        ]
        return {
            "lang": self.language,
            "indicator": self.indicator.id,
            **({"mode": self.mode} if self.mode else {}),
            "group": self.group,
            **({"area": area} if area else {}),
            **({"classes": self.scheme} if self.scheme != "fixed" else {}),
            **({"layers": " ".join(layers)} if layers else {}),
            **({"opacity": str(self.opacity)} if str(self.opacity) != DEFAULT_OPACITY else {}),
            **({"base": self.base_map} if self.base_map != "none" else {}),
        }


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
        layers = parameters["layers"].split()
        state |= {f"shows_{name}": name in layers for name in ("places", "facilities", "stops")}
    if parameters.get("opacity") in OPACITIES:
        state["opacity"] = parameters["opacity"]
    return state
