"""Data, the look at one file before it is kept: what it is, its columns and first rows, its places on a map, what is wrong."""

from __future__ import annotations

import hashlib
import json
from html import escape
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import streamlit as st

from explorer.maps.points import points_json
from explorer.own_data.findings import MOST_LINES, Finding, Upload
from explorer.own_data.report import lines_to_correct, problem_table, summary_lines
from explorer.ui import blocks
from explorer.ui.data_page_here import html_table
from explorer.ui.served import map_frame, served
from explorer.ui.study import Study
from explorer.words import Language, either, number, one_language, word
from geodata.kinds import KINDS
from geodata.sources import DATASETS
from geodata.zones import KINDS as ZONE_KINDS

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

MAP_HEIGHT: Final = 420
_SHOWN_PROBLEMS: Final = 100
_COLOUR: Final = "#b4533a"
_AREA_COLOURS: Final = ("#0077bb", _COLOUR, "#8a7a00", "#9061c2")
_ROLES: Final[dict[str, str]] = {
    "latitude": "dp_role_latitude", "longitude": "dp_role_longitude", "both": "dp_role_both", "mesh": "dp_role_mesh",
    "name": "dp_role_name", "kind": "dp_role_kind", "capacity": "dp_role_capacity", "line": "dp_role_line",
    "operator": "dp_role_operator", "subjects": "dp_role_subjects", "floor": "dp_role_floor", "zone": "dp_role_zone",
}  # fmt: skip


def show_upload(
    study: Study, upload: Upload, language: Language, *, key: str, ask: Callable[[], None] | None = None
) -> None:
    """Everything about one file; of a zip, each table in it.

    Parameters
    ----------
    ask
        Draws what is asked about the file, below its name.
    """
    with st.container(border=True):
        renamed = "" if upload.name == upload.given else word("dp_will_be", language, name=upload.name)
        st.html(
            f'<div class="data-file">{escape(upload.given)} <span class="data-about">{escape(renamed)}</span></div>'
        )
        if ask is not None:
            ask()
        for at, finding in enumerate(upload.findings):
            _show(study, finding, language, key=f"{key}_{at}", is_one_of_many=len(upload.findings) > 1)
        _problems(upload, language, key=key)


def _show(study: Study, finding: Finding, language: Language, *, key: str, is_one_of_many: bool) -> None:
    if is_one_of_many:
        st.html(f'<p class="data-about">{escape(finding.file)}</p>')
    st.html(_verdict(finding, language))
    if finding.refusal and not finding.head:
        return
    facts, picture = st.columns([0.46, 0.54]) if finding.points or finding.shapes else (st.container(), None)
    facts.html(_facts(finding, language))
    lines = summary_lines(finding, language)
    if lines:
        items = "".join(f"<li>{escape(line)}</li>" for line in lines)
        facts.html(f'<ul class="data-problems">{items}</ul>')
    if picture is not None:
        with picture:
            _map(study, finding, language, key=key)
    if finding.dataset == "own_zones" and finding.used:
        facts.html(f'<p class="data-about">{escape(word("dp_zones_replace", language))}</p>')
    if finding.head:
        st.html(_head(finding, language))
    remarks = [note for note in finding.notes if note.level == "info"]
    if remarks:
        st.html(
            f'<p class="data-about">{"<br>".join(escape(note.ja if language == "ja" else note.en) for note in remarks[:5])}</p>'
        )


def _verdict(finding: Finding, language: Language) -> str:
    if finding.refusal:
        return f'<div class="data-refused" role="alert">{escape(word("dp_refused", language, reason=one_language(finding.refusal, language)))}</div>'
    if finding.used is None:
        return f'<div class="data-ok">{escape(word("dp_ok_known", language))}</div>'
    if not finding.used and finding.unknown_kind:
        return f'<div class="warning-box" role="alert">{escape(word("dp_ask_kind", language, n=number(finding.unknown_kind, language)))}</div>'
    used, rows = number(finding.used, language), number(finding.rows or 0, language)
    return f'<div class="data-ok">{escape(word("dp_ok_used", language, used=used, rows=rows))}</div>'


def _facts(finding: Finding, language: Language) -> str:
    rows: list[tuple[str, str]] = []
    if finding.dataset in DATASETS:
        known = DATASETS[finding.dataset]
        rows.append((word("dp_recognised", language), either((known.ja, known.en), language)))
    if finding.encoding:
        rows.append((word("dp_encoding", language), finding.encoding))
    if finding.edition:
        rows.append((word("source_edition", language), finding.edition))
    if finding.kinds:
        named = [f"{kind_name(kind, language)} {number(count, language)}" for kind, count in finding.kinds.items()]
        rows.append((word("dp_kinds", language), word("comma", language).join(named[:20])))
    elif finding.coverage and not finding.points and finding.dataset not in {"points", "addresses"}:
        rows.append((word("dp_extent", language), one_language(finding.coverage, language)))
    if finding.left_out:
        rows.append((word("dp_left_out", language), number(finding.left_out, language)))
    if finding.columns:
        named = [f"{word(_ROLES[role], language)} ← {head}" for role, head in finding.columns]
        rows.append((word("dp_columns", language), word("comma", language).join(named)))
    if finding.others:
        rows.append((word("dp_columns_not_read", language), word("comma", language).join(finding.others[:15])))
    listed = "".join(f"<dt>{escape(name)}</dt><dd>{escape(text)}</dd>" for name, text in rows)
    return f'<dl class="data-facts">{listed}</dl>'


def kind_name(kind: str, language: Language) -> str:
    """Name of a kind of facility, of a zone or of a technology; of anything else as it is."""
    if kind in KINDS:
        return either((KINDS[kind].ja, KINDS[kind].en), language)
    if kind in ZONE_KINDS:
        return either(ZONE_KINDS[kind], language)
    known = {"station": "station", "bus_stop": "stop"}
    return word(known[kind], language) if kind in known else kind


def _head(finding: Finding, language: Language) -> str:
    """The first rows as they stand in the file, the columns that are read marked."""
    taken: dict[str, str] = {}
    for role, head in finding.columns:
        taken.setdefault(head, word(_ROLES[role], language))
    heads, *body = finding.head
    marks = [' class="taken"' if head in taken else "" for head in heads]
    shown = "".join(
        f"<th{mark}>{escape(head[:60])}<small>{escape(taken.get(head, ''))}</small></th>"
        for head, mark in zip(heads, marks, strict=True)
    )
    rows = "".join(
        "<tr>"
        + "".join(f"<td{mark}>{escape(cell[:60])}</td>" for cell, mark in zip(row, marks, strict=False))
        + "</tr>"
        for row in body
    )
    return (
        f'<div class="data-head" tabindex="0"><table><thead><tr>{shown}</tr></thead><tbody>{rows}</tbody></table></div>'
    )


def _problems(upload: Upload, language: Language, *, key: str) -> None:
    total = sum(sum(finding.counts.values()) for finding in upload.findings)
    if not total:
        return
    table = problem_table([upload], language)
    with st.expander(word("dp_problems", language, n=number(total, language))):
        shown = table.head(_SHOWN_PROBLEMS).astype(object).where(table.head(_SHOWN_PROBLEMS).notna(), "")
        st.html(html_table(shown, numbers=(word("dp_line", language),)))
        if total > _SHOWN_PROBLEMS:
            st.caption(word("dp_problems_more", language, n=number(_SHOWN_PROBLEMS, language)))
        if total > MOST_LINES:
            st.caption(word("dp_problems_cut", language, n=number(MOST_LINES, language)))
        if any(finding.rows_as_given for finding in upload.findings):
            st.caption(word("dp_problems_rows", language))
        blocks.download(lines_to_correct([upload], language), "lines-to-correct", language, key=f"{key}_problems")


def _map(study: Study, finding: Finding, language: Language, *, key: str) -> None:
    codes = study.municipalities["code"].astype(str).tolist()
    layers = [*_areas(finding, language), *_points(finding, language)]
    arguments: dict[str, Any] = {
        "shapes": served(f"{study.key}-shapes.json", study.drawing),
        "fills": dict.fromkeys(codes, 0),
        "labels": dict.fromkeys(codes, ""),
        "palette": ["#eef1f4"],
        "opacity": 0.5,
        "legend": "",
        "layers": layers,
        "selected": None,
        "base_map": "none",
        "credit": word("dp_map_credit", language),
        "language": language,
        "alt": word("dp_map_alt", language),
        "words": {
            "zoom_in": word("zoom_in", language), "zoom_out": word("zoom_out", language),
            "zoom_all": word("zoom_all", language), "failed": word("map_failed", language),
        },
        "height": MAP_HEIGHT,
    }  # fmt: skip
    stamp = hashlib.sha256(json.dumps(arguments, sort_keys=True).encode()).hexdigest()[:12]
    map_frame()(**arguments, stamp=stamp, key=f"{key}_map", default=None)


def _points(finding: Finding, language: Language) -> list[dict[str, Any]]:
    if not finding.points:
        return []
    kinds = [kind for _, _, kind, _ in finding.points]
    content = points_json(
        np.array([x for x, *_ in finding.points]), np.array([y for _, y, *_ in finding.points]), kinds,
        {"name": [name for *_, name in finding.points]},
    )  # fmt: skip
    looks = {
        kind: {
            "colour": _COLOUR,
            "radius": 4.5,
            "label": kind_name(kind, language) if kind else word("facility", language),
        }
        for kind in {*kinds, ""}
    }
    return [
        {
            "id": "given-points",
            "kind": "points",
            "data": json.loads(content),
            "looks": looks,
            "words": {},
            "opacity": 1.0,
        }
    ]


def _areas(finding: Finding, language: Language) -> list[dict[str, Any]]:
    if not finding.shapes:
        return []
    kinds = sorted({kind for kind, _ in finding.shapes})
    hatches = ("diagonal", "cross", "dots", "")  # told apart in grey, too
    looks = {
        kind: {
            "fill": _AREA_COLOURS[at % 4],
            "edge": _AREA_COLOURS[at % 4],
            "width": 1.2,
            "hatch": hatches[at % 4],
            "label": kind_name(kind, language),
        }
        for at, kind in enumerate(kinds)
    }
    polygons = [
        {"k": kinds.index(kind), "n": kind_name(kind, language), "r": [_turned(ring) for ring in rings]}
        for kind, rings in finding.shapes
    ]
    data = {"kinds": kinds, "polygons": polygons}
    return [{"id": "given-areas", "kind": "polygons", "data": data, "looks": looks, "words": {}, "opacity": 0.8}]


def _turned(ring: Sequence[tuple[float, float]]) -> list[list[float]]:
    """Latitude first, as the map frame takes it."""
    return [[y, x] for x, y in ring]
