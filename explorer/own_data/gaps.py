"""What a workspace lacks: each input that is absent, what it would bring, and where it is to be had.

An indicator lacks one input or several; those that one input alone would bring are counted apart from those that need
others as well. Which inputs an indicator needs is in the catalogue (``needs``, ``category``), which kinds of facility a data
set lists is here.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from geodata.download_sources import BY_HAND, OFFERS
from geodata.kinds import CATEGORIES, KINDS
from geodata.sources import DATASETS, LAYERS_NEEDING, PURPOSES, WHERE_TO_GET
from layers import catalogue
from layers.conditions import REASONS

if TYPE_CHECKING:
    import pandas as pd

    from layers.catalogue import Indicator

# Which kinds of facility the data sets list; the rest comes from OpenStreetMap or from one's own lists.
KINDS_OF: Final[dict[str, tuple[str, ...]]] = {
    "p04": ("hospital", "clinic", "dentist"),
    "p14": ("elderly_welfare", "child_welfare", "disability_welfare", "other_welfare", "nursery"),
    "p29": (
        *("kindergarten", "elementary_school", "junior_high_school", "high_school", "special_needs_school"),
        *("higher_education", "other_school"),
    ),
    "p05": ("town_hall", "branch_office", "other_government", "community_centre"),
    "p13": ("park",),
}
_OWN: Final = "points"
_PLACES: Final[dict[str, str]] = {"station": "stations", "stop": "stops", "stop30": "stops"}
AGES, OTHER = "ages", "other"
_AGES_FROM: Final = ("estat_grid",)


@dataclass
class Gap:
    """An input that is absent.

    Parameters
    ----------
    id
        A purpose (:data:`geodata.sources.PURPOSES`), ``kinds:<data set>``, ``ages``, or ``other:<reason>``.
    datasets
        Where it is to be had, keys of :data:`geodata.sources.DATASETS`.
    kinds
        Kinds of facility of which no list was read.
    brings
        Theme → indicators that this alone would bring.
    with_others
        Indicators that need another input as well.
    improves
        Services that are counted from some of their kinds only.
    reason
        Why indicators have no value, in both languages, where no input is known that would bring them.
    """

    id: str
    datasets: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    brings: Counter[str] = field(default_factory=Counter)
    with_others: int = 0
    improves: tuple[str, ...] = ()
    reason: str = ""

    @property
    def title(self) -> tuple[str, str]:
        """What is absent, Japanese and English; empty for ages and other reasons, which have words of their own."""
        if self.kinds:
            return "・".join(KINDS[each].ja for each in self.kinds), ", ".join(KINDS[each].en for each in self.kinds)
        return PURPOSES.get(self.id, ("", ""))

    @property
    def count(self) -> int:
        """Indicators that it alone would bring."""
        return self.brings.total()


def find_gaps(
    manifest: Mapping[str, Any], known: Collection[str], reasons: Mapping[str, str], own: tuple[Indicator, ...] = ()
) -> list[Gap]:
    """Inputs that are absent, those that bring most first.

    Parameters
    ----------
    known
        Indicators that have a value in some municipality.
    reasons
        Indicator → the reason most often given where there is no value.
    """
    absent = _absent_purposes(manifest)
    present = set(manifest.get("summary", {}).get("facilities", {}))
    source_of = {kind: dataset for dataset, kinds in KINDS_OF.items() for kind in kinds}
    gaps = {purpose: Gap(purpose, WHERE_TO_GET.get(purpose, ())) for purpose in absent if purpose != "facilities"}
    for kind in KINDS:
        if kind not in present:
            dataset = source_of.get(kind, "osm")
            gap = gaps.setdefault(
                f"kinds:{dataset}", Gap(f"kinds:{dataset}", tuple(dict.fromkeys((dataset, "osm", _OWN))))
            )
            gap.kinds += (kind,)
    of_kind = {kind: gap.id for gap in gaps.values() for kind in gap.kinds}
    for indicator in catalogue.indicators(own).values():
        if indicator.id not in known:
            _put(indicator, gaps, absent, present, of_kind, reasons)
    for name, found in manifest.get("categories", {}).items():
        if found["present"] and found["missing"] and name in CATEGORIES:
            for gap_id in dict.fromkeys(of_kind[kind] for kind in found["missing"] if kind in of_kind):
                gaps[gap_id].improves += (name,)
    order = list(PURPOSES)
    return sorted(
        gaps.values(),
        key=lambda gap: (
            gap.id.startswith(OTHER),
            -gap.count,
            -gap.with_others,
            order.index(gap.id) if gap.id in order else 99,
        ),
    )


def _put(
    indicator: Indicator, gaps: dict[str, Gap], absent: Collection[str], present: Collection[str],
    of_kind: Mapping[str, str], reasons: Mapping[str, str],
) -> None:  # fmt: skip
    """Count an indicator without values with the inputs that it lacks."""
    lacks = [purpose for purpose in indicator.needs if purpose in gaps]
    category = indicator.category or ""
    kinds = CATEGORIES[category].kinds if category in CATEGORIES else ()
    if kinds and not set(kinds) & set(present):
        lacks += [of_kind[kind] for kind in kinds if kind in of_kind][:1]
    if _PLACES.get(category) in absent:
        lacks.append(_PLACES[category])
    if not lacks:
        lacks = [_by_reason(reasons.get(indicator.id, ""), gaps)]
    lacks = list(dict.fromkeys(lacks))
    for gap_id in lacks:
        if len(lacks) == 1:
            gaps[gap_id].brings[indicator.theme] += 1
        else:
            gaps[gap_id].with_others += 1


def _by_reason(reason: str, gaps: dict[str, Gap]) -> str:
    if reason == " / ".join(REASONS["no_group"]):
        gaps.setdefault(AGES, Gap(AGES, _AGES_FROM))
        return AGES
    gap_id = f"{OTHER}:{reason}"
    gaps.setdefault(gap_id, Gap(gap_id, reason=reason))
    return gap_id


def _absent_purposes(manifest: Mapping[str, Any]) -> list[str]:
    kinds = {str(source.get("kind", "")) for source in manifest.get("sources", []) if source.get("used", True)}
    present = {DATASETS[kind].purpose for kind in kinds if kind in DATASETS}
    modes = manifest.get("summary", {}).get("stops", {})
    if isinstance(modes, Mapping) and modes.get("by_mode", {}).get("rail"):
        present.add("stations")
    return [purpose for purpose in LAYERS_NEEDING if purpose not in present]


def coverage(indicators: pd.DataFrame, own: tuple[Indicator, ...] = ()) -> pd.DataFrame:
    """Indicators with a value: one row per municipality (index = code), one column per theme.

    Parameters
    ----------
    indicators
        ``area_code``, ``indicator``, ``value`` of the indicator table.
    """
    import pandas as pd

    entries = catalogue.indicators(own)
    table = indicators.astype({"area_code": "str", "indicator": "str"})
    has = table.loc[table["value"].notna(), ["area_code", "indicator"]].drop_duplicates()
    theme = has["indicator"].map({each.id: each.theme for each in entries.values()})
    counts = pd.crosstab(has["area_code"], theme)
    areas, themes = sorted(table["area_code"].unique()), list(totals(entries.values()))
    return counts.reindex(index=areas, columns=themes, fill_value=0).astype(int)


def totals(entries: Iterable[Indicator]) -> dict[str, int]:
    """Theme → number of indicators, in the order of the themes."""
    counts = Counter(each.theme for each in entries)
    return {theme: counts[theme] for theme in catalogue.THEMES if counts[theme]}


def reasons_of(indicators: pd.DataFrame) -> dict[str, str]:
    """Indicator → the reason most often given where it has no value."""
    lacking = indicators.loc[indicators["reason"].astype(str) != "", ["indicator", "reason"]].astype(str)
    first = lacking.value_counts().reset_index().drop_duplicates("indicator")
    return dict(zip(first["indicator"], first["reason"], strict=True))


def is_downloadable(dataset: str) -> bool:
    """Whether ``explorer download`` fetches it."""
    return any(offer.dataset == dataset for offer in OFFERS)


def by_hand(dataset: str) -> tuple[str, str, str]:
    """Page and what to do there, in both languages, for what ``explorer download`` does not fetch; empty otherwise."""
    for entry in BY_HAND:
        if entry.dataset == dataset:
            return entry.page, entry.ja, entry.en
    return "", "", ""


def prefectures_of(manifest: Mapping[str, Any]) -> list[str]:
    """Prefectures of the study area, two digits."""
    codes: Sequence[str] = manifest.get("study_area", {}).get("codes", ())
    return sorted({str(code)[:2] for code in codes})
