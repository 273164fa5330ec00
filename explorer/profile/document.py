"""The regional profile (地域プロファイル): one template for screen, HTML, PDF and Word, of a municipality or a region."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Final

from explorer import __version__
from explorer.documents.blocks import Block, Document
from explorer.profile import (
    area_maps,
    compact_city,
    cooperation_chapter,
    digital,
    key_facts,
    kpis,
    migration,
    people,
    scenario_chapter,
    services,
    transport,
)
from explorer.profile.asked import Asked, asked_about
from explorer.profile.end_matter import end_matter, used_in
from explorer.profile.names import document_name
from explorer.provenance import provenance_of
from explorer.words import either, word

if TYPE_CHECKING:
    from pathlib import Path

    from explorer.region_file import SavedRegion
    from explorer.regions import Opened
    from explorer.scenario_result import ScenarioResult
    from explorer.words import Language

Chapter = Callable[[Asked], tuple[Block, ...]]
# In the order of the document. A chapter without anything to show is a sentence that says why, or nothing.
CHAPTERS: Final[tuple[Chapter, ...]] = (
    key_facts.chapter,
    people.chapter,
    area_maps.chapter,
    services.chapter,
    transport.chapter,
    digital.chapter,
    compact_city.chapter,
    migration.chapter,
    cooperation_chapter.chapter,
    kpis.chapter,
    scenario_chapter.chapter,
)


def profile_document(
    opened: Opened,
    codes: Sequence[str] | SavedRegion | Path | str,
    language: Language,
    *,
    scenario: ScenarioResult | None = None,
) -> Document:
    """The profile of one municipality, or of several as a region.

    Parameters
    ----------
    codes
        Codes of municipalities (one alone is a profile of that municipality), a saved region, or its file.
    scenario
        What a scenario of the same workspace does; its chapter shows before and after.

    Raises
    ------
    UnknownCode
        A code is not in the study area, or none is given.
    RegionError
        The file of a region cannot be used.
    """
    asked = asked_about(opened, codes, language, scenario=scenario)
    blocks: list[Block] = []
    for chapter in CHAPTERS:
        blocks += chapter(asked)
    shown = used_in(blocks).indicators
    blocks += end_matter(asked, blocks)
    manifest = opened.workspace.manifest
    return Document(
        title=word("pf_title", language, name=asked.name),
        subtitle=_subtitle(asked),
        name=profile_name(asked),
        language=language,
        blocks=tuple(blocks),
        foot=_foot(asked),
        about=tuple(provenance_of(opened, shown, scenario).rows(language)),
        banner=word("sample_banner", language) if manifest["study_area"].get("is_sample") else "",
    )


def profile_name(asked: Asked) -> str:
    """Name for files, of ASCII: ``profile-10202-ja``."""
    scenario = asked.scenario.scenario.digest if asked.scenario is not None else ""
    return document_name(asked.codes, asked.language, scenario)


def _subtitle(asked: Asked) -> str:
    language = asked.language
    manifest = asked.opened.workspace.manifest
    year = manifest.get("population_year") or "?"
    if asked.is_region:
        members = word("pf_joined", language).join(asked.named(code) for code in asked.codes)
        text = word("pf_subtitle_region", language, n=len(asked.codes), members=members, year=year)
    else:
        table = asked.opened.municipalities.set_index("code")
        prefecture = str(table.loc[asked.codes[0], "prefecture_name"])
        text = word("pf_subtitle_one", language, prefecture=prefecture, year=year)
    if asked.scenario is None:
        return text
    named = word("pf_subtitle_scenario", language, name=asked.scenario.scenario.name)
    return word("separator", language).join([text, named])


def _foot(asked: Asked) -> str:
    manifest = asked.opened.workspace.manifest
    workspace = either((str(manifest["title"]), str(manifest["title_en"])), asked.language)
    return word(
        "pf_foot",
        asked.language,
        name=asked.name,
        workspace=workspace,
        program=word("app_title", asked.language),
        version=__version__,
    )
