"""Kinds of facility, the daily-life service each belongs to, and the groups of kinds that indicators count together."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Kind:
    """A kind of facility: its id in tables, the service it offers, its names."""

    id: str
    service: str
    ja: str
    en: str


_KINDS = (
    Kind("supermarket", "shopping", "スーパー", "Supermarket"),
    Kind("department_store", "shopping", "百貨店", "Department store"),
    Kind("convenience", "shopping", "コンビニ", "Convenience store"),
    Kind("drugstore", "shopping", "ドラッグストア", "Drugstore"),
    Kind("fresh_food", "shopping", "生鮮食品店", "Fresh-food shop"),
    Kind("general_store", "shopping", "よろず屋・雑貨店", "General store"),
    Kind("marketplace", "shopping", "直売所・市場", "Farm shop or market"),
    Kind("hospital", "medical", "病院", "Hospital"),
    Kind("clinic", "medical", "診療所", "Clinic"),
    Kind("dentist", "medical", "歯科診療所", "Dentist"),
    Kind("pharmacy", "medical", "薬局", "Pharmacy"),
    Kind("elderly_welfare", "welfare", "高齢者福祉施設", "Elderly care facility"),
    Kind("child_welfare", "welfare", "児童福祉施設", "Child welfare facility"),
    Kind("disability_welfare", "welfare", "障害者福祉施設", "Facility for people with disabilities"),
    Kind("other_welfare", "welfare", "その他の福祉施設", "Other welfare facility"),
    Kind("nursery", "childcare", "保育所・こども園", "Nursery"),
    Kind("kindergarten", "childcare", "幼稚園", "Kindergarten"),
    Kind("elementary_school", "school", "小学校", "Elementary school"),
    Kind("junior_high_school", "school", "中学校", "Junior high school"),
    Kind("high_school", "school", "高等学校", "High school"),
    Kind("special_needs_school", "school", "特別支援学校", "Special needs school"),
    Kind("higher_education", "school", "大学・短大・高専", "University or college"),
    Kind("other_school", "school", "その他の学校", "Other school"),
    Kind("post_office", "post_bank", "郵便局", "Post office"),
    Kind("bank", "post_bank", "銀行", "Bank"),
    Kind("town_hall", "administration", "役所・役場", "Town hall"),
    Kind("branch_office", "administration", "支所・出張所", "Branch office"),
    Kind("other_government", "administration", "その他の行政施設", "Other government office"),
    Kind("community_centre", "administration", "公民館・集会施設", "Community centre"),
    Kind("library", "administration", "図書館", "Library"),
    Kind("fuel", "energy", "給油所", "Filling station"),
    Kind("park", "leisure", "公園", "Park"),
)
KINDS: dict[str, Kind] = {kind.id: kind for kind in _KINDS}


@dataclass(frozen=True)
class Category:
    """What an indicator counts as one service: a single kind, or several of which any will do.

    With a `trait` only those facilities count of which a source says that they have it (:data:`TRAITS`); a source that
    does not tell of the trait at all leaves the category unknown where it is the list in force.
    """

    id: str
    ja: str
    en: str
    kinds: tuple[str, ...]
    rule: str = ""
    trait: str = ""


_GROUPS = (
    # MAFF 2020 food-access stores: fresh food, department, general and food supermarkets, convenience, drugstores.
    Category(
        "food_shop",
        "食料品店（全体）",
        "Any food shop",
        ("supermarket", "department_store", "convenience", "drugstore", "fresh_food", "general_store", "marketplace"),
        "農林水産政策研究所 食料品アクセスマップ 2020 の店舗区分に直売所・よろず屋を加えたもの",
    ),
    # The commercial facilities of the city monitoring sheet: supermarkets, department stores and convenience stores.
    Category(
        "commercial",
        "商業施設（スーパー・百貨店・コンビニ）",
        "Commercial facility (supermarket, department or convenience store)",
        ("supermarket", "department_store", "convenience"),
        "国土交通省 都市構造の評価に関するハンドブック（商業施設）",
    ),
    Category(
        "medical",
        "医療施設（病院・診療所）",
        "Hospital or clinic",
        ("hospital", "clinic"),
        "国土交通省 都市構造の評価に関するハンドブック（医療施設）",
    ),
    Category(
        "medical_rule",
        "医療施設（内科・外科のある病院・診療所）",
        "Hospital or clinic with internal medicine or surgery",
        ("hospital", "clinic"),
        "国土交通省 都市構造の評価に関するハンドブック（医療施設: 内科または外科を有するもの。既定値）",
        "medicine_or_surgery",
    ),
    Category(
        "home_care",
        "高齢者福祉施設（通所系・訪問系・小規模多機能）",
        "Day care, home-visit care or small multifunctional care for the elderly",
        ("elderly_welfare",),
        "国土交通省 都市構造の評価に関するハンドブック（福祉施設: 通所系・訪問系・小規模多機能。既定値）",
        "care_at_home",
    ),
    Category(
        "commercial_large",
        "商業施設（売場1,500㎡以上のスーパー・百貨店）",
        "Supermarket or department store of 1,500 m² or more",
        ("supermarket", "department_store"),
        "国土交通省 都市構造の評価に関するハンドブック（商業施設: 売場面積1,500㎡以上。既定値）",
        "large_floor",
    ),
)
# What a source may say of a facility beyond its kind, in the column `traits` of the facilities: the word alone where the
# facility has it, with a minus before it where the source says it has not, and neither where the source says nothing.
TRAITS: dict[str, tuple[str, str]] = {
    "medicine_or_surgery": ("内科・外科", "internal medicine or surgery"),
    "large_floor": ("売場1,500㎡以上", "floor space of 1,500 m² or more"),
    "care_at_home": ("通所系・訪問系・小規模多機能", "day care, home visits or small multifunctional care"),
}
CATEGORIES: dict[str, Category] = {
    **{kind.id: Category(kind.id, kind.ja, kind.en, (kind.id,)) for kind in _KINDS},
    **{group.id: group for group in _GROUPS},
}


def has_trait(traits: str, trait: str) -> bool:
    """Whether a facility with these `traits` has one; False where nobody says so.

    Examples
    --------
    >>> has_trait("medicine_or_surgery", "medicine_or_surgery"), has_trait("-medicine_or_surgery", "medicine_or_surgery")
    (True, False)
    """
    return trait in traits.split()
