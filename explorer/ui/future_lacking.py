"""What a view of the page Future lacks, in plain words: which file brings it, where it is from, and how to add it."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Final

import streamlit as st

from explorer.ui import navigation
from explorer.words import Language, either, word
from geodata.sources import DATASETS

if TYPE_CHECKING:
    from explorer.ui.study import Study

PROJECTION, ZONES, MOVES = "mesh_r6", "a50", "migration"
_WHAT: Final = {PROJECTION: "fu_lacks_projection", ZONES: "fu_lacks_zones", MOVES: "fu_lacks_moves"}


def show_lacking(study: Study, dataset: str, language: Language, *, known: str = "", key: str) -> None:
    """A card that says which data set is missing and what to do; `known` says what is shown without it."""
    st.html(lacking_html(study, dataset, language, known=known))
    with st.container(key=f"future_lacking_{key}"):
        navigation.page_link("data", word("fu_lacks_link", language))


def lacking_html(study: Study, dataset: str, language: Language, *, known: str = "") -> str:
    """The card; every text is escaped here."""
    entry = DATASETS[dataset]
    name = file_name(study, dataset)
    lines = [
        known,
        word("fu_lacks_file", language, title=either((entry.ja, entry.en), language)),
        word("fu_lacks_name", language, name=name)
        if name
        else word("fu_lacks_form", language, text=word("fu_lacks_columns", language)),
    ]
    body = "".join(f"<p>{escape(line)}</p>" for line in lines if line)
    page = (
        f'<p>{escape(word("fu_lacks_page", language))}: <a href="{escape(entry.url)}" target="_blank" rel="noreferrer">'
        f"{escape(entry.url)}</a></p>"
        if entry.url.startswith("https://")
        else ""
    )
    title = escape(word("fu_lacks", language, what=word(_WHAT[dataset], language)))
    return (
        f'<div class="card future-lacking"><h3 class="block-title">{title}</h3>{body}{page}'
        f"<p>{escape(word('fu_lacks_add', language))}</p></div>"
    )


def file_name(study: Study, dataset: str) -> str:
    """What the file is called for the prefecture of this study area, as its publisher ships it."""
    from geodata.download_sources import OFFERS

    prefecture = str(study.municipalities["code"].astype(str).min())[:2]
    names = [offer.name for offer in OFFERS if offer.dataset == dataset]
    return names[0].format(pp=prefecture, mesh="") if names else ""
