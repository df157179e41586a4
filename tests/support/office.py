"""A live, headless LibreOffice for tests: open a workbook, poke values, recalculate, read, render."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from addin.host.office import Soffice, make_properties, missing, open_document

__all__ = ["Book", "Office", "missing", "opened"]


class Office(Soffice):
    """One running soffice with a profile of its own."""

    def open(self, path: Path, *, hidden: bool = True) -> Book:
        """Open a workbook and recalculate it: files that nobody has opened yet hold no results."""
        return Book(open_document(self.desktop, path, hidden=hidden))


class Book:
    """An open workbook. Addresses are as findings quote them: ``KX03!E31``."""

    def __init__(self, document: Any) -> None:
        self.document = document

    def recalculate(self) -> None:
        """Calculate every formula afresh."""
        self.document.calculateAll()

    def cell(self, address: str) -> Any:
        """Return LibreOffice's cell object."""
        sheet, _, place = address.rpartition("!")
        return self.document.Sheets.getByName(sheet).getCellRangeByName(place)

    def poke(self, address: str, value: object) -> None:
        """Put a constant into a cell, protected or not; ``None`` blanks it."""
        cell = self.cell(address)
        if value is None:
            cell.clearContents(1 | 2 | 4 | 16)
        elif isinstance(value, str):
            cell.setString(value)
        else:
            cell.setValue(value)

    def restore(self, address: str, formula: str, password: str) -> None:
        """Put back what ``getFormula`` had said.

        LibreOffice lets a value into an empty locked cell, but silently keeps it there when told to clear the cell.
        """
        if formula:
            self.cell(address).setFormula(formula)
            return
        self.poke(address, None)
        if self.cell(address).getFormula():
            self.document.Sheets.getByName(address.rpartition("!")[0]).unprotect(password)
            self.poke(address, None)

    def block(self, sheet: str, area: str) -> tuple[tuple[Any, ...], ...]:
        """Return the values of a range, row by row: float or str."""
        found: tuple[tuple[Any, ...], ...] = (
            self.document.Sheets.getByName(sheet).getCellRangeByName(area).getDataArray()
        )
        return found

    def sheets(self) -> tuple[str, ...]:
        """Return the names of all sheets, hidden ones too."""
        names: tuple[str, ...] = self.document.Sheets.ElementNames
        return names

    def formula_errors(self) -> list[str]:
        """Return ``sheet!cell: formula`` of every formula that yields an error."""
        found = []
        for name in self.sheets():
            sheet = self.document.Sheets.getByName(name)
            for area in sheet.queryFormulaCells(4).getRangeAddresses():
                for row in range(area.StartRow, area.EndRow + 1):
                    for column in range(area.StartColumn, area.EndColumn + 1):
                        cell = sheet.getCellByPosition(column, row)
                        found.append(f"{cell.AbsoluteName}: {cell.Formula} = {cell.getString()}")
        return found

    def export_pdf(self, path: Path) -> None:
        """Print the visible sheets into a PDF file."""
        self.document.storeToURL(path.resolve().as_uri(), make_properties(FilterName="calc_pdf_Export"))

    def close(self) -> None:
        """Close without saving."""
        self.document.close(True)


@contextmanager
def opened(office: Office, path: Path) -> Iterator[Book]:
    """Open ``path`` for the length of a block."""
    book = office.open(path)
    try:
        yield book
    finally:
        book.close()
