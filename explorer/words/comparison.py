"""Words of the comparison and its page Compare 比較, Japanese and English."""

from __future__ import annotations

from typing import Final

COMPARISON: Final[dict[str, tuple[str, str]]] = {
    # areas
    "cmp_region_label": ("{name}（圏域・{n}市区町村）", "{name} (region of {n})"),
    "cmp_and_others": ("{names}ほか{n}", "{names} and {n} more"),
    "cmp_area": ("地域", "Area"),
    "cmp_codes": ("市区町村コード・構成", "Code, or members"),
    # values, ranks, differences
    "cmp_value_range": ("値の範囲", "Range of value"),
    "cmp_rank_head": ("順位", "Rank"),
    "cmp_rank": ("{n}中{rank}位", "{rank} of {n}"),
    "cmp_rank_tied": ("{n}中{rank}位（同{tied}）", "{rank} of {n} ({tied} tie)"),
    "cmp_rank_long": ("{n}中{rank}位（{order}）", "rank {rank} of {n} ({order})"),
    "cmp_rank_long_tied": (
        "{n}中{rank}位（{order}、同じ順位が{tied}）",
        "rank {rank} of {n} ({order}, shared by {tied})",
    ),
    "cmp_value_rank": ("{value}（{rank}）", "{value} ({rank})"),
    "cmp_with_conditions": ("{name}（{text}）", "{name} ({text})"),
    "cmp_difference_range": ("差の範囲", "Range of difference"),
    "cmp_certainty": ("差の確かさ", "How certain"),
    "cmp_range": ("{low}〜{high}", "{low} to {high}"),
    "cmp_study_median": ("対象地域の中央値", "median of the study area"),
    "cmp_base_value": ("{base} {value}", "{base}, {value}"),
    "cmp_apart": ("差がある（値の範囲が重ならない）", "differs (the ranges do not meet)"),
    "cmp_same_direction": (
        "確かでない（範囲は重なるが、どの計算でも同じ向き）",
        "not certain (the ranges overlap; same direction in every calculation)",
    ),
    "cmp_overlap": ("確かでない（範囲が重なる）", "not certain (the ranges overlap)"),
    "cmp_no_range": ("範囲が分からない", "range not known"),
    "cmp_lists_lack": (
        "判断できない（店舗の一覧が大きく不足）",
        "cannot be told (the lists lack most shops)",
    ),
    "cmp_lists_lack_short": ("一覧不足", "lists too short"),
    "cmp_lists_lack_names": (
        "店舗の一覧が目安の半分に満たないため、値の違いを判断できない指標: {names}",
        "The lists hold less than half of the shops that there should be, so that differences cannot be told: {names}",
    ),
    "cmp_apart_short": ("差がある", "differs"),
    "cmp_same_direction_short": ("確かでない（同じ向き）", "not certain (same direction)"),
    "cmp_overlap_short": ("確かでない", "not certain"),
    "cmp_no_range_short": ("範囲不明", "range not known"),
    "cmp_base": ("基準", "base"),
    "cmp_nothing": ("—", "—"),
    "cmp_range_from": ("値の範囲は {names} の計算による", "Range of values from: {names}"),
    "cmp_range_from_nothing": (
        "この指標は一通りにしか計算できず、値の範囲は分からない",
        "Computed in one way only: no range is known",
    ),
    # how to read
    "cmp_how_ranks": (
        "順位は対象地域のすべての市区町村のうち値のあるものの中での順位です（よい向きのある指標はよいほうから、ない指標は大きいほうから）。表示の桁で等しい値は同じ順位です。圏域は市区町村ではないため、順位を付けません。",
        (
            "Ranks are among all municipalities of the study area that have a value, from the good end, or from the highest where neither end is good; values equal as shown share a rank. "
            "A region is no municipality and has no rank."
        ),
    ),
    "cmp_how_region_ranks": (
        "比べる地域がすべて圏域なので、順位はこれらの圏域の中での順位です（よい向きのある指標はよいほうから、ない指標は大きいほうから）。表示の桁で等しい値は同じ順位です。",
        "All areas compared are regions, so ranks are among these regions, from the good end, or from the highest where neither end is good; values equal as shown share a rank.",
    ),
    "cmp_how_difference": (
        (
            "差は「値 − 基準（{base}）」です。差の範囲は、双方が互いに反対側に外れたとした最も広い範囲です。"
            "値の範囲が重なる差は「確かでない」とします。「同じ向き」は、試したどの計算でも差の符号が変わらないことを表します。"
        ),
        (
            "A difference is value − base ({base}). Its range is the widest: as if each side were off in the other direction. "
            "Where the ranges of the values overlap, the difference is called not certain; “same direction” says that its sign is "
            "the same in every calculation that was tried."
        ),
    ),
    "cmp_how_range": (
        "値の範囲は、距離のしきい値を20%短く・長くしたときと、人口資料が二つあるときは別の人口で、実際に計算し直した値の幅です。",
        (
            "The range of a value comes from really computing it again: with the limit of distance 20 % shorter and longer, and with "
            "the other population where two sources are at hand."
        ),
    ),
    "cmp_how_no_range": (
        "範囲の分からない値が正確だということではありません。年齢の秘匿合算、店舗一覧の不足、資料の年の違いによる外れの大きさは分からないため、範囲に含めていません。",
        (
            "A value without a range is not therefore exact. Merged ages, gaps in lists of shops and different years of sources make "
            "values uncertain by an unknown amount and are in no range."
        ),
    ),
    # the document
    "cmp_title": ("地域の比較", "Comparison of areas"),
    "cmp_subtitle": ("{area} ・ {n}地域 ・ {m}指標", "{area} · {n} areas · {m} indicators"),
    "cmp_foot": ("地域の比較 — {area} — {program} {version}", "Comparison of areas — {area} — {program} {version}"),
    "cmp_lead": (
        "市区町村と圏域の値を同じ目盛りで並べ、対象地域の中での位置と、差がどれほど確かかを示します。数値は現状の記述で、違いの原因は示しません。",
        (
            "Values of municipalities and regions on the same scales, with their place in the study area and how certain the "
            "differences are. The figures describe; they do not say why areas differ."
        ),
    ),
    "cmp_areas_title": ("比べる地域", "Areas compared"),
    "cmp_areas_caption": ("比べる市区町村・圏域", "Municipalities and regions compared"),
    "cmp_values_title": ("値と順位", "Values and ranks"),
    "cmp_values_caption": ("指標の値と順位", "Values of the indicators, with ranks"),
    "cmp_measured": ("測り方・対象: {text}。", "Measured: {text}."),
    "cmp_no_value": ("どの地域にも値がありません（{reason}）。", "No area has a value ({reason})."),
    "cmp_bars_caption": ("{name}：同じ目盛りの棒（線は基準）", "{name}: bars on one scale, the line is the base"),
    "cmp_strip_caption": ("{name}：対象地域の分布での位置", "{name}: place in the distribution of the study area"),
    "cmp_difference_caption": ("{name}：{base}との差", "{name}: difference from {base}"),
    "cmp_limits": ("いえないこと: {text}", "What it cannot say: {text}"),
    "cmp_maps_title": ("同じ目盛りの地図", "Maps on one scale"),
    "cmp_maps_caption": (
        "市区町村の値（どの地図も同じ階級）",
        "Values of the municipalities; all maps have the same classes",
    ),
    "cmp_years_title": ("年による変化", "Change over time"),
    "cmp_no_years": (
        "このワークスペースには二つ以上の年の値がありません（将来推計人口か前の国勢調査の資料を加えると出ます）。",
        "This workspace has no values of two years or more: a projection of population or an earlier census brings them.",
    ),
    "cmp_year": ("{year}年", "{year}"),
    "cmp_years_caption": ("{name}：{first}年と{last}年", "{name}: {first} and {last}"),
    "cmp_lines_caption": ("{name}：年ごとの値", "{name}: all years"),
    "cmp_years_table": ("{name}：年ごとの値（{unit}）", "{name} by year ({unit})"),
    "cmp_index_note": ("{year}年を100%とした割合", "percent of {year}"),
    "cmp_mixed_sources": (
        "過去と現在の値は国勢調査などの人口資料、将来の値は将来推計人口による。資料が変わる年の間の差には、資料の違いが含まれる。",
        (
            "Earlier and present values are of the population source, later ones of the projection: the step between them includes "
            "the difference between the sources."
        ),
    ),
    "cmp_composite_title": ("重みを付けた総合", "Composite with weights"),
    "cmp_composite": ("総合（0〜100）", "Composite (0–100)"),
    "cmp_parts": ("指標ごとの点数（0〜100）", "Parts (0–100)"),
    "cmp_weight": ("{name} {share}%", "{name} {share}%"),
    "cmp_composite_of": ("重み（合計を100%とした割合）: {text}。", "Weights as shares of the whole: {text}."),
    "cmp_no_composite": (
        "どの地域にも、重みを付けた指標のどれかの値がないため、総合は出せません。",
        "Every area lacks a value of one of the weighted indicators, so that there is no composite.",
    ),
    "cmp_composite_caption": (
        "総合の点数と、重みをそれぞれ±{percent}%動かしたときの幅",
        "The composite, and its range when each weight is off by ±{percent} %",
    ),
    "cmp_composite_table": ("総合と順位（比べる{n}地域の中で）", "Composite and rank among the {n} areas compared"),
    "cmp_composite_range": ("総合の幅", "Range"),
    "cmp_composite_rank": ("順位と、その幅", "Rank and its range"),
    "cmp_rank_range": ("{rank}位（{best}〜{worst}位）", "{rank} ({best} to {worst})"),
    "cmp_rank_fixed": ("{rank}位（変わらない）", "{rank} (does not change)"),
    "cmp_radar_caption": (
        "指標ごとの点数（参考。比べるには棒のほうが確か）",
        "Parts of the composite (an extra: bars are safer to compare)",
    ),
    "cmp_how_composite": (
        (
            "指標ごとの点数は、対象地域の市区町村の5パーセンタイルを0点、95パーセンタイルを100点とする直線（0〜100点に収める。低いほどよい指標は逆）です。"
            "総合は重みつき平均です。比べる地域を足しても点数は変わりません。どちらがよいか決まっていない指標は含めません。"
        ),
        (
            "A part is 0 at the 5th and 100 at the 95th percentile of the municipalities of the study area, linear between and held "
            "within 0 to 100 (reversed where low values are good). The composite is their weighted mean. Adding an area changes "
            "nobody's points. Indicators neither end of which is good are not included."
        ),
    ),
    "cmp_how_rank_range": (
        "順位の幅は、重みをそれぞれ±{percent}%の中でどう動かしても出ない範囲です。地域の組ごとに正確に判定しており、三つ以上の地域では、端の順位に同時に届く重みがあるとは限りません。",
        (
            "However the weights move within ±{percent} % each, an area does not leave its range of ranks. Every pair of areas is judged "
            "exactly; with three or more the ends need not be reached by any single set of weights."
        ),
    ),
    "cmp_left_out": (
        "どこも同じ値のため、総合に含めない指標: {names}",
        "The same everywhere, so not included: {names}",
    ),
    "cmp_reading_title": ("読み方と、いえないこと", "How to read this, and what it cannot say"),
    "cmp_sources_title": ("出典", "Sources"),
    "cmp_sources_caption": ("資料と作成方法", "Sources and method"),
    "cmp_about_what": ("項目", "Item"),
    "cmp_about_text": ("内容", "Text"),
    # the page
    "cmp_views": ("見方", "View"),
    "cmp_view_values": ("一覧表", "Table"),
    "cmp_view_one": ("1つの指標を詳しく", "One indicator"),
    "cmp_view_maps": ("地図を並べる", "Maps"),
    "cmp_view_years": ("年による変化", "Over time"),
    "cmp_view_composite": ("重みを付けて総合", "Composite"),
    "cmp_choose_areas": ("比べる地域を選ぶ", "Choose areas"),
    "cmp_towns": ("市区町村", "Municipalities"),
    "cmp_towns_hint": ("名前、読み、コードで探す", "Search by name, reading or code"),
    "cmp_town_with_reading": ("{name}（{reading} {code}）", "{name} ({reading} {code})"),
    "cmp_regions": ("圏域", "Regions"),
    "cmp_regions_hint": ("加えた圏域から選ぶ", "Choose among the regions added"),
    "cmp_add_region": ("圏域を加える", "Add a region"),
    "cmp_new_members": ("構成する市区町村", "Members"),
    "cmp_new_name": ("圏域の名前（なくてもよい）", "Name of the region (may be empty)"),
    "cmp_new_name_hint": ("例: 両毛", "such as Ryomo"),
    "cmp_new_add": ("圏域として加える", "Add as a region"),
    "cmp_take_region": (
        "「広域連携」で選んだ圏域（{n}市区町村）を加える",
        "Add the region of the page Cooperate ({n})",
    ),
    "cmp_file": ("圏域のファイルから加える（TOML）", "Add from a file of regions (TOML)"),
    "cmp_choose_indicators": ("比べる指標を選ぶ", "Choose indicators"),
    "cmp_theme": ("分野（選ぶと下の指標が入れ替わる）", "Theme (replaces the indicators below)"),
    "cmp_theme_main": ("主な指標", "Main indicators"),
    "cmp_indicators": ("指標（12件まで）", "Indicators (up to 12)"),
    "cmp_indicators_hint": ("名前で探す", "Search by name"),
    "cmp_mode_auto": ("標準（道のり・徒歩）", "Usual (on foot)"),
    "cmp_group_help": (
        "この区分で計算されていない指標は総人口で示します。表の見出しに対象を書いています。",
        "Indicators that are not made for this group are shown for all people; the heads of the table say so.",
    ),
    "cmp_base_choice": ("差の基準", "Base of differences"),
    "cmp_begin_title": (
        "比べる地域を選ぶと、値が同じ表と目盛りに並びます",
        "Choose areas to see their values side by side",
    ),
    "cmp_begin_one": ("もう1つ以上の地域を選んでください", "Choose at least one more area"),
    "cmp_begin_towns": (
        "左の「市区町村」に名前かコードを入れて、2〜60の市区町村を選びます。",
        "Type names or codes into “Municipalities” at the left and choose 2 to 60.",
    ),
    "cmp_begin_regions": (
        "複数の市区町村を合わせた圏域も「圏域を加える」で並べられます。",
        "Regions of several municipalities can be added below it.",
    ),
    "cmp_begin_indicators": (
        "分野を選ぶと主な指標が入ります。指標は自由に入れ替えられます。",
        "A theme fills in its main indicators, which can be exchanged at will.",
    ),
    "cmp_begin_members": (
        "「広域連携」の圏域の{n}市区町村を比べる",
        "Compare the {n} members of the region of Cooperate",
    ),
    "cmp_begin_all": ("対象地域の{n}市区町村をすべて比べる", "Compare all {n} municipalities of the study area"),
    "cmp_too_many": (
        "{n}地域が選ばれています。{most}までにしてください。",
        "{n} areas are chosen; compare at most {most}.",
    ),
    "cmp_no_indicator": ("左で指標を選んでください。", "Choose an indicator at the left."),
    "cmp_working": ("計算しています…", "Working it out …"),
    "cmp_message": ("{text}", "{text}"),
    "cmp_codes_absent": (
        "このワークスペースにない市区町村を除きました: {codes}",
        "Left out, as this workspace does not have them: {codes}",
    ),
    "cmp_table_alt": ("地域と指標の表。横と縦に動かせます。", "Table of areas and indicators; it can be scrolled."),
    "cmp_cell_key": (
        "各欄: 値、順位、基準との差（割合の差はポイント）",
        "Each cell: value, rank, difference from the base (of shares in percentage points)",
    ),
    "cmp_region_of": ("圏域・{n}市区町村", "region of {n}"),
    "cmp_low": ("範囲の下", "Range from"),
    "cmp_high": ("範囲の上", "Range to"),
    "cmp_difference_unit": ("差（{unit}）", "Difference ({unit})"),
    "cmp_difference_low": ("差の下", "Difference from"),
    "cmp_difference_high": ("差の上", "Difference to"),
    "cmp_list_complete": ("店舗一覧の充足率 約{share} %", "lists of shops about {share} % complete"),
    "cmp_bars_title": (
        "同じ目盛りの棒（細線は値の範囲、破線は基準）",
        "Bars on one scale (thin lines: range; dashed: base)",
    ),
    "cmp_strip_title": ("対象地域の分布での位置", "Place in the distribution of the study area"),
    "cmp_no_maps": (
        "同じ目盛りの地図には、0〜100%の割合でよい向きの同じ指標が2つ以上要ります。左で指標を加えてください。",
        "Maps on one scale need two or more shares from 0 to 100 % with the same good end. Add indicators at the left.",
    ),
    "cmp_maps_note": (
        "色は市区町村ごとの値で、どの地図も同じ階級です。圏域は合算した値ではなく構成する市区町村の値を示します。",
        "Colours are values of municipalities in the same classes on every map. Of a region the members are shown, not the whole.",
    ),
    "cmp_maps_left_out": ("同じ目盛りに載らない指標: {names}", "Not on this scale: {names}"),
    "cmp_series": ("変化を見る指標", "What to look at over time"),
    "cmp_slope_title": ("{first}年と{last}年", "{first} and {last}"),
    "cmp_lines_title": ("年ごとの値", "All years"),
    "cmp_many_slopes": (
        "{most}地域を超えると線が見分けられないため、表だけを示します。",
        "With more than {most} areas lines cannot be told apart: see the table.",
    ),
    "cmp_index_drawn": (
        "図は{year}年を100%とした割合、表は人数です。",
        "The pictures show percent of {year}, the table people.",
    ),
    "cmp_nothing_to_weigh": (
        "よい向きの決まっている指標がありません。左で指標を加えてください。",
        "None of the indicators has a good end. Add some at the left.",
    ),
    "cmp_not_weighed": (
        "よい向きが決まっていないか値がないため、総合に含めない指標: {names}",
        "Not part of the composite, as neither end is good or there are no values: {names}",
    ),
    "cmp_radar_title": ("指標ごとの点数（参考）", "Parts (an extra)"),
    "cmp_files": ("保存する", "Save"),
    "cmp_save_pdf": ("PDFで保存", "Save as PDF"),
    "cmp_save_word": ("Wordで保存", "Save as Word"),
    "cmp_save_html": ("HTMLで保存", "Save as HTML"),
    "cmp_save_note": (
        "文書には図・表・出典が入ります。作成に数秒から数十秒かかります。",
        "Documents hold pictures, tables and sources; making one takes seconds to tens of seconds.",
    ),
}
