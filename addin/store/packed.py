"""A return as rows of the store.

What comes out again is the one text that :mod:`addin.codec` made of it, which holds everything; the rows of cells,
ledgers and findings are there to be asked for.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from addin.codec import decode, encode
from addin.finding import Finding, word
from addin.package.refusal import FileStatus
from addin.store.schema import FINDING, IDENTITY, Row
from addin.store.seals import digest_reading
from addin.submission import Refusal, Submission
from templates.content import Content, Value


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
    whole = {"reading": encode(replace(read, file=""))}
    if isinstance(read, Refusal):
        return Packed(identity | whole | {"status": read.status.value, "reason": read.reason})
    content = read.content
    told = {
        "status": FileStatus.OK.value,
        "remarks": content.remarks,
        "summary": content.summary,
        "confirmed": sorted(content.confirmed),
    }
    return Packed(
        identity | whole | told,
        list(_cells(read)),
        list(_ledger_rows(content)),
        [pack_finding(word(oddity)) for oddity in read.oddities],
    )


def unpack_reading(head: Mapping[str, Any]) -> Submission | Refusal:
    """Return what was packed, from its row in ``submissions``. Raises ValueError where that was damaged or changed."""
    if head["digest"] != digest_reading(head):
        raise ValueError(head["sha256"])
    return replace(decode(head["reading"]), file=head["file"])


# --- findings --------------------------------------------------------------------------------------------------------


def pack_finding(finding: Finding) -> Row:
    """Return the finding as a row of ``findings``, without whose it is."""
    told = {name: getattr(finding, name) for name in FINDING}
    return tuple((told | {"severity": finding.severity.value}).values())


# --- forms -----------------------------------------------------------------------------------------------------------


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


# --- ledgers ---------------------------------------------------------------------------------------------------------


def _ledger_rows(content: Content) -> Iterator[Row]:
    for ledger, rows in content.ledgers.items():
        for number, cells in rows.items():
            plain = {name: value.isoformat() if isinstance(value, date) else value for name, value in cells.items()}
            days = [name for name, value in cells.items() if isinstance(value, date)]
            yield ledger, number, json.dumps(plain, ensure_ascii=False), days
