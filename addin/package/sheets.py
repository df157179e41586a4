"""The sheets of a workbook from their parts: those in the usual spelling by one scan, the others by the parser."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from addin.package.addresses import format_place
from addin.package.columns import Cells
from addin.package.frame import Frame, cut_frame
from addin.package.markup import Attributes, BadMarkup
from addin.package.parse import CellParser, collect_row_styles, find_hidden_rows, note_shared
from addin.package.refusal import NotOpened, word_damage, word_refusal
from addin.package.scan import CellContents, CellValues, Heads, Tiles, Unusual, read_heads, read_rows
from addin.package.sheet import Sheet

_ATTRIBUTE: Final = re.compile(rb'([\w:]+)="([^"]*)"')


@dataclass(frozen=True)
class SheetPart:
    """A sheet as the workbook lists it, with its part."""

    name: str
    state: str
    part: str
    xml: bytes
    comments: dict[str, str]


def read_sheets(
    parts: Sequence[SheetPart], texts: list[str], most: int, *, usual: bool = True
) -> dict[str, Sheet | NotOpened]:
    """Return the sheets by name, in their order; in place of one that cannot be read the refusal that says why.

    ``texts`` is the string table; texts of cells are added to it. Raises NotOpened where all sheets together have more
    cells than ``most``.
    """
    table = len(texts)
    cuts = {part.name: found for part in parts if usual and (found := cut_frame(part.xml))}
    scanned = _scan_together([part for part in parts if part.name in cuts], cuts, texts, table)
    sheets = {part.name: scanned.get(part.name) or _parsed(part, texts, table, most) for part in parts}
    if sum(len(sheet.cells) for sheet in sheets.values() if isinstance(sheet, Sheet)) > most:
        raise word_refusal("too_many_cells", limit=most)
    return {name: _refused_twice(sheet) if isinstance(sheet, Sheet) else sheet for name, sheet in sheets.items()}


def _refused_twice(sheet: Sheet) -> Sheet | NotOpened:
    """Return the sheet, or its refusal where a cell is written twice."""
    twice = sheet.cells.twice
    return word_refusal("cell_twice", sheet=sheet.name, cell=format_place(twice)) if twice else sheet


def _scan_together(
    parts: Sequence[SheetPart], cuts: dict[str, tuple[Frame, bytes]], texts: list[str], table: int
) -> dict[str, Sheet]:
    """Return the sheets that are spelled as usual: all by one scan, or one by one where any of them is not."""
    try:
        return _scanned(parts, cuts, texts, table) if parts else {}
    except Unusual:
        pass
    found: dict[str, Sheet] = {}
    for part in parts if len(parts) > 1 else ():
        found |= _scan_together([part], cuts, texts, table)
    return found


def _scanned(
    parts: Sequence[SheetPart], cuts: dict[str, tuple[Frame, bytes]], texts: list[str], table: int
) -> dict[str, Sheet]:
    tiles = Tiles([cuts[part.name][1] for part in parts])
    numbers, tails = read_rows(tiles)
    telling = {tail for tail in {*tails} if _says_anything(tail)}
    cells = _Scan.of(tiles, read_heads(tiles, numbers), texts, table)
    cell_cuts = np.searchsorted(tiles.opens[tiles.cells], tiles.edges).tolist()
    row_cuts = np.searchsorted(tiles.opens[tiles.rows], tiles.edges).tolist()
    found = {}
    for number, part in enumerate(parts):
        rows = slice(row_cuts[number], row_cuts[number + 1])
        lines = zip(numbers[rows].tolist(), tails[rows], strict=True)
        told = [(row, _attributes(tail)) for row, tail in lines if tail in telling]
        frame, columns = cuts[part.name][0], cells.of_sheet(cell_cuts[number], cell_cuts[number + 1])
        found[part.name] = _sheet(part, frame, columns, told)
    return found


@dataclass(frozen=True)
class _Scan:
    """The cells of several sheets, one behind the other."""

    data: bytes
    heads: Heads
    values: CellValues
    formula_start: NDArray[np.int64]
    formula_end: NDArray[np.int64]
    formula_tags: list[tuple[int, Attributes]]

    @classmethod
    def of(cls, tiles: Tiles, heads: Heads, texts: list[str], table: int) -> _Scan:
        contents = CellContents(tiles, heads)
        tags = [(cell, _attributes(tag)) for cell, tag in contents.formula_tags() if b"si=" in tag]
        values = CellValues.of(tiles, heads, contents, texts, table)
        return cls(tiles.data, heads, values, *contents.formulas(), tags)

    def of_sheet(self, first: int, end: int) -> Cells:
        """Return the cells from ``first`` up to ``end`` as those of one sheet."""
        here, heads, values = slice(first, end), self.heads, self.values
        start, stop = self.formula_start[here], self.formula_end[here]
        shared: dict[int, int] = {}
        origins: dict[str, int] = {}
        for cell, attributes in self.formula_tags:
            if first <= cell < end:
                written = bool(stop[cell - first] > start[cell - first])
                note_shared(cell - first, attributes, written, shared, origins)
        return Cells(
            heads.row[here].astype(np.int32),
            heads.column[here].astype(np.int32),
            values.kind[here],
            heads.style[here].astype(np.int32),
            values.number[here],
            values.text[here],
            start,
            stop,
            self.data,
            values.texts,
            shared,
        )


@lru_cache(maxsize=4096)
def _attributes(tag: bytes) -> Attributes:
    return {key.decode(): value.decode() for key, value in _ATTRIBUTE.findall(tag)}


@lru_cache(maxsize=4096)
def _says_anything(tail: bytes) -> bool:
    """Return whether a row with these attributes is hidden, or gives its blank cells a style."""
    rows = [(1, _attributes(tail))]
    return bool(find_hidden_rows(rows) or collect_row_styles(rows))


def _parsed(part: SheetPart, texts: list[str], table: int, most: int) -> Sheet | NotOpened:
    parser = CellParser(part.name, texts, table, most)
    try:
        frame, cells = parser.parse(part.xml)
    except BadMarkup as error:
        return word_damage(part.part, str(error))
    except NotOpened as refused:
        return refused
    return _sheet(part, frame, cells, parser.rows)


def _sheet(part: SheetPart, frame: Frame, cells: Cells, rows: list[tuple[int, Attributes]]) -> Sheet:
    return Sheet(
        part.name, part.state, part.part, frame, cells, find_hidden_rows(rows), collect_row_styles(rows), part.comments
    )
