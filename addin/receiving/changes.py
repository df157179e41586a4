"""What a resubmission changed: cell by cell, and which rows of the ledgers came and went."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any

from addin.reading.cells import show_as_text
from addin.receiving.outcomes import IncomingFile
from generator.consolidated.data import Change
from templates.content import Content, Value
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
            if was.get(code) != now.get(code):
                yield Change(*files, what, form, code, old=_shown(was.get(code)), new=_shown(now.get(code)))


def _rows(files: tuple[str, str], short: str, before: Content, after: Content) -> Iterator[Change]:
    """Yield rows that only one of the files has; a row that merely moved is the same row."""
    was, now = _lines(before, short), _lines(after, short)
    for line, row in _only(was, now):
        yield Change(*files, "row", ledger=short, row=row, old=line)
    for line, row in _only(now, was):
        yield Change(*files, "row", ledger=short, row=row, new=line)


def _lines(content: Content, short: str) -> dict[str, list[int]]:
    """Return the sheet rows by what stands in them."""
    found: dict[str, list[int]] = {}
    for row, cells in sorted(content.ledgers.get(short, {}).items()):
        parts = (say("merge.changes.cell", column=name, value=_shown(cells[name])) for name in cells)
        found.setdefault(say("merge.join").join(parts), []).append(row)
    return found


def _only(here: Mapping[str, list[int]], there: Mapping[str, list[int]]) -> Iterator[tuple[str, int]]:
    for line, rows in here.items():
        for row in rows[len(there.get(line, ())) :]:
            yield line, row


def _shown(value: Value | None) -> str:
    return "" if value is None else show_as_text(value)
