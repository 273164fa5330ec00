"""Look of the parts that only the map page has."""

from __future__ import annotations

from typing import Final

EXPLORE_STYLE: Final = """<style>
.xp-absent { font-size: .8rem; color: var(--faint); }
.xp-absent summary { cursor: pointer; }
.xp-absent dl { margin: .2rem 0 0; }
.xp-absent dt { font-weight: 600; color: var(--ink); font-size: .8rem; }
.xp-absent dd { margin: 0 0 .3rem .8rem; font-size: .78rem; overflow-wrap: anywhere; }
.st-key-explore_layer_rows button { min-height: 1.9rem; padding: .1rem .5rem; }
.st-key-explore_layer_rows button p { font-size: .84rem; text-align: left; }
.st-key-explore_found button { justify-content: flex-start; text-align: left; min-height: 1.9rem; padding: .15rem .5rem; border: 1px solid var(--line); }
.st-key-explore_found button p { text-align: left; }
.st-key-explore_walk button { min-height: 1.9rem; padding: .1rem .45rem; }
.st-key-explore_walk button p { font-size: .82rem; }
.xp-pair, .xp-reach table { width: 100%; border-collapse: collapse; font-size: .84rem; margin: .35rem 0; }
.xp-pair th, .xp-pair td, .xp-reach th, .xp-reach td { border-bottom: 1px solid var(--line); padding: .2rem .4rem .2rem 0; text-align: right; font-variant-numeric: tabular-nums; color: var(--ink); }
.xp-pair th, .xp-reach th:first-child, .xp-pair .xp-what { text-align: left; font-weight: 600; }
.xp-pair .xp-what { font-weight: 400; color: var(--faint); font-size: .8rem; }
.xp-inputs { font-size: .8rem; overflow-x: auto; }
.xp-map-title { font-size: .95rem !important; font-weight: 600; line-height: 1.4; height: 2.8em; margin: 0; padding: 0 !important; display: flex; align-items: end; color: var(--ink); }
.xp-map-title span { display: -webkit-box; -webkit-box-orient: vertical; -webkit-line-clamp: 2; overflow: hidden; overflow-wrap: anywhere; }
.st-key-explore_saving button { padding: .2rem .6rem; min-height: 2.2rem; }
.st-key-explore_saving button p { font-size: .86rem; }
.st-key-explore_second_what button, .st-key-opacity button, [class*=st-key-explore_opacity_] button { padding: .1rem .45rem; min-width: 0; }
.st-key-explore_walk [data-testid="stBaseButton-tertiary"] p { text-decoration: underline; }
.xp-guide-title { font-size: .95rem; }
.st-key-explore_guide_box button { min-height: 0; padding: 0; }
.st-key-explore_guide_box button p { font-size: .84rem; text-decoration: underline; }
.st-key-explore_guide_links a { padding: 0; min-height: 0; margin: 0; }
.st-key-explore_guide_links a p, .st-key-explore_guide_links a span { font-size: .86rem; color: var(--accent); text-decoration: underline; }
@media (max-width: 900px) {
  .st-key-explore_main > [data-testid="stLayoutWrapper"] > [data-testid="stHorizontalBlock"] { flex-wrap: wrap; }
  .st-key-explore_main > [data-testid="stLayoutWrapper"] > [data-testid="stHorizontalBlock"] > [data-testid="stColumn"] { min-width: 100%; }
}
.xp-guide ol { margin: .2rem 0; padding-left: 1.3rem; line-height: 1.55; font-size: .88rem; }
</style>"""
