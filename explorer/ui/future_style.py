"""Look of what only the page Future has: the legend of two maps, the figures above a chart, the card of what is missing."""

from __future__ import annotations

from typing import Final

FUTURE_STYLE: Final = """<style>
.st-key-future_links a p, [class*="st-key-future_lacking"] a p { color: var(--accent); text-decoration: underline; }
.st-key-future_head { padding-top: .6rem; }
.future-legend { display: flex; flex-wrap: wrap; align-items: center; gap: .2rem .9rem; font-size: .8rem; color: var(--ink);
  border: 1px solid var(--line); border-radius: 4px; padding: .3rem .6rem; background: var(--paper); }
.future-legend b { font-weight: 600; color: var(--faint); }
.future-legend span { display: inline-flex; align-items: center; gap: .35rem; white-space: nowrap; font-variant-numeric: tabular-nums; }
.future-legend i { width: 16px; height: 12px; border: 1px solid rgba(0,0,0,.35); display: inline-block; }
.future-legend small { color: var(--faint); font-size: .78rem; }
.future-map-title { font-size: .9rem; font-weight: 700; color: var(--ink); padding: .1rem 0; }
.future-lacking p { margin: .35rem 0 0; font-size: .86rem; overflow-wrap: anywhere; }
.future-lacking a { color: var(--accent); }
.future-site { border: 1px solid var(--line); border-radius: 6px; padding: .5rem .8rem .2rem; background: var(--paper); color: var(--ink); }
/* At 200 % zoom what stands side by side stands one below the other, so that charts and tables grow with the text. */
@media (max-width: 800px) {
  .stApp [data-testid="stMain"] [data-testid="stHorizontalBlock"] { flex-wrap: wrap; }
  .stApp [data-testid="stMain"] [data-testid="stColumn"] { min-width: calc(100% - 1.5rem); }
}
</style>"""
