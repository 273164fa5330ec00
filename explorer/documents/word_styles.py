"""Styles of Word files: a font with Japanese, headings, notes, warnings, tables; they can be changed in Word."""

from __future__ import annotations

from typing import Any, Final, NamedTuple

from explorer.documents.word_parts import add_element, new_element
from explorer.words import Language

JAPANESE_FONT: Final = "游ゴシック"
LATIN_FONT: Final = "Yu Gothic"
_OTHER_FONTS: Final = "IPAexGothic, MS Gothic, Noto Sans CJK JP"  # where Yu Gothic is not installed
_INK, _PALE, _ACCENT, _RULE, _HEAD, _SOFT = "1F2933", "4A5560", "163A5C", "B9C4CF", "E8EEF4", "F6F8FA"


class _Look(NamedTuple):
    """How a style of paragraphs looks; sizes and spaces in points; `base` of a style that Word does not have itself."""

    name: str
    base: str = ""
    size: float = 10
    bold: bool = False
    colour: str = _INK
    before: float = 0
    after: float = 0
    keeps_next: bool = False
    line: float = 0  # height of a line, where only text stands: Yu Gothic asks for very high ones
    line_at_least: float = 0  # where a picture may be put between the words


_STYLES: Final = (
    _Look("Normal", after=6, line_at_least=15.5),
    _Look("Title", size=18, bold=True, colour=_ACCENT, after=2, keeps_next=True),
    _Look("Subtitle", colour=_PALE, after=12),
    _Look("Heading 1", size=14, bold=True, colour=_ACCENT, before=18, after=6, keeps_next=True),
    _Look("Heading 2", size=11.5, bold=True, colour=_ACCENT, before=12, after=4, keeps_next=True),
    _Look("Heading 3", bold=True, before=10, after=3, keeps_next=True),
    _Look("Caption", size=9, bold=True, before=6, after=3, line=12.5),
    _Look("List Bullet", after=3, line_at_least=15.5),
    _Look("Header", size=8),
    _Look("Footer", size=8, colour=_PALE),
    _Look("Lead", base="Normal", size=10.5, after=6, line_at_least=15.5),
    _Look("Note", base="Normal", size=8, colour=_PALE, before=2, after=6, line=11),
    _Look("Warning", base="Normal", before=4, after=8, line_at_least=15.5),
    _Look("Picture", base="Normal", before=6, keeps_next=True),
    _Look("Table Text", base="Normal", size=8.5, line=11.5),
    _Look("Fact Label", base="Normal", size=8, before=2, keeps_next=True, line=11),
    _Look("Fact Value", base="Normal", size=14, bold=True, keeps_next=True, line=19),
    _Look("After Table", base="Normal", size=4, after=4, line=4),
)


def new_word_file(language: Language) -> Any:
    """An empty A4 file with the styles of documents, in a language."""
    import docx
    from docx.shared import Mm

    file = docx.Document()
    section = file.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin = section.right_margin = section.top_margin = section.bottom_margin = Mm(18)
    section.header_distance = section.footer_distance = Mm(9)
    _set_today(file)
    _set_defaults(file, language)
    for look in _STYLES:
        _set_style(file, look)
    _set_frames(file)
    _add_table_styles(file)
    return file


def _set_defaults(file: Any, language: Language) -> None:
    from docx.oxml.ns import qn

    styles = file.styles.element
    defaults = styles.find(f"{qn('w:docDefaults')}/{qn('w:rPrDefault')}/{qn('w:rPr')}")
    for name in ("w:rFonts", "w:lang"):
        for element in defaults.findall(qn(name)):
            defaults.remove(element)
    defaults.insert(0, _fonts())
    add_element(defaults, "w:lang", **{"w:val": "ja-JP" if language == "ja" else "en-GB", "w:eastAsia": "ja-JP"})
    table = next(part for part in file.part.package.iter_parts() if str(part.partname) == "/word/fontTable.xml")
    listed = "".join(
        f'<w:font w:name="{name}"><w:altName w:val="{other}, {_OTHER_FONTS}"/><w:charset w:val="80"/>'
        '<w:family w:val="modern"/><w:pitch w:val="variable"/></w:font>'
        for name, other in ((JAPANESE_FONT, LATIN_FONT), (LATIN_FONT, JAPANESE_FONT))
    )
    table._blob = table.blob.replace(b"</w:fonts>", f"{listed}</w:fonts>".encode())  # noqa: SLF001


def _set_today(file: Any) -> None:
    """The empty file of python-docx is of 2010: Word would open it in its compatibility mode, with a picture of 2013."""
    from docx.oxml.ns import qn

    for setting in file.settings.element.iter(qn("w:compatSetting")):
        if setting.get(qn("w:name")) == "compatibilityMode":
            setting.set(qn("w:val"), "15")
    package = file.part.package
    for key, relation in list(package.rels.items()):
        if relation.reltype.endswith(("/thumbnail", "/extended-properties")):
            del package.rels[key]


def _set_style(file: Any, look: _Look) -> None:
    from docx.enum.style import WD_STYLE_TYPE
    from docx.enum.text import WD_LINE_SPACING
    from docx.oxml.ns import qn
    from docx.shared import Pt, RGBColor

    if look.base:
        style = file.styles.add_style(look.name, WD_STYLE_TYPE.PARAGRAPH)
        style.base_style, style.quick_style = file.styles[look.base], True
    else:
        style = file.styles[look.name]
    properties = style.element.get_or_add_rPr()
    for element in properties.findall(qn("w:rFonts")):
        properties.remove(element)
    properties.insert(0, _fonts())
    style.font.size, style.font.bold, style.font.italic = Pt(look.size), look.bold, False
    style.font.color.rgb = RGBColor.from_string(look.colour)
    layout = style.paragraph_format
    layout.space_before, layout.space_after = Pt(look.before), Pt(look.after)
    layout.keep_with_next = look.keeps_next
    layout.line_spacing = Pt(look.line or look.line_at_least) or 1.0
    if look.line_at_least:
        layout.line_spacing_rule = WD_LINE_SPACING.AT_LEAST


def _set_frames(file: Any) -> None:
    from docx.enum.text import WD_TAB_ALIGNMENT
    from docx.oxml.ns import qn
    from docx.shared import Mm, Pt

    for name, edges, fill in (
        ("Heading 1", {"bottom": ("8", _ACCENT)}, ""),
        ("Title", {}, ""),
        ("Warning", dict.fromkeys(("top", "left", "bottom", "right"), ("6", "9A6700")), "FFF8E6"),
    ):
        properties = file.styles[name].element.get_or_add_pPr()
        for old in properties.findall(qn("w:pBdr")):
            properties.remove(old)
        # the order of elements is prescribed: borders, shading, tabs before spacing
        at = next((i for i, e in enumerate(properties) if e.tag in {qn("w:tabs"), qn("w:spacing")}), len(properties))
        if fill:
            properties.insert(at, new_element("w:shd", **{"w:val": "clear", "w:color": "auto", "w:fill": fill}))
        if edges:
            border = new_element("w:pBdr")
            for edge, (size, colour) in edges.items():
                add_element(border, f"w:{edge}", **{"w:val": "single", "w:sz": size, "w:space": "4", "w:color": colour})
            properties.insert(at, border)
    frame = file.styles["Warning"].paragraph_format
    frame.left_indent = frame.right_indent = Pt(5)  # borders stand outside the text
    stops = file.styles["Footer"].paragraph_format.tab_stops
    for stop in list(stops):
        del stops[0]
        del stop
    stops.add_tab_stop(Mm(174), WD_TAB_ALIGNMENT.RIGHT)


def _add_table_styles(file: Any) -> None:
    from docx.enum.style import WD_STYLE_TYPE

    for name, lines, fill in (("Explorer Table", "bottom insideH", ""), ("Key Facts", "top left bottom right insideH insideV", _SOFT), ("Figures", "", "")):  # fmt: skip
        style = file.styles.add_style(name, WD_STYLE_TYPE.TABLE)
        style.base_style = file.styles["Normal Table"]
        table = add_element(style.element, "w:tblPr")
        if lines:
            borders = add_element(table, "w:tblBorders")
            for edge in lines.split():
                add_element(borders, f"w:{edge}", **{"w:val": "single", "w:sz": "4", "w:space": "0", "w:color": _RULE})
        margins = add_element(table, "w:tblCellMar")
        for edge in ("top", "left", "bottom", "right"):
            width = {"top": "30", "bottom": "30"}.get(edge, "90" if lines else "0")
            add_element(margins, f"w:{edge}", **{"w:w": width, "w:type": "dxa"})
        if fill:
            cell = add_element(style.element, "w:tcPr")
            add_element(cell, "w:shd", **{"w:val": "clear", "w:color": "auto", "w:fill": fill})
        if name == "Explorer Table":
            head = add_element(style.element, "w:tblStylePr", **{"w:type": "firstRow"})
            add_element(add_element(head, "w:rPr"), "w:b")
            cell = add_element(head, "w:tcPr")
            borders = add_element(cell, "w:tcBorders")
            for edge in ("top", "bottom"):
                add_element(
                    borders, f"w:{edge}", **{"w:val": "single", "w:sz": "8", "w:space": "0", "w:color": _ACCENT}
                )
            add_element(cell, "w:shd", **{"w:val": "clear", "w:color": "auto", "w:fill": _HEAD})


def _fonts() -> Any:
    return new_element(
        "w:rFonts",
        **{"w:ascii": LATIN_FONT, "w:hAnsi": LATIN_FONT, "w:cs": LATIN_FONT, "w:eastAsia": JAPANESE_FONT},
    )
