"""A live, headless LibreOffice for tests: open a workbook, poke values, recalculate, read, render.

Runs where LibreOffice and its ``uno`` module for this Python are installed; :func:`missing` says what is not.
"""

from __future__ import annotations

import importlib
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any, Self

DEBIAN_PACKAGES = "/usr/lib/python3/dist-packages"
START_SECONDS = 60


def missing() -> str:
    """Return what keeps a live LibreOffice from running here, or ``""``."""
    if shutil.which("soffice") is None:
        return "LibreOffice (soffice) is not installed"
    try:
        _uno()
    except ImportError as error:
        return f"LibreOffice's Python module cannot be loaded by this Python: {error}"
    return ""


def _uno() -> Any:
    if DEBIAN_PACKAGES not in sys.path:
        sys.path.append(DEBIAN_PACKAGES)
    return importlib.import_module("uno")


class Office:
    """One running soffice with a profile of its own."""

    def __init__(self) -> None:
        self._uno = _uno()
        self._profile = tempfile.mkdtemp(prefix="tianbao-office-")
        self._pipe = f"tianbao{os.getpid()}"
        self._process = subprocess.Popen(
            [
                "soffice",
                "--headless",
                "--norestore",
                "--nologo",
                "--nodefault",
                f"-env:UserInstallation=file://{self._profile}",
                f"--accept=pipe,name={self._pipe};urp;",
            ],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        self._desktop = self._connect()

    def _connect(self) -> Any:
        local = self._uno.getComponentContext()
        resolver = local.ServiceManager.createInstanceWithContext("com.sun.star.bridge.UnoUrlResolver", local)
        no_connection = self._uno.getClass("com.sun.star.connection.NoConnectException")
        end = time.monotonic() + START_SECONDS
        while True:
            try:
                context = resolver.resolve(f"uno:pipe,name={self._pipe};urp;StarOffice.ComponentContext")
                return context.ServiceManager.createInstanceWithContext("com.sun.star.frame.Desktop", context)
            except no_connection:
                if time.monotonic() > end:
                    raise
                time.sleep(0.1)

    def open(self, path: Path) -> Book:
        """Open a workbook and recalculate it: files that nobody has opened yet hold no results."""
        arguments = self._properties(Hidden=True, MacroExecutionMode=4)
        document = self._desktop.loadComponentFromURL(path.resolve().as_uri(), "_blank", 0, arguments)
        if document is None:
            raise OSError(f"LibreOffice could not open {path}")
        book = Book(document, self._properties)
        book.recalculate()
        return book

    def _properties(self, **values: object) -> tuple[Any, ...]:
        made = []
        for name, value in values.items():
            one = self._uno.createUnoStruct("com.sun.star.beans.PropertyValue")
            one.Name, one.Value = name, value
            made.append(one)
        return tuple(made)

    def close(self) -> None:
        """End the process, whatever state it is in."""
        if self._process.poll() is None:
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        shutil.rmtree(self._profile, ignore_errors=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


class Book:
    """An open workbook. Addresses are as findings quote them: ``KX03!E31``."""

    def __init__(self, document: Any, properties: Any) -> None:
        self.document = document
        self._properties = properties

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
        self.document.storeToURL(path.resolve().as_uri(), self._properties(FilterName="calc_pdf_Export"))

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
