"""What a raster of access surfaces says of itself: names of its bands, what a pixel is, sources and conditions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from explorer.words import word
from geodata.kinds import CATEGORIES
from layers.catalogue import MODES
from layers.measures import is_in_metres

if TYPE_CHECKING:
    from explorer.export.surface_grid import PixelGrid
    from explorer.provenance import Provenance
    from explorer.regions import Opened
    from explorer.scenario_result import ScenarioResult

# Of a service these say where the data come from; others of its indicators also need what a surface does not show.
_SURFACE_NEEDS: Final = frozenset({"facilities", "stations", "stops", "streets", "terrain"})


def category_names(category: str) -> tuple[str, str]:
    """What the way leads to, Japanese and English."""
    known = CATEGORIES.get(category)
    return (known.ja, known.en) if known else (word(category, "ja"), word(category, "en"))


def way_tags(category: str, mode: str) -> dict[str, str]:
    """Tags of the band of a category and mode."""
    (category_ja, category_en), (mode_ja, mode_en) = category_names(category), MODES.get(mode, (mode, mode))
    in_metres = is_in_metres(mode)
    return {
        "CATEGORY": category,
        "MODE": mode,
        "NAME_JA": f"{category_ja}：最寄りまで（{mode_ja}、{'m' if in_metres else '分'}、到達できる人の平均）",
        "NAME_EN": f"{category_en}: way to the nearest ({mode_en}; {'m' if in_metres else 'minutes'}; mean over people who reach one)",
    }


def file_tags(
    opened: Opened, grid: PixelGrid, group: str, pairs: Sequence[tuple[str, str]], scenario: ScenarioResult | None
) -> dict[str, str]:
    """What the file says of itself: what it shows, of when, from which sources, under which conditions."""
    provenance = _provenance(opened, pairs, scenario)
    pixel_ja, pixel_en = grid.names
    return {
        "TITLE_JA": f"{provenance.title('ja')}：最寄り施設までの距離・時間",
        "TITLE_EN": f"{provenance.title('en')}: way to the nearest facility",
        "PIXEL_JA": f"{pixel_ja}。人口の地点が1つずつ中央にある。人の住まない区画は nodata（NaN）",
        "PIXEL_EN": f"{pixel_en}, with a place of people in its middle; nodata (NaN) where nobody lives",
        "OVERVIEWS_EN": "averages for drawing; people add up at full resolution only",
        "OVERVIEWS_JA": "縮小画像は表示用の平均。人口の合計は元の解像度で取る",
        "GROUP": group,
        "PROVENANCE_JA": provenance.text("ja"),
        "PROVENANCE_EN": provenance.text("en"),
        "WORKSPACE_KEY": provenance.key,
        "SCENARIO": provenance.scenario,
        "TIFFTAG_SOFTWARE": f"regional-conditions-explorer {provenance.version}",
        "TIFFTAG_COPYRIGHT": provenance.credit_line("en"),
    }


def _provenance(opened: Opened, pairs: Sequence[tuple[str, str]], scenario: ScenarioResult | None) -> Provenance:
    from explorer.provenance import provenance_of

    categories, modes = {category for category, _ in pairs}, {mode for _, mode in pairs}
    behind = [
        each
        for each in opened.catalogue.values()
        if each.category in categories and each.official is None and _SURFACE_NEEDS.issuperset(each.needs)
    ]
    return provenance_of(opened, behind or None, scenario, modes=modes)
