"""Why a line of a list or table is not used as it stands, and what its owner can do: one table for all readers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True)
class Problem:
    """One reason, Japanese and English, with what to do about it.

    Parameters
    ----------
    is_used
        The line is used all the same, after a correction that its owner should look at.
    """

    ja: str
    en: str
    do_ja: str
    do_en: str
    is_used: bool = False


PROBLEMS: Final[dict[str, Problem]] = {
    "no_coordinates": Problem(
        "緯度・経度がないか、数値として読めない",
        "no latitude and longitude, or not a number",
        "緯度・経度を度（例 36.3912、139.0608）で入れる",
        "enter latitude and longitude in degrees (such as 36.3912, 139.0608)",
    ),
    "outside_japan": Problem(
        "座標が日本の外にある",
        "the coordinates lie outside Japan",
        "緯度 20〜46、経度 122〜154 の範囲か、桁と小数点を確かめる",
        "latitudes are 20 to 46, longitudes 122 to 154: check digits and decimal point",
    ),
    "swapped": Problem(
        "緯度と経度が入れ替わっているとみられる（入れ替えて使う）",
        "latitude and longitude look swapped (used after turning them round)",
        "列の順か見出しを直す",
        "correct the order of the columns or their headings",
        is_used=True,
    ),
    "outside_area": Problem(
        "対象地域とその周囲の外にある",
        "lies beyond the study area and its surroundings",
        "座標の誤りでなければ、そのままでよい（計算には入らない）",
        "if the coordinates are right, nothing to do: it does not count here",
    ),
    "unknown_kind": Problem(
        "施設の種別が分からない",
        "the kind of facility is not known",
        "種別の列を加えるか、この一覧の種別を選ぶ",
        "add a column with the kind, or choose the kind of the list",
    ),
    "closed": Problem(
        "名称に休止・廃止とある",
        "its name says that it is closed",
        "営業しているなら名称から休止・廃止の語を除く",
        "if it is open, take the word out of its name",
    ),
    "no_position": Problem(
        "住所だけで緯度・経度がない",
        "an address only, no latitude and longitude",
        "緯度・経度の列を加える（住所からの変換は外部で行う）",
        "add columns of latitude and longitude (addresses have to be converted elsewhere)",
    ),
    "repeated": Problem(
        "同じ種別・名称・位置の行がもう一つある（1回だけ数える）",
        "another row has the same kind, name and position (counted once)",
        "重複なら1行を消す",
        "remove one of them if it is a repeat",
    ),
    "bad_mesh": Problem(
        "地域メッシュコードとして読めないか、1km より粗い",
        "no grid code (JIS X 0410), or one coarser than 1 km",
        "8桁（1km）以上の標準地域メッシュコードを入れる",
        "enter a grid code of 8 digits (1 km) or more",
    ),
    "no_code": Problem(
        "市区町村コードとして読めない",
        "no code of a municipality",
        "5桁か6桁の全国地方公共団体コードを入れる",
        "enter the code of 5 or 6 digits",
    ),
    "other_code": Problem(
        "対象地域にない市区町村コード",
        "the code of a municipality outside the study area",
        "コードの誤りでなければ、そのままでよい（計算には入らない）",
        "if the code is right, nothing to do: it does not count here",
    ),
    "ambiguous": Problem(
        "同じ名前の市区町村が複数ある",
        "several municipalities have this name",
        "市区町村コードの列を加える",
        "add a column with the code",
    ),
    "not_a_number": Problem(
        "数値として読めない",
        "not a number",
        "数字だけを入れる（欠測は空欄）",
        "enter digits only (leave missing values empty)",
    ),
    "bad_row": Problem(
        "この行は使えない",
        "the row cannot be used",
        "上の注意の内容に従って直す",
        "correct it as the remark above says",
    ),
    "empty_shape": Problem(
        "図形が空",
        "an empty shape",
        "GIS で図形を確かめる",
        "look at the shape in a GIS",
    ),
    "not_an_area": Problem(
        "面（ポリゴン）でない",
        "not a polygon",
        "区域は面で描く",
        "zones have to be drawn as polygons",
    ),
    "unnamed_zone": Problem(
        "区域の種類を示す値がない",
        "no value that tells the kind of zone",
        "「居住誘導区域」「都市機能誘導区域」などの値を入れる",
        "enter a value such as 居住誘導区域 or 都市機能誘導区域",
    ),
}
