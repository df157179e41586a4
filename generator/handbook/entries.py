"""What is said of one cell of a form or one column of a ledger: how it is filled, by whom, where numbers are from."""

from __future__ import annotations

from collections.abc import Iterator

from generator.handbook.paper import Line
from generator.handbook.scope import HandbookScope, Unit
from generator.handbook.styles import MARK, NOTE
from templates.expression import list_ledgers
from templates.model import CodeStatus, Column, Indicator, Kind, Ledger
from templates.sentence import tell_expression
from templates.words import say

SHORT_LIST = 12
"""Code lists up to this length are printed where they are used, longer ones by a few of their values."""
FEW = 3


def tell_indicator(indicator: Indicator, scope: HandbookScope) -> list[Line]:
    """Return all there is to say about a cell; of a cell that none of the units fills, only who does."""
    if not scope.filling(indicator):
        return [Line(_closed(indicator), NOTE)]
    lines = [Line(mark, MARK) for mark in _marks(indicator)]
    item = scope.survey.form[indicator.form].indicators.get(indicator.item)
    told_before = item is not None and item.definition == indicator.definition
    if indicator.definition and not told_before:
        lines.append(Line(indicator.definition))
    lines += [Line(text) for text in (*_how(indicator, scope), *tell_ledger_source(indicator, scope))]
    lines += [Line(text, NOTE) for text in _conditions(indicator, scope)]
    if indicator.definition_source and not told_before:
        lines.append(Line(say("handbook.source", source=indicator.definition_source), NOTE))
    return lines or [Line("")]


def _closed(indicator: Indicator) -> str:
    note = indicator.closed_note
    return say("handbook.closed_by", note=note) if note else say("handbook.closed")


def _marks(indicator: Indicator) -> Iterator[str]:
    """Yield what the source text left open."""
    if indicator.code_status is CodeStatus.OPEN:
        yield say("handbook.mark", mark=say("workbook.code_open"))
    if indicator.code_status is CodeStatus.INFERRED:
        yield say("handbook.mark", mark=say("handbook.code_inferred"))
    if not indicator.measure_verified:
        yield say("handbook.mark", mark=say("workbook.measure_unverified"))


def _how(indicator: Indicator, scope: HandbookScope) -> Iterator[str]:
    if indicator.options and indicator.kind is not Kind.NOTHING_HERE:
        yield say("handbook.options", options="；".join(option.shown for option in indicator.options))
    elif indicator.code_list:
        yield code_list_told(indicator.code_list, scope)
    elif how := tell_kind(indicator.kind, indicator.decimals):
        yield how


def tell_kind(kind: Kind, decimals: int = 0) -> str:
    """Return how cells of ``kind`` are filled, "" where the measure says it."""
    return say(f"handbook.how.{kind}", decimals=decimals)


def code_list_told(name: str, scope: HandbookScope) -> str:
    """Return a code list by name, with its values where they are few."""
    values = scope.survey.code_lists[name].values
    return say("handbook.code_list", name=name, count=len(values), values=tell_values(values))


def tell_values(values: tuple[str, ...]) -> str:
    """Return values in a row: all of them, or the first few different ones."""
    if len(values) <= SHORT_LIST:
        return "、".join(values)
    return say("handbook.and_more", values="、".join(list(dict.fromkeys(values))[:FEW]))


def tell_ledger_source(indicator: Indicator, scope: HandbookScope) -> Iterator[str]:
    """Yield where the cell's number comes from, for units that the ledger binds and for those that it does not."""
    units = scope.filling(indicator)
    bound = [unit for unit in units if indicator.derived_for(*unit) is not None]
    beside = [unit for unit in units if indicator.beside_for(*unit) is not None]
    if indicator.derive is not None and bound:
        words = "derived" if len(bound) == len(units) else "derived_for"
        told = tell_expression(indicator.derive, scope.survey, indicator.form)
        yield say(f"handbook.{words}", expression=told, units=scope.named(bound))
    tree = indicator.ledger_sum or indicator.derive
    if tree is not None and beside:
        words = "beside" if len(beside) == len(units) else "beside_for"
        told = tell_expression(tree, scope.survey, indicator.form)
        yield say(f"handbook.{words}", expression=told, units=scope.named(beside))


def _conditions(indicator: Indicator, scope: HandbookScope) -> Iterator[str]:
    """Yield who fills the cell, and whether it may stay blank."""
    filling, filing = scope.filling(indicator), scope.filing(scope.survey.form[indicator.form])
    if filling != filing:
        words = "only_noted" if indicator.closed_note else "only"
        yield say(f"handbook.{words}", units=scope.named(filling), note=indicator.closed_note)
    if indicator.alternative:
        yield say("handbook.alternative", code=indicator.alternative)
    elif not indicator.required and indicator.kind not in (Kind.COMPOSITE, Kind.NOTHING_HERE):
        yield say("handbook.optional")


def tell_required(column: Column, scope: HandbookScope) -> str:
    """Return when a ledger's column must be filled."""
    if column.required_when is not None:
        return say("handbook.required_when", when=tell_expression(column.required_when, scope.survey))
    return say("handbook.required" if column.required else "handbook.not_required")


def tell_column(column: Column, scope: HandbookScope) -> str:
    """Return how a ledger's column is filled."""
    if column.code_list:
        return code_list_told(column.code_list, scope)
    if column.options:
        return say("handbook.options", options="；".join(column.options))
    return tell_kind(column.kind) or say("handbook.number")


def list_ledger_cells(short: str, scope: HandbookScope) -> Iterator[Indicator]:
    """Yield the cells whose number is computed from a ledger, or held against it."""
    for form in scope.forms:
        for indicator in form.indicators.values():
            trees = [tree for tree in (indicator.derive, indicator.ledger_sum) if tree is not None]
            if scope.filling(indicator) and any(short in list_ledgers(tree) for tree in trees):
                yield indicator


def list_bound_units(ledger: Ledger, scope: HandbookScope) -> tuple[Unit, ...]:
    """Return the units that have to file a ledger before they can report a number."""
    cells = list(list_ledger_cells(ledger.short, scope))
    return tuple(
        unit
        for unit in scope.keeping(ledger)
        if any(unit in scope.filling(cell) and cell.derived_for(*unit) is not None for cell in cells)
    )
