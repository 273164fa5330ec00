"""The page that lists the profiles of a folder: links by format and language, what failed and why, sources.

One file that asks nothing of any network; the few lines of script only narrow the list while one types.
"""

from __future__ import annotations

import base64
import hashlib
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from explorer.words import Language, one_language, word

if TYPE_CHECKING:
    from explorer.regions import Opened
    from explorer.scenario_edits import Scenario

FORMAT_NAMES: Final = {"pdf": "PDF", "docx": "Word", "html": "HTML"}


@dataclass(frozen=True)
class Listed:
    """An area of the list.

    Parameters
    ----------
    name
        With the codes, for people.
    files
        Language and name of each finished file.
    reasons
        Why others could not be made, in both languages.
    """

    codes: tuple[str, ...]
    name: str
    files: tuple[tuple[Language, str], ...]
    reasons: tuple[str, ...] = ()


def index_page(
    opened: Opened, listed: Sequence[Listed], languages: Sequence[Language], scenario: Scenario | None = None
) -> bytes:
    """The page, in the languages given, one after the other in each text."""
    from jinja2 import Environment, StrictUndefined

    from explorer.provenance import provenance_of

    def both(key: str, **values: object) -> str:
        return " / ".join(word(key, language, **values) for language in languages)

    provenance = provenance_of(opened, scenario=scenario)
    shown = sorted({language for each in listed for language, _ in each.files} | set(languages), reverse=True)
    columns = [(language, form) for language in shown for form in FORMAT_NAMES]
    used = {(language, name.rpartition(".")[2]) for each in listed for language, name in each.files}
    columns = [column for column in columns if column in used]
    readings = _readings(opened)
    template = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True).from_string(_TEMPLATE)
    text = template.render(
        language=languages[0],
        title=" / ".join(word("pp_index_title", each, area=provenance.title(each)) for each in languages),
        banner=both("sample_banner") if provenance.is_sample else "",
        words={key: both(key) for key in _WORDS},
        search=both("pp_index_search" if any(readings.values()) else "pp_index_search_plain"),
        counted=both("pp_index_count", n=sum(bool(each.files) for each in listed), total=len(listed)),
        failed=both("pp_index_failed", n=sum(bool(each.reasons) for each in listed)),
        has_failed=any(each.reasons for each in listed),
        columns=[word("pp_index_in", language, form=FORMAT_NAMES[form]) for language, form in columns],
        rows=[_row(each, columns, languages, readings) for each in listed],
        sources=[row for language in languages for row in provenance.rows(language)],
        script=_SCRIPT,
        script_hash=base64.b64encode(hashlib.sha256(_SCRIPT.encode()).digest()).decode(),
    )
    return text.encode("utf-8")


def _row(
    each: Listed, columns: Sequence[tuple[Language, str]], languages: Sequence[Language], readings: dict[str, str]
) -> dict[str, Any]:
    by_column = {(language, name.rpartition(".")[2]): name for language, name in each.files}
    reading = " ".join(readings.get(code, "") for code in each.codes).strip()
    reasons = dict.fromkeys(one_language(reason, language) for reason in each.reasons for language in languages)
    return {
        "name": each.name,
        "reading": reading,
        "found_by": folded(f"{each.name} {reading}"),
        "links": [(by_column.get(column, ""), FORMAT_NAMES[column[1]], column[0]) for column in columns],
        "reasons": list(reasons),
    }


def folded(text: str) -> str:
    """Text as the search compares it: one width, small letters, hiragana for katakana.

    Examples
    --------
    >>> folded("タカサキシ 高崎市（１０２０２）")
    'たかさきし 高崎市(10202)'
    """
    plain = unicodedata.normalize("NFKC", text).lower()
    return "".join(chr(ord(letter) - 0x60) if "ァ" <= letter <= "ヶ" else letter for letter in plain)


def _readings(opened: Opened) -> dict[str, str]:
    table = opened.municipalities
    if "reading" not in table:
        return {}
    return dict(zip(table["code"].astype(str), table["reading"].fillna("").astype(str), strict=True))


_WORDS: Final = ("pp_index_none", "pp_index_sources", "column_name", "pp_index_not_made")
# Katakana to hiragana as in `folded`.
_SCRIPT: Final = """
const box = document.getElementById("search"), none = document.getElementById("none");
const rows = [...document.querySelectorAll("tbody tr[data-found]")];
const folded = (text) => text.normalize("NFKC").toLowerCase()
  .replace(/[\\u30a1-\\u30f6]/g, (letter) => String.fromCharCode(letter.charCodeAt(0) - 0x60));
function narrow() {
  const wanted = folded(box.value).split(/\\s+/).filter(Boolean);
  for (const row of rows) row.hidden = !wanted.every((word) => row.dataset.found.includes(word));
  none.hidden = rows.some((row) => !row.hidden);
}
document.getElementById("finder").hidden = false;
box.addEventListener("input", narrow);
narrow();
"""
_TEMPLATE: Final = """<!doctype html>
<html lang="{{ language }}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-{{ script_hash }}'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{{ title }}</title>
<style>
body { font-family: "Noto Sans JP", "Noto Sans CJK JP", "Hiragino Sans", "Yu Gothic UI", Meiryo, sans-serif; color: #1f2933;
  margin: 0 auto; max-width: 1000px; padding: 1.5rem; line-height: 1.6; }
h1 { font-size: 1.35rem; margin: 0 0 .4rem; }
h2 { font-size: 1.05rem; margin: 2rem 0 .4rem; }
.banner { background: #fff4e0; border: 1px solid #e0a54b; border-left: 6px solid #c77700; color: #5b3200; padding: .35rem .8rem;
  font-weight: 600; margin-bottom: 1rem; }
.failed, .reason { color: #8a3b00; }
#finder { margin: .8rem 0; } #finder[hidden], tr[hidden], #none[hidden] { display: none; }
#search { font: inherit; padding: .35rem .6rem; width: 34rem; max-width: 100%; border: 1px solid #9aa5b1; border-radius: 4px; }
table { border-collapse: collapse; width: 100%; }
th, td { border-bottom: 1px solid #d5dbe1; text-align: left; padding: .35rem .8rem .35rem 0; vertical-align: top; overflow-wrap: anywhere; }
th { color: #4a5560; font-size: .85rem; }
td .reading { color: #4a5560; font-size: .82rem; margin-left: .6rem; }
td .reason { font-size: .85rem; }
.sources { font-size: .85rem; } .sources th { width: 11rem; font-weight: 600; }
a { color: #1d5fa8; }
@media print { #finder { display: none; } }
</style>
</head>
<body>
{% if banner %}<div class="banner" role="note">{{ banner }}</div>{% endif %}
<h1>{{ title }}</h1>
<p>{{ counted }}{% if has_failed %} <span class="failed">{{ failed }}</span>{% endif %}</p>
<div id="finder" hidden><input id="search" type="search" placeholder="{{ search }}" aria-label="{{ search }}"></div>
<table>
<thead><tr><th>{{ words.column_name }}</th>{% for column in columns %}<th>{{ column }}</th>{% endfor %}</tr></thead>
<tbody>
{% for row in rows %}
<tr data-found="{{ row.found_by }}"><td>{{ row.name }}{% if row.reading %}<span class="reading">{{ row.reading }}</span>{% endif %}
{% for reason in row.reasons %}<div class="reason">{{ words.pp_index_not_made }} {{ reason }}</div>{% endfor %}
</td>{% for file, form, tongue in row.links %}<td>{% if file %}<a href="{{ file }}" hreflang="{{ tongue }}">{{ form }}</a>{% else %}—{% endif %}</td>{% endfor %}</tr>
{% endfor %}
</tbody>
</table>
<p id="none" hidden>{{ words.pp_index_none }}</p>
<h2>{{ words.pp_index_sources }}</h2>
<table class="sources"><tbody>
{% for name, text in sources %}<tr><th scope="row">{{ name }}</th><td>{{ text }}</td></tr>
{% endfor %}
</tbody></table>
<script>{{ script|safe }}</script>
</body>
</html>
"""
