"""Several scenarios side by side."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import pandas as pd

    from explorer.scenario_result import ScenarioResult

_KEYS: Final = ("area_code", "indicator", "group", "mode")


@dataclass(frozen=True, eq=False)
class Comparison:
    """Several scenarios side by side."""

    results: tuple[ScenarioResult, ...]

    @property
    def labels(self) -> list[str]:
        """How the columns are called: the names, numbered where two are the same."""
        names = [result.scenario.name for result in self.results]
        return [name if names.count(name) == 1 else f"{name} ({number})" for number, name in enumerate(names, 1)]

    @cached_property
    def indicators(self) -> pd.DataFrame:
        """Indicators that change in any of the scenarios: keys, names, ``before``, and a column per scenario."""
        import pandas as pd

        names = ["area_name", "name", "name_en", "unit"]
        told = [result.before_after.astype(dict.fromkeys(_KEYS, str)) for result in self.results]
        head = pd.concat([table[[*_KEYS, *names, "before"]] for table in told]).drop_duplicates(list(_KEYS))
        wide = head.set_index(list(_KEYS))
        for label, table in zip(self.labels, told, strict=True):
            after = table.set_index(list(_KEYS))["after"].reindex(wide.index)
            touched = wide.index.isin(table.set_index(list(_KEYS)).index)
            wide[label] = after.where(touched, wide["before"])  # what a scenario cannot touch holds as it is
        others = wide[self.labels]
        same = others.eq(wide["before"], axis=0) | (others.isna() & wide["before"].isna().to_numpy()[:, None])
        return wide[~same.all(axis=1)].reset_index()

    def most_hurt(
        self, category: str | None = None, mode: str | None = None, limit: float | None = None, group: str = "total"
    ) -> pd.DataFrame:
        """People newly beyond reach by municipality: ``area_code``, ``area_name`` and a column per scenario."""
        import pandas as pd

        columns = {
            label: result.most_hurt(category, mode, limit, group).set_index(["area_code", "area_name"])["newly_beyond"]
            for label, result in zip(self.labels, self.results, strict=True)
        }
        table = pd.DataFrame(columns).fillna(0.0)
        return table.loc[table.max(axis=1).sort_values(ascending=False, kind="stable").index].reset_index()

    @property
    def summary(self) -> pd.DataFrame:
        """The numbers of each scenario by service, in its main mode.

        Returns
        -------
        DataFrame
            ``scenario`` and the entries of :func:`headline`.
        """
        import pandas as pd

        return pd.DataFrame(
            [
                {"scenario": label, **headline(result, category, mode)}
                for label, result in zip(self.labels, self.results, strict=True)
                for category, mode in result.measures
                if mode == result.main_mode
            ]
        )


def headline(result: ScenarioResult, category: str, mode: str, limit: float | None = None) -> dict[str, object]:
    """The numbers of one service in one mode: who newly loses, who newly gains, and where."""
    table = result.beyond(category, mode, limit)
    everybody = table[table["group"] == "total"]
    old = table[table["group"] == "65_plus"]
    return {
        "category": category,
        "mode": mode,
        "limit": result.limit(category, mode) if limit is None else limit,
        "newly_beyond": float(everybody["newly_beyond"].sum()),
        "newly_beyond_65_plus": float(old["newly_beyond"].sum()) if len(old) else float("nan"),
        "newly_beyond_elsewhere": float(everybody["newly_beyond"][everybody["elsewhere"]].sum()),
        "newly_within": float(everybody["newly_within"].sum()),
        "municipalities": int((everybody["newly_beyond"] > 0).sum()),
    }
