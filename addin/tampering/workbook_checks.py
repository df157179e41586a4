"""What concerns a received workbook as a whole: its sheets, protection, names, and what it brought along."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from addin.facts import Oddity
from addin.tampering.case import Case, join_names
from addin.tampering.normal import unify_formula
from templates.layout import quote_sheet

_KEEPS_STRUCTURE = "Microsoft Excel"
"""Other programs drop the protection of the structure when they save a file, and no user is to blame."""

_VISIBLE = "visible"


def tell_unexamined(reason: str) -> Oddity:
    """Return the oddity of a workbook that could be read but not examined."""
    return Oddity.of("tamper.unexamined", reason=reason)


def check_sheets(case: Case) -> Iterator[Oddity]:
    """Yield sheets that are renamed, gone, too many, out of order or hidden."""
    ours, pairs = case.blueprint.package.sheets, case.pairs
    noticed = dict(case.submission.gaps.renamed)
    for name, sheet in pairs.items():
        if sheet.name != name and noticed.get(name) != sheet.name:
            yield case.found("sheet_renamed", name, "A1", found=sheet.name)
    for name in ours:
        if name not in pairs and name not in case.data_sheets:
            yield Oddity.of("tamper.sheet_missing", sheet=name)
    known = {sheet.name for sheet in pairs.values()}
    for name in case.received.sheets:
        if name not in known:
            yield Oddity.of("tamper.sheet_added", cell=f"{name}!A1", sheet=name)
    yield from _order(case)
    yield from _hidden(case)


def _order(case: Case) -> Iterator[Oddity]:
    """Yield the first sheet that does not follow the one that it should follow."""
    places = {name: place for place, name in enumerate(case.received.sheets)}
    expected = [name for name in case.blueprint.package.sheets if name in case.pairs]
    for before, name in pairwise(expected):
        if places[case.pairs[name].name] < places[case.pairs[before].name]:
            yield case.found("sheet_order", name, "A1", expected=before)
            return


def _hidden(case: Case) -> Iterator[Oddity]:
    for name, sheet in case.pairs.items():
        if sheet.state != _VISIBLE and case.blueprint.package.sheets[name].state == _VISIBLE:
            yield case.found("sheet_hidden", name, "A1")


def check_protection(case: Case) -> Iterator[Oddity]:
    """Yield what is no longer protected."""
    ours = case.blueprint.package
    protected = [sheet for name, sheet in case.pairs.items() if ours.sheets[name].frame.protection]
    bare = [sheet.name for sheet in protected if not sheet.frame.protection]
    if bare:
        yield Oddity.of("tamper.unprotected", cell=f"{bare[0]}!A1", sheets=join_names(bare))
    kept = case.received.origin.program.startswith(_KEEPS_STRUCTURE)
    if ours.structure_locked and not case.received.structure_locked and kept:
        yield Oddity.of("tamper.structure")


def check_foreign(case: Case) -> Iterator[Oddity]:
    """Yield macros and links to other workbooks."""
    if case.received.macros:
        yield Oddity.of("tamper.macros")
    if case.received.links:
        yield Oddity.of("tamper.links", links=join_names(case.received.links))


def check_names(case: Case) -> Iterator[Oddity]:
    """Yield the defined names that mean something else, but not those on sheets whose rows have moved."""
    changed = [
        name
        for name, area in case.blueprint.package.names.items()
        if _is_other(area, case.received.names.get(name, "")) and not _excused(case, name, area)
    ]
    if changed:
        yield Oddity.of("tamper.names", names=join_names(changed, "names_more"))


def _is_other(area: str, found: str) -> bool:
    return found != area and unify_formula(found) != unify_formula(area)


def _excused(case: Case, name: str, area: str) -> bool:
    """Whether the name follows a sheet that was renamed, or lies on one whose rows and columns have moved.

    A name that came to grief with a sheet that is gone says nothing more.
    """
    sheet = next((sheet for sheet in case.blueprint.package.sheets if _on(sheet, area)), "")
    if sheet in case.shifted or sheet not in case.pairs:
        return True
    found = case.received.names.get(name, "")
    return unify_formula(found) == unify_formula(area.replace(quote_sheet(sheet), quote_sheet(case.pairs[sheet].name)))


def _on(sheet: str, area: str) -> bool:
    return area.startswith((f"{quote_sheet(sheet)}!", f"{sheet}!"))
