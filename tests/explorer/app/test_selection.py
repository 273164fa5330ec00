"""What follows the user from page to page, and what an address bar holds of it."""

from __future__ import annotations

from typing import Any

import pytest
import streamlit as st

from explorer.ui import selection
from explorer.ui.navigation import session_language
from explorer.ui.selection import NOTHING, Selection


class Address(dict):
    """The address bar, as Streamlit gives it."""

    def to_dict(self) -> dict[str, str]:
        return dict(self)

    def from_dict(self, given: dict[str, str]) -> None:
        self.clear()
        self.update(given)
        self.writes = getattr(self, "writes", 0) + 1


@pytest.fixture
def bar(monkeypatch: pytest.MonkeyPatch) -> Address:
    address = Address()
    monkeypatch.setattr(st, "session_state", {})
    monkeypatch.setattr(st, "query_params", address)
    return address


def arrived(page: str) -> Selection | None:
    """What a page is told when it is opened."""
    told: list[Selection] = []
    selection.arrive(page, told.append)
    return told[0] if told else None


def later(monkeypatch: pytest.MonkeyPatch) -> None:
    """A minute goes by."""
    now = selection.time.monotonic() + 60
    monkeypatch.setattr(selection.time, "monotonic", lambda: now)


def test_what_is_chosen_on_one_page_is_told_to_the_others_once(bar):
    assert arrived("explore") is None
    selection.choose(area="10201", mode="walk")
    assert arrived("explore") is None  # it chose it itself
    assert arrived("profile") == Selection(area="10201", mode="walk")
    assert arrived("profile") is None
    selection.choose(area="10202")
    assert arrived("compare") == Selection(area="10202", mode="walk")
    assert arrived("explore") == Selection(area="10202")  # the mode it has from nobody else
    assert selection.current() == Selection(area="10202", mode="walk")


def test_what_the_page_set_itself_after_the_others_stays(bar):
    arrived("explore")
    selection.choose(mode="walk")
    arrived("cooperate")
    selection.choose(mode="drive")
    arrived("explore")
    selection.choose(area="10201")
    assert arrived("cooperate") == Selection(area="10201")


def test_the_same_again_is_no_news(bar):
    arrived("explore")
    selection.choose(area="10201", region=["10201", "10202"])
    arrived("profile")
    selection.choose(area="10201", region=("10201", "10202"))
    assert arrived("explore") is None


def test_nothing_chosen_is_told_to_nobody(bar):
    arrived("explore")
    selection.choose(area="10201")
    arrived("profile")
    selection.choose(area="")
    assert arrived("explore") is None
    assert selection.current() == NOTHING


def test_what_a_page_begins_with_is_no_choice(bar):
    arrived("cooperate")
    selection.noticed("cooperate", mode="drive", group="total")
    assert arrived("explore") is None
    selection.noticed("cooperate", mode="walk", group="total")
    assert arrived("explore") == Selection(mode="walk")


def test_which_was_chosen_last(bar):
    arrived("explore")
    selection.choose(area="10201")
    selection.choose(region=("10201", "10202"))
    assert selection.is_newer("region", "area")
    selection.choose(area="10203")
    assert selection.is_newer("area", "region")
    assert not selection.is_newer("year", "area")


def test_an_address_holds_the_selection_and_opens_it_again(bar, monkeypatch):
    st.session_state["language"] = "en"
    arrived("explore")
    chosen = Selection(
        ("10201", "10202"), "10201", "supermarket_within_800m", "walk", "65_plus", 2040, "build~1!close~f1"
    )
    selection.choose(**{name: getattr(chosen, name) for name in selection.NAMES})
    selection.write_address({"classes": "quantile", "mode": "drive"})
    assert bar == {"lang": "en", **chosen.parameters(), "classes": "quantile", "mode": "drive"}
    selection.write_address({"classes": "quantile", "mode": "drive"})
    assert bar.writes == 1

    monkeypatch.setattr(st, "session_state", {})  # somebody else opens the link
    assert selection.read_address()["classes"] == "quantile"
    assert st.session_state["language"] == "en"
    assert selection.current() == selection.replace(chosen, mode="drive")
    assert arrived("profile") == selection.replace(chosen, mode="drive")
    assert selection.read_address() == {}


def test_an_empty_parameter_of_the_page_leaves_a_shared_one_out(bar):
    arrived("explore")
    selection.choose(mode="walk", area="10201")
    selection.write_address({"mode": ""})
    assert bar == {"area": "10201"}


def test_a_step_back_is_read_and_a_click_on_its_way_is_not(bar, monkeypatch):
    arrived("explore")
    for code in ("10201", "10202"):
        later(monkeypatch)
        selection.choose(area=code)
        selection.write_address({})
    bar["area"] = "10201"
    assert selection.read_address() == {}  # just after it was written: the click of before
    later(monkeypatch)
    assert selection.read_address() == {"area": "10201"}
    assert arrived("explore") == Selection(area="10201")
    assert selection.read_address() == {}


def test_a_step_back_to_where_nothing_was_chosen_chooses_nothing(bar, monkeypatch):
    arrived("explore")
    st.session_state["language"] = "ja"
    for changes in ({}, {"area": "10201"}):
        later(monkeypatch)
        selection.choose(**changes)
        selection.write_address({"classes": "fixed"})
    later(monkeypatch)
    bar.pop("area")
    given = selection.read_address()
    assert selection.is_step_back(given)
    assert selection.current() == NOTHING
    assert not selection.is_step_back({"lang": "ja", "area": "10202"})


def test_a_link_to_another_page_is_read_at_once(bar):
    selection.begin("explore")
    arrived("explore")
    selection.choose(area="10201")
    selection.write_address({})
    selection.begin("profile")
    bar["area"] = "10202"
    assert selection.read_address() == {"area": "10202"}
    assert arrived("profile") == Selection(area="10202")


def test_a_link_in_the_other_language_is_in_it_from_the_start(bar, monkeypatch):
    st.session_state["language"] = "ja"
    arrived("explore")
    selection.write_address({})
    assert session_language() == "ja"
    later(monkeypatch)
    bar["lang"] = "en"
    assert session_language() == "en"  # before the page has read it
    selection.read_address()
    st.session_state["language"] = "ja"  # chosen on the page afterwards
    assert session_language() == "ja"


def test_a_page_opened_from_the_navigation_has_an_empty_address(bar, monkeypatch):
    arrived("explore")
    selection.choose(area="10201")
    selection.write_address({})
    later(monkeypatch)
    bar.clear()
    assert selection.read_address() == {}
    assert arrived("profile") == Selection(area="10201")


@pytest.mark.parametrize(
    "given",
    [
        {"area": "99", "region": "x.y", "year": "20x0", "indicator": "<script>", "mode": "a b", "lang": "fr"},
        {"year": "99999999999999999999", "region": "." * 5000, "group": "'; drop"},
        {"year": "²⁰²⁰"},
    ],
)
def test_what_cannot_be_read_is_left_out(bar, given):
    bar.update(given)
    selection.read_address()
    assert selection.current() == NOTHING
    assert "language" not in st.session_state


def test_what_the_link_said_that_cannot_be_read_is_told_once(bar):
    bar.update({"area": "99", "region": "10201", "indicator": "no_such", "mode": "walk"})
    selection.read_address()
    assert selection.take_unread() == [
        "99",
        "no_such",
    ]  # whether the workspace has the indicator is for the page to say
    assert selection.take_unread() == []


def test_wards_are_read_as_their_city_and_old_links_as_new_ones():
    found: dict[str, Any] = selection.from_address(
        {"region": "14101.10201", "edits": "close~f1", "build": "12", "scenario": "閉校"}
    )
    assert found == {"region": ("10201", "14100"), "scenario": "build~12!name~閉校!close~f1"}


def test_links_to_other_pages_hold_the_selection(bar):
    st.session_state["language"] = "ja"
    arrived("explore")
    selection.choose(area="10201", region=("10201", "10202"))
    assert selection.link_to("profile") == "profile?lang=ja&region=10201.10202&area=10201"
    assert selection.link_to("future", area="10203", view="ages").endswith("area=10203&view=ages")
