"""One table for both languages: a word that is missing in one of them cannot exist.

Words of one page alone stand in a module named after it; they are put together here.
"""

from __future__ import annotations

from typing import Final

from explorer.words.comparison import COMPARISON
from explorer.words.cooperate import COOPERATE
from explorer.words.data_page import DATA_PAGE
from explorer.words.documents import DOCUMENTS
from explorer.words.explore import EXPLORE
from explorer.words.export import EXPORT
from explorer.words.figures import FIGURES
from explorer.words.future import FUTURE
from explorer.words.guide import GUIDE
from explorer.words.indicators_page import INDICATORS_PAGE
from explorer.words.map_frame import MAP_FRAME
from explorer.words.map_layers import MAP_LAYERS
from explorer.words.profile import PROFILE
from explorer.words.profile_page import PROFILE_PAGE
from explorer.words.profile_regional import PROFILE_REGIONAL
from explorer.words.running import RUNNING
from explorer.words.selection import SELECTION
from explorer.words.what_if import WHAT_IF

UNITS: Final[dict[str, tuple[str, str]]] = {
    "%": ("%", "%"),
    "分": ("分", "min"),
    "人": ("人", "people"),
    "人/km²": ("人/km²", "people/km²"),
    "本/日": ("本/日", "departures a day"),
    "時": ("時", "o'clock"),  # decimal hours of the service day; one value shows as 18:45
    "m": ("m", "m"),
    "km²": ("km²", "km²"),
    "世帯": ("世帯", "households"),
    "Mbps": ("Mbps", "Mbps"),
    "人/千人": ("人/千人", "per 1,000 people"),
    "人/ha": ("人/ha", "people/ha"),
    "ポイント": ("ポイント", "percentage points"),
    "か所": ("か所", "sites"),
    "種類": ("種類", "kinds"),
    "市区町村": ("市区町村", "municipalities"),
    # of KPIs
    "市町村": ("市町村", "municipalities"),
    "団体": ("団体", "public bodies"),
    "都道府県": ("都道府県", "prefectures"),
    "圏域": ("圏域", "regions"),
    "地域": ("地域", "areas"),
    "都市": ("都市", "cities"),
    "領域": ("領域", "fields"),
    "機関": ("機関", "institutions"),
    "公園": ("公園", "parks"),
    "件": ("件", "cases"),
    "円": ("円", "yen"),
    "年": ("年", "years"),
    "点": ("点", "points"),
    "倍": ("倍", "times"),
    "指数": ("（0〜1）", "(0–1)"),
}

SHARED: Final[dict[str, tuple[str, str]]] = {
    # the page
    "app_title": ("地域の生活条件エクスプローラー", "Regional Conditions Explorer"),
    "sample_banner": (
        "架空の見本 — 実在の地域ではありません。数値・地名はすべて架空です。",
        "Invented sample — not a real place. All names and numbers are made up.",
    ),
    "summary_line": (
        "{municipalities} 市区町村 ・ {people} 人（{year}年） ・ 周辺 {halo} km の道路・施設を含めて計算",
        "{municipalities} municipalities · {people} people ({year}) · streets and facilities within {halo} km around included",
    ),
    "summary_line_without_year": (
        "{municipalities} 市区町村 ・ {people} 人 ・ 周辺 {halo} km の道路・施設を含めて計算",
        "{municipalities} municipalities · {people} people · streets and facilities within {halo} km around included",
    ),
    "separator": (" ・ ", " · "),
    "name_and_code": ("{name}（{code}）", "{name} ({code})"),
    # choices
    "language": ("言語", "Language"),
    "choose_indicator": ("指標を選ぶ", "Choose an indicator"),
    "theme": ("分野", "Theme"),
    "indicator": ("指標", "Indicator"),
    "threshold": ("距離の基準", "Distance limit"),
    "variant": ("種類", "Variant"),
    "threshold_option": ("{metres} m 以内", "within {metres} m"),
    "mode": ("測り方", "How distance is measured"),
    "group": ("対象の人口", "People counted"),
    "map_settings": ("地図の表示", "Map display"),
    "show_places_missing": (
        "この指標には地点ごとの結果がありません。",
        "This indicator has no result per place.",
    ),
    "show_facilities": ("施設を表示", "Show facilities"),
    "show_stops": ("駅・停留所を表示", "Show stations and stops"),
    "scheme": ("階級の分け方", "Classes"),
    "scheme_fixed": ("固定の基準値（比較できる）", "Fixed limits (comparable)"),
    "scheme_quantile": ("等量（同じ数ずつ）", "Quantiles (equal counts)"),
    "scheme_equal": ("等間隔", "Equal steps"),
    "scheme_natural": ("自然分類", "Natural breaks"),
    "opacity": ("色の濃さ", "Opacity"),
    "base_map": ("背景地図", "Base map"),
    "base_none": ("なし（オフライン）", "None (offline)"),
    "base_gsi": ("地理院タイル（インターネットを使用）", "GSI tiles (uses the internet)"),
    "base_osm": ("OpenStreetMap（インターネットを使用）", "OpenStreetMap (uses the internet)"),
    "base_online_note": (
        "背景地図の画像だけを外部（{host}）から取得します。表示中の範囲がその運営者に伝わります。",
        "Only the background pictures are fetched from {host}. Its operator learns which area is shown.",
    ),
    "find_area_hint": ("名前またはコード（例 10201）", "Name or code (such as 10201)"),
    # the map
    "no_data": ("データなし", "No data"),
    "unreachable": ("到達できない", "Cannot be reached"),
    "legend_count": ("{n}", "{n}"),
    "legend_areas": ("右の数字は市区町村の数", "Figures: number of municipalities"),
    "legend_places": ("地点ごとの結果：{category}まで（{mode}）", "Each place: to the nearest {category} ({mode})"),
    "legend_nobody": ("色のない所には人が住んでいません", "Nobody lives where there is no colour"),
    "class_all": ("すべて", "All"),
    "class_below": ("{limit} {unit} 未満", "below {limit} {unit}"),
    "class_from": ("{limit} {unit} 以上", "{limit} {unit} or more"),
    "class_within": ("{limit} {unit} 以内", "up to {limit} {unit}"),
    "class_at_most": ("{limit} {unit} 以下", "{limit} {unit} or less"),
    "class_over": ("{limit} {unit} 超", "over {limit} {unit}"),
    "class_between": ("{low}〜{high} {unit}", "{low}–{high} {unit}"),
    "class_between_signed": ("{low}〜{high} {unit}", "{low} to {high} {unit}"),
    "zoom_in": ("拡大", "Zoom in"),
    "zoom_out": ("縮小", "Zoom out"),
    "zoom_all": ("全体を表示", "Show everything"),
    "map_alt": (
        "{indicator}の地図。同じ値は下の表にあります。",
        "Map of: {indicator}. The table below has the same values.",
    ),
    "map_failed": (
        "地図の形を読み込めませんでした。ページを再読み込みしてください。",
        "The shapes of the map could not be loaded. Reload the page.",
    ),
    "departures": ("平日 {n} 本", "{n} departures on weekdays"),
    "departures_unknown": ("本数不明", "frequency unknown"),
    "station": ("駅", "Station"),
    "stop": ("停留所", "Stop"),
    "facility": ("施設", "Facility"),
    "stop30": ("停留所（平日30本以上）", "Stop with 30 or more departures"),
    # the card
    "whole_area": ("対象地域全体", "Whole study area"),
    "click_hint": (
        "地図か表で市区町村を選ぶと、その値・公式値・定義がここに出ます。",
        "Pick a municipality on the map or in the table: its value, the official value and the definition appear here.",
    ),
    "counted_of": ("{denominator} {unit}のうち {numerator} {unit}", "{numerator} of {denominator} {unit}"),
    "people_of": ("{group} {denominator} 人のうち {numerator} 人", "{numerator} of {denominator} people ({group})"),
    "rank_text": ("{n} 市区町村中 {rank} 位（{order}）", "Rank {rank} of {n} ({order})"),
    "rank_tied": (
        "{n} 市区町村中 {rank} 位（{order}、同じ順位が {tied} 市区町村）",
        "Rank {rank} of {n} ({order}, shared by {tied})",
    ),
    "rank_from_high": ("値の大きい順", "highest value first"),
    "rank_from_low": ("値の小さい順", "lowest value first"),
    "official": ("公式値", "Official value"),
    "official_difference": ("差（本ツール − 公式）", "Difference (ours − official)"),
    "official_none": ("この指標・条件の公式値はありません。", "No official value is published for this choice."),
    "official_elsewhere": (
        "公式値は直線距離・総人口で {value}（この条件とは測り方が異なるため、差は示しません）。",
        "Official value, straight line and all people: {value}. Measured in another way, so no difference is shown.",
    ),
    "official_why": (
        "公式値は年次・施設の名簿・人口の細かさが異なるため、一致しません。",
        "Official values differ in year, list of facilities and detail of population, so the two do not agree exactly.",
    ),
    "points_unit": ("ポイント", "points"),
    "reason": ("値がない理由", "Why there is no value"),
    "confidence": ("確からしさ", "How sure"),
    "confidence_range": ("しきい値±20%で {low}〜{high}", "threshold ±20%: {low}–{high}"),
    "confidence_other": ("別の人口資料（{year}年）では {value}", "with the other population source ({year}): {value}"),
    "confidence_snap": (
        "道路まで平均 {mean} m（95%の人は {far} m以内）",
        "{mean} m to the street on average (95% within {far} m)",
    ),
    "confidence_suppressed": ("年齢の秘匿合算 {share} %", "ages merged for secrecy: {share}%"),
    "confidence_years": ("人口は{people}年、一覧は{lists}年", "people of {people}, lists of {lists}"),
    "confidence_boundary": ("人口は{people}年、境界は{boundary}年", "people of {people}, boundaries of {boundary}"),
    "reason_unknown": ("理由の記録がありません。", "No reason was recorded."),
    "distribution": ("分布（1本が1市区町村）", "Distribution (one line per municipality)"),
    "distribution_alt": (
        "{n} 市区町村の分布。最小 {low}、最大 {high}。選択中の値は {value}。",
        "Distribution over {n} municipalities from {low} to {high}. This one: {value}.",
    ),
    "method": ("定義と出典", "Definition and source"),
    "definition": ("定義", "Definition"),
    "formula": ("式", "Formula"),
    "threshold_used": ("基準", "Limit"),
    "method_used": ("測り方", "Method"),
    "limits": ("分からないこと", "What it cannot say"),
    "rule_source": ("基準の出典", "Rule from"),
    "data_used": ("データ", "Data"),
    "source_count": ("{title}（{n} 件）", "{title} ({n} files)"),
    "option_no_data": ("{name}（データなし）", "{name} (no data)"),
    "facilities_counted": ("数えた施設", "Facilities"),
    "list_completeness": ("一覧の充足", "Completeness of the lists"),
    "list_completeness_here_published": (
        "この市区町村の店舗一覧（{kinds}）は公表数の約 {share} % とみられます。",
        "The shop lists of this municipality ({kinds}) hold about {share} % of the published number.",
    ),
    "list_completeness_here_expected": (
        "この市区町村の店舗一覧（{kinds}）は、全国平均の人口あたり店舗数から見込まれる数の約 {share} % です（粗い目安）。",
        "The shop lists of this municipality ({kinds}) hold about {share} % of what national rates lead to expect (roughly).",
    ),
    "list_completeness_whole_published": (
        "対象地域の店舗一覧（{kinds}）は公表数の約 {share} % とみられます。",
        "The shop lists of the study area ({kinds}) hold about {share} % of the published number.",
    ),
    "list_completeness_whole_expected": (
        "対象地域の店舗一覧（{kinds}）は、全国平均の人口あたり店舗数から見込まれる数の約 {share} % です（粗い目安）。",
        "The shop lists of the study area ({kinds}) hold about {share} % of what national rates lead to expect (roughly).",
    ),
    "list_completeness_low": (
        "一覧が足りないため、店まで遠い人が実際より多く出ます。",
        " They lack many shops, so that people seem farther from shops than they are.",
    ),
    "kinds_missing": ("一覧がない種類: {kinds}", "no list for: {kinds}"),
    "span": ("{start}〜{end}", "{start} to {end}"),
    "comma": ("、", ", "),
    "population_of": (
        "人口（{year}年）を約100 mの地点に配分",
        "population ({year}) spread over points about 100 m apart",
    ),
    "method_straight": ("直線距離", "straight-line distance"),
    "method_walk": ("道路に沿って徒歩", "on foot along streets"),
    "method_cycle": ("道路に沿って自転車", "by bicycle along streets"),
    "method_drive": (
        "道路に沿って自動車（交差点の待ちを含む）",
        "by car along streets, time lost at junctions included",
    ),
    "method_none": ("距離を使わない", "no distance involved"),
    # speeds and delays of a mode
    "profile_used": ("速さと待ち", "Speed and delays"),
    "profile_changed": ("既定値から変更した設定", "settings changed from the defaults"),
    "speed_even": ("{speed} m/分（{kmh} km/h）", "{speed} m per minute ({kmh} km/h)"),
    "speed_slope": (
        "平らな道 {speed} m/分、{slope} の上り {up}・下り {down} m/分（Tobler 1993）",
        "{speed} m per minute on the flat, {up} up and {down} down a slope of {slope} (Tobler 1993)",
    ),
    "speed_classes": (
        "停止を除く走行速度 km/h: {speeds}（制限速度の記録があればそれ以下）",
        "km/h between stops: {speeds} (never above a posted limit)",
    ),
    "speed_door": ("家から道路までは徒歩 {speed} m/分", "from door to street on foot, {speed} m per minute"),
    "delay_signal": ("信号ごとに {seconds} 秒", "{seconds} s at each signal"),
    "delay_crossing": (
        "幹線どうしの交差点ごとに {seconds} 秒（道路データに信号がないため）",
        "{seconds} s where main roads meet (the street data has no signals)",
    ),
    "delay_give_way": ("上位の道路に出る所で {seconds} 秒", "{seconds} s on arriving at a larger road"),
    "road_motorway": ("高速道路", "motorways"),
    "road_trunk": ("国道など", "trunk roads"),
    "road_primary": ("主要地方道など", "primary roads"),
    "road_secondary": ("県道など", "secondary roads"),
    "road_tertiary": ("市町村の幹線", "tertiary roads"),
    "road_unclassified": ("その他の道路", "minor roads"),
    "road_residential": ("住宅地の道路", "residential streets"),
    "road_service": ("敷地内の道路", "service roads"),
    # the table
    "table": ("市区町村の一覧", "All municipalities"),
    "table_coming": ("表を準備しています…", "The table is coming…"),
    "table_alt": ("市区町村ごとの値の表", "Table of the values of all municipalities"),
    "table_hint": (
        "列名を押すと並べ替え、行の左端を押すと地図で選択されます。",
        "Click a column name to sort, the left end of a row to select it on the map.",
    ),
    "column_code": ("コード", "Code"),
    "column_name": ("市区町村", "Municipality"),
    "column_value": ("値（{unit}）", "Value ({unit})"),
    "column_rank": ("順位", "Rank"),
    "column_counted": ("該当（{unit}）", "Counted ({unit})"),
    "column_out_of": ("全体（{unit}）", "Out of ({unit})"),
    "column_numerator": ("該当する人（人）", "People counted"),
    "column_denominator": ("全体（人）", "Out of"),
    "column_official": ("公式値（{unit}）", "Official ({unit})"),
    "column_difference": ("差", "Difference"),
    "column_reason": ("備考", "Remark"),
    "download_map": ("地図を保存（HTML）", "Save map (HTML)"),
    "download_map_help": (
        "インターネットなしで開ける1つのファイルになります。",
        "One file that opens without the internet.",
    ),
    "download_table": ("表を保存（CSV）", "Save table (CSV)"),
    # the foot
    "notes": ("データの注意点（{n} 件）", "Remarks on the data ({n})"),
    "notes_none": ("データの注意点はありません。", "No remarks on the data."),
    "level_warning": ("注意", "Warning"),
    "level_info": ("参考", "Note"),
    "sources": ("出典とライセンス", "Sources and licences"),
    "sources_unused": ("使わなかったファイル（{n} 件）", "Files not used ({n})"),
    "source_files": ("ファイル", "Files"),
    "source_publisher": ("作成者", "Publisher"),
    "source_edition": ("版", "Edition"),
    "source_licence": ("利用条件", "Licence"),
    "source_title": ("データ", "Data"),
    "source_credit": ("クレジット", "Credit line"),
    "source_reason": ("理由", "Reason"),
    "made_with": ("本ツールで加工・計算", "Processed and computed with this tool"),
    # states without anything to show
    "no_workspace_title": ("ワークスペースがまだありません", "There is no workspace yet"),
    "no_workspace": (
        "公式データを入れたフォルダから作るか、架空の見本で試してください。",
        "Build one from a folder of official files, or try the invented sample.",
    ),
    "no_indicators": (
        "このワークスペースには指標がありません。人口と施設のデータを加えて explorer build を実行してください。",
        "This workspace has no indicators. Add population and facility files and run explorer build.",
    ),
    "panel_failed": (
        "この部分を表示できませんでした。ほかの部分は使えます。",
        "This part could not be shown. The rest of the page still works.",
    ),
    "detail": ("詳細（報告用）", "Detail (for a report)"),
}

PARTS: Final = (
    SHARED, WHAT_IF, COOPERATE, DOCUMENTS, FIGURES, PROFILE, PROFILE_REGIONAL, COMPARISON, EXPORT, PROFILE_PAGE,
    INDICATORS_PAGE, GUIDE, FUTURE,
    RUNNING, SELECTION, MAP_FRAME, MAP_LAYERS, DATA_PAGE, EXPLORE,
)  # fmt: skip
WORDS: Final[dict[str, tuple[str, str]]] = {key: pair for part in PARTS for key, pair in part.items()}
