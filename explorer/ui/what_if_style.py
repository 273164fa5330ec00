"""Look of the what-if page, beside :mod:`explorer.ui.style`."""

from __future__ import annotations

from typing import Final

from explorer.ui.style import FAINT, INK, LINE, WARNING

WHAT_IF_STYLE: Final = f"""<style>
.what-if-waiting {{ background: var(--accent-soft); border-left: 4px solid var(--accent); padding: .35rem .7rem; font-size: .84rem; color: {INK}; }}
.what-if-error {{ background: var(--danger-soft); border-left: 4px solid var(--danger-line); padding: .45rem .7rem; font-size: .86rem; color: {INK}; overflow-wrap: anywhere; }}
.what-if-edit {{ font-size: .86rem; color: {INK}; overflow-wrap: anywhere; line-height: 1.35; padding-top: .3rem; }}
.what-if-edit .sign {{ display: inline-flex; width: 1.15rem; height: 1.15rem; border-radius: 50%; align-items: center; justify-content: center;
  background: #111827; color: #fff; font-weight: 700; font-size: .8rem; margin-right: .4rem; }}
.what-if-edit .sign.opened {{ background: #15803d; }}
.what-if-edit .sign.moved {{ background: #1d4ed8; }}
.what-if-edit .sign.other {{ background: #6b7280; }}
.what-if-edit .where {{ color: {FAINT}; font-size: .78rem; }}
.what-if-numbers {{ display: grid; grid-template-columns: 1fr 1fr; gap: .4rem .8rem; margin-top: .4rem; }}
.what-if-number {{ border-top: 3px solid {LINE}; padding-top: .2rem; }}
.what-if-number b {{ display: block; font-size: 1.45rem; line-height: 1.25; font-variant-numeric: tabular-nums; }}
.what-if-number span {{ font-size: .78rem; color: {FAINT}; }}
.what-if-number.beyond {{ border-color: #b2182b; }}
.what-if-number.farther {{ border-color: #f4a582; }}
.what-if-number.within {{ border-color: #2166ac; }}
.what-if-number.nearer {{ border-color: #92c5de; }}
.what-if-line {{ font-size: .86rem; margin-top: .4rem; color: {INK}; overflow-wrap: anywhere; }}
.what-if-line.warn {{ color: {WARNING}; }}
.what-if-small {{ font-size: .78rem; color: {FAINT}; margin-top: .3rem; }}
.what-if-list {{ font-size: .84rem; columns: 2; padding-left: 1.1rem; margin: .3rem 0; color: {INK}; }}
</style>"""
