"""Text encoding of a shapefile's DBF, which publishers state wrongly or not at all.

e-Stat and older 国土数値情報 deliver cp932 with language byte 0 and without ``.cpg``; newer files are UTF-8.
"""

from __future__ import annotations

import codecs

import numpy as np


def dbf_encoding(content: bytes, declared: str | None = None) -> str:
    """Find the encoding of a DBF: the declared one if it fits, else UTF-8 if it fits strictly, else cp932.

    Parameters
    ----------
    content
        The DBF, or its beginning (whole records are looked at).
    declared
        Content of the ``.cpg`` file, if there is one.

    Notes
    -----
    A text cut in the middle of a character by the field width fits no encoding strictly; then the encoding with
    the fewest undecodable characters is taken.
    """
    records = _dbf_records(content)
    candidates = [name for name in (_codec(declared), "utf-8", "cp932") if name]
    for name in candidates:
        try:
            records.decode(name)
        except UnicodeDecodeError:
            continue
        return name
    return min(candidates, key=lambda name: records.decode(name, "replace").count("\ufffd"))


def _dbf_records(content: bytes) -> bytes:
    """Text of the records, field by field on its own line so that a cut character spoils only its own field."""
    if len(content) < 33:
        return b""
    header, width = int.from_bytes(content[8:10], "little"), int.from_bytes(content[10:12], "little")
    body = content[header:]
    count = len(body) // width if width else 0
    if count == 0:
        return b""
    rows = np.frombuffer(body[: count * width], dtype=np.uint8).reshape(count, width)
    parts, start = [], 1
    for offset in range(32, header - 31, 32):
        descriptor = content[offset : offset + 32]
        length = descriptor[16]
        if descriptor[11:12] == b"C":
            field = np.ascontiguousarray(rows[:, start : start + length]).tobytes()
            parts.append(b"\n".join(field[i : i + length] for i in range(0, len(field), max(length, 1))))
        start += length
    return b"\n".join(parts)


def _codec(declared: str | None) -> str | None:
    """Python's name of a declared encoding; Shift_JIS is read as its superset cp932."""
    if not declared:
        return None
    word = declared.strip().strip("\ufeff\x00").lower().removeprefix("ansi ").replace("_", "-")
    if word in {"932", "sjis", "shift-jis", "shiftjis", "cp932", "ms932", "windows-31j"}:
        return "cp932"
    if word.isdigit():
        word = {"65001": "utf-8", "88591": "latin-1"}.get(word, f"cp{word}")
    try:
        name = codecs.lookup(word).name
    except LookupError:
        return None
    return None if name in {"iso8859-1", "cp1252", "ascii"} else name  # says nothing about Japanese text
