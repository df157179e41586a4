"""What concerns single sheets: locked cells, moved and hidden lines, comments, lost conditional formats."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Final

from addin.finding import Finding, structural
from addin.reading.grid import place
from addin.tampering.anatomy import Content, Sheet
from addin.tampering.case import Case, Difference, listed, told
from addin.tampering.normal import formula, normal, skeleton
from addin.tampering.reference import own
from templates.layout import letter, quoted
from templates.words import lookup

_MANY: Final = 0.1
"""Nobody changes this share of the locked cells into something else: another version of the program made the file."""

_ON: Final = ("1", "true")


# --- moved lines -----------------------------------------------------------------------------------------------------


def shifted(case: Case) -> Iterator[Finding]:
    """Yield where rows and columns begin to lie elsewhere."""
    for name, moved in case.shifted.items():
        for shift in moved:
            how = lookup("tamper.how")["inserted" if shift.by > 0 else "deleted"]
            first = str(shift.first) if shift.rows else letter(shift.first)
            now = max(shift.first + min(shift.by, 0), 1)
            cell = f"A{now}" if shift.rows else f"{letter(now)}1"
            kind = "rows" if shift.rows else "columns"
            yield case.found(kind, name, cell, first=first, count=abs(shift.by), how=how)


# --- locked cells ----------------------------------------------------------------------------------------------------


def cells(case: Case) -> Iterator[Finding]:
    """Yield what stands in locked cells and should not, and what should and does not."""
    found = {name: list(_of_sheet(case, name)) for name in case.reference.locked if name in case.pairs}
    rewritten = sum(_rewritten(one) for differences in found.values() for one in differences)
    if rewritten > _MANY * sum(map(len, case.reference.locked.values())):
        yield structural("tamper.generation", count=rewritten)
        return
    for name, differences in found.items():
        yield from told(case, name, differences)


def _rewritten(difference: Difference) -> bool:
    """Whether a formula is another formula, or a text another text: emptied cells are no sign of another version."""
    found, expected = difference.found, difference.expected
    return found is not None and expected is not None and (found[0] == "f") == (expected[0] == "f")


def _of_sheet(case: Case, name: str) -> Iterator[Difference]:
    if name in case.shifted:
        return
    locked, personal = case.reference.locked[name], case.reference.personal[name]
    found = case.pairs[name].cells
    told_already = {cell.rpartition("!")[2] for cell in case.told if cell.startswith(f"{name}!")}
    for cell, content in locked.items():
        if found.get(cell) == content or cell in told_already:
            continue
        expected = own(content, case.identity) if cell in personal else content
        if not _same(case, found.get(cell), expected):
            yield Difference(_kind(content, cell in personal), cell, found.get(cell), expected)
    yield from _added(case, name, told_already)


def _kind(expected: Content, personal: bool) -> str:
    if expected[0] == "f":
        return "formula"
    return "identity" if personal else "label"


def _same(case: Case, found: Content | None, expected: Content) -> bool:
    if found is None:
        return not normal(expected)[1]
    if found == expected or normal(found) == normal(expected):
        return True
    return expected[0] == found[0] == "f" and _follows(case, found[1], expected[1])


def _follows(case: Case, found: str, expected: str) -> bool:
    """Whether a formula differs only in what programs change when a sheet it reads is renamed, moved or deleted."""
    for name in case.reference.anatomy.sheets:
        sheet = case.pairs.get(name)
        if f"{quoted(name)}!" not in expected and f"{name}!" not in expected:
            continue
        if sheet is None or name in case.shifted:
            return True
        expected = expected.replace(quoted(name), quoted(sheet.name))
    return formula(found) == formula(expected)


def _added(case: Case, name: str, told_already: set[str]) -> Iterator[Difference]:
    """Yield locked cells that should be blank; the reader speaks of those in columns of values and below ledgers."""
    locks, locked = case.reference.locks[name], case.reference.locked[name]
    skipped = _read(case, name)
    for cell, content in case.pairs[name].cells.items():
        blank = cell not in locked and cell not in told_already and locks.is_locked(cell)
        if blank and not skipped(cell) and normal(content)[1]:
            yield Difference("added", cell, content, None)


def _read(case: Case, name: str) -> Callable[[str], bool]:
    """Return whether the reader looks at a cell of the sheet."""
    layout = case.reference.layout
    for ledger in layout.ledgers.values():
        if ledger.sheet == name:
            return lambda cell: place(cell)[0] > ledger.header_row
    values = {form.cell(code) for form in layout.forms.values() if form.sheet == name for code in form.rows}
    return lambda cell: cell in values


# --- hidden, commented, unguarded ------------------------------------------------------------------------------------


def hidden(case: Case) -> Iterator[Finding]:
    """Yield hidden rows and columns in which a unit has entered something; what a filter hides is hidden openly."""
    for name, sheet in case.pairs.items():
        if name not in case.reference.locks:
            continue
        entered = {place(cell) for cell in _entered(case, name, sheet)}
        rows = [] if sheet.filtered else _hidden_rows(sheet, {row for row, _ in entered})
        columns = _hidden_columns(sheet, case.reference.anatomy.sheets[name], {column for _, column in entered})
        if rows:
            yield case.found("hidden_rows", name, f"A{rows[0]}", places=listed(map(str, rows)))
        if columns:
            yield case.found("hidden_columns", name, f"{letter(columns[0])}1", places=listed(map(letter, columns)))


def _entered(case: Case, name: str, sheet: Sheet) -> Iterator[str]:
    """Yield the cells that a unit has filled; where lines have moved, every filled cell."""
    if not any(row.get("hidden") in _ON for row in sheet.rows.values()) and not _hidden_groups(sheet):
        return
    locks = case.reference.locks[name]
    yield from (cell for cell in sheet.cells if name in case.shifted or not locks.is_locked(cell))


def _hidden_rows(sheet: Sheet, entered: set[int]) -> list[int]:
    return [row for row, attributes in sheet.rows.items() if attributes.get("hidden") in _ON and row in entered]


def _hidden_columns(sheet: Sheet, ours: Sheet, entered: set[int]) -> list[int]:
    return sorted(column for column in entered & _hidden_groups(sheet) - _hidden_groups(ours))


def _hidden_groups(sheet: Sheet) -> set[int]:
    groups = (group for group in sheet.columns if group.get("hidden") in _ON)
    return {column for group in groups for column in range(int(group["min"]), min(int(group["max"]), 1000) + 1)}


def comments(case: Case) -> Iterator[Finding]:
    """Yield every comment: nobody reads them otherwise."""
    for name, sheet in case.pairs.items():
        differences = [Difference("comment", cell, ("s", said), None) for cell, said in sheet.comments.items()]
        yield from told(case, name, differences)


_FIRST_CELL: Final = re.compile(r"([A-Z]+\d+)")


def guards(case: Case) -> Iterator[Finding]:
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
