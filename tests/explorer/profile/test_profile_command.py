"""``explorer profile``: one area, a region, all of them, and what it refuses."""

from __future__ import annotations

import json

import pytest

from explorer.profile.batch import INDEX
from explorer.profile.ledger import LEDGER
from explorer.region_file import SavedRegion, write_region


def test_one_municipality_in_the_format_of_the_file(tiny_workspace, tmp_path, command):
    out = tmp_path / "folder" / "前橋.html"
    ran = command("profile", tiny_workspace, "--area", "10201", "--out", out)
    assert ran.code == 0, ran.err
    assert "前橋市（10201）" in out.read_text(encoding="utf-8")


def test_several_formats_and_both_languages_go_to_a_folder(tiny_workspace, tmp_path, command):
    ran = command(
        "profile", tiny_workspace, "--area", "10203", "--format", "html、pdf", "--lang", "both", "--out", tmp_path
    )
    assert ran.code == 0, ran.err
    names = {f"profile-10203-{language}.{form}" for language in ("ja", "en") for form in ("html", "pdf")}
    assert {path.name for path in tmp_path.iterdir()} == names
    assert (tmp_path / "profile-10203-en.pdf").read_bytes().startswith(b"%PDF")


def test_a_region_of_a_file_keeps_its_name(tiny_workspace, tmp_path, command):
    file = write_region(SavedRegion("ふたつの市", codes=["10201", "10203"]), tmp_path / "two.toml")
    ran = command("profile", tiny_workspace, "--region", file, "--out", tmp_path / "two.html")
    assert ran.code == 0, ran.err
    assert "ふたつの市" in (tmp_path / "two.html").read_text(encoding="utf-8")


def test_all_of_them_twice(tiny_workspace, tmp_path, command):
    arguments = ("profile", tiny_workspace, "--all", "--format", "html", "--processes", "1", "--out", tmp_path)
    ran = command(*arguments)
    assert ran.code == 0, ran.err
    assert "2 made" in ran.out
    assert "[2/2] 10203 桐生市" in ran.err
    assert {path.name for path in tmp_path.iterdir() if not path.name.startswith(".")} == {
        INDEX, "profile-10201-ja.html", "profile-10203-ja.html",
    }  # fmt: skip
    assert set(json.loads((tmp_path / LEDGER).read_text(encoding="utf-8"))["keys"]) == {
        "profile-10201-ja.html", "profile-10203-ja.html",
    }  # fmt: skip
    again = command(*arguments)
    assert "0 made, 2 there already" in again.out
    assert again.err == ""


def test_ctrl_c_says_how_to_go_on(tiny_workspace, tmp_path, command, monkeypatch):
    def stop(*_arguments, **_options):
        raise KeyboardInterrupt

    monkeypatch.setattr("explorer.profile.document.profile_document", stop)
    ran = command("profile", tiny_workspace, "--all", "--format", "html", "--processes", "1", "--out", tmp_path)
    assert ran.code == 130
    assert "同じコマンドで続き" in ran.err
    assert "Traceback" not in ran.err


def test_a_failure_is_named_at_the_end_and_in_the_exit_code(tiny_workspace, tmp_path, command, monkeypatch):
    from explorer.profile import document

    whole = document.profile_document

    def broken(opened, codes, language, **options):
        if list(codes) == ["10203"]:
            raise ZeroDivisionError
        return whole(opened, codes, language, **options)

    monkeypatch.setattr("explorer.profile.document.profile_document", broken)
    ran = command("profile", tiny_workspace, "--all", "--format", "html", "--processes", "1", "--out", tmp_path)
    assert ran.code == 1
    assert "1 made, 0 there already, 1 failed" in ran.out
    assert ran.err.splitlines()[-1].startswith("10203 桐生市 (ja): ")
    assert (tmp_path / "profile-10201-ja.html").is_file()


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ((), ("--area", "--all")),
        (("--area", "10201", "--all"), ("--area", "--all")),
        (("--area", "10201", "--region", "10201,10203"), ("--region",)),
        (("--area", "10201,10203"), ("--region", "--all")),
        (("--area", "99999"), ("99999",)),
        (("--area", "高崎"), ("高崎",)),
        (("--region", "nowhere.toml"), ("nowhere.toml",)),
        (("--area", "10201", "--format", "odt"), ("odt", "docx")),
        (("--area", "10201", "--scenario", "nowhere.toml"), ("nowhere.toml",)),
        (("--all", "--scenario", "nowhere.toml"), ("nowhere.toml",)),
    ],
)
def test_what_it_refuses(tiny_workspace, tmp_path, command, options, words):
    command("profile", tiny_workspace, *options, "--out", tmp_path / "out").error(*words)
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("options", "name"),
    [
        (("--area", "10201"), "a.odt"),
        (("--area", "10201", "--format", "pdf"), "a.html"),
        (("--area", "10201", "--format", "pdf,html"), "a.pdf"),
        (("--area", "10201", "--lang", "both"), "a.pdf"),
        (("--all",), "a.pdf"),
    ],
)
def test_a_file_that_does_not_fit_is_refused(tiny_workspace, tmp_path, command, options, name):
    command("profile", tiny_workspace, *options, "--out", tmp_path / name).error("--out")
    assert not (tmp_path / name).exists()


def test_a_folder_that_is_no_workspace(tmp_path, command):
    command("profile", tmp_path, "--all", "--out", tmp_path / "out").error("explorer build")


def test_the_two_commands_with_like_names_point_to_each_other(command):
    assert "explorer profile" in " ".join(command("profiles", "--help").out.split())
    assert "profiles" in " ".join(command("profile", "--help").out.split())
