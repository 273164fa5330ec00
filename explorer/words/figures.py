"""Words on maps and charts for paper, Japanese and English."""

from __future__ import annotations

from typing import Final

FIGURES: Final[dict[str, tuple[str, str]]] = {
    # on charts
    "fig_unit": ("単位：{unit}", "Unit: {unit}"),
    "fig_dot_is_area": ("点1つが1市区町村", "one dot per municipality"),
    "fig_missing_areas": ("ほかにデータなし {n} 市区町村", "{n} more without data"),
    "fig_better_right": ("右ほど住民に有利 →", "better for the people →"),
    "fig_better_left": ("← 左ほど住民に有利", "← better for the people"),
    "fig_projected": ("推計", "projected"),
    "fig_none": ("該当なし", "none"),
    "fig_no_data_for": ("データなし：{names}", "No data: {names}"),
    "fig_up_to": ("最大 {value}（白は0）", "up to {value} (white: none)"),
    # on maps
    "fig_map_title": ("{name} ・ {condition} — {area}", "{name} · {condition} — {area}"),
    "fig_after_scenario": ("シナリオ「{name}」の後", "after the scenario “{name}”"),
    "fig_areas_counted": ("右の数字は市区町村の数。", "Figures: number of municipalities."),
    "fig_why_missing": ("値がない理由：{reason}", "Why there is no value: {reason}"),
    "fig_nobody": ("灰色の土地には人が住んでいません", "Nobody lives on the grey land"),
    "fig_points_shown": ("数字は図に示した地点の数", "Figures: number of points on the map"),
    "fig_roads": ("灰色の線は主な道路", "Grey lines: main roads"),
    # for those who cannot see them
    "fig_alt_bars": ("横棒グラフ：{title}。", "Bar chart: {title}."),
    "fig_alt_strip": ("分布図：{title}。{n} 市区町村。", "Distribution: {title}. {n} municipalities."),
    "fig_alt_lines": ("折れ線グラフ：{title}。", "Line chart: {title}."),
    "fig_alt_stacked": ("内訳の帯グラフ：{title}。", "Shares: {title}."),
    "fig_alt_change": ("{before}と{after}の比較：{title}。", "{before} and {after}: {title}."),
    "fig_alt_radar": ("レーダーチャート：{title}。", "Radar chart: {title}."),
    "fig_alt_matrix": (
        "表形式の図：{title}。{rows} 行 {columns} 列。",
        "Matrix: {title}. {rows} rows, {columns} columns.",
    ),
    "fig_alt_map": ("地図：{title}。", "Map: {title}."),
    "fig_alt_maps": ("同じ凡例の地図 {n} 枚：{titles}。", "{n} maps with one legend: {titles}."),
    "fig_alt_legend": ("凡例と数：{rows}。", "Legend with counts: {rows}."),
    "fig_alt_extremes": (
        "最小は{least}（{low}）、最大は{most}（{high}）。",
        "Least: {least} ({low}); most: {most} ({high}).",
    ),
    "fig_alt_same": ("いずれも {value}。", "All have {value}."),
    "fig_alt_missing": ("データなし {n} 件。", "{n} without data."),
    "fig_alt_range": ("最小 {low}、最大 {high}。", "From {low} to {high}."),
    "fig_alt_reference": ("基準線は{name}（{value}）。", "Reference line: {name} ({value})."),
    "fig_alt_line": ("{label}：{first}年 {start}、{last}年 {end}。", "{label}: {start} in {first}, {end} in {last}."),
    "fig_alt_line_missing": ("{label}：データなし。", "{label}: no data."),
    "fig_alt_projected": ("{year}年以降は推計。", "Projected from {year} on."),
    "fig_alt_parts": ("{label}：{parts}。", "{label}: {parts}."),
    "fig_alt_change_of": ("{label}：{before} → {after}。", "{label}: {before} → {after}."),
    "fig_alt_of": ("{label}：{text}", "{label}: {text}"),
    "fig_alt_largest": ("最大は{row}から{column}への {value}。", "Largest: {value} from {row} to {column}."),
}
