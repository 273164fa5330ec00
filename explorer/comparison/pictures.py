"""Pictures of a comparison: bars on one scale, the distribution with these places marked, maps on one scale, change over years."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from explorer.comparison.texts import base_of, name_of, series_name
from explorer.comparison.years import PEOPLE
from explorer.figures.style import TEXT_WIDTH_MM, ChartFrame
from explorer.words import either, word

if TYPE_CHECKING:
    from explorer.comparison.compared import Comparison
    from explorer.comparison.composite import Composite
    from explorer.comparison.measured import Measured
    from explorer.comparison.years import YearRow
    from explorer.figures.picture import Picture
    from explorer.words import Language

MOST_NAMED: Final = 10  # places named on a strip; of more the ends and the base
MOST_LINES: Final = 6
MOST_SLOPES: Final = 30
MOST_MAPS: Final = 6
MOST_RADAR: Final = 4
FEWEST_AXES: Final = 3
_SHARE_CLASSES: Final = (20.0, 40.0, 60.0, 80.0)


def bars_picture(
    comparison: Comparison, row: Measured, language: Language, *, width_mm: float = TEXT_WIDTH_MM, credit: str = ""
) -> Picture:
    """A bar per area, its range as a whisker, a line at the base."""
    from explorer.figures.bars import Bar, bars

    items = [
        Bar(area.name(language), float(row.value[at]), float(row.ranges.low[at]), float(row.ranges.high[at]),
            is_marked=at == comparison.base, is_whole=area.is_region)
        for at, area in enumerate(comparison.areas)
    ]  # fmt: skip
    base = row.median if comparison.base is None else float(row.value[comparison.base])
    frame = ChartFrame(name_of(row, language), row.indicator.unit, language, width_mm, credit)
    return bars(items, frame, reference=(base, base_of(comparison, language)))


def strip_picture(
    comparison: Comparison, row: Measured, language: Language, *, width_mm: float = TEXT_WIDTH_MM, credit: str = ""
) -> Picture:
    """All municipalities of the study area on one line, the areas compared with their names."""
    from explorer.figures.strip import Marked, strip

    named = [Marked(comparison.areas[at].name(language), float(row.value[at])) for at in _named(comparison, row)]
    frame = ChartFrame(name_of(row, language), row.indicator.unit, language, width_mm, credit)
    return strip(row.towns.tolist(), named, frame, better=row.indicator.better)


def slope_picture(
    comparison: Comparison, row: YearRow, language: Language, *, width_mm: float = TEXT_WIDTH_MM, credit: str = ""
) -> Picture:
    """From the first year to the last; people as percent of the first year, so that towns of any size stand on one scale."""
    from explorer.figures.before_after import BeforeAfter, slope

    values, unit = shown_values(row)
    lines = [
        BeforeAfter(area.name(language), float(values[0, at]), float(values[-1, at]), is_marked=at == comparison.base)
        for at, area in enumerate(comparison.areas)
    ]
    ends = tuple(word("cmp_year", language, year=year) for year in (row.years[0], row.years[-1]))
    return slope(lines, (ends[0], ends[1]), ChartFrame(series_name(row, language), unit, language, width_mm, credit))


def lines_picture(
    comparison: Comparison, row: YearRow, language: Language, *, width_mm: float = TEXT_WIDTH_MM, credit: str = ""
) -> Picture:
    """All years, a line per area."""
    from explorer.figures.lines import Line, lines

    values, unit = shown_values(row)
    series = [Line(area.name(language), row.years, values[:, at].tolist()) for at, area in enumerate(comparison.areas)]
    projected = [point.year for point in row.points if point.is_projected and point.indicator]
    frame = ChartFrame(series_name(row, language), unit, language, width_mm, credit)
    return lines(series, frame, future_from=min(projected, default=None), from_zero=False)


def shown_values(row: YearRow) -> tuple[np.ndarray[tuple[int, int], np.dtype[np.float64]], str]:
    """(n_years, n_areas) as drawn, and their unit: people as percent of the first year."""
    values = np.asarray(row.values, dtype=np.float64)
    if row.series != PEOPLE and row.unit != "人":
        return values, row.unit
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(values[0] > 0, 100.0 * values / values[0], np.nan), "%"


def composite_picture(
    comparison: Comparison,
    composite: Composite,
    language: Language,
    *,
    width_mm: float = TEXT_WIDTH_MM,
    credit: str = "",
) -> Picture:
    """The composite, highest first, with its range when weights vary."""
    from explorer.figures.bars import Bar, bars

    order = np.argsort(np.where(np.isfinite(composite.rank), composite.rank, np.inf), kind="stable")
    items = [
        Bar(comparison.areas[at].name(language), float(composite.value[at]), float(composite.low[at]),
            float(composite.high[at]), is_marked=at == comparison.base, is_whole=comparison.areas[at].is_region)
        for at in order.tolist()
    ]  # fmt: skip
    return bars(items, ChartFrame(word("cmp_composite", language), "点", language, width_mm, credit))


def can_draw_radar(comparison: Comparison, composite: Composite) -> bool:
    """Whether a radar can be read: at most four areas, three parts or more."""
    return len(comparison.areas) <= MOST_RADAR and len(composite.indicators) >= FEWEST_AXES


def radar_picture(
    comparison: Comparison,
    composite: Composite,
    language: Language,
    *,
    width_mm: float = TEXT_WIDTH_MM,
    credit: str = "",
) -> Picture:
    """The parts of the composite around a centre: an extra, as bars are easier to compare."""
    from explorer.figures.radar import RadarLine, radar

    axes = [either((each.ja, each.en), language) for each in composite.indicators]
    series = [
        RadarLine(area.name(language), composite.parts[:, at].tolist()) for at, area in enumerate(comparison.areas)
    ]
    return radar(axes, series, ChartFrame(word("cmp_parts", language), "点", language, width_mm, credit))


def mapped(comparison: Comparison) -> list[Measured]:
    """Indicators whose maps can stand side by side on one scale: shares from 0 to 100 % with the same good end, two or more."""
    found: dict[object, list[Measured]] = {}
    for row in comparison.rows:
        known = row.towns[np.isfinite(row.towns)]
        if row.indicator.unit == "%" and known.size and known.min() >= 0 and known.max() <= 100:
            found.setdefault(row.indicator.better, []).append(row)
    most = max(found.values(), key=len, default=[])
    return most[:MOST_MAPS] if len(most) > 1 else []


def maps_picture(comparison: Comparison, language: Language, *, credit: str = "") -> Picture | None:
    """Small maps of the study area on one scale; None where no two indicators can share one."""
    from explorer.figures.maps import MapDrawing, small_multiples
    from explorer.maps.classes import make_classes
    from explorer.maps.colours import NO_DATA
    from explorer.maps.legend import LegendRow, class_rows

    rows = mapped(comparison)
    if not rows:
        return None
    towns = comparison.opened.municipalities["code"].astype(str).tolist()
    members = tuple(dict.fromkeys(code for area in comparison.areas for code in area.codes))
    values = np.concatenate([row.towns for row in rows])
    classes = make_classes(values, "fixed", fixed=_SHARE_CLASSES, better=rows[0].indicator.better)
    counted = class_rows(classes, [0] * len(classes.colours), 1, unit="%", language=language)
    legend = tuple(LegendRow(row.colour, row.label) for row in counted)  # one for several maps: without counts
    drawings = []
    for row in rows:
        fills = {
            code: classes.colours[number] if number >= 0 else NO_DATA
            for code, number in zip(towns, classes.of(row.towns).tolist(), strict=True)
        }
        drawings.append(
            MapDrawing(
                language=language,
                title=name_of(row, language),
                codes=members,
                fills=fills,
                legend=legend,
                credit=credit,
            )
        )
    return small_multiples(comparison.opened, drawings, columns=min(3, len(drawings)))


def _named(comparison: Comparison, row: Measured) -> list[int]:
    """Areas that a strip names: all of a few; of many the highest, the lowest and the base."""
    known = [at for at in range(len(comparison.areas)) if np.isfinite(row.value[at])]
    if len(known) <= MOST_NAMED:
        return known
    ends = {max(known, key=lambda at: row.value[at]), min(known, key=lambda at: row.value[at])}
    if comparison.base is not None:
        ends.add(comparison.base)
    return sorted(ends & set(known))
