"""Inequality inside a municipality: gap of minutes, Gini and Palma of the score, and who lives where it is worst.

Definitions
-----------
- Gap: P90 − P10 of the minutes to the nearest, percentiles over people. Who reaches none is infinitely far: where that
  is a tenth of the people, there is no gap to tell and the reason says so.
- Gini coefficient of the score of each person's place: Σᵢ Σⱼ Pᵢ Pⱼ |sᵢ − sⱼ| ÷ (2 P Σ P·s); 0 where all have the same,
  towards 1 where one place has everything. The score is used and not minutes: it ends at 0 for whoever cannot reach
  anything, so that infinite minutes need no made-up number.
- Palma ratio: mean score of the best-off tenth ÷ mean score of the worst-off four tenths; 1 where all have the same.
  (The ratio of their shares of the total, as for incomes, is a quarter of it.)
- Worst-off fifth: of the fifth of *all* people whose places score lowest, how much of an age group lives among them:
  20 % of a group that lives like everybody. Where a score is shared by more people than the fifth has room for, all of
  them count with the same part.

Sources: Lucas, van Wee and Maat (2016) on Gini and accessibility; Palma (2011); gaps of percentiles as in the journey
time statistics of the UK Department for Transport.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from layers.catalogue import Indicator
from layers.conditions import AreaValues, Conditions, nothing
from layers.counting.questions import Floats
from layers.counting.score_questions import Percentiles, ScoreSpread
from layers.measures import per_minute
from layers.score_counting import measured_parts, things_of, why_missing, why_not_all
from layers.score_rules import PARTS, Part, ScoreSettings

MODES: Final = ("walk", "drive")
GROUPS: Final = ("total", "65_plus", "75_plus")
GAPS: Final = ("shopping", "medical", "school", "transport")
_DEFAULTS: Final = ScoreSettings()


@dataclass(frozen=True)
class _Measure:
    """A way of telling inequality of the score."""

    id: str
    ja: str
    en: str
    definition_ja: str
    definition_en: str
    formula: str
    unit: str
    classes: tuple[float, ...]
    rule: tuple[str, str]


_MEASURES: Final = (
    _Measure(
        "gini",
        "生活利便スコアのジニ係数",
        "Gini coefficient of the accessibility score",
        "住む地点のスコアの人と人の差。全員が同じなら0、一部の地点だけが便利なほど1に近い。",
        "How unequal the scores of people's places are: 0 where all have the same, towards 1 where few have everything.",
        "Σᵢ Σⱼ PᵢPⱼ|sᵢ − sⱼ| ÷ (2 · ΣP · ΣP·s)",
        "指数",
        (0.1, 0.2, 0.3, 0.4),
        ("Lucas et al. (2016) アクセシビリティのジニ係数", "Lucas et al. (2016): Gini of accessibility"),
    ),
    _Measure(
        "palma",
        "生活利便スコアのパルマ比",
        "Palma ratio of the accessibility score",
        "条件のよい1割の人の平均スコアを、条件の悪い4割の人の平均スコアで割ったもの。全員が同じなら1。",
        "Mean score of the best-off tenth over that of the worst-off four tenths; 1 where all have the same.",
        "mean(s: P90–P100) ÷ mean(s: P0–P40)",
        "倍",
        (1.25, 1.5, 2.0, 4.0),
        ("Palma (2011) を人口平均の比にしたもの", "Palma (2011), as a ratio of means over people"),
    ),
    _Measure(
        "worst_fifth",
        "最も不便な2割に住む人の割合",
        "People who live among the worst-off fifth",
        "総人口のうちスコアの低い2割の人が住む地点に、この年齢区分の人が住む割合。偏りがなければ20%。",
        "Share of the age group at the places of the fifth of all people with the lowest scores; 20% if evenly spread.",
        "100 × Σ P_g·1[s ≤ s₂₀] ÷ Σ P_g,  s₂₀: P20(s) / ΣP",
        "%",
        (10.0, 15.0, 25.0, 30.0),
        ("本ツールの定義（既定値・変更可）", "definition of this tool (default, editable)"),
    ),
)


def _of_score(measure: _Measure, *, known_only: bool) -> Indicator:
    which_ja, which_en = ("資料のある分野だけ", "parts with data only") if known_only else ("全分野", "all parts")
    return Indicator(
        id=f"score_{measure.id}_known" if known_only else f"score_{measure.id}",
        family=f"score_{measure.id}",
        theme="score",
        ja=f"{measure.ja}（{which_ja}）",
        en=f"{measure.en} ({which_en})",
        definition_ja=measure.definition_ja,
        definition_en=measure.definition_en,
        formula=measure.formula,
        unit=measure.unit,
        modes=MODES,
        classes=measure.classes,
        better="low",
        rule_ja=measure.rule[0],
        rule_en=measure.rule[1],
        limits_ja="市区町村の中の差だけを表し、全体が便利か不便かは表さない。約100mの地点より細かい差は見えない。",
        limits_en="Tells differences inside the area only, not how good it is; nothing finer than places of about 100 m.",
        needs=("facilities", "stops", "stations", "streets"),
        groups=GROUPS[1:] if measure.id == "worst_fifth" else GROUPS,
    )


def _gap(part: Part) -> Indicator:
    return Indicator(
        id=f"minutes_gap_{part.id}",
        family=f"minutes_gap_{part.id}",
        theme="score",
        ja=f"{part.ja}までの時間の差（P90−P10）",
        en=f"{part.en}: gap of minutes (P90 − P10)",
        definition_ja="遠い1割の人の時間から、近い1割の人の時間を引いたもの。到達できない人は無限に遠いと数える。",
        definition_en="Minutes of the farthest tenth of people less those of the nearest tenth; out of reach is infinitely far.",
        formula="P90(t) − P10(t)",
        unit="分",
        modes=MODES,
        classes=(5.0, 10.0, 20.0, 40.0),
        better="low",
        rule_ja="英国運輸省の所要時間統計などで使われる分位点の差",
        rule_en="Gap of percentiles, as used with the UK journey time statistics",
        category=part.categories[0],
        limits_ja="遠い1割の中の差と、近い1割の中の差は見えない。",
        limits_en="Says nothing of differences within the farthest and the nearest tenth.",
        needs=("stops", "stations", "streets") if part.id == "transport" else ("facilities", "streets"),
        groups=GROUPS,
    )


INDICATORS: Final = (
    *(_of_score(measure, known_only=known_only) for measure in _MEASURES for known_only in (False, True)),
    *(_gap(PARTS[name]) for name in GAPS),
)


def compute(indicator: Indicator, conditions: Conditions, mode: str, group: str) -> AreaValues:
    """How unequal the minutes or scores of the people of a group are, per area."""
    if group not in conditions.people:
        return nothing(np.full(conditions.area_count, "no_group"))
    if indicator.id.startswith("minutes_gap_"):
        return _gap_of(PARTS[indicator.id.removeprefix("minutes_gap_")], conditions, mode, group)
    known_only = indicator.id.endswith("_known")
    parts, weights = measured_parts(conditions, mode, known_only=known_only)
    people = conditions.total(group)
    reason = np.where(
        np.isfinite(weights).all(axis=0) & (len(parts) > 0), "", why_not_all(conditions, _DEFAULTS.counted, mode)
    )
    reason = np.where((reason == "") & (people <= 0), "no_people", reason)
    if not (reason == "").any():
        return nothing(reason)
    question = ScoreSpread(
        tuple(things_of(conditions, part, mode) for part in parts),
        tuple(tuple(row) for row in np.nan_to_num(weights).T.tolist()),
    )
    rows = conditions.answers(question, group)
    return _of_rows(indicator.family.removeprefix("score_"), rows, people, reason)


def _of_rows(measure: str, rows: Floats, people: Floats, reason: np.ndarray) -> AreaValues:
    empty = np.full(len(people), np.nan)
    if measure == "gini":
        reason = np.where((reason == "") & np.isnan(rows[0]), "score_all_zero", reason)
        return AreaValues(np.where(reason == "", rows[0], np.nan), empty, empty.copy(), reason)
    if measure == "palma":
        best, worst = rows[1], rows[2]
        reason = np.where((reason == "") & ~(worst > 0), np.where(best > 0, "worst_off_zero", "score_all_zero"), reason)
        with np.errstate(invalid="ignore", divide="ignore"):
            value = np.where(reason == "", best / worst, np.nan)
        return AreaValues(value, empty, empty.copy(), reason)
    ok = reason == ""
    numerator, denominator = np.where(ok, rows[3] * people, np.nan), np.where(ok, people, np.nan)
    return AreaValues(np.where(ok, 100.0 * rows[3], np.nan), numerator, denominator, reason)


def _gap_of(part: Part, conditions: Conditions, mode: str, group: str) -> AreaValues:
    people = conditions.total(group)
    reason = why_missing(conditions, part, mode)
    reason = np.where((reason == "") & (people <= 0), "no_people", reason)
    things = things_of(conditions, part, mode)
    if not (reason == "").any():
        return nothing(reason)
    near, far = conditions.answers(Percentiles(things.measures, (0.1, 0.9)), group)
    reason = np.where((reason == "") & ~np.isfinite(far), "unreachable_for_tenth", reason)
    ok = reason == ""
    with np.errstate(invalid="ignore"):
        value = np.where(ok, (far - near) / per_minute(mode, conditions.profiles), np.nan)
    return AreaValues(value, np.full(len(people), np.nan), np.where(ok, people, np.nan), reason)
