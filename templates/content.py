"""What a unit's workbook holds, as plain values: written by the generator, read back by the add-in.

Values are ``float`` for quantities, ``datetime.date`` for days (months are their first day), ``str`` for everything
else: the printed option code for choices, the text for texts. A text in a number cell stays the text it is: nothing a
unit typed is lost on the way.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from templates.spelling import parse_whole

Value = float | str | date
"""One filled cell."""

LedgerCells = Mapping[int, Mapping[str, Value]]
"""Filled rows of one ledger by sheet row number; a blank row has no entry, a blank cell no key.

Whoever reads a ledger gives :class:`templates.filled.FilledLedger`, whoever makes one up a plain dict.
"""

Shorts = set[str]
"""Short names of ledgers. (Within :class:`Content`, ``set`` is the method to whoever resolves its annotations.)"""


@dataclass(frozen=True)
class Identity:
    """Who files what: the very hidden ``_meta`` sheet of a workbook."""

    survey: str
    version: str
    hash: str
    year: int
    code: str
    name: str
    kind: str
    level: str
    uscc: str = ""
    region: str = ""
    parent: str = ""
    generated_at: str = ""
    signature: str = ""
    carried: str = ""
    """How many rows of last year each ledger was mailed out with, such as ``L04=12;L12=3``."""
    prior: str = ""
    """A fingerprint of last year's numbers and days that it was mailed out with; ``""`` where there were none."""
    document: str = ""
    """What the workbook is when it is no return: a key of ``[documents]`` in words/reader.toml."""
    receiver: str = ""
    """To whom the unit reports, as the roster has its upper unit: name, person, telephone; ``""`` where it does not."""
    sealed_at: str = ""
    """When the unit sealed the return, if it did: an ISO moment."""
    made_by: str = field(default="", compare=False)
    """Which program wrote the workbook that was mailed out. It says nothing of whose it is."""
    repaired_by: str = field(default="", compare=False)
    """Which program wrote it anew since, with the unit's values; ``""`` where that is the same, or nothing did."""

    @property
    def written_by(self) -> str:
        """Which program the workbook as it lies there is of, as far as it says so."""
        return self.repaired_by or self.made_by

    @property
    def carried_rows(self) -> dict[str, int]:
        """The rows of last year by ledger id. What cannot be understood counts as none."""
        pairs = (pair.partition("=") for pair in self.carried.split(";"))
        told = ((id, parse_whole(rows)) for id, _, rows in pairs)
        return {id: rows for id, rows in told if rows is not None}


def state_carried_rows(rows: Mapping[str, int]) -> str:
    """Return numbers of rows by ledger id as :attr:`Identity.carried` holds them."""
    return ";".join(f"{id}={count}" for id, count in rows.items() if count)


def fingerprint_prior(prior: Mapping[str, Mapping[str, Value]]) -> str:
    """Return what :attr:`Identity.prior` holds for last year's values by form and code. Texts are left out."""
    told = [
        (form, code, f"{value:.12g}" if isinstance(value, float) else value.isoformat())
        for form, cells in sorted(prior.items())
        for code, value in sorted(cells.items())
        if not isinstance(value, str)
    ]
    return hashlib.sha256(json.dumps(told).encode()).hexdigest()[:16] if told else ""


@dataclass
class Content:
    """Everything in the entry cells of one workbook, and last year's values beside them."""

    values: dict[str, dict[str, Value]] = field(default_factory=dict)
    """By form and code; the cover's sign-off is a form too. A blank cell has no entry."""
    notes: dict[str, dict[str, str]] = field(default_factory=dict)
    """说明 by form and code."""
    ledgers: dict[str, LedgerCells] = field(default_factory=dict)
    """By ledger short."""
    confirmed: Shorts = field(default_factory=set)
    """The shorts of the ledgers whose rows of last year the unit has gone through."""
    remarks: str = ""
    """报表说明."""
    summary: str = ""
    """工作总结."""
    prior: dict[str, dict[str, Value]] = field(default_factory=dict)
    """Last year's values by form and code."""

    def set(self, form: str, code: str, value: Value | None) -> None:
        """Put a value in, or blank the cell with ``None``."""
        cells = self.values.setdefault(form, {})
        if value is None:
            cells.pop(code, None)
        else:
            cells[code] = value
