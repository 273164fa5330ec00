"""Cooperation: what own, shared and all facilities reach, who uses whose, which facilities matter most, and how long they last."""

from __future__ import annotations

from typing import TYPE_CHECKING

from explorer.documents.blocks import Block, Paragraph
from explorer.profile.cooperation_cover import coverage_blocks
from explorer.profile.cooperation_sites import capacity_blocks, critical_blocks, lasting_blocks
from explorer.profile.cooperation_uses import uses_blocks
from explorer.profile.regional_blocks import chapter_of, mode_text, service_text, unknown
from explorer.profile.study_answers import study_answers
from explorer.words import joined, number, word
from layers.conditions import REASONS

if TYPE_CHECKING:
    from explorer.profile.asked import Asked


def chapter(asked: Asked) -> tuple[Block, ...]:
    """The chapter on cooperation, of a municipality or of a region."""
    language = asked.language
    title = word("pr_cooperation", language)
    answers = study_answers(asked.opened)
    if not answers.shared():
        return chapter_of(title, [unknown(asked, title, " / ".join(REASONS["no_source"]))])
    return chapter_of(
        title,
        [
            Paragraph(_lead(asked), role="note"),
            *coverage_blocks(asked),
            *uses_blocks(asked),
            *critical_blocks(asked),
            *capacity_blocks(asked),
            *lasting_blocks(asked),
        ],
    )


def _lead(asked: Asked) -> str:
    """How people go, and which services are not told since their lists lack too many."""
    language = asked.language
    answers = study_answers(asked.opened)
    texts = [word("pr_cooperation_lead", language, mode=mode_text(answers.mode, language))]
    low = answers.low_lists(asked.codes)
    for category in (each.category for each in answers.shared() if each.category in low):
        percent = number(low[category], language)
        share = word("pr_below_one", language) if percent == "0" else word("pr_about_percent", language, share=percent)
        texts.append(word("pr_list_low", language, services=service_text(category, language), share=share))
    return joined(texts, language)
