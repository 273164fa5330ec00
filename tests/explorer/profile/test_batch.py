"""Profiles of all municipalities as files: restarted, stopped, with one that fails, with a process that dies."""

from __future__ import annotations

import json
import re
import sys
from html.parser import HTMLParser
from pathlib import Path
from types import ModuleType

import pytest

import explorer
from explorer.profile.batch import Batch, BatchError, make_profiles
from explorer.profile.index_page import folded
from explorer.profile.ledger import LEDGER, Ledger
from explorer.profile.making import HALF, NoProcess
from explorer.profile.names import document_name
from explorer.progress import CountedLines
from explorer.regions import Opened
from explorer.scenario_edits import Close, Scenario
from tests.explorer.app.conftest import HOSTILE, NAMES, make_workspace
from tests.explorer.profile import small_documents

CODES = tuple(NAMES)


@pytest.fixture(scope="module")
def workspace(tmp_path_factory) -> Path:
    return make_workspace(tmp_path_factory.mktemp("towns") / "workspace")


@pytest.fixture(scope="module")
def towns(workspace):
    return explorer.open(workspace)


@pytest.fixture(autouse=True)
def _plain_main(monkeypatch):
    """Started processes run the main module again, and a test of the app leaves its script as that."""
    monkeypatch.setitem(sys.modules, "__main__", ModuleType("__main__"))


def run(opened, folder, document=small_documents.small, **options):
    options = {"formats": ("html",), "processes": 1} | options
    return make_profiles(opened, Batch(folder, document=document, **options))


def files(folder):
    return {path.name: path.stat().st_mtime_ns for path in folder.iterdir() if path.name.startswith("profile-")}


class Page(HTMLParser):
    """Links, elements and text of a page."""

    def __init__(self, text):
        super().__init__()
        self.links, self.tags, self.texts = [], [], []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.links += [value for name, value in attrs if name in {"href", "src"}]

    def handle_data(self, data):
        self.texts.append(data)


def index(folder):
    return Page((folder / "index.html").read_text(encoding="utf-8"))


# --- all of them ------------------------------------------------------------------------------------------------------


def test_one_document_per_municipality_and_an_index_of_them(towns, tmp_path):
    result = run(towns, tmp_path / "out", formats=("html", "docx"), languages=("ja", "en"))
    assert (result.made, result.kept, result.failures) == (12, 0, [])
    names = {f"{document_name([code], language)}.{form}"
             for code in CODES for language in ("ja", "en") for form in ("html", "docx")}  # fmt: skip
    assert set(files(tmp_path / "out")) == names
    assert set(index(tmp_path / "out").links) == names


def test_several_processes_make_the_same_bytes(towns, tmp_path):
    run(towns, tmp_path / "one")
    result = run(towns, tmp_path / "two", processes=2)
    assert result.made == 6
    for name in files(tmp_path / "one"):
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()
    assert (tmp_path / "one" / "index.html").read_bytes() == (tmp_path / "two" / "index.html").read_bytes()


def test_a_second_run_makes_nothing_anew(towns, tmp_path):
    run(towns, tmp_path)
    before = files(tmp_path), (tmp_path / "index.html").read_bytes()
    result = run(towns, tmp_path, document=None)  # nothing to ask it for
    assert (result.made, result.kept) == (0, 6)
    assert (files(tmp_path), (tmp_path / "index.html").read_bytes()) == before


def test_another_format_is_added_and_the_index_has_both(towns, tmp_path):
    run(towns, tmp_path)
    result = run(towns, tmp_path, formats=("html", "docx"))
    assert result.made == 6
    assert len(files(tmp_path)) == 12
    assert set(index(tmp_path).links) == set(files(tmp_path))


def test_what_is_missing_or_of_another_workspace_is_made_anew(towns, tmp_path):
    run(towns, tmp_path / "out")
    (tmp_path / "out" / "profile-48301-ja.html").unlink()
    assert run(towns, tmp_path / "out").made == 1
    other = explorer.open(make_workspace(tmp_path / "workspace", key="2"))
    assert run(other, tmp_path / "out", areas=(("48201",),)).made == 1
    assert index(tmp_path / "out").links == [
        "profile-48201-ja.html"
    ]  # those of the old workspace are not listed with it


def test_a_scenario_has_files_of_its_own(towns, tmp_path):
    run(towns, tmp_path)
    scenario = Scenario("閉校", edits=(Close("f0"),))
    batch = Batch(tmp_path, ("html",), areas=(("48201",),), scenario=scenario, processes=1, document=_ignores_scenario)
    assert make_profiles(_NoScenario(towns.workspace), batch).made == 1
    assert (tmp_path / f"profile-48201-ja-{scenario.digest}.html").is_file()
    assert (tmp_path / "profile-48201-ja.html").is_file()


class _NoScenario(Opened):
    """Does not work a scenario out."""

    def scenario(self, scenario):
        return scenario


def _ignores_scenario(opened, codes, language, *, scenario=None):
    assert scenario is not None
    return small_documents.small(opened, codes, language)


# --- what goes wrong --------------------------------------------------------------------------------------------------


def test_one_that_fails_is_named_and_the_rest_is_made(towns, tmp_path):
    result = run(towns, tmp_path, small_documents.without_48303)
    assert result.made == 4
    assert [failure.job.codes for failure in result.failures] == [("48303",), ("48304",)]
    page = index(tmp_path)
    text = "".join(page.texts)
    assert "ここには<b>道路</b>がありません。" in text
    assert "ZeroDivisionError" in text
    assert "b" not in page.tags
    assert len(page.links) == 4
    again = run(towns, tmp_path)
    assert (again.made, again.kept, again.failures) == (2, 4, [])
    assert "ここには" not in "".join(index(tmp_path).texts)


def test_a_process_that_dies_takes_only_its_own_document_with_it(towns, tmp_path):
    result = run(towns, tmp_path, small_documents.ends_its_process_at_48303, processes=2)
    assert result.made == 5
    assert [failure.job.codes for failure in result.failures] == [("48303",)]
    assert "--processes 1" in result.failures[0].reason
    assert not (tmp_path / HALF).exists()


def test_processes_that_never_make_anything_are_told_of(towns, tmp_path):
    with pytest.raises(NoProcess):
        run(towns, tmp_path, small_documents.ends_its_process, processes=2)


@pytest.mark.parametrize("processes", [1, 2])
def test_ctrl_c_leaves_whole_files_and_the_next_run_goes_on(towns, tmp_path, processes):
    class Impatient(CountedLines):
        def one(self, name, *, is_failed):
            raise KeyboardInterrupt

    batch = Batch(tmp_path, ("html",), processes=processes, document=small_documents.small)
    with pytest.raises(KeyboardInterrupt):
        make_profiles(towns, batch, Impatient())
    assert len(Ledger.read(tmp_path).keys) == 1
    assert not (tmp_path / HALF).exists()
    assert len(index(tmp_path).links) == 1
    result = run(towns, tmp_path)
    assert (result.made, result.kept) == (5, 1)


def test_half_a_file_of_a_killed_run_does_not_stay(towns, tmp_path):
    (tmp_path / HALF).mkdir()
    (tmp_path / HALF / "profile-48201-ja.html").write_text("half")
    run(towns, tmp_path)
    assert not (tmp_path / HALF).exists()
    assert "half" not in (tmp_path / "profile-48201-ja.html").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "content", ["", "{", "[]", '{"format": 1}', '{"format": 1, "keys": 3}', '{"format": 9, "keys": {}}']
)
def test_a_ledger_that_cannot_be_read_means_all_anew(towns, tmp_path, content):
    run(towns, tmp_path, areas=(("48201",),))
    (tmp_path / LEDGER).write_text(content, encoding="utf-8")
    assert run(towns, tmp_path, areas=(("48201",),)).made == 1
    assert json.loads((tmp_path / LEDGER).read_text(encoding="utf-8"))["keys"]


def test_a_folder_that_cannot_be_written_is_refused(towns, tmp_path):
    (tmp_path / "file").write_text("x")
    with pytest.raises(BatchError, match=r"--out.* / .*--out"):
        run(towns, tmp_path / "file")


def test_two_runs_do_not_write_to_one_folder(towns, tmp_path):
    class Second(CountedLines):
        def one(self, name, *, is_failed):
            with pytest.raises(BatchError, match=r"書き込み中.* / "):
                run(towns, tmp_path)

    make_profiles(towns, Batch(tmp_path, ("html",), processes=1, document=small_documents.small), Second())


# --- the index page ---------------------------------------------------------------------------------------------------


def test_hostile_names_are_text_and_nothing_is_asked_of_a_network(towns, tmp_path):
    run(towns, tmp_path, small_documents.without_48303, languages=("ja", "en"))
    text = (tmp_path / "index.html").read_text(encoding="utf-8")
    page = Page(text)
    assert HOSTILE in "".join(page.texts)
    assert "img" not in page.tags
    assert page.tags.count("script") == 1
    assert not [link for link in page.links if not re.fullmatch(r"profile-[0-9a-z.-]+", link)]
    assert "default-src 'none'" in text


def test_the_index_says_what_is_invented_and_where_numbers_come_from(towns, tmp_path):
    run(towns, tmp_path, areas=(("48201",),), languages=("en",))
    text = "".join(index(tmp_path).texts)
    assert "invented" in text.lower()
    assert "OpenStreetMap" in text
    assert towns.workspace.key in text


def test_names_are_found_in_any_script():
    assert folded("タカサキシ Ｔakasaki １０２０２") == "たかさきし takasaki 10202"


def test_progress_says_how_much_is_left(towns, tmp_path, capsys):
    make_profiles(
        towns, Batch(tmp_path, ("html",), processes=1, document=small_documents.without_48303), CountedLines()
    )
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 6
    assert lines[0].startswith("[1/6] 48201 見本市")
    assert "残り" in lines[0]
    assert "s left" in lines[0]
    assert next(line for line in lines if "失敗 / failed" in line).startswith("[4/6] 48303")
