"""What one map shows: the values of a choice, their classes, and how they are called."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import pandas as pd

from explorer.maps.classes import Classes, make_classes
from explorer.words import either, word
from layers import catalogue

if TYPE_CHECKING:
    from explorer.ui.choice import Choice, Second
    from explorer.ui.study import Study


YEAR: Final = re.compile(r"(.+)_((?:19|20|21)\d\d)")
# Indicators of today that have the same meaning as one of a year to come.
TODAY: Final = {
    "population": "population",
    "ageing": "ageing_65",
    "ageing_75": "ageing_75",
    "women_20_39": "women_20_39",
}


@dataclass(frozen=True, eq=False)
class View:
    """One map with its values.

    Parameters
    ----------
    rows
        As :meth:`explorer.ui.study.Study.values`.
    scenario
        Name of the scenario whose values these are; empty for things as they are.
    """

    choice: Choice
    rows: pd.DataFrame
    classes: Classes
    scenario: str = ""

    @property
    def title(self) -> str:
        """Indicator, mode and age group, and the scenario where it is one."""
        language = self.choice.language
        return word("separator", language).join(
            [either((self.choice.indicator.ja, self.choice.indicator.en), language), self.condition]
        )

    @property
    def condition(self) -> str:
        """What sets it apart from another view of the same indicator."""
        language = self.choice.language
        parts = [either(catalogue.MODES[self.choice.mode], language)] if self.choice.mode else []
        parts.append(either(catalogue.GROUPS[self.choice.group], language))
        if self.scenario:
            parts.append(word("xp_after", language, name=self.scenario))
        return word("separator", language).join(parts)


def first_view(study: Study, choice: Choice) -> View:
    """The values of the workspace for a choice."""
    rows = study.values(choice.indicator.id, choice.mode, choice.group)
    return View(choice, rows, _classes(rows, choice))


def second_view(study: Study, first: View, second: Second) -> View:
    """The values of the second map; in the classes of the first where both are of one kind, so that colours compare."""
    choice = replace(first.choice, indicator=second.indicator, mode=second.mode, group=second.group)
    rows = study.values(choice.indicator.id, choice.mode, choice.group)
    return View(choice, rows, shared_classes(first, choice, rows))


def shared_classes(first: View, choice: Choice, rows: pd.DataFrame) -> Classes:
    """The classes of the first map where the second has the same unit, judgement and limits, else classes of its own."""
    return first.classes if are_alike(first.choice, choice) else _classes(rows, choice)


def are_alike(one: Choice, other: Choice) -> bool:
    """Whether two choices measure the same kind of thing: their colours and their difference then mean something."""
    first, second = one.indicator, other.indicator
    return (first.unit, first.better, first.counted) == (second.unit, second.better, second.counted) and (
        first.classes == second.classes
        or first.family == second.family
        or "" != stem_of(first.id) == stem_of(second.id)
    )


def stem_of(indicator: str) -> str:
    """What an indicator measures in some year or other; empty for one that is not told by years.

    Examples
    --------
    >>> stem_of("ageing_75_2050"), stem_of("ageing_65"), stem_of("clinic_within_800m")
    ('ageing_75', 'ageing', '')
    """
    match = YEAR.fullmatch(indicator)
    return match[1] if match else next((stem for stem, today in TODAY.items() if today == indicator), "")


def _classes(rows: pd.DataFrame, choice: Choice) -> Classes:
    return make_classes(rows["value"], choice.scheme, fixed=choice.indicator.classes, better=choice.indicator.better)
