"""Answers of the page Compare, each worked out once for as long as the workspace stays."""

from __future__ import annotations

import base64
from collections.abc import Callable
from html import escape
from typing import TYPE_CHECKING, Any, Final

import streamlit as st

from explorer.region_file import SavedRegion
from explorer.ui.compare_choice import AUTO, MEDIAN, GivenRegion, Question
from explorer.ui.drawing_lock import DRAWING
from explorer.ui.engine import opened_of
from explorer.ui.study import Study

if TYPE_CHECKING:
    from explorer.comparison.areas import AskedArea
    from explorer.comparison.compared import Comparison
    from explorer.documents.blocks import Document
    from explorer.figures.picture import Picture
    from explorer.words import Language

_BY_KEY: Final[dict[Any, Any]] = {Study: lambda study: study.key}
Pictured = tuple[str, ...]  # what is drawn: kind, and the indicator or series where it is of one


def comparison_of(study: Study, question: Question) -> Comparison:
    """The areas side by side, without a composite."""
    return _comparison(
        study, question.codes, question.regions, question.indicators, question.mode, question.group, question.base
    )


def picture_html(study: Study, question: Question, what: Pictured, draw: Callable[[], Picture | None]) -> str:
    """A picture as an ``<img>`` with its text for those who cannot see it; empty where there is nothing to draw.

    Parameters
    ----------
    what
        Names the picture among those of the same question.
    """
    key = (study.key, question.language, question.codes, question.regions, question.indicators, question.mode, question.group,
           question.base, what)  # fmt: skip
    return _drawn(key, draw)


@st.cache_data(max_entries=12, show_spinner=False, hash_funcs=_BY_KEY)
def file_of(study: Study, question: Question, weights: tuple[tuple[str, float], ...], form: str) -> bytes:
    """The comparison as a document."""
    from explorer.documents.written import document_bytes

    with DRAWING:
        return document_bytes(_document(study, question, dict(weights), question.language), form)


def csv_of(study: Study, question: Question) -> bytes:
    """The table of ``explorer compare`` as CSV, with what it shows and where it comes from below."""
    from explorer.comparison.texts import how_to_read
    from explorer.provenance import provenance_of
    from explorer.ui.blocks import csv_bytes

    found = comparison_of(study, question)
    source = provenance_of(found.opened, [row.indicator for row in found.rows], modes={row.mode for row in found.rows})
    lines = [*how_to_read(found, question.language), *source.text(question.language).split("\n")]
    return csv_bytes(found.table(), lines)


def _document(study: Study, question: Question, weights: dict[str, float], language: Language) -> Document:
    from explorer.comparison.document import comparison_document

    found = comparison_of(study, question)
    return comparison_document(found.with_weights(weights) if weights else found, language)


@st.cache_resource(max_entries=8, show_spinner=False, hash_funcs=_BY_KEY)
def _comparison(
    study: Study,
    codes: tuple[str, ...],
    regions: tuple[GivenRegion, ...],
    indicators: tuple[str, ...],
    mode: str,
    group: str,
    base: str,
) -> Comparison:
    areas: list[AskedArea] = [*codes, *(_asked(region) for region in regions)]
    return opened_of(study).compare(
        areas,
        indicators,
        mode=None if mode == AUTO else mode,
        group=group,
        base=None if base == MEDIAN else base,
    )


def _asked(region: GivenRegion) -> AskedArea:
    return SavedRegion(region.name, codes=list(region.codes)) if region.name else list(region.codes)


@st.cache_data(max_entries=80, show_spinner=False)
def _drawn(key: tuple[object, ...], _draw: Callable[[], Picture | None]) -> str:
    del key  # of the cache
    with DRAWING:
        picture = _draw()
        if picture is None:
            return ""
        # Pixels: in a vector picture the letters would be of whatever font the reader has, and no longer fit.
        encoded = base64.b64encode(picture.png()).decode()
    return f'<img class="figure" alt="{escape(picture.alt)}" src="data:image/png;base64,{encoded}">'
