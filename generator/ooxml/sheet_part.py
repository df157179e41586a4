"""A sheet of a saved workbook spelled anew: our cells, and the looks that the workbook already has.

A style is a number, and every program numbers its styles in its own way. So the new sheet takes the numbers that the
old one has in known cells, and keeps its conditional formats as they are.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final
from xml.etree import ElementTree
from xml.sax.saxutils import quoteattr

from generator.ooxml.parts import cut_namespace
from generator.ooxml.rows import spell_text
from templates.layout import name_column, number_column

_PLACE: Final = re.compile(r"[A-Z]+|\d+")
_RELATIONS: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_KEPT_LAST: Final = ("drawing", "legacyDrawing", "legacyDrawingHF", "picture")
"""What follows everything else of a sheet and leads to other parts: comments and pictures of the unit's own."""


_LONGEST: Final = 200
"""No more than so many characters stand in one text of a formula; Excel takes 255."""


@dataclass(frozen=True)
class PlainCell:
    """A cell to be written: a text, or one that jumps to a place."""

    text: str
    style: int = 0
    jump: str = ""
    """A place in the workbook, such as ``'KX03'!E31``."""

    def spell(self, place: str, *, as_formula: bool = False) -> str:
        """Return it as the sheet's XML has it. A blank one holds its style alone.

        ``as_formula`` makes a formula of it that yields the text.
        """
        head = f'<c r="{place}" s="{self.style}"'
        if self.jump or as_formula:
            told = f"HYPERLINK({_quote('#' + self.jump)},{_quote(self.text)})" if self.jump else _quote(self.text)
            return f'{head} t="str"><f>{_escape(told)}</f><v>{_escape(self.text)}</v></c>'
        if not self.text:
            return f"{head}/>"
        return f'{head} t="inlineStr"><is>{spell_text(self.text)}</is></c>'


def _quote(text: str) -> str:
    """Return a text as formulas have it: in pieces no longer than they take."""
    pieces = [text[start : start + _LONGEST] for start in range(0, len(text), _LONGEST)] or [""]
    return "&".join('"' + piece.replace('"', '""') + '"' for piece in pieces)


def _escape(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


@dataclass(frozen=True)
class SavedSheet:
    """The part of a sheet, as it was saved."""

    xml: bytes

    @cached_property
    def root(self) -> ElementTree.Element:
        """Its root element."""
        return ElementTree.fromstring(self.xml)

    @property
    def namespace(self) -> str:
        """The namespace of its elements: a strict file has another."""
        return self.root.tag[1:].partition("}")[0]

    @cached_property
    def _styles(self) -> dict[str, int]:
        """The styles of cells by address."""
        return {node.get("r", ""): int(node.get("s", "0")) for node in self._all("c")}

    def style_of(self, cell: str) -> int:
        """Return the number of a cell's style: its own, else its column's."""
        return self._styles.get(cell, self.style_of_column(number_column(_PLACE.findall(cell)[0])))

    def style_of_column(self, column: int) -> int:
        """Return the number of a column's style."""
        for node in self._all("col"):
            if int(node.get("min", "0")) <= column <= int(node.get("max", "0")):
                return int(node.get("style", "0"))
        return 0

    @cached_property
    def formulas(self) -> frozenset[str]:
        """The cells with a formula. Another part lists them, and Excel takes it for damage where one has none."""
        return frozenset(
            node.get("r", "") for node in self._all("c") if node.find(f"{{{self.namespace}}}f") is not None
        )

    def _all(self, tag: str) -> Iterable[ElementTree.Element]:
        return self.root.iter(f"{{{self.namespace}}}{tag}")

    def keep(self, *tags: str) -> str:
        """Return the elements of these kinds right below the root as they are, in one namespace."""
        return "".join(_spell(node) for node in self.root if cut_namespace(node.tag) in tags)

    @property
    def tail(self) -> str:
        """What leads to other parts."""
        return self.keep(*_KEPT_LAST)


@dataclass
class NewSheet:
    """The same sheet with other cells in it."""

    old: SavedSheet
    widths: Sequence[float]
    """Of the columns from the first on; one that is 0 is hidden."""
    frozen: int
    """So many rows stay in sight."""
    rows: dict[int, tuple[dict[str, PlainCell], float]] = field(default_factory=dict)
    """Cells by their columns' letters, and the row's height in points; 0 leaves it to the program."""
    merged: list[str] = field(default_factory=list)

    def put(self, row: int, cells: Mapping[str, PlainCell], height: float = 0) -> None:
        """Put a row in."""
        self.rows[row] = dict(cells), height

    def spell(self, selected: str) -> bytes:
        """Return the part; the sheet is the one that is open, with a cell selected."""
        xml = (
            '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
            f'<worksheet xmlns="{self.old.namespace}" xmlns:r="{_RELATIONS}">'
            f"{self.old.keep('sheetPr')}{self._view(selected)}"
            f'<sheetFormatPr defaultRowHeight="15"/>{self._columns()}<sheetData>{self._rows()}</sheetData>'
            f"{self._merged()}{self.old.keep('conditionalFormatting')}{self.old.keep('printOptions', 'pageMargins')}"
            f'<pageSetup paperSize="9" fitToHeight="0" orientation="landscape" blackAndWhite="1"/>{self.old.tail}'
            "</worksheet>"
        )
        return xml.encode()

    def _view(self, selected: str) -> str:
        return (
            '<sheetViews><sheetView showGridLines="0" tabSelected="1" workbookViewId="0">'
            f'<pane ySplit="{self.frozen}" topLeftCell="A{self.frozen + 1}" activePane="bottomLeft" state="frozen"/>'
            f'<selection pane="bottomLeft" activeCell="{selected}" sqref="{selected}"/></sheetView></sheetViews>'
        )

    def _columns(self) -> str:
        told = []
        for number, width in enumerate(self.widths, start=1):
            size = f'width="{width:.4f}" customWidth="1"' if width else 'width="9" hidden="1" customWidth="1"'
            told.append(f'<col min="{number}" max="{number}" {size} style="{self.old.style_of_column(number)}"/>')
        return f"<cols>{''.join(told)}</cols>"

    def _rows(self) -> str:
        for place in self.old.formulas:
            column, row = _PLACE.findall(place)
            self.rows.setdefault(int(row), ({}, 0))[0].setdefault(column, PlainCell(""))
        return "".join(self._row(row, cells, height) for row, (cells, height) in sorted(self.rows.items()))

    def _row(self, row: int, cells: Mapping[str, PlainCell], height: float) -> str:
        high = f' ht="{height:g}" customHeight="1"' if height else ""
        told = "".join(
            cells[column].spell(f"{column}{row}", as_formula=f"{column}{row}" in self.old.formulas)
            for column in sorted(cells, key=number_column)
        )
        return f'<row r="{row}"{high}>{told}</row>'

    def _merged(self) -> str:
        told = "".join(f'<mergeCell ref="{area}"/>' for area in self.merged)
        return f'<mergeCells count="{len(self.merged)}">{told}</mergeCells>' if told else ""


def spell_numbers(old: SavedSheet, block: Sequence[Sequence[int | None]]) -> bytes:
    """Return the part of a sheet with nothing in it but a block of numbers from the first cell on."""
    rows = "".join(_spell_numbers(number, line) for number, line in enumerate(block, start=1) if any(line))
    head = f'<worksheet xmlns="{old.namespace}" xmlns:r="{_RELATIONS}">'
    view = '<sheetViews><sheetView workbookViewId="0"/></sheetViews>'
    return (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
        f"{head}{old.keep('sheetPr')}{view}<sheetData>{rows}</sheetData>{old.tail}</worksheet>"
    ).encode()


def _spell_numbers(row: int, numbers: Sequence[int | None]) -> str:
    placed = [(name_column(column), number) for column, number in enumerate(numbers, start=1) if number]
    return f'<row r="{row}">{"".join(f"<c r={quoteattr(at + str(row))}><v>{n}</v></c>" for at, n in placed)}</row>'


def _spell(node: ElementTree.Element) -> str:
    """Return an element with everything in it that belongs to its namespace, or leads to another part."""
    tag, inside = cut_namespace(node.tag), node.tag.partition("}")[0]
    told = "".join(f" {_spell_key(key)}={quoteattr(text)}" for key, text in node.items() if _is_known(key))
    children = "".join(_spell(child) for child in node if child.tag.partition("}")[0] == inside)
    content = _escape(node.text or "") + children if node.text and node.text.strip() else children
    return f"<{tag}{told}>{content}</{tag}>" if content else f"<{tag}{told}/>"


def _is_known(key: str) -> bool:
    return not key.startswith("{") or "relationships" in key


def _spell_key(key: str) -> str:
    return f"r:{cut_namespace(key)}" if key.startswith("{") else key
