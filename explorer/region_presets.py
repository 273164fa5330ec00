"""Regions that others have drawn: 連携中枢都市圏, 定住自立圏 and councils whose members are published, and the user's own files.

The table beside this module (``region_presets.toml``) holds few regions, those whose members a publisher names, each with that
source and the date it speaks for; it is no register of all regions in Japan, and memberships change. Users add theirs in the
same form: a file with one region or several, or a folder of files, named in a call, in ``--presets``, or in the variable
:data:`FOLDER_VARIABLE`.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from explorer.region_file import SavedRegion, read_regions

if TYPE_CHECKING:
    from explorer.regions import Opened

FOLDER_VARIABLE: Final = "EXPLORER_REGIONS"
TABLE: Final = Path(__file__).with_name("region_presets.toml")
PART: Final = ("（一部）", " (part)")


def all_presets(own: Iterable[Path | str] = ()) -> list[SavedRegion]:
    """Every region of the table, then the user's own, in the order of the files.

    Raises
    ------
    RegionError
        A file of the user's cannot be used; the message names it.
    """
    files = [Path(path) for path in own]
    if os.environ.get(FOLDER_VARIABLE):
        files.append(Path(os.environ[FOLDER_VARIABLE]))
    return [region for file in (TABLE, *files) for region in read_regions(file)]


def presets(opened: Opened, own: Iterable[Path | str] = ()) -> list[SavedRegion]:
    """Regions with members in a workspace.

    Returns
    -------
    list of SavedRegion
        With those members that the study area holds, so that it can be asked about as it is. Where some are not in it, its
        name says that this is a part, its note names those that are not, and ``absent`` holds their codes. Whole ones first.
    """
    towns = opened.municipalities
    names = dict(zip(towns["code"].astype(str), towns["name"].astype(str), strict=True))
    found = [_in_workspace(region, names) for region in all_presets(own)]
    return sorted((region for region in found if region is not None), key=lambda region: bool(region.absent))


def _in_workspace(region: SavedRegion, names: Mapping[str, str]) -> SavedRegion | None:
    here = [code for code in region.codes if code in names]
    if not here:
        return None
    labels = {code: region.names.get(code) or names[code] for code in here}
    absent = {code: region.names.get(code, "") for code in region.codes if code not in names}
    if not absent:
        return replace(region, names=labels)
    missing = "、".join(f"{code} {name}".strip() for code, name in absent.items())
    ja, _, en = region.note.partition(" / ")
    note = (
        f"{ja}{len(region.codes)} 市町村のうち {len(absent)} はワークスペースにない: {missing}。 / {en} "
        f"Of {len(region.codes)} members {len(absent)} are not in the workspace: {', '.join(absent)}."
    )
    return replace(
        region,
        name=region.name + PART[0] if region.name else "",
        name_en=region.name_en + PART[1] if region.name_en else "",
        codes=here,
        note=" ".join(note.split()),
        names=labels,
        absent=absent,
    )
