"""The data sets this project knows: what they are for, who publishes them, under which licence, where to get them.

Licences differ by data set and edition (some old editions of 国土数値情報 are 非商用), so the licence is worked out for
the edition in hand. Sources: the data set pages of 国土数値情報, e-Stat 利用規約, openstreetmap.org/copyright.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

_KSJ_PAGE: Final = "https://nlftp.mlit.go.jp/ksj/gml/datalist/KsjTmplt-"
_ESTAT_PAGE: Final = "https://www.e-stat.go.jp/gis"
_CC_BY: Final = "CC BY 4.0"
_CC_BY_PARTLY: Final = "CC BY 4.0（一部制限あり / with restrictions per municipality）"
_NON_COMMERCIAL: Final = "非商用 / non-commercial"
_OWNER: Final = "利用者の資料 / the user's own"


@dataclass(frozen=True)
class Dataset:
    """A data set: its id, the purpose it serves in a build, names, publisher, licence, credit line, page."""

    id: str
    purpose: str
    ja: str
    en: str
    publisher: str
    licence: str
    credit: str
    url: str
    non_commercial_editions: tuple[str, ...] = ()

    def licence_of(self, edition: str) -> str:
        """Licence of one edition (``"2010"``, ``"2024-01-01"`` …)."""
        return _NON_COMMERCIAL if edition[:4] in self.non_commercial_editions else self.licence


def _ksj(
    name: str,
    purpose: str,
    ja: str,
    en: str,
    *,
    licence: str = _CC_BY,
    non_commercial: tuple[str, ...] = (),
    page: str = "",
) -> Dataset:
    return Dataset(
        name.lower(),
        purpose,
        f"国土数値情報 {name} {ja}",
        f"National Land Numerical Information {name}, {en}",
        "国土交通省",
        licence,
        f"「国土数値情報（{ja}データ）」（国土交通省）を加工して作成",
        f"{_KSJ_PAGE}{page or name}.html",
        non_commercial,
    )


def _estat(identity: str, purpose: str, ja: str, en: str) -> Dataset:
    return Dataset(
        identity,
        purpose,
        ja,
        en,
        "総務省統計局",
        "政府標準利用規約（CC BY 4.0 互換）/ e-Stat terms (CC BY 4.0 compatible)",
        "「政府統計の総合窓口(e-Stat)」の統計・境界データを加工して作成",
        _ESTAT_PAGE,
    )


# What a build can use (purpose), in the order in which the scan asks for it.
PURPOSES: Final[dict[str, tuple[str, str]]] = {
    "boundaries": ("市区町村の境界", "Municipality boundaries"),
    "population": ("人口（小地域・メッシュ）", "Population of small areas or grid cells"),
    "streets": ("道路", "Streets"),
    "facilities": ("施設", "Facilities"),
    "stations": ("鉄道駅", "Railway stations"),
    "stops": ("バス停・時刻表", "Bus stops and timetables"),
    "official": ("公表値（比較用）", "Published values for comparison"),
    "zones": ("立地適正化計画などの区域", "Compact-city and planning zones"),
    "future_population": ("将来推計人口", "Future population"),
    "digital": ("光ファイバ・5G", "Fibre and 5G"),
    "terrain": ("標高", "Elevation"),
    "other": ("その他", "Other"),
}

_DATASETS: Final = (
    _ksj("N03", "boundaries", "行政区域", "administrative areas", page="N03-2024"),
    _estat("small_areas", "population", "国勢調査 小地域（境界・人口）", "Population census, small areas"),
    _estat("estat_grid", "population", "国勢調査 地域メッシュ統計", "Population census, grid square statistics"),
    Dataset(
        "grid_csv",
        "population",
        "メッシュ人口CSV",
        "Population by grid code (CSV)",
        _OWNER,
        _OWNER,
        "メッシュ人口: 利用者が用意した資料",
        _ESTAT_PAGE,
    ),
    Dataset(
        "osm",
        "streets",
        "OpenStreetMap 道路・施設",
        "OpenStreetMap streets and places of interest",
        "OpenStreetMap contributors",
        "ODbL 1.0",
        "© OpenStreetMap contributors",
        "https://www.openstreetmap.org/copyright",
    ),
    _ksj("P04", "facilities", "医療機関", "medical institutions", non_commercial=("2010", "2014"), page="P04-2020"),
    _ksj(
        "P14",
        "facilities",
        "福祉施設",
        "welfare facilities",
        licence=_CC_BY_PARTLY,
        non_commercial=("2011", "2015"),
        page="P14-2023",
    ),
    _ksj("P29", "facilities", "学校", "schools", non_commercial=("2013",), page="P29-2023"),
    _ksj("P05", "facilities", "市町村役場等及び公的集会施設", "town halls and public meeting places", page="P05-2022"),
    Dataset(
        "points",
        "facilities",
        "施設・駅の一覧（緯度経度つき）",
        "List of facilities or stations with coordinates",
        _OWNER,
        _OWNER,
        "施設一覧: 利用者が用意した資料",
        "",
    ),
    Dataset(
        "addresses",
        "facilities",
        "住所だけの施設一覧（緯度経度なし）",
        "List of facilities with addresses only",
        _OWNER,
        _OWNER,
        "施設一覧: 利用者が用意した資料",
        "https://geocode.csis.u-tokyo.ac.jp/",
    ),
    _ksj("N02", "stations", "鉄道", "railways", page="N02-2023"),
    _ksj("P11", "stops", "バス停留所", "bus stops", non_commercial=("2010",), page="P11-2022"),
    Dataset(
        "gtfs",
        "stops",
        "GTFS-JP（標準的なバス情報フォーマット）",
        "GTFS-JP timetables",
        "各事業者 / the operators",
        "各フィードの規約（多くは CC BY 4.0）/ per feed, mostly CC BY 4.0",
        "バス時刻表: 各事業者の GTFS-JP を加工して作成",
        "https://gtfs-data.jp/",
    ),
    Dataset(
        "official_coverage",
        "official",
        "都市モニタリングシート（徒歩圏人口カバー率）",
        "City monitoring sheet (walking coverage)",
        "国土交通省・総務省",
        "CC BY 4.0 互換 / compatible",
        "国土交通省「都市モニタリングシート」、総務省",
        "https://www.mlit.go.jp/toshi/tosiko/toshi_tosiko_tk_000035.html",
    ),
    _estat("census_municipality", "official", "国勢調査 市区町村別人口", "Population census by municipality"),
    _ksj(
        "A50", "zones", "立地適正化計画区域", "location optimisation plan areas", licence=_CC_BY_PARTLY, page="A50-2020"
    ),
    _ksj("A55", "zones", "都市計画決定情報", "city planning decisions", page="A55-2022"),
    _ksj("A29", "zones", "用途地域", "zoning", licence=_CC_BY_PARTLY, non_commercial=("2011",), page="A29-2019"),
    _ksj("A09", "zones", "都市地域", "city planning areas", non_commercial=("2011",), page="A09-2018"),
    _ksj("A16", "zones", "人口集中地区", "densely inhabited districts", page="A16-2020"),
    _ksj("mesh_r6", "future_population", "将来推計人口メッシュ", "future population by grid square", page="m500r6"),
    Dataset(
        "digital",
        "digital",
        "光ファイバ・5G 整備率（整形済みCSV）",
        "Fibre and 5G coverage (normalised CSV)",
        "総務省",
        "公表値（事実）/ published facts",
        "総務省 ブロードバンド基盤整備率調査、5Gの整備状況",
        "https://www.soumu.go.jp/main_sosiki/joho_tsusin/broadband/",
    ),
    Dataset(
        "dem",
        "terrain",
        "標高ラスタ（GeoTIFF）",
        "Elevation raster (GeoTIFF)",
        _OWNER,
        _OWNER,
        "標高: 基盤地図情報数値標高モデルなど",
        "https://service.gsi.go.jp/kiban/",
    ),
    _ksj("S12", "other", "駅別乗降客数", "passengers per station", page="S12-2023"),
    _ksj("N07", "other", "バスルート", "bus routes", non_commercial=("2011",), page="N07-2022"),
    _ksj("A38", "other", "医療圏", "medical care areas", page="A38-2020"),
    _ksj("L01", "other", "地価公示", "land prices", page="L01-2025"),
    _ksj("P02", "other", "公共施設", "public facilities (2006)", page="P02-4_0"),
    _ksj("ksj", "other", "その他", "another data set", page="A03"),
    Dataset(
        "prefectures",
        "other",
        "都道府県の境界",
        "Prefecture boundaries",
        "国土交通省",
        _CC_BY,
        "「国土数値情報（行政区域データ）」（国土交通省）を加工して作成",
        f"{_KSJ_PAGE}N03-2024.html",
    ),
    Dataset(
        "towns",
        "other",
        "町丁目の代表点",
        "Town centroids",
        "Geolonia",
        _CC_BY,
        "Geolonia 住所データ",
        "https://geolonia.github.io/japanese-addresses/",
    ),
    Dataset("codes", "other", "コード表", "Code table", "", "", "", ""),
    Dataset(
        "overpass",
        "other",
        "Overpass API の JSON",
        "Overpass API JSON",
        "OpenStreetMap contributors",
        "ODbL 1.0",
        "© OpenStreetMap contributors",
        "https://www.openstreetmap.org/copyright",
    ),
    Dataset("document", "other", "説明書・付属ファイル", "Document or accompanying file", "", "", "", ""),
)
DATASETS: Final[dict[str, Dataset]] = {dataset.id: dataset for dataset in _DATASETS}

# Which layer groups cannot be shown without a purpose, for the scan's list of what is missing.
LAYERS_NEEDING: Final[dict[str, tuple[str, str]]] = {
    "boundaries": ("すべて（必須）", "everything (required)"),
    "population": ("すべて（必須）", "everything (required)"),
    "streets": ("道のりの距離・徒歩と車の時間", "street distances, minutes on foot and by car"),
    "facilities": ("買物・医療・福祉・教育などの徒歩圏", "reach of shops, clinics, schools …"),
    "stations": ("駅の徒歩圏・交通空白", "reach of stations, transport voids"),
    "stops": ("バス停の徒歩圏・交通空白", "reach of bus stops, transport voids"),
    "official": ("公表値との比較", "comparison with published values"),
    "zones": ("居住誘導区域の人口（次の版で使用）", "people in compact-city zones (used by a later version)"),
    "future_population": ("将来人口（次の版で使用）", "future population (used by a later version)"),
    "digital": ("光ファイバ・5G（次の版で使用）", "fibre and 5G (used by a later version)"),
    "terrain": ("坂を考えた徒歩", "walking with slopes"),
}
WHERE_TO_GET: Final[dict[str, tuple[str, ...]]] = {
    "boundaries": ("n03",),
    "population": ("estat_grid", "small_areas"),
    "streets": ("osm",),
    "facilities": ("p04", "p29", "p05", "p14", "osm"),
    "stations": ("n02",),
    "stops": ("gtfs", "p11"),
    "official": ("official_coverage",),
    "zones": ("a50",),
    "future_population": ("mesh_r6",),
    "digital": ("digital",),
    "terrain": ("dem",),
}
