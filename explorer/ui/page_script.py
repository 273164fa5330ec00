"""What only a script can do for a page of Streamlit: the language of the document, and Streamlit's own texts in Japanese.

The script is sent with the page, asks for nothing and sends nothing.
"""

from __future__ import annotations

import json
from typing import Final

import streamlit as st

from explorer.words import Language, word
from explorer.words.streamlit_own import PATTERNS, TEXTS

_LABELS: Final = ("aria-label", "placeholder", "title", "alt")
_SCRIPT: Final = """
const given = __GIVEN__;
const kept = (window.explorerPage ||= {before: new WeakMap()});
document.documentElement.lang = given.language;
document.documentElement.setAttribute("translate", "no");
// A page opened from the navigation has an empty address at first, which Streamlit keeps in the history when the page writes
// its own: a step back would lead to it, the page would write its address again, and nobody came past it.
if (!kept.push) {
  kept.push = history.pushState.bind(history);
  history.pushState = (state, title, url) => {
    const to = new URL(url ?? location.href, location.href);
    const isFilledIn = to.pathname === location.pathname && !location.search && to.search;
    if (isFilledIn) history.replaceState(state, title, url);
    else kept.push(state, title, url);
  };
}
const patterns = given.patterns.map(([from, to]) => [new RegExp(from), to]);

function japanese(text) {
  const plain = text.trim();
  if (!plain || plain.length > 200) return null;
  if (Object.hasOwn(given.texts, plain)) return given.texts[plain];
  for (const [from, to] of patterns) if (from.test(plain)) return plain.replace(from, to).trim();
  return null;
}
// What the pages themselves say, names out of data among it, is left alone.
const maps = 'iframe[title*="explorer_map"]';  // the title is the component's name, which says nothing to a reader
const ours = ".stHtml, .stMarkdown, iframe, [data-testid=stCode], option, [role=option], [role=gridcell], [role=columnheader]";
function change(holder, name, text, write) {
  const before = kept.before.get(holder) || {};
  const mine = before[name];
  if (mine && mine.shown === text) {
    if (given.language !== "ja") { delete before[name]; write(mine.original); }
    return;
  }
  if (given.language !== "ja" || !text) return;
  const shown = japanese(text);
  if (shown === null || shown === text) return;
  before[name] = {original: text, shown};
  kept.before.set(holder, before);
  write(shown);
}
function texts(node) {
  if (node.parentElement?.closest(ours)) return;
  change(node, "text", node.nodeValue, (text) => { node.nodeValue = text; });
}
function labels(element) {
  // Only when it differs: the observer below hears of every write, the same text included.
  if (element.matches(maps) && element.getAttribute("aria-label") !== given.map) element.setAttribute("aria-label", given.map);
  if (element.matches(ours)) return;
  for (const name of given.labels)
    if (element.hasAttribute(name)) change(element, name, element.getAttribute(name), (text) => element.setAttribute(name, text));
}
function walk(root) {
  if (root.nodeType === Node.TEXT_NODE) { texts(root); return; }
  if (root.nodeType !== Node.ELEMENT_NODE) return;
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_ELEMENT | NodeFilter.SHOW_TEXT);
  for (let node = root; node; node = walker.nextNode()) {
    if (node.nodeType === Node.TEXT_NODE) texts(node);
    else labels(node);
  }
}
kept.observer?.disconnect();
walk(document.body);
kept.observer = new MutationObserver((changes) => {
  for (const each of changes) {
    if (each.type === "childList") each.addedNodes.forEach(walk);
    else if (each.type === "characterData") texts(each.target);
    else labels(each.target);
  }
});
kept.observer.observe(document.body, {
  subtree: true, childList: true, characterData: true, attributes: true, attributeFilter: given.labels,
});
"""


def show_page_script(language: Language) -> None:
    """Put the script into the page; it begins anew when the language changes."""
    given = {
        "language": language,
        "texts": TEXTS,
        "patterns": PATTERNS,
        "labels": _LABELS,
        "map": word("se_map", language),
    }
    told = json.dumps(given, ensure_ascii=False).replace("</", "<\\/")
    # All of it is ours: nothing from data goes in.
    st.html(f"<script>(() => {{{_SCRIPT.replace('__GIVEN__', told)}}})();</script>", unsafe_allow_javascript=True)
