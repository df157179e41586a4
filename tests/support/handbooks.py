"""A handbook read back: its headings, and under each its tables as texts, line by line."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import docx
from docx.oxml.ns import qn
from docx.table import Table
from docx.text.paragraph import Paragraph

Cells = tuple[tuple[str, ...], ...]
"""A row: for each cell its paragraphs."""


@dataclass
class Section:
    """What stands under a heading, up to the next."""

    title: str
    level: int
    texts: list[str] = field(default_factory=list)
    tables: list[list[Cells]] = field(default_factory=list)

    @property
    def rows(self) -> list[Cells]:
        """Return the rows of its tables without their headers."""
        return [row for table in self.tables for row in table[1:]]


class Handbook:
    """A .docx as its reader finds it."""

    def __init__(self, path: Path) -> None:
        """Read the document."""
        self.document = docx.Document(str(path))
        self.sections = list(self._sections())

    def _sections(self) -> Iterator[Section]:
        section = Section("", 0)
        for block in self.document.iter_inner_content():
            if isinstance(block, Table):
                section.tables.append([_cells(tr) for tr in block._tbl.tr_lst])
            elif (level := _level(block)) == 0:
                section.texts.append(block.text)
            else:
                yield section
                section = Section(block.text, level)
        yield section

    @property
    def lines(self) -> list[str]:
        """Return every paragraph of the document, those in tables, too."""
        return [_text(paragraph) for paragraph in self.document.element.body.iter(qn("w:p"))]

    def titles(self, level: int) -> list[str]:
        """Return the headings of one level."""
        return [section.title for section in self.sections if section.level == level]

    def under(self, title: str, subtitle: str = "") -> Section:
        """Return the one section of this title, or of ``subtitle`` below it."""
        (start,) = [place for place, section in enumerate(self.sections) if section.title == title]
        if not subtitle:
            return self.sections[start]
        for section in self.sections[start + 1 :]:
            if section.level <= self.sections[start].level:
                break
            if section.title == subtitle:
                return section
        return Section(subtitle, 3)


def _level(paragraph: Paragraph) -> int:
    style = paragraph.style.name if paragraph.style else ""
    return int(style[-1]) if style and style.startswith("Heading ") else 0


def _cells(tr: Any) -> Cells:
    return tuple(tuple(_text(paragraph) for paragraph in tc.p_lst) for tc in tr.tc_lst)


def _text(paragraph: Any) -> str:
    return "".join(text.text or "" for text in paragraph.iter(qn("w:t")))
