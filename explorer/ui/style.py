"""Look of the pages: fonts that every Japanese desktop has, calm colours, nothing fetched."""

from __future__ import annotations

from typing import Final

FONTS: Final = '"Noto Sans JP", "Noto Sans CJK JP", "Hiragino Sans", "Yu Gothic UI", Meiryo, sans-serif'
INK: Final = "#1f2933"
FAINT: Final = "#4a5560"  # 7:1 on white
LINE: Final = "#d5dbe1"
WARNING: Final = "#8a3b00"

PAGE_STYLE: Final = f"""<style>
html, body, .stApp, .stApp button, .stApp input, .stApp label, .stMarkdown, .stApp h1, .stApp h2, .stApp h3 {{
  font-family: {FONTS};
}}
.stMainBlockContainer {{ padding: 1.1rem 1.6rem 2rem; max-width: none; }}
.stAppHeader {{ height: 0; min-height: 0; background: transparent; }}
section[data-testid="stSidebar"] .block-container, [data-testid="stSidebarContent"] {{ padding-top: 0; }}
[data-testid="stSidebarHeader"] {{ height: 2.2rem; margin-bottom: 0; padding-top: .4rem; }}
[data-testid="stSidebarUserContent"] {{ padding-top: 0; padding-bottom: 1.5rem; }}
[data-testid="stSidebarUserContent"] [data-testid="stVerticalBlock"] {{ gap: .55rem; }}
.stApp h3 {{ font-size: 1rem; line-height: 1.4; padding: .3rem 0 .1rem; margin: 0; }}
.stApp h2.side-title {{ font-size: .95rem; line-height: 1.4; font-weight: 700; margin: 0; padding: .7rem 0 0; border-top: 1px solid {LINE}; }}
[data-testid="stSidebar"] {{ min-width: 310px; }}
[data-testid="stSidebarUserContent"] [data-testid="stWidgetLabel"] p {{ font-size: .84rem; }}
[data-testid="stMainBlockContainer"] > [data-testid="stVerticalBlock"] {{ gap: .6rem; }}
.page-head {{ display: flex; flex-wrap: wrap; align-items: baseline; gap: .2rem 1rem; color: {INK}; }}
.page-head h1 {{ font-size: 1.3rem; line-height: 1.3; font-weight: 700; margin: 0; padding: 0; }}
.page-head .area-title {{ font-size: 1.05rem; font-weight: 600; }}
.page-head .area-summary {{ font-size: .82rem; color: {FAINT}; }}
.sample-banner {{
  background: #fff4e0; border: 1px solid #e0a54b; border-left: 6px solid #c77700; color: #5b3200; border-radius: 4px;
  padding: .35rem .8rem; font-weight: 600; font-size: .9rem;
}}
.card {{ border: 1px solid {LINE}; border-radius: 6px; padding: .8rem 1rem; background: #fff; color: {INK}; font-size: .88rem; }}
.card-indicator {{ font-weight: 600; line-height: 1.4; }}
.card-condition, .card-small, .card-people {{ color: {FAINT}; font-size: .8rem; }}
.card-people {{ font-size: .86rem; color: {INK}; }}
.card-name {{ font-size: 1.2rem; font-weight: 700; margin-top: .55rem; }}
.card-code {{ font-size: .82rem; font-weight: 400; color: {FAINT}; margin-left: .6rem; font-variant-numeric: tabular-nums; }}
.card-value {{ font-size: 2.3rem; line-height: 1.25; font-weight: 700; font-variant-numeric: tabular-nums; }}
.card-unit {{ font-size: 1rem; font-weight: 500; margin-left: .3rem; }}
.card-missing {{ font-size: 1.5rem; color: {FAINT}; }}
.card-reason {{ background: #f3f5f7; border-left: 4px solid #9aa5b1; padding: .4rem .7rem; margin: .3rem 0; }}
.card-hint {{ background: #eef4fb; border-left: 4px solid #2b6cb0; padding: .4rem .7rem; margin: .5rem 0; }}
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
.note-list {{ max-height: 420px; overflow-y: auto; }}
.note-row {{ font-size: .84rem; padding: .25rem 0; border-bottom: 1px solid {LINE}; overflow-wrap: anywhere; }}
.note-level {{ font-weight: 700; margin-right: .5rem; }}
.note-level.warning {{ color: {WARNING}; }}
.note-file {{ color: {FAINT}; margin-right: .5rem; }}
.credit-line {{ font-size: .78rem; color: {FAINT}; overflow-wrap: anywhere; }}
iframe[title*="explorer_map"] {{ border: 0; display: block; }}
</style>"""
