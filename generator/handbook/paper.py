"""A Word document in the making: headings that the table of contents finds, paragraphs, tables, fields.

Cells are written on the level of the XML elements: through python-docx's own proxies a handbook takes many times as
long. Two papers with the same content are the same bytes.
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any, Final

import docx
from docx.document import Document
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm
from docx.text.paragraph import Paragraph

from generator.files import UNDATED
from generator.handbook.styles import BODY, CELL, CONTENTS, HEAD, NOTE, TEXT_WIDTH, dress
from templates.characters import keep_writable
from templates.words import lookup, say

_CONTENTS_FIELD = r'TOC \o "1-2" \h \z \u'
_HEAD_FILL, _SPAN_FILL = "D9E2F3", "F2F2F2"


@dataclass(frozen=True, slots=True)
class Line:
    """A paragraph of a table's cell."""

    text: str
    style: str = CELL


Cell = str | Sequence[Line]
Row = Sequence[Cell]
"""A row of one cell in a table of more columns spans the table, as a subheading does."""


@dataclass(frozen=True, slots=True)
class _Entry:
    """A line of the table of contents."""

    text: str
    level: int
    anchor: str


LEFTOVERS: Final = frozenset({"stylesWithEffects", "thumbnail", "customXml"})
"""Kinds of parts: styles of a Word before 2013, the picture of somebody's first page, an empty list of sources."""


class Paper:
    """A document that grows from its first page to its last."""

    def __init__(self, title: str) -> None:
        """Start an empty document whose pages bear ``title``."""
        self._document = docx.Document()
        _drop_leftovers(self._document)
        self._entries: list[_Entry] = []
        self._contents: Paragraph | None = None
        dress(self._document)
        self._properties(title)
        self._head_and_foot(title)

    def _properties(self, title: str) -> None:
        title = keep_writable(title)
        properties = self._document.core_properties
        properties.title, properties.author, properties.comments = title, say("handbook.author"), ""
        properties.created = properties.modified = UNDATED

    def _head_and_foot(self, title: str) -> None:
        section = self._document.sections[0]
        section.different_first_page_header_footer = True
        section.header.paragraphs[0].text = keep_writable(title)
        foot = section.footer.paragraphs[0]
        before, between, after = lookup("handbook.page")
        for text, field in ((before, "PAGE"), (between, "NUMPAGES")):
            foot.add_run(text)
            _field(foot._p, field)
        foot.add_run(after)

    # --- text --------------------------------------------------------------------------------------------------------

    def heading(self, text: str, level: int, *, new_page: bool = False) -> None:
        """Add a heading; those of the first two levels are listed in the table of contents."""
        text = keep_writable(text)
        paragraph = self._document.add_heading(text, level)
        paragraph.paragraph_format.page_break_before = new_page or None
        if level <= 2:
            number = len(self._entries) + 1
            entry = _Entry(text, level, f"_Toc{number:06}")
            self._entries.append(entry)
            start = _element("w:bookmarkStart", id=str(number), name=entry.anchor)
            paragraph._p.r_lst[0].addprevious(start)
            paragraph._p.append(_element("w:bookmarkEnd", id=str(number)))

    def text(self, text: str, style: str = BODY) -> None:
        """Add a paragraph."""
        self._document.add_paragraph(keep_writable(text), style)

    def contents(self) -> None:
        """Put the table of contents here, on a page of its own."""
        title = self._document.add_paragraph(say("handbook.contents"), CONTENTS)
        title.paragraph_format.page_break_before = True
        self._contents = self._document.add_paragraph(style=NOTE)

    # --- tables ------------------------------------------------------------------------------------------------------

    def table(self, header: Sequence[str], widths: Sequence[float], rows: Iterable[Row]) -> None:
        """Add a table. Widths are shares of the text's width; ``header`` is repeated on every page."""
        table = self._document.add_table(rows=1, cols=len(header), style="Table Grid")
        table.autofit = False
        head = table.rows[0]._tr
        for column, tc, width in zip(table.columns, head.tc_lst, widths, strict=True):
            column.width = tc.width = Cm(width * TEXT_WIDTH / sum(widths))
        _fill(head, [[Line(text, HEAD)] for text in header], _HEAD_FILL)
        head.get_or_add_trPr().append(_element("w:tblHeader"))
        for row in rows:
            _add_row(table._tbl, row)
        self._document.add_paragraph(style=CELL)

    # --- saving ------------------------------------------------------------------------------------------------------

    def save(self, path: Path) -> None:
        """Write the document. Raises OSError when ``path`` cannot be written."""
        if self._contents is not None:
            _fill_contents(self._contents, self._entries)
        plain = BytesIO()
        self._document.save(plain)
        with zipfile.ZipFile(plain) as parts, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package:
            for part in parts.infolist():
                undated = zipfile.ZipInfo(part.filename)
                package.writestr(undated, parts.read(part), zipfile.ZIP_DEFLATED)


def _drop_leftovers(document: Document) -> None:
    """Leave out what stands in python-docx's own template and belongs to no document of ours."""
    for relations in (document.part.package.rels, document.part.rels):
        for id in [id for id, relation in relations.items() if relation.reltype.rpartition("/")[2] in LEFTOVERS]:
            del relations[id]
    document.settings.element.find(qn("w:zoom")).set(qn("w:percent"), "100")  # the standard asks for it


# --- rows ------------------------------------------------------------------------------------------------------------


def _add_row(tbl: Any, row: Row) -> None:
    widths = [column.w for column in tbl.tblGrid.gridCol_lst]
    tr = tbl.add_tr()
    if len(row) == 1 < len(widths):
        across = tr.add_tc()
        across.width, across.grid_span = sum(widths), len(widths)
        _fill(tr, row, _SPAN_FILL)
    else:
        for width in widths:
            tr.add_tc().width = width
        _fill(tr, row)


def _fill(tr: Any, cells: Row, fill: str = "") -> None:
    """Write a row that no page break divides."""
    tr.get_or_add_trPr().append(_element("w:cantSplit"))
    for tc, cell in zip(tr.tc_lst, cells, strict=True):
        if fill:
            tc.get_or_add_tcPr().append(_element("w:shd", val="clear", color="auto", fill=fill))
        lines = [Line(cell)] if isinstance(cell, str) else cell
        for number, line in enumerate(lines):
            paragraph = tc.p_lst[0] if number == 0 else tc.add_p()
            paragraph.style = line.style.replace(" ", "")  # ids of styles are their names without blanks
            paragraph.add_r().text = keep_writable(line.text)


# --- fields ----------------------------------------------------------------------------------------------------------


def _fill_contents(place: Paragraph, entries: Sequence[_Entry]) -> None:
    """Write the field that Word fills, and in it what every program shows until then: a line for each heading.

    Page numbers are known to whoever lays the pages out; the last line says how to get them, and goes when they come.
    """
    for number, entry in enumerate(entries):
        line = place.insert_paragraph_before(style=f"toc {entry.level}")
        if number == 0:
            _begin(line._p, _CONTENTS_FIELD, dirty="true")
        link = _element("w:hyperlink", anchor=entry.anchor)
        line._p.append(link)
        _run(link, entry.text)
    _run(place._p, say("handbook.no_page_numbers"))
    _run(place._p).append(_element("w:fldChar", fldCharType="end"))


def _field(parent: Any, instruction: str) -> None:
    _begin(parent, instruction)
    _run(parent, "")
    _run(parent).append(_element("w:fldChar", fldCharType="end"))


def _begin(parent: Any, instruction: str, **attributes: str) -> None:
    _run(parent).append(_element("w:fldChar", fldCharType="begin", **attributes))
    told = _element("w:instrText")
    told.text = instruction
    _run(parent).append(told)
    _run(parent).append(_element("w:fldChar", fldCharType="separate"))


def _run(parent: Any, text: str = "") -> Any:
    run = OxmlElement("w:r")
    parent.append(run)
    if text:
        run.text = text
    return run


def _element(tag: str, **attributes: str) -> Any:
    return OxmlElement(tag, {qn(f"w:{name}"): value for name, value in attributes.items()})
