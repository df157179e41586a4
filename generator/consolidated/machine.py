"""What only the level above reads: very hidden sheets with the identity of the consolidated workbook and its records.

A record is a text of any length, one a row, cut into as many cells as it needs. The first row holds a digest over all
of them, so that a record that somebody changed is seen.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from generator.consolidated.data import Consolidated
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
    for row, record in enumerate(data.records, start=1):
        for column, start in enumerate(range(0, len(record), CELL_LIMIT)):
            sheet.write_string(row, column, record[start : start + CELL_LIMIT])


def digest_records(records: Sequence[str]) -> str:
    """Return the digest over ``records``, in their order."""
    found = hashlib.sha256()
    for record in records:
        found.update(record.encode() + b"\n")
    return found.hexdigest()
