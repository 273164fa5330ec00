"""The catalogue as people read it: a page of documentation, a plain list, and where a workspace has values.

Everything is told from :mod:`layers.catalogue`; nothing is written by hand, so that page and numbers agree.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Final

import numpy as np

from explorer.families import families_of
from geodata.sources import PURPOSES
from layers import catalogue

if TYPE_CHECKING:
    import pandas as pd

    from explorer.families import Family
    from explorer.regions import Opened

_HEAD: Final = """# 指標の一覧 / The indicators

`explorer catalogue --out {name}` が作るページ。手で直さない。 / Made by `explorer catalogue --out {name}`; not edited by hand.

{count} の指標。市区町村ごと・圏域ごとに計算し、値がないときは理由を示す（0 とはしない）。年齢区分は人口資料にあるもの全部、
移動手段はワークスペースで計算したもの全部。直線距離は手引きの数え方、道のりは実際の道路。
{count} indicators, for every municipality and any region. Where there is no value its reason is given, never 0. Age groups are all those
of the population source, modes all those of the workspace. Straight lines are how the handbooks count; streets are real ones.

記号 / symbols: P 人口 people; d 距離 distance; t 時間・時刻 time; r しきい値 threshold; n, N 便数・件数 departures, counts;
1[…] 当てはまれば1 / 1 where it holds; ? 不明 / not known; s, S スコア score; w 重み weight; u 車を使える割合 car use; A 面積 area;
t₀ 推計の基準年 / base year of the projection; M_in, M_out 転入・転出 moves in and out; P50, P90 人口加重の百分位 percentiles over people.
"""
_DIRECTION: Final = {"high": "高いほどよい / higher is better", "low": "低いほどよい / lower is better"}
COLUMNS: Final = (
    *("id", "theme", "name_ja", "name_en", "unit", "modes", "groups", "level", "threshold_m", "formula"),
    *("definition_ja", "definition_en", "rule_ja", "rule_en", "limits_ja", "limits_en", "needs", "kpi", "official"),
)


def page(name: str = "INDICATORS.md") -> str:
    """The whole catalogue in Markdown, by theme and family."""
    entries = catalogue.indicators()
    parts = [_HEAD.format(name=name, count=len(entries))]
    theme = ""
    for family in families_of(entries.values()):
        if family.theme != theme:
            theme = family.theme
            parts.append(f"\n## {' / '.join(catalogue.THEMES[theme])}\n")
        parts.append(_section(family))
    return "\n".join(parts)


def _section(family: Family) -> str:
    first = family.members[0]
    rows = [
        ("計算 / formula", f"`{first.formula}`"),
        ("単位 / unit", first.unit),
        ("よい向き / direction", _DIRECTION.get(first.better or "", "—")),
        ("移動手段 / modes", _names(first.modes, catalogue.MODES)),
        ("年齢区分 / groups", "" if first.groups is None else _names(first.groups, catalogue.GROUPS)),
        ("公表の単位 / level", "都道府県 / prefecture" if first.level == "prefecture" else ""),
        ("地図の区切り / classes", "、".join(f"{limit:g}" for limit in first.classes)),
        ("人口・境界のほかに要る資料 / needs besides people and boundaries", _names(first.needs, PURPOSES)),
        ("定義の出典 / rule", f"{first.rule_ja} / {first.rule_en}"),
        ("いえないこと / limits", _both(first.limits_ja, first.limits_en)),
        ("公表値 / published as", first.official or ""),
        ("KPI", "、".join(map(str, first.kpi))),
    ]
    lines = [
        f"\n### {family.name('ja')} / {family.name('en')}\n",
        f"{first.definition_ja}  ",
        f"{first.definition_en}\n",
        "| | |\n|---|---|",
        *(f"| {head} | {_cell(text)} |" for head, text in rows if text),
    ]
    if len(family.members) > 1 or first.presets:
        lines += ["\n| id | | しきい値の出典 / source of the threshold |\n|---|---|---|"]
        lines += [
            f"| `{member.id}` | {_cell(_both(member.ja, member.en))} | {_cell(_preset(member))} |"
            for member in family.members
        ]
    else:
        lines.append(f"\n`{first.id}`")
    return "\n".join(lines)


def _preset(member: catalogue.Indicator) -> str:
    return "<br>".join(f"{preset.value:g}: {preset.ja} / {preset.en}" for preset in member.presets)


def _names(keys: Iterable[str], names: Mapping[str, tuple[str, str]]) -> str:
    return "、".join(" / ".join(names[key]) for key in dict.fromkeys(keys) if key)


def _both(ja: str, en: str) -> str:
    return f"{ja} / {en}" if ja else ""


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")


def catalogue_table(entries: Iterable[catalogue.Indicator]) -> pd.DataFrame:
    """One row per indicator, with :data:`COLUMNS`."""
    import pandas as pd

    rows = [
        {
            **{name: getattr(entry, name) for name in COLUMNS if hasattr(entry, name)},
            "name_ja": entry.ja,
            "name_en": entry.en,
            "modes": " ".join(entry.modes),
            "groups": "*" if entry.groups is None else " ".join(entry.groups),
            "needs": " ".join(entry.needs),
            "kpi": " ".join(map(str, entry.kpi)),
            "official": entry.official or "",
        }
        for entry in entries
    ]
    return pd.DataFrame(rows, columns=list(COLUMNS)).astype({"threshold_m": "Int64"})


def coverage_table(opened: Opened) -> pd.DataFrame:
    """Where a workspace has values.

    Returns
    -------
    DataFrame
        ``indicator``, ``municipalities`` with a value in any mode and age group, ``of`` how many, and ``reason``: the one
        most often given where there is none, in Japanese and English. One row per indicator of the workspace.
    """
    return coverage_rows(opened.indicators(), list(opened.catalogue), len(opened.municipalities))


def coverage_rows(table: pd.DataFrame, ids: Sequence[str], municipalities: int) -> pd.DataFrame:
    """What :func:`coverage_table` gives, from the table of indicators alone: ``indicator, area_code, value, reason``."""
    import pandas as pd

    has = table.loc[np.isfinite(table["value"].to_numpy(float)), ["indicator", "area_code"]].drop_duplicates()
    counts = has["indicator"].astype(str).value_counts()
    lacking = table.loc[table["reason"].astype(str) != "", ["indicator", "reason"]].astype(str)
    reasons = lacking.value_counts().reset_index().drop_duplicates("indicator").set_index("indicator")["reason"]
    return pd.DataFrame(
        {
            "indicator": list(ids),
            "municipalities": [int(counts.get(each, 0)) for each in ids],
            "of": municipalities,
            "reason": [str(reasons.get(each, "")) for each in ids],
        }
    )


def coverage_page(workspaces: Sequence[Opened], name: str = "COVERAGE.md") -> str:
    """Indicators × data present, in Markdown: a column per workspace, a row per indicator."""
    columns = [coverage_table(opened).set_index("indicator") for opened in workspaces]
    titles = [opened.workspace.manifest["title"] for opened in workspaces]
    lines = [
        "# 指標ごとの値の有無 / Where there are values\n",
        f"`explorer catalogue WORKSPACE… --out {name}` が作るページ。値のある市区町村の数、ないときは最も多い理由。 / ",
        "Municipalities with a value, and where there is none the reason most often given.\n",
        f"| 指標 / indicator | {' | '.join(titles)} |",
        f"|---|{'---|' * len(columns)}",
    ]
    for entry in catalogue.indicators().values():
        cells = [_coverage_cell(column.loc[entry.id].to_dict()) for column in columns]
        lines.append(f"| {_cell(entry.ja)}<br>`{entry.id}` | {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


def _coverage_cell(row: Mapping[Hashable, object]) -> str:
    count, of = row["municipalities"], row["of"]
    return f"{count}/{of}" if count else f"— {_cell(str(row['reason']))}"
