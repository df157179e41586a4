"""What concerns single sheets: moved and hidden lines, comments, lost conditional formats."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Final

from addin.facts import Oddity
from addin.reading.grid import place
from addin.tampering.anatomy import Sheet
from addin.tampering.case import Case, Difference, listed, told
from addin.tampering.normal import skeleton
from templates.layout import letter
from templates.words import lookup

_ON: Final = ("1", "true")


# --- moved lines -----------------------------------------------------------------------------------------------------


def shifted(case: Case) -> Iterator[Oddity]:
    """Yield where rows and columns begin to lie elsewhere."""
    for name, moved in case.shifted.items():
        for shift in moved:
            how = lookup("tamper.how")["inserted" if shift.by > 0 else "deleted"]
            first = str(shift.first) if shift.rows else letter(shift.first)
            now = max(shift.first + min(shift.by, 0), 1)
            cell = f"A{now}" if shift.rows else f"{letter(now)}1"
            kind = "rows" if shift.rows else "columns"
            yield case.found(kind, name, cell, first=first, count=abs(shift.by), how=how)


# --- hidden, commented, unguarded ------------------------------------------------------------------------------------


def hidden(case: Case) -> Iterator[Oddity]:
    """Yield hidden rows and columns in which a unit has entered something; what a filter hides is hidden openly."""
    for name, sheet in case.pairs.items():
        if name not in case.reference.locks:
            continue
        rows = frozenset() if sheet.filtered else sheet.hidden_rows
        columns = _hidden_columns(sheet) - _hidden_columns(case.reference.anatomy.sheets[name])
        entered = [place(cell) for cell in _entered(case, name, sheet)] if rows or columns else []
        if found := sorted({row for row, _ in entered} & rows):
            yield case.found("hidden_rows", name, f"A{found[0]}", places=listed(map(str, found)))
        if found := sorted({column for _, column in entered} & columns):
            yield case.found("hidden_columns", name, f"{letter(found[0])}1", places=listed(map(letter, found)))


def _entered(case: Case, name: str, sheet: Sheet) -> Iterator[str]:
    """Yield the cells that a unit has filled; where lines have moved, every constant."""
    locks = case.reference.locks[name]
    for cell, content in sheet.cells.items():
        if content[0] != "f" if name in case.shifted else not locks.is_locked(cell):
            yield cell


def _hidden_columns(sheet: Sheet) -> set[int]:
    groups = (group for group in sheet.columns if group.get("hidden") in _ON)
    return {column for group in groups for column in range(int(group["min"]), min(int(group["max"]), 1000) + 1)}


def comments(case: Case) -> Iterator[Oddity]:
    """Yield every comment: nobody reads them otherwise."""
    for name, sheet in case.pairs.items():
        differences = [Difference("comment", cell, f"s{said}", None) for cell, said in sheet.comments.items()]
        yield from told(case, name, differences)


_FIRST_CELL: Final = re.compile(r"([A-Z]+\d+)")


def guards(case: Case) -> Iterator[Oddity]:
    """Yield sheets that lost conditional formats or prompts over locked cells: no cutting or pasting reaches those."""
    for name, locks in case.reference.locks.items():
        if name not in case.pairs or name in case.shifted:
            continue
        over = [guard for guard in case.reference.anatomy.sheets[name].guards if _locked(guard.areas, locks.is_locked)]
        left = {(guard.kind, skeleton(guard.formula)) for guard in case.pairs[name].guards}
        kinds = {kind for kind, _ in left}
        lost = [g for g in over if (g.kind, skeleton(g.formula)) not in left and (g.formula or g.kind not in kinds)]
        if lost:
            yield case.found("guards", name, lost[0].areas[0].partition(":")[0])


def _locked(areas: tuple[str, ...], is_locked: Callable[[str], bool]) -> bool:
    first = [found[1] for area in areas if (found := _FIRST_CELL.match(area))]
    return bool(first) and all(is_locked(cell) for cell in first)
