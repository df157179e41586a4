"""What may be wrong with a ledger's entry cells by themselves. Each fault is said once, over any way to address cells.

审核 asks about all rows at once, inside SUMPRODUCT; its message asks which column of one row it is; the colours ask row
by row. So a term holds no function that Excel evaluates over arrays only when told to (IF, IFERROR), and where colours
ask too, no array constant. A term is 1 or 0, never an error: an error value is a fault of its own and of no other kind,
and the other cells are counted as if it were any text.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from generator.formula import (
    Cells,
    Formulas,
    formulate_beyond,
    formulate_literal,
    formulate_replaced,
    formulate_sure,
    formulate_wrong_usccs,
    quote,
)
from templates.expression import ColumnRef, Node, list_valued, walk
from templates.layout import LedgerLayout
from templates.model import Column, Kind, Ledger, Severity
from templates.nature import DAYS, NOISE, SAME_SHAPE, SHORTEST
from templates.spelling import BLANKS, WIDE_DIGITS
from templates.words import lookup

REQUIRED = "required"
"""The kind of fault that is nothing but a blank: it is still to be filled, and nothing is wrong."""

Term = Callable[[Cells], str]


@dataclass(frozen=True)
class Fault:
    """A kind of fault: in which columns it may be, each with its term."""

    words: str
    """Ends the keys of its words: ``ledger_<words>``, ``ledger_<words>_message``, ``ledger_<words>_hint``."""
    severity: Severity
    columns: dict[str, Term]
    rows: Term | None = None
    """Which rows are asked at all; None asks all."""
    coloured: bool = True
    """Whether its terms may stand in a conditional format."""

    def anywhere(self, cells: Cells) -> str:
        """Return how many columns of a row are faulty, or of each row."""
        terms = "+".join(term(cells) for term in self.columns.values())
        return f"{self.rows(cells)}*({terms})" if self.rows else f"({terms})"

    def within(self, name: str, cells: Cells) -> str:
        """Return whether one column of the row is faulty."""
        term = self.columns[name](cells)
        return f"{self.rows(cells)}*{term}" if self.rows else term

    def first_column(self, ledger: LedgerLayout, cells: Cells) -> str:
        """Return the number of the first faulty column of a row that has one."""
        beyond = len(ledger.ledger.columns) + 1
        ranked = (f"{term(cells)}*{beyond - ledger.column(name)}" for name, term in self.columns.items())
        return f"IFERROR({beyond}-MAX({','.join(ranked)}),1)"


def list_faults(formulas: Formulas, ledger: Ledger) -> list[Fault]:
    """Return what may be wrong with the cells of ``ledger``, the gravest first; kinds without a column are left out."""
    columns, wrong = ledger.columns, Severity.ERROR
    whole = [column for column in columns if column.kind in (Kind.COUNT, Kind.MONEY)]
    numbers = {column.name: _number(formulas, column) for column in columns if column.kind.is_number}
    codes = [column for column in columns if column.kind.is_code]
    found = [
        Fault("errors", wrong, _over(columns, lambda cell: f"ISERROR({cell})*1")),
        Fault(
            REQUIRED,
            wrong,
            _required(formulas, ledger),
            lambda cells: f"{used(ledger, cells)}*{formulate_stays(cells)}",
        ),
        Fault("numbers", wrong, numbers),
        Fault("damaged", wrong, {column.name: _damaged(column) for column in codes}),
        Fault("dates", wrong, _over([c for c in columns if c.kind.is_date], _date)),
        Fault("choices", wrong, dict(_choices(columns))),
        Fault("uscc", Severity.WARNING, {c.name: _uscc(c) for c in codes if c.kind is Kind.USCC}, coloured=False),
        Fault("fractions", Severity.INFO, _over(whole, _fraction)),
    ]
    return [fault for fault in found if fault.columns]


def formulate_blank(cell: str) -> str:
    """Return whether nothing visible stands in a cell, in parentheses; an error where it holds one."""
    for mark in "\u3000\u00a0\u200b":
        cell = f'SUBSTITUTE({cell},"{mark}","")'
    return f"(LEN(TRIM({cell}))=0)"


def _nothing(column: Column) -> Callable[[str], str]:
    """Return what asks whether a cell is empty: a blank left behind among numbers and days is said to be no number."""
    left_behind = column.kind.is_number or column.kind.is_date
    return _empty if left_behind else lambda cell: f"{formulate_sure(formulate_blank(cell))}*1"


def _empty(cell: str) -> str:
    return formulate_sure(f"(LEN({cell})=0)")


def formulate_something(cell: str) -> str:
    """Return whether anything stands in a cell, be it an error or a blank that was left behind."""
    return f"(1-{_empty(cell)})"


def used(ledger: Ledger, cells: Cells) -> str:
    """Return whether anything stands in a row."""
    return f"({'+'.join(_empty(cells(column.name)) for column in ledger.columns)}<{len(ledger.columns)})"


def formulate_stays(cells: Cells) -> str:
    """Return whether a row is not withdrawn."""
    status = lookup("workbook.row_status")
    withdrawn = f"({cells(status['name'])}={quote(status['options'][-1])})"
    return f"(1-{formulate_sure(withdrawn)})"


def formulate_unusable(formulas: Formulas, ledger: Ledger, nodes: Iterable[Node], cells: Cells) -> list[str]:
    """Return terms that are 1 where a column that ``nodes`` read holds no number for a number, or no day for a day.

    Arithmetic takes a text such as "5" for a number, sums do not: neither may decide.
    """
    named = dict.fromkeys(found.name for node in nodes for found in list_valued(node) if isinstance(found, ColumnRef))
    columns = [ledger.by_name[name] for name in named]
    days = [_date(cells(column.name)) for column in columns if column.kind.is_date]
    return [*days, *(formulas.no_number(column, cells) for column in columns if column.kind.is_number)]


def list_choices(column: Column) -> tuple[str, ...]:
    """Return what the dropdown of a column without a code list holds: its options, or 是 and 否; () without one."""
    if column.kind is Kind.YES_NO:
        return tuple(text.split(" ", 1)[1] for text in lookup("workbook.yes_no"))
    return column.options


def formulate_same_shape(text: str) -> str:
    """Return a text without what does not make names different; capitals are ignored by comparisons themselves."""
    for mark, instead in SAME_SHAPE:
        text = f"SUBSTITUTE({text},{quote(mark)},{quote(instead)})"
    return text


def _over(columns: list[Column] | tuple[Column, ...], judge: Callable[[str], str]) -> dict[str, Term]:
    return {column.name: _of_cell(column.name, judge) for column in columns}


def _of_cell(name: str, judge: Callable[[str], str]) -> Term:
    return lambda cells: judge(cells(name))


def _required(formulas: Formulas, ledger: Ledger) -> dict[str, Term]:
    """A row without its name would not count, so the name is always wanted."""
    terms: dict[str, Term] = {}
    for column in ledger.columns:
        if column.required or column.name == ledger.names_row:
            terms[column.name] = _of_cell(column.name, _nothing(column))
        elif column.required_when is not None:
            terms[column.name] = _blank_when(formulas, ledger, column, column.required_when)
    return terms


def _blank_when(formulas: Formulas, ledger: Ledger, column: Column, when: Node) -> Term:
    def term(cells: Cells) -> str:
        usable = [f"(1-{odd})" for odd in formulate_unusable(formulas, ledger, [when], cells)]
        return "*".join([_nothing(column)(cells(column.name)), formulate_sure(formulas.row_wise(when, cells)), *usable])

    return term


def list_unneeded(formulas: Formulas, ledger: Ledger) -> dict[str, Term]:
    """Return, for columns that only some rows fill, what is 1 where a row needs none and has none.

    A row in which the answer still hangs on a blank cell is not told yet.
    """
    return {
        column.name: _unneeded(formulas, ledger, column, column.required_when)
        for column in ledger.columns
        if column.required_when is not None and not column.required
    }


def _unneeded(formulas: Formulas, ledger: Ledger, column: Column, when: Node) -> Term:
    asked = dict.fromkeys([ledger.names_row, *(node.name for node in walk(when) if isinstance(node, ColumnRef))])

    def term(cells: Cells) -> str:
        known = [formulate_something(cells(name)) for name in asked]
        return "*".join([_empty(cells(column.name)), *known, f"(1-{formulate_sure(formulas.row_wise(when, cells))})"])

    return term


def _number(formulas: Formulas, column: Column) -> Term:
    """Half a thing less than nothing is rounded to nothing, as the reader does."""
    below = "<0" if column.kind is Kind.DECIMAL else "<=-0.5"

    def term(cells: Cells) -> str:
        return f"(({formulas.no_number(column, cells)}+{formulate_sure(f'({cells(column.name)}{below})')}>0)*1)"

    return term


def _fraction(cell: str) -> str:
    return f"ISNUMBER({cell})*{formulate_sure(f'(ABS({cell}-ROUND({cell},0))>{NOISE:.9f})')}"


def _date(cell: str) -> str:
    """A text is above any number, and an error is neither filled nor a day."""
    day = formulate_sure(f"(ISNUMBER({cell})*({cell}>={DAYS.start})*({cell}<{DAYS.stop}))")
    return f"{formulate_sure(f'(LEN({cell})>0)')}*(1-{day})"


def _damaged(column: Column) -> Term:
    """What Excel has done to a code; the reader's words for it are in :mod:`addin.reading.codes`."""
    shortest = SHORTEST.get(column.kind, 0)

    def term(cells: Cells) -> str:
        cell = cells(column.name)
        code = formulate_replaced(cell, WIDE_DIGITS | dict.fromkeys((*BLANKS, " "), ""))
        rest = formulate_replaced(code, dict.fromkeys("0123456789.", ""))
        kinds = [f'(UPPER({rest})="E+")', f"ISNUMBER({cell})*{formulate_beyond(cell, None)}"]
        if shortest:
            short = f"(LEN({code})<{shortest})"
            if column.kind is Kind.AREA_CODE:
                short = f'({short}+(LEN({code})={shortest})*(LEFT({code},1)<>"0")>0)'
            kinds.append(
                f"(LEN({code})>0)*(LEN({formulate_replaced(code, dict.fromkeys('0123456789', ''))})=0)*{short}"
            )
        return f"{formulate_sure('(' + '+'.join(kinds) + ')')}*1"

    return term


def _uscc(column: Column) -> Term:
    """A code that Excel has damaged is a fault of another kind."""
    damaged = _damaged(column)

    def term(cells: Cells) -> str:
        cell = cells(column.name)
        code = f'UPPER(SUBSTITUTE({cell}," ",""))'
        return f"{formulate_sure(f'((LEN({cell})>0)*{formulate_wrong_usccs(code)})')}*(1-{damaged(cells)})"

    return term


def _choices(columns: tuple[Column, ...]) -> Iterator[tuple[str, Term]]:
    for column in columns:
        if column.code_list:
            yield column.name, _of_cell(column.name, _not_listed(column.code_list))
        elif list_choices(column):
            yield column.name, _of_cell(column.name, _none_of(list_choices(column)))


def _not_listed(code_list: str) -> Callable[[str], str]:
    return lambda cell: (
        f"{_filled(cell)}*(1-ISTEXT({cell})*ISNUMBER(MATCH({formulate_literal(cell)},code_{code_list},0)))"
    )


def _none_of(options: tuple[str, ...]) -> Callable[[str], str]:
    def judge(cell: str) -> str:
        others = "".join(f"*({cell}<>{quote(option)})" for option in options)
        return f"{formulate_sure(f'((1-{formulate_blank(cell)}){others})')}*1"

    return judge


def _filled(cell: str) -> str:
    return formulate_sure(f"(1-{formulate_blank(cell)})")
