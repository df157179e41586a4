"""What the reader could not make out of a return: cells whose value is not known though they look blank."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from addin.submission import Submission

UNREADABLE: Final = frozenset(
    ("cell.text", "cell.error", "cell.uncached", "ledger.text", "ledger.error", "ledger.uncached")
)
"""Checks of the reader after which a value is not known."""

AS_TEXTS: Final = frozenset(("ledger.number_text", "ledger.date_text"))
"""Checks of the reader after which the value is taken in, but no formula of the workbook takes it."""

DAY_AS_TEXT: Final = "cell.date_text"

LOST: Final = "sheet.missing"
"""The reader's check for a sheet that is not there."""


@dataclass(frozen=True)
class Unread:
    """The gaps of one return: cells by form and code, ledger cells by address, whole forms and ledgers."""

    cells: frozenset[tuple[str, str]]
    addresses: frozenset[str]
    texts: frozenset[str]
    """Ledger cells that hold a number or a day as a text."""
    days: frozenset[tuple[str, str]]
    """Cells of forms that hold a day as a text."""
    forms: frozenset[str]
    ledgers: frozenset[str]

    def cell(self, form: str, code: str) -> bool:
        """Return whether the cell's value is not known."""
        return form in self.forms or (form, code) in self.cells


def find_gaps(submission: Submission) -> Unread:
    """Return the gaps of a return, as its reader's findings tell."""
    gaps = [finding for finding in submission.findings if finding.rule in UNREADABLE]
    lost = [finding for finding in submission.findings if finding.rule == LOST]
    return Unread(
        cells=frozenset((finding.form, finding.code) for finding in gaps if finding.code),
        addresses=frozenset(finding.cell for finding in gaps if finding.ledger),
        texts=frozenset(finding.cell for finding in submission.findings if finding.rule in AS_TEXTS),
        days=frozenset((found.form, found.code) for found in submission.findings if found.rule == DAY_AS_TEXT),
        forms=frozenset(finding.form for finding in lost if finding.form),
        ledgers=frozenset(finding.ledger for finding in lost if finding.ledger),
    )
