"""Long lists as the rows of a sheet's XML, made column by column: a tenth of the time of writing cell by cell.

What stands in a cell is spelled once for each different value of a column, and the rows are joined of whole columns.
Texts stand in their cells (``inlineStr``), so that a list of any length needs no table of all its texts in memory.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from math import isnan
from typing import Final

from xlsxwriter.utility import xl_col_to_name

from generator.strict import TEXT_LIMIT, escape, make_storable
from templates.content import Value
from templates.filled import CodedColumn, FilledColumn, NumberColumn
from templates.nature import EPOCH, EXACT

_RARE: Final = re.compile("[&<>\x00-\x08\x0b-\x1f\ud800-\udfff\ufffe\uffff]|_x|^\\s|\\s$")
"""What most texts have nothing of, so that one look is enough for them."""

_OUTER_BLANKS: Final = re.compile(r"^\s|\s$")

Lines = Callable[[str], int]
"""Returns how many lines a text takes in a column."""


@dataclass(frozen=True)
class ListColumn:
    """How the cells of one column of the list look: numbers of styles."""

    blank: int
    text: int
    number: int
    day: int
    shared: Mapping[str, int]
    """Texts that stand in the table of all texts, and their places there: those of :func:`list_escaped`."""
    lines: Lines | None = None
    """None for a column whose texts make no row higher."""


@dataclass(frozen=True)
class RowBlock:
    """Rows that stand below each other: as many as its columns are long."""

    length: int
    columns: Sequence[FilledColumn | Value | None]
    """Of each column of the list the cells; or what stands in every one of them, nothing if None."""


def list_escaped(block: RowBlock) -> Iterator[str]:
    """Yield texts that look like an escape and have to be escaped themselves.

    Not every program undoes that where a text stands in its cell; in the table of all texts all do.
    """
    for cells in block.columns:
        if isinstance(cells, NumberColumn):
            values: Iterable[Value | None] = cells.strays.values()
        else:
            values = cells.values if isinstance(cells, CodedColumn) else (cells,)
        yield from (value for value in values if isinstance(value, str) and "_x" in value)


def spell_rows(block: RowBlock, first_row: int, columns: Sequence[ListColumn], height: Callable[[int], float]) -> str:
    """Return the XML of the block's rows, the first of which is row ``first_row`` of the sheet, counted from 1.

    ``height`` gives the height in points of a row of so many lines.
    """
    numbers = range(first_row, first_row + block.length)
    lines = [0] * block.length
    made: list[list[str]] = []
    for place, (column, cells) in enumerate(zip(columns, block.columns, strict=True)):
        tails = _spell_cells(cells, block.length, column)
        start = f'<c r="{xl_col_to_name(place)}'
        made.append([f'{start}{number}"{tail}' for number, tail in zip(numbers, tails, strict=True)])
        if column.lines is not None and (needed := _count_lines(cells, block.length, column.lines)):
            lines = list(map(max, lines, needed))
    heads = {count: _spell_height(height(count)) if count else "" for count in set(lines)}
    starts = [f'<row r="{number}"{heads[count]}>' for number, count in zip(numbers, lines, strict=True)]
    return "".join(f"{start}{''.join(cells)}</row>" for start, *cells in zip(starts, *made, strict=True))


def spell_plain_row(number: int, texts: Iterable[str]) -> str:
    """Return the XML of row ``number``, counted from 1, with these texts and no look of their own."""
    cells = (
        f'<c r="{xl_col_to_name(place)}{number}" t="inlineStr"><is>{spell_text(text)}</is></c>'
        for place, text in enumerate(texts)
    )
    return f'<row r="{number}">{"".join(cells)}</row>'


def _spell_height(points: float) -> str:
    return f' ht="{points:.16g}" customHeight="1"'


# --- cells -----------------------------------------------------------------------------------------------------------


def _spell_cells(cells: FilledColumn | Value | None, length: int, column: ListColumn) -> list[str]:
    """Return each cell without its address."""
    if isinstance(cells, NumberColumn):
        return _spell_numbers(cells, column)
    if isinstance(cells, CodedColumn):
        known = [*(spell_cell(value, column) for value in cells.values), spell_cell(None, column)]
        return [known[code] for code in cells.codes]
    return [spell_cell(cells, column)] * length


def _spell_numbers(cells: NumberColumn, column: ListColumn) -> list[str]:
    blank, start = spell_cell(None, column), f' s="{column.day if cells.days else column.number}"><v>'
    tails = [blank if isnan(number) else f"{start}{_spell_number(number)}</v></c>" for number in cells.numbers]
    for place, value in cells.strays.items():
        tails[place] = spell_cell(value, column)
    return tails


def spell_cell(value: Value | None, column: ListColumn) -> str:
    """Return a cell behind its address: style, type and value."""
    if isinstance(value, str) and value in column.shared:
        return f' s="{column.text}" t="s"><v>{column.shared[value]}</v></c>'
    if isinstance(value, str) and value:
        return f' s="{column.text}" t="inlineStr"><is>{spell_text(value)}</is></c>'
    if isinstance(value, str):
        return f' s="{column.text}"/>'
    if isinstance(value, date):
        return f' s="{column.day}"><v>{_spell_number(_count_days(value))}</v></c>'
    if value is None or isnan(value):
        return f' s="{column.blank}"/>'
    return f' s="{column.number}"><v>{_spell_number(value)}</v></c>'


def _count_days(day: date) -> float:
    if isinstance(day, datetime):
        return (day - datetime.combine(EPOCH, time())) / timedelta(days=1)
    return float((day - EPOCH).days)


def _spell_number(number: float) -> str:
    return repr(int(number)) if abs(number) < EXACT and number % 1 == 0 else repr(number)


def spell_text(text: str) -> str:
    """Return a text as a cell holds it, or as much as it can hold, with what the file format cannot spell escaped."""
    if len(text) <= TEXT_LIMIT // 2 and not _RARE.search(text):
        return f"<t>{text}</t>"
    text = escape(make_storable(text)).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return f'<t xml:space="preserve">{text}</t>' if _OUTER_BLANKS.search(text) else f"<t>{text}</t>"


# --- heights ---------------------------------------------------------------------------------------------------------


def _count_lines(cells: FilledColumn | Value | None, length: int, lines: Lines) -> list[int]:
    """Return how many lines the text of each cell needs; none for what is no text. Empty where no cell is one."""
    if isinstance(cells, CodedColumn):
        known = [*(lines(value) if isinstance(value, str) else 0 for value in cells.values), 0]
        return [known[code] for code in cells.codes] if any(known) else []
    if isinstance(cells, NumberColumn):
        texts = {place: lines(value) for place, value in cells.strays.items() if isinstance(value, str)}
        return [texts.get(place, 0) for place in range(length)] if texts else []
    return [lines(cells)] * length if isinstance(cells, str) else []
