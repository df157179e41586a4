"""A return as rows of the store, and back: what comes out is what went in, value for value."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from addin.finding import Finding
from addin.package.refusal import FileStatus
from addin.store.schema import FINDING, IDENTITY, Row
from addin.submission import Refusal, Submission
from templates.content import Content, Identity, Value
from templates.model import Severity, Survey

_SPLIT = 3
"""How many columns a value takes: number, text, day."""

_Cells = Mapping[str, Mapping[str, Value]]


@dataclass(frozen=True)
class Packed:
    """What reading made of one file, as rows without the number of the submission."""

    head: dict[str, Any]
    """Columns of its one row in ``submissions``; who puts it in adds how and when it came, and the name of the file."""
    cells: list[Row] = field(default_factory=list)
    ledger_rows: list[Row] = field(default_factory=list)
    findings: list[Row] = field(default_factory=list)


def pack_reading(read: Submission | Refusal) -> Packed:
    """Return ``read`` as rows."""
    identity = {name: getattr(read.identity, name, None) for name in IDENTITY}
    if isinstance(read, Refusal):
        return Packed(identity | {"status": read.status.value, "reason": read.reason})
    content = read.content
    told = {
        "status": FileStatus.OK.value,
        "remarks": content.remarks,
        "summary": content.summary,
        "confirmed": sorted(content.confirmed),
        "shape": json.dumps(_shape(content), ensure_ascii=False),
    }
    return Packed(
        identity | told,
        list(_cells(read)),
        list(_ledger_rows(content)),
        [pack_finding(finding) for finding in read.findings],
    )


def unpack_reading(kept: Packed, survey: Survey) -> Submission | Refusal:
    """Return what was packed; ``survey`` are the definitions that it was read by."""
    head = kept.head
    stated = {name: head[name] for name in IDENTITY if head[name] is not None}
    identity = Identity(**stated) if stated else None
    status = FileStatus(head["status"])
    if identity is None or not status.readable:
        return Refusal(head["file"], status, head["reason"], identity)
    submission = Submission(head["file"], identity, survey, _emptied(head))
    _fill_forms(submission, kept.cells)
    _fill_ledgers(submission.content, kept.ledger_rows)
    submission.findings = [finding_from(row) for row in kept.findings]
    return submission


# --- findings --------------------------------------------------------------------------------------------------------


def pack_finding(finding: Finding) -> Row:
    """Return the finding as a row of ``findings``, without whose it is."""
    told = {name: getattr(finding, name) for name in FINDING}
    return tuple((told | {"severity": finding.severity.value}).values())


def finding_from(row: Row) -> Finding:
    """Return the finding that a row holds."""
    told = dict(zip(FINDING, row, strict=True))
    return Finding(**told | {"severity": Severity(told["severity"])})


# --- forms -----------------------------------------------------------------------------------------------------------


def _shape(content: Content) -> dict[str, list[str]]:
    """Return which forms and ledgers there are at all: one that is there and empty has no rows to tell of it."""
    return {part: list(getattr(content, part)) for part in ("values", "notes", "ledgers", "prior")}


def _emptied(head: Mapping[str, Any]) -> Content:
    parts: dict[str, Any] = {part: {name: {} for name in names} for part, names in json.loads(head["shape"]).items()}
    confirmed = set(head["confirmed"] or ())
    return Content(remarks=head["remarks"], summary=head["summary"], confirmed=confirmed, **parts)


def _cells(read: Submission) -> Iterator[Row]:
    """Yield everything that is known of a cell in one row, the cells that have values first and in their order."""
    content = read.content
    typed: dict[str, dict[str, float]] = {}
    for (form, code), number in read.typed.items():
        typed.setdefault(form, {})[code] = number
    for form, code in _places(content.values, content.notes, content.prior, typed):
        value, prior = (part.get(form, {}).get(code) for part in (content.values, content.prior))
        over, note = typed.get(form, {}).get(code), content.notes.get(form, {}).get(code)
        yield (form, code, *_columns(value), *_columns(prior), over, note)


def _places(*parts: Mapping[str, Mapping[str, object]]) -> Iterable[tuple[str, str]]:
    """Return every form and code that one of the parts speaks of, once."""
    return dict.fromkeys((form, code) for part in parts for form, codes in part.items() for code in codes)


def _columns(value: Value | None) -> tuple[float | None, str | None, date | None]:
    if isinstance(value, str):
        return None, value, None
    return (None, None, value) if isinstance(value, date) else (value, None, None)


def _fill_forms(submission: Submission, rows: Iterable[Row]) -> None:
    content = submission.content
    for form, code, *columns, over, note in rows:
        for part, found in ((content.values, columns[:_SPLIT]), (content.prior, columns[_SPLIT:])):
            for value in found:
                if value is not None:
                    part[form][code] = value
        if note is not None:
            content.notes[form][code] = note
        if over is not None:
            submission.typed[form, code] = over


# --- ledgers ---------------------------------------------------------------------------------------------------------


def _ledger_rows(content: Content) -> Iterator[Row]:
    for ledger, rows in content.ledgers.items():
        for number, cells in rows.items():
            plain = {name: value.isoformat() if isinstance(value, date) else value for name, value in cells.items()}
            days = [name for name, value in cells.items() if isinstance(value, date)]
            yield ledger, number, json.dumps(plain, ensure_ascii=False), days


def _fill_ledgers(content: Content, rows: Iterable[Row]) -> None:
    for ledger, number, text, days in rows:
        cells: dict[str, Value] = json.loads(text)
        for name in days:
            cells[name] = date.fromisoformat(str(cells[name]))
        content.ledgers[ledger][number] = cells
