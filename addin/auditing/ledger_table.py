"""Every row of one ledger, all returns' one below the other, as it was read: column for column, without any row."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import repeat
from math import nan

import numpy as np

from addin.auditing.arrays import (
    Bools,
    Indices,
    Values,
    clean_texts,
    make_numbers,
    make_text_array,
    make_values,
)
from addin.submission import Submission
from templates.content import Value
from templates.filled import CodedColumn, FilledColumn, FilledLedger, NumberColumn

Piece = tuple[int, FilledLedger]
"""The position of a return, and its rows."""


@dataclass(eq=False)
class LedgerTable:
    """The rows of one ledger; positions are the rows, in the order of the returns and of their sheets."""

    pieces: Sequence[Piece]

    @classmethod
    def of(cls, submissions: Iterable[Submission], short: str) -> LedgerTable:
        """Return the rows of the ledger with this short name."""
        found = ((place, submission.content.ledgers.get(short)) for place, submission in enumerate(submissions))
        return cls([(place, FilledLedger.of(rows)) for place, rows in found if rows])

    @cached_property
    def units(self) -> Indices:
        """The return of each row."""
        places = np.array([place for place, _ in self.pieces], dtype=np.intp)
        return np.repeat(places, [len(piece) for _, piece in self.pieces])

    @cached_property
    def sheet_rows(self) -> Indices:
        """The row number of each in its sheet."""
        numbers = array("i")
        for _, piece in self.pieces:
            numbers.extend(piece.numbers)
        return np.array(numbers, dtype=np.intp)

    def read_numbers(self, name: str) -> Values:
        """Return a column of quantities or days."""
        numbers = array("d")
        odd: list[tuple[int, Value]] = []
        for size, column in self._list_columns(name):
            start = len(numbers)
            if isinstance(column, NumberColumn):
                numbers.extend(column.numbers)
                if column.strays:
                    odd += [(start + place, value) for place, value in column.strays.items()]
            else:
                numbers.extend(repeat(nan, size))
                cells = column.list_cells() if column else ()
                odd += [(start + place, value) for place, value in enumerate(cells) if value is not None]
        return _put_odd(make_values(np.array(numbers, dtype=np.float64)), odd)

    def read_texts(self, name: str) -> Values:
        """Return a column of texts or choices."""
        return make_values(make_text_array(clean_texts(self._list_cells(name))))

    def hold(self, name: str, value: str) -> Bools:
        """Return for each row whether a column holds just this text."""
        if not any(name in piece.columns for _, piece in self.pieces):
            return np.zeros(len(self.units), dtype=np.bool_)
        return np.array([cell == value for cell in self._list_cells(name)], dtype=np.bool_)

    def _list_cells(self, name: str) -> list[Value]:
        """Return the cells of a column, "" for a blank one."""
        cells: list[Value] = []
        for size, column in self._list_columns(name):
            if isinstance(column, CodedColumn):
                cells.extend(map([*column.values, ""].__getitem__, column.codes))  # a blank's code is the last place
            elif column:
                cells.extend("" if cell is None else cell for cell in column.list_cells())
            else:
                cells.extend(repeat("", size))
        return cells

    def _list_columns(self, name: str) -> Iterator[tuple[int, FilledColumn | None]]:
        return ((len(piece.numbers), piece.columns.get(name)) for _, piece in self.pieces)


def _put_odd(values: Values, odd: Sequence[tuple[int, Value]]) -> Values:
    """Put in what is no number in its column: a text among them is remembered in the state, as infinity is."""
    infinite = np.flatnonzero(np.isinf(values.data)).tolist()
    if infinite or odd:
        places = [*infinite, *(place for place, _ in odd)]
        found = make_numbers([*values.data[infinite].tolist(), *(value for _, value in odd)])
        values.data[places], values.state[places] = found.data, found.state
    return values
