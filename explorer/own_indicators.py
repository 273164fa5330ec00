"""Indicators that only one workspace has: those of the municipal tables that its user described.

The catalogue of the program is the same for every workspace. What a build found besides lies in the folder of the step that
found it, and is handed to whoever asks (:func:`layers.catalogue.indicators`), never kept in a variable of the program: two
workspaces open in one server do not mix.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, fields
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from geodata.workspace import OWN_INDICATORS
from layers.catalogue import Indicator, Preset

if TYPE_CHECKING:
    from geodata.workspace import StepWriter, Workspace


def own_indicators(workspace: Workspace) -> tuple[Indicator, ...]:
    """What a workspace has beyond the catalogue."""
    steps = workspace.manifest["steps"]
    return own_of_steps({name: workspace.file(name, "") for name in steps})


def own_of_steps(folders: Mapping[str, Path]) -> tuple[Indicator, ...]:
    """What some steps of a build have found beyond the catalogue."""
    return tuple(each for folder in folders.values() for each in _read(folder / OWN_INDICATORS))


def write_own(writer: StepWriter, indicators: Iterable[Indicator]) -> None:
    """Keep the indicators that a step has made, in its folder."""
    text = json.dumps([asdict(indicator) for indicator in indicators], ensure_ascii=False, indent=1)
    (writer.folder / OWN_INDICATORS).write_text(text, encoding="utf-8")


@lru_cache(maxsize=64)
def _read(file: Path) -> tuple[Indicator, ...]:
    # Folders of steps are named by their content and never change, so that what was read once holds.
    if not file.is_file():
        return ()
    return tuple(_made(record) for record in json.loads(file.read_text(encoding="utf-8")))


def _made(record: Mapping[str, Any]) -> Indicator:
    """An indicator from its record: JSON knows lists only."""
    known = {field.name for field in fields(Indicator)}
    values: dict[str, Any] = {
        key: tuple(value) if isinstance(value, list) else value for key, value in record.items() if key in known
    }
    values["presets"] = tuple(Preset(**preset) for preset in record.get("presets", ()))
    return Indicator(**values)
