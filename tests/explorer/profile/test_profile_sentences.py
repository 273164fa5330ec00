"""Sentences of the profile by hand: none, all, one, ties, the year in which half are left, long warnings."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast

import pytest

from explorer.completeness_text import Share
from explorer.documents.blocks import Paragraph
from explorer.profile.asked import Asked, asked_about
from explorer.profile.definitions import definitions
from explorer.profile.indicator_table import Wanted, indicator_table, label, missing_text, nothing_known
from explorer.profile.key_facts import lead
from explorer.profile.limits import build_warnings
from explorer.profile.people import half_year
from explorer.profile.services import coverage_sentence, too_few

if TYPE_CHECKING:
    from explorer.regions import Opened
    from explorer.rows import Row

SCHOOL = "elementary_school_within_800m"


class _Told(Asked):
    """Someone whose row is told by the test."""

    told: Any = None

    def row(self, indicator: str, group: str = "total", mode: str | None = None) -> Row | None:
        found = super().row(indicator, group, mode)
        assert found is not None
        return replace(found, **self.told)


def _told(tiny: Opened, language: Any, **changes: float) -> _Told:
    asked = _Told(tiny, ("10201",), language)
    object.__setattr__(asked, "told", changes)
    return asked


@pytest.mark.parametrize(
    ("within", "value", "japanese", "english"),
    [
        (0.0, 0.0, "住む人はいません（6,400人がそれより遠いか、行き着けません）", "nobody lives within 800 m"),
        (0.3, 0.005, "住む人はいません", "nobody lives within 800 m"),
        (1.0, 1 / 64, "0.0 %（1人）で、6,399人は", "0.0 % of the people (1)"),
        (
            6400.0,
            100.0,
            "すべての人（6,400人）が最寄りの小学校まで800m以内",
            "everybody (6,400 people) lives within 800 m",
        ),
        (6399.0, 99.98, "99.98 %（6,399人）で、1人は", "99.98 % of the people (6,399)"),
    ],
)
def test_people_within_reach(tiny: Opened, within: float, value: float, japanese: str, english: str) -> None:
    told = {"numerator": within, "denominator": 6400.0, "value": value}
    assert japanese in coverage_sentence(_told(tiny, "ja", **told), Wanted(SCHOOL))
    assert english in coverage_sentence(_told(tiny, "en", **told), Wanted(SCHOOL))


@pytest.mark.parametrize(
    ("base", "people", "year"),
    [
        (1000.0, [(2030, 800.0), (2050, 501.0), (2070, 500.0)], 2070),
        (1000.0, [(2030, 800.0), (2070, 501.0)], None),
        (1000.0, [(2030, 500.0), (2050, 700.0)], 2030),
        (1000.0, [(2030, float("nan")), (2050, 0.0)], 2050),
        (0.0, [(2030, 0.0)], None),
        (float("nan"), [(2030, 1.0)], None),
        (1000.0, [], None),
    ],
)
def test_year_in_which_half_are_left(base: float, people: list[tuple[int, float]], year: int | None) -> None:
    assert half_year(base, people) == year


def test_lead_of_a_town_with_as_many_people_as_another(tiny: Opened) -> None:
    text = lead(asked_about(tiny, "10201", "ja"))
    assert text.startswith("前橋市（10201）の人口は 6,400 人（2020年）、面積は ")
    assert "2 市区町村の中で、人口の多い順に 1 番目です（同じ人口が 2 市区町村）。" in text
    assert "2050年" not in text  # there is no projection
    english = lead(asked_about(tiny, ["10201", "10203"], "en"))
    assert english.startswith("前橋市, 桐生市 has 12,800 people (2020) on ")
    assert "number" not in english  # a region has no place among municipalities


def test_people_behind_a_share_and_labels(tiny: Opened) -> None:
    asked = asked_about(tiny, "10201", "ja")
    table = indicator_table(asked, "学校", [Wanted(SCHOOL), Wanted("high_school_minutes_median", mode="drive")])
    row = asked.row(SCHOOL)
    assert row is not None
    assert table.rows[0][2].text == f"{row.numerator:,.0f} / 6,400"
    assert label(asked, Wanted("hospital_minutes_median", mode="drive")) == "最寄りの病院までの時間（中央値）［自動車］"
    assert label(asked, Wanted(SCHOOL, "65_plus")).endswith("［65歳以上］")


def test_missing_indicators_stand_together_by_reason(tiny: Opened) -> None:
    asked = asked_about(tiny, "10201", "ja")
    text = missing_text(asked, [Wanted("hospital_within_800m"), Wanted("clinic_within_800m")])
    assert text.count("資料がない（") == 1
    assert "病院の徒歩圏人口割合（800m）、診療所の徒歩圏人口割合（800m）＝" in text
    told = nothing_known(asked, "医療", [Wanted("hospital_within_800m"), Wanted("clinic_within_800m", "75_plus")])
    assert told.startswith("前橋市の医療について、このワークスペースには示せる値がありません。理由：資料がない（")
    assert "年齢区分" not in told


def test_definitions_of_one_rule_stand_together_with_all_years(tiny: Opened) -> None:
    wanted = ["population_2030", "population_2050", SCHOOL, "nursery_within_800m"]
    found = definitions(asked_about(tiny, "10201", "ja"), wanted)
    shown = [block.text for block in found if isinstance(block, Paragraph)]
    assert len(shown) == 3  # the symbols, then childcare and schools, which count alike, and people to come
    assert shown[1].startswith("【子育て・教育】")
    assert shown[2].startswith(
        "【将来人口】将来推計人口（2030・2050年）：2030年の推計人口。（Σ P(2030)）〔基準：国土数値情報"
    )
    assert "100 × Σ P·1[d ≤ 800 m] ÷ Σ P" in shown[1]
    limits = definitions(asked_about(tiny, "10201", "ja"), ["nursery_within_500m", "nursery_within_800m"])
    text = "".join(block.text for block in limits if isinstance(block, Paragraph))
    assert "d ≤ 500 m" in text
    assert "d ≤ 800 m" in text  # each formula, not only that of the first


def test_long_warnings_are_cut_where_a_list_begins(tiny: Opened) -> None:
    files = "、".join(f"feed{number}.zip" for number in range(100))
    notes = [
        {
            "level": "warning",
            "ja": f"有効期間の過ぎた時刻表が 100 件あり、期間内の平日の便を使います（日は --day で選べます）: {files}。",
        },
        {"level": "info", "ja": "何でもない。"},
    ] + [{"level": "warning", "ja": f"{number}番目の注意。"} for number in range(8)]
    opened = SimpleNamespace(workspace=SimpleNamespace(manifest={"notes": notes}))
    found = build_warnings(Asked(cast("Opened", opened), ("10201",), "ja"))
    assert found[0] == "有効期間の過ぎた時刻表が 100 件あり、期間内の平日の便を使います（日は --day で選べます） …"
    assert found[-1] == "ほか 3 件。"
    assert "何でもない。" not in found


@pytest.mark.parametrize(("percent", "text"), [(0.0, "約 0 %"), (0.36, "約 0.4 %"), (42.4, "約 42 %")])
def test_one_shop_of_hundreds_is_not_nothing(tiny: Opened, percent: float, text: str) -> None:
    class Lacking(Asked):
        def lists_lack(self, indicator: str) -> Share | None:
            return Share(percent, is_published=False, is_low=True)

    (sentence,) = too_few(Lacking(tiny, ("10201",), "ja"), [Wanted("food_shop_within_800m")])
    assert text in sentence
