"""What a profile is about, and its numbers: each exactly the one of the table of indicators, with where it stands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from explorer.comparison.ranks import rank_of
from explorer.completeness_text import completeness_share
from explorer.documents.blocks import Cell, Shown
from explorer.regions import REGION
from explorer.words import Language, either, one_language, unit_word, value_text, word

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd

    from explorer.comparison.ranks import Rank
    from explorer.completeness_text import Share
    from explorer.region_file import SavedRegion
    from explorer.regions import Opened
    from explorer.rows import Row, Rows
    from explorer.scenario_result import ScenarioResult
    from layers.catalogue import Indicator

_NAMED = 4  # members of a region that its name lists; the others are counted


def without_unit(cell: Cell, unit: str, language: Language) -> Cell:
    """A cell of a table whose head says the unit: the number alone."""
    return replace(cell, text=cell.text.removesuffix(f" {unit_word(unit, language)}"))


@dataclass(frozen=True)
class Asked:
    """What a profile is about: one municipality, or several as a region.

    Parameters
    ----------
    codes
        Of the members, in the order of the workspace; make it with :func:`asked_about`, which checks them.
    title
        The region's own name, where it has one.

    Notes
    -----
    Everywhere `mode` None is that of streets on foot where the indicator is known so, else its first.
    """

    opened: Opened
    codes: tuple[str, ...]
    language: Language
    scenario: ScenarioResult | None = None
    title: str = ""

    @property
    def is_region(self) -> bool:
        """Whether it is about several municipalities as one."""
        return len(self.codes) > 1

    @property
    def area_code(self) -> str:
        """The code of the municipality, or ``region``."""
        return REGION if self.is_region else self.codes[0]

    @property
    def name(self) -> str:
        """With the code for a municipality: ``高崎市（10202）``; of a region its own name, or those of its members."""
        return self.short_name if self.is_region else self.named(self.codes[0])

    @property
    def short_name(self) -> str:
        """Without the code, for sentences."""
        if not self.is_region:
            return self.names[self.codes[0]]
        if self.title:
            return self.title
        joined = word("pf_joined", self.language).join(self.names[code] for code in self.codes[:_NAMED])
        more = len(self.codes) - _NAMED
        return word("pf_and_others", self.language, names=joined, n=more) if more > 0 else joined

    def named(self, code: str) -> str:
        """Name and code of a municipality of the study area."""
        return word("name_and_code", self.language, name=self.names[code], code=code)

    @cached_property
    def names(self) -> dict[str, str]:
        """Code → name of every municipality of the study area, in its order."""
        table = self.opened.municipalities
        return dict(zip(table["code"].astype(str), table["name"].astype(str), strict=True))

    @property
    def study_codes(self) -> list[str]:
        """Codes of every municipality of the study area."""
        return list(self.names)

    def knows(self, indicator: str) -> bool:
        """Whether the catalogue, or this workspace, has the indicator at all."""
        return indicator in self.opened.catalogue

    def indicator(self, indicator: str) -> Indicator:
        """The entry of the catalogue, or of the workspace's own tables."""
        return self.opened.catalogue[indicator]

    def label(self, indicator: str) -> str:
        """Name of an indicator in the language of the profile."""
        found = self.indicator(indicator)
        return either((found.ja, found.en), self.language)

    def mode(self, indicator: str, group: str = "total") -> str:
        """The mode that is taken where none is named."""
        return self._rows.usual_mode(indicator, group)

    def row(self, indicator: str, group: str = "total", mode: str | None = None) -> Row | None:
        """The row of the area (for a region that of all its people pooled); None where the workspace has none."""
        return self._rows.row(self.area_code, indicator, group, mode)

    def row_of(self, code: str, indicator: str, group: str = "total", mode: str | None = None) -> Row | None:
        """The row of any municipality of the study area."""
        return self.opened.rows().row(code, indicator, group, mode)

    def value(self, indicator: str, group: str = "total", mode: str | None = None) -> float:
        """The value of the area; NaN where there is none."""
        row = self.row(indicator, group, mode)
        return np.nan if row is None else row.value

    def cell(self, indicator: str, group: str = "total", mode: str | None = None, *, sign: bool = False) -> Cell:
        """The value with its unit, as on screen, or "no data"; knows which value of the table it shows."""
        return self._cell(self.row(indicator, group, mode), sign=sign)

    def cell_of(
        self, code: str, indicator: str, group: str = "total", mode: str | None = None, *, sign: bool = False
    ) -> Cell:
        """The same for any municipality of the study area."""
        return self._cell(self.row_of(code, indicator, group, mode), sign=sign)

    def text(self, indicator: str, group: str = "total", mode: str | None = None, *, sign: bool = False) -> str:
        """The value with its unit, for sentences."""
        return self.cell(indicator, group, mode, sign=sign).text

    def reason(self, indicator: str, group: str = "total", mode: str | None = None) -> str:
        """Why there is no value, in the language of the profile; ``""`` where there is one.

        What is published for the prefecture only is said here, as the prefecture's: it is no value of the municipality.
        """
        if not self.knows(indicator):
            return word("pf_not_in_workspace", self.language)
        row = self.row(indicator, group, mode)
        if row is None:
            known = self._rows.modes(indicator, "total")
            return word("pf_no_such_group" if known else "pf_not_in_workspace", self.language)
        if row.is_known:
            return ""
        return one_language(row.reason, self.language) or word("reason_unknown", self.language)

    def study_values(self, indicator: str, group: str = "total", mode: str | None = None) -> pd.Series:
        """Values of every municipality of the study area, by code; NaN where there is none."""
        return self.opened.rows().values(self.study_codes, indicator, group, mode)

    def rank(self, indicator: str, group: str = "total", mode: str | None = None) -> Rank | None:
        """Place among all municipalities of the study area; None for a region, and where there is no value."""
        if self.is_region or not self.knows(indicator):
            return None
        entry = self.indicator(indicator)
        values = self.study_values(indicator, group, mode)
        return rank_of(values.to_numpy(), self.study_codes.index(self.area_code), entry.unit, entry.better)

    def rank_note(self, indicator: str, group: str = "total", mode: str | None = None) -> str:
        """Where the value stands: 「35市区町村中 3 位（値の大きい順、同順位 2）」; of a region from where to where its members go.

        ``""`` where there is no value to compare, or nothing to compare with.
        """
        if self.is_region:
            return self._members_note(indicator, group, mode)
        rank = self.rank(indicator, group, mode)
        if rank is None or rank.count < 2:
            return ""
        order = word("rank_from_high" if rank.from_high else "rank_from_low", self.language)
        key = "rank_tied" if rank.tied > 1 else "rank_text"
        return word(key, self.language, n=rank.count, rank=rank.place, tied=rank.tied, order=order)

    def rank_short(self, indicator: str, group: str = "total", mode: str | None = None) -> str:
        """The same for a narrow column: ``3/35 位``, ties marked; of a region the range of its members."""
        if self.is_region:
            return self._members_note(indicator, group, mode, bare=True)
        rank = self.rank(indicator, group, mode)
        if rank is None or rank.count < 2:
            return ""
        arrow = "pf_rank_high" if rank.from_high else "pf_rank_low"
        tied = word("pf_rank_tied", self.language, tied=rank.tied) if rank.tied > 1 else ""
        return word(arrow, self.language, rank=rank.place, n=rank.count, tied=tied)

    def lists_lack(self, indicator: str) -> Share | None:
        """How few of the shops behind an indicator the lists hold, where it is too few to say anything; None otherwise.

        It is asked of this area and of the whole study area: a village is expected to have so few shops that its own number
        tells nothing, and lists that lack most shops elsewhere lack them there too.
        """
        if self._completeness is None:
            return None
        category = self.indicator(indicator).category
        shares = (completeness_share(self._completeness, category, codes) for codes in (self.codes, self.study_codes))
        return next((share for share in shares if share is not None and share.is_low), None)

    @cached_property
    def _completeness(self) -> pd.DataFrame | None:
        workspace = self.opened.workspace
        return workspace.table("completeness") if workspace.has_table("completeness") else None

    @cached_property
    def _rows(self) -> Rows:
        return self.opened.rows(self.codes if self.is_region else ())

    def _cell(self, row: Row | None, *, sign: bool) -> Cell:
        if row is None:
            return Cell(word("no_data", self.language))
        shown = Shown(row.indicator.id, row.area_code, row.group, row.mode, row.value)
        return Cell(value_text(row.value, row.indicator.unit, self.language, sign=sign), shown)

    def _members_note(self, indicator: str, group: str, mode: str | None, *, bare: bool = False) -> str:
        if not self.knows(indicator):
            return ""
        values = self.opened.rows().values(self.codes, indicator, group, mode).dropna()
        if len(values) < 2:
            return ""
        unit = self.indicator(indicator).unit
        low, high = (value_text(float(end), unit, self.language) for end in (values.min(), values.max()))
        if bare:
            low, high = (end.removesuffix(f" {unit_word(unit, self.language)}") for end in (low, high))
        if low == high:
            return low if bare else word("pf_members_same", self.language, value=low)
        if unit != "時":  # the unit is written once
            low = low.removesuffix(f" {unit_word(unit, self.language)}")
        return word("pf_range" if bare else "pf_members_range", self.language, low=low, high=high)


def asked_about(
    opened: Opened,
    codes: Sequence[str] | SavedRegion | Path | str,
    language: Language,
    *,
    scenario: ScenarioResult | None = None,
) -> Asked:
    """What a profile about municipalities is about; wards count as their city.

    Raises
    ------
    UnknownCode
        A code is not in the study area, or none is given.
    RegionError
        The file of a region cannot be used.
    """
    region = opened.region(codes)
    # In whatever order members are named, it is one region, and one document.
    members = tuple(code for code in opened.municipalities["code"].astype(str) if code in region.codes)
    return Asked(opened, members, language, scenario, region.title)
