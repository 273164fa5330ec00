"""Raw folders → workspace: the steps, what each depends on, and what the manifest says of them.

Every step is keyed by the hashes of what it reads, its parameters and its code, so a second build runs only what
changed. See :mod:`geodata.workspace` for how results appear whole or not at all.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any, Final

from explorer.build_run import BuildRun, Wanted
from explorer.manifest import describe_build
from explorer.own_data.added import folder_of
from explorer.own_data.inputs import remember_inputs
from explorer.progress import Progress, Quiet
from explorer.subjects import SUBJECTS
from geodata.choice import choose_boundaries
from geodata.errors import MissingSource, SourceError, WorkspaceError
from geodata.notes import Note, Notes, in_both_languages
from geodata.scan import Scan, scan
from geodata.workspace import (
    RECOGNISED,
    StepResult,
    Workspace,
    locked,
    no_space_message,
    publish,
)
from layers.access.profiles import PROFILES, Profile

FACILITY_DATASETS: Final = ("p04", "p14", "p29", "p05", "p13", "overpass", "overture")
STOP_KINDS: Final = frozenset({"bus_stop", "station"})


@dataclass(frozen=True)
class BuildReport:
    """A finished build: the workspace, its steps, and the warnings the user should read."""

    workspace: Workspace
    results: list[StepResult]
    warnings: list[Note]
    seconds: float


def build(
    folders: Sequence[Path],
    out: Path,
    wanted: Wanted | None = None,
    *,
    day: date | None = None,
    profiles: Sequence[Profile] | None = None,
    progress: Progress | None = None,
) -> BuildReport:
    """Build a workspace from raw folders.

    Parameters
    ----------
    folders
        Folders (or single files) with source files as published. Files that were added to the workspace `out`
        (:mod:`explorer.own_data.added`) are read as well.
    out
        The workspace; an older one stays as it is until the new one is whole.
    wanted
        Study area and halo.
    day
        Day whose timetable counts; None takes the ordinary weekday of each feed.
    profiles
        Modes of travel; None takes the defaults (:data:`layers.access.profiles.PROFILES`). Those that count slopes are
        left out where no elevation is known.

    Raises
    ------
    MissingSource
        No boundaries or no population: nothing can be built.
    UnknownCode
        A municipality was asked for that no boundary file holds.
    SourceError
        A folder does not exist, or is a workspace.
    WorkspaceError
        Another build writes to `out`, or `out` holds something else.
    NoSpace
        The disk is full; finished steps are kept.
    """
    started = time.perf_counter()
    watcher = progress or Quiet()
    area = wanted or Wanted()
    _check_folders(folders, out)
    with locked(out):
        watcher.start("scan")
        with no_space_message(out):
            added = [own] if (own := folder_of(out)).is_dir() else []
            run = BuildRun(out, scan([*folders, *added], cache=out / RECOGNISED), watcher)
        watcher.done("scan", was_cached=False)
        try:
            _run_steps(run, area, day, list(PROFILES.values()) if profiles is None else profiles)
        except MissingSource as error:
            raise MissingSource(_with_unread_files(error, run.scan, folders)) from error
        manifest = describe_build(run, area, day)
        workspace = publish(out, manifest, list(run.results.values()))
        remember_inputs(out, folders, area, day, run.scan.sha256)
    warnings = [Note(**note) for note in manifest["notes"] if note["level"] == "warning"]
    return BuildReport(workspace, list(run.results.values()), warnings, time.perf_counter() - started)


def _check_folders(folders: Sequence[Path], out: Path) -> None:
    """Before anything is written: the raw folders are there, and none of them would become the workspace."""
    for folder in folders:
        if not folder.exists():
            raise SourceError(
                f"{folder}: フォルダがありません。パスを確かめてください。 / No such folder. Check the path."
            )
        if folder.resolve() == out.resolve():
            raise WorkspaceError(
                f"{out}: 元データのフォルダと同じです。--out には別のフォルダを指定してください。 / "
                "This is the folder with the raw files. Choose another folder as --out."
            )


def _with_unread_files(error: MissingSource, found: Scan, folders: Sequence[Path]) -> str:
    """The text of the error, and which files were there that might have been it."""
    ja, en = in_both_languages(str(error))
    unread = Notes()
    for entry in found.found:
        if entry.problem:
            unread.warn(entry.file.label, *in_both_languages(entry.problem, entry.file.label))
    for entry in found.found:
        if entry.dataset is None and not entry.problem:
            unread.warn(entry.file.label, "種類が分かりません", "of unknown kind")
    if not found.found:
        names = "、".join(map(str, folders))
        unread.warn(names, "ファイルがありません", "there is no file")
    more_ja, more_en = unread.reasons()
    return f"{ja}{more_ja} / {en}{more_en}"


def _run_steps(run: BuildRun, wanted: Wanted, day: date | None, profiles: Sequence[Profile]) -> None:
    _area_steps(run, wanted)
    facts = run.facts("people")
    # Streets and stops depend on where the study area is, not on how many people live there.
    where = [facts["codes"], facts["box"], facts["projection"], *run.key("boundaries")]
    plane = {"projection": facts["projection"]}
    osm, terrain = run.scan.of("osm"), run.scan.of("dem")
    run.step(
        "streets",
        run.hashes(osm),
        run.hashes(terrain),
        facts["box"],
        sources=[(run.identity(source), source) for source in osm],
        terrain=[(run.identity(source), source) for source in terrain],
        box=tuple(facts["box"]),
    )
    run.offer(profiles)
    _site_steps(run, where, day)
    run.step(
        "places",
        *run.key("people", "streets"),
        facts["projection"],
        people=run.folder("people"),
        streets=run.folder("streets"),
        codes=facts["codes"],
        **plane,
    )
    run.step("network", *run.key("streets"), streets=run.folder("streets"))
    modes = [profile.as_dict() for profile in run.profiles]
    on_streets = {
        "streets": run.folder("streets"),
        "network": run.folder("network"),
        "profiles": run.profiles,
        **plane,
    }
    # A place steps onto the same street whatever the speed there: new speeds leave the ties alone.
    doors = sorted({profile.doors for profile in run.profiles})
    run.step("snapping", *run.key("places", "network"), doors, places=run.folder("places"), **on_streets)
    snapped = {"snapping": run.folder("snapping"), **on_streets}
    run.step(
        "service_distances",
        *run.key("facilities", "snapping"),
        modes,
        facilities=run.folder("facilities"),
        codes=facts["codes"],
        **snapped,
    )
    run.step("transport_distances", *run.key("stops", "snapping"), modes, stops=run.folder("stops"), **snapped)
    _subject_steps(run)
    official = run.scan.of("official_coverage", "census_municipality")
    reach = ("people", "places", "facilities", "stops", "network", "service_distances", "transport_distances")
    inputs = (*reach, *(subject.name for subject in SUBJECTS))
    run.step(
        "indicators",
        *run.key(*inputs),
        run.hashes(official),
        folders={name: run.folder(name) for name in inputs},
        official=official,
        profiles=run.profiles,
    )
    tracks = run.scan.of("n02_lines")
    run.step(
        "base_map",
        *run.key("streets"),
        run.hashes(tracks),
        facts["box"],
        streets=run.folder("streets"),
        sources=[(run.identity(source), source) for source in tracks],
        box=tuple(facts["box"]),
    )
    run.step("drawing", *run.key("people"), people=run.folder("people"))


def _subject_steps(run: BuildRun) -> None:
    """Steps that add values per place and figures per area to what the layers count."""
    facts = run.facts("people")
    modes = [profile.as_dict() for profile in run.profiles]
    for subject in SUBJECTS:
        sources = run.scan.of(*subject.datasets)
        travels: dict[str, Any] = {"profiles": run.profiles} if subject.travels else {}
        run.step(
            subject.name,
            *run.key(*subject.after),
            run.hashes(sources),
            facts["codes"],
            facts["projection"],
            *([modes] if subject.travels else []),
            sources=[(run.identity(source), source) for source in sources],
            folders={name: run.folder(name) for name in subject.after},
            codes=facts["codes"],
            projection=facts["projection"],
            box=tuple(facts["box"]),
            **travels,
        )


def _area_steps(run: BuildRun, wanted: Wanted) -> None:
    candidates = run.scan.of("n03")
    if not candidates:
        raise MissingSource(
            "市区町村の境界がありません。国土数値情報 N03 行政区域をフォルダに置いてください"
            "（https://nlftp.mlit.go.jp/ksj/gml/datalist/KsjTmplt-N03-2024.html）。 / "
            "No municipality boundaries. Add the N03 administrative areas to the folder."
        )
    choice = choose_boundaries(candidates)
    for left in choice.unused:
        run.unused[run.identity(left.source)] = (left.ja, left.en)
    readings = run.scan.of("readings")
    run.step(
        "boundaries",
        [[*run.scan.hash_of(source), prefectures] for source, prefectures in choice.used],
        run.hashes(readings),
        sources=choice.used,
        readings=[(run.identity(source), source) for source in readings],
    )
    population = run.scan.of("small_areas", "estat_grid", "grid_csv")
    if not population:
        raise MissingSource(
            "人口がありません。国勢調査の小地域または地域メッシュの人口をフォルダに置いてください（https://www.e-stat.go.jp/gis）。 / "
            "No population. Add census small areas or grid square population (e-Stat) to the folder."
        )
    run.step(
        "people",
        *run.key("boundaries"),
        run.hashes(population),
        wanted.prefecture,
        wanted.codes,
        wanted.halo_km,
        boundaries=run.folder("boundaries"),
        sources=population,
        ids={id(source): run.identity(source) for source in population},
        prefecture=wanted.prefecture,
        codes=wanted.codes,
        halo_km=wanted.halo_km,
    )
    run.unused |= {identity: (ja, en) for identity, (ja, en) in run.facts("people")["unused"].items()}


def _site_steps(run: BuildRun, where: list[object], day: date | None) -> None:
    facts = run.facts("people")
    plane = {"projection": facts["projection"], "box": tuple(facts["box"])}
    points = run.scan.of("points")
    facilities = [*run.scan.of(*FACILITY_DATASETS), *points]
    run.step(
        "facilities",
        run.hashes(facilities),
        *where,
        *run.key("people", "streets"),
        sources=[(run.identity(source), source) for source in facilities],
        people=run.folder("people"),
        streets=run.folder("streets"),
        osm_extents=run.facts("streets")["facility_extents"],
        codes=facts["codes"],
        **plane,
    )
    # Lists of other things do not count here: with them, a new list of libraries would read all timetables again.
    lists = [source for source in points if STOP_KINDS & set(source.details.get("kinds", ()))]
    stops = [*run.scan.of("gtfs", "p11", "n02"), *lists]
    today = _this_week()
    # A feed that ended before this week offers the same days next week: only feeds in force make the result age.
    last = max((source.details["last"] for source in stops if source.dataset == "gtfs"), default="")
    run.step(
        "stops",
        run.hashes(stops),
        *where,
        day,
        min(today.strftime("%Y%m%d"), last),
        sources=[(run.identity(source), source) for source in stops],
        people=run.folder("people"),
        day=day,
        today=today,
        box=plane["box"],
    )


def _this_week() -> date:
    """Monday of this week: the day that "nearest to today" means, so that builds of one week agree."""
    today = date.today()  # noqa: DTZ011 - a timetable day, not a moment
    return today - timedelta(days=today.weekday())
