"""One sheet as read: values by row, and what calamine does not show: formulas, error cells, missing results."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from io import BytesIO
from typing import Final

from addin.reading.cells import Raw, show_as_text
from templates.layout import name_column

Place = tuple[int, int]
"""Row and column, from 1."""

_REFERENCE: Final = re.compile(r"([A-Z]{1,3})([0-9]+)")


@dataclass(frozen=True, slots=True)
class XmlCell:
    """A cell of a sheet part. ``formula`` is None without one; ``value`` is None when no result is stored."""

    place: Place
    type: str
    value: str | None
    formula: str | None


@dataclass
class Grid:
    """A sheet's cells. Rows and columns count from 1; a cell that is not there is the empty string."""

    sheet: str
    rows: dict[int, list[Raw]] = field(default_factory=dict)
    formulas: dict[Place, str] = field(default_factory=dict)
    errors: dict[Place, str] = field(default_factory=dict)
    uncached: set[Place] = field(default_factory=set)

    def value(self, row: int, column: int) -> Raw:
        """Return what stands in the cell; error cells and formulas without a result are blank."""
        cells = self.rows.get(row, ())
        return cells[column - 1] if column <= len(cells) else ""

    def label(self, row: int, column: int) -> str:
        """Return the cell's text without any blanks and line breaks, for finding headers and codes."""
        return "".join(show_as_text(self.value(row, column)).split())

    def labels(self, row: int) -> dict[str, int]:
        """Return the texts of a row with their columns; of equal texts the first."""
        found: dict[str, int] = {}
        for column in range(1, len(self.rows.get(row, ())) + 1):
            found.setdefault(self.label(row, column), column)
        found.pop("", None)
        return found

    def columns(self, row: int, expected: Mapping[str, int]) -> dict[str, int]:
        """Return the columns of a header's texts, given where they should stand.

        A text that stands twice is left out, unless nothing in the row has moved: then it is the one in its place.
        """
        found: dict[str, list[int]] = {}
        for column in range(1, len(self.rows.get(row, ())) + 1):
            if (label := self.label(row, column)) in expected:
                found.setdefault(label, []).append(column)
        sole = {label: columns[0] for label, columns in found.items() if len(columns) == 1}
        moved = any(expected[label] != column for label, column in sole.items())
        here = {label: expected[label] for label, columns in found.items() if expected[label] in columns}
        return sole if moved else here | sole

    def places(self, label: str) -> list[Place]:
        """Return the cells with this text; blanks make no difference."""
        return [
            (row, column)
            for row, cells in self.rows.items()
            for column, raw in enumerate(cells, start=1)
            if isinstance(raw, str) and raw and self.label(row, column) == label
        ]

    def occupied(self, row: int, first: int) -> Iterator[int]:
        """Yield the columns from ``first`` on in which something stands."""
        for column, raw in enumerate(self.rows.get(row, ())[first - 1 :], start=first):
            if raw != "":
                yield column

    def address(self, row: int, column: int) -> str:
        """Return the address as findings quote it."""
        return f"{self.sheet}!{name_column(column)}{row}"


def yield_xml_cells(xml: bytes) -> Iterator[XmlCell]:
    """Yield the cells of a sheet part in the order they stand there; shared formulas are written out for each cell."""
    shared: dict[str, tuple[Place, str]] = {}
    row = column = 0
    for event, element in ET.iterparse(BytesIO(xml), events=("start", "end")):
        name = element.tag.rpartition("}")[2]
        if event == "start":
            if name == "row":
                row, column = int(element.get("r", row + 1)), 0
            continue
        if name == "c":
            reference = element.get("r")
            row, column = parse_place(reference) if reference else (row, column + 1)
            yield _cell(element, (row, column), shared)
        elif name == "row":
            element.clear()


def parse_place(reference: str) -> Place:
    """Return row and column of an address without a sheet, such as ``E31``. Raises ValueError for anything else."""
    found = _REFERENCE.fullmatch(reference)
    if not found:
        raise ValueError(reference)
    return int(found[2]), _number(found[1])


def _number(letters: str) -> int:
    number = 0
    for char in letters:
        number = number * 26 + ord(char) - 64
    return number


def _cell(element: ET.Element, at: Place, shared: dict[str, tuple[Place, str]]) -> XmlCell:
    type, value, formula = element.get("t", "n"), None, None
    for child in element:
        name = child.tag.rpartition("}")[2]
        if name == "v":
            value = child.text
        elif name == "is":
            value = read_rich_text(child)
        elif name == "f":
            formula = _formula(child, at, shared)
    if type == "str" and value is None:
        value = ""
    return XmlCell(at, type, value, formula)


def read_rich_text(element: ET.Element) -> str:
    """Return the text of a string item without its phonetic guide."""
    parts: list[str] = []
    for child in element:
        name = child.tag.rpartition("}")[2]
        if name == "t":
            parts.append(child.text or "")
        elif name == "r":
            parts.append(read_rich_text(child))
    return "".join(parts)


def _formula(element: ET.Element, at: Place, shared: dict[str, tuple[Place, str]]) -> str:
    text, index = element.text or "", element.get("si")
    if element.get("t") != "shared" or index is None:
        return text
    if text:
        shared[index] = (at, text)
        return text
    origin, text = shared.get(index, (at, ""))
    return shift_formula(text, at[0] - origin[0], at[1] - origin[1])


_RELATIVE: Final = re.compile(r"""("[^"]*"|'[^']*')|(?<![\w.$])(\$?)([A-Z]{1,3})(\$?)(\d+)(?![\w.(])""")


def shift_formula(formula: str, rows: int, columns: int) -> str:
    """Return ``formula`` with its relative references moved; quoted texts and sheet names stay."""

    def move(found: re.Match[str]) -> str:
        if found[1]:
            return found[1]
        column = found[3] if found[2] else name_column(_number(found[3]) + columns)
        row = found[5] if found[4] else str(int(found[5]) + rows)
        return f"{found[2]}{column}{found[4]}{row}"

    return _RELATIVE.sub(move, formula)


# --- from a sheet part to a grid -------------------------------------------------------------------------------------

_FORMULA: Final = re.compile(rb"<f[ />]")
_ERROR: Final = re.compile(rb"""<c [^>]*\bt=["']e["']""")
_LAST_ROW: Final = re.compile(rb"""row r=["'](\d+)""")
_FAR: Final = re.compile(rb"""\br=["'](?:(?:[B-Z][A-Z]|[A-Z]{3,})\d|[A-Z]*\d{6})""")
"""A cell beyond column AZ, or any row or cell from 100,000 down, in whatever order they stand."""
_DENSE_ROWS: Final = 50_000


def is_dense(xml: bytes) -> bool:
    """Return whether the sheet may be read as a full rectangle: a stray cell at XFD1048576 must not eat the memory."""
    last = _LAST_ROW.search(xml, xml.rfind(b"row r="))
    rows = int(last[1]) if last else 0
    return (last is not None or b"row" not in xml) and rows <= _DENSE_ROWS and not _FAR.search(xml)


def build_dense(sheet: str, xml: bytes, values: list[list[Raw]]) -> Grid:
    """Return the grid of calamine's ``values``, with what only the part itself tells."""
    filled = {row: cells for row, cells in enumerate(values, start=1) if cells.count("") < len(cells)}
    grid = Grid(sheet, filled)
    for cell in _odd_cells(xml):
        _keep_odd(grid, cell)
    return grid


def _odd_cells(xml: bytes) -> Iterator[XmlCell]:
    """Yield at least the cells with a formula or an error value. Most cells have neither and are not parsed at all."""
    if b'<c r="' not in xml or b"<!" in xml:
        yield from yield_xml_cells(xml)
        return
    end = xml.rfind(b"</sheetData>")
    found = [*_FORMULA.finditer(xml, 0, end), *_ERROR.finditer(xml, 0, end)]
    shared: dict[str, tuple[Place, str]] = {}
    for start in dict.fromkeys(xml.rfind(b"<c ", 0, match.start() + 3) for match in found):
        element = ET.fromstring(xml[start : xml.find(b"</c>", start) + 4])
        yield _cell(element, parse_place(element.get("r", "")), shared)


def build_sparse(sheet: str, xml: bytes, strings: Callable[[], list[str]]) -> Grid:
    """Return the grid read from the part alone. Days are serial numbers here; blank cells take no room."""
    grid = Grid(sheet)
    for cell in yield_xml_cells(xml):
        _keep_odd(grid, cell)
        raw = _raw(cell, strings)
        if raw != "":
            row = grid.rows.setdefault(cell.place[0], [])
            row.extend([""] * (cell.place[1] - len(row)))
            row[cell.place[1] - 1] = raw
    return grid


def _keep_odd(grid: Grid, cell: XmlCell) -> None:
    if cell.formula is not None or cell.type == "e":
        grid.rows.setdefault(cell.place[0], [])
    if cell.formula is not None:
        grid.formulas[cell.place] = cell.formula
        if cell.value is None:
            grid.uncached.add(cell.place)
    if cell.type == "e":
        grid.errors[cell.place] = cell.value or ""


def _raw(cell: XmlCell, strings: Callable[[], list[str]]) -> Raw:
    if cell.value is None or cell.type == "e":
        return ""
    if cell.type == "s":
        return strings()[int(cell.value)]
    if cell.type == "b":
        return cell.value == "1"
    return float(cell.value) if cell.type == "n" else cell.value
