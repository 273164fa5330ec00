"""A build under way: what was asked for, what was found, and the results of the steps so far."""

from __future__ import annotations

import importlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from explorer.progress import Progress
from geodata.code_version import code_version
from geodata.recognised import Recognised
from geodata.scan import Scan
from geodata.workspace import StepResult, run_step, step_key
from layers.access.profiles import Profile

NO_ELEVATION: Final = (
    "標高データ（GeoTIFF）がないため計算しません",
    "not measured: no elevation model (GeoTIFF) covers the streets",
)


@dataclass(frozen=True)
class Wanted:
    """What the user asked for: a prefecture, some municipalities, or (both empty) everything with people."""

    prefecture: str = ""
    codes: tuple[str, ...] = ()
    halo_km: float = 20.0


@dataclass
class BuildRun:
    """A build under way: what was found, what was decided, and the results of the steps so far."""

    out: Path
    scan: Scan
    progress: Progress
    results: dict[str, StepResult] = field(default_factory=dict)
    unused: dict[str, tuple[str, str]] = field(default_factory=dict)
    profiles: Sequence[Profile] = ()
    profiles_left_out: list[tuple[Profile, str, str]] = field(default_factory=list)

    def identity(self, entry: Recognised) -> str:
        """Id of a source in the tables and the manifest: by content, so that a new file beside it changes nothing."""
        digest, *members = self.scan.hash_of(entry)
        return step_key("source", digest, members)[:10]

    def hashes(self, entries: Sequence[Recognised]) -> list[Any]:
        """What identifies sources in a step's key: content, and the name that tables and notes mention."""
        return [[entry.file.name, *self.scan.hash_of(entry)] for entry in entries]

    def offer(self, profiles: Sequence[Profile]) -> None:
        """Decide which profiles are in force: where no elevation is known, none that counts slopes."""
        has_elevation = self.facts("streets")["share_with_elevation"] > 0
        self.profiles = [profile for profile in profiles if has_elevation or not profile.uses_slope]
        self.profiles_left_out = [
            (profile, *NO_ELEVATION) for profile in profiles if profile.uses_slope and not has_elevation
        ]

    def folder(self, step: str) -> Path:
        """Folder of a finished step."""
        return self.results[step].folder

    def facts(self, step: str) -> dict[str, Any]:
        """Facts of a finished step."""
        return self.results[step].facts

    def key(self, *steps: str) -> list[str]:
        """Keys of finished steps, for the key of a step that reads them."""
        return [self.results[step].key for step in steps]

    def step(self, name: str, *depends: object, **inputs: Any) -> None:
        """Run ``explorer.steps.<name>``, keyed by its code and what it depends on."""
        module = f"explorer.steps.{name}"
        self.progress.start(name)
        key = step_key(name, code_version(module), *depends)
        self.results[name] = run_step(
            self.out, name, key, lambda writer: importlib.import_module(module).run(writer, **inputs)
        )
        self.progress.done(name, was_cached=self.results[name].was_cached)
