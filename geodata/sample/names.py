"""Invented names. Every one says by itself that it is invented: 見本, 架空, 例示, 仮名, 空想, 試作."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True)
class MunicipalitySpec:
    """What is decided by hand about a municipality; everything else follows from the terrain."""

    code: str
    name: str
    county: str  # 郡, empty for cities
    people: int
    seat_x_km: float  # wished position; moved to the best building ground nearby
    seat_y_km: float
    reach: float  # how far its territory reaches, relative to the others
    old: float  # 0 young … 1 old age profile

    @property
    def is_city(self) -> bool:
        """Whether it is a 市."""
        return self.name.endswith("市")


MUNICIPALITIES: Final = (
    MunicipalitySpec("48201", "見本中央市", "", 213_400, 50.0, 33.0, 1.25, 0.25),
    MunicipalitySpec("48202", "架空浜市", "", 66_800, 62.0, 45.0, 1.05, 0.40),
    MunicipalitySpec("48203", "例示野市", "", 43_100, 36.0, 25.0, 1.05, 0.42),
    MunicipalitySpec("48301", "仮名川町", "北見本郡", 23_600, 49.0, 43.5, 0.85, 0.50),
    MunicipalitySpec("48302", "見本台町", "北見本郡", 17_900, 57.0, 27.0, 0.75, 0.45),
    MunicipalitySpec("48321", "試作里町", "西架空郡", 12_700, 29.0, 34.0, 0.85, 0.62),
    MunicipalitySpec("48322", "空想原町", "西架空郡", 9_900, 48.0, 52.0, 0.85, 0.68),
    MunicipalitySpec("48341", "例ヶ浦町", "南見本郡", 8_300, 44.0, 20.5, 0.75, 0.72),
    MunicipalitySpec("48361", "幻谷村", "西架空郡", 1_750, 35.0, 46.0, 1.05, 0.95),
    MunicipalitySpec("48401", "仮島町", "島架空郡", 3_900, 76.0, 22.0, 1.0, 0.88),
)


_PREFIXES: Final = ("", "上", "下", "東", "西", "南", "北", "中", "新", "元", "大", "小", "奥", "外", "内", "本")
_STEMS: Final = (
    "見本", "例田", "仮屋", "架橋", "試川", "空谷", "想野", "作原", "型沢", "雛木", "模山", "写井",
    "標野", "範田", "例沢", "仮井", "架原", "試野", "空木", "想川", "作田", "型井", "雛原", "模沢",
)  # fmt: skip
_ENDINGS: Final = ("", "", "", "一区", "二区", "台", "新田", "町")
FAMILY_NAMES: Final = ("例山", "仮田", "架川", "試井", "想沢", "模木", "雛野", "写原", "標島", "範村", "見元", "作間")
SUPERMARKETS: Final = ("スーパーみほん", "れいじストア", "架空フーズ", "かりなマート")
CONVENIENCES: Final = ("サンプルマート", "ミホンイレブンス", "かくうステーション")
DRUGSTORES: Final = ("ドラッグみほん", "れいじ薬品", "かりな堂ドラッグ")
BANKS: Final = ("架空銀行", "見本信用金庫", "れいじ農協")
FUELS: Final = ("見本石油", "架空エナジー")


def hamlet_names(count: int, order: list[int]) -> list[str]:
    """`count` different place names within one municipality.

    Parameters
    ----------
    count
        How many; at most 3,072.
    order
        A permutation that decides which names are taken, so that municipalities differ.
    """
    names = [prefix + stem + ending for ending in dict.fromkeys(_ENDINGS) for stem in _STEMS for prefix in _PREFIXES]
    plain = len(_PREFIXES) * len(_STEMS)
    picked = [names[index % plain] for index in order[:count]]
    return [name if picked.index(name) == place else names[plain + place] for place, name in enumerate(picked)]
