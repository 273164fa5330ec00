"""Municipality codes (全国地方公共団体コード, JIS X 0401/0402): normal form, check digit, prefectures, designated cities.

Everywhere in the project a municipality is its five digits as text (``"10201"``). Sources write six digits with a
check digit, integers that lost the leading zero, full-width digits, or the code of a ward; all are brought to one form
here. Wards of designated cities (政令指定都市の行政区) roll up to their city by an explicit table.
"""

from __future__ import annotations

import unicodedata
from typing import Final

from geodata.errors import UnknownCode

SAMPLE_PREFECTURE: Final = "48"  # one past the last real prefecture: the invented sample region

PREFECTURES: Final[dict[str, str]] = {
    f"{number:02d}": name
    for number, name in enumerate(
        [
            "北海道",
            "青森県",
            "岩手県",
            "宮城県",
            "秋田県",
            "山形県",
            "福島県",
            "茨城県",
            "栃木県",
            "群馬県",
            "埼玉県",
            "千葉県",
            "東京都",
            "神奈川県",
            "新潟県",
            "富山県",
            "石川県",
            "福井県",
            "山梨県",
            "長野県",
            "岐阜県",
            "静岡県",
            "愛知県",
            "三重県",
            "滋賀県",
            "京都府",
            "大阪府",
            "兵庫県",
            "奈良県",
            "和歌山県",
            "鳥取県",
            "島根県",
            "岡山県",
            "広島県",
            "山口県",
            "徳島県",
            "香川県",
            "愛媛県",
            "高知県",
            "福岡県",
            "佐賀県",
            "長崎県",
            "熊本県",
            "大分県",
            "宮崎県",
            "鹿児島県",
            "沖縄県",
        ],
        start=1,
    )
} | {SAMPLE_PREFECTURE: "架空の見本県"}

PREFECTURES_EN: Final[dict[str, str]] = dict(
    zip(
        PREFECTURES,
        [
            "Hokkaido",
            "Aomori",
            "Iwate",
            "Miyagi",
            "Akita",
            "Yamagata",
            "Fukushima",
            "Ibaraki",
            "Tochigi",
            "Gunma",
            "Saitama",
            "Chiba",
            "Tokyo",
            "Kanagawa",
            "Niigata",
            "Toyama",
            "Ishikawa",
            "Fukui",
            "Yamanashi",
            "Nagano",
            "Gifu",
            "Shizuoka",
            "Aichi",
            "Mie",
            "Shiga",
            "Kyoto",
            "Osaka",
            "Hyogo",
            "Nara",
            "Wakayama",
            "Tottori",
            "Shimane",
            "Okayama",
            "Hiroshima",
            "Yamaguchi",
            "Tokushima",
            "Kagawa",
            "Ehime",
            "Kochi",
            "Fukuoka",
            "Saga",
            "Nagasaki",
            "Kumamoto",
            "Oita",
            "Miyazaki",
            "Kagoshima",
            "Okinawa",
            "Sample prefecture",
        ],
        strict=True,
    )
)

# City, its name, first and last ward code ever used (the numbers between were all wards of that city, some abolished).
# Source: 総務省 全国地方公共団体コード (2024-01-01) and its list of changes, for 浜松 before and after 2024-01-01.
_DESIGNATED_CITIES: Final = (
    ("01100", "札幌市", 1101, 1110),
    ("04100", "仙台市", 4101, 4105),
    ("11100", "さいたま市", 11101, 11110),
    ("12100", "千葉市", 12101, 12106),
    ("14100", "横浜市", 14101, 14118),
    ("14130", "川崎市", 14131, 14137),
    ("14150", "相模原市", 14151, 14153),
    ("15100", "新潟市", 15101, 15108),
    ("22100", "静岡市", 22101, 22103),
    ("22130", "浜松市", 22131, 22140),
    ("23100", "名古屋市", 23101, 23116),
    ("26100", "京都市", 26101, 26111),
    ("27100", "大阪市", 27101, 27128),
    ("27140", "堺市", 27141, 27147),
    ("28100", "神戸市", 28101, 28111),
    ("33100", "岡山市", 33101, 33104),
    ("34100", "広島市", 34101, 34108),
    ("40100", "北九州市", 40101, 40109),
    ("40130", "福岡市", 40131, 40137),
    ("43100", "熊本市", 43101, 43105),
)
DESIGNATED_CITIES: Final[dict[str, str]] = {code: name for code, name, _, _ in _DESIGNATED_CITIES}
WARD_TO_CITY: Final[dict[str, str]] = {
    f"{ward:05d}": city for city, _, first, last in _DESIGNATED_CITIES for ward in range(first, last + 1)
}
NORTHERN_TERRITORIES: Final = frozenset({"01695", "01696", "01697", "01698", "01699", "01700"})


def municipality_code(raw: object) -> str | None:
    """Five-digit code from whatever a source writes, or None where there is none (所属未定地, blank, not a code).

    Accepts text and numbers, five digits or six with a valid check digit, a lost leading zero, full-width digits.

    Examples
    --------
    >>> municipality_code("１０２０１"), municipality_code(102016), municipality_code(1100.0), municipality_code("01100")
    ('10201', '10201', '01100', '01100')
    >>> municipality_code("所属未定地") is None
    True
    """
    text = unicodedata.normalize("NFKC", str(raw)).strip().removesuffix(".0")
    if not text.isdigit() or not 4 <= len(text) <= 6:
        return None
    if len(text) == 6:
        return text[:5] if check_digit(text[:5]) == text[5] and _is_municipality(text[:5]) else None
    code = text.zfill(5)
    if _is_municipality(code):
        return code
    # Six digits that lost their leading zero in a spreadsheet: 11002 is 011002, Sapporo.
    six = "0" + text
    return six[:5] if len(text) == 5 and check_digit(six[:5]) == six[5] and _is_municipality(six[:5]) else None


def _is_municipality(code: str) -> bool:
    # 000 stands for the prefecture; numbers from 800 are 一部事務組合, not places.
    return code[:2] in PREFECTURES and 100 <= int(code[2:]) < 800


def check_digit(code: str) -> str:
    """Sixth digit of a municipality code, by the rule of 総務省 (weights 6 … 2, modulo 11).

    Examples
    --------
    >>> check_digit("01100"), check_digit("13101"), check_digit("42201")
    ('2', '6', '1')
    """
    total = sum(int(digit) * weight for digit, weight in zip(code, (6, 5, 4, 3, 2), strict=True))
    return str((11 - total % 11) % 10)


def rolled_up(code: str) -> str:
    """The designated city of a ward, or the code itself.

    Examples
    --------
    >>> rolled_up("12101"), rolled_up("10201"), rolled_up("13101")
    ('12100', '10201', '13101')
    """
    return WARD_TO_CITY.get(code, code)


def municipality_kind(code: str) -> str:
    """``designated_city``, ``special_ward``, ``city``, ``town_or_village`` by the third digit of the code."""
    if code in DESIGNATED_CITIES:
        return "designated_city"
    if code[2] == "1":
        return "special_ward"
    return "city" if code[2] == "2" else "town_or_village"


def parse_codes(text: str) -> list[str]:
    """Codes typed by a user, separated by commas or spaces, each checked for form.

    Raises
    ------
    UnknownCode
        One of them cannot be a municipality code.
    """
    codes = []
    for part in unicodedata.normalize("NFKC", text).replace(",", " ").replace("、", " ").split():
        code = municipality_code(part)
        if code is None:
            raise UnknownCode(
                f"「{part}」は市区町村コード（5桁、例 10201）ではありません。 / "
                f"{part!r} is not a municipality code (five digits, such as 10201)."
            )
        codes.append(rolled_up(code))
    if not codes:
        raise UnknownCode(
            f"「{text}」に市区町村コードがありません（5桁、例 10201,10202）。 / "
            f"There is no municipality code in {text!r} (five digits each, such as 10201,10202)."
        )
    return list(dict.fromkeys(codes))


def parse_prefecture(text: str) -> str:
    """Two-digit prefecture code from ``10``, ``1`` or ``群馬県``.

    Raises
    ------
    UnknownCode
        There is no such prefecture.
    """
    normal = unicodedata.normalize("NFKC", text).strip()
    by_name = {name: code for code, name in PREFECTURES.items()}
    code = by_name.get(normal, normal.zfill(2))
    if code not in PREFECTURES:
        raise UnknownCode(
            f"都道府県「{text}」はありません。01〜47 または名前で指定してください。 / "
            f"There is no prefecture {text!r}. Give 01-47 or its name."
        )
    return code
