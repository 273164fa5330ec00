"""The table that ``explorer scan`` prints: what each file is, and what is missing for which layer."""

from __future__ import annotations

from geodata.recognised import Recognised
from geodata.scan import Scan
from geodata.sources import DATASETS, LAYERS_NEEDING, PURPOSES, WHERE_TO_GET


def file_rows(found: Scan) -> list[tuple[str, str, str, str, str]]:
    """One row per file: name, what it is, edition, coverage, licence or problem. Documents are left to a count."""
    rows = []
    for entry, count in _together(found):
        if entry.problem:
            rows.append((entry.file.label, "✗ 使えない / unusable", "", "", entry.problem))
            continue
        if entry.known is None:
            rows.append((entry.file.label, "? 不明 / unknown", "", "", "使いません / not used"))
            continue
        coverage = entry.coverage if count == 1 else f"{entry.coverage} ほか計 {count} ファイル / {count} files".strip()
        rows.append(
            (entry.file.label, f"{entry.known.ja} / {entry.known.en}", entry.edition, coverage, found.licence_of(entry))
        )
    rows += [
        (repeat.name, "= 同じ内容 / same content", "", "", f"{first.name} を使う / is used")
        for repeat, first in found.repeats.items()
    ]
    return rows


def _together(found: Scan) -> list[tuple[Recognised, int]]:
    """Files to show, those of one kind in one zip together with their number; documents are left to a count."""
    groups: dict[tuple[object, ...], list[Recognised]] = {}
    for entry in found.found:
        if entry.dataset != "document":
            inside = (entry.file.path, entry.dataset) if entry.file.members and entry.known else (entry.file,)
            groups.setdefault((*inside, entry.edition, bool(entry.problem)), []).append(entry)
    return [(members[0], len(members)) for members in groups.values()]


def missing_rows(found: Scan) -> list[tuple[str, str, str]]:
    """For each purpose without a file: what it is, which layers lack it, and where to get it."""
    # A file with nothing in it (streets only, from the Overpass API) serves no purpose.
    usable = [entry for entry in found.found if entry.known and not entry.problem and entry.details.get("rows") != 0]
    present = {entry.known.purpose for entry in usable if entry.known}
    if any(entry.dataset == "points" and "station" in entry.details.get("kinds", ()) for entry in found.found):
        present.add("stations")
    rows = []
    for purpose, (layers_ja, layers_en) in LAYERS_NEEDING.items():
        if purpose in present:
            continue
        ja, en = PURPOSES[purpose]
        pages = "\n".join(f"{DATASETS[name].ja}: {DATASETS[name].url}" for name in WHERE_TO_GET[purpose])
        rows.append((f"{ja} / {en}", f"{layers_ja} / {layers_en}", pages))
    return rows


def document_count(found: Scan) -> int:
    """Files that accompany the data (read-mes, metadata, parts of shapefiles)."""
    return sum(entry.dataset == "document" for entry in found.found)
