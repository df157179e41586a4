"""Structural checks: what must hold of any return, whatever its rules. Filled cells the reader has judged already."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np

from addin.auditing.arrays import Status, convert_to_text, is_blank
from addin.auditing.batch import Batch, LedgerRows, Row, is_declared_empty
from addin.auditing.evaluate import coerce_truths, evaluate
from addin.auditing.render import render_quantity
from addin.facts import Gaps
from addin.finding import Finding, make_structural
from addin.submission import Submission
from templates.content import Value
from templates.layout import SUMMARY_CELL, WorkbookLayout
from templates.model import Column, Indicator, Kind, Ledger, Survey
from templates.nature import SAME_SHAPE
from templates.spelling import normalize_credit_code
from templates.words import lookup, say

_SAME_SHAPE = str.maketrans(dict(SAME_SHAPE))
_BLANKS = re.compile(r"\s+")
_SPACES = re.compile(" +")


@dataclass(frozen=True)
class Return:
    """One return of a batch, with what every check of its cells needs."""

    batch: Batch
    place: int

    @property
    def submission(self) -> Submission:
        """What was read."""
        return self.batch.submissions[self.place]

    @property
    def survey(self) -> Survey:
        """The survey it answers."""
        return self.batch.survey

    @property
    def layout(self) -> WorkbookLayout:
        """Where its cells lie."""
        return self.batch.layouts[self.place]

    @property
    def gaps(self) -> Gaps:
        """What is not known of it."""
        return self.submission.gaps

    def value(self, indicator: Indicator) -> Value | None:
        """Return what stands in a cell."""
        return self.submission.content.values.get(indicator.form, {}).get(indicator.code)

    def derived(self, indicator: Indicator) -> bool:
        """Return whether the unit's cell is computed from a ledger."""
        identity = self.submission.identity
        return indicator.derived_for(identity.kind, identity.level) is not None

    def found(self, check: str, indicator: Indicator, **values: Any) -> Finding:
        """Return the finding of a structural check on a cell."""
        cell = self.layout.address(indicator.reference)
        name = indicator.plain_name
        return make_structural(check, form=indicator.form, code=indicator.code, cell=cell, name=name, **values)

    def open_cells(self) -> Iterator[Indicator]:
        """Yield the cells that this unit fills, the cover's first."""
        identity = self.submission.identity
        for form in self.survey.filled_by(identity.kind, identity.level):
            for indicator in form.indicators.values():
                if indicator.open_to(identity.kind, identity.level):
                    yield indicator


def check_structure(batch: Batch) -> list[list[Finding]]:
    """Return the structural findings of every return, except those on derived cells."""
    found = [list(_of_return(Return(batch, place))) for place in range(len(batch.submissions))]
    for ledger in batch.survey.ledgers:
        for place, finding in (*_required_columns(batch, ledger), *_duplicates(batch, ledger)):
            found[place].append(finding)
    return found


def _of_return(filed: Return) -> Iterator[Finding]:
    yield from _required_cells(filed)
    yield from _contradicted_sections(filed)
    yield from _late(filed)
    yield from _summary(filed)
    yield from _registered_uscc(filed)
    yield from _unconfirmed(filed)


def _unconfirmed(filed: Return) -> Iterator[Finding]:
    """Ledgers that were mailed out with last year's rows, which the unit has not said it went through."""
    for short, ledger in filed.layout.ledgers.items():
        if ledger.carried and short not in filed.submission.content.confirmed:
            cell, place = f"{ledger.sheet}!{ledger.confirmation}", ledger.confirmation
            yield make_structural("ledger.unconfirmed", ledger=short, cell=cell, rows=ledger.carried, place=place)


def _required_cells(filed: Return) -> Iterator[Finding]:
    for indicator in filed.open_cells():
        if not indicator.required or filed.derived(indicator) or indicator.kind is Kind.COMPOSITE:
            continue
        known = not filed.gaps.has_cell(indicator.form, indicator.code)
        if is_blank(filed.value(indicator)) and known and not _excused(filed, indicator):
            yield filed.found("cell.required", indicator)


def _excused(filed: Return, indicator: Indicator) -> bool:
    """Whether a required cell may stay blank: its section, its alternative or the area above it says so."""
    if _said_nothing(filed, indicator):
        return True
    cells = filed.survey.form[indicator.form].indicators
    if indicator.alternative and not is_blank(filed.value(cells[indicator.alternative])):
        return True
    return _nothing_narrower(filed, indicator)


def _nothing_narrower(filed: Return, indicator: Indicator) -> bool:
    """Whether the wider area that is chosen above has none within it, or none is chosen yet."""
    wider = filed.survey.wider(indicator)
    if not wider:
        return False
    cells = filed.survey.form[indicator.form].indicators
    chosen = "".join(str(filed.value(cells[reference.code]) or "") for reference in wider)
    return chosen not in filed.survey.code_lists[indicator.code_list].parents


def _said_nothing(filed: Return, indicator: Indicator) -> bool:
    return indicator.kind.is_number and is_declared_empty(filed.submission, indicator)


def _contradicted_sections(filed: Return) -> Iterator[Finding]:
    for indicator in filed.open_cells():
        if not (indicator.section and _said_nothing(filed, indicator)):
            continue
        number = float(filed.batch.cell(indicator.reference).numbers[filed.place])
        if not np.isnan(number) and number:
            yield filed.found("cell.section", indicator, value=render_quantity(number, indicator.decimals))


def _late(filed: Return) -> Iterator[Finding]:
    survey = filed.survey
    if not survey.deadlines:
        return
    last = max(deadline.due(filed.batch.year) for deadline in survey.deadlines)
    for indicator in survey.cover.indicators.values():
        value = filed.value(indicator)
        if indicator.kind is Kind.DATE and isinstance(value, date) and value > last:
            yield filed.found("cover.late", indicator, value=value.isoformat(), deadline=last.isoformat())


def _summary(filed: Return) -> Iterator[Finding]:
    wanted = filed.survey.summary_min_length
    # Counted as the workbook's own formula counts it, so that the light there and the audit agree.
    if len(_SPACES.sub(" ", filed.submission.content.summary).strip()) < wanted:
        cell = f"{lookup('workbook.sheets.summary')}!{SUMMARY_CELL}"
        yield make_structural("summary.required", cell=cell, length=wanted)


def _registered_uscc(filed: Return) -> Iterator[Finding]:
    registered = filed.submission.identity.uscc
    for indicator in filed.open_cells():
        value = filed.value(indicator)
        unread = filed.gaps.has_cell(indicator.form, indicator.code)
        if indicator.kind is not Kind.USCC or is_blank(value) or unread or not registered.strip():
            continue
        if normalize_credit_code(convert_to_text(value)) != normalize_credit_code(registered):
            yield filed.found("identity.uscc", indicator, value=convert_to_text(value), registered=registered)


def check_derived_cells(filed: Return, spoken: set[tuple[str, str]]) -> Iterator[Finding]:
    """Yield findings on derived cells that hold something else than their formula and that no rule has spoken of."""
    for (form, code), typed in filed.submission.typed.items():
        indicator = filed.survey.form[form].indicators.get(code) if form in filed.survey.form else None
        if indicator is None or not filed.derived(indicator):
            continue
        if not np.isnan(typed) and (form, code) in spoken:
            continue
        value = say("render.blank") if np.isnan(typed) else render_quantity(typed, indicator.decimals)
        yield filed.found("cell.derived", indicator, value=value, number=_recomputed(filed, indicator))


def _recomputed(filed: Return, indicator: Indicator) -> str:
    values = filed.batch.cell(indicator.reference)
    if values.state[filed.place] == Status.NOT_EVALUATED:
        return say("render.unreadable")
    return render_quantity(float(np.nan_to_num(values.numbers[filed.place])), indicator.decimals)


def _required_columns(batch: Batch, ledger: Ledger) -> Iterator[tuple[int, Finding]]:
    rows = batch.filled_rows(ledger.short)
    if not len(rows.units):
        return
    for column in ledger.columns:
        wanted = _wanted(column, ledger, rows)
        blank = ~rows.column(column.name).reported
        for place in np.flatnonzero(wanted & blank):
            yield _row_finding(batch, rows, int(place), ledger, "ledger.required", column.name, column=column.name)


def _wanted(column: Column, ledger: Ledger, rows: LedgerRows) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """Return for which rows the column must be filled; a row without its name would not count, so the name always."""
    if column.required or column.name == ledger.names_row:
        return np.ones(len(rows.units), dtype=np.bool_)
    if column.required_when is None:
        return np.zeros(len(rows.units), dtype=np.bool_)
    answer = coerce_truths(evaluate(column.required_when, rows))
    return np.asarray(answer.data & (answer.state == 0))


def _duplicates(batch: Batch, ledger: Ledger) -> Iterator[tuple[int, Finding]]:
    rows = batch.rows(ledger.short)
    first: dict[tuple[int, tuple[str, ...]], int] = {}
    unknown = batch.uncounted(ledger.short, ledger.key)
    for place, (unit, row) in enumerate(zip(rows.units, rows.raw, strict=True)):
        if unknown[unit]:
            continue
        key = build_row_key(ledger, row)
        number = int(rows.sheet_rows[place])
        other = first.setdefault((int(unit), key), number)
        if other != number:
            told, at = label_row(ledger, row), ledger.names_row
            yield _row_finding(batch, rows, place, ledger, "ledger.duplicate", at, other=other, key=told)


def build_row_key(ledger: Ledger, row: Row) -> tuple[str, ...]:
    """Return what makes the row the one it is; rows with the same key are duplicates.

    As in the workbook, capitals, blanks and the shape of brackets do not make two names different.
    """
    return tuple(convert_to_text(row.get(name)).translate(_SAME_SHAPE).casefold() for name in ledger.key)


def label_row(ledger: Ledger, row: Row) -> str:
    """Return how messages name the row: the parts of its key as they are written."""
    return say("render.key_separator").join(part for name in ledger.key if (part := convert_to_text(row.get(name))))


def list_differing_columns(ledger: Ledger, one: Row, other: Row) -> tuple[str, ...]:
    """Return the columns in which two rows with the same key differ."""
    names = [column.name for column in ledger.columns if column.name not in ledger.key]
    return tuple(name for name in names if convert_to_text(one.get(name)) != convert_to_text(other.get(name)))


def _row_finding(
    batch: Batch, rows: LedgerRows, place: int, ledger: Ledger, check: str, at: str, **values: Any
) -> tuple[int, Finding]:
    unit, row = int(rows.units[place]), int(rows.sheet_rows[place])
    layout = batch.layouts[unit].ledgers.get(ledger.short)
    cell = layout.address(at, row) if layout else ""
    return unit, make_structural(check, cell=cell, ledger=ledger.short, row=row, **values)
