"""What concerns single sheets: moved and hidden lines, comments, lost conditional formats."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Final

from addin.facts import Oddity
from addin.package.addresses import Place, format_place, parse_place
from addin.package.frame import Frame, Guard
from addin.package.sheet import Locks, Sheet
from addin.tampering.case import Case, Difference, join_names, tell_differences
from addin.tampering.locked_cells import is_filled
from addin.tampering.normal import strip_figures
from templates.layout import name_column
from templates.words import lookup

# --- moved lines -----------------------------------------------------------------------------------------------------


def check_shifted(case: Case) -> Iterator[Oddity]:
    """Yield where rows and columns begin to lie elsewhere."""
    for name, moved in case.shifted.items():
        for shift in moved:
            how = lookup("tamper.how")["inserted" if shift.by > 0 else "deleted"]
            first = str(shift.first) if shift.rows else name_column(shift.first)
            now = max(shift.first + min(shift.by, 0), 1)
            cell = f"A{now}" if shift.rows else f"{name_column(now)}1"
            kind = "rows" if shift.rows else "columns"
            yield case.found(kind, name, cell, first=first, count=abs(shift.by), how=how)


# --- hidden, commented, unguarded ------------------------------------------------------------------------------------


def check_hidden(case: Case) -> Iterator[Oddity]:
    """Yield hidden rows and columns in which a unit has entered something; what a filter hides is hidden openly."""
    for name, sheet in case.pairs.items():
        if name not in case.locks:
            continue
        rows = frozenset() if sheet.frame.filtered else sheet.hidden_rows
        columns = sheet.frame.hidden_columns - _find_ours_hidden(case, name)
        entered = _entered(case, name, sheet) if rows or columns else []
        if found := sorted({row for row, _ in entered} & rows):
            yield case.found("hidden_rows", name, f"A{found[0]}", places=join_names(map(str, found)))
        if found := sorted({column for _, column in entered} & columns):
            yield case.found(
                "hidden_columns", name, f"{name_column(found[0])}1", places=join_names(map(name_column, found))
            )


def _find_ours_hidden(case: Case, name: str) -> frozenset[int]:
    """Return the columns that were sent out hidden, and where they lie now if columns were put in or taken out."""
    ours = case.blueprint.package.sheets[name].frame.hidden_columns
    shifts = [shift for shift in case.shifted.get(name, ()) if not shift.rows]
    return ours.union(*({column + shift.by for column in ours if column >= shift.first} for shift in shifts))


def check_merged(case: Case) -> Iterator[Oddity]:
    """Yield merged ranges that hide what a unit has entered: Excel shows their first cell only, and all are read.

    Ranges that were generated are looked at only where a unit may enter something.
    """
    for name, sheet in case.pairs.items():
        if name not in case.locks:
            continue
        ours = {*case.blueprint.package.sheets[name].frame.merged_ranges} - case.locks[name].open_ranges
        merged = [area for area in sheet.frame.merged_ranges if area not in ours]
        entered = _entered(case, name, sheet) if merged else []
        for first, last in merged:
            if hidden := [at for at in entered if at != first and _lies_in(at, first, last)]:
                found = sheet.contents_of([format_place(hidden[0])])
                content = next(iter(found.values()), "s")[1:]
                area = f"{format_place(first)}:{format_place(last)}"
                yield case.found("merged", name, format_place(hidden[0]), area=area, found=content, count=len(hidden))


def _lies_in(at: Place, first: Place, last: Place) -> bool:
    return first[0] <= at[0] <= last[0] and first[1] <= at[1] <= last[1]


def _entered(case: Case, name: str, sheet: Sheet) -> list[Place]:
    """Return the cells that a unit has filled; where lines have moved, every constant."""
    cells = sheet.cells
    filled = is_filled(cells)
    if name in case.shifted:
        filled &= cells.formula_start < 0
    else:
        filled &= ~case.locks[name].mask(cells.row, cells.column)
    return list(zip(cells.row[filled].tolist(), cells.column[filled].tolist(), strict=True))


def check_comments(case: Case) -> Iterator[Oddity]:
    """Yield every comment: nobody reads them otherwise."""
    for name, sheet in case.pairs.items():
        differences = [Difference("comment", cell, f"s{said}", None) for cell, said in sheet.comments.items()]
        yield from tell_differences(case, name, differences)


_FIRST_CELL: Final = re.compile(r"([A-Z]+\d+)")


def check_guards(case: Case) -> Iterator[Oddity]:
    """Yield sheets that lost conditional formats or prompts over locked cells: no cutting or pasting reaches those."""
    for name, locks in case.locks.items():
        if name not in case.pairs or name in case.shifted:
            continue
        known, theirs = case.blueprint.lost_guards[locks], case.pairs[name].frame
        if theirs not in known:
            known[theirs] = _find_lost(locks, theirs)
        if lost := known[theirs]:
            yield case.found("guards", name, lost.areas[0].partition(":")[0])


def _find_lost(locks: Locks, theirs: Frame) -> Guard | None:
    """Return the first guard over locked cells that a received sheet has no more."""
    if locks.sheet.frame.guards == theirs.guards:
        return None
    over = [guard for guard in locks.sheet.frame.guards if _locked(guard.areas, locks.is_locked)]
    left = {(guard.kind, strip_figures(guard.formula)) for guard in theirs.guards}
    kinds = {kind for kind, _ in left}
    lost = (g for g in over if (g.kind, strip_figures(g.formula)) not in left and (g.formula or g.kind not in kinds))
    return next(lost, None)


def _locked(areas: tuple[str, ...], is_locked: Callable[[Place], bool]) -> bool:
    first = [found[1] for area in areas if (found := _FIRST_CELL.match(area))]
    return bool(first) and all(is_locked(parse_place(cell)) for cell in first)
