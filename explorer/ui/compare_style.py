"""Look of the page Compare: one wide table with the names of the areas always in sight."""

from __future__ import annotations

from typing import Final

from explorer.ui.style import FAINT, INK, LINE

COMPARE_STYLE: Final = f"""<style>
.compare-scroll {{ max-height: 560px; overflow: auto; border: 1px solid {LINE}; border-radius: 4px; }}
table.compare {{ border-collapse: separate; border-spacing: 0; font-size: .86rem; color: {INK}; width: 100%; }}
table.compare th, table.compare td {{ padding: .3rem .6rem; border-bottom: 1px solid {LINE}; vertical-align: top; }}
table.compare thead th {{ position: sticky; top: 0; background: var(--soft); z-index: 2; text-align: right; font-weight: 600; min-width: 9.5em; line-height: 1.35; }}
table.compare thead th:first-child {{ left: 0; z-index: 3; text-align: left; min-width: 9em; }}
table.compare thead span {{ display: -webkit-box; -webkit-box-orient: vertical; -webkit-line-clamp: 4; overflow: hidden; }}
table.compare thead small {{ display: block; font-weight: 400; color: {FAINT}; font-size: .76rem; }}
table.compare tbody th {{ position: sticky; left: 0; background: var(--paper); z-index: 1; text-align: left; font-weight: 600; max-width: 15em; overflow-wrap: anywhere; }}
table.compare tbody th small {{ display: block; font-weight: 400; color: {FAINT}; font-size: .76rem; }}
table.compare td {{ text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }}
table.compare td small {{ display: block; color: {FAINT}; font-size: .76rem; }}
table.compare td.none {{ color: {FAINT}; white-space: normal; min-width: 8em; }}
table.compare tr.base th, table.compare tr.base td {{ background: var(--accent-soft); }}
table.compare tr.whole th, table.compare tr.whole td {{ border-top: 2px solid var(--edge); background: var(--soft); }}
.compare-key {{ display: flex; flex-wrap: wrap; gap: .1rem 1.2rem; font-size: .8rem; color: {FAINT}; margin: .3rem 0; }}
img.figure {{ display: block; width: 100%; max-width: 900px; height: auto; box-sizing: border-box; background: var(--sheet); padding: .5rem .6rem; border-radius: 4px; }}
</style>"""
