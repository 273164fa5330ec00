"""What a reader wants to tell the user besides its table: warnings and remarks, each naming its file."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from typing import Literal

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


@dataclass
class Notes:
    """Collects the notes of one step, in order, without repeats."""

    items: list[Note] = field(default_factory=list)

    def warn(self, file: str, ja: str, en: str) -> None:
        """Something is missing, wrong or left out, and a number may suffer from it."""
        self._add(Note("warning", file, ja, en))

    def info(self, file: str, ja: str, en: str) -> None:
        """Something a careful reader wants to know; nothing is wrong."""
        self._add(Note("info", file, ja, en))

    def _add(self, note: Note) -> None:
        if note not in self.items:
            self.items.append(note)

    def __iter__(self) -> Iterator[Note]:
        return iter(self.items)

    def __len__(self) -> int:
        return len(self.items)
