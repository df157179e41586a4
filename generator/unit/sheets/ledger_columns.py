"""How wide a ledger's columns are, how they look, and what their headings show."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from generator.formats import ROOM, Formats
from generator.unit.ledger_faults import list_choices
from generator.unit.sheets.entry import format_number
from generator.widths import shown_width
from templates.layout import LedgerLayout
from templates.model import Column, Survey
from templates.words import say

DIGIT, PADDING, ARROW = 6, 12, 4
"""Pixels of a digit in 9 points, of the space around a text, of a dropdown's arrow."""

NAME, CONFIRMED, LEAST, MOST = 230, 100, 56, 134
"""Pixels: the first column, one with the cell of confirmation above it, the least and the most of the others."""

TYPED: Final = {"date": 80, "number": 62, "text": 84}
"""Pixels of columns whose entries are about as long as each other."""

LINE, HEAD_LINES = 11.25, 3
"""Points of a line of a heading; no heading has more lines than this."""


@dataclass(frozen=True)
class LedgerColumns:
    """The columns of one ledger."""

    survey: Survey
    ledger: LedgerLayout
    formats: Formats

    @property
    def widths(self) -> tuple[int, ...]:
        """Pixels of each column."""
        return tuple(self._width(number, column) for number, column in enumerate(self.ledger.ledger.columns))

    @property
    def head_height(self) -> float:
        """Points of the row of headings."""
        pairs = zip(self.ledger.ledger.columns, self.widths, strict=True)
        lines = max(-(-_measure_head(column) // (width - PADDING)) for column, width in pairs)
        return LINE * max(lines, 2) + 7.5

    def entry(self, column: Column) -> Any:
        """Return the format of a column's entry cells; a text that is too long for its cell is shown smaller."""
        if column.kind.is_number:
            return self.formats.role("column_entry", num_format=format_number(column.kind, 0).removesuffix(ROOM) + ROOM)
        role = "column_center" if column.kind.is_date or self._choices(column) else "column_text"
        return self.formats.role(role, num_format=format_number(column.kind, 0))

    def heading(self, column: Column) -> Any:
        """Return the format of a heading: around the column's name, which is its value, a star and the measure."""
        wanted = column.required or column.required_when is not None or column.name == self.ledger.ledger.names_row
        star = f'"{say("workbook.ledger.star")}"' if wanted else ""
        return self.formats.role("ledger_header", num_format=f"{star}@{_quote(_measure(column))}")

    def _width(self, number: int, column: Column) -> int:
        if number == 0:
            return NAME
        lines = HEAD_LINES - 1 if _measure(column) else HEAD_LINES  # a bracket is not to stand alone in the last line
        least = -(-_measure_head(column) // lines) + PADDING
        if number == 1 and self.ledger.ledger.carried:
            least = max(least, CONFIRMED)
        return max(least, min(self._content(column), MOST))

    def _content(self, column: Column) -> int:
        """How wide what stands in the column is."""
        if choices := self._choices(column):
            return max(LEAST, max(map(shown_width, choices)) * DIGIT + PADDING + ARROW)
        if column.kind.is_date or column.kind.is_number:
            return TYPED["date" if column.kind.is_date else "number"]
        return max(TYPED["text"], (column.width - 4) * DIGIT)

    def _choices(self, column: Column) -> tuple[str, ...]:
        if column.code_list:
            return tuple(self.survey.code_lists[column.code_list].values)
        return list_choices(column)


def _measure(column: Column) -> str:
    """The measure in brackets, where the column's name does not say it."""
    said = not column.measure or column.measure in column.name
    return "" if said else say("workbook.ledger.measure", measure=column.measure)


def _measure_head(column: Column) -> int:
    """Pixels of a heading in one line, with room for a star."""
    return (shown_width(column.name + _measure(column)) + 2) * DIGIT + DIGIT


def _quote(text: str) -> str:
    return f'"{text}"' if text else ""
