"""Whether what a server sent is what was asked for: a whole zip, not an error page, not half of it."""

from __future__ import annotations

import re
import zlib
from pathlib import Path
from typing import Final
from zipfile import BadZipFile

from geodata.archive import RawFile, open_zip
from geodata.errors import SourceError, WrongContent
from geodata.notes import in_both_languages

SHORTEST_START: Final = 4  # bytes that tell a zip
_ZIP_STARTS: Final = (b"PK\x03\x04", b"PK\x05\x06")
_PAGE: Final = re.compile(rb"^(\xef\xbb\xbf)?\s*<(!doctype|html|head|\?xml|script|body)", re.IGNORECASE)


def check_start(chunk: bytes, content_type: str, name: str) -> None:
    """Refuse what cannot be a zip by its first bytes, before the rest of it comes.

    Raises
    ------
    WrongContent
        A page, or another kind of file.
    """
    if chunk.startswith(_ZIP_STARTS):
        return
    if _PAGE.match(chunk) or content_type.startswith("text/html"):
        raise WrongContent(
            f"{name}: ファイルではなくウェブページが返りました（エラー画面やログイン画面など）。"
            "公表元のページかプロキシを確かめてください。 / "
            "The server sent a web page (an error or a login?) instead of the file. Check the publisher's page, or the proxy."
        )
    raise WrongContent(
        f"{name}: zip ではないものが返りました。公表元のページを確かめてください。 / "
        "The server sent something that is no zip. Check the publisher's page."
    )


def check_zip(path: Path, name: str) -> None:
    """Read a zip to its end, with the limits of :mod:`geodata.archive`.

    Raises
    ------
    WrongContent
        It is cut off, damaged, empty, or unsafe.
    """
    with path.open("rb") as stream:
        check_start(stream.read(64), "", name)
    try:
        with open_zip(RawFile(path, size=path.stat().st_size)) as archive:
            damaged = None if archive.infolist() else "（空 / empty）"
            damaged = damaged or archive.testzip()
    except NotImplementedError:  # a compression that only other programs read: the scan will say so
        return
    except SourceError as error:
        ja, en = in_both_languages(str(error), str(path))
        raise WrongContent(f"{name}: {ja} / {en}") from error
    except (BadZipFile, zlib.error, EOFError, RuntimeError, OSError) as error:
        raise WrongContent(_cut_off(name, str(error))) from error
    if damaged:
        raise WrongContent(_cut_off(name, damaged))


def _cut_off(name: str, what: str) -> str:
    return (
        f"{name}: zip が壊れているか途中で切れています（{what}）。もう一度実行してください。 / "
        f"The zip is damaged or cut off ({what}). Run it again."
    )
