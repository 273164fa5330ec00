"""Words of documents: page numbers, labels of sources and notes, Japanese and English."""

from __future__ import annotations

from typing import Final

DOCUMENTS: Final[dict[str, tuple[str, str]]] = {
    "doc_contents": ("目次", "Contents"),
    "doc_figure": ("図{n}", "Figure {n}"),
    "doc_table": ("表{n}", "Table {n}"),
    "doc_caption": ("{label}　{text}", "{label}. {text}"),
    "doc_no_rows": ("該当する行はありません。", "There is no row."),
    "doc_warning": ("注意", "Note well"),
    "doc_missing_note": (
        "次の文字はこの文書の書体に字形がないため「〓」で示しました：{characters}。",
        "The font of this document has no shape for these characters; 〓 stands in their place: {characters}.",
    ),
    "doc_missing_one": ("U+{code}（{n} か所）", "U+{code} ({n}×)"),
}
