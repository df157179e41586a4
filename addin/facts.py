"""Facts about a return before anybody judges them: what is odd about its cells and sheets, and what is not known.

An oddity names the check that speaks of it and quotes what stands there; findings are made of oddities at the end, in
:mod:`addin.finding`. What an oddity leaves unknown is told by the registry of checks.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Self

from templates.checks import Leaves, find_check

Quoted = str | int | float
"""What an oddity quotes."""


@dataclass(frozen=True, slots=True)
class Oddity:
    """Something odd about a cell, a row, a sheet or the whole workbook."""

    check: str
    """The id of a registered check."""
    form: str = ""
    code: str = ""
    cell: str = ""
    """The address, such as ``KX03!E31``."""
    ledger: str = ""
    row: int | None = None
    quotes: tuple[tuple[str, Quoted], ...] = ()
    """What fills the placeholders of the check's words."""

    @classmethod
    def of(
        cls,
        check: str,
        *,
        form: str = "",
        code: str = "",
        cell: str = "",
        ledger: str = "",
        row: int | None = None,
        **quotes: Quoted,
    ) -> Self:
        """Return the oddity. Raises KeyError for a check that is not registered."""
        return cls(find_check(check).id, form, code, cell, ledger, row, tuple(quotes.items()))

    @property
    def leaves(self) -> Leaves | None:
        """What is not known of the return because of it."""
        return find_check(self.check).leaves

    def quote(self, name: str) -> str:
        """Return what is quoted under a name, ``""`` where nothing is."""
        return str(dict(self.quotes).get(name, ""))


@dataclass(frozen=True)
class Gaps:
    """What is not known of one return, or not usual: cells by form and code, those of ledgers by address."""

    cells: frozenset[tuple[str, str]] = frozenset()
    """Cells of forms whose values are not known."""
    addresses: frozenset[str] = frozenset()
    """Cells of ledgers whose values are not known."""
    errors: frozenset[str] = frozenset()
    """Cells of ledgers that hold an error value, or a formula without its result: nothing counts over them."""
    texts: frozenset[str] = frozenset()
    """Cells of ledgers that hold a number or a day as a text."""
    days: frozenset[tuple[str, str]] = frozenset()
    """Cells of forms that hold a day as a text."""
    forms: frozenset[str] = frozenset()
    """Forms whose sheet is missing."""
    ledgers: frozenset[str] = frozenset()
    """Ledgers whose sheet is missing."""
    lost: tuple[Oddity, ...] = ()
    """Sheets that are missing, and parts of sheets: what stood there cannot be added up."""
    renamed: tuple[tuple[str, str], ...] = ()
    """Sheets that lie under another name, with that name."""

    @classmethod
    def of(cls, oddities: Iterable[Oddity]) -> Self:
        """Return the gaps that are left by ``oddities``."""
        by_kind: dict[Leaves | None, list[Oddity]] = {}
        for oddity in oddities:
            by_kind.setdefault(oddity.leaves, []).append(oddity)
        uncounted, texts = by_kind.get(Leaves.COLUMN, []), by_kind.get(Leaves.TEXT, [])
        unknown = by_kind.get(Leaves.VALUE, []) + uncounted
        sheets = by_kind.get(Leaves.SHEET, [])
        return cls(
            cells=frozenset((one.form, one.code) for one in unknown if one.code),
            addresses=frozenset(one.cell for one in unknown if one.ledger),
            errors=frozenset(one.cell for one in uncounted),
            texts=frozenset(one.cell for one in texts if one.ledger),
            days=frozenset((one.form, one.code) for one in texts if one.code),
            forms=frozenset(one.form for one in sheets if one.form),
            ledgers=frozenset(one.ledger for one in sheets if one.ledger),
            lost=(*sheets, *by_kind.get(Leaves.PART, [])),
            renamed=tuple((one.quote("sheet"), one.quote("found")) for one in by_kind.get(Leaves.NAME, [])),
        )

    def has_cell(self, form: str, code: str) -> bool:
        """Return whether the cell's value is not known."""
        return form in self.forms or (form, code) in self.cells


Typed = Mapping[tuple[str, str], float]
"""Constants (or results of foreign formulas) that stand in derived cells, by form and code."""


@dataclass(frozen=True, slots=True)
class UnitAnswer:
    """What a unit wrote beside one line of what was sent back to it."""

    round: int
    """Which 退回 it answers; 0 where the workbook does not say."""
    key: str
    place: str
    problem: str
    opinion: str
    """What the officer had written beside the same line."""
    text: str
