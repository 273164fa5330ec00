"""Which OSM tags stand for which kind of facility.

Source: OSM wiki, Map features (ja), 「JA:Map Features」 and the tagging pages named there, with the Japanese use of
`shop=chemist` for ドラッグストア and `isced:level` / names for the level of a school. The first row that fits wins.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

# (key, value, kind). A row with a more special key stands above the general one.
KIND_OF_TAG: Final = (
    ("shop", "supermarket", "supermarket"),
    ("shop", "department_store", "department_store"),
    ("shop", "convenience", "convenience"),
    ("shop", "chemist", "drugstore"),
    ("shop", "drugstore", "drugstore"),
    ("shop", "greengrocer", "fresh_food"),
    ("shop", "butcher", "fresh_food"),
    ("shop", "seafood", "fresh_food"),
    ("shop", "fishmonger", "fresh_food"),
    ("shop", "general", "general_store"),
    ("shop", "country_store", "general_store"),
    ("shop", "farm", "marketplace"),
    ("amenity", "marketplace", "marketplace"),
    ("amenity", "hospital", "hospital"),
    ("amenity", "clinic", "clinic"),
    ("amenity", "doctors", "clinic"),
    ("amenity", "dentist", "dentist"),
    ("amenity", "pharmacy", "pharmacy"),
    ("healthcare", "hospital", "hospital"),
    ("healthcare", "clinic", "clinic"),
    ("healthcare", "doctor", "clinic"),
    ("healthcare", "dentist", "dentist"),
    ("healthcare", "pharmacy", "pharmacy"),
    ("amenity", "nursing_home", "elderly_welfare"),
    ("amenity", "kindergarten", "kindergarten"),
    ("amenity", "childcare", "nursery"),
    ("amenity", "school", "other_school"),  # its level is read from other tags below
    ("amenity", "college", "higher_education"),
    ("amenity", "university", "higher_education"),
    ("amenity", "post_office", "post_office"),
    ("amenity", "bank", "bank"),
    ("amenity", "townhall", "town_hall"),
    ("amenity", "community_centre", "community_centre"),
    ("amenity", "library", "library"),
    ("amenity", "fuel", "fuel"),
    ("office", "government", "other_government"),
    ("leisure", "park", "park"),
)
POINT_KEYS: Final = ("shop", "amenity", "healthcare", "office", "leisure")
_KIND: Final = {(key, value): kind for key, value, kind in KIND_OF_TAG}
_ORDER: Final = POINT_KEYS
_CLOSED_TO_PUBLIC: Final = ("private", "no", "residents", "members", "customers")

# amenity=social_facility, by social_facility:for.
_WELFARE_FOR: Final = {
    "senior": "elderly_welfare",
    "elderly": "elderly_welfare",
    "child": "child_welfare",
    "juvenile": "child_welfare",
    "orphan": "child_welfare",
    "disabled": "disability_welfare",
    "mental_health": "disability_welfare",
}
# ISCED 2011 levels of UNESCO: 1 primary, 2 lower secondary, 3 upper secondary.
_SCHOOL_OF_ISCED: Final = {"1": "elementary_school", "2": "junior_high_school", "3": "high_school"}
# Endings of Japanese school names (学校教育法 第1条); the longer ending stands first.
_SCHOOL_OF_NAME: Final = (
    ("特別支援学校", "special_needs_school"),
    ("養護学校", "special_needs_school"),
    ("ろう学校", "special_needs_school"),
    ("盲学校", "special_needs_school"),
    ("高等専門学校", "higher_education"),
    ("高等専修学校", "other_school"),
    ("専門学校", "other_school"),
    ("高等学校", "high_school"),
    ("高校", "high_school"),
    ("中等教育学校", "junior_high_school"),
    ("中学校", "junior_high_school"),
    ("小学校", "elementary_school"),
)
# 保育所 and 認定こども園 are often mapped as kindergartens in Japan.
_NURSERY_WORDS: Final = ("保育", "こども園", "子ども園")
_BRANCH_OFFICE_WORDS: Final = ("支所", "出張所", "サービスセンター", "連絡所")


def read_kind(tags: Mapping[str, str]) -> str | None:
    """Kind of facility (of :data:`geodata.kinds.KINDS`), or None.

    Things out of use carry a prefix in their key (`disused:shop`, `abandoned:amenity`) and so never fit; the older
    `disused=yes` and its like are refused here.
    """
    if any(tags.get(state, "no") != "no" for state in ("disused", "abandoned", "demolished", "razed", "construction")):
        return None
    for key in _ORDER:
        for value in tags.get(key, "").split(";"):
            kind = _social_kind(tags) if value == "social_facility" else _KIND.get((key, value.strip()))
            if kind is not None:
                # The ground of an estate or a company may be drawn as a park; nobody else may walk in.
                is_closed = kind == "park" and tags.get("access", "yes") in _CLOSED_TO_PUBLIC
                return None if is_closed else _refine(kind, tags)
    return None


def _social_kind(tags: Mapping[str, str]) -> str:
    for group in tags.get("social_facility:for", "").split(";"):
        if group.strip() in _WELFARE_FOR:
            return _WELFARE_FOR[group.strip()]
    if tags.get("social_facility") == "nursing_home":
        return "elderly_welfare"
    return "other_welfare"


def _refine(kind: str, tags: Mapping[str, str]) -> str:
    name = tags.get("name", "")
    if kind == "kindergarten" and any(word in name for word in _NURSERY_WORDS):
        return "nursery"
    if kind == "town_hall" and any(word in name for word in _BRANCH_OFFICE_WORDS):
        return "branch_office"
    return _school_kind(tags, name) if kind == "other_school" else kind


def _school_kind(tags: Mapping[str, str], name: str) -> str:
    for word, kind in _SCHOOL_OF_NAME:
        if word in name:
            return kind
    level = tags.get("isced:level", "").split(";")[0].split("-")[0].strip()
    return _SCHOOL_OF_ISCED.get(level, "other_school")


def read_name(tags: Mapping[str, str]) -> str:
    """Name as on the sign: `name`, else brand or operator; with the branch where the name leaves it out."""
    name = next((tags[key] for key in ("name", "name:ja", "brand:ja", "brand", "operator") if tags.get(key)), "")
    branch = tags.get("branch", "")
    return f"{name} {branch}".strip() if branch and branch not in name else name


def read_beds(tags: Mapping[str, str]) -> float:
    """Beds of a hospital (`beds`, `capacity:beds`), else `capacity`; NaN where untagged."""
    for key in ("beds", "capacity:beds", "capacity"):
        text = tags.get(key, "").strip()
        if text.isdecimal():
            return float(text)
    return float("nan")
