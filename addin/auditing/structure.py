"""Structural checks: what must hold of any return, whatever its rules. Filled cells the reader has judged already."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import numpy as np

from addin.auditing.arrays import Bools, convert_to_text
from addin.auditing.batch import Batch, LedgerRows, Row
from addin.auditing.evaluate import coerce_truths, evaluate
from addin.auditing.form_checks import Placed, check_form_cells
from addin.finding import Finding, make_structural
from templates.layout import SUMMARY_CELL
from templates.model import Column, Ledger
from templates.nature import SAME_SHAPE
from templates.words import lookup, say

_SAME_SHAPE = str.maketrans(dict(SAME_SHAPE))
_SPACES = re.compile("  +")
_SEPARATOR = "\x1f"
_SPREAD = 0x9E3779B97F4A7C1
"""Keeps the numbers of returns apart in a hash."""


def check_structure(batch: Batch) -> list[list[Finding]]:
    """Return the structural findings of every return, except those on derived cells."""
    found: list[list[Finding]] = [[] for _ in batch.submissions]
    for place, finding in (*check_form_cells(batch), *_require_summary(batch), *_require_confirmation(batch)):
        found[place].append(finding)
    for ledger in batch.survey.ledgers:
        for place, finding in (*_require_columns(batch, ledger), *_tell_duplicates(batch, ledger)):
            found[place].append(finding)
    return found


def _require_summary(batch: Batch) -> Iterator[Placed]:
    wanted = batch.survey.summary_min_length
    for place, submission in enumerate(batch.submissions):
        # Counted as the workbook's own formula counts it, so that the light there and the audit agree.
        if len(_SPACES.sub(" ", submission.content.summary).strip()) < wanted:
            cell = f"{lookup('workbook.sheets.summary')}!{SUMMARY_CELL}"
            yield place, make_structural("summary.required", cell=cell, length=wanted)


def _require_confirmation(batch: Batch) -> Iterator[Placed]:
    """Ledgers that were mailed out with last year's rows, which the unit has not said it went through."""
    for place, submission in enumerate(batch.submissions):
        if not submission.identity.carried:
            continue
        for short, ledger in batch.layouts[place].ledgers.items():
            if ledger.carried and short not in submission.content.confirmed:
                facts = {"rows": ledger.carried, "place": ledger.confirmation}
                cell = f"{ledger.sheet}!{ledger.confirmation}"
                yield place, make_structural("ledger.unconfirmed", ledger=short, cell=cell, **facts)


def _require_columns(batch: Batch, ledger: Ledger) -> Iterator[Placed]:
    rows = batch.filled_rows(ledger.short)
    if not rows.size:
        return
    for column in ledger.columns:
        wanted = _find_wanted(column, ledger, rows)
        if wanted is not None:
            for place in np.flatnonzero(wanted & ~rows.column(column.name).reported).tolist():
                yield _tell_row(batch, rows, place, "ledger.required", column.name, column=column.name)


def _find_wanted(column: Column, ledger: Ledger, rows: LedgerRows) -> Bools | None:
    """Return for which rows the column must be filled, None for none at all.

    A row without its name would not count, so the name must stand in every one.
    """
    if column.required or column.name == ledger.names_row:
        return np.ones(rows.size, dtype=np.bool_)
    if column.required_when is None:
        return None
    answer = coerce_truths(evaluate(column.required_when, rows))
    return np.asarray(answer.data & (answer.state == 0))


def _tell_duplicates(batch: Batch, ledger: Ledger) -> Iterator[Placed]:
    rows = batch.rows(ledger.short)
    suspects = _find_same_names(rows)
    if not suspects:
        return
    first: dict[tuple[int, tuple[str, ...]], int] = {}
    unknown = batch.uncounted(ledger.short, ledger.key)
    for place in suspects:
        unit, row, number = int(rows.units[place]), rows.row(place), int(rows.sheet_rows[place])
        if unknown[unit]:
            continue
        other = first.setdefault((unit, build_row_key(ledger, row)), number)
        if other != number:
            told, at = label_row(ledger, row), ledger.names_row
            yield _tell_row(batch, rows, place, "ledger.duplicate", at, other=other, key=told)


def _find_same_names(rows: LedgerRows) -> list[int]:
    """Return the rows of returns that may name the same thing twice: no others can be duplicates."""
    names = _fold_all(rows.column(rows.ledger.names_row).texts.tolist())
    known = np.fromiter(map(hash, names), np.int64, len(names)) ^ (rows.units * _SPREAD)
    _, which, times = np.unique(known, return_inverse=True, return_counts=True)
    return np.flatnonzero(times[which] > 1).tolist()


def _fold_all(texts: list[str]) -> list[str]:
    """Return texts as they are compared. All at once: a long text is changed as fast as a short one."""
    whole = _SEPARATOR.join(texts)
    for character, same in SAME_SHAPE:
        whole = whole.replace(character, same)
    folded = whole.casefold().split(_SEPARATOR)
    return folded if len(folded) == len(texts) else [_fold(text) for text in texts]


def _fold(text: str) -> str:
    return text.translate(_SAME_SHAPE).casefold()


def build_row_key(ledger: Ledger, row: Row) -> tuple[str, ...]:
    """Return what makes the row the one it is; rows with the same key are duplicates.

    As in the workbook, capitals, blanks and the shape of brackets do not make two names different.
    """
    return tuple(_fold(convert_to_text(row.get(name))) for name in ledger.key)


def label_row(ledger: Ledger, row: Row) -> str:
    """Return how messages name the row: the parts of its key as they are written."""
    return say("render.key_separator").join(part for name in ledger.key if (part := convert_to_text(row.get(name))))


def list_differing_columns(ledger: Ledger, one: Row, other: Row) -> tuple[str, ...]:
    """Return the columns in which two rows with the same key differ."""
    names = [column.name for column in ledger.columns if column.name not in ledger.key]
    return tuple(name for name in names if convert_to_text(one.get(name)) != convert_to_text(other.get(name)))


def _tell_row(batch: Batch, rows: LedgerRows, place: int, check: str, at: str, **facts: Any) -> Placed:
    unit, row, short = int(rows.units[place]), int(rows.sheet_rows[place]), rows.ledger.short
    layout = batch.layouts[unit].ledgers.get(short)
    cell = layout.address(at, row) if layout else ""
    return unit, make_structural(check, cell=cell, ledger=short, row=row, **facts)
