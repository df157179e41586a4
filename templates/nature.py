"""What a tree of the rule language yields: quantity, text or day, and to how many decimals; which numbers are days.

Every engine rounds both sides of a comparison before they meet. How far is said here once, so that the workbook's
formula and the audit cannot disagree; the same goes for what makes two names one.
"""

from __future__ import annotations

from datetime import date
from typing import Final

from templates.expression import (
    Aggregate,
    Arithmetic,
    Call,
    CellRef,
    ColumnRef,
    Node,
    Number,
    Text,
    Variable,
    list_operands,
)
from templates.model import Kind, Survey

DIVISION_DECIMALS: Final = 6
"""Quotients, and decimal columns of ledgers, which declare no decimals of their own."""

NOISE: Final = 1e-9
"""A count that is off a whole number by no more is a whole number that a computation blurred."""

DIGITS: Final = 15
"""So many digits a spreadsheet keeps of a number; what is typed beyond them it turns into zeros."""

EXACT: Final = 1e15
"""Numbers are smaller than this, above 0 and below: from here on not every digit is kept."""

SHORTEST: Final = {Kind.AREA_CODE: 3, Kind.POSTCODE: 6}
"""So many digits such a code has at least, the zeros in front counted."""

EPOCH: Final = date(1899, 12, 30)
"""Day 0 of Excel's serial numbers."""

YEARS: Final = range(1800, 2101)
"""Years that a statistical return may speak of."""

DAYS: Final = range(2101, (date(YEARS[-1], 12, 31) - EPOCH).days + 1)
"""Serial numbers that are days. Smaller ones are years that were typed alone: 2001 is no day of 1905."""

SAME_SHAPE: Final = tuple(zip("()*?~", "（）＊？～", strict=True)) + tuple((blank, "") for blank in " \u3000\u00a0\n")
"""What does not make two names of a ledger different, apart from capitals: the shape of some marks, and blanks.

Marks that spreadsheets take for wildcards are among them, because spreadsheets do not agree where to do so.
"""

_DECIMALS_OF_CALLS: Final = {"date": 0, "year": 0, "length": 0}


def find_kind(node: Node, survey: Survey) -> Kind | None:
    """Return the kind of the cell or column that ``node`` is, or None when it is neither or unknown."""
    match node:
        case CellRef():
            indicator = survey.indicator(node)
            return indicator.kind if indicator else None
        case ColumnRef(ledger, name):
            found = survey.ledger.get(ledger)
            return found.by_name[name].kind if found and name in found.by_name else None
    return None


def is_text(node: Node, survey: Survey) -> bool:
    """Return whether ``node`` yields a text, so that a comparison with it compares texts."""
    match node:
        case Text():
            return True
        case Variable(name):
            return name != "year"
        case CellRef() | ColumnRef():
            kind = find_kind(node, survey)
            return kind is None or not (kind.is_number or kind.is_date)
    return False


def is_date(node: Node, survey: Survey) -> bool:
    """Return whether ``node`` yields a day."""
    if isinstance(node, Call):
        return node.function == "date"
    kind = find_kind(node, survey)
    return kind is not None and kind.is_date


def is_year(node: Node) -> bool:
    """Return whether ``node`` yields a year, which nobody writes with a comma."""
    return (isinstance(node, Variable) and node.name == "year") or (isinstance(node, Call) and node.function == "year")


def find_decimals(node: Node, survey: Survey) -> int:
    """Return the decimals to which a side of a comparison is rounded: those that an exact result has, six at most."""
    match node:
        case Number(value):
            return _own_decimals(value)
        case CellRef():
            indicator = survey.indicator(node)
            return indicator.decimals if indicator else 0
        case ColumnRef():
            return DIVISION_DECIMALS if find_kind(node, survey) is Kind.DECIMAL else 0
        case Aggregate("sum", ledger, column, _):
            return find_decimals(ColumnRef(ledger, column), survey)
        case Aggregate():
            return 0
        case Arithmetic("/", _, _):
            return DIVISION_DECIMALS
        case Arithmetic("*", left, right):
            return min(find_decimals(left, survey) + find_decimals(right, survey), DIVISION_DECIMALS)
        case Call("round", (_, Number(digits))):
            return int(digits)
        case Call(function) if function in _DECIMALS_OF_CALLS:
            return _DECIMALS_OF_CALLS[function]
    return max((find_decimals(child, survey) for child in list_operands(node)), default=0)


def format_grouped(number: float) -> str:
    """Return a number with its thousands apart."""
    return f"{number:,.15g}"


def _own_decimals(value: float) -> int:
    text = f"{value:.10f}".rstrip("0")
    return len(text.partition(".")[2])
