"""Words of the page Data データ, and of the report on files of one's own, Japanese and English."""

from __future__ import annotations

from typing import Final

DATA_PAGE: Final[dict[str, tuple[str, str]]] = {
    # the page and its views
    "dp_views": ("このページの表示", "Views of this page"),
    "dp_view_here": ("あるもの", "What is here"),
    "dp_view_missing": ("足りないもの", "What is missing"),
    "dp_view_add": ("資料を加える", "Add files"),
    "dp_view_rebuild": ("作り直す", "Rebuild"),
    "dp_about_title": ("このページでできること", "What this page is for"),
    "dp_about_here": (
        "あるもの：使った資料の出典・利用条件・件数と、データの注意点・品質を確かめます。",
        "What is here: sources, licences and counts, remarks on the data, and how good they are.",
    ),
    "dp_about_missing": (
        "足りないもの：どの資料を加えると、どの指標が見られるようになるかが分かります。",
        "What is missing: which file would bring which indicators, and where to get it.",
    ),
    "dp_about_add": (
        "資料を加える：お手元の一覧（CSV・Excel）や区域を、確かめてから加えます。",
        "Add files: your own lists (CSV, Excel) and zones, looked at before they are kept.",
    ),
    "dp_about_rebuild": (
        "作り直す：加えた資料で計算し直します。その間も今のデータで使えます。",
        "Rebuild: computes everything with what was added; the present data stay in use meanwhile.",
    ),
    "dp_about_sample": (
        "いま開いているのは架空の見本です。ここで自由に試せます。",
        "This is the invented sample: try everything here freely.",
    ),
    # what is here
    "dp_here_finding": (
        "{sets} 種類の資料（{files} ファイル）を使っています。注意が {warnings} 件あります。",
        "{sets} data sets ({files} files) are in use. There are {warnings} warnings.",
    ),
    "dp_sources": ("使っている資料", "Data sets in use"),
    "dp_count": ("施設・停留所の数", "Facilities and stops"),
    "dp_search": ("注意点を検索", "Search the remarks"),
    "dp_search_hint": ("ファイル名や語（例 時刻表）", "File name or word (such as timetable)"),
    "dp_search_found": ("{n} 件が見つかりました。", "{n} found."),
    "dp_level": ("区分", "Level"),
    "dp_file": ("ファイル", "File"),
    "dp_remark": ("内容", "Remark"),
    "dp_unused_none": ("使わなかったファイルはありません。", "Every file is in use."),
    "dp_coverage": ("分野ごとに値のある指標の数", "Indicators with a value, by theme"),
    "dp_theme_of": ("{theme}（全{n}）", "{theme} (of {n})"),
    "dp_coverage_note": (
        (
            "市区町村ごとに、値のある指標の数を分野別に数えたものです（移動手段・年齢区分のどれか一つでも値があれば1）。"
            "0 は値のある指標がないことを表し、理由は「足りないもの」にあります。"
        ),
        (
            "For each municipality, how many indicators of a theme have a value in any mode or age group. 0 means that none has; "
            "the reasons are under “What is missing”."
        ),
    ),
    "dp_completeness": ("店舗一覧の充足（市区町村別）", "How complete the lists of shops are, by municipality"),
    "dp_completeness_none": (
        "充足を確かめられる店舗の一覧がありません。",
        "There is no list of shops to be checked.",
    ),
    "dp_kind": ("種類", "Kind"),
    "dp_listed": ("一覧の数", "In the lists"),
    "dp_yardstick": ("目安・公表数", "Expected or published"),
    "dp_share_percent": ("充足率（%）", "Completeness (%)"),
    "dp_basis": ("比べたもの", "Compared with"),
    "dp_basis_published": ("公表数", "Published number"),
    "dp_basis_national": ("全国平均からの目安", "National rate per person"),
    "dp_low": ("判定", "Verdict"),
    "dp_low_yes": ("少なすぎる", "Too few"),
    "dp_completeness_note": (
        "一覧が少なすぎる市区町村では、店まで遠い人が実際より多く出ます。",
        "Where the lists hold too few, more people seem to be far from shops than really are.",
    ),
    "dp_people": ("人口と道路の結び付きの品質（市区町村別）", "People and their way to the street, by municipality"),
    "dp_people_count": ("人口（人）", "People"),
    "dp_suppressed": ("年齢が秘匿・合算された人（%）", "People whose ages were merged (%)"),
    "dp_snap_mean": ("道路まで平均（m）", "To the street, mean (m)"),
    "dp_snap_p95": ("道路まで95%の人（m）", "To the street, 95 % of people (m)"),
    "dp_far": ("道路から{metres} m超の人（%）", "People over {metres} m from a street (%)"),
    "dp_people_note": (
        (
            "人口の地点から、歩ける最寄りの道路までの直線距離です。大きい所では道路データの欠けを疑ってください。"
            "秘匿は、少人数のメッシュの年齢別人口が隣のメッシュに合算されて公表されたものです。"
        ),
        (
            "Straight distance from where people live to the nearest street on foot: where it is large, streets may be missing. "
            "Merged ages: in squares of few people the publisher adds them to a square beside it."
        ),
    ),
    "dp_feeds": ("時刻表（{n} 件、うち期限切れ {expired} 件）", "Timetables ({n}, of which {expired} have ended)"),
    "dp_feeds_none": ("時刻表（GTFS）はありません。", "There is no timetable (GTFS)."),
    "dp_agency": ("事業者", "Operator"),
    "dp_first_day": ("開始日", "First day"),
    "dp_last_day": ("終了日", "Last day"),
    "dp_expired": ("期限", "State"),
    "dp_expired_yes": ("期限切れ", "Ended"),
    "dp_counted_day": ("数えた日", "Day counted"),
    "dp_trips": ("便数", "Trips"),
    "dp_stops": ("停留所数", "Stops"),
    "dp_feeds_note": (
        "期限の切れた時刻表は、有効だった最後の平日で数えています。新しいものを入手してください。",
        "A timetable that has ended is counted on its last ordinary weekday. Get a new one.",
    ),
    # what is missing
    "dp_missing_finding": (
        "{n} 種類の資料が足りません。そろえると {indicators} の指標が新しく見られます。",
        "{n} inputs are missing. With them, {indicators} more indicators have values.",
    ),
    "dp_missing_nothing": ("足りない資料はありません。", "No input is missing."),
    "dp_how_get": (
        "資料を入手します。このツールは通信しません。インターネットにつながる別のパソコンで取得し、持ち込んでください。",
        "Get the files. This tool fetches nothing by itself: use a computer with internet and carry them over.",
    ),
    "dp_how_put": (
        "ダウンロードした zip などを展開せず、そのまま元データのフォルダ（{folder}）に置きます。",
        "Put them, still zipped, into the raw folder ({folder}).",
    ),
    "dp_how_put_unknown": (
        "ダウンロードした zip などを展開せず、そのまま元データのフォルダに置きます。一覧や区域は「資料を加える」からも入れられます。",
        "Put them, still zipped, into the raw folder. Lists and zones can also be given under “Add files”.",
    ),
    "dp_how_rebuild": ("「作り直す」で計算し直します。", "Compute everything again under “Rebuild”."),
    "dp_gap_ages": ("年齢別の人口", "People by age"),
    "dp_gap_lists": ("施設の一覧：{kinds}", "Lists of facilities: {kinds}"),
    "dp_brings": ("加えると {n} の指標が見られます（{themes}）。", "Brings {n} indicators ({themes})."),
    "dp_brings_with_others": (
        "ほかの資料もそろえば、さらに {n} の指標が見られます。",
        "{n} more together with other missing files.",
    ),
    "dp_improves": ("{names}の数え漏れが減ります。", "Fewer are missed among: {names}."),
    "dp_brings_nothing_counted": (
        "値のない指標は減りませんが、測り方や比較が増えます。",
        "No indicator waits for it, but it adds ways of measuring or of comparing.",
    ),
    "dp_theme_count": ("{theme} {n}", "{theme} {n}"),
    "dp_or": ("または：{names}", "Or: {names}"),
    "dp_format": ("形式", "Format"),
    "dp_where": ("入手先", "Where to get it"),
    "dp_by_hand": ("入手のしかた", "How to get it"),
    "dp_fetch": ("コマンド", "Command"),
    "dp_format_ksj": (
        "公表された zip のまま（Shapefile・GML・GeoJSON）",
        "the zip as published (Shapefile, GML, GeoJSON)",
    ),
    "dp_format_osm": (".osm.pbf（OpenStreetMap の抽出）", ".osm.pbf (an extract of OpenStreetMap)"),
    "dp_format_gtfs": ("事業者ごとの GTFS の zip", "a GTFS zip per operator"),
    "dp_format_dem": ("GeoTIFF（標高、m）", "GeoTIFF (elevation in metres)"),
    "dp_format_points": (
        "CSV・Excel（名称、緯度、経度、種別の列）。「資料を加える」から入れられます",
        "CSV or Excel with columns of name, latitude, longitude and kind; can be given under “Add files”",
    ),
    "dp_format_estat": (
        "e-Stat の zip のまま（地域メッシュ・小地域）",
        "the zip of e-Stat (grid squares or small areas)",
    ),
    "dp_format_table": ("CSV または Excel（市区町村コードの列）", "CSV or Excel with a column of municipality codes"),
    "dp_format_municipal": (
        "CSV または Excel と、同じ名前の説明（.toml）",
        "CSV or Excel, and a description (.toml) of the same name",
    ),
    "dp_format_areas": ("GeoJSON・KML・Shapefile の zip（面）", "GeoJSON, KML or a zipped Shapefile of polygons"),
    "dp_format_ookla": ("公表された Parquet・Shapefile・CSV のまま", "Parquet, Shapefile or CSV as published"),
    "dp_others": (
        "そのほかの理由で値のない指標（{n}）",
        "Indicators without values for other reasons ({n})",
    ),
    "dp_reason": ("理由", "Reason"),
    "dp_indicators": ("指標の数", "Indicators"),
    "dp_indicators_with_others": ("ほかの資料もあれば", "Together with others"),
    "dp_themes": ("分野", "Themes"),
    "dp_absent": ("足りないもの", "Missing"),
    "dp_plan": ("explorer download で取得できるファイル（{n} 件）", "Files that explorer download can fetch ({n})"),
    "dp_plan_note": (
        "このページからは何も取得しません。インターネットにつながるパソコンで次のコマンドを実行し、できたフォルダを持ち込んでください。",
        "Nothing is fetched from this page. Run this command on a computer with internet and carry the folder over.",
    ),
    "dp_plan_sample": (
        "架空の見本のため、取得できるファイルの一覧はありません。実在の都道府県のワークスペースでは、ここに出ます。",
        "The sample is invented, so there is nothing to fetch. With a real prefecture the list of files is shown here.",
    ),
    "dp_size_mb": ("大きさ（MB）", "Size (MB)"),
    # adding
    "dp_add_title": ("一覧や区域を加える", "Add lists and zones of your own"),
    "dp_add_intro": (
        (
            "ファイルを選ぶと、まず中身を確かめて示します。「加える」を押すまで何も保存しません。"
            "内容はこのパソコン（サーバー）の外に出ません。"
        ),
        "Choose files: they are looked at first, and nothing is kept until you press the button. Nothing leaves this machine.",
    ),
    "dp_upload": (
        "ファイルを選ぶ（CSV・Excel・GeoJSON・KML・zip、1つ {mb} MB まで）",
        "Choose files (CSV, Excel, GeoJSON, KML, zip; up to {mb} MB each)",
    ),
    "dp_choose_files": ("ファイルを選ぶ", "Choose files"),
    "dp_add_points": (
        "施設・停留所の一覧：CSV・TSV・Excel。見出しに「名称」「緯度」「経度」（あれば「種別」）。文字コードは自動で見分けます。",
        (
            "Lists of facilities or stops: CSV, TSV or Excel with name, latitude and longitude (and kind, if there is one). The "
            "encoding is found out."
        ),
    ),
    "dp_add_mesh": (
        "緯度・経度がなければ「メッシュコード」（8桁以上）でも使えます。住所だけの一覧は使えません。",
        "Without latitude and longitude, a column of grid codes (mesh_code, 8 digits or more) will do. Addresses alone will not.",
    ),
    "dp_add_zones": (
        "居住誘導区域などの区域、光ファイバ・5G の提供エリア：GeoJSON・KML・Shapefile の zip。",
        "Zones of a location plan, areas with fibre or 5G: GeoJSON, KML or a zipped Shapefile.",
    ),
    "dp_add_tables": (
        "市区町村別の表：表（CSV・Excel）と同じ名前の説明（.toml）を一緒に選びます。店舗数・車の利用率の表は説明なしで使えます。",
        (
            "Tables by municipality: choose the table (CSV, Excel) together with its description (.toml). Tables of numbers of "
            "shops or of car use need none."
        ),
    ),
    "dp_looking": ("中身を確かめています…", "Looking at the files…"),
    "dp_will_be": ("→ 「{name}」として保存します", "→ will be kept as “{name}”"),
    "dp_refused": ("使えません：{reason}", "Cannot be used: {reason}"),
    "dp_ok_known": (
        "見分けられました。中身は作り直すときに確かめます。",
        "Recognised. Its content is checked when the workspace is rebuilt.",
    ),
    "dp_ok_used": ("{rows} 件のうち {used} 件を使えます。", "{used} of {rows} can be used."),
    "dp_zones_replace": (
        "これらの区域がかかる市区町村では、公表された区域（国土数値情報 A50 など）の代わりに使います。",
        "In the municipalities that they touch, these zones take the place of the published ones (such as A50).",
    ),
    "dp_ask_kind": (
        "{n} 件の施設の種別が分かりません。上で種別を選んでください。",
        "The kind of {n} rows is not known. Choose it above.",
    ),
    "dp_kind_of_list": ("この一覧の施設の種別", "Kind of facility in this list"),
    "dp_kind_choose": ("（選んでください）", "(choose)"),
    "dp_kind_help": (
        "種別の列がある行はその値が優先されます。",
        "Rows with a kind of their own keep it.",
    ),
    "dp_recognised": ("種類", "What it is"),
    "dp_encoding": ("文字コード", "Encoding"),
    "dp_kinds": ("内訳", "Kinds"),
    "dp_extent": ("範囲", "Extent"),
    "dp_left_out": ("使わない行", "Rows not used"),
    "dp_columns": ("読み取る列", "Columns that are read"),
    "dp_columns_not_read": ("読み取らない列", "Columns that are not read"),
    "dp_role_latitude": ("緯度", "latitude"),
    "dp_role_longitude": ("経度", "longitude"),
    "dp_role_both": ("緯度・経度", "latitude and longitude"),
    "dp_role_mesh": ("メッシュコード", "grid code"),
    "dp_role_name": ("名称", "name"),
    "dp_role_kind": ("種別", "kind"),
    "dp_role_capacity": ("定員・病床", "capacity"),
    "dp_role_line": ("路線", "line"),
    "dp_role_operator": ("事業者", "operator"),
    "dp_role_subjects": ("診療科目", "medical subjects"),
    "dp_role_floor": ("売場面積", "floor space"),
    "dp_role_zone": ("区域の種類", "kind of zone"),
    "dp_map_alt": (
        "確かめているファイルの位置の地図。同じ内容は表と内訳にあります。",
        "Map of the places in the file. The table and the kinds say the same.",
    ),
    "dp_map_credit": ("このファイルの位置", "Places of this file"),
    "dp_problems": ("直すとよい行（{n} 件）", "Lines to correct ({n})"),
    "dp_problems_more": (
        "はじめの {n} 件です。すべては CSV で保存できます。",
        "The first {n}. Save the CSV for all of them.",
    ),
    "dp_problems_cut": ("CSV は {n} 件までです。", "The CSV holds {n} at most."),
    "dp_problems_rows": (
        "CSV には元の行がそのまま入ります。直してから、その CSV をもう一度加えてください。",
        "The CSV holds these lines as they are. Correct them in it, and add that CSV.",
    ),
    "dp_problem_line": ("{n} 件：{reason} → {remedy}", "{n}: {reason} → {remedy}"),
    "dp_line": ("行", "Line"),
    "dp_remedy": ("どうすればよいか", "What to do"),
    "dp_found": ("そこにある値", "What stands there"),
    "dp_used": ("使うか", "Used"),
    "dp_used_yes": ("使う", "yes"),
    "dp_used_no": ("使わない", "no"),
    "dp_keep_button": ("この {n} ファイルを加える", "Add these files ({n})"),
    "dp_keep_none": ("加えられるファイルがありません", "None of these files can be added"),
    "dp_keep_rest": ("使えない {n} ファイルは保存しません。", "{n} that cannot be used will not be kept."),
    "dp_kept": (
        "加えました：{names}。「作り直す」と計算に入ります。",
        "Added: {names}. They count after a rebuild.",
    ),
    "dp_kept_title": ("加えたファイル（{n}）", "Files added ({n})"),
    "dp_kept_none": (
        "まだありません。加えたファイルはワークスペースの added フォルダに保存されます。",
        "None yet. Files that you add are kept in the folder “added” of the workspace.",
    ),
    "dp_state_built": ("計算に入っています", "in use"),
    "dp_state_not_built": ("まだ計算に入っていません", "not in use yet"),
    "dp_rows_used": ("{rows} 件中 {used} 件を使用", "{used} of {rows} used"),
    "dp_added_at": ("{when} に追加", "added {when}"),
    "dp_remove": ("取り除く", "Take away"),
    "dp_remove_help": ("あとで元に戻せます。", "It can be put back."),
    "dp_removed": ("取り除いたファイル（{n}）", "Files taken away ({n})"),
    "dp_put_back": ("元に戻す", "Put back"),
    "dp_rebuild_hint": (
        "加えた・取り除いたファイルは、作り直すと計算に反映されます。",
        "What was added or taken away counts after a rebuild.",
    ),
    "dp_to_rebuild": ("「作り直す」へ", "To “Rebuild”"),
    # rebuilding
    "dp_rebuild_title": ("ワークスペースを作り直す", "Build the workspace anew"),
    "dp_workspace": ("ワークスペース", "Workspace"),
    "dp_raw_folders": ("元データのフォルダ", "Raw folders"),
    "dp_folders_unknown": ("記録がありません", "not recorded"),
    "dp_folder_gone": ("（見つかりません）", " (not there)"),
    "dp_added_files": ("加えたファイル", "Files added"),
    "dp_n_files": ("{n} ファイル", "{n}"),
    "dp_state": ("状態", "State"),
    "dp_state_changed": (
        "加えた・取り除いたファイルがまだ反映されていません。",
        "Files were added or taken away since it was built.",
    ),
    "dp_state_same": (
        "加えたファイルはすべて反映されています。元データのフォルダを変えたときも作り直してください。",
        "All files added are in use. Rebuild also after a change in the raw folder.",
    ),
    "dp_folder_needed": (
        "このワークスペースは、元データの場所の記録がありません（別のパソコンで作られたなど）。フォルダを指定すると作り直せます。",
        (
            "It is not recorded where the raw files of this workspace are (it may come from another computer). Name the folder to "
            "rebuild it."
        ),
    ),
    "dp_folder_needed_gone": (
        "元データのフォルダが見つかりません（別のパソコンで作られたか、移されました）。今の場所を指定すると作り直せます。",
        "The raw folder is not there (the workspace came from another computer, or the folder was moved). Name where it is now.",
    ),
    "dp_folder_other": ("別の元データのフォルダを使う", "Use another raw folder"),
    "dp_folder": (
        "元データのフォルダ（このツールが動くパソコンの中の場所）",
        "Raw folder (on the computer that runs this tool)",
    ),
    "dp_folder_hint": ("例 C:\\data\\raw", "such as C:\\data\\raw"),
    "dp_folder_help": ("複数あるときは ; で区切ります。", "Separate several with ;"),
    "dp_folder_not_found": ("フォルダがありません：{folder}", "There is no such folder: {folder}"),
    "dp_rebuild_button": ("作り直しを始める", "Start the rebuild"),
    "dp_rebuild_note": (
        (
            "変わった所だけを計算し直します。作り直している間も、今のデータをそのまま使えます。"
            "途中で止めても、ブラウザを閉じても、今のワークスペースは壊れません。"
        ),
        (
            "Only what has changed is computed again. The present data stay in use meanwhile, and nothing breaks if it is stopped "
            "or the browser is closed."
        ),
    ),
    "dp_rebuild_command": (
        "コマンドでもできます：explorer rebuild WORKSPACE",
        "The same as a command: explorer rebuild WORKSPACE",
    ),
    "dp_job_running": ("作り直しています：{step}（{passed} 秒経過）", "Rebuilding: {step} ({passed} s so far)"),
    "dp_job_running_left": (
        "作り直しています：{step}（{passed} 秒経過、残り約 {left} 秒）",
        "Rebuilding: {step} ({passed} s so far, about {left} s left)",
    ),
    "dp_job_cancel": ("中止する", "Stop"),
    "dp_job_meanwhile": (
        "この間もほかのページを使えます。終わると新しいデータに切り替わります。",
        "The other pages can be used meanwhile. When it is done, the new data are shown.",
    ),
    "dp_job_done": (
        "作り直しが終わりました（{seconds} 秒、注意 {warnings} 件）。新しいデータを表示しています。",
        "The rebuild is done ({seconds} s, {warnings} warnings). The new data are shown.",
    ),
    "dp_job_failed": (
        "作り直せませんでした。今のデータはそのままです。{reason}",
        "The rebuild failed; the present data are as they were. {reason}",
    ),
    "dp_job_stopped": (
        "作り直しを中止しました。今のデータはそのままです。もう一度始めると、終わった所から続きます。",
        "The rebuild was stopped; the present data are as they were. Start it again to go on.",
    ),
    "dp_job_killed": (
        "前回の作り直しは途中で終わりました（電源断など）。今のデータはそのままです。もう一度始めると、終わった所から続きます。",
        "The last rebuild ended half-way (such as by a loss of power); the present data are as they were. Start it again to go on.",
    ),
}
