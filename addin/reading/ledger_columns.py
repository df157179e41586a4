"""A ledger's column at a time: what is plainly in order is taken in whole, the rest is left to be looked at singly.

A number that is possible, a day that is one, a text whose reading has nothing odd about it: each different text and day
is understood once. Errors, formulas and whatever else would be remarked on are odd cells.
"""

from __future__ import annotations

from array import array
from collections.abc import Container, Sequence
from dataclasses import dataclass, field
from datetime import date
from math import inf, isnan, nan
from typing import Final

from addin.reading.cells import Spec, interpret
from addin.reading.raw import Raw
from templates.content import Value
from templates.filled import NO_VALUE, CodedColumn, FilledColumn, NumberColumn, count_days
from templates.model import Kind
from templates.nature import EXACT

_REPEATED: Final = (str, date)
"""Types of which equal values mean the same."""


@dataclass
class NumberCells:
    """A column of quantities or days while it is being read."""

    days: bool
    numbers: array[float]
    strays: dict[int, Value] = field(default_factory=dict)

    def put(self, place: int, value: Value) -> None:
        """Put in what a single cell was found to hold."""
        if self.days and type(value) is date:
            self.numbers[place] = count_days(value)
        elif not self.days and isinstance(value, float) and not isnan(value):
            self.numbers[place] = value
        else:
            self.strays[place] = value

    def has(self, place: int) -> bool:
        """Return whether anything stands in the cell."""
        return not isnan(self.numbers[place]) or place in self.strays

    def column(self) -> FilledColumn:
        """Return the column."""
        return NumberColumn(self.numbers, self.strays, self.days)

    def take(self, places: Sequence[int]) -> FilledColumn:
        """Return the column with the cells at ``places`` alone."""
        strays = {new: self.strays[old] for new, old in enumerate(places) if old in self.strays}
        return NumberColumn(array("d", [self.numbers[place] for place in places]), strays, self.days)


@dataclass
class CodedCells:
    """A column of texts while it is being read."""

    codes: array[int]
    values: list[Value]

    def put(self, place: int, value: Value) -> None:
        """Put in what a single cell was found to hold."""
        self.codes[place] = len(self.values)
        self.values.append(value)

    def has(self, place: int) -> bool:
        """Return whether anything stands in the cell."""
        return self.codes[place] >= 0

    def column(self) -> FilledColumn:
        """Return the column."""
        return CodedColumn(self.codes, self.values)

    def take(self, places: Sequence[int]) -> FilledColumn:
        """Return the column with the cells at ``places`` alone."""
        return CodedColumn(array("i", [self.codes[place] for place in places]), self.values)


ReadCells = NumberCells | CodedCells


def read_column(raws: Sequence[Raw], spec: Spec, singled: Container[int]) -> tuple[ReadCells, list[int]]:
    """Return what stands in a column, with the places of the odd cells, which are blank in it as yet.

    ``singled`` are places that have to be looked at singly whatever they hold.
    """
    if spec.kind.is_number:
        return _read_numbers(raws, spec, singled)
    known = {raw: _understand(raw, spec) for raw in set(raws) if type(raw) in _REPEATED}
    odd = [
        place
        for place, raw in enumerate(raws)
        if place in singled or (raw != "" and (type(raw) not in _REPEATED or known[raw] is None))
    ]
    reading = _place_days(raws, known) if spec.kind.is_date else _place_texts(raws, known)
    for place in odd:
        _blank(reading, place)
    return reading, odd


def _read_numbers(raws: Sequence[Raw], spec: Spec, singled: Container[int]) -> tuple[ReadCells, list[int]]:
    most, decimal = inf if spec.most is None else spec.most, spec.kind is Kind.DECIMAL
    numbers = array("d", [nan]) * len(raws)
    odd = []
    for place, raw in enumerate(raws):
        if place in singled:
            odd.append(place)
        elif type(raw) is float and 0 <= raw < EXACT and raw <= most and (decimal or raw.is_integer()):
            numbers[place] = raw + 0.0
        elif raw != "":
            odd.append(place)
    return NumberCells(days=False, numbers=numbers), odd


def _understand(raw: Raw, spec: Spec) -> Value | None:
    """Return what a text or a day means; None where there is something to say about it."""
    reading = interpret(raw, spec)
    return None if reading.remarks else reading.value


def _place_days(raws: Sequence[Raw], known: dict[Raw, Value | None]) -> NumberCells:
    serials = {raw: count_days(day) if type(day) is date else nan for raw, day in known.items()}
    return NumberCells(days=True, numbers=array("d", [serials.get(raw, nan) for raw in raws]))


def _place_texts(raws: Sequence[Raw], known: dict[Raw, Value | None]) -> CodedCells:
    values = list(dict.fromkeys(value for value in known.values() if value is not None))
    places = {value: place for place, value in enumerate(values)}
    codes = {raw: places[value] for raw, value in known.items() if value is not None}
    return CodedCells(array("i", [codes.get(raw, NO_VALUE) for raw in raws]), values)


def _blank(reading: ReadCells, place: int) -> None:
    if isinstance(reading, NumberCells):
        reading.numbers[place] = nan
    else:
        reading.codes[place] = NO_VALUE
