"""Words of the map page, Japanese and English."""

from __future__ import annotations

from typing import Final

EXPLORE: Final[dict[str, tuple[str, str]]] = {
    # search
    "xp_search": ("場所を探す", "Find a place"),
    "xp_search_hint": (
        "地名・駅・施設・かな・コード",
        "Place, station, facility, code",
    ),
    "xp_nothing_found": (
        "見つかりません。別の書き方（かな・コード・名前の一部、または 緯度,経度）で試してください。",
        "Nothing found. Try another spelling, the code, a part of the name, or latitude, longitude.",
    ),
    "xp_no_readings": (
        "読みのない市区町村が {n} あり、かなでは見つかりません。漢字かコードで探すか、総務省の団体コード表を「データ」で加えてください。",
        "{n} municipalities have no reading: kana do not find them. Use the code, or add the ministry's table of codes (page Data).",
    ),
    "xp_outside": ("対象地域の外", "outside the study area"),
    "xp_former": ("{name}（{since} まで）→ {town}", "{name} (until {since}) → {town}"),
    "xp_position": ("位置 {name}", "Position {name}"),
    "xp_site": ("{name} ・ {kind} ・ {town}", "{name} · {kind} · {town}"),
    # layers
    "xp_layers": ("重ねる情報", "Layers"),
    "xp_layers_hint": ("選ぶ（いくつでも）", "Choose (any number)"),
    "xp_places": ("地点ごとの結果（約100 m）", "Result of each place (about 100 m)"),
    "xp_counted": ("この指標の施設", "Facilities of this indicator"),
    "xp_layer_option": ("{name}（{group}）", "{name} ({group})"),
    "xp_layer_faded": ("{name}（{share} %）", "{name} ({share} %)"),
    "xp_layer_settings": ("濃さと種類を選ぶ", "Opacity and kinds"),
    "xp_layer_up": ("「{name}」を上に重ねる", "Move up: {name}"),
    "xp_layer_down": ("「{name}」を下に重ねる", "Move down: {name}"),
    "xp_kinds": ("種類", "Kinds"),
    "xp_kinds_help": ("何も選ばなければ、すべての種類を表示します。", "With none chosen, all kinds are shown."),
    "xp_layers_absent": ("ここにない情報と、その理由（{n} 件）", "Layers that are not here, and why ({n})"),
    "xp_base_workspace": (
        "道路・鉄道・水面（オフライン）",
        "Roads, railways, water (offline)",
    ),
    # two maps
    "xp_two": ("2枚の地図を並べる", "Two maps side by side"),
    "xp_two_help": (
        "右の地図で、別の指標・年・測り方・人口・シナリオの後を見ます。2枚は一緒に動きます。",
        "The right map shows another indicator, year, mode, age group or the state after a scenario. Both move together.",
    ),
    "xp_second": ("右の地図", "Right map"),
    "xp_second_indicator": ("指標", "Indicator"),
    "xp_second_year": ("年", "Year"),
    "xp_second_scenario": ("シナリオの後", "Scenario"),
    "xp_year": ("年", "Year"),
    "xp_year_option": ("{year}年", "{year}"),
    "xp_theme_indicator": ("{theme}：{name}", "{theme}: {name}"),
    "xp_after": ("「{name}」の後", "after “{name}”"),
    "xp_scenario": ("シナリオ", "scenario"),
    "xp_no_scenario": (
        "シナリオがまだありません。シナリオのページで施設の閉鎖などを入れると、ここに後の姿が出ます。",
        "There is no scenario yet. Close or open something on the page What-if, and the state after it is shown here.",
    ),
    "xp_to_what_if": ("シナリオを作る", "Make a scenario"),
    "xp_scenario_needs_build": (
        "この指標は地図の上の面積や本数から作るため、シナリオの後の値はワークスペースを作り直すまで分かりません。",
        "This indicator is measured on the map: its value after the scenario is not known without a new build.",
    ),
    "xp_left": ("左", "Left"),
    "xp_right": ("右", "Right"),
    "xp_difference": ("差（右 − 左）", "Difference (right − left)"),
    "xp_no_difference": (
        "測るものが異なるため、差は示しません。",
        "They measure different things, so no difference is shown.",
    ),
    "xp_download_left": ("左の地図を保存", "Save left map"),
    "xp_download_right": ("右の地図を保存", "Save right map"),
    "xp_column_second": ("右の値（{unit}）", "Right value ({unit})"),
    "xp_column_difference": ("右−左", "Right − left"),
    # reach
    "xp_reach": ("点から行ける範囲", "Area within reach"),
    "xp_reach_help": (
        "地図をクリックするか、検索で場所を選ぶか、緯度,経度を入れると、行ける範囲と人数を出します。",
        "Click the map, choose a place in the search, or type latitude, longitude: the area within reach and its people.",
    ),
    "xp_reach_no_streets": (
        "道路データがないため使えません。OpenStreetMap の抽出を加えて作り直してください。",
        "There are no streets. Add an OpenStreetMap extract and build again.",
    ),
    "xp_reach_mode": ("手段", "Mode"),
    "xp_reach_minutes": ("時間", "Time"),
    "xp_minutes": ("{minutes} 分", "{minutes} min"),
    "xp_reach_click": (
        "地図をクリックするか、検索で場所を選んでください。",
        "Click the map, or choose a place in the search.",
    ),
    "xp_reach_coming": ("行ける範囲を計算しています…", "Working out the area within reach…"),
    "xp_reach_none": ("この点からは計算できません", "No answer from this point"),
    "xp_reach_title": ("行ける範囲（{mode}）", "Area within reach ({mode})"),
    "xp_reach_legend": ("行ける範囲（{mode}）と人口", "Within reach ({mode}), and people"),
    "xp_reach_from": ("{name} から", "From {name}"),
    "xp_within_minutes": ("{minutes} 分以内", "within {minutes} min"),
    "xp_people": ("{n} 人", "{n} people"),
    "xp_time": ("時間", "Time"),
    "xp_point": ("北緯 {lat}・東経 {lon}", "{lat} N, {lon} E"),
    "xp_reach_people_note": (
        "人数は対象地域の中に住む人を、それぞれの場所からの時間で数えています。面積は歩いて入れる地面です。",
        "People of the study area, counted by the time of each place. The area is ground that can be walked up to.",
    ),
    "xp_reach_snap": ("点から道路まで {metres} m（徒歩）。", "{metres} m from the point to the street, on foot."),
    "xp_reach_goes_on": (
        "範囲が道路データの端に達しています。その先は含みません。",
        "The area reaches the edge of the street data; what lies beyond is not in it.",
    ),
    "xp_reach_speed": ("速さと待ち: {text}", "Speed and delays: {text}"),
    "xp_reach_data": ("データ: {text}", "Data: {text}"),
    "xp_nearest": ("種類ごとに最も早く着く施設（{mode}）", "The facility of each kind that is reached first ({mode})"),
    "xp_nearest_note": (
        "一覧にある施設の中で最も早く着くものです。一覧にない施設は数えません。",
        "The first one reached of those in the lists; what no list holds is not counted.",
    ),
    "xp_service": ("サービス", "Service"),
    "xp_kind": ("種類", "Kind"),
    "xp_name": ("名称", "Name"),
    "xp_minutes_column": ("所要（分）", "Minutes"),
    "xp_no_name": ("（名称なし）", "(no name)"),
    "xp_no_way": ("到達できない（道がつながっていない）", "Cannot be reached (no way)"),
    "xp_transport": ("公共交通", "Public transport"),
    "xp_other": ("その他", "Other"),
    "xp_kinds_without_list": (
        "一覧がないため分からない種類: {kinds}",
        "Not known, as there is no list of: {kinds}",
    ),
    # card
    "xp_lower": ("◀ 低いほう", "◀ Lower"),
    "xp_higher": ("高いほう ▶", "Higher ▶"),
    "xp_lowest": ("◀ 最小", "◀ Lowest"),
    "xp_highest": ("最大 ▶", "Highest ▶"),
    "xp_clear": ("全体に戻る", "Whole area"),
    "xp_together": ("値のある {n} 市区町村の合計", "The {n} municipalities with a value, together"),
    "xp_known_of": ("{n} 市区町村のうち {known} に値があります", "{known} of {n} municipalities have a value"),
    "xp_without_value": ("値がないのは {names}。", "Without a value: {names}."),
    "xp_and_more": (" ほか", " and more"),
    # first steps
    "xp_guide": ("はじめに", "First steps"),
    "xp_guide_1": (
        "地図の市区町村をクリックするか、上の検索に名前・かな・コードを入れると、値と出典が出ます。",
        "Click a municipality, or type a name, reading or code in the search: its value and sources appear.",
    ),
    "xp_guide_2": (
        "左で分野・指標・距離の基準を変えます。「重ねる情報」で施設や路線、災害の区域を重ねます。",
        "On the left, change theme, indicator and limit. “Layers” adds facilities, lines, hazard areas.",
    ),
    "xp_guide_3": (
        "「2枚の地図を並べる」で今と将来を比べ、「行ける範囲」で任意の点からの到達圏を見ます。",
        "Compare two maps side by side, or see how far one gets from any point.",
    ),
    "xp_guide_4": (
        "表と地図は保存できます。続きは下のページへ。自分の資料は「データ」から加えます。",
        "Save the table and the map. Go on with the pages below; add your own lists on the page Data.",
    ),
    "xp_guide_close": ("閉じる", "Close"),
    "xp_guide_again": ("はじめに", "First steps"),
}
