"""Which sheet of the list goes into which ledger, and which of its columns means which column there."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Final

from addin.importing.source import ListRefused, ListSheet
from addin.reading.cells import show_as_text
from templates.headings import list_meanings
from templates.layout import LedgerLayout, WorkbookLayout
from templates.model import Ledger
from templates.spelling import make_name_key
from templates.words import lookup, say

SEARCHED: Final = 20
"""The header stands in one of so many rows; titles and notes may stand above it."""

_BRACKETED: Final = re.compile(r"\(([^()]*)\)$")
_NUMBERED: Final = re.compile(r"^[0-9]+[.、)]")


@dataclass(frozen=True, eq=False)
class Header:
    """The row with the headings, and what each column of the list means."""

    sheet: ListSheet
    layout: LedgerLayout
    row: int
    columns: dict[str, int]
    """Column numbers of the list by what they mean: a column of the ledger, or a whole 多选."""
    others: tuple[str, ...] = ()
    """Other sheets that have a header of the same ledger and are not read."""

    @cached_property
    def named_for_it(self) -> bool:
        """Whether the sheet's name speaks of the ledger."""
        return speaks_of(self.sheet.name, self.layout.ledger)

    def heading(self, column: int) -> str:
        """Return the heading on one line, as the clerk wrote it."""
        return heading(self.sheet, self.row, column)


def heading(sheet: ListSheet, row: int, column: int) -> str:
    """Return the text of a heading on one line."""
    return "".join(show_as_text(sheet.value(row, column)).split())


def find_meaning(ledger: Ledger, text: str) -> str:
    """Return what a heading means, ``""`` for nothing: names and synonyms, then without what lists put around them."""
    known = list_meanings(ledger)
    return next((known[key][0] for key in _spellings(text) if key in known), "")


def _spellings(text: str) -> Iterator[str]:
    key = make_name_key(text)
    yield key
    bare = _without_brackets(_NUMBERED.sub("", key.strip(lookup("import.marks"))).strip(lookup("import.marks")))
    yield bare
    yield bare.replace(":", "")
    for prefix in lookup("workbook.of_which"):
        if bare.startswith(make_name_key(prefix)):
            yield bare.removeprefix(make_name_key(prefix))


def _without_brackets(key: str) -> str:
    """Leave out a measure in brackets that changes nothing, such as （人次）; （万元） stays, no heading of ours."""
    harmless = {make_name_key(word) for word in (*lookup("reader.measure_words"), *lookup("import.brackets"))}
    found = _BRACKETED.search(key)
    return key[: found.start()] if found and found[1] in harmless else key


def header_in(sheet: ListSheet, layout: LedgerLayout) -> Header | None:
    """Return the first row that holds most headings of the ledger, the name's among them."""
    best: Header | None = None
    for row in sorted(row for row in sheet.grid.rows if row <= SEARCHED):
        columns = _recognised(sheet, row, layout.ledger)
        if layout.ledger.names_row in columns and len(columns) > len(best.columns if best else ()):
            best = Header(sheet, layout, row, columns)
    return best


def _recognised(sheet: ListSheet, row: int, ledger: Ledger) -> dict[str, int]:
    """Return column numbers by meaning; an official name wins over a synonym, the left over the right."""
    texts = {column: heading(sheet, row, column) for column in sheet.columns}
    names = {column: find_meaning(ledger, text) for column, text in texts.items() if text}
    found: dict[str, int] = {}
    for column, name in sorted(names.items(), key=lambda item: make_name_key(item[1]) != make_name_key(texts[item[0]])):
        if name:
            found.setdefault(name, column)
    return found


def speaks_of(title: str, ledger: Ledger) -> bool:
    """Return whether the name of a sheet or file names the ledger."""
    return any(make_name_key(name) in make_name_key(title) for name in (ledger.short, ledger.name))


# --- choosing --------------------------------------------------------------------------------------------------------


def choose(sheets: Sequence[ListSheet], layout: WorkbookLayout, file: Path, ledger: str, sheet: str) -> Header:
    """Return the one header that is meant; ``ledger`` and ``sheet`` narrow the choice. Raises :class:`ListRefused`."""
    layouts = list(layout.ledgers.values())
    if sheet:
        sheets = _named(sheets, sheet)
    if ledger:
        layouts = [_ledger_named(layouts, ledger)]
    headers = [found for one in sheets for layout in layouts if (found := header_in(one, layout))]
    if not headers:
        raise _no_header(file, layouts)
    if not ledger:
        headers = _not_of_another(headers, layout, file)
    pool = [header for header in headers if header.named_for_it] or headers
    most = max(len(header.columns) for header in pool)
    best = [header for header in pool if len(header.columns) == most]
    if len(best) > 1:
        raise ListRefused("ambiguous", choices=_joined(_choice(header) for header in best))
    alike = [one for one in headers if one.layout is best[0].layout and 2 * len(one.columns) > most]
    others = [one.sheet.name for one in alike if one is not best[0]]
    return replace(best[0], others=tuple(others))


def _named(sheets: Sequence[ListSheet], name: str) -> list[ListSheet]:
    found = [one for one in sheets if make_name_key(one.name) == make_name_key(name)]
    if not found:
        raise ListRefused("unknown_sheet", sheet=name, known=_joined(one.name for one in sheets))
    return found


def _ledger_named(layouts: Sequence[LedgerLayout], name: str) -> LedgerLayout:
    for layout in layouts:
        if make_name_key(name) in {
            make_name_key(text) for text in (layout.ledger.short, layout.ledger.name, layout.sheet)
        }:
            return layout
    raise ListRefused("unknown_ledger", ledger=name, known=_joined(layout.ledger.short for layout in layouts))


def _no_header(file: Path, layouts: Sequence[LedgerLayout]) -> ListRefused:
    if len(layouts) > 1:
        return ListRefused("no_header", file=file.name, rows=SEARCHED)
    ledger = layouts[0].ledger
    names = _joined((ledger.names_row, *ledger.by_name[ledger.names_row].synonyms))
    return ListRefused("no_name", file=file.name, rows=SEARCHED, ledger=ledger.short, names=names)


def _not_of_another(headers: Sequence[Header], layout: WorkbookLayout, file: Path) -> list[Header]:
    """Leave out sheets whose name says another ledger than their headings: 名称 and 日期 stand in many."""
    spoken = {
        header: [ledger for ledger in layout.survey.ledgers if speaks_of(header.sheet.name, ledger)]
        for header in headers
    }
    fitting = [header for header in headers if not spoken[header] or header.layout.ledger in spoken[header]]
    if fitting:
        return fitting
    named = list(dict.fromkeys(ledger.short for ledgers in spoken.values() for ledger in ledgers))
    ours = [layout.ledgers[short] for short in named if short in layout.ledgers]
    raise _no_header(file, ours[:1]) if ours else ListRefused("other_ledger", named=_joined(named))


def _choice(header: Header) -> str:
    return say("import.choice", ledger=header.layout.ledger.short, sheet=header.sheet.name)


def _joined(names: Iterable[str]) -> str:
    return "、".join(names)
