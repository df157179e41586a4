"""Everything in a received workbook that is neither as generated nor lifted: nothing a unit typed may be lost."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

from addin.finding import word
from addin.package.sheet import Sheet, StoredCell
from addin.tampering.blueprint import fill_in
from addin.tampering.case import Case
from addin.tampering.normal import unify_content
from generator.receipt import ReceiptLine
from templates.checks import Leaves
from templates.words import lookup, say


@dataclass(frozen=True)
class Leftovers:
    """What is left of one workbook. ``lifted`` are the cells of which the values were placed, by address."""

    case: Case
    lifted: frozenset[str]

    def lines(self) -> Iterator[ReceiptLine]:
        """Yield a line for each cell and each comment."""
        known = {sheet.name: name for name, sheet in self.case.pairs.items()}
        kept = {lookup("workbook.sheets")[role] for role in ("meta", "marks", "results", "prior")}
        for sheet in self.case.received.sheets.values():
            name = known.get(sheet.name, "")
            if name not in kept:
                yield from self._cells(sheet, name)
            yield from (_line(sheet, cell, f"s{text}", "comment") for cell, text in sheet.comments.items())

    def _cells(self, sheet: Sheet, name: str) -> Iterator[ReceiptLine]:
        filled = [
            (cell, content)
            for cell, content in sheet.contents.items()
            if f"{sheet.name}!{cell}" not in self.lifted and unify_content(content)[1:]
        ]
        if not name:
            yield from (_line(sheet, cell, content, "sheet") for cell, content in filled)
        elif name in self.case.shifted:
            yield from self._of_moved(sheet, name, filled)
        else:
            yield from self._in_place(sheet, name, filled)

    def _in_place(self, sheet: Sheet, name: str, filled: Iterable[tuple[str, StoredCell]]) -> Iterator[ReceiptLine]:
        for cell, content in filled:
            expected = self._expected(name, cell)
            formula_for_formula = expected and expected[0] == content[0] == "f"
            if formula_for_formula or (expected and unify_content(expected) == unify_content(content)):
                continue
            yield self._told(sheet, name, cell, content, expected)

    def _of_moved(self, sheet: Sheet, name: str, filled: Iterable[tuple[str, StoredCell]]) -> Iterator[ReceiptLine]:
        """Texts of ours are counted off wherever they stand; formulas are ours, for a unit's stand in entry cells."""
        ours = Counter(
            unify_content(self._expected(name, cell) or content)[1:] for cell, content in self._locked(name).items()
        )
        for cell, content in filled:
            words = unify_content(content)[1:]
            if content[0] == "f":
                continue
            if ours[words]:
                ours[words] -= 1
            else:
                yield self._told(sheet, name, cell, content, None)

    def _locked(self, name: str) -> dict[str, StoredCell]:
        cells = self.case.blueprint.locked.get(name)
        return cells.expected if cells else {}

    def _expected(self, name: str, cell: str) -> StoredCell | None:
        found = self._locked(name).get(cell)
        return fill_in(found, self.case.identity) if found else None

    @cached_property
    def _said(self) -> dict[str, str]:
        """What the reader says of cells, by address."""
        return {one.cell: word(one).message for one in self.case.submission.oddities if one.leaves is not Leaves.NAME}

    def _told(
        self, sheet: Sheet, name: str, cell: str, content: StoredCell, expected: StoredCell | None
    ) -> ReceiptLine:
        """Return the line with the reason that the reader gave, else by what belongs into the cell."""
        if reason := self._said.get(f"{name}!{cell}"):
            return _line(sheet, cell, content, "", reason)
        if expected is None:
            return _line(sheet, cell, content, "stray")
        return _line(sheet, cell, content, "formula" if expected[0] == "f" else "label")


def _line(sheet: Sheet, cell: str, content: StoredCell, why: str, reason: str = "") -> ReceiptLine:
    found = say("tamper.formula", formula=content[1:]) if content[0] == "f" else content[1:]
    reason = reason or lookup("tamper.receipt.reason")[why]
    return ReceiptLine(sheet.name, "", "", f"{sheet.name}!{cell}", found, reason=reason)
