"""What a folder of profiles holds: each finished file with the key of what it was made from."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from explorer.written import beside

LEDGER: Final = ".profiles.json"
_FORMAT: Final = 1


@dataclass
class Ledger:
    """Finished files of a folder, by name.

    A file counts as finished when it is there and is noted under the key of what it would be made from now: another
    workspace, another version of the program or other options give another key.
    """

    folder: Path
    keys: dict[str, str] = field(default_factory=dict)

    @classmethod
    def read(cls, folder: Path) -> Ledger:
        """The ledger of a folder; an empty one where there is none, or none that can be read: then all is made anew."""
        try:
            content = json.loads((folder / LEDGER).read_text(encoding="utf-8"))
            keys = content["keys"] if content["format"] == _FORMAT else {}
            return cls(folder, {str(name): str(key) for name, key in keys.items()})
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            return cls(folder)

    def has(self, name: str, key: str) -> bool:
        """Whether a file is there and was made from what the key stands for."""
        return self.keys.get(name) == key and (self.folder / name).is_file()

    def note(self, made: dict[str, str]) -> None:
        """Add finished files (name → key), on disk at once: whatever ends the run, the ledger is the old or the new one."""
        self.keys |= made
        content = {"format": _FORMAT, "keys": dict(sorted(self.keys.items()))}
        with beside(self.folder / LEDGER) as unfinished:
            unfinished.write_text(json.dumps(content, indent=1), encoding="utf-8")
