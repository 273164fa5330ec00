"""Two tables by municipality with their descriptions: an invented well-being survey, and employment by age and sex."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd

from geodata.codes import check_digit
from geodata.sample.region import PREFECTURE_CODE, PREFECTURE_NAME, Region, generator
from geodata.sample.writing import csv

_TOPIC: Final = 41
_PUBLISHER: Final = "架空の見本 / invented sample"
_WELLBEING: Final = f"""\
# 架空の見本: 市区町村の表の説明の書き方の例です。 / Invented sample: how a table by municipality is described.
title_ja = "地域幸福度調査（架空）"
title_en = "Survey of well-being (invented)"
publisher = "{_PUBLISHER}"
licence = "架空の見本（自由に使用可） / invented sample, free to use"
year = 2025
code = "団体コード"

[[indicator]]
id = "life_satisfaction"
column = "生活満足度"
ja = "生活満足度（10点満点の平均）"
en = "Satisfaction with life (mean of 10)"
unit = "点"
better = "high"
how = "none"    # 平均点どうしは足せないので、圏域の値は出しません / means do not pool
classes = [5.5, 6.0, 6.5, 7.0]

[[indicator]]
id = "wants_to_stay"
numerator = "住み続けたい人"
denominator = "回答者数"
ja = "住み続けたい人の割合"
en = "People who want to stay"
unit = "%"
better = "high"
how = "ratio"
classes = [60, 70, 80, 90]
"""
_EMPLOYMENT: Final = f"""\
title_ja = "就業状態（架空）"
title_en = "Labour force status (invented)"
publisher = "{_PUBLISHER}"
licence = "架空の見本（自由に使用可） / invented sample, free to use"
year = 2020
code = "市区町村コード"

[[indicator]]
id = "employment_rate_65_69"
ja = "65〜69歳の就業率"
unit = "%"
how = "ratio"
numerator = "就業者"
denominator = "人口"
filter = {{ "区分" = "65〜69歳 総数" }}

[[indicator]]
id = "employment_rate_women_25_44"
ja = "女性（25〜44歳）の就業率"
unit = "%"
how = "ratio"
numerator = "就業者"
denominator = "人口"
filter = {{ "区分" = "25〜44歳 女" }}
"""


def write_municipal_tables(folder: Path, region: Region) -> list[Path]:
    """``wellbeing_sample.csv`` (six-digit codes, cp932) and ``employment_sample.csv`` (long), each with its TOML."""
    files = {
        "wellbeing_sample.csv": csv(_wellbeing(region), encoding="cp932"),
        "wellbeing_sample.toml": _WELLBEING.encode(),
        "employment_sample.csv": csv(_employment(region), bom=True),
        "employment_sample.toml": _EMPLOYMENT.encode(),
    }
    for name, content in files.items():
        (folder / name).write_bytes(content)
    return [folder / name for name in files]


def _wellbeing(region: Region) -> pd.DataFrame:
    """Smaller towns answer in smaller numbers; one of them did not take part."""
    random = generator(_TOPIC)
    rows: list[tuple[str, str, str, str, str]] = []
    for spec in region.specs:
        asked = int(300 + spec.people**0.5 * 2)
        score = 6.9 - 0.8 * spec.old + random.normal(0, 0.15)
        stay = int(asked * np.clip(0.62 + 0.25 * spec.old + random.normal(0, 0.03), 0, 1))
        code = spec.code + check_digit(spec.code)
        answers = ("-", "-", "-") if spec.name == "幻谷村" else (f"{score:.2f}", f"{stay:,}", f"{asked:,}")
        rows.append((code, spec.name, *answers))
    return pd.DataFrame(rows, columns=["団体コード", "市町村名", "生活満足度", "住み続けたい人", "回答者数"])


def _employment(region: Region) -> pd.DataFrame:
    """People and employed by group, with the row of the prefecture on top as the census prints it."""
    random = generator(_TOPIC + 1)
    rows: list[tuple[str, str, str, int, int]] = []
    for group, share, rate, fall in (("65〜69歳 総数", 0.065, 0.55, -0.08), ("25〜44歳 女", 0.105, 0.76, -0.10)):
        here = []
        for spec in region.specs:
            people = round(spec.people * share * (1.3 - 0.6 * spec.old if "女" in group else 0.8 + 0.6 * spec.old))
            employed = round(people * np.clip(rate - fall * spec.old + random.normal(0, 0.012), 0, 1))
            here.append((spec.code, spec.name, group, people, employed))
        total = (sum(row[3] for row in here), sum(row[4] for row in here))
        rows += [(f"{PREFECTURE_CODE}000", PREFECTURE_NAME, group, *total), *here]
    return pd.DataFrame(rows, columns=["市区町村コード", "市区町村", "区分", "人口", "就業者"])
