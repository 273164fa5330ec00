"""What is asked on the page Cooperate, and how it is written into the address bar. No streamlit in here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from explorer.words import LANGUAGES, Language, number, word
from geodata.codes import municipality_code, rolled_up
from layers.measures import is_in_metres

# Limits on offer: the handbooks' circles and beyond on foot, what people travel for rarer services by other means.
METRES: Final = ("300", "500", "800", "1000", "1500", "2000", "3000", "5000")
MINUTES: Final = ("5", "10", "15", "20", "30", "45", "60")
USUAL_METRES: Final = "800"
USUAL_MINUTES: Final = "15"
USUAL_MODE: Final = "drive"  # between towns people drive; on foot a region hardly gains
# Services that towns talk about sharing come first as the default, where the workspace has them.
USUAL_SERVICES: Final = ("hospital", "medical", "high_school", "library", "convenience")
VIEWS: Final[dict[str, str]] = {
    "cover": "co_view_cover",
    "uses": "co_view_uses",
    "capacity": "co_view_capacity",
    "critical": "co_view_critical",
    "sites": "co_view_sites",
    "future": "co_view_future",
    "near": "co_view_near",
}
PEER_SPOT: Final = "peer:"  # before the code of a municipality that is drawn as a place
TOWN: Final = "cooperate_near_town"  # where the member is kept whose neighbours are looked at
YEAR: Final = "cooperate_cascade_year"  # and the year for which closures are worked out
# What a view lets choose beside the question: parameter of the address → where it is kept. Its controls offer what there is.
OF_VIEW: Final[dict[str, dict[str, str]]] = {
    "critical": {"site": "cooperate_site"},
    "sites": {"k": "cooperate_count", "candidates": "cooperate_candidates", "objective": "cooperate_objective"},
    "near": {"by": "cooperate_near_by"},
}


@dataclass(frozen=True)
class Question:
    """Everything that decides what the page shows.

    Parameters
    ----------
    codes
        Members of the region, ascending: a region is the same in whatever order it was put together.
    limit
        Metres (straight line, on foot) or minutes, as text.
    town
        The member whose neighbours are looked at; empty where the view asks about none.
    """

    language: Language
    codes: tuple[str, ...]
    service: str
    mode: str
    limit: str
    group: str
    view: str
    town: str = ""

    def parameters(self) -> dict[str, str]:
        """For the address bar."""
        return {
            "lang": self.language,
            **({"region": ".".join(self.codes)} if self.codes else {}),
            "service": self.service,
            "mode": self.mode,
            "limit": self.limit,
            "group": self.group,
            "view": self.view,
            **({"town": self.town} if self.town else {}),
        }

    @property
    def limit_text(self) -> str:
        """``within 800 m``, ``15 分以内``."""
        return limit_text(self.mode, self.limit, self.language)


def limit_text(mode: str, limit: str, language: Language) -> str:
    """A limit with its unit."""
    key = "threshold_option" if is_in_metres(mode) else "co_minutes_option"
    shown = number(float(limit), language)
    return word(key, language, metres=shown) if is_in_metres(mode) else word(key, language, minutes=shown)


def limits_of(mode: str) -> tuple[str, ...]:
    """Limits on offer in a mode."""
    return METRES if is_in_metres(mode) else MINUTES


def limit_key(mode: str) -> str:
    """Where the limit of a mode is kept: metres and minutes apart, so that neither is lost on a change of mode."""
    return "cooperate_metres" if is_in_metres(mode) else "cooperate_minutes"


def usual_service(services: Sequence[str]) -> str:
    """What the page asks about first."""
    return next((name for name in USUAL_SERVICES if name in services), services[0] if services else "")


def from_parameters(parameters: Mapping[str, str], known: Sequence[str]) -> tuple[dict[str, object], list[str]]:
    """State of the controls from a link, and codes of it that this workspace does not have.

    What cannot be read is left out: a bad link opens the page as it is.
    """
    state: dict[str, object] = {}
    absent: list[str] = []
    if parameters.get("lang") in LANGUAGES:
        state["language"] = parameters["lang"]
    if parameters.get("region"):
        given = [rolled_up(code) for part in parameters["region"].split(".") if (code := municipality_code(part))]
        codes = sorted(set(given) & set(known))
        absent = sorted(set(given) - set(known))
        if codes:
            state["cooperate_codes"] = codes
    for key in ("service", "mode", "group"):
        if parameters.get(key):
            state[f"cooperate_{key}"] = parameters[key]
    limit, mode = parameters.get("limit", ""), parameters.get("mode", "")
    if mode and limit in limits_of(mode):
        state[limit_key(mode)] = limit
    if parameters.get("town") in known:
        state[TOWN] = parameters["town"]
    return state | _of_view(parameters), absent


def _of_view(parameters: Mapping[str, str]) -> dict[str, object]:
    """The view, and what it lets choose."""
    view = parameters.get("view", "")
    if view not in VIEWS:
        return {}
    state: dict[str, object] = {"cooperate_view": view, "cooperate_shows_sites": parameters.get("points") != "off"}
    state |= {key: parameters[name] for name, key in OF_VIEW.get(view, {}).items() if parameters.get(name)}
    return state | ({YEAR: parameters["year"]} if view == "future" and parameters.get("year") else {})
