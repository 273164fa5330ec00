"""Words of the page Future 将来, Japanese and English."""

from __future__ import annotations

from typing import Final

FUTURE: Final[dict[str, tuple[str, str]]] = {
    # what is asked
    "fu_choose_area": ("どこを見るか", "Where"),
    "fu_scope": ("対象", "Area"),
    "fu_scope_study": ("対象地域全体", "Whole study area"),
    "fu_scope_area": ("市区町村", "Municipality"),
    "fu_scope_region": ("圏域", "Region"),
    "fu_area": ("市区町村", "Municipality"),
    "fu_area_hint": ("名前またはコード（例 10201）", "Name or code (such as 10201)"),
    "fu_region": ("圏域の市区町村", "Municipalities of the region"),
    "fu_region_empty": (
        "市区町村を選ぶまでは、対象地域全体を示します。",
        "Until you choose municipalities, the whole study area is shown.",
    ),
    "fu_group": ("年齢区分", "Age group"),
    "fu_views": ("見るもの", "What to look at"),
    "fu_view_people": ("人口の推移", "People to 2070"),
    "fu_view_map": ("地図", "Map"),
    "fu_view_services": ("サービス", "Services"),
    "fu_view_zones": ("誘導区域", "Zones"),
    "fu_view_moves": ("転入・転出", "Migration"),
    "fu_year": ("年", "Year"),
    "fu_year_help": ("左右の矢印キーでも動かせます。", "The left and right arrow keys move it too."),
    "fu_only_year": (
        "将来推計人口の資料がないため、{year}年だけを示します。",
        "There is no projection of population: only {year} is shown.",
    ),
    "fu_working": ("計算しています…", "Working it out…"),
    "fu_codes_absent": (
        "リンクの市区町村のうち、この対象地域にないもの: {codes}",
        "Municipalities of the link that are not in this study area: {codes}",
    ),
    "fu_region_name": ("{names}（{n}市区町村の圏域）", "Region of {n} municipalities ({names})"),
    "fu_and_more": ("{names} ほか", "{names} …"),
    # charts
    "fu_projected": ("将来推計", "projected"),
    "fu_careful": ("参考値", "carried on"),
    "fu_alt_line": ("{label}: {first}年 {start}、{last}年 {end}。", "{label}: {start} in {first}, {end} in {last}."),
    "fu_unit_shown": ("表し方", "Shown as"),
    "fu_people": ("人数", "People"),
    "fu_index": ("指数（{year}年＝100）", "Index ({year} = 100)"),
    "fu_study_line": ("対象地域全体", "Study area"),
    # people
    "fu_people_title": ("{area}の人口の推移", "People to come: {area}"),
    "fu_people_finding": (
        "{area}の人口は、{base}年の {start}から{year}年には {end}（{change}）になると推計されています。",
        "{area}: {start} in {base}, projected to be {end} in {year} ({change}).",
    ),
    "fu_people_same_year": ("{area}の{base}年の人口は {start}です。", "{area} had {start} in {base}."),
    "fu_peak": (
        "75歳以上が最も多いのは{year}年の {people}です。",
        "People aged 75 and over are most in {year}: {people}.",
    ),
    "fu_peak_first": (
        "75歳以上は{year}年の {people}が最も多く、その後は減ります。",
        "People aged 75 and over are most at the start, {people} in {year}, and fewer later.",
    ),
    "fu_peak_last": (
        "75歳以上は推計の最後の{year}年（{people}）まで増え続けます。",
        "People aged 75 and over grow to the end of the projection: {people} in {year}.",
    ),
    "fu_study_change": ("対象地域全体では {change}です。", "The whole study area: {change}."),
    "fu_ages_title": ("年齢区分ごと（{base}年と{year}年、人）", "By age ({base} and {year}, people)"),
    "fu_now_ages_title": ("年齢区分ごと（{year}年、人）", "By age ({year}, people)"),
    "fu_years_title": ("年ごとの表（人）", "Year by year (people)"),
    "fu_index_title": ("年ごとの表（{year}年＝100）", "Year by year ({year} = 100)"),
    "fu_towns_title": ("市区町村ごと（{group}）", "By municipality ({group})"),
    "fu_towns_hint": (
        "行の左端を押すと、その市区町村に切り替わります。列名を押すと並べ替えます。",
        "Click the left end of a row to look at that municipality, a column name to sort.",
    ),
    "fu_group_base_only": (
        "{group}は{year}年だけ分かります（将来推計の資料にこの区分がありません）。",
        "{group}: known for {year} only (the projection has no such group).",
    ),
    "fu_definition": (
        (
            "{base}年は推計の出発点の人口、それより後は将来推計人口。年齢は{base}年が国勢調査の割合、その後は推計の値。"
            "市区町村の合計は圏域の値に一致する。"
        ),
        (
            "{base} is what the projection starts from, later years are projected. Ages of {base} are shares of the census, "
            "later ones projected. A region is the sum of its municipalities."
        ),
    ),
    "fu_definition_now": (
        "{base}年の人口（国勢調査の小地域または地域メッシュ）を市区町村ごとに合計したもの。",
        "People of {base} (small areas or grid squares of the census), added up per municipality.",
    ),
    "fu_no_forecast": (
        (
            "将来推計人口は、過去の傾向が続くとした場合の値で、予測や目標ではない。{careful}年以降は2050年までの仮定を延ばした参考値。"
            "メッシュの中での増減の違いは分からない。"
        ),
        (
            "A projection carries past trends on: it is no forecast and no target. From {careful} on the assumptions of 2050 are "
            "carried on. It says nothing of differences inside a grid square."
        ),
    ),
    "fu_sources": ("出典: {text}", "Sources: {text}"),
    # heads of tables
    "fu_column_year": ("年", "Year"),
    "fu_column_people": ("{group}（人）", "{group} (people)"),
    "fu_column_index": ("{group}（指数）", "{group} (index)"),
    "fu_column_change": ("{year}年比（%）", "vs {year} (%)"),
    "fu_column_more": ("増減（人）", "Change (people)"),
    "fu_column_ageing": ("65歳以上（%）", "65+ (%)"),
    "fu_column_ageing_75": ("75歳以上（%）", "75+ (%)"),
    "fu_column_ageing_of": ("65歳以上 {year}（%）", "65+, {year} (%)"),
    "fu_column_of_year": ("{year}年（人）", "{year} (people)"),
    "fu_column_peak": ("75歳以上の最多", "Most 75+"),
    "fu_column_group": ("区分", "Group"),
    "fu_column_study": ("全体（%）", "Study area (%)"),
    "fu_column_difference": ("差", "Difference"),
    "fu_column_within": ("圏内（人）", "Reached"),
    "fu_column_within_share": ("圏内（%）", "Reached (%)"),
    "fu_column_beyond": ("圏外（人）", "Beyond"),
    "fu_column_beyond_of": ("うち{group}（人）", "of them {group}"),
    "fu_column_beyond_in": ("圏外 {year}年（人）", "Beyond, {year}"),
    "fu_column_share_of": ("{year}年（%）", "{year} (%)"),
    "fu_column_density_of": ("{year}年 人/ha", "{year} per ha"),
    "fu_column_inside": ("{zone} 内（人）", "{zone} in (people)"),
    "fu_column_outside": ("{zone} 外（人）", "{zone} out (people)"),
    "fu_column_inside_share": ("{zone} 内（%）", "{zone} in (%)"),
    "fu_column_inside_density": ("{zone} 人/ha", "{zone} per ha"),
    "fu_column_in": ("転入（人）", "In"),
    "fu_column_out": ("転出（人）", "Out"),
    "fu_column_net": ("転入超過（人）", "Net"),
    "fu_column_rate": ("千人当たり", "Net per 1,000"),
    "fu_column_tokyo": ("対東京圏（人）", "Net with Tokyo"),
    "fu_column_age": ("年齢", "Age"),
    "fu_column_in_of": ("{who}の転入（人）", "{who} in"),
    "fu_column_out_of": ("{who}の転出（人）", "{who} out"),
    "fu_column_net_of": ("{who}の転入超過（人）", "{who} net"),
    "fu_column_site": ("施設", "Facility"),
    "fu_column_town": ("所在", "In"),
    "fu_people_unit": ("（人）", " (people)"),
    "fu_index_unit": ("（指数）", " (index)"),
    "fu_column_first_year": ("下回る年", "Year below"),
    "fu_column_together": ("{metres} m以内の施設数", "Facilities within {metres} m"),
    "fu_column_id": ("施設番号", "Id"),
    "fu_column_lon": ("経度", "Longitude"),
    "fu_column_lat": ("緯度", "Latitude"),
    # the map
    "fu_measure": ("地図に示すもの", "Show"),
    "fu_measure_people": ("人口", "People"),
    "fu_measure_density": ("人口密度", "Population density"),
    "fu_measure_ageing": ("65歳以上の割合（高齢化率）", "Share aged 65 and over"),
    "fu_measure_ageing_75": ("75歳以上の割合", "Share aged 75 and over"),
    "fu_measure_change": ("{year}年からの増減率", "Change since {year}"),
    "fu_places": ("地点ごと", "Each place"),
    "fu_places_help": (
        "約100m間隔の地点ごとの値を重ねます（推計は500mメッシュで、その中は今の人口で配分）。",
        "Values of places about 100 m apart; the projection is by 500 m squares, spread inside like the people of today.",
    ),
    "fu_map_of": ("{measure}（{group}）{year}年", "{measure} ({group}), {year}"),
    "fu_map_of_all": ("{measure} {year}年", "{measure}, {year}"),
    "fu_map_alt": (
        "{what}の市区町村の地図。値は下の表にあります。",
        "Map of the municipalities: {what}. The table below has the values.",
    ),
    "fu_map_legend": ("凡例（右は{base}年と{year}年の市区町村数）", "Legend (municipalities in {base} and in {year})"),
    "fu_map_legend_one": ("凡例（右は市区町村数）", "Legend (number of municipalities)"),
    "fu_map_places_legend": ("地点ごと（人の住む地点）", "Each place where people live"),
    "fu_map_places_people": ("地点ごとの人数（人）", "People at each place"),
    "fu_map_finding": (
        "{what}: {base}年 {start} → {year}年 {end}（{area}）",
        "{what}: {start} in {base}, {end} in {year} ({area})",
    ),
    "fu_map_finding_one": ("{what}: {year}年 {end}（{area}）", "{what}: {end} in {year} ({area})"),
    "fu_measure_of": ("{measure}（{group}）", "{measure} ({group})"),
    "fu_map_table": ("市区町村ごとの値", "Values of all municipalities"),
    "fu_map_click": ("押すとこの市区町村に切り替わります", "Click to look at this municipality"),
    "fu_map_now": ("{year}年（基準年）", "{year} (base year)"),
    "fu_map_then": ("{year}年", "{year}"),
    "fu_group_not_used": (
        "この図は{group}を示すため、左の年齢区分は使いません。",
        "This map is about those {group}; the age group on the left is not used.",
    ),
    # services
    "fu_service": ("サービス", "Service"),
    "fu_limit": ("しきい値", "Limit"),
    "fu_threshold": ("成り立つ人口の目安", "People a service needs"),
    "fu_threshold_usual": ("50%の自治体にある規模", "Found in 50 % of towns"),
    "fu_threshold_high": ("80%の自治体にある規模", "Found in 80 % of towns"),
    "fu_threshold_own": ("自分で決める", "A number of my own"),
    "fu_threshold_number": ("人数", "People"),
    "fu_within": ("圏内", "within reach"),
    "fu_beyond": ("圏外", "beyond"),
    "fu_reach_title": (
        "{service}が{limit}にある人・ない人（{group}）",
        "{service} {limit}, and beyond ({group})",
    ),
    "fu_reach_finding": (
        "今の施設のままなら、{service}が{limit}にない人は、{base}年の {start}（{start_share}）から{year}年には {end}（{end_share}）になります。",
        "If nothing closes, those without {service} {limit} are {start} ({start_share}) in {base} and {end} ({end_share}) in {year}.",
    ),
    "fu_few_shops_expected": (
        "店舗の一覧（{kinds}）が、全国平均から見込まれる数の約 {share} % しかありません。圏外の人が実際より多く出ます。",
        "The lists of shops ({kinds}) hold only about {share} % of what national rates lead to expect: more people seem beyond reach than are.",
    ),
    "fu_few_shops_published": (
        "店舗の一覧（{kinds}）が、公表された数の約 {share} % しかありません。圏外の人が実際より多く出ます。",
        "The lists of shops ({kinds}) hold only about {share} % of the published number: more people seem beyond reach than are.",
    ),
    "fu_reach_finding_now": (
        "{service}が{limit}にない人は、{base}年で {start}（{start_share}）です。",
        "Those without {service} {limit} are {start} ({start_share}) in {base}.",
    ),
    "fu_reach_note": (
        "施設・道路・ダイヤは今のまま変わらないとして、人口だけを{base}年から推計の年に置き換えたもの。閉まる施設や新しい施設は見ていない。",
        "Facilities, streets and timetables are those of today in every year; only the people of {base} are replaced by those of the projection. Closures and new ones are not foreseen.",
    ),
    "fu_reach_partly": (
        "一覧のない市区町村を除く {n} 市区町村の合計です。",
        "Only the {n} municipalities that a list covers.",
    ),
    "fu_will_title": ("{service}は続くか", "Will it last: {service}"),
    "fu_will_finding": (
        "{places} か所（{sites} 施設）のうち、最寄りとする人が目安の {limit} 人を{base}年ですでに下回るもの {already} か所、{last}年までに下回るもの {later} か所。",
        "Of {places} places ({sites} facilities), {already} have fewer than {limit} people for whom they are the nearest in {base} already, {later} more by {last}.",
    ),
    "fu_will_now": (
        "{places} か所（{sites} 施設）のうち、最寄りとする人が目安の {limit} 人を{base}年で下回るもの {already} か所。",
        "Of {places} places ({sites} facilities), {already} have fewer than {limit} people for whom they are the nearest in {base}.",
    ),
    "fu_threshold_text": ("目安: {n} 人（{how}） — {source}", "Threshold: {n} people ({how}) — {source}"),
    "fu_how_published": ("公表された値", "published"),
    "fu_how_fitted": ("手元のデータからの推定", "fitted on given data"),
    "fu_how_own": ("自分で決めた値", "set by you"),
    "fu_no_threshold": ("目安がありません: {why}", "No threshold: {why}"),
    "fu_will_note": (
        (
            "誰もが最も近い施設を使うとしたときの人数。{metres} m以内に並ぶ施設は1か所と数える。目安はまちの規模とサービスの有無の関係で、"
            "下回っても閉まるとは限らない。対象地域の外の人は数えていない。"
        ),
        (
            "People if everybody uses the nearest facility; those within {metres} m of each other are one place. The threshold tells in which "
            "size of town a service is found: to be below it is no closure. People beyond the study area are not counted."
        ),
    ),
    "fu_sites_title": ("施設ごと（早く下回る順）", "Facilities (those below first on top)"),
    "fu_sites_hint": (
        "行の左端か地図の印を押すと、その施設を詳しく示します。",
        "Click the left end of a row, or a sign on the map, to look at that facility.",
    ),
    "fu_no_sites": ("ここに{service}の施設は一覧にありません。", "No facility here is in the list: {service}."),
    "fu_no_service": (
        "このワークスペースには施設も停留所もありません。",
        "This workspace has neither facilities nor stops.",
    ),
    "fu_site_title": ("{name}（{town}）", "{name} ({town})"),
    "fu_site_people": ("最寄りとする人", "Nearest for"),
    "fu_site_limit": ("目安", "Threshold"),
    "fu_site_close": ("シナリオで閉じてみる", "Close it on the page What-if"),
    "fu_site_last": ("広域連携の「この先もつか」で見る", "See it on the page Cooperate (will it last)"),
    "fu_site_border": ("対象地域の外の人も使いうる", "people beyond the study area may use it"),
    "fu_site_tip": (
        "{name}（{town}）: {base}年 {start}、{last}年 {end}",
        "{name} ({town}): {start} in {base}, {end} in {last}",
    ),
    "fu_sites_alt": (
        "{service}の施設の地図。色と形は、最寄りとする人が目安を下回る年。",
        "Map of facilities ({service}): colour and shape tell when the people for whom each is the nearest become too few.",
    ),
    "fu_sites_legend": ("目安を下回る年（右は施設の数）", "Year below the threshold (facilities)"),
    "fu_sites_now": ("{year}年にすでに下回る", "already in {year}"),
    "fu_sites_soon": ("{year}年までに下回る", "by {year}"),
    "fu_sites_later": ("{year}年より後に下回る", "after {year}"),
    "fu_sites_stays": ("推計の最後まで下回らない", "stays above to the end"),
    "fu_sites_above": ("{year}年で下回らない（先は不明）", "above in {year}, later not known"),
    "fu_sites_unknown": ("分からない（目安または人口がない）", "not known (no threshold, or no people)"),
    # zones
    "fu_zone_residential": ("居住誘導区域", "residential zone"),
    "fu_zone_function": ("都市機能誘導区域", "urban function zone"),
    "fu_zone_residential_short": ("居住誘導", "Residential"),
    "fu_zone_function_short": ("都市機能", "Function"),
    "fu_zones_title": ("誘導区域に住む人の割合（{group}）", "Share living inside the zones ({group})"),
    "fu_zones_finding": (
        "居住誘導区域に住む人は、{base}年の {start}（{start_share}）から{year}年には {end}（{end_share}）になります。",
        "In the residential zone live {start} ({start_share}) in {base}, and {end} ({end_share}) in {year}.",
    ),
    "fu_zones_finding_now": (
        "居住誘導区域に住む人は、{base}年で {start}（{start_share}）です。",
        "In the residential zone live {start} ({start_share}) in {base}.",
    ),
    "fu_zones_partly": (
        "区域のある {n} 市区町村（{names}）の合計です。",
        "Only the {n} municipalities with zones: {names}.",
    ),
    "fu_zones_note": (
        "区域は資料の時点のものを全部の年に当てた。推計に誘導の効果は入っていない。人は約100m間隔の地点に割り当てているため、区域の境で誤差がある。",
        (
            "The zones are those of the source in every year, and the projection holds no effect of guidance. People are at points about "
            "100 m apart: the edge of a zone is not exact."
        ),
    ),
    "fu_zones_towns": ("市区町村ごと（{zone}、{group}）", "By municipality ({zone}, {group})"),
    # moves
    "fu_moves_title": ("転入・転出（{year}年）", "Moves in and out ({year})"),
    "fu_moves_title_undated": ("転入・転出", "Moves in and out"),
    "fu_moves_all": ("全年齢", "All ages"),
    "fu_moves_15_29": ("15〜29歳", "Aged 15-29"),
    "fu_moves_men_15_29": ("男性15〜29歳", "Men aged 15-29"),
    "fu_moves_women_15_29": ("女性15〜29歳", "Women aged 15-29"),
    "fu_moves_men_20_24": ("男性20〜24歳", "Men aged 20-24"),
    "fu_moves_women_20_24": ("女性20〜24歳", "Women aged 20-24"),
    "fu_moves_women_20_39": ("女性20〜39歳", "Women aged 20-39"),
    "fu_moves_finding": (
        "{area}では、15〜29歳の女性は {women}、男性は {men}の転入超過です（負は転出超過）。",
        "{area}: net migration of women aged 15-29 is {women}, of men {men} (negative: more left).",
    ),
    "fu_moves_chart": ("年齢ごとの転入超過（男女）", "Net migration by age and sex"),
    "fu_women": ("女性", "Women"),
    "fu_men": ("男性", "Men"),
    "fu_few": (
        "※ 移動者が10人未満: 年による偶然が大きい",
        "* fewer than 10 movers: the chance of the year decides",
    ),
    "fu_few_mark": ("{group} ※", "{group} *"),
    "fu_moves_note": (
        (
            "住民票の届け出による1年の移動。圏域では、その中の移動は転入超過では打ち消し合うが、転入・転出の数には入る。"
            "東京圏は埼玉県・千葉県・東京都・神奈川県。移動者が10人未満の率は出さない。"
        ),
        (
            "Registered moves of one year. In a region moves between its members cancel in the balance and stay in the numbers in and out. "
            "The Tokyo area is Saitama, Chiba, Tokyo and Kanagawa. No rate where fewer than 10 people moved."
        ),
    ),
    "fu_moves_official": (
        "公表された転入超過率（全年齢）: {rate}。性別・年齢別の表は取り込まれていません。",
        "Published rate of net migration, all ages: {rate}. No table by sex and age has been read.",
    ),
    "fu_moves_official_some": (
        "公表された転入超過率（全年齢）だけが {n} 市区町村について分かります。性別・年齢別の表は取り込まれていません。",
        "Only the published rate of net migration (all ages) is known, for {n} municipalities. No table by sex and age has been read.",
    ),
    "fu_moves_official_note": (
        "人口に対する転入超過の割合（%、全年齢）。公表された率のままで、人数がないため圏域として合計できない。",
        "Net migration in percent of the people, all ages, as published; without numbers of people it cannot be added up for a region.",
    ),
    "fu_moves_official_column": ("転入超過率（公表値、%）", "Net migration, published (%)"),
    "fu_band": ("{first}〜{last}", "{first}-{last}"),
    "fu_band_open": ("{first}〜", "{first}+"),
    # what is missing, and how to get it
    "fu_lacks": ("{what}の資料がありません", "No source: {what}"),
    "fu_lacks_projection": ("将来推計人口", "projected population"),
    "fu_lacks_zones": ("立地適正化計画の区域", "zones of location plans"),
    "fu_lacks_moves": ("性別・年齢別の転入・転出", "moves by sex and age"),
    "fu_lacks_known": (
        "このため、{year}年の人口で分かることだけを示しています。",
        "So only what is known with the people of {year} is shown.",
    ),
    "fu_lacks_file": ("必要なもの: {title}", "What is needed: {title}"),
    "fu_lacks_name": ("ファイル名の例: {name}", "Name of the file, for example: {name}"),
    "fu_lacks_form": ("形式: {text}", "Form: {text}"),
    "fu_lacks_columns": (
        "e-Stat の表、または列 code, partner_area, sex, age_from, age_to, direction, persons の CSV",
        "the table of e-Stat, or a CSV with the columns code, partner_area, sex, age_from, age_to, direction, persons",
    ),
    "fu_lacks_page": ("入手先", "Get it from"),
    "fu_lacks_add": (
        "加え方: 「データ」のページで加えて作り直すか、元データのフォルダに置いて explorer build を実行します（インターネットのある端末で取得してから運べます）。",
        "How to add it: on the page Data, or put it into the raw folder and run explorer build. It can be fetched elsewhere and carried over.",
    ),
    "fu_lacks_link": ("「データ」のページを開く", "Open the page Data"),
    "fu_lacks_zones_some": (
        "区域が資料にない市区町村: {names}",
        "Municipalities whose zones are not in the sources: {names}",
    ),
    # files
    "fu_save_csv": ("表（CSV）", "Table (CSV)"),
    "fu_save_xlsx": ("表（Excel）", "Tables (Excel)"),
    "fu_save_png": ("図（PNG）", "Chart (PNG)"),
    "fu_save_svg": ("図（SVG）", "Chart (SVG)"),
    "fu_sheet_years": ("年ごと", "By year"),
    "fu_sheet_towns": ("市区町村ごと", "By municipality"),
    "fu_sheet_sites": ("施設ごと", "Facilities"),
    "fu_sheet_ages": ("年齢ごと", "By age"),
    "fu_asked": ("条件: {text}", "Conditions: {text}"),
}
