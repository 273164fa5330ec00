"""One file of a raw folder and what it is, as the scan, the choice of sources and the build steps pass it on."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from geodata.archive import RawFile
from geodata.sources import DATASETS, Dataset


@dataclass(frozen=True)
class Recognised:
    """One file of a raw folder and what it is.

    Parameters
    ----------
    file
        The file, plain or in a zip.
    dataset
        Key of :data:`geodata.sources.DATASETS`; None if unknown.
    edition
        Year or date as far as name or content tell, else ``""``.
    coverage
        What it covers in words (prefecture, grid squares, feed dates).
    details
        What the build needs to choose between sources: prefectures, level, groups, rows, kind of facility …
    problem
        Why the file cannot be used, in Japanese and English; ``""`` if nothing is wrong.
    """

    file: RawFile
    dataset: str | None
    edition: str = ""
    coverage: str = ""
    details: dict[str, Any] = field(default_factory=dict)
    problem: str = ""

    @property
    def known(self) -> Dataset | None:
        """Catalogue entry of the data set."""
        return DATASETS.get(self.dataset) if self.dataset else None

    @property
    def licence(self) -> str:
        """Licence of this edition; of a table that the user described, as the description says."""
        if told := self.details.get("told"):
            return str(told["licence"])
        return self.known.licence_of(self.edition) if self.known else ""

    def as_dict(self) -> dict[str, Any]:
        """For the cache of recognised files (without the path, which may change)."""
        record = asdict(self)
        record["file"] = {"members": list(self.file.members), "size": self.file.size}
        return record

    @classmethod
    def from_dict(cls, record: dict[str, Any], path: Path, root: Path) -> Recognised:
        """Back from the cache."""
        file = record["file"]
        return cls(
            RawFile(path, tuple(file["members"]), root, file["size"]),
            **{key: value for key, value in record.items() if key != "file"},
        )
