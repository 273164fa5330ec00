"""The scenarios of a session: up to three drafts, each with its edits and a way back, and what an address bar can hold of one.

No streamlit in here: the page keeps a :class:`Bench` in the session and draws what it holds.
"""

from __future__ import annotations

import math
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from explorer.live_sites import is_in_japan
from explorer.scenario_edits import Close, Edit, LineDrop, LineThin, Move, Open, Restrict, Scenario, Speed, StopDrop

MOST_DRAFTS: Final = 3
MOST_UNDO: Final = 100
LONGEST_LINK: Final = 600  # characters; a longer list of edits is a file to send, not an address
LETTERS: Final = "ABC"


@dataclass
class Draft:
    """A scenario being worked on.

    Parameters
    ----------
    key
        Tells the drafts of a session apart, whatever they are called.
    past, future
        Lists of edits before what was done last, and after what was undone.
    """

    name: str = ""
    name_en: str = ""
    note: str = ""
    edits: tuple[Edit, ...] = ()
    past: list[tuple[Edit, ...]] = field(default_factory=list)
    future: list[tuple[Edit, ...]] = field(default_factory=list)
    key: str = field(default_factory=lambda: uuid.uuid4().hex[:8])

    def scenario(self, name: str = "") -> Scenario:
        """What it says now; `name` is used where it has none."""
        return Scenario(self.name or name, self.name_en, self.edits, self.note)

    def change(self, edits: tuple[Edit, ...]) -> None:
        """Other edits, with a way back."""
        if edits != self.edits:
            self.past = [*self.past, self.edits][-MOST_UNDO:]
            self.future = []
            self.edits = edits

    def add(self, edit: Edit) -> None:
        """One more edit. A later word on the same facility, stop, line or road class takes the place of the earlier."""
        about = _about(edit)
        kept = tuple(other for other in self.edits if other != edit and (about is None or _about(other) != about))
        self.change((*kept, edit))

    def remove(self, number: int) -> None:
        """Take an edit out of the list."""
        if 0 <= number < len(self.edits):
            self.change(self.edits[:number] + self.edits[number + 1 :])

    def undo(self) -> None:
        """The edits as they were before the last change."""
        if self.past:
            self.future.append(self.edits)
            self.edits = self.past.pop()

    def redo(self) -> None:
        """The edits as they were before the last undo."""
        if self.future:
            self.past.append(self.edits)
            self.edits = self.future.pop()

    def go_to(self, text: str) -> bool:
        """Undo or redo until the edits are again those of a link (:func:`edits_to_link`); False where they never were."""
        for way, step in (([self.edits], None), (self.past, self.undo), (self.future, self.redo)):
            if any(edits_to_link(edits) == text for edits in way):
                while step is not None and edits_to_link(self.edits) != text:
                    step()
                return True
        return False


@dataclass
class Bench:
    """The drafts of a session, and which of them is worked on."""

    drafts: list[Draft] = field(default_factory=lambda: [Draft()])
    current: int = 0

    @property
    def draft(self) -> Draft:
        """The one that is worked on."""
        self.current = min(max(self.current, 0), len(self.drafts) - 1)
        return self.drafts[self.current]

    @property
    def is_full(self) -> bool:
        """Whether no further draft can be kept."""
        return len(self.drafts) >= MOST_DRAFTS

    def start(self, draft: Draft) -> bool:
        """Keep another draft and work on it; False where there is no room. An empty one gives way."""
        if not self.draft.edits and not self.draft.past:
            self.drafts[self.current] = draft
            return True
        if self.is_full:
            return False
        self.drafts.append(draft)
        self.current = len(self.drafts) - 1
        return True

    def drop(self) -> None:
        """Give up the draft that is worked on."""
        del self.drafts[self.current]
        if not self.drafts:
            self.drafts = [Draft()]
        self.current = min(self.current, len(self.drafts) - 1)

    def copy(self) -> bool:
        """Work on a copy of the draft, to try a variant."""
        if self.is_full:
            return False
        self.drafts.append(Draft(note=self.draft.note, edits=self.draft.edits))
        self.current = len(self.drafts) - 1
        return True


def _about(edit: Edit) -> tuple[str, str] | None:
    """What only one edit can be about; None where several may stand side by side."""
    if isinstance(edit, (Close, Move)):
        return "site", edit.site
    if isinstance(edit, StopDrop):
        return "site", edit.stop
    if isinstance(edit, (LineDrop, LineThin)):
        return "line", edit.line
    if isinstance(edit, Speed):
        return "speed", edit.road_class
    if isinstance(edit, Restrict) and not edit.sites:
        return "restrict", edit.service
    return None


def edits_to_link(edits: tuple[Edit, ...]) -> str | None:
    """Edits as text for an address; None where an address cannot hold them (other kinds, too many).

    Examples
    --------
    >>> edits_to_link((Close("f000123"), Open("clinic", (139.1, 36.4))))
    'close~f000123!open~clinic~139.10000~36.40000'
    """
    parts = []
    for edit in edits:
        if isinstance(edit, Close):
            words = [edit.do, edit.site]
        elif isinstance(edit, StopDrop):
            words = [edit.do, edit.stop]
        elif isinstance(edit, Move):
            words = [edit.do, edit.site, *_degrees(edit.at)]
        elif isinstance(edit, Open):
            words = [edit.do, edit.kind, *_degrees(edit.at)]
        else:
            return None
        if any("~" in text or "!" in text for text in words):
            return None
        parts.append("~".join(words))
    text = "!".join(parts)
    return text if len(text) <= LONGEST_LINK else None


def edits_from_link(text: str, names: Mapping[str, str]) -> tuple[Edit, ...] | None:
    """Edits from an address; None where it is broken or names what this workspace does not have.

    Parameters
    ----------
    names
        Site id → name, of all sites of the workspace.
    """
    if len(text) > LONGEST_LINK:
        return None
    draft = Draft()
    for part in text.split("!"):
        edit = _edit_of(part.split("~"), names)
        if edit is None:
            return None
        draft.add(edit)
    return draft.edits


def _edit_of(words: list[str], names: Mapping[str, str]) -> Edit | None:
    from geodata.kinds import KINDS

    match words:
        case ["close", site] if site in names:
            return Close(site, names[site])
        case ["stop_drop", stop] if stop in names:
            return StopDrop(stop, names[stop])
        case ["move", site, lon, lat] if site in names and (at := _point(lon, lat)):
            return Move(site, at, names[site])
        case ["open", kind, lon, lat] if kind in KINDS and (at := _point(lon, lat)):
            return Open(kind, at)
    return None


def _degrees(at: tuple[float, float]) -> list[str]:
    return [f"{value:.5f}" for value in at]  # to a metre


def _point(lon: str, lat: str) -> tuple[float, float] | None:
    try:
        at = float(lon), float(lat)
    except ValueError:
        return None
    return at if all(map(math.isfinite, at)) and is_in_japan(*at) else None
