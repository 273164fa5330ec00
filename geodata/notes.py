"""What a reader wants to tell the user besides its table: warnings and remarks, each naming its file."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from typing import Literal

from geodata.errors import ExplorerError, NoSpace

Level = Literal["warning", "info"]


@dataclass(frozen=True)
class Note:
    """One remark on a source: what was found, in Japanese and English, and what to do about it."""

    level: Level
    file: str
    ja: str
    en: str

    def as_dict(self) -> dict[str, str]:
        """Plain dictionary for the manifest."""
        return asdict(self)


def in_both_languages(message: str, file: str = "") -> tuple[str, str]:
    """Japanese and English part of an error text, without the name of the file that a note says anyway.

    It becomes one line: what libraries say of a file may have several.
    """
    ja, _, en = " ".join(message.splitlines()).partition(" / ")
    if file and ja.startswith(file):
        ja = ja[len(file) :].lstrip(" :›")
    return ja, en or ja


@dataclass
class Notes:
    """Collects the notes of one step, in order, without repeats."""

    items: list[Note] = field(default_factory=list)

    def warn(self, file: str, ja: str, en: str) -> None:
        """Something is missing, wrong or left out, and a number may suffer from it."""
        self._add(Note("warning", file, ja, en))

    def warn_of(self, error: ExplorerError, file: str) -> None:
        """A source that cannot be used, in the words of its error; the others go on.

        Raises
        ------
        NoSpace
            The error is a full disk: that is no source's fault, and nothing can go on.
        """
        if isinstance(error, NoSpace):
            raise error
        self.warn(file, *in_both_languages(str(error), file))

    def info(self, file: str, ja: str, en: str) -> None:
        """Something a careful reader wants to know; nothing is wrong."""
        self._add(Note("info", file, ja, en))

    def reasons(self, at_most: int = 3) -> tuple[str, str]:
        """The first warnings in one line per language, to end an error with: `` [a.zip: …]``; empty without any."""
        warnings = [note for note in self.items if note.level == "warning"]
        shown = warnings[:at_most]
        more = " …" if len(warnings) > at_most else ""
        return (
            "".join(f" [{note.file}: {note.ja}]" for note in shown) + more,
            "".join(f" [{note.file}: {note.en}]" for note in shown) + more,
        )

    def _add(self, note: Note) -> None:
        if note not in self.items:
            self.items.append(note)

    def __iter__(self) -> Iterator[Note]:
        return iter(self.items)

    def __len__(self) -> int:
        return len(self.items)
