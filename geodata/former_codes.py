"""Municipality codes that are no longer used: which municipality has its people now, and since when.

A short table of changes since 2009, no register: it lets a message say what became of a code of an older edition. Codes of
the great mergers before that are not in it. Wards of designated cities are in :mod:`geodata.codes`.

Source: 総務省「全国地方公共団体コード」改正一覧 and the announcements of each change (官報告示), typed by hand, 2026-11.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final, NamedTuple


class FormerCode(NamedTuple):
    """A code that ended: its municipality, the code and name that follow it, and the day."""

    name: str
    successor: str
    successor_name: str
    since: str  # YYYY-MM-DD
    is_merger: bool  # else the same municipality became a city


FORMER_CODES: Final[Mapping[str, FormerCode]] = MappingProxyType(
    {
        "03305": FormerCode("滝沢村", "03216", "滝沢市", "2014-01-01", False),
        "03422": FormerCode("藤沢町", "03209", "一関市", "2011-09-26", True),
        "04423": FormerCode("富谷町", "04216", "富谷市", "2016-10-10", False),
        "09321": FormerCode("西方町", "09203", "栃木市", "2011-10-01", True),
        "09367": FormerCode("岩舟町", "09203", "栃木市", "2014-04-05", True),
        "10303": FormerCode("富士見村", "10201", "前橋市", "2009-05-05", True),
        "10363": FormerCode("吉井町", "10202", "高崎市", "2009-06-01", True),
        "10427": FormerCode("六合村", "10421", "中之条町", "2010-03-28", True),
        "11226": FormerCode("鳩ヶ谷市", "11203", "川口市", "2011-10-11", True),
        "11445": FormerCode("白岡町", "11246", "白岡市", "2012-10-01", False),
        "12402": FormerCode("大網白里町", "12239", "大網白里市", "2013-01-01", False),
        "17344": FormerCode("野々市町", "17212", "野々市市", "2011-11-11", False),
        "23304": FormerCode("長久手町", "23238", "長久手市", "2012-01-04", False),
        "23481": FormerCode("一色町", "23213", "西尾市", "2011-04-01", True),
        "23482": FormerCode("吉良町", "23213", "西尾市", "2011-04-01", True),
        "23483": FormerCode("幡豆町", "23213", "西尾市", "2011-04-01", True),
        "32304": FormerCode("東出雲町", "32201", "松江市", "2011-08-01", True),
        "40305": FormerCode("那珂川町", "40231", "那珂川市", "2018-10-01", False),
    }
)


def what_became_of(code: str) -> tuple[str, str]:
    """What to say of a code that a workspace lacks, in Japanese and English; empty where nothing is known of it.

    Examples
    --------
    >>> what_became_of("10303")[1]
    '10303 (富士見村) merged into 10201 前橋市 on 2009-05-05: write 10201'
    >>> what_became_of("10201")
    ('', '')
    """
    if code not in FORMER_CODES:
        return "", ""
    former = FORMER_CODES[code]
    became = f"{former.successor} {former.successor_name}"
    how = ("へ合併しました", "merged into") if former.is_merger else ("になりました", "became")
    return (
        f"{code}（{former.name}）は {former.since} に {became} {how[0]}: {former.successor} と書いてください",
        f"{code} ({former.name}) {how[1]} {became} on {former.since}: write {former.successor}",
    )


def formerly(code: str) -> list[str]:
    """Codes that came before a code, ascending: an older workspace has them in its place.

    Examples
    --------
    >>> formerly("40231"), formerly("10201")
    (['40305'], ['10303'])
    """
    return sorted(old for old, former in FORMER_CODES.items() if former.successor == code)
