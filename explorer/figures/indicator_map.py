"""The map of one indicator as a file: picture for paper, or one HTML page; the same classes and legend as on the screen."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from explorer.asking import chosen
from explorer.export.selection import Selection, selection
from explorer.figures.alt import extremes, joined
from explorer.figures.ground import ground_of
from explorer.figures.map_drawing import MapDrawing
from explorer.figures.maps import draw_map
from explorer.figures.picture import Picture
from explorer.figures.style import TEXT_WIDTH_MM
from explorer.maps.classes import SCHEMES, Classes, Scheme, make_classes
from explorer.maps.colours import NO_DATA
from explorer.maps.layer_choice import credit_lines, legend_blocks, saved_layers
from explorer.maps.legend import LegendRow, class_rows, legend_blocks_html, legend_html
from explorer.maps.place_layer import PlaceLayer, place_layer
from explorer.maps.raster import PlaceRaster, draw_places
from explorer.maps.saved import SavedMap, saved_map_html
from explorer.maps.shapes import stored_drawing
from explorer.provenance import Provenance, provenance_of
from explorer.words import Language, either, one_language, value_text, word
from geodata.errors import ExplorerError, UnknownCode
from layers import catalogue
from layers.measures import is_in_metres, per_minute

if TYPE_CHECKING:
    from explorer.maps.overlay import Overlay
    from explorer.regions import Opened
    from explorer.scenario_result import ScenarioResult

_OPACITY: Final = 0.85  # as on the screen


class NotOnMap(ExplorerError, ValueError):
    """A map was asked for something that cannot be drawn."""


@dataclass(frozen=True, eq=False)
class IndicatorMap:
    """The map of one indicator; make it with :func:`indicator_map`.

    Parameters
    ----------
    codes
        Municipalities that it is about; none for all of the study area.
    title_of_area
        Name of the region, where it has one of its own.
    shows_places
        Whether the value of each place is laid over the municipalities.
    """

    selection: Selection
    mode: str
    group: str
    codes: tuple[str, ...]
    title_of_area: str
    language: Language
    scheme: Scheme
    shows_places: bool

    @property
    def opened(self) -> Opened:
        """The workspace."""
        return self.selection.opened

    @property
    def indicator(self) -> catalogue.Indicator:
        """Entry of the catalogue."""
        return self.selection.indicators[0]

    @property
    def scenario(self) -> ScenarioResult | None:
        """What the values are after, if anything."""
        return self.selection.scenario

    @cached_property
    def table(self) -> pd.DataFrame:
        """One row per municipality that the map is about: index code; ``name``, ``value``, ``reason``."""
        suffix = "" if self.scenario is None else "_after"
        rows = self.selection.long
        rows = rows[(rows["mode"] == self.mode) & (rows["group"] == self.group)]
        rows = rows.assign(code=rows["area_code"].astype(str)).set_index("code")
        towns = self.opened.municipalities.set_index("code")["name"].astype(str)
        wanted = [code for code in towns.index if not self.codes or code in self.codes]
        found = pd.DataFrame(
            {"value": rows[f"value{suffix}"].astype(float), "reason": rows[f"reason{suffix}"].astype(object)}
        )
        found = found.reindex(wanted)
        found.insert(0, "name", towns.loc[wanted].to_numpy())
        found["reason"] = found["reason"].where(found["reason"].notna(), "")
        return found

    @cached_property
    def classes(self) -> Classes:
        """Limits and colours of the municipalities."""
        indicator = self.indicator
        return make_classes(self.table["value"], self.scheme, fixed=indicator.classes, better=indicator.better)

    @cached_property
    def fills(self) -> dict[str, str]:
        """Colour of each municipality."""
        found = self.classes.of(self.table["value"]).tolist()
        return {
            code: self.classes.colours[index] if index >= 0 else NO_DATA
            for code, index in zip(self.table.index.tolist(), found, strict=True)
        }

    @property
    def rows(self) -> list[LegendRow]:
        """Rows of the legend, with how many municipalities each class has."""
        counts, missing = self.classes.counts(self.table["value"])
        return class_rows(self.classes, counts, missing, unit=self.indicator.unit, language=self.language)

    @property
    def name(self) -> str:
        """Name of the indicator."""
        return either((self.indicator.ja, self.indicator.en), self.language)

    @property
    def condition(self) -> str:
        """Mode, age group and scenario in words."""
        parts = [either(catalogue.MODES[self.mode], self.language)] if self.mode else []
        parts.append(either(catalogue.GROUPS[self.group], self.language))
        if self.scenario is not None:
            parts.append(word("fig_after_scenario", self.language, name=self.scenario.scenario.name))
        return word("separator", self.language).join(parts)

    @cached_property
    def provenance(self) -> Provenance:
        """Where the values come from."""
        return provenance_of(self.opened, [self.indicator], self.scenario, modes=[self.mode])

    @property
    def area(self) -> str:
        """Name of what the map is about."""
        if self.title_of_area:
            return self.title_of_area
        if not self.codes:
            return self.provenance.title(self.language)
        named = [
            word("name_and_code", self.language, name=name, code=code) for code, name in self.table["name"].items()
        ]
        return word("comma", self.language).join(named[:3]) + ("…" if len(named) > 3 else "")

    @cached_property
    def layer(self) -> PlaceLayer | None:
        """The value of each place, where it is asked for."""
        if not self.shows_places:
            return None
        found = place_layer(self.opened.workspace, self.indicator, self.mode)
        assert found is not None, "checked before"
        values = found.values if self.scenario is None else self._values_after(found)
        return PlaceLayer(values, found.classes, found.category, found.mode, found.look)

    def picture(self, *, width_mm: float = TEXT_WIDTH_MM, height_mm: float | None = None) -> Picture:
        """For paper."""
        return draw_map(self.opened, self.drawing(width_mm=width_mm, height_mm=height_mm, is_titled=True))

    def drawing(
        self, *, width_mm: float = TEXT_WIDTH_MM, height_mm: float | None = None, is_titled: bool = False
    ) -> MapDrawing:
        """The map as layers, to which more may be added; untitled where a caption says what it shows."""
        language = self.language
        head = word("fig_map_title", language, name=self.name, area=self.area, condition=self.condition)
        layer = self.layer
        shown = np.empty(0) if layer is None else layer.values[self._lived_in]
        rows = [] if layer is None else layer.rows(
            language, has_unreachable=bool(np.isposinf(shown).any()), has_unknown=bool(np.isnan(shown).any())
        )  # fmt: skip
        notes = [*([word("fig_areas_counted", language)] if layer is None else []), *self._why_missing()]
        return MapDrawing(
            language=language,
            title=head if is_titled else "",
            subject=head,
            codes=self.codes,
            # On paper colours of municipalities under those of places would be taken for one another.
            fills=self.fills if layer is None else None,
            legend=tuple(self.rows) if layer is None else (),
            legend_title=f"{self.name}{word('separator', language)}{self.condition}",
            note=joined(notes, language),
            places=None if layer is None else (layer.values, layer.classes),
            place_rows=tuple(rows),
            place_title="" if layer is None else layer.title(language),
            told=extremes(self.table["name"].tolist(), self.table["value"].tolist(), self.indicator.unit, language),
            width_mm=width_mm,
            height_mm=height_mm,
            credit=self.provenance.credit_line(language),
        )

    def html(self, layers: Sequence[tuple[Overlay, float]] = ()) -> bytes:
        """One page that opens without a network.

        Parameters
        ----------
        layers
            What else to lay over the map, bottom to top, with opacities (:func:`explorer.maps.layer_choice.chosen_layers`).
        """
        language, unit = self.language, self.indicator.unit
        places = None if self.layer is None else self._raster(self.layer)
        note = word("separator", language).join([self.condition, word("legend_areas", language)])
        blocks = [legend_html(self.name, self.rows, note=note)]
        if self.layer is not None and places is not None:
            rows = self.layer.rows(language, has_unreachable=places.has_unreachable, has_unknown=places.has_unknown)
            blocks.append(legend_html(self.layer.title(language), rows, note=word("legend_nobody", language)))
        parts = [part for part, _ in layers]
        blocks.append(legend_blocks_html(legend_blocks(parts, language)))
        credit = self.provenance.credit_line(language)
        also = credit_lines(self.opened.workspace.manifest, parts, language)
        labels = {str(code): value_text(float(value), unit, language) for code, value in self.table["value"].items()}
        return saved_map_html(
            SavedMap(
                title=f"{self.name} — {self.area}",
                subtitle=self.condition,
                credit=" | ".join([credit, *(line for line in also if line not in credit)]),
                language=language,
                shapes=self._shapes(),
                colours=self.fills,
                labels=labels,
                legend="".join(blocks),
                opacity=_OPACITY,
                places=places,
                banner=word("sample_banner", language) if self.provenance.is_sample else "",
                layers=saved_layers(layers, language),
            )
        )

    @cached_property
    def _lived_in(self) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
        """Places with people in the municipalities that the map is about."""
        conditions = self.opened.conditions
        lived_in = np.asarray(conditions.people["total"] > 0, dtype=bool)
        if self.codes:
            rows = np.flatnonzero(self.opened.municipalities["code"].isin(list(self.codes)))
            lived_in &= np.isin(conditions.area_of_place, rows)
        return lived_in

    def _why_missing(self) -> list[str]:
        """Reasons where no municipality has a value; those of single ones stand in tables."""
        if self.table["value"].notna().any():
            return []
        reasons = dict.fromkeys(one_language(str(reason), self.language) for reason in self.table["reason"] if reason)
        return [word("fig_why_missing", self.language, reason=reason) for reason in list(reasons)[:2]]

    def _values_after(self, layer: PlaceLayer) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
        assert self.scenario is not None
        after = self.scenario.effect.after
        stored = np.asarray(after.distances[layer.category, layer.mode], dtype=float)
        return stored if is_in_metres(layer.mode) else stored / per_minute(layer.mode, after.profiles)

    def _raster(self, layer: PlaceLayer) -> PlaceRaster | None:
        people = np.where(self._lived_in, 1.0, 0.0)
        ground = ground_of(self.opened)
        longitude, latitude = ground.plane.to_degrees(ground.places)
        return draw_places(longitude, latitude, layer.values, layer.classes, people=people)

    def _shapes(self) -> bytes:
        """Shapes for the page; municipalities that the map is not about are pale, as those around the study area are."""
        import shapely

        stored = stored_drawing(self.opened.workspace)
        if not self.codes:
            return stored
        collection = json.loads(stored)
        meant = [feature for feature in collection["features"] if feature["id"] in self.codes]
        for feature in collection["features"]:
            feature["properties"]["inside"] = int(feature["id"] in self.codes)
        if meant:
            box = shapely.total_bounds(shapely.from_geojson([json.dumps(each["geometry"]) for each in meant]))
            collection["bbox"] = [round(float(side), 5) for side in box]
        return json.dumps(collection, ensure_ascii=False, separators=(",", ":")).encode()


def indicator_map(
    opened: Opened,
    indicator_id: str,
    *,
    mode: str | None = None,
    group: str | None = None,
    codes: Sequence[str] = (),
    area: str = "",
    language: Language = "ja",
    scheme: Scheme = "fixed",
    shows_places: bool = False,
    scenario: ScenarioResult | None = None,
) -> IndicatorMap:
    """The map of one indicator, everything asked for checked.

    Parameters
    ----------
    mode, group
        None takes the usual ones: on foot along streets where the indicator knows it, all people where it counts them.
    codes
        Municipalities; none for all.
    area
        Name of these as a region.
    scheme
        How limits of classes are found (:data:`explorer.maps.classes.SCHEMES`).
    scenario
        Values after it.

    Raises
    ------
    UnknownCode
        There is no such indicator, mode or age group.
    NotOnMap
        The class scheme is unknown, or there is no value per place.
    """
    if scheme not in SCHEMES:
        raise NotOnMap(
            f"{scheme}: 階級の分け方は {'、'.join(SCHEMES)} です。 / Classes are one of {', '.join(SCHEMES)}."
        )
    indicator = chosen(opened, indicator_id, mode, group)
    asked = selection(opened, indicators=[indicator_id], scenario=scenario, language=language)
    if group is None:
        group = "total" if indicator.groups is None or "total" in indicator.groups else indicator.groups[0]
    if mode is None:
        mode = asked.rows.usual_mode(indicator_id, group)
    if not asked.rows.places(indicator_id, group, mode):
        raise UnknownCode(
            f"{indicator_id}・{mode or '—'}・{group}: この組み合わせの値は、このワークスペースにありません。 / "
            "This workspace has no values for this indicator, mode and age group."
        )
    if shows_places:
        _check_places(opened, indicator, mode, scenario)
    return IndicatorMap(asked, mode, group, tuple(codes), area, language, scheme, shows_places)


def _check_places(opened: Opened, indicator: catalogue.Indicator, mode: str, scenario: ScenarioResult | None) -> None:
    layer = place_layer(opened.workspace, indicator, mode)
    if layer is None:
        raise NotOnMap(
            f"{indicator.id}: この指標には地点ごとの結果がありません。 / This indicator has no result per place."
        )
    if scenario is not None and (
        layer.look is not None or (layer.category, mode) not in scenario.effect.after.distances
    ):
        raise NotOnMap(
            f"{indicator.id}: シナリオの後の地点ごとの結果は、この指標では分かりません。 / "
            "The result per place after a scenario is not known for this indicator."
        )
