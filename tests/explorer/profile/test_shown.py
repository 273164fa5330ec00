"""Workspaces, regions and profiles in Python and notebooks."""

from __future__ import annotations

import base64
import re

import pytest

import explorer
from explorer.documents.written import UnknownDocumentFormat
from explorer.region_file import SavedRegion
from geodata.errors import UnknownCode
from tests.explorer.app.conftest import HOSTILE, make_workspace


@pytest.fixture(scope="module")
def towns(tmp_path_factory):
    return explorer.open(make_workspace(tmp_path_factory.mktemp("towns") / "workspace"))


def test_a_workspace_says_what_it_is_in_both_languages(towns):
    shown = towns._repr_html_()
    for text in (
        "架空の見本県",
        "人口（2020年） / People (2020)",
        "6,000",
        "6: 48201 見本市",
        "Streets",
        "Invented sample",
    ):
        assert text in shown
    assert repr(towns) == f"<Opened {towns.workspace.path}: 架空の見本県（6市区町村）>"


def test_a_region_says_its_name_members_and_people(towns):
    region = towns.region(SavedRegion("ふたつの町", codes=["48301", "48303"]))
    shown = region._repr_html_()
    for text in ("ふたつの町", "2,000", "2: 48301 仮町, 48303 例村"):
        assert text in shown
    assert repr(region) == "<Region ふたつの町: 48301, 48303>"


def test_hostile_names_are_text(towns):
    for shown in (towns._repr_html_(), towns.region(["48302"])._repr_html_()):
        assert HOSTILE not in shown
        assert "&lt;script&gt;" in shown


def test_many_municipalities_are_counted_not_listed(towns, monkeypatch):
    monkeypatch.setattr("explorer.notebook._MOST_NAMES", 2)
    assert "6: 48201 見本市, 48301 仮町, … (+4)" in towns._repr_html_()


def test_a_profile_is_saved_in_the_format_of_the_ending(tiny, tmp_path):
    profile = tiny.profile("10201", "en")
    assert repr(profile) == "<Profile 10201 (en)>"
    assert profile.document is profile.document
    assert profile.save(tmp_path / "a.html").read_bytes() == profile.html()
    assert profile.html().startswith(b"<!DOCTYPE html>")
    shown = profile._repr_html_()
    assert shown.lstrip().startswith("<article")
    pictures = [
        base64.b64decode(each).decode() for each in re.findall(r'src="data:image/svg\+xml;base64,([^"]+)"', shown)
    ]
    assert pictures
    assert all("@font-face" in each for each in pictures)  # an image sees no font of the page
    with pytest.raises(UnknownDocumentFormat):
        profile.save(tmp_path / "a.txt")


def test_a_profile_of_a_named_region_has_its_name(tiny):
    saved = SavedRegion("ふたつの市", codes=["10201", "10203"])
    assert "ふたつの市" in tiny.profile(saved).document.title
    assert tiny.region(saved).profile("ja").document.title == tiny.profile(saved).document.title


def test_a_profile_of_an_unknown_municipality_is_refused(tiny):
    with pytest.raises(UnknownCode, match="99999"):
        tiny.profile("99999")


def test_a_map_is_a_picture_of_all_or_of_a_region(tiny):
    whole = tiny.map(
        "school_within_800m" if "school_within_800m" in tiny.catalogue else "elementary_school_within_800m"
    )
    assert whole._repr_svg_().lstrip().startswith("<?xml")
    assert "@font-face" in whole._repr_svg_()
    part = tiny.region(["10201"]).map("elementary_school_within_800m", language="en")
    assert part.alt != whole.alt
