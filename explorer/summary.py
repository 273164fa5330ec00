"""The summary that ends a build: figures a person can check, and every warning."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from explorer.build import BuildReport
from geodata.kinds import KINDS
from layers.access.profiles import PROFILES, profiles_for

SHOWN_WARNINGS = 40
SHOWN_CHARACTERS = 300


def print_summary(report: BuildReport) -> None:
    """Print the summary on standard output."""
    print("\n".join(summary_lines(report)))


def summary_lines(report: BuildReport) -> list[str]:
    """Lines of the summary, Japanese first."""
    manifest = report.workspace.manifest
    summary = manifest["summary"]
    far = summary["share_far_from_streets"]
    stops = summary["stops"]
    lines = _warning_lines(report)
    lines += [
        "",
        f"ワークスペース / workspace: {report.workspace.path}",
        f"対象 / study area: {manifest['title']}",
        f"市区町村 / municipalities: {summary['municipalities']:,}",
        f"人口 / people: {summary['people']:,.0f}（{manifest['population_year'] or '年不明'}年、{summary['places']:,} 地点 / places）",
        f"道路 / streets: {summary['street_km']:,.0f} km",
        f"移動手段 / modes: {_modes(manifest)}",
        "施設 / facilities: "
        + ("、".join(f"{KINDS[kind].ja} {count:,}" for kind, count in summary["facilities"].items()) or "なし / none"),
        f"駅 / stations: {stops['stations']:,}",
        f"停留所 / stops: {stops['stops']:,}",
        f"  1日30本以上 / with 30 or more departures a day: {stops['stops30']:,}",
        f"  本数不明 / frequency unknown: {stops['frequency_unknown']:,}",
        "道路から300m超に住む人 / people farther than 300 m from any street: "
        + (f"{far:.2%}" if far is not None else "道路データなし / no streets"),
    ]
    ran = [result.name for result in report.results if not result.was_cached]
    lines.append(f"\n{report.seconds:.1f} 秒 / s（計算した段階 / steps run: {'、'.join(ran) or 'なし / none'}）")
    return lines


def _modes(manifest: Mapping[str, Any]) -> str:
    """Names of the modes measured; a changed one is marked, for its numbers are not those of other workspaces."""
    return "、".join(
        f"{profile.ja}{'' if profile == PROFILES.get(profile.id) else '（設定変更 / changed）'}"
        for profile in profiles_for(manifest).values()
    )


def _warning_lines(report: BuildReport) -> list[str]:
    """Warnings before the figures, so that the figures end the build."""
    if not report.warnings:
        return []
    lines = [
        f"  - {f'{note.file}: ' if note.file else ''}{_cut(note.ja)} / {_cut(note.en)}"
        for note in report.warnings[:SHOWN_WARNINGS]
    ]
    more = len(report.warnings) - SHOWN_WARNINGS
    rest = [f"  … ほか {more} 件は manifest.json に / the rest is in manifest.json"] if more > 0 else []
    return ["", f"注意 / warnings ({len(report.warnings)}):", *lines, *rest]


def _cut(text: str) -> str:
    """The start of a long remark; the manifest and the page hold all of it."""
    return text if len(text) <= SHOWN_CHARACTERS else f"{text[:SHOWN_CHARACTERS]}… (manifest.json)"
