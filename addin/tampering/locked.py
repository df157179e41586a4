"""What stands in locked cells against what should stand there."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Final

from addin.facts import Oddity
from addin.package.addresses import parse_place
from addin.package.sheet import StoredCell
from addin.tampering.blueprint import fill_in, tells_receiver
from addin.tampering.case import Case, Difference, tell_differences
from addin.tampering.normal import unify_content, unify_formula
from templates.layout import LedgerLayout, quote_sheet
from templates.program import WRITING, fingerprint_program
from templates.words import lookup

Differences = Mapping[str, list[Difference]]
"""By the names that the sheets should have."""

_MANY: Final = 0.1
"""Nobody changes this share of the locked cells into something else: another version of the program made the file."""


def find_differences(case: Case) -> Differences:
    """Return the locked cells that do not hold what they should, of sheets whose lines lie where they should."""
    return {
        name: list(_of_sheet(case, name))
        for name in case.blueprint.locked
        if name in case.pairs and name not in case.shifted
    }


def note_other_version(case: Case, found: Differences) -> Oddity | None:
    """Return one remark where another version of the program made the workbook: it says so, or much differs.

    Where what was sent is known, nothing is excused: only a workbook of a program that nobody kept anything of is
    summed up, as what was not sent.
    """
    if says_another_made_it(case):
        count = sum(map(len, found.values())) + len(case.shifted)
        return Oddity.of("tamper.generation", count=count) if count else None
    rewritten = sum(_rewritten(one) for differences in found.values() for one in differences)
    if rewritten <= _MANY * sum(map(len, case.blueprint.locked.values())):
        return None
    if not case.blueprint.was_sent:
        return Oddity.of("tamper.generation", count=rewritten)
    return None if case.blueprint.claimed else Oddity.of("tamper.not_kept", count=rewritten)


def says_another_made_it(case: Case) -> bool:
    """Whether the workbook says that another version of the program made it: its lines may lie elsewhere by right."""
    return not case.blueprint.was_sent and case.identity.written_by not in ("", fingerprint_program(WRITING))


def check_locked_cells(case: Case, found: Differences) -> Iterator[Oddity]:
    """Yield what stands in locked cells and should not, and what should and does not."""
    if any(one.kind == "identity" for differences in found.values() for one in differences):
        # Formulas that tell who files differ for the same reason.
        found = {name: [one for one in listed if not _tells(case, name, one)] for name, listed in found.items()}
    for short in case.grown:
        lines = _lines_on(case, short, found)
        if lines:
            yield _inserted(case, short)
            found = {
                name: [one for one in listed if (name, parse_place(one.cell)[0]) not in lines]
                for name, listed in found.items()
            }
    for name, differences in found.items():
        yield from tell_differences(case, name, differences)


def _lines_on(case: Case, short: str, found: Differences) -> set[tuple[str, int]]:
    """Return the lines whose formulas should read a larger ledger than they do: sheet and row.

    Rows that are inserted by hand are not counted everywhere; a ledger that was generated larger is.
    """
    ledger = case.blueprint.layout.ledgers[short]
    marks = (f"{ledger.block}_", f"{quote_sheet(ledger.sheet)}!")
    return {
        (name, parse_place(one.cell)[0])
        for name, differences in found.items()
        for one in differences
        if one.kind == "formula" and one.expected and any(mark in f"{one.expected[1:]}_" for mark in marks)
    }


def _inserted(case: Case, short: str) -> Oddity:
    ledger = case.blueprint.layout.ledgers[short]
    count, how = ledger.capacity - ledger.ledger.capacity, lookup("tamper.how")["inserted"]
    return case.found("rows", ledger.sheet, f"A{ledger.first_row}", first=ledger.first_row, count=count, how=how)


def _tells(case: Case, name: str, difference: Difference) -> bool:
    return difference.kind == "formula" and difference.cell in case.blueprint.locked[name].personal


def _rewritten(difference: Difference) -> bool:
    """Whether a formula is another formula, or a text another text: emptied cells are no sign of another version."""
    found, expected = difference.found, difference.expected
    return found is not None and expected is not None and (found[0] == "f") == (expected[0] == "f")


def _of_sheet(case: Case, name: str) -> Iterator[Difference]:
    locked = case.blueprint.locked[name]
    told_already = case.told.get(name, set())
    changed = [cell for cell in case.differing[name] if cell not in told_already]
    found, known = case.pairs[name].contents_of(changed) if changed else {}, []
    for cell in changed:
        content, is_personal = locked.expected[cell], cell in locked.personal
        if tells_receiver(content):
            continue
        expected = fill_in(content, case.identity) if is_personal else content
        if _means_the_same(found.get(cell), expected):
            known += [] if is_personal else [cell]
        elif not _differs_by_program(case, found.get(cell), expected):
            yield Difference(_kind(content, is_personal), cell, found.get(cell), expected)
    if known:
        case.blueprint.book.learn(name, case.pairs[name], known)
    yield from _added(case, name, told_already)


def _kind(expected: StoredCell, personal: bool) -> str:
    if expected[0] == "f":
        return "formula"
    return "identity" if personal else "label"


def _means_the_same(found: StoredCell | None, expected: StoredCell) -> bool:
    """Whether the contents are one, apart from what programs change on their own, whatever else the workbook holds."""
    if found is None:
        return not unify_content(expected)[1:]
    return found == expected or unify_content(found) == unify_content(expected)


def _differs_by_program(case: Case, found: StoredCell | None, expected: StoredCell) -> bool:
    """Whether a formula is another only because a program followed sheets that were renamed, moved or deleted."""
    return found is not None and expected[0] == found[0] == "f" and _follows(case, found[1:], expected[1:])


def _follows(case: Case, found: str, expected: str) -> bool:
    """Whether a formula differs only in what programs change when a sheet it reads is renamed, moved or deleted."""
    for name in case.blueprint.package.sheets:
        sheet = case.pairs.get(name)
        if f"{quote_sheet(name)}!" not in expected and f"{name}!" not in expected:
            continue
        if sheet is None or name in case.shifted:
            return True
        expected = expected.replace(quote_sheet(name), quote_sheet(sheet.name))
    return unify_formula(found) == unify_formula(expected)


def _added(case: Case, name: str, told_already: set[str]) -> Iterator[Difference]:
    """Yield locked cells that should be blank; the reader speaks of those in columns of values and below ledgers."""
    if not case.compared[name].added:
        return
    skipped, sheet = _read(case, name), case.pairs[name]
    added = [cell for cell in case.compared[name].added if cell not in told_already and not skipped(cell)]
    found = sheet.contents_of(added)
    for cell in added:
        if cell in found and unify_content(found[cell])[1:]:
            yield Difference("added", cell, found[cell], None)


def _read(case: Case, name: str) -> Callable[[str], bool]:
    """Return whether the reader looks at a cell of the sheet."""
    table = case.blueprint.layout.on_sheet.get(name)
    if isinstance(table, LedgerLayout):
        return lambda cell: parse_place(cell)[0] > table.header_row
    values = {table.cell(code) for code in table.rows} if table else set()
    return lambda cell: cell in values
