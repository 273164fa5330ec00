"""Regions (圏域): any set of municipalities of the study area, across prefectures, with pooled numbers.

Every place belongs to one municipality, so the people of a region are exactly those of its members added up.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, cast

from geodata.workspace import Workspace

if TYPE_CHECKING:
    from pathlib import Path

    import geopandas as gpd
    import pandas as pd

    from explorer.comparison.areas import AskedArea
    from explorer.comparison.compared import Comparison
    from explorer.confidence import Confidence
    from explorer.figures.picture import Picture
    from explorer.live import Live
    from explorer.profile.shown import Profile
    from explorer.region_file import SavedRegion
    from explorer.rows import Rows
    from explorer.scenario_edits import Scenario
    from explorer.scenario_ground import Ground
    from explorer.scenario_result import ScenarioResult
    from explorer.services import Services
    from explorer.words import Language
    from layers.catalogue import Indicator
    from layers.conditions import Conditions
    from layers.score_rules import ScoreSettings

REGION = "region"


@dataclass(frozen=True)
class Opened:
    """A workspace with its municipalities at hand."""

    workspace: Workspace

    @cached_property
    def municipalities(self) -> gpd.GeoDataFrame:
        """Municipalities of the study area, in the order of their codes."""
        import geopandas as gpd

        table = cast("gpd.GeoDataFrame", self.workspace.table("municipalities"))
        return gpd.GeoDataFrame(table[table["in_study_area"]].reset_index(drop=True))

    @cached_property
    def conditions(self) -> Conditions:
        """Places and distances, with one area per municipality."""
        from explorer.conditions import load_conditions, step_folders
        from layers.access.profiles import profiles_for

        table = self.municipalities
        return load_conditions(
            step_folders(self.workspace),
            table["code"].tolist(),
            table["area_km2"].to_numpy(float),
            profiles_for(self.workspace.manifest),
        )

    @cached_property
    def catalogue(self) -> dict[str, Indicator]:
        """Every indicator of the catalogue, and those of the tables that this workspace was built with."""
        from explorer.own_indicators import own_indicators
        from layers import catalogue

        return catalogue.indicators(own_indicators(self.workspace))

    def kpis(self, area: str | Sequence[str] = ()) -> pd.DataFrame:
        """The KPIs of the government's strategy with what is published, and our own figures beside them.

        Parameters
        ----------
        area
            Code of a municipality, or several as a region; none takes all of the study area.

        Returns
        -------
        DataFrame
            Columns :data:`explorer.kpi_values.KPI_COLUMNS`.
        """
        from explorer.kpi_values import kpi_table

        return kpi_table(self, [area] if isinstance(area, str) else list(area))

    def indicators(self) -> pd.DataFrame:
        """The long table of every municipality (columns :data:`geodata.tables.INDICATOR_COLUMNS`)."""
        return self.workspace.table("indicators")

    def rows(self, region: Sequence[str] = ()) -> Rows:
        """Single values out of the long table, looked up quickly; kept while the workspace is open.

        Parameters
        ----------
        region
            Codes of municipalities: the rows are those of all of them pooled, as area ``region``. None: every municipality.
        """
        from explorer.rows import Rows

        codes = tuple(self.region(region).codes) if region else ()
        if codes not in self._rows:
            table = Region(self, list(codes)).pooled_table() if codes else self.indicators()
            self._rows[codes] = Rows(table, self.catalogue)
        return self._rows[codes]

    @cached_property
    def _rows(self) -> dict[tuple[str, ...], Rows]:
        return {}

    def indicator(
        self,
        indicator_id: str,
        *,
        threshold: int | None = None,
        mode: str | None = None,
        group: str | None = None,
        region: Sequence[str] = (),
    ) -> pd.DataFrame:
        """One indicator, with any threshold in metres: see :func:`explorer.asking.indicator_rows`."""
        from explorer.asking import indicator_rows

        return indicator_rows(self, indicator_id, threshold=threshold, mode=mode, group=group, region=region)

    def compare(
        self,
        areas: str | Sequence[AskedArea],
        indicators: Sequence[str],
        *,
        mode: str | None = None,
        group: str = "total",
        base: str | None = None,
        weights: Mapping[str, float] | None = None,
    ) -> Comparison:
        """Municipalities and regions side by side: see :func:`explorer.comparison.compared.compare_areas`."""
        from explorer.comparison.compared import compare_areas

        return compare_areas(self, areas, indicators, mode=mode, group=group, base=base, weights=weights)

    def scores(
        self,
        *,
        mode: str = "walk",
        group: str = "total",
        weights: Mapping[str, float] | None = None,
        settings: ScoreSettings | None = None,
        region: Sequence[str] = (),
        variation: float = 0.2,
    ) -> pd.DataFrame:
        """Accessibility scores with weights and anchors of one's own: see :func:`explorer.scores.score_table`."""
        from explorer.scores import score_table

        return score_table(
            self, mode=mode, group=group, weights=weights, settings=settings, region=region, variation=variation
        )

    def confidence(self, indicator_id: str, mode: str | None = None, group: str = "total") -> pd.DataFrame:
        """What could be wrong with an indicator, per municipality: see :meth:`explorer.confidence.Confidence.table`.

        Without a mode it is that of streets on foot where the indicator knows it, else its first.
        """
        return self.doubts.table(indicator_id, mode, group)

    @cached_property
    def doubts(self) -> Confidence:
        """What could be wrong with the values, and what they would be with other choices."""
        from explorer.confidence import Confidence

        return Confidence(self)

    def pooled_conditions(self, codes: tuple[str, ...]) -> Conditions:
        """Places and distances with some municipalities as one area; kept for the next question about them."""
        from explorer.conditions import pooled

        if codes not in self._pooled:
            known = self.municipalities["code"].tolist()
            self._pooled[codes] = pooled(self.conditions, [known.index(code) for code in codes])
        return self._pooled[codes]

    @cached_property
    def _pooled(self) -> dict[tuple[str, ...], Conditions]:
        return {}

    def live(self) -> Live:
        """Answers to what-if questions: facilities opened or closed, streets cut, speeds changed."""
        return self._live

    @cached_property
    def _live(self) -> Live:
        from explorer.live import Live

        return Live(self)

    def scenario(self, scenario: Scenario | Path | str) -> ScenarioResult:
        """What a scenario (or the file that holds it) does: see :func:`explorer.scenario.run_scenario`."""
        from explorer.scenario import run_scenario

        return run_scenario(self, scenario)

    @cached_property
    def scenario_ground(self) -> Ground:
        """What scenarios can name here."""
        from explorer.scenario_ground import Ground

        return Ground(self)

    def services(self) -> Services:
        """Who can use which site of a service, and how far it is."""
        return self._services

    @cached_property
    def _services(self) -> Services:
        from explorer.services import Services

        return Services(self)

    def region(self, codes: Sequence[str] | SavedRegion | Path | str) -> Region:
        """A set of municipalities as one region; wards count as their city.

        Parameters
        ----------
        codes
            Codes, a saved region, or the path of its file (:mod:`explorer.region_file`).

        Raises
        ------
        UnknownCode
            A code is not in the study area, or none is given.
        RegionError
            The file of a region cannot be used.
        """
        from explorer.region_file import region_codes

        return Region(self, *region_codes(self, codes))

    def profile(
        self,
        codes: Sequence[str] | SavedRegion | Path | str,
        language: Language = "ja",
        *,
        scenario: ScenarioResult | None = None,
    ) -> Profile:
        """The profile of one municipality, or of several as a region: see :class:`explorer.profile.shown.Profile`.

        Raises
        ------
        UnknownCode, RegionError
            As :meth:`region`.
        """
        return self.region(codes).profile(language, scenario=scenario)

    def map(
        self,
        indicator_id: str,
        *,
        mode: str | None = None,
        group: str | None = None,
        language: Language = "ja",
        shows_places: bool = False,
    ) -> Picture:
        """The map of one indicator as a picture for paper: see :func:`explorer.figures.indicator_map.indicator_map`.

        Raises
        ------
        UnknownCode
            There is no such indicator, mode or age group.
        NotOnMap
            The indicator has no value per place.
        """
        from explorer.figures.indicator_map import indicator_map

        asked = indicator_map(self, indicator_id, mode=mode, group=group, language=language, shows_places=shows_places)
        return asked.picture()

    def export(self, target: Path | str, **options: Any) -> list[Path]:
        """Write indicators, shapes or distances as a file of another program: see :func:`explorer.export.files.export`."""
        from explorer.export.files import export

        return export(self, target, **options)

    @cached_property
    def borders(self) -> pd.DataFrame:
        """Kilometres of border that municipalities share: see :func:`explorer.borders.shared_borders`."""
        from explorer.borders import shared_borders

        return shared_borders(self.municipalities, self.workspace.manifest["projection"])

    @cached_property
    def centres(self) -> pd.DataFrame:
        """The point that stands for each municipality in travel times: see :func:`explorer.centres.centres`."""
        from explorer.centres import centres

        return centres(self)

    def __repr__(self) -> str:
        return f"<Opened {self.workspace.path}: {self.workspace.manifest.get('title', '')}>"

    def _repr_html_(self) -> str:
        """For notebooks."""
        from explorer.notebook import workspace_html

        return workspace_html(self)


@dataclass(frozen=True)
class Region:
    """A region: its members' numbers, and those of all of them pooled."""

    opened: Opened
    codes: list[str]
    title: str = ""

    @property
    def name(self) -> str:
        """Its own name where it has one, else the names of the members, joined."""
        if self.title:
            return self.title
        table = self.opened.municipalities.set_index("code")
        return "・".join(table.loc[self.codes, "name"])

    def indicators(self) -> gpd.GeoDataFrame:
        """The long table of the members and, as area ``region``, of the pooled region, with shapes.

        Returns
        -------
        GeoDataFrame
            Columns :data:`geodata.tables.INDICATOR_COLUMNS` and geometry (JGD2011).
        """
        import geopandas as gpd
        import pandas as pd

        long = pd.concat([self.member_table(), self.pooled_table()], ignore_index=True)
        shapes = self.opened.municipalities.set_index("code").geometry.loc[self.codes]
        by_code = {**shapes.to_dict(), REGION: shapes.union_all()}
        return gpd.GeoDataFrame(long, geometry=long["area_code"].astype(str).map(by_code).to_numpy(), crs=shapes.crs)

    def export(self, target: Path | str, **options: Any) -> list[Path]:
        """Write its members and itself pooled, as :meth:`Opened.export` does."""
        return self.opened.export(target, region=self, **options)

    def member_table(self) -> pd.DataFrame:
        """Rows of the members."""
        table = self.opened.indicators()
        return table[table["area_code"].isin(self.codes)]

    def pooled_table(self) -> pd.DataFrame:
        """Rows of the whole region, its people and places pooled."""
        from layers.indicators import indicator_table

        conditions = self.opened.pooled_conditions(tuple(self.codes))
        return indicator_table(conditions, [REGION], [self.name], wanted=self.opened.catalogue.values())

    def profile(self, language: Language = "ja", *, scenario: ScenarioResult | None = None) -> Profile:
        """The document about the region: see :class:`explorer.profile.shown.Profile`."""
        from explorer.profile.shown import Profile

        return Profile(self, language, scenario)

    def map(
        self,
        indicator_id: str,
        *,
        mode: str | None = None,
        group: str | None = None,
        language: Language = "ja",
        shows_places: bool = False,
    ) -> Picture:
        """The map of one indicator for the members: see :meth:`Opened.map`."""
        from explorer.figures.indicator_map import indicator_map

        asked = indicator_map(
            self.opened, indicator_id, mode=mode, group=group, codes=self.codes, area=self.title, language=language,
            shows_places=shows_places,
        )  # fmt: skip
        return asked.picture()

    def __repr__(self) -> str:
        return f"<Region {self.name}: {', '.join(self.codes)}>"

    def _repr_html_(self) -> str:
        """For notebooks."""
        from explorer.notebook import region_html

        return region_html(self)
