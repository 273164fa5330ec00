"""Run everything side by side and write benchmarks/RESULTS.md (see the package's docstring)."""

from __future__ import annotations

import argparse
import json
import shlex
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.access import plan, report
from benchmarks.access.measure import machine

RESULTS = Path(__file__).parent.parent / "RESULTS.md"


def main(arguments: list[str]) -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.access", description=__doc__)
    parser.add_argument("data", type=Path, nargs="?", default=Path("../shared/data"), help="folder of the raw data")
    parser.add_argument("--scratch", type=Path, help="folder for cases and answers; a temporary one by default")
    parser.add_argument("--out", type=Path, default=RESULTS, help="the table; the plot goes beside it")
    parser.add_argument("--only", default="", help="comma-separated: cases, cold, memory, live, scaling")
    parser.add_argument("--reuse", action="store_true", help="keep peers' answers of the last run in --scratch")
    parser.add_argument("--report", action="store_true", help="only write the table again from what is in --scratch")
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as temporary:
        scratch = (options.scratch or Path(temporary)).resolve()
        scratch.mkdir(parents=True, exist_ok=True)
        run = plan.Run(options.data.resolve(), scratch, reuse=options.reuse)
        if not options.report:
            _measure(run, set(filter(None, options.only.split(","))), arguments)
        report.write(scratch, options.out)
    print(f"{options.out} written")


def _measure(run: plan.Run, only: set[str], arguments: list[str]) -> None:
    begin = time.perf_counter()
    about = {"command": _command(arguments), **machine()}
    for name, part in plan.PARTS.items():
        if only and name not in only:
            continue
        print(f"{name} ({time.perf_counter() - begin:.0f} s after the start)", flush=True)
        part(run)
    about["whole run"] = f"{(time.perf_counter() - begin) / 60:.0f} minutes"
    about["load averages during the run"] = run.loads()
    about["reused from an earlier run"] = ", ".join(run.reused) or "nothing"
    (run.scratch / "about.json").write_text(json.dumps(about, indent=1))


def _command(arguments: list[str]) -> str:
    """The command as a reader would type it: folders outside the repository by name only."""
    short = [f"…/{Path(each).name}" if Path(each).is_absolute() else each for each in arguments]
    return f"`{shlex.join(['python', '-m', 'benchmarks.access'])} {' '.join(short)}`"


if __name__ == "__main__":
    main(sys.argv[1:])
