"""Names for files that are kept: safe on every system, never over another file, telling the kind where that is chosen."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection
from pathlib import PurePosixPath
from typing import Final

from geodata.kind_words import BUS_STOP, STATION, kind_of_file
from geodata.kinds import KINDS

LONGEST: Final = 80
_FORBIDDEN: Final = re.compile(r'[<>:"/\\|?*\x00-\x1f\x7f]')
_RESERVED: Final = frozenset(
    {"con", "prn", "aux", "nul", *(f"com{number}" for number in range(10)), *(f"lpt{number}" for number in range(10))}
)
# Words that tell a kind by a file name where its own name in the list of kinds does not.
_WORDS: Final[dict[str, str]] = {
    "higher_education": "大学",
    "other_school": "専修学校",
    "other_government": "行政施設_government",
    "general_store": "雑貨店",
    "elderly_welfare": "高齢者福祉",
    STATION: "駅一覧",
    BUS_STOP: "バス停",
}


def safe_name(name: str) -> str:
    """A file name without folders, control characters and signs that a system or a page could take for more.

    Examples
    --------
    >>> safe_name("../../etc/passwd"), safe_name("<script>.csv"), safe_name("CON.csv"), safe_name("店舗 一覧.CSV")
    ('passwd', '_script_.csv', '_CON.csv', '店舗 一覧.CSV')
    """
    base = unicodedata.normalize("NFC", name.replace("\\", "/")).split("/")[-1]
    base = "".join(sign for sign in base if unicodedata.category(sign) not in {"Cc", "Cf", "Cs", "Co"})
    base = _FORBIDDEN.sub("_", base).strip(" .~$") or "file"
    path = PurePosixPath(base)
    stem, ending = path.stem, path.suffix[:12]
    if stem.lower() in _RESERVED:
        stem = f"_{stem}"
    return f"{stem[: LONGEST - len(ending)].rstrip()}{ending}"


def free_name(name: str, taken: Collection[str]) -> str:
    """The name, or with a number behind its stem where it is taken; letter case does not tell names apart on Windows."""
    used = {each.lower() for each in taken}
    path = PurePosixPath(name)
    number, found = 2, name
    while found.lower() in used:
        found = f"{path.stem}_{number}{path.suffix}"
        number += 1
    return found


def name_of_kind(name: str, kind: str) -> str:
    """A name that tells the readers the kind (:func:`geodata.kind_words.kind_of_file`), as near to the own one as can be.

    Examples
    --------
    >>> name_of_kind("一覧.csv", "library"), name_of_kind("図書館.csv", "library"), name_of_kind("病院.csv", "library")
    ('図書館_一覧.csv', '図書館.csv', '図書館.csv')
    """
    path = PurePosixPath(name)
    word = _WORDS.get(kind) or KINDS[kind].ja.split("・")[0]
    for stem in (path.stem, f"{word}_{path.stem}", word, kind):
        if kind_of_file(f"{stem}{path.suffix}") == kind:
            return f"{stem}{path.suffix}"
    return f"{word}{path.suffix}"
