"""Where the official files lie: addresses, editions, sizes and names, for prefectures and primary grid squares.

Only addresses whose pattern the publisher's own page shows are here. What has none (or another edition in each
prefecture) is in :data:`BY_HAND` with the page to get it from. Sources: the DownLd() links on the data set pages of
国土数値情報 (https://nlftp.mlit.go.jp/ksj/), the download links of e-Stat 統計GIS (https://www.e-stat.go.jp/gis), read in
2026. Sizes are those printed on these pages; most pages print none for a prefecture.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

Extent = Literal["nation", "prefecture", "mesh"]

_KSJ: Final = "https://nlftp.mlit.go.jp/ksj/gml/data"
_ESTAT: Final = "https://www.e-stat.go.jp/gis/statmap-search/data"
_MB: Final = 1_000_000


@dataclass(frozen=True)
class Offer:
    """One data set as its publisher offers it for download.

    Parameters
    ----------
    dataset
        Key of :data:`geodata.sources.DATASETS`.
    edition
        Year or date.
    extent
        What one file covers.
    url, name
        Address, and the name of the file in the folder; ``{pp}`` is the prefecture, ``{mesh}`` the primary square.
    size
        Bytes as printed by the publisher, None if it prints none.
    not_in
        Prefectures for which nothing is published.
    ja, en
        What tells this file from others of the data set.
    """

    dataset: str
    edition: str
    extent: Extent
    url: str
    name: str
    size: int | None = None
    not_in: tuple[str, ...] = ()
    ja: str = ""
    en: str = ""


def _ksj(dataset: str, year: int, ending: str, extent: Extent = "prefecture", **more: int | tuple[str, ...]) -> Offer:
    """Most layers of 国土数値情報: ``P04/P04-20/P04-20_10_GML.zip``."""
    layer = f"{dataset}-{year % 100:02d}"
    name = f"{layer}{'_{pp}' if extent == 'prefecture' else ''}_{ending}.zip"
    return Offer(dataset.lower(), str(year), extent, f"{_KSJ}/{dataset}/{layer}/{name}", name, **more)  # type: ignore[arg-type]


def _estat_grid(table: str, year: int, ja: str, en: str) -> Offer:
    """A grid table of one primary square; e-Stat asks for no key."""
    return Offer(
        "estat_grid",
        str(year),
        "mesh",
        f"{_ESTAT}?statsId={table}&code={{mesh}}&downloadType=2",
        f"tbl{table}Q{{mesh}}.zip",
        ja=ja,
        en=en,
    )


def _flood(manager: str, ja: str, en: str) -> Offer:
    """Expected flooding of one primary square; the number after the year tells who manages the rivers."""
    name = f"A31b-23_{manager}_{{mesh}}_SHP.zip"
    return Offer("a31b", "2023", "mesh", f"{_KSJ}/A31b/A31b-23/{name}", name, ja=ja, en=en)


OFFERS: Final = (
    Offer(
        "n03",
        "2024-01-01",
        "prefecture",
        f"{_KSJ}/N03/N03-2024/N03-20240101_{{pp}}_GML.zip",
        "N03-20240101_{pp}_GML.zip",
    ),
    _estat_grid("T001142", 2020, "250m・年齢別", "250 m, by age"),
    _estat_grid("T001141", 2020, "500m・年齢別", "500 m, by age"),
    _estat_grid("T000876", 2015, "250m・前回調査（変化を見る）", "250 m, previous census, to see changes"),
    Offer(
        "small_areas",
        "2020",
        "prefecture",
        f"{_ESTAT}?dlserveyId=A002005212020&code={{pp}}&coordSys=1&format=shape&downloadType=5&datum=2011",
        "A002005212020DDSWC{pp}-JGD2011.zip",
    ),
    _ksj("P04", 2020, "GML"),
    _ksj("P14", 2023, "GML"),
    _ksj("P29", 2023, "GML"),
    _ksj("P05", 2022, "GML"),
    _ksj("N02", 2023, "GML", "nation", size=int(16.7 * _MB)),
    _ksj("P11", 2022, "SHP"),
    _ksj("A50", 2020, "GML", not_in=("31",)),
    _ksj("A16", 2020, "GML"),
    Offer(
        "mesh_r6",
        "2024",
        "prefecture",
        f"{_KSJ}/m500r6/m500r6-24/500m_mesh_2024_{{pp}}_SHP.zip",
        "500m_mesh_2024_{pp}_SHP.zip",
        ja="500m",
        en="500 m",
    ),
    _flood("10", "国が管理する河川", "rivers managed by the state"),
    _flood("20", "都道府県などが管理する河川", "rivers managed by prefectures and others"),
    _ksj("A33", 2025, "GEOJSON"),
    _ksj("S12", 2023, "GML", "nation", size=int(5.6 * _MB)),
)


@dataclass(frozen=True)
class ByHand:
    """A data set without a known address: the page to get it from, and why it is not fetched."""

    dataset: str
    page: str
    ja: str
    en: str


BY_HAND: Final = (
    ByHand(
        "osm",
        "https://download.geofabrik.de/asia/japan.html",
        "地方ごとの .osm.pbf を選んで取得（更新が毎日あるため固定の版がありません）",
        "choose the .osm.pbf of your region (renewed daily, there is no fixed edition)",
    ),
    ByHand(
        "gtfs",
        "https://gtfs-data.jp/",
        "事業者のフィードを選んで zip のまま取得",
        "choose the feeds of your operators, keep them zipped",
    ),
    ByHand(
        "official_coverage",
        "https://www.mlit.go.jp/toshi/tosiko/toshi_tosiko_tk_000035.html",
        "Excel で公表。CSV に整えて置く",
        "published as Excel; bring it into CSV",
    ),
    ByHand(
        "digital",
        "https://www.soumu.go.jp/main_sosiki/joho_tsusin/broadband/",
        "PDF・Excel で公表。CSV に整えて置く",
        "published as PDF and Excel; bring it into CSV",
    ),
    ByHand(
        "dem",
        "https://service.gsi.go.jp/kiban/",
        "利用者登録が必要。GeoTIFF に変換して置く",
        "needs a registration; convert it to GeoTIFF",
    ),
    ByHand(
        "a40",
        "https://nlftp.mlit.go.jp/ksj/gml/datalist/KsjTmplt-A40-2024.html",
        "都道府県ごとに版が違うため、ページで選んで取得",
        "the edition differs by prefecture; choose it on the page",
    ),
)

# Primary grid squares (80 km) that hold land of each prefecture. Source: 総務省統計局「市区町村別メッシュ・コード一覧」
# (https://www.stat.go.jp/data/mesh/m_itiran.html), municipalities put together by prefecture; the tests hold them to
# the outlines of the prefectures.
PRIMARY_MESHES: Final[dict[str, tuple[str, ...]]] = {
    prefecture: tuple(meshes.split())
    for prefecture, meshes in {
        "01": (
            "6239 6240 6241 6243 6339 6340 6341 6342 6343 6439 6440 6441 6442 6443 6444 6445 6540 6541 6542 "
            "6543 6544 6545 6546 6641 6642 6643 6644 6645 6646 6647 6740 6741 6742 6747 6748 6840 6841 6842 "
            "6847 6848"
        ),
        "02": "6039 6040 6041 6139 6140 6141 6240 6241",
        "03": "5840 5841 5940 5941 5942 6040 6041",
        "04": "5640 5740 5741 5840 5841",
        "05": "5839 5840 5939 5940 6039 6040",
        "06": "5639 5640 5739 5740 5839 5840",
        "07": "5539 5540 5541 5639 5640 5641",
        "08": "5339 5340 5439 5440 5540",
        "09": "5439 5440 5539 5540",
        "10": "5338 5438 5439 5538 5539",
        "11": "5338 5339 5438 5439",
        "12": "5239 5240 5339 5340 5439",
        "13": (
            "3036 3641 3653 3741 3841 3942 4040 4042 4142 4440 4540 4739 4740 4839 4939 5038 5039 5139 5239 5338 5339"
        ),
        "14": "5238 5239 5338 5339",
        "15": "5537 5538 5539 5638 5639 5738 5739",
        "16": "5436 5437 5536 5537",
        "17": "5436 5536 5537 5636 5637",
        "18": "5335 5336 5435 5436",
        "19": "5238 5338 5339",
        "20": "5237 5238 5337 5338 5437 5438 5537 5538",
        "21": "5236 5237 5336 5337 5436 5437",
        "22": "5137 5138 5237 5238 5239 5338 5339",
        "23": "5136 5137 5236 5237 5336 5337",
        "24": "5035 5036 5135 5136 5236",
        "25": "5235 5236 5335 5336",
        "26": "5234 5235 5236 5334 5335",
        "27": "5135 5235",
        "28": "5134 5135 5234 5235 5334 5335",
        "29": "5035 5135 5136 5235 5236",
        "30": "5035 5036 5134 5135 5136",
        "31": "5233 5234 5333 5334",
        "32": "5131 5132 5231 5232 5233 5332 5333 5432 5433 5531",
        "33": "5133 5134 5233 5234 5333 5334",
        "34": "5132 5133 5232 5233",
        "35": "5030 5031 5032 5130 5131 5132 5231",
        "36": "5033 5034 5133 5134",
        "37": "5133 5134",
        "38": "4932 5032 5033 5132 5133",
        "39": "4932 4933 4934 5032 5033 5034",
        "40": "4930 5029 5030 5031 5130",
        "41": "4929 4930 5029 5030",
        "42": "4728 4828 4829 4830 4928 4929 4930 5029 5129 5229",
        "43": "4829 4830 4831 4930 4931",
        "44": "4930 4931 4932 5030 5031",
        "45": "4730 4731 4830 4831 4931",
        "46": "4028 4128 4129 4229 4230 4328 4329 4429 4529 4530 4531 4629 4630 4631 4729 4730 4731 4830",
        "47": "3622 3623 3624 3631 3724 3725 3823 3824 3831 3926 3927 3928 4027 4028 4128",
    }.items()
}
