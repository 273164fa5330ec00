"""How large a file of the user's own may be, told before it is read: a browser must not fill the machine."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path
from typing import IO, Final

from geodata.archive import stored_name
from geodata.errors import UnreadableFile, UnsafeArchive

MOST_UPLOAD_MB: Final = 100
MOST_BYTES: Final = MOST_UPLOAD_MB * 1_000_000
MOST_UNPACKED_BYTES: Final = 1_000_000_000  # of all members of a zip or workbook together
MOST_MEMBERS: Final = 5_000
MOST_RATIO: Final = 200  # as geodata.archive, but of the archive as a whole
_RATIO_FREE_BYTES: Final = 50_000_000
_ZIPS: Final = (".zip", ".xlsx", ".xlsm", ".kmz")
_XMLS: Final = (".kml", ".gml", ".xml", ".osm", ".rels", ".vml")
_CHUNK: Final = 1_000_000
_OVERLAP: Final = 64
_DECLARATION: Final = re.compile(rb"<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)


def refuse_oversized(name: str, size: int) -> None:
    """Say it when a file is larger than this page takes; nothing of it has been read yet.

    Raises
    ------
    UnsafeArchive
        It is.
    """
    if size > MOST_BYTES:
        raise UnsafeArchive(
            f"{name}: 大きすぎます（{size / 1e6:,.0f} MB、上限 {MOST_UPLOAD_MB} MB）。元データのフォルダに直接置いて再構築してください。 / "
            f"Too large ({size / 1e6:,.0f} MB, at most {MOST_UPLOAD_MB} MB). Put it into the raw folder itself and rebuild."
        )


def refuse_unsafe(path: Path, name: str) -> None:
    """Refuse what could harm the reader, by a look at the list of an archive and at the declarations of an XML.

    Raises
    ------
    UnsafeArchive
        A zip or workbook that unpacks to too much, a link in a zip, or an XML that declares entities (billion laughs).
    UnreadableFile
        A zip that is none.
    """
    ending = Path(name).suffix.lower()
    if ending in _ZIPS:
        _refuse_archive(path, name)
    elif ending in _XMLS:
        with path.open("rb") as stream:
            _refuse_entities(stream, name)


def _refuse_archive(path: Path, name: str) -> None:
    try:
        with zipfile.ZipFile(path) as archive:
            infos = archive.infolist()
            _refuse_bomb(infos, path.stat().st_size, name)
            for info in infos:
                if (info.external_attr >> 16) & 0o170000 == 0o120000:
                    raise UnsafeArchive(
                        f"{name}: zip の中の「{stored_name(info)}」は別の場所を指すリンクです。使いません。 / "
                        f"The member {stored_name(info)!r} of the zip is a link to another place. The file is not used."
                    )
                is_xml = stored_name(info).lower().endswith(_XMLS)
                if is_xml and not info.is_dir():
                    with archive.open(info) as stream:
                        _refuse_entities(stream, name)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, ValueError, OSError) as error:
        if isinstance(error, (UnsafeArchive, UnreadableFile)):
            raise
        raise UnreadableFile(
            f"{name}: 開けません（壊れている、パスワード付き、または名前と中身が違います）。 / "
            "It cannot be opened: damaged, protected by a password, or not what its name says."
        ) from error


def _refuse_bomb(infos: list[zipfile.ZipInfo], packed: int, name: str) -> None:
    unpacked = sum(info.file_size for info in infos)
    if unpacked > MOST_UNPACKED_BYTES or len(infos) > MOST_MEMBERS:
        raise UnsafeArchive(
            f"{name}: 展開すると {unpacked / 1e6:,.0f} MB・{len(infos):,} 件になるため読みません"
            f"（上限 {MOST_UNPACKED_BYTES / 1e6:,.0f} MB・{MOST_MEMBERS:,} 件）。 / "
            f"It would unpack to {unpacked / 1e6:,.0f} MB in {len(infos):,} files and is not read "
            f"(at most {MOST_UNPACKED_BYTES / 1e6:,.0f} MB, {MOST_MEMBERS:,} files)."
        )
    if unpacked > _RATIO_FREE_BYTES and unpacked > MOST_RATIO * max(packed, 1):
        raise UnsafeArchive(
            f"{name}: 展開すると元の {unpacked / max(packed, 1):,.0f} 倍（{unpacked / 1e6:,.0f} MB）に膨らみ、"
            f"ふつうの資料ではないため読みません（上限 {MOST_RATIO} 倍）。 / "
            f"It would unpack to {unpacked / max(packed, 1):,.0f} times its size ({unpacked / 1e6:,.0f} MB), as no ordinary "
            f"file does, and is not read (at most {MOST_RATIO} times)."
        )


def _refuse_entities(stream: IO[bytes], name: str) -> None:
    rest = b""
    while chunk := stream.read(_CHUNK):
        # Without its zero bytes a text in UTF-16 is told as well.
        text = rest + chunk.replace(b"\0", b"")
        if _DECLARATION.search(text):
            raise UnsafeArchive(
                f"{name}: XML に DOCTYPE・ENTITY の宣言があるため読みません。宣言を除いて保存し直してください。 / "
                "The XML declares a DOCTYPE or entities and is not read. Save it without them."
            )
        rest = text[-_OVERLAP:]
