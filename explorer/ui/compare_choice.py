"""What is asked on the page Compare, and how it is written into the address bar. No streamlit in here."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from explorer.comparison.areas import JOIN
from explorer.words import LANGUAGES, Language
from geodata.codes import municipality_code, rolled_up

VIEWS: Final[dict[str, str]] = {
    "values": "cmp_view_values",
    "one": "cmp_view_one",
    "maps": "cmp_view_maps",
    "years": "cmp_view_years",
    "composite": "cmp_view_composite",
}
MOST_INDICATORS: Final = 12  # side by side on a screen
MOST_WEIGHT: Final = 5.0
USUAL_WEIGHT: Final = 1.0
AUTO: Final = "auto"  # each indicator in the mode that is usual for it
MEDIAN: Final = "median"
_LONGEST_NAME: Final = 40
_MOST_REGIONS: Final = 20
_NOT_IN_NAMES: Final = re.compile(r"[~;\x00-\x1f\x7f-\x9f\u2028\u2029]+")


@dataclass(frozen=True)
class GivenRegion:
    """A region put together on the page or taken from a file: its name (may be empty) and codes, ascending."""

    name: str
    codes: tuple[str, ...]

    @property
    def key(self) -> str:
        """Its codes joined, as in the tables of a comparison."""
        return JOIN.join(self.codes)


@dataclass(frozen=True)
class Question:
    """Everything that decides what the page shows.

    Parameters
    ----------
    codes
        Municipalities, ascending.
    base
        Key of an area, or ``median``.
    weights
        Indicator and weight, of those whose weight is not the usual one.
    detail
        The indicator looked at alone.
    """

    language: Language
    codes: tuple[str, ...]
    regions: tuple[GivenRegion, ...]
    indicators: tuple[str, ...]
    mode: str
    group: str
    base: str
    view: str
    detail: str = ""
    weights: tuple[tuple[str, float], ...] = ()

    @property
    def area_count(self) -> int:
        """Municipalities and regions."""
        return len(self.codes) + len(self.regions)

    def parameters(self) -> dict[str, str]:
        """For the address bar; what is left at its default is left out."""
        regions = ";".join(f"{region.name}~{'.'.join(region.codes)}" for region in self.regions)
        weights = ".".join(f"{name}:{weight:g}".replace(".", "p") for name, weight in self.weights)
        return {
            "lang": self.language,
            **({"areas": ".".join(self.codes)} if self.codes else {}),
            **({"regions": regions} if regions else {}),
            **({"indicators": ".".join(self.indicators)} if self.indicators else {}),
            **({"mode": self.mode} if self.mode != AUTO else {}),
            **({"group": self.group} if self.group != "total" else {}),
            **({"base": self.base.replace(JOIN, "_")} if self.base != MEDIAN else {}),
            "view": self.view,
            **({"detail": self.detail} if self.view == "one" and self.detail else {}),
            **({"weights": weights} if weights else {}),
        }


def from_parameters(
    parameters: Mapping[str, str], towns: Sequence[str], indicators: Sequence[str]
) -> tuple[dict[str, object], list[str]]:
    """State of the controls from a link, and codes of it that this workspace does not have.

    What cannot be read is left out: a bad link opens the page as it is.
    """
    state, absent = _areas(parameters, towns)
    if parameters.get("lang") in LANGUAGES:
        state["language"] = parameters["lang"]
    known = [each for each in parameters.get("indicators", "").split(".") if each in indicators][:MOST_INDICATORS]
    if known:
        state["compare_indicators"] = list(dict.fromkeys(known))
    for key in ("mode", "group", "detail", "series"):
        if parameters.get(key):
            state[f"compare_{key}"] = parameters[key]
    if parameters.get("base"):
        state["compare_base"] = parameters["base"].replace("_", JOIN)
    if parameters.get("view") in VIEWS:
        state["compare_view"] = parameters["view"]
    for part in parameters.get("weights", "").split("."):
        name, _, text = part.partition(":")
        weight = _weight(text)
        if name in indicators and weight is not None:
            state[weight_key(name)] = weight
    return state, sorted(absent)


def weight_key(indicator: str) -> str:
    """Where the weight of an indicator is kept."""
    return f"compare_weight_{indicator}"


def clean_name(name: str) -> str:
    """A name that fits into an address: one line, without the signs that divide regions there."""
    return _NOT_IN_NAMES.sub(" ", name).strip()[:_LONGEST_NAME].strip()


def _areas(parameters: Mapping[str, str], towns: Sequence[str]) -> tuple[dict[str, object], set[str]]:
    """State of the controls of areas, and codes that the workspace does not have."""
    state: dict[str, object] = {}
    codes, absent = _codes(parameters.get("areas", ""), towns)
    if codes:
        state["compare_codes"] = list(codes)
    regions = []
    for part in parameters.get("regions", "").split(";")[:_MOST_REGIONS]:
        name, _, listed = part.partition("~")
        members, lost = _codes(listed, towns)
        absent |= lost
        if members:
            regions.append(GivenRegion(clean_name(name), members))
    if regions:
        state["compare_given"] = regions
        state["compare_regions"] = [region.key for region in regions]
    return state, absent


def _codes(text: str, towns: Sequence[str]) -> tuple[tuple[str, ...], set[str]]:
    given = {rolled_up(code) for part in text.split(".") if (code := municipality_code(part))}
    return tuple(sorted(given & set(towns))), given - set(towns)


def _weight(text: str) -> float | None:
    try:
        weight = float(text.replace("p", "."))
    except ValueError:
        return None
    return weight if math.isfinite(weight) and 0 <= weight <= MOST_WEIGHT else None
