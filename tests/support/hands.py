"""What people do to cells with the mouse and the clipboard, in a live LibreOffice."""

from __future__ import annotations

import re
from typing import Any

from addin.host.office import make_properties
from tests.support.office import Book, Office

TEXT_FORMAT = 100
"""LibreOffice's number of the format @."""

BOLD = 150.0

_TWICE = re.compile(r"(\$(?:'[^']*'|[^!'.;()+*&=<> ]+)\.)(\$?[A-Z]+\$?\d*):\1")
"""A range whose second end names the sheet, too: LibreOffice writes it so once a cell was moved; it is the same."""


class Hands:
    """Mouse and clipboard over one workbook. Addresses are those of findings, or areas such as ``KX03!E8:E9``."""

    def __init__(self, office: Office, book: Book) -> None:
        self.office, self.book = office, book
        self._dispatcher = office.service("com.sun.star.frame.DispatchHelper")
        _overwrite_without_asking(office)

    def select(self, area: str) -> None:
        """Select cells of a sheet."""
        self.book.document.CurrentController.select(self.book.cell(area))

    def do(self, command: str, **options: object) -> None:
        """Run a command of the menus on the selection."""
        frame = self.book.document.CurrentController.Frame
        self._dispatcher.executeDispatch(frame, f".uno:{command}", "", 0, make_properties(**options))

    def cut(self, source: str, target: str) -> None:
        """Cut and paste."""
        self._carry("Cut", source, target)

    def copy(self, source: str, target: str) -> None:
        """Copy and paste."""
        self._carry("Copy", source, target)

    def _carry(self, how: str, source: str, target: str) -> None:
        self.select(source)
        self.do(how)
        self.select(target)
        self.do("Paste")

    def drag(self, source: str, target: str) -> None:
        """Drag cells by the border of the selection to a place on the same sheet."""
        sheet = self.book.document.Sheets.getByName(source.rpartition("!")[0])
        sheet.moveRange(self.book.cell(target).getCellByPosition(0, 0).CellAddress, self._range(source))

    def _range(self, area: str) -> Any:
        return self.book.cell(area).RangeAddress

    def fill_down(self, area: str) -> None:
        """Fill the area with its first row."""
        self.select(area)
        self.do("FillDown")

    def paste_from_elsewhere(self, cells: list[tuple[object, ...]], target: str, *, text_only: bool = False) -> None:
        """Copy a block of another workbook, where texts are texts and everything is bold, and paste it here.

        With ``text_only`` it comes as from a chat program; only one line, for of several LibreOffice asks how to part
        them.
        """
        empty = self.office.desktop.loadComponentFromURL(
            "private:factory/scalc", "_blank", 0, make_properties(Hidden=True)
        )
        other = Hands(self.office, Book(empty))
        sheet = empty.Sheets.getByIndex(0)
        area = sheet.getCellRangeByPosition(0, 0, len(cells[0]) - 1, len(cells) - 1)
        area.NumberFormat = TEXT_FORMAT
        area.CharWeight = BOLD
        area.setDataArray(tuple(cells))
        empty.CurrentController.select(area)
        other.do("Copy")
        self.select(target)
        if text_only:
            self.do("ClipboardFormatItems", SelectedFormat=1)
        else:
            self.do("Paste")
        other.book.close()

    def references(self) -> dict[str, str]:
        """Return every formula of the workbook by its cell, and every defined name."""
        names = self.book.document.NamedRanges
        found = {name: names.getByName(name).Content for name in names.ElementNames}
        for sheet in self.book.sheets():
            for number, row in enumerate(self._formulas(sheet), start=1):
                for column, formula in enumerate(row, start=1):
                    if formula.startswith("="):
                        found[f"{sheet}!R{number}C{column}"] = _TWICE.sub(r"\1\2:", formula)
        return found

    def _formulas(self, sheet: str) -> tuple[tuple[str, ...], ...]:
        cursor = self.book.document.Sheets.getByName(sheet).createCursor()
        cursor.gotoEndOfUsedArea(False)
        end = cursor.RangeAddress
        area = self.book.document.Sheets.getByName(sheet).getCellRangeByPosition(0, 0, end.EndColumn, end.EndRow)
        formulas: tuple[tuple[str, ...], ...] = area.getFormulaArray()
        return formulas


def _overwrite_without_asking(office: Office) -> None:
    """Turn off the question whether to paste over filled cells: a headless LibreOffice answers it with no."""
    provider = office.service("com.sun.star.configuration.ConfigurationProvider")
    where = make_properties(nodepath="/org.openoffice.Office.Calc/Input")
    settings = provider.createInstanceWithArguments("com.sun.star.configuration.ConfigurationUpdateAccess", where)
    settings.setPropertyValue("ReplaceCellsWarning", False)
    settings.commitChanges()
