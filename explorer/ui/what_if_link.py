"""Scenarios in addresses and in the selection: a draft as one text, and a draft out of it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from explorer.ui.what_if_bench import sites_of
from explorer.ui.what_if_state import Bench, Draft, edits_from_link, edits_to_link

if TYPE_CHECKING:
    from explorer.scenario_edits import Edit
    from explorer.ui.study import Study

_BUILD_LETTERS: Final = 8  # of the key of the workspace: ids of facilities are those of one build
_LONGEST_NAME: Final = 80
_DIVIDERS: Final = re.compile(r"[~!\s]+")


def link_text(study: Study, draft: Draft) -> str:
    """The text that holds a draft, such as ``build~1a2b3c4d!name~閉校!close~f000123``.

    Empty where the draft is, or where no address can hold it.
    """
    edits = edits_to_link(draft.edits) if draft.edits else None
    if not edits:
        return ""
    name = _DIVIDERS.sub(" ", draft.name).strip()[:_LONGEST_NAME]
    return "!".join([f"build~{study.key[:_BUILD_LETTERS]}", *([f"name~{name}"] if name else []), edits])


def draft_of(study: Study, text: str) -> Draft | None:
    """The draft that a text holds; None where it is broken or of another workspace."""
    found = _parts(study, text)
    return None if found is None else Draft(name=found[0], edits=found[1])


def take_up(study: Study, bench: Bench, text: str) -> Draft | None:
    """Work on the scenario that a text holds: the draft that says it, or did so before its last changes, else a new one.

    A step back through the history of the browser is so a step back in the draft.

    Returns
    -------
    Draft or None
        None where the text is broken, of another workspace, or where there is no room for a further draft.
    """
    found = _parts(study, text)
    if found is None:
        return None
    name, edits = found
    wanted = edits_to_link(edits) or ""
    for at, draft in enumerate(bench.drafts):
        if edits_to_link(draft.edits) == wanted:
            bench.current = at
            return draft
    if bench.draft.go_to(wanted):
        return bench.draft
    draft = Draft(name=name, edits=edits)
    return draft if bench.start(draft) else None


def _parts(study: Study, text: str) -> tuple[str, tuple[Edit, ...]] | None:
    """Name and edits."""
    name, parts = "", text.split("!")
    if parts.pop(0) != f"build~{study.key[:_BUILD_LETTERS]}":
        return None
    if parts and parts[0].startswith("name~"):
        name = parts.pop(0).removeprefix("name~")[:_LONGEST_NAME]
    names: dict[str, str] = {}
    for category in study.services:
        sites = sites_of(study, category)
        names |= dict(zip(sites["site_id"], sites["name"], strict=True))
    edits = edits_from_link("!".join(parts), names)
    return None if edits is None else (name, edits)
