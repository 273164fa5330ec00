"""What is asked on the page Future, and how it is written into the address bar. No streamlit in here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from explorer.future_measures import MEASURES
from explorer.ui.cooperate_choice import limit_text, limits_of
from explorer.words import Language

VIEWS: Final[dict[str, str]] = {
    "people": "fu_view_people",
    "map": "fu_view_map",
    "services": "fu_view_services",
    "zones": "fu_view_zones",
    "moves": "fu_view_moves",
}
STUDY, AREA, REGION = "study", "area", "region"
SCOPES: Final[dict[str, str]] = {STUDY: "fu_scope_study", AREA: "fu_scope_area", REGION: "fu_scope_region"}
USUAL_THRESHOLD, HIGH_THRESHOLD, OWN_THRESHOLD = "n50", "n80", "own"
THRESHOLDS: Final[dict[str, str]] = {
    USUAL_THRESHOLD: "fu_threshold_usual",
    HIGH_THRESHOLD: "fu_threshold_high",
    OWN_THRESHOLD: "fu_threshold_own",
}
USUAL_YEAR: Final = 2050  # the year that plans for regions look at
# Those with a threshold of their own come first: the view says most of them.
USUAL_SERVICES: Final = ("clinic", "medical", "food_shop", "nursery", "elementary_school", "stop")


@dataclass(frozen=True)
class Question:
    """Everything that decides what the page shows.

    Parameters
    ----------
    codes
        Municipalities, ascending; none for the whole study area.
    area_name
        What they are called together.
    """

    language: Language
    codes: tuple[str, ...]
    area_name: str
    view: str
    year: int
    group: str


@dataclass(frozen=True)
class Asked:
    """What is asked of a service.

    Parameters
    ----------
    limit
        Metres (straight line, on foot) or minutes, as text.
    threshold
        One of :data:`THRESHOLDS`.
    own
        People, where the threshold is the user's own.
    """

    service: str
    mode: str
    limit: str
    threshold: str
    own: float

    def limit_text(self, language: Language) -> str:
        """``within 800 m``, ``15 分以内``."""
        return limit_text(self.mode, self.limit, language)


def from_parameters(given: Mapping[str, str]) -> dict[str, object]:
    """State of the page's own controls from a link; what cannot be read is left out."""
    state: dict[str, object] = {}
    for name, key, known in (
        ("of", "future_scope", SCOPES),
        ("view", "future_view", VIEWS),
        ("measure", "future_measure", MEASURES),
    ):
        if given.get(name) in known:
            state[key] = given[name]
    state |= {f"future_{name}": given[name] == "1" for name in ("places", "index") if given.get(name) in {"0", "1"}}
    state |= {f"future_{name}": given[name] for name in ("service", "site") if given.get(name)}
    mode, limit = given.get("mode", ""), given.get("limit", "")
    if mode and limit in limits_of(mode):
        state[limit_key(mode)] = limit
    return state | _threshold(given.get("below", ""))


def limit_key(mode: str) -> str:
    """Where the limit of a mode is kept: metres and minutes apart, so that neither is lost on a change of mode."""
    return "future_metres" if limits_of(mode)[0] == "300" else "future_minutes"


def usual_service(services: list[str]) -> str:
    """What the page asks about first."""
    return next((name for name in USUAL_SERVICES if name in services), services[0] if services else "")


def _threshold(below: str) -> dict[str, object]:
    """The threshold of an address: one of the usual ones, or a number of people."""
    if below in {USUAL_THRESHOLD, HIGH_THRESHOLD}:
        return {"future_threshold": below}
    if below.isascii() and below.isdigit() and len(below) < 10 and int(below) > 0:
        return {"future_threshold": OWN_THRESHOLD, "future_own": int(below)}
    return {}
