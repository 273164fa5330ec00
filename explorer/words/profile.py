"""Words and sentences of the regional profile: key facts, people, services, sources, Japanese and English."""

from __future__ import annotations

from typing import Final

PROFILE: Final[dict[str, tuple[str, str]]] = {
    # the frame
    "pf_title": ("地域プロファイル {name}", "Regional profile: {name}"),
    "pf_foot": (
        "地域プロファイル {name} ・ ワークスペース「{workspace}」 ・ {program} {version}",
        "Regional profile: {name} · workspace “{workspace}” · {program} {version}",
    ),
    "pf_subtitle_one": ("{prefecture} ・ 人口は{year}年", "{prefecture} · people of {year}"),
    "pf_subtitle_region": (
        "{n} 市区町村の圏域（{members}） ・ 人口は{year}年",
        "Region of {n} municipalities: {members} · people of {year}",
    ),
    "pf_subtitle_scenario": ("シナリオ「{name}」を含む", "with the scenario “{name}”"),
    # what a profile is about, and where values stand
    "pf_joined": ("・", ", "),
    "pf_other_definitions": (
        "このほか{n}指標の定義・式・基準は、アプリの指標のカードと explorer catalogue、書き出し（XLSX・CSV）の定義の表にあります。",
        "Definitions, formulae and rules of {n} other indicators stand on the cards of the app, in explorer catalogue, and in the definitions of exports (XLSX, CSV).",
    ),
    "pf_several_themes": ("各分野", "Several themes"),
    "pf_and_others": ("{names} ほか {n} 市区町村", "{names} and {n} more"),
    "pf_aside": ("{name}［{aside}］", "{name} [{aside}]"),
    "pf_not_in_workspace": ("このワークスペースにない指標", "not an indicator of this workspace"),
    "pf_no_such_group": (
        "この年齢区分の値はこのワークスペースにない",
        "this workspace has no values for this age group",
    ),
    "pf_rank_high": ("{rank}/{n}{tied} ↑", "{rank}/{n}{tied} ↑"),
    "pf_rank_low": ("{rank}/{n}{tied} ↓", "{rank}/{n}{tied} ↓"),
    "pf_rank_tied": ("（同{tied}）", " (={tied})"),
    "pf_range": ("{low}〜{high}", "{low}–{high}"),
    "pf_members_range": ("構成市町村では {low}〜{high}", "its members: {low} to {high}"),
    "pf_members_same": ("構成市町村ではいずれも {value}", "all members: {value}"),
    # tables of indicators
    "pf_column_indicator": ("指標", "Indicator"),
    "pf_column_value": ("値", "Value"),
    "pf_column_behind": ("該当/全体", "Counted/all"),
    "pf_column_rank": ("順位", "Rank"),
    "pf_column_members": ("構成市町村", "Members"),
    "pf_column_straight": ("直線での値", "Straight line"),
    "pf_column_official": ("公式値", "Official"),
    "pf_rank_how": (
        "順位は対象地域の市区町村の中で、↑は値の大きい順、↓は小さい順。「同」は同じ順位の数。",
        "Rank among the municipalities of the study area: ↑ highest value first, ↓ lowest first, (=n) shared by n.",
    ),
    "pf_official_how": (
        "公式値は直線距離で公表されたもの（{sources}）で、年次と施設の一覧が異なります。",
        "Official values are published for straight lines ({sources}); their years and lists differ.",
    ),
    "pf_missing": ("値のない指標：{parts}。", "Without a value: {parts}."),
    "pf_missing_part": ("{names}＝{reason}", "{names}: {reason}"),
    "pf_missing_between": ("；", "; "),
    "pf_reasons_between": ("、", "; "),
    "pf_nothing_known": (
        "{name}の{subject}について、このワークスペースには示せる値がありません。理由：{reason}。",
        "The data holds no value for {name} here ({subject}): {reason}.",
    ),
    "pf_published": (
        "{name}の公表されている値（直線距離、{sources}）：{parts}。",
        "Published for {name} (straight lines; {sources}): {parts}.",
    ),
    "pf_published_part": ("{name} {value}", "{name} {value}"),
    # key facts
    "pf_key_facts": ("基本の数値", "Key facts"),
    "pf_lead": (
        "{name}の人口は {people}（{year}年）、面積は {area} km² です。",
        "{name} has {people} ({year}) on {area} km².",
    ),
    "pf_lead_without_year": (
        "{name}の人口は {people}、面積は {area} km² です。",
        "{name} has {people} on {area} km².",
    ),
    "pf_lead_unknown": (
        "{name}の人口は、このワークスペースでは分かりません（{reason}）。",
        "The data holds no number of people for {name} ({reason}).",
    ),
    "pf_lead_rank": (
        "対象地域の {n} 市区町村の中で、人口の多い順に {rank} 番目です。",
        "By people it is number {rank} of the {n} municipalities of the study area, the largest first.",
    ),
    "pf_lead_rank_tied": (
        "対象地域の {n} 市区町村の中で、人口の多い順に {rank} 番目です（同じ人口が {tied} 市区町村）。",
        "By people it is number {rank} of the {n} municipalities of the study area, the largest first ({tied} have as many).",
    ),
    "pf_lead_2050": (
        "将来推計では、2050年の人口は {people}（推計の基準年から {change}）です。",
        "The projection has {people} in 2050 ({change} since its base year).",
    ),
    "pf_fact_population": ("人口", "People"),
    "pf_fact_population_year": ("人口（{year}年）", "People ({year})"),
    "pf_with_unit": ("{label}（{unit}）", "{label}, {unit}"),
    "pf_fact_density": ("人口密度", "People per area"),
    "pf_fact_65": ("65歳以上", "Aged 65 and over"),
    "pf_fact_75": ("75歳以上", "Aged 75 and over"),
    "pf_fact_2050": ("2050年までの増減", "Change to 2050"),
    "pf_fact_food": ("食料品店まで800m以内", "Food shop within 800 m"),
    "pf_fact_medical": ("病院・診療所まで800m以内", "Doctor within 800 m"),
    "pf_fact_transport": ("駅800m・停留所300m以内", "Station 800 m, stop 300 m"),
    "pf_fact_nursery": ("保育所まで800m以内", "Nursery within 800 m"),
    "pf_fact_school": ("小学校まで800m以内", "Elementary school 800 m"),
    "pf_fact_places": ("{all}・類似 {rank}/{n}", "{all} · similar {rank}/{n}"),
    "pf_facts_ranks": (
        "「1/{n} ↑」は対象地域の {n} 市区町村の中で値の大きい順（↓は小さい順）に1番目、「類似」は統計的に似た市区町村と比べた順位。",
        "“1/{n} ↑” is the first of the {n} municipalities of the study area, highest value first (↓ lowest first); “similar”: beside the statistically similar ones.",
    ),
    "pf_facts_sources": (
        "800m以内などの割合は、道路に沿って歩く距離で測った人口の割合です。資料は、{sources}。",
        "Shares within a distance are of all people, along streets on foot. Sources: {sources}.",
    ),
    "pf_source_hint": ("{names}＝{sources}", "{names}: {sources}"),
    "pf_similar": ("統計的に似た市区町村", "Statistically similar municipalities"),
    "pf_similar_table": ("似た市区町村との比較", "Beside similar municipalities"),
    "pf_similar_how": (
        "「似た」は、{used}の違い（標準偏差を単位とした二乗平均）が小さい {n} 市区町村。表は近い順。優劣を示すものではありません。",
        "Similar: the {n} municipalities that differ least in {used} (root mean square of standard deviations), the nearest first. It is no judgement.",
    ),
    "pf_members": ("構成市町村", "Members"),
    "pf_members_table": ("構成市町村と圏域の全体", "Members and the whole region"),
    "pf_members_how": (
        "圏域の全体は、構成市町村の人と地点をすべて合わせて計算した値で、市町村の値の平均ではありません。",
        "The whole region is computed from all people and places of its members; it is no mean of their values.",
    ),
    "pf_whole_region": ("圏域の全体", "Whole region"),
    "pf_column_town": ("市区町村", "Municipality"),
    # maps
    "pf_maps": ("地域の地図", "Maps"),
    "pf_map_where": ("{name}の位置と隣り合う市区町村", "Where it lies: {name} and its neighbours"),
    "pf_map_services": ("生活サービスの施設", "Service facilities"),
    "pf_map_beyond": ("最寄りの{service}までの距離（{mode}）", "Distance to the nearest: {service} ({mode})"),
    "pf_map_beyond_note": (
        "{metres} m より遠くに住む人、または行き着けない人は {people} 人。色は人の住む所だけに付けています。",
        "{people} people live beyond {metres} m or cannot reach any. Only where somebody lives there is colour.",
    ),
    "pf_map_distance": ("道のり", "Along streets"),
    "pf_map_zones": ("居住・都市機能の誘導区域と災害の区域", "Guidance zones and hazard areas"),
    "pf_map_zones_note": (
        "資料にある区域だけを示します。色のない所に区域や危険がないという意味ではありません。",
        "Only areas that the data holds; where there is no colour there may still be a zone or a hazard.",
    ),
    "pf_mark_food": ("食料品店", "Food shop"),
    "pf_mark_medical": ("病院・診療所", "Hospital, clinic"),
    "pf_mark_school": ("保育所・幼稚園・小中学校", "Nursery, school"),
    "pf_mark_care": ("高齢者福祉施設", "Elderly care"),
    "pf_mark_post": ("郵便局・銀行", "Post, bank"),
    "pf_mark_administration": ("役所・図書館・公民館", "Office, library, hall"),
    "pf_zone_residential": ("居住誘導区域", "Residential guidance area"),
    "pf_zone_function": ("都市機能誘導区域", "Urban function area"),
    "pf_no_map_services": (
        "施設の地図はありません（この地域の施設が資料にありません）。",
        "There is no map of facilities: the data lists none here.",
    ),
    "pf_no_map_beyond": (
        "最寄りの施設までの距離の地図はありません（距離を測れる施設や停留所の一覧がないか、足りません）。",
        "There is no map of distances: no list of facilities or stops to measure to, or it lacks many.",
    ),
    "pf_no_map_zones": (
        "誘導区域と災害の区域は資料にないため示していません（区域がないという意味ではありません）。",
        "Guidance zones and hazard areas are in no source here, which does not mean that there are none.",
    ),
    # people
    "pf_people": ("人口の今とこれから", "People now and to come"),
    "pf_people_subject": ("将来推計人口", "projected people"),
    "pf_people_2050": (
        "将来推計では、{base}年から2050年までに {change}、2050年の人口は {people} です。",
        "From {base} to 2050 the projection has {change}, with {people} in 2050.",
    ),
    "pf_people_old": (
        "2050年には65歳以上が {old}、75歳以上が {oldest} を占める推計です。",
        "In 2050 it has {old} aged 65 and over and {oldest} aged 75 and over.",
    ),
    "pf_half": (
        "推計の人口が{base}年の半分以下になるのは{year}年です（5年ごとの推計で最初の年）。",
        "{year} is the first year, of every fifth, in which half of the people of {base} or fewer are left.",
    ),
    "pf_half_never": (
        "推計の最後の{last}年まで、人口は{base}年の半分を上回ります。",
        "Up to {last}, the last year of the projection, more than half of the people of {base} are left.",
    ),
    "pf_women_now": (
        "20〜39歳の女性は {women}（総人口の {share}）です。",
        "There are {women} women aged 20–39 ({share} of all).",
    ),
    "pf_women_2050": ("2050年の推計では {women} です。", "The projection has {women} in 2050."),
    "pf_column_age": ("年齢", "Age"),
    "pf_year": ("{year}年", "{year}"),
    "pf_change_row": ("総人口の増減（{year}年から）", "Change of all since {year}"),
    "pf_people_table": ("年齢別の人口と将来推計（人）", "People by age, and the projection (number of people)"),
    "pf_people_note": (
        "{base}年は推計の基準年で、その年齢別は人口資料の割合による。75歳以上は65歳以上の内数。{careful}年以降は2050年までの仮定を延ばした参考値。",
        "{base} is the base year; its ages are shares of the population source. Aged 75 and over are part of 65 and over. From {careful} on the assumptions of 2050 are carried on.",
    ),
    "pf_people_figure": ("年齢別の人口の推移", "People by age over the years"),
    "pf_people_source": (
        "{base}年より後は推計で、予測や目標ではありません。",
        "After {base} it is a projection, no forecast and no target.",
    ),
    # services
    "pf_services": ("生活サービス", "Services"),
    "pf_services_how": (
        "割合は、最寄りの施設までの道のり（徒歩）で数えた人口の割合です。近い施設があることを示し、実際に使う施設、開いている時間、定員は分かりません。",
        "Shares of people by the way along streets on foot to the nearest facility. They tell what is near, not what is used, when it is open, or whether there is room.",
    ),
    "pf_domain_shopping": ("買物", "Shopping"),
    "pf_domain_medical": ("医療", "Medical care"),
    "pf_domain_care": ("福祉・子育て・教育", "Welfare, childcare and schools"),
    "pf_domain_post": ("郵便・金融・行政", "Post, banks and administration"),
    "pf_domain_table": ("{domain}の指標", "{domain}: indicators"),
    "pf_within_some": (
        "{name}では、最寄りの{service}まで{metres}m以内（{method}）に住む人は {share}（{people}人）で、{beyond}人はそれより遠いか、行き着けません。",
        "In {name} {share} of the people ({people}) live within {metres} m ({method}) of the nearest: {service}. The other {beyond} live farther away or cannot reach any.",
    ),
    "pf_within_none": (
        "{name}では、最寄りの{service}まで{metres}m以内（{method}）に住む人はいません（{beyond}人がそれより遠いか、行き着けません）。",
        "In {name} nobody lives within {metres} m ({method}) of the nearest: {service}. All {beyond} live farther away or cannot reach any.",
    ),
    "pf_within_all": (
        "{name}では、すべての人（{people}人）が最寄りの{service}まで{metres}m以内（{method}）に住んでいます。",
        "In {name} everybody ({people} people) lives within {metres} m ({method}) of the nearest: {service}.",
    ),
    "pf_lists_low": (
        "店舗の一覧（{kinds}）は、全国平均の人口あたり店舗数から見込まれる数の約 {share} % しかないため（粗い目安）、これによる数値は示しません。",
        "The shop lists ({kinds}) hold only about {share} % of what national rates lead to expect (roughly), so that numbers made from them are not shown.",
    ),
    "pf_lists_low_published": (
        "店舗の一覧（{kinds}）は、公表数の約 {share} % しかないため、これによる数値は示しません。",
        "The shop lists ({kinds}) hold only about {share} % of the published number, so that numbers made from them are not shown.",
    ),
    "pf_kinds_missing": (
        "「{service}」は{present}だけで数えています（{missing}の一覧がありません）。",
        "“{service}” counts {present} only: no list of {missing}.",
    ),
    "pf_strips": ("対象地域の中での位置", "Where it stands in the study area"),
    # end matter
    "pf_limits": ("数値から言えないこと", "What the numbers cannot say"),
    "pf_limit_use": (
        "最寄りは道のりの近さによるもので、実際の利用ではありません。",
        "The nearest facility is nearest by street; it need not be the one in use.",
    ),
    "pf_limit_missing": (
        "値がない指標は、資料がないか当てはまらないもので、0ではありません。",
        "An indicator without a value has no data or does not apply; it is not 0.",
    ),
    "pf_build_warnings": ("このワークスペースの資料についての注意：", "Warnings on the data of this workspace: "),
    "pf_more_warnings": ("ほか {n} 件。", "{n} more."),
    "pf_sure_table": ("主な値の確からしさ", "How sure main values are"),
    "pf_column_threshold": ("距離の基準±20%", "Limit ±20%"),
    "pf_column_snap": ("道路まで（平均）", "To the street (mean)"),
    "pf_column_years": ("一覧の年", "Lists of"),
    "pf_methods": ("方法", "Methods"),
    "pf_method_places": (
        "人口を約100mごとの地点に配分し、地点ごとに最寄りの施設・停留所までの距離や時間を求め、人口で足し上げています。",
        "People are spread over points about 100 m apart; the way to the nearest facility or stop is found for each, and people are added up.",
    ),
    "pf_method_nearest": (
        "対象地域の外でも周囲 {halo} km の道路と施設を含めます。",
        "Streets and facilities within {halo} km around the study area are included.",
    ),
    "pf_method_rank": (
        "順位は、値のある市区町村（全 {n}）の中で、表示の桁まで同じ値を同じ順位とします。",
        "Ranks are among the municipalities that have a value (of {n}); values equal as shown share a rank.",
    ),
    "pf_method_region": (
        "圏域の値は、構成市町村の人と地点をすべて合わせて計算しています。",
        "Values of the region are computed from all people and places of its members together.",
    ),
    "pf_mode": ("{name}：{how}", "{name}: {how}"),
    "pf_straight_how": (
        "川・線路・崖を越える最短の距離。公式値と比べるために使います。",
        "across rivers, railways and cliffs; for comparison with official values.",
    ),
    "pf_definitions": ("指標の定義", "Definitions"),
    "pf_definition": ("{names}：{what}", "{names}: {what}"),
    "pf_definitions_of_rule": ("{definitions}〔基準：{rule}〕", "{definitions} [rule: {rule}]"),
    "pf_definitions_of_theme": ("【{theme}】", "{theme} — "),
    "pf_definitions_between": (" ／ ", " / "),
    "pf_limits_of": ("指標について：", "Of the indicators: "),
    "pf_modes": ("速さ：", "Speeds: "),
    "pf_symbols": (
        "式の P は地点の人口、d は最寄りまでの距離、t は時間、1[ ] は条件に合うとき1。くわしい定義は、この道具の指標の一覧にあります。",
        "In formulas P is people at a place, d the distance and t the time to the nearest, 1[ ] is 1 where the condition holds. The tool's catalogue has the full definitions.",
    ),
    "pf_definition_formula": ("{text}（{formula}）", "{text} ({formula})"),
    "pf_sources": ("出典・加工", "Sources"),
    "pf_source": (
        "・{names} — 利用条件：{licence} — クレジット：{credit}",
        "· {names} — licence: {licence} — credit: {credit}",
    ),
    "pf_made_from": (
        "次の資料を加工して作成しました（{program} {version}、ワークスペース {made}）。数値は各資料の作成者によるものではありません。",
        "Made by processing the following data ({program} {version}, workspace {made}). The publishers of the data did not make these numbers.",
    ),
    "pf_made_from_sample": (
        "架空の見本データから作成しました（{program} {version}、ワークスペース {made}）。実在の地域の数値ではありません。",
        "Made from invented sample data ({program} {version}, workspace {made}). These are no numbers of a real place.",
    ),
}
