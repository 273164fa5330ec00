"""How a workspace was built: raw folders, study area, day. Kept beside the manifest, so that it can be built again.

It is not in the manifest: a workspace that is mailed, or built from a copy of the same files elsewhere, is the same
workspace. A workspace without this file (mailed without it, or older) is rebuilt from folders that its user names.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from explorer.build_run import Wanted
from explorer.written import beside
from geodata.errors import ExplorerError

if TYPE_CHECKING:
    from geodata.workspace import Workspace
    from layers.access.profiles import Profile

FILE: Final = ".inputs.json"


@dataclass(frozen=True)
class Inputs:
    """What ``explorer build`` was given.

    Parameters
    ----------
    folders
        Absolute paths of the raw folders, without that of the added files.
    is_known
        Whether they are known at all; the study area follows from the manifest where they are not.
    """

    folders: tuple[Path, ...]
    wanted: Wanted
    day: date | None
    is_known: bool = True

    @property
    def missing(self) -> tuple[Path, ...]:
        """Raw folders that are not there (any more)."""
        return tuple(folder for folder in self.folders if not folder.exists())


def remember_inputs(
    out: Path, folders: Sequence[Path], wanted: Wanted, day: date | None, hashes: Mapping[Path, str]
) -> None:
    """Write down what a build was given; a workspace without it is as good, so nothing fails for it.

    Parameters
    ----------
    hashes
        SHA-256 of every file that was read.
    """
    from explorer.own_data.added import folder_of

    own = folder_of(out).resolve()
    record = {
        "folders": [str(folder.resolve()) for folder in folders if folder.resolve() != own],
        "prefecture": wanted.prefecture,
        "codes": list(wanted.codes),
        "halo_km": wanted.halo_km,
        "day": day.isoformat() if day else None,
        # Not Path.resolve: a link that leads to itself is an error there.
        "added": sorted(digest for path, digest in hashes.items() if own in Path(os.path.realpath(path)).parents),
    }
    try:
        with beside(out / FILE) as unfinished:
            unfinished.write_text(json.dumps(record, ensure_ascii=False), encoding="utf-8")
    except (ExplorerError, OSError):
        return


def inputs_of(workspace: Workspace) -> Inputs:
    """How the workspace was built; without folders, and the area from its manifest, where nobody wrote it down."""
    try:
        record = json.loads((workspace.path / FILE).read_text(encoding="utf-8"))
        return Inputs(
            tuple(Path(folder) for folder in record["folders"]),
            Wanted(str(record["prefecture"]), tuple(map(str, record["codes"])), float(record["halo_km"])),
            _day(record["day"]),
        )
    except (OSError, ValueError, KeyError, TypeError):
        area: Mapping[str, Any] = workspace.manifest.get("study_area", {})
        wanted = Wanted("", tuple(map(str, area.get("codes", ()))), float(area.get("halo_km", 20.0)))
        return Inputs((), wanted, _day(workspace.manifest.get("timetable_day")), is_known=False)


def profiles_of(workspace: Workspace) -> list[Profile]:
    """Modes of travel that the build was asked for, those it left out for want of data too."""
    from layers.access.profiles import profiles_for, profiles_left_out

    return list((profiles_for(workspace.manifest) | profiles_left_out(workspace.manifest)).values())


def built_with(workspace: Workspace) -> list[str]:
    """SHA-256 of the added files that the workspace was built with."""
    from explorer.own_data.added import FOLDER

    try:
        record = json.loads((workspace.path / FILE).read_text(encoding="utf-8"))
        return [str(digest) for digest in record["added"]]
    except (OSError, ValueError, KeyError, TypeError):
        sources = workspace.manifest.get("sources", [])
        mine = [source for source in sources if str(source.get("file", "")).split("/")[0] == FOLDER]
        return sorted({str(source["sha256"]) for source in mine if source.get("sha256")})


def _day(text: object) -> date | None:
    return date.fromisoformat(str(text)) if text else None
