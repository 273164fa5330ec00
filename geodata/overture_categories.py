"""Which categories of Overture Maps places stand for which kind of facility.

Source: the category lists of the Overture places theme (github.com/OvertureMaps/schema, overture_categories.csv) and
its taxonomy since 2025-12 (docs.overturemaps.org/guides/places/taxonomy). Categories that say too little of what is
sold or done there (`food`, `retail`, `shopping`) are no kind of facility. The rarer specialities of doctors are not
listed: in Japan medical institutions are known completely from 国土数値情報 P04.
"""

from __future__ import annotations

from typing import Final

from geodata.osm_tags import read_kind

KIND_OF_CATEGORY: Final[dict[str, str]] = {
    # In Japan スーパー come as either of the two.
    "supermarket": "supermarket",
    "grocery_store": "supermarket",
    "japanese_grocery_store": "supermarket",
    "organic_grocery_store": "supermarket",
    "department_store": "department_store",
    "convenience_store": "convenience",
    "drugstore": "drugstore",
    "butcher_shop": "fresh_food",
    "meat_shop": "fresh_food",
    "fishmonger": "fresh_food",
    "seafood_market": "fresh_food",
    "fruits_and_vegetables": "fresh_food",
    "produce_store": "fresh_food",  # its name in the taxonomy
    "farmers_market": "marketplace",
    "public_market": "marketplace",
    "hospital": "hospital",
    "childrens_hospital": "hospital",
    "doctor": "clinic",
    "family_practice": "clinic",
    "internal_medicine": "clinic",
    "pediatrician": "clinic",
    "dermatologist": "clinic",
    "ear_nose_and_throat": "clinic",
    "gastroenterologist": "clinic",
    "cardiologist": "clinic",
    "neurologist": "clinic",
    "obstetrician_and_gynecologist": "clinic",
    "ophthalmologist": "clinic",
    "orthopedist": "clinic",
    "psychiatrist": "clinic",
    "surgeon": "clinic",
    "urologist": "clinic",
    "medical_center": "clinic",
    "walk_in_clinic": "clinic",
    "urgent_care_clinic": "clinic",
    "public_health_clinic": "clinic",
    "womens_health_clinic": "clinic",
    "dialysis_clinic": "clinic",
    "eye_care_clinic": "clinic",
    "dentist": "dentist",
    "general_dentistry": "dentist",
    "pediatric_dentist": "dentist",
    "orthodontist": "dentist",
    "oral_surgeon": "dentist",
    "cosmetic_dentist": "dentist",
    "endodontist": "dentist",
    "periodontist": "dentist",
    "pharmacy": "pharmacy",
    "retirement_home": "elderly_welfare",
    "assisted_living_facility": "elderly_welfare",
    "skilled_nursing": "elderly_welfare",
    "memory_care": "elderly_welfare",
    "senior_citizen_services": "elderly_welfare",
    "disability_services_and_support_organization": "disability_welfare",
    "social_welfare_center": "other_welfare",
    "day_care_preschool": "nursery",
    "preschool": "kindergarten",  # 幼稚園; 保育園 and こども園 are told by their names
    "elementary_school": "elementary_school",
    "middle_school": "junior_high_school",
    "high_school": "high_school",
    "college_university": "higher_education",
    "school": "other_school",
    "public_school": "other_school",
    "private_school": "other_school",
    "vocational_and_technical_school": "other_school",
    "post_office": "post_office",
    "bank_credit_union": "bank",
    "banks": "bank",
    "bank": "bank",
    "credit_union": "bank",
    "town_hall": "town_hall",
    "local_and_state_government_offices": "other_government",
    "central_government_office": "other_government",
    "federal_government_offices": "other_government",
    "government_office": "other_government",
    "police_department": "other_government",
    "fire_department": "other_government",
    "community_center": "community_centre",
    "civic_center": "community_centre",
    "library": "library",
    "gas_station": "fuel",
    "park": "park",
}
# Names tell more than these categories do; the rules are those for the OpenStreetMap tags of the same meaning.
_TAG_OF_KIND: Final = {
    "kindergarten": "kindergarten",
    "nursery": "childcare",
    "town_hall": "townhall",
    "other_school": "school",
}


def kind_of_place(category: str, name: str) -> str | None:
    """Kind of facility of a place by its main category, told more finely by its name; None where it is none.

    Examples
    --------
    >>> kind_of_place("grocery_store", "見本スーパー"), kind_of_place("school", "見本市立第一小学校")
    ('supermarket', 'elementary_school')
    """
    kind = KIND_OF_CATEGORY.get(category)
    if kind in _TAG_OF_KIND:
        return read_kind({"amenity": _TAG_OF_KIND[kind], "name": name})
    return kind
