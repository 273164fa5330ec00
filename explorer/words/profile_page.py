"""Words of the page Profile プロファイル, of the batch and of notebooks, Japanese and English."""

from __future__ import annotations

from typing import Final

PROFILE_PAGE: Final[dict[str, tuple[str, str]]] = {
    # the index page of a batch
    "pp_index_title": ("地域プロファイルの一覧（{area}）", "Regional profiles ({area})"),
    "pp_index_count": ("{total} 件のうち {n} 件があります。", "{n} of {total} are here."),
    "pp_index_failed": ("{n} 件は作成できませんでした。", "{n} could not be made."),
    "pp_index_in": ("{form}（日本語）", "{form} (English)"),
    "pp_index_not_made": ("作成できませんでした:", "Could not be made:"),
    "pp_index_search": ("名前・読み・コードで絞り込む", "Narrow down by name, reading or code"),
    "pp_index_search_plain": ("名前・コードで絞り込む", "Narrow down by name or code"),
    "pp_index_none": ("当てはまる市区町村はありません。", "No municipality matches."),
    "pp_index_sources": ("出典と版", "Sources and versions"),
    # the page
    "pp_area": ("市区町村・圏域", "Municipality or region"),
    "pp_area_hint": ("名前またはコード（例 10201）", "Name or code (such as 10201)"),
    "pp_area_help": (
        "1つ選ぶと市区町村の、2つ以上選ぶと圏域のプロファイルになります。",
        "One gives the profile of a municipality, two or more that of a region.",
    ),
    "pp_take_region": ("「広域連携」の圏域にする（{n} 市区町村）", "Take the region of Cooperate ({n} municipalities)"),
    "pp_scenario": ("載せるシナリオ", "Scenario to tell of"),
    "pp_no_scenario": ("なし（現状だけ）", "None (as it is now)"),
    "pp_scenario_help": (
        "「シナリオ」のページで作ったものの前後を章に加えます。",
        "Adds a chapter with before and after of one made on the page What-if.",
    ),
    "pp_making": ("プロファイルを作成しています…", "Making the profile…"),
    "pp_contents": ("章", "Chapters"),
    "pp_save_pdf": ("PDF で保存", "Save as PDF"),
    "pp_save_word": ("Word で保存", "Save as Word"),
    "pp_save_html": ("HTML で保存", "Save as HTML"),
    "pp_save_note": (
        "下と同じ内容の文書です。押してから作るため、数秒かかります。",
        "The same document as below; made when you press, which takes some seconds.",
    ),
    "pp_begin_title": ("市区町村か圏域を選んでください", "Choose a municipality or a region"),
    "pp_begin_one": (
        "左で市区町村を1つ選ぶと、その市区町村のプロファイル（印刷できる文書）を作ります。",
        "Choose one municipality on the left for its profile, a document to print.",
    ),
    "pp_begin_region": (
        "2つ以上選ぶと、1つの圏域として作ります。「広域連携」で決めた圏域も使えます。",
        "Choose two or more for a region as a whole; the region of the page Cooperate can be taken over.",
    ),
    # notebooks
    "pp_people": ("人口", "People"),
    "pp_people_of": ("人口（{year}年）", "People ({year})"),
    "pp_municipalities": ("市区町村", "Municipalities"),
    "pp_sources": ("出典", "Sources"),
}
