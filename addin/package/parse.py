"""A sheet part by a real XML parser, in whatever spelling it stands there: its cells, its rows and its frame."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Iterable
from datetime import datetime
from math import nan
from typing import Final

import numpy as np

from addin.package import limits
from addin.package.addresses import Place, parse_place
from addin.package.columns import CellKind, Cells
from addin.package.frame import Frame
from addin.package.grammar import XML_BLANKS, is_shown, refuse_bare_text, refuse_misplaced
from addin.package.markup import Attributes, BadMarkup, strip_namespace, undo_escapes, walk
from addin.package.numbers import parse_number
from addin.package.refusal import word_refusal
from templates.nature import EPOCH
from templates.spelling import parse_whole

_DATA: Final = ["worksheet", "sheetData"]
_ROW, _CELL = [*_DATA, "row"], [*_DATA, "row", "c"]
_VALUE, _FORMULA, _INLINE = [*_CELL, "v"], [*_CELL, "f"], [*_CELL, "is"]
_TRUE: Final = ("1", "true")
_NONE: Final[list[tuple[()]]] = [()] * 8
_BLANK: Final = (CellKind.BLANK, nan, -1)
_ESCAPES: Final = (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"))


class CellParser:
    """Parses one sheet part. The rows' attributes are kept beside the cells."""

    def __init__(self, sheet: str, texts: list[str], table: int, most: int) -> None:
        self._sheet, self._texts, self._table, self._most = sheet, texts, table, most
        self._path: list[str] = []
        self._line = self._row = self._column = 0
        self._has_data = False
        self._attributes: Attributes = {}
        self._value: list[str] | None = None
        self._inline: list[str] | None = None
        self._formula: list[str] | None = None
        self._formula_attributes: Attributes = {}
        self._columns: list[tuple[int, int, int, int, float, int, int, int]] = []
        self._formulas = bytearray()
        self._shared: dict[int, int] = {}
        self._origins: dict[str, int] = {}
        self._builder = ET.TreeBuilder()
        self._elements = 0
        self.rows: list[tuple[int, Attributes]] = []

    def parse(self, xml: bytes) -> tuple[Frame, Cells]:
        """Return frame and cells of the part. Raises BadMarkup, and NotOpened beyond the limits."""
        walk(xml, self._start, self._end, self._data)
        return Frame(self._builder.close()), self._cells()

    def _cells(self) -> Cells:
        row, column, kind, style, number, text, start, end = (
            zip(*self._columns, strict=True) if self._columns else _NONE
        )
        return Cells(
            row=np.array(row, np.int32),
            column=np.array(column, np.int32),
            kind=np.array(kind, np.uint8),
            style=np.array(style, np.int32),
            number=np.array(number, np.float64),
            text=np.array(text, np.int32),
            formula_start=np.array(start, np.int64),
            formula_end=np.array(end, np.int64),
            data=bytes(self._formulas),
            texts=self._texts,
            shared=self._shared,
        )

    # --- elements ----------------------------------------------------------------------------------------------------

    def _start(self, name: str, attributes: Attributes) -> None:
        path = self._path
        path.append(name)
        if len(path) <= len(_DATA) or path[:2] != _DATA:
            self._begin_element(name, attributes)
        else:
            refuse_misplaced(path)
            self._begin_data(attributes)

    def _begin_data(self, attributes: Attributes) -> None:
        """Begin a row, a cell or what stands in one."""
        path = self._path
        if path == _ROW:
            self._begin_row(attributes)
        elif path == _CELL:
            self._begin_cell(attributes)
        elif path == _VALUE:
            self._value = _once(self._value)
        elif path == _INLINE:
            self._inline = _once(self._inline)
        elif path == _FORMULA:
            self._formula, self._formula_attributes = _once(self._formula), attributes

    def _data(self, text: str) -> None:
        path = self._path
        if path == _VALUE and self._value is not None:
            self._value.append(text)
        elif path == _FORMULA and self._formula is not None:
            self._formula.append(text)
        elif path[:2] != _DATA:
            self._builder.data(text)
        elif path[: len(_INLINE)] == _INLINE and is_shown(path[len(_INLINE) :]) and self._inline is not None:
            self._inline.append(text)
        else:
            refuse_bare_text(path, text)

    def _end(self) -> None:
        path = self._path
        if path == _CELL:
            self._finish_cell()
        elif len(path) <= len(_DATA) or path[:2] != _DATA:
            self._builder.end(strip_namespace(path[-1]))
        path.pop()

    def _begin_element(self, name: str, attributes: Attributes) -> None:
        """Keep an element of the frame."""
        self._elements += 1
        if self._elements > limits.ELEMENTS or (self._elements == 1 and name != _DATA[0]):
            raise BadMarkup("elements" if self._elements > 1 else "no_sheet")
        self._refuse_other_data(name)
        self._builder.start(strip_namespace(name), {strip_namespace(key): value for key, value in attributes.items()})

    def _refuse_other_data(self, name: str) -> None:
        """Raise BadMarkup for data in another place than its own, and for a second piece of it."""
        if name == _DATA[-1]:
            if self._path != _DATA or self._has_data:
                raise BadMarkup("misplaced")
            self._has_data = True

    # --- rows and cells ----------------------------------------------------------------------------------------------

    def _begin_row(self, attributes: Attributes) -> None:
        self._line = self._row = _whole(attributes.get("r"), self._line + 1)
        self._column = 0
        if not 1 <= self._row <= limits.LAST_ROW:
            raise word_refusal("beyond_sheet", sheet=self._sheet, address=attributes.get("r", self._row))
        self.rows.append((self._row, attributes))

    def _begin_cell(self, attributes: Attributes) -> None:
        self._row, self._column = self._place(attributes.get("r"))
        self._attributes, self._formula_attributes = attributes, {}
        self._value = self._inline = self._formula = None
        if len(self._columns) >= self._most:
            raise word_refusal("too_many_cells", limit=self._most)

    def _place(self, address: str | None) -> Place:
        """Return where the cell lies: where it says, else right of the one before it."""
        try:
            found = parse_place(address) if address and address.strip() else (self._row, self._column + 1)
        except ValueError as error:
            raise word_refusal("beyond_sheet", sheet=self._sheet, address=address) from error
        if found[1] > limits.LAST_COLUMN:
            raise word_refusal("beyond_sheet", sheet=self._sheet, address=address or "")
        return found

    def _finish_cell(self) -> None:
        cell = len(self._columns)
        kind, number, text = self._content(self._attributes.get("t", "n"))
        start, end = self._kept_formula(cell)
        style = _whole(self._attributes.get("s"), -1)
        self._columns.append((self._row, self._column, kind, style, number, text, start, end))

    def _kept_formula(self, cell: int) -> tuple[int, int]:
        if self._formula is None:
            return -1, -1
        start, written = len(self._formulas), "".join(self._formula)
        for char, escaped in _ESCAPES:
            written = written.replace(char, escaped)
        self._formulas += written.encode()
        note_shared(cell, self._formula_attributes, bool(written), self._shared, self._origins)
        return start, len(self._formulas)

    # --- values ------------------------------------------------------------------------------------------------------

    def _content(self, type: str) -> tuple[CellKind, float, int]:
        raw, inline = "".join(self._value or ()), "".join(self._inline or ())
        bare = raw.strip(XML_BLANKS)
        if bare if type == "inlineStr" else inline:
            return self._text(raw + inline, CellKind.UNREAD)  # where its type does not look: some programs show it
        if type == "inlineStr":
            return _BLANK if self._inline is None else self._text(inline)
        if type == "str":
            return self._text(raw)  # the text of a formula may be empty
        if type == "e":
            return self._text(raw, CellKind.ERROR) if raw else _BLANK
        found = self._bare(type, bare) if bare else _BLANK
        return found or self._text(bare, CellKind.UNREAD)

    def _bare(self, type: str, raw: str) -> tuple[CellKind, float, int] | None:
        """Return what a value without blanks is in a cell of this type; None for what such a cell cannot hold."""
        if type == "n" and (number := parse_number(raw.encode())):
            index = self._text(number.spelled)[2] if number.spelled else -1
            return CellKind.NUMBER, number.value, index
        if type == "s":
            return CellKind.TEXT, nan, self._listed_text(raw)
        if type == "b" and raw in ("0", "1", "true", "false"):
            return CellKind.TRUTH, float(raw in _TRUE), -1
        if type == "d" and (day := _serial(raw)) is not None:
            return CellKind.DAY, day, -1
        return None

    def _listed_text(self, raw: str) -> int:
        """Return the number of a text of the string table. Raises BadMarkup where there is none: the text is lost."""
        number = _whole(raw, self._table)
        if number >= self._table:
            raise BadMarkup("no_text")
        return number

    def _text(self, text: str, kind: CellKind = CellKind.TEXT) -> tuple[CellKind, float, int]:
        self._texts.append(undo_escapes(text))
        return kind, nan, len(self._texts) - 1


def _once(before: list[str] | None) -> list[str]:
    """Return room for what a cell holds. Raises BadMarkup where there is one already: nobody knows which counts."""
    if before is not None:
        raise BadMarkup("misplaced")
    return []


def note_shared(
    cell: int, attributes: Attributes, written: bool, shared: dict[int, int], origins: dict[str, int]
) -> None:
    """Remember of a cell whose formula is shared which cell writes it out: the last one of its number up to it."""
    if attributes.get("t") == "shared" and "si" in attributes:
        if written:
            origins[attributes["si"]] = cell
        shared[cell] = origins.get(attributes["si"], cell)


def find_hidden_rows(rows: Iterable[tuple[int, Attributes]]) -> frozenset[int]:
    """Return the rows that nobody sees: hidden, or lower than a point."""
    return frozenset(row for row, attributes in rows if _is_hidden(attributes))


def _is_hidden(attributes: Attributes) -> bool:
    try:
        height = float(attributes.get("ht", "15"))
    except ValueError:
        height = 15.0
    return attributes.get("hidden") in _TRUE or height < 1


def collect_row_styles(rows: Iterable[tuple[int, Attributes]]) -> dict[int, int]:
    """Return the style that a row gives to its blank cells, of rows that give one."""
    return {
        row: _whole(attributes["s"], 0)
        for row, attributes in rows
        if attributes.get("customFormat") in _TRUE and "s" in attributes
    }


def _whole(text: str | None, default: int) -> int:
    found = parse_whole((text or "").strip(XML_BLANKS))
    return default if found is None else found


def _serial(raw: str) -> float | None:
    """Return the serial number of a day that is spelled as ISO 8601 spells it."""
    try:
        moment = datetime.fromisoformat(raw).replace(tzinfo=None)
    except ValueError:
        return None
    return (moment - datetime(EPOCH.year, EPOCH.month, EPOCH.day)).total_seconds() / 86400
