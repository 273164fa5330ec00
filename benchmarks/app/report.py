"""The section of benchmarks/RESULTS.md about the app in use: bars beside what was measured."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

BEGIN: Final = "<!-- app: begin (python -m benchmarks.app) -->"
END: Final = "<!-- app: end -->"


@dataclass(frozen=True)
class Bar:
    """One thing that a user waits for, and how long it may take."""

    key: str
    says: str
    seconds: float
    nation: float | None  # with 1,741 municipalities; None where that is not asked


BARS: Final = (
    Bar("first", "first map painted, the server just up, browser without a cache", 1.5, None),
    Bar("again", "the same, the server having answered before", 1.5, None),
    Bar("indicator", "another indicator", 0.3, 0.5),
    Bar("threshold", "another distance limit", 0.3, 0.5),
    Bar("mode", "another way of measuring distance", 0.3, 0.5),
    Bar("card", "click on a municipality → its card", 0.3, 0.5),
    Bar("what_if", "what-if: a facility closed → people and map", 0.5, None),
)
MEDIAN_SECONDS: Final = 1.0
MEGABYTES_EACH: Final = 30.0
# Why a bar is missed, where the cause is known.
_PROGRAM: Final = (
    "Before its first line any page waits for Streamlit's own program, sixty scripts (the row for comparison); laying out the "
    "controls and loading and drawing the map take the browser's processor the rest of the time, the server 0.1 s of it."
)
_LAYOUT: Final = (
    "The server takes 0.06 s; the rest is the browser's: Streamlit lays out all fifty parts of the page anew after a change of "
    "a control, and draws the map in its turn."
)
WHY: Final[dict[str, str]] = {
    "first": _PROGRAM,
    "again": _PROGRAM,
    "indicator": _LAYOUT,
    "threshold": _LAYOUT,
    "mode": _LAYOUT,
    "what_if": (
        "The engine answers in 0.03 s and the server has map and numbers on the way after 0.25 s; the browser paints them while "
        "the server works out the tables below on the same two cores."
    ),
}
_PAGES: Final = {"explore": "Explore", "cooperate": "Cooperate", "profile": "Profile"}


def write(found: dict[str, Any], out: Path) -> None:
    """Put the section into the file, in place of the one before or at its end."""
    text = out.read_text(encoding="utf-8") if out.exists() else ""
    before, _, after = without_section(text)
    section = "\n".join([BEGIN, "", *_lines(found), END])
    out.write_text(f"{before.rstrip()}\n\n{section}\n{after.lstrip()}", encoding="utf-8")


def without_section(text: str) -> tuple[str, str, str]:
    """What stands before the section, the section itself, and what stands after it."""
    before, mark, rest = text.partition(BEGIN)
    inside, _, after = rest.partition(END)
    return before, f"{mark}{inside}{END}" if mark else "", after


def _lines(found: dict[str, Any]) -> list[str]:
    workspaces = [*found["workspaces"], *([found["nation"]] if "nation" in found else [])]
    return [
        "# The app in use",
        "",
        "Written by one run of `python -m benchmarks.app`; do not edit by hand.",
        "",
        *[f"- {key}: {value}" for key, value in found["about"].items()],
        *[_about(each) for each in workspaces],
        "",
        "How it is measured: the server as `explorer app` starts it, and Chromium without a window at 1366×768, on the same two",
        "cores. A time runs from the click (or from asking for the address) to the frame of the browser in which the answer",
        "has been painted: new map, card or numbers; clicks are timed within the page, from the moment the mouse goes down.",
        "Medians; the slowest run in brackets. Three fresh servers and browsers for the first map; seven runs of everything",
        "else, after one that is not counted.",
        "",
        "| what a user waits for | workspace | bar | median (slowest) | runs | reached |",
        "|---|---|---|---|---|---|",
        *_waits(found),
        *_empty(found),
        "",
        *_crowds(found),
        *_missed(found),
    ]


def _about(each: dict[str, Any]) -> str:
    loads = " → ".join(f"{load:.1f}" for load in each["load"])
    return (
        f"- {each['title']}: {each['municipalities']:,} municipalities, {each['places']:,} places; server up after "
        f"{each['times']['start']:.1f} s; load average {loads}"
    )


def _waits(found: dict[str, Any]) -> list[str]:
    rows = []
    for bar in BARS:
        for each in found["workspaces"]:
            rows += _wait(bar, each, bar.seconds)
        if bar.nation is not None and "nation" in found:
            rows += _wait(bar, found["nation"], bar.nation)
    return rows


def _wait(bar: Bar, each: dict[str, Any], limit: float) -> list[str]:
    taken = each["times"].get(bar.key)
    if taken is None:
        return []
    slowest = f" ({taken['slowest']:.2f} s)" if taken["runs"] > 1 else ""
    reached = "yes" if taken["seconds"] <= limit else "**no**"
    return [
        f"| {bar.says} | {each['title']} | {limit:g} s | {taken['seconds']:.2f} s{slowest} | {taken['runs']} | {reached} |"
    ]


def _empty(found: dict[str, Any]) -> list[str]:
    taken = found.get("empty")
    if taken is None:
        return []
    told = f"{taken['seconds']:.2f} s ({taken['slowest']:.2f} s)"
    return [f"| for comparison: a page of Streamlit's with one line of text | – | – | {told} | {taken['runs']} | – |"]


def _crowds(found: dict[str, Any]) -> list[str]:
    rows = [
        "| many users | workspace | bar | measured | reached |",
        "|---|---|---|---|---|",
    ]
    for each in found["workspaces"]:
        for held in each.get("memory", []):
            page = _PAGES.get(held["page"], held["page"])
            says = f"memory of each further user, page {page} ({held['users']} users; one alone {held['one']:,.0f} MB)"
            rows.append(
                _row(says, each, f"{MEGABYTES_EACH:g} MB", f"{held['each']:.1f} MB", held["each"] <= MEGABYTES_EACH)
            )
        crowd = each.get("crowd")
        if crowd is None:
            continue
        says = f"{crowd['users']} users at once for {crowd['seconds']:.0f} s: median answer"
        told = f"{crowd['all']['median']:.2f} s (95 %: {crowd['all']['p95']:.2f} s; {crowd['all']['n']:,} answers)"
        rows.append(_row(says, each, f"{MEDIAN_SECONDS:g} s", told, crowd["all"]["median"] <= MEDIAN_SECONDS))
        for kind, name in _KINDS.items():
            if kind in crowd["kinds"]:
                part = crowd["kinds"][kind]
                rows.append(f"| – {name} | {each['title']} | – | {part['median']:.2f} s ({part['n']}) | – |")
        rows.append(_row("– wrong answers, failed requests", each, "0", f"{crowd['wrong']}, {crowd['failed']}",
                         crowd["wrong"] == crowd["failed"] == 0))  # fmt: skip
        share = f"{crowd['processor_share']:.2f} of 2 cores, {crowd['megabytes']:,.0f} MB"
        rows.append(f"| – the server meanwhile | {each['title']} | – | {share} | – |")
    return [
        "A user of the load test opens a link, looks at three to six municipalities or ways of measuring on the map, half a",
        "second to two and a half between an answer and the next click, and goes to other pages, over the app's own",
        "connection. The answer is complete when the script behind the page has ended. An answer is wrong where it is not,",
        "byte for byte, what a user alone is told for the same link, where the map's numbers are not those of the table in",
        "the workspace, or where another municipality than the clicked one is shown. Memory is that of the server (PSS).",
        "",
        *rows,
        "",
    ]


_KINDS: Final = {
    "click": "click on the map",
    "change": "another way of measuring",
    "link": "link opened",
    "page": "another page",
}


def _row(says: str, each: dict[str, Any], limit: str, told: str, is_reached: bool) -> str:  # noqa: FBT001
    return f"| {says} | {each['title']} | {limit} | {told} | {'yes' if is_reached else '**no**'} |"


def _missed(found: dict[str, Any]) -> list[str]:
    lines = []
    for bar in BARS:
        workspaces = [(each, bar.seconds) for each in found["workspaces"]]
        if bar.nation is not None and "nation" in found:
            workspaces.append((found["nation"], bar.nation))
        for each, limit in workspaces:
            taken = each["times"].get(bar.key)
            if taken and taken["seconds"] > limit:
                why = WHY.get(bar.key, "not explained yet.")
                lines.append(
                    f"- Missed: {bar.says}, {each['title']}: {taken['seconds']:.2f} s instead of {limit:g} s. {why}"
                )
    return [*lines, ""] if lines else []
