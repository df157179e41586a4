"""Filled ledgers as plain values for JSON, and back: the numbers of all columns in one text, the codes in another.

Each different value of a column is told once. What comes from another process is believed in nothing: sizes, codes,
days and types are looked at before a column is made of them.
"""

from __future__ import annotations

from array import array
from base64 import b64decode, b64encode
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from itertools import chain
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from templates.content import LedgerCells, Value
from templates.filled import NO_VALUE, CodedColumn, FilledColumn, FilledLedger, JoinedTexts, NumberColumn, make_day

_NUMBERS: Final = "<f8"
_NARROW, _WIDE = "<i2", "<i4"
_FEW: Final = 8
"""So many texts are not worth joining."""

_MOST_ROWS: Final = 1_048_576
_KINDS: Final = {"number": False, "day": True}

Restore = Callable[[Any], Value]
"""Returns the value that JSON had, or raises TypeError."""


def describe_ledgers(ledgers: Mapping[str, LedgerCells]) -> dict[str, Any]:
    """Return the ledgers as plain values; days among texts stay days for the JSON encoder."""
    filled = {short: FilledLedger.of(rows) for short, rows in ledgers.items()}
    columns = [column for ledger in filled.values() for column in ledger.columns.values()]
    numbers = b"".join(column.numbers for column in columns if isinstance(column, NumberColumn))
    codes = np.concatenate([*_list_codes(columns), np.zeros(0, dtype=np.int32)])
    width = _NARROW if codes.max(initial=0) <= np.iinfo(np.int16).max else _WIDE
    return {
        "sheets": {short: _describe_sheet(ledger) for short, ledger in filled.items()},
        "numbers": b64encode(np.frombuffer(numbers).astype(_NUMBERS).tobytes()).decode(),
        "codes": [width, b64encode(codes.astype(width).tobytes()).decode()],
        "values": [value for column in columns if isinstance(column, CodedColumn) for value in column.values],
    }


def restore_ledgers(told: Mapping[str, Any], restore: Restore) -> dict[str, FilledLedger]:
    """Return what :func:`describe_ledgers` was given. Raises LookupError, TypeError or ValueError for others."""
    width, codes = told["codes"]
    if width not in (_NARROW, _WIDE):
        raise ValueError(width)
    pieces = _Pieces(
        _read_array(told["numbers"], _NUMBERS), _read_array(codes, width).astype(np.int32), told["values"], restore
    )
    ledgers = {short: _restore_sheet(sheet, pieces) for short, sheet in told["sheets"].items()}
    pieces.refuse_rest()
    return ledgers


def _list_codes(columns: Iterable[FilledColumn]) -> Iterator[NDArray[np.int32]]:
    for column in columns:
        if isinstance(column, CodedColumn):
            yield np.frombuffer(column.codes, dtype=np.int32)


def _read_array(text: str, kind: str) -> NDArray[Any]:
    return np.frombuffer(b64decode(text, validate=True), dtype=kind)


# --- one ledger ------------------------------------------------------------------------------------------------------


def _describe_sheet(ledger: FilledLedger) -> list[Any]:
    """Return the runs of rows, as first row and length in turn, and what each column is."""
    return [_describe_runs(ledger.numbers), [_describe_column(*named) for named in ledger.columns.items()]]


def _describe_runs(numbers: array[int]) -> list[int]:
    runs: list[int] = []
    for number in numbers:
        if runs and number == runs[-2] + runs[-1]:
            runs[-1] += 1
        else:
            runs += [number, 1]
    return runs


def _describe_column(name: str, column: FilledColumn) -> list[Any]:
    if isinstance(column, CodedColumn):
        return [name, len(column.values)]
    kind = "day" if column.days else "number"
    return [name, kind, *([[*place] for place in column.strays.items()])]


def _restore_sheet(told: list[Any], pieces: _Pieces) -> FilledLedger:
    runs, columns = told
    pairs = list(zip(runs[::2], runs[1::2], strict=True))
    for _, length in pairs:
        pieces.take_rows(length)
    numbers = array("i", chain.from_iterable(range(first, first + length) for first, length in pairs))
    return FilledLedger(numbers, {str(column[0]): pieces.take_column(column, len(numbers)) for column in columns})


class _Pieces:
    """What is left of the numbers, codes and values; every column takes its own."""

    def __init__(self, numbers: NDArray[Any], codes: NDArray[Any], values: list[Any], restore: Restore) -> None:
        if np.isinf(numbers).any():
            raise ValueError("numbers")
        self.numbers = numbers
        self.codes = codes
        self.values = values
        self.restore = restore
        self.rows = _MOST_ROWS + len(numbers) + len(codes)
        """How many rows there may be: a few bytes can say that there are thousands of millions, all of them blank."""

    def take_rows(self, count: int) -> None:
        """Count rows that a ledger says it has. Raises ValueError where they are too many."""
        self.rows -= count
        if count < 1 or self.rows < 0:
            raise ValueError("rows")

    def take_column(self, told: list[Any], length: int) -> FilledColumn:
        """Return the next column."""
        _, kind, *strays = told
        if isinstance(kind, int):
            return self._take_codes(kind, length)
        return self._take_numbers({int(place): self.restore(value) for place, value in strays}, _KINDS[kind], length)

    def refuse_rest(self) -> None:
        """Raise ValueError where something is left that belongs to no column."""
        if len(self.numbers) or len(self.codes) or self.values:
            raise ValueError("rest")

    def _take_numbers(self, strays: dict[int, Value], days: bool, length: int) -> NumberColumn:
        taken, self.numbers = self.numbers[:length], self.numbers[length:]
        known = taken[~np.isnan(taken)]
        if days and len(known) and not (_is_day(known.min()) and _is_day(known.max()) and (known % 1 == 0).all()):
            raise ValueError("day")
        if any(not 0 <= place < length or taken[place] == taken[place] for place in strays):
            raise ValueError("stray")
        return NumberColumn(array("d", taken.astype(np.float64).tobytes()), strays, days)

    def _take_codes(self, count: int, length: int) -> CodedColumn:
        taken, self.codes = self.codes[:length], self.codes[length:]
        if len(taken) and not (taken.min() >= NO_VALUE and taken.max() < count):
            raise ValueError("codes")
        values, self.values = [self.restore(value) for value in self.values[:count]], self.values[count:]
        return CodedColumn(array("i", taken.tobytes()), _join_texts(values))


def _join_texts(values: Sequence[Value]) -> Sequence[Value]:
    """Return the values in less memory, where they are many and all texts: a return is held until 汇总 is written."""
    texts = [value for value in values if isinstance(value, str)]
    return JoinedTexts(texts) if len(texts) == len(values) > _FEW else values


def _is_day(serial: float) -> bool:
    try:
        return isinstance(make_day(serial), date)
    except (ValueError, OverflowError):
        return False
