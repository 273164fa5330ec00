"""What a workspace and a region show of themselves in a notebook: Japanese first, English beside. Names are escaped."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import TYPE_CHECKING, Final

from explorer.source_notes import source_notes, used_records
from explorer.words import LANGUAGES, number, word

if TYPE_CHECKING:
    from explorer.regions import Opened, Region

_MOST_NAMES: Final = 12  # that are listed; the others are counted
_MOST_SOURCES: Final = 6
_STYLE: Final = "border:1px solid #d5dbe1;border-radius:6px;padding:.6em 1em;max-width:60em;line-height:1.6"
_BANNER: Final = "background:#fff4e0;border-left:6px solid #c77700;color:#5b3200;padding:.3em .7em;margin-bottom:.5em"


def workspace_html(opened: Opened) -> str:
    """Study area, people, municipalities and sources of a workspace, in short."""
    manifest = opened.workspace.manifest
    title = str(manifest.get("title", ""))
    titles = dict.fromkeys([title, str(manifest.get("title_en", title))])
    year = manifest.get("population_year")
    people = _both("pp_people_of", year=year) if year else _both("pp_people")
    table = opened.municipalities
    rows = [
        (people, number(float(manifest.get("summary", {}).get("people", float("nan"))), "ja")),
        (_both("pp_municipalities"), _listed(len(table), _named(opened, table["code"].astype(str)))),
        (_both("pp_sources"), "\n".join(_shortened(_sources(opened), _MOST_SOURCES))),
    ]
    return _card(" / ".join(titles), rows, is_sample=bool(manifest.get("study_area", {}).get("is_sample")))


def region_html(region: Region) -> str:
    """Name, people and members of a region."""
    table = region.member_table()
    counts = table[(table["indicator"] == "population") & (table["group"] == "total")]["value"]
    rows = [
        (_both("pp_people"), number(float(counts.sum(min_count=1)), "ja")),
        (_both("pp_municipalities"), _listed(len(region.codes), _named(region.opened, region.codes))),
    ]
    manifest = region.opened.workspace.manifest
    return _card(region.name, rows, is_sample=bool(manifest.get("study_area", {}).get("is_sample")))


def _card(title: str, rows: Sequence[tuple[str, str]], *, is_sample: bool) -> str:
    banner = f'<div style="{_BANNER}">{escape(_both("sample_banner"))}</div>' if is_sample else ""
    lines = "".join(f"<tr><th>{escape(name)}</th><td>{escape(text)}</td></tr>" for name, text in rows)
    style = "<style>.rce-card th,.rce-card td{text-align:left;vertical-align:top;white-space:pre-line}.rce-card th{white-space:nowrap}</style>"
    return f'<div class="rce-card" style="{_STYLE}">{style}{banner}<b>{escape(title)}</b><table>{lines}</table></div>'


def _named(opened: Opened, codes: Sequence[str]) -> list[str]:
    names = opened.municipalities.set_index("code")["name"]
    return [f"{code} {names[code]}" for code in codes]


def _sources(opened: Opened) -> list[str]:
    notes = source_notes(used_records(opened.workspace.manifest))
    return [" ".join([" / ".join(dict.fromkeys(note.titles)), *note.editions[-1:]]) for note in notes]


def _listed(count: int, names: Sequence[str]) -> str:
    return f"{count}: {', '.join(_shortened(names, _MOST_NAMES))}"


def _shortened(texts: Sequence[str], most: int) -> list[str]:
    return [*texts[:most], *([f"… (+{len(texts) - most})"] if len(texts) > most else [])]


def _both(key: str, **values: object) -> str:
    return " / ".join(word(key, language, **values) for language in LANGUAGES)
