"""The values of a received workbook with the cells that they stood in and the cells that they go to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial

from addin.package.addresses import Place
from addin.reading.cells import show_as_text
from addin.reading.form_reader import find_block_cell, find_places
from addin.reading.grid import Grid
from addin.reading.ledger_reader import find_confirmation, find_header
from addin.reading.reader import find_notes_cell, find_summary_cell
from addin.submission import Submission
from generator.receipt import ReceiptLine
from generator.unit.sheets.entry import show_value
from templates.content import Content, LedgerCells
from templates.filled import FilledLedger
from templates.layout import COLUMNS, NOTES_CELL, SUMMARY_CELL, FormLayout, LedgerLayout, WorkbookLayout
from templates.words import lookup


@dataclass(frozen=True)
class Lift:
    """One received workbook: what was read, and the sheets that it was read from by the names they should have."""

    submission: Submission
    layout: WorkbookLayout
    """Where things lie in a workbook as generated."""
    grids: Mapping[str, Grid | None]

    def content(self) -> Content:
        """Return what the new workbook is to hold; ledger rows keep their distance from the header."""
        content, ledgers = self.submission.content, dict[str, LedgerCells]()
        for short, rows in content.ledgers.items():
            ledgers[short] = FilledLedger.of(rows).move(-self._moved(self.layout.ledgers[short]))
        return replace(content, ledgers=ledgers)

    def _moved(self, ledger: LedgerLayout) -> int:
        grid = self.grids[ledger.sheet]
        return find_header(ledger, grid)[0] - ledger.header_row if grid else 0

    def lines(self, content: Content) -> Iterator[ReceiptLine]:
        """Yield a line for each value of ``content``."""
        for form in self.layout.forms.values():
            if (grid := self.grids[form.sheet]) is not None:
                yield from self._form(form, grid, content)
        for ledger in self.layout.ledgers.values():
            if (grid := self.grids[ledger.sheet]) is not None:
                yield from self._ledger(ledger, grid, content)
        yield from self._texts(content)

    def _form(self, form: FormLayout, grid: Grid, content: Content) -> Iterator[ReceiptLine]:
        values, notes = content.values.get(form.form.id, {}), content.notes.get(form.form.id, {})
        for code, indicator in form.form.indicators.items():
            places = self._places(form, grid, code)
            for texts, column in ((values, COLUMNS.value), (notes, COLUMNS.explanation)):
                if code in texts and column in places:
                    written = show_as_text(show_value(indicator, texts[code]) or "")
                    target = form.address(code, column)
                    yield _line(form.form.id, code, indicator.plain_name, grid, places[column], target, written)

    def _places(self, form: FormLayout, grid: Grid, code: str) -> dict[int, Place]:
        """Return where value and 说明 of a row stand in the received sheet, by the columns they should stand in."""
        if form in self.layout.blocks:
            found = find_block_cell(form, grid, code)
            return {COLUMNS.value: found} if found else {}
        places = find_places(form, grid)
        if places is None or code not in places.rows:
            return {}
        row, columns = places.rows[code], places.columns
        return {COLUMNS.value: (row, columns["value"]), COLUMNS.explanation: (row, columns["explanation"])}

    def _ledger(self, ledger: LedgerLayout, grid: Grid, content: Content) -> Iterator[ReceiptLine]:
        _, columns = find_header(ledger, grid)
        by, short = self._moved(ledger), ledger.ledger.short
        if short in content.confirmed:
            target = f"{ledger.sheet}!{ledger.confirmation}"
            confirmed = lookup("workbook.ledger.confirmed")
            yield _line(ledger.sheet, "", ledger.ledger.name, grid, find_confirmation(ledger, grid), target, confirmed)
        for row, cells in sorted(content.ledgers.get(short, {}).items()):
            for name, value in cells.items():
                target = ledger.address(name, row)
                yield _line(
                    short, name, ledger.ledger.name, grid, (row + by, columns[name]), target, show_as_text(value)
                )

    def _texts(self, content: Content) -> Iterator[ReceiptLine]:
        words, survey = lookup("workbook.sheets"), self.layout.survey
        wanted = (
            (words["notes"], content.remarks, find_notes_cell, NOTES_CELL),
            (words["summary"], content.summary, partial(find_summary_cell, survey), SUMMARY_CELL),
        )
        for sheet, text, where, cell in wanted:
            grid = self.grids[sheet]
            if grid and text:
                yield _line(sheet, "", sheet, grid, where(grid), f"{sheet}!{cell}", text)


def _line(part: str, key: str, name: str, grid: Grid, place: Place, target: str, written: str) -> ReceiptLine:
    found = grid.errors.get(place) or show_as_text(grid.value(*place))
    return ReceiptLine(part, key, name, grid.address(*place), found, target, written)
