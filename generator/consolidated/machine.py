"""What only the level above reads: very hidden sheets with the identity of the consolidated workbook and its records.

A record is a text of any length, one a row, cut into as many cells as it needs. The first row holds a digest over all
of them, so that a record that somebody changed is seen.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator

from generator.consolidated.data import Consolidated
from generator.ooxml.rows import spell_plain_row
from generator.page import CELL_LIMIT, Book
from generator.unit.sheets.hidden import write_identity
from templates.words import lookup, say


def write_machine(book: Book, data: Consolidated) -> None:
    """Write the identity and the records, if there are any: where nobody said a year nothing can be merged above."""
    if data.identity is None:
        return
    write_identity(book.add_worksheet(lookup("workbook.sheets.meta")), data.identity)
    sheet = book.add_worksheet(say("merge.machine.sheet"))
    sheet.very_hidden()
    sheet.write_string(0, 0, digest_records(data.records))
    sizes = [len(range(0, len(record), CELL_LIMIT)) for record in data.records]
    sheet.append_list(len(sizes), max(sizes, default=1), lambda: _spell_records(data.records))


def _spell_records(records: Iterable[str]) -> Iterator[str]:
    """Yield the rows of the records one by one: together they are as large as all returns."""
    for number, record in enumerate(records, start=2):
        pieces = (record[start : start + CELL_LIMIT] for start in range(0, len(record), CELL_LIMIT))
        yield spell_plain_row(number, pieces)


def digest_records(records: Iterable[str]) -> str:
    """Return the digest over ``records``, in their order."""
    found = hashlib.sha256()
    for record in records:
        found.update(record.encode() + b"\n")
    return found.hexdigest()
