from __future__ import annotations

import pytest

from explorer.written import NotWritable, beside
from geodata.errors import NoSpace


def test_a_file_is_there_whole_or_as_it_was(tmp_path):
    path = tmp_path / "new" / "out.txt"
    with beside(path) as unfinished:
        unfinished.write_text("first", encoding="utf-8")
        assert unfinished.suffix == ".txt"
        assert not path.exists()
    assert path.read_text(encoding="utf-8") == "first"

    def half() -> None:
        with beside(path) as unfinished:
            unfinished.write_text("half", encoding="utf-8")
            (tmp_path / "new" / f"{unfinished.name}-journal").write_text("", encoding="utf-8")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        half()
    assert path.read_text(encoding="utf-8") == "first"
    assert [each.name for each in path.parent.iterdir()] == ["out.txt"]


def test_where_it_cannot_be_written_is_said(tmp_path):
    (tmp_path / "file").write_text("", encoding="utf-8")
    for path in (tmp_path / "file" / "out.txt", tmp_path):
        with pytest.raises(NotWritable, match=" / "), beside(path):
            pytest.fail("nothing is to be written")


def test_a_full_disk_is_said(tmp_path):
    with pytest.raises(NoSpace, match="The disk is full"), beside(tmp_path / "out.txt"):
        raise OSError(28, "No space left on device")
