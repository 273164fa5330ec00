"""The value per place that shows an indicator on the map: one that its layer names, else how far its service is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from explorer.maps.classes import Classes
from explorer.maps.drawn import DrawnValue, drawn_value
from explorer.maps.legend import LegendRow, place_rows
from explorer.maps.raster import place_classes
from explorer.words import Language, either, word
from geodata.kinds import CATEGORIES
from geodata.workspace import PLACE_VALUES
from layers import catalogue
from layers.access.profiles import Profile, profiles_for
from layers.drawn import place_looks
from layers.measures import is_in_metres, per_minute

if TYPE_CHECKING:
    from geodata.workspace import Workspace

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class PlaceLayer:
    """One value per place, ready to be drawn.

    Parameters
    ----------
    values
        (n_places,), in the unit of the classes; inf cannot be reached, NaN has no result.
    classes
        Limits and colours.
    category, mode
        What the indicator measures the way to, and how.
    look
        How a value that is no distance is drawn; None for a distance or time.
    """

    values: Floats
    classes: Classes
    category: str
    mode: str
    look: DrawnValue | None = None

    def title(self, language: Language) -> str:
        """Head of the legend."""
        mode = either(catalogue.MODES[self.mode], language)
        if self.look is None:
            return word("legend_places", language, category=category_name(self.category, language), mode=mode)
        parts = [either((self.look.title_ja, self.look.title_en), language), *([mode] if self.mode else [])]
        return word("separator", language).join(parts)

    def rows(self, language: Language, *, has_unreachable: bool, has_unknown: bool) -> list[LegendRow]:
        """Rows of the legend."""
        if self.look is not None:
            return self.look.rows(language, has_unreachable=has_unreachable, has_unknown=has_unknown)
        unit = "m" if is_in_metres(self.mode) else "分"
        return place_rows(self.classes, unit=unit, language=language, has_unreachable=has_unreachable)


def place_layer(workspace: Workspace, indicator: catalogue.Indicator, mode: str) -> PlaceLayer | None:
    """The value per place that shows an indicator in a mode; None where this workspace has none."""
    category = indicator.category
    name = drawn_name(workspace.manifest, indicator, mode)
    if name is not None:
        stored = place_value(workspace, name)
        look = drawn_value(indicator, place_looks().get(indicator.drawn or ""), stored)
        return PlaceLayer(stored * look.scale, look.classes, category or "", mode, look)
    if category is None or not workspace.has_measure(category, mode):
        return None
    values = shown_measure(workspace, category, mode, profiles_for(workspace.manifest))
    return PlaceLayer(values, place_classes(mode), category, mode)


def drawn_name(manifest: Mapping[str, Any], indicator: catalogue.Indicator, mode: str) -> str | None:
    """Name of the value per place that shows an indicator in a mode; None where this workspace has none.

    One that differs by mode bears the mode after a dot. At another threshold than its own an indicator has none: what was
    made for the one would not show the other.
    """
    if indicator.drawn is None or indicator.base:
        return None
    known = _steps_of_values(manifest)
    return next((name for name in (f"{indicator.drawn}.{mode}", indicator.drawn) if name in known), None)


def place_value(workspace: Workspace, name: str) -> Floats:
    """What is known of each place under a name of :func:`drawn_name`; NaN where nothing is."""
    step = _steps_of_values(workspace.manifest)[name]
    return np.asarray(np.load(workspace.file(step, f"{PLACE_VALUES}/{name}.npy"), mmap_mode="r"), dtype=float)


def shown_measure(workspace: Workspace, category: str, mode: str, profiles: Mapping[str, Profile]) -> Floats:
    """Per place: metres or minutes (see :mod:`layers.measures`); inf cannot be reached, NaN no result."""
    stored = np.asarray(workspace.measure(category, mode), dtype=float)
    return stored if is_in_metres(mode) else stored / per_minute(mode, profiles)


def category_name(category: str | None, language: Language) -> str:
    """Name of what an indicator measures the way to."""
    if not category:
        return ""
    known = CATEGORIES.get(category)
    return either((known.ja, known.en), language) if known else word(category, language)


def _steps_of_values(manifest: Mapping[str, Any]) -> dict[str, str]:
    """Step that wrote each value per place, by its name."""
    steps = manifest.get("steps", {})
    return {name: step for step, entry in steps.items() for name in entry["facts"].get("place_values", ())}
