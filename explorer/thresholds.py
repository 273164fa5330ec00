"""Thresholds of a service for a workspace: those given by the user, else published ones, else fitted on its municipalities."""

from __future__ import annotations

import math
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from geodata.errors import ExplorerError
from geodata.kinds import CATEGORIES
from layers.completeness import LOW_PERCENT
from layers.service_thresholds import PUBLISHED, SURE, NoFit, Thresholds, fitted_thresholds, without

if TYPE_CHECKING:
    import pandas as pd

    from explorer.regions import Opened

THRESHOLD_COLUMNS: Final = (
    *("category", "n50", "n80", "how", "source_of_threshold", "reason"),
    *("municipalities", "with_service", "n50_low", "n50_high", "n80_low", "n80_high"),
)
STOPS: Final = ("station", "stop", "stop30")
_KEYS: Final = {"n50", "n80", "source"}
_LIKE: Final = '[clinic] n50 = 3500、n80 = 5500、source = "…"'


class BadThresholds(ExplorerError, ValueError):
    """A file of thresholds that cannot be used; the message names file and service."""


def thresholds_of(opened: Opened, category: str, own: Mapping[str, Thresholds] | None = None) -> Thresholds:
    """N50 and N80 of a service: the user's, else published, else fitted on the municipalities of this workspace.

    Where none can be had, n50 and n80 are NaN and `reason` says why.
    """
    if own is not None and category in own:
        return own[category]
    return PUBLISHED.get(category) or fitted_here(opened, category)


def fitted_here(opened: Opened, category: str) -> Thresholds:
    """N50 and N80 fitted on the municipalities of the workspace that a list of the service covers."""
    conditions = opened.conditions
    covered = conditions.surveyed.get(category)
    if covered is None or not covered.any():
        return without(
            "市区町村を含む一覧がないため推定できません。 / No list covers these municipalities, so nothing can be fitted."
        )
    if short := _too_short(opened, category):
        return without(short)
    present = np.zeros(conditions.area_count, dtype=bool)
    services = opened.services()
    if category in services.categories:
        own = services.sites(category)["area"].to_numpy()
        present[own[own >= 0]] = True
    title = opened.workspace.manifest
    year = title["population_year"]
    try:
        return fitted_thresholds(
            conditions.total("total")[covered],
            present[covered],
            f"このワークスペース「{title['title']}」の一覧と{year}年人口",
            f"lists of this workspace, people of {year}",
        )
    except NoFit as error:
        return without(str(error))


def threshold_table(
    opened: Opened, categories: Sequence[str] | None = None, own: Mapping[str, Thresholds] | None = None
) -> pd.DataFrame:
    """N50 and N80 of several services with their source, the range of a fit (95 %), or the reason why there are none.

    Parameters
    ----------
    categories
        None: every service that has a site here.

    Returns
    -------
    DataFrame
        Columns :data:`THRESHOLD_COLUMNS`.
    """
    wanted = opened.services().categories if categories is None else list(categories)
    return as_table({category: thresholds_of(opened, category, own) for category in wanted})


def as_table(thresholds: Mapping[str, Thresholds]) -> pd.DataFrame:
    """Thresholds by service, :data:`THRESHOLD_COLUMNS`; the range is that of a fit, 95 %."""
    import pandas as pd

    return pd.DataFrame([_row(name, each) for name, each in thresholds.items()], columns=list(THRESHOLD_COLUMNS))


def read_thresholds(path: Path) -> dict[str, Thresholds]:
    """Thresholds of a user's TOML file: a table per service with ``n50``, ``n80`` and, if wanted, ``source``.

    Raises
    ------
    BadThresholds
        No TOML, an unknown service or key, a number that is no number of people, n50 above n80.
    """
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BadThresholds(
            f"{path}: TOML として読めません（{error}）。次の形で書いてください: {_LIKE} / "
            f"This is not TOML ({error}). Write a table per service with n50 and n80."
        ) from error
    return {category: _own(category, table, path) for category, table in content.items()}


def thresholds_text(thresholds: Mapping[str, Thresholds]) -> str:
    """Thresholds as TOML that :func:`read_thresholds` reads; services without both are left out."""
    lines = [
        "# サービスが50%・80%の市区町村にある人口。 / Population at which 50 % and 80 % of municipalities have it."
    ]
    for category, each in sorted(thresholds.items()):
        if math.isnan(each.n50) or math.isnan(each.n80):
            continue
        source = each.source.replace("\\", "\\\\").replace('"', '\\"')
        lines += ["", f"[{category}]", f"n50 = {each.n50:.10g}", f"n80 = {each.n80:.10g}", f'source = "{source}"']
    return "\n".join(lines) + "\n"


def _too_short(opened: Opened, category: str) -> str:
    """Why nothing may be fitted on a list with less than half of the shops there should be; empty where nothing is known."""
    table = opened.workspace.table("completeness")
    kinds = CATEGORIES[category].kinds if category in CATEGORIES else ()
    rows = table[table["kind"].isin(kinds) & table["municipality_code"].isin(opened.services().area_codes)]
    listed, due = float(rows["listed"].sum()), float(rows["yardstick"].sum())
    if not due > 0 or listed >= due * LOW_PERCENT / 100:
        return ""
    share = 100 * listed / due
    return (
        f"一覧の店舗が目安の {due:,.0f} 店の {share:.0f}%（{listed:,.0f} 店）しかなく、推定すると大きすぎる人口になります。 / "
        f"The list has {share:.0f} % of the shops there should be ({listed:,.0f} of {due:,.0f}): a fit would ask for too many people."
    )


def _own(category: str, table: Any, path: Path) -> Thresholds:
    if category not in CATEGORIES and category not in STOPS:
        raise BadThresholds(
            f"{path}: [{category}]: このサービスはありません。使えるもの: {'、'.join([*CATEGORIES, *STOPS])} / "
            f"There is no such service as {category}."
        )
    if not isinstance(table, dict) or not set(table) <= _KEYS or not {"n50", "n80"} <= set(table):
        raise BadThresholds(
            f"{path}: [{category}]: n50 と n80（と source）だけを、両方書いてください。例: {_LIKE} / "
            "Give both n50 and n80, and nothing else but source."
        )
    numbers = [table["n50"], table["n80"]]
    fine = all(isinstance(each, int | float) and not isinstance(each, bool) and math.isfinite(each) for each in numbers)
    if not fine or not 0 < numbers[0] <= numbers[1]:
        raise BadThresholds(
            f"{path}: [{category}] n50 = {numbers[0]!r}, n80 = {numbers[1]!r}: 0 < n50 ≦ n80 の人数にしてください。 / "
            "Give people with 0 < n50 ≤ n80."
        )
    said = " ".join(str(table.get("source", "")).split())
    ja, en = f"利用者の設定 {path.name}", f"given in {path.name}"
    ja, en = (f"{ja}（{said}）", f"{en} ({said})") if said else (ja, en)
    return Thresholds(float(numbers[0]), float(numbers[1]), "own", ja, en)


def _row(category: str, each: Thresholds) -> dict[str, object]:
    def bound(size: float, log_error: float, sign: int) -> float:
        return size * math.exp(min(sign * SURE * log_error, 700.0))

    return {
        "category": category,
        "n50": each.n50,
        "n80": each.n80,
        "how": each.how,
        "source_of_threshold": each.source,
        "reason": each.reason,
        "municipalities": each.count or math.nan,
        "with_service": each.present if each.count else math.nan,
        "n50_low": bound(each.n50, each.log_error_50, -1),
        "n50_high": bound(each.n50, each.log_error_50, 1),
        "n80_low": bound(each.n80, each.log_error_80, -1),
        "n80_high": bound(each.n80, each.log_error_80, 1),
    }
