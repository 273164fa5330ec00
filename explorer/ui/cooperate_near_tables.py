"""Neighbours and peers as tables, as shown and as saved."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Final

import pandas as pd

from explorer.centres import BASIS_WORDS
from explorer.ui.cooperate_text import reason_text
from explorer.words import Language, either, unit_word, value_digits, word

if TYPE_CHECKING:
    from layers.catalogue import Indicator

DISTANCE_DIGITS: Final = 2
_PART: Final = "_part"
_NUMBERS: Final = {  # of the neighbours: heading and decimals
    "border_km": ("co_near_column_border", 1),
    "minutes": ("co_near_column_minutes", 1),
    "commuters_out": ("co_near_column_out", 0),
    "commuters_in": ("co_near_column_in", 0),
    "minutes_back": ("co_near_column_back", 1),
    "commuters_out_percent": ("co_near_column_out_percent", 1),
    "commuters_in_percent": ("co_near_column_in_percent", 1),
    "people": ("co_column_people", 0),
}


def neighbour_frame(
    rows: pd.DataFrame, members: Iterable[str], language: Language, *, is_saved: bool = False
) -> pd.DataFrame:
    """Neighbours in the order given; ``attrs["digits"]``: the decimals of each number.

    Parameters
    ----------
    members
        Codes of the region.
    is_saved
        Code and name apart, and between which points the minutes are: for the file.
    """
    columns = _whose(rows, language, is_saved=is_saved)
    digits: dict[str, int] = {}
    for name, (key, places) in _NUMBERS.items():
        head = word(key, language)
        columns[head], digits[head] = rows[name].round(places), places
    here = set(members)
    columns[word("co_column_member", language)] = pd.Series(
        [word("co_yes" if code in here else "co_no", language) for code in rows["code"]], index=rows.index
    )
    if is_saved:
        columns[word("co_near_column_basis", language)] = rows["minutes_basis"].map(lambda text: _way(text, language))
    remarks = [
        word("separator", language).join(
            filter(None, [word("co_near_approximate", language) if near else "", reason_text(why, language)])
        )
        for near, why in zip(rows["border_is_approximate"], rows["reason"], strict=True)
    ]
    if any(remarks):
        columns[word("column_reason", language)] = pd.Series(remarks, index=rows.index)
    return _made(columns, digits, set())


def peer_frame(
    rows: pd.DataFrame, indicators: Mapping[str, Indicator], language: Language, *, is_saved: bool = False
) -> pd.DataFrame:
    """Peers, the municipality itself first; per indicator its value and its part of the distance.

    Parameters
    ----------
    rows
        Of :func:`explorer.compare.peers`, with ``attrs["used"]``.
    is_saved
        Code and name apart: for the file.
    """
    columns = _whose(rows, language, is_saved=is_saved)
    head = word("co_peers_column_distance", language)
    columns[head], digits, signed = rows["distance"].round(DISTANCE_DIGITS), {head: DISTANCE_DIGITS}, set()
    for each in rows.attrs["used"]:
        indicator = indicators[each]
        name = either((indicator.ja, indicator.en), language)
        places = value_digits(indicator.unit, float(rows[each].abs().min()))
        head = word("co_peers_column_value", language, name=name, unit=unit_word(indicator.unit, language))
        columns[head], digits[head] = rows[each].round(places), places
        part = word("co_peers_column_part", language, name=name)
        columns[part], digits[part] = rows[each + _PART].round(2), 2
        signed.add(part)
    remarks = [reason_text(why, language) for why in rows["reason"]]
    if any(remarks):
        columns[word("column_reason", language)] = pd.Series(remarks, index=rows.index)
    return _made(columns, digits, signed)


def basis_words(bases: Iterable[str], language: Language) -> str:
    """Between which points the minutes are, each kind once."""
    from explorer.centres import basis_text

    kinds = {kind for text in bases for kind in str(text).split("→") if kind}
    return either(basis_text(sorted(kinds)), language) if kinds else ""


def _whose(rows: pd.DataFrame, language: Language, *, is_saved: bool) -> dict[str, pd.Series]:
    if is_saved:
        return {word("column_code", language): rows["code"], word("column_name", language): rows["name"]}
    both = [
        word("name_and_code", language, name=name, code=code)
        for code, name in zip(rows["code"], rows["name"], strict=True)
    ]
    return {word("column_name", language): pd.Series(both, index=rows.index, dtype=object)}


def _way(text: object, language: Language) -> str:
    return "→".join(either(BASIS_WORDS[kind], language) for kind in str(text).split("→") if kind)


def _made(columns: dict[str, pd.Series], digits: dict[str, int], signed: set[str]) -> pd.DataFrame:
    frame = pd.DataFrame(columns).reset_index(drop=True)
    frame.attrs = {"digits": digits, "signed": sorted(signed)}  # plain lists: the browser gets them too
    return frame
