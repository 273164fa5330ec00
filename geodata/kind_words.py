"""Words by which publishers name kinds of facility, in columns and in file names, in Japanese and English."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import Final

STATION: Final = "station"  # not a facility kind: lists of railway stations become stops
BUS_STOP: Final = "bus_stop"

# The first pattern that is found decides, so the narrower word stands before the wider one.
_WORDS: Final = (
    # Words that only look like a kind: wholesale markets, schools for other things, care that is not a place to go to.
    (r"卸売|wholesale", None),
    (r"自動車学校|教習所|driving_?school", None),
    (r"歯科|dentist|dental", "dentist"),
    (r"薬局|調剤|pharmacy", "pharmacy"),
    (r"ドラッグ|drug_?store|chemist|医薬品", "drugstore"),
    (r"病院|hospital", "hospital"),
    (r"診療所|クリニック|医院|clinic|doctors?(?![a-z])", "clinic"),
    (r"コンビニ|convenience", "convenience"),
    (r"スーパー|super_?market|食料品店", "supermarket"),
    (r"百貨店|デパート|department_?store", "department_store"),
    (r"鮮魚|精肉|青果|食肉販売|魚介類販売|八百屋|green_?grocer|butcher|seafood|fish_?monger|fresh_?food", "fresh_food"),
    (r"直売所|道の駅|朝市|market_?place|farm_?shop|(?<![a-z])market(?![a-z])", "marketplace"),
    (r"よろず|雑貨店|general_?store", "general_store"),
    (r"特別支援|支援学校|special_?(needs|support)", "special_needs_school"),
    (r"保育|こども園|子ども園|nursery|childcare|child_?care|day_?care|kodomoen", "nursery"),
    (r"幼稚園|kindergarten", "kindergarten"),
    (r"小学校|elementary|primary_?school", "elementary_school"),
    (r"中学校|junior_?high|middle_?school|lower_?secondary", "junior_high_school"),
    (r"高等学校|高校|high_?school|upper_?secondary", "high_school"),
    (r"大学|短大|高専|高等専門|university|college", "higher_education"),
    (r"専修学校|各種学校|専門学校|vocational", "other_school"),
    (r"図書館|図書室|library", "library"),
    (r"公民館|集会所|集会施設|コミュニティ|community_?cent|public_?hall", "community_centre"),
    (r"郵便局|post_?office", "post_office"),
    (r"銀行|信用金庫|信用組合|(?<![a-z])bank(?![a-z])", "bank"),
    (r"給油所|ガソリン|サービスステーション|(?<![a-z])fuel(?![a-z])|gas_?station|filling_?station|petrol", "fuel"),
    (r"支所|出張所|連絡所|branch_?office|^branch$", "branch_office"),
    (r"市役所|区役所|町役場|村役場|役場|役所|本庁|town_?hall|city_?hall|city_?office", "town_hall"),
    (r"保健所|保健センター|警察|消防|health_?cent|public_?health|government|police|fire_?station", "other_government"),
    (
        r"地域包括|老人|高齢|介護|デイサービス|ケアハウス|elderly|nursing_?home|comprehensive_support|aged_?care",
        "elderly_welfare",
    ),
    (r"障害|障がい|disabilit|handicap", "disability_welfare"),
    (r"児童|学童|子育て|放課後|children|child_?welfare|after_?school", "child_welfare"),
    (r"福祉|welfare|social_?facility", "other_welfare"),
    (r"都市公園|公園一覧|^公園$|(?<![a-z])(city_?|urban_?)?parks?$", "park"),
    (r"バス停|停留所|bus_?stop", BUS_STOP),
    (r"鉄道駅|駅一覧|rail(way)?_?stations?|train_?station|(?<![a-z])stations?(?![a-z])|^駅$", STATION),
)
_COMPILED: Final = tuple((re.compile(pattern), kind) for pattern, kind in _WORDS)


def normalised(text: str) -> str:
    """NFKC, lower case, without blanks and the marks publishers put around headers (``#``, quotes, BOM)."""
    return re.sub(r"[\s\ufeff\"'#*＊※]+", "", unicodedata.normalize("NFKC", text)).casefold()


@lru_cache(maxsize=4096)
def kind_of(text: str) -> str | None:
    """Kind that a word of a column or a file name stands for, `STATION` for stations, None where it says nothing."""
    plain = unicodedata.normalize("NFKC", text).casefold().strip().replace(" ", "_").replace("-", "_")
    for pattern, kind in _COMPILED:
        if pattern.search(plain):
            return kind
    return None


def kind_of_file(name: str) -> str | None:
    """Kind that a file name stands for (``osm2014_convenience.geojson`` → convenience); dates and digits are ignored."""
    stem = unicodedata.normalize("NFKC", name.rsplit(".", 1)[0])
    return kind_of(re.sub(r"[\d_\W]+", "_", stem).strip("_"))
