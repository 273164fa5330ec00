"""Which column of a published list is what: headers in Japanese and English, with their usual quirks."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from geodata.kind_words import normalised

if TYPE_CHECKING:
    from collections.abc import Sequence

# Compared after `normalised`; what stands in brackets (units, datum) is cut off first.
_LATITUDE: Final = frozenset(
    {"緯度", "北緯", "latitude", "lat", "y", "y座標", "fy", "施設緯度", "緯度10進", "緯度_10進"}
)
_LONGITUDE: Final = frozenset(
    {"経度", "東経", "longitude", "lon", "lng", "long", "x", "x座標", "fx", "施設経度", "経度10進", "経度_10進"}
)
_BOTH: Final = frozenset(
    {
        "緯度経度",
        "緯度・経度",
        "緯度,経度",
        "緯度/経度",
        "経度緯度",
        "緯経度",
        "経緯度",
        "座標",
        "位置座標",
        "latlng",
        "latlon",
        "coordinates",
    }
)
_MESH: Final = frozenset(
    {"メッシュコード", "標準地域メッシュコード", "地域メッシュコード", "標準メッシュコード", "メッシュ番号", "メッシュ"}
    | {"meshcode", "mesh_code", "mesh", "gridcode", "grid_code"}
)
_NAME: Final = frozenset(
    {
        "名称",
        "名前",
        "name",
        "title",
        "店名",
        "店舗名",
        "屋号",
        "駅名",
        "園名",
        "学校名",
        "事業所名",
        "施設名",
        "バス停名",
        "停留所名",
    }
    | {
        "医療機関名",
        "facilityname",
        "facility",
        "shopname",
        "storename",
        "stationname",
        "station",
        "stop_name",
        "stopname",
    }
)
_KIND: Final = frozenset(
    {
        "種別",
        "施設種別",
        "分類",
        "施設分類",
        "業種",
        "業態",
        "区分",
        "施設区分",
        "種類",
        "施設種類",
        "カテゴリ",
        "カテゴリー",
        "サービス種別",
    }
    | {
        "サービスの種類",
        "施設の種類",
        "診療区分",
        "医療機関種別",
        "type",
        "kind",
        "category",
        "class",
        "facilitytype",
        "amenity",
        "shop",
    }
    | {"alternativename", "service", "certifiedtype", "poi_type", "id"}
)
_CAPACITY: Final = {
    "病床数": "beds",
    "許可病床数": "beds",
    "numberofbeds": "beds",
    "beds": "beds",
    "定員": "persons",
    "利用定員": "persons",
    "入所定員": "persons",
    "認可定員": "persons",
    "capacity": "persons",
}
_LINE: Final = frozenset({"路線名", "路線", "線名", "railname", "line", "linename", "route"})
_OPERATOR: Final = frozenset({"事業者名", "事業者", "運営会社", "会社名", "operator", "company", "agency"})
_ADDRESS: Final = frozenset(
    {"住所", "所在地", "施設所在地", "address", "住所1", "所在地1", "施設所在地1", "所在地_連結表記"}
)
_SUBJECTS: Final = frozenset({"診療科目", "診療科", "標榜科目", "medicalsubjects"})
_FLOOR: Final = frozenset({"売場面積", "売り場面積", "店舗面積", "売場面積㎡", "店舗面積㎡", "floorarea", "salesfloor"})
_NO_NAME: Final = re.compile(
    r"かな|カナ|フリガナ|ふりがな|英|ローマ|法人|営業者|代表|設置者|管理者|都道府県|市区町村|団体|町字|kana|romaji"
)


@dataclass(frozen=True)
class Columns:
    """Positions of the columns that are read; None where the list has no such column. Nothing else is taken.

    Telephone numbers and the names of persons (operators, representatives) are never among them.
    """

    latitude: int | None = None
    longitude: int | None = None
    both: int | None = None  # latitude and longitude in one column
    name: int | None = None
    kinds: tuple[int, ...] = ()  # columns that may hold the kind, best first
    capacity: int | None = None
    capacity_unit: str = ""
    line: int | None = None
    operator: int | None = None
    address: int | None = None
    subjects: int | None = None  # 診療科目
    floor: int | None = None  # 売場面積, m²
    mesh: int | None = None  # grid code (JIS X 0410), read where there are no degrees

    @property
    def has_coordinates(self) -> bool:
        """Whether positions are in the list: in degrees, or as grid codes of places that have names."""
        by_mesh = self.mesh is not None and self.name is not None  # without names: a table of the squares themselves
        return self.both is not None or (self.latitude is not None and self.longitude is not None) or by_mesh

    @property
    def is_point_list(self) -> bool:
        """Whether this looks like a list of places at all: positions, or names with addresses."""
        return self.has_coordinates or (self.address is not None and self.name is not None)


def find_columns(header: Sequence[object]) -> Columns:
    """Find the columns of a header row by their names."""
    words = [_header_word(cell) for cell in header]
    kinds = sorted(
        (position for position, word in enumerate(words) if word in _KIND),
        key=lambda position: (words[position] == "id", position),
    )
    capacity = next((position for position, word in enumerate(words) if word in _CAPACITY), None)
    return Columns(
        latitude=_first(words, _LATITUDE),
        longitude=_first(words, _LONGITUDE),
        both=_first(words, _BOTH),
        name=_name_column(words),
        kinds=tuple(kinds),
        capacity=capacity,
        capacity_unit=_CAPACITY[words[capacity]] if capacity is not None else "",
        line=_first(words, _LINE),
        operator=_first(words, _OPERATOR),
        address=_first(words, _ADDRESS),
        subjects=_first(words, _SUBJECTS),
        floor=_first(words, _FLOOR),
        mesh=_first(words, _MESH),
    )


def _header_word(cell: object) -> str:
    word = normalised("" if cell is None else str(cell))
    return re.sub(r"[(\[【].*?[)\]】]", "", word).strip("_:・")


def _first(words: Sequence[str], wanted: frozenset[str]) -> int | None:
    return next((position for position, word in enumerate(words) if word in wanted), None)


def _name_column(words: Sequence[str]) -> int | None:
    exact = _first(words, _NAME)
    if exact is not None:
        return exact
    for position, word in enumerate(words):
        if ("名称" in word or "施設名" in word) and not _NO_NAME.search(word):
            return position
    return None
