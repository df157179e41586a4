"""Live sums over the 明细 sheet of a form: where its values lie, and the formulas that add up what counts.

Only functions of Excel 2007. Ranges reach from the header to the row below the last unit, both locked: cutting a 计入
cell and pasting it elsewhere cannot bend them. Texts among the numbers are passed over, as in the stored totals.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

from xlsxwriter.utility import xl_col_to_name

from generator.consolidated.data import Consolidated, ReturnLine
from templates.expression import Arithmetic, CellRef, Node, Number, list_references
from templates.model import Form, Indicator, Kind, RollUp
from templates.words import lookup, say

CODES_ROW, DETAILS_HEADER = 1, 2
"""Rows of a 明细 sheet, from 0."""

DIGITS = 6
"""Sums of decimals are cleared of what binary arithmetic adds in the far digits."""

ANY_NUMBER = '"<1E+300"'
"""The condition that every number meets, and no text or blank."""


@dataclass(frozen=True)
class Details:
    """Where the values of a form lie in its 明细 sheet. Columns count from 0."""

    form: Form
    lines: tuple[ReturnLine, ...]

    @classmethod
    def of(cls, data: Consolidated, form: Form) -> Details:
        """Return the sheet of ``form`` with the returns that hold it."""
        return cls(form, tuple(line for line in data.returns if form.id in line.forms))

    @property
    def name(self) -> str:
        """The sheet's name."""
        return say("consolidated.sheets.details", form=self.form.id)

    @cached_property
    def fixed(self) -> dict[str, int]:
        """Columns of what is known of the unit, by the keys of ``[details.fixed]``."""
        return {key: place for place, key in enumerate(lookup("consolidated.details.fixed"))}

    @cached_property
    def indicators(self) -> tuple[Indicator, ...]:
        """What has a column of its own."""
        return tuple(row for row in self.form.indicators.values() if row.kind is not Kind.COMPOSITE)

    @cached_property
    def places(self) -> dict[str, int]:
        """Columns of the values, by code."""
        return {row.code: place for place, row in enumerate(self.indicators, start=len(self.fixed))}

    @cached_property
    def helpers(self) -> dict[str, int]:
        """Hidden columns that hold 0 for a text, by code: the largest of several is looked for there."""
        largest = [row.code for row in self.indicators if row.rolls_up and row.rollup is RollUp.MAX]
        return {code: place for place, code in enumerate(largest, start=len(self.fixed) + len(self.indicators))}

    def area(self, column: int) -> str:
        """Return a column's cells as a formula of another sheet addresses them."""
        if column not in self._areas:
            letter, last = xl_col_to_name(column), DETAILS_HEADER + len(self.lines) + 2
            self._areas[column] = f"'{self.name}'!${letter}${DETAILS_HEADER + 1}:${letter}${last}"
        return self._areas[column]

    @cached_property
    def _areas(self) -> dict[int, str]:
        """Areas that were asked for before: every formula of every sum names several."""
        return {}

    @property
    def counted(self) -> str:
        """The cells of 计入."""
        return self.area(self.fixed["counted"])

    def reporters(self, code: str, by: str = "", criterion: str = "") -> str:
        """Return how many units that count report ``code``, all or those whose ``by`` is ``criterion``."""
        among = f",{self.area(self.fixed[by])},{criterion}" if by else ""
        return f"COUNTIFS({self.counted},1{among},{self.area(self.places[code])},{ANY_NUMBER})"

    def chosen(self, code: str, shown: str, by: str = "", criterion: str = "") -> str:
        """Return how many units that count chose what the sheet shows as ``shown``; ``?*`` is anything."""
        among = f",{self.area(self.fixed[by])},{criterion}" if by else ""
        wanted = shown.replace('"', '""')
        return f'COUNTIFS({self.counted},1{among},{self.area(self.places[code])},"{wanted}")'

    def total(self, indicator: Indicator, by: str = "", criterion: str = "") -> str:
        """Return the one number of many units, ``""`` where none reports it; see :func:`formulate_ratio` for ratios."""
        made = self._largest if indicator.rollup is RollUp.MAX else self._sum
        number = made(indicator.code, by, criterion)
        return f'IF({self.reporters(indicator.code, by, criterion)}=0,"",{number})'

    def _sum(self, code: str, by: str, criterion: str) -> str:
        among = f",{self.area(self.fixed[by])},{criterion}" if by else ""
        return f"ROUND(SUMIFS({self.area(self.places[code])},{self.counted},1{among}),{DIGITS})"

    def _largest(self, code: str, by: str, criterion: str) -> str:
        among = f"*({self.area(self.fixed[by])}={criterion})" if by else ""
        return f"SUMPRODUCT(MAX(({self.counted}=1){among}*{self.area(self.helpers[code])}))"


def formulate_ratio(indicator: Indicator, cell: Callable[[str], str]) -> str:
    """Return what a ratio is over the totals that ``cell`` addresses by code, ``""`` without any."""
    tree = indicator.over_totals
    if tree is None:
        raise ValueError(f"{indicator.form}!{indicator.code} is no ratio")
    named = "&".join(cell(reference.code) for reference in list_references(tree))
    return f'IF(LEN({named})=0,"",IFERROR(ROUND({_arithmetic(tree, cell)},{indicator.decimals}),""))'


def _arithmetic(node: Node, cell: Callable[[str], str]) -> str:
    match node:
        case Number(value):
            return f"{value:.15g}"
        case CellRef():
            return f"N({cell(node.code)})"
        case Arithmetic(operator, left, right):
            return f"({_arithmetic(left, cell)}{operator}{_arithmetic(right, cell)})"
    raise TypeError("a ratio is plain arithmetic")
