"""The look at a file in a process of its own, with a limit on time and memory: ``python -m explorer.own_data.apart FOLDER``.

What crashes a parser, or makes it take hours or all memory, then costs a message and not the server with everybody's work.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from explorer.own_data.check import Place, check_files
from explorer.own_data.findings import Finding, Upload
from geodata.errors import UnreadableFile

SECONDS: Final = 180.0
MEMORY_BYTES: Final = 6 * 1024**3  # of addresses, of which libraries reserve more than they use
AT_ONCE: Final = 2
_TURN: Final = threading.Semaphore(AT_ONCE)
_ROOT: Final = Path(__file__).parents[2]


def check_apart(folder: Path, given: Mapping[str, str], place: Place, *, seconds: float = SECONDS) -> list[Upload]:
    """:func:`explorer.own_data.check.check_files` in another process; one that fails becomes a refusal of its files."""
    asked = {
        "folder": str(folder),
        "given": dict(given),
        "box": place.box,
        "names": None if place.names is None else dict(place.names),
    }
    with _TURN:
        try:
            done = subprocess.run(
                [sys.executable, "-m", "explorer.own_data.apart"],
                input=json.dumps(asked).encode(),
                capture_output=True,
                timeout=seconds,
                check=False,
                cwd=_ROOT,
                env={**os.environ, "PYTHONUTF8": "1"},
            )
        except subprocess.TimeoutExpired:
            return _all_refused(
                folder,
                f"{seconds:.0f} 秒たっても読み終わりません。小さく分けてください。 / "
                f"Not read within {seconds:.0f} seconds. Divide it into smaller files.",
            )
    try:
        answer = json.loads(done.stdout)
    except ValueError:
        return _all_refused(
            folder,
            "読み取りの途中で止まりました（壊れているか、大きすぎます）。別の形式で保存し直してください。 / "
            "Reading it came to a stop: it is damaged, or too much for the memory. Save it in another format.",
        )
    if "error" in answer:
        raise UnreadableFile(str(answer["error"]))
    return [Upload.from_dict(each) for each in answer["uploads"]]


def _all_refused(folder: Path, reason: str) -> list[Upload]:
    return [
        Upload(path.name, path.name, path.stat().st_size, "", [Finding(path.name, refusal=reason)])
        for path in sorted(folder.iterdir())
    ]


def main() -> None:
    """Read the question from standard input, answer on standard output."""
    from geodata.errors import ExplorerError

    _limit_memory()
    asked = json.load(sys.stdin)
    answer_to = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # what libraries print must not get into the answer
    place = Place(tuple(asked["box"]) if asked["box"] else None, asked["names"])
    try:
        answer: dict[str, object] = {
            "uploads": [each.as_dict() for each in check_files(Path(asked["folder"]), asked["given"], place)]
        }
    except ExplorerError as error:
        answer = {"error": str(error)}
    with answer_to:
        json.dump(answer, answer_to)


def _limit_memory() -> None:
    try:
        import resource
    except ImportError:  # Windows
        return
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))


if __name__ == "__main__":
    main()
