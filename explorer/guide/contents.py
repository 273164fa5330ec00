"""The chapters of the user guide, read from its Markdown; the last one is the guide for whoever installs the app.

A chapter begins with a heading ``##`` and a line that the reader of the file does not see::

    <!-- chapter: kpi; open: indicators?view=kpi&kpi=67 -->

``open`` is the page of the app that the chapter is about, as an address; it may be left out. A picture stands on a line of
its own. Words of the app's screens are set **bold**: a test looks for each of them in the table of words.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final
from urllib.parse import parse_qsl

from explorer.words import Language

FOLDER: Final = Path(__file__).parent
_CHAPTER: Final = re.compile(
    r"^## (?P<title>.+)\n+<!-- chapter: (?P<key>[a-z-]+)(?:; open: (?P<open>\S+))? -->\n", re.MULTILINE
)
_PICTURE: Final = re.compile(r"^!\[(?P<alt>[^\]]+)\]\(pictures/(?P<file>[a-z-]+\.png)\)$", re.MULTILINE)
_LAST_CELL: Final = re.compile(r"\| ([^|\n]+) \|$", re.MULTILINE)
RUNNING: Final = "running"  # key of the guide for whoever installs the app
_BOLD: Final = re.compile(r"\*\*(.+?)\*\*")


@dataclass(frozen=True)
class Picture:
    """A picture of the screen.

    Parameters
    ----------
    file
        Where it lies; the picture may not have been made yet.
    alt
        What it shows, for those who cannot see it.
    """

    file: Path
    alt: str


@dataclass(frozen=True)
class Chapter:
    """One chapter.

    Parameters
    ----------
    key
        Name in links, the same in both languages.
    page
        Page of the app that it is about, as in its address; ``""`` for none.
    parameters
        Of that page's address.
    parts
        Markdown and pictures, from above.
    """

    key: str
    title: str
    page: str
    parameters: tuple[tuple[str, str], ...]
    parts: tuple[str | Picture, ...]

    @property
    def text(self) -> str:
        """The Markdown without the pictures."""
        return "\n".join(part for part in self.parts if isinstance(part, str))

    @property
    def pictures(self) -> list[Picture]:
        """Its pictures."""
        return [part for part in self.parts if isinstance(part, Picture)]

    @property
    def words(self) -> list[str]:
        """The words of the app's screens that it quotes, in order, each once."""
        return list(dict.fromkeys(_BOLD.findall(self.text)))

    @property
    def words_of_picture(self) -> list[str]:
        """Those quoted before the first picture: what the page itself must show when it is opened."""
        text = next((part for part in self.parts if isinstance(part, str)), "") if self.pictures else ""
        return list(dict.fromkeys(_BOLD.findall(text)))


def file_of(language: Language) -> Path:
    """The guide as a file."""
    return FOLDER / f"guide_{language}.md"


def running_of(language: Language) -> Path:
    """The guide for whoever installs the app, as a file."""
    return FOLDER / f"running_{language}.md"


@cache
def chapters(language: Language) -> tuple[Chapter, ...]:
    """The guide in a language, chapter by chapter."""
    text = file_of(language).read_text(encoding="utf-8")
    starts = list(_CHAPTER.finditer(text))
    ends = [start.start() for start in starts[1:]] + [len(text)]
    return tuple(_chapter(start, text[start.end() : end]) for start, end in zip(starts, ends, strict=True))


@cache
def running(language: Language) -> Chapter:
    """The guide for whoever installs the app, as one chapter."""
    title, _, text = running_of(language).read_text(encoding="utf-8").partition("\n")
    below = re.sub(r"^##(?= )", "###", text.strip(), flags=re.MULTILINE)  # its title is that of a chapter here
    return Chapter(RUNNING, title.lstrip("# ").strip(), "", (), (below,))


def linked(text: str, language: Language) -> str:
    """Markdown as the app shows it: what names another chapter leads there.

    Parameters
    ----------
    text
        Of a chapter. In the file a title in a table is plain, and the guide for whoever installs is a file beside it.
    """
    keys = {chapter.title: chapter.key for chapter in chapters(language)}
    text = text.replace(f"]({running_of(language).name})", f"]({_address(RUNNING, language)})")
    return _LAST_CELL.sub(
        lambda cell: f"| [{cell[1]}]({_address(keys[cell[1]], language)}) |" if cell[1] in keys else cell[0], text
    )


def _address(key: str, language: Language) -> str:
    return f"guide?lang={language}&chapter={key}"


def introduction(language: Language) -> str:
    """What stands before the first chapter, without the title of the whole."""
    text = file_of(language).read_text(encoding="utf-8")
    first = _CHAPTER.search(text)
    return text[: first.start() if first else None].partition("\n")[2].strip()


def _chapter(start: re.Match[str], body: str) -> Chapter:
    page, _, query = (start["open"] or "").partition("?")
    return Chapter(start["key"], start["title"], page, tuple(parse_qsl(query)), tuple(_parts(body)))


def _parts(body: str) -> list[str | Picture]:
    parts: list[str | Picture] = []
    at = 0
    for found in _PICTURE.finditer(body):
        parts += [body[at : found.start()].strip(), Picture(FOLDER / "pictures" / found["file"], found["alt"])]
        at = found.end()
    return [part for part in [*parts, body[at:].strip()] if part]
