"""How names of municipalities are read, and which municipalities became part of them: published facts, typed by hand.

No boundary file holds readings; they come from the table that :mod:`geodata.municipal_readings` reads. Where it is not at
hand, what is listed here is known all the same: Gunma, and the towns of the invented sample. Codes of the mergers around
2005 stand in no table of :mod:`geodata.former_codes`: old names are found for what is listed here only.

Source: 総務省「全国地方公共団体コード」 (readings), 総務省「市町村合併資料集」 (mergers), 2026-11.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from geodata.former_codes import FORMER_CODES, FormerCode

if TYPE_CHECKING:
    from collections.abc import Mapping

_READINGS: Final = """
10201まえばしし 10202たかさきし 10203きりゅうし 10204いせさきし 10205おおたし 10206ぬまたし 10207たてばやしし 10208しぶかわし
10209ふじおかし 10210とみおかし 10211あんなかし 10212みどりし 10344しんとうむら 10345よしおかまち 10366うえのむら
10367かんなまち 10382しもにたまち 10383なんもくむら 10384かんらまち 10421なかのじょうまち 10424ながのはらまち
10425つまごいむら 10426くさつまち 10428たかやまむら 10429ひがしあがつままち 10443かたしなむら 10444かわばむら
10448しょうわむら 10449みなかみまち 10464たまむらまち 10521いたくらまち 10522めいわまち 10523ちよだまち
10524おおいずみまち 10525おうらまち
48201みほんちゅうおうし 48202かくうはまし 48203れいじのし 48301かながわまち 48302みほんだいまち 48321しさくさとまち
48322くうそうはらまち 48341れいがうらまち 48361まぼろしだにむら 48401かりしままち
"""
READINGS: Final[Mapping[str, str]] = MappingProxyType({each[:5]: each[5:] for each in _READINGS.split()})

# Successor, its name, day, and the municipalities that became part of it: code and name of each.
_MERGERS: Final = (
    ("10367", "神流町", "2003-04-01", "10364万場町 10365中里村"),
    ("10201", "前橋市", "2004-12-05", "10304大胡町 10305宮城村 10306粕川村"),
    ("10204", "伊勢崎市", "2005-01-01", "10461赤堀町 10462東村 10463境町"),
    ("10206", "沼田市", "2005-02-13", "10441白沢村 10442利根村"),
    ("10205", "太田市", "2005-03-28", "10481尾島町 10482新田町 10483藪塚本町"),
    ("10203", "桐生市", "2005-06-13", "10307新里村 10308黒保根村"),
    ("10449", "みなかみ町", "2005-10-01", "10445月夜野町 10446水上町 10447新治村"),
    ("10209", "藤岡市", "2006-01-01", "10362鬼石町"),
    ("10202", "高崎市", "2006-01-23", "10322倉渕村 10323箕郷町 10324群馬町 10361新町"),
    ("10208", "渋川市", "2006-02-20", "10301北橘村 10302赤城村 10341子持村 10342小野上村 10343伊香保町"),
    ("10211", "安中市", "2006-03-18", "10401松井田町"),
    ("10210", "富岡市", "2006-03-27", "10381妙義町"),
    ("10212", "みどり市", "2006-03-27", "10309東村 10484笠懸町 10501大間々町"),
    ("10429", "東吾妻町", "2006-03-27", "10422東村 10423吾妻町"),
    ("10202", "高崎市", "2006-10-01", "10321榛名町"),
)


def former_municipalities() -> dict[str, FormerCode]:
    """Codes that ended, with their names and what they became part of: of the table of codes and of the mergers above."""
    merged = {
        each[:5]: FormerCode(each[5:], successor, name, since, is_merger=True)
        for successor, name, since, members in _MERGERS
        for each in members.split()
    }
    return {**merged, **FORMER_CODES}
