"""Files as publishers ship them: plain, zipped, zipped twice, with back-slash paths and Shift-JIS names.

A :class:`RawFile` is one file that a reader can open, wherever it lies. Archives are never unpacked blindly:
their members are listed first, with limits on number, size, ratio and depth, and a member whose path would leave
its folder is refused (zip slip).
"""

from __future__ import annotations

import errno
import hashlib
import io
import lzma
import os
import shutil
import stat
import struct
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from geodata.errors import UnreadableFile, UnsafeArchive

MAX_MEMBERS = 20_000
MAX_UNPACKED_BYTES = 8 * 1024**3
MAX_RATIO = 200  # text compresses about 20-fold, DBF with blanks 60-fold; a zip bomb 1,000-fold
RATIO_FREE_BYTES = 64 * 1024**2  # small members may compress as well as they like
MAX_DEPTH = 3
_SHAPEFILE_PARTS = (".shp", ".shx", ".dbf", ".prj", ".cpg")
_SKIPPED_NAMES = {"__MACOSX", ".DS_Store", "Thumbs.db", "desktop.ini"}


@dataclass(frozen=True)
class RawFile:
    """One file of a raw folder: on disk, or a member of a (nested) zip.

    Parameters
    ----------
    path
        The file on disk (the outermost zip for a member).
    members
        Names inside the zips, outermost first, as stored in the archive; empty for a plain file.
    root
        The raw folder it was found under; only used to name it in messages.
    size
        Bytes, unpacked.
    """

    path: Path
    members: tuple[str, ...] = ()
    root: Path | None = field(default=None, compare=False)
    size: int = field(default=0, compare=False)

    @property
    def name(self) -> str:
        """File name without folders."""
        return _base_name(self.members[-1]) if self.members else printable(self.path.name)

    @property
    def suffix(self) -> str:
        """Last suffix in lower case, with its dot."""
        return PurePosixPath(self.name).suffix.lower()

    @property
    def label(self) -> str:
        """How messages name the file: path below the raw folder, members after ›."""
        shown = self.path
        if self.root is not None and self.path.is_relative_to(self.root):
            shown = self.path.relative_to(self.root.parent) if self.root.name else self.path
        return " › ".join([printable(shown.as_posix()), *self.members])

    def read_bytes(self, limit: int | None = None) -> bytes:
        """The content, or its first `limit` bytes.

        Raises
        ------
        UnreadableFile
            The archive is truncated or damaged.
        """
        with self.open() as stream, _named(self.label):
            return stream.read() if limit is None else stream.read(limit)

    @contextmanager
    def open(self) -> Iterator[io.BufferedIOBase]:
        """A binary stream on the content."""
        if not self.members:
            with self.path.open("rb") as stream:
                yield stream
            return
        with _open_archive(self.path, self.label) as archive:
            yield from _open_member(archive, self.members, self.label)

    @contextmanager
    def on_disk(self) -> Iterator[Path]:
        """A path that libraries can open; a shapefile comes with its .dbf, .shx, .prj and .cpg beside it."""
        if not self.members:
            yield self.path
            return
        with tempfile.TemporaryDirectory(prefix="explorer-") as folder:
            target = Path(folder) / self.name
            for part in [self, *self._sidecars()]:
                with part.open() as source, (Path(folder) / part.name).open("wb") as sink, _named(part.label):
                    shutil.copyfileobj(source, sink, 1024 * 1024)
            yield target

    def _sidecars(self) -> list[RawFile]:
        if self.suffix != ".shp":
            return []
        stem = self.members[-1][: -len(".shp")].lower()
        with _open_archive(self.path, self.label) as archive:
            names = _names_beside(archive, self.members, self.label)
        wanted = {stem + part for part in _SHAPEFILE_PARTS[1:]}
        return [RawFile(self.path, (*self.members[:-1], name), self.root) for name in names if name.lower() in wanted]

    def sibling(self, suffix: str) -> RawFile | None:
        """The file with the same stem and another suffix (``.cpg`` beside ``.shp``), or None."""
        if not self.members:
            for candidate in (self.path.with_suffix(suffix), self.path.with_suffix(suffix.upper())):
                if candidate.exists():
                    return RawFile(candidate, (), self.root, candidate.stat().st_size)
            return None
        return next((part for part in self._sidecars() if part.suffix == suffix), None)


def printable(name: str) -> str:
    """A file name as text: one in Shift_JIS, unpacked on a system that expects UTF-8, is not lost but decoded."""
    try:
        name.encode()
    except UnicodeEncodeError:  # surrogates stand for bytes that are no UTF-8
        return os.fsencode(name).decode("cp932", "replace")
    return name


def file_sha256(path: Path) -> str:
    """SHA-256 of a file on disk, as hexadecimal text."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def list_files(folder: Path) -> list[Path]:
    """All files below a folder (or the file itself) in a stable order, without the litter of operating systems.

    Links to folders are listed as if they were files, never followed: they may go round in circles, or out into the
    whole disk. So are links that lead nowhere and folders that may not be opened: reading them fails, and is reported.
    """
    if folder.is_file():
        return [folder]
    closed: list[Path] = []
    found: list[Path] = []
    for parent, folders, files in os.walk(folder, onerror=lambda error: closed.append(Path(error.filename))):
        found += [path for name in folders if (path := Path(parent, name)).is_symlink()]
        found += [path for name in files if _has_an_end(path := Path(parent, name))]
    return sorted(path for path in [*found, *closed] if not _is_litter(path.relative_to(folder).parts))


def _has_an_end(path: Path) -> bool:
    """Not a pipe or a device, which can be read for ever; what cannot even be looked at is left to fail later."""
    try:
        return stat.S_ISREG(path.stat().st_mode)
    except OSError:
        return True


def expand(path: Path, *, root: Path | None = None) -> list[RawFile]:
    """The file itself, or, for a zip that is not a GTFS feed or a workbook, every file inside, nested zips included.

    Raises
    ------
    UnreadableFile
        The zip is truncated or damaged.
    UnsafeArchive
        The zip holds a path that leaves its folder, too many members, or unpacks to too much.
    """
    whole = RawFile(path, (), root, path.stat().st_size)
    if path.suffix.lower() != ".zip":
        return [whole]
    found: list[RawFile] = []
    with _open_archive(path, whole.label) as archive:
        _collect(archive, whole, found, depth=1)
    return found


def is_gtfs_archive(names: list[str]) -> bool:
    """Whether a list of member names is that of a GTFS feed (at the top, or in one folder)."""
    return {"stops.txt", "stop_times.txt"} <= {_base_name(name).lower() for name in names}


def open_zip(raw: RawFile) -> zipfile.ZipFile:
    """A zip (plain or itself inside a zip) opened for reading its members, after the safety check."""
    stream = io.BytesIO(raw.read_bytes()) if raw.members else raw.path
    archive = _open_archive(stream, raw.label)
    _check(archive, raw.label)
    return archive


def decode(content: bytes, label: str) -> str:
    """Text of a published file: UTF-8 (with or without BOM) if it is valid, else cp932 (Shift_JIS of Windows).

    Raises
    ------
    UnreadableFile
        Neither fits.
    """
    if content[:2] in (b"\xff\xfe", b"\xfe\xff"):  # looked at first: cp932 has characters for these bytes too
        return content.decode("utf-16", "replace")
    line = 0
    for encoding in ("utf-8-sig", "cp932"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError as error:
            line = line or content.count(b"\n", 0, error.start) + 1
            continue
        if "\0" not in text:  # UTF-16 without its mark, or no text at all
            return text
    where = (f"{line} 行目を確かめ、", f"look at line {line} and ") if line else ("", "")
    raise UnreadableFile(
        f"{label}: 文字コードが UTF-8 でも Shift_JIS (cp932) でもありません。{where[0]}UTF-8 で保存し直してください。 / "
        f"The text is neither UTF-8 nor Shift_JIS (cp932): {where[1]}save it again as UTF-8."
    )


def _collect(archive: zipfile.ZipFile, parent: RawFile, found: list[RawFile], depth: int) -> None:
    _check(archive, parent.label)
    infos = [info for info in archive.infolist() if not info.is_dir()]
    if is_gtfs_archive([info.filename for info in infos]):
        found.append(parent)
        return
    for info in infos:
        name = stored_name(info)
        if _is_litter(PurePosixPath(name.replace("\\", "/")).parts):
            continue
        child = RawFile(parent.path, (*parent.members, name), parent.root, info.file_size)
        if child.suffix != ".zip":
            found.append(child)
            continue
        if depth >= MAX_DEPTH:
            raise UnsafeArchive(
                f"{child.label}: zip の入れ子が {MAX_DEPTH} 段を超えています。展開してから置いてください。 / "
                f"Zips are nested more than {MAX_DEPTH} deep. Unpack them first."
            )
        with _open_archive(io.BytesIO(child.read_bytes()), child.label) as inner:
            _collect(inner, child, found, depth + 1)


def _check(archive: zipfile.ZipFile, label: str) -> None:
    infos = archive.infolist()
    if len(infos) > MAX_MEMBERS or sum(info.file_size for info in infos) > MAX_UNPACKED_BYTES:
        raise UnsafeArchive(
            f"{label}: 展開すると大きすぎます（{MAX_MEMBERS:,} 件または {MAX_UNPACKED_BYTES // 1024**3} GiB まで）。"
            "中身を確かめ、必要なファイルだけを置いてください。 / "
            "The archive unpacks to too much. Check it and put only the files you need into the folder."
        )
    for info in infos:
        name = stored_name(info).replace("\\", "/")
        if name.startswith("/") or ".." in PurePosixPath(name).parts or name[1:2] == ":":
            raise UnsafeArchive(
                f"{label}: 「{name}」は展開先の外を指しています。このファイルは使いません。 / "
                f"The member {name!r} points outside the archive. The file is not used."
            )
        if info.flag_bits & 0x1:
            raise UnreadableFile(
                f"{label}: パスワードの掛かった zip です。展開し、パスワードなしで置いてください。 / "
                "The zip is protected by a password. Unpack it and put it into the folder without one."
            )
        if info.file_size > RATIO_FREE_BYTES and info.file_size > MAX_RATIO * max(info.compress_size, 1):
            raise UnsafeArchive(
                f"{label}: 「{name}」は {info.file_size // 1024**2:,} MiB に膨らみます（圧縮爆弾の疑い）。 / "
                f"The member {name!r} would blow up to {info.file_size // 1024**2:,} MiB (zip bomb?)."
            )


def stored_name(info: zipfile.ZipInfo) -> str:
    """Member name; names stored without the UTF-8 flag are cp932 in Japan, not cp437."""
    if info.flag_bits & 0x800:
        return info.filename
    try:
        return info.filename.encode("cp437").decode("cp932")
    except UnicodeError:
        return info.filename


def _open_archive(source: Path | io.BytesIO, label: str) -> zipfile.ZipFile:
    with _named(label):
        return zipfile.ZipFile(source)


def _find(archive: zipfile.ZipFile, name: str, label: str) -> zipfile.ZipInfo:
    for info in archive.infolist():
        if stored_name(info) == name:
            return info
    raise UnreadableFile(f"{label}: zip の中に {name} がありません。 / {name} is not in the zip.")


def _open_member(archive: zipfile.ZipFile, members: tuple[str, ...], label: str) -> Iterator[io.BufferedIOBase]:
    info = _find(archive, members[0], label)
    with _named(label):
        stream = archive.open(info)
    with stream:
        if len(members) == 1:
            yield stream  # type: ignore[misc]  # ZipExtFile is a BufferedIOBase at run time
            return
        with _named(label):
            content = stream.read()
        with _open_archive(io.BytesIO(content), label) as inner:
            yield from _open_member(inner, members[1:], label)


def _names_beside(archive: zipfile.ZipFile, members: tuple[str, ...], label: str) -> list[str]:
    if len(members) == 1:
        return [stored_name(info) for info in archive.infolist()]
    with _named(label):
        content = archive.read(_find(archive, members[0], label))
    with _open_archive(io.BytesIO(content), label) as inner:
        return _names_beside(inner, members[1:], label)


def _base_name(name: str) -> str:
    return PurePosixPath(name.replace("\\", "/")).name


def _is_litter(parts: tuple[str, ...]) -> bool:
    return any(part in _SKIPPED_NAMES or part.startswith((".", "~$")) for part in parts)


@contextmanager
def _named(label: str) -> Iterator[None]:
    """Turn what zipfile raises on a damaged archive into a message that names it."""
    try:
        yield
    except (UnreadableFile, UnsafeArchive):
        raise
    except (zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, RuntimeError, ValueError, struct.error) as error:
        raise UnreadableFile(_damaged(label, error)) from error
    except OSError as error:
        if error.errno not in {None, errno.EINVAL}:  # a position before the start, or bad data in bzip2
            raise
        raise UnreadableFile(_damaged(label, error)) from error


def _damaged(label: str, error: Exception) -> str:
    if isinstance(error, NotImplementedError):  # Deflate64, which Windows uses for large folders
        return (
            f"{label}: この zip の圧縮方式は読めません（{error}）。展開してから置いてください。 / "
            f"The compression of this zip cannot be read ({error}). Unpack it first."
        )
    return (
        f"{label}: zip が壊れているか途中で切れています（{error}）。もう一度ダウンロードしてください。 / "
        f"The zip is damaged or cut off ({error}). Download it again."
    )
