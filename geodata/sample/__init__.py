"""The sample region: an invented prefecture (架空の見本県, code 48) as a raw folder in the official formats.

Nothing in it is real. It lies in primary mesh 5443, open Pacific, under a prefecture code that Japan does not have.
The files are read by the same pipeline as real ones; they are the same bytes every time.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from geodata.sample.region import PREFECTURE_CODE, PREFECTURE_NAME

Progress = Callable[[str, float], None]

__all__ = ["PREFECTURE_CODE", "PREFECTURE_NAME", "write_sample"]


def write_sample(folder: Path, *, progress: Progress | None = None) -> list[Path]:
    """Write the raw files of the sample region.

    Parameters
    ----------
    folder
        Made if it does not exist; files of the same names are replaced, others left alone.
    progress
        Called with what is being made (bilingual) and the share done, 0 to 1.

    Returns
    -------
    The files written, sorted by name.
    """
    from geodata.sample.writer import write_all

    folder.mkdir(parents=True, exist_ok=True)
    return sorted(write_all(folder, progress or _silent))


def _silent(step: str, share: float) -> None:
    del step, share
