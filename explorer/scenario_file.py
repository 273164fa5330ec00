"""Scenarios as a text file (TOML) that can be read, mailed and compared line by line.

>>> from explorer.scenario_file import read_scenario, scenario_text
>>> scenario = read_scenario(Path("close_school.toml"))  # doctest: +SKIP
>>> scenario_text(scenario)  # the same bytes again, but for comments  # doctest: +SKIP
"""

from __future__ import annotations

import math
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import MISSING, Field, fields, replace
from pathlib import Path
from typing import Any, Final

from explorer.live_sites import is_in_japan
from explorer.scenario_edits import EDITS, Edit, Scenario
from geodata.errors import ScenarioError

__all__ = ["Scenario", "read_scenario", "scenario_from", "scenario_text", "write_scenario"]

_HEAD: Final = """\
# シナリオ（もし…なら）。explorer scenario ワークスペース このファイル で計算します。変更の順番は結果に関係しません。
# A scenario (what if). Work it out with: explorer scenario WORKSPACE FILE.toml. The order of the edits does not matter.
"""
_DO: Final = "do"
_MOST_FACTOR: Final = 20.0
_MOST_RADIUS_M: Final = 20_000.0
_MOST_DEPARTURES: Final = 10_000.0
# What an edit cannot do without; of several names in one group exactly one is needed.
_NEEDED: Final[Mapping[str, tuple[tuple[str, ...], ...]]] = {
    "close": (("site",),),
    "open": (("kind",), ("at",)),
    "move": (("site",), ("at",)),
    "restrict": (("service", "sites"),),
    "share": (("service", "sites"),),
    "stop_drop": (("stop",),),
    "stop_add": (("at",), ("departures", "line")),
    "line_drop": (("line",),),
    "line_thin": (("line",), ("factor",)),
    "line_add": (("departures",),),
    "street_close": (("along", "area", "at", "streets"),),
    "street_open": (("start",), ("end",)),
    "speed": (("road_class",), ("factor",)),
}


class _Wrong(Exception):
    """A value that cannot be: what is wrong with it, in Japanese and English."""

    def __init__(self, ja: str, en: str) -> None:
        super().__init__(ja, en)
        self.ja, self.en = ja, en


def read_scenario(path: Path | str) -> Scenario:
    """Read a scenario from a file.

    Raises
    ------
    ScenarioError
        Not a file, not UTF-8, not TOML, an unknown kind of edit or name, or a value that cannot be. The message names the
        file and the number of the edit. What the workspace does not know is found when it is run.
    """
    file = Path(path)
    try:
        text = file.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise ScenarioError(
            f"{file}: 読めません（{error.strerror}）。パスを確かめてください。 / Cannot be read ({error.strerror})."
        ) from error
    except UnicodeDecodeError as error:
        raise ScenarioError(
            f"{file}: UTF-8 ではありません。UTF-8 で保存し直してください。 / Not UTF-8. Save it again as UTF-8."
        ) from error
    return scenario_from(text, source=str(file))


def scenario_from(text: str, *, source: str = "") -> Scenario:
    """Read a scenario from text; `source` is how messages name it.

    Raises
    ------
    ScenarioError
        As :func:`read_scenario`.
    """
    label = source or "シナリオ"
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ScenarioError(f"{label}: TOML として読めません（{error}）。 / Not TOML ({error}).") from error
    unknown = [name for name in table if name not in {"name", "name_en", "note", "edit"}]
    if unknown:
        raise ScenarioError(
            f"{label}: 「{'、'.join(unknown)}」という項目はありません（使えるのは name, name_en, note, [[edit]]）。 / "
            f"No such name: {', '.join(unknown)} (known: name, name_en, note, [[edit]])."
        )
    edits = table.get("edit", [])
    if not isinstance(edits, list) or not all(isinstance(edit, dict) for edit in edits):
        raise ScenarioError(f"{label}: 変更は [[edit]] の形で書いてください。 / Write each edit below [[edit]].")
    head = {name: table.get(name, "") for name in ("name", "name_en", "note")}
    for name, value in head.items():
        if not isinstance(value, str):
            raise ScenarioError(f"{label}: {name} は文字で書いてください。 / {name} must be text in quotes.")
    scenario = Scenario(
        head["name"].strip() or Path(source).stem, head["name_en"].strip(), (), head["note"], source=source
    )
    return replace(scenario, edits=tuple(_edit(scenario, number, entry) for number, entry in enumerate(edits)))


def write_scenario(scenario: Scenario, path: Path | str) -> None:
    """Write a scenario to a file; the same scenario gives the same bytes.

    Raises
    ------
    ScenarioError
        The file cannot be written.
    """
    file = Path(path)
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(scenario_text(scenario).encode())
    except OSError as error:
        raise ScenarioError(
            f"{file}: 書き込めません（{error.strerror}）。 / Cannot be written ({error.strerror})."
        ) from error


def scenario_text(scenario: Scenario) -> str:
    """A scenario as text that :func:`read_scenario` reads back."""
    lines = [_HEAD + f"name = {_toml(scenario.name)}"]
    lines += [f"{name} = {_toml(value)}" for name in ("name_en", "note") if (value := getattr(scenario, name))]
    for edit in scenario.edits:
        lines += ["", "[[edit]]", f"{_DO} = {_toml(edit.do)}  # {edit.ja} / {edit.en}"]
        for entry in fields(edit):
            value = getattr(edit, entry.name)
            if value != _default(entry) or (entry.name,) in _NEEDED[edit.do]:
                lines.append(f"{entry.name} = {_toml(value)}")
    return "\n".join(lines) + "\n"


def _edit(scenario: Scenario, number: int, table: Mapping[str, Any]) -> Edit:
    try:
        return _read_edit(table)
    except _Wrong as wrong:
        ja, en = scenario.where(number)
        raise ScenarioError(f"{ja}{wrong.ja}。 / {en[:1].upper()}{en[1:]}{wrong.en}.") from None


def _read_edit(table: Mapping[str, Any]) -> Edit:
    do = table.get(_DO)
    if not isinstance(do, str) or do not in EDITS:
        what = "do がありません" if do is None else f"do = {do!r} という変更はありません"
        raise _Wrong(
            f"{what}。あるもの: {'、'.join(EDITS)}",
            f"{'do is missing' if do is None else f'no such kind of edit: {do!r}'}; known: {', '.join(EDITS)}",
        )
    kind = EDITS[do]
    known = [entry.name for entry in fields(kind)]
    for name in table:
        if name != _DO and name not in known:
            raise _Wrong(
                f"{do} に「{name}」という項目はありません（使えるのは {'、'.join(known)}）",
                f"{do} has no {name!r}; known: {', '.join(known)}",
            )
    for names in _NEEDED[do]:
        given = [name for name in names if table.get(name) not in (None, "", [])]
        if len(given) != 1:
            shown = " ".join(names)
            raise _Wrong(
                f"{do} には {shown} {'のどれか一つ' if len(names) > 1 else ''}が要ります",
                f"{do} needs {'exactly one of ' if len(names) > 1 else ''}{shown}",
            )
    edit = kind(**{name: _READ[name](name, value) for name, value in table.items() if name != _DO})
    _check_together(edit)
    return edit


def _check_together(edit: Edit) -> None:
    """What must hold between the entries of one edit."""
    given = {entry.name: getattr(edit, entry.name) for entry in fields(edit)}
    if edit.do == "line_add" and not given["stops"] and not given["points"]:
        raise _Wrong("line_add には stops か points が要ります", "line_add needs stops or points")
    if edit.do == "street_close" and (given["at"] is None) != (given["radius_m"] is None):
        raise _Wrong("at と radius_m は一緒に書いてください", "at and radius_m go together")
    if edit.do == "street_open" and given["start"] == given["end"]:
        raise _Wrong("start と end が同じ位置です", "start and end are the same point")


def _text(name: str, value: Any) -> str:
    if not isinstance(value, str):
        raise _Wrong(f'{name} は "…" の形の文字で書いてください', f"{name} must be text in quotes")
    return value.strip()


def _texts(name: str, value: Any) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(each, str) and each.strip() for each in value):
        raise _Wrong(f'{name} は ["…", "…"] の形で書いてください', f'{name} must be a list: ["…", "…"]')
    repeated = {each for each in value if value.count(each) > 1}
    if repeated:
        raise _Wrong(f"{name} に同じものが2回あります: {'、'.join(sorted(repeated))}", f"{name} names something twice")
    return tuple(each.strip() for each in value)


def _whole_numbers(name: str, value: Any) -> tuple[int, ...]:
    if not isinstance(value, list) or not all(type(each) is int and each >= 0 for each in value):
        raise _Wrong(f"{name} は [12, 345] の形の番号で書いてください", f"{name} must be a list of numbers: [12, 345]")
    return tuple(sorted(set(value)))


def _point(name: str, value: Any) -> tuple[float, float]:
    is_pair = isinstance(value, list) and len(value) == 2 and all(type(each) in {int, float} for each in value)
    if not is_pair or not is_in_japan(*value):
        raise _Wrong(
            f"{name} = {value!r} は日本の中の位置ではありません。{name} = [経度, 緯度] の順に書いてください",
            f"{name} = {value!r} is no position in Japan; write {name} = [longitude, latitude]",
        )
    return float(value[0]), float(value[1])


def _points(name: str, value: Any) -> tuple[tuple[float, float], ...]:
    if not isinstance(value, list) or not value:
        raise _Wrong(
            f"{name} は [[経度, 緯度], …] の形で書いてください", f"{name} must be a list: [[longitude, latitude], …]"
        )
    return tuple(_point(name, each) for each in value)


def _at_least(count: int) -> Callable[[str, Any], tuple[tuple[float, float], ...]]:
    def read(name: str, value: Any) -> tuple[tuple[float, float], ...]:
        found = _points(name, value)
        if len(found) < count:
            raise _Wrong(f"{name} には {count} 点以上要ります", f"{name} needs {count} points or more")
        return found

    return read


def _number(most: float, *, zero: bool = False) -> Callable[[str, Any], float]:
    def read(name: str, value: Any) -> float:
        is_number = type(value) in {int, float} and math.isfinite(value)
        if not is_number or not (0 < value <= most or (zero and value == 0)):
            raise _Wrong(
                f"{name} は {'0 以上' if zero else '0 より大きく'} {most:g} までの数で書いてください（{value!r} ではなく）",
                f"{name} must be a number {'from' if zero else 'above'} 0 up to {most:g}, not {value!r}",
            )
        return float(value)

    return read


_READ: Final[Mapping[str, Callable[[str, Any], Any]]] = {
    **dict.fromkeys(("site", "stop", "line", "kind", "name", "id", "service", "road_class"), _text),
    **dict.fromkeys(("sites", "stops", "municipalities"), _texts),
    **dict.fromkeys(("at", "start", "end"), _point),
    "points": _points,
    "along": _at_least(2),
    "area": _at_least(3),
    "streets": _whole_numbers,
    "factor": _number(_MOST_FACTOR),
    "radius_m": _number(_MOST_RADIUS_M),
    "departures": _number(_MOST_DEPARTURES, zero=True),
}


def _default(entry: Field[Any]) -> Any:
    return None if entry.default is MISSING else entry.default


def _toml(value: Any) -> str:
    if isinstance(value, str):
        return '"' + "".join(_ESCAPES.get(letter, letter) for letter in value) + '"'
    if isinstance(value, tuple):
        return f"[{', '.join(map(_toml, value))}]"
    return repr(value)


_ESCAPES: Final = {
    **{chr(code): f"\\u{code:04x}" for code in (*range(0x20), 0x7F)},
    '"': '\\"',
    "\\": "\\\\",
    "\n": "\\n",
    "\t": "\\t",
}
