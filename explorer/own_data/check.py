"""Look at files of the user's own as a build would: what they are, what of them counts, and what is wrong by line.

Nothing is stored and nothing leaves the machine. The readers are those of the build, so that a file that is fine here is
fine there. :mod:`explorer.own_data.apart` runs this in a process of its own.
"""

from __future__ import annotations

import contextlib
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from explorer.own_data.findings import Finding, Upload
from explorer.own_data.limits import refuse_oversized, refuse_unsafe
from geodata.archive import file_sha256
from geodata.errors import ExplorerError, NoSpace, SourceError, is_disk_full
from geodata.notes import LineProblem, Note, Notes

if TYPE_CHECKING:
    from geodata.recognised import Recognised
    from geodata.scan import Scan

_ADDRESSES_ONLY: Final = (
    "住所だけで緯度・経度がないため使えません。緯度・経度（または地域メッシュコード）の列を加えてください。 / "
    "Addresses only: it cannot be used without columns of latitude and longitude, or of grid codes."
)
_UNKNOWN: Final = (
    "何のファイルか分かりません。施設の一覧なら見出しに「名称」「緯度」「経度」、区域なら種類を示す列、市区町村の表なら同じ名前の説明 (.toml) を添えてください。 / "
    "It is not clear what this is. A list of places needs the headings name, latitude and longitude (名称, 緯度, 経度), zones a "
    "column with their kind, a table by municipality its description (.toml) of the same name."
)
_LINK: Final = (
    "リンクはたどりません。ファイルそのものを指定してください。 / Links are not followed. Give the file itself."
)
_NOTHING_USED: Final = "使える行がありません。下の理由を見て直してください。 / No row of it can be used. See the reasons below and correct them."
_NO_ROWS: Final = "見出しだけで、データの行がありません。 / There is only a header, and no row of data."
_OTHER_ENCODINGS: Final = {"euc_jp": "EUC-JP", "iso2022_jp": "JIS (ISO-2022-JP)"}
_TEXTS: Final = (".csv", ".tsv", ".txt")
_HEAD_BYTES: Final = 4096


@dataclass(frozen=True)
class Place:
    """The workspace that a file is meant for: bounds with the halo (degrees), and the municipalities with their names."""

    box: tuple[float, float, float, float] | None = None
    names: Mapping[str, str] | None = None

    @classmethod
    def of(cls, manifest: Mapping[str, Any], names: Mapping[str, str]) -> Place:
        """From the manifest of a workspace."""
        box = manifest.get("study_area", {}).get("box")
        return cls(tuple(map(float, box)) if box else None, names)  # type: ignore[arg-type]  # four numbers


def check_files(folder: Path, given: Mapping[str, str], place: Place) -> list[Upload]:
    """Look at all files of a folder, which lie side by side as they would in the workspace.

    Parameters
    ----------
    given
        Name in the folder → name under which the file came; those not named came as they are.
    """
    from geodata.scan import scan

    uploads = [
        _first_look(path, given.get(path.name, path.name))
        for path in sorted(each for each in folder.iterdir() if each.is_file() or each.is_symlink())
    ]
    fine = [folder / upload.name for upload in uploads if not upload.findings]
    if fine:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            found = scan(fine)
        by_path = {upload.name: upload for upload in uploads}
        for path in found.repeats:
            by_path[path.name].findings.append(Finding(path.name, refusal=_repeat(found.repeats[path].name)))
        for entry in found.found:
            if not (entry.dataset == "document" and entry.file.members and not entry.problem):
                by_path[entry.file.path.name].findings.append(_look(entry, found, place))
    for upload in uploads:
        upload.findings = upload.findings or [Finding(upload.name, refusal=_UNKNOWN)]
    return uploads


def _first_look(path: Path, given: str) -> Upload:
    """Size and hash; a refusal of what must not be read."""
    upload = Upload(path.name, given, path.lstat().st_size, "")
    try:
        if path.is_symlink():
            raise SourceError(_LINK)
        refuse_oversized(path.name, upload.size)
        refuse_unsafe(path, path.name)
        upload.sha256 = file_sha256(path)
    except ExplorerError as error:
        upload.findings = [Finding(path.name, refusal=_without_name(str(error), path.name))]
    except OSError as error:
        upload.findings = [Finding(path.name, refusal=_unopened(error))]
    return upload


def _look(entry: Recognised, found: Scan, place: Place) -> Finding:
    """One file, its reader run to the end; whatever a reader throws is a refusal."""
    from explorer.own_data.contents import read_contents, take_rows_as_given

    file = " › ".join([entry.file.path.name, *entry.file.members])
    finding = Finding(file, entry.dataset or "", entry.edition, entry.coverage, entry.licence)
    if entry.problem:
        finding.refusal = _in_another_encoding(entry) or _without_name(entry.problem, entry.file.label)
        return finding
    if entry.dataset in {None, "document"}:
        finding.dataset = ""
        finding.refusal = _in_another_encoding(entry) or _UNKNOWN
        return finding
    notes = Notes(lines=[])
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            read_contents(finding, entry, found, place, notes)
    except NoSpace:
        raise
    except ExplorerError as error:
        finding.refusal = _without_name(str(error), entry.file.label)
    except Exception as error:
        # Any file may be given: what a parser throws at its content is told, and nothing else happens.
        if is_disk_full(error):
            raise
        finding.refusal = (
            f"読めません（{type(error).__name__}: {str(error)[:200]}）。ファイルを確かめてください。 / "
            f"Cannot be read ({type(error).__name__}: {str(error)[:200]}). Check the file."
        )
    finding.notes = [Note(note.level, file, note.ja, note.en) for note in notes.items]
    label = entry.file.label
    finding.take_problems(
        [
            LineProblem(each.file.replace(label, file), each.line, each.what, each.text[:80])
            for each in notes.lines or ()
        ]
    )
    with contextlib.suppress(ExplorerError):  # it was read a moment ago, or its refusal says why not
        take_rows_as_given(finding, entry.file)
    if not finding.refusal:
        if entry.dataset == "addresses":
            finding.refusal = _ADDRESSES_ONLY
        elif finding.used == 0 and not finding.unknown_kind:
            finding.refusal = _NOTHING_USED if finding.rows else _NO_ROWS
    return finding


def _in_another_encoding(entry: Recognised) -> str:
    """A refusal of a list whose text is Japanese in an encoding that no reader takes; empty for any other file."""
    from geodata.point_headers import find_columns

    if entry.file.suffix not in _TEXTS:
        return ""
    lines = entry.file.read_bytes(_HEAD_BYTES).splitlines()[:10]
    for encoding, name in _OTHER_ENCODINGS.items():
        for line in lines:
            with contextlib.suppress(UnicodeDecodeError):
                if find_columns(line.decode(encoding).split(",")).is_point_list:
                    return (
                        f"文字コードが {name} です。UTF-8 か Shift_JIS で保存し直してください。 / "
                        f"The text is in {name}. Save it again as UTF-8 or Shift_JIS."
                    )
    return ""


def _without_name(message: str, name: str) -> str:
    """An error without the name of the file before it, which stands above it anyway; one line per language."""
    text = " ".join(message.splitlines())
    with contextlib.suppress(ValueError):
        ja, en = text.split(" / ", maxsplit=1)
        return f"{ja.removeprefix(name).lstrip(' :›')} / {en}"
    return text.removeprefix(name).lstrip(" :›")


def _unopened(error: OSError) -> str:
    return f"開けません（{error.strerror}）。 / Cannot be opened ({error.strerror})."


def _repeat(first: str) -> str:
    return f"{first} と同じ内容です。 / The same content as {first}."


def refusals(uploads: Sequence[Upload]) -> list[str]:
    """Why files cannot be used, each with its name."""
    return [f"{each.file}: {each.refusal}" for upload in uploads for each in upload.findings if each.refusal]
