"""What an examination compares: the workbook that came, the one that was to come, and which sheet is which."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Final, Self

from addin.facts import Oddity
from addin.package.opened import OpenedPackage
from addin.package.sheet import Locks, Sheet, StoredCell
from addin.reading.cells import quote_cell
from addin.reading.reader import list_expected_sheets
from addin.submission import Submission
from addin.tampering.blueprint import Blueprint, fill_in, list_blueprints
from addin.tampering.capacities import read_capacities
from addin.tampering.locked_book import SheetDifferences
from addin.tampering.normal import unify_text
from addin.tampering.shifts import Shift, find_shifts
from templates.content import Identity
from templates.model import Survey
from templates.words import lookup, say

MOST: Final = 5
"""So many oddities of one kind are told for a sheet; the last tells how many there are."""

_ALIKE: Final = 0.8
"""A sheet under another name is known by this share of its texts."""

_TEXTS: Final = 3
"""With fewer texts a sheet is known by nothing."""


@dataclass(frozen=True)
class Case:
    """One received workbook beside its blueprint."""

    survey: Survey
    submission: Submission
    received: OpenedPackage
    blueprint: Blueprint
    grown: frozenset[str]
    """Ledgers with more rows than declared: generated so, or with rows inserted."""

    @classmethod
    def of(cls, survey: Survey, submission: Submission, received: OpenedPackage, kept: Path | None = None) -> Self:
        """Return the case, with the blueprint that belongs to the workbook's identity and to its ledgers' sizes.

        ``kept`` is a folder with the blueprints of what was sent out.
        """
        grown = read_capacities(submission.layout(survey), received.names)
        blueprints = list_blueprints(survey, submission.identity, grown, kept)
        cases = [cls(survey, submission, received, blueprint, frozenset(grown)) for blueprint in blueprints]
        return cases[0] if len(cases) == 1 else min(cases, key=lambda case: case.distance)

    @property
    def identity(self) -> Identity:
        """Whose workbook it is."""
        return self.submission.identity

    @cached_property
    def pairs(self) -> dict[str, Sheet]:
        """The received sheets by the names that they should have."""
        sheets = self.received.sheets
        found = {name: sheets[name] for name in self.blueprint.package.sheets if name in sheets}
        return found | dict(self._renamed(found))

    def _renamed(self, found: Mapping[str, Sheet]) -> Iterator[tuple[str, Sheet]]:
        missing = [sheet for name, sheet in self.blueprint.package.sheets.items() if name not in found]
        extra = [sheet for name, sheet in self.received.sheets.items() if name not in found]
        for sheet in missing:
            alike = [other for other in extra if _alike(sheet, other)]
            if len(alike) == 1 and sum(_alike(other, alike[0]) for other in missing) == 1:
                yield sheet.name, alike[0]
            elif (named := self._by_names(sheet.name)) in {other.name for other in extra}:
                yield sheet.name, self.received.sheets[named]

    def _by_names(self, sheet: str) -> str:
        """Return the only received sheet that the names of the sheet's ranges lead to, else ``""``."""
        names = [name for name, area in self.blueprint.package.names.items() if _sheet_of(area) == sheet]
        found = {_sheet_of(self.received.names.get(name, "")) for name in names}
        return found.pop() if len(found) == 1 else ""

    @cached_property
    def shifted(self) -> dict[str, list[Shift]]:
        """The sheets whose rows or columns do not lie where they should."""
        locked = self.blueprint.locked
        bent = [name for name, cells in self.differing.items() if locked[name].has_text(cells)]
        found = {name: find_shifts(locked[name].expected, self.pairs[name].contents) for name in bent}
        return {name: moved for name, moved in found.items() if moved}

    @cached_property
    def differing(self) -> dict[str, list[str]]:
        """The locked cells of each sheet that do not hold, letter for letter, what they should."""
        return {name: found.differing for name, found in self.compared.items()}

    @property
    def distance(self) -> int:
        """How many locked cells do not hold what they should: the blueprint with the fewest is the one."""
        return sum(map(len, self.differing.values()))

    @cached_property
    def locks(self) -> Mapping[str, Locks]:
        """Which cells are locked on each sheet that should be protected."""
        carried, blueprint = self.identity.carried_rows, self.blueprint
        ledgers = {ledger.sheet: ledger.ledger.id for ledger in blueprint.layout.ledgers.values()}
        return {
            name: blueprint.closed[name] if name in blueprint.closed and not carried.get(ledgers[name]) else locks
            for name, locks in blueprint.locks.items()
        }

    @cached_property
    def compared(self) -> dict[str, SheetDifferences]:
        """What differs on each sheet."""
        return self.blueprint.book.compare(self.pairs, self.locks, lambda content: fill_in(content, self.identity))

    @cached_property
    def data_sheets(self) -> frozenset[str]:
        """The sheets that units fill, or that hold last year's values: the reader speaks of those that are missing."""
        return frozenset(list_expected_sheets(self.blueprint.layout))

    @cached_property
    def told(self) -> Mapping[str, set[str]]:
        """Cells that the reader has spoken of, by sheet."""
        derived = {self.blueprint.layout.forms[form].address(code) for form, code in self.submission.typed}
        found: dict[str, set[str]] = defaultdict(set)
        for address in self.submission.mentioned | derived:
            sheet, _, cell = address.rpartition("!")
            found[sheet].add(cell)
        return found

    def found(self, kind: str, sheet: str = "", cell: str = "", **values: Any) -> Oddity:
        """Return the oddity of this kind; ``sheet`` is the name that the sheet should have."""
        form, ledger = self.blueprint.layout.holder(sheet)
        name = self.pairs[sheet].name if sheet in self.pairs else sheet
        place = f"{name}!{cell}" if cell else f"{name}!A1" if sheet else ""
        values = {"form": form, "ledger": ledger, "sheet": sheet} | values
        return Oddity.of(f"tamper.{kind}", cell=place, **values)


@dataclass(frozen=True)
class Difference:
    """A cell that does not hold what it should."""

    kind: str
    cell: str
    found: StoredCell | None
    expected: StoredCell | None


def tell_differences(case: Case, sheet: str, differences: Iterable[Difference]) -> Iterator[Oddity]:
    """Yield a sheet's differences as oddities, of each kind the first few."""
    by_kind: dict[str, list[Difference]] = {}
    for difference in differences:
        by_kind.setdefault(difference.kind, []).append(difference)
    for kind, listed in by_kind.items():
        for number, one in enumerate(listed[:MOST], start=1):
            last = number == MOST and len(listed) > MOST
            more = say("tamper.more", count=len(listed), shown=MOST) if last else ""
            found, expected = shown(one.found), shown(one.expected)
            yield case.found(kind, sheet, one.cell, found=found, expected=expected, more=more)


def shown(content: StoredCell | None) -> str:
    """Return what stands in a cell as findings quote it."""
    if content is None:
        return say("tamper.blank")
    return quote_cell(say("tamper.formula", formula=content[1:]) if content[0] == "f" else content[1:])


def join_names(names: Iterable[str], more: str = "sheets_more") -> str:
    """Return the first few of many names in one line; ``more`` is the key of the words that count them."""
    all = list(names)
    rest = say(f"tamper.{more}", count=len(all)) if len(all) > MOST else ""
    return str(lookup("tamper.sheets_join")).join(all[:MOST]) + rest


def _sheet_of(area: str) -> str:
    return area.rpartition("!")[0].strip("'").replace("''", "'")


def _alike(one: Sheet, other: Sheet) -> bool:
    ours, theirs = _texts(one), _texts(other)
    return len(ours) >= _TEXTS and len(ours & theirs) >= _ALIKE * len(ours)


def _texts(sheet: Sheet) -> set[str]:
    return {unify_text(content[1:]) for content in sheet.contents.values() if content[0] == "s"}
