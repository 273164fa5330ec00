"""Measure the app on workspaces and write the section of benchmarks/RESULTS.md (see the package's docstring)."""

from __future__ import annotations

import argparse
import json
import shlex
import sys
import tempfile
import time
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from scipy.spatial import cKDTree

from benchmarks.access.measure import load_average, machine
from benchmarks.app import report
from benchmarks.app.browser import Page, browser, times_of
from benchmarks.app.load import Crowd, Truth, memory_of_sessions
from benchmarks.app.nation import write_nation
from benchmarks.app.serving import EMPTY_TEXT, Server, empty_page, serving
from geodata.kinds import CATEGORIES

RESULTS = Path(__file__).parent.parent / "RESULTS.md"
RUNS = 7
FRESH_SERVERS = 3
USERS = 20
COUNTRY, COUNTRY_ZOOM = 300, 9  # municipalities from which it is a country
SERVICES = ("supermarket", "food_shop", "elementary_school", "clinic", "convenience")
INDICATORS = (
    "supermarket_within_800m",
    "stop_within_300m",
    "elementary_school_within_1000m",
    "convenience_within_800m",
)


def main(arguments: list[str]) -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.app", description=__doc__)
    parser.add_argument("workspaces", type=Path, nargs="*", help="built workspaces, one row of the table each")
    parser.add_argument("--nation", type=Path, help="folder of the invented country; made there the first time")
    parser.add_argument("--seconds", type=float, default=60.0, help="for how long 20 users work")
    parser.add_argument("--out", type=Path, default=RESULTS)
    parser.add_argument("--keep", type=Path, help="also write what was measured as JSON")
    parser.add_argument("--report", type=Path, help="write the section again from such a file")
    options = parser.parse_args(arguments)
    if options.report:
        report.write(json.loads(options.report.read_text(encoding="utf-8")), options.out)
        return
    names = " ".join(shlex.quote(path.name) for path in options.workspaces)
    about = machine() | {"command": f"python -m benchmarks.app {names}{' --nation …' if options.nation else ''}"}
    found: dict[str, Any] = {"about": about, "workspaces": []}
    with tempfile.TemporaryDirectory() as scratch:
        found["empty"] = _empty(Path(scratch))
        for path in options.workspaces:
            found["workspaces"].append(_measured(path, Path(scratch) / "log.txt", options.seconds))
            _keep(found, options.keep)
        if options.nation:
            found["nation"] = _measured(write_nation(options.nation), Path(scratch) / "log.txt", 0.0)
    about["load average at the end"] = f"{load_average():.2f}"
    _keep(found, options.keep)
    report.write(found, options.out)


def _empty(scratch: Path) -> dict[str, Any]:
    """How long a page of one line takes in the same browser on the same machine."""
    with browser() as running, empty_page(scratch) as address:
        taken = []
        for _ in range(RUNS + 1):
            page = Page(running, address)
            taken.append(page.open_text(EMPTY_TEXT))
            page.close()
    return times_of([partial(float, each) for each in taken[1:]])


def _keep(found: dict[str, Any], file: Path | None) -> None:
    if file is not None:
        file.write_text(json.dumps(found, ensure_ascii=False, indent=1), encoding="utf-8")


def _measured(workspace: Path, log: Path, seconds: float) -> dict[str, Any]:
    """Everything about one workspace; without seconds only what one user waits for."""
    truth = Truth.of(workspace, list(INDICATORS))
    found: dict[str, Any] = {
        "title": truth.study.title("en"), "municipalities": len(truth.codes),
        "places": int(truth.study.workspace.manifest["tables"]["places"].get("rows", 0)), "load": [load_average()],
    }  # fmt: skip
    _say(f"{found['title']}: one user")
    found["times"] = _one_user(truth, workspace, log)
    if seconds:
        _say(f"{found['title']}: memory")
        region = ".".join(truth.codes[:3])
        pages = (("", ""), ("cooperate", f"region={region}&view=cover"), ("profile", f"area={truth.codes[0]}"))
        found["memory"] = [memory_of_sessions(workspace, page, query, log, USERS) for page, query in pages]
        _say(f"{found['title']}: {USERS} users")
        found["crowd"] = _crowd(truth, workspace, log, seconds)
    found["load"].append(load_average())
    return found


def _one_user(truth: Truth, workspace: Path, log: Path) -> dict[str, Any]:
    found: dict[str, Any] = {}
    with browser() as running:
        firsts = []
        for number in range(FRESH_SERVERS):
            with serving(workspace, log) as server:
                page = Page(running, server.address)
                firsts.append(page.open_map())
                found["start"] = server.seconds_to_start
                if number == FRESH_SERVERS - 1:
                    page.close()
                    server.settle()
                    found |= _changes(truth, running, server)
                else:
                    page.close()
        found["first"] = times_of([partial(float, each) for each in firsts])
    return found


def _changes(truth: Truth, running: Any, server: Server) -> dict[str, Any]:
    """What one user waits for on a server that has answered before."""
    found: dict[str, Any] = {}
    opened = []
    for _ in range(RUNS):
        page = Page(running, server.address)
        opened.append(page.open_map(indicator=truth.indicator, lang="ja"))
        server.settle()
        page.close()
    found["again"] = times_of([partial(float, each) for each in opened])
    page = Page(running, server.address)
    page.open_map(indicator=truth.indicator, lang="ja")
    for key, name in (("threshold", "距離の基準"), ("indicator", "指標"), ("mode", "測り方")):
        if page.offers(name):
            page.choose_next(name)  # the first change of a session makes what all later ones use
            found[key] = times_of([partial(page.choose_next, name)] * RUNS)
    page.close()
    page = Page(running, server.address)
    page.open_map(indicator=truth.indicator, lang="ja")
    # Whoever points at one of a whole country's towns has come closer.
    near = COUNTRY_ZOOM if len(truth.codes) > COUNTRY else None
    clicks = [partial(page.card, *spot, near) for spot in _towns(truth)]
    clicks[0]()
    found["card"] = times_of(clicks[1:])
    page.close()
    service = next((each for each in SERVICES if each in truth.study.services), None)
    if service and "network" in truth.study.manifest.get("steps", {}):
        found["what_if"] = _what_if(truth, running, server, service)
    return found


def _towns(truth: Truth) -> list[tuple[str, float, float]]:
    """Code, latitude and longitude of points well inside municipalities, one more than runs."""
    table = truth.study.workspace.table("municipalities")
    table = table[table["code"].astype(str).isin(truth.codes)]
    chosen = table.iloc[:: max(1, len(table) // (RUNS + 1))][: RUNS + 1]
    points = chosen.geometry.representative_point()
    return [(str(code), float(at.y), float(at.x)) for code, at in zip(chosen["code"], points, strict=True)]


def _what_if(truth: Truth, running: Any, server: Server, service: str) -> dict[str, Any]:
    """Facilities closed one after the other, each by a click on the map and the button of its card."""
    page = Page(running, server.address)
    page.open_map("what-if", service=service, mode="walk", limit="800", lang="ja")
    page.ready()
    closures = [partial(page.close_site, lat, lon) for lat, lon in _sites(truth, service)]
    closures[0]()
    found = times_of(closures[1:])
    page.close()
    return found | {"service": service}


def _sites(truth: Truth, service: str) -> list[tuple[float, float]]:
    """Latitude and longitude of facilities inside the study area that stand apart from the others, one more than runs."""
    table = truth.study.workspace.table("facilities")
    inside = table["municipality_code"].astype(str).isin(truth.codes)
    points = table[inside & table["kind"].isin(list(CATEGORIES[service].kinds))].geometry
    x, y = points.x.to_numpy(), points.y.to_numpy()
    nearest = cKDTree(np.column_stack([x, y])).query(np.column_stack([x, y]), k=2)[0][:, 1]
    apart = np.flatnonzero(nearest > np.median(nearest))
    chosen = apart[:: max(1, len(apart) // (RUNS + 1))][: RUNS + 1]
    return [(float(y[at]), float(x[at])) for at in chosen]


def _crowd(truth: Truth, workspace: Path, log: Path, seconds: float) -> dict[str, Any]:
    with serving(workspace, log) as server:
        crowd = Crowd(server.port, truth)
        crowd.ask_alone(server.settle)
        before, begin = server.processor_seconds(), time.monotonic()
        result = crowd.work(USERS, seconds)
        result.processor_share = (server.processor_seconds() - before) / (time.monotonic() - begin)
        return result.summary() | {"users": USERS, "seconds": seconds, "megabytes": server.memory_mb()}


def _say(text: str) -> None:
    print(f"{time.strftime('%H:%M:%S')} {text}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
