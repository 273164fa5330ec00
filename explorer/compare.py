"""Neighbours of a municipality, and statistically similar ones, always with the parts that a judgement is made of.

Neighbours stand side by side in three measures that are not mixed into one: kilometres of shared border, minutes between
centres, commuters. Peers are ordered by one distance, because a list needs an order; beside it stands, for every indicator, the
value and how many standard deviations it is from here, so that anybody can see what likeness the distance is made of.

>>> import explorer
>>> from explorer.compare import neighbours, peers
>>> peers(explorer.open("workspace"), "10203")  # doctest: +SKIP
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final, Literal

import numpy as np
import numpy.typing as npt

from geodata.errors import ExplorerError, MissingSource, UnknownCode

if TYPE_CHECKING:
    import pandas as pd

    from explorer.regions import Opened

Order = Literal["border", "minutes", "commuters", "code"]
NEIGHBOUR_COLUMNS: Final = (
    "code",
    "name",
    "border_km",
    "border_is_approximate",
    "minutes",
    "minutes_back",
    "minutes_basis",
    "commuters_out",
    "commuters_out_percent",
    "commuters_in",
    "commuters_in_percent",
    "people",
    "reason",
)
# What a place is like, with little overlap: how many people, how densely they live, how old, what is expected, whether it is a
# centre for others. Fiscal power, primary sector and habitable land, which studies of peers also use, are in no source of
# this project: a described table of the user's brings them under these ids.
DEFAULT_INDICATORS: Final = (
    "population",
    "population_density",
    "ageing_65",
    "population_change_2050",
    "day_night_ratio",
    "fiscal_strength",
    "primary_industry_share",
    "habitable_land_share",
)
# People and people per area differ by orders of magnitude: 5,000 and 10,000 are as unlike as 50,000 and 100,000.
_LOGARITHMIC: Final = frozenset({"人", "人/km²", "人/ha"})
PART: Final = "_part"
NOT_HERE: Final = ("この市区町村に値がない", "no value for this municipality")
_NOT_IN_WORKSPACE: Final = ("このワークスペースにない", "not in this workspace")
# What a table of the user's would bring: the id to give it, and what it holds.
_OF_OWN_TABLES: Final = {
    "fiscal_strength": ("財政力指数", "index of fiscal strength"),
    "primary_industry_share": ("第1次産業就業者の割合", "share of workers in the primary sector"),
    "habitable_land_share": ("可住地面積の割合", "habitable share of the land"),
}
_ALL_ALIKE: Final = 1e-9  # relative; a spread below it is rounding


class NothingToCompare(ExplorerError, ValueError):
    """None of the indicators has a value for the municipality, or the counts asked for are none."""


def neighbours(
    opened: Opened, code: str, *, mode: str = "drive", by: Order = "border", count: int | None = None
) -> pd.DataFrame:
    """The other municipalities of the study area as neighbours of one.

    Parameters
    ----------
    mode
        Mode of travel for the minutes.
    by
        What the rows are ordered by; what is missing comes last, equals by code.
    count
        Only the first so many.

    Returns
    -------
    DataFrame
        Columns :data:`NEIGHBOUR_COLUMNS`. ``border_km``: 0 where none is shared; ``minutes`` from here to there and
        ``minutes_back``, between the points that ``minutes_basis`` names (here → there; :mod:`explorer.centres`);
        ``commuters_out`` from here to there, in percent of this municipality's commuters, ``commuters_in`` from there, in percent
        of theirs; ``people``. Missing numbers are NaN with a reason in two languages.

    Raises
    ------
    UnknownCode
        The municipality or the mode is not in the workspace.
    NothingToCompare
        `count` is below 1.
    """
    import pandas as pd

    here = _one(opened, code)
    _check_count(count)
    towns = opened.municipalities
    others = [each for each in towns["code"].astype(str) if each != here]
    names = dict(zip(towns["code"].astype(str), towns["name"].astype(str), strict=True))
    table = pd.DataFrame({"code": others, "name": [names[each] for each in others]})
    table = table.join(_borders(opened, here, others)).join(_minutes(opened, here, others, mode))
    table = table.join(_commuters(opened, here, others)).join(_people(opened, others))
    parts = [table.pop(f"why_{what}") for what in ("minutes", "commuters")]
    table["reason"] = [_both_languages(reasons) for reasons in zip(*parts, strict=True)]
    return _ordered(table[list(NEIGHBOUR_COLUMNS)], by).head(len(table) if count is None else count)


def peers(
    opened: Opened,
    code: str,
    indicators: Sequence[str] | None = None,
    count: int | None = 10,
    *,
    mode: str | None = None,
    group: str = "total",
    with_itself: bool = False,
) -> pd.DataFrame:
    """Municipalities of the study area that are statistically like one, nearest first.

    The distance is the root mean square of the parts; a part is (value there − value here) ÷ standard deviation over the study
    area, people and densities as logarithms. Every indicator weighs the same.

    Parameters
    ----------
    indicators
        Ids of the catalogue or of the workspace's own tables; by default :data:`DEFAULT_INDICATORS`.
    count
        Rows; None for all.
    mode, group
        For indicators that know several: without a mode that of streets on foot where there is one, else the first.
    with_itself
        The municipality itself as the first row, its parts 0.

    Returns
    -------
    DataFrame
        ``code``, ``name``, ``distance``, ``reason``, and per indicator ``<id>`` (value in its unit) and ``<id>_part`` (standard
        deviations from here, with sign). Where a value is missing, so are its part and the distance: such rows come last,
        and the reason names what is missing. ``attrs["used"]`` lists the indicators, ``attrs["missing"]`` those that could not
        be used, with the reason in two languages.

    Raises
    ------
    UnknownCode
        The municipality, or an indicator that was asked for, is not in the workspace.
    NothingToCompare
        None of the indicators has a value here, or `count` is below 1.
    """
    import pandas as pd

    here = _one(opened, code)
    _check_count(count)
    values, missing = _values(opened, here, indicators, mode, group)
    if not values:
        raise NothingToCompare(
            f"{here}: 比べる指標の値が1つもありません（{'、'.join(missing)}）。指標を選び直してください。 / "
            f"None of the indicators has a value here ({', '.join(missing)}). Choose others."
        )
    towns = opened.municipalities
    codes = towns["code"].astype(str).tolist()
    frame = pd.DataFrame({"code": codes, "name": towns["name"].astype(str)})
    parts = {each: _part(found, codes.index(here), _is_logarithmic(opened, each)) for each, found in values.items()}
    frame["distance"] = np.sqrt(np.mean([part**2 for part in parts.values()], axis=0))
    catalogue = opened.catalogue
    frame["reason"] = [
        _lacking([catalogue[each].ja for each in parts if np.isnan(parts[each][row])],
                 [catalogue[each].en for each in parts if np.isnan(parts[each][row])])
        for row in range(len(codes))
    ]  # fmt: skip
    for each, found in values.items():
        frame[each], frame[each + PART] = found, parts[each]
    order = np.lexsort((frame["code"], frame["distance"].fillna(np.inf), frame["code"] != here))
    frame = frame.iloc[order[0 if with_itself else 1 :]].reset_index(drop=True)
    frame = frame.head(len(frame) if count is None else count + with_itself)
    frame.attrs |= {"used": list(values), "missing": missing, "code": here}
    return frame


def _one(opened: Opened, code: str) -> str:
    from explorer.region_file import region_codes

    codes, _ = region_codes(opened, code)
    if len(codes) != 1:
        raise UnknownCode(f"{code}: 市区町村を1つ指定してください。 / Name one municipality.")
    return codes[0]


def _check_count(count: int | None) -> None:
    if count is not None and count < 1:
        raise NothingToCompare(f"件数 {count}: 1以上にしてください。 / The number of rows must be 1 or more.")


def _borders(opened: Opened, here: str, others: list[str]) -> pd.DataFrame:
    import pandas as pd

    from explorer.borders import borders_of

    found = borders_of(opened.borders, here).reindex(others)
    km, approximate = found["km"].fillna(0.0), found["is_approximate"].eq(True)
    return pd.DataFrame({"border_km": km.to_numpy(), "border_is_approximate": approximate.to_numpy()})


def _minutes(opened: Opened, here: str, others: list[str], mode: str) -> pd.DataFrame:
    import pandas as pd

    from explorer.centres import minutes_between
    from explorer.travel import NoWay

    basis = opened.centres.set_index("code")["basis"]
    try:
        there = minutes_between(opened, [here], others, mode)[0]
        back = minutes_between(opened, others, [here], mode)[:, 0]
        why = [_why_no_minutes(time, basis[here], basis[each]) for time, each in zip(there, others, strict=True)]
    except NoWay:
        there = back = np.full(len(others), np.nan)
        why = ["所要時間: 道路データがない / minutes: no streets"] * len(others)
    return pd.DataFrame(
        {
            "minutes": np.where(np.isfinite(there), there, np.nan),
            "minutes_back": np.where(np.isfinite(back), back, np.nan),
            "minutes_basis": [f"{basis[here]}→{basis[each]}" if basis[each] and basis[here] else "" for each in others],
            "why_minutes": why,
        }
    )


def _why_no_minutes(minutes: float, here: str, there: str) -> str:
    if np.isfinite(minutes):
        return ""
    if not here or not there:
        return "所要時間: 役所も人の住む場所もない / minutes: neither a town hall nor people"
    if np.isinf(minutes):
        return "所要時間: 道がつながっていない / minutes: no way on the streets"
    return "所要時間: 近くに道路がない / minutes: no street nearby"


def _commuters(opened: Opened, here: str, others: list[str]) -> pd.DataFrame:
    import pandas as pd

    from explorer.commuters import Commuters

    columns = ["commuters_out", "commuters_out_percent", "commuters_in", "commuters_in_percent"]
    try:
        flows = Commuters.of(opened)
    except MissingSource:
        return pd.DataFrame(np.nan, range(len(others)), columns).assign(
            why_commuters="通勤: 通勤・通学の表がない / commuters: no table of commuting"
        )
    rows = [
        (
            flows.between(here, each),
            flows.share_percent(here, each),
            flows.between(each, here),
            flows.share_percent(each, here),
        )
        for each in others
    ]
    found = pd.DataFrame(rows, columns=columns).astype(float)
    listed = np.array([{here, each} <= flows.origins for each in others], dtype=bool)
    why = "通勤: 表にない市区町村がある / commuters: a municipality is not in the table"
    return found.assign(why_commuters=np.where(listed, "", why))


def _people(opened: Opened, others: list[str]) -> pd.DataFrame:
    import pandas as pd

    conditions = opened.conditions
    counts = np.bincount(conditions.area_of_place, conditions.people["total"], len(opened.municipalities))
    by_code = dict(zip(opened.municipalities["code"].astype(str), counts, strict=True))
    return pd.DataFrame({"people": [float(by_code[each]) for each in others]})


def _both_languages(reasons: Sequence[str]) -> str:
    found = [reason.partition(" / ") for reason in reasons if reason]
    return f"{'；'.join(ja for ja, _, _ in found)} / {'; '.join(en for _, _, en in found)}" if found else ""


def _ordered(table: pd.DataFrame, by: Order) -> pd.DataFrame:
    if by == "code":
        return table.reset_index(drop=True)
    keys = {
        "border": (-table["border_km"], table["minutes"]),
        "minutes": (table["minutes"],),
        "commuters": (-(table["commuters_out"] + table["commuters_in"]),),
    }[by]
    columns = [key.fillna(np.inf).to_numpy() for key in keys]
    return table.iloc[np.lexsort((table["code"].to_numpy(str), *columns[::-1]))].reset_index(drop=True)


def _values(
    opened: Opened, here: str, indicators: Sequence[str] | None, mode: str | None, group: str
) -> tuple[dict[str, npt.NDArray[np.float64]], dict[str, tuple[str, str]]]:
    """Values by municipality of the indicators that have one here; why the others have none."""
    catalogue = opened.catalogue
    wanted = list(dict.fromkeys(DEFAULT_INDICATORS if indicators is None else indicators))
    unknown = [each for each in wanted if each not in catalogue]
    if indicators is not None and (unknown or not wanted):
        raise UnknownCode(
            f"指標 {'、'.join(unknown) or '(なし)'} はこのワークスペースにありません。explorer indicators で一覧できます。 / "
            f"No such indicator: {', '.join(unknown) or '(none given)'}. `explorer indicators` lists them."
        )
    table = opened.indicators()
    table = table[table["indicator"].astype(str).isin(wanted) & (table["group"].astype(str) == group)]
    codes = opened.municipalities["code"].astype(str).tolist()
    values: dict[str, npt.NDArray[np.float64]] = {}
    missing = {each: _why_unknown(each) for each in unknown}
    for each in wanted:
        if each in unknown:
            continue
        rows = table[table["indicator"].astype(str) == each]
        modes = rows["mode"].astype(str)
        rows = rows[modes == _mode_of(catalogue[each].modes, mode)].set_index("area_code")
        found = rows["value"].reindex(codes).to_numpy(float)
        if np.isnan(found[codes.index(here)]):
            why = str(rows["reason"].get(here, "") or "").partition(" / ")
            missing[each] = (why[0] or NOT_HERE[0], why[2] or NOT_HERE[1])
        else:
            values[each] = found
    return values, missing


def _why_unknown(indicator: str) -> tuple[str, str]:
    if indicator not in _OF_OWN_TABLES:
        return _NOT_IN_WORKSPACE
    ja, en = _OF_OWN_TABLES[indicator]
    return (
        f"{ja}の表がない（この id で市区町村の表を足すと使える）",
        f"no table of the {en}: a table by municipality with this id brings it",
    )


def _mode_of(modes: Sequence[str], wanted: str | None) -> str:
    if wanted in modes:
        return str(wanted)
    return "walk" if "walk" in modes else modes[0]


def _is_logarithmic(opened: Opened, indicator: str) -> bool:
    return opened.catalogue[indicator].unit in _LOGARITHMIC


def _part(values: npt.NDArray[np.float64], here: int, is_logarithmic: bool) -> npt.NDArray[np.float64]:  # noqa: FBT001
    """Standard deviations from one municipality's value; 0 where all have the same."""
    scale = values
    if is_logarithmic and np.nanmin(values) > 0:
        scale = np.log(values)
    spread = float(np.nanstd(scale))
    if spread <= _ALL_ALIKE * max(1.0, float(np.nanmax(np.abs(scale)))):
        return np.where(np.isnan(values), np.nan, 0.0)
    parts: npt.NDArray[np.float64] = (scale - scale[here]) / spread
    return parts


def _lacking(ja: Sequence[str], en: Sequence[str]) -> str:
    return f"データなし: {'、'.join(ja)} / no data: {', '.join(en)}" if ja else ""
