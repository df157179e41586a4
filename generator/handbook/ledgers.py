"""A chapter's section for each ledger: what it is for, which numbers it gives, its columns, the rules over its rows."""

from __future__ import annotations

from collections.abc import Iterator

from generator.handbook.entries import (
    list_bound_units,
    list_ledger_cells,
    tell_column,
    tell_ledger_source,
    tell_required,
)
from generator.handbook.paper import Line, Paper, Row
from generator.handbook.rules import write_ledger_rules
from generator.handbook.scope import HandbookScope
from templates.model import Indicator, Ledger
from templates.words import lookup, say

COLUMN_WIDTHS = (3.3, 2.6, 4.2, 6.5)
NUMBER_WIDTHS = (1.6, 1.3, 4.4, 9.3)


def write_ledger(paper: Paper, scope: HandbookScope, ledger: Ledger) -> None:
    """Write one ledger."""
    paper.heading(say("handbook.ledger", id=ledger.id, name=ledger.name), 2)
    for line in _about(scope, ledger):
        paper.text(line)
    _numbers(paper, scope, ledger)
    paper.heading(say("handbook.columns"), 3)
    paper.table(lookup("handbook.column_header"), COLUMN_WIDTHS, _columns(scope, ledger))
    write_ledger_rules(paper, scope, ledger.short)


def _about(scope: HandbookScope, ledger: Ledger) -> Iterator[str]:
    yield say("workbook.ledger.purpose", purpose=ledger.purpose, required_by=ledger.required_by)
    yield say("handbook.keeping", units=scope.named(scope.keeping(ledger)))
    if bound := list_bound_units(ledger, scope):
        yield say("handbook.bound", units=scope.named(bound))
    sheet = say("workbook.sheets.ledger", short=ledger.short)
    yield say("handbook.ledger_rows", sheet=sheet, key="、".join(ledger.key), names=ledger.names_row)
    yield say("handbook.capacity", capacity=ledger.capacity)


def _numbers(paper: Paper, scope: HandbookScope, ledger: Ledger) -> None:
    cells = list(list_ledger_cells(ledger.short, scope))
    if cells:
        paper.heading(say("handbook.numbers"), 3)
        paper.table(lookup("handbook.number_header"), NUMBER_WIDTHS, (_number(cell, scope) for cell in cells))


def _number(cell: Indicator, scope: HandbookScope) -> Row:
    lines = [Line(text) for text in tell_ledger_source(cell, scope)]
    return (cell.form, cell.code, cell.plain_name, lines)


def _columns(scope: HandbookScope, ledger: Ledger) -> Iterator[Row]:
    """A 多选 was spread into a column a choice: what they share is said once."""
    told = ""
    for column in ledger.columns:
        definition = "" if column.choice_of and column.choice_of == told else column.definition
        told = column.choice_of
        yield (column.name, tell_required(column, scope), tell_column(column, scope), definition)
