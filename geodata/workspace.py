"""The workspace: a folder of tables and arrays, and the manifest that says what they are and where they come from.

``manifest.json`` names, for each step of the build, the folder that holds its results. A step writes into a folder
beside the others and renames it when it is whole; the manifest is replaced last, in one move. Whatever stops a build,
a reader sees the old workspace or the new one, and the next build finds the finished steps and goes on from there.
"""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import tempfile
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from geodata.errors import NoSpace, UnknownCode, WorkspaceError, is_disk_full
from geodata.notes import Note, Notes

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt
    import pandas as pd

MANIFEST: Final = "manifest.json"
STEPS: Final = "steps"
LOCK: Final = ".build.lock"
RECOGNISED: Final = ".recognised.json"
FORMAT: Final = 1
PLACE_VALUES: Final = "place_values"  # folder of a step with a <name>.npy per value of places
FIGURES: Final = "figures.parquet"  # table of a step with numbers per area
OWN_INDICATORS: Final = "indicators.json"  # of a step: indicators that this workspace has beyond the catalogue
# What this module puts into a workspace: folders of steps, and files that a killed build may leave half-written.
_STEP_FOLDER: Final = re.compile(r"\.?[a-z_]+-[0-9a-f]{16}(-[0-9a-f]{8})?")
_HALF_WRITTEN: Final = re.compile(r"\.{1,2}(manifest\.json|recognised\.json)\.[0-9a-f]+")


@dataclass(frozen=True)
class Workspace:
    """A built workspace, open for reading.

    Tables come as frames in JGD2011 (EPSG:6668); arrays are memory-mapped, one copy for all readers.
    """

    path: Path
    manifest: dict[str, Any]

    @classmethod
    def open(cls, path: Path | str) -> Workspace:
        """Open the workspace in a folder.

        Raises
        ------
        WorkspaceError
            The folder holds no finished workspace, or one of another version of this program.
        """
        folder = Path(path)
        file = folder / MANIFEST
        if not file.is_file():
            raise WorkspaceError(
                f"{folder}: ワークスペースではありません（{MANIFEST} がありません）。"
                "先に explorer build を実行してください。 / Not a workspace (no manifest). Run explorer build first."
            )
        manifest = _load_manifest(file)
        if manifest.get("format") != FORMAT or not {"key", "steps", "tables"} <= manifest.keys():
            raise WorkspaceError(
                f"{folder}: 別の版で作られたワークスペースです。explorer build をもう一度実行してください。 / "
                "Made by another version of this program. Run explorer build again."
            )
        return cls(folder, manifest)

    @property
    def key(self) -> str:
        """Changes whenever anything in the workspace changes."""
        return str(self.manifest["key"])

    def file(self, step: str, name: str) -> Path:
        """Path of a file that a build step wrote."""
        try:
            folder = str(self.manifest["steps"][step]["folder"])
        except KeyError:
            raise WorkspaceError(f"{self.path}: {step} がありません。 / has no {step}.") from None
        path = self.path / STEPS / folder / name
        if not path.exists():
            raise WorkspaceError(
                f"{path}: ワークスペースのファイルがありません。explorer build をもう一度実行してください。 / "
                "A file of the workspace is missing. Run explorer build again."
            )
        return path

    def table(self, name: str) -> pd.DataFrame:
        """A table by name (municipalities, places, facilities, stops, indicators …); a GeoDataFrame where it has shapes.

        Raises
        ------
        WorkspaceError
            There is no such table, or its file is gone or damaged.
        """
        entry = self.manifest["tables"].get(name)
        if entry is None:
            raise WorkspaceError(f"{self.path}: 表 {name} がありません。 / has no table {name}.")
        file = self.file(entry["step"], entry["file"])
        try:
            return read_table(file)
        except (OSError, ValueError) as error:  # Arrow raises both for a file that is cut off or overwritten
            raise WorkspaceError(
                f"{file}: ファイルが壊れています（{error}）。フォルダ {file.parent} を消して explorer build をもう一度実行してください。 / "
                f"The file is damaged. Remove the folder {file.parent} and run explorer build again."
            ) from error

    def has_table(self, name: str) -> bool:
        """Whether the build made this table."""
        return name in self.manifest["tables"]

    @cached_property
    def _measures(self) -> dict[str, str]:
        return dict(self.manifest.get("measures", {}))

    def has_measure(self, category: str, mode: str) -> bool:
        """Whether distances or times to this category were measured in this mode."""
        return measure_name(category, mode) in self._measures

    def measure(self, category: str, mode: str) -> npt.NDArray[np.float32]:
        """Per place, to the nearest of a category: metres (straight, walk) or seconds (every other mode).

        NaN where the place has no street near, inf where no facility can be reached.
        """
        import numpy as np

        name = measure_name(category, mode)
        if name not in self._measures:
            raise UnknownCode(f"{name}: 計算されていません。 / was not measured.")
        array: npt.NDArray[np.float32] = np.load(self.file(self._measures[name], f"{name}.npy"), mmap_mode="r")
        return array


def measure_name(category: str, mode: str) -> str:
    """Name of the measure, and of its file without the ending: to the nearest of a category in a mode."""
    return f"{category}.{mode}"


def _load_manifest(file: Path) -> dict[str, Any]:
    try:
        manifest = json.loads(file.read_text(encoding="utf-8"))
    except ValueError as error:  # not JSON, or not even text
        raise WorkspaceError(
            f"{file}: ワークスペースの目録が壊れています（{error}）。explorer build をもう一度実行してください。 / "
            f"The manifest is damaged ({error}). Run explorer build again."
        ) from error
    return manifest if isinstance(manifest, dict) else {}


def is_workspace(folder: Path) -> bool:
    """Whether a build wrote to this folder, be it finished or killed half-way."""
    if any((folder / name).exists() for name in (LOCK, RECOGNISED)):
        return True
    return (folder / STEPS).is_dir() and (folder / MANIFEST).exists()  # copied without its hidden files


def check_output(folder: Path) -> None:
    """Refuse to write a workspace over something else.

    Raises
    ------
    WorkspaceError
        The folder is a file, or holds a ``manifest.json`` or ``steps`` that no build has written.
    """
    if folder.exists() and not folder.is_dir():
        raise WorkspaceError(
            f"{folder}: フォルダではなくファイルです。--out には別の名前を指定してください。 / "
            "This is a file, not a folder. Choose another --out."
        )
    foreign = [name for name in (MANIFEST, STEPS) if (folder / name).exists()]
    if foreign and not is_workspace(folder):
        raise WorkspaceError(
            f"{folder}: ワークスペースではない {'、'.join(foreign)} があるため書き込みません。"
            "--out には空のフォルダを指定してください。 / "
            f"It holds {', '.join(foreign)} that no build has written. Choose an empty folder as --out."
        )


@dataclass
class StepResult:
    """What a step left behind: its folder, its notes, its facts for the summary."""

    name: str
    key: str
    folder: Path
    facts: dict[str, Any]
    notes: list[Note]
    seconds: float
    was_cached: bool


@dataclass
class StepWriter:
    """Handed to a step while it runs: where to write, and what to remember."""

    folder: Path
    notes: Notes = field(default_factory=Notes)
    facts: dict[str, Any] = field(default_factory=dict)

    def table(self, frame: pd.DataFrame, name: str) -> None:
        """Write a frame as (Geo)Parquet ``<name>.parquet``; a list of tables ends up in the manifest."""
        frame.to_parquet(self.folder / f"{name}.parquet", index=False, compression="zstd")
        self.facts.setdefault("tables", {})[name] = len(frame)

    def array(self, values: npt.NDArray[Any], name: str) -> None:
        """Write an array as ``<name>.npy``."""
        import numpy as np

        np.save(self.folder / f"{name}.npy", values)

    def place_values(self, values: npt.NDArray[Any], name: str) -> None:
        """Write what is known of each place, (n_places,) as float32; the layers find it under its name."""
        import numpy as np

        (self.folder / PLACE_VALUES).mkdir(exist_ok=True)
        np.save(self.folder / PLACE_VALUES / f"{name}.npy", np.asarray(values, dtype=np.float32))
        self.facts.setdefault("place_values", []).append(name)

    def figures(self, frame: pd.DataFrame) -> None:
        """Write numbers per area, once per step, with the columns of :data:`layers.figures.FIGURE_COLUMNS`."""
        frame.to_parquet(self.folder / FIGURES, index=False, compression="zstd")


def read_table(file: Path) -> pd.DataFrame:
    """A parquet file as a GeoDataFrame if it has a geometry, else as a plain frame."""
    import pyarrow.parquet as pq

    if b"geo" in (pq.read_schema(file).metadata or {}):
        import geopandas as gpd

        shaped: pd.DataFrame = gpd.read_parquet(file)
        return shaped
    import pandas as pd

    return pd.read_parquet(file)


def step_key(name: str, *parts: object) -> str:
    """Key of a step: a hash over its name and everything its result depends on."""
    text = json.dumps([name, FORMAT, *parts], ensure_ascii=False, sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Hold the workspace for one build at a time.

    Raises
    ------
    WorkspaceError
        Another build is writing to it.
    """
    from filelock import FileLock, Timeout

    check_output(folder)
    lock = FileLock(folder / LOCK, timeout=0)
    try:
        with no_space_message(folder):
            folder.mkdir(parents=True, exist_ok=True)
            lock.acquire()
    except Timeout:
        raise WorkspaceError(
            f"{folder}: 別の build が書き込み中です。終わるのを待ってください。 / "
            "Another build is writing to it. Wait until it is done."
        ) from None
    except OSError as error:
        if isinstance(error, NoSpace):
            raise
        raise WorkspaceError(
            f"{folder}: 書き込めません（{error.strerror}）。権限を確かめるか、--out で別の場所を指定してください。 / "
            f"Cannot be written ({error.strerror}). Check the permissions or choose another --out."
        ) from error
    try:
        yield
    finally:
        lock.release()


@contextmanager
def no_space_message(folder: Path) -> Iterator[None]:
    """Turn a full disk, whichever library met it, into one clear message."""
    try:
        yield
    except Exception as error:
        if isinstance(error, NoSpace) or not is_disk_full(error):
            raise
        temporary = tempfile.gettempdir()
        raise NoSpace(
            f"{folder}: ディスク（または一時フォルダ {temporary}）に空きがありません。"
            "空きを作るか --out で別の場所を指定し、もう一度実行してください。"
            "終わった段階は残っており、元のワークスペースはそのままです。 / "
            f"The disk (or that of the temporary folder {temporary}) is full. "
            "Free some space or choose another --out and run again; "
            "finished steps are kept and the old workspace is untouched."
        ) from error


def run_step(root: Path, name: str, key: str, write: Callable[[StepWriter], None]) -> StepResult:
    """Run a step unless its result for this key is already there; results appear whole or not at all."""
    import time

    target = root / STEPS / f"{name}-{key}"
    started = time.perf_counter()
    record = _finished(target)
    was_cached = record is not None
    if record is None:
        _write_step(target, write)
        record = json.loads((target / "step.json").read_text(encoding="utf-8"))
    notes = [Note(**note) for note in record["notes"]]
    return StepResult(name, key, target, record["facts"], notes, time.perf_counter() - started, was_cached)


def _finished(target: Path) -> dict[str, Any] | None:
    """Facts and notes of a finished step; None where there is none, or where its record or a table of it is gone."""
    try:
        record: dict[str, Any] = json.loads((target / "step.json").read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        return None
    there = all((target / PLACE_VALUES / f"{name}.npy").is_file() for name in record["facts"].get("place_values", ()))
    there = there and all((target / f"{table}.parquet").is_file() for table in record["facts"].get("tables", ()))
    return record if there else None


def _write_step(target: Path, write: Callable[[StepWriter], None]) -> None:
    temporary = target.with_name(f".{target.name}-{uuid.uuid4().hex[:8]}")
    try:
        with no_space_message(target.parent.parent):
            temporary.mkdir(parents=True)
            writer = StepWriter(temporary)
            try:
                write(writer)
            except Exception as error:
                error.add_note(target.name.rpartition("-")[0])  # which step, should nobody have foreseen this
                raise
            record = {"facts": writer.facts, "notes": [note.as_dict() for note in writer.notes]}
            (temporary / "step.json").write_text(json.dumps(record, ensure_ascii=False), encoding="utf-8")
            shutil.rmtree(target, ignore_errors=True)  # an unfinished one of an older version
            temporary.rename(target)
    except BaseException:
        shutil.rmtree(temporary, ignore_errors=True)
        raise


def publish(root: Path, manifest: dict[str, Any], results: list[StepResult]) -> Workspace:
    """Make the results the workspace: tables listed, manifest replaced in one move, old steps removed."""
    steps = {
        result.name: {"key": result.key, "folder": result.folder.name, "facts": result.facts} for result in results
    }
    with no_space_message(root):
        tables = {
            table: {
                "step": result.name,
                "file": f"{table}.parquet",
                "rows": rows,
                "sha256": _hash_of(result.folder / f"{table}.parquet"),
            }
            for result in results
            for table, rows in result.facts.get("tables", {}).items()
        }
    measures = {name: result.name for result in results for name in result.facts.get("measures", ())}
    whole = {
        "format": FORMAT,
        **manifest,
        "steps": steps,
        "tables": tables,
        "measures": measures,
    }
    whole["key"] = step_key("manifest", {name: step["key"] for name, step in steps.items()}, manifest)
    before = _folders_of(root)
    with no_space_message(root):
        temporary = root / f".{MANIFEST}.{uuid.uuid4().hex[:8]}"
        temporary.write_text(json.dumps(whole, ensure_ascii=False, indent=1), encoding="utf-8")
        temporary.replace(root / MANIFEST)
    _remove_old(root, before | {result.folder.name for result in results})
    return Workspace(root, whole)


def _hash_of(file: Path) -> str:
    # Kept beside the table: a finished step never changes, so its hash is worked out once.
    beside = file.with_suffix(".sha256")
    if not beside.exists():
        from geodata.archive import file_sha256

        temporary = beside.with_suffix(".half")  # a hash cut off by a killed build would be believed for ever
        temporary.write_text(file_sha256(file), encoding="ascii")
        temporary.replace(beside)
    return beside.read_text(encoding="ascii")


def _folders_of(root: Path) -> set[str]:
    """Step folders of the workspace that is there now: an app that has it open goes on reading them."""
    try:
        return {str(step["folder"]) for step in Workspace.open(root).manifest["steps"].values()}
    except (WorkspaceError, ValueError):
        return set()


def _remove_old(root: Path, keep: set[str]) -> None:
    for file in root.iterdir():
        if _HALF_WRITTEN.fullmatch(file.name):
            file.unlink(missing_ok=True)
    for folder in (root / STEPS).iterdir():
        if folder.name not in keep and _STEP_FOLDER.fullmatch(folder.name):
            # On Windows an array that a browser session still maps cannot be removed: the next build tries again.
            shutil.rmtree(folder, ignore_errors=True)
