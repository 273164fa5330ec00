"""Where a score is 100 and where it is 0, for each service and way of going, who set it, and how much each service counts.

A score is linear between two anchors: `target` minutes or less give 100, `floor` minutes or more give 0. The anchors are
fixed numbers, never the best and worst of the areas looked at: adding a neighbour changes nobody's score. Radii that a
source gives in metres are minutes at 80 m (徒歩1分=80m, 不動産の表示に関する公正競争規約施行規則); slower walkers are held
to the same minutes. What no source sets is marked 既定値・変更可 / default, editable, and can be set in a TOML file.
"""

from __future__ import annotations

import math
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final

from geodata.errors import ExplorerError
from layers.access.profiles import Profile
from layers.measures import per_minute

WAYS: Final = ("walk", "cycle", "drive")
_DEFAULT: Final = ("既定値・変更可", "default, editable")


class BadScoreSettings(ExplorerError, ValueError):
    """Weights or anchors that cannot be what they say."""


@dataclass(frozen=True)
class Anchor:
    """Minutes up to which the score is 100, minutes from which it is 0, and who set them."""

    target: float
    floor: float
    ja: str = f"{_DEFAULT[0]}（目標・下限とも）"
    en: str = f"both {_DEFAULT[1]}"


@dataclass(frozen=True)
class Part:
    """A service that a score is made of.

    Parameters
    ----------
    id
        Key of :data:`layers.catalogue.THEMES`.
    ways
        Category → way (walk, cycle, drive) → anchor: any of the categories will do, the best score of them counts.
    needs_all
        Whether the lists of all categories are needed: without the bus stops, people beyond a station would count as
        beyond everything. Otherwise any one list makes the part known.
    """

    id: str
    ja: str
    en: str
    ways: Mapping[str, Mapping[str, Anchor]]
    needs_all: bool = False

    @property
    def categories(self) -> tuple[str, ...]:
        """What counts as this service."""
        return tuple(self.ways)


_FLOOR: Final = (f"下限30分は{_DEFAULT[0]}", f"the floor of 30 min is {_DEFAULT[1]}")
_BY_BICYCLE: Final = Anchor(5, 30)
_BY_CAR: Final = Anchor(5, 30)
_HANDBOOK_800: Final = Anchor(
    10,
    30,
    f"目標800m＝10分: 都市構造の評価に関するハンドブックの徒歩圏。{_FLOOR[0]}",
    f"target 800 m = 10 min: walking area of the MLIT handbook; {_FLOOR[1]}",
)


def _ways(walk: Anchor, *, cycle: Anchor = _BY_BICYCLE, drive: Anchor = _BY_CAR) -> dict[str, Anchor]:
    return {"walk": walk, "cycle": cycle, "drive": drive}


PARTS: Final[dict[str, Part]] = {
    part.id: part
    for part in (
        Part(
            "shopping",
            "買物",
            "Shopping",
            {
                "food_shop": _ways(
                    Anchor(
                        6.25,
                        30,
                        f"目標500m＝6分15秒: 農林水産政策研究所の食料品アクセス、ハンドブックの高齢者徒歩圏。{_FLOOR[0]}",
                        "target 500 m = 6 min 15 s: food access of PRIMAFF, elderly radius of the MLIT handbook; "
                        + _FLOOR[1],
                    )
                )
            },
        ),
        Part(
            "medical",
            "医療",
            "Medical care",
            {
                "medical": _ways(
                    Anchor(
                        10,
                        50,
                        "目標800m＝10分: ハンドブックの徒歩圏。下限4km＝50分: 無医地区の定義（おおむね半径4km）",
                        "target 800 m = 10 min: walking area of the MLIT handbook; floor 4 km = 50 min: definition of "
                        "a district without doctors (radius of about 4 km)",
                    ),
                    drive=Anchor(
                        10,
                        60,
                        f"目標10分は{_DEFAULT[0]}。下限60分: 無医地区の定義（通常の交通機関でおおむね1時間）",
                        f"the target of 10 min is {_DEFAULT[1]}; floor 60 min: definition of a district without "
                        "doctors (about one hour by ordinary transport)",
                    ),
                )
            },
        ),
        Part(
            "welfare",
            "高齢者福祉",
            "Elderly care",
            {
                "elderly_welfare": _ways(
                    Anchor(
                        12.5,
                        30,
                        f"目標1,000m＝12分30秒: ハンドブックの福祉施設の徒歩圏。{_FLOOR[0]}",
                        f"target 1,000 m = 12 min 30 s: radius of welfare facilities in the MLIT handbook; {_FLOOR[1]}",
                    )
                )
            },
        ),
        Part(
            "childcare",
            "子育て（保育所・幼稚園）",
            "Childcare",
            {"nursery": _ways(_HANDBOOK_800), "kindergarten": _ways(_HANDBOOK_800)},
        ),
        Part(
            "school",
            "小学校",
            "Elementary school",
            {
                "elementary_school": _ways(
                    Anchor(
                        10,
                        50,
                        f"目標10分は{_DEFAULT[0]}。下限4km＝50分: 義務教育諸学校等の施設費の国庫負担等に関する法律施行令第4条",
                        f"the target of 10 min is {_DEFAULT[1]}; floor 4 km = 50 min: the limit to a primary school in "
                        "the order on the cost of school buildings, article 4",
                    )
                )
            },
        ),
        Part(
            "post_bank",
            "郵便・金融",
            "Post and bank",
            {"post_office": _ways(_HANDBOOK_800), "bank": _ways(_HANDBOOK_800)},
        ),
        Part(
            "administration",
            "役所・支所",
            "Government offices",
            {
                name: _ways(
                    _HANDBOOK_800,
                    drive=Anchor(
                        10,
                        60,
                        f"目標10分は{_DEFAULT[0]}。下限60分: 地域生活圏（おおむね1時間）",
                        f"the target of 10 min is {_DEFAULT[1]}; floor 60 min: regional living area (about one hour)",
                    ),
                )
                for name in ("town_hall", "branch_office")
            },
        ),
        Part(
            "transport",
            "公共交通（駅・停留所）",
            "Public transport (station or stop)",
            {
                "station": _ways(
                    Anchor(
                        10,
                        30,
                        f"目標800m＝10分: 都市モニタリングシートの駅の徒歩圏。{_FLOOR[0]}",
                        f"target 800 m = 10 min: radius of stations in the MLIT monitoring sheet; {_FLOOR[1]}",
                    )
                ),
                "stop": _ways(
                    Anchor(
                        3.75,
                        12.5,
                        "目標300m＝3分45秒: 都市モニタリングシートの停留所の徒歩圏。下限1km＝12分30秒: 交通空白（補助金交付要綱）",
                        "target 300 m = 3 min 45 s: radius of stops in the MLIT monitoring sheet; floor 1 km = 12 min "
                        "30 s: void of public transport in the subsidy rules",
                    )
                ),
            },
            needs_all=True,
        ),
    )
}


@dataclass(frozen=True)
class ScoreSettings:
    """Weight of each part and its anchors; a weight of 0 leaves a part out of the whole.

    Raises
    ------
    BadScoreSettings
        A weight that is not a number of 0 or more, all of them 0, a part that does not exist, or an anchor whose floor
        is not above its target.
    """

    weights: Mapping[str, float] = field(default_factory=lambda: dict.fromkeys(PARTS, 1.0))
    parts: Mapping[str, Part] = field(default_factory=lambda: PARTS)

    def __post_init__(self) -> None:
        unknown = [name for name in self.weights if name not in self.parts]
        if unknown:
            raise BadScoreSettings(
                f"重み {'、'.join(unknown)}: この分野はありません。あるもの: {'、'.join(self.parts)} / "
                f"There is no such part: {', '.join(unknown)}. Known: {', '.join(self.parts)}."
            )
        for name, weight in self.weights.items():
            if not (is_number(weight) and weight >= 0):
                raise BadScoreSettings(
                    f"重み {name} = {weight!r}: 0以上の数にしてください。 / The weight must be a number of 0 or more."
                )
        if not any(self.weights.values()):
            raise BadScoreSettings("重みがすべて0です。 / All weights are 0.")
        for part in self.parts.values():
            for category, ways in part.ways.items():
                for way, anchor in ways.items():
                    _check(anchor, f"{part.id}.{category}.{way}")

    @property
    def counted(self) -> tuple[Part, ...]:
        """Parts with a weight above 0."""
        return tuple(part for part in self.parts.values() if self.weights.get(part.id, 0.0) > 0)

    @property
    def weight_of_counted(self) -> tuple[float, ...]:
        """Weights of the counted parts, made to add up to 1."""
        total = sum(self.weights[part.id] for part in self.counted)
        return tuple(self.weights[part.id] / total for part in self.counted)

    def limits(self, category: str, part: Part, mode: str, profiles: Mapping[str, Profile]) -> tuple[float, float]:
        """Target and floor of a category in the unit of its stored measure: metres walked, or seconds."""
        anchor = part.ways[category][profiles[mode].way]
        unit = per_minute(mode, profiles)
        return anchor.target * unit, anchor.floor * unit


def is_number(value: object) -> bool:
    """Whether it is a finite number, and no truth value."""
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def read_settings(path: Path) -> ScoreSettings:
    """Weights and anchors of a TOML file, as :func:`settings_text` writes it; what it does not name stays as it is.

    Raises
    ------
    BadScoreSettings
        No TOML, an unknown key, or a number that cannot be.
    """
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BadScoreSettings(
            f"{path}: TOML として読めません（{error}）。 / This is not TOML ({error}). Write lines such as "
            "[weights] and shopping = 2.0."
        ) from error
    unknown = [key for key in content if key not in {"weights", "anchors"}]
    if unknown or not all(isinstance(table, dict) for table in content.values()):
        raise BadScoreSettings(
            f"{path}: {'、'.join(unknown) or 'weights / anchors'}: [weights] と [anchors.分野.種類.手段] だけが使えます。 / "
            "Only tables [weights] and [anchors.part.category.way] are known."
        )
    return ScoreSettings(
        weights={**dict.fromkeys(PARTS, 1.0), **content.get("weights", {})},
        parts=_with_anchors(content.get("anchors", {}), path),
    )


def settings_text(settings: ScoreSettings | None = None) -> str:
    """Weights and anchors as TOML, each anchor with its source: to be copied and changed."""
    chosen = settings or ScoreSettings()
    lines = [
        "# 生活利便スコアの重みと、100点・0点になる分。 / Weights of the score, and the minutes of 100 and of 0 points.",
        "[weights]",
    ]
    lines += [
        f"{name} = {float(chosen.weights.get(name, 0.0))}  # {part.ja} / {part.en}" for name, part in PARTS.items()
    ]
    for part in chosen.parts.values():
        for category, ways in part.ways.items():
            for way, anchor in ways.items():
                lines += [
                    "",
                    f"[anchors.{part.id}.{category}.{way}]",
                    f"# {anchor.ja} / {anchor.en}",
                    f"target = {float(anchor.target)}",
                    f"floor = {float(anchor.floor)}",
                ]
    return "\n".join(lines) + "\n"


def _with_anchors(changes: Mapping[str, Any], path: Path) -> dict[str, Part]:
    parts = dict(PARTS)
    for name, categories in changes.items():
        for category, ways in _table(categories, path, name).items():
            for way, numbers in _table(ways, path, f"{name}.{category}").items():
                place = f"anchors.{name}.{category}.{way}"
                part = parts.get(name)
                known = part is not None and category in part.ways and way in part.ways[category]
                given = _table(numbers, path, place)
                if part is None or not known or not set(given) <= {"target", "floor"}:
                    raise BadScoreSettings(
                        f"{path}: [{place}] {'、'.join(given)}: この分野・種類・手段・項目はありません。"
                        f" / There is no such part, category, way or key. {_known()}"
                    )
                old = part.ways[category][way]
                new = Anchor(
                    given.get("target", old.target),
                    given.get("floor", old.floor),
                    f"設定ファイル {path.name}",
                    f"settings file {path.name}",
                )
                anchors = {**part.ways, category: {**part.ways[category], way: new}}
                parts[name] = replace(part, ways=anchors)
    return parts


def _table(value: object, path: Path, where: str) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        raise BadScoreSettings(
            f"{path}: {where}: [anchors.分野.種類.手段] の表にしてください。 / Write a table [anchors.part.category.way]."
        )
    return value


def _known() -> str:
    return "; ".join(f"{part.id}: {', '.join(part.categories)}" for part in PARTS.values()) + f" × {', '.join(WAYS)}"


def _check(anchor: Anchor, where: str) -> None:
    if not (is_number(anchor.target) and is_number(anchor.floor) and 0 <= anchor.target < anchor.floor):
        raise BadScoreSettings(
            f"{where}: target = {anchor.target!r}, floor = {anchor.floor!r}: 0 ≦ target < floor の分にしてください。 / "
            "Give minutes with 0 ≤ target < floor."
        )
