"""What a reader wants to tell the user besides its table: warnings and remarks, each naming its file."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
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


@dataclass(frozen=True)
class LineProblem:
    """A line of a table, or a feature of a vector file, that is not used as it stands.

    Parameters
    ----------
    file
        As in :class:`Note`; with the sheet of a workbook.
    line
        Counted from 1: line of a text, row of a sheet, number of a feature.
    what
        Key of :data:`geodata.line_problems.PROBLEMS`.
    text
        What stands there, where that helps to find it.
    """

    file: str
    line: int
    what: str
    text: str = ""


@dataclass
class Notes:
    """Collects the notes of one step, in order, without repeats.

    Parameters
    ----------
    lines
        A list to receive every line that is not used; None (a build) keeps only the notes, which name the first ten.
    """

    items: list[Note] = field(default_factory=list)
    lines: list[LineProblem] | None = None

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

    def unused_lines(self, file: str, lines: Iterable[int], what: str, texts: Iterable[str] = ()) -> None:
        """Remember each line that is not used, for those who asked for them all (`lines`)."""
        if self.lines is not None:
            shown = iter(texts)
            self.lines += [LineProblem(file, int(line), what, str(next(shown, ""))) for line in lines]

    def feature_numbers(self, file: str, count: int) -> list[int]:
        """Numbers in the file of the features that are left, where those left out so far are among `lines`."""
        left_out = ("empty_shape", "outside_japan")
        gone = {each.line for each in self.lines or () if each.file == file and each.what in left_out}
        numbers = (number for number in range(1, count + len(gone) + 1) if number not in gone)
        return list(numbers)[:count]

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
