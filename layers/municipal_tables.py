"""Indicators out of tables by municipality that the user puts into the raw folder with a short description.

Those of the catalogue are employment rates of two KPIs, which any table with their numerators and denominators fills (id in
the description as here). All other indicators of such tables belong to their workspace only
(:mod:`explorer.own_indicators`) and are computed here too.
"""

from __future__ import annotations

from typing import Final

from layers.catalogue import Indicator
from layers.conditions import AreaValues, Conditions, from_figures

LAYER: Final = "municipal_tables"
NEEDS: Final = ("municipal_tables",)
_NO_TABLE: Final = (
    "この指標の表が取り込まれていない（表と説明の TOML をフォルダに置く） / "
    "no table with this has been read (put the table with its description into the folder)"
)
_CENSUS: Final = (
    "総務省統計局「国勢調査」就業状態等基本集計。KPI の本来の値は労働力調査（全国）",
    "Population census, labour force status; the KPI itself is the labour force survey of the nation",
)


def _employment(identity: str, ja: str, en: str, who: tuple[str, str], kpi: int) -> Indicator:
    return Indicator(
        id=identity,
        family=identity,
        theme="wellbeing",
        ja=ja,
        en=en,
        definition_ja=f"{who[0]}のうち、就業者の割合。取り込んだ表の就業者数÷人口。",
        definition_en=f"Employed share of {who[1]}: employed ÷ people, as the table at hand gives them.",
        formula="100 × Σ W ÷ Σ P",
        unit="%",
        modes=("",),
        classes={24: (45.0, 50.0, 55.0, 60.0), 57: (70.0, 75.0, 80.0, 85.0)}[kpi],
        better="high",
        rule_ja=_CENSUS[0],
        rule_en=_CENSUS[1],
        limits_ja="労働力状態「不詳」を人口に含むかどうかで数ポイント変わります。表の説明を確かめてください。",
        limits_en="Whether people of unknown status count in the denominator makes a difference of some points.",
        needs=NEEDS,
        groups=("total",),
        kpi=(kpi,),
    )


INDICATORS: Final = (
    _employment(
        "employment_rate_65_69", "65〜69歳の就業率", "Employment rate, aged 65-69",
        ("65〜69歳の人", "people aged 65 to 69"), 24,
    ),
    _employment(
        "employment_rate_women_25_44", "女性（25〜44歳）の就業率", "Employment rate, women aged 25-44",
        ("25〜44歳の女性", "women aged 25 to 44"), 57,
    ),
)  # fmt: skip


def figure_name(indicator_id: str) -> str:
    """Name of the figure that holds an indicator's values: no other step writes one of this form."""
    return f"municipal_{indicator_id}"


def compute(indicator: Indicator, conditions: Conditions, mode: str, group: str) -> AreaValues:
    """The value as the table has it; for a region pooled as the description says."""
    del mode, group
    return from_figures(conditions, figure_name(indicator.id), missing=_NO_TABLE)
