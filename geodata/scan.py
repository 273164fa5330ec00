"""Go through raw folders: every file hashed and recognised, what was recognised before taken from a cache."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from geodata.archive import RawFile, file_sha256, printable
from geodata.code_version import code_version
from geodata.codes import SAMPLE_PREFECTURE
from geodata.recognise import files_below, recognise_file
from geodata.recognised import Recognised
from geodata.table_description import with_described

SAMPLE_LICENCE: Final = "架空の見本（自由に使用可） / invented sample, free to use"


@dataclass
class Scan:
    """What lies in the raw folders.

    Parameters
    ----------
    found
        Every file (members of zips each on their own), in a stable order.
    sha256
        Hash of each file on disk.
    repeats
        Files whose content is the same as that of another file, which is the one used.
    """

    found: list[Recognised]
    sha256: dict[Path, str]
    repeats: dict[Path, Path]

    def of(self, *datasets: str) -> list[Recognised]:
        """Usable files of these data sets."""
        return [entry for entry in self.found if entry.dataset in datasets and not entry.problem]

    @property
    def is_sample(self) -> bool:
        """Whether everything here is the invented sample region: its boundaries are the only ones."""
        prefectures = {code for entry in self.of("n03") for code in entry.details["codes_by_prefecture"]}
        return prefectures == {SAMPLE_PREFECTURE}

    def licence_of(self, entry: Recognised) -> str:
        """Licence of a file; the sample region has official formats, not official licences."""
        return SAMPLE_LICENCE if self.is_sample else entry.licence

    def hash_of(self, entry: Recognised) -> list[str]:
        """What identifies the content of an entry: hash of the file on disk and the member names."""
        return [self.sha256[entry.file.path], *entry.file.members]


def scan(
    folders: Sequence[Path], *, cache: Path | None = None, progress: Callable[[float], None] | None = None
) -> Scan:
    """Hash and recognise every file below the folders.

    Parameters
    ----------
    cache
        A JSON file that remembers what was recognised by hash; written anew when anything changed.
    progress
        Called with the share done, 0–1.
    """
    version = code_version("geodata.recognise")
    remembered = _load(cache, version)
    known = dict(remembered)
    result = Scan([], {}, {})
    first_with: dict[str, Path] = {}
    files = files_below(list(folders))
    total = sum(path.stat().st_size for path, _ in files if path.is_file()) or 1
    done = 0
    for path, root in files:
        try:
            digest = file_sha256(path)
        except OSError as error:
            result.sha256[path] = ""
            result.found.append(_unopened(path, root, error))
            continue
        result.sha256[path] = digest
        done += path.stat().st_size
        if digest in first_with:
            result.repeats[path] = first_with[digest]
            continue
        key = f"{digest} {printable(path.name)}"
        if key not in known:
            known[key] = [entry.as_dict() for entry in recognise_file(path, root=root)]
        entries = [Recognised.from_dict(record, path, root) for record in known[key]]
        result.found += entries
        # A copy under a name that tells nothing (data.bak) must not hide the one that can be used (data.csv).
        if any(entry.dataset and not entry.problem for entry in entries):
            first_with[digest] = path
        if progress is not None:
            progress(done / total)
    result.found = with_described(result.found, result.repeats)
    if cache is not None and known.keys() != remembered.keys():
        _store(cache, version, known)
    return result


def _unopened(path: Path, root: Path, error: OSError) -> Recognised:
    raw = RawFile(path, (), root)
    if path.is_symlink():
        problem = (
            f"{raw.label}: リンクはたどりません。リンク先のフォルダを直接指定してください。 / "
            "Links are not followed. Name the folder that it leads to."
        )
    else:
        problem = (
            f"{raw.label}: 開けません（{error.strerror}）。読み取りの権限を確かめてください。 / "
            f"Cannot be opened ({error.strerror}). Check the permission to read it."
        )
    return Recognised(raw, None, problem=problem)


def _load(cache: Path | None, version: str) -> dict[str, list[dict[str, object]]]:
    if cache is None or not cache.is_file():
        return {}
    try:
        content = json.loads(cache.read_text(encoding="utf-8"))
    except ValueError:  # a killed build may have left half a cache: it is only a cache
        return {}
    entries: dict[str, list[dict[str, object]]] = content.get("files", {}) if content.get("version") == version else {}
    return entries


def _store(cache: Path, version: str, known: dict[str, list[dict[str, object]]]) -> None:
    cache.parent.mkdir(parents=True, exist_ok=True)
    temporary = cache.with_name(f".{cache.name}.{os.getpid()}")
    temporary.write_text(json.dumps({"version": version, "files": known}, ensure_ascii=False), encoding="utf-8")
    temporary.replace(cache)
