"""Whose facilities people are nearest to: their own municipality's, a neighbour's, or none."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np

from explorer.documents.blocks import Block, Cell, Figure, Paragraph
from explorer.profile.regional_blocks import ONE_PERSON, credit, people_text, percent_text, service_text, value_table
from explorer.profile.study_answers import study_answers
from explorer.uses import NONE, OUTSIDE
from explorer.words import number, word

if TYPE_CHECKING:
    import pandas as pd

    from explorer.profile.asked import Asked

MOST_MEMBERS: Final = 8  # a matrix of more is not legible on paper
_DESTINATIONS: Final = 2
_FLOWS: Final = 5
_WORTH_A_MATRIX: Final = 0.01  # share of the people who are nearest to another member


class Use(NamedTuple):
    """People of an area by where their nearest facility of a service stands."""

    category: str
    people: float
    own: float
    members: float  # another member of the region
    outside: float  # beyond the area; of a municipality every other one
    none: float
    to: pd.Series  # people by municipality beyond their own, most first; index code ("outside" where it is unknown)

    @property
    def elsewhere(self) -> float:
        """Whose nearest stands outside their own municipality: the border dependence."""
        return self.members + self.outside


def uses_blocks(asked: Asked) -> list[Block]:
    """A table by service; for a small region a matrix of one service, for a large one its largest flows."""
    found = [
        use
        for each in study_answers(asked.opened).told(asked.codes)
        if (use := use_of(asked, each.category)) is not None
    ]
    if not found:
        return []
    if not asked.is_region:
        return [_sentence(asked, found), _table(asked, found)]
    shown = max(found, key=lambda use: use.members)  # the first of equals, in the order of the services
    detail = [_matrix(asked, shown.category)] if len(asked.codes) <= MOST_MEMBERS else [_largest(asked, shown.category)]
    return [
        _sentence(asked, found),
        _table(asked, found),
        *(detail if shown.members >= _WORTH_A_MATRIX * shown.people else []),
    ]


def use_of(asked: Asked, category: str) -> Use | None:
    """Who uses whose, of one service; None where a member is in no list of it."""
    rows = _rows(asked, category)
    if rows["people"].isna().any():
        return None
    to, start = rows["to_code"].astype(str), rows["from_code"].astype(str)
    people = rows["people"].astype(float)
    is_own, is_none = to == start, to == NONE
    is_member = to.isin(asked.codes) & ~is_own
    away = people[~is_own & ~is_none].groupby(to[~is_own & ~is_none]).sum()
    away = away[away >= ONE_PERSON].sort_index().sort_values(ascending=False, kind="stable")
    total = float(people.sum())
    own, members, none = (float(people[mask].sum()) for mask in (is_own, is_member, is_none))
    outside = float(people[~is_own & ~is_member & ~is_none].sum())
    return Use(category, total, own, members, outside, none, away) if total > 0 else None


def _rows(asked: Asked, category: str) -> pd.DataFrame:
    table = study_answers(asked.opened).uses(category)
    return table[table["from_code"].isin(asked.codes)]


def _sentence(asked: Asked, found: list[Use]) -> Paragraph:
    """The service for which most people are nearest to others' facilities."""
    language = asked.language
    most = max(round(use.elsewhere) for use in found)
    if most < 1:
        return Paragraph(word("pr_uses_none_elsewhere", language, name=asked.short_name))
    first = next(use for use in found if round(use.elsewhere) == most)
    return Paragraph(
        word(
            "pr_uses_sentence",
            language,
            name=asked.short_name,
            service=service_text(first.category, language),
            share=_share(asked, first.elsewhere, first.people),
            people=people_text(first.elsewhere, language),
        )
    )


def _table(asked: Asked, found: list[Use]) -> Block:
    language = asked.language
    heads = [word("pr_service", language), word("pr_uses_own", language)]
    if asked.is_region:
        heads += [word("pr_uses_members", language), word("pr_uses_outside", language)]
    else:
        heads += [word("pr_uses_elsewhere", language)]
    heads += [word("pr_uses_elsewhere_people", language)]
    is_some_none = any(use.none >= ONE_PERSON for use in found)
    heads += [word("pr_uses_nowhere", language)] if is_some_none else []
    heads += [word("pr_uses_where", language)]
    rows = []
    for use in found:
        shares = [use.own, use.members, use.outside] if asked.is_region else [use.own, use.elsewhere]
        row = [service_text(use.category, language), *(_share(asked, part, use.people) for part in shares)]
        row += [number(_whole(use.elsewhere), language)]
        row += [_share(asked, use.none, use.people)] if is_some_none else []
        row += [_destinations(asked, use)]
        rows.append([Cell(text) for text in row])
    caption = word("pr_uses_caption", language, name=asked.short_name)
    texts = {len(heads) - 1: 5.8}
    return value_table(caption, heads, rows, first=2.4, texts=texts, note=word("pr_uses_note", language))


def _destinations(asked: Asked, use: Use) -> str:
    """The most common municipalities beyond their own, with the share of everybody who is nearest to theirs."""
    language = asked.language
    parts = [
        word("pr_uses_to", language, name=_name(asked, str(code)), share=_share(asked, float(people), use.people))
        for code, people in use.to.head(_DESTINATIONS).items()
    ]
    return word("pr_comma", language).join(parts) or word("pr_dash", language)


def _name(asked: Asked, code: str) -> str:
    if code == OUTSIDE:
        return word("pr_uses_beyond", asked.language)
    name = study_answers(asked.opened).names.get(code)
    return code if name is None else word("name_and_code", asked.language, name=name, code=code)


def _share(asked: Asked, part: float, whole: float) -> str:
    return percent_text(100.0 * _whole(part) / whole, asked.language)


def _whole(people: float) -> float:
    return people if people >= ONE_PERSON else 0.0


def shares_matrix(asked: Asked, category: str) -> tuple[Any, list[str]]:
    """Share of each member's people by where the nearest stands, %: members, then elsewhere; with the codes of the columns."""
    rows = _rows(asked, category)
    to = rows["to_code"].astype(str)
    column = to.where(to.isin([*asked.codes, NONE]), OUTSIDE)
    wide = rows.assign(column=column).pivot_table(index="from_code", columns="column", values="people", aggfunc="sum")
    columns = [*asked.codes, *(name for name in (OUTSIDE, NONE) if name in wide and wide[name].sum() >= ONE_PERSON)]
    wide = wide.reindex(index=list(asked.codes), columns=columns).fillna(0.0)
    totals = wide.sum(axis=1).to_numpy(float)[:, np.newaxis]
    shares = np.divide(100.0 * wide.to_numpy(float), totals, out=np.full(wide.shape, np.nan), where=totals > 0)
    return shares, columns


def _matrix(asked: Asked, category: str) -> Figure:
    from explorer.figures.matrix import flows_matrix
    from explorer.figures.style import ChartFrame

    language = asked.language
    shares, columns = shares_matrix(asked, category)
    beyond = {OUTSIDE: word("pr_uses_outside_region", language), NONE: word("pr_uses_nowhere", language)}
    rows = [asked.names[code] for code in asked.codes]
    heads = [beyond.get(code) or asked.names[code] for code in columns]
    caption = word("pr_matrix_uses_caption", language, service=service_text(category, language))
    frame = ChartFrame(
        title=caption, unit="%", language=language, width_mm=_matrix_mm(len(columns)), credit=credit(asked)
    )
    picture = flows_matrix(
        shares, rows, heads, frame,
        row_head=word("pr_matrix_rows", language), column_head=word("pr_matrix_columns", language),
    )  # fmt: skip
    return Figure(picture, caption, word("pr_matrix_uses_note", language))


def _matrix_mm(columns: int) -> float:
    return min(174.0, 60.0 + 18.0 * columns)


def _largest(asked: Asked, category: str) -> Block:
    """The largest flows between members."""
    language = asked.language
    rows = _rows(asked, category)
    to = rows["to_code"].astype(str)
    between = rows[to.isin(asked.codes) & (to != rows["from_code"].astype(str)) & (rows["people"] >= ONE_PERSON)]
    first = between.sort_values(["people", "from_code", "to_code"], ascending=[False, True, True]).head(_FLOWS)
    table = [
        [
            Cell(asked.named(str(start))),
            Cell(asked.named(str(end))),
            Cell(number(float(people), language)),
            Cell(percent_text(float(share), language)),
        ]
        for start, end, people, share in first[["from_code", "to_code", "people", "share"]].itertuples(index=False)
    ]
    heads = [word("pr_matrix_rows", language), word("pr_matrix_columns", language), word("pr_people_heads", language)]
    heads += [word("pr_of_residents", language)]
    caption = word("pr_flows_caption", language, service=service_text(category, language), n=_FLOWS)
    return value_table(caption, heads, table, texts={1: 2.2})
