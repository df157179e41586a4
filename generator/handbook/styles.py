"""How the handbook looks: A4, and one paragraph style for each thing that is said.

Chinese type needs its font twice, once for Latin letters and once for East Asian ones; a style that sets only the first
falls back to whatever the reader's Word thinks fit.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, cast

from docx.document import Document
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING, WD_TAB_ALIGNMENT, WD_TAB_LEADER
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor
from docx.styles.style import ParagraphStyle

from templates.words import lookup

PAGE: Final = (21.0, 29.7)
MARGINS: Final = {"left": 2.2, "right": 2.2, "top": 2.4, "bottom": 2.1}
TEXT_WIDTH: Final = PAGE[0] - MARGINS["left"] - MARGINS["right"]
"""All in centimetres."""

LATIN: Final = "Times New Roman"
BLACK, GREY, RED = RGBColor(0, 0, 0), RGBColor(0x59, 0x59, 0x59), RGBColor(0xC0, 0x00, 0x00)
LEFT, CENTRE, RIGHT = WD_ALIGN_PARAGRAPH.LEFT, WD_ALIGN_PARAGRAPH.CENTER, WD_ALIGN_PARAGRAPH.RIGHT

BODY: Final = "Normal"
CELL, NOTE, MARK, STRONG = "Cell Text", "Cell Note", "Cell Mark", "Cell Strong"
CENTRED, HEAD, NUMBER = "Cell Centred", "Cell Head", "Cell Number"
FORM_HEAD: Final = "Form Head"
TITLE, SUBTITLE = "Cover Title", "Cover Subtitle"
IMPRINT, SMALL_PRINT = "Cover Imprint", "Cover Small Print"
CONTENTS: Final = "Contents Title"


@dataclass(frozen=True, slots=True)
class Look:
    """A paragraph style; sizes and spaces in points, the font as words/handbook.toml names it.

    ``line`` is the exact height of a line: fonts differ in the height that they ask for, and so would the pages.
    """

    font: str
    size: float
    line: float
    bold: bool = False
    colour: RGBColor = BLACK
    align: WD_ALIGN_PARAGRAPH = LEFT
    before: float = 0
    after: float = 0
    left: float = 0


LOOKS: Final = {
    BODY: Look("body", 12, 19, after=4),
    "Heading 1": Look("heading", 16, 24, bold=True, before=18, after=10),
    "Heading 2": Look("heading", 14, 21, bold=True, before=16, after=6),
    "Heading 3": Look("heading", 12, 18, bold=True, before=10, after=4),
    "toc 1": Look("body", 11, 15, bold=True, before=3),
    "toc 2": Look("body", 10.5, 14, left=14),
    "Header": Look("table", 9, 12, colour=GREY, align=CENTRE),
    "Footer": Look("table", 9, 12, colour=GREY, align=CENTRE),
    CELL: Look("table", 9, 12, before=1.5, after=1.5),
    NOTE: Look("table", 8, 10.5, colour=GREY, before=1, after=1.5),
    MARK: Look("table", 9, 12, bold=True, colour=RED, before=1.5),
    STRONG: Look("table", 9, 12, bold=True, before=1.5, after=1.5),
    CENTRED: Look("table", 9, 12, align=CENTRE, before=1.5, after=1.5),
    NUMBER: Look("table", 9, 12, align=RIGHT, before=1.5, after=1.5),
    HEAD: Look("table", 9, 12, bold=True, align=CENTRE, before=2, after=2),
    FORM_HEAD: Look("table", 10, 14, left=290),
    TITLE: Look("heading", 26, 38, bold=True, align=CENTRE, before=120, after=16),
    SUBTITLE: Look("body", 16, 26, align=CENTRE, after=8),
    IMPRINT: Look("body", 12, 20, align=CENTRE, after=4),
    SMALL_PRINT: Look("body", 10.5, 16, before=24),
    CONTENTS: Look("heading", 16, 24, bold=True, align=CENTRE, after=8),
}
_BUILT_IN: Final = ("toc 1", "toc 2")
"""Styles that Word knows by these names, though the empty document lacks them."""


def dress(document: Document) -> None:
    """Give an empty document its page and its styles."""
    section = document.sections[0]
    section.page_width, section.page_height = (Cm(length) for length in PAGE)
    for side, width in MARGINS.items():
        setattr(section, f"{side}_margin", Cm(width))
    section.header_distance = section.footer_distance = Cm(1.2)
    _speak_chinese(document)
    for name, look in LOOKS.items():
        _apply(_style(document, name), look)
    for name in _BUILT_IN:
        stops = _style(document, name).paragraph_format.tab_stops
        stops.add_tab_stop(Cm(TEXT_WIDTH), WD_TAB_ALIGNMENT.RIGHT, WD_TAB_LEADER.DOTS)


def _speak_chinese(document: Document) -> None:
    """Say that East Asian text is Chinese: punctuation and line breaks differ from the Japanese ones."""
    for language in document.styles.element.iter(qn("w:lang")):
        language.set(qn("w:eastAsia"), "zh-CN")


def _style(document: Document, name: str) -> ParagraphStyle:
    if name not in document.styles:
        document.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH, builtin=name in _BUILT_IN)
    return cast(ParagraphStyle, document.styles[name])


def _apply(style: ParagraphStyle, look: Look) -> None:
    style.font.size, style.font.bold, style.font.color.rgb = Pt(look.size), look.bold, look.colour
    layout = style.paragraph_format
    layout.alignment, layout.line_spacing, layout.left_indent = look.align, Pt(look.line), Pt(look.left)
    layout.line_spacing_rule = WD_LINE_SPACING.EXACTLY
    layout.space_before, layout.space_after = Pt(look.before), Pt(look.after)
    _set_font(style, lookup("handbook.fonts")[look.font])


def _set_font(style: ParagraphStyle, chinese: str) -> None:
    """Name both fonts, and drop the theme's, which would win."""
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for attribute in list(fonts.attrib):
        del fonts.attrib[attribute]
    for script, font in {"ascii": LATIN, "hAnsi": LATIN, "cs": LATIN, "eastAsia": chinese}.items():
        fonts.set(qn(f"w:{script}"), font)
