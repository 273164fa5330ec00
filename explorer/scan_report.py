"""The table that ``explorer scan`` prints: what each file is, and what is missing for which layer."""

from __future__ import annotations

from geodata.scan import Scan
from geodata.sources import DATASETS, LAYERS_NEEDING, PURPOSES, WHERE_TO_GET


def file_rows(found: Scan) -> list[tuple[str, str, str, str, str]]:
    """One row per file: name, what it is, edition, coverage, licence or problem. Documents are left to a count."""
    rows = []
    for entry in found.found:
        if entry.dataset == "document":
            continue
        if entry.problem:
            rows.append((entry.file.label, "✗ 使えない / unusable", "", "", entry.problem))
            continue
        if entry.known is None:
            rows.append((entry.file.label, "? 不明 / unknown", "", "", "使いません / not used"))
            continue
        rows.append((entry.file.label, f"{entry.known.ja} / {entry.known.en}", entry.edition, entry.coverage, entry.licence))
    rows += [
        (repeat.name, "= 同じ内容 / same content", "", "", f"{first.name} を使う / is used")
        for repeat, first in found.repeats.items()
    ]
    return rows


def missing_rows(found: Scan) -> list[tuple[str, str, str]]:
    """For each purpose without a file: what it is, which layers lack it, and where to get it."""
    present = {entry.known.purpose for entry in found.found if entry.known and not entry.problem}
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
