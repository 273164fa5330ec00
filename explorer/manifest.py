"""What the manifest says of a build: every source used or left aside, parameters, notes, and the summary to check."""

from __future__ import annotations

from datetime import date
from typing import Any

from explorer.build_run import BuildRun, Wanted
from explorer.subjects import SUBJECTS
from geodata.choice import describe
from geodata.codes import PREFECTURES, PREFECTURES_EN, SAMPLE_PREFECTURE
from geodata.kinds import CATEGORIES, KINDS
from geodata.notes import Note, in_both_languages
from geodata.recognised import Recognised

SAMPLE_CREDIT = "架空の見本（自動生成） / invented sample, generated"
FEW_MUNICIPALITIES = 4
_LATER = (*(subject.name for subject in SUBJECTS), "base_map")  # steps that say themselves which sources they use
_NOT_YET = ("この版では地図や指標に使いません", "not used by this version")


def describe_build(run: BuildRun, wanted: Wanted, day: date | None) -> dict[str, Any]:
    """Everything about the build that is not in a table."""
    people = run.facts("people")
    codes: list[str] = people["codes"]
    return {
        **_titles(codes, people["names"]),
        "study_area": {
            "codes": codes,
            "is_sample": any(code.startswith(SAMPLE_PREFECTURE) for code in codes),
            "halo_km": wanted.halo_km,
            "box": people["box"],
        },
        "population_year": people["year"],
        "groups": people["groups"],
        "projection": people["projection"],
        "worst_scale_error": people["worst_scale_error"],
        "profiles": [profile.as_dict() for profile in run.profiles],
        "profiles_left_out": [
            {"profile": profile.as_dict(), "reason_ja": ja, "reason_en": en}
            for profile, ja, en in run.profiles_left_out
        ],
        "has_signals": run.facts("streets")["has_signals"],
        "timetable_day": day.isoformat() if day else None,
        "feeds": run.facts("stops").get("feeds", []),
        "categories": _categories(run),
        "sources": _sources(run),
        "notes": [note.as_dict() for note in _notes(run)],
        "summary": _summary(run),
    }


def _titles(codes: list[str], names: list[str]) -> dict[str, str]:
    """The study area in a few words: its prefectures, or its municipalities where they are few."""
    prefectures = sorted({code[:2] for code in codes})
    few = len(codes) <= FEW_MUNICIPALITIES
    return {
        "title": "・".join(names if few else [PREFECTURES[prefecture] for prefecture in prefectures]),
        "title_en": ", ".join(names if few else [PREFECTURES_EN[prefecture] for prefecture in prefectures]),
    }


def _summary(run: BuildRun) -> dict[str, Any]:
    return {
        "municipalities": len(run.facts("people")["codes"]),
        "people": run.facts("places")["people"],
        "places": run.facts("places")["tables"]["places"],
        "street_km": run.facts("streets")["street_km"],
        "facilities": run.facts("facilities")["by_kind"],
        "stops": run.facts("stops"),
        "share_far_from_streets": run.facts("snapping").get("share_far_from_streets"),
    }


def _categories(run: BuildRun) -> dict[str, Any]:
    """For each group of kinds which of them a source had: a number is only as complete as its lists."""
    present = run.facts("facilities")["by_kind"]
    return {
        name: {
            "present": [kind for kind in category.kinds if kind in present],
            "missing": [kind for kind in category.kinds if kind not in present],
            "count": sum(present.get(kind, 0) for kind in category.kinds),
        }
        for name, category in CATEGORIES.items()
        if (len(category.kinds) > 1 or name in present) and not category.trait
    }


def _used(run: BuildRun) -> set[str]:
    chosen = {run.identity(entry) for entry in run.scan.of("n03", "official_coverage", "census_municipality")}
    extents = zip(run.scan.of("osm"), run.facts("streets")["extents"], strict=True)
    chosen |= {run.identity(entry) for entry, extent in extents if extent is not None}
    chosen |= set(run.facts("boundaries")["used"]) | set(run.facts("people")["used"])
    chosen |= set(run.facts("streets")["terrain_used"])
    chosen |= set(run.facts("facilities")["used"]) | set(run.facts("stops")["used"])
    chosen -= set(run.unused)
    # A subject may use what an earlier step left aside: an earlier census, for the change since.
    later_used = (run.facts(name).get("used", ()) for name in _LATER)
    return chosen.union(*later_used)


def _sources(run: BuildRun) -> list[dict[str, Any]]:
    used = _used(run)
    unused = dict(run.unused)
    for name in _LATER:
        unused |= {source: (ja, en) for source, (ja, en) in run.facts(name).get("unused", {}).items()}
    rows = []
    for entry in run.scan.found:
        known = entry.known
        if known is None or known.id in {"document", "codes", "prefectures"} or entry.problem:
            continue
        identity = run.identity(entry)
        reason = ("", "") if identity in used else unused.get(identity, _why_unused(entry))
        told = {} if run.scan.is_sample else entry.details.get("told", {})  # by the user, of a table of his own
        rows.append(
            {
                "id": identity,
                "kind": known.id,
                "title_ja": told.get("title_ja") or known.ja,
                "title_en": told.get("title_en") or known.en,
                "publisher": SAMPLE_CREDIT if run.scan.is_sample else told.get("publisher") or known.publisher,
                "edition": entry.edition,
                "coverage": entry.coverage,
                "licence": run.scan.licence_of(entry),
                "credit": SAMPLE_CREDIT if run.scan.is_sample else told.get("credit") or known.credit,
                "url": told.get("url") or known.url,
                "file": entry.file.label,
                "sha256": run.scan.sha256[entry.file.path],
                "used": identity in used,
                "reason_ja": reason[0],
                "reason_en": reason[1],
            }
        )
    return rows


def _why_unused(entry: Recognised) -> tuple[str, str]:
    known = entry.known
    if entry.dataset == "addresses":
        rows = entry.details.get("rows") or 0
        return (
            f"住所だけで緯度経度がないため使いません（{rows:,} 件）。緯度・経度の列を加えてください",
            f"not used: {rows:,} rows with addresses only; add columns of latitude and longitude",
        )
    if entry.dataset == "osm":
        return "対象地域とその周囲の外のため使いません", "not used: outside the study area and its surroundings"
    if entry.dataset == "dem":
        return (
            "対象地域の外、より細かい標高がある、または読めないため使いません",
            "not used: outside the study area, a finer model covers it, or it cannot be read",
        )
    if known is not None and known.purpose in {"facilities", "stops", "stations"}:
        return (
            "同じ種類のより優先する資料がある、対象地域の外、または緯度経度がないため使いません",
            "not used: a preferred source lists the same kind, it lies outside the study area, or has no coordinates",
        )
    return _NOT_YET


def _notes(run: BuildRun) -> list[Note]:
    notes = [
        Note("warning", entry.file.label, *in_both_languages(entry.problem, entry.file.label))
        for entry in run.scan.found
        if entry.problem
    ]
    notes += [
        Note(
            "info",
            entry.file.label,
            "種類が分からないファイルです。使いません。",
            "A file of unknown kind; it is not used.",
        )
        for entry in run.scan.found
        if entry.dataset is None and not entry.problem
    ]
    notes += [
        Note(
            "warning", entry.file.label, *(f"{text}{end}" for text, end in zip(_why_unused(entry), "。.", strict=True))
        )
        for entry in run.scan.of("addresses")
    ]
    for repeat, first in run.scan.repeats.items():
        notes.append(
            Note(
                "info",
                repeat.name,
                f"{first.name} と同じ内容のため1回だけ使います。",
                f"The same content as {first.name}; used once.",
            )
        )
    used = _used(run)
    for entry in run.scan.found:
        identity = run.identity(entry)
        if identity in run.unused and identity not in used:
            ja, en = run.unused[identity]
            notes.append(Note("info", entry.file.label, f"{describe(entry)}: {ja}。", f"{en}."))
    for result in run.results.values():
        notes += [_with_label(run, note) for note in result.notes]
    notes += [
        Note("info", "", f"「{profile.ja}」: {ja}。", f"“{profile.en}”: {en}.")
        for profile, ja, en in run.profiles_left_out
    ]
    notes += _partial(run)
    notes += _unknown(run)
    return list(dict.fromkeys(notes))


def _unknown(run: BuildRun) -> list[Note]:
    """One warning for all files of unknown kind: a folder of a city may hold dozens."""
    labels = [entry.file.label for entry in run.scan.found if entry.dataset is None and not entry.problem]
    if not labels:
        return []
    shown = "、".join(labels[:5]) + (" …" if len(labels) > 5 else "")
    return [
        Note(
            "warning",
            "",
            f"種類の分からないファイル {len(labels)} 件は使いません（explorer scan で確かめられます）: {shown}。",
            f"{len(labels)} files of unknown kind are not used (explorer scan lists them): {shown}.",
        )
    ]


def _with_label(run: BuildRun, note: Note) -> Note:
    """Notes of later steps name a source by its id: give it its file name."""
    for entry in run.scan.found:
        if note.file and note.file == run.identity(entry):
            return Note(note.level, entry.file.label, note.ja, note.en)
    return note


def _partial(run: BuildRun) -> list[Note]:
    """Say it where a group of kinds is counted from some of its kinds only."""
    notes = []
    for name, found in _categories(run).items():
        category = CATEGORIES[name]
        if found["present"] and found["missing"] and name != "food_shop":
            have = "・".join(KINDS[kind].ja for kind in found["present"])
            lack = "・".join(KINDS[kind].ja for kind in found["missing"])
            notes.append(
                Note(
                    "warning",
                    "",
                    f"「{category.ja}」は{have}だけで数えています。{lack}の一覧がないため、実際より低く出ます。",
                    f"“{category.en}” counts {', '.join(KINDS[kind].en for kind in found['present'])} only: no list of "
                    f"{', '.join(KINDS[kind].en for kind in found['missing'])}, so the true share is higher.",
                )
            )
    return notes
