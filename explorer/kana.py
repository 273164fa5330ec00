"""Names as people type them: full and half width, ひらがな and カタカナ, Roman letters of several systems made alike."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

_SMALL_KE: Final = str.maketrans({"ヶ": "け", "ヵ": "か", "ゖ": "け", "ゕ": "か", "ケ": "け"})
# Forms of one character that names are written with in turn: the shorter, everyday one stands for both.
_VARIANTS: Final = str.maketrans("髙﨑澤濱邊邉辺嶋龍竜國廣", "高崎沢浜辺辺辺島竜竜国広")
_LEFT_OUT: Final = re.compile(r"[\s・･,，、。._\-‐‑–—−'’\"()（）「」]+")
_KATAKANA: Final = range(ord("ァ"), ord("ヶ") + 1)
_TO_HIRAGANA: Final = ord("ァ") - ord("ぁ")

_VOWELS: Final = "aiueo"
_ROWS: Final = {
    "": "あいうえお", "k": "かきくけこ", "s": "さしすせそ", "t": "たちつてと", "n": "なにぬねの", "h": "はひふへほ",
    "m": "まみむめも", "r": "らりるれろ", "g": "がぎぐげご", "z": "ざじずぜぞ", "d": "だぢづでど", "b": "ばびぶべぼ",
    "p": "ぱぴぷぺぽ",
}  # fmt: skip
_ODD: Final = {
    "し": "shi", "ち": "chi", "つ": "tsu", "ふ": "fu", "じ": "ji", "ぢ": "ji", "づ": "zu", "や": "ya", "ゆ": "yu", "よ": "yo",
    "わ": "wa", "ゐ": "i", "ゑ": "e", "を": "o", "ん": "n", "ゔ": "vu", "ー": "",
}  # fmt: skip
_SYLLABLES: Final = {
    kana: consonant + vowel for consonant, row in _ROWS.items() for kana, vowel in zip(row, _VOWELS, strict=True)
} | _ODD
_GLIDES: Final = {"ゃ": "a", "ゅ": "u", "ょ": "o", "ぁ": "a", "ぃ": "i", "ぅ": "u", "ぇ": "e", "ぉ": "o"}
# Kunrei and Hepburn, long vowels written or not: one spelling for all. In this order.
_SPELLINGS: Final = (
    ("sy", "sh"), ("ty", "ch"), ("cy", "ch"), ("zy", "j"), ("jy", "j"), ("dy", "j"), ("si", "shi"), ("tu", "tsu"), ("ti", "chi"),
    ("hu", "fu"), ("zi", "ji"), ("di", "ji"), ("du", "zu"), ("tch", "cch"), ("mb", "nb"), ("mp", "np"), ("mm", "nm"), ("l", "r"),
    ("ou", "o"), ("oh", "o"), ("oo", "o"), ("uu", "u"), ("shsh", "ssh"), ("ttss", "tts"),
)  # fmt: skip

# A long o only where no vowel follows (Ohta, not Ohira); fu only where it is no shu or chu.
_ONLY: Final = {"oh": "oh(?![aiueo])", "hu": "(?<![sc])hu"}


def is_by_sound(text: str) -> bool:
    """Whether a text says how something sounds: kana or Roman letters, and nothing else.

    Examples
    --------
    >>> is_by_sound("まえばし"), is_by_sound("Ōta"), is_by_sound("前橋"), is_by_sound("10201")
    (True, True, False, False)
    """
    plain = folded(text)
    return bool(plain) and all("ぁ" <= sign <= "ー" or unicodedata.name(sign, "").startswith("LATIN") for sign in plain)


def folded(text: str) -> str:
    """A name for comparing: NFKC, small letters, hiragana for katakana, spaces and marks left out.

    Examples
    --------
    >>> folded("ﾏｴﾊﾞｼ ｼ"), folded("龍ケ崎市"), folded("Ｍａｅｂａｓｈｉ")
    ('まえばしし', '竜け崎市', 'maebashi')
    """
    plain = unicodedata.normalize("NFKC", text).casefold().translate(_SMALL_KE)
    plain = _LEFT_OUT.sub("", plain).translate(_VARIANTS)
    return "".join(chr(ord(sign) - _TO_HIRAGANA) if ord(sign) in _KATAKANA else sign for sign in plain)


def romaji(kana: str) -> str:
    """A reading in Roman letters, spelled as :func:`folded_romaji` spells what somebody types.

    Examples
    --------
    >>> romaji("まえばし"), romaji("ナンモク"), romaji("きっかわちょう")
    ('maebashi', 'nanmoku', 'kikkawacho')
    """
    found: list[str] = []
    doubles = False
    for sign in folded(kana):
        if sign == "っ":
            doubles = True
            continue
        if sign in _GLIDES and found and found[-1][-1:] in _VOWELS:
            stem = found[-1][:-1]
            glide = "" if stem in {"sh", "ch", "j"} or sign in "ぁぃぅぇぉ" else "y"
            found[-1] = stem + glide + _GLIDES[sign]
            continue
        syllable = _SYLLABLES.get(sign, sign)
        found.append(syllable[:1] + syllable if doubles and syllable[:1] not in _VOWELS else syllable)
        doubles = False
    return folded_romaji("".join(found))


def folded_romaji(text: str) -> str:
    """Roman letters for comparing: without marks of length, Kunrei spelled as Hepburn, long vowels short.

    Examples
    --------
    >>> folded_romaji("Ōta"), folded_romaji("Ohta"), folded_romaji("Oota"), folded_romaji("Titibu"), folded_romaji("Gumma")
    ('ota', 'ota', 'ota', 'chichibu', 'gunma')
    """
    plain = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", text).casefold())
    plain = re.sub(r"[^a-z]", "", plain)
    for written, wanted in _SPELLINGS:
        plain = re.sub(_ONLY.get(written, written), wanted, plain)
    return plain
