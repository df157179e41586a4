"""A live, headless LibreOffice for tests: open a workbook, poke values, recalculate, read, render."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cached_property
from itertools import count
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

from addin.host import NoProgram
from addin.host.office import DESKTOP, load_uno, make_properties, reach, service
from generator.temporary import make_folder
from templates.words import say
from tests.support.error_cell import ErrorCell

START_SECONDS: Final = 60.0
_numbers = count(1)


def missing() -> str:
    """Return what keeps LibreOffice from being used from here, or ``""``."""
    if shutil.which("soffice") is None:
        return say("host.no_soffice")
    try:
        load_uno()
    except ImportError as error:
        return say("host.no_uno", reason=error)
    return ""


def open_document(desktop: Any, path: Path, *, hidden: bool = True) -> Any:
    """Open a workbook, recalculated: files that nobody has opened yet hold no results. Raises OSError."""
    arguments = make_properties(Hidden=hidden, MacroExecutionMode=4)
    document = desktop.loadComponentFromURL(path.resolve().as_uri(), "_blank", 0, arguments)
    if document is None:
        raise OSError(f"LibreOffice could not open {path}")
    document.calculateAll()
    return document


class Office:
    """One running LibreOffice with a profile and a pipe of its own, headless unless :attr:`switches` say otherwise.

    ``env`` adds to the environment of the process. Raises NoProgram when it does not start.
    """

    switches: tuple[str, ...] = ("--headless",)

    def __init__(self, env: Mapping[str, str] | None = None) -> None:
        self.pipe = f"tianbao{os.getpid()}-{next(_numbers)}"
        self._profile = make_folder()
        self.process = subprocess.Popen(  # what is started is fixed
            [  # wherever it is installed
                "soffice",
                *self.switches,
                "--norestore",
                "--nologo",
                "--nodefault",
                f"-env:UserInstallation={self._profile.as_uri()}",
                f"--accept=pipe,name={self.pipe};urp;",
            ],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
            # What a macro starts finds its way back to this very LibreOffice.
            env={**os.environ, "TIANBAO_PIPE": self.pipe, **(env or {})},
        )
        try:
            self.context = reach(self.pipe, START_SECONDS, self.process)
        except NoProgram:
            self.close()
            raise

    @cached_property
    def desktop(self) -> Any:
        """Its desktop, which opens documents."""
        return self.service(DESKTOP)

    def open(self, path: Path, *, hidden: bool = True) -> Book:
        """Open a workbook and recalculate it: files that nobody has opened yet hold no results."""
        return Book(open_document(self.desktop, path, hidden=hidden))

    def service(self, name: str) -> Any:
        """Return a new service of this LibreOffice."""
        return service(self.context, name)

    def close(self) -> None:
        """End the process, whatever state it is in."""
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        shutil.rmtree(self._profile, ignore_errors=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


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
        elif isinstance(value, ErrorCell):
            cell.setFormula(f"={value.literal}")
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

    def used(self, sheet: str) -> dict[tuple[int, int], float | str]:
        """Return what stands in the cells of a sheet that hold anything, by row and column from 1."""
        page = self.document.Sheets.getByName(sheet)
        cursor = page.createCursor()
        cursor.gotoEndOfUsedArea(False)
        end = cursor.RangeAddress
        area = page.getCellRangeByPosition(0, 0, end.EndColumn, end.EndRow)
        values, formulas = area.getDataArray(), area.getFormulaArray()
        return {
            (row, column): value
            for row, line in enumerate(values, 1)
            for column, value in enumerate(line, 1)
            if formulas[row - 1][column - 1] != ""
        }

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
def opened(office: Office, path: Path, *, hidden: bool = True) -> Iterator[Book]:
    """Open ``path`` for the length of a block."""
    book = office.open(path, hidden=hidden)
    try:
        yield book
    finally:
        book.close()


def call(document: Any, macro: str) -> object:
    """Run a macro of the document and return its result."""
    provider = document.getScriptProvider()
    address = f"vnd.sun.star.script:VBAProject.{macro}?language=Basic&location=document"
    return provider.getScript(address).invoke((), (), ())[0]
