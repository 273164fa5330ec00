"""Values per place as the map draws them: a quantity in fixed classes, or categories with a colour each."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from explorer.maps.classes import Classes, make_classes
from explorer.maps.colours import NO_DATA
from explorer.maps.legend import LegendRow, place_rows
from explorer.words import Language, either, word
from layers.catalogue import Indicator
from layers.drawn import YES_NO, PlaceCategory, PlaceLook


@dataclass(frozen=True)
class DrawnValue:
    """How one value per place goes into the picture and its legend.

    Parameters
    ----------
    classes
        Classes of the values times `scale`; a category is a class of its own.
    categories
        In the order of the classes; empty for a quantity.
    unit
        Of a quantity.
    title_ja, title_en
        Of the legend.
    """

    classes: Classes
    categories: tuple[PlaceCategory, ...]
    unit: str
    scale: float
    title_ja: str
    title_en: str

    def rows(self, language: Language, *, has_unreachable: bool, has_unknown: bool) -> list[LegendRow]:
        """Legend rows: categories in the order their layer lists them, or classes; "no data" last, where there is any."""
        if self.categories:
            rows = [LegendRow(each.colour, either((each.ja, each.en), language)) for each in self.categories]
        else:
            rows = place_rows(self.classes, unit=self.unit, language=language, has_unreachable=has_unreachable)
        return [*rows, LegendRow(NO_DATA, word("no_data", language))] if has_unknown else rows


def drawn_value(indicator: Indicator, look: PlaceLook | None, values: npt.NDArray[np.floating]) -> DrawnValue:
    """How the value per place that an indicator names is drawn.

    Parameters
    ----------
    indicator
        Entry of the catalogue.
    look
        What its layer says of it (:func:`layers.drawn.place_looks`). Without it, 0 and 1 are no and yes, other numbers go
        into the classes of the indicator.
    values
        (n_places,) as stored; NaN where nothing is known.
    """
    known = np.asarray(values)[np.isfinite(values)]
    titles = (look.ja, look.en) if look else (f"地点ごと：{indicator.ja}", f"Each place: {indicator.en}")
    categories = look.categories if look else ()
    if look is None and np.isin(known, (0, 1)).all():
        yes, no = YES_NO  # blue is the good end, as on every map
        categories = YES_NO if indicator.better != "low" else (_coloured(yes, no), _coloured(no, yes))
    if categories:
        return DrawnValue(category_classes(categories), categories, "", 1.0, *titles)
    limits, better = (look.limits, look.better) if look else (indicator.classes, indicator.better)
    unit = look.unit if look else indicator.unit
    classes = make_classes(known, "fixed", fixed=limits, better=better)
    return DrawnValue(classes, (), unit, look.scale if look else 1.0, *titles)


def category_classes(categories: tuple[PlaceCategory, ...]) -> Classes:
    """Classes that hold one category each: their limits lie half-way between the numbers of two categories."""
    ordered = sorted(categories, key=lambda each: each.code)
    limits = tuple((low.code + high.code) / 2 for low, high in pairwise(ordered))
    return Classes(limits, tuple(each.colour for each in ordered))


def _coloured(category: PlaceCategory, like: PlaceCategory) -> PlaceCategory:
    return replace(category, colour=like.colour)
