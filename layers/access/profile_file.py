"""Profiles as a text file (TOML): written out with a comment on every number, edited, and read back by a build.

A file names only what it changes. Each table is a profile (``[drive]``), each line one number of it; speeds by road class
are a table of their own (``[drive.kmh_by_class]``). ``use = false`` leaves a profile out of the build.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

from geodata.errors import ProfileError
from geodata.streets import ROAD_CLASSES
from layers.access.profiles import PROFILES, Profile

CLASS_SPEEDS: Final = "kmh_by_class"
USE: Final = "use"
_NEEDED: Final = "walk"  # metres along streets are those of this profile


@dataclass(frozen=True)
class Setting:
    """A number of a profile that may be edited: what it means, and the range in which it makes sense."""

    ja: str
    en: str
    least: float
    most: float


_KMH: Final = Setting("道路の種類ごとの走行速度 km/h（停止を除く）", "km/h between stops, by road class", 1, 200)
_DELAY: Final = (0, 600)
SETTINGS: Final[Mapping[str, Setting]] = MappingProxyType(
    {
        "metres_per_minute": Setting("速さ m/分", "speed, metres per minute", 1, 1000),
        "steepest_slope": Setting(
            "これより急な坂は同じとみなす（高さ÷水平距離）", "steeper slopes count as this (rise over run)", 0.01, 1
        ),
        "other_kmh": Setting("表にない種類の道路 km/h", "km/h on classes without a row", 1, 200),
        "kmh_factor": Setting("走行速度に掛ける率（冬など）", "share of the speeds that is left (winter)", 0.05, 2),
        "signal_seconds": Setting("信号のある地点ごとの待ち 秒", "seconds lost at each traffic signal", *_DELAY),
        "give_way_seconds": Setting(
            "上位の道路に出る所での待ち 秒", "seconds lost on arriving at a road of a higher class", *_DELAY
        ),
        "crossing_seconds": Setting(
            "信号の資料がない道路網で、幹線どうしの交差点ごとの待ち 秒",
            "seconds lost where main roads meet, in streets that know no signals",
            *_DELAY,
        ),
        "snap_metres_per_minute": Setting(
            "家から道路まで歩く速さ m/分", "speed on foot from the door to the street, metres per minute", 1, 1000
        ),
    }
)
_HEAD: Final = """\
# 移動手段の設定。数値を直して explorer build … --profiles このファイル と指定すると、その設定で計算します。
# 直さない行は消してかまいません。use = false の手段は計算しません。
# Modes of travel. Edit the numbers and pass the file: explorer build … --profiles FILE.toml
# Lines that you do not change may be left out. A profile with use = false is not computed.
"""


def settings_of(profile: Profile) -> list[str]:
    """Names of the numbers of a profile that may be edited."""
    if profile.way == "walk":
        return ["metres_per_minute", *(["steepest_slope"] if profile.uses_slope else [])]
    speed = ["metres_per_minute"] if profile.metres_per_minute else ["other_kmh", "kmh_factor"]
    return [*speed, "signal_seconds", "give_way_seconds", "crossing_seconds", "snap_metres_per_minute"]


def write_profiles(profiles: Mapping[str, Profile] = PROFILES) -> str:
    """Profiles as a commented TOML file, to be read back by :func:`read_profiles`; the others as not to be used."""
    parts = [_HEAD]
    for default in PROFILES.values():
        if default.id not in profiles:
            parts.append(f"[{default.id}]  # {default.ja} / {default.en}\n{USE} = false\n")
            continue
        profile = profiles[default.id]
        lines = [f"[{profile.id}]  # {profile.ja} / {profile.en}"]
        if profile.id != _NEEDED:
            lines.append(f"{USE} = true")
        for name in settings_of(profile):
            setting = SETTINGS[name]
            lines.append(f"{name} = {float(getattr(profile, name))}  # {setting.ja} / {setting.en}")
        if profile.kmh_by_class:
            lines += [f"[{profile.id}.{CLASS_SPEEDS}]  # {_KMH.ja} / {_KMH.en}"]
            lines += [f"{name} = {float(kmh)}" for name, kmh in profile.kmh_by_class.items()]
        parts.append("\n".join(lines) + "\n")
    return "\n".join(parts)


def read_profiles(file: Path) -> dict[str, Profile]:
    """The default profiles with the changes of a TOML file.

    Raises
    ------
    ProfileError
        Not TOML, an unknown profile, name or road class, or a number that cannot be; file and line are named.
    """
    return _Reader(file).profiles()


class _Reader:
    """One file being read; knows where its lines are, for messages."""

    def __init__(self, file: Path) -> None:
        self.file = file
        try:
            self.text = file.read_bytes().decode("utf-8-sig")
        except OSError as error:
            raise self.wrong(
                None, f"読めません（{error.strerror}）。パスを確かめてください", f"Cannot be read ({error.strerror})"
            ) from error
        except UnicodeDecodeError as error:
            raise self.wrong(
                None, "UTF-8 ではありません。UTF-8 で保存し直してください", "Not UTF-8. Save it again as UTF-8"
            ) from error

    def profiles(self) -> dict[str, Profile]:
        """The profiles in force."""
        try:
            changes = tomllib.loads(self.text)
        except tomllib.TOMLDecodeError as error:
            raise self.wrong(None, f"TOML として読めません（{error}）", f"Not TOML ({error})") from error
        profiles = dict(PROFILES)
        for name, table in changes.items():
            self.check_known(name, PROFILES, (), "移動手段", "profile")
            if not isinstance(table, dict):
                raise self.wrong((name,), f"[{name}] の形で書いてください", f"Write it as a table: [{name}]")
            if not self.is_used(name, table):
                del profiles[name]
                continue
            profiles[name] = self.changed(PROFILES[name], {key: table[key] for key in table if key != USE})
        return profiles

    def is_used(self, name: str, table: Mapping[str, Any]) -> bool:
        """Whether a profile is to be computed."""
        use = table.get(USE, True)
        if not isinstance(use, bool):
            raise self.wrong((name, USE), "true か false を書いてください", "Write true or false")
        if not use and name == _NEEDED:
            raise self.wrong(
                (name, USE),
                "徒歩（walk）は道のりの計算に必要なので外せません",
                "walk cannot be left out: distances along streets are measured by it",
            )
        return use

    def changed(self, profile: Profile, table: Mapping[str, Any]) -> Profile:
        """A profile with the numbers of its table."""
        known = [*settings_of(profile), *([CLASS_SPEEDS] if profile.kmh_by_class else [])]
        changes: dict[str, Any] = {}
        for key, value in table.items():
            self.check_known(key, known, (profile.id,), "項目", "name")
            if key == CLASS_SPEEDS:
                changes[key] = MappingProxyType({**profile.kmh_by_class, **self.speeds(profile.id, value)})
            else:
                changes[key] = self.number((profile.id, key), value, SETTINGS[key])
        if profile.way == "walk" and "metres_per_minute" in changes:
            changes["snap_metres_per_minute"] = changes["metres_per_minute"]  # the last metres are walked as the rest
        return replace(profile, **changes)

    def speeds(self, profile: str, table: Any) -> dict[str, float]:
        """The speeds by road class of a table."""
        place = (profile, CLASS_SPEEDS)
        if not isinstance(table, dict):
            raise self.wrong(place, f"[{profile}.{CLASS_SPEEDS}] の形で書いてください", "Write it as a table")
        for name in table:
            self.check_known(name, ROAD_CLASSES, place, "道路の種類", "road class")
        return {name: self.number((*place, name), kmh, _KMH) for name, kmh in table.items()}

    def number(self, place: tuple[str, ...], value: Any, setting: Setting) -> float:
        """A number in its range."""
        is_number = isinstance(value, int | float) and not isinstance(value, bool)
        if not (is_number and setting.least <= value <= setting.most):
            name = ".".join(place)
            raise self.wrong(
                place,
                f"{name} は {setting.least:g}〜{setting.most:g} の数で書いてください（{value!r} ではなく）",
                f"{name} must be a number from {setting.least:g} to {setting.most:g}, not {value!r}",
            )
        return float(value)

    def check_known(self, name: str, known: Any, place: tuple[str, ...], ja: str, en: str) -> None:
        """Refuse a name that means nothing here."""
        if name not in known:
            shown = ", ".join(known)
            raise self.wrong(
                (*place, name),
                f"「{name}」という{ja}はありません（使えるのは {shown}）",
                f"No {en} {name!r}; known: {shown}",
            )

    def wrong(self, place: tuple[str, ...] | None, ja: str, en: str) -> ProfileError:
        """An error that names the file and, where it can be told, the line."""
        line = self.line_of(place) if place else None
        row_ja, row_en = (f"{line}行目: ", f"line {line}: ") if line else ("", "")
        return ProfileError(f"{self.file}: {row_ja}{ja}。 / {row_en}{en}.")

    def line_of(self, place: tuple[str, ...]) -> int | None:
        """Number of the line that sets a name: below the header of its table, or written with dots."""
        table: list[str] = []
        for number, line in enumerate(self.text.splitlines(), 1):
            header = re.match(r"\s*\[\s*([^\[\]]+?)\s*\]", line)
            if header:
                table = _parts(header[1])
            setting = re.match(r"\s*([^=#\[\]]+?)\s*=", line)
            found = table if header else [*table, *_parts(setting[1])] if setting else []
            if tuple(found[: len(place)]) == place:
                return number
        return None


def _parts(dotted: str) -> list[str]:
    return [part.strip().strip("\"'") for part in dotted.split(".")]
