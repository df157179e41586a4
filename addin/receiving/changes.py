"""What a resubmission changed: cell by cell, and which rows of the ledgers came and went."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any

from addin.reading.cells import show_as_text
from addin.receiving.contacts import show_apart_from_contacts
from addin.receiving.outcomes import IncomingFile
from generator.consolidated.data import Change
from templates.content import Content, Value
from templates.filled import FilledLedger
from templates.words import say


def list_changes(versions: Sequence[IncomingFile]) -> tuple[Change, ...]:
    """Return what each file of one unit changed in the next older one; ``versions`` from new to old."""
    return tuple(change for new, old in pairwise(versions) for change in _between(old, new))


def describe_change(change: Change) -> dict[str, Any]:
    """Return the change as ``merge --json`` prints it."""
    return {
        "file": change.file,
        "replaced": change.replaced,
        "what": change.what,
        "form": change.form,
        "code": change.code,
        "ledger": change.ledger,
        "row": change.row,
        "old": change.old,
        "new": change.new,
    }


def _between(old: IncomingFile, new: IncomingFile) -> Iterator[Change]:
    if old.submission is None or new.submission is None:
        return
    before, after, files = old.submission.content, new.submission.content, (new.shown, old.shown)
    yield from _cells("value", files, before.values, after.values)
    yield from _cells("note", files, before.notes, after.notes)
    for short in sorted(before.ledgers.keys() | after.ledgers.keys()):
        yield from _rows(files, short, before, after)
    for part in ("remarks", "summary"):
        was, now = getattr(before, part), getattr(after, part)
        if was != now:
            yield Change(*files, part, old=was, new=now)


def _cells(
    what: str,
    files: tuple[str, str],
    before: Mapping[str, Mapping[str, Value]],
    after: Mapping[str, Mapping[str, Value]],
) -> Iterator[Change]:
    for form in dict.fromkeys([*after, *before]):
        was, now = before.get(form, {}), after.get(form, {})
        for code in sorted(was.keys() | now.keys()):
            if was.get(code) != now.get(code) and say("merge.withheld") not in (was.get(code), now.get(code)):
                old, new = (show_apart_from_contacts(form, one, _shown(one)) for one in (was.get(code), now.get(code)))
                yield Change(*files, what, form, code, old=old, new=new)


def _rows(files: tuple[str, str], short: str, before: Content, after: Content) -> Iterator[Change]:
    """Yield rows that only one of the files has; a row that merely moved is the same row."""
    was, now = _lines(before, short), _lines(after, short)
    for row in _only(was, now):
        yield Change(*files, "row", ledger=short, row=row, old=_line(before.ledgers[short][row]))
    for row in _only(now, was):
        yield Change(*files, "row", ledger=short, row=row, new=_line(after.ledgers[short][row]))


Cells = frozenset[tuple[str, str]]
"""What stands in a row as people see it, whatever the order of its columns."""


def _lines(content: Content, short: str) -> dict[Cells, list[int]]:
    """Return the sheet rows by what stands in them."""
    found: dict[Cells, list[int]] = {}
    for row, cells in FilledLedger.of(content.ledgers.get(short, {})).items():
        found.setdefault(frozenset((name, _shown(value)) for name, value in cells.items()), []).append(row)
    return found


def _line(cells: Mapping[str, Value]) -> str:
    parts = (say("merge.changes.cell", column=name, value=_shown(value)) for name, value in cells.items())
    return say("merge.join").join(parts)


def _only(here: Mapping[Cells, list[int]], there: Mapping[Cells, list[int]]) -> Iterator[int]:
    for cells, rows in here.items():
        yield from rows[len(there.get(cells, ())) :]


def _shown(value: Value | None) -> str:
    return "" if value is None else show_as_text(value)
