"""Look of the page Data."""

from __future__ import annotations

from typing import Final

from explorer.words import Language, word

DATA_STYLE: Final = """<style>
.data-about { font-size: .82rem; color: var(--faint); margin: 0 0 .3rem; line-height: 1.55; }
.data-scroll { max-height: 430px; overflow: auto; border: 1px solid var(--line); border-radius: 4px; padding: 0 .6rem; }
.data-scroll .source-table th { position: sticky; top: 0; background: var(--paper); }
.data-scroll .source-table td.number, .data-scroll .source-table th.number { text-align: right; white-space: nowrap; font-variant-numeric: tabular-nums; }
.data-gap { border: 1px solid var(--line); border-radius: 6px; padding: .55rem .9rem; margin: 0 0 .55rem; background: var(--paper); color: var(--ink); }
.data-gap h4 { font-size: .98rem; margin: 0; padding: 0; line-height: 1.5; font-weight: 700; }
.data-gap p { font-size: .86rem; margin: .15rem 0; line-height: 1.55; }
.stApp .data-gap dl { padding: 0; display: grid; grid-template-columns: max-content 1fr; gap: .1rem .8rem; margin: .15rem 0 .35rem; font-size: .82rem; }
.data-gap dl dt { color: var(--faint); font-weight: 400; } .data-gap dl dd { margin: 0; overflow-wrap: anywhere; }
.data-gap .set { border-top: 1px solid var(--line); padding-top: .3rem; font-size: .86rem; font-weight: 600; }
.data-gap code, .data-facts code { font-size: .8rem; background: var(--soft); color: var(--ink); padding: 0 .25rem; overflow-wrap: anywhere; }
.stApp .data-facts { padding: 0; display: grid; grid-template-columns: max-content 1fr; gap: .15rem 1rem; margin: .2rem 0 .4rem; font-size: .86rem; color: var(--ink); }
.data-facts dt { color: var(--faint); font-weight: 400; margin: 0; } .data-facts dd { margin: 0; overflow-wrap: anywhere; }
.data-head { overflow-x: auto; border: 1px solid var(--line); border-radius: 4px; }
.data-head table { border-collapse: collapse; font-size: .78rem; color: var(--ink); }
.data-head th, .data-head td { border-bottom: 1px solid var(--line); padding: .2rem .55rem; text-align: left; white-space: nowrap; max-width: 20em; overflow: hidden; text-overflow: ellipsis; }
.data-head th.taken, .data-head td.taken { background: var(--accent-soft); }
.data-head th small { display: block; font-weight: 400; color: var(--accent); }
.data-file { font-weight: 700; font-size: 1rem; overflow-wrap: anywhere; color: var(--ink); }
.data-ok { background: var(--accent-soft); border-left: 4px solid var(--accent); color: var(--ink); padding: .4rem .8rem; font-size: .92rem; }
.data-refused { background: var(--danger-soft); border-left: 4px solid var(--danger-line); color: var(--danger); padding: .4rem .8rem; font-size: .9rem; overflow-wrap: anywhere; }
.data-problems { font-size: .86rem; margin: .2rem 0; padding-left: 1.2rem; color: var(--ink); }
/* At 200 % zoom what stands side by side stands one below the other, so that charts and tables grow with the text. */
@media (max-width: 800px) {
  .stApp [data-testid="stMain"] [data-testid="stHorizontalBlock"] { flex-wrap: wrap; }
  .stApp [data-testid="stMain"] [data-testid="stColumn"] { min-width: calc(100% - 1.5rem); }
}
</style>"""


def uploader_style(language: Language) -> str:
    """The uploader's own words, which Streamlit has in English only, in the language of the page."""
    text = word("dp_choose_files", language)
    return f"""<style>
[data-testid="stFileUploaderDropzoneInstructions"] {{ display: none; }}
[data-testid="stFileUploaderDropzone"] button p {{ font-size: 0; }}
[data-testid="stFileUploaderDropzone"] button p::after {{ content: "{text}"; font-size: .95rem; }}
</style>"""
