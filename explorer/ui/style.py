"""Look of the pages: fonts that every Japanese desktop has, calm colours, nothing fetched."""

from __future__ import annotations

from typing import Final

FONTS: Final = '"Noto Sans JP", "Noto Sans CJK JP", "Hiragino Sans", "Yu Gothic UI", Meiryo, sans-serif'
# Light and dark by what the reader's system says. Text on `paper`, `soft` and the soft grounds is 4.5:1 at least, and
# `edge` (borders of controls, focus) 3:1: tests/explorer/app/test_colours_seen.py computes them. `sheet` is the white
# ground of pictures that are drawn for paper.
LIGHT: Final = {
    "ink": "#1f2933", "faint": "#4a5560", "line": "#d5dbe1", "edge": "#76828f", "paper": "#ffffff", "soft": "#f3f5f7",
    "accent": "#1d5fa8", "accent-soft": "#e6eff8", "warn": "#5b3200", "warn-soft": "#fff4e0", "warn-line": "#c77700",
    "danger": "#8f1d1d", "danger-soft": "#fdecea", "danger-line": "#b2182b", "track": "#e3e7eb", "sheet": "#ffffff",
}  # fmt: skip
DARK: Final = {
    "ink": "#e8ecf0", "faint": "#b6c0ca", "line": "#3a444f", "edge": "#8794a1", "paper": "#14181d", "soft": "#222a33",
    "accent": "#8ab8f0", "accent-soft": "#1c3350", "warn": "#f7cf8f", "warn-soft": "#38290f", "warn-line": "#d98a1c",
    "danger": "#f7b4ae", "danger-soft": "#3f1c1b", "danger-line": "#e0645c", "track": "#323c47", "sheet": "#ffffff",
}  # fmt: skip
INK: Final = "var(--ink)"
FAINT: Final = "var(--faint)"
LINE: Final = "var(--line)"
WARNING: Final = "var(--warn)"
_OPTIONS_OF: Final = {
    "primaryColor": "accent", "backgroundColor": "paper", "secondaryBackgroundColor": "soft", "textColor": "ink",
    "linkColor": "accent", "borderColor": "edge",
}  # fmt: skip
# Streamlit's own parts in the same colours. It follows the system only where `theme.base` is not set.
THEME_OPTIONS: Final = {
    f"theme.{name}.{option}": colours[variable]
    for name, colours in (("light", LIGHT), ("dark", DARK))
    for option, variable in _OPTIONS_OF.items()
}


def variables_css() -> str:
    """The colours as CSS variables, light and dark."""
    light, dark = (";".join(f"--{name}:{value}" for name, value in colours.items()) for colours in (LIGHT, DARK))
    return f":root{{color-scheme:light dark;{light}}}@media (prefers-color-scheme:dark){{:root{{{dark}}}}}"


PAGE_STYLE: Final = f"""<style>
{variables_css()}
html:lang(ja) {{ line-break: strict; word-break: normal; }}
html:lang(ja) :is(h1, h2, h3, label, button, .card-hint, .block-finding, .card-indicator) {{ word-break: auto-phrase; }}
html, body, .stApp, .stApp button, .stApp input, .stApp label, .stMarkdown, .stApp h1, .stApp h2, .stApp h3 {{
  font-family: {FONTS};
}}
.stMainBlockContainer {{ padding: 3.1rem 1.6rem 2rem; max-width: none; }}
.stAppHeader {{ height: 2.5rem; min-height: 0; background: var(--paper); border-bottom: 1px solid {LINE}; }}
.stAppHeader [data-testid="stToolbar"] {{ padding-left: .8rem; }}
[data-testid="stTopNavLink"] {{ border-radius: 4px 4px 0 0; }}
[data-testid="stTopNavLink"] p {{ font-size: .95rem; color: {FAINT}; }}
[data-testid="stTopNavLink"][aria-current="page"] {{ background: var(--accent-soft); box-shadow: inset 0 -3px 0 var(--accent); }}
[data-testid="stTopNavLink"][aria-current="page"] p {{ color: {INK}; font-weight: 700; }}
section[data-testid="stSidebar"] .block-container, [data-testid="stSidebarContent"] {{ padding-top: 0; }}
[data-testid="stSidebarHeader"] {{ height: 2.2rem; margin-bottom: 0; padding-top: .4rem; }}
[data-testid="stSidebarUserContent"] {{ padding-top: 0; padding-bottom: 1.5rem; }}
[data-testid="stSidebarUserContent"] [data-testid="stVerticalBlock"] {{ gap: .55rem; }}
.stApp h3 {{ font-size: 1rem; line-height: 1.4; padding: .3rem 0 .1rem; margin: 0; }}
.stApp h2.side-title {{ font-size: .95rem; line-height: 1.4; font-weight: 700; margin: 0; padding: .7rem 0 0; border-top: 1px solid {LINE}; }}
[data-testid="stSidebar"] {{ min-width: 310px; }}
[data-testid="stSidebarUserContent"] [data-testid="stWidgetLabel"] p {{ font-size: .84rem; }}
[data-testid="stMainBlockContainer"] > [data-testid="stVerticalBlock"] {{ gap: .6rem; }}
.page-head {{ display: flex; align-items: center; gap: .1rem .9rem; color: {INK}; min-width: 0; }}
.page-head h1 {{ font-size: 1.05rem; line-height: 1.35; font-weight: 700; margin: 0; padding: 0; flex: none; }}
.page-head .area-title {{ font-size: 1rem; font-weight: 600; flex: none; max-width: 22em; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }}
.page-head .area-summary {{ font-size: .8rem; color: {FAINT}; flex: 0 1 auto; min-width: 0; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }}
.sample-banner {{
  background: var(--warn-soft); border: 1px solid var(--warn-line); border-left-width: 6px; color: var(--warn); border-radius: 4px;
  padding: .05rem .6rem; font-weight: 600; font-size: .82rem; flex: none; margin-left: auto;
}}
@media (max-width: 900px) {{
  .page-head {{ flex-wrap: wrap; }} .page-head h1, .sample-banner {{ flex: 1 1 auto; margin-left: 0; }}
  .page-head .area-summary {{ white-space: normal; }}
}}
.unseen {{ position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }}
.stApp [data-testid="stCaptionContainer"], .stApp [data-testid="stCaptionContainer"] p {{ color: {FAINT}; opacity: 1; }}
.card {{ border: 1px solid {LINE}; border-radius: 6px; padding: .8rem 1rem; background: var(--paper); color: {INK}; font-size: .88rem; }}
.card-indicator {{ font-weight: 600; line-height: 1.4; }}
.card-condition, .card-small, .card-people {{ color: {FAINT}; font-size: .8rem; }}
.card-people {{ font-size: .86rem; color: {INK}; }}
.card-name {{ font-size: 1.2rem; font-weight: 700; margin-top: .55rem; }}
.card-code {{ font-size: .82rem; font-weight: 400; color: {FAINT}; margin-left: .6rem; font-variant-numeric: tabular-nums; }}
.card-value {{ font-size: 2.3rem; line-height: 1.25; font-weight: 700; font-variant-numeric: tabular-nums; }}
.card-unit {{ font-size: 1rem; font-weight: 500; margin-left: .3rem; }}
.card-missing {{ font-size: 1.5rem; color: {FAINT}; }}
.card-reason {{ background: var(--soft); border-left: 4px solid var(--edge); padding: .4rem .7rem; margin: .3rem 0; }}
.card-hint {{ background: var(--accent-soft); border-left: 4px solid var(--accent); padding: .4rem .7rem; margin: .5rem 0; }}
.card-rank {{ margin-top: .15rem; }}
.card-official {{ border-top: 1px solid {LINE}; margin-top: .55rem; padding-top: .45rem; }}
.stApp .card dl {{ font-size: inherit; display: grid; grid-template-columns: max-content 1fr; gap: .15rem .8rem; margin: .2rem 0 0; padding: 0; }}
.stApp .card dl dt {{ color: {FAINT}; font-weight: 400; margin: 0; padding: 0; font-size: inherit; }}
.stApp .card dl dd {{ margin: 0; padding: 0; font-size: inherit; font-variant-numeric: tabular-nums; overflow-wrap: anywhere; }}
.card-strip {{ border-top: 1px solid {LINE}; margin-top: .55rem; padding-top: .4rem; }}
.card-strip .strip {{ width: 100%; max-width: 460px; height: auto; display: block; }}
.card-method {{ border-top: 1px solid {LINE}; margin-top: .45rem; padding-top: .4rem; font-size: .8rem; }}
.card-method summary {{ cursor: pointer; font-weight: 600; font-size: .84rem; }}
.source-table {{ width: 100%; border-collapse: collapse; font-size: .8rem; color: {INK}; }}
.source-table th, .source-table td {{ border-bottom: 1px solid {LINE}; text-align: left; padding: .3rem .6rem .3rem 0; vertical-align: top; overflow-wrap: anywhere; }}
.source-table th {{ color: {FAINT}; font-weight: 600; white-space: nowrap; }}
.source-table td:first-child {{ min-width: 7.5em; overflow-wrap: break-word; }}
.note-list {{ max-height: 420px; overflow-y: auto; }}
.note-row {{ font-size: .84rem; padding: .25rem 0; border-bottom: 1px solid {LINE}; overflow-wrap: anywhere; }}
.note-level {{ font-weight: 700; margin-right: .5rem; }}
.note-level.warning {{ color: {WARNING}; }}
.note-file {{ color: {FAINT}; margin-right: .5rem; }}
.credit-line {{ font-size: .78rem; color: {FAINT}; overflow-wrap: anywhere; }}
.stApp h3.block-title {{ font-size: 1rem; font-weight: 700; margin: .2rem 0 0; padding: 0; color: {INK}; }}
.block-finding {{ background: var(--accent-soft); border-left: 4px solid var(--accent); padding: .45rem .8rem; color: {INK}; font-size: .95rem; line-height: 1.55; }}
.warning-box {{ background: var(--warn-soft); border-left: 4px solid var(--warn-line); color: var(--warn); padding: .45rem .8rem; font-size: .9rem; overflow-wrap: anywhere; }}
ol.begin {{ margin: .2rem 0; padding-left: 1.4rem; line-height: 1.7; }}
.block-note {{ color: {FAINT}; font-size: .78rem; line-height: 1.5; border-top: 1px solid {LINE}; padding-top: .35rem; }}
.block-note p {{ margin: 0 0 .15rem; font-size: .78rem; overflow-wrap: anywhere; }}
.bars {{ display: grid; grid-template-columns: minmax(5.2em, auto) 1fr auto; gap: .3rem .6rem; align-items: center; font-size: .84rem; color: {INK}; }}
.bars .bar-name {{ white-space: nowrap; overflow: hidden; text-overflow: ellipsis; max-width: 13em; }}
.bars .bar-name small {{ color: {FAINT}; font-size: .75rem; margin-left: .35em; font-variant-numeric: tabular-nums; }}
.bars .bar-name.whole {{ font-weight: 700; }}
.bars .bar-track {{ position: relative; display: flex; height: 15px; background: var(--track); border-radius: 2px; overflow: hidden; }}
.bars .bar-track i {{ display: block; height: 100%; }}
.bars .bar-track b {{ position: absolute; top: 0; bottom: 0; width: 2px; background: {INK}; }}
.bars .bar-text {{ font-variant-numeric: tabular-nums; text-align: right; white-space: nowrap; }}
.bars-scroll {{ max-height: 330px; overflow-y: auto; }}
.bar-key {{ display: flex; flex-wrap: wrap; gap: .15rem .9rem; font-size: .78rem; color: {FAINT}; margin: .1rem 0 .35rem; }}
.bar-key i {{ display: inline-block; width: 14px; height: 10px; margin-right: .35em; border: 1px solid var(--edge); }}
.bar-key i.line {{ width: 2px; height: 12px; background: {INK}; border: 0; vertical-align: -1px; margin-left: .35em; }}
[data-testid="stSidebar"] [data-testid="stMultiSelectTagsContainer"] {{ max-height: 7.6rem; overflow-y: auto; }}
.stElementContainer:has(> .stHtml > script:only-child), .stElementContainer:has(> .stHtml > style:only-child) {{ display: none; }}
:is(a, button, summary, input, select, textarea, [tabindex], [role=button], [role=combobox], [role=switch], [role=slider]):focus-visible {{
  outline: 3px solid var(--accent) !important; outline-offset: 2px; border-radius: 3px;
}}
.stApp [data-tag-index] {{ background: var(--accent-soft); color: {INK}; border: 1px solid var(--edge); }}
.stApp [data-tag-index] :is(span, button, svg) {{ color: {INK}; }}
.stApp button[data-testid="stBaseButton-primary"]:enabled, .stApp button[data-testid="stBaseButton-primary"]:enabled p {{ color: var(--paper); }}
.stApp [data-testid="stPageLink-NavLink"] p {{ color: var(--accent); text-decoration: underline; }}
[data-testid=stMain]:focus {{ outline: none; }}
iframe[title*="explorer_map"] {{ border: 0; display: block; }}
</style>"""
