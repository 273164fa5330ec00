"""The data sets this project knows: what they are for, who publishes them, under which licence, where to get them.

Licences differ by data set and edition (some old editions of 国土数値情報 are 非商用), so the licence is worked out for
the edition in hand. Sources: the data set pages of 国土数値情報, e-Stat 利用規約, openstreetmap.org/copyright.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

_KSJ_PAGE: Final = "https://nlftp.mlit.go.jp/ksj/gml/datalist/KsjTmplt-"
_ESTAT_PAGE: Final = "https://www.e-stat.go.jp/gis"
_CC_BY: Final = "CC BY 4.0"
_CC_BY_PARTLY: Final = "CC BY 4.0（一部制限あり / with restrictions per municipality）"
_NON_COMMERCIAL: Final = "非商用 / non-commercial"
_SEE_PAGE: Final = "公表元のページの条件 / as the page of the data set says"
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
    "rail_lines": ("鉄道路線（地図の線）", "Railway lines (drawn on the map)"),
    "stops": ("バス停・時刻表", "Bus stops and timetables"),
    "official": ("公表値（比較用）", "Published values for comparison"),
    "zones": ("立地適正化計画などの区域", "Compact-city and planning zones"),
    "future_population": ("将来推計人口", "Future population"),
    "migration": ("人口移動（転入・転出）", "Migration"),
    "commuting": ("通勤・通学、昼夜間人口", "Commuting"),
    "digital": ("光ファイバ・5G", "Fibre and 5G"),
    "hazards": ("災害のおそれのある区域", "Hazard areas"),
    "terrain": ("標高", "Elevation"),
    "car_use": ("車の利用率", "Car use"),
    "shop_counts": ("公表された店舗数", "Published numbers of shops"),
    "municipal_tables": ("市区町村別の表（幸福度・就業など）", "Tables by municipality (well-being, employment …)"),
    "readings": ("市区町村の読み", "Readings of municipalities"),
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
    _ksj("P13", "facilities", "都市公園", "city parks", licence=_SEE_PAGE, page="P13"),
    _ksj("P05", "facilities", "市町村役場等及び公的集会施設", "town halls and public meeting places", page="P05-2022"),
    Dataset(
        "overpass",
        "facilities",
        "OpenStreetMap 施設（Overpass API）",
        "OpenStreetMap places of interest (Overpass API)",
        "OpenStreetMap contributors",
        "ODbL 1.0",
        "© OpenStreetMap contributors",
        "https://www.openstreetmap.org/copyright",
    ),
    Dataset(
        "overture",
        "facilities",
        "Overture Maps 施設（places）",
        "Overture Maps places",
        "Overture Maps Foundation",
        "CDLA-Permissive-2.0（一部 Apache-2.0・CC0） / CDLA-Permissive-2.0 (partly Apache-2.0 and CC0)",
        "Overture Maps Foundation (places: Meta, Microsoft, Foursquare, AllThePlaces …), overturemaps.org",
        "https://docs.overturemaps.org/attribution/",
    ),
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
    replace(
        _ksj("N02", "rail_lines", "鉄道", "railways", page="N02-2023"),
        id="n02_lines",
        ja="国土数値情報 N02 鉄道（路線）",
        en="National Land Numerical Information N02, railway lines",
    ),
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
    Dataset(
        "plateau_urf",
        "zones",
        "PLATEAU 都市計画決定情報（CityGML）",
        "PLATEAU city planning decisions (CityGML)",
        "国土交通省 Project PLATEAU・各市町村",
        _CC_BY,
        "「3D都市モデル（Project PLATEAU）」（国土交通省・各市町村）を加工して作成",
        "https://www.geospatial.jp/ckan/dataset/plateau",
    ),
    Dataset(
        "own_zones",
        "zones",
        "居住誘導区域・都市機能誘導区域（自前の図形）",
        "Residential and urban function guidance areas (own shapes)",
        _OWNER,
        _OWNER,
        "誘導区域: 利用者が用意した資料",
        "",
    ),
    _ksj("A29", "zones", "用途地域", "zoning", licence=_CC_BY_PARTLY, non_commercial=("2011",), page="A29-2019"),
    _ksj("A09", "zones", "都市地域", "city planning areas", non_commercial=("2011",), page="A09-2018"),
    _ksj("A16", "zones", "人口集中地区", "densely inhabited districts", page="A16-2020"),
    _ksj("mesh_r6", "future_population", "将来推計人口メッシュ", "future population by grid square", page="mesh500r6"),
    Dataset(
        "digital",
        "digital",
        "光ファイバ・5G 整備率の表",
        "Tables of fibre and 5G coverage",
        "総務省",
        "公表値（事実）/ published facts",
        "総務省 ブロードバンド基盤整備率調査、5Gの整備状況",
        "https://www.soumu.go.jp/main_sosiki/joho_tsusin/broadband/",
    ),
    Dataset(
        "municipal_table",
        "municipal_tables",
        "市区町村の表の説明（TOML）",
        "Description of a table by municipality (TOML)",
        _OWNER,
        _OWNER,
        "",
        "",
    ),
    Dataset(
        "municipal_values",
        "municipal_tables",
        "市区町村の表（説明つき）",
        "Table by municipality, described",
        _OWNER,
        _OWNER,
        "市区町村の表: 利用者が用意した資料",
        "https://www.e-stat.go.jp/",
    ),
    Dataset(
        "coverage_areas",
        "digital",
        "光ファイバ・4G・5G の提供エリア（自前のポリゴン）",
        "Areas with fibre, 4G or 5G (own polygons)",
        _OWNER,
        _OWNER,
        "提供エリア: 利用者が用意した資料",
        "",
    ),
    Dataset(
        "ookla",
        "digital",
        "Speedtest® by Ookla® 通信速度の測定（タイル）",
        "Speedtest® by Ookla® Global Network Performance Maps (tiles)",
        "Ookla",
        "CC BY-NC-SA 4.0（非商用・継承 / non-commercial, share alike）",
        "Speedtest® by Ookla® Global Fixed and Mobile Network Performance Maps (CC BY-NC-SA 4.0)",
        "https://registry.opendata.aws/speedtest-global-performance/",
    ),
    Dataset(
        "migration",
        "migration",
        "住民基本台帳人口移動報告（性別・年齢別の転入・転出）",
        "Moves in and out by sex and age (resident registers)",
        "総務省統計局",
        "政府標準利用規約（CC BY 4.0 互換）/ e-Stat terms (CC BY 4.0 compatible)",
        "総務省統計局「住民基本台帳人口移動報告」を加工して作成",
        "https://www.e-stat.go.jp/stat-search/files?toukei=00200523",
    ),
    Dataset(
        "commuting",
        "commuting",
        "国勢調査 従業地・通学地（通勤・通学、昼夜間人口）",
        "Population census, places of work and schooling",
        "総務省統計局",
        "政府標準利用規約（CC BY 4.0 互換）/ e-Stat terms (CC BY 4.0 compatible)",
        "総務省統計局「国勢調査 従業地・通学地集計」を加工して作成",
        "https://www.e-stat.go.jp/stat-search/files?toukei=00200521",
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
    Dataset(
        "car_use",
        "car_use",
        "車の利用率の表（code,group,rate,as_of,source）",
        "Table of car use (code,group,rate,as_of,source)",
        _OWNER,
        _OWNER,
        "車の利用率: 利用者が用意した資料",
        "",
    ),
    Dataset(
        "shop_counts",
        "shop_counts",
        "公表された店舗数の表（code,kind,count,as_of,source）",
        "Table of published numbers of shops (code,kind,count,as_of,source)",
        _OWNER,
        _OWNER,
        "店舗数: 利用者が用意した資料",
        "https://www.e-stat.go.jp/",
    ),
    _ksj("A31b", "hazards", "洪水浸水想定区域", "expected flooding", licence=_SEE_PAGE, page="A31b-2023"),
    _ksj(
        "A31",
        "hazards",
        "洪水浸水想定区域（2012年まで）",
        "expected flooding (until 2012)",
        licence=_SEE_PAGE,
        page="A31",
    ),
    _ksj("A33", "hazards", "土砂災害警戒区域", "landslide warning areas", licence=_SEE_PAGE, page="A33-2024"),
    _ksj("A40", "hazards", "津波浸水想定", "expected tsunami flooding", licence=_SEE_PAGE, page="A40-2024"),
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
    Dataset(
        "readings",
        "readings",
        "全国地方公共団体コード（市区町村名の読み）",
        "Codes of local governments (readings of municipalities)",
        "総務省",
        "政府標準利用規約（CC BY 4.0 互換）/ standard terms of the government (CC BY 4.0 compatible)",
        "総務省「全国地方公共団体コード」を加工して作成",
        "https://www.soumu.go.jp/denshijiti/code.html",
    ),
    Dataset("codes", "other", "コード表", "Code table", "", "", "", ""),
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
    "zones": ("居住誘導区域などの人口・密度・施設", "people, density and facilities in compact-city zones"),
    "hazards": ("災害のおそれのある区域の人口", "people in hazard areas"),
    "future_population": ("将来人口・高齢化・無居住化", "future people, ageing, places becoming empty"),
    "migration": ("若者・女性の転入・転出、東京圏との移動", "moves of the young and of women, with the Tokyo area"),
    "commuting": ("昼夜間人口比率、通勤・通学", "day/night ratio, commuting"),
    "digital": ("光ファイバ・5G、買物・医療の代替", "fibre and 5G, what they could stand in for"),
    "terrain": ("坂を考えた徒歩", "walking with slopes"),
    "municipal_tables": ("就業率（KPI 24・57）、幸福度など", "employment rates (KPI 24, 57), well-being …"),
    "readings": ("市区町村のかな・ローマ字での検索", "search for municipalities by kana and Roman letters"),
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
    "hazards": ("a31b", "a33", "a40"),
    "future_population": ("mesh_r6",),
    "migration": ("migration",),
    "commuting": ("commuting",),
    "digital": ("digital",),
    "terrain": ("dem",),
    "municipal_tables": ("municipal_values",),
    "readings": ("readings",),
}
