"""Profiles as a file: what is written is read back, a line changes one number, and mistakes are named with their line."""

import tomllib

import pytest

from geodata.errors import ProfileError
from layers.access.profile_file import SETTINGS, read_profiles, settings_of, write_profiles
from layers.access.profiles import DRIVE, PROFILES, WALK


@pytest.fixture
def read(tmp_path):
    def of(text, encoding="utf-8"):
        file = tmp_path / "modes.toml"
        file.write_bytes(text.encode(encoding))
        return read_profiles(file)

    return of


def test_defaults_are_written_and_read_back(read):
    text = write_profiles()
    assert read(text) == PROFILES
    assert list(tomllib.loads(text)) == list(PROFILES)
    assert read("") == PROFILES


def test_every_number_that_matters_is_written():
    table = tomllib.loads(write_profiles())
    for profile in PROFILES.values():
        assert set(settings_of(profile)) <= set(table[profile.id])
        for name in settings_of(profile):
            assert SETTINGS[name].least <= getattr(profile, name) <= SETTINGS[name].most
    assert table["drive"]["kmh_by_class"] == dict(DRIVE.kmh_by_class)


def test_a_line_changes_one_number(read):
    profiles = read("[drive]\nsignal_seconds = 30\n[drive.kmh_by_class]\ntertiary = 33.5\ntrack = 5\n")
    assert profiles["drive"].signal_seconds == 30
    assert profiles["drive"].kmh_by_class == {**DRIVE.kmh_by_class, "tertiary": 33.5, "track": 5}
    assert {name: profile for name, profile in profiles.items() if name != "drive"} == {
        name: profile for name, profile in PROFILES.items() if name != "drive"
    }
    assert DRIVE.kmh_by_class["tertiary"] != 33.5


def test_the_last_metres_follow_the_walker(read):
    walk = read("[walk]\nmetres_per_minute = 70")["walk"]
    assert walk.snap_metres_per_minute == 70
    assert walk.is_uniform


def test_profiles_may_be_left_out(read):
    profiles = read("[cycle]\nuse = false\n[drive_winter]\nuse = true\n")
    assert list(profiles) == [name for name in PROFILES if name != "cycle"]
    assert read(write_profiles(profiles)) == profiles


def test_files_of_windows_editors(read):
    text = "\ufeff[walk]\r\n# 速さ\r\nmetres_per_minute = 75\r\n"
    assert read(text)["walk"].metres_per_minute == 75


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[walk\n", "Not TOML .*line 1"),
        ("[walk]\nmetres_per_minute = 80 m\n", "Not TOML .*line 2"),
        ("[boat]\nspeed = 3\n", "line 1: .*No profile 'boat'; known: walk, cycle"),
        ("# 船\n\n[drive]\nspeed = 3\n", "line 4: .*No name 'speed'; known: other_kmh"),
        ("[walk]\nsignal_seconds = 3\n", "line 2: .*No name 'signal_seconds'; known: metres_per_minute"),
        (
            "[walk]\nmetres_per_minute = -80\n",
            "line 2: .*walk.metres_per_minute must be a number from 1 to 1000, not -80",
        ),
        ("[walk]\nmetres_per_minute = nan\n", "line 2: .*must be a number from 1 to 1000, not nan"),
        ("[walk]\nmetres_per_minute = '80'\n", "line 2: .*must be a number .* not '80'"),
        ("[cycle]\nuse = true\nsignal_seconds = true\n", "line 3: .*must be a number .* not True"),
        ("walk.metres_per_minute = 0\n", "line 1: .*must be a number"),
        ("[drive.kmh_by_class]\nprimary = 40\nautobahn = 130\n", "line 3: .*No road class 'autobahn'; known: motorway"),
        ("[drive]\nkmh_by_class = 40\n", "line 2: .*Write it as a table"),
        ("walk = 80\n", r"line 1: .*Write it as a table: \[walk\]"),
        ("[walk]\nuse = false\n", "line 2: .*walk cannot be left out"),
        ("[drive]\nuse = 'no'\n", "line 2: .*Write true or false"),
    ],
)
def test_mistakes_are_one_message_with_file_and_line(read, text, message):
    with pytest.raises(ProfileError, match=message) as caught:
        read(text)
    shown = str(caught.value)
    assert "modes.toml" in shown
    assert " / " in shown
    assert "\n" not in shown


def test_files_that_are_no_text(read, tmp_path):
    with pytest.raises(ProfileError, match="Not UTF-8"):
        read("[walk]  # 徒歩\n", encoding="cp932")
    with pytest.raises(ProfileError, match="Cannot be read"):
        read_profiles(tmp_path / "nowhere.toml")
    with pytest.raises(ProfileError, match="Cannot be read"):
        read_profiles(tmp_path)


def test_walk_is_the_first_profile():
    assert next(iter(PROFILES.values())) is WALK
