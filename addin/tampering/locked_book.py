"""The locked cells of all sheets of a blueprint, compared with those of a received workbook at once.

A return has some 35,000 of them, nearly all as they were: whole columns are compared, and single cells are looked at
only where a column says that something differs. A formula that was once found to mean what it should, in whatever way
a program spells it, is known from then on, and looked at no second time.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final

import numpy as np

from addin.package.addresses import format_place, parse_place
from addin.package.columns import COLUMN_BITS, make_key, split_key
from addin.package.sheet import Locks, Sheet, StoredCell
from addin.tampering.cell_columns import (
    SHEET_BITS,
    Bools,
    CellColumns,
    Ints,
    JoinedSheets,
    Listed,
    escape_formula,
    join_keys,
    shift_sheet,
)
from addin.tampering.locked_cells import LockedCells

FillIn = Callable[[StoredCell], StoredCell]
"""Puts a unit's own words into what stands in a cell of the blueprint."""

_LEARNED_BYTES: Final = 1 << 24
"""So much of other spellings is remembered for a blueprint: those of about ten programs."""

_QUOTES: Final = ((b"&quot;", b'"'), (b"&apos;", b"'"))


@dataclass(frozen=True)
class SheetDifferences:
    """What of a received sheet is not as it should be, letter for letter: addresses in the order of the cells."""

    differing: list[str]
    """Locked cells that do not hold what they should."""
    added: list[str]
    """Locked cells that are filled and should be blank."""


@dataclass
class KnownSpellings:
    """Formulas that mean what the blueprint's do, by their place among the cells that are common to all units."""

    by_place: dict[int, set[bytes]] = field(default_factory=lambda: defaultdict(set))
    whole: list[Listed[bytes]] = field(default_factory=list)
    """All formulas of workbooks in which each was right."""
    size: int = 0

    def add(self, place: int, formula: bytes) -> None:
        """Remember a formula."""
        if self.size + len(formula) <= _LEARNED_BYTES:
            self.by_place[place].add(formula)
            self.size += len(formula)

    def add_whole(self, formulas: Listed[bytes]) -> None:
        """Remember that all formulas of a workbook are right."""
        size = sum(map(len, formulas.values))
        if self.size + size <= _LEARNED_BYTES:
            self.whole.append(formulas)
            self.size += size


@dataclass(frozen=True, eq=False)
class LockedBook:
    """The locked cells of all sheets, one behind the other."""

    cells: Mapping[str, LockedCells]
    known: KnownSpellings = field(default_factory=KnownSpellings)

    @cached_property
    def _numbers(self) -> dict[str, int]:
        return {name: number for number, name in enumerate(self.cells)}

    @cached_property
    def _keys(self) -> Ints:
        """The keys of all locked cells that are not blank."""
        return join_keys([cells.keys + shift_sheet(number) for number, cells in enumerate(self.cells.values())])

    @cached_property
    def _personal(self) -> Ints:
        """The keys of those that tell who files."""
        told = [_keys_of(one.personal) + shift_sheet(number) for number, one in enumerate(self.cells.values())]
        return np.sort(join_keys(told))

    @cached_property
    def _common(self) -> Ints:
        """The keys of the others."""
        return self._keys[~_is_among(self._personal, self._keys)]

    @cached_property
    def _sheets(self) -> JoinedSheets:
        return JoinedSheets(dict(enumerate(one.locks.sheet for one in self.cells.values())))

    @cached_property
    def _columns(self) -> CellColumns:
        return CellColumns.of(self._sheets, self._common)

    @cached_property
    def _templates(self) -> CellColumns:
        return CellColumns.of(self._sheets, self._personal)

    def compare(
        self, pairs: Mapping[str, Sheet], locks: Mapping[str, Locks], fill_in: FillIn
    ) -> dict[str, SheetDifferences]:
        """Return what differs on each of the received sheets, given by the names that they should have.

        ``locks`` says which cells of each are locked.
        """
        here = {name: number for name, number in self._numbers.items() if name in pairs}
        sheets = JoinedSheets({number: pairs[name] for name, number in here.items()})
        differing = np.concatenate((self._common_differing(sheets), self._personal_differing(sheets, fill_in)))
        differ, added = _by_sheet(np.sort(differing)), _by_sheet(self._added(sheets, locks))
        return {name: SheetDifferences(differ.get(number, []), added.get(number, [])) for name, number in here.items()}

    def _common_differing(self, sheets: JoinedSheets) -> Ints:
        """Return the keys of the cells common to all units that differ."""
        ours, theirs, here = self._columns, CellColumns.of(sheets, self._common), self._lie_on(sheets)
        differ = _constants_differ(ours, theirs)
        if not any(known.values == theirs.formulas.values for known in self._whole_at(theirs.formulas.places)):
            wrong = [
                at
                for at, formula, found in ours.formulas.differing(theirs.formulas)
                if self._is_other(at, formula, found)
            ]
            differ[wrong] = True
            if not wrong:
                self.known.add_whole(theirs.formulas)
        return self._common[differ & here]

    def _whole_at(self, places: Ints) -> Iterator[Listed[bytes]]:
        if np.array_equal(places, self._columns.formulas.places):
            yield self._columns.formulas
            yield from self.known.whole

    def _is_other(self, at: int, formula: bytes, found: bytes | None) -> bool:
        """Return whether a formula is another than the expected one, by all that is known."""
        return found is None or not (found in self.known.by_place.get(at, ()) or _unquoted(found) == formula)

    def _lie_on(self, sheets: JoinedSheets) -> Bools:
        """Return which of the common cells lie on one of the sheets."""
        there = np.zeros(len(self.cells), bool)
        there[[*sheets.sheets]] = True
        found: Bools = there[self._common >> SHEET_BITS]
        return found

    def _personal_differing(self, sheets: JoinedSheets, fill_in: FillIn) -> Ints:
        """Return the keys of the cells that tell who files and do not say what they should of this unit."""
        ours, theirs = self._templates, CellColumns.of(sheets, self._personal)
        texts = Listed(ours.texts.places, [fill_in(f"s{text}")[1:] for text in ours.texts.values])
        spelled = [escape_formula(fill_in(f"f{text}")[1:]) for text in self._personal_formulas]
        formulas = Listed(ours.formulas.places, spelled)
        differ = _constants_differ(CellColumns(ours.kind, ours.number, texts, formulas), theirs)
        different = formulas.differing(theirs.formulas)
        differ[[at for at, formula, found in different if found is None or _unquoted(found) != formula]] = True
        return self._personal[differ]

    @cached_property
    def _personal_formulas(self) -> list[str]:
        contents = (
            cells.expected[cell] for cells in self.cells.values() for cell in sorted(cells.personal, key=_key_of)
        )
        return [content[1:] for content in contents if content[0] == "f"]

    def _added(self, sheets: JoinedSheets, locks: Mapping[str, Locks]) -> Ints:
        """Return the keys of locked cells that are filled and should be blank, in their order."""
        new = np.sort(sheets.keys[sheets.filled & ~_is_among(self._keys, sheets.keys)])
        found = []
        for name, number in self._numbers.items():
            first, last = np.searchsorted(new, [shift_sheet(number), shift_sheet(number + 1)]).tolist()
            if first < last:
                keys = new[first:last] - shift_sheet(number)
                rows, columns = keys >> COLUMN_BITS, keys & ((1 << COLUMN_BITS) - 1)
                found.append(new[first:last][locks[name].mask(rows, columns)])
        return sheets.without_blank(join_keys(found))

    def learn(self, name: str, sheet: Sheet, addresses: Iterable[str]) -> None:
        """Remember how these cells of a received sheet spell their formulas: they mean what they should."""
        keys = np.sort(_keys_of(addresses)) + shift_sheet(self._numbers[name])
        at = np.searchsorted(self._common, keys)
        spelled = CellColumns.of(JoinedSheets({self._numbers[name]: sheet}), keys).formulas
        for place, formula in zip(at[spelled.places].tolist(), spelled.values, strict=True):
            self.known.add(place, formula)


def _constants_differ(ours: CellColumns, theirs: CellColumns) -> Bools:
    differ: Bools = (ours.kind != theirs.kind) | (ours.number != theirs.number)
    differ[[at for at, _, _ in ours.texts.differing(theirs.texts)]] = True
    return differ


def _key_of(address: str) -> int:
    return make_key(parse_place(address))


def _keys_of(addresses: Iterable[str]) -> Ints:
    return np.array([*map(_key_of, addresses)], np.int64)


def _by_sheet(keys: Ints) -> dict[int, list[str]]:
    found: dict[int, list[str]] = defaultdict(list)
    for key in keys.tolist():
        found[key >> SHEET_BITS].append(format_place(split_key(key & (shift_sheet(1) - 1))))
    return found


def _is_among(known: Ints, keys: Ints) -> Bools:
    """Return which of ``keys`` are among the sorted ``known``."""
    if not len(known):
        return np.zeros(len(keys), bool)
    at = np.minimum(np.searchsorted(known, keys), len(known) - 1)
    found: Bools = known[at] == keys
    return found


def _unquoted(formula: bytes) -> bytes:
    """Return a formula with the quotation marks themselves, where a program writes entities for them."""
    for entity, char in _QUOTES:
        formula = formula.replace(entity, char)
    return formula
