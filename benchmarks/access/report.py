"""Times and answers of a run → benchmarks/RESULTS.md and its plot."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from benchmarks.access import bars, plot
from benchmarks.access.case import UNREACHED
from benchmarks.access.checks import Agreement, compare
from benchmarks.access.plan import PARTS_OF_GUNMA, REGIONS, SYNTHETIC
from benchmarks.app.report import without_section

if TYPE_CHECKING:
    from pathlib import Path

# What two exact engines may differ by, in ms: pandana counts segments of 0 ms as 1 ms.
TOLERANCE: Final = {"pandana": 20}
ORACLE: Final = "scipy"
QUESTIONS: Final = {
    "nearest_walk": bars.NEAREST,
    "nearest_30_minutes": "nearest, not farther than 30 min",
    "nearest_drive": "nearest by car, 10 categories × 200, every node",
    "k_nearest": bars.K_NEAREST,
    "within_walk": bars.WITHIN_WALK,
    "within_drive": bars.WITHIN_DRIVE,
    "matrix": bars.MATRIX,
    "matrix_sample": bars.MATRIX,
}
_SAME_AS: Final = {"nearest_30_minutes": "nearest_walk", "matrix_sample": "matrix"}


@dataclass
class Answers:
    """What the engines said about one network."""

    folder: Path

    def said(self, engine: str, question: str, threads: int = 0) -> dict[str, Any] | None:
        """Timing of a question; None where it was not asked, ``error`` in it where it failed."""
        file = self.folder / f"{_file(engine, threads)}.json"
        if not file.exists():
            return None
        found: dict[str, Any] | None = json.loads(file.read_text())["questions"].get(question)
        return found

    def preparation(self, engine: str, mode: str, threads: int = 0) -> float | None:
        """Seconds until the engine was ready for questions about a mode."""
        file = self.folder / f"{_file(engine, threads)}.json"
        found: float | None = json.loads(file.read_text()).get(f"prepare_{mode}") if file.exists() else None
        return found

    def seconds(self, engine: str, question: str, threads: int = 0) -> float | None:
        """Median seconds; None where there is no answer."""
        found = self.said(engine, question, threads)
        return None if found is None else found.get("seconds")

    def agreement(self, engine: str, question: str, threads: int = 0, *, with_engine: str = "ours") -> Agreement | None:
        """Comparison of an engine's answer with another's; None where one of them is missing."""
        same = _SAME_AS.get(question, question)
        said, other = self.said(engine, question, threads), self.said(with_engine, same)
        files = [
            self.folder / f"{_file(engine, threads)}.{question}.npy",
            self.folder / f"{_file(with_engine, 0)}.{same}.npy",
        ]
        if said is None or other is None or "error" in said or "error" in other or not all(f.exists() for f in files):
            return None
        one, two = (np.load(file) for file in files)
        two = two[tuple(slice(*part) for part in said["part"])]
        one = one[tuple(slice(*part) for part in other["part"])]
        rows = min(len(one), len(two))
        one, two = one[:rows], two[:rows]
        if said["limit_ms"]:
            one, two = (np.where(array > said["limit_ms"], UNREACHED, array) for array in (one, two))
        return compare(two, one, tolerance=0 if question.startswith("within") else TOLERANCE.get(engine, 0))


def _file(engine: str, threads: int) -> str:
    return ("ours" if engine == "ours" else f"{engine}_peer") + (str(threads) if threads else "")


def write(scratch: Path, out: Path) -> None:
    """Write the results and the plot beside them."""
    picture = out.with_name("scaling.svg")
    networks = {name: Answers(scratch / name) for name in REGIONS}
    about = _load(scratch / "about.json")
    lines = [
        "# The access engine beside its peers",
        "",
        "Written by one run of `make bench` (`python -m benchmarks.access`); do not edit by hand.",
        "",
        *[f"- {key}: {value}" for key, value in about.items()],
        *[f"- {name}: {_size(scratch / name)}" for name in REGIONS],
        "",
        *_rules(),
        "## The bars",
        "",
        *_bars(networks),
        "",
        "## All engines, all questions",
        "",
        *_everything(networks),
        "",
        "## From a cold pbf",
        "",
        *_cold(networks),
        "",
        "## Memory and what-if",
        "",
        *_memory(networks),
        *_live(networks["Gunma"]),
        "",
        "## How cost grows",
        "",
        *_growth(scratch, picture),
    ]
    # The section of the app is another benchmark's and stays.
    app = without_section(out.read_text(encoding="utf-8"))[1] if out.exists() else ""
    out.write_text("\n".join([*lines, *(["", app] if app else [])]) + "\n", encoding="utf-8")


def _load(file: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(file.read_text()) if file.exists() else {}
    return found


def _size(folder: Path) -> str:
    size = _load(folder / "size.txt")
    return f"{size.get('nodes', 0):,} nodes, {size.get('segments', 0):,} segments"


def _rules() -> list[str]:
    return [
        "How it is measured:",
        "",
        "- Every engine gets the same nodes (every node of OpenStreetMap's streets, bends included), the same directed arcs and",
        "  the same whole milliseconds per segment, and answers for every node; only `osmnx` (cold row) works on its own",
        "  simplified graph. On foot delays are left out, so that the network is the same both ways and peers may use undirected",
        "  graphs; by car delays at signals and junctions are in the arcs.",
        "- A ratio is printed only where the answers agree: equal to the millisecond, or within 20 ms for pandana, which counts",
        "  segments of 0 ms as 1 ms. scipy's answers are the reference for all.",
        "- Medians of 5 runs where one lasts less than 3 s, else one run. `× n` in a note: a part was asked and the time",
        "  multiplied. After set-up: graphs, hierarchies and ties of points are made before the clock starts, for all engines;",
        "  their preparation stands in its own column. Our answers come as float64 seconds with the facility's number.",
        "- The bars compare each engine as it comes: ours and pandana on all cores, scipy, networkx, igraph and rustworkx on",
        "  the one core that they use. The column with one core each is beside it.",
        "",
    ]


def _bars(networks: dict[str, Answers]) -> list[str]:
    rows = ["| question | network | against | bar | beyond | ours | peer | ratio | one core each | answers | reached |"]
    rows.append("|---|---|---|---|---|---|---|---|---|---|---|")
    notes: list[str] = []
    for bar in bars.BARS:
        for name, answers in networks.items():
            rows.append(_bar_row(bar, name, answers, notes))
            if bar.question == "nearest_walk" and bar.peer == ORACLE:
                rows.append(_bound_row(name, answers, notes))
        if bar.question == "nearest_walk" and bar.peer == ORACLE:
            rows += [_cold_row(name, answers, notes) for name, answers in networks.items()]
    rows += [_limit_row(limit, networks["Gunma"], notes) for limit in bars.LIMITS]
    return [*rows, "", *notes] if notes else rows


def _bar_row(bar: bars.Bar, name: str, answers: Answers, notes: list[str]) -> str:
    of_ours = _SAME_AS.get(bar.question, bar.question)
    ours, peer = answers.seconds("ours", of_ours), answers.seconds(bar.peer, bar.question)
    agreement = answers.agreement(bar.peer, bar.question)
    is_equal = agreement is not None and agreement.is_equal
    one = answers.seconds("ours", of_ours, 1)
    alone = answers.seconds(bar.peer, bar.question, 1) or (None if bar.peer == "pandana" else peer)
    ratio = peer / ours if ours and peer and is_equal else None
    of_one = f"{alone / one:,.0f}×" if one and alone and is_equal else "–"
    failed = _failure(answers, bar.peer, bar.question) or _failure(answers, "ours", of_ours)
    cells = [
        bar.says, name, bar.peer, f"{bar.wanted:g}×", f"{bar.beyond:g}×" if bar.beyond else "–",
        _time(ours), _time(peer), f"{ratio:,.0f}×" if ratio else "–", of_one,
        failed or str(agreement or "not compared"), _verdict(ratio, bar.wanted, bar.beyond, higher=True),
    ]  # fmt: skip
    if ratio is not None and ratio < bar.wanted:
        _note(
            notes, f"{bar.says}, {name}, {bar.peer}: {ratio:,.0f}× instead of {bar.wanted:g}×", bar.question, bar.peer
        )
    return _row(cells)


def _note(notes: list[str], what: str, *keys: str) -> None:
    why = bars.WHY.get("/".join(keys)) or bars.WHY.get(keys[0]) or "not explained yet."
    notes.append(f"- Missed: {what}. {why}")


def _bound_row(name: str, answers: Answers, notes: list[str]) -> str:
    ours, bound = (answers.seconds("ours", question, 1) for question in ("nearest_walk", "bound"))
    ratio = ours / bound if ours and bound else None
    if ratio is not None and ratio > bars.BOUND_BEYOND:
        _note(notes, f"one-pass memory bound, {name}: {ratio:.1f}× instead of 2× (beyond)", "bound")
    cells = [
        bars.NEAREST, name, "one pass over memory, one core", "–", f"{bars.BOUND_BEYOND:g}×",
        _time(ours), _time(bound), f"{ratio:.1f}×" if ratio else "–", "–", "–",
        _verdict(ratio, None, bars.BOUND_BEYOND, higher=False),
    ]  # fmt: skip
    return _row(cells)


def _cold_row(name: str, answers: Answers, notes: list[str]) -> str:
    said, bar = _load(answers.folder / "cold.json"), bars.COLD
    runs = sorted(run["seconds"] for run in said.get("ours", []) if "error" not in run)
    peer = said.get("osmnx", {})
    agreement, is_equal = said.get("agreement", ("not compared", False))
    ours = runs[len(runs) // 2] if runs else None
    ratio = peer["seconds"] / ours if ours and is_equal and "error" not in peer else None
    if ratio is not None and ratio < bar.wanted:
        _note(notes, f"{bar.says}, {name}: {ratio:.1f}× instead of {bar.wanted:g}×", "cold")
    cells = [
        bar.says, name, bar.peer, f"{bar.wanted:g}×", f"{bar.beyond:g}×",
        _time(ours), _time(peer.get("seconds")), f"{ratio:,.1f}×" if ratio else "–", "–",
        peer.get("error") or agreement, _verdict(ratio, bar.wanted, bar.beyond, higher=True),
    ]  # fmt: skip
    return _row(cells)


def _limit_row(limit: bars.Limit, gunma: Answers, notes: list[str]) -> str:
    value, failed = _limited(limit, gunma)
    if value is not None and value > limit.wanted:
        _note(notes, f"{limit.says}: {value:,.2f} {limit.unit} instead of {limit.wanted:g} {limit.unit}", limit.key)
    shown = "–" if value is None else f"{value:,.2f} {limit.unit}" if value < 10 else f"{value:,.0f} {limit.unit}"
    cells = [
        limit.says, "Gunma", "–", f"{limit.wanted:g} {limit.unit}", f"{limit.beyond:g} {limit.unit}",
        shown, "–", "–", "–", failed or "–", _verdict(value, limit.wanted, limit.beyond, higher=False),
    ]  # fmt: skip
    return _row(cells)


def _limited(limit: bars.Limit, gunma: Answers) -> tuple[float | None, str]:
    if limit.key == "set_up":
        return gunma.seconds("ours", "set_up"), _failure(gunma, "ours", "set_up")
    if limit.key == "memory":
        said = _load(gunma.folder / "memory.json")
        held = [value for key, value in said.get("megabytes", {}).items() if key.startswith("with")]
        return (held[-1] / 1024 if held else None), said.get("error", "")
    said = _load(gunma.folder / "live.json")
    found = said.get("times", {}).get(limit.key)
    return (1000 * found["median"] if found else None), said.get("error", "")


def _verdict(value: float | None, wanted: float | None, beyond: float | None, *, higher: bool) -> str:
    if value is None:
        return "not measured"

    def passes(bar: float) -> bool:
        return value >= bar if higher else value <= bar

    if beyond is not None and passes(beyond):
        return "**yes, beyond**"
    if wanted is None:
        return "not beyond"
    return "**yes**" if passes(wanted) else "no"


def _failure(answers: Answers, engine: str, question: str) -> str:
    said = answers.said(engine, question)
    return f"{engine}: {said['error']}".replace("|", "/") if said and "error" in said else ""


def _everything(networks: dict[str, Answers]) -> list[str]:
    rows = ["| question | network | engine | cores | preparation | answer | runs | ratio | answers | note |"]
    rows.append("|---|---|---|---|---|---|---|---|---|---|")
    for question, says in QUESTIONS.items():
        for name, answers in networks.items():
            for engine in ("ours", "scipy", "pandana", "networkx", "igraph", "rustworkx"):
                for threads in (0, 1):
                    cells = _engine_cells(answers, engine, question, threads)
                    if cells:
                        rows.append(_row([says, name, engine, *cells]))
    for name, answers in networks.items():
        rows += [
            _row([says, name, "ours", cores, "–", _time(answers.seconds("ours", key, threads)), "5", "–", "–", "–"])
            for key, says in (
                ("set_up", "set-up (chains, order, hierarchy)"),
                ("customise", "customise one mode (drive)"),
            )
            for threads, cores in ((0, "all"), (1, "1"))
        ]
    return rows


def _engine_cells(answers: Answers, engine: str, question: str, threads: int) -> list[str] | None:
    said = answers.said(engine, question, threads)
    if said is None:
        return None
    cores = "1" if threads else "all" if engine in {"ours", "pandana"} else "1"
    if "error" in said:
        return [cores, "–", "–", "–", "–", said["error"].replace("|", "/"), "–"]
    mode = "drive" if question in {"nearest_drive", "within_drive", "matrix"} else "walk"
    reference = ORACLE if engine == "ours" else "ours"
    agreement = answers.agreement(engine, question, threads, with_engine=reference)
    ours = answers.seconds("ours", _SAME_AS.get(question, question), threads)
    is_equal = agreement is not None and agreement.is_equal
    ratio = f"{said['seconds'] / ours:,.1f}×" if ours and engine != "ours" and is_equal else "–"
    prepared = answers.preparation(engine, mode, threads)
    return [
        cores,
        _time(prepared),
        _time(said["seconds"]),
        str(said["runs"]),
        ratio,
        str(agreement or "–"),
        said["note"],
    ]


def _cold(networks: dict[str, Answers]) -> list[str]:
    rows = ["| network | engine | seconds | stages (seconds) |", "|---|---|---|---|"]
    for name, answers in networks.items():
        said = _load(answers.folder / "cold.json")
        ours = sorted((run for run in said.get("ours", []) if "error" not in run), key=lambda run: run["seconds"])
        shown = {"ours (median of 5 processes)": ours[len(ours) // 2] if ours else {}}
        shown["ours, numba's cache empty (after installing, once)"] = said.get("empty", {})
        shown["osmnx + networkx (one process)"] = said.get("osmnx", {})
        for engine, run in shown.items():
            stages = ", ".join(f"{stage} {seconds:.2f}" for stage, seconds in run.get("stages", {}).items())
            rows.append(_row([name, engine, _time(run.get("seconds")), run.get("error") or stages]))
    return [
        "A new process each, from its start to the answer in memory; numba's cache of compiled kernels is on disk, as after the",
        "first use. Ours answers for every street node, osmnx for the nodes of its simplified graph. osmnx reads XML with the",
        "walkable ways only, filtered in C++ by osmium. Facilities stand on crossings.",
        "",
        *rows,
    ]


def _memory(networks: dict[str, Answers]) -> list[str]:
    rows = ["| network | state of the process | MB |", "|---|---|---|"]
    for name, answers in networks.items():
        for state, megabytes in _load(answers.folder / "memory.json").get("megabytes", {}).items():
            rows.append(_row([name, state, f"{megabytes:,.0f}"]))
    return ["Resident memory of a fresh process; streets and topology are memory-mapped as in the app.", "", *rows, ""]


def _live(gunma: Answers) -> list[str]:
    times = _load(gunma.folder / "live.json").get("times")
    if not times:
        return ["What-if: not measured."]
    head = (
        f"What-if on the built workspace of Gunma: {times['places']:,} places, {times['municipalities']} municipalities, "
        f"modes {', '.join(times['modes'])}; all that a change can touch is answered anew through `explorer.open(…).live()`. "
        f"The process holds {times['megabytes']:,.0f} MB."
    )
    rows = ["| question | median | slowest | runs |", "|---|---|---|---|"]
    for key, said in times.items():
        if isinstance(said, dict):
            rows.append(
                _row([key, f"{1000 * said['median']:.0f} ms", f"{1000 * said['slowest']:.0f} ms", str(said["runs"])])
            )
        elif key.startswith("first"):
            rows.append(_row([f"{key} after opening", f"{1000 * said:.0f} ms", "–", "1"]))
    return [head, "", *rows]


def _growth(scratch: Path, picture: Path) -> list[str]:
    names = [*PARTS_OF_GUNMA, "Gunma", *SYNTHETIC]
    sizes, folders = {}, {}
    for name in names:
        folder = scratch / name.replace(" ", "_")
        if (folder / "size.txt").exists():
            sizes[name], folders[name] = _load(folder / "size.txt")["nodes"], Answers(folder)
    if len(sizes) < 2:
        return ["Not measured."]
    series = _series(folders, sizes)
    exponents = plot.draw(series, picture)
    head = "| question | engine | " + " | ".join(f"{name} ({sizes[name]:,})" for name in sizes) + " | exponent |"
    rows = [head, "|---" * (len(sizes) + 3) + "|"]
    for panel, engines in series.items():
        for engine, points in engines.items():
            times = [_time(points.get(sizes[name])) for name in sizes]
            rows.append(_row([panel, engine, *times, exponents[panel][engine]]))
    return [
        "Quarters and halves of Gunma by its nodes' longitude; made-up streets of `streetlike.py`. The exponent b is that of",
        "time ∝ nodesᵇ, fitted over all sizes that an engine was asked about. pandana looks as far as the longest answer, which",
        "itself grows with the area.",
        "",
        *rows,
        "",
        f"![Time against nodes]({picture.name})",
    ]


def _series(folders: dict[str, Answers], sizes: dict[str, int]) -> plot.Series:
    """Seconds by question, engine and number of nodes."""
    series: plot.Series = {}
    for panel, question in (("nearest", "nearest_walk"), ("matrix", "matrix"), ("set-up", "set_up")):
        for engine in ("ours", ORACLE, "pandana", "networkx"):
            points = {}
            for name, answers in folders.items():
                is_sample = (engine, question) == (ORACLE, "matrix") and name not in REGIONS
                found = answers.seconds(engine, "matrix_sample" if is_sample else question)
                if found:
                    points[sizes[name]] = found
            if points:
                series.setdefault(panel, {})[engine] = points
    return series


def _time(seconds: float | None) -> str:
    if seconds is None:
        return "–"
    if seconds < 0.1:
        return f"{1000 * seconds:.1f} ms"
    return f"{seconds:.2f} s" if seconds < 10 else f"{seconds:,.0f} s"


def _row(cells: list[str]) -> str:
    return "| " + " | ".join(cells) + " |"
