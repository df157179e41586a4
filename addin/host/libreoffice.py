"""An xlwings engine over LibreOffice, for desks without Excel and for tests: what the host uses, and no more.

xlwings takes anything that has the right names for an engine. These classes have those that the host's one code path
needs; they answer and refuse as Excel does.
"""

from __future__ import annotations

import logging
import zlib
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from typing import Any

import xlwings as xw

from addin.host.guard import require_visible, split_uniform
from addin.host.office import load_uno, make_properties, reach_desktop
from addin.host.ranges import Bounds, Range
from addin.host.refusals import BAD_INDEX, EngineError

LOG = logging.getLogger(__name__)

XLSX_FILTER = "Calc MS Excel 2007 XML"
_IN_VALUES = 1
_DATE = 2


def make_engine(pipe: str) -> xw.Engine:
    """Return an engine whose one app is the LibreOffice on ``pipe``. Raises NoProgram."""
    return xw.Engine(impl=Engine(App(pipe, reach_desktop(pipe))))


class Engine:
    """The engine; it has one app."""

    name = "libreoffice"
    type = "desktop"

    def __init__(self, app: App) -> None:
        self.apps = [app]
        app.engine = self


class App:
    """A running LibreOffice."""

    engine: Engine
    visible = True
    hwnd = None

    def __init__(self, pipe: str, desktop: Any) -> None:
        self.pid = zlib.crc32(pipe.encode())
        self.api = desktop
        self._status: str | bool = False

    @property
    def books(self) -> CalcBooks:
        """The open workbooks."""
        return CalcBooks(self)

    @property
    def selection(self) -> Range | None:
        """The selected cells of the active workbook, None when it is something else that is selected."""
        book = self.books.active
        selected = book.controller.getSelection()
        if not hasattr(selected, "RangeAddress"):
            return None
        place = selected.RangeAddress
        sheet = CalcSheet(book, book.document.Sheets.getByIndex(place.Sheet))
        return Range(sheet, (place.StartRow, place.StartColumn, place.EndRow, place.EndColumn))

    @property
    def status_bar(self) -> str | bool:
        """What was last shown in the status bar, False when it is LibreOffice's own."""
        return self._status

    @status_bar.setter
    def status_bar(self, text: str | bool) -> None:
        self._status = text
        indicator = self.books.active.controller.StatusIndicator
        if indicator is not None:
            indicator.end()
            if text:
                indicator.start(text, 0)

    def alert(self, prompt: str, title: str | None, buttons: str, mode: str | None, callback: str | None) -> str:
        """Show a message in the status bar: a headless LibreOffice has no other place. The host has it in its log."""
        self.status_bar = prompt
        return "ok"


class CalcBooks:
    """The open workbooks of an app."""

    def __init__(self, app: App) -> None:
        self.app = app

    def __iter__(self) -> Iterator[CalcBook]:
        components = self.app.api.Components.createEnumeration()
        while components.hasMoreElements():
            component = components.nextElement()
            if component.supportsService("com.sun.star.sheet.SpreadsheetDocument"):
                yield CalcBook(self.app, component)

    def __call__(self, key: str) -> CalcBook:
        """Return the workbook of this name or path. Raises KeyError."""
        for book in self:
            if key in (book.name, book.fullname):
                return book
        raise KeyError(key)

    @property
    def active(self) -> CalcBook:
        """The workbook in front; hidden ones are never in front, so the only one stands for it. Its api may be None."""
        current = self.app.api.getCurrentComponent()
        if current is not None and current.supportsService("com.sun.star.sheet.SpreadsheetDocument"):
            return CalcBook(self.app, current)
        return next(iter(self), CalcBook(self.app, None))


class Document:
    """The native workbook, with the one method of Excel's that the host uses by its native name."""

    def __init__(self, document: Any) -> None:
        self.document = document

    def SaveCopyAs(self, path: str) -> None:  # noqa: N802  # Excel's name for it
        """Write a copy; the workbook stays as it is, unsaved and with its name."""
        self.document.storeToURL(Path(path).as_uri(), make_properties(FilterName=XLSX_FILTER))


class CalcBook:
    """An open workbook."""

    def __init__(self, app: App, document: Any) -> None:
        self.app = app
        self.api = None if document is None else Document(document)
        self.document = document
        self._format_types: dict[int, int] = {}

    @property
    def fullname(self) -> str:
        """The path, or the title of a workbook that was never saved."""
        url: str = self.document.URL
        return str(load_uno().fileUrlToSystemPath(url)) if url.startswith("file:") else url or str(self.document.Title)

    @property
    def name(self) -> str:
        """The file name."""
        return Path(self.fullname).name

    @property
    def sheets(self) -> CalcSheets:
        """The sheets."""
        return CalcSheets(self)

    @property
    def controller(self) -> Any:
        """What LibreOffice has for the workbook's window."""
        return self.document.CurrentController

    @cached_property
    def search_for_meaning(self) -> Any:
        """A search for cells that show TRUE or FALSE, or something like a day or a time."""
        search = self.document.Sheets.getByIndex(0).createSearchDescriptor()
        search.SearchRegularExpression = True
        search.SearchType = _IN_VALUES
        search.setSearchString(r"^TRUE$|^FALSE$|[0-9][^0-9A-Za-z., ][0-9]")
        return search

    def format_type(self, key: int) -> int:
        """Return the kind of a number format, asked for once."""
        if key not in self._format_types:
            self._format_types[key] = self.document.NumberFormats.getByKey(key).Type
        return self._format_types[key]

    def show_as_day(self, cell: Any) -> None:
        """Give a cell the usual format of a day unless it has one of days already."""
        if not self.format_type(cell.NumberFormat) & _DATE:
            locale = load_uno().createUnoStruct("com.sun.star.lang.Locale")
            cell.NumberFormat = self.document.NumberFormats.getStandardFormat(_DATE, locale)


class CalcSheets:
    """The sheets of a workbook."""

    def __init__(self, book: CalcBook) -> None:
        self.book = book
        self.api = book.document.Sheets

    def __iter__(self) -> Iterator[CalcSheet]:
        for name in self.api.ElementNames:
            yield CalcSheet(self.book, self.api.getByName(name))

    def __len__(self) -> int:
        return int(self.api.Count)

    def __call__(self, name: str) -> CalcSheet:
        """Return the sheet of this name, as Excel does in any case. Raises EngineError."""
        if self.api.hasByName(name):
            return CalcSheet(self.book, self.api.getByName(name))
        raise EngineError(BAD_INDEX, f"no sheet {name}")

    @property
    def active(self) -> CalcSheet:
        """The sheet in front."""
        return CalcSheet(self.book, self.book.controller.ActiveSheet)


class CalcSheet:
    """One sheet."""

    def __init__(self, book: CalcBook, api: Any) -> None:
        self.book = book
        self.api = api

    @property
    def name(self) -> str:
        """The sheet's name."""
        return str(self.api.Name)

    def activate(self) -> None:
        """Bring the sheet to the front. Raises EngineError when it is hidden."""
        require_visible(self.api)
        self.book.controller.setActiveSheet(self.api)

    @property
    def used_range(self) -> Range:
        """Everything from A1 to the last cell in use."""
        cursor = self.api.createCursor()
        cursor.gotoEndOfUsedArea(False)
        end = cursor.RangeAddress
        return Range(self, (0, 0, end.EndRow, end.EndColumn))

    def range(self, address: str, _: object = None) -> Range:
        """Return the cells at ``address``."""
        place = self.api.getCellRangeByName(address.replace("$", "")).RangeAddress
        return Range(self, (place.StartRow, place.StartColumn, place.EndRow, place.EndColumn))

    def cells_at(self, bounds: Bounds) -> Iterator[Any]:
        """Yield LibreOffice's objects for these cells: one for each number format in them."""
        top, left, bottom, right = bounds
        yield from split_uniform(self.api.getCellRangeByPosition(left, top, right, bottom), "NumberFormat")
