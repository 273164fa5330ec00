"""What a look at a file of the user's own found, as plain data: made in a process of its own, shown on a page."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Final

from geodata.line_problems import PROBLEMS
from geodata.notes import LineProblem, Note

MOST_LINES: Final = 20_000  # of problems told one by one; their number is told always
MOST_POINTS: Final = 3_000  # drawn
MOST_VERTICES: Final = 20_000  # drawn
MOST_CELLS: Final = 40  # of a line that is shown as it stands
HEAD_ROWS: Final = 8


@dataclass
class Finding:
    """One file, or one table in a zip, as a build would see it.

    Parameters
    ----------
    file
        Name, members of zips after ``›``.
    dataset
        Key of :data:`geodata.sources.DATASETS`; ``""`` where the kind of file is not known.
    edition, coverage, licence
        As in :class:`geodata.recognised.Recognised`.
    encoding
        Of a text, ``""`` of anything else.
    refusal
        Why nothing of it can be used, in both languages; ``""`` if something can.
    rows, used
        Rows (features) there are, and those that a build takes; None where they are not counted here.
    columns
        Role (``latitude``, ``name`` …) and heading of the columns that are read.
    others
        Headings of columns that are not read.
    head
        Heading and the first rows.
    kinds
        Kind of facility (or zone) → number.
    unknown_kind
        Rows that would count, were their kind known.
    problems
        The first lines that are not used as they stand.
    counts
        What is wrong → number of lines.
    rows_as_given
        Of tables, the lines of `problems` as they stand: file, line and cells; line 0 holds the headings.
    notes
        Remarks of the readers.
    points
        Longitude, latitude, kind and name of some of the places that are used.
    shapes
        Kind and rings (lists of longitude and latitude) of some polygons, simplified.
    """

    file: str
    dataset: str = ""
    edition: str = ""
    coverage: str = ""
    licence: str = ""
    encoding: str = ""
    refusal: str = ""
    rows: int | None = None
    used: int | None = None
    columns: list[tuple[str, str]] = field(default_factory=list)
    others: list[str] = field(default_factory=list)
    head: list[list[str]] = field(default_factory=list)
    kinds: dict[str, int] = field(default_factory=dict)
    unknown_kind: int = 0
    problems: list[LineProblem] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)
    rows_as_given: list[tuple[str, int, list[str]]] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    points: list[tuple[float, float, str, str]] = field(default_factory=list)
    shapes: list[tuple[str, list[list[tuple[float, float]]]]] = field(default_factory=list)

    @property
    def is_usable(self) -> bool:
        """Whether a build would take anything of it."""
        return not self.refusal and bool(self.dataset) and self.used != 0

    @property
    def left_out(self) -> int:
        """Lines that are not used."""
        return sum(count for what, count in self.counts.items() if not PROBLEMS[what].is_used)

    def take_problems(self, lines: Sequence[LineProblem]) -> None:
        """Keep the first of them, in the order of the file, and the numbers of all."""
        self.counts = dict(Counter(each.what for each in lines))
        self.problems = sorted(lines, key=lambda each: (each.file, each.line))[:MOST_LINES]

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        return asdict(self)

    @classmethod
    def from_dict(cls, record: Mapping[str, Any]) -> Finding:
        """Back from JSON."""
        made = cls(**record)
        made.columns = [(str(role), str(head)) for role, head in made.columns]
        made.problems = [LineProblem(**each) for each in record["problems"]]
        made.rows_as_given = [(str(file), int(line), cells) for file, line, cells in record["rows_as_given"]]
        made.notes = [Note(**each) for each in record["notes"]]
        made.points = [(float(x), float(y), str(kind), str(name)) for x, y, kind, name in record["points"]]
        return made


@dataclass
class Upload:
    """One file as it was given, and what it holds.

    Parameters
    ----------
    name
        Under which it would be kept.
    given
        Under which it came.
    """

    name: str
    given: str
    size: int
    sha256: str
    findings: list[Finding] = field(default_factory=list)

    @property
    def is_usable(self) -> bool:
        """Whether a build would take anything of it."""
        return any(each.is_usable for each in self.findings)

    @property
    def asks_kind(self) -> bool:
        """Whether rows would count if only their kind were known."""
        return any(each.unknown_kind for each in self.findings if each.dataset == "points")

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        return {**asdict(self), "findings": [each.as_dict() for each in self.findings]}

    @classmethod
    def from_dict(cls, record: Mapping[str, Any]) -> Upload:
        """Back from JSON."""
        return cls(**{**record, "findings": [Finding.from_dict(each) for each in record["findings"]]})
