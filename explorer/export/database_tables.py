"""The tables of the PostGIS target: columns, keys and what they mean, from which SQL and ``SCHEMA.md`` are both made.

``python -m explorer.export.database_tables`` writes ``SCHEMA.md`` anew; a test fails while it is old.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from geodata.tables import AGE_GROUPS, population_column
from layers.catalogue import GROUPS

MARK: Final = "[regional-conditions-explorer]"  # ends the comment of a table that this program made, and may replace
SRID: Final = 6668  # JGD2011, geographic
GEOMETRY: Final = "geom"
POINT: Final = "Point"
AREA: Final = "MultiPolygon"


@dataclass(frozen=True)
class Column:
    """A column: its name, PostgreSQL type (a kind of shape for geometry), and what it holds in both languages."""

    name: str
    type: str
    ja: str
    en: str

    @property
    def is_shape(self) -> bool:
        """Whether it holds geometry."""
        return self.type in {POINT, AREA}

    def sql_type(self, postgis: str = "") -> str:
        """The type as PostgreSQL names it; `postgis` is the quoted schema of the extension."""
        if not self.is_shape:
            return self.type
        return f"{postgis}{'.' if postgis else ''}geometry({self.type},{SRID})"

    @property
    def comment(self) -> str:
        """What ``COMMENT ON COLUMN`` says."""
        return f"{self.ja} / {self.en}"


@dataclass(frozen=True)
class DatabaseTable:
    """A table of the schema.

    Parameters
    ----------
    name
        Of the table.
    ja, en
        What a row is.
    columns
        In their order; a shape has a GiST index.
    key
        Columns of the primary key.
    indexed
        Further columns with an index of their own.
    """

    name: str
    ja: str
    en: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    indexed: tuple[str, ...] = ()

    @property
    def comment(self) -> str:
        """What ``COMMENT ON TABLE`` says."""
        return f"{self.ja} / {self.en} {MARK}"


def _column(name: str, ja: str, en: str, kind: str = "text") -> Column:
    return Column(name, kind, ja, en)


_NUMBER: Final = "double precision"
_AREA_CODE: Final = _column("municipality_code", "市区町村コード（5桁）", "code of the municipality, 5 digits")
_SOURCE: Final = _column("source", "出典（sources.source_id）", "source (sources.source_id)")

_MUNICIPALITIES: Final = DatabaseTable(
    "municipalities",
    "対象地域の市区町村",
    "municipalities of the study area",
    (
        _column("code", "市区町村コード（5桁）", "JIS code, 5 digits"),
        _column("name", "名前", "name"),
        _column("reading", "読み（資料にない場合は空）", "reading, where a source has it"),
        _column("prefecture_code", "都道府県コード", "code of the prefecture"),
        _column("prefecture_name", "都道府県", "prefecture"),
        _column("kind", "種別", "kind: designated_city, city, town_or_village …"),
        _column("area_km2", "面積（km²）", "area, km²", _NUMBER),
        _column(GEOMETRY, "境界（JGD2011）", "border (JGD2011)", AREA),
    ),
    ("code",),
)
_INDICATORS: Final = DatabaseTable(
    "indicators",
    "指標の値（市区町村 × 指標 × 年齢区分 × 移動手段）。値がない行は value が NULL で reason に理由がある",
    "values of indicators (municipality × indicator × age group × mode); without a value it is NULL and reason says why",
    (
        _column(
            "area_code", "市区町村コード。region は圏域全体", "code of the municipality; region = the whole region"
        ),
        _column("area_name", "市区町村名", "name of the municipality"),
        _column("indicator", "指標（definitions.id）", "indicator (definitions.id)"),
        _column("age_group", "年齢区分（total = 総人口）", "age group (total = all people)"),
        _column(
            "mode",
            "測り方（straight = 直線、walk = 道のり、空 = 距離を使わない）",
            "mode (straight line, walk = along streets …; empty = no distance involved)",
        ),
        _column("value", "値", "value", _NUMBER),
        _column("unit", "単位", "unit"),
        _column("numerator", "分子（割合の場合）", "numerator, of a share", _NUMBER),
        _column("denominator", "分母（割合の場合）", "denominator, of a share", _NUMBER),
        _column("reason", "値がない理由", "why there is no value"),
        _column("official_value", "公表値", "published value", _NUMBER),
        _column("official_source", "公表値の出典", "source of the published value"),
        _column(
            "value_after",
            "シナリオ後の値（シナリオなしでは NULL）",
            "value after the scenario; NULL without one",
            _NUMBER,
        ),
        _column("numerator_after", "シナリオ後の分子", "numerator after the scenario", _NUMBER),
        _column("denominator_after", "シナリオ後の分母", "denominator after the scenario", _NUMBER),
        _column("reason_after", "シナリオ後の値がない理由", "why there is no value after the scenario"),
        _column("change", "変化（後 − 前）", "change: after − before", _NUMBER),
        _column("scenario", "シナリオの名前と要約値", "name and digest of the scenario"),
    ),
    ("area_code", "indicator", "age_group", "mode"),
    ("indicator",),
)
_DEFINITIONS: Final = DatabaseTable(
    "definitions",
    "指標の定義",
    "definitions of the indicators",
    (
        _column("id", "指標のID", "id of the indicator"),
        _column("name_ja", "名前（日本語）", "name in Japanese"),
        _column("name_en", "名前（英語）", "name in English"),
        _column("definition_ja", "定義（日本語）", "definition in Japanese"),
        _column("definition_en", "定義（英語）", "definition in English"),
        _column("formula", "計算式", "formula"),
        _column("unit", "単位", "unit"),
        _column("threshold_m", "距離の基準（m）", "distance limit, m", _NUMBER),
        _column("rule_ja", "基準の出典（日本語）", "where the rule comes from, in Japanese"),
        _column("rule_en", "基準の出典（英語）", "where the rule comes from, in English"),
        _column("needs_ja", "必要な資料（日本語）", "data that it needs, in Japanese"),
        _column("needs_en", "必要な資料（英語）", "data that it needs, in English"),
        _column("limits_ja", "数値からは言えないこと（日本語）", "what the number cannot say, in Japanese"),
        _column("limits_en", "数値からは言えないこと（英語）", "what the number cannot say, in English"),
        _column("theme_ja", "分野（日本語）", "theme in Japanese"),
        _column("theme_en", "分野（英語）", "theme in English"),
        _column("modes", "測り方", "modes"),
        _column("groups", "年齢区分（空 = 資料にあるすべて）", "age groups; none = all of the population source"),
        _column("level", "値のある最も細かい単位", "finest level at which there is a value"),
        _column(
            "better",
            "人々にとって良い向き（high, low, 空 = どちらでもない）",
            "which end is good for the people, if either",
        ),
        _column("kpi", "対応するKPIの番号", "numbers of the KPIs that it answers"),
    ),
    ("id",),
)
_SOURCES: Final = DatabaseTable(
    "sources",
    "出典: 使った資料のファイル1つに1行",
    "sources: one row per file that was used",
    (
        _column("source_id", "資料のID", "id of the source"),
        _column("kind", "データの種類", "kind of data set"),
        _column("title_ja", "名前（日本語）", "title in Japanese"),
        _column("title_en", "名前（英語）", "title in English"),
        _column("publisher", "作成者", "publisher"),
        _column("edition", "版（時点）", "edition (date)"),
        _column("coverage", "範囲", "coverage"),
        _column("licence", "利用条件", "licence"),
        _column("credit", "クレジット（出典の書き方）", "credit line"),
        _column("url", "公表ページ", "page of the publisher"),
        _column("file", "ファイル名", "name of the file"),
        _column("sha256", "ファイルの SHA-256", "SHA-256 of the file"),
    ),
    ("source_id",),
)
_FACILITIES: Final = DatabaseTable(
    "facilities",
    "施設（対象地域の周囲を含む）",
    "facilities, those around the study area included",
    (
        _column("facility_id", "施設のID", "id of the facility"),
        _column("service", "生活サービスの分野", "service"),
        _column("kind", "施設の種類", "kind of facility"),
        _column("kind_ja", "施設の種類（日本語）", "kind in Japanese"),
        _column("kind_en", "施設の種類（英語）", "kind in English"),
        _column("name", "名前", "name"),
        _column(
            "municipality_code",
            "位置する市区町村（境界の外は NULL）",
            "municipality it lies in; NULL outside all borders",
        ),
        _column("capacity", "定員・規模（資料にある場合）", "capacity, where a source has it", _NUMBER),
        _column("capacity_unit", "定員・規模の単位", "unit of the capacity"),
        _column("traits", "資料にある特徴", "what the source says beyond the kind"),
        _SOURCE,
        _column("as_of", "資料の時点", "date of the source"),
        _column(GEOMETRY, "位置（JGD2011）", "position (JGD2011)", POINT),
    ),
    ("facility_id",),
    ("kind",),
)
_STOPS: Final = DatabaseTable(
    "stops",
    "駅・停留所（対象地域の周囲を含む）",
    "stations and stops, those around the study area included",
    (
        _column("stop_id", "停留所のID", "id of the stop"),
        _column("group_id", "同じ停留所の標柱のまとまり", "poles of one stop share this"),
        _column("name", "名前", "name"),
        _column("mode", "rail, bus, tram, ferry, demand", "rail, bus, tram, ferry, demand"),
        _column("operator", "事業者", "operator"),
        _column(
            "departures_weekday",
            "平日の発車本数（両方向、停留所ごと）。NULL = 不明（0 ではない）",
            "departures on a weekday, both directions, per stop; NULL = unknown, which is not 0",
            _NUMBER,
        ),
        _column("first_departure", "初発（その日の 0 時からの秒）", "first departure, seconds since midnight", _NUMBER),
        _column(
            "last_departure",
            "終発（その日の 0 時からの秒。24 時を超えることがある）",
            "last departure, seconds since midnight; may pass 24 h",
            _NUMBER,
        ),
        _SOURCE,
        _column(GEOMETRY, "位置（JGD2011）", "position (JGD2011)", POINT),
    ),
    ("stop_id",),
    ("group_id",),
)
_ZONES: Final = DatabaseTable(
    "zones",
    "立地適正化計画の区域。行がない市区町村は「資料にない」のであり「区域がない」とは限らない",
    "zones of location plans; a municipality without rows has none in the sources, which does not mean that it has none",
    (
        _column("zone_id", "区域の番号", "number of the zone", "integer"),
        _AREA_CODE,
        _column(
            "kind",
            "plan = 立地適正化計画区域、residential = 居住誘導区域、urban_function = 都市機能誘導区域",
            "plan, residential (to live in), urban_function (for facilities)",
        ),
        _column("name", "拠点などの名前", "name, of a hub"),
        _column("decided_on", "決定日", "date of decision"),
        _SOURCE,
        _column("area_km2", "面積（km²）", "area, km²", _NUMBER),
        _column(GEOMETRY, "区域（JGD2011）", "zone (JGD2011)", AREA),
    ),
    ("zone_id",),
    ("municipality_code",),
)
_PLACES: Final = DatabaseTable(
    "places",
    "人口を配分した地点（約100 m 間隔）。人口を足すと市区町村の人口になる",
    "places about 100 m apart that carry the people; they add up to the people of the municipality",
    (
        _column("place_id", "地点の番号", "number of the place", "bigint"),
        _column("cell_id", "元のメッシュ・小地域", "grid square or small area it comes from"),
        _AREA_CODE,
        *(
            _column(population_column(group), f"{GROUPS[group][0]}（人。資料にない区分は NULL）",
                    f"{GROUPS[group][1]}, people; NULL where the source has no such group", _NUMBER)
            for group in AGE_GROUPS
        ),
        _column("suppressed_share", "秘匿のため年齢が合算された人の割合（0〜1）", "share of people whose ages were merged for secrecy", _NUMBER),
        _column(GEOMETRY, "位置（JGD2011）", "position (JGD2011)", POINT),
    ),
    ("place_id",),
    ("municipality_code",),
)  # fmt: skip
_ABOUT: Final = DatabaseTable(
    "about",
    "このスキーマの説明: 対象地域、時点、シナリオ、方法、ソフトウェアの版、クレジット",
    "about this schema: area, dates, scenario, method, version of the software, credits",
    (
        _column("item_number", "並び順", "order", "integer"),
        _column("item_ja", "項目（日本語）", "item in Japanese"),
        _column("item_en", "項目（英語）", "item in English"),
        _column("value_ja", "内容（日本語）", "content in Japanese"),
        _column("value_en", "内容（英語）", "content in English"),
    ),
    ("item_number",),
)
TABLES: Final = (*(_MUNICIPALITIES, _INDICATORS, _DEFINITIONS, _SOURCES, _FACILITIES, _STOPS, _ZONES, _PLACES, _ABOUT),)

_HEAD: Final = """# PostGIS のスキーマ / Schema of the PostGIS target

`explorer export ワークスペース --to postgresql://利用者@サーバー/データベース` が作る表です（`explorer/export/database_tables.py` から生成）。

- 表はスキーマ `explorer`（`--schema` で変更）にあり、座標は JGD2011（EPSG:6668）、空間索引（GiST）と主キーがあります。
- もう一度実行すると、1つのトランザクションの中で中身だけが入れ替わります。読む側には前の内容か新しい内容のどちらかだけが見え、待たされません。途中で止めても前の内容が残ります。
- 表そのものは残るため、権限（GRANT）、ビュー、自分で加えた索引はそのままです。版が変わって列が変わった表だけは作り直され、その権限は付け直しが必要です。
- 値がない所は 0 ではなく NULL です。
- パスワードは環境変数 `PGPASSWORD` か `~/.pgpass` で渡してください（アドレスに書くと、コマンドの履歴に残ります）。
- 列 `age_group` は他の書き出しの `group` です（`group` は SQL の予約語）。

These are the tables that `explorer export WORKSPACE --to postgresql://user@host/database` makes (this page is made from `explorer/export/database_tables.py`).

- They are in the schema `explorer` (`--schema` changes it), in JGD2011 (EPSG:6668), with primary keys and spatial indexes (GiST).
- Run again, it replaces the rows within one transaction. Readers see the old rows or the new ones and never wait; whatever stops it leaves the old ones.
- The tables themselves stay, and with them grants, views and indexes of your own. Only a table whose columns have changed with the version is made anew; its grants must then be given again.
- Where there is no value it is NULL, never 0.
- Give the password by `PGPASSWORD` or `~/.pgpass`: in the address it stays in the history of commands.
- The column `age_group` is called `group` in other exports (a reserved word of SQL).
"""


def schema_page() -> str:
    """``SCHEMA.md``: every table and column."""
    return "\n".join([_HEAD, *(line for table in TABLES for line in _table_lines(table))])


def _table_lines(table: DatabaseTable) -> Iterator[str]:
    yield f"## {table.name}\n\n{table.ja}。\n\n{table.en[0].upper()}{table.en[1:]}.\n"
    yield f"主キー / primary key: {', '.join(f'`{name}`' for name in table.key)}\n"
    yield "| 列 / column | 型 / type | 内容 | content |\n|---|---|---|---|"
    for column in table.columns:
        yield f"| `{column.name}` | {column.sql_type()} | {column.ja} | {column.en} |"
    yield ""


if __name__ == "__main__":
    Path(__file__).with_name("SCHEMA.md").write_text(schema_page(), encoding="utf-8")
