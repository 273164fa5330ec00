"""Speeds and delays in plain words."""

from __future__ import annotations

from dataclasses import replace

import pytest

from explorer.speed_text import speed_text
from explorer.words import LANGUAGES
from layers.access.profiles import CYCLE, DRIVE, DRIVE_WINTER, PROFILES, WALK, WALK_SLOPE


def test_walking_is_one_speed():
    assert speed_text(WALK, "ja", has_signals=False) == "80 m/分（4.8 km/h）"
    assert speed_text(WALK, "en", has_signals=True) == "80 m per minute (4.8 km/h)"


def test_slopes_slow_both_ways():
    """80·exp(-3.5·0.1) = 56 up a slope of 10 %, 80·exp(0) = 80 down it."""
    shown = speed_text(WALK_SLOPE, "ja", has_signals=False)
    assert "平らな道 80 m/分" in shown
    assert "10% の上り 56.4・下り 80 m/分" in shown
    assert "Tobler" in shown


def test_cars_by_road_and_junction():
    shown = speed_text(DRIVE, "ja", has_signals=True)
    assert "高速道路 80" in shown
    assert "国道など 45" in shown
    assert "信号ごとに 15 秒" in shown
    assert "上位の道路に出る所で 8 秒" in shown
    assert "家から道路までは徒歩 80 m/分" in shown
    assert "交差点ごと" not in shown
    unknown = speed_text(DRIVE, "en", has_signals=False)
    assert "10 s where main roads meet" in unknown
    assert "at each signal" not in unknown


def test_winter_shows_the_speeds_that_are_left():
    assert "国道など 36" in speed_text(DRIVE_WINTER, "ja", has_signals=True)


def test_delays_of_nothing_are_not_mentioned():
    assert "秒" not in speed_text(CYCLE, "ja", has_signals=True)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_change_is_said(language):
    for profile in PROFILES.values():
        plain = speed_text(profile, language, has_signals=True)
        changed = speed_text(replace(profile, snap_metres_per_minute=33.0), language, has_signals=True)
        assert changed.startswith(plain[:20])
        assert ("変更" in changed or "changed" in changed) > ("変更" in plain or "changed" in plain)
