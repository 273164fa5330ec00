"""Families of indicators: those that differ only in their threshold, year or preset, under the name they share."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from layers import catalogue

_LAST_BRACKETS: Final = re.compile(r"\s*[（(]([^（）()]*)[）)]$")


@dataclass(frozen=True)
class Family:
    """Indicators that differ only in their threshold or in the preset of a definition."""

    id: str
    theme: str
    members: tuple[catalogue.Indicator, ...]

    def name(self, language: str) -> str:
        """Name without the threshold: what all members have in common."""
        return common_name([member.ja if language == "ja" else member.en for member in self.members])

    def variant(self, member: catalogue.Indicator, language: str) -> str:
        """What sets a member without a threshold in metres apart: the text in its last brackets."""
        name = member.ja if language == "ja" else member.en
        found = _LAST_BRACKETS.search(name)
        return found.group(1) if found else name


def families_of(entries: Iterable[catalogue.Indicator]) -> list[Family]:
    """Indicators by family, in the order in which they come."""
    members: dict[str, list[catalogue.Indicator]] = {}
    for indicator in entries:
        members.setdefault(indicator.family, []).append(indicator)
    return [Family(name, found[0].theme, tuple(found)) for name, found in members.items()]


def common_name(names: list[str]) -> str:
    """The part that names share, an ellipsis standing for what differs.

    Examples
    --------
    >>> common_name(["駅の徒歩圏人口割合（500m）", "駅の徒歩圏人口割合（800m）"])
    '駅の徒歩圏人口割合'
    >>> common_name(["People within 500 m of: Station", "People within 800 m of: Station"])
    'People within … m of: Station'
    >>> common_name(["終発が19時以降の人", "終発が21時以降の人"])
    '終発が…時以降の人'
    """
    if len(set(names)) == 1:
        return names[0]
    bare = {_LAST_BRACKETS.sub("", name) for name in names}
    if len(bare) == 1:
        return bare.pop()
    # Japanese has no blanks between its words: there the characters are compared.
    join = " " if all(" " in name for name in names) else ""
    words = [name.split() if join else list(name) for name in names]
    start = _shared(words)
    end = _shared([line[start:][::-1] for line in words])
    first = words[0]
    return join.join([*first[:start], "…", *first[len(first) - end :]])


def _shared(lines: list[list[str]]) -> int:
    count = 0
    for column in zip(*lines, strict=False):
        if len(set(column)) > 1:
            break
        count += 1
    return count
