"""The one :class:`addin.host.OpenBook`: over xlwings' public interface, block by block.

Each look at one of Excel's objects is a call into another process (0.5 to 3 ms). So a sheet is read with four of them:
the sheet, its used range, all values, all formulas. Nothing is converted by xlwings, which would ask for much more.
"""

from __future__ import annotations

import logging
import sys
from collections.abc import Collection, Iterator, Sequence
from pathlib import Path

import xlwings as xw

from addin.host import Block, Cell, NoSheet, NotAllowed
from addin.host.refusals import ask
from addin.host.values import find_first_cell, make_block, move_block, prepare_outgoing
from addin.package.addresses import parse_place
from templates.layout import name_column
from templates.words import say

LOG = logging.getLogger(__name__)


class SheetNames(Collection[str]):
    """The names of a workbook's sheets.

    ``in`` fetches the sheet, one round trip, and keeps it for reading. Going through the names takes two for each.
    """

    def __init__(self, sheets: xw.main.Sheets) -> None:
        self._sheets = sheets
        self._known: dict[str, xw.Sheet] = {}
        self._all: list[str] | None = None

    def sheet(self, name: str) -> xw.Sheet:
        """Return the sheet. Raises NoSheet."""
        if name not in self._known:
            # AppleScript hands out references to sheets that are not there.
            if sys.platform == "darwin" and name not in self._names():
                raise NoSheet(say("host.no_sheet", sheet=name))
            self._known[name] = ask(lambda: self._sheets[name], name)
        return self._known[name]

    def _names(self) -> list[str]:
        if self._all is None:
            found = ask(lambda: {sheet.name: sheet for sheet in self._sheets})
            self._known |= found
            self._all = list(found)
        return self._all

    def __contains__(self, name: object) -> bool:
        try:
            self.sheet(str(name))
        except NoSheet:
            return False
        return True

    def __iter__(self) -> Iterator[str]:
        return iter(self._names())

    def __len__(self) -> int:
        return len(self._names())


class XlwingsBook:
    """An open workbook, in Excel or in LibreOffice."""

    def __init__(self, app: xw.App, book: xw.Book, path: str) -> None:
        self._app = app
        self._book = book
        self.path = path
        self.name = ask(lambda: book.name)
        self._sheets = SheetNames(ask(lambda: book.sheets))

    @property
    def sheets(self) -> Collection[str]:
        """Names of all sheets, hidden ones too."""
        return self._sheets

    def read(self, sheet: str) -> Block:
        """Return all cells of ``sheet``. Raises NoSheet."""
        handle = self._sheets.sheet(sheet)
        used = ask(lambda: handle.used_range, sheet)
        block = make_block(ask(lambda: used.raw_value, sheet), ask(lambda: used.formula, sheet))
        if block.values[0][0] == "" and not block.formulas[0][0]:
            # Only then is a fifth question worth its time. Sheets of ours whose A1 is blank have nothing left of it.
            block = move_block(block, *parse_place(find_first_cell(ask(lambda: used.address, sheet))))
        return block

    def write(self, sheet: str, row: int, column: int, block: Sequence[Sequence[Cell]]) -> None:
        """Write ``block`` in one piece. Raises NoSheet and NotAllowed."""
        cells = [[prepare_outgoing(cell) for cell in line] for line in block]
        if len({len(line) for line in cells}) > 1:
            raise ValueError("the rows of a block have one length")
        if not cells or not cells[0]:
            return
        handle = self._sheets.sheet(sheet)
        area = f"{name_column(column)}{row}:{name_column(column + len(cells[0]) - 1)}{row + len(cells) - 1}"

        def put() -> None:
            handle.range(area).raw_value = cells

        ask(put, sheet)

    def go_to(self, sheet: str, cell: str) -> None:
        """Show ``sheet`` and select ``cell``. Raises NoSheet and NotAllowed."""
        handle = self._sheets.sheet(sheet)

        def go() -> None:
            # Sheet.activate() of xlwings also moves windows about, and raises a bare Exception where it cannot.
            handle.impl.activate()
            handle.range(cell).select()

        ask(go, sheet)

    def selection(self) -> tuple[str, str]:
        """Return sheet and first cell of the selection; A1 when something other than cells is selected."""

        def look() -> tuple[str, str]:
            chosen = self._app.selection
            if chosen is None:
                return self._book.sheets.active.name, "A1"
            return chosen.sheet.name, find_first_cell(chosen.address)

        return ask(look)

    def status(self, text: str) -> None:
        """Show ``text`` in the status bar."""

        def show() -> None:
            self._app.status_bar = text or False

        ask(show)

    def alert(self, text: str) -> None:
        """Show ``text`` until a person confirms it."""
        LOG.info("%s", text)
        ask(lambda: self._app.alert(text, say("host.title"), mode="info"))

    def save_copy(self, path: Path) -> None:
        """Write the workbook as it stands to ``path``. Raises NotAllowed."""
        if sys.platform == "darwin":
            raise NotAllowed(say("host.no_copy"))
        # The one thing that xlwings has no name for. Our engine for LibreOffice answers to Excel's.
        ask(lambda: self._book.api.SaveCopyAs(str(path.resolve())))
