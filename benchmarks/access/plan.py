"""What is run, in which order, each piece in a process of its own that may fail alone."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from benchmarks.access import cold, streetlike
from benchmarks.access.case import CATEGORIES, FACILITIES, Case, make_case, remember_farthest, west_share
from benchmarks.access.measure import load_average

if TYPE_CHECKING:
    from pathlib import Path

    from geodata.streets import Streets

REGIONS: Final = {"Gunma": "gunma/roads.osm.pbf", "Porto": "osm_small/porto.osm.pbf"}
TIMEOUT_SECONDS: Final = 900
_OURS: Final = ("nearest_walk", "nearest_drive", "k_nearest", "within_walk", "within_drive", "matrix", "bound")
# Engine, threads (0: all cores), questions. scipy comes first: it is the oracle, and tells pandana how far to look.
ASKED: Final = (
    ("scipy_peer", 0, ("nearest_walk", "nearest_drive", "k_nearest", "within_walk", "within_drive", "matrix")),
    ("ours", 0, (*_OURS, "set_up", "customise")),
    ("ours", 1, (*_OURS, "set_up", "customise")),
    ("pandana_peer", 0, ("nearest_walk", "nearest_30_minutes", "k_nearest", "matrix", "within_walk")),
    ("pandana_peer", 1, ("nearest_30_minutes", "k_nearest", "matrix")),
    ("networkx_peer", 0, ("nearest_walk",)),
    ("igraph_peer", 0, ("nearest_walk", "matrix")),
    ("rustworkx_peer", 0, ("nearest_walk",)),
)
ASKED_OF_PARTS: Final = (
    ("scipy_peer", 0, ("nearest_walk", "matrix_sample")),
    ("ours", 0, ("nearest_walk", "matrix", "set_up")),
    ("pandana_peer", 0, ("nearest_walk", "matrix")),
    ("networkx_peer", 0, ("nearest_walk",)),
)
ASKED_OF_LARGE: Final = ASKED_OF_PARTS[:2]
PARTS_OF_GUNMA: Final = {"Gunma ¼": 0.25, "Gunma ½": 0.5}
SYNTHETIC: Final = {"synthetic 1 M": 1_000_000, "synthetic 4 M": 4_000_000}


@dataclass
class Run:
    """A run under way.

    Parameters
    ----------
    data
        Folder of the raw data.
    scratch
        Where cases, answers and times go, by network.
    reuse
        Whether answers of peers that are there already are kept.
    """

    data: Path
    scratch: Path
    reuse: bool = False
    reused: list[str] = field(default_factory=list)

    def folder(self, name: str) -> Path:
        """Folder of one network."""
        folder = self.scratch / name.replace(" ", "_")
        folder.mkdir(parents=True, exist_ok=True)
        return folder

    def loads(self) -> str:
        """Range of the load averages that were met."""
        seen = [json.loads(file.read_text()).get("load") for file in self.scratch.glob("*/*.json")]
        loads = sorted(load for load in seen if load is not None)
        return f"{loads[0]:.1f} – {loads[-1]:.1f}" if loads else "?"

    def python(self, *arguments: str, env: dict[str, str] | None = None) -> dict[str, Any]:
        """Run a module in a fresh process; seconds, what it printed, and what went wrong if something did.

        Lines that begin with four blanks are progress and shown at once.
        """
        settings = {**os.environ, "NUMBA_CACHE_DIR": str(self.scratch / "numba_cache"), **(env or {})}
        settings["STARTED"] = str(time.time())
        begin = time.perf_counter()
        with tempfile.TemporaryFile("w+") as errors:
            process = subprocess.Popen(
                [sys.executable, "-W", "ignore", "-m", *arguments],
                stdout=subprocess.PIPE, stderr=errors, text=True, env=settings,
            )  # fmt: skip
            alarm = threading.Timer(TIMEOUT_SECONDS, process.kill)
            alarm.start()
            lines = []
            assert process.stdout is not None
            for line in process.stdout:
                lines.append(line)
                if line.startswith("    "):
                    print(line, end="", flush=True)
            process.wait()
            alarm.cancel()
            errors.seek(0)
            said = errors.read().strip()
        result = {"seconds": time.perf_counter() - begin, "out": "".join(lines), "load": load_average()}
        if process.returncode:
            last = said.splitlines()[-1] if said else "no message"
            result["error"] = f"{last[:300]} (exit code {process.returncode}; at most {TIMEOUT_SECONDS} s)"
            print(f"    {' '.join(arguments[:2])} failed: {result['error']}", flush=True)
        return result


def ask(run: Run, folder: Path, engine: str, threads: int, questions: tuple[str, ...]) -> None:
    """One engine, one network."""
    name = f"{engine}{threads or ''}"
    said = folder / f"{name}.json"
    if run.reuse and engine != "ours" and said.exists():
        run.reused.append(f"{folder.name}/{name}")
        _remember_farthest(folder, engine)
        return
    said.unlink(missing_ok=True)
    limit = ["--threads", str(threads)] if threads else []
    env = {"OMP_NUM_THREADS": str(threads)} if threads else {}
    result = run.python("benchmarks.access.worker", engine, str(folder), str(folder), *limit, *questions, env=env)
    known = json.loads(said.read_text()) if said.exists() else {"questions": {}}
    for question in questions:
        known["questions"].setdefault(question, {"error": result.get("error", "no answer")})
    said.write_text(json.dumps(known, indent=1))
    _remember_farthest(folder, engine)


def _remember_farthest(folder: Path, engine: str) -> None:
    if engine == "scipy_peer":
        for question in ("nearest_walk", "k_nearest"):
            answer = folder / f"{engine}.{question}.npy"
            if answer.exists():
                remember_farthest(folder, question, np.load(answer))


def cases(run: Run) -> None:
    """All questions on Gunma and Porto."""
    for name, path in REGIONS.items():
        _ask_all(run, name, _streets(run.data / path), ASKED)


def scaling(run: Run) -> None:
    """The same on parts of Gunma and on made-up streets."""
    whole = _streets(run.data / REGIONS["Gunma"])
    for name, share in PARTS_OF_GUNMA.items():
        _ask_all(run, name, west_share(whole, share), ASKED_OF_PARTS)
    for name, count in SYNTHETIC.items():
        _ask_all(run, name, streetlike.make_streets(count), ASKED_OF_LARGE)


def _ask_all(run: Run, name: str, streets: Streets, asked: tuple[tuple[str, int, tuple[str, ...]], ...]) -> None:
    print(f"  {name}: {streets.node_count:,} nodes, {streets.segment_count:,} segments", flush=True)
    folder = run.folder(name)
    make_case(name, streets).save(folder)
    counts = {"nodes": streets.node_count, "segments": streets.segment_count}
    (folder / "size.txt").write_text(json.dumps(counts))
    for engine, threads, questions in asked:
        ask(run, folder, engine, threads, questions)


def from_cold(run: Run) -> None:
    """From the .pbf to the answer in a fresh process: ours three times with numba's cache, once without; osmnx once."""
    for name, path in REGIONS.items():
        folder, roads = run.folder(name), run.data / path
        streets = _streets(roads)
        case = make_case(name, streets)
        question = cold.make_question(streets, case.projection, categories=CATEGORIES, facilities=FACILITIES)
        np.savez(folder / "cold.npz", **question)

        def fresh(
            engine: str, env: dict[str, str] | None = None, *, folder: Path = folder, roads: Path = roads
        ) -> dict[str, Any]:
            out = folder / f"cold_{engine}.npz"
            out.unlink(missing_ok=True)
            question_file = str(folder / "cold.npz")
            result = run.python("benchmarks.access.cold", engine, str(roads), question_file, str(out), env=env)
            if "error" not in result:
                result |= json.loads(str(np.load(out)["stages"]))
            print(f"    cold {engine:<7} {result['seconds']:>9.2f} s  {result.get('stages', '')}", flush=True)
            return result

        empty = run.scratch / "empty_cache"
        shutil.rmtree(empty, ignore_errors=True)
        said: dict[str, Any] = {"empty": fresh("ours", {"NUMBA_CACHE_DIR": str(empty)})}
        fresh("ours")  # fills the cache
        said["ours"] = [fresh("ours") for _ in range(5)]
        earlier = folder / "cold.json"
        if run.reuse and (folder / "cold_osmnx.npz").exists() and earlier.exists():
            run.reused.append(f"{folder.name}/osmnx")
            said["osmnx"] = json.loads(earlier.read_text())["osmnx"]
        else:
            said["osmnx"] = fresh("osmnx")
        files = folder / "cold_ours.npz", folder / "cold_osmnx.npz"
        said["agreement"] = cold.agreement(*files) if all(file.exists() for file in files) else ("not compared", False)
        earlier.write_text(json.dumps(said, indent=1))


def memory(run: Run) -> None:
    """Resident memory of a process that holds Gunma with three modes."""
    from layers.access.topology import Topology

    for name, path in REGIONS.items():
        folder = run.folder(name)
        if not (folder / "case.npz").exists():
            make_case(name, _streets(run.data / path)).save(folder)
        Topology.of(Case.load(folder).streets).save(folder / "topology")
        run.python("benchmarks.access.memory", str(folder), str(folder / "topology"))  # fills numba's cache
        result = run.python("benchmarks.access.memory", str(folder), str(folder / "topology"))
        if "error" not in result:
            result["megabytes"] = json.loads(result["out"].splitlines()[-1])
            print(f"    {name}: {result['megabytes']}", flush=True)
        (folder / "memory.json").write_text(json.dumps(result, indent=1))


def live(run: Run) -> None:
    """What-if on the built workspace of Gunma: a facility closed, opened; a speed changed, a bridge cut."""
    workspace = run.scratch / "workspace"
    if not (run.reuse and (workspace / "manifest.json").exists()):
        shutil.rmtree(workspace, ignore_errors=True)
        build = ("explorer.cli", "build", str(run.data / "gunma"), str(run.data / "japan"), "--out", str(workspace))
        built = run.python(*build)
        print(f"    workspace built in {built['seconds']:.0f} s", flush=True)
    run.python("benchmarks.access.live", str(workspace))  # fills numba's cache
    result = run.python("benchmarks.access.live", str(workspace))
    if "error" not in result:
        result["times"] = json.loads(result["out"].splitlines()[-1])
        print(f"    {result['times']}", flush=True)
    (run.folder("Gunma") / "live.json").write_text(json.dumps(result, indent=1))


def _streets(path: Path) -> Streets:
    from geodata.archive import RawFile
    from geodata.notes import Notes
    from geodata.osm import read_osm

    return read_osm(RawFile(path), notes=Notes()).streets


PARTS: Final = {"cases": cases, "cold": from_cold, "memory": memory, "live": live, "scaling": scaling}
