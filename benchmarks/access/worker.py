"""One engine, one network, in a process of its own: asks, times, stores the answers.

    python -m benchmarks.access.worker ENGINE CASE_FOLDER OUT_FOLDER [--threads 1] QUESTION ...

What is known so far is written after every question, so that a crash loses one question only.
"""

from __future__ import annotations

import argparse
import importlib
import json
import os
import sys
import time
from pathlib import Path
from typing import Any, Final

import numpy as np

from benchmarks.access.measure import clock, load_average, peak_megabytes

MODE_OF: Final = {
    "nearest_walk": "walk",
    "bound": "walk",
    "nearest_drive": "drive",
    "nearest_30_minutes": "walk",
    "set_up": "walk",
    "customise": "drive",
    "k_nearest": "walk",
    "within_walk": "walk",
    "within_drive": "drive",
    "matrix": "drive",
    "matrix_sample": "drive",
}


def main(arguments: list[str]) -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("engine")
    parser.add_argument("case", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("questions", nargs="+")
    parser.add_argument("--threads", type=int, default=0)
    options = parser.parse_args(arguments)
    if options.threads:
        os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[: options.threads])
    name = f"{options.engine}{options.threads or ''}"
    options.out.mkdir(parents=True, exist_ok=True)
    said: dict[str, Any] = {"threads": len(os.sched_getaffinity(0)), "load": load_average(), "questions": {}}
    try:
        _ask_all(options.engine, options.case, options.questions, said, options.out / name)
    finally:
        said["peak_megabytes"] = peak_megabytes()
        _write(options.out / name, said)


def _ask_all(engine: str, folder: Path, questions: list[str], said: dict[str, Any], out: Path) -> None:
    from benchmarks.access.case import Case

    module = importlib.import_module(f"benchmarks.access.engines.{engine}")
    case = Case.load(folder)
    prepared: dict[str, Any] = {}
    for question in questions:
        mode = MODE_OF[question]
        try:
            if mode not in prepared:
                begin = time.perf_counter()
                prepared[mode] = module.prepare(case, mode)
                said[f"prepare_{mode}"] = time.perf_counter() - begin
            asked = module.QUESTIONS[question](prepared[mode])
            timing, found = clock(asked.run, scale=asked.scale, warm=asked.warm)
            answer = asked.answer(found)
            del found
            np.save(out.with_name(f"{out.name}.{question}.npy"), answer)
            said["questions"][question] = {
                **timing.as_dict(),
                "note": asked.note,
                "part": [[part.start, part.stop] for part in asked.part],
                "limit_ms": asked.limit_ms,
                "load": load_average(),
            }
            print(f"    {out.name:<12} {question:<14} {timing.seconds:>9.3f} s  ({timing.runs} runs)", flush=True)
        except Exception as error:  # noqa: BLE001 - one failing question must not end the run; its cell says why
            said["questions"][question] = {"error": f"{type(error).__name__}: {error}"[:300]}
            print(f"    {out.name:<12} {question:<14} failed: {error!r:.300}", flush=True)
        _write(out, said)


def _write(out: Path, said: dict[str, Any]) -> None:
    out.with_suffix(".json").write_text(json.dumps(said, indent=1))


if __name__ == "__main__":
    main(sys.argv[1:])
