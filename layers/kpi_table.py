"""The 85 KPIs of デジタル田園都市国家構想総合戦略 and the goals of 地方創生2.0基本構想, as data.

Names of the KPIs: 内閣官房「地方創生2.0の検討状況について」(24 March 2025), 参考資料, whose numbers they keep. Class, level and
data set say what can be shown of each; they are this project's reading of what the publishers offer, not the government's.
33 and 75 carry the same text; 23 and 79 differ only in having and in carrying out the plan.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final, Literal

Level = Literal["N", "P", "M", "R", "S"]
Class = Literal["a1", "a2", "b", "c", "d"]

LEVELS: Final[dict[str, tuple[str, str]]] = {
    "N": ("全国", "nation"),
    "P": ("都道府県", "prefecture"),
    "M": ("市区町村", "municipality"),
    "R": ("圏域", "region"),
    "S": ("地点", "site"),
}
FINENESS: Final[dict[str, int]] = {"N": 0, "P": 1, "R": 2, "M": 2, "S": 3}
CLASSES: Final[dict[str, tuple[str, str]]] = {
    "a1": ("市区町村別の機械可読なデータが公表されている", "published by municipality, machine-readable"),
    "a2": ("一覧として公表され、表にするには手作業が要る", "published as a list that needs a hand-made table"),
    "b": ("本ツールが計算できる", "computable by this software"),
    "c": ("集計値だけが公表されている", "published as an aggregate only"),
    "d": ("公開データがない", "no open data"),
}
_PAGES: Final[dict[str, tuple[str, str]]] = {
    "内閣官房": ("Cabinet Secretariat", "https://www.cas.go.jp/jp/seisaku/digitaldenen/"),
    "内閣府": ("Cabinet Office", "https://www.chisou.go.jp/"),
    "男女共同参画局": ("Gender Equality Bureau", "https://www.gender.go.jp/"),
    "デジタル庁": ("Digital Agency", "https://www.digital.go.jp/"),
    "こども家庭庁": ("Children and Families Agency", "https://www.cfa.go.jp/"),
    "総務省": ("Ministry of Internal Affairs and Communications", "https://www.soumu.go.jp/"),
    "総務省統計局": ("Statistics Bureau", "https://www.stat.go.jp/"),
    "e-Stat": ("e-Stat", "https://www.e-stat.go.jp/"),
    "文部科学省": ("MEXT", "https://www.mext.go.jp/"),
    "スポーツ庁": ("Japan Sports Agency", "https://www.mext.go.jp/sports/"),
    "厚生労働省": ("MHLW", "https://www.mhlw.go.jp/"),
    "社人研": ("IPSS", "https://www.ipss.go.jp/"),
    "農林水産省": ("MAFF", "https://www.maff.go.jp/"),
    "林野庁": ("Forestry Agency", "https://www.rinya.maff.go.jp/"),
    "水産庁": ("Fisheries Agency", "https://www.jfa.maff.go.jp/"),
    "経済産業省": ("METI", "https://www.meti.go.jp/"),
    "国土交通省": ("MLIT", "https://www.mlit.go.jp/"),
    "観光庁": ("Japan Tourism Agency", "https://www.mlit.go.jp/kankocho/"),
    "環境省": ("Ministry of the Environment", "https://www.env.go.jp/"),
}


@dataclass(frozen=True)
class Published:
    """A value that somebody has published: of which area, when, where."""

    value: float
    level: Level
    area_code: str  # 00000 the nation, PP000 a prefecture, else a municipality
    as_of: str
    source: str
    note_ja: str = ""
    note_en: str = ""


@dataclass(frozen=True)
class Kpi:
    """One KPI of the strategy.

    Parameters
    ----------
    number
        As in the deck, 1–85.
    classes
        Keys of :data:`CLASSES`, the main one first.
    level
        Finest level at which the official value is published.
    unit
        Of the official value.
    publisher, dataset
        Who publishes what it is taken from; `dataset` is empty where none is known.
    proxy
        Class of a number that may stand in for it where the KPI itself cannot be had, else "".
    target_ja, target_en
        Where one is set.
    latest
        Values published, the newest of each area.
    remark_ja, remark_en
        What a reader must know.

    Raises
    ------
    ValueError
        A value is finer than the level at which the KPI is published.
    """

    number: int
    ja: str
    en: str
    classes: tuple[Class, ...]
    level: Level
    unit: str
    publisher: str
    dataset: str
    proxy: str = ""
    target_ja: str = ""
    target_en: str = ""
    latest: tuple[Published, ...] = field(default=())
    remark_ja: str = ""
    remark_en: str = ""

    def __post_init__(self) -> None:
        """Refuse values finer than what is published."""
        finer = [each for each in self.latest if FINENESS[each.level] > FINENESS[self.level]]
        if finer:
            raise ValueError(f"KPI {self.number}: {finer[0].area_code} is finer than {self.level}")

    @property
    def publisher_en(self) -> str:
        """English name of the publisher."""
        return _PAGES[self.publisher][0]

    @property
    def url(self) -> str:
        """The publisher's page."""
        return _PAGES[self.publisher][1]


@dataclass(frozen=True)
class Goal:
    """A goal of 地方創生2.0基本構想 (decided on 13 June 2025), or a candidate of its KGI.

    Parameters
    ----------
    indicators
        Ids of indicators of this software that say something of it; none of them is the goal's own measure.
    """

    id: str
    ja: str
    en: str
    target_ja: str
    target_en: str
    source: str
    indicators: tuple[str, ...] = ()


_STRATEGY: Final = "デジタル田園都市国家構想総合戦略"


def _kpi(
    number: int,
    ja: str,
    en: str,
    classes: tuple[Class, ...],
    level: Level,
    unit: str,
    publisher: str,
    dataset: str,
    *,
    proxy: str = "",
) -> Kpi:
    target = _TARGETS.get(number, ("", ""))
    remark = _REMARKS.get(number, ("", ""))
    return Kpi(
        number, ja, en, classes, level, unit, publisher, dataset, proxy, *target, _LATEST.get(number, ()), *remark
    )


_TARGETS: Final[dict[int, tuple[str, str]]] = {
    1: (f"2024年度 1,000、2027年度 1,500（{_STRATEGY}）", "1,000 in FY2024, 1,500 in FY2027"),
    8: (f"2027年度に転出・転入の均衡（{_STRATEGY}）", "balance in FY2027"),
    9: (f"2024年度 1,000（{_STRATEGY}）", "1,000 in FY2024"),
    25: (f"2027年度 99.9 %（{_STRATEGY}）", "99.9 % in FY2027"),
    26: (
        f"2023年度 95 %、2025年度 97 %、2030年度 99 %（{_STRATEGY}）",
        "95 % in FY2023, 97 % in FY2025, 99 % in FY2030",
    ),
}
_LATEST: Final[dict[int, tuple[Published, ...]]] = {
    67: (Published(568, "N", "00000", "2024-03", "国土交通省 立地適正化計画の作成状況"),),
    69: (
        Published(
            1510,
            "N",
            "00000",
            "FY2022",
            "内閣府 小さな拠点の形成に関する実態調査（令和4年度）",
            "市町村版総合戦略に位置付けのあるもの（382市町村）。ないものを含めると2,204（597市町村）",
            "those in municipal strategies (382 municipalities); 2,204 (597) with the others",
        ),
    ),
}
_REMARKS: Final[dict[int, tuple[str, str]]] = {
    23: ("79とほぼ同じ（構想等の策定）", "nearly the same as 79 (having a plan)"),
    24: ("KPI の本来の値は労働力調査（全国）", "the KPI itself is the labour force survey of the nation"),
    25: (
        "2023年度に推計方法が変わり、それ以前と比べられない",
        "the method changed in FY2023: not comparable with before",
    ),
    26: ("市区町村別は基地局の有無だけが公表されている", "for municipalities only whether there is a base station"),
    33: ("75と同じ文", "the same text as 75"),
    37: (
        "圏域の構成は公表の一覧、取組の有無は公開データがない",
        "membership is listed; of the projects there is no open data",
    ),
    38: (
        "圏域の構成は公表の一覧、取組の有無は公開データがない",
        "membership is listed; of the projects there is no open data",
    ),
    57: ("KPI の本来の値は労働力調査（全国）", "the KPI itself is the labour force survey of the nation"),
    75: ("33と同じ文", "the same text as 33"),
    79: ("23とほぼ同じ（構想等に基づく取組の実施）", "nearly the same as 23 (carrying the plan out)"),
}

# fmt: off
KPIS: Final[tuple[Kpi, ...]] = (
    _kpi(1, "デジタル実装に取り組む地方公共団体", "Local governments working on digital implementation", ("a2",), "M", "団体", "内閣府", "デジタル田園都市国家構想交付金（デジタル実装タイプ）採択一覧"),
    _kpi(2, "社会課題解決のためのスタートアップや中小企業等の取組の促進・定着・実装が見られる地域", "Areas where start-up/SME solutions take root", ("d",), "N", "地域", "内閣官房", ""),
    _kpi(3, "地域経済を牽引する中小・中堅企業の生産性の伸び", "Productivity growth of regional leading firms", ("c",), "N", "%", "e-Stat", "経済センサス‐活動調査（付加価値額÷従業者数、2016→2021年）", proxy="b"),
    _kpi(4, "農業の担い手のほぼ全てがデータを活用した農業を実践", "Farmers practising data-driven agriculture", ("c",), "N", "%", "e-Stat", "農林業センサス2020（データを活用した農業を行う経営体）", proxy="a1"),
    _kpi(5, "デジタル林業戦略拠点構築に向けた取組を実施する都道府県", "Prefectures building digital forestry hubs", ("c",), "P", "都道府県", "林野庁", "デジタル林業戦略拠点"),
    _kpi(6, "漁獲情報を電子的に収集する体制を整備した漁協・市場", "Fishery co-ops/markets with electronic landing data", ("c",), "N", "団体", "水産庁", ""),
    _kpi(7, "観光地経営の高度化を図るため、旅行者の来訪状況、属性、消費額等のデータに基づいて策定されたDX戦略を有する登録DMO", "Registered DMOs with DX strategy", ("c",), "S", "団体", "観光庁", "登録DMO一覧"),
    _kpi(8, "地方と東京圏との転入・転出", "Migration balance regions–Tokyo area", ("a1", "b"), "M", "人", "e-Stat", "住民基本台帳人口移動報告"),
    _kpi(9, "サテライトオフィス等を設置した地方公共団体", "Municipalities with satellite offices", ("a2",), "M", "団体", "総務省", "サテライトオフィス開設状況調査"),
    _kpi(10, "企業版ふるさと納税を活用したことのある地方公共団体", "Users of corporate furusato tax", ("a2",), "M", "団体", "内閣府", "企業版ふるさと納税 寄附実績"),
    _kpi(11, "関係人口の創出・拡大に取り組む地方公共団体", "Municipalities fostering related population", ("c",), "N", "団体", "総務省", "関係人口に関する調査"),
    _kpi(12, "結婚、妊娠、子供・子育てに温かい社会の実現に向かっていると考える人の割合", "Share feeling society is warm to families", ("c",), "N", "%", "こども家庭庁", "意識調査"),
    _kpi(13, "結婚希望実績指標", "Marriage-wish realisation index", ("c",), "N", "%", "社人研", "出生動向基本調査"),
    _kpi(14, "夫婦子供数予定実績指標", "Planned-children realisation index", ("c",), "N", "%", "社人研", "出生動向基本調査"),
    _kpi(15, "デジタル技術も活用し相談援助等を行うこども家庭センター設置市区町村", "Municipalities with Child & Family Centres", ("a2",), "M", "団体", "こども家庭庁", "こども家庭センター設置状況"),
    _kpi(16, "第１子出産前後の女性の継続就業率", "Women's job continuation at first birth", ("c",), "N", "%", "社人研", "出生動向基本調査"),
    _kpi(17, "１人１台端末を授業でほぼ毎日活用している学校の割合", "Schools using 1:1 devices daily", ("c",), "P", "%", "文部科学省", "全国学力・学習状況調査"),
    _kpi(18, "新たなモビリティサービスに係る取組が行われている地方公共団体", "Municipalities with new mobility services", ("a2",), "M", "団体", "国土交通省", "事業採択一覧", proxy="b"),
    _kpi(19, "持続可能性・利便性・生産性の高い地域交通ネットワークに再構築するための地域公共交通特定事業に関する実施計画の認定総数", "Approved local public transport restructuring plans", ("a2",), "M", "件", "国土交通省", "地域公共交通利便増進実施計画などの認定一覧"),
    _kpi(20, "物流業務の自動化・機械化やデジタル化により、物流DXを実現している物流事業者の割合", "Logistics DX share", ("c",), "N", "%", "国土交通省", ""),
    _kpi(21, "市町村域内人口に対して、居住誘導区域内の人口の占める割合が増加している市町村", "Municipalities whose residence-induction-zone population share rises", ("b",), "M", "市町村", "国土交通省", "国土数値情報 A50・A55 の居住誘導区域と国勢調査のメッシュ人口"),
    _kpi(22, "3D都市モデルの整備都市", "Cities with PLATEAU model", ("a1",), "M", "都市", "国土交通省", "PLATEAU データカタログ"),
    _kpi(23, "誰もが居場所と役割を持つコミュニティの要素を取り込んだ全世代・全員活躍型の「生涯活躍のまち」に関する構想等を策定している地方公共団体", 'Municipalities with "active for life" town plan', ("a2",), "M", "団体", "内閣府", "「生涯活躍のまち」構想等の策定一覧"),
    _kpi(24, "65～69歳の就業率", "Employment rate 65–69", ("b",), "M", "%", "総務省統計局", "労働力調査（全国）、国勢調査（市区町村）"),
    _kpi(25, "光ファイバの世帯カバー率", "Household fibre coverage", ("a1", "a2"), "M", "%", "総務省", "ブロードバンド基盤整備率調査"),
    _kpi(26, "5Gの人口カバー率", "5G population coverage", ("c", "a2"), "P", "%", "総務省", "5Gの整備状況"),
    _kpi(27, "地方データセンター拠点の整備", "Regional data centres", ("c",), "S", "か所", "総務省", ""),
    _kpi(28, "日本周回の海底ケーブル（デジタル田園都市スーパーハイウェイ）の整備", "Round-Japan submarine cable", ("c",), "N", "%", "総務省", ""),
    _kpi(29, "デジタル推進人材の育成", "Digital talent trained", ("c",), "N", "人", "デジタル庁", ""),
    _kpi(30, "デジタル推進委員の取組", "Digital promotion officers", ("c",), "P", "人", "デジタル庁", "デジタル推進委員"),
    _kpi(31, "スマートシティの選定数", "Selected smart cities", ("a2",), "M", "地域", "国土交通省", "スマートシティ関連事業 合同審査"),
    _kpi(32, "「デジ活」中山間地域の登録数", 'Registered "Digi-katsu" hilly areas', ("a2",), "S", "地域", "農林水産省", "「デジ活」中山間地域"),
    _kpi(33, "SDGsの達成に向けた取組を行っている都道府県及び市区町村の割合", "Share of governments acting on SDGs", ("c",), "N", "%", "内閣府", "SDGsに関する全国アンケート調査"),
    _kpi(34, "SDGs未来都市の選定数", "SDGs Future Cities", ("a2",), "M", "都市", "内閣府", "SDGs未来都市 選定一覧"),
    _kpi(35, "脱炭素先行地域の選定及び実現", "Decarbonisation leading areas", ("a2",), "M", "地域", "環境省", "脱炭素先行地域 選定一覧"),
    _kpi(36, "地域限定型の無人自動運転移動サービスの実現", "Driverless local services", ("a2",), "S", "か所", "経済産業省", "自動運転移動サービスの一覧"),
    _kpi(37, "連携中枢都市圏においてデジタル技術を活用した取組を行っている圏域", "Core-city regions with digital projects", ("a2", "d"), "R", "圏域", "総務省", "連携中枢都市圏の一覧"),
    _kpi(38, "定住自立圏においてデジタル技術を活用した取組を行っている圏域", "Settlement regions with digital projects", ("a2", "d"), "R", "圏域", "総務省", "定住自立圏の一覧"),
    _kpi(39, "地方版総合戦略の策定における政策立案・目標設定・効果検証全てでデータを活用したEBPMに取り組む地方公共団体の割合", "Governments practising EBPM in strategies", ("c",), "N", "%", "内閣官房", ""),
    _kpi(40, "地域経済循環創造事業交付金（ローカル10,000プロジェクト）の地域の人的投資拡大効果", "Local 10,000 project effect", ("c",), "S", "倍", "総務省", "ローカル10,000プロジェクト"),
    _kpi(41, "起業支援事業による地方での起業", "Start-ups from support scheme", ("c",), "P", "件", "内閣府", "起業支援事業"),
    _kpi(42, "開業率が米国・英国レベルになることを目指す", "Business entry rate", ("c",), "P", "%", "厚生労働省", "雇用保険事業年報（市区町村は経済センサスの新設事業所割合で代える）", proxy="b"),
    _kpi(43, "主要作物についてスマート技術等を活用したグリーンな栽培体系を構築した都道府県", "Prefectures with green smart cultivation", ("c",), "P", "都道府県", "農林水産省", ""),
    _kpi(44, "農林水産業と観光業の連携により海外から稼ぐ事業", "Agri-tourism earning abroad", ("c",), "N", "件", "農林水産省", ""),
    _kpi(45, "東京圏から地方への移住者", "Movers from Tokyo area to regions", ("c",), "N", "人", "内閣府", "移住支援の実績（市区町村は住民基本台帳人口移動報告の東京圏からの転入で代える）", proxy="b"),
    _kpi(46, "地域おこし協力隊", "Community-reactivating cooperators", ("a2",), "M", "人", "総務省", "地域おこし協力隊 取組団体・隊員数"),
    _kpi(47, "地方拠点強化税制等による本社機能の移転・拡充に伴う従業員増加数の累計", "HQ relocation jobs", ("c",), "P", "人", "内閣府", "地方拠点強化税制"),
    _kpi(48, "東京圏外で新設された本社等の従業者数の累計", "New HQ jobs outside Tokyo", ("c",), "N", "人", "内閣府", ""),
    _kpi(49, "定常的にワーケーションの実施が可能な国立公園", "National parks with workation", ("c",), "S", "公園", "環境省", "国土数値情報 A10 自然公園（区域）"),
    _kpi(50, "子供の農山漁村体験の取組人数", "Children's rural stays", ("c",), "N", "人", "農林水産省", ""),
    _kpi(51, "大学入学者のうち、地方の大学への入学者の割合（対2021年度）", "Share entering regional universities", ("c",), "P", "%", "文部科学省", "学校基本調査"),
    _kpi(52, "新規学卒者の道府県内就職割合", "New graduates employed in-prefecture", ("c",), "P", "%", "文部科学省", "学校基本調査ほか"),
    _kpi(53, "全国の大学入学者数のうち、東京23区に所在する大学の入学者の割合（対2021年度）", "Share entering Tokyo-23 universities", ("c",), "N", "%", "文部科学省", "学校基本調査"),
    _kpi(54, "地域と連携・協働する体制を構築している公立学校の割合", "Schools with community collaboration", ("a2",), "M", "%", "文部科学省", "コミュニティ・スクール実施状況調査"),
    _kpi(55, "地域留学を経験した高校生", "Regional-exchange high-school students", ("c",), "N", "人", "内閣府", "地域留学推進"),
    _kpi(56, "女性・高齢者等の活躍による新規就業者の掘り起こしによる起業・就業者", "New workers/founders from women, elderly", ("c",), "P", "人", "内閣府", ""),
    _kpi(57, "女性（25～44歳）の就業率", "Female employment 25–44", ("b",), "M", "%", "総務省統計局", "労働力調査（全国）、国勢調査（市区町村）"),
    _kpi(58, "女性・高齢者等への習得・活用支援によりデジタル技術を仕事に活用している就業者", "Women/elderly using digital at work", ("d",), "N", "人", "内閣官房", ""),
    _kpi(59, "妊娠・出産について満足している者の割合", "Satisfaction with pregnancy/childbirth care", ("c",), "P", "%", "こども家庭庁", "母子保健に関する調査"),
    _kpi(60, "週労働時間40時間以上の雇用者のうち週労働時間60時間以上の雇用者の割合", "Long working hours", ("c",), "N", "%", "総務省統計局", "労働力調査・就業構造基本調査"),
    _kpi(61, "男性の育児休業取得率", "Men's childcare leave", ("c",), "N", "%", "厚生労働省", "雇用均等基本調査"),
    _kpi(62, "「地域アプローチ」による少子化対策に取り組む地方公共団体", '"Local approach" to low fertility', ("c",), "N", "団体", "内閣官房", ""),
    _kpi(63, "地域女性活躍推進交付金を通じて女性デジタル人材の育成に関連する取組を実施している地方公共団体", "Women digital training grants", ("a2",), "M", "団体", "男女共同参画局", "地域女性活躍推進交付金 採択一覧"),
    _kpi(64, "地域づくり・まちづくりを推進するハブとなる経営人材を展開した地域", "Areas with hub managers", ("c",), "S", "地域", "内閣府", ""),
    _kpi(65, "健康寿命の増進", "Healthy life expectancy", ("c",), "P", "年", "厚生労働省", "健康寿命（都道府県）。市区町村は生命表と介護保険事業状況から推計できる", proxy="b"),
    _kpi(66, "遠隔医療設備整備事業の補助を受けて患者へ遠隔診療を実施する医療機関", "Telemedicine-equipped institutions", ("c",), "P", "機関", "厚生労働省", ""),
    _kpi(67, "立地適正化計画の作成を通じてコンパクト・プラス・ネットワークのまちづくりを推進する市町村", "Municipalities with location plans", ("a1", "a2"), "M", "市町村", "国土交通省", "立地適正化計画の作成状況"),
    _kpi(68, "計画期間を終了した認定中心市街地活性化基本計画の目標指標の改善率", "Town-centre plan improvement rate", ("c",), "N", "%", "内閣府", "認定中心市街地活性化基本計画"),
    _kpi(69, "地域運営組織が運営する「小さな拠点」の形成数", '"Small stations" run by RMOs', ("a2", "b"), "S", "か所", "内閣府", "小さな拠点の形成に関する実態調査"),
    _kpi(70, "地域のエリアマネジメントを推進するための都市利便増進協定の締結件数", "Area-management agreements", ("c",), "N", "件", "国土交通省", ""),
    _kpi(71, "都市再生緊急整備地域における建設投資額", "Investment in urban-renaissance areas", ("c",), "N", "円", "国土交通省", ""),
    _kpi(72, "都市再生緊急整備地域内の都市開発事業が行われた区域面積割合", "Developed share of those areas", ("c",), "N", "%", "国土交通省", ""),
    _kpi(73, "地方版総合戦略で観光に係る目標をおおむね達成した地方公共団体の割合", "Tourism targets met", ("c",), "N", "%", "内閣府", ""),
    _kpi(74, "スポーツ・健康まちづくりに取り組む地方公共団体の割合", "Sport/health town making", ("c",), "N", "%", "スポーツ庁", ""),
    _kpi(75, "SDGsの達成に向けた取組を行っている都道府県及び市区町村の割合", "Share of governments acting on SDGs (same as 33)", ("c",), "N", "%", "内閣府", "SDGsに関する全国アンケート調査（33と同じ）"),
    _kpi(76, "「地方創生SDGs官民連携プラットフォーム」における官民連携マッチングの件数", "SDGs matching", ("c",), "N", "件", "内閣府", "地方創生SDGs官民連携プラットフォーム"),
    _kpi(77, "地方創生SDGs金融に取り組む地方公共団体", "SDGs finance governments", ("a2",), "M", "団体", "内閣府", "地方創生SDGs金融"),
    _kpi(78, "１級水系および２級水系の利水ダムにおける情報網整備率", "Dam information network", ("c",), "N", "%", "国土交通省", "国土数値情報 W01 ダム（位置）"),
    _kpi(79, "全世代・全員活躍型の「生涯活躍のまち」に関する構想等に基づき、コミュニティに関する取組を実施している地方公共団体", "Municipalities carrying out an active-for-life town plan", ("a2",), "M", "団体", "内閣府", "「生涯活躍のまち」構想等の策定一覧"),
    _kpi(80, "「地方創生人材支援制度」による地方公共団体への派遣者", "Dispatched specialists", ("a2",), "M", "人", "内閣府", "地方創生人材支援制度 派遣先一覧"),
    _kpi(81, "「地方創生人材支援制度」における民間企業・団体の協力情報件数", "Company offers", ("c",), "N", "件", "内閣府", ""),
    _kpi(82, "「地域活性化起業人（企業人材派遣制度）」による地方公共団体への派遣者", "Corporate secondees", ("a2",), "M", "人", "総務省", "地域活性化起業人"),
    _kpi(83, "アーキテクチャを設計し、制度化・標準化を行った領域", "Standardised architecture domains", ("d", "c"), "N", "領域", "デジタル庁", ""),
    _kpi(84, "デジタル分野における人材マッチング成約件数", "Digital job matches", ("c",), "P", "件", "内閣府", ""),
    _kpi(85, "外部デジタル人材を任用している地方公共団体", "Governments with external digital staff", ("a1", "a2"), "M", "団体", "総務省", "自治体DX推進計画等の調査"),
)
# fmt: on

_PLAN: Final = "地方創生2.0基本構想（2025年6月13日決定）"
GOALS: Final[tuple[Goal, ...]] = (
    Goal(
        "youth_from_tokyo",
        "東京圏から地方へ移る若者（15〜29歳）の割合",
        "People aged 15-29 who move from the Tokyo area to the regions",
        "2.5 % から 2034年度までに 5 % へ",
        "from 2.5 % to 5 % by FY2034",
        _PLAN,
    ),
    Goal(
        "related_population",
        "関係人口",
        "People related to a region without living there",
        "実人数 1,000万人、延べ人数 1億人",
        "10 million people, 100 million person-visits",
        _PLAN,
    ),
    Goal(
        "transport_void",
        "「交通空白」地区の解消に取り組む市町村",
        "Municipalities working on public-transport voids",
        "100 %",
        "100 %",
        _PLAN,
        ("transport_void_handbook_urban", "transport_void_handbook_rural", "transport_void_subsidy"),
    ),
    Goal(
        "shopping_kept",
        "買物環境の維持・向上に取り組む市町村",
        "Municipalities keeping up or improving shopping",
        "100 %",
        "100 %",
        _PLAN,
        ("food_shop_within_500m", "food_shop_within_800m"),
    ),
    Goal(
        "medical_kept",
        "医療・介護の提供体制の維持に取り組む市町村",
        "Municipalities keeping up medical and long-term care",
        "100 %",
        "100 %",
        _PLAN,
        ("medical_within_800m", "elderly_welfare_within_1000m"),
    ),
    Goal(
        "kgi_shopping_coverage",
        "KGI の候補: 地域の買い物環境が維持向上されている人口カバー率",
        "KGI candidate: share of people whose local shopping is kept up or improved",
        "",
        "",
        "基本構想の検討段階の報道（FNN、2025年5月）",
        ("food_shop_within_500m",),
    ),
    Goal(
        "kgi_shop_nearby",
        "KGI の候補: 買い物ができる店舗が近隣地域にある人の割合",
        "KGI candidate: share of people with a shop in their neighbourhood",
        "",
        "",
        "基本構想の検討段階の報道（千葉日報、2025年5月22日）",
        ("food_shop_within_500m", "food_shop_within_800m"),
    ),
)
